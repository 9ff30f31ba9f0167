/*
 * The messages of the scripted server (tls_states_server.h): each well-formed in itself, whether
 * its time has come or not; and what happens to the server when one of them is sent.
 */
#ifndef TLS_STATES_MAKE_H
#define TLS_STATES_MAKE_H

#include "tls_states_server.h"

/* Handshake messages first; from M_CCS on they are whole records. */
#define SS_MESSAGES(X) \
    X(HELLO_REQUEST) X(CLIENT_HELLO) X(SERVER_HELLO_13) X(SERVER_HELLO_12) X(HELLO_RETRY) \
    X(HELLO_VERIFY) X(TICKET_13) X(TICKET_12) X(END_OF_EARLY_DATA) X(ENCRYPTED_EXTENSIONS) \
    X(CERTIFICATE_13) X(CERTIFICATE_12) X(SERVER_KEY_EXCHANGE) X(CERTIFICATE_REQUEST_13) \
    X(CERTIFICATE_REQUEST_12) X(SERVER_HELLO_DONE) X(CERTIFICATE_VERIFY) X(CLIENT_KEY_EXCHANGE) \
    X(FINISHED) X(CERTIFICATE_STATUS) X(KEY_UPDATE) X(KEY_UPDATE_REQUEST) \
    X(COMPRESSED_CERTIFICATE) X(NEXT_PROTOCOL) X(UNKNOWN_99) X(MESSAGE_HASH) X(UNKNOWN_255) \
    X(CCS) X(CCS_OF_2) X(CCS_LONG) X(USER_CANCELED) X(NO_RENEGOTIATION) X(WARNING_KNOWN) \
    X(WARNING_UNKNOWN) X(FATAL_KNOWN) X(FATAL_UNKNOWN) X(CLOSE_NOTIFY) X(ALERT_LEVEL_3) \
    X(ALERT_SHORT) X(ALERT_LONG) X(APP_DATA) X(APP_DATA_EMPTY) X(TYPE_0) X(TYPE_24) X(TYPE_99) \
    X(EMPTY_HANDSHAKE) X(EMPTY_ALERT) X(EMPTY_CCS)

#define SS_ENUM(name) M_##name,
typedef enum ss_message {
    SS_MESSAGES(SS_ENUM)
    NUM_MESSAGES
} ss_message;

#define SS_IS_HANDSHAKE(message) ((message) < M_CCS)

/* The records: a type, and what is in them. */
typedef struct ss_whole_record {
    int type;
    size_t len;
    const char *bytes;
} ss_whole_record;

static inline ss_whole_record ss_whole(ss_message message)
{
    static const ss_whole_record records[] = {
        {SS_CCS, 1, "\1"},
        {SS_CCS, 1, "\2"},
        {SS_CCS, 2, "\1\1"},
        {SS_ALERT, 2, "\1\x5A"},
        {SS_ALERT, 2, "\1\x64"},
        {SS_ALERT, 2, "\1\x28"},
        {SS_ALERT, 2, "\1\x63"},
        {SS_ALERT, 2, "\2\x28"},
        {SS_ALERT, 2, "\2\x63"},
        {SS_ALERT, 2, "\1\0"},
        {SS_ALERT, 2, "\3\x28"},
        {SS_ALERT, 1, "\2"},
        {SS_ALERT, 4, "\1\x5A\1\x5A"},
        {SS_DATA, 40, "application data, as it is after a while"},
        {SS_DATA, 0, ""},
        {0, 8, "\1\2\3\4\5\6\7\x8"},
        {24, 8, "\1\0\5hello"},
        {99, 8, "whatever"},
        {SS_HANDSHAKE, 0, ""},
        {SS_ALERT, 0, ""},
        {SS_CCS, 0, ""},
    };

    return records[message - M_CCS];
}

/* ---- hellos ---- */

static inline size_t ss_begin_extension(ss_bytes *out, unsigned type)
{
    ss_number(out, type, 2);
    return ss_begin(out, 2);
}

static inline void ss_extension(ss_bytes *out, unsigned type, const void *bytes, size_t len)
{
    size_t at = ss_begin_extension(out, type);

    ss_put(out, bytes, len);
    ss_end(out, at, 2);
}

static inline void ss_begin_hello(ss_server *server, ss_bytes *out, const unsigned char *random,
                                  int echo, unsigned suite)
{
    ss_number(out, 0x0303, 2);
    ss_put(out, random, 32);
    ss_number(out, echo ? server->session_id_len : 0, 1);
    ss_put(out, server->session_id, echo ? server->session_id_len : 0);
    ss_number(out, suite, 2);
    ss_number(out, 0, 1);
}

