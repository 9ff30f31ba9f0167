/* Records: what they may be like, alerts, floods at their limits and one past, and the ends. */
#include "unit.h"
#include "tls_server.h"

static void connect_as(pair *p, int is_12)
{
    memset(p, 0, sizeof *p);
    p->s.is_12 = is_12;
    pair_start(p);
    CHECK(pair_connect(p));
}

/* What the server put out ends the connection like that; nothing more is heard. */
static void ends(pair *p, int code, int alert)
{
    size_t heard = p->heard.len;

    CHECK_INT(pair_run(p), code);
    CHECK_INT(hc_tls_state_of(p->tls), HC_TLS_FAILED);
    CHECK_INT(hc_tls_alert_sent(p->tls), alert);
    CHECK(p->heard.len == heard);
    CHECK_INT(hc_tls_feed(p->tls, 0, &p->error), code); /* the same for ever */
    pair_end(p);
}

static void tampered_records(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        size_t len = is_12 ? 5 + 8 + 6 + 16 : 5 + 6 + 1 + 16;

        for (size_t i = 5; i < len; i++) {
            pair p;
            bytes good;

            connect_as(&p, is_12);
            good = server_record(&p.s, 23, b_text("secret"));
            CHECK_INT(good.len, len);
            good.ptr[i] ^= 0x10;
            p.s.out = b_cat(good, server_record(&p.s, 23, b_text("later")));
            ends(&p, HTTPSC_ERR_TLS_BAD_RECORD_MAC, 20);
        }
    }
}

static void records_too_short_for_a_tag(void)
{
    for (size_t len = 0; len < 24; len++) {
        pair p;

        connect_as(&p, len & 1);
        server_put_clear(&p.s, 23, b_raw("0123456789012345678901234", len));
        ends(&p, HTTPSC_ERR_TLS_BAD_RECORD_MAC, 20);
    }
}

/* A record again, and records the other way round: the sequence number is in the nonce. */
static void replayed_records(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        pair p;
        bytes one;
        bytes two;

        connect_as(&p, is_12);
        one = server_record(&p.s, 23, b_text("one"));
        p.s.out = b_raw(one.ptr, one.len);
        CHECK_INT(pair_run(&p), HTTPSC_OK);
        CHECK_INT(p.heard.len, 3);
        p.s.out = b_raw(one.ptr, one.len);
        ends(&p, HTTPSC_ERR_TLS_BAD_RECORD_MAC, 20);
        connect_as(&p, is_12);
        one = server_record(&p.s, 23, b_text("one"));
        two = server_record(&p.s, 23, b_text("two"));
        p.s.out = b_cat(two, one);
        ends(&p, HTTPSC_ERR_TLS_BAD_RECORD_MAC, 20);
    }
}

static void lengths_of_records(void)
{
    pair p;
    bytes most = b_new(16385);

    memset(most.ptr, 'x', most.len);
    for (int is_12 = 0; is_12 < 2; is_12++) {
        connect_as(&p, is_12);
        most = b_new(16385);
        memset(most.ptr, 'x', most.len);
        server_put(&p.s, 23, b_raw(most.ptr, 16384));
        CHECK_INT(pair_run(&p), HTTPSC_OK);
        CHECK_INT(p.heard.len, 16384);
        server_put(&p.s, 23, most);
        ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 22);
        connect_as(&p, is_12);
        server_put_clear(&p.s, 23, b_new(0));
        p.s.out.ptr[3] = 0x41; /* 16384 + 257 */
        p.s.out.ptr[4] = 0x01;
        ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 22); /* before it is there */
    }
    connect_as(&p, 0);
    p.s.padding = 255 - 16; /* with type and tag 16384 + 256, and no plaintext over 16384 */
    most = b_new(16384);
    memset(most.ptr, 'x', most.len);
    most.len -= p.s.padding;
    server_put(&p.s, 23, most);
    CHECK_INT(pair_run(&p), HTTPSC_OK);
    CHECK_INT(p.heard.len, most.len);
    pair_end(&p);
}

