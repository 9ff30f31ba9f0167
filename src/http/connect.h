/*
 * CONNECT (RFC 9110, 9.3.6): the request for a tunnel, and the proxy's answer to it. Nothing of
 * what a proxy answers is ever shown as the server's response.
 */
#ifndef HC_CONNECT_H
#define HC_CONNECT_H

#include "../syntax/url.h"
#include "response.h"

#define HC_CONNECT_DRAIN_MAX 65536 /* bytes of a refusal's body read to keep the connection */

/* Appends the request. Nothing of the request to the server is in it. authorization is the value
 * of Proxy-Authorization, or NULL. */
HC_FN hc_buffer_result hc_connect_write(const hc_host *host, int port, const char *authorization,
                                        hc_buffer *out);

/* Appends "host:port" in authority-form (RFC 9112, 3.2.3). */
HC_FN hc_buffer_result hc_connect_add_authority(const hc_host *host, int port, hc_buffer *out);

/* Zeroed by hc_connect_answer_init; its response may be looked at once the head is there. */
typedef struct hc_connect_answer {
    hc_response response;
    httpsc_limits limits;
    size_t num_drained;
} hc_connect_answer;

/* limits: the client's. max_head_bytes bounds all heads of the answer together. */
HC_FN void hc_connect_answer_init(hc_connect_answer *answer, const httpsc_allocator *allocator,
                                  const httpsc_limits *limits, size_t max_head_bytes);
HC_FN void hc_connect_answer_free(hc_connect_answer *answer);

/*
 * Reads the head: HTTPSC_WANT for more bytes; HTTPSC_OK for a tunnel (2xx) and for 407, which
 * response.status tells apart. Content-Length and Transfer-Encoding of 2xx count for nothing, and
 * bytes behind its empty line are an error: the server has not been spoken to. Interim responses
 * are passed over. Else ERR_PROXY_REFUSED (any other status), ERR_PROXY_RESPONSE,
 * ERR_LIMIT_PROXY_HEAD, ERR_MEMORY. proxy is for the error's text.
 */
HC_FN int hc_connect_answer_read(hc_connect_answer *answer, hc_cursor *bytes, const char *proxy,
                                 httpsc_error *error);

/* Reads past the body behind a 407: HTTPSC_OK when the same connection can carry the request anew;
 * HTTPSC_WANT; or ERR_PROXY_RESPONSE when another one is needed (it is too long, malformed, or goes
 * on until the end). Sets no error. */
HC_FN int hc_connect_answer_drain(hc_connect_answer *answer, hc_cursor *bytes);

#endif
