/* Peers, callbacks and surroundings that behave badly in the ways that once went unnoticed: each
 * test is of one defect that was found in use or in review. */
#include "httpsc.h"

#include "../support/held.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>


/* A whole GET; the body into a place of 64 bytes. */
static int robust_get(httpsc_client *client, const char *url, char *body, int *reused)
{
    httpsc_request request = drive_request(NULL, url, NULL);
    httpsc_error error = drive_no_error;
    httpsc_transfer *transfer = drive_begin(client, &request);
    int code = held_head(transfer, &error);

    body[0] = '\0';
    if (code == HTTPSC_OK) {
        *reused = httpsc_head(transfer)->reused;
        code = drive_body(transfer, 16, body, 64, &error);
    }
    httpsc_close(transfer);
    return code;
}

static char *robust_large_body(size_t len)
{
    char *body = malloc(len + 1);

    if (body == NULL) {
        exit(3);
    }
    memset(body, 'b', len);
    body[len] = '\0';
    return body;
}

/* ---- ends in the middle of an upload ---- */

/* The transport is full when the server's close_notify comes, and takes bytes again behind it. */
static void close_notify_while_an_upload_stalls(void)
{
    static const struct {
        const char *answer;
        int code;
    } cases[] = {{"", HTTPSC_ERR_RESPONSE_EMPTY},
                 {"HTTP/1.1 4", HTTPSC_ERR_RESPONSE_TRUNCATED},
                 {"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno", HTTPSC_OK},
                 {"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nn", HTTPSC_OK}};
    static const size_t stalls[] = {18000, 40000, 60000};
    char *body = robust_large_body(400000);

    for (size_t i = 0; i < 12; i++) {
        peer_step script[] = {PEER_HEAD, PEER_SEND(NULL, 0), PEER_END};
        peer_config config = PEER_CONFIG(script, "good");
        httpsc_request request = drive_request("PUT", "https://localhost/", body);
        httpsc_error error = drive_no_error;
        httpsc_transfer *transfer;
        httpsc_client *client;
        held_net net;
        char answer[8];

        script[1].bytes = cases[i / 3].answer;
        script[1].len = strlen(cases[i / 3].answer);
        client = held_client(&net, &config, 1);
        net.stall_at = stalls[i % 3];
        transfer = drive_begin(client, &request);
        CHECK_INT(held_head(transfer, &error), cases[i / 3].code);
        CHECK(net.stalled_out || cases[i / 3].code == HTTPSC_OK); /* send had a place again */
        if (cases[i / 3].code == HTTPSC_OK) {
            CHECK_INT(httpsc_head(transfer)->status, 413);
            CHECK_INT(drive_body(transfer, 8, answer, sizeof answer, &error),
                      i / 3 == 2 ? HTTPSC_OK : HTTPSC_ERR_BODY_TRUNCATED);
            CHECK_TEXT(answer, i / 3 == 2 ? "no" : "n");
        }
        httpsc_close(transfer);
        CHECK_INT(net.num_opens, 1); /* it was not sent again */
        CHECK_INT(net.num_closes, 1);
        httpsc_client_close(client);
    }
    free(body);
}

/* ---- DEFENCES I17, O4: a record that nobody asked for, half there when the connection is taken
 * again; its rest must not answer ---- */

#define ROBUST_UNASKED "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nSTALE"

