#include "private_key_file.h"

#include "../crypto/cipher.h"
#include "../crypto/kdf.h"

/* A cipher, a hash or a scheme by its OBJECT IDENTIFIER. id 0: it has a name, and is not carried.
 * */
typedef struct decrypt_algorithm {
    unsigned char oid[11];
    unsigned char len;
    unsigned char id;
    const char *name;
} decrypt_algorithm;

#define DECRYPT_RSADSI 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D
#define DECRYPT_AES 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01

static const decrypt_algorithm decrypt_ciphers[] = {
    {{DECRYPT_AES, 2}, 9, HC_CBC_AES_128, "AES-128-CBC"},
    {{DECRYPT_AES, 22}, 9, HC_CBC_AES_192, "AES-192-CBC"},
    {{DECRYPT_AES, 42}, 9, HC_CBC_AES_256, "AES-256-CBC"},
    {{DECRYPT_RSADSI, 3, 7}, 8, HC_CBC_3DES, "DES-EDE3-CBC"},
    {{DECRYPT_RSADSI, 3, 2}, 8, 0, "RC2"},
    {{DECRYPT_RSADSI, 3, 4}, 8, 0, "RC4"},
    {{0x2B, 0x0E, 0x03, 0x02, 7}, 5, 0, "DES"},
    {{DECRYPT_AES}, 8, 0, "AES in another mode than CBC"},
    {{0x2A, 0x83, 0x08, 0x8C, 0x9A, 0x4B, 0x3D, 0x01, 0x01, 0x01}, 10, 0, "Camellia"},
    {{0x2A, 0x83, 0x1A, 0x8C, 0x9A, 0x6E, 0x01, 0x01}, 8, 0, "ARIA"},
    {{0x2A, 0x83, 0x1A, 0x8C, 0x9A, 0x44, 0x01}, 7, 0, "SEED"},
    {{0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x68}, 7, 0, "SM4"},
    {{0x2B, 0x06, 0x01, 0x04, 0x01, 0x97, 0x55, 0x01, 0x02}, 9, 0, "Blowfish"},
    {{0x2A, 0x86, 0x48, 0x86, 0xF6, 0x7D, 0x07, 0x42, 10}, 9, 0, "CAST5"},
};

static const decrypt_algorithm decrypt_prfs[] = {
    {{DECRYPT_RSADSI, 2, 7}, 8, HC_HASH_SHA1, "HMAC-SHA1"},
    {{DECRYPT_RSADSI, 2, 8}, 8, HC_HASH_SHA224, "HMAC-SHA224"},
    {{DECRYPT_RSADSI, 2, 9}, 8, HC_HASH_SHA256, "HMAC-SHA256"},
    {{DECRYPT_RSADSI, 2, 10}, 8, HC_HASH_SHA384, "HMAC-SHA384"},
    {{DECRYPT_RSADSI, 2, 11}, 8, HC_HASH_SHA512, "HMAC-SHA512"},
    {{DECRYPT_RSADSI, 2, 12}, 8, 0, "HMAC-SHA512/224"},
    {{DECRYPT_RSADSI, 2, 13}, 8, 0, "HMAC-SHA512/256"},
    {{DECRYPT_RSADSI, 2, 6}, 8, 0, "HMAC-MD5"},
    {{0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02}, 8, 0, "HMAC with SHA-3"},
};

#define DECRYPT_PBES2 1
#define DECRYPT_PBKDF2 2

/* Schemes and key derivations. */
static const decrypt_algorithm decrypt_schemes[] = {
    {{DECRYPT_RSADSI, 1, 5, 13}, 9, DECRYPT_PBES2, "PBES2"},
    {{DECRYPT_RSADSI, 1, 5, 12}, 9, DECRYPT_PBKDF2, "PBKDF2"},
    {{DECRYPT_RSADSI, 1, 5}, 8, 0, "PBES1 of PKCS#5"},
    {{DECRYPT_RSADSI, 1, 12, 1}, 9, 0, "PBES1 of PKCS#12"},
    {{0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x04, 0x0B}, 9, 0, "scrypt"},
};

/* The algorithm of an OID: one that has an id by the whole of it, one that has only a name by how
 * it begins. */
