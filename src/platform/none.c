/* What no system decides, for every build; and the answers of HTTPSC_BARE. */
#include "platform.h"

/* ---- memory ---- */

#if defined(HTTPSC_MALLOC) != defined(HTTPSC_FREE)
#error "httpsc.h: define both HTTPSC_MALLOC and HTTPSC_FREE, or neither"
#endif

#if defined(HTTPSC_BARE) && !defined(HTTPSC_MALLOC)

HC_FN httpsc_allocator hc_system_allocator(void)
{
    httpsc_allocator allocator = {NULL, NULL, NULL};

    return allocator;
}

#else

#ifndef HTTPSC_MALLOC
#include <stdlib.h>
#endif

static void *none_alloc(void *user, size_t size)
{
    (void)user;
#ifdef HTTPSC_MALLOC
    return HTTPSC_MALLOC(size);
#else
    return malloc(size);
#endif
}

static void none_free(void *user, void *ptr, size_t size)
{
    (void)user;
    (void)size;
#ifdef HTTPSC_FREE
    HTTPSC_FREE(ptr);
#else
    free(ptr);
#endif
}

HC_FN httpsc_allocator hc_system_allocator(void)
{
    httpsc_allocator allocator = {NULL, none_alloc, none_free};

    return allocator;
}

#endif

/* ---- threads: there is one, on whatever system ---- */

#ifdef HC_NO_THREADS

HC_FN int hc_mutex_open(hc_mutex *mutex)
{
    (void)mutex;
    return HTTPSC_OK;
}

HC_FN void hc_mutex_lock(hc_mutex *mutex)
{
    (void)mutex;
}

HC_FN void hc_mutex_unlock(hc_mutex *mutex)
{
    (void)mutex;
}

HC_FN void hc_mutex_close(hc_mutex *mutex)
{
    (void)mutex;
}

HC_FN int hc_atomic_get(hc_atomic *atomic)
{
    return atomic->value;
}

HC_FN int hc_atomic_add(hc_atomic *atomic, int delta)
{
    atomic->value += delta;
    return atomic->value;
}

HC_FN void hc_atomic_set(hc_atomic *atomic, int value)
{
    atomic->value = value;
}

#endif

/* ---- no operating system ---- */

#if defined(HTTPSC_BARE)

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
    (void)unix_seconds;
    return HTTPSC_ERR_CLOCK_UNSET;
}

HC_FN int64_t hc_monotonic_us(void)
{
    return 0;
}

HC_FN int hc_entropy(unsigned char *buf, size_t len, int *native)
{
    (void)buf;
    (void)len;
    *native = 0;
    return HTTPSC_ERR_ENTROPY;
}

HC_FN long hc_process_id(void)
{
    return 0;
}

/* ---- sockets ---- */

HC_FN int hc_socket_connect(const httpsc_address *address, int port, httpsc_socket *out,
                            int *native)
{
    (void)address;
    (void)port;
    *out = HC_SOCKET_NONE;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
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
    (void)s;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
}

HC_FN int hc_socket_send(httpsc_socket s, const unsigned char *data, size_t len, size_t *num_sent,
                         int *native)
{
    (void)s;
    (void)data;
    (void)len;
    *num_sent = 0;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
}

HC_FN int hc_socket_recv(httpsc_socket s, unsigned char *buf, size_t len, size_t *num_received,
                         int *native)
{
    (void)s;
    (void)buf;
    (void)len;
    *num_received = 0;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
}

HC_FN void hc_socket_close(httpsc_socket s)
{
    (void)s;
}

HC_FN int hc_poll(httpsc_want *wants, size_t num, int timeout_ms, int *native)
{
    (void)timeout_ms;
    *native = 0;
    for (size_t i = 0; i < num; i++) {
        wants[i].events = 0;
    }
    return HTTPSC_WANT; /* at once: the caller asks its transport again */
}

/* ---- waking: nobody waits ---- */

HC_FN int hc_wake_open(hc_wake *wake, int *native)
{
    wake->reader = HC_SOCKET_NONE;
    wake->writer = HC_SOCKET_NONE;
    *native = 0;
    return HTTPSC_OK;
}

HC_FN void hc_wake_signal(const hc_wake *wake)
{
    (void)wake;
}

HC_FN void hc_wake_close(hc_wake *wake)
{
    (void)wake;
}

/* ---- names ---- */

HC_FN int hc_lookup_start(const char *host, hc_lookup **out, int *native)
{
    (void)host;
    *out = NULL;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
}

HC_FN int hc_lookup_result(hc_lookup *lookup, httpsc_address addresses[HC_ADDRESSES_MAX],
                           size_t *num, int *native)
{
    (void)lookup;
    (void)addresses;
    *num = 0;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
}

HC_FN httpsc_socket hc_lookup_socket(const hc_lookup *lookup)
{
    (void)lookup;
    return HC_SOCKET_NONE;
}

HC_FN void hc_lookup_close(hc_lookup *lookup)
{
    (void)lookup;
}

/* ---- files ---- */

HC_FN int hc_file_read(const char *path, hc_buffer *out, int *native)
{
    (void)path;
    (void)out;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
}

HC_FN int hc_file_append(const char *path, const void *bytes, size_t len, int *native)
{
    (void)path;
    (void)bytes;
    (void)len;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
}

HC_FN int hc_file_open(const char *path, size_t max, hc_file *out, int *native)
{
    (void)path;
    (void)max;
    (void)out;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
}

HC_FN void hc_file_close(hc_file *file)
{
    (void)file;
}

HC_FN int hc_file_read_at(const hc_file *file, size_t offset, unsigned char *buf, size_t len)
{
    (void)file;
    (void)offset;
    (void)buf;
    (void)len;
    return 0;
}

HC_FN int hc_file_replace(const char *path, const unsigned char *bytes, size_t len, int *native)
{
    (void)path;
    (void)bytes;
    (void)len;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
}

HC_FN int hc_dir_visit(const char *path, int (*visit)(void *user, const char *name), void *user,
                       int *native)
{
    (void)path;
    (void)visit;
    (void)user;
    *native = 0;
    return HTTPSC_ERR_UNSUPPORTED;
}

HC_FN int hc_environment(const char *name, const httpsc_allocator *allocator, char **out)
{
    (void)name;
    (void)allocator;
    *out = NULL;
    return HTTPSC_OK;
}

HC_FN const char *hc_system_bundle_path(size_t i)
{
    (void)i;
    return NULL;
}

#endif
