#include "engine.h"

/* ---- handshake messages -------------------------------------------------------------------- */

#define RECEIVE_MESSAGE_TRUSTED ((size_t)4096) /* bytes that a message may announce for nothing */
#define RECEIVE_BIT(type) ((uint32_t)1 << (type))

/* For each state the messages that are legal in it, and the function that takes them. */
typedef struct receive_rule {
    uint32_t legal;
    hc_step (*run)(hc_tls *tls, const hc_message *message);
} receive_rule;

#define RECEIVE_12(run) (HC_HAS_TLS12 ? (run) : NULL)
#define RECEIVE_13(run) (HC_HAS_TLS13 ? (run) : NULL)

static const receive_rule receive_rules[] = {
    [HC_WAIT_SERVER_HELLO] = {RECEIVE_BIT(HC_SERVER_HELLO), hc_on_server_hello},
    [HC_WAIT_SECOND_SERVER_HELLO] = {RECEIVE_BIT(HC_SERVER_HELLO),
                                     RECEIVE_13(hc_on_second_server_hello)},
    [HC_WAIT_13_ENCRYPTED_EXTENSIONS] = {RECEIVE_BIT(HC_ENCRYPTED_EXTENSIONS),
                                         RECEIVE_13(hc_on_13_encrypted_extensions)},
    [HC_WAIT_13_CERTIFICATE_OR_REQUEST] = {RECEIVE_BIT(HC_CERTIFICATE) |
                                               RECEIVE_BIT(HC_CERTIFICATE_REQUEST),
                                           RECEIVE_13(hc_on_13_certificate_or_request)},
    [HC_WAIT_13_CERTIFICATE] = {RECEIVE_BIT(HC_CERTIFICATE), RECEIVE_13(hc_on_13_certificate)},
    [HC_WAIT_13_CERTIFICATE_VERIFY] = {RECEIVE_BIT(HC_CERTIFICATE_VERIFY),
                                       RECEIVE_13(hc_on_13_certificate_verify)},
    [HC_WAIT_13_FINISHED] = {RECEIVE_BIT(HC_FINISHED), RECEIVE_13(hc_on_13_finished)},
    [HC_WAIT_12_CERTIFICATE] = {RECEIVE_BIT(HC_CERTIFICATE), RECEIVE_12(hc_on_12_certificate)},
    [HC_WAIT_12_SERVER_KEY_EXCHANGE] = {RECEIVE_BIT(HC_SERVER_KEY_EXCHANGE),
                                        RECEIVE_12(hc_on_12_server_key_exchange)},
    [HC_WAIT_12_REQUEST_OR_DONE] = {RECEIVE_BIT(HC_CERTIFICATE_REQUEST) |
                                        RECEIVE_BIT(HC_SERVER_HELLO_DONE),
                                    RECEIVE_12(hc_on_12_request_or_done)},
    [HC_WAIT_12_DONE] = {RECEIVE_BIT(HC_SERVER_HELLO_DONE), RECEIVE_12(hc_on_12_done)},
    [HC_WAIT_12_TICKET] = {RECEIVE_BIT(HC_NEW_SESSION_TICKET), RECEIVE_12(hc_on_12_ticket)},
    [HC_WAIT_12_CHANGE_CIPHER_SPEC] = {0, NULL},
    [HC_WAIT_12_FINISHED] = {RECEIVE_BIT(HC_FINISHED), RECEIVE_12(hc_on_12_finished)},
    [HC_WAIT_SIGNATURE] = {0, NULL},
    [HC_AFTER_13] = {RECEIVE_BIT(HC_NEW_SESSION_TICKET) | RECEIVE_BIT(HC_KEY_UPDATE),
                     RECEIVE_13(hc_on_message_after_13)},
    [HC_AFTER_12] = {RECEIVE_BIT(HC_HELLO_REQUEST), RECEIVE_12(hc_on_message_after_12)},
};

static size_t receive_message_max(unsigned type)
{
    return type == HC_CERTIFICATE           ? HC_CERTIFICATE_MESSAGE_MAX
           : type == HC_CERTIFICATE_REQUEST ? HC_CERTIFICATE_REQUEST_MAX
                                            : HC_MESSAGE_MAX;
}

/* Puts a message into the transcript, and the hash before it aside where it is about to be needed.
 * A ServerHello does that itself: it tells which hash it is. */
