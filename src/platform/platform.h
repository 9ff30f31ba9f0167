/*
 * What httpsc asks of an operating system. The only floor with OS headers, malloc and threads: one
 * file an operating system (posix.c, windows.c), and none.c for HTTPSC_BARE, each of which begins
 * with the condition under which it is compiled.
 *
 * Results are codes of the public list. HTTPSC_WANT means "would block". *native gets errno or its
 * like, and is never NULL.
 */
#ifndef HC_PLATFORM_H
#define HC_PLATFORM_H

#include "../base/buffer.h"

/* The system's malloc, or HTTPSC_MALLOC and HTTPSC_FREE; all NULL where there is none. */
HC_FN httpsc_allocator hc_system_allocator(void);

/* Brackets every other call below; counted by the system where it needs that (Winsock). */
HC_FN int hc_platform_open(int *native);
HC_FN void hc_platform_close(void);

/* ---- clocks, entropy, process ---- */

/* Seconds since 1970; HTTPSC_OK or HTTPSC_ERR_CLOCK_UNSET. */
HC_FN int hc_wall_clock(int64_t *unix_seconds);

/* Microseconds on a clock that never goes back; 0 where there is none. */
HC_FN int64_t hc_monotonic_us(void);

/* Fills buf from the system's generator: HTTPSC_OK or HTTPSC_ERR_ENTROPY. Never a weak answer; an
 * end of file in /dev/urandom is an error, EINTR and short reads are gone on with. */
HC_FN int hc_entropy(unsigned char *buf, size_t len, int *native);

/* Changes in a child after fork. */
HC_FN long hc_process_id(void);

/* ---- sockets: non-blocking, close-on-exec, TCP_NODELAY, no SIGPIPE ---- */

#ifdef _WIN32
#define HC_SOCKET_NONE (~(httpsc_socket)0)
#else
#define HC_SOCKET_NONE (-1)
#endif

/* Begins a TCP connection: HTTPSC_OK (at once), HTTPSC_WANT (wait until it is writable, then
 * hc_socket_connected), HTTPSC_ERR_CONNECT_REFUSED, _UNREACHABLE, _FAILED, or HTTPSC_ERR_SYSTEM
 * when no socket was to be had. After an error *out is HC_SOCKET_NONE. */
HC_FN int hc_socket_connect(const httpsc_address *address, int port, httpsc_socket *out,
                            int *native);

/* The same to a Unix socket. HTTPSC_WANT with *out HC_SOCKET_NONE: its queue is full, ask again.
 * HTTPSC_ERR_UNSUPPORTED where there are none. */
HC_FN int hc_socket_connect_unix(const char *path, httpsc_socket *out, int *native);

/* How the connection begun stands: HTTPSC_OK, HTTPSC_WANT, or an error as above. */
HC_FN int hc_socket_connected(httpsc_socket s, int *native);

/* HTTPSC_OK with *num_sent > 0, HTTPSC_WANT, or HTTPSC_ERR_CONNECTION_LOST. */
HC_FN int hc_socket_send(httpsc_socket s, const unsigned char *data, size_t len, size_t *num_sent,
                         int *native);

/* HTTPSC_OK with *num_received (0: the peer's orderly end), HTTPSC_WANT, or
 * HTTPSC_ERR_CONNECTION_LOST. */
HC_FN int hc_socket_recv(httpsc_socket s, unsigned char *buf, size_t len, size_t *num_received,
                         int *native);

/* HC_SOCKET_NONE is passed over. */
HC_FN void hc_socket_close(httpsc_socket s);

/* Waits until a socket is ready or timeout_ms is over (-1: no limit): HTTPSC_OK, HTTPSC_WANT (time
 * over, or interrupted), HTTPSC_ERR_SYSTEM. num may be 0: then it sleeps. events of each want that
 * is not ready is set to 0. poll(), never select(). */
HC_FN int hc_poll(httpsc_want *wants, size_t num, int timeout_ms, int *native);

/* ---- waking a waiter from another thread ---- */

typedef struct hc_wake {
    httpsc_socket reader; /* readable once hc_wake_signal was called */
    httpsc_socket writer; /* may equal reader */
} hc_wake;

#define HC_WAKE_NONE {HC_SOCKET_NONE, HC_SOCKET_NONE}

/* HTTPSC_OK or HTTPSC_ERR_SYSTEM (and then both are HC_SOCKET_NONE). Under HC_NO_THREADS it is
 * HTTPSC_OK with both HC_SOCKET_NONE. */
HC_FN int hc_wake_open(hc_wake *wake, int *native);
HC_FN void hc_wake_signal(const hc_wake *wake);
HC_FN void hc_wake_close(hc_wake *wake);

/* ---- names ---- */

#ifdef HTTPSC_BARE
#define HC_ADDRESSES_MAX 2 /* a transport has none; those of localhost are two */
#else
#define HC_ADDRESSES_MAX 32
#endif

/* A look-up under way in a detached thread of its own; under HC_NO_THREADS it is done inline by
 * hc_lookup_start. Its memory is the system's malloc's, counted, and outlives whichever of thread
 * and caller goes first. */
typedef struct hc_lookup hc_lookup;

/* HTTPSC_OK, HTTPSC_ERR_MEMORY, HTTPSC_ERR_SYSTEM. host is copied. */
HC_FN int hc_lookup_start(const char *host, hc_lookup **out, int *native);

