/* Sessions as bytes, parameters that are refused, the key log, and memory that runs out. */
#include "unit.h"
#include "tls_server.h"

static bytes exported(const hc_session *session)
{
    unit_memory memory;
    hc_buffer buffer;
    bytes out;

    unit_memory_init(&memory);
    hc_buffer_init(&buffer, &memory.allocator, 20000);
    CHECK_INT(hc_session_export(session, &buffer), HC_BUFFER_OK);
    out = b_raw(buffer.ptr, buffer.len);
    hc_buffer_free(&buffer);
    return out;
}

static hc_session *sample(const httpsc_allocator *allocator, int is_12)
{
    hc_session *session = hc_session_new(allocator, hc_cursor_over("a ticket", 8));

    session->version = is_12 ? HC_TLS_12 : HC_TLS_13;
    session->suite = is_12 ? 0xC02B : 0x1302;
    session->secret_len = 48;
    memset(session->secret, 0x5A, sizeof session->secret);
    memset(session->binding, 0xB1, sizeof session->binding);
    session->lifetime = 604800;
    session->age_add = 0xFFFFFFFF;
    session->received_at = 1700000000;
    session->verified_at = INT64_MAX;
    session->not_after = 0;
    return session;
}

static void sessions_survive_as_bytes(void)
{
    unit_memory memory;

    unit_memory_init(&memory);
    for (int is_12 = 0; is_12 < 2; is_12++) {
        hc_session *session = sample(&memory.allocator, is_12);
        hc_session *copy = NULL;
        bytes blob = exported(session);

        CHECK_INT(hc_session_import(&memory.allocator, blob.ptr, blob.len, &copy), HTTPSC_OK);
        CHECK(copy != NULL && copy->version == session->version &&
              copy->suite == session->suite && copy->lifetime == session->lifetime &&
              copy->age_add == session->age_add && copy->received_at == session->received_at &&
              copy->verified_at == session->verified_at && copy->not_after == 0 &&
              copy->secret_len == 48 && memcmp(copy->secret, session->secret, 48) == 0 &&
              memcmp(copy->binding, session->binding, 32) == 0 && copy->ticket_len == 8 &&
              memcmp(copy->ticket, "a ticket", 8) == 0);
        hc_session_free(copy);
        hc_session_free(session);
    }
    CHECK_INT(memory.live_blocks, 0);
    maker_reset();
}

static int import(bytes blob)
{
    unit_memory memory;
    hc_session *session = NULL;
    int code;

    unit_memory_init(&memory);
    code = hc_session_import(&memory.allocator, blob.ptr, blob.len, &session);
    CHECK((code == HTTPSC_OK) == (session != NULL));
    hc_session_free(session);
    CHECK_INT(memory.live_blocks, 0);
    return code;
}

static bytes with_byte(bytes blob, size_t at, unsigned value)
{
    bytes out = b_raw(blob.ptr, blob.len);

    out.ptr[at] = (unsigned char)value;
    return out;
}

