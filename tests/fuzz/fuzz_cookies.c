/*
 * libFuzzer: the cookie jar. An input is lines: "@URL" goes to that URL, "?" asks for its Cookie,
 * "+N" lets N seconds pass, "=" begins a file of cookies that reaches to the end; any other line is
 * the value of a Set-Cookie from the URL. The jar must keep its rules, and a jar that was written
 * and read must be written the same again.
 */
#include "fuzz.h"

static void cookies_hold(const hc_cookie_jar *jar)
{
    FUZZ_CHECK(jar->num_cookies <= HC_COOKIES_MAX);
    for (size_t i = 0; i < jar->num_cookies; i++) {
        const hc_cookie *cookie = hc_cookie_jar_at(jar, i);
        hc_host host;
        size_t num_same = 0;

        FUZZ_CHECK(cookie->path[0] == '/');
        FUZZ_CHECK(hc_host_parse(&host, cookie->domain, strlen(cookie->domain)));
        FUZZ_CHECK(strcmp(host.text, cookie->domain) == 0);
        FUZZ_CHECK(cookie->host_only || host.kind == HC_HOST_NAME);
        FUZZ_CHECK(cookie->host_only || strchr(cookie->domain, '.') != NULL);
        FUZZ_CHECK(strlen(cookie->name) + strlen(cookie->value) <= HC_COOKIE_PAIR_MAX);
        if (hc_equal_nocase(cookie->name, hc_min(strlen(cookie->name), 7), "__host-", 7)) {
            FUZZ_CHECK(cookie->secure && cookie->host_only && strcmp(cookie->path, "/") == 0);
        }
        if (hc_equal_nocase(cookie->name, hc_min(strlen(cookie->name), 9), "__secure-", 9)) {
            FUZZ_CHECK(cookie->secure);
        }
        for (size_t j = 0; j < jar->num_cookies; j++) {
            const hc_cookie *other = hc_cookie_jar_at(jar, j);

            num_same += strcmp(cookie->name, other->name) == 0 &&
                        strcmp(cookie->domain, other->domain) == 0 &&
                        strcmp(cookie->path, other->path) == 0 &&
                        cookie->host_only == other->host_only;
        }
        FUZZ_CHECK(num_same == 1);
    }
}

/* Whatever is sent, is used now: it must be for this URL. */
static void cookies_ask(hc_cookie_jar *jar, const hc_url *url, int64_t now)
{
    uint64_t before = jar->clock;
    httpsc_error error = {0};
    hc_buffer out;

    hc_buffer_init(&out, &fuzz_allocator, HC_COOKIE_HEADER_MAX);
    FUZZ_CHECK(hc_cookie_jar_header(jar, url, now, &out, &error) == HTTPSC_OK);
    FUZZ_CHECK(hc_is_field_text(hc_cursor_over(out.ptr, out.len)));
    FUZZ_CHECK((out.len > 0) == (jar->clock > before));
    for (size_t i = 0; i < jar->num_cookies; i++) {
        const hc_cookie *cookie = hc_cookie_jar_at(jar, i);
        size_t host_len = strlen(url->host.text);
        size_t domain_len = strlen(cookie->domain);
        size_t path_len = strlen(cookie->path);

        if (cookie->used <= before) {
            continue;
        }
        FUZZ_CHECK(!cookie->secure || url->secure);
        FUZZ_CHECK(!cookie->persistent || cookie->expires > now);
        FUZZ_CHECK(host_len >= domain_len && (!cookie->host_only || host_len == domain_len));
        FUZZ_CHECK(strcmp(url->host.text + host_len - domain_len, cookie->domain) == 0);
        FUZZ_CHECK(host_len == domain_len || url->host.text[host_len - domain_len - 1] == '.');
        FUZZ_CHECK(url->target.len >= path_len);
        FUZZ_CHECK(memcmp(url->target.ptr, cookie->path, path_len) == 0);
        FUZZ_CHECK(url->target.len == path_len || cookie->path[path_len - 1] == '/' ||
                   url->target.ptr[path_len] == '/' || url->target.ptr[path_len] == '?');
    }
    hc_buffer_free(&out);
}

