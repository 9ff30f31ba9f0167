#include "field.h"

HC_FN int hc_is_token(hc_cursor text)
{
    if (hc_cursor_left(&text) == 0) {
        return 0;
    }
    while (hc_cursor_left(&text) > 0) {
        if (!hc_is_token_char(hc_take_u8(&text))) {
            return 0;
        }
    }
    return 1;
}

HC_FN int hc_is_field_text(hc_cursor text)
{
    while (hc_cursor_left(&text) > 0) {
        int character = hc_take_u8(&text);

        if ((character < 0x20 && character != '\t') || character == 0x7f) {
            return 0;
        }
    }
    return 1;
}

HC_FN void hc_trim_blanks(hc_cursor *text)
{
    while (hc_take_char(text, ' ') || hc_take_char(text, '\t')) {
    }
    while (text->end > text->at && (text->end[-1] == ' ' || text->end[-1] == '\t')) {
        text->end--;
    }
}
