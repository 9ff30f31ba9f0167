#include "engine.h"

/* ---- ServerHello --------------------------------------------------------------------------- */

/* 1 when the server took our PSK, 0 when not, -1 after an error. */
static int flight13_take_psk(hc_tls *tls, const hc_extensions *extensions)
{
    const hc_session *session = tls->handshake->session;
    hc_cursor body = extensions->body[HC_HELLO_PRE_SHARED_KEY];
    unsigned selected;

    if ((extensions->present & HC_HELLO_BIT(HC_HELLO_PRE_SHARED_KEY)) == 0) {
        return 0;
    }
    selected = hc_take_u16(&body);
    if (!hc_took_all(&body)) {
        (void)hc_malformed(tls, "pre_shared_key extension");
        return -1;
    }
    if (!HC_HAS_SESSIONS || selected != 0 || session == NULL || session->version != HC_TLS_13 ||
        hc_suite_find(session->suite)->hash != tls->suite->hash) {
        (void)hc_illegal(tls, "a PSK that was not offered, or not for its cipher suite");
        return -1;
    }
    return 1;
}

/* The (EC)DHE secret, from the server's share; 0 after an error. */
static size_t flight13_exchange(hc_tls *tls, const hc_extensions *extensions,
                                unsigned char out[HC_EC_SCALAR_MAX])
{
    hc_handshake *handshake = tls->handshake;
    hc_cursor body = extensions->body[HC_HELLO_KEY_SHARE];
    unsigned group = hc_take_u16(&body);
    hc_cursor share = hc_take_vector16(&body);
    size_t len = handshake->share.secret_len;

    if (!hc_took_all(&body) || hc_cursor_left(&share) == 0) {
        (void)hc_malformed(tls, "key_share extension");
        return 0;
    }
    if (group != (unsigned)handshake->share.group ||
        !hc_key_share_derive(&handshake->share, tls->crypto, share.at, hc_cursor_left(&share),
                             out)) {
        (void)hc_illegal(tls, "a key share that is none of the group that was offered");
        return 0;
    }
    tls->facts.group = hc_group_name(handshake->share.group);
    hc_wipe(&handshake->share, sizeof handshake->share);
    return len;
}

