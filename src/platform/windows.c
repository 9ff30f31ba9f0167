#include "platform.h"

#if defined(_WIN32) && !defined(HTTPSC_BARE)

#if defined(_WINSOCKAPI_) && !defined(_WINSOCK2API_)
#error "httpsc.h: include it before windows.h, or define WIN32_LEAN_AND_MEAN for that"
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <bcrypt.h>
#include <stdlib.h>

#if defined(_WIN32_WINNT) && _WIN32_WINNT < 0x0600
#error "httpsc.h: Windows Vista or later: define _WIN32_WINNT 0x0600 or higher"
#endif

#ifndef WSA_FLAG_NO_HANDLE_INHERIT
#define WSA_FLAG_NO_HANDLE_INHERIT 0x80
#endif

#define WINDOWS_IO_MAX ((size_t)1 << 30) /* in one call; its lengths are int and ULONG */
#define WINDOWS_POLL_LOCAL 64            /* sockets polled without malloc */
#define WINDOWS_CONNECT_POLL_MS 250

HC_FN int hc_platform_open(int *native)
{
    WSADATA data;

    *native = WSAStartup(MAKEWORD(2, 2), &data);
    return *native == 0 ? HTTPSC_OK : HTTPSC_ERR_SYSTEM;
}

HC_FN void hc_platform_close(void)
{
    (void)WSACleanup();
}

/* ---- clocks, entropy, process ---- */

