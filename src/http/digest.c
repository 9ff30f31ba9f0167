#include "auth.h"

#include "../base/memory.h"

#define DIGEST_HEX_MAX (2 * HC_HASH_MAX + 1)

typedef struct digest_answer {
    hc_challenge *challenge;
    const char *user;
    const char *password;
    hc_cursor method;
    hc_cursor target;
    char nc[9];
    char response[DIGEST_HEX_MAX];
    char userhash[DIGEST_HEX_MAX];
} digest_answer;

static void digest_put_hex(char *out, const unsigned char *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

static void digest_update_text(hc_hash_context *hash, const char *text)
{
    hc_hash_update(hash, text, strlen(text));
}

static void digest_update_buffer(hc_hash_context *hash, const hc_buffer *buffer)
{
    hc_hash_update(hash, buffer->ptr, buffer->len);
}

static void digest_end_hex(hc_hash_context *hash, char hex[DIGEST_HEX_MAX])
{
    unsigned char digest[HC_HASH_MAX];

    digest_put_hex(hex, digest, hc_hash_snapshot(hash, digest));
    hc_wipe(digest, sizeof digest);
    hc_wipe(hash, sizeof *hash);
}

/* H(A1) of RFC 7616, 3.4.2. */
static void digest_make_a1(const digest_answer *answer, char hex[DIGEST_HEX_MAX])
{
    const hc_challenge *challenge = answer->challenge;
    hc_hash_context hash;

    hc_hash_init(&hash, challenge->hash);
    digest_update_text(&hash, answer->user);
    digest_update_text(&hash, ":");
    digest_update_buffer(&hash, &challenge->realm);
    digest_update_text(&hash, ":");
    digest_update_text(&hash, answer->password);
    digest_end_hex(&hash, hex);
    if (challenge->is_session) {
        hc_hash_init(&hash, challenge->hash);
        digest_update_text(&hash, hex);
        digest_update_text(&hash, ":");
        digest_update_buffer(&hash, &challenge->nonce);
        digest_update_text(&hash, ":");
        digest_update_text(&hash, challenge->cnonce);
        digest_end_hex(&hash, hex);
    }
}

/* The response of 3.4.1, and userhash of 3.4.4. */
static void digest_make(digest_answer *answer)
{
    const hc_challenge *challenge = answer->challenge;
    char a1[DIGEST_HEX_MAX];
    char a2[DIGEST_HEX_MAX];
    hc_hash_context hash;

    digest_make_a1(answer, a1);
    hc_hash_init(&hash, challenge->hash);
    hc_hash_update(&hash, answer->method.at, hc_cursor_left(&answer->method));
    digest_update_text(&hash, ":");
    hc_hash_update(&hash, answer->target.at, hc_cursor_left(&answer->target));
    digest_end_hex(&hash, a2);
    hc_hash_init(&hash, challenge->hash);
    digest_update_text(&hash, a1);
    digest_update_text(&hash, ":");
    digest_update_buffer(&hash, &challenge->nonce);
    if (challenge->has_qop) {
        digest_update_text(&hash, ":");
        digest_update_text(&hash, answer->nc);
        digest_update_text(&hash, ":");
        digest_update_text(&hash, challenge->cnonce);
        digest_update_text(&hash, ":auth");
    }
    digest_update_text(&hash, ":");
    digest_update_text(&hash, a2);
    digest_end_hex(&hash, answer->response);
    if (challenge->userhash) {
        hc_hash_init(&hash, challenge->hash);
        digest_update_text(&hash, answer->user);
        digest_update_text(&hash, ":");
        digest_update_buffer(&hash, &challenge->realm);
        digest_end_hex(&hash, answer->userhash);
    }
    hc_wipe(a1, sizeof a1);
}

static hc_buffer_result digest_add_quoted(hc_buffer *out, const char *name, hc_cursor value)
{
    hc_buffer_result result = hc_buffer_add_text(out, name);

    if (result == HC_BUFFER_OK) {
        result = hc_buffer_add_text(out, "=\"");
    }
    while (hc_cursor_left(&value) > 0 && result == HC_BUFFER_OK) {
        int character = hc_peek(&value);

        if (character == '"' || character == '\\') {
            result = hc_buffer_add_text(out, "\\");
        }
        if (result == HC_BUFFER_OK) {
            result = hc_buffer_add(out, value.at, 1);
        }
        value.at++;
    }
    return result == HC_BUFFER_OK ? hc_buffer_add_text(out, "\"") : result;
}

/* username*: ext-value of RFC 8187. */
static hc_buffer_result digest_add_extended(hc_buffer *out, const char *user)
{
    hc_buffer_result result = hc_buffer_add_text(out, "username*=UTF-8''");

    for (; *user != '\0' && result == HC_BUFFER_OK; user++) {
        unsigned char byte = (unsigned char)*user;
        char escape[4] = "%";

        if (hc_is_alpha(byte) || hc_is_digit(byte) || strchr("!#$&+-.^_`|~", byte) != NULL) {
            result = hc_buffer_add(out, user, 1);
        } else {
            digest_put_hex(escape + 1, &byte, 1);
            result = hc_buffer_add(out, escape, 3);
        }
    }
    return result;
}

static hc_buffer_result digest_add_user(const digest_answer *answer, hc_buffer *out)
{
    const char *user = answer->challenge->userhash ? answer->userhash : answer->user;

    if (answer->challenge->is_utf8) {
        for (const char *at = user; *at != '\0'; at++) {
            if ((unsigned char)*at >= 0x80) {
                return digest_add_extended(out, user);
            }
        }
    }
    return digest_add_quoted(out, "username", hc_cursor_over(user, strlen(user)));
}

static const char *digest_algorithm(const hc_challenge *challenge)
{
    switch (challenge->hash) {
    case HC_HASH_SHA256:
        return challenge->is_session ? ", algorithm=SHA-256-sess" : ", algorithm=SHA-256";
    case HC_HASH_SHA512_256:
        return challenge->is_session ? ", algorithm=SHA-512-256-sess" : ", algorithm=SHA-512-256";
    default:
        return challenge->is_session ? ", algorithm=MD5-sess" : ", algorithm=MD5";
    }
}

static hc_buffer_result digest_add_answer(const digest_answer *answer, hc_buffer *out)
{
    const hc_challenge *challenge = answer->challenge;
    const char *tail[8];
    size_t num = 0;
    hc_buffer_result result = hc_buffer_add_text(out, "Digest ");

    if (result == HC_BUFFER_OK) {
        result = digest_add_user(answer, out);
    }
    if (result == HC_BUFFER_OK) {
        result = digest_add_quoted(out, ", realm",
                                   hc_cursor_over(challenge->realm.ptr, challenge->realm.len));
    }
    if (result == HC_BUFFER_OK) {
        result = digest_add_quoted(out, ", nonce",
                                   hc_cursor_over(challenge->nonce.ptr, challenge->nonce.len));
    }
    if (result == HC_BUFFER_OK) {
        result = digest_add_quoted(out, ", uri", answer->target);
    }
    if (result == HC_BUFFER_OK && challenge->has_opaque) {
        result = digest_add_quoted(out, ", opaque",
                                   hc_cursor_over(challenge->opaque.ptr, challenge->opaque.len));
    }
    tail[num++] = challenge->names_algorithm ? digest_algorithm(challenge) : "";
    tail[num++] = challenge->has_qop ? ", qop=auth, nc=" : "";
    tail[num++] = challenge->has_qop ? answer->nc : "";
    tail[num++] = challenge->has_qop || challenge->is_session ? ", cnonce=\"" : "";
    tail[num++] = challenge->has_qop || challenge->is_session ? challenge->cnonce : "";
    tail[num++] = challenge->has_qop || challenge->is_session ? "\"" : "";
    tail[num++] = challenge->userhash ? ", userhash=true, response=\"" : ", response=\"";
    tail[num++] = answer->response;
    for (size_t i = 0; i < num && result == HC_BUFFER_OK; i++) {
        result = hc_buffer_add_text(out, tail[i]);
    }
    return result == HC_BUFFER_OK ? hc_buffer_add_text(out, "\"") : result;
}

HC_SELDOM HC_FN int hc_digest_add(hc_challenge *challenge, const char *user, const char *password,
                                  hc_cursor method, hc_cursor target,
                                  const unsigned char random[HC_CNONCE_BYTES], hc_buffer *out,
                                  httpsc_error *error)
{
    size_t len = out->len;
    hc_buffer_result result;
    digest_answer answer;
    unsigned char count[4];

    for (const char *at = user; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f) {
            return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "a control character in the user");
        }
    }
    memset(&answer, 0, sizeof answer);
    answer.challenge = challenge;
    answer.user = user;
    answer.password = password;
    answer.method = method;
    answer.target = target;
    if (challenge->cnonce[0] == '\0') {
        digest_put_hex(challenge->cnonce, random, HC_CNONCE_BYTES);
    }
    challenge->nonce_count++;
    for (size_t i = 0; i < sizeof count; i++) {
        count[i] = (unsigned char)(challenge->nonce_count >> (24 - 8 * i));
    }
    digest_put_hex(answer.nc, count, sizeof count);
    digest_make(&answer);
    result = digest_add_answer(&answer, out);
    hc_wipe(&answer, sizeof answer);
    if (result != HC_BUFFER_OK) {
        out->len = len;
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    return HTTPSC_OK;
}
