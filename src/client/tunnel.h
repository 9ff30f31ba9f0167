/*
 * From a connection to a proxy to one that the proxy has tied to the server: CONNECT, or SOCKS5.
 * The proxy's credentials go to the proxy alone, and nothing that is meant for the server goes to
 * the proxy.
 */
#ifndef HC_TUNNEL_H
#define HC_TUNNEL_H

#include "client.h"
#include "credentials.h"
#include "../http/connect.h"
#include "../http/socks5.h"

typedef enum hc_tunnel_state {
    HC_TUNNEL_IDLE = 0,
    HC_TUNNEL_SOCKS5,
    HC_TUNNEL_CONNECT, /* the request goes out, the head of the answer comes in */
    HC_TUNNEL_DRAIN    /* the body of a 407 is read past */
} hc_tunnel_state;

/* What hc_tunnel_step says beside codes: a new connection to the proxy is needed. */
#define HC_TUNNEL_AGAIN 2

typedef struct hc_tunnel {
    httpsc_client *client;
    const hc_identity *identity; /* of the connection to the server: host, port, proxy */
    hc_credentials *credentials; /* for the proxy */
    const hc_tracer *tracer;
    char name[HC_PROXY_TEXT_MAX];
    hc_tunnel_state state;
    hc_connection *connection;  /* to the proxy */
    hc_socks5 socks;
    hc_buffer request;          /* CONNECT, and how much of it went out */
    size_t num_sent;
    hc_connect_answer answer;
} hc_tunnel;

/* 1 when something is to be said to the proxy before the request: all but a plain http proxy that
 * the request is handed to. */
HC_FN int hc_tunnel_is_needed(const hc_identity *identity);

/* NULL when memory ran out. All four are borrowed. */
HC_FN hc_tunnel *hc_tunnel_open(httpsc_client *client, const hc_identity *identity,
                                hc_credentials *credentials, const hc_tracer *tracer);

/* NULL is passed over. Closes the connection, too, and wipes. */
HC_FN void hc_tunnel_free(hc_tunnel *tunnel);

/* Begins, once the connection to the proxy is open: HTTPSC_OK, or an error. */
HC_FN int hc_tunnel_begin(hc_tunnel *tunnel, httpsc_error *error);

/* HTTPSC_OK when the connection leads to the server; HTTPSC_WANT; HC_TUNNEL_AGAIN, and the
 * connection is closed; ERR_PROXY_CREDENTIALS, _REFUSED, _RESPONSE, ERR_LIMIT_PROXY_HEAD,
 * ERR_MEMORY, ERR_ENTROPY, and what a connection may meet. */
HC_FN int hc_tunnel_step(hc_tunnel *tunnel, httpsc_error *error);

#endif
