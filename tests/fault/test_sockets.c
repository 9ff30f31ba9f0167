/* Every call for a socket fails in its turn, under an operation of three hops over loopback: it is
 * told or mended, nothing is left open, and the client goes on. Calls that are interrupted, or wake
 * up for nothing, change nothing. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* RTLD_NEXT */
#endif
#include "httpsc.h"

#if defined(__linux__) && !defined(HTTPSC_BARE)

#include "faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

typedef enum sockets_mode {
    SOCKETS_FAIL,      /* the call fails as it may */
    SOCKETS_INTERRUPT, /* EINTR, from those that a signal interrupts */
    SOCKETS_SPURIOUS   /* EAGAIN, or a poll that wakes up for nothing */
} sockets_mode;

static struct {
    int on;            /* 0: calls are let through, and not counted */
    pthread_t thread;  /* the client's; the server calls as well */
    sockets_mode mode;
    size_t fail_at;    /* counted from 1; 0: none */
    size_t num_calls;
    int failed;        /* the call that did fail has an own way to */
    unsigned char open[1024]; /* descriptors of the client */
} sockets;

static void sockets_real(const char *name, void *function, size_t size)
{
    void *found = dlsym(RTLD_NEXT, name);

    CHECK(found != NULL);
    memcpy(function, &found, size);
}

static int sockets_is_client(void)
{
    return sockets.on && pthread_equal(pthread_self(), sockets.thread);
}

/* 1 when this call has to fail, with errno set. Each 0: not in that mode. */
static int sockets_fails(int fail, int interrupt, int spurious)
{
    int number = sockets.mode == SOCKETS_FAIL        ? fail
                 : sockets.mode == SOCKETS_INTERRUPT ? interrupt
                                                     : spurious;

    if (!sockets_is_client() || ++sockets.num_calls != sockets.fail_at || number == 0) {
        return 0;
    }
    sockets.failed = 1;
    errno = number;
    return 1;
}

static int sockets_note(int fd)
{
    if (sockets_is_client() && fd >= 0 && (size_t)fd < sizeof sockets.open) {
        sockets.open[fd] = 1;
    }
    return fd;
}

int socket(int family, int type, int protocol)
{
    int (*real)(int, int, int);

    sockets_real("socket", &real, sizeof real);
    return sockets_fails(EMFILE, 0, 0) ? -1 : sockets_note(real(family, type, protocol));
}

int eventfd(unsigned count, int flags)
{
    int (*real)(unsigned, int);

    sockets_real("eventfd", &real, sizeof real);
    return sockets_fails(EMFILE, 0, 0) ? -1 : sockets_note(real(count, flags));
}

int close(int fd)
{
    int (*real)(int);
    int result;

    sockets_real("close", &real, sizeof real);
    if (sockets_is_client() && fd >= 0 && (size_t)fd < sizeof sockets.open) {
        sockets.open[fd] = 0;
    }
    result = real(fd);
    CHECK(!sockets_is_client() || result == 0); /* nothing twice */
    return result;
}

int connect(int s, const struct sockaddr *address, socklen_t len)
{
    int (*real)(int, const struct sockaddr *, socklen_t);

    sockets_real("connect", &real, sizeof real);
    return sockets_fails(ECONNREFUSED, 0, 0) ? -1 : real(s, address, len);
}

int getsockopt(int s, int level, int name, void *value, socklen_t *len)
{
    int (*real)(int, int, int, void *, socklen_t *);

    sockets_real("getsockopt", &real, sizeof real);
    return sockets_fails(ENOBUFS, 0, 0) ? -1 : real(s, level, name, value, len);
}

int setsockopt(int s, int level, int name, const void *value, socklen_t len)
{
    int (*real)(int, int, int, const void *, socklen_t);

    sockets_real("setsockopt", &real, sizeof real);
    return sockets_fails(ENOBUFS, 0, 0) ? -1 : real(s, level, name, value, len);
}

ssize_t send(int s, const void *bytes, size_t len, int flags)
{
    ssize_t (*real)(int, const void *, size_t, int);

    sockets_real("send", &real, sizeof real);
    return sockets_fails(EPIPE, EINTR, EAGAIN) ? -1 : real(s, bytes, len, flags);
}

ssize_t recv(int s, void *bytes, size_t len, int flags)
{
    ssize_t (*real)(int, void *, size_t, int);

    sockets_real("recv", &real, sizeof real);
    return sockets_fails(ECONNRESET, EINTR, EAGAIN) ? -1 : real(s, bytes, len, flags);
}

int poll(struct pollfd *fds, nfds_t num, int timeout_ms)
{
    int (*real)(struct pollfd *, nfds_t, int);

    sockets_real("poll", &real, sizeof real);
    if (sockets_fails(ENOMEM, EINTR, EAGAIN)) {
        return sockets.mode == SOCKETS_SPURIOUS ? 0 : -1;
    }
    return real(fds, num, timeout_ms);
}

/* ---- the operation ---- */

