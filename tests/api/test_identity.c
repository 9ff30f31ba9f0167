/*
 * Who the client is: what is loaded, and from where; signers of the caller's, also one that takes
 * its time; what the facts say; and that every n-th allocation may fail.
 */
#include "httpsc.h"

#include "../support/drive.h"
#include "../support/openssl_server.h"

#include <bearssl.h>

/* ---- files and bytes ---- */

typedef struct text_file {
    char *path;
    unsigned char *ptr;
    size_t len;
} text_file;

static text_file file_open(const char *name)
{
    text_file file;
    FILE *stream;

    file.path = peer_path(name);
    file.ptr = calloc(1, 65536);
    stream = fopen(file.path, "rb");
    CHECK(stream != NULL && file.ptr != NULL);
    file.len = fread(file.ptr, 1, 65536, stream);
    fclose(stream);
    return file;
}

static void file_close(text_file *file)
{
    free(file->path);
    free(file->ptr);
}

static httpsc_bytes file_bytes(const text_file *file)
{
    httpsc_bytes bytes;

    bytes.ptr = file->ptr;
    bytes.len = file->len;
    return bytes;
}

/* What a configuration with these identities says when it opens. */
static int open_with(const httpsc_identity *identities, size_t num, httpsc_error *error)
{
    httpsc_options options = drive_options();
    httpsc_tls_config *config = NULL;
    int code;

    memset(error, 0, sizeof *error);
    options.tls.identities = identities;
    options.tls.num_identities = num;
    code = httpsc_tls_config_open(&options.tls, &config, error);
    CHECK((code == HTTPSC_OK) == (config != NULL));
    httpsc_tls_config_close(config);
    return code;
}

static int open_one(const httpsc_identity *identity)
{
    httpsc_error error;
    int code = open_with(identity, 1, &error);

    CHECK_INT(error.code, code);
    return code;
}

static void from_files_and_from_memory(void)
{
    text_file cert = file_open("clientauth.pem");
    text_file key = file_open("clientauth.key");
    text_file both = file_open("clientauth-locked.pem");
    httpsc_identity identity;

    for (int where = 0; where < 4; where++) {
        memset(&identity, 0, sizeof identity);
        identity.cert_file = (where & 1) == 0 ? cert.path : NULL;
        identity.key_file = (where & 2) == 0 ? key.path : NULL;
        if ((where & 1) != 0) {
            identity.cert_memory = file_bytes(&cert);
        }
        if ((where & 2) != 0) {
            identity.key_memory = file_bytes(&key);
        }
        CHECK_INT(open_one(&identity), HTTPSC_OK);
    }
    memset(&identity, 0, sizeof identity);
    identity.cert_file = both.path;
    identity.password = "correct horse";
    CHECK_INT(open_one(&identity), HTTPSC_OK);
    identity.cert_file = NULL;
    identity.cert_memory = file_bytes(&both);
    CHECK_INT(open_one(&identity), HTTPSC_OK);
    identity.password = "";
    CHECK_INT(open_one(&identity), HTTPSC_ERR_KEY_PASSWORD);
    file_close(&cert);
    file_close(&key);
    file_close(&both);
}

static int sign_never(void *user, int scheme, const unsigned char *digest, size_t digest_len,
                      unsigned char *signature, size_t *signature_len)
{
    (void)user;
    (void)scheme;
    (void)digest;
    (void)digest_len;
    (void)signature;
    (void)signature_len;
    return HTTPSC_ERR_UNSUPPORTED;
}

