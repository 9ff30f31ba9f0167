#include "rsa.h"
#include "../base/memory.h"
#include "private_key.h"

/* Long enough for DigestInfo of SHA-512. */
#define RSA_DIGEST_INFO_MAX (19 + HC_HASH_MAX)

/* BearSSL's limit of a factor: half of 4096 bits, and 32. */
#define RSA_PRIME_LEN_MAX 260

HC_FN hc_key_result hc_rsa_check(hc_cursor modulus, hc_cursor exponent, size_t *bits)
{
    size_t modulus_len = hc_cursor_left(&modulus);
    size_t exponent_len = hc_cursor_left(&exponent);

    *bits = 0;
    if (modulus_len == 0 || exponent_len == 0 || modulus.at[0] == 0 || exponent.at[0] == 0 ||
        !hc_mul(modulus_len, 8, bits)) {
        return HC_KEY_MALFORMED;
    }
    for (unsigned top = modulus.at[0]; top < 0x80; top <<= 1) {
        --*bits;
    }
    if ((modulus.end[-1] & 1) == 0) {
        return HC_KEY_MALFORMED;
    }
    if (*bits < HC_RSA_BITS_MIN || *bits > HC_RSA_BITS_MAX || exponent_len > 4 ||
        (exponent.end[-1] & 1) == 0 || (exponent_len == 1 && exponent.at[0] < 3)) {
        return HC_KEY_WEAK;
    }
    return HC_KEY_OK;
}

HC_FN size_t hc_rsa_apply_public(const hc_public_key *key, hc_cursor signature,
                                 unsigned char out[HC_RSA_LEN_MAX])
{
    size_t len = hc_cursor_left(&key->modulus);
    br_rsa_public_key public_key;
    size_t bits;

    if (key->kind != HC_KEY_RSA ||
        hc_rsa_check(key->modulus, key->exponent, &bits) != HC_KEY_OK || bits != key->bits ||
        hc_cursor_left(&signature) != len || memcmp(signature.at, key->modulus.at, len) >= 0) {
        return 0;
    }
    /* BearSSL's struct is not const, but it only reads */
    public_key.n = (unsigned char *)key->modulus.at;
    public_key.nlen = len;
    public_key.e = (unsigned char *)key->exponent.at;
    public_key.elen = hc_cursor_left(&key->exponent);
    memcpy(out, signature.at, len);
    return br_rsa_public_get_default()(out, len, &public_key) == 1 ? len : 0;
}

static int rsa_signs(hc_hash_id hash)
{
    return hash == HC_HASH_SHA256 || hash == HC_HASH_SHA384 || hash == HC_HASH_SHA512;
}

/*
 * EMSA-PKCS1-v1_5 (RFC 8017, 9.2): 00 01 FF .. FF 00 DigestInfo. Verification makes what has to be
 * there and compares, so that there is nothing to parse; the digest's algorithm has NULL parameters
 * and no other form. The length is that of a modulus of 2048 bits or more, where all fits.
 */
static size_t rsa_put_digest_info(unsigned char info[RSA_DIGEST_INFO_MAX], hc_hash_id hash,
                                  const unsigned char *digest)
{
    static const unsigned char start[19] = {0x30, 0x00, 0x30, 0x0D, 0x06, 0x09, 0x60,
                                            0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                            0x00, 0x05, 0x00, 0x04, 0x00};
    size_t digest_len = hc_hash_len(hash);

    memcpy(info, start, sizeof start);
    info[1] = (unsigned char)(17 + digest_len);
    info[14] = hash == HC_HASH_SHA256 ? 1 : hash == HC_HASH_SHA384 ? 2 : 3;
    info[18] = (unsigned char)digest_len;
    memcpy(info + sizeof start, digest, digest_len);
    return sizeof start + digest_len;
}

static void rsa_encode_pkcs1(unsigned char *out, size_t len, hc_hash_id hash,
                             const unsigned char *digest)
{
    unsigned char info[RSA_DIGEST_INFO_MAX];
    size_t info_len = rsa_put_digest_info(info, hash, digest);

    memset(out, 0xFF, len);
    out[0] = 0x00;
    out[1] = 0x01;
    out[len - info_len - 1] = 0x00;
    memcpy(out + (len - info_len), info, info_len);
}

