/* The client floor from inside: identities, the pool, defaults, and what is refused before a byte
 * is sent. The peer is a transport that says one thing and listens. */
#include "unit.h"

#ifdef UNIT_PARTS
#include "../../src/api/defaults.h"
#include "../../src/client/transfer.h"
#endif

/* ---- a peer --------------------------------------------------------------------------------- */

typedef struct client_peer {
    const char *answer;
    size_t answer_len;
    size_t answered;
    unsigned char heard[4000]; /* of all streams */
    size_t heard_len;
    int num_opens;
    int num_closes;
    char host[300]; /* asked for last */
    int port;
    int64_t unix_time;
    int clock_code;
    int entropy_code;
    size_t num_entropy; /* bytes asked for */
    int trickles;       /* a byte a call, and WANT every other time, */
    size_t whole;       /* behind so many bytes, which come at once */
    int wanted;
    int64_t clock_us;
    char trace[4000];
    unit_memory memory;
} client_peer;

static client_peer peer;

static int client_open_stream(void *user, const char *host, int port, void **stream)
{
    client_peer *one = user;

    one->num_opens++;
    one->answered = 0;
    one->port = port;
    snprintf(one->host, sizeof one->host, "%s", host);
    *stream = one;
    return HTTPSC_OK;
}

static int client_send_bytes(void *stream, const unsigned char *data, size_t len, size_t *num_sent)
{
    client_peer *one = stream;
    size_t room = sizeof one->heard - one->heard_len;

    memcpy(one->heard + one->heard_len, data, len < room ? len : room);
    one->heard_len += len < room ? len : room;
    *num_sent = len;
    return HTTPSC_OK;
}

static int client_recv_bytes(void *stream, unsigned char *buf, size_t len, size_t *num_received)
{
    client_peer *one = stream;
    size_t left = one->answer_len - one->answered;

    if (one->heard_len == 0) {
        return HTTPSC_WANT;
    }
    if (one->trickles) {
        one->wanted = !one->wanted;
        if (one->wanted || left == 0) {
            return HTTPSC_WANT;
        }
        left = one->answered < one->whole ? one->whole - one->answered : 1;
    }
    *num_received = len < left ? len : left;
    memcpy(buf, one->answer + one->answered, *num_received);
    one->answered += *num_received;
    return HTTPSC_OK;
}

static void client_close_stream(void *stream)
{
    ((client_peer *)stream)->num_closes++;
}

static int client_now(void *user, int64_t *unix_seconds)
{
    client_peer *one = user;

    *unix_seconds = one->unix_time;
    return one->clock_code;
}

static int64_t client_monotonic(void *user)
{
    client_peer *one = user;

    return one->clock_us;
}

static int client_entropy(void *user, unsigned char *buf, size_t len)
{
    client_peer *one = user;

    memset(buf, 5, len);
    one->num_entropy += len;
    return one->entropy_code;
}

static void client_trace(void *user, const httpsc_trace_event *event)
{
    client_peer *one = user;
    size_t len = strlen(one->trace);

    snprintf(one->trace + len, sizeof one->trace - len, "%s\n", event->text);
}

#define CLIENT_OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

/* A fresh peer with this answer, and the options that lead to it. */
static httpsc_options client_options(const char *answer)
{
    httpsc_options options;

    memset(&peer, 0, sizeof peer);
    memset(&options, 0, sizeof options);
    unit_memory_init(&peer.memory);
    peer.answer = answer;
    peer.answer_len = strlen(answer);
    peer.unix_time = 1900000000;
    options.allow_http = 1;
    options.tls.trust = HTTPSC_TRUST_EMBEDDED;
    options.hooks.user = &peer;
    options.hooks.allocator = peer.memory.allocator;
    options.hooks.now = client_now;
    options.hooks.entropy = client_entropy;
    options.hooks.trace = client_trace;
    options.hooks.transport.user = &peer;
    options.hooks.transport.open = client_open_stream;
    options.hooks.transport.send = client_send_bytes;
    options.hooks.transport.recv = client_recv_bytes;
    options.hooks.transport.close = client_close_stream;
    return options;
}

