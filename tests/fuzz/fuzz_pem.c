/*
 * libFuzzer: PEM. The blocks of a text and their base64; the text as a bundle of anchors in memory
 * and as a file that is indexed through a window and read again, also when it has changed between.
 *
 * An input is four bytes and a text: at which byte of it (two bytes, in steps of 16) how many KiB
 * (one, up to 63) of which byte (one) are put in, so that the window's ends are reached; the rest
 * of the third byte says which byte of the file has changed before it is read again.
 */
#include "fuzz.h"

typedef struct fuzz_file {
    const unsigned char *at;
    size_t len;
    size_t changed; /* this byte is another one when it is read; SIZE_MAX: none */
} fuzz_file;

static int fuzz_read(const void *user, size_t offset, unsigned char *buf, size_t len)
{
    const fuzz_file *file = user;

    FUZZ_CHECK(offset <= file->len && len <= file->len - offset);
    if (len > 0) {
        memcpy(buf, file->at + offset, len);
    }
    if (file->changed >= offset && file->changed - offset < len) {
        buf[file->changed - offset] ^= 1;
    }
    return 1;
}

/* The prefix of what a body decodes to is what decoding its prefix gives. */
static void fuzz_base64(hc_cursor body)
{
    size_t max = hc_cursor_left(&body) / 4 * 3 + 3;
    unsigned char *whole = malloc(max);
    size_t len;

    FUZZ_CHECK(whole != NULL);
    if (hc_base64_decode(body, whole, max, 0, &len)) {
        size_t prefix = len / 2;
        unsigned char *part = malloc(prefix + 1);
        size_t part_len;

        FUZZ_CHECK(part != NULL && len <= max);
        FUZZ_CHECK(hc_base64_decode(body, part, prefix, 1, &part_len));
        FUZZ_CHECK(part_len == prefix && memcmp(whole, part, prefix) == 0);
        FUZZ_CHECK(len == 0 || !hc_base64_decode(body, part, prefix, 0, &part_len));
        free(part);
    }
    free(whole);
}

typedef struct fuzz_seen {
    size_t num_blocks;
    size_t longest;       /* of lines, and of blocks from BEGIN line to END line */
    size_t longest_begin; /* a BEGIN line */
} fuzz_seen;

static size_t fuzz_max(size_t a, size_t b)
{
    return a > b ? a : b;
}

static fuzz_seen fuzz_blocks(hc_cursor text)
{
    const unsigned char *begin = text.at;
    hc_cursor lines = text;
    fuzz_seen seen = {0, 0, 0};
    hc_pem_block block;

    while (hc_cursor_left(&lines) > 0) {
        hc_cursor line = hc_take_until(&lines, '\n');

        (void)hc_take_char(&lines, '\n');
        seen.longest = fuzz_max(seen.longest, hc_cursor_left(&line));
    }
    while (hc_pem_next(&text, &block)) {
        FUZZ_CHECK(block.label.at > begin && block.label.end <= block.body.at);
        FUZZ_CHECK(block.body.at <= block.body.end && block.body.end <= text.at);
        begin = block.label.at - ANCHORS_BEGIN_LEN;
        seen.num_blocks++;
        seen.longest = fuzz_max(seen.longest, (size_t)(text.at - begin));
        seen.longest_begin = fuzz_max(seen.longest_begin, (size_t)(block.body.at - begin));
        begin = text.at;
        fuzz_base64(block.body);
    }
    FUZZ_CHECK(hc_cursor_left(&text) == 0);
    return seen;
}

