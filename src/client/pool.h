/* Idle connections, kept for the next request of the same identity. */
#ifndef HC_POOL_H
#define HC_POOL_H

#include "connection.h"

#define HC_POOL_IDLE_US (60 * (int64_t)1000000)
#define HC_POOL_LIFETIME_US (3600 * (int64_t)1000000)

typedef struct hc_pool {
    hc_connection *first; /* the one that was used last comes first */
    size_t num;
    size_t max;
    int closed;           /* takes nothing any more */
} hc_pool;

/* The caller holds the client's lock; what these hand out as `old` is closed outside of it. */

/* Takes out the connection used last that has this identity; NULL when there is none. Connections
 * past their time are put into *old. */
HC_FN hc_connection *hc_pool_take(hc_pool *pool, const hc_identity *identity, int64_t now_us,
                                  hc_connection **old);

/* Puts one in; where that makes too many, the one unused for longest is put into *old. */
HC_FN void hc_pool_put(hc_pool *pool, hc_connection *connection, int64_t now_us,
                       hc_connection **old);

/* Leaves at most so many; the ones unused for longest are put into *old. */
HC_FN void hc_pool_shrink(hc_pool *pool, size_t max, hc_connection **old);

/* Takes out all of them, as a list. */
HC_FN hc_connection *hc_pool_empty(hc_pool *pool);

/* Closes or abandons a list. */
HC_FN void hc_pool_close_list(hc_connection *list, int abandon);

#endif
