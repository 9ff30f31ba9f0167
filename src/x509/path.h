/*
 * Path building (RFC 4158) and validation (RFC 5280, 6) in one: a depth-first search from the
 * server's certificate to a trust anchor over the certificates that were sent, in any order, in
 * which an issuer that breaks a rule is passed over for the next one. It takes no recursion, and
 * its work is bounded.
 */
#ifndef HC_PATH_H
#define HC_PATH_H

#include "anchors.h"
#include "crl.h"

/* The largest anchor that is looked at. */
#define HC_ANCHOR_SCRATCH_MAX ((size_t)1024 * 1024)

/* At a bound all is well; what passes it is HTTPSC_ERR_LIMIT_CERT. */
typedef struct hc_path_bounds {
    size_t max_intermediates; /* between the server's certificate and the anchor; self-issued ones
                                 are not counted, as pathLenConstraint does not count them */
    size_t max_signatures;    /* signature checks */
    size_t max_steps;         /* issuers looked at */
    size_t max_compares;      /* names held against name constraints */
} hc_path_bounds;

/* What was used of them. */
typedef struct hc_path_work {
    size_t num_signatures;
    size_t num_steps;
    size_t num_compares;
} hc_path_work;

/* An issuer that was looked at and passed over. */
typedef struct hc_path_rejection {
    size_t certificate;        /* whose issuer was looked for */
    size_t issuer;             /* the one passed over, of those sent; not with is_anchor */
    int is_anchor;             /* 1: it is in the store */
    const hc_finding *finding; /* why; it may be about a certificate below it */
} hc_path_rejection;

typedef struct hc_path_params {
    const httpsc_allocator *allocator;
    const hc_cert *certs; /* as decoded from what was sent, well formed or not; the first is the
                             server's own, well formed and judged already */
    size_t num_certs;     /* at least 1 */
    const hc_anchors *anchors;
    const hc_crls *crls;  /* may be NULL: no revocation */
    int64_t unix_time;
    int ignore_dates;
    hc_path_bounds bounds;
    void (*tell)(void *user, const hc_path_rejection *rejection); /* told of each, max_steps at the
                                most, and of one more than once where paths cross; NULL: nobody */
    void *tell_user;
} hc_path_params;

typedef enum hc_path_result {
    HC_PATH_FOUND = 1,
    HC_PATH_NONE,   /* no path; the finding says why, or holds HTTPSC_OK: no issuer is known */
    HC_PATH_LIMIT,  /* a bound was passed before one was found; the finding says which */
    HC_PATH_UNREADABLE, /* the file of the anchors, as hc_anchors_find tells */
    HC_PATH_MEMORY
} hc_path_result;

typedef struct hc_path {
    size_t *indexes;    /* into certs, the server's first, the anchor not among them; num_certs of
                           them are allocated */
    size_t len;         /* of the path that was found */
    unsigned char anchor_key_hash[HC_HASH_MAX]; /* SHA-256 of the SubjectPublicKeyInfo above it */
    hc_finding finding; /* of the path that came nearest */
    hc_finding dates;   /* the first certificate that was passed over for its dates alone */
    size_t top;         /* where nothing was found: the last certificate of the longest path */
    size_t top_depth;   /* and how many are below it */
    hc_path_work work;  /* added to what was there */
} hc_path;

/* Searches. *path must be zeroed, or have been through a search of the same certificates: then the
 * work goes on from there. */
HC_FN hc_path_result hc_path_search(const hc_path_params *params, hc_path *path);

HC_FN void hc_path_free(hc_path *path, const hc_path_params *params);

#endif
