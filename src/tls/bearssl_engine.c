#include "alert.h"
#include "bearssl_verify.h"
#include "record_guard.h"

#define ENGINE_NAME_MAX 253

struct hc_tls {
    const httpsc_allocator *allocator;
    br_ssl_client_context client;
    hc_verifier verifier;
    hc_record_guard guard;
    hc_tls_state state;
    httpsc_error error;
    httpsc_tls_facts facts;
    const char *protocols[1];
    unsigned char alert[HC_ALERT_RECORD_LEN]; /* BearSSL sends none for a certificate */
    size_t alert_len;
    unsigned char input[BR_SSL_BUFSIZE_INPUT];
    unsigned char output[BR_SSL_BUFSIZE_OUTPUT];
};

HC_FN int hc_tls_open(const hc_tls_params *params, hc_tls **out, httpsc_error *error)
{
    size_t name_len = params->server_name == NULL ? 0 : strlen(params->server_name);
    br_ssl_engine_context *engine;
    hc_tls *tls;

    /* without a name br_x509_minimal would take a certificate for any name */
    if ((!params->any_peer && (name_len == 0 || params->anchors == NULL)) ||
        name_len > ENGINE_NAME_MAX) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       "TLS needs trust anchors, and a server name of 1 to 253 bytes");
    }
    tls = hc_alloc(params->allocator, sizeof *tls);
    if (tls == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    tls->allocator = params->allocator;
    tls->state = HC_TLS_HANDSHAKE;
    tls->protocols[0] = "http/1.1";
    hc_verifier_init(&tls->verifier, params, &tls->error);
    engine = &tls->client.eng;
    br_ssl_client_zero(&tls->client);
    hc_set_engine_algorithms(engine, &tls->verifier.ec);
    br_ssl_engine_set_x509(engine, &tls->verifier.vtable);
    br_ssl_engine_add_flags(engine, BR_OPT_NO_RENEGOTIATION | BR_OPT_FAIL_ON_ALPN_MISMATCH);
    br_ssl_engine_set_protocol_names(engine, tls->protocols, 1);
    br_ssl_engine_set_buffers_bidi(engine, tls->input, sizeof tls->input, tls->output,
                                   sizeof tls->output);
    br_ssl_engine_inject_entropy(engine, params->seed, sizeof params->seed);
    if (!br_ssl_client_reset(&tls->client, name_len == 0 ? NULL : params->server_name, 0)) {
        hc_tls_free(tls);
        return hc_fail(error, HTTPSC_ERR_ENTROPY, 0, NULL);
    }
    *out = tls;
    return HTTPSC_OK;
}

HC_FN void hc_tls_free(hc_tls *tls)
{
    if (tls != NULL) {
        hc_verifier_free(&tls->verifier);
        hc_free_secret(tls->allocator, tls, sizeof *tls);
    }
}

HC_FN hc_tls_state hc_tls_state_of(const hc_tls *tls)
{
    return tls->state;
}

static void engine_explain(int native, httpsc_error *error)
{
    if (native >= BR_ERR_RECV_FATAL_ALERT && native < BR_ERR_SEND_FATAL_ALERT) {
        hc_alert_fail(native - BR_ERR_RECV_FATAL_ALERT, error);
    } else if (native == BR_ERR_UNSUPPORTED_VERSION || native == BR_ERR_SEND_FATAL_ALERT + 70) {
        hc_fail(error, HTTPSC_ERR_TLS_VERSION, 0, "TLS 1.2 was offered");
    } else if (native == BR_ERR_BAD_MAC) {
        hc_fail(error, HTTPSC_ERR_TLS_BAD_RECORD_MAC, 0, NULL);
    } else {
        hc_fail(error, native == BR_ERR_WRONG_KEY_USAGE ? HTTPSC_ERR_CERT_INVALID
                                                        : HTTPSC_ERR_TLS_PROTOCOL,
                0, "%s (%d)", hc_bearssl_reason(native), native);
    }
}

/* The handshake is over. It counts only with the verifier's verdict. */
static void engine_open(hc_tls *tls)
{
    if (tls->verifier.verdict == HC_VERDICT_NONE) {
        hc_fail(&tls->error, HTTPSC_ERR_CERT_INVALID, 0, "none was judged");
        return;
    }
    tls->facts.version = "TLSv1.2";
    tls->facts.cipher_suite = hc_engine_suite(&tls->client.eng);
    tls->facts.group = hc_engine_group(&tls->client.eng);
    tls->facts.alpn = br_ssl_engine_get_selected_protocol(&tls->client.eng);
    tls->facts.verified = tls->verifier.verdict == HC_VERDICT_VERIFIED;
    tls->guard.open = 1;
    tls->state = HC_TLS_OPEN;
    hc_verifier_free(&tls->verifier);
}

