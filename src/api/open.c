/* Opening and closing a client. */
#include "../base/arena.h"
#include "../client/client.h"
#include "../http/field.h"
#include "defaults.h"

static int open_check_hooks(const httpsc_hooks *hooks, httpsc_error *error)
{
    const httpsc_transport *transport = &hooks->transport;
    int any = transport->open != NULL || transport->send != NULL || transport->recv != NULL ||
              transport->close != NULL;
    int all = transport->open != NULL && transport->send != NULL && transport->recv != NULL &&
              transport->close != NULL;

    if (any && !all) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       "a transport needs open, send, recv and close");
    }
    if (any && hooks->may_connect != NULL) { /* never asked, it would guard nothing */
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       "with a transport there is no address to ask may_connect for");
    }
#ifdef HTTPSC_BARE
    if (!all || hooks->now == NULL || hooks->monotonic_us == NULL || hooks->entropy == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       "without a system, transport, now, monotonic_us and entropy are needed");
    }
#endif
    return HTTPSC_OK;
}

/* What the build has not. */
static int open_check_build(const httpsc_options *options, httpsc_error *error)
{
    if (!HC_HAS_COOKIES && options->cookies) {
        return hc_left_out(error, "HTTPSC_NO_COOKIES");
    }
    if (!HC_HAS_TRACE && (options->hooks.trace != NULL || options->hooks.keylog != NULL)) {
        return hc_left_out(error, "HTTPSC_NO_TRACE");
    }
    if (!HC_HAS_DIGEST && (options->proxy_auth == HTTPSC_AUTH_DIGEST ||
                           options->proxy_auth == HTTPSC_AUTH_ANY)) {
        return hc_left_out(error, "HTTPSC_NO_DIGEST");
    }
    if (!HC_HAS_PROXY && options->proxy != NULL && *options->proxy != '\0') {
        return hc_left_out(error, "HTTPSC_NO_PROXY");
    }
    return HTTPSC_OK;
}

static int open_check_limits(const httpsc_limits *limits, httpsc_error *error)
{
    if (limits->max_record_bytes < 512 || limits->max_record_bytes > 16384) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "max_record_bytes is 512 to 16384");
    }
    if (limits->max_sent_record_bytes < 512 || limits->max_sent_record_bytes > 16384) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "max_sent_record_bytes is 512 to 16384");
    }
    return HTTPSC_OK;
}

static int open_user_agent(httpsc_client *client, const char *user_agent, httpsc_error *error)
{
    if (user_agent == NULL) {
        user_agent = hc_default_user_agent();
    }
    if (!hc_is_field_text(hc_cursor_over(user_agent, strlen(user_agent)))) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "control character in user_agent");
    }
    client->user_agent = hc_copy_text(&client->allocator, user_agent);
    return client->user_agent == NULL ? hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL) : HTTPSC_OK;
}

static int open_connect_to(httpsc_client *client, const char *connect_to, httpsc_error *error)
{
    if (connect_to == NULL) {
        return HTTPSC_OK;
    }
    client->connect_to = hc_alloc(&client->allocator, sizeof *client->connect_to);
    if (client->connect_to == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    if (!hc_host_port_parse(&client->connect_to->host, &client->connect_to->port, connect_to)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "connect_to is not HOST:PORT: %e",
                       connect_to);
    }
    return HTTPSC_OK;
}

static int open_verify_as(httpsc_client *client, const char *verify_as, httpsc_error *error)
{
    if (verify_as == NULL) {
        return HTTPSC_OK;
    }
    client->verify_as = hc_alloc(&client->allocator, sizeof *client->verify_as);
    if (client->verify_as == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    if (!hc_host_parse(client->verify_as, verify_as, strlen(verify_as)) ||
        strcmp(client->verify_as->text, ".") == 0) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       "verify_as is neither a host name nor an IP address: %e", verify_as);
    }
    return HTTPSC_OK;
}

static int open_keylog(httpsc_client *client, httpsc_error *error)
{
    return hc_environment("SSLKEYLOGFILE", &client->allocator, &client->keylog_path) == HTTPSC_OK
               ? HTTPSC_OK
               : hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
}

/* "HOST:PORT:ADDR", both ends with brackets around IPv6. 1 when it is well formed. */
static int open_override(hc_override *override, const char *text)
{
    char place[HC_HOST_MAX + sizeof "[]:65535"];
    hc_text endpoint = hc_text_in(place, sizeof place);
    const char *port = *text == '[' ? strstr(text, "]:") : strchr(text, ':');
    const char *behind = port == NULL ? NULL : strchr(port + (*text == '[' ? 2 : 1), ':');
    hc_host address;

    if (behind == NULL) {
        return 0;
    }
    hc_text_add_bytes(&endpoint, text, (size_t)(behind - text));
    if (endpoint.cut ||
        !hc_host_port_parse(&override->endpoint.host, &override->endpoint.port, place) ||
        !hc_host_parse(&address, behind + 1, strlen(behind + 1))) {
        return 0;
    }
    override->address = address.address;
    return address.address.len > 0;
}

