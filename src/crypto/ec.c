#include "ec.h"
#include "../base/memory.h"
#include "private_key.h"

/* The primes and orders of SEC 2, 2.4.2, 2.5.1 and 2.6.1. */
static const unsigned char ec_p256_field[32] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const unsigned char ec_p256_order[32] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

static const unsigned char ec_p384_field[48] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff};
static const unsigned char ec_p384_order[48] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf,
    0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73};

static const unsigned char ec_p521_field[66] = {
    0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff};
static const unsigned char ec_p521_order[66] = {
    0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xfa, 0x51, 0x86, 0x87, 0x83, 0xbf, 0x2f, 0x96, 0x6b, 0x7f, 0xcc, 0x01, 0x48, 0xf7, 0x09,
    0xa5, 0xd0, 0x3b, 0xb5, 0xc9, 0xb8, 0x89, 0x9c, 0x47, 0xae, 0xbb, 0x6f, 0xb7, 0x1e, 0x91, 0x38,
    0x64, 0x09};

typedef struct ec_curve {
    const unsigned char *field;
    const unsigned char *order;
    size_t len; /* of both */
    size_t bits;
} ec_curve;

/* NULL for what is none of the enumeration: BearSSL would look it up past the end of an array. */
static const ec_curve *ec_curve_of(hc_curve curve)
{
    static const ec_curve p256 = {ec_p256_field, ec_p256_order, sizeof ec_p256_order, 256};
    static const ec_curve p384 = {ec_p384_field, ec_p384_order, sizeof ec_p384_order, 384};
    static const ec_curve p521 = {ec_p521_field, ec_p521_order, sizeof ec_p521_order, 521};

    switch (curve) {
    case HC_CURVE_P256:
        return &p256;
    case HC_CURVE_P384:
        return &p384;
    case HC_CURVE_P521:
        return &p521;
    }
    return NULL;
}

/* Snapshots of BearSSL between 0.6 and this feature have carry bugs in their 64-bit curves, and
 * br_ec_get_default() would choose those. Only one is named, so that only one is linked. */
#if defined(HTTPSC_SMALL_EC) && defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M' && \
    !defined(__ARM_FEATURE_DSP)
#define EC_IMPL (curve == BR_EC_curve25519 ? &br_ec_c25519_i15 : &br_ec_prime_i15)
#define EC_NAME "small i15"
#elif defined(HTTPSC_SMALL_EC)
#define EC_IMPL (curve == BR_EC_curve25519 ? &br_ec_c25519_i31 : &br_ec_prime_i31)
#define EC_NAME "small i31"
#elif defined(BR_FEATURE_X509_TIME_CALLBACK)
#define EC_IMPL br_ec_get_default()
#define EC_NAME "default"
#elif defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
#define EC_IMPL (&br_ec_all_m15)
#define EC_NAME "m15"
#else
#define EC_IMPL (&br_ec_all_m31)
#define EC_NAME "m31"
#endif

HC_FN const br_ec_impl *hc_ec_impl(int curve)
{
    (void)curve;
    return EC_IMPL;
}

HC_FN const char *hc_ec_name(void)
{
    return EC_NAME;
}

HC_FN size_t hc_ec_bits(hc_curve curve)
{
    const ec_curve *of = ec_curve_of(curve);

    return of == NULL ? 0 : of->bits;
}

HC_FN size_t hc_ec_scalar_len(hc_curve curve)
{
    const ec_curve *of = ec_curve_of(curve);

    return of == NULL ? 0 : of->len;
}

/* Length, form and range, but not yet the equation: that is for BearSSL's decoder. */
static int ec_point_has_shape(const ec_curve *curve, const unsigned char *point, size_t point_len)
{
    return point_len == 2 * curve->len + 1 && point[0] == 0x04 &&
           memcmp(point + 1, curve->field, curve->len) < 0 &&
           memcmp(point + 1 + curve->len, curve->field, curve->len) < 0;
}

HC_FN int hc_ec_point_is_valid(hc_curve curve, const unsigned char *point, size_t point_len)
{
    static const unsigned char one[1] = {1};
    const ec_curve *of = ec_curve_of(curve);
    unsigned char copy[HC_EC_POINT_MAX];

    if (of == NULL || !ec_point_has_shape(of, point, point_len)) {
        return 0;
    }
    memcpy(copy, point, point_len);
    return hc_ec_impl((int)curve)->mul(copy, point_len, one, sizeof one, (int)curve) == 1;
}

/* 1 when 0 < scalar < order, without a branch on either: the borrow of scalar - order, and whether
 * any bit is set. */
