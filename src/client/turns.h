/*
 * Whose turn it is: how many connections may be in use at once, of one identity and in all. A
 * transfer takes its turn before it uses or opens a connection, and gives it up when it has none
 * any more. Who must wait stands in a queue, and is woken when it is granted its turn: nobody can
 * overtake it then.
 */
#ifndef HC_TURNS_H
#define HC_TURNS_H

#include "../platform/platform.h"
#include "identity.h"

typedef enum hc_turn_state {
    HC_TURN_NONE = 0,
    HC_TURN_WAITING,
    HC_TURN_GRANTED
} hc_turn_state;

/* All turns of one identity. */
typedef struct hc_turn_host {
    hc_identity identity;
    size_t num_granted;
    size_t num_waiting;
    struct hc_turn_host *next;
} hc_turn_host;

/* One transfer's. Zeroed but for wake (HC_WAKE_NONE) it is none. */
typedef struct hc_turn {
    hc_turn_state state;   /* while it waits, others grant it: read under the lock alone */
    hc_turn_host *host;    /* NULL while it is none; the transfer's own to read */
    size_t epoch;          /* of the turns that it was taken from */
    hc_wake wake;          /* signalled when it is granted; none where there are no threads */
    struct hc_turn *before; /* in the queue */
    struct hc_turn *behind;
} hc_turn;

typedef struct hc_turns {
    hc_turn_host *hosts;
    hc_turn *first;        /* of the queue */
    hc_turn *last;
    size_t num_granted;
    size_t max;            /* in all */
    size_t max_each;       /* of one identity */
    size_t epoch;          /* how often all of them were forgotten */
} hc_turns;

/* The caller holds the client's lock. */

/* HTTPSC_OK: granted. HTTPSC_WANT: it stands in the queue. HTTPSC_ERR_MEMORY, _SYSTEM: neither.
 * Asked again while it waits, it tells how it stands. */
HC_FN int hc_turns_enter(hc_turns *turns, const httpsc_allocator *allocator, hc_turn *turn,
                         const hc_identity *identity, int *native);

/* Gives a turn up, granted or waiting; who is next is granted and woken. One that is neither is
 * passed over. */
HC_FN void hc_turns_leave(hc_turns *turns, const httpsc_allocator *allocator, hc_turn *turn);

/* Forgets all of them: in the child after a fork they are the parent's. */
HC_FN void hc_turns_forget(hc_turns *turns, const httpsc_allocator *allocator);

#endif
