#include "suites.h"

static const hc_suite suites_known[HC_SUITES_MAX] = {
    {0x1301, HC_TLS_13, HC_AEAD_AES_128_GCM, HC_HASH_SHA256, HC_KEY_EC, "TLS_AES_128_GCM_SHA256"},
    {0x1302, HC_TLS_13, HC_AEAD_AES_256_GCM, HC_HASH_SHA384, HC_KEY_EC, "TLS_AES_256_GCM_SHA384"},
    {0x1303, HC_TLS_13, HC_AEAD_CHACHA20_POLY1305, HC_HASH_SHA256, HC_KEY_EC,
     "TLS_CHACHA20_POLY1305_SHA256"},
    {0xC02B, HC_TLS_12, HC_AEAD_AES_128_GCM, HC_HASH_SHA256, HC_KEY_EC,
     "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
    {0xC02F, HC_TLS_12, HC_AEAD_AES_128_GCM, HC_HASH_SHA256, HC_KEY_RSA,
     "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
    {0xC02C, HC_TLS_12, HC_AEAD_AES_256_GCM, HC_HASH_SHA384, HC_KEY_EC,
     "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
    {0xC030, HC_TLS_12, HC_AEAD_AES_256_GCM, HC_HASH_SHA384, HC_KEY_RSA,
     "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
    {0xCCA9, HC_TLS_12, HC_AEAD_CHACHA20_POLY1305, HC_HASH_SHA256, HC_KEY_EC,
     "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
    {0xCCA8, HC_TLS_12, HC_AEAD_CHACHA20_POLY1305, HC_HASH_SHA256, HC_KEY_RSA,
     "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
};

HC_FN const hc_suite *hc_suite_find(uint16_t id)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(suites_known); i++) {
        if (suites_known[i].id == id) {
            return &suites_known[i];
        }
    }
    return NULL;
}

/* Adds those of a version that use ChaCha20, or those that do not. */
static size_t suites_add(uint16_t version, int chacha20, uint16_t *out, size_t num_suites)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(suites_known); i++) {
        const hc_suite *suite = &suites_known[i];

        if (!HC_HAS_CHACHA20 && suite->aead == HC_AEAD_CHACHA20_POLY1305) {
            continue;
        }
        if (suite->version == version && (suite->aead == HC_AEAD_CHACHA20_POLY1305) == chacha20) {
            out[num_suites++] = suite->id;
        }
    }
    return num_suites;
}

HC_FN size_t hc_suites_offered(const hc_crypto *crypto, uint16_t min_version, uint16_t max_version,
                               uint16_t out[HC_SUITES_MAX])
{
    size_t num_suites = 0;

    for (uint16_t version = max_version; version >= min_version; version--) {
        num_suites = suites_add(version, !crypto->has_hardware_aes, out, num_suites);
        num_suites = suites_add(version, crypto->has_hardware_aes, out, num_suites);
    }
    return num_suites;
}

static const struct {
    hc_group group;
    const char *name;
} suites_groups[HC_NUM_GROUPS] = {
    {HC_GROUP_X25519, "x25519"},
    {HC_GROUP_P256, "secp256r1"},
    {HC_GROUP_P384, "secp384r1"},
    {HC_GROUP_P521, "secp521r1"},
};

HC_FN hc_group hc_group_offered(size_t index)
{
    return suites_groups[index].group;
}

HC_FN const char *hc_group_name(hc_group group)
{
    for (size_t i = 0; i < HC_NUM_GROUPS; i++) {
        if (suites_groups[i].group == group) {
            return suites_groups[i].name;
        }
    }
    return "";
}

HC_FN int hc_group_is_offered(unsigned group)
{
    for (size_t i = 0; i < HC_NUM_GROUPS; i++) {
        if ((unsigned)suites_groups[i].group == group) {
            return 1;
        }
    }
    return 0;
}

static const hc_signature_scheme suites_schemes[HC_NUM_SCHEMES] = {
    {0x0403, HC_KEY_EC, HC_CURVE_P256, HC_HASH_SHA256, HC_PADDING_NONE, "ecdsa_secp256r1_sha256"},
    {0x0804, HC_KEY_RSA, HC_CURVE_P256, HC_HASH_SHA256, HC_PADDING_PSS, "rsa_pss_rsae_sha256"},
    {0x0401, HC_KEY_RSA, HC_CURVE_P256, HC_HASH_SHA256, HC_PADDING_PKCS1, "rsa_pkcs1_sha256"},
    {0x0503, HC_KEY_EC, HC_CURVE_P384, HC_HASH_SHA384, HC_PADDING_NONE, "ecdsa_secp384r1_sha384"},
    {0x0805, HC_KEY_RSA, HC_CURVE_P256, HC_HASH_SHA384, HC_PADDING_PSS, "rsa_pss_rsae_sha384"},
    {0x0501, HC_KEY_RSA, HC_CURVE_P256, HC_HASH_SHA384, HC_PADDING_PKCS1, "rsa_pkcs1_sha384"},
    {0x0603, HC_KEY_EC, HC_CURVE_P521, HC_HASH_SHA512, HC_PADDING_NONE, "ecdsa_secp521r1_sha512"},
    {0x0806, HC_KEY_RSA, HC_CURVE_P256, HC_HASH_SHA512, HC_PADDING_PSS, "rsa_pss_rsae_sha512"},
    {0x0601, HC_KEY_RSA, HC_CURVE_P256, HC_HASH_SHA512, HC_PADDING_PKCS1, "rsa_pkcs1_sha512"},
};

HC_FN const hc_signature_scheme *hc_scheme_offered(size_t index)
{
    return &suites_schemes[index];
}

HC_FN const hc_signature_scheme *hc_scheme_find(uint16_t id)
{
    for (size_t i = 0; i < HC_NUM_SCHEMES; i++) {
        if (suites_schemes[i].id == id) {
            return &suites_schemes[i];
        }
    }
    return NULL;
}

HC_FN int hc_scheme_fits(const hc_signature_scheme *scheme, uint16_t version,
                         const hc_public_key *key)
{
    if (scheme->kind != key->kind) {
        return 0;
    }
    if (version == HC_TLS_12) {
        return 1;
    }
    return scheme->kind == HC_KEY_EC ? scheme->curve == key->curve
                                     : scheme->padding == HC_PADDING_PSS;
}
