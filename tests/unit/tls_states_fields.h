/*
 * Messages at their right time that are wrong in one field, and what the RFCs say to each: written
 * like tls_states_table.h, before the engine was looked at.
 */
#ifndef TLS_STATES_FIELDS_H
#define TLS_STATES_FIELDS_H

#include "tls_states_table.h"

/* What is done to the well-formed message; offsets count from its handshake type on, those below 0
 * from its end. Lengths around are put right, but for E_BYTES. */
typedef enum mx_edit {
    E_BYTES = 1, /* bytes are put over those at an offset */
    E_FLIP,      /* a bit of the byte at an offset is changed */
    E_SPLICE,    /* remove bytes at an offset, put others there */
    E_INNER,     /* the same inside the outermost vector */
    E_BODY,      /* the whole body */
    E_ADD,       /* an extension of type at, behind the others; it may be the second of its type */
    E_SET,       /* its body, of one that is there */
    E_DROP,      /* it is left out */
    E_PARAMS,    /* ServerKeyExchange: these parameters, signed */
    E_CONTEXT,   /* CertificateVerify with this context string */
    E_ECHO       /* ServerHello of 1.2 with the ClientHello's session_id */
} mx_edit;

typedef struct mx_field {
    mx_state_id state;
    ss_message message;
    mx_edit edit;
    int at;
    size_t remove;
    const char *bytes;
    size_t len;
    int outcomes[2];
    const char *what;
    const char *reason;
} mx_field;

#define B(text) (text), sizeof(text) - 1
#define NONE NULL, 0
#define SHARE "\x1D\0\x20" /* and the key */
#define ZEROS_32 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define NINES_32 "99999999999999999999999999999999"
#define SH13 S_HELLO, M_SERVER_HELLO_13
#define SH12 S_HELLO, M_SERVER_HELLO_12
#define HRR S_HELLO, M_HELLO_RETRY
#define EE S_EXTENSIONS, M_ENCRYPTED_EXTENSIONS
#define EE_13_ALERT {ILLEGAL}

