/*
 * Lesson 18: redirects, and who the user is.
 *
 *     cc -I. examples/18_redirects_auth.c -o 18_redirects_auth -lbearssl -pthread
 *     ./18_redirects_auth URL basic|digest|any USER PASSWORD [CA-FILE]
 *     ./18_redirects_auth URL bearer TOKEN - [CA-FILE]
 *
 * Redirects are followed, ten at the most. Credentials are for the origin of the URL (scheme, host
 * and port): they stay behind when a redirect leads to another, and stay behind for good.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#include <string.h>

static int auth_kind(const char *word)
{
    return strcmp(word, "basic") == 0    ? HTTPSC_AUTH_BASIC  /* at once: https keeps it secret */
           : strcmp(word, "digest") == 0 ? HTTPSC_AUTH_DIGEST /* when the server asks */
           : strcmp(word, "any") == 0    ? HTTPSC_AUTH_ANY    /* the better of what it offers */
           : strcmp(word, "bearer") == 0 ? HTTPSC_AUTH_BEARER
                                         : HTTPSC_AUTH_NONE;
}

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_request request = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    size_t i;
    int code;

    if (argc < 5 || (request.auth.kind = auth_kind(argv[2])) == HTTPSC_AUTH_NONE) {
        fprintf(stderr, "usage: 18_redirects_auth URL basic|digest|any|bearer USER-OR-TOKEN "
                        "PASSWORD [CA-FILE]\n");
        return 2;
    }
    options.tls.ca_file = argc > 5 ? argv[5] : NULL;
    request.url = argv[1];
    if (request.auth.kind == HTTPSC_AUTH_BEARER) {
        request.auth.bearer = argv[3];
    } else {
        request.auth.user = argv[3];
        request.auth.password = argv[4];
    }
    request.max_redirects = 5; /* -1: none; no_redirects = 1: a 3xx is the answer */
    if ((code = httpsc_client_open(&options, &client, &error)) == HTTPSC_OK &&
        (code = httpsc_send(client, &request, &response, &error)) == HTTPSC_OK) {
        for (i = 0; i < response->num_redirects; i++) {
            printf("by way of %s\n", response->redirects[i]);
        }
        printf("%d %s\n", response->status, response->url);
        fwrite(response->body.ptr, 1, response->body.len, stdout);
    } else {
        fprintf(stderr, "%s\n", error.text);
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    return code == HTTPSC_OK ? 0 : 1;
}
