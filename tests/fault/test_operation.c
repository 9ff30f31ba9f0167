/* An operation with everything in it (an upload, a redirect, a challenge, cookies, a coding, a
 * sink), with every allocation and every call of the transport broken in turn, byte by byte, and
 * cancelled at every step. */
#include "httpsc.h"

#include "faults.h"

/* "the text", deflated. */
#define OPERATION_PACKED "x\xda\x2b\xc9\x48\x55\x28\x49\xad\x28\x01\x00\x0d\xe1\x03\x27"
#define OPERATION_LEN 16

static const peer_step operation_script[] = {
    PEER_REQUEST,
    PEER_TEXT("HTTP/1.1 307 Go\r\nLocation: /two?q\r\nSet-Cookie: a=1\r\nContent-Length: 4\r\n\r\n"
              "gone"),
    PEER_REQUEST,
    PEER_TEXT("HTTP/1.1 401 No\r\n"
              "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n"
              "Transfer-Encoding: chunked\r\n\r\n3\r\nnot\r\n0\r\n\r\n"),
    PEER_REQUEST,
    PEER_TEXT("HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: b=2\r\n"
              "Content-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n"),
    PEER_SEND(OPERATION_PACKED, OPERATION_LEN), PEER_TEXT("\r\n0\r\nT: 1\r\n\r\n"), PEER_REPEAT};

typedef struct operation_sink {
    char text[32];
    size_t len;
} operation_sink;

static int operation_write(void *user, const unsigned char *bytes, size_t len)
{
    operation_sink *sink = user;

    CHECK(sink->len + len < sizeof sink->text);
    memcpy(sink->text + sink->len, bytes, len);
    sink->len += len;
    return HTTPSC_OK;
}

static int operation_read(void *user, unsigned char *buf, size_t len, size_t *num_read)
{
    size_t *at = user;

    *num_read = *at < 8 && len > 0 ? 1 : 0;
    if (*num_read > 0) {
        buf[0] = (unsigned char)"the body"[(*at)++];
    }
    return HTTPSC_OK;
}

static int operation_rewind(void *user)
{
    *(size_t *)user = 0;
    return HTTPSC_OK;
}

typedef struct operation_world {
    unit_memory memory;
    memory_net net;
    httpsc_client *client;
    operation_sink sink;
    size_t source_at;
    int is_second; /* of two operations */
    httpsc_request request;
    httpsc_field field;
    httpsc_field form;
    httpsc_part part;
    const char *secret_name;
    peer_config config;
} operation_world;

/* kind: the body is a source, a multipart, a form, or bytes. HTTPSC_OK, or what the opening of the
 * client says. */
static int operation_open(operation_world *world, int is_tls, int kind, size_t fail_at,
                          int fail_once)
{
    static const peer_config none;
    httpsc_options options = drive_options();

    memset(world, 0, sizeof *world);
    world->config = none;
    world->config.script = operation_script;
    world->config.tls = faults_tls[is_tls];
    unit_memory_init(&world->memory);
    memory_net_init(&world->net, &world->config, 1);
    options.tls.ca_file = NULL;
    options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
    options.hooks.transport = world->net.transport;
    options.hooks.allocator = world->memory.allocator;
    options.cookies = 1;
    world->memory.fail_at = fail_at;
    world->memory.fail_once = fail_once;
    world->request = drive_request("PUT", faults_urls[is_tls], kind == 3 ? "the body" : NULL);
    world->field.name = "Cookie";
    world->field.value = "mine=0";
    world->request.fields = &world->field;
    world->request.num_fields = 1;
    world->secret_name = "Mine";
    world->request.secret_names = &world->secret_name;
    world->request.num_secret_names = 1;
    world->request.auth.kind = HTTPSC_AUTH_ANY;
    world->request.auth.user = "user";
    world->request.auth.password = "secret";
    world->form.name = "the";
    world->form.value = "body";
    world->part.name = "the body";
    world->part.value.ptr = (const unsigned char *)"the body";
    world->part.value.len = 8;
    if (kind == 0) {
        world->request.source.user = &world->source_at;
        world->request.source.read = operation_read;
        world->request.source.rewind = operation_rewind;
        world->request.source_len = 8;
        world->request.sink.user = &world->sink;
        world->request.sink.write = operation_write;
    } else if (kind == 1) {
        world->request.parts = &world->part;
        world->request.num_parts = 1;
    } else if (kind == 2) {
        world->request.form = &world->form;
        world->request.num_form = 1;
        world->request.query = &world->form;
        world->request.num_query = 1;
    }
    return httpsc_client_open(&options, &world->client, NULL);
}

/* In steps, with a buffer of `piece` bytes; the text is found in the sink or the buffer. */
static int operation_run(operation_world *world, size_t piece)
{
    httpsc_transfer *transfer = NULL;
    httpsc_error error = drive_no_error;
    char body[32] = "";
    int code = httpsc_begin(world->client, &world->request, &transfer, &error);

    if (code == HTTPSC_OK) {
        code = drive_body(transfer, piece, body, sizeof body, &error);
    }
    CHECK_INT(error.code, code);
    if (code == HTTPSC_OK) {
        const httpsc_response *response = httpsc_head(transfer);

        CHECK_TEXT(world->request.sink.write != NULL ? world->sink.text : body, "the text");
        CHECK_INT(response->status, 200);
        /* the script goes on where a kept connection left it, past the redirect perhaps */
        CHECK(world->is_second || response->num_redirects >= 1);
        CHECK_INT(response->num_trailers, 1);
        CHECK_INT(response->decoded, 1);
    }
    httpsc_close(transfer);
    return code;
}

