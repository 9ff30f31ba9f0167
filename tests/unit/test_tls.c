/* A TLS client that meets a server of good will: handshakes, verdicts, data, ends. */
#include "tls_pair.h"

/* Opens a client that needs no anchors, but a name. */
static int open_with_name(const char *name)
{
    hc_tls_params params = client_params(name, 0);

    judge.ignore_chain = 1;
    hc_error_clear(&error);
    return hc_tls_open(&params, &tls, &error);
}

static void tls_refuses_to_start_without_a_name(void)
{
    char name[300];
    hc_tls_params params;

    begin(NULL);
    CHECK_INT(open_with_name(NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(open_with_name(""), HTTPSC_ERR_ARGUMENT);
    for (size_t i = 0; i < sizeof name; i++) {
        name[i] = i % 2 == 0 || i == 253 ? 'a' : '.';
    }
    name[254] = '\0';
    CHECK_INT(open_with_name(name), HTTPSC_ERR_ARGUMENT);
    CHECK(tls == NULL);
    name[253] = '\0';
    CHECK_INT(open_with_name(name), HTTPSC_OK);
    end();
    /* without a judge; and without anchors to judge by */
    begin(NULL);
    params = client_params("localhost", 0);
    CHECK_INT(hc_tls_open(&params, &tls, &error), HTTPSC_ERR_ARGUMENT);
    hc_error_clear(&error);
    params = client_params("localhost", 1);
    params.judge = NULL;
    CHECK_INT(hc_tls_open(&params, &tls, &error), HTTPSC_ERR_ARGUMENT);
    CHECK(tls == NULL);
    end();
}

static void tls_handshake_and_data(void)
{
    static const char *const servers[] = {"good", "good-rsa", "p384", "rsa3072"};
    httpsc_tls_facts facts;

    NEEDS_CERTIFICATES();
    for (size_t i = 0; i < HC_ARRAY_LEN(servers); i++) {
        CHECK_INT(handshake(servers[i], "ca.pem", "localhost", 0), HTTPSC_OK);
        CHECK_TEXT(error.text, "");
        hc_tls_facts(tls, &facts);
        CHECK_TEXT(facts.version, "TLSv1.2");
        CHECK_TEXT(facts.alpn, "http/1.1");
        CHECK(facts.verified && !facts.resumed && facts.group != NULL);
        CHECK(strncmp(facts.cipher_suite, "TLS_ECDHE_", 10) == 0);
        CHECK_TEXT(br_ssl_engine_get_server_name(&server.eng), "localhost");
        client_write("hello ");
        client_write("server");
        talk();
        CHECK(!server_got("hello server")); /* it waits for the flush */
        hc_tls_flush(tls);
        talk();
        CHECK(server_got("hello server"));
        server_write("hello client");
        talk();
        CHECK(received_len == 12 && memcmp(received, "hello client", 12) == 0);
        end();
    }
}

static void tls_every_suite_and_curve(void)
{
    static const struct {
        uint16_t suite;
        const char *server;
        const char *name;
    } suites[] = {
        {0xC02B, "good", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
        {0xC02C, "good", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
        {0xCCA9, "good", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
        {0xC02F, "good-rsa", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
        {0xC030, "good-rsa", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
        {0xCCA8, "good-rsa", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    };
    static const char *const groups[] = {"secp256r1", "secp384r1", "secp521r1", NULL, NULL, NULL,
                                         "x25519"};
    httpsc_tls_facts facts;
    br_ec_impl ec;

    NEEDS_CERTIFICATES();
    for (size_t i = 0; i < HC_ARRAY_LEN(suites); i++) {
        begin("ca.pem");
        server_begin(suites[i].server);
        br_ssl_engine_set_suites(&server.eng, &suites[i].suite, 1);
        CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
        talk();
        hc_tls_facts(tls, &facts);
        CHECK_TEXT(facts.cipher_suite, suites[i].name);
        end();
    }
    for (int curve = 23; curve <= 29; curve++) {
        if (groups[curve - 23] == NULL) {
            continue;
        }
        begin("ca.pem");
        server_begin("good");
        ec = *br_ec_get_default();
        ec.supported_curves = (uint32_t)1 << curve;
        br_ssl_engine_set_ec(&server.eng, &ec);
        CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
        talk();
        hc_tls_facts(tls, &facts);
        CHECK_TEXT(facts.group, groups[curve - 23]);
        end();
    }
}

static void tls_old_suites_are_not_offered(void)
{
    static const uint16_t old[] = {BR_TLS_RSA_WITH_AES_128_GCM_SHA256,
                                   BR_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
                                   BR_TLS_RSA_WITH_3DES_EDE_CBC_SHA};

    NEEDS_CERTIFICATES();
    begin("ca.pem");
    server_begin("good-rsa");
    br_ssl_engine_set_suites(&server.eng, old, HC_ARRAY_LEN(old));
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    talk();
    CHECK_INT(error.code, HTTPSC_ERR_TLS_HANDSHAKE);
    CHECK_INT(error.native, 40);
    end();
}

static void tls_byte_by_byte(void)
{
    static char text[3001];
    httpsc_tls_facts facts;

    NEEDS_CERTIFICATES();
    memset(text, 'x', sizeof text - 1);
    for (size_t len = 1; len <= 7; len += 2) {
        begin("ca.pem");
        server_begin("good");
        piece_len = len;
        drain_len = len;
        CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
        talk();
        CHECK_INT(error.code, HTTPSC_OK);
        CHECK_INT(hc_tls_state_of(tls), HC_TLS_OPEN);
        hc_tls_facts(tls, &facts);
        CHECK(facts.verified);
        server_write(text);
        br_ssl_engine_close(&server.eng);
        talk();
        CHECK(received_len == 3000 && memcmp(received, text, 3000) == 0);
        CHECK_INT(hc_tls_state_of(tls), HC_TLS_CLOSED);
        end();
    }
}

static void tls_certificate_verdicts(void)
{
    NEEDS_CERTIFICATES();
    CHECK_INT(handshake("good", "ca.pem", "LocalHost", 0), HTTPSC_OK);
    end();
    CHECK_INT(handshake("good", "ca.pem", "a.wild.test", 0), HTTPSC_OK);
    end();
    CHECK_INT(handshake("expired", "ca.pem", "localhost", 0), HTTPSC_ERR_CERT_EXPIRED);
    end();
    CHECK_INT(handshake("notyet", "ca.pem", "localhost", 0), HTTPSC_ERR_CERT_NOT_YET_VALID);
    end();
    CHECK_INT(handshake("wrongname", "ca.pem", "localhost", 0), HTTPSC_ERR_CERT_NAME_MISMATCH);
    CHECK(strstr(error.text, "localhost") != NULL && strstr(error.text, "other.example") != NULL);
    end();
    CHECK_INT(handshake("good", "ca.pem", "localhost.evil.test", 0), HTTPSC_ERR_CERT_NAME_MISMATCH);
    end();
    CHECK_INT(handshake("good", "ca2.pem", "localhost", 0), HTTPSC_ERR_CERT_UNKNOWN_ISSUER);
    CHECK(strstr(error.text, "\"httpsc test root\"") != NULL && strstr(error.text, "CA file"));
    end();
    CHECK_INT(handshake("selfsigned", "ca.pem", "localhost", 0), HTTPSC_ERR_CERT_SELF_SIGNED);
    end();
    CHECK_INT(handshake("nochain", "ca.pem", "localhost", 0), HTTPSC_ERR_CERT_INCOMPLETE_CHAIN);
    end();
    CHECK_INT(handshake("weak-rsa1024", "ca.pem", "localhost", 0), HTTPSC_ERR_CERT_WEAK);
    end();
    CHECK_INT(handshake("sha1", "ca.pem", "localhost", 0), HTTPSC_ERR_CERT_WEAK);
    end();
    CHECK_INT(handshake("clientauth", "ca.pem", "localhost", 0), HTTPSC_ERR_CERT_KEY_USAGE);
    end();
    CHECK_INT(handshake("constrained", "ca.pem", "localhost", 0), HTTPSC_ERR_CERT_CONSTRAINT);
    end();
    CHECK_INT(handshake("critical", "ca.pem", "localhost", 0), HTTPSC_ERR_CERT_INVALID);
    end();
}

static void tls_trusts_what_is_given(void)
{
    NEEDS_CERTIFICATES();
    /* a certificate that signed itself, when it is the anchor */
    CHECK_INT(handshake("selfsigned", "selfsigned.pem", "localhost", 0), HTTPSC_OK);
    end();
    CHECK_INT(handshake("selfsigned", "selfsigned.pem", "other.test", 0),
              HTTPSC_ERR_CERT_NAME_MISMATCH);
    end();
    CHECK_INT(handshake("nochain", "nochain.pem", "localhost", 0), HTTPSC_OK);
    end();
    CHECK_INT(handshake("good", "intermediate.pem", "localhost", 0), HTTPSC_OK);
    end();
    CHECK_INT(handshake("good", "ca.der", "localhost", 0), HTTPSC_OK);
    end();
}

/* An anchor with the right name and another key trusts nothing. */
static void tls_anchor_of_the_same_name(void)
{
    static unsigned char good[5000];
    static unsigned char other[5000];
    hc_certificate ca;
    hc_certificate ca2;
    size_t len = tls_read_file("ca.der", good, sizeof good);
    hc_pem_block block;
    hc_cursor text;
    hc_buffer bytes;
    size_t other_len = 0;

    NEEDS_CERTIFICATES();
    begin(NULL);
    hc_buffer_init(&bytes, &memory.allocator, 10000);
    text = hc_cursor_over(other + 3000, tls_read_file("ca2.pem", other + 3000, 2000));
    CHECK(hc_pem_next(&text, &block));
    CHECK(hc_base64_decode(block.body, other, 3000, 0, &other_len));
    CHECK(hc_certificate_skim(&ca, good, len));
    CHECK(hc_certificate_skim(&ca2, other, other_len));
    CHECK_INT(hc_cursor_left(&ca.public_key), hc_cursor_left(&ca2.public_key));
    memcpy(good + (ca.public_key.at - good), ca2.public_key.at, hc_cursor_left(&ca.public_key));
    CHECK(hc_buffer_add(&bytes, good, len) == HC_BUFFER_OK);
    CHECK_INT(hc_anchors_take_bundle(&judge.anchors, &bytes), HTTPSC_OK);
    CHECK_INT(judge.anchors.num_anchors, 1);
    server_begin("good");
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    talk();
    CHECK_INT(error.code, HTTPSC_ERR_CERT_INVALID);
    CHECK(strstr(error.text, "signature") != NULL);
    end();
}

static void tls_chain_in_any_order(void)
{
    NEEDS_CERTIFICATES();
    begin("ca.pem");
    server_add_chain("nochain.pem");
    server_add_chain("ca.pem");
    server_add_chain("ca2.pem");
    server_add_chain("intermediate.pem");
    server_begin("nochain");
    CHECK_INT(server_chain_len, 5); /* and the leaf once more */
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    talk();
    CHECK_INT(error.code, HTTPSC_OK);
    CHECK_INT(hc_tls_state_of(tls), HC_TLS_OPEN);
    end();
}

static void tls_time_is_an_argument(void)
{
    /* good is good from 2024 to 2049 */
    static const struct {
        int64_t time;
        int code;
    } times[] = {
        {1704067199, HTTPSC_ERR_CERT_NOT_YET_VALID}, {1704067200, HTTPSC_OK},
        {2524607999, HTTPSC_OK},                     {2524608000, HTTPSC_ERR_CERT_EXPIRED},
        {0, HTTPSC_ERR_CERT_NOT_YET_VALID},          {-1, HTTPSC_ERR_CERT_NOT_YET_VALID},
    };
    hc_tls_params params;

    NEEDS_CERTIFICATES();
    for (size_t i = 0; i < HC_ARRAY_LEN(times); i++) {
        begin("ca.pem");
        server_begin("good");
        params = client_params("localhost", 0);
        params.unix_time = times[i].time;
        CHECK_INT(hc_tls_open(&params, &tls, &error), HTTPSC_OK);
        talk();
        CHECK_INT(error.code, times[i].code);
        end();
    }
}

static void tls_any_peer(void)
{
    httpsc_tls_facts facts;

    NEEDS_CERTIFICATES();
    CHECK_INT(handshake("selfsigned", NULL, "elsewhere.test", 1), HTTPSC_OK);
    hc_tls_facts(tls, &facts);
    CHECK(!facts.verified);
    end();
    CHECK_INT(handshake("good-rsa", NULL, NULL, 1), HTTPSC_OK);
    CHECK_TEXT(br_ssl_engine_get_server_name(&server.eng), "");
    end();
    CHECK_INT(handshake("weak-rsa1024", NULL, NULL, 1), HTTPSC_ERR_CERT_WEAK);
    end();
    /* the key of the handshake must still be that of the certificate */
    begin(NULL);
    server_add_chain("p384.pem");
    server_chain_len = 1;
    server_begin("good");
    CHECK_INT(client_open(NULL, 1), HTTPSC_OK);
    talk();
    CHECK(error.code != HTTPSC_OK);
    CHECK_INT(hc_tls_state_of(tls), HC_TLS_FAILED);
    end();
    begin(NULL);
    server_add_chain("wrongname.pem");
    server_begin("good");
    CHECK_INT(client_open(NULL, 1), HTTPSC_OK);
    talk();
    CHECK_INT(error.code, HTTPSC_ERR_TLS_PROTOCOL);
    CHECK(strstr(error.text, "signature") != NULL);
    end();
}

static void tls_alert_for_a_bad_certificate(void)
{
    size_t len;
    const unsigned char *alert;

    NEEDS_CERTIFICATES();
    begin("ca2.pem");
    server_begin("good");
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    while (hc_tls_state_of(tls) == HC_TLS_HANDSHAKE &&
           (drain_to_server() || feed_from_server())) {
    }
    alert = hc_tls_drain(tls, &len);
    CHECK(len == 7 && memcmp(alert, "\x15\x03\x03\x00\x02\x02\x30", 7) == 0);
    drain_len = 3;
    CHECK(drain_to_server());
    alert = hc_tls_drain(tls, &len);
    CHECK(len == 4 && alert[3] == 0x30);
    talk();
    CHECK_INT(br_ssl_engine_last_error(&server.eng), 256 + 48);
    hc_tls_drain(tls, &len);
    CHECK_INT(len, 0);
    /* for good */
    memset(&error, 0, sizeof error);
    CHECK_INT(hc_tls_feed(tls, 0, &error), HTTPSC_ERR_CERT_UNKNOWN_ISSUER);
    CHECK_INT(error.code, HTTPSC_ERR_CERT_UNKNOWN_ISSUER);
    hc_tls_feed_space(tls, &len);
    CHECK_INT(len, 0);
    hc_tls_write_space(tls, &len);
    CHECK_INT(len, 0);
    end();
}

static void tls_nothing_flows_before_the_verdict(void)
{
    size_t len;

    NEEDS_CERTIFICATES();
    begin("ca.pem");
    server_begin("good");
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    while (hc_tls_state_of(tls) == HC_TLS_HANDSHAKE) {
        hc_tls_write_space(tls, &len);
        CHECK_INT(len, 0);
        hc_tls_read(tls, &len);
        CHECK_INT(len, 0);
        CHECK(drain_to_server() || feed_from_server());
    }
    hc_tls_write_space(tls, &len);
    CHECK(len > 0);
    end();
}

static void tls_close_notify(void)
{
    size_t len;

    NEEDS_CERTIFICATES();
    CHECK_INT(handshake("good", "ca.pem", "localhost", 0), HTTPSC_OK);
    server_write("last words");
    br_ssl_engine_close(&server.eng);
    talk_without_reading();
    CHECK_INT(hc_tls_state_of(tls), HC_TLS_OPEN); /* what came before is still to be read */
    talk();
    CHECK(received_len == 10 && memcmp(received, "last words", 10) == 0);
    CHECK_INT(hc_tls_state_of(tls), HC_TLS_CLOSED);
    CHECK_INT(hc_tls_feed_end(tls, &error), HTTPSC_OK);
    hc_tls_feed_space(tls, &len);
    CHECK_INT(len, 0);
    CHECK_INT(error.code, HTTPSC_OK);
    CHECK_INT(br_ssl_engine_last_error(&server.eng), 0); /* it had our answer */
    end();
}

static void tls_cut(void)
{
    NEEDS_CERTIFICATES();
    CHECK_INT(handshake("good", "ca.pem", "localhost", 0), HTTPSC_OK);
    server_write("half");
    talk();
    CHECK_INT(hc_tls_feed_end(tls, &error), HTTPSC_WANT);
    CHECK_INT(error.code, HTTPSC_OK);
    end();
    begin("ca.pem");
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    CHECK_INT(hc_tls_feed_end(tls, &error), HTTPSC_ERR_TLS_TRUNCATED);
    CHECK_INT(hc_tls_state_of(tls), HC_TLS_FAILED);
    end();
    begin("ca.pem");
    server_begin("good");
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    while (num_sent < 300 && (drain_to_server() || feed_from_server())) {
    }
    CHECK_INT(hc_tls_feed_end(tls, &error), HTTPSC_ERR_TLS_TRUNCATED);
    end();
}

static void tls_closes(void)
{
    NEEDS_CERTIFICATES();
    CHECK_INT(handshake("good", "ca.pem", "localhost", 0), HTTPSC_OK);
    server_write("unread");
    talk_without_reading();
    client_write("goodbye"); /* not flushed */
    hc_tls_close(tls);
    while (drain_to_server()) {
    }
    CHECK(server_got("goodbye"));
    talk();
    CHECK_INT(br_ssl_engine_current_state(&server.eng), BR_SSL_CLOSED);
    CHECK_INT(br_ssl_engine_last_error(&server.eng), 0);
    CHECK_INT(hc_tls_state_of(tls), HC_TLS_CLOSED);
    CHECK_INT(received_len, 6); /* what came before stays readable */
    end();
}

static void tls_alpn(void)
{
    httpsc_tls_facts facts;

    NEEDS_CERTIFICATES();
    begin("ca.pem");
    server_begin("good");
    br_ssl_engine_set_protocol_names(&server.eng, NULL, 0);
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    talk();
    CHECK_INT(error.code, HTTPSC_OK);
    hc_tls_facts(tls, &facts);
    CHECK(facts.alpn == NULL);
    end();
    begin("ca.pem");
    server_begin("good");
    server_protocols[0] = "h2";
    br_ssl_engine_add_flags(&server.eng, BR_OPT_FAIL_ON_ALPN_MISMATCH);
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    talk();
    CHECK_INT(error.code, HTTPSC_ERR_TLS_ALERT);
    CHECK_INT(error.native, 120);
    end();
}

static void tls_without_memory(void)
{
    int any;
    size_t failures = 0;

    NEEDS_CERTIFICATES();
    for (any = 0; any <= 1; any++) {
        for (size_t i = 1; i < 100; i++) {
            begin("ca.pem");
            server_begin("good");
            memory.num_allocs = 0;
            memory.fail_at = i;
            if (client_open("localhost", any) == HTTPSC_OK) {
                talk();
            }
            memory.fail_at = 0;
            if (error.code == HTTPSC_OK) {
                CHECK_INT(hc_tls_state_of(tls), HC_TLS_OPEN);
                end();
                break;
            }
            CHECK_INT(error.code, HTTPSC_ERR_MEMORY);
            CHECK(tls == NULL || hc_tls_state_of(tls) == HC_TLS_FAILED);
            failures++;
            end();
            CHECK(i < 99);
        }
    }
    CHECK(failures >= 5);
}

static void tls_many_bytes(void)
{
    static unsigned char block[5000];
    size_t sent = 0;
    size_t room;

    NEEDS_CERTIFICATES();
    CHECK_INT(handshake("good-rsa", "ca.pem", "localhost", 0), HTTPSC_OK);
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] = (unsigned char)(i * 7 % 251);
    }
    while (sent < 40000) {
        unsigned char *place = br_ssl_engine_sendapp_buf(&server.eng, &room);

        if (place == NULL) {
            talk();
            continue;
        }
        room = hc_min(hc_min(room, sizeof block), 40000 - sent);
        for (size_t i = 0; i < room; i++) {
            place[i] = block[(sent + i) % sizeof block];
        }
        br_ssl_engine_sendapp_ack(&server.eng, room);
        sent += room;
    }
    br_ssl_engine_flush(&server.eng, 0);
    talk();
    CHECK_INT(received_len, 40000);
    for (size_t i = 0; i < received_len; i++) {
        if (received[i] != block[i % sizeof block]) {
            CHECK(received[i] == block[i % sizeof block]);
            break;
        }
    }
    end();
}

UNIT_MAIN(UNIT(tls_refuses_to_start_without_a_name), UNIT(tls_handshake_and_data),
          UNIT(tls_every_suite_and_curve), UNIT(tls_old_suites_are_not_offered),
          UNIT(tls_byte_by_byte), UNIT(tls_certificate_verdicts), UNIT(tls_trusts_what_is_given),
          UNIT(tls_anchor_of_the_same_name), UNIT(tls_chain_in_any_order),
          UNIT(tls_time_is_an_argument), UNIT(tls_any_peer), UNIT(tls_alert_for_a_bad_certificate),
          UNIT(tls_nothing_flows_before_the_verdict), UNIT(tls_close_notify), UNIT(tls_cut),
          UNIT(tls_closes), UNIT(tls_alpn), UNIT(tls_without_memory), UNIT(tls_many_bytes))
