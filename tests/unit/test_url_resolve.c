/* References against a base (RFC 3986, 5), and what a URL says of credentials. */
#include "unit.h"

#define URL_MAX 1024

static unit_memory resolve_memory;
static httpsc_error resolve_error;

static int resolve_to(hc_url *url, const char *base_text, const char *reference, size_t max)
{
    unit_memory base_memory;
    hc_url base;
    int code;

    unit_memory_init(&base_memory);
    unit_memory_init(&resolve_memory);
    memset(&resolve_error, 0, sizeof resolve_error);
    CHECK_INT(hc_url_parse(&base, &base_memory.allocator, base_text, URL_MAX, &resolve_error),
              HTTPSC_OK);
    code = hc_url_resolve(url, &base, &resolve_memory.allocator, reference, max, &resolve_error);
    hc_url_free(&base);
    CHECK_INT(base_memory.live_blocks, 0);
    return code;
}

/* The URL that it becomes, or the name of the error. */
static const char *resolved(const char *base, const char *reference)
{
    static char text[8 * URL_MAX];
    hc_url url;
    hc_buffer out;
    int code = resolve_to(&url, base, reference, URL_MAX);

    CHECK_INT(resolve_error.code, code);
    if (code != HTTPSC_OK) {
        CHECK(url.target.ptr == NULL && url.host.kind == 0);
        CHECK(strstr(resolve_error.text, "hunter2") == NULL);
        CHECK_INT(resolve_memory.live_blocks, 0);
        return httpsc_code_name(code);
    }
    hc_buffer_init(&out, &resolve_memory.allocator, sizeof text - 1);
    CHECK_INT(hc_url_add(&url, &out), HC_BUFFER_OK);
    memcpy(text, out.ptr, out.len);
    text[out.len] = '\0';
    hc_buffer_free(&out);
    hc_url_free(&url);
    CHECK(resolve_memory.live_blocks == 0 && !resolve_memory.misuse);
    return text;
}

