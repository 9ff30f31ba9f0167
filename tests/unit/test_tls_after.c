/* After the handshake: tickets, resumption in both versions, new keys, renegotiation refused. */
#include "unit.h"
#include "tls_server.h"

static void connect_as(pair *p, int is_12)
{
    memset(p, 0, sizeof *p);
    p->s.is_12 = is_12;
    pair_start(p);
    CHECK(pair_connect(p));
}

/* The connection goes on, or it fails like that. */
static void ends(pair *p, int code, int alert)
{
    CHECK_INT(pair_run(p), code);
    CHECK_INT(hc_tls_alert_sent(p->tls), alert);
    pair_end(p);
}

/* ---- tickets --------------------------------------------------------------------------------- */

/* 16 are heard and the last 4 of them kept; more are passed over, and more than 32 without data
 * between them are a flood. */
static void tickets_are_counted(void)
{
    static const int nums[] = {1, 2, 3, 4, 5, 15, 16, 17, 32, 33};

    for (size_t n = 0; n < HC_ARRAY_LEN(nums); n++) {
        hc_session *session;
        int num = nums[n];
        int num_kept = 0;
        pair p;

        connect_as(&p, 0);
        for (int i = 0; i < num; i++) {
            server_say(&p.s, 4, server_ticket_13("ticket", 7200 + (uint32_t)i));
        }
        if (num == 33) {
            ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
            break;
        }
        CHECK_INT(pair_run(&p), HTTPSC_OK);
        while ((session = hc_tls_take_session(p.tls, MAKER_NOW)) != NULL) {
            CHECK_INT(session->lifetime, 7200 + (num < 16 ? num : 16) - 1 - num_kept);
            hc_session_free(session);
            num_kept++;
        }
        CHECK_INT(num_kept, num < 4 ? num : 4);
        pair_talk(&p);
        pair_end(&p);
    }
}

/* The lifetime that a session gets from a ticket's; -1 for none. */
static long kept_lifetime(uint32_t lifetime)
{
    hc_session *session;
    long out = -1;
    pair p;

    connect_as(&p, 0);
    server_say(&p.s, 4, server_ticket_13("ticket", lifetime));
    CHECK_INT(pair_run(&p), HTTPSC_OK);
    session = hc_tls_take_session(p.tls, MAKER_NOW);
    if (session != NULL) {
        out = (long)session->lifetime;
        CHECK(session->received_at == MAKER_NOW && session->age_add == 0x01020304);
    }
    hc_session_free(session);
    pair_end(&p);
    return out;
}

static void lifetimes_are_clipped(void)
{
    CHECK_INT(kept_lifetime(0), -1);
    CHECK_INT(kept_lifetime(1), 1);
    CHECK_INT(kept_lifetime(604800), 604800);
    CHECK_INT(kept_lifetime(604801), 604800);
    CHECK_INT(kept_lifetime(0xffffffff), 604800);
}

static void tickets_that_are_malformed(void)
{
    static const struct {
        const char *hex;
        int alert;
    } cases[] = {
        {"", 50},
        {"00001c20" "01020304" "0107" "0000" "0000", 50},           /* empty */
        {"00001c20" "01020304" "0107" "0001aa" "000000", 50},       /* longer */
        {"00001c20" "01020304" "0107" "0001aa" "0004002a0000" "002a0000", 50},
        {"00001c20" "01020304" "0107" "0001aa" "0008002a0000002a0000", 47}, /* twice */
        {"00001c20" "01020304" "0107" "0001aa" "0006002b00020304", 47}, /* not here */
        {"00001c20" "01020304" "0107" "0001aa" "0008abab0000abab0000", 47},
        {"00001c20" "01020304" "0107" "0001aa" "0004002a0000", 50}, /* max_early_data_size */
        {"00001c20" "01020304" "0107" "0001aa" "0009002a0005" "0000000000", 50},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        pair p;

        connect_as(&p, 0);
        server_say(&p.s, 4, b_hex(cases[i].hex));
        ends(&p, HTTPSC_ERR_TLS_PROTOCOL, cases[i].alert);
    }
}

