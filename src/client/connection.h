/*
 * One connection: a stream, with TLS over it or without. Above it all is the same: bytes that came
 * are looked at with read, bytes to send are put into write_space, and pump moves them.
 */
#ifndef HC_CONNECTION_H
#define HC_CONNECTION_H

#include "hooks.h"
#include "identity.h"
#include "stream.h"
#include "../tls/tls.h"

/* The two places of a plain http connection. */
#define HC_PLAIN_BYTES 16384

typedef struct hc_plain {
    unsigned char in[HC_PLAIN_BYTES];
    size_t in_at;
    size_t in_end;
    unsigned char out[HC_PLAIN_BYTES];
    size_t out_at;
    size_t out_end;
} hc_plain;

typedef struct hc_connection {
    const httpsc_allocator *allocator; /* the client's, which outlives the connection */
    hc_identity identity;
    hc_stream stream;
    struct hc_connection *under; /* to an https proxy, which carries this one; NULL: stream's own */
    httpsc_address peer; /* that it was dialled to; len 0 for a transport or a Unix socket */
    hc_tls *tls;        /* one of these two */
    hc_plain *plain;
    int ended;          /* the transport's end came */
    int send_code;      /* why nothing more is sent; HTTPSC_OK: it may be */
    int send_native;
    int waits;          /* HTTPSC_READABLE, _WRITABLE: what the last pumping stopped at */
    uint64_t num_sent;  /* bytes that the stream took */
    uint64_t num_moved; /* and those with what it gave */
    int64_t opened_us;
    int64_t idle_us;    /* since when it is idle; 0 when in use */
    struct hc_connection *next; /* in the pool */
} hc_connection;

/* Takes the stream, also when it fails. tls is NULL for plain http and is taken otherwise.
 * HTTPSC_OK or HTTPSC_ERR_MEMORY. */
HC_FN int hc_connection_open(const httpsc_allocator *allocator, const hc_identity *identity,
                             hc_stream *stream, hc_tls *tls, int64_t now_us, hc_connection **out);

/* The same over another connection, all of whose bytes are its own from now on; under is taken. */
HC_FN int hc_connection_open_over(hc_connection *under, const hc_identity *identity, hc_tls *tls,
                                  int64_t now_us, hc_connection **out);

/* Frees a plain connection but for its stream, which goes on in *out. 0, and nothing happens, where
 * there are bytes in it that were received or not sent. */
HC_FN int hc_connection_give_stream(hc_connection *connection, hc_stream *out);

/* Says goodbye (close_notify) as far as that goes without waiting, and frees. NULL is fine. */
HC_FN void hc_connection_close(hc_connection *connection);

/* The same without a word to the peer: for the child after a fork. */
HC_FN void hc_connection_abandon(hc_connection *connection);

/* Sends what is to be sent. HTTPSC_OK when all is out, HTTPSC_WANT, or an error for good. */
HC_FN int hc_connection_pump_out(hc_connection *connection, httpsc_error *error);

/* Receives once. HTTPSC_OK when something came, also the end (`ended`); HTTPSC_WANT; or an error.
 * While TLS shakes hands, the end of the transport is an error. Where sending has failed before,
 * what still comes counts, for it may say why; when nothing comes, that error is given. */
HC_FN int hc_connection_pump_in(hc_connection *connection, httpsc_error *error);

/* After sending a whole request: where it is worth waiting for an answer before a try to receive
 * one, 1 and the wait is noted. */
HC_FN int hc_connection_expects(hc_connection *connection);

/* What came and was not taken yet; *len is 0 when there is nothing. */
HC_FN const unsigned char *hc_connection_read(hc_connection *connection, size_t *len);
HC_FN void hc_connection_read_done(hc_connection *connection, size_t len);

/* 1 when no more will come: the end, and everything before it was read. *clean: the end is proved
 * (close_notify, or plain http, where nothing better exists). */
HC_FN int hc_connection_at_end(hc_connection *connection, int *clean);

/* A place for bytes to send (*len 0: pump first), and how many were put there. They go out with
 * the next pump_out. */
HC_FN unsigned char *hc_connection_write_space(hc_connection *connection, size_t *len);
HC_FN void hc_connection_write(hc_connection *connection, size_t len);

/* 1 when nothing is under way: no byte, and no part of a record, that belongs to no response. */
HC_FN int hc_connection_is_idle(hc_connection *connection);

/* Gives back what an idle connection does not need. 0 when it should not carry another request. */
HC_FN int hc_connection_rest(hc_connection *connection);

/* 1 when a kept connection can carry another request: still open, and nothing came unasked. */
HC_FN int hc_connection_is_reusable(hc_connection *connection);

#endif
