#include "key_schedule.h"

#include "../base/memory.h"

static const hc_hash_id schedule_hashes[3] = {HC_HASH_SHA256, HC_HASH_SHA384, HC_HASH_SHA512};

/* Where the context of a hash is: each has its own, or the one that is live has all. */
#define SCHEDULE_SLOT(i) ((i) % (HC_HAS_CLIENT_CERTS ? 3 : 1))

HC_FN unsigned hc_transcript_bit(hc_hash_id hash)
{
    return hash == HC_HASH_SHA256 ? 1u : hash == HC_HASH_SHA384 ? 2u : 4u;
}

HC_FN void hc_transcript_start(hc_transcript *transcript, unsigned live)
{
    memset(transcript, 0, sizeof *transcript);
    transcript->live = live;
    for (size_t i = 0; i < HC_ARRAY_LEN(schedule_hashes); i++) {
        if ((live & 1u << i) != 0) {
            hc_hash_init(&transcript->contexts[SCHEDULE_SLOT(i)], schedule_hashes[i]);
        }
    }
}

HC_FN void hc_transcript_add(hc_transcript *transcript, const void *bytes, size_t len)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(schedule_hashes); i++) {
        if ((transcript->live & 1u << i) != 0) {
            hc_hash_update(&transcript->contexts[SCHEDULE_SLOT(i)], bytes, len);
        }
    }
}

HC_FN size_t hc_transcript_hash(const hc_transcript *transcript, hc_hash_id hash,
                                unsigned char out[HC_HASH_MAX])
{
    for (size_t i = 0; i < HC_ARRAY_LEN(schedule_hashes); i++) {
        if (schedule_hashes[i] == hash && (transcript->live & 1u << i) != 0) {
            return hc_hash_snapshot(&transcript->contexts[SCHEDULE_SLOT(i)], out);
        }
    }
    memset(out, 0, HC_HASH_MAX);
    return 0;
}

HC_FN void hc_transcript_fold(hc_transcript *transcript, hc_hash_id hash)
{
    unsigned char message[4 + HC_HASH_MAX] = {254, 0, 0, 0};
    size_t len = hc_transcript_hash(transcript, hash, message + 4);

    message[3] = (unsigned char)len;
    hc_transcript_start(transcript, hc_transcript_bit(hash));
    hc_transcript_add(transcript, message, 4 + len);
}

HC_FN int hc_schedule_start(hc_schedule *schedule, hc_hash_id hash, const unsigned char *psk)
{
    static const unsigned char zeros[HC_HASH_MAX] = {0};
    size_t len = hc_hash_len(hash);

    memset(schedule, 0, sizeof *schedule);
    schedule->hash = hash;
    return hc_hkdf_extract(hash, NULL, 0, psk == NULL ? zeros : psk, len, schedule->secret) == len;
}

HC_FN int hc_schedule_derive(const hc_schedule *schedule, const char *label,
                             const unsigned char *transcript_hash, unsigned char out[HC_HASH_MAX])
{
    unsigned char nothing[HC_HASH_MAX];
    size_t len = hc_hash_len(schedule->hash);

    if (transcript_hash == NULL) {
        hc_hash(schedule->hash, NULL, 0, nothing);
        transcript_hash = nothing;
    }
    return hc_hkdf_expand_label(schedule->hash, schedule->secret, label, transcript_hash, len, out,
                                len);
}

HC_FN int hc_schedule_mix(hc_schedule *schedule, const unsigned char *ikm, size_t ikm_len)
{
    static const unsigned char zeros[HC_HASH_MAX] = {0};
    unsigned char salt[HC_HASH_MAX];
    size_t len = hc_hash_len(schedule->hash);
    int done = hc_schedule_derive(schedule, "derived", NULL, salt);

    if (ikm == NULL) {
        ikm = zeros;
        ikm_len = len;
    }
    done = done &&
           hc_hkdf_extract(schedule->hash, salt, len, ikm, ikm_len, schedule->secret) == len;
    hc_wipe(salt, sizeof salt);
    return done;
}

HC_FN int hc_schedule_finished(hc_hash_id hash, const unsigned char *base_key,
                               const unsigned char *transcript_hash,
                               unsigned char out[HC_HASH_MAX])
{
    unsigned char key[HC_HASH_MAX];
    size_t len = hc_hash_len(hash);
    int done = hc_hkdf_expand_label(hash, base_key, "finished", NULL, 0, key, len);

    done = done && hc_hmac(hash, key, len, transcript_hash, len, out) == len;
    hc_wipe(key, sizeof key);
    return done;
}

HC_FN int hc_schedule_binder(hc_hash_id hash, const unsigned char *psk,
                             const unsigned char *transcript_hash, unsigned char out[HC_HASH_MAX])
{
    unsigned char key[HC_HASH_MAX];
    hc_schedule early;
    int done = hc_schedule_start(&early, hash, psk) &&
               hc_schedule_derive(&early, "res binder", NULL, key) &&
               hc_schedule_finished(hash, key, transcript_hash, out);

    hc_wipe(key, sizeof key);
    hc_wipe(&early, sizeof early);
    return done;
}

HC_FN int hc_schedule_keys(const hc_suite *suite, const unsigned char *secret,
                           unsigned char key[HC_AEAD_KEY_MAX], unsigned char iv[HC_AEAD_NONCE_LEN])
{
    return hc_hkdf_expand_label(suite->hash, secret, "key", NULL, 0, key,
                                hc_aead_key_len(suite->aead)) &&
           hc_hkdf_expand_label(suite->hash, secret, "iv", NULL, 0, iv, HC_AEAD_NONCE_LEN);
}

HC_FN int hc_schedule_update(hc_hash_id hash, unsigned char *secret)
{
    return hc_hkdf_expand_label(hash, secret, "traffic upd", NULL, 0, secret, hc_hash_len(hash));
}

HC_FN int hc_schedule_ticket(hc_hash_id hash, const unsigned char *resumption_secret,
                             hc_cursor nonce, unsigned char *psk)
{
    return hc_hkdf_expand_label(hash, resumption_secret, "resumption", nonce.at,
                                hc_cursor_left(&nonce), psk, hc_hash_len(hash));
}