/* What a connection brought that ended with a fatal alert is resumed by nobody (RFC 5246, 7.2.2;
 * RFC 8446, 6.2). */
static void tickets_before_a_fatal_alert(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        for (int fails = 0; fails < 2; fails++) {
            hc_session *session;
            pair p;

            memset(&p, 0, sizeof p);
            p.s.is_12 = is_12;
            p.s.promises_ticket = is_12;
            p.s.num_tickets = 1;
            pair_start(&p);
            CHECK(pair_connect(&p));
            if (fails) {
                server_put(&p.s, 21, b_hex("0228"));
                CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_HANDSHAKE);
            }
            session = hc_tls_take_session(p.tls, MAKER_NOW);
            CHECK_INT(session != NULL, !fails);
            hc_session_free(session);
            pair_end(&p);
        }
    }
}

static void nonces_of_any_length(void)
{
    for (size_t len = 0; len <= 255; len += 51) {
        hc_session *session;
        pair p;

        connect_as(&p, 0);
        server_say(&p.s, 4,
                   b_cat3(b_hex("00001c2001020304"), b_vector8(b_new(len)),
                          b_cat(b_vector16(b_text("ticket")), b_u16(0))));
        CHECK_INT(pair_run(&p), HTTPSC_OK);
        session = hc_tls_take_session(p.tls, MAKER_NOW);
        CHECK(session != NULL);
        hc_session_free(session);
        pair_end(&p);
    }
}

/* ---- resumption ------------------------------------------------------------------------------ */

static void start_resuming(pair *p, int is_12, unsigned suite)
{
    memset(p, 0, sizeof *p);
    p->s.is_12 = is_12;
    p->s.suite = suite;
    pair_give_session(p);
}

static void sessions_are_resumed(void)
{
    static const unsigned suites[] = {0x1301, 0x1302, 0x1303, 0xC02B, 0xC02C, 0xCCA9};

    for (size_t i = 0; i < HC_ARRAY_LEN(suites); i++) {
        for (int variant = 0; variant < 3; variant++) {
            int is_12 = suites[i] >= 0xC000;
            httpsc_tls_facts facts;
            hc_session *session;
            pair p;

            start_resuming(&p, is_12, suites[i]);
            p.chunk = variant == 1;
            p.s.retries = !is_12 && variant == 2;
            p.s.group = p.s.retries ? HC_GROUP_P256 : HC_GROUP_X25519;
            p.s.promises_ticket = is_12 && variant == 1;
            CHECK(pair_connect(&p));
            hc_tls_facts(p.tls, &facts);
            CHECK_INT(facts.resumed, 1);
            CHECK((facts.group == NULL) == is_12); /* no key exchange, no group */
            CHECK_INT(facts.verified, 1);
            pair_talk(&p);
            /* 1.2 lets a ticket serve again, 1.3 not */
            session = hc_tls_take_session(p.tls, MAKER_NOW + 5);
            CHECK((session != NULL) == is_12);
            if (session != NULL) {
                CHECK(session->received_at == MAKER_NOW + (variant == 1 ? 5 : 0));
                CHECK(session->verified_at == MAKER_NOW);
            }
            hc_session_free(session);
            pair_end(&p);
        }
    }
}

/* A HelloRetryRequest with a suite of another hash: the PSK has no binder there, and is not offered
 * again. */
static void a_retry_that_leaves_no_room_for_the_psk(void)
{
    httpsc_tls_facts facts;
    pair p;

    start_resuming(&p, 0, 0x1302);
    p.s.resumes = 0;
    p.s.psk = b_none();
    p.s.suite = 0x1301;
    p.s.hash = HC_HASH_SHA256;
    p.s.hash_len = 32;
    p.s.retries = 1;
    p.s.group = HC_GROUP_P256;
    CHECK(pair_connect(&p));
    CHECK(server_find_extension(p.s.first_hello, 41).ptr != NULL);
    CHECK(server_find_extension(p.s.hello, 41).ptr == NULL);
    hc_tls_facts(p.tls, &facts);
    CHECK_INT(facts.resumed, 0);
    pair_talk(&p);
    pair_end(&p);
}

