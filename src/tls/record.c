#include "record.h"

HC_FN void hc_record_keys_set(hc_record_keys *keys, const hc_crypto *crypto, const hc_suite *suite,
                              const unsigned char *key, const unsigned char *iv)
{
    int is_gcm = suite->aead != HC_AEAD_CHACHA20_POLY1305;

    hc_wipe(keys, sizeof *keys);
    hc_aead_init(&keys->aead, crypto, suite->aead, key);
    keys->version = suite->version;
    keys->explicit_len = suite->version == HC_TLS_12 && is_gcm ? 8 : 0;
    memcpy(keys->iv, iv, keys->explicit_len == 0 ? sizeof keys->iv : 4);
}

HC_FN size_t hc_record_prefix(const hc_record_keys *keys)
{
    return HC_RECORD_HEADER_LEN + keys->explicit_len;
}

HC_FN size_t hc_record_suffix(const hc_record_keys *keys)
{
    return keys->version == 0 ? 0 : HC_AEAD_TAG_LEN + (keys->version == HC_TLS_13 ? 1u : 0u);
}

static void record_put_header(unsigned char *record, unsigned type, size_t len)
{
    record[0] = (unsigned char)type;
    record[1] = 3;
    record[2] = 3;
    record[3] = (unsigned char)(len >> 8);
    record[4] = (unsigned char)(len & 0xFF);
}

static void record_put_sequence(unsigned char out[8], uint64_t sequence)
{
    for (size_t i = 8; i > 0; i--) {
        out[i - 1] = (unsigned char)(sequence & 0xFF);
        sequence >>= 8;
    }
}

/* The nonce: the IV and the sequence number added without carry, or salt and explicit part. */
static void record_nonce(const hc_record_keys *keys, const unsigned char *explicit_nonce,
                         unsigned char nonce[HC_AEAD_NONCE_LEN])
{
    unsigned char sequence[8];

    memcpy(nonce, keys->iv, HC_AEAD_NONCE_LEN);
    if (keys->explicit_len > 0) {
        memcpy(nonce + 4, explicit_nonce, 8);
        return;
    }
    record_put_sequence(sequence, keys->sequence);
    for (size_t i = 0; i < 8; i++) {
        nonce[4 + i] = (unsigned char)(nonce[4 + i] ^ sequence[i]);
    }
}

/* What is authenticated beside the content; returns its length. */
static size_t record_aad(const hc_record_keys *keys, const unsigned char *record,
                         size_t content_len, unsigned char aad[13])
{
    if (keys->version == HC_TLS_13) {
        memcpy(aad, record, HC_RECORD_HEADER_LEN);
        return HC_RECORD_HEADER_LEN;
    }
    record_put_sequence(aad, keys->sequence);
    memcpy(aad + 8, record, 3);
    aad[11] = (unsigned char)(content_len >> 8);
    aad[12] = (unsigned char)(content_len & 0xFF);
    return 13;
}

HC_FN size_t hc_record_seal(hc_record_keys *keys, unsigned type, unsigned char *record,
                            size_t content_len)
{
    size_t prefix = hc_record_prefix(keys);
    unsigned char *content = record + prefix;
    unsigned char nonce[HC_AEAD_NONCE_LEN];
    unsigned char aad[13];
    size_t aad_len;
    size_t total = prefix + content_len + hc_record_suffix(keys);

    if (keys->version == 0) {
        record_put_header(record, type, content_len);
        return total;
    }
    if (keys->sequence == UINT64_MAX) {
        return 0;
    }
    if (keys->version == HC_TLS_13) {
        content[content_len++] = (unsigned char)type;
        type = HC_RECORD_DATA;
    }
    record_put_header(record, type, total - HC_RECORD_HEADER_LEN);
    if (keys->explicit_len > 0) {
        record_put_sequence(record + HC_RECORD_HEADER_LEN, keys->sequence);
    }
    record_nonce(keys, record + HC_RECORD_HEADER_LEN, nonce);
    aad_len = record_aad(keys, record, content_len, aad);
    hc_aead_seal(&keys->aead, nonce, aad, aad_len, content, content_len, content + content_len);
    keys->sequence++;
    return total;
}

