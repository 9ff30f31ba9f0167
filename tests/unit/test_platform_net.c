/* The platform floor on real loopback sockets. */
#include "unit.h"

#if defined(HTTPSC_BARE) || defined(_WIN32)

static void platform_net(void)
{
    SKIP("written for POSIX");
}

UNIT_MAIN(UNIT(platform_net))

#else

#include "platform_fakes.h"

/* ---- connecting ---- */

static void platform_connect_flags(void)
{
    httpsc_socket s;
    int theirs;
    int on = 0;
    socklen_t len = sizeof on;

    alarm(HANG_SECONDS);
    if (platform_pair(&s, &theirs)) {
        CHECK((fcntl(s, F_GETFD) & FD_CLOEXEC) != 0);
        CHECK((fcntl(s, F_GETFL) & O_NONBLOCK) != 0);
        CHECK_INT(getsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, &len), 0);
        CHECK(on != 0);
        close(theirs);
        hc_socket_close(s);
        CHECK(fcntl(s, F_GETFD) < 0);
    }
    hc_socket_close(HC_SOCKET_NONE);
}

static void platform_connect_ipv6(void)
{
    const httpsc_address address = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 16, 0};
    httpsc_socket s;
    int native;
    int port = 0;
    int listener = platform_listen(AF_INET6, 4, &port);

    alarm(HANG_SECONDS);
    if (listener < 0) {
        SKIP("no IPv6 loopback");
    }
    CHECK_INT(platform_connect(&address, port, &s, &native), HTTPSC_OK);
    hc_socket_close(s);
    close(listener);
    CHECK_INT(platform_connect(&address, port, &s, &native), HTTPSC_ERR_CONNECT_REFUSED);
    hc_socket_close(s);
}

static void platform_connect_refused(void)
{
    httpsc_socket s = 1234;
    int native = 0;
    int port = 0;
    int fds = platform_fds();
    int listener = platform_listen(AF_INET, 4, &port);

    alarm(HANG_SECONDS);
    CHECK(listener >= 0);
    close(listener);
    CHECK_INT(platform_connect(&loopback, port, &s, &native), HTTPSC_ERR_CONNECT_REFUSED);
    CHECK_INT(native, ECONNREFUSED);
    hc_socket_close(s);
    CHECK_INT(platform_fds(), fds);
}

/* With its queue full a listener answers nothing: the connection stays begun. */
static void platform_connect_pending(void)
{
    httpsc_socket sockets[16];
    httpsc_socket pending = HC_SOCKET_NONE;
    size_t num = 0;
    int native = 0;
    int port = 0;
    int listener = platform_listen(AF_INET, 0, &port);

    alarm(HANG_SECONDS);
    CHECK(listener >= 0);
    while (num < HC_ARRAY_LEN(sockets) && pending == HC_SOCKET_NONE) {
        int code = hc_socket_connect(&loopback, port, &sockets[num], &native);

        CHECK(code == HTTPSC_OK || code == HTTPSC_WANT);
        if (code == HTTPSC_WANT && !platform_ready(sockets[num], HTTPSC_WRITABLE)) {
            pending = sockets[num];
        }
        num++;
    }
    if (pending != HC_SOCKET_NONE) {
        CHECK_INT(hc_socket_connected(pending, &native), HTTPSC_WANT);
        CHECK_INT(native, 0);
        close(listener);
        listener = -1;
        CHECK(platform_wait(pending, HTTPSC_WRITABLE)); /* the SYN is sent again */
        CHECK_INT(hc_socket_connected(pending, &native), HTTPSC_ERR_CONNECT_REFUSED);
        CHECK_INT(native, ECONNREFUSED);
        /* the system tells an error once; it must not turn into success */
        CHECK_INT(hc_socket_connected(pending, &native), HTTPSC_ERR_CONNECT_FAILED);
    }
    for (size_t i = 0; i < num; i++) {
        hc_socket_close(sockets[i]);
    }
    if (listener >= 0) {
        close(listener);
    }
    if (pending == HC_SOCKET_NONE) {
        SKIP("the listener's queue takes everything");
    }
}

static void platform_connected_needs_a_peer(void)
{
    int s = socket(AF_INET, SOCK_STREAM, 0);
    int native = 0;

    CHECK(s >= 0);
    CHECK(hc_socket_connected(s, &native) != HTTPSC_OK);
    close(s);
    CHECK_INT(hc_socket_connected(s, &native), HTTPSC_ERR_CONNECT_FAILED);
    CHECK_INT(native, EBADF);
}