/* Handshake traffic secrets, and their keys. */
static hc_step flight13_start_keys(hc_tls *tls, const unsigned char *psk,
                                   const unsigned char *shared, size_t shared_len)
{
    hc_handshake *handshake = tls->handshake;
    hc_hash_id hash = tls->suite->hash;
    unsigned char digest[HC_HASH_MAX];

    if (hc_transcript_hash(&handshake->transcript, hash, digest) == 0 ||
        !hc_schedule_start(&handshake->schedule, hash, psk) ||
        !hc_schedule_mix(&handshake->schedule, shared, shared_len) ||
        !hc_schedule_derive(&handshake->schedule, "c hs traffic", digest,
                            handshake->client_secret) ||
        !hc_schedule_derive(&handshake->schedule, "s hs traffic", digest,
                            handshake->server_secret)) {
        return hc_internal(tls, "deriving a secret failed");
    }
    hc_keylog_add(tls, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", handshake->client_secret,
                  hc_hash_len(hash));
    hc_keylog_add(tls, "SERVER_HANDSHAKE_TRAFFIC_SECRET", handshake->server_secret,
                  hc_hash_len(hash));
    if (hc_set_keys_13(tls, &tls->reading, handshake->server_secret) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    return hc_set_keys_13(tls, &tls->writing, handshake->client_secret);
}

HC_FN hc_step hc_start_13(hc_tls *tls, const hc_extensions *extensions, const hc_message *message)
{
    hc_handshake *handshake = tls->handshake;
    unsigned char shared[HC_EC_SCALAR_MAX];
    size_t shared_len;
    hc_step step;
    int has_psk;

    if ((extensions->present & HC_HELLO_BIT(HC_HELLO_KEY_SHARE)) == 0) {
        return (extensions->present & HC_HELLO_BIT(HC_HELLO_PRE_SHARED_KEY)) == 0
                   ? hc_refuse(tls, HC_ALERT_MISSING_EXTENSION, "a ServerHello without key_share")
                   : hc_illegal(tls, "a ServerHello without key_share");
    }
    if (!message->is_last) {
        return hc_unexpected(tls, "bytes behind its ServerHello");
    }
    has_psk = flight13_take_psk(tls, extensions);
    shared_len = has_psk < 0 ? 0 : flight13_exchange(tls, extensions, shared);
    if (shared_len == 0) {
        return HC_STEP_FAILED;
    }
    handshake->is_resuming = has_psk;
    hc_transcript_add(&handshake->transcript, message->whole.at,
                      hc_cursor_left(&message->whole));
    step = flight13_start_keys(tls, has_psk ? handshake->session->secret : NULL, shared,
                               shared_len);
    hc_wipe(shared, sizeof shared);
    tls->waits_for = HC_WAIT_13_ENCRYPTED_EXTENSIONS;
    tls->details.extended_master_secret = 1;
    return step;
}

/* ---- the server's flight ------------------------------------------------------------------- */

/* 1 when an extension is absent, or a list of 16-bit values as groups and schemes are told in
 * (RFC 8446, 4.2.3 and 4.2.7). */
static int flight13_is_list16(const hc_extensions *extensions, hc_extension_index index)
{
    hc_cursor body = extensions->body[index];
    hc_cursor list = hc_take_vector16(&body);
    size_t len = hc_cursor_left(&list);

    return (extensions->present & HC_HELLO_BIT(index)) == 0 ||
           (hc_took_all(&body) && len > 0 && len % 2 == 0);
}

/* 1 when oid_filters are absent or well formed (RFC 8446, 4.2.5); they are not heeded. */
static int flight13_filters_are_valid(const hc_extensions *extensions)
{
    hc_cursor body = extensions->body[HC_HELLO_OID_FILTERS];
    hc_cursor list = hc_take_vector16(&body);

    if ((extensions->present & HC_HELLO_BIT(HC_HELLO_OID_FILTERS)) == 0) {
        return 1;
    }
    while (hc_cursor_left(&list) > 0) {
        hc_cursor oid = hc_take_vector8(&list);

        (void)hc_take_vector16(&list);
        if (hc_cursor_left(&oid) == 0) { /* or cut */
            return 0;
        }
    }
    return hc_took_all(&body) && !hc_cursor_failed(&list);
}

HC_FN hc_step hc_on_13_encrypted_extensions(hc_tls *tls, const hc_message *message)
{
    const uint32_t legal =
        HC_HELLO_BIT(HC_HELLO_SERVER_NAME) | HC_HELLO_BIT(HC_HELLO_MAX_FRAGMENT_LENGTH) |
        HC_HELLO_BIT(HC_HELLO_SUPPORTED_GROUPS) | HC_HELLO_BIT(HC_HELLO_ALPN) |
        HC_HELLO_BIT(HC_HELLO_RECORD_SIZE_LIMIT);
    hc_cursor body = message->body;
    hc_cursor list = hc_take_vector16(&body);
    hc_extensions extensions;

    if (!hc_took_all(&body)) {
        return hc_malformed(tls, "EncryptedExtensions");
    }
    if (hc_refuse_duplicates(tls, list) != HC_STEP_OK ||
        hc_take_extensions(tls, list, legal, tls->handshake->offered, 0, &extensions) !=
            HC_STEP_OK ||
        hc_take_common_extensions(tls, &extensions) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    if (!flight13_is_list16(&extensions, HC_HELLO_SUPPORTED_GROUPS)) {
        return hc_malformed(tls, "supported_groups extension");
    }
    tls->waits_for = tls->handshake->is_resuming ? HC_WAIT_13_FINISHED
                                                 : HC_WAIT_13_CERTIFICATE_OR_REQUEST;
    return HC_STEP_OK;
}

static hc_step flight13_on_request(hc_tls *tls, const hc_message *message)
{
    const uint32_t legal = HC_HELLO_BIT(HC_HELLO_SIGNATURE_ALGORITHMS) |
                           HC_HELLO_BIT(HC_HELLO_SIGNATURE_ALGORITHMS_CERT) |
                           HC_HELLO_BIT(HC_HELLO_CERTIFICATE_AUTHORITIES) |
                           HC_HELLO_BIT(HC_HELLO_OID_FILTERS);
    hc_cursor body = message->body;
    hc_cursor context = hc_take_vector8(&body);
    hc_cursor list = hc_take_vector16(&body);
    hc_extensions extensions;
    hc_cursor algorithms;
    hc_cursor schemes;
    hc_cursor named;
    hc_cursor authorities;
    int has_authorities;

    if (!hc_took_all(&body)) {
        return hc_malformed(tls, "CertificateRequest");
    }
    if (hc_cursor_left(&context) > 0) {
        return hc_illegal(tls, "a CertificateRequest with a context");
    }
    if (hc_take_extensions(tls, list, legal, ~(uint32_t)0, 1, &extensions) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    if ((extensions.present & HC_HELLO_BIT(HC_HELLO_SIGNATURE_ALGORITHMS)) == 0) {
        return hc_refuse(tls, HC_ALERT_MISSING_EXTENSION,
                         "a CertificateRequest without signature_algorithms");
    }
    algorithms = extensions.body[HC_HELLO_SIGNATURE_ALGORITHMS];
    schemes = hc_take_vector16(&algorithms);
    named = extensions.body[HC_HELLO_CERTIFICATE_AUTHORITIES];
    authorities = hc_take_vector16(&named);
    has_authorities =
        (extensions.present & HC_HELLO_BIT(HC_HELLO_CERTIFICATE_AUTHORITIES)) != 0;
    if (!flight13_is_list16(&extensions, HC_HELLO_SIGNATURE_ALGORITHMS) ||
        !flight13_is_list16(&extensions, HC_HELLO_SIGNATURE_ALGORITHMS_CERT) ||
        !flight13_filters_are_valid(&extensions) ||
        (has_authorities && (!hc_took_all(&named) || hc_cursor_left(&authorities) == 0 ||
                             !hc_authorities_are_valid(authorities)))) {
        return hc_malformed(tls, "CertificateRequest");
    }
    tls->waits_for = HC_WAIT_13_CERTIFICATE;
    return hc_client_identity_choose(tls, schemes, authorities, NULL);
}

HC_FN hc_step hc_on_13_certificate_or_request(hc_tls *tls, const hc_message *message)
{
    return message->type == HC_CERTIFICATE_REQUEST ? flight13_on_request(tls, message)
                                                   : hc_on_13_certificate(tls, message);
}

HC_FN hc_step hc_on_13_certificate(hc_tls *tls, const hc_message *message)
{
    hc_cursor body = message->body;
    hc_cursor context = hc_take_vector8(&body);
    hc_cursor list = hc_take_vector24(&body);

    if (!hc_took_all(&body) || hc_cursor_left(&list) == 0) {
        return hc_malformed(tls, "Certificate, or an empty one");
    }
    if (hc_cursor_left(&context) > 0) {
        return hc_illegal(tls, "a Certificate with a context");
    }
    if (hc_chain_begin(tls, message, list) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    while (hc_cursor_left(&list) > 0) {
        hc_cursor certificate = hc_take_vector24(&list);
        hc_cursor extensions = hc_take_vector16(&list);

        if (hc_cursor_failed(&list)) {
            return hc_malformed(tls, "Certificate");
        }
        if (hc_cursor_left(&extensions) > 0) { /* we ask for none */
            hc_extensions ignored;

            return hc_take_extensions(tls, extensions, 0, tls->handshake->offered, 0, &ignored);
        }
        if (hc_chain_add(tls, certificate) != HC_STEP_OK) {
            return HC_STEP_FAILED;
        }
    }
    tls->waits_for = HC_WAIT_13_CERTIFICATE_VERIFY;
    return HC_STEP_OK;
}

/* What a CertificateVerify signs (RFC 8446, 4.4.3). Returns its length. */
static size_t flight13_signed(const hc_tls *tls, const char *context,
                              const unsigned char *transcript_hash,
                              unsigned char out[64 + 34 + HC_HASH_MAX])
{
    size_t len = hc_hash_len(tls->suite->hash);

    memset(out, ' ', 64);
    memcpy(out + 64, context, 34); /* 33 characters and the NUL */
    memcpy(out + 64 + 34, transcript_hash, len);
    return 64 + 34 + len;
}

HC_FN hc_step hc_on_13_certificate_verify(hc_tls *tls, const hc_message *message)
{
    unsigned char content[64 + 34 + HC_HASH_MAX];
    hc_cursor body = message->body;
    unsigned scheme = hc_take_u16(&body);
    hc_cursor signature = hc_take_vector16(&body);
    size_t len;

    if (!hc_took_all(&body)) {
        return hc_malformed(tls, "CertificateVerify");
    }
    len = flight13_signed(tls, "TLS 1.3, server CertificateVerify", tls->handshake->hash_before,
                          content);
    tls->waits_for = HC_WAIT_13_FINISHED;
    return hc_signature_verify(tls, scheme, signature, content, len);
}

/* ---- Finished, and our flight -------------------------------------------------------------- */

static hc_step flight13_send_certificate(hc_tls *tls)
{
    hc_writer writer = hc_message_begin(tls, HC_CERTIFICATE);

    hc_put_u8(&writer, 0); /* certificate_request_context */
    hc_client_chain_put(tls, &writer);
    return hc_message_send(tls, &writer);
}

/* Our signature, and what comes behind it. */
static hc_step flight13_sign(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    hc_hash_id hash = handshake->client_scheme->hash;
    unsigned char content[64 + 34 + HC_HASH_MAX];
    unsigned char digest[HC_HASH_MAX];
    size_t len;

    (void)hc_transcript_hash(&handshake->transcript, tls->suite->hash, digest);
    len = flight13_signed(tls, "TLS 1.3, client CertificateVerify", digest, content);
    hc_hash(hash, content, len, handshake->to_sign);
    handshake->to_sign_len = hc_hash_len(hash);
    return hc_client_sign(tls);
}

static hc_step flight13_send_finished(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    unsigned char digest[HC_HASH_MAX];
    unsigned char verify_data[HC_HASH_MAX];
    hc_writer writer = hc_message_begin(tls, HC_FINISHED);

    (void)hc_transcript_hash(&handshake->transcript, tls->suite->hash, digest);
    if (!hc_schedule_finished(tls->suite->hash, handshake->client_secret, digest, verify_data)) {
        return hc_internal(tls, "a Finished failed");
    }
    hc_put_bytes(&writer, verify_data, hc_hash_len(tls->suite->hash));
    return hc_message_send(tls, &writer);
}

/* Application traffic secrets, over the transcript up to the server's Finished. */
static hc_step flight13_derive_application(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    size_t len = hc_hash_len(tls->suite->hash);
    unsigned char digest[HC_HASH_MAX];
    unsigned char client[HC_HASH_MAX];
    unsigned char server[HC_HASH_MAX];
    int done;

    (void)hc_transcript_hash(&handshake->transcript, tls->suite->hash, digest);
    done = hc_schedule_mix(&handshake->schedule, NULL, 0) &&
           hc_schedule_derive(&handshake->schedule, "c ap traffic", digest, client) &&
           hc_schedule_derive(&handshake->schedule, "s ap traffic", digest, server);
    if (done) {
        memcpy(tls->write_secret, client, len);
        memcpy(tls->read_secret, server, len);
        hc_keylog_add(tls, "CLIENT_TRAFFIC_SECRET_0", client, len);
        hc_keylog_add(tls, "SERVER_TRAFFIC_SECRET_0", server, len);
    }
    if (done && tls->keylog_wanted &&
        hc_schedule_derive(&handshake->schedule, "exp master", digest, client)) {
        hc_keylog_add(tls, "EXPORTER_SECRET", client, len); /* and is kept nowhere else */
    }
    hc_wipe(client, sizeof client);
    hc_wipe(server, sizeof server);
    return done ? HC_STEP_OK : hc_internal(tls, "deriving a secret failed");
}

/* Our flight, after which application data may go. */
static hc_step flight13_answer(hc_tls *tls)
{
    const hc_handshake *handshake = tls->handshake;

    if (flight13_derive_application(tls) != HC_STEP_OK || hc_send_compat_ccs(tls) != HC_STEP_OK ||
        (handshake->certificate_requested && flight13_send_certificate(tls) != HC_STEP_OK)) {
        return HC_STEP_FAILED;
    }
    return handshake->client_scheme != NULL ? flight13_sign(tls) : hc_finish_13(tls);
}

HC_FN hc_step hc_finish_13(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    unsigned char digest[HC_HASH_MAX];
    unsigned char secret[HC_HASH_MAX];
    hc_x509_proof chain = handshake->verdict.proof;
    hc_signature_proof signature = handshake->signature;

    if (flight13_send_finished(tls) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    (void)hc_transcript_hash(&handshake->transcript, tls->suite->hash, digest);
    if (!hc_schedule_derive(&handshake->schedule, "res master", digest, secret)) {
        return hc_internal(tls, "deriving a secret failed");
    }
    memcpy(tls->resumption_secret, secret, hc_hash_len(tls->suite->hash));
    hc_wipe(secret, sizeof secret);
    if (hc_set_keys_13(tls, &tls->reading, tls->read_secret) != HC_STEP_OK ||
        hc_set_keys_13(tls, &tls->writing, tls->write_secret) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    if (handshake->is_resuming) {
        chain = HC_X509_VERIFIED; /* or the session would not have been kept */
        signature = HC_SIGNATURE_RESUMED;
        tls->verified_at = handshake->session->verified_at;
        tls->not_after = handshake->session->not_after;
    }
    tls->may_resume = chain == HC_X509_VERIFIED;
    tls->details.num_round_trips++;
    return hc_engine_open(tls, chain, signature, handshake->finished);
}

HC_FN hc_step hc_on_13_finished(hc_tls *tls, const hc_message *message)
{
    hc_handshake *handshake = tls->handshake;
    unsigned char expected[HC_HASH_MAX];
    size_t len = hc_hash_len(tls->suite->hash);

    if (hc_cursor_left(&message->body) != len) {
        return hc_malformed(tls, "Finished");
    }
    if (!hc_schedule_finished(tls->suite->hash, handshake->server_secret, handshake->hash_before,
                              expected)) {
        return hc_internal(tls, "a Finished failed");
    }
    if (!hc_secret_equal(expected, message->body.at, len)) {
        return hc_refuse(tls, HC_ALERT_DECRYPT_ERROR, "a wrong Finished");
    }
    if (!message->is_last) {
        return hc_unexpected(tls, "bytes behind its Finished");
    }
    handshake->finished = HC_FINISHED_PROVEN;
    return flight13_answer(tls);
}
