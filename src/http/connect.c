#include "connect.h"

HC_FN hc_buffer_result hc_connect_add_authority(const hc_host *host, int port, hc_buffer *out)
{
    char place[HC_HOST_MAX + sizeof "[]:65535"];
    hc_text text = hc_text_in(place, sizeof place);
    int is_ipv6 = host->kind == HC_HOST_IPV6;

    hc_text_add(&text, is_ipv6 ? "[" : "");
    hc_text_add(&text, host->text);
    hc_text_add(&text, is_ipv6 ? "]:" : ":");
    hc_text_add_int(&text, port);
    return hc_buffer_add(out, text.ptr, text.len);
}

HC_FN hc_buffer_result hc_connect_write(const hc_host *host, int port, const char *authorization,
                                        hc_buffer *out)
{
    hc_buffer_result result = hc_buffer_add_text(out, "CONNECT ");

    if (result == HC_BUFFER_OK) {
        result = hc_connect_add_authority(host, port, out);
    }
    if (result == HC_BUFFER_OK) {
        result = hc_buffer_add_text(out, " HTTP/1.1\r\nHost: ");
    }
    if (result == HC_BUFFER_OK) {
        result = hc_connect_add_authority(host, port, out);
    }
    if (result == HC_BUFFER_OK && authorization != NULL) {
        result = hc_buffer_add_text(out, "\r\nProxy-Authorization: ");
        if (result == HC_BUFFER_OK) {
            result = hc_buffer_add_text(out, authorization);
        }
    }
    return result == HC_BUFFER_OK ? hc_buffer_add_text(out, "\r\n\r\n") : result;
}

HC_FN void hc_connect_answer_init(hc_connect_answer *answer, const httpsc_allocator *allocator,
                                  const httpsc_limits *limits, size_t max_head_bytes)
{
    memset(answer, 0, sizeof *answer);
    answer->limits = *limits;
    answer->limits.max_fields_bytes = max_head_bytes; /* the one limit that is met */
    answer->limits.max_status_line_bytes = max_head_bytes;
    answer->limits.max_field_line_bytes = max_head_bytes;
    answer->limits.max_fields = max_head_bytes;
    hc_response_init(&answer->response, allocator, &answer->limits, 0);
    answer->response.connect_request = 1;
}

HC_FN void hc_connect_answer_free(hc_connect_answer *answer)
{
    if (answer->response.allocator != NULL) {
        hc_response_free(&answer->response);
        answer->response.allocator = NULL;
    }
}

static int connect_failed(const httpsc_error *reason, const char *proxy, httpsc_error *error)
{
    switch (reason->code) {
    case HTTPSC_ERR_MEMORY:
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    case HTTPSC_ERR_LIMIT_FIELDS_BYTES:
    case HTTPSC_ERR_LIMIT_STATUS_LINE:
    case HTTPSC_ERR_LIMIT_FIELD_LINE:
    case HTTPSC_ERR_LIMIT_FIELDS:
        return hc_fail(error, HTTPSC_ERR_LIMIT_PROXY_HEAD, 0, "%s", proxy);
    default:
        return hc_fail(error, HTTPSC_ERR_PROXY_RESPONSE, 0, "%s: %s", proxy, reason->text);
    }
}

static int connect_judge(const hc_connect_answer *answer, const hc_cursor *bytes,
                         const char *proxy, httpsc_error *error)
{
    const hc_response *response = &answer->response;

    if (response->status == 407) {
        return HTTPSC_OK;
    }
    if (response->status < 200 || response->status > 299) {
        return hc_fail(error, HTTPSC_ERR_PROXY_REFUSED, response->status, "%s answered %d %e",
                       proxy, response->status,
                       (const char *)response->text.ptr + response->reason);
    }
    if (hc_cursor_left(bytes) > 0) {
        return hc_fail(error, HTTPSC_ERR_PROXY_RESPONSE, 0,
                       "%s sent more than its answer, before the server was spoken to", proxy);
    }
    return HTTPSC_OK;
}

HC_FN int hc_connect_answer_read(hc_connect_answer *answer, hc_cursor *bytes, const char *proxy,
                                 httpsc_error *error)
{
    httpsc_error reason;
    hc_cursor body;

    hc_error_clear(&reason);
    for (;;) {
        switch (hc_response_read(&answer->response, bytes, &body, &reason)) {
        case HC_RESPONSE_MORE:
            return HTTPSC_WANT;
        case HC_RESPONSE_INTERIM:
            break;
        case HC_RESPONSE_HEAD:
            return connect_judge(answer, bytes, proxy, error);
        default:
            return connect_failed(&reason, proxy, error);
        }
    }
}

HC_FN int hc_connect_answer_drain(hc_connect_answer *answer, hc_cursor *bytes)
{
    httpsc_error ignored;
    hc_cursor body;

    hc_error_clear(&ignored);
    if (!answer->response.keep_alive || (answer->response.framing == HC_BODY_LENGTH &&
                                         answer->response.body_left > HC_CONNECT_DRAIN_MAX)) {
        return HTTPSC_ERR_PROXY_RESPONSE;
    }
    for (;;) {
        switch (hc_response_read(&answer->response, bytes, &body, &ignored)) {
        case HC_RESPONSE_MORE:
            return HTTPSC_WANT;
        case HC_RESPONSE_BODY:
            answer->num_drained += hc_cursor_left(&body);
            if (answer->num_drained > HC_CONNECT_DRAIN_MAX) {
                return HTTPSC_ERR_PROXY_RESPONSE;
            }
            break;
        case HC_RESPONSE_END:
            return hc_cursor_left(bytes) == 0 ? HTTPSC_OK : HTTPSC_ERR_PROXY_RESPONSE;
        default:
            return HTTPSC_ERR_PROXY_RESPONSE;
        }
    }
}
