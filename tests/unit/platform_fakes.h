/* What the tests of the platform floor share: the system calls that they answer themselves, and
 * sockets to try things on. The name server is the test's: no packet leaves the machine. */
#ifndef PLATFORM_FAKES_H
#define PLATFORM_FAKES_H

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/random.h>
#endif

#define LOST HTTPSC_ERR_CONNECTION_LOST
#define UNREADABLE HTTPSC_ERR_TRUST_UNREADABLE

/* A test that hangs dies of SIGALRM: that is its failure. */
#define HANG_SECONDS 60

/* ---- system calls that the test answers itself ---- */

/* The next definition of a symbol: libc's own. */
static inline void platform_real(const char *name, void *function, size_t size)
{
#ifdef RTLD_NEXT
    void *found = dlsym(RTLD_NEXT, name);
#else
    void *found = dlsym((void *)-1, name); /* what glibc and musl hide in strict builds */
#endif

    if (found == NULL) {
        printf("skip %s and all after it: no %s to be found in a static program\n", unit_name,
               name);
        exit(0);
    }
    memcpy(function, &found, size);
}

static int platform_connect_errno; /* not 0: connect fails with it */

int connect(int s, const struct sockaddr *address, socklen_t len)
{
    int (*real)(int, const struct sockaddr *, socklen_t);

    if (platform_connect_errno != 0) {
        errno = platform_connect_errno;
        return -1;
    }
    platform_real("connect", &real, sizeof real);
    return real(s, address, len);
}

/* open() with another file in place of /dev/urandom. Fortified headers define open themselves. */
#if !defined(__USE_FORTIFY_LEVEL) || __USE_FORTIFY_LEVEL == 0
#define PLATFORM_OPEN 1
static const char *platform_urandom;

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;

    if ((flags & O_CREAT) != 0) {
        va_list args;

        va_start(args, flags);
        mode = (mode_t)va_arg(args, int);
        va_end(args);
    }
    if (platform_urandom != NULL && strcmp(path, "/dev/urandom") == 0) {
        path = platform_urandom;
    }
    return openat(AT_FDCWD, path, flags, mode);
}
#endif

#ifdef __linux__
typedef enum platform_random_mode {
    RANDOM_REAL,
    RANDOM_FAILS,   /* with platform_random_errno */
    RANDOM_NOTHING, /* says 0 */
    RANDOM_DRIPS    /* a byte a call, interrupted every other time */
} platform_random_mode;

static platform_random_mode platform_random;
static int platform_random_errno;
static int platform_random_calls;

ssize_t getrandom(void *buf, size_t len, unsigned flags)
{
    ssize_t (*real)(void *, size_t, unsigned);

    platform_random_calls++;
    switch (platform_random) {
    case RANDOM_FAILS:
        errno = platform_random_errno;
        return -1;
    case RANDOM_NOTHING:
        errno = EINTR; /* of some earlier call */
        return 0;
    case RANDOM_DRIPS:
        if (platform_random_calls % 2 == 0) {
            errno = EINTR;
            return -1;
        }
        memset(buf, platform_random_calls, 1);
        return 1;
    default:
        platform_real("getrandom", &real, sizeof real);
        return real(buf, len, flags);
    }
}
#endif

/* What the test's name server answers, guarded by its lock. */
typedef struct platform_server {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int active;       /* 0: libc's getaddrinfo answers */
    int held;         /* 1: it does not answer yet */
    int code;         /* 0, or the EAI code that it answers */
    int error_number; /* errno beside EAI_SYSTEM */
    const httpsc_address *addresses;
    size_t num;
    int times; /* every address comes so often */
    int num_asked;
    int num_freed;
    int blocked; /* what the asking thread blocks of SIGINT, SIGTERM, SIGALRM: 3 is all */
    int hints_fit;
    char host[64];
} platform_server;

static platform_server platform_names = {.lock = PTHREAD_MUTEX_INITIALIZER,
                                         .changed = PTHREAD_COND_INITIALIZER};
static char platform_names_mark[] = "the test's";

static inline struct addrinfo *platform_info(const httpsc_address *address, struct addrinfo *next)
{
    struct addrinfo *info = calloc(1, sizeof *info);
    struct sockaddr_in6 *v6 = calloc(1, sizeof *v6);
    struct sockaddr_in v4;

    if (info == NULL || v6 == NULL) {
        abort();
    }
    info->ai_next = next;
    info->ai_canonname = platform_names_mark;
    info->ai_addr = (struct sockaddr *)(void *)v6;
    if (address->len == 4) {
        memset(&v4, 0, sizeof v4);
        v4.sin_family = AF_INET;
        memcpy(&v4.sin_addr, address->bytes, 4);
        memcpy(v6, &v4, sizeof v4);
        info->ai_family = AF_INET;
        info->ai_addrlen = (socklen_t)sizeof v4;
    } else {
        v6->sin6_family = AF_INET6;
        v6->sin6_scope_id = address->scope_id;
        memcpy(&v6->sin6_addr, address->bytes, 16);
        info->ai_family = address->len == 16 ? AF_INET6 : AF_UNIX;
        info->ai_addrlen = (socklen_t)sizeof *v6;
    }
    return info;
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **list)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    platform_server *names = &platform_names;
    static const int signals[] = {SIGINT, SIGTERM, SIGALRM};
    sigset_t mask;
    int code;

    pthread_mutex_lock(&names->lock);
    if (!names->active) {
        pthread_mutex_unlock(&names->lock);
        platform_real("getaddrinfo", &real, sizeof real);
        return real(host, service, hints, list);
    }
    names->num_asked++;
    names->hints_fit = service == NULL && hints != NULL && hints->ai_family == AF_UNSPEC &&
                       hints->ai_socktype == SOCK_STREAM && hints->ai_flags == 0;
    names->host[0] = '\0';
    strncat(names->host, host, sizeof names->host - 1);
    names->blocked = 0;
    sigemptyset(&mask);
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    for (size_t i = 0; i < HC_ARRAY_LEN(signals); i++) {
        names->blocked += sigismember(&mask, signals[i]);
    }
    pthread_cond_broadcast(&names->changed);
    while (names->held) {
        pthread_cond_wait(&names->changed, &names->lock);
    }
    *list = NULL;
    for (int again = 0; again < names->times; again++) {
        for (size_t i = names->num; i-- > 0;) {
            *list = platform_info(&names->addresses[i], *list);
        }
    }
    errno = names->error_number;
    code = names->code;
    pthread_mutex_unlock(&names->lock);
    return code;
}

