/* The pure parts of going through proxies: NO_PROXY, SOCKS5, CONNECT, proxy URLs. */
#include "unit.h"

#ifdef UNIT_PARTS
#include "../../src/client/proxy.h"
#include "../../src/http/connect.h"
#include "../../src/http/socks5.h"
#include "../../src/syntax/no_proxy.h"
#endif

static unit_memory memory;
static httpsc_error error;

static void proxy_begin(void)
{
    unit_memory_init(&memory);
    memset(&error, 0, sizeof error);
}

/* ---- NO_PROXY -------------------------------------------------------------------------------- */

typedef struct no_proxy_case {
    const char *list;
    const char *host;
    int port;
    int has;
} no_proxy_case;

static const no_proxy_case no_proxy_cases[] = {
    {"", "a.test", 80, 0},
    {"*", "a.test", 80, 1},
    {"*", "::1", 80, 1},
    {"b.test,*", "a.test", 80, 1},
    {"**", "a.test", 80, 0},
    {"*test", "a.test", 80, 0},
    /* names, by label */
    {"a.test", "a.test", 80, 1},
    {"A.TEST.", "a.test", 80, 1},
    {"a.test", "A.test.", 80, 1},
    {"a.test", "b.a.test", 80, 1},
    {".a.test", "b.a.test", 80, 1},
    {".a.test", "a.test", 80, 1},
    {"*.a.test", "b.a.test", 80, 1},
    {"a.test", "ba.test", 80, 0},
    {"a.test", "a.test.b", 80, 0},
    {"b.a.test", "a.test", 80, 0},
    {"test", "a.test", 80, 1},
    {"..a.test", "a.test", 80, 0},
    {".", "a.test", 80, 0},
    /* between them */
    {"b.test, a.test", "a.test", 80, 1},
    {"b.test a.test", "a.test", 80, 1},
    {"b.test\ta.test", "a.test", 80, 1},
    {",,b.test,,a.test,,", "a.test", 80, 1},
    {"b.test;a.test", "a.test", 80, 0},
    /* ports */
    {"a.test:80", "a.test", 80, 1},
    {"a.test:80", "a.test", 81, 0},
    {"a.test:80", "b.a.test", 80, 1},
    {"a.test:0080", "a.test", 80, 1},
    {"a.test:", "a.test", 80, 0},
    {"a.test:0", "a.test", 80, 0},
    {"a.test:x", "a.test", 80, 0},
    {"a.test:65616", "a.test", 80, 0},
    {"a.test:4294967376", "a.test", 80, 0},
    {":80", "a.test", 80, 0},
    {"*:80", "a.test", 80, 0},
    {"192.0.2.1:80", "192.0.2.1", 80, 1},
    {"192.0.2.1:80", "192.0.2.1", 443, 0},
    {"[::1]:80", "::1", 80, 1},
    {"[::1]:80", "::1", 81, 0},
    {"[::1]x", "::1", 80, 0},
    {"[::1", "::1", 80, 0},
    /* addresses, as addresses */
    {"192.0.2.1", "192.0.2.1", 80, 1},
    {"192.0.2.1", "192.0.2.10", 80, 0},
    {"2.1", "192.0.2.1", 80, 0},
    {".2.1", "192.0.2.1", 80, 0},
    {"::1", "::1", 80, 1},
    {"[::1]", "::1", 80, 1},
    {"0:0:0:0:0:0:0:1", "::1", 80, 1},
    {"::FFFF:1.2.3.4", "::ffff:102:304", 80, 1},
    {"::ffff:1.2.3.4", "1.2.3.4", 80, 0},
    {"localhost", "127.0.0.1", 80, 0},
    {"127.0.0.1", "localhost", 80, 0},
    /* ranges */
    {"10.0.0.0/8", "10.255.255.255", 80, 1},
    {"10.0.0.0/8", "11.0.0.0", 80, 0},
    {"10.1.2.3/8", "10.9.9.9", 80, 1},
    {"10.0.0.0/9", "10.127.0.1", 80, 1},
    {"10.0.0.0/9", "10.128.0.1", 80, 0},
    {"192.0.2.1/32", "192.0.2.1", 80, 1},
    {"192.0.2.1/32", "192.0.2.0", 80, 0},
    {"192.0.2.1/31", "192.0.2.0", 80, 1},
    {"0.0.0.0/0", "8.8.8.8", 80, 1},
    {"0.0.0.0/0", "::1", 80, 0},
    {"0.0.0.0/0", "a.test", 80, 0},
    {"10.0.0.0/33", "10.0.0.0", 80, 0},
    {"10.0.0.0/", "10.0.0.0", 80, 0},
    {"10.0.0.0/-1", "10.0.0.0", 80, 0},
    {"10.0.0.0/8x", "10.0.0.0", 80, 0},
    {"10.0.0.0/4294967304", "10.0.0.0", 80, 0},
    {"10.0.0/8", "10.0.0.0", 80, 0},
    {"a.test/8", "a.test", 80, 0},
    {"2001:db8::/32", "2001:db8:ffff::1", 80, 1},
    {"2001:db8::/33", "2001:db8:ffff::1", 80, 0},
    {"[2001:db8::]/32", "2001:db8::1", 80, 1},
    {"::/0", "::1", 80, 1},
    {"::1/128", "::1", 80, 1},
    {"::1/129", "::1", 80, 0},
};

