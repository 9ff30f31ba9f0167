/* Sessions that can be resumed (RFC 8446, 4.6.1; RFC 5077), and their form outside this program. */
#ifndef HC_SESSION_H
#define HC_SESSION_H

#include "../base/buffer.h"
#include "../base/cursor.h"

#define HC_TLS_12 0x0303
#define HC_TLS_13 0x0304

#define HC_SESSION_SECRET_MAX 48
#define HC_SESSION_TICKET_MAX 8192 /* longer ones are not kept */
#define HC_SESSION_LIFETIME_MAX 604800 /* seconds: 7 days (RFC 8446, 4.6.1) */
#define HC_SESSION_VERIFIED_MAX 86400  /* seconds after which the chain is to be seen again */

/* A session; it is a secret. Used once in 1.3, so whoever resumes it takes it. */
typedef struct hc_session {
    const httpsc_allocator *allocator;
    uint16_t version; /* HC_TLS_12 or HC_TLS_13 */
    uint16_t suite;
    uint32_t lifetime; /* seconds, from received_at on */
    uint32_t age_add;
    int64_t received_at; /* seconds since 1970 */
    int64_t verified_at; /* when the chain was verified last */
    int64_t not_after;   /* of the server's certificate */
    unsigned char binding[32]; /* a hash of all that must be the same when it is resumed */
    size_t secret_len;
    unsigned char secret[HC_SESSION_SECRET_MAX]; /* the PSK, or the master secret of 1.2 */
    size_t ticket_len;
    unsigned char *ticket; /* owned */
} hc_session;

/* An empty session with a ticket; NULL when memory ran out. */
HC_FN hc_session *hc_session_new(const httpsc_allocator *allocator, hc_cursor ticket);

/* Frees it, wiped. NULL is passed over. */
HC_FN void hc_session_free(hc_session *session);

/* 1 when it may be resumed at that time: its lifetime, the server's certificate and the last
 * verification are not over, and the clock did not go back. */
HC_FN int hc_session_is_fresh(const hc_session *session, int64_t unix_time);

/* Appends the session as bytes, for the caller to keep secret. */
HC_FN hc_buffer_result hc_session_export(const hc_session *session, hc_buffer *out);

/* The session of such bytes, which are of this version of the form, whole and in bounds: HTTPSC_OK,
 * HTTPSC_ERR_ARGUMENT, HTTPSC_ERR_MEMORY. */
HC_FN int hc_session_import(const httpsc_allocator *allocator, const void *bytes, size_t len,
                            hc_session **out);

#endif
