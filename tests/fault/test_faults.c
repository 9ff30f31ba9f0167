/* Every call of the transport, and every allocation, broken once. Over a network in memory, where
 * no time passes. */
#include "httpsc.h"

#include "faults.h"

/* ---- every call of the transport ---- */

/* The fault at the n-th call of send or recv, over two requests: 0 when there is no n-th call. */
static int faults_call(int is_tls, memory_fault fault, int in_send, size_t n)
{
    static const peer_step script[] = {
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n"
                                "abcdefghijklmnopqrstuvwxyzabcd"),
        PEER_REPEAT};
    static const char body[] = "abcdefghijklmnopqrstuvwxyzabcd";
    peer_config config = PEER_CONFIG(script, faults_tls[is_tls]);
    unit_memory memory;
    memory_net net;
    httpsc_client *client;
    int num_failed = 0;

    unit_memory_init(&memory);
    memory_net_init(&net, &config, 1);
    net.fault = fault;
    net.fault_send = in_send ? n : 0;
    net.fault_recv = in_send ? 0 : n;
    net.max_recv = is_tls ? 100 : 20;
    net.max_send = is_tls ? 100 : 40;
    client = faults_client(&net, &memory, 0);
    for (int i = 0; i < 2; i++) {
        faults_result result = faults_get(client, faults_urls[is_tls], body);

        CHECK(result.is_prefix);
        if (result.code == HTTPSC_OK) {
            CHECK_INT(result.num_read, strlen(body));
        } else {
            CHECK(fault >= MEMORY_FAULT_ERROR);
            CHECK_TEXT(httpsc_code_name(result.code), "ERR_CONNECTION_LOST");
            num_failed++;
        }
    }
    httpsc_client_close(client);
    CHECK(num_failed <= 1);
    if (fault == MEMORY_FAULT_LIE && in_send && n + (size_t)is_tls <= net.num_sends) {
        CHECK_INT(num_failed, 1); /* every one is found out, but for the last close_notify */
    }
    CHECK_INT(net.num_opens, net.num_closes);
    CHECK(net.num_opens <= (fault < MEMORY_FAULT_ERROR ? 1U : 2U));
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(memory.misuse, 0);
    if (unit_failed) {
        printf("    fault %d at %s %d, TLS %d\n", (int)fault, in_send ? "send" : "recv", (int)n,
               is_tls);
    }
    return n <= (in_send ? net.num_sends : net.num_recvs);
}

static void faults_every_call(memory_fault fault)
{
    for (int i = 0; i < 4; i++) {
        size_t n = 1;

        while (faults_call(i / 2, fault, i % 2, n) && !unit_failed) {
            n++;
        }
        CHECK(n > 3);
    }
}

static void every_call_says_want_once(void)
{
    faults_every_call(MEMORY_FAULT_WANT);
}

static void every_call_moves_a_byte_less(void)
{
    faults_every_call(MEMORY_FAULT_SHORT);
}

static void every_call_fails(void)
{
    faults_every_call(MEMORY_FAULT_ERROR);
}

/* A send that failed is told, and not waited out. */
static void every_send_fails_and_nothing_more_comes(void)
{
    for (int is_tls = 0; is_tls < 2; is_tls++) {
        size_t n = 1;

        while (faults_call(is_tls, MEMORY_FAULT_MUTE, 1, n) && !unit_failed) {
            n++;
        }
        CHECK(n > 3);
    }
}

static void every_call_lies(void)
{
    faults_every_call(MEMORY_FAULT_LIE);
}

/* ---- every allocation ---- */

