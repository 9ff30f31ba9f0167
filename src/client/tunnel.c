#include "tunnel.h"

HC_FN int hc_tunnel_is_needed(const hc_identity *identity)
{
    return identity->proxy != NULL &&
           (identity->route != HC_ROUTE_FORWARD || identity->proxy->kind == HC_PROXY_HTTPS);
}

HC_FN hc_tunnel *hc_tunnel_open(httpsc_client *client, const hc_identity *identity,
                                hc_credentials *credentials, const hc_tracer *tracer)
{
    hc_tunnel *tunnel = hc_alloc(&client->allocator, sizeof *tunnel);

    if (tunnel != NULL) {
        tunnel->client = client;
        tunnel->identity = identity;
        tunnel->credentials = credentials;
        tunnel->tracer = tracer;
        hc_proxy_describe(identity->proxy, tunnel->name);
        hc_buffer_init(&tunnel->request, &client->allocator,
                       client->limits.max_request_head_bytes);
    }
    return tunnel;
}

HC_FN void hc_tunnel_free(hc_tunnel *tunnel)
{
    if (!HC_HAS_PROXY) {
        return; /* there is none */
    }
    if (tunnel != NULL) {
        hc_connection_close(tunnel->connection);
        hc_buffer_free(&tunnel->request);
        hc_connect_answer_free(&tunnel->answer);
        hc_free_secret(&tunnel->client->allocator, tunnel, sizeof *tunnel);
    }
}

/* ---- what goes out ---- */

/* Hands on as much as the connection takes: HTTPSC_OK when all is out, HTTPSC_WANT, or an error. */
static int tunnel_send(hc_tunnel *tunnel, httpsc_error *error)
{
    for (;;) {
        hc_cursor left = tunnel->state == HC_TUNNEL_SOCKS5
                             ? hc_socks5_output(&tunnel->socks)
                             : hc_cursor_over(tunnel->request.ptr + tunnel->num_sent,
                                              tunnel->request.len - tunnel->num_sent);
        size_t room = 0;
        unsigned char *place = hc_connection_write_space(tunnel->connection, &room);
        size_t len = hc_min(hc_cursor_left(&left), room);
        uint64_t num_moved = tunnel->connection->num_moved;
        int code;

        if (len > 0) {
            memcpy(place, left.at, len);
            hc_connection_write(tunnel->connection, len);
            if (tunnel->state == HC_TUNNEL_SOCKS5) {
                hc_socks5_sent(&tunnel->socks, len);
            } else {
                tunnel->num_sent += len;
            }
        }
        code = hc_connection_pump_out(tunnel->connection, error);
        if (code != HTTPSC_OK || len == hc_cursor_left(&left)) {
            return code;
        }
        if (len == 0 && tunnel->connection->num_moved == num_moved) {
            return hc_fail(error, HTTPSC_ERR_CONNECTION_LOST, 0, "%s takes nothing more",
                           tunnel->name);
        }
    }
}

/* ---- CONNECT ---- */

static int tunnel_write_request(hc_tunnel *tunnel, httpsc_error *error)
{
    const hc_identity *identity = tunnel->identity;
    size_t max = tunnel->client->limits.max_request_head_bytes;
    hc_buffer target;
    hc_buffer value;
    hc_buffer_result result;

    hc_buffer_init(&target, &tunnel->client->allocator, HC_HOST_MAX + 16);
    hc_buffer_init(&value, &tunnel->client->allocator, SIZE_MAX);
    hc_buffer_free(&tunnel->request);
    hc_buffer_init(&tunnel->request, &tunnel->client->allocator, max);
    tunnel->num_sent = 0;
    result = hc_connect_add_authority(&identity->host, identity->port, &target);
    if (result == HC_BUFFER_OK && tunnel->credentials->kind != HTTPSC_AUTH_NONE &&
        hc_credentials_add(tunnel->credentials, &tunnel->client->hooks, "CONNECT",
                           hc_cursor_over(target.ptr, target.len), &value, error) != HTTPSC_OK) {
        goto done;
    }
    if (result == HC_BUFFER_OK) {
        result = hc_connect_write(&identity->host, identity->port,
                                  value.len > 0 ? (const char *)value.ptr : NULL,
                                  &tunnel->request);
    }
    if (result == HC_BUFFER_FULL) {
        (void)hc_fail(error, HTTPSC_ERR_LIMIT_REQUEST_HEAD, 0, "of CONNECT, with credentials");
    } else if (result != HC_BUFFER_OK) {
        (void)hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    } else {
        hc_trace_request(tunnel->tracer,
                         hc_cursor_over(tunnel->request.ptr, tunnel->request.len));
    }
done:
    hc_buffer_free(&target);
    hc_buffer_free(&value);
    return error->code;
}

static int tunnel_connect(hc_tunnel *tunnel, httpsc_error *error)
{
    const httpsc_limits *limits = &tunnel->client->limits;

    hc_connect_answer_free(&tunnel->answer);
    hc_connect_answer_init(&tunnel->answer, &tunnel->client->allocator, limits,
                           limits->max_proxy_head_bytes);
    tunnel->state = HC_TUNNEL_CONNECT;
    return tunnel_write_request(tunnel, error);
}