static void lengths_in_the_handshake(void)
{
    static const unsigned char too_long[] = {22, 3, 3, 0x40, 0x01};
    static const unsigned char longest[] = {22, 3, 3, 0x40, 0x00};
    pair p;

    memset(&p, 0, sizeof p);
    pair_start(&p);
    p.s.is_deaf = 1;
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    p.s.out = b_raw(too_long, sizeof too_long);
    CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(hc_tls_alert_sent(p.tls), 22);
    pair_end(&p);
    memset(&p, 0, sizeof p);
    pair_start(&p);
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    p.s.out = b_raw(longest, sizeof longest);
    CHECK_INT(pair_feed(&p), HTTPSC_OK);
    pair_end(&p);
}

static void records_of_wrong_types(void)
{
    static const unsigned inner[] = {0x14, 0x18, 0x19, 0xff};
    pair p;

    for (size_t i = 0; i < HC_ARRAY_LEN(inner); i++) {
        connect_as(&p, 0);
        server_put(&p.s, inner[i], b_u8(1));
        ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
    }
    for (unsigned type = 0; type < 256; type += type == 19 || type == 23 ? 5 : 1) {
        connect_as(&p, 0); /* another outer type than application data */
        p.s.out = server_record(&p.s, 23, b_text("x"));
        p.s.out.ptr[0] = (unsigned char)(type == 23 ? 24 : type);
        ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
    }
    for (size_t i = 0; i < 40; i++) { /* nothing but padding */
        connect_as(&p, 0);
        p.s.padding = i;
        server_put(&p.s, 0, b_none());
        ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
    }
    connect_as(&p, 0);
    server_put(&p.s, 22, b_none());
    ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
    connect_as(&p, 1);
    server_put(&p.s, 22, b_none());
    ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
    connect_as(&p, 1);
    server_put(&p.s, 20, b_u8(1));
    ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
}

/* In 1.2 a protected record says 3.3 (RFC 5246, 6.2.1), which is authenticated with it; in 1.3 the
 * number means nothing (RFC 8446, 5.1), nor does it before there are keys. */
static void versions_of_records(void)
{
    static const unsigned minors[] = {0, 1, 2, 4, 0xff};
    pair p;

    for (size_t i = 0; i < HC_ARRAY_LEN(minors); i++) {
        connect_as(&p, 1);
        p.s.writing.minor = minors[i];
        server_put(&p.s, 23, b_text("x"));
        ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 70);
        connect_as(&p, 0);
        p.s.writing.minor = minors[i];
        server_put(&p.s, 23, b_text("x"));
        CHECK_INT(pair_run(&p), HTTPSC_OK);
        CHECK_INT(p.heard.len, 1);
        pair_end(&p);
        memset(&p, 0, sizeof p);
        p.s.is_12 = 1;
        pair_start(&p);
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        pair_drain(&p);
        p.s.out.ptr[2] = (unsigned char)minors[i]; /* ServerHello */
        CHECK_INT(pair_run(&p), HTTPSC_OK);
        CHECK_INT(hc_tls_state_of(p.tls), HC_TLS_OPEN);
        pair_end(&p);
    }
    for (int is_12 = 0; is_12 < 2; is_12++) { /* another major number, in the first and later */
        connect_as(&p, is_12);
        server_put(&p.s, 23, b_text("x"));
        p.s.out.ptr[1] = 2;
        ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 70);
        memset(&p, 0, sizeof p);
        p.s.is_12 = is_12;
        pair_start(&p);
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        pair_drain(&p);
        p.s.out.ptr[1] = 4;
        CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_NOT_TLS);
        CHECK_INT(hc_tls_alert_sent(p.tls), 70);
        pair_end(&p);
    }
}

static void data_before_the_end_of_the_handshake(void)
{
    static const unsigned types_13[] = {2, 8, 11, 15, 20};
    static const unsigned types_12[] = {2, 11, 12, 14, 20};

    for (int is_12 = 0; is_12 < 2; is_12++) {
        for (size_t i = 0; i < 5; i++) {
            pair p;

            memset(&p, 0, sizeof p);
            p.s.is_12 = is_12;
            pair_start(&p);
            p.s.edit = EDIT_AS_DATA;
            p.s.edit_type = is_12 ? types_12[i] : types_13[i];
            pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
        }
    }
}

