/*
 * What the fuzz targets of TLS share: the test server of tests/unit/tls_server.h, whose checks are
 * counted and go no further, and whose certificates and sessions are made once.
 */
#ifndef FUZZ_TLS_H
#define FUZZ_TLS_H

#include "fuzz.h"

#include "../support/check.h"

static int fuzz_oddities; /* what the server found wrong with the client */

#undef CHECK
#define CHECK(condition) ((void)(fuzz_oddities += (condition) == 0))

#include "../unit/x509_maker.h"

static bytes fuzz_sign(bytes tbs, int key_number);

#define maker_sign fuzz_sign
#include "../unit/tls_server.h"
#undef maker_sign

/* Kept across inputs: what maker_reset frees is copied. */
static bytes fuzz_keep(bytes b)
{
    bytes out = {malloc(b.len + 1), b.len};

    FUZZ_CHECK(out.ptr != NULL);
    memcpy(out.ptr, b.ptr, b.len);
    return out;
}

/* A certificate of the server's: there are few of them. */
static bytes fuzz_sign(bytes tbs, int key_number)
{
    static struct {
        bytes tbs;
        bytes certificate;
    } made[16];
    size_t i = 0;

    while (i < HC_ARRAY_LEN(made) && made[i].tbs.ptr != NULL) {
        if (made[i].tbs.len == tbs.len && memcmp(made[i].tbs.ptr, tbs.ptr, tbs.len) == 0) {
            return b_raw(made[i].certificate.ptr, made[i].certificate.len);
        }
        i++;
    }
    FUZZ_CHECK(i < HC_ARRAY_LEN(made));
    made[i].tbs = fuzz_keep(tbs);
    made[i].certificate = fuzz_keep(maker_sign(tbs, key_number));
    return b_raw(made[i].certificate.ptr, made[i].certificate.len);
}

static inline const hc_tls_identity *fuzz_identity(void)
{
    static hc_private_key key;
    static hc_tls_identity identity;
    static hc_cursor chain;
    static server s;

    if (identity.num_certs == 0) {
        bytes leaf = fuzz_keep(server_leaf(&s));

        key = ec_key_of(HC_CURVE_P256);
        key.scalar = b_cursor(fuzz_keep(b_of(key.scalar)));
        chain = b_cursor(leaf);
        identity.chain = &chain;
        identity.num_certs = 1;
        identity.key = &key;
    }
    return &identity;
}

/* In the place of pair_start. */
static void fuzz_start_alone(pair *p)
{
    static unit_memory lasting;
    static hc_judge judge;
    static hc_crypto crypto;

    unit_name = "fuzz";
    unit_skipped = 0;
    maker_reset();
    bytes_reset();
    if (crypto.aes_ctr == NULL) {
        unit_memory_init(&lasting);
        FUZZ_CHECK(hc_crypto_init(&crypto));
        FUZZ_CHECK(maker_store(&judge.anchors, &lasting.allocator, server_root()) == HTTPSC_OK);
    }
    unit_memory_init(&p->memory);
    server_start(&p->s);
    p->s.crypto = crypto;
    p->judge = judge;
    p->heard = b_none();
    (void)hc_host_parse(&p->host, "localhost", 9);
    p->params.allocator = &p->memory.allocator;
    p->params.crypto = &p->s.crypto;
    p->params.host = &p->host;
    p->params.judge = &p->judge;
    p->params.unix_time = MAKER_NOW;
    p->params.seed[0] = 1;
}

static void fuzz_end(pair *p)
{
    hc_tls_free(p->tls);
    FUZZ_CHECK(p->memory.live_blocks == 0 && !p->memory.misuse);
}

/* A session with a server of that suite, its bytes and its secret, made once. */
typedef struct fuzz_session {
    bytes blob;
    bytes psk;
} fuzz_session;

static inline const fuzz_session *fuzz_session_of(const server *like)
{
    static fuzz_session made[2][16];
    fuzz_session *out = &made[like->is_12][like->suite & 15u];
    hc_session *session;
    hc_buffer blob;
    pair p;

    if (out->blob.ptr != NULL) {
        return out;
    }
    memset(&p, 0, sizeof p);
    p.s.is_12 = like->is_12;
    p.s.suite = like->suite;
    p.s.is_rsa = like->is_rsa;
    p.s.promises_ticket = 1;
    p.s.num_tickets = 1;
    fuzz_start_alone(&p);
    FUZZ_CHECK(pair_connect(&p));
    hc_buffer_init(&blob, &p.memory.allocator, 10000);
    session = hc_tls_take_session(p.tls, MAKER_NOW);
    FUZZ_CHECK(session != NULL && hc_session_export(session, &blob) == HC_BUFFER_OK);
    out->blob = fuzz_keep(b_raw(blob.ptr, blob.len));
    out->psk = fuzz_keep(p.s.is_12 ? b_raw(p.s.master, 48) : server_psk(&p.s));
    hc_session_free(session);
    hc_buffer_free(&blob);
    fuzz_end(&p);
    return out;
}

/* With a session that the server takes, if it resumes. */
static inline void fuzz_start(pair *p, int resumes)
{
    server *s = &p->s;
    const fuzz_session *session = NULL;

    if (resumes) {
        session = fuzz_session_of(s);
    }
    fuzz_start_alone(p);
    if (resumes && !(s->is_12 && s->has_ems)) {
        s->resumes = 1;
        s->psk = b_raw(session->psk.ptr, session->psk.len);
        FUZZ_CHECK(hc_session_import(&p->memory.allocator, session->blob.ptr, session->blob.len,
                                     &p->params.session) == HTTPSC_OK);
    }
}

#endif