/* DEFENCES N8. */
static void no_proxy_table(void)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(no_proxy_cases); i++) {
        const no_proxy_case *one = &no_proxy_cases[i];
        hc_host host;

        CHECK(hc_host_parse(&host, one->host, strlen(one->host)));
        if (hc_no_proxy_has(one->list, &host, one->port) != one->has) {
            printf("    \"%s\" with %s:%d\n", one->list, one->host, one->port);
            CHECK(!"as the table says");
        }
    }
}

/* ---- proxy URLs ------------------------------------------------------------------------------ */

typedef struct proxy_url_case {
    const char *url;
    int kind; /* 0: refused */
    const char *host;
    int port;
    const char *user;
    const char *password;
} proxy_url_case;

static void proxy_urls(void)
{
    static const proxy_url_case cases[] = {
        {"http://p.test", HC_PROXY_HTTP, "p.test", 80, NULL, NULL},
        {"HTTP://P.test:8080/", HC_PROXY_HTTP, "p.test", 8080, NULL, NULL},
        {"p.test:3128", HC_PROXY_HTTP, "p.test", 3128, NULL, NULL},
        {"p.test:", HC_PROXY_HTTP, "p.test", 80, NULL, NULL},
        {"https://p.test", HC_PROXY_HTTPS, "p.test", 443, NULL, NULL},
        {"socks5://192.0.2.1", HC_PROXY_SOCKS5, "192.0.2.1", 1080, NULL, NULL},
        {"socks5h://[::1]:9", HC_PROXY_SOCKS5, "::1", 9, NULL, NULL},
        {"http://[::1]", HC_PROXY_HTTP, "::1", 80, NULL, NULL},
        {"http://u:p@p.test", HC_PROXY_HTTP, "p.test", 80, "u", "p"},
        {"u:p@p.test:1", HC_PROXY_HTTP, "p.test", 1, "u", "p"},
        {"http://u@p.test", HC_PROXY_HTTP, "p.test", 80, "u", ""},
        {"http://:@p.test", HC_PROXY_HTTP, "p.test", 80, NULL, NULL},
        {"http://@p.test", HC_PROXY_HTTP, "p.test", 80, NULL, NULL},
        {"http://f%61ke:%40%3a%25@p.test", HC_PROXY_HTTP, "p.test", 80, "fake", "@:%"},
        {"http://u:p@q@p.test", HC_PROXY_HTTP, "p.test", 80, "u", "p@q"},
        {"http://u:p:q@p.test", HC_PROXY_HTTP, "p.test", 80, "u", "p:q"},
        {"socks4://p.test", 0, NULL, 0, NULL, NULL},
        {"ftp://p.test", 0, NULL, 0, NULL, NULL},
        {"http://", 0, NULL, 0, NULL, NULL},
        {"http:///", 0, NULL, 0, NULL, NULL},
        {"http://.", 0, NULL, 0, NULL, NULL},
        {"http://p.test/path", 0, NULL, 0, NULL, NULL},
        {"http://p.test?query", 0, NULL, 0, NULL, NULL},
        {"http://p.test#fragment", 0, NULL, 0, NULL, NULL},
        {"http://p.test:0", 0, NULL, 0, NULL, NULL},
        {"http://p.test:65536", 0, NULL, 0, NULL, NULL},
        {"http://p.test:x", 0, NULL, 0, NULL, NULL},
        {"http://p test", 0, NULL, 0, NULL, NULL},
        {"http://p.test\r\n", 0, NULL, 0, NULL, NULL},
        {"http://::1", 0, NULL, 0, NULL, NULL},
        {"http://[::1", 0, NULL, 0, NULL, NULL},
        {"http://0x7f.1", 0, NULL, 0, NULL, NULL},
        {"http://u%:p@p.test", 0, NULL, 0, NULL, NULL},
        {"http://u%2:p@p.test", 0, NULL, 0, NULL, NULL},
        {"http://u%00:p@p.test", 0, NULL, 0, NULL, NULL},
        {"http://u:%zz@p.test", 0, NULL, 0, NULL, NULL},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        const proxy_url_case *one = &cases[i];
        hc_proxy *proxy = NULL;
        int code;

        proxy_begin();
        code = hc_proxy_open(&memory.allocator, one->url, &proxy, &error);
        if ((code == HTTPSC_OK) != (one->kind != 0)) {
            printf("    %s\n", one->url);
        }
        CHECK_INT(code, one->kind != 0 ? HTTPSC_OK : HTTPSC_ERR_PROXY_URL);
        if (proxy != NULL) {
            CHECK_INT(proxy->kind, one->kind);
            CHECK_TEXT(proxy->host.text, one->host);
            CHECK_INT(proxy->port, one->port);
            CHECK((proxy->user == NULL) == (one->user == NULL));
            if (one->user != NULL && proxy->user != NULL) {
                CHECK_TEXT(proxy->user, one->user);
                CHECK_TEXT(proxy->password, one->password);
            }
        }
        CHECK(strstr(error.text, "p@q") == NULL && strstr(error.text, "u%") == NULL);
        hc_proxy_free(&memory.allocator, proxy);
        CHECK_INT(memory.live_blocks, 0);
        CHECK(!memory.misuse);
    }
}