static void records_within_a_message(void)
{
    static const unsigned types_13[] = {8, 11, 15, 20};
    static const unsigned types_12[] = {11, 12, 20, 2};

    for (int is_12 = 0; is_12 < 2; is_12++) {
        for (size_t i = 0; i < 4; i++) {
            for (int j = 0; j < 2; j++) {
                pair p;

                memset(&p, 0, sizeof p);
                p.s.is_12 = is_12;
                pair_start(&p);
                p.s.edit = j == 0 ? EDIT_AMID_ALERT : EDIT_AMID_CCS;
                p.s.edit_type = is_12 ? types_12[i] : types_13[i];
                CHECK_INT(pair_open(&p), HTTPSC_OK);
                CHECK(pair_run(&p) != HTTPSC_OK);
                /* a protected connection takes no ChangeCipherSpec in the clear at all */
                CHECK(hc_tls_alert_sent(p.tls) == 10 ||
                      (is_12 && i == 2 && j == 1 && hc_tls_alert_sent(p.tls) == 20));
                pair_end(&p);
            }
        }
    }
}

/* Bytes behind the message with which keys change. */
static void bytes_behind_a_change_of_keys(void)
{
    static const unsigned types_13[] = {2, 20};
    static const unsigned types_12[] = {14, 20};

    for (int is_12 = 0; is_12 < 2; is_12++) {
        for (size_t i = 0; i < 2; i++) {
            pair p;

            memset(&p, 0, sizeof p);
            p.s.is_12 = is_12;
            p.s.is_deaf = !is_12 && i == 0; /* an alert in the clear */
            pair_start(&p);
            p.s.edit = EDIT_LAST_JOINED;
            p.s.edit_type = is_12 ? types_12[i] : types_13[i];
            p.s.edit_other = is_12 ? 4u : i == 0 ? 8u : 4u;
            p.s.edit_body = b_u16(0);
            CHECK_INT(pair_open(&p), HTTPSC_OK);
            CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_PROTOCOL);
            CHECK_INT(hc_tls_alert_sent(p.tls), 10);
            CHECK(strstr(p.error.text, "bytes behind") != NULL);
            pair_end(&p);
        }
    }
}

/* ---- ChangeCipherSpec ------------------------------------------------------------------------ */

static void change_cipher_specs(void)
{
    static const unsigned char bodies[][3] = {{0}, {1, 2}, {2, 1, 1}};
    pair p;

    for (int i = 0; i <= 3; i++) {
        memset(&p, 0, sizeof p);
        p.s.sends_ccs = i;
        pair_start(&p);
        if (i <= 2) {
            CHECK(pair_connect(&p));
            pair_end(&p);
        } else {
            pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
        }
    }
    for (size_t i = 0; i < 3; i++) { /* not one byte of 1 */
        memset(&p, 0, sizeof p);
        pair_start(&p);
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        server_put_clear(&p.s, 20, i == 0 ? b_none() : b_raw(bodies[i] + 1, i));
        CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_PROTOCOL);
        CHECK_INT(hc_tls_alert_sent(p.tls), 10);
        pair_end(&p);
    }
    connect_as(&p, 0); /* after the server's Finished */
    server_put_clear(&p.s, 20, b_u8(1));
    ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 10);
    for (size_t i = 0; i < 4; i++) { /* of 1.2, before it is due */
        static const unsigned types[] = {2, 11, 12, 14};

        memset(&p, 0, sizeof p);
        p.s.is_12 = 1;
        pair_start(&p);
        p.s.is_deaf = 1;
        p.s.edit = EDIT_DROP;
        p.s.edit_type = types[i];
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        pair_drain(&p);
        /* what goes before that message, and then a ChangeCipherSpec */
        {
            size_t at = 0;

            for (size_t j = 0; j < i; j++) {
                at += 5 + ((size_t)p.s.out.ptr[at + 3] << 8 | p.s.out.ptr[at + 4]);
            }
            p.s.out.len = at;
        }
        server_put_clear(&p.s, 20, b_u8(1));
        if (i == 0) { /* the version is open still, and 1.3 allows it; then 1.2 does not */
            CHECK_INT(pair_feed(&p), HTTPSC_OK);
            server_put_clear(&p.s, 22, server_message(2, server_hello_body(&p.s, b_none())));
        }
        CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_PROTOCOL);
        CHECK_INT(hc_tls_alert_sent(p.tls), 10);
        pair_end(&p);
    }
}

