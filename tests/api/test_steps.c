/* Transfers in steps: what they wait for, several of them at once, ending them early, and time that
 * runs out. */
#include "httpsc.h"

#include "../support/drive.h"

#include <poll.h>
#include <pthread.h>

static const peer_step steps_answer[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};

/* ---- steps, reads, waits ---- */

static void head_and_read_before_and_after(void)
{
    static const peer_step script[] = {
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "5\r\nabcde\r\n0\r\nT: 1\r\n\r\n"),
        PEER_REPEAT};
    server *there = server_run("good", script);
    httpsc_client *client = drive_client(NULL);
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
    httpsc_transfer *transfer = drive_begin(client, &request);
    httpsc_error error = drive_no_error;
    const httpsc_response *head;
    httpsc_wants wants;
    char body[64];
    size_t num = 7;

    /* asked for the body at once, it steps towards the head */
    CHECK(httpsc_head(transfer) == NULL);
    CHECK_INT(httpsc_read(transfer, body, 1, &num, &error), HTTPSC_WANT);
    CHECK_INT(num, 7); /* written on success alone */
    CHECK(httpsc_head(transfer) == NULL);
    CHECK_INT(drive_head(transfer, &error), HTTPSC_OK);
    CHECK_INT(httpsc_step(transfer, &wants, &error), HTTPSC_OK);
    head = httpsc_head(transfer);
    CHECK_INT(head->status, 200);
    CHECK_INT(head->body.len, 0);
    CHECK_INT(head->num_trailers, 0);
    CHECK_INT(drive_body(transfer, 1, body, sizeof body, &error), HTTPSC_OK);
    CHECK_TEXT(body, "abcde");
    CHECK(httpsc_head(transfer) == head);
    CHECK_INT(head->num_trailers, 1);
    /* the end stays the end */
    CHECK_INT(httpsc_read(transfer, body, 1, &num, &error), HTTPSC_OK);
    CHECK_INT(num, 0);
    CHECK_INT(httpsc_step(transfer, &wants, &error), HTTPSC_OK);
    CHECK_INT(wants.num_sockets, 0);
    CHECK_INT(wants.timeout_ms, 0);
    CHECK_INT(error.code, HTTPSC_OK);
    httpsc_close(transfer);
    CHECK_INT(drive_get(client, server_url(there, "/")), 1);
    httpsc_client_close(client);
    server_close(there);
}

static void reads_with_buffers_of_every_size(void)
{
    static const char chunked[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "1;x\r\na\r\n7\r\nbcdefgh\r\nB\r\nijklmnopqrs\r\n0\r\n\r\n";
    static const char plain[] = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\nabcdefghijklmnopqrs";
    static const char *const answers[] = {chunked, plain};

    for (size_t i = 0; i < 4; i++) {
        peer_step script[] = {PEER_REQUEST, PEER_SEND(answers[i % 2], strlen(answers[i % 2])),
                              PEER_REPEAT};
        server *there = server_run(i < 2 ? NULL : "good", script);
        httpsc_client *client = drive_client(NULL);
        httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);

        for (size_t piece = 1; piece < 24; piece++) {
            httpsc_transfer *transfer = drive_begin(client, &request);
            httpsc_error error = drive_no_error;
            char body[64];

            CHECK_INT(drive_body(transfer, piece, body, sizeof body, &error), HTTPSC_OK);
            CHECK_TEXT(body, "abcdefghijklmnopqrs");
            CHECK_INT(httpsc_head(transfer)->reused, piece > 1);
            httpsc_close(transfer);
        }
        httpsc_client_close(client);
        server_close(there);
    }
}

static void steps_look_wants(const httpsc_wants *wants)
{
    CHECK(wants->num_sockets <= HTTPSC_WANTS_MAX);
    CHECK(wants->timeout_ms >= -1);
    for (size_t i = 0; i < wants->num_sockets; i++) {
        CHECK(wants->sockets[i].socket >= 0);
        CHECK((wants->sockets[i].events & (HTTPSC_READABLE | HTTPSC_WRITABLE)) != 0);
        CHECK((wants->sockets[i].events & ~(HTTPSC_READABLE | HTTPSC_WRITABLE)) == 0);
    }
}

