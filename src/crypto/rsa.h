/* RSA: what is checked before BearSSL sees a key. */
#ifndef HC_RSA_H
#define HC_RSA_H

#include "public_key.h"

#define HC_RSA_BITS_MIN 2048
#define HC_RSA_BITS_MAX 4096
#define HC_RSA_LEN_MAX (HC_RSA_BITS_MAX / 8)

/* Looks at a modulus and an exponent, big-endian without leading zeros. *bits is the length of the
 * modulus, whatever the result. HC_KEY_WEAK for sizes and exponents out of range, HC_KEY_MALFORMED
 * for leading zeros and an even modulus. */
HC_FN hc_key_result hc_rsa_check(hc_cursor modulus, hc_cursor exponent, size_t *bits);

/* RSAVP1 (RFC 8017, 5.2.2) of a signature that is as long as the modulus and below it. Returns the
 * length of what comes out, which is the modulus's; 0 for a key or a signature that is refused. */
HC_FN size_t hc_rsa_apply_public(const hc_public_key *key, hc_cursor signature,
                                 unsigned char out[HC_RSA_LEN_MAX]);

#endif
