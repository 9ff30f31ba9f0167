/*
 * libFuzzer: challenges and their answers. An input is a byte (what is allowed), a user, a
 * password, a target, and any number of fields, each a line. An answer must be one line of field
 * text, and since it has the grammar of a challenge it must say, read as one, what the challenge
 * said.
 */
#include "fuzz.h"

#define CHALLENGE_FIELDS_MAX 8

/* The next line as text; "" at the end. */
static char *challenge_line(hc_cursor *input)
{
    hc_cursor line = hc_take_until(input, '\n');
    size_t len = hc_cursor_left(&line);
    char *copy = malloc(len + 1);

    hc_take_char(input, '\n');
    FUZZ_CHECK(copy != NULL);
    memcpy(copy, line.at, len);
    copy[len] = '\0';
    return copy;
}

static int challenge_same(const hc_buffer *a, const hc_buffer *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->ptr, b->ptr, a->len) == 0);
}

static void challenge_answer(hc_challenge *challenge, const char *user, const char *password,
                             const char *target)
{
    static const unsigned char random[HC_CNONCE_BYTES] = {1, 2, 3};
    httpsc_field answer = {"A", NULL};
    httpsc_error error = {0};
    hc_challenge again;
    hc_buffer out;
    int code;

    hc_buffer_init(&out, &fuzz_allocator, 1 << 20);
    code = challenge->kind == HC_AUTH_DIGEST
               ? hc_digest_add(challenge, user, password, hc_cursor_over("GET", 3),
                               hc_cursor_over(target, strlen(target)), random, &out, &error)
               : hc_basic_add(user, password, &out, &error);
    FUZZ_CHECK(code == error.code && (code == HTTPSC_OK || code == HTTPSC_ERR_ARGUMENT));
    FUZZ_CHECK((code == HTTPSC_OK) == (out.len > 0));
    if (code == HTTPSC_OK && hc_is_field_text(hc_cursor_over(target, strlen(target)))) {
        FUZZ_CHECK(hc_is_field_text(hc_cursor_over(out.ptr, out.len)));
    }
    if (code == HTTPSC_OK && challenge->kind == HC_AUTH_DIGEST) {
        FUZZ_CHECK(hc_buffer_add(&out, "", 1) == HC_BUFFER_OK);
        answer.value = (const char *)out.ptr;
        code = hc_challenge_choose(&again, &fuzz_allocator, &answer, 1, "a", HC_AUTH_DIGEST,
                                   &error);
        FUZZ_CHECK(code == HTTPSC_OK && again.kind == HC_AUTH_DIGEST);
        FUZZ_CHECK(challenge_same(&again.realm, &challenge->realm));
        FUZZ_CHECK(challenge_same(&again.nonce, &challenge->nonce));
        FUZZ_CHECK(challenge_same(&again.opaque, &challenge->opaque));
        FUZZ_CHECK(again.hash == challenge->hash && again.is_session == challenge->is_session);
        FUZZ_CHECK(again.has_qop == challenge->has_qop);
        FUZZ_CHECK(again.has_opaque == challenge->has_opaque);
        FUZZ_CHECK(again.userhash == challenge->userhash);
        FUZZ_CHECK(again.names_algorithm == challenge->names_algorithm);
        hc_challenge_free(&again);
    }
    hc_buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_cursor input = hc_cursor_over(data, size);
    unsigned allowed = hc_cursor_left(&input) == 0 ? 0 : hc_take_u8(&input) & 3u;
    char *user = challenge_line(&input);
    char *password = challenge_line(&input);
    char *target = challenge_line(&input);
    httpsc_field fields[CHALLENGE_FIELDS_MAX];
    char *values[CHALLENGE_FIELDS_MAX];
    size_t num_fields = 0;
    httpsc_error error = {0};
    hc_challenge challenge;

    while (num_fields < CHALLENGE_FIELDS_MAX && hc_cursor_left(&input) > 0) {
        values[num_fields] = challenge_line(&input);
        fields[num_fields].name = "WWW-Authenticate";
        fields[num_fields].value = values[num_fields];
        /* what the response reader lets through, and nothing else */
        if (!hc_is_field_text(hc_cursor_over(values[num_fields], strlen(values[num_fields])))) {
            fields[num_fields].name = "Other";
        }
        num_fields++;
    }
    FUZZ_CHECK(hc_challenge_choose(&challenge, &fuzz_allocator, fields, num_fields,
                                   "www-authenticate", allowed, &error) == HTTPSC_OK);
    FUZZ_CHECK((challenge.kind & ~allowed) == 0);
    FUZZ_CHECK(challenge.realm.len <= HC_AUTH_PARAM_MAX);
    if (challenge.kind != 0) {
        challenge_answer(&challenge, user, password, target);
    }
    hc_challenge_free(&challenge);
    while (num_fields > 0) {
        free(values[--num_fields]);
    }
    free(user);
    free(password);
    free(target);
    return 0;
}
