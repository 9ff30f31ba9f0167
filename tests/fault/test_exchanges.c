/* Plays tests/corpus/exchange, and tests/corpus/response once more for a whole client. Each
 * scenario runs five ways: by blocking calls, in steps with a pause before each call, one byte at a
 * time, cut at every place both ways, and with every allocation and every call of the transport
 * failing in turn. */
#include "httpsc.h"

#include "../support/corpus.h"
#include "../support/scenario.h"

#define PLAY_NOW 1800000000 /* 2027-01-15T08:00:00Z */
#define PLAY_BODY_MAX 420000
#if defined(__clang__) /* the sanitized build of the gate, which is slow */
#define PLAY_CUTS_MAX 150 /* inputs longer than this are cut at as many places */
#else
#define PLAY_CUTS_MAX 700
#endif
#define PLAY_CUTS_MAX_FULL 2000 /* the same in the full run */
#define PLAY_CUTS_MAX_TLS 12

typedef struct play_run {
    const scenario *one;
    int blocking;
    size_t piece; /* of a read */
    unit_memory memory;
    memory_net net;
    httpsc_client *client;
    int64_t paused_us;
    int misplaced;   /* a connection went elsewhere */
    int unsatisfied; /* a connection did not hear what it awaited */
    size_t source_at[SCENARIO_REQUESTS];
    size_t i;        /* of the request under way */
    unsigned char body[PLAY_BODY_MAX];
    size_t body_len;
    char actual[SCENARIO_TEXT];
    corpus_text out;
    int code;
    size_t num_received; /* when the code was told */
} play_run;

static httpsc_tls_config *play_tls;
static play_run play;
static char play_heard[8192]; /* what the connections of the last run heard */

/* ---- the world around the client ---- */

static int play_now(void *user, int64_t *unix_seconds)
{
    const play_run *run = user;

    *unix_seconds = PLAY_NOW + run->paused_us / 1000000;
    return HTTPSC_OK;
}

/* Time passes where there is nothing to do, and in the scenario's pauses. */
static int64_t play_monotonic(void *user)
{
    const play_run *run = user;

    return 1000000 + run->paused_us + (int64_t)run->net.num_idle * 10000;
}

static void play_opened(void *user, size_t i, const char *host, int port)
{
    play_run *run = user;
    char place[300];

    snprintf(place, sizeof place, "%s:%d", host, port);
    if (i < run->one->num_connections && run->one->places[i] != NULL) {
        run->misplaced |= strcmp(place, run->one->places[i]) != 0;
    }
}

static void play_closed(void *user, size_t i, peer *one)
{
    play_run *run = user;
    size_t len = 0;
    const char *heard = peer_heard(one, &len);
    corpus_text out = {play_heard, sizeof play_heard, strlen(play_heard)};

    run->unsatisfied |= !peer_is_satisfied(one) || i >= run->one->num_connections;
    corpus_put(&out, "# connection heard: ");
    corpus_put_bytes(&out, heard, len);
    corpus_put(&out, "\n");
}

static int play_read_source(void *user, unsigned char *buf, size_t len, size_t *num_read)
{
    play_run *run = user;
    const httpsc_bytes *source = &run->one->requests[run->i].source;
    size_t left = source->len - run->source_at[run->i];

    left = left < len ? left : len;
    *num_read = left < 3 ? left : 3;
    memcpy(buf, source->ptr + run->source_at[run->i], *num_read);
    run->source_at[run->i] += *num_read;
    return HTTPSC_OK;
}

static int play_rewind_source(void *user)
{
    play_run *run = user;

    run->source_at[run->i] = 0;
    return HTTPSC_OK;
}

static int play_take(void *user, const unsigned char *bytes, size_t len)
{
    play_run *run = user;

    CHECK(run->body_len + len < PLAY_BODY_MAX);
    if (run->body_len + len < PLAY_BODY_MAX) {
        memcpy(run->body + run->body_len, bytes, len);
        run->body_len += len;
    }
    return HTTPSC_OK;
}

/* ---- what came out, as text ---- */

static void play_put(const char *before, const char *text)
{
    corpus_put(&play.out, before);
    corpus_put(&play.out, text);
}

