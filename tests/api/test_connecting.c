/* From a name to a connection: the race of addresses, overrides, Unix sockets, and taking turns. */
#include "httpsc.h"

#include "../support/drive.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CONNECTING_STAGGER_US 250000
#define CONNECTING_RACERS 7

static const peer_step connecting_answer[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};

/* ---- a resolver, a clock, a trace ---- */

static struct {
    httpsc_address addresses[32];
    size_t num;
    int64_t now_us;
    char trace[8000];
} connecting;

static int connecting_resolve(void *user, const char *host, httpsc_address *addresses,
                              size_t max_addresses, size_t *num_addresses)
{
    (void)user;
    (void)host;
    CHECK(connecting.num <= max_addresses);
    memcpy(addresses, connecting.addresses, connecting.num * sizeof addresses[0]);
    *num_addresses = connecting.num;
    return HTTPSC_OK;
}

static int64_t connecting_clock(void *user)
{
    (void)user;
    return connecting.now_us;
}

static void connecting_trace(void *user, const httpsc_trace_event *event)
{
    size_t len = strlen(connecting.trace);

    (void)user;
    snprintf(connecting.trace + len, sizeof connecting.trace - len, "%s\n", event->text);
}

static void connecting_add(const char *text)
{
    httpsc_address *address = &connecting.addresses[connecting.num++];

    memset(address, 0, sizeof *address);
    address->len = strchr(text, ':') == NULL ? 4 : 16;
    CHECK(inet_pton(address->len == 4 ? AF_INET : AF_INET6, text, address->bytes) == 1);
}

static httpsc_options connecting_options(void)
{
    httpsc_options options = drive_options();

    memset(&connecting, 0, sizeof connecting);
    connecting.now_us = 1000000;
    options.hooks.resolve = connecting_resolve;
    options.hooks.monotonic_us = connecting_clock;
    options.hooks.trace = connecting_trace;
    options.timeouts.connect_ms = 60000;
    return options;
}

static size_t connecting_count(const char *text)
{
    size_t num = 0;

    for (const char *at = connecting.trace; (at = strstr(at, text)) != NULL; at++) {
        num++;
    }
    return num;
}

/* ---- a listener that takes no one more ---- */

#define CONNECTING_FILL 4

typedef struct full_queue {
    int listener;
    int waiting[CONNECTING_FILL];
} full_queue;

/* At that address and port, whose queue is full: who connects hears nothing. */
static full_queue full_open(const char *text, int port)
{
    struct sockaddr_in address;
    full_queue full;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    inet_pton(AF_INET, text, &address.sin_addr);
    full.listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(full.listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(listen(full.listener, 0) == 0);
    for (size_t i = 0; i < CONNECTING_FILL; i++) {
        full.waiting[i] = socket(AF_INET, SOCK_STREAM, 0);
        CHECK(fcntl(full.waiting[i], F_SETFL, O_NONBLOCK) == 0);
        (void)!connect(full.waiting[i], (struct sockaddr *)&address, sizeof address);
    }
    return full;
}

static void full_close(full_queue *full)
{
    for (size_t i = 0; i < CONNECTING_FILL; i++) {
        close(full->waiting[i]);
    }
    close(full->listener);
}

static size_t connecting_open_descriptors(void)
{
    size_t num = 0;

    for (int fd = 0; fd < 1024; fd++) {
        num += fcntl(fd, F_GETFD) >= 0;
    }
    return num;
}

/* ---- the race ---- */

/* DEFENCES Q5: IPv6 first, then turn about; a refusal starts the next at once. */
static void addresses_take_turns(void)
{
    static const char *const order[] = {"::1\n", "127.0.0.2\n", "::ffff:127.0.0.9\n",
                                        "127.0.0.3\n", "127.0.0.4\n", "127.0.0.5\n"};
    httpsc_options options = connecting_options();
    httpsc_client *client = drive_client(&options);
    httpsc_transfer *transfer;
    httpsc_error error = drive_no_error;
    char url[64];
    const char *at;
    httpsc_request request = drive_request(NULL, url, NULL);

    connecting_add("127.0.0.2");
    connecting_add("127.0.0.3");
    connecting_add("::1");
    connecting_add("127.0.0.4");
    connecting_add("::ffff:127.0.0.9");
    connecting_add("127.0.0.5");
    snprintf(url, sizeof url, "http://name.test:%d/", server_free_port());
    transfer = drive_begin(client, &request);
    CHECK_INT(drive_head(transfer, &error), HTTPSC_ERR_CONNECT_REFUSED);
    at = connecting.trace;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        char line[100];

        snprintf(line, sizeof line, "address %d of 6: %s", (int)i + 1, order[i]);
        if (i == 2) { /* as RFC 5952 writes it */
            snprintf(line, sizeof line, "address 3 of 6: ::ffff:7f00:9\n");
        }
        at = strstr(at, line);
        CHECK(at != NULL);
        at = at == NULL ? connecting.trace : at;
    }
    /* one sentence, with all of them; the clock has not moved */
    CHECK(strstr(error.text, "connection refused: nothing listens on name.test port ") ==
          error.text);
    CHECK(strstr(error.text, "127.0.0.2 refused") != NULL);
    CHECK(strstr(error.text, "127.0.0.5 refused)") != NULL);
    httpsc_close(transfer);
    httpsc_client_close(client);
}

