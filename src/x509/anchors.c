#include "anchors.h"

#include "../syntax/pem.h"

#ifndef HTTPSC_NO_EMBEDDED_ANCHORS
#include "embedded_anchors.h"
#define ANCHORS_NUM_EMBEDDED HC_ARRAY_LEN(embedded_anchors_index)
#else
#define ANCHORS_NUM_EMBEDDED 0
#endif

/* How much of a certificate is decoded to find its subject: first the usual, then the most. */
#define ANCHORS_PREFIX_USUAL 640
#define ANCHORS_PREFIX_MAX 4096

/* What a file is looked at through, enough for a certificate of 16 KiB; the most that a BEGIN line
 * takes; and its part before the label. */
#define ANCHORS_WINDOW ((size_t)24 * 1024)
#define ANCHORS_BEGIN_MAX 64
#define ANCHORS_BEGIN_LEN (sizeof "-----BEGIN " - 1)

/* Offsets are 32-bit, and no trust store is near this. */
#define ANCHORS_BUNDLE_MAX ((size_t)64 * 1024 * 1024)

HC_FN uint32_t hc_subject_hash(hc_cursor subject)
{
    uint32_t hash = 2166136261u;

    while (hc_cursor_left(&subject) > 0) {
        hash = (hash ^ hc_take_u8(&subject)) * 16777619u;
    }
    return hash;
}

HC_FN void hc_anchors_init(hc_anchors *anchors, const httpsc_allocator *allocator)
{
    memset(anchors, 0, sizeof *anchors);
    anchors->allocator = allocator;
    hc_buffer_init(&anchors->bytes, allocator, ANCHORS_BUNDLE_MAX);
    hc_buffer_init(&anchors->index, allocator, ANCHORS_BUNDLE_MAX);
    hc_buffer_init(&anchors->denied, allocator, ANCHORS_BUNDLE_MAX);
}

/* Nothing secret is in a bundle: wiping it would cost more than reading it did. */
static void anchors_free_bytes(hc_buffer *bytes)
{
    hc_free(bytes->allocator, bytes->ptr, bytes->capacity);
    hc_buffer_init(bytes, bytes->allocator, bytes->max);
}

HC_FN void hc_anchors_free(hc_anchors *anchors)
{
    anchors_free_bytes(&anchors->bytes);
    hc_buffer_free(&anchors->index);
    hc_buffer_free(&anchors->denied);
    hc_anchors_init(anchors, anchors->allocator);
}

HC_FN int hc_anchors_add_embedded(hc_anchors *anchors)
{
    if (ANCHORS_NUM_EMBEDDED == 0) {
        return 0;
    }
    if (!anchors->embedded) {
        anchors->embedded = 1;
        anchors->num_anchors += ANCHORS_NUM_EMBEDDED;
    }
    return 1;
}

/* where lies in text, whose first byte is at base in its source. */
static hc_buffer_result anchors_index_add(hc_anchors *anchors, hc_cursor subject,
                                          const unsigned char *text, size_t base, hc_cursor where,
                                          uint32_t form)
{
    hc_anchor_index_entry entry;
    hc_buffer_result result;

    entry.subject_hash = hc_subject_hash(subject);
    entry.offset = (uint32_t)(base + (size_t)(where.at - text));
    entry.len = (uint32_t)hc_cursor_left(&where);
    entry.form = form;
    result = hc_buffer_add(&anchors->index, &entry, sizeof entry);
    anchors->num_anchors += result == HC_BUFFER_OK;
    return result;
}

/* Decodes as much of a body as its subject needs. */
static int anchors_peek_subject(hc_cursor body, unsigned char place[ANCHORS_PREFIX_MAX],
                                hc_certificate *out)
{
    size_t len;

    return (hc_base64_decode(body, place, ANCHORS_PREFIX_USUAL, 1, &len) &&
            hc_certificate_skim_prefix(out, place, len)) ||
           (hc_base64_decode(body, place, ANCHORS_PREFIX_MAX, 1, &len) &&
            hc_certificate_skim_prefix(out, place, len));
}

