/* The calls of the public face that run transfers: in steps, and the blocking loops over them. */
#include "../base/arena.h"
#include "../client/transfer.h"
#include "defaults.h"

/* How many wants httpsc_wait gathers without asking for memory: a few transfers' worth. */
#define BLOCKING_WANTS 32
#define BLOCKING_FIRST_READ 4096

int httpsc_begin(httpsc_client *client, const httpsc_request *request, httpsc_transfer **out,
                 httpsc_error *error)
{
    httpsc_error own;

    error = hc_error_or(error, &own);
    if (client == NULL || request == NULL || out == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "client, request and out must not be NULL");
    }
    return hc_transfer_open(client, request, 0, out, error);
}

int httpsc_step(httpsc_transfer *transfer, httpsc_wants *wants, httpsc_error *error)
{
    int code;

    hc_error_clear(error);
    if (transfer == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "transfer is NULL");
    }
    code = hc_transfer_enter(transfer, error);
    if (code != HTTPSC_OK) {
        return code;
    }
    code = hc_transfer_step(transfer, error);
    if (wants != NULL) {
        hc_transfer_wants(transfer, wants);
    }
    return hc_transfer_leave(transfer, code, error);
}

int httpsc_read(httpsc_transfer *transfer, void *buf, size_t len, size_t *num_read,
                httpsc_error *error)
{
    int code;

    hc_error_clear(error);
    if (transfer == NULL || buf == NULL || len == 0 || num_read == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       "transfer, buf and num_read must not be NULL, nor len 0");
    }
    code = hc_transfer_enter(transfer, error);
    if (code != HTTPSC_OK) {
        return code;
    }
    return hc_transfer_leave(transfer, hc_transfer_read(transfer, buf, len, num_read, error),
                             error);
}

const httpsc_response *httpsc_head(const httpsc_transfer *transfer)
{
    return transfer != NULL && transfer->has_head ? &transfer->answer->view : NULL;
}

void httpsc_cancel(httpsc_transfer *transfer)
{
    if (transfer != NULL) {
        /* the flag last: whoever sees it may close the transfer at once */
        hc_wake_signal(&transfer->wake);
        hc_atomic_set(&transfer->cancelled, 1);
    }
}

void httpsc_close(httpsc_transfer *transfer)
{
    hc_transfer_close(transfer);
}

/* Gathers the wants of all transfers; the nearest deadline is left in *timeout_ms. */
static size_t blocking_gather(httpsc_transfer *const *transfers, size_t num_transfers,
                              httpsc_want *all, int *timeout_ms)
{
    size_t num = 0;

    for (size_t i = 0; i < num_transfers; i++) {
        httpsc_wants wants;

        if (transfers[i] == NULL) {
            continue;
        }
        hc_transfer_wants(transfers[i], &wants);
        memcpy(all + num, wants.sockets, wants.num_sockets * sizeof wants.sockets[0]);
        num += wants.num_sockets;
        if (wants.timeout_ms >= 0 && (*timeout_ms < 0 || wants.timeout_ms < *timeout_ms)) {
            *timeout_ms = wants.timeout_ms;
        }
    }
    return num;
}

/* Says that a wait for them all is under way. The first of them; NULL where there is none, or a
 * call for one is under way already. */
static httpsc_transfer *blocking_enter(httpsc_transfer *const *transfers, size_t num_transfers)
{
    httpsc_transfer *first = NULL;
    int is_running = 0;

    for (size_t i = num_transfers; transfers != NULL && i > 0; i--) {
        if (transfers[i - 1] != NULL) {
            first = transfers[i - 1];
            is_running |= first->running;
        }
    }
    for (size_t i = 0; !is_running && i < num_transfers && first != NULL; i++) {
        if (transfers[i] != NULL) {
            transfers[i]->running = 1;
        }
    }
    return is_running ? NULL : first;
}

/* The wait is over. How many of them a callback has closed meanwhile: they are gone. */
static size_t blocking_leave(httpsc_transfer *const *transfers, size_t num_transfers)
{
    size_t num_doomed = 0;

    for (size_t i = 0; i < num_transfers; i++) {
        if (transfers[i] != NULL) {
            transfers[i]->running = 0;
            num_doomed += (size_t)(transfers[i]->doomed != 0);
        }
    }
    for (size_t i = 0; num_doomed > 0 && i < num_transfers; i++) {
        size_t before = 0;

        while (transfers[before] != transfers[i]) {
            before++;
        }
        if (before == i && transfers[i] != NULL && transfers[i]->doomed) { /* named once or twice */
            hc_transfer_close(transfers[i]);
        }
    }
    return num_doomed;
}

