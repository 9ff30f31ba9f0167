/* Writes the head of a request (RFC 9112, 2 and 3), and refuses what would inject into it. */
#ifndef HC_REQUEST_H
#define HC_REQUEST_H

#include "../base/buffer.h"
#include "../base/cursor.h"
#include "../base/error.h"

typedef struct hc_request_head {
    const char *method;
    hc_cursor target;            /* origin-form, or absolute-form for a proxy */
    hc_cursor authority;         /* for Host */
    const httpsc_field *fields;  /* the caller's */
    size_t num_fields;
    const char *user_agent;      /* default field; "" sends none */
    const char *content_type;    /* default field with a body, or NULL */
    int for_proxy;               /* it is handed to a proxy: Proxy-Authorization may be in it */
    int has_body;                /* Content-Length is written; if chunked, Transfer-Encoding */
    int chunked;
    uint64_t body_len;
    int expects;                 /* Expect: 100-continue is written */
    const httpsc_field *own;     /* of the library; the caller's of the same name give way */
    size_t num_own;
    int left_origin;             /* the caller's credentials, and Host, stay behind */
    int without_body;            /* and so do those that describe a body */
    const char *const *secret_names; /* further names of credentials */
    size_t num_secret_names;
} hc_request_head;

/*
 * Appends request line, Host, the defaults that the caller did not replace (User-Agent, Accept),
 * the caller's fields, the library's, what frames the body, and the empty line. The buffer's max
 * is the limit.
 * ERR_REQUEST_METHOD, ERR_REQUEST_HEADER, ERR_REQUEST_FRAMING, ERR_LIMIT_REQUEST_HEAD, ERR_MEMORY;
 * the buffer is then empty.
 */
HC_FN int hc_request_write(const hc_request_head *head, hc_buffer *out, httpsc_error *error);

/* 1 for a method whose repetition does no harm (RFC 9110, 9.2.2). */
HC_FN int hc_method_is_idempotent(const char *method);

/* 1 for a method that has a body by its meaning (POST, PUT, PATCH), so that an empty one is framed
 * too (RFC 9110, 8.6). */
HC_FN int hc_method_expects_body(const char *method);

/* 1 when the values of this field look like secrets by its name: a word of the list in the public
 * header is in it. They are redacted in a trace, and stay behind across origins. */
HC_FN int hc_field_is_secret(hc_cursor name);
HC_FN int hc_name_is_among(hc_cursor name, const char *const *names, size_t num_names);

#endif
