/* TLS 1.3 against the server of tls_server.h: what works, and what must not. */
#include "unit.h"
#include "tls_server.h"

static void start(pair *p)
{
    memset(p, 0, sizeof *p);
}

/* A whole connection of a server like that. */
static void works(pair *p)
{
    pair_start(p);
    CHECK(pair_connect(p));
    CHECK_TEXT(p->error.text, "");
    if (p->tls != NULL && hc_tls_state_of(p->tls) == HC_TLS_OPEN) {
        pair_talk(p);
    }
    pair_end(p);
}

static void suites_groups_and_keys(void)
{
    static const unsigned suites[] = {0x1301, 0x1302, 0x1303};
    static const hc_group groups[] = {HC_GROUP_X25519, HC_GROUP_P256, HC_GROUP_P384,
                                      HC_GROUP_P521};
    static const hc_curve curves[] = {HC_CURVE_P256, HC_CURVE_P384, HC_CURVE_P521};
    static const unsigned rsa_schemes[] = {0x0804, 0x0805, 0x0806};
    pair p;

    for (size_t i = 0; i < 3; i++) {
        start(&p);
        p.s.suite = suites[i];
        p.s.curve = curves[i];
        works(&p);
        start(&p);
        p.s.is_rsa = 1;
        p.s.scheme = rsa_schemes[i];
        works(&p);
    }
    for (size_t i = 0; i < 4; i++) {
        start(&p);
        p.s.group = groups[i];
        p.s.suite = 0x1302;
        p.s.retries = i > 0;
        works(&p);
    }
}

static void facts_are_told(void)
{
    httpsc_tls_facts facts;
    hc_tls_details details;
    pair p;

    start(&p);
    p.s.alpn = "http/1.1";
    pair_start(&p);
    CHECK(pair_connect(&p));
    hc_tls_facts(p.tls, &facts);
    hc_tls_details_of(p.tls, &details);
    CHECK_TEXT(facts.version, "TLSv1.3");
    CHECK_TEXT(facts.cipher_suite, "TLS_AES_128_GCM_SHA256");
    CHECK_TEXT(facts.group, "x25519");
    CHECK_TEXT(facts.alpn, "http/1.1");
    CHECK_INT(facts.verified, 1);
    CHECK_INT(facts.resumed, 0);
    CHECK_TEXT(details.signature_scheme, "ecdsa_secp256r1_sha256");
    CHECK_INT(details.num_round_trips, 1);
    pair_end(&p);
}

static void chunks_splits_and_fragments(void)
{
    size_t total;
    pair p;

    start(&p);
    p.s.num_tickets = 1;
    p.s.sends_ccs = 1;
    p.chunk = 1;
    works(&p);
    start(&p);
    p.s.num_tickets = 1;
    works(&p);
    total = p.num_fed;
    CHECK(total > 600);
    for (size_t i = 1; i < total; i++) {
        start(&p);
        p.s.num_tickets = 1;
        p.split = i;
        works(&p);
    }
    for (size_t i = 1; i < 8; i++) {
        start(&p);
        p.s.fragment = i;
        p.s.padding = i * 7;
        works(&p);
    }
    start(&p);
    p.s.coalesces = 1;
    works(&p);
}

/* ---- the ClientHello ------------------------------------------------------------------------- */

static void client_hello_has_what_it_should(void)
{
    static const struct {
        unsigned number;
        const char *hex;
    } fixed[] = {
        {0, "000c0000096c6f63616c686f7374"},
        {11, "0100"},
        {13, "0012040308040401050308050501060308060601"},
        {16, "000908687474702f312e31"},
        {23, ""},
        {35, ""},
        {45, "0101"},
        {0xff01, "00"},
    };
    pair p;
    bytes groups;
    bytes versions;

    start(&p);
    pair_start(&p);
    CHECK(pair_connect(&p));
    for (size_t i = 0; i < HC_ARRAY_LEN(fixed); i++) {
        bytes found = server_find_extension(p.s.hello, fixed[i].number);
        bytes expected = b_hex(fixed[i].hex);

        CHECK(found.ptr != NULL && found.len == expected.len &&
              memcmp(found.ptr, expected.ptr, expected.len) == 0);
    }
    groups = server_find_extension(p.s.hello, 10);
    CHECK(groups.len == 12 && (groups.ptr[2] & 15) == 10 &&
          memcmp(groups.ptr + 4, "\0\35\0\27\0\30\0\31", 8) == 0);
    versions = server_find_extension(p.s.hello, 43);
    CHECK(versions.len == 7 && memcmp(versions.ptr + 3, "\3\4\3\3", 4) == 0);
    CHECK(server_find_share(p.s.hello, HC_GROUP_X25519).len == 32);
    CHECK(server_find_extension(p.s.hello, 28).ptr == NULL);
    CHECK(server_find_extension(p.s.hello, 42).ptr == NULL);
    CHECK(server_find_extension(p.s.hello, 44).ptr == NULL);
    CHECK_INT(p.s.session_id.len, 32);
    pair_end(&p);
}

