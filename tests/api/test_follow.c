/* Redirects: where they lead, what goes along, and what stays behind. */
#include "httpsc.h"

#include "../support/hops.h"

/* ---- methods and bodies: DEFENCES K5 ---- */

typedef struct follow_method {
    const char *answer;
    const char *method;
    const char *next; /* the request line of the second hop */
    int keeps_body;
} follow_method;

static void methods_and_bodies(void)
{
    static const follow_method cases[] = {
        {HOPS_TO("301", "/b"), "POST", "GET /b ", 0}, {HOPS_TO("302", "/b"), "POST", "GET /b ", 0},
        {HOPS_TO("303", "/b"), "POST", "GET /b ", 0}, {HOPS_TO("307", "/b"), "POST", "POST /b ", 1},
        {HOPS_TO("308", "/b"), "POST", "POST /b ", 1}, {HOPS_TO("301", "/b"), "PUT", "PUT /b ", 1},
        {HOPS_TO("302", "/b"), "PUT", "PUT /b ", 1},  {HOPS_TO("303", "/b"), "PUT", "GET /b ", 0},
        {HOPS_TO("303", "/b"), "GET", "GET /b ", 0},  {HOPS_TO("308", "/b"), "PATCH", "PATCH ", 1}};
    static const httpsc_field fields[] = {{"Content-Language", "en"}, {"X-Stays", "1"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *answers[] = {cases[i].answer, HOPS_OK};
        httpsc_request request = drive_request(cases[i].method, "http://a.test/a", "the body");
        hops run;

        request.content_type = "text/plain";
        request.fields = fields;
        request.num_fields = 2;
        hops_serve(&run, answers, 2);
        hops_send(&run, NULL, &request);
        CHECK_INT(run.code, HTTPSC_OK);
        CHECK(hops_heard(&run, 0, "the body"));
        CHECK(hops_heard(&run, 1, cases[i].next));
        CHECK_INT(hops_heard(&run, 1, "the body"), cases[i].keeps_body);
        CHECK_INT(hops_heard(&run, 1, "Content-Length: 8"), cases[i].keeps_body);
        CHECK_INT(hops_heard(&run, 1, "Content-"), cases[i].keeps_body);
        CHECK(hops_heard(&run, 1, "X-Stays: 1"));
        hops_close(&run);
    }
}

static void a_head_stays_a_head(void)
{
    static const char *const answers[] = {HOPS_TO("303", "/b"),
                                          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"};
    httpsc_request request = drive_request("HEAD", "http://a.test/a", NULL);
    hops run;

    hops_serve(&run, answers, 2);
    hops_send(&run, NULL, &request);
    CHECK_INT(run.code, HTTPSC_OK);
    CHECK(hops_heard(&run, 1, "HEAD /b "));
    hops_close(&run);
}

/* ---- what the caller gets ---- */

static void the_way_is_told(void)
{
    static const char *const answers[] = {HOPS_TO("301", "http://b.test:81/two?q"),
                                          HOPS_TO("302", "three#f"), HOPS_OK};
    httpsc_request request = drive_request(NULL, "http://a.test/one", NULL);
    hops run;

    hops_serve(&run, answers, 3);
    hops_send(&run, NULL, &request);
    CHECK_INT(run.code, HTTPSC_OK);
    if (run.response != NULL) {
        CHECK_INT(run.response->num_redirects, 2);
        CHECK_TEXT(run.response->redirects[0], "http://a.test/one");
        CHECK_TEXT(run.response->redirects[1], "http://b.test:81/two?q");
        CHECK_TEXT(run.response->url, "http://b.test:81/three");
        CHECK_TEXT((const char *)run.response->body.ptr, "ok");
        CHECK(run.response->timings.redirected_us > 0);
    }
    CHECK(hops_heard(&run, 1, "Host: b.test:81\r\n"));
    request.no_redirects = 1;
    hops_close(&run);
    hops_serve(&run, answers, 3);
    hops_send(&run, NULL, &request);
    CHECK_INT(run.code, HTTPSC_OK);
    CHECK_INT(run.response->status, 301);
    CHECK_INT(run.response->num_redirects, 0);
    hops_close(&run);
}

/* ---- the limit: DEFENCES K6 ---- */

static int follow_many(int max_of_request, size_t max_of_client)
{
    static const peer_step script[] = {
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 302 Go\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
        PEER_REPEAT};
    server *there = server_run(NULL, script);
    httpsc_options options = drive_options();
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
    httpsc_error error = drive_no_error;
    httpsc_response *response = NULL;
    httpsc_client *client;
    int num;

    options.limits.max_redirects = max_of_client;
    request.max_redirects = max_of_request;
    client = drive_client(&options);
    CHECK_INT(httpsc_send(client, &request, &response, &error), HTTPSC_ERR_LIMIT_REDIRECTS);
    num = (int)server_count(there, 0, "GET / HTTP/1.1");
    CHECK_INT(server_num_accepted(there), 1); /* a kept connection serves all hops */
    httpsc_client_close(client);
    server_close(there);
    return num;
}

static void loops_end(void)
{
    CHECK_INT(follow_many(0, 0), 11);
    CHECK_INT(follow_many(0, 3), 4);
    CHECK_INT(follow_many(2, 3), 3);
    CHECK_INT(follow_many(20, 3), 21);
    CHECK_INT(follow_many(-1, 3), 1);
}

/* ---- credentials: DEFENCES K1, K2, K3, L1, and what was on the wire ---- */

typedef struct follow_origin {
    const char *answer;
    int same;
} follow_origin;

static const httpsc_field follow_secrets[] = {{"Authorization", "Basic c2VjcmV0"},
                                              {"Cookie", "secret=1"},
                                              {"Proxy-Authorization", "Basic c2VjcmV0"},
                                              {"X-API-Key", "secret"},
                                              {"My-Token", "secret"},
                                              {"Host", "virtual.test"},
                                              {"X-Open", "1"}};
static const char *const follow_secret_names[] = {"my-token"};

static void follow_look_at_wire(hops *run, size_t i, int same)
{
    static const char *const secret[] = {"\r\nAuthorization: ", "\r\nCookie: ",
                                         "\r\nProxy-Authorization: ", "\r\nX-API-Key: ",
                                         "\r\nMy-Token: ", "virtual.test"};

    for (size_t j = 0; j < sizeof secret / sizeof secret[0]; j++) {
        CHECK_INT(hops_heard(run, i, secret[j]), same && j != 2); /* no server gets that one */
    }
    CHECK(hops_heard(run, i, "X-Open: 1"));
}

static void credentials_stay_at_home(void)
{
    static const follow_origin cases[] = {
        {HOPS_TO("302", "/b"), 1},
        {HOPS_TO("302", "http://a.test:80/b"), 1},
        {HOPS_TO("302", "http://A.TEST./b"), 1},
        {HOPS_TO("302", "http://a.test:81/b"), 0},
        {HOPS_TO("302", "http://b.test/b"), 0},
        {HOPS_TO("302", "//sub.a.test/b"), 0},
        {HOPS_TO("302", "http://test/b"), 0},
        {HOPS_TO("302", "http://a.test.evil/b"), 0},
        {HOPS_TO("302", "http://user:pass@b.test/b"), 0},
        {HOPS_TO("307", "http://127.0.0.1/b"), 0}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *answers[] = {cases[i].answer, HOPS_OK};
        httpsc_request request = drive_request(NULL, "http://a.test/a", NULL);
        hops run;

        request.fields = follow_secrets;
        request.num_fields = sizeof follow_secrets / sizeof follow_secrets[0];
        request.secret_names = follow_secret_names;
        request.num_secret_names = 1;
        hops_serve(&run, answers, 2);
        hops_send(&run, NULL, &request);
        CHECK_INT(run.code, HTTPSC_OK);
        follow_look_at_wire(&run, 0, 1);
        follow_look_at_wire(&run, 1, cases[i].same);
        CHECK(!hops_heard(&run, 1, "dXNlcjpwYXNz")); /* of the Location: user:pass */
        if (unit_failed) {
            printf("    %s", cases[i].answer);
        }
        hops_close(&run);
    }
}

static void credentials_do_not_come_back(void)
{
    static const char *const answers[] = {HOPS_TO("302", "http://b.test/"),
                                          HOPS_TO("302", "http://a.test/"), HOPS_OK};
    httpsc_request request = drive_request(NULL, "http://user:secret@a.test/", NULL);
    hops run;

    hops_serve(&run, answers, 3);
    hops_send(&run, NULL, &request);
    CHECK_INT(run.code, HTTPSC_OK);
    CHECK(hops_heard(&run, 0, "Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"));
    CHECK(!hops_heard(&run, 1, "Authorization"));
    CHECK(!hops_heard(&run, 2, "Authorization"));
    CHECK(strstr(run.response->url, "secret") == NULL);
    CHECK(strstr(run.response->redirects[0], "secret") == NULL);
    hops_close(&run);
}

/* ---- schemes: DEFENCES K4 ---- */

static void https_is_not_left(void)
{
    static const peer_step insecure[] = {PEER_REQUEST, PEER_TEXT(HOPS_OK), PEER_END};
    char answer[200];
    peer_step secure[] = {PEER_REQUEST, PEER_SEND(NULL, 0), PEER_REPEAT};
    server *plain = server_run(NULL, insecure);
    httpsc_options options = drive_options();
    server *there;

    snprintf(answer, sizeof answer,
             "HTTP/1.1 302 Go\r\nLocation: http://localhost:%d/\r\nContent-Length: 0\r\n\r\n",
             server_port(plain));
    secure[1].bytes = answer;
    secure[1].len = strlen(answer);
    there = server_run("good", secure);
    for (int allowed = 0; allowed < 2; allowed++) {
        httpsc_client *client;
        httpsc_response *response = NULL;
        int code;

        options.allow_downgrade = allowed;
        client = drive_client(&options);
        code = drive_send(client, NULL, server_url(there, "/"), NULL, &response);
        CHECK_INT(code, allowed ? HTTPSC_OK : HTTPSC_ERR_REDIRECT_DOWNGRADE);
        CHECK_INT(server_num_accepted(plain), (size_t)allowed);
        if (response != NULL) {
            CHECK(response->tls.version == NULL); /* that of the last hop, which had none */
        }
        httpsc_response_close(response);
        httpsc_client_close(client);
    }
    options.allow_http = 0;
    options.allow_downgrade = 1;
    {
        httpsc_client *client = drive_client(&options);

        CHECK_INT(drive_send(client, NULL, server_url(there, "/"), NULL, NULL),
                  HTTPSC_ERR_URL_PLAIN_HTTP);
        httpsc_client_close(client);
    }
    server_close(there);
    server_close(plain);
}

/* ---- Location: DEFENCES K7, K8 ---- */

typedef struct follow_place {
    const char *answer;
    int code;
    int status; /* of the answer, where it is one */
} follow_place;

static void locations(void)
{
    static const follow_place cases[] = {
        {"HTTP/1.1 302 Go\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", HTTPSC_OK, 302},
        {HOPS_TO("302", ""), HTTPSC_OK, 302},
        {HOPS_TO("300", "/b"), HTTPSC_OK, 300},
        {HOPS_TO("304", "/b"), HTTPSC_OK, 304},
        {HOPS_TO("201", "/b"), HTTPSC_OK, 201},
        {HOPS_TO("302", "/b\r\nLocation: /b"), HTTPSC_OK, 200},
        {HOPS_TO("302", "/b\r\nLocation: /c"), HTTPSC_ERR_REDIRECT_LOCATION, 0},
        {HOPS_TO("302", "ftp://b.test/"), HTTPSC_ERR_REDIRECT_LOCATION, 0},
        {HOPS_TO("302", "file:///etc/passwd"), HTTPSC_ERR_REDIRECT_LOCATION, 0},
        {HOPS_TO("302", "http://b test/"), HTTPSC_ERR_REDIRECT_LOCATION, 0},
        {HOPS_TO("302", "http://"), HTTPSC_ERR_REDIRECT_LOCATION, 0},
        {HOPS_TO("302", "http://u:hunter2@@b/"), HTTPSC_ERR_REDIRECT_LOCATION, 0}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *answers[] = {cases[i].answer, HOPS_OK};
        httpsc_request request = drive_request(NULL, "http://a.test/a", NULL);
        hops run;

        hops_serve(&run, answers, 2);
        hops_send(&run, NULL, &request);
        CHECK_TEXT(httpsc_code_name(run.code), httpsc_code_name(cases[i].code));
        CHECK_INT(run.response == NULL ? 0 : run.response->status, cases[i].status);
        CHECK(strstr(run.error.text, "hunter2") == NULL);
        CHECK(server_num_accepted(run.there) == (cases[i].status == 200 ? 2U : 1U));
        hops_close(&run);
    }
}

static void a_long_location(void)
{
    static char answer[2000];
    const char *answers[] = {answer, HOPS_OK};
    httpsc_request request = drive_request(NULL, "http://a.test/a", NULL);

    for (size_t extra = 0; extra < 2; extra++) {
        httpsc_options options;
        hops run;
        char path[1100];

        memset(path, 'x', sizeof path);
        path[1000 + extra] = '\0';
        snprintf(answer, sizeof answer, HOPS_TO("302", "%s"), path);
        hops_serve(&run, answers, 2);
        options = hops_options(&run);
        options.limits.max_url_bytes = 1000;
        hops_send(&run, &options, &request);
        CHECK_INT(run.code, extra == 0 ? HTTPSC_OK : HTTPSC_ERR_LIMIT_URL);
        hops_close(&run);
    }
}

/* ---- the connection of the hop that is left: DEFENCES K6 ---- */

static int64_t follow_now_us;

static int64_t follow_clock(void *user)
{
    (void)user;
    return follow_now_us += 50000; /* whoever waits for something does so for long */
}

static void the_rest_of_a_hop_is_passed_over(void)
{
    static char big[200000];
    static const peer_step later[] = {PEER_REQUEST, PEER_TEXT(HOPS_OK), PEER_END};
    static const char *const heads[] = {
        "HTTP/1.1 302 Go\r\nLocation: /b\r\nContent-Length: 65536\r\n\r\n",
        "HTTP/1.1 302 Go\r\nLocation: /b\r\nContent-Length: 65537\r\n\r\n",
        "HTTP/1.1 302 Go\r\nLocation: /b\r\n\r\n",
        "HTTP/1.1 302 Go\r\nLocation: /b\r\nTransfer-Encoding: chunked\r\n\r\nnonsense",
        "HTTP/1.1 302 Go\r\nLocation: /b\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n",
        "HTTP/1.1 302 Go\r\nLocation: /b\r\nContent-Length: 65536\r\n\r\nnever"};

    memset(big, 'b', sizeof big);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        peer_step first[] = {PEER_REQUEST, PEER_SEND(NULL, 0), PEER_SEND(NULL, 0),
                             PEER_SEND("\r\n0\r\n\r\n", 0), PEER_REQUEST, PEER_TEXT(HOPS_OK),
                             PEER_END};
        peer_config configs[] = {PEER_CONFIG(first, NULL), PEER_CONFIG(later, NULL)};
        httpsc_options options = drive_options();
        httpsc_client *client;
        server *there;

        first[1].bytes = heads[i];
        first[1].len = strlen(heads[i]);
        first[2].bytes = big;
        first[2].len = i == 4 ? 131072 : i == 5 ? 0 : i == 1 ? 65537 : 65536;
        first[3].len = i == 4 ? 7 : 0;
        there = server_open(configs, 2);
        if (i == 5) {
            follow_now_us = 0;
            options.hooks.monotonic_us = follow_clock;
        }
        client = drive_client(&options);
        CHECK_INT(drive_send(client, NULL, server_url(there, "/a"), NULL, NULL), HTTPSC_OK);
        CHECK_INT(server_num_accepted(there), i == 0 ? 1 : 2);
        if (unit_failed) {
            printf("    %s\n", heads[i]);
        }
        httpsc_client_close(client);
        server_close(there);
    }
}

static int64_t follow_slow_clock(void *user)
{
    (void)user;
    return follow_now_us += 5000;
}

/* Bytes that nobody reads hold nothing up, however steadily they come. */
static void a_hop_that_trickles_is_left(void)
{
    static char body[3000];
    static const peer_step first[] = {
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 302 Go\r\nLocation: /b\r\nContent-Length: 3000\r\n\r\n"),
        PEER_SEND(body, sizeof body), PEER_REQUEST, PEER_TEXT(HOPS_OK), PEER_END};
    static const peer_step later[] = {PEER_REQUEST, PEER_TEXT(HOPS_OK), PEER_END};
    static const peer_config configs[] = {PEER_CONFIG(first, NULL), PEER_CONFIG(later, NULL)};
    httpsc_options options = drive_options();
    httpsc_client *client;
    memory_net net;

    memory_net_init(&net, configs, 2);
    net.max_recv = 1;
    net.want_between = 1;
    options.hooks.transport = net.transport;
    options.hooks.monotonic_us = follow_slow_clock;
    follow_now_us = 0;
    client = drive_client(&options);
    CHECK_INT(drive_send(client, NULL, "http://name.test/a", NULL, NULL), HTTPSC_OK);
    CHECK_INT(net.num_opens, 2);
    CHECK(net.num_received < 1000);
    httpsc_client_close(client);
}

/* ---- bodies that are sent again ---- */

typedef struct follow_source {
    size_t at;
    int num_rewinds;
    int refuses;
} follow_source;

static int follow_read(void *user, unsigned char *buf, size_t len, size_t *num_read)
{
    follow_source *source = user;

    *num_read = source->at < 8 && len > 0 ? 1 : 0;
    if (*num_read > 0) {
        buf[0] = (unsigned char)"the body"[source->at++];
    }
    return HTTPSC_OK;
}

static int follow_rewind(void *user)
{
    follow_source *source = user;

    source->at = 0;
    source->num_rewinds++;
    return source->refuses ? HTTPSC_ERR_SYSTEM : HTTPSC_OK;
}

static void bodies_that_can_be_sent_again(void)
{
    static const char *const answers[] = {HOPS_TO("307", "/b"), HOPS_OK};

    for (int i = 0; i < 3; i++) {
        httpsc_request request = drive_request("PUT", "http://a.test/a", NULL);
        follow_source source = {0, 0, i == 2};
        hops run;

        request.source.user = &source;
        request.source.read = follow_read;
        request.source.rewind = i == 0 ? NULL : follow_rewind;
        request.source_len = 8;
        hops_serve(&run, answers, 2);
        hops_send(&run, NULL, &request);
        CHECK_INT(run.code, i == 1 ? HTTPSC_OK : HTTPSC_ERR_REQUEST_BODY_REPLAY);
        CHECK_INT(server_num_accepted(run.there), i == 1 ? 2 : 1);
        CHECK_INT(source.num_rewinds, i == 0 ? 0 : 1);
        if (i == 1) {
            CHECK(hops_heard(&run, 1, "\r\n\r\nthe body"));
        }
        hops_close(&run);
    }
}

static void a_body_crosses_by_leave_alone(void)
{
    static const char *const answers[] = {HOPS_TO("308", "http://b.test/b"), HOPS_OK};

    for (int allowed = 0; allowed < 2; allowed++) {
        httpsc_request request = drive_request("POST", "http://a.test/a", "the body");
        hops run;

        request.resend_cross_origin = allowed;
        hops_serve(&run, answers, 2);
        hops_send(&run, NULL, &request);
        CHECK_INT(run.code, allowed ? HTTPSC_OK : HTTPSC_ERR_REQUEST_BODY_REPLAY);
        CHECK_INT(server_num_accepted(run.there), allowed ? 2 : 1);
        hops_close(&run);
    }
}

UNIT_MAIN(UNIT(methods_and_bodies), UNIT(a_head_stays_a_head), UNIT(the_way_is_told),
          UNIT(loops_end), UNIT(credentials_stay_at_home), UNIT(credentials_do_not_come_back),
          UNIT(https_is_not_left), UNIT(locations), UNIT(a_long_location),
          UNIT(the_rest_of_a_hop_is_passed_over), UNIT(a_hop_that_trickles_is_left),
          UNIT(bodies_that_can_be_sent_again),
          UNIT(a_body_crosses_by_leave_alone))
