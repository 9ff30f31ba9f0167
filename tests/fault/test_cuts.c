/* The connection cut at every byte, and the bytes cut into pieces everywhere. Over a network in
 * memory, where no time passes. */
#include "httpsc.h"

#include "faults.h"

#define FAULTS_RESPONSE 600

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
static faults_result faults_get_alone(const peer_config *config, int any_peer, const char *body,
                                      memory_net *net)
{
    unit_memory memory;
    httpsc_client *client;
    faults_result result;

    unit_memory_init(&memory);
    memory_net_init(net, config, 1);
    client = faults_client(net, &memory, any_peer);
    result = faults_get(client, faults_urls[config->tls != NULL], body);
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
            peer_config config = PEER_CONFIG(script, faults_tls[is_tls]);
            memory_net net;
            faults_result result = faults_get_alone(&config, 1, response.body, &net);

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
        peer_config config = PEER_CONFIG(script, "good");
        faults_result result;
        size_t num_behind;
        size_t record;
        memory_net net;

        faults_build(&response, (faults_framing)framing);
        script[1].piece = 150;
        result = faults_get_alone(&config, 1, response.body, &net);
        faults_look(&result, HTTPSC_OK, strlen(response.body), "whole", 0);
        num_behind = net.num_out - net.handshake_out;
        /* four records, and a close_notify of 2 bytes where it is read; encryption adds the same
         * to each */
        record = framing == FAULTS_UNTIL_CLOSE ? 150 + (num_behind - 602) / 5 : num_behind / 4;
        CHECK(record > 150 && record < 200);
        for (size_t behind = 0; behind < num_behind && !unit_failed; behind++) {
            size_t len = behind / record * 150;

            config.cut_behind = behind + 1;
            result = faults_get_alone(&config, 1, response.body, &net);
            faults_look(&result,
                        faults_expected(&response, (faults_framing)framing, len, 1, PEER_KIND_CUT),
                        response.given[len], "records", behind);
        }
    }
}

/* The length of a handshake varies by a few bytes: the DER of an ECDSA signature does. */
#define FAULTS_SLACK 8

static void cut_at_every_byte_of_the_handshake(void)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_END};
    static const peer_step nothing[] = {PEER_BYTES(5), PEER_CUT};
    peer_config config = PEER_CONFIG(script, "good");
    size_t handshake_out;
    memory_net net;
    faults_result result = faults_get_alone(&config, 0, "ok", &net);

    faults_look(&result, HTTPSC_OK, 2, "whole", 0);
    handshake_out = net.handshake_out;
    CHECK(handshake_out > 500);
    for (config.cut_after = 1; config.cut_after < handshake_out + FAULTS_SLACK && !unit_failed;
         config.cut_after++) {
        result = faults_get_alone(&config, 0, "", &net);
        if (config.cut_after + FAULTS_SLACK > handshake_out &&
            result.code != HTTPSC_ERR_TLS_TRUNCATED) {
            faults_look(&result, HTTPSC_ERR_RESPONSE_EMPTY, 0, "handshake", config.cut_after);
            continue;
        }
        faults_look(&result, HTTPSC_ERR_TLS_TRUNCATED, 0, "handshake", config.cut_after);
        CHECK_INT(result.stage, HTTPSC_STAGE_TLS);
        CHECK_TEXT(net.heard, ""); /* no request before the handshake is done */
    }
    config.cut_after = 0;
    config.cut_behind = 1;
    result = faults_get_alone(&config, 0, "", &net);
    faults_look(&result, HTTPSC_ERR_RESPONSE_EMPTY, 0, "behind the handshake", 0);
    config.cut_behind = 0;
    config.script = nothing;
    result = faults_get_alone(&config, 0, "", &net);
    faults_look(&result, HTTPSC_ERR_TLS_TRUNCATED, 0, "handshake", 0);
}

static int64_t faults_clock_us;

/* Time passes by being asked for. */
static int64_t faults_clock(void *user)
{
    (void)user;
    faults_clock_us += 10;
    return faults_clock_us;
}

static unsigned char faults_flight[4096]; /* what the server sent this time */
static size_t faults_flight_len;
static int (*faults_recv_through)(void *stream, unsigned char *buf, size_t len,
                                  size_t *num_received);

