/*
 * Lesson 20: through a proxy.
 *
 *     cc -I. examples/20_proxy.c -o 20_proxy -lbearssl -pthread
 *     ./20_proxy http://proxy.example:3128 https://example.com/ [CA-FILE]
 *     ./20_proxy socks5h://localhost:9050 https://example.com/ [CA-FILE]
 *
 * To an https URL the proxy opens a tunnel, in which TLS goes on to the server: it sees the host's
 * name, and nothing of what is said. The server is verified as ever. SOCKS proxies look names up
 * themselves. No environment variable counts unless use_environment is set.
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

    if (argc < 3) {
        fprintf(stderr, "usage: 20_proxy PROXY URL [CA-FILE]\n");
        return 2;
    }
    options.proxy = argv[1];             /* or with USER:PASSWORD@ in front of the host */
    options.proxy_auth = HTTPSC_AUTH_ANY; /* Digest where the proxy offers it, else Basic */
    options.no_proxy = "internal.example, 10.0.0.0/8"; /* these are reached directly */
    options.tls.ca_file = argc > 3 ? argv[3] : NULL;
    if ((code = httpsc_client_open(&options, &client, &error)) == HTTPSC_OK &&
        (code = httpsc_get(client, argv[2], &response, &error)) == HTTPSC_OK) {
        printf("%d, %s\n", response->status, response->proxied ? "by the proxy" : "directly");
        fwrite(response->body.ptr, 1, response->body.len, stdout);
    } else if (error.stage == HTTPSC_STAGE_PROXY) {
        fprintf(stderr, "the proxy, not the server: %s\n", error.text);
    } else {
        fprintf(stderr, "%s\n", error.text);
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    return code == HTTPSC_OK ? 0 : 1;
}