static void many_failures_in_one_sentence(void)
{
    httpsc_options options = connecting_options();
    httpsc_client *client = drive_client(&options);
    httpsc_transfer *transfer;
    httpsc_error error = drive_no_error;
    char url[64];
    httpsc_request request = drive_request(NULL, url, NULL);

    for (int i = 0; i < 32; i++) {
        char text[32];

        snprintf(text, sizeof text, "127.0.1.%d", i + 1);
        connecting_add(text);
    }
    snprintf(url, sizeof url, "http://name.test:%d/", server_free_port());
    transfer = drive_begin(client, &request);
    CHECK_INT(drive_head(transfer, &error), HTTPSC_ERR_CONNECT_REFUSED);
    CHECK_INT(connecting_count("address "), 32);
    CHECK(strstr(error.text, "127.0.1.6 refused, and 26 more)") != NULL);
    httpsc_close(transfer);
    httpsc_client_close(client);
}

/* A step, and what it leaves to wait for. */
static int connecting_step(httpsc_transfer *transfer, httpsc_wants *wants)
{
    httpsc_error error = drive_no_error;
    int code = httpsc_step(transfer, wants, &error);

    CHECK_INT(error.code, code == HTTPSC_WANT ? 0 : code);
    return code;
}

/* DEFENCES Q5: to the microsecond; the first to connect wins, and who lost is closed. */
static void the_next_address_joins_after_250_ms(void)
{
    server *there = server_run(NULL, connecting_answer);
    full_queue full = full_open("127.0.0.2", server_port(there));
    size_t num_descriptors = connecting_open_descriptors();
    httpsc_options options = connecting_options();
    httpsc_client *client = drive_client(&options);
    char url[64];
    httpsc_request request = drive_request(NULL, url, NULL);
    httpsc_transfer *transfer;
    httpsc_wants wants;
    httpsc_error error = drive_no_error;

    connecting_add("127.0.0.2");
    connecting_add("127.0.0.2");
    connecting_add("127.0.0.1");
    snprintf(url, sizeof url, "http://name.test:%d/", server_port(there));
    transfer = drive_begin(client, &request);
    CHECK_INT(connecting_step(transfer, &wants), HTTPSC_WANT);
    CHECK_INT(connecting_count("address "), 1);
    CHECK_INT(wants.num_sockets, 2); /* one is the wake */
    CHECK_INT(wants.timeout_ms, 250);
    connecting.now_us += CONNECTING_STAGGER_US - 1;
    CHECK_INT(connecting_step(transfer, &wants), HTTPSC_WANT);
    CHECK_INT(connecting_count("address "), 1);
    CHECK_INT(wants.timeout_ms, 1);
    connecting.now_us += 1;
    CHECK_INT(connecting_step(transfer, &wants), HTTPSC_WANT);
    CHECK_INT(connecting_count("address "), 2);
    CHECK_INT(wants.num_sockets, 3);
    CHECK_INT(wants.timeout_ms, 250);
    connecting.now_us += CONNECTING_STAGGER_US;
    CHECK_INT(drive_head(transfer, &error), HTTPSC_OK);
    CHECK_INT(connecting_count("address "), 3);
    CHECK_INT(httpsc_head(transfer)->address.bytes[3], 1);
    httpsc_close(transfer);
    httpsc_client_close(client);
    server_wait_closed(there, 1);
    CHECK_INT(connecting_open_descriptors(), num_descriptors);
    full_close(&full);
    server_close(there);
}

