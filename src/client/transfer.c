#include "transfer.h"

#include "follow.h"
#include "hop.h"
#include "reach.h"
#include "../base/arena.h"
#include "../http/request.h"

#define TRANSFER_CONTINUE 2 /* a state was left: go on with the next at once */
#define TRANSFER_HOLD_US 1000000 /* how long a body waits for 100 (Continue) */
#define TRANSFER_DRAIN_PIECE 1024
#define TRANSFER_DRAIN_MAX 65536
#define TRANSFER_DRAIN_MS 1000 /* a new connection costs less */
#define TRANSFER_ASK_AGAIN_MS 5
#define TRANSFER_PUSHES 4 /* pieces of HC_DOWNLOAD_PIECE that one step moves */

/* ---- failing, deadlines ---- */

HC_FN int64_t hc_transfer_now(const httpsc_transfer *transfer)
{
    return hc_clock_us(&transfer->client->hooks) - transfer->tracer.start_us;
}

HC_FN void hc_transfer_go(httpsc_transfer *transfer, hc_transfer_state state)
{
    transfer->state = state;
    transfer->stage_deadline_us = INT64_MAX;
    transfer->pace.started = 0;
}

static httpsc_stage transfer_stage(const httpsc_transfer *transfer)
{
    switch (transfer->state) {
    case HC_TRANSFER_ACQUIRE:
        return HTTPSC_STAGE_CONNECT;
    case HC_TRANSFER_DIAL:
        return transfer->dial.state == HC_DIAL_LOOKUP ? HTTPSC_STAGE_RESOLVE : HTTPSC_STAGE_CONNECT;
    case HC_TRANSFER_TUNNEL:
        return HTTPSC_STAGE_PROXY;
    case HC_TRANSFER_HANDSHAKE:
        return HTTPSC_STAGE_TLS;
    case HC_TRANSFER_HEAD:
        return transfer->exchange.sent || transfer->exchange.stopped ? HTTPSC_STAGE_RESPONSE
                                                                     : HTTPSC_STAGE_REQUEST;
    default:
        return HTTPSC_STAGE_BODY;
    }
}

/* A server that asked who the client is, and is gone without a word, most likely went for that. */
static void transfer_add_hint(httpsc_transfer *transfer)
{
    const httpsc_tls_facts *facts = &transfer->answer->view.tls;
    int code = transfer->failure.code;

    if (transfer->state == HC_TRANSFER_HEAD && facts->client_certificate_requested &&
        !facts->client_certificate_sent &&
        (code == HTTPSC_ERR_CONNECTION_LOST || code == HTTPSC_ERR_RESPONSE_EMPTY)) {
        hc_fail_hint(&transfer->failure,
                     "it had asked for a client certificate, and there was none to show");
    }
}

/* The error is in transfer->failure. */
static int transfer_failed(httpsc_transfer *transfer)
{
    hc_fail_stage(&transfer->failure, transfer_stage(transfer));
    (void)hc_arena_explain(&transfer->allocator, &transfer->failure);
    transfer_add_hint(transfer);
    transfer->state = HC_TRANSFER_FAILED;
    hc_reach_drop(transfer);
    hc_client_leave(transfer->client, &transfer->turn);
    hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "failed: %s", transfer->failure.text);
    return transfer->failure.code;
}

/* Drops the connection of a hop that was left, and goes on with the next one. */
static void transfer_leave(httpsc_transfer *transfer)
{
    hc_reach_drop(transfer);
    transfer->retried = 0;
    transfer->without_session = 0;
    transfer->state = HC_TRANSFER_ACQUIRE;
    transfer->stage_deadline_us = INT64_MAX;
}

