/*
 * crypto_vectors FILE... runs Wycheproof files through src/crypto/, never straight into BearSSL,
 * and prints a line a test:
 *
 *     FILE TAB tcId TAB expected TAB pass|fail|skip
 *
 * pass: a valid one is accepted, an invalid one refused, and an acceptable one either refused or
 * accepted with the right result. skip: valid, but of a kind that this client never takes part in
 * (SHA-1 signatures, AES-192-GCM, a nonce of another length), or nothing that is known here. Exit 0
 * when none failed, 1 when one did, 2 for a file that cannot be read.
 *
 * Of the acceptable ones we refuse PKCS#1 signatures without NULL parameters, all-zero X25519
 * secrets and compressed points, and accept X25519 points on the twist and above the prime, as
 * RFC 7748 has it.
 */
#if defined(UNIT_HEADER)
#define HTTPSC_IMPLEMENTATION
#include <httpsc.h>
#elif defined(UNIT_PARTS)
#include "../../src/base/cursor.h"
#include "../../src/base/text.h"
#include "../../src/crypto/cipher.h"
#include "../../src/crypto/kdf.h"
#include "../../src/crypto/key_exchange.h"
#include "../../src/crypto/public_key.h"
#else
#include "../../src/httpsc.c"
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

typedef enum verdict {
    ACCEPTED = 1,
    REFUSED,
    WRONG,   /* accepted, with another result than the vector's */
    FOREIGN, /* refused by having no way in: a nonce of another length, a curve not carried */
    UNTESTED /* nothing was tried: an algorithm that is none of ours */
} verdict;

/* Bytes from hex; NULL bytes and an odd number of digits do not occur. */
typedef struct blob {
    unsigned char *ptr;
    size_t len;
} blob;

static hc_crypto vectors_crypto;

/* What a test took; given back when it is over. */
static void *taken[16];
static size_t num_taken;

static unsigned char *take(size_t len)
{
    void *ptr = malloc(len + 1); /* exact but for one: the sanitizer watches the ends */

    if (ptr == NULL || num_taken == HC_ARRAY_LEN(taken)) {
        exit(2);
    }
    taken[num_taken++] = ptr;
    return ptr;
}

static void give_back(void)
{
    while (num_taken > 0) {
        free(taken[--num_taken]);
    }
}

static blob blob_of(const json *object, const char *name)
{
    const char *text = json_get_text(object, name);
    blob out;

    out.len = strlen(text) / 2;
    out.ptr = take(out.len);
    for (size_t i = 0; i < out.len; i++) {
        out.ptr[i] = (unsigned char)(hc_hex_value(text[2 * i]) * 16 +
                                     hc_hex_value(text[2 * i + 1]));
    }
    return out;
}

static int blob_is(blob expected, const unsigned char *bytes, size_t len)
{
    return expected.len == len && memcmp(expected.ptr, bytes, len) == 0;
}

/* "SHA-256", "SHA256", "HMACSHA256", "HkdfSha256": what the digits say; 0 for all others. */
static hc_hash_id hash_in(const char *text)
{
    if (strstr(text, "SHA3") != NULL || strstr(text, "SHAKE") != NULL ||
        strstr(text, "512/") != NULL) {
        return (hc_hash_id)0;
    }
    return strstr(text, "256") != NULL   ? HC_HASH_SHA256
           : strstr(text, "384") != NULL ? HC_HASH_SHA384
           : strstr(text, "512") != NULL ? HC_HASH_SHA512
           : strstr(text, "SHA1") != NULL || strstr(text, "Sha1") != NULL ||
                   strstr(text, "SHA-1") != NULL
               ? HC_HASH_SHA1
               : (hc_hash_id)0;
}