static void contradictions(void)
{
    text_file cert = file_open("clientauth.pem");
    text_file key = file_open("clientauth.key");
    httpsc_identity identity;
    httpsc_error error;

    memset(&identity, 0, sizeof identity);
    CHECK_INT(open_one(&identity), HTTPSC_ERR_IDENTITY_EMPTY);
    identity.key_file = key.path;
    CHECK_INT(open_one(&identity), HTTPSC_ERR_IDENTITY_EMPTY); /* a key without certificate */
    identity.cert_file = cert.path;
    identity.cert_memory = file_bytes(&cert);
    CHECK_INT(open_one(&identity), HTTPSC_ERR_ARGUMENT);
    memset(&identity.cert_memory, 0, sizeof identity.cert_memory);
    identity.key_memory = file_bytes(&key);
    CHECK_INT(open_one(&identity), HTTPSC_ERR_ARGUMENT);
    memset(&identity.key_memory, 0, sizeof identity.key_memory);
    identity.sign = sign_never;
    CHECK_INT(open_one(&identity), HTTPSC_ERR_ARGUMENT);
    identity.key_file = NULL;
    CHECK_INT(open_one(&identity), HTTPSC_OK);
    CHECK_INT(open_with(NULL, 1, &error), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(open_with(&identity, 17, &error), HTTPSC_ERR_ARGUMENT);
    identity.cert_file = "/";
    CHECK_INT(open_one(&identity), HTTPSC_ERR_IDENTITY_UNREADABLE);
    file_close(&cert);
    file_close(&key);
}

static void hosts_are_checked(void)
{
    static const char *const good[] = {"other.example", "other.example:8443", "127.0.0.1",
                                       "[::1]:443"};
    static const char *const bad[] = {"under score", "", "other.example:0", "a:b:c"};
    httpsc_tls_options tls = drive_options().tls;
    httpsc_tls_config *config = NULL;

    tls.identity_hosts = good;
    tls.num_identity_hosts = 4;
    CHECK_INT(httpsc_tls_config_open(&tls, &config, NULL), HTTPSC_OK);
    httpsc_tls_config_close(config);
    for (size_t i = 0; i < 4; i++) {
        tls.identity_hosts = &bad[i];
        tls.num_identity_hosts = 1;
        CHECK_INT(httpsc_tls_config_open(&tls, &config, NULL), HTTPSC_ERR_ARGUMENT);
    }
    tls.identity_hosts = NULL;
    CHECK_INT(httpsc_tls_config_open(&tls, &config, NULL), HTTPSC_ERR_ARGUMENT);
}

/* ---- passwords that are asked for ---- */

static int num_asked;

static int ask(void *user, char *buf, size_t size, size_t *len)
{
    const char *says = user;

    num_asked++;
    CHECK(size >= 64);
    if (strcmp(says, "refuse") == 0) {
        return HTTPSC_ERR_CANCELLED;
    }
    *len = strcmp(says, "more") == 0 ? size + 1 : strlen(says);
    memcpy(buf, says, strlen(says));
    return strcmp(says, "number") == 0 ? -7 : strcmp(says, "later") == 0 ? HTTPSC_WANT : HTTPSC_OK;
}

static void passwords_are_asked_for(void)
{
    static const struct {
        const char *says;
        int code;
    } cases[] = {
        {"correct horse", HTTPSC_OK},       {"wrong", HTTPSC_ERR_KEY_PASSWORD},
        {"", HTTPSC_ERR_KEY_PASSWORD},      {"refuse", HTTPSC_ERR_CANCELLED},
        {"more", HTTPSC_ERR_ARGUMENT},      {"number", HTTPSC_ERR_KEY_PASSWORD_NEEDED},
        {"later", HTTPSC_ERR_KEY_PASSWORD_NEEDED},
    };
    char *path = peer_path("clientauth-locked.pem");
    char *plain = peer_path("clientauth.pem");
    char *key = peer_path("clientauth.key");
    httpsc_identity identity;

    memset(&identity, 0, sizeof identity);
    identity.ask_password = ask;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        identity.cert_file = path;
        identity.user = (void *)(size_t)cases[i].says;
        num_asked = 0;
        CHECK_INT(open_one(&identity), cases[i].code);
        CHECK_INT(num_asked, 1);
    }
    num_asked = 0;
    identity.password = "correct horse"; /* who says it is not asked */
    CHECK_INT(open_one(&identity), HTTPSC_OK);
    identity.password = NULL;
    identity.cert_file = plain;
    identity.key_file = key; /* nor who needs none */
    CHECK_INT(open_one(&identity), HTTPSC_OK);
    CHECK_INT(num_asked, 0);
    free(path);
    free(plain);
    free(key);
}

