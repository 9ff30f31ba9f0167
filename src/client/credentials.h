/* The client's own certificates and keys in a TLS configuration, and to whom they are shown. */
#ifndef HC_CREDENTIALS_H
#define HC_CREDENTIALS_H

#include "identity.h"
#include "../tls/tls.h"
#include "../x509/credential.h"

#define HC_CREDENTIALS_MAX 16      /* identities of a configuration */
#define HC_CREDENTIAL_HOSTS_MAX 64 /* further hosts that they may be shown to */

/* Never changes once the configuration is open; read by any number of threads. */
typedef struct hc_credentials {
    hc_credential *loaded;   /* num, in the order of preference */
    hc_tls_identity *tls;    /* the same for the TLS engine; points into loaded */
    size_t num;
    hc_endpoint *hosts;      /* num_hosts, besides the origin that the caller named */
    size_t num_hosts;
} hc_credentials;

/* Wipes and frees it all. */
HC_FN void hc_credentials_free(hc_credentials *credentials, const httpsc_allocator *allocator);

/*
 * The one place that decides whom a client certificate is shown: the origin (RFC 9110, 4.3.1) that
 * the caller named, and the hosts that the configuration lists; never over plain http. Returns
 * credentials, or NULL where there is nothing to show.
 *     named     of the request as the caller gave it; shown and target may be one
 *     target    where the request goes now, behind redirects
 */
HC_FN const hc_credentials *hc_credentials_for(const hc_credentials *credentials,
                                               const hc_identity *named,
                                               const hc_identity *target);

#endif
