/*
 * Lesson 24: 200 transfers at once, in one thread.
 *
 *     cc -I. examples/24_two_hundred.c -o 24_two_hundred -lbearssl -pthread
 *     ./24_two_hundred https://example.com/ [CA-FILE]
 *
 * httpsc_wait waits for all of them, and then each goes on as far as it can. To find those that can
 * go on it asks all: fine for hundreds. Lesson 25 has the same loop on epoll, which asks only those
 * that something happened to.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#define NUM_TRANSFERS 200

/* 1 when it is over, well or not. */
static int go_on(httpsc_transfer *transfer, size_t *num_ok, size_t *num_bytes)
{
    char buf[16384];
    size_t num_read = 1;
    httpsc_error error = {0};
    int code = HTTPSC_OK;

    while (code == HTTPSC_OK && num_read > 0) {
        code = httpsc_read(transfer, buf, sizeof buf, &num_read, &error);
        *num_bytes += code == HTTPSC_OK ? num_read : 0;
    }
    *num_ok += code == HTTPSC_OK && httpsc_head(transfer)->status == 200;
    if (code != HTTPSC_OK && code != HTTPSC_WANT) {
        fprintf(stderr, "%s\n", error.text);
    }
    return code != HTTPSC_WANT;
}

int main(int argc, char **argv)
{
    static httpsc_transfer *transfers[NUM_TRANSFERS];
    httpsc_options options = {0};
    httpsc_request request = {0};
    httpsc_client *client = NULL;
    httpsc_error error = {0};
    size_t i, num_open = 0, num_ok = 0, num_bytes = 0;

    options.tls.ca_file = argc > 2 ? argv[2] : NULL;
    options.limits.max_connections_per_host = NUM_TRANSFERS; /* else 100, and the others wait */
    request.url = argv[1];
    if (argc < 2 || httpsc_client_open(&options, &client, &error) != HTTPSC_OK) {
        fprintf(stderr, "usage: 24_two_hundred URL [CA-FILE]. %s\n", error.text);
        return 2;
    }
    for (i = 0; i < NUM_TRANSFERS; i++) {
        num_open += httpsc_begin(client, &request, &transfers[i], NULL) == HTTPSC_OK;
    }
    while (num_open > 0) {
        for (i = 0; i < NUM_TRANSFERS; i++) {
            if (transfers[i] != NULL && go_on(transfers[i], &num_ok, &num_bytes)) {
                httpsc_close(transfers[i]);
                transfers[i] = NULL; /* httpsc_wait passes over it */
                num_open--;
            }
        }
        if (num_open > 0 && httpsc_wait(transfers, NUM_TRANSFERS, -1) != HTTPSC_OK) {
            break;
        }
    }
    printf("%lu of %d, %lu bytes\n", (unsigned long)num_ok, NUM_TRANSFERS,
           (unsigned long)num_bytes);
    httpsc_client_close(client);
    return num_ok == NUM_TRANSFERS ? 0 : 1;
}
