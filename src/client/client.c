#include "client.h"

HC_FN void hc_tls_config_release(httpsc_tls_config *config)
{
    httpsc_allocator allocator;

    if (config == NULL || hc_atomic_add(&config->holds, -1) > 0) {
        return;
    }
    allocator = config->allocator;
    hc_anchors_free(&config->judge.anchors);
    if (config->is_file_open) {
        hc_file_close(&config->file);
    }
    hc_crls_free(&config->judge.crls);
    hc_client_certs_free(&config->client_certs, &allocator);
    hc_free(&allocator, config->judge.pins, config->judge.num_pins * HC_PIN_LEN);
    hc_free_text(&allocator, config->path);
    hc_free(&allocator, config, sizeof *config);
}

HC_FN void hc_client_hold(httpsc_client *client)
{
    (void)hc_atomic_add(&client->holds, 1);
}

HC_FN void hc_client_release(httpsc_client *client)
{
    httpsc_allocator allocator;

    if (client == NULL || hc_atomic_add(&client->holds, -1) > 0) {
        return;
    }
    allocator = client->allocator;
    hc_tls_config_release(client->tls_config);
    hc_tls_config_release(client->proxy_tls);
    if (HC_HAS_PROXY) {
        hc_proxies_free(&client->proxies, &allocator);
    }
    hc_free(&allocator, client->overrides, client->num_overrides * sizeof *client->overrides);
    hc_free_text(&allocator, client->unix_socket);
    hc_turns_forget(&client->turns, &allocator);
    hc_free_text(&allocator, client->user_agent);
    hc_free_text(&allocator, client->keylog_path);
    hc_free(&allocator, client->connect_to, sizeof *client->connect_to);
    hc_free(&allocator, client->verify_as, sizeof *client->verify_as);
    hc_wake_close(&client->spare_wake);
    hc_sessions_drop(&client->sessions, &allocator, NULL);
    if (HC_HAS_COOKIES) {
        hc_cookie_jar_free(&client->jar);
    }
    hc_mutex_close(&client->lock);
    hc_free(&allocator, client, sizeof *client);
    hc_platform_close();
}

/* Under the lock: what a fork left here belongs to the parent, which goes on using it. */
static hc_connection *client_foreign_connections(httpsc_client *client, long process_id)
{
    if (process_id == client->process_id) {
        return NULL;
    }
    client->process_id = process_id;
    hc_wake_close(&client->spare_wake);
    hc_turns_forget(&client->turns, &client->allocator);
    hc_sessions_drop(&client->sessions, &client->allocator, NULL);
    return hc_pool_empty(&client->pool);
}

/* The first override for the host and port that are dialled. */
static const hc_override *client_override(const httpsc_client *client, const hc_host *host,
                                          int port)
{
    for (size_t i = 0; i < client->num_overrides; i++) {
        const hc_override *one = &client->overrides[i];

        if (one->endpoint.port == port && strcmp(one->endpoint.host.text, host->text) == 0) {
            return one;
        }
    }
    return NULL;
}

HC_FN size_t hc_client_overrides(const httpsc_client *client, const hc_override *override,
                                 httpsc_address addresses[HC_ADDRESSES_MAX])
{
    size_t num = 0;

    for (size_t i = 0; i < client->num_overrides && num < HC_ADDRESSES_MAX; i++) {
        const hc_override *one = &client->overrides[i];

        if (one->endpoint.port == override->endpoint.port &&
            strcmp(one->endpoint.host.text, override->endpoint.host.text) == 0) {
            addresses[num++] = one->address;
        }
    }
    return num;
}

HC_FN void hc_client_identify(const httpsc_client *client, int secure, const hc_host *host,
                              int port, int left_origin, hc_identity *out)
{
    hc_endpoint to;

    memset(out, 0, sizeof *out);
    out->secure = secure;
    out->port = port;
    out->host = *host;
    out->verify_as = client->verify_as;
    out->connect_to = client->connect_to;
    out->unix_socket = client->unix_socket;
    if (secure) {
        out->tls_config = client->tls_config;
        out->shown = hc_client_certs_for(&client->tls_config->client_certs, left_origin, out);
    }
    if (HC_HAS_PROXY) {
        hc_proxies_route(&client->proxies, out);
    }
    to = hc_identity_dialled(out);
    out->override = client_override(client, &to.host, to.port);
}

