/* Hash functions. */
#ifndef HC_HASH_H
#define HC_HASH_H

#include "../base/cursor.h"
#include "bearssl.h"

typedef enum hc_hash_id {
    HC_HASH_SHA256 = 1,
    HC_HASH_SHA384,
    HC_HASH_SHA512,
    HC_HASH_SHA224, /* only inside HMAC, for key files; no signature takes it */
    HC_HASH_SHA1,   /* the same, for old ones */
    HC_HASH_MD5,    /* only where an old protocol names it: Digest, Proc-Type key files */
    HC_HASH_SHA512_256 /* FIPS 180-4, 5.3.6: for Digest; not with HMAC */
} hc_hash_id;

#define HC_HASH_MAX 64

/* Bytes of a digest. */
HC_FN size_t hc_hash_len(hc_hash_id id);

/* The digest of some bytes, at once. */
HC_FN void hc_hash(hc_hash_id id, const void *bytes, size_t len, unsigned char out[HC_HASH_MAX]);

/* A hash that runs over bytes as they come: a transcript. Copying the struct forks it. It needs no
 * wiping but where the bytes were secret. */
typedef struct hc_hash_context {
    br_hash_compat_context state;
    size_t len; /* of the digest */
} hc_hash_context;

/* Begins; id is one of the enumeration. */
HC_FN void hc_hash_init(hc_hash_context *context, hc_hash_id id);

/* Takes more bytes. */
HC_FN void hc_hash_update(hc_hash_context *context, const void *bytes, size_t len);

/* The digest of the bytes so far; the hash can go on after it. Returns the digest's length. */
HC_FN size_t hc_hash_snapshot(const hc_hash_context *context, unsigned char out[HC_HASH_MAX]);

/* BearSSL's class of a hash, for this floor only; NULL for what is none of the enumeration, and for
 * SHA-512/256, of which BearSSL knows nothing. */
HC_FN const br_hash_class *hc_hash_class(hc_hash_id id);

#endif
