/*
 * Every code of HTTPSC_CODES happens for real: over sockets, with files and certificates; by a hook
 * only where the real thing cannot fail.
 */
#include "httpsc.h"

#include "../support/drive.h"
#include "../support/openssl_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#define ERRORS_BIG_BODY ((size_t)32 * 1024 * 1024)

typedef struct error_case {
    int code;
    void (*make)(const struct error_case *one);
    const char *text;    /* a URL, a response, a certificate's name: as make takes it */
    size_t limit_at;     /* of a limit in httpsc_limits, or of a timeout in httpsc_timeouts */
    int limit;           /* its value; 0: none is set */
    httpsc_stage stage;  /* expected where the list leaves it open */
} error_case;

/* ---- looking at an error ---- */

static int errors_stage_of(int code)
{
#define ERRORS_STAGE(name, value, stage, sentence) \
    if (code == (value)) { \
        return HTTPSC_STAGE_##stage; \
    }
    HTTPSC_CODES(ERRORS_STAGE)
#undef ERRORS_STAGE
    return -1;
}

static void errors_look(const error_case *one, int code, const httpsc_error *error)
{
    const char *sentence = httpsc_code_sentence(one->code);
    int stage = errors_stage_of(one->code);

    CHECK_TEXT(httpsc_code_name(code), httpsc_code_name(one->code));
    CHECK_INT(error->code, code);
    CHECK_INT(error->stage, stage == HTTPSC_STAGE_NONE ? (int)one->stage : stage);
    CHECK(memchr(error->text, '\0', sizeof error->text) != NULL);
    CHECK(strncmp(error->text, sentence, strlen(sentence)) == 0);
    CHECK(sentence[0] != '\0');
    for (const char *at = error->text; *at != '\0'; at++) {
        CHECK((unsigned char)*at >= 0x20 && (unsigned char)*at < 0x7f);
    }
    if (error->code != code || unit_failed) {
        printf("    %s\n", error->text);
    }
}

static void errors_look_same(const httpsc_error *first, const httpsc_error *again)
{
    CHECK_INT(again->code, first->code);
    CHECK_INT(again->stage, first->stage);
    CHECK_INT(again->native, first->native);
    CHECK_TEXT(again->text, first->text);
}

/* ---- running a transfer to its error ---- */

/* Steps and reads until something else than HTTPSC_WANT, or than a piece of body, comes. */
static int errors_drive(httpsc_transfer *transfer, httpsc_error *error)
{
    char buf[512];
    size_t num = 1;
    int code;

    do {
        code = httpsc_read(transfer, buf, sizeof buf, &num, error);
        if (code == HTTPSC_WANT) {
            CHECK_INT(httpsc_wait(&transfer, 1, -1), HTTPSC_OK);
        }
    } while (code == HTTPSC_WANT || (code == HTTPSC_OK && num > 0));
    return code;
}

static void errors_look_sticky(httpsc_transfer *transfer, const httpsc_error *first)
{
    httpsc_error again = drive_no_error;
    httpsc_wants wants;
    char buf[8];
    size_t num = 0;

    CHECK_INT(httpsc_step(transfer, &wants, &again), first->code);
    errors_look_same(first, &again);
    CHECK_INT(wants.num_sockets, 0);
    again = drive_no_error;
    CHECK_INT(httpsc_read(transfer, buf, sizeof buf, &num, &again), first->code);
    errors_look_same(first, &again);
    CHECK_INT(httpsc_step(transfer, NULL, NULL), first->code);
    /* the head that came before stays */
    CHECK((httpsc_head(transfer) != NULL) == (first->stage == HTTPSC_STAGE_BODY));
}

static void errors_run(const error_case *one, const httpsc_options *options,
                       const httpsc_request *request)
{
    httpsc_error error = drive_no_error;
    httpsc_error again = drive_no_error;
    httpsc_client *client = NULL;
    httpsc_transfer *transfer = NULL;
    int code = httpsc_client_open(options, &client, &error);

    if (code == HTTPSC_OK) {
        code = httpsc_begin(client, request, &transfer, &error);
    } else {
        CHECK_INT(httpsc_client_open(options, &client, &again), code);
        errors_look_same(&error, &again);
    }
    if (code == HTTPSC_OK) {
        code = errors_drive(transfer, &error);
        errors_look(one, code, &error);
        errors_look_sticky(transfer, &error);
    } else {
        errors_look(one, code, &error);
        CHECK(transfer == NULL);
        if (client != NULL) {
            CHECK_INT(httpsc_begin(client, request, &transfer, &again), code);
            errors_look_same(&error, &again);
        }
    }
    httpsc_close(transfer);
    httpsc_client_close(client);
}

