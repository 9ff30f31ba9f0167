/* The validator in BearSSL's own TLS engine, against a server that is BearSSL's too; and driven by
 * hand, as that engine never would. */
#define HTTPSC_BEARSSL_X509
#include "unit.h"

#include "../support/peer.c"

static const peer_step bearssl_answer[] = {PEER_REQUEST, PEER_TEXT("ok"), PEER_REPEAT};
static const httpsc_tls_options bearssl_no_tls;
static const httpsc_error bearssl_no_error;

static httpsc_tls_config *bearssl_config(const httpsc_tls_options *options)
{
    httpsc_tls_options own = options == NULL ? bearssl_no_tls : *options;
    httpsc_error error = bearssl_no_error;
    httpsc_tls_config *config = NULL;
    char *path = peer_path("ca.pem");

    own.ca_file = path;
    CHECK_INT(httpsc_tls_config_open(&own, &config, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    free(path);
    return config;
}

static httpsc_bearssl_x509 *bearssl_open(const httpsc_tls_options *options,
                                         int (*now)(void *user, int64_t *unix_seconds))
{
    httpsc_tls_config *config = bearssl_config(options);
    httpsc_bearssl_x509 *x509 = NULL;

    CHECK_INT(httpsc_bearssl_x509_open(config, now, NULL, &x509, NULL), HTTPSC_OK);
    httpsc_tls_config_close(config); /* it is held */
    return x509;
}

/* Moves records both ways until the client's handshake is done or has failed: BearSSL's error. */
static int bearssl_shake(br_ssl_client_context *client, peer *server)
{
    br_ssl_engine_context *engine = &client->eng;

    for (;;) {
        unsigned state = br_ssl_engine_current_state(engine);
        size_t len = 0;
        size_t room = 0;
        unsigned char *place;

        if (state == BR_SSL_CLOSED) {
            return br_ssl_engine_last_error(engine);
        }
        if (state & BR_SSL_SENDREC) {
            place = br_ssl_engine_sendrec_buf(engine, &len);
            peer_feed(server, place, len);
            br_ssl_engine_sendrec_ack(engine, len);
        } else if (state & BR_SSL_SENDAPP) {
            return BR_ERR_OK;
        } else {
            const unsigned char *bytes = peer_output(server, &len);

            place = br_ssl_engine_recvrec_buf(engine, &room);
            room = room < len ? room : len;
            if (room == 0) {
                return -1;
            }
            memcpy(place, bytes, room);
            br_ssl_engine_recvrec_ack(engine, room);
            peer_output_done(server, room);
        }
    }
}

static int bearssl_connect(httpsc_bearssl_x509 *x509, const char *certificate, const char *host)
{
    static const unsigned char seed[32] = "a client's seed, good for a test";
    static unsigned char records[BR_SSL_BUFSIZE_BIDI];
    static br_ssl_client_context client;
    static br_x509_minimal_context minimal;
    peer_config config = PEER_CONFIG(bearssl_answer, certificate);
    peer *server = peer_open(&config);
    int code;

    br_ssl_client_init_full(&client, &minimal, NULL, 0);
    br_ssl_engine_set_x509(&client.eng, httpsc_bearssl_x509_engine(x509));
    br_ssl_engine_set_buffer(&client.eng, records, sizeof records, 1);
    br_ssl_engine_inject_entropy(&client.eng, seed, sizeof seed);
    CHECK(br_ssl_client_reset(&client, host, 0));
    code = bearssl_shake(&client, server);
    peer_close(server);
    return code;
}

static void servers(void)
{
    static const struct {
        const char *certificate;
        const char *host;
        int br_code;
        int code;
    } cases[] = {
        {"good", "localhost", BR_ERR_OK, HTTPSC_OK},
        {"good-rsa", "localhost", BR_ERR_OK, HTTPSC_OK},
        {"p384", "a.wild.test", BR_ERR_OK, HTTPSC_OK},
        {"good", "127.0.0.1", BR_ERR_OK, HTTPSC_OK}, /* no address is one for br_x509_minimal */
        {"good", "127.0.0.2", BR_ERR_X509_BAD_SERVER_NAME, HTTPSC_ERR_CERT_NAME_MISMATCH},
        {"wrongname", "localhost", BR_ERR_X509_BAD_SERVER_NAME, HTTPSC_ERR_CERT_NAME_MISMATCH},
        {"expired", "localhost", BR_ERR_X509_EXPIRED, HTTPSC_ERR_CERT_EXPIRED},
        {"notyet", "localhost", BR_ERR_X509_EXPIRED, HTTPSC_ERR_CERT_NOT_YET_VALID},
        {"selfsigned", "localhost", BR_ERR_X509_NOT_TRUSTED, HTTPSC_ERR_CERT_SELF_SIGNED},
        {"nochain", "localhost", BR_ERR_X509_NOT_TRUSTED, HTTPSC_ERR_CERT_INCOMPLETE_CHAIN},
        {"sha1", "localhost", BR_ERR_X509_NOT_TRUSTED, HTTPSC_ERR_CERT_WEAK},
        {"good", NULL, BR_ERR_X509_NOT_TRUSTED, HTTPSC_ERR_ARGUMENT},
        {"good", "", BR_ERR_X509_NOT_TRUSTED, HTTPSC_ERR_ARGUMENT},
        {"good", "a b", BR_ERR_X509_NOT_TRUSTED, HTTPSC_ERR_ARGUMENT},
        {"good", "localhost", BR_ERR_OK, HTTPSC_OK}};
    httpsc_bearssl_x509 *x509 = bearssl_open(NULL, NULL);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) { /* one for all, in turn */
        CHECK_INT(bearssl_connect(x509, cases[i].certificate, cases[i].host), cases[i].br_code);
        CHECK_INT(httpsc_bearssl_x509_error(x509)->code, cases[i].code);
        CHECK((httpsc_bearssl_x509_error(x509)->text[0] != '\0') == (cases[i].code != HTTPSC_OK));
    }
    httpsc_bearssl_x509_close(x509);
    httpsc_bearssl_x509_close(NULL);
}

static int bearssl_now_1970(void *user, int64_t *unix_seconds)
{
    (void)user;
    *unix_seconds = 0;
    return HTTPSC_OK;
}

static int bearssl_now_2060(void *user, int64_t *unix_seconds)
{
    (void)user;
    *unix_seconds = INT64_C(2840140800);
    return HTTPSC_OK;
}

static int bearssl_refuse(void *user, const httpsc_peer *peer)
{
    (void)user;
    return strcmp(peer->host, "localhost") == 0 ? -1 : HTTPSC_OK;
}

static void settings(void)
{
    static const unsigned char pin[1][32] = {{1}};
    httpsc_tls_options options = bearssl_no_tls;
    httpsc_bearssl_x509 *x509 = bearssl_open(NULL, bearssl_now_1970);

    CHECK_INT(bearssl_connect(x509, "good", "localhost"), BR_ERR_X509_TIME_UNKNOWN);
    CHECK_INT(httpsc_bearssl_x509_error(x509)->code, HTTPSC_ERR_CLOCK_UNSET);
    httpsc_bearssl_x509_close(x509);
    x509 = bearssl_open(NULL, bearssl_now_2060);
    CHECK_INT(bearssl_connect(x509, "good", "localhost"), BR_ERR_X509_EXPIRED);
    httpsc_bearssl_x509_close(x509);

    options.pins = pin;
    options.num_pins = 1;
    x509 = bearssl_open(&options, NULL);
    CHECK_INT(bearssl_connect(x509, "good", "localhost"), BR_ERR_X509_NOT_TRUSTED);
    CHECK_INT(httpsc_bearssl_x509_error(x509)->code, HTTPSC_ERR_CERT_PIN_MISMATCH);
    httpsc_bearssl_x509_close(x509);
    options.num_pins = 0;
    options.verify = bearssl_refuse;
    x509 = bearssl_open(&options, NULL);
    CHECK_INT(bearssl_connect(x509, "good", "localhost"), BR_ERR_X509_NOT_TRUSTED);
    CHECK_INT(bearssl_connect(x509, "good", "a.wild.test"), BR_ERR_OK);
    httpsc_bearssl_x509_close(x509);

    options.verify = NULL;
    options.insecure_name = HTTPSC_INSECURE_ANY_NAME;
    x509 = bearssl_open(&options, NULL);
    CHECK_INT(bearssl_connect(x509, "good", NULL), BR_ERR_OK);
    CHECK_INT(bearssl_connect(x509, "wrongname", "localhost"), BR_ERR_OK);
    CHECK_INT(bearssl_connect(x509, "expired", NULL), BR_ERR_X509_EXPIRED);
    CHECK_INT(bearssl_connect(x509, "good", "a b"), BR_ERR_X509_NOT_TRUSTED);
    httpsc_bearssl_x509_close(x509);
    options.insecure_dates = HTTPSC_INSECURE_ANY_DATE;
    x509 = bearssl_open(&options, bearssl_now_1970);
    CHECK_INT(bearssl_connect(x509, "expired", NULL), BR_ERR_OK);
    httpsc_bearssl_x509_close(x509);
}

/* ---- by hand -------------------------------------------------------------------------------- */

/* One certificate, announced as of `announced` bytes, in pieces. */
static void bearssl_put(const br_x509_class **engine, const unsigned char *bytes, size_t len,
                        size_t announced)
{
    (*engine)->start_cert(engine, (uint32_t)announced);
    while (len > 0) {
        size_t piece = len < 100 ? len : 100;

        (*engine)->append(engine, bytes, piece);
        bytes += piece;
        len -= piece;
    }
    (*engine)->end_cert(engine);
}

/* The chain of `good` with num_more strangers of that size behind it. */
static unsigned bearssl_chain(const br_x509_class **engine, size_t num_more, size_t more_len,
                              size_t announced_more)
{
    static const unsigned char zeros[20000];
    const peer_identity *identity = peer_identity_of("good");

    (*engine)->start_chain(engine, "localhost");
    for (size_t i = 0; i < identity->num_certs; i++) {
        bearssl_put(engine, identity->chain[i].data, identity->chain[i].data_len,
                    identity->chain[i].data_len);
    }
    for (size_t i = 0; i < num_more; i++) {
        bearssl_put(engine, zeros, more_len, announced_more);
    }
    return (*engine)->end_chain(engine);
}

static void limits(void)
{
    httpsc_bearssl_x509 *x509 = bearssl_open(NULL, NULL);
    const br_x509_class **engine = httpsc_bearssl_x509_engine(x509);

    CHECK_INT(bearssl_chain(engine, 8, 10, 10), 0);
    CHECK_INT(bearssl_chain(engine, 9, 10, 10), BR_ERR_X509_LIMIT_EXCEEDED);
    CHECK_INT(bearssl_chain(engine, 1, 16384, 16384), 0);
    CHECK_INT(bearssl_chain(engine, 1, 16385, 16385), BR_ERR_X509_LIMIT_EXCEEDED);
    CHECK_INT(bearssl_chain(engine, 3, 16384, 16384), 0);
    CHECK_INT(bearssl_chain(engine, 4, 16384, 16384), BR_ERR_X509_LIMIT_EXCEEDED);
    CHECK_INT(bearssl_chain(engine, 1, 11, 10), BR_ERR_X509_NOT_TRUSTED);
    CHECK(strstr(httpsc_bearssl_x509_error(x509)->text, "longer than") != NULL);
    CHECK_INT(bearssl_chain(engine, 1, 10, 11), BR_ERR_X509_NOT_TRUSTED);
    CHECK_INT(bearssl_chain(engine, 1, 16384, 10), BR_ERR_X509_NOT_TRUSTED);
    CHECK_INT(bearssl_chain(engine, 0, 0, 0), 0);
    httpsc_bearssl_x509_close(x509);
}

static void the_key(void)
{
    httpsc_bearssl_x509 *x509 = bearssl_open(NULL, NULL);
    const br_x509_class **engine = httpsc_bearssl_x509_engine(x509);
    unsigned usages = 0;

    CHECK((*engine)->get_pkey(engine, &usages) == NULL);
    CHECK_INT(bearssl_chain(engine, 0, 0, 0), 0);
    CHECK((*engine)->get_pkey(engine, NULL) != NULL);
    CHECK((*engine)->get_pkey(engine, &usages)->key_type == BR_KEYTYPE_EC);
    CHECK_INT((*engine)->get_pkey(engine, NULL)->key.ec.curve, BR_EC_secp256r1);
    CHECK_INT(usages, BR_KEYTYPE_SIGN); /* as its keyUsage says */
    (*engine)->start_chain(engine, "localhost");
    CHECK((*engine)->get_pkey(engine, NULL) == NULL); /* not while the next one comes */
    CHECK_INT((*engine)->end_chain(engine), BR_ERR_X509_NOT_TRUSTED); /* no certificate */
    CHECK_INT(httpsc_bearssl_x509_error(x509)->code, HTTPSC_ERR_CERT_INVALID);
    CHECK((*engine)->get_pkey(engine, NULL) == NULL);
    CHECK_INT(bearssl_chain(engine, 9, 10, 10), BR_ERR_X509_LIMIT_EXCEEDED);
    CHECK((*engine)->get_pkey(engine, NULL) == NULL);
    httpsc_bearssl_x509_close(x509);
}

static void memory_runs_out(void)
{
    httpsc_tls_options options = bearssl_no_tls;
    unsigned code = 1;

    for (size_t i = 1; code != 0 && i < 1000; i++) {
        unit_memory memory;
        httpsc_tls_config *config;
        httpsc_bearssl_x509 *x509 = NULL;
        int opened;

        unit_memory_init(&memory);
        options.allocator = memory.allocator;
        config = bearssl_config(&options);
        memory.fail_at = memory.num_allocs + i;
        opened = httpsc_bearssl_x509_open(config, NULL, NULL, &x509, NULL);
        CHECK(opened == HTTPSC_OK || opened == HTTPSC_ERR_MEMORY);
        CHECK((opened == HTTPSC_OK) == (x509 != NULL));
        if (x509 != NULL) {
            const br_x509_class **engine = httpsc_bearssl_x509_engine(x509);

            code = bearssl_chain(engine, 0, 0, 0);
            CHECK(code == 0 || code == BR_ERR_X509_LIMIT_EXCEEDED);
            CHECK((code == 0) == ((*engine)->get_pkey(engine, NULL) != NULL));
        }
        httpsc_bearssl_x509_close(x509);
        httpsc_tls_config_close(config);
        CHECK_INT(memory.live_blocks, 0);
        CHECK_INT(memory.misuse, 0);
    }
    CHECK_INT(code, 0);
}

UNIT_MAIN(UNIT(servers), UNIT(settings), UNIT(limits), UNIT(the_key), UNIT(memory_runs_out))
