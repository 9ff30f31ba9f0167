/* Peers that trickle, peers that never pause: how long the one may take, and how much work one call
 * does for the other (DEFENCES Q9, Q10). */
#include "httpsc.h"

#include "../support/held.h"

/* ---- DEFENCES Q9: a head that trickles ---- */

#define PACE_LIMIT (HELD_SECOND) /* first_byte_ms */

/* The request is out at held_clock_us, and the peer is let go with nothing given yet. */
static httpsc_transfer *pace_asked(held_net *net, httpsc_client *client, const char *url)
{
    httpsc_request request = drive_request(NULL, url, NULL);
    httpsc_transfer *transfer;

    request.timeouts.first_byte_ms = (int)(PACE_LIMIT / 1000);
    request.timeouts.idle_ms = 7;
    transfer = drive_begin(client, &request);
    held_until_held(net, transfer);
    CHECK_INT(httpsc_step(transfer, NULL, NULL), HTTPSC_WANT);
    net->credit = 0;
    peer_release(net->peer);
    return transfer;
}

/* One step at a moment at which so much more came. */
static int pace_give(held_net *net, httpsc_transfer *transfer, int64_t now_us, size_t num,
                       httpsc_error *error)
{
    int code;

    held_clock_us = now_us;
    net->credit = num;
    code = httpsc_step(transfer, NULL, error);
    CHECK_INT(net->credit, 0); /* all of it was taken */
    return code;
}

static const char pace_long_head[] =
    "HTTP/1.1 200 OK\r\nX: 0123456789012345678901234567890123456789012345678901234567890123456789"
    "0123456789012345678901234567890123456789\r\n\r\n";

/* Over TLS each piece is a record with one byte of the head. */
static void a_trickling_head_is_bounded_from_its_first_byte(void)
{
    static const char *const tls[] = {NULL, "good"};
    static const int64_t pauses[] = {PACE_LIMIT / 50, PACE_LIMIT - 1};

    for (size_t i = 0; i < 4; i++) {
        peer_step script[] = {PEER_HEAD, PEER_HOLD, PEER_SEND(NULL, 0), PEER_HOLD};
        peer_config config = PEER_CONFIG(script, tls[i / 2]);
        httpsc_error error = drive_no_error;
        httpsc_transfer *transfer;
        httpsc_client *client;
        int64_t deadline_us;
        held_net net;

        script[2].bytes = pace_long_head;
        script[2].len = sizeof pace_long_head - 1;
        script[2].piece = 1;
        client = held_client(&net, &config, 1);
        transfer = pace_asked(&net, client, held_url(tls[i / 2]));
        CHECK_INT(pace_give(&net, transfer, held_clock_us + PACE_LIMIT - 1, 1, &error),
                  HTTPSC_WANT);
        deadline_us = held_clock_us + PACE_LIMIT;
        while (held_clock_us + pauses[i % 2] < deadline_us) {
            CHECK_INT(pace_give(&net, transfer, held_clock_us + pauses[i % 2], 1, &error),
                      HTTPSC_WANT);
        }
        CHECK_INT(pace_give(&net, transfer, deadline_us, 1, &error),
                  HTTPSC_ERR_TIMEOUT_FIRST_BYTE);
        CHECK_INT(error.stage, HTTPSC_STAGE_RESPONSE);
        httpsc_close(transfer);
        httpsc_client_close(client);
    }
}

/* The bytes of a record are none of the response. */
static void a_trickling_record_is_bounded_from_the_request(void)
{
    static const int64_t pauses[] = {PACE_LIMIT / 50, PACE_LIMIT - 1};

    for (size_t i = 0; i < 2; i++) {
        peer_step script[] = {PEER_HEAD, PEER_HOLD, PEER_SEND(pace_long_head, 100), PEER_HOLD};
        peer_config config = PEER_CONFIG(script, "good");
        httpsc_error error = drive_no_error;
        httpsc_transfer *transfer;
        httpsc_client *client;
        int64_t deadline_us;
        held_net net;

        client = held_client(&net, &config, 1);
        net.in_bytes = 1;
        transfer = pace_asked(&net, client, "https://localhost/");
        deadline_us = held_clock_us + PACE_LIMIT;
        while (held_clock_us + pauses[i] < deadline_us) {
            CHECK_INT(pace_give(&net, transfer, held_clock_us + pauses[i], 1, &error),
                      HTTPSC_WANT);
        }
        CHECK_INT(pace_give(&net, transfer, deadline_us, 1, &error),
                  HTTPSC_ERR_TIMEOUT_FIRST_BYTE);
        httpsc_close(transfer);
        httpsc_client_close(client);
    }
}