/* One line: 200 "ok", 1 redirect to http://b.test/, reused, kept */
static void play_tell_response(const httpsc_response *response, int code)
{
    char text[64];

    if (response != NULL) {
        snprintf(text, sizeof text, "%d \"", response->status);
        corpus_put(&play.out, text);
        corpus_put_bytes(&play.out, play.body, play.body_len);
        corpus_put(&play.out, "\"");
        if (response->num_redirects > 0) {
            snprintf(text, sizeof text, ", %d redirect%s to ", (int)response->num_redirects,
                     response->num_redirects == 1 ? "" : "s");
            play_put(text, response->url);
        }
        corpus_put(&play.out, response->reused ? ", reused" : "");
        corpus_put(&play.out, response->decoded ? ", decoded" : "");
        for (size_t i = 0; i < response->num_trailers; i++) {
            play_put(", trailer ", response->trailers[i].name);
            play_put(": ", response->trailers[i].value);
        }
    }
    if (code != HTTPSC_OK) {
        play_put(response != NULL ? ", " : "", httpsc_code_name(code));
    }
}

/* Line by line, as tests/corpus/README.md has it. */
static void play_tell_lines(const httpsc_response *response, int code)
{
    if (response != NULL) {
        corpus_put_status(&play.out, "head", response->http_minor, response->status,
                          response->reason);
        for (size_t i = 0; i < response->num_fields; i++) {
            corpus_put_field(&play.out, "field ", response->fields[i]);
        }
        if (play.body_len > 0) {
            corpus_put(&play.out, "body ");
            corpus_put_bytes(&play.out, play.body, play.body_len);
            corpus_put(&play.out, "\n");
        }
        for (size_t i = 0; i < response->num_trailers; i++) {
            corpus_put_field(&play.out, "trailer ", response->trailers[i]);
        }
    }
    play_put(code == HTTPSC_OK ? "end" : "error ", code == HTTPSC_OK ? "" : httpsc_code_name(code));
    corpus_put(&play.out, "\n");
}

static void play_tell(const httpsc_response *response, int code)
{
    play.code = code;
    play.num_received = play.net.num_received;
    if (play.one->is_response) {
        play_tell_lines(response, code);
    } else {
        play_tell_response(response, code);
    }
}

/* ---- one run ---- */

static void play_blocking(const httpsc_request *request, httpsc_error *error)
{
    httpsc_response *response = NULL;
    int code = httpsc_send(play.client, request, &response, error);

    CHECK((code == HTTPSC_OK) == (response != NULL));
    if (response != NULL && request->sink.write == NULL) {
        play_take(&play, response->body.ptr, response->body.len);
    }
    play_tell(response, code);
    httpsc_response_close(response);
}

/* To the end, or an error: that, which stays what it is. */
static int play_read(httpsc_transfer *transfer, httpsc_error *error)
{
    unsigned char buf[4096];
    httpsc_error again = {0};
    size_t num = 1;
    int code = HTTPSC_WANT;

    while (code == HTTPSC_WANT) {
        httpsc_wants wants;

        code = httpsc_step(transfer, &wants, error);
        CHECK(code != HTTPSC_WANT || (wants.num_sockets < 3 && wants.timeout_ms == 0));
    }
    if (code == HTTPSC_OK && play.one->requests[play.i].stop) {
        return HTTPSC_OK;
    }
    while (code == HTTPSC_WANT || (code == HTTPSC_OK && num > 0)) {
        code = httpsc_read(transfer, buf, play.piece, &num, error);
        if (code == HTTPSC_OK) {
            CHECK(num <= play.piece);
            play_take(&play, buf, num);
        }
    }
    if (code != HTTPSC_OK) {
        CHECK_INT(httpsc_step(transfer, NULL, &again), code);
        CHECK_TEXT(again.text, error->text);
    }
    return code;
}

static void play_steps(const httpsc_request *request, httpsc_error *error)
{
    httpsc_transfer *transfer = NULL;
    int code = httpsc_begin(play.client, request, &transfer, error);

    if (code == HTTPSC_OK) {
        code = play_read(transfer, error);
    }
    play_tell(httpsc_head(transfer), code);
    httpsc_close(transfer);
}

