#include "crypto.h"
#include "../base/memory.h"
#include "ec.h"
#include "key_exchange.h"

static void crypto_find_aes(hc_crypto *crypto)
{
    crypto->aes_ctr = br_aes_x86ni_ctr_get_vtable();
    if (crypto->aes_ctr == NULL) {
        crypto->aes_ctr = br_aes_pwr8_ctr_get_vtable();
    }
    crypto->ghash = br_ghash_pclmul_get();
    if (crypto->ghash == 0) {
        crypto->ghash = br_ghash_pwr8_get();
    }
    crypto->has_hardware_aes = crypto->aes_ctr != NULL && crypto->ghash != 0;
    if (crypto->aes_ctr == NULL) {
        crypto->aes_ctr =
            sizeof(void *) >= 8 ? &br_aes_ct64_ctr_vtable : &br_aes_ct_ctr_vtable;
    }
    if (crypto->ghash == 0) {
#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
        crypto->ghash = br_ghash_ctmul32;
#else
        crypto->ghash = sizeof(void *) >= 8 ? br_ghash_ctmul64 : br_ghash_ctmul;
#endif
    }
}

static void crypto_find_chacha20(hc_crypto *crypto)
{
    crypto->chacha20 = br_chacha20_sse2_get();
    if (crypto->chacha20 == 0) {
        crypto->chacha20 = br_chacha20_ct_run;
    }
    crypto->poly1305 = br_poly1305_ctmulq_get();
    if (crypto->poly1305 == 0) {
#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
        crypto->poly1305 = br_poly1305_ctmul32_run;
#else
        crypto->poly1305 = br_poly1305_ctmul_run;
#endif
    }
}

HC_FN int hc_crypto_init(hc_crypto *crypto)
{
    memset(crypto, 0, sizeof *crypto);
    crypto_find_aes(crypto);
    crypto_find_chacha20(crypto);
    crypto->ec_name = hc_ec_name();
    return hc_x25519_probe(&crypto->x25519_takes_big_endian);
}

HC_FN int hc_secret_equal(const void *a, const void *b, size_t len)
{
    const volatile unsigned char *left = a;
    const volatile unsigned char *right = b;
    unsigned difference = 0;

    for (size_t i = 0; i < len; i++) {
        difference |= (unsigned)(left[i] ^ right[i]);
    }
    difference = (0u - difference) >> 8 & 1; /* whether, and not where */
    HC_DECLASSIFY(&difference, sizeof difference);
    return difference == 0;
}
