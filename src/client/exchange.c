#include "exchange.h"

/* How much one step sends before it lets others run. */
#define EXCHANGE_SHARE 65536

HC_FN void hc_exchange_init(hc_exchange *exchange, const httpsc_allocator *allocator,
                            const httpsc_limits *limits, int head_request, hc_cursor head,
                            hc_cursor body)
{
    memset(exchange, 0, sizeof *exchange);
    exchange->head = head;
    exchange->body = body;
    hc_response_init(&exchange->response, allocator, limits, head_request);
}

HC_FN void hc_exchange_free(hc_exchange *exchange)
{
    if (exchange->response.allocator != NULL) {
        hc_response_free(&exchange->response);
    }
}

/* Puts bytes of the request into a place; the head and the start of the body share a record. */
static size_t exchange_fill(hc_cursor *from, unsigned char *place, size_t room)
{
    hc_cursor bytes = hc_take_bytes(from, hc_min(hc_cursor_left(from), room));
    size_t len = hc_cursor_left(&bytes);

    if (len > 0) {
        memcpy(place, bytes.at, len);
    }
    return len;
}

static int exchange_send(hc_exchange *exchange, hc_connection *connection, httpsc_error *error)
{
    size_t share = EXCHANGE_SHARE;

    for (;;) {
        size_t room = 0;
        size_t len = 0;
        unsigned char *place = hc_connection_write_space(connection, &room);
        uint64_t num_moved = connection->num_moved;
        int code;

        if (room > 0) {
            len = exchange_fill(&exchange->head, place, room);
            len += exchange_fill(&exchange->body, place + len, room - len);
            hc_connection_write(connection, len);
        }
        code = hc_connection_pump_out(connection, error);
        if (code != HTTPSC_OK) {
            return code;
        }
        if (hc_cursor_left(&exchange->head) == 0 && hc_cursor_left(&exchange->body) == 0) {
            exchange->sent = 1;
            return HTTPSC_OK;
        }
        if (len == 0 && connection->num_moved == num_moved) { /* no place for more: TLS is closed */
            return hc_fail(error, HTTPSC_ERR_CONNECTION_LOST, 0,
                           "the server takes no more of the request");
        }
        if (len >= share) {
            exchange->busy = 1;
            return HTTPSC_WANT;
        }
        share -= len;
    }
}

static void exchange_trace_head(const hc_exchange *exchange, const hc_tracer *tracer)
{
    const hc_response *response = &exchange->response;

    if (tracer->hooks->trace == NULL) {
        return;
    }
    hc_trace(tracer, HTTPSC_TRACE_RESPONSE_LINE, "HTTP/1.%d %d %e", response->http_minor,
             response->status, (const char *)response->text.ptr + response->reason);
    for (size_t i = 0; i < response->num_fields; i++) {
        httpsc_field field = hc_response_field(response, i);

        hc_trace_field(tracer, HTTPSC_TRACE_RESPONSE_LINE, &field);
    }
}

/* Reads as far as the bytes that came go: HTTPSC_OK with the final head, HTTPSC_WANT for more. */
static int exchange_take_head(hc_exchange *exchange, hc_connection *connection,
                              const hc_tracer *tracer, httpsc_error *error)
{
    for (;;) {
        size_t len = 0;
        const unsigned char *data = hc_connection_read(connection, &len);
        hc_cursor bytes = hc_cursor_over(data, len);
        hc_cursor body = hc_cursor_over(NULL, 0);
        hc_response_event event;

        if (len == 0) {
            return HTTPSC_WANT;
        }
        event = hc_response_read(&exchange->response, &bytes, &body, error);
        hc_connection_read_done(connection, len - hc_cursor_left(&bytes));
        switch (event) {
        case HC_RESPONSE_MORE:
            break;
        case HC_RESPONSE_INTERIM:
            exchange_trace_head(exchange, tracer);
            break;
        case HC_RESPONSE_HEAD:
            exchange_trace_head(exchange, tracer);
            return HTTPSC_OK;
        default:
            return error->code;
        }
    }
}

