/* Callbacks that cancel, close, step or begin transfers: each of them, with a defined result. */
#include "httpsc.h"

#include "../support/drive.h"

#include <pthread.h>

/* What a callback does when its turn comes. */
typedef enum callbacks_deed {
    CALLBACKS_CANCEL = 1,
    CALLBACKS_CLOSE,
    CALLBACKS_CLOSE_TWICE,
    CALLBACKS_STEP,
    CALLBACKS_BEGIN
} callbacks_deed;

/* Which callback: its place. */
typedef enum callbacks_place {
    CALLBACKS_SOURCE = 1,
    CALLBACKS_SINK,
    CALLBACKS_PROGRESS,
    CALLBACKS_TRACE,
    CALLBACKS_RESOLVE,
    CALLBACKS_SEND,
    CALLBACKS_RECV,
    CALLBACKS_PLACES
} callbacks_place;

typedef struct callbacks_world {
    callbacks_place place;
    callbacks_deed deed;
    httpsc_transfer *transfer; /* NULL until it is running */
    const char *other;         /* a URL */
    httpsc_client *client;
    int done;
    memory_net net;
} callbacks_world;

static callbacks_world world;

static void callbacks_begin_another(void)
{
    httpsc_request request = drive_request(NULL, world.other, NULL);
    httpsc_transfer *transfer = drive_begin(world.client, &request);
    httpsc_error error = drive_no_error;
    char body[8];

    CHECK_INT(drive_body(transfer, 8, body, sizeof body, &error), HTTPSC_OK);
    CHECK_TEXT(body, "ok");
    httpsc_close(transfer);
}

static void callbacks_turn(callbacks_place place)
{
    httpsc_error error = drive_no_error;
    char buf[4];
    size_t num = 0;

    if (place != world.place || world.done || world.transfer == NULL) {
        return;
    }
    world.done = 1;
    switch (world.deed) {
    case CALLBACKS_CANCEL:
        httpsc_cancel(world.transfer);
        break;
    case CALLBACKS_CLOSE_TWICE:
        httpsc_close(world.transfer);
        httpsc_close(world.transfer);
        break;
    case CALLBACKS_CLOSE:
        httpsc_close(world.transfer);
        break;
    case CALLBACKS_STEP:
        CHECK_INT(httpsc_step(world.transfer, NULL, &error), HTTPSC_ERR_ARGUMENT);
        CHECK_INT(httpsc_read(world.transfer, buf, 4, &num, NULL), HTTPSC_ERR_ARGUMENT);
        CHECK_INT(httpsc_wait(&world.transfer, 1, 0), HTTPSC_ERR_ARGUMENT);
        break;
    case CALLBACKS_BEGIN:
        callbacks_begin_another();
        break;
    }
}

static int callbacks_read(void *user, unsigned char *buf, size_t len, size_t *num_read)
{
    int *at = user;

    callbacks_turn(CALLBACKS_SOURCE);
    *num_read = *at < 4 && len > 0 ? 1 : 0;
    if (*num_read > 0) {
        buf[0] = (unsigned char)"body"[(*at)++];
    }
    return HTTPSC_OK;
}

static int callbacks_write(void *user, const unsigned char *bytes, size_t len)
{
    (void)user;
    (void)bytes;
    (void)len;
    callbacks_turn(CALLBACKS_SINK);
    return HTTPSC_OK;
}

static int callbacks_progress(void *user, const httpsc_progress *progress)
{
    (void)user;
    (void)progress;
    callbacks_turn(CALLBACKS_PROGRESS);
    return HTTPSC_OK;
}

static void callbacks_trace(void *user, const httpsc_trace_event *event)
{
    (void)user;
    (void)event;
    callbacks_turn(CALLBACKS_TRACE);
}

