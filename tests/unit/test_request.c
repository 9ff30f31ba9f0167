#include "unit.h"

static unit_memory request_memory;
static httpsc_error request_error;
static httpsc_field request_fields[8];
static char request_text[4096];

static hc_request_head request_default(void)
{
    hc_request_head head;

    memset(&head, 0, sizeof head);
    memset(request_fields, 0, sizeof request_fields);
    head.method = "GET";
    head.target = hc_cursor_over("/a?b", 4);
    head.authority = hc_cursor_over("h:8443", 6);
    head.fields = request_fields;
    head.user_agent = "me/1";
    return head;
}

/* Writes into request_text; a failure leaves the buffer empty. */
static int request_write(const hc_request_head *head, size_t max)
{
    hc_buffer out;
    int code;

    unit_memory_init(&request_memory);
    memset(&request_error, 0, sizeof request_error);
    hc_buffer_init(&out, &request_memory.allocator, max);
    code = hc_request_write(head, &out, &request_error);
    request_text[0] = '\0';
    if (code == HTTPSC_OK) {
        CHECK(out.len < sizeof request_text);
        memcpy(request_text, out.ptr, out.len);
        request_text[out.len] = '\0';
    } else {
        CHECK_INT(out.len, 0);
        CHECK_INT(request_error.code, code);
        CHECK(strstr(request_error.text, "hunter2") == NULL);
    }
    hc_buffer_free(&out);
    CHECK(request_memory.live_blocks == 0 && !request_memory.misuse);
    return code;
}

static void request_put(hc_request_head *head, const char *name, const char *value)
{
    request_fields[head->num_fields].name = name;
    request_fields[head->num_fields].value = value;
    head->num_fields++;
}

static void request_plain(void)
{
    hc_request_head head = request_default();

    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    CHECK_TEXT(request_text, "GET /a?b HTTP/1.1\r\nHost: h:8443\r\nUser-Agent: me/1\r\n"
                             "Accept: */*\r\n\r\n");
    head.user_agent = "";
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    CHECK_TEXT(request_text, "GET /a?b HTTP/1.1\r\nHost: h:8443\r\nAccept: */*\r\n\r\n");
}

static void request_order(void)
{
    hc_request_head head = request_default();

    head.method = "POST";
    head.content_type = "text/plain";
    head.has_body = 1;
    head.body_len = 1099511627776u;
    request_put(&head, "X-B", "2");
    request_put(&head, "X-A", "1");
    request_put(&head, "X-B", "3");
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    CHECK_TEXT(request_text, "POST /a?b HTTP/1.1\r\nHost: h:8443\r\nUser-Agent: me/1\r\n"
                             "Accept: */*\r\nX-B: 2\r\nX-A: 1\r\nX-B: 3\r\n"
                             "Content-Type: text/plain\r\nContent-Length: 1099511627776\r\n\r\n");
}

static void request_bodies(void)
{
    hc_request_head head = request_default();

    head.method = "PUT";
    head.has_body = 1;
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    CHECK(strstr(request_text, "\r\nContent-Length: 0\r\n\r\n") != NULL);
    CHECK(strstr(request_text, "Content-Type") == NULL);
    head.content_type = "a/b";
    request_put(&head, "content-type", "c/d");
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    CHECK(strstr(request_text, "\r\ncontent-type: c/d\r\nContent-Length: 0\r\n\r\n") != NULL);
    CHECK(strstr(request_text, "a/b") == NULL);
    request_fields[0].value = NULL;
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    CHECK(strstr(request_text, "ontent-") == strstr(request_text, "ontent-Length"));
    head = request_default();
    head.content_type = "a/b";
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    CHECK(strstr(request_text, "Content-") == NULL);
}

static void request_defaults_replaced(void)
{
    hc_request_head head = request_default();

    request_put(&head, "USER-AGENT", "you/2");
    request_put(&head, "accept", "text/html");
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    CHECK_TEXT(request_text, "GET /a?b HTTP/1.1\r\nHost: h:8443\r\nUSER-AGENT: you/2\r\n"
                             "accept: text/html\r\n\r\n");
    head = request_default();
    request_put(&head, "User-Agent", NULL);
    request_put(&head, "Accept", NULL);
    request_put(&head, "X-None", NULL);
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    CHECK_TEXT(request_text, "GET /a?b HTTP/1.1\r\nHost: h:8443\r\n\r\n");
}

