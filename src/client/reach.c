#include "reach.h"

#define REACH_CONTINUE 3 /* a state was left: go on with the next at once */

HC_FN void hc_reach_drop(httpsc_transfer *transfer)
{
    hc_dial_stop(&transfer->dial);
    hc_tunnel_free(transfer->tunnel);
    transfer->tunnel = NULL;
    hc_connection_close(transfer->connection);
    transfer->connection = NULL;
}

/* Dials what the identity says: a Unix socket, connect_to, the proxy, or the URL's host. */
static int reach_start_dial(httpsc_transfer *transfer)
{
    const httpsc_client *client = transfer->client;
    const hc_identity *identity = &transfer->identity;
    httpsc_address addresses[HC_ADDRESSES_MAX];
    size_t num_addresses = 0;
    hc_endpoint to = hc_identity_dialled(identity);

    transfer->reused = 0;
    if (identity->override != NULL) {
        num_addresses = hc_client_overrides(client, identity->override, addresses);
    }
    if (identity->unix_socket != NULL) {
        hc_dial_start_unix(&transfer->dial, &client->hooks, identity->unix_socket);
    } else {
        hc_dial_start(&transfer->dial, &client->hooks, &to.host, to.port, addresses,
                      num_addresses);
    }
    if (transfer->dial.state == HC_DIAL_LOOKUP) {
        hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "looking up %s", transfer->dial.host.text);
    }
    hc_transfer_go(transfer, HC_TRANSFER_DIAL);
    return REACH_CONTINUE;
}

static int reach_acquire(httpsc_transfer *transfer)
{
    long process_id = hc_process_id();
    int native = 0;
    int code = hc_client_enter(transfer->client, process_id, &transfer->turn, &transfer->identity,
                               &transfer->connection, &native);

    if (transfer->process_id == 0) {
        transfer->process_id = process_id;
    }
    if (code == HTTPSC_WANT && !transfer->waits_turn) {
        hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "waiting for a connection to be free");
    }
    transfer->waits_turn = code == HTTPSC_WANT;
    if (code == HTTPSC_WANT) {
        return code;
    }
    if (code != HTTPSC_OK) {
        return hc_fail(&transfer->failure, code, native,
                       code == HTTPSC_ERR_SYSTEM ? "no descriptor to wait with" : NULL);
    }
    if (transfer->connection == NULL) {
        return reach_start_dial(transfer);
    }
    transfer->reused = 1;
    hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "reusing the connection to %s port %d",
             transfer->url.host.text, transfer->url.port);
    if (transfer->connection->tls != NULL && transfer->url.secure) {
        hc_tls_facts(transfer->connection->tls, &transfer->answer->view.tls);
    }
    return HTTPSC_OK;
}

/* Seeds and opens TLS for a new connection of that identity: to the server, or an https proxy. */
HC_APART static int reach_open_tls(httpsc_transfer *transfer, const hc_identity *identity,
                                   hc_tls **out)
{
    httpsc_client *client = transfer->client;
    const httpsc_tls_config *config = identity->tls_config;
    hc_tls_params params;
    int native = 0;
    int code;

    memset(&params, 0, sizeof params);
    params.allocator = &client->allocator;
    params.crypto = &config->crypto;
    params.judge = &config->judge;
    params.host = identity->verify_as != NULL ? identity->verify_as : &identity->host;
    if (identity->shown != NULL) {
        params.identity = identity->shown->tls;
        params.num_identities = identity->shown->num;
    }
    params.min_version = config->min_version;
    params.max_version = config->max_version;
    params.max_record = client->limits.max_record_bytes;
    params.max_sent_record = client->limits.max_sent_record_bytes;
    if (hc_judging_time(&client->hooks, config->judge.ignore_dates, &params.unix_time,
                        &transfer->failure) != HTTPSC_OK) {
        return transfer->failure.code;
    }
    if (hc_hook_random(&client->hooks, params.seed, sizeof params.seed, &native) != HTTPSC_OK) {
        return hc_fail(&transfer->failure, HTTPSC_ERR_ENTROPY, native,
                       "getrandom() or the device /dev/urandom has to give some, or the entropy "
                       "hook");
    }
    params.keylog = HC_HAS_TRACE && (client->hooks.keylog != NULL || client->keylog_path != NULL);
    if (!transfer->without_session) {
        params.session = hc_client_take_session(client, identity);
    }
    transfer->offered_session = params.session != NULL;
    code = hc_tls_open(&params, out, &transfer->failure);
    hc_wipe(&params, sizeof params);
    return code;
}

