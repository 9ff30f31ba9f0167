/*
 * Lesson 7: a development server, verified like the real one.
 *
 *     cc -I. examples/07_development_server.c -o 07_development_server -lbearssl -pthread
 *     python3 -m trustme -i www.example       (Debian: python3-trustme)
 *     # give server.pem and server.key to the server; client.pem is the CA
 *     ./07_development_server https://www.example/ localhost:8443 client.pem
 *
 * The usual way out is to turn verification off, and sooner or later that ships. It is not needed:
 * a throwaway CA takes a second to make, and connect_to leads to the local server while the URL,
 * the Host field and the name in the certificate stay what they are in production.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    int code;

    if (argc != 4) {
        fprintf(stderr, "usage: 07_development_server URL HOST:PORT CA-FILE\n");
        return 2;
    }
    options.connect_to = argv[2];  /* where; */
    options.tls.ca_file = argv[3]; /* by whom; and for which name stays the URL's host. Where the
                                      certificate has another name, options.verify_as is that. */
    code = httpsc_client_open(&options, &client, &error);
    if (code == HTTPSC_OK) {
        code = httpsc_get(client, argv[1], &response, &error);
    }
    if (code == HTTPSC_OK) {
        printf("%d, %s, verified: %s\n", response->status, response->tls.version,
               response->tls.verified ? "yes" : "no");
        fwrite(response->body.ptr, 1, response->body.len, stdout);
    } else {
        fprintf(stderr, "%s\n", error.text);
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    return code == HTTPSC_OK ? 0 : 1;
}