/* An event loop of the test's own over the wants: poll() and nothing of httpsc_wait. */
static void steps_poll(const httpsc_wants *wants, size_t num)
{
    struct pollfd polled[8 * HTTPSC_WANTS_MAX];
    nfds_t num_polled = 0;
    int timeout_ms = -1;

    for (size_t i = 0; i < num; i++) {
        for (size_t j = 0; j < wants[i].num_sockets; j++) {
            int events = wants[i].sockets[j].events;

            polled[num_polled].fd = wants[i].sockets[j].socket;
            polled[num_polled].events = (short)((events & HTTPSC_READABLE ? POLLIN : 0) |
                                                (events & HTTPSC_WRITABLE ? POLLOUT : 0));
            num_polled++;
        }
        if (wants[i].timeout_ms >= 0 && (timeout_ms < 0 || wants[i].timeout_ms < timeout_ms)) {
            timeout_ms = wants[i].timeout_ms;
        }
    }
    CHECK(poll(polled, num_polled, timeout_ms) >= 0);
}

#define STEPS_MANY 8

static void several_transfers_in_a_loop_of_poll(void)
{
    server *there[2];
    httpsc_client *client = drive_client(NULL);
    httpsc_transfer *transfers[STEPS_MANY];
    httpsc_wants wants[STEPS_MANY];
    size_t lens[STEPS_MANY] = {0};
    size_t num_open = STEPS_MANY;

    there[0] = server_run("good", steps_answer);
    there[1] = server_run(NULL, steps_answer);
    for (size_t i = 0; i < STEPS_MANY; i++) {
        httpsc_request request = drive_request(NULL, server_url(there[i % 2], "/"), NULL);

        transfers[i] = drive_begin(client, &request);
    }
    while (num_open > 0 && !unit_failed) {
        size_t num_wants = 0;

        for (size_t i = 0; i < STEPS_MANY; i++) {
            char buf[1];
            size_t num = 0;
            int code = HTTPSC_OK;

            if (transfers[i] == NULL) {
                continue;
            }
            code = httpsc_step(transfers[i], &wants[num_wants], NULL);
            if (code == HTTPSC_OK) {
                code = httpsc_read(transfers[i], buf, 1, &num, NULL);
                lens[i] += num;
                httpsc_step(transfers[i], &wants[num_wants], NULL);
            }
            steps_look_wants(&wants[num_wants]);
            if (code == HTTPSC_OK && num == 0) {
                CHECK_INT(lens[i], 2);
                httpsc_close(transfers[i]);
                transfers[i] = NULL;
                num_open--;
                continue;
            }
            CHECK(code == HTTPSC_OK || code == HTTPSC_WANT);
            if (code == HTTPSC_OK) {
                wants[num_wants].timeout_ms = 0;
            }
            num_wants++;
        }
        if (num_open > 0) {
            steps_poll(wants, num_wants);
        }
    }
    for (size_t i = 0; i < STEPS_MANY; i++) {
        httpsc_close(transfers[i]);
    }
    httpsc_client_close(client);
    server_close(there[0]);
    server_close(there[1]);
}

static void several_transfers_with_httpsc_wait(void)
{
    server *there = server_run("good", steps_answer);
    httpsc_client *client = drive_client(NULL);
    httpsc_transfer *transfers[STEPS_MANY + 1];
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
    size_t num_open = STEPS_MANY;

    for (size_t i = 0; i < STEPS_MANY; i++) {
        transfers[i] = drive_begin(client, &request);
    }
    transfers[STEPS_MANY] = NULL;
    while (num_open > 0 && !unit_failed) {
        for (size_t i = 0; i < STEPS_MANY; i++) {
            char buf[16];
            size_t num = 1;
            int code = HTTPSC_OK;

            while (transfers[i] != NULL && code == HTTPSC_OK) {
                code = httpsc_read(transfers[i], buf, sizeof buf, &num, NULL);
                CHECK(code == HTTPSC_OK || code == HTTPSC_WANT);
                if (code == HTTPSC_OK && num == 0) {
                    httpsc_close(transfers[i]);
                    transfers[i] = NULL;
                    num_open--;
                }
            }
        }
        if (num_open > 0) {
            CHECK_INT(httpsc_wait(transfers, STEPS_MANY + 1, -1), HTTPSC_OK);
        }
    }
    httpsc_client_close(client);
    server_close(there);
}

