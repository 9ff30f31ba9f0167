/*
 * Lesson 3: trust a certification authority of your own, and tell apart what went wrong.
 *
 *     cc -I. examples/03_custom_ca.c -o 03_custom_ca -lbearssl -pthread
 *     ./03_custom_ca https://intranet.example/ CA-FILE
 *
 * A TLS configuration says whom to trust. It is loaded once, never changes, and may be shared by
 * any number of clients and threads. The file replaces the system's roots: a server that only
 * they vouch for is refused. This, and not turning verification off, is the answer to
 * "unable to get local issuer certificate".
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    httpsc_tls_options tls = {0};
    httpsc_options options = {0};
    httpsc_tls_config *config = NULL;
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_trust_info trust;
    httpsc_error error = {0};
    int code;

    if (argc != 3) {
        fprintf(stderr, "usage: 03_custom_ca URL CA-FILE\n");
        return 2;
    }
    tls.ca_file = argv[2];
    if (httpsc_tls_config_open(&tls, &config, &error) != HTTPSC_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    httpsc_tls_config_trust(config, &trust);
    printf("trusted: %zu certificates of %s\n", trust.num_anchors, trust.path);

    options.tls_config = config;
    code = httpsc_client_open(&options, &client, &error);
    httpsc_tls_config_close(config); /* the client holds it */
    if (code == HTTPSC_OK) {
        code = httpsc_get(client, argv[1], &response, &error);
    }
    if (code == HTTPSC_OK) {
        printf("status: %d\nTLS: %s, %s\nverified: %s\n", response->status, response->tls.version,
               response->tls.cipher_suite, response->tls.verified ? "yes" : "no");
    } else if (httpsc_code_is_certificate(code)) {
        fprintf(stderr, "do not talk to this server: %s\n", error.text);
    } else if (httpsc_code_is_retryable(code)) {
        fprintf(stderr, "try again later: %s\n", error.text);
    } else {
        fprintf(stderr, "%s: %s\n", httpsc_stage_name(error.stage), error.text);
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    return code == HTTPSC_OK ? 0 : 1;
}
