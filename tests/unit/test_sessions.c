/* TLS sessions that a client keeps: how many, for whom, and for how long. */
#include "unit.h"

#ifdef UNIT_PARTS
#include "../../src/client/client.h"
#endif

static unit_memory memory;

static hc_identity sessions_identity(const char *host, int secure, int port)
{
    static httpsc_tls_config config;
    hc_identity identity;

    memset(&identity, 0, sizeof identity);
    CHECK(hc_host_parse(&identity.host, host, strlen(host)));
    identity.secure = secure;
    identity.port = port;
    identity.tls_config = secure ? &config : NULL;
    return identity;
}

/* A session that is known by its number. */
static void sessions_put(hc_sessions *sessions, const hc_identity *identity, int number)
{
    unsigned char ticket = (unsigned char)number;
    hc_session *session = hc_session_new(&memory.allocator, hc_cursor_over(&ticket, 1));

    CHECK(session != NULL);
    hc_sessions_put(sessions, &memory.allocator, identity, session);
}

/* Takes one: its number, 0 for none. */
static int sessions_take(hc_sessions *sessions, const hc_identity *identity)
{
    hc_session *session = hc_sessions_take(sessions, &memory.allocator, identity);
    int number = session == NULL ? 0 : session->ticket[0];

    hc_session_free(session);
    return number;
}

/* The newest comes first, each once; of one identity there are four at most. */
static void sessions_of_one_identity(void)
{
    hc_identity even = sessions_identity("even.test", 1, 443);
    hc_sessions sessions = {NULL};

    unit_memory_init(&memory);
    CHECK_INT(sessions_take(&sessions, &even), 0);
    for (int i = 1; i <= 6; i++) {
        sessions_put(&sessions, &even, i);
    }
    for (int i = 6; i > 2; i--) {
        CHECK_INT(sessions_take(&sessions, &even), i);
    }
    CHECK_INT(sessions_take(&sessions, &even), 0);
    CHECK_INT(memory.live_blocks, 0);
    CHECK(!memory.misuse);
}

/* Sixteen in all, and then the oldest goes, whoever has it. */
static void sessions_of_many_identities(void)
{
    hc_sessions sessions = {NULL};

    unit_memory_init(&memory);
    for (int i = 1; i <= 20; i++) {
        hc_identity one = sessions_identity("name.test", 1, i);

        sessions_put(&sessions, &one, i);
    }
    for (int i = 1; i <= 20; i++) {
        hc_identity one = sessions_identity("name.test", 1, i);

        CHECK_INT(sessions_take(&sessions, &one), i <= 4 ? 0 : i);
    }
    CHECK_INT(memory.live_blocks, 0);
}

/* DEFENCES O1: a session is for whom it was made, and nobody else. */
static void sessions_never_cross_identities(void)
{
    static httpsc_tls_config other_config;
    static hc_endpoint endpoint;
    hc_identity even = sessions_identity("even.test", 1, 443);
    hc_identity odd = sessions_identity("odd.test", 1, 443);
    hc_identity others[5];
    hc_sessions sessions = {NULL};

    unit_memory_init(&memory);
    others[0] = odd;
    others[1] = sessions_identity("even.test", 1, 444);
    others[2] = even;
    others[2].connect_to = &endpoint;
    others[3] = even;
    others[3].tls_config = &other_config;
    others[4] = even;
    others[4].verify_as = &odd.host;
    sessions_put(&sessions, &even, 1);
    for (size_t i = 0; i < HC_ARRAY_LEN(others); i++) {
        CHECK_INT(sessions_take(&sessions, &others[i]), 0);
        hc_sessions_drop(&sessions, &memory.allocator, &others[i]);
    }
    CHECK(sessions.first != NULL);
    sessions_put(&sessions, &odd, 2);
    hc_sessions_drop(&sessions, &memory.allocator, &even);
    CHECK_INT(sessions_take(&sessions, &even), 0);
    CHECK_INT(sessions_take(&sessions, &odd), 2);
    sessions_put(&sessions, &even, 3);
    sessions_put(&sessions, &odd, 4);
    hc_sessions_drop(&sessions, &memory.allocator, NULL);
    CHECK(sessions.first == NULL);
    CHECK_INT(memory.live_blocks, 0);
}

