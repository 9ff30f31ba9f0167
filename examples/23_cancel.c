/*
 * Lesson 23: cancel a transfer from another thread.
 *
 *     cc -I. examples/23_cancel.c -o 23_cancel -lbearssl -pthread
 *     ./23_cancel https://example.com/endless [CA-FILE]     (Enter, or the end of stdin, cancels)
 *
 * httpsc_cancel may come from any thread, at any stage, and wakes the one that waits: its call ends
 * with HTTPSC_ERR_CANCELLED. It is the only call that may. Before the transfer is closed, who might
 * cancel it has to be done: here that thread is joined.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <pthread.h>
#include <stdio.h>

static void *cancel_at_enter(void *transfer)
{
    int character;

    while ((character = getchar()) != '\n' && character != EOF) {
        continue;
    }
    httpsc_cancel(transfer);
    return NULL;
}

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_request request = {0};
    httpsc_client *client = NULL;
    httpsc_transfer *transfer = NULL;
    httpsc_error error = {0};
    pthread_t thread;
    unsigned char buf[16384];
    size_t num_read = 1, num_bytes = 0;
    int code = HTTPSC_OK;

    options.tls.ca_file = argc > 2 ? argv[2] : NULL;
    request.url = argv[1];
    if (argc < 2 || httpsc_client_open(&options, &client, &error) != HTTPSC_OK ||
        httpsc_begin(client, &request, &transfer, &error) != HTTPSC_OK ||
        pthread_create(&thread, NULL, cancel_at_enter, transfer) != 0) {
        fprintf(stderr, "usage: 23_cancel URL [CA-FILE]. %s\n", error.text);
        return 2;
    }
    while (code == HTTPSC_OK && num_read > 0) {
        code = httpsc_read(transfer, buf, sizeof buf, &num_read, &error);
        if (code == HTTPSC_WANT) {
            code = httpsc_wait(&transfer, 1, -1); /* here it is when the word comes */
        } else if (code == HTTPSC_OK) {
            num_bytes += num_read;
        }
    }
    printf("%s after %lu bytes\n", code == HTTPSC_OK ? "complete" : error.text,
           (unsigned long)num_bytes);
    pthread_join(thread, NULL); /* after it nobody cancels: now the transfer may go */
    httpsc_close(transfer);
    httpsc_client_close(client);
    return code == HTTPSC_ERR_CANCELLED ? 0 : 1;
}
