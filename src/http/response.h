/*
 * Reads a response (RFC 9112), incrementally: bytes go in as they come, and the same events come
 * out whatever the cuts. Strict about framing, tolerant where the RFC asks a user agent to be.
 */
#ifndef HC_RESPONSE_H
#define HC_RESPONSE_H

#include "../base/buffer.h"
#include "../base/cursor.h"
#include "../base/error.h"

typedef enum hc_response_event {
    HC_RESPONSE_MORE = 1, /* everything was taken: give more bytes */
    HC_RESPONSE_INTERIM,  /* a whole 1xx head was read; it can be looked at until the next call */
    HC_RESPONSE_HEAD,     /* the final head was read */
    HC_RESPONSE_BODY,     /* *body is the next piece of the body, inside the bytes given */
    HC_RESPONSE_END,      /* the response is complete; bytes behind it were not taken */
    HC_RESPONSE_FAILED    /* the error is set, for good */
} hc_response_event;

/* How the end of the body is found (RFC 9112, 6.3). */
typedef enum hc_body_framing {
    HC_BODY_NONE = 1,    /* HEAD, 204, 304: whatever the fields say */
    HC_BODY_LENGTH,
    HC_BODY_CHUNKED,
    HC_BODY_UNTIL_CLOSE
} hc_body_framing;

/* Where a field lies in the head buffer; both ends are NUL-terminated there. */
typedef struct hc_field_place {
    uint32_t name;
    uint32_t value;
} hc_field_place;

/* Zeroed by hc_response_init; read-only for others. */
typedef struct hc_response {
    const httpsc_allocator *allocator;
    const httpsc_limits *limits;  /* borrowed; every one > 0 */
    int head_request;             /* the request's method was HEAD */
    int connect_request;          /* it was CONNECT: 2xx has no body (RFC 9110, 9.3.6); set behind
                                     hc_response_init */

    int status;                   /* of the last head read */
    int http_minor;
    uint32_t reason;              /* place in text, NUL-terminated */
    hc_buffer text;               /* names, values, reason, each with a NUL */
    hc_buffer fields;             /* of hc_field_place */
    size_t num_fields;
    hc_buffer trailers;           /* of hc_field_place, into text */
    size_t num_trailers;

    hc_body_framing framing;      /* valid from HC_RESPONSE_HEAD */
    uint64_t body_left;           /* bytes left of a length-framed body, or of a chunk */
    int keep_alive;               /* the connection may carry another request afterwards */

    int state;                    /* the rest belongs to response.c */
    int started;
    hc_cursor taken;              /* a whole line, without its CRLF: in the bytes given, or in line;
                                     valid within the call alone */
    hc_buffer line;               /* what came of a line that is not whole yet */
    int saw_cr;
    int saw_blank;                /* the one empty line that may come before the first head */
    size_t num_interim;
    size_t head_bytes;            /* of all heads of the exchange, without empty lines */
    size_t joined_bytes;          /* of the last field line, with what was folded */
    size_t chunk_ext_bytes;
    size_t trailer_bytes;         /* without the empty line */
    httpsc_error failure;
} hc_response;

HC_FN void hc_response_init(hc_response *response, const httpsc_allocator *allocator,
                            const httpsc_limits *limits, int head_request);
HC_FN void hc_response_free(hc_response *response);

/* Takes bytes of [*bytes] up to the next event, and moves *bytes past them. body is written for
 * HC_RESPONSE_BODY alone. */
HC_FN hc_response_event hc_response_read(hc_response *response, hc_cursor *bytes, hc_cursor *body,
                                         httpsc_error *error);

/* The peer ended the connection; clean says that the end itself is proved (close_notify, or plain
 * http). HC_RESPONSE_END for a body that ends so; else HC_RESPONSE_FAILED: ERR_RESPONSE_EMPTY
 * before the first byte, ERR_RESPONSE_TRUNCATED in a head, ERR_BODY_TRUNCATED in a body. */
HC_FN hc_response_event hc_response_end(hc_response *response, int clean, httpsc_error *error);

/* 1 once any byte was taken. */
HC_FN int hc_response_started(const hc_response *response);

/* The i-th field or trailer: NUL-terminated, and only until the next call of hc_response_read. */
HC_FN httpsc_field hc_response_field(const hc_response *response, size_t i);
HC_FN httpsc_field hc_response_trailer(const hc_response *response, size_t i);

/* All fields as a list, of *size bytes by the response's allocator, which the caller frees; its
 * texts live as above. NULL when memory ran out. */
HC_FN httpsc_field *hc_response_list(const hc_response *response, size_t *size);

#endif
