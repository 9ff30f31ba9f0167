#include "pem.h"

#define PEM_DASHES "-----"

/* Goes to the next line that begins with "-----"; to the end, and 0, when there is none. */
static int pem_find_dashes(hc_cursor *text, int at_line_start)
{
    while (hc_cursor_left(text) > 0) {
        hc_cursor rest = *text;

        if (at_line_start && hc_take_text(&rest, PEM_DASHES)) {
            return 1;
        }
        /* base64 has no dash in it: one search passes over a whole body */
        (void)hc_take_until(&rest, '-');
        at_line_start = rest.at > text->at && (rest.at[-1] == '\n' || rest.at[-1] == '\r');
        if (rest.at == text->at) {
            rest.at++;
        }
        text->at = rest.at;
    }
    return 0;
}

/* "-----BEGIN label-----" or the same with END, and white space up to the end of the line. */
static int pem_take_line(hc_cursor *text, const char *word, hc_cursor *label)
{
    hc_cursor rest = *text;
    hc_cursor line;
    size_t len;

    line = hc_take_until(&rest, '\n');
    if (hc_take_char(&rest, '\n')) {
        text->at = rest.at;
    } else {
        text->at = text->end;
    }
    if (!hc_take_text(&line, PEM_DASHES) || !hc_take_text(&line, word)) {
        return 0;
    }
    len = hc_cursor_left(&line);
    while (len > 0 && (line.at[len - 1] == ' ' || line.at[len - 1] == '\t' ||
                       line.at[len - 1] == '\r')) {
        len--;
    }
    if (len < strlen(PEM_DASHES)) {
        return 0;
    }
    len -= strlen(PEM_DASHES);
    *label = hc_take_bytes(&line, len);
    return hc_take_text(&line, PEM_DASHES);
}

HC_FN int hc_pem_next(hc_cursor *text, hc_pem_block *block)
{
    int at_line_start = 1;

    memset(block, 0, sizeof *block);
    while (pem_find_dashes(text, at_line_start)) {
        hc_cursor end_label = {NULL, NULL};
        hc_cursor end_line;

        if (!pem_take_line(text, "BEGIN ", &block->label)) {
            continue;
        }
        block->body = *text;
        (void)pem_find_dashes(text, 1);
        block->body.end = text->at;
        /* a line that is not this block's END may be the BEGIN of another: it is left there */
        end_line = *text;
        if (pem_take_line(&end_line, "END ", &end_label)) {
            block->complete =
                hc_cursor_left(&end_label) == hc_cursor_left(&block->label) &&
                memcmp(end_label.at, block->label.at, hc_cursor_left(&end_label)) == 0;
            *text = end_line;
        }
        return 1;
    }
    return 0;
}

HC_FN int hc_pem_is(const hc_pem_block *block, const char *label)
{
    size_t len = strlen(label);

    return hc_cursor_left(&block->label) == len && memcmp(block->label.at, label, len) == 0;
}

/* What a character stands for: 0 to 63, or one of these. */
#define PEM_SPACE 64
#define PEM_PAD 65
#define PEM_BAD 255

static const unsigned char pem_alphabet[128] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 64,  64,  255, 64,  64,  255, 255, /* control */
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, /* control */
    64,  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 62,  255, 255, 255, 63,  /* + and / */
    52,  53,  54,  55,  56,  57,  58,  59,  60,  61,  255, 255, 255, 65,  255, 255, /* 0 to 9, = */
    255, 0,   1,   2,   3,   4,   5,   6,   7,   8,   9,   10,  11,  12,  13,  14,  /* A to O */
    15,  16,  17,  18,  19,  20,  21,  22,  23,  24,  25,  255, 255, 255, 255, 255, /* P to Z */
    255, 26,  27,  28,  29,  30,  31,  32,  33,  34,  35,  36,  37,  38,  39,  40,  /* a to o */
    41,  42,  43,  44,  45,  46,  47,  48,  49,  50,  51,  255, 255, 255, 255, 255, /* p to z */
};

static unsigned pem_value(unsigned char character)
{
    return character < 128 ? pem_alphabet[character] : PEM_BAD;
}

/* Whole groups of four without white space or padding between them: nearly all of a body. */
static void pem_decode_groups(hc_cursor *body, unsigned char *out, size_t max, size_t *len)
{
    const unsigned char *at = body->at;
    size_t num_groups = hc_min((size_t)(body->end - at) / 4, (max - *len) / 3);

    while (num_groups-- > 0) {
        unsigned a = pem_value(at[0]);
        unsigned b = pem_value(at[1]);
        unsigned c = pem_value(at[2]);
        unsigned d = pem_value(at[3]);

        if ((a | b | c | d) > 63) {
            break;
        }
        out[(*len)++] = (unsigned char)(a << 2 | b >> 4);
        out[(*len)++] = (unsigned char)((b & 15) << 4 | c >> 2);
        out[(*len)++] = (unsigned char)((c & 3) << 6 | d);
        at += 4;
    }
    body->at = at;
}

HC_FN int hc_base64_decode(hc_cursor body, unsigned char *out, size_t max, int prefix_only,
                           size_t *len)
{
    uint32_t bits = 0; /* of the group of four that was begun; only the last bits count */
    unsigned num_chars = 0;
    unsigned num_pads = 0;

    *len = 0;
    while (hc_cursor_left(&body) > 0) {
        unsigned value;

        if (num_chars == 0 && num_pads == 0) {
            pem_decode_groups(&body, out, max, len);
        }
        if (prefix_only && *len == max) {
            return 1;
        }
        if (hc_cursor_left(&body) == 0) {
            break;
        }
        value = pem_value(hc_take_u8(&body));
        if (value == PEM_SPACE) {
            continue;
        }
        if (value == PEM_PAD) {
            num_pads++;
            continue;
        }
        if (value == PEM_BAD || num_pads > 0) {
            return 0;
        }
        bits = bits << 6 | value;
        num_chars = (num_chars + 1) & 3;
        if (num_chars != 1) {
            if (*len == max) {
                return 0;
            }
            out[(*len)++] = (unsigned char)(bits >> (num_chars == 0 ? 0 : 8 - 2 * num_chars));
        }
    }
    /* two characters end with "==" and four bits of nothing, three with "=" and two of them */
    switch (num_chars) {
    case 0:
        return num_pads == 0;
    case 2:
        return num_pads == 2 && (bits & 15) == 0;
    case 3:
        return num_pads == 1 && (bits & 3) == 0;
    default:
        return 0;
    }
}
