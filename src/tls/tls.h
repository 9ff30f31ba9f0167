/*
 * TLS without I/O: records go in with feed and out with drain, application data goes in with
 * write and out with read. Each direction gives a place or a view first, and is told afterwards
 * how much of it was used, so that no byte is copied on its way.
 *
 * Today the engine behind this face is BearSSL's, TLS 1.2 only (bearssl_engine.c,
 * bearssl_verify.c); nothing above may know.
 */
#ifndef HC_TLS_H
#define HC_TLS_H

#include "../base/error.h"
#include "../base/memory.h"
#include "../x509/anchors.h"

typedef struct hc_tls hc_tls;

typedef struct hc_tls_params {
    const httpsc_allocator *allocator; /* borrowed until the close, as is anchors */
    const char *server_name;  /* for SNI and verification; NULL sends no SNI (an IP host) */
    const hc_anchors *anchors;
    int any_peer;             /* 1: no verification of chain, name and dates */
    int64_t unix_time;        /* by which dates are judged; not used with any_peer */
    unsigned char seed[32];   /* entropy, different each time */
} hc_tls_params;

/* Where the connection stands. Nothing is 0. */
typedef enum hc_tls_state {
    HC_TLS_HANDSHAKE = 1, /* read and write are not open yet */
    HC_TLS_OPEN,          /* the peer is verified: application data may flow */
    HC_TLS_CLOSED,        /* the peer sent close_notify; what it sent before can still be read */
    HC_TLS_FAILED         /* an error, kept; an alert may be left to drain */
} hc_tls_state;

/* ERR_ARGUMENT for a missing or empty name without any_peer; ERR_MEMORY. */
HC_FN int hc_tls_open(const hc_tls_params *params, hc_tls **out, httpsc_error *error);

/* Frees it, wiped. NULL is passed over. */
HC_FN void hc_tls_free(hc_tls *tls);

HC_FN hc_tls_state hc_tls_state_of(const hc_tls *tls);

/* A place for bytes from the peer; *len is 0 when it takes none now (read first, or the end). */
HC_FN unsigned char *hc_tls_feed_space(hc_tls *tls, size_t *len);

/* len bytes were put there. HTTPSC_OK or the error for good. A place asked for before is gone. */
HC_FN int hc_tls_feed(hc_tls *tls, size_t len, httpsc_error *error);

/* The transport ended. HTTPSC_OK after close_notify; else ERR_TLS_TRUNCATED in the handshake;
 * HTTPSC_WANT afterwards: a cut, which the layer above judges. */
HC_FN int hc_tls_feed_end(hc_tls *tls, httpsc_error *error);

/* Bytes for the peer, and how many of them were sent. *len is 0 when there are none. */
HC_FN const unsigned char *hc_tls_drain(hc_tls *tls, size_t *len);
HC_FN void hc_tls_drained(hc_tls *tls, size_t len);

/* Application data of the peer, and how much of it was taken. *len is 0 when there is none. */
HC_FN const unsigned char *hc_tls_read(hc_tls *tls, size_t *len);
HC_FN void hc_tls_read_done(hc_tls *tls, size_t len);

/* A place for application data; *len is 0 when it takes none now (drain first). hc_tls_write says
 * how many bytes were put there; they may wait for more until hc_tls_flush makes a record. */
HC_FN unsigned char *hc_tls_write_space(hc_tls *tls, size_t *len);
HC_FN void hc_tls_write(hc_tls *tls, size_t len);
HC_FN void hc_tls_flush(hc_tls *tls);

/* 1 when nothing is under way: no record half received, no byte left to read or to drain. */
HC_FN int hc_tls_is_idle(hc_tls *tls);

/* Puts a close_notify behind what is written, to be drained. */
HC_FN void hc_tls_close(hc_tls *tls);

/* What was agreed on; valid from HC_TLS_OPEN. Strings are static. */
HC_FN void hc_tls_facts(const hc_tls *tls, httpsc_tls_facts *out);

#endif
