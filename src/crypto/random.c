#include "random.h"

/* Of one request (SP 800-90A, table 2). */
#define RANDOM_REQUEST_MAX 65536u

HC_FN int hc_random_init(hc_random *random, const void *seed, size_t seed_len)
{
    memset(random, 0, sizeof *random);
    if (seed_len < HC_RANDOM_SEED_MIN) {
        return 0;
    }
    br_hmac_drbg_init(&random->drbg, &br_sha256_vtable, seed, seed_len);
    random->seeded = 1;
    return 1;
}

HC_FACE int hc_random_mix(hc_random *random, const void *bytes, size_t len)
{
    if (!random->seeded) {
        return 0;
    }
    if (len > 0) {
        br_hmac_drbg_update(&random->drbg, bytes, len);
    }
    return 1;
}

HC_FN int hc_random_bytes(hc_random *random, void *out, size_t len)
{
    unsigned char *at = out;

    if (!random->seeded) {
        memset(out, 0, len);
        return 0;
    }
    while (len > 0) {
        size_t take = hc_min(len, RANDOM_REQUEST_MAX);

        br_hmac_drbg_generate(&random->drbg, at, take);
        at += take;
        len -= take;
    }
    return 1;
}
