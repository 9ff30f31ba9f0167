#include "credentials.h"

HC_FN void hc_credentials_free(hc_credentials *credentials, const httpsc_allocator *allocator)
{
    for (size_t i = 0; i < credentials->num; i++) {
        hc_credential_wipe(&credentials->loaded[i]);
    }
    hc_free(allocator, credentials->loaded, credentials->num * sizeof *credentials->loaded);
    hc_free(allocator, credentials->tls, credentials->num * sizeof *credentials->tls);
    hc_free(allocator, credentials->hosts, credentials->num_hosts * sizeof *credentials->hosts);
    memset(credentials, 0, sizeof *credentials);
}

static int credentials_same_host(const hc_host *a, const hc_host *b)
{
    return a->kind == b->kind && strcmp(a->text, b->text) == 0;
}

HC_FN const hc_credentials *hc_credentials_for(const hc_credentials *credentials,
                                               const hc_identity *named,
                                               const hc_identity *target)
{
    if (credentials->num == 0 || !target->secure) {
        return NULL;
    }
    if (named->secure && named->port == target->port &&
        credentials_same_host(&named->host, &target->host)) {
        return credentials;
    }
    for (size_t i = 0; i < credentials->num_hosts; i++) {
        if (credentials->hosts[i].port == target->port &&
            credentials_same_host(&credentials->hosts[i].host, &target->host)) {
            return credentials;
        }
    }
    return NULL;
}