static void platform_connect_bad_address(void)
{
    static const int ports[] = {-1, 0, 65536, 65536 + 443};
    static const unsigned char lens[] = {0, 3, 5, 15, 17, 255};
    httpsc_address address = loopback;
    int fds = platform_fds();
    int native = 0;

    for (size_t i = 0; i < HC_ARRAY_LEN(ports); i++) {
        httpsc_socket s = 1234;

        CHECK_INT(hc_socket_connect(&loopback, ports[i], &s, &native), HTTPSC_ERR_CONNECT_FAILED);
        CHECK_INT(native, EINVAL);
        CHECK_INT(s, HC_SOCKET_NONE);
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(lens); i++) {
        httpsc_socket s = 1234;

        address.len = lens[i];
        CHECK_INT(hc_socket_connect(&address, 443, &s, &native), HTTPSC_ERR_CONNECT_FAILED);
        CHECK_INT(s, HC_SOCKET_NONE);
    }
    CHECK_INT(platform_fds(), fds);
}

static void platform_connect_codes(void)
{
    static const struct {
        int reason;
        int code;
    } cases[] = {
        {ECONNREFUSED, HTTPSC_ERR_CONNECT_REFUSED},
        {ENETUNREACH, HTTPSC_ERR_CONNECT_UNREACHABLE},
        {EHOSTUNREACH, HTTPSC_ERR_CONNECT_UNREACHABLE},
        {ENETDOWN, HTTPSC_ERR_CONNECT_UNREACHABLE},
        {EADDRNOTAVAIL, HTTPSC_ERR_CONNECT_UNREACHABLE},
        {ETIMEDOUT, HTTPSC_ERR_CONNECT_UNREACHABLE},
        {EACCES, HTTPSC_ERR_CONNECT_FAILED},
        {ECONNRESET, HTTPSC_ERR_CONNECT_FAILED},
        {EINPROGRESS, HTTPSC_WANT},
        {EINTR, HTTPSC_WANT},
    };
    int fds = platform_fds();

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        httpsc_socket s = 1234;
        int native = 0;

        platform_connect_errno = cases[i].reason;
        CHECK_INT(hc_socket_connect(&loopback, 443, &s, &native), cases[i].code);
        CHECK_INT(native, cases[i].code == HTTPSC_WANT ? 0 : cases[i].reason);
        CHECK((s == HC_SOCKET_NONE) == (cases[i].code != HTTPSC_WANT));
        hc_socket_close(s);
    }
    platform_connect_errno = 0;
    CHECK_INT(platform_fds(), fds);
}

static void platform_no_descriptors(void)
{
    struct rlimit before;
    struct rlimit none;
    httpsc_socket s = 1234;
    hc_wake wake = {1234, 1234};
    hc_lookup *lookup = NULL;
    int native = 0;

    CHECK_INT(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &none), 0);
    CHECK_INT(hc_socket_connect(&loopback, 443, &s, &native), HTTPSC_ERR_SYSTEM);
    CHECK_INT(native, EMFILE);
    CHECK_INT(s, HC_SOCKET_NONE);
#ifndef HC_NO_THREADS
    native = 0;
    CHECK_INT(hc_wake_open(&wake, &native), HTTPSC_ERR_SYSTEM);
    CHECK_INT(native, EMFILE);
    CHECK(wake.reader == HC_SOCKET_NONE && wake.writer == HC_SOCKET_NONE);
    platform_serve(0, &loopback, 1, 1);
    CHECK_INT(hc_lookup_start("a.invalid", &lookup, &native), HTTPSC_ERR_SYSTEM);
    CHECK(lookup == NULL);
    platform_serve_end();
#else
    (void)wake;
    (void)lookup;
#endif
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &before), 0);
}

/* ---- sending and receiving ---- */