static httpsc_error client_error;

/* One GET with a client of its own: the code. */
static int client_get(const httpsc_options *options, const char *url)
{
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    int code;

    memset(&client_error, 0, sizeof client_error);
    code = httpsc_client_open(options, &client, &client_error);
    if (code == HTTPSC_OK) {
        code = httpsc_get(client, url, &response, &client_error);
    }
    CHECK_INT(client_error.code, code);
    httpsc_response_close(response);
    httpsc_client_close(client);
    CHECK_INT(peer.memory.live_blocks, 0);
    CHECK(!peer.memory.misuse);
    CHECK_INT(peer.num_closes, peer.num_opens);
    return code;
}

static int client_heard(const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i + len <= peer.heard_len; i++) {
        if (memcmp(peer.heard + i, text, len) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Refused, and the peer knows nothing of it. */
static void client_refused(const char *url, int any_peer, int code)
{
    httpsc_options options = client_options(CLIENT_OK);

    if (any_peer) {
        options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
    }
    CHECK_INT(client_get(&options, url), code);
    CHECK_INT(peer.num_opens, 0);
    CHECK_INT(peer.heard_len, 0);
}

/* ---- what is refused before a byte is sent --------------------------------------------------- */

/* DEFENCES H12: an address is verified as one, and SNI is for names. */
static void client_hosts_that_are_addresses(void)
{
    static const char *const hosts[] = {"127.0.0.1", "[::1]", "[::ffff:1.2.3.4]", "8.8.8.8."};
    httpsc_options options;
    size_t with_name;
    char url[64];

    options = client_options("");
    CHECK_INT(client_get(&options, "https://name.test/"), HTTPSC_ERR_TLS_TRUNCATED);
    CHECK(client_heard("name.test"));
    CHECK(client_heard("http/1.1"));
    with_name = peer.heard_len;
    for (size_t i = 0; i < 2 * HC_ARRAY_LEN(hosts); i++) {
        snprintf(url, sizeof url, "https://%s/", hosts[i / 2]);
        options = client_options("");
        if (i % 2 != 0) {
            options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
        }
        CHECK_INT(client_get(&options, url), HTTPSC_ERR_TLS_TRUNCATED);
        CHECK_INT(peer.heard_len, with_name - strlen("name.test") - 9); /* the whole extension */
        CHECK(!client_heard("127.0.0.1") && !client_heard("::") && !client_heard("8.8.8.8"));
    }
}

/* DEFENCES H13: the root's dot is nowhere: not in SNI, in Host, in the pool's key. */
static void client_hosts_with_a_dot_behind(void)
{
    httpsc_options options = client_options("");
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;

    CHECK_INT(client_get(&options, "https://Name.Test./"), HTTPSC_ERR_TLS_TRUNCATED);
    CHECK(client_heard("name.test") && !client_heard("name.test."));
    CHECK_TEXT(peer.host, "name.test");
    options = client_options(CLIENT_OK);
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    CHECK_INT(httpsc_get(client, "http://name.test./", &response, NULL), HTTPSC_OK);
    CHECK_TEXT(response->url, "http://name.test/");
    httpsc_response_close(response);
    CHECK(client_heard("Host: name.test\r\n"));
    httpsc_client_close(client);
}

/* DEFENCES H14, J2. */
static void client_hosts_that_are_none(void)
{
    static const char *const hosts[] = {"", "..", "a..b", "a%00b", "a%2Fb", "a b", "h\xC3\xA4"};
    char url[400];

    for (size_t i = 0; i < HC_ARRAY_LEN(hosts); i++) {
        snprintf(url, sizeof url, "https://%s/", hosts[i]);
        client_refused(url, 0, HTTPSC_ERR_URL_HOST);
        client_refused(url, 1, HTTPSC_ERR_URL_HOST);
    }
    client_refused("https://./", 0, HTTPSC_ERR_URL_HOST); /* the root's own name */
    client_refused("https://./", 1, HTTPSC_ERR_URL_HOST);
    strcpy(url, "https://");
    for (size_t i = 0; i < 127; i++) {
        strcat(url, "a.");
    }
    client_refused(strcat(url, "a/"), 0, HTTPSC_ERR_URL_HOST);
}

/* DEFENCES J10: neither fragment nor user information leaves, nor shows. */
static void client_keeps_parts_of_the_url(void)
{
    static const char *const urls[] = {
        "https://user:hunter2@na me.test/", "https://user:hunter2@name.test:x/",
        "https://user:hunter2@@name.test/", "hunter2:x@name.test/",
        "https://user:hunter2%0d@name.test/", "https://us%3aer:hunter2@name.test/"};
    httpsc_options options;

    for (size_t i = 0; i < HC_ARRAY_LEN(urls); i++) {
        options = client_options(CLIENT_OK);
        CHECK(client_get(&options, urls[i]) != HTTPSC_OK);
        CHECK_INT(peer.num_opens, 0);
        CHECK(strstr(client_error.text, "hunter2") == NULL);
        CHECK(strstr(peer.trace, "hunter2") == NULL);
    }
    options = client_options(CLIENT_OK);
    CHECK_INT(client_get(&options, "http://user:hunter2@name.test/a?b#hunter2"), HTTPSC_OK);
    CHECK(client_heard("GET /a?b HTTP/1.1\r\n") && !client_heard("hunter2"));
    CHECK(client_heard("Authorization: Basic dXNlcjpodW50ZXIy\r\n"));
    CHECK(strstr(peer.trace, "dXNlcjpodW50ZXIy") == NULL);
    CHECK(strstr(peer.trace, "hunter2") == NULL);
}

/* DEFENCES J9, J10: a request knows nothing of the one before it. */
static void client_requests_leave_nothing_behind(void)
{
    static const httpsc_field fields[] = {{"Host", "other.test"}, {"Authorization", "hunter2"}};
    httpsc_options options = client_options(CLIENT_OK);
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_request request;

    memset(&request, 0, sizeof request);
    request.url = "http://name.test/one?two";
    request.method = "PUT";
    request.fields = fields;
    request.num_fields = 2;
    request.body.ptr = (const unsigned char *)"body";
    request.body.len = 4;
    request.content_type = "a/b";
    request.timeouts.total_ms = 60000;
    options.no_decode = 1;
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    CHECK_INT(httpsc_send(client, &request, &response, NULL), HTTPSC_OK);
    httpsc_response_close(response);
    CHECK(client_heard("\r\n\r\nbody") && client_heard("hunter2"));
    memset(peer.heard, 0, sizeof peer.heard);
    peer.heard_len = 0;
    peer.answered = 0; /* the kept connection answers once more */
    CHECK_INT(httpsc_get(client, "http://name.test/", &response, NULL), HTTPSC_OK);
    httpsc_response_close(response);
    CHECK_TEXT((const char *)peer.heard, "GET / HTTP/1.1\r\nHost: name.test\r\n"
                                         "User-Agent: httpsc/0.1.0\r\nAccept: */*\r\n\r\n");
    httpsc_client_close(client);
    CHECK_INT(peer.memory.live_blocks, 0);
}

/* DEFENCES O2: https never falls to plain, and http is asked for twice. */
static void client_plain_http_is_opted_in(void)
{
    httpsc_options options = client_options(CLIENT_OK);

    options.allow_http = 0;
    CHECK_INT(client_get(&options, "http://name.test/"), HTTPSC_ERR_URL_PLAIN_HTTP);
    CHECK_INT(peer.num_opens, 0);
    options = client_options(CLIENT_OK);
    CHECK_INT(client_get(&options, "https://name.test/"), HTTPSC_ERR_TLS_NOT_TLS);
    CHECK_INT(peer.num_opens, 1);
    CHECK(!client_heard("GET"));
}

/* ---- the clock, entropy ---------------------------------------------------------------------- */

/* DEFENCES H22: older than the roots is no time. */
static void client_clock_that_is_not_set(void)
{
    int64_t first = hc_embedded_anchors_time() - 86400 + 1;
    httpsc_options options = client_options("");

    if (hc_embedded_anchors_time() == 0) {
        SKIP("no embedded roots in this build");
    }
    peer.unix_time = first;
    CHECK_INT(client_get(&options, "https://name.test/"), HTTPSC_ERR_TLS_TRUNCATED);
    options = client_options("");
    peer.unix_time = first - 1;
    CHECK_INT(client_get(&options, "https://name.test/"), HTTPSC_ERR_CLOCK_UNSET);
    CHECK_INT(peer.heard_len, 0);
    options = client_options("");
    peer.unix_time = 0;
    CHECK_INT(client_get(&options, "https://name.test/"), HTTPSC_ERR_CLOCK_UNSET);
    options = client_options("");
    peer.clock_code = HTTPSC_ERR_CLOCK_UNSET;
    CHECK_INT(client_get(&options, "https://name.test/"), HTTPSC_ERR_CLOCK_UNSET);
    CHECK_INT(peer.heard_len, 0);
}

/* DEFENCES A10, Q8: no entropy, no connection; and each has its own. */
static void client_entropy_that_fails(void)
{
    httpsc_options options = client_options("");

    CHECK_INT(client_get(&options, "https://name.test/"), HTTPSC_ERR_TLS_TRUNCATED);
    CHECK(peer.num_entropy >= 32);
    options = client_options("");
    peer.entropy_code = HTTPSC_ERR_ENTROPY;
    CHECK_INT(client_get(&options, "https://name.test/"), HTTPSC_ERR_ENTROPY);
    CHECK(strstr(client_error.text, "/dev/urandom") != NULL); /* what it needs */
    CHECK_INT(peer.heard_len, 0);
}

/* DEFENCES D2: a handshake that failed is the end, not the beginning of a weaker one. */
static void client_handshakes_are_tried_once(void)
{
    static const char *const answers[] = {"\x15\x03\x01\x02\x02\x02\x46", "\x15\x03\x03",
                                          "HTTP/1.1 400 Bad\r\n\r\n", ""};

    for (size_t i = 0; i < HC_ARRAY_LEN(answers); i++) {
        httpsc_options options = client_options(answers[i]);

        CHECK(client_get(&options, "https://name.test/") != HTTPSC_OK);
        CHECK_INT(peer.num_opens, 1);
    }
}

/* ---- identities ------------------------------------------------------------------------------ */

static hc_identity client_identity(const char *host, int secure, int port)
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

/* DEFENCES O1, O2: one difference is enough. */
static void client_identities(void)
{
    static httpsc_tls_config other_config;
    static hc_endpoint endpoint;
    static hc_override override;
    static hc_proxy proxy;
    hc_identity one = client_identity("name.test", 1, 443);
    hc_identity other = client_identity("NAME.test.", 1, 443);

    CHECK(hc_identity_equal(&one, &other));
    other = client_identity("name.test", 0, 443);
    CHECK(!hc_identity_equal(&one, &other));
    other = one;
    other.secure = 0;
    CHECK(!hc_identity_equal(&one, &other));
    other = client_identity("name.test", 1, 444);
    CHECK(!hc_identity_equal(&one, &other));
    other = client_identity("name.tes", 1, 443);
    CHECK(!hc_identity_equal(&one, &other));
    other = client_identity("a.name.test", 1, 443);
    CHECK(!hc_identity_equal(&one, &other));
    other = one;
    other.host.kind = HC_HOST_IPV4;
    CHECK(!hc_identity_equal(&one, &other));
    other = one;
    other.connect_to = &endpoint;
    CHECK(!hc_identity_equal(&one, &other));
    other = one;
    other.tls_config = &other_config;
    CHECK(!hc_identity_equal(&one, &other));
    other = one;
    other.override = &override;
    CHECK(!hc_identity_equal(&one, &other));
    other = one;
    other.unix_socket = "/socket";
    CHECK(!hc_identity_equal(&one, &other));
    other = one;
    other.route = HC_ROUTE_TUNNEL;
    CHECK(!hc_identity_equal(&one, &other));
    other = one;
    other.proxy = &proxy; /* which has its credentials */
    CHECK(!hc_identity_equal(&one, &other));
    other = one;
    other.for_proxy = 1;
    CHECK(!hc_identity_equal(&one, &other));
    other = one;
    other.shown = &other_config.client_certs;
    CHECK(!hc_identity_equal(&one, &other));
}

/* DEFENCES F1, N4: who the client is for a proxy, proxy_tls says; for servers it is another. */
static void client_identities_of_proxies(void)
{
    static httpsc_tls_config for_servers;
    static httpsc_tls_config for_proxies;
    static hc_proxy proxy;
    static httpsc_client client;
    hc_identity server = client_identity("name.test", 1, 443);
    hc_identity out;

    proxy.host = server.host;
    server.proxy = &proxy;
    server.shown = &for_servers.client_certs;
    for_servers.client_certs.num = 1;
    for_proxies.client_certs.num = 1;
    client.tls_config = &for_servers;
    for (int kind = HC_PROXY_HTTP; kind <= HC_PROXY_SOCKS5; kind++) {
        proxy.kind = (hc_proxy_kind)kind;
        client.proxy_tls = &for_servers;
        hc_client_identify_proxy(&client, &server, &out);
        CHECK(out.shown == NULL);
        client.proxy_tls = &for_proxies;
        hc_client_identify_proxy(&client, &server, &out);
        CHECK(out.shown == (kind == HC_PROXY_HTTPS ? &for_proxies.client_certs : NULL));
        CHECK(out.tls_config == (kind == HC_PROXY_HTTPS ? &for_proxies : NULL));
    }
}

/* DEFENCES F1: to the origin that the caller named, and where identity_hosts says so. */
static void client_certificates_are_shown_to(void)
{
    static const struct {
        const char *host;
        int secure;
        int port;
        int shown; /* once the caller's origin was left */
    } cases[] = {
        {"name.test", 1, 443, 0},  {"other.test", 1, 443, 0}, {"more.test", 1, 443, 1},
        {"MORE.test.", 1, 443, 1}, {"more.test", 1, 444, 0},  {"more.test", 0, 443, 0},
        {"a.more.test", 1, 443, 0},
    };
    hc_identity named = client_identity("name.test", 1, 443);
    hc_identity plain = client_identity("name.test", 0, 443);
    hc_client_certs certs;
    hc_endpoint host;

    memset(&certs, 0, sizeof certs);
    memset(&host, 0, sizeof host);
    host.host = client_identity("more.test", 1, 443).host;
    host.port = 443;
    certs.hosts = &host;
    certs.num_hosts = 1;
    CHECK(hc_client_certs_for(&certs, 0, &named) == NULL); /* there are none */
    certs.num = 1;
    CHECK(hc_client_certs_for(&certs, 0, &named) == &certs);
    CHECK(hc_client_certs_for(&certs, 0, &plain) == NULL);
    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        hc_identity target = client_identity(cases[i].host, cases[i].secure, cases[i].port);

        CHECK((hc_client_certs_for(&certs, 1, &target) != NULL) == cases[i].shown);
    }
}

/* ---- the pool -------------------------------------------------------------------------------- */

#define CLIENT_SECOND ((int64_t)1000000)

static hc_connection client_connections[4];

static void client_fill_pool(hc_pool *pool, size_t max)
{
    hc_connection *old = NULL;

    memset(pool, 0, sizeof *pool);
    memset(client_connections, 0, sizeof client_connections);
    pool->max = max;
    for (size_t i = 0; i < 4; i++) {
        client_connections[i].identity = client_identity(i % 2 == 0 ? "even.test" : "odd.test",
                                                         1, 443);
        client_connections[i].opened_us = CLIENT_SECOND;
        hc_pool_put(pool, &client_connections[i], (int64_t)(i + 1) * CLIENT_SECOND, &old);
    }
    CHECK_INT(pool->num, max < 4 ? max : 4);
    for (size_t i = 4 - pool->num; i > 0; i--) { /* the one unused for longest went first */
        CHECK(old == &client_connections[i - 1]);
        old = old == NULL ? NULL : old->next;
    }
    CHECK(old == NULL);
}

/* DEFENCES O1, O6, O8. */
static void client_pool(void)
{
    hc_identity even = client_identity("even.test", 1, 443);
    hc_identity other = client_identity("other.test", 1, 443);
    hc_connection *old = NULL;
    hc_pool pool;

    client_fill_pool(&pool, 4);
    CHECK(hc_pool_take(&pool, &other, 5 * CLIENT_SECOND, &old) == NULL);
    CHECK(old == NULL);
    CHECK(hc_pool_take(&pool, &even, 5 * CLIENT_SECOND, &old) == &client_connections[2]);
    CHECK(hc_pool_take(&pool, &even, 5 * CLIENT_SECOND, &old) == &client_connections[0]);
    CHECK(hc_pool_take(&pool, &even, 5 * CLIENT_SECOND, &old) == NULL);
    CHECK_INT(pool.num, 2);
    CHECK(old == NULL);

    /* unused for longer than a minute, whatever is asked for */
    client_fill_pool(&pool, 4);
    CHECK(hc_pool_take(&pool, &even, 61 * CLIENT_SECOND, &old) == &client_connections[2]);
    CHECK(old == NULL);
    CHECK(hc_pool_take(&pool, &even, 61 * CLIENT_SECOND + 1, &old) == NULL);
    CHECK(old == &client_connections[0] && old->next == NULL);
    CHECK_INT(pool.num, 2);

    /* older than an hour */
    client_fill_pool(&pool, 4);
    old = NULL;
    for (size_t i = 0; i < 4; i++) {
        client_connections[i].idle_us = 3600 * CLIENT_SECOND;
    }
    client_connections[2].opened_us = 2 * CLIENT_SECOND;
    CHECK(hc_pool_take(&pool, &even, 3601 * CLIENT_SECOND + 1, &old) == &client_connections[2]);
    CHECK_INT(pool.num, 0);

    client_fill_pool(&pool, 2);
    pool.closed = 1;
    old = NULL;
    hc_pool_put(&pool, &client_connections[0], CLIENT_SECOND, &old);
    CHECK(old == &client_connections[0]);
    CHECK_INT(pool.num, 2);
}

/* ---- defaults -------------------------------------------------------------------------------- */

/* DEFENCES R3, and its second section: zero is the secure default, never "no limit". */
static void client_zero_limits_are_the_defaults(void)
{
    httpsc_limits limits;

    memset(&limits, 0, sizeof limits);
    hc_fill_limits(&limits);
    CHECK_INT(limits.max_url_bytes, 16384);
    CHECK_INT(limits.max_request_head_bytes, 65536);
    CHECK_INT(limits.max_status_line_bytes, 1024);
    CHECK_INT(limits.max_field_line_bytes, 16384);
    CHECK_INT(limits.max_fields_bytes, 65536);
    CHECK_INT(limits.max_fields, 200);
    CHECK_INT(limits.max_interim, 8);
    CHECK_INT(limits.max_chunk_line_bytes, 512);
    CHECK_INT(limits.max_chunk_ext_bytes, 16384);
    CHECK_INT(limits.max_trailer_bytes, 8192);
    CHECK_INT(limits.max_trailers, 32);
    CHECK_INT(limits.max_body_bytes, 16777216);
    CHECK_INT(limits.max_idle_connections, 8);
    limits.max_fields = 3;
    hc_fill_limits(&limits);
    CHECK_INT(limits.max_fields, 3);
}

static void client_zero_timeouts_are_the_defaults(void)
{
    httpsc_options options = client_options(CLIENT_OK);
    httpsc_request request;
    httpsc_client *client = NULL;
    httpsc_transfer *transfer = NULL;

    memset(&request, 0, sizeof request);
    memset(&client_error, 0, sizeof client_error);
    request.url = "http://name.test/";
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    for (int blocking = 0; blocking <= 1; blocking++) {
        CHECK_INT(hc_transfer_open(client, &request, blocking, &transfer, &client_error),
                  HTTPSC_OK);
        CHECK_INT(transfer->timeouts.resolve_ms, 10000);
        CHECK_INT(transfer->timeouts.connect_ms, 30000);
        CHECK_INT(transfer->timeouts.tls_ms, 15000);
        CHECK_INT(transfer->timeouts.first_byte_ms, 30000);
        CHECK_INT(transfer->timeouts.idle_ms, 30000);
        CHECK_INT(transfer->timeouts.total_ms, blocking ? 300000 : HTTPSC_NO_TIMEOUT);
        hc_transfer_close(transfer);
    }
    httpsc_client_close(client);
    CHECK_INT(peer.memory.live_blocks, 0);
}

/* DEFENCES H16: zeroed options verify; one value turns it off, and it is not 1. */
static void client_zero_options_verify(void)
{
    static const long values[] = {1, -1, 0x0BADCA74L, 0x0BADCA76L};
    httpsc_options options = client_options("");
    httpsc_client *client = NULL;

    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    CHECK(!client->tls_config->judge.ignore_chain && !client->tls_config->judge.ignore_name &&
          !client->tls_config->judge.ignore_dates);
    CHECK(client->tls_config->judge.anchors.num_anchors > 0);
    httpsc_client_close(client);
    for (size_t i = 0; i < HC_ARRAY_LEN(values); i++) {
        options.tls.insecure_peer = values[i];
        CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_ERR_ARGUMENT);
    }
    options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    CHECK(client->tls_config->judge.ignore_chain && client->tls_config->judge.ignore_name &&
          client->tls_config->judge.ignore_dates);
    httpsc_client_close(client);
    CHECK_INT(peer.memory.live_blocks, 0);
}