static void receive_transcribe(hc_tls *tls, const hc_message *message)
{
    hc_handshake *handshake = tls->handshake;

    if (handshake == NULL || message->type == HC_SERVER_HELLO) {
        return;
    }
    if (message->type == HC_CERTIFICATE_VERIFY || message->type == HC_FINISHED) {
        (void)hc_transcript_hash(&handshake->transcript, tls->suite->hash,
                                 handshake->hash_before);
    }
    hc_transcript_add(&handshake->transcript, message->whole.at, hc_cursor_left(&message->whole));
}

/* 1 where a HelloRequest may come: at any time in 1.2, also before that is chosen; it is no part of
 * the transcript (RFC 5246, 7.4.1.1). */
static int receive_may_be_12(const hc_tls *tls)
{
    return HC_HAS_TLS12 && (tls->version == 0 ? tls->min_version : tls->version) == HC_TLS_12;
}

/* One whole message from the front, if there is one: 1, 0 for none, -1 after an error. */
static int receive_message(hc_tls *tls)
{
    const receive_rule *rule = &receive_rules[tls->waits_for];
    int is_hello_request;
    hc_cursor at = hc_cursor_over(tls->messages.ptr, tls->messages.len);
    hc_message message;
    size_t len;

    if (tls->messages.len < HC_HANDSHAKE_HEADER_LEN) {
        return 0;
    }
    memset(&message, 0, sizeof message);
    message.whole = at;
    message.type = hc_take_u8(&at);
    len = hc_take_u24(&at);
    is_hello_request = message.type == HC_HELLO_REQUEST && receive_may_be_12(tls);
    if (is_hello_request) {
        rule = &receive_rules[HC_AFTER_12];
    }
    if (message.type > 31 || (rule->legal & RECEIVE_BIT(message.type)) == 0) {
        (void)hc_abort(tls, HC_ALERT_UNEXPECTED_MESSAGE,
                       hc_fail(&tls->error, HTTPSC_ERR_TLS_PROTOCOL, 0,
                               "it sent a handshake message of type %d out of turn",
                               (int)message.type));
        return -1;
    }
    if (len > receive_message_max(message.type)) {
        (void)hc_abort(tls, HC_ALERT_ILLEGAL_PARAMETER,
                       hc_fail(&tls->error, HTTPSC_ERR_TLS_PROTOCOL, 0,
                               "it announced a handshake message of type %d of %z bytes",
                               (int)message.type, len));
        return -1;
    }
    message.body = hc_take_bytes(&at, len);
    if (hc_cursor_failed(&at)) {
        return 0;
    }
    message.whole.end = message.body.end;
    message.is_last = hc_cursor_left(&at) == 0;
    if (!is_hello_request) {
        receive_transcribe(tls, &message);
    }
    if (rule->run(tls, &message) != HC_STEP_OK) {
        return -1;
    }
    if (tls->messages.ptr != NULL) { /* else it is the chain now */
        hc_buffer_consume(&tls->messages, HC_HANDSHAKE_HEADER_LEN + len);
    }
    if (tls->handshake != NULL && tls->handshake->chain_came) {
        tls->handshake->chain_came = 0;
        if (tls->messages.len == 0) {
            hc_buffer_free(&tls->messages); /* verifying needs memory, too */
        }
        return hc_chain_verify(tls) == HC_STEP_OK ? 1 : -1;
    }
    return 1;
}

static hc_step receive_handshake(hc_tls *tls, const unsigned char *content, size_t len)
{
    int taken;

    if (len == 0) {
        return hc_unexpected(tls, "an empty handshake record");
    }
    if (tls->messages.len == 0 && len > HC_HANDSHAKE_HEADER_LEN) {
        /* room for all of a message at once, as far as its length need not be doubted */
        size_t announced = (size_t)content[1] << 16 | (size_t)content[2] << 8 | content[3];

        announced = hc_min(announced + HC_HANDSHAKE_HEADER_LEN, RECEIVE_MESSAGE_TRUSTED);
        (void)hc_buffer_reserve(&tls->messages, announced);
    }
    if (hc_buffer_add(&tls->messages, content, len) != HC_BUFFER_OK) {
        return hc_out_of_memory(tls);
    }
    do {
        taken = receive_message(tls);
    } while (taken == 1);
    if (taken == 0 && tls->messages.len == 0 && tls->handshake == NULL) {
        hc_buffer_free(&tls->messages);
    }
    return taken < 0 ? HC_STEP_FAILED : HC_STEP_OK;
}

/* ---- alerts -------------------------------------------------------------------------------- */

