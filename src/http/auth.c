#include "auth.h"

#include "../base/memory.h"
#include "field.h"

/* ---- challenges --------------------------------------------------------------------------- */

/* The parameters that someone reads, and what they may be. */
typedef enum auth_param {
    AUTH_PARAM_REALM,
    AUTH_PARAM_NONCE,
    AUTH_PARAM_OPAQUE,
    AUTH_PARAM_ALGORITHM,
    AUTH_PARAM_QOP,
    AUTH_PARAM_STALE,
    AUTH_PARAM_USERHASH,
    AUTH_PARAM_CHARSET,
    AUTH_NUM_PARAMS
} auth_param;

static const char *const auth_param_names[AUTH_NUM_PARAMS] = {
    "realm", "nonce", "opaque", "algorithm", "qop", "stale", "userhash", "charset"};

/* A challenge as it stands in the field: scheme, and each value with its quotes. */
typedef struct auth_raw {
    hc_cursor scheme;
    hc_cursor values[AUTH_NUM_PARAMS];
    int has[AUTH_NUM_PARAMS];
    size_t num_params;
    int is_bad; /* a parameter twice, or too many: it is not answered */
} auth_raw;

static int auth_is(hc_cursor text, const char *word)
{
    return hc_equal_nocase(text.at, hc_cursor_left(&text), word, strlen(word));
}

static void auth_skip_blanks(hc_cursor *text)
{
    while (hc_take_char(text, ' ') || hc_take_char(text, '\t')) {
    }
}

static hc_cursor auth_take_token(hc_cursor *text)
{
    hc_cursor token = *text;

    while (hc_is_token_char(hc_peek(text))) {
        text->at++;
    }
    token.end = text->at;
    return token;
}

/* A token, or a quoted-string with its quotes. 0 when it is neither. */
static int auth_take_value(hc_cursor *text, hc_cursor *value)
{
    *value = *text;
    if (!hc_take_char(text, '"')) {
        *value = auth_take_token(text);
        return hc_cursor_left(value) > 0;
    }
    while (hc_peek(text) != '"') {
        hc_take_char(text, '\\');
        if (hc_cursor_left(text) == 0) {
            return 0;
        }
        text->at++;
    }
    text->at++;
    value->end = text->at;
    return 1;
}

/* The value without quotes and backslashes, appended. */
static hc_buffer_result auth_add_unquoted(hc_buffer *out, hc_cursor value)
{
    hc_buffer_result result = HC_BUFFER_OK;

    if (!hc_take_char(&value, '"')) {
        return hc_buffer_add(out, value.at, hc_cursor_left(&value));
    }
    value.end--;
    while (hc_cursor_left(&value) > 0 && result == HC_BUFFER_OK) {
        hc_take_char(&value, '\\');
        result = hc_buffer_add(out, value.at, 1);
        value.at++;
    }
    return result;
}

/* A value that is a word, in quotes or not: what needs a backslash is none that is known. */
static hc_cursor auth_word(hc_cursor value)
{
    if (hc_take_char(&value, '"')) {
        value.end--;
    }
    return value;
}

static void auth_note_param(auth_raw *raw, hc_cursor name, hc_cursor value)
{
    if (++raw->num_params > HC_AUTH_PARAMS_MAX) {
        raw->is_bad = 1;
        return;
    }
    for (size_t i = 0; i < AUTH_NUM_PARAMS; i++) {
        if (auth_is(name, auth_param_names[i])) {
            raw->is_bad |= raw->has[i];
            raw->has[i] = 1;
            raw->values[i] = value;
        }
    }
}

/* token68 (RFC 9110, 11.2) that reaches to the end of its challenge; it is passed over. */
static int auth_take_token68(hc_cursor *text)
{
    hc_cursor rest = *text;

    while (hc_is_alpha(hc_peek(&rest)) || hc_is_digit(hc_peek(&rest)) ||
           (hc_peek(&rest) > 0 && strchr("-._~+/", hc_peek(&rest)) != NULL)) {
        rest.at++;
    }
    if (rest.at == text->at) {
        return 0;
    }
    while (hc_take_char(&rest, '=')) {
    }
    auth_skip_blanks(&rest);
    if (hc_cursor_left(&rest) > 0 && hc_peek(&rest) != ',') {
        return 0;
    }
    *text = rest;
    return 1;
}

