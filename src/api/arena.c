/* An arena, and the limits that fit it. */
#include "../base/arena.h"
#include "defaults.h"

#define ARENA_RECORD_LEAST 512
#define ARENA_RECORD_MOST 16384

/* What a transfer takes beside its records: the structs, the handshake, a chain of three, a head.
 * Measured (docs/BARE_METAL.md), and then some. */
#ifdef HTTPSC_BARE
#define ARENA_FIXED (sizeof(void *) > 4 ? (size_t)19 * 1024 : (size_t)12 * 1024)
#else
#define ARENA_FIXED ((size_t)32 * 1024)
#endif
#define ARENA_AROUND 320 /* of a record: header, nonce, tag, padding */

static void arena_fit(size_t *limit, size_t value)
{
    if (*limit == 0) {
        *limit = value;
    }
}

static void arena_fit_limits(httpsc_limits *limits, size_t size)
{
    /* of ours: a head is seldom longer */
    const size_t sent = size < ARENA_FIXED + 4096 ? ARENA_RECORD_LEAST : 1024;
    const size_t room = size - ARENA_FIXED - ARENA_AROUND - sent;
    size_t record = ARENA_RECORD_MOST;

    if (record > room) {
        record = 4096; /* max_fragment_length has powers of two up to here */
    }
    while (record > ARENA_RECORD_LEAST && record > room) {
        record /= 2;
    }
    arena_fit(&limits->max_record_bytes, record);
    arena_fit(&limits->max_sent_record_bytes,
              room >= 4 * (size_t)ARENA_RECORD_MOST ? ARENA_RECORD_MOST : sent);
    arena_fit(&limits->max_fields_bytes, hc_min(size / 4, 65536));
    arena_fit(&limits->max_field_line_bytes, hc_min(size / 8, 16384));
    arena_fit(&limits->max_body_bytes, size);
    arena_fit(&limits->max_idle_connections, 1);
}

int httpsc_arena_init(httpsc_arena *arena, void *block, size_t size,
                      struct httpsc_options *options, httpsc_error *error)
{
    const size_t least = ARENA_FIXED + ARENA_AROUND + 2 * ARENA_RECORD_LEAST;
    httpsc_error own;

    error = hc_error_or(error, &own);
    if (arena == NULL || block == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "arena or block is NULL");
    }
    if (!hc_arena_start(arena, block, size) || (options != NULL && arena->size < least)) {
        return hc_fail(error, HTTPSC_ERR_ARENA, 0, "it has %z bytes, and %z are needed", size,
                       least);
    }
    if (options != NULL) {
        arena_fit_limits(&options->limits, arena->size);
        options->hooks.allocator = httpsc_arena_allocator(arena);
    }
    return HTTPSC_OK;
}