/* Each part is turned off by its own value alone, and no other part with it. */
static void client_switches_one_by_one(void)
{
    static const long values[3] = {HTTPSC_INSECURE_ANY_ISSUER, HTTPSC_INSECURE_ANY_NAME,
                                   HTTPSC_INSECURE_ANY_DATE};

    for (int i = 0; i < 9; i++) {
        httpsc_options options = client_options("");
        httpsc_client *client = NULL;

        *(i / 3 == 0 ? &options.tls.insecure_chain
          : i / 3 == 1 ? &options.tls.insecure_name
                       : &options.tls.insecure_dates) = values[i % 3];
        CHECK_INT(httpsc_client_open(&options, &client, NULL),
                  i / 3 == i % 3 ? HTTPSC_OK : HTTPSC_ERR_ARGUMENT);
        if (client != NULL) {
            CHECK_INT(client->tls_config->judge.ignore_chain, i / 3 == 0);
            CHECK_INT(client->tls_config->judge.ignore_name, i / 3 == 1);
            CHECK_INT(client->tls_config->judge.ignore_dates, i / 3 == 2);
        }
        httpsc_client_close(client);
        CHECK_INT(peer.memory.live_blocks, 0);
    }
}

/* DEFENCES H18: a store of nothing is none. */
static void client_empty_trust_stores(void)
{
    static const char *const stores[] = {
        "", "junk", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"};
    httpsc_options options = client_options("");
    httpsc_client *client = NULL;

    for (size_t i = 0; i < HC_ARRAY_LEN(stores); i++) {
        options.tls.ca_memory.ptr = (const unsigned char *)stores[i];
        options.tls.ca_memory.len = strlen(stores[i]);
        CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_ERR_TRUST_EMPTY);
    }
    options.tls.ca_file = "/dev/null/none.pem";
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_ERR_TRUST_UNREADABLE);
    CHECK(client == NULL);
    CHECK_INT(peer.memory.live_blocks, 0);
}