/* Each 1xx is a sign of life; what is in it is not, and the last head is bounded again. */
static void each_interim_response_starts_the_time_anew(void)
{
    static const char interim[] = "HTTP/1.1 102 Processing\r\n\r\n";
    static const char *const tls[] = {NULL, "good"};

    for (size_t i = 0; i < 6; i++) {
        peer_step script[] = {PEER_HEAD,
                              PEER_HOLD,
                              PEER_SEND(interim, sizeof interim - 1),
                              PEER_SEND(interim, sizeof interim - 1),
                              PEER_SEND(interim, sizeof interim - 1),
                              PEER_SEND(pace_long_head, sizeof pace_long_head - 1),
                              PEER_HOLD};
        peer_config config = PEER_CONFIG(script, tls[i / 3]);
        httpsc_error error = drive_no_error;
        httpsc_transfer *transfer;
        httpsc_client *client;
        held_net net;

        for (size_t j = 2; j < 6; j++) {
            script[j].piece = 1;
        }
        client = held_client(&net, &config, 1);
        transfer = pace_asked(&net, client, held_url(tls[i / 3]));
        for (int j = 0; j < 3; j++) {
            CHECK_INT(pace_give(&net, transfer, held_clock_us + PACE_LIMIT - 1,
                                  sizeof interim - 1, &error),
                      HTTPSC_WANT);
        }
        if (i % 3 == 0) { /* in time */
            CHECK_INT(pace_give(&net, transfer, held_clock_us + PACE_LIMIT - 1,
                                  sizeof pace_long_head - 1, &error),
                      HTTPSC_OK);
            CHECK(httpsc_head(transfer) != NULL);
        } else if (i % 3 == 1) { /* not at the end in time */
            CHECK_INT(pace_give(&net, transfer, held_clock_us + PACE_LIMIT - 1, 20, &error),
                      HTTPSC_WANT);
            CHECK_INT(pace_give(&net, transfer, held_clock_us + 1, 20, &error),
                      HTTPSC_ERR_TIMEOUT_FIRST_BYTE);
        } else { /* not there in time */
            CHECK_INT(pace_give(&net, transfer, held_clock_us + PACE_LIMIT, 0, &error),
                      HTTPSC_ERR_TIMEOUT_FIRST_BYTE);
        }
        httpsc_close(transfer);
        httpsc_client_close(client);
    }
}

/* ---- DEFENCES Q9: bodies that trickle ---- */

#define PACE_BYTES 1000 /* a second */
#define PACE_WINDOW (2 * HELD_SECOND)

/* Two bodies of 64 KB: the one that the peer sends, behind a head, and the one that goes up. */
static char pace_body[65537];

static httpsc_client *pace_client(held_net *net, const peer_config *config)
{
    memset(pace_body, 'b', sizeof pace_body - 1);
    return held_client(net, config, 1);
}

static void pace_demand(httpsc_request *request)
{
    request->timeouts.low_speed_bytes_per_s = PACE_BYTES;
    request->timeouts.low_speed_ms = (int)(PACE_WINDOW / 1000);
}

/* Reads so much as has come, until the transfer waits or ends. */
static int pace_take(held_net *net, httpsc_transfer *transfer, size_t num, httpsc_error *error)
{
    char buf[4096];
    size_t num_read;
    int code;

    net->credit = num;
    do {
        num_read = 0;
        code = httpsc_read(transfer, buf, sizeof buf, &num_read, error);
    } while (code == HTTPSC_OK && num_read > 0);
    CHECK_INT(net->credit, 0);
    return code;
}

