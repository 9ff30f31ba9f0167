/* The one question that the x509 floor answers: is this chain the host's, as of now? */
#ifndef HC_X509_VERIFY_H
#define HC_X509_VERIFY_H

#include "../base/error.h"
#include "../syntax/url.h"
#include "path.h"

/* No bound can be set above it; the default is 10. */
#ifdef HTTPSC_BARE
#define HC_X509_CERTS_MAX 16
#else
#define HC_X509_CERTS_MAX 128
#endif

typedef struct hc_x509_bounds {
    size_t max_certs;      /* in the chain as it was sent */
    size_t max_cert_bytes; /* of each of them; a longer one is passed over, unless the first */
    size_t max_names;      /* in the subjectAltName of the server's certificate */
    hc_path_bounds path;
} hc_x509_bounds;

/* 10 certificates of 16 KiB, 1,000 names, 6 intermediates, 50 signatures, 10,000 steps, 250,000
 * compares. */
HC_FN void hc_x509_default_bounds(hc_x509_bounds *bounds);

/* Who wants to hear of each issuer that the search passed over (hc_path_params' tell). */
typedef struct hc_x509_listener {
    void (*tell)(void *user, const httpsc_passed_over *what);
    void *user;
} hc_x509_listener;

typedef struct hc_x509_params {
    const httpsc_allocator *allocator;
    const hc_cursor *chain; /* certificates in DER, the server's own first */
    size_t num_certs;
    const hc_anchors *anchors; /* not needed with ignore_chain */
    const hc_crls *crls;       /* may be NULL: revocation is not checked */
    int64_t unix_time;
    const hc_host *host;       /* not needed with ignore_name; NULL is an error otherwise */
    unsigned key_usage;        /* HC_USAGE_... that a keyUsage of the server's certificate must
                                  have; 0: none */
    int ignore_chain;          /* 1: any issuer, for any use */
    int ignore_name;
    int ignore_dates;
    hc_x509_bounds bounds;
    const hc_x509_listener *listener; /* NULL: nobody, and no text is made */
} hc_x509_params;

/* The proof: nothing but hc_x509_verify writes one that is not NONE. */
typedef enum hc_x509_proof {
    HC_X509_NONE = 0,
    HC_X509_VERIFIED = 0x58564552, /* chain, name and dates are good */
    HC_X509_RELAXED = 0x58524c58   /* they are, but for what was to be ignored */
} hc_x509_proof;

typedef struct hc_x509_verdict {
    hc_x509_proof proof;
    hc_public_key key;      /* of the server's certificate; points into the chain */
    unsigned key_usage;     /* of it: HC_USAGE_..., all bits where it has no keyUsage */
    size_t path[HC_X509_CERTS_MAX]; /* indexes into the chain, the server's first; what issued the
                                       last is the anchor */
    size_t path_len;        /* 0 with ignore_chain, and after an error */
    unsigned char anchor_key_hash[HC_HASH_MAX]; /* SHA-256 of the anchor's SubjectPublicKeyInfo,
                               where path_len is not 0; none (0) with
                               is_leaf_trusted */
    int is_leaf_trusted;    /* 1: the store holds the server's certificate itself */
    size_t certificate;     /* after an error: which of the chain it is about */
    hc_path_work work;
} hc_x509_verdict;

/*
 * Verifies a chain (RFC 5280, 6; RFC 9525). HTTPSC_OK, with a proof in *verdict; or an error and
 * no proof: HTTPSC_ERR_CERT_..., LIMIT_CERT, MEMORY, TRUST_UNREADABLE (the file of the anchors, as
 * hc_anchors_find tells), ARGUMENT (no certificate, no host to hold it against).
 *
 * INCOMPLETE_CHAIN: the server sent its own certificate, and its issuer was neither sent nor is it
 * in the store. UNKNOWN_ISSUER: it sent issuers too, but the last is not issued by any in the
 * store. SELF_SIGNED: it issued its own certificate, which is not in the store. Dates are reported
 * only of a path that is good but for them, and a wrong name only of a path that is good.
 */
HC_FN int hc_x509_verify(const hc_x509_params *params, hc_x509_verdict *verdict,
                         httpsc_error *error);

#endif
