#include "cipher.h"
#include "../base/memory.h"

HC_FN size_t hc_aead_key_len(hc_aead_id id)
{
    return id == HC_AEAD_AES_128_GCM ? 16 : 32;
}

/* BearSSL's pointer is not to a const key, but it only reads. */
static const br_block_ctr_class **cipher_ctr(const hc_aead *aead)
{
    return (const br_block_ctr_class **)&aead->key.aes.ctr.vtable;
}

HC_FN void hc_aead_init(hc_aead *aead, const hc_crypto *crypto, hc_aead_id id,
                        const unsigned char *key)
{
    memset(aead, 0, sizeof *aead);
    aead->crypto = crypto;
    aead->id = id;
    if (HC_HAS_CHACHA20 && id == HC_AEAD_CHACHA20_POLY1305) {
        memcpy(aead->key.chacha20, key, sizeof aead->key.chacha20);
    } else {
        crypto->aes_ctr->init(&aead->key.aes.ctr.vtable, key, hc_aead_key_len(id));
        br_gcm_init(&aead->key.aes.gcm, cipher_ctr(aead), crypto->ghash);
    }
}

/* Either direction; the tag is that of the ciphertext. */
static void cipher_run(const hc_aead *aead, int encrypt, const unsigned char *nonce,
                       const void *aad, size_t aad_len, unsigned char *bytes, size_t len,
                       unsigned char tag[HC_AEAD_TAG_LEN])
{
    br_gcm_context gcm;

    if (HC_HAS_CHACHA20 && aead->id == HC_AEAD_CHACHA20_POLY1305) {
        aead->crypto->poly1305(aead->key.chacha20, nonce, bytes, len, aad, aad_len, tag,
                               aead->crypto->chacha20, encrypt);
        return;
    }
    gcm = aead->key.aes.gcm;
    gcm.bctx = cipher_ctr(aead); /* the AEAD may have been copied since */
    br_gcm_reset(&gcm, nonce, HC_AEAD_NONCE_LEN);
    if (aad_len > 0) {
        br_gcm_aad_inject(&gcm, aad, aad_len);
    }
    br_gcm_flip(&gcm);
    if (len > 0) {
        br_gcm_run(&gcm, encrypt, bytes, len);
    }
    br_gcm_get_tag(&gcm, tag);
    hc_wipe(&gcm, sizeof gcm);
}

HC_FN void hc_aead_seal(const hc_aead *aead, const unsigned char nonce[HC_AEAD_NONCE_LEN],
                        const void *aad, size_t aad_len, unsigned char *bytes, size_t len,
                        unsigned char tag[HC_AEAD_TAG_LEN])
{
    cipher_run(aead, 1, nonce, aad, aad_len, bytes, len, tag);
}

HC_FN int hc_aead_open(const hc_aead *aead, const unsigned char nonce[HC_AEAD_NONCE_LEN],
                       const void *aad, size_t aad_len, unsigned char *bytes, size_t len,
                       const unsigned char tag[HC_AEAD_TAG_LEN])
{
    unsigned char expected[HC_AEAD_TAG_LEN];

    cipher_run(aead, 0, nonce, aad, aad_len, bytes, len, expected);
    if (!hc_secret_equal(expected, tag, sizeof expected)) {
        hc_wipe(bytes, len);
        return 0;
    }
    return 1;
}

HC_FN size_t hc_cbc_key_len(hc_cbc_id id)
{
    return id == HC_CBC_AES_128 ? 16 : id == HC_CBC_AES_256 ? 32 : 24;
}

HC_FN size_t hc_cbc_iv_len(hc_cbc_id id)
{
    return id == HC_CBC_3DES ? 8 : 16;
}

/* The bytes of padding at the end of a whole number of blocks; 0 when there is none. */
static size_t cipher_padding(const unsigned char *bytes, size_t len, size_t block_len)
{
    size_t padding_len = bytes[len - 1];

    if (padding_len > block_len) {
        return 0;
    }
    for (size_t i = 1; i <= padding_len; i++) {
        if (bytes[len - i] != padding_len) {
            return 0;
        }
    }
    return padding_len;
}

HC_FN int hc_cbc_decrypt(hc_cbc_id id, const unsigned char *key, const unsigned char *iv,
                         unsigned char *bytes, size_t *len)
{
    size_t block_len = hc_cbc_iv_len(id);
    unsigned char chain[HC_CBC_IV_MAX];
    size_t padding_len = 0;

    memcpy(chain, iv, block_len);
    if (*len > 0 && *len % block_len == 0) {
        if (id == HC_CBC_3DES) {
            br_des_ct_cbcdec_keys des;

            br_des_ct_cbcdec_init(&des, key, hc_cbc_key_len(id));
            br_des_ct_cbcdec_run(&des, chain, bytes, *len);
            hc_wipe(&des, sizeof des);
        } else {
            br_aes_ct_cbcdec_keys aes;

            br_aes_ct_cbcdec_init(&aes, key, hc_cbc_key_len(id));
            br_aes_ct_cbcdec_run(&aes, chain, bytes, *len);
            hc_wipe(&aes, sizeof aes);
        }
        padding_len = cipher_padding(bytes, *len, block_len);
    }
    if (padding_len == 0) {
        hc_wipe(bytes, *len);
        *len = 0;
        return 0;
    }
    *len -= padding_len;
    return 1;
}
