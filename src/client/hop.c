#include "hop.h"

#include "../http/request.h"

HC_FN int hc_hop_route(httpsc_transfer *transfer, httpsc_error *error)
{
    const httpsc_client *client = transfer->client;
    const hc_url *url = &transfer->url;

    if (!url->secure && !client->allow_http) {
        return hc_fail(error, HTTPSC_ERR_URL_PLAIN_HTTP, 0, "%s; use https://", url->host.text);
    }
    if (url->secure && strcmp(url->host.text, ".") == 0) {
        return hc_fail(error, HTTPSC_ERR_URL_HOST, 0, "no certificate is for the root's name");
    }
    hc_client_identify(client, url->secure, &url->host, url->port, transfer->left_origin,
                       &transfer->identity);
    if (HC_HAS_PROXY) {
        hc_credentials_for_proxy(&transfer->credentials[HC_FOR_PROXY], transfer->identity.proxy);
    }
    return HTTPSC_OK;
}

/* The library's own fields of one request, and the texts that they need. */
typedef struct hop_fields {
    httpsc_field list[7];
    size_t num;
    hc_buffer target; /* the whole URL, for a proxy */
    hc_buffer authorization;
    hc_buffer proxy_authorization;
    hc_buffer cookie;
    char range[40];
} hop_fields;

static void hop_add(hop_fields *own, const char *name, const char *value)
{
    own->list[own->num].name = name;
    own->list[own->num].value = value;
    own->num++;
}

/* The next field of that name that the caller gave, from *at on, or NULL. */
static const httpsc_field *hop_find(const httpsc_request *request, const char *name, size_t *at)
{
    while (*at < request->num_fields) {
        const httpsc_field *field = &request->fields[*at];

        *at += 1;
        if (field->name != NULL && hc_text_equal_nocase(field->name, name)) {
            return field;
        }
    }
    return NULL;
}

/* The caller's cookies first, then the jar's, in one field (RFC 6265bis, 5.8.1). A Cookie field
 * with value NULL: none at all. */
