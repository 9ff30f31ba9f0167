/* The client under test and the scripted server, joined in memory; and the states of the matrix. */
#ifndef TLS_STATES_PAIR_H
#define TLS_STATES_PAIR_H

#include "tls_states_make.h"

#define MX_TIME 1767225600 /* the first day of 2026, in every certificate's time */

/* What all connections share. */
typedef struct mx_world {
    int ready;
    hc_crypto crypto;
    hc_judge judge;
    ss_identity identity;
    ss_memory memory;
    hc_buffer sessions[2]; /* exported: of 1.2 and of 1.3 */
} mx_world;

static mx_world mx;

typedef struct mx_pair {
    unit_memory memory;
    hc_tls *tls;
    ss_server server;
    size_t step;         /* of the script's path: what comes next */
    int code;            /* of the first feed that failed */
    int is_early;        /* application data was readable before the end of the handshake */
    int is_closed;       /* hc_tls_close was called */
    int is_replay;       /* nobody listens to the client */
    unsigned char app[70000];
    size_t app_len;
    size_t num_drained;
    hc_hash_context drained; /* everything that the client sent */
} mx_pair;

/* ---- the world ---- */

static inline size_t mx_read_pem(const char *name, const char *label, unsigned char *out,
                                 size_t max)
{
    static char text[16384];
    char path[512];
    const char *dir = getenv("HTTPSC_TEST_CERTS");
    hc_cursor cursor;
    hc_pem_block block;
    size_t len = 0;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", dir == NULL ? "build/test/certs" : dir, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        printf("FAIL tls_states: cannot read %s\n", path);
        exit(1);
    }
    cursor = hc_cursor_over(text, fread(text, 1, sizeof text, file));
    fclose(file);
    if (!hc_pem_next(&cursor, &block) || !hc_pem_is(&block, label) ||
        !hc_base64_decode(block.body, out, max, 0, &len)) {
        printf("FAIL tls_states: cannot decode %s\n", path);
        exit(1);
    }
    return len;
}

/* The certificate that signed itself, which the client trusts, and its key (RFC 5958, RFC 5915). */
static inline void mx_read_identity(ss_identity *identity)
{
    size_t len = mx_read_pem("selfsigned.key", "PRIVATE KEY", identity->key_bytes,
                             sizeof identity->key_bytes);
    hc_cursor from = hc_cursor_over(identity->key_bytes, len);
    hc_der outer;
    hc_der element;

    identity->cert_len = mx_read_pem("selfsigned.pem", "CERTIFICATE", identity->cert,
                                     sizeof identity->cert);
    CHECK(hc_der_take(&from, HC_DER_SEQUENCE, &outer));
    CHECK(hc_der_take(&outer.content, HC_DER_INTEGER, &element));
    CHECK(hc_der_take(&outer.content, HC_DER_SEQUENCE, &element));
    CHECK(hc_der_take(&outer.content, HC_DER_OCTET_STRING, &element));
    CHECK(hc_der_take(&element.content, HC_DER_SEQUENCE, &outer));
    CHECK(hc_der_take(&outer.content, HC_DER_INTEGER, &element));
    CHECK(hc_der_take(&outer.content, HC_DER_OCTET_STRING, &element));
    identity->key.kind = HC_KEY_EC;
    identity->key.curve = HC_CURVE_P256;
    identity->key.scalar = element.content;
}

/* What a connection may do without: a whole allocator for what lives as long as the program. */
static inline const httpsc_allocator *mx_allocator(void)
{
    static unit_memory memory;

    if (memory.allocator.alloc == NULL) {
        unit_memory_init(&memory);
    }
    return &memory.allocator;
}