static void what_a_transfer_waits_for(void)
{
    static const peer_step script[] = {PEER_BYTES(5), PEER_HOLD};
    server *there = server_run(NULL, script);
    httpsc_client *client = drive_client(NULL);
    httpsc_request request = drive_request(NULL, NULL, NULL);
    httpsc_transfer *transfer;
    httpsc_wants wants;
    char url[64];

    snprintf(url, sizeof url, "https://localhost:%d/", server_port(there));
    request.url = url;
    request.timeouts.resolve_ms = 20000;
    request.timeouts.tls_ms = 7000;
    request.timeouts.total_ms = HTTPSC_NO_TIMEOUT;
    transfer = drive_begin(client, &request);
    CHECK_INT(httpsc_step(transfer, &wants, NULL), HTTPSC_WANT);
    steps_look_wants(&wants);
    CHECK(wants.timeout_ms > 0 && wants.timeout_ms <= 30000);
    while (!unit_failed && !server_is_holding(there)) {
        httpsc_wait(&transfer, 1, 1);
        CHECK_INT(httpsc_step(transfer, &wants, NULL), HTTPSC_WANT);
        steps_look_wants(&wants);
    }
    CHECK(wants.timeout_ms > 0 && wants.timeout_ms <= 7000);
    CHECK(wants.num_sockets >= 1);
    CHECK_INT(wants.sockets[wants.num_sockets - 1].events, HTTPSC_READABLE);
    /* nothing comes: the time given is what ends the wait */
    CHECK_INT(httpsc_wait(&transfer, 1, 1), HTTPSC_WANT);
    CHECK_INT(httpsc_wait(&transfer, 1, 0), HTTPSC_WANT);
    httpsc_close(transfer);

    /* without any deadline */
    request.timeouts.resolve_ms = HTTPSC_NO_TIMEOUT;
    request.timeouts.connect_ms = HTTPSC_NO_TIMEOUT;
    request.timeouts.tls_ms = HTTPSC_NO_TIMEOUT;
    transfer = drive_begin(client, &request);
    CHECK_INT(httpsc_step(transfer, &wants, NULL), HTTPSC_WANT);
    CHECK_INT(wants.timeout_ms, 250); /* for localhost's other address to join in */
    httpsc_close(transfer);
    httpsc_client_close(client);
    server_close(there);
}

/* ---- the same over a transport of the caller's ---- */

static void a_transport_gives_the_same_as_sockets(void)
{
    static const char *const tls[] = {NULL, "good"};
    static const size_t pieces[] = {0, 1, 7, 1000};
    static const peer_step script[] = {
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 200 OK\r\nA: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "5\r\nabcde\r\n0\r\nT: 1\r\n\r\n"),
        PEER_REPEAT};

    for (size_t i = 0; i < 16; i++) {
        peer_config config = PEER_CONFIG(script, tls[i / 8]);
        httpsc_options options = drive_options();
        httpsc_client *client;
        httpsc_response *response = NULL;
        memory_net net;

        memory_net_init(&net, &config, 1);
        net.max_send = net.max_recv = pieces[i % 4];
        net.want_between = i / 4 % 2 != 0;
        options.hooks.transport = net.transport;
        client = drive_client(&options);
        for (int again = 0; again < 2; again++) {
            CHECK_INT(drive_send(client, "PUT", i < 8 ? "http://host.test/" : "https://localhost/",
                                 "body", &response),
                      HTTPSC_OK);
            CHECK_TEXT((const char *)response->body.ptr, "abcde");
            CHECK_TEXT(httpsc_header(response, "a"), "1");
            CHECK_INT(response->num_trailers, 1);
            CHECK_INT(response->reused, again);
            CHECK_INT(response->tls.verified, i >= 8);
            httpsc_response_close(response);
        }
        httpsc_client_close(client);
        CHECK_INT(net.num_opens, 1);
        CHECK_INT(net.num_closes, 1);
        CHECK(strstr(net.heard, "Content-Length: 4\r\n\r\nbodyPUT / HTTP/1.1\r\n") != NULL);
    }
}