void freeaddrinfo(struct addrinfo *list)
{
    void (*real)(struct addrinfo *);

    if (list->ai_canonname != platform_names_mark) {
        platform_real("freeaddrinfo", &real, sizeof real);
        real(list);
        return;
    }
    while (list != NULL) {
        struct addrinfo *next = list->ai_next;

        free(list->ai_addr);
        free(list);
        list = next;
    }
    pthread_mutex_lock(&platform_names.lock);
    platform_names.num_freed++;
    pthread_mutex_unlock(&platform_names.lock);
}

static inline void platform_serve(int code, const httpsc_address *addresses, size_t num, int times)
{
    pthread_mutex_lock(&platform_names.lock);
    platform_names.active = 1;
    platform_names.held = 0;
    platform_names.code = code;
    platform_names.error_number = 0;
    platform_names.addresses = addresses;
    platform_names.num = num;
    platform_names.times = times;
    platform_names.num_asked = 0;
    platform_names.num_freed = 0;
    pthread_mutex_unlock(&platform_names.lock);
}

static inline void platform_serve_end(void)
{
    pthread_mutex_lock(&platform_names.lock);
    platform_names.active = 0;
    pthread_mutex_unlock(&platform_names.lock);
}

/* ---- helpers ---- */

static const httpsc_address loopback = {{127, 0, 0, 1}, 4, 0};

static inline void platform_pause(void)
{
    int native;

    hc_poll(NULL, 0, 1, &native);
}

static inline int platform_fds(void)
{
    int num = 0;

    for (int fd = 0; fd < 512; fd++) {
        num += fcntl(fd, F_GETFD) >= 0;
    }
    return num;
}

/* Waits for the event; 0 when the wait was not for it. */
static inline int platform_wait(httpsc_socket s, int events)
{
    httpsc_want want;
    int native;

    want.socket = s;
    want.events = events;
    return hc_poll(&want, 1, -1, &native) == HTTPSC_OK && want.events == events;
}

static inline int platform_ready(httpsc_socket s, int events)
{
    httpsc_want want;
    int native;

    want.socket = s;
    want.events = events;
    return hc_poll(&want, 1, 0, &native) == HTTPSC_OK ? want.events : 0;
}

/* A listening socket on the loopback address, and its port. */
static inline int platform_listen(int family, int backlog, int *port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } place;
    socklen_t len = family == AF_INET ? sizeof place.v4 : sizeof place.v6;
    int s = socket(family, SOCK_STREAM, 0);

    memset(&place, 0, sizeof place);
    place.any.sa_family = (sa_family_t)family;
    if (family == AF_INET) {
        place.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else {
        place.v6.sin6_addr.s6_addr[15] = 1;
    }
    if (s < 0 || bind(s, &place.any, len) != 0 || listen(s, backlog) != 0 ||
        getsockname(s, &place.any, &len) != 0) {
        if (s >= 0) {
            close(s);
        }
        return -1;
    }
    *port = ntohs(family == AF_INET ? place.v4.sin_port : place.v6.sin6_port);
    return s;
}

/* Connects and waits: the code that ends it. */
static inline int platform_connect(const httpsc_address *address, int port, httpsc_socket *out,
                            int *native)
{
    int code = hc_socket_connect(address, port, out, native);

    while (code == HTTPSC_WANT) {
        platform_wait(*out, HTTPSC_WRITABLE);
        code = hc_socket_connected(*out, native);
    }
    return code;
}

/* Both ends of a connection, ours made by the floor; 0 when there is none. */
static inline int platform_pair(httpsc_socket *ours, int *theirs)
{
    int native;
    int port = 0;
    int listener = platform_listen(AF_INET, 4, &port);
    int code = platform_connect(&loopback, port, ours, &native);

    CHECK(listener >= 0);
    CHECK_INT(code, HTTPSC_OK);
    CHECK_INT(native, 0);
    *theirs = code == HTTPSC_OK ? accept(listener, NULL, NULL) : -1;
    CHECK(*theirs >= 0);
    close(listener);
    return *theirs >= 0;
}

static volatile sig_atomic_t platform_signals;

static inline void platform_on_signal(int number)
{
    (void)number;
    platform_signals++;
}

static inline void platform_handle(int number)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = platform_on_signal; /* without SA_RESTART */
    platform_signals = 0;
    sigaction(number, &action, NULL);
}

static inline void platform_handle_end(int number)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_DFL;
    sigaction(number, &action, NULL);
}

#endif
