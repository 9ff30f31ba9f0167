/* The key schedule of TLS 1.3 (RFC 8446, 7), and the transcript that it and Finished are over. */
#ifndef HC_KEY_SCHEDULE_H
#define HC_KEY_SCHEDULE_H

#include "suites.h"

#include "../crypto/kdf.h"

/* A running hash over handshake messages; several at once while it is open which one counts, which
 * only a signature of the client's in TLS 1.2 asks for. */
typedef struct hc_transcript {
    hc_hash_context contexts[HC_HAS_CLIENT_CERTS ? 3 : 1];
    unsigned live; /* HC_TRANSCRIPT_... */
} hc_transcript;

#define HC_TRANSCRIPT_ALL 7u

/* The bit of a hash: SHA-256, -384 or -512. */
HC_FN unsigned hc_transcript_bit(hc_hash_id hash);

/* Begins, empty, with the hashes of those bits. */
HC_FN void hc_transcript_start(hc_transcript *transcript, unsigned live);
HC_FN void hc_transcript_add(hc_transcript *transcript, const void *bytes, size_t len);

/* The hash so far, of one that is live; returns its length. */
HC_FN size_t hc_transcript_hash(const hc_transcript *transcript, hc_hash_id hash,
                                unsigned char out[HC_HASH_MAX]);

/* Replaces what was there by its message_hash (RFC 8446, 4.4.1): after a HelloRetryRequest. */
HC_FN void hc_transcript_fold(hc_transcript *transcript, hc_hash_id hash);

/* The secret that the schedule has got to: Early, Handshake, Master. */
typedef struct hc_schedule {
    hc_hash_id hash;
    unsigned char secret[HC_HASH_MAX];
} hc_schedule;

/* The Early Secret of a PSK as long as the hash; NULL for none. All these return 0 when something
 * failed, and that is fatal. */
HC_FN int hc_schedule_start(hc_schedule *schedule, hc_hash_id hash, const unsigned char *psk);

/* On to the next secret, with the (EC)DHE secret, or NULL for none. */
HC_FN int hc_schedule_mix(hc_schedule *schedule, const unsigned char *ikm, size_t ikm_len);

/* Derive-Secret with a transcript's hash; NULL for that of no messages. */
HC_FN int hc_schedule_derive(const hc_schedule *schedule, const char *label,
                             const unsigned char *transcript_hash, unsigned char out[HC_HASH_MAX]);

/* The verify_data under a base key (RFC 8446, 4.4.4); as long as the hash. */
HC_FN int hc_schedule_finished(hc_hash_id hash, const unsigned char *base_key,
                               const unsigned char *transcript_hash,
                               unsigned char out[HC_HASH_MAX]);

/* The verify_data of a PSK's binder over the hash of a truncated ClientHello (4.2.11.2). */
HC_FN int hc_schedule_binder(hc_hash_id hash, const unsigned char *psk,
                             const unsigned char *transcript_hash, unsigned char out[HC_HASH_MAX]);

/* Key and IV of a traffic secret; and the next traffic secret (7.2). */
HC_FN int hc_schedule_keys(const hc_suite *suite, const unsigned char *secret,
                           unsigned char key[HC_AEAD_KEY_MAX],
                           unsigned char iv[HC_AEAD_NONCE_LEN]);
HC_FN int hc_schedule_update(hc_hash_id hash, unsigned char *secret);

/* The PSK of a ticket (4.6.1). */
HC_FN int hc_schedule_ticket(hc_hash_id hash, const unsigned char *resumption_secret,
                             hc_cursor nonce, unsigned char *psk);

#endif
