/*
 * A verified HTTPS GET on a Cortex-M4 without an operating system: an ARM MPS2 board (AN386), as
 * `qemu-system-arm -M mps2-an386` has it. `make bare` builds and runs it: docs/BARE_METAL.md.
 *
 * The first UART is the byte stream to the server; whatever forwards it (QEMU, a modem, a bridge)
 * makes the TCP connection. The second is the host: it gives one line, the time in seconds since
 * 1970 and random bytes in hexadecimal, and is told the answer. A real board has a clock and a
 * random generator of its own: replace board_now and board_entropy.
 */
#define HTTPSC_BARE
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include "board.h"

#ifndef BARE_BLOCK
#define BARE_BLOCK (32 * 1024) /* bytes for the library */
#endif
#ifndef BARE_URL
#define BARE_URL "https://localhost/hello"
#endif

/* Not counted as static memory: of it counts what was used. */
__attribute__((section(".bss.block"), aligned(8))) static unsigned char block[BARE_BLOCK];

/* What the host gave. */
static int64_t host_time;
static unsigned char host_random[128];
static size_t host_random_len;
static size_t host_random_used;

/* ---- the four callbacks: send, receive, time, entropy ---- */

static int stream_open(void *user, const char *host, int port, void **stream)
{
    (void)host; /* whoever forwards the line knows where to */
    (void)port;
    *stream = user;
    return HTTPSC_OK;
}

static int stream_send(void *stream, const unsigned char *data, size_t len, size_t *num_sent)
{
    (void)stream;
    while (*num_sent < len && board_put(BOARD_NETWORK, data[*num_sent])) {
        *num_sent += 1;
    }
    return *num_sent > 0 ? HTTPSC_OK : HTTPSC_WANT;
}

static int stream_recv(void *stream, unsigned char *buf, size_t len, size_t *num_received)
{
    int byte;

    (void)stream;
    while (*num_received < len && (byte = board_get(BOARD_NETWORK)) >= 0) {
        buf[*num_received] = (unsigned char)byte;
        *num_received += 1;
    }
    return *num_received > 0 ? HTTPSC_OK : HTTPSC_WANT;
}

static void stream_close(void *stream)
{
    (void)stream;
}

static int board_now(void *user, int64_t *unix_seconds)
{
    (void)user;
    *unix_seconds = host_time + (int64_t)(board_microseconds() / 1000000u);
    return HTTPSC_OK;
}

static int64_t board_monotonic(void *user)
{
    (void)user;
    return (int64_t)board_microseconds();
}

static int board_entropy(void *user, unsigned char *buf, size_t len)
{
    (void)user;
    if (len > host_random_len - host_random_used) {
        return HTTPSC_ERR_ENTROPY; /* never the same bytes twice */
    }
    memcpy(buf, host_random + host_random_used, len);
    host_random_used += len;
    return HTTPSC_OK;
}

/* ---- the host ---- */

static int host_get(void)
{
    int byte;

    while ((byte = board_get(BOARD_HOST)) < 0) {
    }
    return byte;
}

static void host_put(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        while (!board_put(BOARD_HOST, (unsigned char)text[i])) {
        }
    }
}

static void host_say(const char *text)
{
    host_put(text, strlen(text));
}

static void host_say_number(const char *name, size_t number)
{
    char digits[10];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    host_say(name);
    host_put(digits + at, sizeof digits - at);
}

static int hex_digit(int byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* "TIME HEX\n" */
static void host_listen(void)
{
    int byte;

    while ((byte = host_get()) >= '0' && byte <= '9') {
        host_time = host_time * 10 + (byte - '0');
    }
    while (host_random_len < sizeof host_random && (byte = hex_digit(host_get())) >= 0) {
        host_random[host_random_len++] = (unsigned char)(byte << 4 | hex_digit(host_get()));
    }
}

static void host_report(const httpsc_arena *arena, const httpsc_options *options)
{
    host_say_number("\nrecord ", options->limits.max_record_bytes);
    host_say_number(" static ", board_static_bytes());
    host_say_number(" arena ", arena->num_peak);
    host_say_number(" of ", arena->size);
    host_say_number(" stack ", board_stack_peak());
    host_say_number(" entropy ", host_random_used);
    host_say("\n");
}

/* In steps: the body goes to the host as it comes, and is never in memory as a whole. On a board
 * with other work that is done between the steps, where HTTPSC_WANT is said. */
static int fetch(httpsc_client *client)
{
    httpsc_transfer *transfer = NULL;
    httpsc_request request;
    const httpsc_response *head;
    char piece[64];
    size_t len = 0;
    int code;

    memset(&request, 0, sizeof request);
    request.url = BARE_URL;
    code = httpsc_begin(client, &request, &transfer, NULL);
    if (code != HTTPSC_OK) {
        return code;
    }
    while ((code = httpsc_step(transfer, NULL, NULL)) == HTTPSC_WANT) {
    }
    if (code == HTTPSC_OK) {
        head = httpsc_head(transfer);
        host_say_number("status ", (size_t)head->status);
        host_say(" ");
        host_say(head->tls.version);
        host_say(" ");
        host_say(head->tls.cipher_suite);
        host_say(head->tls.verified ? " verified\n" : " NOT VERIFIED\n");
        do {
            code = httpsc_read(transfer, piece, sizeof piece, &len, NULL);
            if (code == HTTPSC_OK) {
                host_put(piece, len);
            }
        } while (code == HTTPSC_WANT || (code == HTTPSC_OK && len > 0));
    }
    httpsc_close(transfer);
    return code;
}

int main(void)
{
    static httpsc_options options;
    static httpsc_arena arena;
    httpsc_client *client = NULL;
    int code;

    host_listen();
    options.user_agent = "";
    options.tls.trust = HTTPSC_TRUST_EMBEDDED;
    options.hooks.now = board_now;
    options.hooks.monotonic_us = board_monotonic;
    options.hooks.entropy = board_entropy;
    options.hooks.transport.user = block; /* the stream: there is one, and any pointer will do */
    options.hooks.transport.open = stream_open;
    options.hooks.transport.send = stream_send;
    options.hooks.transport.recv = stream_recv;
    options.hooks.transport.close = stream_close;
    code = httpsc_arena_init(&arena, block, sizeof block, &options, NULL);
    if (code == HTTPSC_OK) {
        code = httpsc_client_open(&options, &client, NULL);
    }
    if (code == HTTPSC_OK) {
        code = fetch(client);
    }
    if (code != HTTPSC_OK) {
        /* a build with sentences would ask for the httpsc_error, and say its text */
        host_say_number("failed, code ", (size_t)code);
    }
    httpsc_client_close(client);
    host_report(&arena, &options);
    if (arena.num_used != 0) {
        host_say("the arena has leaks\n");
        code = 1;
    }
    return code == HTTPSC_OK ? 0 : 1;
}
