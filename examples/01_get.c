/*
 * Lesson 1: get a URL.
 *
 *     cc -I. examples/01_get.c -o 01_get -lbearssl -pthread
 *     ./01_get https://example.com/
 *
 * One call, every default. NULL stands for a client that lives for this call alone: it speaks
 * https only, trusts the system's roots, verifies the server's chain, name and dates, and has
 * timeouts and limits. Any status counts as success, for a 404 has a body too; a body that was
 * cut does not.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h" /* before the system's headers */

#include <stdio.h>

int main(int argc, char **argv)
{
    httpsc_response *response = NULL;
    httpsc_error error = {0};

    if (argc != 2) {
        fprintf(stderr, "usage: 01_get URL\n");
        return 2;
    }
    if (httpsc_get(NULL, argv[1], &response, &error) != HTTPSC_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    fprintf(stderr, "%d %s\n", response->status, response->reason);
    fwrite(response->body.ptr, 1, response->body.len, stdout);
    httpsc_response_close(response);
    return 0;
}
