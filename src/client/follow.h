/* What comes after a final head: the answer, or another hop. */
#ifndef HC_FOLLOW_H
#define HC_FOLLOW_H

#include "transfer.h"

typedef enum hc_follow {
    HC_FOLLOW_ANSWER = 1, /* the caller gets this one */
    HC_FOLLOW_AGAIN,      /* another hop, for which the transfer is prepared */
    HC_FOLLOW_FAILED      /* the error is set */
} hc_follow;

/* Looks at transfer->exchange.response. */
HC_FN hc_follow hc_follow_head(httpsc_transfer *transfer, httpsc_error *error);

#endif
