/* Everything that can break, broken once at every place: memory, the connection at every byte, and
 * every call of the transport. Over a network in memory, where no time passes. */
#include "httpsc.h"

#include "../support/drive.h"

#define FAULTS_RESPONSE 600

static const char *const faults_tls[] = {NULL, "good"};
static const char *const faults_urls[] = {"http://localhost/", "https://localhost/"};

/* ---- a response of 600 bytes, in each framing ---- */

typedef enum faults_framing { FAULTS_LENGTH, FAULTS_CHUNKED, FAULTS_UNTIL_CLOSE } faults_framing;

#define FAULTS_FRAMINGS 3

typedef struct faults_response {
    char bytes[FAULTS_RESPONSE + 1];
    size_t head_len;
    char body[FAULTS_RESPONSE + 1];
    size_t given[FAULTS_RESPONSE + 1]; /* bytes of the body that so many bytes of all contain */
} faults_response;

/* Appends text; when it is body, the caller will see it. */
static void faults_add(faults_response *response, size_t *len, const char *text, int is_body)
{
    size_t num_body = strlen(response->body);

    for (; *text != '\0'; text++) {
        response->bytes[(*len)++] = *text;
        if (is_body) {
            response->body[num_body++] = *text;
        }
        response->given[*len] = num_body;
    }
}

static void faults_add_body(faults_response *response, size_t *len, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        char text[2] = {(char)('a' + i % 26), '\0'};

        faults_add(response, len, text, 1);
    }
}

static void faults_build(faults_response *response, faults_framing framing)
{
    static const char trailer[] = "\r\n0\r\nTrailer: value\r\n\r\n";
    size_t len = 0;

    memset(response, 0, sizeof *response);
    faults_add(response, &len, "HTTP/1.1 200 OK\r\nField: value\r\n", 0);
    if (framing == FAULTS_LENGTH) {
        faults_add(response, &len, "Content-Length: 500\r\nFiller: ", 0);
    } else if (framing == FAULTS_CHUNKED) {
        faults_add(response, &len, "Transfer-Encoding: chunked\r\nFiller: ", 0);
    } else {
        faults_add(response, &len, "Filler: ", 0);
    }
    while (len < 96) {
        faults_add(response, &len, "f", 0);
    }
    faults_add(response, &len, "\r\n\r\n", 0);
    response->head_len = len;
    if (framing == FAULTS_CHUNKED) {
        faults_add(response, &len, "7\r\n", 0);
        faults_add_body(response, &len, 7);
        faults_add(response, &len, "\r\n0001BB;ext=\"x\"\r\n", 0);
        faults_add_body(response, &len, 443);
        faults_add(response, &len, "\r\n1\r\n", 0);
        faults_add_body(response, &len, 1);
        faults_add(response, &len, trailer, 0);
    }
    CHECK(len <= FAULTS_RESPONSE);
    if (framing == FAULTS_CHUNKED) {
        CHECK_INT(len, FAULTS_RESPONSE);
    } else {
        faults_add_body(response, &len, FAULTS_RESPONSE - len);
    }
}

/* ---- one GET over memory ---- */

typedef struct faults_result {
    int code;
    int stage;
    size_t num_read;
    int is_prefix; /* all that was read is how the body begins */
} faults_result;

/* The same each time, so that each handshake is as long as the one before. */
static int faults_entropy(void *user, unsigned char *buf, size_t len)
{
    (void)user;
    memset(buf, 0x5a, len);
    return HTTPSC_OK;
}

static httpsc_client *faults_client(memory_net *net, unit_memory *memory)
{
    httpsc_options options = drive_options();

    options.hooks.entropy = faults_entropy;
    options.hooks.transport = net->transport;
    if (memory != NULL) {
        options.hooks.allocator = memory->allocator;
    }
    return drive_client(&options);
}

