/* Names to addresses by getaddrinfo, which both kinds of system have and neither can be told to do
 * without waiting: so it has a thread of its own. */
#include "platform.h"

#if !defined(HTTPSC_BARE)

#ifdef _WIN32
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#else
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#endif
#include <errno.h>
#include <stdlib.h>

#ifndef HC_NO_THREADS
#ifdef _WIN32
#include <process.h>
#else
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#endif
#endif

#ifdef _WIN32
#define LOOKUP_NONAME WSAHOST_NOT_FOUND
#define LOOKUP_NODATA WSANO_DATA
#else
#define LOOKUP_NONAME EAI_NONAME
/* glibc and musl return it in strict builds too, but then do not name it. */
#if defined(EAI_NODATA)
#define LOOKUP_NODATA EAI_NODATA
#elif defined(__linux__)
#define LOOKUP_NODATA (-5)
#else
#define LOOKUP_NODATA EAI_NONAME
#endif
#endif

#define LOOKUP_STACK_BYTES 262144

/*
 * The caller and the thread hold it, each once; whoever lets go last frees it. What stands between
 * `done` and `host` is the thread's until done is 1, and constant after that. It holds the platform
 * too, because the thread may outlive the caller's hc_platform_close.
 */
struct hc_lookup {
    hc_atomic holds;
    hc_atomic done;
    long process_id; /* that the thread belongs to */
    hc_wake wake;
    int code;
    int native;
    size_t num;
    httpsc_address addresses[HC_ADDRESSES_MAX];
    char host[];
};

static int lookup_is_known(const hc_lookup *lookup, const httpsc_address *address)
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

static void lookup_add(hc_lookup *lookup, const struct addrinfo *info)
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
    if (!lookup_is_known(lookup, &address)) {
        lookup->addresses[lookup->num++] = address;
    }
}

/* Asks the system, which may take as long as it likes, and files the answer. */
static void lookup_run(hc_lookup *lookup)
{
    struct addrinfo hints;
    struct addrinfo *list = NULL;
    int code;

    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    code = getaddrinfo(lookup->host, NULL, &hints, &list);
    if (code != 0) {
#ifdef EAI_SYSTEM
        lookup->native = code == EAI_SYSTEM ? errno : code;
#else
        lookup->native = code;
#endif
        lookup->code = code == LOOKUP_NONAME || code == LOOKUP_NODATA
                           ? HTTPSC_ERR_RESOLVE_NOT_FOUND
                           : HTTPSC_ERR_RESOLVE_FAILED;
        return;
    }
    for (const struct addrinfo *info = list; info != NULL && lookup->num < HC_ADDRESSES_MAX;
         info = info->ai_next) {
        lookup_add(lookup, info);
    }
    if (list != NULL) {
        freeaddrinfo(list);
    }
    lookup->native = lookup->num == 0 ? LOOKUP_NONAME : 0;
    lookup->code = lookup->num == 0 ? HTTPSC_ERR_RESOLVE_NOT_FOUND : HTTPSC_OK;
}

static void lookup_release(hc_lookup *lookup)
{
    if (hc_atomic_add(&lookup->holds, -1) == 0) {
        hc_wake_close(&lookup->wake);
        free(lookup);
        hc_platform_close();
    }
}

#ifndef HC_NO_THREADS

static void lookup_in_thread(hc_lookup *lookup)
{
    lookup_run(lookup);
    hc_atomic_set(&lookup->done, 1);
    hc_wake_signal(&lookup->wake);
    lookup_release(lookup);
}

#ifdef _WIN32

static unsigned __stdcall lookup_thread(void *argument)
{
    lookup_in_thread(argument);
    return 0;
}

/* 0, or errno's kind of code. */
static int lookup_start_thread(hc_lookup *lookup)
{
    uintptr_t thread = _beginthreadex(NULL, LOOKUP_STACK_BYTES, lookup_thread, lookup,
                                      STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);

    if (thread == 0) {
        return errno;
    }
    CloseHandle((HANDLE)thread); /* detached */
    return 0;
}

#else

static void *lookup_thread(void *argument)
{
    lookup_in_thread(argument);
    return NULL;
}

static size_t lookup_stack_bytes(void)
{
    size_t bytes = LOOKUP_STACK_BYTES;

#ifdef PTHREAD_STACK_MIN
    if (PTHREAD_STACK_MIN > 0 && (size_t)PTHREAD_STACK_MIN > bytes) {
        bytes = (size_t)PTHREAD_STACK_MIN;
    }
#endif
    return bytes;
}

/* 0, or errno's kind of code. The thread is born with every signal blocked: the program's
 * handlers run in the program's threads. */
static int lookup_start_thread(hc_lookup *lookup)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all;
    sigset_t before;
    int failure = pthread_attr_init(&attributes);

    if (failure != 0) {
        return failure;
    }
    sigfillset(&all);
    failure = pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (failure == 0) {
        failure = pthread_sigmask(SIG_SETMASK, &all, &before);
    }
    if (failure == 0) {
        size_t default_bytes = 0;

        (void)pthread_attr_getstacksize(&attributes, &default_bytes);
        (void)pthread_attr_setstacksize(&attributes, lookup_stack_bytes());
        failure = pthread_create(&thread, &attributes, lookup_thread, lookup);
        if (failure == EINVAL && default_bytes != 0) {
            /* thread-local storage of the program that does not fit into the small stack */
            (void)pthread_attr_setstacksize(&attributes, default_bytes);
            failure = pthread_create(&thread, &attributes, lookup_thread, lookup);
        }
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    (void)pthread_attr_destroy(&attributes);
    return failure;
}

#endif

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
    lookup->process_id = hc_process_id();
    hc_atomic_set(&lookup->holds, 1);
    code = hc_wake_open(&lookup->wake, native);
    if (code != HTTPSC_OK) {
        lookup_release(lookup);
        return code;
    }
#ifdef HC_NO_THREADS
    lookup_run(lookup);
    hc_atomic_set(&lookup->done, 1);
#else
    hc_atomic_set(&lookup->holds, 2);
    *native = lookup_start_thread(lookup);
    if (*native != 0) {
        hc_atomic_set(&lookup->holds, 1);
        lookup_release(lookup);
        return HTTPSC_ERR_SYSTEM;
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
    if (lookup == NULL) {
        return;
    }
    if (lookup->process_id != hc_process_id()) {
        hc_atomic_set(&lookup->holds, 1); /* a child after fork: the thread is its parent's */
    }
    lookup_release(lookup);
}

#endif
