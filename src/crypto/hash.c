#include "hash.h"
#include "../base/memory.h"

#define HASH_SHA512_256_LEN 32

/* SHA-512/256 is SHA-512 from other initial values, and cut (FIPS 180-4, 5.3.6.2 and 6.7). */
static const unsigned char hash_sha512_256_iv[64] = {
    0x22, 0x31, 0x21, 0x94, 0xfc, 0x2b, 0xf7, 0x2c, 0x9f, 0x55, 0x5f, 0xa3, 0xc8, 0x4c, 0x64, 0xc2,
    0x23, 0x93, 0xb8, 0x6b, 0x6f, 0x53, 0xb1, 0x51, 0x96, 0x38, 0x77, 0x19, 0x59, 0x40, 0xea, 0xbd,
    0x96, 0x28, 0x3e, 0xe2, 0xa8, 0x8e, 0xff, 0xe3, 0xbe, 0x5e, 0x1e, 0x25, 0x53, 0x86, 0x39, 0x92,
    0x2b, 0x01, 0x99, 0xfc, 0x2c, 0x85, 0xb8, 0xaa, 0x0e, 0xb7, 0x2d, 0xdc, 0x81, 0xc5, 0x2c, 0xa2};

HC_FN const br_hash_class *hc_hash_class(hc_hash_id id)
{
    switch (id) {
    case HC_HASH_SHA256:
        return &br_sha256_vtable;
    case HC_HASH_SHA384:
        return &br_sha384_vtable;
    case HC_HASH_SHA512:
        return &br_sha512_vtable;
    case HC_HASH_SHA224:
        return &br_sha224_vtable;
    case HC_HASH_SHA1:
        return HC_HAS_CLIENT_CERTS ? &br_sha1_vtable : NULL; /* of PBKDF2 alone */
    case HC_HASH_MD5:
        return HC_HAS_CLIENT_CERTS || HC_HAS_DIGEST ? &br_md5_vtable : NULL;
    case HC_HASH_SHA512_256:
        break;
    }
    return NULL;
}

HC_FN size_t hc_hash_len(hc_hash_id id)
{
    const br_hash_class *class = hc_hash_class(id);

    if (id == HC_HASH_SHA512_256) {
        return HASH_SHA512_256_LEN;
    }
    return class == NULL ? 0 : (class->desc >> BR_HASHDESC_OUT_OFF) & BR_HASHDESC_OUT_MASK;
}

HC_FN void hc_hash_init(hc_hash_context *context, hc_hash_id id)
{
    context->len = hc_hash_len(id);
    if (id == HC_HASH_SHA512_256) {
        br_sha512_vtable.init(&context->state.vtable);
        br_sha512_vtable.set_state(&context->state.vtable, hash_sha512_256_iv, 0);
    } else {
        hc_hash_class(id)->init(&context->state.vtable);
    }
}

HC_FN void hc_hash_update(hc_hash_context *context, const void *bytes, size_t len)
{
    if (len > 0) {
        context->state.vtable->update(&context->state.vtable, bytes, len);
    }
}

HC_FN size_t hc_hash_snapshot(const hc_hash_context *context, unsigned char out[HC_HASH_MAX])
{
    context->state.vtable->out(&context->state.vtable, out);
    return context->len;
}

HC_FN void hc_hash(hc_hash_id id, const void *bytes, size_t len, unsigned char out[HC_HASH_MAX])
{
    hc_hash_context context;

    hc_hash_init(&context, id);
    hc_hash_update(&context, bytes, len);
    hc_hash_snapshot(&context, out);
    hc_wipe(&context, sizeof context);
}
