#include "follow.h"

#include "hop.h"
#include "../http/redirect.h"

/* The Location of a response, or NULL. Two that say the same are one. */
static int follow_location(const hc_response *response, const char **location,
                           httpsc_error *error)
{
    *location = NULL;
    for (size_t i = 0; i < response->num_fields; i++) {
        httpsc_field field = hc_response_field(response, i);

        if (!hc_text_equal_nocase(field.name, "Location")) {
            continue;
        }
        if (*location != NULL && strcmp(*location, field.value) != 0) {
            return hc_fail(error, HTTPSC_ERR_REDIRECT_LOCATION, 0, "there are several");
        }
        *location = field.value;
    }
    return HTTPSC_OK;
}

/* The URL that a Location means. What it says is never shown: it may hold user information. */
static int follow_parse(const httpsc_transfer *transfer, const char *location, hc_url *out,
                        httpsc_error *error)
{
    const httpsc_client *client = transfer->client;
    httpsc_error own;

    hc_error_clear(&own);
    if (hc_url_resolve(out, &transfer->url, &transfer->allocator, location,
                       client->limits.max_url_bytes, &own) == HTTPSC_OK) {
        return HTTPSC_OK;
    }
    if (own.code == HTTPSC_ERR_MEMORY || own.code == HTTPSC_ERR_LIMIT_URL) {
        *error = own;
    } else {
        (void)hc_fail(error, HTTPSC_ERR_REDIRECT_LOCATION, 0, "%s", own.text);
    }
    return error->code;
}

static int follow_may_go(const httpsc_transfer *transfer, const hc_url *to, httpsc_error *error)
{
    const httpsc_request *request = &transfer->plan.request;

    if (transfer->url.secure && !to->secure && !transfer->client->allow_downgrade) {
        return hc_fail(error, HTTPSC_ERR_REDIRECT_DOWNGRADE, 0,
                       "from %s to %s; allow_downgrade permits it", transfer->url.host.text,
                       to->host.text);
    }
    if (transfer->upload.kind != HC_UPLOAD_NONE && !hc_upload_can_rewind(&transfer->upload)) {
        return hc_fail(error, HTTPSC_ERR_REQUEST_BODY_REPLAY, 0,
                       "to %s; its source cannot be rewound", to->host.text);
    }
    if (transfer->upload.kind != HC_UPLOAD_NONE && transfer->left_origin && !request->resend_cross_origin) {
        return hc_fail(error, HTTPSC_ERR_REQUEST_BODY_REPLAY, 0,
                       "to %s, another origin; resend_cross_origin permits it", to->host.text);
    }
    return HTTPSC_OK;
}

static int follow_limit(httpsc_transfer *transfer, httpsc_error *error)
{
    size_t max = transfer->client->limits.max_redirects;
    int wanted = transfer->plan.request.max_redirects;

    if (wanted != 0) {
        max = wanted < 0 ? 0 : (size_t)wanted;
    }
    if (transfer->answer->view.num_redirects >= max) {
        return hc_fail(error, HTTPSC_ERR_LIMIT_REDIRECTS, 0, "%z are allowed", max);
    }
    return HTTPSC_OK;
}

/* Turns the transfer to the URL of a Location. */
static int follow_redirect(httpsc_transfer *transfer, hc_redirect kind, const char *location,
                           httpsc_error *error)
{
    hc_url to;

    if (follow_limit(transfer, error) != HTTPSC_OK ||
        follow_parse(transfer, location, &to, error) != HTTPSC_OK) {
        return error->code;
    }
    if (kind == HC_REDIRECT_GET) {
        transfer->method = "GET";
        transfer->without_body = 1;
        hc_upload_free(&transfer->upload);
    }
    if (!hc_same_origin(&transfer->url, &to)) {
        transfer->left_origin = 1;
    }
    if (follow_may_go(transfer, &to, error) == HTTPSC_OK &&
        hc_answer_leave_url(transfer->answer) != HTTPSC_OK) {
        (void)hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    if (error->code != HTTPSC_OK) {
        hc_url_free(&to);
        return error->code;
    }
    hc_url_free(&transfer->url);
    transfer->url = to;
    hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "status %d: on to %s port %d",
             transfer->exchange.response.status, to.host.text, to.port);
    return hc_hop_route(transfer, error);
}

HC_FN hc_follow hc_follow_head(httpsc_transfer *transfer, httpsc_error *error)
{
    const hc_response *response = &transfer->exchange.response;
    hc_redirect kind = hc_redirect_of(response->status, transfer->method);
    const char *location = NULL;

    if (response->status == 417 && transfer->expects) {
        transfer->expects = 0;
    } else if (kind == HC_REDIRECT_NONE || transfer->plan.request.no_redirects) {
        return HC_FOLLOW_ANSWER;
    } else {
        if (follow_location(response, &location, error) != HTTPSC_OK) {
            return HC_FOLLOW_FAILED;
        }
        if (location == NULL || location[0] == '\0') {
            return HC_FOLLOW_ANSWER;
        }
        if (follow_redirect(transfer, kind, location, error) != HTTPSC_OK) {
            return HC_FOLLOW_FAILED;
        }
    }
    if (!hc_upload_rewind(&transfer->upload)) {
        (void)hc_fail(error, HTTPSC_ERR_REQUEST_BODY_REPLAY, 0, "its source cannot be rewound");
        return HC_FOLLOW_FAILED;
    }
    return hc_hop_write(transfer, error) == HTTPSC_OK ? HC_FOLLOW_AGAIN : HC_FOLLOW_FAILED;
}