/* Milliseconds that the present stage may wait for, and what it is called when they are over. */
static int transfer_stage_timeout(const httpsc_transfer *transfer, int *code)
{
    const httpsc_timeouts *timeouts = &transfer->timeouts;

    switch (transfer->state) {
    case HC_TRANSFER_DIAL:
        if (transfer->dial.state == HC_DIAL_LOOKUP) {
            *code = HTTPSC_ERR_TIMEOUT_RESOLVE;
            return timeouts->resolve_ms;
        }
        *code = HTTPSC_ERR_TIMEOUT_CONNECT;
        return timeouts->connect_ms;
    case HC_TRANSFER_ACQUIRE: /* its turn may come at any time */
        return HTTPSC_NO_TIMEOUT;
    case HC_TRANSFER_TUNNEL:
        *code = HTTPSC_ERR_TIMEOUT_PROXY;
        return timeouts->proxy_ms;
    case HC_TRANSFER_HANDSHAKE:
        *code = HTTPSC_ERR_TIMEOUT_TLS;
        return timeouts->tls_ms;
    case HC_TRANSFER_HEAD:
        if (!transfer->exchange.sent && !transfer->exchange.stopped) {
            *code = HTTPSC_ERR_TIMEOUT_SEND;
            return timeouts->idle_ms;
        }
        *code = HTTPSC_ERR_TIMEOUT_FIRST_BYTE;
        return timeouts->first_byte_ms;
    case HC_TRANSFER_DRAIN:
        *code = HTTPSC_WANT;
        return TRANSFER_DRAIN_MS;
    default:
        *code = HTTPSC_ERR_TIMEOUT_IDLE;
        return timeouts->idle_ms;
    }
}

/* What has to change before the time of a stage runs anew. Bytes alone do that only where they are
 * what is waited for: a head that trickles in is bounded, from its first byte on, and so is a body
 * that nobody reads. */
static uint64_t transfer_progress(const httpsc_transfer *transfer)
{
    const hc_exchange *exchange = &transfer->exchange;

    if (transfer->state < HC_TRANSFER_HEAD || transfer->state == HC_TRANSFER_DRAIN) {
        return 0;
    }
    if (transfer->state == HC_TRANSFER_HEAD && (exchange->sent || exchange->stopped)) {
        return 1 + exchange->response.num_interim * 2 +
               (uint64_t)(hc_response_started(&exchange->response) != 0);
    }
    return transfer->state == HC_TRANSFER_HEAD ? transfer->connection->num_sent
                                               : transfer->connection->num_moved;
}

/* Whoever was waited for: look-up and connection may be those of a proxy, or of connect_to. */
static int transfer_timed_out(httpsc_transfer *transfer, int code, int timeout_ms)
{
    const hc_dial *dial = &transfer->dial;
    int is_dialling = transfer->state == HC_TRANSFER_DIAL;

    if (is_dialling && dial->unix_socket != NULL) {
        return hc_fail(&transfer->failure, code, 0, "%e, after %d ms", dial->unix_socket,
                       timeout_ms);
    }
    return hc_fail(&transfer->failure, code, 0, "%s port %d, after %d ms",
                   is_dialling ? dial->host.text : transfer->url.host.text,
                   is_dialling ? dial->port : transfer->url.port, timeout_ms);
}

/* 1 where the speed counts: while the request goes out, and the body comes in. */
static int transfer_has_pace(const httpsc_transfer *transfer)
{
    return transfer->timeouts.low_speed_bytes_per_s > 0 &&
           transfer->timeouts.low_speed_ms != HTTPSC_NO_TIMEOUT &&
           (transfer->state == HC_TRANSFER_BODY ||
            (transfer->state == HC_TRANSFER_HEAD && !transfer->exchange.sent &&
             !transfer->exchange.stopped && !transfer->exchange.holding));
}

/* When the window of the wait under way will be full; INT64_MAX: there is none. */
static int64_t transfer_pace_deadline(const httpsc_transfer *transfer)
{
    const hc_pace *pace = &transfer->pace;

    return !pace->started || pace->waits_since_us == INT64_MAX
               ? INT64_MAX
               : pace->waits_since_us + (int64_t)transfer->timeouts.low_speed_ms * 1000 -
                     pace->waited_us;
}

/* The wait that was under way is over. */
static void transfer_pace_resume(httpsc_transfer *transfer)
{
    hc_pace *pace = &transfer->pace;

    if (pace->started && pace->waits_since_us != INT64_MAX) {
        pace->waited_us += hc_clock_us(&transfer->client->hooks) - pace->waits_since_us;
        pace->waits_since_us = INT64_MAX;
    }
}