/* 1 when a message is just what rsa_encode_pkcs1 makes, byte for byte. */
static int rsa_is_pkcs1(const unsigned char *message, size_t len, hc_hash_id hash,
                        const unsigned char *digest)
{
    unsigned char info[RSA_DIGEST_INFO_MAX];
    size_t info_len = rsa_put_digest_info(info, hash, digest);
    unsigned difference = message[0] | (message[1] ^ 0x01u) | message[len - info_len - 1];

    for (size_t i = 2; i < len - info_len - 1; i++) {
        difference |= message[i] ^ 0xFFu;
    }
    return difference == 0 && memcmp(message + (len - info_len), info, info_len) == 0;
}

HC_FN hc_signature_result hc_rsa_pkcs1_verify(const hc_public_key *key, hc_hash_id hash,
                                              const unsigned char *digest, hc_cursor signature)
{
    unsigned char message[HC_RSA_LEN_MAX];
    size_t len;

    if (!rsa_signs(hash)) {
        return HC_SIGNATURE_INVALID;
    }
    len = hc_rsa_apply_public(key, signature, message);
    if (len == 0) {
        return HC_SIGNATURE_INVALID;
    }
    return rsa_is_pkcs1(message, len, hash, digest) ? HC_SIGNATURE_VALID : HC_SIGNATURE_INVALID;
}

/* XORs the output of MGF1 (RFC 8017, B.2.1) over some bytes. */
static void rsa_mask(unsigned char *bytes, size_t len, hc_hash_id hash, const unsigned char *seed)
{
    size_t hash_len = hc_hash_len(hash);
    unsigned char block[HC_HASH_MAX];
    unsigned char counter[4] = {0, 0, 0, 0};
    hc_hash_context context;

    while (len > 0) {
        size_t take = hc_min(len, hash_len);

        hc_hash_init(&context, hash);
        hc_hash_update(&context, seed, hash_len);
        hc_hash_update(&context, counter, sizeof counter);
        hc_hash_snapshot(&context, block);
        for (size_t i = 0; i < take; i++) {
            bytes[i] ^= block[i];
        }
        bytes += take;
        len -= take;
        counter[3]++; /* 512 bytes of at least 32 a block: it does not wrap */
    }
}

/* H of EMSA-PSS (RFC 8017, 9.1.1, steps 5 and 6). */
static void rsa_pss_hash(hc_hash_id hash, const unsigned char *digest, const unsigned char *salt,
                         size_t salt_len, unsigned char out[HC_HASH_MAX])
{
    static const unsigned char zeros[8] = {0};
    hc_hash_context context;

    hc_hash_init(&context, hash);
    hc_hash_update(&context, zeros, sizeof zeros);
    hc_hash_update(&context, digest, hc_hash_len(hash));
    hc_hash_update(&context, salt, salt_len);
    hc_hash_snapshot(&context, out);
}

/* The bits of the first byte of an encoded message that belong to it. */
static unsigned rsa_pss_top_mask(size_t em_bits)
{
    return 0xFFu >> ((8 - em_bits % 8) % 8);
}

/* EMSA-PSS-VERIFY (RFC 8017, 9.1.2) of an encoded message of em_bits bits; it is unmasked in place.
 * em[0..em_len) is maskedDB, H, and the trailer. */
static int rsa_pss_fits(unsigned char *em, size_t em_bits, hc_hash_id hash, size_t salt_len,
                        const unsigned char *digest)
{
    size_t em_len = (em_bits + 7) / 8;
    size_t hash_len = hc_hash_len(hash);
    unsigned top_mask = rsa_pss_top_mask(em_bits);
    unsigned char expected[HC_HASH_MAX];
    size_t db_len;
    size_t zeros_len;

    if (salt_len > em_len || em_len < hash_len + salt_len + 2 || em[em_len - 1] != 0xBC ||
        (em[0] & ~top_mask) != 0) {
        return 0;
    }
    db_len = em_len - hash_len - 1;
    zeros_len = db_len - salt_len - 1;
    rsa_mask(em, db_len, hash, em + db_len);
    em[0] &= (unsigned char)top_mask;
    for (size_t i = 0; i < zeros_len; i++) {
        if (em[i] != 0) {
            return 0;
        }
    }
    if (em[zeros_len] != 0x01) {
        return 0;
    }
    rsa_pss_hash(hash, digest, em + zeros_len + 1, salt_len, expected);
    return memcmp(expected, em + db_len, hash_len) == 0;
}

