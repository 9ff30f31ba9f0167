/* A byte stream to the peer: a TCP socket, or the caller's transport. */
#ifndef HC_STREAM_H
#define HC_STREAM_H

#include "../platform/platform.h"

typedef struct hc_stream {
    const httpsc_transport *transport; /* borrowed; NULL: the socket is used */
    void *handle;                      /* the transport's */
    httpsc_socket socket;
} hc_stream;

#define HC_STREAM_NONE {NULL, NULL, HC_SOCKET_NONE}

/* As hc_socket_send and hc_socket_recv. A transport that breaks its contract (success with a count
 * of 0 or past len) is a lost connection. */
HC_FN int hc_stream_send(hc_stream *stream, const unsigned char *data, size_t len,
                         size_t *num_sent, int *native);
HC_FN int hc_stream_recv(hc_stream *stream, unsigned char *buf, size_t len, size_t *num_received,
                         int *native);
HC_FN void hc_stream_close(hc_stream *stream);

/* Adds one socket to wants, where there is room. */
HC_FN void hc_wants_add(httpsc_wants *wants, httpsc_socket s, int events);

/* Makes the deadline of wants this near (milliseconds from now) unless it is nearer already. */
HC_FN void hc_wants_within(httpsc_wants *wants, int64_t timeout_ms);

/* Adds what the stream waits for. */
HC_FN void hc_stream_wants(const hc_stream *stream, int events, httpsc_wants *wants);

#endif
