/* The platform floor on real loopback sockets, files and threads. The name server is the test's:
 * no packet leaves the machine. */
#include "unit.h"

#if defined(HTTPSC_BARE)

static void platform_bare_answers(void)
{
    httpsc_address address = {{127, 0, 0, 1}, 4, 0};
    httpsc_address found[HC_ADDRESSES_MAX];
    httpsc_want want = {HC_SOCKET_NONE, HTTPSC_READABLE};
    httpsc_socket s = 7;
    hc_wake wake;
    hc_lookup *lookup;
    hc_buffer buffer;
    unsigned char bytes[4] = {0};
    int64_t now;
    size_t num;
    int native = 1;

    memset(&buffer, 0, sizeof buffer);
    CHECK_INT(hc_platform_open(&native), HTTPSC_OK);
    CHECK_INT(native, 0);
    CHECK_INT(hc_wall_clock(&now), HTTPSC_ERR_CLOCK_UNSET);
    CHECK_INT(hc_monotonic_us(), 0);
    CHECK_INT(hc_entropy(bytes, sizeof bytes, &native), HTTPSC_ERR_ENTROPY);
    CHECK_INT(hc_socket_connect(&address, 443, &s, &native), HTTPSC_ERR_UNSUPPORTED);
    CHECK(s == HC_SOCKET_NONE);
    CHECK_INT(hc_socket_connected(s, &native), HTTPSC_ERR_UNSUPPORTED);
    CHECK_INT(hc_socket_send(s, bytes, 4, &num, &native), HTTPSC_ERR_UNSUPPORTED);
    CHECK_INT(hc_socket_recv(s, bytes, 4, &num, &native), HTTPSC_ERR_UNSUPPORTED);
    CHECK_INT(num, 0);
    CHECK_INT(hc_poll(&want, 1, 0, &native), HTTPSC_ERR_UNSUPPORTED);
    CHECK_INT(want.events, 0);
    CHECK_INT(hc_wake_open(&wake, &native), HTTPSC_OK);
    CHECK(wake.reader == HC_SOCKET_NONE && wake.writer == HC_SOCKET_NONE);
    CHECK_INT(hc_lookup_start("localhost", &lookup, &native), HTTPSC_ERR_UNSUPPORTED);
    CHECK(lookup == NULL);
    CHECK_INT(hc_lookup_result(lookup, found, &num, &native), HTTPSC_ERR_UNSUPPORTED);
    CHECK_INT(hc_file_read("/dev/null", &buffer, &native), HTTPSC_ERR_UNSUPPORTED);
    CHECK(hc_system_bundle_path(0) == NULL);
}

UNIT_MAIN(UNIT(platform_bare_answers))

#elif defined(_WIN32)

static void platform_on_windows(void)
{
    SKIP("written for POSIX");
}

UNIT_MAIN(UNIT(platform_on_windows))

#else

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
static void platform_real(const char *name, void *function, size_t size)
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

static struct addrinfo *platform_info(const httpsc_address *address, struct addrinfo *next)
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

static void platform_serve(int code, const httpsc_address *addresses, size_t num, int times)
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

static void platform_serve_end(void)
{
    pthread_mutex_lock(&platform_names.lock);
    platform_names.active = 0;
    pthread_mutex_unlock(&platform_names.lock);
}

/* ---- helpers ---- */

static const httpsc_address loopback = {{127, 0, 0, 1}, 4, 0};

static void platform_pause(void)
{
    int native;

    hc_poll(NULL, 0, 1, &native);
}

static int platform_fds(void)
{
    int num = 0;

    for (int fd = 0; fd < 512; fd++) {
        num += fcntl(fd, F_GETFD) >= 0;
    }
    return num;
}

/* Waits for the event; 0 when the wait was not for it. */
static int platform_wait(httpsc_socket s, int events)
{
    httpsc_want want;
    int native;

    want.socket = s;
    want.events = events;
    return hc_poll(&want, 1, -1, &native) == HTTPSC_OK && want.events == events;
}