/* Looks every entry of the index up by the subject that its bytes have. How many were found. */
static size_t fuzz_find_all(const hc_anchors *anchors, hc_cursor text)
{
    hc_buffer scratch;
    hc_buffer mine;
    size_t num_found = 0;

    hc_buffer_init(&scratch, &fuzz_allocator, HC_ANCHOR_SCRATCH_MAX);
    hc_buffer_init(&mine, &fuzz_allocator, HC_ANCHOR_SCRATCH_MAX);
    for (size_t i = 0; i < anchors->index.len / sizeof(hc_anchor_index_entry); i++) {
        hc_anchor_index_entry entry;
        hc_certificate certificate;
        hc_anchor anchor;
        size_t position = 0;
        hc_cursor where;

        memcpy(&entry, anchors->index.ptr + i * sizeof entry, sizeof entry);
        FUZZ_CHECK(entry.offset <= hc_cursor_left(&text));
        FUZZ_CHECK(entry.len <= hc_cursor_left(&text) - entry.offset);
        where = hc_cursor_over(text.at + entry.offset, entry.len);
        mine.len = 0;
        FUZZ_CHECK(hc_buffer_reserve(&mine, entry.len + 1) == HC_BUFFER_OK);
        if ((entry.form & HC_ANCHOR_DER) != 0) {
            memcpy(mine.ptr, where.at, entry.len);
            mine.len = entry.len;
        } else {
            (void)hc_base64_decode(where, mine.ptr, entry.len + 1, 1, &mine.len);
        }
        FUZZ_CHECK(hc_certificate_skim_prefix(&certificate, mine.ptr, mine.len));
        FUZZ_CHECK(hc_subject_hash(certificate.subject) == entry.subject_hash);
        while (hc_anchors_find(anchors, certificate.subject, &position, &scratch, &anchor) > 0) {
            FUZZ_CHECK(hc_der_same(anchor.subject, certificate.subject));
            FUZZ_CHECK(hc_cursor_left(&anchor.public_key) > 0);
            num_found++;
        }
    }
    hc_buffer_free(&scratch);
    hc_buffer_free(&mine);
    return num_found;
}

static void fuzz_bundle(hc_cursor text, const fuzz_seen *seen, size_t changed)
{
    fuzz_file source = {text.at, hc_cursor_left(&text), SIZE_MAX};
    hc_anchor_file file = {fuzz_read, &source, source.len};
    hc_anchors in_memory;
    hc_anchors in_file;
    hc_buffer bundle;
    size_t num_found;
    size_t num_found_again;

    hc_anchors_init(&in_memory, &fuzz_allocator);
    hc_anchors_init(&in_file, &fuzz_allocator);
    hc_buffer_init(&bundle, &fuzz_allocator, source.len + 1);
    FUZZ_CHECK(hc_buffer_add(&bundle, text.at, source.len) == HC_BUFFER_OK);
    FUZZ_CHECK(hc_anchors_take_bundle(&in_memory, &bundle) == HTTPSC_OK);
    FUZZ_CHECK(hc_anchors_index_file(&in_file, &file) == HTTPSC_OK);
    FUZZ_CHECK(in_memory.num_anchors + in_memory.num_skipped <=
               seen->num_blocks + (seen->num_blocks == 0));
    FUZZ_CHECK(in_file.num_anchors <= in_memory.num_anchors);
    num_found = fuzz_find_all(&in_memory, text);
    num_found_again = fuzz_find_all(&in_file, text);
    FUZZ_CHECK(num_found_again <= num_found);
    if (source.len <= ANCHORS_WINDOW ||
        (seen->num_blocks > 0 && seen->longest <= ANCHORS_WINDOW / 2 &&
         seen->longest_begin <= ANCHORS_BEGIN_MAX)) { /* what is longer is passed over */
        FUZZ_CHECK(in_file.num_anchors == in_memory.num_anchors);
        FUZZ_CHECK(in_file.num_skipped == in_memory.num_skipped);
        FUZZ_CHECK(num_found_again == num_found);
    }
    source.changed = changed;
    (void)fuzz_find_all(&in_file, text);
    hc_anchors_free(&in_memory);
    hc_anchors_free(&in_file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t at;
    size_t len;
    size_t gap;
    fuzz_seen seen;
    unsigned char *text;

    if (size < 4) {
        return 0;
    }
    at = ((size_t)data[0] << 8 | data[1]) * 16;
    gap = (size_t)(data[2] & 63) * 1024;
    len = size - 4;
    at = hc_min(at, len);
    text = malloc(len + gap);
    FUZZ_CHECK(text != NULL || len + gap == 0);
    if (len + gap > 0) {
        memcpy(text, data + 4, at);
        memset(text + at, data[3], gap);
        memcpy(text + at + gap, data + 4 + at, len - at);
    }
    seen = fuzz_blocks(hc_cursor_over(text, len + gap));
    fuzz_bundle(hc_cursor_over(text, len + gap), &seen,
                at + (size_t)(data[2] >> 6) * 100);
    free(text);
    return 0;
}