/* No more at once than httpsc_wants has room for; after a while the oldest makes room. */
static void many_addresses_that_say_nothing(void)
{
    int port = server_free_port();
    full_queue full = full_open("127.0.0.2", port);
    httpsc_options options = connecting_options();
    httpsc_client *client = drive_client(&options);
    size_t num_descriptors = connecting_open_descriptors();
    char url[64];
    httpsc_request request = drive_request(NULL, url, NULL);
    httpsc_transfer *transfer;
    httpsc_wants wants;
    httpsc_error error = drive_no_error;

    for (int i = 0; i < 10; i++) {
        connecting_add("127.0.0.2");
    }
    snprintf(url, sizeof url, "http://name.test:%d/", port);
    transfer = drive_begin(client, &request);
    for (int i = 1; i <= 12; i++) {
        CHECK_INT(connecting_step(transfer, &wants), HTTPSC_WANT);
        CHECK_INT(connecting_count("address "), i < CONNECTING_RACERS ? i : CONNECTING_RACERS);
        CHECK_INT(wants.num_sockets, 1 + (i < CONNECTING_RACERS ? i : CONNECTING_RACERS));
        connecting.now_us += CONNECTING_STAGGER_US;
    }
    CHECK_INT(wants.timeout_ms, 5000 - 11 * 250);
    connecting.now_us = 1000000 + 5000000;
    CHECK_INT(connecting_step(transfer, &wants), HTTPSC_WANT);
    CHECK_INT(connecting_count("address "), CONNECTING_RACERS + 1);
    CHECK_INT(wants.num_sockets, HTTPSC_WANTS_MAX);
    connecting.now_us = 1000000 + (int64_t)60 * 1000000;
    CHECK_INT(httpsc_step(transfer, &wants, &error), HTTPSC_ERR_TIMEOUT_CONNECT);
    httpsc_close(transfer);
    httpsc_client_close(client);
    CHECK(connecting_open_descriptors() <= num_descriptors);
    full_close(&full);
}

/* One that is refused later lets the next begin at once; a cancel closes all of them. */
static void a_race_is_given_up(void)
{
    int port = server_free_port();
    full_queue full = full_open("127.0.0.2", port);
    size_t num_descriptors = connecting_open_descriptors();
    httpsc_options options = connecting_options();
    httpsc_client *client = drive_client(&options);
    char url[64];
    httpsc_request request = drive_request(NULL, url, NULL);
    httpsc_transfer *transfer;
    httpsc_wants wants;

    connecting_add("127.0.0.2");
    connecting_add("127.0.0.2");
    connecting_add("127.0.0.2");
    snprintf(url, sizeof url, "http://name.test:%d/", port);
    transfer = drive_begin(client, &request);
    CHECK_INT(connecting_step(transfer, &wants), HTTPSC_WANT);
    connecting.now_us += CONNECTING_STAGGER_US;
    CHECK_INT(connecting_step(transfer, &wants), HTTPSC_WANT);
    CHECK_INT(wants.num_sockets, 3);
    httpsc_cancel(transfer);
    CHECK_INT(connecting_step(transfer, &wants), HTTPSC_ERR_CANCELLED);
    httpsc_close(transfer);
    httpsc_client_close(client);
    CHECK_INT(connecting_open_descriptors(), num_descriptors);
    full_close(&full);
}