/* ---- floods ---------------------------------------------------------------------------------- */

/* So many records like that: at the limit all is well, one past it is the end. */
static void flood(int is_12, unsigned type, const char *content_hex, int limit)
{
    for (int past = 0; past < 2; past++) {
        pair p;

        connect_as(&p, is_12);
        for (int i = 0; i < limit + past; i++) {
            server_put(&p.s, type, b_hex(content_hex));
        }
        if (past) {
            ends(&p, HTTPSC_ERR_TLS_PROTOCOL, type == 21 ? 50 : 10); /* as other clients have it */
        } else {
            pair_talk(&p);
            pair_end(&p);
        }
    }
}

static void floods(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        flood(is_12, 23, "", 32);
        flood(is_12, 21, "015a", 4); /* user_canceled */
    }
    flood(1, 21, "0170", 4); /* unrecognized_name, a warning in 1.2 */
    flood(1, 21, "016f", 4); /* certificate_unobtainable (RFC 6066, 5), likewise */
}

/* Data between them begins the count anew. */
static void empty_records_in_between(void)
{
    pair p;

    connect_as(&p, 0);
    for (int i = 0; i < 100; i++) {
        server_put(&p.s, 23, i % 30 == 0 ? b_text("x") : b_none());
    }
    CHECK_INT(pair_run(&p), HTTPSC_OK);
    CHECK_INT(p.heard.len, 4);
    pair_end(&p);
}

static void long_handshake_messages(void)
{
    static const struct {
        unsigned type;
        size_t max;
        int is_12;
    } cases[] = {{2, 16384, 0},  {8, 16384, 0},  {13, 32768, 0}, {11, 65536, 0}, {15, 16384, 0},
                 {20, 16384, 0}, {11, 65536, 1}, {12, 16384, 1}, {13, 32768, 1}, {14, 16384, 1}};

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        for (size_t past = 0; past < 2; past++) {
            pair p;

            memset(&p, 0, sizeof p);
            p.s.is_12 = cases[i].is_12;
            p.s.asks_certificate = 1;
            p.s.is_deaf = cases[i].type == 2;
            pair_start(&p);
            p.s.edit = EDIT_REPLACE;
            p.s.edit_type = cases[i].type;
            p.s.edit_body = b_new(cases[i].max + past);
            memset(p.s.edit_body.ptr, 0xff, p.s.edit_body.len);
            CHECK_INT(pair_open(&p), HTTPSC_OK);
            CHECK(pair_run(&p) != HTTPSC_OK);
            /* too long is told by the announcement, and the rest by the content */
            CHECK((strstr(p.error.text, "announced") != NULL) == (past == 1));
            pair_end(&p);
        }
    }
}

static void certificates_are_counted(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        for (size_t num = 10; num <= 11; num++) {
            pair p;
            bytes list;

            memset(&p, 0, sizeof p);
            p.s.is_12 = is_12;
            pair_start(&p);
            list = b_none();
            for (size_t i = 0; i < num; i++) {
                list = b_cat3(list, b_vector24(server_leaf(&p.s)), is_12 ? b_none() : b_u16(0));
            }
            p.s.edit = EDIT_REPLACE;
            p.s.edit_type = 11;
            p.s.edit_body = b_cat(is_12 ? b_none() : b_u8(0), b_vector24(list));
            if (num == 10) {
                CHECK_INT(pair_open(&p), HTTPSC_OK);
                CHECK(pair_run(&p) != HTTPSC_ERR_LIMIT_CERT);
                pair_end(&p);
            } else {
                pair_fails(&p, HTTPSC_ERR_LIMIT_CERT, 42);
            }
        }
    }
}

