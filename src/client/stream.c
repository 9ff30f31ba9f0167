#include "stream.h"

#include "../base/error.h"

/* How often a transport is asked again that cannot say what it waits for. */
#define STREAM_ASK_AGAIN_MS 5

HC_FN int hc_stream_send(hc_stream *stream, const unsigned char *data, size_t len,
                         size_t *num_sent, int *native)
{
    int code;

    if (stream->transport == NULL) {
        return hc_socket_send(stream->socket, data, len, num_sent, native);
    }
    *native = 0;
    *num_sent = 0;
    code = hc_callback_code(stream->transport->send(stream->handle, data, len, num_sent),
                            HTTPSC_ERR_CONNECTION_LOST);
    if (code == HTTPSC_OK && (*num_sent == 0 || *num_sent > len)) {
        return HTTPSC_ERR_CONNECTION_LOST;
    }
    return code;
}

HC_FN int hc_stream_recv(hc_stream *stream, unsigned char *buf, size_t len, size_t *num_received,
                         int *native)
{
    int code;

    if (stream->transport == NULL) {
        return hc_socket_recv(stream->socket, buf, len, num_received, native);
    }
    *native = 0;
    *num_received = 0;
    code = hc_callback_code(stream->transport->recv(stream->handle, buf, len, num_received),
                            HTTPSC_ERR_CONNECTION_LOST);
    return code == HTTPSC_OK && *num_received > len ? HTTPSC_ERR_CONNECTION_LOST : code;
}

HC_FN void hc_stream_close(hc_stream *stream)
{
    if (stream->transport == NULL) {
        hc_socket_close(stream->socket);
    } else if (stream->handle != NULL) {
        stream->transport->close(stream->handle);
    }
    stream->handle = NULL;
    stream->socket = HC_SOCKET_NONE;
}

HC_FN void hc_wants_add(httpsc_wants *wants, httpsc_socket s, int events)
{
    if (s != HC_SOCKET_NONE && wants->num_sockets < HTTPSC_WANTS_MAX) {
        wants->sockets[wants->num_sockets].socket = s;
        wants->sockets[wants->num_sockets].events = events;
        wants->num_sockets++;
    }
}

HC_FN void hc_wants_within(httpsc_wants *wants, int64_t timeout_ms)
{
    if (timeout_ms < 0) {
        timeout_ms = 0;
    }
    if (timeout_ms > INT32_MAX) {
        timeout_ms = INT32_MAX;
    }
    if (wants->timeout_ms < 0 || timeout_ms < wants->timeout_ms) {
        wants->timeout_ms = (int)timeout_ms;
    }
}

HC_FN void hc_stream_wants(const hc_stream *stream, int events, httpsc_wants *wants)
{
    size_t before = wants->num_sockets;

    if (stream->transport == NULL) {
        hc_wants_add(wants, stream->socket, events);
        return;
    }
    if (stream->transport->wants != NULL) {
        stream->transport->wants(stream->handle, events, wants);
    }
    if (wants->num_sockets == before) {
        hc_wants_within(wants, STREAM_ASK_AGAIN_MS);
    }
}