static void request_hosts(void)
{
    static const char *const bad[] = {"",      " ",    "a b",  "a\tb", "a/b",     "a@b", "a,b",
                                      "a\\b",  "a?b",  "a#b",  "\x01", "a\r\nX: 1", "h\xC3\xA4",
                                      "a\x7f", NULL};
    hc_request_head head = request_default();

    request_put(&head, "X", "1");
    request_put(&head, "hOST", " other:1\t");
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    CHECK_TEXT(request_text, "GET /a?b HTTP/1.1\r\nHost: other:1\r\nUser-Agent: me/1\r\n"
                             "Accept: */*\r\nX: 1\r\n\r\n");
    request_fields[1].value = "[::1]:2";
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    request_put(&head, "Host", "third");
    CHECK_INT(request_write(&head, 4000), HTTPSC_ERR_REQUEST_HEADER);
    head.num_fields = 2;
    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        request_fields[1].value = bad[i];
        CHECK_INT(request_write(&head, 4000), HTTPSC_ERR_REQUEST_HEADER);
    }
}

static void request_methods(void)
{
    static const char *const bad[] = {"",       " ",      "GET ",  " GET",    "G ET",     "GET\t",
                                      "GET\r\n", "GET\n", "G\x01", "GET/",    "GET:",     "G\"",
                                      "\xC3\x84", "GET\x7f", "CONNECT", "GET / HTTP/1.1\r\nX: "};
    static const char *const good[] = {"GET", "get", "TRACE", "PROPFIND",
                                       "M-SEARCH", "!#$%&'*+.^_`|~1"};
    hc_request_head head = request_default();

    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        head.method = bad[i];
        CHECK_INT(request_write(&head, 4000), HTTPSC_ERR_REQUEST_METHOD);
    }
    head.method = NULL;
    CHECK_INT(request_write(&head, 4000), HTTPSC_ERR_REQUEST_METHOD);
    for (size_t i = 0; i < HC_ARRAY_LEN(good); i++) {
        head.method = good[i];
        CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
        CHECK(strncmp(request_text, good[i], strlen(good[i])) == 0);
        CHECK(strncmp(request_text + strlen(good[i]), " /a?b HTTP/1.1\r\n", 16) == 0);
    }
}

/* DEFENCES J1: nothing of the caller ends a line. */
static void request_injection(void)
{
    static const char *const names[] = {"",      " ",     "X Y", "X:",  "X\r\nY", "X\n", "X\r",
                                        "X\t",   "\x01",  "X\x7f", "X\xC3\xA4", "(X)", "X ", NULL};
    static const char *const values[] = {"1\r\nY: hunter2", "\rhunter2", "hunter2\n", "\n", "\r",
                                         "a\x01hunter2",    "\x1b",      "\x7f", "\x08"};
    hc_request_head head = request_default();

    request_put(&head, "X", "1");
    for (size_t i = 0; i < HC_ARRAY_LEN(names); i++) {
        request_fields[0].name = names[i];
        CHECK_INT(request_write(&head, 4000), HTTPSC_ERR_REQUEST_HEADER);
    }
    request_fields[0].name = "Authorization";
    for (size_t i = 0; i < HC_ARRAY_LEN(values); i++) {
        request_fields[0].value = values[i];
        CHECK_INT(request_write(&head, 4000), HTTPSC_ERR_REQUEST_HEADER);
        CHECK(strstr(request_error.text, "Authorization") != NULL);
    }
    request_fields[0].value = "1";
    for (size_t i = 0; i < HC_ARRAY_LEN(values); i++) {
        head.user_agent = values[i];
        CHECK_INT(request_write(&head, 4000), HTTPSC_ERR_REQUEST_HEADER);
        head.user_agent = "me";
        head.content_type = values[i];
        CHECK_INT(request_write(&head, 4000), HTTPSC_ERR_REQUEST_HEADER);
        head.content_type = NULL;
    }
}

static void request_values(void)
{
    hc_request_head head = request_default();

    head.user_agent = "";
    request_put(&head, "Accept", " \t a \t b\xC3\xA4 \t");
    request_put(&head, "X", "");
    request_put(&head, "Y", " \t");
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    CHECK_TEXT(request_text, "GET /a?b HTTP/1.1\r\nHost: h:8443\r\nAccept: a \t b\xC3\xA4\r\n"
                             "X: \r\nY: \r\n\r\n");
}

