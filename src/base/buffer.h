/* A run of bytes that grows up to a maximum. */
#ifndef HC_BUFFER_H
#define HC_BUFFER_H

#include "memory.h"

/* ptr[0..len) is the content. Zeroed but for allocator and max it is empty and owns nothing. */
typedef struct hc_buffer {
    const httpsc_allocator *allocator;
    unsigned char *ptr;
    size_t len;
    size_t capacity;
    size_t max;
} hc_buffer;

typedef enum hc_buffer_result {
    HC_BUFFER_OK = 1, /* none of the results is 0: a forgotten result is not success */
    HC_BUFFER_FULL,   /* it would pass max; the content is unchanged */
    HC_BUFFER_MEMORY  /* the allocator gave none; the content is unchanged */
} hc_buffer_result;

HC_FN void hc_buffer_init(hc_buffer *buffer, const httpsc_allocator *allocator, size_t max);

/* Room for extra bytes behind len. */
HC_FN hc_buffer_result hc_buffer_reserve(hc_buffer *buffer, size_t extra);

/* Appends bytes, or a NUL-terminated text without its NUL. */
HC_FN hc_buffer_result hc_buffer_add(hc_buffer *buffer, const void *bytes, size_t len);
HC_FN hc_buffer_result hc_buffer_add_text(hc_buffer *buffer, const char *text);

/* Drops the first len bytes. */
HC_FN void hc_buffer_consume(hc_buffer *buffer, size_t len);

/* Gives back the memory, wiped. */
HC_FN void hc_buffer_free(hc_buffer *buffer);

#endif
