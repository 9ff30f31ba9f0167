#include "der.h"

/* X.690, 8.1.3 and 10.1: the shortest form, never the indefinite one. */
static int der_take_length(hc_cursor *from, size_t *len)
{
    uint8_t first = hc_take_u8(from);
    size_t num_bytes = first & 0x7fu;
    uint32_t value = 0;

    if (first < 0x80) {
        *len = first;
        return !hc_cursor_failed(from);
    }
    if (num_bytes == 0 || num_bytes > 4 || hc_peek(from) == 0) {
        return 0;
    }
    for (size_t i = 0; i < num_bytes; i++) {
        value = value << 8 | hc_take_u8(from);
    }
    *len = value;
    return !hc_cursor_failed(from) && value >= 0x80;
}

HC_FN int hc_der_next(hc_cursor *from, hc_der *out)
{
    const unsigned char *begin = from->at;
    hc_cursor rest = *from;
    hc_der element;
    size_t len;

    if (hc_cursor_left(from) == 0) {
        return 0;
    }
    from->at = NULL;
    element.tag = hc_take_u8(&rest);
    if ((element.tag & 0x1f) == 0x1f || !der_take_length(&rest, &len) ||
        len > hc_cursor_left(&rest)) {
        return 0;
    }
    element.content = hc_take_bytes(&rest, len);
    element.whole = hc_cursor_over(begin, (size_t)(rest.at - begin));
    *from = rest;
    *out = element; /* last: from may be the content of out */
    return 1;
}

HC_FN int hc_der_take(hc_cursor *from, uint8_t tag, hc_der *out)
{
    return hc_peek(from) == tag && hc_der_next(from, out);
}

HC_FN int hc_der_take_positive(hc_cursor *from, hc_cursor *magnitude)
{
    hc_der integer;

    if (!hc_der_take(from, HC_DER_INTEGER, &integer)) {
        return 0;
    }
    *magnitude = integer.content;
    if (hc_take_char(magnitude, '\0')) {
        return hc_peek(magnitude) >= 0x80;
    }
    return hc_cursor_left(magnitude) > 0 && hc_peek(magnitude) < 0x80;
}

HC_FN int hc_der_same(hc_cursor a, hc_cursor b)
{
    size_t len = hc_cursor_left(&a);

    return a.at != NULL && b.at != NULL && len == hc_cursor_left(&b) &&
           memcmp(a.at, b.at, len) == 0;
}
