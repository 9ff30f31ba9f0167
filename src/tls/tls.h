/*
 * TLS without I/O: records go in with feed and out with drain, application data goes in with
 * write and out with read. Each direction gives a place or a view first, and is told afterwards
 * how much of it was used, so that no byte is copied on its way.
 *
 * TLS 1.3 (RFC 8446) and TLS 1.2 with ECDHE and AEAD (RFC 5246, 5288, 7627, 7905, 8422), the
 * client's side. No 0-RTT, no renegotiation, no post-handshake authentication.
 */
#ifndef HC_TLS_H
#define HC_TLS_H

#include "../base/error.h"
#include "../base/memory.h"
#include "../crypto/crypto.h"
#include "../crypto/private_key.h"
#include "../x509/judge.h"
#include "session.h"

typedef struct hc_tls hc_tls;

/* Who the client is: certificates in DER, its own first, and the key or somebody who has it. */
typedef struct hc_tls_identity {
    const hc_cursor *chain;
    size_t num_certs;
    const hc_private_key *key; /* NULL: sign is asked */
    /*
     * Signs the digest that a SignatureScheme (RFC 8446, 4.2.3) calls for; *signature_len is the
     * room, and afterwards the length. HTTPSC_OK; HTTPSC_WANT, to be asked again for the same one
     * by hc_tls_sign; or an error code, which ends the connection.
     */
    int (*sign)(void *user, int scheme, const unsigned char *digest, size_t digest_len,
                unsigned char *signature, size_t *signature_len);
    void *user;
} hc_tls_identity;

typedef struct hc_tls_params {
    const httpsc_allocator *allocator; /* what is pointed to is borrowed until the close, but for
                                          host and server_name, which are copied */
    const hc_crypto *crypto;  /* NULL: found out anew, at the price of a multiplication */
    const hc_host *host;      /* the certificate is to be for; NULL: server_name, parsed */
    const char *server_name;  /* for SNI; NULL: the host's name, and none for an IP address */
    const hc_judge *judge;    /* what is wanted of the server */
    int64_t unix_time;        /* by which dates are judged, and a session's age */
    unsigned char seed[32];   /* entropy, different each time */
    uint16_t min_version;     /* HC_TLS_12 or HC_TLS_13; 0: 1.2, and 1.3 */
    uint16_t max_version;
    const char *const *alpn;  /* protocol names, in order of preference; none: http/1.1 */
    size_t num_alpn;
    const hc_tls_identity *identity; /* NULL: an empty Certificate where one is asked for */
    size_t num_identities;    /* as many, in the order of preference; 0: one. The first that a
                                 certificate authority named by the server issued, or else the
                                 first, whose key can sign as the server wants it */
    hc_session *session;      /* to resume, or NULL; taken, even by an open that fails. One that
                                 does not fit these params is passed over */
    const unsigned char *binding; /* 32 bytes, a hash of what else a session depends on, or NULL */
    size_t max_record;        /* bytes of plaintext in a record that we take, at least 512;
                                 0: 16384 */
    size_t max_sent_record;   /* the same of records that we make */
    int keep_chain;           /* 1: hc_tls_peer_certificate works after the handshake, too */
    int keylog;               /* 1: the secrets are written out, hc_tls_keylog */
} hc_tls_params;

/* Where the connection stands. Nothing is 0. */
typedef enum hc_tls_state {
    HC_TLS_HANDSHAKE = 1, /* read and write are not open yet */
    HC_TLS_OPEN,          /* the peer is verified: application data may flow */
    HC_TLS_CLOSED,        /* the peer sent close_notify; what it sent before was read */
    HC_TLS_FAILED         /* an error, kept; an alert may be left to drain */
} hc_tls_state;

/* ERR_ARGUMENT for no judge, no host and no server name (unless the judge ignores names), no
 * anchors (unless it ignores chains), names and numbers out of bounds; ERR_MEMORY; ERR_ENTROPY. */
HC_FN int hc_tls_open(const hc_tls_params *params, hc_tls **out, httpsc_error *error);

/* Frees it, wiped. NULL is passed over. */
HC_FN void hc_tls_free(hc_tls *tls);

HC_FN hc_tls_state hc_tls_state_of(const hc_tls *tls);

/* A place for bytes from the peer; *len is 0 when it takes none now (read first, or the end).
 * There may be room for several records. */
HC_FN unsigned char *hc_tls_feed_space(hc_tls *tls, size_t *len);

/* len bytes were put there. HTTPSC_OK or the error for good; it is told for a len of 0, too, which
 * is how one that read_done met (records may wait behind the one that was read) comes out. A place
 * asked for before is gone, after hc_tls_read_done as well. */
