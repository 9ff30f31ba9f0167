/*
 * For test_tls*.c: our TLS client against BearSSL's own server engine, in memory. The server's
 * certificates are those that tests/certs.sh makes.
 */
#ifndef TLS_PAIR_H
#define TLS_PAIR_H

#include "unit.h"

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#endif
#include <bearssl.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include <time.h>

#define CHAIN_MAX 16

static unit_memory memory;
static hc_judge judge; /* what the client wants of the server */
static hc_tls *tls;
static httpsc_error error;

/* the server */
static br_ssl_server_context server;
static br_skey_decoder_context server_key;
static br_x509_certificate server_chain[CHAIN_MAX];
static size_t server_chain_len;
static unsigned char server_bytes[200000]; /* of the chain */
static size_t server_bytes_len;
static unsigned char server_buffer[BR_SSL_BUFSIZE_BIDI];
static const char *server_protocols[1];

/* how they talk: pieces of at most this many bytes go to the client; 0 means whole */
static size_t piece_len;
/* and so do they to the server */
static size_t drain_len;
/* this byte of what the server sends is flipped, counted from 1; 0 none */
static size_t flip_at;
static size_t num_sent;

static unsigned char received[40000]; /* by the client */
static size_t received_len;

/* ---- files ---------------------------------------------------------------------------------- */

static inline size_t tls_read_file(const char *name, unsigned char *out, size_t max)
{
    const char *directory = getenv("HTTPSC_TEST_CERTS");
    char path[700];
    FILE *file;
    size_t len;

    if (directory == NULL || strlen(directory) > 500) {
        return 0;
    }
    snprintf(path, sizeof path, "%s/%s", directory, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        return 0;
    }
    len = fread(out, 1, max, file);
    fclose(file);
    return len;
}

static inline int tls_has_certificates(void)
{
    unsigned char byte[1];

    return tls_read_file("good.pem", byte, 1) == 1;
}

#define NEEDS_CERTIFICATES() \
    do { \
        if (!tls_has_certificates()) { \
            SKIP("HTTPSC_TEST_CERTS is not set, or has no good.pem: see tests/certs.sh"); \
        } \
    } while (0)

static inline void server_add_der(const unsigned char *der, size_t len)
{
    CHECK(server_chain_len < CHAIN_MAX && server_bytes_len + len <= sizeof server_bytes);
    memcpy(server_bytes + server_bytes_len, der, len);
    server_chain[server_chain_len].data = server_bytes + server_bytes_len;
    server_chain[server_chain_len].data_len = len;
    server_chain_len++;
    server_bytes_len += len;
}

/* Adds the certificates of a file to what the server sends. */
static inline void server_add_chain(const char *name)
{
    static unsigned char text[100000];
    static unsigned char der[20000];
    hc_cursor at = hc_cursor_over(text, tls_read_file(name, text, sizeof text));
    hc_pem_block block;
    size_t len;

    while (hc_pem_next(&at, &block)) {
        CHECK(hc_base64_decode(block.body, der, sizeof der, 0, &len));
        server_add_der(der, len);
    }
}

static inline void server_load_key(const char *name)
{
    unsigned char text[8000];
    unsigned char der[5000];
    hc_cursor at = hc_cursor_over(text, tls_read_file(name, text, sizeof text));
    hc_pem_block block;
    size_t len = 0;

    CHECK(hc_pem_next(&at, &block));
    CHECK(hc_base64_decode(block.body, der, sizeof der, 0, &len));
    br_skey_decoder_init(&server_key);
    br_skey_decoder_push(&server_key, der, len);
    CHECK_INT(br_skey_decoder_last_error(&server_key), 0);
}

/* ---- both ends ------------------------------------------------------------------------------ */

/* The server with the chain and key of that name; its chain may be added to before. */
static inline void server_begin(const char *name)
{
    char file[64];

    snprintf(file, sizeof file, "%s.key", name);
    server_load_key(file);
    snprintf(file, sizeof file, "%s.pem", name);
    server_add_chain(file);
    if (br_skey_decoder_key_type(&server_key) == BR_KEYTYPE_EC) {
        br_ssl_server_init_full_ec(&server, server_chain, server_chain_len, BR_KEYTYPE_EC,
                                   br_skey_decoder_get_ec(&server_key));
    } else {
        br_ssl_server_init_full_rsa(&server, server_chain, server_chain_len,
                                    br_skey_decoder_get_rsa(&server_key));
    }
    server_protocols[0] = "http/1.1";
    br_ssl_engine_set_protocol_names(&server.eng, server_protocols, 1);
    br_ssl_engine_set_buffer(&server.eng, server_buffer, sizeof server_buffer, 1);
    CHECK(br_ssl_server_reset(&server));
}

static inline void anchors_load_file(const char *name)
{
    static unsigned char text[100000];
    hc_buffer bytes;
    size_t len = tls_read_file(name, text, sizeof text);

    hc_buffer_init(&bytes, &memory.allocator, 1 << 20);
    CHECK(hc_buffer_add(&bytes, text, len) == HC_BUFFER_OK);
    CHECK_INT(hc_anchors_take_bundle(&judge.anchors, &bytes), HTTPSC_OK);
}