static inline void ss_make_hello_13(ss_server *server, ss_bytes *out)
{
    unsigned char share[HC_EC_POINT_MAX];
    size_t share_len = ss_public(server, server->group, share);
    size_t at;
    size_t block;

    memset(server->server_random, 0x53, 32);
    ss_begin_hello(server, out, server->server_random, 1, 0x1301);
    block = ss_begin_inner(out, 2);
    ss_extension(out, SS_EXT_VERSIONS, "\3\4", 2);
    at = ss_begin_extension(out, SS_EXT_KEY_SHARE);
    ss_number(out, (size_t)server->group, 2);
    ss_number(out, share_len, 2);
    ss_put(out, share, share_len);
    ss_end(out, at, 2);
    if (server->script.resume) {
        ss_extension(out, SS_EXT_PSK, "\0\0", 2);
    }
    ss_end(out, block, 2);
}

static inline void ss_make_retry(ss_server *server, ss_bytes *out)
{
    static const unsigned char random[32] = {
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8,
        0x91, 0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8,
        0x33, 0x9C};
    size_t block;

    ss_begin_hello(server, out, random, 1, 0x1301);
    block = ss_begin_inner(out, 2);
    ss_extension(out, SS_EXT_VERSIONS, "\3\4", 2);
    ss_extension(out, SS_EXT_KEY_SHARE, "\0\x17", 2);
    ss_end(out, block, 2);
}

static inline void ss_make_hello_12(ss_server *server, ss_bytes *out)
{
    size_t block;

    memset(server->server_random, 0x12, 32);
    ss_begin_hello(server, out, server->server_random,
                   server->script.version == 12 && server->script.resume, 0xC02B);
    block = ss_begin_inner(out, 2);
    ss_extension(out, SS_EXT_RENEGOTIATION, "\0", 1);
    if (server->offers_ems) {
        ss_extension(out, SS_EXT_EMS, NULL, 0);
    }
    if (server->script.ticket) {
        ss_extension(out, SS_EXT_TICKET, NULL, 0);
    }
    ss_end(out, block, 2);
}

/* ---- the rest of the flights ---- */

static inline void ss_make_certificate(const ss_server *server, int version, ss_bytes *out)
{
    size_t list;

    if (version == 13) {
        ss_number(out, 0, 1);
    }
    list = ss_begin_inner(out, 3);
    ss_number(out, server->identity->cert_len, 3);
    ss_put(out, server->identity->cert, server->identity->cert_len);
    if (version == 13) {
        ss_number(out, 0, 2);
    }
    ss_end(out, list, 3);
}

static inline void ss_add_signature(const ss_server *server, const void *bytes, size_t len,
                                    ss_bytes *out)
{
    unsigned char signature[HC_ECDSA_SIGNATURE_MAX];
    size_t signature_len = ss_sign(server, bytes, len, signature);
    size_t at;

    ss_number(out, 0x0403, 2);
    at = ss_begin_inner(out, 2);
    ss_put(out, signature, signature_len);
    ss_end(out, at, 2);
}

/* A ServerKeyExchange over those parameters (RFC 8422, 5.4). */
static inline void ss_sign_params(const ss_server *server, const void *params, size_t params_len,
                                  ss_bytes *out)
{
    unsigned char content[64 + 256];

    memcpy(content, server->client_random, 32);
    memcpy(content + 32, server->server_random, 32);
    memcpy(content + 64, params, params_len);
    ss_put(out, params, params_len);
    ss_add_signature(server, content, 64 + params_len, out);
}

static inline void ss_make_key_exchange(const ss_server *server, ss_bytes *out)
{
    unsigned char params[4 + HC_X25519_LEN] = {3, 0, HC_GROUP_X25519, HC_X25519_LEN};

    ss_public(server, HC_GROUP_X25519, params + 4);
    ss_sign_params(server, params, sizeof params, out);
}

/* A CertificateVerify with that context string (RFC 8446, 4.4.3). */
static inline void ss_make_verify(const ss_server *server, const char *context, ss_bytes *out)
{
    unsigned char content[64 + 64 + HC_HASH_MAX];
    size_t context_len = strlen(context) + 1;

    memset(content, 0x20, 64);
    memcpy(content + 64, context, context_len);
    hc_hash_snapshot(&server->transcript, content + 64 + context_len);
    ss_add_signature(server, content, 64 + context_len + 32, out);
}

