#include "request.h"

#include "field.h"
#include "redirect.h"

/* The library's to write, or with a meaning for the connection that a caller cannot know. */
static const char *const request_framing_names[] = {
    "Content-Length", "Transfer-Encoding", "Connection", "TE", "Trailer",
    "Upgrade",        "Expect",            "Keep-Alive", "Proxy-Connection"};

/* A name with one of these in it is a secret's. The public header and docs/manual/redirects.md list
 * them, too. */
static const char *const request_secret_words[] = {
    "authorization", "authentication", "cookie",   "token",      "session",
    "secret",        "credential",     "password", "passphrase", "jwt",
    "apikey",        "api-key",        "auth-key", "access-key", "subscription-key"};

static hc_cursor request_over(const char *text)
{
    return hc_cursor_over(text, text == NULL ? 0 : strlen(text));
}

/* The value without its outer blanks; 0 when it holds what a field value may not. */
static int request_take_value(const char *text, hc_cursor *value)
{
    *value = request_over(text);
    hc_trim_blanks(value);
    return hc_is_field_text(*value);
}

/* uri-host [":" port], as far as it could be taken for something else. */
static int request_host_is_valid(hc_cursor value)
{
    size_t len = hc_cursor_left(&value);

    for (size_t i = 0; i < len; i++) {
        if (value.at[i] <= 0x20 || value.at[i] >= 0x7f ||
            strchr("/\\?#@,\"<>", value.at[i]) != NULL) {
            return 0;
        }
    }
    return len > 0;
}

static int request_has_field(const hc_request_head *head, const char *name)
{
    for (size_t i = 0; i < head->num_fields; i++) {
        if (hc_text_equal_nocase(head->fields[i].name, name)) {
            return 1;
        }
    }
    return 0;
}

/* Looks at the caller's part before a byte is written. *host is the caller's Host, or NULL. The
 * value of a field is never shown: it may be a secret. */
static int request_check(const hc_request_head *head, const char **host, httpsc_error *error)
{
    hc_cursor value;

    *host = NULL;
    if (!hc_is_token(request_over(head->method))) {
        return hc_fail(error, HTTPSC_ERR_REQUEST_METHOD, 0, "\"%e\"",
                       head->method == NULL ? "" : head->method);
    }
    if (strcmp(head->method, "CONNECT") == 0) {
        return hc_fail(error, HTTPSC_ERR_REQUEST_METHOD, 0, "CONNECT is for proxies alone");
    }
    for (size_t i = 0; i < head->num_fields; i++) {
        const httpsc_field *field = &head->fields[i];

        if (!hc_is_token(request_over(field->name))) {
            return hc_fail(error, HTTPSC_ERR_REQUEST_HEADER, 0, "the name \"%e\" is not a token",
                           field->name == NULL ? "" : field->name);
        }
        for (size_t j = 0; j < HC_ARRAY_LEN(request_framing_names); j++) {
            if (hc_text_equal_nocase(field->name, request_framing_names[j])) {
                return hc_fail(error, HTTPSC_ERR_REQUEST_FRAMING, 0, "%s",
                               request_framing_names[j]);
            }
        }
        if (!request_take_value(field->value, &value)) {
            return hc_fail(error, HTTPSC_ERR_REQUEST_HEADER, 0,
                           "a control character in the value of \"%e\"", field->name);
        }
        if (hc_text_equal_nocase(field->name, "Host")) {
            if (*host != NULL) {
                return hc_fail(error, HTTPSC_ERR_REQUEST_HEADER, 0, "two Host fields");
            }
            if (!request_host_is_valid(value)) {
                return hc_fail(error, HTTPSC_ERR_REQUEST_HEADER, 0, "Host is \"%q\"", value.at,
                               hc_cursor_left(&value));
            }
            *host = field->value;
        }
    }
    for (size_t i = 0; i < head->num_own; i++) {
        if (!request_take_value(head->own[i].value, &value)) {
            return hc_fail(error, HTTPSC_ERR_REQUEST_HEADER, 0, "a control character in %s",
                           head->own[i].name);
        }
    }
    if (head->left_origin) {
        *host = NULL;
    }
    if (!request_take_value(head->user_agent, &value)) {
        return hc_fail(error, HTTPSC_ERR_REQUEST_HEADER, 0, "a control character in User-Agent");
    }
    if (!request_take_value(head->content_type, &value)) {
        return hc_fail(error, HTTPSC_ERR_REQUEST_HEADER, 0, "a control character in Content-Type");
    }
    return HTTPSC_OK;
}

static hc_buffer_result request_add_bytes(hc_buffer *out, hc_cursor bytes)
{
    return hc_buffer_add(out, bytes.at, hc_cursor_left(&bytes));
}

static hc_buffer_result request_add_field(hc_buffer *out, const char *name, hc_cursor value)
{
    hc_buffer_result result = hc_buffer_add_text(out, name);

    if (result == HC_BUFFER_OK) {
        result = hc_buffer_add_text(out, ": ");
    }
    if (result == HC_BUFFER_OK) {
        result = request_add_bytes(out, value);
    }
    return result == HC_BUFFER_OK ? hc_buffer_add_text(out, "\r\n") : result;
}

/* A field whose value request_check has seen. */
static hc_buffer_result request_add_text_field(hc_buffer *out, const char *name, const char *text)
{
    hc_cursor value;

    request_take_value(text, &value);
    return request_add_field(out, name, value);
}

