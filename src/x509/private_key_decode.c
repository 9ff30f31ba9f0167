#include "private_key_file.h"

#include "../crypto/rsa.h"

/* A version: one byte of INTEGER. -1 for anything else. */
static int decode_key_version(hc_cursor *from)
{
    hc_der integer;

    if (!hc_der_take(from, HC_DER_INTEGER, &integer) || hc_cursor_left(&integer.content) != 1) {
        return -1;
    }
    return hc_take_u8(&integer.content);
}

static int decode_key_malformed(const hc_key_reading *reading, const char *what)
{
    return hc_key_refuse(reading, HTTPSC_ERR_KEY_INVALID, what);
}

/* Checks what was decoded, and puts the public half beside it. */
static int decode_key_check(const hc_key_reading *reading)
{
    hc_private_key_file *out = reading->out;

    switch (hc_private_key_check(&out->key, &out->public_key, out->point)) {
    case HC_KEY_OK:
        return HTTPSC_OK;
    case HC_KEY_WEAK:
        return hc_fail(reading->error, HTTPSC_ERR_KEY_WEAK, 0,
                       "%e: RSA of %z bits; 2048 to 4096 are, with an odd exponent of 3 to 2^32-1",
                       reading->source, out->public_key.bits);
    case HC_KEY_UNSUPPORTED:
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_FORM, "a key of another kind");
    default:
        return decode_key_malformed(reading, "its numbers are no key");
    }
}

/* RSAPrivateKey (RFC 8017, A.1.2), or DSA's numbers in the form that OpenSSL gives them. */
static int decode_key_rsa(const hc_key_reading *reading, hc_cursor content)
{
    hc_private_key *key = &reading->out->key;
    int version = decode_key_version(&content);
    hc_cursor d;

    if (version < 0 || version > 1 || !hc_der_take_positive(&content, &key->modulus) ||
        !hc_der_take_positive(&content, &key->exponent) || !hc_der_take_positive(&content, &d) ||
        !hc_der_take_positive(&content, &key->prime1) ||
        !hc_der_take_positive(&content, &key->prime2)) {
        return decode_key_malformed(reading, "not the numbers of an RSAPrivateKey");
    }
    if (version == 0 && hc_cursor_left(&content) == 0) {
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_FORM, "DSA");
    }
    if (version == 1) {
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_FORM, "RSA with more than two primes");
    }
    if (!hc_der_take_positive(&content, &key->exponent1) ||
        !hc_der_take_positive(&content, &key->exponent2) ||
        !hc_der_take_positive(&content, &key->coefficient) || hc_cursor_left(&content) > 0) {
        return decode_key_malformed(reading, "not the numbers of an RSAPrivateKey");
    }
    key->kind = HC_KEY_RSA;
    return decode_key_check(reading);
}

/* ECParameters. Twice in one file they have to agree. */
static int decode_key_curve(const hc_key_reading *reading, hc_cursor parameters)
{
    hc_private_key *key = &reading->out->key;
    hc_curve curve = HC_CURVE_P256;

    switch (hc_curve_parse(parameters, &curve)) {
    case HC_KEY_OK:
        break;
    case HC_KEY_UNSUPPORTED:
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_FORM,
                             hc_peek(&parameters) == HC_DER_OID
                                 ? "EC on a curve other than P-256, P-384 and P-521"
                                 : "explicit EC parameters");
    default:
        return decode_key_malformed(reading, "malformed EC parameters");
    }
    if (key->kind == HC_KEY_EC && key->curve != curve) {
        return decode_key_malformed(reading, "two different EC curves");
    }
    key->kind = HC_KEY_EC;
    key->curve = curve;
    return HTTPSC_OK;
}

/* 1 when a BIT STRING's content is this point (uncompressed), in any form of SEC 1, 2.3.3. */
static int decode_key_is_point(hc_cursor bits, hc_cursor point)
{
    size_t coordinate_len = hc_cursor_left(&point) / 2;
    unsigned parity = point.end[-1] & 1u;
    unsigned form;

    if (!hc_take_char(&bits, '\0')) { /* unused bits */
        return 0;
    }
    form = hc_take_u8(&bits);
    (void)hc_take_u8(&point);
    if (form == 2 + parity) {
        point = hc_take_bytes(&point, coordinate_len);
    } else if (form != 4 && form != 6 + parity) {
        return 0;
    }
    return hc_der_same(bits, point);
}

/* The scalar with as many bytes as its curve asks for; old writers leave leading zeros out. */
static int decode_key_scalar(hc_private_key_file *out, hc_cursor octets)
{
    size_t len = hc_cursor_left(&octets);
    size_t full_len = hc_ec_scalar_len(out->key.curve);

    if (len == 0 || len > full_len) {
        return 0;
    }
    memset(out->scalar, 0, sizeof out->scalar);
    memcpy(out->scalar + (full_len - len), octets.at, len);
    out->key.scalar = hc_cursor_over(out->scalar, full_len);
    return 1;
}

