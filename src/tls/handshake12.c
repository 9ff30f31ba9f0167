#include "engine.h"

#define FLIGHT12_VERIFY_DATA_LEN 12
#define FLIGHT12_DEFAULT_LIFETIME 86400u /* of a ticket whose hint is 0 (RFC 5077, 3.3) */
#define FLIGHT12_NAMED_CURVE 3

/* ---- keys ---------------------------------------------------------------------------------- */

/* The randoms one behind the other. */
static void flight12_randoms(const unsigned char *first, const unsigned char *second,
                             unsigned char out[64])
{
    memcpy(out, first, 32);
    memcpy(out + 32, second, 32);
}

/* Takes one direction's part of the key block into use (RFC 5246, 6.3). */
static hc_step flight12_set_keys(hc_tls *tls, hc_record_keys *keys, int is_server)
{
    const hc_handshake *handshake = tls->handshake;
    unsigned char block[2 * (HC_AEAD_KEY_MAX + HC_AEAD_NONCE_LEN)];
    unsigned char iv[HC_AEAD_NONCE_LEN] = {0};
    unsigned char seed[64];
    size_t key_len = hc_aead_key_len(tls->suite->aead);
    size_t iv_len = tls->suite->aead == HC_AEAD_CHACHA20_POLY1305 ? HC_AEAD_NONCE_LEN : 4;
    int done;

    flight12_randoms(handshake->server_random, handshake->client_random, seed);
    done = hc_tls12_prf(tls->suite->hash, handshake->master_secret,
                        sizeof handshake->master_secret, "key expansion", seed, sizeof seed, block,
                        2 * (key_len + iv_len));
    if (done) {
        memcpy(iv, block + 2 * key_len + (is_server ? iv_len : 0), iv_len);
        hc_record_keys_set(keys, tls->crypto, tls->suite, block + (is_server ? key_len : 0), iv);
    }
    hc_wipe(block, sizeof block);
    return done ? HC_STEP_OK : hc_internal(tls, "deriving a key failed");
}

/* The master secret: bound to the transcript where the server can (RFC 7627, 4). */
static hc_step flight12_derive_master(hc_tls *tls, const unsigned char *premaster, size_t len)
{
    hc_handshake *handshake = tls->handshake;
    unsigned char seed[HC_HASH_MAX];
    size_t seed_len = sizeof seed;
    const char *label = "master secret";
    int done;

    if (tls->details.extended_master_secret) {
        label = "extended master secret";
        seed_len = hc_transcript_hash(&handshake->transcript, tls->suite->hash, seed);
    } else {
        flight12_randoms(handshake->client_random, handshake->server_random, seed);
    }
    done = hc_tls12_prf(tls->suite->hash, premaster, len, label, seed, seed_len,
                        handshake->master_secret, sizeof handshake->master_secret);
    hc_keylog_add(tls, "CLIENT_RANDOM", handshake->master_secret,
                  sizeof handshake->master_secret);
    return done ? HC_STEP_OK : hc_internal(tls, "deriving a secret failed");
}

static int flight12_verify_data(const hc_tls *tls, const char *label,
                                const unsigned char *transcript_hash,
                                unsigned char out[FLIGHT12_VERIFY_DATA_LEN])
{
    return hc_tls12_prf(tls->suite->hash, tls->handshake->master_secret,
                        sizeof tls->handshake->master_secret, label, transcript_hash,
                        hc_hash_len(tls->suite->hash), out, FLIGHT12_VERIFY_DATA_LEN);
}

/* ---- ServerHello --------------------------------------------------------------------------- */

/* The extensions that only 1.2 has. */
static hc_step flight12_take_extensions(hc_tls *tls, const hc_extensions *extensions)
{
    hc_cursor body = extensions->body[HC_HELLO_RENEGOTIATION_INFO];

    if ((extensions->present & HC_HELLO_BIT(HC_HELLO_RENEGOTIATION_INFO)) != 0) {
        hc_cursor renegotiated = hc_take_vector8(&body);

        if (!hc_took_all(&body)) {
            return hc_malformed(tls, "renegotiation_info extension");
        }
        if (hc_cursor_left(&renegotiated) > 0) {
            return hc_refuse(tls, HC_ALERT_HANDSHAKE_FAILURE,
                             "a renegotiation_info that is not empty");
        }
    }
    if ((extensions->present & HC_HELLO_BIT(HC_HELLO_EC_POINT_FORMATS)) != 0) {
        hc_cursor formats;

        body = extensions->body[HC_HELLO_EC_POINT_FORMATS];
        formats = hc_take_vector8(&body);
        if (!hc_took_all(&body) || hc_cursor_left(&formats) == 0) {
            return hc_malformed(tls, "ec_point_formats extension");
        }
        if (memchr(formats.at, 0, hc_cursor_left(&formats)) == NULL) {
            return hc_illegal(tls, "ec_point_formats without uncompressed");
        }
    }
    if (hc_cursor_left(&extensions->body[HC_HELLO_EXTENDED_MASTER_SECRET]) > 0 ||
        hc_cursor_left(&extensions->body[HC_HELLO_SESSION_TICKET]) > 0) {
        return hc_malformed(tls, "extension that has to be empty");
    }
    tls->details.extended_master_secret =
        (extensions->present & HC_HELLO_BIT(HC_HELLO_EXTENDED_MASTER_SECRET)) != 0;
    tls->handshake->ticket_promised =
        (extensions->present & HC_HELLO_BIT(HC_HELLO_SESSION_TICKET)) != 0;
    return hc_take_common_extensions(tls, extensions);
}