static int operation_run_blocking(operation_world *world)
{
    httpsc_response *response = NULL;
    httpsc_error error = drive_no_error;
    int code = httpsc_send(world->client, &world->request, &response, &error);

    if (code == HTTPSC_OK) {
        CHECK_TEXT(world->request.sink.write != NULL ? world->sink.text
                                                     : (const char *)response->body.ptr,
                   "the text");
    }
    httpsc_response_close(response);
    return code;
}

static void operation_close(operation_world *world)
{
    httpsc_client_close(world->client);
    CHECK_INT(world->memory.live_blocks, 0);
    CHECK_INT(world->memory.live_bytes, 0);
    CHECK_INT(world->memory.misuse, 0);
    CHECK_INT(world->net.num_opens, world->net.num_closes);
}

/* ---- every allocation ---- */

static int operation_allocation(int is_tls, int kind, size_t n, int fail_once)
{
    operation_world world;
    int code = operation_open(&world, is_tls, kind, n, fail_once);
    int more;

    if (code == HTTPSC_OK) {
        code = fail_once ? operation_run_blocking(&world) : operation_run(&world, 5);
    }
    more = world.memory.num_allocs >= n;
    CHECK(code == HTTPSC_OK || code == HTTPSC_ERR_MEMORY);
    CHECK(code == HTTPSC_OK || more);
    world.memory.fail_at = 0;
    if (world.client != NULL && code != HTTPSC_OK) { /* and the client goes on */
        memset(&world.sink, 0, sizeof world.sink);
        world.source_at = 0;
        world.is_second = 1;
        CHECK_INT(operation_run(&world, 5), HTTPSC_OK);
    }
    operation_close(&world);
    if (unit_failed) {
        printf("    allocation %d, %s, TLS %d, kind %d: %s\n", (int)n,
               fail_once ? "once" : "from then on", is_tls, kind, httpsc_code_name(code));
    }
    return more;
}

static void every_allocation(void)
{
    for (int i = 0; i < 8; i++) {
        size_t n = 1;

        while (operation_allocation(i == 0, i / 2, n, i % 2) && !unit_failed) {
            n++;
        }
        CHECK(n > 20);
    }
}

/* ---- every call of the transport ---- */

static void operation_call(int is_tls, memory_fault fault, int in_send)
{
    size_t n = 0;
    size_t num;

    do {
        operation_world world;
        int code;

        CHECK_INT(operation_open(&world, is_tls, (int)(n % 4), 0, 0), HTTPSC_OK);
        world.net.fault = fault;
        world.net.fault_send = in_send ? n + 1 : 0;
        world.net.fault_recv = in_send ? 0 : n + 1;
        world.net.max_recv = is_tls ? 200 : 30;
        code = operation_run(&world, 3);
        num = in_send ? world.net.num_sends : world.net.num_recvs;
        if (fault < MEMORY_FAULT_ERROR) {
            CHECK_INT(code, HTTPSC_OK);
        } else {
            CHECK(code == HTTPSC_OK || code == HTTPSC_ERR_CONNECTION_LOST);
        }
        operation_close(&world);
        if (unit_failed) {
            printf("    fault %d at %s %d, TLS %d\n", (int)fault, in_send ? "send" : "recv", (int)n,
                   is_tls);
        }
    } while (n++ < num && !unit_failed);
    CHECK(n > 3);
}

static void every_call(void)
{
    static const memory_fault faults[] = {MEMORY_FAULT_WANT, MEMORY_FAULT_SHORT,
                                          MEMORY_FAULT_ERROR};

    for (size_t i = 0; i < 12; i++) {
        operation_call(i % 2 == 0, faults[i / 4], i / 2 % 2 == 0);
    }
}

/* ---- byte by byte, and with a pause everywhere ---- */

static void byte_by_byte(void)
{
    for (int i = 0; i < 16; i++) {
        operation_world world;

        CHECK_INT(operation_open(&world, i % 2, i / 4, 0, 0), HTTPSC_OK);
        world.net.max_recv = 1;
        world.net.max_send = 1;
        world.net.want_between = i / 2 % 2 != 0 && i % 2 == 0; /* waits are milliseconds */
        CHECK_INT(operation_run(&world, 1), HTTPSC_OK);
        operation_close(&world);
    }
}

/* ---- cancelled at every step ---- */

static void cancelled_everywhere(void)
{
    int code = HTTPSC_WANT;
    size_t num_steps = 0;

    while (code == HTTPSC_WANT && num_steps < 2000 && !unit_failed) {
        httpsc_transfer *transfer = NULL;
        httpsc_error error = drive_no_error;
        operation_world world;

        CHECK_INT(operation_open(&world, 0, 0, 0, 0), HTTPSC_OK);
        world.net.want_between = 1;
        world.net.max_recv = 100;
        CHECK_INT(httpsc_begin(world.client, &world.request, &transfer, NULL), HTTPSC_OK);
        code = HTTPSC_WANT;
        for (size_t i = 0; i < num_steps && code == HTTPSC_WANT; i++) {
            code = httpsc_step(transfer, NULL, &error);
        }
        if (code == HTTPSC_WANT) {
            httpsc_cancel(transfer);
            CHECK_INT(httpsc_step(transfer, NULL, &error), HTTPSC_ERR_CANCELLED);
            CHECK_INT(httpsc_step(transfer, NULL, NULL), HTTPSC_ERR_CANCELLED);
        }
        httpsc_close(transfer);
        operation_close(&world);
        num_steps++;
    }
    CHECK_INT(code, HTTPSC_OK);
    CHECK(num_steps > 10);
}

UNIT_MAIN(UNIT(every_allocation), UNIT(every_call), UNIT(byte_by_byte), UNIT(cancelled_everywhere))