HC_FN void hc_client_identify_proxy(const httpsc_client *client, const hc_identity *identity,
                                    hc_identity *out)
{
    *out = *identity;
    out->secure = identity->proxy->kind == HC_PROXY_HTTPS;
    out->host = identity->proxy->host;
    out->port = identity->proxy->port;
    out->verify_as = NULL;
    out->tls_config = out->secure ? client->proxy_tls : NULL;
    out->shown = NULL; /* who the client is for servers is none of the proxy's business */
    if (out->secure && client->proxy_tls != client->tls_config) {
        out->shown = hc_client_certs_for(&client->proxy_tls->client_certs, 0, out);
    }
    out->route = HC_ROUTE_DIRECT;
    out->for_proxy = 1;
}

HC_FN hc_session *hc_client_take_session(httpsc_client *client, const hc_identity *identity)
{
    hc_session *session;

    if (!HC_HAS_SESSIONS) {
        return NULL;
    }
    hc_mutex_lock(&client->lock);
    session = hc_sessions_take(&client->sessions, &client->allocator, identity);
    hc_mutex_unlock(&client->lock);
    return session;
}

HC_FN void hc_client_keep_sessions(httpsc_client *client, hc_connection *connection)
{
    hc_session *session;
    int64_t now = 0;

    if (!HC_HAS_SESSIONS || hc_now(&client->hooks, &now) != HTTPSC_OK) {
        return;
    }
    for (; connection != NULL; connection = connection->under) {
        hc_identity whose = connection->identity;

        if (connection->tls != NULL && !whose.secure) { /* http:// by way of an https proxy */
            hc_client_identify_proxy(client, &connection->identity, &whose);
        }
        while (connection->tls != NULL &&
               (session = hc_tls_take_session(connection->tls, now)) != NULL) {
            hc_mutex_lock(&client->lock);
            hc_sessions_put(&client->sessions, &client->allocator, &whose, session);
            hc_mutex_unlock(&client->lock);
        }
    }
}

HC_FN void hc_client_drop_sessions(httpsc_client *client, const hc_identity *identity)
{
    hc_mutex_lock(&client->lock);
    hc_sessions_drop(&client->sessions, &client->allocator, identity);
    hc_mutex_unlock(&client->lock);
}

HC_FN void hc_client_take_sessions(httpsc_client *client, hc_sessions *out)
{
    hc_connection *foreign;

    hc_mutex_lock(&client->lock);
    foreign = client_foreign_connections(client, hc_process_id());
    *out = client->sessions;
    client->sessions.first = NULL;
    hc_mutex_unlock(&client->lock);
    hc_pool_close_list(foreign, 1);
}

HC_FN void hc_client_add_sessions(httpsc_client *client, hc_sessions *sessions)
{
    hc_connection *foreign;

    hc_mutex_lock(&client->lock);
    foreign = client_foreign_connections(client, hc_process_id());
    hc_sessions_join(&client->sessions, &client->allocator, sessions);
    hc_mutex_unlock(&client->lock);
    hc_pool_close_list(foreign, 1);
}

/* Without a clock all cookies are of one time, and live as long as the client. */
static int64_t client_cookie_time(const httpsc_client *client)
{
    int64_t now = 0;

    return hc_now(&client->hooks, &now) == HTTPSC_OK ? now : 0;
}

HC_FN int hc_client_take_cookies(httpsc_client *client, const hc_url *url,
                                 const httpsc_field *fields, size_t num_fields,
                                 httpsc_error *error)
{
    int64_t now = client_cookie_time(client);
    int code;

    if (!HC_HAS_COOKIES) {
        return HTTPSC_OK;
    }
    hc_mutex_lock(&client->lock);
    code = hc_cookie_jar_take(&client->jar, url, fields, num_fields, now, error);
    hc_mutex_unlock(&client->lock);
    return code;
}

HC_FN int hc_client_add_cookies(httpsc_client *client, const hc_url *url, hc_buffer *out,
                                httpsc_error *error)
{
    int64_t now = client_cookie_time(client);
    int code;

    if (!HC_HAS_COOKIES) {
        return HTTPSC_OK;
    }
    hc_mutex_lock(&client->lock);
    code = hc_cookie_jar_header(&client->jar, url, now, out, error);
    hc_mutex_unlock(&client->lock);
    return code;
}

HC_FN int hc_client_write_cookies(httpsc_client *client, hc_buffer *out, httpsc_error *error)
{
    int64_t now = client_cookie_time(client);
    int code;

    if (!HC_HAS_COOKIES) {
        return hc_left_out(error, "HTTPSC_NO_COOKIES");
    }
    hc_mutex_lock(&client->lock);
    code = hc_cookie_jar_save(&client->jar, now, out, error);
    hc_mutex_unlock(&client->lock);
    return code;
}

HC_FN int hc_client_read_cookies(httpsc_client *client, httpsc_bytes text, httpsc_error *error)
{
    int64_t now = client_cookie_time(client);
    int code;

    if (!HC_HAS_COOKIES) {
        return hc_left_out(error, "HTTPSC_NO_COOKIES");
    }
    hc_mutex_lock(&client->lock);
    code = hc_cookie_jar_load(&client->jar, text, now, error);
    hc_mutex_unlock(&client->lock);
    return code;
}