HC_FN int hc_wall_clock(int64_t *unix_seconds)
{
    const int64_t seconds_1601_to_1970 = 11644473600;
    FILETIME now;
    int64_t seconds;

    GetSystemTimeAsFileTime(&now);
    seconds = (int64_t)(((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime) / 10000000) -
              seconds_1601_to_1970;
    if (seconds <= 0) {
        return HTTPSC_ERR_CLOCK_UNSET;
    }
    *unix_seconds = seconds;
    return HTTPSC_OK;
}

HC_FN int64_t hc_monotonic_us(void)
{
    LARGE_INTEGER count;
    LARGE_INTEGER per_second;

    if (!QueryPerformanceFrequency(&per_second) || !QueryPerformanceCounter(&count) ||
        per_second.QuadPart <= 0) {
        return 0;
    }
    /* in two steps, because count * 1000000 can overflow */
    return count.QuadPart / per_second.QuadPart * 1000000 +
           count.QuadPart % per_second.QuadPart * 1000000 / per_second.QuadPart;
}

HC_FN int hc_entropy(unsigned char *buf, size_t len, int *native)
{
    *native = 0;
    while (len > 0) {
        size_t part = hc_min(len, WINDOWS_IO_MAX);
        NTSTATUS status = BCryptGenRandom(NULL, buf, (ULONG)part, BCRYPT_USE_SYSTEM_PREFERRED_RNG);

        if (status != 0) {
            *native = (int)status;
            return HTTPSC_ERR_ENTROPY;
        }
        buf += part;
        len -= part;
    }
    return HTTPSC_OK;
}

HC_FN long hc_process_id(void)
{
    return (long)GetCurrentProcessId();
}

/* ---- sockets ---- */

typedef union windows_endpoint {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} windows_endpoint;

/* Non-blocking and not inherited by child processes; INVALID_SOCKET and *native otherwise. */
static SOCKET windows_socket(int family, int type, int protocol, int *native)
{
    u_long on = 1;
    SOCKET s = WSASocketW(family, type, protocol, NULL, 0,
                          WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);

    if (s == INVALID_SOCKET && WSAGetLastError() == WSAEINVAL) {
        /* the flag is younger than Windows 7 */
        s = WSASocketW(family, type, protocol, NULL, 0, WSA_FLAG_OVERLAPPED);
        if (s != INVALID_SOCKET) {
            (void)SetHandleInformation((HANDLE)s, HANDLE_FLAG_INHERIT, 0);
        }
    }
    if (s == INVALID_SOCKET) {
        *native = WSAGetLastError();
        return INVALID_SOCKET;
    }
    if (ioctlsocket(s, (long)FIONBIO, &on) != 0) {
        *native = WSAGetLastError();
        closesocket(s);
        return INVALID_SOCKET;
    }
    return s;
}

/* The length of the endpoint, 0 for an address or a port that is none. */
static int windows_endpoint_of(const httpsc_address *address, int port, windows_endpoint *endpoint)
{
    memset(endpoint, 0, sizeof *endpoint);
    if (port < 1 || port > 65535) {
        return 0;
    }
    if (address->len == 4) {
        endpoint->v4.sin_family = AF_INET;
        endpoint->v4.sin_port = htons((u_short)port);
        memcpy(&endpoint->v4.sin_addr, address->bytes, 4);
        return (int)sizeof endpoint->v4;
    }
    if (address->len == 16) {
        endpoint->v6.sin6_family = AF_INET6;
        endpoint->v6.sin6_port = htons((u_short)port);
        endpoint->v6.sin6_scope_id = address->scope_id;
        memcpy(&endpoint->v6.sin6_addr, address->bytes, 16);
        return (int)sizeof endpoint->v6;
    }
    return 0;
}

static int windows_connect_code(int reason)
{
    switch (reason) {
    case WSAECONNREFUSED:
        return HTTPSC_ERR_CONNECT_REFUSED;
    case WSAENETUNREACH:
    case WSAEHOSTUNREACH:
    case WSAENETDOWN:
    case WSAEHOSTDOWN:
    case WSAEADDRNOTAVAIL:
    case WSAEAFNOSUPPORT:
    case WSAEPROTONOSUPPORT:
    case WSAETIMEDOUT: /* nothing answered at that address */
        return HTTPSC_ERR_CONNECT_UNREACHABLE;
    default:
        return HTTPSC_ERR_CONNECT_FAILED;
    }
}

HC_FN int hc_socket_connect(const httpsc_address *address, int port, httpsc_socket *out,
                            int *native)
{
    windows_endpoint endpoint;
    int endpoint_len = windows_endpoint_of(address, port, &endpoint);
    DWORD on = 1;
    SOCKET s;

    *out = HC_SOCKET_NONE;
    *native = 0;
    if (endpoint_len == 0) {
        *native = WSAEINVAL;
        return HTTPSC_ERR_CONNECT_FAILED;
    }
    s = windows_socket(endpoint.any.sa_family, SOCK_STREAM, IPPROTO_TCP, native);
    if (s == INVALID_SOCKET) {
        return *native == WSAEAFNOSUPPORT || *native == WSAEPROTONOSUPPORT
                   ? windows_connect_code(*native)
                   : HTTPSC_ERR_SYSTEM;
    }
    (void)setsockopt(s, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, (int)sizeof on);
    if (connect(s, &endpoint.any, endpoint_len) == 0) {
        *out = s;
        return HTTPSC_OK;
    }
    *native = WSAGetLastError();
    if (*native == WSAEWOULDBLOCK) {
        *native = 0;
        *out = s;
        return HTTPSC_WANT;
    }
    closesocket(s);
    return windows_connect_code(*native);
}

HC_FN int hc_socket_connect_unix(const char *path, httpsc_socket *out, int *native)
{
    (void)path;
    *out = HC_SOCKET_NONE;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
}

HC_FN int hc_socket_connected(httpsc_socket s, int *native)
{
    WSAPOLLFD writable;
    windows_endpoint peer;
    int len = (int)sizeof *native;
    int num_ready;

    *native = 0;
    memset(&writable, 0, sizeof writable);
    writable.fd = s;
    writable.events = POLLWRNORM;
    num_ready = WSAPoll(&writable, 1, 0);
    if (num_ready < 0 || getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)native, &len) != 0) {
        *native = WSAGetLastError();
        return HTTPSC_ERR_CONNECT_FAILED;
    }
    if (*native != 0) { /* whatever WSAPoll says: see hc_poll */
        return windows_connect_code(*native);
    }
    if (num_ready == 0) {
        return HTTPSC_WANT;
    }
    /* no error is no proof of a connection, a peer is */
    len = (int)sizeof peer;
    if (getpeername(s, &peer.any, &len) != 0) {
        *native = WSAGetLastError();
        return HTTPSC_ERR_CONNECT_FAILED;
    }
    return HTTPSC_OK;
}

/* The code for a send() or recv() that moved nothing. */
static int windows_transfer_code(int *native)
{
    int reason = WSAGetLastError();

    if (reason == WSAEWOULDBLOCK || reason == WSAEINTR) {
        return HTTPSC_WANT;
    }
    *native = reason;
    return HTTPSC_ERR_CONNECTION_LOST;
}

