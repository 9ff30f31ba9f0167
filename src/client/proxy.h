/* Proxies: what the caller or the environment says of them, and which URL goes by which. */
#ifndef HC_PROXY_H
#define HC_PROXY_H

#include "../base/memory.h"
#include "identity.h"

typedef enum hc_proxy_kind {
    HC_PROXY_HTTP = 1,
    HC_PROXY_HTTPS,  /* the same, over TLS */
    HC_PROXY_SOCKS5  /* with names looked up by the proxy */
} hc_proxy_kind;

/* One proxy with its credentials: never changed once a client is open, so that its address says
 * all of it. */
struct hc_proxy {
    hc_proxy_kind kind;
    hc_host host;
    int port;
    char *user;      /* NULL: no credentials; then password is NULL, too */
    char *password;
    int auth;        /* HTTPSC_AUTH_BASIC, DIGEST, ANY, NONE */
};

/* Room for "the proxy HOST port PORT". */
#define HC_PROXY_TEXT_MAX (HC_HOST_MAX + 32)

/*
 * Parses "[http|https|socks5|socks5h://][user[:password]@]host[:port][/]"; user and password are
 * percent-decoded. Without a scheme it is http; without a port 80, 443 or 1080. HTTPSC_OK,
 * ERR_PROXY_URL, ERR_MEMORY. The text, which may hold a password, is never shown.
 */
HC_FN int hc_proxy_open(const httpsc_allocator *allocator, const char *url, hc_proxy **out,
                        httpsc_error *error);

/* Puts other credentials in: user "" stands for none. HTTPSC_OK or ERR_MEMORY. */
HC_FN int hc_proxy_set_credentials(hc_proxy *proxy, const httpsc_allocator *allocator,
                                   const char *user, const char *password, httpsc_error *error);

/* NULL is passed over. Credentials are wiped. */
HC_FN void hc_proxy_free(const httpsc_allocator *allocator, hc_proxy *proxy);

/* What the errors call it; without its credentials. */
HC_FN void hc_proxy_describe(const hc_proxy *proxy, char place[HC_PROXY_TEXT_MAX]);

/* Whom a client's proxies are for. */
typedef struct hc_proxies {
    hc_proxy *for_http;   /* NULL: none */
    hc_proxy *for_https;  /* may be the same one */
    char *no_proxy;       /* hc_no_proxy_has; NULL: no exception */
    int tunnel_http;
} hc_proxies;

/* Fills them in from the options: the caller's own, else, with use_environment, the environment's.
 * HTTPSC_OK, ERR_PROXY_URL, ERR_ARGUMENT, ERR_MEMORY. */
HC_FN int hc_proxies_open(hc_proxies *proxies, const httpsc_allocator *allocator,
                          const httpsc_options *options, httpsc_error *error);
HC_FN void hc_proxies_free(hc_proxies *proxies, const httpsc_allocator *allocator);

/* Puts proxy and route of an identity whose secure, host and port are set. */
HC_FN void hc_proxies_route(const hc_proxies *proxies, hc_identity *identity);

/* The host and port that are dialled for an identity: connect_to's, its proxy's, or its own. */
HC_FN hc_endpoint hc_identity_dialled(const hc_identity *identity);

#endif
