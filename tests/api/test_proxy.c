/* Through proxies: what each of them gets to see, and what none of them may. */
#include "httpsc.h"

#include "../support/drive.h"

#define PROXY_URL_MAX 160

static const peer_step proxy_origin[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};
static const peer_config proxy_plain_origin = PEER_CONFIG(proxy_origin, NULL);
static const peer_config proxy_tls_origin = PEER_CONFIG(proxy_origin, "good");
static const peer_config proxy_other_origin = PEER_CONFIG(proxy_origin, "good-rsa");

#define PROXY_TUNNEL "HTTP/1.1 200 Connected\r\n\r\n"
#define PROXY_BASIC "dTpodW50ZXIy" /* u:hunter2 */

/* The options for a proxy of this scheme at the server, with "u:hunter2" where wanted. */
static httpsc_options proxy_options(server *there, const char *scheme, int with_user)
{
    static char url[PROXY_URL_MAX];
    httpsc_options options = drive_options();

    snprintf(url, sizeof url, "%s://%slocalhost:%d", scheme, with_user ? "u:hunter2@" : "",
             server_port(there));
    options.proxy = url;
    options.no_decode = 1;
    return options;
}

/* A GET by that proxy: its code. The error goes to proxy_error. */
static httpsc_error proxy_error;

static int proxy_get(const httpsc_options *options, const char *url, httpsc_response **out)
{
    httpsc_client *client = drive_client(options);
    httpsc_request request = drive_request(NULL, url, NULL);
    httpsc_response *response = NULL;
    int code;

    proxy_error = drive_no_error;
    code = httpsc_send(client, &request, &response, &proxy_error);
    CHECK_INT(proxy_error.code, code);
    CHECK(strstr(proxy_error.text, "hunter2") == NULL && strstr(proxy_error.text, PROXY_BASIC) ==
                                                             NULL);
    if (out != NULL) {
        *out = response;
    } else {
        httpsc_response_close(response);
    }
    httpsc_client_close(client);
    return code;
}

static void proxy_look_ok(const httpsc_response *response)
{
    CHECK(response != NULL);
    if (response != NULL) {
        CHECK_INT(response->status, 200);
        CHECK_TEXT((const char *)response->body.ptr, "ok");
        CHECK_INT(response->proxied, 1);
        CHECK_INT(response->address.len, 4);
        CHECK_INT(response->address.bytes[0], 127);
    }
}

#define PROXY_DEFAULTS "User-Agent: httpsc/0.1.0\r\nAccept: */*\r\n"

/* ---- http:// handed on ---- */

static void plain_http_is_handed_on(void)
{
    server *there = server_run(NULL, proxy_origin);
    httpsc_options options = proxy_options(there, "http", 1);
    httpsc_response *response = NULL;
    char *heard;

    CHECK_INT(proxy_get(&options, "http://name.test:81/a?b#c", &response), HTTPSC_OK);
    proxy_look_ok(response);
    CHECK_TEXT(response->url, "http://name.test:81/a?b");
    CHECK_INT(response->timings.proxied_us, 0);
    httpsc_response_close(response);
    heard = server_heard(there, 0);
    CHECK_TEXT(heard, "GET http://name.test:81/a?b HTTP/1.1\r\n"
                      "Host: name.test:81\r\n" PROXY_DEFAULTS
                      "Proxy-Authorization: Basic " PROXY_BASIC "\r\n\r\n");
    free(heard);
    server_close(there);
}

static void plain_http_over_an_https_proxy(void)
{
    server *there = server_run("good", proxy_origin);
    httpsc_options options = proxy_options(there, "https", 0);
    httpsc_client *client = drive_client(&options);
    httpsc_response *response = NULL;
    char *heard;

    CHECK_INT(drive_send(client, "GET", "http://name.test/", NULL, &response), HTTPSC_OK);
    proxy_look_ok(response);
    CHECK(response->tls.version == NULL); /* of the server, there is none */
    CHECK(response->timings.proxied_us > 0 && response->timings.tls_us == 0);
    httpsc_response_close(response);
    CHECK_INT(drive_get(client, "http://name.test/"), 1);
    CHECK_INT(drive_get(client, "http://other.test/"), 0);
    heard = server_heard(there, 1);
    CHECK_TEXT(heard, "GET http://other.test/ HTTP/1.1\r\nHost: other.test\r\n" PROXY_DEFAULTS
                      "\r\n");
    free(heard);
    httpsc_client_close(client);
    server_wait_closed(there, 2);
    CHECK(server_saw_end(there, 0));
    server_close(there);
}

