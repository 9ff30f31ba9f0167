/*
 * Private keys as files hold them, read by our own DER reader; nothing of BearSSL sees them before
 * they were checked.
 *
 * Read are PKCS#1 (RFC 8017, A.1.2), SEC 1 (RFC 5915) and PKCS#8 (RFC 5208, RFC 5958), each as DER
 * or as PEM; EncryptedPrivateKeyInfo (RFC 5958, 3) under PBES2 (RFC 8018, 6.2) with PBKDF2, HMAC of
 * SHA-1, -224, -256, -384, -512, and AES-CBC or DES-EDE3-CBC; and the encrypted PEM of old
 * (RFC 1421, 4.6.1.3, with OpenSSL's DEK-Info) with the same ciphers. Every other form is named in
 * HTTPSC_ERR_KEY_FORM.
 */
#ifndef HC_PRIVATE_KEY_FILE_H
#define HC_PRIVATE_KEY_FILE_H

#include "../base/buffer.h"
#include "../base/error.h"
#include "../crypto/private_key.h"

#define HC_KEY_FILE_MAX ((size_t)1024 * 1024)
#define HC_PASSWORD_MAX 1024 /* bytes, of one that is asked for */

/* Who knows the password of an encrypted key; asked only when there is one. */
typedef struct hc_password {
    const char *text; /* NULL: ask */
    int (*ask)(void *user, char *buf, size_t size, size_t *len); /* of httpsc_identity, or NULL */
    void *user;
} hc_password;

/* A key that was read and checked. The cursors point into the struct itself and into der: it stays
 * where it is until hc_private_key_file_wipe. */
typedef struct hc_private_key_file {
    hc_private_key key;
    hc_public_key public_key; /* its public half */
    unsigned char scalar[HC_EC_SCALAR_MAX];
    unsigned char point[HC_EC_POINT_MAX];
    hc_buffer der;
} hc_private_key_file;

/*
 * Reads the first private key in some bytes, PEM or DER, and checks it (hc_private_key_check).
 * bytes are only looked at. source is what errors call them: a path. out need not be initialised,
 * and is to be wiped whatever comes out.
 *
 * Errors: IDENTITY_EMPTY (no key in it), KEY_FORM, KEY_PASSWORD_NEEDED, KEY_PASSWORD (what is
 * decrypted has no padding, or is no key), KEY_INVALID, KEY_WEAK, LIMIT_KEY_WORK (more than
 * HC_PBKDF2_ITERATIONS_MAX), MEMORY, ARGUMENT (ask said more than it had room for), and what ask
 * said.
 */
HC_FN int hc_private_key_file_read(hc_private_key_file *out, const httpsc_allocator *allocator,
                                   hc_cursor bytes, const hc_password *password,
                                   const char *source, httpsc_error *error);

/* Wipes it, and frees what it holds. */
HC_FN void hc_private_key_file_wipe(hc_private_key_file *file);

/* ---- for the files of this reader ---- */

/* A key on its way in. */
typedef struct hc_key_reading {
    hc_private_key_file *out;
    const hc_password *password;
    const char *source;
    httpsc_error *error;
} hc_key_reading;

/* Writes an error of the code, with the source and these words. Returns the code. */
HC_FN int hc_key_refuse(const hc_key_reading *reading, int code, const char *what);

/* Reads PKCS#1, SEC 1 or PKCS#8, told apart by what they begin with, and checks the key. */
HC_FN int hc_private_key_decode(const hc_key_reading *reading, hc_cursor der);

/* Decrypts an EncryptedPrivateKeyInfo in place; *plain is then the PrivateKeyInfo in it. der is
 * within the reading's buffer. */
HC_FN int hc_private_key_decrypt(const hc_key_reading *reading, hc_cursor der, hc_cursor *plain);

/* The same for the body of a PEM block with Proc-Type: dek_info is what DEK-Info says ("cipher,IV
 * in hex"), and bytes the decoded body. */
HC_FN int hc_private_key_decrypt_pem(const hc_key_reading *reading, hc_cursor dek_info,
                                     hc_cursor bytes, hc_cursor *plain);

#endif