/* Takes the padding off, and the type that stands before it (RFC 8446, 5.4). */
static hc_record_result record_take_type(const unsigned char *content, size_t *content_len,
                                         unsigned *type)
{
    size_t len = *content_len;

    while (len > 0 && content[len - 1] == 0) {
        len--;
    }
    if (len == 0) {
        return HC_RECORD_NO_TYPE;
    }
    *type = content[len - 1];
    *content_len = len - 1;
    return HC_RECORD_OK;
}

HC_FN hc_record_result hc_record_open(hc_record_keys *keys, unsigned char *record, size_t len,
                                      unsigned *type, unsigned char **content,
                                      size_t *content_len)
{
    size_t prefix = hc_record_prefix(keys);
    unsigned char nonce[HC_AEAD_NONCE_LEN];
    unsigned char aad[13];
    size_t aad_len;
    size_t plain_len;

    *type = record[0];
    *content = record + prefix;
    *content_len = len - HC_RECORD_HEADER_LEN;
    if (keys->version == 0) {
        return *content_len > HC_RECORD_PLAIN_MAX ? HC_RECORD_OVERFLOW : HC_RECORD_OK;
    }
    if (len < prefix + HC_AEAD_TAG_LEN || keys->sequence == UINT64_MAX) {
        return HC_RECORD_BAD_MAC;
    }
    plain_len = len - prefix - HC_AEAD_TAG_LEN;
    record_nonce(keys, record + HC_RECORD_HEADER_LEN, nonce);
    aad_len = record_aad(keys, record, plain_len, aad);
    if (!hc_aead_open(&keys->aead, nonce, aad, aad_len, *content, plain_len,
                      *content + plain_len)) {
        return HC_RECORD_BAD_MAC;
    }
    keys->sequence++;
    *content_len = plain_len;
    if (plain_len > HC_RECORD_PLAIN_MAX + (keys->version == HC_TLS_13 ? 1u : 0u)) {
        return HC_RECORD_OVERFLOW;
    }
    return keys->version == HC_TLS_13 ? record_take_type(*content, content_len, type)
                                      : HC_RECORD_OK;
}

HC_FN int hc_record_buffer_reserve(hc_record_buffer *buffer, size_t capacity)
{
    size_t len = buffer->end - buffer->at;
    unsigned char *ptr;

    if (capacity <= buffer->capacity) {
        if (buffer->at > 0) {
            memmove(buffer->ptr, buffer->ptr + buffer->at, len);
            buffer->at = 0;
            buffer->end = len;
        }
        return 1;
    }
    ptr = buffer->allocator->alloc(buffer->allocator->user, capacity);
    if (ptr == NULL) {
        return 0;
    }
    if (len > 0) {
        memcpy(ptr, buffer->ptr + buffer->at, len);
    }
    hc_record_buffer_free(buffer);
    buffer->ptr = ptr;
    buffer->capacity = capacity;
    buffer->end = len;
    buffer->high = len;
    return 1;
}

HC_FN void hc_record_buffer_added(hc_record_buffer *buffer, size_t len)
{
    buffer->end += len;
    if (buffer->end > buffer->high) {
        buffer->high = buffer->end;
    }
}

HC_FN void hc_record_buffer_free(hc_record_buffer *buffer)
{
    if (buffer->ptr != NULL) {
        hc_wipe(buffer->ptr, buffer->high);
        hc_free(buffer->allocator, buffer->ptr, buffer->capacity);
    }
    buffer->ptr = NULL;
    buffer->capacity = 0;
    buffer->at = 0;
    buffer->end = 0;
    buffer->high = 0;
}