/* A wait begins: 0 when a window is full, and too little has moved in it. */
static int transfer_pace_wait(httpsc_transfer *transfer, int64_t now_us)
{
    const httpsc_timeouts *timeouts = &transfer->timeouts;
    hc_pace *pace = &transfer->pace;
    uint64_t num_moved = transfer->connection->num_moved;
    int is_full = pace->started && pace->waited_us >= (int64_t)timeouts->low_speed_ms * 1000;
    uint64_t num_wanted = (uint64_t)timeouts->low_speed_bytes_per_s *
                          ((uint64_t)pace->waited_us / 1000) / 1000;

    if (is_full && num_moved - pace->num_moved < num_wanted) {
        return 0;
    }
    if (!pace->started || is_full) {
        pace->started = 1;
        pace->waited_us = 0;
        pace->num_moved = num_moved;
    }
    pace->waits_since_us = now_us;
    return 1;
}

/* The deadlines are asked after the work, so that what is there already is never thrown away; and
 * a stage's time runs only while the transfer waits, so that a caller may take its time. */
static int transfer_waits(httpsc_transfer *transfer)
{
    int64_t now_us = hc_clock_us(&transfer->client->hooks);
    int code = HTTPSC_OK;
    int timeout_ms = transfer_stage_timeout(transfer, &code);

    if (transfer->exchange.source_waits || transfer->download.sink_waits) {
        /* the caller's own time, not the peer's */
        transfer->stage_deadline_us = INT64_MAX;
        return HTTPSC_WANT;
    }
    if (transfer_progress(transfer) != transfer->progress) {
        transfer->progress = transfer_progress(transfer);
        transfer->stage_deadline_us = INT64_MAX;
    }
    if (now_us >= transfer->stage_deadline_us && transfer->state == HC_TRANSFER_DRAIN) {
        transfer_leave(transfer);
        return TRANSFER_CONTINUE;
    }
    if (now_us >= transfer->stage_deadline_us) {
        (void)transfer_timed_out(transfer, code, timeout_ms);
        return transfer_failed(transfer);
    }
    if (transfer_has_pace(transfer) && !transfer_pace_wait(transfer, now_us)) {
        (void)hc_fail(&transfer->failure, HTTPSC_ERR_TIMEOUT_LOW_SPEED, 0,
                      "%s port %d, less than %d bytes a second for %d ms",
                      transfer->url.host.text, transfer->url.port,
                      transfer->timeouts.low_speed_bytes_per_s, transfer->timeouts.low_speed_ms);
        return transfer_failed(transfer);
    }
    if (transfer->stage_deadline_us == INT64_MAX && timeout_ms != HTTPSC_NO_TIMEOUT) {
        transfer->stage_deadline_us = now_us + (int64_t)timeout_ms * 1000;
    }
    return HTTPSC_WANT;
}

static int transfer_may_go_on(httpsc_transfer *transfer)
{
    transfer_pace_resume(transfer);
    if (hc_atomic_get(&transfer->cancelled)) {
        return hc_fail(&transfer->failure, HTTPSC_ERR_CANCELLED, 0, NULL);
    }
    if (transfer->total_deadline_us != INT64_MAX &&
        hc_clock_us(&transfer->client->hooks) >= transfer->total_deadline_us) {
        return hc_fail(&transfer->failure, HTTPSC_ERR_TIMEOUT_TOTAL, 0, "%s port %d, after %d ms",
                       transfer->url.host.text, transfer->url.port, transfer->timeouts.total_ms);
    }
    return HTTPSC_OK;
}

/* ---- the states ---- */

static int transfer_start_exchange(httpsc_transfer *transfer)
{
    hc_exchange_free(&transfer->exchange);
    hc_exchange_init(&transfer->exchange, &transfer->allocator, &transfer->client->limits,
                     strcmp(transfer->method, "HEAD") == 0,
                     hc_cursor_over(transfer->head.ptr, transfer->head.len), &transfer->upload,
                     transfer->expects && transfer->upload.kind != HC_UPLOAD_NONE);
    transfer->hold_deadline_us = INT64_MAX;
    hc_trace_request(&transfer->tracer, transfer->exchange.head);
    hc_transfer_go(transfer, HC_TRANSFER_HEAD);
    return TRANSFER_CONTINUE;
}

/* A kept connection may die just when it is used again: then, once, a new one (RFC 9112, 9.3.1). */
static int transfer_can_retry(const httpsc_transfer *transfer)
{
    int code = transfer->failure.code;

    return transfer->reused && !transfer->retried && hc_method_is_idempotent(transfer->method) &&
           !hc_response_started(&transfer->exchange.response) &&
           hc_upload_can_rewind(&transfer->upload) &&
           (code == HTTPSC_ERR_CONNECTION_LOST || code == HTTPSC_ERR_RESPONSE_EMPTY);
}