HC_FN hc_signature_result hc_rsa_pss_verify(const hc_public_key *key, hc_hash_id hash,
                                            size_t salt_len, const unsigned char *digest,
                                            hc_cursor signature)
{
    unsigned char message[HC_RSA_LEN_MAX];
    unsigned char *em = message;

    if (!rsa_signs(hash) || hc_rsa_apply_public(key, signature, message) == 0) {
        return HC_SIGNATURE_INVALID;
    }
    /* with a modulus of 8k+1 bits the encoded message is one byte shorter than the modulus */
    if (key->bits % 8 == 1) {
        if (message[0] != 0) {
            return HC_SIGNATURE_INVALID;
        }
        em++;
    }
    return rsa_pss_fits(em, key->bits - 1, hash, salt_len, digest) ? HC_SIGNATURE_VALID
                                                                   : HC_SIGNATURE_INVALID;
}

/* n = p * q, by the school's method; the product has the length of both factors together. */
static int rsa_product_is(hc_cursor p, hc_cursor q, hc_cursor modulus)
{
    unsigned char product[2 * RSA_PRIME_LEN_MAX];
    size_t p_len = hc_cursor_left(&p);
    size_t q_len = hc_cursor_left(&q);
    size_t len = p_len + q_len;
    size_t modulus_len = hc_cursor_left(&modulus);
    unsigned difference = 0;

    if (modulus_len > len) {
        return 0;
    }
    memset(product, 0, sizeof product);
    for (size_t i = p_len; i-- > 0;) {
        unsigned carry = 0;

        for (size_t j = q_len; j-- > 0;) {
            carry += (unsigned)p.at[i] * q.at[j] + product[i + j + 1];
            product[i + j + 1] = (unsigned char)(carry & 0xFF);
            carry >>= 8;
        }
        product[i] = (unsigned char)carry;
    }
    for (size_t i = 0; i < len; i++) {
        size_t from_end = len - i;
        unsigned digit = from_end > modulus_len ? 0 : modulus.end[-(ptrdiff_t)from_end];

        difference |= product[i] ^ digit;
    }
    HC_DECLASSIFY(&difference, sizeof difference);
    hc_wipe(product, sizeof product);
    return difference == 0;
}

/* What BearSSL relies on: odd primes that its buffers hold, and no number that is missing. */
static int rsa_private_has_shape(const hc_private_key *key)
{
    const hc_cursor numbers[5] = {key->prime1, key->prime2, key->exponent1, key->exponent2,
                                  key->coefficient};
    unsigned has_shape = 1;

    for (size_t i = 0; i < HC_ARRAY_LEN(numbers); i++) {
        size_t len = hc_cursor_left(&numbers[i]);

        if (len == 0 || len > RSA_PRIME_LEN_MAX) {
            return 0;
        }
        has_shape &= (0u - numbers[i].at[0]) >> 8; /* not zero */
    }
    has_shape &= 1u & key->prime1.end[-1] & key->prime2.end[-1];
    HC_DECLASSIFY(&has_shape, sizeof has_shape);
    return has_shape == 1;
}

/*
 * RSASP1 (RFC 8017, 5.2.1) in place, and the way back: a fault in one half of the CRT would give
 * away the primes (Boneh, DeMillo, Lipton), so nothing leaves that does not verify. The length of
 * the modulus, or 0 and out is wiped.
 */
