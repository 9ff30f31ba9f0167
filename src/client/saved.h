/* A client's sessions as bytes that outlive it. */
#ifndef HC_SAVED_H
#define HC_SAVED_H

#include "client.h"

/* Sessions as bytes: the fresh ones, the newest first. They stay where they are. out is begun here,
 * and is the caller's to free, also after an error: ERR_MEMORY, or ERR_TRUST_UNREADABLE where the
 * trust store cannot be read again. */
HC_FN int hc_saved_write(const httpsc_client *client, const hc_sessions *sessions,
                         int64_t unix_time, hc_buffer *out, httpsc_error *error);

/* The other way round: fills sessions, which is empty, with what is fresh and was saved by a client
 * of the same settings. The errors above, and ERR_ARGUMENT for bytes that are not such, whole and
 * unchanged; then it is left empty. */
HC_FN int hc_saved_read(const httpsc_client *client, hc_cursor bytes, int64_t unix_time,
                        hc_sessions *sessions, httpsc_error *error);

#endif