static inline void mx_open_world(void)
{
    hc_buffer bundle;

    if (mx.ready) {
        return;
    }
    mx.ready = 1;
    CHECK(hc_crypto_init(&mx.crypto));
    mx_read_identity(&mx.identity);
    hc_anchors_init(&mx.judge.anchors, mx_allocator());
    hc_buffer_init(&bundle, mx_allocator(), 16384);
    CHECK(hc_buffer_add(&bundle, mx.identity.cert, mx.identity.cert_len) == HC_BUFFER_OK);
    CHECK(hc_anchors_take_bundle(&mx.judge.anchors, &bundle) == HTTPSC_OK);
    hc_buffer_init(&mx.sessions[0], mx_allocator(), 16384);
    hc_buffer_init(&mx.sessions[1], mx_allocator(), 16384);
}

static inline void mx_close_world(void)
{
    hc_anchors_free(&mx.judge.anchors);
    hc_buffer_free(&mx.sessions[0]);
    hc_buffer_free(&mx.sessions[1]);
}

/* ---- a pair ---- */

static inline void mx_drain(mx_pair *pair)
{
    const unsigned char *bytes;
    size_t len;

    while ((bytes = hc_tls_drain(pair->tls, &len)) != NULL && len != 0) {
        hc_hash_update(&pair->drained, bytes, len);
        pair->num_drained += len;
        if (!pair->is_replay) {
            ss_take(&pair->server, bytes, len);
        }
        hc_tls_drained(pair->tls, len);
    }
}

static inline void mx_note(mx_pair *pair, int code)
{
    if (code != HTTPSC_OK && pair->code == HTTPSC_OK) {
        pair->code = code;
    }
}

static inline void mx_read(mx_pair *pair)
{
    const unsigned char *bytes;
    size_t len;
    httpsc_error error;

    while ((bytes = hc_tls_read(pair->tls, &len)) != NULL && len != 0) {
        /* what was handed out before must be the handshake's whole: the server's Finished */
        pair->is_early |= hc_tls_state_of(pair->tls) == HC_TLS_HANDSHAKE;
        if (len > sizeof pair->app - pair->app_len) {
            pair->app_len = 0;
        }
        memcpy(pair->app + pair->app_len, bytes, len);
        pair->app_len += len;
        hc_tls_read_done(pair->tls, len);
        memset(&error, 0, sizeof error);
        mx_note(pair, hc_tls_feed(pair->tls, 0, &error));
    }
}

/* Bytes of the server for the client, and what comes of it. */
static inline void mx_feed(mx_pair *pair, const unsigned char *bytes, size_t len)
{
    httpsc_error error;

    while (len != 0 && pair->code == HTTPSC_OK) {
        size_t room;
        unsigned char *space = hc_tls_feed_space(pair->tls, &room);

        if (room == 0) {
            break;
        }
        room = hc_min(room, len);
        memcpy(space, bytes, room);
        memset(&error, 0, sizeof error);
        mx_note(pair, hc_tls_feed(pair->tls, room, &error));
        bytes += room;
        len -= room;
        mx_read(pair);
        mx_drain(pair);
    }
}

/* offers: 0, or the version (12, 13) of a session that the client brings. */
static inline void mx_open(mx_pair *pair, const ss_script *script, int offers)
{
    hc_tls_params params;
    httpsc_error error;

    memset(&error, 0, sizeof error);
    memset(pair, 0, offsetof(mx_pair, app));
    pair->app_len = 0;
    pair->num_drained = 0;
    hc_hash_init(&pair->drained, HC_HASH_SHA256);
    unit_memory_init(&pair->memory);
    ss_init(&pair->server, &mx.crypto, &mx.identity, &mx.memory, script);
    memset(&params, 0, sizeof params);
    params.allocator = &pair->memory.allocator;
    params.crypto = &mx.crypto;
    params.server_name = "localhost";
    params.judge = &mx.judge;
    params.unix_time = MX_TIME;
    memset(params.seed, 0x42, sizeof params.seed);
    if (offers != 0) {
        hc_buffer *session = &mx.sessions[offers == 13];

        CHECK(hc_session_import(&pair->memory.allocator, session->ptr, session->len,
                                &params.session) == HTTPSC_OK);
    }
    CHECK_INT(hc_tls_open(&params, &pair->tls, &error), HTTPSC_OK);
    if (pair->tls == NULL) {
        exit(1);
    }
    mx_drain(pair);
}

