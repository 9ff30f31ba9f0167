#include "public_key.h"
#include "ec.h"
#include "rsa.h"

/* RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER } (RFC 8017, A.1.1) */
static hc_key_result public_key_parse_rsa(hc_public_key *key, hc_cursor bits)
{
    hc_der sequence;

    if (!hc_der_take(&bits, HC_DER_SEQUENCE, &sequence) || hc_cursor_left(&bits) != 0 ||
        !hc_der_take_positive(&sequence.content, &key->modulus) ||
        !hc_der_take_positive(&sequence.content, &key->exponent) ||
        hc_cursor_left(&sequence.content) != 0) {
        return HC_KEY_MALFORMED;
    }
    key->kind = HC_KEY_RSA;
    return hc_rsa_check(key->modulus, key->exponent, &key->bits);
}

HC_FN hc_key_result hc_curve_parse(hc_cursor parameters, hc_curve *out)
{
    static const unsigned char p256[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
    static const unsigned char p384[] = {0x2B, 0x81, 0x04, 0x00, 0x22};
    static const unsigned char p521[] = {0x2B, 0x81, 0x04, 0x00, 0x23};
    hc_der element;

    if (!hc_der_next(&parameters, &element) || hc_cursor_left(&parameters) != 0) {
        return HC_KEY_MALFORMED;
    }
    if (element.tag != HC_DER_OID) {
        return HC_KEY_UNSUPPORTED;
    }
    if (hc_der_same(element.content, hc_cursor_over(p256, sizeof p256))) {
        *out = HC_CURVE_P256;
    } else if (hc_der_same(element.content, hc_cursor_over(p384, sizeof p384))) {
        *out = HC_CURVE_P384;
    } else if (hc_der_same(element.content, hc_cursor_over(p521, sizeof p521))) {
        *out = HC_CURVE_P521;
    } else {
        return HC_KEY_UNSUPPORTED;
    }
    return HC_KEY_OK;
}

static hc_key_result public_key_parse_ec(hc_public_key *key, hc_cursor parameters, hc_cursor bits)
{
    hc_key_result result = hc_curve_parse(parameters, &key->curve);

    if (result != HC_KEY_OK) {
        return result;
    }
    /* compressed and hybrid points are known to X9.62, and carried by nobody here */
    if (hc_peek(&bits) == 2 || hc_peek(&bits) == 3 || hc_peek(&bits) == 6 || hc_peek(&bits) == 7) {
        return HC_KEY_UNSUPPORTED;
    }
    if (!hc_ec_point_is_valid(key->curve, bits.at, hc_cursor_left(&bits))) {
        return HC_KEY_MALFORMED;
    }
    key->kind = HC_KEY_EC;
    key->point = bits;
    key->bits = hc_ec_bits(key->curve);
    return HC_KEY_OK;
}

HC_FN hc_key_result hc_public_key_parse(hc_public_key *out, hc_cursor spki)
{
    static const unsigned char rsa[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
    static const unsigned char ec[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
    static const unsigned char null_element[] = {0x05, 0x00};
    hc_public_key key;
    hc_key_result result = HC_KEY_UNSUPPORTED;
    hc_der sequence;
    hc_der algorithm;
    hc_der oid;
    hc_der bit_string;

    memset(out, 0, sizeof *out);
    memset(&key, 0, sizeof key);
    if (!hc_der_take(&spki, HC_DER_SEQUENCE, &sequence) || hc_cursor_left(&spki) != 0 ||
        !hc_der_take(&sequence.content, HC_DER_SEQUENCE, &algorithm) ||
        !hc_der_take(&sequence.content, HC_DER_BIT_STRING, &bit_string) ||
        hc_cursor_left(&sequence.content) != 0 ||
        !hc_der_take(&algorithm.content, HC_DER_OID, &oid) ||
        !hc_take_char(&bit_string.content, '\0')) { /* unused bits: none */
        return HC_KEY_MALFORMED;
    }
    if (hc_der_same(oid.content, hc_cursor_over(rsa, sizeof rsa))) {
        if (!hc_der_same(algorithm.content, hc_cursor_over(null_element, sizeof null_element))) {
            return HC_KEY_MALFORMED;
        }
        result = public_key_parse_rsa(&key, bit_string.content);
    } else if (hc_der_same(oid.content, hc_cursor_over(ec, sizeof ec))) {
        result = public_key_parse_ec(&key, algorithm.content, bit_string.content);
    }
    if (result == HC_KEY_OK) {
        *out = key;
    }
    return result;
}
