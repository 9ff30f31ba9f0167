/*
 * Public keys and the signatures under them: what certificates and handshakes are verified with.
 * Each wrapper refuses what BearSSL 0.6 lets through (docs/DEFENSES.md, A).
 */
#ifndef HC_PUBLIC_KEY_H
#define HC_PUBLIC_KEY_H

#include "../syntax/der.h"
#include "hash.h"

typedef enum hc_key_kind {
    HC_KEY_RSA = 1,
    HC_KEY_EC
} hc_key_kind;

/* The TLS NamedCurve numbers (RFC 8446, 4.2.7). */
typedef enum hc_curve {
    HC_CURVE_P256 = 23,
    HC_CURVE_P384 = 24,
    HC_CURVE_P521 = 25
} hc_curve;

/* A key as it lies in a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7); the cursors point into it. */
typedef struct hc_public_key {
    hc_key_kind kind;
    hc_curve curve;     /* of an EC key */
    hc_cursor modulus;  /* of an RSA key: big-endian, without leading zeros */
    hc_cursor exponent; /* the same */
    hc_cursor point;    /* of an EC key: uncompressed, 65, 97 or 133 bytes */
    size_t bits;        /* of the modulus, or of the field */
} hc_public_key;

/* None of the results is 0: a forgotten result is no success. */
typedef enum hc_key_result {
    HC_KEY_OK = 1,
    HC_KEY_MALFORMED,   /* not DER, or not as the RFC says */
    HC_KEY_UNSUPPORTED, /* an algorithm, curve or point form that is not carried */
    HC_KEY_WEAK         /* RSA under 2048 or over 4096 bits, or an exponent even, under 3 or over
                           2^32-1; a point that is not on its curve is malformed */
} hc_key_result;

/* Reads a whole SubjectPublicKeyInfo, strictly: rsaEncryption with NULL parameters, or
 * id-ecPublicKey with a named curve (RFC 3279, 2.3; RFC 5480, 2). */
HC_FN hc_key_result hc_public_key_parse(hc_public_key *out, hc_cursor spki);

/* Reads ECParameters with a named curve (RFC 5480, 2.1.1): HC_KEY_UNSUPPORTED for every other form
 * and for curves that are not carried. */
HC_FN hc_key_result hc_curve_parse(hc_cursor parameters, hc_curve *out);

typedef enum hc_signature_result {
    HC_SIGNATURE_VALID = 1,
    HC_SIGNATURE_INVALID
} hc_signature_result;

/* RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2) over a digest of that hash. SHA-256, -384, -512 only. */
HC_FN hc_signature_result hc_rsa_pkcs1_verify(const hc_public_key *key, hc_hash_id hash,
                                              const unsigned char *digest, hc_cursor signature);

/* RSASSA-PSS (RFC 8017, 8.1.2) with MGF1 of the same hash and that salt length. */
HC_FN hc_signature_result hc_rsa_pss_verify(const hc_public_key *key, hc_hash_id hash,
                                            size_t salt_len, const unsigned char *digest,
                                            hc_cursor signature);

/* ECDSA (FIPS 186-4) with a DER-encoded signature (RFC 3279, 2.2.3), strictly encoded, and r and s
 * in 1..n-1. */
HC_FN hc_signature_result hc_ecdsa_verify(const hc_public_key *key, const unsigned char *digest,
                                          size_t digest_len, hc_cursor signature);

#endif
