/* From a caller's request to a transfer that is ready to run: everything is checked and copied
 * here, before a byte goes anywhere. */
#include "hop.h"

#include "../base/arena.h"

#include "../http/form.h"

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
    out->proxy_ms = begin_timeout(wanted->proxy_ms, client->proxy_ms, 30000);
    out->tls_ms = begin_timeout(wanted->tls_ms, client->tls_ms, 15000);
    out->first_byte_ms = begin_timeout(wanted->first_byte_ms, client->first_byte_ms, 30000);
    out->idle_ms = begin_timeout(wanted->idle_ms, client->idle_ms, 30000);
    out->low_speed_ms = begin_timeout(wanted->low_speed_ms, client->low_speed_ms, 30000);
    out->low_speed_bytes_per_s =
        begin_timeout(wanted->low_speed_bytes_per_s, client->low_speed_bytes_per_s, 0);
    out->total_ms = begin_timeout(wanted->total_ms, client->total_ms,
                                  blocking ? BEGIN_BLOCKING_TOTAL_MS : HTTPSC_NO_TIMEOUT);
    if (out->resolve_ms < HTTPSC_NO_TIMEOUT || out->connect_ms < HTTPSC_NO_TIMEOUT ||
        out->proxy_ms < HTTPSC_NO_TIMEOUT || out->tls_ms < HTTPSC_NO_TIMEOUT ||
        out->first_byte_ms < HTTPSC_NO_TIMEOUT || out->idle_ms < HTTPSC_NO_TIMEOUT ||
        out->low_speed_ms < HTTPSC_NO_TIMEOUT || out->total_ms < HTTPSC_NO_TIMEOUT ||
        out->low_speed_bytes_per_s < HTTPSC_NO_TIMEOUT) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "a timeout below -1");
    }
    transfer->total_deadline_us = INT64_MAX;
    if (out->total_ms != HTTPSC_NO_TIMEOUT) {
        transfer->total_deadline_us = transfer->tracer.start_us + (int64_t)out->total_ms * 1000;
    }
    return HTTPSC_OK;
}

static int begin_has_field(const httpsc_request *request, const char *name)
{
    for (size_t i = 0; i < request->num_fields; i++) {
        if (request->fields[i].name != NULL &&
            hc_text_equal_nocase(request->fields[i].name, name)) {
            return 1;
        }
    }
    return 0;
}

static int begin_url(httpsc_transfer *transfer, const httpsc_request *request,
                     httpsc_error *error)
{
    size_t max_bytes = transfer->client->limits.max_url_bytes;
    hc_buffer text;
    int code = HTTPSC_OK;

    if (request->num_query == 0) {
        code = hc_url_parse(&transfer->url, &transfer->allocator, request->url, max_bytes, error);
    } else {
        hc_buffer_init(&text, &transfer->allocator, SIZE_MAX);
        if (hc_form_add_url(request->url, request->query, request->num_query, &text) !=
                HC_BUFFER_OK ||
            hc_buffer_add(&text, "", 1) != HC_BUFFER_OK) {
            code = hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
        } else {
            code = hc_url_parse(&transfer->url, &transfer->allocator, (const char *)text.ptr,
                                max_bytes, error);
        }
        hc_buffer_free(&text);
    }
    return code == HTTPSC_OK ? hc_hop_route(transfer, error) : code;
}

/* User and password of the URL, where it has them, into the plan's text. */
static int begin_userinfo(httpsc_transfer *transfer, const char *url, httpsc_error *error)
{
    hc_plan *plan = &transfer->plan;
    hc_credentials *credentials = &transfer->credentials[HC_FOR_ORIGIN];
    hc_buffer password;
    size_t user_len;

    hc_buffer_init(&plan->text, &transfer->allocator, SIZE_MAX);
    hc_buffer_init(&password, &transfer->allocator, SIZE_MAX);
    if (hc_url_credentials(url, &plan->text, &password, error) != HTTPSC_OK) {
        return error->code;
    }
    user_len = plan->text.len;
    plan->text.len++; /* its NUL */
    if (hc_buffer_add(&plan->text, password.ptr, password.len + 1) != HC_BUFFER_OK) {
        (void)hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    } else if (user_len > 0 || password.len > 0) {
        credentials->user = (const char *)plan->text.ptr;
        credentials->password = credentials->user + user_len + 1;
        credentials->kind = HTTPSC_AUTH_BASIC;
    }
    hc_buffer_free(&password);
    return error->code;
}

