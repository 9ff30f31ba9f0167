#include "hello_extensions.h"

static const uint16_t hello_extension_numbers[HC_NUM_HELLO_EXTENSIONS] = {
    0, 1, 10, 11, 13, 16, 23, 28, 35, 41, 42, 43, 44, 45, 47, 48, 50, 51, 0xFF01,
};

HC_FN unsigned hc_extension_number(hc_extension_index index)
{
    return hello_extension_numbers[index];
}

/* The index of a number; HC_NUM_HELLO_EXTENSIONS for an unknown one. */
static size_t hello_extension_find(unsigned number)
{
    size_t i = 0;

    while (i < HC_NUM_HELLO_EXTENSIONS && hello_extension_numbers[i] != number) {
        i++;
    }
    return i;
}

HC_FN hc_extensions_result hc_extensions_read(hc_cursor list, int ignore_unknown,
                                              hc_extensions *out)
{
    uint16_t seen[HC_EXTENSIONS_MAX];
    size_t num_seen = 0;
    int has_duplicate = 0;
    int has_unknown = 0;

    memset(out, 0, sizeof *out);
    while (hc_cursor_left(&list) > 0) {
        uint16_t number = hc_take_u16(&list);
        hc_cursor body = hc_take_vector16(&list);
        size_t index = hello_extension_find(number);

        if (hc_cursor_failed(&list) || num_seen == HC_EXTENSIONS_MAX) {
            return HC_EXTENSIONS_MALFORMED;
        }
        for (size_t i = 0; i < num_seen; i++) {
            has_duplicate |= seen[i] == number;
        }
        seen[num_seen++] = number;
        if (index < HC_NUM_HELLO_EXTENSIONS) {
            out->present |= HC_HELLO_BIT(index);
            out->body[index] = body;
        } else {
            has_unknown = !ignore_unknown;
        }
    }
    return hc_cursor_failed(&list) ? HC_EXTENSIONS_MALFORMED
           : has_duplicate         ? HC_EXTENSIONS_DUPLICATE
           : has_unknown           ? HC_EXTENSIONS_UNKNOWN
                                   : HC_EXTENSIONS_OK;
}