/* ---- addresses that the caller does not want: DEFENCES K10 ---- */

static struct {
    int num_asked;
    char host[64]; /* asked for last */
    int port;
    unsigned char refused; /* the last byte of an address; 0: all that are not public */
} guard;

static int guard_ask(void *user, const char *host, int port, const httpsc_address *address)
{
    (void)user;
    guard.num_asked++;
    guard.port = port;
    snprintf(guard.host, sizeof guard.host, "%s", host);
    return guard.refused == 0 ? httpsc_address_is_public(address)
                              : address->bytes[address->len - 1] != guard.refused;
}

/* A GET with that guard: its code; it must have been asked. */
static int guard_get(httpsc_options *options, const char *url, httpsc_error *error)
{
    httpsc_request request = drive_request(NULL, url, NULL);
    httpsc_response *response = NULL;
    httpsc_client *client;
    int code;

    guard.num_asked = 0;
    options->hooks.may_connect = guard_ask;
    client = drive_client(options);
    *error = drive_no_error;
    code = httpsc_send(client, &request, &response, error);
    CHECK(guard.num_asked > 0);
    httpsc_response_close(response);
    httpsc_client_close(client);
    return code;
}

/* Literals, names, and all that leads elsewhere; a proxy's own address, too. */
static void addresses_that_are_not_public(void)
{
    server *there = server_run(NULL, connecting_answer);
    const char *address = server_address(there);
    int port = server_port(there);
    char urls[4][64];
    char override[64];
    char proxy[64];
    const char *overrides[] = {override};
    httpsc_error error;

    memset(&guard, 0, sizeof guard);
    snprintf(urls[0], sizeof urls[0], "http://127.0.0.1:%d/", port);
    snprintf(urls[1], sizeof urls[1], "http://localhost:%d/", port);
    snprintf(urls[2], sizeof urls[2], "http://[::ffff:127.0.0.1]:%d/", port);
    snprintf(urls[3], sizeof urls[3], "http://name.test:%d/", port);
    snprintf(override, sizeof override, "name.test:%d:127.0.0.1", port);
    snprintf(proxy, sizeof proxy, "http://%s", address);
    for (int way = 0; way < 7; way++) {
        httpsc_options options = connecting_options();

        connecting_add("127.0.0.1");
        options.connect_to = way == 4 ? address : NULL;
        options.proxy = way == 5 ? proxy : NULL;
        options.resolve_to = overrides;
        options.num_resolve_to = way == 6;
        CHECK_INT(guard_get(&options, urls[way < 3 ? way : 3], &error),
                  HTTPSC_ERR_ADDRESS_REFUSED);
        CHECK_INT(guard.port, port);
        CHECK_TEXT(guard.host, way == 1   ? "localhost"
                               : way == 2 ? "::ffff:7f00:1"
                               : way == 3 || way == 6 ? "name.test" : "127.0.0.1");
        CHECK(strstr(error.text, guard.host) != NULL);
        CHECK(strstr(error.text, way == 2 ? "(::ffff:7f00:1 not allowed)"
                                          : "127.0.0.1 not allowed") != NULL);
        CHECK_INT(httpsc_code_is_retryable(error.code), 0);
    }
    CHECK_INT(server_num_accepted(there), 0);
    server_close(there);
}