/* What the caller's Authorization field says goes before all else. */
static int begin_credentials(httpsc_transfer *transfer, const httpsc_request *request,
                             httpsc_error *error)
{
    const httpsc_auth *auth = &transfer->plan.request.auth; /* the texts that are kept */
    hc_credentials *credentials = &transfer->credentials[HC_FOR_ORIGIN];

    if (auth->kind < HTTPSC_AUTH_NONE || auth->kind > HTTPSC_AUTH_BEARER) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "auth.kind is %d", auth->kind);
    }
    if (auth->kind == HTTPSC_AUTH_NONE &&
        (auth->user != NULL || auth->password != NULL || auth->bearer != NULL)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       "auth.kind is NONE, and there is a user, a password or a bearer token");
    }
    if (!HC_HAS_DIGEST && (auth->kind == HTTPSC_AUTH_DIGEST || auth->kind == HTTPSC_AUTH_ANY)) {
        return hc_left_out(error, "HTTPSC_NO_DIGEST");
    }
    if (transfer->url.has_userinfo &&
        begin_userinfo(transfer, request->url, error) != HTTPSC_OK) {
        return error->code;
    }
    if (auth->kind != HTTPSC_AUTH_NONE) {
        credentials->kind = auth->kind;
    }
    if (auth->user != NULL) {
        credentials->user = auth->user;
        credentials->password = "";
    }
    if (auth->password != NULL) {
        credentials->password = auth->password;
    }
    if (credentials->kind == HTTPSC_AUTH_BEARER ? auth->bearer == NULL
                                                : credentials->kind != HTTPSC_AUTH_NONE &&
                                                      credentials->user == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "auth has no user, or no bearer token");
    }
    credentials->bearer = auth->bearer;
    if (begin_has_field(request, "Authorization")) {
        credentials->kind = HTTPSC_AUTH_NONE;
    }
    return HTTPSC_OK;
}

static int begin_parts(httpsc_transfer *transfer, httpsc_error *error)
{
    const httpsc_request *request = &transfer->plan.request; /* its texts stay */
    unsigned char random[HC_BOUNDARY_RANDOM_BYTES];
    int native = 0;

    if (hc_hook_random(&transfer->client->hooks, random, sizeof random, &native) != HTTPSC_OK) {
        return hc_fail(error, HTTPSC_ERR_ENTROPY, native, NULL);
    }
    return hc_upload_set_parts(&transfer->upload, request->parts, request->num_parts, random,
                               error);
}

/* Who asks for a coding or a range by name gets what comes. */
static int begin_decodes(const httpsc_transfer *transfer, const httpsc_request *request)
{
#ifdef HTTPSC_USE_ZLIB
    return !transfer->client->no_decode && request->resume_from == 0 &&
           !begin_has_field(request, "Accept-Encoding") && !begin_has_field(request, "Range");
#else
    (void)transfer;
    (void)request;
    return 0;
#endif
}

/* The body, of whatever kind, made ready to be sent. */
static int begin_body(httpsc_transfer *transfer, const httpsc_request *request,
                      httpsc_error *error)
{
    hc_upload *upload = &transfer->upload;

    upload->allocator = &transfer->allocator;
    if (!HC_HAS_UPLOADS && (request->source.read != NULL || request->body_file != NULL ||
                            request->num_parts > 0 || request->num_form > 0)) {
        (void)hc_left_out(error, "HTTPSC_NO_UPLOADS");
    } else if (request->source.read != NULL) {
        hc_upload_set_source(upload, &request->source, request->source_len);
    } else if (request->body_file != NULL) {
        (void)hc_upload_set_file(upload, request->body_file, error);
    } else if (request->num_parts > 0) {
        (void)begin_parts(transfer, error);
    } else if (request->num_form > 0) {
        (void)hc_upload_set_form(upload, request->form, request->num_form, error);
    } else if (request->json != NULL) {
        hc_upload_set_bytes(upload, request->json, strlen(request->json));
        upload->type = "application/json";
    } else if (request->body.ptr != NULL) {
        hc_upload_set_bytes(upload, request->body.ptr, request->body.len);
    }
    upload->chunked |= upload->kind != HC_UPLOAD_NONE && request->chunked;
    transfer->decodes = begin_decodes(transfer, request);
    transfer->expects = request->expect_continue && (upload->chunked || upload->len > 0);
    return error->code;
}

static int begin_answer(httpsc_transfer *transfer, httpsc_error *error)
{
    transfer->answer =
        hc_answer_open(&transfer->allocator, transfer->client->limits.max_body_bytes);
    return transfer->answer == NULL ? hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL) : HTTPSC_OK;
}

static int begin_method(httpsc_transfer *transfer, httpsc_error *error)
{
    hc_plan *plan = &transfer->plan;

    plan->method = plan->request.method;
    if (plan->method == NULL) {
        plan->method = transfer->upload.kind != HC_UPLOAD_NONE ? "POST" : "GET";
    }
    transfer->method = plan->method;
    if (plan->request.resume_from > 0 && strcmp(plan->method, "GET") != 0) {
        return hc_fail(error, HTTPSC_ERR_UNSUPPORTED, 0, "ranges are for GET alone");
    }
    return HTTPSC_OK;
}

static int begin_has_names(const httpsc_field *fields, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        if (fields[i].name == NULL) {
            return 0;
        }
    }
    return 1;
}

