#include "field.h"

HC_FN int hc_is_token(hc_cursor text)
{
    size_t len = hc_cursor_left(&text);

    for (size_t i = 0; i < len; i++) {
        if (!hc_is_token_char(text.at[i])) {
            return 0;
        }
    }
    return len > 0;
}

HC_FN int hc_is_field_text(hc_cursor text)
{
    for (size_t i = 0, len = hc_cursor_left(&text); i < len; i++) {
        int character = text.at[i];

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
