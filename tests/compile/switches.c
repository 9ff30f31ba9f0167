/* A program for the builds that leave something out: what is there works, and what is not says so.
 * switches.sh compiles it with the switches that the implementation has. */
#include "httpsc.h"

#include "../support/check.h"
#include "../support/memory_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const httpsc_options switches_defaults;

/* The error of a build without sentences has the code alone. */
static void switches_look(int code, const httpsc_error *error, const char *name)
{
    CHECK_INT(code, HTTPSC_ERR_UNSUPPORTED);
    CHECK_INT(error->code, HTTPSC_ERR_UNSUPPORTED);
#ifdef HTTPSC_NO_ERROR_TEXT
    (void)name;
    CHECK_TEXT(error->text, "httpsc code 12");
    CHECK_TEXT(httpsc_code_name(HTTPSC_ERR_UNSUPPORTED), "");
    CHECK_TEXT(httpsc_code_sentence(HTTPSC_ERR_UNSUPPORTED), "");
#else
    CHECK(strstr(error->text, name) != NULL);
    CHECK_TEXT(httpsc_code_name(HTTPSC_ERR_UNSUPPORTED), "ERR_UNSUPPORTED");
#endif
}

/* The client does not open with these options where the feature is left out, else it does. */
static void switches_open(const httpsc_options *options, int left_out, const char *name)
{
    httpsc_client *client = NULL;
    httpsc_error error;
    int code = httpsc_client_open(options, &client, &error);

    if (left_out) {
        switches_look(code, &error, name);
    } else {
        CHECK(code != HTTPSC_ERR_UNSUPPORTED);
    }
    httpsc_client_close(client);
}

