#include "arena.h"

/* What everything begins at a multiple of. */
typedef union arena_unit {
    struct {
        void *next;
        size_t size;
    } piece;
    long long number;
    double real;
    void (*function)(void);
} arena_unit;

#define ARENA_UNIT sizeof(arena_unit)

/* A free piece, in itself: the list is in the order of addresses. */
typedef struct arena_piece {
    struct arena_piece *next;
    size_t size;
} arena_piece;

/* To whole units; 0 when that does not fit. */
static size_t arena_round(size_t size)
{
    size_t rounded = 0;

    return hc_add(size, ARENA_UNIT - 1, &rounded) ? rounded / ARENA_UNIT * ARENA_UNIT : 0;
}

static void *arena_alloc(void *user, size_t size)
{
    httpsc_arena *arena = user;
    size_t rounded = arena_round(size);
    size_t largest = 0;
    arena_piece *before = NULL;

    for (arena_piece *piece = arena->pieces; piece != NULL && rounded > 0; piece = piece->next) {
        if (piece->size >= rounded) {
            arena_piece *rest = piece->next;

            if (piece->size > rounded) {
                rest = (arena_piece *)(void *)((unsigned char *)piece + rounded);
                rest->next = piece->next;
                rest->size = piece->size - rounded;
            }
            if (before == NULL) {
                arena->pieces = rest;
            } else {
                before->next = rest;
            }
            arena->num_used += rounded;
            if (arena->num_used > arena->num_peak) {
                arena->num_peak = arena->num_used;
            }
            return piece;
        }
        largest = piece->size > largest ? piece->size : largest;
        before = piece;
    }
    arena->wanted = size;
    arena->largest = largest;
    return NULL;
}

/* Joins a piece with the next, where they touch. */
static void arena_join(arena_piece *piece)
{
    arena_piece *next = piece->next;

    if (next != NULL && (unsigned char *)piece + piece->size == (unsigned char *)next) {
        piece->size += next->size;
        piece->next = next->next;
    }
}

static void arena_free(void *user, void *ptr, size_t size)
{
    httpsc_arena *arena = user;
    arena_piece *piece = ptr;
    arena_piece *before = NULL;
    arena_piece *next = arena->pieces;

    while (next != NULL && next < piece) {
        before = next;
        next = next->next;
    }
    piece->size = arena_round(size);
    piece->next = next;
    arena->num_used -= piece->size;
    arena_join(piece);
    if (before == NULL) {
        arena->pieces = piece;
    } else {
        before->next = piece;
        arena_join(before);
    }
}

HC_FN int hc_arena_start(httpsc_arena *arena, void *block, size_t size)
{
    size_t skip = (ARENA_UNIT - (uintptr_t)block % ARENA_UNIT) % ARENA_UNIT;
    arena_piece *piece;

    memset(arena, 0, sizeof *arena);
    if (size < skip + ARENA_UNIT) {
        return 0;
    }
    arena->begin = (unsigned char *)block + skip;
    arena->size = (size - skip) / ARENA_UNIT * ARENA_UNIT;
    piece = (arena_piece *)(void *)arena->begin;
    piece->next = NULL;
    piece->size = arena->size;
    arena->pieces = piece;
    return 1;
}

httpsc_allocator httpsc_arena_allocator(httpsc_arena *arena)
{
    httpsc_allocator allocator;

    allocator.user = arena;
    allocator.alloc = arena_alloc;
    allocator.free = arena_free;
    return allocator;
}

HC_SELDOM HC_FN int hc_arena_explain(const httpsc_allocator *allocator, httpsc_error *error)
{
    const httpsc_arena *arena = allocator->user;
    int stage = error->stage;

    if (error->code != HTTPSC_ERR_MEMORY || allocator->alloc != arena_alloc ||
        arena->wanted == 0) {
        return error->code;
    }
    hc_error_clear(error);
    (void)hc_fail(error, HTTPSC_ERR_ARENA, 0,
                  "%z bytes more were wanted, and of its %z the largest free piece had %z",
                  arena->wanted, arena->size, arena->largest);
    error->stage = stage;
    return error->code;
}
