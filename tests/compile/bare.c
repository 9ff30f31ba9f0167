/* A program for HTTPSC_BARE: all hooks are given, and the transport often says HTTPSC_WANT. Built
 * and run by bare.sh. */
#include "httpsc.h"

#include "../support/check.h"
#include "../support/memory_net.h"

#include <time.h>

static int bare_now(void *user, int64_t *unix_seconds)
{
    (void)user;
    *unix_seconds = (int64_t)time(NULL);
    return HTTPSC_OK;
}

static int64_t bare_clock_us;

static int64_t bare_monotonic(void *user)
{
    (void)user;
    bare_clock_us += 10;
    return bare_clock_us;
}

static int bare_entropy(void *user, unsigned char *buf, size_t len)
{
    (void)user;
    memset(buf, 7, len);
    return HTTPSC_OK;
}

/* There are no files for the library: the program reads its root itself. */
static size_t bare_read_root(char *place, size_t size)
{
    char *path = peer_path("ca.pem");
    FILE *file = fopen(path, "rb");
    size_t len = file == NULL ? 0 : fread(place, 1, size, file);

    if (file != NULL) {
        fclose(file);
    }
    free(path);
    return len;
}

static httpsc_client *bare_client(memory_net *net, unit_memory *memory)
{
    static const httpsc_options defaults;
    static char root[8192];
    httpsc_options options = defaults;
    httpsc_client *client = NULL;
    httpsc_error error;

    memset(&error, 0, sizeof error);
    unit_memory_init(memory);
    options.allow_http = 1;
    options.tls.ca_memory.ptr = (const unsigned char *)root;
    options.tls.ca_memory.len = bare_read_root(root, sizeof root);
    options.hooks.allocator = memory->allocator;
    options.hooks.now = bare_now;
    options.hooks.monotonic_us = bare_monotonic;
    options.hooks.entropy = bare_entropy;
    options.hooks.transport = net->transport;
    CHECK_INT(httpsc_client_open(&options, &client, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    return client;
}

static void bare_look(const httpsc_response *response, int code, const httpsc_error *error)
{
    CHECK_INT(code, HTTPSC_OK);
    CHECK_TEXT(error->text, "");
    if (response != NULL) {
        CHECK_INT(response->status, 200);
        CHECK_TEXT((const char *)response->body.ptr, "ok");
    }
}

/* A GET, and a body of more than one step's share, over a transport that has to be asked again. */
static void bare_requests(void)
{
    static const peer_step script[] = {
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), PEER_REPEAT};
    static const char *const tls[] = {NULL, "good"};
    static unsigned char large[200000];

    for (size_t i = 0; i < 8; i++) {
        peer_config config = PEER_CONFIG(script, tls[i % 2]);
        const char *url = i % 2 == 0 ? "http://host.test/" : "https://localhost/";
        httpsc_response *response = NULL;
        httpsc_request request;
        httpsc_error error;
        httpsc_client *client;
        unit_memory memory;
        memory_net net;
        int code;

        memset(&error, 0, sizeof error);
        memset(&request, 0, sizeof request);
        memory_net_init(&net, &config, 1);
        net.want_between = i / 2 % 2;
        if (i >= 4) {
            net.transport.wants = NULL;
        }
        client = bare_client(&net, &memory);
        code = httpsc_get(client, url, &response, &error);
        bare_look(response, code, &error);
        httpsc_response_close(response);
        response = NULL;
        request.url = url;
        request.body.ptr = large;
        request.body.len = sizeof large;
        code = httpsc_send(client, &request, &response, &error);
        bare_look(response, code, &error);
        CHECK(response == NULL || response->reused == 1);
        httpsc_response_close(response);
        httpsc_client_close(client);
        CHECK_INT(net.num_opens, 1);
        CHECK_INT(memory.live_blocks, 0);
    }
}

/* The wait itself: at once, and not as a failure. */
static void bare_waits(void)
{
    static const peer_step script[] = {PEER_HEAD, PEER_HOLD};
    peer_config config = PEER_CONFIG(script, NULL);
    httpsc_transfer *transfer = NULL;
    httpsc_request request;
    httpsc_client *client;
    unit_memory memory;
    memory_net net;

    memset(&request, 0, sizeof request);
    memory_net_init(&net, &config, 1);
    net.transport.wants = NULL;
    client = bare_client(&net, &memory);
    request.url = "http://host.test/";
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_OK);
    CHECK_INT(httpsc_step(transfer, NULL, NULL), HTTPSC_WANT);
    CHECK_INT(httpsc_wait(&transfer, 1, -1), HTTPSC_OK);
    CHECK_INT(httpsc_step(transfer, NULL, NULL), HTTPSC_WANT);
    httpsc_close(transfer);
    httpsc_client_close(client);
}

UNIT_MAIN(UNIT(bare_requests), UNIT(bare_waits))
