/* A TLS client that meets a server of ill will, or none. */
#include "tls_pair.h"
#include "x509_maker.h"

/* Feeds bytes as they are, whatever the engine takes of them. */
static int feed_raw(const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    size_t room;

    while (len > 0) {
        unsigned char *place = hc_tls_feed_space(tls, &room);
        size_t taken = hc_min(len, room);

        if (taken == 0) {
            break;
        }
        memcpy(place, at, taken);
        at += taken;
        len -= taken;
        if (hc_tls_feed(tls, taken, &error) != HTTPSC_OK) {
            break;
        }
    }
    return error.code;
}

/* The error of a fresh client that gets these bytes for an answer. */
static int answer_with(const char *bytes, size_t len)
{
    begin(NULL);
    CHECK_INT(client_open("localhost", 1), HTTPSC_OK);
    return feed_raw(bytes, len);
}

#define ANSWER(bytes) answer_with(bytes, sizeof(bytes) - 1)

static void tls_not_tls(void)
{
    CHECK_INT(ANSWER("HTTP/1.1 400 Bad Request\r\n\r\n"), HTTPSC_ERR_TLS_NOT_TLS);
    CHECK(strstr(error.text, "HTTP/") != NULL && strstr(error.text, "plain HTTP") != NULL);
    end();
    CHECK_INT(ANSWER("SSH-2.0-OpenSSH"), HTTPSC_ERR_TLS_NOT_TLS);
    CHECK(strstr(error.text, "\"SSH-2.0-OpenSSH\"") != NULL);
    CHECK(strstr(error.text, "plain HTTP") == NULL);
    end();
    CHECK_INT(ANSWER("\x16\x02\x00\x00\x01"), HTTPSC_ERR_TLS_NOT_TLS);
    CHECK(strstr(error.text, "\\x16\\x02") != NULL);
    end();
    CHECK_INT(ANSWER("\x18\x03\x03\x00\x01"), HTTPSC_ERR_TLS_NOT_TLS);
    end();
    CHECK_INT(ANSWER("\x13\x03\x03\x00\x01"), HTTPSC_ERR_TLS_NOT_TLS);
    end();
    /* less than a record header, then the end */
    CHECK_INT(ANSWER("220"), HTTPSC_OK);
    CHECK_INT(hc_tls_feed_end(tls, &error), HTTPSC_ERR_TLS_NOT_TLS);
    end();
    /* later it is a broken protocol */
    CHECK_INT(ANSWER("\x15\x03\x03\x00\x02\x01\x5aHTTP/"), HTTPSC_ERR_TLS_PROTOCOL);
    end();
}

static void tls_alerts(void)
{
    CHECK_INT(ANSWER("\x15\x03\x03\x00\x02\x02\x28"), HTTPSC_ERR_TLS_HANDSHAKE);
    CHECK_INT(error.native, 40);
    end();
    CHECK_INT(ANSWER("\x15\x03\x03\x00\x02\x02\x47"), HTTPSC_ERR_TLS_HANDSHAKE);
    end();
    CHECK_INT(ANSWER("\x15\x03\x01\x00\x02\x02\x46"), HTTPSC_ERR_TLS_VERSION);
    CHECK_INT(error.native, 70);
    end();
    CHECK_INT(ANSWER("\x15\x03\x03\x00\x02\x02\x50"), HTTPSC_ERR_TLS_ALERT);
    CHECK_INT(error.native, 80);
    CHECK(strstr(error.text, "internal_error (80)") != NULL);
    end();
    CHECK_INT(ANSWER("\x15\x03\x03\x00\x02\x02\xfe"), HTTPSC_ERR_TLS_ALERT);
    CHECK(strstr(error.text, "(254)") != NULL);
    end();
    /* of another length than two bytes */
    CHECK_INT(ANSWER("\x15\x03\x03\x00\x01\x02"), HTTPSC_ERR_TLS_PROTOCOL);
    end();
    CHECK_INT(ANSWER("\x15\x03\x03\x00\x00"), HTTPSC_ERR_TLS_PROTOCOL);
    end();
    CHECK_INT(ANSWER("\x15\x03\x03\x00\x04\x01\x5a\x01\x5a"), HTTPSC_ERR_TLS_PROTOCOL);
    end();
    CHECK_INT(ANSWER("\x15\x03\x03\x00\x12" "123456789012345678"), HTTPSC_ERR_TLS_PROTOCOL);
    end();
}

