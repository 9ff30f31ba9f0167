/* The AEADs and CBC: vectors, and that nothing comes out that was not authenticated. */
#include "unit.h"
#include "crypto_bytes.h"

static const hc_aead_id all_aeads[] = {HC_AEAD_AES_128_GCM, HC_AEAD_AES_256_GCM,
                                       HC_AEAD_CHACHA20_POLY1305};

/* What this machine has, or what every machine has. */
static hc_crypto crypto_of(int portable)
{
    hc_crypto crypto;

    CHECK(hc_crypto_init(&crypto));
    if (portable) {
        crypto.aes_ctr = &br_aes_ct_ctr_vtable;
        crypto.ghash = br_ghash_ctmul32;
        crypto.chacha20 = br_chacha20_ct_run;
        crypto.poly1305 = br_poly1305_ctmul_run;
    }
    return crypto;
}

/* NIST's GCM cases 4 and 16 (McGrew and Viega), and RFC 8439, 2.8.2. */
static const struct {
    hc_aead_id id;
    const char *key;
    const char *nonce;
    const char *aad;
    const char *plaintext;
    const char *ciphertext;
    const char *tag;
} vectors[] = {
    {HC_AEAD_AES_128_GCM, "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e24"
     "49a6b525b16aedf5aa0de657ba637b39",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5a"
     "ac84aa051ba30b396a0aac973d58e091",
     "5bc94fbc3221a5db94fae95ae7121a47"},
    {HC_AEAD_AES_256_GCM, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
     "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e24"
     "49a6b525b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10"
     "56828838c5f61e6393ba7a0abcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
    {HC_AEAD_CHACHA20_POLY1305, "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
     "070000004041424344454647", "50515253c0c1c2c3c4c5c6c7",
     "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966"
     "204920636f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f72207468652066757475"
     "72652c2073756e73637265656e20776f756c642062652069742e",
     "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69"
     "da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad67594"
     "5585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116",
     "1ae10b594f09e26a7e902ecbd0600691"},
};

static void aead_vectors(void)
{
    for (int portable = 0; portable < 2; portable++) {
        hc_crypto crypto = crypto_of(portable);

        for (size_t i = 0; i < HC_ARRAY_LEN(vectors); i++) {
            unsigned char bytes[128];
            unsigned char tag[HC_AEAD_TAG_LEN];
            hc_cursor nonce;
            hc_cursor aad;
            hc_cursor plaintext;
            hc_cursor ciphertext;
            size_t len;
            hc_aead aead;

            bytes_reset();
            nonce = hex(vectors[i].nonce);
            aad = hex(vectors[i].aad);
            plaintext = hex(vectors[i].plaintext);
            ciphertext = hex(vectors[i].ciphertext);
            len = hc_cursor_left(&plaintext);
            CHECK_INT(strlen(vectors[i].key) / 2, hc_aead_key_len(vectors[i].id));
            hc_aead_init(&aead, &crypto, vectors[i].id, hex(vectors[i].key).at);
            memcpy(bytes, plaintext.at, len);
            hc_aead_seal(&aead, nonce.at, aad.at, hc_cursor_left(&aad), bytes, len, tag);
            CHECK(same(ciphertext, bytes, len));
            CHECK(same(hex(vectors[i].tag), tag, sizeof tag));
            CHECK(hc_aead_open(&aead, nonce.at, aad.at, hc_cursor_left(&aad), bytes, len, tag));
            CHECK(same(plaintext, bytes, len));
        }
    }
}

/* Seals, bends one thing, and opens: refused, and every byte is gone. */
static void refused(const hc_aead *aead, size_t len, unsigned bend_tag, unsigned bend_aad,
                    unsigned bend_nonce, unsigned bend_byte)
{
    unsigned char *bytes = malloc(len + HC_AEAD_TAG_LEN); /* the sanitizer watches its ends */
    unsigned char nonce[HC_AEAD_NONCE_LEN] = {9};
    unsigned char aad[13] = {5};
    unsigned char zeros[64] = {0};

    if (bytes == NULL || len > sizeof zeros) {
        CHECK(0);
        free(bytes);
        return;
    }
    memset(bytes, 0x42, len);
    hc_aead_seal(aead, nonce, aad, sizeof aad, bytes, len, bytes + len);
    bytes[len + (bend_tag >> 8)] ^= (unsigned char)bend_tag;
    aad[bend_aad >> 8] ^= (unsigned char)bend_aad;
    nonce[bend_nonce >> 8] ^= (unsigned char)bend_nonce;
    bytes[bend_byte >> 8] ^= (unsigned char)bend_byte;
    CHECK(!hc_aead_open(aead, nonce, aad, sizeof aad, bytes, len, bytes + len));
    CHECK(memcmp(bytes, zeros, len) == 0);
    free(bytes);
}

static void aead_refusals(void)
{
    hc_crypto crypto = crypto_of(0);

    for (size_t i = 0; i < HC_ARRAY_LEN(all_aeads); i++) {
        unsigned char key[HC_AEAD_KEY_MAX] = {1, 2, 3};
        hc_aead aead;

        hc_aead_init(&aead, &crypto, all_aeads[i], key);
        for (unsigned at = 0; at < HC_AEAD_TAG_LEN; at++) {
            refused(&aead, 33, at << 8 | 0x01, 0, 0, 0);
            refused(&aead, 33, at << 8 | 0x80, 0, 0, 0);
            refused(&aead, 0, at << 8 | 0x10, 0, 0, 0);
        }
        for (unsigned at = 0; at < 33; at++) {
            refused(&aead, 33, 0, 0, 0, at << 8 | 0x04);
        }
        for (unsigned at = 0; at < HC_AEAD_NONCE_LEN; at++) {
            refused(&aead, 33, 0, at << 8 | 0x20, 0, 0);
            refused(&aead, 33, 0, 0, at << 8 | 0x02, 0);
        }
    }
}

/* Every length round a few blocks, in memory of exactly that length; and the portable code opens
 * what the machine's own sealed. */
static void aead_lengths(void)
{
    hc_crypto machine = crypto_of(0);
    hc_crypto portable = crypto_of(1);

    for (size_t i = 0; i < HC_ARRAY_LEN(all_aeads); i++) {
        unsigned char key[HC_AEAD_KEY_MAX] = {7, 7, 1};
        unsigned char nonce[HC_AEAD_NONCE_LEN] = {3};
        hc_aead sealer;
        hc_aead moved;
        hc_aead opener;

        hc_aead_init(&moved, &machine, all_aeads[i], key);
        hc_aead_init(&opener, &portable, all_aeads[i], key);
        sealer = moved; /* a key does not depend on where it lies */
        memset(&moved, 0, sizeof moved);
        for (size_t len = 0; len <= 130; len++) {
            unsigned char *bytes = malloc(len + 1);
            unsigned char tag[HC_AEAD_TAG_LEN];

            if (bytes == NULL) {
                CHECK(0);
                return;
            }
            memset(bytes + 1, (int)len, len);
            hc_aead_seal(&sealer, nonce, key, len % 32, bytes + 1, len, tag);
            CHECK(len < 16 || bytes[1] != len || bytes[2] != len);
            CHECK(hc_aead_open(&opener, nonce, key, len % 32, bytes + 1, len, tag));
            for (size_t at = 1; at <= len; at++) {
                CHECK_INT(bytes[at], len);
            }
            free(bytes);
        }
        CHECK(hc_aead_key_len(all_aeads[i]) <= HC_AEAD_KEY_MAX);
    }
}

static const char key_file_text[] = "The plaintext of a key file";

/* Made by openssl enc: the key counts up from 00, the IV from F0. */
static const struct {
    hc_cbc_id id;
    const char *ciphertext;
} cbc_vectors[] = {
    {HC_CBC_AES_128, "540c63f6fab70f75137cea9df2d9cca4a86e48ee24123ff7cd8913356b5b532b"},
    {HC_CBC_AES_192, "a5b1c39886bb60c2a4fbf27d596bfe6cabf962d74a50c00b165c82c348b9093f"},
    {HC_CBC_AES_256, "2525531e8f2d6be92603fa1e3d6cfdb6a5165f4e1f13ebda6ac0c5f5c1a53437"},
    {HC_CBC_3DES, "8b5f3fc4963e50fe5582973d8bd85cf1e7b6261c558db7e5479dd16fd17d909c"},
};

static int cbc_decrypt(size_t vector, int wrong_key, hc_cursor ciphertext, unsigned char *out,
                       size_t *out_len)
{
    unsigned char key[HC_CBC_KEY_MAX];
    unsigned char iv[HC_CBC_IV_MAX];

    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (unsigned char)i;
        iv[i % 16] = (unsigned char)(0xF0 + i % 16);
    }
    key[5] ^= wrong_key ? 0x10 : 0;
    *out_len = hc_cursor_left(&ciphertext);
    memcpy(out, ciphertext.at, *out_len);
    return hc_cbc_decrypt(cbc_vectors[vector].id, key, iv, out, out_len);
}

