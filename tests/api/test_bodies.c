/* Bodies both ways: from memory, files and callbacks, decoded, pushed and resumed. */
#include "httpsc.h"

#include "../support/hops.h"

#include <unistd.h>
#include <zlib.h>

/* ---- a source that gives a text in pieces, and says WANT between them ---- */

#define BODIES_NO_END 2

typedef struct bodies_source {
    const char *text;
    size_t len;
    size_t at;
    size_t piece;
    int waits;     /* every other call says WANT; BODIES_NO_END: all those behind the text */
    int turn;
    int fails;     /* this code at the end */
} bodies_source;

static int bodies_read(void *user, unsigned char *buf, size_t len, size_t *num_read)
{
    bodies_source *source = user;
    size_t num = source->len - source->at;

    if (source->waits == BODIES_NO_END ? num == 0 : source->waits && source->turn++ % 2 == 0) {
        return HTTPSC_WANT;
    }
    if (num == 0 && source->fails != 0) {
        return source->fails;
    }
    num = num < source->piece ? num : source->piece;
    num = num < len ? num : len;
    memcpy(buf, source->text + source->at, num);
    source->at += num;
    *num_read = num;
    return HTTPSC_OK;
}

static int bodies_rewind(void *user)
{
    ((bodies_source *)user)->at = 0;
    return HTTPSC_OK;
}

static httpsc_request bodies_request(bodies_source *source, int64_t len)
{
    httpsc_request request = drive_request("PUT", "http://a.test/", NULL);

    request.source.user = source;
    request.source.read = bodies_read;
    request.source.rewind = bodies_rewind;
    request.source_len = len;
    return request;
}

static const char *const bodies_ok[] = {HOPS_OK};

/* The code of a request to a server that waits for all that its Content-Length says. */
static int bodies_code(const httpsc_request *request, const char *heard)
{
    hops run;
    int code;

    hops_serve(&run, bodies_ok, 1);
    hops_send(&run, NULL, request);
    code = run.code;
    CHECK(heard == NULL || hops_heard(&run, 0, heard));
    hops_close(&run);
    return code;
}

static void sources_of_known_length(void)
{
    for (size_t piece = 1; piece < 9; piece++) {
        for (int waits = 0; waits < 2; waits++) {
            bodies_source source = {"the body", 8, 0, piece, waits, 0, 0};
            httpsc_request request = bodies_request(&source, 8);

            CHECK_INT(bodies_code(&request, "Content-Length: 8\r\n\r\nthe body"), HTTPSC_OK);
        }
    }
}

/* A pipe that stays open cannot tell that it is at its end. */
static void sources_that_cannot_tell_their_end(void)
{
    for (size_t len = 0; len < 9; len += 8) {
        bodies_source source = {"the body", len, 0, 3, BODIES_NO_END, 0, 0};
        httpsc_request request = bodies_request(&source, (int64_t)len);

        CHECK_INT(bodies_code(&request, len == 0 ? "Content-Length: 0\r\n\r\n"
                                                 : "Content-Length: 8\r\n\r\nthe body"),
                  HTTPSC_OK);
    }
}

/* DEFENCES J8: a server never sees as whole what is too short or too long. */
static void sources_of_another_length(void)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(HOPS_OK), PEER_END};
    static const int64_t lens[] = {0, 1, 6, 7, 9, 10, 100};

    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        for (size_t piece = 1; piece < 12; piece += 5) {
            server *there = server_run(NULL, script);
            bodies_source source = {"the body", 8, 0, piece, 0, 0, 0};
            httpsc_request request = bodies_request(&source, lens[i]);
            httpsc_client *client = drive_client(NULL);
            httpsc_response *response = NULL;
            httpsc_error error = drive_no_error;
            char *heard;
            const char *body;

            request.url = server_url(there, "/");
            CHECK_INT(httpsc_send(client, &request, &response, &error),
                      HTTPSC_ERR_REQUEST_BODY_LENGTH);
            server_wait_closed(there, 1);
            heard = server_heard(there, 0);
            body = strstr(heard, "\r\n\r\n");
            CHECK(body == NULL || lens[i] == 0 || strlen(body + 4) < (size_t)lens[i]);
            free(heard);
            httpsc_client_close(client);
            server_close(there);
        }
    }
}