/* The server goes on with the session that was offered. */
static hc_step flight12_resume(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    const hc_session *session = handshake->session;

    if (session == NULL || session->version != HC_TLS_12) {
        return hc_illegal(tls, "the session ID that it got, which is no session's");
    }
    if (session->suite != tls->suite->id) {
        return hc_illegal(tls, "another cipher suite than the session's");
    }
    if (!tls->details.extended_master_secret) {
        return hc_refuse(tls, HC_ALERT_HANDSHAKE_FAILURE,
                         "a session resumed without extended_master_secret");
    }
    memcpy(handshake->master_secret, session->secret, sizeof handshake->master_secret);
    hc_keylog_add(tls, "CLIENT_RANDOM", handshake->master_secret,
                  sizeof handshake->master_secret);
    handshake->is_resuming = 1;
    handshake->transcript.live = hc_transcript_bit(tls->suite->hash);
    tls->waits_for =
        handshake->ticket_promised ? HC_WAIT_12_TICKET : HC_WAIT_12_CHANGE_CIPHER_SPEC;
    return HC_STEP_OK;
}

HC_FN hc_step hc_start_12(hc_tls *tls, const hc_extensions *extensions, hc_cursor session_id,
                          const hc_message *message)
{
    hc_handshake *handshake = tls->handshake;
    size_t len = hc_cursor_left(&session_id);

    hc_transcript_add(&handshake->transcript, message->whole.at,
                      hc_cursor_left(&message->whole));
    if (flight12_take_extensions(tls, extensions) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    hc_wipe(&handshake->share, sizeof handshake->share); /* that was for 1.3 */
    if (len > 0 && len == handshake->session_id_len &&
        memcmp(session_id.at, handshake->session_id, len) == 0) {
        return flight12_resume(tls);
    }
    tls->waits_for = HC_WAIT_12_CERTIFICATE;
    return HC_STEP_OK;
}

/* ---- the server's flight ------------------------------------------------------------------- */

HC_FN hc_step hc_on_12_certificate(hc_tls *tls, const hc_message *message)
{
    hc_cursor body = message->body;
    hc_cursor list = hc_take_vector24(&body);

    if (!hc_took_all(&body) || hc_cursor_left(&list) == 0) {
        return hc_malformed(tls, "Certificate, or an empty one");
    }
    if (hc_chain_begin(tls, message, list) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    while (hc_cursor_left(&list) > 0) {
        hc_cursor certificate = hc_take_vector24(&list);

        if (hc_cursor_failed(&list)) {
            return hc_malformed(tls, "Certificate");
        }
        if (hc_chain_add(tls, certificate) != HC_STEP_OK) {
            return HC_STEP_FAILED;
        }
    }
    tls->waits_for = HC_WAIT_12_SERVER_KEY_EXCHANGE;
    return HC_STEP_OK;
}

HC_FN hc_step hc_on_12_server_key_exchange(hc_tls *tls, const hc_message *message)
{
    hc_handshake *handshake = tls->handshake;
    hc_buffer *content = &handshake->server_params;
    hc_cursor body = message->body;
    unsigned curve_type = hc_take_u8(&body);
    unsigned group = hc_take_u16(&body);
    hc_cursor point = hc_take_vector8(&body);
    hc_writer writer = hc_writer_on(content);
    unsigned scheme;
    hc_cursor signature;

    if (!hc_cursor_failed(&body) &&
        (curve_type != FLIGHT12_NAMED_CURVE || !hc_group_is_offered(group) ||
         hc_cursor_left(&point) != hc_group_public_len((hc_group)group))) {
        return hc_illegal(tls, "a key share that is none of the groups that were offered");
    }
    if (!hc_cursor_failed(&body)) {
        hc_put_bytes(&writer, handshake->client_random, 32);
        hc_put_bytes(&writer, handshake->server_random, 32);
        hc_put_bytes(&writer, message->body.at, (size_t)(body.at - message->body.at));
    }
    scheme = hc_take_u16(&body);
    signature = hc_take_vector16(&body);
    if (!hc_took_all(&body)) {
        return hc_malformed(tls, "ServerKeyExchange");
    }
    if (writer.failed) {
        return hc_out_of_memory(tls);
    }
    tls->waits_for = HC_WAIT_12_REQUEST_OR_DONE;
    tls->facts.group = hc_group_name((hc_group)group);
    return hc_signature_verify(tls, scheme, signature, content->ptr, content->len);
}

static hc_step flight12_on_request(hc_tls *tls, const hc_message *message)
{
    hc_cursor body = message->body;
    hc_cursor types = hc_take_vector8(&body);
    hc_cursor schemes = hc_take_vector16(&body);
    hc_cursor authorities = hc_take_vector16(&body);

    if (!hc_took_all(&body) || !hc_authorities_are_valid(authorities) ||
        hc_cursor_left(&types) == 0) {
        return hc_malformed(tls, "CertificateRequest");
    }
    tls->waits_for = HC_WAIT_12_DONE;
    return hc_client_identity_choose(tls, schemes, authorities, &types);
}

HC_FN hc_step hc_on_12_request_or_done(hc_tls *tls, const hc_message *message)
{
    return message->type == HC_CERTIFICATE_REQUEST ? flight12_on_request(tls, message)
                                                   : hc_on_12_done(tls, message);
}

/* ---- our flight ---------------------------------------------------------------------------- */

static hc_step flight12_send_certificate(hc_tls *tls)
{
    hc_writer writer = hc_message_begin(tls, HC_CERTIFICATE);

    hc_client_chain_put(tls, &writer);
    return hc_message_send(tls, &writer);
}

/* ClientKeyExchange, and the master secret. */
static hc_step flight12_send_key_exchange(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    hc_cursor params = hc_cursor_over(handshake->server_params.ptr + 65,
                                      handshake->server_params.len - 65);
    hc_group group = (hc_group)hc_take_u16(&params);
    hc_cursor point = hc_take_vector8(&params);
    unsigned char premaster[HC_EC_SCALAR_MAX];
    hc_writer writer = hc_message_begin(tls, HC_CLIENT_KEY_EXCHANGE);
    hc_step step;

    if (!hc_key_share_generate(&handshake->share, tls->crypto, group, &handshake->random)) {
        return hc_internal(tls, "no key share");
    }
    if (!hc_key_share_derive(&handshake->share, tls->crypto, point.at, hc_cursor_left(&point),
                             premaster)) {
        return hc_illegal(tls, "a key share that is no point of its group");
    }
    hc_put_u8(&writer, (unsigned)handshake->share.public_len);
    hc_put_bytes(&writer, handshake->share.public_bytes, handshake->share.public_len);
    step = hc_message_send(tls, &writer);
    if (step == HC_STEP_OK) {
        step = flight12_derive_master(tls, premaster, handshake->share.secret_len);
    }
    hc_wipe(premaster, sizeof premaster);
    hc_wipe(&handshake->share, sizeof handshake->share);
    return step;
}

static hc_step flight12_send_finished(hc_tls *tls)
{
    unsigned char digest[HC_HASH_MAX];
    unsigned char verify_data[FLIGHT12_VERIFY_DATA_LEN];
    hc_writer writer;

    if (hc_send_ccs(tls) != HC_STEP_OK ||
        flight12_set_keys(tls, &tls->writing, 0) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    writer = hc_message_begin(tls, HC_FINISHED);
    (void)hc_transcript_hash(&tls->handshake->transcript, tls->suite->hash, digest);
    if (!flight12_verify_data(tls, "client finished", digest, verify_data)) {
        return hc_internal(tls, "a Finished failed");
    }
    hc_put_bytes(&writer, verify_data, sizeof verify_data);
    return hc_message_send(tls, &writer);
}

HC_FN hc_step hc_on_12_done(hc_tls *tls, const hc_message *message)
{
    hc_handshake *handshake = tls->handshake;
    const hc_signature_scheme *scheme = handshake->client_scheme;

    if (hc_cursor_left(&message->body) > 0) {
        return hc_malformed(tls, "ServerHelloDone");
    }
    if (!message->is_last) {
        return hc_unexpected(tls, "bytes behind its ServerHelloDone");
    }
    if (scheme == NULL) {
        handshake->transcript.live = hc_transcript_bit(tls->suite->hash);
    }
    if ((handshake->certificate_requested && flight12_send_certificate(tls) != HC_STEP_OK) ||
        flight12_send_key_exchange(tls) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    if (scheme == NULL) {
        return hc_finish_12(tls);
    }
    handshake->to_sign_len =
        hc_transcript_hash(&handshake->transcript, scheme->hash, handshake->to_sign);
    return hc_client_sign(tls);
}

HC_FN hc_step hc_finish_12(hc_tls *tls)
{
    tls->details.num_round_trips++;
    tls->waits_for = tls->handshake->ticket_promised ? HC_WAIT_12_TICKET
                                                     : HC_WAIT_12_CHANGE_CIPHER_SPEC;
    return flight12_send_finished(tls);
}

/* ---- the end ------------------------------------------------------------------------------- */

HC_FN hc_step hc_on_12_ticket(hc_tls *tls, const hc_message *message)
{
    hc_handshake *handshake = tls->handshake;
    hc_cursor body = message->body;
    uint32_t lifetime = hc_take_u32(&body);
    hc_cursor ticket = hc_take_vector16(&body);
    hc_session *session;

    if (!hc_took_all(&body)) {
        return hc_malformed(tls, "NewSessionTicket");
    }
    tls->waits_for = HC_WAIT_12_CHANGE_CIPHER_SPEC;
    if (!HC_HAS_SESSIONS || hc_cursor_left(&ticket) == 0 ||
        hc_cursor_left(&ticket) > HC_SESSION_TICKET_MAX) {
        return HC_STEP_OK; /* RFC 5077, 3.3: it changed its mind */
    }
    session = hc_session_new(tls->allocator, ticket);
    if (session == NULL) {
        return hc_out_of_memory(tls);
    }
    session->lifetime = lifetime == 0                        ? FLIGHT12_DEFAULT_LIFETIME
                        : lifetime > HC_SESSION_LIFETIME_MAX ? HC_SESSION_LIFETIME_MAX
                                                             : lifetime;
    session->version = HC_TLS_12;
    session->suite = tls->suite->id;
    session->received_at = -1;
    handshake->new_session = session;
    return HC_STEP_OK;
}

HC_FN hc_step hc_on_12_change_cipher_spec(hc_tls *tls)
{
    tls->waits_for = HC_WAIT_12_FINISHED;
    return flight12_set_keys(tls, &tls->reading, 1);
}

/* What can be resumed next: the new session, or else the one that was resumed now. */
static void flight12_keep_session(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    hc_session *session = handshake->new_session;

    handshake->new_session = NULL;
    if (session != NULL) {
        memcpy(session->secret, handshake->master_secret, sizeof handshake->master_secret);
        session->secret_len = sizeof handshake->master_secret;
        session->verified_at = tls->verified_at;
        session->not_after = tls->not_after;
        memcpy(session->binding, tls->binding, sizeof session->binding);
    } else if (handshake->is_resuming) {
        session = handshake->session;
        handshake->session = NULL;
    }
    if (session != NULL) {
        hc_keep_session(tls, session);
    }
}

HC_FN hc_step hc_on_12_finished(hc_tls *tls, const hc_message *message)
{
    hc_handshake *handshake = tls->handshake;
    hc_x509_proof chain = handshake->verdict.proof;
    hc_signature_proof signature = handshake->signature;
    unsigned char expected[FLIGHT12_VERIFY_DATA_LEN];

    if (hc_cursor_left(&message->body) != sizeof expected) {
        return hc_malformed(tls, "Finished");
    }
    if (!flight12_verify_data(tls, "server finished", handshake->hash_before, expected)) {
        return hc_internal(tls, "a Finished failed");
    }
    if (!hc_secret_equal(expected, message->body.at, sizeof expected)) {
        return hc_refuse(tls, HC_ALERT_DECRYPT_ERROR, "a wrong Finished");
    }
    if (!message->is_last) {
        return hc_unexpected(tls, "bytes behind its Finished");
    }
    if (handshake->is_resuming) {
        chain = HC_X509_VERIFIED; /* or the session would not have been kept */
        signature = HC_SIGNATURE_RESUMED;
        tls->verified_at = handshake->session->verified_at;
        tls->not_after = handshake->session->not_after;
        if (flight12_send_finished(tls) != HC_STEP_OK) {
            return HC_STEP_FAILED;
        }
    }
    tls->may_resume = chain == HC_X509_VERIFIED && tls->details.extended_master_secret;
    tls->details.num_round_trips++;
    flight12_keep_session(tls);
    return hc_engine_open(tls, chain, signature, HC_FINISHED_PROVEN);
}
