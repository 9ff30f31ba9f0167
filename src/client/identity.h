/* Whom a connection belongs to. */
#ifndef HC_IDENTITY_H
#define HC_IDENTITY_H

#include "../syntax/url.h"

struct hc_credentials;

/* Where connections go instead of the URL's host and port. */
typedef struct hc_endpoint {
    hc_host host;
    int port;
} hc_endpoint;

/*
 * All that must be equal before a connection (and later a session, a credential, a cookie) made
 * for one request may serve another. What is not in here is fixed for the life of a client, and
 * nothing of it crosses from one client to another.
 */
typedef struct hc_identity {
    int secure;
    int port;
    hc_host host;                         /* of the URL */
    const hc_host *verify_as;             /* the client's; NULL: host */
    const hc_endpoint *connect_to;        /* the client's; NULL: host and port */
    const httpsc_tls_config *tls_config;  /* the client's; NULL for plain http */
    const struct hc_credentials *shown;   /* who the client is there, hc_credentials_for; NULL:
                                             nobody */
} hc_identity;

HC_FN int hc_identity_equal(const hc_identity *a, const hc_identity *b);

#endif