static int hop_add_cookies(httpsc_transfer *transfer, hop_fields *own, httpsc_error *error)
{
    const httpsc_request *request = &transfer->plan.request;
    const httpsc_field *given;
    hc_buffer *out = &own->cookie;
    size_t at = 0;
    size_t len;

    while ((given = hop_find(request, "Cookie", &at)) != NULL) {
        if (given->value == NULL) {
            return HTTPSC_OK;
        }
        if (transfer->left_origin) {
            continue;
        }
        if (hc_buffer_add_text(out, given->value) != HC_BUFFER_OK ||
            hc_buffer_add_text(out, "; ") != HC_BUFFER_OK) {
            return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
        }
    }
    len = out->len;
    if (hc_client_add_cookies(transfer->client, &transfer->url, out, error) != HTTPSC_OK) {
        return error->code;
    }
    if (out->len == len) {
        out->len = 0; /* the caller's own fields do */
        return HTTPSC_OK;
    }
    if (hc_buffer_add(out, "", 1) != HC_BUFFER_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    hop_add(own, "Cookie", (const char *)out->ptr);
    return HTTPSC_OK;
}

static void hop_add_range(const httpsc_request *request, hop_fields *own)
{
    hc_text text = hc_text_in(own->range, sizeof own->range);

    hc_text_add(&text, "bytes=");
    hc_text_add_int(&text, (int64_t)request->resume_from);
    hc_text_add(&text, "-");
    hop_add(own, "Range", own->range);
    if (request->resume_validator != NULL) {
        hop_add(own, "If-Range", request->resume_validator);
    }
}

/* A proxy that gets the request itself: the whole URL as its target, and who asks. */
static int hop_add_proxy(httpsc_transfer *transfer, hop_fields *own, httpsc_error *error)
{
    hc_buffer *out = &own->proxy_authorization;

    if (!HC_HAS_PROXY || transfer->identity.route != HC_ROUTE_FORWARD) {
        return HTTPSC_OK;
    }
    if (hc_url_add(&transfer->url, &own->target) != HC_BUFFER_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    if (transfer->credentials[HC_FOR_PROXY].kind != HTTPSC_AUTH_NONE &&
        hc_credentials_add(&transfer->credentials[HC_FOR_PROXY], &transfer->client->hooks,
                           transfer->method, hc_cursor_over(own->target.ptr, own->target.len), out,
                           error) != HTTPSC_OK) {
        return error->code;
    }
    if (out->len > 0) {
        hop_add(own, "Proxy-Authorization", (const char *)out->ptr);
    }
    return HTTPSC_OK;
}

static int hop_own_fields(httpsc_transfer *transfer, hop_fields *own, httpsc_error *error)
{
    const httpsc_request *request = &transfer->plan.request;
    hc_credentials *credentials = &transfer->credentials[HC_FOR_ORIGIN];
    hc_cursor target = hc_cursor_over(transfer->url.target.ptr, transfer->url.target.len);

    own->num = 0;
    hc_buffer_init(&own->target, &transfer->allocator, SIZE_MAX); /* the head's limit is for all */
    hc_buffer_init(&own->authorization, &transfer->allocator, SIZE_MAX);
    hc_buffer_init(&own->proxy_authorization, &transfer->allocator, SIZE_MAX);
    hc_buffer_init(&own->cookie, &transfer->allocator, SIZE_MAX);
#ifdef HTTPSC_USE_ZLIB
    if (transfer->decodes) {
        hop_add(own, "Accept-Encoding", HC_ACCEPT_ENCODING);
    }
#endif
    if (request->resume_from > 0) {
        hop_add_range(request, own);
    }
    if (!transfer->left_origin && credentials->kind != HTTPSC_AUTH_NONE) {
        if (hc_credentials_add(credentials, &transfer->client->hooks, transfer->method, target,
                               &own->authorization, error) != HTTPSC_OK) {
            return error->code;
        }
        if (own->authorization.len > 0) {
            hop_add(own, "Authorization", (const char *)own->authorization.ptr);
        }
    }
    if (hop_add_proxy(transfer, own, error) != HTTPSC_OK) {
        return error->code;
    }
    return transfer->client->cookies ? hop_add_cookies(transfer, own, error) : HTTPSC_OK;
}

static void hop_fill_head(const httpsc_transfer *transfer, hc_request_head *head)
{
    const httpsc_request *request = &transfer->plan.request;
    const hc_upload *upload = &transfer->upload;

    memset(head, 0, sizeof *head);
    head->method = transfer->method;
    head->target = hc_cursor_over(transfer->url.target.ptr, transfer->url.target.len);
    head->fields = request->fields;
    head->num_fields = request->num_fields;
    head->user_agent = transfer->client->user_agent;
    head->has_body = upload->kind != HC_UPLOAD_NONE || hc_method_expects_body(transfer->method);
    if (head->has_body) {
        head->content_type = request->content_type;
        if (head->content_type == NULL || upload->kind == HC_UPLOAD_MULTIPART) {
            head->content_type = upload->type;
        }
    }
    head->chunked = upload->chunked;
    head->body_len = upload->len;
    head->expects = transfer->expects;
    head->left_origin = transfer->left_origin;
    head->without_body = transfer->without_body;
    head->secret_names = request->secret_names;
    head->num_secret_names = request->num_secret_names;
}

HC_FN int hc_hop_write(httpsc_transfer *transfer, httpsc_error *error)
{
    hc_request_head head;
    hc_buffer authority;
    hop_fields own;

    hop_fill_head(transfer, &head);
    hc_buffer_init(&authority, &transfer->allocator, HC_HOST_MAX + 16);
    hc_buffer_free(&transfer->head);
    hc_buffer_init(&transfer->head, &transfer->allocator,
                   transfer->client->limits.max_request_head_bytes);
    if (hop_own_fields(transfer, &own, error) == HTTPSC_OK) {
        head.own = own.list;
        head.num_own = own.num;
        if (own.target.len > 0) {
            head.target = hc_cursor_over(own.target.ptr, own.target.len);
            head.for_proxy = 1;
        }
        if (hc_url_add_authority(&transfer->url, &authority) != HC_BUFFER_OK ||
            hc_answer_set_url(transfer->answer, &transfer->url) != HTTPSC_OK) {
            (void)hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
        } else {
            head.authority = hc_cursor_over(authority.ptr, authority.len);
            (void)hc_request_write(&head, &transfer->head, error);
        }
    }
    hc_buffer_free(&authority);
    hc_buffer_free(&own.target);
    hc_buffer_free(&own.authorization);
    hc_buffer_free(&own.proxy_authorization);
    hc_buffer_free(&own.cookie);
    return error->code;
}
