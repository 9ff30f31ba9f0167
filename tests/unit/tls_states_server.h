/*
 * The scripted server's half that listens: it takes what the client sends, and checks it. What it
 * sends is made in tls_states_make.h, at any time, right or wrong on purpose.
 */
#ifndef TLS_STATES_SERVER_H
#define TLS_STATES_SERVER_H

#include "tls_states_wire.h"

/* ---- what the client sends ---- */

/* The binder of the last identity (RFC 8446, 4.2.11.2). */
static inline void ss_check_binder(ss_server *server, size_t binders_at, hc_cursor binders)
{
    static const unsigned char *none = NULL;
    hc_hash_context transcript = server->transcript;
    unsigned char early[HC_HASH_MAX];
    unsigned char key[32];
    unsigned char mac[32];
    hc_cursor binder;

    (void)hc_take_u16(&binders);
    binder = hc_take_bytes(&binders, hc_take_u8(&binders));
    hc_hash_update(&transcript, server->hello, binders_at);
    hc_hkdf_extract(HC_HASH_SHA256, none, 0, server->memory->psk, 32, early);
    ss_derive(early, "res binder", NULL, key);
    ss_finished_13(key, &transcript, mac);
    if (hc_cursor_left(&binder) != 32 || memcmp(binder.at, mac, 32) != 0) {
        ss_bad(server, "the PSK binder is not right");
    }
}

static inline void ss_take_shares(ss_server *server, hc_cursor body)
{
    hc_cursor list = hc_take_bytes(&body, hc_take_u16(&body));

    while (hc_cursor_left(&list) != 0) {
        unsigned group = hc_take_u16(&list);
        hc_cursor share = hc_take_bytes(&list, hc_take_u16(&list));

        if (group == (unsigned)server->group && hc_cursor_left(&share) <= HC_EC_POINT_MAX) {
            server->client_share_len = hc_cursor_left(&share);
            memcpy(server->client_share, share.at, server->client_share_len);
        }
        if (group == HC_GROUP_X25519) {
            server->offers_x25519 = 1;
        }
    }
}

static inline void ss_take_extensions(ss_server *server, hc_cursor list)
{
    while (hc_cursor_left(&list) != 0) {
        unsigned type = hc_take_u16(&list);
        hc_cursor body = hc_take_bytes(&list, hc_take_u16(&list));

        switch (type) {
        case SS_EXT_KEY_SHARE:
            ss_take_shares(server, body);
            break;
        case SS_EXT_EMS:
            server->offers_ems = 1;
            break;
        case SS_EXT_TICKET:
            server->offers_ticket = hc_cursor_left(&body) != 0;
            break;
        case SS_EXT_COOKIE:
            server->has_cookie = hc_cursor_left(&body) == 8 &&
                                 memcmp(body.at, "\0\6cookie", 8) == 0;
            break;
        case SS_EXT_PSK:
            if (hc_cursor_left(&list) != 0) {
                ss_bad(server, "pre_shared_key is not the last extension");
            }
            (void)hc_take_bytes(&body, hc_take_u16(&body));
            if (server->memory != NULL) {
                ss_check_binder(server, (size_t)(body.at - server->hello), body);
            }
            server->offers_psk = 1;
            break;
        default:
            break;
        }
    }
}

