/*
 * One transfer: a state machine that never blocks, and the only place where platform meets tls and
 * http. docs/ARCHITECTURE.md draws it.
 */
#ifndef HC_TRANSFER_H
#define HC_TRANSFER_H

#include "answer.h"
#include "client.h"
#include "dial.h"
#include "exchange.h"
#include "tunnel.h"

typedef enum hc_transfer_state {
    HC_TRANSFER_ACQUIRE = 1, /* a kept connection is looked for */
    HC_TRANSFER_DIAL,        /* the name is looked up, addresses are tried */
    HC_TRANSFER_TUNNEL,      /* TLS to an https proxy, and its way to the server */
    HC_TRANSFER_HANDSHAKE,   /* TLS */
    HC_TRANSFER_HEAD,        /* the request goes out, the head comes in */
    HC_TRANSFER_BODY,        /* the head is there */
    HC_TRANSFER_DONE,        /* the verified end */
    HC_TRANSFER_FAILED       /* failure tells why, for good */
} hc_transfer_state;

struct httpsc_transfer {
    httpsc_client *client;   /* held */
    httpsc_allocator allocator;
    hc_transfer_state state;
    httpsc_error failure;

    hc_url url;
    hc_identity identity;
    int idempotent;
    int head_request;
    hc_buffer head;          /* of the request, as sent */
    hc_cursor body;          /* borrowed from the caller */

    hc_turn turn;
    int waits_turn;          /* 1: for its wake, or for the next step where it has none */
    hc_dial dial;
    hc_tunnel *tunnel;       /* while the way through a proxy is being made */
    hc_connection *connection;
    int reused;              /* the connection was used before */
    int retried;             /* the one second try was spent */
    int offered_session;     /* TLS was opened with a session to resume */
    int without_session;     /* one was of no use: the second try is made without */
    hc_exchange exchange;
    hc_answer *answer;

    hc_tracer tracer;
    httpsc_timeouts timeouts;  /* filled in; HTTPSC_NO_TIMEOUT for none */
    int64_t total_deadline_us; /* INT64_MAX: none, as for the next */
    int64_t stage_deadline_us; /* set at the first wait of a stage, and after progress */
    uint64_t progress;         /* what there was of it then */
    long process_id;           /* that it belongs to */

    hc_wake wake;              /* none in a blocking call, which nobody can cancel */
    hc_atomic cancelled;
};

/* httpsc_begin, and the same for the blocking calls: without a wake, and with a default for the
 * whole time. error is not NULL, as below. */
HC_FN int hc_transfer_open(httpsc_client *client, const httpsc_request *request, int blocking,
                           httpsc_transfer **out, httpsc_error *error);
HC_FN void hc_transfer_close(httpsc_transfer *transfer);

HC_FN int hc_transfer_step(httpsc_transfer *transfer, httpsc_error *error);
HC_FN int hc_transfer_read(httpsc_transfer *transfer, unsigned char *buf, size_t len,
                           size_t *num_read, httpsc_error *error);
HC_FN void hc_transfer_wants(httpsc_transfer *transfer, httpsc_wants *wants);

#endif
