/* How an operation proves who its user is: to the origin it began with, or to its proxy, and to no
 * other. */
#ifndef HC_CREDENTIALS_H
#define HC_CREDENTIALS_H

#include "hooks.h"
#include "proxy.h"
#include "../http/auth.h"
#include "../http/response.h"

/* Zeroed it has none. Texts are the plan's, or the proxy's. */
typedef struct hc_credentials {
    int kind;               /* HTTPSC_AUTH_... */
    const char *user;
    const char *password;
    const char *bearer;
    hc_challenge challenge; /* that is answered; of this operation's first origin */
    unsigned tried;         /* of hc_auth_kind: answered for this URL already */
    int renewed;            /* and once more, because the nonce was stale */
} hc_credentials;

HC_FN void hc_credentials_free(hc_credentials *credentials);

/* Credentials for a proxy, or none: kind NONE means BASIC where there is a user. Others that were
 * there are freed, unless they are the same. */
HC_FN void hc_credentials_for_proxy(hc_credentials *credentials, const hc_proxy *proxy);

/* Appends the value of Authorization with a NUL; nothing where there is none to be sent (yet).
 * Errors of hc_basic_add and its like, ERR_ENTROPY. */
HC_FN int hc_credentials_add(hc_credentials *credentials, const httpsc_hooks *hooks,
                             const char *method, hc_cursor target, hc_buffer *out,
                             httpsc_error *error);

/* Reads the challenges of a 401 or 407 (name: WWW-Authenticate or Proxy-Authenticate): *answerable
 * is 1 when the request is worth another try. Each scheme is tried once, Digest again when its
 * nonce is stale, and Basic never after Digest. */
HC_FN int hc_credentials_challenged(hc_credentials *credentials, const hc_response *response,
                                    const char *name, int *answerable, httpsc_error *error);

/* Another URL of the same origin is asked: what was tried may be tried there. */
HC_FN void hc_credentials_renew(hc_credentials *credentials);

#endif
