/* Whole requests against a scripted server: what is sent, what comes back, and which connections
 * carry another request. */
#include "httpsc.h"

#include "../support/drive.h"

static const peer_step transfer_answer[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};

/* ---- what comes back ---- */

static void transfer_look_ok(const httpsc_response *response, const char *url)
{
    CHECK(response != NULL);
    if (response != NULL) {
        CHECK_INT(response->status, 200);
        CHECK_INT(response->http_minor, 1);
        CHECK_TEXT(response->reason, "OK");
        CHECK_TEXT(response->url, url);
        CHECK_INT(response->body.len, 2);
        CHECK_TEXT((const char *)response->body.ptr, "ok");
        CHECK_TEXT(httpsc_header(response, "content-LENGTH"), "2");
        CHECK(httpsc_header(response, "Absent") == NULL);
        CHECK_INT(response->num_trailers, 0);
        CHECK(response->timings.done_us >= response->timings.head_us);
        CHECK(response->timings.head_us >= response->timings.first_byte_us);
    }
}

static void get_in_the_clear(void)
{
    server *there = server_run(NULL, transfer_answer);
    httpsc_client *client = drive_client(NULL);
    httpsc_response *response = NULL;

    CHECK_INT(drive_send(client, "GET", server_url(there, "/a?b#c"), NULL, &response), HTTPSC_OK);
    transfer_look_ok(response, server_url(there, "/a?b"));
    CHECK(response->tls.version == NULL && response->tls.cipher_suite == NULL);
    CHECK_INT(response->tls.verified, 0);
    httpsc_response_close(response);
    httpsc_client_close(client);
    server_close(there);
}

static void get_over_tls(void)
{
    static const char *const names[] = {"good", "good-rsa", "p384", "rsa3072"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        server *there = server_run(names[i], transfer_answer);
        httpsc_client *client = drive_client(NULL);
        httpsc_response *response = NULL;

        CHECK_INT(drive_send(client, "GET", server_url(there, "/"), NULL, &response), HTTPSC_OK);
        transfer_look_ok(response, server_url(there, "/"));
        if (response != NULL) {
            CHECK_TEXT(response->tls.version, "TLSv1.2");
            CHECK_TEXT(response->tls.alpn, "http/1.1");
            CHECK(response->tls.group != NULL);
            CHECK(strncmp(response->tls.cipher_suite, "TLS_ECDHE_", 10) == 0);
            CHECK_INT(response->tls.verified, 1);
            CHECK_INT(response->tls.resumed, 0);
            CHECK(response->timings.connected_us > 0);
            CHECK(response->timings.tls_us >= response->timings.connected_us);
            CHECK(response->timings.sent_us >= response->timings.tls_us);
        }
        httpsc_response_close(response);
        httpsc_client_close(client);
        server_wait_closed(there, 1);
        CHECK(server_saw_end(there, 0)); /* close_notify */
        server_close(there);
    }
}

static void a_response_outlives_its_client(void)
{
    server *there = server_run("good", transfer_answer);
    httpsc_options options = drive_options();
    httpsc_client *client;
    httpsc_response *response = NULL;
    unit_memory memory;

    unit_memory_init(&memory);
    options.hooks.allocator = memory.allocator;
    client = drive_client(&options);
    CHECK_INT(drive_send(client, "GET", server_url(there, "/"), NULL, &response), HTTPSC_OK);
    httpsc_client_close(client);
    transfer_look_ok(response, server_url(there, "/"));
    server_close(there);
    transfer_look_ok(response, response->url);
    httpsc_response_close(response);
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(memory.misuse, 0);
}

