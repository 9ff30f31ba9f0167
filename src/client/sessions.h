/* TLS sessions kept for the next connection of the same identity. Each is used once. */
#ifndef HC_SESSIONS_H
#define HC_SESSIONS_H

#include "identity.h"
#include "../tls/session.h"

#define HC_SESSIONS_MAX 16   /* in all */
#define HC_SESSIONS_EACH 4   /* of one identity */

typedef struct hc_kept_session {
    hc_identity identity;
    hc_session *session;
    struct hc_kept_session *next;
} hc_kept_session;

typedef struct hc_sessions {
    hc_kept_session *first; /* the newest comes first */
} hc_sessions;

/* The caller holds the client's lock. */

/* Takes out the newest session of an identity; NULL when there is none. */
HC_FN hc_session *hc_sessions_take(hc_sessions *sessions, const httpsc_allocator *allocator,
                                   const hc_identity *identity);

/* Puts one in, also taking it when there is no place or no memory; the oldest go. */
HC_FN void hc_sessions_put(hc_sessions *sessions, const httpsc_allocator *allocator,
                           const hc_identity *identity, hc_session *session);

/* Moves all of another list behind these, as older ones; it is empty then. */
HC_FN void hc_sessions_join(hc_sessions *sessions, const httpsc_allocator *allocator,
                            hc_sessions *older);

/* Drops those of an identity, or all of them where it is NULL. */
HC_FN void hc_sessions_drop(hc_sessions *sessions, const httpsc_allocator *allocator,
                            const hc_identity *identity);

#endif
