/* A client among threads, processes, signals, and programs that misuse it; and what it tells. */
#include "httpsc.h"

#include "../support/drive.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const peer_step surroundings_answer[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};

/* ---- threads, processes, signals ---- */

typedef struct surroundings_worker {
    httpsc_client *client;
    char url[64];
    int num_ok;
} surroundings_worker;

#define SURROUNDINGS_REQUESTS 20

static void *surroundings_work(void *argument)
{
    surroundings_worker *worker = argument;

    for (int i = 0; i < SURROUNDINGS_REQUESTS; i++) {
        httpsc_response *response = NULL;

        if (httpsc_get(worker->client, worker->url, &response, NULL) == HTTPSC_OK) {
            worker->num_ok += response->body.len == 2 && response->body.ptr[0] == 'o';
        }
        httpsc_response_close(response);
    }
    return NULL;
}

static void two_threads_with_one_client(void)
{
    static const char *const tls[] = {NULL, "good"};

    for (size_t i = 0; i < 2; i++) {
        server *there = server_run(tls[i], surroundings_answer);
        httpsc_client *client = drive_client(NULL);
        surroundings_worker workers[2];
        pthread_t threads[2];

        for (size_t j = 0; j < 2; j++) {
            workers[j].client = client;
            workers[j].num_ok = 0;
            snprintf(workers[j].url, sizeof workers[j].url, "%s", server_url(there, "/"));
            CHECK(pthread_create(&threads[j], NULL, surroundings_work, &workers[j]) == 0);
        }
        for (size_t j = 0; j < 2; j++) {
            pthread_join(threads[j], NULL);
            CHECK_INT(workers[j].num_ok, SURROUNDINGS_REQUESTS);
        }
        CHECK(server_num_accepted(there) <= 2);
        httpsc_client_close(client);
        server_close(there);
    }
}

static void a_child_after_fork(void)
{
    static const char *const tls[] = {NULL, "good"};

    for (size_t i = 0; i < 2; i++) {
        server *there = server_run(tls[i], surroundings_answer);
        httpsc_options options = drive_options();
        httpsc_client *client;
        httpsc_response *response = NULL;
        int status = -1;
        pid_t child;

        options.connect_to = server_address(there);
        client = drive_client(&options);
        CHECK_INT(drive_get(client, server_url(there, "/")), 0);
        CHECK_INT(drive_get(client, server_url(there, "/")), 1);
        fflush(stdout);
        child = fork();
        if (child == 0) {
            int code = httpsc_get(client, server_url(there, "/"), &response, NULL);
            int fresh = code == HTTPSC_OK && response->reused == 0;

            httpsc_response_close(response);
            code = httpsc_get(client, server_url(there, "/"), &response, NULL);
            fresh = fresh && code == HTTPSC_OK && response->reused == 1;
            httpsc_response_close(response);
            httpsc_client_close(client);
            _exit(fresh ? 0 : 1);
        }
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        CHECK_INT(drive_get(client, server_url(there, "/")), 1);
        CHECK_INT(server_num_accepted(there), 2);
        httpsc_client_close(client);
        server_close(there);
    }
}

/* The peer's end, and then its reset, come while there is something left to send: the next send()
 * would raise SIGPIPE, which kills by default. */
static void no_sigpipe(void)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    httpsc_client *client = drive_client(NULL);
    httpsc_request request = drive_request("POST", NULL, NULL);
    httpsc_error error = drive_no_error;
    httpsc_transfer *transfer;
    httpsc_wants wants;
    char url[64];
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int peer_socket;
    int code;

    CHECK(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(listen(listener, 1) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &len) == 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", ntohs(address.sin_port));
    request.url = url;
    request.body.len = (size_t)32 * 1024 * 1024;
    request.body.ptr = calloc(1, request.body.len);
    transfer = drive_begin(client, &request);
    do { /* until the system takes no more of the body */
        CHECK_INT(httpsc_step(transfer, &wants, &error), HTTPSC_WANT);
    } while (!unit_failed && httpsc_wait(&transfer, 1, 200) == HTTPSC_OK);
    peer_socket = accept(listener, NULL, NULL);
    CHECK(shutdown(peer_socket, SHUT_WR) == 0);
    CHECK(close(peer_socket) == 0); /* with what came unread: a reset */
    code = drive_head(transfer, &error);
    CHECK(code == HTTPSC_ERR_CONNECTION_LOST || code == HTTPSC_ERR_RESPONSE_EMPTY);
    httpsc_close(transfer);
    httpsc_client_close(client);
    close(listener);
    free((unsigned char *)(size_t)request.body.ptr);
}

