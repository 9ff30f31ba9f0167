#include "proxy.h"

#include "../base/cursor.h"
#include "../platform/platform.h"
#include "../syntax/no_proxy.h"

#define PROXY_URL_MAX 4096

/* ---- one proxy ---- */

typedef struct proxy_scheme {
    const char *name;
    hc_proxy_kind kind;
    int port;
} proxy_scheme;

static const proxy_scheme *proxy_take_scheme(hc_cursor *text)
{
    static const proxy_scheme schemes[] = {{"http", HC_PROXY_HTTP, 80},
                                           {"https", HC_PROXY_HTTPS, 443},
                                           {"socks5", HC_PROXY_SOCKS5, 1080},
                                           {"socks5h", HC_PROXY_SOCKS5, 1080}};
    hc_cursor rest = *text;
    hc_cursor name = hc_take_until(&rest, ':');

    if (!hc_take_text(&rest, "://")) {
        return &schemes[0];
    }
    *text = rest;
    for (size_t i = 0; i < HC_ARRAY_LEN(schemes); i++) {
        if (hc_equal_nocase(name.at, hc_cursor_left(&name), schemes[i].name,
                            strlen(schemes[i].name))) {
            return &schemes[i];
        }
    }
    return NULL;
}

/* Percent-decoded in memory of its own; NULL and *malformed for an escape that is none, or for a
 * NUL; NULL alone when memory ran out. */
static char *proxy_decode(const httpsc_allocator *allocator, hc_cursor text, int *malformed)
{
    char place[PROXY_URL_MAX + 1];
    size_t len = 0;
    char *copy;

    while (hc_cursor_left(&text) > 0) {
        int character = hc_take_u8(&text);

        if (character == '%') {
            int high = hc_hex_value(hc_take_u8(&text));
            int low = hc_hex_value(hc_take_u8(&text));

            *malformed |= high < 0 || low < 0;
            character = high < 0 || low < 0 ? 0 : high * 16 + low;
        }
        *malformed |= character == 0;
        place[len++] = (char)character;
    }
    place[len] = '\0';
    copy = *malformed ? NULL : hc_copy_text(allocator, place);
    hc_wipe(place, sizeof place);
    return copy;
}

static void proxy_free_secret(const httpsc_allocator *allocator, char *text)
{
    if (text != NULL) {
        hc_free_secret(allocator, text, strlen(text) + 1);
    }
}

HC_FN void hc_proxy_free(const httpsc_allocator *allocator, hc_proxy *proxy)
{
    if (proxy != NULL) {
        proxy_free_secret(allocator, proxy->user);
        proxy_free_secret(allocator, proxy->password);
        hc_free(allocator, proxy, sizeof *proxy);
    }
}

static int proxy_refuse(httpsc_error *error, const char *why)
{
    return hc_fail(error, HTTPSC_ERR_PROXY_URL, 0,
                   "%s; it is [http|https|socks5h]://[USER:PASSWORD@]HOST[:PORT]", why);
}

static int proxy_take_userinfo(hc_proxy *proxy, const httpsc_allocator *allocator,
                               hc_cursor *authority, httpsc_error *error)
{
    hc_cursor rest = *authority;
    hc_cursor userinfo;
    hc_cursor user;
    int malformed = 0;

    /* a password may have a raw "@": the last one counts */
    for (const unsigned char *at = rest.at; at < rest.end; at++) {
        rest.at = *at == '@' ? at + 1 : rest.at;
    }
    if (rest.at == authority->at) {
        return HTTPSC_OK;
    }
    userinfo = hc_cursor_over(authority->at, (size_t)(rest.at - authority->at) - 1);
    *authority = rest;
    user = hc_take_until(&userinfo, ':');
    (void)hc_take_char(&userinfo, ':');
    if (hc_cursor_left(&user) == 0 && hc_cursor_left(&userinfo) == 0) {
        return HTTPSC_OK;
    }
    proxy->user = proxy_decode(allocator, user, &malformed);
    proxy->password = proxy_decode(allocator, userinfo, &malformed);
    if (malformed) {
        return proxy_refuse(error, "its user information is not percent-encoded");
    }
    return proxy->user == NULL || proxy->password == NULL
               ? hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL)
               : HTTPSC_OK;
}

static int proxy_take_host(hc_proxy *proxy, hc_cursor authority, httpsc_error *error)
{
    char place[HC_HOST_MAX + sizeof "[]:65535"];
    hc_text text = hc_text_in(place, sizeof place);

    hc_text_add_bytes(&text, authority.at, hc_cursor_left(&authority));
    if (text.cut || memchr(place, '\0', text.len) != NULL) {
        return proxy_refuse(error, "its host is too long");
    }
    if (text.len > 0 && place[text.len - 1] == ':') {
        place[--text.len] = '\0'; /* an empty port is the default one */
    }
    if (!hc_host_port_parse(&proxy->host, &proxy->port, place) &&
        !(hc_host_parse(&proxy->host, place, text.len) &&
          (proxy->host.kind != HC_HOST_IPV6 || place[0] == '['))) {
        return proxy_refuse(error, "no valid host and port in it");
    }
    if (strcmp(proxy->host.text, ".") == 0) {
        return proxy_refuse(error, "no valid host in it");
    }
    return HTTPSC_OK;
}