static void sources_that_fail(void)
{
    static const int codes[][2] = {{HTTPSC_ERR_SYSTEM, HTTPSC_ERR_SYSTEM},
                                   {HTTPSC_ERR_REQUEST_BODY, HTTPSC_ERR_REQUEST_BODY},
                                   {12345, HTTPSC_ERR_REQUEST_BODY}};

    static const peer_step silent[] = {PEER_BYTES(1000000), PEER_HOLD}; /* it waits for the end */

    for (size_t i = 0; i < 3; i++) {
        server *there = server_run(NULL, silent);
        bodies_source source = {"the body", 8, 0, 3, 0, 0, codes[i][0]};
        httpsc_request request = bodies_request(&source, i == 0 ? 20 : HTTPSC_LENGTH_UNKNOWN);
        httpsc_client *client = drive_client(NULL);
        httpsc_response *response = NULL;
        httpsc_error error = drive_no_error;

        request.url = server_url(there, "/");
        CHECK_INT(httpsc_send(client, &request, &response, &error), codes[i][1]);
        httpsc_response_close(response);
        httpsc_client_close(client);
        server_close(there);
    }
}

/* ---- chunks ---- */

/* What a server heard of a chunked body: the content, or NULL when it is malformed. */
static char *bodies_unchunk(const char *heard)
{
    const char *at = strstr(heard, "\r\n\r\n");
    char *out = calloc(1, strlen(heard) + 1);
    size_t len = 0;

    at = at == NULL ? "" : at + 4;
    for (;;) {
        char *end = NULL;
        size_t size = strtoul(at, &end, 16);

        if (end == at || strncmp(end, "\r\n", 2) != 0 || strlen(end + 2) < size + 2) {
            break;
        }
        memcpy(out + len, end + 2, size);
        len += size;
        at = end + 2 + size;
        if (strncmp(at, "\r\n", 2) != 0) {
            break;
        }
        at += 2;
        if (size == 0 && *at == '\0') {
            return out;
        }
    }
    free(out);
    return NULL;
}

static void chunked_bodies(void)
{
    static char big[70000];
    static const peer_step script[] = {PEER_HEAD, PEER_HOLD, PEER_TEXT(HOPS_OK), PEER_END};

    memset(big, 'x', sizeof big - 1);
    for (int i = 0; i < 5; i++) {
        server *there = server_run(i % 2 == 0 ? NULL : "good", script);
        bodies_source source = {big, sizeof big - 1, 0, i == 0 ? 1000 : 100000, i == 0, 0, 0};
        httpsc_request request = bodies_request(&source, HTTPSC_LENGTH_UNKNOWN);
        httpsc_client *client = drive_client(NULL);
        httpsc_transfer *transfer;
        httpsc_error error = drive_no_error;
        char *heard;
        char *content;
        int code;

        if (i >= 2) { /* the same from memory; an empty one; a short one */
            request = drive_request("PUT", NULL, i == 2 ? big : i == 3 ? "" : "the body");
            request.chunked = 1;
        }
        request.url = server_url(there, "/");
        transfer = drive_begin(client, &request);
        do { /* until all is sent */
            code = httpsc_step(transfer, NULL, &error);
            if (code == HTTPSC_WANT) {
                httpsc_wait(&transfer, 1, 20);
            }
            heard = server_num_accepted(there) > 0 ? server_heard(there, 0) : NULL;
            content = heard == NULL ? NULL : bodies_unchunk(heard);
            free(heard);
        } while (code == HTTPSC_WANT && content == NULL);
        CHECK_TEXT(content, i < 3 ? big : i == 3 ? "" : "the body");
        free(content);
        server_release(there);
        CHECK_INT(drive_head(transfer, &error), HTTPSC_OK);
        CHECK(server_count(there, 0, "Transfer-Encoding: chunked\r\n\r\n") == 1);
        CHECK(server_count(there, 0, "Content-Length") == 0);
        httpsc_close(transfer);
        httpsc_client_close(client);
        server_close(there);
    }
}

