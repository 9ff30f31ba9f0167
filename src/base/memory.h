/* Memory from the caller's allocator, and wiping that the compiler may not leave out. */
#ifndef HC_MEMORY_H
#define HC_MEMORY_H

#include "base.h"

/* size bytes, zeroed, or NULL. size 0 gives NULL. */
HC_FN void *hc_alloc(const httpsc_allocator *allocator, size_t size);

/* Gives back what hc_alloc gave, with the same size. ptr may be NULL. */
HC_FN void hc_free(const httpsc_allocator *allocator, void *ptr, size_t size);

/* The same, wiped first: for keys, plaintext, and what held them. */
HC_FN void hc_free_secret(const httpsc_allocator *allocator, void *ptr, size_t size);

/* Overwrites with zeros, whatever the optimiser thinks of it. */
HC_FN void hc_wipe(void *ptr, size_t len);

/* 1 when the first num_bits of both are the same, the highest of a byte first. */
HC_FN int hc_bits_same(const unsigned char *a, const unsigned char *b, size_t num_bits);

/* What these bytes tell of a secret is for everybody to see from here on: a verdict, a signature. A
 * mark for tests/compile/constant_time.c, which looks that nothing else is told. */
#ifndef HC_DECLASSIFY
#define HC_DECLASSIFY(ptr, len) ((void)(ptr), (void)(len))
#endif

/* A copy of a NUL-terminated text, or NULL; freed with hc_free_text, which takes NULL. */
HC_FN char *hc_copy_text(const httpsc_allocator *allocator, const char *text);
HC_FN void hc_free_text(const httpsc_allocator *allocator, char *text);

#endif