/* ---- SOCKS5 ---------------------------------------------------------------------------------- */

typedef struct socks_case {
    const char *name;
    const char *host;
    const char *user;
    const char *sent;      /* in all */
    size_t sent_len;
    const char *came;      /* in all */
    size_t came_len;
    size_t left;           /* of that, for the server */
    int code;
} socks_case;

#define SOCKS_BYTES(text) text, sizeof(text) - 1
#define SOCKS_HELLO "\5\1\0"
#define SOCKS_HELLO_AUTH "\5\2\0\2"
#define SOCKS_NAME "\5\1\0\3\6a.test\1\273"
#define SOCKS_AUTH "\1\1u\2pw"
#define SOCKS_REPLY "\5\0\0\1\1\2\3\4\0\120"

static const socks_case socks_cases[] = {
    {"name", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO SOCKS_NAME),
     SOCKS_BYTES("\5\0" SOCKS_REPLY), 0, HTTPSC_OK},
    {"behind", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO SOCKS_NAME),
     SOCKS_BYTES("\5\0" SOCKS_REPLY "xyz"), 3, HTTPSC_OK},
    {"IPv4", "1.2.3.4", NULL, SOCKS_BYTES(SOCKS_HELLO "\5\1\0\1\1\2\3\4\1\273"),
     SOCKS_BYTES("\5\0" SOCKS_REPLY), 0, HTTPSC_OK},
    {"IPv6", "::1", NULL,
     SOCKS_BYTES(SOCKS_HELLO "\5\1\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\1\273"),
     SOCKS_BYTES("\5\0\5\0\0\4" "0123456789abcdef\0\120"), 0, HTTPSC_OK},
    {"bound name", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO SOCKS_NAME),
     SOCKS_BYTES("\5\0\5\0\0\3\5bound\0\120"), 0, HTTPSC_OK},
    {"bound empty name", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO SOCKS_NAME),
     SOCKS_BYTES("\5\0\5\0\0\3\0\0\120x"), 1, HTTPSC_OK},
    {"password", "a.test", "u", SOCKS_BYTES(SOCKS_HELLO_AUTH SOCKS_AUTH SOCKS_NAME),
     SOCKS_BYTES("\5\2\1\0" SOCKS_REPLY), 0, HTTPSC_OK},
    {"password not wanted", "a.test", "u", SOCKS_BYTES(SOCKS_HELLO_AUTH SOCKS_NAME),
     SOCKS_BYTES("\5\0" SOCKS_REPLY), 0, HTTPSC_OK},
    {"wrong password", "a.test", "u", SOCKS_BYTES(SOCKS_HELLO_AUTH SOCKS_AUTH),
     SOCKS_BYTES("\5\2\1\1"), 0, HTTPSC_ERR_PROXY_CREDENTIALS},
    {"version of the sub-negotiation", "a.test", "u", SOCKS_BYTES(SOCKS_HELLO_AUTH SOCKS_AUTH),
     SOCKS_BYTES("\5\2\5\0"), 0, HTTPSC_ERR_PROXY_RESPONSE},
    {"password wanted", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO), SOCKS_BYTES("\5\377"), 0,
     HTTPSC_ERR_PROXY_CREDENTIALS},
    {"no method", "a.test", "u", SOCKS_BYTES(SOCKS_HELLO_AUTH), SOCKS_BYTES("\5\377"), 0,
     HTTPSC_ERR_PROXY_CREDENTIALS},
    {"method not offered", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO), SOCKS_BYTES("\5\2"), 0,
     HTTPSC_ERR_PROXY_RESPONSE},
    {"GSSAPI", "a.test", "u", SOCKS_BYTES(SOCKS_HELLO_AUTH), SOCKS_BYTES("\5\1"), 0,
     HTTPSC_ERR_PROXY_RESPONSE},
    {"version 4", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO), SOCKS_BYTES("\4\0"), 0,
     HTTPSC_ERR_PROXY_RESPONSE},
    {"HTTP", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO), SOCKS_BYTES("HT"), 0,
     HTTPSC_ERR_PROXY_RESPONSE},
    {"refused", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO SOCKS_NAME),
     SOCKS_BYTES("\5\0\5\5\0\1\0"), 0, HTTPSC_ERR_PROXY_REFUSED},
    {"refused for no reason that is known", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO SOCKS_NAME),
     SOCKS_BYTES("\5\0\5\377\0\1\0"), 0, HTTPSC_ERR_PROXY_REFUSED},
    {"reserved", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO SOCKS_NAME),
     SOCKS_BYTES("\5\0\5\0\1\1\0"), 0, HTTPSC_ERR_PROXY_RESPONSE},
    {"version of the reply", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO SOCKS_NAME),
     SOCKS_BYTES("\5\0\4\0\0\1\0"), 0, HTTPSC_ERR_PROXY_RESPONSE},
    {"kind of the address", "a.test", NULL, SOCKS_BYTES(SOCKS_HELLO SOCKS_NAME),
     SOCKS_BYTES("\5\0\5\0\0\2\0"), 0, HTTPSC_ERR_PROXY_RESPONSE},
};

