/* The numbers that are negotiated: cipher suites, groups, signature schemes, and their names. */
#ifndef HC_SUITES_H
#define HC_SUITES_H

#include "../crypto/cipher.h"
#include "../crypto/key_exchange.h"
#include "session.h"

typedef struct hc_suite {
    uint16_t id;
    uint16_t version; /* HC_TLS_12 or HC_TLS_13: a suite is of one of them */
    hc_aead_id aead;
    hc_hash_id hash;
    hc_key_kind auth; /* of the server's key in 1.2 */
    const char *name; /* IANA's */
} hc_suite;

#define HC_SUITES_MAX 9

/* NULL for one that is not carried. */
HC_FN const hc_suite *hc_suite_find(uint16_t id);

/* The suites of the versions from min to max in our order: AES first where the CPU has it, ChaCha20
 * first where not; 1.3 before 1.2. Returns their number. */
HC_FN size_t hc_suites_offered(const hc_crypto *crypto, uint16_t min_version, uint16_t max_version,
                               uint16_t out[HC_SUITES_MAX]);

/* The groups in our order. */
#define HC_NUM_GROUPS 4
HC_FN hc_group hc_group_offered(size_t index);

/* 1 when it is one of them. */
HC_FN int hc_group_is_offered(unsigned group);

/* "x25519", "secp256r1" ...; "" for another. */
HC_FN const char *hc_group_name(hc_group group);

/* SignatureScheme (RFC 8446, 4.2.3). */
typedef enum hc_padding {
    HC_PADDING_NONE = 1, /* ECDSA has none */
    HC_PADDING_PKCS1,
    HC_PADDING_PSS
} hc_padding;

typedef struct hc_signature_scheme {
    uint16_t id;
    hc_key_kind kind;
    hc_curve curve; /* that 1.3 binds an ECDSA scheme to */
    hc_hash_id hash;
    hc_padding padding;
    const char *name;
} hc_signature_scheme;

#define HC_NUM_SCHEMES 9

/* The schemes in our order. */
HC_FN const hc_signature_scheme *hc_scheme_offered(size_t index);

/* NULL for one that is not offered. */
HC_FN const hc_signature_scheme *hc_scheme_find(uint16_t id);

/* 1 when a handshake of that version may be signed by that scheme with a key like this: no PKCS#1
 * in 1.3, and in 1.3 the curve is bound. */
HC_FN int hc_scheme_fits(const hc_signature_scheme *scheme, uint16_t version,
                         const hc_public_key *key);

#endif
