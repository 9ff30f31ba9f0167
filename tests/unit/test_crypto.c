/* What stands in front of BearSSL's primitives: points, keys and signatures that it would take. */
#include "unit.h"

#ifdef UNIT_PARTS
#include "../../src/crypto/checked.h"
#endif

/* DEFENCES A2, A3: BearSSL 0.6 writes a whole point behind a short one. */
static void crypto_points_of_another_length(void)
{
    static const int curves[] = {23, 24, 25, 29};
    static const int others[] = {0, 1, 22, 26, 27, 28, 30};
    unsigned char place[400];
    unsigned char scalar[32];

    memset(scalar, 1, sizeof scalar);
    for (size_t i = 0; i < HC_ARRAY_LEN(curves); i++) {
        size_t right = hc_ec_point_len(curves[i]);
        unsigned char good[133];

        CHECK_INT(hc_ec_base()->mulgen(good, scalar, sizeof scalar, curves[i]), right);
        for (size_t len = 0; len <= 140; len++) {
            memset(place, 0x55, sizeof place);
            memcpy(place + 100, good, right);
            CHECK_INT(hc_ec_mul(place + 100, len, scalar, sizeof scalar, curves[i]), len == right);
            if (len != right) {
                CHECK(memcmp(place + 100, good, right) == 0);
                CHECK(place[99] == 0x55 && place[100 + right] == 0x55);
            }
        }
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(others); i++) {
        CHECK_INT(hc_ec_point_len(others[i]), 0);
        memset(place, 4, sizeof place);
        CHECK_INT(hc_ec_mul(place, 0, scalar, sizeof scalar, others[i]), 0);
        CHECK_INT(hc_ec_mul(place, 65, scalar, sizeof scalar, others[i]), 0);
        CHECK(place[0] == 4 && place[64] == 4);
    }
}

/* DEFENCES A4, D10. */
static void crypto_points_that_are_none(void)
{
    unsigned char point[133];
    unsigned char scalar[32];

    memset(scalar, 1, sizeof scalar);
    memset(point, 0, sizeof point);
    CHECK_INT(hc_ec_mul(point, 32, scalar, sizeof scalar, 29), 0); /* a secret of zeros */
    memset(point, 0, sizeof point);
    point[0] = 1; /* of order 4 */
    CHECK_INT(hc_ec_mul(point, 32, scalar, sizeof scalar, 29), 0);
    memset(point, 7, sizeof point);
    point[0] = 4;
    CHECK_INT(hc_ec_mul(point, 65, scalar, sizeof scalar, 23), 0); /* off the curve */
    CHECK_INT(hc_ec_mul(point, 97, scalar, sizeof scalar, 24), 0);
    memset(point, 0, sizeof point); /* the point at infinity */
    CHECK_INT(hc_ec_mul(point, 65, scalar, sizeof scalar, 23), 0);
}

static uint32_t crypto_verify_ecdsa(const char *sig, size_t len)
{
    unsigned char zeros[32];
    unsigned char scalar[32];
    unsigned char q[133];
    br_ec_public_key key;
    br_ec_impl ec = hc_ec_checked();

    memset(zeros, 0, sizeof zeros);
    memset(scalar, 1, sizeof scalar);
    key.curve = 23;
    key.q = q;
    key.qlen = hc_ec_base()->mulgen(q, scalar, sizeof scalar, 23);
    return hc_ecdsa_verify(&ec, zeros, sizeof zeros, &key, sig, len);
}

#define CRYPTO_ECDSA(sig) crypto_verify_ecdsa(sig, sizeof(sig) - 1)

/* DEFENCES A7: a hash of zeros is signed by r = 0 under every key, as far as BearSSL goes. */
static void crypto_forged_ecdsa_signatures(void)
{
    CHECK_INT(CRYPTO_ECDSA("\x30\x06\x02\x01\x00\x02\x01\x01"), 0);
    CHECK_INT(CRYPTO_ECDSA("\x30\x06\x02\x01\x01\x02\x01\x00"), 0);
    CHECK_INT(CRYPTO_ECDSA("\x30\x06\x02\x01\x00\x02\x01\x00"), 0);
    CHECK_INT(CRYPTO_ECDSA("\x30\x05\x02\x00\x02\x01\x01"), 0);
    CHECK_INT(CRYPTO_ECDSA("\x30\x07\x02\x02\x00\x00\x02\x01\x01"), 0);
    CHECK_INT(CRYPTO_ECDSA(""), 0);
}