static verdict run_signature(const json *group, const json *test)
{
    const char *type = json_get_text(group, "type");
    hc_hash_id hash = hash_in(json_get_text(group, "sha"));
    blob spki = blob_of(group, "publicKeyDer");
    blob message = blob_of(test, "msg");
    blob signature = blob_of(test, "sig");
    hc_cursor signature_cursor = hc_cursor_over(signature.ptr, signature.len);
    unsigned char digest[HC_HASH_MAX];
    hc_signature_result result = HC_SIGNATURE_INVALID;
    hc_public_key key;

    if (hash == 0) {
        return UNTESTED;
    }
    if (hc_public_key_parse(&key, hc_cursor_over(spki.ptr, spki.len)) != HC_KEY_OK) {
        return FOREIGN;
    }
    hc_hash(hash, message.ptr, message.len, digest);
    if (strcmp(type, "EcdsaVerify") == 0) {
        result = hc_ecdsa_verify(&key, digest, hc_hash_len(hash), signature_cursor);
    } else if (hash == HC_HASH_SHA1) {
        return FOREIGN;
    } else if (strcmp(type, "RsassaPkcs1Verify") == 0) {
        result = hc_rsa_pkcs1_verify(&key, hash, digest, signature_cursor);
    } else {
        if (hash_in(json_get_text(group, "mgfSha")) != hash) {
            return FOREIGN;
        }
        result = hc_rsa_pss_verify(&key, hash, (size_t)json_get_number(group, "sLen"), digest,
                                   signature_cursor);
    }
    return result == HC_SIGNATURE_VALID ? ACCEPTED : REFUSED;
}

static verdict run_aead(const char *algorithm, const json *test)
{
    blob key = blob_of(test, "key");
    blob nonce = blob_of(test, "iv");
    blob aad = blob_of(test, "aad");
    blob plain = blob_of(test, "msg");
    blob cipher = blob_of(test, "ct");
    blob tag = blob_of(test, "tag");
    unsigned char our_tag[HC_AEAD_TAG_LEN];
    hc_aead_id id = strcmp(algorithm, "AES-GCM") != 0 ? HC_AEAD_CHACHA20_POLY1305
                    : key.len == 16                   ? HC_AEAD_AES_128_GCM
                                                      : HC_AEAD_AES_256_GCM;
    verdict result = REFUSED;
    hc_aead aead;

    if (strcmp(algorithm, "AES-GCM") != 0 && strcmp(algorithm, "CHACHA20-POLY1305") != 0) {
        return UNTESTED;
    }
    if (key.len != hc_aead_key_len(id) || nonce.len != HC_AEAD_NONCE_LEN ||
        tag.len != HC_AEAD_TAG_LEN) {
        return FOREIGN;
    }
    hc_aead_init(&aead, &vectors_crypto, id, key.ptr);
    if (hc_aead_open(&aead, nonce.ptr, aad.ptr, aad.len, cipher.ptr, cipher.len, tag.ptr)) {
        result = blob_is(plain, cipher.ptr, cipher.len) ? ACCEPTED : WRONG;
        hc_aead_seal(&aead, nonce.ptr, aad.ptr, aad.len, plain.ptr, plain.len, our_tag);
        hc_aead_open(&aead, nonce.ptr, aad.ptr, aad.len, plain.ptr, plain.len, our_tag);
        if (!blob_is(tag, our_tag, sizeof our_tag) || !blob_is(plain, cipher.ptr, cipher.len)) {
            result = WRONG;
        }
    }
    return result;
}

/* Private keys of curves come as numbers: with leading zeros, or short. */
static int fit_secret(blob given, unsigned char *out, size_t len)
{
    while (given.len > len && given.ptr[0] == 0) {
        given.ptr++;
        given.len--;
    }
    if (given.len > len) {
        return 0;
    }
    memset(out, 0, len - given.len);
    memcpy(out + (len - given.len), given.ptr, given.len);
    return 1;
}

