/* From a caller's request to a transfer that is ready to run: everything is checked and copied
 * here, before a byte goes anywhere. */
#include "transfer.h"

#include "../http/request.h"

#define BEGIN_BLOCKING_TOTAL_MS 300000

static int begin_timeout(int of_request, int of_client, int fallback)
{
    if (of_request != 0) {
        return of_request;
    }
    return of_client != 0 ? of_client : fallback;
}

static int begin_timeouts(httpsc_transfer *transfer, const httpsc_timeouts *wanted, int blocking,
                          httpsc_error *error)
{
    const httpsc_timeouts *client = &transfer->client->timeouts;
    httpsc_timeouts *out = &transfer->timeouts;

    out->resolve_ms = begin_timeout(wanted->resolve_ms, client->resolve_ms, 10000);
    out->connect_ms = begin_timeout(wanted->connect_ms, client->connect_ms, 30000);
    out->tls_ms = begin_timeout(wanted->tls_ms, client->tls_ms, 15000);
    out->first_byte_ms = begin_timeout(wanted->first_byte_ms, client->first_byte_ms, 30000);
    out->idle_ms = begin_timeout(wanted->idle_ms, client->idle_ms, 30000);
    out->total_ms = begin_timeout(wanted->total_ms, client->total_ms,
                                  blocking ? BEGIN_BLOCKING_TOTAL_MS : HTTPSC_NO_TIMEOUT);
    if (out->resolve_ms < HTTPSC_NO_TIMEOUT || out->connect_ms < HTTPSC_NO_TIMEOUT ||
        out->tls_ms < HTTPSC_NO_TIMEOUT || out->first_byte_ms < HTTPSC_NO_TIMEOUT ||
        out->idle_ms < HTTPSC_NO_TIMEOUT || out->total_ms < HTTPSC_NO_TIMEOUT) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "a timeout below -1");
    }
    transfer->total_deadline_us = INT64_MAX;
    if (out->total_ms != HTTPSC_NO_TIMEOUT) {
        transfer->total_deadline_us = transfer->tracer.start_us + (int64_t)out->total_ms * 1000;
    }
    return HTTPSC_OK;
}

static int begin_url(httpsc_transfer *transfer, const char *text, httpsc_error *error)
{
    const httpsc_client *client = transfer->client;
    hc_url *url = &transfer->url;

    if (hc_url_parse(url, &transfer->allocator, text, client->limits.max_url_bytes, error) !=
        HTTPSC_OK) {
        return error->code;
    }
    if (!url->secure && !client->allow_http) {
        return hc_fail(error, HTTPSC_ERR_URL_PLAIN_HTTP, 0, "%s; use https://", url->host.text);
    }
    if (url->secure && strcmp(url->host.text, ".") == 0) {
        return hc_fail(error, HTTPSC_ERR_URL_HOST, 0, "no certificate is for the root's name");
    }
    if (url->has_userinfo) {
        return hc_fail(error, HTTPSC_ERR_UNSUPPORTED, 0,
                       "user information in the URL; give an Authorization field instead");
    }
    transfer->identity.secure = url->secure;
    transfer->identity.port = url->port;
    transfer->identity.host = url->host;
    transfer->identity.verify_as = client->verify_as;
    transfer->identity.connect_to = client->connect_to;
    if (url->secure) {
        transfer->identity.tls_config = client->tls_config;
        transfer->identity.shown = hc_credentials_for(&client->tls_config->credentials,
                                                      &transfer->identity, &transfer->identity);
    }
    return HTTPSC_OK;
}

