/* BearSSL's primitives: which of them are taken, and with a check in front where one is needed. */
#ifndef HC_CHECKED_H
#define HC_CHECKED_H

#include "../base/memory.h"
#include "../syntax/der.h"
#include "bearssl.h"

static inline const br_ec_impl *hc_ec_base(void)
{
#ifdef BR_FEATURE_X509_TIME_CALLBACK
    return br_ec_get_default();
#else
    return &br_ec_all_m31; /* the default of some snapshots after 0.6 has carry bugs */
#endif
}

static inline size_t hc_ec_point_len(int curve)
{
    switch (curve) {
    case BR_EC_secp256r1:
        return 65;
    case BR_EC_secp384r1:
        return 97;
    case BR_EC_secp521r1:
        return 133;
    case BR_EC_curve25519:
        return 32;
    default:
        return 0;
    }
}

/* Refuses points of another length than the curve's, past which BearSSL 0.6 writes, and a shared
 * secret of zeros (RFC 8422, 5.11). */
static inline uint32_t hc_ec_mul(unsigned char *point, size_t point_len,
                                 const unsigned char *scalar, size_t scalar_len, int curve)
{
    unsigned char any = 0;

    if (hc_ec_point_len(curve) == 0 || point_len != hc_ec_point_len(curve) ||
        !hc_ec_base()->mul(point, point_len, scalar, scalar_len, curve)) {
        return 0;
    }
    for (size_t i = 0; i < point_len; i++) {
        any |= point[i];
    }
    return any != 0;
}

/* The curves that TLS needs of BearSSL's, with hc_ec_mul. */
static inline br_ec_impl hc_ec_checked(void)
{
    br_ec_impl ec = *hc_ec_base();

    ec.supported_curves &= (uint32_t)1 << BR_EC_secp256r1 | (uint32_t)1 << BR_EC_secp384r1 |
                           (uint32_t)1 << BR_EC_secp521r1 | (uint32_t)1 << BR_EC_curve25519;
    ec.mul = hc_ec_mul;
    return ec;
}

/* 1 for 2048 to 4096 bits and an odd exponent from 3 on of at most 4 bytes: with 1, BearSSL takes
 * every signature. Numbers without leading zeros. */
static inline int hc_rsa_key_fits(const br_rsa_public_key *key)
{
    return ((key->nlen == 256 && key->n[0] >= 0x80) || (key->nlen > 256 && key->nlen <= 512)) &&
           key->elen >= 1 && key->elen <= 4 && (key->e[key->elen - 1] & 1) != 0 &&
           (key->elen > 1 || key->e[0] > 1);
}

/* A br_rsa_pkcs1_vrfy for keys that fit. */
static inline uint32_t hc_rsa_verify(const unsigned char *sig, size_t sig_len,
                                     const unsigned char *hash_oid, size_t hash_len,
                                     const br_rsa_public_key *key, unsigned char *hash_out)
{
    return hc_rsa_key_fits(key) ? br_rsa_pkcs1_vrfy_get_default()(sig, sig_len, hash_oid, hash_len,
                                                                  key, hash_out) : 0;
}

/* A br_ecdsa_vrfy for signatures that are DER, with r and s over 0. */
static inline uint32_t hc_ecdsa_verify(const br_ec_impl *ec, const void *hash, size_t hash_len,
                                       const br_ec_public_key *key, const void *sig,
                                       size_t sig_len)
{
    hc_cursor at = hc_cursor_over(sig, sig_len);
    hc_cursor number;
    hc_der pair;

    if (!hc_der_take(&at, HC_DER_SEQUENCE, &pair) || hc_cursor_left(&at) > 0 ||
        !hc_der_take_positive(&pair.content, &number) ||
        !hc_der_take_positive(&pair.content, &number) || hc_cursor_left(&pair.content) > 0) {
        return 0;
    }
    return br_ecdsa_vrfy_asn1_get_default()(ec, hash, hash_len, key, sig, sig_len);
}