static void play_request(const scenario_request *wanted)
{
    httpsc_request request = wanted->request;
    httpsc_error error = {0};
    char text[32];
    size_t open;

    play.paused_us += (int64_t)wanted->pause_s * 1000000;
    play.body_len = 0;
    if (wanted->has_source) {
        request.source.user = &play;
        request.source.read = play_read_source;
        request.source.rewind = wanted->no_rewind ? NULL : play_rewind_source;
    }
    if (wanted->sink || (play.blocking && play.one->is_response)) {
        request.sink.user = &play;
        request.sink.write = play_take;
    }
    if (play.blocking && !wanted->stop) {
        play_blocking(&request, &error);
    } else {
        play_steps(&request, &error);
    }
    CHECK_INT(error.code, play.code);
    open = play.net.num_opens - play.net.num_closes;
    if (play.one->has_left && play.i == 0) {
        open = 0; /* what comes behind may be seen only later */
    }
    if (play.one->is_response) {
        corpus_put(&play.out, open > 0 ? "kept\n" : "");
    } else {
        snprintf(text, sizeof text, " %d", (int)open);
        play_put(open > 0 ? ", kept" : "", open > 1 ? text : "");
        corpus_put(&play.out, "\n");
    }
}

/* The faults of play.net and play.memory are set before. */
static void play_run_all(const scenario *one)
{
    httpsc_options options = one->options;

    play.one = one;
    play.out.ptr = play.actual;
    play.out.size = sizeof play.actual;
    play.out.len = 0;
    play.actual[0] = '\0';
    play_heard[0] = '\0';
    memset(play.source_at, 0, sizeof play.source_at);
    play.paused_us = 0;
    play.misplaced = 0;
    play.unsatisfied = 0;
    play.client = NULL;
    play.net.watch.user = &play;
    play.net.watch.opened = play_opened;
    play.net.watch.closed = play_closed;
    options.tls_config = play_tls;
    options.proxy_tls = play_tls;
    options.timeouts.first_byte_ms = 1500;
    options.timeouts.idle_ms = 1500;
    options.hooks.user = &play;
    options.hooks.now = play_now;
    options.hooks.monotonic_us = play_monotonic;
    options.hooks.transport = play.net.transport;
    options.hooks.allocator = play.memory.allocator;
    play.code = httpsc_client_open(&options, &play.client, NULL);
    if (play.code != HTTPSC_OK) {
        play_put(httpsc_code_name(play.code), "\n");
        return;
    }
    for (play.i = 0; play.i < one->num_requests; play.i++) {
        play_request(&one->requests[play.i]);
        if ((play.memory.fail_at != 0 && play.code == HTTPSC_ERR_MEMORY) ||
            (play.net.fault != MEMORY_FAULT_NONE && (play.code == HTTPSC_ERR_CONNECTION_LOST ||
                                                     play.code == HTTPSC_ERR_CONNECT_FAILED))) {
            break; /* the rest of the dialogue is lost */
        }
    }
    httpsc_client_close(play.client);
}

static void play_prepare(const scenario *one)
{
    unit_memory_init(&play.memory);
    memory_net_init(&play.net, one->configs, one->num_connections);
    play.blocking = 0;
    play.piece = 4096;
}

static int play_is_clean(void)
{
    return play.memory.live_blocks == 0 && !play.memory.misuse &&
           play.net.num_opens == play.net.num_closes;
}

static void play_fail(const char *way, size_t n, const char *why)
{
    char text[700];

    snprintf(text, sizeof text, "%.500s, %s %lu: %s", play.one->name, way, (unsigned long)n, why);
    if (!unit_failed || getenv("PLAY_ALL") != NULL) {
        printf("# %s\n# expected\n%s# actual\n%s%s", text, play.one->expected, play.actual,
               play_heard);
    }
    unit_check(0, text, __FILE__, __LINE__);
}

/* The expected text without what a blocking call does not give: the response that an error cut. */
static const char *play_expected(const scenario *one, int blocking)
{
    static char text[SCENARIO_TEXT];
    const char *from = one->expected;
    size_t len = 0;

    if (!blocking) {
        return one->expected;
    }
    if (one->is_response) {
        const char *error = strstr(from, "error ");

        return error != NULL && (error == from || error[-1] == '\n') ? error : from;
    }
    while (*from != '\0') {
        size_t line = strcspn(from, "\n") + 1;
        const char *error = strstr(from, ", ERR_");

        if (error != NULL && error < from + line) {
            line -= (size_t)(error + 2 - from);
            from = error + 2;
        }
        memcpy(text + len, from, line);
        len += line;
        from += line;
    }
    text[len] = '\0';
    return text;
}

