#include "transfer.h"

#include "../http/request.h"

#define TRANSFER_CONTINUE 2 /* a state was left: go on with the next at once */
#define TRANSFER_ASK_AGAIN_MS 5 /* a signer that said HTTPSC_WANT */

/* ---- failing, deadlines ---- */

static httpsc_stage transfer_stage(const httpsc_transfer *transfer)
{
    switch (transfer->state) {
    case HC_TRANSFER_ACQUIRE:
        return HTTPSC_STAGE_CONNECT;
    case HC_TRANSFER_DIAL:
        return transfer->dial.state == HC_DIAL_LOOKUP ? HTTPSC_STAGE_RESOLVE : HTTPSC_STAGE_CONNECT;
    case HC_TRANSFER_HANDSHAKE:
        return HTTPSC_STAGE_TLS;
    case HC_TRANSFER_HEAD:
        return transfer->exchange.sent || transfer->exchange.stopped ? HTTPSC_STAGE_RESPONSE
                                                                     : HTTPSC_STAGE_REQUEST;
    default:
        return HTTPSC_STAGE_BODY;
    }
}

static void transfer_drop(httpsc_transfer *transfer)
{
    hc_dial_stop(&transfer->dial);
    hc_connection_close(transfer->connection);
    transfer->connection = NULL;
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
    transfer_add_hint(transfer);
    transfer->state = HC_TRANSFER_FAILED;
    transfer_drop(transfer);
    hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "failed: %s", transfer->failure.text);
    return transfer->failure.code;
}

/* Microseconds since the transfer began. */
static int64_t transfer_now(const httpsc_transfer *transfer)
{
    return hc_clock_us(&transfer->client->hooks) - transfer->tracer.start_us;
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
    default:
        *code = HTTPSC_ERR_TIMEOUT_IDLE;
        return timeouts->idle_ms;
    }
}

/* What has to change before the time of a stage runs anew. Bytes alone do that only where they are
 * what is waited for: a head that trickles in is bounded, from its first byte on. */
static uint64_t transfer_progress(const httpsc_transfer *transfer)
{
    const hc_exchange *exchange = &transfer->exchange;

    if (transfer->state < HC_TRANSFER_HEAD) {
        return 0;
    }
    if (transfer->state == HC_TRANSFER_HEAD && (exchange->sent || exchange->stopped)) {
        return 1 + exchange->response.num_interim * 2 +
               (uint64_t)(hc_response_started(&exchange->response) != 0);
    }
    return transfer->state == HC_TRANSFER_HEAD ? transfer->connection->num_sent
                                               : transfer->connection->num_moved;
}

/* The deadlines are asked after the work, so that what is there already is never thrown away; and
 * a stage's time runs only while the transfer waits, so that a caller may take its time. */
static int transfer_waits(httpsc_transfer *transfer)
{
    int64_t now_us = hc_clock_us(&transfer->client->hooks);
    int code = HTTPSC_OK;
    int timeout_ms = transfer_stage_timeout(transfer, &code);

    if (transfer_progress(transfer) != transfer->progress) {
        transfer->progress = transfer_progress(transfer);
        transfer->stage_deadline_us = INT64_MAX;
    }
    if (now_us >= transfer->stage_deadline_us) {
        (void)hc_fail(&transfer->failure, code, 0, "%s port %d, after %d ms",
                      transfer->url.host.text, transfer->url.port, timeout_ms);
        return transfer_failed(transfer);
    }
    if (transfer->stage_deadline_us == INT64_MAX && timeout_ms != HTTPSC_NO_TIMEOUT) {
        transfer->stage_deadline_us = now_us + (int64_t)timeout_ms * 1000;
    }
    return HTTPSC_WANT;
}

