/* Floods: all is well at the limit (DEFENCES, 2), and one past it the connection ends. */
#ifndef TLS_STATES_FLOODS_H
#define TLS_STATES_FLOODS_H

#include "tls_states_table.h"

static inline void mx_reach_or_fail(mx_pair *pair, mx_state_id state)
{
    const char *why = mx_reach(pair, &mx_states[state]);

    CHECK_TEXT(why == NULL ? "" : why, "");
}

/* It goes on to its end, and all is given back. */
static inline void mx_passes(mx_pair *pair, const char *what)
{
    const char *why = mx_finish(pair);
    const char *end = mx_end(pair);

    why = why == NULL ? end : why;
    if (why != NULL) {
        printf("FAIL %s passes: %s (code %d)\n", what, why, pair->code);
        unit_failed = 1;
    } else {
        printf("ok %s passes\n", what);
    }
}

/* It failed, with one fatal alert of those; 0: any other is not meant. */
static inline void mx_fails(mx_pair *pair, int alert, int or_alert, const char *what)
{
    int is_right = pair->code != HTTPSC_OK && hc_tls_state_of(pair->tls) == HC_TLS_FAILED &&
                   pair->server.num_fatal == 1 &&
                   (pair->server.alert == alert || pair->server.alert == or_alert);

    if (!is_right || mx_end(pair) != NULL) {
        printf("FAIL %s: code %d, %d fatal alerts, alert %d, not %d or %d\n", what, pair->code,
               pair->server.num_fatal, pair->server.alert, alert, or_alert);
        unit_failed = 1;
    } else {
        printf("ok %s ends it\n", what);
    }
    if (pair->tls != NULL) {
        (void)mx_end(pair);
    }
}

/* num records of one kind; for 1.3's change_cipher_spec in the clear. */
static inline void mx_flood_records(mx_pair *pair, mx_state_id state, int type, const char *bytes,
                                    size_t len, int num)
{
    static ss_bytes out;

    mx_reach_or_fail(pair, state);
    for (int i = 0; i < num; i++) {
        out.len = 0;
        if (type == SS_CCS) {
            ss_clear_record(type, bytes, len, &out);
        } else {
            ss_record(&pair->server, type, bytes, len, &out);
        }
        mx_feed(pair, out.at, out.len);
    }
}

static inline void mx_flood_of_records(mx_pair *pair)
{
    static const struct {
        mx_state_id state;
        int type;
        const char *bytes;
        size_t len;
        int max;
        const char *what;
    } floods[] = {
        {S_OPEN, SS_DATA, "", 0, 32, "1.3: 32 empty records"},
        {S12_OPEN, SS_DATA, "", 0, 32, "1.2: 32 empty records"},
        {S_EXTENSIONS, SS_ALERT, "\1\x5A", 2, 4, "1.3, handshake: 4 warnings"},
        {S_OPEN, SS_ALERT, "\1\x5A", 2, 4, "1.3: 4 warnings"},
        {S12_CERT, SS_ALERT, "\1\x5A", 2, 4, "1.2, handshake: 4 warnings"},
        {S12_OPEN, SS_ALERT, "\1\x5A", 2, 4, "1.2: 4 warnings"},
        {S_EXTENSIONS, SS_CCS, "\1", 1, 2, "1.3: 2 change_cipher_specs"},
        {S_HELLO2, SS_CCS, "\1", 1, 2, "1.3, after a HelloRetryRequest: 2 change_cipher_specs"},
        {S12_OPEN, SS_HANDSHAKE, "\0\0\0\0", 4, 1, "1.2: a HelloRequest"},
        {S12_CERT, SS_HANDSHAKE, "\0\0\0\0", 4, 32, "1.2, handshake: 32 HelloRequests"},
    };
    char past[96];

    for (size_t i = 0; i < HC_ARRAY_LEN(floods); i++) {
        mx_flood_records(pair, floods[i].state, floods[i].type, floods[i].bytes, floods[i].len,
                         floods[i].max);
        mx_passes(pair, floods[i].what);
        mx_flood_records(pair, floods[i].state, floods[i].type, floods[i].bytes, floods[i].len,
                         floods[i].max + 1);
        snprintf(past, sizeof past, "%s and one more", floods[i].what);
        /* no RFC names an alert; of warnings other clients say that they do not decode */
        mx_fails(pair, floods[i].type == SS_ALERT ? DECODE : UNEXPECTED, 0, past);
    }
    mx_reach_or_fail(pair, S_OPEN);
    for (int i = 0; i < 200; i++) {
        mx_send(pair, SS_DATA, i % 20 == 0 ? "x" : "", i % 20 == 0);
    }
    mx_passes(pair, "1.3: 200 empty records with data between them");
}