/* ---- files, forms, parts, queries ---- */

static void bodies_file(char *path, const char *text)
{
    int fd;

    strcpy(path, "/tmp/httpsc-body-XXXXXX");
    fd = mkstemp(path);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static void bodies_refused_file(httpsc_request *request, const char *path, const char *text)
{
    httpsc_client *client = drive_client(NULL);
    httpsc_error error = drive_no_error;
    httpsc_transfer *transfer = NULL;

    request->body_file = path;
    CHECK_INT(httpsc_begin(client, request, &transfer, &error), HTTPSC_ERR_REQUEST_BODY);
    CHECK(strstr(error.text, text) != NULL);
    httpsc_close(transfer);
    httpsc_client_close(client);
}

static void bodies_from_files(void)
{
    static const httpsc_part none;
    char path[40];
    char expected[100];
    httpsc_part parts[3] = {none, none, none};
    httpsc_request request = drive_request("PUT", "http://a.test/", NULL);
    hops run;

    bodies_file(path, "of a file");
    request.body_file = path;
    CHECK_INT(bodies_code(&request, "Content-Length: 9\r\n\r\nof a file"), HTTPSC_OK);
    request.body_file = "/nowhere/at/all";
    CHECK_INT(bodies_code(&request, NULL), HTTPSC_ERR_REQUEST_BODY);
    bodies_refused_file(&request, "/tmp", "/tmp is no regular file");
    bodies_refused_file(&request, "/nowhere/at/all", "/nowhere/at/all (system code 2)");
    request.body_file = NULL;
    parts[0].name = "a";
    parts[0].value.ptr = (const unsigned char *)"value";
    parts[0].value.len = 5;
    parts[1].name = "b";
    parts[1].file = path;
    parts[2].name = "c";
    parts[2].file = path;
    parts[2].filename = "own.txt";
    parts[2].content_type = "text/plain";
    request.parts = parts;
    request.num_parts = 3;
    hops_serve(&run, bodies_ok, 1);
    hops_send(&run, NULL, &request);
    CHECK_INT(run.code, HTTPSC_OK); /* so the length was right */
    CHECK(hops_heard(&run, 0, "Content-Type: multipart/form-data; boundary="));
    CHECK(hops_heard(&run, 0, "name=\"a\"\r\n\r\nvalue\r\n--"));
    snprintf(expected, sizeof expected, "name=\"b\"; filename=\"%s\"", strrchr(path, '/') + 1);
    CHECK(hops_heard(&run, 0, expected));
    CHECK(hops_heard(&run, 0, "Content-Type: text/plain\r\n\r\nof a file\r\n--"));
    CHECK_INT(server_count(run.there, 0, "of a file"), 2);
    hops_close(&run);
    parts[1].file = "/nowhere/at/all";
    CHECK_INT(bodies_code(&request, NULL), HTTPSC_ERR_REQUEST_BODY);
    unlink(path);
}

static char *bodies_copy(const char *text)
{
    char *copy = malloc(strlen(text) + 1);

    CHECK(copy != NULL);
    return strcpy(copy, text);
}

/* httpsc_begin borrows the values of parts, and nothing else of them. */
static void texts_of_parts_are_copied(void)
{
    static const httpsc_part none;
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(HOPS_OK), PEER_END};
    httpsc_part *parts = malloc(2 * sizeof *parts);
    server *there = server_run(NULL, script);
    httpsc_client *client = drive_client(NULL);
    httpsc_request request = drive_request("POST", server_url(there, "/"), NULL);
    httpsc_error error = drive_no_error;
    httpsc_transfer *transfer;
    char *texts[5];
    char path[40];
    char expected[100];

    bodies_file(path, "of a file");
    texts[0] = bodies_copy("a");
    texts[1] = bodies_copy("own.txt");
    texts[2] = bodies_copy("text/plain");
    texts[3] = bodies_copy("b");
    texts[4] = bodies_copy(path);
    parts[0] = none;
    parts[0].name = texts[0];
    parts[0].filename = texts[1];
    parts[0].content_type = texts[2];
    parts[0].value.ptr = (const unsigned char *)"value";
    parts[0].value.len = 5;
    parts[1] = none;
    parts[1].name = texts[3];
    parts[1].file = texts[4];
    request.parts = parts;
    request.num_parts = 2;
    transfer = drive_begin(client, &request);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        memset(texts[i], '\n', strlen(texts[i]));
        free(texts[i]);
    }
    memset(parts, 0, 2 * sizeof *parts);
    free(parts);
    CHECK_INT(drive_head(transfer, &error), HTTPSC_OK);
    CHECK(server_count(there, 0, "name=\"a\"; filename=\"own.txt\"\r\nContent-Type: "
                                 "text/plain\r\n\r\nvalue\r\n--") == 1);
    snprintf(expected, sizeof expected, "name=\"b\"; filename=\"%s\"\r\n",
             strrchr(path, '/') + 1);
    CHECK(server_count(there, 0, expected) == 1);
    httpsc_close(transfer);
    httpsc_client_close(client);
    server_close(there);
    unlink(path);
}

