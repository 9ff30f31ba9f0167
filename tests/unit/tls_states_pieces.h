/* Whole handshakes cut at every place, and byte by byte: always the same result. */
#ifndef TLS_STATES_PIECES_H
#define TLS_STATES_PIECES_H

#include "tls_states_table.h"

typedef struct mx_kind {
    const char *name;
    ss_script script;
    int offers;
} mx_kind;

static const mx_kind mx_kinds[] = {
    {"1.3", {13, 0, 0, 0, 0, 0}, 0},
    {"1.3 with a HelloRetryRequest", {13, 1, 0, 0, 0, 0}, 0},
    {"1.3 with a PSK", {13, 0, 1, 0, 0, 0}, 13},
    {"1.3 with a PSK and a HelloRetryRequest", {13, 1, 1, 0, 0, 0}, 13},
    {"1.3 with a CertificateRequest", {13, 0, 0, 1, 0, 0}, 0},
    {"1.2", {12, 0, 0, 0, 1, 0}, 0},
    {"1.2 with a CertificateRequest", {12, 0, 0, 1, 0, 0}, 0},
    {"1.2 resumed", {12, 0, 1, 0, 0, 0}, 12},
    {"1.2 resumed with a new ticket", {12, 0, 1, 0, 1, 0}, 12},
};

/* What came of a handshake; all its bytes count. */
typedef struct mx_result {
    hc_tls_state state;
    int code;
    httpsc_tls_facts facts;
    hc_tls_details details;
    size_t num_drained;
    unsigned char drained[HC_HASH_MAX];
    size_t num_sessions;
    size_t app_len;
    unsigned char app[64];
} mx_result;

static inline void mx_take_result(mx_pair *pair, mx_result *out)
{
    hc_session *session;

    memset(out, 0, sizeof *out);
    out->state = hc_tls_state_of(pair->tls);
    out->code = pair->code;
    hc_tls_facts(pair->tls, &out->facts);
    hc_tls_details_of(pair->tls, &out->details);
    out->num_drained = pair->num_drained;
    hc_hash_snapshot(&pair->drained, out->drained);
    while ((session = hc_tls_take_session(pair->tls, MX_TIME)) != NULL) {
        out->num_sessions++;
        hc_session_free(session);
    }
    out->app_len = pair->app_len;
    memcpy(out->app, pair->app, hc_min(pair->app_len, sizeof out->app));
}

/* All that the server sends in a handshake, a ticket and some data after it. */
static inline void mx_record_stream(mx_pair *pair, const mx_kind *kind, ss_bytes *stream,
                                    mx_result *result)
{
    static ss_bytes out;
    size_t step;

    stream->len = 0;
    mx_open(pair, &kind->script, kind->offers);
    do {
        out.len = 0;
        step = pair->step;
        if (step == 1 && kind->script.version == 13) {
            ss_clear_record(SS_CCS, "\1", 1, &out); /* middlebox compatibility */
        }
        if (!mx_next_record(pair, &out)) {
            break;
        }
        ss_put(stream, out.at, out.len);
        mx_feed(pair, out.at, out.len);
    } while (pair->step > step);
    out.len = 0;
    if (kind->script.version == 13) {
        static ss_bytes content;

        content.len = 0;
        mx_say(pair, M_TICKET_13, &content);
        ss_record(&pair->server, SS_HANDSHAKE, content.at, content.len, &out);
    }
    ss_record(&pair->server, SS_DATA, "pong", 4, &out);
    ss_put(stream, out.at, out.len);
    mx_feed(pair, out.at, out.len);
    mx_take_result(pair, result);
}

/* Plays it to a client that draws the same numbers: cut at a place, or in pieces of a size. */
static inline int mx_replay(mx_pair *pair, const mx_kind *kind, const ss_bytes *stream, size_t cut,
                            size_t piece, const mx_result *expected)
{
    static mx_result result;
    int is_same;

    mx_open(pair, &kind->script, kind->offers);
    pair->is_replay = 1;
    if (piece == 0) {
        mx_feed(pair, stream->at, cut);
        mx_feed(pair, stream->at + cut, stream->len - cut);
    }
    for (size_t at = 0; piece != 0 && at < stream->len; at += piece) {
        mx_feed(pair, stream->at + at, hc_min(piece, stream->len - at));
    }
    mx_take_result(pair, &result);
    is_same = memcmp(&result, expected, sizeof result) == 0 && !pair->is_early;
    return mx_end(pair) == NULL && is_same;
}

static inline void mx_cut_kind(mx_pair *pair, const mx_kind *kind)
{
    static ss_bytes stream;
    static mx_result expected;
    size_t num_wrong = 0;

    mx_record_stream(pair, kind, &stream, &expected);
    CHECK(mx_end(pair) == NULL);
    CHECK_INT(expected.state, HC_TLS_OPEN);
    CHECK_INT(expected.app_len, 4);
    CHECK_INT(expected.facts.resumed, kind->script.resume);
    CHECK_TEXT(expected.facts.version, kind->script.version == 13 ? "TLSv1.3" : "TLSv1.2");
    for (size_t cut = 0; cut <= stream.len; cut++) {
        num_wrong += !mx_replay(pair, kind, &stream, cut, 0, &expected);
    }
    for (size_t piece = 1; piece <= 7; piece++) {
        num_wrong += !mx_replay(pair, kind, &stream, 0, piece, &expected);
    }
    CHECK_INT(num_wrong, 0);
    if (num_wrong == 0) {
        printf("ok %s, cut at each of %zu places and in pieces of 1 to 7\n", kind->name,
               stream.len + 1);
    }
}

static inline void mx_cut_kinds(mx_pair *pair)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(mx_kinds); i++) {
        mx_cut_kind(pair, &mx_kinds[i]);
    }
}

#endif
