/* One exchange on a connection, looked at from within: what TLS has to say meanwhile, what is left
 * behind it, what is waited for, and what is told of it. */
#include "unit.h"

#undef HTTPSC_IMPLEMENTATION
#include "../support/memory_net.c"
#include "../support/peer.c"

/* ---- transfers over a peer in memory ---- */

typedef struct exchange_world {
    memory_net net;
    unsigned char sent_first; /* the first byte of what was sent last */
    int full;                 /* send takes nothing now */
    int mislays;              /* send takes all, and the peer gets none of it */
    int server_error;         /* of its TLS, before the connection was closed */
    char told[1024];          /* bodies by the trace */
    httpsc_client *client;
} exchange_world;

static exchange_world exchange;

static int exchange_memory_send(void *stream, const unsigned char *data, size_t len,
                                size_t *num_sent)
{
    if (exchange.full) {
        return HTTPSC_WANT;
    }
    exchange.sent_first = data[0];
    if (exchange.mislays) {
        *num_sent = len;
        return HTTPSC_OK;
    }
    return memory_send(stream, data, len, num_sent);
}

static void exchange_memory_close(void *stream)
{
    const peer *one = ((memory_stream *)stream)->peer;

    exchange.server_error =
        one->config.tls == NULL ? 0 : br_ssl_engine_last_error(&one->server.eng);
    memory_close(stream);
}

static void exchange_trace_body(void *user, const httpsc_trace_event *event)
{
    size_t len = strlen(exchange.told);

    (void)user;
    if (event->kind == HTTPSC_TRACE_BODY) {
        snprintf(exchange.told + len, sizeof exchange.told - len, "%s\n", event->text);
    }
}

