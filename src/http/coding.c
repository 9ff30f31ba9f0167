#include "coding.h"

#ifdef HTTPSC_USE_ZLIB

#include "field.h"

/* Where the decoder is. */
typedef enum coding_state {
    CODING_FIRST = 1, /* no stream yet: the bytes that tell deflate's wrapping */
    CODING_STREAM,
    CODING_BETWEEN,   /* a member of gzip has ended, and another may follow */
    CODING_FAILED
} coding_state;

#define CODING_GZIP_WINDOW (16 + MAX_WBITS)

/* ---- which coding ------------------------------------------------------------------------- */

static hc_coding coding_of(hc_cursor token)
{
    static const struct {
        const char *name;
        hc_coding coding;
    } codings[] = {
        {"", HC_CODING_IDENTITY},     {"identity", HC_CODING_IDENTITY},
        {"none", HC_CODING_IDENTITY}, {"gzip", HC_CODING_GZIP},
        {"x-gzip", HC_CODING_GZIP},   {"deflate", HC_CODING_DEFLATE},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(codings); i++) {
        if (hc_equal_nocase(token.at, hc_cursor_left(&token), codings[i].name,
                            strlen(codings[i].name))) {
            return codings[i].coding;
        }
    }
    return HC_CODING_UNKNOWN;
}

HC_FN hc_coding hc_coding_find(const httpsc_field *fields, size_t num_fields)
{
    hc_coding found = HC_CODING_IDENTITY;

    for (size_t i = 0; i < num_fields; i++) {
        hc_cursor list = hc_cursor_over(fields[i].value, strlen(fields[i].value));

        if (!hc_text_equal_nocase(fields[i].name, "Content-Encoding")) {
            continue;
        }
        do {
            hc_cursor token = hc_take_until(&list, ',');
            hc_coding coding;

            hc_trim_blanks(&token);
            coding = coding_of(token);
            if (coding != HC_CODING_IDENTITY) {
                found = found == HC_CODING_IDENTITY ? coding : HC_CODING_LAYERS;
            }
        } while (hc_take_char(&list, ','));
    }
    return found;
}

/* ---- zlib's memory ------------------------------------------------------------------------ */

/* zlib frees without the size, so it stands in front of each block. */
typedef union coding_block {
    size_t size;
    uint64_t aligned;
    void *pointer;
} coding_block;

static voidpf coding_alloc(voidpf user, uInt num_items, uInt item_size)
{
    const httpsc_allocator *allocator = user;
    coding_block *block;
    size_t size;

    if (!hc_mul(num_items, item_size, &size) || !hc_add(size, sizeof *block, &size)) {
        return Z_NULL;
    }
    block = hc_alloc(allocator, size);
    if (block == NULL) {
        return Z_NULL;
    }
    block->size = size;
    return block + 1;
}

static void coding_free(voidpf user, voidpf ptr)
{
    coding_block *block = (coding_block *)ptr - 1;

    hc_free_secret(user, block, block->size);
}

/* ---- the stream --------------------------------------------------------------------------- */

static int coding_fail(hc_decoder *decoder, int code, const char *what, httpsc_error *error)
{
    decoder->state = CODING_FAILED;
    hc_fail(&decoder->failure, code, 0, what == NULL ? NULL : "%s", what);
    *error = decoder->failure;
    return code;
}

static int coding_begin_stream(hc_decoder *decoder, int window_bits, httpsc_error *error)
{
    union {
        const httpsc_allocator *const_allocator;
        void *user;
    } allocator; /* zlib hands it back as it is */
    int result;

    allocator.const_allocator = decoder->allocator;
    memset(&decoder->stream, 0, sizeof decoder->stream);
    decoder->stream.zalloc = coding_alloc;
    decoder->stream.zfree = coding_free;
    decoder->stream.opaque = allocator.user;
    result = inflateInit2(&decoder->stream, window_bits);
    if (result != Z_OK) {
        return coding_fail(decoder, HTTPSC_ERR_MEMORY, NULL, error);
    }
    decoder->is_open = 1;
    decoder->state = CODING_STREAM;
    return HTTPSC_OK;
}

HC_FN int hc_decoder_open(hc_decoder *decoder, const httpsc_allocator *allocator,
                          hc_coding coding, uint64_t max_out, uint64_t max_ratio,
                          httpsc_error *error)
{
    memset(decoder, 0, sizeof *decoder);
    decoder->allocator = allocator;
    decoder->coding = coding;
    decoder->max_out = max_out;
    decoder->max_ratio = max_ratio;
    decoder->state = CODING_FIRST;
    return coding == HC_CODING_GZIP ? coding_begin_stream(decoder, CODING_GZIP_WINDOW, error)
                                    : HTTPSC_OK;
}

HC_FN void hc_decoder_close(hc_decoder *decoder)
{
    if (decoder->is_open) {
        inflateEnd(&decoder->stream);
    }
    hc_wipe(decoder, sizeof *decoder);
}

