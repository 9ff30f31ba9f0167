#include "session.h"

#include "suites.h"
#include "writer.h"

/* "hcs" and the version of the form. */
static const unsigned char session_magic[4] = {'h', 'c', 's', 1};

HC_FN hc_session *hc_session_new(const httpsc_allocator *allocator, hc_cursor ticket)
{
    size_t ticket_len = hc_cursor_left(&ticket);
    hc_session *session = hc_alloc(allocator, sizeof *session);
    unsigned char *copy = hc_alloc(allocator, ticket_len);

    if (session == NULL || copy == NULL) {
        hc_free(allocator, session, sizeof *session);
        hc_free(allocator, copy, ticket_len);
        return NULL;
    }
    memcpy(copy, ticket.at, ticket_len);
    session->allocator = allocator;
    session->ticket = copy;
    session->ticket_len = ticket_len;
    return session;
}

HC_FN void hc_session_free(hc_session *session)
{
    if (session != NULL) {
        hc_free_secret(session->allocator, session->ticket, session->ticket_len);
        hc_free_secret(session->allocator, session, sizeof *session);
    }
}

/* 1 when now is from then on to seconds later. */
static int session_is_within(int64_t then, int64_t now, int64_t seconds)
{
    return now >= then && now - then < seconds;
}

HC_FN int hc_session_is_fresh(const hc_session *session, int64_t unix_time)
{
    return unix_time >= 0 && unix_time <= session->not_after &&
           session_is_within(session->received_at, unix_time, session->lifetime) &&
           session_is_within(session->verified_at, unix_time, HC_SESSION_VERIFIED_MAX);
}

HC_FN hc_buffer_result hc_session_export(const hc_session *session, hc_buffer *out)
{
    hc_writer writer = hc_writer_on(out);
    size_t len = out->len;

    hc_put_bytes(&writer, session_magic, sizeof session_magic);
    hc_put_u16(&writer, session->version);
    hc_put_u16(&writer, session->suite);
    hc_put_u32(&writer, session->lifetime);
    hc_put_u32(&writer, session->age_add);
    hc_put_u64(&writer, (uint64_t)session->received_at);
    hc_put_u64(&writer, (uint64_t)session->verified_at);
    hc_put_u64(&writer, (uint64_t)session->not_after);
    hc_put_bytes(&writer, session->binding, sizeof session->binding);
    hc_put_u8(&writer, (unsigned)session->secret_len);
    hc_put_bytes(&writer, session->secret, session->secret_len);
    hc_put_u16(&writer, (unsigned)session->ticket_len);
    hc_put_bytes(&writer, session->ticket, session->ticket_len);
    if (writer.failed) {
        hc_wipe(out->ptr + len, out->len - len);
        out->len = len;
        return HC_BUFFER_FULL;
    }
    return HC_BUFFER_OK;
}

/* A time that fits; -1, which no session has, for one that does not. */
static int64_t session_take_time(hc_cursor *from)
{
    uint64_t value = hc_take_u64(from);

    return value > INT64_MAX ? -1 : (int64_t)value;
}

static int session_is_sound(const hc_session *session)
{
    const hc_suite *suite = hc_suite_find(session->suite);
    size_t secret_len;

    if (suite == NULL || suite->version != session->version) {
        return 0;
    }
    secret_len = suite->version == HC_TLS_13 ? hc_hash_len(suite->hash) : HC_SESSION_SECRET_MAX;
    return session->secret_len == secret_len && session->lifetime <= HC_SESSION_LIFETIME_MAX &&
           session->received_at >= 0 && session->verified_at >= 0 && session->not_after >= 0;
}

HC_FN int hc_session_import(const httpsc_allocator *allocator, const void *bytes, size_t len,
                            hc_session **out)
{
    hc_cursor from = hc_cursor_over(bytes, len);
    hc_cursor magic = hc_take_bytes(&from, sizeof session_magic);
    hc_cursor binding;
    hc_cursor secret;
    hc_cursor ticket;
    hc_session fields;
    hc_session *session;

    memset(&fields, 0, sizeof fields);
    fields.version = hc_take_u16(&from);
    fields.suite = hc_take_u16(&from);
    fields.lifetime = hc_take_u32(&from);
    fields.age_add = hc_take_u32(&from);
    fields.received_at = session_take_time(&from);
    fields.verified_at = session_take_time(&from);
    fields.not_after = session_take_time(&from);
    binding = hc_take_bytes(&from, sizeof fields.binding);
    secret = hc_take_vector8(&from);
    ticket = hc_take_vector16(&from);
    fields.secret_len = hc_cursor_left(&secret);
    if (!hc_took_all(&from) || memcmp(magic.at, session_magic, sizeof session_magic) != 0 ||
        hc_cursor_left(&ticket) == 0 || hc_cursor_left(&ticket) > HC_SESSION_TICKET_MAX ||
        !session_is_sound(&fields)) {
        return HTTPSC_ERR_ARGUMENT;
    }
    session = hc_session_new(allocator, ticket);
    if (session == NULL) {
        return HTTPSC_ERR_MEMORY;
    }
    fields.allocator = session->allocator;
    fields.ticket = session->ticket;
    fields.ticket_len = session->ticket_len;
    *session = fields;
    memcpy(session->binding, binding.at, sizeof session->binding);
    memcpy(session->secret, secret.at, session->secret_len);
    *out = session;
    return HTTPSC_OK;
}
