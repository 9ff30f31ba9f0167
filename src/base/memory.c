#include "memory.h"

HC_FN void *hc_alloc(const httpsc_allocator *allocator, size_t size)
{
    void *ptr = size == 0 ? NULL : allocator->alloc(allocator->user, size);

    if (ptr != NULL) {
        memset(ptr, 0, size);
    }
    return ptr;
}

HC_FN void hc_free(const httpsc_allocator *allocator, void *ptr, size_t size)
{
    if (ptr != NULL) {
        allocator->free(allocator->user, ptr, size);
    }
}

HC_FN void hc_free_secret(const httpsc_allocator *allocator, void *ptr, size_t size)
{
    if (ptr != NULL) {
        hc_wipe(ptr, size);
        allocator->free(allocator->user, ptr, size);
    }
}

HC_FN void hc_wipe(void *ptr, size_t len)
{
#if defined(__GNUC__)
    if (len > 0) {
        memset(ptr, 0, len);
        __asm__ __volatile__("" : : "r"(ptr) : "memory"); /* someone may look at it */
    }
#else
    volatile unsigned char *bytes = ptr;

    while (len > 0) {
        bytes[--len] = 0;
    }
#endif
}

HC_FN char *hc_copy_text(const httpsc_allocator *allocator, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = hc_alloc(allocator, size);

    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}

HC_FN void hc_free_text(const httpsc_allocator *allocator, char *text)
{
    if (text != NULL) {
        hc_free(allocator, text, strlen(text) + 1);
    }
}

HC_FN int hc_bits_same(const unsigned char *a, const unsigned char *b, size_t num_bits)
{
    size_t whole = num_bits / 8;
    unsigned mask = 0xFF00U >> (num_bits % 8) & 0xFFU;

    return memcmp(a, b, whole) == 0 && (mask == 0 || ((a[whole] ^ b[whole]) & mask) == 0);
}