static void fields_trailers_and_interim_responses(void)
{
    static const peer_step script[] = {
        PEER_REQUEST,
        PEER_TEXT("HTTP/1.1 100 Continue\r\nX: hidden\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n"
                  "HTTP/1.1 201 Made it\r\nSet: one\r\nTransfer-Encoding: chunked\r\n"
                  "set: two\r\nFolded: a\r\n  b\r\nEmpty:\r\n\r\n"
                  "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nDigest: 1\r\nset: three\r\n\r\n"),
        PEER_REPEAT};
    server *there = server_run(NULL, script);
    httpsc_client *client = drive_client(NULL);
    httpsc_response *response = NULL;
    const httpsc_field *field;

    CHECK_INT(drive_send(client, "GET", server_url(there, "/"), NULL, &response), HTTPSC_OK);
    CHECK_INT(response->status, 201);
    CHECK_TEXT(response->reason, "Made it");
    CHECK_INT(response->num_fields, 5);
    CHECK(httpsc_header(response, "X") == NULL);
    field = httpsc_header_next(response, "SET", NULL);
    CHECK_TEXT(field->value, "one");
    field = httpsc_header_next(response, "SET", field);
    CHECK_TEXT(field->value, "two");
    CHECK(httpsc_header_next(response, "SET", field) == NULL);
    CHECK(httpsc_header_next(response, NULL, NULL) == &response->fields[0]);
    CHECK_TEXT(httpsc_header(response, "Folded"), "a b");
    CHECK_TEXT(httpsc_header(response, "Empty"), "");
    CHECK_INT(response->num_trailers, 2);
    CHECK_TEXT(response->trailers[0].name, "Digest");
    CHECK_TEXT(response->trailers[1].value, "three");
    CHECK_TEXT((const char *)response->body.ptr, "abcde");
    httpsc_response_close(response);
    CHECK_INT(drive_get(client, server_url(there, "/")), 1);
    httpsc_client_close(client);
    server_close(there);
}