/* ---- CONNECT ---- */

/* DEFENCES N1: to the proxy goes where to and who asks; to the server, what is the server's. */
static void https_goes_through_a_tunnel(void)
{
    static const peer_step script[] = {PEER_HEAD, PEER_TEXT(PROXY_TUNNEL),
                                       PEER_INNER(&proxy_tls_origin)};
    static const httpsc_field fields[] = {{"Authorization", "Bearer secret"}, {"X-Mine", "1"}};
    server *there = server_run(NULL, script);
    httpsc_options options = proxy_options(there, "http", 1);
    httpsc_client *client = drive_client(&options);
    httpsc_request request = drive_request(NULL, "https://localhost:444/path", NULL);
    httpsc_response *response = NULL;
    char *heard;

    request.fields = fields;
    request.num_fields = 2;
    CHECK_INT(httpsc_send(client, &request, &response, NULL), HTTPSC_OK);
    proxy_look_ok(response);
    CHECK_TEXT(response->tls.version, "TLSv1.2");
    CHECK_INT(response->tls.verified, 1);
    CHECK(response->timings.proxied_us >= response->timings.connected_us);
    CHECK(response->timings.tls_us >= response->timings.proxied_us);
    httpsc_response_close(response);
    CHECK_INT(drive_get(client, "https://localhost:444/two"), 1);
    heard = server_heard(there, 0);
    CHECK_TEXT(heard, "CONNECT localhost:444 HTTP/1.1\r\nHost: localhost:444\r\n"
                      "Proxy-Authorization: Basic " PROXY_BASIC "\r\n\r\n"
                      "GET /path HTTP/1.1\r\nHost: localhost:444\r\n" PROXY_DEFAULTS
                      "Authorization: Bearer secret\r\nX-Mine: 1\r\n\r\n"
                      "GET /two HTTP/1.1\r\nHost: localhost:444\r\n" PROXY_DEFAULTS "\r\n");
    free(heard);
    httpsc_client_close(client);
    server_close(there);
}

static void http_goes_through_a_tunnel_when_asked(void)
{
    static const peer_step script[] = {PEER_HEAD, PEER_TEXT(PROXY_TUNNEL),
                                       PEER_INNER(&proxy_plain_origin)};
    server *there = server_run(NULL, script);
    httpsc_options options = proxy_options(there, "http", 0);
    httpsc_response *response = NULL;
    char *heard;

    options.tunnel_http = 1;
    CHECK_INT(proxy_get(&options, "http://[::1]/", &response), HTTPSC_OK);
    proxy_look_ok(response);
    httpsc_response_close(response);
    heard = server_heard(there, 0);
    CHECK_TEXT(heard, "CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"
                      "GET / HTTP/1.1\r\nHost: [::1]\r\n" PROXY_DEFAULTS "\r\n");
    free(heard);
    server_close(there);
}

/* DEFENCES N4: TLS to the proxy, and in it TLS to the server, each with its own certificate. */
static void tls_in_tls(void)
{
    static const peer_step script[] = {PEER_HEAD, PEER_TEXT(PROXY_TUNNEL),
                                       PEER_INNER(&proxy_other_origin)};
    server *there = server_run("good", script);
    httpsc_options options = proxy_options(there, "https", 1);
    httpsc_client *client = drive_client(&options);
    httpsc_response *response = NULL;
    httpsc_response *again = NULL;

    (void)peer_identity_of("good-rsa");
    CHECK_INT(drive_send(client, "GET", "https://localhost/", NULL, &response), HTTPSC_OK);
    proxy_look_ok(response);
    if (response != NULL) { /* the server's, not the proxy's */
        CHECK(strstr(response->tls.cipher_suite, "_RSA_") != NULL);
        CHECK_INT(response->tls.verified, 1);
    }
    CHECK_INT(drive_send(client, "GET", "https://localhost/", NULL, &again), HTTPSC_OK);
    CHECK(again != NULL && again->reused);
    httpsc_response_close(response);
    httpsc_response_close(again);
    httpsc_client_close(client);
    CHECK_INT(server_count(there, 0, PROXY_BASIC), 1);
    CHECK_INT(server_count(there, 0, "GET / HTTP/1.1"), 2);
    server_wait_closed(there, 1);
    CHECK(server_saw_end(there, 0)); /* close_notify, outside as well */
    server_close(there);
}

