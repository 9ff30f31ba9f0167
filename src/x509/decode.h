/*
 * Certificates (RFC 5280, 4): a strict DER decoder into cursors. It judges form alone; what a
 * certificate may be used for is judged where a path is built.
 */
#ifndef HC_DECODE_H
#define HC_DECODE_H

#include "../crypto/hash.h"
#include "../crypto/public_key.h"

/* Extensions that are known, as bits. */
#define HC_EXT_SUBJECT_KEY_ID (1u << 0)
#define HC_EXT_KEY_USAGE (1u << 1)
#define HC_EXT_SUBJECT_ALT_NAME (1u << 2)
#define HC_EXT_ISSUER_ALT_NAME (1u << 3)
#define HC_EXT_BASIC_CONSTRAINTS (1u << 4)
#define HC_EXT_NAME_CONSTRAINTS (1u << 5)
#define HC_EXT_CRL_DISTRIBUTION_POINTS (1u << 6)
#define HC_EXT_CERTIFICATE_POLICIES (1u << 7)
#define HC_EXT_POLICY_MAPPINGS (1u << 8)
#define HC_EXT_AUTHORITY_KEY_ID (1u << 9)
#define HC_EXT_POLICY_CONSTRAINTS (1u << 10)
#define HC_EXT_EXT_KEY_USAGE (1u << 11)
#define HC_EXT_FRESHEST_CRL (1u << 12)
#define HC_EXT_INHIBIT_ANY_POLICY (1u << 13)
#define HC_EXT_AUTHORITY_INFO_ACCESS (1u << 14)
#define HC_EXT_SUBJECT_INFO_ACCESS (1u << 15)

/* Bits of keyUsage (RFC 5280, 4.2.1.3): bit n of the BIT STRING is 1 << n. */
#define HC_USAGE_DIGITAL_SIGNATURE (1u << 0)
#define HC_USAGE_KEY_CERT_SIGN (1u << 5)
#define HC_USAGE_CRL_SIGN (1u << 6)

/* Purposes of extKeyUsage. */
#define HC_PURPOSE_SERVER_AUTH (1u << 0)
#define HC_PURPOSE_ANY (1u << 1)
#define HC_PURPOSE_OTHER (1u << 2)

/* How a certificate or CRL is signed. */
typedef enum hc_scheme {
    HC_SCHEME_RSA_PKCS1 = 1,
    HC_SCHEME_RSA_PSS, /* MGF1 with the same hash, a salt as long as the hash */
    HC_SCHEME_ECDSA,
    HC_SCHEME_WEAK, /* MD5 or SHA-1 */
    HC_SCHEME_UNSUPPORTED
} hc_scheme;

typedef struct hc_signature_algorithm {
    hc_scheme scheme;
    hc_hash_id hash; /* of the first three */
} hc_signature_algorithm;

/* A certificate. Cursors point into its bytes; those of what is not there hold nothing. */
typedef struct hc_cert {
    hc_cursor whole;
    hc_cursor tbs; /* what is signed: the element with its tag */
    int version;   /* 1, 2 or 3 */
    hc_cursor serial; /* its magnitude, at most 20 octets; nothing for 0 */
    hc_cursor issuer; /* Names are whole elements */
    hc_cursor subject;
    int64_t not_before; /* seconds since 1970 */
    int64_t not_after;
    int has_misplaced_time; /* 1: a GeneralizedTime before 2050 */
    hc_cursor public_key; /* SubjectPublicKeyInfo, the whole element; not looked into */
    hc_signature_algorithm algorithm;
    hc_cursor signature;
    unsigned extensions;    /* HC_EXT_..., those that are there */
    unsigned critical;      /* those of them that are marked critical */
    int unknown_critical;   /* 1: an extension that is not known is marked critical */
    int is_ca;
    int has_path_len;
    size_t path_len;
    unsigned key_usage;     /* HC_USAGE_... */
    unsigned purposes;      /* HC_PURPOSE_... */
    hc_cursor alt_names;    /* GeneralNames, to be taken with hc_der_next */
    size_t num_alt_names;
    hc_cursor permitted;    /* GeneralSubtrees, likewise */
    hc_cursor excluded;
    hc_cursor subject_key_id;
    hc_cursor authority_key_id;
    hc_cursor authority_issuer; /* authorityCertIssuer: GeneralNames */
    hc_cursor authority_serial; /* authorityCertSerialNumber */
    const char *why;            /* what is wrong with it, where hc_cert_decode said 0 */
} hc_cert;

