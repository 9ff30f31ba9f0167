#include "private_key.h"

HC_FN hc_key_result hc_private_key_check(const hc_private_key *key, hc_public_key *public_key,
                                         unsigned char point[HC_EC_POINT_MAX])
{
    size_t scalar_len = hc_ec_scalar_len(key->curve);
    hc_key_result result;

    if (key->kind == HC_KEY_RSA) {
        result = hc_rsa_public_half(key, public_key);
        if (result == HC_KEY_OK && !hc_rsa_private_is_valid(key)) {
            result = HC_KEY_MALFORMED;
        }
        return result;
    }
    memset(public_key, 0, sizeof *public_key);
    if (key->kind != HC_KEY_EC || scalar_len == 0) {
        return HC_KEY_UNSUPPORTED;
    }
    if (hc_cursor_left(&key->scalar) != scalar_len ||
        !hc_ec_multiply_generator(key->curve, key->scalar.at, point)) {
        return HC_KEY_MALFORMED;
    }
    public_key->kind = HC_KEY_EC;
    public_key->curve = key->curve;
    public_key->point = hc_cursor_over(point, 2 * scalar_len + 1);
    public_key->bits = hc_ec_bits(key->curve);
    return HC_KEY_OK;
}

HC_FN int hc_public_key_same(const hc_public_key *a, const hc_public_key *b)
{
    if (a->kind != b->kind) {
        return 0;
    }
    if (a->kind == HC_KEY_EC) {
        return a->curve == b->curve && hc_der_same(a->point, b->point);
    }
    return a->kind == HC_KEY_RSA && hc_der_same(a->modulus, b->modulus) &&
           hc_der_same(a->exponent, b->exponent);
}
