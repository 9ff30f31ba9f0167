#include "exchange.h"

/* How much one step sends before it lets others run. */
#define EXCHANGE_SHARE 65536

HC_FN void hc_exchange_init(hc_exchange *exchange, const httpsc_allocator *allocator,
                            const httpsc_limits *limits, int head_request, hc_cursor head,
                            hc_upload *body, int expects)
{
    memset(exchange, 0, offsetof(hc_exchange, response)); /* which has its own */
    exchange->head = head;
    exchange->body = body;
    exchange->holding = expects;
    hc_response_init(&exchange->response, allocator, limits, head_request);
}

HC_FN void hc_exchange_free(hc_exchange *exchange)
{
    if (exchange->response.allocator != NULL) {
        hc_response_free(&exchange->response);
    }
}

/* Puts bytes of the request into a place; the head and the start of the body share a record. */
static int exchange_fill(hc_exchange *exchange, unsigned char *place, size_t room, size_t *len,
                         httpsc_error *error)
{
    hc_cursor bytes = hc_take_bytes(&exchange->head, hc_min(hc_cursor_left(&exchange->head), room));
    size_t num = 0;
    int code = HTTPSC_OK;

    *len = hc_cursor_left(&bytes);
    if (*len > 0) {
        memcpy(place, bytes.at, *len);
    }
    if (hc_cursor_left(&exchange->head) == 0 && !exchange->holding) {
        code = hc_upload_fill(exchange->body, place + *len, room - *len, &num, error);
        *len += num;
    }
    return code;
}

/* Sends as much as goes: HTTPSC_OK when all is out, HTTPSC_WANT, or an error of the body itself.
 * That the peer takes no more is none: its answer counts, and the rest is `stopped`. */
static int exchange_send(hc_exchange *exchange, hc_connection *connection, httpsc_error *error)
{
    size_t share = EXCHANGE_SHARE;
    httpsc_error ignored;

    hc_error_clear(&ignored);
    exchange->source_waits = 0;
    for (;;) {
        size_t room = 0;
        size_t len = 0;
        unsigned char *place = hc_connection_write_space(connection, &room);
        uint64_t num_moved = connection->num_moved;
        int code = HTTPSC_OK;

        if (room > 0) {
            code = exchange_fill(exchange, place, room, &len, error);
            hc_connection_write(connection, len);
        }
        if (code != HTTPSC_OK && code != HTTPSC_WANT) {
            return code;
        }
        exchange->source_waits = code == HTTPSC_WANT;
        code = hc_connection_pump_out(connection, &ignored);
        if (code != HTTPSC_OK) {
            exchange->stopped = code != HTTPSC_WANT;
            return HTTPSC_WANT;
        }
        exchange->head_out = hc_cursor_left(&exchange->head) == 0;
        if (exchange->head_out && exchange->body->ended) {
            exchange->sent = 1;
            return HTTPSC_OK;
        }
        if (exchange->source_waits || (exchange->head_out && exchange->holding)) {
            return HTTPSC_WANT;
        }
        if (len == 0 && connection->num_moved == num_moved) { /* no place for more: TLS is closed */
            exchange->stopped = 1;
            return HTTPSC_WANT;
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
            if (exchange->response.status == 100) {
                exchange->holding = 0;
            }
            break;
        case HC_RESPONSE_HEAD:
            exchange_trace_head(exchange, tracer);
            return HTTPSC_OK;
        default:
            return error->code;
        }
    }
}

/* 1 when there is something to send, and time for it. */
static int exchange_has_more(const hc_exchange *exchange)
{
    return !exchange->sent && !exchange->stopped && !exchange->busy;
}

HC_FN int hc_exchange_step(hc_exchange *exchange, hc_connection *connection,
                           const hc_tracer *tracer, httpsc_error *error)
{
    exchange->busy = 0;
    for (;;) {
        int was_holding = exchange->holding;
        int code;
        int clean = 0;

        if (exchange_has_more(exchange)) {
            code = exchange_send(exchange, connection, error);
            if (code != HTTPSC_OK && code != HTTPSC_WANT) {
                return code;
            }
            if (code == HTTPSC_OK && hc_connection_expects(connection)) {
                return HTTPSC_WANT;
            }
        }
        code = exchange_take_head(exchange, connection, tracer, error);
        if (code == HTTPSC_OK && !exchange->sent &&
            (exchange->response.status >= 300 || exchange->holding)) {
            exchange->stopped = 1;
            exchange->holding = 0;
            connection->waits &= ~HTTPSC_WRITABLE;
        }
        if (code != HTTPSC_WANT) {
            return code;
        }
        if (was_holding && !exchange->holding) {
            continue; /* the body may go */
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
        if (exchange_has_more(exchange)) {
            code = exchange_send(exchange, connection, error);
            if (code != HTTPSC_OK && code != HTTPSC_WANT) {
                return code;
            }
        }
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
