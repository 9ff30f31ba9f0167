/*
 * A small TLS server for tests, 1.3 and 1.2, that shares nothing with the client but the crypto
 * floor. It does what it is told: whole flights by itself, or with one message changed, left out,
 * or put in, and with records of any size. Include it behind unit.h.
 *
 * Bytes that it makes live until maker_reset.
 */
#ifndef TLS_SERVER_H
#define TLS_SERVER_H

#ifdef UNIT_PARTS
#include "../../src/tls/engine.h"
#endif
#include "x509_maker.h"
#include "crypto_bytes.h"

typedef struct server_keys {
    int on; /* 0, 12 or 13 */
    hc_aead aead;
    unsigned char iv[12];
    size_t explicit_len;
    uint64_t sequence;
    unsigned minor; /* of the version that its records say: 3 and this */
} server_keys;

/* What is done to a message before it is hashed and sent. */
typedef enum server_edit {
    EDIT_NONE = 0,
    EDIT_LONGER,      /* a zero byte behind the body, and the length says so */
    EDIT_SHORTER,     /* the last byte of the body is gone, likewise */
    EDIT_FLIP,        /* a bit of the byte at edit_at of the body */
    EDIT_REPLACE,     /* the body becomes edit_body */
    EDIT_DROP,
    EDIT_TWICE,
    EDIT_BEFORE,      /* a message of edit_other with edit_body goes first */
    EDIT_LAST_JOINED, /* edit_other with edit_body behind it, before the keys change */
    EDIT_AS_DATA,     /* an empty record of application data before it */
    EDIT_AMID_ALERT,  /* a warning alert between its two halves */
    EDIT_AMID_CCS
} server_edit;

typedef struct server {
    /* how it is to behave; zeroed it is a plain server of TLS 1.3 */
    int is_12;
    unsigned suite;          /* default: AES-128-GCM */
    hc_group group;          /* default X25519 */
    hc_curve curve;          /* of its certificate's key: P-256; or is_rsa */
    int is_rsa;
    unsigned scheme;         /* default: that of the key */
    const char *alpn;
    const char *leaf_names;  /* default DNS:localhost */
    int leaf_usage_is_wrong;
    int asks_certificate;
    int retries;             /* 1: HelloRetryRequest */
    bytes cookie;
    int sends_ccs;           /* how many in middlebox compatibility mode */
    int has_ems;             /* of 1.2: 0 yes, 1 no */
    int keeps_transcript;    /* 1: all messages stay in `messages` */
    int is_deaf;             /* 1: takes nothing from the client after its hello */
    int resumes;             /* takes the ticket "ticket", with psk */
    int promises_ticket;     /* of 1.2 */
    size_t num_tickets;      /* of 1.3, behind the handshake */
    bytes psk;
    size_t fragment;         /* handshake bytes a record; 0: the whole message */
    int coalesces;           /* 1: messages of one epoch in one record */
    size_t padding;          /* zeros in a record of 1.3 */
    bytes more_extensions;   /* in ServerHello */
    bytes more_encrypted;    /* in EncryptedExtensions */
    bytes random_end;        /* the last bytes of the random */
    unsigned edit_type;
    server_edit edit;
    size_t edit_at;
    unsigned edit_other;
    bytes edit_body;
    void (*script)(struct server *s, unsigned type, bytes body); /* says the message its own way */
    /* what it has got to */
    hc_crypto crypto;
    hc_random random;
    bytes out;               /* records for the client */
    bytes pending;           /* handshake bytes that are in no record yet */
    bytes in;                /* from the client, not taken yet */
    bytes said;              /* application data of the client */
    int num_hellos;
    bytes first_hello;
    bytes hello;             /* the ClientHello's body */
    unsigned char client_random[32];
    unsigned char server_random[32];
    bytes session_id;
    hc_hash_context transcript;
    hc_hash_id hash;
    size_t hash_len;
    unsigned char schedule[64];
    unsigned char client_secret[64];
    unsigned char server_secret[64];
    unsigned char client_application[64];
    unsigned char server_application[64];
    unsigned char resumption[64];
    unsigned char master[48];
    hc_key_share share;
    bytes client_certificate; /* its Certificate message */
    bytes client_verify;
    bytes messages;           /* with keeps_transcript: all of them so far */
    bytes before_verify;      /* and those before the client's CertificateVerify */
    int saw_psk;              /* 1: with a good binder */
    int is_done;              /* 1: the client's Finished was right */
    int alert;                /* the client's last, -1 for none */
    int num_client_key_updates;
    int client_key_update_request; /* of the last */
    server_keys reading;
    server_keys writing;
} server;