static void exchange_begin_world(const peer_config *configs, size_t num_configs)
{
    static const exchange_world none;
    static const httpsc_options defaults;
    httpsc_options options = defaults;
    httpsc_error error;
    char *ca_file = peer_path("ca.pem");

    exchange = none;
    memory_net_init(&exchange.net, configs, num_configs);
    exchange.net.transport.send = exchange_memory_send;
    exchange.net.transport.close = exchange_memory_close;
    exchange.net.transport.wants = NULL;
    options.allow_http = 1;
    options.tls.ca_file = ca_file;
    options.hooks.transport = exchange.net.transport;
    options.hooks.trace = exchange_trace_body;
    hc_error_clear(&error);
    CHECK_INT(httpsc_client_open(&options, &exchange.client, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    free(ca_file);
}

static httpsc_transfer *exchange_begin(const char *method, const char *url, const char *body)
{
    httpsc_transfer *transfer = NULL;
    httpsc_request request;

    memset(&request, 0, sizeof request);
    request.method = method;
    request.url = url;
    request.body.ptr = (const unsigned char *)body;
    request.body.len = body == NULL ? 0 : strlen(body);
    CHECK_INT(httpsc_begin(exchange.client, &request, &transfer, NULL), HTTPSC_OK);
    return transfer;
}

/* Steps to the head; memory is not to be waited for. */
static int exchange_to_head(httpsc_transfer *transfer)
{
    int code = HTTPSC_WANT;

    for (int i = 0; i < 1000 && code == HTTPSC_WANT; i++) {
        code = httpsc_step(transfer, NULL, NULL);
    }
    return code;
}

static int exchange_to_end(httpsc_transfer *transfer, char *body, size_t size)
{
    size_t len = 0;
    size_t num = 1;
    int code = exchange_to_head(transfer);

    while (code == HTTPSC_OK && num > 0) {
        code = httpsc_read(transfer, body + len, size - 1 - len, &num, NULL);
        len += code == HTTPSC_OK ? num : 0;
    }
    body[len] = '\0';
    return code;
}

static peer *exchange_peer(const httpsc_transfer *transfer)
{
    return ((memory_stream *)transfer->connection->stream.handle)->peer;
}

#define EXCHANGE_OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

/* ---- DEFENCES A13: a HelloRequest while the response is awaited ---- */

#define EXCHANGE_ALERT 21             /* the record's type, RFC 5246, 6.2.1 */
#define EXCHANGE_NO_RENEGOTIATION 100 /* RFC 5246, 7.2 */

/* Steps until the peer holds, and then has it ask for a new handshake. */
static void exchange_to_hello_request(httpsc_transfer *transfer)
{
    char byte;
    size_t num;

    (void)httpsc_step(transfer, NULL, NULL);
    for (int i = 0; i < 1000 && !peer_is_holding(exchange_peer(transfer)); i++) {
        (void)httpsc_read(transfer, &byte, 1, &num, NULL);
    }
    CHECK_INT(httpsc_read(transfer, &byte, 1, &num, NULL), HTTPSC_WANT);
    CHECK_INT(br_ssl_engine_renegotiate(&exchange_peer(transfer)->server.eng), 1);
    exchange.sent_first = 0;
}

static const peer_step exchange_silent[] = {PEER_HEAD, PEER_HOLD};
static const peer_step exchange_silent_in_the_body[] = {
    PEER_HEAD, PEER_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"), PEER_HOLD};

/* The server waits for the refusal before it answers: at the close it would be too late. */
static void exchange_refuses_renegotiation_at_once(void)
{
    static const peer_step *const scripts[] = {exchange_silent, exchange_silent_in_the_body};

    for (size_t i = 0; i < 4; i++) {
        peer_config config = PEER_CONFIG(scripts[i / 2], "good");
        httpsc_transfer *transfer;
        size_t num = 0;
        char byte;

        exchange_begin_world(&config, 1);
        transfer = exchange_begin(NULL, "https://localhost/", NULL);
        exchange_to_hello_request(transfer);
        exchange.mislays = 1; /* BearSSL's server would end at a refusal */
        exchange.full = i % 2 != 0;
        CHECK_INT(httpsc_read(transfer, &byte, 1, &num, NULL), HTTPSC_WANT);
        if (exchange.full) { /* as soon as there is a place for it */
            CHECK_INT(exchange.sent_first, 0);
            CHECK_INT(transfer->connection->waits, HTTPSC_READABLE | HTTPSC_WRITABLE);
            exchange.full = 0;
            CHECK_INT(httpsc_read(transfer, &byte, 1, &num, NULL), HTTPSC_WANT);
        }
        CHECK_INT(exchange.sent_first, EXCHANGE_ALERT);
        CHECK(hc_tls_drain(transfer->connection->tls, &num) == NULL);
        CHECK_INT(hc_tls_state_of(transfer->connection->tls), HC_TLS_OPEN);
        CHECK_INT(transfer->connection->waits, HTTPSC_READABLE);
        httpsc_close(transfer);
        httpsc_client_close(exchange.client);
    }
}

static void exchange_refuses_renegotiation_in_words(void)
{
    peer_config config = PEER_CONFIG(exchange_silent, "good");
    httpsc_transfer *transfer;

    exchange_begin_world(&config, 1);
    transfer = exchange_begin(NULL, "https://localhost/", NULL);
    exchange_to_hello_request(transfer);
    CHECK_INT(httpsc_step(transfer, NULL, NULL), HTTPSC_ERR_RESPONSE_EMPTY);
    CHECK_INT(exchange.server_error, BR_ERR_RECV_FATAL_ALERT + EXCHANGE_NO_RENEGOTIATION);
    httpsc_close(transfer);
    httpsc_client_close(exchange.client);
}

/* ---- DEFENCES I17: a record of which a part came with the end of the response ---- */

static void exchange_leaves_no_half_record(void)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(EXCHANGE_OK), PEER_HOLD,
                                       PEER_TEXT("HTTP/1.1 200 OK\r\n"), PEER_HOLD};
    static const size_t halves[] = {0, 1, 4, 5, 6, 30};
    peer_config config = PEER_CONFIG(script, "good");

    for (size_t i = 0; i < HC_ARRAY_LEN(halves); i++) {
        httpsc_transfer *transfer;
        httpsc_error error;
        size_t num = 0;
        char body[4];

        exchange_begin_world(&config, 1);
        transfer = exchange_begin(NULL, "https://localhost/", NULL);
        CHECK_INT(exchange_to_head(transfer), HTTPSC_OK);
        CHECK_INT(httpsc_read(transfer, body, 2, &num, NULL), HTTPSC_OK);
        CHECK_INT(num, 2); /* all bytes are read, and the end not yet seen */
        (void)peer_output(exchange_peer(transfer), &num);
        peer_release(exchange_peer(transfer));
        hc_error_clear(&error);
        exchange.net.max_recv = 1;
        for (size_t j = 0; j < halves[i]; j++) {
            CHECK_INT(hc_connection_pump_in(transfer->connection, &error), HTTPSC_OK);
        }
        CHECK_INT(httpsc_read(transfer, body, 2, &num, NULL), HTTPSC_OK);
        CHECK_INT(num, 0);
        CHECK_INT(exchange.net.num_closes, halves[i] == 0 ? 0 : 1);
        httpsc_close(transfer);
        httpsc_client_close(exchange.client);
    }
}

/* ---- a kept connection dies in the step that has done its share of a large body ---- */

static void exchange_is_waited_for_on_its_second_connection(void)
{
    static const peer_step gone[] = {PEER_REQUEST, PEER_TEXT(EXCHANGE_OK), PEER_HEAD, PEER_RESET};
    static const peer_step silent[] = {PEER_BYTES(1000000), PEER_HOLD};
    peer_config configs[] = {PEER_CONFIG(gone, "good"), PEER_CONFIG(silent, "good")};
    size_t size = 300000;
    char *large = malloc(size + 1);
    httpsc_transfer *transfer;
    httpsc_wants wants;
    char body[16];

    memset(large, 'b', size);
    large[size] = '\0';
    exchange_begin_world(configs, 2);
    transfer = exchange_begin(NULL, "https://localhost/", NULL);
    CHECK_INT(exchange_to_end(transfer, body, sizeof body), HTTPSC_OK);
    httpsc_close(transfer);
    transfer = exchange_begin("PUT", "https://localhost/", large);
    for (int i = 0; i < 5; i++) {
        CHECK_INT(httpsc_step(transfer, &wants, NULL), HTTPSC_WANT);
        CHECK_INT(exchange.net.num_opens, 2);
        CHECK_INT(transfer->retried, 1);
        CHECK_INT(transfer->state, HC_TRANSFER_HANDSHAKE);
        CHECK(wants.timeout_ms != 0); /* which would be "at once" */
#ifdef HC_NO_THREADS
        CHECK_INT(wants.num_sockets, 0); /* the transport has none */
#else
        CHECK_INT(wants.num_sockets, 1); /* that of httpsc_cancel */
#endif
    }
    httpsc_close(transfer);
    httpsc_client_close(exchange.client);
    free(large);
}

/* ---- what is told ---- */

/* One line for each direction, with the count and not the bytes. */
static void exchange_bodies_are_traced(void)
{
    static const peer_step script[] = {
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "5\r\nanswe\r\n8\r\nranswers\r\n0\r\n\r\n"),
        PEER_REPEAT};
    peer_config config = PEER_CONFIG(script, "good");
    httpsc_transfer *transfer;
    char body[32];

    exchange_begin_world(&config, 1);
    transfer = exchange_begin("PUT", "https://localhost/", "question");
    CHECK_INT(exchange_to_end(transfer, body, sizeof body), HTTPSC_OK);
    CHECK_TEXT(exchange.told, "sent a body of 8 bytes\nreceived a body of 13 bytes\n");
    httpsc_close(transfer);
    exchange.told[0] = '\0';
    transfer = exchange_begin(NULL, "https://localhost/", NULL);
    CHECK_INT(exchange_to_end(transfer, body, sizeof body), HTTPSC_OK);
    CHECK_TEXT(exchange.told, "received a body of 13 bytes\n");
    httpsc_close(transfer);
    httpsc_client_close(exchange.client);
}

