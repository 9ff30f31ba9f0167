#include "engine.h"

/* ---- sessions ------------------------------------------------------------------------------ */

HC_FN void hc_keep_session(hc_tls *tls, hc_session *session)
{
    if (!tls->may_resume) {
        hc_session_free(session);
        return;
    }
    if (tls->num_sessions == HC_TICKETS_KEPT_MAX) {
        hc_session_free(tls->sessions[0]);
        memmove(tls->sessions, tls->sessions + 1,
                (HC_TICKETS_KEPT_MAX - 1) * sizeof tls->sessions[0]);
        tls->num_sessions--;
    }
    tls->sessions[tls->num_sessions++] = session;
}

/* Counts a message of 1.3 that is good; too many with nothing else between them are a flood. */
static hc_step after_count(hc_tls *tls)
{
    return ++tls->num_post_handshake <= HC_POST_HANDSHAKE_MAX
               ? HC_STEP_OK
               : hc_unexpected(tls, "a flood of KeyUpdates or session tickets");
}

/* NewSessionTicket of 1.3 (RFC 8446, 4.6.1). */
static hc_step after_on_ticket(hc_tls *tls, const hc_message *message)
{
    hc_cursor body = message->body;
    uint32_t lifetime = hc_take_u32(&body);
    uint32_t age_add = hc_take_u32(&body);
    hc_cursor nonce = hc_take_vector8(&body);
    hc_cursor ticket = hc_take_vector16(&body);
    hc_cursor list = hc_take_vector16(&body);
    hc_extensions extensions;
    hc_session *session;

    if (!hc_took_all(&body) || hc_cursor_left(&ticket) == 0) {
        return hc_malformed(tls, "NewSessionTicket");
    }
    if (hc_take_extensions(tls, list, HC_HELLO_BIT(HC_HELLO_EARLY_DATA), ~(uint32_t)0, 1,
                           &extensions) != HC_STEP_OK ||
        after_count(tls) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    if ((extensions.present & HC_HELLO_BIT(HC_HELLO_EARLY_DATA)) != 0 &&
        hc_cursor_left(&extensions.body[HC_HELLO_EARLY_DATA]) != 4) {
        return hc_malformed(tls, "early_data extension");
    }
    if (tls->num_tickets >= HC_TICKETS_MAX) {
        return HC_STEP_OK;
    }
    tls->num_tickets++;
    if (!HC_HAS_SESSIONS || lifetime == 0 || hc_cursor_left(&ticket) > HC_SESSION_TICKET_MAX) {
        return HC_STEP_OK;
    }
    session = hc_session_new(tls->allocator, ticket);
    if (session == NULL) {
        return hc_out_of_memory(tls);
    }
    session->version = HC_TLS_13;
    session->suite = tls->suite->id;
    session->lifetime =
        lifetime > HC_SESSION_LIFETIME_MAX ? (uint32_t)HC_SESSION_LIFETIME_MAX : lifetime;
    session->age_add = age_add;
    session->received_at = -1;
    session->verified_at = tls->verified_at;
    session->not_after = tls->not_after;
    memcpy(session->binding, tls->binding, sizeof session->binding);
    session->secret_len = hc_hash_len(tls->suite->hash);
    if (!hc_schedule_ticket(tls->suite->hash, tls->resumption_secret, nonce, session->secret)) {
        hc_session_free(session);
        return hc_internal(tls, "deriving a secret failed");
    }
    hc_keep_session(tls, session);
    return HC_STEP_OK;
}

/* ---- keys ---------------------------------------------------------------------------------- */

HC_FN hc_step hc_send_key_update(hc_tls *tls, int request)
{
    unsigned char message[5] = {HC_KEY_UPDATE, 0, 0, 1, 0};

    message[4] = (unsigned char)request;
    if (hc_send(tls, HC_RECORD_HANDSHAKE, message, sizeof message) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    if (!hc_schedule_update(tls->suite->hash, tls->write_secret)) {
        return hc_internal(tls, "deriving a secret failed");
    }
    tls->key_update_queued = 1;
    return hc_set_keys_13(tls, &tls->writing, tls->write_secret);
}

HC_FN hc_step hc_renew_keys(hc_tls *tls)
{
    if (tls->version != HC_TLS_13 || tls->close_sent) {
        return HC_STEP_OK;
    }
    if (tls->reading.sequence >= tls->max_records && !tls->read_update_asked) {
        tls->read_update_asked = 1;
        return hc_send_key_update(tls, 1);
    }
    return tls->writing.sequence >= tls->max_records ? hc_send_key_update(tls, 0) : HC_STEP_OK;
}

/* KeyUpdate (RFC 8446, 4.6.3). Requests that come while an answer waits to be drained share it. */
static hc_step after_on_key_update(hc_tls *tls, const hc_message *message)
{
    hc_cursor body = message->body;
    unsigned request = hc_take_u8(&body);

    if (!hc_took_all(&body)) {
        return hc_malformed(tls, "KeyUpdate");
    }
    if (request > 1) {
        return hc_illegal(tls, "a KeyUpdate that asks for nothing known");
    }
    if (!message->is_last) {
        return hc_unexpected(tls, "bytes behind a KeyUpdate");
    }
    if (after_count(tls) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    if (!hc_schedule_update(tls->suite->hash, tls->read_secret)) {
        return hc_internal(tls, "deriving a secret failed");
    }
    tls->read_update_asked = 0;
    if (hc_set_keys_13(tls, &tls->reading, tls->read_secret) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    return request == 1 && !tls->key_update_queued && !tls->close_sent
               ? hc_send_key_update(tls, 0)
               : HC_STEP_OK;
}

HC_FN hc_step hc_on_message_after_13(hc_tls *tls, const hc_message *message)
{
    return message->type == HC_KEY_UPDATE ? after_on_key_update(tls, message)
                                          : after_on_ticket(tls, message);
}

/* HelloRequest (RFC 5246, 7.4.1.1): ignored in the handshake, refused with a warning after it; and
 * then no more. no_renegotiation is always a warning (7.2.2), so that is no alert to end with. */
HC_FN hc_step hc_on_message_after_12(hc_tls *tls, const hc_message *message)
{
    int is_open = tls->state == HC_TLS_OPEN;

    if (hc_cursor_left(&message->body) > 0) {
        return hc_malformed(tls, "HelloRequest");
    }
    if (++tls->num_hello_requests >
        (is_open ? HC_HELLO_REQUESTS_MAX : HC_HELLO_REQUESTS_IGNORED_MAX)) {
        return hc_unexpected(tls, "requests for renegotiation");
    }
    return !is_open || tls->close_sent
               ? HC_STEP_OK
               : hc_send_alert(tls, 1, HC_ALERT_NO_RENEGOTIATION);
}