/* Frees it; a leak, a free with a wrong size, a wrong thing of the client is told. */
static inline const char *mx_end(mx_pair *pair)
{
    hc_tls_free(pair->tls);
    pair->tls = NULL;
    if (pair->memory.live_blocks != 0 || pair->memory.misuse) {
        return "memory was lost";
    }
    return pair->server.bad;
}

/* Appends to out what the server sends for a message that is legal now, and goes a step on. */
static inline void mx_say(mx_pair *pair, ss_message message, ss_bytes *content)
{
    size_t at = content->len;

    if (SS_IS_HANDSHAKE(message)) {
        ss_make(&pair->server, message, content);
    } else {
        ss_put(content, "\1", 1);
    }
    ss_commit(&pair->server, message, content->at + at, content->len - at);
    if (message != M_TICKET_13 && message != M_KEY_UPDATE && message != M_KEY_UPDATE_REQUEST) {
        pair->step++;
    }
}

/* The next message of the path in a record of its own; 0 at the end. */
static inline int mx_next_record(mx_pair *pair, ss_bytes *out)
{
    static ss_bytes content;
    ss_message path[SS_PATH_MAX];

    if (pair->step >= ss_path(&pair->server.script, path)) {
        return 0;
    }
    content.len = 0;
    mx_say(pair, path[pair->step], &content);
    ss_record(&pair->server, path[pair->step - 1] == M_CCS ? SS_CCS : SS_HANDSHAKE, content.at,
              content.len, out);
    ss_switch(&pair->server);
    return 1;
}

/* Goes on as far as that step; 0 when the client does not. */
static inline int mx_go_to(mx_pair *pair, size_t step)
{
    static ss_bytes out;

    while (pair->step < step && pair->code == HTTPSC_OK) {
        out.len = 0;
        if (!mx_next_record(pair, &out)) {
            break;
        }
        mx_feed(pair, out.at, out.len);
    }
    return pair->code == HTTPSC_OK;
}

static inline void mx_send(mx_pair *pair, int type, const void *bytes, size_t len)
{
    static ss_bytes out;

    out.len = 0;
    ss_record(&pair->server, type, bytes, len, &out);
    mx_feed(pair, out.at, out.len);
}

/* A message after the handshake, legal. */
static inline void mx_send_message(mx_pair *pair, ss_message message)
{
    static ss_bytes content;

    content.len = 0;
    mx_say(pair, message, &content);
    mx_send(pair, SS_HANDSHAKE, content.at, content.len);
    ss_switch(&pair->server);
}

static inline void mx_write(mx_pair *pair, const char *text)
{
    size_t room;
    unsigned char *space = hc_tls_write_space(pair->tls, &room);

    if (room >= strlen(text)) {
        memcpy(space, text, strlen(text));
        hc_tls_write(pair->tls, strlen(text));
        hc_tls_flush(pair->tls);
        mx_drain(pair);
    }
}

/* Does the rest of the handshake and moves data both ways; NULL when all is well. */
static inline const char *mx_finish(mx_pair *pair)
{
    size_t before = pair->app_len;

    if (!mx_go_to(pair, SS_PATH_MAX)) {
        return "the handshake does not go on";
    }
    if (hc_tls_state_of(pair->tls) != HC_TLS_OPEN) {
        return "the handshake does not end";
    }
    if (!pair->server.got_finished) {
        return "the client's Finished did not come";
    }
    mx_send(pair, SS_DATA, "pong", 4);
    if (pair->code != HTTPSC_OK || pair->app_len < before + 4 ||
        memcmp(pair->app + pair->app_len - 4, "pong", 4) != 0) {
        return "application data is not read";
    }
    if (!pair->is_closed) {
        before = pair->server.data_len;
        mx_write(pair, "ping");
        if (pair->server.data_len != before + 4 ||
            memcmp(pair->server.data + before, "ping", 4) != 0) {
            return "application data is not written";
        }
    }
    return pair->server.bad;
}

