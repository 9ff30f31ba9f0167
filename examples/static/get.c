/*
 * One verified GET with the embedded roots and nothing else: the smallest whole program.
 *
 *     make static                  makes build/static/get, for a container with nothing in it
 *     build/static/get URL
 *
 * It needs no certificate file, no library, no locale; of the system it asks for sockets, the time,
 * random bytes, and /etc/resolv.conf or /etc/hosts where the URL has a name.
 */
/* What one GET does not need: see SWITCHES in httpsc.h. */
#define HTTPSC_NO_CLIENT_CERTS
#define HTTPSC_NO_COOKIES
#define HTTPSC_NO_DIGEST
#define HTTPSC_NO_PROXY

#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    int done = 0;

    options.tls.trust = HTTPSC_TRUST_EMBEDDED;
    if (argc != 2) {
        fputs("usage: get URL\n", stderr);
        return 2;
    }
    if (httpsc_client_open(&options, &client, &error) == HTTPSC_OK &&
        httpsc_get(client, argv[1], &response, &error) == HTTPSC_OK &&
        httpsc_check_status(response, &error) == HTTPSC_OK) {
        done = fwrite(response->body.ptr, 1, response->body.len, stdout) == response->body.len &&
               fflush(stdout) == 0;
    } else {
        fputs("get: ", stderr);
        fputs(error.text, stderr);
        fputs("\n", stderr);
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    return done ? 0 : 1;
}
