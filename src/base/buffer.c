#include "buffer.h"

#define BUFFER_FIRST_CAPACITY 256

/* What a buffer grows to: twice what it was, so that bytes are seldom copied; or, where memory is
 * a small block, little more than is needed. At least needed, unless that is near SIZE_MAX. */
static size_t buffer_grown(size_t capacity, size_t needed)
{
#ifdef HTTPSC_BARE
    size_t more = needed / 8 + 32;

    (void)capacity;
    return needed > SIZE_MAX - more ? needed : needed + more;
#else
    if (capacity < BUFFER_FIRST_CAPACITY) {
        capacity = BUFFER_FIRST_CAPACITY;
    }
    while (capacity < needed) {
        capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
    }
    return capacity;
#endif
}

HC_FN void hc_buffer_init(hc_buffer *buffer, const httpsc_allocator *allocator, size_t max)
{
    memset(buffer, 0, sizeof *buffer);
    buffer->allocator = allocator;
    buffer->max = max;
}

HC_FN hc_buffer_result hc_buffer_reserve(hc_buffer *buffer, size_t extra)
{
    size_t needed;
    size_t capacity;
    unsigned char *ptr;

    if (!hc_add(buffer->len, extra, &needed) || needed > buffer->max) {
        return HC_BUFFER_FULL;
    }
    if (needed <= buffer->capacity) {
        return HC_BUFFER_OK;
    }
    capacity = hc_min(buffer_grown(buffer->capacity, needed), buffer->max);
    ptr = buffer->allocator->alloc(buffer->allocator->user, capacity);
    if (ptr == NULL) {
        return HC_BUFFER_MEMORY;
    }
    if (buffer->len > 0) {
        memcpy(ptr, buffer->ptr, buffer->len);
    }
    hc_free_secret(buffer->allocator, buffer->ptr, buffer->capacity);
    buffer->ptr = ptr;
    buffer->capacity = capacity;
    return HC_BUFFER_OK;
}

HC_FN hc_buffer_result hc_buffer_add(hc_buffer *buffer, const void *bytes, size_t len)
{
    hc_buffer_result result = len <= buffer->capacity - buffer->len
                                  ? HC_BUFFER_OK
                                  : hc_buffer_reserve(buffer, len);

    if (result == HC_BUFFER_OK && len > 0) {
        memcpy(buffer->ptr + buffer->len, bytes, len);
        buffer->len += len;
    }
    return result;
}

HC_FN hc_buffer_result hc_buffer_add_text(hc_buffer *buffer, const char *text)
{
    return hc_buffer_add(buffer, text, strlen(text));
}

HC_FN void hc_buffer_consume(hc_buffer *buffer, size_t len)
{
    buffer->len -= len;
    if (buffer->len > 0 && len > 0) {
        memmove(buffer->ptr, buffer->ptr + len, buffer->len);
    }
}

HC_FN void hc_buffer_free(hc_buffer *buffer)
{
    hc_free_secret(buffer->allocator, buffer->ptr, buffer->capacity);
    buffer->ptr = NULL;
    buffer->len = 0;
    buffer->capacity = 0;
}