/* GeneralName tags (RFC 5280, 4.2.1.6). */
#define HC_NAME_OTHER 0xA0
#define HC_NAME_RFC822 0x81
#define HC_NAME_DNS 0x82
#define HC_NAME_X400 0xA3
#define HC_NAME_DIRECTORY 0xA4
#define HC_NAME_EDI_PARTY 0xA5
#define HC_NAME_URI 0x86
#define HC_NAME_IP 0x87
#define HC_NAME_REGISTERED_ID 0x88

/* Decodes a certificate whole. 1 when it is well formed; else 0, *out has its reason in why, and
 * what was read before it: whole always, subject and the others maybe. */
HC_FN int hc_cert_decode(hc_cert *out, hc_cursor der);

/* 1 when subject and issuer are the same name. */
HC_FN int hc_cert_is_self_issued(const hc_cert *cert);

/* ---- pieces that CRLs are made of too ------------------------------------------------------- */

/* Takes an AlgorithmIdentifier. 0 when it is malformed; one that is not carried is well formed. */
HC_FN int hc_decode_algorithm(hc_cursor *from, hc_signature_algorithm *out, hc_cursor *whole);

/* Takes a BIT STRING of whole octets. */
HC_FN int hc_decode_octets(hc_cursor *from, hc_cursor *out);

/* Takes a Name, checked in its form; *out is the whole element. */
HC_FN int hc_decode_name(hc_cursor *from, hc_cursor *out);

/* Takes an INTEGER, minimal and not negative; *out is its magnitude of at most max_len octets,
 * without the zero that only keeps the sign: nothing for 0. */
HC_FN int hc_decode_number(hc_cursor *from, size_t max_len, hc_cursor *out);
#define HC_SERIAL_MAX 20

/* Takes a Time; see hc_asn1_time_parse. */
HC_FN int hc_decode_time(hc_cursor *from, int64_t *out, int *is_misplaced);

/* Takes an Extension: its OID, whether it is critical, and what the OCTET STRING holds. */
typedef struct hc_extension {
    hc_cursor oid;
    int critical;
    hc_cursor value;
} hc_extension;
HC_FN int hc_decode_extension(hc_cursor *from, hc_extension *out);

/* Steps into Extensions, which may not be empty. NULL when each of them is well formed and none
 * comes twice; else what is wrong. */
HC_FN const char *hc_decode_enter_extensions(hc_cursor *extensions);

/* Walks GeneralNames: 1 when each of them is well formed and there is at least one. */
HC_FN int hc_decode_general_names(hc_cursor names, size_t *num_names);

/* Splits a Mailbox (RFC 5321, 4.1.2) before its host, which is not looked at. 0 where there is no
 * "@", or what is before the last is neither a Dot-string nor a Quoted-string. */
HC_FN int hc_decode_mailbox(hc_cursor mailbox, hc_cursor *local, hc_cursor *host);

/* Whether a Name holds no attribute at all. */
HC_FN int hc_decode_name_is_empty(hc_cursor name);

/* Checks a signature over some bytes with a key. */
HC_FN hc_signature_result hc_check_signature(const hc_signature_algorithm *algorithm,
                                             hc_cursor signed_bytes, hc_cursor signature,
                                             const hc_public_key *key);

#endif