static inline void mx_flood_of_messages(mx_pair *pair)
{
    static const ss_message updates[] = {M_KEY_UPDATE, M_KEY_UPDATE_REQUEST};
    hc_session *session;
    int num_sessions = 0;

    for (size_t i = 0; i < HC_ARRAY_LEN(updates); i++) {
        mx_reach_or_fail(pair, S_OPEN);
        for (int j = 0; j < 32; j++) {
            mx_send_message(pair, updates[i]);
        }
        CHECK_INT(pair->server.num_key_updates, i == 0 ? 0 : 32);
        mx_passes(pair, "32 KeyUpdates");
        mx_reach_or_fail(pair, S_OPEN);
        for (int j = 0; j < 33; j++) {
            mx_send_message(pair, updates[i]);
        }
        mx_fails(pair, UNEXPECTED, 0, "a KeyUpdate more");
    }
    mx_reach_or_fail(pair, S_OPEN);
    for (int i = 0; i < 100; i++) {
        mx_send_message(pair, updates[i % 2]);
        mx_send(pair, SS_DATA, "x", 1);
    }
    mx_passes(pair, "100 KeyUpdates with data between them");
    mx_reach_or_fail(pair, S_OPEN);
    for (int i = 0; i < 16; i++) {
        mx_send_message(pair, M_TICKET_13);
    }
    while ((session = hc_tls_take_session(pair->tls, MX_TIME)) != NULL) {
        hc_session_free(session);
        num_sessions++;
    }
    CHECK_INT(num_sessions, 4);
    mx_passes(pair, "16 tickets");
    mx_reach_or_fail(pair, S_OPEN);
    for (int i = 0; i < 32; i++) {
        mx_send_message(pair, M_TICKET_13);
    }
    mx_passes(pair, "32 tickets, of which the last 16 are passed over");
    mx_reach_or_fail(pair, S_OPEN);
    for (int i = 0; i < 33; i++) {
        mx_send_message(pair, M_TICKET_13);
    }
    mx_fails(pair, UNEXPECTED, 0, "a ticket more");
}

/* The bytes of a message in as many records as it takes. */
static inline void mx_send_long(mx_pair *pair, const ss_bytes *content)
{
    for (size_t at = 0; at < content->len; at += 16384) {
        mx_send(pair, SS_HANDSHAKE, content->at + at, hc_min(16384, content->len - at));
    }
}

/* A header alone: what announces too much is refused before anything is kept of it. */
static inline void mx_flood_of_lengths(mx_pair *pair)
{
    static const struct {
        mx_state_id state;
        unsigned char type;
        size_t max;
    } messages[] = {
        {S_HELLO, 2, 16384}, {S_HELLO2, 2, 16384}, {S_EXTENSIONS, 8, 16384}, {S_CERT, 11, 65536},
        {S_REQUEST_OR_CERT, 13, 32768}, {S_VERIFY, 15, 16384}, {S_FINISHED, 20, 16384},
        {S_OPEN, 4, 16384}, {S_OPEN, 24, 16384}, {S12_CERT, 11, 65536},
        {S12_KEY_EXCHANGE, 12, 16384}, {S12_REQUEST_OR_DONE, 13, 32768},
        {S12_REQUEST_OR_DONE, 14, 16384}, {S12_TICKET, 4, 16384}, {S12_FINISHED, 20, 16384},
    };
    unsigned char header[4];
    char what[64];
    size_t len;

    for (size_t i = 0; i < 3 * HC_ARRAY_LEN(messages); i++) {
        size_t which = i / 3;

        len = i % 3 == 0 ? messages[which].max : i % 3 == 1 ? messages[which].max + 1 : 0xFFFFFF;
        mx_reach_or_fail(pair, messages[which].state);
        header[0] = messages[which].type;
        header[1] = (unsigned char)(len >> 16);
        header[2] = (unsigned char)(len >> 8);
        header[3] = (unsigned char)len;
        mx_send(pair, SS_HANDSHAKE, header, 4);
        CHECK(pair->memory.live_bytes < 200000);
        snprintf(what, sizeof what, "%.20s, type %d with %zu bytes announced",
                 mx_states[messages[which].state].name, messages[which].type, len);
        if (i % 3 != 0) {
            mx_fails(pair, ILLEGAL, DECODE, what);
        } else {
            CHECK_INT(pair->code, HTTPSC_OK);
            CHECK(mx_end(pair) == NULL);
        }
    }
}