static int transfer_may_go_on(httpsc_transfer *transfer)
{
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

static void transfer_enter(httpsc_transfer *transfer, hc_transfer_state state)
{
    transfer->state = state;
    transfer->stage_deadline_us = INT64_MAX;
}

/* ---- the states ---- */

static int transfer_start_exchange(httpsc_transfer *transfer)
{
    hc_exchange_free(&transfer->exchange);
    hc_exchange_init(&transfer->exchange, &transfer->allocator, &transfer->client->limits,
                     transfer->head_request,
                     hc_cursor_over(transfer->head.ptr, transfer->head.len), transfer->body);
    hc_trace_request(&transfer->tracer, transfer->exchange.head);
    transfer_enter(transfer, HC_TRANSFER_HEAD);
    return TRANSFER_CONTINUE;
}

static int transfer_start_dial(httpsc_transfer *transfer)
{
    const hc_endpoint *endpoint = transfer->client->connect_to;

    transfer->reused = 0;
    if (endpoint != NULL) {
        hc_dial_start(&transfer->dial, &transfer->client->hooks, &endpoint->host, endpoint->port);
    } else {
        hc_dial_start(&transfer->dial, &transfer->client->hooks, &transfer->url.host,
                      transfer->url.port);
    }
    if (transfer->dial.state == HC_DIAL_LOOKUP) {
        hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "looking up %s", transfer->dial.host.text);
    }
    transfer_enter(transfer, HC_TRANSFER_DIAL);
    return TRANSFER_CONTINUE;
}

static int transfer_acquire(httpsc_transfer *transfer)
{
    transfer->connection = hc_client_take_connection(transfer->client, &transfer->identity);
    if (transfer->connection == NULL) {
        return transfer_start_dial(transfer);
    }
    transfer->reused = 1;
    hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "reusing the connection to %s port %d",
             transfer->url.host.text, transfer->url.port);
    if (transfer->connection->tls != NULL) {
        hc_tls_facts(transfer->connection->tls, &transfer->answer->view.tls);
    }
    return transfer_start_exchange(transfer);
}

/* Seeds and opens TLS for a new connection. */
static int transfer_open_tls(httpsc_transfer *transfer, hc_tls **out)
{
    httpsc_client *client = transfer->client;
    const httpsc_tls_config *config = client->tls_config;
    hc_tls_params params;
    int native = 0;
    int code;

    memset(&params, 0, sizeof params);
    params.allocator = &client->allocator;
    params.crypto = &config->crypto;
    params.judge = &config->judge;
    params.host = client->verify_as != NULL ? client->verify_as : &transfer->url.host;
    if (transfer->identity.shown != NULL) {
        params.identity = transfer->identity.shown->tls;
        params.num_identities = transfer->identity.shown->num;
    }
    params.min_version = config->min_version;
    params.max_version = config->max_version;
    if (hc_judging_time(&client->hooks, config->judge.ignore_dates, &params.unix_time,
                        &transfer->failure) != HTTPSC_OK) {
        return transfer->failure.code;
    }
    if (hc_hook_random(&client->hooks, params.seed, sizeof params.seed, &native) != HTTPSC_OK) {
        return hc_fail(&transfer->failure, HTTPSC_ERR_ENTROPY, native, NULL);
    }
    params.keylog = client->hooks.keylog != NULL;
    if (!transfer->without_session) {
        params.session = hc_client_take_session(client, &transfer->identity);
    }
    transfer->offered_session = params.session != NULL;
    code = hc_tls_open(&params, out, &transfer->failure);
    hc_wipe(&params, sizeof params);
    return code;
}

static int transfer_dial(httpsc_transfer *transfer)
{
    hc_stream stream = HC_STREAM_NONE;
    hc_tls *tls = NULL;
    hc_dial_state before = transfer->dial.state;
    int code = hc_dial_step(&transfer->dial, &transfer->tracer, &stream, &transfer->failure);

    if (before == HC_DIAL_LOOKUP && transfer->dial.state != HC_DIAL_LOOKUP) {
        transfer->answer->view.timings.resolved_us = transfer_now(transfer);
        transfer->stage_deadline_us = INT64_MAX;
    }
    if (code != HTTPSC_OK) {
        return code;
    }
    transfer->answer->view.timings.connected_us = transfer_now(transfer);
    if (transfer->url.secure) {
        code = transfer_open_tls(transfer, &tls);
        if (code != HTTPSC_OK) {
            hc_stream_close(&stream);
            return code;
        }
    }
    code = hc_connection_open(&transfer->client->allocator, &transfer->identity, &stream, tls,
                              hc_clock_us(&transfer->client->hooks), &transfer->connection);
    if (code != HTTPSC_OK) {
        return hc_fail(&transfer->failure, code, 0, NULL);
    }
    hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "connected to %s port %d",
             transfer->dial.host.text, transfer->dial.port);
    if (!transfer->url.secure) {
        return transfer_start_exchange(transfer);
    }
    transfer_enter(transfer, HC_TRANSFER_HANDSHAKE);
    return TRANSFER_CONTINUE;
}