static int proxy_parse(hc_proxy *proxy, const httpsc_allocator *allocator, const char *url,
                       httpsc_error *error)
{
    hc_cursor text = hc_cursor_over(url, strlen(url));
    const proxy_scheme *scheme;

    if (strlen(url) > PROXY_URL_MAX) {
        return proxy_refuse(error, "it is too long");
    }
    for (const char *at = url; *at != '\0'; at++) {
        if ((unsigned char)*at <= 0x20 || *at == 0x7f || strchr("\\?#", *at) != NULL) {
            return proxy_refuse(error, "a character that does not belong in it");
        }
    }
    scheme = proxy_take_scheme(&text);
    if (scheme == NULL) {
        return proxy_refuse(error, "unknown scheme");
    }
    proxy->kind = scheme->kind;
    proxy->port = scheme->port;
    if (hc_cursor_left(&text) > 0 && text.end[-1] == '/') {
        text.end--;
    }
    if (proxy_take_userinfo(proxy, allocator, &text, error) != HTTPSC_OK) {
        return error->code;
    }
    return proxy_take_host(proxy, text, error);
}

HC_FN int hc_proxy_open(const httpsc_allocator *allocator, const char *url, hc_proxy **out,
                        httpsc_error *error)
{
    hc_proxy *proxy = hc_alloc(allocator, sizeof *proxy);

    if (proxy == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    if (proxy_parse(proxy, allocator, url, error) != HTTPSC_OK) {
        hc_proxy_free(allocator, proxy);
        return error->code;
    }
    *out = proxy;
    return HTTPSC_OK;
}

HC_FN int hc_proxy_set_credentials(hc_proxy *proxy, const httpsc_allocator *allocator,
                                   const char *user, const char *password, httpsc_error *error)
{
    proxy_free_secret(allocator, proxy->user);
    proxy_free_secret(allocator, proxy->password);
    proxy->user = NULL;
    proxy->password = NULL;
    if (*user == '\0' && *password == '\0') {
        return HTTPSC_OK;
    }
    proxy->user = hc_copy_text(allocator, user);
    proxy->password = hc_copy_text(allocator, password);
    return proxy->user == NULL || proxy->password == NULL
               ? hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL)
               : HTTPSC_OK;
}

HC_FN void hc_proxy_describe(const hc_proxy *proxy, char place[HC_PROXY_TEXT_MAX])
{
    hc_text text = hc_text_in(place, HC_PROXY_TEXT_MAX);

    hc_text_add(&text, "the proxy ");
    hc_text_add(&text, proxy->host.text);
    hc_text_add(&text, " port ");
    hc_text_add_int(&text, proxy->port);
}

/* ---- a client's ---- */

/* Checks what only some kinds can carry, before a byte goes anywhere. */
static int proxies_check(const hc_proxy *proxy, httpsc_error *error)
{
    if (proxy->auth < HTTPSC_AUTH_NONE || proxy->auth > HTTPSC_AUTH_ANY) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "proxy_auth is none of NONE, BASIC, DIGEST "
                                                      "and ANY");
    }
    if (proxy->user == NULL) {
        return HTTPSC_OK;
    }
    if (proxy->kind == HC_PROXY_SOCKS5) {
        return strlen(proxy->user) >= 1 && strlen(proxy->user) <= 255 &&
                       strlen(proxy->password) >= 1 && strlen(proxy->password) <= 255
                   ? HTTPSC_OK
                   : hc_fail(error, HTTPSC_ERR_PROXY_URL, 0,
                             "for SOCKS5, user name and password have 1 to 255 bytes (RFC 1929)");
    }
    return strchr(proxy->user, ':') == NULL
               ? HTTPSC_OK
               : hc_fail(error, HTTPSC_ERR_PROXY_URL, 0, "no user name has a colon (RFC 7617)");
}

static int proxies_add(hc_proxy **place, const httpsc_allocator *allocator, const char *url,
                       const httpsc_options *options, httpsc_error *error)
{
    if (hc_proxy_open(allocator, url, place, error) != HTTPSC_OK) {
        return error->code;
    }
    if (options->proxy_user != NULL &&
        hc_proxy_set_credentials(*place, allocator, options->proxy_user,
                                 options->proxy_password == NULL ? "" : options->proxy_password,
                                 error) != HTTPSC_OK) {
        return error->code;
    }
    (*place)->auth = options->proxy_auth;
    return proxies_check(*place, error);
}