/* 1 when the server has asked for a handshake on an open connection, and was refused. */
static int receive_was_refused_renegotiation(const hc_tls *tls)
{
    return tls->state == HC_TLS_OPEN && tls->num_hello_requests > 0;
}

/* The code for a fatal alert: what the server most likely means by it. */
static int receive_alert_code(const hc_tls *tls, int alert)
{
    int is_about_us = alert == HC_ALERT_BAD_CERTIFICATE || alert == HC_ALERT_ACCESS_DENIED ||
                      alert == HC_ALERT_UNSUPPORTED_CERTIFICATE || alert == HC_ALERT_UNKNOWN_CA ||
                      alert == HC_ALERT_CERTIFICATE_REVOKED ||
                      alert == HC_ALERT_CERTIFICATE_EXPIRED ||
                      alert == HC_ALERT_CERTIFICATE_UNKNOWN || alert == HC_ALERT_HANDSHAKE_FAILURE;

    if (alert == HC_ALERT_CERTIFICATE_REQUIRED) {
        return HTTPSC_ERR_CLIENT_CERT_REQUIRED;
    }
    if (tls->details.certificate_requested && tls->details.client_scheme == NULL &&
        (is_about_us || alert == HC_ALERT_DECODE_ERROR)) { /* that is what GnuTLS says in 1.2 */
        return HTTPSC_ERR_CLIENT_CERT_REQUIRED;
    }
    if (tls->details.certificate_requested && is_about_us) {
        return HTTPSC_ERR_CLIENT_CERT_REFUSED;
    }
    if (alert == HC_ALERT_PROTOCOL_VERSION) {
        return HTTPSC_ERR_TLS_VERSION;
    }
    if (receive_was_refused_renegotiation(tls)) {
        return HTTPSC_ERR_TLS_ALERT;
    }
    return alert == HC_ALERT_HANDSHAKE_FAILURE || alert == HC_ALERT_INSUFFICIENT_SECURITY
               ? HTTPSC_ERR_TLS_HANDSHAKE
               : HTTPSC_ERR_TLS_ALERT;
}

/* answer: the alert that it is met with, -1 for none. */
static hc_step receive_fatal_alert(hc_tls *tls, int alert, const char *how, int answer)
{
    int code = receive_alert_code(tls, alert);
    const char *versions = tls->max_version == HC_TLS_12   ? "TLS 1.2"
                           : tls->min_version == HC_TLS_13 ? "TLS 1.3"
                                                           : "TLS 1.3 and 1.2";
    const char *hint = "";

    if (code == HTTPSC_ERR_TLS_VERSION) {
        hint = " offered";
    } else if (code == HTTPSC_ERR_TLS_HANDSHAKE) {
        hint = " with (EC)DHE and AES-GCM or ChaCha20-Poly1305 offered";
    } else {
        versions = "";
        hint = receive_was_refused_renegotiation(tls)
                   ? "; it had asked for renegotiation, which is refused"
                   : "";
    }
    hc_fail(&tls->error, code, alert, "alert %s (%d)%s%s%s%s", hc_alert_name(alert), alert, how,
            versions[0] == '\0' ? "" : "; ", versions, hint);
    return hc_abort(tls, answer, code);
}

static hc_step receive_close_notify(hc_tls *tls)
{
    if (tls->state == HC_TLS_HANDSHAKE) {
        return hc_abort(tls, -1, hc_fail(&tls->error, HTTPSC_ERR_TLS_TRUNCATED, 0,
                                         "it said close_notify"));
    }
    tls->state = HC_TLS_CLOSED;
    return HC_STEP_OK;
}

static hc_step receive_alert(hc_tls *tls, const unsigned char *content, size_t len)
{
    int is_warning;

    if (len == 0) { /* RFC 8446, 5.4 */
        return hc_unexpected(tls, "an empty alert record");
    }
    if (len != 2) {
        return hc_malformed(tls, "alert");
    }
    if (content[0] != 1 && content[0] != 2) {
        return hc_illegal(tls, "an alert of a level that there is not");
    }
    tls->alert_received = content[1];
    if (content[1] == HC_ALERT_CLOSE_NOTIFY) {
        return receive_close_notify(tls);
    }
    is_warning = tls->version == HC_TLS_13 /* where the level says nothing */
                     ? content[1] == HC_ALERT_USER_CANCELED
                     : content[0] == 1 &&
                           strcmp(hc_alert_name(content[1]), "unknown alert") != 0;
    if (!is_warning) {
        /* in 1.3 a warning of an error is an error, and a mistake of the peer's, who may wait */
        return receive_fatal_alert(tls, content[1],
                                   tls->reading.version == 0 && tls->version == HC_TLS_13
                                       ? ", in the clear"
                                       : "",
                                   tls->version == HC_TLS_13 && content[0] == 1
                                       ? HC_ALERT_DECODE_ERROR
                                       : -1);
    }
    return ++tls->num_warnings <= HC_WARNINGS_MAX
               ? HC_STEP_OK
               : hc_refuse(tls, HC_ALERT_DECODE_ERROR, "a flood of warning alerts");
}

