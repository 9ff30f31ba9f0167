/* A client's cookies to and from files. */
#include "../client/client.h"
#include "defaults.h"

static int cookies_check(const httpsc_client *client, const void *other, httpsc_error *error)
{
    if (!HC_HAS_COOKIES) {
        return hc_left_out(error, "HTTPSC_NO_COOKIES");
    }
    if (client == NULL || other == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "an argument is NULL");
    }
    return client->cookies ? HTTPSC_OK
                           : hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                                     "the client keeps no cookies: set options.cookies");
}

int httpsc_client_put_cookies(httpsc_client *client, httpsc_bytes text, httpsc_error *error)
{
    httpsc_error own;

    error = hc_error_or(error, &own);
    if (cookies_check(client, client, error) != HTTPSC_OK) {
        return error->code;
    }
    if (text.ptr == NULL && text.len > 0) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "text.ptr is NULL");
    }
    return hc_client_read_cookies(client, text, error);
}

int httpsc_client_get_cookies(httpsc_client *client, char *buf, size_t size, size_t *len,
                              httpsc_error *error)
{
    httpsc_error own;
    hc_buffer text;

    error = hc_error_or(error, &own);
    if (cookies_check(client, len, error) != HTTPSC_OK) {
        return error->code;
    }
    if (buf == NULL && size > 0) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "buf is NULL");
    }
    hc_buffer_init(&text, &client->allocator, SIZE_MAX);
    if (hc_client_write_cookies(client, &text, error) == HTTPSC_OK) {
        *len = text.len;
        if (size > 0) {
            size_t num = hc_min(text.len, size - 1);

            memcpy(buf, text.len > 0 ? (const char *)text.ptr : "", num);
            buf[num] = '\0';
        }
    }
    hc_buffer_free(&text);
    return error->code;
}

int httpsc_client_load_cookies(httpsc_client *client, const char *path, httpsc_error *error)
{
    httpsc_error own;
    httpsc_bytes bytes;
    hc_buffer text;
    int native = 0;
    int code;

    error = hc_error_or(error, &own);
    if (cookies_check(client, path, error) != HTTPSC_OK) {
        return error->code;
    }
    hc_buffer_init(&text, &client->allocator, HC_COOKIE_FILE_MAX);
    code = hc_file_read(path, &text, &native);
    if (code == HTTPSC_OK) {
        bytes.ptr = text.ptr;
        bytes.len = text.len;
        (void)hc_client_read_cookies(client, bytes, error);
    } else {
        (void)hc_fail(error, code == HTTPSC_ERR_MEMORY ? code : HTTPSC_ERR_COOKIE_FILE, native,
                      "%s (system code %d)", path, native);
    }
    hc_buffer_free(&text);
    return error->code;
}

int httpsc_client_save_cookies(httpsc_client *client, const char *path, httpsc_error *error)
{
    httpsc_error own;
    hc_buffer text;
    int native = 0;
    int code;

    error = hc_error_or(error, &own);
    if (cookies_check(client, path, error) != HTTPSC_OK) {
        return error->code;
    }
    hc_buffer_init(&text, &client->allocator, SIZE_MAX);
    if (hc_client_write_cookies(client, &text, error) == HTTPSC_OK) {
        code = hc_file_replace(path, text.ptr, text.len, &native);
        if (code != HTTPSC_OK) {
            (void)hc_fail(error, code == HTTPSC_ERR_MEMORY ? code : HTTPSC_ERR_COOKIE_FILE, native,
                          "%s (system code %d)", path, native);
        }
    }
    hc_buffer_free(&text);
    return error->code;
}
