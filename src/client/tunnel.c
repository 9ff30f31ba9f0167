#include "tunnel.h"

HC_FN int hc_tunnel_is_needed(const hc_identity *identity)
{
    return identity->proxy != NULL &&
           (identity->route != HC_ROUTE_FORWARD || identity->proxy->kind == HC_PROXY_HTTPS);
}

HC_FN hc_tunnel *hc_tunnel_open(httpsc_client *client, const hc_identity *identity,
                                const hc_tracer *tracer)
{
    hc_tunnel *tunnel = hc_alloc(&client->allocator, sizeof *tunnel);

    if (tunnel != NULL) {
        tunnel->client = client;
        tunnel->identity = identity;
        tunnel->tracer = tracer;
        hc_proxy_describe(identity->proxy, tunnel->name);
        hc_buffer_init(&tunnel->request, &client->allocator,
                       client->limits.max_request_head_bytes);
    }
    return tunnel;
}

HC_FN void hc_tunnel_free(hc_tunnel *tunnel)
{
    if (tunnel != NULL) {
        hc_connection_close(tunnel->connection);
        hc_buffer_free(&tunnel->request);
        hc_connect_answer_free(&tunnel->answer);
        hc_challenge_free(&tunnel->challenge);
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
        if (len == 0) {
            return hc_fail(error, HTTPSC_ERR_CONNECTION_LOST, 0, "%s takes nothing more",
                           tunnel->name);
        }
    }
}

/* ---- CONNECT ---- */

/* The credentials that go with the next request: none, Basic, or the answer to a challenge. */
static int tunnel_add_credentials(hc_tunnel *tunnel, hc_buffer *out, httpsc_error *error)
{
    const hc_proxy *proxy = tunnel->identity->proxy;
    unsigned char random[HC_CNONCE_BYTES];
    hc_buffer target;
    int native = 0;
    int code;

    if (proxy->user == NULL) {
        return HTTPSC_OK;
    }
    if (tunnel->challenge.kind == 0 &&
        (proxy->auth == HTTPSC_AUTH_DIGEST || proxy->auth == HTTPSC_AUTH_ANY)) {
        return HTTPSC_OK;
    }
    if (tunnel->challenge.kind != HC_AUTH_DIGEST) {
        tunnel->tried |= HC_AUTH_BASIC;
        return hc_basic_add(proxy->user, proxy->password, out, error);
    }
    if (hc_hook_random(&tunnel->client->hooks, random, sizeof random, &native) != HTTPSC_OK) {
        return hc_fail(error, HTTPSC_ERR_ENTROPY, native, NULL);
    }
    hc_buffer_init(&target, &tunnel->client->allocator, HC_HOST_MAX + 16);
    if (hc_connect_add_authority(&tunnel->identity->host, tunnel->identity->port, &target) !=
        HC_BUFFER_OK) {
        code = hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    } else {
        code = hc_digest_add(&tunnel->challenge, proxy->user, proxy->password,
                             hc_cursor_over("CONNECT", 7), hc_cursor_over(target.ptr, target.len),
                             random, out, error);
    }
    hc_buffer_free(&target);
    tunnel->tried |= HC_AUTH_DIGEST;
    return code;
}

static int tunnel_write_request(hc_tunnel *tunnel, httpsc_error *error)
{
    const hc_identity *identity = tunnel->identity;
    hc_buffer credentials;
    hc_buffer_result result = HC_BUFFER_OK;
    int code;

    hc_buffer_init(&credentials, &tunnel->client->allocator,
                   tunnel->client->limits.max_request_head_bytes);
    code = tunnel_add_credentials(tunnel, &credentials, error);
    if (code == HTTPSC_OK && credentials.len > 0) {
        result = hc_buffer_add(&credentials, "", 1);
    }
    if (code == HTTPSC_OK && result == HC_BUFFER_OK) {
        hc_buffer_free(&tunnel->request);
        tunnel->num_sent = 0;
        result = hc_connect_write(&identity->host, identity->port,
                                  credentials.len > 0 ? (const char *)credentials.ptr : NULL,
                                  &tunnel->request);
    }
    hc_buffer_free(&credentials);
    if (code == HTTPSC_OK && result == HC_BUFFER_OK) {
        hc_trace_request(tunnel->tracer,
                         hc_cursor_over(tunnel->request.ptr, tunnel->request.len));
    }
    if (code == HTTPSC_OK && result != HC_BUFFER_OK) {
        code = result == HC_BUFFER_MEMORY
                   ? hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL)
                   : hc_fail(error, HTTPSC_ERR_LIMIT_REQUEST_HEAD, 0, "of CONNECT, with credentials");
    }
    return code;
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

/* The fields of the answer, for as long as nothing more of it is read. */
static httpsc_field *tunnel_fields(const hc_tunnel *tunnel, size_t *size)
{
    const hc_response *response = &tunnel->answer.response;
    httpsc_field *fields = NULL;

    if (hc_mul(response->num_fields, sizeof *fields, size)) {
        fields = hc_alloc(&tunnel->client->allocator, *size);
    }
    for (size_t i = 0; fields != NULL && i < response->num_fields; i++) {
        fields[i] = hc_response_field(response, i);
    }
    return fields;
}

/* What the proxy asks for, where it is more than was tried: HTTPSC_OK, or ERR_PROXY_CREDENTIALS. */
static int tunnel_take_challenge(hc_tunnel *tunnel, httpsc_error *error)
{
    const hc_proxy *proxy = tunnel->identity->proxy;
    size_t num_fields = tunnel->answer.response.num_fields;
    unsigned allowed = proxy->auth == HTTPSC_AUTH_DIGEST ? (unsigned)HC_AUTH_DIGEST
                       : proxy->auth == HTTPSC_AUTH_ANY  ? (unsigned)HC_AUTH_DIGEST | HC_AUTH_BASIC
                                                         : (unsigned)HC_AUTH_BASIC;
    httpsc_field *fields;
    size_t size = 0;
    int code;

    if (proxy->user == NULL) {
        return hc_fail(error, HTTPSC_ERR_PROXY_CREDENTIALS, 0, "%s wants some, and none were given",
                       tunnel->name);
    }
    fields = tunnel_fields(tunnel, &size);
    if (fields == NULL && num_fields > 0) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    hc_challenge_free(&tunnel->challenge);
    code = hc_challenge_choose(&tunnel->challenge, &tunnel->client->allocator, fields, num_fields,
                               "Proxy-Authenticate", allowed, error);
    hc_free(&tunnel->client->allocator, fields, size);
    if (code != HTTPSC_OK) {
        return code;
    }
    if (tunnel->challenge.kind == 0) {
        return hc_fail(error, HTTPSC_ERR_PROXY_CREDENTIALS, 0,
                       "%s asks for none that proxy_auth allows", tunnel->name);
    }
    if ((tunnel->tried & tunnel->challenge.kind) != 0) {
        if (!tunnel->challenge.stale || tunnel->tried_stale) {
            return hc_fail(error, HTTPSC_ERR_PROXY_CREDENTIALS, 0,
                           "%s refused user name and password", tunnel->name);
        }
        tunnel->tried_stale = 1;
    }
    return HTTPSC_OK;
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