static void platform_send_recv(void)
{
    static const unsigned char hello[] = "hello";
    unsigned char buf[16];
    httpsc_socket s;
    size_t num = 99;
    int native = 99;
    int theirs;

    alarm(HANG_SECONDS);
    if (!platform_pair(&s, &theirs)) {
        return;
    }
    CHECK_INT(hc_socket_recv(s, buf, sizeof buf, &num, &native), HTTPSC_WANT);
    CHECK_INT(num, 0);
    CHECK_INT(native, 0);
    CHECK_INT(hc_socket_send(s, hello, 5, &num, &native), HTTPSC_OK);
    CHECK_INT(num, 5);
    CHECK_INT(recv(theirs, buf, sizeof buf, 0), 5);
    CHECK(memcmp(buf, hello, 5) == 0);
    CHECK_INT(send(theirs, "world!", 6, 0), 6);
    CHECK(platform_wait(s, HTTPSC_READABLE));
    CHECK_INT(hc_socket_recv(s, buf, 4, &num, &native), HTTPSC_OK);
    CHECK_INT(num, 4);
    CHECK_INT(hc_socket_recv(s, buf, sizeof buf, &num, &native), HTTPSC_OK);
    CHECK_INT(num, 2);
    CHECK(memcmp(buf, "d!", 2) == 0);
    shutdown(theirs, SHUT_WR);
    CHECK(platform_wait(s, HTTPSC_READABLE));
    CHECK_INT(hc_socket_recv(s, buf, sizeof buf, &num, &native), HTTPSC_OK);
    CHECK_INT(num, 0);
    CHECK_INT(hc_socket_send(s, hello, 5, &num, &native), HTTPSC_OK); /* half-closed */
    close(theirs);
    hc_socket_close(s);
}

/* No bytes asked for is not the peer's end. */
static void platform_empty_buffers(void)
{
    unsigned char byte = 0;
    httpsc_socket s;
    size_t num = 99;
    int native;
    int theirs;

    alarm(HANG_SECONDS);
    if (!platform_pair(&s, &theirs)) {
        return;
    }
    CHECK_INT(send(theirs, "x", 1, 0), 1);
    CHECK(platform_wait(s, HTTPSC_READABLE));
    CHECK_INT(hc_socket_recv(s, &byte, 0, &num, &native), HTTPSC_WANT);
    CHECK_INT(num, 0);
    CHECK_INT(hc_socket_send(s, &byte, 0, &num, &native), HTTPSC_WANT);
    CHECK_INT(hc_socket_recv(s, &byte, 1, &num, &native), HTTPSC_OK);
    CHECK_INT(byte, 'x');
    close(theirs);
    hc_socket_close(s);
}

