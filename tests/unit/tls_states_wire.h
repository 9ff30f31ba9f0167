/*
 * The keys and records of a TLS server that follows a script: the peer of the state-by-message
 * matrix. It shares the crypto floor alone with the client.
 *
 * TLS 1.3 with TLS_AES_128_GCM_SHA256 and TLS 1.2 with TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
 * all its randomness is fixed.
 */
#ifndef TLS_STATES_WIRE_H
#define TLS_STATES_WIRE_H

#include "unit.h"

#define SS_MAX 90000
#define SS_IN_MAX 40000

/* Content types. */
#define SS_CCS 20
#define SS_ALERT 21
#define SS_HANDSHAKE 22
#define SS_DATA 23

/* Extensions. */
#define SS_EXT_SERVER_NAME 0
#define SS_EXT_ALPN 16
#define SS_EXT_EMS 23
#define SS_EXT_TICKET 35
#define SS_EXT_PSK 41
#define SS_EXT_VERSIONS 43
#define SS_EXT_COOKIE 44
#define SS_EXT_KEY_SHARE 51
#define SS_EXT_RENEGOTIATION 65281

typedef struct ss_bytes {
    size_t len;
    size_t inner_at;   /* of the message's outermost vector: where its length stands */
    size_t inner_size; /* 0: it has none */
    unsigned char at[SS_MAX];
} ss_bytes;

/* One direction. */
typedef struct ss_keys {
    int on;
    hc_aead aead;
    unsigned char iv[12];
    uint64_t sequence;
    unsigned char secret[32]; /* the traffic secret of 1.3 */
} ss_keys;

/* What outlives a connection. */
typedef struct ss_memory {
    unsigned char psk[32];
    unsigned char master[48];
} ss_memory;

typedef struct ss_identity {
    unsigned char cert[4096];
    size_t cert_len;
    unsigned char key_bytes[256];
    hc_private_key key;
} ss_identity;

typedef struct ss_script {
    int version;     /* 12 or 13 */
    int hrr;         /* 1.3: HelloRetryRequest for P-256 */
    int resume;      /* takes the session that is offered */
    int client_auth; /* asks for a certificate, and wants an empty one */
    int ticket;      /* 1.2: promises a ticket */
    int twist;       /* what is to be wrong, tls_states_fields.h */
} ss_script;

typedef struct ss_server {
    const hc_crypto *crypto;
    const ss_identity *identity;
    ss_memory *memory;
    ss_script script;

    unsigned char hello[4096]; /* the last ClientHello, with its header */
    size_t hello_len;
    int num_hellos;
    unsigned char client_random[32];
    unsigned char session_id[32];
    size_t session_id_len;
    size_t suites_at;          /* from where to where both ClientHellos must be the same */
    size_t extensions_at;
    unsigned char client_share[HC_EC_POINT_MAX];
    size_t client_share_len;
    int offers_x25519;
    int offers_psk;
    int offers_ems;
    int offers_ticket;
    int has_cookie;

    hc_hash_context transcript;
    hc_group group;
    unsigned char server_random[32];
    unsigned char secret[32];  /* of the key schedule, as far as it went */
    unsigned char shared[HC_EC_SCALAR_MAX];
    unsigned char master[48];  /* of 1.2 */
    unsigned char client_hs[32];
    unsigned char client_ap[32];
    unsigned char server_ap[32];
    ss_keys send;
    ss_keys recv;
    ss_keys next_send;         /* comes on with ss_switch */
    ss_keys next_recv;         /* 1.2: comes on with the client's change_cipher_spec */
    int switch_send;

    int asked_certificate;
    int got_certificate;
    int got_finished;
    int num_ccs;
    int num_key_updates;
    int num_alerts;
    int num_fatal;
    int alert;                 /* the fatal one */
    int alert_in_clear;        /* it came in the clear where keys were on */
    int got_close;
    unsigned char data[4096];
    size_t data_len;
    const char *bad;           /* the first thing that the client did wrong */

    unsigned char in[SS_IN_MAX];
    size_t in_len;
    unsigned char handshake[SS_IN_MAX];
    size_t handshake_len;
} ss_server;

static inline void ss_bad(ss_server *server, const char *what)
{
    if (server->bad == NULL) {
        server->bad = what;
    }
}

/* ---- bytes ---- */

static inline void ss_put(ss_bytes *out, const void *bytes, size_t len)
{
    if (len > SS_MAX - out->len) {
        abort();
    }
    if (len != 0) {
        memcpy(out->at + out->len, bytes, len);
    }
    out->len += len;
}

