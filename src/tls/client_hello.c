#include "engine.h"

/* Which of the random GREASE values (RFC 8701) stands where. */
#define HELLO_GREASE_SUITE 0
#define HELLO_GREASE_GROUP 1
#define HELLO_GREASE_VERSION 2
#define HELLO_GREASE_FIRST 3
#define HELLO_GREASE_LAST 4

/* 0x0A0A, 0x1A1A ... 0xFAFA; the last extension's differs from the first's. */
static unsigned hello_grease(const hc_handshake *handshake, size_t which)
{
    unsigned nibble = handshake->grease[which] & 15u;

    if (which == HELLO_GREASE_LAST && nibble == (handshake->grease[HELLO_GREASE_FIRST] & 15u)) {
        nibble = (nibble + 1) & 15u;
    }
    return (nibble << 4 | 0x0Au) * 0x0101u;
}

static int hello_has_13(const hc_tls *tls)
{
    return tls->max_version == HC_TLS_13;
}

static int hello_has_12(const hc_tls *tls)
{
    return HC_HAS_TLS12 && tls->min_version == HC_TLS_12;
}

/* Begins an extension, ended with hc_put_end. */
static size_t hello_begin(hc_tls *tls, hc_writer *writer, hc_extension_index index)
{
    tls->handshake->offered |= HC_HELLO_BIT(index);
    hc_put_u16(writer, hc_extension_number(index));
    return hc_put_begin(writer, 2);
}

/* One whose body is some bytes. */
static void hello_put(hc_tls *tls, hc_writer *writer, hc_extension_index index, const void *bytes,
                      size_t len)
{
    size_t begun = hello_begin(tls, writer, index);

    hc_put_bytes(writer, bytes, len);
    hc_put_end(writer, begun, 2);
}

static void hello_put_server_name(hc_tls *tls, hc_writer *writer)
{
    const char *name = tls->handshake->server_name;
    size_t begun;
    size_t list;

    if (name[0] == '\0') {
        return;
    }
    begun = hello_begin(tls, writer, HC_HELLO_SERVER_NAME);
    list = hc_put_begin(writer, 2);
    hc_put_u8(writer, 0); /* host_name */
    hc_put_u16(writer, (unsigned)strlen(name));
    hc_put_bytes(writer, name, strlen(name));
    hc_put_end(writer, list, 2);
    hc_put_end(writer, begun, 2);
}

static void hello_put_groups(hc_tls *tls, hc_writer *writer)
{
    size_t begun = hello_begin(tls, writer, HC_HELLO_SUPPORTED_GROUPS);
    size_t list = hc_put_begin(writer, 2);

    hc_put_u16(writer, hello_grease(tls->handshake, HELLO_GREASE_GROUP));
    for (size_t i = 0; i < HC_NUM_GROUPS; i++) {
        hc_put_u16(writer, hc_group_offered(i));
    }
    hc_put_end(writer, list, 2);
    hc_put_end(writer, begun, 2);
}

static void hello_put_alpn(hc_tls *tls, hc_writer *writer)
{
    const hc_tls_params *params = &tls->handshake->params;
    size_t begun = hello_begin(tls, writer, HC_HELLO_ALPN);
    size_t list = hc_put_begin(writer, 2);

    for (size_t i = 0; i < params->num_alpn; i++) {
        size_t len = strlen(params->alpn[i]);

        hc_put_u8(writer, (unsigned)len);
        hc_put_bytes(writer, params->alpn[i], len);
    }
    hc_put_end(writer, list, 2);
    hc_put_end(writer, begun, 2);
}

static void hello_put_schemes(hc_tls *tls, hc_writer *writer)
{
    size_t begun = hello_begin(tls, writer, HC_HELLO_SIGNATURE_ALGORITHMS);
    size_t list = hc_put_begin(writer, 2);

    for (size_t i = 0; i < HC_NUM_SCHEMES; i++) {
        hc_put_u16(writer, hc_scheme_offered(i)->id);
    }
    hc_put_end(writer, list, 2);
    hc_put_end(writer, begun, 2);
}

/* What 1.2 needs beside. */
static void hello_put_12(hc_tls *tls, hc_writer *writer)
{
    const hc_session *session = tls->handshake->session;
    int has_ticket = HC_HAS_SESSIONS && session != NULL && session->version == HC_TLS_12;

    hello_put(tls, writer, HC_HELLO_EXTENDED_MASTER_SECRET, NULL, 0);
    hello_put(tls, writer, HC_HELLO_RENEGOTIATION_INFO, "\0", 1);
    hello_put(tls, writer, HC_HELLO_EC_POINT_FORMATS, "\1\0", 2);
    if (HC_HAS_SESSIONS) {
        hello_put(tls, writer, HC_HELLO_SESSION_TICKET, has_ticket ? session->ticket : NULL,
                  has_ticket ? session->ticket_len : 0);
    }
}

