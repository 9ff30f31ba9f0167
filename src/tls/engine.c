#include "engine.h"

#define ENGINE_RECORD_MAX (HC_RECORD_HEADER_LEN + HC_RECORD_PLAIN_MAX + HC_RECORD_EXPANSION_MAX)
#ifdef HTTPSC_BARE
#define ENGINE_INPUT_FIRST SIZE_MAX /* a block that has room for a record has none for it to grow */
#define ENGINE_INPUT_RECORDS 1
#else
#define ENGINE_INPUT_FIRST 4096  /* the first room for records */
#define ENGINE_INPUT_RECORDS 4   /* room for as many whole records while data flows */
#endif
#define ENGINE_OUTPUT_WAITS 1024 /* so much may wait to be drained, and more be written */
#define ENGINE_MAX_RECORD_LEAST 512

static const char *const engine_default_alpn[] = {"http/1.1"};

/* ---- opening ------------------------------------------------------------------------------- */

/* Whom to verify, and what to call him in SNI: fills in host and server_name. */
static int engine_set_names(hc_handshake *handshake, httpsc_error *error)
{
    hc_tls_params *params = &handshake->params;
    const char *name = params->server_name;
    hc_host named;

    memset(&named, 0, sizeof named);
    if (name != NULL && !hc_host_parse(&named, name, strlen(name))) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "\"%e\" is no host", name);
    }
    if (params->host != NULL) {
        handshake->host = *params->host;
    } else if (name != NULL) {
        handshake->host = named;
    } else if (!params->judge->ignore_name) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "TLS needs the name of its server");
    }
    if (name == NULL) {
        named = handshake->host;
    }
    if (named.kind == HC_HOST_NAME) { /* an IP address is no host_name (RFC 6066, 3) */
        memcpy(handshake->server_name, named.text, sizeof handshake->server_name);
    }
    params->host = &handshake->host;
    params->server_name = handshake->server_name;
    return HTTPSC_OK;
}

static int engine_check_params(hc_tls_params *params, httpsc_error *error)
{
    if (params->judge == NULL ||
        (!params->judge->ignore_chain && params->judge->anchors.num_anchors == 0)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "TLS needs trust anchors");
    }
    if (params->min_version == 0) {
        params->min_version = HC_HAS_TLS12 ? HC_TLS_12 : HC_TLS_13;
    }
    if (params->max_version == 0) {
        params->max_version = HC_HAS_TLS13 ? HC_TLS_13 : HC_TLS_12;
    }
    if (params->min_version < (HC_HAS_TLS12 ? HC_TLS_12 : HC_TLS_13) ||
        params->max_version > (HC_HAS_TLS13 ? HC_TLS_13 : HC_TLS_12) ||
        params->min_version > params->max_version) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "TLS 1.2 and 1.3 are spoken, no others");
    }
    if (params->num_alpn == 0) {
        params->alpn = engine_default_alpn;
        params->num_alpn = HC_ARRAY_LEN(engine_default_alpn);
    }
    for (size_t i = 0; i < params->num_alpn; i++) {
        size_t len = strlen(params->alpn[i]);

        if (len == 0 || len > 255 || params->num_alpn > 16) {
            return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                           "up to 16 ALPN protocols of 1 to 255 bytes can be offered");
        }
    }
    if (params->identity == NULL) {
        params->num_identities = 0;
    } else if (params->num_identities == 0) {
        params->num_identities = 1;
    }
    params->max_record = params->max_record == 0 ? HC_RECORD_PLAIN_MAX : params->max_record;
    if (params->max_record < ENGINE_MAX_RECORD_LEAST ||
        params->max_record > HC_RECORD_PLAIN_MAX) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "max_record_bytes is 512 to 16384");
    }
    if (params->max_sent_record == 0) {
        params->max_sent_record = HC_RECORD_PLAIN_MAX;
    }
    if (params->max_sent_record < ENGINE_MAX_RECORD_LEAST ||
        params->max_sent_record > HC_RECORD_PLAIN_MAX) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "max_sent_record_bytes is 512 to 16384");
    }
    return HTTPSC_OK;
}

static void engine_hash_text(hc_hash_context *hash, const char *text)
{
    hc_hash_update(hash, text, strlen(text) + 1);
}