static void play_compare(const char *way, size_t n)
{
    if (strcmp(play.actual, play_expected(play.one, play.blocking)) != 0) {
        play_fail(way, n, "another outcome");
    } else if (!play_is_clean()) {
        play_fail(way, n, "something is left behind");
    } else if (play.misplaced) {
        play_fail(way, n, "a connection went elsewhere");
    } else if (!play.one->is_response && (play.unsatisfied ||
               play.net.num_opens != play.one->num_connections)) {
        play_fail(way, n, "the server did not hear what it awaited");
    }
}

/* ---- the five ways ---- */

/* One byte at a time: then it can be told behind which one an error came. */
static void play_bytes(const scenario *one)
{
    size_t mark = one->mark == SIZE_MAX ? one->num_said : one->mark;
    char text[100];

    play_prepare(one);
    play.piece = 1;
    play.net.max_send = 1;
    play.net.max_recv = 1;
    play_run_all(one);
    play_compare("byte by byte", 0);
    if (play.code != HTTPSC_OK && !one->is_response && !one->has_tls && play.num_received != mark) {
        snprintf(text, sizeof text, "%s came behind byte %lu of the server's",
                 httpsc_code_name(play.code), (unsigned long)play.num_received);
        play_fail("byte by byte", mark, text);
    }
}

static void play_cuts(const scenario *one)
{
    size_t max = one->has_tls                           ? PLAY_CUTS_MAX_TLS
                 : getenv("HTTPSC_TEST_FULL") != NULL ? PLAY_CUTS_MAX_FULL
                                                        : PLAY_CUTS_MAX;
    size_t sent = 1;
    size_t received = 1;

    for (size_t cut = 1; cut <= received; cut += received / max + 1) {
        play_prepare(one);
        play.net.split_received = cut;
        play_run_all(one);
        play_compare("received cut at", cut);
        received = play.net.num_received;
    }
    for (size_t cut = 1; cut <= sent; cut += sent / max + 1) {
        play_prepare(one);
        play.net.split_sent = cut;
        play_run_all(one);
        play_compare("sent cut at", cut);
        sent = play.net.num_sent;
    }
}

/* 1 when the last line tells that code. */
static int play_ended_with(const char *code)
{
    char line[1200];
    size_t from = play.out.len > 0 ? play.out.len - 1 : 0;
    char *kept;

    while (from > 0 && play.actual[from - 1] != '\n') {
        from--;
    }
    snprintf(line, sizeof line, "%.1100s", play.actual + from);
    kept = strstr(line, ", kept");
    line[kept != NULL ? (size_t)(kept - line) : strcspn(line, "\n")] = '\0';
    return strlen(line) >= strlen(code) && strcmp(line + strlen(line) - strlen(code), code) == 0;
}

/* The text without what connections were used and kept: that is all that may change where memory
 * runs out in keeping one. */
static const char *play_answers(const char *text, char *out)
{
    static const char *const words[] = {", reused", ", kept 2", ", kept"};
    size_t len = 0;

    while (*text != '\0') {
        size_t skip = 0;

        for (size_t i = 0; i < 3 && skip == 0; i++) {
            skip = strncmp(text, words[i], strlen(words[i])) == 0 ? strlen(words[i]) : 0;
        }
        if (skip == 0) {
            out[len++] = *text++;
        }
        text += skip;
    }
    out[len] = '\0';
    return out;
}

/* A failure that was made: all went well nevertheless, or the last line tells it. */
static void play_compare_fault(const char *way, size_t n, const char *const *codes)
{
    static char actual[SCENARIO_TEXT];
    static char expected[SCENARIO_TEXT];

    if (!play_is_clean()) {
        play_fail(way, n, "something is left behind");
    }
    if (strcmp(play_answers(play.actual, actual),
               play_answers(play_expected(play.one, play.blocking), expected)) == 0) {
        return;
    }
    for (; *codes != NULL; codes++) {
        if (play_ended_with(*codes)) {
            return;
        }
    }
    play_fail(way, n, "neither the outcome nor the failure that was made");
}

