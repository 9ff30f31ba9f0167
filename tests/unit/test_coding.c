/* gzip and deflate: RFC 1950 to 1952, DEFENCES P2, P3. The other way is zlib's own deflate. */
#include "unit.h"

#ifdef HTTPSC_USE_ZLIB

#define NO_LIMIT ((uint64_t)1 << 62)
#define RATIO 100

static unit_memory coding_memory;
static httpsc_error coding_error;
static hc_decoder decoder;
static unsigned char coded[1 << 16];
static unsigned char decoded[1 << 16];

typedef enum packing { GZIP = 31, ZLIB = 15, RAW = -15 } packing;

/* Packs text behind coded[at]; where it ends. */
static size_t pack(size_t at, packing how, const void *text, size_t len)
{
    unsigned char copy[8192];
    z_stream stream;

    memset(&stream, 0, sizeof stream);
    memcpy(copy, text, len);
    CHECK_INT(deflateInit2(&stream, 9, Z_DEFLATED, how, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = copy;
    stream.avail_in = (uInt)len;
    stream.next_out = coded + at;
    stream.avail_out = (uInt)(sizeof coded - at);
    CHECK_INT(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return at + stream.total_out;
}

static int open_decoder(hc_coding coding, uint64_t max_out)
{
    unit_memory_init(&coding_memory);
    memset(&coding_error, 0, sizeof coding_error);
    return hc_decoder_open(&decoder, &coding_memory.allocator, coding, max_out, RATIO,
                           &coding_error);
}

static void close_decoder(void)
{
    hc_decoder_close(&decoder);
    CHECK_INT(coding_memory.live_blocks, 0);
    CHECK(!coding_memory.misuse);
}

/* Feeds pieces of piece_len bytes, each in a block of its own, and reads room bytes at a time.
 * The code at the end; *len is what came out. */
static int unpack(hc_coding coding, size_t coded_len, size_t piece_len, size_t room, size_t *len)
{
    int code = open_decoder(coding, NO_LIMIT);

    *len = 0;
    for (size_t at = 0; at < coded_len && code == HTTPSC_OK;) {
        size_t piece = hc_min(piece_len, coded_len - at);
        unsigned char *copy = malloc(piece);
        hc_cursor in = hc_cursor_over(copy, piece);
        size_t num_out;

        CHECK(copy != NULL);
        memcpy(copy, coded + at, piece);
        do {
            size_t left = hc_cursor_left(&in);

            code = hc_decoder_read(&decoder, &in, decoded + *len,
                                   hc_min(room, sizeof decoded - *len), &num_out, &coding_error);
            CHECK(code == HTTPSC_OK || num_out == 0);
            CHECK(hc_cursor_left(&in) <= left);
            *len += num_out;
        } while (code == HTTPSC_OK && num_out > 0);
        CHECK(code != HTTPSC_OK || hc_cursor_left(&in) == 0);
        free(copy);
        at += piece;
    }
    if (code == HTTPSC_OK) {
        code = hc_decoder_end(&decoder, &coding_error);
    }
    CHECK_INT(coding_error.code, code);
    close_decoder();
    return code;
}

static const char hello[] = "hello hello hello hello, said the echo to the echo to the echo";

static void coding_names(void)
{
    static const struct {
        const char *a, *b;
        hc_coding coding;
    } cases[] = {
        {"", NULL, HC_CODING_IDENTITY},         {"identity", NULL, HC_CODING_IDENTITY},
        {"none", NULL, HC_CODING_IDENTITY},     {"gzip", NULL, HC_CODING_GZIP},
        {"X-GZip", NULL, HC_CODING_GZIP},       {"deflate", NULL, HC_CODING_DEFLATE},
        {" gzip\t", NULL, HC_CODING_GZIP},      {"br", NULL, HC_CODING_UNKNOWN},
        {"gzipped", NULL, HC_CODING_UNKNOWN},   {"gzip, gzip", NULL, HC_CODING_LAYERS},
        {"gzip", "deflate", HC_CODING_LAYERS},  {"identity, gzip", NULL, HC_CODING_GZIP},
        {"gzip,,identity", "", HC_CODING_GZIP}, {"br", "gzip", HC_CODING_LAYERS},
        {"gzip", "br,br", HC_CODING_LAYERS},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        httpsc_field fields[3] = {{"Accept-Encoding", "gzip"}, {"content-ENCODING", NULL},
                                  {"Content-Encoding", NULL}};

        fields[1].value = cases[i].a;
        fields[2].value = cases[i].b;
        CHECK_INT(hc_coding_find(fields, cases[i].b == NULL ? 2 : 3), cases[i].coding);
    }
    CHECK_INT(hc_coding_find(NULL, 0), HC_CODING_IDENTITY);
}

/* Whatever the pieces, the same bytes. */
static void coding_pieces(void)
{
    static const struct {
        packing how;
        hc_coding coding;
    } cases[] = {
        {GZIP, HC_CODING_GZIP}, {ZLIB, HC_CODING_DEFLATE}, {RAW, HC_CODING_DEFLATE}};

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        size_t coded_len = pack(0, cases[i].how, hello, strlen(hello));

        for (size_t piece = 1; piece <= coded_len; piece++) {
            for (size_t room = 1; room < 100; room += room < 4 ? 1 : 45) {
                size_t len;

                CHECK_INT(unpack(cases[i].coding, coded_len, piece, room, &len), HTTPSC_OK);
                CHECK_INT(len, strlen(hello));
                CHECK(memcmp(decoded, hello, len) == 0);
            }
        }
        coded_len = pack(0, cases[i].how, "", 0);
        for (size_t piece = 1; piece <= coded_len; piece++) {
            size_t len;

            CHECK_INT(unpack(cases[i].coding, coded_len, piece, 1, &len), HTTPSC_OK);
            CHECK_INT(len, 0);
        }
    }
}

/* Cut at every byte: an error, but for nothing at all. */
static void coding_truncation(void)
{
    static const packing packings[] = {GZIP, ZLIB, RAW};

    for (size_t i = 0; i < HC_ARRAY_LEN(packings); i++) {
        hc_coding coding = packings[i] == GZIP ? HC_CODING_GZIP : HC_CODING_DEFLATE;
        size_t coded_len = pack(0, packings[i], hello, strlen(hello));
        size_t len;

        for (size_t cut = 0; cut < coded_len; cut++) {
            CHECK_INT(unpack(coding, cut, 7, 1000, &len),
                      cut == 0 ? HTTPSC_OK : HTTPSC_ERR_BODY_CODING);
        }
        CHECK_INT(unpack(coding, coded_len, 7, 1000, &len), HTTPSC_OK);
        coded[coded_len] = 'x';
        for (size_t piece = 1; piece <= coded_len + 1; piece++) {
            CHECK_INT(unpack(coding, coded_len + 1, piece, 1000, &len), HTTPSC_ERR_BODY_CODING);
        }
        coded[coded_len] = 0;
        CHECK_INT(unpack(coding, coded_len + 1, 1000, 1000, &len), HTTPSC_ERR_BODY_CODING);
    }
}

static void coding_members(void)
{
    size_t first = pack(0, GZIP, "one ", 4);
    size_t second = pack(first, GZIP, "", 0);
    size_t third = pack(second, GZIP, "two", 3);
    size_t len;

    for (size_t piece = 1; piece <= third; piece++) {
        CHECK_INT(unpack(HC_CODING_GZIP, third, piece, 2, &len), HTTPSC_OK);
        CHECK_INT(len, 7);
        CHECK(memcmp(decoded, "one two", 7) == 0);
    }
    for (size_t cut = second + 1; cut < third; cut++) {
        CHECK_INT(unpack(HC_CODING_GZIP, cut, 1000, 1000, &len), HTTPSC_ERR_BODY_CODING);
    }
    /* deflate has no members */
    first = pack(0, ZLIB, "one", 3);
    second = pack(first, ZLIB, "two", 3);
    CHECK_INT(unpack(HC_CODING_DEFLATE, second, 1000, 1000, &len), HTTPSC_ERR_BODY_CODING);
}

static void coding_damage(void)
{
    size_t coded_len = pack(0, GZIP, hello, strlen(hello));
    size_t len;

    for (size_t at = 0; at < coded_len; at++) {
        int is_noise = at >= 4 && at < 10; /* time, flags of the packer, system */

        coded[at] ^= 0x80;
        CHECK_INT(unpack(HC_CODING_GZIP, coded_len, 1000, 1000, &len),
                  is_noise ? HTTPSC_OK : HTTPSC_ERR_BODY_CODING);
        coded[at] ^= 0x80;
    }
    coded_len = pack(0, ZLIB, hello, strlen(hello));
    for (size_t at = coded_len - 4; at < coded_len; at++) { /* Adler-32 */
        coded[at] ^= 1;
        CHECK_INT(unpack(HC_CODING_DEFLATE, coded_len, 1000, 1000, &len), HTTPSC_ERR_BODY_CODING);
        coded[at] ^= 1;
    }
    memcpy(coded, "<html>not gzip</html>", 21);
    CHECK_INT(unpack(HC_CODING_GZIP, 21, 1000, 1000, &len), HTTPSC_ERR_BODY_CODING);
    CHECK_INT(unpack(HC_CODING_DEFLATE, 21, 1000, 1000, &len), HTTPSC_ERR_BODY_CODING);
    memcpy(coded, "\x78\xbb\x00\x00\x00\x01", 6); /* FDICT */
    CHECK_INT(unpack(HC_CODING_DEFLATE, 6, 1000, 1000, &len), HTTPSC_ERR_BODY_CODING);
    CHECK(strstr(coding_error.text, "dictionary") != NULL);
}

/* An error stands, whatever comes after it. */
static void coding_stays_failed(void)
{
    hc_cursor in = hc_cursor_over("nonsense", 8);
    size_t coded_len = pack(0, GZIP, hello, strlen(hello));
    size_t num_out = 1;

    CHECK_INT(open_decoder(HC_CODING_GZIP, NO_LIMIT), HTTPSC_OK);
    CHECK_INT(hc_decoder_read(&decoder, &in, decoded, 10, &num_out, &coding_error),
              HTTPSC_ERR_BODY_CODING);
    CHECK_INT(num_out, 0);
    in = hc_cursor_over(coded, coded_len);
    memset(&coding_error, 0, sizeof coding_error);
    CHECK_INT(hc_decoder_read(&decoder, &in, decoded, 10, &num_out, &coding_error),
              HTTPSC_ERR_BODY_CODING);
    CHECK_INT(coding_error.code, HTTPSC_ERR_BODY_CODING);
    memset(&coding_error, 0, sizeof coding_error);
    CHECK_INT(hc_decoder_end(&decoder, &coding_error), HTTPSC_ERR_BODY_CODING);
    close_decoder();
}

/* Fields of the gzip header as large as they like take no memory (RFC 1952, 2.3). */
static void coding_large_header(void)
{
    static const unsigned char head[] = {0x1f, 0x8b, 8, 4 + 8 + 16, 0, 0, 0, 0, 0, 3, 0xff, 0xff};
    size_t tail = pack(0, GZIP, hello, strlen(hello));
    unsigned char body[256];
    size_t num_allocs;
    size_t num_out;
    size_t len = 0;
    hc_cursor in;

    memcpy(body, coded + 10, tail - 10);
    CHECK_INT(open_decoder(HC_CODING_GZIP, NO_LIMIT), HTTPSC_OK);
    num_allocs = coding_memory.num_allocs;
    in = hc_cursor_over(head, sizeof head);
    CHECK_INT(hc_decoder_read(&decoder, &in, decoded, 100, &num_out, &coding_error), HTTPSC_OK);
    memset(coded, 'x', 65535);
    in = hc_cursor_over(coded, 65535);
    CHECK_INT(hc_decoder_read(&decoder, &in, decoded, 100, &num_out, &coding_error), HTTPSC_OK);
    for (size_t i = 0; i < 64; i++) { /* 4 MiB of name */
        in = hc_cursor_over(coded, 65535);
        CHECK_INT(hc_decoder_read(&decoder, &in, decoded, 100, &num_out, &coding_error),
                  HTTPSC_OK);
        CHECK_INT(num_out, 0);
    }
    CHECK_INT(coding_memory.num_allocs, num_allocs);
    in = hc_cursor_over("\0comment", 9); /* with its NUL */
    CHECK_INT(hc_decoder_read(&decoder, &in, decoded, 100, &num_out, &coding_error), HTTPSC_OK);
    in = hc_cursor_over(body, tail - 10);
    do {
        CHECK_INT(hc_decoder_read(&decoder, &in, decoded + len, 100, &num_out, &coding_error),
                  HTTPSC_OK);
        len += num_out;
    } while (num_out > 0);
    CHECK_INT(hc_decoder_end(&decoder, &coding_error), HTTPSC_OK);
    CHECK_INT(len, strlen(hello));
    close_decoder();
}

/* Decodes all of coded, and counts. */
static int count_out(size_t coded_len, uint64_t max_out, uint64_t *count)
{
    hc_cursor in = hc_cursor_over(coded, coded_len);
    size_t num_out;
    int code = open_decoder(HC_CODING_GZIP, max_out);

    *count = 0;
    do {
        code = hc_decoder_read(&decoder, &in, decoded, 1000, &num_out, &coding_error);
        *count += num_out;
    } while (code == HTTPSC_OK && num_out > 0);
    if (code == HTTPSC_OK) {
        code = hc_decoder_end(&decoder, &coding_error);
    }
    close_decoder();
    return code;
}

/* len zeros, packed whole. */
static size_t pack_zeros(size_t len)
{
    static unsigned char zeros[4096];
    z_stream stream;

    memset(&stream, 0, sizeof stream);
    CHECK_INT(deflateInit2(&stream, 9, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_out = coded;
    stream.avail_out = sizeof coded;
    while (len > 0) {
        stream.next_in = zeros;
        stream.avail_in = (uInt)hc_min(len, sizeof zeros);
        len -= stream.avail_in;
        CHECK_INT(deflate(&stream, len == 0 ? Z_FINISH : Z_NO_FLUSH),
                  len == 0 ? Z_STREAM_END : Z_OK);
    }
    deflateEnd(&stream);
    return stream.total_out;
}

/* DEFENCES P2: the first MiB is free, then a hundred for one; and at a limit all is well. */
static void coding_limits(void)
{
    uint64_t count;
    size_t coded_len = pack_zeros(HC_RATIO_FREE_BYTES);

    CHECK(HC_RATIO_FREE_BYTES / coded_len > RATIO);
    CHECK_INT(count_out(coded_len, NO_LIMIT, &count), HTTPSC_OK);
    CHECK_INT(count, HC_RATIO_FREE_BYTES);
    CHECK_INT(count_out(coded_len, HC_RATIO_FREE_BYTES, &count), HTTPSC_OK);
    CHECK_INT(count_out(coded_len, HC_RATIO_FREE_BYTES - 1, &count), HTTPSC_ERR_LIMIT_BODY);
    CHECK(count < HC_RATIO_FREE_BYTES);
    CHECK_INT(count_out(coded_len, 0, &count), HTTPSC_ERR_LIMIT_BODY);
    coded_len = pack_zeros(HC_RATIO_FREE_BYTES + 1);
    CHECK_INT(count_out(coded_len, NO_LIMIT, &count), HTTPSC_ERR_LIMIT_RATIO);
    CHECK(count <= HC_RATIO_FREE_BYTES);
}

/* What does not expand so may be as long as it likes. */
static void coding_of_noise(void)
{
    uint32_t noise = 1;
    uint64_t count = 0;
    size_t coded_len;

    for (size_t i = 0; i < 8000; i++) {
        noise = noise * 1664525 + 1013904223;
        decoded[i] = (unsigned char)(noise >> 24);
    }
    coded_len = pack(0, GZIP, decoded, 8000);
    CHECK_INT(open_decoder(HC_CODING_GZIP, NO_LIMIT), HTTPSC_OK);
    for (size_t i = 0; i < 200; i++) { /* members */
        hc_cursor in = hc_cursor_over(coded, coded_len);
        size_t num_out;

        do {
            CHECK_INT(hc_decoder_read(&decoder, &in, decoded, sizeof decoded, &num_out,
                                      &coding_error),
                      HTTPSC_OK);
            count += num_out;
        } while (num_out > 0);
    }
    CHECK_INT(hc_decoder_end(&decoder, &coding_error), HTTPSC_OK);
    CHECK(count == 1600000 && count > HC_RATIO_FREE_BYTES);
    close_decoder();
}

static void coding_out_of_memory(void)
{
    static const packing packings[] = {GZIP, ZLIB, RAW};

    for (size_t i = 0; i < HC_ARRAY_LEN(packings); i++) {
        hc_coding coding = packings[i] == GZIP ? HC_CODING_GZIP : HC_CODING_DEFLATE;
        size_t coded_len = pack(0, packings[i], hello, strlen(hello));
        size_t num_failures = 0;

        for (size_t n = 1; n < 100; n++) {
            hc_cursor in = hc_cursor_over(coded, coded_len);
            size_t num_out;
            int code;

            unit_memory_init(&coding_memory);
            memset(&coding_error, 0, sizeof coding_error);
            coding_memory.fail_at = n;
            code = hc_decoder_open(&decoder, &coding_memory.allocator, coding, NO_LIMIT, RATIO,
                                   &coding_error);
            while (code == HTTPSC_OK && hc_cursor_left(&in) > 0) {
                code = hc_decoder_read(&decoder, &in, decoded, 10, &num_out, &coding_error);
            }
            CHECK_INT(coding_error.code, code);
            close_decoder();
            if (code == HTTPSC_OK) {
                break;
            }
            CHECK_INT(code, HTTPSC_ERR_MEMORY);
            num_failures++;
        }
        CHECK(num_failures > 0 && num_failures < 50);
    }
    memset(&decoder, 0, sizeof decoder);
    hc_decoder_close(&decoder);
}

UNIT_MAIN(UNIT(coding_names), UNIT(coding_pieces), UNIT(coding_truncation), UNIT(coding_members),
          UNIT(coding_damage), UNIT(coding_stays_failed), UNIT(coding_large_header),
          UNIT(coding_limits), UNIT(coding_of_noise), UNIT(coding_out_of_memory))

#else

static void coding_is_not_there(void)
{
    SKIP("built without HTTPSC_USE_ZLIB");
}

UNIT_MAIN(UNIT(coding_is_not_there))

#endif
