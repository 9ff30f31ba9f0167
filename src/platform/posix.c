#include "posix.h"

#if !defined(_WIN32) && !defined(HTTPSC_BARE)

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifndef HC_NO_THREADS
#include <pthread.h>
#endif

#ifdef __linux__
#include <sys/eventfd.h>
#endif

/* The system call for entropy; where there is none the device serves. */
#if defined(__linux__) && defined(__has_include)
#if __has_include(<sys/random.h>)
#define POSIX_GETRANDOM 1
#include <sys/random.h>
#endif
#elif defined(__APPLE__)
#define POSIX_GETENTROPY 1
#include <sys/random.h>
#elif (defined(__FreeBSD__) || defined(__OpenBSD__)) && defined(__BSD_VISIBLE)
#if __BSD_VISIBLE
#define POSIX_GETENTROPY 1
#endif
#endif

/* The option comes first: macOS has the flag in newer headers only, and older kernels refuse it. */
#if defined(SO_NOSIGPIPE)
#define POSIX_SEND_FLAGS 0
#elif defined(MSG_NOSIGNAL)
#define POSIX_SEND_FLAGS MSG_NOSIGNAL
#else
#error "httpsc.h: neither SO_NOSIGPIPE nor MSG_NOSIGNAL; on macOS define _DARWIN_C_SOURCE"
#endif

#define POSIX_IO_MAX ((size_t)1 << 30) /* in one call; macOS refuses more than INT_MAX */
#define POSIX_POLL_LOCAL 64            /* sockets polled without malloc */
#define POSIX_SEED_WAIT_MS 5000

HC_FN int hc_platform_open(int *native)
{
    *native = 0;
    return HTTPSC_OK;
}

HC_FN void hc_platform_close(void)
{
}

/* ---- clocks, entropy, process ---- */

HC_FN int hc_wall_clock(int64_t *unix_seconds)
{
    time_t now = time(NULL);

    if (now <= 0) {
        return HTTPSC_ERR_CLOCK_UNSET;
    }
    *unix_seconds = (int64_t)now;
    return HTTPSC_OK;
}

HC_FN int64_t hc_monotonic_us(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0;
    }
    return (int64_t)now.tv_sec * 1000000 + (int64_t)now.tv_nsec / 1000;
}

HC_FN long hc_process_id(void)
{
    return (long)getpid();
}

