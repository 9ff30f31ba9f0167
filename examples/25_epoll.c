/*
 * Lesson 25: 200 transfers in an event loop of one's own, here epoll (Linux).
 *
 *     cc -I. examples/25_epoll.c -o 25_epoll -lbearssl -pthread
 *     ./25_epoll https://example.com/ [CA-FILE]
 *
 * httpsc_step tells, in httpsc_wants, which sockets a transfer waits for and until when. The set is
 * good until the next call for the transfer: so after each call the old one is taken out and the
 * new one put in, and before a transfer is closed its set is taken out.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#include <sys/epoll.h>
#include <time.h>
#define NUM_TRANSFERS 200

typedef struct job {
    httpsc_transfer *transfer; /* NULL: over */
    httpsc_wants wants;        /* as epoll has them now */
    long long call_at_ms;      /* also when nothing happens; -1: never */
} job;

static long long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void watch(int epoll, job *of, int how)
{
    size_t i;

    for (i = 0; i < of->wants.num_sockets; i++) {
        struct epoll_event event = {0, {NULL}};
        event.events = (of->wants.sockets[i].events & HTTPSC_READABLE ? EPOLLIN : 0U) |
                       (of->wants.sockets[i].events & HTTPSC_WRITABLE ? EPOLLOUT : 0U);
        event.data.ptr = of;
        epoll_ctl(epoll, how, of->wants.sockets[i].socket, &event); /* one closed is out already */
    }
}

/* Goes on with a transfer as far as it can. 1: it is over, and was good. */
static int go_on(int epoll, job *of)
{
    char buf[16384];
    size_t num_read = 1;
    httpsc_error error = {0};
    int code = HTTPSC_OK, is_good = 0;

    while (code == HTTPSC_OK && num_read > 0) {
        code = httpsc_read(of->transfer, buf, sizeof buf, &num_read, &error);
    }
    watch(epoll, of, EPOLL_CTL_DEL);
    of->wants.num_sockets = 0;
    if (code == HTTPSC_WANT && httpsc_step(of->transfer, &of->wants, &error) <= HTTPSC_WANT) {
        of->call_at_ms = of->wants.timeout_ms < 0 ? -1 : now_ms() + of->wants.timeout_ms;
        watch(epoll, of, EPOLL_CTL_ADD);
        return 0;
    }
    is_good = code == HTTPSC_OK && httpsc_head(of->transfer)->status == 200;
    if (code != HTTPSC_OK) {
        fprintf(stderr, "%s\n", error.text);
    }
    httpsc_close(of->transfer);
    of->transfer = NULL;
    return is_good;
}

int main(int argc, char **argv)
{
    static job jobs[NUM_TRANSFERS];
    struct epoll_event events[64];
    httpsc_options options = {0};
    httpsc_request request = {0};
    httpsc_client *client = NULL;
    httpsc_error error = {0};
    int i, num_events = 0, num_open = 0, num_good = 0, epoll = epoll_create(1);

    options.tls.ca_file = argc > 2 ? argv[2] : NULL;
    options.limits.max_connections_per_host = NUM_TRANSFERS;
    request.url = argv[1];
    if (argc < 2 || epoll < 0 || httpsc_client_open(&options, &client, &error) != HTTPSC_OK) {
        fprintf(stderr, "usage: 25_epoll URL [CA-FILE]. %s\n", error.text);
        return 2;
    }
    for (i = 0; i < NUM_TRANSFERS; i++) { /* call_at_ms is 0: all are called at once */
        httpsc_begin(client, &request, &jobs[i].transfer, NULL);
    }
    do {
        long long now = now_ms(), next = now + 60000;
        for (i = 0; i < num_events; i++) {
            ((job *)events[i].data.ptr)->call_at_ms = 0;
        }
        for (i = num_open = 0; i < NUM_TRANSFERS; i++) { /* a real loop keeps them in a heap */
            job *of = &jobs[i];
            if (of->transfer != NULL && of->call_at_ms >= 0 && of->call_at_ms <= now) {
                num_good += go_on(epoll, of);
            }
            num_open += of->transfer != NULL;
            next = of->transfer != NULL && of->call_at_ms >= 0 && of->call_at_ms < next
                       ? of->call_at_ms
                       : next;
        }
        now = now_ms();
        next = next > now ? next - now : 0;
        num_events = num_open > 0 ? epoll_wait(epoll, events, 64, (int)next) : 0;
    } while (num_open > 0 && num_events >= 0);
    printf("%d of %d\n", num_good, NUM_TRANSFERS);
    httpsc_client_close(client);
    return num_good == NUM_TRANSFERS ? 0 : 1;
}
