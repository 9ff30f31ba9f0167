/* Key exchange: X25519 (RFC 7748) and ECDH on the NIST curves (RFC 8446, 7.4.2; RFC 8422). */
#ifndef HC_KEY_EXCHANGE_H
#define HC_KEY_EXCHANGE_H

#include "crypto.h"
#include "ec.h"
#include "random.h"

/* The TLS NamedGroup numbers (RFC 8446, 4.2.7). */
typedef enum hc_group {
    HC_GROUP_P256 = 23,
    HC_GROUP_P384 = 24,
    HC_GROUP_P521 = 25,
    HC_GROUP_X25519 = 29
} hc_group;

#define HC_X25519_LEN 32

/* Our half of an exchange; wiped with hc_wipe as soon as the secret is derived. */
typedef struct hc_key_share {
    hc_group group;
    size_t public_len; /* 32, 65, 97 or 133 */
    size_t secret_len; /* 32, 32, 48 or 66; also that of what is derived */
    unsigned char public_bytes[HC_EC_POINT_MAX];
    unsigned char secret[HC_EC_SCALAR_MAX];
} hc_key_share;

/* Bytes of a group's private key, and of its shared secret; 0 for what is none of the groups. */
HC_FN size_t hc_group_secret_len(hc_group group);

/* Bytes of a group's public value; 0 for what is none of the groups. */
HC_FN size_t hc_group_public_len(hc_group group);

/* A fresh share, its secret evenly distributed over the private keys of the group. 0, and the
 * share is wiped, for an unknown group or a random source that is not seeded. */
HC_FN int hc_key_share_generate(hc_key_share *share, const hc_crypto *crypto, hc_group group,
                                hc_random *random);

/* The same with a private key that is given: big-endian for the curves, as RFC 7748 encodes it for
 * X25519. 0 also when it is zero, or not below the order of the curve. */
HC_FN int hc_key_share_from_secret(hc_key_share *share, const hc_crypto *crypto, hc_group group,
                                   const unsigned char *secret);

/*
 * The shared secret, share->secret_len bytes, of our share and the peer's public value. 0, and out
 * is wiped, for a peer's value of the wrong length or form, off the curve, or that gives the
 * all-zero X25519 secret: illegal_parameter.
 */
HC_FN int hc_key_share_derive(const hc_key_share *share, const hc_crypto *crypto,
                              const unsigned char *peer, size_t peer_len,
                              unsigned char out[HC_EC_SCALAR_MAX]);

/* For hc_crypto_init: whether BearSSL takes X25519 scalars big-endian. 0 when it does neither. */
HC_FN int hc_x25519_probe(int *takes_big_endian);

#endif