/* A copy of the first of these that is set; *out NULL for none. */
static int proxies_environment(const char *const *names, size_t num_names,
                               const httpsc_allocator *allocator, char **out, httpsc_error *error)
{
    *out = NULL;
    for (size_t i = 0; i < num_names && *out == NULL; i++) {
        if (hc_environment(names[i], allocator, out) != HTTPSC_OK) {
            return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
        }
    }
    return HTTPSC_OK;
}

static int proxies_add_environment(hc_proxy **place, const char *const *names, size_t num_names,
                                   const httpsc_allocator *allocator,
                                   const httpsc_options *options, httpsc_error *error)
{
    char *url;
    int code = proxies_environment(names, num_names, allocator, &url, error);

    if (code == HTTPSC_OK && url != NULL) {
        code = proxies_add(place, allocator, url, options, error);
    }
    hc_free_text(allocator, url);
    return code;
}

/* HTTP_PROXY in capitals is left alone: in a CGI program it is a field of the request; and there
 * http_proxy as well, for Windows does not tell the two apart. */
static int proxies_of_environment(hc_proxies *proxies, const httpsc_allocator *allocator,
                                  const httpsc_options *options, httpsc_error *error)
{
    static const char *const http_names[] = {"http_proxy", "all_proxy", "ALL_PROXY"};
    static const char *const https_names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy",
                                              "ALL_PROXY"};
    char *cgi = NULL;
    size_t skip;
    int code;

    if (hc_environment("REQUEST_METHOD", allocator, &cgi) != HTTPSC_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    skip = cgi != NULL ? 1 : 0;
    hc_free_text(allocator, cgi);
    code = proxies_add_environment(&proxies->for_http, http_names + skip,
                                   HC_ARRAY_LEN(http_names) - skip, allocator, options, error);
    return code != HTTPSC_OK ? code
                             : proxies_add_environment(&proxies->for_https, https_names,
                                                       HC_ARRAY_LEN(https_names), allocator,
                                                       options, error);
}

HC_SELDOM HC_FN int hc_proxies_open(hc_proxies *proxies, const httpsc_allocator *allocator,
                                    const httpsc_options *options, httpsc_error *error)
{
    static const char *const no_proxy_names[] = {"no_proxy", "NO_PROXY"};
    int code = HTTPSC_OK;

    proxies->tunnel_http = options->tunnel_http;
    if (options->proxy != NULL && *options->proxy != '\0') {
        code = proxies_add(&proxies->for_https, allocator, options->proxy, options, error);
        proxies->for_http = proxies->for_https;
    } else if (options->proxy == NULL && options->use_environment) {
        code = proxies_of_environment(proxies, allocator, options, error);
    }
    if (code != HTTPSC_OK) {
        return code;
    }
    if (options->no_proxy == NULL && options->use_environment) {
        return proxies_environment(no_proxy_names, HC_ARRAY_LEN(no_proxy_names), allocator,
                                   &proxies->no_proxy, error);
    }
    if (options->no_proxy != NULL) {
        proxies->no_proxy = hc_copy_text(allocator, options->no_proxy);
        if (proxies->no_proxy == NULL) {
            return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
        }
    }
    return HTTPSC_OK;
}

HC_FN void hc_proxies_free(hc_proxies *proxies, const httpsc_allocator *allocator)
{
    if (proxies->for_http != proxies->for_https) {
        hc_proxy_free(allocator, proxies->for_http);
    }
    hc_proxy_free(allocator, proxies->for_https);
    hc_free_text(allocator, proxies->no_proxy);
    memset(proxies, 0, sizeof *proxies);
}

HC_FN void hc_proxies_route(const hc_proxies *proxies, hc_identity *identity)
{
    const hc_proxy *proxy = identity->secure ? proxies->for_https : proxies->for_http;

    identity->proxy = NULL;
    identity->route = HC_ROUTE_DIRECT;
    if (proxy == NULL ||
        (proxies->no_proxy != NULL &&
         hc_no_proxy_has(proxies->no_proxy, &identity->host, identity->port))) {
        return;
    }
    identity->proxy = proxy;
    identity->route = proxy->kind == HC_PROXY_SOCKS5                  ? HC_ROUTE_SOCKS5
                      : identity->secure || proxies->tunnel_http ? HC_ROUTE_TUNNEL
                                                                 : HC_ROUTE_FORWARD;
}

HC_FN hc_endpoint hc_identity_dialled(const hc_identity *identity)
{
    hc_endpoint own;

    if (identity->connect_to != NULL) {
        return *identity->connect_to;
    }
    own.host = identity->proxy != NULL ? identity->proxy->host : identity->host;
    own.port = identity->proxy != NULL ? identity->proxy->port : identity->port;
    return own;
}
