/* Looking up names, with a name server of the test's own. */
#include "unit.h"

#if defined(HTTPSC_BARE) || defined(_WIN32)

static void platform_names_test(void)
{
    SKIP("written for POSIX");
}

UNIT_MAIN(UNIT(platform_names_test))

#else

#include "platform_fakes.h"

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

#ifndef HC_NO_THREADS
static void platform_let_go(void)
{
    pthread_mutex_lock(&platform_names.lock);
    platform_names.held = 0;
    pthread_cond_broadcast(&platform_names.changed);
    pthread_mutex_unlock(&platform_names.lock);
}
#endif

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
    platform_let_go();
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
    platform_let_go();
    for (size_t i = HC_ARRAY_LEN(lookups) / 2; i < HC_ARRAY_LEN(lookups); i++) {
        hc_lookup_close(lookups[i]); /* these race with the thread's own end */
    }
    platform_settle(fds);
    platform_serve_end();
#endif
}

/* The thread is its parent's; what the child holds of the look-up goes all the same. */
static void platform_lookup_dropped_by_a_child(void)
{
#ifdef HC_NO_THREADS
    SKIP("no threads in this build");
#else
    hc_lookup *lookup = NULL;
    int fds = platform_fds();
    int status = -1;
    int native;
    pid_t child;

    alarm(HANG_SECONDS);
    platform_serve(0, &loopback, 1, 1);
    platform_names.held = 1;
    CHECK_INT(hc_lookup_start("a.invalid", &lookup, &native), HTTPSC_OK);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        int before = platform_fds();

        hc_lookup_close(lookup);
        _exit(platform_fds() < before ? 0 : 1);
    }
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
    platform_let_go();
    hc_lookup_close(lookup);
    platform_settle(fds);
    platform_serve_end();
#endif
}

UNIT_MAIN(UNIT(platform_lookup_localhost), UNIT(platform_lookup_asks), UNIT(platform_lookup_codes),
          UNIT(platform_lookup_list), UNIT(platform_lookup_running), UNIT(platform_lookup_dropped),
          UNIT(platform_lookup_dropped_by_a_child))

#endif