static void forms_and_queries(void)
{
    static const httpsc_field fields[] = {{"a b", "1&2"}, {"c", ""}};
    httpsc_request request = drive_request(NULL, "http://a.test/p?x=1#f", NULL);

    request.query = fields;
    request.num_query = 2;
    CHECK_INT(bodies_code(&request, "GET /p?x=1&a+b=1%262&c= HTTP/1.1\r\n"), HTTPSC_OK);
    request.num_query = 0;
    request.form = fields;
    request.num_form = 2;
    CHECK_INT(bodies_code(&request, "\r\n\r\na+b=1%262&c="), HTTPSC_OK);
    CHECK_INT(bodies_code(&request,
                          "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 12"),
              HTTPSC_OK);
    request.json = "{}";
    CHECK_INT(bodies_code(&request, NULL), HTTPSC_ERR_ARGUMENT); /* two bodies */
}

/* ---- Expect: 100-continue (DEFENCES I10) ---- */

static int64_t bodies_now_us;

static int64_t bodies_clock(void *user)
{
    (void)user;
    return bodies_now_us += 600000;
}

static void expectations(void)
{
    static const peer_step goes_on[] = {
        PEER_HEAD, PEER_TEXT("HTTP/1.1 100 Continue\r\n\r\n"), PEER_HOLD, PEER_TEXT(HOPS_OK),
        PEER_END};
    static const peer_step silent[] = {PEER_REQUEST, PEER_TEXT(HOPS_OK), PEER_END};
    static const peer_step refuses[] = {
        PEER_HEAD, PEER_TEXT("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"), PEER_HEAD, PEER_END};
    static const peer_step fails[] = {
        PEER_HEAD, PEER_TEXT("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n"), PEER_END};
    static const struct {
        const peer_step *script;
        int status;
        size_t connections;
        int body_in_first;
    } cases[] = {{goes_on, 200, 1, 1}, {silent, 200, 1, 1}, {refuses, 403, 1, 0},
                 {fails, 200, 2, 0}};

    for (size_t i = 0; i < 4; i++) {
        peer_config configs[] = {PEER_CONFIG(cases[i].script, NULL), PEER_CONFIG(silent, NULL)};
        server *there = server_open(configs, 2);
        httpsc_request request = drive_request("PUT", server_url(there, "/"), "the body");
        httpsc_options options = drive_options();
        httpsc_client *client;
        httpsc_transfer *transfer;
        httpsc_error error = drive_no_error;
        char body[8];

        if (i == 1) {
            bodies_now_us = 0;
            options.hooks.monotonic_us = bodies_clock; /* a second passes in two looks */
        }
        client = drive_client(&options);
        request.expect_continue = 1;
        transfer = drive_begin(client, &request);
        if (i == 0) { /* the body goes once the server has said so */
            while (server_num_accepted(there) == 0 || server_count(there, 0, "the body") == 0) {
                CHECK_INT(httpsc_step(transfer, NULL, &error), HTTPSC_WANT);
                httpsc_wait(&transfer, 1, 20);
            }
            server_release(there);
        }
        CHECK_INT(drive_body(transfer, 8, body, sizeof body, &error), HTTPSC_OK);
        CHECK_INT(httpsc_head(transfer) == NULL ? 0 : httpsc_head(transfer)->status,
                  cases[i].status);
        httpsc_close(transfer);
        httpsc_client_close(client);
        server_wait_closed(there, cases[i].connections); /* all that was said was heard */
        CHECK_INT(server_num_accepted(there), cases[i].connections);
        CHECK_INT(server_count(there, 0, "Expect: 100-continue\r\n"), 1);
        CHECK_INT(server_count(there, 0, "the body"), (size_t)cases[i].body_in_first);
        if (cases[i].connections == 2) {
            CHECK_INT(server_count(there, 1, "Expect"), 0);
            CHECK_INT(server_count(there, 1, "the body"), 1);
        }
        server_close(there);
    }
}

