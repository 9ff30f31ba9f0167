/* TLS 1.2 against the server of tls_server.h, and client certificates in both versions. */
#include "unit.h"
#include "tls_server.h"

static void start(pair *p)
{
    memset(p, 0, sizeof *p);
    p->s.is_12 = 1;
}

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
    static const unsigned suites[][2] = {{0xC02B, 0xC02F}, {0xC02C, 0xC030}, {0xCCA9, 0xCCA8}};
    static const hc_group groups[] = {HC_GROUP_X25519, HC_GROUP_P256, HC_GROUP_P384,
                                      HC_GROUP_P521};
    static const hc_curve curves[] = {HC_CURVE_P256, HC_CURVE_P384, HC_CURVE_P521};
    static const unsigned rsa_schemes[] = {0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601};
    pair p;

    for (size_t i = 0; i < 6; i++) {
        start(&p);
        p.s.suite = suites[i % 3][0];
        p.s.curve = curves[i % 3];
        p.s.group = groups[i % 4];
        p.s.scheme = i < 3 ? 0x0403u : 0x0503u; /* the hash is not bound to the curve here */
        works(&p);
        start(&p);
        p.s.suite = suites[i % 3][1];
        p.s.is_rsa = 1;
        p.s.scheme = rsa_schemes[i];
        p.s.group = groups[(i + 1) % 4];
        p.s.promises_ticket = i & 1;
        works(&p);
    }
}

static void chunks_splits_and_fragments(void)
{
    size_t total;
    pair p;

    start(&p);
    p.s.promises_ticket = 1;
    p.chunk = 1;
    works(&p);
    start(&p);
    p.s.promises_ticket = 1;
    works(&p);
    total = p.num_fed;
    CHECK(total > 600);
    for (size_t i = 1; i < total; i++) {
        start(&p);
        p.s.promises_ticket = 1;
        p.split = i;
        works(&p);
    }
    for (size_t i = 1; i < 8; i++) {
        start(&p);
        p.s.fragment = i;
        works(&p);
    }
    start(&p);
    p.s.coalesces = 1;
    works(&p);
}

static void facts_are_told(void)
{
    httpsc_tls_facts facts;
    hc_tls_details details;
    pair p;

    start(&p);
    p.s.alpn = "http/1.1";
    p.s.has_ems = 1;
    p.s.promises_ticket = 1;
    pair_start(&p);
    CHECK(pair_connect(&p));
    hc_tls_facts(p.tls, &facts);
    hc_tls_details_of(p.tls, &details);
    CHECK_TEXT(facts.version, "TLSv1.2");
    CHECK_TEXT(facts.cipher_suite, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    CHECK_TEXT(facts.group, "x25519");
    CHECK_TEXT(facts.alpn, "http/1.1");
    CHECK_INT(details.num_round_trips, 2);
    CHECK_INT(details.extended_master_secret, 0);
    CHECK(hc_tls_take_session(p.tls, MAKER_NOW) == NULL); /* not without RFC 7627 */
    pair_end(&p);
}

/* A hello for 1.2 alone has nothing of 1.3, and one for 1.3 alone nothing of 1.2. */
static void hellos_for_one_version(void)
{
    static const unsigned of_13[] = {43, 45, 51};
    static const unsigned of_12[] = {11, 23, 35, 0xff01};
    pair p;

    start(&p);
    pair_start(&p);
    p.params.max_version = HC_TLS_12;
    CHECK(pair_connect(&p));
    CHECK_INT(p.s.session_id.len, 0);
    for (size_t i = 0; i < HC_ARRAY_LEN(of_13); i++) {
        CHECK(server_find_extension(p.s.hello, of_13[i]).ptr == NULL);
    }
    pair_end(&p);
    memset(&p, 0, sizeof p);
    pair_start(&p);
    p.params.min_version = HC_TLS_13;
    CHECK(pair_connect(&p));
    for (size_t i = 0; i < HC_ARRAY_LEN(of_12); i++) {
        CHECK(server_find_extension(p.s.hello, of_12[i]).ptr == NULL);
    }
    pair_end(&p);
}

/* ---- what must not pass ---------------------------------------------------------------------- */

static void edited(unsigned type, server_edit edit, size_t at, int alert)
{
    pair p;

    start(&p);
    p.s.asks_certificate = 1;
    p.s.promises_ticket = 1;
    pair_start(&p);
    p.s.edit_type = type;
    p.s.edit = edit;
    p.s.edit_at = at;
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, alert);
}