static void tls_version_of_the_server_hello(void)
{
    static const unsigned char hello[] = {
        22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xC0, 0x2B, 0};

    CHECK_INT(answer_with((const char *)hello, sizeof hello), HTTPSC_ERR_TLS_VERSION);
    end();
}

static void tls_floods(void)
{
    begin(NULL);
    CHECK_INT(client_open("localhost", 1), HTTPSC_OK);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(feed_raw("\x15\x03\x03\x00\x02\x01\x5a", 7), HTTPSC_OK);
    }
    CHECK_INT(feed_raw("\x15\x03\x03\x00\x02\x01\x5a", 7), HTTPSC_ERR_TLS_PROTOCOL);
    end();
    CHECK_INT(ANSWER("\x16\x03\x03\x00\x00"), HTTPSC_ERR_TLS_PROTOCOL);
    end();
    CHECK_INT(ANSWER("\x16\x03\x03\x40\x01"), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK(strstr(error.text, "maximum of 16384") != NULL);
    end();
    CHECK_INT(ANSWER("\x17\x03\x03\x00\x01x"), HTTPSC_ERR_TLS_PROTOCOL);
    end();
    /* a HelloRequest is ignored in a handshake (RFC 5246, 7.4.1.1); with a body it is none */
    CHECK_INT(ANSWER("\x16\x03\x03\x00\x04\x00\x00\x00\x00"), HTTPSC_OK);
    end();
    CHECK_INT(ANSWER("\x16\x03\x03\x00\x05\x00\x00\x00\x01\x00"), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK(strstr(error.text, "HelloRequest") != NULL);
    end();
    /* nor has a message that is larger than any, which is not waited for */
    CHECK_INT(ANSWER("\x16\x03\x03\x00\x04\x02\x00\x40\x01"), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK(strstr(error.text, "16385 bytes") != NULL);
    end();
}

static void tls_empty_records(void)
{
    NEEDS_CERTIFICATES();
    for (int flood = 32; flood <= 33; flood++) {
        CHECK_INT(handshake("good", "ca.pem", "localhost", 0), HTTPSC_OK);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < (round == 0 ? 32 : flood); i++) {
                CHECK_INT(error.code, HTTPSC_OK);
                br_ssl_engine_flush(&server.eng, 1);
                talk();
            }
            if (error.code == HTTPSC_OK) {
                server_write("x"); /* and the count begins anew */
                talk();
            }
        }
        CHECK_INT(error.code, flood == 33 ? HTTPSC_ERR_TLS_PROTOCOL : HTTPSC_OK);
        CHECK_INT(received_len, flood == 33 ? 1 : 2);
        end();
    }
}

static void tls_renegotiation_is_refused(void)
{
    NEEDS_CERTIFICATES();
    CHECK_INT(handshake("good", "ca.pem", "localhost", 0), HTTPSC_OK);
    CHECK(br_ssl_engine_renegotiate(&server.eng));
    talk();
    CHECK_INT(br_ssl_engine_last_error(&server.eng), 256 + 100); /* no_renegotiation */
    CHECK_INT(hc_tls_state_of(tls), HC_TLS_OPEN);
    end();
}

