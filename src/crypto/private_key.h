/* Private keys, and the signatures made with them. */
#ifndef HC_PRIVATE_KEY_H
#define HC_PRIVATE_KEY_H

#include "ec.h"
#include "rsa.h"

#define HC_ECDSA_SIGNATURE_MAX 141 /* DER, under P-521 */

/* The numbers of a key, big-endian; the cursors point into memory of whoever decoded it. Those of
 * RSA are as in RFC 8017, A.1.2, without leading zeros; the scalar of an EC key has the full length
 * of its curve (RFC 5915, 3). */
typedef struct hc_private_key {
    hc_key_kind kind;
    hc_curve curve;
    hc_cursor scalar;
    hc_cursor modulus;
    hc_cursor exponent;
    hc_cursor prime1;      /* p */
    hc_cursor prime2;      /* q */
    hc_cursor exponent1;   /* d mod (p-1) */
    hc_cursor exponent2;   /* d mod (q-1) */
    hc_cursor coefficient; /* q^-1 mod p */
} hc_private_key;

/*
 * Looks whether the numbers are a key, before it is used for anything: sizes as for a public key,
 * modulus = p * q, and a trial that its halves belong together; a scalar from 1 to n-1. On
 * HC_KEY_OK *public_key is the public half. Its cursors point to where the key's do, or into
 * point, which has to live as long.
 */
HC_FN hc_key_result hc_private_key_check(const hc_private_key *key, hc_public_key *public_key,
                                         unsigned char point[HC_EC_POINT_MAX]);

/* 1 when both are the same key: a certificate's, and a private key's public half. */
HC_FN int hc_public_key_same(const hc_public_key *a, const hc_public_key *b);

/* For hc_private_key_check: the public half, and whether its sizes are carried; and whether the
 * private numbers fit it. */
HC_FN hc_key_result hc_rsa_public_half(const hc_private_key *key, hc_public_key *out);
HC_FN int hc_rsa_private_is_valid(const hc_private_key *key);

/* RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.1) over a digest. SHA-256, -384, -512 only. Returns the length
 * of the signature, that of the modulus; 0, and out is wiped, where it cannot be made. */
HC_FN size_t hc_rsa_pkcs1_sign(const hc_private_key *key, hc_hash_id hash,
                               const unsigned char *digest, unsigned char out[HC_RSA_LEN_MAX]);

/* RSASSA-PSS (RFC 8017, 8.1.1) over a digest, with MGF1 of the same hash and a salt of its length,
 * random, from the caller. The same result. */
HC_FN size_t hc_rsa_pss_sign(const hc_private_key *key, hc_hash_id hash,
                             const unsigned char *digest, const unsigned char *salt,
                             unsigned char out[HC_RSA_LEN_MAX]);

/* ECDSA over a digest of that hash, deterministic (RFC 6979), DER-encoded. Returns the length of
 * the signature; 0 where it cannot be made. */
HC_FN size_t hc_ecdsa_sign(const hc_private_key *key, hc_hash_id hash, const unsigned char *digest,
                           unsigned char out[HC_ECDSA_SIGNATURE_MAX]);

#endif