static int platform_ready(httpsc_socket s, int events)
{
    httpsc_want want;
    int native;

    want.socket = s;
    want.events = events;
    return hc_poll(&want, 1, 0, &native) == HTTPSC_OK ? want.events : 0;
}

/* A listening socket on the loopback address, and its port. */
static int platform_listen(int family, int backlog, int *port)
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
static int platform_connect(const httpsc_address *address, int port, httpsc_socket *out,
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
static int platform_pair(httpsc_socket *ours, int *theirs)
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

static void platform_on_signal(int number)
{
    (void)number;
    platform_signals++;
}

static void platform_handle(int number)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = platform_on_signal; /* without SA_RESTART */
    platform_signals = 0;
    sigaction(number, &action, NULL);
}

static void platform_handle_end(int number)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_DFL;
    sigaction(number, &action, NULL);
}

/* ---- memory, clocks, entropy, process ---- */

static void platform_allocator(void)
{
    httpsc_allocator allocator = hc_system_allocator();
    unsigned char *bytes = allocator.alloc(allocator.user, 1000);

    CHECK(bytes != NULL);
    if (bytes != NULL) {
        memset(bytes, 1, 1000);
        allocator.free(allocator.user, bytes, 1000);
    }
}

static void platform_clocks(void)
{
    int64_t seconds = 0;
    int64_t before = hc_monotonic_us();
    int native = 1;

    alarm(HANG_SECONDS);
    CHECK_INT(hc_platform_open(&native), HTTPSC_OK);
    CHECK_INT(native, 0);
    CHECK_INT(hc_wall_clock(&seconds), HTTPSC_OK);
    CHECK(seconds > 1600000000);
    CHECK(before > 0);
    while (hc_monotonic_us() == before) {
    }
    CHECK(hc_monotonic_us() > before);
    hc_platform_close();
}

static void platform_entropy_draws(void)
{
    unsigned char first[1024] = {0};
    unsigned char second[1024] = {0};
    unsigned char untouched = 7;
    int zeros = 0;
    int native = 1;

    CHECK_INT(hc_entropy(first, sizeof first, &native), HTTPSC_OK);
    CHECK_INT(native, 0);
    CHECK_INT(hc_entropy(second, sizeof second, &native), HTTPSC_OK);
    CHECK(memcmp(first, second, sizeof first) != 0);
    CHECK(memcmp(first, first + 512, 512) != 0);
    for (size_t i = 0; i < sizeof first; i++) {
        zeros += first[i] == 0 && second[i] == 0;
    }
    CHECK(zeros < 16); /* a part left out would be all zeros */
    CHECK_INT(hc_entropy(&untouched, 0, &native), HTTPSC_OK);
    CHECK_INT(untouched, 7);
}

static void platform_entropy_call_fails(void)
{
#ifdef __linux__
    unsigned char bytes[9] = {0};
    int native = 0;

    alarm(HANG_SECONDS);
    platform_random = RANDOM_FAILS;
    platform_random_errno = EIO;
    CHECK_INT(hc_entropy(bytes, sizeof bytes, &native), HTTPSC_ERR_ENTROPY);
    CHECK_INT(native, EIO);
    platform_random = RANDOM_NOTHING;
    CHECK_INT(hc_entropy(bytes, sizeof bytes, &native), HTTPSC_ERR_ENTROPY);
    CHECK_INT(native, 0);
    platform_random = RANDOM_DRIPS;
    platform_random_calls = 0;
    CHECK_INT(hc_entropy(bytes, sizeof bytes, &native), HTTPSC_OK);
    CHECK_INT(platform_random_calls, 17);
    CHECK_INT(bytes[0], 1);
    CHECK_INT(bytes[8], 17);
    platform_random = RANDOM_REAL;
#else
    SKIP("no getrandom here");
#endif
}