/* A whole handshake with a ticket, whose session is kept for the states that resume. */
static inline void mx_make_session(int version)
{
    static mx_pair pair;
    ss_script script = {0};
    hc_session *session;
    const char *wrong;

    script.version = version;
    script.ticket = version == 12;
    mx_open(&pair, &script, 0);
    wrong = mx_finish(&pair);
    CHECK_TEXT(wrong == NULL ? "" : wrong, "");
    ss_remember(&pair.server);
    if (version == 13) {
        mx_send_message(&pair, M_TICKET_13);
    }
    session = hc_tls_take_session(pair.tls, MX_TIME);
    CHECK(session != NULL);
    if (session != NULL) {
        CHECK(hc_session_export(session, &mx.sessions[version == 13]) == HC_BUFFER_OK);
        hc_session_free(session);
    }
    CHECK(mx_end(&pair) == NULL);
}

/* ---- the states ---- */

#define MX_TICKET 1
#define MX_CLOSED 2

typedef struct mx_state {
    const char *name;
    ss_script script; /* version, hrr, resume, client_auth, ticket */
    int offers;       /* the version of the session that is brought */
    size_t steps;     /* of the path that were gone */
    int extra;        /* MX_TICKET: then a ticket came; MX_CLOSED: then we closed */
} mx_state;

typedef enum mx_state_id {
    S_HELLO, S_HELLO_PSK, S_HELLO_TICKET, S_HELLO2, S_HELLO2_PSK, S_EXTENSIONS, S_EXTENSIONS_HRR,
    S_REQUEST_OR_CERT, S_CERT_DECLINED, S_CERT, S_VERIFY, S_VERIFY_AUTH, S_FINISHED,
    S_FINISHED_AUTH, S_EXTENSIONS_PSK, S_EXTENSIONS_HRR_PSK, S_FINISHED_PSK, S_OPEN, S_OPEN_TICKET,
    S_OPEN_PSK, S_CLOSED,
    S12_CERT, S12_KEY_EXCHANGE, S12_REQUEST_OR_DONE, S12_DONE, S12_TICKET, S12_CCS,
    S12_CCS_TICKET, S12_FINISHED, S12_OPEN, S12_CLOSED, S12_TICKET_RESUMED, S12_CCS_RESUMED,
    S12_CCS_TICKET_RESUMED, S12_FINISHED_RESUMED, S12_OPEN_RESUMED, NUM_STATES
} mx_state_id;