static void tls_bad_record(void)
{
    NEEDS_CERTIFICATES();
    CHECK_INT(handshake("good", "ca.pem", "localhost", 0), HTTPSC_OK);
    server_write("first");
    talk();
    CHECK_INT(received_len, 5);
    flip_at = num_sent + 5 + 8 + 2; /* behind header and nonce */
    server_write("second");
    talk();
    CHECK_INT(error.code, HTTPSC_ERR_TLS_BAD_RECORD_MAC);
    CHECK_INT(hc_tls_state_of(tls), HC_TLS_FAILED);
    CHECK_INT(received_len, 5);
    CHECK_INT(br_ssl_engine_last_error(&server.eng), 256 + 20); /* it was told: bad_record_mac */
    end();
}

/* No byte of the server's flight can be changed without an error. */
static void tls_every_byte_counts(void)
{
    size_t flight;

    NEEDS_CERTIFICATES();
    CHECK_INT(handshake("good", "ca.pem", "localhost", 0), HTTPSC_OK);
    flight = num_sent;
    CHECK(flight > 500);
    end();
    for (size_t i = 1; i < flight - 100; i += 31) {
        begin("ca.pem");
        server_begin("good");
        flip_at = i;
        CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
        talk();
        CHECK(hc_tls_state_of(tls) != HC_TLS_OPEN);
        end();
    }
}

/* A key share of zeros, which makes the shared secret one that everybody knows. */
static size_t zero_mulgen(unsigned char *out, const unsigned char *x, size_t x_len, int curve)
{
    (void)x;
    (void)x_len;
    (void)curve;
    memset(out, 0, 32);
    return 32;
}

static void tls_key_share_of_zeros(void)
{
    br_ec_impl ec;

    NEEDS_CERTIFICATES();
    begin("ca.pem");
    server_begin("good");
    ec = *br_ec_get_default();
    ec.supported_curves = (uint32_t)1 << 29;
    ec.mulgen = zero_mulgen;
    br_ssl_engine_set_ec(&server.eng, &ec);
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    while (error.code == HTTPSC_OK && (drain_to_server() || feed_from_server())) {
        /* nothing of the client's second flight leaves */
        CHECK(br_ssl_engine_current_state(&server.eng) != BR_SSL_CLOSED);
    }
    CHECK_INT(error.code, HTTPSC_ERR_TLS_PROTOCOL);
    CHECK(strstr(error.text, "key share") != NULL);
    end();
}

static void tls_close_notify_in_the_handshake(void)
{
    CHECK_INT(ANSWER("\x15\x03\x03\x00\x02\x01\x00"), HTTPSC_ERR_TLS_TRUNCATED);
    end();
}

/* ---- certificates made here ----------------------------------------------------------------- */

/* A certificate with an RSA key of so many bytes, top byte and exponent, and padding. */
static bytes make_certificate(size_t modulus_len, int top, bytes exponent, size_t padding)
{
    static const char rsa[] = "300d06092a864886f70d01010b0500"; /* sha256WithRSAEncryption */
    bytes modulus = b_new(modulus_len);
    bytes key;
    bytes extension;
    bytes tbs;

    memset(modulus.ptr, 0x55, modulus.len);
    modulus.ptr[0] = (unsigned char)top;
    modulus.ptr[modulus.len - 1] = 0x57;
    modulus = top >= 0x80 ? b_cat(b_hex("00"), modulus) : modulus;
    key = b_der(0x30, b_cat(b_der(2, modulus), b_der(2, exponent)));
    key = b_der(0x30, b_cat(b_hex("300d06092a864886f70d0101010500"),
                            b_der(3, b_cat(b_hex("00"), key))));
    extension = b_new(padding + 1);
    memset(extension.ptr, 'p', extension.len);
    extension = maker_extension("2a0304", 0, b_der(4, extension));
    tbs = b_cat(b_cat3(b_hex("a003020102020107"), b_hex(rsa), maker_name("x")),
                b_der(0x30, b_cat(maker_time("200101000000Z"), maker_time("400101000000Z"))));
    tbs = b_cat(b_cat3(tbs, maker_name("x"), key), b_der(0xA3, b_der(0x30, extension)));
    return b_der(0x30, b_cat3(b_der(0x30, tbs), b_hex(rsa), b_der(3, b_hex("0001"))));
}