/* DEFENCES N4: the proxy is verified as itself; proxy_tls is for it alone. */
static void https_proxies_are_verified(void)
{
    static const peer_step script[] = {PEER_HEAD, PEER_TEXT(PROXY_TUNNEL),
                                       PEER_INNER(&proxy_tls_origin)};
    static const httpsc_tls_options no_tls;
    httpsc_tls_options tls = no_tls;
    httpsc_tls_config *own = NULL;
    server *bad = server_run("wrongname", script);
    server *good = server_run("good", script);
    httpsc_options options = proxy_options(bad, "https", 1);
    char *other_root = peer_path("ca2.pem");

    CHECK_INT(proxy_get(&options, "https://localhost/", NULL), HTTPSC_ERR_CERT_NAME_MISMATCH);
    CHECK_INT(server_count(bad, 0, "CONNECT"), 0);
    CHECK_INT(proxy_get(&options, "http://localhost/", NULL), HTTPSC_ERR_CERT_NAME_MISMATCH);
    CHECK_INT(server_count(bad, 1, "GET"), 0);
    options.verify_as = "other.example"; /* is for servers */
    CHECK_INT(proxy_get(&options, "https://localhost/", NULL), HTTPSC_ERR_CERT_NAME_MISMATCH);
    CHECK_INT(server_count(bad, 2, "CONNECT"), 0);

    /* a root of its own, and of its own alone */
    tls.ca_file = other_root;
    CHECK_INT(httpsc_tls_config_open(&tls, &own, NULL), HTTPSC_OK);
    options = proxy_options(good, "https", 0);
    options.proxy_tls = own;
    CHECK_INT(proxy_get(&options, "https://localhost/", NULL), HTTPSC_ERR_CERT_UNKNOWN_ISSUER);
    httpsc_tls_config_close(own);

    tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
    CHECK_INT(httpsc_tls_config_open(&tls, &own, NULL), HTTPSC_OK);
    options = proxy_options(bad, "https", 0);
    options.proxy_tls = own;
    CHECK_INT(proxy_get(&options, "https://localhost/", NULL), HTTPSC_OK);
    options.tls.ca_file = other_root;
    CHECK_INT(proxy_get(&options, "https://localhost/", NULL), HTTPSC_ERR_CERT_UNKNOWN_ISSUER);
    httpsc_tls_config_close(own);
    free(other_root);
    server_close(bad);
    server_close(good);
}

/* ---- 407 ---- */

#define PROXY_407(challenge, rest) \
    "HTTP/1.1 407 Who\r\nProxy-Authenticate: " challenge "\r\n" rest
#define PROXY_DIGEST "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256"

/* On the same connection when the body ends in time, else on a new one. */
static void digest_for_a_tunnel(void)
{
    static const char *const rests[] = {
        "Content-Length: 4\r\n\r\nbody", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "Content-Length: 0\r\nConnection: close\r\n\r\n", "\r\nuntil the end",
        "Content-Length: 70000\r\n\r\n"};

    for (size_t i = 0; i < sizeof rests / sizeof rests[0]; i++) {
        char first[200];
        peer_step once[] = {PEER_HEAD, PEER_SEND(first, 0), PEER_HEAD, PEER_TEXT(PROXY_TUNNEL),
                            PEER_INNER(&proxy_tls_origin)};
        peer_step ends[] = {PEER_HEAD, PEER_SEND(first, 0), PEER_END};
        static const peer_step then[] = {PEER_HEAD, PEER_TEXT(PROXY_TUNNEL),
                                         PEER_INNER(&proxy_tls_origin)};
        peer_config configs[] = {PEER_CONFIG(once, NULL), PEER_CONFIG(then, NULL)};
        server *there;
        httpsc_options options;
        httpsc_response *response = NULL;
        size_t last = i < 2 ? 0 : 1;

        snprintf(first, sizeof first, PROXY_407("%s", "%s"), PROXY_DIGEST, rests[i]);
        once[1].len = ends[1].len = strlen(first);
        configs[0].script = i == 3 ? ends : once;
        there = server_open(configs, 2);
        options = proxy_options(there, "http", 1);
        options.proxy_auth = HTTPSC_AUTH_ANY;
        CHECK_INT(proxy_get(&options, "https://localhost/", &response), HTTPSC_OK);
        proxy_look_ok(response);
        httpsc_response_close(response);
        CHECK_INT(server_num_accepted(there), last + 1);
        CHECK_INT(server_count(there, last, "Proxy-Authorization: Digest username=\"u\""), 1);
        CHECK_INT(server_count(there, last, "uri=\"localhost:443\""), 1);
        CHECK_INT(server_count(there, 0, "Basic"), 0);
        CHECK_INT(server_count(there, last, "GET / HTTP/1.1"), 1);
        server_close(there);
    }
}