/* A new connection over a stream, which is taken. */
static int reach_connect(httpsc_transfer *transfer, const hc_identity *identity,
                         hc_stream *stream, hc_connection **out)
{
    hc_tls *tls = NULL;
    int code = identity->tls_config == NULL ? HTTPSC_OK
                                            : reach_open_tls(transfer, identity, &tls);

    if (code != HTTPSC_OK) {
        hc_stream_close(stream);
        return code;
    }
    code = hc_connection_open(&transfer->client->allocator, identity, stream, tls,
                              hc_clock_us(&transfer->client->hooks), out);
    if (code != HTTPSC_OK) {
        return hc_fail(&transfer->failure, code, 0, NULL);
    }
    (*out)->peer = transfer->dial.address;
    return HTTPSC_OK;
}

/* The connection to the server is there: TLS, or the request at once. */
static int reach_connected(httpsc_transfer *transfer)
{
    if (!transfer->url.secure) {
        return HTTPSC_OK;
    }
    hc_transfer_go(transfer, HC_TRANSFER_HANDSHAKE);
    return REACH_CONTINUE;
}

/* The connection to the proxy is there: TLS with it, and then on to the server. */
static int reach_start_tunnel(httpsc_transfer *transfer, hc_stream *stream)
{
    httpsc_client *client = transfer->client;
    hc_identity identity;

    if (transfer->tunnel == NULL) {
        transfer->tunnel = hc_tunnel_open(client, &transfer->identity,
                                          &transfer->credentials[HC_FOR_PROXY], &transfer->tracer);
    }
    if (transfer->tunnel == NULL) {
        hc_stream_close(stream);
        return hc_fail(&transfer->failure, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    hc_client_identify_proxy(client, &transfer->identity, &identity);
    if (reach_connect(transfer, &identity, stream, &transfer->tunnel->connection) != HTTPSC_OK) {
        return transfer->failure.code;
    }
    hc_transfer_go(transfer, HC_TRANSFER_TUNNEL);
    return REACH_CONTINUE;
}

static int reach_dial(httpsc_transfer *transfer)
{
    hc_stream stream = HC_STREAM_NONE;
    hc_dial_state before = transfer->dial.state;
    int code = hc_dial_step(&transfer->dial, &transfer->tracer, &stream, &transfer->failure);

    if (before == HC_DIAL_LOOKUP && transfer->dial.state != HC_DIAL_LOOKUP) {
        transfer->answer->view.timings.resolved_us = hc_transfer_now(transfer);
        transfer->stage_deadline_us = INT64_MAX;
    }
    if (code != HTTPSC_OK) {
        return code;
    }
    transfer->answer->view.timings.connected_us = hc_transfer_now(transfer);
    if (transfer->dial.unix_socket != NULL) {
        hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "connected to %e",
                 transfer->dial.unix_socket);
    } else {
        hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "connected to %s port %d",
                 transfer->dial.host.text, transfer->dial.port);
    }
    if (HC_HAS_PROXY && hc_tunnel_is_needed(&transfer->identity)) {
        return reach_start_tunnel(transfer, &stream);
    }
    if (reach_connect(transfer, &transfer->identity, &stream, &transfer->connection) !=
        HTTPSC_OK) {
        return transfer->failure.code;
    }
    return reach_connected(transfer);
}

static void reach_tell_secrets(httpsc_transfer *transfer, hc_tls *tls)
{
    const httpsc_client *client = transfer->client;
    size_t len = 0;
    const char *lines = hc_tls_keylog(tls, &len);
    int native = 0;

    if (!HC_HAS_TRACE || len == 0) {
        return;
    }
    if (client->hooks.keylog != NULL) {
        client->hooks.keylog(client->hooks.user, lines, len);
    }
    if (client->keylog_path != NULL &&
        hc_file_append(client->keylog_path, lines, len, &native) != HTTPSC_OK) {
        hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE,
                 "the key log %e cannot be written (system code %d)", client->keylog_path, native);
    }
    hc_tls_keylog_done(tls, len);
}

static int reach_handshake_done(httpsc_transfer *transfer)
{
    httpsc_tls_facts *facts = &transfer->answer->view.tls;

    hc_tls_facts(transfer->connection->tls, facts);
    transfer->answer->view.timings.tls_us = hc_transfer_now(transfer);
    hc_trace(&transfer->tracer, HTTPSC_TRACE_TLS, "%s, %s, %s, %s, ALPN %s, %s", facts->version,
             facts->cipher_suite, facts->group != NULL ? facts->group : "no group",
             facts->resumed ? "resumed" : facts->signature_scheme,
             facts->alpn == NULL ? "none" : facts->alpn,
             facts->verified ? "server verified" : "SERVER NOT VERIFIED");
    reach_tell_secrets(transfer, transfer->connection->tls);
    return HTTPSC_OK;
}

/* A handshake that a session may have spoilt is tried once more without one; no byte of the request
 * was sent. */
