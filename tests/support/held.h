/* A transport over peers that is held and let go by hand, and a clock that stands until it is set:
 * what comes, and when, is up to the test. For one thread. */
#ifndef HELD_H
#define HELD_H

#include "drive.h"

#define HELD_SECOND ((int64_t)1000000)
#define HELD_FREELY ((size_t)-1)

typedef struct held_net {
    const peer_config *configs; /* as of server_open */
    size_t num_configs;
    size_t credit;     /* what recv still gives: pieces of the peer's, or bytes */
    int in_bytes;
    size_t stall_at;   /* send takes so many bytes, and more when recv has given all there is */
    int stalled_out;   /* recv did */
    int odd_open;      /* what the call returns, where not 0 */
    int odd_send;
    int odd_recv;
    size_t num_opens;
    size_t num_closes;
    size_t num_sent;   /* of the stream opened last */
    size_t num_calls;
    uint64_t num_moved; /* both ways, of all streams */
    peer *peer;        /* of the stream opened last; NULL when that is closed */
    httpsc_transport transport;
} held_net;

typedef struct held_stream {
    held_net *net;
    peer *peer;
} held_stream;

/* No test needs so many calls: whoever makes them turns in a circle. */
static inline void held_count_call(held_net *net)
{
    if (++net->num_calls > 1000000) {
        CHECK(!"the transfer spins");
        exit(1);
    }
}

static inline int held_open(void *user, const char *host, int port, void **stream)
{
    held_net *net = user;
    size_t i = net->num_opens < net->num_configs ? net->num_opens : net->num_configs - 1;
    held_stream *one;

    (void)host;
    (void)port;
    held_count_call(net);
    if (net->odd_open != 0) {
        return net->odd_open;
    }
    one = calloc(1, sizeof *one);
    if (one == NULL) {
        return HTTPSC_ERR_MEMORY;
    }
    one->net = net;
    one->peer = peer_open(&net->configs[i]);
    net->peer = one->peer;
    net->num_opens++;
    net->num_sent = 0;
    *stream = one;
    return HTTPSC_OK;
}

static inline int held_send(void *stream, const unsigned char *data, size_t len, size_t *num_sent)
{
    held_stream *one = stream;
    held_net *net = one->net;

    held_count_call(net);
    if (net->odd_send != 0) {
        return net->odd_send;
    }
    if (net->stall_at != 0 && !net->stalled_out) {
        size_t left = net->stall_at - net->num_sent;

        if (left == 0) {
            return HTTPSC_WANT;
        }
        len = len < left ? len : left;
    }
    if (peer_state_of(one->peer) == PEER_OPEN) {
        peer_feed(one->peer, data, len);
    }
    net->num_sent += len;
    net->num_moved += len;
    *num_sent = len;
    return HTTPSC_OK;
}

static inline int held_recv(void *stream, unsigned char *buf, size_t len, size_t *num_received)
{
    held_stream *one = stream;
    held_net *net = one->net;
    size_t num = 0;
    const unsigned char *bytes = peer_output(one->peer, &num);

    held_count_call(net);
    if (net->odd_recv != 0) {
        return net->odd_recv;
    }
    *num_received = 0;
    if (num == 0) {
        return peer_state_of(one->peer) == PEER_OPEN ? HTTPSC_WANT : HTTPSC_OK;
    }
    if (net->credit == 0) {
        return HTTPSC_WANT;
    }
    len = net->in_bytes && net->credit < len ? net->credit : len;
    len = len < num ? len : num;
    if (net->credit != HELD_FREELY) {
        net->credit -= net->in_bytes ? len : (size_t)(len == num);
    }
    memcpy(buf, bytes, len);
    peer_output_done(one->peer, len);
    net->num_moved += len;
    *num_received = len;
    (void)peer_output(one->peer, &num);
    if (num == 0 && net->num_sent == net->stall_at) {
        net->stalled_out = 1;
    }
    return HTTPSC_OK;
}

static inline void held_close(void *stream)
{
    held_stream *one = stream;

    one->net->num_closes++;
    one->net->peer = one->net->peer == one->peer ? NULL : one->net->peer;
    peer_close(one->peer);
    free(one);
}

/* A socket for those who look at the wants; nobody is to poll it. */
static inline void held_wants(void *stream, int events, httpsc_wants *wants)
{
    (void)stream;
    wants->sockets[wants->num_sockets].socket = 0;
    wants->sockets[wants->num_sockets++].events = events;
}

static int64_t held_clock_us;

static inline int64_t held_clock(void *user)
{
    (void)user;
    return held_clock_us;
}

/* A client over this network, with a clock that stands. */
static inline httpsc_client *held_client(held_net *net, const peer_config *configs,
                                         size_t num_configs)
{
    httpsc_options options = drive_options();

    memset(net, 0, sizeof *net);
    net->configs = configs;
    net->num_configs = num_configs;
    net->credit = HELD_FREELY;
    net->transport.user = net;
    net->transport.open = held_open;
    net->transport.send = held_send;
    net->transport.recv = held_recv;
    net->transport.close = held_close;
    net->transport.wants = held_wants;
    held_clock_us = 5 * HELD_SECOND;
    options.hooks.transport = net->transport;
    options.hooks.monotonic_us = held_clock;
    return drive_client(&options);
}

static inline const char *held_url(const char *tls)
{
    return tls == NULL ? "http://host.test/" : "https://localhost/";
}

/* Steps on, without a pause, to the head or an error: memory is not to be waited for. */
static inline int held_head(httpsc_transfer *transfer, httpsc_error *error)
{
    int code = HTTPSC_WANT;

    for (int i = 0; i < 1000 && code == HTTPSC_WANT; i++) {
        code = httpsc_step(transfer, NULL, error);
    }
    return code;
}

/* Steps until the peer holds, with all that it said before taken. */
static inline void held_until_held(held_net *net, httpsc_transfer *transfer)
{
    for (int i = 0; i < 1000 && (net->peer == NULL || !peer_is_holding(net->peer)); i++) {
        CHECK_INT(httpsc_step(transfer, NULL, NULL), HTTPSC_WANT);
    }
    CHECK(net->peer != NULL && peer_is_holding(net->peer));
}

#endif