/* ---- alerts ---------------------------------------------------------------------------------- */

static void alerts_that_are_malformed(void)
{
    static const char *const bodies[] = {"", "02", "022801", "02280228"};

    for (int is_12 = 0; is_12 < 2; is_12++) {
        for (size_t i = 0; i < HC_ARRAY_LEN(bodies); i++) {
            pair p;

            connect_as(&p, is_12);
            server_put(&p.s, 21, b_hex(bodies[i]));
            ends(&p, HTTPSC_ERR_TLS_PROTOCOL, i == 0 ? 10 : 50); /* RFC 8446, 5.4 */
        }
        {
            pair p;

            connect_as(&p, is_12);
            server_put(&p.s, 21, b_hex("0328"));
            ends(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
        }
    }
}

static void alerts_that_end_it(void)
{
    static const struct {
        const char *hex;
        int code;
        int is_12;
    } cases[] = {
        {"0228", HTTPSC_ERR_TLS_HANDSHAKE, 0}, {"0246", HTTPSC_ERR_TLS_VERSION, 0},
        {"0250", HTTPSC_ERR_TLS_ALERT, 0},     {"0174", HTTPSC_ERR_CLIENT_CERT_REQUIRED, 0},
        {"0170", HTTPSC_ERR_TLS_ALERT, 0},     {"01c8", HTTPSC_ERR_TLS_ALERT, 1},
        {"0250", HTTPSC_ERR_TLS_ALERT, 1},     {"02c8", HTTPSC_ERR_TLS_ALERT, 1},
        {"025a", HTTPSC_ERR_TLS_ALERT, 1}, /* user_canceled, as fatal (RFC 5246, 7.2) */
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        pair p;

        connect_as(&p, cases[i].is_12);
        server_put(&p.s, 21, b_hex(cases[i].hex));
        CHECK_INT(pair_run(&p), cases[i].code);
        CHECK_INT(p.error.native, hc_tls_alert_received(p.tls));
        /* an error that is called a warning is a mistake in 1.3, and is told so */
        CHECK_INT(hc_tls_alert_sent(p.tls),
                  !cases[i].is_12 && memcmp(cases[i].hex, "01", 2) == 0 ? 50 : -1);
        pair_end(&p);
    }
}

/* In the clear, instead of a ServerHello and after it. */
static void alerts_in_the_handshake(void)
{
    pair p;

    memset(&p, 0, sizeof p);
    pair_start(&p);
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    p.s.out = b_hex("15030300020170"); /* a warning: it goes on */
    CHECK_INT(pair_feed(&p), HTTPSC_OK);
    p.s.out = b_hex("15030300020228");
    CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_HANDSHAKE);
    CHECK_INT(p.error.native, 40);
    pair_end(&p);
}

/* ---- ends ------------------------------------------------------------------------------------ */

static void close_notify_both_ways(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        pair p;
        size_t len;

        connect_as(&p, is_12);
        server_put(&p.s, 23, b_text("the last"));
        server_put(&p.s, 21, b_hex("0100"));
        server_put(&p.s, 23, b_text("not to be heard"));
        CHECK_INT(pair_run(&p), HTTPSC_OK);
        CHECK_INT(p.heard.len, 8);
        CHECK_INT(hc_tls_state_of(p.tls), HC_TLS_CLOSED);
        CHECK_INT(hc_tls_feed_end(p.tls, &p.error), HTTPSC_OK);
        CHECK(hc_tls_feed_space(p.tls, &len) == NULL && len == 0);
        hc_tls_close(p.tls);
        hc_tls_close(p.tls);
        pair_drain(&p);
        CHECK_INT(p.s.alert, 0);
        CHECK(hc_tls_write_space(p.tls, &len) == NULL);
        pair_end(&p);
    }
}

