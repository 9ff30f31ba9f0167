/* The record layer: protection (RFC 8446, 5; RFC 5246, 6; RFC 5288; RFC 7905), and the two buffers
 * that records stand in. */
#ifndef HC_RECORD_H
#define HC_RECORD_H

#include "suites.h"

#include "../base/memory.h"

/* ContentType. */
#define HC_RECORD_CCS 20
#define HC_RECORD_ALERT 21
#define HC_RECORD_HANDSHAKE 22
#define HC_RECORD_DATA 23

#define HC_RECORD_HEADER_LEN 5
#define HC_RECORD_PLAIN_MAX 16384
#define HC_RECORD_EXPANSION_MAX 256 /* of the ciphertext over the plaintext; what 1.2 allows beyond
                                       that no AEAD needs */
#define HC_RECORD_PREFIX_MAX 13     /* header and explicit nonce */
#define HC_RECORD_SUFFIX_MAX 17     /* inner content type and tag */

/* How one direction is protected. Zeroed: not at all. Wiped with hc_wipe. */
typedef struct hc_record_keys {
    hc_aead aead;
    unsigned char iv[HC_AEAD_NONCE_LEN]; /* in 1.2 with GCM 4 bytes of it are used */
    uint64_t sequence;                   /* of the next record */
    uint16_t version;                    /* 0: records go in the clear */
    size_t explicit_len;                 /* bytes of nonce in the record: 8 in 1.2 with GCM */
} hc_record_keys;

/* Takes a key and an IV into use, and counts from 0. */
HC_FN void hc_record_keys_set(hc_record_keys *keys, const hc_crypto *crypto, const hc_suite *suite,
                              const unsigned char *key, const unsigned char *iv);

/* Bytes of a record before its content, and behind it. */
HC_FN size_t hc_record_prefix(const hc_record_keys *keys);
HC_FN size_t hc_record_suffix(const hc_record_keys *keys);

/* Makes a record of content that stands hc_record_prefix bytes behind record, with
 * hc_record_suffix bytes of room behind it. Returns the record's length; 0 when the sequence
 * numbers are used up. */
HC_FN size_t hc_record_seal(hc_record_keys *keys, unsigned type, unsigned char *record,
                            size_t content_len);

typedef enum hc_record_result {
    HC_RECORD_OK = 1,
    HC_RECORD_BAD_MAC,
    HC_RECORD_OVERFLOW,
    HC_RECORD_NO_TYPE /* of 1.3: nothing but padding */
} hc_record_result;

/* Opens a whole record of len bytes in place. On HC_RECORD_OK *type is its real content type, and
 * *content points into it. */
HC_FN hc_record_result hc_record_open(hc_record_keys *keys, unsigned char *record, size_t len,
                                      unsigned *type, unsigned char **content,
                                      size_t *content_len);

/* Bytes that stand between at and end. Those below high were written once, and are wiped when the
 * memory is given back. */
typedef struct hc_record_buffer {
    const httpsc_allocator *allocator;
    unsigned char *ptr;
    size_t capacity;
    size_t at;
    size_t end;
    size_t high;
} hc_record_buffer;

/* Moves the content to the front, and sees to a capacity of at least that. 0 when there is no
 * memory; the content is unchanged. */
HC_FN int hc_record_buffer_reserve(hc_record_buffer *buffer, size_t capacity);

/* len bytes were written behind end. */
HC_FN void hc_record_buffer_added(hc_record_buffer *buffer, size_t len);

/* Gives back the memory, wiped, content or not. */
HC_FN void hc_record_buffer_free(hc_record_buffer *buffer);

#endif