HC_FN int hc_tunnel_begin(hc_tunnel *tunnel, httpsc_error *error)
{
    const hc_identity *identity = tunnel->identity;
    const hc_proxy *proxy = identity->proxy;

    if (identity->route == HC_ROUTE_SOCKS5) {
        tunnel->state = HC_TUNNEL_SOCKS5;
        return hc_socks5_start(&tunnel->socks, identity->host.text, &identity->host.address,
                               identity->port, proxy->user, proxy->password, error);
    }
    return tunnel_connect(tunnel, error);
}

/* ---- 407 ---- */

/* What the proxy asks for, where it is more than was tried: HTTPSC_OK, or ERR_PROXY_CREDENTIALS. */
static int tunnel_take_challenge(hc_tunnel *tunnel, httpsc_error *error)
{
    const hc_credentials *credentials = tunnel->credentials;
    int answerable = 0;
    int was_sent = credentials->kind == HTTPSC_AUTH_BASIC || credentials->tried != 0;

    if (credentials->kind == HTTPSC_AUTH_NONE) {
        return hc_fail(error, HTTPSC_ERR_PROXY_CREDENTIALS, 0, "%s wants some, and none were given",
                       tunnel->name);
    }
    (void)hc_credentials_challenged(tunnel->credentials, &tunnel->answer.response,
                                    "Proxy-Authenticate", &answerable, error);
    if (error->code == HTTPSC_OK && !answerable) {
        return hc_fail(error, HTTPSC_ERR_PROXY_CREDENTIALS, 0,
                       was_sent ? "%s refused user name and password"
                                : "%s asks for none that proxy_auth allows",
                       tunnel->name);
    }
    return error->code;
}

/* ---- what comes in ---- */

/* Another connection: this one cannot carry the request again. */
static int tunnel_again(hc_tunnel *tunnel)
{
    hc_connection_close(tunnel->connection);
    tunnel->connection = NULL;
    tunnel->state = HC_TUNNEL_IDLE;
    return HC_TUNNEL_AGAIN;
}

/* What the bytes received mean. HTTPSC_WANT: more are needed, or something is to be sent. */
static int tunnel_take(hc_tunnel *tunnel, hc_cursor *bytes, httpsc_error *error)
{
    int code;

    if (tunnel->state == HC_TUNNEL_SOCKS5) {
        code = hc_socks5_read(&tunnel->socks, bytes, tunnel->name, error);
        if (code == HTTPSC_OK && hc_cursor_left(bytes) > 0) {
            code = hc_fail(error, HTTPSC_ERR_PROXY_RESPONSE, 0,
                           "%s sent more than its answer, before the server was spoken to",
                           tunnel->name);
        }
        return code;
    }
    if (tunnel->state == HC_TUNNEL_CONNECT) {
        code = hc_connect_answer_read(&tunnel->answer, bytes, tunnel->name, error);
        if (code == HTTPSC_OK) {
            hc_trace(tunnel->tracer, HTTPSC_TRACE_STAGE, "%s answered %d", tunnel->name,
                     tunnel->answer.response.status);
        }
        if (code != HTTPSC_OK || tunnel->answer.response.status != 407) {
            return code;
        }
        code = tunnel_take_challenge(tunnel, error);
        if (code != HTTPSC_OK) {
            return code;
        }
        tunnel->state = HC_TUNNEL_DRAIN;
    }
    code = hc_connect_answer_drain(&tunnel->answer, bytes);
    if (code == HTTPSC_OK) {
        code = tunnel_connect(tunnel, error);
        return code == HTTPSC_OK ? HTTPSC_WANT : code;
    }
    return code == HTTPSC_WANT ? code : tunnel_again(tunnel);
}

HC_FN int hc_tunnel_step(hc_tunnel *tunnel, httpsc_error *error)
{
    for (;;) {
        hc_connection *connection = tunnel->connection;
        size_t len = 0;
        const unsigned char *data;
        hc_cursor bytes;
        int clean = 0;
        int code = tunnel_send(tunnel, error);

        if (code != HTTPSC_OK && code != HTTPSC_WANT) {
            return code;
        }
        data = hc_connection_read(connection, &len);
        bytes = hc_cursor_over(data, len);
        if (len > 0) {
            code = tunnel_take(tunnel, &bytes, error);
            if (code == HC_TUNNEL_AGAIN) {
                return code; /* with the connection, its bytes are gone */
            }
            hc_connection_read_done(connection, len - hc_cursor_left(&bytes));
            if (code != HTTPSC_WANT) {
                return code;
            }
            continue;
        }
        if (hc_connection_at_end(connection, &clean)) {
            return tunnel->state == HC_TUNNEL_DRAIN
                       ? tunnel_again(tunnel)
                       : hc_fail(error, HTTPSC_ERR_PROXY_RESPONSE, 0,
                                 "%s ended the connection without an answer", tunnel->name);
        }
        code = hc_connection_pump_in(connection, error);
        if (code != HTTPSC_OK) {
            return code;
        }
    }
}
