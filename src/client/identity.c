#include "identity.h"

HC_FN int hc_identity_equal(const hc_identity *a, const hc_identity *b)
{
    return a->secure == b->secure && a->port == b->port && a->host.kind == b->host.kind &&
           strcmp(a->host.text, b->host.text) == 0 && a->verify_as == b->verify_as &&
           a->connect_to == b->connect_to && a->tls_config == b->tls_config &&
           a->override == b->override && a->unix_socket == b->unix_socket &&
           a->route == b->route && a->proxy == b->proxy && a->for_proxy == b->for_proxy &&
           a->shown == b->shown;
}