/* 1 for a label that says certificate; the trusted form of OpenSSL too, which is not read. */
static int anchors_is_entry(const hc_pem_block *block)
{
    return hc_pem_is(block, "CERTIFICATE") || hc_pem_is(block, "X509 CERTIFICATE") ||
           hc_pem_is(block, "TRUSTED CERTIFICATE");
}

HC_FN void hc_anchors_skip(hc_anchors *anchors, const char *what)
{
    anchors->num_skipped++;
    if (anchors->skipped == NULL) {
        anchors->skipped = what;
    }
}

static hc_buffer_result anchors_index_block(hc_anchors *anchors, const hc_pem_block *block,
                                            const unsigned char *text, size_t base, uint32_t form)
{
    unsigned char place[ANCHORS_PREFIX_MAX];
    hc_certificate certificate;

    if (!anchors_is_entry(block)) {
        return HC_BUFFER_OK;
    }
    if (!block->complete) {
        hc_anchors_skip(anchors, "a block without its END line");
    } else if (hc_pem_is(block, "TRUSTED CERTIFICATE")) {
        hc_anchors_skip(anchors, "a certificate in OpenSSL's TRUSTED form");
    } else if (!anchors_peek_subject(block->body, place, &certificate)) {
        hc_anchors_skip(anchors, "a block that holds no certificate");
    } else {
        return anchors_index_add(anchors, certificate.subject, text, base, block->body, form);
    }
    return HC_BUFFER_OK;
}

/* A piece of a bundle: base is where it begins, and last says that it is the end. *used is how much
 * of it is done with; what is left comes again with the next piece. *num_blocks counts. */
static hc_buffer_result anchors_index_piece(hc_anchors *anchors, hc_cursor piece, size_t base,
                                            int last, uint32_t form, size_t *used,
                                            size_t *num_blocks)
{
    const unsigned char *text = piece.at;
    hc_buffer_result result = HC_BUFFER_OK;
    hc_pem_block block;

    *used = hc_cursor_left(&piece);
    while (result == HC_BUFFER_OK && hc_pem_next(&piece, &block)) {
        hc_cursor line = piece;

        (void)hc_take_until(&line, '\n');
        if (!last && (hc_cursor_left(&piece) == 0 ||
                      (!block.complete && hc_cursor_left(&line) == 0))) {
            /* it, or its END line, may go on in the next piece */
            *used = (size_t)(block.label.at - text) - ANCHORS_BEGIN_LEN;
            return HC_BUFFER_OK;
        }
        ++*num_blocks;
        result = anchors_index_block(anchors, &block, text, base, form);
    }
    if (!last) { /* a BEGIN line may have begun */
        *used -= hc_min(*used, ANCHORS_BEGIN_MAX);
    }
    return result;
}

/* Puts a bundle behind those that are there: the first one stays where it is. */
static hc_buffer_result anchors_take_bytes(hc_anchors *anchors, hc_buffer *bytes)
{
    hc_buffer_result result = HC_BUFFER_FULL;

    if (bytes->len <= ANCHORS_BUNDLE_MAX && anchors->bytes.ptr == NULL) {
        anchors->bytes = *bytes;
        anchors->bytes.max = ANCHORS_BUNDLE_MAX;
        hc_buffer_init(bytes, bytes->allocator, bytes->max);
        return HC_BUFFER_OK;
    }
    if (bytes->len <= ANCHORS_BUNDLE_MAX) {
        result = hc_buffer_add(&anchors->bytes, bytes->ptr, bytes->len);
    }
    anchors_free_bytes(bytes);
    return result;
}

/* What has no PEM block in it may be one certificate. */
static hc_buffer_result anchors_index_der(hc_anchors *anchors, hc_cursor der, size_t base,
                                          uint32_t form)
{
    hc_certificate certificate;

    if (hc_certificate_skim(&certificate, der.at, hc_cursor_left(&der))) {
        return anchors_index_add(anchors, certificate.subject, der.at, base, der,
                                 form | HC_ANCHOR_DER);
    }
    if (hc_cursor_left(&der) > 0) {
        hc_anchors_skip(anchors, "neither PEM nor a certificate in DER");
    }
    return HC_BUFFER_OK;
}