static void platform_recv_reset(void)
{
    const struct linger at_once = {1, 0};
    unsigned char byte;
    httpsc_socket s;
    size_t num = 99;
    int native = 0;
    int theirs;

    alarm(HANG_SECONDS);
    if (!platform_pair(&s, &theirs)) {
        return;
    }
    CHECK_INT(setsockopt(theirs, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    close(theirs);
    CHECK(platform_wait(s, HTTPSC_READABLE));
    CHECK_INT(hc_socket_recv(s, &byte, 1, &num, &native), LOST);
    CHECK_INT(native, ECONNRESET);
    CHECK_INT(num, 0);
    hc_socket_close(s);
    CHECK_INT(hc_socket_recv(s, &byte, 1, &num, &native), LOST);
    CHECK_INT(native, EBADF);
}

static void platform_no_sigpipe(void)
{
    static const unsigned char byte = 'x';
    httpsc_socket s;
    size_t num;
    int native = 0;
    int theirs;
    int code = HTTPSC_OK;

    alarm(HANG_SECONDS);
    if (!platform_pair(&s, &theirs)) {
        return;
    }
    platform_handle(SIGPIPE);
    close(theirs);
    while (code == HTTPSC_OK) {
        code = hc_socket_send(s, &byte, 1, &num, &native);
    }
    CHECK_INT(code, LOST);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(hc_socket_send(s, &byte, 1, &num, &native), LOST);
        CHECK_INT(num, 0);
        CHECK_INT(native, EPIPE);
    }
    CHECK_INT(platform_signals, 0);
    platform_handle_end(SIGPIPE);
    hc_socket_close(s);
}

static void platform_send_fills(void)
{
    static unsigned char data[65536];
    static unsigned char buf[65536];
    httpsc_want want;
    httpsc_socket s;
    size_t sent = 0;
    size_t drained = 0;
    size_t num;
    int native;
    int theirs;
    int code;

    alarm(HANG_SECONDS);
    if (!platform_pair(&s, &theirs)) {
        return;
    }
    memset(data, 'd', sizeof data);
    while ((code = hc_socket_send(s, data, sizeof data, &num, &native)) == HTTPSC_OK) {
        CHECK(num > 0 && num <= sizeof data);
        sent += num;
    }
    CHECK_INT(code, HTTPSC_WANT);
    CHECK_INT(num, 0);
    want.socket = s;
    want.events = HTTPSC_WRITABLE;
    CHECK_INT(hc_poll(&want, 1, 0, &native), HTTPSC_WANT);
    CHECK_INT(want.events, 0);
    fcntl(theirs, F_SETFL, O_NONBLOCK);
    while (drained < sent) {
        ssize_t received;

        platform_wait(theirs, HTTPSC_READABLE);
        received = recv(theirs, buf, sizeof buf, 0);
        CHECK(received > 0);
        if (received <= 0) {
            break;
        }
        drained += (size_t)received;
    }
    CHECK_INT(drained, sent);
    CHECK(platform_wait(s, HTTPSC_WRITABLE));
    CHECK_INT(hc_socket_send(s, data, 1, &num, &native), HTTPSC_OK);
    close(theirs);
    hc_socket_close(s);
}

/* ---- waiting ---- */

static void platform_poll_events(void)
{
    httpsc_want wants[5];
    httpsc_socket s;
    int native = 1;
    int theirs;

    alarm(HANG_SECONDS);
    if (!platform_pair(&s, &theirs)) {
        return;
    }
    memset(wants, 0, sizeof wants);
    for (size_t i = 0; i < HC_ARRAY_LEN(wants); i++) {
        wants[i].socket = s;
    }
    wants[0].events = HTTPSC_READABLE;
    wants[1].events = HTTPSC_READABLE | HTTPSC_WRITABLE;
    wants[2].socket = HC_SOCKET_NONE;
    wants[2].events = HTTPSC_READABLE | HTTPSC_WRITABLE;
    wants[3].events = 0;
    wants[4].events = HTTPSC_WRITABLE;
    CHECK_INT(hc_poll(wants, 5, -1, &native), HTTPSC_OK);
    CHECK_INT(native, 0);
    CHECK_INT(wants[0].events, 0);
    CHECK_INT(wants[1].events, HTTPSC_WRITABLE);
    CHECK_INT(wants[2].events, 0);
    CHECK_INT(wants[3].events, 0);
    CHECK_INT(wants[4].events, HTTPSC_WRITABLE);
    CHECK_INT(send(theirs, "x", 1, 0), 1);
    CHECK(platform_wait(s, HTTPSC_READABLE));
    CHECK_INT(platform_ready(s, HTTPSC_READABLE | HTTPSC_WRITABLE),
              HTTPSC_READABLE | HTTPSC_WRITABLE);
    close(theirs);
    hc_socket_close(s);
    /* of a closed socket its owner must hear, or he waits for ever; one not asked about is mute */
    CHECK_INT(platform_ready(s, HTTPSC_WRITABLE), HTTPSC_WRITABLE);
    wants[0].events = 0;
    CHECK_INT(hc_poll(wants, 1, 0, &native), HTTPSC_WANT);
    CHECK_INT(hc_poll(NULL, 0, 0, &native), HTTPSC_WANT);
    CHECK_INT(hc_poll(NULL, 0, 2, &native), HTTPSC_WANT);
}

/* Small sets are on the stack, others are not. */
static void platform_poll_many(void)
{
    static httpsc_want wants[300];
    static const size_t nums[] = {63, 64, 65, 300};
    httpsc_socket s;
    int native;
    int theirs;

    alarm(HANG_SECONDS);
    if (!platform_pair(&s, &theirs)) {
        return;
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(nums); i++) {
        for (size_t k = 0; k < nums[i]; k++) {
            wants[k].socket = s;
            wants[k].events = k + 1 == nums[i] ? HTTPSC_WRITABLE : HTTPSC_READABLE;
        }
        CHECK_INT(hc_poll(wants, nums[i], -1, &native), HTTPSC_OK);
        CHECK_INT(wants[0].events, 0);
        CHECK_INT(wants[nums[i] - 2].events, 0);
        CHECK_INT(wants[nums[i] - 1].events, HTTPSC_WRITABLE);
    }
    close(theirs);
    hc_socket_close(s);
}

typedef struct platform_pest {
    pthread_t target;
    hc_atomic stop;
} platform_pest;

static void *platform_pester(void *argument)
{
    platform_pest *pest = argument;

    while (!hc_atomic_get(&pest->stop)) {
        pthread_kill(pest->target, SIGUSR1);
        platform_pause();
    }
    return NULL;
}

static void platform_poll_interrupted(void)
{
    platform_pest pest = {0};
    httpsc_want want;
    httpsc_socket s;
    pthread_t thread;
    int native = 1;
    int theirs;

    alarm(HANG_SECONDS);
    if (!platform_pair(&s, &theirs)) {
        return;
    }
    platform_handle(SIGUSR1);
    pest.target = pthread_self();
    CHECK_INT(pthread_create(&thread, NULL, platform_pester, &pest), 0);
    want.socket = s;
    want.events = HTTPSC_READABLE;
    CHECK_INT(hc_poll(&want, 1, -1, &native), HTTPSC_WANT);
    CHECK_INT(want.events, 0);
    CHECK(platform_signals > 0);
    hc_atomic_set(&pest.stop, 1);
    pthread_join(thread, NULL);
    platform_handle_end(SIGUSR1);
    close(theirs);
    hc_socket_close(s);
}

/* select() would write past its set from descriptor FD_SETSIZE on. */
static void platform_high_descriptors(void)
{
    static int fillers[1100];
    struct rlimit before;
    struct rlimit more;
    size_t num_fillers = 0;
    httpsc_socket s;
    int theirs;

    alarm(HANG_SECONDS);
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &before), 0);
    more = before;
    more.rlim_cur = before.rlim_max < 2000 ? before.rlim_max : 2000;
    if (more.rlim_cur < 1200 || setrlimit(RLIMIT_NOFILE, &more) != 0) {
        SKIP("descriptors are limited to 1200");
    }
    while (num_fillers < HC_ARRAY_LEN(fillers)) {
        fillers[num_fillers] = dup(0);
        if (fillers[num_fillers] < 0) {
            fillers[num_fillers] = open("/dev/null", O_RDONLY);
        }
        CHECK(fillers[num_fillers] >= 0);
        num_fillers++;
    }
    if (platform_pair(&s, &theirs)) {
        unsigned char byte = 0;
        size_t num;
        int native;

        CHECK(s >= 1024);
        CHECK_INT(platform_ready(s, HTTPSC_READABLE), 0);
        CHECK_INT(send(theirs, "x", 1, 0), 1);
        CHECK(platform_wait(s, HTTPSC_READABLE));
        CHECK_INT(hc_socket_recv(s, &byte, 1, &num, &native), HTTPSC_OK);
        CHECK_INT(byte, 'x');
        close(theirs);
        hc_socket_close(s);
    }
    while (num_fillers > 0) {
        close(fillers[--num_fillers]);
    }
    setrlimit(RLIMIT_NOFILE, &before);
}