/* ---- a signer ---- */

typedef struct signer {
    const br_ec_private_key *key;
    int num_waits;  /* how often it says WANT */
    int num_asked;
    int result;     /* what it says in the end */
    int spoils;     /* 1: the signature is another digest's */
    size_t digest_len;
    unsigned char digest[64];
} signer;

static int sign(void *user, int scheme, const unsigned char *digest, size_t digest_len,
                unsigned char *signature, size_t *signature_len)
{
    signer *one = user;
    unsigned char spoilt[64];

    CHECK_INT(scheme, 0x0403);
    CHECK_INT(digest_len, 32);
    CHECK_INT(*signature_len, 512);
    if (one->num_asked++ > 0) {
        CHECK(memcmp(one->digest, digest, digest_len) == 0); /* the same one again */
    }
    memcpy(one->digest, digest, digest_len);
    if (one->num_asked <= one->num_waits) {
        return HTTPSC_WANT;
    }
    memcpy(spoilt, digest, digest_len);
    spoilt[0] ^= (unsigned char)one->spoils;
    *signature_len = br_ecdsa_i31_sign_asn1(br_ec_get_default(), &br_sha256_vtable, spoilt,
                                            one->key, signature);
    return one->result;
}

/* Gets a page from a server that wants to know who asks. */
static int get_signed(signer *one, int port, httpsc_response *facts, httpsc_error *error)
{
    char *cert = peer_path("clientauth.pem");
    httpsc_options options = drive_options();
    httpsc_identity identity;
    httpsc_request request;
    httpsc_client *client;
    httpsc_transfer *transfer = NULL;
    httpsc_wants wants;
    char url[64];
    int code;

    memset(&identity, 0, sizeof identity);
    identity.cert_file = cert;
    identity.sign = sign;
    identity.user = one;
    options.tls.identities = &identity;
    options.tls.num_identities = 1;
    snprintf(url, sizeof url, "https://localhost:%d/", port);
    request = drive_request(NULL, url, NULL);
    client = drive_client(&options);
    free(cert);
    memset(error, 0, sizeof *error);
    CHECK_INT(httpsc_begin(client, &request, &transfer, error), HTTPSC_OK);
    while ((code = httpsc_step(transfer, &wants, error)) == HTTPSC_WANT) {
        if (one->num_asked > 0 && one->num_asked <= one->num_waits) {
            CHECK(wants.timeout_ms > 0 && wants.timeout_ms <= 50);
        }
        CHECK_INT(httpsc_wait(&transfer, 1, -1), HTTPSC_OK);
    }
    if (code == HTTPSC_OK) {
        *facts = *httpsc_head(transfer);
    }
    httpsc_close(transfer);
    httpsc_client_close(client);
    return code;
}

static void a_signer_of_the_callers(void)
{
    static const char *const versions[] = {"-tls1_2", "-tls1_3"};

    for (size_t version = 0; version < 2; version++) {
        const char *arguments[] = {versions[version], "-CAfile", "ca", "-Verify", "3",
                                   "-verify_return_error", NULL};
        openssl_server *there = openssl_server_start("good", arguments);
        int port = openssl_server_port(there);
        httpsc_response response;
        httpsc_error error;
        signer one;

        for (int num_waits = 0; num_waits < 9; num_waits += 4) {
            memset(&one, 0, sizeof one);
            one.key = peer_identity_ec(peer_identity_of("clientauth"));
            one.num_waits = num_waits;
            CHECK_INT(get_signed(&one, port, &response, &error), HTTPSC_OK);
            CHECK_INT(one.num_asked, num_waits + 1);
            CHECK_INT(response.status, 200);
            CHECK(response.tls.client_certificate_requested);
            CHECK(response.tls.client_certificate_sent);
        }
        one.num_asked = 0;
        one.spoils = 1;
        CHECK_INT(get_signed(&one, port, &response, &error), HTTPSC_ERR_IDENTITY_MISMATCH);
        one.num_asked = 0;
        one.result = HTTPSC_ERR_CANCELLED;
        CHECK_INT(get_signed(&one, port, &response, &error), HTTPSC_ERR_CANCELLED);
        one.num_asked = 0;
        one.result = 4711; /* none of the list */
        CHECK_INT(get_signed(&one, port, &response, &error), HTTPSC_ERR_IDENTITY_UNREADABLE);
        openssl_server_stop(there);
    }
}