/* ---- both ways at once ---- */

/* The answer begins before the request is whole, and the rest of the request follows. */
/* RFC 9110, 10.1.1: none without a body, and an empty one is none. */
static void nothing_is_expected_for_nothing(void)
{
    httpsc_request request = drive_request("PUT", "http://a.test/", "");
    hops run;

    request.expect_continue = 1;
    hops_serve(&run, bodies_ok, 1);
    hops_send(&run, NULL, &request);
    CHECK_INT(run.code, HTTPSC_OK);
    CHECK(hops_heard(&run, 0, "Content-Length: 0\r\n"));
    CHECK(!hops_heard(&run, 0, "Expect"));
    hops_close(&run);
}

static void an_answer_that_comes_while_the_body_goes(void)
{
    static const peer_step script[] = {
        PEER_HEAD, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"), PEER_HOLD,
        PEER_TEXT("ok"), PEER_END};
    server *there = server_run(NULL, script);
    bodies_source source = {"the body", 8, 0, 1, 1, 0, 0};
    httpsc_request request = bodies_request(&source, 8);
    httpsc_client *client = drive_client(NULL);
    httpsc_transfer *transfer;
    httpsc_error error = drive_no_error;
    char body[8];
    size_t num = 0;

    request.url = server_url(there, "/");
    transfer = drive_begin(client, &request);
    CHECK_INT(drive_head(transfer, &error), HTTPSC_OK);
    while (server_count(there, 0, "the body") == 0 && !unit_failed) {
        CHECK_INT(httpsc_read(transfer, body, sizeof body, &num, &error), HTTPSC_WANT);
        httpsc_wait(&transfer, 1, 50);
    }
    server_release(there);
    CHECK_INT(drive_body(transfer, 8, body, sizeof body, &error), HTTPSC_OK);
    CHECK_TEXT(body, "ok");
    httpsc_close(transfer);
    httpsc_client_close(client);
    server_close(there);
}

/* ---- sinks and progress ---- */

typedef struct bodies_sink {
    char text[64];
    size_t len;
    int waits;
    int turn;
    int fails;
    httpsc_progress last;
    int num_told;
    int stops;
} bodies_sink;

