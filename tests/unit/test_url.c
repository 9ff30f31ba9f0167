#include "unit.h"

#define URL_MAX 16384

static unit_memory url_memory;
static hc_url url;
static httpsc_error url_error;

static int url_parse(const char *text)
{
    unit_memory_init(&url_memory);
    memset(&url_error, 0, sizeof url_error);
    return hc_url_parse(&url, &url_memory.allocator, text, URL_MAX, &url_error);
}

/* Parses, and writes the URL again. */
static const char *url_normal(const char *text)
{
    static char written[3 * URL_MAX + 512];
    hc_buffer out;

    if (url_parse(text) != HTTPSC_OK) {
        return httpsc_code_name(url_error.code);
    }
    hc_buffer_init(&out, &url_memory.allocator, sizeof written - 1);
    CHECK_INT(hc_url_add(&url, &out), HC_BUFFER_OK);
    memcpy(written, out.ptr, out.len);
    written[out.len] = '\0';
    hc_buffer_free(&out);
    hc_url_free(&url);
    CHECK(url_memory.live_blocks == 0 && !url_memory.misuse);
    return written;
}

/* Refused with the code, nothing kept, and the secret in no error text. */
static void url_refused(const char *text, int code)
{
    int got = url_parse(text);

    if (got != code) {
        printf("# %s: %s\n", text, url_error.text);
    }
    CHECK_INT(got, code);
    CHECK_INT(url_error.code, code);
    CHECK_INT(url_error.stage, HTTPSC_STAGE_URL);
    CHECK(url.target.ptr == NULL && url.host.kind == 0 && url.port == 0);
    CHECK_INT(url_memory.live_blocks, 0);
    CHECK(strstr(url_error.text, "hunter2") == NULL);
}

static void url_parts(void)
{
    CHECK_INT(url_parse("https://user:hunter2@Example.ORG:8443/a/b?c=d#e"), HTTPSC_OK);
    CHECK_INT(url.secure, 1);
    CHECK_INT(url.host.kind, HC_HOST_NAME);
    CHECK_TEXT(url.host.text, "example.org");
    CHECK_INT(url.host.address.len, 0);
    CHECK_INT(url.port, 8443);
    CHECK_INT(url.default_port, 0);
    CHECK_INT(url.has_userinfo, 1);
    CHECK_INT(url.target.len, 8);
    CHECK(memcmp(url.target.ptr, "/a/b?c=d", 8) == 0);
    hc_url_free(&url);
    CHECK_INT(url_parse("http://h"), HTTPSC_OK);
    CHECK_INT(url.secure, 0);
    CHECK_INT(url.port, 80);
    CHECK_INT(url.default_port, 1);
    CHECK_INT(url.has_userinfo, 0);
    hc_url_free(&url);
    CHECK_INT(url_parse("https://@h"), HTTPSC_OK);
    CHECK_INT(url.has_userinfo, 1);
    CHECK_INT(url.port, 443);
    hc_url_free(&url);
    CHECK_INT(url_memory.live_blocks, 0);
}

static void url_schemes(void)
{
    CHECK_TEXT(url_normal("https://h/"), "https://h/");
    CHECK_TEXT(url_normal("HtTpS://h/"), "https://h/");
    CHECK_TEXT(url_normal("HTTP://h/"), "http://h/");
    url_refused("ftp://h/", HTTPSC_ERR_URL_SCHEME);
    CHECK(strstr(url_error.text, "\"ftp\"") != NULL);
    CHECK_INT(url_error.native, 0);
    url_refused("httpss://h/", HTTPSC_ERR_URL_SCHEME);
    url_refused("file:///etc/passwd", HTTPSC_ERR_URL_SCHEME);
    url_refused("a+b-c.1://h/", HTTPSC_ERR_URL_SCHEME);
    url_refused("javascript:alert(1)", HTTPSC_ERR_URL_SCHEME);
    url_refused("hunter2:x@h/", HTTPSC_ERR_URL_SCHEME);
    url_refused("localhost:8080/", HTTPSC_ERR_URL_SCHEME);
    url_refused("", HTTPSC_ERR_URL_SYNTAX);
    url_refused("https", HTTPSC_ERR_URL_SYNTAX);
    url_refused("https:", HTTPSC_ERR_URL_SYNTAX);
    url_refused("https:/h", HTTPSC_ERR_URL_SYNTAX);
    url_refused("https:h", HTTPSC_ERR_URL_SYNTAX);
    url_refused("//h/", HTTPSC_ERR_URL_SYNTAX);
    url_refused("/a", HTTPSC_ERR_URL_SYNTAX);
    url_refused("h", HTTPSC_ERR_URL_SYNTAX);
    url_refused("://h/", HTTPSC_ERR_URL_SYNTAX);
    url_refused("1https://h/", HTTPSC_ERR_URL_SYNTAX);
    url_refused("ht tps://h/", HTTPSC_ERR_URL_SYNTAX);
    url_refused("ht\xC3\xBCtp://h/", HTTPSC_ERR_URL_SYNTAX);
}