HC_FN int hc_client_take_wake(httpsc_client *client, long process_id, hc_wake *out, int *native)
{
    static const hc_wake none = HC_WAKE_NONE;
    hc_connection *foreign;

    hc_mutex_lock(&client->lock);
    foreign = client_foreign_connections(client, process_id);
    *out = client->spare_wake;
    client->spare_wake = none;
    hc_mutex_unlock(&client->lock);
    hc_pool_close_list(foreign, 1);
    return out->reader != HC_SOCKET_NONE ? HTTPSC_OK : hc_wake_open(out, native);
}

HC_FN void hc_client_keep_wake(httpsc_client *client, hc_wake *wake)
{
    hc_wake old;

    hc_mutex_lock(&client->lock);
    old = client->spare_wake;
    client->spare_wake = *wake;
    hc_mutex_unlock(&client->lock);
    hc_wake_close(&old);
}

HC_FN hc_connection *hc_client_take_connection(httpsc_client *client, long process_id,
                                               const hc_identity *identity)
{
    hc_connection *connection;
    hc_connection *foreign;
    hc_connection *old;

    do {
        int64_t now_us = hc_clock_us(&client->hooks); /* a hook may use the client: not locked */

        old = NULL;
        hc_mutex_lock(&client->lock);
        foreign = client_foreign_connections(client, process_id);
        connection = hc_pool_take(&client->pool, identity, now_us, &old);
        hc_mutex_unlock(&client->lock);
        hc_pool_close_list(foreign, 1);
        hc_pool_close_list(old, 0);
        if (connection != NULL && hc_connection_is_reusable(connection)) {
            connection->idle_us = 0;
            return connection;
        }
        hc_connection_close(connection);
    } while (connection != NULL);
    return NULL;
}

HC_FN int hc_client_enter(httpsc_client *client, long process_id, hc_turn *turn,
                          const hc_identity *identity, hc_connection **out, int *native)
{
    hc_connection *foreign;
    hc_connection *old = NULL;
    int code;

    hc_mutex_lock(&client->lock);
    foreign = client_foreign_connections(client, process_id);
    if (turn->state != HC_TURN_NONE && turn->epoch == client->turns.epoch &&
        !hc_identity_equal(&turn->host->identity, identity)) {
        hc_turns_leave(&client->turns, &client->allocator, turn);
    }
    code = hc_turns_enter(&client->turns, &client->allocator, turn, identity, native);
    hc_mutex_unlock(&client->lock);
    hc_pool_close_list(foreign, 1);
    if (code != HTTPSC_OK) {
        return code;
    }
    hc_wake_close(&turn->wake);
    *out = hc_client_take_connection(client, process_id, identity);
    if (*out == NULL) { /* one will be opened: those in use and those kept share one maximum */
        hc_mutex_lock(&client->lock);
        hc_pool_shrink(&client->pool, client->turns.max - client->turns.num_granted, &old);
        hc_mutex_unlock(&client->lock);
        hc_pool_close_list(old, 0);
    }
    return HTTPSC_OK;
}

HC_FN void hc_client_leave(httpsc_client *client, hc_turn *turn)
{
    hc_connection *foreign = NULL;

    if (turn->host == NULL && turn->wake.reader == HC_SOCKET_NONE) {
        return; /* nobody else knows of it */
    }
    hc_mutex_lock(&client->lock);
    if (client->turns.first != NULL) { /* who waits is woken, and may be the parent's */
        foreign = client_foreign_connections(client, hc_process_id());
    }
    hc_turns_leave(&client->turns, &client->allocator, turn);
    hc_mutex_unlock(&client->lock);
    hc_pool_close_list(foreign, 1);
}

HC_FN void hc_client_keep_connection(httpsc_client *client, hc_connection *connection)
{
    int64_t now_us = hc_clock_us(&client->hooks);
    hc_connection *old = NULL;

    hc_mutex_lock(&client->lock);
    hc_pool_put(&client->pool, connection, now_us, &old);
    hc_mutex_unlock(&client->lock);
    hc_pool_close_list(old, 0);
}

HC_FN void hc_client_shut(httpsc_client *client)
{
    hc_connection *foreign;
    hc_connection *list;

    hc_mutex_lock(&client->lock);
    client->pool.closed = 1;
    foreign = client_foreign_connections(client, hc_process_id());
    list = hc_pool_empty(&client->pool);
    hc_mutex_unlock(&client->lock);
    hc_pool_close_list(foreign, 1);
    hc_pool_close_list(list, 0);
}