/* ---- the makers ---- */

static httpsc_options errors_options(const error_case *one)
{
    httpsc_options options = drive_options();

    if (one->limit != 0 && httpsc_code_is_timeout(one->code)) {
        *(int *)(void *)((char *)&options.timeouts + one->limit_at) = one->limit;
    } else if (one->limit != 0) {
        *(size_t *)(void *)((char *)&options.limits + one->limit_at) = (size_t)one->limit;
    }
    return options;
}

static void make_url(const error_case *one)
{
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, one->text, NULL);

    options.allow_http = 0;
    errors_run(one, &options, &request);
}

/* text is one more field line's name, and value behind a NUL; or, for the method, the method */
static void make_request(const error_case *one)
{
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, "https://localhost/", NULL);
    httpsc_field field;

    field.name = one->text;
    field.value = one->text + strlen(one->text) + 1;
    if (one->code == HTTPSC_ERR_REQUEST_METHOD) {
        request.method = one->text;
    } else {
        request.fields = &field;
        request.num_fields = 1;
    }
    errors_run(one, &options, &request);
}

/* A server with this script; the port may be asked for TLS that it does not speak. */
static void errors_serve(const error_case *one, const char *tls, const peer_step *script,
                         const char *scheme, httpsc_options *options)
{
    server *there = server_run(tls, script);
    char url[64];
    httpsc_request request = drive_request(NULL, url, NULL);

    snprintf(url, sizeof url, "%s://localhost:%d/", scheme, server_port(there));
    errors_run(one, options, &request);
    server_close(there);
}

/* text is what the server answers before it ends the connection. */
static void make_response(const error_case *one)
{
    peer_step script[] = {PEER_HEAD, PEER_SEND(NULL, 0), PEER_END};
    httpsc_options options = errors_options(one);

    script[1].bytes = one->text;
    script[1].len = strlen(one->text);
    errors_serve(one, NULL, script, "http", &options);
}

/* The same, with silence behind it. */
static void make_silence(const error_case *one)
{
    peer_step script[] = {PEER_HEAD, PEER_SEND(NULL, 0), PEER_HOLD};
    httpsc_options options = errors_options(one);

    options.timeouts.low_speed_bytes_per_s = 1000 * (one->code == HTTPSC_ERR_TIMEOUT_LOW_SPEED);
    script[1].bytes = one->text;
    script[1].len = strlen(one->text);
    errors_serve(one, NULL, script, "http", &options);
}

/* text is what a proxy answers to CONNECT. */
static void make_proxy(const error_case *one)
{
    peer_step script[] = {PEER_HEAD, PEER_SEND(NULL, 0), PEER_HOLD};
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, "https://localhost/", NULL);
    server *there;
    char proxy[64];

    script[1].bytes = one->text;
    script[1].len = strlen(one->text);
    there = server_run(NULL, script);
    snprintf(proxy, sizeof proxy, "http://localhost:%d", server_port(there));
    options.proxy = proxy;
    errors_run(one, &options, &request);
    server_close(there);
}

static void make_proxy_url(const error_case *one)
{
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, "https://localhost/", NULL);

    options.proxy = one->text;
    errors_run(one, &options, &request);
}

static void make_reset(const error_case *one)
{
    static const peer_step script[] = {
        PEER_HEAD, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), PEER_HOLD,
        PEER_RESET};
    httpsc_error error = drive_no_error;
    httpsc_options options = errors_options(one);
    server *there = server_run(NULL, script);
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
    httpsc_client *client = drive_client(&options);
    httpsc_transfer *transfer = NULL;
    char buf[16];
    size_t num = 0;
    int code;

    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_OK);
    while ((code = httpsc_read(transfer, buf, sizeof buf, &num, &error)) == HTTPSC_WANT) {
        httpsc_wait(&transfer, 1, -1);
    }
    CHECK_INT(code, HTTPSC_OK);
    CHECK_INT(num, 4);
    server_release(there);
    code = errors_drive(transfer, &error);
    errors_look(one, code, &error);
    errors_look_sticky(transfer, &error);
    httpsc_close(transfer);
    httpsc_client_close(client);
    server_close(there);
}

