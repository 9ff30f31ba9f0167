/*
 * libFuzzer: private keys in files, in every form that is read, and the certificates before them.
 *
 * The first byte of an input says which password there is: "secret", "", or none (0, 1, 2 of its
 * two low bits; 3: one that is asked for). The rest is the file. What is read is a key that signs
 * what its public half verifies, the same each time, and nothing of it is left behind afterwards.
 */
#define HC_PBKDF2_ITERATIONS_MAX 64u /* a run is to be short */
#include "fuzz.h"

#define FUZZ_PASSWORD "secret"

static int fuzz_ask(void *user, char *buf, size_t size, size_t *len)
{
    (void)user;
    FUZZ_CHECK(size >= sizeof FUZZ_PASSWORD);
    *len = sizeof FUZZ_PASSWORD - 1;
    memcpy(buf, FUZZ_PASSWORD, *len);
    return HTTPSC_OK;
}

/* What came out, and its text, is one of those that the header names. */
static void fuzz_check_code(int code, const httpsc_error *error)
{
    FUZZ_CHECK(code == error->code);
    FUZZ_CHECK(code == HTTPSC_OK || code == HTTPSC_ERR_IDENTITY_EMPTY ||
               code == HTTPSC_ERR_IDENTITY_UNREADABLE || code == HTTPSC_ERR_IDENTITY_MISMATCH ||
               (code >= HTTPSC_ERR_KEY_FORM && code <= HTTPSC_ERR_LIMIT_KEY_WORK));
    FUZZ_CHECK(memchr(error->text, '\0', sizeof error->text) != NULL);
}

static void fuzz_check_key(const hc_private_key_file *file)
{
    static const unsigned char digest[32] = "what is signed has 32 bytes....";
    unsigned char signature[HC_RSA_LEN_MAX];
    size_t len;

    if (file->key.kind == HC_KEY_EC) {
        FUZZ_CHECK(hc_cursor_left(&file->key.scalar) == hc_ec_scalar_len(file->key.curve));
        len = hc_ecdsa_sign(&file->key, HC_HASH_SHA256, digest, signature);
        FUZZ_CHECK(len > 0);
        FUZZ_CHECK(hc_ecdsa_verify(&file->public_key, digest, sizeof digest,
                                   hc_cursor_over(signature, len)) == HC_SIGNATURE_VALID);
        return;
    }
    FUZZ_CHECK(file->key.kind == HC_KEY_RSA);
    len = hc_rsa_pkcs1_sign(&file->key, HC_HASH_SHA256, digest, signature);
    FUZZ_CHECK(len == hc_cursor_left(&file->public_key.modulus));
    FUZZ_CHECK(hc_rsa_pkcs1_verify(&file->public_key, HC_HASH_SHA256, digest,
                                   hc_cursor_over(signature, len)) == HC_SIGNATURE_VALID);
}

static void fuzz_check_wiped(const void *place, size_t size)
{
    const unsigned char *bytes = place;

    for (size_t i = 0; i < size; i++) {
        FUZZ_CHECK(bytes[i] == 0);
    }
}

static void fuzz_key(hc_cursor bytes, const hc_password *password)
{
    hc_private_key_file file;
    hc_private_key_file again;
    httpsc_error error;
    httpsc_error error_again;
    int code;

    memset(&error, 0, sizeof error);
    memset(&error_again, 0, sizeof error_again);
    code = hc_private_key_file_read(&file, &fuzz_allocator, bytes, password, "file", &error);
    fuzz_check_code(code, &error);
    FUZZ_CHECK(hc_private_key_file_read(&again, &fuzz_allocator, bytes, password, "file",
                                        &error_again) == code);
    FUZZ_CHECK(strcmp(error.text, error_again.text) == 0);
    if (code == HTTPSC_OK) {
        FUZZ_CHECK(hc_public_key_same(&file.public_key, &again.public_key));
        fuzz_check_key(&file);
    }
    hc_private_key_file_wipe(&file);
    hc_private_key_file_wipe(&again);
    fuzz_check_wiped(&file, sizeof file);
    fuzz_check_wiped(&again, sizeof again);
}

/* The same bytes as certificate and key in one file. */
static void fuzz_credential(hc_cursor bytes, const hc_password *password)
{
    hc_credential credential;
    httpsc_error error;
    int code;

    memset(&error, 0, sizeof error);
    hc_credential_init(&credential, &fuzz_allocator);
    code = hc_credential_read_chain(&credential, bytes, "file", &error);
    FUZZ_CHECK((code == HTTPSC_OK) == (credential.num_certs > 0 && error.code == HTTPSC_OK));
    FUZZ_CHECK(credential.num_certs <= HC_CREDENTIAL_CERTS_MAX);
    if (code == HTTPSC_OK) {
        code = hc_credential_read_key(&credential, bytes, password, "file", &error);
    }
    fuzz_check_code(code, &error);
    hc_credential_wipe(&credential);
    fuzz_check_wiped(&credential, sizeof credential);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_password password = {NULL, NULL, NULL};
    unsigned char *exact;
    hc_cursor bytes;

    if (size < 1) {
        return 0;
    }
    switch (data[0] & 3) {
    case 0:
        password.text = FUZZ_PASSWORD;
        break;
    case 1:
        password.text = "";
        break;
    case 3:
        password.ask = fuzz_ask;
        break;
    default:
        break;
    }
    exact = malloc(size); /* what lies behind the last byte is nobody's */
    FUZZ_CHECK(exact != NULL);
    memcpy(exact, data + 1, size - 1);
    bytes = hc_cursor_over(exact, size - 1);
    fuzz_key(bytes, &password);
    fuzz_credential(bytes, &password);
    free(exact);
    return 0;
}