/* ---- trace ---- */

typedef struct surroundings_trace {
    char text[16384];
    size_t len;
    int kinds[8];
    int64_t last_us;
    int backwards;
} surroundings_trace;

static void surroundings_take_event(void *user, const httpsc_trace_event *event)
{
    surroundings_trace *trace = user;
    int num = snprintf(trace->text + trace->len, sizeof trace->text - trace->len, "%s\n",
                       event->text);

    trace->len += num > 0 && (size_t)num < sizeof trace->text - trace->len ? (size_t)num : 0;
    trace->kinds[event->kind & 7]++;
    trace->backwards += event->time_us < trace->last_us || strchr(event->text, '\n') != NULL;
    trace->last_us = event->time_us;
}

static void the_trace_keeps_secrets(void)
{
    static const peer_step script[] = {
        PEER_REQUEST,
        PEER_TEXT("HTTP/1.1 200 OK\r\nX-Seen: visible2\r\nSet-Cookie: hush3\r\n"
                  "Location: https://user:hush5@a@h.test/x@y\r\n"
                  "Link: <//hush6@h.test>, <http://h.test?u@v>\r\n"
                  "Content-Length: 0\r\n\r\n"),
        PEER_REPEAT};
    static const httpsc_field fields[] = {{"Authorization", "Bearer hush1"},
                                          {"cookie", "hush2"},
                                          {"Proxy-Authorization", "hush4"},
                                          {"X-Seen", "visible1"}};
    server *there = server_run("good", script);
    httpsc_options options = drive_options();
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
    httpsc_client *client;
    httpsc_response *response = NULL;
    surroundings_trace *trace = calloc(1, sizeof *trace);

    options.hooks.user = trace;
    options.hooks.trace = surroundings_take_event;
    client = drive_client(&options);
    request.fields = fields;
    request.num_fields = 4;
    CHECK_INT(httpsc_send(client, &request, &response, NULL), HTTPSC_OK);
    httpsc_response_close(response);
    CHECK(server_count(there, 0, "hush1") == 1); /* it was sent */
    CHECK(strstr(trace->text, "hush") == NULL);
    CHECK(strstr(trace->text, "Authorization: [redacted]") != NULL);
    CHECK(strstr(trace->text, "cookie: [redacted]") != NULL);
    CHECK(strstr(trace->text, "Set-Cookie: [redacted]") != NULL);
    CHECK(strstr(trace->text, "Location: https://[redacted]@h.test/x@y\n") != NULL);
    CHECK(strstr(trace->text, "Link: <//[redacted]@h.test>, <http://h.test?u@v>\n") != NULL);
    CHECK(strstr(trace->text, "X-Seen: visible1") != NULL);
    CHECK(strstr(trace->text, "X-Seen: visible2") != NULL);
    CHECK(strstr(trace->text, "GET / HTTP/1.1\n") != NULL);
    CHECK(strstr(trace->text, "HTTP/1.1 200 OK\n") != NULL);
    CHECK(strstr(trace->text, "TLSv1.2") != NULL);
    CHECK(trace->kinds[HTTPSC_TRACE_STAGE] > 0 && trace->kinds[HTTPSC_TRACE_TLS] == 1);
    CHECK_INT(trace->backwards, 0);
    httpsc_client_close(client);
    server_close(there);
    free(trace);
}

/* ---- small records ---- */

static void *surroundings_largest_alloc(void *user, size_t size)
{
    size_t *largest = user;

    *largest = size > *largest ? size : *largest;
    return malloc(size);
}

static void surroundings_largest_free(void *user, void *ptr, size_t size)
{
    (void)user;
    (void)size;
    free(ptr);
}

/* A server that keeps to them (BearSSL's, by RFC 6066) needs no place for a whole record. */
static void small_records(void)
{
    static const size_t sizes[] = {512, 2048, 16384, 0};
    static char answer[64 + 5000];
    peer_step script[] = {PEER_REQUEST, PEER_SEND(answer, 0), PEER_REPEAT};
    int head_len = snprintf(answer, 64, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
    server *there;

    memset(answer + head_len, 'x', 5000);
    script[1].len = (size_t)head_len + 5000;
    there = server_run("good", script);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        httpsc_options options = drive_options();
        httpsc_response *response = NULL;
        httpsc_client *client;
        size_t largest = 0;

        options.limits.max_record_bytes = sizes[i];
        options.hooks.allocator.user = &largest;
        options.hooks.allocator.alloc = surroundings_largest_alloc;
        options.hooks.allocator.free = surroundings_largest_free;
        client = drive_client(&options);
        largest = 0; /* of the roots, above */
        CHECK_INT(drive_send(client, "GET", server_url(there, "/"), NULL, &response), HTTPSC_OK);
        CHECK(response != NULL && response->body.len == 5000);
        CHECK_INT(largest > 16384, sizes[i] == 0 || sizes[i] == 16384);
        httpsc_response_close(response);
        httpsc_client_close(client);
    }
    server_close(there);
}

