/*
 * One transfer: a state machine that never blocks, and the only place where platform meets tls and
 * http. It is an operation of several hops: each asks one URL once, and follow.c says what comes
 * after its head. docs/ARCHITECTURE.md draws it.
 */
#ifndef HC_TRANSFER_H
#define HC_TRANSFER_H

#include "answer.h"
#include "client.h"
#include "credentials.h"
#include "dial.h"
#include "download.h"
#include "plan.h"
#include "tunnel.h"

typedef enum hc_transfer_state {
    HC_TRANSFER_ACQUIRE = 1, /* a kept connection is looked for */
    HC_TRANSFER_DIAL,        /* the name is looked up, addresses are tried */
    HC_TRANSFER_TUNNEL,      /* TLS to an https proxy, and its way to the server */
    HC_TRANSFER_HANDSHAKE,   /* TLS */
    HC_TRANSFER_HEAD,        /* the request goes out, the head comes in */
    HC_TRANSFER_DRAIN,       /* the head leads on to another hop; what is left of this one's body
                                is passed over, so that its connection may be kept */
    HC_TRANSFER_BODY,        /* the head is there */
    HC_TRANSFER_DONE,        /* the verified end */
    HC_TRANSFER_FAILED       /* failure tells why, for good */
} hc_transfer_state;

/* Whose credentials. Without proxies nobody asks for theirs, and they have no room. */
#define HC_FOR_ORIGIN 0
#define HC_FOR_PROXY HC_HAS_PROXY /* identity.proxy */

/* How fast the present request or body moves. A window counts only time that the transfer waits. */
typedef struct hc_pace {
    int started;
    int64_t waits_since_us;  /* INT64_MAX: no wait is under way */
    int64_t waited_us;       /* in this window */
    uint64_t num_moved;      /* by the connection, when the window began */
} hc_pace;

struct httpsc_transfer {
    httpsc_client *client;   /* held */
    httpsc_allocator allocator;
    hc_transfer_state state;
    httpsc_error failure;

    hc_plan plan;            /* what the caller wants */
    hc_upload upload;
    hc_credentials credentials[1 + HC_HAS_PROXY];

    hc_url url;              /* of this hop, as are the next few */
    const char *method;
    hc_identity identity;
    hc_buffer head;          /* of the request, as sent */
    int expects;             /* Expect: 100-continue */
    int without_body;        /* a redirect took it away, and the fields that describe it */
    int left_origin;         /* a redirect led elsewhere: credentials stay behind, for good */
    size_t num_drained;

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
    int has_head;            /* the caller may see it; also when the body fails */
    hc_download download;
    int yielded;               /* there is more to push, after others had their turn */
    int decodes;               /* gzip and deflate are asked for, and undone */
    int blocking;              /* the caller waits, and gets the body whole */
    int64_t num_to_receive;    /* of the body, or HTTPSC_LENGTH_UNKNOWN */
    uint64_t told_sent;        /* what the progress callback knows */
    uint64_t told_received;

    hc_tracer tracer;
    httpsc_timeouts timeouts;  /* filled in; HTTPSC_NO_TIMEOUT for none */
    int64_t total_deadline_us; /* INT64_MAX: none, as for the next */
    int64_t stage_deadline_us; /* set at the first wait of a stage, and after progress */
    int64_t hold_deadline_us;  /* when the body goes without 100 (Continue) */
    uint64_t progress;         /* what there was of it then */
    hc_pace pace;
    long process_id;           /* that it belongs to; 0: it has had nothing yet to share */

    hc_wake wake;              /* none in a blocking call, which nobody can cancel */
    hc_atomic cancelled;
    int running;               /* a call for it is under way, and a callback may come from there */
    int doomed;                /* a callback has closed it: it goes when that call returns */
};

/* httpsc_begin, and the same for the blocking calls: without a wake, and with a default for the
 * whole time. error is not NULL, as below. */
HC_FN int hc_transfer_open(httpsc_client *client, const httpsc_request *request, int blocking,
                           httpsc_transfer **out, httpsc_error *error);
/* From within a callback of its own it only notes that. */
HC_FN void hc_transfer_close(httpsc_transfer *transfer);

/* Enters a state, whose time begins anew. */
HC_FN void hc_transfer_go(httpsc_transfer *transfer, hc_transfer_state state);

/* Microseconds since the transfer began. */
HC_FN int64_t hc_transfer_now(const httpsc_transfer *transfer);

/* Around each call of the caller for it: ERR_ARGUMENT from within a callback of its own. Leaving
 * gives back the code, or ERR_CANCELLED where a callback has cancelled or closed it; in the second
 * case it is gone. */
HC_FN int hc_transfer_enter(httpsc_transfer *transfer, httpsc_error *error);
HC_FN int hc_transfer_leave(httpsc_transfer *transfer, int code, httpsc_error *error);

HC_FN int hc_transfer_step(httpsc_transfer *transfer, httpsc_error *error);
HC_FN int hc_transfer_read(httpsc_transfer *transfer, unsigned char *buf, size_t len,
                           size_t *num_read, httpsc_error *error);
HC_FN void hc_transfer_wants(httpsc_transfer *transfer, httpsc_wants *wants);

#endif
