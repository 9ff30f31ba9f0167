/* HelloRetryRequest (RFC 8446, 4.1.4): what it may change, and what it may not. */
#include "unit.h"
#include "tls_server.h"

static void start(pair *p)
{
    memset(p, 0, sizeof *p);
}

/* The second ClientHello is the first but for key_share and cookie. */
static void second_hello_differs_where_it_may(void)
{
    bytes share;
    pair p;

    start(&p);
    p.s.retries = 1;
    p.s.group = HC_GROUP_P256;
    pair_start(&p);
    p.s.cookie = b_text("a cookie");
    CHECK(pair_connect(&p));
    CHECK_INT(p.s.num_hellos, 2);
    CHECK(memcmp(p.s.hello.ptr, p.s.first_hello.ptr, 34 + 33 + 2 + 20 + 2) == 0);
    CHECK(server_find_extension(p.s.hello, 44).len == 10);
    share = server_find_extension(p.s.hello, 51);
    CHECK(share.len == 2 + 4 + 65); /* that group alone */
    pair_end(&p);
    start(&p);
    p.s.retries = 1;
    pair_start(&p);
    p.s.cookie = b_text("a cookie");
    CHECK(pair_connect(&p));
    share = server_find_extension(p.s.hello, 51);
    CHECK(share.len == server_find_extension(p.s.first_hello, 51).len &&
          memcmp(share.ptr, server_find_extension(p.s.first_hello, 51).ptr, share.len) == 0);
    pair_end(&p);
}

/* A HelloRetryRequest with those extensions. */
static void retry_fails(const char *extensions_hex, int alert)
{
    pair p;

    start(&p);
    p.s.retries = 1;
    p.s.group = HC_GROUP_P256;
    pair_start(&p);
    p.s.edit_type = 2;
    p.s.edit = EDIT_REPLACE;
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    {
        size_t len;
        const unsigned char *hello = hc_tls_drain(p.tls, &len);

        /* the session ID stands behind record header, message header, version and random */
        p.s.edit_body = b_cat3(
            b_hex("0303cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c20"),
            b_raw(hello + 5 + 4 + 2 + 32 + 1, 32),
            b_cat(b_hex("130100"), b_vector16(b_hex(extensions_hex))));
    }
    CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(p.s.alert, alert);
    CHECK_INT(p.s.num_hellos, 1);
    pair_end(&p);
}

static void retries_that_make_no_sense(void)
{
    static const char version[] = "002b00020304";
    char extensions[10000];

    retry_fails(version, 47);                            /* changes nothing */
    retry_fails("003300020017", 109);                    /* no supported_versions */
    retry_fails("002b00020304003300020017003300020017", 47);
    retry_fails("002b0002030400330002001d", 47);         /* the group that has a share */
    retry_fails("002b00020304003300020100", 47);         /* not offered */
    retry_fails("002b0002030400330004001700ff", 50);
    retry_fails("002b00020304002c00020000", 50);         /* an empty cookie */
    retry_fails("002b0002030400330002001700100000", 47); /* ALPN does not belong here */
    retry_fails("002b00020304003300020017001b0000", 110);
    retry_fails("002b00020303003300020017", 47);
    snprintf(extensions, sizeof extensions, "%s002c0803%04x%*s", version, 2049, 0, "");
    for (size_t i = 0; i < 2049; i++) {
        strcat(extensions, "aa");
    }
    retry_fails(extensions, 47); /* a cookie that is too long */
}

static void a_second_retry(void)
{
    pair p;

    start(&p);
    p.s.retries = 1;
    p.s.group = HC_GROUP_P256;
    pair_start(&p);
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    pair_drain(&p);
    CHECK_INT(pair_feed(&p), HTTPSC_OK);
    p.s.num_hellos = 0;
    p.s.cookie = b_text("more");
    pair_drain(&p);
    CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(hc_tls_alert_sent(p.tls), 10);
    pair_end(&p);
}

/* After a HelloRetryRequest the suite stays. */
static void another_suite_after_a_retry(void)
{
    pair p;

    start(&p);
    p.s.retries = 1;
    p.s.group = HC_GROUP_P256;
    pair_start(&p);
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    pair_drain(&p);
    CHECK_INT(pair_feed(&p), HTTPSC_OK);
    p.s.suite = 0x1303;
    pair_drain(&p);
    CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(hc_tls_alert_sent(p.tls), 47);
    pair_end(&p);
}

/* A HelloRetryRequest is a ServerHello: the session ID counts. And 1.2 cannot come behind it. */
static void retries_that_lead_elsewhere(void)
{
    pair p;

    start(&p);
    p.s.retries = 1;
    p.s.group = HC_GROUP_P256;
    pair_start(&p);
    p.s.edit_type = 2;
    p.s.edit = EDIT_FLIP;
    p.s.edit_at = 35;
    pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
    CHECK_INT(p.s.num_hellos, 1);
    for (int only_13 = 0; only_13 < 2; only_13++) {
        for (unsigned version = 0x0301; version <= 0x0304; version++) {
            start(&p);
            p.s.retries = 1;
            p.s.group = HC_GROUP_P256;
            pair_start(&p);
            p.params.min_version = only_13 ? HC_TLS_13 : 0;
            CHECK_INT(pair_open(&p), HTTPSC_OK);
            pair_drain(&p);
            CHECK_INT(pair_feed(&p), HTTPSC_OK);
            p.s.edit_type = 2;
            p.s.edit = EDIT_REPLACE;
            p.s.edit_body = b_cat3(b_u16(version), b_new(32), b_hex("00c02b00"));
            memset(p.s.edit_body.ptr + 2, 3, 32);
            pair_drain(&p);
            CHECK_INT(pair_feed(&p), HTTPSC_ERR_TLS_PROTOCOL);
            CHECK_INT(hc_tls_alert_sent(p.tls), 47);
            CHECK(strstr(p.error.text, "another version") != NULL);
            pair_end(&p);
        }
    }
}

UNIT_MAIN(UNIT(second_hello_differs_where_it_may), UNIT(retries_that_make_no_sense),
          UNIT(a_second_retry), UNIT(another_suite_after_a_retry),
          UNIT(retries_that_lead_elsewhere))