/* A legal message made as long as its limit: one of which unknown extensions are ignored. */
static inline void mx_long_message(mx_pair *pair, mx_state_id state, ss_message message, size_t len)
{
    static ss_bytes content;
    size_t filler;

    mx_reach_or_fail(pair, state);
    if (message == M_CERTIFICATE_REQUEST_13) {
        pair->server.script.client_auth = 1;
    }
    content.len = 0;
    ss_make(&pair->server, message, &content);
    filler = len + 4 - content.len - 4;
    ss_number(&content, 0xABCD, 2);
    ss_number(&content, filler, 2);
    ss_fill(&content, 7, filler);
    ss_set_number(&content, 1, 3, content.len - 4);
    ss_set_number(&content, content.inner_at, 2, content.len - content.inner_at - 2);
    ss_commit(&pair->server, message, content.at, content.len);
    pair->step += message == M_CERTIFICATE_REQUEST_13;
    mx_send_long(pair, &content);
}

/* The server's own certificate, and behind it others that are DER and nothing more. */
static inline void mx_many_certificates(mx_pair *pair, mx_state_id state, size_t num, size_t size,
                                        size_t total)
{
    static ss_bytes content;
    int is_13 = mx_states[state].script.version == 13;
    size_t list;

    mx_reach_or_fail(pair, state);
    content.len = 0;
    ss_make(&pair->server, is_13 ? M_CERTIFICATE_13 : M_CERTIFICATE_12, &content);
    list = content.inner_at;
    for (size_t i = 1; i < num; i++) {
        size_t rest = total == 0 ? size : hc_min(size, 4 + total - content.len - (is_13 ? 5 : 3));

        ss_number(&content, rest, 3);
        ss_put(&content, "\x30\x82", 2);
        ss_number(&content, rest - 4, 2);
        ss_fill(&content, 0, rest - 4);
        ss_fill(&content, 0, is_13 ? 2 : 0);
    }
    ss_set_number(&content, 1, 3, content.len - 4);
    ss_set_number(&content, list, 3, content.len - list - 3);
    CHECK(total == 0 || content.len - 4 == total);
    ss_commit(&pair->server, is_13 ? M_CERTIFICATE_13 : M_CERTIFICATE_12, content.at, content.len);
    pair->step++;
    mx_send_long(pair, &content);
}

static inline void mx_long_messages(mx_pair *pair)
{
    static const mx_state_id states[] = {S_CERT, S12_CERT};

    mx_long_message(pair, S_OPEN, M_TICKET_13, 16384);
    mx_passes(pair, "a ticket of 16384 bytes");
    mx_long_message(pair, S_OPEN, M_TICKET_13, 16385);
    mx_fails(pair, ILLEGAL, DECODE, "one of 16385");
    mx_long_message(pair, S_REQUEST_OR_CERT, M_CERTIFICATE_REQUEST_13, 32768);
    mx_passes(pair, "a CertificateRequest of 32768 bytes");
    mx_long_message(pair, S_REQUEST_OR_CERT, M_CERTIFICATE_REQUEST_13, 32769);
    mx_fails(pair, ILLEGAL, DECODE, "one of 32769");
    for (size_t i = 0; i < HC_ARRAY_LEN(states); i++) {
        mx_many_certificates(pair, states[i], 5, 16384, 65536);
        mx_passes(pair, "65536 bytes of certificates");
        mx_many_certificates(pair, states[i], 10, 100, 0);
        mx_passes(pair, "10 certificates");
        mx_many_certificates(pair, states[i], 11, 100, 0);
        mx_fails(pair, BAD_CERT, ILLEGAL, "11 certificates");
        mx_many_certificates(pair, states[i], 2, 16384, 0);
        mx_passes(pair, "a certificate of 16384 bytes");
        mx_many_certificates(pair, states[i], 2, 16385, 0);
        mx_fails(pair, BAD_CERT, ILLEGAL, "one of 16385");
    }
}