/* ---- bodies ---------------------------------------------------------------------------------- */

/* DEFENCES P4: the buffered body stops at its limit, announced or not. */
static void client_bodies_past_the_limit(void)
{
    static const struct {
        const char *answer;
        int code;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd", HTTPSC_OK},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde", HTTPSC_ERR_LIMIT_BODY},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n", HTTPSC_ERR_LIMIT_BODY},
        {"HTTP/1.1 200 OK\r\n\r\nabcd", HTTPSC_OK},
        {"HTTP/1.1 200 OK\r\n\r\nabcde", HTTPSC_ERR_LIMIT_BODY},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n",
         HTTPSC_OK},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n",
         HTTPSC_ERR_LIMIT_BODY}};

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        httpsc_options options = client_options(cases[i].answer);

        options.limits.max_body_bytes = 4;
        CHECK_INT(client_get(&options, "http://name.test/"), cases[i].code);
    }
}

/* ---- time ------------------------------------------------------------------------------------ */

/* How a transfer ends whose peer says a byte a second, and after how many seconds. */
static int client_trickle(const char *answer, size_t whole, int *num_seconds)
{
    httpsc_options options = client_options(answer);
    httpsc_request request;
    httpsc_client *client = NULL;
    httpsc_transfer *transfer = NULL;
    size_t num = 1;
    char byte;
    int code = HTTPSC_WANT;

    memset(&request, 0, sizeof request);
    request.url = "http://name.test/";
    peer.trickles = 1;
    peer.whole = whole;
    options.hooks.monotonic_us = client_monotonic;
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_OK);
    *num_seconds = 0;
    while ((code == HTTPSC_WANT || (code == HTTPSC_OK && num > 0)) && *num_seconds < 5000) {
        code = httpsc_read(transfer, &byte, 1, &num, &client_error);
        if (code == HTTPSC_WANT) {
            peer.clock_us += 1000000;
            *num_seconds += 1;
        }
    }
    httpsc_close(transfer);
    httpsc_client_close(client);
    CHECK_INT(peer.memory.live_blocks, 0);
    return code;
}

