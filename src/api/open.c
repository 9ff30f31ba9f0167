/* Opening and closing the two shared handles: TLS configuration and client. */
#include "../client/client.h"
#include "../http/field.h"
#include "defaults.h"

/* A bundle that is larger is none: all the roots of the web take a quarter of a megabyte. */
#define OPEN_BUNDLE_MAX ((size_t)32 * 1024 * 1024)

/* Reads one bundle file. With optional, a file that is not there is no error: *found tells. */
static int open_file(httpsc_tls_config *config, const char *path, int optional, int *found,
                     httpsc_error *error)
{
    hc_buffer bytes;
    int native = 0;
    int code;

    *found = 0;
    hc_buffer_init(&bytes, &config->allocator, OPEN_BUNDLE_MAX);
    code = hc_file_read(path, &bytes, &native);
    if (code == HTTPSC_ERR_TRUST_UNREADABLE && optional) {
        hc_buffer_free(&bytes);
        return HTTPSC_OK;
    }
    if (code == HTTPSC_OK) {
        code = hc_anchors_take_bundle(&config->anchors, &bytes);
    } else {
        hc_buffer_free(&bytes);
    }
    if (code == HTTPSC_OK && config->path == NULL) {
        config->path = hc_copy_text(&config->allocator, path);
        code = config->path == NULL ? HTTPSC_ERR_MEMORY : HTTPSC_OK;
    }
    if (code == HTTPSC_ERR_TRUST_UNREADABLE) {
        return hc_fail(error, code, native, "%s (system code %d)", path, native);
    }
    if (code != HTTPSC_OK) {
        return hc_fail(error, code, native, NULL);
    }
    *found = 1;
    config->source = "file";
    return HTTPSC_OK;
}

static int open_system(httpsc_tls_config *config, httpsc_error *error)
{
    for (size_t i = 0; hc_system_bundle_path(i) != NULL; i++) {
        int found = 0;

        if (open_file(config, hc_system_bundle_path(i), 1, &found, error) != HTTPSC_OK || found) {
            return error->code;
        }
    }
    return HTTPSC_OK;
}

static int open_caller(httpsc_tls_config *config, const httpsc_tls_options *options,
                       httpsc_error *error)
{
    hc_buffer bytes;
    int found = 0;

    if (options->ca_file != NULL &&
        open_file(config, options->ca_file, 0, &found, error) != HTTPSC_OK) {
        return error->code;
    }
    if (options->ca_memory.ptr == NULL) {
        return HTTPSC_OK;
    }
    hc_buffer_init(&bytes, &config->allocator, OPEN_BUNDLE_MAX);
    switch (hc_buffer_add(&bytes, options->ca_memory.ptr, options->ca_memory.len)) {
    case HC_BUFFER_FULL:
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "ca_memory is larger than 32 MiB");
    case HC_BUFFER_MEMORY:
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    default:
        break;
    }
    config->source = found ? "file and memory" : "memory";
    if (hc_anchors_take_bundle(&config->anchors, &bytes) != HTTPSC_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    return HTTPSC_OK;
}

static int open_embedded(httpsc_tls_config *config)
{
    config->source = "embedded";
    return hc_anchors_add_embedded(&config->anchors);
}

static int open_trust(httpsc_tls_config *config, const httpsc_tls_options *options,
                      httpsc_error *error)
{
    int code = HTTPSC_OK;

    config->source = "none";
    if (config->any_peer) {
        return HTTPSC_OK;
    }
    if (options->ca_file != NULL || options->ca_memory.ptr != NULL) {
        code = open_caller(config, options, error);
    } else if (options->trust == HTTPSC_TRUST_EMBEDDED) {
        if (!open_embedded(config)) {
            return hc_fail(error, HTTPSC_ERR_UNSUPPORTED, 0, "this build has no embedded roots");
        }
    } else {
        code = open_system(config, error);
        if (code == HTTPSC_OK && config->anchors.num_anchors == 0 &&
            options->trust == HTTPSC_TRUST_DEFAULT) {
            (void)open_embedded(config);
        }
    }
    if (code == HTTPSC_OK && config->anchors.num_anchors == 0) {
        return hc_fail(error, HTTPSC_ERR_TRUST_EMPTY, 0,
                       "%s: %z entries were skipped; is it PEM or one DER certificate?",
                       config->path != NULL ? config->path : config->source,
                       config->anchors.num_skipped);
    }
    return code;
}

