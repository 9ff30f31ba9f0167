#include "answer.h"

#include "../base/memory.h"

HC_FN hc_answer *hc_answer_open(const httpsc_allocator *allocator, size_t max_body)
{
    hc_answer *answer = hc_alloc(allocator, sizeof *answer);

    if (answer != NULL) {
        answer->allocator = *allocator;
        answer->view.reason = "";
        answer->view.url = "";
        hc_buffer_init(&answer->head_text, &answer->allocator, 0);
        hc_buffer_init(&answer->trailer_text, &answer->allocator, 0);
        hc_buffer_init(&answer->url, &answer->allocator, SIZE_MAX);
        hc_buffer_init(&answer->left, &answer->allocator, SIZE_MAX);
        hc_buffer_init(&answer->body, &answer->allocator,
                       max_body < SIZE_MAX - 2 ? max_body + 2 : SIZE_MAX);
    }
    return answer;
}

HC_FN void hc_answer_free(hc_answer *answer)
{
    httpsc_allocator allocator;

    if (answer == NULL) {
        return;
    }
    allocator = answer->allocator;
    hc_free(&allocator, answer->fields, answer->view.num_fields * sizeof *answer->fields);
    hc_free(&allocator, answer->trailers, answer->view.num_trailers * sizeof *answer->trailers);
    hc_buffer_free(&answer->head_text);
    hc_buffer_free(&answer->trailer_text);
    hc_buffer_free(&answer->url);
    hc_buffer_free(&answer->left);
    if (answer->redirects != NULL) {
        hc_free(&allocator, answer->redirects,
                answer->view.num_redirects * sizeof *answer->redirects);
    }
    hc_buffer_free(&answer->body);
    hc_free(&allocator, answer, sizeof *answer);
}

HC_FN int hc_answer_set_url(hc_answer *answer, const hc_url *url)
{
    answer->url.len = 0;
    if (hc_url_add(url, &answer->url) != HC_BUFFER_OK ||
        hc_buffer_add(&answer->url, "", 1) != HC_BUFFER_OK) {
        return HTTPSC_ERR_MEMORY;
    }
    answer->view.url = (const char *)answer->url.ptr;
    return HTTPSC_OK;
}

HC_FN int hc_answer_leave_url(hc_answer *answer)
{
    if (hc_buffer_add(&answer->left, answer->url.ptr, answer->url.len) != HC_BUFFER_OK) {
        return HTTPSC_ERR_MEMORY;
    }
    answer->view.num_redirects++;
    return HTTPSC_OK;
}

/* The list of what was left behind, once its text moves no more. */
static int answer_list_redirects(hc_answer *answer)
{
    const char *at = (const char *)answer->left.ptr;
    size_t num = answer->view.num_redirects;

    if (num == 0) {
        return HTTPSC_OK;
    }
    answer->redirects = hc_alloc(&answer->allocator, num * sizeof *answer->redirects);
    if (answer->redirects == NULL) {
        return HTTPSC_ERR_MEMORY;
    }
    for (size_t i = 0; i < num; i++) {
        answer->redirects[i] = at;
        at += strlen(at) + 1;
    }
    answer->view.redirects = answer->redirects;
    return HTTPSC_OK;
}

/* Moves the text that field places point into, so that it stays where it is. */
static void answer_take_text(hc_answer *answer, hc_buffer *to, hc_response *response)
{
    size_t max = response->text.max;

    *to = response->text;
    to->allocator = &answer->allocator;
    hc_buffer_init(&response->text, response->allocator, max);
}

HC_FN int hc_answer_take_head(hc_answer *answer, hc_response *response)
{
    size_t num = response->num_fields;

    if (answer_list_redirects(answer) != HTTPSC_OK) {
        return HTTPSC_ERR_MEMORY;
    }
    if (num > 0) {
        answer->fields = hc_alloc(&answer->allocator, num * sizeof *answer->fields);
        if (answer->fields == NULL) {
            return HTTPSC_ERR_MEMORY;
        }
    }
    for (size_t i = 0; i < num; i++) {
        answer->fields[i] = hc_response_field(response, i);
    }
    answer->view.status = response->status;
    answer->view.http_minor = response->http_minor;
    answer->view.reason = (const char *)response->text.ptr + response->reason;
    answer->view.fields = answer->fields;
    answer->view.num_fields = num;
    answer_take_text(answer, &answer->head_text, response);
    return HTTPSC_OK;
}

HC_FN int hc_answer_take_trailers(hc_answer *answer, hc_response *response)
{
    size_t num = response->num_trailers;

    if (num == 0) {
        return HTTPSC_OK;
    }
    answer->trailers = hc_alloc(&answer->allocator, num * sizeof *answer->trailers);
    if (answer->trailers == NULL) {
        return HTTPSC_ERR_MEMORY;
    }
    for (size_t i = 0; i < num; i++) {
        answer->trailers[i] = hc_response_trailer(response, i);
    }
    answer->view.trailers = answer->trailers;
    answer->view.num_trailers = num;
    answer_take_text(answer, &answer->trailer_text, response);
    return HTTPSC_OK;
}