/* DEFENCES J1: no control character, wherever it stands. */
static void url_controls(void)
{
    static const char *const places[] = {"?https://h/a",    "ht?tps://h/a", "https:?//h/a",
                                         "https://?h/a",    "https://u?@h/a", "https://h?/a",
                                         "https://h:8?0/a", "https://h/?a", "https://h/a?",
                                         "https://h/x~y?z", "https://h/a#b?"};
    static const unsigned char bytes[] = {1, 8, '\t', '\n', '\r', 0x1b, 0x1f, 0x7f, '\\'};

    for (size_t i = 0; i < HC_ARRAY_LEN(places); i++) {
        for (size_t j = 0; j < sizeof bytes; j++) {
            char text[64];

            strcpy(text, places[i]);
            *strrchr(text, '?') = (char)bytes[j];
            url_refused(text, HTTPSC_ERR_URL_SYNTAX);
        }
    }
    url_refused(" https://h/", HTTPSC_ERR_URL_SYNTAX);
    url_refused("https://h/ ", HTTPSC_ERR_URL_SYNTAX);
    url_refused("https://h/#a ", HTTPSC_ERR_URL_SYNTAX);
    url_refused(" ", HTTPSC_ERR_URL_SYNTAX);
    url_refused("https://h\\@evil/", HTTPSC_ERR_URL_SYNTAX);
}

static void url_userinfo(void)
{
    CHECK_TEXT(url_normal("https://user:hunter2@h/"), "https://h/");
    CHECK_TEXT(url_normal("https://user@h/"), "https://h/");
    CHECK_TEXT(url_normal("https://:@h/"), "https://h/");
    CHECK_TEXT(url_normal("https://a%40b:%3a@h/"), "https://h/");
    CHECK_TEXT(url_normal("https://h/@x"), "https://h/@x");
    CHECK_TEXT(url_normal("https://h?@x"), "https://h/?@x");
    CHECK_TEXT(url_normal("https://h#@x"), "https://h/");
    url_refused("https://user:hunter2@x@h/", HTTPSC_ERR_URL_SYNTAX);
    url_refused("https://a@@h/", HTTPSC_ERR_URL_SYNTAX);
    url_refused("https://user:hun ter2@h/", HTTPSC_ERR_URL_SYNTAX);
    url_refused("https://us\xC3\xA4r:hunter2@h/", HTTPSC_ERR_URL_SYNTAX);
    url_refused("https://user:hunter2@/", HTTPSC_ERR_URL_HOST);
    url_refused("https://user:hunter2@:443/", HTTPSC_ERR_URL_HOST);
    url_refused("https://user:hunter2@h:x/", HTTPSC_ERR_URL_PORT);
    /* a "/" that should have been encoded cuts the password, which is then a port */
    url_refused("https://user:hunter2/x@h/", HTTPSC_ERR_URL_PORT);
}

static void url_names(void)
{
    static const char *const bad[] = {
        "",       "..",      "a..b",   ".a",      "a..",     "a b",     "a%20b",  "a%2Fb",
        "h%00",   "%68",     "a\xC3\xA4", "a,b",  "a;b",     "a=b",     "a!b",    "a*b",
        "a(b)",   "a+b",     "a$b",    "a&b",     "a'b",     "a~b",     "a|b",    "a^b",
        "a`b",    "a{b",     "a\"b",   "a<b",     "a[b",     "a]b",     "[a]",    "[]",
        "*.a"};

    CHECK_TEXT(url_normal("https://EXAMPLE.com"), "https://example.com/");
    CHECK_TEXT(url_normal("https://a_b.c-d.e"), "https://a_b.c-d.e/");
    CHECK_TEXT(url_normal("https://xn--bcher-kva.example"), "https://xn--bcher-kva.example/");
    CHECK_TEXT(url_normal("https://example.com./"), "https://example.com/");
    CHECK_TEXT(url_normal("https://./"), "https://./");
    CHECK_TEXT(url_normal("https://localhost"), "https://localhost/");
    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        char text[64];

        snprintf(text, sizeof text, "https://%s/", bad[i]);
        url_refused(text, HTTPSC_ERR_URL_HOST);
        snprintf(text, sizeof text, "https://%s:80", bad[i]);
        url_refused(text, HTTPSC_ERR_URL_HOST);
    }
    url_refused("https://?a", HTTPSC_ERR_URL_HOST);
    url_refused("https://#a", HTTPSC_ERR_URL_HOST);
    url_refused("https://", HTTPSC_ERR_URL_HOST);
    url_refused("https:///h", HTTPSC_ERR_URL_HOST);
}