/* ---- ending early ---- */

/* In which state a transfer is left when the server does no more. */
typedef struct steps_stage {
    httpsc_stage stage;
    const char *tls;
    const char *url;   /* of port %d */
    peer_step script[4];
    size_t num_holding; /* connections that hold then */
} steps_stage;

static const steps_stage steps_stages[] = {
    {HTTPSC_STAGE_RESOLVE, NULL, "http://host.test:%d/", {PEER_HOLD}, 0},
    {HTTPSC_STAGE_TLS, NULL, "https://localhost:%d/", {PEER_BYTES(5), PEER_HOLD}, 1},
    {HTTPSC_STAGE_RESPONSE, NULL, "http://localhost:%d/", {PEER_HEAD, PEER_HOLD}, 1},
    {HTTPSC_STAGE_RESPONSE, "good", "https://localhost:%d/", {PEER_HEAD, PEER_HOLD}, 1},
    {HTTPSC_STAGE_BODY,
     NULL,
     "http://localhost:%d/",
     {PEER_HEAD, PEER_TEXT("HTTP/1.1 200 OK\r\n\r\n"), PEER_HOLD},
     1},
    {HTTPSC_STAGE_BODY,
     "good",
     "https://localhost:%d/",
     {PEER_HEAD, PEER_TEXT("HTTP/1.1 200 OK\r\n\r\n"), PEER_HOLD},
     1}};

#define STEPS_STAGES (sizeof steps_stages / sizeof steps_stages[0])

/* host.test is looked up for ever. */
static int steps_resolve(void *user, const char *host, httpsc_address *addresses,
                         size_t max_addresses, size_t *num_addresses)
{
    static const unsigned char loopback[4] = {127, 0, 0, 1};

    (void)user;
    (void)max_addresses;
    if (strcmp(host, "host.test") == 0) {
        return HTTPSC_WANT;
    }
    memset(addresses, 0, sizeof *addresses);
    memcpy(addresses->bytes, loopback, sizeof loopback);
    addresses->len = 4;
    *num_addresses = 1;
    return HTTPSC_OK;
}

static httpsc_transfer *steps_begin(httpsc_client *client, const steps_stage *stage, server *there)
{
    char url[64];
    httpsc_request request = drive_request(NULL, url, NULL);

    snprintf(url, sizeof url, stage->url, server_port(there));
    return drive_begin(client, &request);
}

/* Goes on until the transfer hangs in its stage. */
static void steps_until(httpsc_transfer *transfer, const steps_stage *stage, server *there)
{
    char byte;
    size_t num;

    while (!unit_failed) {
        int code = httpsc_read(transfer, &byte, 1, &num, NULL);

        CHECK_INT(code, HTTPSC_WANT);
        if (stage->num_holding == 0 ||
            (server_num_accepted(there) == 1 && server_is_holding(there) &&
             (stage->stage != HTTPSC_STAGE_BODY || httpsc_head(transfer) != NULL))) {
            return;
        }
        httpsc_wait(&transfer, 1, 1);
    }
}

static void closed_in_every_stage(void)
{
    for (size_t i = 0; i < STEPS_STAGES; i++) {
        server *there = server_run(steps_stages[i].tls, steps_stages[i].script);
        httpsc_options options = drive_options();
        httpsc_client *client;
        httpsc_transfer *transfer;
        unit_memory memory;

        unit_memory_init(&memory);
        options.hooks.allocator = memory.allocator;
        options.hooks.resolve = steps_resolve;
        client = drive_client(&options);
        transfer = steps_begin(client, &steps_stages[i], there);
        steps_until(transfer, &steps_stages[i], there);
        if (i % 2 == 0) {
            httpsc_client_close(client); /* the transfer holds what it needs */
        }
        httpsc_close(transfer);
        if (i % 2 != 0) {
            httpsc_client_close(client);
        }
        server_wait_closed(there, steps_stages[i].num_holding);
        CHECK_INT(memory.live_blocks, 0);
        CHECK_INT(memory.misuse, 0);
        server_close(there);
    }
}

