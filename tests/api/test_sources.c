/*
 * Where trust comes from: directories, files added to the defaults, the environment, and lists of
 * what was revoked; and what a configuration tells of them.
 */
#include "httpsc.h"

#include "../support/verification.h"

static void sources_look_at(const httpsc_tls_options *tls, httpsc_trust_info *out)
{
    httpsc_error error = drive_no_error;
    httpsc_tls_config *config = NULL;

    memset(out, 0, sizeof *out);
    CHECK_INT(httpsc_tls_config_open(tls, &config, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    if (config != NULL) {
        static char path[256];
        static char skipped[256];

        httpsc_tls_config_trust(config, out);
        if (out->path != NULL) {
            snprintf(path, sizeof path, "%s", out->path);
            out->path = path;
        }
        if (out->skipped != NULL) {
            snprintf(skipped, sizeof skipped, "%s", out->skipped);
            out->skipped = skipped;
        }
    }
    httpsc_tls_config_close(config); /* source is a constant */
}

/* ---- roots ---------------------------------------------------------------------------------- */

static void a_directory(void)
{
    httpsc_options options = verification_no_options;
    httpsc_trust_info info;

    options.tls.ca_dir = "files";
    sources_look_at(&options.tls, &info);
    CHECK_TEXT(info.source, "caller");
    CHECK_TEXT(info.path, "files");
    CHECK_INT(info.num_anchors, 2);
    CHECK_INT(info.num_skipped, 1); /* what is not a file, or gone, is passed over */
    CHECK(info.skipped != NULL);
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);

    options.tls.ca_dir = "hashed"; /* the root alone has such a name */
    sources_look_at(&options.tls, &info);
    CHECK_INT(info.num_anchors, 1);
    CHECK_INT(info.num_skipped, 0);
    CHECK(info.skipped == NULL);
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);

    options.tls.ca_file = "ca2.pem"; /* both, and the file's path is told */
    sources_look_at(&options.tls, &info);
    CHECK_TEXT(info.path, "ca2.pem");
    CHECK_INT(info.num_anchors, 2);
}

static void directories_that_are_none(void)
{
    httpsc_tls_options tls = verification_no_tls;

    tls.ca_dir = "nonexistent";
    verification_refused(&tls, HTTPSC_ERR_TRUST_UNREADABLE, "nonexistent");
    tls.ca_dir = "ca.pem";
    verification_refused(&tls, HTTPSC_ERR_TRUST_UNREADABLE, "ca.pem");
    tls.ca_dir = "empty";
    verification_refused(&tls, HTTPSC_ERR_TRUST_EMPTY, "empty");
    tls.ca_file = "ca.pem"; /* a root that is there does not excuse a directory that is not */
    tls.ca_dir = "nonexistent";
    verification_refused(&tls, HTTPSC_ERR_TRUST_UNREADABLE, "nonexistent");
}

static void roots_are_added(void)
{
    httpsc_options options = verification_options();
    httpsc_trust_info alone;
    httpsc_trust_info both;

    options.tls.ca_add = 1;
    options.tls.trust = HTTPSC_TRUST_EMBEDDED;
    sources_look_at(&options.tls, &both);
    CHECK_TEXT(both.source, "caller and embedded");
    CHECK_TEXT(both.path, "ca.pem");
    options.tls.ca_file = NULL;
    sources_look_at(&options.tls, &alone); /* ca_add by itself changes nothing */
    CHECK_TEXT(alone.source, "embedded");
    CHECK(alone.path == NULL);
    CHECK(alone.num_anchors > 100);
    CHECK_INT(both.num_anchors, alone.num_anchors + 1);
    CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CERT_UNKNOWN_ISSUER);
    options.tls.ca_file = "ca.pem";
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);

    options.tls.trust = HTTPSC_TRUST_DEFAULT;
    sources_look_at(&options.tls, &both);
    CHECK(strcmp(both.source, "caller and system") == 0 ||
          strcmp(both.source, "caller and embedded") == 0);
    CHECK(both.num_anchors > 1);

    options.tls.ca_file = "empty.pem"; /* what the caller gave was to count */
    verification_refused(&options.tls, HTTPSC_ERR_TRUST_EMPTY, "empty.pem");
    options.tls.ca_file = "garbage.pem";
    verification_refused(&options.tls, HTTPSC_ERR_TRUST_EMPTY, "1 entries were skipped");
    options.tls.ca_file = "nonexistent";
    verification_refused(&options.tls, HTTPSC_ERR_TRUST_UNREADABLE, "nonexistent");
}

