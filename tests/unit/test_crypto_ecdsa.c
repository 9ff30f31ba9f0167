/* EC keys and signatures: what OpenSSL made is taken, what is bent a little is not. */
#include "unit.h"
#include "crypto_bytes.h"

static const struct {
    hc_curve curve;
    hc_hash_id hash;
    size_t len; /* of a coordinate */
    const char *spki;
    const char *signature;
    const char *order;
} made_ec[] = {
    {HC_CURVE_P256, HC_HASH_SHA256, 32, ec_256_spki, ec_256_signature,
     "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"},
    {HC_CURVE_P384, HC_HASH_SHA384, 48, ec_384_spki, ec_384_signature,
     "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc5"
     "2973"},
    {HC_CURVE_P521, HC_HASH_SHA512, 66, ec_521_spki, ec_521_signature,
     "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148"
     "f709a5d03bb5c9b8899c47aebb6fb71e91386409"},
};

static void ecdsa_of_openssl(void)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(made_ec); i++) {
        size_t digest_len = hc_hash_len(made_ec[i].hash);
        const unsigned char *digest = digest_of_message(made_ec[i].hash);
        hc_public_key key;
        hc_cursor spki;
        hc_cursor signature;

        bytes_reset();
        spki = hex(made_ec[i].spki);
        signature = hex(made_ec[i].signature);
        CHECK_INT(hc_public_key_parse(&key, spki), HC_KEY_OK);
        CHECK_INT(key.kind, HC_KEY_EC);
        CHECK_INT(key.curve, made_ec[i].curve);
        CHECK_INT(hc_cursor_left(&key.point), 2 * made_ec[i].len + 1);
        CHECK_INT(key.bits, made_ec[i].len == 66 ? 521 : 8 * made_ec[i].len);
        CHECK_INT(hc_ecdsa_verify(&key, digest, digest_len, signature), HC_SIGNATURE_VALID);
        for (size_t at = 0; at < hc_cursor_left(&signature); at++) {
            if (at < 8 || at % 13 == 0) {
                CHECK_INT(hc_ecdsa_verify(&key, digest, digest_len, flip(signature, at, 1)),
                          HC_SIGNATURE_INVALID);
            }
            CHECK_INT(hc_ecdsa_verify(&key, digest, digest_len, head(signature, at)),
                      HC_SIGNATURE_INVALID);
        }
        CHECK_INT(hc_ecdsa_verify(&key, digest, 0, signature), HC_SIGNATURE_INVALID);
        message_digest[7] ^= 0x80;
        CHECK_INT(hc_ecdsa_verify(&key, digest, digest_len, signature), HC_SIGNATURE_INVALID);
        for (size_t len = 0; len < hc_cursor_left(&spki); len++) {
            CHECK_INT(parse(head(spki, len)), HC_KEY_MALFORMED);
        }
    }
}

static hc_signature_result verify_numbers(const hc_public_key *key, const unsigned char *digest,
                                          hc_cursor r, hc_cursor s)
{
    return hc_ecdsa_verify(key, digest, 32, wrap(0x30, join(r, s)));
}

static void ecdsa_encoding(void)
{
    const unsigned char *digest = digest_of_message(HC_HASH_SHA256);
    hc_public_key key;
    hc_cursor signature;
    hc_der sequence;
    hc_cursor r;
    hc_cursor s;

    bytes_reset();
    signature = hex(ec_256_signature);
    CHECK_INT(hc_public_key_parse(&key, hex(ec_256_spki)), HC_KEY_OK);
    CHECK(hc_der_take(&signature, HC_DER_SEQUENCE, &sequence));
    CHECK(hc_der_take_positive(&sequence.content, &r));
    CHECK(hc_der_take_positive(&sequence.content, &s));
    CHECK_INT(verify_numbers(&key, digest, integer(r), integer(s)), HC_SIGNATURE_VALID);

    /* longer than need be, as BearSSL's own reader would take it */
    CHECK_INT(verify_numbers(&key, digest, wrap(0x02, join(hex("0000"), r)), integer(s)),
              HC_SIGNATURE_INVALID);
    CHECK_INT(verify_numbers(&key, digest, integer(r), wrap(0x02, join(hex("0000"), s))),
              HC_SIGNATURE_INVALID);
    /* negative numbers: the same bytes with the sign bit set */
    CHECK_INT(verify_numbers(&key, digest, wrap(0x02, flip(r, 0, r.at[0] < 0x80 ? 0x80 : 0)),
                             integer(s)),
              HC_SIGNATURE_INVALID);
    /* lengths in long form, of the whole and of a number */
    CHECK_INT(hc_ecdsa_verify(&key, digest, 32,
                              join(join(hex("3081"),
                                        hc_cursor_over("\x46", 1)),
                                   join(wrap(0x02, join(hex("00"), r)),
                                        wrap(0x02, join(hex("00"), s))))),
              HC_SIGNATURE_INVALID);
    /* something behind, inside and outside; one number; another tag */
    CHECK_INT(verify_numbers(&key, digest, integer(r), join(integer(s), hex("0500"))),
              HC_SIGNATURE_INVALID);
    CHECK_INT(hc_ecdsa_verify(&key, digest, 32,
                              join(wrap(0x30, join(integer(r), integer(s))), hex("00"))),
              HC_SIGNATURE_INVALID);
    CHECK_INT(hc_ecdsa_verify(&key, digest, 32, wrap(0x30, integer(r))), HC_SIGNATURE_INVALID);
    CHECK_INT(hc_ecdsa_verify(&key, digest, 32, wrap(0x31, join(integer(r), integer(s)))),
              HC_SIGNATURE_INVALID);
    /* bare r and s */
    CHECK_INT(hc_ecdsa_verify(&key, digest, 32, join(r, s)), HC_SIGNATURE_INVALID);
}

