/*
 * Where trust comes from: directories, files added to the defaults, the environment, and lists of
 * what was revoked; and what a configuration tells of them.
 */
#include "httpsc.h"

#include "../support/verification.h"

#include <sys/wait.h>
#include <unistd.h>

#define SOURCES_EMPTY "ERR_TRUST_EMPTY no root certificate, or no CRL, was loaded: "
#define SOURCES_UNREADABLE "ERR_TRUST_UNREADABLE a file of certificates or CRLs cannot be read: "

#define CHECK_PART(text, part) \
    do { \
        if (strstr(text, part) == NULL) { \
            CHECK_TEXT(text, part); \
        } \
    } while (0)

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
    CHECK_INT(info.num_skipped, 3); /* garbage, and what is not a file, or gone */
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
    verification_run("mkdir dangling; ln -s /nonexistent dangling/5ed36f99.0\n");
    tls.ca_dir = "dangling";
    verification_refused(&tls, HTTPSC_ERR_TRUST_EMPTY,
                         "dangling: 1 entries were skipped, the first is a file that cannot");
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

/* Makes a directory the root of all files: as root, or else in a user namespace of its own. */
static int sources_enter(const char *root)
{
#ifdef __linux__
    extern int unshare(int flags); /* in <sched.h> under _GNU_SOURCE */

    if (geteuid() != 0 && unshare(0x10000000 /* CLONE_NEWUSER */) != 0) {
        return 0;
    }
#endif
    return chroot(root) == 0 && chdir("/") == 0;
}

/* Opens a configuration where a directory is the root of all files, and tells how that went: the
 * source, the path and whether there are many roots; or the error. 0 where that cannot be tried. */
static int sources_within(const char *root, const httpsc_tls_options *tls, char *told, size_t size)
{
    ssize_t len;
    pid_t child;
    int ends[2];

    fflush(stdout);
    if (pipe(ends) != 0 || (child = fork()) < 0) {
        return 0;
    }
    if (child == 0) {
        httpsc_error error = drive_no_error;
        httpsc_tls_config *config = NULL;
        httpsc_trust_info info;

        if (!sources_enter(root)) {
            _exit(1);
        }
        if (httpsc_tls_config_open(tls, &config, &error) != HTTPSC_OK) {
            snprintf(told, size, "%s %s", httpsc_code_name(error.code), error.text);
        } else {
            httpsc_tls_config_trust(config, &info);
            snprintf(told, size, "%s %s %d", info.source, info.path == NULL ? "-" : info.path,
                     info.num_anchors > 100 ? 100 : (int)info.num_anchors);
        }
        _exit(write(ends[1], told, strlen(told)) < 0);
    }
    close(ends[1]);
    len = read(ends[0], told, size - 1);
    close(ends[0]);
    waitpid(child, NULL, 0);
    told[len > 0 ? len : 0] = '\0';
    return len > 0;
}

/* The system's roots are what its administrator says, none and unreadable included. */
static void places_of_the_system(void)
{
    static const struct {
        const char *script; /* in the root of all files */
        const char *by_default;
        const char *by_system;
    } cases[] = {
        {"", "embedded - 100", "ERR_TRUST_EMPTY"},
        {"mkdir -p etc/ssl/certs\n", "embedded - 100", "ERR_TRUST_EMPTY"},
        {"cp ../ca2.pem etc/ssl/cert.pem\n", "system /etc/ssl/cert.pem 1", NULL},
        /* the first that is there, whatever is in it */
        {": >etc/ssl/ca-bundle.pem\n", SOURCES_EMPTY "/etc/ssl/ca-bundle.pem", NULL},
        {"ln -s loop etc/pki/tls/certs/loop; ln -s loop etc/pki/tls/certs/ca-bundle.crt\n",
         SOURCES_UNREADABLE "/etc/pki/tls/certs/ca-bundle.crt", NULL},
        {"mkdir etc/ssl/certs/ca-certificates.crt\n",
         SOURCES_UNREADABLE "/etc/ssl/certs/ca-certificates.crt", NULL},
        {"rmdir etc/ssl/certs/ca-certificates.crt\n"
         "cp ../ca.pem etc/ssl/certs/ca-certificates.crt\n",
         "system /etc/ssl/certs/ca-certificates.crt 1", NULL},
        /* hashed files, where there is no bundle */
        {"rm -r etc/pki etc/ssl; mkdir -p etc/ssl/certs etc/pki/tls/certs\n"
         "cp ../ca.pem etc/pki/tls/certs; cp ../ca.pem etc/ssl/certs\n",
         "embedded - 100", "ERR_TRUST_EMPTY"},
        {"cp ../ca.pem etc/pki/tls/certs/5ed36f99.0\n", "system /etc/pki/tls/certs/ 1", NULL},
        {": >etc/ssl/certs/5ed36f99.0\n", SOURCES_EMPTY "/etc/ssl/certs/", NULL},
        {"rm -r etc/ssl/certs; ln -s certs etc/ssl/certs\n",
         SOURCES_UNREADABLE "/etc/ssl/certs/", NULL},
    };

    verification_run("mkdir -p within/etc/ssl within/etc/pki/tls/certs\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        httpsc_tls_options tls = verification_no_tls;
        char script[300];
        char told[1000];

        snprintf(script, sizeof script, "cd within\n%s", cases[i].script);
        verification_run(script);
        if (!sources_within("within", &tls, told, sizeof told)) {
            SKIP("no right to chroot");
        }
        CHECK_PART(told, cases[i].by_default);
        tls.trust = HTTPSC_TRUST_SYSTEM;
        CHECK(sources_within("within", &tls, told, sizeof told));
        CHECK_PART(told, cases[i].by_system != NULL ? cases[i].by_system : cases[i].by_default);
    }
}

