#include "cursor.h"

HC_FN hc_cursor hc_cursor_over(const void *bytes, size_t len)
{
    static const unsigned char nothing[1] = {0};
    hc_cursor cursor;

    cursor.at = bytes == NULL ? nothing : bytes;
    cursor.end = cursor.at + (bytes == NULL ? 0 : len);
    return cursor;
}

HC_FN size_t hc_cursor_left(const hc_cursor *cursor)
{
    return cursor->at == NULL ? 0 : (size_t)(cursor->end - cursor->at);
}

HC_FN int hc_cursor_failed(const hc_cursor *cursor)
{
    return cursor->at == NULL;
}

HC_FN hc_cursor hc_take_bytes(hc_cursor *cursor, size_t len)
{
    hc_cursor taken = {NULL, NULL};

    if (cursor->at == NULL || len > hc_cursor_left(cursor)) {
        cursor->at = NULL;
        return taken;
    }
    taken = hc_cursor_over(cursor->at, len);
    cursor->at += len;
    return taken;
}

HC_FN uint8_t hc_take_u8(hc_cursor *cursor)
{
    hc_cursor byte = hc_take_bytes(cursor, 1);

    return byte.at == NULL ? 0 : byte.at[0];
}

HC_FN uint16_t hc_take_u16(hc_cursor *cursor)
{
    hc_cursor bytes = hc_take_bytes(cursor, 2);

    return bytes.at == NULL ? 0 : (uint16_t)((unsigned)bytes.at[0] << 8 | bytes.at[1]);
}

HC_FN int hc_peek(const hc_cursor *cursor)
{
    return hc_cursor_left(cursor) == 0 ? -1 : cursor->at[0];
}

HC_FN int hc_take_char(hc_cursor *cursor, char expected)
{
    if (hc_peek(cursor) != (unsigned char)expected) {
        return 0;
    }
    cursor->at++;
    return 1;
}

HC_FN int hc_take_text(hc_cursor *cursor, const char *expected)
{
    size_t len = strlen(expected);

    if (hc_cursor_left(cursor) < len || memcmp(cursor->at, expected, len) != 0) {
        return 0;
    }
    cursor->at += len;
    return 1;
}

HC_FN hc_cursor hc_take_until(hc_cursor *cursor, char stop)
{
    size_t left = hc_cursor_left(cursor);
    const unsigned char *found = left == 0 ? NULL : memchr(cursor->at, stop, left);

    return hc_take_bytes(cursor, found == NULL ? left : (size_t)(found - cursor->at));
}

HC_FN int hc_is_digit(int character)
{
    return character >= '0' && character <= '9';
}

HC_FN int hc_is_alpha(int character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

HC_FN int hc_hex_value(int character)
{
    if (hc_is_digit(character)) {
        return character - '0';
    }
    character = hc_lower(character);
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

HC_FN int hc_lower(int character)
{
    return character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character;
}

HC_FN int hc_is_token_char(int character)
{
    /* a bit for each of 0x20 to 0x7f: !#$%&'*+-.0-9, A-Z^_, `a-z|~ */
    static const uint32_t is_token[3] = {0x03FF6CFAu, 0xC7FFFFFEu, 0x57FFFFFFu};

    return character >= 0x20 && character < 0x80 &&
           (is_token[(character >> 5) - 1] >> (character & 31) & 1) != 0;
}

HC_FN int hc_equal_nocase(const void *a, size_t a_len, const void *b, size_t b_len)
{
    const unsigned char *left = a;
    const unsigned char *right = b;

    if (a_len != b_len) {
        return 0;
    }
    for (size_t i = 0; i < a_len; i++) {
        if (hc_lower(left[i]) != hc_lower(right[i])) {
            return 0;
        }
    }
    return 1;
}

HC_FN int hc_text_equal_nocase(const char *a, const char *b)
{
    size_t i = 0;

    while (a[i] != '\0' && hc_lower((unsigned char)a[i]) == hc_lower((unsigned char)b[i])) {
        i++;
    }
    return a[i] == b[i];
}
