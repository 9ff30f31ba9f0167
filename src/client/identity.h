/* Whom a connection belongs to. */
#ifndef HC_IDENTITY_H
#define HC_IDENTITY_H

#include "../syntax/url.h"

struct hc_client_certs;

/* Where connections go instead of the URL's host and port. */
typedef struct hc_endpoint {
    hc_host host;
    int port;
} hc_endpoint;

/* Addresses that stand for a host and port, in place of a look-up. */
typedef struct hc_override {
    hc_endpoint endpoint;
    httpsc_address address;
} hc_override;

typedef struct hc_proxy hc_proxy;

/* How a connection gets from here to the URL's host. */
typedef enum hc_route {
    HC_ROUTE_DIRECT = 0,
    HC_ROUTE_FORWARD, /* the proxy gets the whole request, in absolute-form */
    HC_ROUTE_TUNNEL,  /* CONNECT */
    HC_ROUTE_SOCKS5
} hc_route;

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
    const hc_override *override;          /* the client's first for what is dialled; NULL: none */
    const char *unix_socket;              /* the client's; NULL: none */
    const httpsc_tls_config *tls_config;  /* the client's; NULL for plain http */
    hc_route route;
    const hc_proxy *proxy;                /* the client's, with its credentials; NULL: none */
    int for_proxy;                        /* 1: host and port are the proxy's own */
    const struct hc_client_certs *shown;   /* who the client is there, hc_client_certs_for; NULL:
                                             nobody */
} hc_identity;

HC_FN int hc_identity_equal(const hc_identity *a, const hc_identity *b);

#endif
