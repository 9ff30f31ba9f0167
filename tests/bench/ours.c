/* ours MODE URL CA N [URL]: the httpsc half of the measurements; curl.c is its counterpart.
 *
 *     get   N requests by the blocking call; CPU and wall time of one, in microseconds. Whether
 *           connections are kept is the server's choice.
 *     run   the same in steps, for bodies of any length
 *     heap  the most heap that a connection and its transfer take while they shake hands, while
 *           N MiB of its body come; what an idle connection takes, after the second URL; and the
 *           client without any of them: in bytes
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include "usage.h"

#include <stdio.h>
#include <stdlib.h>

static size_t live_bytes;
static size_t most_bytes;
static size_t handshake_bytes;

static void *count_alloc(void *user, size_t size)
{
    (void)user;
    live_bytes += size;
    most_bytes = live_bytes > most_bytes ? live_bytes : most_bytes;
    return malloc(size);
}

static void count_free(void *user, void *ptr, size_t size)
{
    (void)user;
    live_bytes -= size;
    free(ptr);
}

/* The event that tells of TLS comes when it is open. */
static void note_handshake(void *user, const httpsc_trace_event *event)
{
    (void)user;
    if (event->kind == HTTPSC_TRACE_TLS) {
        handshake_bytes = most_bytes;
    }
}

static int failed(const httpsc_error *error)
{
    fprintf(stderr, "ours: %s\n", error->text);
    return 0;
}

static int get(httpsc_client *client, const char *url)
{
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    int code = httpsc_get(client, url, &response, &error);

    if (code == HTTPSC_OK) {
        code = httpsc_check_status(response, &error);
    }
    httpsc_response_close(response);
    return code == HTTPSC_OK ? 1 : failed(&error);
}

/* No more than so many bytes of the body, and the most heap there was meanwhile. */
static int run_some(httpsc_client *client, const char *url, uint64_t max_bytes, size_t *most)
{
    static unsigned char buf[65536];
    httpsc_request request = {0};
    httpsc_transfer *transfer = NULL;
    httpsc_error error = {0};
    uint64_t num_bytes = 0;
    size_t num_read = 1;
    int code;

    request.url = url;
    code = httpsc_begin(client, &request, &transfer, &error);
    while (code == HTTPSC_OK && num_read > 0 && num_bytes < max_bytes) {
        code = httpsc_read(transfer, buf, sizeof buf, &num_read, &error);
        if (code == HTTPSC_WANT) {
            code = httpsc_wait(&transfer, 1, -1);
        } else if (code == HTTPSC_OK) {
            most_bytes = num_bytes == 0 ? live_bytes : most_bytes;
            num_bytes += num_read;
        }
    }
    *most = most_bytes;
    if (code == HTTPSC_OK) {
        code = httpsc_check_status(httpsc_head(transfer), &error);
    }
    httpsc_close(transfer);
    return code == HTTPSC_OK ? 1 : failed(&error);
}

static int run(httpsc_client *client, const char *url)
{
    size_t ignored;

    return run_some(client, url, UINT64_MAX, &ignored);
}

/* A connection for the body, which is left before its end, and one that is kept. */
static int heap(httpsc_client *client, const char *url, int num_mib)
{
    size_t before = live_bytes;
    size_t streaming = 0;

    most_bytes = live_bytes;
    if (!run_some(client, url, (uint64_t)num_mib << 20, &streaming)) {
        return 0;
    }
    if (live_bytes != before) {
        fprintf(stderr, "ours: %zu bytes are left behind\n", live_bytes - before);
        return 0;
    }
    printf("%zu %zu", handshake_bytes - before, streaming - before);
    return 1;
}

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_error error = {0};
    int num = argc >= 5 ? atoi(argv[4]) : 0;
    int is_heap = argc == 6 && strcmp(argv[1], "heap") == 0;
    int is_get = argc == 5 && strcmp(argv[1], "get") == 0;
    double cpu;
    double wall;

    if (num <= 0) {
        return 2;
    }
    options.tls.ca_file = argv[3];
    if (is_heap) {
        options.hooks.allocator.alloc = count_alloc;
        options.hooks.allocator.free = count_free;
        options.hooks.trace = note_handshake;
    }
    if (httpsc_client_open(&options, &client, &error) != HTTPSC_OK) {
        return !failed(&error);
    }
    if (is_heap) { /* the last argument is what is small enough to be read to its end */
        size_t before = live_bytes;

        if (!heap(client, argv[2], num) || !get(client, argv[5])) {
            return 1;
        }
        printf(" %zu %zu\n", live_bytes - before, before);
        httpsc_client_close(client);
        return 0;
    }
    if (!(is_get ? get : run)(client, argv[2])) { /* warms both sides up */
        return 1;
    }
    cpu = usage_cpu_us();
    wall = usage_wall_us();
    for (int i = 0; i < num; i++) {
        if (!(is_get ? get : run)(client, argv[2])) {
            return 1;
        }
    }
    printf("%.1f %.1f\n", (usage_cpu_us() - cpu) / num, (usage_wall_us() - wall) / num);
    httpsc_client_close(client);
    return 0;
}