static const peer_step sockets_script[] = {
    PEER_REQUEST,
    PEER_TEXT("HTTP/1.1 307 Go\r\nLocation: /two\r\nContent-Length: 4\r\n\r\ngone"),
    PEER_REQUEST,
    PEER_TEXT("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"r\"\r\n"
              "Content-Length: 0\r\n\r\n"),
    PEER_REQUEST,
    PEER_TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ntext\r\n0\r\n\r\n"),
    PEER_REPEAT};

static int sockets_ask(httpsc_client *client, server *there, int blocking)
{
    httpsc_request request = drive_request("PUT", server_url(there, "/"), "the body");
    httpsc_transfer *transfer = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = drive_no_error;
    char body[16] = "";
    int code;

    request.auth.kind = HTTPSC_AUTH_ANY;
    request.auth.user = "u";
    request.auth.password = "p";
    if (blocking) {
        code = httpsc_send(client, &request, &response, &error);
        if (code == HTTPSC_OK) {
            CHECK_TEXT((const char *)response->body.ptr, "text");
        }
        httpsc_response_close(response);
        return code;
    }
    code = httpsc_begin(client, &request, &transfer, &error);
    while (code == HTTPSC_OK || code == HTTPSC_WANT) {
        code = httpsc_step(transfer, NULL, &error);
        if (code != HTTPSC_WANT) {
            break;
        }
        /* a wait that fails is not the transfer's failure: it is waited once more */
        (void)httpsc_wait(&transfer, 1, -1);
    }
    if (code == HTTPSC_OK) {
        code = drive_body(transfer, 3, body, sizeof body, &error);
        CHECK(code != HTTPSC_OK || strcmp(body, "text") == 0);
    }
    httpsc_close(transfer);
    return code;
}

/* The n-th call fails: what came of it. *more is 1 when there was such a call. */
static int sockets_run(sockets_mode mode, int blocking, size_t n, int *more)
{
    server *there = server_run(NULL, sockets_script);
    httpsc_options options = drive_options();
    httpsc_client *client = NULL;
    unit_memory memory;
    int code;

    unit_memory_init(&memory);
    options.hooks.allocator = memory.allocator;
    memset(&sockets, 0, sizeof sockets);
    sockets.thread = pthread_self();
    sockets.on = 1;
    client = drive_client(&options);
    sockets.mode = mode;
    sockets.num_calls = 0;
    sockets.fail_at = n;
    code = sockets_ask(client, there, blocking);
    *more = sockets.num_calls >= n;
    sockets.fail_at = 0;
    CHECK_INT(sockets_ask(client, there, !blocking), HTTPSC_OK);
    httpsc_client_close(client);
    for (size_t i = 0; i < sizeof sockets.open; i++) {
        CHECK(!sockets.open[i]);
    }
    sockets.on = 0;
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(memory.misuse, 0);
    server_close(there);
    return code;
}

static void sockets_all_fail(int blocking)
{
    size_t num_failed = 0;
    int more = 1;

    for (size_t n = 1; more && !unit_failed; n++) {
        int code = sockets_run(SOCKETS_FAIL, blocking, n, &more);

        num_failed += code != HTTPSC_OK;
        CHECK(code == HTTPSC_OK || code == HTTPSC_ERR_CONNECT_REFUSED ||
              code == HTTPSC_ERR_CONNECT_FAILED || code == HTTPSC_ERR_CONNECTION_LOST ||
              code == HTTPSC_ERR_SYSTEM);
        CHECK(code == HTTPSC_OK || sockets.failed);
        if (unit_failed) {
            printf("    call %d: %s\n", (int)n, httpsc_code_name(code));
        }
    }
    CHECK(num_failed > 3);
}

static void every_call_fails(void)
{
    sockets_all_fail(0);
    sockets_all_fail(1);
}

static void sockets_unharmed(sockets_mode mode, int blocking)
{
    size_t num = 0;
    int more = 1;

    for (size_t n = 1; more && !unit_failed; n++) {
        CHECK_INT(sockets_run(mode, blocking, n, &more), HTTPSC_OK);
        num += (size_t)sockets.failed;
        if (unit_failed) {
            printf("    call %d\n", (int)n);
        }
    }
    CHECK(num > 3);
}

static void every_call_interrupted(void)
{
    sockets_unharmed(SOCKETS_INTERRUPT, 0);
    sockets_unharmed(SOCKETS_INTERRUPT, 1);
}

static void every_call_for_nothing(void)
{
    sockets_unharmed(SOCKETS_SPURIOUS, 0);
    sockets_unharmed(SOCKETS_SPURIOUS, 1);
}

UNIT_MAIN(UNIT(every_call_fails), UNIT(every_call_interrupted), UNIT(every_call_for_nothing))

#else

#include "../support/check.h"

static void sockets_elsewhere(void)
{
    SKIP("written for Linux");
}

UNIT_MAIN(UNIT(sockets_elsewhere))

#endif
