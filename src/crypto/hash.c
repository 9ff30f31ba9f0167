#include "hash.h"
#include "../base/memory.h"

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
        return &br_sha1_vtable;
    case HC_HASH_MD5:
        return &br_md5_vtable;
    }
    return NULL;
}

HC_FN size_t hc_hash_len(hc_hash_id id)
{
    const br_hash_class *class = hc_hash_class(id);

    return class == NULL ? 0 : (class->desc >> BR_HASHDESC_OUT_OFF) & BR_HASHDESC_OUT_MASK;
}

HC_FN void hc_hash_init(hc_hash_context *context, hc_hash_id id)
{
    hc_hash_class(id)->init(&context->state.vtable);
}

HC_FN void hc_hash_update(hc_hash_context *context, const void *bytes, size_t len)
{
    if (len > 0) {
        context->state.vtable->update(&context->state.vtable, bytes, len);
    }
}

HC_FN size_t hc_hash_snapshot(const hc_hash_context *context, unsigned char out[HC_HASH_MAX])
{
    const br_hash_class *class = context->state.vtable;

    class->out(&context->state.vtable, out);
    return (class->desc >> BR_HASHDESC_OUT_OFF) & BR_HASHDESC_OUT_MASK;
}

HC_FN void hc_hash(hc_hash_id id, const void *bytes, size_t len, unsigned char out[HC_HASH_MAX])
{
    hc_hash_context context;

    hc_hash_init(&context, id);
    hc_hash_update(&context, bytes, len);
    hc_hash_snapshot(&context, out);
    hc_wipe(&context, sizeof context);
}
