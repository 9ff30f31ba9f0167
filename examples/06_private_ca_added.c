/*
 * Lesson 6: a private CA beside the public ones.
 *
 *     cc -I. examples/06_private_ca_added.c -o 06_private_ca_added -lbearssl -pthread
 *     ./06_private_ca_added CA-FILE-OR-DIRECTORY URL [URL ...]
 *
 * A ca_ field by itself replaces the default roots (lesson 3). With ca_add they stay: one client
 * then talks to the intranet and to the web. Whoever holds the private CA's key can then play any
 * server to this program; where it talks to the intranet alone, leave ca_add at 0.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_trust_info trust;
    httpsc_error error = {0};
    int i, num_failed = 0;

    if (argc < 3) {
        fprintf(stderr, "usage: 06_private_ca_added CA-FILE-OR-DIRECTORY URL [URL ...]\n");
        return 2;
    }
    options.tls.ca_add = 1;
    if (argv[1][strlen(argv[1]) - 1] == '/') {
        options.tls.ca_dir = argv[1]; /* every file in it, or those with OpenSSL's hashed names */
    } else {
        options.tls.ca_file = argv[1];
    }
    if (httpsc_client_open(&options, &client, &error) != HTTPSC_OK) {
        fprintf(stderr, "%s\n", error.text); /* also when there is not one certificate in it */
        return 1;
    }
    httpsc_tls_config_trust(httpsc_client_tls_config(client), &trust);
    printf("trusted: %zu certificates of %s\n", trust.num_anchors, trust.source);
    if (trust.num_skipped > 0) {
        printf("skipped: %zu, the first because: %s\n", trust.num_skipped, trust.skipped);
    }
    for (i = 2; i < argc; i++) {
        if (httpsc_get(client, argv[i], &response, &error) == HTTPSC_OK) {
            printf("%d %s\n", response->status, argv[i]);
            httpsc_response_close(response);
        } else {
            printf("failed %s: %s\n", argv[i], error.text);
            num_failed++;
        }
    }
    httpsc_client_close(client);
    return num_failed == 0 ? 0 : 1;
}