/* "name = value", blanks around the "=" as old servers send them. 0, and text is where it was,
 * when that is not what stands there; -1 when it is, and the value is malformed. */
static int auth_take_param(hc_cursor *text, auth_raw *raw)
{
    hc_cursor rest = *text;
    hc_cursor name = auth_take_token(&rest);
    hc_cursor value;

    auth_skip_blanks(&rest);
    if (hc_cursor_left(&name) == 0 || !hc_take_char(&rest, '=')) {
        return 0;
    }
    auth_skip_blanks(&rest);
    if (!auth_take_value(&rest, &value)) {
        return -1;
    }
    auth_skip_blanks(&rest);
    if (hc_cursor_left(&rest) > 0 && hc_peek(&rest) != ',') {
        return -1;
    }
    auth_note_param(raw, name, value);
    *text = rest;
    return 1;
}

/*
 * The next challenge of a field: a scheme, then token68 or parameters, as far as what follows a
 * comma is a parameter and not the next scheme. 1; 0 at the end, and where the field is malformed
 * before a challenge is whole.
 */
static int auth_next(hc_cursor *text, auth_raw *raw)
{
    int result;

    memset(raw, 0, sizeof *raw);
    do {
        auth_skip_blanks(text);
    } while (hc_take_char(text, ','));
    raw->scheme = auth_take_token(text);
    if (hc_cursor_left(&raw->scheme) == 0) {
        return 0;
    }
    if (hc_cursor_left(text) > 0 && hc_peek(text) != ' ' && hc_peek(text) != '\t' &&
        hc_peek(text) != ',') {
        return 0;
    }
    auth_skip_blanks(text);
    if (auth_take_token68(text)) {
        return 1;
    }
    for (;;) {
        hc_cursor before = *text;

        do {
            auth_skip_blanks(text);
        } while (hc_take_char(text, ','));
        result = auth_take_param(text, raw);
        if (result == 0) {
            /* another scheme, or the end */
            if (hc_cursor_left(text) > 0 && raw->num_params == 0 &&
                memchr(before.at, ',', (size_t)(text->at - before.at)) == NULL) {
                return 0;
            }
            return 1;
        }
        if (result < 0) {
            return 0;
        }
    }
}

/* "auth" in the list of qop. */
static int auth_qop_has_auth(hc_cursor list)
{
    do {
        hc_cursor option = hc_take_until(&list, ',');

        hc_trim_blanks(&option);
        if (auth_is(option, "auth")) {
            return 1;
        }
    } while (hc_take_char(&list, ','));
    return 0;
}

static int auth_read_algorithm(hc_challenge *challenge, const auth_raw *raw)
{
    static const struct {
        const char *name;
        hc_hash_id hash;
        int is_session;
    } algorithms[] = {
        {"MD5", HC_HASH_MD5, 0},
        {"MD5-sess", HC_HASH_MD5, 1},
        {"SHA-256", HC_HASH_SHA256, 0},
        {"SHA-256-sess", HC_HASH_SHA256, 1},
        {"SHA-512-256", HC_HASH_SHA512_256, 0},
        {"SHA-512-256-sess", HC_HASH_SHA512_256, 1},
    };

    challenge->hash = HC_HASH_MD5;
    challenge->names_algorithm = raw->has[AUTH_PARAM_ALGORITHM];
    if (!challenge->names_algorithm) {
        return 1;
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(algorithms); i++) {
        if (auth_is(auth_word(raw->values[AUTH_PARAM_ALGORITHM]), algorithms[i].name)) {
            challenge->hash = algorithms[i].hash;
            challenge->is_session = algorithms[i].is_session;
            return 1;
        }
    }
    return 0;
}

static int auth_says(const auth_raw *raw, auth_param param, const char *word)
{
    return raw->has[param] && auth_is(auth_word(raw->values[param]), word);
}