/* What a transfer would keep for a client that is gone must go too. */
static void a_transfer_outlives_its_client(void)
{
    static const char *const tls[] = {NULL, "good"};

    for (size_t i = 0; i < 2; i++) {
        server *there = server_run(tls[i], steps_answer);
        httpsc_options options = drive_options();
        httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
        httpsc_client *client;
        httpsc_transfer *transfer;
        unit_memory memory;
        char body[8];

        unit_memory_init(&memory);
        options.hooks.allocator = memory.allocator;
        client = drive_client(&options);
        CHECK_INT(drive_get(client, server_url(there, "/")), 0);
        transfer = drive_begin(client, &request);
        httpsc_client_close(client);
        CHECK_INT(drive_body(transfer, 8, body, sizeof body, NULL), HTTPSC_OK);
        CHECK_TEXT(body, "ok");
        CHECK_TEXT(httpsc_header(httpsc_head(transfer), "Content-Length"), "2");
        server_wait_closed(there, server_num_accepted(there));
        httpsc_close(transfer);
        CHECK_INT(memory.live_blocks, 0);
        CHECK_INT(memory.misuse, 0);
        server_close(there);
    }
}

static void *steps_cancel_thread(void *argument)
{
    httpsc_cancel(argument);
    return NULL;
}

static void cancelled_from_another_thread_in_every_stage(void)
{
    for (size_t i = 0; i < STEPS_STAGES; i++) {
        server *there = server_run(steps_stages[i].tls, steps_stages[i].script);
        httpsc_options options = drive_options();
        httpsc_client *client;
        httpsc_transfer *transfer;
        httpsc_error error = drive_no_error;
        pthread_t thread;

        options.hooks.resolve = steps_resolve;
        client = drive_client(&options);
        transfer = steps_begin(client, &steps_stages[i], there);
        steps_until(transfer, &steps_stages[i], there);
        CHECK(pthread_create(&thread, NULL, steps_cancel_thread, transfer) == 0);
        CHECK_INT(drive_body(transfer, 1, NULL, 0, &error), HTTPSC_ERR_CANCELLED);
        CHECK_INT(error.stage, steps_stages[i].stage);
        CHECK((httpsc_head(transfer) != NULL) == (error.stage == HTTPSC_STAGE_BODY));
        pthread_join(thread, NULL);
        server_wait_closed(there, steps_stages[i].num_holding);
        httpsc_close(transfer);
        httpsc_client_close(client);
        server_close(there);
    }
}

typedef struct steps_canceller {
    httpsc_transfer *transfer;
    int left; /* events until it cancels */
} steps_canceller;

static void steps_cancel_event(void *user, const httpsc_trace_event *event)
{
    steps_canceller *canceller = user;

    (void)event;
    if (canceller->left-- == 0) {
        httpsc_cancel(canceller->transfer);
    }
}

static void cancelled_from_the_trace(void)
{
    server *there = server_run("good", steps_answer);
    int num_cancelled = 0;
    int code = HTTPSC_ERR_CANCELLED;

    for (int n = 0; n < 100 && code != HTTPSC_OK; n++) {
        steps_canceller canceller = {NULL, n};
        httpsc_options options = drive_options();
        httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
        httpsc_client *client;

        options.hooks.user = &canceller;
        options.hooks.trace = steps_cancel_event;
        client = drive_client(&options);
        canceller.transfer = drive_begin(client, &request);
        code = drive_body(canceller.transfer, 1, NULL, 0, NULL);
        CHECK(code == HTTPSC_OK || code == HTTPSC_ERR_CANCELLED);
        num_cancelled += code == HTTPSC_ERR_CANCELLED;
        httpsc_close(canceller.transfer);
        httpsc_client_close(client);
    }
    CHECK_INT(code, HTTPSC_OK);
    CHECK(num_cancelled >= 5); /* looking up, connecting, TLS, request, response at the least */
    server_close(there);
}

/* ---- time: a clock of the test's own ---- */

static int64_t steps_clock_us;

static int64_t steps_clock(void *user)
{
    (void)user;
    return steps_clock_us;
}