static faults_result faults_get(httpsc_client *client, const char *url, const char *body)
{
    httpsc_request request = drive_request("POST", url, "a body"); /* never sent twice */
    httpsc_transfer *transfer = drive_begin(client, &request);
    httpsc_error error = drive_no_error;
    faults_result result = {0, 0, 0, 1};
    char buf[97];
    size_t num = 1;

    do {
        result.code = httpsc_read(transfer, buf, sizeof buf, &num, &error);
        if (result.code == HTTPSC_WANT) {
            CHECK_INT(httpsc_wait(&transfer, 1, -1), HTTPSC_OK);
        } else if (result.code == HTTPSC_OK) {
            result.is_prefix = result.is_prefix && result.num_read + num <= strlen(body) &&
                               memcmp(body + result.num_read, buf, num) == 0;
            result.num_read += num;
        }
    } while (result.code == HTTPSC_WANT || (result.code == HTTPSC_OK && num > 0));
    CHECK_INT(error.code, result.code);
    if (result.code != HTTPSC_OK) {
        CHECK(strncmp(error.text, httpsc_code_sentence(error.code),
                      strlen(httpsc_code_sentence(error.code))) == 0);
    }
    result.stage = error.stage;
    httpsc_close(transfer);
    return result;
}

static void faults_look(const faults_result *result, int code, size_t num_read, const char *what,
                        size_t at)
{
    int failed_before = unit_failed;

    CHECK_TEXT(httpsc_code_name(result->code), httpsc_code_name(code));
    CHECK_INT(result->num_read, num_read);
    CHECK(result->is_prefix);
    if (unit_failed && !failed_before) {
        printf("    %s at %d\n", what, (int)at);
    }
}

/* One GET by a client of its own, with nothing left behind. */
static faults_result faults_get_alone(const peer_config *config, const char *url, const char *body,
                                      memory_net *net)
{
    unit_memory memory;
    httpsc_client *client;
    faults_result result;

    unit_memory_init(&memory);
    memory_net_init(net, config, 1);
    client = faults_client(net, &memory);
    result = faults_get(client, url, body);
    httpsc_client_close(client);
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(memory.misuse, 0);
    CHECK_INT(net->num_closes, net->num_opens);
    return result;
}

/* ---- a response that ends too early ---- */

/* What must come of the first `len` bytes of a response, when the stream ends so. */
static int faults_expected(const faults_response *response, faults_framing framing, size_t len,
                           int is_tls, peer_step_kind how)
{
    int is_proved = how == PEER_KIND_END || (how == PEER_KIND_CUT && !is_tls);

    if (framing != FAULTS_UNTIL_CLOSE && len == FAULTS_RESPONSE) {
        return HTTPSC_OK;
    }
    if (how == PEER_KIND_RESET) {
        return HTTPSC_ERR_CONNECTION_LOST;
    }
    if (len == 0) {
        return HTTPSC_ERR_RESPONSE_EMPTY;
    }
    if (len < response->head_len) {
        return HTTPSC_ERR_RESPONSE_TRUNCATED;
    }
    return framing == FAULTS_UNTIL_CLOSE && is_proved ? HTTPSC_OK : HTTPSC_ERR_BODY_TRUNCATED;
}

static void faults_cut_everywhere(int is_tls, peer_step_kind how, size_t stride)
{
    for (int framing = 0; framing < FAULTS_FRAMINGS; framing++) {
        faults_response response;

        faults_build(&response, (faults_framing)framing);
        for (size_t len = 0; len <= FAULTS_RESPONSE && !unit_failed; len += stride) {
            peer_step script[] = {PEER_REQUEST, PEER_SEND(response.bytes, len),
                                  {how, NULL, 0, 0, 0}};
            peer_config config = {script, faults_tls[is_tls], 0, 0};
            memory_net net;
            faults_result result =
                faults_get_alone(&config, faults_urls[is_tls], response.body, &net);

            faults_look(&result,
                        faults_expected(&response, (faults_framing)framing, len, is_tls, how),
                        response.given[len], framing == FAULTS_LENGTH ? "length" : "other", len);
        }
    }
}

static void cut_at_every_byte_in_the_clear(void)
{
    faults_cut_everywhere(0, PEER_KIND_END, 1);
    faults_cut_everywhere(0, PEER_KIND_RESET, 1);
}

static void cut_at_every_byte_over_tls(void)
{
    faults_cut_everywhere(1, PEER_KIND_CUT, 1);
}

static void ended_by_close_notify_at_every_byte(void)
{
    faults_cut_everywhere(1, PEER_KIND_END, 1);
}

static void reset_over_tls(void)
{
    faults_cut_everywhere(1, PEER_KIND_RESET, 25);
}