/* A name of len bytes in labels of at most label_len. */
static const char *url_long_name(size_t len, size_t label_len)
{
    static char name[512];

    for (size_t i = 0; i < len; i++) {
        name[i] = i % (label_len + 1) == label_len ? '.' : 'a';
    }
    name[len] = '\0';
    return name;
}

static void url_name_lengths(void)
{
    char text[600];

    snprintf(text, sizeof text, "https://%s/", url_long_name(63, 63));
    CHECK_TEXT(url_normal(text), text);
    snprintf(text, sizeof text, "https://%s/", url_long_name(64, 64));
    url_refused(text, HTTPSC_ERR_URL_HOST);
    snprintf(text, sizeof text, "https://b.%s.c/", url_long_name(64, 64));
    url_refused(text, HTTPSC_ERR_URL_HOST);
    snprintf(text, sizeof text, "https://%s/", url_long_name(253, 49));
    CHECK_TEXT(url_normal(text), text);
    snprintf(text, sizeof text, "https://%s/", url_long_name(254, 49));
    url_refused(text, HTTPSC_ERR_URL_HOST);
    snprintf(text, sizeof text, "https://%s./", url_long_name(253, 49));
    CHECK_INT(url_parse(text), HTTPSC_OK);
    CHECK_INT(strlen(url.host.text), 253);
    hc_url_free(&url);
}

/* DEFENCES J4: an address has one notation. */
static void url_ipv4(void)
{
    static const char *const bad[] = {
        "127.1",     "0x7f.1",      "0x7f000001",  "2130706433",      "017700000001",
        "127.0.1",   "1.2.3.256",   "01.02.03.04", "1.2.3.00",        "00.0.0.0",
        "1.2.3.0x4", "1.2.3.1000",  "0",           "0x",              "1.2.3.08",
        "127.1.",    "0X7F.0.0.1",  "1.2.3.4294967300"};

    CHECK_INT(url_parse("https://127.0.0.1/"), HTTPSC_OK);
    CHECK_INT(url.host.kind, HC_HOST_IPV4);
    CHECK_INT(url.host.address.len, 4);
    CHECK(memcmp(url.host.address.bytes, "\x7f\0\0\1", 4) == 0);
    CHECK_TEXT(url.host.text, "127.0.0.1");
    hc_url_free(&url);
    CHECK_TEXT(url_normal("https://0.0.0.0/"), "https://0.0.0.0/");
    CHECK_TEXT(url_normal("https://255.255.255.255:1/"), "https://255.255.255.255:1/");
    CHECK_TEXT(url_normal("https://10.200.30.4./"), "https://10.200.30.4/");
    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        char text[64];

        snprintf(text, sizeof text, "https://%s/", bad[i]);
        url_refused(text, HTTPSC_ERR_URL_HOST);
    }
    /* what inet_aton takes for no address is a name, and may end in a number */
    CHECK_INT(url_parse("https://a.example.1060/"), HTTPSC_OK);
    CHECK_INT(url.host.kind, HC_HOST_NAME);
    CHECK_INT(url.host.address.len, 0);
    hc_url_free(&url);
    CHECK_INT(url_parse("https://127.0.0.1.5/"), HTTPSC_OK);
    CHECK_INT(url.host.kind, HC_HOST_NAME);
    hc_url_free(&url);
    CHECK_TEXT(url_normal("https://0x7g.0.0.1/"), "https://0x7g.0.0.1/");
    CHECK_TEXT(url_normal("https://1.2.3.4e/"), "https://1.2.3.4e/");
}