static void lengths_that_are_wrong(void)
{
    static const unsigned types[] = {2, 11, 12, 13, 4, 20};

    for (size_t i = 0; i < HC_ARRAY_LEN(types); i++) {
        edited(types[i], EDIT_LONGER, 0, 50);
        edited(types[i], EDIT_SHORTER, 0, 50);
    }
    edited(14, EDIT_LONGER, 0, 50);
}

static void messages_left_out_and_doubled(void)
{
    static const unsigned types[] = {11, 12, 14};

    for (size_t i = 0; i < HC_ARRAY_LEN(types); i++) {
        pair p;

        start(&p);
        p.s.asks_certificate = 1;
        pair_start(&p);
        p.s.edit_type = types[i];
        p.s.edit = EDIT_DROP;
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        if (types[i] == 14) {
            CHECK_INT(pair_run(&p), HTTPSC_OK); /* it waits */
            CHECK_INT(hc_tls_state_of(p.tls), HC_TLS_HANDSHAKE);
        } else {
            CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_PROTOCOL);
            CHECK_INT(p.s.alert, 10);
        }
        pair_end(&p);
        if (types[i] != 14) {
            edited(types[i], EDIT_TWICE, 0, 10);
        }
    }
    edited(13, EDIT_TWICE, 0, 10);
    edited(4, EDIT_DROP, 0, 10); /* a ticket that was promised */
}

static void proofs_that_are_wrong(void)
{
    edited(20, EDIT_FLIP, 0, 51);
    edited(20, EDIT_FLIP, 11, 51);
    edited(12, EDIT_FLIP, 0, 47);  /* explicit curve */
    edited(12, EDIT_FLIP, 2, 47);  /* group 28 */
    edited(12, EDIT_FLIP, 3, 47);  /* the length of the share */
    edited(12, EDIT_FLIP, 10, 51); /* the share, which is signed */
    edited(12, EDIT_FLIP, 55, 51); /* the signature */
}

static void schemes_that_were_not_offered(void)
{
    static const struct {
        unsigned scheme;
        int is_rsa;
    } cases[] = {{0x0201, 1}, {0x0203, 0}, {0x0101, 1}, {0x0301, 1}, {0x0804, 0},
                 {0x0403, 1}, {0x0807, 0}, {0x0402, 1}, {0x0809, 1}};

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        pair p;

        start(&p);
        p.s.is_rsa = cases[i].is_rsa;
        pair_start(&p);
        p.s.edit_type = 12;
        p.s.edit = EDIT_REPLACE;
        p.s.edit_body = b_cat3(b_hex("03001d20"), b_new(32),
                               b_cat(b_u16(cases[i].scheme), b_vector16(b_new(64))));
        memset(p.s.edit_body.ptr + 4, 9, 32);
        pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
    }
}

/* A share that is signed, and is no point: the signature is good, and the share is not. */
static void shares_that_are_no_points(void)
{
    static const struct {
        unsigned group;
        size_t len;
    } cases[] = {{29, 32}, {23, 65}, {24, 97}, {25, 133}, {23, 64}, {23, 33}, {30, 56},
                 {30, 0}};

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        bytes params;
        pair p;

        start(&p);
        pair_start(&p);
        p.s.edit_type = 12;
        p.s.edit = EDIT_REPLACE;
        params = b_new(cases[i].len);
        memset(params.ptr, 0, params.len);
        params.ptr[0] = cases[i].group == 29 ? 0 : 4;
        params = b_cat3(b_u8(3), b_u16(cases[i].group), b_vector8(params));
        /* the randoms are known beforehand: the server's source is seeded with a number */
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        memcpy(p.s.client_random, p.tls->client_random, 32);
        {
            hc_random random = p.s.random;

            CHECK(hc_random_bytes(&random, p.s.server_random, 32));
        }
        p.s.edit_body = b_cat(params, server_sign(&p.s, b_cat3(b_raw(p.s.client_random, 32),
                                                               b_raw(p.s.server_random, 32),
                                                               params)));
        CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_PROTOCOL);
        CHECK_INT(p.s.alert, 47);
        CHECK(strstr(p.error.text, "signature") == NULL);
        pair_end(&p);
    }
}