static void half_a_record_costs_a_kept_connection(void)
{
    static const peer_step first[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_TEXT(ROBUST_UNASKED),
                                      PEER_REQUEST, PEER_TEXT(ROBUST_UNASKED), PEER_HOLD};
    static const peer_step second[] = {
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright"), PEER_REPEAT};
    static const size_t halves[] = {1, 4, 5, 6, 7, 13, 14, 40, sizeof ROBUST_UNASKED, 1000};
    static const char *const tls[] = {"good", NULL};

    for (size_t i = 0; i < 2 * sizeof halves / sizeof halves[0]; i++) {
        size_t num = halves[i / 2];
        peer_config configs[] = {PEER_CONFIG(first, tls[i % 2]), PEER_CONFIG(second, tls[i % 2])};
        const char *url = held_url(tls[i % 2]);
        httpsc_request request = drive_request(NULL, url, NULL);
        httpsc_error error = drive_no_error;
        httpsc_transfer *transfer;
        httpsc_client *client;
        held_net net;
        char body[64];
        int reused = -1;

        client = held_client(&net, configs, 2);
        CHECK_INT(robust_get(client, url, body, &reused), HTTPSC_OK);
        CHECK_TEXT(body, "ok");
        CHECK_INT(net.num_closes, 0); /* kept */
        net.in_bytes = 1;
        net.credit = num;
        transfer = drive_begin(client, &request);
        (void)httpsc_step(transfer, NULL, NULL);
        CHECK_INT(net.num_opens, 2);
        net.credit = HELD_FREELY;
        CHECK_INT(held_head(transfer, &error), HTTPSC_OK);
        CHECK_INT(httpsc_head(transfer)->reused, 0);
        CHECK_INT(drive_body(transfer, 16, body, sizeof body, &error), HTTPSC_OK);
        CHECK_TEXT(body, "right");
        httpsc_close(transfer);
        CHECK_INT(robust_get(client, url, body, &reused), HTTPSC_OK);
        CHECK_INT(reused, 1); /* and one that is quiet is kept */
        httpsc_client_close(client);
    }
}

/* ---- callbacks that return what is no code ---- */

static const int robust_odd[] = {2, -1, 12345, 3, -2147483647};

#define ROBUST_NUM_ODD (sizeof robust_odd / sizeof robust_odd[0])

static void robust_look_odd(const httpsc_error *error, int code, int expected)
{
    CHECK_INT(code, expected);
    CHECK_INT(error->code, expected);
    CHECK(strstr(error->text, "unknown") == NULL);
}

static void odd_codes_of_a_transport(void)
{
    static const peer_step script[] = {
        PEER_REQUEST, PEER_HOLD, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"),
        PEER_HOLD, PEER_TEXT("cd"), PEER_REPEAT};
    static const char *const tls[] = {NULL, "good"};

    for (size_t i = 0; i < 12 * ROBUST_NUM_ODD; i++) {
        int odd = robust_odd[i / 12];
        peer_config config = PEER_CONFIG(script, tls[i % 2]);
        httpsc_request request = drive_request(NULL, held_url(tls[i % 2]), NULL);
        httpsc_error error = drive_no_error;
        httpsc_transfer *transfer;
        httpsc_client *client;
        held_net net;
        char body[8];
        size_t num = 0;
        int code;

        client = held_client(&net, &config, 1);
        transfer = drive_begin(client, &request);
        switch (i % 12 / 2) {
        case 0:
            net.odd_open = odd;
            break;
        case 1:
            net.odd_send = odd;
            break;
        case 2:
            break;
        default: /* behind the request, in the body, in the idle connection */
            held_until_held(&net, transfer);
        }
        if (i % 12 / 2 >= 4) {
            peer_release(net.peer);
            CHECK_INT(held_head(transfer, &error), HTTPSC_OK);
            CHECK_INT(httpsc_read(transfer, body, sizeof body, &num, &error), HTTPSC_OK);
        }
        if (i % 12 / 2 == 5) {
            peer_release(net.peer);
            CHECK_INT(drive_body(transfer, 8, body, sizeof body, &error), HTTPSC_OK);
            httpsc_close(transfer);
            CHECK_INT(net.num_closes, 0); /* kept */
            transfer = drive_begin(client, &request);
        }
        net.odd_recv = i % 12 / 2 > 1 ? odd : 0;
        code = httpsc_head(transfer) == NULL ? held_head(transfer, &error)
                                             : drive_body(transfer, 8, body, sizeof body, &error);
        robust_look_odd(&error, code, i % 12 / 2 == 0 ? HTTPSC_ERR_CONNECT_FAILED
                                                      : HTTPSC_ERR_CONNECTION_LOST);
        CHECK(net.num_calls < 100);
        httpsc_close(transfer);
        httpsc_client_close(client);
    }
}

typedef struct robust_names {
    int code; /* returned where not 0 */
    int num_calls;
    httpsc_address addresses[4];
    size_t num_addresses;
} robust_names;

static int robust_resolve(void *user, const char *host, httpsc_address *addresses,
                          size_t max_addresses, size_t *num_addresses)
{
    robust_names *names = user;

    (void)host;
    CHECK(names->num_addresses <= max_addresses);
    if (++names->num_calls > 100000) {
        CHECK(!"the transfer spins");
        exit(1);
    }
    memcpy(addresses, names->addresses, sizeof names->addresses);
    *num_addresses = names->num_addresses;
    return names->code;
}

static int robust_get_named(robust_names *names, int port, httpsc_error *error)
{
    httpsc_options options = drive_options();
    httpsc_response *response = NULL;
    httpsc_client *client;
    char url[64];
    int code;

    snprintf(url, sizeof url, "http://host.test:%d/", port);
    options.hooks.user = names;
    options.hooks.resolve = robust_resolve;
    client = drive_client(&options);
    code = httpsc_get(client, url, &response, error);
    httpsc_response_close(response);
    httpsc_client_close(client);
    return code;
}

static void odd_codes_of_a_resolver(void)
{
    for (size_t i = 0; i < ROBUST_NUM_ODD; i++) {
        static const robust_names none;
        robust_names names = none;
        httpsc_error error = drive_no_error;

        names.code = robust_odd[i];
        robust_look_odd(&error, robust_get_named(&names, 1, &error), HTTPSC_ERR_RESOLVE_FAILED);
        CHECK_INT(names.num_calls, 1);
    }
}

/* ---- of several addresses, the refusal is told ---- */

static void a_refusal_is_told_before_other_failures(void)
{
    /* R: refused, U: out of reach; TCP to a multicast group fails at once, and sends nothing */
    static const char *const orders[] = {"R", "RU", "UR", "URU", "RUU", "U", "UU"};
    static const unsigned char refused[4] = {127, 0, 0, 1};
    static const unsigned char out_of_reach[4] = {224, 0, 0, 1};
    int port = server_free_port();

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        static const robust_names none;
        robust_names names = none;
        httpsc_error error = drive_no_error;
        int code;

        for (const char *at = orders[i]; *at != '\0'; at++) {
            httpsc_address *address = &names.addresses[names.num_addresses++];

            memcpy(address->bytes, *at == 'R' ? refused : out_of_reach, 4);
            address->len = 4;
        }
        code = robust_get_named(&names, port, &error);
        CHECK_INT(error.code, code);
        if (strchr(orders[i], 'R') != NULL) {
            CHECK_INT(code, HTTPSC_ERR_CONNECT_REFUSED);
            CHECK(strstr(error.text, "nothing listens on host.test") != NULL);
        } else {
            CHECK(code != HTTPSC_OK && code != HTTPSC_ERR_CONNECT_REFUSED);
        }
    }
}

