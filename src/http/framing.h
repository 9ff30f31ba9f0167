/* How a response's body ends, and whether the connection lives on: decided by the fields of its
 * head (RFC 9112, 6.3 and 9.3). */
#ifndef HC_FRAMING_H
#define HC_FRAMING_H

#include "response.h"

/*
 * Sets framing, body_left and keep_alive from a final head. On the side of refusing: one
 * Transfer-Encoding that is "chunked", in HTTP/1.1, and no Content-Length beside it, or lengths
 * that all say the same. 0 with the failure set when the body's end is in doubt.
 */
HC_FN int hc_response_find_framing(hc_response *response);

#endif