static void ip_hosts_send_no_server_name(void)
{
    pair p;

    start(&p);
    p.s.leaf_names = "IP:7f000001";
    pair_start(&p);
    CHECK(hc_host_parse(&p.host, "127.0.0.1", 9));
    CHECK(pair_connect(&p));
    CHECK(server_find_extension(p.s.hello, 0).ptr == NULL);
    pair_end(&p);
    start(&p);
    p.s.leaf_names = "IP:7f000001";
    pair_start(&p);
    p.params.host = NULL;
    p.params.server_name = "127.0.0.1";
    CHECK(pair_connect(&p));
    CHECK(server_find_extension(p.s.hello, 0).ptr == NULL);
    pair_end(&p);
}

/* What is connected to and what is verified may differ; a trailing dot is not sent. */
static void names_for_sni_and_for_verification(void)
{
    bytes sni;
    pair p;

    start(&p);
    pair_start(&p);
    p.params.server_name = "Front.Example.";
    CHECK(pair_connect(&p));
    sni = server_find_extension(p.s.hello, 0);
    CHECK(sni.len == 5 + 13 && memcmp(sni.ptr + 5, "front.example", 13) == 0);
    pair_end(&p);
}

static void every_connection_is_fresh(void)
{
    pair p;
    unsigned char random[32];
    unsigned char share[32];

    start(&p);
    pair_start(&p);
    CHECK(pair_connect(&p));
    memcpy(random, p.s.client_random, 32);
    memcpy(share, server_find_share(p.s.hello, HC_GROUP_X25519).ptr, 32);
    pair_end(&p);
    start(&p);
    pair_start(&p);
    p.params.seed[31] = 1;
    CHECK(pair_connect(&p));
    CHECK(memcmp(random, p.s.client_random, 32) != 0);
    CHECK(memcmp(share, server_find_share(p.s.hello, HC_GROUP_X25519).ptr, 32) != 0);
    CHECK(memcmp(random, p.s.session_id.ptr, 32) != 0);
    pair_end(&p);
}

/* Middlebox compatibility (RFC 8446, D.4): a ChangeCipherSpec, once, before what is protected or
 * comes second, be it an alert. */
static void dummy_change_cipher_specs_are_sent(void)
{
    for (int way = 0; way < 3; way++) {
        const unsigned char *out;
        size_t len;
        pair p;

        start(&p);
        p.s.retries = way == 1;
        p.s.group = way == 1 ? HC_GROUP_P256 : HC_GROUP_X25519;
        pair_start(&p);
        p.s.edit_type = way == 2 ? 8 : 0;
        p.s.edit = EDIT_LONGER;
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        pair_drain(&p);
        CHECK_INT(pair_feed(&p), way == 2 ? HTTPSC_ERR_TLS_PROTOCOL : HTTPSC_OK);
        out = hc_tls_drain(p.tls, &len);
        CHECK(len > 6 && memcmp(out, "\24\3\3\0\1\1", 6) == 0);
        CHECK(len > 6 && out[6] == (way == 1 ? 22 : 23));
        if (way == 1) { /* and no second one */
            pair_drain(&p);
            CHECK_INT(pair_feed(&p), HTTPSC_OK);
            out = hc_tls_drain(p.tls, &len);
            CHECK(len > 6 && out[0] == 23);
        }
        pair_end(&p);
    }
}

/* ---- what must not pass ---------------------------------------------------------------------- */

