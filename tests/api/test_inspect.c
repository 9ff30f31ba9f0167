/* Certificates to be looked at, and chains to be verified, without a connection. */
#include "httpsc.h"

#include "../support/verification.h"

static httpsc_bytes inspect_copy(const char *file, unsigned char *place, size_t size)
{
    httpsc_bytes bytes = verification_read(file);

    CHECK(bytes.len > 0 && bytes.len <= size);
    memcpy(place, bytes.ptr, bytes.len);
    bytes.ptr = place;
    return bytes;
}

static void a_certificate_is_described(void)
{
    httpsc_certificate_info info;
    httpsc_bytes pin;

    memset(&info, 0xA5, sizeof info);
    CHECK_INT(httpsc_certificate_describe(verification_read("good.der"), &info), HTTPSC_OK);
    CHECK_TEXT(info.subject, "localhost");
    CHECK_TEXT(info.issuer, "httpsc test intermediate");
    CHECK_TEXT(info.key, "EC P-256");
    CHECK_INT(info.num_names, 4);
    CHECK_TEXT(info.names[0], "localhost");
    CHECK_TEXT(info.names[1], "*.wild.test");
    CHECK_TEXT(info.names[2], "127.0.0.1");
    CHECK_TEXT(info.names[4], "");
    CHECK_INT(info.not_before, INT64_C(1704067200));
    CHECK_INT(info.not_after, INT64_C(2524607999));
    CHECK_INT(info.is_ca, 0);
    CHECK_INT(info.is_self_issued, 0);
    pin = verification_read("good.pin");
    CHECK(pin.len == 32 && memcmp(pin.ptr, info.pin, 32) == 0);

    CHECK_INT(httpsc_certificate_describe(verification_read("ca.der"), &info), HTTPSC_OK);
    CHECK_TEXT(info.subject, "httpsc test root");
    CHECK_INT(info.num_names, 0);
    CHECK_INT(info.is_ca, 1);
    CHECK_INT(info.is_self_issued, 1);
}

/* More names than there is room for, one too long for its place, a subject that is escaped. */
static void a_certificate_of_extremes(void)
{
    static const char script[] =
        "set -eu\n"
        "names=\n"
        "for i in 1 2 3 4 5 6 7 8 9 10 11; do names=$names,DNS:n$i.example; done\n"
        "label=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg\n"
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout x.key -days 30 -outform DER \\\n"
        "    -out many.der -subj \"/CN=$(printf 'a\\033[31mb\\\\\\\\')\" \\\n"
        "    -addext \"subjectAltName=DNS:$label.$label.$label.$label$names,email:a@b.example\"\n"
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout x.key -days 30 -outform DER \\\n"
        "    -out bare.der -subj / -addext subjectAltName=URI:http://a.example\n";
    httpsc_certificate_info info;

    verification_run(script);
    CHECK_INT(httpsc_certificate_describe(verification_read("many.der"), &info), HTTPSC_OK);
    CHECK_INT(info.num_names, 12);
    CHECK_TEXT(info.key, "RSA 2048");
    CHECK(strchr(info.subject, '\033') == NULL);
    CHECK(strstr(info.subject, "\\x1b") != NULL || strstr(info.subject, "\\x1B") != NULL);
    CHECK(strlen(info.names[0]) < sizeof info.names[0]);
    CHECK(strncmp(info.names[0], "aaaaaaaaaabbbbbbbbbb", 20) == 0);
    CHECK_TEXT(info.names[9], "n9.example");
    CHECK_INT(httpsc_certificate_describe(verification_read("bare.der"), &info), HTTPSC_OK);
    CHECK_TEXT(info.subject, "");
    CHECK_TEXT(info.issuer, "");
    CHECK_INT(info.num_names, 0); /* no host can match a URI */
}

static void no_certificate(void)
{
    static const httpsc_bytes nothing;
    httpsc_certificate_info info;
    httpsc_bytes der = verification_read("good.der");

    memset(&info, 0x5A, sizeof info);
    for (size_t len = 0; len < der.len; len++) {
        httpsc_bytes cut = der;

        cut.len = len;
        CHECK_INT(httpsc_certificate_describe(cut, &info), HTTPSC_ERR_CERT_INVALID);
    }
    CHECK_INT(httpsc_certificate_describe(nothing, &info), HTTPSC_ERR_CERT_INVALID);
    CHECK_INT(info.subject[0], 0x5A); /* not written */
    CHECK_INT(httpsc_certificate_describe(der, NULL), HTTPSC_ERR_ARGUMENT);
    der.ptr = NULL;
    CHECK_INT(httpsc_certificate_describe(der, &info), HTTPSC_ERR_ARGUMENT);
}

#define INSPECT_2030 INT64_C(1893456000)
#define INSPECT_2060 INT64_C(2840140800)

static int inspect_num_calls;

static int inspect_see(void *user, const httpsc_peer *peer)
{
    inspect_num_calls++;
    CHECK_INT(peer->num_certs, 2);
    CHECK_TEXT(peer->host, "localhost");
    return *(int *)user;
}