static const mx_field mx_fields[] = {
    /* ServerHello of 1.3: type 0, legacy_version 4, random 6, session_id 38, suite 71,
     * compression 73, extensions 74 */
    {SH13, E_BYTES, 4, 0, B("\3\4"), {ILLEGAL, VERSION}, "legacy_version 0x0304", "8446 4.1.3"},
    {SH13, E_BYTES, 4, 0, B("\3\2"), {ILLEGAL, VERSION}, "legacy_version 0x0302", "8446 4.1.3"},
    {SH13, E_FLIP, 39, 0, NONE, {ILLEGAL}, "another legacy_session_id_echo", "8446 4.1.3"},
    {SH13, E_SPLICE, 38, 33, B("\0"), {ILLEGAL}, "an empty session_id_echo", "8446 4.1.3"},
    {SH13, E_SPLICE, 38, 33, B("\41" NINES_32 "9"), {DECODE}, "session_id of 33", "8446 4.1.3"},
    {SH13, E_BYTES, 71, 0, B("\x13\4"), {ILLEGAL}, "a suite not offered", "8446 4.1.3"},
    {SH13, E_BYTES, 71, 0, B("\xC0\x2B"), {ILLEGAL}, "a suite of 1.2", "8446 4.1.3, B.4"},
    {SH13, E_BYTES, 71, 0, B("\x0A\x0A"), {ILLEGAL}, "a GREASE suite", "8701 3.1"},
    {SH13, E_BYTES, 73, 0, B("\1"), {ILLEGAL}, "compression", "8446 4.1.3"},
    {SH13, E_SET, SS_EXT_VERSIONS, 0, B("\3\3"), {ILLEGAL}, "selected_version 1.2", "8446 4.2.1"},
    {SH13, E_SET, SS_EXT_VERSIONS, 0, B("\3\5"), {ILLEGAL}, "selected_version 1.4", "8446 4.2.1"},
    {SH13, E_SET, SS_EXT_VERSIONS, 0, B("\x0A\x0A"), {ILLEGAL}, "GREASE version", "8701 3.1"},
    {SH13, E_SET, SS_EXT_VERSIONS, 0, B("\3\4\0"), {DECODE}, "a byte too much there", "8446 6.2"},
    {SH13, E_SET, SS_EXT_VERSIONS, 0, B("\3"), {DECODE}, "a byte too few there", "8446 6.2"},
    {SH13, E_DROP, SS_EXT_KEY_SHARE, 0, NONE, {MISSING}, "no key_share", "8446 9.2, C6"},
    {SH13, E_SET, SS_EXT_KEY_SHARE, 0, B("\0\x1E\0\x20" NINES_32), {ILLEGAL}, "a group not offered",
     "8446 4.2.8"},
    {SH13, E_SET, SS_EXT_KEY_SHARE, 0, B("\0\x17\0\x20" NINES_32), {ILLEGAL},
     "a group without a share", "8446 4.2.8"},
    {SH13, E_SET, SS_EXT_KEY_SHARE, 0, B("\0\x1D\0\x1F" "999999999999999"
     "9999999999999999"), {ILLEGAL}, "X25519 of 31 bytes", "8446 4.2.8.2, C7"},
    {SH13, E_SET, SS_EXT_KEY_SHARE, 0, B("\0" SHARE ZEROS_32), {ILLEGAL}, "a zero share",
     "8446 7.4.2"},
    {SH13, E_SET, SS_EXT_KEY_SHARE, 0, B("\0" SHARE NINES_32 "9"), {DECODE}, "trailing key_share",
     "8446 6.2"},
    {SH13, E_SET, SS_EXT_KEY_SHARE, 0, B("\0\x1D"), {DECODE, ILLEGAL}, "as in a HelloRetryRequest",
     "8446 4.2.8: it does not parse"},
    {SH13, E_SET, SS_EXT_KEY_SHARE, 0, B("\0\x1D\0\0"), {DECODE, ILLEGAL}, "an empty share",
     "8446 4.2.8: key_exchange<1..2^16-1>"},
    {SH13, E_ADD, 0xABCD, 0, NONE, {UNSUPPORTED}, "an unknown extension", "8446 4.2"},
    {SH13, E_ADD, SS_EXT_ALPN, 0, B("\0\x9\x8http/1.1"), {ILLEGAL}, "ALPN", "8446 4.2"},
    {SH13, E_ADD, SS_EXT_SERVER_NAME, 0, NONE, {ILLEGAL}, "server_name", "8446 4.2"},
    {SH13, E_ADD, 10, 0, B("\0\2\0\x1D"), {ILLEGAL}, "supported_groups", "8446 4.2"},
    {SH13, E_ADD, SS_EXT_EMS, 0, NONE, {ILLEGAL}, "extended_master_secret", "8446 4.2"},
    {SH13, E_ADD, SS_EXT_RENEGOTIATION, 0, B("\0"), {ILLEGAL}, "renegotiation_info", "8446 4.2"},
    {SH13, E_ADD, SS_EXT_COOKIE, 0, B("\0\1c"), {ILLEGAL, UNSUPPORTED}, "cookie",
     "8446 4.2: known, and not for this message; or not offered"},
    {SH13, E_ADD, SS_EXT_KEY_SHARE, 0, B("\0" SHARE NINES_32), {ILLEGAL, DECODE},
     "key_share twice", "8446 4.2: no alert is named"},
    {SH13, E_ADD, SS_EXT_VERSIONS, 0, B("\3\4"), {ILLEGAL, DECODE}, "supported_versions twice",
     "8446 4.2: no alert is named"},
    {SH13, E_ADD, SS_EXT_PSK, 0, B("\0\0"), {UNSUPPORTED}, "a PSK not offered", "8446 4.2"},
    {SH13, E_BYTES, 30, 0, B("DOWNGRD\1"), {GOES_ON, ILLEGAL}, "the sentinel in 1.3",
     "8446 4.1.3: looked at by whoever negotiates less"},
    {S_HELLO_PSK, M_SERVER_HELLO_13, E_SET, SS_EXT_PSK, 0, B("\0\1"), {ILLEGAL},
     "selected_identity 1", "8446 4.2.11"},
    {S_HELLO_PSK, M_SERVER_HELLO_13, E_DROP, SS_EXT_KEY_SHARE, 0, NONE, {ILLEGAL, MISSING},
     "a PSK without key_share", "8446 4.2.9, 4.2.11: inconsistent; 9.2"},
    {S_HELLO_PSK, M_SERVER_HELLO_13, E_SET, SS_EXT_PSK, 0, B("\0\0\0"), {DECODE},
     "a long selected_identity", "8446 6.2"},
    {S_HELLO_PSK, M_SERVER_HELLO_13, E_BYTES, 71, 0, B("\x13\2"), {ILLEGAL},
     "a suite of another hash than the PSK's", "8446 4.2.11"},

    /* HelloRetryRequest, and the ServerHello after it */
    {HRR, E_DROP, SS_EXT_KEY_SHARE, 0, NONE, {ILLEGAL}, "it changes nothing", "8446 4.1.4"},
    {HRR, E_SET, SS_EXT_KEY_SHARE, 0, B("\0\x1E"), {ILLEGAL}, "a group not offered", "8446 4.2.8"},
    {HRR, E_SET, SS_EXT_KEY_SHARE, 0, B("\0\x1D"), {ILLEGAL}, "a group with a share",
     "8446 4.2.8"},
    {HRR, E_SET, SS_EXT_KEY_SHARE, 0, B("\0\x17\0"), {DECODE}, "trailing key_share", "8446 6.2"},
    {HRR, E_DROP, SS_EXT_VERSIONS, 0, NONE, {ILLEGAL, MISSING}, "no supported_versions",
     "8446 4.1.4: it has to be there; without it, an unoffered suite of 1.2"},
    {HRR, E_SET, SS_EXT_VERSIONS, 0, B("\3\3"), {ILLEGAL}, "selected_version 1.2", "8446 4.2.1"},
    {HRR, E_ADD, 0xABCD, 0, NONE, {UNSUPPORTED}, "an unknown extension", "8446 4.1.4, 4.2"},
    {HRR, E_ADD, SS_EXT_ALPN, 0, B("\0\x9\x8http/1.1"), {ILLEGAL}, "ALPN", "8446 4.2"},
    {HRR, E_ADD, SS_EXT_KEY_SHARE, 0, B("\0\x17"), {ILLEGAL, DECODE}, "key_share twice",
     "8446 4.2: no alert is named"},
    {HRR, E_ADD, SS_EXT_COOKIE, 0, B("\0\6cookie"), {GOES_ON}, "a cookie", "8446 4.2.2"},
    {HRR, E_ADD, SS_EXT_COOKIE, 0, B("\0\0"), {DECODE}, "an empty cookie", "8446 4.2.2: <1.."},
    {HRR, E_ADD, SS_EXT_COOKIE, 0, B("\0\2c"), {DECODE}, "a cut cookie", "8446 6.2"},
    {HRR, E_FLIP, 39, 0, NONE, {ILLEGAL}, "another legacy_session_id_echo", "8446 4.1.4"},
    {HRR, E_BYTES, 71, 0, B("\x13\4"), {ILLEGAL}, "a suite not offered", "8446 4.1.4"},
    {HRR, E_BYTES, 73, 0, B("\1"), {ILLEGAL}, "compression", "8446 4.1.4"},
    {HRR, E_BYTES, 4, 0, B("\3\4"), {ILLEGAL, VERSION}, "legacy_version 0x0304", "8446 4.1.4"},
    {S_HELLO2, M_SERVER_HELLO_13, E_BYTES, 71, 0, B("\x13\3"), {ILLEGAL}, "another suite",
     "8446 4.1.4"},
    {S_HELLO2, M_SERVER_HELLO_13, E_SET, SS_EXT_KEY_SHARE, 0, B("\0" SHARE NINES_32), {ILLEGAL},
     "another group than was asked for", "8446 4.2.8"},
    {S_HELLO2, M_SERVER_HELLO_13, E_DROP, SS_EXT_KEY_SHARE, 0, NONE, {MISSING}, "no key_share",
     "8446 9.2, C6"},
    {S_HELLO2, M_SERVER_HELLO_13, E_DROP, SS_EXT_VERSIONS, 0, NONE, {ILLEGAL, MISSING},
     "no supported_versions", "8446 4.1.4: the version is settled"},

    /* EncryptedExtensions */
    {EE, E_ADD, 0xABCD, 0, NONE, {UNSUPPORTED}, "an unknown extension", "8446 4.2"},
    {EE, E_ADD, 5, 0, NONE, {UNSUPPORTED, ILLEGAL}, "status_request",
     "8446 4.2: not offered; or not for this message"},
    {EE, E_ADD, 42, 0, NONE, {UNSUPPORTED}, "early_data", "8446 4.2.10, C22: not offered"},
    {EE, E_ADD, SS_EXT_KEY_SHARE, 0, B("\0\x1D"), EE_13_ALERT, "key_share", "8446 4.2, 4.3.1"},
    {EE, E_ADD, SS_EXT_VERSIONS, 0, B("\3\4"), EE_13_ALERT, "supported_versions", "8446 4.3.1"},
    {EE, E_ADD, SS_EXT_PSK, 0, B("\0\0"), {ILLEGAL, UNSUPPORTED}, "pre_shared_key",
     "8446 4.3.1: forbidden here, and not offered"},
    {EE, E_ADD, SS_EXT_COOKIE, 0, B("\0\1c"), {ILLEGAL, UNSUPPORTED}, "cookie", "the same"},
    {EE, E_ADD, 13, 0, B("\0\2\4\3"), EE_13_ALERT, "signature_algorithms", "8446 4.2"},
    {EE, E_ADD, SS_EXT_EMS, 0, NONE, EE_13_ALERT, "extended_master_secret", "8446 4.2"},
    {EE, E_ADD, 10, 0, B("\0\4\0\x1D\0\x17"), {GOES_ON}, "supported_groups", "8446 4.2.7"},
    {EE, E_ADD, SS_EXT_SERVER_NAME, 0, NONE, {GOES_ON}, "server_name", "6066 3"},
    {EE, E_ADD, SS_EXT_SERVER_NAME, 0, B("x"), {DECODE, ILLEGAL}, "a full server_name",
     "6066 3: shall be empty; no alert is named"},
    {EE, E_ADD, SS_EXT_ALPN, 0, B("\0\x9\x8http/1.1"), {ILLEGAL, DECODE}, "ALPN twice", "8446 4.2"},
    {EE, E_DROP, SS_EXT_ALPN, 0, NONE, {GOES_ON}, "no extension at all", "8446 4.3.1"},
    {EE, E_SET, SS_EXT_ALPN, 0, B("\0\3\2h2"), {ILLEGAL, 120}, "a protocol not offered",
     "7301 3.2: no alert is named for this side"},
    {EE, E_SET, SS_EXT_ALPN, 0, B("\0\x12\x8http/1.1\x8http/1.1"), {DECODE, ILLEGAL},
     "two protocols", "7301 3.1: exactly one"},
    {EE, E_SET, SS_EXT_ALPN, 0, B("\0\1\0"), {DECODE}, "an empty protocol", "7301 3.1: <1.."},
    {EE, E_SET, SS_EXT_ALPN, 0, B("\0\0"), {DECODE}, "no protocol", "7301 3.1: <2.."},

    /* Certificate of 1.3: context 4, list 5, first certificate 8 */
    {S_CERT, M_CERTIFICATE_13, E_SPLICE, 4, 1, B("\1x"), {ILLEGAL, DECODE}, "a context",
     "8446 4.4.2: shall be empty"},
    {S_CERT, M_CERTIFICATE_13, E_BODY, 0, 0, B("\0\0\0\0"), {DECODE}, "no certificate",
     "8446 4.4.2.4"},
    {S_CERT, M_CERTIFICATE_13, E_BODY, 0, 0, B("\0\0\0\5\0\0\0\0\0"), {DECODE}, "an empty one",
     "8446 4.4.2: cert_data<1..2^24-1>"},
    {S_CERT, M_CERTIFICATE_13, E_BODY, 0, 0, B("\0\0\0\7\0\0\2\x30\0\0\0"), {BAD_CERT, DECODE},
     "garbage", "8446 4.4.2.4, 6.2"},
    {S_CERT, M_CERTIFICATE_13, E_INNER, -2, 2, B("\0\4\xAB\xCD\0\0"), {UNSUPPORTED},
     "an unknown extension", "8446 4.2"},
    {S_CERT, M_CERTIFICATE_13, E_INNER, -2, 2, B("\0\x9\0\5\0\5\1\0\0\1\x30"), {UNSUPPORTED},
     "a staple that was not asked for", "8446 4.4.2.1, 4.2"},
    {S_CERT, M_CERTIFICATE_13, E_INNER, -2, 2, B("\0\xF\0\x10\0\xB\0\x9\x8http/1.1"),
     {ILLEGAL, DECODE}, "ALPN in an entry", "8446 4.2: not for this message"},
    {S_CERT, M_CERTIFICATE_13, E_INNER, -2, 2, B("\0\1\0"), {DECODE}, "a cut extension",
     "8446 6.2"},

    /* CertificateRequest of 1.3 */
    {S_REQUEST_OR_CERT, M_CERTIFICATE_REQUEST_13, E_DROP, 13, 0, NONE, {MISSING},
     "no signature_algorithms", "8446 4.3.2, 9.2"},
    {S_REQUEST_OR_CERT, M_CERTIFICATE_REQUEST_13, E_SPLICE, 4, 1, B("\1x"), {ILLEGAL, DECODE},
     "a context", "8446 4.3.2: shall be empty"},
    {S_REQUEST_OR_CERT, M_CERTIFICATE_REQUEST_13, E_SET, 13, 0, B("\0\0"), {DECODE},
     "empty signature_algorithms", "8446 4.2.3: <2.."},
    {S_REQUEST_OR_CERT, M_CERTIFICATE_REQUEST_13, E_SET, 13, 0, B("\0\3\4\3\x8"), {DECODE},
     "half a scheme", "8446 4.2.3"},
    {S_REQUEST_OR_CERT, M_CERTIFICATE_REQUEST_13, E_ADD, 13, 0, B("\0\2\4\3"), {ILLEGAL, DECODE},
     "signature_algorithms twice", "8446 4.2"},
    {S_REQUEST_OR_CERT, M_CERTIFICATE_REQUEST_13, E_ADD, 0xABCD, 0, B("x"), {GOES_ON},
     "an unknown extension", "8446 4.3.2: MUST ignore"},
    {S_REQUEST_OR_CERT, M_CERTIFICATE_REQUEST_13, E_ADD, SS_EXT_KEY_SHARE, 0, B("\0\x1D"),
     {ILLEGAL}, "key_share", "8446 4.2: not for this message"},

    /* CertificateVerify, Finished, after the handshake */
    {S_VERIFY, M_CERTIFICATE_VERIFY, E_CONTEXT, 0, 0, B("TLS 1.3, client CertificateVerify"),
     {DECRYPT}, "the client's context string", "8446 4.4.3"},
    {S_VERIFY, M_CERTIFICATE_VERIFY, E_FLIP, -1, 0, NONE, {DECRYPT}, "a wrong signature",
     "8446 4.4.3"},
    {S_VERIFY, M_CERTIFICATE_VERIFY, E_FLIP, 8, 0, NONE, {DECRYPT}, "no DER", "8446 4.4.3, C4"},
    {S_VERIFY, M_CERTIFICATE_VERIFY, E_BODY, 0, 0, B("\4\3\0\0"), {DECRYPT}, "an empty signature",
     "8446 4.4.3: <0.."},
    {S_VERIFY, M_CERTIFICATE_VERIFY, E_BYTES, 4, 0, B("\5\3"), {ILLEGAL}, "P-384 for a P-256 key",
     "8446 4.2.3, C3"},
    {S_VERIFY, M_CERTIFICATE_VERIFY, E_BYTES, 4, 0, B("\x8\4"), {ILLEGAL}, "RSA for an EC key",
     "8446 4.4.3, C3"},
    {S_VERIFY, M_CERTIFICATE_VERIFY, E_BYTES, 4, 0, B("\4\1"), {ILLEGAL}, "rsa_pkcs1_sha256",
     "8446 4.2.3, C3"},
    {S_VERIFY, M_CERTIFICATE_VERIFY, E_BYTES, 4, 0, B("\2\3"), {ILLEGAL}, "ecdsa_sha1",
     "8446 4.4.3, C3"},
    {S_VERIFY, M_CERTIFICATE_VERIFY, E_BYTES, 4, 0, B("\x8\7"), {ILLEGAL}, "ed25519, not offered",
     "8446 4.4.3, C3"},
    {S_FINISHED, M_FINISHED, E_FLIP, 4, 0, NONE, {DECRYPT}, "a wrong MAC", "8446 4.4.4"},
    {S_FINISHED_PSK, M_FINISHED, E_FLIP, -1, 0, NONE, {DECRYPT}, "a wrong MAC", "8446 4.4.4"},
    {S_FINISHED, M_FINISHED, E_SPLICE, 16, 20, NONE, {DECODE, DECRYPT}, "12 bytes of it",
     "8446 4.4.4, C16"},
    {S_OPEN, M_KEY_UPDATE, E_BYTES, 4, 0, B("\2"), {ILLEGAL}, "request_update 2", "8446 4.6.3"},
    {S_OPEN, M_TICKET_13, E_SPLICE, 14, 15, B("\0\0"), {DECODE}, "an empty ticket", "8446 4.6.1"},
    {S_OPEN, M_TICKET_13, E_BYTES, 4, 0, B("\0\0\0\0"), {GOES_ON}, "lifetime 0", "8446 4.6.1"},
    {S_OPEN, M_TICKET_13, E_BYTES, 4, 0, B("\xFF\xFF\xFF\xFF"), {GOES_ON, ILLEGAL},
     "a lifetime of 136 years", "8446 4.6.1: MUST NOT be sent; C18: clipped"},
    {S_OPEN, M_TICKET_13, E_SPLICE, 12, 2, B("\0"), {GOES_ON}, "an empty nonce", "8446 4.6.1"},
    {S_OPEN, M_TICKET_13, E_ADD, 0xABCD, 0, B("x"), {GOES_ON}, "an unknown extension",
     "8446 4.6.1: MUST ignore"},
    {S_OPEN, M_TICKET_13, E_ADD, 42, 0, B("\0\0\x10\0"), {GOES_ON}, "early_data", "8446 4.6.1"},

    /* ServerHello of 1.2, without a session_id: suite 39, compression 41 */
    {SH12, E_BYTES, 4, 0, B("\3\2"), {VERSION}, "TLS 1.1", "8996 4, 5246 E.1, D3"},
    {SH12, E_BYTES, 4, 0, B("\3\0"), {VERSION}, "SSL 3.0", "7568, D3"},
    {SH12, E_BYTES, 4, 0, B("\3\4"), {VERSION, ILLEGAL}, "1.3 without supported_versions",
     "8446 4.1.3, 4.2.1"},
    {SH12, E_BYTES, 30, 0, B("DOWNGRD\1"), {ILLEGAL}, "the sentinel of 1.2", "8446 4.1.3, D1"},
    {SH12, E_BYTES, 30, 0, B("DOWNGRD\0"), {ILLEGAL}, "the sentinel of 1.1", "8446 4.1.3, D1"},
    {SH12, E_BYTES, 39, 0, B("\xC0\x9"), {ILLEGAL}, "CBC", "5246 7.4.1.3, D4"},
    {SH12, E_BYTES, 39, 0, B("\0\x9C"), {ILLEGAL}, "RSA key exchange", "5246 7.4.1.3, D4"},
    {SH12, E_BYTES, 39, 0, B("\x13\1"), {ILLEGAL}, "a suite of 1.3", "8446 B.4, D4"},
    {SH12, E_BYTES, 39, 0, B("\x56\0"), {ILLEGAL}, "TLS_FALLBACK_SCSV", "7507"},
    {SH12, E_BYTES, 41, 0, B("\1"), {ILLEGAL}, "compression", "5246 7.4.1.3"},
    {SH12, E_ECHO, 0, 0, NONE, {ILLEGAL, LATE(UNEXPECTED)}, "the session_id that is no session's",
     "5246 7.4.1.3: a session that never was; or Certificate is not its next message"},
    {SH12, E_DROP, SS_EXT_EMS, 0, NONE, {GOES_ON}, "no EMS", "7627 5.2"},
    {SH12, E_SET, SS_EXT_EMS, 0, B("x"), {DECODE, ILLEGAL}, "a full extended_master_secret",
     "7627 5.1: empty; no alert is named"},
    {SH12, E_DROP, SS_EXT_RENEGOTIATION, 0, NONE, {GOES_ON}, "no renegotiation_info",
     "5746 4.1, D9"},
    {SH12, E_SET, SS_EXT_RENEGOTIATION, 0, B("\1x"), {FAILURE}, "a full renegotiation_info",
     "5746 3.4"},
    {SH12, E_SET, SS_EXT_RENEGOTIATION, 0, NONE, {DECODE}, "renegotiation_info of nothing",
     "5746 3.2: renegotiated_connection<0..255>"},
    {SH12, E_SET, SS_EXT_RENEGOTIATION, 0, B("\1"), {DECODE}, "a cut one", "the same"},
    {SH12, E_SET, SS_EXT_RENEGOTIATION, 0, B("\0\0"), {DECODE}, "a trailing byte", "the same"},
    {SH12, E_ADD, 0xABCD, 0, NONE, {UNSUPPORTED}, "an unknown extension", "5246 7.4.1.4"},
    {SH12, E_ADD, 5, 0, NONE, {UNSUPPORTED}, "status_request", "5246 7.4.1.4"},
    {SH12, E_ADD, 15, 0, B("\1"), {UNSUPPORTED}, "heartbeat", "5246 7.4.1.4"},
    {SH12, E_ADD, SS_EXT_EMS, 0, NONE, {ILLEGAL, DECODE}, "extended_master_secret twice",
     "5246 7.4.1.4: no alert is named"},
    {SH12, E_ADD, SS_EXT_KEY_SHARE, 0, B("\0" SHARE NINES_32), {ILLEGAL, UNSUPPORTED}, "key_share",
     "8446 4.2: not for this message"},
    {SH12, E_ADD, 11, 0, B("\1\1"), {ILLEGAL, UNSUPPORTED}, "no uncompressed points",
     "8422 5.1.2; or not offered"},
    {SH12, E_ADD, SS_EXT_TICKET, 0, B("x"), {DECODE, ILLEGAL}, "a full SessionTicket", "5077 3.2"},
    {SH12, E_ADD, SS_EXT_ALPN, 0, B("\0\x9\x8http/1.1"), {GOES_ON}, "ALPN", "7301 3.1"},
    {SH12, E_ADD, SS_EXT_ALPN, 0, B("\0\3\2h2"), {ILLEGAL, 120}, "a protocol not offered",
     "7301 3.2"},
    {S_HELLO_TICKET, M_SERVER_HELLO_12, E_BYTES, 71, 0, B("\xC0\x2F"), {ILLEGAL},
     "resumed with another suite", "5246 7.4.1.3, E6"},
    {S_HELLO_TICKET, M_SERVER_HELLO_12, E_DROP, SS_EXT_EMS, 0, NONE, {FAILURE, ILLEGAL},
     "resumed without EMS", "7627 5.3: MUST abort; no alert is named"},

    /* the rest of 1.2 */
    {S12_CERT, M_CERTIFICATE_12, E_BODY, 0, 0, B("\0\0\0"), {DECODE, BAD_CERT}, "no certificate",
     "5246 7.4.2; 8446 4.4.2.4 names decode_error"},
    {S12_CERT, M_CERTIFICATE_12, E_BODY, 0, 0, B("\0\0\3\0\0\0"), {DECODE}, "an empty one",
     "5246 7.4.2: <1.."},
    {S12_CERT, M_CERTIFICATE_12, E_BODY, 0, 0, B("\0\0\5\0\0\2\x30\0"), {BAD_CERT, DECODE},
     "garbage", "5246 7.2.2"},
    {S12_KEY_EXCHANGE, M_SERVER_KEY_EXCHANGE, E_PARAMS, 0, 0, B("\1\0\x1D\x20" NINES_32),
     {ILLEGAL, DECODE}, "explicit_prime", "8422 5.4"},
    {S12_KEY_EXCHANGE, M_SERVER_KEY_EXCHANGE, E_PARAMS, 0, 0, B("\3\0\x1E\x20" NINES_32),
     {ILLEGAL, FAILURE}, "a group not offered", "8422 5.4, D10"},
    {S12_KEY_EXCHANGE, M_SERVER_KEY_EXCHANGE, E_PARAMS, 0, 0,
     B("\3\0\x17\x41\4" NINES_32 NINES_32), {ILLEGAL, LATE(ILLEGAL)}, "a point off its curve",
     "8422 5.4, 5.11, D10: before it is used, which is at ServerHelloDone"},
    {S12_KEY_EXCHANGE, M_SERVER_KEY_EXCHANGE, E_PARAMS, 0, 0, B("\3\0\x17\x21\3" NINES_32),
     {ILLEGAL}, "a compressed point", "8422 5.1.2, D10"},
    {S12_KEY_EXCHANGE, M_SERVER_KEY_EXCHANGE, E_PARAMS, 0, 0, B("\3\0\x1D\0"), {DECODE, ILLEGAL},
     "an empty point", "8422 5.4: <1.."},
    {S12_KEY_EXCHANGE, M_SERVER_KEY_EXCHANGE, E_PARAMS, 0, 0, B("\3\0\x1D\x20" ZEROS_32),
     {ILLEGAL, LATE(ILLEGAL)}, "a zero share", "8422 5.11, A4: where the secret is made"},
    {S12_KEY_EXCHANGE, M_SERVER_KEY_EXCHANGE, E_FLIP, -1, 0, NONE, {DECRYPT}, "a wrong signature",
     "5246 7.2.2"},
    {S12_KEY_EXCHANGE, M_SERVER_KEY_EXCHANGE, E_FLIP, 10, 0, NONE, {DECRYPT},
     "a signature for another share", "5246 7.2.2"},
    {S12_KEY_EXCHANGE, M_SERVER_KEY_EXCHANGE, E_BYTES, 40, 0, B("\2\3"), {ILLEGAL}, "SHA-1",
     "5246 7.4.3, D6"},
    {S12_KEY_EXCHANGE, M_SERVER_KEY_EXCHANGE, E_BYTES, 40, 0, B("\x8\4"), {ILLEGAL},
     "RSA for an ECDSA suite", "5246 7.4.3"},
    {S12_KEY_EXCHANGE, M_SERVER_KEY_EXCHANGE, E_BYTES, 40, 0, B("\x8\7"), {ILLEGAL},
     "ed25519, not offered", "5246 7.4.3"},
    {S12_REQUEST_OR_DONE, M_CERTIFICATE_REQUEST_12, E_BODY, 0, 0, B("\0\0\2\4\3\0\0"), {DECODE},
     "no certificate_types", "5246 7.4.4: <1.."},
    {S12_REQUEST_OR_DONE, M_CERTIFICATE_REQUEST_12, E_BODY, 0, 0, B("\1\x40\0\0\0\0"), {DECODE},
     "no signature algorithms", "5246 7.4.4: <2.."},
    {S12_REQUEST_OR_DONE, M_CERTIFICATE_REQUEST_12, E_BODY, 0, 0, B("\1\x40\0\3\4\3\4\0\0"),
     {DECODE}, "half an algorithm", "5246 7.4.4"},
    {S12_REQUEST_OR_DONE, M_CERTIFICATE_REQUEST_12, E_BODY, 0, 0, B("\1\x40\0\2\4\3\0\2\0\0"),
     {DECODE}, "an empty authority", "5246 7.4.4: <1.."},
    {S12_TICKET, M_TICKET_12, E_BODY, 0, 0, B("\0\0\0\0\0\0"), {GOES_ON}, "an empty ticket",
     "5077 3.3"},
    {S12_FINISHED, M_FINISHED, E_FLIP, 4, 0, NONE, {DECRYPT}, "a wrong MAC", "5246 7.4.9"},
    {S12_FINISHED_RESUMED, M_FINISHED, E_FLIP, -1, 0, NONE, {DECRYPT}, "a wrong MAC",
     "5246 7.4.9"},
};

#endif