int httpsc_wait(httpsc_transfer *const *transfers, size_t num_transfers, int timeout_ms)
{
    httpsc_want few[BLOCKING_WANTS];
    httpsc_want *all = few;
    httpsc_transfer *first = blocking_enter(transfers, num_transfers);
    int64_t start_us;
    size_t size = 0;
    size_t num = 0;
    int nearest_ms = -1;
    int native = 0;
    int code;

    if (first == NULL) {
        return HTTPSC_ERR_ARGUMENT;
    }
    if (num_transfers > BLOCKING_WANTS / HTTPSC_WANTS_MAX) {
        all = hc_mul(num_transfers, HTTPSC_WANTS_MAX * sizeof *all, &size)
                  ? hc_alloc(&first->allocator, size)
                  : NULL;
        if (all == NULL) {
            (void)blocking_leave(transfers, num_transfers);
            return HTTPSC_ERR_MEMORY;
        }
    }
    num = blocking_gather(transfers, num_transfers, all, &nearest_ms);
    if (timeout_ms < 0 || (nearest_ms >= 0 && nearest_ms <= timeout_ms)) {
        code = hc_poll(all, num, nearest_ms, &native);
        code = code == HTTPSC_WANT ? HTTPSC_OK : code; /* a transfer's own deadline is an event */
    } else {
        start_us = hc_wait_clock_us(&first->client->hooks);
        code = hc_poll(all, num, timeout_ms, &native);
        if (code == HTTPSC_WANT && hc_wait_clock_us(&first->client->hooks) - start_us <
                                       (int64_t)timeout_ms * 1000) {
            code = HTTPSC_OK; /* a signal */
        }
    }
    hc_free(&first->allocator, all == few ? NULL : all, size);
    return blocking_leave(transfers, num_transfers) > 0 ? HTTPSC_ERR_CANCELLED : code;
}

static int blocking_wait(httpsc_transfer *transfer, httpsc_error *error)
{
    int code = httpsc_wait(&transfer, 1, -1);

    return code == HTTPSC_OK ? HTTPSC_OK : hc_fail(error, code, 0, NULL);
}

/* Room for the next piece of the body, one byte past the limit, and the NUL: all of it at once
 * where its length is known. */
static int blocking_room(httpsc_transfer *transfer, hc_buffer *body, httpsc_error *error)
{
    const hc_response *response = &transfer->exchange.response;
    size_t limit = body->max - 2;
    size_t want = body->len < BLOCKING_FIRST_READ ? BLOCKING_FIRST_READ : body->len;

    if (response->framing == HC_BODY_LENGTH && !transfer->answer->view.decoded) {
        if (response->body_left > limit - body->len) {
            return hc_fail(error, HTTPSC_ERR_LIMIT_BODY, 0, "more than %z bytes are announced",
                           limit);
        }
        want = (size_t)response->body_left;
    } else if (response->framing == HC_BODY_NONE) {
        want = 0;
    }
    if (body->capacity >= 2 && body->len <= body->capacity - 2) {
        return HTTPSC_OK;
    }
    want = hc_min(want, limit - body->len) + 2;
    if (hc_buffer_reserve(body, want) != HC_BUFFER_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    return HTTPSC_OK;
}

static int blocking_body(httpsc_transfer *transfer, httpsc_error *error)
{
    hc_buffer *body = &transfer->answer->body;
    size_t num = 1;

    while (num > 0) {
        int code = blocking_room(transfer, body, error);

        if (code == HTTPSC_OK) {
            code = hc_transfer_read(transfer, body->ptr + body->len, body->capacity - body->len - 1,
                                    &num, error);
        }
        if (code == HTTPSC_WANT) {
            code = blocking_wait(transfer, error);
            num = 1;
        } else if (code == HTTPSC_OK) {
            body->len += num;
            if (body->len > body->max - 2) {
                code = hc_fail(error, HTTPSC_ERR_LIMIT_BODY, 0, "more than %z bytes came",
                               body->max - 2);
            }
        }
        if (code != HTTPSC_OK) {
            return code;
        }
    }
    body->ptr[body->len] = '\0';
    transfer->answer->view.body.ptr = body->ptr;
    transfer->answer->view.body.len = body->len;
    return HTTPSC_OK;
}

int httpsc_send(httpsc_client *client, const httpsc_request *request, httpsc_response **out,
                httpsc_error *error)
{
    httpsc_client *own_client = NULL;
    httpsc_transfer *transfer = NULL;
    httpsc_error own;
    int code;

    error = hc_error_or(error, &own);
    if (request == NULL || out == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "request and out must not be NULL");
    }
    if (client == NULL) {
        code = httpsc_client_open(NULL, &own_client, error);
        if (code != HTTPSC_OK) {
            return code;
        }
        client = own_client;
    }
    code = hc_transfer_open(client, request, 1, &transfer, error);
    if (code != HTTPSC_OK) {
        goto done;
    }
    while ((code = hc_transfer_step(transfer, error)) == HTTPSC_WANT) {
        if (blocking_wait(transfer, error) != HTTPSC_OK) {
            code = error->code;
            goto done;
        }
    }
    if (code == HTTPSC_OK && transfer->state != HC_TRANSFER_DONE) {
        code = blocking_body(transfer, error);
        hc_fail_stage(error, HTTPSC_STAGE_BODY);
        code = hc_arena_explain(&client->allocator, error);
    }
    if (code == HTTPSC_OK) {
        *out = &transfer->answer->view;
        transfer->answer = NULL;
    }
done:
    hc_transfer_close(transfer);
    httpsc_client_close(own_client);
    return code;
}

int httpsc_get(httpsc_client *client, const char *url, httpsc_response **out, httpsc_error *error)
{
    httpsc_request request;

    memset(&request, 0, sizeof request);
    request.url = url;
    return httpsc_send(client, &request, out, error);
}