static httpsc_tls_config *inspect_config(const httpsc_tls_options *options)
{
    httpsc_error error = drive_no_error;
    httpsc_tls_config *config = NULL;

    CHECK_INT(httpsc_tls_config_open(options, &config, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    return config;
}

static void a_chain_is_verified(void)
{
    static const struct {
        const char *host;
        int64_t unix_time;
        size_t num_certs;
        int code;
    } cases[] = {{"localhost", INSPECT_2030, 2, HTTPSC_OK},
                 {"127.0.0.1", INSPECT_2030, 2, HTTPSC_OK},
                 {"[::1]", INSPECT_2030, 2, HTTPSC_OK},
                 {"other.example", INSPECT_2030, 2, HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"localhost", INSPECT_2060, 2, HTTPSC_ERR_CERT_EXPIRED},
                 {"localhost", 0, 2, HTTPSC_ERR_CERT_NOT_YET_VALID},
                 {"localhost", INSPECT_2030, 1, HTTPSC_ERR_CERT_INCOMPLETE_CHAIN},
                 {"localhost", INSPECT_2030, 0, HTTPSC_ERR_ARGUMENT},
                 {"", INSPECT_2030, 2, HTTPSC_ERR_ARGUMENT},
                 {".", INSPECT_2030, 2, HTTPSC_ERR_ARGUMENT},
                 {NULL, INSPECT_2030, 2, HTTPSC_ERR_ARGUMENT}};
    unsigned char place[2][4096];
    httpsc_tls_options tls = verification_options().tls;
    httpsc_tls_config *config = inspect_config(&tls);
    httpsc_bytes chain[11];
    httpsc_error error;

    chain[0] = inspect_copy("good.der", place[0], sizeof place[0]);
    for (size_t i = 1; i < 11; i++) {
        chain[i] = inspect_copy("intermediate.der", place[1], sizeof place[1]);
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        error = drive_no_error;
        CHECK_INT(httpsc_verify_chain(config, chain, cases[i].num_certs, cases[i].host,
                                      cases[i].unix_time, &error),
                  cases[i].code);
        CHECK_INT(error.code, cases[i].code);
    }
    CHECK_INT(httpsc_verify_chain(config, chain, 10, "localhost", INSPECT_2030, NULL), HTTPSC_OK);
    CHECK_INT(httpsc_verify_chain(config, chain, 11, "localhost", INSPECT_2030, NULL),
              HTTPSC_ERR_LIMIT_CERT);
    CHECK_INT(httpsc_verify_chain(config, chain, SIZE_MAX, "localhost", INSPECT_2030, NULL),
              HTTPSC_ERR_LIMIT_CERT);
    CHECK_INT(httpsc_verify_chain(NULL, chain, 2, "localhost", INSPECT_2030, NULL),
              HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_verify_chain(config, NULL, 2, "localhost", INSPECT_2030, NULL),
              HTTPSC_ERR_ARGUMENT);
    chain[1].ptr = NULL;
    CHECK_INT(httpsc_verify_chain(config, chain, 2, "localhost", INSPECT_2030, NULL),
              HTTPSC_ERR_ARGUMENT);
    httpsc_tls_config_close(config);
}

static void all_that_the_configuration_says(void)
{
    static const unsigned char pin[1][32] = {{1}};
    unsigned char place[2][4096];
    httpsc_tls_options tls = verification_options().tls;
    httpsc_bytes chain[2];
    httpsc_tls_config *config;
    int answer = HTTPSC_OK;

    chain[0] = inspect_copy("good.der", place[0], sizeof place[0]);
    chain[1] = inspect_copy("intermediate.der", place[1], sizeof place[1]);
    inspect_num_calls = 0;
    tls.verify = inspect_see;
    tls.verify_user = &answer;
    config = inspect_config(&tls);
    CHECK_INT(httpsc_verify_chain(config, chain, 2, "localhost", INSPECT_2030, NULL), HTTPSC_OK);
    answer = -1;
    CHECK_INT(httpsc_verify_chain(config, chain, 2, "localhost", INSPECT_2030, NULL),
              HTTPSC_ERR_CERT_REFUSED);
    CHECK_INT(inspect_num_calls, 2);
    httpsc_tls_config_close(config);

    tls.verify = NULL;
    tls.pins = pin;
    tls.num_pins = 1;
    config = inspect_config(&tls);
    CHECK_INT(httpsc_verify_chain(config, chain, 2, "localhost", INSPECT_2030, NULL),
              HTTPSC_ERR_CERT_PIN_MISMATCH);
    httpsc_tls_config_close(config);

    tls.num_pins = 0;
    tls.insecure_name = HTTPSC_INSECURE_ANY_NAME;
    config = inspect_config(&tls);
    CHECK_INT(httpsc_verify_chain(config, chain, 2, NULL, INSPECT_2030, NULL), HTTPSC_OK);
    CHECK_INT(httpsc_verify_chain(config, chain, 2, "a b", INSPECT_2030, NULL),
              HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_verify_chain(config, chain, 1, NULL, INSPECT_2030, NULL),
              HTTPSC_ERR_CERT_INCOMPLETE_CHAIN);
    httpsc_tls_config_close(config);
}

UNIT_MAIN(UNIT(certificates_are_made), UNIT(a_certificate_is_described),
          UNIT(a_certificate_of_extremes), UNIT(no_certificate), UNIT(a_chain_is_verified),
          UNIT(all_that_the_configuration_says))