HC_FN int hc_socket_send(httpsc_socket s, const unsigned char *data, size_t len, size_t *num_sent,
                         int *native)
{
    int sent;

    *num_sent = 0;
    *native = 0;
    if (len == 0) {
        return HTTPSC_WANT;
    }
    sent = send(s, (const char *)data, (int)hc_min(len, WINDOWS_IO_MAX), 0);
    if (sent < 0) {
        return windows_transfer_code(native);
    }
    *num_sent = (size_t)sent;
    return sent == 0 ? HTTPSC_WANT : HTTPSC_OK;
}

HC_FN int hc_socket_recv(httpsc_socket s, unsigned char *buf, size_t len, size_t *num_received,
                         int *native)
{
    int received;

    *num_received = 0;
    *native = 0;
    if (len == 0) {
        return HTTPSC_WANT; /* recv() would say 0, which must only ever mean the peer's end */
    }
    received = recv(s, (char *)buf, (int)hc_min(len, WINDOWS_IO_MAX), 0);
    if (received < 0) {
        return windows_transfer_code(native);
    }
    *num_received = (size_t)received;
    return HTTPSC_OK;
}

HC_FN void hc_socket_close(httpsc_socket s)
{
    if (s != HC_SOCKET_NONE) {
        (void)closesocket(s);
    }
}

/* WSAPoll takes no entry that is to be passed over: only these are handed to it. */
static int windows_is_polled(const httpsc_want *want)
{
    return want->events != 0 && want->socket != HC_SOCKET_NONE;
}

/* The events asked for that are there; an error is for whoever asked to find out. */
static int windows_events_ready(int events, SHORT revents)
{
    int ready = 0;

    if ((revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
        return events;
    }
    if ((revents & POLLRDNORM) != 0) {
        ready |= HTTPSC_READABLE;
    }
    if ((revents & POLLWRNORM) != 0) {
        ready |= HTTPSC_WRITABLE;
    }
    return ready & events;
}

/* Fills in what is polled, and bounds the time: until Windows 10 of 2020 WSAPoll does not show a
 * connection that failed, so whoever waits for one is sent back with HTTPSC_WANT to look. */
static ULONG windows_poll_fill(const httpsc_want *wants, size_t num, WSAPOLLFD *polled,
                               int *timeout_ms)
{
    ULONG num_polled = 0;

    for (size_t i = 0; i < num; i++) {
        if (!windows_is_polled(&wants[i])) {
            continue;
        }
        polled[num_polled].fd = wants[i].socket;
        polled[num_polled].events = 0;
        polled[num_polled].revents = 0;
        if ((wants[i].events & HTTPSC_READABLE) != 0) {
            polled[num_polled].events |= POLLRDNORM;
        }
        if ((wants[i].events & HTTPSC_WRITABLE) != 0) {
            polled[num_polled].events |= POLLWRNORM;
            if (*timeout_ms < 0 || *timeout_ms > WINDOWS_CONNECT_POLL_MS) {
                *timeout_ms = WINDOWS_CONNECT_POLL_MS;
            }
        }
        num_polled++;
    }
    return num_polled;
}

HC_FN int hc_poll(httpsc_want *wants, size_t num, int timeout_ms, int *native)
{
    WSAPOLLFD local[WINDOWS_POLL_LOCAL];
    WSAPOLLFD *polled = local;
    size_t at = 0;
    size_t size;
    ULONG num_polled;
    int num_ready = 0;

    *native = 0;
    if (num > WINDOWS_POLL_LOCAL) {
        polled = hc_mul(num, sizeof *polled, &size) && (ULONG)num == num ? malloc(size) : NULL;
        if (polled == NULL) {
            *native = WSAENOBUFS;
            return HTTPSC_ERR_SYSTEM;
        }
    }
    num_polled = windows_poll_fill(wants, num, polled, &timeout_ms);
    if (num_polled == 0) {
        Sleep(timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms);
    } else {
        num_ready = WSAPoll(polled, num_polled, timeout_ms < 0 ? -1 : timeout_ms);
        if (num_ready < 0) {
            *native = WSAGetLastError();
        }
    }
    for (size_t i = 0; i < num; i++) {
        int ready = 0;

        if (windows_is_polled(&wants[i])) {
            ready = windows_events_ready(wants[i].events, polled[at++].revents);
        }
        wants[i].events = num_ready <= 0 ? 0 : ready;
    }
    if (polled != local) {
        free(polled);
    }
    if (num_ready < 0 && *native != WSAEINTR) {
        return HTTPSC_ERR_SYSTEM;
    }
    return num_ready > 0 ? HTTPSC_OK : HTTPSC_WANT;
}

/* ---- waking a waiter from another thread ---- */

#ifdef HC_NO_THREADS

HC_FN int hc_wake_open(hc_wake *wake, int *native)
{
    wake->reader = HC_SOCKET_NONE;
    wake->writer = HC_SOCKET_NONE;
    *native = 0;
    return HTTPSC_OK;
}

#else

/* WSAPoll knows sockets only: a datagram socket that is connected to itself, so that nobody
 * else's datagrams reach it. */
HC_FN int hc_wake_open(hc_wake *wake, int *native)
{
    struct sockaddr_in self;
    int self_len = (int)sizeof self;
    BOOL on = TRUE;
    SOCKET s;

    wake->reader = HC_SOCKET_NONE;
    wake->writer = HC_SOCKET_NONE;
    *native = 0;
    s = windows_socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP, native);
    if (s == INVALID_SOCKET) {
        return HTTPSC_ERR_SYSTEM;
    }
    memset(&self, 0, sizeof self);
    self.sin_family = AF_INET;
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&on, (int)sizeof on);
    if (bind(s, (const struct sockaddr *)&self, self_len) != 0 ||
        getsockname(s, (struct sockaddr *)&self, &self_len) != 0 ||
        connect(s, (const struct sockaddr *)&self, self_len) != 0) {
        *native = WSAGetLastError();
        closesocket(s);
        return HTTPSC_ERR_SYSTEM;
    }
    wake->reader = s;
    wake->writer = s;
    return HTTPSC_OK;
}