static void ecdsa_numbers_out_of_range(void)
{
    static const unsigned char zero_digest[HC_HASH_MAX] = {0};

    for (size_t i = 0; i < HC_ARRAY_LEN(made_ec); i++) {
        hc_public_key key;
        hc_cursor zero;
        hc_cursor one;
        hc_cursor order;

        bytes_reset();
        zero = hex("00");
        one = hex("01");
        order = hex(made_ec[i].order);
        CHECK_INT(hc_public_key_parse(&key, hex(made_ec[i].spki)), HC_KEY_OK);
        /* BearSSL 0.6 takes this for every key */
        CHECK_INT(verify_numbers(&key, zero_digest, wrap(0x02, zero), integer(one)),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(verify_numbers(&key, zero_digest, integer(one), wrap(0x02, zero)),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(verify_numbers(&key, zero_digest, integer(order), integer(one)),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(verify_numbers(&key, zero_digest, integer(one), integer(order)),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(verify_numbers(&key, zero_digest, integer(join(one, order)), integer(one)),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(verify_numbers(&key, zero_digest, integer(one), integer(modulus_of(4096))),
                  HC_SIGNATURE_INVALID);
    }
}

static const char *const ec_algorithms[] = {
    "3013 06072a8648ce3d0201 06082a8648ce3d030107",
    "3010 06072a8648ce3d0201 06052b81040022",
    "3010 06072a8648ce3d0201 06052b81040023",
};

static void ec_points(void)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(made_ec); i++) {
        size_t len = made_ec[i].len;
        hc_public_key key;
        hc_cursor point;
        hc_cursor spki;
        hc_cursor bits;

        bytes_reset();
        spki = hex(made_ec[i].spki);
        CHECK_INT(hc_public_key_parse(&key, spki), HC_KEY_OK);
        point = key.point;
        CHECK(same(spki_of(ec_algorithms[i], point), spki.at, hc_cursor_left(&spki)));
        /* off the curve */
        CHECK_INT(parse(spki_of(ec_algorithms[i], flip(point, 2 * len, 1))), HC_KEY_MALFORMED);
        CHECK_INT(parse(spki_of(ec_algorithms[i], flip(point, len, 1))), HC_KEY_MALFORMED);
        bits = join(hex("04"), hc_cursor_over(bytes_new(2 * len), 2 * len));
        CHECK_INT(parse(spki_of(ec_algorithms[i], bits)), HC_KEY_MALFORMED);
        /* lengths: every shorter one, and one more byte */
        for (size_t cut = 0; cut <= 2 * len; cut++) {
            CHECK_INT(parse(spki_of(ec_algorithms[i], head(point, cut))), HC_KEY_MALFORMED);
        }
        CHECK_INT(parse(spki_of(ec_algorithms[i], join(point, hex("00")))), HC_KEY_MALFORMED);
        /* the point at infinity; compressed and hybrid forms */
        CHECK_INT(parse(spki_of(ec_algorithms[i], hex("00"))), HC_KEY_MALFORMED);
        CHECK_INT(parse(spki_of(ec_algorithms[i], head(flip(point, 0, 0x04 ^ 0x02), len + 1))),
                  HC_KEY_UNSUPPORTED);
        CHECK_INT(parse(spki_of(ec_algorithms[i], flip(point, 0, 0x04 ^ 0x06))),
                  HC_KEY_UNSUPPORTED);
        CHECK_INT(parse(spki_of(ec_algorithms[i], flip(point, 0, 0x04 ^ 0x05))),
                  HC_KEY_MALFORMED);
        /* of another curve */
        CHECK_INT(parse(spki_of(ec_algorithms[(i + 1) % 3], point)), HC_KEY_MALFORMED);
        /* a BIT STRING that is not of whole bytes, and an empty one */
        bits = wrap(0x03, join(hex("01"), point));
        CHECK_INT(parse(wrap(0x30, join(hex(ec_algorithms[i]), bits))), HC_KEY_MALFORMED);
        CHECK_INT(parse(wrap(0x30, join(hex(ec_algorithms[i]), hex("0300")))), HC_KEY_MALFORMED);
    }
}

/* On the curve when it is reduced, but x is not below the prime: two encodings of one key. */
static void ec_point_over_field(void)
{
    static const char y256[] = "459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc";
    static const char y521[] =
        "0010e59be93c4f269c0269c79e2afd65d6aeaa9b701eacc194fb3ee03df47849bf550ec636ebee0ddd4a16f1"
        "cd9406605af38f584567770e3f272d688c832e843564";
    hc_cursor below;
    hc_cursor over;
    unsigned char *x521;

    bytes_reset();
    below = hex("04 0000000000000000000000000000000000000000000000000000000000000005");
    over = hex("04 ffffffff00000001000000000000000000000001000000000000000000000004");
    CHECK_INT(parse(spki_of(ec_algorithms[0], join(below, hex(y256)))), HC_KEY_OK);
    CHECK_INT(parse(spki_of(ec_algorithms[0], join(over, hex(y256)))), HC_KEY_MALFORMED);

    /* 1, and 2^521 */
    x521 = bytes_new(67);
    x521[0] = 0x04;
    x521[66] = 0x01;
    CHECK_INT(parse(spki_of(ec_algorithms[2], join(hc_cursor_over(x521, 67), hex(y521)))),
              HC_KEY_OK);
    x521[1] = 0x02;
    x521[66] = 0x00;
    CHECK_INT(parse(spki_of(ec_algorithms[2], join(hc_cursor_over(x521, 67), hex(y521)))),
              HC_KEY_MALFORMED);
}

static void ec_parameters(void)
{
    hc_public_key key;
    hc_cursor point;

    bytes_reset();
    CHECK_INT(hc_public_key_parse(&key, hex(ec_256_spki)), HC_KEY_OK);
    point = key.point;
    /* none; implicitCurve; explicit ones (a SEQUENCE); secp256k1; an OID's bytes under
     * another tag; two */
    CHECK_INT(parse(spki_of("3009 06072a8648ce3d0201", point)), HC_KEY_MALFORMED);
    CHECK_INT(parse(spki_of("300b 06072a8648ce3d0201 0500", point)), HC_KEY_UNSUPPORTED);
    CHECK_INT(parse(spki_of("300e 06072a8648ce3d0201 3003020101", point)), HC_KEY_UNSUPPORTED);
    CHECK_INT(parse(spki_of("3010 06072a8648ce3d0201 06052b8104000a", point)), HC_KEY_UNSUPPORTED);
    CHECK_INT(parse(spki_of("3013 06072a8648ce3d0201 30082a8648ce3d030107", point)),
              HC_KEY_UNSUPPORTED);
    CHECK_INT(parse(spki_of("3015 06072a8648ce3d0201 06082a8648ce3d030107 0500", point)),
              HC_KEY_MALFORMED);
}

/* Keys that did not come from the parser: BearSSL never sees a curve or a length that is wrong. */
static void ecdsa_forged_key(void)
{
    static const int curves[] = {0, 1, 22, 26, 29, 30, 31, 255, -1};
    const unsigned char *digest = digest_of_message(HC_HASH_SHA256);
    hc_public_key good;
    hc_public_key key;
    hc_cursor signature;

    bytes_reset();
    signature = hex(ec_256_signature);
    CHECK_INT(hc_public_key_parse(&good, hex(ec_256_spki)), HC_KEY_OK);
    for (size_t i = 0; i < HC_ARRAY_LEN(curves); i++) {
        key = good;
        key.curve = (hc_curve)curves[i];
        CHECK_INT(hc_ecdsa_verify(&key, digest, 32, signature), HC_SIGNATURE_INVALID);
        CHECK(!hc_ec_point_is_valid(key.curve, key.point.at, 65));
        CHECK_INT(hc_ec_bits(key.curve), 0);
    }
    key = good;
    key.curve = HC_CURVE_P384;
    CHECK_INT(hc_ecdsa_verify(&key, digest, 32, signature), HC_SIGNATURE_INVALID);
    key = good;
    key.point = head(good.point, 64);
    CHECK_INT(hc_ecdsa_verify(&key, digest, 32, signature), HC_SIGNATURE_INVALID);
    key = good;
    key.point = head(good.point, 0);
    CHECK_INT(hc_ecdsa_verify(&key, digest, 32, signature), HC_SIGNATURE_INVALID);
    key = good;
    key.point = flip(good.point, 64, 1);
    CHECK_INT(hc_ecdsa_verify(&key, digest, 32, signature), HC_SIGNATURE_INVALID);
    key = good;
    key.kind = HC_KEY_RSA;
    CHECK_INT(hc_ecdsa_verify(&key, digest, 32, signature), HC_SIGNATURE_INVALID);
}

UNIT_MAIN(UNIT(ecdsa_of_openssl), UNIT(ecdsa_encoding), UNIT(ecdsa_numbers_out_of_range),
          UNIT(ecdsa_forged_key), UNIT(ec_points), UNIT(ec_point_over_field), UNIT(ec_parameters))