/* The same where the proxy gets the request itself: its credentials for it, the server's for the
 * server. */
static void digest_for_a_request_that_is_handed_on(void)
{
    static const char first[] = PROXY_407(PROXY_DIGEST, "Content-Length: 4\r\n\r\nbody");
    static const char second[] = "HTTP/1.1 401 x\r\nWWW-Authenticate: Basic realm=\"s\"\r\n"
                                 "Content-Length: 0\r\n\r\n";
    static const peer_step script[] = {PEER_REQUEST, PEER_SEND(first, sizeof first - 1),
                                       PEER_REQUEST, PEER_SEND(second, sizeof second - 1),
                                       PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};
    server *there = server_run(NULL, script);
    httpsc_options options = proxy_options(there, "http", 1);
    httpsc_client *client;
    httpsc_request request = drive_request(NULL, "http://name.test/a", "body");
    httpsc_response *response = NULL;

    options.proxy_auth = HTTPSC_AUTH_DIGEST;
    client = drive_client(&options);
    request.auth.kind = HTTPSC_AUTH_ANY;
    request.auth.user = "s";
    request.auth.password = "t";
    CHECK_INT(httpsc_send(client, &request, &response, NULL), HTTPSC_OK);
    proxy_look_ok(response);
    httpsc_response_close(response);
    httpsc_client_close(client);
    CHECK_INT(server_num_accepted(there), 1);
    CHECK_INT(server_count(there, 0, "POST http://name.test/a HTTP/1.1"), 3);
    CHECK_INT(server_count(there, 0, "\r\n\r\nbody"), 3);
    CHECK_INT(server_count(there, 0, "Proxy-Authorization: Digest username=\"u\""), 2);
    CHECK_INT(server_count(there, 0, "uri=\"http://name.test/a\""), 2);
    CHECK_INT(server_count(there, 0, "nc=00000002"), 1);
    CHECK_INT(server_count(there, 0, "\r\nAuthorization: Basic czp0\r\n"), 1);
    server_close(there);
}

/* DEFENCES N1: the caller's own field for the proxy goes to the proxy alone. */
static void proxy_authorization_of_the_caller(void)
{
    static const httpsc_field field = {"Proxy-Authorization", "Basic secret"};
    static const peer_step tunnel[] = {PEER_HEAD, PEER_TEXT(PROXY_TUNNEL),
                                       PEER_INNER(&proxy_plain_origin)};

    for (int i = 0; i < 3; i++) { /* handed on, by a tunnel, directly */
        server *there = server_run(NULL, i == 1 ? tunnel : proxy_origin);
        httpsc_options options = proxy_options(there, "http", 0);
        httpsc_client *client;
        httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
        httpsc_response *response = NULL;

        options.tunnel_http = i == 1;
        options.no_proxy = i == 2 ? "*" : NULL;
        client = drive_client(&options);
        request.fields = &field;
        request.num_fields = 1;
        CHECK_INT(httpsc_send(client, &request, &response, NULL), HTTPSC_OK);
        CHECK_INT(server_count(there, 0, "secret"), i == 0);
        httpsc_response_close(response);
        httpsc_client_close(client);
        server_close(there);
    }
}

/* DEFENCES N5, N6: a redirect takes another way, and this proxy's credentials do not come along. */
static void redirects_past_the_proxy(void)
{
    char answer[200];
    peer_step script[] = {PEER_REQUEST, PEER_SEND(answer, 0), PEER_REPEAT};
    server *proxy = server_run(NULL, script);
    server *direct = server_run(NULL, proxy_origin);
    httpsc_options options = proxy_options(proxy, "http", 1);
    httpsc_response *response = NULL;

    snprintf(answer, sizeof answer, "HTTP/1.1 302 x\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
             server_url(direct, "/"));
    script[1].len = strlen(answer);
    options.no_proxy = "127.0.0.1";
    CHECK_INT(proxy_get(&options, "http://name.test/", &response), HTTPSC_OK);
    CHECK_INT(response != NULL && response->proxied, 0);
    httpsc_response_close(response);
    CHECK_INT(server_count(proxy, 0, PROXY_BASIC), 1);
    CHECK_INT(server_count(direct, 0, "GET / HTTP/1.1"), 1);
    CHECK_INT(server_count(direct, 0, "Proxy-"), 0);
    server_close(proxy);
    server_close(direct);
}