static void transfer_tell_secrets(httpsc_transfer *transfer)
{
    const httpsc_hooks *hooks = &transfer->client->hooks;
    size_t len = 0;
    const char *lines = hc_tls_keylog(transfer->connection->tls, &len);

    if (hooks->keylog != NULL && len > 0) {
        hooks->keylog(hooks->user, lines, len);
        hc_tls_keylog_done(transfer->connection->tls, len);
    }
}

static int transfer_handshake_done(httpsc_transfer *transfer)
{
    httpsc_tls_facts *facts = &transfer->answer->view.tls;

    hc_tls_facts(transfer->connection->tls, facts);
    transfer->answer->view.timings.tls_us = transfer_now(transfer);
    hc_trace(&transfer->tracer, HTTPSC_TRACE_TLS, "%s, %s, %s, %s, ALPN %s, %s", facts->version,
             facts->cipher_suite, facts->group != NULL ? facts->group : "no group",
             facts->resumed ? "resumed" : facts->signature_scheme,
             facts->alpn == NULL ? "none" : facts->alpn,
             facts->verified ? "server verified" : "SERVER NOT VERIFIED");
    transfer_tell_secrets(transfer);
    return transfer_start_exchange(transfer);
}

/* A handshake that a session may have spoilt is tried once more without one; no byte of the request
 * was sent. */
static int transfer_retry_without_session(httpsc_transfer *transfer)
{
    int code = transfer->failure.code;

    if (!transfer->offered_session || (code != HTTPSC_ERR_TLS_ALERT &&
                                       code != HTTPSC_ERR_TLS_PROTOCOL &&
                                       code != HTTPSC_ERR_TLS_HANDSHAKE)) {
        return code;
    }
    hc_error_clear(&transfer->failure);
    hc_client_drop_sessions(transfer->client, &transfer->identity);
    transfer->without_session = 1;
    transfer_drop(transfer);
    hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "the session was of no use: once more");
    return transfer_start_dial(transfer);
}

static int transfer_handshake(httpsc_transfer *transfer)
{
    hc_connection *connection = transfer->connection;

    while (hc_tls_state_of(connection->tls) != HC_TLS_OPEN) {
        int code = hc_tls_sign(connection->tls, &transfer->failure);

        if (code == HTTPSC_OK && hc_tls_state_of(connection->tls) != HC_TLS_OPEN) {
            code = hc_connection_pump_in(connection, &transfer->failure);
        }
        if (code == HTTPSC_WANT) {
            return code;
        }
        if (code != HTTPSC_OK) {
            return transfer_retry_without_session(transfer);
        }
    }
    return transfer_handshake_done(transfer);
}

/* A kept connection may die just when it is used again: then, once, a new one (RFC 9112, 9.3.1). */
static int transfer_can_retry(const httpsc_transfer *transfer)
{
    int code = transfer->failure.code;

    return transfer->reused && !transfer->retried && transfer->idempotent &&
           !hc_response_started(&transfer->exchange.response) &&
           (code == HTTPSC_ERR_CONNECTION_LOST || code == HTTPSC_ERR_RESPONSE_EMPTY);
}

static int transfer_head(httpsc_transfer *transfer)
{
    httpsc_timings *timings = &transfer->answer->view.timings;
    int was_sent = transfer->exchange.sent;
    int was_started = hc_response_started(&transfer->exchange.response);
    int code = hc_exchange_step(&transfer->exchange, transfer->connection, &transfer->tracer,
                                &transfer->failure);

    if (transfer->exchange.sent && !was_sent) {
        timings->sent_us = transfer_now(transfer);
        if (hc_cursor_left(&transfer->body) > 0) {
            hc_trace(&transfer->tracer, HTTPSC_TRACE_BODY, "sent a body of %z bytes",
                     hc_cursor_left(&transfer->body));
        }
    }
    if (hc_response_started(&transfer->exchange.response) && !was_started) {
        timings->first_byte_us = transfer_now(transfer);
    }
    if (code == HTTPSC_WANT) {
        return code;
    }
    if (code != HTTPSC_OK) {
        if (!transfer_can_retry(transfer)) {
            return code;
        }
        transfer->retried = 1;
        hc_error_clear(&transfer->failure);
        memset(timings, 0, sizeof *timings);
        transfer_drop(transfer);
        hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "the kept connection was gone: once more");
        return transfer_start_dial(transfer);
    }
    if (hc_answer_take_head(transfer->answer, &transfer->exchange.response) != HTTPSC_OK) {
        return hc_fail(&transfer->failure, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    transfer->answer->view.reused = transfer->reused;
    timings->head_us = transfer_now(transfer);
    transfer_enter(transfer, HC_TRANSFER_BODY);
    return TRANSFER_CONTINUE;
}

static void transfer_finish(httpsc_transfer *transfer)
{
    hc_client_keep_sessions(transfer->client, transfer->connection);
    transfer->answer->view.timings.done_us = transfer_now(transfer);
    transfer->state = HC_TRANSFER_DONE;
    hc_trace(&transfer->tracer, HTTPSC_TRACE_BODY, "received a body of %z bytes",
             transfer->exchange.num_body_bytes);
    if (hc_exchange_leaves_open(&transfer->exchange, transfer->connection)) {
        hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "keeping the connection");
        hc_client_keep_connection(transfer->client, transfer->connection);
    } else {
        hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "closing the connection");
        hc_connection_close(transfer->connection);
    }
    transfer->connection = NULL;
}

