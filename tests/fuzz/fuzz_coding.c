/*
 * libFuzzer: gzip and deflate, undone whole and in pieces: the same must come of both.
 *
 * An input is a byte (bit 0: deflate; the rest: the length of the pieces), a byte (how much room
 * for what comes out), and the body.
 */
#ifndef HTTPSC_USE_ZLIB
#define HTTPSC_USE_ZLIB
#endif
#include "fuzz.h"

#define CODING_OUT_MAX ((uint64_t)2 << 20)
#define CODING_RATIO 50

static unsigned char *coding_read(const uint8_t *data, size_t size, hc_coding coding,
                                  size_t piece_len, size_t room, int *code, size_t *len)
{
    unsigned char *out = malloc((size_t)CODING_OUT_MAX + room);
    httpsc_error error = {0};
    hc_decoder decoder;

    FUZZ_CHECK(out != NULL);
    *len = 0;
    *code = hc_decoder_open(&decoder, &fuzz_allocator, coding, CODING_OUT_MAX, CODING_RATIO,
                            &error);
    for (size_t at = 0; at < size && *code == HTTPSC_OK; at += hc_min(piece_len, size - at)) {
        size_t num_in = hc_min(piece_len, size - at);
        unsigned char *piece = malloc(num_in);
        hc_cursor in = hc_cursor_over(piece, num_in);
        size_t num_out;

        FUZZ_CHECK(piece != NULL);
        memcpy(piece, data + at, num_in);
        do {
            *code = hc_decoder_read(&decoder, &in, out + *len, room, &num_out, &error);
            FUZZ_CHECK(num_out <= room && (*code == HTTPSC_OK || num_out == 0));
            *len += num_out;
        } while (num_out > 0);
        FUZZ_CHECK(*code != HTTPSC_OK || hc_cursor_left(&in) == 0);
        free(piece);
    }
    if (*code == HTTPSC_OK) {
        *code = hc_decoder_end(&decoder, &error);
    }
    FUZZ_CHECK(*code == error.code);
    FUZZ_CHECK(*len <= CODING_OUT_MAX);
    FUZZ_CHECK(*len <= HC_RATIO_FREE_BYTES || *len <= size * CODING_RATIO);
    hc_decoder_close(&decoder);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_coding coding;
    size_t piece_len;
    size_t room;
    unsigned char *whole;
    unsigned char *pieces;
    size_t whole_len;
    size_t pieces_len;
    int whole_code;
    int pieces_code;

    if (size < 2) {
        return 0;
    }
    coding = (data[0] & 1) != 0 ? HC_CODING_DEFLATE : HC_CODING_GZIP;
    piece_len = 1 + (data[0] >> 1);
    room = 1 + (size_t)data[1];
    whole = coding_read(data + 2, size - 2, coding, size, 65536, &whole_code, &whole_len);
    pieces = coding_read(data + 2, size - 2, coding, piece_len, room, &pieces_code, &pieces_len);
    FUZZ_CHECK((whole_code == HTTPSC_OK) == (pieces_code == HTTPSC_OK));
    if (whole_code == HTTPSC_OK) {
        FUZZ_CHECK(whole_len == pieces_len && memcmp(whole, pieces, whole_len) == 0);
    }
    free(whole);
    free(pieces);
    return 0;
}