static int bodies_write(void *user, const unsigned char *bytes, size_t len)
{
    bodies_sink *sink = user;

    if (sink->waits && sink->turn++ % 2 == 0) {
        return HTTPSC_WANT;
    }
    if (sink->fails != 0) {
        return sink->fails;
    }
    CHECK(sink->len + len < sizeof sink->text);
    memcpy(sink->text + sink->len, bytes, len);
    sink->len += len;
    return HTTPSC_OK;
}

static int bodies_progress(void *user, const httpsc_progress *progress)
{
    bodies_sink *sink = user;

    sink->last = *progress;
    sink->num_told++;
    return sink->stops ? HTTPSC_ERR_ARGUMENT : HTTPSC_OK;
}

static void sinks(void)
{
    static const char *const answers[] = {
        ("HTTP/1.1 302 Go\r\nLocation: /b\r\nContent-Length: 3\r\nConnection: close\r\n\r\nnot"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody")};
    static const struct {
        int waits;
        int fails;
        int stops;
        int code;
    } cases[] = {{0, 0, 0, HTTPSC_OK},
                 {1, 0, 0, HTTPSC_OK},
                 {0, HTTPSC_ERR_SYSTEM, 0, HTTPSC_ERR_SYSTEM},
                 {0, -7, 0, HTTPSC_ERR_BODY_SINK},
                 {0, 0, 1, HTTPSC_ERR_CANCELLED}};

    for (int blocking = 0; blocking < 2; blocking++) {
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            bodies_sink sink;
            httpsc_request request = drive_request("POST", "http://a.test/", "up");
            httpsc_options options;
            httpsc_error error = drive_no_error;
            int code;
            hops run;

            memset(&sink, 0, sizeof sink);
            sink.waits = cases[i].waits;
            sink.fails = cases[i].fails;
            sink.stops = cases[i].stops;
            request.sink.user = &sink;
            request.sink.write = bodies_write;
            request.progress = bodies_progress;
            request.progress_user = &sink;
            hops_serve(&run, answers, 2);
            options = hops_options(&run);
            if (blocking) {
                hops_send(&run, NULL, &request);
                code = run.code;
                CHECK(run.response == NULL || run.response->body.len == 0);
            } else {
                httpsc_transfer *transfer;
                size_t num = 9;
                char buf[4];

                run.client = drive_client(&options);
                transfer = drive_begin(run.client, &request);
                code = drive_head(transfer, &error);
                if (code == HTTPSC_OK) { /* all of it went to the sink */
                    CHECK_INT(httpsc_read(transfer, buf, sizeof buf, &num, &error), HTTPSC_OK);
                    CHECK_INT(num, 0);
                }
                httpsc_close(transfer);
            }
            CHECK_TEXT(httpsc_code_name(code), httpsc_code_name(cases[i].code));
            CHECK_TEXT(sink.text, code == HTTPSC_OK ? "body" : "");
            if (code == HTTPSC_OK) {
                CHECK_INT(sink.last.num_received, 4);
                CHECK_INT(sink.last.num_to_receive, 4);
                CHECK(sink.num_told >= 2);
            }
            hops_close(&run);
        }
    }
}

/* ---- codings: DEFENCES P1, P2, P4 ---- */

/* An answer with this body, deflated where it is to be; the caller frees it. */
static size_t bodies_answer(char **out, const char *fields, const void *body, size_t len,
                            int deflates)
{
    uLongf packed_len = compressBound((uLong)len);
    unsigned char *packed = malloc(packed_len);
    size_t at;

    *out = malloc(packed_len + 500);
    if (deflates) {
        CHECK_INT(compress2(packed, &packed_len, body, (uLong)len, 9), Z_OK);
    } else {
        packed_len = (uLongf)len;
        memcpy(packed, body, len);
    }
    at = (size_t)snprintf(*out, 500, "HTTP/1.1 200 OK\r\n%sContent-Length: %lu\r\n\r\n", fields,
                          (unsigned long)packed_len);
    memcpy(*out + at, packed, packed_len);
    free(packed);
    return at + packed_len;
}

typedef struct bodies_coding {
    const char *fields;
    int deflates;
    size_t len;      /* of a body of "x" */
    size_t max_ratio;
    size_t max_body;
    int code;
    int decoded;
} bodies_coding;

static void codings(void)
{
    static const bodies_coding cases[] = {
        {"Content-Encoding: deflate\r\n", 1, 1000, 0, 0, HTTPSC_OK, 1},
        {"Content-Encoding: deflate\r\n", 1, 1000, 0, 1000, HTTPSC_OK, 1},
        {"Content-Encoding: deflate\r\n", 1, 1001, 0, 1000, HTTPSC_ERR_LIMIT_BODY, 1},
        {"Content-Encoding: deflate\r\n", 1, 4000000, 0, 0, HTTPSC_ERR_LIMIT_RATIO, 1},
        {"Content-Encoding: deflate\r\n", 1, 4000000, 2000, 0, HTTPSC_OK, 1},
        {"Content-Encoding: deflate\r\n", 0, 1000, 0, 0, HTTPSC_ERR_BODY_CODING, 1},
        {"Content-Encoding: deflate, gzip\r\n", 1, 1000, 0, 0, HTTPSC_ERR_BODY_CODING, 0},
        {"Content-Encoding: br\r\n", 0, 1000, 0, 0, HTTPSC_OK, 0},
        {"Content-Encoding: none\r\n", 0, 1000, 0, 0, HTTPSC_OK, 0},
        {"", 0, 1000, 0, 0, HTTPSC_OK, 0}};
    static char body[4000000];

    memset(body, 'x', sizeof body);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *answer = NULL;
        size_t len = bodies_answer(&answer, cases[i].fields, body, cases[i].len, cases[i].deflates);
        peer_step script[] = {PEER_REQUEST, PEER_SEND(answer, len), PEER_REPEAT};
        server *there = server_run(NULL, script);
        httpsc_options options = drive_options();
        httpsc_client *client;
        httpsc_response *response = NULL;

        options.limits.max_ratio = cases[i].max_ratio;
        options.limits.max_body_bytes = cases[i].max_body;
        client = drive_client(&options);
        CHECK_TEXT(httpsc_code_name(drive_send(client, NULL, server_url(there, "/"), NULL,
                                               &response)),
                   httpsc_code_name(cases[i].code));
        CHECK_INT(server_count(there, 0, "Accept-Encoding: gzip, deflate\r\n"), 1);
        if (response != NULL) {
            CHECK_INT(response->decoded, cases[i].decoded);
            CHECK_INT(response->body.len, cases[i].len);
            CHECK(memcmp(response->body.ptr, body, cases[i].len) == 0);
        }
        if (unit_failed) {
            printf("    case %d\n", (int)i);
        }
        httpsc_response_close(response);
        httpsc_client_close(client);
        server_close(there);
        free(answer);
    }
}