static int transfer_retry(httpsc_transfer *transfer)
{
    httpsc_timings *timings = &transfer->answer->view.timings;
    int64_t redirected_us = timings->redirected_us;

    transfer->retried = 1;
    hc_error_clear(&transfer->failure);
    if (!hc_upload_rewind(&transfer->upload)) {
        return hc_fail(&transfer->failure, HTTPSC_ERR_REQUEST_BODY_REPLAY, 0,
                       "the kept connection was gone, and the source cannot be rewound");
    }
    if (hc_hop_write(transfer, &transfer->failure) != HTTPSC_OK) { /* Digest counts once more */
        return transfer->failure.code;
    }
    memset(timings, 0, sizeof *timings);
    timings->redirected_us = redirected_us;
    hc_reach_again(transfer, "the kept connection was gone: once more");
    return TRANSFER_CONTINUE;
}

/* Tells once when the whole request is out. */
static void transfer_note_sent(httpsc_transfer *transfer)
{
    httpsc_timings *timings = &transfer->answer->view.timings;

    if (transfer->exchange.sent && !transfer->exchange.sent_told) {
        transfer->exchange.sent_told = 1;
        timings->sent_us = hc_transfer_now(transfer);
        if (transfer->upload.num_read > 0) {
            hc_trace(&transfer->tracer, HTTPSC_TRACE_BODY, "sent a body of %z bytes",
                     (size_t)transfer->upload.num_read);
        }
    }
}

/* A body that waits for 100 (Continue) goes after a second all the same: 1 when it may go now. */
static int transfer_held_long_enough(httpsc_transfer *transfer)
{
    int64_t now_us;

    if (!transfer->exchange.holding || !transfer->exchange.head_out) {
        return 0;
    }
    now_us = hc_clock_us(&transfer->client->hooks);
    if (transfer->hold_deadline_us == INT64_MAX) {
        transfer->hold_deadline_us = now_us + TRANSFER_HOLD_US;
    }
    if (now_us < transfer->hold_deadline_us) {
        return 0;
    }
    transfer->exchange.holding = 0;
    transfer->hold_deadline_us = INT64_MAX;
    return 1;
}

/* After a head that leads on: how this hop's connection can be kept, if at all. */
static int transfer_start_drain(httpsc_transfer *transfer)
{
    const hc_exchange *exchange = &transfer->exchange;
    const hc_response *response = &exchange->response;
    httpsc_timings *timings = &transfer->answer->view.timings;

    memset(timings, 0, sizeof *timings);
    memset(&transfer->answer->view.tls, 0, sizeof transfer->answer->view.tls);
    timings->redirected_us = hc_transfer_now(transfer);
    transfer->num_drained = 0;
    if (!exchange->sent || !response->keep_alive || response->framing == HC_BODY_UNTIL_CLOSE ||
        (response->framing == HC_BODY_LENGTH && response->body_left > TRANSFER_DRAIN_MAX)) {
        transfer_leave(transfer);
    } else {
        hc_transfer_go(transfer, HC_TRANSFER_DRAIN);
    }
    return TRANSFER_CONTINUE;
}

/* Tells the caller's callback when bytes of a body moved. HTTPSC_OK, or the failure is set. */
static int transfer_tell_progress(httpsc_transfer *transfer)
{
    const httpsc_request *request = &transfer->plan.request;
    const hc_upload *upload = &transfer->upload;
    httpsc_progress progress;

    progress.num_sent = upload->num_read;
    progress.num_to_send = upload->chunked ? HTTPSC_LENGTH_UNKNOWN : (int64_t)upload->len;
    progress.num_received = transfer->exchange.num_body_bytes;
    if (request->progress == NULL || (progress.num_sent == transfer->told_sent &&
                                      progress.num_received == transfer->told_received)) {
        return HTTPSC_OK;
    }
    progress.num_to_receive = transfer->num_to_receive;
    transfer->told_sent = progress.num_sent;
    transfer->told_received = progress.num_received;
    return request->progress(request->progress_user, &progress) == HTTPSC_OK
               ? HTTPSC_OK
               : hc_fail(&transfer->failure, HTTPSC_ERR_CANCELLED, 0, "by the progress callback");
}