/* A certificate of the other kind of key than the suite's. */
static void keys_that_do_not_fit_the_suite(void)
{
    pair p;

    start(&p);
    p.s.suite = 0xC02F;
    pair_start(&p);
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
    start(&p);
    p.s.suite = 0xC02B;
    p.s.is_rsa = 1;
    pair_start(&p);
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
}

static void suites_that_were_not_offered(void)
{
    static const unsigned suites[] = {0x1301, 0xC009, 0xC013, 0x009C, 0x002F, 0x000A, 0xC0AC,
                                      0x0005, 0x0A0A, 0x5600, 0x0000};

    for (size_t i = 0; i < HC_ARRAY_LEN(suites); i++) {
        pair p;

        start(&p);
        p.s.suite = suites[i];
        pair_start(&p);
        p.s.suite = suites[i];
        pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
    }
}

static void extensions_of_the_hello(void)
{
    static const struct {
        unsigned number;
        const char *hex;
        int alert; /* 0: it is taken */
    } cases[] = {
        {0, "", 0},
        {0, "00", 50},
        {10, "0002001d", 0},
        {11, "020001", 0},
        {11, "0100", 0},
        {11, "0101", 47},
        {11, "00", 50},
        {11, "0200", 50},
        {16, "0003026832", 47},
        {13, "00020403", 47},
        {44, "000161", 110},
        {43, "0303", 47},
        {51, "001d0020", 47},
        {23, "", 50},       /* twice */
        {0xff01, "00", 50}, /* twice */
        {22, "", 110},      /* encrypt_then_mac */
        {5, "", 110},
        {0x0a0a, "", 110},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        pair p;

        start(&p);
        pair_start(&p);
        p.s.more_extensions = b_extension(cases[i].number, b_hex(cases[i].hex));
        if (cases[i].alert == 0) {
            CHECK(pair_connect(&p));
            pair_end(&p);
        } else {
            pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, cases[i].alert);
        }
    }
}

/* renegotiation_info: of a first handshake it is empty (RFC 5746, 3.4). */
static void renegotiation_info(void)
{
    pair p;

    start(&p);
    pair_start(&p);
    p.s.edit_type = 2;
    p.s.edit = EDIT_REPLACE;
    p.s.edit_body = b_cat3(b_u16(0x0303), b_new(32),
                           b_cat(b_hex("00c02b00"), b_vector16(b_extension(0xff01,
                                                                           b_hex("0100")))));
    memset(p.s.edit_body.ptr + 2, 3, 32);
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 40);
    start(&p);
    pair_start(&p);
    p.s.edit_type = 2;
    p.s.edit = EDIT_REPLACE;
    p.s.edit_body = b_cat3(b_u16(0x0303), b_new(32), b_hex("00c02b00")); /* no extensions */
    memset(p.s.edit_body.ptr + 2, 3, 32);
    p.s.is_deaf = 1;
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    pair_drain(&p);
    p.s.out.len = 5 + 4 + 38;
    CHECK_INT(pair_feed(&p), HTTPSC_OK); /* it goes on */
    pair_end(&p);
}

/* HelloRequests before each message, in the same record: a client that negotiates ignores them
 * (RFC 5246, 7.4.1.1), and they are in no transcript. */
static int num_requests; /* before each message */

static void say_behind_requests(server *s, unsigned type, bytes body)
{
    for (int i = 0; i < num_requests; i++) {
        s->pending = b_cat(s->pending, server_message(0, b_none()));
    }
    server_queue(s, server_message(type, body));
}