/* What the challenge asks for, without its texts; kind stays 0 where it cannot be answered. */
static void auth_judge(hc_challenge *challenge, const auth_raw *raw, unsigned allowed)
{
    memset(challenge, 0, sizeof *challenge);
    if (raw->is_bad) {
        return;
    }
    challenge->is_utf8 = auth_says(raw, AUTH_PARAM_CHARSET, "UTF-8");
    if (auth_is(raw->scheme, "Basic")) {
        challenge->kind = allowed & HC_AUTH_BASIC;
        return;
    }
    if (!auth_is(raw->scheme, "Digest") || !raw->has[AUTH_PARAM_NONCE] ||
        !auth_read_algorithm(challenge, raw)) {
        return;
    }
    challenge->has_qop = raw->has[AUTH_PARAM_QOP];
    if (challenge->has_qop && !auth_qop_has_auth(auth_word(raw->values[AUTH_PARAM_QOP]))) {
        return;
    }
    challenge->has_opaque = raw->has[AUTH_PARAM_OPAQUE];
    challenge->stale = auth_says(raw, AUTH_PARAM_STALE, "true");
    challenge->userhash = auth_says(raw, AUTH_PARAM_USERHASH, "true");
    challenge->kind = allowed & HC_AUTH_DIGEST;
}

static int auth_strength(const hc_challenge *challenge)
{
    if (challenge->kind != HC_AUTH_DIGEST) {
        return challenge->kind == HC_AUTH_BASIC;
    }
    return challenge->hash == HC_HASH_SHA512_256 ? 4 : challenge->hash == HC_HASH_SHA256 ? 3 : 2;
}

/* The texts of a challenge that was judged. FULL for one that is too long. */
static hc_buffer_result auth_fill(hc_challenge *challenge, const httpsc_allocator *allocator,
                                  const auth_raw *raw)
{
    hc_buffer *const texts[] = {&challenge->realm, &challenge->nonce, &challenge->opaque};
    static const auth_param params[] = {AUTH_PARAM_REALM, AUTH_PARAM_NONCE, AUTH_PARAM_OPAQUE};
    hc_buffer_result result = HC_BUFFER_OK;

    for (size_t i = 0; i < HC_ARRAY_LEN(texts); i++) {
        hc_buffer_init(texts[i], allocator, HC_AUTH_PARAM_MAX);
        if (raw->has[params[i]] && result == HC_BUFFER_OK) {
            result = auth_add_unquoted(texts[i], raw->values[params[i]]);
        }
    }
    return result;
}

static int auth_consider(hc_challenge *best, const httpsc_allocator *allocator,
                         const auth_raw *raw, unsigned allowed, httpsc_error *error)
{
    hc_challenge challenge;
    hc_buffer_result result;

    auth_judge(&challenge, raw, allowed);
    if (auth_strength(&challenge) <= auth_strength(best)) {
        return HTTPSC_OK;
    }
    result = auth_fill(&challenge, allocator, raw);
    if (result == HC_BUFFER_OK) {
        hc_challenge_free(best);
        *best = challenge;
        return HTTPSC_OK;
    }
    hc_challenge_free(&challenge);
    return result == HC_BUFFER_FULL ? HTTPSC_OK : hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
}

HC_FN int hc_challenge_choose(hc_challenge *challenge, const httpsc_allocator *allocator,
                              const httpsc_field *fields, size_t num_fields, const char *name,
                              unsigned allowed, httpsc_error *error)
{
    size_t num_challenges = 0;
    int code = HTTPSC_OK;

    memset(challenge, 0, sizeof *challenge);
    for (size_t i = 0; i < num_fields; i++) {
        hc_cursor text = hc_cursor_over(fields[i].value, strlen(fields[i].value));
        auth_raw raw;

        if (!hc_text_equal_nocase(fields[i].name, name)) {
            continue;
        }
        while (num_challenges++ < HC_AUTH_CHALLENGES_MAX && auth_next(&text, &raw)) {
            code = auth_consider(challenge, allocator, &raw, allowed, error);
            if (code != HTTPSC_OK) {
                hc_challenge_free(challenge);
                return code;
            }
        }
    }
    return HTTPSC_OK;
}