static void bytes_that_are_no_session(void)
{
    unit_memory memory;
    hc_session *session;
    bytes blob;

    unit_memory_init(&memory);
    session = sample(&memory.allocator, 0);
    blob = exported(session);
    hc_session_free(session);
    CHECK_INT(import(blob), HTTPSC_OK);
    for (size_t i = 0; i < blob.len; i++) { /* each prefix; and a byte more */
        CHECK_INT(import(b_raw(blob.ptr, i)), HTTPSC_ERR_ARGUMENT);
    }
    CHECK_INT(import(b_cat(blob, b_u8(0))), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(import(with_byte(blob, 0, 'H')), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(import(with_byte(blob, 3, 2)), HTTPSC_ERR_ARGUMENT);     /* of another form */
    CHECK_INT(import(with_byte(blob, 5, 3)), HTTPSC_ERR_ARGUMENT);     /* 1.2 with a suite of 1.3 */
    CHECK_INT(import(with_byte(blob, 7, 1)), HTTPSC_ERR_ARGUMENT);     /* SHA-256, 48 bytes */
    CHECK_INT(import(with_byte(blob, 7, 9)), HTTPSC_ERR_ARGUMENT);     /* no suite */
    CHECK_INT(import(with_byte(blob, 8, 1)), HTTPSC_ERR_ARGUMENT);     /* lifetime */
    CHECK_INT(import(with_byte(blob, 16, 0x80)), HTTPSC_ERR_ARGUMENT); /* times below 0 */
    CHECK_INT(import(with_byte(blob, 24, 0x80)), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(import(with_byte(blob, 32, 0x80)), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(import(with_byte(blob, 72, 47)), HTTPSC_ERR_ARGUMENT);   /* length of the secret */
    CHECK_INT(import(b_cat(b_raw(blob.ptr, blob.len - 10), b_u16(0))), HTTPSC_ERR_ARGUMENT);
    maker_reset();
}

/* ---- parameters ------------------------------------------------------------------------------ */

static int open_with(void (*change)(hc_tls_params *params))
{
    pair p;
    int code;

    memset(&p, 0, sizeof p);
    pair_start(&p);
    change(&p.params);
    code = pair_open(&p);
    CHECK_INT(p.error.code, code);
    pair_end(&p);
    return code;
}

static void no_host(hc_tls_params *params)
{
    params->host = NULL;
}

static void empty_name(hc_tls_params *params)
{
    params->host = NULL;
    params->server_name = "";
}

static void bad_name(hc_tls_params *params)
{
    params->host = NULL;
    params->server_name = "a b";
}

static void name_alone(hc_tls_params *params)
{
    params->host = NULL;
    params->server_name = "localhost";
}

static void no_anchors(hc_tls_params *params)
{
    params->judge = NULL;
}

static void old_version(hc_tls_params *params)
{
    params->min_version = 0x0302;
}

static void new_version(hc_tls_params *params)
{
    params->max_version = 0x0305;
}

static void versions_turned(hc_tls_params *params)
{
    params->min_version = HC_TLS_13;
    params->max_version = HC_TLS_12;
}

static void record_too_small(hc_tls_params *params)
{
    params->max_record = 511;
}

static void record_too_large(hc_tls_params *params)
{
    params->max_record = 16385;
}

static void own_crypto(hc_tls_params *params)
{
    params->crypto = NULL;
}

static void parameters_are_checked(void)
{
    CHECK_INT(open_with(no_host), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(open_with(empty_name), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(open_with(bad_name), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(open_with(name_alone), HTTPSC_OK);
    CHECK_INT(open_with(no_anchors), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(open_with(old_version), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(open_with(new_version), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(open_with(versions_turned), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(open_with(record_too_small), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(open_with(record_too_large), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(open_with(own_crypto), HTTPSC_OK);
}

/* ---- the key log, and the chain -------------------------------------------------------------- */

static void the_key_log_is_for_those_who_ask(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        for (int asked = 0; asked < 2; asked++) {
            size_t len = 0;
            const char *lines;
            pair p;

            memset(&p, 0, sizeof p);
            p.s.is_12 = is_12;
            pair_start(&p);
            p.params.keylog = asked;
            CHECK(pair_connect(&p));
            lines = hc_tls_keylog(p.tls, &len);
            if (!asked) {
                CHECK_INT(len, 0);
            } else if (is_12) {
                CHECK_INT(len, 14 + 64 + 1 + 96 + 1);
                CHECK(memcmp(lines, "CLIENT_RANDOM ", 14) == 0);
            } else {
                CHECK(len > 5 * 129 && lines[len - 1] == '\n');
                CHECK(memcmp(lines, "CLIENT_HANDSHAKE_TRAFFIC_SECRET ", 32) == 0);
            }
            hc_tls_keylog_done(p.tls, len);
            (void)hc_tls_keylog(p.tls, &len);
            CHECK_INT(len, 0);
            pair_end(&p);
        }
    }
}

static void the_chain_stays_when_it_is_to(void)
{
    for (int keep = 0; keep < 2; keep++) {
        hc_cursor leaf;
        pair p;

        memset(&p, 0, sizeof p);
        pair_start(&p);
        p.params.keep_chain = keep;
        CHECK(pair_connect(&p));
        leaf = hc_tls_peer_certificate(p.tls, 0);
        CHECK_INT(hc_cursor_left(&leaf), keep ? server_leaf(&p.s).len : 0);
        leaf = hc_tls_peer_certificate(p.tls, 1);
        CHECK_INT(hc_cursor_left(&leaf), 0);
        pair_end(&p);
    }
}

/* ---- the gate -------------------------------------------------------------------------------- */

/* Application data flows with three proofs, and with no two of them. */
static void the_gate_asks_for_three_proofs(void)
{
    for (int missing = 0; missing < 4; missing++) {
        size_t room;
        hc_step step;
        pair p;

        memset(&p, 0, sizeof p);
        pair_start(&p);
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        CHECK(hc_tls_write_space(p.tls, &room) == NULL && room == 0);
        p.tls->suite = hc_suite_find(0x1301);
        step = hc_engine_open(p.tls, missing == 0 ? HC_X509_NONE : HC_X509_VERIFIED,
                              missing == 1 ? HC_SIGNATURE_UNPROVEN : HC_SIGNATURE_PROVEN,
                              missing == 2 ? HC_FINISHED_UNPROVEN : HC_FINISHED_PROVEN);
        CHECK_INT(step, missing == 3 ? HC_STEP_OK : HC_STEP_FAILED);
        CHECK((hc_tls_write_space(p.tls, &room) != NULL) == (missing == 3));
        CHECK_INT(hc_tls_state_of(p.tls), missing == 3 ? HC_TLS_OPEN : HC_TLS_FAILED);
        pair_end(&p);
    }
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* A client's certificate, and its key. */
static void give_identity(pair *p)
{
    static hc_tls_identity identity;
    static hc_private_key key;
    static hc_cursor chain;

    key = ec_key_of(HC_CURVE_P256);
    chain = b_cursor(server_leaf(&p->s));
    identity.chain = &chain;
    identity.num_certs = 1;
    identity.key = &key;
    p->params.identity = &identity;
}

/* A connection in which an allocation fails; 1 when it worked all the same, since none did. */
static int survives(int kind, size_t fail_at, int fail_once)
{
    int is_12 = kind & 1;
    size_t base;
    size_t room;
    int code;
    pair p;

    memset(&p, 0, sizeof p);
    p.s.is_12 = is_12;
    p.s.promises_ticket = is_12;
    p.s.num_tickets = 2;
    p.s.asks_certificate = kind >= 4;
    if (kind == 2 || kind == 3) {
        pair_give_session(&p);
    } else {
        pair_start(&p);
        p.s.retries = kind == 4;
        p.s.group = kind == 4 ? HC_GROUP_P256 : HC_GROUP_X25519;
        p.s.cookie = kind == 4 ? b_text("cookie") : b_none();
    }
    if (kind == 4 || kind == 5) { /* 6 and 7 have none, and say so */
        give_identity(&p);
    }
    p.params.keylog = 1;
    base = p.memory.num_allocs;
    p.memory.fail_once = fail_once;
    p.memory.fail_at = fail_at == 0 ? 0 : base + fail_at;
    code = pair_open(&p);
    if (code == HTTPSC_OK) {
        code = pair_run(&p);
    }
    if (code == HTTPSC_OK && hc_tls_write_space(p.tls, &room) == NULL) {
        code = hc_tls_feed(p.tls, 0, &p.error);
    }
    CHECK(code == HTTPSC_OK || code == HTTPSC_ERR_MEMORY);
    if (code == HTTPSC_OK) {
        code = p.memory.num_allocs < base + fail_at || fail_at == 0;
    } else {
        CHECK_INT(p.error.code, HTTPSC_ERR_MEMORY);
        code = 0;
    }
    pair_end(&p);
    return code;
}

static void each_allocation_fails_in_turn(void)
{
    for (int kind = 0; kind < 8; kind++) {
        for (int fail_once = 0; fail_once < 2; fail_once++) {
            size_t at = 1;

            CHECK(survives(kind, 0, 0));
            while (at < 1000 && !survives(kind, at, fail_once)) {
                at++;
            }
            CHECK(at > 8 && at < 1000);
        }
    }
}

/* What no block may hold when it is given back. */
#define NEEDLE_LEN 15
#define NEEDLES_MAX 40
static unsigned char needles[NEEDLES_MAX][NEEDLE_LEN];
static size_t num_needles;
static size_t num_searched; /* 0: nothing is searched for yet */
static int num_found;

static void searching_free(void *user, void *ptr, size_t size)
{
    for (size_t i = 0; i < num_searched; i++) {
        const unsigned char *at = ptr;
        const unsigned char *end = at + size;

        while (end - at >= NEEDLE_LEN &&
               (at = memchr(at, needles[i][0], (size_t)(end - at) - NEEDLE_LEN + 1)) != NULL) {
            if (memcmp(at, needles[i], NEEDLE_LEN) == 0) {
                printf("    needle %d in a block of %d bytes\n", (int)i, (int)size);
                num_found++;
                break;
            }
            at++;
        }
    }
    unit_memory_free(user, ptr, size);
}

/* The first bytes of a secret, unless they are known, or nothing yet. */
static void add_needle(const void *secret)
{
    static const unsigned char zeros[NEEDLE_LEN] = {0};

    for (size_t i = 0; i < num_needles; i++) {
        if (memcmp(needles[i], secret, NEEDLE_LEN) == 0) {
            return;
        }
    }
    CHECK(num_needles < NEEDLES_MAX);
    if (memcmp(zeros, secret, NEEDLE_LEN) != 0 && num_needles < NEEDLES_MAX) {
        memcpy(needles[num_needles++], secret, NEEDLE_LEN);
    }
}

static void add_traffic_needles(const server *s, const unsigned char *secret)
{
    unsigned char key[32];

    add_needle(secret);
    server_expand(s, secret, "key", NULL, 0, key, s->suite == 0x1301 ? 16 : 32);
    add_needle(key);
}

/* All that both sides share by now, and what the client alone has. */
static void add_needles(const pair *p)
{
    const server *s = &p->s;

    if (p->tls->handshake != NULL) {
        add_needle(p->tls->handshake->share.secret);
    }
    if (s->is_12) {
        unsigned char block[88];
        unsigned char seed[64];

        memcpy(seed, s->server_random, 32);
        memcpy(seed + 32, s->client_random, 32);
        add_needle(s->master);
        CHECK(hc_tls12_prf(s->hash, s->master, 48, "key expansion", seed, 64, block, 40));
        add_needle(block);
        add_needle(block + 16);
        return;
    }
    add_needle(s->schedule);
    add_traffic_needles(s, s->client_secret);
    add_traffic_needles(s, s->server_secret);
    add_traffic_needles(s, s->client_application);
    add_traffic_needles(s, s->server_application);
    add_needle(s->resumption);
    add_needle(server_psk(s).ptr);
}

static void learn(int learns, const pair *p)
{
    if (learns) {
        add_needles(p);
    }
}

/* A connection from its beginning to its end: the handshake, data, new keys, data. Kinds: 0 and 1
 * plain, 2 and 3 resumed, 4 and 5 with a retry or a client's certificate. */
static void run_connection(int kind, size_t fail_at, int learns)
{
    int code;
    pair p;

    memset(&p, 0, sizeof p);
    p.s.is_12 = kind & 1;
    p.s.promises_ticket = kind & 1;
    p.s.num_tickets = 2;
    p.s.asks_certificate = kind >= 4;
    if (kind == 2 || kind == 3) {
        pair_give_session(&p);
        add_needle(p.s.psk.ptr);
    } else {
        pair_start(&p);
        p.s.retries = kind == 4;
        p.s.group = kind == 4 ? HC_GROUP_P256 : HC_GROUP_X25519;
    }
    if (kind >= 4) {
        give_identity(&p);
    }
    num_searched = learns ? 0 : num_needles;
    p.memory.allocator.free = searching_free;
    p.memory.fail_at = fail_at == 0 ? 0 : p.memory.num_allocs + fail_at;
    code = pair_open(&p);
    if (code == HTTPSC_OK) {
        learn(learns, &p);
        pair_drain(&p);
        if (p.s.retries && pair_feed(&p) == HTTPSC_OK) {
            learn(learns, &p); /* another key share */
        }
        code = pair_run(&p);
        learn(learns, &p);
    }
    if (code == HTTPSC_OK && fail_at == 0) {
        CHECK(p.s.is_done && hc_tls_state_of(p.tls) == HC_TLS_OPEN);
        pair_talk(&p);
        if (!p.s.is_12) {
            server_say_key_update(&p.s, 1);
            CHECK_INT(pair_run(&p), HTTPSC_OK);
            learn(learns, &p);
            pair_talk(&p);
        }
        hc_tls_release(p.tls);
    }
    pair_end(&p);
}

/* The same connection again and again, byte for byte: the first tells the secrets, which the others
 * are searched for: one that goes well, and those in which each allocation fails in turn. */
static void freed_blocks_hold_no_secrets(void)
{
    for (int kind = 0; kind < 6; kind++) {
        num_needles = 0;
        num_found = 0;
        add_needle("from the server");
        add_needle("from the client");
        run_connection(kind, 0, 1);
        CHECK(num_needles >= (kind & 1 ? 5 : 15));
        for (size_t fail_at = 0; fail_at < 40; fail_at++) {
            run_connection(kind, fail_at, 0);
        }
        CHECK_INT(num_found, 0);
    }
    num_searched = 0;
}

UNIT_MAIN(UNIT(sessions_survive_as_bytes), UNIT(bytes_that_are_no_session),
          UNIT(parameters_are_checked), UNIT(the_key_log_is_for_those_who_ask),
          UNIT(the_chain_stays_when_it_is_to), UNIT(the_gate_asks_for_three_proofs),
          UNIT(each_allocation_fails_in_turn),
          UNIT(freed_blocks_hold_no_secrets))
