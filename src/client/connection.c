#include "connection.h"

HC_FN int hc_connection_open(const httpsc_allocator *allocator, const hc_identity *identity,
                             hc_stream *stream, hc_tls *tls, int64_t now_us, hc_connection **out)
{
    hc_connection *connection = hc_alloc(allocator, sizeof *connection);

    if (connection != NULL && tls == NULL) {
        connection->plain = hc_alloc(allocator, sizeof *connection->plain);
    }
    if (connection == NULL || (tls == NULL && connection->plain == NULL)) {
        hc_free(allocator, connection, sizeof *connection);
        hc_stream_close(stream);
        hc_tls_free(tls);
        return HTTPSC_ERR_MEMORY;
    }
    connection->allocator = allocator;
    connection->identity = *identity;
    connection->stream = *stream;
    connection->tls = tls;
    connection->opened_us = now_us;
    *out = connection;
    return HTTPSC_OK;
}

/* Frees all but the stream and what is under it. */
static void connection_free(hc_connection *connection)
{
    hc_tls_free(connection->tls);
    hc_free_secret(connection->allocator, connection->plain, sizeof *connection->plain);
    hc_free(connection->allocator, connection, sizeof *connection);
}

HC_FN void hc_connection_abandon(hc_connection *connection)
{
    while (connection != NULL) {
        hc_connection *under = connection->under;

        hc_stream_close(&connection->stream);
        connection_free(connection);
        connection = under;
    }
}

HC_APART static void connection_say_goodbye(hc_connection *connection)
{
    httpsc_error ignored;

    hc_error_clear(&ignored);
    hc_tls_close(connection->tls);
    (void)hc_connection_pump_out(connection, &ignored);
}

HC_FN void hc_connection_close(hc_connection *connection)
{
    for (hc_connection *at = connection; at != NULL; at = at->under) {
        if (at->tls != NULL && !at->ended) {
            connection_say_goodbye(at);
        }
    }
    hc_connection_abandon(connection);
}

/* ---- one connection over another: a transport whose handle is the one below ---- */

static int connection_under_send(void *handle, const unsigned char *data, size_t len,
                                 size_t *num_sent)
{
    hc_connection *under = handle;
    httpsc_error error;
    size_t room = 0;
    unsigned char *place = hc_connection_write_space(under, &room);
    int code;

    hc_error_clear(&error);
    if (room == 0) { /* what waits goes first */
        code = hc_connection_pump_out(under, &error);
        if (code != HTTPSC_OK) {
            return code;
        }
        place = hc_connection_write_space(under, &room);
    }
    len = hc_min(len, room);
    if (len > 0) {
        memcpy(place, data, len);
        hc_connection_write(under, len);
    }
    code = hc_connection_pump_out(under, &error);
    *num_sent = len;
    return len > 0 && (code == HTTPSC_OK || code == HTTPSC_WANT) ? HTTPSC_OK : code;
}

static int connection_under_recv(void *handle, unsigned char *buf, size_t len,
                                 size_t *num_received)
{
    hc_connection *under = handle;
    httpsc_error error;
    int clean = 0;

    hc_error_clear(&error);
    for (;;) {
        size_t left = 0;
        const unsigned char *data = hc_connection_read(under, &left);
        int code;

        if (left > 0) {
            *num_received = hc_min(left, len);
            memcpy(buf, data, *num_received);
            hc_connection_read_done(under, *num_received);
            return HTTPSC_OK;
        }
        if (hc_connection_at_end(under, &clean)) {
            *num_received = 0; /* what a cut means, the TLS or HTTP above judges */
            return HTTPSC_OK;
        }
        code = hc_connection_pump_in(under, &error);
        if (code != HTTPSC_OK) {
            return code;
        }
    }
}

static void connection_under_wants(void *handle, int events, httpsc_wants *wants)
{
    const hc_connection *under = handle;

    hc_stream_wants(&under->stream, under->waits != 0 ? under->waits : events, wants);
}

/* The one below is closed by whoever has the one above. */
static void connection_under_close(void *handle)
{
    (void)handle;
}

static const httpsc_transport connection_under = {NULL,
                                                  NULL,
                                                  connection_under_send,
                                                  connection_under_recv,
                                                  connection_under_wants,
                                                  connection_under_close};