static void bodies_that_are_empty(void)
{
    static const char *const cases[][2] = {
        {"GET", "HTTP/1.1 204 No Content\r\n\r\n"},
        {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"},
        {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
        {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"},
        {"HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        peer_step script[] = {PEER_REQUEST, PEER_SEND(NULL, 0), PEER_REPEAT};
        httpsc_client *client = drive_client(NULL);
        httpsc_response *response = NULL;
        server *there;

        script[1].bytes = cases[i][1];
        script[1].len = strlen(cases[i][1]);
        there = server_run(NULL, script);
        for (int again = 0; again < 2; again++) {
            CHECK_INT(drive_send(client, cases[i][0], server_url(there, "/"), NULL, &response),
                      HTTPSC_OK);
            CHECK_INT(response->body.len, 0);
            CHECK_TEXT((const char *)response->body.ptr, "");
            CHECK_INT(response->reused, again);
            httpsc_response_close(response);
        }
        httpsc_client_close(client);
        server_close(there);
    }
}

/* At max_body_bytes all is well, one byte more is too much, however the length is told. */
static void buffered_bodies_up_to_the_limit(void)
{
    static const char *const answers[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n4\r\ncdef\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nabcdef"};

    for (size_t i = 0; i < 6; i++) {
        peer_step script[] = {PEER_REQUEST, PEER_SEND(NULL, 0), PEER_END};
        httpsc_options options = drive_options();
        httpsc_client *client;
        httpsc_response *response = NULL;
        server *there;

        script[1].bytes = answers[i / 2];
        script[1].len = strlen(answers[i / 2]);
        there = server_run(NULL, script);
        options.limits.max_body_bytes = i % 2 == 0 ? 6 : 5;
        client = drive_client(&options);
        CHECK_INT(drive_send(client, "GET", server_url(there, "/"), NULL, &response),
                  i % 2 == 0 ? HTTPSC_OK : HTTPSC_ERR_LIMIT_BODY);
        if (response != NULL) {
            CHECK_TEXT((const char *)response->body.ptr, "abcdef");
        }
        httpsc_response_close(response);
        httpsc_client_close(client);
        server_close(there);
    }
}

/* ---- what is sent ---- */

static void transfer_look_sent(const httpsc_options *options, const httpsc_request *request,
                               const char *expected)
{
    server *there = server_run(NULL, transfer_answer);
    httpsc_options own = options == NULL ? drive_options() : *options;
    httpsc_request filled = *request;
    httpsc_response *response = NULL;
    httpsc_client *client;
    char *heard;

    own.connect_to = server_address(there);
    own.no_decode = 1;
    client = drive_client(&own);
    filled.url = "http://host.test/path?query";
    CHECK_INT(httpsc_send(client, &filled, &response, NULL), HTTPSC_OK);
    heard = server_heard(there, 0);
    CHECK_TEXT(heard, expected);
    free(heard);
    httpsc_response_close(response);
    httpsc_client_close(client);
    server_close(there);
}

#define SENT_HOST "Host: host.test\r\n"
#define SENT_DEFAULTS "User-Agent: httpsc/0.1.0\r\nAccept: */*\r\n"

static void requests_as_sent(void)
{
    httpsc_request request = drive_request(NULL, NULL, NULL);

    transfer_look_sent(NULL, &request, "GET /path?query HTTP/1.1\r\n" SENT_HOST SENT_DEFAULTS
                                       "\r\n");
    request = drive_request("HEAD", NULL, NULL);
    transfer_look_sent(NULL, &request, "HEAD /path?query HTTP/1.1\r\n" SENT_HOST SENT_DEFAULTS
                                       "\r\n");
    request = drive_request(NULL, NULL, "a=b");
    request.content_type = "text/plain";
    transfer_look_sent(NULL, &request,
                       "POST /path?query HTTP/1.1\r\n" SENT_HOST SENT_DEFAULTS
                       "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\na=b");
    request = drive_request("PUT", NULL, "x");
    transfer_look_sent(NULL, &request, "PUT /path?query HTTP/1.1\r\n" SENT_HOST SENT_DEFAULTS
                                       "Content-Length: 1\r\n\r\nx");
    request = drive_request("POST", NULL, NULL);
    transfer_look_sent(NULL, &request, "POST /path?query HTTP/1.1\r\n" SENT_HOST SENT_DEFAULTS
                                       "Content-Length: 0\r\n\r\n");
    request = drive_request(NULL, NULL, "");
    transfer_look_sent(NULL, &request, "POST /path?query HTTP/1.1\r\n" SENT_HOST SENT_DEFAULTS
                                       "Content-Length: 0\r\n\r\n");
    request = drive_request("DELETE", NULL, NULL);
    transfer_look_sent(NULL, &request, "DELETE /path?query HTTP/1.1\r\n" SENT_HOST SENT_DEFAULTS
                                       "\r\n");
}

static void defaults_replaced_and_removed(void)
{
    static const httpsc_field replaced[] = {{"accept", "text/html"}, {"user-agent", "mine"}};
    static const httpsc_field removed[] = {{"Accept", NULL}, {"User-Agent", NULL}};
    static const httpsc_field others[] = {{"X-Two", "2"}, {"Host", "other.test"}, {"X-Two", "3"}};
    httpsc_options options = drive_options();
    httpsc_request request = drive_request(NULL, NULL, NULL);

    request.fields = replaced;
    request.num_fields = 2;
    transfer_look_sent(NULL, &request, "GET /path?query HTTP/1.1\r\n" SENT_HOST
                                       "accept: text/html\r\nuser-agent: mine\r\n\r\n");
    request.fields = removed;
    transfer_look_sent(NULL, &request, "GET /path?query HTTP/1.1\r\n" SENT_HOST "\r\n");
    request.fields = others;
    request.num_fields = 3;
    transfer_look_sent(NULL, &request,
                       "GET /path?query HTTP/1.1\r\nHost: other.test\r\n" SENT_DEFAULTS
                       "X-Two: 2\r\nX-Two: 3\r\n\r\n");
    request.num_fields = 0;
    options.user_agent = "";
    transfer_look_sent(&options, &request,
                       "GET /path?query HTTP/1.1\r\n" SENT_HOST "Accept: */*\r\n\r\n");
    options.user_agent = "me/1";
    transfer_look_sent(&options, &request,
                       "GET /path?query HTTP/1.1\r\n" SENT_HOST
                       "User-Agent: me/1\r\nAccept: */*\r\n\r\n");
}

static void connect_to_keeps_the_verified_name(void)
{
    server *there = server_run("good", transfer_answer);
    httpsc_options options = drive_options();
    httpsc_client *client;
    httpsc_error error = drive_no_error;
    httpsc_response *response = NULL;

    options.connect_to = server_address(there);
    client = drive_client(&options);
    CHECK_INT(drive_get(client, "https://a.wild.test/"), 0);
    CHECK_INT(server_count(there, 0, "Host: a.wild.test\r\n"), 1);
    CHECK_INT(httpsc_get(client, "https://other.example/", &response, &error),
              HTTPSC_ERR_CERT_NAME_MISMATCH);
    CHECK(response == NULL);
    httpsc_client_close(client);
    server_close(there);
}

/* A body that takes many records and many calls of send. */
static void a_large_body(void)
{
    static const char *const tls[] = {NULL, "good"};
    size_t len = 3000000;
    char *body = malloc(len + 1);

    for (size_t i = 0; i < len; i++) {
        body[i] = (char)('a' + i % 23);
    }
    body[len] = '\0';
    for (size_t i = 0; i < 2; i++) {
        server *there = server_run(tls[i], transfer_answer);
        httpsc_client *client = drive_client(NULL);
        char *heard;

        CHECK_INT(drive_send(client, "PUT", server_url(there, "/"), body, NULL), HTTPSC_OK);
        CHECK_INT(drive_get(client, server_url(there, "/")), 1);
        heard = server_heard(there, 0);
        CHECK(strstr(heard, "Content-Length: 3000000\r\n\r\n") != NULL);
        CHECK(strstr(heard, body) != NULL);
        free(heard);
        httpsc_client_close(client);
        server_close(there);
    }
    free(body);
}

/* ---- which connections are used again ---- */

static void several_requests_on_one_connection(void)
{
    static const char *const tls[] = {NULL, "good"};

    for (size_t i = 0; i < 2; i++) {
        server *there = server_run(tls[i], transfer_answer);
        httpsc_client *client = drive_client(NULL);
        httpsc_response *response = NULL;

        CHECK_INT(drive_get(client, server_url(there, "/1")), 0);
        CHECK_INT(drive_get(client, server_url(there, "/2")), 1);
        CHECK_INT(drive_send(client, "POST", server_url(there, "/3"), "body", &response),
                  HTTPSC_OK);
        CHECK_INT(response->reused, 1);
        CHECK_INT(response->timings.resolved_us, 0);
        CHECK_INT(response->timings.connected_us, 0);
        CHECK_INT(response->timings.tls_us, 0);
        CHECK_INT(response->tls.verified, tls[i] != NULL);
        httpsc_response_close(response);
        CHECK_INT(drive_get(client, server_url(there, "/4")), 1);
        CHECK_INT(server_num_accepted(there), 1);
        CHECK_INT(server_count(there, 0, " HTTP/1.1\r\n"), 4);
        httpsc_client_close(client);
        server_close(there);
    }
}

/* After this answer, which ends as `how` says, is the connection used again? */
static void transfer_look_kept(const char *answer, peer_step_kind how, int kept)
{
    static const char *const tls[] = {NULL, "good"};

    for (size_t i = 0; i < 2; i++) {
        peer_step script[] = {PEER_REQUEST, PEER_SEND(NULL, 0), {how, NULL, 0, 0, 0}};
        httpsc_client *client = drive_client(NULL);
        server *there;

        script[1].bytes = answer;
        script[1].len = strlen(answer);
        there = server_run(tls[i], script);
        CHECK_INT(drive_get(client, server_url(there, "/")), 0);
        CHECK_INT(drive_get(client, server_url(there, "/")), kept);
        CHECK_INT(server_num_accepted(there), kept ? 1 : 2);
        httpsc_client_close(client);
        server_close(there);
    }
}

static void connections_that_are_not_kept(void)
{
    transfer_look_kept(DRIVE_OK, PEER_KIND_REPEAT, 1);
    transfer_look_kept("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
                       PEER_KIND_REPEAT, 1);
    transfer_look_kept("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", PEER_KIND_REPEAT, 0);
    transfer_look_kept("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                       PEER_KIND_REPEAT, 0);
    transfer_look_kept("HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\nContent-Length: 0\r\n\r\n",
                       PEER_KIND_REPEAT, 0);
    transfer_look_kept(DRIVE_OK "excess", PEER_KIND_REPEAT, 0);
    transfer_look_kept(DRIVE_OK DRIVE_OK, PEER_KIND_REPEAT, 0);
    transfer_look_kept("HTTP/1.1 204 None\r\nContent-Length: 3\r\n\r\n", PEER_KIND_REPEAT, 0);
    transfer_look_kept("HTTP/1.1 200 OK\r\n\r\nuntil the end", PEER_KIND_END, 0);
}

static void an_unread_body_costs_the_connection(void)
{
    server *there = server_run("good", transfer_answer);
    httpsc_client *client = drive_client(NULL);
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
    httpsc_transfer *transfer = drive_begin(client, &request);
    httpsc_error error = drive_no_error;
    char byte;
    size_t num = 0;
    int code;

    CHECK_INT(drive_head(transfer, &error), HTTPSC_OK);
    httpsc_close(transfer);
    CHECK_INT(drive_get(client, server_url(there, "/")), 0);
    /* all bytes were read, but not the verified end */
    transfer = drive_begin(client, &request);
    for (int i = 0; i < 2; i++) {
        while ((code = httpsc_read(transfer, &byte, 1, &num, &error)) == HTTPSC_WANT) {
            httpsc_wait(&transfer, 1, -1);
        }
        CHECK_INT(code, HTTPSC_OK);
        CHECK_INT(num, 1);
    }
    httpsc_close(transfer);
    CHECK_INT(drive_get(client, server_url(there, "/")), 0);
    httpsc_client_close(client);
    server_close(there);
}

static void an_early_answer_costs_the_connection(void)
{
    static const peer_step early[] = {PEER_HEAD, PEER_TEXT("HTTP/1.1 413 Too much\r\n"
                                                           "Content-Length: 2\r\n\r\nno"),
                                      PEER_DEAF};
    peer_config configs[] = {PEER_CONFIG(early, NULL), PEER_CONFIG(transfer_answer, NULL)};
    server *there = server_open(configs, 2);
    httpsc_client *client = drive_client(NULL);
    httpsc_request request = drive_request("POST", server_url(there, "/"), NULL);
    httpsc_response *response = NULL;

    request.body.len = (size_t)32 * 1024 * 1024;
    request.body.ptr = calloc(1, request.body.len);
    CHECK_INT(httpsc_send(client, &request, &response, NULL), HTTPSC_OK);
    CHECK_INT(response->status, 413);
    CHECK_TEXT((const char *)response->body.ptr, "no");
    httpsc_response_close(response);
    CHECK_INT(drive_get(client, server_url(there, "/")), 0);
    free((unsigned char *)(size_t)request.body.ptr);
    httpsc_client_close(client);
    server_close(there);
}

/* The server ends the connection, with an answer or without, while a body is on its way. */
static void the_end_while_a_body_is_sent(void)
{
    static const char *const answers[] = {DRIVE_OK, ""};
    static const peer_step_kind ends[] = {PEER_KIND_END, PEER_KIND_CUT, PEER_KIND_RESET};
    size_t len = 500000;
    char *body = malloc(len + 1);

    memset(body, 'b', len);
    body[len] = '\0';
    for (size_t i = 0; i < 12; i++) {
        peer_step script[] = {PEER_HEAD, PEER_SEND(NULL, 0), {ends[i % 3], NULL, 0, 0, 0}};
        peer_config config = PEER_CONFIG(script, i < 6 ? NULL : "good");
        httpsc_options options = drive_options();
        httpsc_client *client;
        memory_net net;
        int answered = i / 3 % 2 == 0;

        script[1].bytes = answers[i / 3 % 2];
        script[1].len = strlen(script[1].bytes);
        memory_net_init(&net, &config, 1);
        net.max_send = 1000;
        options.hooks.transport = net.transport;
        client = drive_client(&options);
        CHECK_INT(drive_send(client, "POST", i < 6 ? "http://host.test/" : "https://localhost/",
                             body, NULL),
                  answered                        ? HTTPSC_OK
                  : ends[i % 3] == PEER_KIND_RESET ? HTTPSC_ERR_CONNECTION_LOST
                                                   : HTTPSC_ERR_RESPONSE_EMPTY);
        httpsc_client_close(client);
    }
    free(body);
}

/* A body of many steps goes out again from its start. */
static void a_large_body_is_sent_again(void)
{
    static const peer_step gone[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_HEAD, PEER_END};
    peer_config configs[] = {PEER_CONFIG(gone, "good"), PEER_CONFIG(transfer_answer, "good")};
    server *there = server_open(configs, 2);
    httpsc_client *client = drive_client(NULL);
    size_t len = 500000;
    char *body = malloc(len + 1);
    char *heard;

    for (size_t i = 0; i < len; i++) {
        body[i] = (char)('a' + i % 23);
    }
    body[len] = '\0';
    CHECK_INT(drive_get(client, server_url(there, "/")), 0);
    CHECK_INT(drive_send(client, "PUT", server_url(there, "/"), body, NULL), HTTPSC_OK);
    CHECK_INT(server_num_accepted(there), 2);
    heard = server_heard(there, 1);
    CHECK(strlen(heard) > len && strcmp(heard + strlen(heard) - len, body) == 0);
    free(heard);
    free(body);
    httpsc_client_close(client);
    server_close(there);
}

/* The server goes away, or says something unasked, while the connection is idle. */
static void transfer_look_gone_while_idle(const char *tls, peer_step_kind how, const char *unasked)
{
    peer_step script[] = {PEER_REQUEST,        PEER_TEXT(DRIVE_OK), PEER_HOLD,
                          PEER_SEND(NULL, 0), {how, NULL, 0, 0, 0}};
    peer_config configs[] = {PEER_CONFIG(script, tls), PEER_CONFIG(transfer_answer, tls)};
    server *there = server_open(configs, 2);
    httpsc_client *client = drive_client(NULL);
    httpsc_response *response = NULL;

    script[3].bytes = unasked;
    script[3].len = strlen(unasked);
    CHECK_INT(drive_get(client, server_url(there, "/")), 0);
    server_release(there);
    if (how == PEER_KIND_HOLD) {
        server_wait_holding(there, 1);
    } else {
        server_wait_closed(there, 1);
    }
    /* it was seen in time, so that even a POST is safe */
    CHECK_INT(drive_send(client, "POST", server_url(there, "/"), "once", &response), HTTPSC_OK);
    CHECK_INT(response->reused, 0);
    CHECK_INT(server_num_accepted(there), 2);
    CHECK_INT(server_count(there, 0, "POST"), 0);
    CHECK_INT(server_count(there, 1, "POST"), 1);
    httpsc_response_close(response);
    httpsc_client_close(client);
    server_close(there);
}

static void a_kept_connection_that_went_away(void)
{
    static const char *const tls[] = {NULL, "good"};

    for (size_t i = 0; i < 2; i++) {
        transfer_look_gone_while_idle(tls[i], PEER_KIND_END, "");
        transfer_look_gone_while_idle(tls[i], PEER_KIND_CUT, "");
        transfer_look_gone_while_idle(tls[i], PEER_KIND_RESET, "");
        transfer_look_gone_while_idle(tls[i], PEER_KIND_HOLD, "HTTP/1.1 408 Bye\r\n\r\n");
    }
}

/* The server goes away when it sees the second request. */
static void transfer_look_gone_in_use(const char *tls, peer_step_kind how, const char *said,
                                      const char *method, int code, size_t num_connections)
{
    peer_step script[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REQUEST, PEER_SEND(NULL, 0),
                          {how, NULL, 0, 0, 0}};
    peer_config configs[] = {PEER_CONFIG(script, tls), PEER_CONFIG(transfer_answer, tls)};
    server *there = server_open(configs, 2);
    httpsc_client *client = drive_client(NULL);

    script[3].bytes = said;
    script[3].len = strlen(said);
    CHECK_INT(drive_get(client, server_url(there, "/")), 0);
    CHECK_INT(drive_send(client, method, server_url(there, "/"), NULL, NULL), code);
    CHECK_INT(server_num_accepted(there), num_connections);
    CHECK_INT(server_count(there, 0, " HTTP/1.1\r\n"), 2);
    httpsc_client_close(client);
    server_close(there);
}

static void only_idempotent_methods_are_sent_again(void)
{
    static const char *const again[] = {"GET", "PUT", "DELETE", "OPTIONS"};
    static const char *const never[] = {"POST", "PATCH", "OTHER", "get"};

    for (size_t i = 0; i < 4; i++) {
        const char *tls = i % 2 == 0 ? NULL : "good";

        transfer_look_gone_in_use(tls, PEER_KIND_END, "", again[i], HTTPSC_OK, 2);
        transfer_look_gone_in_use(tls, PEER_KIND_CUT, "", again[i], HTTPSC_OK, 2);
        transfer_look_gone_in_use(tls, PEER_KIND_RESET, "", again[i], HTTPSC_OK, 2);
        transfer_look_gone_in_use(tls, PEER_KIND_END, "", never[i], HTTPSC_ERR_RESPONSE_EMPTY, 1);
        transfer_look_gone_in_use(tls, PEER_KIND_RESET, "", never[i], HTTPSC_ERR_CONNECTION_LOST,
                                  1);
        /* not behind the first byte */
        transfer_look_gone_in_use(tls, PEER_KIND_END, "H", again[i],
                                  HTTPSC_ERR_RESPONSE_TRUNCATED, 1);
    }
}

/* A reset behind the first byte, which a socket would not always tell apart. */
static void nothing_is_sent_again_behind_the_first_byte(void)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REQUEST,
                                       PEER_TEXT("H"), PEER_RESET};
    peer_config config = PEER_CONFIG(script, NULL);
    httpsc_options options = drive_options();
    httpsc_client *client;
    memory_net net;

    memory_net_init(&net, &config, 1);
    options.hooks.transport = net.transport;
    client = drive_client(&options);
    CHECK_INT(drive_get(client, "http://host.test/"), 0);
    CHECK_INT(drive_send(client, "GET", "http://host.test/", NULL, NULL),
              HTTPSC_ERR_CONNECTION_LOST);
    CHECK_INT(net.num_opens, 1);
    httpsc_client_close(client);
}

static void a_request_is_sent_again_once(void)
{
    static const peer_step gone[] = {PEER_REQUEST, PEER_END};
    static const peer_step kept_and_gone[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REQUEST,
                                              PEER_END};
    peer_config configs[] = {PEER_CONFIG(kept_and_gone, NULL), PEER_CONFIG(gone, NULL)};
    server *there = server_open(configs, 2);
    httpsc_client *client = drive_client(NULL);

    CHECK_INT(drive_get(client, server_url(there, "/")), 0);
    CHECK_INT(drive_send(client, "GET", server_url(there, "/"), NULL, NULL),
              HTTPSC_ERR_RESPONSE_EMPTY);
    CHECK_INT(server_num_accepted(there), 2);
    /* and a new connection that dies is no reason at all */
    CHECK_INT(drive_send(client, "GET", server_url(there, "/"), NULL, NULL),
              HTTPSC_ERR_RESPONSE_EMPTY);
    CHECK_INT(server_num_accepted(there), 3);
    httpsc_client_close(client);
    server_close(there);
}

/* ---- the pool ---- */

static void idle_connections_up_to_the_limit(void)
{
    server *there[3];
    char url[3][256];
    httpsc_options options = drive_options();
    httpsc_client *client;

    for (size_t i = 0; i < 3; i++) {
        there[i] = server_run("good", transfer_answer);
        snprintf(url[i], sizeof url[i], "%s", server_url(there[i], "/"));
    }
    options.limits.max_idle_connections = 2;
    client = drive_client(&options);
    CHECK_INT(drive_get(client, url[0]), 0);
    CHECK_INT(drive_get(client, url[1]), 0);
    CHECK_INT(drive_get(client, url[0]), 1);
    CHECK_INT(drive_get(client, url[1]), 1);
    /* one too many: the one unused for longest goes, with a goodbye */
    CHECK_INT(drive_get(client, url[2]), 0);
    server_wait_closed(there[0], 1);
    CHECK(server_saw_end(there[0], 0));
    CHECK_INT(drive_get(client, url[2]), 1);
    CHECK_INT(drive_get(client, url[1]), 1);
    CHECK_INT(drive_get(client, url[0]), 0);
    httpsc_client_close(client);
    for (size_t i = 0; i < 3; i++) {
        server_close(there[i]);
    }
}

static int64_t transfer_clock_us;

static int64_t transfer_clock(void *user)
{
    (void)user;
    return transfer_clock_us;
}

static void idle_time_and_lifetime(void)
{
    server *there = server_run(NULL, transfer_answer);
    httpsc_options options = drive_options();
    httpsc_client *client;
    int64_t opened_us;

    transfer_clock_us = 1000;
    options.hooks.monotonic_us = transfer_clock;
    client = drive_client(&options);
    CHECK_INT(drive_get(client, server_url(there, "/")), 0);
    transfer_clock_us += 60 * (int64_t)1000000;
    CHECK_INT(drive_get(client, server_url(there, "/")), 1);
    transfer_clock_us += 60 * (int64_t)1000000 + 1;
    CHECK_INT(drive_get(client, server_url(there, "/")), 0);
    opened_us = transfer_clock_us;
    while (transfer_clock_us < opened_us + 3600 * (int64_t)1000000) {
        transfer_clock_us += 60 * (int64_t)1000000;
        CHECK_INT(drive_get(client, server_url(there, "/")), 1);
    }
    transfer_clock_us += 1;
    CHECK_INT(drive_get(client, server_url(there, "/")), 0);
    CHECK_INT(server_num_accepted(there), 3);
    httpsc_client_close(client);
    server_close(there);
}

static void what_never_shares_a_connection(void)
{
    static const char *const pairs[][2] = {
        {"http://localhost:7/", "https://localhost:7/"}, /* the scheme */
        {"http://localhost:7/", "http://localhost:8/"},  /* the port */
        {"http://localhost:7/", "http://a.wild.test:7/"}, /* the name */
        {"https://localhost:7/", "https://a.wild.test:7/"}};

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        peer_config configs[2] = {PEER_CONFIG(transfer_answer, NULL),
                                  PEER_CONFIG(transfer_answer, NULL)};
        httpsc_options options = drive_options();
        httpsc_client *client;
        server *there;

        configs[0].tls = strncmp(pairs[i][0], "https", 5) == 0 ? "good" : NULL;
        configs[1].tls = strncmp(pairs[i][1], "https", 5) == 0 ? "good" : NULL;
        there = server_open(configs, 2);
        options.connect_to = server_address(there);
        client = drive_client(&options);
        CHECK_INT(drive_get(client, pairs[i][0]), 0);
        CHECK_INT(drive_get(client, pairs[i][1]), 0);
        CHECK_INT(drive_get(client, pairs[i][0]), 1);
        CHECK_INT(drive_get(client, pairs[i][1]), 1);
        CHECK_INT(server_num_accepted(there), 2);
        httpsc_client_close(client);
        server_close(there);
    }
}

static void two_clients_share_nothing(void)
{
    server *there = server_run("selfsigned", transfer_answer);
    httpsc_options options = drive_options();
    httpsc_client *verifying = drive_client(&options);
    httpsc_client *trusting[2];
    httpsc_response *response = NULL;

    options.tls.ca_file = NULL;
    options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
    trusting[0] = drive_client(&options);
    trusting[1] = drive_client(&options);
    CHECK_INT(drive_send(trusting[0], "GET", server_url(there, "/"), NULL, &response), HTTPSC_OK);
    CHECK_INT(response->tls.verified, 0);
    httpsc_response_close(response);
    CHECK_INT(drive_get(trusting[0], server_url(there, "/")), 1);
    CHECK_INT(drive_get(trusting[1], server_url(there, "/")), 0);
    CHECK_INT(drive_send(verifying, "GET", server_url(there, "/"), NULL, NULL),
              HTTPSC_ERR_CERT_SELF_SIGNED);
    CHECK_INT(server_num_accepted(there), 3);
    CHECK_INT(server_count(there, 2, "GET"), 0);
    httpsc_client_close(verifying);
    httpsc_client_close(trusting[0]);
    httpsc_client_close(trusting[1]);
    server_close(there);
}

static void one_configuration_for_two_clients(void)
{
    server *there = server_run("good", transfer_answer);
    httpsc_options options = drive_options();
    httpsc_tls_config *config = NULL;
    httpsc_client *clients[2];
    httpsc_trust_info info;
    unit_memory memory;

    unit_memory_init(&memory);
    options.tls.allocator = memory.allocator;
    CHECK_INT(httpsc_tls_config_open(&options.tls, &config, NULL), HTTPSC_OK);
    httpsc_tls_config_trust(config, &info);
    CHECK_TEXT(info.source, "caller");
    CHECK_TEXT(info.path, options.tls.ca_file);
    CHECK_INT(info.num_anchors, 1);
    CHECK_INT(info.num_skipped, 0);
    options.tls_config = config;
    clients[0] = drive_client(&options);
    clients[1] = drive_client(&options);
    CHECK(httpsc_client_tls_config(clients[0]) == config);
    httpsc_tls_config_close(config);
    CHECK_INT(drive_get(clients[0], server_url(there, "/")), 0);
    httpsc_client_close(clients[0]);
    CHECK_INT(drive_get(clients[1], server_url(there, "/")), 0);
    CHECK(memory.live_blocks > 0);
    httpsc_client_close(clients[1]);
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(memory.misuse, 0);
    server_close(there);
}

UNIT_MAIN(UNIT(get_in_the_clear), UNIT(get_over_tls), UNIT(a_response_outlives_its_client),
          UNIT(fields_trailers_and_interim_responses), UNIT(bodies_that_are_empty),
          UNIT(buffered_bodies_up_to_the_limit),
          UNIT(requests_as_sent), UNIT(defaults_replaced_and_removed),
          UNIT(connect_to_keeps_the_verified_name), UNIT(a_large_body),
          UNIT(several_requests_on_one_connection), UNIT(connections_that_are_not_kept),
          UNIT(an_unread_body_costs_the_connection), UNIT(an_early_answer_costs_the_connection),
          UNIT(the_end_while_a_body_is_sent), UNIT(a_large_body_is_sent_again),
          UNIT(a_kept_connection_that_went_away), UNIT(only_idempotent_methods_are_sent_again),
          UNIT(nothing_is_sent_again_behind_the_first_byte), UNIT(a_request_is_sent_again_once),
          UNIT(idle_connections_up_to_the_limit), UNIT(idle_time_and_lifetime),
          UNIT(what_never_shares_a_connection),
          UNIT(two_clients_share_nothing), UNIT(one_configuration_for_two_clients))
