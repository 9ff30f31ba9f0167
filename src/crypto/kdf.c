#include "kdf.h"
#include "../base/memory.h"

/* A NULL key is an empty one; BearSSL gives what it gets to memcpy. */
static void kdf_set_key(br_hmac_key_context *context, hc_hash_id hash, const void *key, size_t len)
{
    br_hmac_key_init(context, hc_hash_class(hash), key == NULL ? "" : key, len);
}

HC_FN size_t hc_hmac(hc_hash_id hash, const void *key, size_t key_len, const void *bytes,
                     size_t len, unsigned char out[HC_HASH_MAX])
{
    br_hmac_key_context key_context;
    br_hmac_context context;
    size_t out_len;

    kdf_set_key(&key_context, hash, key, key_len);
    br_hmac_init(&context, &key_context, 0);
    if (len > 0) {
        br_hmac_update(&context, bytes, len);
    }
    out_len = br_hmac_out(&context, out);
    hc_wipe(&key_context, sizeof key_context);
    hc_wipe(&context, sizeof context);
    return out_len;
}

HC_FN size_t hc_hkdf_extract(hc_hash_id hash, const void *salt, size_t salt_len, const void *ikm,
                             size_t ikm_len, unsigned char out[HC_HASH_MAX])
{
    return hc_hmac(hash, salt, salt_len, ikm, ikm_len, out);
}

HC_FN int hc_hkdf_expand(hc_hash_id hash, const void *prk, size_t prk_len, const void *info,
                         size_t info_len, unsigned char *out, size_t out_len)
{
    size_t hash_len = hc_hash_len(hash);
    unsigned char block[HC_HASH_MAX];
    unsigned char counter = 0;
    br_hmac_key_context key;
    br_hmac_context context;

    if (out_len > 255 * hash_len) {
        memset(out, 0, out_len);
        return 0;
    }
    kdf_set_key(&key, hash, prk, prk_len);
    while (out_len > 0) {
        size_t take = hc_min(out_len, hash_len);

        br_hmac_init(&context, &key, 0);
        if (counter > 0) {
            br_hmac_update(&context, block, hash_len);
        }
        if (info_len > 0) {
            br_hmac_update(&context, info, info_len);
        }
        counter++;
        br_hmac_update(&context, &counter, 1);
        br_hmac_out(&context, block);
        memcpy(out, block, take);
        out += take;
        out_len -= take;
    }
    hc_wipe(block, sizeof block);
    hc_wipe(&key, sizeof key);
    hc_wipe(&context, sizeof context);
    return 1;
}

HC_FN int hc_hkdf_expand_label(hc_hash_id hash, const unsigned char *secret, const char *label,
                               const void *context, size_t context_len, unsigned char *out,
                               size_t out_len)
{
    static const char prefix[] = {'t', 'l', 's', '1', '3', ' '};
    size_t label_len = strlen(label);
    unsigned char info[2 + 1 + 255 + 1 + 255];
    size_t info_len = 0;

    if (label_len == 0 || label_len > 255 - sizeof prefix || context_len > 255 ||
        out_len > 0xFFFF) {
        memset(out, 0, out_len);
        return 0;
    }
    info[info_len++] = (unsigned char)(out_len >> 8);
    info[info_len++] = (unsigned char)(out_len & 0xFF);
    info[info_len++] = (unsigned char)(sizeof prefix + label_len);
    memcpy(info + info_len, prefix, sizeof prefix);
    info_len += sizeof prefix;
    memcpy(info + info_len, label, label_len);
    info_len += label_len;
    info[info_len++] = (unsigned char)context_len;
    if (context_len > 0) {
        memcpy(info + info_len, context, context_len);
        info_len += context_len;
    }
    return hc_hkdf_expand(hash, secret, hc_hash_len(hash), info, info_len, out, out_len);
}

HC_FN int hc_tls12_prf(hc_hash_id hash, const void *secret, size_t secret_len, const char *label,
                       const void *seed, size_t seed_len, unsigned char *out, size_t out_len)
{
    br_tls_prf_seed_chunk chunk;

    chunk.data = seed;
    chunk.len = seed_len;
    if (hash == HC_HASH_SHA256) {
        br_tls12_sha256_prf(out, out_len, secret, secret_len, label, 1, &chunk);
        return 1;
    }
    if (hash == HC_HASH_SHA384) {
        br_tls12_sha384_prf(out, out_len, secret, secret_len, label, 1, &chunk);
        return 1;
    }
    memset(out, 0, out_len);
    return 0;
}

/* F of RFC 8018, 5.2: one block of the key. */
static void kdf_pbkdf2_block(const br_hmac_key_context *key, const void *salt, size_t salt_len,
                             uint32_t num_iterations, uint32_t index,
                             unsigned char sum[HC_HASH_MAX])
{
    unsigned char big_endian[4];
    unsigned char block[HC_HASH_MAX];
    br_hmac_context context;
    size_t len;

    for (unsigned i = 0; i < 4; i++) {
        big_endian[i] = (unsigned char)(index >> (24 - 8 * i) & 0xFF);
    }
    br_hmac_init(&context, key, 0);
    if (salt_len > 0) {
        br_hmac_update(&context, salt, salt_len);
    }
    br_hmac_update(&context, big_endian, sizeof big_endian);
    len = br_hmac_out(&context, block);
    memcpy(sum, block, len);
    while (--num_iterations > 0) {
        br_hmac_init(&context, key, 0);
        br_hmac_update(&context, block, len);
        br_hmac_out(&context, block);
        for (size_t i = 0; i < len; i++) {
            sum[i] ^= block[i];
        }
    }
    hc_wipe(block, sizeof block);
    hc_wipe(&context, sizeof context);
}

HC_FN int hc_pbkdf2(hc_hash_id hash, const void *password, size_t password_len, const void *salt,
                    size_t salt_len, uint32_t num_iterations, unsigned char *out, size_t out_len)
{
    size_t hash_len = hc_hash_len(hash);
    unsigned char block[HC_HASH_MAX];
    uint32_t index = 0;
    br_hmac_key_context key;

    if (num_iterations == 0) {
        memset(out, 0, out_len);
        return 0;
    }
    kdf_set_key(&key, hash, password, password_len);
    while (out_len > 0) {
        size_t take = hc_min(out_len, hash_len);

        kdf_pbkdf2_block(&key, salt, salt_len, num_iterations, ++index, block);
        memcpy(out, block, take);
        out += take;
        out_len -= take;
    }
    hc_wipe(block, sizeof block);
    hc_wipe(&key, sizeof key);
    return 1;
}
