#include "key_exchange.h"
#include "../base/memory.h"

/* A candidate out of range is as rare as 2^-32, or the random source is broken. */
#define KEY_EXCHANGE_TRIES_MAX 16

static const unsigned char key_exchange_base_u[HC_X25519_LEN] = {9};

static hc_curve key_exchange_curve(hc_group group)
{
    return (hc_curve)(int)group; /* the same numbers; the curve's functions refuse X25519 */
}

HC_FN size_t hc_group_secret_len(hc_group group)
{
    return group == HC_GROUP_X25519 ? HC_X25519_LEN : hc_ec_scalar_len(key_exchange_curve(group));
}

HC_FN size_t hc_group_public_len(hc_group group)
{
    size_t secret_len = hc_group_secret_len(group);

    return group == HC_GROUP_X25519 || secret_len == 0 ? secret_len : 2 * secret_len + 1;
}

/* RFC 7748, 5: out = scalar * u. BearSSL clamps the scalar. */
static int key_exchange_x25519(int takes_big_endian, const unsigned char scalar[HC_X25519_LEN],
                               const unsigned char u[HC_X25519_LEN],
                               unsigned char out[HC_X25519_LEN])
{
    unsigned char ordered[HC_X25519_LEN];
    uint32_t done;

    for (size_t i = 0; i < sizeof ordered; i++) {
        ordered[i] = scalar[takes_big_endian ? sizeof ordered - 1 - i : i];
    }
    memcpy(out, u, HC_X25519_LEN);
    done = hc_ec_impl(BR_EC_curve25519)->mul(out, HC_X25519_LEN, ordered, sizeof ordered,
                                             BR_EC_curve25519);
    hc_wipe(ordered, sizeof ordered);
    return done == 1;
}

HC_FN int hc_x25519_probe(int *takes_big_endian)
{
    /* Alice's keys of RFC 7748, 6.1 */
    static const unsigned char scalar[HC_X25519_LEN] = {
        0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2, 0x66,
        0x45, 0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9,
        0x2c, 0x2a};
    static const unsigned char expected[HC_X25519_LEN] = {
        0x85, 0x20, 0xf0, 0x09, 0x89, 0x30, 0xa7, 0x54, 0x74, 0x8b, 0x7d, 0xdc, 0xb4, 0x3e, 0xf7,
        0x5a, 0x0d, 0xbf, 0x3a, 0x0d, 0x26, 0x38, 0x1a, 0xf4, 0xeb, 0xa4, 0xa9, 0x8e, 0xaa, 0x9b,
        0x4e, 0x6a};
    unsigned char out[HC_X25519_LEN];

    for (int order = 0; order < 2; order++) {
        if (key_exchange_x25519(order, scalar, key_exchange_base_u, out) &&
            memcmp(out, expected, sizeof out) == 0) {
            *takes_big_endian = order;
            return 1;
        }
    }
    return 0;
}

HC_FN int hc_key_share_from_secret(hc_key_share *share, const hc_crypto *crypto, hc_group group,
                                   const unsigned char *secret)
{
    int done;

    memset(share, 0, sizeof *share);
    share->group = group;
    share->secret_len = hc_group_secret_len(group);
    share->public_len = hc_group_public_len(group);
    memcpy(share->secret, secret, share->secret_len);
    if (group == HC_GROUP_X25519) {
        done = key_exchange_x25519(crypto->x25519_takes_big_endian, share->secret,
                                   key_exchange_base_u, share->public_bytes);
    } else {
        done = hc_ec_multiply_generator(key_exchange_curve(group), share->secret,
                                        share->public_bytes);
    }
    if (!done) {
        hc_wipe(share, sizeof *share);
    }
    return done;
}

HC_FN int hc_key_share_generate(hc_key_share *share, const hc_crypto *crypto, hc_group group,
                                hc_random *random)
{
    unsigned char secret[HC_EC_SCALAR_MAX];
    size_t len = hc_group_secret_len(group);
    int done = 0;

    memset(share, 0, sizeof *share);
    for (int i = 0; i < KEY_EXCHANGE_TRIES_MAX && !done; i++) {
        if (!hc_random_bytes(random, secret, len)) {
            break;
        }
        if (group == HC_GROUP_P521) {
            secret[0] &= 0x01; /* 521 bits; the other orders fill their bytes */
        }
        /* a candidate out of range is thrown away, never reduced: that would favour small ones */
        done = hc_key_share_from_secret(share, crypto, group, secret);
    }
    hc_wipe(secret, sizeof secret);
    return done;
}

/* 1 when a byte is not zero, without a branch on which. */
static int key_exchange_is_nonzero(const unsigned char *bytes, size_t len)
{
    unsigned sum = 0;

    for (size_t i = 0; i < len; i++) {
        sum |= bytes[i];
    }
    sum = (0u - sum) >> 8 & 1; /* what else is in it stays a secret */
    HC_DECLASSIFY(&sum, sizeof sum);
    return (int)sum;
}

HC_FN int hc_key_share_derive(const hc_key_share *share, const hc_crypto *crypto,
                              const unsigned char *peer, size_t peer_len,
                              unsigned char out[HC_EC_SCALAR_MAX])
{
    int done;

    if (share->group == HC_GROUP_X25519) {
        done = peer_len == HC_X25519_LEN &&
               key_exchange_x25519(crypto->x25519_takes_big_endian, share->secret, peer, out) &&
               key_exchange_is_nonzero(out, HC_X25519_LEN);
    } else {
        done = hc_ec_multiply(key_exchange_curve(share->group), peer, peer_len, share->secret, out);
    }
    if (!done) {
        hc_wipe(out, share->secret_len);
    }
    return done;
}