static inline bytes b_u8(unsigned value)
{
    unsigned char byte = (unsigned char)value;

    return b_raw(&byte, 1);
}

static inline bytes b_u16(unsigned value)
{
    return b_cat(b_u8(value >> 8), b_u8(value & 0xFF));
}

static inline bytes b_u24(size_t value)
{
    return b_cat(b_u8((unsigned)(value >> 16) & 0xFF), b_u16((unsigned)(value & 0xFFFF)));
}

static inline bytes b_vector8(bytes b)
{
    return b_cat(b_u8((unsigned)b.len), b);
}

static inline bytes b_vector16(bytes b)
{
    return b_cat(b_u16((unsigned)b.len), b);
}

static inline bytes b_vector24(bytes b)
{
    return b_cat(b_u24(b.len), b);
}

static inline bytes b_extension(unsigned number, bytes body)
{
    return b_cat(b_u16(number), b_vector16(body));
}

static inline bytes b_of(hc_cursor cursor)
{
    return b_raw(cursor.at, hc_cursor_left(&cursor));
}

/* ---- records --------------------------------------------------------------------------------- */

static inline void server_set_keys(server_keys *keys, const hc_crypto *crypto, unsigned suite,
                                   int version, const unsigned char *key, const unsigned char *iv)
{
    hc_aead_id id = suite == 0x1301 || suite == 0xC02B || suite == 0xC02F ? HC_AEAD_AES_128_GCM
                    : suite == 0x1303 || suite == 0xCCA9 || suite == 0xCCA8
                        ? HC_AEAD_CHACHA20_POLY1305
                        : HC_AEAD_AES_256_GCM;

    memset(keys, 0, sizeof *keys);
    keys->on = version;
    keys->minor = 3;
    keys->explicit_len = version == 12 && id != HC_AEAD_CHACHA20_POLY1305 ? 8 : 0;
    hc_aead_init(&keys->aead, crypto, id, key);
    memcpy(keys->iv, iv, keys->explicit_len == 8 ? 4 : 12);
}

static inline void server_nonce(const server_keys *keys, unsigned char nonce[12])
{
    memcpy(nonce, keys->iv, 12);
    for (size_t i = 0; i < 8; i++) {
        nonce[11 - i] = (unsigned char)(nonce[11 - i] ^ (keys->sequence >> (8 * i)));
    }
}

static inline bytes server_aad(const server_keys *keys, unsigned type, size_t plain_len)
{
    bytes sequence = b_new(8);

    if (keys->on == 13) {
        return b_cat3(b_u8(23), b_u16(0x0300 | keys->minor), b_u16((unsigned)(plain_len + 16)));
    }
    for (size_t i = 0; i < 8; i++) {
        sequence.ptr[7 - i] = (unsigned char)(keys->sequence >> (8 * i));
    }
    return b_cat3(sequence, b_u8(type),
                  b_cat(b_u16(0x0300 | keys->minor), b_u16((unsigned)plain_len)));
}

/* One record, protected as it is now, made but not put out. */
static inline bytes server_record(server *s, unsigned type, bytes content)
{
    server_keys *keys = &s->writing;
    bytes tag = b_new(16);
    unsigned char nonce[12];
    bytes sequence;
    bytes aad;

    if (!keys->on) {
        return b_cat3(b_u8(type), b_u16(0x0303), b_vector16(content));
    }
    if (keys->on == 13) {
        bytes zeros = b_new(s->padding);

        memset(zeros.ptr, 0, zeros.len);
        content = b_cat3(content, b_u8(type), zeros);
        type = 23;
    }
    server_nonce(keys, nonce);
    aad = server_aad(keys, type, content.len);
    content = b_raw(content.ptr, content.len);
    hc_aead_seal(&keys->aead, nonce, aad.ptr, aad.len, content.ptr, content.len, tag.ptr);
    sequence = b_raw(nonce + 4, keys->explicit_len);
    keys->sequence++;
    return b_cat3(b_u8(type), b_u16(0x0300 | keys->minor),
                  b_vector16(b_cat3(sequence, content, tag)));
}

