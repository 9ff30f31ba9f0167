/* ours MODE URL CA N: the httpsc half of the measurements; curl.c is its counterpart.
 *
 *     run   N requests; CPU and wall time of one, in microseconds. Whether connections are kept is
 *           the server's choice.
 *     idle  the heap that one idle connection holds, and what the client holds without it, in bytes
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static size_t live_bytes;

static void *count_alloc(void *user, size_t size)
{
    (void)user;
    live_bytes += size;
    return malloc(size);
}

static void count_free(void *user, void *ptr, size_t size)
{
    (void)user;
    live_bytes -= size;
    free(ptr);
}

static double cpu_us(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static double wall_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* The blocking call, the counterpart of libcurl's easy handle. */
static int get(httpsc_client *client, const char *url)
{
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    int code = httpsc_get(client, url, &response, &error);

    if (code == HTTPSC_OK) {
        code = httpsc_check_status(response, &error);
    }
    httpsc_response_close(response);
    if (code != HTTPSC_OK) {
        fprintf(stderr, "ours: %s\n", error.text);
    }
    return code == HTTPSC_OK;
}

/* In steps, for bodies of any length. */
static int one(httpsc_client *client, const char *url)
{
    static unsigned char buf[65536];
    httpsc_request request = {0};
    httpsc_transfer *transfer = NULL;
    httpsc_error error = {0};
    size_t num_read = 1;
    int code;

    request.url = url;
    code = httpsc_begin(client, &request, &transfer, &error);
    while (code == HTTPSC_OK && num_read > 0) {
        code = httpsc_read(transfer, buf, sizeof buf, &num_read, &error);
        if (code == HTTPSC_WANT) {
            code = httpsc_wait(&transfer, 1, -1);
        }
    }
    if (code == HTTPSC_OK) {
        code = httpsc_check_status(httpsc_head(transfer), &error);
    }
    httpsc_close(transfer);
    if (code != HTTPSC_OK) {
        fprintf(stderr, "ours: %s\n", error.text);
    }
    return code == HTTPSC_OK;
}

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_error error = {0};
    int num = argc == 5 ? atoi(argv[4]) : 0;
    int idle = argc == 5 && strcmp(argv[1], "idle") == 0;
    double cpu;
    double wall;

    if (num <= 0) {
        return 2;
    }
    options.tls.ca_file = argv[3];
    if (idle) {
        options.hooks.allocator.alloc = count_alloc;
        options.hooks.allocator.free = count_free;
    }
    if (httpsc_client_open(&options, &client, &error) != HTTPSC_OK) {
        fprintf(stderr, "ours: %s\n", error.text);
        return 1;
    }
    if (idle) {
        size_t before = live_bytes;

        if (!one(client, argv[2])) {
            return 1;
        }
        printf("%zu %zu\n", live_bytes - before, before);
        httpsc_client_close(client);
        return 0;
    }
    if (!one(client, argv[2])) { /* warms both sides up */
        return 1;
    }
    cpu = cpu_us();
    wall = wall_us();
    for (int i = 0; i < num; i++) {
        if (!(strcmp(argv[1], "get") == 0 ? get : one)(client, argv[2])) {
            return 1;
        }
    }
    printf("%.1f %.1f\n", (cpu_us() - cpu) / num, (wall_us() - wall) / num);
    httpsc_client_close(client);
    return 0;
}
