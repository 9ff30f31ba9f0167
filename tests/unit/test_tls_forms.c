/* Forms of messages that servers hardly ever send: extensions and requests of a wrong length, a
 * ticket that is none, an alert in the clear behind ServerHello. */
#include "unit.h"
#include "tls_server.h"

static void malformed(int is_12, bytes more, size_t max_record, int with_session)
{
    unsigned char kept[16];
    size_t len = more.len;
    pair p;

    CHECK(len <= sizeof kept);
    memcpy(kept, more.ptr, len); /* the start forgets it */
    memset(&p, 0, sizeof p);
    p.s.is_12 = is_12;
    p.s.has_ems = is_12; /* without it: the extension comes from here */
    if (with_session) {
        pair_give_session(&p);
        p.s.resumes = 0;
    } else {
        pair_start(&p);
    }
    p.s.more_extensions = b_raw(kept, len);
    p.params.max_record = max_record;
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 50);
}

static void extensions_of_a_wrong_length(void)
{
    malformed(1, b_extension(23, b_hex("00")), 0, 0);
    malformed(1, b_extension(28, b_hex("040000")), 1024, 0);
    malformed(1, b_extension(1, b_hex("0200")), 1024, 0);
    malformed(1, b_extension(43, b_hex("030300")), 0, 0);
    malformed(0, b_extension(41, b_hex("000000")), 0, 1);
}

static void edited(int is_12, unsigned type, server_edit edit, int alert)
{
    pair p;

    memset(&p, 0, sizeof p);
    p.s.is_12 = is_12;
    p.s.asks_certificate = 1;
    p.s.retries = edit == EDIT_LAST_JOINED;
    p.s.group = p.s.retries ? HC_GROUP_P256 : HC_GROUP_X25519;
    p.s.edit_type = type;
    p.s.edit = edit;
    p.s.edit_other = 8;
    pair_start(&p);
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, alert);
}

static void requests_of_a_wrong_length(void)
{
    edited(0, 13, EDIT_LONGER, 50);
    edited(0, 13, EDIT_SHORTER, 50);
    edited(1, 13, EDIT_LONGER, 50);
    edited(0, 2, EDIT_LAST_JOINED, 10); /* bytes behind a HelloRetryRequest */
}

/* Extensions of a CertificateRequest beside the one that it must have: what is not heeded has to be
 * well formed all the same (RFC 8446, 4.2.3 to 4.2.5). */
static void requests_with_malformed_extensions(void)
{
    static const struct {
        unsigned number;
        const char *hex;
        int is_valid;
    } cases[] = {
        {47, "0000", 0},        {47, "00020000", 0},    {50, "", 0},
        {50, "0000", 0},        {50, "0003080400", 0},  {50, "00020804", 1},
        {48, "", 0},            {48, "ffff", 0},        {48, "0000", 1},
        {48, "0003000000", 0},  {48, "0004012a0000", 1}, {48, "0004012a0001", 0},
        {48, "0004012a000000", 0},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        pair p;

        memset(&p, 0, sizeof p);
        p.s.asks_certificate = 1;
        p.s.edit_type = 13;
        p.s.edit = EDIT_REPLACE;
        pair_start(&p);
        p.s.edit_body =
            b_cat(b_u8(0), b_vector16(b_cat(b_extension(13, b_vector16(b_hex("0403"))),
                                            b_extension(cases[i].number, b_hex(cases[i].hex)))));
        if (cases[i].is_valid) {
            CHECK(pair_connect(&p));
            pair_end(&p);
        } else {
            pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 50);
        }
    }
}

/* A client of TLS 1.2 alone does not offer supported_versions. */
static void versions_that_nobody_asked_for(void)
{
    static const char *const versions[] = {"0303", "0304"};

    for (size_t i = 0; i < HC_ARRAY_LEN(versions); i++) {
        pair p;

        memset(&p, 0, sizeof p);
        p.s.is_12 = 1;
        pair_start(&p);
        p.params.max_version = HC_TLS_12;
        p.s.more_extensions = b_extension(43, b_hex(versions[i]));
        pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 110);
    }
}

/* RFC 5077, 3.3: a server may promise a ticket and then give an empty one. */
static void a_ticket_that_is_none(void)
{
    pair p;

    memset(&p, 0, sizeof p);
    p.s.is_12 = 1;
    p.s.promises_ticket = 1;
    p.s.edit_type = 4;
    p.s.edit = EDIT_REPLACE;
    pair_start(&p);
    p.s.edit_body = b_hex("00000e100000");
    CHECK(pair_connect(&p));
    CHECK(hc_tls_take_session(p.tls, MAKER_NOW) == NULL);
    pair_end(&p);
}

/* A server that has no keys yet can but say so in the clear; that ends the connection. */
static void an_alert_in_the_clear(void)
{
    static const struct {
        const char *body;
        int code;
    } cases[] = {{"0228", HTTPSC_ERR_TLS_HANDSHAKE}, {"02", HTTPSC_ERR_TLS_PROTOCOL}};

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        pair p;

        memset(&p, 0, sizeof p);
        pair_start(&p);
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        pair_drain(&p);
        p.s.out.len = 5 + ((size_t)p.s.out.ptr[3] << 8 | p.s.out.ptr[4]); /* ServerHello alone */
        server_put_clear(&p.s, 21, b_hex(cases[i].body));
        CHECK_INT(pair_feed(&p), cases[i].code);
        CHECK(hc_tls_alert_received(p.tls) == (i == 0 ? 40 : -1));
        pair_end(&p);
    }
}

/* What the server says of our certificate, or of none. */
static void alerts_about_the_client(void)
{
    for (int has_certificate = 0; has_certificate < 2; has_certificate++) {
        hc_tls_identity identity;
        hc_private_key key;
        hc_cursor chain;
        pair p;

        memset(&p, 0, sizeof p);
        p.s.asks_certificate = 1;
        pair_start(&p);
        key = ec_key_of(HC_CURVE_P256);
        chain = b_cursor(server_leaf(&p.s));
        memset(&identity, 0, sizeof identity);
        identity.chain = &chain;
        identity.num_certs = 1;
        identity.key = &key;
        p.params.identity = has_certificate ? &identity : NULL;
        CHECK(pair_connect(&p));
        server_put(&p.s, 21, b_hex("022a")); /* bad_certificate */
        CHECK_INT(pair_feed(&p), has_certificate ? HTTPSC_ERR_CLIENT_CERT_REFUSED
                                                 : HTTPSC_ERR_CLIENT_CERT_REQUIRED);
        pair_end(&p);
    }
}

UNIT_MAIN(UNIT(extensions_of_a_wrong_length), UNIT(requests_of_a_wrong_length),
          UNIT(requests_with_malformed_extensions), UNIT(versions_that_nobody_asked_for),
          UNIT(a_ticket_that_is_none), UNIT(an_alert_in_the_clear), UNIT(alerts_about_the_client))