/* One reply after the other, each in pieces: at most so many bytes at once, or cut there. */
static void socks_play(const socks_case *one, size_t cut, size_t piece)
{
    hc_socks5 socks;
    hc_host host;
    unsigned char sent[600];
    size_t sent_len = 0;
    size_t taken = 0;
    int code;

    memset(&error, 0, sizeof error);
    CHECK(hc_host_parse(&host, one->host, strlen(one->host)));
    code = hc_socks5_start(&socks, host.text, &host.address, 443, one->user,
                           one->user == NULL ? NULL : "pw", &error);
    CHECK_INT(code, HTTPSC_OK);
    do {
        hc_cursor out = hc_socks5_output(&socks);
        size_t given = taken < cut && taken + piece > cut ? cut - taken : piece;
        hc_cursor bytes;

        memcpy(sent + sent_len, out.at, hc_cursor_left(&out));
        sent_len += hc_cursor_left(&out);
        hc_socks5_sent(&socks, hc_cursor_left(&out));
        /* what answers the next message is not there before it is sent */
        given = socks.in_want < 5 && given > 2 - socks.in_len ? 2 - socks.in_len : given;
        given = given < one->came_len - taken ? given : one->came_len - taken;
        bytes = hc_cursor_over(one->came + taken, given);
        code = hc_socks5_read(&socks, &bytes, "the proxy", &error);
        taken += given - hc_cursor_left(&bytes);
        if (code == HTTPSC_OK) {
            CHECK(one->came_len - taken >= one->left); /* nothing of the server's was taken */
        }
        CHECK(given > 0);
    } while (code == HTTPSC_WANT && !unit_failed);
    if (code != one->code || sent_len != one->sent_len) {
        printf("    %s, cut %d\n", one->name, (int)cut);
    }
    CHECK_INT(code, one->code);
    CHECK_INT(error.code, one->code);
    CHECK(sent_len == one->sent_len && memcmp(sent, one->sent, sent_len) == 0);
    CHECK(code != HTTPSC_OK || taken == one->came_len - one->left);
    CHECK(strstr(error.text, "pw") == NULL);
}