static verdict run_key_exchange(const json *group, const json *test)
{
    const char *curve = json_get_text(group, "curve");
    hc_group id = strcmp(curve, "curve25519") == 0  ? HC_GROUP_X25519
                  : strcmp(curve, "secp256r1") == 0 ? HC_GROUP_P256
                  : strcmp(curve, "secp384r1") == 0 ? HC_GROUP_P384
                  : strcmp(curve, "secp521r1") == 0 ? HC_GROUP_P521
                                                    : (hc_group)0;
    blob peer = blob_of(test, "public");
    blob secret = blob_of(test, "private");
    blob shared = blob_of(test, "shared");
    unsigned char fitted[HC_EC_SCALAR_MAX];
    unsigned char ours[HC_EC_SCALAR_MAX];
    hc_cursor point = hc_cursor_over(peer.ptr, peer.len);
    hc_key_share share;
    hc_public_key key;
    verdict result;

    if (id == 0) {
        return UNTESTED;
    }
    if (!fit_secret(secret, fitted, hc_group_secret_len(id)) ||
        !hc_key_share_from_secret(&share, &vectors_crypto, id, fitted)) {
        return FOREIGN;
    }
    if (strcmp(json_get_text(group, "encoding"), "asn") == 0) {
        if (hc_public_key_parse(&key, point) != HC_KEY_OK || key.kind != HC_KEY_EC ||
            (int)key.curve != (int)id) {
            return REFUSED;
        }
        point = key.point;
    }
    if (!hc_key_share_derive(&share, &vectors_crypto, point.at, hc_cursor_left(&point), ours)) {
        result = REFUSED;
    } else {
        result = blob_is(shared, ours, share.secret_len) ? ACCEPTED : WRONG;
    }
    return result;
}

static verdict run_hkdf(const char *algorithm, const json *test)
{
    hc_hash_id hash = hash_in(algorithm);
    blob ikm = blob_of(test, "ikm");
    blob salt = blob_of(test, "salt");
    blob info = blob_of(test, "info");
    blob okm = blob_of(test, "okm");
    size_t len = (size_t)json_get_number(test, "size");
    unsigned char prk[HC_HASH_MAX];
    unsigned char *ours = take(len);
    verdict result = REFUSED;
    size_t prk_len;

    if (hash == 0) {
        return UNTESTED;
    }
    prk_len = hc_hkdf_extract(hash, salt.ptr, salt.len, ikm.ptr, ikm.len, prk);
    if (hc_hkdf_expand(hash, prk, prk_len, info.ptr, info.len, ours, len)) {
        result = blob_is(okm, ours, len) ? ACCEPTED : WRONG;
    }
    return result;
}

static verdict run_hmac(const char *algorithm, const json *group, const json *test)
{
    hc_hash_id hash = strncmp(algorithm, "HMACSHA", 7) == 0 ? hash_in(algorithm) : (hc_hash_id)0;
    blob key = blob_of(test, "key");
    blob message = blob_of(test, "msg");
    blob tag = blob_of(test, "tag");
    size_t tag_len = (size_t)json_get_number(group, "tagSize") / 8;
    unsigned char ours[HC_HASH_MAX];

    if (hash == 0 || tag_len > hc_hash_len(hash)) {
        return UNTESTED;
    }
    hc_hmac(hash, key.ptr, key.len, message.ptr, message.len, ours);
    return tag.len == tag_len && hc_secret_equal(tag.ptr, ours, tag_len) ? ACCEPTED : REFUSED;
}

static verdict run_pbkdf2(const char *algorithm, const json *test)
{
    hc_hash_id hash = hash_in(algorithm);
    blob password = blob_of(test, "password");
    blob salt = blob_of(test, "salt");
    blob expected = blob_of(test, "dk");
    size_t len = (size_t)json_get_number(test, "dkLen");
    unsigned char *ours = take(len);
    verdict result = REFUSED;

    if (hash == 0) {
        return UNTESTED;
    }
    if (hc_pbkdf2(hash, password.ptr, password.len, salt.ptr, salt.len,
                  (uint32_t)json_get_number(test, "iterationCount"), ours, len)) {
        result = blob_is(expected, ours, len) ? ACCEPTED : WRONG;
    }
    return result;
}