HC_FN int hc_exchange_step(hc_exchange *exchange, hc_connection *connection,
                           const hc_tracer *tracer, httpsc_error *error)
{
    exchange->busy = 0;
    for (;;) {
        int code;
        int clean = 0;

        if (!exchange->sent && !exchange->stopped && !exchange->busy) {
            httpsc_error ignored;

            hc_error_clear(&ignored);
            code = exchange_send(exchange, connection, &ignored);
            /* A server may answer and close before it has read everything: its answer counts. */
            exchange->stopped = code != HTTPSC_OK && code != HTTPSC_WANT;
            if (code == HTTPSC_OK && hc_connection_expects(connection)) {
                return HTTPSC_WANT;
            }
        }
        code = exchange_take_head(exchange, connection, tracer, error);
        if (code == HTTPSC_OK) {
            exchange->stopped = !exchange->sent;
            connection->waits &= ~HTTPSC_WRITABLE;
        }
        if (code != HTTPSC_WANT) {
            return code;
        }
        if (hc_connection_at_end(connection, &clean)) {
            (void)hc_response_end(&exchange->response, clean, error);
            return error->code;
        }
        code = hc_connection_pump_in(connection, error);
        if (code != HTTPSC_OK) {
            return code;
        }
    }
}

/* One event of the body, as much of it as fits. HTTPSC_OK: go on; HTTPSC_WANT: no more bytes. */
static int exchange_take_body(hc_exchange *exchange, hc_connection *connection, unsigned char *buf,
                              size_t len, size_t *num_read, httpsc_error *error)
{
    size_t left = 0;
    const unsigned char *data = hc_connection_read(connection, &left);
    size_t given = hc_min(left, len - *num_read);
    hc_cursor bytes = hc_cursor_over(data, given);
    hc_cursor piece = hc_cursor_over(NULL, 0);
    hc_response_event event = hc_response_read(&exchange->response, &bytes, &piece, error);

    if (event == HC_RESPONSE_BODY) {
        size_t piece_len = hc_cursor_left(&piece);

        memcpy(buf + *num_read, piece.at, piece_len);
        *num_read += piece_len;
        exchange->num_body_bytes += piece_len;
    }
    hc_connection_read_done(connection, given - hc_cursor_left(&bytes));
    switch (event) {
    case HC_RESPONSE_BODY:
        return HTTPSC_OK;
    case HC_RESPONSE_END:
        exchange->ended = 1;
        return HTTPSC_OK;
    case HC_RESPONSE_MORE:
        return given < left ? HTTPSC_OK : HTTPSC_WANT;
    default:
        return error->code;
    }
}

HC_FN int hc_exchange_read(hc_exchange *exchange, hc_connection *connection, unsigned char *buf,
                           size_t len, size_t *num_read, httpsc_error *error)
{
    int code;
    int clean = 0;

    *num_read = 0;
    exchange->busy = 0;
    while (!exchange->ended && *num_read < len) {
        code = exchange_take_body(exchange, connection, buf, len, num_read, error);
        if (code == HTTPSC_OK) {
            continue;
        }
        if (*num_read > 0) {
            hc_error_clear(error); /* it comes again at the next call, behind these bytes */
            return HTTPSC_OK;
        }
        if (code != HTTPSC_WANT) {
            return code;
        }
        if (hc_connection_at_end(connection, &clean)) {
            if (hc_response_end(&exchange->response, clean, error) != HC_RESPONSE_END) {
                return error->code;
            }
            exchange->ended = 1;
            break;
        }
        code = hc_connection_pump_in(connection, error);
        if (code != HTTPSC_OK) {
            return code;
        }
    }
    return HTTPSC_OK;
}

HC_FN int hc_exchange_leaves_open(hc_exchange *exchange, hc_connection *connection)
{
    return exchange->ended && exchange->sent && exchange->response.keep_alive &&
           hc_connection_is_idle(connection) && hc_connection_rest(connection);
}
