/* The client's own certificates and keys in a TLS configuration, and to whom they are shown. */
#ifndef HC_CLIENT_CERTS_H
#define HC_CLIENT_CERTS_H

#include "identity.h"
#include "../tls/tls.h"
#include "../x509/credential.h"

#define HC_CLIENT_CERTS_MAX 16      /* identities of a configuration */
#define HC_CLIENT_CERT_HOSTS_MAX 64 /* further hosts that they may be shown to */

/* Never changes once the configuration is open; read by any number of threads. */
typedef struct hc_client_certs {
    hc_credential *loaded;   /* num, in the order of preference */
    hc_tls_identity *tls;    /* the same for the TLS engine; points into loaded */
    size_t num;
    hc_endpoint *hosts;      /* num_hosts, besides the origin that the caller named */
    size_t num_hosts;
} hc_client_certs;

/* Wipes and frees it all. */
HC_FN void hc_client_certs_free(hc_client_certs *certs, const httpsc_allocator *allocator);

/*
 * The one place that decides whom a client certificate is shown: the origin (RFC 9110, 4.3.1) that
 * the caller named, and the hosts that the configuration lists; never over plain http. Returns
 * certs, or NULL where there is nothing to show.
 *     left_origin  1: a redirect led away from the origin that the caller named
 *     target       where the request goes now
 */
HC_FN const hc_client_certs *hc_client_certs_for(const hc_client_certs *certs, int left_origin,
                                                 const hc_identity *target);

#endif
