/* multi_ours URL CA NUM ROUNDS: NUM transfers at once in one thread, ROUNDS times on the same
 * connections; multi_curl.c is its counterpart. Prints requests a second, the CPU time of one in
 * microseconds, and the most heap that there was for one, its connection with it, in bytes. */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include "usage.h"

#include <stdio.h>
#include <stdlib.h>

static size_t heap_most;

/* Goes on with a transfer as far as it goes, and closes it at its end: 0 when it failed. */
static int go_on(httpsc_transfer **transfer)
{
    unsigned char buf[16384];
    httpsc_error error = {0};
    size_t num_read = 1;
    int code = HTTPSC_OK;

    while (code == HTTPSC_OK && num_read > 0) {
        code = httpsc_read(*transfer, buf, sizeof buf, &num_read, &error);
    }
    if (code == HTTPSC_WANT) {
        return 1;
    }
    if (code == HTTPSC_OK) {
        code = httpsc_check_status(httpsc_head(*transfer), &error);
    }
    if (code != HTTPSC_OK) {
        fprintf(stderr, "multi_ours: %s\n", error.text);
    }
    httpsc_close(*transfer);
    *transfer = NULL;
    return code == HTTPSC_OK;
}

static int one_round(httpsc_client *client, const httpsc_request *request,
                     httpsc_transfer **transfers, size_t num)
{
    size_t num_open = num;

    for (size_t i = 0; i < num; i++) {
        if (httpsc_begin(client, request, &transfers[i], NULL) != HTTPSC_OK) {
            return 0;
        }
    }
    while (num_open > 0) {
        size_t heap;

        num_open = 0;
        for (size_t i = 0; i < num; i++) {
            if (transfers[i] != NULL && !go_on(&transfers[i])) {
                return 0;
            }
            num_open += transfers[i] != NULL;
        }
        heap = usage_heap();
        heap_most = heap > heap_most ? heap : heap_most;
        if (num_open > 0 && httpsc_wait(transfers, num, -1) != HTTPSC_OK) {
            return 0;
        }
    }
    return 1;
}

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_request request = {0};
    httpsc_client *client = NULL;
    httpsc_error error = {0};
    size_t num = argc == 5 ? (size_t)atoi(argv[3]) : 0;
    int num_rounds = argc == 5 ? atoi(argv[4]) : 0;
    httpsc_transfer **transfers = calloc(num, sizeof(httpsc_transfer *));
    size_t heap;
    double cpu_us = 0;
    double wall_us = 0;

    if (num == 0 || num_rounds <= 0 || transfers == NULL) {
        return 2;
    }
    usage_more_files();
    options.tls.ca_file = argv[2];
    options.limits.max_connections = num;
    options.limits.max_connections_per_host = num;
    options.limits.max_idle_connections = num;
    if (httpsc_client_open(&options, &client, &error) != HTTPSC_OK) {
        fprintf(stderr, "multi_ours: %s\n", error.text);
        return 1;
    }
    request.url = argv[1];
    heap = usage_heap();
    for (int i = 0; i <= num_rounds; i++) { /* the first one opens the connections */
        if (i == 1) {
            cpu_us = usage_cpu_us();
            wall_us = usage_wall_us();
            heap_most = 0;
        }
        if (!one_round(client, &request, transfers, num)) {
            return 1;
        }
    }
    cpu_us = (usage_cpu_us() - cpu_us) / ((double)num * num_rounds);
    wall_us = (usage_wall_us() - wall_us) / ((double)num * num_rounds);
    printf("%.0f %.1f %.0f\n", 1e6 / wall_us, cpu_us, (double)(heap_most - heap) / (double)num);
    httpsc_client_close(client);
    free(transfers);
    return 0;
}
