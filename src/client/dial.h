/* From a host name to a connected stream: look-up, then one address after the other. */
#ifndef HC_DIAL_H
#define HC_DIAL_H

#include "hooks.h"
#include "identity.h"
#include "stream.h"

typedef enum hc_dial_state {
    HC_DIAL_IDLE = 0,
    HC_DIAL_LOOKUP,     /* the name is being looked up */
    HC_DIAL_NEXT,       /* an address is to be tried */
    HC_DIAL_CONNECTING, /* one is being tried */
    HC_DIAL_DONE
} hc_dial_state;

typedef struct hc_dial {
    const httpsc_hooks *hooks; /* borrowed */
    hc_dial_state state;
    hc_host host;
    int port;
    hc_lookup *lookup;
    httpsc_address addresses[HC_ADDRESSES_MAX];
    size_t num_addresses;
    size_t num_tried;
    httpsc_socket socket;
    int code;                  /* of the address that failed last */
    int native;
} hc_dial;

HC_FN void hc_dial_start(hc_dial *dial, const httpsc_hooks *hooks, const hc_host *host, int port);

/* HTTPSC_OK with the stream, HTTPSC_WANT, or an error for good. */
HC_FN int hc_dial_step(hc_dial *dial, const hc_tracer *tracer, hc_stream *out,
                       httpsc_error *error);

HC_FN void hc_dial_wants(const hc_dial *dial, httpsc_wants *wants);

/* Lets go of whatever is under way. */
HC_FN void hc_dial_stop(hc_dial *dial);

#endif