static void play_starved(const scenario *one, int blocking)
{
    static const char *const codes[] = {"ERR_MEMORY", NULL};
    size_t stride = one->has_tls ? 7 : 1;
    size_t n = 1;

    for (;;) {
        play_prepare(one);
        play.memory.fail_at = n;
        play.memory.fail_once = 1;
        play.blocking = blocking;
        play_run_all(one);
        play_compare_fault("allocation", n, codes);
        if (play.memory.num_allocs < n || unit_failed) {
            return;
        }
        n += stride;
    }
}

/* kind 0: a send, 1: a recv, 2: an open. */
static void play_broken(const scenario *one, int kind)
{
    static const char *const codes[] = {"ERR_CONNECTION_LOST", "ERR_CONNECT_FAILED", NULL};
    static const char *const ways[] = {"send", "receive", "open"};
    size_t stride = one->has_tls ? 3 : 1;
    size_t n = 1;
    size_t num;

    do {
        play_prepare(one);
        play.net.fault = MEMORY_FAULT_ERROR;
        play.net.fault_send = kind == 0 ? n : 0;
        play.net.fault_recv = kind == 1 ? n : 0;
        play.net.fault_open = kind == 2 ? n : 0;
        play.net.max_recv = one->num_said > 2000 ? 0 : 40;
        play.net.max_send = one->num_said > 2000 ? 0 : 40;
        play_run_all(one);
        num = kind == 0 ? play.net.num_sends : kind == 1 ? play.net.num_recvs : play.net.num_opens;
        play_compare_fault(ways[kind], n, codes);
        n += num > 100 ? stride * (num / 100 + 1) : stride;
    } while (n <= num && !unit_failed);
}

static void play_scenario(const scenario *one)
{
    if (getenv("PLAY_ONLY") != NULL && strstr(one->name, getenv("PLAY_ONLY")) == NULL) {
        return;
    }
    play_prepare(one);
    play.blocking = 1;
    play_run_all(one);
    play_compare("blocking", 0);

    play_prepare(one);
    play.net.want_between = 1;
    play.piece = 7;
    play_run_all(one);
    play_compare("in steps", 0);

    if (getenv("PLAY_ALL") != NULL) {
        play_bytes(one);
        return;
    }
    play_bytes(one);
    play_cuts(one);
    play_starved(one, 0);
    play_starved(one, 1);
    for (int kind = 0; kind < 3; kind++) {
        play_broken(one, kind);
    }
}

static void play_file(const char *directory, const char *name, int least)
{
    static const httpsc_tls_options none;
    httpsc_tls_options options = none;
    int num;

    if (play_tls == NULL) {
        options.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
        CHECK_INT(httpsc_tls_config_open(&options, &play_tls, NULL), HTTPSC_OK);
    }
    num = scenario_each(directory, name, play_scenario);
    CHECK(num >= least);
    printf("# %s/%s: %d scenarios\n", directory, name, num);
}

#define PLAY_TEST(test, directory, name, least) \
    static void test(void) \
    { \
        play_file(directory, name, least); \
    }

PLAY_TEST(redirects, "exchange", "redirects", 100)
PLAY_TEST(credentials, "exchange", "credentials", 30)
PLAY_TEST(proxies, "exchange", "proxies", 50)
PLAY_TEST(uploads, "exchange", "uploads", 25)
PLAY_TEST(connections, "exchange", "connections", 30)
PLAY_TEST(bodies, "exchange", "bodies", 30)
PLAY_TEST(requests, "exchange", "requests", 30)
PLAY_TEST(cookies, "exchange", "cookies", 60)
PLAY_TEST(response_chunked, "response", "chunked", 10)
PLAY_TEST(response_connection, "response", "connection", 10)
PLAY_TEST(response_fields, "response", "fields", 10)
PLAY_TEST(response_framing, "response", "framing", 10)
PLAY_TEST(response_interim, "response", "interim", 10)
PLAY_TEST(response_limits, "response", "limits", 10)
PLAY_TEST(response_status_line, "response", "status_line", 10)
PLAY_TEST(response_truncation, "response", "truncation", 10)

UNIT_MAIN(UNIT(response_chunked), UNIT(response_connection), UNIT(response_fields),
          UNIT(response_framing), UNIT(response_interim), UNIT(response_limits),
          UNIT(response_status_line), UNIT(response_truncation), UNIT(redirects),
          UNIT(credentials), UNIT(proxies), UNIT(uploads), UNIT(connections), UNIT(bodies),
          UNIT(requests), UNIT(cookies))