static void hello_put_key_share(hc_tls *tls, hc_writer *writer)
{
    const hc_handshake *handshake = tls->handshake;
    size_t begun = hello_begin(tls, writer, HC_HELLO_KEY_SHARE);
    size_t list = hc_put_begin(writer, 2);

    if (!handshake->retry_has_group) {
        hc_put_u16(writer, hello_grease(handshake, HELLO_GREASE_GROUP));
        hc_put_u16(writer, 1);
        hc_put_u8(writer, 0);
    }
    hc_put_u16(writer, handshake->share.group);
    hc_put_u16(writer, (unsigned)handshake->share.public_len);
    hc_put_bytes(writer, handshake->share.public_bytes, handshake->share.public_len);
    hc_put_end(writer, list, 2);
    hc_put_end(writer, begun, 2);
}

/* What 1.3 needs beside. */
static void hello_put_13(hc_tls *tls, hc_writer *writer)
{
    size_t begun;
    size_t list;

    hello_put_key_share(tls, writer);
    hello_put(tls, writer, HC_HELLO_PSK_KEY_EXCHANGE_MODES, "\1\1", 2); /* psk_dhe_ke alone */
    begun = hello_begin(tls, writer, HC_HELLO_SUPPORTED_VERSIONS);
    list = hc_put_begin(writer, 1);
    hc_put_u16(writer, hello_grease(tls->handshake, HELLO_GREASE_VERSION));
    hc_put_u16(writer, HC_TLS_13);
    if (hello_has_12(tls)) {
        hc_put_u16(writer, HC_TLS_12);
    }
    hc_put_end(writer, list, 1);
    hc_put_end(writer, begun, 2);
    if (tls->handshake->cookie.len > 0) {
        begun = hello_begin(tls, writer, HC_HELLO_COOKIE);
        list = hc_put_begin(writer, 2);
        hc_put_bytes(writer, tls->handshake->cookie.ptr, tls->handshake->cookie.len);
        hc_put_end(writer, list, 2);
        hc_put_end(writer, begun, 2);
    }
}

/* Asks for small records, in the new way and in the old one, which has only powers of two. */
static void hello_put_record_size(hc_tls *tls, hc_writer *writer)
{
    unsigned char limit[2];
    unsigned char code = 0;

    if (tls->max_plain_in >= HC_RECORD_PLAIN_MAX) {
        return;
    }
    limit[0] = (unsigned char)(tls->max_plain_in >> 8);
    limit[1] = (unsigned char)(tls->max_plain_in & 0xFF);
    while (code < 4 && (size_t)512 << code <= tls->max_plain_in) {
        code++;
    }
    hello_put(tls, writer, HC_HELLO_MAX_FRAGMENT_LENGTH, &code, 1);
    hello_put(tls, writer, HC_HELLO_RECORD_SIZE_LIMIT, limit, 2);
}

/* The session of 1.3 to be offered; NULL for none. */
static const hc_session *hello_psk(const hc_tls *tls)
{
    const hc_session *session = tls->handshake->session;

    return HC_HAS_SESSIONS && session != NULL && session->version == HC_TLS_13 ? session : NULL;
}

/* pre_shared_key, which comes last, with zeros for the binder. */
static void hello_put_psk(hc_tls *tls, hc_writer *writer, const hc_session *session)
{
    static const unsigned char zeros[HC_HASH_MAX] = {0};
    uint64_t age_ms = (uint64_t)(tls->unix_time - session->received_at) * 1000u;
    size_t begun = hello_begin(tls, writer, HC_HELLO_PRE_SHARED_KEY);
    size_t identities = hc_put_begin(writer, 2);

    hc_put_u16(writer, (unsigned)session->ticket_len);
    hc_put_bytes(writer, session->ticket, session->ticket_len);
    hc_put_u32(writer, (uint32_t)(age_ms & 0xFFFFFFFFu) + session->age_add);
    hc_put_end(writer, identities, 2);
    hc_put_u16(writer, (unsigned)session->secret_len + 1);
    hc_put_u8(writer, (unsigned)session->secret_len);
    hc_put_bytes(writer, zeros, session->secret_len);
    hc_put_end(writer, begun, 2);
}