static int begin_check(const httpsc_request *request, httpsc_error *error)
{
    int num_bodies;

    if (request->url == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "the request has no URL");
    }
    if ((request->fields == NULL && request->num_fields > 0) ||
        (request->query == NULL && request->num_query > 0) ||
        (request->form == NULL && request->num_form > 0) ||
        (request->parts == NULL && request->num_parts > 0)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "fields, query, form or parts is NULL");
    }
    if (request->body.ptr == NULL && request->body.len > 0) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "body.ptr is NULL");
    }
    if (!begin_has_names(request->query, request->num_query) ||
        !begin_has_names(request->form, request->num_form)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "a field of query or form has no name");
    }
    for (size_t i = 0; i < request->num_secret_names; i++) {
        if (request->secret_names == NULL || request->secret_names[i] == NULL) {
            return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "a NULL among secret_names");
        }
    }
    num_bodies = (request->body.ptr != NULL) + (request->source.read != NULL) +
                 (request->body_file != NULL) + (request->num_parts > 0) +
                 (request->num_form > 0) + (request->json != NULL);
    if (num_bodies > 1) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "a request has one body");
    }
    if (request->source_len < HTTPSC_LENGTH_UNKNOWN) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "source_len is below -1");
    }
    if (request->resume_from > INT64_MAX ||
        (request->resume_validator != NULL && request->resume_validator[0] == 'W')) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "resume_from, or a weak resume_validator");
    }
    return HTTPSC_OK;
}

static int begin_fill(httpsc_transfer *transfer, const httpsc_request *request, int blocking,
                      httpsc_error *error)
{
    int native = 0;

    if (begin_check(request, error) != HTTPSC_OK ||
        begin_timeouts(transfer, &request->timeouts, blocking, error) != HTTPSC_OK) {
        return error->code;
    }
    if (hc_plan_keep(&transfer->plan, &transfer->allocator, request, blocking) != HTTPSC_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    transfer->tracer.secret_names = transfer->plan.request.secret_names;
    transfer->tracer.num_secret_names = request->num_secret_names;
    if (begin_url(transfer, request, error) != HTTPSC_OK ||
        begin_credentials(transfer, request, error) != HTTPSC_OK ||
        begin_body(transfer, request, error) != HTTPSC_OK ||
        begin_method(transfer, error) != HTTPSC_OK ||
        begin_answer(transfer, error) != HTTPSC_OK ||
        hc_hop_write(transfer, error) != HTTPSC_OK) {
        return error->code;
    }
    if (blocking) {
        return HTTPSC_OK;
    }
    transfer->process_id = hc_process_id();
    if (hc_client_take_wake(transfer->client, transfer->process_id, &transfer->wake, &native) !=
        HTTPSC_OK) {
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
        (void)hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
        return hc_arena_explain(&client->allocator, error);
    }
    hc_client_hold(client);
    transfer->client = client;
    transfer->allocator = client->allocator;
    transfer->blocking = blocking;
    transfer->download.allocator = &transfer->allocator;
    transfer->wake = no_wake;
    transfer->turn.wake = no_wake;
    transfer->state = HC_TRANSFER_ACQUIRE;
    transfer->stage_deadline_us = INT64_MAX;
    transfer->tracer.hooks = &client->hooks;
    transfer->tracer.start_us = hc_clock_us(&client->hooks);
    hc_buffer_init(&transfer->head, &transfer->allocator, 0);
    hc_buffer_init(&transfer->url.target, &transfer->allocator, 0);
    if (begin_fill(transfer, request, blocking, error) != HTTPSC_OK) {
        hc_transfer_close(transfer);
        return hc_arena_explain(&client->allocator, error);
    }
    *out = transfer;
    return HTTPSC_OK;
}

/* 1 for a transfer with something that a fork has shared between two processes: then what it has
 * is the parent's. */
static int begin_is_foreign(const httpsc_transfer *transfer)
{
    return (transfer->connection != NULL || transfer->tunnel != NULL ||
            transfer->wake.reader != HC_SOCKET_NONE) &&
           hc_process_id() != transfer->process_id;
}

HC_FN void hc_transfer_close(httpsc_transfer *transfer)
{
    httpsc_client *client;
    httpsc_allocator allocator;

    if (transfer == NULL) {
        return;
    }
    if (transfer->running) {
        transfer->doomed = 1;
        return;
    }
    transfer->running = 1; /* what goodbye calls back may close it once more */
    client = transfer->client;
    allocator = transfer->allocator;
    hc_dial_stop(&transfer->dial);
    if (begin_is_foreign(transfer)) {
        hc_connection_abandon(transfer->connection);
        transfer->connection = NULL;
        if (transfer->tunnel != NULL) {
            hc_connection_abandon(transfer->tunnel->connection);
            transfer->tunnel->connection = NULL;
        }
        hc_wake_close(&transfer->wake);
    }
    hc_tunnel_free(transfer->tunnel);
    hc_connection_close(transfer->connection);
    hc_client_leave(client, &transfer->turn);
    hc_exchange_free(&transfer->exchange);
    hc_upload_free(&transfer->upload);
    for (size_t i = 0; i < HC_ARRAY_LEN(transfer->credentials); i++) {
        hc_credentials_free(&transfer->credentials[i]);
    }
    hc_download_free(&transfer->download);
    hc_plan_free(&transfer->plan, &allocator);
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
