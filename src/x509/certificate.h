/* The parts of a certificate (RFC 5280, 4.1) that finding an issuer needs. */
#ifndef HC_CERTIFICATE_H
#define HC_CERTIFICATE_H

#include "../base/buffer.h"
#include "../base/error.h"
#include "../syntax/der.h"

/* All cursors point into the certificate. Names and key are whole elements, tag included. */
typedef struct hc_certificate {
    hc_cursor issuer;
    hc_cursor subject;
    hc_cursor public_key; /* SubjectPublicKeyInfo; nothing when only a prefix was given */
    hc_cursor extensions; /* what the SEQUENCE of them holds; likewise, and where there are none */
} hc_certificate;

/* Walks a certificate as far as the key. 1 when it is well formed so far. */
HC_FN int hc_certificate_skim(hc_certificate *out, const void *der, size_t len);

/* The same as far as the subject, over the first bytes of a certificate. */
HC_FN int hc_certificate_skim_prefix(hc_certificate *out, const void *der, size_t len);

/* The certificates that a peer sends, leaf first, within bounds. */
#define HC_CHAIN_CERTS_MAX 10

typedef struct hc_chain {
    hc_buffer bytes;                 /* one certificate behind the other */
    size_t ends[HC_CHAIN_CERTS_MAX];
    size_t num_certs;
    size_t max_cert_bytes;
} hc_chain;

HC_FN void hc_chain_init(hc_chain *chain, const httpsc_allocator *allocator, size_t max_bytes,
                         size_t max_cert_bytes);
HC_FN void hc_chain_free(hc_chain *chain);

/* Begins a certificate of len bytes, which come in pieces. HTTPSC_OK; ERR_CERT_INVALID when it is
 * empty or a bound is passed; ERR_MEMORY. */
HC_FN int hc_chain_begin(hc_chain *chain, size_t len, httpsc_error *error);
HC_FN int hc_chain_append(hc_chain *chain, const void *bytes, size_t len, httpsc_error *error);

/* One certificate of it; and skimmed. */
HC_FN hc_cursor hc_chain_at(const hc_chain *chain, size_t index);
HC_FN int hc_chain_skim(const hc_chain *chain, size_t index, hc_certificate *out);

/* The order in which the certificates follow one another, each issued by the next, from the leaf
 * on; what does not belong is left out. Returns how many they are. */
HC_FN size_t hc_chain_path(const hc_chain *chain, size_t path[HC_CHAIN_CERTS_MAX]);

/* The errors ERR_CERT_NAME_MISMATCH, with the names that the leaf has, and ERR_CERT_UNKNOWN_ISSUER,
 * with whom the chain ends at and the remedy. */
HC_FN void hc_chain_fail_name(const hc_chain *chain, const char *host, httpsc_error *error);
HC_FN void hc_chain_fail_issuer(const hc_chain *chain, const char *host, httpsc_error *error);

#endif
