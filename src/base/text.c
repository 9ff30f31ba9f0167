#include "text.h"

#define TEXT_ESCAPED_MAX 80

HC_FN hc_text hc_text_in(char *place, size_t size)
{
    hc_text text = {NULL, 0, 0, 0};

    text.ptr = place;
    text.size = size;
    place[0] = '\0';
    return text;
}

HC_FN void hc_text_add_bytes(hc_text *text, const void *bytes, size_t len)
{
    size_t room = text->size - 1 - text->len;

    if (len > room) {
        len = room;
        text->cut = 1;
    }
    if (len > 0) {
        memcpy(text->ptr + text->len, bytes, len);
    }
    text->len += len;
    text->ptr[text->len] = '\0';
}

HC_FN void hc_text_add(hc_text *text, const char *string)
{
    hc_text_add_bytes(text, string, strlen(string));
}

HC_FN void hc_text_add_escaped(hc_text *text, const void *bytes, size_t len)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *at = bytes;
    size_t shown = hc_min(len, TEXT_ESCAPED_MAX);

    for (size_t i = 0; i < shown; i++) {
        if (at[i] >= 0x20 && at[i] <= 0x7e && at[i] != '\\') {
            hc_text_add_bytes(text, at + i, 1);
        } else {
            char escape[4] = {'\\', 'x', '0', '0'};

            escape[2] = hex[at[i] >> 4];
            escape[3] = hex[at[i] & 15];
            hc_text_add_bytes(text, escape, sizeof escape);
        }
    }
    if (shown < len) {
        hc_text_add(text, "...");
    }
}

static void text_add_unsigned(hc_text *text, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    hc_text_add_bytes(text, digits + at, sizeof digits - at);
}

HC_FN void hc_text_add_int(hc_text *text, int64_t value)
{
    if (value < 0) {
        hc_text_add(text, "-");
        text_add_unsigned(text, 0 - (uint64_t)value);
    } else {
        text_add_unsigned(text, (uint64_t)value);
    }
}

HC_FN void hc_text_add_format(hc_text *text, const char *format, va_list args)
{
    while (*format != '\0') {
        const char *percent = strchr(format, '%');
        const void *bytes;
        const char *string;

        if (percent == NULL) {
            hc_text_add(text, format);
            return;
        }
        hc_text_add_bytes(text, format, (size_t)(percent - format));
        switch (percent[1]) {
        case 's':
            hc_text_add(text, va_arg(args, const char *));
            break;
        case 'q':
            bytes = va_arg(args, const void *);
            hc_text_add_escaped(text, bytes, va_arg(args, size_t));
            break;
        case 'e':
            string = va_arg(args, const char *);
            hc_text_add_escaped(text, string, strlen(string));
            break;
        case 'd':
            hc_text_add_int(text, va_arg(args, int));
            break;
        case 'z':
            text_add_unsigned(text, va_arg(args, size_t));
            break;
        default:
            hc_text_add(text, "%");
            break;
        }
        format = percent[1] == '\0' ? percent + 1 : percent + 2;
    }
}