/* ---- records ------------------------------------------------------------------------------- */

static hc_step receive_ccs(hc_tls *tls, const unsigned char *content, size_t len)
{
    int is_due = HC_HAS_TLS12 && tls->waits_for == HC_WAIT_12_CHANGE_CIPHER_SPEC;

    if (tls->messages.len > 0) {
        return hc_unexpected(tls, "a ChangeCipherSpec within a handshake message");
    }
    if (len != 1 || content[0] != 1) {
        return is_due ? hc_illegal(tls, "a malformed ChangeCipherSpec")
                      : hc_unexpected(tls, "a malformed ChangeCipherSpec"); /* RFC 8446, 5 */
    }
    if (HC_HAS_TLS12 && tls->version == HC_TLS_12) {
        return is_due ? hc_on_12_change_cipher_spec(tls)
                      : hc_unexpected(tls, "a ChangeCipherSpec out of turn");
    }
    if (tls->state != HC_TLS_HANDSHAKE || tls->max_version != HC_TLS_13 ||
        ++tls->num_ccs > HC_CCS_MAX) {
        return hc_unexpected(tls, "a ChangeCipherSpec out of turn");
    }
    return HC_STEP_OK;
}

static hc_step receive_data(hc_tls *tls, const unsigned char *content, size_t len)
{
    if (tls->state != HC_TLS_OPEN) {
        return hc_unexpected(tls, "application data in the handshake");
    }
    if (len == 0) {
        return ++tls->num_empty <= HC_EMPTY_RECORDS_MAX
                   ? HC_STEP_OK
                   : hc_unexpected(tls, "a flood of empty records");
    }
    tls->num_empty = 0;
    tls->num_post_handshake = 0;
    tls->plaintext = content;
    tls->plaintext_len = len;
    return hc_renew_keys(tls);
}

static hc_step receive_content(hc_tls *tls, unsigned type, const unsigned char *content,
                               size_t len)
{
    if (tls->messages.len > 0 && type != HC_RECORD_HANDSHAKE) {
        return hc_unexpected(tls, "another record within a handshake message");
    }
    switch (type) {
    case HC_RECORD_ALERT:
        return receive_alert(tls, content, len);
    case HC_RECORD_HANDSHAKE:
        return receive_handshake(tls, content, len);
    case HC_RECORD_DATA:
        return receive_data(tls, content, len);
    default:
        return hc_unexpected(tls, "a record of a type that it may not have");
    }
}

/* A record in the clear although keys are in use (RFC 8446, 5): a ChangeCipherSpec of middlebox
 * compatibility; an alert of a server that has no keys yet, which can only end the connection. */
static int receive_is_clear(const hc_tls *tls, unsigned type)
{
    if (tls->version != HC_TLS_13) {
        return tls->reading.version == 0;
    }
    return tls->reading.version == 0 || type == HC_RECORD_CCS ||
           (type == HC_RECORD_ALERT && tls->state == HC_TLS_HANDSHAKE);
}

