/* One hop of an operation: whom its URL leads to, and the request that is sent there. */
#ifndef HC_HOP_H
#define HC_HOP_H

#include "transfer.h"

/* Whether transfer->url may be asked, and the identity of its connection. ERR_URL_PLAIN_HTTP,
 * ERR_URL_HOST. */
HC_FN int hc_hop_route(httpsc_transfer *transfer, httpsc_error *error);

/* Writes the head of the request for transfer->url, and notes the URL in the answer. Errors of
 * hc_request_write, ERR_MEMORY. */
HC_FN int hc_hop_write(httpsc_transfer *transfer, httpsc_error *error);

#endif
