/* The verdict on a server: its chain verified, its pins found, the caller asked. */
#ifndef HC_JUDGE_H
#define HC_JUDGE_H

#include "verify.h"

#define HC_PIN_LEN 32

/* What a TLS configuration wants of a server. Never changes once it is open; read by any number of
 * threads. */
typedef struct hc_judge {
    hc_anchors anchors;
    hc_crls crls;
    int ignore_chain;
    int ignore_name;
    int ignore_dates;
    unsigned char *pins; /* num_pins, one behind the other */
    size_t num_pins;
    int (*verify)(void *user, const httpsc_peer *peer);
    void *verify_user;
} hc_judge;

/*
 * Judges a chain (DER certificates, the server's own first) for a host, as of unix_time.
 * key_usage: HC_USAGE_... that the server's key must be allowed. listener: NULL, or whom to tell of
 * issuers that were passed over. HTTPSC_OK with the proof in
 * *verdict; or an error and no proof: those of hc_x509_verify, CERT_PIN_MISMATCH, CERT_REFUSED.
 */
HC_FN int hc_judge_chain(const hc_judge *judge, const httpsc_allocator *allocator,
                         const hc_cursor *chain, size_t num_certs, const hc_host *host,
                         int64_t unix_time, unsigned key_usage, const hc_x509_listener *listener,
                         hc_x509_verdict *verdict, httpsc_error *error);

#endif