static void edited(unsigned type, server_edit edit, size_t at, int code, int alert)
{
    pair p;

    start(&p);
    p.s.asks_certificate = 1;
    pair_start(&p);
    p.s.edit_type = type;
    p.s.edit = edit;
    p.s.edit_at = at;
    pair_fails(&p, code, alert);
}

static void lengths_that_are_wrong(void)
{
    static const unsigned types[] = {2, 8, 11, 13, 15, 20};

    for (size_t i = 0; i < HC_ARRAY_LEN(types); i++) {
        edited(types[i], EDIT_LONGER, 0, HTTPSC_ERR_TLS_PROTOCOL, 50);
        edited(types[i], EDIT_SHORTER, 0, HTTPSC_ERR_TLS_PROTOCOL, 50);
    }
}

static void proofs_that_are_wrong(void)
{
    edited(20, EDIT_FLIP, 0, HTTPSC_ERR_TLS_PROTOCOL, 51);
    edited(20, EDIT_FLIP, 31, HTTPSC_ERR_TLS_PROTOCOL, 51);
    edited(15, EDIT_FLIP, 30, HTTPSC_ERR_TLS_PROTOCOL, 51); /* within r */
    edited(15, EDIT_FLIP, 4, HTTPSC_ERR_TLS_PROTOCOL, 51);  /* its DER */
    edited(8, EDIT_DROP, 0, HTTPSC_ERR_TLS_PROTOCOL, 10);
    edited(11, EDIT_DROP, 0, HTTPSC_ERR_TLS_PROTOCOL, 10);
    edited(15, EDIT_DROP, 0, HTTPSC_ERR_TLS_PROTOCOL, 10);
    for (unsigned type = 8; type < 20; type++) {
        if (type == 8 || type == 11 || type == 13 || type == 15) {
            edited(type, EDIT_TWICE, 0, HTTPSC_ERR_TLS_PROTOCOL, 10);
        }
    }
}

/* In the clear, when everything is to be protected. */
static void a_second_server_hello(void)
{
    pair p;

    start(&p);
    p.s.is_deaf = 1; /* the two no longer hash the same */
    pair_start(&p);
    p.s.edit_type = 2;
    p.s.edit = EDIT_TWICE;
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(hc_tls_alert_sent(p.tls), 10);
    pair_end(&p);
}

/* No Certificate, no CertificateVerify: Finished right after EncryptedExtensions. */
static void finished_without_a_certificate(void)
{
    pair p;

    start(&p);
    pair_start(&p);
    p.s.resumes = 1;
    p.s.saw_psk = 1; /* so that it thinks that it resumes; there is no PSK in ServerHello */
    p.s.psk = b_new(32);
    memset(p.s.psk.ptr, 0, 32);
    p.s.edit_type = 2;
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(hc_tls_alert_sent(p.tls), 110); /* pre_shared_key was not offered */
    pair_end(&p);
}

static void schemes_that_were_not_offered(void)
{
    static const struct {
        unsigned scheme;
        int is_rsa;
        int curve;
    } cases[] = {
        {0x0401, 1, 0},             /* PKCS#1 */
        {0x0201, 1, 0},             /* with SHA-1 */
        {0x0203, 0, HC_CURVE_P256},
        {0x0503, 0, HC_CURVE_P256}, /* another curve's */
        {0x0403, 0, HC_CURVE_P384},
        {0x0403, 1, 0},             /* another key's */
        {0x0804, 0, HC_CURVE_P256},
        {0x0807, 0, HC_CURVE_P256},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        pair p;
        bytes body;

        start(&p);
        p.s.is_rsa = cases[i].is_rsa;
        p.s.curve = (hc_curve)cases[i].curve;
        pair_start(&p);
        /* a valid signature of a scheme of the key, under another name */
        body = server_sign(&p.s, b_text("x"));
        body.ptr[0] = (unsigned char)(cases[i].scheme >> 8);
        body.ptr[1] = (unsigned char)(cases[i].scheme & 0xFF);
        p.s.edit_type = 15;
        p.s.edit = EDIT_REPLACE;
        p.s.edit_body = body;
        pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
    }
}