HC_FN int hc_connection_open_over(hc_connection *under, const hc_identity *identity, hc_tls *tls,
                                  int64_t now_us, hc_connection **out)
{
    hc_stream stream = HC_STREAM_NONE;
    int code;

    stream.transport = &connection_under;
    stream.handle = under;
    code = hc_connection_open(under->allocator, identity, &stream, tls, now_us, out);
    if (code == HTTPSC_OK) {
        (*out)->under = under;
        (*out)->peer = under->peer;
    } else {
        hc_connection_close(under);
    }
    return code;
}

HC_FN int hc_connection_give_stream(hc_connection *connection, hc_stream *out)
{
    const hc_plain *plain = connection->plain;

    if (plain == NULL || plain->in_at < plain->in_end || plain->out_at < plain->out_end) {
        return 0;
    }
    *out = connection->stream;
    connection_free(connection);
    return 1;
}

/* ---- pumping ---- */

static const unsigned char *connection_out(hc_connection *connection, size_t *len)
{
    if (connection->tls != NULL) {
        return hc_tls_drain(connection->tls, len);
    }
    *len = connection->plain->out_end - connection->plain->out_at;
    return connection->plain->out + connection->plain->out_at;
}

static void connection_out_done(hc_connection *connection, size_t len)
{
    hc_plain *plain = connection->plain;

    if (connection->tls != NULL) {
        hc_tls_drained(connection->tls, len);
        return;
    }
    plain->out_at += len;
    if (plain->out_at == plain->out_end) {
        plain->out_at = 0;
        plain->out_end = 0;
    }
}

static int connection_lost(const hc_connection *connection, int code, int native, const char *when,
                           httpsc_error *error)
{
    return hc_fail(error, code, native, "%s port %d, while %s (system code %d)",
                   connection->identity.host.text, connection->identity.port, when, native);
}

HC_FN int hc_connection_pump_out(hc_connection *connection, httpsc_error *error)
{
    connection->waits &= ~HTTPSC_WRITABLE;
    if (connection->send_code != HTTPSC_OK) {
        return connection_lost(connection, connection->send_code, connection->send_native,
                               "sending", error);
    }
    if (connection->tls != NULL) {
        hc_tls_flush(connection->tls);
    }
    for (;;) {
        size_t len = 0;
        size_t num_sent = 0;
        int native = 0;
        const unsigned char *data = connection_out(connection, &len);
        int code;

        if (len == 0) {
            return HTTPSC_OK;
        }
        code = hc_stream_send(&connection->stream, data, len, &num_sent, &native);
        if (code == HTTPSC_WANT) {
            connection->waits |= HTTPSC_WRITABLE;
            return HTTPSC_WANT;
        }
        if (code != HTTPSC_OK) {
            connection->send_code = code;
            connection->send_native = native;
            return connection_lost(connection, code, native, "sending", error);
        }
        connection->num_sent += num_sent;
        connection->num_moved += num_sent;
        connection_out_done(connection, num_sent);
    }
}

static unsigned char *connection_in(hc_connection *connection, size_t *len)
{
    hc_plain *plain = connection->plain;

    if (connection->tls != NULL) {
        return hc_tls_feed_space(connection->tls, len);
    }
    if (plain->in_at == plain->in_end) {
        plain->in_at = 0;
        plain->in_end = 0;
    }
    *len = sizeof plain->in - plain->in_end;
    return plain->in + plain->in_end;
}

static int connection_in_end(hc_connection *connection, httpsc_error *error)
{
    connection->ended = 1;
    if (connection->tls != NULL) {
        int code = hc_tls_feed_end(connection->tls, error);

        return code == HTTPSC_WANT ? HTTPSC_OK : code;
    }
    return HTTPSC_OK;
}