static int callbacks_resolve(void *user, const char *host, httpsc_address *addresses, size_t max,
                             size_t *num)
{
    static const unsigned char local[4] = {127, 0, 0, 1};

    (void)user;
    (void)host;
    callbacks_turn(CALLBACKS_RESOLVE);
    CHECK(max > 0);
    memset(addresses, 0, sizeof *addresses);
    memcpy(addresses->bytes, local, 4);
    addresses->len = 4;
    *num = 1;
    return HTTPSC_OK;
}

static httpsc_transport callbacks_inner;

static int callbacks_send(void *stream, const unsigned char *data, size_t len, size_t *num_sent)
{
    callbacks_turn(CALLBACKS_SEND);
    return callbacks_inner.send(stream, data, len, num_sent);
}

static int callbacks_recv(void *stream, unsigned char *buf, size_t len, size_t *num_received)
{
    callbacks_turn(CALLBACKS_RECV);
    return callbacks_inner.recv(stream, buf, len, num_received);
}

/* One transfer with one deed in one callback. */
static void callbacks_run(callbacks_place place, callbacks_deed deed)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};
    peer_config config = PEER_CONFIG(script, NULL);
    int in_memory = place == CALLBACKS_SEND || place == CALLBACKS_RECV;
    server *there = server_run(NULL, script);
    httpsc_options options = drive_options();
    httpsc_request request = drive_request("PUT", NULL, NULL);
    httpsc_error error = drive_no_error;
    httpsc_transfer *transfer;
    char url[64];
    int at = 0;
    int code;

    memset(&world, 0, sizeof world);
    world.place = place;
    world.deed = deed;
    snprintf(url, sizeof url, "http://localhost:%d/", server_port(there));
    world.other = url;
    request.url = url;
    options.hooks.resolve = callbacks_resolve;
    options.hooks.trace = callbacks_trace;
    if (in_memory) {
        memory_net_init(&world.net, &config, 1);
        callbacks_inner = world.net.transport;
        options.hooks.transport = world.net.transport;
        options.hooks.transport.send = callbacks_send;
        options.hooks.transport.recv = callbacks_recv;
    }
    request.source.read = callbacks_read;
    request.source.user = &at;
    request.source_len = 4;
    request.sink.write = callbacks_write;
    request.progress = callbacks_progress;
    world.client = drive_client(&options);
    transfer = drive_begin(world.client, &request);
    world.transfer = transfer;
    code = drive_head(transfer, &error);
    CHECK_INT(world.done, 1);
    CHECK_INT(error.code, code);
    if (deed == CALLBACKS_STEP || deed == CALLBACKS_BEGIN) {
        CHECK_INT(code, HTTPSC_OK);
    } else {
        CHECK_INT(code, HTTPSC_ERR_CANCELLED);
    }
    if (deed != CALLBACKS_CLOSE && deed != CALLBACKS_CLOSE_TWICE) {
        httpsc_close(transfer); /* those are gone */
    }
    world.transfer = NULL;
    httpsc_client_close(world.client);
    server_close(there);
    if (unit_failed) {
        printf("    place %d, deed %d\n", (int)place, (int)deed);
    }
}

static void callbacks_everywhere(callbacks_deed deed)
{
    for (int place = CALLBACKS_SOURCE; place < CALLBACKS_PLACES && !unit_failed; place++) {
        callbacks_run((callbacks_place)place, deed);
    }
}

static void they_cancel(void)
{
    callbacks_everywhere(CALLBACKS_CANCEL);
}

static void they_close(void)
{
    callbacks_everywhere(CALLBACKS_CLOSE);
}

static void they_close_twice(void)
{
    callbacks_everywhere(CALLBACKS_CLOSE_TWICE);
}

static void they_step_their_own(void)
{
    callbacks_everywhere(CALLBACKS_STEP);
}

static void they_begin_another(void)
{
    callbacks_everywhere(CALLBACKS_BEGIN);
}

