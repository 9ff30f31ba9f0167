/*
 * What every fuzz target includes first: the code that is fuzzed (httpsc.h where UNIT_HEADER is
 * defined, else src/httpsc.c), an allocator, and a check.
 *
 * A target is tests/fuzz/fuzz_WHAT.c and defines LLVMFuzzerTestOneInput. Its inputs are kept in
 * tests/fuzz/corpus/fuzz_WHAT/: `make fuzz` begins with them, and `make test` replays them by
 * tests/fuzz/replay.c. Faults that it has to find are in tests/fuzz/planted/ (run.sh there).
 */
#ifndef FUZZ_H
#define FUZZ_H

#if defined(UNIT_HEADER)
#define HTTPSC_IMPLEMENTATION
#include "../../httpsc.h"
#else
#include "../../src/httpsc.c"
#endif

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold for any input; a crash where it does not. */
#define FUZZ_CHECK(condition)                                                       \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                \
        }                                                                           \
    } while (0)

static inline void *fuzz_alloc(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

static inline void fuzz_free(void *user, void *ptr, size_t size)
{
    (void)user;
    (void)size;
    free(ptr);
}

static const httpsc_allocator fuzz_allocator = {NULL, fuzz_alloc, fuzz_free};

#endif
