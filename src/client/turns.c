#include "turns.h"

#include "../base/memory.h"

static hc_turn_host *turns_host(hc_turns *turns, const httpsc_allocator *allocator,
                                const hc_identity *identity)
{
    hc_turn_host *host = turns->hosts;

    while (host != NULL && !hc_identity_equal(&host->identity, identity)) {
        host = host->next;
    }
    if (host == NULL) {
        host = hc_alloc(allocator, sizeof *host);
        if (host != NULL) {
            host->identity = *identity;
            host->next = turns->hosts;
            turns->hosts = host;
        }
    }
    return host;
}

/* Frees a host that nobody uses or waits for. */
static void turns_drop_host(hc_turns *turns, const httpsc_allocator *allocator, hc_turn_host *host)
{
    hc_turn_host **link = &turns->hosts;

    if (host->num_granted > 0 || host->num_waiting > 0) {
        return;
    }
    while (*link != host) {
        link = &(*link)->next;
    }
    *link = host->next;
    hc_free(allocator, host, sizeof *host);
}

static int turns_is_free(const hc_turns *turns, const hc_turn_host *host)
{
    return turns->num_granted < turns->max && host->num_granted < turns->max_each;
}

static void turns_grant(hc_turns *turns, hc_turn *turn)
{
    turn->state = HC_TURN_GRANTED;
    turn->host->num_granted++;
    turns->num_granted++;
}

static void turns_unlink(hc_turns *turns, hc_turn *turn)
{
    *(turn->before != NULL ? &turn->before->behind : &turns->first) = turn->behind;
    *(turn->behind != NULL ? &turn->behind->before : &turns->last) = turn->before;
    turn->before = NULL;
    turn->behind = NULL;
    turn->host->num_waiting--;
}

static void turns_queue(hc_turns *turns, hc_turn *turn)
{
    turn->state = HC_TURN_WAITING;
    turn->before = turns->last;
    turn->behind = NULL;
    *(turns->last != NULL ? &turns->last->behind : &turns->first) = turn;
    turns->last = turn;
    turn->host->num_waiting++;
}

/* Those whose turn it is now, in the order in which they came. */
static void turns_serve(hc_turns *turns)
{
    hc_turn *turn = turns->first;

    while (turn != NULL && turns->num_granted < turns->max) {
        hc_turn *behind = turn->behind;

        if (turns_is_free(turns, turn->host)) {
            turns_unlink(turns, turn);
            turns_grant(turns, turn);
            hc_wake_signal(&turn->wake);
        }
        turn = behind;
    }
}

HC_FN int hc_turns_enter(hc_turns *turns, const httpsc_allocator *allocator, hc_turn *turn,
                         const hc_identity *identity, int *native)
{
    if (turn->epoch != turns->epoch) {
        turn->state = HC_TURN_NONE;
        turn->epoch = turns->epoch;
    }
    if (turn->state == HC_TURN_GRANTED) {
        return HTTPSC_OK;
    }
    if (turn->state == HC_TURN_WAITING) {
        return HTTPSC_WANT;
    }
    turn->host = turns_host(turns, allocator, identity);
    if (turn->host == NULL) {
        return HTTPSC_ERR_MEMORY;
    }
    /* who waits for the same came first */
    if (turn->host->num_waiting == 0 && turns_is_free(turns, turn->host)) {
        turns_grant(turns, turn);
        return HTTPSC_OK;
    }
    if (hc_wake_open(&turn->wake, native) != HTTPSC_OK) {
        turns_drop_host(turns, allocator, turn->host);
        turn->host = NULL;
        return HTTPSC_ERR_SYSTEM;
    }
    turns_queue(turns, turn);
    return HTTPSC_WANT;
}

HC_FN void hc_turns_leave(hc_turns *turns, const httpsc_allocator *allocator, hc_turn *turn)
{
    hc_turn_state state = turn->epoch == turns->epoch ? turn->state : HC_TURN_NONE;

    hc_wake_close(&turn->wake);
    if (state == HC_TURN_WAITING) {
        turns_unlink(turns, turn);
    } else if (state == HC_TURN_GRANTED) {
        turn->host->num_granted--;
        turns->num_granted--;
        turns_serve(turns);
    }
    if (state != HC_TURN_NONE) {
        turns_drop_host(turns, allocator, turn->host);
    }
    turn->state = HC_TURN_NONE;
    turn->host = NULL;
}

HC_FN void hc_turns_forget(hc_turns *turns, const httpsc_allocator *allocator)
{
    while (turns->hosts != NULL) {
        hc_turn_host *host = turns->hosts;

        turns->hosts = host->next;
        hc_free(allocator, host, sizeof *host);
    }
    turns->first = NULL;
    turns->last = NULL;
    turns->num_granted = 0;
    turns->epoch++;
}