static int faults_recv_noted(void *stream, unsigned char *buf, size_t len, size_t *num_received)
{
    int code = faults_recv_through(stream, buf, len, num_received);

    if (code == HTTPSC_OK && faults_flight_len + *num_received <= sizeof faults_flight) {
        memcpy(faults_flight + faults_flight_len, buf, *num_received);
        faults_flight_len += *num_received;
    }
    return code;
}

/* 1 when that byte (counted from 1) is the low one of the version of a record in the clear, which
 * is to be ignored (RFC 8446, 5.1). Behind ChangeCipherSpec it is protected. */
static int faults_is_record_version(size_t at)
{
    size_t i = 0;
    int is_protected = 0;

    while (i + 5 <= faults_flight_len && i + 3 < at) {
        is_protected = faults_flight[i] == 20;
        i += 5 + (size_t)faults_flight[i + 3] * 256 + faults_flight[i + 4];
    }
    return i + 3 == at && !is_protected;
}

/* A bit turned at every byte of the handshake: never success, and no request goes out. */
static void one_bit_of_the_handshake_turned(void)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_END};
    peer_config config = PEER_CONFIG(script, "good");
    httpsc_options options = drive_options();
    size_t handshake_out = FAULTS_SLACK;
    memory_net net;

    options.hooks.monotonic_us = faults_clock;
    options.timeouts.tls_ms = 50; /* a length that was turned up makes it wait for more */
    for (; config.corrupt_at + FAULTS_SLACK <= handshake_out && !unit_failed;
         config.corrupt_at++) {
        httpsc_client *client;
        faults_result result;

        memory_net_init(&net, &config, 1);
        faults_flight_len = 0;
        faults_recv_through = net.transport.recv;
        net.transport.recv = faults_recv_noted;
        options.hooks.transport = net.transport;
        client = drive_client(&options);
        result = faults_get(client, faults_urls[1], "ok");
        httpsc_client_close(client);
        if (config.corrupt_at == 0 || faults_is_record_version(config.corrupt_at)) {
            faults_look(&result, HTTPSC_OK, 2, "whole", config.corrupt_at);
            handshake_out = net.handshake_out;
            continue;
        }
        CHECK(result.stage == HTTPSC_STAGE_TLS || result.stage == HTTPSC_STAGE_CERTIFICATE);
        CHECK(result.code != HTTPSC_OK);
        CHECK_INT(result.num_read, 0);
        CHECK_TEXT(net.heard, "");
        if (unit_failed) {
            printf("    at %d of %d\n", (int)config.corrupt_at, (int)handshake_out);
        }
    }
    CHECK(handshake_out > 500);
}

/* ---- the same response, cut into pieces ---- */

static void one_byte_at_a_time(void)
{
    for (int i = 0; i < 2 * FAULTS_FRAMINGS; i++) {
        faults_response response;
        peer_step script[] = {PEER_REQUEST, PEER_SEND(response.bytes, FAULTS_RESPONSE), PEER_END};
        peer_config config = PEER_CONFIG(script, faults_tls[i % 2]);
        faults_result result;
        memory_net net;

        faults_build(&response, (faults_framing)(i / 2));
        script[1].piece = 1;
        result = faults_get_alone(&config, 0, response.body, &net);
        faults_look(&result, HTTPSC_OK, strlen(response.body), "piece", 1);
    }
}

/* In two pieces, split everywhere; one connection where the framing allows it. */
static void split_in_two_everywhere(void)
{
    static peer_step script[2 * FAULTS_RESPONSE];

    for (int i = 0; i < 2 * 2; i++) {
        const peer_step request = PEER_REQUEST;
        peer_config config = PEER_CONFIG(script, faults_tls[i % 2]);
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
        client = faults_client(&net, NULL, 0);
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
        peer_config config = PEER_CONFIG(script, NULL);
        faults_result result;
        memory_net net;

        script[1].piece = len;
        script[1].piece2 = FAULTS_RESPONSE;
        result = faults_get_alone(&config, 0, response.body, &net);
        faults_look(&result, HTTPSC_OK, strlen(response.body), "split", len);
    }
}

UNIT_MAIN(UNIT(cut_at_every_byte_in_the_clear), UNIT(cut_at_every_byte_over_tls),
          UNIT(ended_by_close_notify_at_every_byte), UNIT(reset_over_tls),
          UNIT(cut_at_every_byte_of_the_records), UNIT(cut_at_every_byte_of_the_handshake),
          UNIT(one_bit_of_the_handshake_turned), UNIT(one_byte_at_a_time),
          UNIT(split_in_two_everywhere), UNIT(split_in_two_until_the_end))