/* The server takes nothing of a body that is larger than what the system buffers. */
static void make_deaf(const error_case *one)
{
    static const peer_step script[] = {PEER_HEAD, PEER_DEAF};
    httpsc_options options = errors_options(one);
    server *there = server_run(NULL, script);
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);

    request.body.ptr = calloc(1, ERRORS_BIG_BODY);
    request.body.len = ERRORS_BIG_BODY;
    errors_run(one, &options, &request);
    free((unsigned char *)(size_t)request.body.ptr);
    server_close(there);
}

/* text is the alert's number, sent in the clear in answer to the ClientHello. */
static void make_alert(const error_case *one)
{
    char record[7] = {21, 3, 3, 0, 2, 2, 0};
    peer_step script[] = {PEER_BYTES(5), {PEER_KIND_RAW, NULL, 7, 0, 0}, PEER_END};
    httpsc_options options = errors_options(one);

    record[6] = one->text[0];
    script[1].bytes = record;
    errors_serve(one, NULL, script, "https", &options);
}

/* text is sent in answer to the ClientHello. */
static void make_no_tls(const error_case *one)
{
    peer_step script[] = {PEER_BYTES(5), PEER_SEND(NULL, 0), PEER_END};
    httpsc_options options = errors_options(one);

    script[1].bytes = one->text;
    script[1].len = one->limit_at != 0 ? one->limit_at : strlen(one->text);
    errors_serve(one, NULL, script, "https", &options);
}

static void make_silent_tls(const error_case *one)
{
    static const peer_step script[] = {PEER_BYTES(5), PEER_HOLD};
    httpsc_options options = errors_options(one);

    errors_serve(one, NULL, script, "https", &options);
}

static const peer_step errors_answer[] = {
    PEER_REQUEST, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), PEER_REPEAT};

static int errors_refuse(void *user, const httpsc_peer *peer)
{
    (void)user;
    CHECK_INT(peer->verified, 1);
    return HTTPSC_ERR_ARGUMENT;
}

/* text is the certificate's name; what else the code takes is put into the options. */
static void make_certificate(const error_case *one)
{
    static const unsigned char pins[1][32] = {"the hash of no key that there is"};
    httpsc_options options = errors_options(one);
    char *other = peer_path("ca2.pem");
    char *crl = peer_path("ca.crl");

    if (one->code == HTTPSC_ERR_CERT_UNKNOWN_ISSUER) {
        options.tls.ca_file = other;
    } else if (one->code == HTTPSC_ERR_CERT_REVOKED) {
        options.tls.crl_file = crl;
    } else if (one->code == HTTPSC_ERR_CERT_PIN_MISMATCH) {
        options.tls.pins = pins;
        options.tls.num_pins = 1;
    } else if (one->code == HTTPSC_ERR_CERT_REFUSED) {
        options.tls.verify = errors_refuse;
    }
    errors_serve(one, one->text, errors_answer, "https", &options);
    free(other);
    free(crl);
}

static void make_bad_record(const error_case *one)
{
    peer_config config = PEER_CONFIG(errors_answer, "good");
    server *there = server_open(&config, 1);
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
    httpsc_client *client = NULL;
    httpsc_transfer *transfer = NULL;
    httpsc_error error = drive_no_error;
    int code;

    /* the handshake's length is found out by one that goes well */
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_OK);
    CHECK_INT(errors_drive(transfer, &error), HTTPSC_OK);
    httpsc_close(transfer);
    httpsc_client_close(client);
    server_wait_closed(there, 1);
    config.corrupt_at = server_handshake_out(there, 0) + 40;
    server_close(there);

    there = server_open(&config, 1);
    request.url = server_url(there, "/");
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_OK);
    code = errors_drive(transfer, &error);
    CHECK_INT(error.stage, one->stage);
    error.stage = HTTPSC_STAGE_TLS;
    errors_look(one, code, &error);
    httpsc_close(transfer);
    httpsc_client_close(client);
    server_close(there);
}

