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

static hc_buffer_result anchors_index_add(hc_anchors *anchors, hc_cursor subject, hc_cursor where,
                                          int is_der)
{
    hc_anchor_index_entry entry;
    hc_buffer_result result;

    entry.subject_hash = hc_subject_hash(subject);
    entry.offset = (uint32_t)(where.at - anchors->bytes.ptr);
    entry.len = (uint32_t)hc_cursor_left(&where);
    entry.is_der = (uint32_t)is_der;
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

static hc_buffer_result anchors_index_pem(hc_anchors *anchors, hc_cursor text)
{
    unsigned char place[ANCHORS_PREFIX_MAX];
    hc_buffer_result result = HC_BUFFER_OK;
    hc_certificate certificate;
    hc_pem_block block;

    while (result == HC_BUFFER_OK && hc_pem_next(&text, &block)) {
        if (!anchors_is_entry(&block)) {
            continue;
        }
        if (!block.complete || hc_pem_is(&block, "TRUSTED CERTIFICATE") ||
            !anchors_peek_subject(block.body, place, &certificate)) {
            anchors->num_skipped++;
            continue;
        }
        result = anchors_index_add(anchors, certificate.subject, block.body, 0);
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

HC_FN int hc_anchors_take_bundle(hc_anchors *anchors, hc_buffer *bytes)
{
    size_t offset = anchors->bytes.len;
    hc_buffer_result result = anchors_take_bytes(anchors, bytes);
    hc_pem_block block;
    hc_cursor whole;
    hc_cursor text;
    hc_certificate certificate;

    if (result != HC_BUFFER_OK) {
        return HTTPSC_ERR_MEMORY;
    }
    whole = hc_cursor_over(anchors->bytes.ptr, anchors->bytes.len);
    (void)hc_take_bytes(&whole, offset);
    text = whole;
    if (hc_pem_next(&text, &block)) {
        result = anchors_index_pem(anchors, whole);
    } else if (hc_certificate_skim(&certificate, whole.at, hc_cursor_left(&whole))) {
        result = anchors_index_add(anchors, certificate.subject, whole, 1);
    } else {
        anchors->num_skipped += hc_cursor_left(&whole) > 0;
    }
    return result == HC_BUFFER_OK ? HTTPSC_OK : HTTPSC_ERR_MEMORY;
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
        if (hc_der_same(out->subject, subject)) {
            return 1;
        }
    }
    *position = ANCHORS_NUM_EMBEDDED;
    return 0;
}
#endif

/* Decodes one entry whole. 1, 0 when it is malformed or not of that subject, -1 without memory. */
static int anchors_load(const hc_anchors *anchors, const hc_anchor_index_entry *entry,
                        hc_cursor subject, hc_buffer *scratch, hc_anchor *out)
{
    hc_cursor where = hc_cursor_over(anchors->bytes.ptr + entry->offset, entry->len);
    hc_certificate certificate;
    hc_buffer_result result;

    scratch->len = 0;
    if (!entry->is_der) {
        result = hc_buffer_reserve(scratch, entry->len / 4 * 3 + 3);
        if (result != HC_BUFFER_OK) {
            return result == HC_BUFFER_MEMORY ? -1 : 0;
        }
        if (!hc_base64_decode(where, scratch->ptr, scratch->capacity, 0, &scratch->len)) {
            return 0;
        }
        where = hc_cursor_over(scratch->ptr, scratch->len);
    }
    if (!hc_certificate_skim(&certificate, where.at, hc_cursor_left(&where)) ||
        !hc_der_same(certificate.subject, subject)) {
        return 0;
    }
    out->subject = certificate.subject;
    out->public_key = certificate.public_key;
    return 1;
}

HC_FN int hc_anchors_find(const hc_anchors *anchors, hc_cursor subject, size_t *position,
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

/* 0 when memory ran out. */
static int anchors_collect(const hc_anchors *anchors, hc_cursor subject, hc_chain_anchors *out)
{
    size_t position = 0;
    int found = 1;

    while (found == 1 && out->num_anchors < HC_CHAIN_ANCHORS_MAX) {
        found = hc_anchors_find(anchors, subject, &position, &out->bytes[out->num_anchors],
                                &out->anchors[out->num_anchors]);
        out->num_anchors += found == 1;
    }
    return found >= 0;
}

HC_FN int hc_anchors_for_chain(const hc_anchors *anchors, const hc_chain *chain,
                               hc_chain_anchors *out)
{
    hc_cursor last = hc_cursor_over(NULL, 0);
    hc_certificate certificate;

    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < HC_CHAIN_ANCHORS_MAX; i++) {
        hc_buffer_init(&out->bytes[i], chain->bytes.allocator, chain->bytes.max);
    }
    for (size_t i = 0; i < chain->num_certs; i++) {
        if (!hc_chain_skim(chain, i, &certificate)) {
            continue;
        }
        if (i == 0) {
            if (!anchors_collect(anchors, certificate.subject, out)) {
                return HTTPSC_ERR_MEMORY;
            }
            out->num_leaf = out->num_anchors;
        }
        if (!hc_der_same(certificate.issuer, last) &&
            !anchors_collect(anchors, certificate.issuer, out)) {
            return HTTPSC_ERR_MEMORY;
        }
        last = certificate.issuer;
    }
    return HTTPSC_OK;
}

HC_FN void hc_chain_anchors_free(hc_chain_anchors *found)
{
    for (size_t i = 0; i < HC_CHAIN_ANCHORS_MAX; i++) {
        hc_buffer_free(&found->bytes[i]);
    }
    found->num_anchors = 0;
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