/* One that never comes back runs into the handshake's time. */
static void a_signer_that_sleeps(void)
{
    static const char *const arguments[] = {"-CAfile", "ca", "-Verify", "3", NULL};
    openssl_server *there = openssl_server_start("good", arguments);
    char *cert = peer_path("clientauth.pem");
    httpsc_options options = drive_options();
    httpsc_response *response = NULL;
    httpsc_identity identity;
    httpsc_client *client;
    signer one;
    char url[64];

    memset(&one, 0, sizeof one);
    one.key = peer_identity_ec(peer_identity_of("clientauth"));
    one.num_waits = 1000000;
    memset(&identity, 0, sizeof identity);
    identity.cert_file = cert;
    identity.sign = sign;
    identity.user = &one;
    options.tls.identities = &identity;
    options.tls.num_identities = 1;
    options.timeouts.tls_ms = 100;
    client = drive_client(&options);
    snprintf(url, sizeof url, "https://localhost:%d/", openssl_server_port(there));
    CHECK_INT(httpsc_get(client, url, &response, NULL), HTTPSC_ERR_TIMEOUT_TLS);
    CHECK(one.num_asked > 1);
    httpsc_client_close(client);
    free(cert);
    openssl_server_stop(there);
}

/* ---- memory ---- */

/* The n-th allocation fails while an identity is loaded and shown: 0 when there is no n-th. */
static int allocation(size_t n, int port, const char *cert, int is_12)
{
    httpsc_options options = drive_options();
    httpsc_response *response = NULL;
    httpsc_client *client = NULL;
    httpsc_identity identity;
    unit_memory memory;
    char url[64];
    int code;

    unit_memory_init(&memory);
    memory.fail_at = n;
    memory.fail_once = 1;
    memset(&identity, 0, sizeof identity);
    identity.cert_file = cert;
    identity.password = "correct horse";
    options.hooks.allocator = memory.allocator;
    options.tls.identities = &identity;
    options.tls.num_identities = 1;
    options.tls.max_version = is_12 ? HTTPSC_TLS_1_2 : HTTPSC_TLS_1_3;
    snprintf(url, sizeof url, "https://localhost:%d/", port);
    code = httpsc_client_open(&options, &client, NULL);
    if (code == HTTPSC_OK) {
        code = httpsc_get(client, url, &response, NULL);
    }
    CHECK(code == HTTPSC_OK || code == HTTPSC_ERR_MEMORY);
    CHECK(code == HTTPSC_OK || memory.num_allocs >= n);
    httpsc_response_close(response);
    httpsc_client_close(client);
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(memory.live_bytes, 0);
    CHECK_INT(memory.misuse, 0);
    return memory.num_allocs >= n;
}

static void every_allocation(void)
{
    static const char *const arguments[] = {"-CAfile", "ca", "-Verify", "3",
                                            "-verify_return_error", NULL};
    openssl_server *there = openssl_server_start("good", arguments);
    char *cert = peer_path("clientauth-locked.pem");

    for (int is_12 = 0; is_12 < 2; is_12++) {
        size_t n = 1;

        while (allocation(n, openssl_server_port(there), cert, is_12) && !unit_failed) {
            n++;
        }
        CHECK(n > 30);
    }
    free(cert);
    openssl_server_stop(there);
}