static void sessions_without_memory(void)
{
    hc_identity even = sessions_identity("even.test", 1, 443);
    hc_sessions sessions = {NULL};
    hc_session *session;
    unsigned char ticket = 1;

    unit_memory_init(&memory);
    session = hc_session_new(&memory.allocator, hc_cursor_over(&ticket, 1));
    memory.fail_at = memory.num_allocs + 1;
    hc_sessions_put(&sessions, &memory.allocator, &even, session);
    CHECK(sessions.first == NULL);
    CHECK_INT(memory.live_blocks, 0);
}

/* DEFENCES Q7: in the child of a fork there are none of the parent's; a ticket is used once. */
static void sessions_after_a_fork(void)
{
    hc_identity even = sessions_identity("even.test", 1, 443);
    httpsc_options options;
    httpsc_client *client = NULL;
    hc_session *session;

    unit_memory_init(&memory);
    memset(&options, 0, sizeof options);
    options.hooks.allocator = memory.allocator;
    options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER; /* no roots are needed */
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    sessions_put(&client->sessions, &even, 1);
    sessions_put(&client->sessions, &even, 2);
    CHECK(hc_client_take_connection(client, hc_process_id(), &even) == NULL);
    session = hc_client_take_session(client, &even);
    CHECK(session != NULL && session->ticket[0] == 2);
    hc_session_free(session);
    client->process_id++; /* as if it were the parent's number */
    CHECK(hc_client_take_connection(client, hc_process_id(), &even) == NULL);
    CHECK(hc_client_take_session(client, &even) == NULL);
    CHECK(client->process_id == hc_process_id());
    httpsc_client_close(client);
    CHECK_INT(memory.live_blocks, 0);
}

/* A server that answers every ClientHello with the alert internal_error, and then is silent. */
typedef struct sessions_server {
    int num_opens;
    int is_told; /* of this connection */
} sessions_server;

static int sessions_open(void *user, const char *host, int port, void **stream)
{
    sessions_server *server = user;

    (void)host;
    (void)port;
    server->num_opens++;
    server->is_told = 0;
    *stream = server;
    return HTTPSC_OK;
}

static int sessions_send(void *stream, const unsigned char *data, size_t len, size_t *num_sent)
{
    (void)stream;
    (void)data;
    *num_sent = len;
    return HTTPSC_OK;
}

static int sessions_recv(void *stream, unsigned char *buf, size_t len, size_t *num_received)
{
    static const unsigned char alert[] = {21, 3, 3, 0, 2, 2, 80};
    sessions_server *server = stream;

    if (server->is_told || len < sizeof alert) {
        return HTTPSC_WANT;
    }
    memcpy(buf, alert, sizeof alert);
    *num_received = sizeof alert;
    server->is_told = 1;
    return HTTPSC_OK;
}

static void sessions_close(void *stream)
{
    (void)stream;
}

/* DEFENCES E5: a handshake that fails with a session is tried once more, without any. */
static void sessions_that_spoil_a_handshake(void)
{
    sessions_server server = {0, 0};
    httpsc_options options;
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error;
    hc_identity identity;

    unit_memory_init(&memory);
    memset(&options, 0, sizeof options);
    options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
    options.hooks.allocator = memory.allocator;
    options.hooks.transport.user = &server;
    options.hooks.transport.open = sessions_open;
    options.hooks.transport.send = sessions_send;
    options.hooks.transport.recv = sessions_recv;
    options.hooks.transport.close = sessions_close;
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    identity = sessions_identity("localhost", 1, 443);
    identity.tls_config = client->tls_config;
    for (int i = 1; i <= 3; i++) {
        sessions_put(&client->sessions, &identity, i);
    }
    CHECK_INT(httpsc_get(client, "https://localhost/", &response, &error), HTTPSC_ERR_TLS_ALERT);
    CHECK_INT(server.num_opens, 2);
    CHECK_INT(sessions_take(&client->sessions, &identity), 0);
    CHECK_INT(httpsc_get(client, "https://localhost/", &response, &error), HTTPSC_ERR_TLS_ALERT);
    CHECK_INT(server.num_opens, 3);
    httpsc_client_close(client);
    CHECK_INT(memory.live_blocks, 0);
}

UNIT_MAIN(UNIT(sessions_of_one_identity), UNIT(sessions_of_many_identities),
          UNIT(sessions_never_cross_identities), UNIT(sessions_without_memory),
          UNIT(sessions_after_a_fork), UNIT(sessions_that_spoil_a_handshake))