/* A hash of all that a session depends on: it is resumed where that is the same, and not else. Its
 * own session was verified in full, so none is ever resumed where something is ignored. */
static void engine_bind(hc_tls *tls)
{
    const hc_tls_params *params = &tls->handshake->params;
    unsigned char digest[HC_HASH_MAX];
    unsigned char flags[8] = {0};
    hc_hash_context hash;

    flags[0] = (unsigned char)(params->judge->ignore_chain << 2 | params->judge->ignore_name << 1 |
                               params->judge->ignore_dates);
    flags[1] = (unsigned char)(params->min_version & 0xFF);
    flags[2] = (unsigned char)(params->max_version & 0xFF);
    flags[3] = params->binding != NULL;
    flags[4] = (unsigned char)tls->handshake->host.kind;
    flags[5] = (unsigned char)params->num_identities;
    hc_hash_init(&hash, HC_HASH_SHA256);
    hc_hash_update(&hash, flags, sizeof flags);
    engine_hash_text(&hash, tls->handshake->host.text);
    engine_hash_text(&hash, tls->handshake->server_name);
    for (size_t i = 0; i < params->num_alpn; i++) {
        engine_hash_text(&hash, params->alpn[i]);
    }
    engine_hash_text(&hash, "");
    for (size_t i = 0; i < flags[5]; i++) {
        hc_cursor leaf = params->identity[i].num_certs > 0 ? params->identity[i].chain[0]
                                                           : hc_cursor_over(NULL, 0);

        hc_hash(HC_HASH_SHA256, leaf.at, hc_cursor_left(&leaf), digest);
        hc_hash_update(&hash, digest, 32);
    }
    hc_hash_update(&hash, params->judge->pins, params->judge->num_pins * HC_PIN_LEN);
    if (params->binding != NULL) {
        hc_hash_update(&hash, params->binding, 32);
    }
    (void)hc_hash_snapshot(&hash, digest);
    memcpy(tls->binding, digest, sizeof tls->binding);
}

/* Keeps the session to be offered, if it fits. */
static void engine_take_session(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    hc_session *session = handshake->params.session;

    handshake->params.session = NULL;
    if (session != NULL && session->version >= tls->min_version &&
        session->version <= tls->max_version &&
        memcmp(session->binding, tls->binding, sizeof tls->binding) == 0 &&
        hc_session_is_fresh(session, tls->unix_time)) {
        handshake->session = session;
    } else {
        hc_session_free(session);
    }
}

static hc_tls *engine_new(const httpsc_allocator *allocator)
{
    hc_tls *tls = hc_alloc(allocator, sizeof *tls);
    hc_handshake *handshake = hc_alloc(allocator, sizeof *handshake);

    if (tls == NULL || handshake == NULL) {
        hc_free(allocator, tls, sizeof *tls);
        hc_free(allocator, handshake, sizeof *handshake);
        return NULL;
    }
    tls->allocator = allocator;
    tls->handshake = handshake;
    tls->input.allocator = allocator;
    tls->output.allocator = allocator;
    hc_buffer_init(&tls->messages, allocator,
                   HC_HANDSHAKE_HEADER_LEN + HC_CERTIFICATE_MESSAGE_MAX + HC_RECORD_PLAIN_MAX);
    hc_buffer_init(&tls->certificates, allocator, HC_CERTIFICATE_MESSAGE_MAX);
    hc_buffer_init(&tls->keylog, allocator, 4096);
    hc_buffer_init(&handshake->client_hello, allocator, HC_RECORD_PLAIN_MAX);
    hc_buffer_init(&handshake->scratch, allocator, HC_OUTPUT_MAX);
    hc_buffer_init(&handshake->cookie, allocator, HC_COOKIE_MAX);
    hc_buffer_init(&handshake->server_params, allocator, 256);
    return tls;
}

