#include "hop.h"

#include "../http/request.h"

HC_FN int hc_hop_route(httpsc_transfer *transfer, httpsc_error *error)
{
    const httpsc_client *client = transfer->client;
    const hc_url *url = &transfer->url;
    hc_identity *identity = &transfer->identity;

    if (!url->secure && !client->allow_http) {
        return hc_fail(error, HTTPSC_ERR_URL_PLAIN_HTTP, 0, "%s; use https://", url->host.text);
    }
    if (url->secure && strcmp(url->host.text, ".") == 0) {
        return hc_fail(error, HTTPSC_ERR_URL_HOST, 0, "no certificate is for the root's name");
    }
    identity->secure = url->secure;
    identity->port = url->port;
    identity->host = url->host;
    identity->verify_as = client->verify_as;
    identity->connect_to = client->connect_to;
    identity->tls_config = url->secure ? client->tls_config : NULL;
    return HTTPSC_OK;
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
    head->content_type = head->has_body ? request->content_type : NULL;
    head->chunked = upload->chunked;
    head->body_len = upload->len;
    head->expects = transfer->expects && upload->kind != HC_UPLOAD_NONE;
    head->left_origin = transfer->left_origin;
    head->without_body = transfer->without_body;
    head->secret_names = request->secret_names;
    head->num_secret_names = request->num_secret_names;
}

HC_FN int hc_hop_write(httpsc_transfer *transfer, httpsc_error *error)
{
    hc_request_head head;
    hc_buffer authority;

    hop_fill_head(transfer, &head);
    hc_buffer_init(&authority, &transfer->allocator, HC_HOST_MAX + 16);
    if (hc_url_add_authority(&transfer->url, &authority) != HC_BUFFER_OK ||
        hc_answer_set_url(transfer->answer, &transfer->url) != HTTPSC_OK) {
        hc_buffer_free(&authority);
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    head.authority = hc_cursor_over(authority.ptr, authority.len);
    hc_buffer_free(&transfer->head);
    hc_buffer_init(&transfer->head, &transfer->allocator,
                   transfer->client->limits.max_request_head_bytes);
    (void)hc_request_write(&head, &transfer->head, error);
    hc_buffer_free(&authority);
    return error->code;
}
