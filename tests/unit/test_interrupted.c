/* System calls that are interrupted, cut short, or wake up for nothing: what a signal does to a
 * program, without the signal. */
#include "unit.h"

#if defined(_WIN32) || defined(HTTPSC_BARE)
static void interrupted_elsewhere(void)
{
    SKIP("written for POSIX");
}

UNIT_MAIN(UNIT(interrupted_elsewhere))
#else

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* send() and recv() of the test's own: this many EINTR first, then at most so many bytes, or a
 * failure. */
static int interrupted_times;
static size_t interrupted_max;
static int interrupted_errno;
static int interrupted_calls;
static int interrupted_flags;

static ssize_t interrupted_answer(size_t len)
{
    interrupted_calls++;
    if (interrupted_times > 0) {
        interrupted_times--;
        errno = EINTR;
        return -1;
    }
    if (interrupted_errno != 0) {
        errno = interrupted_errno;
        return -1;
    }
    return (ssize_t)(len < interrupted_max ? len : interrupted_max);
}

ssize_t send(int s, const void *data, size_t len, int flags)
{
    (void)s;
    (void)data;
    interrupted_flags = flags;
    return interrupted_answer(len);
}

ssize_t recv(int s, void *buf, size_t len, int flags)
{
    ssize_t num = interrupted_answer(len);

    (void)s;
    (void)flags;
    if (num > 0) {
        memset(buf, 'r', (size_t)num);
    }
    return num;
}

static void interrupted_begin(int times, size_t max, int error_number)
{
    interrupted_times = times;
    interrupted_max = max;
    interrupted_errno = error_number;
    interrupted_calls = 0;
}

/* DEFENCES Q2. */
static void interrupted_sends(void)
{
    size_t num = 9;
    int native = 9;

    interrupted_begin(3, 100, 0);
    CHECK_INT(hc_socket_send(1, (const unsigned char *)"abc", 3, &num, &native), HTTPSC_OK);
    CHECK_INT(num, 3);
    CHECK_INT(native, 0);
    CHECK_INT(interrupted_calls, 4);
    interrupted_begin(1, 2, 0);
    CHECK_INT(hc_socket_send(1, (const unsigned char *)"abc", 3, &num, &native), HTTPSC_OK);
    CHECK_INT(num, 2);
    interrupted_begin(0, 0, EAGAIN);
    CHECK_INT(hc_socket_send(1, (const unsigned char *)"abc", 3, &num, &native), HTTPSC_WANT);
    CHECK_INT(num, 0);
    CHECK_INT(interrupted_calls, 1); /* no spinning */
    interrupted_begin(0, 0, EPIPE);
    CHECK_INT(hc_socket_send(1, (const unsigned char *)"abc", 3, &num, &native),
              HTTPSC_ERR_CONNECTION_LOST);
    CHECK_INT(native, EPIPE);
#if defined(MSG_NOSIGNAL) && !defined(SO_NOSIGPIPE)
    CHECK(interrupted_flags & MSG_NOSIGNAL); /* DEFENCES Q1 */
#endif
}

static void interrupted_receives(void)
{
    unsigned char buf[8];
    size_t num = 9;
    int native = 9;

    interrupted_begin(3, 2, 0);
    CHECK_INT(hc_socket_recv(1, buf, sizeof buf, &num, &native), HTTPSC_OK);
    CHECK_INT(num, 2);
    CHECK_INT(interrupted_calls, 4);
    interrupted_begin(0, 0, EAGAIN);
    CHECK_INT(hc_socket_recv(1, buf, sizeof buf, &num, &native), HTTPSC_WANT);
    CHECK_INT(interrupted_calls, 1);
    interrupted_begin(0, 0, 0); /* the end, which an interruption is not */
    CHECK_INT(hc_socket_recv(1, buf, sizeof buf, &num, &native), HTTPSC_OK);
    CHECK_INT(num, 0);
    interrupted_begin(0, 0, ECONNRESET);
    CHECK_INT(hc_socket_recv(1, buf, sizeof buf, &num, &native), HTTPSC_ERR_CONNECTION_LOST);
    CHECK_INT(native, ECONNRESET);
    /* a place of no size is not asked about: its 0 would be an end */
    interrupted_begin(0, 9, 0);
    CHECK_INT(hc_socket_recv(1, buf, 0, &num, &native), HTTPSC_WANT);
    CHECK_INT(interrupted_calls, 0);
}

UNIT_MAIN(UNIT(interrupted_sends), UNIT(interrupted_receives))
#endif