static void platform_entropy_device(void)
{
#if defined(PLATFORM_OPEN) && defined(__linux__)
    static const int reasons[] = {ENOSYS, EPERM, EAGAIN};
    unsigned char first[300] = {0};
    unsigned char second[300] = {0};
    char empty[] = "/tmp/httpsc_unit_XXXXXX";
    int fd = mkstemp(empty);
    int fds = platform_fds();
    int native = 0;

    alarm(HANG_SECONDS);
    CHECK(fd >= 0);
    platform_random = RANDOM_FAILS;
    for (size_t i = 0; i < HC_ARRAY_LEN(reasons); i++) {
        platform_random_errno = reasons[i];
        CHECK_INT(hc_entropy(first, sizeof first, &native), HTTPSC_OK);
        CHECK_INT(native, 0);
        CHECK_INT(hc_entropy(second, sizeof second, &native), HTTPSC_OK);
        CHECK(memcmp(first, second, sizeof first) != 0);
        CHECK(memcmp(first, first + 150, 150) != 0);
    }
    platform_urandom = "/dev/null"; /* a device at its end */
    CHECK_INT(hc_entropy(first, sizeof first, &native), HTTPSC_ERR_ENTROPY);
    CHECK_INT(native, 0);
    platform_urandom = empty;
    CHECK_INT(hc_entropy(first, sizeof first, &native), HTTPSC_ERR_ENTROPY);
    CHECK(write(fd, second, sizeof second) == (ssize_t)sizeof second); /* no device, yet bytes */
    CHECK(write(fd, second, sizeof second) == (ssize_t)sizeof second);
    CHECK_INT(hc_entropy(first, sizeof first, &native), HTTPSC_ERR_ENTROPY);
    unlink(empty);
    CHECK_INT(hc_entropy(first, sizeof first, &native), HTTPSC_ERR_ENTROPY);
    CHECK_INT(native, ENOENT);
    platform_urandom = NULL;
    platform_random = RANDOM_REAL;
    CHECK_INT(platform_fds(), fds);
    close(fd);
#else
    SKIP("open cannot be replaced in this build");
#endif
}

static void platform_process(void)
{
    long ours = hc_process_id();
    long theirs = 0;
    int ends[2];
    pid_t child;

    CHECK_INT(pipe(ends), 0);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        theirs = hc_process_id();
        _exit(write(ends[1], &theirs, sizeof theirs) == (ssize_t)sizeof theirs ? 0 : 1);
    }
    CHECK(read(ends[0], &theirs, sizeof theirs) == (ssize_t)sizeof theirs);
    CHECK_INT(waitpid(child, NULL, 0), child);
    CHECK_INT(theirs, child);
    CHECK(theirs != ours);
    CHECK_INT(hc_process_id(), ours);
    close(ends[0]);
    close(ends[1]);
}

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

/* ---- names ---- */

/* Waits until a look-up's thread, which lets go after its signal, has closed what it held. */
static void platform_settle(int fds)
{
    while (platform_fds() != fds) {
        platform_pause();
    }
}

/* Waits for the answer, and closes. */
static int platform_lookup(const char *host, httpsc_address *addresses, size_t *num, int *native)
{
    hc_lookup *lookup = NULL;
    int fds = platform_fds();
    int code = hc_lookup_start(host, &lookup, native);

    CHECK_INT(code, HTTPSC_OK);
    if (code != HTTPSC_OK) {
        return code;
    }
    while ((code = hc_lookup_result(lookup, addresses, num, native)) == HTTPSC_WANT) {
        CHECK(platform_wait(hc_lookup_socket(lookup), HTTPSC_READABLE));
    }
    hc_lookup_close(lookup);
    platform_settle(fds);
    return code;
}