HC_FN int hc_tls_feed(hc_tls *tls, size_t len, httpsc_error *error);

/* 1 while the handshake waits for a signer that said HTTPSC_WANT: then nothing is taken from the
 * peer, and hc_tls_sign asks it again. */
HC_FN int hc_tls_is_signing(const hc_tls *tls);

/* HTTPSC_OK when there is nothing (any more) to wait for, and what had come behind it was taken;
 * HTTPSC_WANT; or the error for good. */
HC_FN int hc_tls_sign(hc_tls *tls, httpsc_error *error);

/* The transport ended. HTTPSC_OK after close_notify; else ERR_TLS_TRUNCATED in the handshake;
 * HTTPSC_WANT afterwards: a cut, which the layer above judges. */
HC_FN int hc_tls_feed_end(hc_tls *tls, httpsc_error *error);

/* Bytes for the peer, and how many of them were sent. *len is 0 when there are none. */
HC_FN const unsigned char *hc_tls_drain(hc_tls *tls, size_t *len);
HC_FN void hc_tls_drained(hc_tls *tls, size_t len);

/* Application data of the peer, and how much of it was taken. *len is 0 when there is none. */
HC_FN const unsigned char *hc_tls_read(hc_tls *tls, size_t *len);
HC_FN void hc_tls_read_done(hc_tls *tls, size_t len);

/* A place for application data; *len is 0 when it takes none now (drain first). hc_tls_write says
 * how many bytes were put there, before any other call: that may need the place. They may wait for
 * more until hc_tls_flush makes a record. */
HC_FN unsigned char *hc_tls_write_space(hc_tls *tls, size_t *len);
HC_FN void hc_tls_write(hc_tls *tls, size_t len);
HC_FN void hc_tls_flush(hc_tls *tls);

/* 1 when nothing is under way: no record half received, no byte left to read or to drain. */
HC_FN int hc_tls_is_idle(hc_tls *tls);

/* Puts a close_notify behind what is written, to be drained. */
HC_FN void hc_tls_close(hc_tls *tls);

/* Gives back the buffers that hold nothing: to be called when a connection goes idle. */
HC_FN void hc_tls_release(hc_tls *tls);

/* 1 when so much was protected by one key of TLS 1.2 that the connection should not be used for
 * another request. In 1.3 the keys are changed instead. */
HC_FN int hc_tls_is_worn(const hc_tls *tls);

/* A KeyUpdate of ours, to be drained (RFC 8446, 4.6.3), and with ask 1 for one of the peer's; what
 * was written goes before it. ERR_ARGUMENT where there is none: in 1.2, and when the connection is
 * not open. */
HC_FACE int hc_tls_update_keys(hc_tls *tls, int ask, httpsc_error *error);

/* What was agreed on; valid from HC_TLS_OPEN. Strings are static. */
HC_FN void hc_tls_facts(const hc_tls *tls, httpsc_tls_facts *out);

/* More of it, for those who inspect. */
typedef struct hc_tls_details {
    const char *signature_scheme; /* of the server's handshake signature, by its name in RFC 8446,
                                     4.2.3; NULL when a session was resumed */
    const char *client_scheme;    /* of ours; NULL when we made none */
    int certificate_requested;    /* 1: the server asked for a client certificate */
    int extended_master_secret;   /* 1: RFC 7627; always in 1.3 */
    size_t num_round_trips;       /* before application data may be sent */
    size_t num_handshake_bytes_in;
    size_t num_handshake_bytes_out;
} hc_tls_details;

HC_FACE void hc_tls_details_of(const hc_tls *tls, hc_tls_details *out);

/* The description of the last alert in each direction (RFC 8446, 6); -1 for none. */
HC_FACE int hc_tls_alert_sent(const hc_tls *tls);
HC_FACE int hc_tls_alert_received(const hc_tls *tls);

/* The certificates that the server sent, its own first; empty past the last. After the handshake
 * only with keep_chain. */
HC_FN hc_cursor hc_tls_peer_certificate(const hc_tls *tls, size_t index);

/* The next session that came, for the caller to keep (hc_session_free); NULL for none. unix_time
 * is now. There is never one of a connection whose server was not fully verified. */
HC_FN hc_session *hc_tls_take_session(hc_tls *tls, int64_t unix_time);

/* Lines for a file as SSLKEYLOGFILE names it, EXPORTER_SECRET among them, and that the first len
 * bytes of them were written. */
HC_FN const char *hc_tls_keylog(const hc_tls *tls, size_t *len);
HC_FN void hc_tls_keylog_done(hc_tls *tls, size_t len);

#endif
