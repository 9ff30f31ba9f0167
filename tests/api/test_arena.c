/* The arena: its pieces, what fits in it, and what is said where something does not. */
#include "httpsc.h"

#include "../support/check.h"
#include "../support/memory_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const httpsc_options arena_defaults;

/* All that was given back is one piece again, in whatever order it came. */
static void arena_pieces_join(void)
{
    static const size_t orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}};
    static union {
        double align;
        unsigned char bytes[1024];
    } block;

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        httpsc_arena arena;
        httpsc_allocator allocator;
        unsigned char *pieces[4];

        CHECK_INT(httpsc_arena_init(&arena, block.bytes, sizeof block.bytes, NULL, NULL),
                  HTTPSC_OK);
        CHECK_INT(arena.size, sizeof block.bytes);
        allocator = httpsc_arena_allocator(&arena);
        for (size_t k = 0; k < 4; k++) {
            pieces[k] = allocator.alloc(allocator.user, 100 + k);
            CHECK(pieces[k] != NULL);
            memset(pieces[k], (int)k, 100 + k);
        }
        for (size_t k = 0; k < 4; k++) {
            CHECK_INT(pieces[k][99 + k], k); /* nobody wrote over it */
        }
        for (size_t k = 0; k < 4; k++) {
            allocator.free(allocator.user, pieces[orders[i][k]], 100 + orders[i][k]);
        }
        CHECK_INT(arena.num_used, 0);
        CHECK(arena.num_peak >= 406 && arena.num_peak <= 512);
        pieces[0] = allocator.alloc(allocator.user, sizeof block.bytes);
        CHECK(pieces[0] == block.bytes);
    }
}

static void arena_says_what_did_not_fit(void)
{
    static unsigned char block[1024];
    httpsc_arena arena;
    httpsc_allocator allocator;
    void *first;

    CHECK_INT(httpsc_arena_init(&arena, block + 1, sizeof block - 1, NULL, NULL), HTTPSC_OK);
    CHECK(arena.size < sizeof block && arena.size >= sizeof block - 64);
    allocator = httpsc_arena_allocator(&arena);
    first = allocator.alloc(allocator.user, 512);
    CHECK(first != NULL && (uintptr_t)first % sizeof(double) == 0);
    CHECK_INT(arena.wanted, 0);
    CHECK(allocator.alloc(allocator.user, 600) == NULL);
    CHECK_INT(arena.wanted, 600);
    CHECK_INT(arena.largest, arena.size - 512);
    CHECK(allocator.alloc(allocator.user, SIZE_MAX) == NULL);
    CHECK(allocator.alloc(allocator.user, SIZE_MAX - 8) == NULL);
    allocator.free(allocator.user, first, 512);
    CHECK_INT(arena.num_used, 0);
}

static int arena_now(void *user, int64_t *unix_seconds)
{
    (void)user;
    *unix_seconds = (int64_t)time(NULL);
    return HTTPSC_OK;
}

/* One verified GET with a block of that size. */
static int arena_get(size_t size, httpsc_options *options, httpsc_arena *arena,
                     httpsc_error *error)
{
    static const peer_step script[] = {
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), PEER_REPEAT};
    peer_config config = PEER_CONFIG(script, "good");
    unsigned char *block = malloc(size);
    char *path = peer_path("ca.pem");
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    memory_net net;
    int code;

    memory_net_init(&net, &config, 1);
    *options = arena_defaults;
    options->tls.ca_file = path;
    options->hooks.now = arena_now;
    options->hooks.transport = net.transport;
    code = httpsc_arena_init(arena, block, size, options, error);
    if (code == HTTPSC_OK) {
        code = httpsc_client_open(options, &client, error);
    }
    if (code == HTTPSC_OK) {
        code = httpsc_get(client, "https://localhost/", &response, error);
    }
    if (code == HTTPSC_OK) {
        CHECK_INT(response->status, 200);
        CHECK_TEXT((const char *)response->body.ptr, "ok");
        CHECK_INT(response->tls.verified, 1);
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    CHECK_INT(arena->num_used, 0);
    free(path);
    free(block);
    return code;
}

static void arena_holds_a_client(void)
{
    httpsc_options options;
    httpsc_arena arena;
    httpsc_error error;

    CHECK_INT(arena_get(256 * 1024, &options, &arena, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    CHECK_INT(options.limits.max_record_bytes, 16384);
    CHECK_INT(options.limits.max_sent_record_bytes, 16384);
    CHECK(arena.num_peak > 10000 && arena.num_peak < 256 * 1024);

    CHECK_INT(arena_get(64 * 1024, &options, &arena, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    CHECK_INT(options.limits.max_record_bytes, 16384);
    CHECK_INT(options.limits.max_sent_record_bytes, 1024);

    CHECK_INT(arena_get(40 * 1024, &options, &arena, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    CHECK_INT(options.limits.max_record_bytes, 4096);
}

/* From the least that is taken upwards: the GET is done, or refused with the code of its own. */
static void arena_that_is_too_small(void)
{
    httpsc_options options;
    httpsc_arena arena;
    httpsc_error error;
    int code;

    memset(&arena, 0, sizeof arena);
    CHECK_INT(arena_get(8192, &options, &arena, &error), HTTPSC_ERR_ARENA);
    CHECK(strstr(error.text, "it has 8192 bytes, and ") != NULL);
    CHECK_INT(httpsc_arena_init(NULL, &error, sizeof error, NULL, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_arena_init(&arena, NULL, 10000, NULL, NULL), HTTPSC_ERR_ARGUMENT);
    code = arena_get(34 * 1024, &options, &arena, &error);
    CHECK(code == HTTPSC_OK || code == HTTPSC_ERR_ARENA);
}

/* Limits of the caller's own stand, and what then does not fit says so. */
static void arena_and_a_body_too_large(void)
{
    static const peer_step script[] = {
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"), PEER_HOLD};
    static unsigned char block[48 * 1024];
    peer_config config = PEER_CONFIG(script, NULL);
    httpsc_options options = arena_defaults;
    httpsc_response *response = NULL;
    httpsc_client *client = NULL;
    httpsc_arena arena;
    httpsc_error error;
    memory_net net;

    memory_net_init(&net, &config, 1);
    options.allow_http = 1;
    options.tls.trust = HTTPSC_TRUST_EMBEDDED;
    options.hooks.transport = net.transport;
    options.limits.max_body_bytes = 1000000;
    CHECK_INT(httpsc_arena_init(&arena, block, sizeof block, &options, &error), HTTPSC_OK);
    CHECK_INT(options.limits.max_body_bytes, 1000000);
    CHECK_INT(httpsc_client_open(&options, &client, &error), HTTPSC_OK);
    CHECK_INT(httpsc_get(client, "http://host.test/", &response, &error), HTTPSC_ERR_ARENA);
    CHECK(strstr(error.text, "the memory block of the arena is too small: 131072 ") != NULL);
    CHECK(strstr(error.text, "the largest free piece had ") != NULL);
    CHECK_INT(error.stage, HTTPSC_STAGE_BODY);
    httpsc_client_close(client);
    CHECK_INT(arena.num_used, 0);
}

UNIT_MAIN(UNIT(arena_pieces_join), UNIT(arena_says_what_did_not_fit), UNIT(arena_holds_a_client),
          UNIT(arena_that_is_too_small), UNIT(arena_and_a_body_too_large))
