/* Files and memory of root certificates, in every state in which they are found. */
#include "httpsc.h"

#include "../support/drive.h"

static const peer_step trust_answer[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};

static httpsc_bytes trust_read(const char *file)
{
    static char text[65536];
    httpsc_bytes bytes = {NULL, 0};
    char *path = peer_path(file);
    FILE *stream = fopen(path, "rb");

    CHECK(stream != NULL);
    if (stream != NULL) {
        bytes.len = fread(text, 1, sizeof text, stream);
        bytes.ptr = (const unsigned char *)text;
        fclose(stream);
    }
    free(path);
    return bytes;
}

/* Opens what options name: the counts are these, and a server under the root is trusted or not. */
static void trust_look(const httpsc_tls_options *tls, const char *source, size_t num_anchors,
                       size_t num_skipped, int code)
{
    httpsc_options options = drive_options();
    httpsc_trust_info info;
    server *there = server_run("good", trust_answer);
    httpsc_client *client;

    options.tls = *tls;
    client = drive_client(&options);
    httpsc_tls_config_trust(httpsc_client_tls_config(client), &info);
    CHECK_TEXT(info.source, source);
    CHECK_INT(info.num_anchors, num_anchors);
    CHECK_INT(info.num_skipped, num_skipped);
    CHECK_INT(drive_send(client, "GET", server_url(there, "/"), NULL, NULL), code);
    httpsc_client_close(client);
    server_close(there);
}

static void files_that_are_good_enough(void)
{
    static const struct {
        const char *file;
        size_t num_anchors;
        size_t num_skipped;
        int code;
    } cases[] = {{"ca.pem", 1, 0, HTTPSC_OK},
                 {"ca-crlf.pem", 1, 0, HTTPSC_OK},
                 {"ca-noeol.pem", 1, 0, HTTPSC_OK},
                 {"ca.der", 1, 0, HTTPSC_OK},
                 {"ca-onebad.pem", 2, 1, HTTPSC_OK},
                 {"intermediate.pem", 1, 0, HTTPSC_OK}, /* what is put in here is trusted */
                 {"ca2.pem", 1, 0, HTTPSC_ERR_CERT_UNKNOWN_ISSUER}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        httpsc_tls_options tls = drive_options().tls;
        char *path = peer_path(cases[i].file);

        tls.ca_file = path;
        trust_look(&tls, "caller", cases[i].num_anchors, cases[i].num_skipped, cases[i].code);
        tls.ca_file = NULL;
        tls.ca_memory = trust_read(cases[i].file);
        trust_look(&tls, "caller", cases[i].num_anchors, cases[i].num_skipped, cases[i].code);
        free(path);
    }
}

static void a_file_and_memory(void)
{
    httpsc_tls_options tls = drive_options().tls;

    tls.ca_memory = trust_read("ca2.pem");
    trust_look(&tls, "caller", 2, 0, HTTPSC_OK);
}

static void trust_look_refused(const httpsc_tls_options *tls, int code)
{
    httpsc_options options = drive_options();
    httpsc_error error = drive_no_error;
    httpsc_tls_config *config = NULL;
    httpsc_client *client = NULL;
    unit_memory memory;

    unit_memory_init(&memory);
    options.tls = *tls;
    options.hooks.allocator = memory.allocator;
    CHECK_INT(httpsc_tls_config_open(tls, &config, &error), code);
    CHECK_INT(error.stage, HTTPSC_STAGE_CERTIFICATE);
    CHECK(config == NULL);
    CHECK_INT(httpsc_client_open(&options, &client, &error), code);
    CHECK(client == NULL);
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(memory.misuse, 0);
}

static void files_that_are_not(void)
{
    static const struct {
        const char *file;
        int code;
    } cases[] = {{"empty.pem", HTTPSC_ERR_TRUST_EMPTY},
                 {"garbage.pem", HTTPSC_ERR_TRUST_EMPTY},
                 {"ca.key", HTTPSC_ERR_TRUST_EMPTY}, /* PEM, but no certificate */
                 {".", HTTPSC_ERR_TRUST_UNREADABLE},
                 {"absent.pem", HTTPSC_ERR_TRUST_UNREADABLE},
                 {"ca.pem/within", HTTPSC_ERR_TRUST_UNREADABLE}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        httpsc_tls_options tls = drive_options().tls;
        char *path = peer_path(cases[i].file);

        tls.ca_file = path;
        trust_look_refused(&tls, cases[i].code);
        if (cases[i].code == HTTPSC_ERR_TRUST_EMPTY) {
            tls.ca_file = NULL;
            tls.ca_memory = trust_read(cases[i].file);
            trust_look_refused(&tls, cases[i].code);
        }
        free(path);
    }
}

/* Every certificate that must not pass, by the one client that trusts the root of the tests. */
static void certificates_that_are_refused(void)
{
    static const struct {
        const char *name;
        int code;
    } cases[] = {{"expired", HTTPSC_ERR_CERT_EXPIRED},
                 {"notyet", HTTPSC_ERR_CERT_NOT_YET_VALID},
                 {"wrongname", HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"selfsigned", HTTPSC_ERR_CERT_SELF_SIGNED},
                 {"nochain", HTTPSC_ERR_CERT_INCOMPLETE_CHAIN},
                 {"weak-rsa1024", HTTPSC_ERR_CERT_WEAK},
                 {"sha1", HTTPSC_ERR_CERT_WEAK},
                 {"clientauth", HTTPSC_ERR_CERT_KEY_USAGE},
                 {"constrained", HTTPSC_ERR_CERT_CONSTRAINT},
                 {"critical", HTTPSC_ERR_CERT_INVALID},
                 {"longchain", HTTPSC_ERR_LIMIT_CERT}};
    httpsc_client *client = drive_client(NULL);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        server *there = server_run(cases[i].name, trust_answer);

        CHECK_INT(drive_send(client, "GET", server_url(there, "/"), NULL, NULL), cases[i].code);
        server_wait_closed(there, 1);
        CHECK_INT(server_count(there, 0, "GET"), 0);
        server_close(there);
    }
    httpsc_client_close(client);
}

/* Keys and signatures of other sizes in the whole chain; and with a revocation list in hand, what
 * is not on it. */
static void certificates_that_are_good(void)
{
    static const char *const names[] = {"good",      "good-rsa",     "p384",   "rsa3072",
                                        "deep-p384", "deep-rsa3072", "revoked"};
    httpsc_options options = drive_options();
    char *crl = peer_path("ca.crl");

    for (size_t with_crl = 0; with_crl <= 1; with_crl++) {
        httpsc_client *client;

        options.tls.crl_file = with_crl ? crl : NULL;
        client = drive_client(&options);
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            server *there = server_run(names[i], trust_answer);
            int revoked = with_crl && strcmp(names[i], "revoked") == 0;

            CHECK_INT(drive_send(client, "GET", server_url(there, "/"), NULL, NULL),
                      revoked ? HTTPSC_ERR_CERT_REVOKED : HTTPSC_OK);
            server_close(there);
        }
        httpsc_client_close(client);
    }
    free(crl);
}

UNIT_MAIN(UNIT(files_that_are_good_enough), UNIT(a_file_and_memory), UNIT(files_that_are_not),
          UNIT(certificates_that_are_refused), UNIT(certificates_that_are_good))