/* DEFENCES N7: at every split, and byte by byte. */
static void socks5_at_every_split(void)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(socks_cases); i++) {
        for (size_t cut = 1; cut <= socks_cases[i].came_len; cut++) {
            socks_play(&socks_cases[i], cut, socks_cases[i].came_len);
        }
        socks_play(&socks_cases[i], 1, 1);
    }
}

/* DEFENCES N7, CVE-2023-38545: one length byte. */
static void socks5_lengths(void)
{
    char text[258];
    hc_socks5 socks;
    hc_cursor bytes;

    memset(text, 'a', sizeof text);
    text[257] = '\0';
    for (size_t len = 254; len <= 257; len++) {
        text[len] = '\0';
        memset(&error, 0, sizeof error);
        CHECK_INT(hc_socks5_start(&socks, text, NULL, 1, NULL, NULL, &error),
                  len <= 255 ? HTTPSC_OK : HTTPSC_ERR_ARGUMENT);
        memset(&error, 0, sizeof error);
        CHECK_INT(hc_socks5_start(&socks, "h", NULL, 1, text, "p", &error),
                  len <= 255 ? HTTPSC_OK : HTTPSC_ERR_ARGUMENT);
        memset(&error, 0, sizeof error);
        CHECK_INT(hc_socks5_start(&socks, "h", NULL, 1, "u", text, &error),
                  len <= 255 ? HTTPSC_OK : HTTPSC_ERR_ARGUMENT);
        text[len] = 'a';
    }
    memset(&error, 0, sizeof error);
    CHECK_INT(hc_socks5_start(&socks, "", NULL, 1, NULL, NULL, &error), HTTPSC_ERR_ARGUMENT);
    memset(&error, 0, sizeof error);
    CHECK_INT(hc_socks5_start(&socks, "h", NULL, 1, "", "p", &error), HTTPSC_ERR_ARGUMENT);
    memset(&error, 0, sizeof error);
    CHECK_INT(hc_socks5_start(&socks, "h", NULL, 1, "u", "", &error), HTTPSC_ERR_ARGUMENT);

    /* the longest of all at once */
    text[255] = '\0';
    memset(&error, 0, sizeof error);
    CHECK_INT(hc_socks5_start(&socks, text, NULL, 0x1234, text, text, &error), HTTPSC_OK);
    hc_socks5_sent(&socks, 4);
    bytes = hc_cursor_over("\5\2", 2);
    CHECK_INT(hc_socks5_read(&socks, &bytes, "p", &error), HTTPSC_WANT);
    CHECK_INT(hc_cursor_left(&(hc_cursor){socks.out, socks.out + socks.out_len}), 513);
    hc_socks5_sent(&socks, 513);
    bytes = hc_cursor_over("\1\0", 2);
    CHECK_INT(hc_socks5_read(&socks, &bytes, "p", &error), HTTPSC_WANT);
    CHECK_INT(socks.out_len, 262);
    CHECK(memcmp(socks.out + 260, "\x12\x34", 2) == 0);
}