/* One that is refused is passed over, and behind a redirect the next host is asked for. */
static void some_addresses_are_allowed(void)
{
    char answer[200];
    peer_step script[] = {PEER_REQUEST, PEER_SEND(NULL, 0), PEER_REPEAT};
    server *there = server_run(NULL, connecting_answer);
    server *leads_on = server_run(NULL, script);
    httpsc_options options = connecting_options();
    httpsc_client *client = NULL;
    httpsc_error error;
    char url[64];

    snprintf(answer, sizeof answer,
             "HTTP/1.1 302 Go\r\nLocation: http://127.0.0.9:%d/\r\nContent-Length: 0\r\n\r\n",
             server_port(there));
    script[1].bytes = answer;
    script[1].len = strlen(answer);
    guard.refused = 9;
    connecting_add("127.0.0.9");
    connecting_add("127.0.0.1");
    snprintf(url, sizeof url, "http://name.test:%d/", server_port(there));
    CHECK_INT(guard_get(&options, url, &error), HTTPSC_OK);
    CHECK_INT(guard.num_asked, 2);
    CHECK_INT(guard_get(&options, server_url(leads_on, "/"), &error), HTTPSC_ERR_ADDRESS_REFUSED);
    CHECK_INT(guard.num_asked, 2);
    CHECK_TEXT(guard.host, "127.0.0.9");
    connecting.num = 1; /* what another address ran into tells more */
    connecting_add("127.0.0.2");
    snprintf(url, sizeof url, "http://name.test:%d/", server_free_port());
    CHECK_INT(guard_get(&options, url, &error), HTTPSC_ERR_CONNECT_REFUSED);
    CHECK(strstr(error.text, "127.0.0.9 not allowed, 127.0.0.2 refused") != NULL);
    {
        memory_net net;
        peer_config config = PEER_CONFIG(connecting_answer, NULL);

        memory_net_init(&net, &config, 1); /* which knows no addresses */
        options.hooks.transport = net.transport;
        CHECK_INT(httpsc_client_open(&options, &client, &error), HTTPSC_ERR_ARGUMENT);
        CHECK(client == NULL);
    }
    server_close(leads_on);
    server_close(there);
}

/* ---- overrides and Unix sockets ---- */

static int connecting_no_resolver(void *user, const char *host, httpsc_address *addresses,
                                  size_t max_addresses, size_t *num_addresses)
{
    (void)user;
    (void)host;
    (void)addresses;
    (void)max_addresses;
    (void)num_addresses;
    return HTTPSC_ERR_RESOLVE_NOT_FOUND;
}

static void addresses_in_place_of_a_look_up(void)
{
    server *there = server_run("good", connecting_answer);
    httpsc_options options = drive_options();
    httpsc_client *client;
    char first[64];
    char second[64];
    char url[64];
    const char *overrides[2];

    overrides[0] = first;
    overrides[1] = second;
    snprintf(first, sizeof first, "A.wild.test:%d:127.0.0.9", server_port(there));
    snprintf(second, sizeof second, "a.wild.test.:%d:127.0.0.1", server_port(there));
    options.resolve_to = overrides;
    options.num_resolve_to = 2;
    options.hooks.resolve = connecting_no_resolver;
    client = drive_client(&options);
    snprintf(url, sizeof url, "https://a.wild.test:%d/", server_port(there));
    CHECK_INT(drive_get(client, url), 0); /* the first is refused */
    CHECK_INT(drive_get(client, url), 1);
    snprintf(url, sizeof url, "https://b.wild.test:%d/", server_port(there));
    CHECK_INT(drive_send(client, "GET", url, NULL, NULL), HTTPSC_ERR_RESOLVE_NOT_FOUND);
    CHECK_INT(drive_send(client, "GET", "https://a.wild.test/", NULL, NULL),
              HTTPSC_ERR_RESOLVE_NOT_FOUND); /* another port */
    httpsc_client_close(client);
    server_close(there);
}

static void overrides_that_are_none(void)
{
    static const char *const texts[] = {
        "",          "a",          "a:1",       "a:1:",    ":1:1.2.3.4",     "a:0:1.2.3.4",
        "host:",     "host::",     ":",         "[::1]:",
        "a:x:1.2.3.4", "a:1:name", "a::1.2.3.4", "a:1:1.2.3", "[::1:1:1.2.3.4"};
    httpsc_options options = drive_options();
    httpsc_client *client = NULL;
    const char *given;

    options.resolve_to = &given;
    options.num_resolve_to = 1;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *copy = malloc(strlen(texts[i]) + 1); /* the sanitizer sees its end */

        CHECK(copy != NULL);
        given = strcpy(copy, texts[i]);
        CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_ERR_ARGUMENT);
        free(copy);
    }
    given = "[::1]:1:[::2]";
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    httpsc_client_close(client);
    options.resolve_to = NULL;
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_ERR_ARGUMENT);
}