static void requests_in_the_handshake(void)
{
    pair p;

    for (int coalesces = 0; coalesces < 2; coalesces++) {
        start(&p);
        p.s.promises_ticket = 1;
        p.s.asks_certificate = 1;
        p.s.coalesces = coalesces;
        p.s.script = say_behind_requests;
        num_requests = 1;
        pair_start(&p);
        CHECK(pair_connect(&p));
        CHECK_INT(hc_tls_alert_sent(p.tls), -1);
        p.s.script = NULL;
        p.s.coalesces = 0;
        server_say(&p.s, 0, b_none()); /* the first one that is refused */
        CHECK_INT(pair_run(&p), HTTPSC_OK);
        CHECK_INT(p.s.alert, 100);
        pair_talk(&p);
        server_say(&p.s, 0, b_none());
        CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_PROTOCOL);
        pair_end(&p);
    }
    for (num_requests = 32; num_requests <= 33; num_requests++) { /* before ServerHello already */
        start(&p);
        p.s.script = say_behind_requests;
        p.s.is_deaf = 1;
        pair_start(&p);
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        pair_drain(&p);
        p.s.out.len = 5 + 4 * (size_t)num_requests; /* and the head of the message behind them */
        CHECK(p.s.out.ptr[p.s.out.len] == 2);
        p.s.out.len = 0;
        server_put(&p.s, 22, b_raw(p.s.out.ptr + 5, 4 * (size_t)num_requests));
        CHECK_INT(pair_feed(&p), num_requests == 32 ? HTTPSC_OK : HTTPSC_ERR_TLS_PROTOCOL);
        CHECK_INT(hc_tls_alert_sent(p.tls), num_requests == 32 ? -1 : 10);
        pair_end(&p);
    }
    for (int is_13 = 0; is_13 < 2; is_13++) { /* 1.3 has none: chosen, or the only one offered */
        memset(&p, 0, sizeof p);
        p.s.script = say_behind_requests;
        p.s.is_deaf = 1;
        num_requests = 1;
        pair_start(&p);
        p.params.min_version = is_13 ? HC_TLS_13 : 0;
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_PROTOCOL);
        CHECK_INT(hc_tls_alert_sent(p.tls), 10);
        CHECK(strstr(p.error.text, is_13 ? "type 0" : "a HelloRequest") != NULL);
        pair_end(&p);
    }
}

static void names_and_dates_are_judged(void)
{
    pair p;

    start(&p);
    p.s.leaf_names = "DNS:other.example";
    pair_start(&p);
    pair_fails(&p, HTTPSC_ERR_CERT_NAME_MISMATCH, 42);
    start(&p);
    p.s.leaf_usage_is_wrong = 1;
    pair_start(&p);
    pair_fails(&p, HTTPSC_ERR_CERT_KEY_USAGE, 43);
}

/* ---- client certificates --------------------------------------------------------------------- */

static int num_asked;

/* A signer outside: here it has the key after all. */
static int sign_outside(void *user, int scheme, const unsigned char *digest, size_t digest_len,
                        unsigned char *signature, size_t *signature_len)
{
    hc_private_key key = ec_key_of(HC_CURVE_P256);

    num_asked++;
    if (user != NULL) {
        return HTTPSC_ERR_SYSTEM;
    }
    CHECK_INT(scheme, 0x0403);
    CHECK_INT(digest_len, 32);
    CHECK(*signature_len >= HC_ECDSA_SIGNATURE_MAX);
    *signature_len = hc_ecdsa_sign(&key, HC_HASH_SHA256, digest, signature);
    return HTTPSC_OK;
}

/* Looks at the client's CertificateVerify with its certificate's key. */
static void verify_client(const pair *p, hc_cursor leaf, const unsigned char *digest)
{
    hc_cursor body = b_cursor(p->s.client_verify);
    unsigned scheme = hc_take_u16(&body);
    hc_cursor signature = hc_take_bytes(&body, hc_take_u16(&body));
    hc_public_key key;
    hc_cert cert;

    CHECK(hc_cert_decode(&cert, leaf));
    CHECK_INT(hc_public_key_parse(&key, cert.public_key), HC_KEY_OK);
    if (key.kind == HC_KEY_EC) {
        CHECK_INT(scheme, key.curve == HC_CURVE_P256 ? 0x0403 : 0x0503);
        CHECK_INT(hc_ecdsa_verify(&key, digest, scheme == 0x0403 ? 32 : 48, signature),
                  HC_SIGNATURE_VALID);
    } else {
        CHECK_INT(scheme, 0x0804);
        CHECK_INT(hc_rsa_pss_verify(&key, HC_HASH_SHA256, 32, digest, signature),
                  HC_SIGNATURE_VALID);
    }
}