static void switches_get_with(int min_version, int max_version, int cookies)
{
    static const peer_step script[] = {
        PEER_REQUEST,
        PEER_TEXT("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok"),
        PEER_REPEAT};
    peer_config config = PEER_CONFIG(script, "good");
    httpsc_options options = switches_defaults;
    char *path = peer_path("ca.pem");
    httpsc_client *client = NULL;
    httpsc_error error;
    memory_net net;

    memory_net_init(&net, &config, 1);
    options.tls.ca_file = path;
    options.tls.min_version = min_version;
    options.tls.max_version = max_version;
    options.hooks.transport = net.transport;
    options.cookies = cookies;
    CHECK_INT(httpsc_client_open(&options, &client, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    for (int i = 0; i < 2; i++) {
        httpsc_response *response = NULL;

        CHECK_INT(httpsc_get(client, "https://localhost/", &response, &error), HTTPSC_OK);
        CHECK_TEXT(error.text, "");
        if (response != NULL) {
            CHECK_INT(response->status, 200);
            CHECK_INT(response->tls.verified, 1);
            CHECK_TEXT((const char *)response->body.ptr, "ok");
        }
        httpsc_response_close(response);
    }
    httpsc_client_close(client);
    free(path);
}

/* BearSSL's engine, which is the server here, speaks TLS 1.2. */
static void switches_gets(void)
{
#ifndef HTTPSC_NO_TLS12
    switches_get_with(0, 0, 0);
#ifndef HTTPSC_NO_COOKIES
    switches_get_with(0, 0, 1);
#endif
#endif
}

static void switches_versions(void)
{
    httpsc_options options = switches_defaults;
    int left_out = 0;

    options.tls.trust = HTTPSC_TRUST_EMBEDDED;
#ifdef HTTPSC_NO_EMBEDDED_ANCHORS
    options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
#endif
#ifdef HTTPSC_NO_TLS12
    left_out = 1;
#endif
    options.tls.min_version = HTTPSC_TLS_1_2;
    options.tls.max_version = HTTPSC_TLS_1_2;
    switches_open(&options, left_out, "HTTPSC_NO_TLS12");
    left_out = 0;
#ifdef HTTPSC_NO_TLS13
    left_out = 1;
#endif
    options.tls.min_version = HTTPSC_TLS_1_3;
    options.tls.max_version = HTTPSC_TLS_1_3;
    switches_open(&options, left_out, "HTTPSC_NO_TLS13");
}

static void switches_trace(void *user, const httpsc_trace_event *event)
{
    (void)user;
    (void)event;
}

/* What the options ask for. */
static void switches_options(void)
{
    httpsc_identity identity;
    httpsc_options options = switches_defaults;
    int cookies = 0, digest = 0, proxy = 0, certs = 0, crls = 0, trace = 0;

    memset(&identity, 0, sizeof identity);
#ifdef HTTPSC_NO_COOKIES
    cookies = 1;
#endif
#ifdef HTTPSC_NO_DIGEST
    digest = 1;
#endif
#ifdef HTTPSC_NO_PROXY
    proxy = 1;
#endif
#ifdef HTTPSC_NO_CLIENT_CERTS
    certs = 1;
#endif
#ifdef HTTPSC_NO_CRLS
    crls = 1;
#endif
#ifdef HTTPSC_NO_TRACE
    trace = 1;
#endif
    options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
    options.cookies = 1;
    switches_open(&options, cookies, "HTTPSC_NO_COOKIES");
    options.cookies = 0;
    options.proxy_auth = HTTPSC_AUTH_DIGEST;
    switches_open(&options, digest, "HTTPSC_NO_DIGEST");
    options.proxy_auth = 0;
    options.proxy = "http://proxy.test";
    switches_open(&options, proxy, "HTTPSC_NO_PROXY");
    options.proxy = NULL;
    options.hooks.trace = switches_trace;
    switches_open(&options, trace, "HTTPSC_NO_TRACE");
    options.hooks.trace = NULL;
    options.tls.crl_file = "/nonexistent";
    switches_open(&options, crls, "HTTPSC_NO_CRLS");
    options.tls.crl_file = NULL;
    identity.cert_file = "/nonexistent";
    options.tls.identities = &identity;
    options.tls.num_identities = 1;
    switches_open(&options, certs, "HTTPSC_NO_CLIENT_CERTS");
}

static int switches_save(void *user, const void *bytes, size_t len)
{
    (void)user;
    (void)bytes;
    (void)len;
    return HTTPSC_OK;
}

/* What a request, or a call, asks for. */
static void switches_requests(void)
{
    httpsc_options options = switches_defaults;
    httpsc_client *client = NULL;
    httpsc_transfer *transfer = NULL;
    httpsc_request request;
    httpsc_error error;
    httpsc_bytes text = {(const unsigned char *)"# none\n", 7};
    httpsc_field field = {"a", "b"};
    int code;

    memset(&request, 0, sizeof request);
    options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
    CHECK_INT(httpsc_client_open(&options, &client, &error), HTTPSC_OK);
    request.url = "https://localhost/";
    request.auth.kind = HTTPSC_AUTH_ANY;
    request.auth.user = "u";
    code = httpsc_begin(client, &request, &transfer, &error);
#ifdef HTTPSC_NO_DIGEST
    switches_look(code, &error, "HTTPSC_NO_DIGEST");
#else
    CHECK_INT(code, HTTPSC_OK);
    httpsc_close(transfer);
#endif
    request.auth.kind = HTTPSC_AUTH_BASIC; /* always there */
    CHECK_INT(httpsc_begin(client, &request, &transfer, &error), HTTPSC_OK);
    httpsc_close(transfer);
    request.form = &field;
    request.num_form = 1;
    code = httpsc_begin(client, &request, &transfer, &error);
#ifdef HTTPSC_NO_UPLOADS
    switches_look(code, &error, "HTTPSC_NO_UPLOADS");
#else
    CHECK_INT(code, HTTPSC_OK);
    httpsc_close(transfer);
#endif
    code = httpsc_client_put_cookies(client, text, &error);
#ifdef HTTPSC_NO_COOKIES
    switches_look(code, &error, "HTTPSC_NO_COOKIES");
#else
    CHECK(code != HTTPSC_ERR_UNSUPPORTED);
#endif
    code = httpsc_client_export_sessions(client, switches_save, NULL, &error);
#ifdef HTTPSC_NO_SESSIONS
    switches_look(code, &error, "HTTPSC_NO_SESSIONS");
#else
    CHECK(code != HTTPSC_ERR_UNSUPPORTED);
#endif
    httpsc_client_close(client);
}

/* The compiler's arguments are in the environment: each of them is told, and no other. */
static void switches_are_told(void)
{
    const char *info = httpsc_build_info();
    const char *arguments = getenv("SWITCHES");
    char place[1024];
    int num = 0;

    CHECK(arguments != NULL && strlen(arguments) < sizeof place);
    strcpy(place, arguments == NULL ? "" : arguments);
    for (char *word = strtok(place, " "); word != NULL; word = strtok(NULL, " ")) {
        CHECK(strstr(info, word + 2) != NULL);
        num++;
    }
    for (info = strstr(info, ", HTTPSC_"); info != NULL; info = strstr(info + 1, ", HTTPSC_")) {
        num--;
    }
    CHECK_INT(num, 0);
}

UNIT_MAIN(UNIT(switches_are_told), UNIT(switches_gets), UNIT(switches_versions),
          UNIT(switches_options), UNIT(switches_requests))