static const decrypt_algorithm *decrypt_find(const decrypt_algorithm *list, size_t num,
                                             hc_cursor oid)
{
    for (size_t i = 0; i < num; i++) {
        hc_cursor whole = oid;
        hc_cursor begin = hc_take_bytes(&whole, hc_min(list[i].len, hc_cursor_left(&oid)));
        hc_cursor known = hc_cursor_over(list[i].oid, list[i].len);

        if (hc_der_same(begin, known) && (list[i].id == 0 || hc_cursor_left(&whole) == 0)) {
            return &list[i];
        }
    }
    return NULL;
}

/* AlgorithmIdentifier: *parameters is what stands behind the OID. NULL after an error. */
static const decrypt_algorithm *decrypt_take(const hc_key_reading *reading, hc_cursor *from,
                                             const decrypt_algorithm *list, size_t num, int id,
                                             hc_cursor *parameters)
{
    const decrypt_algorithm *found;
    hc_der sequence;
    hc_der oid;

    if (!hc_der_take(from, HC_DER_SEQUENCE, &sequence) ||
        !hc_der_take(&sequence.content, HC_DER_OID, &oid)) {
        (void)hc_key_refuse(reading, HTTPSC_ERR_KEY_INVALID, "malformed encryption parameters");
        return NULL;
    }
    *parameters = sequence.content;
    found = decrypt_find(list, num, oid.content);
    if (found == NULL || found->id == 0 || (id != 0 && found->id != id)) {
        (void)hc_fail(reading->error, HTTPSC_ERR_KEY_FORM, 0,
                      "%e: encrypted with %s; openssl pkcs8 -topk8 -v2 aes-256-cbc makes one that "
                      "is read",
                      reading->source, found == NULL ? "an unknown algorithm" : found->name);
        return NULL;
    }
    return found;
}

/* The password, in buf or at the caller's. */
static int decrypt_password(const hc_key_reading *reading, char buf[HC_PASSWORD_MAX],
                            hc_cursor *out)
{
    const hc_password *password = reading->password;
    size_t len = 0;
    int code;

    if (password->text != NULL) {
        *out = hc_cursor_over(password->text, strlen(password->text));
        return HTTPSC_OK;
    }
    if (password->ask == NULL) {
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_PASSWORD_NEEDED, "it is encrypted");
    }
    code = hc_callback_code(password->ask(password->user, buf, HC_PASSWORD_MAX, &len),
                            HTTPSC_ERR_KEY_PASSWORD_NEEDED);
    if (code == HTTPSC_WANT) {
        code = HTTPSC_ERR_KEY_PASSWORD_NEEDED;
    }
    if (code == HTTPSC_OK && len > HC_PASSWORD_MAX) {
        code = HTTPSC_ERR_ARGUMENT;
    }
    if (code != HTTPSC_OK) {
        return hc_key_refuse(reading, code, "ask_password gave none");
    }
    *out = hc_cursor_over(buf, len);
    return HTTPSC_OK;
}

/* Decrypts in place with a key. Padding that is none and a plaintext that is no SEQUENCE are one
 * error: nobody can tell a wrong password from a damaged file. */
static int decrypt_bytes(const hc_key_reading *reading, hc_cbc_id cipher, const unsigned char *key,
                         const unsigned char *iv, hc_cursor bytes, hc_cursor *plain)
{
    hc_buffer *buffer = &reading->out->der;
    unsigned char *begin = buffer->ptr + (bytes.at - buffer->ptr);
    size_t len = hc_cursor_left(&bytes);
    hc_cursor whole;
    hc_der sequence;

    if (hc_cbc_decrypt(cipher, key, iv, begin, &len)) {
        *plain = hc_cursor_over(begin, len);
        whole = *plain;
        if (hc_der_take(&whole, HC_DER_SEQUENCE, &sequence) && hc_cursor_left(&whole) == 0) {
            return HTTPSC_OK;
        }
    }
    return hc_key_refuse(reading, HTTPSC_ERR_KEY_PASSWORD, "what was decrypted is no key");
}

/* PBKDF2-params (RFC 8018, A.2), and what comes of them. */
typedef struct decrypt_pbkdf2 {
    hc_cursor salt;
    uint32_t num_iterations;
    size_t key_len; /* 0: not said */
    hc_hash_id hash;
} decrypt_pbkdf2;