/* DEFENCES L6: each scheme once, and none that was not allowed. */
static void credentials_that_a_proxy_refuses(void)
{
    static const struct {
        const char *challenge;
        int with_user;
        int auth;
        size_t num_requests;
    } cases[] = {
        {"Basic realm=\"r\"", 0, HTTPSC_AUTH_NONE, 1},
        {"Basic realm=\"r\"", 1, HTTPSC_AUTH_NONE, 1},
        {"Basic realm=\"r\"", 1, HTTPSC_AUTH_BASIC, 1},
        {"Basic realm=\"r\"", 1, HTTPSC_AUTH_ANY, 2},
        {"Basic realm=\"r\"", 1, HTTPSC_AUTH_DIGEST, 1}, {PROXY_DIGEST, 1, HTTPSC_AUTH_DIGEST, 2},
        {PROXY_DIGEST, 1, HTTPSC_AUTH_ANY, 2},           {PROXY_DIGEST, 1, HTTPSC_AUTH_BASIC, 1},
        {PROXY_DIGEST ", Basic realm=\"r\"", 1, HTTPSC_AUTH_ANY, 2},
        {PROXY_DIGEST ", stale=true", 1, HTTPSC_AUTH_ANY, 3},
        {"NTLM", 1, HTTPSC_AUTH_ANY, 1}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char answer[200];
        peer_step script[] = {PEER_HEAD, PEER_SEND(answer, 0), PEER_REPEAT};
        server *there;
        httpsc_options options;

        snprintf(answer, sizeof answer, PROXY_407("%s", "Content-Length: 0\r\n\r\n"),
                 cases[i].challenge);
        script[1].len = strlen(answer);
        there = server_run(NULL, script);
        options = proxy_options(there, "http", cases[i].with_user);
        options.proxy_auth = cases[i].auth;
        CHECK_INT(proxy_get(&options, "https://localhost/", NULL), HTTPSC_ERR_PROXY_CREDENTIALS);
        CHECK_INT(proxy_error.stage, HTTPSC_STAGE_PROXY);
        CHECK(strstr(proxy_error.text, "the proxy localhost port ") != NULL);
        if (server_count(there, 0, "CONNECT") != cases[i].num_requests) {
            printf("    case %d\n", (int)i);
        }
        CHECK_INT(server_num_accepted(there), 1);
        CHECK_INT(server_count(there, 0, "CONNECT"), cases[i].num_requests);
        server_close(there);
    }
}

/* ---- what is no tunnel ---- */

/* DEFENCES N2, N3: never the server's answer; and nothing is said to who is not connected. */
static void answers_that_open_no_tunnel(void)
{
    static const struct {
        const char *answer;
        int code;
    } cases[] = {
        {"HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nevil", HTTPSC_ERR_PROXY_REFUSED},
        {"HTTP/1.1 302 Go\r\nLocation: http://evil.test/\r\n\r\n", HTTPSC_ERR_PROXY_REFUSED},
        {"HTTP/1.1 401 x\r\nWWW-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n",
         HTTPSC_ERR_PROXY_REFUSED},
        {"HTTP/1.1 200 OK\r\n\r\nmore", HTTPSC_ERR_PROXY_RESPONSE},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", HTTPSC_ERR_PROXY_RESPONSE},
        {"HTTP/1.1 200 OK\r\nSet-Cookie: a", HTTPSC_ERR_PROXY_RESPONSE},
        {"", HTTPSC_ERR_PROXY_RESPONSE},
        {"220 mail.test\r\n", HTTPSC_ERR_PROXY_RESPONSE}};

    for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        peer_step script[] = {PEER_HEAD, PEER_SEND(NULL, 0), PEER_END};
        int plain = i % 2 != 0;
        server *there;
        httpsc_options options;

        script[1].bytes = cases[i / 2].answer;
        script[1].len = strlen(cases[i / 2].answer);
        there = server_run(NULL, script);
        options = proxy_options(there, "http", 1);
        options.tunnel_http = 1;
        CHECK_INT(proxy_get(&options, plain ? "http://localhost/" : "https://localhost/", NULL),
                  cases[i / 2].code);
        CHECK_INT(proxy_error.stage, HTTPSC_STAGE_PROXY);
        server_wait_closed(there, 1);
        CHECK_INT(server_count(there, 0, "GET"), 0);
        CHECK_INT(server_count(there, 0, "localhost:"), 2); /* CONNECT is all it heard */
        server_close(there);
    }
}

