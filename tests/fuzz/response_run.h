/* What the targets on responses share: a response read in pieces, and what came of it. */
#ifndef RESPONSE_RUN_H
#define RESPONSE_RUN_H

#include "fuzz.h"

typedef struct response_run {
    int code; /* HTTPSC_OK: it is complete */
    int status;
    size_t num_interim;
    size_t num_fields;
    size_t num_trailers;
    size_t fields_hash;
    size_t num_taken; /* bytes, up to its end or its error */
    int keep_alive;
    hc_body_framing framing;
    unsigned char *body;
    size_t body_len;
} response_run;

static inline void run_hash(response_run *run, const char *text)
{
    for (; *text != '\0'; text++) {
        run->fields_hash = run->fields_hash * 31 + (unsigned char)*text;
    }
    run->fields_hash = run->fields_hash * 31 + 1;
}

/* What may be in a head that was accepted. */
static inline void run_field(response_run *run, httpsc_field field)
{
    hc_cursor name = hc_cursor_over(field.name, strlen(field.name));

    FUZZ_CHECK(hc_is_token(name));
    FUZZ_CHECK(hc_is_field_text(hc_cursor_over(field.value, strlen(field.value))));
    run_hash(run, field.name);
    run_hash(run, field.value);
}

static inline void run_head(response_run *run, const hc_response *response)
{
    run->status = response->status;
    run->num_fields = response->num_fields;
    FUZZ_CHECK(response->status >= 100 && response->status <= 999);
    FUZZ_CHECK(response->num_fields <= response->limits->max_fields);
    for (size_t i = 0; i < response->num_fields; i++) {
        run_field(run, hc_response_field(response, i));
    }
}

/* Takes events until no bytes are left: 0 when the response is over. */
static inline int run_piece(response_run *run, hc_response *response, hc_cursor *bytes,
                            httpsc_error *error)
{
    for (;;) {
        hc_cursor body = {NULL, NULL};

        switch (hc_response_read(response, bytes, &body, error)) {
        case HC_RESPONSE_MORE:
            FUZZ_CHECK(hc_cursor_left(bytes) == 0);
            return 1;
        case HC_RESPONSE_INTERIM:
            FUZZ_CHECK(response->status >= 100 && response->status <= 199);
            run->num_interim++;
            break;
        case HC_RESPONSE_HEAD:
            run_head(run, response);
            break;
        case HC_RESPONSE_BODY:
            FUZZ_CHECK(hc_cursor_left(&body) > 0);
            memcpy(run->body + run->body_len, body.at, hc_cursor_left(&body));
            run->body_len += hc_cursor_left(&body);
            break;
        case HC_RESPONSE_END:
            return 0;
        default:
            FUZZ_CHECK(error->code != HTTPSC_OK && error->text[0] != '\0');
            return 0;
        }
    }
}

/*
 * Reads prefix and data, in pieces of the lengths that `cuts` says in turn (0: all that is left),
 * each in a block of its own; then the connection ends. run->body is to be freed.
 */
static inline void run_response(response_run *run, const char *prefix, const uint8_t *data,
                                size_t size, const httpsc_limits *limits, int head_request,
                                const uint8_t *cuts, size_t num_cuts)
{
    size_t len = strlen(prefix) + size;
    unsigned char *whole = malloc(len + 1);
    httpsc_error error = {0};
    hc_response response;
    int goes_on = 1;
    size_t at = 0;

    memset(run, 0, sizeof *run);
    run->body = malloc(len + 1);
    FUZZ_CHECK(whole != NULL && run->body != NULL);
    memcpy(whole, prefix, strlen(prefix));
    if (size > 0) {
        memcpy(whole + strlen(prefix), data, size);
    }
    hc_response_init(&response, &fuzz_allocator, limits, head_request);
    for (size_t i = 0; goes_on && at < len; i++) {
        size_t wanted = num_cuts == 0 ? 0 : cuts[i % num_cuts];
        size_t piece_len = wanted == 0 ? len - at : hc_min(wanted, len - at);
        unsigned char *piece = malloc(piece_len);
        hc_cursor bytes = hc_cursor_over(piece, piece_len);

        FUZZ_CHECK(piece != NULL);
        memcpy(piece, whole + at, piece_len);
        goes_on = run_piece(run, &response, &bytes, &error);
        at += piece_len - hc_cursor_left(&bytes);
        free(piece);
    }
    if (goes_on && hc_response_end(&response, 1, &error) == HC_RESPONSE_FAILED) {
        FUZZ_CHECK(error.code != HTTPSC_OK);
    }
    run->code = error.code;
    run->num_taken = at;
    run->num_trailers = response.num_trailers;
    run->framing = response.framing;
    run->keep_alive = response.keep_alive;
    for (size_t i = 0; i < response.num_trailers; i++) {
        run_field(run, hc_response_trailer(&response, i));
    }
    hc_response_free(&response);
    free(whole);
}

/* Whatever the cuts, the same came of it. */
static inline void run_same(const response_run *a, const response_run *b)
{
    FUZZ_CHECK(a->code == b->code);
    FUZZ_CHECK(a->status == b->status && a->num_interim == b->num_interim);
    FUZZ_CHECK(a->num_fields == b->num_fields && a->num_trailers == b->num_trailers);
    FUZZ_CHECK(a->fields_hash == b->fields_hash);
    FUZZ_CHECK(a->body_len == b->body_len && memcmp(a->body, b->body, a->body_len) == 0);
    if (a->code == HTTPSC_OK) {
        FUZZ_CHECK(a->framing == b->framing && a->keep_alive == b->keep_alive);
        FUZZ_CHECK(a->num_taken == b->num_taken);
    }
}

static inline const httpsc_limits *run_limits(int small)
{
    static const httpsc_limits large = {.max_status_line_bytes = 1024,
                                        .max_field_line_bytes = 16384,
                                        .max_fields_bytes = 65536,
                                        .max_fields = 200,
                                        .max_interim = 8,
                                        .max_chunk_line_bytes = 512,
                                        .max_chunk_ext_bytes = 16384,
                                        .max_trailer_bytes = 8192,
                                        .max_trailers = 32};
    static const httpsc_limits tight = {.max_status_line_bytes = 24,
                                        .max_field_line_bytes = 40,
                                        .max_fields_bytes = 120,
                                        .max_fields = 3,
                                        .max_interim = 1,
                                        .max_chunk_line_bytes = 12,
                                        .max_chunk_ext_bytes = 10,
                                        .max_trailer_bytes = 30,
                                        .max_trailers = 2};

    return small ? &tight : &large;
}

#endif