static int transfer_run(httpsc_transfer *transfer)
{
    switch (transfer->state) {
    case HC_TRANSFER_ACQUIRE:
        return transfer_acquire(transfer);
    case HC_TRANSFER_DIAL:
        return transfer_dial(transfer);
    case HC_TRANSFER_HANDSHAKE:
        return transfer_handshake(transfer);
    case HC_TRANSFER_HEAD:
        return transfer_head(transfer);
    default:
        return HTTPSC_OK;
    }
}

HC_FN int hc_transfer_step(httpsc_transfer *transfer, httpsc_error *error)
{
    int code = TRANSFER_CONTINUE;

    if (transfer->state < HC_TRANSFER_BODY) {
        code = transfer_may_go_on(transfer);
        if (code == HTTPSC_OK) {
            do {
                code = transfer_run(transfer);
            } while (code == TRANSFER_CONTINUE);
        }
        if (code == HTTPSC_WANT) {
            code = transfer_waits(transfer);
        } else if (code != HTTPSC_OK) {
            code = transfer_failed(transfer);
        }
    } else {
        code = transfer->failure.code;
    }
    if (code != HTTPSC_WANT) {
        *error = transfer->failure;
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
            code = hc_exchange_read(&transfer->exchange, transfer->connection, buf, len, &num,
                                    &transfer->failure);
        }
        if (code == HTTPSC_OK && transfer->exchange.ended) {
            code = hc_answer_take_trailers(transfer->answer, &transfer->exchange.response);
            if (code == HTTPSC_OK) {
                transfer_finish(transfer);
            } else {
                (void)hc_fail(&transfer->failure, code, 0, NULL);
            }
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
        *error = transfer->failure;
    }
    return code;
}

HC_FN void hc_transfer_wants(httpsc_transfer *transfer, httpsc_wants *wants)
{
    const hc_connection *connection = transfer->connection;
    int64_t now_us = hc_clock_us(&transfer->client->hooks);
    int64_t deadline_us = transfer->total_deadline_us;
    int signing;

    memset(wants, 0, sizeof *wants);
    if (transfer->state >= HC_TRANSFER_DONE || transfer->state == HC_TRANSFER_ACQUIRE) {
        return; /* timeout_ms is 0: there is nothing to wait for */
    }
    signing = transfer->state == HC_TRANSFER_HANDSHAKE && hc_tls_is_signing(connection->tls);
    if (transfer->state != HC_TRANSFER_DIAL && connection->waits == 0 && !signing) {
        return;
    }
    if (transfer->state == HC_TRANSFER_HEAD && transfer->exchange.busy) {
        return;
    }
    wants->timeout_ms = -1;
    hc_wants_add(wants, transfer->wake.reader, HTTPSC_READABLE);
    if (transfer->state == HC_TRANSFER_DIAL) {
        hc_dial_wants(&transfer->dial, wants);
    } else if (signing) {
        hc_wants_within(wants, TRANSFER_ASK_AGAIN_MS);
    } else {
        hc_stream_wants(&connection->stream, connection->waits, wants);
    }
    if (transfer->stage_deadline_us < deadline_us) {
        deadline_us = transfer->stage_deadline_us;
    }
    if (deadline_us != INT64_MAX) {
        hc_wants_within(wants, (deadline_us - now_us + 999) / 1000);
    }
}