/* Verified or not, the client is who it is; and where it is asked and has nothing, that is told. */
static void facts_are_told(void)
{
    static const char *const arguments[] = {"-CAfile", "ca", "-verify", "3", NULL}; /* or none */
    openssl_server *there = openssl_server_start("good", arguments);
    char *cert = peer_path("clientauth-locked.pem");
    char url[64];

    snprintf(url, sizeof url, "https://localhost:%d/", openssl_server_port(there));
    for (int way = 0; way < 8; way++) {
        int is_shown = way & 1;
        httpsc_options options = drive_options();
        httpsc_identity identity;
        httpsc_response *response = NULL;
        httpsc_client *client;

        memset(&identity, 0, sizeof identity);
        identity.cert_file = cert;
        identity.password = "correct horse";
        options.tls.identities = &identity;
        options.tls.num_identities = (size_t)is_shown;
        options.tls.insecure_peer = (way & 2) != 0 ? HTTPSC_INSECURE_ANY_PEER : 0;
        options.tls.max_version = (way & 4) != 0 ? HTTPSC_TLS_1_2 : HTTPSC_TLS_1_3;
        client = drive_client(&options);
        CHECK_INT(httpsc_get(client, url, &response, NULL), HTTPSC_OK);
        if (response != NULL) {
            const char *page = (const char *)response->body.ptr;

            CHECK_INT(response->tls.client_certificate_requested, 1);
            CHECK_INT(response->tls.client_certificate_sent, is_shown);
            CHECK_INT(response->tls.verified, (way & 2) == 0);
            CHECK((strstr(page, "no client certificate available") == NULL) == is_shown);
        }
        httpsc_response_close(response);
        httpsc_client_close(client);
    }
    free(cert);
    openssl_server_stop(there);
}

/* ---- whom it is shown ---- */

static const char *const whom_to_ask[] = {"-CAfile", "ca", "-verify", "3", NULL}; /* or none */

/* DEFENCES F1: behind a redirect to another origin only where identity_hosts says so. */
static void redirects_leave_it_behind(void)
{
    openssl_server *there = openssl_server_start("good", whom_to_ask);
    char *cert = peer_path("clientauth-locked.pem");
    char answer[160];
    char host[32];
    char url[64];
    const char *hosts[] = {host};
    peer_step script[] = {PEER_REQUEST, PEER_SEND(answer, 0), PEER_REPEAT};
    server *elsewhere;

    snprintf(host, sizeof host, "localhost:%d", openssl_server_port(there));
    snprintf(url, sizeof url, "https://%s/", host);
    snprintf(answer, sizeof answer,
             "HTTP/1.1 302 Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", url);
    script[1].bytes = answer;
    script[1].len = strlen(answer);
    elsewhere = server_run(NULL, script);
    for (int way = 0; way < 3; way++) { /* straight; redirected; redirected, and allowed */
        httpsc_options options = drive_options();
        httpsc_identity identity;
        httpsc_response *response = NULL;
        httpsc_client *client;

        memset(&identity, 0, sizeof identity);
        identity.cert_file = cert;
        identity.password = "correct horse";
        options.tls.identities = &identity;
        options.tls.num_identities = 1;
        options.tls.identity_hosts = hosts;
        options.tls.num_identity_hosts = way == 2 ? 1 : 0;
        client = drive_client(&options);
        CHECK_INT(drive_send(client, "GET", way == 0 ? url : server_url(elsewhere, "/"), NULL,
                             &response),
                  HTTPSC_OK);
        if (response != NULL) {
            CHECK_INT(response->num_redirects, way == 0 ? 0 : 1);
            CHECK_INT(response->tls.client_certificate_requested, 1);
            CHECK_INT(response->tls.client_certificate_sent, way != 1);
        }
        httpsc_response_close(response);
        httpsc_client_close(client);
    }
    free(cert);
    server_close(elsewhere);
    openssl_server_stop(there);
}