/* Whoever does not want it decoded gets what comes: and a byte at a time it is the same. */
static void codings_as_they_come(void)
{
    static const httpsc_field own[] = {{"Accept-Encoding", "deflate"}};
    char *answer = NULL;
    char decoded[100];
    size_t len = bodies_answer(&answer, "Content-Encoding: deflate\r\n", "some text", 9, 1);
    peer_step script[] = {PEER_REQUEST, {PEER_KIND_SEND, answer, len, 1, 0}, PEER_REPEAT};
    server *there = server_run(NULL, script);

    for (int i = 0; i < 3; i++) {
        httpsc_options options = drive_options();
        httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
        httpsc_client *client;
        httpsc_transfer *transfer;
        httpsc_error error = drive_no_error;

        options.no_decode = i == 1;
        request.fields = own;
        request.num_fields = i == 2;
        client = drive_client(&options);
        transfer = drive_begin(client, &request);
        CHECK_INT(drive_body(transfer, 1, decoded, sizeof decoded, &error), HTTPSC_OK);
        CHECK_INT(httpsc_head(transfer)->decoded, i == 0);
        CHECK_INT(strcmp(decoded, "some text") == 0, i == 0);
        httpsc_close(transfer);
        httpsc_client_close(client);
    }
    CHECK_INT(server_count(there, 1, "Accept-Encoding"), 0);
    server_close(there);
    free(answer);
}

