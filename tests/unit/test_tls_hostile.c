/* A TLS client that meets a server of ill will, or none. */
#include "tls_pair.h"

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
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    return feed_raw(bytes, len);
}

#define ANSWER(bytes) answer_with(bytes, sizeof(bytes) - 1)

static void tls_not_tls(void)
{
    CHECK_INT(ANSWER("HTTP/1.1 400 Bad Request\r\n\r\n"), HTTPSC_ERR_TLS_NOT_TLS);
    CHECK(strstr(error.text, "HTTP/") != NULL && strstr(error.text, "plain HTTP") != NULL);
    end();
    CHECK_INT(ANSWER("SSH-2.0-OpenSSH"), HTTPSC_ERR_TLS_NOT_TLS);
    CHECK(strstr(error.text, "\"SSH-2\"") != NULL && strstr(error.text, "plain HTTP") == NULL);
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
    CHECK_INT(ANSWER("\x15\x03\x03\x00\x12"), HTTPSC_ERR_TLS_PROTOCOL);
    end();
}

static void tls_version_of_the_server_hello(void)
{
    static const unsigned char hello[] = {
        22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xC0, 0x2B, 0, 0};

    CHECK_INT(answer_with((const char *)hello, sizeof hello), HTTPSC_ERR_TLS_VERSION);
    end();
}

