/* From a host name to a connected stream: look-up, then a race of its addresses (RFC 8305). */
#ifndef HC_DIAL_H
#define HC_DIAL_H

#include "hooks.h"
#include "identity.h"
#include "stream.h"

/* Attempts under way at once: what httpsc_wants has room for beside a wake. */
#define HC_DIAL_RACERS \
    (HC_ADDRESSES_MAX < HTTPSC_WANTS_MAX ? HC_ADDRESSES_MAX : HTTPSC_WANTS_MAX - 1)

typedef enum hc_dial_state {
    HC_DIAL_IDLE = 0,
    HC_DIAL_LOOKUP, /* the name is being looked up */
    HC_DIAL_RACE,   /* addresses are being tried */
    HC_DIAL_DONE
} hc_dial_state;

/* One attempt under way. */
typedef struct hc_racer {
    httpsc_socket socket;
    size_t address;      /* its place among the addresses */
    int64_t started_us;
} hc_racer;

typedef struct hc_dial {
    const httpsc_hooks *hooks; /* borrowed */
    hc_dial_state state;
    hc_host host;
    int port;
    const char *unix_socket;   /* borrowed; NULL: host and port */
    hc_lookup *lookup;
    httpsc_address addresses[HC_ADDRESSES_MAX];
    size_t num_addresses;
    size_t num_tried;
    int codes[HC_ADDRESSES_MAX]; /* why each of them failed; HTTPSC_OK: it has not */
    hc_racer racers[HC_DIAL_RACERS]; /* in the order they were started */
    size_t num_racers;
    int64_t next_us;           /* when the next address joins */
    int code;                  /* of the failure that tells most */
    int native;
    httpsc_address address;    /* the one that won; len 0 for a transport or a Unix socket */
} hc_dial;

/* addresses, where there are any, are tried in the order given, and nothing is looked up. */
HC_FN void hc_dial_start(hc_dial *dial, const httpsc_hooks *hooks, const hc_host *host, int port,
                         const httpsc_address *addresses, size_t num_addresses);

/* The same for a Unix socket. The path is borrowed. */
HC_FN void hc_dial_start_unix(hc_dial *dial, const httpsc_hooks *hooks, const char *path);

/* HTTPSC_OK with the stream, HTTPSC_WANT, or an error for good. */
HC_FN int hc_dial_step(hc_dial *dial, const hc_tracer *tracer, hc_stream *out,
                       httpsc_error *error);

HC_FN void hc_dial_wants(const hc_dial *dial, httpsc_wants *wants);

/* Lets go of whatever is under way. */
HC_FN void hc_dial_stop(hc_dial *dial);

#endif