/* text is a file of the certificates' directory. */
static void make_trust(const error_case *one)
{
    httpsc_options options = errors_options(one);
    char *path = peer_path(one->text);
    httpsc_request request = drive_request(NULL, "https://localhost/", NULL);

    options.tls.ca_file = path;
    errors_run(one, &options, &request);
    free(path);
}

/* text is where to connect to. */
static void make_address(const error_case *one)
{
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, "http://localhost/", NULL);
    char address[64];

    snprintf(address, sizeof address, one->text, server_free_port());
    options.connect_to = address;
    errors_run(one, &options, &request);
}

static int errors_guard(void *user, const char *host, int port, const httpsc_address *address)
{
    (void)user;
    (void)host;
    (void)port;
    return httpsc_address_is_public(address);
}

static void make_guarded(const error_case *one)
{
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, "http://127.0.0.1/", NULL);

    options.hooks.may_connect = errors_guard;
    errors_run(one, &options, &request);
}

/* A listener that never accepts, and whose queue is full. */
static void make_full_queue(const error_case *one)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, "http://localhost/", NULL);
    char connect_to[64];
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int waiting[4];

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(listen(listener, 0) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &len) == 0);
    for (size_t i = 0; i < 4; i++) {
        waiting[i] = socket(AF_INET, SOCK_STREAM, 0);
        CHECK(fcntl(waiting[i], F_SETFL, O_NONBLOCK) == 0);
        (void)!connect(waiting[i], (struct sockaddr *)&address, sizeof address);
    }
    snprintf(connect_to, sizeof connect_to, "127.0.0.1:%d", ntohs(address.sin_port));
    options.connect_to = connect_to;
    errors_run(one, &options, &request);
    for (size_t i = 0; i < 4; i++) {
        close(waiting[i]);
    }
    close(listener);
}

/* ---- makers with a hook, or with a limit of the system ---- */

static int errors_resolve(void *user, const char *host, httpsc_address *addresses,
                          size_t max_addresses, size_t *num_addresses)
{
    const error_case *one = user;

    (void)host;
    (void)addresses;
    (void)max_addresses;
    *num_addresses = 0;
    return one->code == HTTPSC_ERR_TIMEOUT_RESOLVE ? HTTPSC_WANT : one->code;
}

static void make_resolve(const error_case *one)
{
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, "https://host.test/", NULL);

    options.hooks.user = (void *)(size_t)one;
    options.hooks.resolve = errors_resolve;
    errors_run(one, &options, &request);
}

/* An IPv6 address of link scope that names no link, which connect() refuses by itself. */
static int errors_resolve_scopeless(void *user, const char *host, httpsc_address *addresses,
                                    size_t max_addresses, size_t *num_addresses)
{
    int s = socket(AF_INET6, SOCK_STREAM, 0);

    (void)user;
    (void)host;
    (void)max_addresses;
    memset(addresses, 0, sizeof *addresses);
    addresses->bytes[0] = 0xfe;
    addresses->bytes[1] = 0x80;
    addresses->bytes[15] = 1;
    addresses->len = s >= 0 ? 16 : 5; /* without IPv6: an address of no family */
    *num_addresses = 1;
    close(s);
    return HTTPSC_OK;
}

static void make_no_scope(const error_case *one)
{
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, "https://host.test/", NULL);

    options.hooks.resolve = errors_resolve_scopeless;
    errors_run(one, &options, &request);
}

static int errors_no_entropy(void *user, unsigned char *buf, size_t len)
{
    (void)user;
    (void)buf;
    (void)len;
    return HTTPSC_ERR_ENTROPY;
}

static int errors_clock_of_1970(void *user, int64_t *unix_seconds)
{
    (void)user;
    *unix_seconds = 0;
    return HTTPSC_OK;
}

static void make_hook(const error_case *one)
{
    httpsc_options options = errors_options(one);

    if (one->code == HTTPSC_ERR_ENTROPY) {
        options.hooks.entropy = errors_no_entropy;
    } else {
        options.hooks.now = errors_clock_of_1970;
    }
    errors_serve(one, "good", errors_answer, "https", &options);
}

/* A block that nothing fits in. */
static void make_arena(const error_case *one)
{
    static unsigned char block[1024];
    httpsc_options options = errors_options(one);
    httpsc_error error = drive_no_error;
    httpsc_arena arena;
    int code = httpsc_arena_init(&arena, block, sizeof block, &options, &error);

    errors_look(one, code, &error);
}

