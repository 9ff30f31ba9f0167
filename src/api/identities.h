/* Loading what httpsc_identity names. */
#ifndef HC_API_IDENTITIES_H
#define HC_API_IDENTITIES_H

#include "../client/client_certs.h"

/* Loads the identities of some options into *out, which is zeroed, and to be freed whatever comes
 * out. Errors: as httpsc_tls_config_open tells. */
HC_FN int hc_load_identities(hc_client_certs *out, const httpsc_allocator *allocator,
                             const httpsc_tls_options *options, httpsc_error *error);

#endif