/* allocator: the one to use where the options name none. */
static int open_config(const httpsc_tls_options *options, const httpsc_allocator *fallback,
                       httpsc_tls_config **out, httpsc_error *error)
{
    httpsc_allocator allocator = options->allocator;
    httpsc_tls_config *config;

    if (!hc_fill_allocator(&allocator, fallback)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "an allocator needs both alloc and free");
    }
    if (options->insecure_peer != 0 && options->insecure_peer != HTTPSC_INSECURE_ANY_PEER) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       "insecure_peer is neither 0 nor HTTPSC_INSECURE_ANY_PEER");
    }
    if ((unsigned)options->trust > HTTPSC_TRUST_EMBEDDED) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "unknown value of trust");
    }
    config = hc_alloc(&allocator, sizeof *config);
    if (config == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    config->allocator = allocator;
    hc_atomic_set(&config->holds, 1);
    config->any_peer = options->insecure_peer == HTTPSC_INSECURE_ANY_PEER;
    hc_anchors_init(&config->anchors, &config->allocator);
    if (open_trust(config, options, error) != HTTPSC_OK) {
        hc_tls_config_release(config);
        return error->code;
    }
    *out = config;
    return HTTPSC_OK;
}

int httpsc_tls_config_open(const httpsc_tls_options *options, httpsc_tls_config **out,
                           httpsc_error *error)
{
    static const httpsc_tls_options none;
    httpsc_allocator fallback = hc_system_allocator();
    httpsc_error own;

    error = hc_error_or(error, &own);
    if (out == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "out is NULL");
    }
    return open_config(options == NULL ? &none : options, &fallback, out, error);
}

void httpsc_tls_config_close(httpsc_tls_config *config)
{
    hc_tls_config_release(config);
}

void httpsc_tls_config_trust(const httpsc_tls_config *config, httpsc_trust_info *out)
{
    out->source = config->source;
    out->path = config->path;
    out->num_anchors = config->anchors.num_anchors;
    out->num_skipped = config->anchors.num_skipped;
}

/* ---- client ---- */

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
#ifdef HTTPSC_BARE
    if (!all || hooks->now == NULL || hooks->monotonic_us == NULL || hooks->entropy == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       "without a system, transport, now, monotonic_us and entropy are needed");
    }
#endif
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

static int open_fill(httpsc_client *client, const httpsc_options *options, httpsc_error *error)
{
    client->allow_http = options->allow_http;
    client->timeouts = options->timeouts;
    client->limits = options->limits;
    client->hooks = options->hooks;
    hc_fill_limits(&client->limits);
    client->pool.max = client->limits.max_idle_connections;
    client->process_id = hc_process_id();
    if (open_check_hooks(&options->hooks, error) != HTTPSC_OK ||
        open_user_agent(client, options->user_agent, error) != HTTPSC_OK ||
        open_connect_to(client, options->connect_to, error) != HTTPSC_OK) {
        return error->code;
    }
    if (options->tls_config == NULL) {
        return open_config(&options->tls, &client->allocator, &client->tls_config, error);
    }
    client->tls_config = options->tls_config;
    (void)hc_atomic_add(&client->tls_config->holds, 1);
    return HTTPSC_OK;
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
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    if (hc_platform_open(&native) != HTTPSC_OK || hc_mutex_open(&client->lock) != HTTPSC_OK) {
        hc_free(&allocator, client, sizeof *client);
        return hc_fail(error, HTTPSC_ERR_SYSTEM, native, NULL);
    }
    client->allocator = allocator;
    client->spare_wake = no_wake;
    hc_atomic_set(&client->holds, 1);
    if (open_fill(client, options, error) != HTTPSC_OK) {
        hc_client_release(client);
        return error->code;
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