/* DEFENCES Q9: a head that trickles in is over in time, a body that does is not cut. */
static void client_head_that_trickles(void)
{
    char answer[4000];
    size_t whole;
    int num_seconds;

    memset(&client_error, 0, sizeof client_error);
    strcpy(answer, "HTTP/1.1 200 OK\r\nX: ");
    memset(answer + strlen(answer), 'x', 3000);
    answer[3020] = '\0';
    CHECK_INT(client_trickle(answer, 0, &num_seconds), HTTPSC_ERR_TIMEOUT_FIRST_BYTE);
    CHECK(num_seconds <= 70);
    memset(&client_error, 0, sizeof client_error);
    CHECK_INT(client_trickle("HTTP/1.1 200 OK\r\n\r\n", 0, &num_seconds),
              HTTPSC_ERR_TIMEOUT_IDLE);
    memset(&client_error, 0, sizeof client_error);
    strcpy(answer, "HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n");
    whole = strlen(answer);
    memset(answer + whole, 'x', 3000);
    answer[whole + 3000] = '\0';
    CHECK_INT(client_trickle(answer, whole, &num_seconds), HTTPSC_OK);
    CHECK(num_seconds >= 3000);
}

UNIT_MAIN(UNIT(client_hosts_that_are_addresses), UNIT(client_hosts_with_a_dot_behind),
          UNIT(client_hosts_that_are_none), UNIT(client_keeps_parts_of_the_url),
          UNIT(client_requests_leave_nothing_behind), UNIT(client_plain_http_is_opted_in),
          UNIT(client_clock_that_is_not_set), UNIT(client_entropy_that_fails),
          UNIT(client_handshakes_are_tried_once), UNIT(client_identities),
          UNIT(client_identities_of_proxies), UNIT(client_certificates_are_shown_to),
          UNIT(client_pool), UNIT(client_zero_limits_are_the_defaults),
          UNIT(client_zero_timeouts_are_the_defaults), UNIT(client_zero_options_verify),
          UNIT(client_switches_one_by_one), UNIT(client_empty_trust_stores),
          UNIT(client_bodies_past_the_limit), UNIT(client_head_that_trickles))