static inline void ss_make_finished(const ss_server *server, ss_bytes *out)
{
    unsigned char mac[32];

    if (server->script.version == 13) {
        ss_finished_13(server->send.secret, &server->transcript, mac);
        ss_put(out, mac, 32);
    } else {
        ss_finished_12(server, "server finished", mac);
        ss_put(out, mac, 12);
    }
}

static inline void ss_make_ticket(int version, ss_bytes *out)
{
    size_t at;

    ss_number(out, 3600, 4);
    if (version == 13) {
        ss_number(out, 0x01020304, 4);
        ss_put(out, "\1\0", 2); /* ticket_nonce: a zero */
        ss_put(out, "\0\xDticket of 1.3", 15);
        at = ss_begin_inner(out, 2);
    } else {
        at = ss_begin_inner(out, 2);
        ss_put(out, "ticket of 1.2", 13);
    }
    ss_end(out, at, 2);
}

static inline void ss_make_request(int version, ss_bytes *out)
{
    size_t block;

    if (version == 13) {
        ss_number(out, 0, 1);
        block = ss_begin_inner(out, 2);
        ss_extension(out, 13, "\0\4\4\3\x8\4", 6);
    } else {
        ss_put(out, "\1\x40\0\4\4\3\x8\4", 8);
        block = ss_begin_inner(out, 2);
    }
    ss_end(out, block, 2);
}

static inline void ss_make_extensions(ss_bytes *out)
{
    size_t block = ss_begin_inner(out, 2);

    ss_extension(out, SS_EXT_ALPN, "\0\x9\x8http/1.1", 11);
    ss_end(out, block, 2);
}

/* The handshake type of a message. */
static inline unsigned ss_type_of(ss_message message)
{
    static const unsigned char types[] = {0, 1, 2, 2, 2, 3, 4, 4, 5, 8, 11, 11, 12, 13, 13, 14, 15,
                                          16, 20, 22, 24, 24, 25, 67, 99, 254, 255};

    return types[message];
}

static inline void ss_make_body(ss_server *server, ss_message message, ss_bytes *out)
{
    switch (message) {
    case M_CLIENT_HELLO: ss_put(out, server->hello + 4, server->hello_len - 4); break;
    case M_SERVER_HELLO_13: ss_make_hello_13(server, out); break;
    case M_SERVER_HELLO_12: ss_make_hello_12(server, out); break;
    case M_HELLO_RETRY: ss_make_retry(server, out); break;
    case M_HELLO_VERIFY: ss_put(out, "\xFE\xFD\4cook", 7); break;
    case M_TICKET_13: ss_make_ticket(13, out); break;
    case M_TICKET_12: ss_make_ticket(12, out); break;
    case M_ENCRYPTED_EXTENSIONS: ss_make_extensions(out); break;
    case M_CERTIFICATE_13: ss_make_certificate(server, 13, out); break;
    case M_CERTIFICATE_12: ss_make_certificate(server, 12, out); break;
    case M_SERVER_KEY_EXCHANGE: ss_make_key_exchange(server, out); break;
    case M_CERTIFICATE_REQUEST_13: ss_make_request(13, out); break;
    case M_CERTIFICATE_REQUEST_12: ss_make_request(12, out); break;
    case M_CERTIFICATE_VERIFY:
        ss_make_verify(server, "TLS 1.3, server CertificateVerify", out);
        break;
    case M_CLIENT_KEY_EXCHANGE: ss_number(out, 32, 1); ss_fill(out, 9, 32); break;
    case M_FINISHED: ss_make_finished(server, out); break;
    case M_CERTIFICATE_STATUS: ss_put(out, "\1\0\0\2\x30\0", 6); break;
    case M_KEY_UPDATE: ss_number(out, 0, 1); break;
    case M_KEY_UPDATE_REQUEST: ss_number(out, 1, 1); break;
    case M_COMPRESSED_CERTIFICATE: ss_put(out, "\0\1\0\0\x10\0\0\2xx", 10); break;
    case M_NEXT_PROTOCOL: ss_put(out, "\2h2\0", 4); break;
    case M_UNKNOWN_99: ss_put(out, "what is this", 12); break;
    case M_MESSAGE_HASH: ss_fill(out, 7, 32); break;
    case M_UNKNOWN_255: ss_put(out, "and this", 8); break;
    default: break; /* without a body */
    }
}