static inline void server_put(server *s, unsigned type, bytes content)
{
    s->out = b_cat(s->out, server_record(s, type, content));
}

/* In the clear, whatever the keys. */
static inline void server_put_clear(server *s, unsigned type, bytes content)
{
    s->out = b_cat(s->out, b_cat3(b_u8(type), b_u16(0x0303), b_vector16(content)));
}

static inline void server_flush(server *s)
{
    bytes left = s->pending;

    while (left.len > 0) {
        size_t len = s->fragment == 0 || s->fragment > left.len ? left.len : s->fragment;

        len = len > 16384 ? 16384 : len;
        server_put(s, 22, b_raw(left.ptr, len));
        left.ptr += len;
        left.len -= len;
    }
    s->pending = b_none();
}

/* ---- messages -------------------------------------------------------------------------------- */

static inline bytes server_message(unsigned type, bytes body)
{
    return b_cat(b_u8(type), b_vector24(body));
}

/* Puts a message into the transcript. */
static inline void server_hash(server *s, bytes message)
{
    hc_hash_update(&s->transcript, message.ptr, message.len);
    if (s->keeps_transcript) {
        s->messages = b_cat(s->messages, message);
    }
}

static inline void server_queue(server *s, bytes message)
{
    server_hash(s, message);
    s->pending = b_cat(s->pending, message);
    if (!s->coalesces) {
        server_flush(s);
    }
}

/* The two halves of a message with another record between them. */
static inline void server_put_amid(server *s, bytes message)
{
    server_hash(s, message);
    server_flush(s);
    server_put(s, 22, b_raw(message.ptr, message.len / 2));
    if (s->edit == EDIT_AMID_CCS) {
        server_put_clear(s, 20, b_u8(1));
    } else {
        server_put(s, 21, b_hex("015a")); /* user_canceled */
    }
    server_put(s, 22, b_raw(message.ptr + message.len / 2, message.len - message.len / 2));
}

/* Sends a message, as it is or edited. */
static inline void server_say(server *s, unsigned type, bytes body)
{
    server_edit edit = s->edit_type == type ? s->edit : EDIT_NONE;
    bytes message;

    if (s->script != NULL) {
        s->script(s, type, body);
        return;
    }
    body = b_raw(body.ptr, body.len);
    if (edit == EDIT_LONGER) {
        body = b_cat(body, b_u8(0));
    } else if (edit == EDIT_SHORTER && body.len > 0) {
        body.len--;
    } else if (edit == EDIT_FLIP) {
        body.ptr[s->edit_at] ^= 1;
    } else if (edit == EDIT_REPLACE) {
        body = s->edit_body;
    } else if (edit == EDIT_DROP) {
        return;
    } else if (edit == EDIT_BEFORE) {
        server_queue(s, server_message(s->edit_other, s->edit_body));
    } else if (edit == EDIT_AS_DATA) {
        server_put(s, 23, b_none());
    }
    message = server_message(type, body);
    if (edit == EDIT_AMID_ALERT || edit == EDIT_AMID_CCS) {
        server_put_amid(s, message);
        return;
    }
    if (edit == EDIT_LAST_JOINED) {
        bytes other = server_message(s->edit_other, s->edit_body);

        server_hash(s, message);
        server_flush(s);
        server_put(s, 22, b_cat(message, other));
        return;
    }
    server_queue(s, message);
    if (edit == EDIT_TWICE) {
        server_queue(s, message);
    }
}

static inline void server_transcript(const server *s, unsigned char out[64])
{
    (void)hc_hash_snapshot(&s->transcript, out);
}

/* ---- its certificate ------------------------------------------------------------------------- */

#define SERVER_CA_KEY 1
#define SERVER_KEY 2

static inline const char *server_spki(const server *s)
{
    return s->is_rsa ? rsa_2048_spki
           : s->curve == HC_CURVE_P384 ? ec_384_spki
           : s->curve == HC_CURVE_P521 ? ec_521_spki
                                       : ec_256_spki;
}