static int engine_start(hc_tls *tls, const hc_tls_params *params, httpsc_error *error)
{
    hc_handshake *handshake = tls->handshake;

    handshake->params = *params;
    if (engine_check_params(&handshake->params, error) != HTTPSC_OK ||
        engine_set_names(handshake, error) != HTTPSC_OK) {
        return error->code;
    }
    tls->crypto = params->crypto;
    if (tls->crypto == NULL) {
        if (!hc_crypto_init(&tls->own_crypto)) {
            return hc_fail(error, HTTPSC_ERR_UNSUPPORTED, 0, "this BearSSL's X25519 is broken");
        }
        tls->crypto = &tls->own_crypto;
    }
    tls->state = HC_TLS_HANDSHAKE;
    tls->min_version = handshake->params.min_version;
    tls->max_version = handshake->params.max_version;
    tls->max_plain_in = handshake->params.max_record;
    tls->max_plain_out = handshake->params.max_sent_record;
    tls->max_records = HC_RECORDS_A_KEY_MAX;
    tls->keep_chain = params->keep_chain;
    tls->keylog_wanted = params->keylog;
    tls->unix_time = params->unix_time;
    tls->alert_sent = -1;
    tls->alert_received = -1;
    engine_bind(tls);
    engine_take_session(tls);
    if (!hc_random_init(&handshake->random, params->seed, sizeof params->seed)) {
        return hc_fail(error, HTTPSC_ERR_ENTROPY, 0, NULL);
    }
    hc_wipe(handshake->params.seed, sizeof handshake->params.seed);
    if (hc_send_client_hello(tls) != HC_STEP_OK) {
        *error = tls->error;
    }
    return error->code;
}