/* ECPrivateKey (RFC 5915, 3); the curve may be known from around it. */
static int decode_key_ec(const hc_key_reading *reading, hc_cursor content)
{
    hc_private_key_file *out = reading->out;
    hc_der scalar;
    hc_der element;
    hc_der bits;
    int has_point = 0;

    if (decode_key_version(&content) != 1 ||
        !hc_der_take(&content, HC_DER_OCTET_STRING, &scalar)) {
        return decode_key_malformed(reading, "not an ECPrivateKey");
    }
    if (hc_der_take(&content, HC_DER_CONTEXT_0, &element) &&
        decode_key_curve(reading, element.content) != HTTPSC_OK) {
        return reading->error->code;
    }
    if (hc_der_take(&content, HC_DER_CONTEXT_1, &element)) {
        has_point = hc_der_take(&element.content, HC_DER_BIT_STRING, &bits) &&
                    hc_cursor_left(&element.content) == 0;
        if (!has_point) {
            return decode_key_malformed(reading, "malformed publicKey");
        }
    }
    if (hc_cursor_failed(&content) || hc_cursor_left(&content) > 0 ||
        out->key.kind != HC_KEY_EC || !decode_key_scalar(out, scalar.content)) {
        return decode_key_malformed(reading, "not an ECPrivateKey, or one without a curve");
    }
    if (decode_key_check(reading) != HTTPSC_OK) {
        return reading->error->code;
    }
    return !has_point || decode_key_is_point(bits.content, out->public_key.point)
               ? HTTPSC_OK
               : decode_key_malformed(reading, "its public key is another one's");
}

/* What an algorithm of keys is called that is not carried. */
static const char *decode_key_algorithm_name(hc_cursor oid)
{
    static const struct {
        unsigned char oid[9];
        unsigned char len;
        const char *name;
    } known[] = {
        {{0x2B, 0x65, 0x6E}, 3, "X25519"},
        {{0x2B, 0x65, 0x6F}, 3, "X448"},
        {{0x2B, 0x65, 0x70}, 3, "Ed25519"},
        {{0x2B, 0x65, 0x71}, 3, "Ed448"},
        {{0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01}, 7, "DSA"},
        {{0x2A, 0x86, 0x48, 0xCE, 0x3E, 0x02, 0x01}, 7, "X9.42 Diffie-Hellman"},
        {{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x03, 0x01}, 9, "Diffie-Hellman"},
        {{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A}, 9, "RSA for PSS alone"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(known); i++) {
        if (hc_der_same(oid, hc_cursor_over(known[i].oid, known[i].len))) {
            return known[i].name;
        }
    }
    return "a key of an unknown algorithm";
}

/* OneAsymmetricKey behind its version (RFC 5958, 2): attributes and a public key may follow. */
static int decode_key_pkcs8_tail(const hc_key_reading *reading, hc_cursor content, int version)
{
    hc_der attributes;
    hc_der public_key;

    (void)hc_der_take(&content, HC_DER_CONTEXT_0, &attributes);
    if (version == 1) {
        (void)hc_der_take(&content, 0x81, &public_key); /* [1] IMPLICIT: nothing here needs it */
    }
    return hc_cursor_failed(&content) || hc_cursor_left(&content) > 0
               ? decode_key_malformed(reading, "not a PrivateKeyInfo")
               : HTTPSC_OK;
}

static int decode_key_pkcs8(const hc_key_reading *reading, hc_cursor content)
{
    static const unsigned char rsa[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
    static const unsigned char ec[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
    static const unsigned char null_element[] = {0x05, 0x00};
    int version = decode_key_version(&content);
    hc_der algorithm;
    hc_der octets;
    hc_der oid;
    hc_der inner;

    if (version == 3) {
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_FORM, "PKCS#12");
    }
    if (version < 0 || version > 1 || !hc_der_take(&content, HC_DER_SEQUENCE, &algorithm) ||
        !hc_der_take(&algorithm.content, HC_DER_OID, &oid) ||
        !hc_der_take(&content, HC_DER_OCTET_STRING, &octets)) {
        return decode_key_malformed(reading, "not a PrivateKeyInfo");
    }
    if (decode_key_pkcs8_tail(reading, content, version) != HTTPSC_OK) {
        return reading->error->code;
    }
    if (!hc_der_same(oid.content, hc_cursor_over(rsa, sizeof rsa)) &&
        !hc_der_same(oid.content, hc_cursor_over(ec, sizeof ec))) {
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_FORM, decode_key_algorithm_name(oid.content));
    }
    if (!hc_der_take(&octets.content, HC_DER_SEQUENCE, &inner) ||
        hc_cursor_left(&octets.content) > 0) {
        return decode_key_malformed(reading, "no key in its PrivateKeyInfo");
    }
    if (hc_cursor_left(&oid.content) == sizeof ec) {
        return decode_key_curve(reading, algorithm.content) == HTTPSC_OK
                   ? decode_key_ec(reading, inner.content)
                   : reading->error->code;
    }
    return hc_der_same(algorithm.content, hc_cursor_over(null_element, sizeof null_element))
               ? decode_key_rsa(reading, inner.content)
               : decode_key_malformed(reading, "parameters with rsaEncryption");
}

HC_FN int hc_private_key_decode(const hc_key_reading *reading, hc_cursor der)
{
    hc_der outer;
    hc_cursor second;
    hc_der version;

    if (!hc_der_take(&der, HC_DER_SEQUENCE, &outer) || hc_cursor_left(&der) > 0) {
        return decode_key_malformed(reading, "not one whole DER SEQUENCE");
    }
    second = outer.content;
    if (!hc_der_take(&second, HC_DER_INTEGER, &version)) {
        return decode_key_malformed(reading, "no form of a private key");
    }
    switch (hc_peek(&second)) {
    case HC_DER_SEQUENCE:
        return decode_key_pkcs8(reading, outer.content);
    case HC_DER_OCTET_STRING:
        return decode_key_ec(reading, outer.content);
    default:
        return decode_key_rsa(reading, outer.content);
    }
}
