/* Bytes for the tests of crypto: from hex, joined, and wrapped as DER. They live until the next
 * bytes_reset; a test begins with one. Include it behind unit.h. */
#ifndef CRYPTO_BYTES_H
#define CRYPTO_BYTES_H

#ifdef UNIT_PARTS
#include "../../src/base/memory.h"
#include "../../src/crypto/cipher.h"
#include "../../src/crypto/kdf.h"
#include "../../src/crypto/key_exchange.h"
#include "../../src/crypto/private_key.h"
#include "../../src/crypto/public_key.h"
#endif
#include "crypto_keys.h"

static unsigned char bytes_place[1 << 18];
static size_t bytes_used;

static inline void bytes_reset(void)
{
    bytes_used = 0;
}

/* Room for some bytes, zeroed. */
static inline unsigned char *bytes_new(size_t len)
{
    unsigned char *out = bytes_place + bytes_used;

    if (len > sizeof bytes_place - bytes_used) {
        printf("FAIL %s: bytes_place is full\n", unit_name);
        exit(1);
    }
    bytes_used += len;
    memset(out, 0, len);
    return out;
}

/* Of hex digits; spaces between them do not count. */
static inline hc_cursor hex(const char *digits)
{
    unsigned char *out = bytes_new(strlen(digits) / 2 + 1);
    size_t num_digits = 0;

    for (; *digits != '\0'; digits++) {
        int value = hc_hex_value(*digits);

        if (value >= 0) {
            out[num_digits / 2] = (unsigned char)(out[num_digits / 2] * 16 + value);
            num_digits++;
        }
    }
    return hc_cursor_over(out, num_digits / 2);
}

static inline hc_cursor text_bytes(const char *text)
{
    return hc_cursor_over(text, strlen(text));
}

static inline hc_cursor join(hc_cursor a, hc_cursor b)
{
    size_t a_len = hc_cursor_left(&a);
    size_t b_len = hc_cursor_left(&b);
    unsigned char *out = bytes_new(a_len + b_len);

    memcpy(out, a.at, a_len);
    memcpy(out + a_len, b.at, b_len);
    return hc_cursor_over(out, a_len + b_len);
}

/* The first len bytes. */
static inline hc_cursor head(hc_cursor bytes, size_t len)
{
    return hc_cursor_over(bytes.at, len);
}

/* A copy with the bits of a mask turned in one byte. */
static inline hc_cursor flip(hc_cursor bytes, size_t at, unsigned mask)
{
    unsigned char *out = bytes_new(hc_cursor_left(&bytes));

    memcpy(out, bytes.at, hc_cursor_left(&bytes));
    out[at] = (unsigned char)(out[at] ^ mask);
    return hc_cursor_over(out, hc_cursor_left(&bytes));
}

static inline int same(hc_cursor a, const unsigned char *bytes, size_t len)
{
    return hc_cursor_left(&a) == len && memcmp(a.at, bytes, len) == 0;
}

static inline hc_cursor wrap(unsigned tag, hc_cursor content)
{
    size_t len = hc_cursor_left(&content);
    unsigned char header[4];
    size_t header_len = 0;

    header[header_len++] = (unsigned char)tag;
    if (len >= 0x100) {
        header[header_len++] = 0x82;
        header[header_len++] = (unsigned char)(len >> 8);
    } else if (len >= 0x80) {
        header[header_len++] = 0x81;
    }
    header[header_len++] = (unsigned char)len;
    return join(hc_cursor_over(header, header_len), content);
}

/* A DER INTEGER over 0 from its magnitude. */
static inline hc_cursor integer(hc_cursor magnitude)
{
    return wrap(0x02, hc_peek(&magnitude) >= 0x80 ? join(hex("00"), magnitude) : magnitude);
}

static inline hc_private_key rsa_key(const char *n, const char *p, const char *q, const char *dp,
                                     const char *dq, const char *iq)
{
    hc_private_key key;

    memset(&key, 0, sizeof key);
    key.kind = HC_KEY_RSA;
    key.modulus = hex(n);
    key.exponent = hex("010001");
    key.prime1 = hex(p);
    key.prime2 = hex(q);
    key.exponent1 = hex(dp);
    key.exponent2 = hex(dq);
    key.coefficient = hex(iq);
    return key;
}

/* 2048, 2049 or 2052 bits. */
static inline hc_private_key rsa_key_of(int bits)
{
    if (bits == 2049) {
        return rsa_key(rsa_2049_n, rsa_2049_p, rsa_2049_q, rsa_2049_dp, rsa_2049_dq, rsa_2049_iq);
    }
    if (bits == 2052) {
        return rsa_key(rsa_2052_n, rsa_2052_p, rsa_2052_q, rsa_2052_dp, rsa_2052_dq, rsa_2052_iq);
    }
    return rsa_key(rsa_2048_n, rsa_2048_p, rsa_2048_q, rsa_2048_dp, rsa_2048_dq, rsa_2048_iq);
}

static inline hc_public_key rsa_public_of(const hc_private_key *key)
{
    hc_public_key out;

    CHECK_INT(hc_rsa_public_half(key, &out), HC_KEY_OK);
    return out;
}

static inline hc_private_key ec_key_of(hc_curve curve)
{
    hc_private_key key;

    memset(&key, 0, sizeof key);
    key.kind = HC_KEY_EC;
    key.curve = curve;
    key.scalar = hex(curve == HC_CURVE_P256   ? ec_256_scalar
                     : curve == HC_CURVE_P384 ? ec_384_scalar
                                              : ec_521_scalar);
    return key;
}

/* The digest of MADE_MESSAGE, in one place that is used again. */
static unsigned char message_digest[HC_HASH_MAX];

static inline const unsigned char *digest_of_message(hc_hash_id hash)
{
    hc_hash(hash, MADE_MESSAGE, strlen(MADE_MESSAGE), message_digest);
    return message_digest;
}

/* A SubjectPublicKeyInfo. */
static inline hc_cursor spki_of(const char *algorithm, hc_cursor key_bytes)
{
    return wrap(0x30, join(hex(algorithm), wrap(0x03, join(hex("00"), key_bytes))));
}

/* The verdict alone. */
static inline hc_key_result parse(hc_cursor spki)
{
    hc_public_key key;
    hc_key_result result = hc_public_key_parse(&key, spki);

    CHECK((key.kind != 0) == (result == HC_KEY_OK));
    return result;
}

/* An odd number of that many bits; none needs factors to be parsed. */
static inline hc_cursor modulus_of(size_t bits)
{
    size_t len = (bits + 7) / 8;
    unsigned char *out = bytes_new(len);

    memset(out, 0x5B, len);
    out[0] = (unsigned char)(1u << ((bits - 1) % 8));
    return hc_cursor_over(out, len);
}

#endif
