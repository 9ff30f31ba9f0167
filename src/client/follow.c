#include "follow.h"

#include "hop.h"
#include "../http/redirect.h"

/* ---- redirects ---- */

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
    if (transfer->upload.kind != HC_UPLOAD_NONE && transfer->left_origin &&
        !request->resend_cross_origin) {
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
    for (size_t i = 0; i < HC_ARRAY_LEN(transfer->credentials); i++) {
        hc_credentials_renew(&transfer->credentials[i]);
    }
    hc_url_free(&transfer->url);
    transfer->url = to;
    hc_trace(&transfer->tracer, HTTPSC_TRACE_STAGE, "status %d: on to %s port %d",
             transfer->exchange.response.status, to.host.text, to.port);
    return hc_hop_route(transfer, error);
}

/* ---- fields that change the transfer ---- */

static int follow_has_field(const hc_response *response, const char *name)
{
    for (size_t i = 0; i < response->num_fields; i++) {
        if (hc_text_equal_nocase(hc_response_field(response, i).name, name)) {
            return 1;
        }
    }
    return 0;
}

static int follow_take_cookies(httpsc_transfer *transfer, httpsc_error *error)
{
    const hc_response *response = &transfer->exchange.response;
    httpsc_field *fields;
    size_t size = 0;

    if (!transfer->client->cookies || !follow_has_field(response, "Set-Cookie")) {
        return HTTPSC_OK;
    }
    fields = hc_response_list(response, &size);
    if (fields == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    (void)hc_client_take_cookies(transfer->client, &transfer->url, fields, response->num_fields,
                                 error);
    hc_free(response->allocator, fields, size);
    return error->code;
}

/* *again is 1 when a 401 can be answered, or a 407 of a proxy that gets the request itself. Where a
 * redirect has led elsewhere a 401 never is. */
static int follow_challenges(httpsc_transfer *transfer, int *again, httpsc_error *error)
{
    const hc_response *response = &transfer->exchange.response;

    *again = 0;
    if (response->status == 401 && !transfer->left_origin) {
        return hc_credentials_challenged(&transfer->credentials[HC_FOR_ORIGIN], response,
                                         "WWW-Authenticate", again, error);
    }
    if (response->status == 407 && transfer->identity.route == HC_ROUTE_FORWARD) {
        return hc_credentials_challenged(&transfer->credentials[HC_FOR_PROXY], response,
                                         "Proxy-Authenticate", again, error);
    }
    return HTTPSC_OK;
}

/* ---- resuming ---- */

/* Digits up to 2^63-1; 0 when there are none, or too many. */
static int follow_take_number(hc_cursor *text, uint64_t *value)
{
    const unsigned char *start = text->at;

    *value = 0;
    while (hc_is_digit(hc_peek(text))) {
        unsigned digit = (unsigned)(hc_take_u8(text) - '0');

        if (*value > ((uint64_t)INT64_MAX - digit) / 10) {
            return 0;
        }
        *value = *value * 10 + digit;
    }
    return text->at != start;
}

/* "bytes" SP first "-" last "/" complete (RFC 9110, 14.4): from `first` on, to the end. */
static int follow_range_fits(const char *value, uint64_t wanted)
{
    hc_cursor text = hc_cursor_over(value, strlen(value));
    uint64_t first = 0;
    uint64_t last = 0;
    uint64_t complete = 0;

    if (!hc_take_text(&text, "bytes ") || !follow_take_number(&text, &first) ||
        !hc_take_char(&text, '-') || !follow_take_number(&text, &last) ||
        !hc_take_char(&text, '/')) {
        return 0;
    }
    if (hc_take_char(&text, '*')) {
        complete = last + 1;
    } else if (!follow_take_number(&text, &complete)) {
        return 0;
    }
    return hc_cursor_left(&text) == 0 && first == wanted && last >= first && complete == last + 1;
}

/* A 206 that was asked for is what was asked for. */
static int follow_check_range(const httpsc_transfer *transfer, httpsc_error *error)
{
    const hc_response *response = &transfer->exchange.response;
    uint64_t wanted = transfer->plan.request.resume_from;
    const char *value = "";

    if (wanted == 0 || response->status != 206) {
        return HTTPSC_OK;
    }
    for (size_t i = 0; i < response->num_fields; i++) {
        httpsc_field field = hc_response_field(response, i);

        if (hc_text_equal_nocase(field.name, "Content-Range")) {
            value = value[0] == '\0' ? field.value : "several";
        }
    }
    return follow_range_fits(value, wanted)
               ? HTTPSC_OK
               : hc_fail(error, HTTPSC_ERR_RESPONSE_FIELD, 0,
                         "Content-Range \"%e\" is not what was asked for", value);
}

/* ---- the decision ---- */

/* 1 when the response leads to another hop, for which URL, method and body are then set. */
static int follow_leads_on(httpsc_transfer *transfer, httpsc_error *error)
{
    const hc_response *response = &transfer->exchange.response;
    hc_redirect kind = hc_redirect_of(response->status, transfer->method);
    const char *location = NULL;
    int again = 0;

    if (response->status == 417 && transfer->expects) {
        transfer->expects = 0;
        return 1;
    }
    if (follow_challenges(transfer, &again, error) != HTTPSC_OK || again) {
        return again;
    }
    if (kind == HC_REDIRECT_NONE || transfer->plan.request.no_redirects ||
        follow_location(response, &location, error) != HTTPSC_OK || location == NULL ||
        location[0] == '\0') {
        return 0;
    }
    return follow_redirect(transfer, kind, location, error) == HTTPSC_OK;
}

HC_FN hc_follow hc_follow_head(httpsc_transfer *transfer, httpsc_error *error)
{
    int leads_on;

    if (follow_take_cookies(transfer, error) != HTTPSC_OK) {
        return HC_FOLLOW_FAILED;
    }
    leads_on = follow_leads_on(transfer, error);
    if (error->code != HTTPSC_OK) {
        return HC_FOLLOW_FAILED;
    }
    if (!leads_on) {
        return follow_check_range(transfer, error) == HTTPSC_OK ? HC_FOLLOW_ANSWER
                                                                : HC_FOLLOW_FAILED;
    }
    if (!hc_upload_rewind(&transfer->upload)) {
        (void)hc_fail(error, HTTPSC_ERR_REQUEST_BODY_REPLAY, 0, "its source cannot be rewound");
        return HC_FOLLOW_FAILED;
    }
    return hc_hop_write(transfer, error) == HTTPSC_OK ? HC_FOLLOW_AGAIN : HC_FOLLOW_FAILED;
}