static size_t rsa_apply_private(const hc_private_key *key, unsigned char out[HC_RSA_LEN_MAX])
{
    unsigned char before[HC_RSA_LEN_MAX];
    unsigned char after[HC_RSA_LEN_MAX];
    br_rsa_private_key private_key;
    hc_public_key public_key;
    size_t len = hc_cursor_left(&key->modulus);
    size_t signature_len = 0;
    uint32_t done;

    if (hc_rsa_public_half(key, &public_key) == HC_KEY_OK && rsa_private_has_shape(key)) {
        private_key.n_bitlen = (uint32_t)public_key.bits;
        private_key.p = (unsigned char *)key->prime1.at; /* not const in BearSSL: it only reads */
        private_key.plen = hc_cursor_left(&key->prime1);
        private_key.q = (unsigned char *)key->prime2.at;
        private_key.qlen = hc_cursor_left(&key->prime2);
        private_key.dp = (unsigned char *)key->exponent1.at;
        private_key.dplen = hc_cursor_left(&key->exponent1);
        private_key.dq = (unsigned char *)key->exponent2.at;
        private_key.dqlen = hc_cursor_left(&key->exponent2);
        private_key.iq = (unsigned char *)key->coefficient.at;
        private_key.iqlen = hc_cursor_left(&key->coefficient);
        memcpy(before, out, len);
        done = br_rsa_private_get_default()(out, &private_key);
        HC_DECLASSIFY(&done, sizeof done);
        HC_DECLASSIFY(out, len); /* a signature, or what the next lines wipe */
        if (done == 1 &&
            hc_rsa_apply_public(&public_key, hc_cursor_over(out, len), after) == len &&
            memcmp(before, after, len) == 0) {
            signature_len = len;
        }
    }
    if (signature_len == 0) {
        hc_wipe(out, HC_RSA_LEN_MAX);
    }
    return signature_len;
}

HC_FN hc_key_result hc_rsa_public_half(const hc_private_key *key, hc_public_key *out)
{
    hc_key_result result;

    memset(out, 0, sizeof *out);
    result = hc_rsa_check(key->modulus, key->exponent, &out->bits);
    if (key->kind != HC_KEY_RSA) {
        result = HC_KEY_MALFORMED;
    }
    out->kind = HC_KEY_RSA;
    out->modulus = key->modulus;
    out->exponent = key->exponent;
    return result;
}

HC_FN int hc_rsa_private_is_valid(const hc_private_key *key)
{
    unsigned char trial[HC_RSA_LEN_MAX];

    /* a number below the modulus, whose first byte is not zero */
    memset(trial, 0x5A, sizeof trial);
    trial[0] = 0x00;
    return rsa_private_has_shape(key) &&
           rsa_product_is(key->prime1, key->prime2, key->modulus) &&
           rsa_apply_private(key, trial) != 0;
}

HC_FN size_t hc_rsa_pkcs1_sign(const hc_private_key *key, hc_hash_id hash,
                               const unsigned char *digest, unsigned char out[HC_RSA_LEN_MAX])
{
    hc_public_key public_key;

    if (!rsa_signs(hash) || hc_rsa_public_half(key, &public_key) != HC_KEY_OK) {
        hc_wipe(out, HC_RSA_LEN_MAX);
        return 0;
    }
    rsa_encode_pkcs1(out, hc_cursor_left(&key->modulus), hash, digest);
    return rsa_apply_private(key, out);
}

HC_FN size_t hc_rsa_pss_sign(const hc_private_key *key, hc_hash_id hash,
                             const unsigned char *digest, const unsigned char *salt,
                             unsigned char out[HC_RSA_LEN_MAX])
{
    size_t hash_len = hc_hash_len(hash);
    unsigned char *em = out;
    hc_public_key public_key;
    size_t em_len;
    size_t db_len;

    if (!rsa_signs(hash) || hc_rsa_public_half(key, &public_key) != HC_KEY_OK) {
        hc_wipe(out, HC_RSA_LEN_MAX);
        return 0;
    }
    /* EMSA-PSS-ENCODE (RFC 8017, 9.1.1); with a modulus of 8k+1 bits it is a byte shorter */
    em_len = (public_key.bits - 1 + 7) / 8;
    if (public_key.bits % 8 == 1) {
        *em++ = 0x00;
    }
    db_len = em_len - hash_len - 1;
    memset(em, 0, db_len - hash_len - 1);
    em[db_len - hash_len - 1] = 0x01;
    memcpy(em + db_len - hash_len, salt, hash_len);
    rsa_pss_hash(hash, digest, salt, hash_len, em + db_len);
    rsa_mask(em, db_len, hash, em + db_len);
    em[0] &= (unsigned char)rsa_pss_top_mask(public_key.bits - 1);
    em[em_len - 1] = 0xBC;
    return rsa_apply_private(key, out);
}