/* How a client that takes any peer ends with a chain of so many such certificates: HTTPSC_OK when
 * they are good, for it ends at the signature then, which is not by that key. */
static int try_certificate(size_t modulus_len, int top, const char *exponent, size_t exponent_len,
                           size_t num_certs, size_t padding)
{
    bytes der = make_certificate(modulus_len, top, b_raw(exponent, exponent_len), padding);

    begin(NULL);
    for (size_t i = 0; i < num_certs; i++) {
        server_add_der(der.ptr, der.len);
    }
    maker_reset();
    server_load_key("good-rsa.key");
    br_ssl_server_init_full_rsa(&server, server_chain, server_chain_len,
                                br_skey_decoder_get_rsa(&server_key));
    br_ssl_engine_set_buffer(&server.eng, server_buffer, sizeof server_buffer, 1);
    CHECK(br_ssl_server_reset(&server));
    CHECK_INT(client_open("localhost", 1), HTTPSC_OK);
    talk();
    end();
    return strstr(error.text, "a handshake signature that is not") != NULL ? HTTPSC_OK : error.code;
}

static void tls_weak_rsa_keys(void)
{
    const int good = HTTPSC_OK;
    const int bad = HTTPSC_ERR_CERT_WEAK;

    NEEDS_CERTIFICATES();
    CHECK_INT(try_certificate(256, 0x80, "\x01\x00\x01", 3, 1, 0), good);
    CHECK_INT(try_certificate(256, 0x7f, "\x01\x00\x01", 3, 1, 0), bad);
    CHECK_INT(try_certificate(255, 0x80, "\x01\x00\x01", 3, 1, 0), bad);
    CHECK_INT(try_certificate(512, 0x80, "\x01\x00\x01", 3, 1, 0), good);
    CHECK_INT(try_certificate(513, 0x01, "\x01\x00\x01", 3, 1, 0), bad);
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 1, 0), good);
    CHECK_INT(try_certificate(256, 0x80, "\x01", 1, 1, 0), bad);
    CHECK_INT(try_certificate(256, 0x80, "\x02", 1, 1, 0), bad);
    CHECK_INT(try_certificate(256, 0x80, "\x01\x00\x00", 3, 1, 0), bad);
    CHECK_INT(try_certificate(256, 0x80, "\x00", 1, 1, 0), HTTPSC_ERR_CERT_INVALID);
    CHECK_INT(try_certificate(256, 0x80, "\x7f\xff\xff\xff", 4, 1, 0), good);
    CHECK_INT(try_certificate(256, 0x80, "\x01\x00\x00\x00\x01", 5, 1, 0), bad);
}

static void tls_chain_bounds(void)
{
    NEEDS_CERTIFICATES();
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 10, 0), HTTPSC_OK);
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 11, 0), HTTPSC_ERR_LIMIT_CERT);
    CHECK(strstr(error.text, "more than 10") != NULL);
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 1, 15900), HTTPSC_OK);
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 1, 16300), HTTPSC_ERR_LIMIT_CERT);
    CHECK(strstr(error.text, "16384") != NULL);
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 4, 15900), HTTPSC_OK);
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 5, 15900), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK(strstr(error.text, "announced a handshake message of type 11") != NULL);
}

UNIT_MAIN(UNIT(tls_not_tls), UNIT(tls_alerts), UNIT(tls_version_of_the_server_hello),
          UNIT(tls_floods), UNIT(tls_empty_records), UNIT(tls_renegotiation_is_refused),
          UNIT(tls_bad_record), UNIT(tls_every_byte_counts), UNIT(tls_key_share_of_zeros),
          UNIT(tls_close_notify_in_the_handshake), UNIT(tls_weak_rsa_keys), UNIT(tls_chain_bounds))
