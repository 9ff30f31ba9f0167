/* A TLS client that meets handshakes no honest server would send. */
#include "tls_pair.h"

/* ---- a ServerHello written by hand ---------------------------------------------------------- */

#define HELLO_MAX 200

static unsigned char forged_hello[HELLO_MAX];
static size_t forged_len;

static void forge(const void *bytes, size_t len)
{
    CHECK(forged_len + len <= sizeof forged_hello);
    memcpy(forged_hello + forged_len, bytes, len);
    forged_len += len;
}

/* A record with a ServerHello of this suite and extensions (without their length). */
static void forge_hello(unsigned version, unsigned suite, const char *extensions, size_t len)
{
    unsigned char head[44] = {22, 3, 3, 0, 0, 2, 0, 0, 0};
    unsigned char tail[5];

    head[9] = (unsigned char)(version >> 8);
    head[10] = (unsigned char)(version & 255);
    head[4] = (unsigned char)(44 + len);
    head[8] = (unsigned char)(40 + len);
    forged_len = 0;
    forge(head, 43);
    memset(tail, 0, sizeof tail);
    forge(tail, 1); /* legacy_session_id_echo */
    tail[0] = (unsigned char)(suite >> 8);
    tail[1] = (unsigned char)(suite & 255);
    tail[4] = (unsigned char)len;
    forge(tail, 5);
    forge(extensions, len);
}

/* What a fresh client says to it, and to len more bytes behind it. */
static int forged_code(const void *more, size_t len)
{
    size_t room;
    unsigned char *place;

    begin(NULL);
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    for (int i = 0; i < 2; i++) {
        const void *bytes = i == 0 ? forged_hello : more;
        size_t left = i == 0 ? forged_len : len;

        for (size_t at = 0; at < left && error.code == HTTPSC_OK; at++) {
            place = hc_tls_feed_space(tls, &room);
            CHECK(room > 0);
            if (room == 0) {
                break;
            }
            place[0] = ((const unsigned char *)bytes)[at];
            (void)hc_tls_feed(tls, 1, &error);
        }
    }
    CHECK(hc_tls_state_of(tls) != HC_TLS_OPEN);
    end();
    return error.code;
}

#define FORGED(version, suite, extensions) \
    (forge_hello(version, suite, extensions, sizeof(extensions) - 1), forged_code(NULL, 0))

/* DEFENCES D3, D4. */
static void forged_versions_and_suites(void)
{
    CHECK_INT(FORGED(0x0303, 0xC02B, ""), HTTPSC_OK); /* it goes on, so the rest is what counts */
    CHECK_INT(FORGED(0x0303, 0xCCA8, ""), HTTPSC_OK);
    CHECK_INT(FORGED(0x0302, 0xC02B, ""), HTTPSC_ERR_TLS_VERSION);
    CHECK_INT(FORGED(0x0301, 0xC02B, ""), HTTPSC_ERR_TLS_VERSION);
    CHECK_INT(FORGED(0x0300, 0xC02B, ""), HTTPSC_ERR_TLS_VERSION);
    CHECK(FORGED(0x0304, 0xC02B, "") != HTTPSC_OK);
    CHECK_INT(FORGED(0x0303, 0x002F, ""), HTTPSC_ERR_TLS_PROTOCOL); /* RSA, CBC */
    CHECK_INT(FORGED(0x0303, 0x009C, ""), HTTPSC_ERR_TLS_PROTOCOL); /* RSA, GCM */
    CHECK_INT(FORGED(0x0303, 0xC013, ""), HTTPSC_ERR_TLS_PROTOCOL); /* ECDHE, CBC */
    CHECK_INT(FORGED(0x0303, 0x000A, ""), HTTPSC_ERR_TLS_PROTOCOL); /* 3DES */
    CHECK_INT(FORGED(0x0303, 0x0000, ""), HTTPSC_ERR_TLS_PROTOCOL); /* nothing at all */
    CHECK_INT(FORGED(0x0303, 0x1301, ""), HTTPSC_ERR_TLS_PROTOCOL); /* one of TLS 1.3 */
}

