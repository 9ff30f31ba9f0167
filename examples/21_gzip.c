/*
 * Lesson 21: bodies that travel compressed.
 *
 *     cc -I. examples/21_gzip.c -o 21_gzip -lbearssl -lz -pthread
 *     ./21_gzip https://example.com/ [CA-FILE]
 *
 * With HTTPSC_USE_ZLIB (and -lz) gzip and deflate are asked for, and undone. A small answer may
 * stand for a huge body: max_ratio bounds how far one may grow, max_body_bytes what is buffered.
 * options.no_decode = 1 gives the bytes as they came, and asks for no coding.
 */
#define HTTPSC_USE_ZLIB
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    const char *length = NULL;
    int code;

    if (argc < 2) {
        fprintf(stderr, "usage: 21_gzip URL [CA-FILE]\n");
        return 2;
    }
    options.tls.ca_file = argc > 2 ? argv[2] : NULL;
    options.limits.max_ratio = 50;
    options.limits.max_body_bytes = (size_t)4 * 1024 * 1024; /* of what is decoded */
    if ((code = httpsc_client_open(&options, &client, &error)) == HTTPSC_OK &&
        (code = httpsc_get(client, argv[1], &response, &error)) == HTTPSC_OK) {
        length = httpsc_header(response, "Content-Length"); /* as it was on the way */
        printf("%lu bytes, %s as %s\n", (unsigned long)response->body.len,
               response->decoded ? "that came compressed" : "that came as they are",
               length != NULL ? length : "chunks");
    } else {
        fprintf(stderr, "%s\n", error.text);
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    return code == HTTPSC_OK ? 0 : 1;
}
