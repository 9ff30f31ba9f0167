/* The two ways to read a peer's bytes: by characters and by lengths, neither past the end. */
#ifndef HC_CURSOR_H
#define HC_CURSOR_H

#include "base.h"

/* What is left to read: [at, end). The first failed read moves at to NULL, and from then on every
 * read fails: a parser may check once, at its end. */
typedef struct hc_cursor {
    const unsigned char *at;
    const unsigned char *end;
} hc_cursor;

HC_FN hc_cursor hc_cursor_over(const void *bytes, size_t len);
HC_FN size_t hc_cursor_left(const hc_cursor *cursor);
HC_FN int hc_cursor_failed(const hc_cursor *cursor);

/* Bytes: big-endian numbers and sub-cursors. 0 and a cursor with nothing left after a failure. */
HC_FN uint8_t hc_take_u8(hc_cursor *cursor);
HC_FN uint16_t hc_take_u16(hc_cursor *cursor);
HC_FN hc_cursor hc_take_bytes(hc_cursor *cursor, size_t len);

/* Text: the next character without taking it, -1 at the end; and taking it when it is `expected`,
 * or when it starts with the text. */
HC_FN int hc_peek(const hc_cursor *cursor);
HC_FN int hc_take_char(hc_cursor *cursor, char expected);
HC_FN int hc_take_text(hc_cursor *cursor, const char *expected);

/* Characters up to, and not with, the first one that equals stop; all of them where none does. */
HC_FN hc_cursor hc_take_until(hc_cursor *cursor, char stop);

/* ASCII, without a locale. */
HC_FN int hc_is_digit(int character);
HC_FN int hc_is_alpha(int character);
HC_FN int hc_hex_value(int character); /* 0..15, or -1 */
HC_FN int hc_lower(int character);
HC_FN int hc_is_token_char(int character); /* tchar of RFC 9110, 5.6.2 */

/* ASCII case ignored. */
HC_FN int hc_equal_nocase(const void *a, size_t a_len, const void *b, size_t b_len);
HC_FN int hc_text_equal_nocase(const char *a, const char *b);

#endif
