#include "sessions.h"

static hc_session *sessions_unlink(hc_kept_session **link, const httpsc_allocator *allocator)
{
    hc_kept_session *kept = *link;
    hc_session *session = kept->session;

    *link = kept->next;
    hc_free(allocator, kept, sizeof *kept);
    return session;
}

HC_FN hc_session *hc_sessions_take(hc_sessions *sessions, const httpsc_allocator *allocator,
                                   const hc_identity *identity)
{
    for (hc_kept_session **link = &sessions->first; *link != NULL; link = &(*link)->next) {
        if (hc_identity_equal(&(*link)->identity, identity)) {
            return sessions_unlink(link, allocator);
        }
    }
    return NULL;
}

/* Drops what is over the bounds: the oldest of an identity, and of all. */
static void sessions_trim(hc_sessions *sessions, const httpsc_allocator *allocator,
                          const hc_identity *identity)
{
    hc_kept_session **link = &sessions->first;
    size_t num = 0;
    size_t num_equal = 0;

    while (*link != NULL) {
        int equal = hc_identity_equal(&(*link)->identity, identity);

        if (num == HC_SESSIONS_MAX || (equal && num_equal == HC_SESSIONS_EACH)) {
            hc_session_free(sessions_unlink(link, allocator));
        } else {
            num++;
            num_equal += (size_t)(equal != 0);
            link = &(*link)->next;
        }
    }
}

HC_FN void hc_sessions_put(hc_sessions *sessions, const httpsc_allocator *allocator,
                           const hc_identity *identity, hc_session *session)
{
    hc_kept_session *kept = hc_alloc(allocator, sizeof *kept);

    if (kept == NULL) {
        hc_session_free(session);
        return;
    }
    kept->identity = *identity;
    kept->session = session;
    kept->next = sessions->first;
    sessions->first = kept;
    sessions_trim(sessions, allocator, identity);
}

HC_FN void hc_sessions_join(hc_sessions *sessions, const httpsc_allocator *allocator,
                            hc_sessions *older)
{
    hc_kept_session **end = &sessions->first;

    while (older->first != NULL) {
        hc_kept_session *kept = older->first;
        hc_identity identity = kept->identity;

        while (*end != NULL) {
            end = &(*end)->next;
        }
        older->first = kept->next;
        kept->next = NULL;
        *end = kept;
        sessions_trim(sessions, allocator, &identity);
        end = &sessions->first;
    }
}

HC_FN void hc_sessions_drop(hc_sessions *sessions, const httpsc_allocator *allocator,
                            const hc_identity *identity)
{
    hc_kept_session **link = &sessions->first;

    while (*link != NULL) {
        if (identity == NULL || hc_identity_equal(&(*link)->identity, identity)) {
            hc_session_free(sessions_unlink(link, allocator));
        } else {
            link = &(*link)->next;
        }
    }
}