/* Memory runs out when the connection is opened. */
static void make_memory(const error_case *one)
{
    httpsc_error error = drive_no_error;
    httpsc_options options = errors_options(one);
    server *there = server_run("good", errors_answer);
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
    httpsc_client *client = NULL;
    httpsc_transfer *transfer = NULL;
    unit_memory memory;
    int code;

    unit_memory_init(&memory);
    options.hooks.allocator = memory.allocator;
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_OK);
    memory.fail_at = memory.num_allocs + 1;
    code = errors_drive(transfer, &error);
    errors_look(one, code, &error);
    errors_look_sticky(transfer, &error);
    httpsc_close(transfer);
    httpsc_client_close(client);
    CHECK_INT(memory.live_blocks, 0);
    server_close(there);
}

/* No descriptor is left when the socket is asked for. */
static void make_system(const error_case *one)
{
    struct rlimit before;
    struct rlimit tight;
    httpsc_error error = drive_no_error;
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, "http://127.0.0.1:9/", NULL);
    httpsc_client *client = drive_client(&options);
    httpsc_transfer *transfer = NULL;
    httpsc_transfer *refused = NULL;
    int lowest;
    int code;

    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_OK);
    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    lowest = dup(0);
    close(lowest);
    tight = before;
    tight.rlim_cur = (rlim_t)lowest;
    CHECK(setrlimit(RLIMIT_NOFILE, &tight) == 0);
    CHECK_INT(httpsc_begin(client, &request, &refused, NULL), one->code);
    code = errors_drive(transfer, &error);
    CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
    errors_look(one, code, &error);
    CHECK(error.native != 0);
    errors_look_sticky(transfer, &error);
    httpsc_close(transfer);
    httpsc_client_close(client);
}

static void make_cancel(const error_case *one)
{
    httpsc_error error = drive_no_error;
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, "http://127.0.0.1:9/", NULL);
    httpsc_client *client = drive_client(&options);
    httpsc_transfer *transfer = NULL;
    int code;

    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_OK);
    httpsc_cancel(transfer);
    code = errors_drive(transfer, &error);
    errors_look(one, code, &error);
    errors_look_sticky(transfer, &error);
    httpsc_close(transfer);
    httpsc_client_close(client);
}

#include "errors_calls.h"

/* ---- the table ---- */

#include "errors_flow.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"
#define LIMIT(name, value) offsetof(httpsc_limits, name), value, HTTPSC_STAGE_NONE
#define TIMEOUT(name, value, stage) offsetof(httpsc_timeouts, name), value, HTTPSC_STAGE_##stage
#define PLAIN 0, 0, HTTPSC_STAGE_NONE

#include "errors_identity.h"