static const peer_step faults_chunked[] = {
    PEER_REQUEST, PEER_TEXT("HTTP/1.1 200 OK\r\nA: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "5\r\nabcde\r\n0\r\nT: 1\r\n\r\n"),
    PEER_REPEAT};

/* Opens a client, and sends: HTTPSC_OK, or what failed first. The client is left in *client. */
typedef int (*faults_flow)(const httpsc_options *options, const char *url, httpsc_client **client);

static int faults_flow_blocking(const httpsc_options *options, const char *url,
                                httpsc_client **client)
{
    httpsc_error error = drive_no_error;
    httpsc_response *response = NULL;
    int code = httpsc_client_open(options, client, &error);

    for (int i = 0; i < 2 && code == HTTPSC_OK; i++) {
        code = httpsc_get(*client, url, &response, &error);
        if (code == HTTPSC_OK) {
            CHECK_TEXT((const char *)response->body.ptr, "abcde");
            httpsc_response_close(response);
        }
    }
    CHECK_INT(error.code, code);
    return code;
}

static int faults_flow_post(const httpsc_options *options, const char *url, httpsc_client **client)
{
    static const httpsc_field fields[] = {{"X-One", "1"}, {"Host", "other.test"}};
    httpsc_request request = drive_request("POST", url, "the body");
    httpsc_response *response = NULL;
    int code = httpsc_client_open(options, client, NULL);

    request.fields = fields;
    request.num_fields = 2;
    request.content_type = "text/plain";
    if (code == HTTPSC_OK) {
        code = httpsc_send(*client, &request, &response, NULL);
    }
    if (code == HTTPSC_OK) {
        CHECK_INT(response->num_trailers, 1);
        httpsc_response_close(response);
    }
    return code;
}

/* Six transfers at once, so that httpsc_wait asks for memory too. */
static int faults_flow_steps(const httpsc_options *options, const char *url, httpsc_client **client)
{
    httpsc_transfer *transfers[6] = {NULL, NULL, NULL, NULL, NULL, NULL};
    httpsc_request request = drive_request(NULL, url, NULL);
    int code = httpsc_client_open(options, client, NULL);
    size_t num_open = 0;

    for (size_t i = 0; i < 6 && code == HTTPSC_OK; i++) {
        code = httpsc_begin(*client, &request, &transfers[i], NULL);
        num_open++;
    }
    while (num_open > 0 && code == HTTPSC_OK) {
        for (size_t i = 0; i < 6 && code == HTTPSC_OK; i++) {
            char buf[16];
            size_t num = 1;

            while (transfers[i] != NULL && code == HTTPSC_OK) {
                code = httpsc_read(transfers[i], buf, sizeof buf, &num, NULL);
                if (code == HTTPSC_OK && num == 0) {
                    httpsc_close(transfers[i]);
                    transfers[i] = NULL;
                    num_open--;
                }
            }
            code = code == HTTPSC_WANT ? HTTPSC_OK : code;
        }
        if (code == HTTPSC_OK && num_open > 0) {
            code = httpsc_wait(transfers, 6, -1);
        }
    }
    for (size_t i = 0; i < 6; i++) {
        httpsc_close(transfers[i]);
    }
    return code;
}

/* One run with the n-th allocation failing: 0 when there is no n-th. */
static int faults_allocation(faults_flow flow, int is_tls, const httpsc_bytes *ca, size_t n,
                             int fail_once)
{
    peer_config config = PEER_CONFIG(faults_chunked, faults_tls[is_tls]);
    httpsc_options options = drive_options();
    httpsc_client *client = NULL;
    unit_memory memory;
    memory_net net;
    int code;

    unit_memory_init(&memory);
    memory_net_init(&net, &config, 1);
    memory.fail_at = n;
    memory.fail_once = fail_once;
    options.hooks.transport = net.transport;
    options.hooks.allocator = memory.allocator;
    options.tls.ca_memory = *ca;
    code = flow(&options, faults_urls[is_tls], &client);
    CHECK(code == HTTPSC_OK || code == HTTPSC_ERR_MEMORY);
    CHECK(code == HTTPSC_OK || memory.num_allocs >= n);
    memory.fail_at = 0;
    if (client != NULL) { /* and it goes on */
        httpsc_response *response = NULL;

        CHECK_INT(drive_send(client, "GET", faults_urls[is_tls], NULL, &response), HTTPSC_OK);
        httpsc_response_close(response);
    }
    httpsc_client_close(client);
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(memory.live_bytes, 0);
    CHECK_INT(memory.misuse, 0);
    CHECK_INT(net.num_opens, net.num_closes);
    if (unit_failed) {
        printf("    allocation %d, %s, TLS %d: %s\n", (int)n, fail_once ? "once" : "from then on",
               is_tls, httpsc_code_name(code));
    }
    return memory.num_allocs >= n;
}

static void faults_every_allocation(faults_flow flow)
{
    static char text[65536];
    httpsc_bytes ca = {NULL, 0};
    char *path = peer_path("ca2.pem");
    FILE *stream = fopen(path, "rb");

    CHECK(stream != NULL);
    ca.ptr = (const unsigned char *)text;
    ca.len = stream == NULL ? 0 : fread(text, 1, sizeof text, stream);
    CHECK(ca.len > 0);
    if (stream != NULL) {
        fclose(stream);
    }
    free(path);
    for (int i = 0; i < 4; i++) {
        size_t n = 1;

        while (faults_allocation(flow, i / 2, &ca, n, i % 2) && !unit_failed) {
            n++;
        }
        CHECK(n > 15);
    }
}

static void every_allocation_of_a_get(void)
{
    faults_every_allocation(faults_flow_blocking);
}

static void every_allocation_of_a_post(void)
{
    faults_every_allocation(faults_flow_post);
}

static void every_allocation_of_six_transfers(void)
{
    faults_every_allocation(faults_flow_steps);
}

UNIT_MAIN(UNIT(every_allocation_of_a_get), UNIT(every_allocation_of_a_post),
          UNIT(every_allocation_of_six_transfers), UNIT(every_call_says_want_once),
          UNIT(every_call_moves_a_byte_less), UNIT(every_call_fails),
          UNIT(every_send_fails_and_nothing_more_comes), UNIT(every_call_lies))