static void roots_of_the_system(void)
{
    httpsc_tls_options tls = verification_no_tls;
    httpsc_trust_info info;

    if (access("/etc/ssl/certs/ca-certificates.crt", R_OK) != 0) {
        SKIP("no /etc/ssl/certs/ca-certificates.crt");
    }
    sources_look_at(&tls, &info);
    CHECK_TEXT(info.source, "system");
    CHECK(info.path != NULL && info.path[0] == '/');
    CHECK(info.num_anchors > 0);
    tls.trust = (httpsc_trust)99;
    verification_refused(&tls, HTTPSC_ERR_ARGUMENT, "trust");
}

static void the_environment(void)
{
    httpsc_options options = verification_no_options;
    httpsc_trust_info info;

    setenv("SSL_CERT_FILE", "ca.pem", 1);
    sources_look_at(&options.tls, &info); /* nobody asked for it */
    CHECK(strcmp(info.source, "environment") != 0);
    CHECK(info.path == NULL || strcmp(info.path, "ca.pem") != 0);

    options.tls.use_environment = 1;
    sources_look_at(&options.tls, &info);
    CHECK_TEXT(info.source, "environment");
    CHECK_TEXT(info.path, "ca.pem");
    CHECK_INT(info.num_anchors, 1);
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);

    options.tls.use_environment = 0; /* the client's own flag is the same */
    options.use_environment = 1;
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);

    options.tls.ca_file = "ca2.pem"; /* what the caller names goes before it */
    CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CERT_UNKNOWN_ISSUER);
    options.tls.use_environment = 1;
    sources_look_at(&options.tls, &info);
    CHECK_TEXT(info.source, "caller");
    CHECK_INT(info.num_anchors, 1);
    options.tls.ca_file = NULL;

    setenv("SSL_CERT_DIR", "files", 1);
    sources_look_at(&options.tls, &info);
    CHECK_INT(info.num_anchors, 3);
    setenv("SSL_CERT_FILE", "nonexistent", 1);
    verification_refused(&options.tls, HTTPSC_ERR_TRUST_UNREADABLE, "nonexistent");
    unsetenv("SSL_CERT_FILE");
    setenv("SSL_CERT_DIR", "empty", 1);
    verification_refused(&options.tls, HTTPSC_ERR_TRUST_EMPTY, "empty");
    unsetenv("SSL_CERT_DIR");
}

static void what_was_skipped_is_told(void)
{
    httpsc_tls_options tls = verification_no_tls;
    httpsc_trust_info info;

    tls.ca_file = "ca-onebad.pem";
    sources_look_at(&tls, &info);
    CHECK_TEXT(info.source, "caller");
    CHECK_TEXT(info.path, "ca-onebad.pem");
    CHECK_INT(info.num_anchors, 2);
    CHECK_INT(info.num_skipped, 1);
    CHECK(info.skipped != NULL && info.skipped[0] != '\0');
    CHECK_INT(info.num_crls, 0);
    tls.ca_file = NULL;
    tls.ca_memory = verification_read("ca.der");
    sources_look_at(&tls, &info);
    CHECK_TEXT(info.source, "caller");
    CHECK(info.path == NULL);
    CHECK_INT(info.num_anchors, 1);
    tls.ca_memory.ptr = NULL;
    tls.insecure_chain = HTTPSC_INSECURE_ANY_ISSUER;
    sources_look_at(&tls, &info);
    CHECK_TEXT(info.source, "none");
    CHECK_INT(info.num_anchors, 0);
}