static inline void ss_number(ss_bytes *out, size_t number, size_t size)
{
    unsigned char bytes[4];

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(number >> (8 * (size - 1 - i)));
    }
    ss_put(out, bytes, size);
}

static inline void ss_fill(ss_bytes *out, unsigned char value, size_t len)
{
    if (len > SS_MAX - out->len) {
        abort();
    }
    memset(out->at + out->len, value, len);
    out->len += len;
}

/* A vector: its length, of size bytes, is filled in at the end. */
static inline size_t ss_begin(ss_bytes *out, size_t size)
{
    ss_number(out, 0, size);
    return out->len - size;
}

static inline void ss_set_number(ss_bytes *out, size_t at, size_t size, size_t number)
{
    for (size_t i = 0; i < size; i++) {
        out->at[at + i] = (unsigned char)(number >> (8 * (size - 1 - i)));
    }
}

static inline void ss_end(ss_bytes *out, size_t at, size_t size)
{
    ss_set_number(out, at, size, out->len - at - size);
}

/* The same for the vector whose length the forms of the matrix falsify. */
static inline size_t ss_begin_inner(ss_bytes *out, size_t size)
{
    out->inner_at = out->len;
    out->inner_size = size;
    return ss_begin(out, size);
}

/* ---- keys ---- */

static inline void ss_keys_13(ss_keys *keys, const hc_crypto *crypto, const unsigned char *secret)
{
    unsigned char key[16];

    memset(keys, 0, sizeof *keys);
    memcpy(keys->secret, secret, 32);
    hc_hkdf_expand_label(HC_HASH_SHA256, secret, "key", NULL, 0, key, sizeof key);
    hc_hkdf_expand_label(HC_HASH_SHA256, secret, "iv", NULL, 0, keys->iv, 12);
    hc_aead_init(&keys->aead, crypto, HC_AEAD_AES_128_GCM, key);
    keys->on = 1;
}

static inline void ss_update_keys(ss_keys *keys, const hc_crypto *crypto)
{
    unsigned char secret[32];

    hc_hkdf_expand_label(HC_HASH_SHA256, keys->secret, "traffic upd", NULL, 0, secret, 32);
    ss_keys_13(keys, crypto, secret);
}

static inline void ss_derive(const unsigned char *secret, const char *label,
                             const hc_hash_context *transcript, unsigned char *out)
{
    unsigned char digest[HC_HASH_MAX];

    if (transcript == NULL) {
        hc_hash(HC_HASH_SHA256, "", 0, digest);
    } else {
        hc_hash_snapshot(transcript, digest);
    }
    hc_hkdf_expand_label(HC_HASH_SHA256, secret, label, digest, 32, out, 32);
}

static inline void ss_finished_13(const unsigned char *secret, const hc_hash_context *transcript,
                                  unsigned char *out)
{
    unsigned char digest[HC_HASH_MAX];
    unsigned char key[32];
    unsigned char mac[HC_HASH_MAX];

    hc_hash_snapshot(transcript, digest);
    hc_hkdf_expand_label(HC_HASH_SHA256, secret, "finished", NULL, 0, key, 32);
    hc_hmac(HC_HASH_SHA256, key, 32, digest, 32, mac);
    memcpy(out, mac, 32);
}

static inline void ss_finished_12(const ss_server *server, const char *label, unsigned char *out)
{
    unsigned char digest[HC_HASH_MAX];

    hc_hash_snapshot(&server->transcript, digest);
    hc_tls12_prf(HC_HASH_SHA256, server->master, 48, label, digest, 32, out, 12);
}

/* The shared secret; the client's keys repeat, so the last few are remembered. */
static inline void ss_agree(ss_server *server, const unsigned char *peer, size_t peer_len)
{
    static struct {
        size_t peer_len;
        unsigned char peer[HC_EC_POINT_MAX];
        unsigned char shared[HC_EC_SCALAR_MAX];
    } memo[8];
    static size_t next;
    unsigned char secret[32];
    hc_key_share share;

    memset(server->shared, 0, sizeof server->shared);
    for (size_t i = 0; i < HC_ARRAY_LEN(memo); i++) {
        if (memo[i].peer_len == peer_len && memcmp(memo[i].peer, peer, peer_len) == 0) {
            memcpy(server->shared, memo[i].shared, sizeof server->shared);
            return;
        }
    }
    memset(secret, 0x5A, sizeof secret);
    if (!hc_key_share_from_secret(&share, server->crypto, server->group, secret) ||
        !hc_key_share_derive(&share, server->crypto, peer, peer_len, server->shared)) {
        ss_bad(server, "the client's key share is not right");
        return;
    }
    next = (next + 1) % HC_ARRAY_LEN(memo);
    memo[next].peer_len = peer_len;
    memcpy(memo[next].peer, peer, peer_len);
    memcpy(memo[next].shared, server->shared, sizeof server->shared);
}

