/* Where a redirect leads, and what goes along (RFC 9110, 15.4): decided without I/O. */
#ifndef HC_REDIRECT_H
#define HC_REDIRECT_H

#include "../base/cursor.h"
#include "../syntax/url.h"

typedef enum hc_redirect {
    HC_REDIRECT_NONE = 1, /* this status is an answer */
    HC_REDIRECT_SAME,     /* the same method, with the body */
    HC_REDIRECT_GET       /* GET (HEAD stays HEAD), without a body and what describes it */
} hc_redirect;

HC_FN hc_redirect hc_redirect_of(int status, const char *method);

/* 1 when both have the same origin: scheme, host and port (RFC 9110, 4.3.1). */
HC_FN int hc_same_origin(const hc_url *a, const hc_url *b);

/* 1 for a field that describes a request's body, and goes with it. */
HC_FN int hc_field_is_of_body(hc_cursor name);

#endif
