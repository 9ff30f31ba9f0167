/*
 * libFuzzer: URLs, and references against them. An input is a URL, a line break, and a reference,
 * each as far as its first NUL. What is accepted is written again, and must come to itself.
 */
#include "fuzz.h"

#define URL_MAX 4096

static char *url_copy(hc_cursor text)
{
    size_t len = hc_cursor_left(&text);
    char *copy = malloc(len + 1);

    FUZZ_CHECK(copy != NULL);
    memcpy(copy, text.at, len);
    copy[len] = '\0';
    return copy;
}

/* The URL as text; checked for what goes into a request. */
static char *url_write(const hc_url *url)
{
    hc_buffer out;
    char *text;

    FUZZ_CHECK(url->target.len > 0 && url->target.ptr[0] == '/');
    for (size_t i = 0; i < url->target.len; i++) {
        FUZZ_CHECK(url->target.ptr[i] > 0x20 && url->target.ptr[i] < 0x7f);
        FUZZ_CHECK(url->target.ptr[i] != '#' && url->target.ptr[i] != '\\');
    }
    FUZZ_CHECK(url->host.text[0] != '\0' && url->port > 0 && url->port < 65536);
    FUZZ_CHECK(strcspn(url->host.text, "/?#@\\ %") == strlen(url->host.text));
    FUZZ_CHECK((url->host.address.len == 0) == (url->host.kind == HC_HOST_NAME));
    hc_buffer_init(&out, &fuzz_allocator, 8 * URL_MAX);
    FUZZ_CHECK(hc_url_add(url, &out) == HC_BUFFER_OK);
    text = url_copy(hc_cursor_over(out.ptr, out.len));
    hc_buffer_free(&out);
    return text;
}

/* A normal form is its own normal form. */
static void url_check_fixed(const hc_url *url)
{
    char *text = url_write(url);
    httpsc_error error = {0};
    char *again;
    hc_url other;

    FUZZ_CHECK(hc_url_parse(&other, &fuzz_allocator, text, 8 * URL_MAX, &error) == HTTPSC_OK);
    again = url_write(&other);
    FUZZ_CHECK(strcmp(text, again) == 0 && !other.has_userinfo);
    FUZZ_CHECK(other.secure == url->secure && other.port == url->port);
    hc_url_free(&other);
    free(again);
    /* and absolute, so that the base does not matter */
    FUZZ_CHECK(hc_url_resolve(&other, url, &fuzz_allocator, text, 8 * URL_MAX, &error) ==
               HTTPSC_OK);
    again = url_write(&other);
    FUZZ_CHECK(strcmp(text, again) == 0);
    hc_url_free(&other);
    free(again);
    free(text);
}

static void url_check_credentials(const char *text, int has_userinfo)
{
    httpsc_error error = {0};
    hc_buffer user;
    hc_buffer password;

    hc_buffer_init(&user, &fuzz_allocator, URL_MAX + 1);
    hc_buffer_init(&password, &fuzz_allocator, URL_MAX + 1);
    if (hc_url_credentials(text, &user, &password, &error) == HTTPSC_OK) {
        FUZZ_CHECK(user.ptr[user.len] == '\0' && strlen((char *)user.ptr) == user.len);
        FUZZ_CHECK(strlen((char *)password.ptr) == password.len);
        FUZZ_CHECK(has_userinfo || user.len + password.len == 0);
        FUZZ_CHECK(strpbrk((char *)user.ptr, "\r\n") == NULL);
    } else {
        FUZZ_CHECK(has_userinfo && user.ptr == NULL && password.ptr == NULL);
    }
    hc_buffer_free(&user);
    hc_buffer_free(&password);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_cursor input = hc_cursor_over(data, size);
    char *base_text = url_copy(hc_take_until(&input, '\n'));
    char *reference;
    httpsc_error error = {0};
    hc_url base;
    hc_url url;
    int code;

    hc_take_char(&input, '\n');
    reference = url_copy(input);
    code = hc_url_parse(&base, &fuzz_allocator, base_text, URL_MAX, &error);
    FUZZ_CHECK(error.code == code && (code == HTTPSC_OK) == (base.target.len > 0));
    if (code == HTTPSC_OK) {
        url_check_fixed(&base);
        url_check_credentials(base_text, base.has_userinfo);
        code = hc_url_resolve(&url, &base, &fuzz_allocator, reference, URL_MAX, &error);
        FUZZ_CHECK(error.code == code && (code == HTTPSC_OK) == (url.target.len > 0));
        if (code == HTTPSC_OK) {
            url_check_fixed(&url);
            hc_url_free(&url);
        }
        hc_url_free(&base);
    }
    free(base_text);
    free(reference);
    return 0;
}