/* A transfer over memory that hangs: it waits until the very deadline, and no longer. */
static void steps_look_deadline(const char *url, const char *tls, const peer_step *script,
                                const httpsc_timeouts *timeouts, int64_t limit_us, int code,
                                httpsc_stage stage)
{
    peer_config config = PEER_CONFIG(script, tls);
    httpsc_options options = drive_options();
    httpsc_request request = drive_request(NULL, url, NULL);
    httpsc_error error = drive_no_error;
    httpsc_client *client;
    httpsc_transfer *transfer;
    httpsc_wants wants;
    memory_net net;
    char byte;
    size_t num;

    memory_net_init(&net, &config, 1);
    net.transport.wants = NULL; /* the transfer's own deadline is what is left */
    steps_clock_us = 5000;
    options.hooks.monotonic_us = steps_clock;
    options.hooks.resolve = steps_resolve;
    if (stage != HTTPSC_STAGE_RESOLVE) {
        options.hooks.transport = net.transport;
    }
    client = drive_client(&options);
    request.timeouts = *timeouts;
    transfer = drive_begin(client, &request);
    for (int i = 0; i < 50; i++) {
        CHECK_INT(httpsc_read(transfer, &byte, 1, &num, &error), HTTPSC_WANT);
    }
    steps_clock_us += limit_us - 1;
    CHECK_INT(httpsc_read(transfer, &byte, 1, &num, &error), HTTPSC_WANT);
    CHECK_INT(httpsc_step(transfer, &wants, &error),
              stage == HTTPSC_STAGE_BODY ? HTTPSC_OK : HTTPSC_WANT);
    CHECK_INT(wants.timeout_ms, 1);
    steps_clock_us += 1;
    CHECK_INT(httpsc_read(transfer, &byte, 1, &num, &error), code);
    CHECK_INT(error.stage, stage);
    CHECK(httpsc_code_is_timeout(error.code));
    httpsc_close(transfer);
    httpsc_client_close(client);
}

static void deadlines_to_the_microsecond(void)
{
    static const peer_step silent[] = {PEER_HOLD};
    static const peer_step no_answer[] = {PEER_HEAD, PEER_HOLD};
    static const peer_step half_head[] = {PEER_HEAD, PEER_TEXT("HTTP/1.1 2"), PEER_HOLD};
    static const peer_step no_body[] = {PEER_HEAD, PEER_TEXT("HTTP/1.1 200 OK\r\n\r\n"), PEER_HOLD};
    static const peer_step deaf[] = {PEER_DEAF};
    static const httpsc_timeouts defaults;
    static const char http[] = "http://other.test/";
    httpsc_timeouts timeouts = defaults;
    const int64_t second = 1000000;

    steps_look_deadline("http://host.test/", NULL, silent, &defaults, 10 * second,
                        HTTPSC_ERR_TIMEOUT_RESOLVE, HTTPSC_STAGE_RESOLVE);
    steps_look_deadline("https://localhost/", NULL, silent, &defaults, 15 * second,
                        HTTPSC_ERR_TIMEOUT_TLS, HTTPSC_STAGE_TLS);
    steps_look_deadline(http, NULL, deaf, &defaults, 30 * second, HTTPSC_ERR_TIMEOUT_SEND,
                        HTTPSC_STAGE_REQUEST);
    steps_look_deadline(http, NULL, no_answer, &defaults, 30 * second,
                        HTTPSC_ERR_TIMEOUT_FIRST_BYTE, HTTPSC_STAGE_RESPONSE);
    timeouts.first_byte_ms = 2;
    timeouts.idle_ms = 3;
    steps_look_deadline(http, NULL, no_answer, &timeouts, 2000, HTTPSC_ERR_TIMEOUT_FIRST_BYTE,
                        HTTPSC_STAGE_RESPONSE);
    steps_look_deadline(http, NULL, half_head, &timeouts, 2000, HTTPSC_ERR_TIMEOUT_FIRST_BYTE,
                        HTTPSC_STAGE_RESPONSE);
    steps_look_deadline(http, NULL, no_body, &timeouts, 3000, HTTPSC_ERR_TIMEOUT_IDLE,
                        HTTPSC_STAGE_BODY);
    steps_look_deadline("https://localhost/", "good", no_body, &timeouts, 3000,
                        HTTPSC_ERR_TIMEOUT_IDLE, HTTPSC_STAGE_BODY);
    timeouts = defaults;
    timeouts.total_ms = 4;
    steps_look_deadline("http://host.test/", NULL, silent, &timeouts, 4000,
                        HTTPSC_ERR_TIMEOUT_TOTAL, HTTPSC_STAGE_RESOLVE);
    steps_look_deadline("https://localhost/", NULL, silent, &timeouts, 4000,
                        HTTPSC_ERR_TIMEOUT_TOTAL, HTTPSC_STAGE_TLS);
    steps_look_deadline(http, NULL, no_answer, &timeouts, 4000, HTTPSC_ERR_TIMEOUT_TOTAL,
                        HTTPSC_STAGE_RESPONSE);
    steps_look_deadline(http, NULL, no_body, &timeouts, 4000, HTTPSC_ERR_TIMEOUT_TOTAL,
                        HTTPSC_STAGE_BODY);
}

