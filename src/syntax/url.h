/* http and https URLs: RFC 3986, with raw spaces and non-ASCII bytes in path and query
 * percent-encoded, and a stray "%" passed through. */
#ifndef HC_URL_H
#define HC_URL_H

#include "../base/error.h"
#include "../base/buffer.h"

#define HC_HOST_MAX 253 /* RFC 1035, 2.3.4, without the root's dot */

typedef enum hc_host_kind {
    HC_HOST_NAME = 1, /* letters, digits, "-", "_", "."; lower case; one trailing dot stripped */
    HC_HOST_IPV4,     /* dotted decimal, normalised */
    HC_HOST_IPV6      /* RFC 5952 text without brackets */
} hc_host_kind;

typedef struct hc_host {
    hc_host_kind kind;
    char text[HC_HOST_MAX + 1]; /* normalised, NUL-terminated */
    httpsc_address address;     /* of a literal; len 0 for a name */
} hc_host;

typedef struct hc_url {
    int secure;       /* 1 https, 0 http */
    hc_host host;
    int port;         /* 1..65535; the scheme's default where none was given */
    int default_port; /* 1 when it is the scheme's */
    hc_buffer target; /* origin-form: path and query, at least "/", percent-encoded; no NUL */
    int has_userinfo; /* user information came with the URL; it is not kept */
} hc_url;

/*
 * Parses an absolute URL of at most max_bytes. Relative dot segments are removed (RFC 3986,
 * 5.2.4); the fragment is dropped. Fails with ERR_URL_SYNTAX, ERR_URL_SCHEME, ERR_URL_HOST,
 * ERR_URL_PORT, ERR_LIMIT_URL or ERR_MEMORY; the URL is then empty. http is parsed too: whether
 * it is allowed is the caller's question.
 */
HC_FN int hc_url_parse(hc_url *url, const httpsc_allocator *allocator, const char *text,
                       size_t max_bytes, httpsc_error *error);
HC_FN void hc_url_free(hc_url *url);

/*
 * Parses a URL reference against a base (RFC 3986, 5.2, strict): absolute, "//host/path", "/path",
 * "path", "?query", "" or "#fragment" alone; the same leniencies and refusals as above. Fragments
 * are dropped, and user information of the base is not passed on. A target may be as long as that
 * of a URL of max_bytes can become. Fails as hc_url_parse does; the URL is then empty.
 */
HC_FN int hc_url_resolve(hc_url *url, const hc_url *base, const httpsc_allocator *allocator,
                         const char *reference, size_t max_bytes, httpsc_error *error);

/*
 * The user information of an absolute URL that hc_url_parse takes, percent-decoded and
 * NUL-terminated (the NUL is not counted in len): user up to the first ":", password behind it.
 * Both buffers are empty where there is none. ERR_URL_SYNTAX for a control character, ERR_MEMORY
 * (also where a buffer is full); the buffers are then freed, which wipes them.
 */
HC_FN int hc_url_credentials(const char *text, hc_buffer *user, hc_buffer *password,
                             httpsc_error *error);

/* Parses a host alone: a name or an IPv4 literal (127.1, 0x7f.1 and the like are refused), or an
 * IPv6 literal with or without brackets. 1 when it is well formed. */
HC_FN int hc_host_parse(hc_host *host, const char *text, size_t len);

/* Appends an address as text: dotted decimal, or RFC 5952. */
HC_FN void hc_address_describe(const httpsc_address *address, hc_text *text);

/* Parses "HOST:PORT" or "[IPV6]:PORT". 1 when it is well formed. */
HC_FN int hc_host_port_parse(hc_host *host, int *port, const char *text);

/* Appends "host" or "host:port" as in Host (RFC 9110, 7.2): brackets around IPv6, the port where
 * it is not the scheme's. */
HC_FN hc_buffer_result hc_url_add_authority(const hc_url *url, hc_buffer *out);

/* Appends the URL as a whole, normalised, without user information and fragment. */
HC_FN hc_buffer_result hc_url_add(const hc_url *url, hc_buffer *out);

#endif