HC_FN int hc_tls_open(const hc_tls_params *params, hc_tls **out, httpsc_error *error)
{
    hc_tls *tls = engine_new(params->allocator);
    httpsc_error failure;

    hc_error_clear(&failure);
    if (tls == NULL) {
        hc_session_free(params->session);
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    if (engine_start(tls, params, &failure) != HTTPSC_OK) {
        hc_tls_free(tls);
        if (error->code == HTTPSC_OK) {
            *error = failure;
        }
        return failure.code;
    }
    *out = tls;
    return HTTPSC_OK;
}

/* ---- the end of the handshake -------------------------------------------------------------- */

static void engine_free_handshake(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;

    if (handshake == NULL) {
        return;
    }
    hc_session_free(handshake->params.session);
    hc_session_free(handshake->session);
    hc_session_free(handshake->new_session);
    hc_buffer_free(&handshake->client_hello);
    hc_buffer_free(&handshake->scratch);
    hc_buffer_free(&handshake->cookie);
    hc_buffer_free(&handshake->server_params);
    hc_free_secret(tls->allocator, handshake, sizeof *handshake);
    tls->handshake = NULL;
}

HC_FN hc_step hc_engine_open(hc_tls *tls, hc_x509_proof chain, hc_signature_proof signature,
                             hc_finished_proof finished)
{
    if ((chain != HC_X509_VERIFIED && chain != HC_X509_RELAXED) ||
        (signature != HC_SIGNATURE_PROVEN && signature != HC_SIGNATURE_RESUMED) ||
        finished != HC_FINISHED_PROVEN) {
        return hc_internal(tls, "the server is not proven");
    }
    tls->facts.version = tls->version == HC_TLS_13 ? "TLSv1.3" : "TLSv1.2";
    tls->facts.cipher_suite = tls->suite->name;
    tls->facts.verified = chain == HC_X509_VERIFIED;
    tls->facts.resumed = signature == HC_SIGNATURE_RESUMED;
    tls->details.num_handshake_bytes_out += tls->output.end - tls->output.at;
    tls->details.num_handshake_bytes_in -= tls->input.end - tls->input.at; /* came with it */
    tls->max_plain_out = hc_min(tls->max_plain_out, tls->max_plain_in); /* small both ways */
    tls->waits_for = tls->version == HC_TLS_13 ? HC_AFTER_13 : HC_AFTER_12;
    tls->num_hello_requests = 0; /* those were ignored; now each one counts */
    tls->state = HC_TLS_OPEN;
    engine_free_handshake(tls);
    if (!tls->keep_chain) {
        hc_buffer_free(&tls->certificates);
        tls->num_certs = 0;
    }
    return HC_STEP_OK;
}

HC_FN void hc_tls_free(hc_tls *tls)
{
    if (tls == NULL) {
        return;
    }
    engine_free_handshake(tls);
    for (size_t i = 0; i < tls->num_sessions; i++) {
        hc_session_free(tls->sessions[i]);
    }
    hc_record_buffer_free(&tls->input);
    hc_record_buffer_free(&tls->output);
    hc_buffer_free(&tls->messages);
    hc_buffer_free(&tls->certificates);
    hc_buffer_free(&tls->keylog);
    hc_free_secret(tls->allocator, tls, sizeof *tls);
}

/* ---- bytes in ------------------------------------------------------------------------------ */

HC_FN hc_tls_state hc_tls_state_of(const hc_tls *tls)
{
    return tls->state;
}

/* How much room there should be for what comes next; with more_would_help, beyond what it takes. */
static size_t engine_input_capacity(const hc_tls *tls, int more_would_help)
{
    size_t whole = HC_RECORD_HEADER_LEN + tls->max_plain_in + HC_RECORD_EXPANSION_MAX;
    size_t have = tls->input.end - tls->input.at;
    size_t needed = hc_min(ENGINE_INPUT_FIRST, whole);

    if (have >= HC_RECORD_HEADER_LEN) {
        const unsigned char *record = tls->input.ptr + tls->input.at;
        size_t len = HC_RECORD_HEADER_LEN + ((size_t)record[3] << 8 | record[4]);

        if (len > needed) { /* in the clear it may be larger than what we ask for */
            needed = len > whole ? hc_min(len, ENGINE_RECORD_MAX) : whole;
        }
    }
    if (more_would_help && tls->state == HC_TLS_OPEN &&
        tls->max_plain_in == HC_RECORD_PLAIN_MAX) {
        needed = tls->input.capacity < whole ? whole : ENGINE_INPUT_RECORDS * whole;
    }
    return needed > tls->input.capacity ? needed : tls->input.capacity;
}

HC_FN unsigned char *hc_tls_feed_space(hc_tls *tls, size_t *len)
{
    *len = 0;
    if ((tls->state != HC_TLS_HANDSHAKE && tls->state != HC_TLS_OPEN) || tls->plaintext_len > 0 ||
        hc_tls_is_signing(tls)) {
        return NULL;
    }
    if (!hc_record_buffer_reserve(&tls->input, engine_input_capacity(tls, tls->fills_input)) &&
        !hc_record_buffer_reserve(&tls->input, engine_input_capacity(tls, 0))) {
        (void)hc_out_of_memory(tls);
        return NULL;
    }
    *len = tls->input.capacity - tls->input.end;
    return tls->input.ptr + tls->input.end;
}

static int engine_result(const hc_tls *tls, httpsc_error *error)
{
    if (tls->state == HC_TLS_FAILED && error->code == HTTPSC_OK) {
        *error = tls->error;
    }
    return tls->state == HC_TLS_FAILED ? tls->error.code : HTTPSC_OK;
}

HC_FN int hc_tls_feed(hc_tls *tls, size_t len, httpsc_error *error)
{
    size_t room = tls->input.capacity - tls->input.end;

    if (len > 0 && tls->state != HC_TLS_FAILED && tls->state != HC_TLS_CLOSED) {
        len = hc_min(len, room);
        tls->fills_input = len == room;
        if (tls->state == HC_TLS_HANDSHAKE) {
            tls->details.num_handshake_bytes_in += len;
        }
        hc_record_buffer_added(&tls->input, len);
        hc_receive(tls);
    }
    return engine_result(tls, error);
}

HC_FN int hc_tls_is_signing(const hc_tls *tls)
{
    return tls->state == HC_TLS_HANDSHAKE && tls->waits_for == HC_WAIT_SIGNATURE &&
           !tls->close_sent;
}

HC_FN int hc_tls_sign(hc_tls *tls, httpsc_error *error)
{
    if (hc_tls_is_signing(tls) && hc_client_sign(tls) == HC_STEP_OK) {
        if (hc_tls_is_signing(tls)) {
            return HTTPSC_WANT;
        }
        hc_receive(tls); /* what came meanwhile */
    }
    return engine_result(tls, error);
}

HC_FN int hc_tls_feed_end(hc_tls *tls, httpsc_error *error)
{
    size_t num_left = tls->input.end - tls->input.at;
    const unsigned char *left = num_left == 0 ? NULL : tls->input.ptr + tls->input.at;

    if (tls->state == HC_TLS_HANDSHAKE) {
        if (!tls->num_records && num_left > 0 &&
            (left[0] < HC_RECORD_CCS || left[0] > HC_RECORD_DATA)) {
            hc_fail(&tls->error, HTTPSC_ERR_TLS_NOT_TLS, 0, "it sent \"%q\"", left, num_left);
        } else {
            hc_fail(&tls->error, HTTPSC_ERR_TLS_TRUNCATED, 0, "it had sent %z bytes",
                    tls->details.num_handshake_bytes_in);
        }
        (void)hc_abort(tls, -1, tls->error.code);
    }
    return tls->state == HC_TLS_OPEN ? HTTPSC_WANT : engine_result(tls, error);
}

HC_FN const unsigned char *hc_tls_read(hc_tls *tls, size_t *len)
{
    *len = tls->plaintext_len;
    return tls->plaintext_len > 0 ? tls->plaintext : NULL;
}

HC_FN void hc_tls_read_done(hc_tls *tls, size_t len)
{
    len = hc_min(len, tls->plaintext_len);
    tls->plaintext_len -= len;
    if (len > 0) {
        tls->plaintext += len;
        hc_receive(tls);
    }
}

/* ---- bytes out ----------------------------------------------------------------------------- */

HC_FN const unsigned char *hc_tls_drain(hc_tls *tls, size_t *len)
{
    *len = tls->output.end - tls->output.at;
    return *len > 0 ? tls->output.ptr + tls->output.at : NULL;
}

HC_FN void hc_tls_drained(hc_tls *tls, size_t len)
{
    len = hc_min(len, tls->output.end - tls->output.at);
    if (tls->state == HC_TLS_HANDSHAKE) {
        tls->details.num_handshake_bytes_out += len;
    }
    tls->output.at += len;
    if (tls->output.at == tls->output.end) {
        tls->key_update_queued = 0;
        if (tls->num_pending == 0) {
            tls->output.at = 0;
            tls->output.end = 0;
        }
    }
}

HC_FN unsigned char *hc_tls_write_space(hc_tls *tls, size_t *len)
{
    *len = 0;
    if (tls->state != HC_TLS_OPEN || tls->close_sent) {
        return NULL;
    }
    if (tls->num_pending == 0) {
        if (tls->output.end - tls->output.at > ENGINE_OUTPUT_WAITS ||
            hc_renew_keys(tls) != HC_STEP_OK) {
            return NULL;
        }
        if (hc_output_reserve(tls, tls->max_plain_out) != HC_STEP_OK) {
            (void)hc_out_of_memory(tls);
            return NULL;
        }
    }
    *len = tls->max_plain_out - tls->num_pending;
    return tls->output.ptr + tls->output.end + hc_record_prefix(&tls->writing) + tls->num_pending;
}

HC_FN void hc_tls_write(hc_tls *tls, size_t len)
{
    size_t used;

    if (tls->state != HC_TLS_OPEN || tls->close_sent) {
        return;
    }
    tls->num_pending += hc_min(len, tls->max_plain_out - tls->num_pending);
    used = tls->output.end + hc_record_prefix(&tls->writing) + tls->num_pending;
    if (used > tls->output.high) {
        tls->output.high = used;
    }
}

HC_FN void hc_tls_flush(hc_tls *tls)
{
    if (tls->state == HC_TLS_OPEN) {
        (void)hc_send_pending(tls);
    }
}

HC_FN int hc_tls_is_idle(hc_tls *tls)
{
    return tls->state == HC_TLS_OPEN && tls->input.at == tls->input.end &&
           tls->plaintext_len == 0 && tls->messages.len == 0 && tls->num_pending == 0 &&
           tls->output.at == tls->output.end;
}

HC_FN void hc_tls_close(hc_tls *tls)
{
    if (tls->state != HC_TLS_FAILED && !tls->close_sent) {
        if (tls->handshake != NULL && tls->writing.version == HC_TLS_13) {
            (void)hc_send_compat_ccs(tls);
        }
        (void)hc_send_alert(tls, 1, HC_ALERT_CLOSE_NOTIFY);
        tls->close_sent = 1;
    }
}

HC_FACE int hc_tls_update_keys(hc_tls *tls, int ask, httpsc_error *error)
{
    if (!HC_HAS_TLS13 || tls->version != HC_TLS_13 || tls->state != HC_TLS_OPEN ||
        tls->close_sent) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "there are no keys to update");
    }
    tls->read_update_asked |= ask != 0;
    (void)hc_send_key_update(tls, ask != 0);
    return engine_result(tls, error);
}