/* A server that does not take the session: a full handshake, with the certificate. */
static void sessions_that_are_not_taken(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        httpsc_tls_facts facts;
        pair p;

        start_resuming(&p, is_12, 0);
        p.s.resumes = 0;
        CHECK(pair_connect(&p));
        hc_tls_facts(p.tls, &facts);
        CHECK_INT(facts.resumed, 0);
        pair_talk(&p);
        pair_end(&p);
    }
}

/* Changes something that a session is bound to, by number; 0 and 12 change nothing of it. */
static void change_params(pair *p, int is_12, int change)
{
    static const char *const other_alpn[] = {"http/1.0"};
    static const unsigned char binding[32] = {1};
    static unsigned char pins[1][32];

    switch (change) {
    case 1:
        CHECK(hc_host_parse(&p->host, "other.example", 13));
        break;
    case 2:
        p->params.server_name = "other.example";
        break;
    case 3:
        p->params.alpn = other_alpn;
        p->params.num_alpn = 1;
        break;
    case 4:
        p->params.binding = binding;
        break;
    case 5:
        p->judge.pins = pins[0];
        p->judge.num_pins = 1;
        break;
    case 6:
        pair_any_peer(p, 1);
        break;
    case 7:
        p->judge.ignore_name = 1;
        break;
    case 14:
        p->judge.ignore_dates = 1;
        break;
    case 8:
        p->params.min_version = is_12 ? 0 : HC_TLS_13;
        p->params.max_version = is_12 ? HC_TLS_12 : 0;
        break;
    case 9:
        p->params.unix_time = MAKER_NOW + 7200; /* its lifetime, to the second; in 1.2 it is 3600 */
        break;
    case 10:
        p->params.unix_time = MAKER_NOW - 1;
        break;
    case 11:
        p->params.session->lifetime = 604800;
        p->params.unix_time = MAKER_NOW + 86400;
        break;
    case 12:
        p->params.session->lifetime = 604800;
        p->params.unix_time = MAKER_NOW + 86399;
        break;
    case 13:
        p->params.session->not_after = MAKER_NOW - 1;
        break;
    default:
        break;
    }
}

/* 1 when a session is offered after such a change. */
static int is_offered(int is_12, int change)
{
    int offered;
    pair p;

    start_resuming(&p, is_12, 0);
    change_params(&p, is_12, change);
    p.s.resumes = 0;
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    p.s.is_deaf = 1;
    {
        size_t len;
        const unsigned char *hello = hc_tls_drain(p.tls, &len);
        bytes body = b_raw(hello + 9, len - 9);

        offered = is_12 ? server_find_extension(body, 35).len == 6
                        : server_find_extension(body, 41).ptr != NULL;
        CHECK(server_find_extension(body, 42).ptr == NULL); /* no early_data, ever */
    }
    pair_end(&p);
    return offered;
}

static void sessions_are_bound(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        for (int change = 0; change <= 14; change++) {
            CHECK_INT(is_offered(is_12, change), change == 0 || change == 12);
        }
    }
}

/* A ticket that another kind of client got: with a client certificate or without. */
static void sessions_are_bound_to_the_identity(void)
{
    hc_cursor chain[1];
    hc_tls_identity identity;
    hc_private_key key;
    pair p;

    start_resuming(&p, 0, 0);
    memset(&identity, 0, sizeof identity);
    key = ec_key_of(HC_CURVE_P256);
    chain[0] = b_cursor(server_leaf(&p.s));
    identity.chain = chain;
    identity.num_certs = 1;
    identity.key = &key;
    p.params.identity = &identity;
    CHECK(pair_connect(&p));
    CHECK(server_find_extension(p.s.hello, 41).ptr == NULL);
    pair_end(&p);
}

