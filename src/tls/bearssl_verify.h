/* What judges the server's certificates while BearSSL's engine serves: br_x509_minimal, given the
 * anchors that the chain asks for. */
#ifndef HC_BEARSSL_VERIFY_H
#define HC_BEARSSL_VERIFY_H

#include "../crypto/checked.h"
#include "tls.h"

/* The proof that opens the way for application data: only the verifier writes one. */
typedef enum hc_verdict {
    HC_VERDICT_NONE = 0,
    HC_VERDICT_ANY_PEER, /* verification is off */
    HC_VERDICT_VERIFIED  /* chain, name and dates are good */
} hc_verdict;

typedef struct hc_verifier {
    const br_x509_class *vtable; /* first: BearSSL's pointer to it is one to the whole */
    const hc_anchors *anchors;
    const char *server_name; /* the engine's */
    int any_peer;
    int64_t unix_time;
    httpsc_error *error; /* the connection's */
    hc_verdict verdict;
    hc_chain chain;
    br_ec_impl ec;
    br_x509_pkey leaf_key;
    unsigned leaf_usages;
    br_x509_minimal_context minimal;
} hc_verifier;

/* An X.509 engine for br_ssl_engine_set_x509. Errors go to *error, which lives as long. */
HC_FN void hc_verifier_init(hc_verifier *verifier, const hc_tls_params *params,
                            httpsc_error *error);
HC_FN void hc_verifier_free(hc_verifier *verifier);

#endif