/* Takes over how far BearSSL's engine has got, and what the guard has to say. */
static void engine_follow(hc_tls *tls)
{
    unsigned flags = br_ssl_engine_current_state(&tls->client.eng);
    int native = br_ssl_engine_last_error(&tls->client.eng);
    unsigned record = hc_guard_finished(&tls->guard);
    int takes_more = (flags & (BR_SSL_RECVREC | BR_SSL_RECVAPP)) != 0;

    if (tls->state == HC_TLS_FAILED || tls->state == HC_TLS_CLOSED) {
        return;
    }
    if (native != BR_ERR_OK) {
        engine_explain(native, &tls->error);
    } else if ((flags & BR_SSL_CLOSED) != 0 || (record == HC_RECORD_ALERT && !takes_more)) {
        tls->state = HC_TLS_CLOSED; /* by close_notify */
    } else if (record == HC_RECORD_ALERT) {
        (void)hc_guard_count_warning(&tls->guard, &tls->error);
    } else if (record == HC_RECORD_DATA) {
        (void)hc_guard_count_data(&tls->guard, (flags & BR_SSL_RECVAPP) == 0, &tls->error);
    } else if (tls->state == HC_TLS_HANDSHAKE && (flags & BR_SSL_SENDAPP) != 0) {
        engine_open(tls);
    }
    if (tls->state == HC_TLS_CLOSED && !tls->guard.open) {
        (void)hc_guard_fail_cut(&tls->guard, &tls->error);
    }
    if (tls->error.code != HTTPSC_OK) {
        tls->state = HC_TLS_FAILED;
    }
    if (httpsc_code_is_certificate(tls->error.code)) {
        hc_alert_write(tls->error.code, tls->alert);
        tls->alert_len = sizeof tls->alert;
    }
}

static int engine_result(const hc_tls *tls, httpsc_error *error)
{
    if (tls->state == HC_TLS_FAILED && error->code == HTTPSC_OK) {
        *error = tls->error;
    }
    return tls->error.code;
}

HC_FN unsigned char *hc_tls_feed_space(hc_tls *tls, size_t *len)
{
    *len = 0;
    return tls->state == HC_TLS_FAILED || tls->state == HC_TLS_CLOSED
               ? NULL : br_ssl_engine_recvrec_buf(&tls->client.eng, len);
}

HC_FN int hc_tls_feed(hc_tls *tls, size_t len, httpsc_error *error)
{
    size_t room;
    const unsigned char *bytes = hc_tls_feed_space(tls, &room);

    len = hc_min(len, room);
    if (len > 0 && hc_guard_watch(&tls->guard, bytes, len, &tls->error) == HTTPSC_OK) {
        br_ssl_engine_recvrec_ack(&tls->client.eng, len);
    }
    engine_follow(tls);
    return engine_result(tls, error);
}

HC_FN int hc_tls_feed_end(hc_tls *tls, httpsc_error *error)
{
    if (tls->state == HC_TLS_HANDSHAKE) {
        (void)hc_guard_fail_cut(&tls->guard, &tls->error);
        engine_follow(tls);
    }
    return tls->state == HC_TLS_OPEN ? HTTPSC_WANT : engine_result(tls, error);
}

HC_FN const unsigned char *hc_tls_drain(hc_tls *tls, size_t *len)
{
    *len = tls->alert_len;
    return tls->alert_len > 0 ? tls->alert + sizeof tls->alert - tls->alert_len
                              : br_ssl_engine_sendrec_buf(&tls->client.eng, len);
}

HC_FN void hc_tls_drained(hc_tls *tls, size_t len)
{
    if (tls->alert_len > 0) {
        tls->alert_len -= hc_min(len, tls->alert_len);
    } else if (len > 0) {
        br_ssl_engine_sendrec_ack(&tls->client.eng, len);
        engine_follow(tls);
    }
}

HC_FN const unsigned char *hc_tls_read(hc_tls *tls, size_t *len)
{
    *len = 0;
    return tls->state == HC_TLS_OPEN ? br_ssl_engine_recvapp_buf(&tls->client.eng, len) : NULL;
}

HC_FN void hc_tls_read_done(hc_tls *tls, size_t len)
{
    if (len > 0) {
        br_ssl_engine_recvapp_ack(&tls->client.eng, len);
        engine_follow(tls);
    }
}

HC_FN unsigned char *hc_tls_write_space(hc_tls *tls, size_t *len)
{
    *len = 0;
    return tls->state == HC_TLS_OPEN ? br_ssl_engine_sendapp_buf(&tls->client.eng, len) : NULL;
}

HC_FN void hc_tls_write(hc_tls *tls, size_t len)
{
    if (len > 0) {
        br_ssl_engine_sendapp_ack(&tls->client.eng, len);
    }
}

HC_FN void hc_tls_flush(hc_tls *tls)
{
    if (tls->state == HC_TLS_OPEN) {
        br_ssl_engine_flush(&tls->client.eng, 0);
    }
}

HC_FN int hc_tls_is_idle(hc_tls *tls)
{
    size_t len;

    return tls->guard.header_len == 0 && hc_tls_read(tls, &len) == NULL &&
           hc_tls_drain(tls, &len) == NULL;
}

HC_FN void hc_tls_close(hc_tls *tls)
{
    size_t len;

    /* unread data would stall BearSSL's close */
    while (hc_tls_read(tls, &len) != NULL) {
        hc_tls_read_done(tls, len);
    }
    hc_tls_flush(tls);
    br_ssl_engine_close(&tls->client.eng);
}

HC_FN void hc_tls_facts(const hc_tls *tls, httpsc_tls_facts *out)
{
    *out = tls->facts;
}
