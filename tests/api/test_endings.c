/* DEFENCES B13, I16: how a connection may end, and what that says about the body. */
#include "httpsc.h"

#include "../support/drive.h"

typedef struct ending {
    const char *answer;
    peer_step_kind how;
    int code;       /* over TLS */
    int plain_code; /* in the clear, where an end proves nothing and a cut looks the same */
} ending;

#define ENDING_LENGTH "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
#define ENDING_CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define ENDING_CLOSE "HTTP/1.1 200 OK\r\n\r\n"
#define ENDING_CUT HTTPSC_ERR_BODY_TRUNCATED

static const ending endings[] = {
    {ENDING_LENGTH "body", PEER_KIND_END, HTTPSC_OK, HTTPSC_OK},
    {ENDING_LENGTH "body", PEER_KIND_CUT, HTTPSC_OK, HTTPSC_OK},
    {ENDING_LENGTH "bod", PEER_KIND_END, ENDING_CUT, ENDING_CUT},
    {ENDING_LENGTH "bod", PEER_KIND_CUT, ENDING_CUT, ENDING_CUT},
    {ENDING_CHUNKED "4\r\nbody\r\n0\r\n\r\n", PEER_KIND_CUT, HTTPSC_OK, HTTPSC_OK},
    {ENDING_CHUNKED "4\r\nbody\r\n0\r\n", PEER_KIND_END, ENDING_CUT, ENDING_CUT},
    {ENDING_CHUNKED "4\r\nbody\r\n", PEER_KIND_CUT, ENDING_CUT, ENDING_CUT},
    {ENDING_CLOSE "body", PEER_KIND_END, HTTPSC_OK, HTTPSC_OK},
    {ENDING_CLOSE "body", PEER_KIND_CUT, ENDING_CUT, HTTPSC_OK},
    {ENDING_CLOSE "", PEER_KIND_CUT, ENDING_CUT, HTTPSC_OK},
    {"HTTP/1.1 200 OK\r\nContent-Le", PEER_KIND_END, HTTPSC_ERR_RESPONSE_TRUNCATED,
     HTTPSC_ERR_RESPONSE_TRUNCATED},
    {"", PEER_KIND_CUT, HTTPSC_ERR_RESPONSE_EMPTY, HTTPSC_ERR_RESPONSE_EMPTY}};

static void endings_of_a_response(void)
{
    static const char *const tls[] = {NULL, "good"};

    for (size_t i = 0; i < 2 * sizeof endings / sizeof endings[0]; i++) {
        const ending *one = &endings[i / 2];
        int code = i % 2 == 0 ? one->plain_code : one->code;
        peer_step script[] = {PEER_REQUEST, PEER_SEND(NULL, 0), {one->how, NULL, 0, 0, 0}};
        peer_config config = {.script = script, .tls = tls[i % 2]};
        httpsc_options options = drive_options();
        httpsc_response *response = NULL;
        httpsc_client *client;
        memory_net net;

        script[1].bytes = one->answer;
        script[1].len = strlen(one->answer);
        memory_net_init(&net, &config, 1);
        options.hooks.transport = net.transport;
        client = drive_client(&options);
        for (size_t again = 1; again <= 2; again++) { /* and none of them carries another */
            CHECK_INT(drive_send(client, "GET", i % 2 == 0 ? "http://localhost/"
                                                           : "https://localhost/",
                                 NULL, &response),
                      code);
            CHECK_INT(net.num_opens, again);
            if (code == HTTPSC_OK && one->answer[17] == 'C') {
                CHECK_INT(response->body.len, 4);
            }
            httpsc_response_close(response);
            response = NULL;
        }
        httpsc_client_close(client);
        CHECK_INT(net.num_closes, 2);
    }
}

/* What came before the cut is shown, and then the error, for good. */
static void endings_show_what_came(void)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(ENDING_CLOSE "body"), PEER_CUT};
    peer_config config = {.script = script, .tls = "good"};
    httpsc_options options = drive_options();
    httpsc_request request = drive_request(NULL, "https://localhost/", NULL);
    httpsc_error error = drive_no_error;
    httpsc_transfer *transfer;
    httpsc_client *client;
    memory_net net;
    char body[16];
    size_t num = 0;

    memory_net_init(&net, &config, 1);
    options.hooks.transport = net.transport;
    client = drive_client(&options);
    transfer = drive_begin(client, &request);
    CHECK_INT(drive_head(transfer, &error), HTTPSC_OK);
    CHECK_INT(drive_body(transfer, 3, body, sizeof body, &error), HTTPSC_ERR_BODY_TRUNCATED);
    CHECK_TEXT(body, "body");
    CHECK_INT(error.stage, HTTPSC_STAGE_BODY);
    CHECK_INT(httpsc_read(transfer, body, 1, &num, &error), HTTPSC_ERR_BODY_TRUNCATED);
    httpsc_close(transfer);
    httpsc_client_close(client);
}

/* DEFENCES O5: behind the first byte of an answer nothing is sent again, not even a GET. */
static void endings_behind_the_first_byte(void)
{
    static const char *const tls[] = {NULL, "good"};
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REQUEST,
                                       PEER_TEXT("H"), PEER_RESET};

    for (size_t i = 0; i < 2; i++) {
        peer_config config = {.script = script, .tls = tls[i]};
        const char *url = i == 0 ? "http://localhost/" : "https://localhost/";
        httpsc_options options = drive_options();
        httpsc_client *client;
        memory_net net;

        memory_net_init(&net, &config, 1);
        options.hooks.transport = net.transport;
        client = drive_client(&options);
        CHECK_INT(drive_get(client, url), 0);
        CHECK_INT(drive_send(client, "GET", url, NULL, NULL), HTTPSC_ERR_CONNECTION_LOST);
        CHECK_INT(net.num_opens, 1);
        httpsc_client_close(client);
    }
}

UNIT_MAIN(UNIT(endings_of_a_response), UNIT(endings_show_what_came),
          UNIT(endings_behind_the_first_byte))