/* 5.4.1 and 5.4.2; fragments are dropped, other schemes refused. */
static void resolve_of_the_rfc(void)
{
    static const char *const cases[][2] = {
        {"g:h", "ERR_URL_SCHEME"},
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g/"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q"},
        {"g#s", "http://a/b/c/g"},
        {"g?y#s", "http://a/b/c/g?y"},
        {";x", "http://a/b/c/;x"},
        {"g;x", "http://a/b/c/g;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"g#s/./x", "http://a/b/c/g"},
        {"g#s/../x", "http://a/b/c/g"},
        {"http:g", "ERR_URL_SYNTAX"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        CHECK_TEXT(resolved("http://a/b/c/d;p?q", cases[i][0]), cases[i][1]);
    }
}

static void resolve_more(void)
{
    static const char *const cases[][3] = {
        {"https://h", "g", "https://h/g"},
        {"https://h", "..", "https://h/"},
        {"https://h/?a/b", "g", "https://h/g"},
        {"https://h/a?b/c", "?", "https://h/a?"},
        {"https://h/a?b", "#", "https://h/a?b"},
        {"https://h:8443/a", "/b", "https://h:8443/b"},
        {"https://h:8443/a", "//h2", "https://h2/"},
        {"https://h/a", "//h2:444/b/../c", "https://h2:444/c"},
        {"https://h/a", "//user:hunter2@h2/b", "https://h2/b"},
        {"https://user:hunter2@h/a", "b", "https://h/b"},
        {"https://h/a", "HTTP://H2/", "http://h2/"},
        {"https://h/a", "http://[::1]:80/x", "http://[::1]/x"},
        {"http://h/a", "https://h:443", "https://h/"},
        {"https://h/a/", ":b/c", "https://h/a/:b/c"},
        {"https://h/a/", "1:b", "https://h/a/1:b"},
        {"https://h/a/", "b/c:d", "https://h/a/b/c:d"},
        {"https://h/a/", "./b:c", "https://h/a/b:c"},
        {"https://h/a/b", ".//c", "https://h/a//c"},
        {"https://h/a//b/c", "../d", "https://h/a//d"},
        {"https://h/a/b", "/.//c", "https://h//c"},
        {"https://h/a/b", "%2e%2E/c", "https://h/c"},
        {"https://h/a/b", "m o o\xC3\xA4\"?x y", "https://h/a/m%20o%20o%C3%A4%22?x%20y"},
        {"https://h/\xC3\xA4 /b", "c%", "https://h/%C3%A4%20/c%"},
        {"https://h/a", "?x?y/..", "https://h/a?x?y/.."},
        {"https://h/a", "mailto:x", "ERR_URL_SCHEME"},
        {"https://h/a", "javascript:alert(1)", "ERR_URL_SCHEME"},
        {"https://h/a", "file:///etc/passwd", "ERR_URL_SCHEME"},
        {"https://h/a", "data:,x", "ERR_URL_SCHEME"},
        {"https://h/a", "https:", "ERR_URL_SYNTAX"},
        {"https://h/a", "https:/x", "ERR_URL_SYNTAX"},
        {"https://h/a", "//", "ERR_URL_HOST"},
        {"https://h/a", "///x", "ERR_URL_HOST"},
        {"https://h/a", "//h:0/", "ERR_URL_PORT"},
        {"https://h/a", "//h:99999/", "ERR_URL_PORT"},
        {"https://h/a", "//127.1/", "ERR_URL_HOST"},
        {"https://h/a", "//a%20b/", "ERR_URL_HOST"},
        {"https://h/a", "\\\\evil/", "ERR_URL_SYNTAX"},
        {"https://h/a", "/\\evil/", "ERR_URL_SYNTAX"},
        {"https://h/a", "b\\c", "ERR_URL_SYNTAX"},
        {"https://h/a", "/b\r\nX: y", "ERR_URL_SYNTAX"},
        {"https://h/a", " b", "ERR_URL_SYNTAX"},
        {"https://h/a", "b\t", "ERR_URL_SYNTAX"},
        {"https://h/a", "#\x01", "ERR_URL_SYNTAX"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        CHECK_TEXT(resolved(cases[i][0], cases[i][1]), cases[i][2]);
    }
}

/* DEFENCES J7: bounded, and walked once. */
static void resolve_limits(void)
{
    static char reference[3 * URL_MAX];
    char base[URL_MAX + 1];
    hc_url url;

    for (size_t extra = 0; extra < 2; extra++) {
        memset(reference, 'x', sizeof reference);
        reference[URL_MAX + extra] = '\0';
        CHECK_INT(resolve_to(&url, "https://h/", reference, URL_MAX),
                  extra ? HTTPSC_ERR_LIMIT_URL : HTTPSC_OK);
        hc_url_free(&url);
        /* what the base gives counts too: 3 * max + 1 bytes of target, and not one more */
        memset(reference, ' ', sizeof reference);
        reference[0] = 'x';
        reference[URL_MAX - 1] = 'x';
        reference[URL_MAX] = '\0';
        strcpy(base, extra ? "https://h/abcd/" : "https://h/abc/");
        CHECK_INT(resolve_to(&url, base, reference, URL_MAX),
                  extra ? HTTPSC_ERR_LIMIT_URL : HTTPSC_OK);
        CHECK_INT(url.target.len, extra ? 0 : 3 * URL_MAX + 1);
        hc_url_free(&url);
    }
    for (size_t i = 0; i < URL_MAX; i += 3) {
        memcpy(reference + i, "../", 3);
    }
    reference[URL_MAX - 1] = '\0';
    CHECK_INT(resolve_to(&url, "https://h/a/b", reference, URL_MAX), HTTPSC_OK);
    CHECK_INT(url.target.len, 1);
    hc_url_free(&url);
    CHECK_INT(resolve_memory.live_blocks, 0);
}

/* Every cut of a reference is read within its bytes, and is a URL or an error. */
static void resolve_cut_anywhere(void)
{
    static const char text[] = "https://u:p@[::1]:444/a/../%2e/b?c=d#e";

    for (size_t begin = 0; begin < sizeof text; begin++) {
        for (size_t len = 0; begin + len < sizeof text; len++) {
            char *copy = malloc(len + 1);
            hc_url url;
            int code;

            CHECK(copy != NULL);
            memcpy(copy, text + begin, len);
            copy[len] = '\0';
            code = resolve_to(&url, "https://h/p/q", copy, URL_MAX);
            CHECK_INT(resolve_error.code, code);
            CHECK(code != HTTPSC_OK || (url.target.len > 0 && url.target.ptr[0] == '/'));
            hc_url_free(&url);
            CHECK_INT(resolve_memory.live_blocks, 0);
            free(copy);
        }
    }
}

static void resolve_out_of_memory(void)
{
    static const char *const references[] = {"g", "/g", "//g", "?g", "", "https://g/"};
    unit_memory base_memory;
    hc_url base;

    unit_memory_init(&base_memory);
    CHECK_INT(hc_url_parse(&base, &base_memory.allocator, "https://h/a/b?c", URL_MAX,
                           &resolve_error),
              HTTPSC_OK);
    for (size_t i = 0; i < HC_ARRAY_LEN(references); i++) {
        hc_url url;

        unit_memory_init(&resolve_memory);
        memset(&resolve_error, 0, sizeof resolve_error);
        resolve_memory.fail_at = 1;
        CHECK_INT(hc_url_resolve(&url, &base, &resolve_memory.allocator, references[i], URL_MAX,
                                 &resolve_error),
                  HTTPSC_ERR_MEMORY);
        CHECK_INT(resolve_memory.live_blocks, 0);
    }
    hc_url_free(&base);
}

/* ---- credentials -------------------------------------------------------------------------- */

/* "user|password", or the name of the error. */
static const char *credentials(const char *url, size_t max)
{
    static char text[256];
    hc_buffer user;
    hc_buffer password;
    int code;

    unit_memory_init(&resolve_memory);
    memset(&resolve_error, 0, sizeof resolve_error);
    hc_buffer_init(&user, &resolve_memory.allocator, max);
    hc_buffer_init(&password, &resolve_memory.allocator, max);
    code = hc_url_credentials(url, &user, &password, &resolve_error);
    CHECK_INT(resolve_error.code, code);
    CHECK(strstr(resolve_error.text, "hunter2") == NULL);
    if (code == HTTPSC_OK) {
        CHECK_INT(strlen((char *)user.ptr), user.len);
        CHECK_INT(strlen((char *)password.ptr), password.len);
        snprintf(text, sizeof text, "%s|%s", (char *)user.ptr, (char *)password.ptr);
    } else {
        CHECK(user.ptr == NULL && password.ptr == NULL);
        snprintf(text, sizeof text, "%s", httpsc_code_name(code));
    }
    hc_buffer_free(&user);
    hc_buffer_free(&password);
    CHECK_INT(resolve_memory.live_blocks, 0);
    return text;
}

static void credentials_of_urls(void)
{
    static const char *const cases[][2] = {
        {"https://h/", "|"},
        {"https://user@h/", "user|"},
        {"https://user:@h/", "user|"},
        {"https://:pw@h/", "|pw"},
        {"https://@h/", "|"},
        {"https://user:hunter2@h/", "user|hunter2"},
        {"https://user:a:b@h", "user|a:b"},
        {"https://u%40%3a:p%2F%c3%a4%@h?x", "u@:|p/\xC3\xA4%"},
        {"https://u%4:p%zz@h#x", "u%4|p%zz"},
        {"https://h/@x", "|"},
        {"https://h?a@x", "|"},
        {"https://h#a@x", "|"},
        {"https://u:hunter2%00@h/", "ERR_URL_SYNTAX"},
        {"https://u%0d%0a:hunter2@h/", "ERR_URL_SYNTAX"},
        {"https://u:hunter2%7f@h/", "ERR_URL_SYNTAX"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        CHECK_TEXT(credentials(cases[i][0], 64), cases[i][1]);
    }
    CHECK_TEXT(credentials("https://user:hunter2@h/", 8), "user|hunter2");
    CHECK_TEXT(credentials("https://user:hunter2@h/", 7), "ERR_MEMORY");
    CHECK_TEXT(credentials("nothing", 8), "|");
    CHECK_TEXT(credentials("", 8), "|");
}

UNIT_MAIN(UNIT(resolve_of_the_rfc), UNIT(resolve_more), UNIT(resolve_limits),
          UNIT(resolve_cut_anywhere), UNIT(resolve_out_of_memory), UNIT(credentials_of_urls))