/* What a server may not do with a PSK. */
static void resumptions_that_are_wrong(void)
{
    pair p;

    start_resuming(&p, 0, 0x1301); /* identity 1 of 1 */
    p.s.saw_psk = 0;
    p.s.resumes = 0;
    p.s.more_extensions = b_extension(41, b_u16(1));
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
    start_resuming(&p, 0, 0x1302); /* a suite of another hash than the PSK's */
    p.s.resumes = 0;
    p.s.psk = b_none();
    p.s.suite = 0x1301;
    p.s.hash = HC_HASH_SHA256;
    p.s.hash_len = 32;
    p.s.more_extensions = b_extension(41, b_u16(0));
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
    start_resuming(&p, 1, 0xC02B); /* of 1.2: another suite */
    p.s.suite = 0xC02C;
    p.s.hash = HC_HASH_SHA384;
    p.s.hash_len = 48;
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
    start_resuming(&p, 1, 0xC02B); /* without extended_master_secret */
    p.s.has_ems = 1;
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 40);
    memset(&p, 0, sizeof p); /* the session ID of middlebox compatibility is no session's */
    p.s.is_12 = 1;
    pair_start(&p);
    p.s.resumes = 1;
    p.s.psk = b_new(48);
    memset(p.s.psk.ptr, 1, 48);
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
}

/* A server that does not know the secret. */
static void a_wrong_secret(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        pair p;

        start_resuming(&p, is_12, 0);
        p.params.session->secret[3] ^= 1;
        if (!is_12) {
            /* the server would refuse the binder; one that does not fails at its keys */
            p.s.resumes = 0;
            p.s.psk = b_none();
            p.s.more_extensions = b_extension(41, b_u16(0));
        }
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        pair_drain(&p);
        CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_BAD_RECORD_MAC);
        pair_end(&p);
    }
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void keys_are_updated(void)
{
    pair p;

    connect_as(&p, 0);
    for (int i = 0; i < 5; i++) {
        server_say_key_update(&p.s, (unsigned)i & 1);
        CHECK_INT(pair_run(&p), HTTPSC_OK);
        CHECK_INT(p.s.num_client_key_updates, (i + 1) / 2);
        pair_talk(&p);
    }
    pair_end(&p);
}

/* By the client itself, behind what it wrote; and nothing where there is no KeyUpdate. */
static void keys_are_updated_by_the_client(void)
{
    size_t room;
    pair p;

    connect_as(&p, 0);
    for (int i = 0; i < 4; i++) {
        unsigned char *space = hc_tls_write_space(p.tls, &room);

        p.s.said = b_none();
        memcpy(space, "old key", 7);
        hc_tls_write(p.tls, 7);
        CHECK_INT(hc_tls_update_keys(p.tls, i & 1, &p.error), HTTPSC_OK);
        pair_drain(&p);
        CHECK(p.s.said.len == 7 && memcmp(p.s.said.ptr, "old key", 7) == 0);
        CHECK_INT(p.s.num_client_key_updates, i + 1);
        CHECK_INT(p.s.client_key_update_request, i & 1);
        if (i & 1) {
            server_say_key_update(&p.s, 0);
        }
        pair_talk(&p);
    }
    hc_tls_close(p.tls);
    CHECK_INT(hc_tls_update_keys(p.tls, 0, &p.error), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(hc_tls_state_of(p.tls), HC_TLS_OPEN);
    pair_end(&p);
    connect_as(&p, 1);
    CHECK_INT(hc_tls_update_keys(p.tls, 0, &p.error), HTTPSC_ERR_ARGUMENT);
    hc_error_clear(&p.error);
    pair_talk(&p);
    pair_end(&p);
    memset(&p, 0, sizeof p);
    pair_start(&p);
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    CHECK_INT(hc_tls_update_keys(p.tls, 0, &p.error), HTTPSC_ERR_ARGUMENT);
    pair_end(&p);
}

static void key_updates_that_are_wrong(void)
{
    static const struct {
        const char *hex;
        int alert;
    } cases[] = {{"02", 47}, {"ff", 47}, {"", 50}, {"0000", 50}};
    pair p;

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        connect_as(&p, 0);
        server_say(&p.s, 24, b_hex(cases[i].hex));
        ends(&p, HTTPSC_ERR_TLS_PROTOCOL, cases[i].alert);
    }
    connect_as(&p, 0); /* two in a record: the second is under the old key */
    server_put(&p.s, 22, b_hex("1800000100" "1800000100"));
    ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
    connect_as(&p, 0);
    server_put(&p.s, 22, b_hex("1800000100" "18"));
    ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
    connect_as(&p, 0); /* data under the old key */
    {
        server_keys old = p.s.writing;

        server_say_key_update(&p.s, 0);
        old.sequence++;
        p.s.writing = old;
        server_put(&p.s, 23, b_text("old"));
    }
    ends(&p, HTTPSC_ERR_TLS_BAD_RECORD_MAC, 20);
}