/* An interim response, and a 2xx that says that it has a body. */
static void tunnels_with_odd_heads(void)
{
    static const peer_step script[] = {
        PEER_HEAD,
        {PEER_KIND_SEND,
         "HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
         "Transfer-Encoding: chunked\r\n\r\n",
         85, 1, 0},
        PEER_INNER(&proxy_tls_origin)};
    server *there = server_run(NULL, script);
    httpsc_options options = proxy_options(there, "http", 0);
    httpsc_response *response = NULL;

    CHECK_INT(strlen(script[1].bytes), script[1].len);
    CHECK_INT(proxy_get(&options, "https://localhost/", &response), HTTPSC_OK);
    proxy_look_ok(response);
    httpsc_response_close(response);
    server_close(there);
}

/* ---- SOCKS5 ---- */

#define SOCKS_OPEN "\5\0\0\1\177\0\0\1\0\120"

/* Byte by byte both ways; the name goes to the proxy, and to no resolver. */
static int proxy_no_resolver(void *user, const char *host, httpsc_address *addresses,
                             size_t max_addresses, size_t *num_addresses)
{
    static const httpsc_address loopback = {{127, 0, 0, 1}, 4, 0};

    (void)user;
    (void)max_addresses;
    CHECK_TEXT(host, "localhost"); /* the proxy's own */
    addresses[0] = loopback;
    *num_addresses = 1;
    return HTTPSC_OK;
}

static void socks5_with_remote_names(void)
{
    for (int i = 0; i < 4; i++) {
        int with_user = i % 2;
        const peer_config *origin = i < 2 ? &proxy_tls_origin : &proxy_plain_origin;
        peer_step script[] = {PEER_BYTES(0),
                              {PEER_KIND_SEND, with_user ? "\5\2" : "\5\0", 2, 1, 0},
                              PEER_BYTES(0),
                              {PEER_KIND_SEND, "\1\0", 2, 1, 0},
                              PEER_BYTES(7 + 11),
                              {PEER_KIND_SEND, SOCKS_OPEN, 10, 1, 0},
                              PEER_INNER(origin)};
        server *there;
        httpsc_options options;
        httpsc_response *response = NULL;

        script[0].len = with_user ? 4 : 3;
        script[2].len = with_user ? 11 : 0;
        script[3].len = with_user ? 2 : 0;
        there = server_run(NULL, script);
        options = proxy_options(there, "socks5h", with_user);
        options.hooks.resolve = proxy_no_resolver;
        CHECK_INT(proxy_get(&options,
                            i < 2 ? "https://a.wild.test/" : "http://a.wild.test:99/", &response),
                  HTTPSC_OK);
        proxy_look_ok(response);
        httpsc_response_close(response);
        server_close(there);
    }
}

static void socks5_refusals(void)
{
    static const struct {
        const char *bytes;
        size_t len;
        int code;
    } cases[] = {{"\5\377", 2, HTTPSC_ERR_PROXY_CREDENTIALS},
                 {"\5\0\5\5\0\1\0\0\0\0\0\0", 12, HTTPSC_ERR_PROXY_REFUSED},
                 {"\5\0" SOCKS_OPEN "more", 16, HTTPSC_ERR_PROXY_RESPONSE},
                 {"\5\0\5", 3, HTTPSC_ERR_PROXY_RESPONSE},
                 {"\5", 1, HTTPSC_ERR_PROXY_RESPONSE},
                 {"", 0, HTTPSC_ERR_PROXY_RESPONSE},
                 {"HTTP/1.1 400 Bad\r\n\r\n", 20, HTTPSC_ERR_PROXY_RESPONSE}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t first = cases[i].len < 2 ? cases[i].len : 2;
        peer_step script[] = {PEER_BYTES(3), PEER_SEND(cases[i].bytes, first), PEER_BYTES(7 + 9),
                              PEER_SEND(cases[i].bytes + first, cases[i].len - first), PEER_END};
        peer_step early[] = {PEER_BYTES(3), PEER_SEND(cases[i].bytes, cases[i].len), PEER_END};
        server *there = server_run(NULL, cases[i].len > 2 && cases[i].bytes[0] == 5 ? script
                                                                                     : early);
        httpsc_options options = proxy_options(there, "socks5", 0);

        CHECK_INT(proxy_get(&options, "https://localhost/", NULL), cases[i].code);
        CHECK_INT(proxy_error.stage, HTTPSC_STAGE_PROXY);
        server_close(there);
    }
}

/* ---- which proxy, if any ---- */