static void platform_lookup_localhost(void)
{
    httpsc_address found[HC_ADDRESSES_MAX];
    size_t num = 0;
    int native = 1;

    alarm(HANG_SECONDS);
    CHECK_INT(platform_lookup("localhost", found, &num, &native), HTTPSC_OK);
    CHECK_INT(native, 0);
    CHECK(num >= 1 && num <= HC_ADDRESSES_MAX);
    for (size_t i = 0; i < num; i++) {
        static const unsigned char one[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

        CHECK((found[i].len == 4 && found[i].bytes[0] == 127) ||
              (found[i].len == 16 && memcmp(found[i].bytes, one, 16) == 0));
        for (size_t k = 0; k < i; k++) {
            CHECK(memcmp(&found[i], &found[k], sizeof found[i]) != 0);
        }
    }
}

static void platform_lookup_asks(void)
{
    httpsc_address found[HC_ADDRESSES_MAX];
    char host[] = "www.example.invalid";
    hc_lookup *lookup = NULL;
    int fds = platform_fds();
    size_t num = 99;
    int native = 1;

    alarm(HANG_SECONDS);
    platform_serve(0, &loopback, 1, 1);
    CHECK_INT(hc_lookup_start(host, &lookup, &native), HTTPSC_OK);
    memset(host, 'x', sizeof host - 1);
    while (hc_lookup_result(lookup, found, &num, &native) == HTTPSC_WANT) {
        platform_pause();
    }
    CHECK_INT(hc_lookup_result(lookup, found, &num, &native), HTTPSC_OK); /* again the same */
    CHECK_INT(num, 1);
    CHECK_INT(found[0].len, 4);
    CHECK(memcmp(found[0].bytes, loopback.bytes, 4) == 0);
    hc_lookup_close(lookup);
    platform_settle(fds);
    pthread_mutex_lock(&platform_names.lock);
    CHECK_TEXT(platform_names.host, "www.example.invalid");
    CHECK(platform_names.hints_fit);
    CHECK_INT(platform_names.num_asked, 1);
    CHECK_INT(platform_names.num_freed, 1);
#ifndef HC_NO_THREADS
    CHECK_INT(platform_names.blocked, 3);
#endif
    pthread_mutex_unlock(&platform_names.lock);
    platform_serve_end();
#ifndef HC_NO_THREADS
    {
        sigset_t mask;

        sigemptyset(&mask);
        pthread_sigmask(SIG_BLOCK, NULL, &mask);
        CHECK_INT(sigismember(&mask, SIGINT), 0); /* the caller's mask is as it was */
    }
#endif
}

static void platform_lookup_codes(void)
{
    httpsc_address found[HC_ADDRESSES_MAX];
    size_t num = 99;
    int native = 0;

    alarm(HANG_SECONDS);
    platform_serve(EAI_NONAME, NULL, 0, 0);
    CHECK_INT(platform_lookup("no.invalid", found, &num, &native), HTTPSC_ERR_RESOLVE_NOT_FOUND);
    CHECK_INT(native, EAI_NONAME);
    CHECK_INT(num, 0);
#ifdef __linux__
    platform_serve(-5, NULL, 0, 0); /* EAI_NODATA */
    CHECK_INT(platform_lookup("no.invalid", found, &num, &native), HTTPSC_ERR_RESOLVE_NOT_FOUND);
    CHECK_INT(native, -5);
#endif
    platform_serve(EAI_AGAIN, NULL, 0, 0);
    CHECK_INT(platform_lookup("no.invalid", found, &num, &native), HTTPSC_ERR_RESOLVE_FAILED);
    CHECK_INT(native, EAI_AGAIN);
    platform_serve(EAI_SYSTEM, NULL, 0, 0);
    platform_names.error_number = ENOBUFS;
    CHECK_INT(platform_lookup("no.invalid", found, &num, &native), HTTPSC_ERR_RESOLVE_FAILED);
    CHECK_INT(native, ENOBUFS);
    platform_serve(0, NULL, 0, 0); /* success without an address is none */
    CHECK_INT(platform_lookup("no.invalid", found, &num, &native), HTTPSC_ERR_RESOLVE_NOT_FOUND);
    CHECK_INT(num, 0);
    platform_serve_end();
}

static void platform_lookup_list(void)
{
    static httpsc_address given[100];
    httpsc_address found[HC_ADDRESSES_MAX];
    size_t num = 0;
    int native = 0;

    alarm(HANG_SECONDS);
    memset(given, 0, sizeof given);
    given[0].len = 16;
    given[0].bytes[0] = 0xfe;
    given[0].bytes[1] = 0x80;
    given[0].scope_id = 2;
    given[1] = given[0];
    given[1].scope_id = 3; /* another link, so another address */
    given[2].len = 1;      /* of another family */
    given[3] = loopback;
    platform_serve(0, given, 4, 3);
    CHECK_INT(platform_lookup("a.invalid", found, &num, &native), HTTPSC_OK);
    CHECK_INT(num, 3);
    CHECK_INT(found[0].scope_id, 2);
    CHECK_INT(found[1].scope_id, 3);
    CHECK_INT(found[1].len, 16);
    CHECK_INT(found[1].bytes[1], 0x80);
    CHECK_INT(found[2].len, 4);
    CHECK_INT(found[2].scope_id, 0);
    CHECK_INT(platform_names.num_freed, 1);
    for (size_t i = 0; i < HC_ARRAY_LEN(given); i++) {
        memset(&given[i], 0, sizeof given[i]);
        given[i].len = 4;
        given[i].bytes[0] = 10;
        given[i].bytes[3] = (unsigned char)i;
    }
    platform_serve(0, given, 100, 1);
    CHECK_INT(platform_lookup("a.invalid", found, &num, &native), HTTPSC_OK);
    CHECK_INT(num, HC_ADDRESSES_MAX);
    CHECK_INT(found[HC_ADDRESSES_MAX - 1].bytes[3], HC_ADDRESSES_MAX - 1);
    platform_serve(0, given, 33, 1);
    CHECK_INT(platform_lookup("a.invalid", found, &num, &native), HTTPSC_OK);
    CHECK_INT(num, HC_ADDRESSES_MAX);
    platform_serve_end();
}

static void platform_lookup_running(void)
{
#ifdef HC_NO_THREADS
    hc_lookup *lookup = NULL;
    int native;

    platform_serve(0, &loopback, 1, 1);
    CHECK_INT(hc_lookup_start("a.invalid", &lookup, &native), HTTPSC_OK);
    CHECK_INT(hc_lookup_socket(lookup), HC_SOCKET_NONE);
    hc_lookup_close(lookup);
    hc_lookup_close(NULL);
    platform_serve_end();
#else
    httpsc_address found[HC_ADDRESSES_MAX];
    hc_lookup *lookup = NULL;
    int fds = platform_fds();
    size_t num = 99;
    int native = 1;

    alarm(HANG_SECONDS);
    hc_lookup_close(NULL);
    platform_serve(0, &loopback, 1, 1);
    platform_names.held = 1;
    CHECK_INT(hc_lookup_start("a.invalid", &lookup, &native), HTTPSC_OK);
    CHECK((fcntl(hc_lookup_socket(lookup), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK_INT(hc_lookup_result(lookup, found, &num, &native), HTTPSC_WANT);
    CHECK_INT(num, 0);
    CHECK_INT(platform_ready(hc_lookup_socket(lookup), HTTPSC_READABLE), 0);
    pthread_mutex_lock(&platform_names.lock);
    platform_names.held = 0;
    pthread_cond_broadcast(&platform_names.changed);
    pthread_mutex_unlock(&platform_names.lock);
    CHECK(platform_wait(hc_lookup_socket(lookup), HTTPSC_READABLE));
    CHECK_INT(hc_lookup_result(lookup, found, &num, &native), HTTPSC_OK);
    CHECK_INT(num, 1);
    hc_lookup_close(lookup);
    platform_settle(fds);
    platform_serve_end();
#endif
}

/* Many are dropped while the thread is in the middle of it: the last hold frees all. */
static void platform_lookup_dropped(void)
{
#ifdef HC_NO_THREADS
    SKIP("no threads in this build");
#else
    hc_lookup *lookups[24];
    int fds = platform_fds();
    int native;

    alarm(HANG_SECONDS);
    platform_serve(0, &loopback, 1, 2);
    platform_names.held = 1;
    for (size_t i = 0; i < HC_ARRAY_LEN(lookups); i++) {
        CHECK_INT(hc_lookup_start("a.invalid", &lookups[i], &native), HTTPSC_OK);
    }
    CHECK(platform_fds() >= fds + (int)HC_ARRAY_LEN(lookups));
    for (size_t i = 0; i < HC_ARRAY_LEN(lookups) / 2; i++) {
        hc_lookup_close(lookups[i]);
    }
    CHECK(platform_fds() >= fds + (int)HC_ARRAY_LEN(lookups)); /* the threads hold them */
    pthread_mutex_lock(&platform_names.lock);
    platform_names.held = 0;
    pthread_cond_broadcast(&platform_names.changed);
    pthread_mutex_unlock(&platform_names.lock);
    for (size_t i = HC_ARRAY_LEN(lookups) / 2; i < HC_ARRAY_LEN(lookups); i++) {
        hc_lookup_close(lookups[i]); /* these race with the thread's own end */
    }
    platform_settle(fds);
    platform_serve_end();
#endif
}

/* ---- threads ---- */

typedef struct platform_shared {
    hc_mutex mutex;
    hc_atomic atomic;
    hc_atomic waited_for; /* threads that have not begun: they start at once */
    long guarded;
} platform_shared;

#define PLATFORM_ROUNDS 500000
#define PLATFORM_LOCKED_ROUNDS 2000

static void *platform_count(void *argument)
{
    platform_shared *shared = argument;

    hc_atomic_add(&shared->waited_for, -1);
    while (hc_atomic_get(&shared->waited_for) > 0) {
    }
    for (int i = 0; i < PLATFORM_ROUNDS; i++) {
        hc_atomic_add(&shared->atomic, 1);
    }
    for (int i = 0; i < PLATFORM_LOCKED_ROUNDS; i++) {
        long seen;

        hc_mutex_lock(&shared->mutex);
        seen = shared->guarded;
        sched_yield(); /* another thread runs now, and must wait */
        shared->guarded = seen + 1;
        hc_mutex_unlock(&shared->mutex);
    }
    return NULL;
}

static void platform_threads(void)
{
    platform_shared shared;
    hc_atomic atomic = {0};

    alarm(HANG_SECONDS);
    CHECK_INT(hc_atomic_get(&atomic), 0);
    hc_atomic_set(&atomic, 5);
    CHECK_INT(hc_atomic_add(&atomic, 3), 8);
    CHECK_INT(hc_atomic_add(&atomic, -9), -1);
    CHECK_INT(hc_atomic_get(&atomic), -1);
    memset(&shared, 0, sizeof shared);
    CHECK_INT(hc_mutex_open(&shared.mutex), HTTPSC_OK);
#ifdef HC_NO_THREADS
    platform_count(&shared);
    CHECK_INT(shared.guarded, PLATFORM_LOCKED_ROUNDS);
    CHECK_INT(hc_atomic_get(&shared.atomic), PLATFORM_ROUNDS);
#else
    {
        pthread_t threads[4];

        hc_atomic_set(&shared.waited_for, (int)HC_ARRAY_LEN(threads));
        for (size_t i = 0; i < HC_ARRAY_LEN(threads); i++) {
            CHECK_INT(pthread_create(&threads[i], NULL, platform_count, &shared), 0);
        }
        for (size_t i = 0; i < HC_ARRAY_LEN(threads); i++) {
            pthread_join(threads[i], NULL);
        }
        CHECK_INT(shared.guarded, 4 * PLATFORM_LOCKED_ROUNDS);
        CHECK_INT(hc_atomic_get(&shared.atomic), 4 * PLATFORM_ROUNDS);
    }
#endif
    hc_mutex_close(&shared.mutex);
}

/* ---- files ---- */

static void platform_write(const char *path, size_t size)
{
    FILE *file = fopen(path, "wb");

    CHECK(file != NULL);
    for (size_t i = 0; file != NULL && i < size; i++) {
        putc((int)(i % 251), file);
    }
    if (file != NULL) {
        fclose(file);
    }
}

static void platform_file_whole(void)
{
    static const size_t sizes[] = {0, 1, 255, 256, 257, 4096, 100000};
    char path[] = "/tmp/httpsc_unit_XXXXXX";
    int made = mkstemp(path);
    int fds = platform_fds();
    unit_memory memory;
    hc_buffer buffer;
    int native = 1;

    alarm(HANG_SECONDS);
    CHECK(made >= 0);
    unit_memory_init(&memory);
    for (size_t i = 0; i < HC_ARRAY_LEN(sizes); i++) {
        platform_write(path, sizes[i]);
        hc_buffer_init(&buffer, &memory.allocator, 3 + sizes[i]); /* exactly enough */
        CHECK(hc_buffer_add_text(&buffer, "abc") == HC_BUFFER_OK);
        CHECK_INT(hc_file_read(path, &buffer, &native), HTTPSC_OK);
        CHECK_INT(native, 0);
        CHECK_INT(buffer.len, 3 + sizes[i]);
        CHECK(memcmp(buffer.ptr, "abc", 3) == 0);
        for (size_t k = 0; k < sizes[i]; k++) {
            if (buffer.ptr[3 + k] != k % 251) {
                CHECK_INT(buffer.ptr[3 + k], k % 251);
                break;
            }
        }
        hc_buffer_free(&buffer);
        if (sizes[i] > 0) {
            hc_buffer_init(&buffer, &memory.allocator, 2 + sizes[i]); /* one too few */
            CHECK(hc_buffer_add_text(&buffer, "abc") == HC_BUFFER_OK || sizes[i] < 1);
            CHECK_INT(hc_file_read(path, &buffer, &native), UNREADABLE);
            CHECK_INT(native, 0);
            CHECK_INT(buffer.len, 3);
            hc_buffer_free(&buffer);
        }
    }
    unlink(path);
    close(made);
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(memory.misuse, 0);
    CHECK_INT(platform_fds(), fds - 1);
}

static void platform_file_refused(void)
{
    char fifo[] = "/tmp/httpsc_unit_XXXXXX";
    int made = mkstemp(fifo);
    int fds = platform_fds();
    unit_memory memory;
    hc_buffer buffer;
    int native = 0;

    alarm(HANG_SECONDS);
    CHECK(made >= 0);
    unit_memory_init(&memory);
    hc_buffer_init(&buffer, &memory.allocator, 4096);
    CHECK(hc_buffer_add_text(&buffer, "abc") == HC_BUFFER_OK);
    CHECK_INT(hc_file_read("/nonexistent/ca.pem", &buffer, &native), UNREADABLE);
    CHECK_INT(native, ENOENT);
    CHECK_INT(hc_file_read("", &buffer, &native), UNREADABLE);
    CHECK_INT(native, ENOENT);
    CHECK_INT(hc_file_read("/tmp", &buffer, &native), UNREADABLE);
    CHECK_INT(native, 0);
    CHECK_INT(hc_file_read("/dev/null", &buffer, &native), UNREADABLE);
    CHECK_INT(native, 0);
    CHECK_INT(hc_file_read("/dev/zero", &buffer, &native), UNREADABLE); /* it has no end */
    CHECK_INT(native, 0);
    unlink(fifo);
    CHECK_INT(mkfifo(fifo, 0600), 0);
    CHECK_INT(hc_file_read(fifo, &buffer, &native), UNREADABLE); /* nobody writes to it */
    CHECK_INT(native, 0);
    unlink(fifo);
    CHECK_INT(buffer.len, 3);
    hc_buffer_free(&buffer);
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(platform_fds(), fds);
    close(made);
}

static void platform_file_memory(void)
{
    char path[] = "/tmp/httpsc_unit_XXXXXX";
    int made = mkstemp(path);
    int fds = platform_fds();
    unit_memory memory;
    hc_buffer buffer;
    int native = 1;

    CHECK(made >= 0);
    platform_write(path, 5000);
    unit_memory_init(&memory);
    memory.fail_at = 1;
    hc_buffer_init(&buffer, &memory.allocator, 10000);
    CHECK_INT(hc_file_read(path, &buffer, &native), HTTPSC_ERR_MEMORY);
    CHECK_INT(buffer.len, 0);
    hc_buffer_free(&buffer);
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(platform_fds(), fds);
    unlink(path);
    close(made);
}

/* Files whose size is not what was said: procfs says 0, sysfs a page. */
static void platform_file_changes(void)
{
    static const char grows[] = "/proc/self/status";
    static const char shrinks[] = "/sys/devices/system/cpu/online";
    struct stat status;
    unit_memory memory;
    hc_buffer buffer;
    int native;

    if (stat(grows, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size != 0) {
        SKIP("no procfs");
    }
    unit_memory_init(&memory);
    hc_buffer_init(&buffer, &memory.allocator, 65536);
    CHECK_INT(hc_file_read(grows, &buffer, &native), HTTPSC_OK);
    CHECK(buffer.len > 512);
    CHECK(buffer.len > 0 && buffer.ptr[buffer.len - 1] == '\n');
    hc_buffer_free(&buffer);
    hc_buffer_init(&buffer, &memory.allocator, 100); /* passed only while reading */
    CHECK_INT(hc_file_read(grows, &buffer, &native), UNREADABLE);
    CHECK_INT(native, 0);
    CHECK_INT(buffer.len, 0);
    hc_buffer_free(&buffer);
    hc_buffer_init(&buffer, &memory.allocator, 65536);
    memory.num_allocs = 0;
    memory.fail_at = 2;
    CHECK_INT(hc_file_read(grows, &buffer, &native), HTTPSC_ERR_MEMORY);
    CHECK_INT(buffer.len, 0);
    memory.fail_at = 0;
    hc_buffer_free(&buffer);
    if (stat(shrinks, &status) == 0 && status.st_size >= 4096) {
        hc_buffer_init(&buffer, &memory.allocator, 65536);
        CHECK_INT(hc_file_read(shrinks, &buffer, &native), HTTPSC_OK);
        CHECK(buffer.len > 0 && buffer.len < 4096 && buffer.ptr[buffer.len - 1] == '\n');
        hc_buffer_free(&buffer);
    }
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(memory.misuse, 0);
}

static void platform_bundle_paths(void)
{
    size_t num = 0;
    int debian = 0;

    while (hc_system_bundle_path(num) != NULL && num < 100) {
        const char *path = hc_system_bundle_path(num);

        CHECK(path[0] == '/');
        debian += strcmp(path, "/etc/ssl/certs/ca-certificates.crt") == 0;
        num++;
    }
    CHECK(num >= 5 && num < 100);
    CHECK_INT(debian, 1);
    CHECK(hc_system_bundle_path(num + 1) == NULL);
    CHECK(hc_system_bundle_path(SIZE_MAX) == NULL);
}

UNIT_MAIN(UNIT(platform_allocator), UNIT(platform_clocks), UNIT(platform_entropy_draws),
          UNIT(platform_entropy_call_fails), UNIT(platform_entropy_device), UNIT(platform_process),
          UNIT(platform_connect_flags), UNIT(platform_connect_ipv6), UNIT(platform_connect_refused),
          UNIT(platform_connect_pending), UNIT(platform_connected_needs_a_peer),
          UNIT(platform_connect_bad_address), UNIT(platform_connect_codes),
          UNIT(platform_no_descriptors), UNIT(platform_send_recv), UNIT(platform_empty_buffers),
          UNIT(platform_recv_reset), UNIT(platform_no_sigpipe), UNIT(platform_send_fills),
          UNIT(platform_poll_events), UNIT(platform_poll_many), UNIT(platform_poll_interrupted),
          UNIT(platform_high_descriptors), UNIT(platform_wake), UNIT(platform_lookup_localhost),
          UNIT(platform_lookup_asks), UNIT(platform_lookup_codes), UNIT(platform_lookup_list),
          UNIT(platform_lookup_running), UNIT(platform_lookup_dropped), UNIT(platform_threads),
          UNIT(platform_file_whole), UNIT(platform_file_refused), UNIT(platform_file_memory),
          UNIT(platform_file_changes), UNIT(platform_bundle_paths))

#endif
