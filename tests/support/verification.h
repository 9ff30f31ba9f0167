/*
 * What the tests of server verification share: certificates, lists and directories beside those of
 * tests/certs.sh, which the openssl command makes into a directory of the program's own, and one
 * connection at a time. Include httpsc.h before it; certificates_are_made is the first test.
 */
#ifndef VERIFICATION_H
#define VERIFICATION_H

#include "drive.h"

#include <unistd.h>

static const peer_step verification_answer[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};

static const httpsc_options verification_no_options;
static const httpsc_tls_options verification_no_tls;

/* ---- what there is to load ------------------------------------------------------------------ */

static char verification_dir[] = "/tmp/httpsc-verification-XXXXXX";

/* NAME.pin is the hash of NAME's key; NAME.crl a list of what ISSUER has revoked; `padded` is the
 * server's chain with a stranger in it, as `good` otherwise. */
static const char verification_script[] =
    "set -eu\n"
    "cp \"$HTTPSC_TEST_CERTS\"/*.pem \"$HTTPSC_TEST_CERTS\"/*.key \"$HTTPSC_TEST_CERTS\"/*.der .\n"
    "for name in good intermediate ca ca2 selfsigned; do\n"
    "    openssl x509 -in $name.pem -pubkey -noout | openssl pkey -pubin -outform DER |\n"
    "        openssl dgst -sha256 -binary >$name.pin\n"
    "done\n"
    "openssl x509 -in good.pem -outform DER -out good.der\n"
    "openssl x509 -in intermediate.pem -outform DER -out intermediate.der\n"
    "openssl x509 -in good.pem -out padded.pem\n"
    "cat ca2.pem intermediate.pem >>padded.pem\n"
    "cp good.key padded.key\n"
    "crl() {\n" /* NAME ISSUER [REVOKED] */
    "    : >index\n"
    "    echo 01 >number\n"
    "    [ $# -lt 3 ] || printf 'R\\t491231235959Z\\t250101000000Z\\t%s\\tunknown\\t/CN=x\\n' \\\n"
    "        \"$(openssl x509 -in $3.pem -noout -serial | sed 's/.*=//')\" >index\n"
    "    printf '[ca]\\ndefault_ca=c\\n[c]\\ndatabase=index\\ncrlnumber=number\\n' >conf\n"
    "    printf 'default_md=sha256\\ncrl_extensions=e\\n[e]\\n' >>conf\n"
    "    printf 'authorityKeyIdentifier=keyid\\n' >>conf\n"
    "    openssl ca -gencrl -config conf -cert $2.pem -keyfile $2.key -crldays 3650 -out $1.crl\n"
    "}\n"
    "crl none-revoked intermediate\n"
    "crl good-revoked intermediate good\n"
    "crl intermediate-revoked ca intermediate\n"
    "openssl crl -in good-revoked.crl -outform DER -out good-revoked-der.crl\n"
    "sed '2s/./!/' none-revoked.crl >bad.crl\n"
    "cat none-revoked.crl bad.crl >one-bad.crl\n"
    "cat none-revoked.crl good-revoked.crl >both.crl\n"
    "sed '$d' both.crl >one-cut.crl\n"
    "mkdir files files/below empty hashed\n"
    "cp ca.pem files/ours\n"
    "cp ca2.pem files/theirs.pem\n"
    "cp garbage.pem files/garbage.pem\n"
    "cp ca2.pem files/below/more.pem\n"
    "ln -s /nonexistent files/dangling.pem\n"
    "cp ca.pem hashed/5ed36f99.0\n"
    "for name in 5ed36f9.0 5ed36f991.0 5ed36f99. 5ed36f99.r0 5ed36f99.0x 5ed36f9g.0 ca2.pem; do\n"
    "    cp ca2.pem hashed/$name\n"
    "done\n";

static inline void verification_run(const char *script)
{
    FILE *shell;

    fflush(stdout);
    shell = popen("exec sh >log 2>&1", "w");
    if (shell == NULL || fputs(script, shell) < 0 || pclose(shell) != 0) {
        fprintf(stderr, "making the certificates failed: see %s/log\n", verification_dir);
        exit(3);
    }
}

static inline void verification_remove(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf '%s'", verification_dir);
    if (system(command) != 0) {
        fprintf(stderr, "cannot remove %s\n", verification_dir);
    }
}

/* The first of the tests: makes what the others load. The program goes there to stay. */
static inline void certificates_are_made(void)
{
    CHECK(mkdtemp(verification_dir) != NULL && chdir(verification_dir) == 0);
    if (!unit_failed) {
        atexit(verification_remove);
        verification_run(verification_script);
        setenv("HTTPSC_TEST_CERTS", verification_dir, 1);
        unsetenv("SSL_CERT_FILE");
        unsetenv("SSL_CERT_DIR");
    }
}

static inline httpsc_bytes verification_read(const char *file)
{
    static unsigned char place[65536];
    httpsc_bytes bytes = {place, 0};
    FILE *stream = fopen(file, "rb");

    CHECK(stream != NULL);
    if (stream != NULL) {
        bytes.len = fread(place, 1, sizeof place, stream);
        fclose(stream);
    }
    return bytes;
}

/* ---- one connection ------------------------------------------------------------------------- */

/* The root of the tests, and nothing else. */
static inline httpsc_options verification_options(void)
{
    httpsc_options options = verification_no_options;

    options.tls.ca_file = "ca.pem";
    return options;
}

/* GETs from a server with this certificate; host NULL: localhost. error and response may be NULL.
 * A refused server hears no request. */
static inline int verification_get(const httpsc_options *options, const char *certificate,
                                   const char *host, httpsc_error *error,
                                   httpsc_response **response)
{
    server *there = server_run(certificate, verification_answer);
    httpsc_options own = *options;
    httpsc_error own_error = drive_no_error;
    httpsc_client *client = NULL;
    httpsc_response *answer = NULL;
    char address[64];
    char url[128];
    int code;

    snprintf(address, sizeof address, "%s", server_address(there));
    snprintf(url, sizeof url, "https://%s:%d/", host == NULL ? "localhost" : host,
             server_port(there));
    own.connect_to = own.connect_to == NULL ? address : own.connect_to;
    code = httpsc_client_open(&own, &client, &own_error);
    if (code == HTTPSC_OK) {
        code = httpsc_get(client, url, &answer, &own_error);
        CHECK((code == HTTPSC_OK) == (server_count(there, 0, "GET") == 1));
    }
    CHECK_INT(own_error.code, code);
    if (response != NULL) {
        *response = answer;
    } else {
        httpsc_response_close(answer);
    }
    if (error != NULL) {
        *error = own_error;
    }
    httpsc_client_close(client);
    server_close(there);
    return code;
}

static inline int verification_code(const httpsc_options *options, const char *certificate)
{
    return verification_get(options, certificate, NULL, NULL, NULL);
}

/* Opens, fails, and leaves nothing behind. */
static inline void verification_refused(const httpsc_tls_options *tls, int code, const char *text)
{
    httpsc_tls_options own = *tls;
    httpsc_error error = drive_no_error;
    httpsc_tls_config *config = NULL;
    unit_memory memory;

    unit_memory_init(&memory);
    own.allocator = memory.allocator;
    CHECK_INT(httpsc_tls_config_open(&own, &config, &error), code);
    CHECK_INT(error.code, code);
    CHECK(config == NULL);
    CHECK_INT(memory.live_blocks, 0);
    if (strstr(error.text, text) == NULL) {
        CHECK_TEXT(error.text, text);
    }
}

#endif
