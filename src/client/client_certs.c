#include "client_certs.h"

HC_FN void hc_client_certs_free(hc_client_certs *certs, const httpsc_allocator *allocator)
{
    for (size_t i = 0; HC_HAS_CLIENT_CERTS && i < certs->num; i++) {
        hc_credential_wipe(&certs->loaded[i]);
    }
    hc_free(allocator, certs->loaded, certs->num * sizeof *certs->loaded);
    hc_free(allocator, certs->tls, certs->num * sizeof *certs->tls);
    hc_free(allocator, certs->hosts, certs->num_hosts * sizeof *certs->hosts);
    memset(certs, 0, sizeof *certs);
}

HC_FN const hc_client_certs *hc_client_certs_for(const hc_client_certs *certs, int left_origin,
                                                 const hc_identity *target)
{
    if (!HC_HAS_CLIENT_CERTS || certs->num == 0 || !target->secure) {
        return NULL;
    }
    if (!left_origin) {
        return certs;
    }
    for (size_t i = 0; i < certs->num_hosts; i++) {
        if (certs->hosts[i].port == target->port &&
            certs->hosts[i].host.kind == target->host.kind &&
            strcmp(certs->hosts[i].host.text, target->host.text) == 0) {
            return certs;
        }
    }
    return NULL;
}