/* In place of the system's roots, and beside them, what is embedded comes in whole. */
static void roots_are_added_to_no_system(void)
{
    httpsc_tls_options tls = verification_no_tls;
    char told[1000];

    verification_run("mkdir nothing; cp ca.pem nothing\n");
    tls.ca_file = "/ca.pem";
    tls.ca_add = 1;
    if (!sources_within("nothing", &tls, told, sizeof told)) {
        SKIP("no right to chroot");
    }
    CHECK_TEXT(told, "caller and embedded /ca.pem 100");
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

/* SSL_CERT_DIR is a list for OpenSSL, and what is not there is passed over. */
static void directories_of_the_environment(void)
{
    static const struct {
        const char *list;
        size_t num_anchors;
    } cases[] = {{"files:hashed", 3}, {"nonexistent:hashed", 1}, {"hashed:nonexistent", 1},
                 {":hashed::", 1}, {"ca.pem:hashed", 1}};
    httpsc_tls_options tls = verification_no_tls;
    httpsc_trust_info info;

    tls.use_environment = 1;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        setenv("SSL_CERT_DIR", cases[i].list, 1);
        sources_look_at(&tls, &info);
        CHECK_TEXT(info.source, "environment");
        CHECK_TEXT(info.path, i == 0 ? "files" : "hashed");
        CHECK_INT(info.num_anchors, cases[i].num_anchors);
    }
    setenv("SSL_CERT_DIR", "nonexistent:neither", 1);
    verification_refused(&tls, HTTPSC_ERR_TRUST_UNREADABLE, "nonexistent:neither");
    unsetenv("SSL_CERT_DIR");
    tls.ca_dir = "files:hashed"; /* a path, as it is */
    verification_refused(&tls, HTTPSC_ERR_TRUST_UNREADABLE, "files:hashed");
}

/* DEFENCES H18: a file that changes under an open client is neither the server's fault nor trusted,
 * and one that takes its place does not matter. */
static void a_file_that_changes(void)
{
    static const struct {
        const char *script;
        int code;
    } cases[] = {{"cp ca.pem beside.pem; mv beside.pem roots.pem\n", HTTPSC_OK},
                 {"cat ca2.pem >beside.pem; mv beside.pem roots.pem\n", HTTPSC_OK},
                 {"cat ca2.pem >roots.pem\n", HTTPSC_ERR_TRUST_UNREADABLE},
                 {"head -c 200 ca.pem >roots.pem\n", HTTPSC_ERR_TRUST_UNREADABLE},
                 {": >roots.pem\n", HTTPSC_ERR_TRUST_UNREADABLE}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        server *there = server_run("good", verification_answer);
        httpsc_options options = verification_options();
        httpsc_error error = drive_no_error;
        httpsc_response *response = NULL;
        httpsc_client *client;

        verification_run("cp ca.pem roots.pem\n");
        options.tls.ca_file = "roots.pem";
        client = drive_client(&options);
        verification_run(cases[i].script);
        CHECK_INT(httpsc_get(client, server_url(there, "/"), &response, &error), cases[i].code);
        CHECK(cases[i].code == HTTPSC_OK || strstr(error.text, "roots.pem") != NULL);
        CHECK_INT(error.code, cases[i].code);
        httpsc_response_close(response);
        httpsc_client_close(client);
        server_close(there);
    }
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
          UNIT(roots_are_added), UNIT(roots_of_the_system), UNIT(places_of_the_system),
          UNIT(roots_are_added_to_no_system), UNIT(the_environment),
          UNIT(directories_of_the_environment), UNIT(a_file_that_changes),
          UNIT(what_was_skipped_is_told), UNIT(revocation), UNIT(revocation_of_another),
          UNIT(revocation_lists_that_are_none))