/* A transfer that has its head and waits for its body, of which nothing came yet. */
static httpsc_transfer *pace_waiting(held_net *net, httpsc_client *client, const char *tls,
                                     const httpsc_request *wanted)
{
    httpsc_request request = *wanted;
    httpsc_error error = drive_no_error;
    httpsc_transfer *transfer;

    request.url = held_url(tls);
    transfer = drive_begin(client, &request);
    CHECK_INT(held_head(transfer, &error), HTTPSC_OK);
    CHECK_INT(pace_take(net, transfer, 0, &error), HTTPSC_WANT);
    peer_release(net->peer);
    return transfer;
}

#define PACE_DOWN                                                                              \
    {PEER_HEAD, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n"), PEER_HOLD,          \
     PEER_SEND(pace_body, sizeof pace_body - 1), PEER_HOLD}

/* The bytes that move are counted, not those of the body among them: TLS and plain are alike. */
static void a_body_below_the_speed_is_given_up(void)
{
    static const peer_step script[] = PACE_DOWN;
    static const char *const tls[] = {NULL, "good"};

    for (size_t i = 0; i < 4; i++) {
        peer_config config = PEER_CONFIG(script, tls[i / 2]);
        httpsc_request request = drive_request(NULL, NULL, NULL);
        httpsc_error error = drive_no_error;
        httpsc_transfer *transfer;
        httpsc_client *client;
        held_net net;

        client = pace_client(&net, &config);
        net.in_bytes = 1;
        pace_demand(&request);
        transfer = pace_waiting(&net, client, tls[i / 2], &request);
        for (int window = 0; window < 3; window++) { /* just quick enough */
            held_clock_us += HELD_SECOND;
            CHECK_INT(pace_take(&net, transfer, PACE_BYTES / 2, &error), HTTPSC_WANT);
            held_clock_us += HELD_SECOND;
            CHECK_INT(pace_take(&net, transfer, PACE_BYTES * 3 / 2, &error), HTTPSC_WANT);
        }
        held_clock_us += PACE_WINDOW - 1; /* one byte less, and not before the time is over */
        CHECK_INT(pace_take(&net, transfer, 2 * PACE_BYTES - 1, &error), HTTPSC_WANT);
        held_clock_us++;
        if (i % 2 == 0) {
            CHECK_INT(pace_take(&net, transfer, 0, &error), HTTPSC_ERR_TIMEOUT_LOW_SPEED);
            CHECK_INT(error.stage, HTTPSC_STAGE_BODY);
            CHECK(strstr(error.text, "less than 1000 bytes a second for 2000 ms") != NULL);
            CHECK(httpsc_code_is_timeout(error.code) && httpsc_code_is_retryable(error.code));
        } else {
            CHECK_INT(pace_take(&net, transfer, 1, &error), HTTPSC_WANT);
        }
        httpsc_close(transfer);
        httpsc_client_close(client);
    }
}

static void a_request_below_the_speed_is_given_up(void)
{
    static const peer_step script[] = {PEER_DEAF};

    for (size_t i = 0; i < 2; i++) {
        peer_config config = PEER_CONFIG(script, NULL);
        httpsc_request request;
        httpsc_error error = drive_no_error;
        httpsc_transfer *transfer;
        httpsc_client *client;
        held_net net;

        client = pace_client(&net, &config);
        net.stall_at = 5000;
        request = drive_request("PUT", held_url(NULL), pace_body);
        pace_demand(&request);
        transfer = drive_begin(client, &request);
        CHECK_INT(httpsc_step(transfer, NULL, &error), HTTPSC_WANT);
        for (int window = 0; window < 3; window++) {
            held_clock_us += PACE_WINDOW;
            net.stall_at += 2 * PACE_BYTES;
            CHECK_INT(httpsc_step(transfer, NULL, &error), HTTPSC_WANT);
        }
        held_clock_us += PACE_WINDOW;
        net.stall_at += 2 * PACE_BYTES - 1 + i;
        CHECK_INT(httpsc_step(transfer, NULL, &error),
                  i == 0 ? HTTPSC_ERR_TIMEOUT_LOW_SPEED : HTTPSC_WANT);
        CHECK_INT(i == 0 ? error.stage : HTTPSC_STAGE_REQUEST, HTTPSC_STAGE_REQUEST);
        httpsc_close(transfer);
        httpsc_client_close(client);
    }
}

/* Neither the caller's own time, nor a server's that thinks, nor anything where nobody asked. */
static void what_is_not_slow(void)
{
    static const peer_step script[] = PACE_DOWN;
    static const peer_step thinks[] = {PEER_HEAD, PEER_HOLD, PEER_TEXT(DRIVE_OK), PEER_HOLD};
    peer_config config = PEER_CONFIG(script, NULL);
    peer_config thinking = PEER_CONFIG(thinks, NULL);
    httpsc_request request = drive_request(NULL, NULL, NULL);
    httpsc_error error = drive_no_error;
    httpsc_transfer *transfer;
    httpsc_client *client;
    held_net net;
    char buf[1000];
    size_t num_read = 0;

    client = pace_client(&net, &config);
    net.in_bytes = 1;
    pace_demand(&request);
    transfer = pace_waiting(&net, client, NULL, &request);
    net.credit = 2000;
    CHECK_INT(httpsc_read(transfer, buf, sizeof buf, &num_read, &error), HTTPSC_OK);
    held_clock_us += 100 * PACE_WINDOW; /* the caller does something else */
    CHECK_INT(pace_take(&net, transfer, net.credit, &error), HTTPSC_WANT);
    httpsc_close(transfer);
    for (int i = 0; i < 2; i++) { /* not asked for, and asked for with no time */
        request.timeouts.low_speed_bytes_per_s = i == 0 ? 0 : PACE_BYTES;
        request.timeouts.low_speed_ms = i == 0 ? 1 : HTTPSC_NO_TIMEOUT;
        net.credit = HELD_FREELY;
        transfer = pace_waiting(&net, client, NULL, &request);
        for (int j = 0; j < 20; j++) {
            held_clock_us += 10 * HELD_SECOND;
            CHECK_INT(pace_take(&net, transfer, 1, &error), HTTPSC_WANT);
        }
        httpsc_close(transfer);
    }
    httpsc_client_close(client);

    client = pace_client(&net, &thinking);
    pace_demand(&request);
    request.url = held_url(NULL);
    transfer = drive_begin(client, &request);
    held_until_held(&net, transfer);
    for (int i = 0; i < 4; i++) {
        held_clock_us += PACE_WINDOW;
        CHECK_INT(httpsc_step(transfer, NULL, &error), HTTPSC_WANT);
    }
    peer_release(net.peer);
    CHECK_INT(held_head(transfer, &error), HTTPSC_OK);
    httpsc_close(transfer);
    httpsc_client_close(client);
}

/* Whoever waits as told comes back when the window is full. */
static void a_window_ends_a_wait(void)
{
    static const peer_step script[] = PACE_DOWN;
    peer_config config = PEER_CONFIG(script, NULL);
    httpsc_request request = drive_request(NULL, NULL, NULL);
    httpsc_error error = drive_no_error;
    httpsc_transfer *transfer;
    httpsc_client *client;
    httpsc_wants wants;
    held_net net;

    client = pace_client(&net, &config);
    net.in_bytes = 1;
    pace_demand(&request);
    transfer = pace_waiting(&net, client, NULL, &request);
    CHECK_INT(httpsc_step(transfer, &wants, NULL), HTTPSC_OK);
    CHECK_INT(wants.timeout_ms, PACE_WINDOW / 1000);
    held_clock_us += 500000;
    CHECK_INT(pace_take(&net, transfer, 1, &error), HTTPSC_WANT);
    CHECK_INT(httpsc_step(transfer, &wants, NULL), HTTPSC_OK);
    CHECK_INT(wants.timeout_ms, PACE_WINDOW / 1000 - 500);
    held_clock_us += 400000;
    CHECK_INT(httpsc_step(transfer, &wants, NULL), HTTPSC_OK);
    CHECK_INT(wants.timeout_ms, PACE_WINDOW / 1000 - 900);
    httpsc_close(transfer);
    httpsc_client_close(client);
}

/* ---- DEFENCES Q10: a peer that never pauses ---- */

#define PACE_SHARE (96 * 1024) /* 64 KiB of a body, its records' overhead, and one read ahead */
#define PACE_MUCH (4 * 1024 * 1024)

static int pace_swallow(void *user, const unsigned char *data, size_t len)
{
    (void)data;
    *(size_t *)user += len;
    return HTTPSC_OK;
}

/* One whole transfer over a network that never says WANT while it has bytes: what the busiest of
 * its calls has moved. */
static uint64_t pace_busiest_call(const peer_config *config, httpsc_request *request,
                                  unsigned char *buf, size_t *num_calls)
{
    httpsc_error error = drive_no_error;
    httpsc_transfer *transfer;
    httpsc_client *client;
    uint64_t busiest = 0;
    size_t num_read = 1;
    int code = HTTPSC_WANT;
    held_net net;

    client = held_client(&net, config, 1);
    request->url = held_url(config->tls);
    request->timeouts.idle_ms = HTTPSC_NO_TIMEOUT;
    transfer = drive_begin(client, request);
    for (*num_calls = 0; code == HTTPSC_WANT || (code == HTTPSC_OK && num_read > 0);
         ++*num_calls) {
        uint64_t before = net.num_moved;

        num_read = 0;
        code = httpsc_read(transfer, buf, PACE_MUCH, &num_read, &error);
        busiest = net.num_moved - before > busiest ? net.num_moved - before : busiest;
    }
    CHECK_INT(code, HTTPSC_OK);
    CHECK_INT(httpsc_head(transfer)->status, 200);
    CHECK(net.num_moved > PACE_MUCH);
    httpsc_close(transfer);
    httpsc_client_close(client);
    return busiest;
}

/* However large the buffer is, and however much there is: others have their turn. */
static void one_call_does_a_share_of_the_work(void)
{
    static const char *const tls[] = {NULL, "good"};
    unsigned char *body = calloc(1, PACE_MUCH);
    unsigned char *buf = malloc(PACE_MUCH);

    if (body == NULL || buf == NULL) {
        exit(3);
    }
    for (size_t i = 0; i < 6; i++) {
        const peer_step up[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_HOLD};
        const peer_step down[] = {PEER_HEAD,
                                  PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 4194304\r\n\r\n"),
                                  PEER_SEND((char *)body, PACE_MUCH), PEER_HOLD};
        peer_config config = PEER_CONFIG(i / 2 == 0 ? up : down, tls[i % 2]);
        httpsc_request request = drive_request(i / 2 == 0 ? "PUT" : "GET", NULL, NULL);
        size_t num_swallowed = 0;
        size_t num_calls;
        uint64_t busiest;

        if (i / 2 == 0) {
            request.body.ptr = body;
            request.body.len = PACE_MUCH;
        } else if (i / 2 == 1) {
            request.sink.write = pace_swallow;
            request.sink.user = &num_swallowed;
        }
        busiest = pace_busiest_call(&config, &request, buf, &num_calls);
        CHECK(busiest <= PACE_SHARE);
        CHECK_INT(num_swallowed, i / 2 == 1 ? PACE_MUCH : 0);
    }
    free(buf);
    free(body);
}

UNIT_MAIN(UNIT(a_trickling_head_is_bounded_from_its_first_byte),
          UNIT(a_trickling_record_is_bounded_from_the_request),
          UNIT(each_interim_response_starts_the_time_anew),
          UNIT(a_body_below_the_speed_is_given_up), UNIT(a_request_below_the_speed_is_given_up),
          UNIT(what_is_not_slow), UNIT(a_window_ends_a_wait),
          UNIT(one_call_does_a_share_of_the_work))
