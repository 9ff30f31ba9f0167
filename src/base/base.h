/* What every part begins with: linkage, the public words, and arithmetic that cannot wrap. */
#ifndef HC_BASE_H
#define HC_BASE_H

/* static in the single unit; empty where a part is compiled alone */
#ifndef HC_FN
#define HC_FN
#endif

/* The same for what only programs call that drive a floor themselves. */
#ifndef HC_FACE
#define HC_FACE HC_FN
#endif

/* A function with large locals that deep calls do not go through: kept out of its callers, so that
 * they do not carry its room on the stack. */
#if defined(__GNUC__)
#define HC_APART __attribute__((noinline))
#else
#define HC_APART
#endif

/* A function that runs once a client, or in few programs: made small, with what it alone calls, and
 * quick to compile, at every level of optimisation. */
#if defined(__GNUC__)
#define HC_SELDOM __attribute__((cold))
#else
#define HC_SELDOM
#endif

#ifndef HTTPSC_IMPLEMENTATION
#define HTTPSC_IMPLEMENTATION
#endif
#include "../httpsc.h"
#include "features.h"

#include <string.h>

#define HC_ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* A build without an operating system has no threads either. */
#if defined(HTTPSC_BARE) && !defined(HTTPSC_NO_THREADS)
#define HC_NO_THREADS 1
#elif defined(HTTPSC_NO_THREADS)
#define HC_NO_THREADS 1
#endif

/* Sum and product of sizes; 0 when the result does not fit, and then *out is not written. */
static inline int hc_add(size_t a, size_t b, size_t *out)
{
    if (b > SIZE_MAX - a) {
        return 0;
    }
    *out = a + b;
    return 1;
}

static inline int hc_mul(size_t a, size_t b, size_t *out)
{
    if (a != 0 && b > SIZE_MAX / a) {
        return 0;
    }
    *out = a * b;
    return 1;
}

static inline size_t hc_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

#endif