/* ---- the process around it ---- */

static void robust_ignore_signal(int number)
{
    (void)number;
}

typedef struct robust_signals {
    pthread_t target;
    pthread_mutex_t lock;
    int stop;
} robust_signals;

static void *robust_send_signals(void *argument)
{
    robust_signals *signals = argument;
    int stop = 0;

    while (!stop) {
        pthread_kill(signals->target, SIGUSR1);
        usleep(1000);
        pthread_mutex_lock(&signals->lock);
        stop = signals->stop;
        pthread_mutex_unlock(&signals->lock);
    }
    return NULL;
}

/* Nothing but a signal can end these waits before ten minutes are over. */
static void a_signal_ends_a_wait_in_order(void)
{
    static const peer_step script[] = {PEER_HEAD, PEER_HOLD};
    static const int timeouts[] = {600000, -1};
    server *there = server_run(NULL, script);
    httpsc_client *client = drive_client(NULL);
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
    httpsc_transfer *transfer;
    robust_signals signals;
    struct sigaction action;
    struct sigaction before;
    pthread_t thread;

    request.timeouts.resolve_ms = HTTPSC_NO_TIMEOUT;
    request.timeouts.connect_ms = HTTPSC_NO_TIMEOUT;
    request.timeouts.first_byte_ms = HTTPSC_NO_TIMEOUT;
    request.timeouts.idle_ms = HTTPSC_NO_TIMEOUT;
    transfer = drive_begin(client, &request);
    while (!unit_failed && !server_is_holding(there)) {
        CHECK_INT(httpsc_step(transfer, NULL, NULL), HTTPSC_WANT);
        (void)httpsc_wait(&transfer, 1, 1);
    }
    CHECK_INT(httpsc_step(transfer, NULL, NULL), HTTPSC_WANT);
    memset(&action, 0, sizeof action);
    action.sa_handler = robust_ignore_signal;
    sigaction(SIGUSR1, &action, &before);
    signals.target = pthread_self();
    pthread_mutex_init(&signals.lock, NULL);
    for (size_t i = 0; i < 2; i++) {
        signals.stop = 0;
        CHECK(pthread_create(&thread, NULL, robust_send_signals, &signals) == 0);
        CHECK_INT(httpsc_wait(&transfer, 1, timeouts[i]), HTTPSC_OK);
        pthread_mutex_lock(&signals.lock);
        signals.stop = 1;
        pthread_mutex_unlock(&signals.lock);
        pthread_join(thread, NULL);
    }
    pthread_mutex_destroy(&signals.lock);
    sigaction(SIGUSR1, &before, NULL);
    CHECK_INT(httpsc_step(transfer, NULL, NULL), HTTPSC_WANT); /* it still waits */
    CHECK_INT(httpsc_wait(&transfer, 1, 1), HTTPSC_WANT);
    CHECK_INT(httpsc_wait(&transfer, 1, 0), HTTPSC_WANT);
    httpsc_close(transfer);
    httpsc_client_close(client);
    server_close(there);
}