static void hosts_without_a_proxy(void)
{
    server *proxy = server_run(NULL, proxy_origin);
    server *direct = server_run(NULL, proxy_origin);
    httpsc_options options = proxy_options(proxy, "http", 1);
    httpsc_response *response = NULL;
    char list[64];

    snprintf(list, sizeof list, "b.test, 127.0.0.0/8:1, 127.0.0.1:%d", server_port(direct));
    options.no_proxy = list;
    CHECK_INT(proxy_get(&options, server_url(direct, "/"), &response), HTTPSC_OK);
    CHECK_INT(response->proxied, 0);
    httpsc_response_close(response);
    CHECK_INT(server_num_accepted(proxy), 0);
    CHECK_INT(server_count(direct, 0, "GET / HTTP/1.1"), 1);
    CHECK_INT(server_count(direct, 0, "Proxy-"), 0);
    options.no_proxy = "";
    CHECK_INT(proxy_get(&options, server_url(direct, "/"), NULL), HTTPSC_OK);
    CHECK_INT(server_num_accepted(proxy), 1);
    CHECK_INT(server_num_accepted(direct), 1);
    options.proxy = "";
    CHECK_INT(proxy_get(&options, server_url(direct, "/"), NULL), HTTPSC_OK);
    CHECK_INT(server_num_accepted(direct), 2);
    server_close(proxy);
    server_close(direct);
}

static void proxy_unset_all(void)
{
    static const char *const names[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                        "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY",
                                        "REQUEST_METHOD"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        unsetenv(names[i]);
    }
}

/* DEFENCES N6: a redirect that another proxy takes goes with that one's credentials alone. */
static void redirects_to_another_proxy(void)
{
    static const char away[] = "HTTP/1.1 302 x\r\nLocation: https://localhost/\r\n"
                               "Content-Length: 0\r\n\r\n";
    static const peer_step first[] = {PEER_REQUEST, PEER_SEND(away, sizeof away - 1), PEER_REPEAT};
    static const peer_step second[] = {PEER_HEAD, PEER_TEXT(PROXY_TUNNEL),
                                       PEER_INNER(&proxy_tls_origin)};

    for (int with_user = 0; with_user <= 1; with_user++) {
        server *for_http = server_run(NULL, first);
        server *for_https = server_run(NULL, second);
        httpsc_options options = drive_options();
        char url[100];

        proxy_unset_all();
        snprintf(url, sizeof url, "http://u:hunter2@localhost:%d", server_port(for_http));
        setenv("http_proxy", url, 1);
        snprintf(url, sizeof url, "http://%slocalhost:%d", with_user ? "v:w@" : "",
                 server_port(for_https));
        setenv("https_proxy", url, 1);
        options.use_environment = 1;
        CHECK_INT(proxy_get(&options, "http://name.test/", NULL), HTTPSC_OK);
        proxy_unset_all();
        CHECK_INT(server_count(for_http, 0, PROXY_BASIC), 1);
        CHECK_INT(server_count(for_https, 0, PROXY_BASIC), 0);
        CHECK_INT(server_count(for_https, 0, "Proxy-Authorization: Basic djp3"), with_user);
        server_close(for_http);
        server_close(for_https);
    }
}

/* DEFENCES N8: asked for, and never HTTP_PROXY. Each time: is the proxy asked for http, https? */
static void proxies_of_the_environment(void)
{
    static const struct {
        const char *name;
        const char *no_proxy;
        const char *no_proxy_value;
        int http;
        int https;
    } cases[] = {{"http_proxy", NULL, NULL, 1, 0},
                 {"HTTP_PROXY", NULL, NULL, 0, 0},
                 {"https_proxy", NULL, NULL, 0, 1},
                 {"HTTPS_PROXY", NULL, NULL, 0, 1},
                 {"all_proxy", NULL, NULL, 1, 1},
                 {"ALL_PROXY", NULL, NULL, 1, 1},
                 {"all_proxy", "no_proxy", "127.0.0.1", 0, 0},
                 {"all_proxy", "NO_PROXY", "127.0.0.0/8", 0, 0},
                 {"all_proxy", "no_proxy", "localhost", 1, 1},
                 /* a CGI program, which on Windows could not tell it from HTTP_PROXY */
                 {"http_proxy", "REQUEST_METHOD", "GET", 0, 0},
                 {"all_proxy", "REQUEST_METHOD", "GET", 1, 1}};

    for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        int use = i % 2;
        static const peer_step no[] = {PEER_HEAD, PEER_TEXT("HTTP/1.1 502 No\r\n\r\n"), PEER_END};
        server *proxy = server_run(NULL, no);
        httpsc_options options = drive_options();
        char url[64];

        proxy_unset_all();
        snprintf(url, sizeof url, "http://127.0.0.1:%d", server_port(proxy));
        setenv(cases[i / 2].name, url, 1);
        if (cases[i / 2].no_proxy != NULL) {
            setenv(cases[i / 2].no_proxy, cases[i / 2].no_proxy_value, 1);
        }
        options.use_environment = use;
        (void)proxy_get(&options, "http://127.0.0.1:9/", NULL);
        (void)proxy_get(&options, "https://127.0.0.1:9/", NULL);
        CHECK_INT(server_num_accepted(proxy),
                  use ? (size_t)(cases[i / 2].http + cases[i / 2].https) : 0);
        options.proxy = ""; /* the program's own word counts more */
        (void)proxy_get(&options, "http://127.0.0.1:9/", NULL);
        CHECK_INT(server_num_accepted(proxy),
                  use ? (size_t)(cases[i / 2].http + cases[i / 2].https) : 0);
        proxy_unset_all();
        server_close(proxy);
    }
}

