#include "writer.h"

HC_FN hc_writer hc_writer_on(hc_buffer *buffer)
{
    hc_writer writer = {NULL, 0};

    writer.buffer = buffer;
    return writer;
}

HC_FN void hc_put_bytes(hc_writer *writer, const void *bytes, size_t len)
{
    if (!writer->failed && hc_buffer_add(writer->buffer, bytes, len) != HC_BUFFER_OK) {
        writer->failed = 1;
    }
}

HC_FN void hc_put_u8(hc_writer *writer, unsigned value)
{
    unsigned char byte = (unsigned char)value;

    hc_put_bytes(writer, &byte, 1);
}

HC_FN void hc_put_u16(hc_writer *writer, unsigned value)
{
    hc_put_u8(writer, value >> 8);
    hc_put_u8(writer, value & 0xFF);
}

HC_FN void hc_put_u32(hc_writer *writer, uint32_t value)
{
    hc_put_u16(writer, (unsigned)(value >> 16));
    hc_put_u16(writer, (unsigned)(value & 0xFFFF));
}

HC_FN void hc_put_u64(hc_writer *writer, uint64_t value)
{
    hc_put_u32(writer, (uint32_t)(value >> 32));
    hc_put_u32(writer, (uint32_t)(value & 0xFFFFFFFF));
}

HC_FN size_t hc_put_begin(hc_writer *writer, size_t len_bytes)
{
    static const unsigned char zeros[3] = {0};
    size_t begun = writer->buffer->len;

    hc_put_bytes(writer, zeros, len_bytes);
    return begun;
}

HC_FN void hc_put_end(hc_writer *writer, size_t begun, size_t len_bytes)
{
    size_t len;

    if (writer->failed) {
        return;
    }
    len = writer->buffer->len - begun - len_bytes;
    for (size_t i = len_bytes; i > 0; i--) {
        writer->buffer->ptr[begun + i - 1] = (unsigned char)(len & 0xFF);
        len >>= 8;
    }
    if (len != 0) {
        writer->failed = 1;
    }
}

HC_FN uint32_t hc_take_u24(hc_cursor *from)
{
    uint32_t high = hc_take_u8(from);

    return high << 16 | hc_take_u16(from);
}

HC_FN uint32_t hc_take_u32(hc_cursor *from)
{
    uint32_t high = hc_take_u16(from);

    return high << 16 | hc_take_u16(from);
}

HC_FN uint64_t hc_take_u64(hc_cursor *from)
{
    uint64_t high = hc_take_u32(from);

    return high << 32 | hc_take_u32(from);
}

HC_FN hc_cursor hc_take_vector8(hc_cursor *from)
{
    return hc_take_bytes(from, hc_take_u8(from));
}

HC_FN hc_cursor hc_take_vector16(hc_cursor *from)
{
    return hc_take_bytes(from, hc_take_u16(from));
}

HC_FN hc_cursor hc_take_vector24(hc_cursor *from)
{
    return hc_take_bytes(from, hc_take_u24(from));
}

HC_FN int hc_took_all(const hc_cursor *from)
{
    return !hc_cursor_failed(from) && hc_cursor_left(from) == 0;
}