/* What a child does with the transfer and the client of its parent; 1 when all went well. What
 * wakes a transfer of the child's must not wake the parent's, in whatever order they are closed. */
static int robust_be_the_child(httpsc_client *client, httpsc_transfer *inherited, const char *url,
                               int begin_first)
{
    httpsc_request request = drive_request(NULL, url, NULL);
    httpsc_transfer *own = NULL;
    int code;

    if (begin_first) {
        if (httpsc_begin(client, &request, &own, NULL) != HTTPSC_OK) {
            return 0;
        }
        httpsc_close(own);
    }
    httpsc_close(inherited);
    if (httpsc_begin(client, &request, &own, NULL) != HTTPSC_OK) {
        return 0;
    }
    httpsc_cancel(own);
    code = httpsc_step(own, NULL, NULL);
    httpsc_close(own);
    httpsc_client_close(client);
    return code == HTTPSC_ERR_CANCELLED;
}

static void a_child_closes_what_it_inherited(void)
{
    static const peer_step script[] = {
        PEER_HEAD, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"), PEER_HOLD,
        PEER_TEXT("cd"), PEER_REPEAT};
    static const char *const tls[] = {NULL, "good"};

    for (int i = 0; i < 4; i++) {
        server *there = server_run(tls[i % 2], script);
        httpsc_client *client = drive_client(NULL);
        httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
        httpsc_transfer *transfer = drive_begin(client, &request);
        httpsc_error error = drive_no_error;
        int status = -1;
        size_t num = 0;
        char body[8];
        pid_t child;

        CHECK_INT(drive_head(transfer, &error), HTTPSC_OK);
        CHECK_INT(httpsc_read(transfer, body, 2, &num, &error), HTTPSC_OK);
        server_wait_holding(there, 1);
        fflush(stdout);
        child = fork();
        if (child == 0) {
            _exit(robust_be_the_child(client, transfer, request.url, i / 2) ? 0 : 1);
        }
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        CHECK_INT(httpsc_read(transfer, body, 1, &num, &error), HTTPSC_WANT);
        CHECK_INT(httpsc_wait(&transfer, 1, 1), HTTPSC_WANT); /* nothing has happened */
        CHECK_INT(server_saw_end(there, 0), 0);
        if (!unit_failed) {
            server_release(there);
            CHECK_INT(drive_body(transfer, 8, body, sizeof body, &error), HTTPSC_OK);
            CHECK_TEXT(body, "cd");
        }
        httpsc_close(transfer);
        CHECK_INT(server_num_accepted(there), 1);
        httpsc_client_close(client);
        server_close(there);
    }
}

/* DEFENCES H14: nobody has a certificate for the root of all names. */
static void the_root_is_no_https_host(void)
{
    static const char *const urls[] = {"https://./", "https://.:8443/a", "HTTPS://."};
    static const robust_names none;
    robust_names names = none;
    httpsc_options options = drive_options();
    httpsc_client *client;

    options.hooks.user = &names;
    options.hooks.resolve = robust_resolve;
    client = drive_client(&options);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        httpsc_request request = drive_request(NULL, urls[i], NULL);
        httpsc_transfer *transfer = NULL;
        httpsc_error error = drive_no_error;

        CHECK_INT(httpsc_begin(client, &request, &transfer, &error), HTTPSC_ERR_URL_HOST);
        CHECK(transfer == NULL);
        CHECK_INT(drive_send(client, "GET", urls[i], NULL, NULL), HTTPSC_ERR_URL_HOST);
    }
    CHECK_INT(names.num_calls, 0);
    httpsc_client_close(client);
}

UNIT_MAIN(UNIT(close_notify_while_an_upload_stalls), UNIT(half_a_record_costs_a_kept_connection),
          UNIT(odd_codes_of_a_transport),
          UNIT(odd_codes_of_a_resolver), UNIT(a_refusal_is_told_before_other_failures),
          UNIT(a_signal_ends_a_wait_in_order), UNIT(a_child_closes_what_it_inherited),
          UNIT(the_root_is_no_https_host))
