/* What a caller asks of a response. */
#include "../client/answer.h"
#include "defaults.h"

const httpsc_field *httpsc_header_next(const httpsc_response *response, const char *name,
                                       const httpsc_field *after)
{
    size_t i = after == NULL ? 0 : (size_t)(after - response->fields) + 1;

    for (; i < response->num_fields; i++) {
        if (name == NULL || hc_text_equal_nocase(response->fields[i].name, name)) {
            return &response->fields[i];
        }
    }
    return NULL;
}

const char *httpsc_header(const httpsc_response *response, const char *name)
{
    const httpsc_field *field = httpsc_header_next(response, name, NULL);

    return field == NULL ? NULL : field->value;
}

int httpsc_check_status(const httpsc_response *response, httpsc_error *error)
{
    httpsc_error own;
    hc_cursor url;

    error = hc_error_or(error, &own);
    if (response == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "response is NULL");
    }
    if (response->status < 400) {
        return HTTPSC_OK;
    }
    url = hc_cursor_over(response->url, strlen(response->url));
    url = hc_take_until(&url, '?'); /* secrets travel in queries */
    return hc_fail(error,
                   response->status < 500 ? HTTPSC_ERR_STATUS_CLIENT : HTTPSC_ERR_STATUS_SERVER, 0,
                   "%d %e from %q", response->status, response->reason, url.at,
                   hc_cursor_left(&url));
}

void httpsc_response_close(httpsc_response *response)
{
    hc_answer_free((hc_answer *)(void *)response);
}
