/* The response as the caller sees it, with all that its pointers need: it may outlive the transfer
 * and the client. */
#ifndef HC_ANSWER_H
#define HC_ANSWER_H

#include "../http/response.h"
#include "../syntax/url.h"

typedef struct hc_answer {
    httpsc_response view;        /* first: httpsc_response_close gets its address */
    httpsc_allocator allocator;  /* the buffers point at this one */
    hc_buffer head_text;
    hc_buffer trailer_text;
    hc_buffer url;
    hc_buffer left;              /* the URLs left behind, each with a NUL */
    const char **redirects;      /* where they lie */
    hc_buffer body;
    httpsc_field *fields;
    httpsc_field *trailers;
} hc_answer;

/* NULL when memory ran out. max_body bounds the buffered body; its buffer holds two bytes more: one
 * past the limit, by which it is found out, and a NUL. */
HC_FN hc_answer *hc_answer_open(const httpsc_allocator *allocator, size_t max_body);
HC_FN void hc_answer_free(hc_answer *answer);

/* Notes the URL that is asked now, and that it was left behind for another. HTTPSC_OK or
 * HTTPSC_ERR_MEMORY. */
HC_FN int hc_answer_set_url(hc_answer *answer, const hc_url *url);
HC_FN int hc_answer_leave_url(hc_answer *answer);

/* Takes the head, or the trailers, out of a response. HTTPSC_OK or HTTPSC_ERR_MEMORY. */
HC_FN int hc_answer_take_head(hc_answer *answer, hc_response *response);
HC_FN int hc_answer_take_trailers(hc_answer *answer, hc_response *response);

#endif