#endif

HC_FN void hc_wake_signal(const hc_wake *wake)
{
    if (wake->writer != HC_SOCKET_NONE) {
        (void)send(wake->writer, "", 1, 0); /* it fails when it is full, and so readable */
    }
}

HC_FN void hc_wake_close(hc_wake *wake)
{
    hc_socket_close(wake->reader);
    wake->reader = HC_SOCKET_NONE;
    wake->writer = HC_SOCKET_NONE;
}

/* ---- threads; without them none.c serves ---- */

#ifndef HC_NO_THREADS

/* An array of -1 elements where hc_mutex is too small, or LONG is no int. */
typedef char windows_mutex_fits[sizeof(SRWLOCK) <= sizeof(hc_mutex) ? 1 : -1];
typedef char windows_long_is_int[sizeof(LONG) == sizeof(int) ? 1 : -1];

static SRWLOCK *windows_mutex(hc_mutex *mutex)
{
    return (SRWLOCK *)(void *)mutex->place.bytes;
}

HC_FN int hc_mutex_open(hc_mutex *mutex)
{
    memset(mutex, 0, sizeof *mutex);
    InitializeSRWLock(windows_mutex(mutex));
    return HTTPSC_OK;
}

HC_FN void hc_mutex_lock(hc_mutex *mutex)
{
    AcquireSRWLockExclusive(windows_mutex(mutex));
}

HC_FN void hc_mutex_unlock(hc_mutex *mutex)
{
    ReleaseSRWLockExclusive(windows_mutex(mutex));
}

HC_FN void hc_mutex_close(hc_mutex *mutex)
{
    (void)mutex; /* an SRWLOCK holds nothing */
}

static volatile LONG *windows_atomic(hc_atomic *atomic)
{
    return (volatile LONG *)(volatile void *)&atomic->value;
}

HC_FN int hc_atomic_get(hc_atomic *atomic)
{
    return (int)InterlockedCompareExchange(windows_atomic(atomic), 0, 0);
}

HC_FN int hc_atomic_add(hc_atomic *atomic, int delta)
{
    return (int)InterlockedExchangeAdd(windows_atomic(atomic), (LONG)delta) + delta;
}

HC_FN void hc_atomic_set(hc_atomic *atomic, int value)
{
    (void)InterlockedExchange(windows_atomic(atomic), (LONG)value);
}

#endif

#endif