HC_FN int hc_connection_pump_in(hc_connection *connection, httpsc_error *error)
{
    size_t len = 0;
    size_t num_received = 0;
    int native = 0;
    unsigned char *space;
    int code;

    connection->waits &= ~HTTPSC_READABLE;
    if (connection->ended) {
        return HTTPSC_OK;
    }
    /* TLS itself may have an answer to give, which the peer waits for; that it cannot be sent
     * counts only where nothing comes any more */
    (void)hc_connection_pump_out(connection, error);
    space = connection_in(connection, &len);
    if (len == 0 && connection->tls != NULL &&
        hc_tls_state_of(connection->tls) == HC_TLS_FAILED) {
        hc_error_clear(error);
        return hc_tls_feed(connection->tls, 0, error); /* the error that is kept */
    }
    if (len == 0) { /* what came must be read first, or what waits be sent */
        hc_error_clear(error);
        return (connection->waits & HTTPSC_WRITABLE) != 0 ? HTTPSC_WANT : HTTPSC_OK;
    }
    code = hc_stream_recv(&connection->stream, space, len, &num_received, &native);
    if (code == HTTPSC_WANT) {
        connection->waits |= HTTPSC_READABLE;
        return error->code != HTTPSC_OK ? error->code : HTTPSC_WANT;
    }
    if (error->code != HTTPSC_OK) {
        hc_error_clear(error);
    }
    if (code != HTTPSC_OK) {
        return connection_lost(connection, code, native, "receiving", error);
    }
    if (num_received == 0) {
        return connection_in_end(connection, error);
    }
    connection->num_moved += num_received;
    if (connection->tls != NULL) {
        return hc_tls_feed(connection->tls, num_received, error);
    }
    connection->plain->in_end += num_received;
    return HTTPSC_OK;
}

HC_FN int hc_connection_expects(hc_connection *connection)
{
    size_t len = 0;

    (void)hc_connection_read(connection, &len);
    if (len > 0 || connection->ended || connection->stream.transport != NULL) {
        return 0; /* a transport may have the answer, and no way to say so */
    }
    connection->waits |= HTTPSC_READABLE;
    return 1;
}

HC_FN const unsigned char *hc_connection_read(hc_connection *connection, size_t *len)
{
    if (connection->tls != NULL) {
        return hc_tls_read(connection->tls, len);
    }
    *len = connection->plain->in_end - connection->plain->in_at;
    return connection->plain->in + connection->plain->in_at;
}

HC_FN void hc_connection_read_done(hc_connection *connection, size_t len)
{
    if (connection->tls != NULL) {
        hc_tls_read_done(connection->tls, len);
    } else {
        connection->plain->in_at += len;
    }
}

HC_FN int hc_connection_at_end(hc_connection *connection, int *clean)
{
    size_t len = 0;

    (void)hc_connection_read(connection, &len);
    if (len > 0) {
        return 0;
    }
    if (connection->tls == NULL) {
        *clean = 1;
        return connection->ended;
    }
    *clean = hc_tls_state_of(connection->tls) == HC_TLS_CLOSED;
    return *clean || connection->ended;
}

HC_FN unsigned char *hc_connection_write_space(hc_connection *connection, size_t *len)
{
    hc_plain *plain = connection->plain;

    if (connection->tls != NULL) {
        return hc_tls_write_space(connection->tls, len);
    }
    *len = sizeof plain->out - plain->out_end;
    return plain->out + plain->out_end;
}

HC_FN void hc_connection_write(hc_connection *connection, size_t len)
{
    if (connection->tls != NULL) {
        hc_tls_write(connection->tls, len);
    } else {
        connection->plain->out_end += len;
    }
}

HC_FN int hc_connection_is_idle(hc_connection *connection)
{
    int clean = 0;

    if (hc_connection_at_end(connection, &clean)) {
        return 0;
    }
    return connection->tls != NULL ? hc_tls_is_idle(connection->tls)
                                   : connection->plain->in_at == connection->plain->in_end;
}

HC_FN int hc_connection_rest(hc_connection *connection)
{
    int is_fresh = 1;

    for (; connection != NULL; connection = connection->under) {
        if (connection->tls != NULL) {
            hc_tls_release(connection->tls);
            is_fresh = is_fresh && !hc_tls_is_worn(connection->tls);
        }
    }
    return is_fresh;
}

HC_FN int hc_connection_is_reusable(hc_connection *connection)
{
    httpsc_error ignored;
    size_t len = 0;
    int clean = 0;
    int code;

    hc_error_clear(&ignored);
    do {
        code = hc_connection_pump_in(connection, &ignored);
        (void)hc_connection_read(connection, &len);
    } while (code == HTTPSC_OK && len == 0 && !hc_connection_at_end(connection, &clean));
    return code == HTTPSC_WANT && hc_connection_is_idle(connection);
}
