/*
 * Certificate revocation lists (RFC 5280, 5) that the caller gives. Complete lists of the
 * certificate's own issuer alone: no delta CRLs, no indirect ones, none for a part of the
 * certificates.
 */
#ifndef HC_CRL_H
#define HC_CRL_H

#include "../base/buffer.h"
#include "finding.h"

/* A CRL. Cursors point into its bytes. */
typedef struct hc_crl {
    hc_cursor tbs;
    hc_cursor issuer;
    int64_t this_update;
    int64_t next_update;
    hc_signature_algorithm algorithm;
    hc_cursor signature;
    hc_cursor revoked;          /* the entries, to be taken one by one */
    hc_cursor authority_key_id; /* nothing where it has none */
} hc_crl;

/* Decodes a CRL whole. NULL, or why it cannot be relied on, whatever is asked: it is malformed, has
 * something critical, or no cRLNumber. */
HC_FN const char *hc_crl_decode(hc_crl *out, hc_cursor der);

/* The CRLs of the caller, decoded when a path needs them. */
typedef struct hc_crls {
    hc_buffer bytes; /* DER, one behind the other */
    size_t num_crls;
} hc_crls;

HC_FN void hc_crls_init(hc_crls *crls, const httpsc_allocator *allocator, size_t max_bytes);
HC_FN void hc_crls_free(hc_crls *crls);

/* Adds a file: PEM blocks "X509 CRL", or one CRL in DER. HTTPSC_OK; HTTPSC_ERR_MEMORY; or
 * HTTPSC_ERR_TRUST_UNREADABLE at the first that cannot be relied on, and why not in *why: to go on
 * without it would let pass what it lists. */
HC_FN int hc_crls_add(hc_crls *crls, hc_cursor file, const char **why);

/* What is asked about a certificate, and by whom it was issued. */
typedef struct hc_crl_question {
    const hc_cert *cert;
    const hc_public_key *issuer_key;
    int issuer_signs_crls; /* 0: the issuer's keyUsage is without cRLSign */
    int64_t unix_time;
    int ignore_dates;
} hc_crl_question;

typedef enum hc_crl_result {
    HC_CRL_GOOD = 1, /* a CRL of its issuer does not list it */
    HC_CRL_NONE,     /* there is no CRL of its issuer */
    HC_CRL_FAILED,   /* revoked, or its issuer's CRLs cannot be relied on: see the finding */
    HC_CRL_TOO_COMPLEX /* the signature checks were used up */
} hc_crl_result;

/* Looks a certificate up. Each signature check is taken from *signatures_left. */
HC_FN hc_crl_result hc_crl_check(const hc_crls *crls, const hc_crl_question *question,
                                 size_t *signatures_left, hc_finding *finding);

#endif