/* What the goodbye of httpsc_close calls back may close the transfer once more. */
static void closing_calls_back(void)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};
    peer_config config = PEER_CONFIG(script, "good");
    httpsc_options options = drive_options();
    httpsc_request request = drive_request(NULL, "https://localhost/", NULL);
    httpsc_transfer *transfer;
    httpsc_error error = drive_no_error;

    memset(&world, 0, sizeof world);
    world.place = CALLBACKS_SEND;
    world.deed = CALLBACKS_CLOSE_TWICE;
    memory_net_init(&world.net, &config, 1);
    callbacks_inner = world.net.transport;
    options.hooks.transport = world.net.transport;
    options.hooks.transport.send = callbacks_send;
    world.client = drive_client(&options);
    transfer = drive_begin(world.client, &request);
    CHECK_INT(drive_head(transfer, &error), HTTPSC_OK);
    world.transfer = transfer;
    httpsc_close(transfer); /* in the body: close_notify is sent */
    CHECK_INT(world.done, 1);
    world.transfer = NULL;
    httpsc_client_close(world.client);
    CHECK_INT(world.net.num_opens, world.net.num_closes);
}

static int callbacks_is_within;

static int64_t callbacks_clock(void *user)
{
    httpsc_request request = drive_request(NULL, "http://localhost/", NULL);

    (void)user;
    if (!callbacks_is_within && world.client != NULL) {
        callbacks_is_within = 1;
        httpsc_close(drive_begin(world.client, &request));
        callbacks_is_within = 0;
        world.done++;
    }
    return (int64_t)world.done * 1000;
}

/* No hook but the allocator is called with the client locked. */
static void a_clock_uses_the_client(void)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};
    server *there = server_run(NULL, script);
    httpsc_options options = drive_options();

    memset(&world, 0, sizeof world);
    options.hooks.monotonic_us = callbacks_clock;
    world.client = drive_client(&options);
    CHECK_INT(drive_get(world.client, server_url(there, "/")), 0);
    CHECK_INT(drive_get(world.client, server_url(there, "/")), 1);
    CHECK(world.done > 10);
    httpsc_client_close(world.client);
    world.client = NULL;
    server_close(there);
}

/* ---- from another thread, at every step of an operation of several hops ---- */

static void *callbacks_cancel_from_afar(void *transfer)
{
    httpsc_cancel(transfer);
    return NULL;
}

static void cancelled_at_every_step(void)
{
    static const peer_step script[] = {
        PEER_REQUEST,
        PEER_TEXT("HTTP/1.1 302 Go\r\nLocation: /b\r\nContent-Length: 5\r\n\r\npiece"),
        PEER_REQUEST, {PEER_KIND_SEND, DRIVE_OK, sizeof DRIVE_OK - 1, 9, 0}, PEER_REPEAT};
    server *there = server_run("good", script);
    int code = HTTPSC_ERR_CANCELLED;
    size_t num_steps = 0;

    while (code == HTTPSC_ERR_CANCELLED && num_steps < 1000) {
        httpsc_client *client = drive_client(NULL);
        httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
        httpsc_transfer *transfer = drive_begin(client, &request);
        httpsc_error error = drive_no_error;
        pthread_t thread;

        code = HTTPSC_WANT;
        for (size_t i = 0; i < num_steps && code == HTTPSC_WANT; i++) {
            code = httpsc_step(transfer, NULL, &error);
            if (code == HTTPSC_WANT) {
                httpsc_wait(&transfer, 1, -1);
            }
        }
        if (code == HTTPSC_WANT) {
            CHECK_INT(pthread_create(&thread, NULL, callbacks_cancel_from_afar, transfer), 0);
            CHECK_INT(httpsc_wait(&transfer, 1, -1), HTTPSC_OK);
            CHECK_INT(pthread_join(thread, NULL), 0);
            code = drive_head(transfer, &error);
            CHECK_INT(code, HTTPSC_ERR_CANCELLED);
        }
        httpsc_close(transfer);
        httpsc_client_close(client);
        num_steps++;
    }
    CHECK_INT(code, HTTPSC_OK);
    CHECK(num_steps > 3);
    server_close(there);
}

/* ---- a transport that never has anything, and calls back where it can ---- */