/* kind: 0 P-256, 1 RSA, 2 P-384, 3 P-256 with a signer outside */
static void client_certificate(int is_12, int kind, int retries)
{
    hc_cursor chain[2];
    hc_tls_identity identity;
    hc_private_key key;
    hc_tls_details details;
    server owner;
    pair p;

    memset(&p, 0, sizeof p);
    p.s.is_12 = is_12;
    p.s.asks_certificate = 1;
    p.s.retries = retries;
    p.s.group = retries ? HC_GROUP_P384 : HC_GROUP_X25519;
    pair_start(&p);
    memset(&owner, 0, sizeof owner);
    owner.is_rsa = kind == 1;
    owner.curve = kind == 2 ? HC_CURVE_P384 : HC_CURVE_P256;
    key = server_private_key(&owner);
    chain[0] = b_cursor(server_leaf(&owner));
    chain[1] = b_cursor(server_root());
    memset(&identity, 0, sizeof identity);
    identity.chain = chain;
    identity.num_certs = 2;
    identity.key = kind == 3 ? NULL : &key;
    identity.sign = sign_outside;
    p.params.identity = &identity;
    num_asked = 0;
    CHECK(pair_connect(&p));
    CHECK_INT(num_asked, kind == 3);
    CHECK_INT(p.s.client_certificate.len, (is_12 ? 3 : 1 + 3 + 2 * 2) + 2 * 3 +
                                              hc_cursor_left(&chain[0]) +
                                              hc_cursor_left(&chain[1]));
    hc_tls_details_of(p.tls, &details);
    CHECK(details.certificate_requested && details.client_scheme != NULL);
    CHECK(p.s.client_verify.len > 64);
    pair_talk(&p);
    pair_end(&p);
}

static void client_certificates(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        for (int kind = 0; kind < 4; kind++) {
            client_certificate(is_12, kind, 0);
        }
    }
    client_certificate(0, 0, 1);
    client_certificate(0, 1, 1);
}

/* The signature is over what it should be; 1.3 says in whose name. */
static void client_signatures_are_good(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        for (int kind = 0; kind < 3; kind++) {
            hc_cursor chain[1];
            hc_tls_identity identity;
            hc_private_key key;
            unsigned char digest[64];
            unsigned char transcript[64];
            server owner;
            pair p;

            memset(&p, 0, sizeof p);
            p.s.is_12 = is_12;
            p.s.asks_certificate = 1;
            p.s.keeps_transcript = 1;
            pair_start(&p);
            memset(&owner, 0, sizeof owner);
            owner.is_rsa = kind == 1;
            owner.curve = kind == 2 ? HC_CURVE_P384 : HC_CURVE_P256;
            key = server_private_key(&owner);
            chain[0] = b_cursor(server_leaf(&owner));
            memset(&identity, 0, sizeof identity);
            identity.chain = chain;
            identity.num_certs = 1;
            identity.key = &key;
            p.params.identity = &identity;
            CHECK(pair_connect(&p));
            if (is_12) {
                hc_hash(kind == 2 ? HC_HASH_SHA384 : HC_HASH_SHA256, p.s.before_verify.ptr,
                        p.s.before_verify.len, digest);
            } else {
                bytes content = b_new(64);

                hc_hash(HC_HASH_SHA256, p.s.before_verify.ptr, p.s.before_verify.len, transcript);
                memset(content.ptr, ' ', 64);
                content = b_cat3(content, b_raw("TLS 1.3, client CertificateVerify", 34),
                                 b_raw(transcript, 32));
                hc_hash(kind == 2 ? HC_HASH_SHA384 : HC_HASH_SHA256, content.ptr, content.len,
                        digest);
            }
            verify_client(&p, chain[0], digest);
            pair_end(&p);
        }
    }
}

static void no_client_certificate(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        hc_tls_details details;
        pair p;

        memset(&p, 0, sizeof p);
        p.s.is_12 = is_12;
        p.s.asks_certificate = 1;
        pair_start(&p);
        CHECK(pair_connect(&p));
        CHECK_INT(p.s.client_certificate.len, is_12 ? 3 : 4); /* an empty list */
        CHECK(p.s.client_verify.ptr == NULL);
        hc_tls_details_of(p.tls, &details);
        CHECK(details.certificate_requested && details.client_scheme == NULL);
        if (!is_12) {
            server_put(&p.s, 21, b_hex("0274"));
            CHECK_INT(pair_run(&p), HTTPSC_ERR_CLIENT_CERT_REQUIRED);
        }
        pair_end(&p);
    }
}

