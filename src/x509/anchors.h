/*
 * Trust anchors: an index over where certificates lie, so that an anchor is decoded only when a
 * chain asks for it. No I/O: files come in as bytes.
 */
#ifndef HC_ANCHORS_H
#define HC_ANCHORS_H

#include "../base/buffer.h"
#include "../base/error.h"
#include "certificate.h"

/* An anchor as a chain asks for it: subject and SubjectPublicKeyInfo, whole DER elements. */
typedef struct hc_anchor {
    hc_cursor subject;
    hc_cursor public_key;
} hc_anchor;

typedef struct hc_anchor_index_entry {
    uint32_t subject_hash;
    uint32_t offset; /* of the base64 body, or of the DER, in bytes */
    uint32_t len;
    uint32_t is_der;
} hc_anchor_index_entry;

/* A trust store: the embedded table, bundles, or both. Never changes once it is filled; read by any
 * number of threads. */
typedef struct hc_anchors {
    const httpsc_allocator *allocator;
    int embedded;
    hc_buffer bytes; /* the bundles as they were read, one behind the other */
    hc_buffer index; /* of hc_anchor_index_entry */
    size_t num_anchors;
    size_t num_skipped;
} hc_anchors;

HC_FN void hc_anchors_init(hc_anchors *anchors, const httpsc_allocator *allocator);
HC_FN void hc_anchors_free(hc_anchors *anchors);

/* Adds the embedded table. 0 in a build without it. */
HC_FN int hc_anchors_add_embedded(hc_anchors *anchors);

/* Adds a bundle; takes the bytes, also when it fails. Entries that cannot be read as far as the
 * subject are counted as skipped. HTTPSC_OK, HTTPSC_ERR_MEMORY. No entry at all is no error here:
 * num_anchors tells. */
HC_FN int hc_anchors_take_bundle(hc_anchors *anchors, hc_buffer *bytes);

/*
 * Visits the anchors whose subject equals a name (raw DER). *position begins at 0 and goes on from
 * call to call. 1 with *out filled in; its bytes live in scratch (emptied first) or in the table,
 * until the next call. 0 when there is none left. An entry that turns out malformed is passed
 * over. -1 when memory ran out.
 */
HC_FN int hc_anchors_find(const hc_anchors *anchors, hc_cursor subject, size_t *position,
                          hc_buffer *scratch, hc_anchor *out);

/* The anchors that a chain may end at. */
#define HC_CHAIN_ANCHORS_MAX 16

typedef struct hc_chain_anchors {
    hc_anchor anchors[HC_CHAIN_ANCHORS_MAX];
    hc_buffer bytes[HC_CHAIN_ANCHORS_MAX]; /* where they lie, unless it is in the table */
    size_t num_anchors;
    size_t num_leaf; /* the first of them have the subject of the leaf: it may be one itself */
} hc_chain_anchors;

/* Finds them: the anchors of the leaf's subject, then of each issuer. HTTPSC_OK, ERR_MEMORY; to be
 * freed in both cases. */
HC_FN int hc_anchors_for_chain(const hc_anchors *anchors, const hc_chain *chain,
                               hc_chain_anchors *out);
HC_FN void hc_chain_anchors_free(hc_chain_anchors *found);

/* 32-bit hash of a subject's DER, by which the embedded table is sorted (FNV-1a). */
HC_FN uint32_t hc_subject_hash(hc_cursor subject);

/* The day the embedded table was made, in seconds since 1970 (0 without one), and as text. */
HC_FN int64_t hc_embedded_anchors_time(void);
HC_FN const char *hc_embedded_anchors_date(void);

#endif