static void cbc_of_openssl(void)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(cbc_vectors); i++) {
        hc_cursor ciphertext;
        unsigned char out[64];
        unsigned char zeros[64] = {0};
        size_t len;

        bytes_reset();
        ciphertext = hex(cbc_vectors[i].ciphertext);
        CHECK(cbc_decrypt(i, 0, ciphertext, out, &len));
        CHECK(same(text_bytes(key_file_text), out, len));
        CHECK(!cbc_decrypt(i, 1, ciphertext, out, &len));
        CHECK_INT(len, 0);
        CHECK(memcmp(out, zeros, 32) == 0);
        for (size_t cut = 0; cut < 32; cut++) {
            if (cut % hc_cbc_iv_len(cbc_vectors[i].id) != 0 || cut == 0) {
                CHECK(!cbc_decrypt(i, 0, head(ciphertext, cut), out, &len));
                CHECK_INT(len, 0);
            }
        }
    }
}

/* The last plaintext byte becomes what we want by a change in the block before it. */
static void cbc_padding(void)
{
    unsigned char out[32];
    hc_cursor ciphertext;
    size_t len;

    bytes_reset();
    ciphertext = hex(cbc_vectors[0].ciphertext);
    /* 5 bytes of 05 are there */
    for (unsigned last = 0; last < 0x100; last++) {
        CHECK_INT(cbc_decrypt(0, 0, flip(ciphertext, 15, 0x05 ^ last), out, &len),
                  last == 0x05 || last == 0x01);
        if (last == 0x01) {
            CHECK_INT(len, 31);
        }
    }
    CHECK(!cbc_decrypt(0, 0, flip(ciphertext, 11, 0x01), out, &len));
    CHECK(cbc_decrypt(0, 0, flip(ciphertext, 10, 0x01), out, &len));
    CHECK_INT(len, 27);
}

/* Two blocks that end in padding of one byte more than a block, as openssl enc -nopad made them. */
static void cbc_padding_over_block(void)
{
    unsigned char out[32];
    size_t len;

    bytes_reset();
    CHECK(!cbc_decrypt(0, 0,
                       hex("fcf6a5a342707f8087acd2bc9979968923e32107af09d95b77749fe25c234ad6"), out,
                       &len));
    CHECK(!cbc_decrypt(3, 0, hex("2c82fd85de77519de4f1c5c1ffcd46aa"), out, &len));
}

UNIT_MAIN(UNIT(aead_vectors), UNIT(aead_refusals), UNIT(aead_lengths), UNIT(cbc_of_openssl),
          UNIT(cbc_padding), UNIT(cbc_padding_over_block))
