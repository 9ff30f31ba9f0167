#include "credentials.h"

HC_FN void hc_credentials_free(hc_credentials *credentials)
{
    if (HC_HAS_DIGEST && credentials->challenge.kind != 0) {
        hc_challenge_free(&credentials->challenge);
    }
    memset(credentials, 0, sizeof *credentials);
}

HC_FN void hc_credentials_for_proxy(hc_credentials *credentials, const hc_proxy *proxy)
{
    const char *user = proxy == NULL ? NULL : proxy->user;

    if (credentials->user == user) {
        return;
    }
    hc_credentials_free(credentials);
    if (user != NULL) {
        credentials->user = user;
        credentials->password = proxy->password;
        credentials->kind = proxy->auth == HTTPSC_AUTH_NONE ? HTTPSC_AUTH_BASIC : proxy->auth;
    }
}

static int credentials_add_digest(hc_credentials *credentials, const httpsc_hooks *hooks,
                                  const char *method, hc_cursor target, hc_buffer *out,
                                  httpsc_error *error)
{
    unsigned char random[HC_CNONCE_BYTES];
    int native = 0;

    if (hc_hook_random(hooks, random, sizeof random, &native) != HTTPSC_OK) {
        return hc_fail(error, HTTPSC_ERR_ENTROPY, native, NULL);
    }
    return hc_digest_add(&credentials->challenge, credentials->user, credentials->password,
                         hc_cursor_over(method, strlen(method)), target, random, out, error);
}

HC_FN int hc_credentials_add(hc_credentials *credentials, const httpsc_hooks *hooks,
                             const char *method, hc_cursor target, hc_buffer *out,
                             httpsc_error *error)
{
    unsigned kind = credentials->challenge.kind;
    int code;

    if (credentials->kind == HTTPSC_AUTH_BEARER) {
        code = hc_bearer_add(credentials->bearer, out, error);
    } else if (credentials->kind == HTTPSC_AUTH_BASIC || kind == HC_AUTH_BASIC) {
        code = hc_basic_add(credentials->user, credentials->password, out, error);
    } else if (HC_HAS_DIGEST && kind == HC_AUTH_DIGEST) {
        code = credentials_add_digest(credentials, hooks, method, target, out, error);
    } else {
        return HTTPSC_OK;
    }
    if (code == HTTPSC_OK && hc_buffer_add(out, "", 1) != HC_BUFFER_OK) {
        code = hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    return code;
}

static unsigned credentials_allowed(const hc_credentials *credentials)
{
    switch (credentials->kind) {
    case HTTPSC_AUTH_DIGEST:
        return HC_AUTH_DIGEST;
    case HTTPSC_AUTH_ANY:
        /* the challenge outlives a renewal, and remembers what was sent */
        return ((credentials->tried | credentials->challenge.kind) & HC_AUTH_DIGEST) != 0
                   ? HC_AUTH_DIGEST
                   : HC_AUTH_DIGEST | HC_AUTH_BASIC;
    default:
        return 0;
    }
}

/* Of the nonce that was answered before the count goes on (RFC 7616, 3.4). */
static void credentials_go_on_counting(const hc_challenge *before, hc_challenge *fresh)
{
    if (before->kind == HC_AUTH_DIGEST && fresh->kind == HC_AUTH_DIGEST &&
        fresh->nonce.len == before->nonce.len &&
        memcmp(fresh->nonce.ptr, before->nonce.ptr, fresh->nonce.len) == 0) {
        fresh->nonce_count = before->nonce_count;
    }
}

HC_SELDOM HC_FN int hc_credentials_challenged(hc_credentials *credentials,
                                              const hc_response *response, const char *name,
                                              int *answerable, httpsc_error *error)
{
    unsigned allowed = credentials_allowed(credentials);
    hc_challenge fresh;
    httpsc_field *fields;
    size_t size = 0;
    int again;

    *answerable = 0;
    if (!HC_HAS_DIGEST || allowed == 0 || response->num_fields == 0) {
        return HTTPSC_OK;
    }
    fields = hc_response_list(response, &size);
    if (fields == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    memset(&fresh, 0, sizeof fresh);
    (void)hc_challenge_choose(&fresh, response->allocator, fields, response->num_fields, name,
                              allowed, error);
    hc_free(response->allocator, fields, size);
    if (error->code != HTTPSC_OK) {
        return error->code;
    }
    again = (credentials->tried & fresh.kind) != 0;
    if (fresh.kind == 0 || (again && (!fresh.stale || credentials->renewed))) {
        hc_challenge_free(&fresh);
        return HTTPSC_OK;
    }
    credentials_go_on_counting(&credentials->challenge, &fresh);
    if (credentials->challenge.kind != 0) {
        hc_challenge_free(&credentials->challenge);
    }
    credentials->challenge = fresh;
    credentials->tried |= fresh.kind;
    credentials->renewed |= again;
    *answerable = 1;
    return HTTPSC_OK;
}

HC_FN void hc_credentials_renew(hc_credentials *credentials)
{
    credentials->tried = 0;
    credentials->renewed = 0;
}