HC_APART static int reach_retry_without_session(httpsc_transfer *transfer,
                                                const hc_identity *identity)
{
    hc_identity whose = *identity; /* it may go with its connection */
    int code = transfer->failure.code;

    if (!HC_HAS_SESSIONS || !transfer->offered_session || (code != HTTPSC_ERR_TLS_ALERT &&
                                       code != HTTPSC_ERR_TLS_PROTOCOL &&
                                       code != HTTPSC_ERR_TLS_HANDSHAKE)) {
        return code;
    }
    hc_error_clear(&transfer->failure);
    hc_client_drop_sessions(transfer->client, &whose);
    transfer->without_session = 1;
    hc_reach_again(transfer, "the session was of no use: once more");
    return REACH_CONTINUE;
}

/* HTTPSC_OK once TLS is open; else what the step says. */
static int reach_shake_hands(httpsc_transfer *transfer, hc_connection *connection)
{
    while (hc_tls_state_of(connection->tls) != HC_TLS_OPEN) {
        int code = hc_tls_sign(connection->tls, &transfer->failure);

        if (code == HTTPSC_OK && hc_tls_state_of(connection->tls) != HC_TLS_OPEN) {
            code = hc_connection_pump_in(connection, &transfer->failure);
        }
        if (code == HTTPSC_WANT) {
            return code;
        }
        if (code != HTTPSC_OK) {
            reach_tell_secrets(transfer, connection->tls);
            return reach_retry_without_session(transfer, &connection->identity);
        }
    }
    return HTTPSC_OK;
}

static int reach_handshake(httpsc_transfer *transfer)
{
    int code = reach_shake_hands(transfer, transfer->connection);

    return code == HTTPSC_OK ? reach_handshake_done(transfer) : code;
}

/* The proxy has tied its connection to the server: what is left of it carries ours. */
static int reach_leave_tunnel(httpsc_transfer *transfer)
{
    hc_connection *under = transfer->tunnel->connection;
    const hc_identity *identity = &transfer->identity;
    hc_stream stream = HC_STREAM_NONE;
    hc_tls *tls = NULL;
    int code = HTTPSC_OK;

    transfer->answer->view.timings.proxied_us = hc_transfer_now(transfer);
    transfer->tunnel->connection = NULL;
    hc_tunnel_free(transfer->tunnel);
    transfer->tunnel = NULL;
    if (identity->route == HC_ROUTE_FORWARD) {
        under->identity = *identity;
        transfer->connection = under;
        return HTTPSC_OK;
    }
    if (hc_connection_give_stream(under, &stream)) {
        code = reach_connect(transfer, identity, &stream, &transfer->connection);
        return code == HTTPSC_OK ? reach_connected(transfer) : code;
    }
    if (identity->tls_config != NULL) {
        code = reach_open_tls(transfer, identity, &tls);
    }
    if (code != HTTPSC_OK) {
        hc_connection_close(under);
        return code;
    }
    code = hc_connection_open_over(under, identity, tls, hc_clock_us(&transfer->client->hooks),
                                   &transfer->connection);
    return code == HTTPSC_OK ? reach_connected(transfer)
                             : hc_fail(&transfer->failure, code, 0, NULL);
}

static int reach_tunnel(httpsc_transfer *transfer)
{
    hc_tunnel *tunnel = transfer->tunnel;
    int code = HTTPSC_OK;

    if (tunnel->state == HC_TUNNEL_IDLE) {
        if (tunnel->connection->tls != NULL) {
            code = reach_shake_hands(transfer, tunnel->connection);
            if (code != HTTPSC_OK) {
                return code;
            }
            reach_tell_secrets(transfer, tunnel->connection->tls);
        }
        if (transfer->identity.route == HC_ROUTE_FORWARD) {
            return reach_leave_tunnel(transfer);
        }
        code = hc_tunnel_begin(tunnel, &transfer->failure);
    }
    if (code == HTTPSC_OK) {
        code = hc_tunnel_step(tunnel, &transfer->failure);
    }
    if (code == HC_TUNNEL_AGAIN) {
        return reach_start_dial(transfer);
    }
    return code == HTTPSC_OK ? reach_leave_tunnel(transfer) : code;
}

HC_FN void hc_reach_again(httpsc_transfer *transfer, const char *why)
{
    hc_reach_drop(transfer);
    hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "%s", why);
    (void)reach_start_dial(transfer);
}

HC_FN int hc_reach_step(httpsc_transfer *transfer)
{
    int code;

    do {
        switch (transfer->state) {
        case HC_TRANSFER_ACQUIRE:
            code = reach_acquire(transfer);
            break;
        case HC_TRANSFER_DIAL:
            code = reach_dial(transfer);
            break;
        case HC_TRANSFER_TUNNEL:
            code = HC_HAS_PROXY ? reach_tunnel(transfer) : HTTPSC_OK;
            break;
        default:
            code = reach_handshake(transfer);
            break;
        }
    } while (code == REACH_CONTINUE);
    return code;
}
