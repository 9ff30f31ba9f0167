/*
 * Lesson 5: several transfers at once, in one thread.
 *
 *     cc -I. examples/05_poll_loop.c -o 05_poll_loop -lbearssl -pthread
 *     ./05_poll_loop CA-FILE URL [URL ...]
 *
 * No call on a transfer blocks, so one loop drives them all: each goes on until HTTPSC_WANT, then
 * httpsc_wait waits for any. (For an event loop of your own, httpsc_step tells the sockets.)
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#define MAX_URLS 16

/* Goes on without waiting. Closes the transfer at its end, well or not, and makes it NULL. */
static void go_on(httpsc_transfer **transfer, const char *url, size_t *num_bytes)
{
    char buf[16384];
    size_t num_read = 1;
    httpsc_error error = {0};
    int code = HTTPSC_OK;

    while (code == HTTPSC_OK && num_read > 0) {
        code = httpsc_read(*transfer, buf, sizeof buf, &num_read, &error);
        *num_bytes += code == HTTPSC_OK ? num_read : 0;
    }
    if (code == HTTPSC_OK) {
        printf("%d %zu %s\n", httpsc_head(*transfer)->status, *num_bytes, url);
    } else if (code != HTTPSC_WANT) {
        printf("failed %s: %s\n", url, error.text);
    }
    if (code != HTTPSC_WANT) {
        httpsc_close(*transfer);
        *transfer = NULL;
    }
}

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_request request = {0};
    httpsc_client *client = NULL;
    httpsc_transfer *transfers[MAX_URLS] = {NULL};
    size_t num_bytes[MAX_URLS] = {0}, num_urls = argc > 2 ? (size_t)argc - 2 : 0, num_open, i;
    httpsc_error error = {0};

    options.tls.ca_file = argv[1];
    if (num_urls == 0 || num_urls > MAX_URLS ||
        httpsc_client_open(&options, &client, &error) != HTTPSC_OK) {
        fprintf(stderr, "usage: 05_poll_loop CA-FILE URL [URL ...]. %s\n", error.text);
        return 2;
    }
    for (i = 0; i < num_urls; i++) {
        request.url = argv[i + 2];
        if (httpsc_begin(client, &request, &transfers[i], &error) != HTTPSC_OK) {
            printf("failed %s: %s\n", request.url, error.text); /* transfers[i] stays NULL */
        }
    }
    do {
        for (i = num_open = 0; i < num_urls; i++) {
            if (transfers[i] != NULL) {
                go_on(&transfers[i], argv[i + 2], &num_bytes[i]);
            }
            num_open += transfers[i] != NULL;
        }
    } while (num_open > 0 && httpsc_wait(transfers, num_urls, -1) == HTTPSC_OK);
    httpsc_client_close(client);
    return num_open == 0 ? 0 : 1; /* 1: httpsc_wait failed; the exit frees what is open */
}
