/* HMAC, and the keys that are derived with it. */
#ifndef HC_KDF_H
#define HC_KDF_H

#include "hash.h"

/* The most that a key file may ask for: beyond it, its reader refuses. Fuzzing takes less. */
#ifndef HC_PBKDF2_ITERATIONS_MAX
#define HC_PBKDF2_ITERATIONS_MAX 10000000u
#endif

/* HMAC (RFC 2104) of some bytes. Returns the length of the MAC, which is the hash's. */
HC_FN size_t hc_hmac(hc_hash_id hash, const void *key, size_t key_len, const void *bytes,
                     size_t len, unsigned char out[HC_HASH_MAX]);

/* HKDF-Extract (RFC 5869, 2.2). An empty salt stands for zeros. Returns the length of the
 * pseudorandom key, which is the hash's; out may be ikm. */
HC_FN size_t hc_hkdf_extract(hc_hash_id hash, const void *salt, size_t salt_len, const void *ikm,
                             size_t ikm_len, unsigned char out[HC_HASH_MAX]);

/* HKDF-Expand (RFC 5869, 2.3). 0, and out is zeroed, when more than 255 blocks are asked for. */
HC_FN int hc_hkdf_expand(hc_hash_id hash, const void *prk, size_t prk_len, const void *info,
                         size_t info_len, unsigned char *out, size_t out_len);

/*
 * HKDF-Expand-Label (RFC 8446, 7.1).
 *     secret   as long as the hash
 *     label    without the "tls13 " before it; 1 to 249 characters
 *     context  at most 255 bytes; Derive-Secret is this with a transcript hash here
 * 0, and out is zeroed, when one of them is out of its bounds. out may be secret.
 */
HC_FN int hc_hkdf_expand_label(hc_hash_id hash, const unsigned char *secret, const char *label,
                               const void *context, size_t context_len, unsigned char *out,
                               size_t out_len);

/* PRF of TLS 1.2 (RFC 5246, 5) with SHA-256 or SHA-384. 0, and out is zeroed, for other hashes. */
HC_FN int hc_tls12_prf(hc_hash_id hash, const void *secret, size_t secret_len, const char *label,
                       const void *seed, size_t seed_len, unsigned char *out, size_t out_len);

/* PBKDF2 with HMAC (RFC 8018, 5.2). 0, and out is zeroed, for no iterations. The work is what
 * num_iterations says: see above. */
HC_FN int hc_pbkdf2(hc_hash_id hash, const void *password, size_t password_len, const void *salt,
                    size_t salt_len, uint32_t num_iterations, unsigned char *out, size_t out_len);

#endif
