/* HMAC_DRBG with SHA-256 (NIST SP 800-90A), seeded by bytes that the caller brings. */
#ifndef HC_RANDOM_H
#define HC_RANDOM_H

#include "bearssl.h"

#define HC_RANDOM_SEED_MIN 32 /* bytes of full entropy */

/* Zeroed it is unseeded, and gives nothing. Wiped with hc_wipe. */
typedef struct hc_random {
    br_hmac_drbg_context drbg;
    int seeded;
} hc_random;

/* Begins anew from a seed. 0, and unseeded, when it is shorter than HC_RANDOM_SEED_MIN. */
HC_FN int hc_random_init(hc_random *random, const void *seed, size_t seed_len);

/* Mixes more in; what was there is not lost. 0 when unseeded: mixing is not seeding. */
HC_FACE int hc_random_mix(hc_random *random, const void *bytes, size_t len);

/* Fills out. 0 when unseeded, and then out is zeroed: the caller stops. */
HC_FN int hc_random_bytes(hc_random *random, void *out, size_t len);

#endif
