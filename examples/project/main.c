/*
 * A program of three files: httpsc.h, httpsc_impl.c and this one, which sees the declarations
 * alone and so compiles in no time.
 *
 *     cc -c -O2 httpsc_impl.c
 *     cc -o status main.c httpsc_impl.o -lbearssl -pthread
 *     ./status https://example.com/
 */
#include "httpsc.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};

    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: status URL [ROOTS.pem]\n");
        return 2;
    }
    options.tls.ca_file = argc == 3 ? argv[2] : NULL;
    if (httpsc_client_open(&options, &client, &error) != HTTPSC_OK ||
        httpsc_get(client, argv[1], &response, &error) != HTTPSC_OK) {
        fprintf(stderr, "%s\n", error.text);
        httpsc_client_close(client);
        return 1;
    }
    printf("%d, %s, %zu bytes\n", response->status,
           response->tls.version != NULL ? response->tls.version : "no TLS", response->body.len);
    httpsc_response_close(response);
    httpsc_client_close(client);
    return 0;
}