static const struct {
    const char *text;
    const char *normal; /* NULL: refused */
} url_ipv6_cases[] = {
    {"::", "::"},
    {"::1", "::1"},
    {"1::", "1::"},
    {"0:0:0:0:0:0:0:0", "::"},
    {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
    {"0001:0ABC:00de:f000::", "1:abc:de:f000::"},
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"0:1:0:1:0:1:0:1", "0:1:0:1:0:1:0:1"},
    {"0:0:1:2:3:4:5:6", "::1:2:3:4:5:6"},
    {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
    {"1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8"},
    {"::127.0.0.1", "::7f00:1"},
    {"::ffff:1.2.3.4", "::ffff:102:304"},
    {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
    {"", NULL},
    {":", NULL},
    {":::", NULL},
    {"1", NULL},
    {"1:2", NULL},
    {":1::", NULL},
    {"1:", NULL},
    {"1::2:", NULL},
    {"1::2::3", NULL},
    {"1:::2", NULL},
    {"1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:8:9", NULL},
    {"1:2:3:4:5:6:7:8::", NULL},
    {"::1:2:3:4:5:6:7:8", NULL},
    {"1:2:3:4::5:6:7:8", NULL},
    {"12345::", NULL},
    {"g::", NULL},
    {"::1.2.3", NULL},
    {"::1.2.3.4.5", NULL},
    {"::1.2.3.256", NULL},
    {"::01.2.3.4", NULL},
    {"::1.2.3.4.", NULL},
    {"::.1", NULL},
    {"::1.2.3.4:5", NULL},
    {"1.2.3.4::", NULL},
    {"1.2.3.4", NULL},
    {"1:2:3:4:5:6:7:1.2.3.4", NULL},
    {"fe80::1%eth0", NULL},
    {"fe80::1%25eth0", NULL},
    {"v1.a:b", NULL},
    {" ::1", NULL},
    {"::1 ", NULL},
    {"::0x1", NULL},
    {"-1::", NULL},
};

static void url_ipv6(void)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(url_ipv6_cases); i++) {
        char text[96];
        char expected[96];

        snprintf(text, sizeof text, "https://[%s]:8/", url_ipv6_cases[i].text);
        if (url_ipv6_cases[i].normal == NULL) {
            url_refused(text, HTTPSC_ERR_URL_HOST);
        } else {
            snprintf(expected, sizeof expected, "https://[%s]:8/",
                     url_ipv6_cases[i].normal);
            CHECK_TEXT(url_normal(text), expected);
        }
    }
    CHECK_INT(url_parse("https://[2001:DB8::1]"), HTTPSC_OK);
    CHECK_INT(url.host.kind, HC_HOST_IPV6);
    CHECK_INT(url.host.address.len, 16);
    CHECK_INT(url.host.address.scope_id, 0);
    CHECK(memcmp(url.host.address.bytes, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16) == 0);
    CHECK_TEXT(url.host.text, "2001:db8::1");
    hc_url_free(&url);
    url_refused("https://::1/", HTTPSC_ERR_URL_HOST);
    url_refused("https://2001:db8::1/", HTTPSC_ERR_URL_HOST);
    url_refused("https://[::1/", HTTPSC_ERR_URL_HOST);
    url_refused("https://[::1]x/", HTTPSC_ERR_URL_HOST);
    url_refused("https://x[::1]/", HTTPSC_ERR_URL_HOST);
    url_refused("https://[[::1]]/", HTTPSC_ERR_URL_HOST);
    url_refused("https://[::1]443/", HTTPSC_ERR_URL_HOST);
    url_refused("https://[/::1]", HTTPSC_ERR_URL_HOST);
    url_refused("https://[::1]:8:9/", HTTPSC_ERR_URL_PORT);
}

static void url_ports(void)
{
    static const char *const bad[] = {"0",  "00",   "65536", "+443",       "-1", "x",  "8x",
                                      "x8", " 443", "443 ",  "4294967739", "8.", "%38"};

    CHECK_TEXT(url_normal("https://h:/"), "https://h/");
    CHECK_TEXT(url_normal("https://h:443/"), "https://h/");
    CHECK_TEXT(url_normal("https://h:80/"), "https://h:80/");
    CHECK_TEXT(url_normal("http://h:443/"), "http://h:443/");
    CHECK_TEXT(url_normal("http://h:000000000000000000000080/"), "http://h/");
    CHECK_TEXT(url_normal("https://h:1/"), "https://h:1/");
    CHECK_TEXT(url_normal("https://h:65535/"), "https://h:65535/");
    CHECK_TEXT(url_normal("https://[::1]:/"), "https://[::1]/");
    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        char text[64];

        snprintf(text, sizeof text, "https://h:%s/", bad[i]);
        url_refused(text, HTTPSC_ERR_URL_PORT);
    }
}