/* A signature that is right, and the same written in other ways. */
static void crypto_ecdsa_in_der_alone(void)
{
    br_ec_impl ec = hc_ec_checked();
    unsigned char hash[32];
    unsigned char scalar[32];
    unsigned char q[133];
    unsigned char sig[80];
    unsigned char other[90];
    br_ec_private_key private_key = {23, NULL, 32};
    br_ec_public_key key = {23, NULL, 0};
    size_t len;

    memset(hash, 9, sizeof hash);
    memset(scalar, 1, sizeof scalar);
    private_key.x = scalar;
    key.q = q;
    key.qlen = hc_ec_base()->mulgen(q, scalar, sizeof scalar, 23);
    len = br_ecdsa_sign_asn1_get_default()(hc_ec_base(), &br_sha256_vtable, hash, &private_key,
                                           sig);
    CHECK(len > 60);
    CHECK_INT(hc_ecdsa_verify(&ec, hash, sizeof hash, &key, sig, len), 1);
    hash[0] ^= 1;
    CHECK_INT(hc_ecdsa_verify(&ec, hash, sizeof hash, &key, sig, len), 0);
    hash[0] ^= 1;
    /* a length of two bytes where one does */
    other[0] = 0x30;
    other[1] = 0x81;
    memcpy(other + 2, sig + 1, len - 1);
    CHECK_INT(hc_ecdsa_verify(&ec, hash, sizeof hash, &key, other, len + 1), 0);
    /* one zero too many before r */
    memcpy(other, sig, 4);
    other[1] = (unsigned char)(sig[1] + 1);
    other[3] = (unsigned char)(sig[3] + 1);
    other[4] = 0;
    memcpy(other + 5, sig + 4, len - 4);
    CHECK_INT(hc_ecdsa_verify(&ec, hash, sizeof hash, &key, other, len + 1), 0);
    /* a byte behind it, and one inside behind s */
    memcpy(other, sig, len);
    other[len] = 0;
    CHECK_INT(hc_ecdsa_verify(&ec, hash, sizeof hash, &key, other, len + 1), 0);
    other[1] = (unsigned char)(sig[1] + 1);
    CHECK_INT(hc_ecdsa_verify(&ec, hash, sizeof hash, &key, other, len + 1), 0);
}

static int crypto_rsa_fits(size_t n_len, int top, const char *e, size_t e_len)
{
    static unsigned char n[600];
    br_rsa_public_key key;

    memset(n, 0x55, sizeof n);
    n[0] = (unsigned char)top;
    key.n = n;
    key.nlen = n_len;
    key.e = (unsigned char *)(size_t)e;
    key.elen = e_len;
    return hc_rsa_key_fits(&key);
}

/* DEFENCES A6, A8. */
static void crypto_rsa_keys(void)
{
    CHECK(crypto_rsa_fits(256, 0x80, "\x01\x00\x01", 3));
    CHECK(crypto_rsa_fits(257, 0x01, "\x03", 1));
    CHECK(crypto_rsa_fits(512, 0xff, "\xff\xff\xff\xff", 4));
    CHECK(!crypto_rsa_fits(256, 0x7f, "\x03", 1));
    CHECK(!crypto_rsa_fits(255, 0xff, "\x03", 1));
    CHECK(!crypto_rsa_fits(128, 0xff, "\x03", 1));
    CHECK(!crypto_rsa_fits(513, 0x01, "\x03", 1));
    CHECK(!crypto_rsa_fits(256, 0x80, "\x01", 1));
    CHECK(!crypto_rsa_fits(256, 0x80, "\x00", 1));
    CHECK(!crypto_rsa_fits(256, 0x80, "\x02", 1));
    CHECK(!crypto_rsa_fits(256, 0x80, "\x01\x00\x00", 3));
    CHECK(!crypto_rsa_fits(256, 0x80, "", 0));
    CHECK(!crypto_rsa_fits(256, 0x80, "\x01\x00\x00\x00\x01", 5));
}

/* With e = 1 what is signed is its own signature. */
static void crypto_rsa_signature_by_exponent_one(void)
{
    static const unsigned char prefix[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60,
                                           0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                           0x01, 0x05, 0x00, 0x04, 0x20};
    unsigned char n[256];
    unsigned char forged[256];
    unsigned char hash[32];
    unsigned char one = 1;
    br_rsa_public_key key;

    memset(n, 0xff, sizeof n);
    memset(forged, 0xff, sizeof forged);
    forged[0] = 0;
    forged[1] = 1;
    forged[256 - 32 - sizeof prefix - 1] = 0;
    memcpy(forged + 256 - 32 - sizeof prefix, prefix, sizeof prefix);
    memset(forged + 256 - 32, 7, 32);
    key.n = n;
    key.nlen = sizeof n;
    key.e = &one;
    key.elen = 1;
    CHECK_INT(hc_rsa_verify(forged, sizeof forged, BR_HASH_OID_SHA256, 32, &key, hash), 0);
}

UNIT_MAIN(UNIT(crypto_points_of_another_length), UNIT(crypto_points_that_are_none),
          UNIT(crypto_forged_ecdsa_signatures), UNIT(crypto_ecdsa_in_der_alone),
          UNIT(crypto_rsa_keys), UNIT(crypto_rsa_signature_by_exponent_one))