/* An answer before the question: two replies at once are none. */
static void socks5_out_of_turn(void)
{
    hc_socks5 socks;
    hc_cursor bytes = hc_cursor_over("\5\0" SOCKS_REPLY, 2 + 10);

    memset(&error, 0, sizeof error);
    CHECK_INT(hc_socks5_start(&socks, "a.test", NULL, 443, NULL, NULL, &error), HTTPSC_OK);
    hc_socks5_sent(&socks, 3);
    CHECK_INT(hc_socks5_read(&socks, &bytes, "p", &error), HTTPSC_ERR_PROXY_RESPONSE);
}

/* ---- CONNECT --------------------------------------------------------------------------------- */

static void connect_look(const char *host_text, int port, const char *authorization,
                         const char *expected)
{
    hc_buffer out;
    hc_host host;

    CHECK(hc_host_parse(&host, host_text, strlen(host_text)));
    hc_buffer_init(&out, &memory.allocator, 4096);
    CHECK_INT(hc_connect_write(&host, port, authorization, &out), HC_BUFFER_OK);
    CHECK_INT(hc_buffer_add(&out, "", 1), HC_BUFFER_OK);
    CHECK_TEXT((const char *)out.ptr, expected);
    hc_buffer_free(&out);
}

/* DEFENCES N1: nothing but where to, and the proxy's own credentials. */
static void connect_requests(void)
{
    proxy_begin();
    connect_look("a.test", 443, NULL,
                 "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n");
    connect_look("::1", 80, "Basic eDp5",
                 "CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\n"
                 "Proxy-Authorization: Basic eDp5\r\n\r\n");
    CHECK_INT(memory.live_blocks, 0);
}

typedef struct connect_case {
    const char *answer;
    int code;
    int status;  /* with HTTPSC_OK */
    int drained; /* what draining says of 407: HTTPSC_OK, _WANT, or ERR_PROXY_RESPONSE */
} connect_case;

#define CONNECT_407 "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"