/* DEFENCES C15: the one protocol that was offered, or none. */
static void forged_protocols(void)
{
    CHECK_INT(FORGED(0x0303, 0xC02B, "\0\x10\0\x0b\0\x09\x08http/1.1"), HTTPSC_OK);
    CHECK_INT(FORGED(0x0303, 0xC02B, "\0\x10\0\x05\0\x03\x02h2"), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(FORGED(0x0303, 0xC02B, "\0\x10\0\x0b\0\x09\x08http/1.0"), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(FORGED(0x0303, 0xC02B, "\0\x10\0\x0e\0\x0c\x08http/1.1\x02h2"),
              HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(FORGED(0x0303, 0xC02B, "\0\x10\0\x02\0\0"), HTTPSC_ERR_TLS_PROTOCOL);
    /* an extension that was not offered, and one twice */
    CHECK_INT(FORGED(0x0303, 0xC02B, "\0\x23\0\0"), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(FORGED(0x0303, 0xC02B, "\xff\x01\0\x01\0\xff\x01\0\x01\0"),
              HTTPSC_ERR_TLS_PROTOCOL);
}

static int forged_after(const char *more, size_t len)
{
    forge_hello(0x0303, 0xC02B, "", 0);
    return forged_code(more, len);
}

#define AFTER_HELLO(more) forged_after(more, sizeof(more) - 1)

/* DEFENCES D5: what comes too early, twice, or not at all. */
static void forged_orders(void)
{
    CHECK_INT(AFTER_HELLO("\x14\x03\x03\0\x01\x01"), HTTPSC_ERR_TLS_PROTOCOL); /* no keys yet */
    CHECK_INT(AFTER_HELLO("\x16\x03\x03\0\x04\x0e\0\0\0"), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(AFTER_HELLO("\x16\x03\x03\0\x04\x0c\0\0\0"), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(AFTER_HELLO("\x16\x03\x03\0\x10\x14\0\0\x0c" "finished...."),
              HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(AFTER_HELLO("\x16\x03\x03\0\x04\x02\0\0\0"), HTTPSC_ERR_TLS_PROTOCOL);
    forge_hello(0x0303, 0xC02B, "", 0);
    memcpy(forged_hello, "\x14\x03\x03\0\x01\x01", 6); /* first of all */
    forged_len = 6;
    CHECK_INT(forged_code(NULL, 0), HTTPSC_ERR_TLS_PROTOCOL);
    /* Certificate without any */
    CHECK(AFTER_HELLO("\x16\x03\x03\0\x07\x0b\0\0\x03\0\0\0") != HTTPSC_OK);
}

/* ---- a server of BearSSL's with a mind of its own ------------------------------------------- */

static br_ssl_server_policy_class forged_policy;
static const br_ssl_server_policy_class *forged_inner;
static unsigned forged_hash;

static int forged_choose(const br_ssl_server_policy_class **policy,
                         const br_ssl_server_context *context, br_ssl_server_choices *choices)
{
    int ok = forged_inner->choose(policy, context, choices);

    choices->algo_id = 0xFF00 + forged_hash;
    return ok;
}

/* DEFENCES D6, A9: a key exchange signed over SHA-1, or another hash. */
static int forged_signature_code(const char *name, unsigned hash)
{
    begin("ca.pem");
    server_begin(name);
    forged_inner = server.chain_handler.vtable;
    forged_policy = *forged_inner;
    forged_policy.choose = forged_choose;
    forged_hash = hash;
    server.chain_handler.vtable = &forged_policy;
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    talk();
    CHECK((error.code == HTTPSC_OK) == (hc_tls_state_of(tls) == HC_TLS_OPEN));
    end();
    return error.code;
}

static void forged_signature_hashes(void)
{
    static const char *const names[] = {"good", "good-rsa"};

    NEEDS_CERTIFICATES();
    for (size_t i = 0; i < HC_ARRAY_LEN(names); i++) {
        CHECK_INT(forged_signature_code(names[i], br_sha256_ID), HTTPSC_OK);
        CHECK_INT(forged_signature_code(names[i], br_sha512_ID), HTTPSC_OK);
        CHECK_INT(forged_signature_code(names[i], br_sha1_ID), HTTPSC_ERR_TLS_PROTOCOL);
        CHECK_INT(forged_signature_code(names[i], br_sha224_ID), HTTPSC_ERR_TLS_PROTOCOL);
    }
}

static size_t forged_share_len;
static unsigned char forged_share_first;

static size_t forged_mulgen(unsigned char *out, const unsigned char *x, size_t x_len, int curve)
{
    size_t len = br_ec_get_default()->mulgen(out, x, x_len, curve);

    if (forged_share_first != 0) {
        out[0] = forged_share_first;
    } else {
        out[len - 1] ^= 1; /* off the curve */
    }
    return forged_share_len;
}

/* DEFENCES D10: key shares of another length, form or curve. */
static int forged_share_code(int curve, int first, size_t len)
{
    static br_ec_impl ec;

    begin("ca.pem");
    server_begin("good");
    forged_share_first = (unsigned char)first;
    forged_share_len = len;
    ec = *br_ec_get_default();
    ec.supported_curves = (uint32_t)1 << curve;
    ec.mulgen = forged_mulgen;
    br_ssl_engine_set_ec(&server.eng, &ec);
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    talk();
    CHECK((error.code == HTTPSC_OK) == (hc_tls_state_of(tls) == HC_TLS_OPEN));
    end();
    return error.code;
}

static void forged_key_shares(void)
{
    NEEDS_CERTIFICATES();
    CHECK_INT(forged_share_code(23, 4, 65), HTTPSC_OK);
    CHECK_INT(forged_share_code(23, 0, 65), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(forged_share_code(24, 0, 97), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(forged_share_code(25, 0, 133), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(forged_share_code(23, 4, 64), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(forged_share_code(23, 2, 33), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(forged_share_code(24, 4, 65), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(forged_share_code(24, 3, 97), HTTPSC_ERR_TLS_PROTOCOL);
}

/* ---- the proof ------------------------------------------------------------------------------ */

/* DEFENCES H15: a handshake that is over opens nothing without the verifier's word. */
static void forged_end_without_a_verdict(void)
{
#ifdef UNIT_PARTS
    SKIP("the engine's inside is hidden in this build");
#else
    size_t len;

    NEEDS_CERTIFICATES();
    CHECK_INT(handshake("good", "ca.pem", "localhost", 0), HTTPSC_OK);
    CHECK_INT(HC_VERDICT_NONE, 0);
    tls->state = HC_TLS_HANDSHAKE;
    tls->verifier.verdict = HC_VERDICT_NONE;
    CHECK_INT(hc_tls_feed(tls, 0, &error), HTTPSC_ERR_CERT_INVALID);
    CHECK_INT(hc_tls_state_of(tls), HC_TLS_FAILED);
    hc_tls_write_space(tls, &len);
    CHECK_INT(len, 0);
    end();
#endif
}

/* DEFENCES A15: without a name the verifier has no verdict, whoever asks it. */
static void forged_verifier_without_a_name(void)
{
#ifdef UNIT_PARTS
    SKIP("the verifier is hidden in this build");
#else
    static const char *const names[] = {NULL, "", "localhost"};

    NEEDS_CERTIFICATES();
    for (size_t i = 0; i < HC_ARRAY_LEN(names); i++) {
        const br_x509_class **engine;
        unsigned code;

        begin("ca.pem");
        server_begin("good");
        CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
        engine = &tls->verifier.vtable;
        (*engine)->start_chain(engine, names[i]);
        for (size_t j = 0; j < server_chain_len; j++) {
            (*engine)->start_cert(engine, (uint32_t)server_chain[j].data_len);
            (*engine)->append(engine, server_chain[j].data, server_chain[j].data_len);
            (*engine)->end_cert(engine);
        }
        code = (*engine)->end_chain(engine);
        CHECK((code == 0) == (i == 2));
        CHECK(((*engine)->get_pkey(engine, NULL) != NULL) == (i == 2));
        end();
    }
#endif
}

UNIT_MAIN(UNIT(forged_versions_and_suites), UNIT(forged_protocols), UNIT(forged_orders),
          UNIT(forged_signature_hashes), UNIT(forged_key_shares),
          UNIT(forged_end_without_a_verdict), UNIT(forged_verifier_without_a_name))