/* ---- waking ---- */

static void *platform_waker(void *argument)
{
    hc_wake_signal(argument);
    return NULL;
}

static void platform_wake(void)
{
    hc_wake wake = HC_WAKE_NONE;
    int fds = platform_fds();
    int native = 1;

    alarm(HANG_SECONDS);
    hc_wake_signal(&wake); /* of none: nothing */
    hc_wake_close(&wake);
    CHECK_INT(hc_wake_open(&wake, &native), HTTPSC_OK);
    CHECK_INT(native, 0);
#ifdef HC_NO_THREADS
    CHECK(wake.reader == HC_SOCKET_NONE && wake.writer == HC_SOCKET_NONE);
    hc_wake_signal(&wake);
#else
    {
        pthread_t thread;

        CHECK((fcntl(wake.reader, F_GETFD) & FD_CLOEXEC) != 0);
        CHECK((fcntl(wake.writer, F_GETFD) & FD_CLOEXEC) != 0);
        CHECK((fcntl(wake.reader, F_GETFL) & O_NONBLOCK) != 0);
        CHECK((fcntl(wake.writer, F_GETFL) & O_NONBLOCK) != 0);
        CHECK_INT(platform_ready(wake.reader, HTTPSC_READABLE), 0);
        CHECK_INT(pthread_create(&thread, NULL, platform_waker, &wake), 0);
        CHECK(platform_wait(wake.reader, HTTPSC_READABLE));
        pthread_join(thread, NULL);
        for (int i = 0; i < 100000; i++) {
            hc_wake_signal(&wake); /* never blocks, full or not */
        }
        CHECK(platform_wait(wake.reader, HTTPSC_READABLE));
    }
#endif
    hc_wake_close(&wake);
    CHECK(wake.reader == HC_SOCKET_NONE && wake.writer == HC_SOCKET_NONE);
    hc_wake_close(&wake);
    CHECK_INT(platform_fds(), fds);
}

UNIT_MAIN(UNIT(platform_connect_flags), UNIT(platform_connect_ipv6),
          UNIT(platform_connect_refused), UNIT(platform_connect_pending),
          UNIT(platform_connected_needs_a_peer), UNIT(platform_connect_bad_address),
          UNIT(platform_connect_codes), UNIT(platform_no_descriptors), UNIT(platform_send_recv),
          UNIT(platform_empty_buffers), UNIT(platform_recv_reset), UNIT(platform_no_sigpipe),
          UNIT(platform_send_fills), UNIT(platform_poll_events), UNIT(platform_poll_many),
          UNIT(platform_poll_interrupted), UNIT(platform_high_descriptors), UNIT(platform_wake))

#endif
