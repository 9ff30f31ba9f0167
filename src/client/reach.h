/* How a transfer gets the connection that its request goes over: a kept one, or a new one, by way
 * of a proxy or not. */
#ifndef HC_REACH_H
#define HC_REACH_H

#include "transfer.h"

/* Goes on in the states from ACQUIRE to HANDSHAKE: HTTPSC_OK when transfer->connection is ready for
 * the request; HTTPSC_WANT; or an error, in transfer->failure. */
HC_FN int hc_reach_step(httpsc_transfer *transfer);

/* Drops the connection for a new one, which is dialled in the same turn. */
HC_FN void hc_reach_again(httpsc_transfer *transfer, const char *why);

/* Drops the connection, and what is under way to one. */
HC_FN void hc_reach_drop(httpsc_transfer *transfer);

#endif