HC_FN int hc_anchors_take_bundle(hc_anchors *anchors, hc_buffer *bytes)
{
    size_t base = anchors->bytes.len;
    hc_buffer_result result = anchors_take_bytes(anchors, bytes);
    size_t num_blocks = 0;
    size_t used = 0;
    hc_cursor whole;

    if (result != HC_BUFFER_OK) {
        return HTTPSC_ERR_MEMORY;
    }
    whole = hc_cursor_over(anchors->bytes.ptr, anchors->bytes.len);
    (void)hc_take_bytes(&whole, base);
    result = anchors_index_piece(anchors, whole, base, 1, 0, &used, &num_blocks);
    if (result == HC_BUFFER_OK && num_blocks == 0) {
        result = anchors_index_der(anchors, whole, base, 0);
    }
    return result == HC_BUFFER_OK ? HTTPSC_OK : HTTPSC_ERR_MEMORY;
}

HC_FN int hc_anchors_add_der(hc_anchors *anchors, hc_cursor der)
{
    size_t base = anchors->bytes.len;
    size_t len = hc_cursor_left(&der);

    if (hc_buffer_add(&anchors->bytes, der.at, len) != HC_BUFFER_OK) {
        return HTTPSC_ERR_MEMORY;
    }
    der = hc_cursor_over(anchors->bytes.ptr + base, len);
    return anchors_index_der(anchors, der, base, 0) == HC_BUFFER_OK ? HTTPSC_OK
                                                                    : HTTPSC_ERR_MEMORY;
}

/* One window over the file, filled from its end on. HTTPSC_OK goes on. */
static int anchors_index_window(hc_anchors *anchors, hc_buffer *window, size_t *base,
                                size_t *num_blocks)
{
    const hc_anchor_file *file = &anchors->file;
    size_t at = *base + window->len;
    size_t len = hc_min(file->size - at, ANCHORS_WINDOW - window->len);
    int last = at + len == file->size;
    size_t used = 0;

    if (!file->read(file->user, at, window->ptr + window->len, len)) {
        return HTTPSC_ERR_TRUST_UNREADABLE;
    }
    window->len += len;
    if (anchors_index_piece(anchors, hc_cursor_over(window->ptr, window->len), *base, last,
                            HC_ANCHOR_IN_FILE, &used, num_blocks) != HC_BUFFER_OK) {
        return HTTPSC_ERR_MEMORY;
    }
    if (last && *num_blocks == 0 && *base == 0 &&
        anchors_index_der(anchors, hc_cursor_over(window->ptr, window->len), 0,
                          HC_ANCHOR_IN_FILE) != HC_BUFFER_OK) {
        return HTTPSC_ERR_MEMORY;
    }
    if (used == 0 && !last && window->len == ANCHORS_WINDOW) {
        hc_anchors_skip(anchors, "a block that is too long");
        ++*num_blocks;
        used = window->len;
    }
    *base += used;
    hc_buffer_consume(window, used);
    return HTTPSC_OK;
}

HC_FN int hc_anchors_index_file(hc_anchors *anchors, const hc_anchor_file *file)
{
    hc_buffer window;
    size_t base = 0;
    size_t num_blocks = 0;
    int code = HTTPSC_OK;

    if (file->size > ANCHORS_BUNDLE_MAX) {
        return HTTPSC_ERR_MEMORY;
    }
    anchors->file = *file;
    hc_buffer_init(&window, anchors->allocator, ANCHORS_WINDOW);
    if (hc_buffer_reserve(&window, ANCHORS_WINDOW) != HC_BUFFER_OK) {
        return HTTPSC_ERR_MEMORY;
    }
    while (code == HTTPSC_OK && base + window.len < file->size) {
        code = anchors_index_window(anchors, &window, &base, &num_blocks);
    }
    anchors_free_bytes(&window);
    return code;
}

