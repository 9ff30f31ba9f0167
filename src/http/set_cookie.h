/* What a Set-Cookie field says (RFC 6265bis, 5.6), before anyone asks whether it may. */
#ifndef HC_SET_COOKIE_H
#define HC_SET_COOKIE_H

#include "../base/cursor.h"

#define HC_COOKIE_PAIR_MAX 4096      /* bytes of name and value together */
#define HC_COOKIE_ATTRIBUTE_MAX 1024 /* a longer value of an attribute counts as not there */
#define HC_COOKIE_AGE_MAX ((int64_t)400 * 86400)

typedef enum hc_same_site {
    HC_SAME_SITE_DEFAULT = 1,
    HC_SAME_SITE_NONE,
    HC_SAME_SITE_LAX,
    HC_SAME_SITE_STRICT
} hc_same_site;

/* The cursors point into the field's value. */
typedef struct hc_set_cookie {
    hc_cursor name;  /* may be empty, but not together with value */
    hc_cursor value;
    hc_cursor domain; /* without one leading "."; empty where there is none */
    hc_cursor path;   /* empty where the default-path is meant */
    int persistent;   /* 0: until the jar is freed */
    int64_t expires;  /* seconds since 1970, at most 400 days from now */
    int secure;
    int http_only;
    hc_same_site same_site;
} hc_set_cookie;

/* Reads the value of one field. 0 when the cookie is to be ignored: control characters (a HTAB is
 * none), no name and no value, or more than HC_COOKIE_PAIR_MAX bytes of them. */
HC_FN int hc_set_cookie_parse(hc_set_cookie *set, hc_cursor text, int64_t now);

/* The prefixes of names (5.6.8; ASCII case ignored): "__Secure-" needs Secure, "__Host-" also
 * Path=/ and no Domain; a cookie without a name may not look like one. 1 when they hold. */
HC_FN int hc_set_cookie_prefix_holds(const hc_set_cookie *set);

#endif
