/* Ciphers: AEADs for records, CBC for key files. */
#ifndef HC_CIPHER_H
#define HC_CIPHER_H

#include "crypto.h"

typedef enum hc_aead_id {
    HC_AEAD_AES_128_GCM = 1,
    HC_AEAD_AES_256_GCM,
    HC_AEAD_CHACHA20_POLY1305
} hc_aead_id;

#define HC_AEAD_KEY_MAX 32
#define HC_AEAD_NONCE_LEN 12
#define HC_AEAD_TAG_LEN 16

/* One key, ready for use. Copying the struct copies the key; wiped with hc_wipe. */
typedef struct hc_aead {
    const hc_crypto *crypto; /* borrowed */
    hc_aead_id id;
    union {
        struct {
            br_aes_gen_ctr_keys ctr;
            br_gcm_context gcm; /* with its hash key, and nothing of a record yet */
        } aes;
        unsigned char chacha20[32];
    } key;
} hc_aead;

/* Bytes of a key: 16 or 32. */
HC_FN size_t hc_aead_key_len(hc_aead_id id);

/* Takes a key of that length. crypto is borrowed as long as the AEAD is used. */
HC_FN void hc_aead_init(hc_aead *aead, const hc_crypto *crypto, hc_aead_id id,
                        const unsigned char *key);

/*
 * Encrypts in place and makes the tag (RFC 5116, 2.1). A nonce serves once under a key: that is
 * the caller's duty.
 *     aad          authenticated, not encrypted; may be NULL when its length is 0
 *     bytes        the plaintext, and afterwards the ciphertext
 *     tag          where the tag goes; may lie right behind bytes
 */
HC_FN void hc_aead_seal(const hc_aead *aead, const unsigned char nonce[HC_AEAD_NONCE_LEN],
                        const void *aad, size_t aad_len, unsigned char *bytes, size_t len,
                        unsigned char tag[HC_AEAD_TAG_LEN]);

/* Decrypts in place. 1 when the tag is right; otherwise 0, and the bytes are zeroed, so that
 * nobody can read what was not authenticated. The tag's comparison is constant-time. */
HC_FN int hc_aead_open(const hc_aead *aead, const unsigned char nonce[HC_AEAD_NONCE_LEN],
                       const void *aad, size_t aad_len, unsigned char *bytes, size_t len,
                       const unsigned char tag[HC_AEAD_TAG_LEN]);

/* Block ciphers in CBC mode, as old and encrypted key files have them. */
typedef enum hc_cbc_id {
    HC_CBC_AES_128 = 1,
    HC_CBC_AES_192,
    HC_CBC_AES_256,
    HC_CBC_3DES /* three keys: DES-EDE3 */
} hc_cbc_id;

#define HC_CBC_KEY_MAX 32
#define HC_CBC_IV_MAX 16

/* Bytes of a key, and of an IV, which is one block. */
HC_FN size_t hc_cbc_key_len(hc_cbc_id id);
HC_FN size_t hc_cbc_iv_len(hc_cbc_id id);

/*
 * Decrypts in place and takes the padding off (RFC 8018, 6.1.1; 6.2.2). *len is the length of the
 * ciphertext, and afterwards of the plaintext. 0, and the bytes are zeroed, for a length that is
 * zero or no whole number of blocks, and for padding that is none: a wrong key, most likely. This
 * is for a file that its owner brings, not for a network: the time tells how the padding was.
 */
HC_FN int hc_cbc_decrypt(hc_cbc_id id, const unsigned char *key, const unsigned char *iv,
                         unsigned char *bytes, size_t *len);

#endif