/* In the order above. */
static const mx_state mx_states[NUM_STATES] = {
    {"1.3: wait ServerHello", {13, 0, 0, 0, 0, 0}, 0, 0, 0},
    {"1.3: wait ServerHello, PSK offered", {13, 0, 1, 0, 0, 0}, 13, 0, 0},
    {"1.2: wait ServerHello, ticket offered", {12, 0, 1, 0, 0, 0}, 12, 0, 0},
    {"1.3: wait ServerHello after HelloRetryRequest", {13, 1, 0, 0, 0, 0}, 0, 1, 0},
    {"1.3: the same, PSK offered", {13, 1, 1, 0, 0, 0}, 13, 1, 0},
    {"1.3: wait EncryptedExtensions", {13, 0, 0, 0, 0, 0}, 0, 1, 0},
    {"1.3: wait EncryptedExtensions after HelloRetryRequest", {13, 1, 0, 0, 0, 0}, 0, 2, 0},
    {"1.3: wait CertificateRequest or Certificate", {13, 0, 0, 0, 0, 0}, 0, 2, 0},
    {"1.3: the same, PSK declined", {13, 0, 0, 0, 0, 0}, 13, 2, 0},
    {"1.3: wait Certificate", {13, 0, 0, 1, 0, 0}, 0, 3, 0},
    {"1.3: wait CertificateVerify", {13, 0, 0, 0, 0, 0}, 0, 3, 0},
    {"1.3: wait CertificateVerify after CertificateRequest", {13, 0, 0, 1, 0, 0}, 0, 4, 0},
    {"1.3: wait Finished", {13, 0, 0, 0, 0, 0}, 0, 4, 0},
    {"1.3: wait Finished after CertificateRequest", {13, 0, 0, 1, 0, 0}, 0, 5, 0},
    {"1.3 PSK: wait EncryptedExtensions", {13, 0, 1, 0, 0, 0}, 13, 1, 0},
    {"1.3 PSK: wait EncryptedExtensions after HelloRetryRequest", {13, 1, 1, 0, 0, 0}, 13, 2, 0},
    {"1.3 PSK: wait Finished", {13, 0, 1, 0, 0, 0}, 13, 2, 0},
    {"1.3: open", {13, 0, 0, 0, 0, 0}, 0, SS_PATH_MAX, 0},
    {"1.3: open, ticket received", {13, 0, 0, 0, 0, 0}, 0, SS_PATH_MAX, MX_TICKET},
    {"1.3 PSK: open", {13, 0, 1, 0, 0, 0}, 13, SS_PATH_MAX, 0},
    {"1.3: after our close", {13, 0, 0, 0, 0, 0}, 0, SS_PATH_MAX, MX_CLOSED},
    {"1.2: wait Certificate", {12, 0, 0, 0, 0, 0}, 0, 1, 0},
    {"1.2: wait ServerKeyExchange", {12, 0, 0, 0, 0, 0}, 0, 2, 0},
    {"1.2: wait CertificateRequest or ServerHelloDone", {12, 0, 0, 0, 0, 0}, 0, 3, 0},
    {"1.2: wait ServerHelloDone", {12, 0, 0, 1, 0, 0}, 0, 4, 0},
    {"1.2: wait NewSessionTicket", {12, 0, 0, 0, 1, 0}, 0, 4, 0},
    {"1.2: wait change_cipher_spec", {12, 0, 0, 0, 0, 0}, 0, 4, 0},
    {"1.2: wait change_cipher_spec after a ticket", {12, 0, 0, 0, 1, 0}, 0, 5, 0},
    {"1.2: wait Finished", {12, 0, 0, 0, 0, 0}, 0, 5, 0},
    {"1.2: open", {12, 0, 0, 0, 0, 0}, 0, SS_PATH_MAX, 0},
    {"1.2: after our close", {12, 0, 0, 0, 0, 0}, 0, SS_PATH_MAX, MX_CLOSED},
    {"1.2 resumed: wait NewSessionTicket", {12, 0, 1, 0, 1, 0}, 12, 1, 0},
    {"1.2 resumed: wait change_cipher_spec", {12, 0, 1, 0, 0, 0}, 12, 1, 0},
    {"1.2 resumed: wait change_cipher_spec after a ticket", {12, 0, 1, 0, 1, 0}, 12, 2, 0},
    {"1.2 resumed: wait Finished", {12, 0, 1, 0, 0, 0}, 12, 2, 0},
    {"1.2 resumed: open", {12, 0, 1, 0, 0, 0}, 12, SS_PATH_MAX, 0},
};

/* A pair in that state; NULL or what is wrong. */
static inline const char *mx_reach(mx_pair *pair, const mx_state *state)
{
    ss_message path[SS_PATH_MAX];
    size_t path_len = ss_path(&state->script, path);

    mx_open(pair, &state->script, state->offers);
    if (!mx_go_to(pair, hc_min(state->steps, path_len))) {
        return "the state is not reached";
    }
    if (hc_tls_state_of(pair->tls) != (state->steps >= path_len ? HC_TLS_OPEN
                                                                : HC_TLS_HANDSHAKE)) {
        return "the state reached is another one";
    }
    if (state->extra == MX_TICKET) {
        mx_send_message(pair, M_TICKET_13);
    }
    if (state->extra == MX_CLOSED) {
        hc_tls_close(pair->tls);
        pair->is_closed = 1;
        mx_drain(pair);
        if (!pair->server.got_close) {
            return "close_notify did not come";
        }
    }
    return pair->server.bad;
}

#endif