/* What was waited for is told, and not the server, which nobody has asked yet. */
static void deadlines_of_others_than_the_server(void)
{
    for (int i = 0; i < 3; i++) {
        httpsc_options options = drive_options();
        httpsc_request request = drive_request(NULL, "http://other.test/", NULL);
        httpsc_error error = drive_no_error;
        httpsc_client *client;
        httpsc_transfer *transfer;

        options.hooks.monotonic_us = steps_clock;
        options.hooks.resolve = steps_resolve;
        options.proxy = i == 0 ? "http://host.test:3128" : i == 1 ? "socks5://host.test" : NULL;
        options.connect_to = i == 2 ? "host.test:81" : NULL;
        client = drive_client(&options);
        transfer = drive_begin(client, &request);
        CHECK_INT(httpsc_step(transfer, NULL, &error), HTTPSC_WANT);
        steps_clock_us += (int64_t)10 * 1000000;
        CHECK_INT(httpsc_step(transfer, NULL, &error), HTTPSC_ERR_TIMEOUT_RESOLVE);
        CHECK(strstr(error.text, i == 0   ? "host.test port 3128, after 10000 ms"
                                 : i == 1 ? "host.test port 1080, after 10000 ms"
                                          : "host.test port 81, after 10000 ms") != NULL);
        httpsc_close(transfer);
        httpsc_client_close(client);
    }
}

static void a_caller_may_take_its_time(void)
{
    peer_config config = PEER_CONFIG(steps_answer, "good");
    httpsc_options options = drive_options();
    httpsc_request request = drive_request(NULL, "https://localhost/", NULL);
    httpsc_client *client;
    httpsc_transfer *transfer;
    httpsc_error error = drive_no_error;
    memory_net net;
    char byte;
    size_t num = 1;
    int code = HTTPSC_OK;

    memory_net_init(&net, &config, 1);
    steps_clock_us = 1;
    options.hooks.monotonic_us = steps_clock;
    options.hooks.transport = net.transport;
    client = drive_client(&options);
    transfer = drive_begin(client, &request);
    CHECK_INT(drive_head(transfer, &error), HTTPSC_OK);
    while (code == HTTPSC_OK && num > 0) {
        steps_clock_us += (int64_t)3600 * 1000000;
        code = httpsc_read(transfer, &byte, 1, &num, &error);
    }
    CHECK_INT(code, HTTPSC_OK);
    httpsc_close(transfer);
    httpsc_client_close(client);
}

UNIT_MAIN(UNIT(head_and_read_before_and_after), UNIT(reads_with_buffers_of_every_size),
          UNIT(several_transfers_in_a_loop_of_poll), UNIT(several_transfers_with_httpsc_wait),
          UNIT(what_a_transfer_waits_for), UNIT(a_transport_gives_the_same_as_sockets),
          UNIT(closed_in_every_stage), UNIT(a_transfer_outlives_its_client),
          UNIT(cancelled_from_another_thread_in_every_stage),
          UNIT(cancelled_from_the_trace), UNIT(deadlines_to_the_microsecond),
          UNIT(deadlines_of_others_than_the_server),
          UNIT(a_caller_may_take_its_time))