/* Its leaf, with a key of crypto_keys.h, issued by the root that the client trusts. */
static inline bytes server_leaf(const server *s)
{
    maker_spec spec = {"leaf", "root", SERVER_KEY, SERVER_CA_KEY, {NULL, 0}, NULL, NULL, NULL,
                       NULL, NULL};
    bytes head = b_cat3(b_hex("a003020102"), b_der(2, b_hex("05")), b_hex(MAKER_ECDSA_SHA256));
    bytes dates = b_der(0x30, b_cat(maker_time("200101000000Z"), maker_time("400101000000Z")));
    bytes extensions =
        b_cat3(maker_alt_names(s->leaf_names == NULL ? "DNS:localhost" : s->leaf_names),
               maker_purpose(MAKER_SERVER_AUTH),
               maker_usage(s->leaf_usage_is_wrong ? "0308" : "0780"));

    return maker_sign(
        b_der(0x30, b_cat3(head, b_cat3(maker_name(spec.issuer), dates, maker_name(spec.subject)),
                           b_cat(b_hex(server_spki(s)), b_der(0xA3, b_der(0x30, extensions))))),
        SERVER_CA_KEY);
}

static inline bytes server_root(void)
{
    return maker_issuer("root", SERVER_CA_KEY, "root", SERVER_CA_KEY, b_none());
}

static inline hc_private_key server_private_key(const server *s)
{
    return s->is_rsa ? rsa_key_of(2048) : ec_key_of(s->curve == 0 ? HC_CURVE_P256 : s->curve);
}

static inline unsigned server_scheme(const server *s)
{
    return s->scheme != 0             ? s->scheme
           : s->is_rsa                ? 0x0804u
           : s->curve == HC_CURVE_P384 ? 0x0503u
           : s->curve == HC_CURVE_P521 ? 0x0603u
                                       : 0x0403u;
}

/* scheme and signature over some bytes, as CertificateVerify and ServerKeyExchange have them */
static inline bytes server_sign(const server *s, bytes content)
{
    unsigned scheme = server_scheme(s);
    hc_hash_id hash = (scheme & 0xFF) == 5 || scheme >> 8 == 5   ? HC_HASH_SHA384
                      : (scheme & 0xFF) == 6 || scheme >> 8 == 6 ? HC_HASH_SHA512
                                                                 : HC_HASH_SHA256;
    hc_private_key key = server_private_key(s);
    unsigned char salt[64] = {1, 2, 3};
    unsigned char digest[64];
    unsigned char out[HC_RSA_LEN_MAX];
    size_t len;

    hc_hash(hash, content.ptr, content.len, digest);
    if (scheme >> 8 == 8) {
        len = hc_rsa_pss_sign(&key, hash, digest, salt, out);
    } else if (s->is_rsa) {
        len = hc_rsa_pkcs1_sign(&key, hash, digest, out);
    } else {
        len = hc_ecdsa_sign(&key, hash, digest, out);
    }
    return b_cat(b_u16(scheme), b_vector16(b_raw(out, len)));
}

/* ---- the ClientHello ------------------------------------------------------------------------- */

/* The body of one of its extensions; ptr is NULL when it is not there. */
static inline bytes server_find_extension(bytes hello, unsigned number)
{
    hc_cursor body = b_cursor(hello);
    hc_cursor list;
    bytes none = {NULL, 0};

    (void)hc_take_bytes(&body, 34);
    (void)hc_take_bytes(&body, hc_take_u8(&body));
    (void)hc_take_bytes(&body, hc_take_u16(&body));
    (void)hc_take_bytes(&body, hc_take_u8(&body));
    list = hc_take_bytes(&body, hc_take_u16(&body));
    while (hc_cursor_left(&list) > 0) {
        unsigned found = hc_take_u16(&list);
        hc_cursor content = hc_take_bytes(&list, hc_take_u16(&list));

        if (found == number) {
            return b_of(content);
        }
    }
    return none;
}

/* The client's public value of a group; ptr is NULL when it sent none. */
static inline bytes server_find_share(bytes hello, hc_group group)
{
    bytes extension = server_find_extension(hello, 51);
    hc_cursor list = b_cursor(extension);
    bytes none = {NULL, 0};

    (void)hc_take_u16(&list);
    while (hc_cursor_left(&list) > 0) {
        unsigned found = hc_take_u16(&list);
        hc_cursor share = hc_take_bytes(&list, hc_take_u16(&list));

        if (found == (unsigned)group) {
            return b_of(share);
        }
    }
    return none;
}

#include "tls_server_flights.h"

#endif