/* The public half of the fixed key of a group. */
static inline size_t ss_public(const ss_server *server, hc_group group, unsigned char *out)
{
    static hc_key_share shares[2];
    hc_key_share *share = &shares[group == HC_GROUP_X25519];
    unsigned char secret[32];

    memset(secret, 0x5A, sizeof secret);
    if (share->public_len == 0 &&
        !hc_key_share_from_secret(share, server->crypto, group, secret)) {
        abort();
    }
    memcpy(out, share->public_bytes, share->public_len);
    return share->public_len;
}

/* ECDSA with SHA-256; deterministic, so the last signatures are remembered. */
static inline size_t ss_sign(const ss_server *server, const void *bytes, size_t len,
                             unsigned char *out)
{
    static struct {
        size_t len;
        unsigned char digest[32];
        unsigned char signature[HC_ECDSA_SIGNATURE_MAX];
    } memo[32];
    static size_t next;
    unsigned char digest[HC_HASH_MAX];

    hc_hash(HC_HASH_SHA256, bytes, len, digest);
    for (size_t i = 0; i < HC_ARRAY_LEN(memo); i++) {
        if (memo[i].len != 0 && memcmp(memo[i].digest, digest, 32) == 0) {
            memcpy(out, memo[i].signature, memo[i].len);
            return memo[i].len;
        }
    }
    next = (next + 1) % HC_ARRAY_LEN(memo);
    memcpy(memo[next].digest, digest, 32);
    memo[next].len = hc_ecdsa_sign(&server->identity->key, HC_HASH_SHA256, digest,
                                   memo[next].signature);
    memcpy(out, memo[next].signature, memo[next].len);
    return memo[next].len;
}

/* Handshake keys of 1.3, once the ServerHello is in the transcript. */
static inline void ss_schedule_13(ss_server *server)
{
    static const unsigned char zeros[32];
    unsigned char early[HC_HASH_MAX];
    unsigned char out[HC_HASH_MAX];
    unsigned char derived[32];
    unsigned char server_hs[32];

    hc_hkdf_extract(HC_HASH_SHA256, NULL, 0, server->script.resume ? server->memory->psk : zeros,
                    32, early);
    ss_derive(early, "derived", NULL, derived);
    hc_hkdf_extract(HC_HASH_SHA256, derived, 32, server->shared, 32, out);
    ss_derive(out, "c hs traffic", &server->transcript, server->client_hs);
    ss_derive(out, "s hs traffic", &server->transcript, server_hs);
    ss_derive(out, "derived", NULL, derived);
    hc_hkdf_extract(HC_HASH_SHA256, derived, 32, zeros, 32, out);
    memcpy(server->secret, out, 32);
    ss_keys_13(&server->recv, server->crypto, server->client_hs);
    ss_keys_13(&server->next_send, server->crypto, server_hs);
    server->switch_send = 1;
}

/* Keys of 1.2 from the master secret (RFC 5246, 6.3). */
static inline void ss_schedule_12(ss_server *server)
{
    unsigned char seed[64];
    unsigned char block[40];

    memcpy(seed, server->server_random, 32);
    memcpy(seed + 32, server->client_random, 32);
    hc_tls12_prf(HC_HASH_SHA256, server->master, 48, "key expansion", seed, 64, block, 40);
    memset(&server->next_recv, 0, sizeof server->next_recv);
    memset(&server->next_send, 0, sizeof server->next_send);
    hc_aead_init(&server->next_recv.aead, server->crypto, HC_AEAD_AES_128_GCM, block);
    hc_aead_init(&server->next_send.aead, server->crypto, HC_AEAD_AES_128_GCM, block + 16);
    memcpy(server->next_recv.iv, block + 32, 4);
    memcpy(server->next_send.iv, block + 36, 4);
    server->next_recv.on = 1;
    server->next_send.on = 1;
}

static inline void ss_switch(ss_server *server)
{
    if (server->switch_send) {
        server->send = server->next_send;
        server->switch_send = 0;
    }
}