static void key_updates_are_counted(void)
{
    for (int num = 32; num <= 33; num++) {
        pair p;

        connect_as(&p, 0);
        for (int i = 0; i < num; i++) {
            server_say_key_update(&p.s, 0);
        }
        if (num == 33) {
            ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
        } else {
            CHECK_INT(pair_run(&p), HTTPSC_OK);
            pair_talk(&p); /* and data begins the count anew */
            for (int i = 0; i < num; i++) {
                server_say_key_update(&p.s, 0);
            }
            CHECK_INT(pair_run(&p), HTTPSC_OK);
            server_say(&p.s, 4, server_ticket_13("ticket", 7200)); /* tickets count with them */
            ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
        }
    }
}

/* Requests that come while the answer waits share it. */
static void requests_for_keys_are_answered_once(void)
{
    size_t before;
    size_t len;
    pair p;

    connect_as(&p, 0);
    pair_drain(&p);
    for (int i = 0; i < 20; i++) {
        server_say_key_update(&p.s, 1);
    }
    before = p.num_fed;
    while (p.s.out.len > 0) { /* no drain in between */
        size_t room;
        unsigned char *space = hc_tls_feed_space(p.tls, &room);

        len = p.s.out.len < room ? p.s.out.len : room;
        memcpy(space, p.s.out.ptr, len);
        p.s.out.ptr += len;
        p.s.out.len -= len;
        CHECK_INT(hc_tls_feed(p.tls, len, &p.error), HTTPSC_OK);
    }
    CHECK(p.num_fed == before);
    (void)hc_tls_drain(p.tls, &len);
    CHECK_INT(len, 5 + 5 + 1 + 16);
    pair_drain(&p);
    CHECK_INT(p.s.num_client_key_updates, 1);
    pair_talk(&p);
    pair_end(&p);
}

/* Data that goes out behind an answer ends the sharing: who asks then has seen it. */
static void requests_behind_data_are_answered(void)
{
    pair p;

    connect_as(&p, 0);
    pair_drain(&p);
    for (int i = 1; i <= 4; i++) {
        const unsigned char *out;
        size_t len;

        server_say_key_update(&p.s, 1);
        CHECK_INT(pair_feed(&p), HTTPSC_OK);
        memcpy(hc_tls_write_space(p.tls, &len), "data", 4);
        hc_tls_write(p.tls, 4);
        hc_tls_flush(p.tls);
        out = hc_tls_drain(p.tls, &len);
        server_take(&p.s, out, len - 1); /* never all of it */
        hc_tls_drained(p.tls, len - 1);
    }
    pair_drain(&p);
    CHECK_INT(p.s.num_client_key_updates, 4);
    CHECK_INT(p.s.said.len, 16);
    pair_end(&p);
}

/* What was written, and not flushed, goes under the old key. */
static void a_key_update_amid_writing(void)
{
    size_t room;
    unsigned char *space;
    pair p;

    connect_as(&p, 0);
    space = hc_tls_write_space(p.tls, &room);
    memcpy(space, "begun", 5);
    hc_tls_write(p.tls, 5);
    server_say_key_update(&p.s, 1);
    CHECK_INT(pair_run(&p), HTTPSC_OK);
    CHECK(p.s.said.len == 5 && memcmp(p.s.said.ptr, "begun", 5) == 0);
    pair_talk(&p);
    pair_end(&p);
}

