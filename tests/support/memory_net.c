#include "memory_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct memory_stream {
    memory_net *net;
    peer *peer;
    size_t i;
    int dead;
    int mute;
    int send_wanted; /* the call before said WANT for no reason */
    int recv_wanted;
} memory_stream;

static int memory_open(void *user, const char *host, int port, void **stream)
{
    memory_net *net = user;
    memory_stream *one = calloc(1, sizeof *one);
    size_t i = net->num_opens < net->num_configs ? net->num_opens : net->num_configs - 1;

    if (one == NULL) {
        return HTTPSC_ERR_MEMORY;
    }
    if (net->fault_open != 0 && net->fault_open == net->num_opens + 1) {
        net->fault_open = 0;
        free(one);
        return HTTPSC_ERR_CONNECT_FAILED;
    }
    if (net->watch.opened != NULL) {
        net->watch.opened(net->watch.user, net->num_opens, host, port);
    }
    one->i = net->num_opens++;
    one->net = net;
    one->peer = peer_open(&net->configs[i]);
    *stream = one;
    return HTTPSC_OK;
}

/* What happens before bytes move: HTTPSC_OK, or what the call says instead. */
static int memory_begin(memory_stream *one, int is_fault, size_t max, int *wanted, size_t *len)
{
    const memory_net *net = one->net;

    if (one->dead || (is_fault && net->fault == MEMORY_FAULT_ERROR)) {
        one->dead = 1;
        return HTTPSC_ERR_CONNECTION_LOST;
    }
    if ((net->want_between && !*wanted) || (is_fault && net->fault == MEMORY_FAULT_WANT)) {
        *wanted = 1;
        return HTTPSC_WANT;
    }
    *wanted = 0;
    *len = max != 0 && *len > max ? max : *len;
    if (is_fault && net->fault == MEMORY_FAULT_SHORT && *len > 1) {
        *len -= 1;
    }
    return HTTPSC_OK;
}

/* len, or as much of it as there is up to the split. */
static size_t memory_split(size_t split, size_t num, size_t len)
{
    return num < split && split - num < len ? split - num : len;
}

static int memory_send(void *stream, const unsigned char *data, size_t len, size_t *num_sent)
{
    memory_stream *one = stream;
    size_t offered = len;
    int code;

    one->net->num_sends++;
    code = memory_begin(one, one->net->num_sends == one->net->fault_send, one->net->max_send,
                        &one->send_wanted, &len);
    if (code != HTTPSC_OK) {
        return code;
    }
    if (one->mute || (one->net->fault == MEMORY_FAULT_MUTE &&
                      one->net->num_sends == one->net->fault_send)) {
        one->mute = 1;
        return HTTPSC_ERR_CONNECTION_LOST;
    }
    if (one->net->fault == MEMORY_FAULT_LIE && one->net->num_sends == one->net->fault_send) {
        *num_sent = one->net->num_sends % 2 == 0 ? 0 : offered + 1;
        return HTTPSC_OK;
    }
    if (peer_state_of(one->peer) == PEER_BROKEN) {
        return HTTPSC_ERR_CONNECTION_LOST;
    }
    if (peer_is_deaf(one->peer)) {
        one->net->num_idle++;
        return HTTPSC_WANT;
    }
    len = memory_split(one->net->split_sent, one->net->num_sent, len);
    one->net->num_sent += len;
    if (peer_state_of(one->peer) == PEER_OPEN) {
        peer_feed(one->peer, data, len);
    }
    *num_sent = len;
    return HTTPSC_OK;
}

static int memory_recv(void *stream, unsigned char *buf, size_t len, size_t *num_received)
{
    memory_stream *one = stream;
    size_t num = 0;
    const unsigned char *bytes = peer_output(one->peer, &num);
    size_t offered = len;
    int code;

    if (num > 0 && num < len) {
        len = num; /* so that "one byte less" is less than there is */
    }
    one->net->num_recvs++;
    code = memory_begin(one, one->net->num_recvs == one->net->fault_recv, one->net->max_recv,
                        &one->recv_wanted, &len);
    if (code != HTTPSC_OK) {
        return code;
    }
    if (one->mute) {
        return HTTPSC_WANT;
    }
    if (one->net->fault == MEMORY_FAULT_LIE && one->net->num_recvs == one->net->fault_recv) {
        *num_received = offered + 1;
        return HTTPSC_OK;
    }
    if (num == 0) {
        *num_received = 0;
        one->net->num_idle += peer_state_of(one->peer) == PEER_OPEN;
        return peer_state_of(one->peer) == PEER_OPEN     ? HTTPSC_WANT
               : peer_state_of(one->peer) == PEER_BROKEN ? HTTPSC_ERR_CONNECTION_LOST
                                                         : HTTPSC_OK;
    }
    num = memory_split(one->net->split_received, one->net->num_received, num < len ? num : len);
    one->net->num_received += num;
    memcpy(buf, bytes, num);
    peer_output_done(one->peer, num);
    *num_received = num;
    return HTTPSC_OK;
}

/* Memory never has to be waited for. */
static void memory_wants(void *stream, int events, httpsc_wants *wants)
{
    (void)stream;
    (void)events;
    wants->timeout_ms = 0;
}

static void memory_close(void *stream)
{
    memory_stream *one = stream;
    memory_net *net = one->net;
    size_t len = 0;
    const char *heard;

    peer_feed_end(one->peer);
    heard = peer_heard(one->peer, &len);
    if (net->watch.closed != NULL) {
        net->watch.closed(net->watch.user, one->i, one->peer);
    }
    net->num_closes++;
    net->num_out = peer_num_out(one->peer);
    net->handshake_out = peer_handshake_out(one->peer);
    snprintf(net->heard, sizeof net->heard, "%s", heard);
    peer_close(one->peer);
    free(one);
}

void memory_net_init(memory_net *net, const peer_config *configs, size_t num_configs)
{
    memset(net, 0, sizeof *net);
    net->configs = configs;
    net->num_configs = num_configs;
    net->transport.user = net;
    net->transport.open = memory_open;
    net->transport.send = memory_send;
    net->transport.recv = memory_recv;
    net->transport.wants = memory_wants;
    net->transport.close = memory_close;
}
