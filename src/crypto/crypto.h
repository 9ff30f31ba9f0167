/* What this machine and this BearSSL can do; found out once, then passed along. */
#ifndef HC_CRYPTO_H
#define HC_CRYPTO_H

#include "bearssl.h"

/* Read-only after hc_crypto_init, so that any number of threads may share it. */
typedef struct hc_crypto {
    int has_hardware_aes;               /* AES-GCM is faster than ChaCha20-Poly1305 */
    int x25519_takes_big_endian;        /* BearSSL turned its scalars round after 0.6 */
    const char *ec_name;                /* of the P-256 code in use: "m31", "m15" or "default" */
    const br_block_ctr_class *aes_ctr;
    br_ghash ghash;
    br_chacha20_run chacha20;
    br_poly1305_run poly1305;
} hc_crypto;

/* Looks at the CPU, and at which byte order X25519 takes (one multiplication). 0 when X25519 gives
 * the answer of neither order: then that BearSSL is broken, and nothing may be done with it. */
HC_FN int hc_crypto_init(hc_crypto *crypto);

/* 1 when the bytes are the same, in a time that tells the length alone. */
HC_FN int hc_secret_equal(const void *a, const void *b, size_t len);

#endif