static void server_hellos_that_are_wrong(void)
{
    static const struct {
        size_t at;
        int code;
        int alert;
    } flips[] = {
        {0, HTTPSC_ERR_TLS_PROTOCOL, 47},  /* legacy_version 0x0203 */
        {35, HTTPSC_ERR_TLS_PROTOCOL, 47}, /* session ID */
        {66, HTTPSC_ERR_TLS_PROTOCOL, 47}, /* session ID */
        {67, HTTPSC_ERR_TLS_PROTOCOL, 47}, /* suite 0x1201 */
        {68, HTTPSC_ERR_TLS_PROTOCOL, 47}, /* suite 0x1300 */
        {69, HTTPSC_ERR_TLS_PROTOCOL, 47}, /* compression */
        {77, HTTPSC_ERR_TLS_PROTOCOL, 47}, /* selected version 0x0305 */
        {83, HTTPSC_ERR_TLS_PROTOCOL, 47}, /* group 28 */
        {85, HTTPSC_ERR_TLS_PROTOCOL, 50}, /* length of the share */
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(flips); i++) {
        edited(2, EDIT_FLIP, flips[i].at, flips[i].code, flips[i].alert);
    }
}

/* ServerHello and EncryptedExtensions with one more extension. */
static void extensions_that_do_not_belong(void)
{
    static const struct {
        unsigned number;
        const char *hex;
        int in_hello;      /* the alert there */
        int in_encrypted;
    } cases[] = {
        {0, "", 47, 0},
        {10, "0002001d", 47, 0},
        {10, "", 47, 50},
        {10, "0000", 47, 50},
        {10, "0003001d00", 47, 50},
        {10, "0002001d00", 47, 50},
        {16, "0009 08687474702f312e31", 47, 0},
        {16, "0003 026832", 47, 47},              /* not offered: h2 */
        {16, "0000", 47, 50},
        {16, "000c 08687474702f312e31 026832", 47, 50},
        {5, "", 110, 110},
        {18, "", 110, 110},
        {28, "0400", 110, 110},                   /* not offered at this size */
        {1, "01", 110, 110},
        {42, "", 110, 110},
        {44, "000161", 110, 110},
        {43, "0304", 50, 47},                     /* doubled, and where it may not be */
        {51, "001d", 50, 47},
        {41, "0000", 110, 110},
        {13, "00020403", 47, 47},
        {23, "", 47, 47},
        {35, "", 47, 47},
        {0x3a3a, "", 110, 110},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        char hex_only[64];
        size_t len = 0;
        pair p;

        for (const char *at = cases[i].hex; *at != '\0'; at++) {
            if (*at != ' ') {
                hex_only[len++] = *at;
            }
        }
        hex_only[len] = '\0';
        start(&p);
        pair_start(&p);
        p.s.more_extensions = b_extension(cases[i].number, b_hex(hex_only));
        pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, cases[i].in_hello);
        start(&p);
        pair_start(&p);
        p.s.more_encrypted = b_extension(cases[i].number, b_hex(hex_only));
        if (cases[i].in_encrypted != 0) {
            pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, cases[i].in_encrypted);
        } else {
            CHECK(pair_connect(&p));
            pair_end(&p);
        }
    }
}

/* What does not parse is told first, then what is there twice, then what was not offered; twice is
 * decode_error where other clients say so. */
static void extensions_that_are_wrong_in_two_ways(void)
{
    static const struct {
        const char *hex; /* behind ALPN, or supported_versions and key_share */
        int in_hello;
        int in_encrypted;
    } cases[] = {
        {"ffff0000" "ffff0000", 50, 50}, /* unknown, and twice */
        {"ffff0000" "00170000" "00170000", 50, 50},
        {"00170000" "00170000", 50, 50},
        {"ffff0000" "0000", 50, 50}, /* unknown, and cut behind it */
        {"ffff0000" "00000001", 50, 50},
        {"ffff0000" "00170000", 110, 110},
    };
    pair p;

    for (size_t i = 0; i < 2 * HC_ARRAY_LEN(cases); i++) {
        start(&p);
        pair_start(&p);
        if (i % 2 == 0) {
            p.s.more_extensions = b_hex(cases[i / 2].hex);
        } else {
            p.s.alpn = "http/1.1";
            p.s.more_encrypted = b_hex(cases[i / 2].hex);
        }
        pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL,
                   i % 2 == 0 ? cases[i / 2].in_hello : cases[i / 2].in_encrypted);
    }
    start(&p);
    pair_start(&p);
    p.s.alpn = "http/1.1";
    p.s.more_encrypted = b_extension(16, b_hex("0009" "08687474702f312e31"));
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 50);
}