/* After a close in the handshake nothing more is said. */
static void closes_in_the_handshake(void)
{
    pair p;
    size_t len;

    memset(&p, 0, sizeof p);
    pair_start(&p);
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    pair_drain(&p);
    hc_tls_close(p.tls);
    pair_drain(&p);
    CHECK_INT(p.s.alert, 0);
    CHECK_INT(pair_feed(&p), HTTPSC_OK);
    (void)hc_tls_drain(p.tls, &len);
    CHECK_INT(len, 0);
    CHECK(hc_tls_state_of(p.tls) != HC_TLS_OPEN);
    pair_end(&p);
}

static void ends_without_close_notify(void)
{
    pair p;

    connect_as(&p, 0);
    CHECK_INT(hc_tls_feed_end(p.tls, &p.error), HTTPSC_WANT);
    pair_end(&p);
    for (size_t i = 0; i < 1500; i += 7) { /* at any place of the handshake */
        memset(&p, 0, sizeof p);
        pair_start(&p);
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        pair_drain(&p);
        if (i >= p.s.out.len) {
            pair_end(&p);
            break;
        }
        p.s.out.len = i;
        CHECK_INT(pair_feed(&p), HTTPSC_OK);
        CHECK_INT(hc_tls_feed_end(p.tls, &p.error), HTTPSC_ERR_TLS_TRUNCATED);
        CHECK_INT(hc_tls_feed_end(p.tls, &p.error), HTTPSC_ERR_TLS_TRUNCATED);
        CHECK_INT(hc_tls_state_of(p.tls), HC_TLS_FAILED);
        pair_end(&p);
    }
    memset(&p, 0, sizeof p);
    pair_start(&p);
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    p.s.out = b_hex("15030300020100");
    CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_TRUNCATED);
    pair_end(&p);
}

static void peers_that_speak_no_tls(void)
{
    static const struct {
        const char *said;
        const char *told;
    } cases[] = {{"HTTP/1.1 400 Bad Request\r\n", "plain HTTP"},
                 {"SSH-2.0-OpenSSH_9.2\r\n", "SSH-2"},
                 {"220 smtp", "220 s"},
                 {"\xff\xfe\0\1\2\3", "\\xff\\xfe"}};

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        for (size_t chunk = 0; chunk < 2; chunk++) {
            pair p;

            memset(&p, 0, sizeof p);
            p.chunk = chunk;
            pair_start(&p);
            CHECK_INT(pair_open(&p), HTTPSC_OK);
            p.s.out = b_raw(cases[i].said, 5); /* no more is needed */
            CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_NOT_TLS);
            CHECK(strstr(p.error.text, cases[i].told) != NULL);
            pair_end(&p);
        }
    }
    {
        pair p;

        memset(&p, 0, sizeof p);
        pair_start(&p);
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        p.s.out = b_text("SSH");
        CHECK_INT(pair_feed(&p), HTTPSC_OK);
        CHECK_INT(hc_tls_feed_end(p.tls, &p.error), HTTPSC_ERR_TLS_NOT_TLS);
        pair_end(&p);
    }
}

UNIT_MAIN(UNIT(tampered_records), UNIT(records_too_short_for_a_tag), UNIT(replayed_records),
          UNIT(lengths_of_records), UNIT(lengths_in_the_handshake), UNIT(records_of_wrong_types),
          UNIT(versions_of_records),
          UNIT(data_before_the_end_of_the_handshake), UNIT(records_within_a_message),
          UNIT(bytes_behind_a_change_of_keys), UNIT(change_cipher_specs), UNIT(floods),
          UNIT(empty_records_in_between), UNIT(long_handshake_messages),
          UNIT(certificates_are_counted), UNIT(alerts_that_are_malformed),
          UNIT(alerts_that_end_it), UNIT(alerts_in_the_handshake), UNIT(close_notify_both_ways),
          UNIT(closes_in_the_handshake), UNIT(ends_without_close_notify),
          UNIT(peers_that_speak_no_tls))
