/*
 * Lesson 22: many threads, one client.
 *
 *     cc -I. examples/22_threads.c -o 22_threads -lbearssl -pthread
 *     ./22_threads https://example.com/ [CA-FILE]
 *
 * A client may be used by any number of threads at once: they share its connections, TLS sessions
 * and cookies. A response belongs to the thread that got it. Close the client when all are done.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <pthread.h>
#include <stdio.h>
#define NUM_THREADS 8
#define NUM_REQUESTS 5 /* each */

typedef struct worker {
    httpsc_client *client;
    const char *url;
    int num_ok, num_reused;
    httpsc_error error; /* its own: nothing is shared but the client */
} worker;

static void *work(void *argument)
{
    worker *self = argument;
    httpsc_response *response = NULL;
    int i;

    for (i = 0; i < NUM_REQUESTS; i++) {
        if (httpsc_get(self->client, self->url, &response, &self->error) == HTTPSC_OK) {
            self->num_ok += response->status == 200;
            self->num_reused += response->reused; /* no new connection, no new handshake */
            httpsc_response_close(response);
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static worker workers[NUM_THREADS];
    pthread_t threads[NUM_THREADS];
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_error error = {0};
    int i, num_started = 0, num_ok = 0, num_reused = 0;

    options.tls.ca_file = argc > 2 ? argv[2] : NULL;
    if (argc < 2 || httpsc_client_open(&options, &client, &error) != HTTPSC_OK) {
        fprintf(stderr, "usage: 22_threads URL [CA-FILE]. %s\n", error.text);
        return 2;
    }
    for (i = 0; i < NUM_THREADS; i++) {
        workers[i].client = client;
        workers[i].url = argv[1];
        num_started += pthread_create(&threads[num_started], NULL, work, &workers[i]) == 0;
    }
    for (i = 0; i < num_started; i++) {
        pthread_join(threads[i], NULL);
    }
    for (i = 0; i < NUM_THREADS; i++) {
        num_ok += workers[i].num_ok;
        num_reused += workers[i].num_reused;
    }
    printf("%d of %d answered, %d over a connection kept open\n", num_ok,
           NUM_THREADS * NUM_REQUESTS, num_reused);
    httpsc_client_close(client);
    return num_ok == NUM_THREADS * NUM_REQUESTS ? 0 : 1;
}