static inline void ss_take_hello(ss_server *server, const unsigned char *bytes, size_t len)
{
    hc_cursor body = hc_cursor_over(bytes, len);
    hc_cursor id;
    size_t extensions_at;

    if (len > sizeof server->hello || server->num_hellos == 2 ||
        (server->num_hellos == 1 && !server->script.hrr)) {
        ss_bad(server, "a ClientHello too much");
        return;
    }
    if (server->num_hellos == 0) {
        hc_hash_init(&server->transcript, HC_HASH_SHA256);
    }
    (void)hc_take_bytes(&body, 6);
    if (server->num_hellos == 1 && memcmp(body.at, server->client_random, 32) != 0) {
        ss_bad(server, "another random in the second ClientHello");
    }
    memcpy(server->client_random, hc_take_bytes(&body, 32).at, 32);
    id = hc_take_bytes(&body, hc_take_u8(&body));
    server->session_id_len = hc_cursor_left(&id);
    memcpy(server->session_id, id.at, server->session_id_len);
    (void)hc_take_bytes(&body, hc_take_u16(&body));
    (void)hc_take_bytes(&body, hc_take_u8(&body));
    extensions_at = (size_t)(body.at - bytes);
    if (server->num_hellos == 1 &&
        (extensions_at != server->extensions_at ||
         memcmp(bytes + 4, server->hello + 4, extensions_at - 4) != 0)) {
        ss_bad(server, "the second ClientHello is another one");
    }
    server->extensions_at = extensions_at;
    memcpy(server->hello, bytes, len);
    server->hello_len = len;
    server->client_share_len = 0;
    server->num_hellos++;
    body = hc_cursor_over(server->hello + extensions_at, len - extensions_at);
    ss_take_extensions(server, hc_take_bytes(&body, hc_take_u16(&body)));
    if (hc_cursor_failed(&body) || hc_cursor_left(&body) != 0) {
        ss_bad(server, "a malformed ClientHello");
    }
    hc_hash_update(&server->transcript, bytes, len);
}

static inline void ss_take_key_exchange(ss_server *server, const unsigned char *bytes, size_t len)
{
    unsigned char digest[HC_HASH_MAX];
    unsigned char randoms[64];

    if (len < 5 || bytes[4] != len - 5) {
        ss_bad(server, "a malformed ClientKeyExchange");
        return;
    }
    hc_hash_update(&server->transcript, bytes, len);
    ss_agree(server, bytes + 5, len - 5);
    hc_hash_snapshot(&server->transcript, digest);
    if (server->offers_ems) {
        hc_tls12_prf(HC_HASH_SHA256, server->shared, 32, "extended master secret", digest, 32,
                     server->master, 48);
    } else {
        memcpy(randoms, server->client_random, 32);
        memcpy(randoms + 32, server->server_random, 32);
        hc_tls12_prf(HC_HASH_SHA256, server->shared, 32, "master secret", randoms, 64,
                     server->master, 48);
    }
    ss_schedule_12(server);
}

static inline void ss_take_finished(ss_server *server, const unsigned char *bytes, size_t len)
{
    unsigned char mac[32];
    size_t mac_len = server->script.version == 13 ? 32 : 12;
    unsigned char resumption[32];

    if (server->script.version == 13) {
        ss_finished_13(server->client_hs, &server->transcript, mac);
    } else {
        ss_finished_12(server, "client finished", mac);
    }
    if (len != 4 + mac_len || memcmp(bytes + 4, mac, mac_len) != 0 || server->got_finished ||
        !server->recv.on || server->asked_certificate != server->got_certificate) {
        ss_bad(server, "the client's Finished is not right");
    }
    server->got_finished = 1;
    hc_hash_update(&server->transcript, bytes, len);
    if (server->script.version == 13) {
        ss_keys_13(&server->recv, server->crypto, server->client_ap);
        ss_derive(server->secret, "res master", &server->transcript, resumption);
        memcpy(server->secret, resumption, 32);
    }
}

