/*
 * A scripted HTTP server without I/O: what the client sent goes in, what the server answers comes
 * out, over TLS 1.2 (BearSSL's own server engine) or in the clear. server.h puts sockets around
 * it, memory_net.h a transport in memory.
 */
#ifndef PEER_H
#define PEER_H

#include <bearssl.h>
#include <stddef.h>

typedef enum peer_step_kind {
    PEER_KIND_END = 0,      /* the orderly end: close_notify under TLS, then the stream's end */
    PEER_KIND_AWAIT_HEAD,   /* goes on when one more request head is there */
    PEER_KIND_AWAIT_REQUEST, /* the same, and the body that its Content-Length names */
    PEER_KIND_AWAIT_BYTES,  /* goes on when len more raw bytes came; nothing is decrypted */
    PEER_KIND_AWAIT_TEXT,   /* goes on when the client has said exactly these bytes, where 0x01
                               stands for a run of any bytes but CR and LF up to the next one of
                               the text; the stream breaks when it says anything else */
    PEER_KIND_SEND,
    PEER_KIND_RAW,          /* sends past TLS */
    PEER_KIND_CUT,          /* the stream's end without close_notify */
    PEER_KIND_RESET,        /* TCP's reset */
    PEER_KIND_HOLD,         /* nothing happens until the server is released, once a hold */
    PEER_KIND_DEAF,         /* takes nothing any more, and says nothing */
    PEER_KIND_INNER,        /* from here on another peer has the stream: a server behind a proxy */
    PEER_KIND_REPEAT        /* from the first step again */
} peer_step_kind;

typedef struct peer_step {
    peer_step_kind kind;
    const char *bytes;
    size_t len;
    size_t piece;  /* sent in pieces of this many bytes, each a record of its own; 0: in one */
    size_t piece2; /* where not 0, the size of every piece behind the first */
} peer_step;

#define PEER_END {PEER_KIND_END, NULL, 0, 0, 0}
#define PEER_HEAD {PEER_KIND_AWAIT_HEAD, NULL, 0, 0, 0}
#define PEER_REQUEST {PEER_KIND_AWAIT_REQUEST, NULL, 0, 0, 0}
#define PEER_BYTES(num) {PEER_KIND_AWAIT_BYTES, NULL, (num), 0, 0}
#define PEER_TEXT(text) {PEER_KIND_SEND, text, sizeof(text) - 1, 0, 0}
#define PEER_SEND(bytes, len) {PEER_KIND_SEND, (bytes), (len), 0, 0}
#define PEER_RAW(text) {PEER_KIND_RAW, text, sizeof(text) - 1, 0, 0}
#define PEER_CUT {PEER_KIND_CUT, NULL, 0, 0, 0}
#define PEER_RESET {PEER_KIND_RESET, NULL, 0, 0, 0}
#define PEER_HOLD {PEER_KIND_HOLD, NULL, 0, 0, 0}
#define PEER_DEAF {PEER_KIND_DEAF, NULL, 0, 0, 0}
#define PEER_INNER(config) {PEER_KIND_INNER, (const char *)(config), 0, 0, 0} /* a peer_config */
#define PEER_REPEAT {PEER_KIND_REPEAT, NULL, 0, 0, 0}

/* A certificate chain with its key: NAME.pem and NAME.key of $HTTPSC_TEST_CERTS. Opened once a
 * name and kept until the program ends; exits the program where a file is missing. */
typedef struct peer_identity peer_identity;

const peer_identity *peer_identity_of(const char *name);

/* Its key as BearSSL has it; NULL where it is no EC key. */
const br_ec_private_key *peer_identity_ec(const peer_identity *identity);

/* The path of a file of $HTTPSC_TEST_CERTS; the caller frees it. */
char *peer_path(const char *file);

typedef struct peer_config {
    const peer_step *script;
    const char *tls;    /* the certificate's name; NULL: in the clear */
    size_t cut_after;   /* the stream ends after this many bytes of output; 0: no cut */
    size_t cut_behind;  /* the same, counted from 1 at the end of the handshake: 1 is at once */
    size_t corrupt_at;  /* the bit 0 of this byte of the output (counted from 1) is turned */
} peer_config;

#define PEER_CONFIG(script, tls) {(script), (tls), 0, 0, 0}

typedef enum peer_state {
    PEER_OPEN = 1,
    PEER_ENDED, /* once the output is out: the stream's end */
    PEER_BROKEN /* the same: a reset */
} peer_state;

typedef struct peer peer;

peer *peer_open(const peer_config *config);
void peer_close(peer *one);

/* Bytes of the client, and its end. */
void peer_feed(peer *one, const void *bytes, size_t len);
void peer_feed_end(peer *one);

/* Bytes for the client, one piece at a time; *len is 0 when there are none now. */
const unsigned char *peer_output(peer *one, size_t *len);
void peer_output_done(peer *one, size_t len);

/* Valid after peer_output said that there is nothing. */
peer_state peer_state_of(const peer *one);

int peer_is_deaf(const peer *one);
int peer_is_holding(const peer *one);
void peer_release(peer *one);

/* All that the client said, decrypted, with a NUL behind it; what an inner peer heard is last. */
const char *peer_heard(peer *one, size_t *len);

/* 1 when the client ended its side in order: close_notify under TLS, else the stream's end. */
int peer_saw_end(const peer *one);

/* 1 when all that the script awaits was said, as PEER_KIND_AWAIT_TEXT wants it, and nothing else.
 * Also of the inner peer. */
int peer_is_satisfied(const peer *one);

size_t peer_num_out(const peer *one);      /* bytes of output so far */
size_t peer_handshake_out(const peer *one); /* of those, before application data could flow */

#endif