HC_FN void hc_tls_release(hc_tls *tls)
{
    if (tls->input.at == tls->input.end && tls->plaintext_len == 0) {
        hc_record_buffer_free(&tls->input);
    }
    if (tls->output.at == tls->output.end && tls->num_pending == 0) {
        hc_record_buffer_free(&tls->output);
    }
    if (tls->messages.len == 0) {
        hc_buffer_free(&tls->messages);
    }
}

/* ---- what can be asked --------------------------------------------------------------------- */

HC_FN int hc_tls_is_worn(const hc_tls *tls)
{
    return tls->version == HC_TLS_12 && (tls->reading.sequence >= tls->max_records ||
                                         tls->writing.sequence >= tls->max_records);
}

HC_FN void hc_tls_facts(const hc_tls *tls, httpsc_tls_facts *out)
{
    *out = tls->facts;
    out->signature_scheme = tls->details.signature_scheme;
    out->client_certificate_requested = tls->details.certificate_requested;
    out->client_certificate_sent = tls->details.client_scheme != NULL;
    out->num_round_trips = tls->details.num_round_trips;
    out->num_bytes_in = tls->details.num_handshake_bytes_in;
    out->num_bytes_out = tls->details.num_handshake_bytes_out;
}

HC_FACE void hc_tls_details_of(const hc_tls *tls, hc_tls_details *out)
{
    *out = tls->details;
}