static void tls_floods(void)
{
    begin(NULL);
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(feed_raw("\x15\x03\x03\x00\x02\x01\x5a", 7), HTTPSC_OK);
    }
    CHECK_INT(feed_raw("\x15\x03\x03\x00\x02\x01\x5a", 7), HTTPSC_ERR_TLS_PROTOCOL);
    end();
    CHECK_INT(ANSWER("\x16\x03\x03\x00\x00"), HTTPSC_ERR_TLS_PROTOCOL);
    end();
    CHECK_INT(ANSWER("\x16\x03\x03\x40\x01"), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK(strstr(error.text, "maximum length") != NULL);
    end();
    CHECK_INT(ANSWER("\x17\x03\x03\x00\x01"), HTTPSC_ERR_TLS_PROTOCOL);
    end();
    /* HelloRequest, which a client in its handshake passes over */
    begin(NULL);
    CHECK_INT(client_open("localhost", 0), HTTPSC_OK);
    for (int i = 0; i < 128 * 1024 / 9; i++) {
        CHECK_INT(feed_raw("\x16\x03\x03\x00\x04\x00\x00\x00\x00", 9), HTTPSC_OK);
    }
    CHECK_INT(feed_raw("\x16\x03\x03\x00\x04\x00\x00\x00\x00", 9), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK(strstr(error.text, "131072") != NULL);
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
    /* asking again is the end; the guard does not wait for the record to be whole */
    CHECK_INT(feed_raw("\x16\x03\x03\x00\x1c", 5), HTTPSC_ERR_TLS_PROTOCOL);
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
    server_write("third");
    talk();
    CHECK_INT(received_len, 5);
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

static size_t der_wrap(unsigned char *out, int tag, const unsigned char *content, size_t len)
{
    out[0] = (unsigned char)tag;
    out[1] = 0x83;
    out[2] = (unsigned char)(len >> 16);
    out[3] = (unsigned char)(len >> 8);
    out[4] = (unsigned char)(len & 255);
    if (len >= 65536) {
        memcpy(out + 5, content, len);
        return len + 5;
    }
    if (len >= 256) {
        out[1] = 0x82;
        out[2] = (unsigned char)(len >> 8);
        out[3] = (unsigned char)(len & 255);
        memcpy(out + 4, content, len);
        return len + 4;
    }
    if (len >= 128) {
        out[1] = 0x81;
        out[2] = (unsigned char)len;
        memcpy(out + 3, content, len);
        return len + 3;
    }
    out[1] = (unsigned char)len;
    if (len > 0) {
        memcpy(out + 2, content, len);
    }
    return len + 2;
}

/* A certificate with an RSA key of so many bytes, top byte and exponent, and padding. */
static size_t make_certificate(unsigned char *out, size_t modulus_len, int top,
                               const unsigned char *exponent, size_t exponent_len, size_t padding)
{
    static unsigned char a[40000];
    static unsigned char b[40000];
    size_t len = 0;

    memset(b, 0x55, sizeof b);
    b[0] = 0;
    b[1] = (unsigned char)top;
    b[modulus_len] = 0x57;
    len = top >= 0x80 ? der_wrap(a, 2, b, modulus_len + 1) : der_wrap(a, 2, b + 1, modulus_len);
    len += der_wrap(a + len, 2, exponent, exponent_len);
    b[0] = 0;
    len = der_wrap(b + 1, 0x30, a, len) + 1;
    memcpy(a, "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00", 15);
    len = der_wrap(a + 15, 3, b, len) + 15;
    memmove(b + 100, b, 1);
    memcpy(b, "\x02\x01\x07\x30\x00\x30\x00\x30\x00\x30\x00", 11);
    len = der_wrap(b + 11, 0x30, a, len) + 11;
    memset(a, 'p', padding);
    len += der_wrap(b + len, 0x81, a, padding);
    len = der_wrap(a, 0x30, b, len);
    memcpy(a + len, "\x30\x00\x03\x01\x00", 5);
    return der_wrap(out, 0x30, a, len + 5);
}

/* How a client that takes any peer ends with a chain of so many such certificates. */
static int try_certificate(size_t modulus_len, int top, const char *exponent, size_t exponent_len,
                           size_t num_certs, size_t padding)
{
    static unsigned char der[40000];
    size_t len = make_certificate(der, modulus_len, top, (const unsigned char *)exponent,
                                  exponent_len, padding);

    begin(NULL);
    for (size_t i = 0; i < num_certs; i++) {
        server_add_der(der, len);
    }
    server_load_key("good-rsa.key");
    br_ssl_server_init_full_rsa(&server, server_chain, server_chain_len,
                                br_skey_decoder_get_rsa(&server_key));
    br_ssl_engine_set_buffer(&server.eng, server_buffer, sizeof server_buffer, 1);
    CHECK(br_ssl_server_reset(&server));
    CHECK_INT(client_open("localhost", 1), HTTPSC_OK);
    talk();
    end();
    return error.code;
}

static void tls_weak_rsa_keys(void)
{
    /* what is good as a key fails later, at the signature that is not by it */
    const int good = HTTPSC_ERR_TLS_PROTOCOL;
    const int bad = HTTPSC_ERR_CERT_INVALID;

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
    CHECK_INT(try_certificate(256, 0x80, "\x00", 1, 1, 0), bad);
    CHECK_INT(try_certificate(256, 0x80, "\x7f\xff\xff\xff", 4, 1, 0), good);
    CHECK_INT(try_certificate(256, 0x80, "\x01\x00\x00\x00\x01", 5, 1, 0), bad);
}

static void tls_chain_bounds(void)
{
    NEEDS_CERTIFICATES();
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 10, 0), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 11, 0), HTTPSC_ERR_CERT_INVALID);
    CHECK(strstr(error.text, "more than 10") != NULL);
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 1, 15900), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 1, 16300), HTTPSC_ERR_CERT_INVALID);
    CHECK(strstr(error.text, "16384") != NULL);
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 4, 15900), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK_INT(try_certificate(256, 0x80, "\x03", 1, 5, 15900), HTTPSC_ERR_CERT_INVALID);
    CHECK(strstr(error.text, "65536") != NULL);
}

UNIT_MAIN(UNIT(tls_not_tls), UNIT(tls_alerts), UNIT(tls_version_of_the_server_hello),
          UNIT(tls_floods), UNIT(tls_empty_records), UNIT(tls_renegotiation_is_refused),
          UNIT(tls_bad_record), UNIT(tls_every_byte_counts), UNIT(tls_key_share_of_zeros),
          UNIT(tls_close_notify_in_the_handshake), UNIT(tls_weak_rsa_keys), UNIT(tls_chain_bounds))
