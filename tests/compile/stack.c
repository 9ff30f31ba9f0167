/*
 * How deep the stack goes: `stack URL CA_FILE` opens a client and does a verified GET, once
 * blocking and once in steps, each in a thread whose stack is painted before and read after.
 * Prints the bytes that lost their paint, "open N", "blocking N" and "steps N". With a third
 * argument the blocking one wastes STACK_PLANTED bytes, which must be seen.
 */
#include "httpsc.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_BYTES ((size_t)512 * 1024)
#define STACK_PAINT 0xA5
#define STACK_PLANTED 49152

typedef struct stack_work {
    const char *url;
    const char *ca_file;
    int wastes;
    httpsc_client *client;
    int code;
    httpsc_error error;
} stack_work;

static void *stack_nothing(void *user)
{
    return user;
}

static void *stack_open(void *user)
{
    stack_work *work = user;
    httpsc_options options;

    memset(&options, 0, sizeof options);
    options.tls.ca_file = work->ca_file;
    work->code = httpsc_client_open(&options, &work->client, &work->error);
    return NULL;
}

static void stack_waste(void)
{
    volatile unsigned char planted[STACK_PLANTED];

    for (size_t i = 0; i < sizeof planted; i++) {
        planted[i] = 0;
    }
}

static void *stack_blocking(void *user)
{
    stack_work *work = user;
    httpsc_response *response = NULL;

    if (work->wastes) {
        stack_waste();
    }
    work->code = httpsc_get(work->client, work->url, &response, &work->error);
    httpsc_response_close(response);
    httpsc_client_close(work->client);
    return NULL;
}

static void *stack_steps(void *user)
{
    stack_work *work = user;
    httpsc_request request;
    httpsc_transfer *transfer = NULL;
    size_t num = 1;

    memset(&request, 0, sizeof request);
    request.url = work->url;
    work->code = httpsc_begin(work->client, &request, &transfer, &work->error);
    while (transfer != NULL &&
           (work->code == HTTPSC_WANT || (work->code == HTTPSC_OK && num > 0))) {
        unsigned char buf[64];

        work->code = httpsc_read(transfer, buf, sizeof buf, &num, &work->error);
        if (work->code == HTTPSC_WANT) {
            (void)httpsc_wait(&transfer, 1, -1);
        }
    }
    httpsc_close(transfer);
    httpsc_client_close(work->client);
    return NULL;
}

/* How much of a painted stack a thread has used that runs this. */
static size_t stack_of(void *(*run)(void *), void *user)
{
    pthread_attr_t attributes;
    pthread_t thread;
    unsigned char *stack = NULL;
    size_t untouched = 0;

    if (posix_memalign((void **)&stack, 4096, STACK_BYTES) != 0) {
        exit(3);
    }
    memset(stack, STACK_PAINT, STACK_BYTES);
    if (pthread_attr_init(&attributes) != 0 ||
        pthread_attr_setstack(&attributes, stack, STACK_BYTES) != 0 ||
        pthread_create(&thread, &attributes, run, user) != 0 || pthread_join(thread, NULL) != 0) {
        exit(3);
    }
    (void)pthread_attr_destroy(&attributes);
    while (untouched < STACK_BYTES && stack[untouched] == STACK_PAINT) {
        untouched++;
    }
    free(stack);
    return STACK_BYTES - untouched;
}

/* The stack of one piece of work alone, without what a thread takes that does nothing. */
static void stack_tell(const char *name, void *(*run)(void *), stack_work *work)
{
    size_t own = stack_of(stack_nothing, NULL);
    size_t used = stack_of(run, work);

    if (work->code != HTTPSC_OK) {
        printf("%s: %s\n", name, work->error.text);
        exit(1);
    }
    printf("%s %lu\n", name, (unsigned long)(used - own));
}

int main(int argc, char **argv)
{
    stack_work work;

    memset(&work, 0, sizeof work);
    if (argc != 3 && argc != 4) {
        fprintf(stderr, "usage: stack URL CA_FILE [plant]\n");
        return 2;
    }
    work.url = argv[1];
    work.ca_file = argv[2];
    work.wastes = argc == 4;
    stack_tell("open", stack_open, &work);
    stack_tell("blocking", stack_blocking, &work);
    (void)stack_open(&work);
    stack_tell("steps", stack_steps, &work);
    return 0;
}