/* PbeWithHmacSha256AndAes_256: the hash before "And", the key length behind. */
static verdict run_pbes2(const char *algorithm, const json *test)
{
    const char *cipher = strstr(algorithm, "AndAes_");
    blob password = blob_of(test, "password");
    blob salt = blob_of(test, "salt");
    blob iv = blob_of(test, "iv");
    blob plain = blob_of(test, "msg");
    blob text = blob_of(test, "ct");
    unsigned char key[HC_CBC_KEY_MAX];
    char hash_name[32] = "";
    verdict result = REFUSED;
    hc_hash_id hash;
    hc_cbc_id id;

    if (cipher == NULL || (size_t)(cipher - algorithm) >= sizeof hash_name) {
        return UNTESTED;
    }
    memcpy(hash_name, algorithm, (size_t)(cipher - algorithm));
    hash = hash_in(hash_name);
    id = strstr(cipher, "128") != NULL   ? HC_CBC_AES_128
         : strstr(cipher, "192") != NULL ? HC_CBC_AES_192
                                         : HC_CBC_AES_256;
    if (hash == 0) {
        return UNTESTED;
    }
    if (iv.len != hc_cbc_iv_len(id)) {
        return FOREIGN;
    }
    if (hc_pbkdf2(hash, password.ptr, password.len, salt.ptr, salt.len,
                  (uint32_t)json_get_number(test, "iterationCount"), key, hc_cbc_key_len(id)) &&
        hc_cbc_decrypt(id, key, iv.ptr, text.ptr, &text.len)) {
        result = blob_is(plain, text.ptr, text.len) ? ACCEPTED : WRONG;
    }
    return result;
}

static verdict run_test(const char *algorithm, const json *group, const json *test)
{
    const char *type = json_get_text(group, "type");

    if (strcmp(type, "EcdsaVerify") == 0 || strcmp(type, "RsassaPkcs1Verify") == 0 ||
        strcmp(type, "RsassaPssVerify") == 0) {
        return run_signature(group, test);
    }
    if (strcmp(type, "AeadTest") == 0) {
        return run_aead(algorithm, test);
    }
    if (strcmp(type, "XdhComp") == 0 || strcmp(type, "EcdhEcpointTest") == 0 ||
        strcmp(type, "EcdhTest") == 0) {
        return run_key_exchange(group, test);
    }
    if (strcmp(type, "HkdfTest") == 0) {
        return run_hkdf(algorithm, test);
    }
    if (strcmp(type, "MacTest") == 0) {
        return run_hmac(algorithm, group, test);
    }
    if (strcmp(type, "PbkdfTest") == 0) {
        return run_pbkdf2(algorithm, test);
    }
    if (strcmp(type, "PbeTest") == 0) {
        return run_pbes2(algorithm, test);
    }
    return UNTESTED;
}

/* What a verdict is worth. */
static const char *worth(const char *expected, verdict result)
{
    if (result == WRONG || result == UNTESTED) {
        return result == WRONG ? "fail" : "skip";
    }
    if (strcmp(expected, "valid") == 0) {
        return result == ACCEPTED ? "pass" : result == FOREIGN ? "skip" : "fail";
    }
    if (strcmp(expected, "invalid") == 0) {
        return result == ACCEPTED ? "fail" : "pass";
    }
    return strcmp(expected, "acceptable") == 0 ? "pass" : "fail";
}

static char *read_file(const char *name)
{
    FILE *file = fopen(name, "rb");
    char *text = NULL;
    long len;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (len = ftell(file)) < 0) {
        fprintf(stderr, "%s: cannot be read\n", name);
        exit(2);
    }
    rewind(file);
    text = calloc(1, (size_t)len + 1);
    if (text == NULL || fread(text, 1, (size_t)len, file) != (size_t)len) {
        fprintf(stderr, "%s: cannot be read\n", name);
        exit(2);
    }
    fclose(file);
    return text;
}

int main(int argc, char **argv)
{
    int failed = 0;

    if (argc < 2) {
        fprintf(stderr, "usage: crypto_vectors FILE...\n");
        return 2;
    }
    if (!hc_crypto_init(&vectors_crypto)) {
        fprintf(stderr, "X25519 of this BearSSL is broken\n");
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        char *text = read_file(argv[i]);
        json *all = json_parse(text);
        json *groups = json_get(all, "testGroups");
        json *group = groups == NULL ? NULL : groups->first;

        for (; group != NULL; group = group->next) {
            json *tests = json_get(group, "tests");
            json *test = tests == NULL ? NULL : tests->first;

            for (; test != NULL; test = test->next) {
                const char *expected = json_get_text(test, "result");
                const char *word =
                    worth(expected, run_test(json_get_text(all, "algorithm"), group, test));

                failed |= strcmp(word, "fail") == 0;
                printf("%s\t%s\t%s\t%s\n", argv[i], json_get_text(test, "tcId"), expected, word);
                give_back();
            }
        }
        json_free(all);
        free(text);
    }
    return failed;
}
