/*
 * A cookie jar (RFC 6265bis). Cookies belong to the URL's host, whatever Host field a request has.
 * A jar knows no clock, no file and no lock: time is an argument, and one thread at a time uses it.
 */
#ifndef HC_COOKIES_H
#define HC_COOKIES_H

#include "../base/buffer.h"
#include "../base/error.h"
#include "../syntax/url.h"
#include "set_cookie.h"

#define HC_COOKIES_PER_RESPONSE 50
#define HC_COOKIES_PER_DOMAIN 50
#define HC_COOKIES_MAX 500
#define HC_COOKIE_HEADER_MAX 8192
#define HC_COOKIE_LINE_MAX 16384               /* of a file */
#define HC_COOKIE_FILE_MAX ((size_t)16 << 20)

/* A cookie that is kept. name, value, domain and path are NUL-terminated, and lie in one block. */
typedef struct hc_cookie {
    const char *name;   /* may be "" */
    const char *value;
    const char *domain; /* lower case, as hc_host has it: no "." at either end */
    const char *path;   /* begins with "/" */
    char *block;
    size_t block_size;
    int host_only;      /* only for the very host, not for those below it */
    int secure;
    int http_only;      /* kept for whoever asks; this client runs no scripts */
    hc_same_site same_site; /* likewise; a file does not keep it */
    int persistent;     /* 0: expires is not used */
    int64_t expires;    /* seconds since 1970 */
    uint64_t created;   /* order, not time */
    uint64_t used;
} hc_cookie;

typedef struct hc_cookie_jar {
    const httpsc_allocator *allocator;
    /* 1 for a public suffix ("co.uk"): no cookie is set for it. NULL: every name without a dot. */
    int (*is_public_suffix)(void *user, const char *domain);
    void *user;
    hc_buffer entries;  /* of hc_cookie */
    size_t num_cookies;
    uint64_t clock;     /* of created and used */
} hc_cookie_jar;

/* An empty jar. is_public_suffix may be set afterwards. */
HC_FN void hc_cookie_jar_init(hc_cookie_jar *jar, const httpsc_allocator *allocator);

/* Wipes and frees every cookie; the jar is then empty, and can be used again. */
HC_FN void hc_cookie_jar_free(hc_cookie_jar *jar);

/* The i-th cookie, in no order; until the jar changes. */
HC_FN const hc_cookie *hc_cookie_jar_at(const hc_cookie_jar *jar, size_t i);

/*
 * Takes the Set-Cookie fields of a response from url, the first HC_COOKIES_PER_RESPONSE of them.
 * A cookie that breaks a rule is passed over, and one that has expired deletes. Where there are too
 * many, the expired go first, then of the domain those that are not Secure, then what was not used
 * for longest. now is in seconds since 1970. OK or ERR_MEMORY, and then some were taken.
 */
HC_FN int hc_cookie_jar_take(hc_cookie_jar *jar, const hc_url *url, const httpsc_field *fields,
                             size_t num_fields, int64_t now, httpsc_error *error);

/*
 * Appends the value of Cookie for a request to url ("a=b; c=d"): longer paths first, then the
 * older. Nothing where no cookie fits. At most HC_COOKIE_HEADER_MAX bytes: the rest stays at home.
 * OK or ERR_MEMORY (also where out is full), and then nothing was appended.
 */
HC_FN int hc_cookie_jar_header(hc_cookie_jar *jar, const hc_url *url, int64_t now, hc_buffer *out,
                               httpsc_error *error);

/*
 * Appends the jar as text in Netscape's format, which curl reads and writes: a line a cookie, seven
 * fields with a HTAB between them, "#HttpOnly_" in front where it is; expires 0 where it ends with
 * the session. Expired cookies are left out, and those with a HTAB in name or path, which the
 * format cannot hold. OK or ERR_MEMORY (also where out is full), and then nothing was appended.
 */
HC_FN int hc_cookie_jar_save(const hc_cookie_jar *jar, int64_t now, hc_buffer *out,
                             httpsc_error *error);

/*
 * Takes cookies from such a text, in its order. Empty lines and comments are passed over, CRLF is
 * fine, a missing last field is an empty value; expired cookies are not taken, and times are cut to
 * 400 days. ERR_COOKIE_FILE for any line that is no cookie, and for more than HC_COOKIE_FILE_MAX:
 * then none is taken. ERR_MEMORY: some were.
 */
HC_FN int hc_cookie_jar_load(hc_cookie_jar *jar, httpsc_bytes text, int64_t now,
                             httpsc_error *error);

/* For cookie_file.c: keeps a cookie of this domain and path, replacing its equal. ERR_MEMORY. */
HC_FN int hc_cookie_jar_keep(hc_cookie_jar *jar, const hc_set_cookie *set, const char *domain,
                             int host_only, hc_cursor path, int64_t now, httpsc_error *error);

#endif