/* The curve of an algorithm's parameters (RFC 5480, 2.1.1.1), 0 when it is none of ours. */
static inline int hc_ec_curve(hc_cursor parameters)
{
    static const unsigned char secp256r1[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
    static const unsigned char secp384r1[] = {0x2b, 0x81, 0x04, 0x00, 0x22};
    static const unsigned char secp521r1[] = {0x2b, 0x81, 0x04, 0x00, 0x23};
    hc_der oid;

    if (!hc_der_take(&parameters, HC_DER_OID, &oid)) {
        return 0;
    }
    if (hc_der_same(oid.content, hc_cursor_over(secp256r1, sizeof secp256r1))) {
        return BR_EC_secp256r1;
    }
    if (hc_der_same(oid.content, hc_cursor_over(secp384r1, sizeof secp384r1))) {
        return BR_EC_secp384r1;
    }
    return hc_der_same(oid.content, hc_cursor_over(secp521r1, sizeof secp521r1)) ? BR_EC_secp521r1
                                                                                 : 0;
}

/* An RSAPublicKey (RFC 8017, A.1.1) that fits. *out points into it. */
static inline int hc_rsa_key_read(br_rsa_public_key *out, hc_cursor der)
{
    hc_der key;
    hc_cursor modulus;
    hc_cursor exponent;

    if (!hc_der_take(&der, HC_DER_SEQUENCE, &key) || hc_cursor_left(&der) > 0 ||
        !hc_der_take_positive(&key.content, &modulus) ||
        !hc_der_take_positive(&key.content, &exponent) || hc_cursor_left(&key.content) > 0) {
        return 0;
    }
    out->n = (unsigned char *)modulus.at;
    out->nlen = hc_cursor_left(&modulus);
    out->e = (unsigned char *)exponent.at;
    out->elen = hc_cursor_left(&exponent);
    return hc_rsa_key_fits(out);
}

/* A SubjectPublicKeyInfo: RSA that fits, or an uncompressed point on P-256, P-384 or P-521. *out
 * points into it. 0 for anything else. */
static inline int hc_public_key_read(br_x509_pkey *out, hc_cursor public_key)
{
    static const unsigned char rsa_encryption[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                   0x0d, 0x01, 0x01, 0x01};
    static const unsigned char id_ec_public_key[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
    hc_der info;
    hc_der algorithm;
    hc_der oid;
    hc_der bits;

    if (!hc_der_take(&public_key, HC_DER_SEQUENCE, &info) ||
        !hc_der_take(&info.content, HC_DER_SEQUENCE, &algorithm) ||
        !hc_der_take(&algorithm.content, HC_DER_OID, &oid) ||
        !hc_der_take(&info.content, HC_DER_BIT_STRING, &bits) ||
        hc_cursor_left(&info.content) > 0 || !hc_take_char(&bits.content, '\0')) {
        return 0;
    }
    if (hc_der_same(oid.content, hc_cursor_over(rsa_encryption, sizeof rsa_encryption))) {
        out->key_type = BR_KEYTYPE_RSA;
        return hc_rsa_key_read(&out->key.rsa, bits.content);
    }
    out->key_type = BR_KEYTYPE_EC;
    out->key.ec.curve = hc_ec_curve(algorithm.content);
    out->key.ec.q = (unsigned char *)bits.content.at;
    out->key.ec.qlen = hc_cursor_left(&bits.content);
    return hc_der_same(oid.content, hc_cursor_over(id_ec_public_key, sizeof id_ec_public_key)) &&
           out->key.ec.curve != 0 && out->key.ec.qlen == hc_ec_point_len(out->key.ec.curve) &&
           hc_peek(&bits.content) == 4;
}

typedef struct hc_suite {
    uint16_t number;
    const char *name; /* IANA's */
} hc_suite;

#define HC_NUM_SUITES 6

/* The cipher suites of TLS 1.2, in the order of preference of a machine that does AES. */
static inline const hc_suite *hc_suites(void)
{
    static const hc_suite suites[HC_NUM_SUITES] = {
        {0xC02B, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
        {0xC02F, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
        {0xC02C, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
        {0xC030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
        {0xCCA9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
        {0xCCA8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    };

    return suites;
}

/* The names of what a TLS engine agreed on with its peer. */
static inline const char *hc_engine_suite(const br_ssl_engine_context *engine)
{
    br_ssl_session_parameters session;
    const char *name = NULL;

    br_ssl_engine_get_session_parameters(engine, &session);
    for (size_t i = 0; i < HC_NUM_SUITES; i++) {
        if (hc_suites()[i].number == session.cipher_suite) {
            name = hc_suites()[i].name;
        }
    }
    hc_wipe(&session, sizeof session);
    return name;
}

static inline const char *hc_engine_group(br_ssl_engine_context *engine)
{
    switch (br_ssl_engine_get_ecdhe_curve(engine)) {
    case BR_EC_secp256r1:
        return "secp256r1";
    case BR_EC_secp384r1:
        return "secp384r1";
    case BR_EC_secp521r1:
        return "secp521r1";
    case BR_EC_curve25519:
        return "x25519";
    default:
        return NULL;
    }
}

/* What BearSSL's error numbers mean, for the end of an error text. */
static inline const char *hc_bearssl_reason(int native)
{
    switch (native) {
    case BR_ERR_BAD_VERSION:
        return "a record has another version than those before it";
    case BR_ERR_BAD_LENGTH:
    case BR_ERR_TOO_LARGE:
        return "a record has an invalid length";
    case BR_ERR_UNEXPECTED:
        return "a message that does not belong there";
    case BR_ERR_BAD_CIPHER_SUITE:
        return "a cipher suite that was not offered";
    case BR_ERR_BAD_FINISHED:
        return "its Finished is wrong: somebody changed the handshake on its way";
    case BR_ERR_EXTRA_EXTENSION:
        return "an extension that was not offered";
    case BR_ERR_INVALID_ALGORITHM:
        return "a curve or signature algorithm that was not offered, or an invalid key share";
    case BR_ERR_BAD_SIGNATURE:
        return "the signature of its key exchange is wrong";
    case BR_ERR_X509_WEAK_PUBLIC_KEY:
        return "a key of the chain is under 2048 bits";
    case BR_ERR_X509_BAD_SIGNATURE:
        return "a signature of the chain is wrong";
    case BR_ERR_X509_DN_MISMATCH:
        return "what was sent is no chain: a certificate is not by the one that follows";
    case BR_ERR_X509_NOT_CA:
        return "an issuer of the chain is not a CA";
    case BR_ERR_WRONG_KEY_USAGE:
    case BR_ERR_X509_FORBIDDEN_KEY_USAGE:
        return "a key is not meant for this use";
    case BR_ERR_X509_CRITICAL_EXTENSION:
        return "a critical extension is not supported";
    case BR_ERR_X509_UNSUPPORTED:
        return "an algorithm is not supported";
    default:
        return "it is malformed";
    }
}

/* What BearSSL's TLS engine works with, the fastest that the machine has. Where it does not do AES,
 * the two suites with ChaCha20 come first. ec stays borrowed. */
static inline void hc_set_engine_algorithms(br_ssl_engine_context *engine, const br_ec_impl *ec)
{
    int has_aes = br_aes_x86ni_ctr_get_vtable() != NULL || br_aes_pwr8_ctr_get_vtable() != NULL;
    uint16_t numbers[HC_NUM_SUITES];

    for (size_t i = 0; i < HC_NUM_SUITES; i++) {
        numbers[i] = hc_suites()[(i + (has_aes ? 0 : 4)) % HC_NUM_SUITES].number;
    }
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_suites(engine, numbers, HC_NUM_SUITES);
    br_ssl_engine_set_hash(engine, br_sha256_ID, &br_sha256_vtable);
    br_ssl_engine_set_hash(engine, br_sha384_ID, &br_sha384_vtable);
    br_ssl_engine_set_hash(engine, br_sha512_ID, &br_sha512_vtable);
    br_ssl_engine_set_prf_sha256(engine, br_tls12_sha256_prf);
    br_ssl_engine_set_prf_sha384(engine, br_tls12_sha384_prf);
    br_ssl_engine_set_default_aes_gcm(engine);
    br_ssl_engine_set_default_chapol(engine);
    br_ssl_engine_set_ec(engine, ec);
    br_ssl_engine_set_rsavrfy(engine, hc_rsa_verify);
    br_ssl_engine_set_ecdsa(engine, hc_ecdsa_verify);
}

/* The same for br_x509_minimal. */
static inline void hc_set_minimal_algorithms(br_x509_minimal_context *minimal,
                                             const br_ec_impl *ec)
{
    br_x509_minimal_set_hash(minimal, br_sha256_ID, &br_sha256_vtable);
    br_x509_minimal_set_hash(minimal, br_sha384_ID, &br_sha384_vtable);
    br_x509_minimal_set_hash(minimal, br_sha512_ID, &br_sha512_vtable);
    br_x509_minimal_set_rsa(minimal, hc_rsa_verify);
    br_x509_minimal_set_ecdsa(minimal, ec, hc_ecdsa_verify);
    br_x509_minimal_set_minrsa(minimal, 256);
}

#endif