static const error_case errors_cases[] = {
    {HTTPSC_OK, make_success, NULL, PLAIN},
    {HTTPSC_WANT, make_success, NULL, PLAIN},
    {HTTPSC_ERR_ARGUMENT, make_argument, NULL, PLAIN},
    {HTTPSC_ERR_MEMORY, make_memory, NULL, 0, 0, HTTPSC_STAGE_CONNECT},
    {HTTPSC_ERR_UNSUPPORTED, make_resumed_post, NULL, PLAIN},
    {HTTPSC_ERR_CANCELLED, make_cancel, NULL, 0, 0, HTTPSC_STAGE_CONNECT},
    {HTTPSC_ERR_ENTROPY, make_hook, NULL, 0, 0, HTTPSC_STAGE_CONNECT},
    {HTTPSC_ERR_SYSTEM, make_system, NULL, 0, 0, HTTPSC_STAGE_CONNECT},
    {HTTPSC_ERR_TIMEOUT_TOTAL, make_silence, OK_HEAD, TIMEOUT(total_ms, 30, RESPONSE)},
    {HTTPSC_ERR_ARENA, make_arena, NULL, PLAIN},

    {HTTPSC_ERR_URL_SYNTAX, make_url, "localhost/", PLAIN},
    {HTTPSC_ERR_URL_SCHEME, make_url, "ftp://localhost/", PLAIN},
    {HTTPSC_ERR_URL_PLAIN_HTTP, make_url, "http://localhost/", PLAIN},
    {HTTPSC_ERR_URL_HOST, make_url, "https://under score/", PLAIN},
    {HTTPSC_ERR_URL_PORT, make_url, "https://localhost:65536/", PLAIN},
    {HTTPSC_ERR_LIMIT_URL, make_url, "https://localhost/", LIMIT(max_url_bytes, 17)},

    {HTTPSC_ERR_RESOLVE_NOT_FOUND, make_resolve, NULL, PLAIN},
    {HTTPSC_ERR_RESOLVE_FAILED, make_resolve, NULL, PLAIN},
    {HTTPSC_ERR_TIMEOUT_RESOLVE, make_resolve, NULL, TIMEOUT(resolve_ms, 20, RESOLVE)},

    {HTTPSC_ERR_CONNECT_REFUSED, make_address, "127.0.0.1:%d", PLAIN},
    {HTTPSC_ERR_CONNECT_UNREACHABLE, make_address, "224.0.0.1:%d", PLAIN}, /* a multicast group */
    {HTTPSC_ERR_CONNECT_FAILED, make_no_scope, NULL, PLAIN},
    {HTTPSC_ERR_TIMEOUT_CONNECT, make_full_queue, NULL, TIMEOUT(connect_ms, 30, CONNECT)},
    {HTTPSC_ERR_ADDRESS_REFUSED, make_guarded, "127.0.0.1:%d", PLAIN},
    {HTTPSC_ERR_CONNECTION_LOST, make_reset, NULL, 0, 0, HTTPSC_STAGE_BODY},

    {HTTPSC_ERR_TLS_NOT_TLS, make_no_tls, "HTTP/1.1 400 Bad Request\r\n\r\n", PLAIN},
    {HTTPSC_ERR_TLS_VERSION, make_alert, "\106", PLAIN},   /* protocol_version */
    {HTTPSC_ERR_TLS_HANDSHAKE, make_alert, "\050", PLAIN}, /* handshake_failure */
    {HTTPSC_ERR_TLS_ALERT, make_alert, "\120", PLAIN},     /* internal_error */
    {HTTPSC_ERR_TLS_PROTOCOL, make_no_tls, "\26\3\3\0\4\143\0\0\0", 9, 0, HTTPSC_STAGE_NONE},
    {HTTPSC_ERR_TLS_BAD_RECORD_MAC, make_bad_record, NULL, 0, 0, HTTPSC_STAGE_TLS},
    {HTTPSC_ERR_TLS_TRUNCATED, make_no_tls, "", PLAIN},
    {HTTPSC_ERR_TIMEOUT_TLS, make_silent_tls, NULL, TIMEOUT(tls_ms, 30, TLS)},
    {HTTPSC_ERR_PROXY_URL, make_proxy_url, "ftp://localhost/", PLAIN},
    {HTTPSC_ERR_PROXY_CREDENTIALS, make_proxy,
     "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"r\"\r\n\r\n", PLAIN},
    {HTTPSC_ERR_PROXY_REFUSED, make_proxy, "HTTP/1.1 403 No\r\n\r\n", PLAIN},
    {HTTPSC_ERR_PROXY_RESPONSE, make_proxy, OK_HEAD "\r\nmore", PLAIN},
    {HTTPSC_ERR_LIMIT_PROXY_HEAD, make_proxy, OK_HEAD "A: 1\r\n\r\n",
     LIMIT(max_proxy_head_bytes, 18)},
    {HTTPSC_ERR_TIMEOUT_PROXY, make_proxy, "", TIMEOUT(proxy_ms, 30, PROXY)},

    {HTTPSC_ERR_REQUEST_BODY, make_body_file, "/nowhere/at/all", PLAIN},
    {HTTPSC_ERR_REQUEST_BODY_LENGTH, make_source, "", 0, 4, HTTPSC_STAGE_NONE},
    {HTTPSC_ERR_REQUEST_BODY_REPLAY, make_source,
     "HTTP/1.1 307 Go\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n", 0, 3, HTTPSC_STAGE_NONE},
    {HTTPSC_ERR_LIMIT_REDIRECTS, make_secure_response,
     "HTTP/1.1 302 Go\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", LIMIT(max_redirects, 2)},
    {HTTPSC_ERR_REDIRECT_LOCATION, make_response,
     "HTTP/1.1 302 Go\r\nLocation: gopher://b/\r\n\r\n", PLAIN},
    {HTTPSC_ERR_REDIRECT_DOWNGRADE, make_secure_response,
     "HTTP/1.1 302 Go\r\nLocation: http://b/\r\nContent-Length: 0\r\n\r\n", PLAIN},
    {HTTPSC_ERR_COOKIE_FILE, make_cookie_file, "/nowhere/at/all", PLAIN},
    {HTTPSC_ERR_BODY_CODING, make_response,
     OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope", PLAIN},
    {HTTPSC_ERR_BODY_SINK, make_sink, NULL, PLAIN},
    {HTTPSC_ERR_LIMIT_RATIO, make_bomb, NULL, PLAIN},

    {HTTPSC_ERR_CERT_EXPIRED, make_certificate, "expired", PLAIN},
    {HTTPSC_ERR_CERT_NOT_YET_VALID, make_certificate, "notyet", PLAIN},
    {HTTPSC_ERR_CERT_NAME_MISMATCH, make_certificate, "wrongname", PLAIN},
    {HTTPSC_ERR_CERT_UNKNOWN_ISSUER, make_certificate, "good", PLAIN},
    {HTTPSC_ERR_CERT_INCOMPLETE_CHAIN, make_certificate, "nochain", PLAIN},
    {HTTPSC_ERR_CERT_SELF_SIGNED, make_certificate, "selfsigned", PLAIN},
    {HTTPSC_ERR_CERT_KEY_USAGE, make_certificate, "clientauth", PLAIN},
    {HTTPSC_ERR_CERT_CONSTRAINT, make_certificate, "constrained", PLAIN},
    {HTTPSC_ERR_CERT_WEAK, make_certificate, "sha1", PLAIN},
    {HTTPSC_ERR_CERT_REVOKED, make_certificate, "revoked", PLAIN},
    {HTTPSC_ERR_CERT_PIN_MISMATCH, make_certificate, "good", PLAIN},
    {HTTPSC_ERR_CERT_INVALID, make_certificate, "critical", PLAIN},
    {HTTPSC_ERR_LIMIT_CERT, make_certificate, "longchain", PLAIN},
    {HTTPSC_ERR_CERT_REFUSED, make_certificate, "good", PLAIN},
    {HTTPSC_ERR_CLOCK_UNSET, make_hook, NULL, PLAIN},
    {HTTPSC_ERR_TRUST_UNREADABLE, make_trust, "no-such-file.pem", PLAIN},
    {HTTPSC_ERR_TRUST_EMPTY, make_trust, "empty.pem", PLAIN},

    ERRORS_IDENTITY_CASES

    {HTTPSC_ERR_REQUEST_METHOD, make_request, "GE T", PLAIN},
    {HTTPSC_ERR_REQUEST_HEADER, make_request, "X-Field\0two\r\nlines", PLAIN},
    {HTTPSC_ERR_REQUEST_FRAMING, make_request, "Content-Length\0000", PLAIN},
    {HTTPSC_ERR_LIMIT_REQUEST_HEAD, make_request, "X-Field\0value",
     LIMIT(max_request_head_bytes, 60)},
    {HTTPSC_ERR_TIMEOUT_SEND, make_deaf, NULL, TIMEOUT(idle_ms, 50, REQUEST)},

    {HTTPSC_ERR_RESPONSE_EMPTY, make_response, "", PLAIN},
    {HTTPSC_ERR_RESPONSE_TRUNCATED, make_response, OK_HEAD "Content-Le", PLAIN},
    {HTTPSC_ERR_RESPONSE_STATUS_LINE, make_response, "HTTP/1.1 OK\r\n\r\n", PLAIN},
    {HTTPSC_ERR_RESPONSE_FIELD, make_response, OK_HEAD "no colon\r\n\r\n", PLAIN},
    {HTTPSC_ERR_RESPONSE_FRAMING, make_response,
     OK_HEAD "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", PLAIN},
    {HTTPSC_ERR_RESPONSE_UPGRADE, make_response, "HTTP/1.1 101 Switching\r\n\r\n", PLAIN},
    {HTTPSC_ERR_LIMIT_STATUS_LINE, make_response, OK_HEAD "\r\n", LIMIT(max_status_line_bytes, 14)},
    {HTTPSC_ERR_LIMIT_FIELD_LINE, make_response, OK_HEAD "A: 12345678\r\n\r\n",
     LIMIT(max_field_line_bytes, 10)},
    {HTTPSC_ERR_LIMIT_FIELDS_BYTES, make_response, OK_HEAD "A: 1\r\nB: 2\r\n\r\n",
     LIMIT(max_fields_bytes, 28)},
    {HTTPSC_ERR_LIMIT_FIELDS, make_response, OK_HEAD "A: 1\r\nB: 2\r\n\r\n", LIMIT(max_fields, 1)},
    {HTTPSC_ERR_LIMIT_INTERIM, make_response,
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n" OK_HEAD "\r\n",
     LIMIT(max_interim, 1)},
    {HTTPSC_ERR_TIMEOUT_FIRST_BYTE, make_silence, "", TIMEOUT(first_byte_ms, 30, RESPONSE)},
    {HTTPSC_ERR_TIMEOUT_IDLE, make_silence, OK_HEAD "Content-Length: 3\r\n\r\nab",
     TIMEOUT(idle_ms, 30, BODY)},
    {HTTPSC_ERR_TIMEOUT_LOW_SPEED, make_silence, OK_HEAD "Content-Length: 3\r\n\r\nab",
     TIMEOUT(low_speed_ms, 30, BODY)},
    {HTTPSC_ERR_BODY_TRUNCATED, make_response, OK_HEAD "Content-Length: 3\r\n\r\nab", PLAIN},
    {HTTPSC_ERR_BODY_CHUNK, make_response, CHUNKED "x\r\n", PLAIN},
    {HTTPSC_ERR_BODY_TRAILER, make_response, CHUNKED "0\r\nno colon\r\n\r\n", PLAIN},
    {HTTPSC_ERR_LIMIT_BODY, make_buffered_limit, NULL, LIMIT(max_body_bytes, 1)},
    {HTTPSC_ERR_LIMIT_CHUNK_LINE, make_response, CHUNKED "1;extension\r\na\r\n0\r\n\r\n",
     LIMIT(max_chunk_line_bytes, 10)},
    {HTTPSC_ERR_LIMIT_CHUNK_EXTENSIONS, make_response, CHUNKED "1;ext\r\na\r\n1;ext\r\nb\r\n",
     LIMIT(max_chunk_ext_bytes, 7)},
    {HTTPSC_ERR_LIMIT_TRAILER_BYTES, make_response, CHUNKED "0\r\nA: 1\r\nB: 2\r\n\r\n",
     LIMIT(max_trailer_bytes, 11)},
    {HTTPSC_ERR_LIMIT_TRAILERS, make_response, CHUNKED "0\r\nA: 1\r\nB: 2\r\n\r\n",
     LIMIT(max_trailers, 1)},

    {HTTPSC_ERR_STATUS_CLIENT, make_status, "HTTP/1.1 404 Not Found\r\n\r\n", PLAIN},
    {HTTPSC_ERR_STATUS_SERVER, make_status, "HTTP/1.1 503 Away\r\n\r\n", PLAIN},
};

/* One code: there must be exactly one entry that makes it. */
static int errors_visit(int code, const char *name)
{
    size_t num = 0;

    unit_name = name;
    unit_failed = 0;
    unit_skipped = 0;
    for (size_t i = 0; i < sizeof errors_cases / sizeof errors_cases[0]; i++) {
        const error_case *one = &errors_cases[i];

        if (one->code != code) {
            continue;
        }
        num++;
        fflush(stdout);
        one->make(one);
    }
    CHECK_INT(num, 1);
    CHECK_TEXT(httpsc_code_name(code), name);
    if (!unit_failed && !unit_skipped) {
        printf("ok %s\n", name);
    }
    return unit_failed;
}

int main(int argc, char **argv)
{
    int failures = 0;

#define ERRORS_VISIT(name, value, stage, sentence) \
    if (argc < 2 || strstr(#name, argv[1]) != NULL) { \
        failures += errors_visit(HTTPSC_##name, #name); \
    }
    HTTPSC_CODES(ERRORS_VISIT)
#undef ERRORS_VISIT
    return failures == 0 ? 0 : 1;
}