/* After so many records there is another key in 1.3; a connection of 1.2 is worn. */
static void keys_wear_out(void)
{
    pair p;

    connect_as(&p, 0);
    p.tls->max_records = 8;
    for (int i = 0; i < 20; i++) {
        pair_say(&p, "x");
    }
    CHECK_INT(p.s.said.len, 20);
    CHECK_INT(p.s.num_client_key_updates, 2);
    CHECK(!hc_tls_is_worn(p.tls));
    p.s.num_client_key_updates = 0;
    for (int i = 0; i < 10; i++) { /* the server's key: it is asked for another, once */
        server_put(&p.s, 23, b_text("y"));
        CHECK_INT(pair_run(&p), HTTPSC_OK);
    }
    CHECK_INT(p.s.num_client_key_updates, 1);
    pair_talk(&p);
    pair_end(&p);
    connect_as(&p, 1);
    CHECK(p.tls->max_records == (uint64_t)1 << 24);
    p.tls->max_records = 8;
    CHECK(!hc_tls_is_worn(p.tls));
    for (int i = 0; i < 8; i++) {
        pair_say(&p, "x");
    }
    CHECK(hc_tls_is_worn(p.tls));
    pair_talk(&p);
    pair_end(&p);
}

/* The last sequence number is not used, nor does it begin anew. */
static void sequence_numbers_end(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        size_t room;
        unsigned char *space;
        pair p;

        connect_as(&p, is_12);
        p.tls->writing.sequence = UINT64_MAX;
        p.tls->max_records = UINT64_MAX;
        if (!is_12) {
            p.tls->close_sent = 0;
            p.tls->version = HC_TLS_12; /* so that no KeyUpdate is thought of */
        }
        space = hc_tls_write_space(p.tls, &room);
        CHECK(space != NULL);
        hc_tls_write(p.tls, 5);
        hc_tls_flush(p.tls);
        CHECK_INT(hc_tls_state_of(p.tls), HC_TLS_FAILED);
        (void)hc_tls_drain(p.tls, &room);
        CHECK_INT(room, 0);
        pair_end(&p);
    }
}

/* ---- renegotiation --------------------------------------------------------------------------- */

static void renegotiation_is_refused(void)
{
    pair p;

    connect_as(&p, 1);
    server_say(&p.s, 0, b_none());
    CHECK_INT(pair_run(&p), HTTPSC_OK);
    CHECK_INT(p.s.alert, 100);
    pair_talk(&p);
    server_say(&p.s, 0, b_none());
    CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(hc_tls_alert_sent(p.tls), 10);
    pair_end(&p);
    connect_as(&p, 1);
    server_say(&p.s, 0, b_u8(0));
    ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 50);
}

/* Servers that insist say so with handshake_failure: the parameters are not to blame. */
static void renegotiation_that_the_server_insists_on(void)
{
    pair p;

    connect_as(&p, 1);
    server_say(&p.s, 0, b_none());
    CHECK_INT(pair_run(&p), HTTPSC_OK);
    server_put(&p.s, 21, b_hex("0228"));
    CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_ALERT);
    CHECK(strstr(p.error.text, "renegotiation") != NULL);
    pair_end(&p);
}

UNIT_MAIN(UNIT(tickets_are_counted), UNIT(lifetimes_are_clipped),
          UNIT(tickets_that_are_malformed), UNIT(tickets_before_a_fatal_alert),
          UNIT(nonces_of_any_length), UNIT(sessions_are_resumed),
          UNIT(a_retry_that_leaves_no_room_for_the_psk), UNIT(sessions_that_are_not_taken),
          UNIT(sessions_are_bound), UNIT(sessions_are_bound_to_the_identity),
          UNIT(resumptions_that_are_wrong), UNIT(a_wrong_secret), UNIT(keys_are_updated),
          UNIT(keys_are_updated_by_the_client), UNIT(key_updates_that_are_wrong),
          UNIT(key_updates_are_counted), UNIT(requests_for_keys_are_answered_once),
          UNIT(requests_behind_data_are_answered), UNIT(a_key_update_amid_writing),
          UNIT(keys_wear_out), UNIT(sequence_numbers_end), UNIT(renegotiation_is_refused),
          UNIT(renegotiation_that_the_server_insists_on))