typedef struct silent_world {
    httpsc_transfer *transfers[2];
    int close_in_wants; /* all of them */
    int cancel_in_recv; /* the first */
    int close_in_close; /* the first */
    int num_closed;
} silent_world;

static silent_world silent;

static int silent_open(void *user, const char *host, int port, void **stream)
{
    (void)host;
    (void)port;
    *stream = user;
    return HTTPSC_OK;
}

static int silent_send(void *stream, const unsigned char *data, size_t len, size_t *num_sent)
{
    (void)stream;
    (void)data;
    *num_sent = len;
    return HTTPSC_OK;
}

static int silent_recv(void *stream, unsigned char *buf, size_t len, size_t *num_received)
{
    (void)stream;
    (void)buf;
    (void)len;
    (void)num_received;
    if (silent.cancel_in_recv) {
        httpsc_cancel(silent.transfers[0]);
    }
    return HTTPSC_WANT;
}

static void silent_wants(void *stream, int events, httpsc_wants *wants)
{
    (void)stream;
    (void)events;
    (void)wants;
    if (silent.close_in_wants) {
        silent.close_in_wants = 0;
        httpsc_close(silent.transfers[1]);
        httpsc_close(silent.transfers[0]);
    }
}

static void silent_close(void *stream)
{
    (void)stream;
    silent.num_closed++;
    if (silent.close_in_close) {
        silent.close_in_close = 0;
        httpsc_close(silent.transfers[0]);
    }
}

static httpsc_client *silent_client(void)
{
    httpsc_options options = drive_options();

    memset(&silent, 0, sizeof silent);
    options.hooks.transport.user = &silent;
    options.hooks.transport.open = silent_open;
    options.hooks.transport.send = silent_send;
    options.hooks.transport.recv = silent_recv;
    options.hooks.transport.wants = silent_wants;
    options.hooks.transport.close = silent_close;
    return drive_client(&options);
}

/* A callback of httpsc_wait's closes what is waited for. */
static void waiting_calls_back(void)
{
    httpsc_client *client = silent_client();
    httpsc_request request = drive_request(NULL, "http://localhost/", NULL);
    httpsc_transfer *all[4] = {NULL, NULL, NULL, NULL};

    for (int i = 0; i < 2; i++) {
        silent.transfers[i] = drive_begin(client, &request);
        CHECK_INT(httpsc_step(silent.transfers[i], NULL, NULL), HTTPSC_WANT);
    }
    all[0] = silent.transfers[0];
    all[2] = silent.transfers[1];
    all[3] = silent.transfers[0]; /* named twice */
    CHECK(httpsc_wait(all, 4, 1) != HTTPSC_ERR_CANCELLED);
    CHECK_INT(silent.num_closed, 0);
    silent.close_in_wants = 1;
    CHECK_INT(httpsc_wait(all, 4, 1), HTTPSC_ERR_CANCELLED);
    CHECK_INT(silent.num_closed, 2);
    httpsc_client_close(client);
}

/* A callback cancels, and the goodbye that comes of it closes. */
static void a_goodbye_calls_back(void)
{
    httpsc_client *client = silent_client();
    httpsc_request request = drive_request(NULL, "http://localhost/", NULL);
    httpsc_error error = drive_no_error;

    silent.cancel_in_recv = 1;
    silent.close_in_close = 1;
    silent.transfers[0] = drive_begin(client, &request);
    CHECK_INT(httpsc_step(silent.transfers[0], NULL, &error), HTTPSC_ERR_CANCELLED);
    CHECK_INT(error.code, HTTPSC_ERR_CANCELLED);
    CHECK_INT(silent.num_closed, 1);
    httpsc_client_close(client);
}

UNIT_MAIN(UNIT(they_cancel), UNIT(they_close), UNIT(they_close_twice), UNIT(they_step_their_own),
          UNIT(they_begin_another), UNIT(closing_calls_back), UNIT(waiting_calls_back),
          UNIT(a_goodbye_calls_back), UNIT(a_clock_uses_the_client), UNIT(cancelled_at_every_step))
