/*
 * Trust anchors: an index over where certificates lie, so that an anchor is decoded only when a
 * chain asks for it. No I/O: files come in as bytes.
 */
#ifndef HC_ANCHORS_H
#define HC_ANCHORS_H

#include "../base/buffer.h"
#include "../base/error.h"
#include "certificate.h"

/* An anchor as a chain asks for it: subject and SubjectPublicKeyInfo, whole DER elements, and the
 * certificate that they came in; that is nothing for the embedded table. */
typedef struct hc_anchor {
    hc_cursor subject;
    hc_cursor public_key;
    hc_cursor certificate;
} hc_anchor;

typedef struct hc_anchor_index_entry {
    uint32_t subject_hash;
    uint32_t offset; /* of the base64 body, or of the DER, in bytes or in the file */
    uint32_t len;
    uint32_t form;   /* HC_ANCHOR_... */
} hc_anchor_index_entry;

#define HC_ANCHOR_DER 1     /* else PEM */
#define HC_ANCHOR_IN_FILE 2 /* else in memory */

/* Where a bundle can be read again: fills buf with the len bytes at an offset. 1, or 0 for an error
 * or an end before that. Called by any number of threads at once. */
typedef struct hc_anchor_file {
    int (*read)(const void *user, size_t offset, unsigned char *buf, size_t len);
    const void *user;
    size_t size;
} hc_anchor_file;

/* A trust store: the embedded table, bundles, or both, less what was taken out. Never changes once
 * it is filled; read by any number of threads. */
typedef struct hc_anchors {
    const httpsc_allocator *allocator;
    int embedded;
    hc_anchor_file file; /* a bundle that is not kept in memory; size 0: none */
    hc_buffer bytes; /* the other bundles as they were read, one behind the other */
    hc_buffer index; /* of hc_anchor_index_entry */
    hc_buffer denied; /* of size_t: positions, as hc_anchors_find counts, that it passes over */
    const char *store;   /* what it is called in texts; NULL: nothing */
    size_t num_anchors;
    size_t num_skipped;
    const char *skipped; /* what was wrong with the first of them */
} hc_anchors;

HC_FN void hc_anchors_init(hc_anchors *anchors, const httpsc_allocator *allocator);
HC_FN void hc_anchors_free(hc_anchors *anchors);

/* Adds the embedded table. 0 in a build without it. */
HC_FN int hc_anchors_add_embedded(hc_anchors *anchors);

/* Adds a bundle; takes the bytes, also when it fails. Entries that cannot be read as far as the
 * subject are counted as skipped. HTTPSC_OK, HTTPSC_ERR_MEMORY. No entry at all is no error here:
 * num_anchors tells. */
HC_FN int hc_anchors_take_bundle(hc_anchors *anchors, hc_buffer *bytes);

/* The same for one certificate in DER, which is copied. */
HC_FN int hc_anchors_add_der(hc_anchors *anchors, hc_cursor der);

/* Counts an entry that could not be read; what was wrong with it: a constant. */
HC_FN void hc_anchors_skip(hc_anchors *anchors, const char *what);

/* Takes out every anchor that has the subject and the public key of a certificate in DER; what is
 * none is passed over. To be called when all anchors are there. HTTPSC_OK, HTTPSC_ERR_MEMORY,
 * HTTPSC_ERR_TRUST_UNREADABLE. */
HC_FN int hc_anchors_deny(hc_anchors *anchors, hc_cursor der);

/* The same for a file, of which no more than the index is kept; at most one. The file is borrowed,
 * and is read again for each anchor that a chain asks for: hc_anchors_find tells where it cannot
 * be, or has changed. HTTPSC_OK, HTTPSC_ERR_MEMORY, HTTPSC_ERR_TRUST_UNREADABLE. */
HC_FN int hc_anchors_index_file(hc_anchors *anchors, const hc_anchor_file *file);

/*
 * Visits the anchors whose subject equals a name (raw DER). *position begins at 0 and goes on from
 * call to call. 1 with *out filled in; its bytes live in scratch (emptied first) or in the table,
 * until the next call. 0 when there is none left. An entry that turns out malformed is passed
 * over. HC_ANCHORS_MEMORY when memory ran out; HC_ANCHORS_UNREADABLE when the file cannot be read
 * any more, or holds other certificates than it did.
 */
#define HC_ANCHORS_MEMORY (-1)
#define HC_ANCHORS_UNREADABLE (-2)
HC_FN int hc_anchors_find(const hc_anchors *anchors, hc_cursor subject, size_t *position,
                          hc_buffer *scratch, hc_anchor *out);

/* 32-bit hash of a subject's DER, by which the embedded table is sorted (FNV-1a). */
HC_FN uint32_t hc_subject_hash(hc_cursor subject);

/* The day the embedded table was made, in seconds since 1970 (0 without one), and as text. */
HC_FN int64_t hc_embedded_anchors_time(void);
HC_FN const char *hc_embedded_anchors_date(void);

#endif