/* ---- resuming ---- */

static void resuming(void)
{
#define BODIES_206(range) \
    "HTTP/1.1 206 Part\r\n" range "Content-Length: 5\r\nConnection: close\r\n\r\n56789"
    static const struct {
        const char *answer;
        int code;
    } cases[] = {
        {BODIES_206("Content-Range: bytes 5-9/10\r\n"), HTTPSC_OK},
        {BODIES_206("Content-Range: bytes 5-9/*\r\n"), HTTPSC_OK},
        {BODIES_206("Content-Range: bytes 4-8/10\r\n"), HTTPSC_ERR_RESPONSE_FIELD},
        {BODIES_206("Content-Range: bytes 0-9/10\r\n"), HTTPSC_ERR_RESPONSE_FIELD},
        {BODIES_206("Content-Range: bytes 5-9/11\r\n"), HTTPSC_ERR_RESPONSE_FIELD},
        {BODIES_206("Content-Range: bytes 5-4/5\r\n"), HTTPSC_ERR_RESPONSE_FIELD},
        {BODIES_206("Content-Range: bytes 5-9/10x\r\n"), HTTPSC_ERR_RESPONSE_FIELD},
        {BODIES_206("Content-Range: bytes 5-18446744073709551615/10\r\n"),
         HTTPSC_ERR_RESPONSE_FIELD},
        {BODIES_206("Content-Range: bytes 5-9/10\r\nContent-Range: bytes 5-9/10\r\n"),
         HTTPSC_ERR_RESPONSE_FIELD},
        {BODIES_206(""), HTTPSC_ERR_RESPONSE_FIELD},
        {HOPS_OK, HTTPSC_OK},
        {"HTTP/1.1 416 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", HTTPSC_OK}};
    httpsc_request request = drive_request(NULL, "http://a.test/", NULL);

    request.resume_from = 5;
    request.resume_validator = "\"tag\"";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *answers[] = {cases[i].answer};
        hops run;

        hops_serve(&run, answers, 1);
        hops_send(&run, NULL, &request);
        CHECK_INT(run.code, cases[i].code);
        CHECK(hops_heard(&run, 0, "\r\nRange: bytes=5-\r\nIf-Range: \"tag\"\r\n"));
        CHECK(!hops_heard(&run, 0, "Accept-Encoding"));
        hops_close(&run);
    }
    request.resume_validator = "W/\"tag\"";
    CHECK_INT(bodies_code(&request, NULL), HTTPSC_ERR_ARGUMENT);
    request.resume_validator = "\"tag\"\r\nX-Smuggled: 1"; /* DEFENCES J1 */
    CHECK_INT(bodies_code(&request, NULL), HTTPSC_ERR_REQUEST_HEADER);
}

UNIT_MAIN(UNIT(sources_of_known_length), UNIT(sources_that_cannot_tell_their_end),
          UNIT(sources_of_another_length), UNIT(sources_that_fail), UNIT(chunked_bodies),
          UNIT(bodies_from_files), UNIT(texts_of_parts_are_copied), UNIT(forms_and_queries),
          UNIT(expectations), UNIT(nothing_is_expected_for_nothing),
          UNIT(an_answer_that_comes_while_the_body_goes), UNIT(sinks), UNIT(codings),
          UNIT(codings_as_they_come), UNIT(resuming))