static void exchange_status_is_told_without_the_query(void)
{
    static const peer_step script[] = {
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
        PEER_REQUEST, PEER_TEXT("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), PEER_REPEAT};
    static const int codes[] = {HTTPSC_ERR_STATUS_CLIENT, HTTPSC_ERR_STATUS_SERVER};
    peer_config config = PEER_CONFIG(script, NULL);

    exchange_begin_world(&config, 1);
    for (size_t i = 0; i < HC_ARRAY_LEN(codes); i++) {
        httpsc_transfer *transfer =
            exchange_begin(NULL, "http://host.test/way/to?token=SECRET&a=?b#c", NULL);
        httpsc_error error;
        char body[4];

        hc_error_clear(&error);
        CHECK_INT(exchange_to_end(transfer, body, sizeof body), HTTPSC_OK);
        CHECK_INT(httpsc_check_status(httpsc_head(transfer), &error), codes[i]);
        CHECK(strstr(error.text, "host.test/way/to") != NULL);
        CHECK(strchr(error.text, '?') == NULL);
        CHECK(strstr(error.text, "token") == NULL && strstr(error.text, "SECRET") == NULL);
        httpsc_close(transfer);
    }
    httpsc_client_close(exchange.client);
}

UNIT_MAIN(UNIT(exchange_refuses_renegotiation_at_once),
          UNIT(exchange_refuses_renegotiation_in_words), UNIT(exchange_leaves_no_half_record),
          UNIT(exchange_is_waited_for_on_its_second_connection), UNIT(exchange_bodies_are_traced),
          UNIT(exchange_status_is_told_without_the_query))