/* ---- revocation ----------------------------------------------------------------------------- */

static void revocation(void)
{
    static const struct {
        const char *file;
        size_t num_crls;
        int code;
    } cases[] = {{"none-revoked.crl", 1, HTTPSC_OK},
                 {"good-revoked.crl", 1, HTTPSC_ERR_CERT_REVOKED},
                 {"good-revoked-der.crl", 1, HTTPSC_ERR_CERT_REVOKED},
                 {"intermediate-revoked.crl", 1, HTTPSC_ERR_CERT_REVOKED},
                 {"both.crl", 2, HTTPSC_ERR_CERT_REVOKED}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int in_memory = 0; in_memory < 2; in_memory++) {
            httpsc_options options = verification_options();
            httpsc_trust_info info;

            if (in_memory) {
                options.tls.crl_memory = verification_read(cases[i].file);
            } else {
                options.tls.crl_file = cases[i].file;
            }
            sources_look_at(&options.tls, &info);
            CHECK_INT(info.num_crls, cases[i].num_crls);
            CHECK_INT(verification_code(&options, "good"), cases[i].code);
        }
    }
}

static void revocation_of_another(void)
{
    httpsc_options options = verification_options();

    options.tls.crl_file = "good-revoked.crl";
    CHECK_INT(verification_code(&options, "good-rsa"), HTTPSC_OK);
    options.tls.crl_memory = verification_read("intermediate-revoked.crl"); /* both count */
    CHECK_INT(verification_code(&options, "good-rsa"), HTTPSC_ERR_CERT_REVOKED);
    CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CERT_REVOKED);
}

static void revocation_lists_that_are_none(void)
{
    httpsc_tls_options tls = verification_options().tls;

    tls.crl_file = "nonexistent";
    verification_refused(&tls, HTTPSC_ERR_TRUST_UNREADABLE, "nonexistent");
    tls.crl_file = "empty";
    verification_refused(&tls, HTTPSC_ERR_TRUST_UNREADABLE, "empty");
    tls.crl_file = "empty.pem";
    verification_refused(&tls, HTTPSC_ERR_TRUST_EMPTY, "empty.pem");
    tls.crl_file = "ca.pem"; /* certificates are no list */
    verification_refused(&tls, HTTPSC_ERR_TRUST_EMPTY, "ca.pem");
    tls.crl_file = "bad.crl";
    verification_refused(&tls, HTTPSC_ERR_TRUST_UNREADABLE, "bad.crl, revocation list 1: it is");
    /* one that is good does not excuse one that is not, and whom that would name */
    tls.crl_file = "one-bad.crl";
    verification_refused(&tls, HTTPSC_ERR_TRUST_UNREADABLE, "one-bad.crl, revocation list 2: it");
    tls.crl_file = "one-cut.crl";
    verification_refused(&tls, HTTPSC_ERR_TRUST_UNREADABLE, "one-cut.crl, revocation list 2: it");
    tls.crl_file = "none-revoked.crl"; /* nor does one in another source */
    tls.crl_memory = verification_read("ca.pem");
    verification_refused(&tls, HTTPSC_ERR_TRUST_EMPTY, "crl_memory");
    tls.crl_memory = verification_read("bad.crl");
    verification_refused(&tls, HTTPSC_ERR_TRUST_UNREADABLE, "crl_memory, revocation list 1");
    tls.crl_file = "ca.pem";
    tls.crl_memory = verification_read("none-revoked.crl");
    verification_refused(&tls, HTTPSC_ERR_TRUST_EMPTY, "ca.pem");
}

UNIT_MAIN(UNIT(certificates_are_made), UNIT(a_directory), UNIT(directories_that_are_none),
          UNIT(roots_are_added), UNIT(roots_of_the_system), UNIT(the_environment),
          UNIT(what_was_skipped_is_told), UNIT(revocation), UNIT(revocation_of_another),
          UNIT(revocation_lists_that_are_none))