/* An INTEGER of up to four bytes; longer ones are UINT32_MAX. */
static int decrypt_take_number(hc_cursor *from, uint32_t *out)
{
    hc_cursor magnitude;

    if (!hc_der_take_positive(from, &magnitude)) {
        return 0;
    }
    *out = hc_cursor_left(&magnitude) > 4 ? UINT32_MAX : 0;
    while (hc_cursor_left(&magnitude) > 0 && *out != UINT32_MAX) {
        *out = *out << 8 | hc_take_u8(&magnitude);
    }
    return 1;
}

static int decrypt_take_pbkdf2(const hc_key_reading *reading, hc_cursor parameters,
                               decrypt_pbkdf2 *out)
{
    const char *malformed = "malformed parameters of PBKDF2";
    const decrypt_algorithm *prf;
    hc_der sequence;
    hc_der salt;
    hc_cursor rest;
    uint32_t number;

    memset(out, 0, sizeof *out);
    out->hash = HC_HASH_SHA1;
    if (!hc_der_take(&parameters, HC_DER_SEQUENCE, &sequence) ||
        hc_cursor_left(&parameters) > 0 || !hc_der_next(&sequence.content, &salt) ||
        salt.tag != HC_DER_OCTET_STRING ||
        !decrypt_take_number(&sequence.content, &out->num_iterations)) {
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_INVALID, malformed);
    }
    out->salt = salt.content;
    if (hc_peek(&sequence.content) == HC_DER_INTEGER) {
        if (!decrypt_take_number(&sequence.content, &number)) {
            return hc_key_refuse(reading, HTTPSC_ERR_KEY_INVALID, malformed);
        }
        out->key_len = number;
    }
    if (hc_peek(&sequence.content) == HC_DER_SEQUENCE) {
        prf = decrypt_take(reading, &sequence.content, decrypt_prfs, HC_ARRAY_LEN(decrypt_prfs), 0,
                           &rest);
        if (prf == NULL) {
            return reading->error->code;
        }
        out->hash = (hc_hash_id)prf->id;
    }
    if (hc_cursor_left(&sequence.content) > 0 || hc_cursor_failed(&sequence.content)) {
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_INVALID, malformed);
    }
    if (out->num_iterations > HC_PBKDF2_ITERATIONS_MAX) {
        return hc_fail(reading->error, HTTPSC_ERR_LIMIT_KEY_WORK, 0,
                       "%e: it asks for more than %d iterations of PBKDF2", reading->source,
                       (int)HC_PBKDF2_ITERATIONS_MAX);
    }
    return HTTPSC_OK;
}

HC_FN int hc_private_key_decrypt(const hc_key_reading *reading, hc_cursor der, hc_cursor *plain)
{
    char typed[HC_PASSWORD_MAX];
    unsigned char key[HC_CBC_KEY_MAX];
    const decrypt_algorithm *cipher;
    decrypt_pbkdf2 pbkdf2;
    hc_cursor parameters;
    hc_cursor password;
    hc_der sequence;
    hc_der bytes;
    hc_der iv;

    if (!hc_der_take(&der, HC_DER_SEQUENCE, &sequence) || hc_cursor_left(&der) > 0 ||
        decrypt_take(reading, &sequence.content, decrypt_schemes, HC_ARRAY_LEN(decrypt_schemes),
                     DECRYPT_PBES2, &parameters) == NULL ||
        !hc_der_take(&sequence.content, HC_DER_OCTET_STRING, &bytes) ||
        hc_cursor_left(&sequence.content) > 0 ||
        !hc_der_take(&parameters, HC_DER_SEQUENCE, &sequence) || hc_cursor_left(&parameters) > 0 ||
        decrypt_take(reading, &sequence.content, decrypt_schemes, HC_ARRAY_LEN(decrypt_schemes),
                     DECRYPT_PBKDF2, &parameters) == NULL ||
        decrypt_take_pbkdf2(reading, parameters, &pbkdf2) != HTTPSC_OK) {
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_INVALID, "malformed encryption parameters");
    }
    cipher = decrypt_take(reading, &sequence.content, decrypt_ciphers,
                          HC_ARRAY_LEN(decrypt_ciphers), 0, &parameters);
    if (cipher == NULL) {
        return reading->error->code;
    }
    if (hc_cursor_left(&sequence.content) > 0 ||
        !hc_der_take(&parameters, HC_DER_OCTET_STRING, &iv) || hc_cursor_left(&parameters) > 0 ||
        hc_cursor_left(&iv.content) != hc_cbc_iv_len((hc_cbc_id)cipher->id) ||
        (pbkdf2.key_len != 0 && pbkdf2.key_len != hc_cbc_key_len((hc_cbc_id)cipher->id))) {
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_INVALID, "malformed encryption parameters");
    }
    if (decrypt_password(reading, typed, &password) == HTTPSC_OK) {
        (void)hc_pbkdf2(pbkdf2.hash, password.at, hc_cursor_left(&password), pbkdf2.salt.at,
                        hc_cursor_left(&pbkdf2.salt), pbkdf2.num_iterations, key,
                        hc_cbc_key_len((hc_cbc_id)cipher->id));
        (void)decrypt_bytes(reading, (hc_cbc_id)cipher->id, key, iv.content.at, bytes.content,
                            plain);
    }
    hc_wipe(typed, sizeof typed);
    hc_wipe(key, sizeof key);
    return reading->error->code;
}

