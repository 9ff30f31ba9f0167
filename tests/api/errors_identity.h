/* Of test_errors.c: the client's own certificate and key, and what servers say to it. */

/* Options with one identity of files of $HTTPSC_TEST_CERTS. */
static void errors_identity(const error_case *one, httpsc_identity *identity)
{
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, "https://localhost/", NULL);

    options.tls.identities = identity;
    options.tls.num_identities = 1;
    errors_run(one, &options, &request);
}

/* text: the file of certificates, the key's behind a NUL, the password behind another; "": none */
static void make_identity(const error_case *one)
{
    const char *key = one->text + strlen(one->text) + 1;
    const char *password = key + strlen(key) + 1;
    char *cert_path = peer_path(one->text);
    char *key_path = peer_path(key);
    httpsc_identity identity = {0};

    identity.cert_file = cert_path;
    identity.key_file = key[0] != '\0' ? key_path : NULL;
    identity.password = password[0] != '\0' ? password : NULL;
    errors_identity(one, &identity);
    free(cert_path);
    free(key_path);
}

/* text and limit: the bytes of a key, and how many */
static void make_identity_key(const error_case *one)
{
    char *cert_path = peer_path("clientauth.pem");
    error_case plain = *one;
    httpsc_identity identity = {0};

    identity.cert_file = cert_path;
    identity.key_memory.ptr = (const unsigned char *)one->text;
    identity.key_memory.len = one->limit_at;
    identity.password = "secret";
    plain.limit_at = 0;
    errors_identity(&plain, &identity);
    free(cert_path);
}

/* text is the identity that is shown, "" for none, to a server that wants one of ca's. */
static void make_refusal(const error_case *one)
{
    static const char *const versions[] = {"-tls1_2", "-tls1_3"};

    for (size_t i = 0; i < 2; i++) {
        const char *options_of[] = {versions[i], "-CAfile", "ca", "-Verify", "3",
                                    "-verify_return_error", NULL};
        openssl_server *there = openssl_server_start("good", options_of);
        httpsc_options options = errors_options(one);
        httpsc_identity identity = {0};
        httpsc_request request;
        char file[64];
        char url[64];
        char *cert_path;
        char *key_path;

        snprintf(file, sizeof file, "%s.pem", one->text);
        cert_path = peer_path(file);
        snprintf(file, sizeof file, "%s.key", one->text);
        key_path = peer_path(file);
        identity.cert_file = cert_path;
        identity.key_file = key_path;
        options.tls.identities = &identity;
        options.tls.num_identities = one->text[0] != '\0';
        snprintf(url, sizeof url, "https://localhost:%d/", openssl_server_port(there));
        request = drive_request(NULL, url, NULL);
        errors_run(one, &options, &request);
        openssl_server_stop(there);
        free(cert_path);
        free(key_path);
    }
}

/* An EncryptedPrivateKeyInfo that asks for 10,000,001 iterations of PBKDF2. */
#define ERRORS_MUCH_WORK \
    "\x30\x5f\x30\x4b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d\x30\x3e\x30\x1d\x06" \
    "\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c\x30\x10\x04\x08\x73\x61\x6c\x74\x73\x61" \
    "\x6c\x74\x02\x04\x00\x98\x96\x81\x30\x1d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01" \
    "\x2a\x04\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04" \
    "\x10\x78\x78\x78\x78\x78\x78\x78\x78\x78\x78\x78\x78\x78\x78\x78\x78"

#define ERRORS_OPENSSH \
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n"

#define ERRORS_KEY(text) make_identity_key, text, sizeof(text) - 1, 0, HTTPSC_STAGE_NONE

#define ERRORS_IDENTITY_CASES \
    {HTTPSC_ERR_CLIENT_CERT_REQUIRED, make_refusal, "", PLAIN}, \
    {HTTPSC_ERR_CLIENT_CERT_REFUSED, make_refusal, "clientauth-ca2", PLAIN}, \
    {HTTPSC_ERR_IDENTITY_UNREADABLE, make_identity, "no-such-file.pem\0\0", PLAIN}, \
    {HTTPSC_ERR_IDENTITY_EMPTY, make_identity, "clientauth.pem\0\0", PLAIN}, \
    {HTTPSC_ERR_IDENTITY_MISMATCH, make_identity, "clientauth.pem\0p384.key\0", PLAIN}, \
    {HTTPSC_ERR_KEY_FORM, ERRORS_KEY(ERRORS_OPENSSH)}, \
    {HTTPSC_ERR_KEY_PASSWORD_NEEDED, make_identity, "clientauth-locked.pem\0\0", PLAIN}, \
    {HTTPSC_ERR_KEY_PASSWORD, make_identity, "clientauth-locked.pem\0\0wrong", PLAIN}, \
    {HTTPSC_ERR_KEY_INVALID, ERRORS_KEY("\x30\x03\x02\x01")}, \
    {HTTPSC_ERR_KEY_WEAK, make_identity, "weak-rsa1024.pem\0weak-rsa1024.key\0", PLAIN}, \
    {HTTPSC_ERR_LIMIT_KEY_WORK, ERRORS_KEY(ERRORS_MUCH_WORK)},