/* Appends a handshake message. The inner vector is of the last one that has one. */
static inline void ss_make(ss_server *server, ss_message message, ss_bytes *out)
{
    size_t at;

    ss_number(out, ss_type_of(message), 1);
    at = ss_begin(out, 3);
    ss_make_body(server, message, out);
    ss_end(out, at, 3);
}

/* ---- what sending does ---- */

static inline void ss_commit_finished(ss_server *server)
{
    if (server->script.version == 13) {
        ss_derive(server->secret, "c ap traffic", &server->transcript, server->client_ap);
        ss_derive(server->secret, "s ap traffic", &server->transcript, server->server_ap);
        ss_keys_13(&server->next_send, server->crypto, server->server_ap);
        server->switch_send = 1;
    }
}

static inline void ss_commit_retry(ss_server *server)
{
    unsigned char digest[HC_HASH_MAX];

    hc_hash_snapshot(&server->transcript, digest);
    hc_hash_init(&server->transcript, HC_HASH_SHA256);
    hc_hash_update(&server->transcript, "\xFE\0\0\x20", 4);
    hc_hash_update(&server->transcript, digest, 32);
    server->group = HC_GROUP_P256;
}

/* The message is the legal one and was sent, or soon will be; new keys wait for ss_switch. */
static inline void ss_commit(ss_server *server, ss_message message, const void *bytes, size_t len)
{
    if (message == M_HELLO_RETRY) {
        ss_commit_retry(server);
    }
    if (SS_IS_HANDSHAKE(message) && message != M_TICKET_13 && message != M_KEY_UPDATE &&
        message != M_KEY_UPDATE_REQUEST && message != M_HELLO_REQUEST) {
        hc_hash_update(&server->transcript, bytes, len);
    }
    switch (message) {
    case M_SERVER_HELLO_13:
        ss_agree(server, server->client_share, server->client_share_len);
        ss_schedule_13(server);
        break;
    case M_SERVER_HELLO_12:
        if (server->script.resume) {
            memcpy(server->master, server->memory->master, 48);
            ss_schedule_12(server);
        }
        break;
    case M_CERTIFICATE_REQUEST_13:
    case M_CERTIFICATE_REQUEST_12:
        server->asked_certificate = 1;
        break;
    case M_FINISHED:
        ss_commit_finished(server);
        break;
    case M_KEY_UPDATE:
    case M_KEY_UPDATE_REQUEST:
        server->next_send = server->send;
        ss_update_keys(&server->next_send, server->crypto);
        server->switch_send = 1;
        break;
    case M_CCS:
        server->switch_send = server->script.version == 12;
        break;
    default:
        break;
    }
}

/* What a ticket that was sent stands for. */
static inline void ss_remember(ss_server *server)
{
    if (server->script.version == 13) {
        hc_hkdf_expand_label(HC_HASH_SHA256, server->secret, "resumption", "", 1,
                             server->memory->psk, 32);
    } else {
        memcpy(server->memory->master, server->master, 48);
    }
}

static inline void ss_init(ss_server *server, const hc_crypto *crypto, const ss_identity *identity,
                           ss_memory *memory, const ss_script *script)
{
    memset(server, 0, sizeof *server);
    server->crypto = crypto;
    server->identity = identity;
    server->memory = memory;
    server->script = *script;
    server->group = HC_GROUP_X25519;
    server->alert = -1;
}

/* The steps of a handshake as scripted; returns how many. */
static inline size_t ss_path(const ss_script *script, ss_message *path)
{
    size_t n = 0;

    if (script->version == 13) {
        if (script->hrr) {
            path[n++] = M_HELLO_RETRY;
        }
        path[n++] = M_SERVER_HELLO_13;
        path[n++] = M_ENCRYPTED_EXTENSIONS;
        if (!script->resume) {
            if (script->client_auth) {
                path[n++] = M_CERTIFICATE_REQUEST_13;
            }
            path[n++] = M_CERTIFICATE_13;
            path[n++] = M_CERTIFICATE_VERIFY;
        }
    } else {
        path[n++] = M_SERVER_HELLO_12;
        if (!script->resume) {
            path[n++] = M_CERTIFICATE_12;
            path[n++] = M_SERVER_KEY_EXCHANGE;
            if (script->client_auth) {
                path[n++] = M_CERTIFICATE_REQUEST_12;
            }
            path[n++] = M_SERVER_HELLO_DONE;
        }
        if (script->ticket) {
            path[n++] = M_TICKET_12;
        }
        path[n++] = M_CCS;
    }
    path[n++] = M_FINISHED;
    return n;
}

#define SS_PATH_MAX 10

#endif