HC_FN void hc_challenge_free(hc_challenge *challenge)
{
    hc_buffer *const texts[] = {&challenge->realm, &challenge->nonce, &challenge->opaque};

    for (size_t i = 0; i < HC_ARRAY_LEN(texts); i++) {
        if (texts[i]->allocator != NULL) {
            hc_buffer_free(texts[i]);
        }
    }
    hc_wipe(challenge, sizeof *challenge);
}

/* ---- answers ------------------------------------------------------------------------------ */

static int auth_check_text(const char *text, httpsc_error *error)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                           "a control character in user or password");
        }
    }
    return HTTPSC_OK;
}

/* What stands for the result of adding texts; takes them off again on a failure. */
static int auth_finish(hc_buffer *out, size_t len, hc_buffer_result result, httpsc_error *error)
{
    if (result == HC_BUFFER_OK) {
        return HTTPSC_OK;
    }
    if (out->len > len) {
        hc_wipe(out->ptr + len, out->len - len);
        out->len = len;
    }
    return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
}

/* Base64 (RFC 4648, 4) of texts that follow each other, without a copy of them as a whole. */
typedef struct auth_base64 {
    hc_buffer *out;
    unsigned bits;
    unsigned num_bytes; /* waiting in bits */
    hc_buffer_result result;
} auth_base64;

static void auth_base64_add(auth_base64 *base64, unsigned char byte)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char four[4];

    base64->bits = base64->bits << 8 | byte;
    if (++base64->num_bytes < 3) {
        return;
    }
    for (unsigned i = 0; i < 4; i++) {
        four[i] = digits[base64->bits >> (18 - 6 * i) & 63];
    }
    if (base64->result == HC_BUFFER_OK) {
        base64->result = hc_buffer_add(base64->out, four, sizeof four);
    }
    base64->bits = 0;
    base64->num_bytes = 0;
}

static void auth_base64_end(auth_base64 *base64)
{
    unsigned num_missing = base64->num_bytes == 0 ? 0 : 3 - base64->num_bytes;

    for (unsigned i = 0; i < num_missing; i++) {
        auth_base64_add(base64, 0);
    }
    if (base64->result == HC_BUFFER_OK && num_missing > 0) {
        memset(base64->out->ptr + base64->out->len - num_missing, '=', num_missing);
    }
}

HC_FN int hc_basic_add(const char *user, const char *password, hc_buffer *out,
                       httpsc_error *error)
{
    size_t len = out->len;
    auth_base64 base64;
    int code = auth_check_text(user, error);

    if (code == HTTPSC_OK) {
        code = auth_check_text(password, error);
    }
    if (code != HTTPSC_OK) {
        return code;
    }
    if (strchr(user, ':') != NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "a \":\" in the user, with Basic");
    }
    memset(&base64, 0, sizeof base64);
    base64.out = out;
    base64.result = hc_buffer_add_text(out, "Basic ");
    for (; *user != '\0'; user++) {
        auth_base64_add(&base64, (unsigned char)*user);
    }
    auth_base64_add(&base64, ':');
    for (; *password != '\0'; password++) {
        auth_base64_add(&base64, (unsigned char)*password);
    }
    auth_base64_end(&base64);
    return auth_finish(out, len, base64.result, error);
}

HC_FN int hc_bearer_add(const char *token, hc_buffer *out, httpsc_error *error)
{
    size_t len = out->len;
    hc_buffer_result result;

    for (const char *at = token; *at != '\0'; at++) {
        if (*at <= 0x20 || *at >= 0x7f) {
            return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                           "a bearer token is of visible ASCII characters");
        }
    }
    if (*token == '\0') {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "an empty bearer token");
    }
    result = hc_buffer_add_text(out, "Bearer ");
    if (result == HC_BUFFER_OK) {
        result = hc_buffer_add_text(out, token);
    }
    return auth_finish(out, len, result, error);
}