/* The head that the caller gets. */
static int transfer_take_answer(httpsc_transfer *transfer)
{
    const hc_response *response = &transfer->exchange.response;
    httpsc_response *view = &transfer->answer->view;
    uint64_t max_out = UINT64_MAX;

    transfer->num_to_receive = response->framing == HC_BODY_NONE     ? 0
                               : response->framing == HC_BODY_LENGTH ? (int64_t)response->body_left
                                                                     : HTTPSC_LENGTH_UNKNOWN;
    if (hc_answer_take_head(transfer->answer, &transfer->exchange.response) != HTTPSC_OK) {
        return hc_fail(&transfer->failure, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    view->reused = transfer->reused;
    view->proxied = transfer->identity.proxy != NULL;
    view->address = transfer->connection->peer;
    view->timings.head_us = hc_transfer_now(transfer);
    if (transfer->decodes && response->framing != HC_BODY_NONE) {
        if (transfer->blocking && transfer->plan.request.sink.write == NULL) {
            max_out = transfer->client->limits.max_body_bytes;
        }
        if (hc_download_decode(&transfer->download, view, max_out,
                               transfer->client->limits.max_ratio, &view->decoded,
                               &transfer->failure) != HTTPSC_OK) {
            return transfer->failure.code;
        }
    }
    transfer->has_head = 1;
    hc_transfer_go(transfer, HC_TRANSFER_BODY);
    return TRANSFER_CONTINUE;
}

static int transfer_head(httpsc_transfer *transfer)
{
    httpsc_timings *timings = &transfer->answer->view.timings;
    int was_started = hc_response_started(&transfer->exchange.response);
    int code = hc_exchange_step(&transfer->exchange, transfer->connection, &transfer->tracer,
                                &transfer->failure);

    transfer_note_sent(transfer);
    if (hc_response_started(&transfer->exchange.response) && !was_started) {
        timings->first_byte_us = hc_transfer_now(transfer);
    }
    if ((code == HTTPSC_OK || code == HTTPSC_WANT) &&
        transfer_tell_progress(transfer) != HTTPSC_OK) {
        return transfer->failure.code;
    }
    if (code == HTTPSC_WANT) {
        return transfer_held_long_enough(transfer) ? TRANSFER_CONTINUE : code;
    }
    if (code != HTTPSC_OK) {
        return transfer_can_retry(transfer) ? transfer_retry(transfer) : code;
    }
    switch (hc_follow_head(transfer, &transfer->failure)) {
    case HC_FOLLOW_ANSWER:
        return transfer_take_answer(transfer);
    case HC_FOLLOW_AGAIN:
        return transfer_start_drain(transfer);
    default:
        return transfer->failure.code;
    }
}

/* Gives the connection back where it can carry another request. */
static void transfer_part(httpsc_transfer *transfer)
{
    hc_client_keep_sessions(transfer->client, transfer->connection);
    if (hc_exchange_leaves_open(&transfer->exchange, transfer->connection)) {
        hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "keeping the connection");
        hc_client_keep_connection(transfer->client, transfer->connection);
    } else {
        hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "closing the connection");
        hc_connection_close(transfer->connection);
    }
    transfer->connection = NULL;
    hc_client_leave(transfer->client, &transfer->turn);
}

/* What goes wrong in a body that nobody reads costs the connection, and no more. */
HC_APART static int transfer_drain(httpsc_transfer *transfer)
{
    unsigned char buf[TRANSFER_DRAIN_PIECE];
    httpsc_error ignored;

    hc_error_clear(&ignored);
    while (!transfer->exchange.ended && transfer->num_drained <= TRANSFER_DRAIN_MAX) {
        size_t num = 0;
        int code = hc_exchange_read(&transfer->exchange, transfer->connection, buf, sizeof buf,
                                    &num, &ignored);

        if (code == HTTPSC_WANT) {
            return HTTPSC_WANT;
        }
        if (code != HTTPSC_OK) {
            break;
        }
        transfer->num_drained += num;
    }
    if (transfer->exchange.ended) {
        transfer_part(transfer);
    }
    transfer_leave(transfer);
    return TRANSFER_CONTINUE;
}

static void transfer_finish(httpsc_transfer *transfer)
{
    transfer->answer->view.timings.done_us = hc_transfer_now(transfer);
    transfer->state = HC_TRANSFER_DONE;
    hc_trace(&transfer->tracer, HTTPSC_TRACE_BODY, "received a body of %z bytes",
             (size_t)transfer->exchange.num_body_bytes);
    transfer_part(transfer);
}

