/*
 * A network in memory: a transport for httpsc_hooks whose far end is a peer of peer.h, with every
 * fault that a transport may show. For one thread.
 */
#ifndef MEMORY_NET_H
#define MEMORY_NET_H

#include "httpsc.h"
#include "peer.h"

typedef enum memory_fault {
    MEMORY_FAULT_NONE = 0,
    MEMORY_FAULT_WANT,  /* the call says WANT once more than it would */
    MEMORY_FAULT_SHORT, /* the call moves one byte less than it could; 1 where it could move 1 */
    MEMORY_FAULT_ERROR, /* the call fails, and the stream is dead from then on */
    MEMORY_FAULT_MUTE,  /* the same, but recv goes on saying WANT (of send alone) */
    MEMORY_FAULT_LIE    /* the call moves nothing and says that it moved more than it was given, or
                           (every second one of send) that all is well with nothing */
} memory_fault;

/* Told of every stream; each may be NULL. */
typedef struct memory_watch {
    void *user;
    void (*opened)(void *user, size_t i, const char *host, int port);
    void (*closed)(void *user, size_t i, peer *one);
} memory_watch;

typedef struct memory_net {
    const peer_config *configs; /* as of server_open */
    size_t num_configs;
    size_t max_send;            /* bytes a call at most; 0: no limit */
    size_t max_recv;
    int want_between;           /* 1: every other call says WANT */
    memory_fault fault;
    size_t fault_send;          /* the call (counted from 1, over all streams) with the fault */
    size_t fault_recv;
    size_t fault_open;          /* this open (counted from 1) fails */
    size_t split_sent;          /* no send goes over this many bytes of all streams; 0: none */
    size_t split_received;      /* the same of recv */
    memory_watch watch;
    size_t num_sends;           /* calls so far */
    size_t num_recvs;
    size_t num_opens;
    size_t num_sent;            /* bytes so far */
    size_t num_received;
    size_t num_idle;            /* calls of recv that found nothing, and of send that had no room */
    size_t num_closes;
    size_t handshake_out;       /* of the stream closed last, as are the next two */
    size_t num_out;
    char heard[2048];           /* cut where it is longer */
    httpsc_transport transport;
} memory_net;

/* configs are borrowed. */
void memory_net_init(memory_net *net, const peer_config *configs, size_t num_configs);

#endif