/* The server takes no scheme that our key can do: an empty Certificate, and no signature. */
static void no_scheme_in_common(void)
{
    static const char *const requests[] = {"00" "0008" "000d0004" "0002" "0401",
                                           "020140" "0002" "0804" "0000"};

    for (int is_12 = 0; is_12 < 2; is_12++) {
        hc_cursor chain[1];
        hc_tls_identity identity;
        hc_private_key key;
        server owner;
        pair p;

        memset(&p, 0, sizeof p);
        p.s.is_12 = is_12;
        p.s.asks_certificate = 1;
        pair_start(&p);
        memset(&owner, 0, sizeof owner);
        key = server_private_key(&owner);
        chain[0] = b_cursor(server_leaf(&owner));
        memset(&identity, 0, sizeof identity);
        identity.chain = chain;
        identity.num_certs = 1;
        identity.key = &key;
        p.params.identity = &identity;
        p.s.edit_type = 13;
        p.s.edit = EDIT_REPLACE;
        p.s.edit_body = b_hex(requests[is_12]);
        CHECK(pair_connect(&p));
        CHECK_INT(p.s.client_certificate.len, is_12 ? 3 : 4);
        CHECK(p.s.client_verify.ptr == NULL);
        pair_end(&p);
    }
}

static void a_signer_that_fails(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        hc_cursor chain[1];
        hc_tls_identity identity;
        server owner;
        pair p;

        memset(&p, 0, sizeof p);
        p.s.is_12 = is_12;
        p.s.asks_certificate = 1;
        pair_start(&p);
        memset(&owner, 0, sizeof owner);
        chain[0] = b_cursor(server_leaf(&owner));
        memset(&identity, 0, sizeof identity);
        identity.chain = chain;
        identity.num_certs = 1;
        identity.sign = sign_outside;
        identity.user = &p;
        p.params.identity = &identity;
        pair_fails(&p, HTTPSC_ERR_SYSTEM, 80);
    }
}

static void requests_that_are_wrong(void)
{
    static const struct {
        const char *hex;
        int is_12;
        int alert;
    } cases[] = {
        {"01aa" "0008000d000400020403", 0, 47},             /* a context */
        {"00" "0000", 0, 109},                              /* no signature_algorithms */
        {"00" "0006000d00020000", 0, 50},                   /* none in it */
        {"00" "0007000d0003000104", 0, 50},                 /* half of one */
        {"00" "0010000d000400020403000d000400020403", 0, 47}, /* twice */
        {"00" "000c000d000400020403002a0000", 0, 47},       /* early_data does not belong */
        {"00" "000c000d0004000204037a7a0000", 0, 0},        /* what is unknown is passed over */
        {"00" "000204030000", 1, 50},
        {"0140" "00000000", 1, 50},
        {"0140" "0001040000", 1, 50},
        {"0140" "00020403" "0003000201", 1, 50},
        {"0140" "00020403" "0003000101", 1, 0},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        pair p;

        memset(&p, 0, sizeof p);
        p.s.is_12 = cases[i].is_12;
        p.s.asks_certificate = 1;
        pair_start(&p);
        p.s.edit_type = 13;
        p.s.edit = EDIT_REPLACE;
        p.s.edit_body = b_hex(cases[i].hex);
        if (cases[i].alert == 0) {
            CHECK(pair_connect(&p));
            pair_end(&p);
        } else {
            pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, cases[i].alert);
        }
    }
}

UNIT_MAIN(UNIT(suites_groups_and_keys), UNIT(chunks_splits_and_fragments), UNIT(facts_are_told),
          UNIT(hellos_for_one_version), UNIT(lengths_that_are_wrong),
          UNIT(messages_left_out_and_doubled), UNIT(proofs_that_are_wrong),
          UNIT(schemes_that_were_not_offered), UNIT(shares_that_are_no_points),
          UNIT(keys_that_do_not_fit_the_suite), UNIT(suites_that_were_not_offered),
          UNIT(extensions_of_the_hello), UNIT(renegotiation_info), UNIT(requests_in_the_handshake),
          UNIT(names_and_dates_are_judged), UNIT(client_certificates),
          UNIT(client_signatures_are_good), UNIT(no_client_certificate),
          UNIT(no_scheme_in_common), UNIT(a_signer_that_fails), UNIT(requests_that_are_wrong))
