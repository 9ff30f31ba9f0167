/*
 * One client, many threads, and few connections: for the thread sanitizer (threads.sh). With an
 * argument, a race of its own is planted, which must be reported.
 */
#include "httpsc.h"

#include "../support/drive.h"

#include <pthread.h>

#define THREADS 8
#define THREADS_GETS 20
#define THREADS_GIVEN_UP 2 /* a GET */

static int threads_planted; /* written by all of them when asked to */
static int threads_plant;

typedef struct threads_one {
    pthread_t thread;
    httpsc_client *client;
    const char *url;
    int number;
    int num_ok;
} threads_one;

/* Transfers that leave while they wait for a connection, or as it is granted to them. */
static int threads_give_up(const threads_one *one, const httpsc_request *request)
{
    int num_ok = 0;

    for (int i = 0; i < THREADS_GIVEN_UP; i++) {
        httpsc_transfer *transfer = NULL;

        if (httpsc_begin(one->client, request, &transfer, NULL) == HTTPSC_OK) {
            num_ok += httpsc_step(transfer, NULL, NULL) == HTTPSC_WANT;
            httpsc_close(transfer);
        }
    }
    return num_ok == THREADS_GIVEN_UP;
}

/* Blocking calls, transfers in steps, and one of each kind given up. */
static void *threads_run(void *argument)
{
    threads_one *one = argument;
    httpsc_request request = drive_request(NULL, one->url, NULL);

    for (int i = 0; i < THREADS_GETS; i++) {
        httpsc_response *response = NULL;
        httpsc_transfer *transfer = NULL;
        char body[16];
        httpsc_error error = drive_no_error;

        if (threads_plant) {
            threads_planted++;
        }
        one->num_ok += threads_give_up(one, &request);
        if ((i + one->number) % 2 == 0) {
            one->num_ok += httpsc_get(one->client, one->url, &response, NULL) == HTTPSC_OK;
            httpsc_response_close(response);
        } else if (httpsc_begin(one->client, &request, &transfer, &error) == HTTPSC_OK) {
            if (i % 5 == 0) {
                (void)httpsc_step(transfer, NULL, &error);
                httpsc_cancel(transfer);
                one->num_ok++;
            } else {
                one->num_ok += drive_head(transfer, &error) == HTTPSC_OK &&
                               drive_body(transfer, 16, body, sizeof body, &error) == HTTPSC_OK;
            }
            httpsc_close(transfer);
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static const peer_step script[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};
    static threads_one threads[THREADS];
    server *there = server_run("good", script);
    httpsc_options options = drive_options();
    const char *url = server_url(there, "/");
    httpsc_client *client;
    int num_ok = 0;

    (void)argv;
    threads_plant = argc > 1;
    unit_name = "threads";
    options.limits.max_connections_per_host = 3;
    options.limits.max_idle_connections = 2;
    client = drive_client(&options);
    for (int i = 0; i < THREADS; i++) {
        threads[i].client = client;
        threads[i].url = url;
        threads[i].number = i;
        if (pthread_create(&threads[i].thread, NULL, threads_run, &threads[i]) != 0) {
            return 3;
        }
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i].thread, NULL);
        num_ok += threads[i].num_ok;
    }
    httpsc_client_close(client);
    server_close(there);
    printf("%d of %d\n", num_ok, 2 * THREADS * THREADS_GETS);
    return num_ok == 2 * THREADS * THREADS_GETS ? 0 : 1;
}
