#include "pool.h"

static void pool_push(hc_connection **list, hc_connection *connection)
{
    connection->next = *list;
    *list = connection;
}

HC_FN hc_connection *hc_pool_take(hc_pool *pool, const hc_identity *identity, int64_t now_us,
                                  hc_connection **old)
{
    hc_connection **link = &pool->first;
    hc_connection *found = NULL;

    while (*link != NULL) {
        hc_connection *connection = *link;
        int too_old = now_us - connection->idle_us > HC_POOL_IDLE_US ||
                      now_us - connection->opened_us > HC_POOL_LIFETIME_US;

        if (!too_old && (found != NULL || !hc_identity_equal(&connection->identity, identity))) {
            link = &connection->next;
            continue;
        }
        *link = connection->next;
        pool->num--;
        if (too_old) {
            pool_push(old, connection);
        } else {
            connection->next = NULL;
            found = connection;
        }
    }
    return found;
}

HC_FN void hc_pool_put(hc_pool *pool, hc_connection *connection, int64_t now_us,
                       hc_connection **old)
{
    if (pool->closed) {
        pool_push(old, connection);
        return;
    }
    connection->idle_us = now_us;
    pool_push(&pool->first, connection);
    pool->num++;
    hc_pool_shrink(pool, pool->max, old);
}

HC_FN void hc_pool_shrink(hc_pool *pool, size_t max, hc_connection **old)
{
    while (pool->num > max) {
        hc_connection **link = &pool->first;
        hc_connection *evicted;

        while ((*link)->next != NULL) {
            link = &(*link)->next;
        }
        evicted = *link;
        *link = NULL;
        pool->num--;
        pool_push(old, evicted);
    }
}

HC_FN hc_connection *hc_pool_empty(hc_pool *pool)
{
    hc_connection *list = pool->first;

    pool->first = NULL;
    pool->num = 0;
    return list;
}

HC_FN void hc_pool_close_list(hc_connection *list, int abandon)
{
    while (list != NULL) {
        hc_connection *next = list->next;

        if (abandon) {
            hc_connection_abandon(list);
        } else {
            hc_connection_close(list);
        }
        list = next;
    }
}
