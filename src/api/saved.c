/* Sessions that outlive their client. */
#include "../client/saved.h"
#include "defaults.h"

HC_SELDOM int httpsc_client_export_sessions(httpsc_client *client,
                                            int (*save)(void *user, const void *bytes, size_t len),
                                            void *user, httpsc_error *error)
{
    hc_sessions sessions = {NULL};
    hc_buffer bytes;
    httpsc_error own;
    int64_t now = 0;
    int code;

    error = hc_error_or(error, &own);
    if (!HC_HAS_SESSIONS) {
        return hc_left_out(error, "HTTPSC_NO_SESSIONS");
    }
    if (client == NULL || save == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "client or save is NULL");
    }
    if (hc_now(&client->hooks, &now) != HTTPSC_OK) {
        return hc_fail(error, HTTPSC_ERR_CLOCK_UNSET, 0, "sessions have their time");
    }
    if (client->tls_config->judge.verify == NULL) { /* what it said is not known to anybody else */
        hc_client_take_sessions(client, &sessions);
    }
    if (hc_saved_write(client, &sessions, now, &bytes, error) == HTTPSC_OK) {
        code = hc_callback_code(save(user, bytes.ptr, bytes.len), HTTPSC_ERR_SYSTEM);
        if (code != HTTPSC_OK) {
            (void)hc_fail(error, code == HTTPSC_WANT ? HTTPSC_ERR_SYSTEM : code, 0,
                          "the sessions were not saved");
        }
    }
    hc_buffer_free(&bytes);
    if (error->code == HTTPSC_OK) {
        hc_sessions_drop(&sessions, &client->allocator, NULL);
    } else {
        hc_client_add_sessions(client, &sessions);
    }
    return error->code;
}

HC_SELDOM int httpsc_client_import_sessions(httpsc_client *client, const void *bytes, size_t len,
                                            size_t *num_sessions, httpsc_error *error)
{
    hc_sessions sessions = {NULL};
    httpsc_error own;
    int64_t now = 0;
    size_t num = 0;

    error = hc_error_or(error, &own);
    if (!HC_HAS_SESSIONS) {
        return hc_left_out(error, "HTTPSC_NO_SESSIONS");
    }
    if (client == NULL || (bytes == NULL && len > 0)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "client or bytes is NULL");
    }
    if (hc_now(&client->hooks, &now) != HTTPSC_OK) {
        return hc_fail(error, HTTPSC_ERR_CLOCK_UNSET, 0, "sessions have their time");
    }
    if (hc_saved_read(client, hc_cursor_over(bytes, len), now, &sessions, error) != HTTPSC_OK) {
        return error->code;
    }
    if (client->tls_config->judge.verify != NULL) { /* it is to see every server itself */
        hc_sessions_drop(&sessions, &client->allocator, NULL);
    }
    for (const hc_kept_session *kept = sessions.first; kept != NULL; kept = kept->next) {
        num++;
    }
    hc_client_add_sessions(client, &sessions);
    if (num_sessions != NULL) {
        *num_sessions = num;
    }
    return HTTPSC_OK;
}