/* The same with the cut inside the records, at every byte of what comes behind the handshake. */
static void cut_at_every_byte_of_the_records(void)
{
    for (int framing = 0; framing < FAULTS_FRAMINGS; framing++) {
        faults_response response;
        peer_step script[] = {PEER_REQUEST, PEER_SEND(response.bytes, FAULTS_RESPONSE), PEER_END};
        peer_config config = {script, "good", 0, 0};
        faults_result result;
        size_t handshake_out;
        size_t num_out;
        memory_net net;

        faults_build(&response, (faults_framing)framing);
        script[1].piece = 150;
        result = faults_get_alone(&config, faults_urls[1], response.body, &net);
        faults_look(&result, HTTPSC_OK, strlen(response.body), "whole", 0);
        handshake_out = net.handshake_out;
        num_out = net.num_out;
        CHECK(handshake_out > 500 && num_out > handshake_out + FAULTS_RESPONSE);
        for (config.cut_after = handshake_out; config.cut_after < num_out && !unit_failed;
             config.cut_after++) {
            size_t behind = config.cut_after - handshake_out;
            size_t record = 150 + 29; /* header, explicit nonce, tag */
            size_t len = behind / record * 150;

            result = faults_get_alone(&config, faults_urls[1], response.body, &net);
            faults_look(&result,
                        faults_expected(&response, (faults_framing)framing, len, 1, PEER_KIND_CUT),
                        response.given[len], "records", behind);
        }
    }
}

static void cut_at_every_byte_of_the_handshake(void)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_END};
    static const peer_step nothing[] = {PEER_BYTES(5), PEER_CUT};
    peer_config config = {script, "good", 0, 0};
    size_t handshake_out;
    memory_net net;
    faults_result result = faults_get_alone(&config, faults_urls[1], "ok", &net);

    faults_look(&result, HTTPSC_OK, 2, "whole", 0);
    handshake_out = net.handshake_out;
    CHECK(handshake_out > 500);
    for (config.cut_after = 1; config.cut_after <= handshake_out && !unit_failed;
         config.cut_after++) {
        result = faults_get_alone(&config, faults_urls[1], "", &net);
        faults_look(&result,
                    config.cut_after < handshake_out ? HTTPSC_ERR_TLS_TRUNCATED
                                                     : HTTPSC_ERR_RESPONSE_EMPTY,
                    0, "handshake", config.cut_after);
        if (config.cut_after < handshake_out) {
            CHECK_TEXT(net.heard, ""); /* no request before the server is verified */
        }
    }
    config.cut_after = 0;
    config.script = nothing;
    result = faults_get_alone(&config, faults_urls[1], "", &net);
    faults_look(&result, HTTPSC_ERR_TLS_TRUNCATED, 0, "handshake", 0);
}

/* A bit turned at every byte of the handshake: never success. */
static void one_bit_of_the_handshake_turned(void)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_END};
    peer_config config = {script, "good", 0, 0};
    size_t handshake_out;
    memory_net net;
    faults_result result = faults_get_alone(&config, faults_urls[1], "ok", &net);

    faults_look(&result, HTTPSC_OK, 2, "whole", 0);
    handshake_out = net.handshake_out;
    for (config.corrupt_at = 1; config.corrupt_at <= handshake_out && !unit_failed;
         config.corrupt_at++) {
        httpsc_options options = drive_options();
        httpsc_client *client;

        memory_net_init(&net, &config, 1);
        options.hooks.entropy = faults_entropy;
        options.hooks.transport = net.transport;
        /* a length that grew makes it wait for more; the server is told to end by the client */
        options.timeouts.tls_ms = 1;
        client = drive_client(&options);
        result = faults_get(client, faults_urls[1], "");
        httpsc_client_close(client);
        CHECK(result.code != HTTPSC_OK);
        CHECK_INT(result.num_read, 0);
        CHECK_TEXT(net.heard, "");
        if (unit_failed) {
            printf("    at %d of %d\n", (int)config.corrupt_at, (int)handshake_out);
        }
    }
}

/* ---- the same response, cut into pieces ---- */

static void one_byte_at_a_time(void)
{
    for (int i = 0; i < 2 * FAULTS_FRAMINGS; i++) {
        faults_response response;
        peer_step script[] = {PEER_REQUEST, PEER_SEND(response.bytes, FAULTS_RESPONSE), PEER_END};
        peer_config config = {script, faults_tls[i % 2], 0, 0};
        faults_result result;
        memory_net net;

        faults_build(&response, (faults_framing)(i / 2));
        script[1].piece = 1;
        result = faults_get_alone(&config, faults_urls[i % 2], response.body, &net);
        faults_look(&result, HTTPSC_OK, strlen(response.body), "piece", 1);
    }
}