static void cookies_load(hc_cookie_jar *jar, hc_cursor text, int64_t now)
{
    httpsc_error error = {0};
    size_t num_before = jar->num_cookies;
    httpsc_bytes bytes;
    int code;

    bytes.ptr = text.at;
    bytes.len = hc_cursor_left(&text);
    code = hc_cookie_jar_load(jar, bytes, now, &error);
    FUZZ_CHECK(code == error.code && (code == HTTPSC_OK || code == HTTPSC_ERR_COOKIE_FILE));
    FUZZ_CHECK(code == HTTPSC_OK || jar->num_cookies == num_before);
}

/* Written, read by another jar, and written again. */
static void cookies_round_trip(const hc_cookie_jar *jar, int64_t now)
{
    httpsc_error error = {0};
    hc_cookie_jar other;
    hc_buffer first;
    hc_buffer second;

    hc_buffer_init(&first, &fuzz_allocator, HC_COOKIE_FILE_MAX);
    hc_buffer_init(&second, &fuzz_allocator, HC_COOKIE_FILE_MAX);
    hc_cookie_jar_init(&other, &fuzz_allocator);
    FUZZ_CHECK(hc_cookie_jar_save(jar, now, &first, &error) == HTTPSC_OK);
    cookies_load(&other, hc_cursor_over(first.ptr, first.len), now);
    FUZZ_CHECK(hc_cookie_jar_save(&other, now, &second, &error) == HTTPSC_OK);
    FUZZ_CHECK(first.len == second.len && memcmp(first.ptr, second.ptr, first.len) == 0);
    hc_cookie_jar_free(&other);
    hc_buffer_free(&first);
    hc_buffer_free(&second);
}

static void cookies_take(hc_cookie_jar *jar, const hc_url *url, char *line, int64_t now)
{
    httpsc_field field = {"Set-Cookie", NULL};
    httpsc_error error = {0};

    field.value = line;
    FUZZ_CHECK(hc_cookie_jar_take(jar, url, &field, 1, now, &error) == HTTPSC_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_cursor input = hc_cursor_over(data, size);
    httpsc_error error = {0};
    hc_cookie_jar jar;
    int64_t now = 1750000000;
    hc_url url;

    hc_cookie_jar_init(&jar, &fuzz_allocator);
    FUZZ_CHECK(hc_url_parse(&url, &fuzz_allocator, "https://a.example.org/a/b", 99, &error) == 0);
    while (hc_cursor_left(&input) > 0 && hc_peek(&input) != '=') {
        hc_cursor line = hc_take_until(&input, '\n');
        size_t len = hc_cursor_left(&line);
        char *copy = malloc(len + 1);
        hc_url next;

        hc_take_char(&input, '\n');
        FUZZ_CHECK(copy != NULL);
        memcpy(copy, line.at, len);
        copy[len] = '\0';
        memset(&error, 0, sizeof error);
        if (copy[0] == '@' &&
            hc_url_parse(&next, &fuzz_allocator, copy + 1, 16384, &error) == HTTPSC_OK) {
            hc_url_free(&url);
            url = next;
        } else if (copy[0] == '?') {
            cookies_ask(&jar, &url, now);
        } else if (copy[0] == '+') {
            now += strtol(copy, NULL, 10) & 0xffffff;
        } else if (copy[0] != '@') {
            cookies_take(&jar, &url, copy, now);
        }
        free(copy);
    }
    cookies_hold(&jar);
    if (hc_take_char(&input, '=')) {
        cookies_load(&jar, input, now);
        cookies_hold(&jar);
    }
    cookies_ask(&jar, &url, now);
    cookies_round_trip(&jar, now);
    hc_cookie_jar_free(&jar);
    hc_url_free(&url);
    return 0;
}
