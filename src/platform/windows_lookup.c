#include "platform.h"

#if defined(_WIN32) && !defined(HTTPSC_BARE)

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <stdlib.h>

#ifndef HC_NO_THREADS
#include <errno.h>
#include <process.h>
#endif

#define WINDOWS_LOOKUP_STACK_BYTES (256U * 1024U)

/*
 * The caller and the thread hold it, each once; whoever lets go last frees it. What stands between
 * `done` and `host` is the thread's until done is 1, and constant after that. It holds Winsock
 * too, because the thread may outlive the caller's hc_platform_close.
 */
struct hc_lookup {
    hc_atomic holds;
    hc_atomic done;
    hc_wake wake;
    int code;
    int native;
    size_t num;
    httpsc_address addresses[HC_ADDRESSES_MAX];
    char host[];
};

static int windows_lookup_is_known(const hc_lookup *lookup, const httpsc_address *address)
{
    for (size_t i = 0; i < lookup->num; i++) {
        const httpsc_address *known = &lookup->addresses[i];

        if (known->len == address->len && known->scope_id == address->scope_id &&
            memcmp(known->bytes, address->bytes, address->len) == 0) {
            return 1;
        }
    }
    return 0;
}

static void windows_lookup_add(hc_lookup *lookup, const struct addrinfo *info)
{
    httpsc_address address;

    memset(&address, 0, sizeof address);
    if (info->ai_family == AF_INET && info->ai_addrlen >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in v4;

        memcpy(&v4, info->ai_addr, sizeof v4);
        memcpy(address.bytes, &v4.sin_addr, 4);
        address.len = 4;
    } else if (info->ai_family == AF_INET6 && info->ai_addrlen >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 v6;

        memcpy(&v6, info->ai_addr, sizeof v6);
        memcpy(address.bytes, &v6.sin6_addr, 16);
        address.len = 16;
        address.scope_id = v6.sin6_scope_id;
    } else {
        return;
    }
    if (!windows_lookup_is_known(lookup, &address)) {
        lookup->addresses[lookup->num++] = address;
    }
}

/* Asks the system, which may take as long as it likes, and files the answer. */
static void windows_lookup_run(hc_lookup *lookup)
{
    struct addrinfo hints;
    struct addrinfo *list = NULL;
    int code;

    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    code = getaddrinfo(lookup->host, NULL, &hints, &list);
    if (code != 0) {
        lookup->native = code;
        lookup->code = code == WSAHOST_NOT_FOUND || code == WSANO_DATA
                           ? HTTPSC_ERR_RESOLVE_NOT_FOUND
                           : HTTPSC_ERR_RESOLVE_FAILED;
        return;
    }
    for (const struct addrinfo *info = list; info != NULL && lookup->num < HC_ADDRESSES_MAX;
         info = info->ai_next) {
        windows_lookup_add(lookup, info);
    }
    if (list != NULL) {
        freeaddrinfo(list);
    }
    lookup->native = lookup->num == 0 ? WSAHOST_NOT_FOUND : 0;
    lookup->code = lookup->num == 0 ? HTTPSC_ERR_RESOLVE_NOT_FOUND : HTTPSC_OK;
}

static void windows_lookup_release(hc_lookup *lookup)
{
    if (hc_atomic_add(&lookup->holds, -1) == 0) {
        hc_wake_close(&lookup->wake);
        free(lookup);
        hc_platform_close();
    }
}

#ifndef HC_NO_THREADS

static unsigned __stdcall windows_lookup_thread(void *argument)
{
    hc_lookup *lookup = argument;

    windows_lookup_run(lookup);
    hc_atomic_set(&lookup->done, 1);
    hc_wake_signal(&lookup->wake);
    windows_lookup_release(lookup);
    return 0;
}

#endif

HC_FN int hc_lookup_start(const char *host, hc_lookup **out, int *native)
{
    size_t host_size = strlen(host) + 1;
    hc_lookup *lookup = NULL;
    size_t size;
    int code = hc_platform_open(native);

    *out = NULL;
    if (code != HTTPSC_OK) {
        return code;
    }
    if (hc_add(sizeof *lookup, host_size, &size)) {
        lookup = malloc(size);
    }
    if (lookup == NULL) {
        hc_platform_close();
        return HTTPSC_ERR_MEMORY;
    }
    memset(lookup, 0, sizeof *lookup);
    memcpy(lookup->host, host, host_size);
    hc_atomic_set(&lookup->holds, 1);
    code = hc_wake_open(&lookup->wake, native);
    if (code != HTTPSC_OK) {
        windows_lookup_release(lookup);
        return code;
    }
#ifdef HC_NO_THREADS
    windows_lookup_run(lookup);
    hc_atomic_set(&lookup->done, 1);
#else
    {
        uintptr_t thread;

        hc_atomic_set(&lookup->holds, 2);
        thread = _beginthreadex(NULL, WINDOWS_LOOKUP_STACK_BYTES, windows_lookup_thread, lookup,
                                STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
        if (thread == 0) {
            *native = errno;
            hc_atomic_set(&lookup->holds, 1);
            windows_lookup_release(lookup);
            return HTTPSC_ERR_SYSTEM;
        }
        CloseHandle((HANDLE)thread); /* detached */
    }
#endif
    *out = lookup;
    return HTTPSC_OK;
}

HC_FN int hc_lookup_result(hc_lookup *lookup, httpsc_address addresses[HC_ADDRESSES_MAX],
                           size_t *num, int *native)
{
    *num = 0;
    *native = 0;
    if (!hc_atomic_get(&lookup->done)) {
        return HTTPSC_WANT;
    }
    *native = lookup->native;
    if (lookup->code == HTTPSC_OK) {
        memcpy(addresses, lookup->addresses, lookup->num * sizeof addresses[0]);
        *num = lookup->num;
    }
    return lookup->code;
}

HC_FN httpsc_socket hc_lookup_socket(const hc_lookup *lookup)
{
    return lookup->wake.reader;
}

HC_FN void hc_lookup_close(hc_lookup *lookup)
{
    if (lookup != NULL) {
        windows_lookup_release(lookup);
    }
}

#endif