static const connect_case connect_cases[] = {
    {"HTTP/1.1 200 OK\r\n\r\n", HTTPSC_OK, 200, 0},
    {"HTTP/1.0 200 OK\r\n\r\n", HTTPSC_OK, 200, 0},
    {"HTTP/1.1 299 \r\n\r\n", HTTPSC_OK, 299, 0},
    {"HTTP/1.1 204 None\r\n\r\n", HTTPSC_OK, 204, 0},
    /* whatever a 2xx says of a body */
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", HTTPSC_OK, 200, 0},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", HTTPSC_OK, 200, 0},
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", HTTPSC_OK, 200,
     0},
    {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", HTTPSC_OK, 200, 0},
    /* interim ones are passed over, up to their number */
    {"HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 103 On\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", HTTPSC_OK,
     200, 0},
    {"HTTP/1.1 100 1\r\n\r\nHTTP/1.1 100 2\r\n\r\nHTTP/1.1 100 3\r\n\r\nHTTP/1.1 100 4\r\n\r\n",
     HTTPSC_ERR_PROXY_RESPONSE, 0, 0},
    {"HTTP/1.1 101 Switching\r\n\r\n", HTTPSC_ERR_PROXY_RESPONSE, 0, 0},
    /* refusals */
    {"HTTP/1.1 199 x\r\n\r\nHTTP/1.1 502 Bad\r\n\r\n", HTTPSC_ERR_PROXY_REFUSED, 0, 0},
    {"HTTP/1.1 300 x\r\nContent-Length: 0\r\n\r\n", HTTPSC_ERR_PROXY_REFUSED, 0, 0},
    {"HTTP/1.1 401 x\r\nWWW-Authenticate: Basic\r\n\r\n", HTTPSC_ERR_PROXY_REFUSED, 0, 0},
    {"HTTP/1.1 503 x\r\n\r\nbody", HTTPSC_ERR_PROXY_REFUSED, 0, 0},
    /* no answers */
    {"SSH-2.0-x\r\n", HTTPSC_ERR_PROXY_RESPONSE, 0, 0},
    {"HTTP/1.1 200 OK\n\n", HTTPSC_ERR_PROXY_RESPONSE, 0, 0},
    {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", HTTPSC_ERR_PROXY_RESPONSE, 0, 0},
    /* 407, with what is behind it */
    {CONNECT_407 "Content-Length: 0\r\n\r\n", HTTPSC_OK, 407, HTTPSC_OK},
    {CONNECT_407 "Content-Length: 4\r\n\r\nbody", HTTPSC_OK, 407, HTTPSC_OK},
    {CONNECT_407 "Content-Length: 4\r\n\r\nbod", HTTPSC_OK, 407, HTTPSC_WANT},
    {CONNECT_407 "Content-Length: 4\r\n\r\nbody?", HTTPSC_OK, 407, HTTPSC_ERR_PROXY_RESPONSE},
    {CONNECT_407 "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", HTTPSC_OK, 407,
     HTTPSC_OK},
    {CONNECT_407 "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n", HTTPSC_OK, 407, HTTPSC_WANT},
    {CONNECT_407 "Transfer-Encoding: chunked\r\n\r\nx\r\n", HTTPSC_OK, 407,
     HTTPSC_ERR_PROXY_RESPONSE},
    {CONNECT_407 "Connection: close\r\nContent-Length: 0\r\n\r\n", HTTPSC_OK, 407,
     HTTPSC_ERR_PROXY_RESPONSE},
    {CONNECT_407 "\r\nuntil the end", HTTPSC_OK, 407, HTTPSC_ERR_PROXY_RESPONSE},
};

static httpsc_limits connect_limits(void)
{
    httpsc_limits limits;

    memset(&limits, 0, sizeof limits);
    hc_fill_limits(&limits);
    limits.max_interim = 3;
    return limits;
}

static void connect_play(const connect_case *one, size_t piece)
{
    httpsc_limits limits = connect_limits();
    hc_connect_answer answer;
    size_t len = strlen(one->answer);
    size_t at = 0;
    int code = HTTPSC_WANT;
    int drained = HTTPSC_WANT;

    proxy_begin();
    hc_connect_answer_init(&answer, &memory.allocator, &limits, 16384);
    while (code == HTTPSC_WANT && at < len) {
        size_t end = at + piece < len ? at + piece : len;
        hc_cursor bytes = hc_cursor_over(one->answer + at, end - at);

        code = hc_connect_answer_read(&answer, &bytes, "the proxy", &error);
        if (code == HTTPSC_OK && answer.response.status == 407) {
            drained = hc_connect_answer_drain(&answer, &bytes);
        }
        at = end;
    }
    while (code == HTTPSC_OK && drained == HTTPSC_WANT && at < len) {
        size_t end = at + piece < len ? at + piece : len;
        hc_cursor bytes = hc_cursor_over(one->answer + at, end - at);

        drained = hc_connect_answer_drain(&answer, &bytes);
        at = end;
    }
    if (code != one->code) {
        printf("    %s, pieces of %d\n", one->answer, (int)piece);
    }
    CHECK_INT(code, one->code);
    CHECK_INT(error.code, one->code);
    if (code == HTTPSC_OK) {
        CHECK_INT(answer.response.status, one->status);
    }
    /* in pieces, a byte behind the body may come later than its end */
    if (one->drained != 0 && (piece >= len || strstr(one->answer, "body?") == NULL)) {
        CHECK_INT(drained, one->drained);
    }
    hc_connect_answer_free(&answer);
    CHECK_INT(memory.live_blocks, 0);
}

/* DEFENCES N2, N3. */
static void connect_answers(void)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(connect_cases); i++) {
        for (size_t piece = 1; piece <= 40; piece++) {
            connect_play(&connect_cases[i], piece);
        }
        connect_play(&connect_cases[i], 100000);
    }
}

/* DEFENCES N2: what comes behind a 2xx was not asked for. */
static void connect_more_than_an_answer(void)
{
    static const char *const more[] = {"HTTP/1.1 200 OK\r\n\r\n\26", "HTTP/1.1 200 OK\r\n"
                                       "Content-Length: 1\r\n\r\nx"};
    httpsc_limits limits = connect_limits();

    for (size_t i = 0; i < HC_ARRAY_LEN(more); i++) {
        hc_connect_answer answer;
        hc_cursor bytes = hc_cursor_over(more[i], strlen(more[i]));

        proxy_begin();
        hc_connect_answer_init(&answer, &memory.allocator, &limits, 16384);
        CHECK_INT(hc_connect_answer_read(&answer, &bytes, "the proxy", &error),
                  HTTPSC_ERR_PROXY_RESPONSE);
        hc_connect_answer_free(&answer);
    }
}