HC_FACE int hc_tls_alert_sent(const hc_tls *tls)
{
    return tls->alert_sent;
}

HC_FACE int hc_tls_alert_received(const hc_tls *tls)
{
    return tls->alert_received;
}

HC_FN hc_cursor hc_tls_peer_certificate(const hc_tls *tls, size_t index)
{
    size_t begin = index == 0 || index >= tls->num_certs ? 0 : tls->certificate_ends[index - 1];

    return index < tls->num_certs ? hc_cursor_over(tls->certificates.ptr + begin,
                                                   tls->certificate_ends[index] - begin)
                                  : hc_cursor_over(NULL, 0);
}

HC_FN hc_session *hc_tls_take_session(hc_tls *tls, int64_t unix_time)
{
    hc_session *session;

    if (tls->num_sessions == 0) {
        return NULL;
    }
    session = tls->sessions[--tls->num_sessions];
    if (session->received_at < 0) { /* not one that was resumed, and is given back */
        session->received_at = unix_time < 0 ? 0 : unix_time;
    }
    return session;
}

HC_FN void hc_keylog_add(hc_tls *tls, const char *label, const unsigned char *secret, size_t len)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *parts[2];
    size_t lens[2] = {sizeof tls->client_random, len};
    size_t before = tls->keylog.len;
    hc_writer writer = hc_writer_on(&tls->keylog);

    if (!tls->keylog_wanted) {
        return;
    }
    parts[0] = tls->client_random;
    parts[1] = secret;
    hc_put_bytes(&writer, label, strlen(label));
    for (size_t part = 0; part < 2; part++) {
        hc_put_u8(&writer, ' ');
        for (size_t i = 0; i < lens[part]; i++) {
            hc_put_u8(&writer, (unsigned char)hex[parts[part][i] >> 4]);
            hc_put_u8(&writer, (unsigned char)hex[parts[part][i] & 15]);
        }
    }
    hc_put_u8(&writer, '\n');
    if (writer.failed) {
        tls->keylog.len = before; /* a line that is not whole serves nobody */
    }
}

HC_FN const char *hc_tls_keylog(const hc_tls *tls, size_t *len)
{
    *len = tls->keylog.len;
    return (const char *)tls->keylog.ptr;
}

HC_FN void hc_tls_keylog_done(hc_tls *tls, size_t len)
{
    hc_buffer_consume(&tls->keylog, hc_min(len, tls->keylog.len));
}