/* A relay between a Unix socket and a server, for one connection. */
static void *connecting_relay(void *argument)
{
    int *ends = argument;
    struct pollfd both[2];
    int client = accept(ends[0], NULL, NULL);

    both[0].fd = client;
    both[1].fd = ends[1];
    both[0].events = both[1].events = POLLIN;
    while (poll(both, 2, -1) > 0) {
        for (int i = 0; i < 2; i++) {
            char buf[4096];
            ssize_t len = both[i].revents == 0 ? -1 : read(both[i].fd, buf, sizeof buf);

            if (both[i].revents != 0 &&
                (len <= 0 || write(both[1 - i].fd, buf, (size_t)len) != len)) {
                close(client);
                return NULL;
            }
        }
    }
    return NULL;
}

static void connections_to_a_unix_socket(void)
{
    server *there = server_run("good", connecting_answer);
    httpsc_options options = drive_options();
    httpsc_client *client;
    struct sockaddr_un path;
    struct sockaddr_in target;
    httpsc_response *response = NULL;
    pthread_t thread;
    int ends[2];

    memset(&path, 0, sizeof path);
    path.sun_family = AF_UNIX;
    snprintf(path.sun_path, sizeof path.sun_path, "%s/httpsc-%d.sock",
             getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp", (int)getpid());
    unlink(path.sun_path);
    ends[0] = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(ends[0], (struct sockaddr *)&path, sizeof path) == 0);
    options.unix_socket = path.sun_path;
    options.hooks.resolve = connecting_no_resolver;
    client = drive_client(&options);
    CHECK_INT(drive_send(client, "GET", "https://localhost/", NULL, NULL),
              HTTPSC_ERR_CONNECT_REFUSED); /* nobody listens yet */
    CHECK(listen(ends[0], 4) == 0);
    memset(&target, 0, sizeof target);
    target.sin_family = AF_INET;
    target.sin_port = htons((uint16_t)server_port(there));
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ends[1] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(ends[1], (struct sockaddr *)&target, sizeof target) == 0);
    CHECK(pthread_create(&thread, NULL, connecting_relay, ends) == 0);
    CHECK_INT(drive_send(client, "GET", "https://localhost/", NULL, &response), HTTPSC_OK);
    CHECK(response != NULL && response->address.len == 0);
    httpsc_response_close(response);
    CHECK_INT(drive_get(client, "https://localhost/"), 1);
    httpsc_client_close(client);
    pthread_join(thread, NULL);
    close(ends[0]);
    close(ends[1]);
    unlink(path.sun_path);
    options.unix_socket = "/nonexistent/socket";
    client = drive_client(&options);
    CHECK_INT(drive_send(client, "GET", "https://localhost/", NULL, NULL),
              HTTPSC_ERR_CONNECT_UNREACHABLE);
    httpsc_client_close(client);
    server_close(there);
}

/* ---- taking turns ---- */

