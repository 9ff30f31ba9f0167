#include "engine.h"

HC_FN hc_step hc_output_reserve(hc_tls *tls, size_t plain_len)
{
    size_t num_records = plain_len / tls->max_plain_out + 1;
    size_t needed = tls->output.end - tls->output.at + plain_len +
                    num_records * (HC_RECORD_PREFIX_MAX + HC_RECORD_SUFFIX_MAX);

    /* what is written stays in its place: growing keeps only what is in records */
    if (needed <= tls->output.capacity - tls->output.at) {
        return HC_STEP_OK;
    }
    if (needed > HC_OUTPUT_MAX || !hc_record_buffer_reserve(&tls->output, needed)) {
        return HC_STEP_FAILED;
    }
    return HC_STEP_OK;
}

/* Puts records at the end of the output; there must be nothing pending. */
static hc_step send_records(hc_tls *tls, unsigned type, const unsigned char *bytes, size_t len)
{
    if (hc_output_reserve(tls, len) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    while (len > 0) {
        size_t take = hc_min(len, tls->max_plain_out);
        unsigned char *record = tls->output.ptr + tls->output.end;
        size_t record_len;

        memcpy(record + hc_record_prefix(&tls->writing), bytes, take);
        record_len = hc_record_seal(&tls->writing, type, record, take);
        if (record_len == 0) {
            return HC_STEP_FAILED;
        }
        hc_record_buffer_added(&tls->output, record_len);
        bytes += take;
        len -= take;
    }
    return HC_STEP_OK;
}

HC_FN hc_step hc_send_pending(hc_tls *tls)
{
    size_t record_len;

    if (tls->num_pending == 0) {
        return HC_STEP_OK;
    }
    record_len = hc_record_seal(&tls->writing, HC_RECORD_DATA, tls->output.ptr + tls->output.end,
                                tls->num_pending);
    tls->num_pending = 0;
    if (record_len == 0) {
        return hc_internal(tls, "no sequence numbers are left");
    }
    hc_record_buffer_added(&tls->output, record_len);
    tls->key_update_queued = 0; /* the peer sees what is behind it, and may ask anew */
    return HC_STEP_OK;
}

HC_FN hc_step hc_send(hc_tls *tls, unsigned type, const void *bytes, size_t len)
{
    if (hc_send_pending(tls) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    return send_records(tls, type, bytes, len) == HC_STEP_OK ? HC_STEP_OK : hc_out_of_memory(tls);
}

HC_FN hc_step hc_send_ccs(hc_tls *tls)
{
    static const unsigned char record[] = {HC_RECORD_CCS, 3, 3, 0, 1, 1};

    if (hc_output_reserve(tls, sizeof record) != HC_STEP_OK) {
        return hc_out_of_memory(tls);
    }
    memcpy(tls->output.ptr + tls->output.end, record, sizeof record);
    hc_record_buffer_added(&tls->output, sizeof record);
    return HC_STEP_OK;
}

HC_FN hc_step hc_send_compat_ccs(hc_tls *tls)
{
    if (tls->ccs_sent) {
        return HC_STEP_OK;
    }
    tls->ccs_sent = 1;
    return hc_send_ccs(tls);
}

HC_FN hc_step hc_send_alert(hc_tls *tls, int level, int alert)
{
    unsigned char body[2];

    body[0] = (unsigned char)level;
    body[1] = (unsigned char)alert;
    tls->alert_sent = alert;
    return hc_send(tls, HC_RECORD_ALERT, body, sizeof body);
}

HC_FN hc_step hc_abort(hc_tls *tls, int alert, int code)
{
    unsigned char body[2] = {2, 0};

    (void)code;
    if (tls->state == HC_TLS_FAILED) {
        return HC_STEP_FAILED;
    }
    tls->state = HC_TLS_FAILED;
    tls->num_pending = 0;
    tls->plaintext = NULL;
    tls->plaintext_len = 0;
    while (tls->num_sessions > 0) { /* RFC 5246, 7.2.2; RFC 8446, 6.2 */
        hc_session_free(tls->sessions[--tls->num_sessions]);
    }
    if (tls->error.code == HTTPSC_OK) {
        hc_fail(&tls->error, HTTPSC_ERR_TLS_PROTOCOL, 0, NULL);
    }
    if (alert >= 0 && !tls->close_sent) {
        if (tls->handshake != NULL && tls->writing.version == HC_TLS_13) {
            (void)hc_send_compat_ccs(tls);
        }
        body[1] = (unsigned char)alert;
        if (send_records(tls, HC_RECORD_ALERT, body, sizeof body) == HC_STEP_OK) {
            tls->alert_sent = alert;
        }
    }
    return HC_STEP_FAILED;
}

HC_FN hc_step (hc_refuse)(hc_tls *tls, int alert, const char *what)
{
    return hc_abort(tls, alert, hc_fail(&tls->error, HTTPSC_ERR_TLS_PROTOCOL, 0, "it sent %s",
                                        what));
}

HC_FN hc_step (hc_malformed)(hc_tls *tls, const char *what)
{
    return hc_abort(tls, HC_ALERT_DECODE_ERROR,
                    hc_fail(&tls->error, HTTPSC_ERR_TLS_PROTOCOL, 0, "it sent a malformed %s",
                            what));
}

HC_FN hc_step (hc_illegal)(hc_tls *tls, const char *what)
{
    return hc_refuse(tls, HC_ALERT_ILLEGAL_PARAMETER, what);
}

HC_FN hc_step (hc_unexpected)(hc_tls *tls, const char *what)
{
    return hc_refuse(tls, HC_ALERT_UNEXPECTED_MESSAGE, what);
}

HC_FN hc_step hc_out_of_memory(hc_tls *tls)
{
    return hc_abort(tls, HC_ALERT_INTERNAL_ERROR,
                    hc_fail(&tls->error, HTTPSC_ERR_MEMORY, 0, NULL));
}

HC_FN hc_step (hc_internal)(hc_tls *tls, const char *what)
{
    return hc_abort(tls, HC_ALERT_INTERNAL_ERROR,
                    hc_fail(&tls->error, HTTPSC_ERR_TLS_PROTOCOL, 0, "internal: %s", what));
}

HC_FN hc_writer hc_message_begin(hc_tls *tls, unsigned type)
{
    hc_writer writer = hc_writer_on(&tls->handshake->scratch);

    tls->handshake->scratch.len = 0;
    hc_put_u8(&writer, type);
    (void)hc_put_begin(&writer, 3);
    return writer;
}

HC_FN hc_step hc_message_send(hc_tls *tls, hc_writer *writer)
{
    hc_buffer *message = &tls->handshake->scratch;

    hc_put_end(writer, 1, 3);
    if (writer->failed) {
        return hc_out_of_memory(tls);
    }
    hc_transcript_add(&tls->handshake->transcript, message->ptr, message->len);
    return hc_send(tls, HC_RECORD_HANDSHAKE, message->ptr, message->len);
}

HC_FN hc_step hc_set_keys_13(hc_tls *tls, hc_record_keys *keys, const unsigned char *secret)
{
    unsigned char key[HC_AEAD_KEY_MAX];
    unsigned char iv[HC_AEAD_NONCE_LEN];
    int done = hc_schedule_keys(tls->suite, secret, key, iv);

    if (done) {
        hc_record_keys_set(keys, tls->crypto, tls->suite, key, iv);
    }
    hc_wipe(key, sizeof key);
    hc_wipe(iv, sizeof iv);
    return done ? HC_STEP_OK : hc_internal(tls, "deriving a key failed");
}