static int open_overrides(httpsc_client *client, const httpsc_options *options,
                          httpsc_error *error)
{
    size_t num = options->num_resolve_to;
    size_t size;

    if (num == 0) {
        return HTTPSC_OK;
    }
    if (options->resolve_to == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "resolve_to is NULL");
    }
    if (hc_mul(num, sizeof *client->overrides, &size)) {
        client->overrides = hc_alloc(&client->allocator, size);
    }
    if (client->overrides == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    client->num_overrides = num;
    for (size_t i = 0; i < num; i++) {
        if (options->resolve_to[i] == NULL ||
            !open_override(&client->overrides[i], options->resolve_to[i])) {
            return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "resolve_to is not HOST:PORT:ADDR: %e",
                           options->resolve_to[i] == NULL ? "NULL" : options->resolve_to[i]);
        }
    }
    return HTTPSC_OK;
}

static int open_unix_socket(httpsc_client *client, const char *path, httpsc_error *error)
{
    if (path == NULL) {
        return HTTPSC_OK;
    }
    if (*path == '\0') {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "unix_socket is empty");
    }
    client->unix_socket = hc_copy_text(&client->allocator, path);
    return client->unix_socket == NULL ? hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL) : HTTPSC_OK;
}

/* The TLS configurations: the client's own or the caller's, and the one for an https proxy. */
static int open_tls(httpsc_client *client, const httpsc_options *options, httpsc_error *error)
{
    httpsc_tls_options tls = options->tls;

    client->tls_config = options->tls_config;
    if (client->tls_config != NULL) {
        (void)hc_atomic_add(&client->tls_config->holds, 1);
    } else {
        tls.use_environment |= options->use_environment;
        if (hc_open_tls_config(&tls, &client->allocator, &client->tls_config, error) !=
            HTTPSC_OK) {
            return error->code;
        }
    }
    client->proxy_tls = options->proxy_tls != NULL ? options->proxy_tls : client->tls_config;
    (void)hc_atomic_add(&client->proxy_tls->holds, 1);
    return HTTPSC_OK;
}

HC_SELDOM static int open_fill(httpsc_client *client, const httpsc_options *options,
                               httpsc_error *error)
{
    client->allow_http = options->allow_http;
    client->allow_downgrade = options->allow_downgrade;
    client->no_decode = options->no_decode;
    client->cookies = options->cookies;
    client->jar.is_public_suffix = options->is_public_suffix;
    client->jar.user = options->public_suffix_user;
    client->timeouts = options->timeouts;
    client->limits = options->limits;
    client->hooks = options->hooks;
    hc_fill_limits(&client->limits);
    client->pool.max = client->limits.max_idle_connections;
    client->turns.max = client->limits.max_connections;
    client->turns.max_each = client->limits.max_connections_per_host;
    client->process_id = hc_process_id();
    if (open_check_hooks(&options->hooks, error) != HTTPSC_OK ||
        open_check_build(options, error) != HTTPSC_OK ||
        open_check_limits(&client->limits, error) != HTTPSC_OK ||
        open_user_agent(client, options->user_agent, error) != HTTPSC_OK ||
        open_connect_to(client, options->connect_to, error) != HTTPSC_OK ||
        open_verify_as(client, options->verify_as, error) != HTTPSC_OK ||
        open_overrides(client, options, error) != HTTPSC_OK ||
        open_unix_socket(client, options->unix_socket, error) != HTTPSC_OK ||
        (HC_HAS_PROXY && hc_proxies_open(&client->proxies, &client->allocator, options, error) !=
                             HTTPSC_OK)) {
        return error->code;
    }
    if (HC_HAS_TRACE && options->use_environment && open_keylog(client, error) != HTTPSC_OK) {
        return error->code;
    }
    return open_tls(client, options, error);
}

int httpsc_client_open(const httpsc_options *options, httpsc_client **out, httpsc_error *error)
{
    static const httpsc_options none;
    httpsc_allocator fallback = hc_system_allocator();
    httpsc_allocator allocator;
    httpsc_client *client;
    static const hc_wake no_wake = HC_WAKE_NONE;
    httpsc_error own;
    int native = 0;

    error = hc_error_or(error, &own);
    options = options == NULL ? &none : options;
    allocator = options->hooks.allocator;
    if (out == NULL || !hc_fill_allocator(&allocator, &fallback)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       out == NULL ? "out is NULL" : "an allocator needs both alloc and free");
    }
    client = hc_alloc(&allocator, sizeof *client);
    if (client == NULL) {
        (void)hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
        return hc_arena_explain(&allocator, error);
    }
    if (hc_platform_open(&native) != HTTPSC_OK || hc_mutex_open(&client->lock) != HTTPSC_OK) {
        hc_free(&allocator, client, sizeof *client);
        return hc_fail(error, HTTPSC_ERR_SYSTEM, native, NULL);
    }
    client->allocator = allocator;
    client->spare_wake = no_wake;
    hc_cookie_jar_init(&client->jar, &client->allocator);
    hc_atomic_set(&client->holds, 1);
    if (open_fill(client, options, error) != HTTPSC_OK) {
        hc_client_release(client);
        return hc_arena_explain(&allocator, error);
    }
    *out = client;
    return HTTPSC_OK;
}

void httpsc_client_close(httpsc_client *client)
{
    if (client != NULL) {
        hc_client_shut(client);
        hc_client_release(client);
    }
}

const httpsc_tls_config *httpsc_client_tls_config(const httpsc_client *client)
{
    return client->tls_config;
}