static void shares_that_are_no_points(void)
{
    static const struct {
        hc_group group;
        const char *share;
        int alert;
    } cases[] = {
        {HC_GROUP_X25519, "0000000000000000000000000000000000000000000000000000000000000000", 47},
        {HC_GROUP_X25519, "01000000000000000000000000000000000000000000000000000000000000", 47},
        {HC_GROUP_X25519, "", 50}, /* key_exchange<1..2^16-1> */
        {HC_GROUP_P256, "04", 47},
        {HC_GROUP_P256, "0411", 47},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        pair p;
        bytes share;

        start(&p);
        p.s.group = cases[i].group;
        p.s.retries = cases[i].group != HC_GROUP_X25519;
        pair_start(&p);
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        pair_drain(&p);
        if (p.s.retries) {
            CHECK_INT(pair_feed(&p), HTTPSC_OK);
        }
        share = b_hex(cases[i].share);
        if (i == 4) { /* the right length, off the curve */
            share = b_cat(b_hex("04"), b_new(64));
            memset(share.ptr + 1, 0x11, 64);
        }
        p.s.edit_type = 2;
        p.s.edit = EDIT_REPLACE;
        p.s.edit_body = b_cat3(
            b_cat3(b_u16(0x0303), b_new(32), b_vector8(p.s.session_id)), b_hex("130100"),
            b_vector16(b_cat(b_extension(43, b_u16(0x0304)),
                             b_extension(51, b_cat(b_u16(p.s.group), b_vector16(share))))));
        memset(p.s.edit_body.ptr + 2, 5, 32);
        p.s.out = b_none();
        if (p.s.retries) {
            pair_drain(&p);
        } else {
            memset(&p.s.writing, 0, sizeof p.s.writing);
            server_say(&p.s, 2, b_none());
        }
        CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_PROTOCOL);
        CHECK_INT(hc_tls_alert_sent(p.tls), cases[i].alert);
        pair_end(&p);
    }
}

/* Neither key_share nor pre_shared_key. */
static void hello_without_a_share(void)
{
    pair p;

    start(&p);
    pair_start(&p);
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    pair_drain(&p);
    p.s.out = b_none();
    memset(&p.s.writing, 0, sizeof p.s.writing);
    server_say(&p.s, 2, server_hello_body(&p.s, b_extension(43, b_u16(0x0304))));
    CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(hc_tls_alert_sent(p.tls), 109);
    pair_end(&p);
}

static void certificates_that_are_wrong(void)
{
    static const struct {
        const char *hex; /* of the body */
        int alert;
    } bodies[] = {
        {"00000000", 50},                 /* no certificate */
        {"00000005" "000000" "0000", 50}, /* an empty one */
        {"0100" "000000", 50},
        {"01aa" "000006" "000001aa0000", 47}, /* a context */
        {"00" "00000a" "000001aa0004" "00050000", 110},
        {"00" "000006" "000002aa0000", 50},
    };
    pair p;

    for (size_t i = 0; i < HC_ARRAY_LEN(bodies); i++) {
        start(&p);
        pair_start(&p);
        p.s.edit_type = 11;
        p.s.edit = EDIT_REPLACE;
        p.s.edit_body = b_hex(bodies[i].hex);
        pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, bodies[i].alert);
    }
    start(&p);
    p.s.leaf_names = "DNS:other.example";
    pair_start(&p);
    pair_fails(&p, HTTPSC_ERR_CERT_NAME_MISMATCH, 42);
    start(&p);
    p.s.leaf_usage_is_wrong = 1;
    pair_start(&p);
    pair_fails(&p, HTTPSC_ERR_CERT_KEY_USAGE, 43);
    start(&p);
    pair_start(&p);
    p.params.unix_time = 2300000000; /* 2042 */
    pair_fails(&p, HTTPSC_ERR_CERT_EXPIRED, 45);
    start(&p);
    pair_start(&p);
    hc_anchors_free(&p.judge.anchors);
    CHECK_INT(maker_store(&p.judge.anchors, &p.memory.allocator,
                          maker_issuer("else", 9, "else", 9, b_none())),
              HTTPSC_OK);
    pair_fails(&p, HTTPSC_ERR_CERT_INCOMPLETE_CHAIN, 48);
}