/* Fills the binder in: over the transcript and the ClientHello up to the binders. */
static int hello_bind_psk(hc_tls *tls, const hc_session *session)
{
    hc_handshake *handshake = tls->handshake;
    hc_buffer *hello = &handshake->scratch;
    hc_hash_id hash = hc_suite_find(session->suite)->hash;
    unsigned char digest[HC_HASH_MAX];
    unsigned char binder[HC_HASH_MAX];
    hc_transcript transcript = handshake->transcript;
    int done;

    if (!handshake->was_retried) {
        hc_transcript_start(&transcript, hc_transcript_bit(hash));
    }
    hc_transcript_add(&transcript, hello->ptr, hello->len - session->secret_len - 3);
    done = hc_transcript_hash(&transcript, hash, digest) == session->secret_len &&
           hc_schedule_binder(hash, session->secret, digest, binder);
    if (done) {
        memcpy(hello->ptr + hello->len - session->secret_len, binder, session->secret_len);
    }
    return done;
}

static void hello_put_extensions(hc_tls *tls, hc_writer *writer)
{
    size_t list = hc_put_begin(writer, 2);
    const hc_session *session = hello_psk(tls);
    size_t begun;

    tls->handshake->offered = 0;
    hc_put_u16(writer, hello_grease(tls->handshake, HELLO_GREASE_FIRST));
    hc_put_u16(writer, 0);
    hello_put_server_name(tls, writer);
    if (hello_has_12(tls)) {
        hello_put_12(tls, writer);
    }
    hello_put_groups(tls, writer);
    hello_put_alpn(tls, writer);
    hello_put_schemes(tls, writer);
    if (hello_has_13(tls)) {
        hello_put_13(tls, writer);
    }
    hello_put_record_size(tls, writer);
    hc_put_u16(writer, hello_grease(tls->handshake, HELLO_GREASE_LAST));
    begun = hc_put_begin(writer, 2);
    hc_put_u8(writer, 0);
    hc_put_end(writer, begun, 2);
    if (session != NULL) {
        hello_put_psk(tls, writer, session);
    }
    hc_put_end(writer, list, 2);
}

/* What is drawn once, and stays for the second ClientHello. */
static int hello_draw(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    const hc_session *session = handshake->session;

    if (!hc_random_bytes(&handshake->random, handshake->client_random,
                         sizeof handshake->client_random) ||
        !hc_random_bytes(&handshake->random, handshake->session_id,
                         sizeof handshake->session_id) ||
        !hc_random_bytes(&handshake->random, handshake->grease, sizeof handshake->grease)) {
        return 0;
    }
    memcpy(tls->client_random, handshake->client_random, sizeof tls->client_random);
    handshake->num_suites = hc_suites_offered(tls->crypto, tls->min_version, tls->max_version,
                                              handshake->suites);
    /* a session ID in 1.2 tells whether the server took the ticket (RFC 5077, 3.4) */
    if (hello_has_13(tls) || session != NULL) {
        handshake->session_id_len = sizeof handshake->session_id;
    }
    return !hello_has_13(tls) || hc_key_share_generate(&handshake->share, tls->crypto,
                                                       HC_GROUP_X25519, &handshake->random);
}

HC_FN hc_step hc_send_client_hello(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    hc_writer writer;
    size_t begun;

    if (!handshake->was_retried && !hello_draw(tls)) {
        return hc_abort(tls, -1, hc_fail(&tls->error, HTTPSC_ERR_ENTROPY, 0, NULL));
    }
    writer = hc_message_begin(tls, HC_CLIENT_HELLO);
    hc_put_u16(&writer, HC_TLS_12); /* legacy_version */
    hc_put_bytes(&writer, handshake->client_random, sizeof handshake->client_random);
    hc_put_u8(&writer, (unsigned)handshake->session_id_len);
    hc_put_bytes(&writer, handshake->session_id, handshake->session_id_len);
    begun = hc_put_begin(&writer, 2);
    hc_put_u16(&writer, hello_grease(handshake, HELLO_GREASE_SUITE));
    for (size_t i = 0; i < handshake->num_suites; i++) {
        hc_put_u16(&writer, handshake->suites[i]);
    }
    hc_put_end(&writer, begun, 2);
    hc_put_bytes(&writer, "\1\0", 2); /* compression: null */
    hello_put_extensions(tls, &writer);
    hc_put_end(&writer, 1, 3);
    if (!writer.failed && hello_psk(tls) != NULL && !hello_bind_psk(tls, hello_psk(tls))) {
        return hc_internal(tls, "a binder failed");
    }
    if (writer.failed || (!handshake->was_retried &&
                          hc_buffer_add(&handshake->client_hello, handshake->scratch.ptr,
                                        handshake->scratch.len) != HC_BUFFER_OK)) {
        return hc_out_of_memory(tls);
    }
    tls->waits_for = handshake->was_retried ? HC_WAIT_SECOND_SERVER_HELLO : HC_WAIT_SERVER_HELLO;
    if (hc_message_send(tls, &writer) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    if (!handshake->was_retried) {
        tls->output.ptr[2] = 1; /* legacy_record_version of the first record: old servers ask it */
    }
    return HC_STEP_OK;
}