static const char *const url_path_cases[][2] = {
    {"", "/"},
    {"/", "/"},
    {"?a", "/?a"},
    {"#a", "/"},
    {"?a#b?c", "/?a"},
    {"/?", "/?"},
    {"/a?b?c/../d", "/a?b?c/../d"},
    {"/a#b", "/a"},
    {"/a b?c d", "/a%20b?c%20d"},
    {"/\xC3\xA4?\xFF", "/%C3%A4?%FF"},
    {"/%", "/%"},
    {"/%4", "/%4"},
    {"/%zz?%", "/%zz?%"},
    {"/%41%2f%2F", "/%41%2f%2F"},
    {"/\"<>`{}|^", "/%22%3C%3E%60%7B%7D|^"},
    {"/?\"<>`{}|^'", "/?%22%3C%3E`{}|^'"},
    {"/a:b@c!$&'()*+,;=-._~", "/a:b@c!$&'()*+,;=-._~"},
    {"/.", "/"},
    {"/..", "/"},
    {"/./", "/"},
    {"/../", "/"},
    {"/../../a", "/a"},
    {"/a/.", "/a/"},
    {"/a/..", "/"},
    {"/a/./b", "/a/b"},
    {"/a/../b", "/b"},
    {"/a/b/../../c", "/c"},
    {"/a/b/c/./../../g", "/a/g"},
    {"/a//b", "/a//b"},
    {"//a", "//a"},
    {"//..", "/"},
    {"/a//..", "/a/"},
    {"/a//../..", "/"},
    {"/a/b//../..", "/a/"},
    {"/...", "/..."},
    {"/.a/..b", "/.a/..b"},
    {"/a../b./", "/a../b./"},
    {"/%2e/a", "/a"},
    {"/a/%2e%2E/b", "/b"},
    {"/a/.%2e/b", "/b"},
    {"/a/%2e.", "/"},
    {"/a/%2e%2e%2e", "/a/%2e%2e%2e"},
    {"/a/%2ef", "/a/%2ef"},
    {"/a/%2e%2", "/a/%2e%2"},
};

static void url_paths(void)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(url_path_cases); i++) {
        char text[96];
        char expected[96];

        snprintf(text, sizeof text, "https://h%s", url_path_cases[i][0]);
        snprintf(expected, sizeof expected, "https://h%s", url_path_cases[i][1]);
        CHECK_TEXT(url_normal(text), expected);
        CHECK_TEXT(url_normal(expected), expected);
    }
}

/* DEFENCES J7. */
static void url_length(void)
{
    static char text[40100];
    size_t len;

    strcpy(text, "https://h/");
    len = strlen(text);
    memset(text + len, 'a', URL_MAX - len);
    text[URL_MAX] = '\0';
    CHECK_TEXT(url_normal(text), text);
    text[URL_MAX] = 'a';
    text[URL_MAX + 1] = '\0';
    url_refused(text, HTTPSC_ERR_LIMIT_URL);
    memset(text + len, ' ', URL_MAX - len);
    text[URL_MAX - 1] = 'x';
    text[URL_MAX] = '\0';
    CHECK_INT(strlen(url_normal(text)), len + 3 * (URL_MAX - len - 1) + 1);

    for (int up = 0; up < 2; up++) {
        len = 10;
        for (int i = 0; i < 10000; i++) {
            strcpy(text + len, up || i >= 5000 ? "../" : "a/");
            len += strlen(text + len);
        }
        unit_memory_init(&url_memory);
        memset(&url_error, 0, sizeof url_error);
        CHECK_INT(hc_url_parse(&url, &url_memory.allocator, text, sizeof text, &url_error),
                  HTTPSC_OK);
        CHECK(url.target.len == 1 && url.target.ptr[0] == '/');
        hc_url_free(&url);
        CHECK_INT(url_memory.live_blocks, 0);
    }
}