static int begin_head(httpsc_transfer *transfer, const httpsc_request *request, const char *method,
                      httpsc_error *error)
{
    hc_request_head head;
    hc_buffer authority;

    hc_buffer_init(&authority, &transfer->allocator, HC_HOST_MAX + 16);
    if (hc_url_add_authority(&transfer->url, &authority) != HC_BUFFER_OK) {
        hc_buffer_free(&authority);
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    memset(&head, 0, sizeof head);
    head.method = method;
    head.target = hc_cursor_over(transfer->url.target.ptr, transfer->url.target.len);
    head.authority = hc_cursor_over(authority.ptr, authority.len);
    head.fields = request->fields;
    head.num_fields = request->num_fields;
    head.user_agent = transfer->client->user_agent;
    head.has_body = request->body.ptr != NULL || hc_method_expects_body(method);
    head.content_type = head.has_body ? request->content_type : NULL;
    head.body_len = request->body.len;
    hc_buffer_init(&transfer->head, &transfer->allocator,
                   transfer->client->limits.max_request_head_bytes);
    (void)hc_request_write(&head, &transfer->head, error);
    hc_buffer_free(&authority);
    return error->code;
}

static int begin_answer(httpsc_transfer *transfer, httpsc_error *error)
{
    size_t max_body = transfer->client->limits.max_body_bytes;
    hc_answer *answer = hc_answer_open(&transfer->allocator, max_body);

    transfer->answer = answer;
    if (answer == NULL || hc_url_add(&transfer->url, &answer->url) != HC_BUFFER_OK ||
        hc_buffer_add(&answer->url, "", 1) != HC_BUFFER_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    answer->view.url = (const char *)answer->url.ptr;
    return HTTPSC_OK;
}

static int begin_check(const httpsc_request *request, httpsc_error *error)
{
    if (request->url == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "the request has no URL");
    }
    if (request->fields == NULL && request->num_fields > 0) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "fields is NULL");
    }
    if (request->body.ptr == NULL && request->body.len > 0) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "body.ptr is NULL");
    }
    return HTTPSC_OK;
}

static int begin_fill(httpsc_transfer *transfer, const httpsc_request *request, int blocking,
                      httpsc_error *error)
{
    const char *method = request->method;
    int native = 0;

    if (method == NULL) {
        method = request->body.ptr != NULL ? "POST" : "GET";
    }
    transfer->body = hc_cursor_over(request->body.ptr, request->body.len);
    transfer->idempotent = hc_method_is_idempotent(method);
    transfer->head_request = strcmp(method, "HEAD") == 0;
    if (begin_check(request, error) != HTTPSC_OK ||
        begin_timeouts(transfer, &request->timeouts, blocking, error) != HTTPSC_OK ||
        begin_url(transfer, request->url, error) != HTTPSC_OK ||
        begin_head(transfer, request, method, error) != HTTPSC_OK ||
        begin_answer(transfer, error) != HTTPSC_OK) {
        return error->code;
    }
    if (!blocking && hc_client_take_wake(transfer->client, &transfer->wake, &native) != HTTPSC_OK) {
        return hc_fail(error, HTTPSC_ERR_SYSTEM, native, "no descriptor to wake the transfer with");
    }
    return HTTPSC_OK;
}

HC_FN int hc_transfer_open(httpsc_client *client, const httpsc_request *request, int blocking,
                           httpsc_transfer **out, httpsc_error *error)
{
    static const hc_wake no_wake = HC_WAKE_NONE;
    httpsc_transfer *transfer = hc_alloc(&client->allocator, sizeof *transfer);

    if (transfer == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    hc_client_hold(client);
    transfer->client = client;
    transfer->allocator = client->allocator;
    transfer->wake = no_wake;
    transfer->state = HC_TRANSFER_ACQUIRE;
    transfer->process_id = hc_process_id();
    transfer->stage_deadline_us = INT64_MAX;
    transfer->tracer.hooks = &client->hooks;
    transfer->tracer.start_us = hc_clock_us(&client->hooks);
    hc_buffer_init(&transfer->head, &transfer->allocator, 0);
    hc_buffer_init(&transfer->url.target, &transfer->allocator, 0);
    if (begin_fill(transfer, request, blocking, error) != HTTPSC_OK) {
        hc_transfer_close(transfer);
        return error->code;
    }
    *out = transfer;
    return HTTPSC_OK;
}

HC_FN void hc_transfer_close(httpsc_transfer *transfer)
{
    httpsc_client *client;
    httpsc_allocator allocator;

    if (transfer == NULL) {
        return;
    }
    client = transfer->client;
    allocator = transfer->allocator;
    hc_dial_stop(&transfer->dial);
    if (hc_process_id() != transfer->process_id) { /* the connection is the parent's */
        hc_connection_abandon(transfer->connection);
        transfer->connection = NULL;
        hc_wake_close(&transfer->wake);
    }
    hc_connection_close(transfer->connection);
    hc_exchange_free(&transfer->exchange);
    hc_answer_free(transfer->answer);
    hc_url_free(&transfer->url);
    hc_buffer_free(&transfer->head);
    if (hc_atomic_get(&transfer->cancelled)) {
        hc_wake_close(&transfer->wake);
    } else if (transfer->wake.reader != HC_SOCKET_NONE) {
        hc_client_keep_wake(client, &transfer->wake);
    }
    hc_free_secret(&allocator, transfer, sizeof *transfer);
    hc_client_release(client);
}
