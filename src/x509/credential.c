#include "credential.h"

#include "../syntax/pem.h"
#include "decode.h"

HC_FN void hc_credential_init(hc_credential *credential, const httpsc_allocator *allocator)
{
    memset(credential, 0, sizeof *credential);
    hc_buffer_init(&credential->certificates, allocator,
                   HC_CREDENTIAL_CERTS_MAX * HC_CREDENTIAL_CERT_LEN_MAX);
    hc_buffer_init(&credential->key.der, allocator, HC_KEY_FILE_MAX);
}

static int credential_refuse(const char *source, const char *what, httpsc_error *error)
{
    return hc_fail(error, HTTPSC_ERR_IDENTITY_UNREADABLE, 0, "%e: %s", source, what);
}

/* Takes the bytes behind certificates.len as one more, if they are one. */
static int credential_add(hc_credential *credential, size_t len, const char *source,
                          httpsc_error *error)
{
    hc_buffer *buffer = &credential->certificates;
    hc_cursor der = hc_cursor_over(buffer->ptr + buffer->len, len);
    hc_cert cert;

    if (!hc_cert_decode(&cert, der)) {
        return credential_refuse(source, "a malformed certificate", error);
    }
    credential->chain[credential->num_certs++] = der;
    buffer->len += len;
    return HTTPSC_OK;
}

/* Room for a certificate that is that long at the most, without moving those that are there. */
static int credential_reserve(hc_credential *credential, size_t len, const char *source,
                              httpsc_error *error)
{
    hc_buffer *buffer = &credential->certificates;

    if (credential->num_certs == HC_CREDENTIAL_CERTS_MAX || len > HC_CREDENTIAL_CERT_LEN_MAX) {
        return credential_refuse(source, "over 10 certificates, or one over 16 KiB", error);
    }
    if (buffer->capacity == 0 && hc_buffer_reserve(buffer, buffer->max) != HC_BUFFER_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    return HTTPSC_OK;
}

static int credential_take_block(hc_credential *credential, const hc_pem_block *block,
                                 const char *source, httpsc_error *error)
{
    hc_buffer *buffer = &credential->certificates;
    size_t len = 0;

    if (!block->complete) {
        return credential_refuse(source, "a certificate without its END line", error);
    }
    if (credential_reserve(credential, 0, source, error) != HTTPSC_OK) {
        return error->code;
    }
    if (!hc_base64_decode(block->body, buffer->ptr + buffer->len, HC_CREDENTIAL_CERT_LEN_MAX, 0,
                          &len)) {
        return credential_refuse(source, "a certificate that is no base64, or over 16 KiB", error);
    }
    return credential_add(credential, len, source, error);
}

static int credential_read_der(hc_credential *credential, hc_cursor bytes, const char *source,
                               httpsc_error *error)
{
    size_t len = hc_cursor_left(&bytes);

    if (credential_reserve(credential, len, source, error) != HTTPSC_OK) {
        return error->code;
    }
    memcpy(credential->certificates.ptr, bytes.at, len);
    return credential_add(credential, len, source, error);
}

/* The key of the first certificate is one that can sign here. */
static int credential_check_key(hc_credential *credential, const char *source,
                                httpsc_error *error)
{
    hc_cert cert;

    if (!hc_cert_decode(&cert, credential->chain[0])) {
        return credential_refuse(source, "a malformed certificate", error);
    }
    switch (hc_public_key_parse(&credential->public_key, cert.public_key)) {
    case HC_KEY_OK:
        return HTTPSC_OK;
    case HC_KEY_WEAK:
        return hc_fail(error, HTTPSC_ERR_KEY_WEAK, 0,
                       "%e: the certificate's; RSA of 2048 to 4096 bits are", source);
    case HC_KEY_UNSUPPORTED:
        return hc_fail(error, HTTPSC_ERR_KEY_FORM, 0,
                       "%e: the certificate's; RSA and EC on P-256, P-384 and P-521 are known",
                       source);
    default:
        return credential_refuse(source, "a certificate with a malformed key", error);
    }
}

HC_FN int hc_credential_read_chain(hc_credential *credential, hc_cursor bytes, const char *source,
                                   httpsc_error *error)
{
    hc_cursor text = bytes;
    hc_pem_block block;
    size_t num_blocks = 0;

    while (hc_pem_next(&text, &block)) {
        num_blocks++;
        if ((hc_pem_is(&block, "CERTIFICATE") || hc_pem_is(&block, "X509 CERTIFICATE")) &&
            credential_take_block(credential, &block, source, error) != HTTPSC_OK) {
            return error->code;
        }
        if (hc_pem_is(&block, "TRUSTED CERTIFICATE")) {
            return credential_refuse(source, "a certificate in OpenSSL's TRUSTED form", error);
        }
    }
    if (num_blocks == 0 && hc_peek(&bytes) == HC_DER_SEQUENCE &&
        credential_read_der(credential, bytes, source, error) != HTTPSC_OK) {
        return error->code;
    }
    if (credential->num_certs == 0) {
        return hc_fail(error, HTTPSC_ERR_IDENTITY_EMPTY, 0, "%e: no certificate is in it", source);
    }
    return credential_check_key(credential, source, error);
}

HC_FN int hc_credential_read_key(hc_credential *credential, hc_cursor bytes,
                                 const hc_password *password, const char *source,
                                 httpsc_error *error)
{
    if (hc_private_key_file_read(&credential->key, credential->certificates.allocator, bytes,
                                 password, source, error) != HTTPSC_OK) {
        return error->code;
    }
    return hc_public_key_same(&credential->public_key, &credential->key.public_key)
               ? HTTPSC_OK
               : hc_fail(error, HTTPSC_ERR_IDENTITY_MISMATCH, 0,
                         "%e: the key of another certificate than the first", source);
}

HC_FN void hc_credential_wipe(hc_credential *credential)
{
    hc_buffer_free(&credential->certificates);
    hc_private_key_file_wipe(&credential->key);
    hc_wipe(credential, sizeof *credential);
}