/* DEFENCES N2: at the limit, and one past it, in a line, in lines, and over several heads. */
static void connect_head_limit(void)
{
    static const char *const formats[] = {
        "HTTP/1.1 200 %s\r\n\r\n", "HTTP/1.1 200 OK\r\nA: %s\r\n\r\n",
        "HTTP/1.1 100 Go\r\nA: %s\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"};
    httpsc_limits limits = connect_limits();

    for (size_t i = 0; i < HC_ARRAY_LEN(formats); i++) {
        size_t first_code = HTTPSC_OK;
        size_t last_ok = 0;

        for (size_t pad = 150; pad < 260; pad++) {
            char text[400];
            char padding[300];
            hc_connect_answer answer;
            hc_cursor bytes;
            int code;

            memset(padding, 'p', sizeof padding);
            padding[pad] = '\0';
            snprintf(text, sizeof text, formats[i], padding);
            bytes = hc_cursor_over(text, strlen(text));
            proxy_begin();
            hc_connect_answer_init(&answer, &memory.allocator, &limits, 256);
            code = hc_connect_answer_read(&answer, &bytes, "the proxy", &error);
            if (code == HTTPSC_OK) {
                CHECK_INT(first_code, HTTPSC_OK); /* once over it, always */
                last_ok = strlen(text);
            } else {
                first_code = HTTPSC_ERR_LIMIT_PROXY_HEAD;
                CHECK_INT(code, HTTPSC_ERR_LIMIT_PROXY_HEAD);
            }
            hc_connect_answer_free(&answer);
            CHECK_INT(memory.live_blocks, 0);
        }
        CHECK_INT(first_code, HTTPSC_ERR_LIMIT_PROXY_HEAD);
        CHECK(last_ok >= 256 && last_ok <= 256 + 8); /* empty lines do not count */
    }
}

/* DEFENCES N2: a refusal's body is read up to 64 KiB, and not waited for where it says to be
 * longer. */
static void connect_drain_limit(void)
{
    static char body[HC_CONNECT_DRAIN_MAX + 1];
    static const char *const formats[] = {CONNECT_407 "Content-Length: %d\r\n\r\n",
                                          CONNECT_407 "Transfer-Encoding: chunked\r\n\r\n%x\r\n"};
    httpsc_limits limits = connect_limits();

    memset(body, 'b', sizeof body);
    for (size_t i = 0; i < 4; i++) {
        size_t over = i % 2;
        size_t len = HC_CONNECT_DRAIN_MAX + over;
        char head[200];
        hc_connect_answer answer;
        hc_cursor bytes;
        int code;

        proxy_begin();
        snprintf(head, sizeof head, formats[i / 2], (int)len);
        hc_connect_answer_init(&answer, &memory.allocator, &limits, 16384);
        bytes = hc_cursor_over(head, strlen(head));
        CHECK_INT(hc_connect_answer_read(&answer, &bytes, "p", &error), HTTPSC_OK);
        code = hc_connect_answer_drain(&answer, &bytes);
        CHECK_INT(code, i == 1 ? HTTPSC_ERR_PROXY_RESPONSE : HTTPSC_WANT);
        if (code == HTTPSC_WANT) {
            bytes = hc_cursor_over(body, len);
            code = hc_connect_answer_drain(&answer, &bytes);
            CHECK_INT(code, over ? HTTPSC_ERR_PROXY_RESPONSE : i == 0 ? HTTPSC_OK : HTTPSC_WANT);
        }
        hc_connect_answer_free(&answer);
    }
}

UNIT_MAIN(UNIT(no_proxy_table), UNIT(proxy_urls), UNIT(socks5_at_every_split),
          UNIT(socks5_lengths), UNIT(socks5_out_of_turn), UNIT(connect_requests),
          UNIT(connect_answers), UNIT(connect_more_than_an_answer), UNIT(connect_head_limit),
          UNIT(connect_drain_limit))
