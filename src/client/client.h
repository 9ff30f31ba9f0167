/* What stands behind the two shared handles. Opened by the api floor, let go of here. */
#ifndef HC_CLIENT_H
#define HC_CLIENT_H

#include "client_certs.h"
#include "pool.h"
#include "proxy.h"
#include "sessions.h"
#include "turns.h"
#include "../http/cookies.h"
#include "../crypto/crypto.h"
#include "../x509/judge.h"

struct httpsc_tls_config {
    httpsc_allocator allocator;
    hc_atomic holds;        /* freed when the last hold is given up */
    hc_crypto crypto;       /* none of these changes once it is open */
    hc_judge judge;
    hc_client_certs client_certs;
    uint16_t min_version;
    uint16_t max_version;
    hc_file file;           /* the bundle that judge.anchors reads, where is_file_open */
    int is_file_open;
    const char *source;     /* as httpsc_trust_info tells, and the first path that was read */
    char *path;
};

struct httpsc_client {
    httpsc_allocator allocator;
    hc_atomic holds;        /* the caller's, and one an open transfer */
    httpsc_tls_config *tls_config;
    int allow_http;
    int allow_downgrade;
    int no_decode;
    int cookies;            /* the jar is in use */
    char *user_agent;
    char *keylog_path;      /* of SSLKEYLOGFILE, or NULL */
    hc_endpoint *connect_to; /* or NULL */
    hc_host *verify_as;      /* or NULL */
    hc_override *overrides;
    size_t num_overrides;
    char *unix_socket;       /* or NULL */
    hc_proxies proxies;
    httpsc_tls_config *proxy_tls; /* of an https proxy */
    httpsc_timeouts timeouts; /* as given: 0 means the default */
    httpsc_limits limits;     /* all filled in */
    httpsc_hooks hooks;
    hc_mutex lock;          /* guards what stands below it */
    hc_pool pool;
    hc_turns turns;
    hc_sessions sessions;
    hc_cookie_jar jar;
    hc_wake spare_wake;     /* of a transfer that is over, for the next one */
    long process_id;        /* whose connections and wake these are */
};

/* Gives up a hold. NULL is passed over. */
HC_FN void hc_tls_config_release(httpsc_tls_config *config);
HC_FN void hc_client_release(httpsc_client *client);

HC_FN void hc_client_hold(httpsc_client *client);

/* Whom the connection to a host and port belongs to, and by which way it goes; with TLS where it is
 * secure. left_origin as for hc_client_certs_for. */
HC_FN void hc_client_identify(const httpsc_client *client, int secure, const hc_host *host,
                              int port, int left_origin, hc_identity *out);

/* All addresses for the host and port of an override. How many there are. */
HC_FN size_t hc_client_overrides(const httpsc_client *client, const hc_override *override,
                                 httpsc_address addresses[HC_ADDRESSES_MAX]);

/* The same as hc_client_identify for the connection to an identity's proxy. */
HC_FN void hc_client_identify_proxy(const httpsc_client *client, const hc_identity *identity,
                                    hc_identity *out);

/*
 * Takes a transfer's turn to use a connection of that identity; a turn of another identity is given
 * up first. HTTPSC_OK: *out is a kept connection, or NULL, and then one may be opened. HTTPSC_WANT:
 * wait for turn->wake, or ask again where it has none. Else ERR_MEMORY or ERR_SYSTEM. process_id,
 * of now, here and below: after a fork, what is the parent's is let go.
 */
HC_FN int hc_client_enter(httpsc_client *client, long process_id, hc_turn *turn,
                          const hc_identity *identity, hc_connection **out, int *native);

/* Gives the turn up, if there is any: its connection was kept or closed. */
HC_FN void hc_client_leave(httpsc_client *client, hc_turn *turn);

/* A kept connection that can be used at once, or NULL. */
HC_FN hc_connection *hc_client_take_connection(httpsc_client *client, long process_id,
                                               const hc_identity *identity);

/* Keeps a connection, or closes it where that is too many. */
HC_FN void hc_client_keep_connection(httpsc_client *client, hc_connection *connection);

/* A session to resume, or NULL; those that a connection got, kept for the next one; and those of an
 * identity dropped, when one of them was of no use. */
HC_FN hc_session *hc_client_take_session(httpsc_client *client, const hc_identity *identity);
HC_FN void hc_client_keep_sessions(httpsc_client *client, hc_connection *connection);
HC_FN void hc_client_drop_sessions(httpsc_client *client, const hc_identity *identity);

/* All of them, out of the client; and some put in as the oldest. Those of a parent process are
 * dropped at either. */
HC_FN void hc_client_take_sessions(httpsc_client *client, hc_sessions *out);
HC_FN void hc_client_add_sessions(httpsc_client *client, hc_sessions *sessions);

/* Takes the cookies that a response from url sets; appends the value of Cookie for a request there.
 * ERR_MEMORY. */
HC_FN int hc_client_take_cookies(httpsc_client *client, const hc_url *url,
                                 const httpsc_field *fields, size_t num_fields,
                                 httpsc_error *error);
HC_FN int hc_client_add_cookies(httpsc_client *client, const hc_url *url, hc_buffer *out,
                                httpsc_error *error);

/* The jar as text, and cookies out of such a text, as hc_cookie_jar_save and _load. */
HC_FN int hc_client_write_cookies(httpsc_client *client, hc_buffer *out, httpsc_error *error);
HC_FN int hc_client_read_cookies(httpsc_client *client, httpsc_bytes text, httpsc_error *error);

/* A wake for a transfer: HTTPSC_OK or HTTPSC_ERR_SYSTEM. And back, unless it was signalled. */
HC_FN int hc_client_take_wake(httpsc_client *client, long process_id, hc_wake *out, int *native);
HC_FN void hc_client_keep_wake(httpsc_client *client, hc_wake *wake);

/* Closes all kept connections, and keeps none from now on. */
HC_FN void hc_client_shut(httpsc_client *client);

#endif