HC_FN int hc_posix_open(const char *path, int flags)
{
    int fd;

    do {
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | flags);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

HC_FN ptrdiff_t hc_posix_read(int fd, unsigned char *buf, size_t len)
{
    ssize_t num_read;

    do {
        num_read = read(fd, buf, hc_min(len, POSIX_IO_MAX));
    } while (num_read < 0 && errno == EINTR);
    return num_read;
}

#ifdef __linux__
/* /dev/urandom of Linux answers before it is seeded; /dev/random is readable once it is. */
static int posix_wait_seeded(int *native)
{
    int64_t deadline_us = hc_monotonic_us() + (int64_t)POSIX_SEED_WAIT_MS * 1000;
    struct pollfd seeded = {-1, POLLIN, 0};
    int num_ready;

    seeded.fd = hc_posix_open("/dev/random", O_NONBLOCK);
    if (seeded.fd < 0) {
        *native = errno;
        return 0;
    }
    do {
        int64_t left_us = deadline_us - hc_monotonic_us();

        num_ready = poll(&seeded, 1, left_us <= 0 ? 0 : (int)(left_us / 1000));
    } while (num_ready < 0 && errno == EINTR);
    *native = num_ready < 0 ? errno : 0;
    close(seeded.fd);
    return num_ready == 1 && (seeded.revents & POLLIN) != 0;
}
#endif

#ifndef POSIX_GETENTROPY
static int posix_device_entropy(unsigned char *buf, size_t len, int *native)
{
    struct stat status;
    int result = HTTPSC_ERR_ENTROPY;
    int fd;

#ifdef __linux__
    if (!posix_wait_seeded(native)) {
        return HTTPSC_ERR_ENTROPY;
    }
#endif
    fd = hc_posix_open("/dev/urandom", 0);
    if (fd < 0) {
        *native = errno;
        return HTTPSC_ERR_ENTROPY;
    }
    if (fstat(fd, &status) != 0) {
        *native = errno;
        goto done;
    }
    if (!S_ISCHR(status.st_mode)) {
        goto done;
    }
    while (len > 0) {
        ssize_t num_read = hc_posix_read(fd, buf, len);

        if (num_read <= 0) {
            *native = num_read < 0 ? errno : 0;
            goto done;
        }
        buf += num_read;
        len -= (size_t)num_read;
    }
    result = HTTPSC_OK;
done:
    close(fd);
    return result;
}
#endif

HC_FN int hc_entropy(unsigned char *buf, size_t len, int *native)
{
    *native = 0;
#if defined(POSIX_GETRANDOM)
    while (len > 0) {
        ssize_t num_given = getrandom(buf, hc_min(len, POSIX_IO_MAX), GRND_NONBLOCK);

        if (num_given > 0) {
            buf += num_given;
            len -= (size_t)num_given;
        } else if (num_given < 0 && (errno == ENOSYS || errno == EPERM || errno == EAGAIN)) {
            /* an old kernel, a sandbox, or not seeded yet: the device waits, and not for ever */
            return posix_device_entropy(buf, len, native);
        } else if (num_given == 0 || errno != EINTR) {
            *native = num_given < 0 ? errno : 0;
            return HTTPSC_ERR_ENTROPY;
        }
    }
    return HTTPSC_OK;
#elif defined(POSIX_GETENTROPY)
    while (len > 0) {
        size_t part = hc_min(len, 256); /* all that one call gives */

        if (getentropy(buf, part) != 0) {
            *native = errno;
            return HTTPSC_ERR_ENTROPY;
        }
        buf += part;
        len -= part;
    }
    return HTTPSC_OK;
#else
    return posix_device_entropy(buf, len, native);
#endif
}

/* ---- sockets ---- */

typedef union posix_endpoint {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} posix_endpoint;

#if !defined(SOCK_CLOEXEC) || !defined(SOCK_NONBLOCK) || \
    (!defined(__linux__) && !defined(HC_NO_THREADS))
/* Non-blocking and close-on-exec for a descriptor that could not be opened so. */
static int posix_set_flags(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
           fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}
#endif

/* A socket for a stream, TCP but for AF_UNIX, or -1 and errno. */
static int posix_socket(int family)
{
    int protocol = family == AF_UNIX ? 0 : IPPROTO_TCP;
    int on = 1;
#if defined(SOCK_CLOEXEC) && defined(SOCK_NONBLOCK)
    int s = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    int usable = s >= 0;
#else
    int s = socket(family, SOCK_STREAM, protocol);
    int usable = s >= 0 && posix_set_flags(s);
#endif

#ifdef SO_NOSIGPIPE
    usable = usable && setsockopt(s, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on) == 0;
#endif
    if (!usable) {
        int reason = errno;

        if (s >= 0) {
            close(s);
        }
        errno = reason;
        return -1;
    }
    if (protocol == IPPROTO_TCP) {
        (void)setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    return s;
}

/* The length of the endpoint, 0 for an address or a port that is none. */
static socklen_t posix_endpoint_of(const httpsc_address *address, int port,
                                   posix_endpoint *endpoint)
{
    memset(endpoint, 0, sizeof *endpoint);
    if (port < 1 || port > 65535) {
        return 0;
    }
    if (address->len == 4) {
        endpoint->v4.sin_family = AF_INET;
        endpoint->v4.sin_port = htons((uint16_t)port);
        memcpy(&endpoint->v4.sin_addr, address->bytes, 4);
        return (socklen_t)sizeof endpoint->v4;
    }
    if (address->len == 16) {
        endpoint->v6.sin6_family = AF_INET6;
        endpoint->v6.sin6_port = htons((uint16_t)port);
        endpoint->v6.sin6_scope_id = address->scope_id;
        memcpy(&endpoint->v6.sin6_addr, address->bytes, 16);
        return (socklen_t)sizeof endpoint->v6;
    }
    return 0;
}

static int posix_connect_code(int reason)
{
    switch (reason) {
    case ECONNREFUSED:
        return HTTPSC_ERR_CONNECT_REFUSED;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
#ifdef EHOSTDOWN
    case EHOSTDOWN:
#endif
    case EADDRNOTAVAIL: /* an IPv6 address where IPv6 is switched off */
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
    case ETIMEDOUT: /* nothing answered at that address */
        return HTTPSC_ERR_CONNECT_UNREACHABLE;
    default:
        return HTTPSC_ERR_CONNECT_FAILED;
    }
}

static int posix_would_block(int reason)
{
#if EAGAIN != EWOULDBLOCK
    if (reason == EWOULDBLOCK) {
        return 1;
    }
#endif
    return reason == EAGAIN;
}

HC_FN int hc_socket_connect(const httpsc_address *address, int port, httpsc_socket *out,
                            int *native)
{
    posix_endpoint endpoint;
    socklen_t endpoint_len = posix_endpoint_of(address, port, &endpoint);
    int s;

    *out = HC_SOCKET_NONE;
    *native = 0;
    if (endpoint_len == 0) {
        *native = EINVAL;
        return HTTPSC_ERR_CONNECT_FAILED;
    }
    s = posix_socket(endpoint.any.sa_family);
    if (s < 0) {
        *native = errno;
        return errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT ? posix_connect_code(errno)
                                                                 : HTTPSC_ERR_SYSTEM;
    }
    if (connect(s, &endpoint.any, endpoint_len) == 0) {
        *out = s;
        return HTTPSC_OK;
    }
    if (errno == EINPROGRESS || errno == EINTR) {
        *out = s;
        return HTTPSC_WANT;
    }
    *native = errno;
    close(s);
    return posix_connect_code(*native);
}

HC_FN int hc_socket_connect_unix(const char *path, httpsc_socket *out, int *native)
{
    struct sockaddr_un endpoint;
    size_t len = strlen(path);
    int s;

    *out = HC_SOCKET_NONE;
    *native = 0;
    memset(&endpoint, 0, sizeof endpoint);
    if (len == 0 || len >= sizeof endpoint.sun_path) {
        *native = ENAMETOOLONG;
        return HTTPSC_ERR_CONNECT_FAILED;
    }
    endpoint.sun_family = AF_UNIX;
    memcpy(endpoint.sun_path, path, len);
    s = posix_socket(AF_UNIX);
    if (s < 0) {
        *native = errno;
        return HTTPSC_ERR_SYSTEM;
    }
    if (connect(s, (const struct sockaddr *)(const void *)&endpoint, sizeof endpoint) == 0) {
        *out = s;
        return HTTPSC_OK;
    }
    if (errno == EINPROGRESS || errno == EINTR) {
        *out = s;
        return HTTPSC_WANT;
    }
    *native = errno;
    close(s);
    if (posix_would_block(*native)) {
        *native = 0;
        return HTTPSC_WANT;
    }
    return *native == ENOENT ? HTTPSC_ERR_CONNECT_UNREACHABLE : posix_connect_code(*native);
}

HC_FN int hc_socket_connected(httpsc_socket s, int *native)
{
    struct pollfd writable = {-1, POLLOUT, 0};
    posix_endpoint peer;
    socklen_t len = (socklen_t)sizeof *native;
    int num_ready;

    *native = 0;
    writable.fd = s;
    num_ready = poll(&writable, 1, 0);
    if (num_ready == 0 || (num_ready < 0 && errno == EINTR)) {
        return HTTPSC_WANT;
    }
    if (num_ready < 0 || getsockopt(s, SOL_SOCKET, SO_ERROR, native, &len) != 0) {
        *native = errno;
        return HTTPSC_ERR_CONNECT_FAILED;
    }
    if (*native != 0) {
        return posix_connect_code(*native);
    }
    /* SO_ERROR is told once only: no error is no proof of a connection, a peer is */
    len = (socklen_t)sizeof peer;
    if (getpeername(s, &peer.any, &len) != 0) {
        *native = errno;
        return HTTPSC_ERR_CONNECT_FAILED;
    }
    return HTTPSC_OK;
}

/* The code for a send() or recv() that moved nothing. */
static int posix_transfer_code(int *native)
{
    if (posix_would_block(errno)) {
        return HTTPSC_WANT;
    }
    *native = errno;
    return HTTPSC_ERR_CONNECTION_LOST;
}

HC_FN int hc_socket_send(httpsc_socket s, const unsigned char *data, size_t len, size_t *num_sent,
                         int *native)
{
    ssize_t sent;

    *num_sent = 0;
    *native = 0;
    if (len == 0) {
        return HTTPSC_WANT;
    }
    do {
        sent = send(s, data, hc_min(len, POSIX_IO_MAX), POSIX_SEND_FLAGS);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        return posix_transfer_code(native);
    }
    *num_sent = (size_t)sent;
    return sent == 0 ? HTTPSC_WANT : HTTPSC_OK;
}

HC_FN int hc_socket_recv(httpsc_socket s, unsigned char *buf, size_t len, size_t *num_received,
                         int *native)
{
    ssize_t received;

    *num_received = 0;
    *native = 0;
    if (len == 0) {
        return HTTPSC_WANT; /* recv() would say 0, which must only ever mean the peer's end */
    }
    do {
        received = recv(s, buf, hc_min(len, POSIX_IO_MAX), 0);
    } while (received < 0 && errno == EINTR);
    if (received < 0) {
        return posix_transfer_code(native);
    }
    *num_received = (size_t)received;
    return HTTPSC_OK;
}

HC_FN void hc_socket_close(httpsc_socket s)
{
    if (s != HC_SOCKET_NONE) {
        close(s); /* never again after EINTR: the number may be another thread's by then */
    }
}

/* The events asked for that are there; an error is for whoever asked to find out. */
static int posix_events_ready(int events, short revents)
{
    int ready = 0;

    if ((revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
        return events;
    }
    if ((revents & POLLIN) != 0) {
        ready |= HTTPSC_READABLE;
    }
    if ((revents & POLLOUT) != 0) {
        ready |= HTTPSC_WRITABLE;
    }
    return ready & events;
}

HC_FN int hc_poll(httpsc_want *wants, size_t num, int timeout_ms, int *native)
{
    struct pollfd local[POSIX_POLL_LOCAL];
    struct pollfd *polled = local;
    size_t size;
    int num_ready;

    *native = 0;
    if (num > POSIX_POLL_LOCAL) {
        polled = hc_mul(num, sizeof *polled, &size) && (nfds_t)num == num ? malloc(size) : NULL;
        if (polled == NULL) {
            *native = ENOMEM;
            return HTTPSC_ERR_SYSTEM;
        }
    }
    for (size_t i = 0; i < num; i++) {
        polled[i].fd = wants[i].events == 0 ? -1 : wants[i].socket; /* -1 is passed over */
        polled[i].events = 0;
        polled[i].revents = 0;
        if ((wants[i].events & HTTPSC_READABLE) != 0) {
            polled[i].events |= POLLIN;
        }
        if ((wants[i].events & HTTPSC_WRITABLE) != 0) {
            polled[i].events |= POLLOUT;
        }
    }
    num_ready = poll(polled, (nfds_t)num, timeout_ms < 0 ? -1 : timeout_ms);
    if (num_ready < 0) {
        *native = errno;
    }
    for (size_t i = 0; i < num; i++) {
        wants[i].events =
            num_ready <= 0 ? 0 : posix_events_ready(wants[i].events, polled[i].revents);
    }
    if (polled != local) {
        free(polled);
    }
    if (num_ready < 0 && *native != EINTR) {
        return HTTPSC_ERR_SYSTEM;
    }
    return num_ready > 0 ? HTTPSC_OK : HTTPSC_WANT;
}

/* ---- waking a waiter from another thread ---- */

HC_FN int hc_wake_open(hc_wake *wake, int *native)
{
    wake->reader = HC_SOCKET_NONE;
    wake->writer = HC_SOCKET_NONE;
    *native = 0;
#ifndef HC_NO_THREADS
#ifdef __linux__
    wake->reader = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake->reader < 0) {
        wake->reader = HC_SOCKET_NONE;
        *native = errno;
        return HTTPSC_ERR_SYSTEM;
    }
    wake->writer = wake->reader;
#else
    {
        int ends[2];

        if (pipe(ends) != 0) {
            *native = errno;
            return HTTPSC_ERR_SYSTEM;
        }
        wake->reader = ends[0];
        wake->writer = ends[1];
    }
    if (!posix_set_flags(wake->reader) || !posix_set_flags(wake->writer)) {
        *native = errno;
        hc_wake_close(wake);
        return HTTPSC_ERR_SYSTEM;
    }
#endif
#endif
    return HTTPSC_OK;
}

HC_FN void hc_wake_signal(const hc_wake *wake)
{
    const uint64_t one = 1; /* what an eventfd takes; eight bytes to a pipe */
    ssize_t written;

    if (wake->writer == HC_SOCKET_NONE) {
        return;
    }
    do {
        written = write(wake->writer, &one, sizeof one);
    } while (written < 0 && errno == EINTR); /* any other failure: it is full, so readable */
}

HC_FN void hc_wake_close(hc_wake *wake)
{
    if (wake->writer != wake->reader) {
        hc_socket_close(wake->writer);
    }
    hc_socket_close(wake->reader);
    wake->reader = HC_SOCKET_NONE;
    wake->writer = HC_SOCKET_NONE;
}

/* ---- threads; without them none.c serves ---- */

#ifndef HC_NO_THREADS

typedef struct posix_mutex_aligned {
    char before;
    pthread_mutex_t mutex;
} posix_mutex_aligned;

typedef struct posix_place_aligned {
    char before;
    hc_mutex mutex;
} posix_place_aligned;

/* An array of -1 elements where hc_mutex is too small or not aligned enough. */
typedef char posix_mutex_fits[sizeof(pthread_mutex_t) <= sizeof(hc_mutex) &&
                                      offsetof(posix_mutex_aligned, mutex) <=
                                          offsetof(posix_place_aligned, mutex)
                                  ? 1
                                  : -1];

static pthread_mutex_t *posix_mutex(hc_mutex *mutex)
{
    return (pthread_mutex_t *)(void *)mutex->place.bytes;
}

HC_FN int hc_mutex_open(hc_mutex *mutex)
{
    memset(mutex, 0, sizeof *mutex);
    return pthread_mutex_init(posix_mutex(mutex), NULL) == 0 ? HTTPSC_OK : HTTPSC_ERR_SYSTEM;
}

HC_FN void hc_mutex_lock(hc_mutex *mutex)
{
    (void)pthread_mutex_lock(posix_mutex(mutex));
}

HC_FN void hc_mutex_unlock(hc_mutex *mutex)
{
    (void)pthread_mutex_unlock(posix_mutex(mutex));
}

HC_FN void hc_mutex_close(hc_mutex *mutex)
{
    (void)pthread_mutex_destroy(posix_mutex(mutex));
}

#if !defined(__GNUC__) && !defined(__clang__)
#error "httpsc.h: no atomics are known for this compiler; define HTTPSC_NO_THREADS"
#endif

HC_FN int hc_atomic_get(hc_atomic *atomic)
{
    return __atomic_load_n(&atomic->value, __ATOMIC_SEQ_CST);
}

HC_FN int hc_atomic_add(hc_atomic *atomic, int delta)
{
    return __atomic_add_fetch(&atomic->value, delta, __ATOMIC_SEQ_CST);
}

HC_FN void hc_atomic_set(hc_atomic *atomic, int value)
{
    __atomic_store_n(&atomic->value, value, __ATOMIC_SEQ_CST);
}

#endif

#endif