static inline void ss_take_message(ss_server *server, const unsigned char *bytes, size_t len)
{
    switch (bytes[0]) {
    case 1:
        ss_take_hello(server, bytes, len);
        return;
    case 11:
        if (!server->asked_certificate || server->got_certificate ||
            len != (server->script.version == 13 ? 8u : 7u) ||
            memcmp(bytes + 4, "\0\0\0", len - 4) != 0) {
            ss_bad(server, "the client's Certificate is not right");
        }
        server->got_certificate = 1;
        hc_hash_update(&server->transcript, bytes, len);
        return;
    case 16:
        ss_take_key_exchange(server, bytes, len);
        return;
    case 20:
        ss_take_finished(server, bytes, len);
        return;
    case 24:
        if (len != 5 || bytes[4] != 0 || server->script.version != 13 || !server->got_finished) {
            ss_bad(server, "the client's KeyUpdate is not right");
        }
        server->num_key_updates++;
        ss_update_keys(&server->recv, server->crypto);
        return;
    default:
        ss_bad(server, "a message that is no client's");
    }
}

static inline void ss_take_alert(ss_server *server, const unsigned char *bytes, size_t len)
{
    server->num_alerts++;
    if (len != 2 || (bytes[0] != 1 && bytes[0] != 2) || server->num_fatal != 0) {
        ss_bad(server, "the client's alert is not right");
    } else if (bytes[1] == 0) {
        server->got_close = 1;
    } else if (bytes[0] == 2) {
        server->num_fatal++;
        server->alert = bytes[1];
    }
}

static inline void ss_take_content(ss_server *server, int type, const unsigned char *bytes,
                                   size_t len)
{
    size_t message_len;

    if (server->got_close || server->num_fatal != 0) {
        ss_bad(server, "the client sent something behind its last alert");
    }
    if (type == SS_ALERT) {
        ss_take_alert(server, bytes, len);
        return;
    }
    if (type == SS_DATA) {
        if (!server->got_finished || len > sizeof server->data - server->data_len) {
            ss_bad(server, "application data of the client");
            return;
        }
        memcpy(server->data + server->data_len, bytes, len);
        server->data_len += len;
        return;
    }
    if (type != SS_HANDSHAKE || len > SS_IN_MAX - server->handshake_len) {
        ss_bad(server, "a record of an unknown type");
        return;
    }
    memcpy(server->handshake + server->handshake_len, bytes, len);
    server->handshake_len += len;
    while (server->handshake_len >= 4) {
        message_len = 4 + ((size_t)server->handshake[1] << 16) +
                      ((size_t)server->handshake[2] << 8) + server->handshake[3];
        if (server->handshake_len < message_len) {
            break;
        }
        ss_take_message(server, server->handshake, message_len);
        server->handshake_len -= message_len;
        memmove(server->handshake, server->handshake + message_len, server->handshake_len);
    }
}

/* One record with its header, whole. */
static inline void ss_take_record(ss_server *server, unsigned char *record, size_t len)
{
    size_t from = 5;
    int type = record[0];

    if (type == SS_CCS) {
        if (len != 1 || record[5] != 1 || server->num_ccs++ != 0) {
            ss_bad(server, "the client's change_cipher_spec is not right");
        }
        if (server->script.version == 12) {
            server->recv = server->next_recv;
        }
        return;
    }
    if (server->recv.on && type == SS_ALERT && len == 2) {
        server->alert_in_clear = 1;
    } else if (server->recv.on) {
        type = ss_open_record(server, record, &len, &from);
    }
    ss_take_content(server, type, record + from, len);
}

/* Bytes of the client, in any pieces. */
static inline void ss_take(ss_server *server, const unsigned char *bytes, size_t len)
{
    if (len > SS_IN_MAX - server->in_len) {
        ss_bad(server, "more than was thought of");
        return;
    }
    memcpy(server->in + server->in_len, bytes, len);
    server->in_len += len;
    while (server->in_len >= 5) {
        size_t body = ((size_t)server->in[3] << 8) + server->in[4];

        if (server->in[1] != 3 || body > 16384 + 256) {
            ss_bad(server, "a malformed record");
            return;
        }
        if (server->in_len < 5 + body) {
            return;
        }
        ss_take_record(server, server->in, body);
        server->in_len -= 5 + body;
        memmove(server->in, server->in + 5 + body, server->in_len);
    }
}

#endif
