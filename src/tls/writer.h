/* Writes what the peer reads: numbers and length-prefixed vectors, into a buffer with a maximum. */
#ifndef HC_WRITER_H
#define HC_WRITER_H

#include "../base/buffer.h"
#include "../base/cursor.h"

/* After the first thing that did not fit, or found no memory, nothing more is written: who writes
 * may check once, at the end. */
typedef struct hc_writer {
    hc_buffer *buffer;
    int failed;
} hc_writer;

HC_FN hc_writer hc_writer_on(hc_buffer *buffer);

HC_FN void hc_put_u8(hc_writer *writer, unsigned value);
HC_FN void hc_put_u16(hc_writer *writer, unsigned value);
HC_FN void hc_put_u32(hc_writer *writer, uint32_t value);
HC_FN void hc_put_u64(hc_writer *writer, uint64_t value);
HC_FN void hc_put_bytes(hc_writer *writer, const void *bytes, size_t len);

/* Begins a vector whose length takes len_bytes (1 to 3); ended with the value returned. */
HC_FN size_t hc_put_begin(hc_writer *writer, size_t len_bytes);
HC_FN void hc_put_end(hc_writer *writer, size_t begun, size_t len_bytes);

/* The other way round: what base's cursor lacks. */
HC_FN uint32_t hc_take_u24(hc_cursor *from);
HC_FN uint32_t hc_take_u32(hc_cursor *from);
HC_FN uint64_t hc_take_u64(hc_cursor *from);

/* Vectors with a length of one, two or three bytes before them. */
HC_FN hc_cursor hc_take_vector8(hc_cursor *from);
HC_FN hc_cursor hc_take_vector16(hc_cursor *from);
HC_FN hc_cursor hc_take_vector24(hc_cursor *from);

/* 1 when all was read, and nothing failed. */
HC_FN int hc_took_all(const hc_cursor *from);

#endif