/* DEFENCES J8. */
static void request_framing(void)
{
    static const char *const names[] = {"Content-Length", "TRANSFER-ENCODING", "connection", "Te",
                                        "Trailer",        "Upgrade",           "Expect",
                                        "Keep-Alive",     "Proxy-Connection"};
    hc_request_head head = request_default();

    request_put(&head, "X", "1");
    request_put(&head, "", "1");
    for (size_t i = 0; i < HC_ARRAY_LEN(names); i++) {
        request_fields[1].name = names[i];
        request_fields[1].value = "1";
        CHECK_INT(request_write(&head, 4000), HTTPSC_ERR_REQUEST_FRAMING);
        CHECK_INT(request_error.stage, HTTPSC_STAGE_REQUEST);
        request_fields[1].value = NULL;
        CHECK_INT(request_write(&head, 4000), HTTPSC_ERR_REQUEST_FRAMING);
    }
    request_fields[1].name = "Content-Length";
    CHECK_INT(request_write(&head, 4000), HTTPSC_ERR_REQUEST_FRAMING);
    CHECK(strstr(request_error.text, "Content-Length") != NULL);
    request_fields[1].name = "Content-Lengths";
    request_fields[1].value = "1";
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
}

static void request_limit(void)
{
    hc_request_head head = request_default();
    size_t len;

    head.has_body = 1;
    head.content_type = "a/b";
    request_put(&head, "X", "1");
    CHECK_INT(request_write(&head, 4000), HTTPSC_OK);
    len = strlen(request_text);
    CHECK_INT(request_write(&head, len), HTTPSC_OK);
    for (size_t max = 1; max < len; max++) {
        CHECK_INT(request_write(&head, max), HTTPSC_ERR_LIMIT_REQUEST_HEAD);
    }
}

static void request_memory_ends(void)
{
    hc_request_head head = request_default();
    static char value[3000];
    int num_failures = 0;

    memset(value, 'x', sizeof value - 1);
    request_put(&head, "X", value);
    for (size_t nth = 1; nth < 20; nth++) {
        hc_buffer out;
        int code;

        unit_memory_init(&request_memory);
        request_memory.fail_at = nth;
        memset(&request_error, 0, sizeof request_error);
        hc_buffer_init(&out, &request_memory.allocator, 4000);
        code = hc_request_write(&head, &out, &request_error);
        CHECK(code == HTTPSC_OK || (code == HTTPSC_ERR_MEMORY && out.len == 0));
        num_failures += code == HTTPSC_ERR_MEMORY;
        hc_buffer_free(&out);
        CHECK(request_memory.live_blocks == 0 && !request_memory.misuse);
    }
    CHECK(num_failures >= 2 && num_failures < 19);
}

static void request_facts(void)
{
    static const char *const secret[] = {
        "Authorization", "PROXY-AUTHORIZATION", "cookie", "Set-Cookie", "Cookie2", "X-Api-Key",
        "apikey", "DD-API-KEY", "X-Goog-Api-Key", "X-Auth-Key", "OK-ACCESS-KEY",
        "Ocp-Apim-Subscription-Key", "X-Token", "Access-Token", "X-Shopify-Access-Token",
        "X-Vault-Token", "X-Session-Token", "Session", "X-Secret", "X-Credentials",
        "Proxy-Authentication-Info", "X-Password", "OK-ACCESS-PASSPHRASE",
        "Cf-Access-Jwt-Assertion"};
    static const char *const open[] = {"", "Cook", "ookie", "Host", "Content-Type", "Key",
                                       "Idempotency-Key", "Authority", "WWW-Authenticate",
                                       "If-Match", "toke-n", "User-Agent", "Accept-Encoding"};

    CHECK(hc_method_is_idempotent("GET") && hc_method_is_idempotent("HEAD") &&
          hc_method_is_idempotent("PUT") && hc_method_is_idempotent("DELETE") &&
          hc_method_is_idempotent("OPTIONS") && hc_method_is_idempotent("TRACE"));
    CHECK(!hc_method_is_idempotent("POST") && !hc_method_is_idempotent("PATCH") &&
          !hc_method_is_idempotent("get") && !hc_method_is_idempotent("") &&
          !hc_method_is_idempotent("GETS"));
    CHECK(hc_method_expects_body("POST") && hc_method_expects_body("PUT") &&
          hc_method_expects_body("PATCH"));
    CHECK(!hc_method_expects_body("GET") && !hc_method_expects_body("post") &&
          !hc_method_expects_body("DELETE"));
    for (size_t i = 0; i < HC_ARRAY_LEN(secret); i++) {
        CHECK(hc_field_is_secret(hc_cursor_over(secret[i], strlen(secret[i]))));
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(open); i++) {
        CHECK(!hc_field_is_secret(hc_cursor_over(open[i], strlen(open[i]))));
    }
}

UNIT_MAIN(UNIT(request_plain), UNIT(request_order), UNIT(request_bodies),
          UNIT(request_defaults_replaced), UNIT(request_hosts), UNIT(request_methods),
          UNIT(request_injection), UNIT(request_values), UNIT(request_framing),
          UNIT(request_limit), UNIT(request_memory_ends), UNIT(request_facts))