/* DEFENCES O8: who is over the limit waits, is woken, and gets the connection that came back. */
static void transfers_take_turns(void)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_HOLD, PEER_TEXT(DRIVE_OK), PEER_REPEAT};
    server *there = server_run(NULL, script);
    httpsc_options options = drive_options();
    httpsc_client *client;
    httpsc_transfer *each[3];
    httpsc_wants wants;
    httpsc_error error = drive_no_error;
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
    char body[16];

    options.limits.max_connections_per_host = 1;
    client = drive_client(&options);
    for (int i = 0; i < 3; i++) {
        each[i] = drive_begin(client, &request);
        while (httpsc_step(each[i], &wants, &error) == HTTPSC_WANT && i == 0 &&
               !server_is_holding(there)) {
            httpsc_wait(&each[i], 1, 20);
        }
        CHECK_INT(error.code, HTTPSC_OK);
    }
    CHECK_INT(wants.num_sockets, 2); /* to cancel, and its turn */
    CHECK_INT(wants.timeout_ms, -1);
    CHECK_INT(httpsc_wait(&each[1], 1, 0), HTTPSC_WANT); /* nothing wakes it */
    server_release(there);
    CHECK_INT(drive_head(each[0], &error), HTTPSC_OK);
    CHECK_INT(httpsc_wait(&each[1], 1, 0), HTTPSC_WANT); /* the body is still to be read */
    CHECK_INT(drive_body(each[0], 16, body, sizeof body, &error), HTTPSC_OK);
    CHECK_INT(httpsc_wait(&each[1], 1, -1), HTTPSC_OK); /* now it is woken, */
    CHECK_INT(httpsc_wait(&each[2], 1, 0), HTTPSC_WANT); /* and the next one is not */
    httpsc_close(each[1]); /* gives it on unused */
    CHECK_INT(httpsc_wait(&each[2], 1, -1), HTTPSC_OK);
    CHECK_INT(httpsc_step(each[2], &wants, &error), HTTPSC_WANT);
    server_release(there);
    CHECK_INT(drive_head(each[2], &error), HTTPSC_OK);
    CHECK_INT(httpsc_head(each[2])->reused, 1);
    CHECK_INT(server_num_accepted(there), 1);
    httpsc_close(each[0]);
    httpsc_close(each[2]);
    httpsc_client_close(client);
    server_close(there);
}

/* Every way in which a transfer ends gives its turn on. */
static void turns_come_back_from_failures(void)
{
    static const peer_step good[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};
    static const peer_step cut[] = {PEER_REQUEST, PEER_CUT};
    server *there = server_run(NULL, good);
    server *bad = server_run(NULL, cut);
    httpsc_options options = drive_options();
    httpsc_client *client;
    httpsc_transfer *open;
    httpsc_wants wants;
    httpsc_error error = drive_no_error;
    char url[64];
    httpsc_request request = drive_request(NULL, url, NULL);

    options.limits.max_connections = 1;
    client = drive_client(&options);
    for (int i = 0; i < 4; i++) {
        snprintf(url, sizeof url, "%s", server_url(i == 0 ? bad : there, "/"));
        if (i == 1) {
            snprintf(url, sizeof url, "http://127.0.0.1:%d/", server_free_port());
        }
        if (i == 3) {
            snprintf(url, sizeof url, "http://%s.test/", "name");
        }
        open = drive_begin(client, &request);
        (void)httpsc_step(open, &wants, &error);
        if (i == 2) {
            httpsc_cancel(open); /* in the middle */
        } else if (i < 2) {
            CHECK(drive_head(open, &error) != HTTPSC_OK); /* still open, but it has failed */
            CHECK(drive_get(client, server_url(there, "/")) >= 0);
        }
        httpsc_close(open);
        CHECK(drive_get(client, server_url(there, "/")) >= 0);
    }
    httpsc_client_close(client);
    server_close(there);
    server_close(bad);
}

/* Those in use and those kept are one number: a kept one of another host makes room. */
static void kept_connections_make_room(void)
{
    server *first = server_run(NULL, connecting_answer);
    server *second = server_run(NULL, connecting_answer);
    httpsc_options options = drive_options();
    httpsc_client *client;

    options.limits.max_connections = 1;
    client = drive_client(&options);
    CHECK_INT(drive_get(client, server_url(first, "/")), 0);
    CHECK_INT(drive_get(client, server_url(second, "/")), 0);
    server_wait_closed(first, 1);
    CHECK_INT(drive_get(client, server_url(second, "/")), 1);
    httpsc_client_close(client);
    server_close(first);
    server_close(second);
}