/* After a piece of the body: its code, or what comes of it. */
static int transfer_body_went(httpsc_transfer *transfer, int code)
{
    transfer_note_sent(transfer);
    if ((code == HTTPSC_OK || code == HTTPSC_WANT) &&
        transfer_tell_progress(transfer) != HTTPSC_OK) {
        return transfer->failure.code;
    }
    if (code == HTTPSC_OK && (transfer->doomed || hc_atomic_get(&transfer->cancelled))) {
        return hc_fail(&transfer->failure, HTTPSC_ERR_CANCELLED, 0, NULL); /* even at the end */
    }
    if (code == HTTPSC_OK && transfer->download.ended &&
        hc_cursor_left(&transfer->download.piece_left) == 0) {
        code = hc_answer_take_trailers(transfer->answer, &transfer->exchange.response);
        if (code != HTTPSC_OK) {
            return hc_fail(&transfer->failure, code, 0, NULL);
        }
        transfer_finish(transfer);
    }
    return code;
}

/* Pushes the body into the sink, a share of it at a time. */
static int transfer_push(httpsc_transfer *transfer)
{
    const httpsc_sink *sink = &transfer->plan.request.sink;
    int code = HTTPSC_OK;

    transfer->yielded = 0;
    for (int i = 0; i < TRANSFER_PUSHES && code == HTTPSC_OK; i++) {
        code = hc_download_push(&transfer->download, sink, &transfer->exchange,
                                transfer->connection, &transfer->failure);
        code = transfer_body_went(transfer, code);
        if (transfer->state == HC_TRANSFER_DONE) {
            return code;
        }
    }
    transfer->yielded = code == HTTPSC_OK;
    return code == HTTPSC_OK ? HTTPSC_WANT : code;
}

static int transfer_run(httpsc_transfer *transfer)
{
    int code;

    switch (transfer->state) {
    case HC_TRANSFER_ACQUIRE:
    case HC_TRANSFER_DIAL:
    case HC_TRANSFER_TUNNEL:
    case HC_TRANSFER_HANDSHAKE:
        code = hc_reach_step(transfer);
        return code == HTTPSC_OK ? transfer_start_exchange(transfer) : code;
    case HC_TRANSFER_HEAD:
        return transfer_head(transfer);
    case HC_TRANSFER_DRAIN:
        return transfer_drain(transfer);
    case HC_TRANSFER_BODY:
        return transfer_push(transfer);
    default:
        return HTTPSC_OK;
    }
}

static int transfer_has_to_run(const httpsc_transfer *transfer)
{
    return transfer->state < HC_TRANSFER_BODY ||
           (transfer->state == HC_TRANSFER_BODY && transfer->plan.request.sink.write != NULL);
}

/* The error that stands, to whoever wants to know. */
static void transfer_tell(const httpsc_transfer *transfer, httpsc_error *error)
{
    if (error != NULL) {
        *error = transfer->failure;
    }
}

HC_FN int hc_transfer_step(httpsc_transfer *transfer, httpsc_error *error)
{
    int code = transfer->failure.code;

    if (transfer_has_to_run(transfer)) {
        do {
            code = transfer_may_go_on(transfer);
            while (code == HTTPSC_OK && transfer_has_to_run(transfer)) {
                code = transfer_run(transfer);
                code = code == TRANSFER_CONTINUE ? HTTPSC_OK : code;
            }
            if (code == HTTPSC_WANT) {
                code = transfer_waits(transfer);
            }
        } while (code == TRANSFER_CONTINUE);
        if (code != HTTPSC_OK && code != HTTPSC_WANT && transfer->state != HC_TRANSFER_FAILED) {
            code = transfer_failed(transfer);
        }
    }
    if (code != HTTPSC_WANT) {
        transfer_tell(transfer, error);
    }
    return code;
}

HC_FN int hc_transfer_read(httpsc_transfer *transfer, unsigned char *buf, size_t len,
                           size_t *num_read, httpsc_error *error)
{
    int code = hc_transfer_step(transfer, error);
    size_t num = 0;

    if (code != HTTPSC_OK) {
        return code;
    }
    if (transfer->state == HC_TRANSFER_BODY) {
        code = transfer_may_go_on(transfer);
        if (code == HTTPSC_OK) {
            code = hc_download_read(&transfer->download, &transfer->exchange, transfer->connection,
                                    buf, len, &num, &transfer->failure);
            code = transfer_body_went(transfer, code);
        }
        if (code == HTTPSC_WANT) {
            code = transfer_waits(transfer);
        } else if (code != HTTPSC_OK) {
            code = transfer_failed(transfer);
        }
    }
    if (code == HTTPSC_OK) {
        *num_read = num;
    } else if (code != HTTPSC_WANT) {
        transfer_tell(transfer, error);
    }
    return code;
}