/* Feeds zlib once. *num_out counts what came out; what was taken of in is taken off it. */
static int coding_inflate(hc_decoder *decoder, hc_cursor *in, unsigned char *out, size_t len,
                          size_t *num_out, httpsc_error *error)
{
    z_stream *stream = &decoder->stream;
    union {
        const unsigned char *const_bytes;
        unsigned char *bytes;
    } next; /* zlib reads only; its own const depends on how it was configured */
    uInt had_in = (uInt)hc_min(hc_cursor_left(in), INT32_MAX);
    uInt had_out = (uInt)hc_min(len, INT32_MAX);
    int result;

    next.const_bytes = in->at;
    stream->next_in = next.bytes;
    stream->avail_in = had_in;
    stream->next_out = out;
    stream->avail_out = had_out;
    result = inflate(stream, Z_NO_FLUSH);
    in->at += had_in - stream->avail_in;
    decoder->num_in += had_in - stream->avail_in;
    *num_out = had_out - stream->avail_out;
    decoder->num_out += *num_out;
    switch (result) {
    case Z_OK:
    case Z_BUF_ERROR: /* nothing to do for the moment */
        break;
    case Z_STREAM_END:
        decoder->state = CODING_BETWEEN;
        break;
    case Z_MEM_ERROR:
        return coding_fail(decoder, HTTPSC_ERR_MEMORY, NULL, error);
    case Z_NEED_DICT:
        return coding_fail(decoder, HTTPSC_ERR_BODY_CODING, "a preset dictionary", error);
    default:
        return coding_fail(decoder, HTTPSC_ERR_BODY_CODING,
                           stream->msg == NULL ? "zlib refuses it" : stream->msg, error);
    }
    if (decoder->num_out > decoder->max_out) {
        return coding_fail(decoder, HTTPSC_ERR_LIMIT_BODY, "decoded", error);
    }
    if (decoder->num_out > HC_RATIO_FREE_BYTES &&
        decoder->num_out / decoder->max_ratio >= decoder->num_in &&
        decoder->num_out > decoder->num_in * decoder->max_ratio) {
        return coding_fail(decoder, HTTPSC_ERR_LIMIT_RATIO, NULL, error);
    }
    return HTTPSC_OK;
}

/*
 * deflate is zlib's format (RFC 9110, 8.4.1.2); some servers send the bare one (RFC 1951). The two
 * first bytes tell: a CMF of method 8, and a check that divides by 31 (RFC 1950, 2.2).
 */
static int coding_first(hc_decoder *decoder, hc_cursor *in, httpsc_error *error)
{
    unsigned header;

    while (decoder->num_first < 2 && hc_cursor_left(in) > 0) {
        decoder->first[decoder->num_first++] = hc_take_u8(in);
    }
    if (decoder->num_first < 2) {
        return HTTPSC_OK;
    }
    header = (unsigned)decoder->first[0] << 8 | decoder->first[1];
    return coding_begin_stream(
        decoder, (header >> 8 & 15) == 8 && header % 31 == 0 ? MAX_WBITS : -MAX_WBITS, error);
}

/* What was held back goes in first. */
static int coding_stream(hc_decoder *decoder, hc_cursor *in, unsigned char *out, size_t len,
                         size_t *num_out, httpsc_error *error)
{
    size_t num_held = decoder->num_first - decoder->num_first_taken;
    hc_cursor held = hc_cursor_over(decoder->first + decoder->num_first_taken, num_held);
    int code;

    if (num_held == 0) {
        return coding_inflate(decoder, in, out, len, num_out, error);
    }
    code = coding_inflate(decoder, &held, out, len, num_out, error);
    decoder->num_first_taken = decoder->num_first - hc_cursor_left(&held);
    return code;
}

/* Behind the end: another member of gzip, or nothing. */
static int coding_between(hc_decoder *decoder, hc_cursor *in, httpsc_error *error)
{
    if (decoder->coding != HC_CODING_GZIP || hc_peek(in) != 0x1f) {
        return coding_fail(decoder, HTTPSC_ERR_BODY_CODING, "bytes behind its end", error);
    }
    if (inflateReset(&decoder->stream) != Z_OK) {
        return coding_fail(decoder, HTTPSC_ERR_BODY_CODING, NULL, error);
    }
    decoder->state = CODING_STREAM;
    return HTTPSC_OK;
}

HC_FN int hc_decoder_read(hc_decoder *decoder, hc_cursor *in, unsigned char *out, size_t len,
                          size_t *num_out, httpsc_error *error)
{
    *num_out = 0;
    while (*num_out == 0) {
        size_t left = hc_cursor_left(in);
        int code = HTTPSC_OK;

        switch (decoder->state) {
        case CODING_FIRST:
            code = coding_first(decoder, in, error);
            break;
        case CODING_STREAM:
            code = coding_stream(decoder, in, out, len, num_out, error);
            break;
        case CODING_BETWEEN:
            if (left == 0 && decoder->num_first_taken == decoder->num_first) {
                return HTTPSC_OK;
            }
            code = coding_between(decoder, in, error);
            break;
        default:
            *error = decoder->failure;
            return decoder->failure.code;
        }
        if (code != HTTPSC_OK) {
            *num_out = 0;
            return code;
        }
        if (left == 0) {
            break;
        }
    }
    return HTTPSC_OK;
}

HC_FN int hc_decoder_end(hc_decoder *decoder, httpsc_error *error)
{
    if (decoder->state == CODING_FAILED) {
        *error = decoder->failure;
        return decoder->failure.code;
    }
    if (decoder->state == CODING_BETWEEN || (decoder->num_in == 0 && decoder->num_first == 0)) {
        return HTTPSC_OK;
    }
    return coding_fail(decoder, HTTPSC_ERR_BODY_CODING, "it was cut", error);
}

#endif
