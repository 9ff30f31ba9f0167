/*
 * libFuzzer: chunked bodies. Read whole and in pieces they must come to the same, and what is
 * accepted must be what a few lines that know nothing of pieces read from it.
 *
 * An input is a byte (bit 1: tight limits), two lengths of pieces, and the body.
 */
#include "response_run.h"

static const char chunked_head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/* RFC 9112, 7.1, trailers passed over: 1 and the body, or 0. */
static int chunked_read(hc_cursor text, unsigned char *body, size_t *body_len)
{
    *body_len = 0;
    for (;;) {
        uint64_t chunk = 0;
        size_t num_digits = 0;

        while (hc_hex_value(hc_peek(&text)) >= 0) {
            chunk = chunk << 4 | (uint64_t)hc_hex_value(hc_take_u8(&text));
            num_digits++;
        }
        hc_take_until(&text, '\n'); /* extensions, if the reader liked them */
        if (num_digits == 0 || num_digits > 16 || !hc_take_char(&text, '\n')) {
            return 0;
        }
        if (chunk == 0) {
            break;
        }
        if (chunk > hc_cursor_left(&text)) {
            return 0;
        }
        memcpy(body + *body_len, text.at, (size_t)chunk);
        *body_len += (size_t)chunk;
        text.at += chunk;
        if (!hc_take_text(&text, "\r\n")) {
            return 0;
        }
    }
    while (!hc_take_text(&text, "\r\n")) {
        hc_take_until(&text, '\n');
        if (!hc_take_char(&text, '\n')) {
            return 0;
        }
    }
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t one = 1;
    response_run whole;
    response_run pieces;
    const httpsc_limits *limits;

    if (size < 3) {
        return 0;
    }
    limits = run_limits(0);
    if (data[0] & 2) {
        static httpsc_limits tight;

        tight = *run_limits(1);
        tight.max_field_line_bytes = tight.max_fields_bytes = 64; /* the head has to pass */
        limits = &tight;
    }
    run_response(&whole, chunked_head, data + 3, size - 3, limits, 0, NULL, 0);
    run_response(&pieces, chunked_head, data + 3, size - 3, limits, 0, data + 1, 2);
    run_same(&whole, &pieces);
    free(pieces.body);
    run_response(&pieces, chunked_head, data + 3, size - 3, limits, 0, &one, 1);
    run_same(&whole, &pieces);
    free(pieces.body);
    FUZZ_CHECK(whole.status == 200);
    if (whole.code == HTTPSC_OK) {
        unsigned char *body = malloc(size);
        size_t body_len;
        size_t len = whole.num_taken - strlen(chunked_head);

        FUZZ_CHECK(body != NULL && chunked_read(hc_cursor_over(data + 3, len), body, &body_len));
        FUZZ_CHECK(body_len == whole.body_len && memcmp(body, whole.body, body_len) == 0);
        free(body);
    }
    free(whole.body);
    return 0;
}