/* What an https proxy says of a connection, which a request for http:// was handed to. */
static int proxy_page_has(httpsc_client *client, const char *text)
{
    httpsc_response *response = NULL;
    int has = -1;

    CHECK_INT(drive_send(client, "GET", "http://name.test/", NULL, &response), HTTPSC_OK);
    if (response != NULL) {
        has = strstr((const char *)response->body.ptr, text) != NULL;
    }
    httpsc_response_close(response);
    return has;
}

/* DEFENCES F1, N4: an https proxy sees an identity of proxy_tls alone. */
static void proxies_see_their_own(void)
{
    openssl_server *there = openssl_server_start("good", whom_to_ask);
    char *cert = peer_path("clientauth-locked.pem");
    char url[64];

    snprintf(url, sizeof url, "https://localhost:%d", openssl_server_port(there));
    for (int way = 0; way < 4; way++) {
        httpsc_options options = drive_options();
        httpsc_tls_config *with = NULL;
        httpsc_tls_config *without = NULL;
        httpsc_identity identity;
        httpsc_client *client;

        memset(&identity, 0, sizeof identity);
        identity.cert_file = cert;
        identity.password = "correct horse";
        CHECK_INT(httpsc_tls_config_open(&options.tls, &without, NULL), HTTPSC_OK);
        options.tls.identities = &identity;
        options.tls.num_identities = 1;
        CHECK_INT(httpsc_tls_config_open(&options.tls, &with, NULL), HTTPSC_OK);
        options.tls_config = way == 3 ? without : with;
        options.proxy_tls = way == 0 ? NULL : way == 1 ? without : with; /* way 2: one for both */
        options.proxy = url;
        client = drive_client(&options);
        CHECK_INT(proxy_page_has(client, "no client certificate available"), way != 3);
        CHECK_INT(proxy_page_has(client, "Reused, TLS"), 1); /* its sessions are found again */
        httpsc_client_close(client);
        httpsc_tls_config_close(with);
        httpsc_tls_config_close(without);
    }
    free(cert);
    openssl_server_stop(there);
}

/* In TLS 1.3 the client's certificate still waits to be sent when CONNECT is written. */
static void proxies_see_it_before_connect(void)
{
    static const char *const repeats[] = {"-verify", "1", "-rev", NULL}; /* says lines backwards */
    openssl_server *there = openssl_server_start("good", repeats);
    httpsc_options options = drive_options();
    httpsc_tls_config *own = NULL;
    httpsc_error error = drive_no_error;
    httpsc_response *response = NULL;
    httpsc_client *client;
    httpsc_identity identity;
    char *cert = peer_path("good-rsa.pem");
    char *key = peer_path("good-rsa.key");
    char url[64];

    memset(&identity, 0, sizeof identity);
    identity.cert_file = cert;
    identity.key_file = key;
    options.tls.identities = &identity;
    options.tls.num_identities = 1;
    CHECK_INT(httpsc_tls_config_open(&options.tls, &own, NULL), HTTPSC_OK);
    options.tls.num_identities = 0;
    options.proxy_tls = own;
    snprintf(url, sizeof url, "https://localhost:%d", openssl_server_port(there));
    options.proxy = url;
    client = drive_client(&options);
    CHECK_TEXT(httpsc_code_name(httpsc_get(client, "https://localhost/", &response, &error)),
               "ERR_PROXY_RESPONSE"); /* so CONNECT went out */
    httpsc_client_close(client);
    httpsc_tls_config_close(own);
    free(cert);
    free(key);
    openssl_server_stop(there);
}

UNIT_MAIN(UNIT(from_files_and_from_memory), UNIT(contradictions), UNIT(hosts_are_checked),
          UNIT(passwords_are_asked_for), UNIT(a_signer_of_the_callers),
          UNIT(a_signer_that_sleeps), UNIT(facts_are_told), UNIT(redirects_leave_it_behind),
          UNIT(proxies_see_their_own), UNIT(proxies_see_it_before_connect),
          UNIT(every_allocation))
