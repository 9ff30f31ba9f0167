#include "framing.h"

#include "field.h"

static int framing_refuse(hc_response *response, const char *what, const char *value)
{
    hc_fail(&response->failure, HTTPSC_ERR_RESPONSE_FRAMING, 0, "%s: \"%e\"", what, value);
    return 0;
}

/* Digits alone, at most 2^63-1. */
static int framing_read_length(const char *text, uint64_t *length)
{
    uint64_t value = 0;

    if (*text == '\0') {
        return 0;
    }
    for (; *text != '\0'; text++) {
        unsigned digit;

        if (!hc_is_digit((unsigned char)*text)) {
            return 0;
        }
        digit = (unsigned)(*text - '0');
        if (value > ((uint64_t)INT64_MAX - digit) / 10) {
            return 0;
        }
        value = value * 10 + digit;
    }
    *length = value;
    return 1;
}

static int framing_read_fields(hc_response *response)
{
    int is_chunked = 0;
    int has_length = 0;

    for (size_t i = 0; i < response->num_fields; i++) {
        httpsc_field field = hc_response_field(response, i);
        uint64_t length;

        if (hc_text_equal_nocase(field.name, "Transfer-Encoding")) {
            if (response->http_minor == 0) {
                return framing_refuse(response, "Transfer-Encoding in HTTP/1.0", field.value);
            }
            if (is_chunked || !hc_text_equal_nocase(field.value, "chunked")) {
                return framing_refuse(response, "Transfer-Encoding is not one \"chunked\"",
                                      field.value);
            }
            is_chunked = 1;
        } else if (hc_text_equal_nocase(field.name, "Content-Length")) {
            if (!framing_read_length(field.value, &length)) {
                return framing_refuse(response, "Content-Length is not a length", field.value);
            }
            if (has_length && length != response->body_left) {
                return framing_refuse(response, "another Content-Length", field.value);
            }
            has_length = 1;
            response->body_left = length;
        }
    }
    if (is_chunked && has_length) {
        hc_fail(&response->failure, HTTPSC_ERR_RESPONSE_FRAMING, 0,
                "Transfer-Encoding and Content-Length together");
        return 0;
    }
    response->framing = is_chunked   ? HC_BODY_CHUNKED
                        : has_length ? HC_BODY_LENGTH
                                     : HC_BODY_UNTIL_CLOSE;
    return 1;
}

/* Whether a token is in the lists of Connection. */
static int framing_connection_has(const hc_response *response, const char *token)
{
    for (size_t i = 0; i < response->num_fields; i++) {
        httpsc_field field = hc_response_field(response, i);
        hc_cursor list = hc_cursor_over(field.value, strlen(field.value));

        if (!hc_text_equal_nocase(field.name, "Connection")) {
            continue;
        }
        do {
            hc_cursor option = hc_take_until(&list, ',');

            hc_trim_blanks(&option);
            if (hc_equal_nocase(option.at, hc_cursor_left(&option), token, strlen(token))) {
                return 1;
            }
        } while (hc_take_char(&list, ','));
    }
    return 0;
}

/* Without a body whatever the fields say goes, but a connection on which they contradict each
 * other carries no other request: its peer may send a body all the same. */
HC_FN int hc_response_find_framing(hc_response *response)
{
    int has_no_body =
        response->head_request || response->status == 204 || response->status == 304;
    int persists =
        !framing_connection_has(response, "close") &&
        (response->http_minor == 1 || framing_connection_has(response, "keep-alive"));

    if (response->connect_request && response->status >= 200 && response->status <= 299) {
        has_no_body = 1;
    }
    if (!framing_read_fields(response)) {
        if (!has_no_body) {
            return 0;
        }
        hc_error_clear(&response->failure);
        persists = 0;
    } else if (response->framing == HC_BODY_UNTIL_CLOSE) {
        persists = persists && has_no_body;
    } else if (response->status == 204 &&
               (response->framing == HC_BODY_CHUNKED || response->body_left > 0)) {
        persists = 0;
    }
    if (has_no_body) {
        response->framing = HC_BODY_NONE;
        response->body_left = 0;
    }
    response->keep_alive = persists;
    return 1;
}
