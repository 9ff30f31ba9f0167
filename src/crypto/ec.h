/* Elliptic curves: what is checked before BearSSL sees a point or a number. */
#ifndef HC_EC_H
#define HC_EC_H

#include "public_key.h"

#define HC_EC_SCALAR_MAX 66 /* bytes of a number below the order of P-521 */
#define HC_EC_POINT_MAX 133 /* bytes of an uncompressed point of P-521 */

/* Bits of the curve's field; 0 for what is none of the enumeration. */
HC_FN size_t hc_ec_bits(hc_curve curve);

/* Bytes of a number below the curve's order, which is also that of a coordinate; an uncompressed
 * point has twice as many and one. 0 for what is none of the enumeration. */
HC_FN size_t hc_ec_scalar_len(hc_curve curve);

/* 1 when the bytes are an uncompressed point (SEC 1, 2.3.3) of that curve: the right length, both
 * coordinates below the field's prime, on the curve. The curves have cofactor 1, so there is no
 * other subgroup to look for. point may be NULL when the length is 0. */
HC_FN int hc_ec_point_is_valid(hc_curve curve, const unsigned char *point, size_t point_len);

/* BearSSL's code for a curve (BR_EC_...; X25519 too), and what it is called: "m31", "m15", "small
 * i31" or "small i15", or "default" where the library is new enough to choose. */
HC_FN const br_ec_impl *hc_ec_impl(int curve);
HC_FN const char *hc_ec_name(void);

/* 1 when a private key, big-endian and as long as hc_ec_scalar_len says, is from 1 to n-1. The time
 * does not tell which it is. 0 for an unknown curve. */
HC_FACE int hc_ec_scalar_is_valid(hc_curve curve, const unsigned char *scalar);

/* The public point of a private key: 2 * hc_ec_scalar_len + 1 bytes. 0, and nothing is written, for
 * a scalar that is out of range, or an unknown curve. */
HC_FN int hc_ec_multiply_generator(hc_curve curve, const unsigned char *scalar,
                                   unsigned char out[HC_EC_POINT_MAX]);

/* The x coordinate of scalar * point, hc_ec_scalar_len bytes: the ECDH secret. 0, and nothing is
 * written, for a point that hc_ec_point_is_valid would refuse, and a scalar out of range. */
HC_FN int hc_ec_multiply(hc_curve curve, const unsigned char *point, size_t point_len,
                         const unsigned char *scalar, unsigned char out[HC_EC_SCALAR_MAX]);

#endif