/* ---- records of the wrong size, or that do not open ---- */

static inline void mx_long_record(mx_pair *pair, mx_state_id state, size_t len, size_t padding)
{
    static unsigned char bytes[16400];
    static ss_bytes out;

    mx_reach_or_fail(pair, state);
    out.len = 0;
    memset(bytes, 'x', sizeof bytes);
    ss_seal_with(&pair->server.send, pair->server.script.version, SS_DATA, bytes, len, padding,
                 &out);
    mx_feed(pair, out.at, out.len);
}

/* The header of a record, and nothing of what it announces. */
static inline void mx_record_header(mx_pair *pair, mx_state_id state, int type, size_t len)
{
    unsigned char header[5] = {(unsigned char)type, 3, 3, (unsigned char)(len >> 8),
                               (unsigned char)len};

    mx_reach_or_fail(pair, state);
    mx_feed(pair, header, sizeof header);
}

static inline void mx_wrong_records(mx_pair *pair)
{
    static const mx_state_id states[] = {S_OPEN, S12_OPEN, S_EXTENSIONS, S12_FINISHED};
    static ss_bytes out;

    for (size_t i = 0; i < 2; i++) {
        mx_long_record(pair, states[i], 16384, 0);
        CHECK_INT(pair->app_len, 16384);
        mx_passes(pair, "a record of 16384 bytes");
        mx_long_record(pair, states[i], 16385, 0);
        CHECK_INT(pair->app_len, 0);
        mx_fails(pair, OVERFLOW, 0, "one of 16385");
    }
    mx_long_record(pair, S_OPEN, 10, 16374);
    CHECK_INT(pair->app_len, 10);
    mx_passes(pair, "a record padded to its maximum");
    mx_long_record(pair, S_OPEN, 10, 16375);
    mx_fails(pair, OVERFLOW, 0, "padded by one more");
    mx_record_header(pair, S_OPEN, SS_DATA, 16384 + 257);
    mx_fails(pair, OVERFLOW, 0, "1.3: a ciphertext over its maximum");
    mx_record_header(pair, S12_OPEN, SS_DATA, 16384 + 2049);
    mx_fails(pair, OVERFLOW, 0, "1.2: a ciphertext over its maximum");
    mx_record_header(pair, S_HELLO, SS_HANDSHAKE, 16385);
    mx_fails(pair, OVERFLOW, 0, "a plaintext over its maximum");
    mx_record_header(pair, S12_CERT, SS_HANDSHAKE, 16385);
    mx_fails(pair, OVERFLOW, 0, "1.2: a plaintext over its maximum");

    mx_reach_or_fail(pair, S_OPEN);
    out.len = 0;
    ss_seal_with(&pair->server.send, 13, 0, "", 0, 20, &out);
    mx_feed(pair, out.at, out.len);
    mx_fails(pair, UNEXPECTED, 0, "1.3: a record of padding alone");

    for (size_t i = 0; i < HC_ARRAY_LEN(states); i++) {
        for (size_t flip = 0; flip < 3; flip++) {
            mx_reach_or_fail(pair, states[i]);
            out.len = 0;
            ss_record(&pair->server, SS_DATA, "ten bytes.", 10, &out);
            ss_record(&pair->server, SS_DATA, "ten bytes.", 10, &out);
            out.at[flip == 0 ? 5 : flip == 1 ? 15 : out.len / 2 - 1] ^= 1;
            mx_feed(pair, out.at, out.len);
            CHECK_INT(pair->app_len, 0);
            mx_fails(pair, BAD_MAC, 0, "a flipped bit");
        }
    }
}

static inline void mx_floods(mx_pair *pair)
{
    mx_flood_of_records(pair);
    mx_flood_of_messages(pair);
    mx_flood_of_lengths(pair);
    mx_long_messages(pair);
    mx_wrong_records(pair);
}

#endif
