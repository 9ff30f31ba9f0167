/*
 * A small harness for tests. A test file defines
 *
 *     static void some_name(void) { CHECK(1 + 1 == 2); }
 *     UNIT_MAIN(UNIT(some_name), ...)
 *
 * and prints one line a test: "ok NAME", "FAIL NAME: where: what", "skip NAME: why". The runner
 * (tests/run.sh) counts those lines. White-box tests get it by tests/unit/unit.h; others include
 * httpsc.h before this.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *unit_name;
static int unit_failed;
static int unit_skipped;

static void unit_check(int ok, const char *what, const char *file, int line)
{
    if (!ok && !unit_failed) {
        printf("FAIL %s: %s:%d: %s\n", unit_name, file, line, what);
        unit_failed = 1;
    }
}

/* Goes on after a failure; the first one of a test is printed. */
#define CHECK(condition) unit_check((condition) != 0, #condition, __FILE__, __LINE__)

/* Two numbers, two texts: prints both when they differ. */
#define CHECK_INT(actual, expected) \
    unit_check_int((long long)(actual), (long long)(expected), #actual, __FILE__, __LINE__)
#define CHECK_TEXT(actual, expected) \
    unit_check_text((actual), (expected), #actual, __FILE__, __LINE__)

static inline void unit_check_int(long long actual, long long expected, const char *what,
                                  const char *file, int line)
{
    if (actual != expected) {
        char text[256];

        snprintf(text, sizeof text, "%s is %lld, not %lld", what, actual, expected);
        unit_check(0, text, file, line);
    }
}

static inline void unit_check_text(const char *actual, const char *expected, const char *what,
                                   const char *file, int line)
{
    if (actual == NULL || strcmp(actual, expected) != 0) {
        char text[1024];

        snprintf(text, sizeof text, "%.100s is \"%.440s\", not \"%.440s\"", what,
                 actual == NULL ? "(null)" : actual, expected);
        unit_check(0, text, file, line);
    }
}

/* Ends a test that cannot run here; it is printed and counted. */
#define SKIP(reason) \
    do { \
        printf("skip %s: %s\n", unit_name, reason); \
        unit_skipped = 1; \
        return; \
    } while (0)

/* An allocator that counts: leaks, wrong sizes at free, and the n-th call failing. */
typedef struct unit_memory {
    size_t live_blocks;
    size_t live_bytes;
    size_t num_allocs;  /* calls so far */
    size_t fail_at;     /* this call (counted from 1) and those after it fail; 0: none */
    int fail_once;      /* 1: only that call fails */
    int misuse;         /* a free with another size than the alloc */
    httpsc_allocator allocator;
} unit_memory;

static inline void *unit_memory_alloc(void *user, size_t size)
{
    unit_memory *memory = user;
    size_t *block;

    memory->num_allocs++;
    if (memory->fail_at != 0 && (memory->fail_once ? memory->num_allocs == memory->fail_at
                                                   : memory->num_allocs >= memory->fail_at)) {
        return NULL;
    }
    block = malloc(size + 16);
    if (block == NULL) {
        return NULL;
    }
    block[0] = size;
    memory->live_blocks++;
    memory->live_bytes += size;
    memset((unsigned char *)block + 16, 0xA5, size);
    return (unsigned char *)block + 16;
}

static inline void unit_memory_free(void *user, void *ptr, size_t size)
{
    unit_memory *memory = user;
    size_t *block = (size_t *)(void *)((unsigned char *)ptr - 16);

    if (block[0] != size) {
        memory->misuse = 1;
    }
    memory->live_blocks--;
    memory->live_bytes -= block[0];
    free(block);
}

static inline void unit_memory_init(unit_memory *memory)
{
    memset(memory, 0, sizeof *memory);
    memory->allocator.user = memory;
    memory->allocator.alloc = unit_memory_alloc;
    memory->allocator.free = unit_memory_free;
}

typedef struct unit_test {
    const char *name;
    void (*run)(void);
} unit_test;

#define UNIT(function) {#function, function}

/* With an argument, only the tests whose name contains it run. */
#define UNIT_MAIN(...) \
    int main(int argc, char **argv) \
    { \
        static const unit_test tests[] = {__VA_ARGS__}; \
        int failures = 0; \
        for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) { \
            if (argc > 1 && strstr(tests[i].name, argv[1]) == NULL) { \
                continue; \
            } \
            unit_name = tests[i].name; \
            unit_failed = 0; \
            unit_skipped = 0; \
            fflush(stdout); \
            tests[i].run(); \
            failures += unit_failed; \
            if (!unit_failed && !unit_skipped) { \
                printf("ok %s\n", unit_name); \
            } \
        } \
        return failures == 0 ? 0 : 1; \
    }

#endif