/* In two pieces, split everywhere; one connection where the framing allows it. */
static void split_in_two_everywhere(void)
{
    static peer_step script[2 * FAULTS_RESPONSE];

    for (int i = 0; i < 2 * 2; i++) {
        const peer_step request = PEER_REQUEST;
        peer_config config = {script, faults_tls[i % 2], 0, 0};
        faults_response response;
        httpsc_client *client;
        memory_net net;

        faults_build(&response, (faults_framing)(i / 2));
        for (size_t len = 1; len < FAULTS_RESPONSE; len++) {
            const peer_step answer = {PEER_KIND_SEND, response.bytes, FAULTS_RESPONSE, len,
                                      FAULTS_RESPONSE};

            script[2 * len - 2] = request;
            script[2 * len - 1] = answer;
        }
        memory_net_init(&net, &config, 1);
        client = faults_client(&net, NULL);
        for (size_t len = 1; len < FAULTS_RESPONSE && !unit_failed; len++) {
            faults_result result = faults_get(client, faults_urls[i % 2], response.body);

            faults_look(&result, HTTPSC_OK, strlen(response.body), "split", len);
        }
        httpsc_client_close(client);
        CHECK_INT(net.num_opens, 1);
    }
}

static void split_in_two_until_the_end(void)
{
    faults_response response;

    faults_build(&response, FAULTS_UNTIL_CLOSE);
    for (size_t len = 1; len < FAULTS_RESPONSE && !unit_failed; len++) {
        peer_step script[] = {PEER_REQUEST, PEER_SEND(response.bytes, FAULTS_RESPONSE), PEER_END};
        peer_config config = {script, NULL, 0, 0};
        faults_result result;
        memory_net net;

        script[1].piece = len;
        script[1].piece2 = FAULTS_RESPONSE;
        result = faults_get_alone(&config, faults_urls[0], response.body, &net);
        faults_look(&result, HTTPSC_OK, strlen(response.body), "split", len);
    }
}

/* ---- every call of the transport ---- */

/* The fault at the n-th call of send or recv, over two requests: 0 when there is no n-th call. */
static int faults_call(int is_tls, memory_fault fault, int in_send, size_t n)
{
    static const peer_step script[] = {
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n"
                                "abcdefghijklmnopqrstuvwxyzabcd"),
        PEER_REPEAT};
    static const char body[] = "abcdefghijklmnopqrstuvwxyzabcd";
    peer_config config = {script, faults_tls[is_tls], 0, 0};
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
    client = faults_client(&net, &memory);
    for (int i = 0; i < 2; i++) {
        faults_result result = faults_get(client, faults_urls[is_tls], body);

        CHECK(result.is_prefix);
        if (result.code == HTTPSC_OK) {
            CHECK_INT(result.num_read, strlen(body));
        } else {
            CHECK_INT(fault, MEMORY_FAULT_ERROR);
            CHECK_TEXT(httpsc_code_name(result.code), "ERR_CONNECTION_LOST");
            num_failed++;
        }
    }
    httpsc_client_close(client);
    CHECK(num_failed <= 1);
    CHECK_INT(net.num_opens, net.num_closes);
    CHECK(net.num_opens <= (fault == MEMORY_FAULT_ERROR ? 2U : 1U));
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
    peer_config config = {faults_chunked, faults_tls[is_tls], 0, 0};
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
          UNIT(every_allocation_of_six_transfers), UNIT(cut_at_every_byte_in_the_clear),
          UNIT(cut_at_every_byte_over_tls), UNIT(ended_by_close_notify_at_every_byte),
          UNIT(reset_over_tls), UNIT(cut_at_every_byte_of_the_records),
          UNIT(cut_at_every_byte_of_the_handshake), UNIT(one_bit_of_the_handshake_turned),
          UNIT(one_byte_at_a_time), UNIT(split_in_two_everywhere),
          UNIT(split_in_two_until_the_end), UNIT(every_call_says_want_once),
          UNIT(every_call_moves_a_byte_less), UNIT(every_call_fails))
