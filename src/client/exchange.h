/* One request and its response over a connection. */
#ifndef HC_EXCHANGE_H
#define HC_EXCHANGE_H

#include "connection.h"
#include "upload.h"
#include "../http/response.h"

typedef struct hc_exchange {
    hc_cursor head;       /* left to be written; borrowed, as is body */
    hc_upload *body;
    int holding;          /* the body waits for 100 (Continue); whoever has a clock ends that */
    int head_out;         /* and the head before it is out */
    int sent;             /* the whole request is out */
    int sent_told;        /* for whoever tells of that once */
    int stopped;          /* the rest of the request is not sent: an answer of 300 or above came
                             first, or the peer takes no more */
    int busy;             /* it stopped because of its share of work, not to wait */
    int source_waits;     /* the body's source has nothing to give now */
    int ended;            /* the response is complete */
    uint64_t num_body_bytes; /* of the response, given so far */
    hc_response response;
} hc_exchange;

HC_FN void hc_exchange_init(hc_exchange *exchange, const httpsc_allocator *allocator,
                            const httpsc_limits *limits, int head_request, hc_cursor head,
                            hc_upload *body, int expects);
HC_FN void hc_exchange_free(hc_exchange *exchange);

/* Sends, and receives until the final head is there: HTTPSC_OK, HTTPSC_WANT, or an error. */
HC_FN int hc_exchange_step(hc_exchange *exchange, hc_connection *connection,
                           const hc_tracer *tracer, httpsc_error *error);

/* The next bytes of the body: HTTPSC_OK with *num_read, 0 at the end (`ended`); HTTPSC_WANT; or an
 * error, after all bytes before it were given. What is left of the request goes on its way too. */
HC_FN int hc_exchange_read(hc_exchange *exchange, hc_connection *connection, unsigned char *buf,
                           size_t len, size_t *num_read, httpsc_error *error);

/* 1 when the connection may carry another request after this one. */
HC_FN int hc_exchange_leaves_open(hc_exchange *exchange, hc_connection *connection);

#endif