/* ---- PEM of old ---------------------------------------------------------------------------- */

/* The key that OpenSSL's EVP_BytesToKey makes of a password: MD5 over what came before, the
 * password and the salt, as often as the key needs it. */
static void decrypt_pem_key(hc_cursor password, const unsigned char *salt, unsigned char *out,
                            size_t out_len)
{
    unsigned char digest[HC_HASH_MAX];
    size_t digest_len = 0;

    while (out_len > 0) {
        hc_hash_context context;
        size_t take;

        hc_hash_init(&context, HC_HASH_MD5);
        hc_hash_update(&context, digest, digest_len);
        hc_hash_update(&context, password.at, hc_cursor_left(&password));
        hc_hash_update(&context, salt, 8);
        digest_len = hc_hash_snapshot(&context, digest);
        hc_wipe(&context, sizeof context);
        take = hc_min(out_len, digest_len);
        memcpy(out, digest, take);
        out += take;
        out_len -= take;
    }
    hc_wipe(digest, sizeof digest);
}

static int decrypt_take_hex(hc_cursor text, unsigned char *out, size_t len)
{
    if (hc_cursor_left(&text) != 2 * len) {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        int high = hc_hex_value(hc_take_u8(&text));
        int low = hc_hex_value(hc_take_u8(&text));

        if (high < 0 || low < 0) {
            return 0;
        }
        out[i] = (unsigned char)(high << 4 | low);
    }
    return 1;
}

HC_FN int hc_private_key_decrypt_pem(const hc_key_reading *reading, hc_cursor dek_info,
                                     hc_cursor bytes, hc_cursor *plain)
{
    hc_cursor name = hc_take_until(&dek_info, ',');
    const decrypt_algorithm *cipher = NULL;
    char typed[HC_PASSWORD_MAX];
    unsigned char key[HC_CBC_KEY_MAX];
    unsigned char iv[HC_CBC_IV_MAX];
    hc_cursor password;
    hc_cbc_id id;

    for (size_t i = 0; i < HC_ARRAY_LEN(decrypt_ciphers) && cipher == NULL; i++) {
        if (decrypt_ciphers[i].id != 0 &&
            hc_equal_nocase(decrypt_ciphers[i].name, strlen(decrypt_ciphers[i].name), name.at,
                            hc_cursor_left(&name))) {
            cipher = &decrypt_ciphers[i];
        }
    }
    if (cipher == NULL) {
        return hc_fail(reading->error, HTTPSC_ERR_KEY_FORM, 0, "%e: PEM encrypted with %q",
                       reading->source, name.at, hc_cursor_left(&name));
    }
    id = (hc_cbc_id)cipher->id;
    if (!hc_take_char(&dek_info, ',') || !decrypt_take_hex(dek_info, iv, hc_cbc_iv_len(id))) {
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_INVALID, "malformed DEK-Info");
    }
    if (decrypt_password(reading, typed, &password) == HTTPSC_OK) {
        decrypt_pem_key(password, iv, key, hc_cbc_key_len(id));
        (void)decrypt_bytes(reading, id, key, iv, bytes, plain);
    }
    hc_wipe(typed, sizeof typed);
    hc_wipe(key, sizeof key);
    return reading->error->code;
}