static void url_hosts_and_ports(void)
{
    hc_host host;
    int port = 0;

    CHECK(hc_host_port_parse(&host, &port, "127.0.0.1:8080"));
    CHECK_INT(host.kind, HC_HOST_IPV4);
    CHECK_INT(port, 8080);
    CHECK(hc_host_port_parse(&host, &port, "[::1]:1"));
    CHECK_INT(host.kind, HC_HOST_IPV6);
    CHECK_TEXT(host.text, "::1");
    CHECK_INT(port, 1);
    CHECK(hc_host_port_parse(&host, &port, "Name:65535"));
    CHECK_TEXT(host.text, "name");
    CHECK(!hc_host_port_parse(&host, &port, ""));
    CHECK(!hc_host_port_parse(&host, &port, ":"));
    CHECK(!hc_host_port_parse(&host, &port, ":80"));
    CHECK(!hc_host_port_parse(&host, &port, "h"));
    CHECK(!hc_host_port_parse(&host, &port, "h:"));
    CHECK(!hc_host_port_parse(&host, &port, "h:0"));
    CHECK(!hc_host_port_parse(&host, &port, "h:65536"));
    CHECK(!hc_host_port_parse(&host, &port, "h:8/"));
    CHECK(!hc_host_port_parse(&host, &port, "::1:80"));
    CHECK(!hc_host_port_parse(&host, &port, "[::1]"));
    CHECK(!hc_host_port_parse(&host, &port, "[::1"));
    CHECK(!hc_host_port_parse(&host, &port, "u@h:80"));

    CHECK(hc_host_parse(&host, "::1", 3));
    CHECK_INT(host.kind, HC_HOST_IPV6);
    CHECK(hc_host_parse(&host, "[::1]", 5));
    CHECK(hc_host_parse(&host, "A.b.", 4));
    CHECK_TEXT(host.text, "a.b");
    CHECK(!hc_host_parse(&host, "a\0b", 3));
    CHECK(!hc_host_parse(&host, "", 0));
    CHECK_INT(host.kind, 0);
    CHECK(!hc_host_parse(&host, NULL, 0));
    CHECK(!hc_host_parse(&host, "a:1", 3));
    CHECK(!hc_host_parse(&host, "[", 1));
    CHECK(!hc_host_parse(&host, "]", 1));
    CHECK(!hc_host_parse(&host, "[]", 2));
}

static void url_authority(void)
{
    static const char *const cases[][2] = {{"https://H:443/", "h"},
                                           {"https://h:80/", "h:80"},
                                           {"http://u:p@h:80/", "h"},
                                           {"https://[::1]/", "[::1]"},
                                           {"https://[::1]:81/", "[::1]:81"},
                                           {"https://1.2.3.4:65535/", "1.2.3.4:65535"}};
    char text[600];
    hc_buffer out;

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        CHECK_INT(url_parse(cases[i][0]), HTTPSC_OK);
        hc_buffer_init(&out, &url_memory.allocator, 100);
        CHECK_INT(hc_url_add_authority(&url, &out), HC_BUFFER_OK);
        CHECK_INT(out.len, strlen(cases[i][1]));
        CHECK(memcmp(out.ptr, cases[i][1], out.len) == 0);
        hc_buffer_free(&out);
        hc_url_free(&url);
    }
    snprintf(text, sizeof text, "https://%s:65535/", url_long_name(253, 49));
    CHECK_TEXT(url_normal(text), text);

    /* what does not fit leaves the buffer as it was */
    CHECK_INT(url_parse("https://h/abc"), HTTPSC_OK);
    hc_buffer_init(&out, &url_memory.allocator, 12);
    CHECK_INT(hc_url_add(&url, &out), HC_BUFFER_FULL);
    CHECK_INT(out.len, 0);
    hc_buffer_free(&out);
    hc_url_free(&url);
    CHECK_INT(url_memory.live_blocks, 0);
}

static void url_memory_ends(void)
{
    size_t nth = 1;

    for (; nth < 50; nth++) {
        int code;

        unit_memory_init(&url_memory);
        url_memory.fail_at = nth;
        memset(&url_error, 0, sizeof url_error);
        code = hc_url_parse(&url, &url_memory.allocator,
                            "https://h/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                            "/../   bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
                            "?bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
                            "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
                            "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                            URL_MAX, &url_error);
        if (code == HTTPSC_OK) {
            break;
        }
        CHECK_INT(code, HTTPSC_ERR_MEMORY);
        CHECK(url_memory.live_blocks == 0 && !url_memory.misuse && url.target.ptr == NULL);
    }
    CHECK(nth >= 2 && nth < 50);
    hc_url_free(&url);
    hc_url_free(&url);
    CHECK_INT(url_memory.live_blocks, 0);
}

UNIT_MAIN(UNIT(url_parts), UNIT(url_schemes), UNIT(url_controls), UNIT(url_userinfo),
          UNIT(url_names), UNIT(url_name_lengths), UNIT(url_ipv4), UNIT(url_ipv6), UNIT(url_ports),
          UNIT(url_paths), UNIT(url_length), UNIT(url_hosts_and_ports), UNIT(url_authority),
          UNIT(url_memory_ends))