/* any_peer passes those, and still asks for the signature. */
static void any_peer_still_proves_its_key(void)
{
    httpsc_tls_facts facts;
    pair p;

    start(&p);
    p.s.leaf_names = "DNS:other.example";
    p.s.num_tickets = 1;
    pair_start(&p);
    pair_any_peer(&p, 1);
    CHECK(pair_connect(&p));
    hc_tls_facts(p.tls, &facts);
    CHECK_INT(facts.verified, 0);
    CHECK(hc_tls_take_session(p.tls, MAKER_NOW) == NULL);
    pair_end(&p);
    start(&p);
    pair_start(&p);
    pair_any_peer(&p, 1);
    p.s.edit_type = 15;
    p.s.edit = EDIT_FLIP;
    p.s.edit_at = 30;
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 51);
}

static void pins_are_kept(void)
{
    unsigned char pins[2][32];
    unsigned char digest[64];
    bytes spki = b_hex(ec_256_spki);

    memset(pins, 7, sizeof pins);
    hc_hash(HC_HASH_SHA256, spki.ptr, spki.len, digest);
    for (int any_peer = 0; any_peer < 2; any_peer++) {
        pair p;

        start(&p);
        pair_start(&p);
        pair_any_peer(&p, any_peer);
        p.judge.pins = pins[0];
        p.judge.num_pins = 2;
        pair_fails(&p, HTTPSC_ERR_CERT_PIN_MISMATCH, 46);
        memcpy(pins[1], digest, 32);
        start(&p);
        pair_start(&p);
        pair_any_peer(&p, any_peer);
        p.judge.pins = pins[0];
        p.judge.num_pins = 2;
        CHECK(pair_connect(&p));
        pair_end(&p);
        memset(pins[1], 7, 32);
    }
}

/* What a server of 1.3 says when it chooses 1.2 all the same. */
static void downgrades(void)
{
    static const char *const ends[] = {"444f574e47524401", "444f574e47524400"};

    for (size_t i = 0; i < 2; i++) {
        pair p;

        start(&p);
        p.s.is_12 = 1;
        pair_start(&p);
        p.s.random_end = b_hex(ends[i]);
        pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
        start(&p);
        p.s.is_12 = 1;
        pair_start(&p);
        p.s.random_end = b_hex(ends[i]);
        p.params.max_version = HC_TLS_12;
        if (i == 1) {
            pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
        } else {
            CHECK(pair_connect(&p)); /* we offered no more */
            pair_end(&p);
        }
    }
}

static void versions_that_were_not_offered(void)
{
    pair p;

    start(&p);
    p.s.is_12 = 1;
    pair_start(&p);
    p.params.min_version = HC_TLS_13;
    pair_fails(&p, HTTPSC_ERR_TLS_VERSION, 70);
    start(&p);
    p.s.is_12 = 1;
    pair_start(&p);
    p.s.edit_type = 2;
    p.s.edit = EDIT_FLIP;
    p.s.edit_at = 1; /* 0x0302: TLS 1.1 */
    pair_fails(&p, HTTPSC_ERR_TLS_VERSION, 70);
}

UNIT_MAIN(UNIT(suites_groups_and_keys), UNIT(facts_are_told), UNIT(chunks_splits_and_fragments),
          UNIT(client_hello_has_what_it_should), UNIT(ip_hosts_send_no_server_name),
          UNIT(names_for_sni_and_for_verification), UNIT(every_connection_is_fresh),
          UNIT(dummy_change_cipher_specs_are_sent), UNIT(lengths_that_are_wrong),
          UNIT(proofs_that_are_wrong), UNIT(a_second_server_hello),
          UNIT(finished_without_a_certificate), UNIT(schemes_that_were_not_offered),
          UNIT(server_hellos_that_are_wrong), UNIT(extensions_that_do_not_belong),
          UNIT(extensions_that_are_wrong_in_two_ways), UNIT(shares_that_are_no_points),
          UNIT(hello_without_a_share), UNIT(certificates_that_are_wrong),
          UNIT(any_peer_still_proves_its_key), UNIT(pins_are_kept), UNIT(downgrades),
          UNIT(versions_that_were_not_offered))
