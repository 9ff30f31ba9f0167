/* The platform floor: memory, clocks, entropy, threads and files; and none of it on bare metal. */
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

#include "platform_fakes.h"

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

    while (hc_system_bundle_path(num) != NULL && num < 100) {
        const char *path = hc_system_bundle_path(num);

        CHECK(path[0] == '/');
        CHECK(access(path, F_OK) == 0); /* all that is there, and nothing else */
        CHECK(num == 0 || strcmp(path, hc_system_bundle_path(num - 1)) != 0);
        num++;
    }
    CHECK(num < 100);
    if (access("/etc/ssl/certs/ca-certificates.crt", F_OK) == 0) {
        CHECK(num > 0);
        CHECK_TEXT(hc_system_bundle_path(0), "/etc/ssl/certs/ca-certificates.crt");
    }
    CHECK(hc_system_bundle_path(num + 1) == NULL);
    CHECK(hc_system_bundle_path(SIZE_MAX) == NULL);
}

UNIT_MAIN(UNIT(platform_allocator), UNIT(platform_clocks), UNIT(platform_entropy_draws),
          UNIT(platform_entropy_call_fails), UNIT(platform_entropy_device), UNIT(platform_process),
          UNIT(platform_threads), UNIT(platform_file_whole), UNIT(platform_file_refused),
          UNIT(platform_file_memory), UNIT(platform_file_changes), UNIT(platform_bundle_paths))

#endif