/* ---- misuse ---- */

static void *surroundings_alloc(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

static void misuse_is_an_argument_error(void)
{
    httpsc_options options[10];
    httpsc_client *client = NULL;
    httpsc_request request = drive_request(NULL, "https://localhost/", NULL);
    int *const timeouts[] = {&request.timeouts.resolve_ms, &request.timeouts.connect_ms,
                             &request.timeouts.tls_ms,     &request.timeouts.first_byte_ms,
                             &request.timeouts.idle_ms,    &request.timeouts.low_speed_ms,
                             &request.timeouts.proxy_ms,   &request.timeouts.total_ms,
                             &request.timeouts.low_speed_bytes_per_s};
    httpsc_transfer *transfer = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = drive_no_error;
    char byte;
    size_t num;
    int code;

    for (size_t i = 0; i < 10; i++) {
        options[i] = drive_options();
    }
    options[0].tls.insecure_peer = 1;
    options[1].connect_to = "127.0.0.1";
    options[2].connect_to = "127.0.0.1:0";
    options[3].user_agent = "a\r\nb";
    options[4].hooks.allocator.alloc = surroundings_alloc;
    memset(&options[5].hooks.transport, 0, sizeof options[5].hooks.transport);
    options[5].hooks.transport.open = (int (*)(void *, const char *, int, void **))(size_t)1;
    options[6].tls.trust = (httpsc_trust)99;
    options[7].timeouts.idle_ms = -2;
    options[8].limits.max_record_bytes = 511;
    options[9].limits.max_record_bytes = 16385;
    for (size_t i = 0; i < 10; i++) {
        memset(&error, 0, sizeof error);
        code = httpsc_client_open(&options[i], &client, &error);
        if (code == HTTPSC_OK) { /* found out at the latest when it is used */
            code = httpsc_begin(client, &request, &transfer, &error);
            httpsc_client_close(client);
        }
        CHECK_INT(code, HTTPSC_ERR_ARGUMENT);
        CHECK_INT(error.code, HTTPSC_ERR_ARGUMENT);
        client = NULL;
    }
    CHECK_INT(httpsc_client_open(NULL, NULL, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_tls_config_open(NULL, NULL, NULL), HTTPSC_ERR_ARGUMENT);
    client = drive_client(NULL);
    CHECK_INT(httpsc_begin(NULL, &request, &transfer, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_begin(client, NULL, &transfer, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_begin(client, &request, NULL, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_get(client, NULL, &response, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_get(client, "https://localhost/", NULL, NULL), HTTPSC_ERR_ARGUMENT);
    request.num_fields = 1;
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_ERR_ARGUMENT);
    request.num_fields = 0;
    request.body.len = 1;
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_ERR_ARGUMENT);
    request.body.len = 0;
    for (size_t i = 0; i < sizeof timeouts / sizeof timeouts[0]; i++) {
        *timeouts[i] = -2;
        CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_ERR_ARGUMENT);
        *timeouts[i] = 0;
    }
    CHECK(transfer == NULL);
    transfer = drive_begin(client, &request);
    CHECK_INT(httpsc_read(transfer, NULL, 1, &num, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_read(transfer, &byte, 0, &num, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_read(transfer, &byte, 1, NULL, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_read(NULL, &byte, 1, &num, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_step(NULL, NULL, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_wait(NULL, 1, 0), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_check_status(NULL, NULL), HTTPSC_ERR_ARGUMENT);
    httpsc_close(transfer);
    httpsc_client_close(client);
    httpsc_close(NULL);
    httpsc_client_close(NULL);
    httpsc_response_close(NULL);
    httpsc_tls_config_close(NULL);
    httpsc_cancel(NULL);
    CHECK(httpsc_head(NULL) == NULL);
}

UNIT_MAIN(UNIT(two_threads_with_one_client), UNIT(a_child_after_fork), UNIT(no_sigpipe),
          UNIT(the_trace_keeps_secrets), UNIT(small_records),
          UNIT(misuse_is_an_argument_error))