/* ---- records ---- */

static inline void ss_clear_record(int type, const void *bytes, size_t len, ss_bytes *out)
{
    ss_number(out, (size_t)type, 1);
    ss_number(out, 0x0303, 2);
    ss_number(out, len, 2);
    ss_put(out, bytes, len);
}

static inline void ss_number_64(unsigned char *out, uint64_t number)
{
    for (size_t i = 0; i < 8; i++) {
        out[i] = (unsigned char)(number >> (56 - 8 * i));
    }
}

/* One protected record with keys; of 1.3 with padding. */
static inline void ss_seal_with(ss_keys *keys, int version, int type, const void *bytes,
                                size_t len, size_t padding, ss_bytes *out)
{
    unsigned char nonce[12];
    unsigned char aad[13];
    unsigned char tag[HC_AEAD_TAG_LEN];
    size_t at;

    memcpy(nonce, keys->iv, 12);
    if (version == 13) {
        unsigned char sequence[8];

        ss_number_64(sequence, keys->sequence);
        for (size_t i = 0; i < 8; i++) {
            nonce[4 + i] ^= sequence[i];
        }
        at = out->len;
        ss_number(out, SS_DATA, 1);
        ss_number(out, 0x0303, 2);
        ss_number(out, len + (type != 0) + padding + sizeof tag, 2);
        ss_put(out, bytes, len);
        if (type != 0) {
            ss_number(out, (size_t)type, 1);
        }
        ss_fill(out, 0, padding);
        hc_aead_seal(&keys->aead, nonce, out->at + at, 5, out->at + at + 5, out->len - at - 5,
                     tag);
    } else {
        ss_number_64(nonce + 4, keys->sequence);
        nonce[4] = 0xFF; /* the explicit part is ours to choose; a message of that type is none */
        ss_number_64(aad, keys->sequence);
        aad[8] = (unsigned char)type;
        aad[9] = 3;
        aad[10] = 3;
        aad[11] = (unsigned char)(len >> 8);
        aad[12] = (unsigned char)len;
        ss_number(out, (size_t)type, 1);
        ss_number(out, 0x0303, 2);
        ss_number(out, len + 8 + sizeof tag, 2);
        ss_put(out, nonce + 4, 8);
        at = out->len;
        ss_put(out, bytes, len);
        hc_aead_seal(&keys->aead, nonce, aad, sizeof aad, out->at + at, len, tag);
    }
    ss_put(out, tag, sizeof tag);
    keys->sequence++;
}

/* One record as the connection stands. */
static inline void ss_record(ss_server *server, int type, const void *bytes, size_t len,
                             ss_bytes *out)
{
    if (server->send.on) {
        ss_seal_with(&server->send, server->script.version, type, bytes, len, 0, out);
    } else {
        ss_clear_record(type, bytes, len, out);
    }
}

/* Opens one in place; the type of what is in it, or -1. *len is that of the body, and of what comes
 * out, which begins at *from. */
static inline int ss_open_record(ss_server *server, unsigned char *record, size_t *len,
                                 size_t *from)
{
    ss_keys *keys = &server->recv;
    unsigned char nonce[12];
    unsigned char sequence[8];
    unsigned char aad[13];

    ss_number_64(sequence, keys->sequence++);
    memcpy(nonce, keys->iv, 12);
    if (server->script.version == 13) {
        size_t left = *len - 16;

        if (*len < 17 || record[0] != SS_DATA) {
            return -1;
        }
        for (size_t i = 0; i < 8; i++) {
            nonce[4 + i] ^= sequence[i];
        }
        if (!hc_aead_open(&keys->aead, nonce, record, 5, record + 5, left, record + 5 + left)) {
            return -1;
        }
        while (left > 0 && record[5 + left - 1] == 0) {
            left--;
        }
        if (left == 0) {
            return -1;
        }
        *len = left - 1;
        *from = 5;
        return record[5 + left - 1];
    }
    if (*len < 24) {
        return -1;
    }
    *len -= 24;
    memcpy(nonce + 4, record + 5, 8);
    memcpy(aad, sequence, 8);
    memcpy(aad + 8, record, 3);
    aad[11] = (unsigned char)(*len >> 8);
    aad[12] = (unsigned char)*len;
    if (!hc_aead_open(&keys->aead, nonce, aad, sizeof aad, record + 13, *len,
                      record + 13 + *len)) {
        return -1;
    }
    *from = 13;
    return record[0];
}

#endif