/* Takes a whole record. */
static hc_step receive_record(hc_tls *tls, unsigned char *record, size_t len)
{
    unsigned type = record[0];
    unsigned char *content = record + HC_RECORD_HEADER_LEN;
    size_t content_len = len - HC_RECORD_HEADER_LEN;

    tls->num_records = 1;
    if (receive_is_clear(tls, type)) {
        if (type == HC_RECORD_CCS) {
            return receive_ccs(tls, content, content_len);
        }
        if (type == HC_RECORD_ALERT && tls->reading.version != 0) {
            if (content_len != 2) {
                return hc_malformed(tls, "alert");
            }
            tls->alert_received = content[1];
            return receive_fatal_alert(tls, content[1], ", in the clear", -1);
        }
        return receive_content(tls, type, content, content_len);
    }
    if (tls->version == HC_TLS_13 && type != HC_RECORD_DATA) {
        return hc_unexpected(tls, "a record in the clear where it must be protected");
    }
    switch (hc_record_open(&tls->reading, record, len, &type, &content, &content_len)) {
    case HC_RECORD_OK:
        return receive_content(tls, type, content, content_len);
    case HC_RECORD_OVERFLOW:
        return hc_refuse(tls, HC_ALERT_RECORD_OVERFLOW, "a record over the maximum length");
    case HC_RECORD_NO_TYPE:
        return hc_unexpected(tls, "a record without a content type");
    default:
        return hc_abort(tls, HC_ALERT_BAD_RECORD_MAC,
                        hc_fail(&tls->error, HTTPSC_ERR_TLS_BAD_RECORD_MAC, 0, NULL));
    }
}

static hc_step receive_not_tls(hc_tls *tls, const unsigned char *bytes, size_t len)
{
    int http = memcmp(bytes, "HTTP/", HC_RECORD_HEADER_LEN) == 0;
    int is_type = bytes[0] >= HC_RECORD_CCS && bytes[0] <= HC_RECORD_DATA;

    /* RFC 8446, 5: what an unexpected record type is met with */
    return hc_abort(tls, is_type ? HC_ALERT_PROTOCOL_VERSION : HC_ALERT_UNEXPECTED_MESSAGE,
                    hc_fail(&tls->error, HTTPSC_ERR_TLS_NOT_TLS, 0, "it sent \"%q\"%s", bytes,
                            len, http ? ": it speaks plain HTTP on this port" : ""));
}

/* Judges a record's header, before the record is whole. What we ask for is a limit on protected
 * records alone (RFC 8449, 4). */
static hc_step receive_header(hc_tls *tls, const unsigned char *record, size_t have, size_t len)
{
    size_t max = HC_RECORD_PLAIN_MAX;
    int is_type = record[0] >= HC_RECORD_CCS && record[0] <= HC_RECORD_DATA;

    if (!tls->num_records && (!is_type || record[1] != 3)) {
        return receive_not_tls(tls, record, have);
    }
    if (!is_type) {
        return hc_unexpected(tls, "bytes that are no TLS record");
    }
    /* what stands in the clear may be of any 3.x, and 1.3 says nothing by it (RFC 8446, 5.1) */
    if (record[1] != 3 || (record[2] != 3 && tls->reading.version == HC_TLS_12)) {
        return hc_refuse(tls, HC_ALERT_PROTOCOL_VERSION, "a record of another version");
    }
    if (!receive_is_clear(tls, record[0])) {
        max = tls->max_plain_in + (tls->record_size_agreed
                                       ? tls->reading.explicit_len + HC_AEAD_TAG_LEN
                                       : HC_RECORD_EXPANSION_MAX);
    }
    if (len > max) {
        return hc_abort(tls, HC_ALERT_RECORD_OVERFLOW,
                        hc_fail(&tls->error, HTTPSC_ERR_TLS_PROTOCOL, 0,
                                "it sent a record of %z bytes, over the maximum of %z%s", len, max,
                                max < HC_RECORD_PLAIN_MAX && !tls->record_size_agreed
                                    ? ": it does not know record_size_limit; "
                                      "max_record_bytes must be 16384 for it"
                                    : ""));
    }
    return HC_STEP_OK;
}

HC_FN void hc_receive(hc_tls *tls)
{
    while ((tls->state == HC_TLS_OPEN || (tls->state == HC_TLS_HANDSHAKE && !tls->close_sent)) &&
           tls->plaintext_len == 0 && tls->waits_for != HC_WAIT_SIGNATURE) {
        size_t have = tls->input.end - tls->input.at;
        unsigned char *record;
        size_t len;

        if (have < HC_RECORD_HEADER_LEN) {
            break;
        }
        record = tls->input.ptr + tls->input.at;
        len = (size_t)record[3] << 8 | record[4];
        if (receive_header(tls, record, have, len) != HC_STEP_OK ||
            have < HC_RECORD_HEADER_LEN + len) {
            break;
        }
        tls->input.at += HC_RECORD_HEADER_LEN + len;
        if (receive_record(tls, record, HC_RECORD_HEADER_LEN + len) != HC_STEP_OK) {
            break;
        }
    }
    if (tls->input.at == tls->input.end && tls->plaintext_len == 0) {
        tls->input.at = 0;
        tls->input.end = 0;
    }
}