/* A waiting transfer can be cancelled, and its time runs out. */
static void waiting_ends(void)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_HOLD, PEER_END};
    server *there = server_run(NULL, script);
    httpsc_options options = drive_options();
    httpsc_client *client;
    httpsc_transfer *first;
    httpsc_transfer *second;
    httpsc_wants wants;
    httpsc_error error = drive_no_error;
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);

    memset(&connecting, 0, sizeof connecting);
    options.limits.max_connections = 1;
    options.timeouts.total_ms = 500000;
    options.hooks.monotonic_us = connecting_clock;
    client = drive_client(&options);
    first = drive_begin(client, &request);
    CHECK_INT(httpsc_step(first, &wants, &error), HTTPSC_WANT);
    second = drive_begin(client, &request);
    CHECK_INT(httpsc_step(second, &wants, &error), HTTPSC_WANT);
    connecting.now_us = (int64_t)499999 * 1000; /* longer than any stage may take */
    CHECK_INT(httpsc_step(second, &wants, &error), HTTPSC_WANT);
    CHECK_INT(wants.timeout_ms, 1);
    connecting.now_us = (int64_t)500000 * 1000;
    CHECK_INT(httpsc_step(second, &wants, &error), HTTPSC_ERR_TIMEOUT_TOTAL);
    httpsc_close(second);
    second = drive_begin(client, &request);
    error = drive_no_error;
    CHECK_INT(httpsc_step(second, &wants, &error), HTTPSC_WANT);
    httpsc_cancel(second);
    CHECK_INT(httpsc_wait(&second, 1, -1), HTTPSC_OK);
    CHECK_INT(httpsc_step(second, &wants, &error), HTTPSC_ERR_CANCELLED);
    httpsc_close(second);
    httpsc_close(first);
    httpsc_client_close(client);
    server_close(there);
}

/* ---- threads ---- */

#define CONNECTING_THREADS 8
#define CONNECTING_GETS 25

typedef struct connecting_thread {
    pthread_t thread;
    httpsc_client *client;
    const char *url;
    int num_ok;
} connecting_thread;

static void *connecting_run(void *argument)
{
    connecting_thread *one = argument;

    for (int i = 0; i < CONNECTING_GETS; i++) {
        httpsc_response *response = NULL;

        if (httpsc_get(one->client, one->url, &response, NULL) == HTTPSC_OK) {
            one->num_ok++;
        }
        httpsc_response_close(response);
    }
    return NULL;
}

/* DEFENCES O8: blocking calls of many threads over few connections; all of them come through. */
static void threads_take_turns(void)
{
    static connecting_thread threads[CONNECTING_THREADS];
    server *there = server_run("good", connecting_answer);
    const char *url = server_url(there, "/");
    httpsc_options options = drive_options();
    httpsc_client *client;

    options.limits.max_connections_per_host = 3;
    client = drive_client(&options);
    for (size_t i = 0; i < CONNECTING_THREADS; i++) {
        threads[i].client = client;
        threads[i].url = url;
        CHECK(pthread_create(&threads[i].thread, NULL, connecting_run, &threads[i]) == 0);
    }
    for (size_t i = 0; i < CONNECTING_THREADS; i++) {
        pthread_join(threads[i].thread, NULL);
        CHECK_INT(threads[i].num_ok, CONNECTING_GETS);
    }
    CHECK(server_num_accepted(there) <= 3);
    httpsc_client_close(client);
    server_close(there);
}

UNIT_MAIN(UNIT(addresses_take_turns), UNIT(many_failures_in_one_sentence),
          UNIT(the_next_address_joins_after_250_ms), UNIT(many_addresses_that_say_nothing),
          UNIT(a_race_is_given_up), UNIT(addresses_that_are_not_public),
          UNIT(some_addresses_are_allowed), UNIT(addresses_in_place_of_a_look_up),
          UNIT(overrides_that_are_none), UNIT(connections_to_a_unix_socket),
          UNIT(transfers_take_turns), UNIT(turns_come_back_from_failures),
          UNIT(kept_connections_make_room), UNIT(waiting_ends), UNIT(threads_take_turns))