/* HTTPSC_WANT while it runs; HTTPSC_OK with 1 <= *num <= HC_ADDRESSES_MAX addresses;
 * HTTPSC_ERR_RESOLVE_NOT_FOUND or HTTPSC_ERR_RESOLVE_FAILED with getaddrinfo's code in *native. */
HC_FN int hc_lookup_result(hc_lookup *lookup, httpsc_address addresses[HC_ADDRESSES_MAX],
                           size_t *num, int *native);

/* Readable when the look-up is done; HC_SOCKET_NONE where it was done inline. */
HC_FN httpsc_socket hc_lookup_socket(const hc_lookup *lookup);

/* Gives up the caller's hold, done or not. NULL is passed over. */
HC_FN void hc_lookup_close(hc_lookup *lookup);

/* ---- threads ---- */

/* Opaque, big enough for the system's, so that platform headers stay in this floor. */
typedef struct hc_mutex {
    union {
        void *align;
        int64_t align64;
        unsigned char bytes[64];
    } place;
} hc_mutex;

/* HTTPSC_OK or HTTPSC_ERR_SYSTEM. No-ops under HC_NO_THREADS. */
HC_FN int hc_mutex_open(hc_mutex *mutex);
HC_FN void hc_mutex_lock(hc_mutex *mutex);
HC_FN void hc_mutex_unlock(hc_mutex *mutex);
HC_FN void hc_mutex_close(hc_mutex *mutex);

/* An int shared by threads: sequentially consistent. hc_atomic_add returns the new value. */
typedef struct hc_atomic {
    volatile int value;
} hc_atomic;

HC_FN int hc_atomic_get(hc_atomic *atomic);
HC_FN int hc_atomic_add(hc_atomic *atomic, int delta);
HC_FN void hc_atomic_set(hc_atomic *atomic, int value);

/* ---- files: paths are UTF-8 on Windows, and whatever they are elsewhere ---- */

/* Appends a whole file: HTTPSC_OK, HTTPSC_ERR_TRUST_UNREADABLE (cannot be opened or read, is no
 * regular file, or passes the buffer's max; native is errno, 0 for the last two), or
 * HTTPSC_ERR_MEMORY. */
HC_FN int hc_file_read(const char *path, hc_buffer *out, int *native);

/* Appends to a file, which is made where there is none, for its owner alone: at once, so that whole
 * lines of several writers stand one behind the other. HTTPSC_OK or HTTPSC_ERR_SYSTEM. */
HC_FN int hc_file_append(const char *path, const void *bytes, size_t len, int *native);

/* A file that stays open, for hc_file_read_at. */
typedef struct hc_file {
    intptr_t handle;
    size_t size; /* when it was opened */
} hc_file;

/* Opens a regular file of at most max bytes: HTTPSC_OK, or HTTPSC_ERR_TRUST_UNREADABLE as above. */
HC_FN int hc_file_open(const char *path, size_t max, hc_file *out, int *native);
HC_FN void hc_file_close(hc_file *file);

/* Reads len bytes at an offset, whoever else reads: 1, or 0 when they are not to be had. */
HC_FN int hc_file_read_at(const hc_file *file, size_t offset, unsigned char *buf, size_t len);

/* Puts bytes in place of a file, for its owner's eyes alone (0600), at once and whole: by way of a
 * new file beside it, which is renamed. HTTPSC_OK; HTTPSC_ERR_SYSTEM, and then the old one stands;
 * HTTPSC_ERR_MEMORY; HTTPSC_ERR_UNSUPPORTED without a system. */
HC_FN int hc_file_replace(const char *path, const unsigned char *bytes, size_t len, int *native);

/* Calls visit with the name of every entry of a directory ("." and ".." apart), in no order, until
 * it returns other than HTTPSC_OK. What it returned last, or HTTPSC_ERR_TRUST_UNREADABLE. */
HC_FN int hc_dir_visit(const char *path, int (*visit)(void *user, const char *name), void *user,
                       int *native);

/* A copy of a value of the environment, for hc_free_text; *out is NULL when it is unset or empty,
 * and in a set-uid program. HTTPSC_OK, HTTPSC_ERR_MEMORY. */
HC_FN int hc_environment(const char *name, const httpsc_allocator *allocator, char **out);

/* What stands between the paths of a list in the environment. */
#ifdef _WIN32
#define HC_PATH_LIST_SEPARATOR ';'
#else
#define HC_PATH_LIST_SEPARATOR ':'
#endif

/* The system's root certificates: the well-known places that are there, readable or not, in order,
 * NULL behind the last. One that ends in a slash is a directory of hashed files. */
HC_FN const char *hc_system_bundle_path(size_t i);

/* Where the system keeps its roots in stores of its own, which are filled lazily: calls visit with
 * each certificate (DER) that it trusts to name servers, or, with denied, with each that it forbids
 * or has restricted to other ends; until visit returns other than HTTPSC_OK. What it returned last,
 * HTTPSC_ERR_TRUST_UNREADABLE, or HTTPSC_ERR_UNSUPPORTED where the roots are in files. */
HC_FN int hc_system_store_visit(int denied,
                                int (*visit)(void *user, const unsigned char *der, size_t len),
                                void *user, int *native);

#endif