HC_FN int hc_transfer_enter(httpsc_transfer *transfer, httpsc_error *error)
{
    if (transfer->running) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "called from within a callback of its own");
    }
    transfer->running = 1;
    return HTTPSC_OK;
}

HC_FN int hc_transfer_leave(httpsc_transfer *transfer, int code, httpsc_error *error)
{
    if ((code == HTTPSC_OK || code == HTTPSC_WANT) && transfer->state < HC_TRANSFER_DONE &&
        (transfer->doomed || hc_atomic_get(&transfer->cancelled))) {
        (void)hc_fail(&transfer->failure, HTTPSC_ERR_CANCELLED, 0, NULL);
        code = transfer_failed(transfer); /* whose goodbye may call back once more */
        transfer_tell(transfer, error);
    }
    transfer->running = 0;
    if (transfer->doomed) {
        hc_error_clear(error);
        code = hc_fail(error, HTTPSC_ERR_CANCELLED, 0, "a callback closed the transfer");
        hc_transfer_close(transfer);
    }
    return code;
}

/* 1 while a signer has the handshake. */
static int transfer_is_signing(const httpsc_transfer *transfer, const hc_connection *connection)
{
    return (transfer->state == HC_TRANSFER_TUNNEL || transfer->state == HC_TRANSFER_HANDSHAKE) &&
           connection->tls != NULL && hc_tls_is_signing(connection->tls);
}

HC_FN void hc_transfer_wants(httpsc_transfer *transfer, httpsc_wants *wants)
{
    const hc_connection *connection =
        transfer->tunnel != NULL ? transfer->tunnel->connection : transfer->connection;
    int64_t now_us = hc_clock_us(&transfer->client->hooks);
    int64_t deadline_us = transfer->total_deadline_us;
    int held; /* by a callback, which nothing but the next step asks */

    memset(wants, 0, sizeof *wants);
    if (transfer->state >= HC_TRANSFER_DONE ||
        (transfer->state == HC_TRANSFER_ACQUIRE && !transfer->waits_turn)) {
        return; /* timeout_ms is 0: there is nothing to wait for */
    }
    held = transfer->download.sink_waits || transfer_is_signing(transfer, connection);
    if (transfer->state > HC_TRANSFER_DIAL && connection->waits == 0 && !held) {
        return;
    }
    if (transfer->state >= HC_TRANSFER_HEAD && (transfer->exchange.busy || transfer->yielded)) {
        return;
    }
    wants->timeout_ms = -1;
    hc_wants_add(wants, transfer->wake.reader, HTTPSC_READABLE);
    if (transfer->state == HC_TRANSFER_ACQUIRE) {
        hc_wants_add(wants, transfer->turn.wake.reader, HTTPSC_READABLE);
        if (transfer->turn.wake.reader == HC_SOCKET_NONE) {
            hc_wants_within(wants, TRANSFER_ASK_AGAIN_MS);
        }
    } else if (transfer->state == HC_TRANSFER_DIAL) {
        hc_dial_wants(&transfer->dial, wants);
    } else if (!held) {
        hc_stream_wants(&connection->stream, connection->waits, wants);
    }
    if (held || (transfer->state >= HC_TRANSFER_HEAD && transfer->exchange.source_waits)) {
        hc_wants_within(wants, TRANSFER_ASK_AGAIN_MS);
    }
    if (transfer->exchange.holding && transfer->hold_deadline_us < deadline_us) {
        deadline_us = transfer->hold_deadline_us;
    }
    if (transfer->stage_deadline_us < deadline_us) {
        deadline_us = transfer->stage_deadline_us;
    }
    if (transfer_pace_deadline(transfer) < deadline_us) {
        deadline_us = transfer_pace_deadline(transfer);
    }
    if (deadline_us != INT64_MAX) {
        hc_wants_within(wants, (deadline_us - now_us + 999) / 1000);
    }
}