static int ec_scalar_in_range(const ec_curve *curve, const unsigned char *scalar)
{
    unsigned borrow = 0;
    unsigned bits = 0;

    for (size_t i = curve->len; i-- > 0;) {
        borrow = ((unsigned)scalar[i] - curve->order[i] - borrow) >> 8 & 1;
        bits |= scalar[i];
    }
    bits = borrow & ((0u - bits) >> 8 & 1);
    HC_DECLASSIFY(&bits, sizeof bits);
    return (int)bits;
}

HC_FACE int hc_ec_scalar_is_valid(hc_curve curve, const unsigned char *scalar)
{
    const ec_curve *of = ec_curve_of(curve);

    return of != NULL && ec_scalar_in_range(of, scalar);
}

HC_FN int hc_ec_multiply_generator(hc_curve curve, const unsigned char *scalar,
                                   unsigned char out[HC_EC_POINT_MAX])
{
    const ec_curve *of = ec_curve_of(curve);

    return of != NULL && ec_scalar_in_range(of, scalar) &&
           hc_ec_impl((int)curve)->mulgen(out, scalar, of->len, (int)curve) == 2 * of->len + 1;
}

HC_FN int hc_ec_multiply(hc_curve curve, const unsigned char *point, size_t point_len,
                         const unsigned char *scalar, unsigned char out[HC_EC_SCALAR_MAX])
{
    const ec_curve *of = ec_curve_of(curve);
    unsigned char product[HC_EC_POINT_MAX];
    int done;

    if (of == NULL || !ec_point_has_shape(of, point, point_len) ||
        !ec_scalar_in_range(of, scalar)) {
        return 0;
    }
    memcpy(product, point, point_len);
    done = hc_ec_impl((int)curve)->mul(product, point_len, scalar, of->len, (int)curve) == 1;
    if (done) {
        memcpy(out, product + 1, of->len);
    }
    hc_wipe(product, sizeof product);
    return done;
}

/* A number of a signature, 1 to n-1, to a field of n's length. */
static int ec_put_number(const ec_curve *curve, hc_cursor magnitude, unsigned char *out)
{
    size_t len = hc_cursor_left(&magnitude);

    if (len == 0 || len > curve->len) {
        return 0;
    }
    memset(out, 0, curve->len - len);
    memcpy(out + (curve->len - len), magnitude.at, len);
    return memcmp(out, curve->order, curve->len) < 0;
}

HC_FN hc_signature_result hc_ecdsa_verify(const hc_public_key *key, const unsigned char *digest,
                                          size_t digest_len, hc_cursor signature)
{
    const ec_curve *curve = key->kind == HC_KEY_EC ? ec_curve_of(key->curve) : NULL;
    unsigned char raw[2 * HC_EC_SCALAR_MAX];
    unsigned char point[HC_EC_POINT_MAX];
    br_ec_public_key public_key;
    hc_der sequence;
    hc_cursor r;
    hc_cursor s;

    if (curve == NULL || digest_len == 0 ||
        !ec_point_has_shape(curve, key->point.at, hc_cursor_left(&key->point))) {
        return HC_SIGNATURE_INVALID;
    }
    if (!hc_der_take(&signature, HC_DER_SEQUENCE, &sequence) || hc_cursor_left(&signature) != 0 ||
        !hc_der_take_positive(&sequence.content, &r) ||
        !hc_der_take_positive(&sequence.content, &s) || hc_cursor_left(&sequence.content) != 0 ||
        !ec_put_number(curve, r, raw) || !ec_put_number(curve, s, raw + curve->len)) {
        return HC_SIGNATURE_INVALID;
    }
    public_key.curve = (int)key->curve;
    public_key.q = point;
    public_key.qlen = hc_cursor_left(&key->point);
    memcpy(point, key->point.at, public_key.qlen);
    return br_ecdsa_vrfy_raw_get_default()(hc_ec_impl((int)key->curve), digest, digest_len,
                                           &public_key, raw, 2 * curve->len) == 1
               ? HC_SIGNATURE_VALID
               : HC_SIGNATURE_INVALID;
}

HC_FN size_t hc_ecdsa_sign(const hc_private_key *key, hc_hash_id hash, const unsigned char *digest,
                           unsigned char out[HC_ECDSA_SIGNATURE_MAX])
{
    const ec_curve *curve = key->kind == HC_KEY_EC ? ec_curve_of(key->curve) : NULL;
    br_ec_private_key private_key;

    if (curve == NULL || hc_cursor_left(&key->scalar) != curve->len ||
        !ec_scalar_in_range(curve, key->scalar.at) || hc_hash_class(hash) == NULL) {
        return 0;
    }
    private_key.curve = (int)key->curve;
    private_key.x = (unsigned char *)key->scalar.at; /* not const in BearSSL, which only reads */
    private_key.xlen = curve->len;
    return br_ecdsa_sign_asn1_get_default()(hc_ec_impl((int)key->curve), hc_hash_class(hash),
                                            digest, &private_key, out);
}