static void proxies_that_are_none(void)
{
    static const char *const urls[] = {"ftp://u:hunter2@localhost", "http://u:hunter2@local host",
                                       "http://u:hunter2@localhost:x", "socks5h://:hunter2@h",
                                       "socks5h://u:@h", "http://u%3ax:hunter2@h"};
    httpsc_options options = drive_options();
    httpsc_client *client = NULL;

    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        httpsc_error error = drive_no_error;

        options.proxy = urls[i];
        CHECK_INT(httpsc_client_open(&options, &client, &error), HTTPSC_ERR_PROXY_URL);
        CHECK_INT(error.stage, HTTPSC_STAGE_PROXY);
        CHECK(strstr(error.text, "hunter2") == NULL);
        CHECK(client == NULL);
    }
    options.proxy = "http://localhost";
    options.proxy_auth = HTTPSC_AUTH_BEARER;
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_ERR_ARGUMENT);
}

/* DEFENCES N6, N8: the credentials given apart stand in place of those in the URL. */
static void credentials_given_apart(void)
{
    server *there = server_run(NULL, proxy_origin);
    httpsc_options options = proxy_options(there, "http", 1);

    options.proxy_user = "v";
    options.proxy_password = "w";
    CHECK_INT(proxy_get(&options, "http://name.test/", NULL), HTTPSC_OK);
    CHECK_INT(server_count(there, 0, "Proxy-Authorization: Basic djp3\r\n"), 1);
    options.proxy_user = "";
    options.proxy_password = NULL;
    CHECK_INT(proxy_get(&options, "http://name.test/", NULL), HTTPSC_OK);
    CHECK_INT(server_count(there, 1, "Proxy-Authorization"), 0);
    server_close(there);
}

/* A trace never tells a secret. */
static void proxy_trace(void *user, const httpsc_trace_event *event)
{
    (void)user;
    CHECK(strstr(event->text, "hunter2") == NULL && strstr(event->text, PROXY_BASIC) == NULL);
}

static void traces_without_secrets(void)
{
    static const peer_step script[] = {PEER_HEAD, PEER_TEXT(PROXY_TUNNEL),
                                       PEER_INNER(&proxy_tls_origin)};
    server *there = server_run(NULL, script);
    httpsc_options options = proxy_options(there, "http", 1);

    options.hooks.trace = proxy_trace;
    CHECK_INT(proxy_get(&options, "https://localhost/", NULL), HTTPSC_OK);
    CHECK_INT(server_count(there, 0, PROXY_BASIC), 1);
    server_close(there);
}

UNIT_MAIN(UNIT(plain_http_is_handed_on), UNIT(plain_http_over_an_https_proxy),
          UNIT(https_goes_through_a_tunnel), UNIT(http_goes_through_a_tunnel_when_asked),
          UNIT(tls_in_tls), UNIT(https_proxies_are_verified),
          UNIT(digest_for_a_tunnel), UNIT(digest_for_a_request_that_is_handed_on),
          UNIT(proxy_authorization_of_the_caller), UNIT(redirects_past_the_proxy),
          UNIT(credentials_that_a_proxy_refuses),
          UNIT(answers_that_open_no_tunnel), UNIT(tunnels_with_odd_heads),
          UNIT(socks5_with_remote_names), UNIT(socks5_refusals), UNIT(hosts_without_a_proxy),
          UNIT(redirects_to_another_proxy), UNIT(proxies_of_the_environment),
          UNIT(proxies_that_are_none),
          UNIT(credentials_given_apart), UNIT(traces_without_secrets))
