#include "private_key_file.h"

#include "../syntax/pem.h"

HC_FN int hc_key_refuse(const hc_key_reading *reading, int code, const char *what)
{
    return hc_fail(reading->error, code, 0, "%e: %s", reading->source, what);
}

/* A key in DER, in the reading's buffer: decrypted where it has to be, and decoded. */
static int key_file_take_der(const hc_key_reading *reading, hc_cursor der)
{
    hc_cursor outer = der;
    hc_cursor inner;
    hc_der whole;
    hc_der first;
    hc_der second;

    /* EncryptedPrivateKeyInfo is SEQUENCE { AlgorithmIdentifier, OCTET STRING } */
    if (hc_der_take(&outer, HC_DER_SEQUENCE, &whole) &&
        hc_der_take(&whole.content, HC_DER_SEQUENCE, &first) &&
        hc_der_next(&whole.content, &second)) {
        if (second.tag == HC_DER_SEQUENCE) {
            return hc_key_refuse(reading, HTTPSC_ERR_IDENTITY_EMPTY,
                                 "a certificate, and no private key");
        }
        if (hc_private_key_decrypt(reading, der, &inner) != HTTPSC_OK) {
            return reading->error->code;
        }
        der = inner;
    }
    return hc_private_key_decode(reading, der);
}

/* One of the lines before the body of a PEM block ("Name: value", RFC 1421, 4.6). */
static int key_file_header_is(hc_cursor line, const char *name, hc_cursor *value)
{
    if (!hc_take_text(&line, name) || !hc_take_char(&line, ':')) {
        return 0;
    }
    while (hc_take_char(&line, ' ') || hc_take_char(&line, '\t')) {
    }
    while (hc_cursor_left(&line) > 0 && (line.end[-1] == ' ' || line.end[-1] == '\r')) {
        line.end--;
    }
    *value = line;
    return 1;
}

/* Takes the header lines off the body of a block; what they say of encryption, or nothing. */
static void key_file_take_headers(hc_cursor *body, hc_cursor *proc_type, hc_cursor *dek_info)
{
    for (;;) {
        hc_cursor rest = *body;
        hc_cursor line = hc_take_until(&rest, '\n');
        hc_cursor before = line;

        before = hc_take_until(&before, ':');
        if (hc_cursor_left(&before) == hc_cursor_left(&line)) {
            return; /* no colon: an empty line, or base64, which has none */
        }
        (void)key_file_header_is(line, "Proc-Type", proc_type);
        (void)key_file_header_is(line, "DEK-Info", dek_info);
        (void)hc_take_char(&rest, '\n');
        *body = rest;
    }
}

static int key_file_take_block(const hc_key_reading *reading, const hc_pem_block *block)
{
    hc_buffer *buffer = &reading->out->der;
    hc_cursor body = block->body;
    hc_cursor proc_type = hc_cursor_over(NULL, 0);
    hc_cursor dek_info = hc_cursor_over(NULL, 0);
    hc_cursor der;

    if (!block->complete) {
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_INVALID, "a PEM block without its END line");
    }
    key_file_take_headers(&body, &proc_type, &dek_info);
    switch (hc_buffer_reserve(buffer, hc_cursor_left(&body))) {
    case HC_BUFFER_OK:
        break;
    case HC_BUFFER_MEMORY:
        return hc_fail(reading->error, HTTPSC_ERR_MEMORY, 0, NULL);
    default:
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_INVALID, "larger than 1 MiB");
    }
    if (!hc_base64_decode(body, buffer->ptr, buffer->capacity, 0, &buffer->len) ||
        buffer->len == 0) {
        return hc_key_refuse(reading, HTTPSC_ERR_KEY_INVALID, "a PEM block that is no base64");
    }
    der = hc_cursor_over(buffer->ptr, buffer->len);
    if (hc_cursor_left(&proc_type) == 0) {
        return key_file_take_der(reading, der);
    }
    if (!hc_equal_nocase("4,ENCRYPTED", 11, proc_type.at, hc_cursor_left(&proc_type))) {
        return hc_fail(reading->error, HTTPSC_ERR_KEY_FORM, 0, "%e: PEM with Proc-Type %q",
                       reading->source, proc_type.at, hc_cursor_left(&proc_type));
    }
    return hc_private_key_decrypt_pem(reading, dek_info, der, &der) == HTTPSC_OK
               ? hc_private_key_decode(reading, der)
               : reading->error->code;
}

/* 1 for a label that has these words in it. */
static int key_file_label_has(hc_cursor label, const char *words)
{
    while (hc_cursor_left(&label) > 0) {
        hc_cursor rest = label;

        if (hc_take_text(&rest, words)) {
            return 1;
        }
        (void)hc_take_u8(&label);
    }
    return 0;
}

/* The first block that is a private key. */
static int key_file_take_pem(const hc_key_reading *reading, hc_cursor text)
{
    hc_pem_block block;

    while (hc_pem_next(&text, &block)) {
        if (hc_pem_is(&block, "PRIVATE KEY") || hc_pem_is(&block, "RSA PRIVATE KEY") ||
            hc_pem_is(&block, "EC PRIVATE KEY") || hc_pem_is(&block, "ENCRYPTED PRIVATE KEY")) {
            return key_file_take_block(reading, &block);
        }
        if (key_file_label_has(block.label, "PRIVATE KEY")) {
            return hc_fail(reading->error, HTTPSC_ERR_KEY_FORM, 0, "%e: %q", reading->source,
                           block.label.at, hc_cursor_left(&block.label));
        }
    }
    return hc_key_refuse(reading, HTTPSC_ERR_IDENTITY_EMPTY, "no private key is in it");
}

HC_FN int hc_private_key_file_read(hc_private_key_file *out, const httpsc_allocator *allocator,
                                   hc_cursor bytes, const hc_password *password,
                                   const char *source, httpsc_error *error)
{
    hc_key_reading reading;
    hc_cursor text = bytes;
    hc_pem_block block;

    memset(out, 0, sizeof *out);
    hc_buffer_init(&out->der, allocator, HC_KEY_FILE_MAX);
    reading.out = out;
    reading.password = password;
    reading.source = source;
    reading.error = error;
    if (hc_take_text(&text, "PuTTY-User-Key-File-")) {
        return hc_key_refuse(&reading, HTTPSC_ERR_KEY_FORM, "a file of PuTTY");
    }
    if (hc_peek(&bytes) != HC_DER_SEQUENCE || hc_pem_next(&text, &block)) {
        return key_file_take_pem(&reading, bytes);
    }
    switch (hc_buffer_add(&out->der, bytes.at, hc_cursor_left(&bytes))) {
    case HC_BUFFER_OK:
        return key_file_take_der(&reading, hc_cursor_over(out->der.ptr, out->der.len));
    case HC_BUFFER_MEMORY:
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    default:
        return hc_key_refuse(&reading, HTTPSC_ERR_KEY_INVALID, "larger than 1 MiB");
    }
}

HC_FN void hc_private_key_file_wipe(hc_private_key_file *file)
{
    hc_buffer_free(&file->der);
    hc_wipe(file, sizeof *file);
}