#ifndef HTTPSC_NO_EMBEDDED_ANCHORS
/* The first entry whose hash is not less. */
static size_t anchors_lower_bound(uint32_t hash)
{
    size_t low = 0;
    size_t high = ANCHORS_NUM_EMBEDDED;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (embedded_anchors_index[middle].subject_hash < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int anchors_find_embedded(hc_cursor subject, uint32_t hash, size_t *position,
                                 hc_anchor *out)
{
    if (*position == 0) {
        *position = anchors_lower_bound(hash);
    }
    while (*position < ANCHORS_NUM_EMBEDDED) {
        const embedded_anchor *entry = &embedded_anchors_index[*position];
        const unsigned char *at = (const unsigned char *)embedded_anchors + entry->offset;

        if (entry->subject_hash != hash) {
            break;
        }
        ++*position;
        out->subject = hc_cursor_over(at, entry->subject_len);
        out->public_key = hc_cursor_over(at + entry->subject_len, entry->key_len);
        out->certificate = hc_cursor_over(NULL, 0);
        if (hc_der_same(out->subject, subject)) {
            return 1;
        }
    }
    *position = ANCHORS_NUM_EMBEDDED;
    return 0;
}
#endif

/* The bytes of an entry: in place, or read from the file into scratch behind room for what they
 * decode to. 1, 0 when they are too many, or HC_ANCHORS_... */
static int anchors_fetch(const hc_anchors *anchors, const hc_anchor_index_entry *entry,
                         size_t decoded_max, hc_buffer *scratch, hc_cursor *out)
{
    int in_file = (entry->form & HC_ANCHOR_IN_FILE) != 0;
    hc_buffer_result result =
        hc_buffer_reserve(scratch, decoded_max + (in_file ? entry->len : 0));

    if (result != HC_BUFFER_OK) {
        return result == HC_BUFFER_MEMORY ? HC_ANCHORS_MEMORY : 0;
    }
    *out = hc_cursor_over(in_file ? scratch->ptr + decoded_max
                                  : anchors->bytes.ptr + entry->offset,
                          entry->len);
    return !in_file || anchors->file.read(anchors->file.user, entry->offset,
                                          scratch->ptr + decoded_max, entry->len)
               ? 1
               : HC_ANCHORS_UNREADABLE;
}

/* An entry that is not the anchor that was sought: 0, or HC_ANCHORS_UNREADABLE where the index
 * found another subject there. */
HC_APART static int anchors_not_sought(const hc_anchor_index_entry *entry, hc_cursor where)
{
    unsigned char place[ANCHORS_PREFIX_MAX];
    hc_certificate certificate;
    int has_subject = (entry->form & HC_ANCHOR_DER) != 0
                          ? hc_certificate_skim(&certificate, where.at, hc_cursor_left(&where))
                          : anchors_peek_subject(where, place, &certificate);

    return has_subject && hc_subject_hash(certificate.subject) == entry->subject_hash
               ? 0
               : HC_ANCHORS_UNREADABLE;
}

/* Decodes one entry whole. 1, 0 when it is malformed or not of that subject, or HC_ANCHORS_... */
static int anchors_load(const hc_anchors *anchors, const hc_anchor_index_entry *entry,
                        hc_cursor subject, hc_buffer *scratch, hc_anchor *out)
{
    int is_der = (entry->form & HC_ANCHOR_DER) != 0;
    size_t decoded_max = is_der ? 0 : entry->len / 4 * 3 + 3;
    hc_certificate certificate;
    hc_cursor bytes;
    hc_cursor where;
    int fetched;

    scratch->len = 0;
    fetched = anchors_fetch(anchors, entry, decoded_max, scratch, &bytes);
    if (fetched != 1) {
        return fetched;
    }
    where = bytes;
    if (!is_der) {
        if (!hc_base64_decode(bytes, scratch->ptr, decoded_max, 0, &scratch->len)) {
            return anchors_not_sought(entry, bytes);
        }
        where = hc_cursor_over(scratch->ptr, scratch->len);
    }
    if (!hc_certificate_skim(&certificate, where.at, hc_cursor_left(&where)) ||
        !hc_der_same(certificate.subject, subject)) {
        return anchors_not_sought(entry, bytes);
    }
    out->subject = certificate.subject;
    out->public_key = certificate.public_key;
    out->certificate = where;
    return 1;
}

/* The next anchor of a subject, denied or not. */
static int anchors_next(const hc_anchors *anchors, hc_cursor subject, size_t *position,
                        hc_buffer *scratch, hc_anchor *out)
{
    uint32_t hash = hc_subject_hash(subject);
    size_t num_entries = anchors->index.len / sizeof(hc_anchor_index_entry);
    size_t first = 0; /* positions count through the embedded table, then through the bundles */

#ifndef HTTPSC_NO_EMBEDDED_ANCHORS
    if (anchors->embedded) {
        if (*position < ANCHORS_NUM_EMBEDDED &&
            anchors_find_embedded(subject, hash, position, out)) {
            return 1;
        }
        first = ANCHORS_NUM_EMBEDDED;
    }
#endif
    for (; *position < first + num_entries; ++*position) {
        hc_anchor_index_entry entry;
        int loaded;

        memcpy(&entry, anchors->index.ptr + (*position - first) * sizeof entry, sizeof entry);
        if (entry.subject_hash != hash) {
            continue;
        }
        loaded = anchors_load(anchors, &entry, subject, scratch, out);
        if (loaded != 0) {
            ++*position;
            return loaded;
        }
    }
    return 0;
}

static int anchors_is_denied(const hc_anchors *anchors, size_t position)
{
    for (size_t at = 0; at < anchors->denied.len; at += sizeof position) {
        if (memcmp(anchors->denied.ptr + at, &position, sizeof position) == 0) {
            return 1;
        }
    }
    return 0;
}

HC_FN int hc_anchors_find(const hc_anchors *anchors, hc_cursor subject, size_t *position,
                          hc_buffer *scratch, hc_anchor *out)
{
    int found;

    do {
        found = anchors_next(anchors, subject, position, scratch, out);
    } while (found == 1 && anchors_is_denied(anchors, *position - 1));
    return found;
}

HC_FN int hc_anchors_deny(hc_anchors *anchors, hc_cursor der)
{
    hc_buffer_result result = HC_BUFFER_OK;
    hc_certificate denied;
    hc_anchor anchor;
    hc_buffer scratch;
    size_t position = 0;
    int found;

    if (!hc_certificate_skim(&denied, der.at, hc_cursor_left(&der))) {
        return HTTPSC_OK;
    }
    hc_buffer_init(&scratch, anchors->allocator, ANCHORS_WINDOW);
    do {
        found = hc_anchors_find(anchors, denied.subject, &position, &scratch, &anchor);
        if (found == 1 && hc_der_same(anchor.public_key, denied.public_key)) {
            size_t at = position - 1;

            result = hc_buffer_add(&anchors->denied, &at, sizeof at);
            anchors->num_anchors -= result == HC_BUFFER_OK;
        }
    } while (found == 1 && result == HC_BUFFER_OK);
    anchors_free_bytes(&scratch);
    if (found == HC_ANCHORS_UNREADABLE) {
        return HTTPSC_ERR_TRUST_UNREADABLE;
    }
    return found < 0 || result != HC_BUFFER_OK ? HTTPSC_ERR_MEMORY : HTTPSC_OK;
}

#ifndef HTTPSC_NO_EMBEDDED_ANCHORS
HC_FN int64_t hc_embedded_anchors_time(void)
{
    return EMBEDDED_ANCHORS_TIME;
}

HC_FN const char *hc_embedded_anchors_date(void)
{
    return EMBEDDED_ANCHORS_DATE;
}
#else
HC_FN int64_t hc_embedded_anchors_time(void)
{
    return 0;
}

HC_FN const char *hc_embedded_anchors_date(void)
{
    return "";
}
#endif