/* What opens a client that wants a server of that name; or of any, where any_peer is set. */
static inline hc_tls_params client_params(const char *server_name, int any_peer)
{
    static hc_crypto crypto;
    hc_tls_params params;

    if (crypto.aes_ctr == NULL) {
        CHECK(hc_crypto_init(&crypto));
    }
    judge.ignore_chain = any_peer;
    judge.ignore_name = any_peer;
    judge.ignore_dates = any_peer;
    memset(&params, 0, sizeof params);
    params.allocator = &memory.allocator;
    params.crypto = &crypto;
    params.judge = &judge;
    params.server_name = server_name;
    params.unix_time = (int64_t)time(NULL);
    memset(params.seed, 7, sizeof params.seed);
    return params;
}

static inline int client_open(const char *server_name, int any_peer)
{
    hc_tls_params params = client_params(server_name, any_peer);

    return hc_tls_open(&params, &tls, &error);
}

/* Everything fresh: memory, anchors of that file, no connection. */
static inline void begin(const char *trusted)
{
    unit_memory_init(&memory);
    memset(&judge, 0, sizeof judge);
    hc_anchors_init(&judge.anchors, &memory.allocator);
    memset(&error, 0, sizeof error);
    tls = NULL;
    server_chain_len = 0;
    server_bytes_len = 0;
    piece_len = 0;
    drain_len = 0;
    flip_at = 0;
    num_sent = 0;
    received_len = 0;
    if (trusted != NULL) {
        anchors_load_file(trusted);
    }
}

static inline void end(void)
{
    hc_tls_free(tls);
    hc_anchors_free(&judge.anchors);
    CHECK_INT(memory.live_blocks, 0);
    CHECK(!memory.misuse);
    tls = NULL;
}

static inline int drain_to_server(void)
{
    size_t len;
    size_t room;
    const unsigned char *bytes = hc_tls_drain(tls, &len);
    unsigned char *place = br_ssl_engine_recvrec_buf(&server.eng, &room);

    if (len == 0 || place == NULL) {
        return 0;
    }
    len = hc_min(len, room);
    if (drain_len != 0) {
        len = hc_min(len, drain_len);
    }
    memcpy(place, bytes, len);
    br_ssl_engine_recvrec_ack(&server.eng, len);
    hc_tls_drained(tls, len);
    return 1;
}

static inline int feed_from_server(void)
{
    size_t len;
    size_t room;
    unsigned char *bytes = br_ssl_engine_sendrec_buf(&server.eng, &len);
    unsigned char *place = hc_tls_feed_space(tls, &room);

    if (bytes == NULL || room == 0) {
        (void)hc_tls_feed(tls, 0, &error); /* there may be no place because it failed */
        return 0;
    }
    len = hc_min(len, room);
    if (piece_len != 0) {
        len = hc_min(len, piece_len);
    }
    memcpy(place, bytes, len);
    if (flip_at > num_sent && flip_at <= num_sent + len) {
        place[flip_at - num_sent - 1] ^= 1;
    }
    num_sent += len;
    br_ssl_engine_sendrec_ack(&server.eng, len);
    (void)hc_tls_feed(tls, len, &error);
    return 1;
}

static inline int read_at_client(void)
{
    size_t len;
    const unsigned char *bytes = hc_tls_read(tls, &len);

    if (len == 0) {
        return 0;
    }
    CHECK(received_len + len <= sizeof received);
    memcpy(received + received_len, bytes, len);
    received_len += len;
    hc_tls_read_done(tls, len);
    return 1;
}

/* Until nothing moves any more. What arrives for the client is read, unless it waits. */
static inline void talk_without_reading(void)
{
    while (drain_to_server() || feed_from_server()) {
    }
}

static inline void talk(void)
{
    while (drain_to_server() || feed_from_server() || read_at_client()) {
    }
}

static inline void server_write(const char *text)
{
    size_t room;
    unsigned char *place = br_ssl_engine_sendapp_buf(&server.eng, &room);

    CHECK(place != NULL && room >= strlen(text));
    if (place != NULL && room >= strlen(text)) {
        memcpy(place, text, strlen(text));
        br_ssl_engine_sendapp_ack(&server.eng, strlen(text));
        br_ssl_engine_flush(&server.eng, 0);
    }
}

static inline void client_write(const char *text)
{
    size_t room;
    unsigned char *place = hc_tls_write_space(tls, &room);

    CHECK(room >= strlen(text));
    if (room >= strlen(text)) {
        memcpy(place, text, strlen(text));
        hc_tls_write(tls, strlen(text));
    }
}

static inline int server_got(const char *text)
{
    size_t len;
    unsigned char *bytes = br_ssl_engine_recvapp_buf(&server.eng, &len);
    int same = bytes != NULL && len == strlen(text) && memcmp(bytes, text, len) == 0;

    if (bytes != NULL) {
        br_ssl_engine_recvapp_ack(&server.eng, len);
    }
    return same;
}

/* A handshake with the server of that name; the client's error, or OK when it is open. */
static inline int handshake(const char *server_of, const char *trusted, const char *host,
                            int any_peer)
{
    begin(trusted);
    server_begin(server_of);
    CHECK_INT(client_open(host, any_peer), HTTPSC_OK);
    if (tls == NULL) {
        return error.code;
    }
    talk();
    CHECK(hc_tls_state_of(tls) == (error.code == HTTPSC_OK ? HC_TLS_OPEN : HC_TLS_FAILED));
    return error.code;
}

#endif