static hc_buffer_result request_add_line(const hc_request_head *head, hc_buffer *out)
{
    hc_buffer_result result = hc_buffer_add_text(out, head->method);

    if (result == HC_BUFFER_OK) {
        result = hc_buffer_add_text(out, " ");
    }
    if (result == HC_BUFFER_OK) {
        result = request_add_bytes(out, head->target);
    }
    return result == HC_BUFFER_OK ? hc_buffer_add_text(out, " HTTP/1.1\r\n") : result;
}

static hc_buffer_result request_add_defaults(const hc_request_head *head, hc_buffer *out)
{
    hc_buffer_result result = HC_BUFFER_OK;

    if (head->user_agent != NULL && head->user_agent[0] != '\0' &&
        !request_has_field(head, "User-Agent")) {
        result = request_add_text_field(out, "User-Agent", head->user_agent);
    }
    if (result == HC_BUFFER_OK && !request_has_field(head, "Accept")) {
        result = request_add_text_field(out, "Accept", "*/*");
    }
    return result;
}

/* A field of the caller that this request goes without. */
static int request_stays_behind(const hc_request_head *head, const httpsc_field *field)
{
    hc_cursor name = request_over(field->name);

    if (field->value == NULL || hc_text_equal_nocase(field->name, "Host")) {
        return 1;
    }
    if (!head->for_proxy && hc_text_equal_nocase(field->name, "Proxy-Authorization")) {
        return 1; /* no server gets to see it */
    }
    for (size_t i = 0; i < head->num_own; i++) {
        if (hc_text_equal_nocase(field->name, head->own[i].name)) {
            return 1;
        }
    }
    if (head->left_origin &&
        (hc_field_is_secret(name) ||
         hc_name_is_among(name, head->secret_names, head->num_secret_names))) {
        return 1;
    }
    return head->without_body && hc_field_is_of_body(name);
}

static hc_buffer_result request_add_callers(const hc_request_head *head, hc_buffer *out)
{
    hc_buffer_result result = HC_BUFFER_OK;

    for (size_t i = 0; i < head->num_fields && result == HC_BUFFER_OK; i++) {
        const httpsc_field *field = &head->fields[i];

        if (!request_stays_behind(head, field)) {
            result = request_add_text_field(out, field->name, field->value);
        }
    }
    for (size_t i = 0; i < head->num_own && result == HC_BUFFER_OK; i++) {
        result = request_add_text_field(out, head->own[i].name, head->own[i].value);
    }
    return result;
}

static hc_buffer_result request_add_body_fields(const hc_request_head *head, hc_buffer *out)
{
    hc_buffer_result result = HC_BUFFER_OK;
    char place[24];
    hc_text length = hc_text_in(place, sizeof place);

    if (!head->has_body) {
        return HC_BUFFER_OK;
    }
    if (head->content_type != NULL && !request_has_field(head, "Content-Type")) {
        result = request_add_text_field(out, "Content-Type", head->content_type);
    }
    if (result == HC_BUFFER_OK && head->expects) {
        result = request_add_text_field(out, "Expect", "100-continue");
    }
    if (result == HC_BUFFER_OK && head->chunked) {
        return request_add_text_field(out, "Transfer-Encoding", "chunked");
    }
    if (result == HC_BUFFER_OK) {
        hc_text_add_int(&length, (int64_t)head->body_len);
        result = request_add_text_field(out, "Content-Length", length.ptr);
    }
    return result;
}

HC_FN int hc_request_write(const hc_request_head *head, hc_buffer *out, httpsc_error *error)
{
    hc_buffer_result result;
    const char *host;
    int code = request_check(head, &host, error);

    if (code != HTTPSC_OK) {
        hc_buffer_free(out);
        return code;
    }
    result = request_add_line(head, out);
    if (result == HC_BUFFER_OK) {
        result = host == NULL ? request_add_field(out, "Host", head->authority)
                              : request_add_text_field(out, "Host", host);
    }
    if (result == HC_BUFFER_OK) {
        result = request_add_defaults(head, out);
    }
    if (result == HC_BUFFER_OK) {
        result = request_add_callers(head, out);
    }
    if (result == HC_BUFFER_OK) {
        result = request_add_body_fields(head, out);
    }
    if (result == HC_BUFFER_OK) {
        result = hc_buffer_add_text(out, "\r\n");
    }
    if (result != HC_BUFFER_OK) {
        size_t max = out->max;

        hc_buffer_free(out);
        return result == HC_BUFFER_FULL
                   ? hc_fail(error, HTTPSC_ERR_LIMIT_REQUEST_HEAD, 0, "%z bytes are allowed", max)
                   : hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    return HTTPSC_OK;
}

HC_FN int hc_method_is_idempotent(const char *method)
{
    static const char *const methods[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};

    for (size_t i = 0; i < HC_ARRAY_LEN(methods); i++) {
        if (strcmp(method, methods[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

HC_FN int hc_method_expects_body(const char *method)
{
    return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
           strcmp(method, "PATCH") == 0;
}

HC_FN int hc_name_is_among(hc_cursor name, const char *const *names, size_t num_names)
{
    for (size_t i = 0; i < num_names; i++) {
        if (hc_equal_nocase(name.at, hc_cursor_left(&name), names[i], strlen(names[i]))) {
            return 1;
        }
    }
    return 0;
}

static int request_has_word(hc_cursor name, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= hc_cursor_left(&name); i++) {
        if (hc_equal_nocase(name.at + i, len, word, len)) {
            return 1;
        }
    }
    return 0;
}

HC_FN int hc_field_is_secret(hc_cursor name)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(request_secret_words); i++) {
        if (request_has_word(name, request_secret_words[i])) {
            return 1;
        }
    }
    return 0;
}
