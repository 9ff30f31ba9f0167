/*
 * httpsc.h - an HTTPS client in one C header, on BearSSL's cryptography.
 *
 * SPDX-License-Identifier: MIT
 *
 * DO THIS in one C file of the program, before any header of the system:
 *
 *     #define HTTPSC_IMPLEMENTATION
 *     #include "httpsc.h"
 *
 * and include the header without the define wherever else it is used. The file with the
 * implementation gets the system's headers, too, and hundreds of static names and macros without a
 * prefix: unless the program is small, let that file have nothing but these two lines. Link with
 *
 *     -lbearssl -pthread                        on Linux and other Unix systems
 *     -lbearssl -lws2_32 -lbcrypt -lcrypt32     on Windows
 *
 * A whole program:
 *
 *     httpsc_response *response = NULL;
 *     httpsc_error error = {0};
 *     if (httpsc_get(NULL, "https://example.com/", &response, &error) != HTTPSC_OK) {
 *         fprintf(stderr, "%s\n", error.text);
 *         return 1;
 *     }
 *     fwrite(response->body.ptr, 1, response->body.len, stdout);
 *     httpsc_response_close(response);
 *
 * READ ON with "Blocking transfers", and with "Request" and "Response" for what goes in and comes
 * out; "Client" and "TLS configuration" have the options, each with its default; "Transfers in
 * steps" is for event loops. "Conventions" holds for all of it. docs/manual/ has a page a subject,
 * examples/ a lesson each.
 *
 * SWITCHES, each defined for every file that includes the header (a mismatch of the first two fails
 * at link):
 *
 *     HTTPSC_NO_THREADS      no resolver thread and no locks: a name is looked up inline, where
 *                            no deadline can cut it, and a client belongs to one thread
 *     HTTPSC_BARE            no operating system: no sockets, files, clocks or entropy; the
 *                            options must carry allocator, transport, now, monotonic_us, entropy
 *     HTTPSC_BEARSSL_X509    offer the validator to programs on BearSSL's own engine too
 *
 * and for the implementation alone:
 *
 *     HTTPSC_MALLOC(size), HTTPSC_FREE(ptr)     the default allocator
 *     HTTPSC_NO_EMBEDDED_ANCHORS                leave Mozilla's root certificates out
 *     HTTPSC_USE_ZLIB                           ask for gzip and deflate and undo them; needs
 *                                               <zlib.h> and -lz
 *     HTTPSC_SMALL_EC                           elliptic curves in a third of the space, at a
 *                                               quarter of the speed or less
 *
 * and to leave features out of it, for size (docs/BENCH.md tells how much). Structs and functions
 * stay as they are; whoever uses what is not there gets HTTPSC_ERR_UNSUPPORTED, and the text names
 * the switch:
 *
 *     HTTPSC_NO_CLIENT_CERTS  identities: files, keys, signing. A server that asks gets none
 *     HTTPSC_NO_PROXY         proxies; those that the environment names are not looked for
 *     HTTPSC_NO_DIGEST        HTTPSC_AUTH_DIGEST and _ANY: what answers a challenge
 *     HTTPSC_NO_COOKIES       the cookie jar
 *     HTTPSC_NO_UPLOADS       bodies from files, callbacks, parts and forms: those in memory stay
 *     HTTPSC_NO_SESSIONS      resumed TLS sessions
 *     HTTPSC_NO_CRLS          revocation lists
 *     HTTPSC_NO_TRACE         the hooks trace and keylog
 *     HTTPSC_NO_TLS12, HTTPSC_NO_TLS13          one of them
 *     HTTPSC_NO_CHACHA20      the cipher suites with ChaCha20-Poly1305: AES-GCM stays
 *     HTTPSC_NO_ERROR_TEXT    the sentences: httpsc_error.text is "httpsc code 603", and names and
 *                             sentences of codes are ""
 *
 * CONTENTS
 *
 * @CONTENTS@
 */
#ifndef HTTPSC_H
#define HTTPSC_H

/* Strict -std=c99 hides the socket API of glibc and musl unless POSIX is asked for first. */
#if defined(HTTPSC_IMPLEMENTATION) && defined(__linux__) && defined(__STRICT_ANSI__) && \
    !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE) && !defined(_XOPEN_SOURCE)
#ifdef _FEATURES_H
#error "httpsc.h: include it before system headers, or define _POSIX_C_SOURCE 200809L"
#endif
#define _POSIX_C_SOURCE 200809L
#endif

#include <stddef.h>
#include <stdint.h>

#if !defined(__cplusplus) && !defined(UINT64_MAX)
#error "httpsc.h: a compiler with 64-bit integers is needed"
#endif

#ifdef HTTPSC_BEARSSL_X509
#include <bearssl.h>
#endif

#ifdef __cplusplus
#ifdef HTTPSC_IMPLEMENTATION
#error "httpsc.h: HTTPSC_IMPLEMENTATION belongs in a C file, C++ gets the declarations"
#endif
extern "C" {
#endif

/* ==== Conventions ============================================================================ */
/*
 * ZERO IS SAFE. Every struct that the caller fills in may be zeroed (`= {0}`, in C++ `= {}`), and
 * then means the secure default that its comment names. Zero never means "unlimited".
 *
 * RESULTS. A function that can fail returns a code of the list below (an int), and writes the
 * same code with its particulars into `error`, which may be NULL. HTTPSC_OK is 0. HTTPSC_WANT is
 * not a failure: the call would have to wait. An out parameter is written only on HTTPSC_OK.
 *
 * OWNERSHIP. `open` allocates and `close` frees; close(NULL) does nothing. What a function takes
 * as an argument is copied unless its comment says `borrows`. Pointers inside a response live as
 * long as the response.
 *
 * TEXT is NUL-terminated bytes; no locale is consulted. Paths are UTF-8 on Windows, and elsewhere
 * what the system takes. BYTES are a pointer and a length.
 *
 * THREADS. A TLS configuration and a client may be used by any number of threads at once. A
 * transfer and a response belong to one thread at a time; only httpsc_cancel may come from
 * another. There are no globals. The library raises no signal and installs no handler.
 *
 * FORK. A child may go on using a client: it opens connections of its own, and leaves those of
 * its parent alone. A transfer that was open at the fork belongs to the parent; all that the child
 * may do with it is to close it, which the parent does not notice.
 */

#define HTTPSC_VERSION_MAJOR 0
#define HTTPSC_VERSION_MINOR 1
#define HTTPSC_VERSION_PATCH 0

/* A run of bytes. ptr may be NULL when len is 0. */
typedef struct httpsc_bytes {
    const unsigned char *ptr;
    size_t len;
} httpsc_bytes;

typedef struct httpsc_tls_config httpsc_tls_config;
typedef struct httpsc_client httpsc_client;
typedef struct httpsc_transfer httpsc_transfer;

/* ==== Errors ================================================================================= */

/* Where in a transfer an error arose. */
typedef enum httpsc_stage {
    HTTPSC_STAGE_NONE = 0, /* before a transfer: arguments, configuration, memory */
    HTTPSC_STAGE_URL,
    HTTPSC_STAGE_RESOLVE,
    HTTPSC_STAGE_CONNECT,
    HTTPSC_STAGE_PROXY,
    HTTPSC_STAGE_TLS,
    HTTPSC_STAGE_CERTIFICATE,
    HTTPSC_STAGE_REQUEST,
    HTTPSC_STAGE_RESPONSE,
    HTTPSC_STAGE_BODY
} httpsc_stage;

/*
 * Every code: name, value, stage (NONE: the stage that the transfer is in), and the sentence that
 * begins error.text. The values are stable and grouped by hundreds. Switch on the names:
 * HTTPSC_OK, HTTPSC_WANT, HTTPSC_ERR_MEMORY and so on.
 */
#define HTTPSC_CODES(X) \
    X(OK, 0, NONE, "success") \
    X(WANT, 1, NONE, "not finished: wait, then call again") \
    /* the call and the machine */ \
    X(ERR_ARGUMENT, 10, NONE, "invalid argument") \
    X(ERR_MEMORY, 11, NONE, "out of memory") \
    X(ERR_UNSUPPORTED, 12, NONE, "not supported by this version or build") \
    X(ERR_CANCELLED, 13, NONE, "the transfer was cancelled") \
    X(ERR_ENTROPY, 14, NONE, "no entropy: the system's random generator gave none") \
    X(ERR_SYSTEM, 15, NONE, "the operating system refused a call") \
    X(ERR_TIMEOUT_TOTAL, 16, NONE, "timeout: the time for the whole transfer is over") \
    X(ERR_ARENA, 17, NONE, "the memory block of the arena is too small") \
    /* the URL */ \
    X(ERR_URL_SYNTAX, 100, URL, "malformed URL") \
    X(ERR_URL_SCHEME, 101, URL, "the URL's scheme is not https") \
    X(ERR_URL_PLAIN_HTTP, 102, URL, "http:// is refused unless allow_http is set") \
    X(ERR_URL_HOST, 103, URL, "invalid host in the URL") \
    X(ERR_URL_PORT, 104, URL, "invalid port in the URL") \
    X(ERR_LIMIT_URL, 105, URL, "the URL is longer than max_url_bytes") \
    /* finding the address */ \
    X(ERR_RESOLVE_NOT_FOUND, 200, RESOLVE, "host name not found") \
    X(ERR_RESOLVE_FAILED, 201, RESOLVE, "host name look-up failed") \
    X(ERR_TIMEOUT_RESOLVE, 202, RESOLVE, "timeout while looking up the host name") \
    /* reaching it */ \
    X(ERR_CONNECT_REFUSED, 300, CONNECT, "connection refused") \
    X(ERR_CONNECT_UNREACHABLE, 301, CONNECT, "host unreachable") \
    X(ERR_CONNECT_FAILED, 302, CONNECT, "connection failed") \
    X(ERR_TIMEOUT_CONNECT, 303, CONNECT, "timeout while connecting") \
    X(ERR_CONNECTION_LOST, 304, NONE, "the connection was lost") \
    X(ERR_ADDRESS_REFUSED, 305, CONNECT, "connecting to the host's addresses is not allowed") \
    /* proxies */ \
    X(ERR_PROXY_URL, 400, PROXY, "malformed proxy URL") \
    X(ERR_PROXY_CREDENTIALS, 401, PROXY, "the proxy wants other credentials") \
    X(ERR_PROXY_REFUSED, 402, PROXY, "the proxy refused to connect to the server") \
    X(ERR_PROXY_RESPONSE, 403, PROXY, "malformed answer of the proxy") \
    X(ERR_LIMIT_PROXY_HEAD, 404, PROXY, "answer of the proxy longer than max_proxy_head_bytes") \
    X(ERR_TIMEOUT_PROXY, 405, PROXY, "timeout while the proxy connects") \
    /* TLS */ \
    X(ERR_TLS_NOT_TLS, 500, TLS, "the server is not speaking TLS on this port") \
    X(ERR_TLS_VERSION, 501, TLS, "no common TLS version with the server") \
    X(ERR_TLS_HANDSHAKE, 502, TLS, "the server found no TLS parameters in common") \
    X(ERR_TLS_ALERT, 503, TLS, "the server ended TLS with an alert") \
    X(ERR_TLS_PROTOCOL, 504, TLS, "the server broke the TLS protocol") \
    X(ERR_TLS_BAD_RECORD_MAC, 505, TLS, "a TLS record failed its integrity check") \
    X(ERR_TLS_TRUNCATED, 506, TLS, "the server closed the connection during the TLS handshake") \
    X(ERR_TIMEOUT_TLS, 507, TLS, "timeout during the TLS handshake") \
    X(ERR_CLIENT_CERT_REQUIRED, 510, TLS, "the server requires a client certificate") \
    X(ERR_CLIENT_CERT_REFUSED, 511, TLS, "the server refused the client certificate") \
    /* the server's certificate, and the trust store it is judged by */ \
    X(ERR_CERT_EXPIRED, 600, CERTIFICATE, "certificate has expired") \
    X(ERR_CERT_NOT_YET_VALID, 601, CERTIFICATE, "certificate is not yet valid") \
    X(ERR_CERT_NAME_MISMATCH, 602, CERTIFICATE, "certificate is for another name") \
    X(ERR_CERT_UNKNOWN_ISSUER, 603, CERTIFICATE, "unable to get local issuer certificate") \
    X(ERR_CERT_INCOMPLETE_CHAIN, 604, CERTIFICATE, "the server did not send its whole chain") \
    X(ERR_CERT_SELF_SIGNED, 605, CERTIFICATE, "self-signed certificate") \
    X(ERR_CERT_KEY_USAGE, 606, CERTIFICATE, "certificate is not meant for this use") \
    X(ERR_CERT_CONSTRAINT, 607, CERTIFICATE, "certificate violates a constraint of its issuer") \
    X(ERR_CERT_WEAK, 608, CERTIFICATE, "certificate has a weak key or signature") \
    X(ERR_CERT_REVOKED, 609, CERTIFICATE, "certificate was revoked") \
    X(ERR_CERT_PIN_MISMATCH, 610, CERTIFICATE, "no pinned key in the server's chain") \
    X(ERR_CERT_INVALID, 611, CERTIFICATE, "certificate is invalid") \
    X(ERR_LIMIT_CERT, 612, CERTIFICATE, "too much work to verify the server's certificates") \
    X(ERR_CERT_REFUSED, 613, CERTIFICATE, "the verify callback refused the server's certificates") \
    X(ERR_CLOCK_UNSET, 620, CERTIFICATE, "the clock is not set, so no certificate can be judged") \
    X(ERR_TRUST_UNREADABLE, 630, CERTIFICATE, "a file of certificates or CRLs cannot be read") \
    X(ERR_TRUST_EMPTY, 631, CERTIFICATE, "no root certificate, or no CRL, was loaded") \
    /* the client's own certificate and key */ \
    X(ERR_IDENTITY_UNREADABLE, 640, CERTIFICATE, "a client certificate or key cannot be read") \
    X(ERR_IDENTITY_EMPTY, 641, CERTIFICATE, "no client certificate or no private key was found") \
    X(ERR_IDENTITY_MISMATCH, 642, CERTIFICATE, "client certificate and key are not a pair") \
    X(ERR_KEY_FORM, 650, CERTIFICATE, "key form unsupported") \
    X(ERR_KEY_PASSWORD_NEEDED, 651, CERTIFICATE, "the private key needs a password") \
    X(ERR_KEY_PASSWORD, 652, CERTIFICATE, "wrong password for the private key, or a damaged file") \
    X(ERR_KEY_INVALID, 653, CERTIFICATE, "malformed private key") \
    X(ERR_KEY_WEAK, 654, CERTIFICATE, "private key of a size that is not supported") \
    X(ERR_LIMIT_KEY_WORK, 655, CERTIFICATE, "too much work to decrypt the private key") \
    /* the request */ \
    X(ERR_REQUEST_METHOD, 700, REQUEST, "invalid method") \
    X(ERR_REQUEST_HEADER, 701, REQUEST, "invalid header field in the request") \
    X(ERR_REQUEST_FRAMING, 702, REQUEST, "this header field is the library's to write") \
    X(ERR_LIMIT_REQUEST_HEAD, 703, REQUEST, "request head longer than max_request_head_bytes") \
    X(ERR_TIMEOUT_SEND, 704, REQUEST, "timeout: the server takes no more of the request") \
    X(ERR_REQUEST_BODY, 705, REQUEST, "the request's body cannot be read") \
    X(ERR_REQUEST_BODY_LENGTH, 706, REQUEST, "the request's body is not as long as was said") \
    X(ERR_REQUEST_BODY_REPLAY, 707, REQUEST, "the body is to be sent again, and cannot be") \
    /* the response's head */ \
    X(ERR_RESPONSE_EMPTY, 800, RESPONSE, "the server closed the connection without a response") \
    X(ERR_RESPONSE_TRUNCATED, 801, RESPONSE, "the response was cut in its header section") \
    X(ERR_RESPONSE_STATUS_LINE, 802, RESPONSE, "malformed status line") \
    X(ERR_RESPONSE_FIELD, 803, RESPONSE, "malformed field line in the response") \
    X(ERR_RESPONSE_FRAMING, 804, RESPONSE, "ambiguous length of the response") \
    X(ERR_RESPONSE_UPGRADE, 805, RESPONSE, "the server switched protocols unasked") \
    X(ERR_LIMIT_STATUS_LINE, 810, RESPONSE, "status line longer than max_status_line_bytes") \
    X(ERR_LIMIT_FIELD_LINE, 811, RESPONSE, "field line longer than max_field_line_bytes") \
    X(ERR_LIMIT_FIELDS_BYTES, 812, RESPONSE, "header sections longer than max_fields_bytes") \
    X(ERR_LIMIT_FIELDS, 813, RESPONSE, "more field lines than max_fields") \
    X(ERR_LIMIT_INTERIM, 814, RESPONSE, "more interim responses than max_interim") \
    X(ERR_TIMEOUT_FIRST_BYTE, 820, RESPONSE, "timeout: the head of the response did not come") \
    /* going on after a response */ \
    X(ERR_LIMIT_REDIRECTS, 830, RESPONSE, "more redirects than max_redirects") \
    X(ERR_REDIRECT_LOCATION, 831, RESPONSE, "malformed Location of a redirect") \
    X(ERR_REDIRECT_DOWNGRADE, 832, RESPONSE, "redirect from https to http") \
    X(ERR_COOKIE_FILE, 840, NONE, "a file of cookies cannot be read or written") \
    /* the response's body */ \
    X(ERR_BODY_TRUNCATED, 900, BODY, "the body was cut") \
    X(ERR_BODY_CHUNK, 901, BODY, "malformed chunked body") \
    X(ERR_BODY_TRAILER, 902, BODY, "malformed trailer section") \
    X(ERR_BODY_CODING, 903, BODY, "malformed or unknown content coding") \
    X(ERR_BODY_SINK, 904, BODY, "the receiver of the body refused it") \
    X(ERR_LIMIT_BODY, 910, BODY, "body longer than max_body_bytes") \
    X(ERR_LIMIT_CHUNK_LINE, 911, BODY, "chunk line longer than max_chunk_line_bytes") \
    X(ERR_LIMIT_CHUNK_EXTENSIONS, 912, BODY, "chunk extensions longer than max_chunk_ext_bytes") \
    X(ERR_LIMIT_TRAILER_BYTES, 913, BODY, "trailer section longer than max_trailer_bytes") \
    X(ERR_LIMIT_TRAILERS, 914, BODY, "more trailer fields than max_trailers") \
    X(ERR_LIMIT_RATIO, 915, BODY, "compressed body expands more than max_ratio") \
    X(ERR_TIMEOUT_IDLE, 920, BODY, "timeout: the server went silent in the body") \
    X(ERR_TIMEOUT_LOW_SPEED, 921, NONE, "timeout: request or body moved too slowly") \
    /* made by httpsc_check_status alone */ \
    X(ERR_STATUS_CLIENT, 950, RESPONSE, "the server answered with a client error") \
    X(ERR_STATUS_SERVER, 951, RESPONSE, "the server answered with a server error")

typedef enum httpsc_code {
#define HTTPSC_CODE_AS_ENUM(name, value, stage, sentence) HTTPSC_##name = value,
    HTTPSC_CODES(HTTPSC_CODE_AS_ENUM)
#undef HTTPSC_CODE_AS_ENUM
    HTTPSC_CODE_MAX = 999
} httpsc_code;

/*
 * What went wrong. `= {0}` initialises it in C and C++.
 *
 * text is one sentence, NUL-terminated, without a newline: the sentence of the code, the
 * particulars, and where there is one the remedy. Bytes from the peer are escaped in it, and
 * secrets never appear. It stands unchanged until the struct is used for another call.
 */
typedef struct httpsc_error {
    int code;       /* HTTPSC_OK or HTTPSC_ERR_... */
    int stage;      /* httpsc_stage */
    int native;     /* errno, getaddrinfo's or Windows' code, the TLS alert number, the status of
                       a proxy that refused, what the verify callback said; else 0 */
    char text[512]; /* for a person */
} httpsc_error;

/* The name of a code as in the list, "ERR_CERT_EXPIRED"; "unknown" for a value outside it. */
const char *httpsc_code_name(int code);

/* The sentence of a code as in the list. */
const char *httpsc_code_sentence(int code);

/* The name of a stage in lower case, "certificate". */
const char *httpsc_stage_name(int stage);

/* 1 when the code says that the server's identity was not established (600 to 629), else 0. */
int httpsc_code_is_certificate(int code);

/* 1 when the code is one of the timeouts, else 0. */
int httpsc_code_is_timeout(int code);

/* 1 when the same request may succeed if it is sent again later: look-up and connection
 * failures, lost connections, timeouts. It does not ask whether the method is idempotent. */
int httpsc_code_is_retryable(int code);

/* ==== Hooks: memory, time, randomness, names, transport, trace ================================ */

/*
 * Memory. alloc returns size bytes aligned for any type, or NULL. free gets the size that was
 * asked for; ptr is never NULL. Called from the threads that use the client, so it must be safe
 * for as many. The struct is copied; user must outlive every object made with it. From the system's
 * malloc come instead: a look-up under way, which may outlive its transfer; the list for poll when
 * httpsc_wait waits for more than 64 sockets; a path while httpsc_client_save_cookies runs, and on
 * Windows while any file is opened.
 */
typedef struct httpsc_allocator {
    void *user;
    void *(*alloc)(void *user, size_t size);
    void (*free)(void *user, void *ptr, size_t size);
} httpsc_allocator;

/*
 * An arena: all memory of a client out of one block of the caller's, for programs that have no
 * malloc, or no trust in it. First fit over a list of the free pieces, which are joined again when
 * they meet; a piece in use costs nothing beside its size, rounded up to 8 or 16. One thread at a
 * time, so for a client that belongs to one.
 *
 *     static unsigned char block[24 * 1024];
 *     httpsc_arena arena;
 *     httpsc_options options = {0};
 *     httpsc_arena_init(&arena, block, sizeof block, &options, &error);
 *     ... the other options, httpsc_client_open(&options, ...)
 */
typedef struct httpsc_arena {
    size_t size;     /* of the block, without what alignment costs */
    size_t num_used; /* bytes in use now, and at most until now */
    size_t num_peak;
    size_t wanted;   /* the last request that did not fit, and the largest free piece then; 0: all
                        did fit. A larger buffer that would only be faster counts, too */
    size_t largest;
    void *pieces;    /* the rest is the arena's own */
    unsigned char *begin;
} httpsc_arena;

/*
 * Makes an arena of a block (borrowed, as is the arena; what the block held is lost), puts it into
 * options->hooks.allocator, and fits those limits that are 0 to what the block can hold:
 * max_record_bytes, max_sent_record_bytes, max_fields_bytes, max_field_line_bytes, max_body_bytes
 * and max_idle_connections (1). A block that has room for records of 16384 bytes leaves them there;
 * a smaller one asks the server for smaller records. options may be NULL: no limit is fitted.
 * Errors: ARGUMENT; ARENA: too small for any connection, the text says what it takes. What turns
 * out not to fit later, because a certificate or a head is large, is ERR_ARENA in place of
 * ERR_MEMORY, and the text says what was wanted and what was left.
 */
struct httpsc_options;
int httpsc_arena_init(httpsc_arena *arena, void *block, size_t size,
                      struct httpsc_options *options, httpsc_error *error);

/* The arena's memory as an allocator, for what has no options: httpsc_tls_options, and the like. */
httpsc_allocator httpsc_arena_allocator(httpsc_arena *arena);

/* A socket of the system: a descriptor, or a SOCKET on Windows. */
#ifdef _WIN32
typedef uintptr_t httpsc_socket;
#else
typedef int httpsc_socket;
#endif

#define HTTPSC_READABLE 1
#define HTTPSC_WRITABLE 2

/* One socket to wait for, and for what: HTTPSC_READABLE, HTTPSC_WRITABLE or both. */
typedef struct httpsc_want {
    httpsc_socket socket;
    int events;
} httpsc_want;

#define HTTPSC_WANTS_MAX 8

/*
 * What a transfer waits for after HTTPSC_WANT: any of the sockets, or the deadline. The set is
 * valid until the next call for the transfer; ask again after each. Level-triggered: an event
 * that was missed shows again.
 */
typedef struct httpsc_wants {
    size_t num_sockets;                    /* may be 0 */
    httpsc_want sockets[HTTPSC_WANTS_MAX];
    int timeout_ms;                        /* call again after this many milliseconds even if no
                                              socket is ready; 0 at once, -1 no deadline */
} httpsc_wants;

/* An address to connect to: 4 bytes (IPv4) or 16 (IPv6), network order; scope_id for fe80::/10. */
typedef struct httpsc_address {
    unsigned char bytes[16];
    unsigned char len;
    uint32_t scope_id;
} httpsc_address;

/*
 * 1 for an address of the Internet. 0 for loopback, private, link-local (a cloud's metadata),
 * unique local, shared (100.64.0.0/10), multicast, unspecified, reserved, documentation and
 * benchmark ranges; for the IPv4-mapped, NAT64 (64:ff9b::/96) and 6to4 forms of these; for all of
 * IPv6 but 2000::/3; and for what is no address. What else a network has routed for itself, or
 * translates by a prefix of its own, it cannot know.
 */
int httpsc_address_is_public(const httpsc_address *address);

/*
 * A transport of the caller's own in place of TCP sockets. TLS and HTTP run over it unchanged.
 *
 * open    begins a byte stream to host and port (a name, or an IP literal without brackets).
 *         HTTPSC_OK with *stream set; the stream need not be ready yet.
 * send    takes up to len bytes: HTTPSC_OK with *num_sent > 0, HTTPSC_WANT, or an error code.
 * recv    gives up to len bytes: HTTPSC_OK with *num_received, where 0 is the peer's end;
 *         HTTPSC_WANT; or an error code.
 * wants   adds to wants what the stream waits for, given HTTPSC_READABLE or _WRITABLE. May be
 *         NULL: then the caller of httpsc_step knows when to call again, and the blocking calls
 *         ask again every few milliseconds.
 * close   ends the stream and frees it.
 *
 * None of them may block. An error code is any of the list; HTTPSC_ERR_CONNECT_FAILED and
 * HTTPSC_ERR_CONNECTION_LOST are the usual ones. The struct is copied; `user` must outlive the
 * client.
 */
typedef struct httpsc_transport {
    void *user;
    int (*open)(void *user, const char *host, int port, void **stream);
    int (*send)(void *stream, const unsigned char *data, size_t len, size_t *num_sent);
    int (*recv)(void *stream, unsigned char *buf, size_t len, size_t *num_received);
    void (*wants)(void *stream, int events, httpsc_wants *wants);
    void (*close)(void *stream);
} httpsc_transport;

/* What a trace event tells. text is one printable line; secrets in header fields are redacted, and
 * so are user and password of URLs in them. */
typedef enum httpsc_trace_kind {
    HTTPSC_TRACE_STAGE = 1,       /* progress: looking up, connecting, reused, retrying, closed */
    HTTPSC_TRACE_TLS,             /* what the handshake agreed on */
    HTTPSC_TRACE_REQUEST_LINE,    /* a line of the request head as sent */
    HTTPSC_TRACE_RESPONSE_LINE,   /* a line of a response head, interim ones too */
    HTTPSC_TRACE_BODY             /* a count of body bytes, sent or received */
} httpsc_trace_kind;

typedef struct httpsc_trace_event {
    httpsc_trace_kind kind;
    const char *text;             /* NUL-terminated, valid during the call */
    int64_t time_us;              /* since the transfer began */
} httpsc_trace_event;

/*
 * The caller's replacements for what the system gives. Each NULL (or all-NULL struct) means the
 * system's. `user` is handed to all of them but allocator and transport, which have their own. They
 * may be called from every thread that uses the client. Under HTTPSC_BARE there is no system:
 * allocator, now, monotonic_us, entropy and transport are then required.
 */
typedef struct httpsc_hooks {
    void *user;
    httpsc_allocator allocator;

    /* Wall-clock time in seconds since 1970-01-01T00:00:00Z; HTTPSC_OK, or HTTPSC_ERR_CLOCK_UNSET
     * when it is not known. Certificates are judged by it. */
    int (*now)(void *user, int64_t *unix_seconds);

    /* A clock in microseconds that never goes back. All deadlines are measured on it. */
    int64_t (*monotonic_us)(void *user);

    /* Fills buf with len random bytes fit for keys: HTTPSC_OK, or HTTPSC_ERR_ENTROPY. */
    int (*entropy)(void *user, unsigned char *buf, size_t len);

    /* Addresses of a host name, of each family best first (IPv6 and IPv4 are then tried turn about,
     * the next joining after 250 ms; RFC 8305): HTTPSC_OK with *num_addresses <= max_addresses,
     * HTTPSC_ERR_RESOLVE_NOT_FOUND, HTTPSC_ERR_RESOLVE_FAILED, or HTTPSC_WANT to be asked again at
     * the next step. IP literals are not asked for. */
    int (*resolve)(void *user, const char *host, httpsc_address *addresses, size_t max_addresses,
                   size_t *num_addresses);

    /* Asked for each address just before it is connected to, with the host and port that it is for:
     * 1 lets it be, 0 passes it over. Where none is left the error is HTTPSC_ERR_ADDRESS_REFUSED.
     * It sees every address: those of names, however they were found, IP literals, connect_to,
     * resolve_to, and of each redirect. Whoever fetches the URLs of strangers gives
     *
     *     return httpsc_address_is_public(address);
     *
     * By way of a proxy the proxy's address is asked for, and no other: where that connects to is
     * its own affair. Not asked for a Unix socket, nor once more for a connection that was kept.
     * With a transport, which connects by itself, httpsc_client_open says HTTPSC_ERR_ARGUMENT.
     * Default: every address may be connected to. */
    int (*may_connect)(void *user, const char *host, int port, const httpsc_address *address);

    httpsc_transport transport;

    /* Told the secrets of each TLS connection, in lines for a file as SSLKEYLOGFILE names it
     * (draft-ietf-tls-keylogfile): whoever has them reads all of it. */
    void (*keylog)(void *user, const char *lines, size_t len);

    /* Told of every stage. */
    void (*trace)(void *user, const httpsc_trace_event *event);
} httpsc_hooks;

/* ==== TLS configuration ====================================================================== */

/* Which root certificates are trusted when no ca_ field is set. */
typedef enum httpsc_trust {
    HTTPSC_TRUST_DEFAULT = 0, /* SYSTEM; EMBEDDED where the system has none: one that is empty, or
                                 cannot be read, is an error */
    HTTPSC_TRUST_SYSTEM,      /* the system's bundle file or directory of hashed files, the first
                                 that is there, or fail. On Windows, whose ROOT store is filled
                                 lazily: ROOT and EMBEDDED, less what Windows forbids */
    HTTPSC_TRUST_EMBEDDED     /* Mozilla's roots inside this header, or fail where left out */
} httpsc_trust;

/*
 * The values that turn parts of server verification off. Anyone on the path can then read and
 * change everything. The handshake signature, pins and the verify callback still count.
 */
#define HTTPSC_INSECURE_ANY_PEER 0x0BADCA75L   /* insecure_peer: all three of the others */
#define HTTPSC_INSECURE_ANY_ISSUER 0x0BAD1550L /* insecure_chain: any issuer, any use */
#define HTTPSC_INSECURE_ANY_NAME 0x0BAD4A3EL   /* insecure_name: whatever name it is for */
#define HTTPSC_INSECURE_ANY_DATE 0x0BADDA7EL   /* insecure_dates: expired, or not yet valid */

#define HTTPSC_TLS_1_2 0x0303
#define HTTPSC_TLS_1_3 0x0304

/* What the verify callback sees. All of it lives during the call. */
typedef struct httpsc_peer {
    const char *host;            /* that the certificate was verified for */
    const httpsc_bytes *chain;   /* DER certificates of the path that was found, the server's own
                                    first, the root not among them; as sent with insecure_chain */
    size_t num_certs;
    int verified;                /* 1: chain, name and dates are good; 0: something was ignored */
    const httpsc_bytes *sent;    /* all that the server sent, as it sent it */
    size_t num_sent;
} httpsc_peer;

/*
 * Who the client is, for servers that want to know it: a certificate and its key (RFC 8446, 4.4.2;
 * RFC 5246, 7.4.6). What is in here is read when the configuration opens, the files too; only
 * sign, and user for it, are used later.
 *
 * Certificates are PEM, the client's own first and then its issuers' (the root may be left out), or
 * one in DER. Keys are RSA of 2048 to 4096 bits or EC on P-256, P-384 and P-521, as PKCS#1, SEC 1
 * or PKCS#8, PEM or DER; encrypted as PKCS#8 (PBES2 with PBKDF2 and AES-CBC or DES-EDE3-CBC), or as
 * PEM with DEK-Info (the same ciphers). All else is HTTPSC_ERR_KEY_FORM, which names it:
 * `openssl pkcs8 -topk8 -v2 aes-256-cbc` makes a file of it that is read. A key that asks for more
 * than 10,000,000 iterations is HTTPSC_ERR_LIMIT_KEY_WORK. Files are at most 1 MiB.
 */
typedef struct httpsc_identity {
    const char *cert_file;    /* path; or else cert_memory; one of them is required */
    httpsc_bytes cert_memory;
    const char *key_file;     /* path; or else key_memory; default: the key is where the
                                 certificates are, in one PEM file */
    httpsc_bytes key_memory;
    const char *password;     /* of an encrypted key; "" is one, too; default NULL: ask_password */
    /* Asked where password is NULL and the key is encrypted, while the configuration opens: puts a
     * password of at most size bytes into buf, and its length into *len: HTTPSC_OK, or any error
     * code, with which the open fails. It is wiped after use. Default: none, and such a key is
     * HTTPSC_ERR_KEY_PASSWORD_NEEDED. */
    int (*ask_password)(void *user, char *buf, size_t size, size_t *len);
    /* In place of a key: signs for one that does not leave its token. scheme is a SignatureScheme
     * of RFC 8446, 4.2.3 (0x0403 ecdsa_secp256r1_sha256, 0x0804 rsa_pss_rsae_sha256 ...; in TLS 1.2
     * 0x0401 rsa_pkcs1_sha256 and its like as well), digest what it calls for, hashed already.
     * *signature_len is the room in signature (512), and to be the length; ECDSA signatures are in
     * DER, PSS takes a salt as long as the digest. HTTPSC_OK; HTTPSC_WANT, to be asked again with
     * the same digest at the next steps, which come every few milliseconds; or an error code, with
     * which the transfer fails. It is called from the thread that steps the transfer, for several
     * transfers at once; one that ended (cancelled, timed out) does not ask again. */
    int (*sign)(void *user, int scheme, const unsigned char *digest, size_t digest_len,
                unsigned char *signature, size_t *signature_len);
    void *user;               /* for ask_password and sign */
} httpsc_identity;

/*
 * Whom to trust. What other libraries call an SSL context.
 *
 * ca_file, ca_dir and ca_memory, any of them, replace the default roots; with ca_add they are added
 * to them. Certificates are PEM (one or many, anything between blocks is passed over) or one DER
 * certificate. Of a directory, the files named as OpenSSL's hashes ("5ed36f99.0") are read where it
 * has any, else all files. An entry that cannot be read is skipped and counted; none at all is
 * HTTPSC_ERR_TRUST_EMPTY. Only what is put in here is trusted: an intermediate or a server's own
 * certificate in it counts as an anchor too. Name constraints of an anchor count.
 *
 * Of the first file, ca_file or the system's, an index is kept and the file stays open: it is read
 * again for each server that is verified. So replace it by a rename (the old one counts until the
 * configuration is closed), never write into it, and close no descriptors that are not yours: a
 * handshake says HTTPSC_ERR_TRUST_UNREADABLE then. ca_memory and ca_dir keep no file.
 */
typedef struct httpsc_tls_options {
    httpsc_trust trust;       /* default: HTTPSC_TRUST_DEFAULT */
    const char *ca_file;      /* path of a file of certificates; default: none */
    const char *ca_dir;       /* path of a directory of such files; default: none */
    httpsc_bytes ca_memory;   /* the same in memory; default: none */
    int ca_add;               /* 1: add to the default roots; default 0: replace them */
    int use_environment;      /* 1: SSL_CERT_FILE and SSL_CERT_DIR stand for ca_file and ca_dir
                                 where no ca_ field is set. The latter may be a list, with ":"
                                 (on Windows ";") between: a directory that cannot be read is
                                 passed over where another can. Default 0 (in a client's inline
                                 options: the client's) */
    const char *crl_file;     /* certificate revocation lists (RFC 5280, 5), PEM or one in DER:
                                 every certificate of a path is looked up in the list of its
                                 issuer, where there is one. A list that is malformed, has a
                                 critical extension or no cRLNumber is HTTPSC_ERR_TRUST_UNREADABLE;
                                 default: none, no revocation */
    httpsc_bytes crl_memory;  /* the same in memory; default: none */
    const unsigned char (*pins)[32]; /* SHA-256 of SubjectPublicKeyInfos (RFC 7469, 2.4): one of
                                 them must be in the path, the root counted; with insecure_chain
                                 that of the server's own certificate; default: none */
    size_t num_pins;
    int (*verify)(void *user, const httpsc_peer *peer); /* asked last, once all else is good:
                                 HTTPSC_OK lets the connection go on, anything else is
                                 HTTPSC_ERR_CERT_REFUSED; default: none */
    void *verify_user;
    const httpsc_identity *identities; /* who the client is, where a server asks: the first that
                                 one of the authorities that the server names has issued, or else
                                 the first, whose key can sign as the server wants it. Whether the
                                 server is verified makes no difference. Default: nobody */
    size_t num_identities;    /* at most 16 */
    const char *const *identity_hosts; /* "HOST" (port 443) or "HOST:PORT": they are shown to the
                                 origin of the request's URL, and after a redirect to another origin
                                 only where it is one of these; default: none */
    size_t num_identity_hosts; /* at most 64 */
    int min_version;          /* HTTPSC_TLS_1_2 or HTTPSC_TLS_1_3; default 0: 1.2 */
    int max_version;          /* the same; default 0: 1.3 */
    long insecure_peer;       /* each 0 (the default: all is verified), or the HTTPSC_INSECURE_ */
    long insecure_chain;      /* value above; anything else is HTTPSC_ERR_ARGUMENT */
    long insecure_name;
    long insecure_dates;
    httpsc_allocator allocator; /* default: the system's (in a client's inline options: the
                                   client's) */
} httpsc_tls_options;

/* What was loaded. Texts live as long as the configuration. */
typedef struct httpsc_trust_info {
    const char *source;       /* "system", "embedded", "caller", "caller and system", "caller and
                                 embedded", "environment", or "none" (any issuer) */
    const char *path;         /* of the first file or directory that was read, or NULL */
    size_t num_anchors;       /* certificates that can end a chain */
    size_t num_skipped;       /* entries that could not be read */
    const char *skipped;      /* what was wrong with the first of them, or NULL */
    size_t num_crls;
} httpsc_trust_info;

/*
 * Opens a TLS configuration: loads the trust store, and from then on never changes (a file of roots
 * stays open, see above). Shared by any number of clients and threads; counted: each client that
 * uses it holds it.
 * Errors: ARGUMENT, MEMORY, TRUST_UNREADABLE, TRUST_EMPTY (also for CRLs: none in crl_file, or none
 * in crl_memory), UNSUPPORTED (EMBEDDED in a build without it); of identities IDENTITY_UNREADABLE,
 * IDENTITY_EMPTY, IDENTITY_MISMATCH, KEY_FORM, KEY_PASSWORD_NEEDED, KEY_PASSWORD, KEY_INVALID,
 * KEY_WEAK, LIMIT_KEY_WORK.
 */
int httpsc_tls_config_open(const httpsc_tls_options *options, httpsc_tls_config **out,
                           httpsc_error *error);

/* Gives up the caller's hold. The configuration goes when the last client is closed. */
void httpsc_tls_config_close(httpsc_tls_config *config);

/* What the configuration trusts. */
void httpsc_tls_config_trust(const httpsc_tls_config *config, httpsc_trust_info *out);

/* ==== Certificates =========================================================================== */

#define HTTPSC_CERTIFICATE_TEXT_MAX 128
#define HTTPSC_CERTIFICATE_NAMES_MAX 10

/* What a certificate says of itself, for a person to read: nothing of it is verified. Texts are
 * NUL-terminated and escaped, and cut where they are longer. */
typedef struct httpsc_certificate_info {
    char subject[HTTPSC_CERTIFICATE_TEXT_MAX]; /* the commonName, or the last attribute of the name;
                                                  "" where there is none */
    char issuer[HTTPSC_CERTIFICATE_TEXT_MAX];  /* the same */
    char key[32];             /* "RSA 2048", "EC P-256", "RSA, too weak or too large" or "not
                                 supported" */
    unsigned char pin[32];    /* SHA-256 of its SubjectPublicKeyInfo, as in httpsc_tls_options */
    char names[HTTPSC_CERTIFICATE_NAMES_MAX][HTTPSC_CERTIFICATE_TEXT_MAX]; /* the first dNSNames and
                                 iPAddresses of its subjectAltName */
    size_t num_names;         /* all that it has: may be more than there is room for */
    int64_t not_before;       /* seconds since 1970 */
    int64_t not_after;        /* the last second in which it is valid */
    int is_ca;                /* 1: it may issue others (basicConstraints) */
    int is_self_issued;       /* 1: subject and issuer are the same, as of roots */
} httpsc_certificate_info;

/* Describes a certificate in DER. HTTPSC_OK; HTTPSC_ERR_CERT_INVALID where it is malformed,
 * HTTPSC_ERR_ARGUMENT for NULL. Allocates nothing. */
int httpsc_certificate_describe(httpsc_bytes der, httpsc_certificate_info *out);

/*
 * Verifies a chain without a connection, just as one would be: by all that the configuration says,
 * pins and verify callback too. chain: certificates in DER, the server's own first; borrowed for
 * the call. host: the name or IP address that it must be for; NULL is allowed with insecure_name
 * alone. unix_time: as of when; no clock is read.
 * HTTPSC_OK: it is the host's. Errors: ARGUMENT, MEMORY, CERT_..., LIMIT_CERT (over 10
 * certificates, or the first over 16 KiB), TRUST_UNREADABLE (the file of roots cannot be read any
 * more, or was changed).
 */
int httpsc_verify_chain(const httpsc_tls_config *config, const httpsc_bytes *chain,
                        size_t num_certs, const char *host, int64_t unix_time,
                        httpsc_error *error);

#define HTTPSC_PASSED_OVER_MAX 16
#define HTTPSC_TRUSTED_ROOT ((size_t)-1)

/* A certificate that has the name of an issuer, but did not become part of the path. */
typedef struct httpsc_passed_over {
    size_t certificate; /* whose issuer was looked for, by its place in the chain */
    size_t issuer;      /* the one passed over, likewise; HTTPSC_TRUSTED_ROOT: one of the roots */
    int code;           /* why: HTTPSC_ERR_CERT_..., or LIMIT_CERT for a path of too many */
    char text[240];     /* the same for a person: which certificate, and what is the matter with it;
                           that may be one below ("it has a name that an issuer above it does not
                           allow"). NUL-terminated, escaped, and cut where it is longer */
} httpsc_passed_over;

/* The issuers that the search looked at and passed over, in its order, each once for a reason. It
 * ends at the first path that is good: what that leaves out was not looked at. */
typedef struct httpsc_explanation {
    httpsc_passed_over passed_over[HTTPSC_PASSED_OVER_MAX]; /* the first of them */
    size_t num_passed_over; /* all: may be more than there is room for, and then with repetitions */
} httpsc_explanation;

/* Does what httpsc_verify_chain does, with the same result and errors, and says which ways led
 * nowhere, also where one led to a root. *out is filled in whatever the result, and may be NULL.
 * Allocates no more than httpsc_verify_chain. */
int httpsc_explain_chain(const httpsc_tls_config *config, const httpsc_bytes *chain,
                         size_t num_certs, const char *host, int64_t unix_time,
                         httpsc_explanation *out, httpsc_error *error);

#ifdef HTTPSC_BEARSSL_X509
/*
 * The validator for programs on BearSSL's own TLS engine, in place of br_x509_minimal:
 *
 *     br_ssl_client_init_full(&client, &minimal, NULL, 0);
 *     br_ssl_engine_set_x509(&client.eng, httpsc_bearssl_x509_engine(x509));
 *     br_ssl_client_reset(&client, "www.example", 0);
 *
 * It serves one connection at a time, any number of them in turn. Everything counts that the
 * configuration says of trust, pins and the verify callback; versions do not. A connection without
 * a server name is refused unless insecure_name is set.
 */
typedef struct httpsc_bearssl_x509 httpsc_bearssl_x509;

/* Opens one. It holds the configuration, and takes memory from its allocator. now and user are as
 * in httpsc_hooks; NULL: the system's clock. Errors: ARGUMENT, MEMORY. */
int httpsc_bearssl_x509_open(httpsc_tls_config *config,
                             int (*now)(void *user, int64_t *unix_seconds), void *user,
                             httpsc_bearssl_x509 **out, httpsc_error *error);

/* What br_ssl_engine_set_x509 takes; lives until the close. */
const br_x509_class **httpsc_bearssl_x509_engine(httpsc_bearssl_x509 *x509);

/* Why the last chain was refused: BearSSL itself knows but a number (BR_ERR_X509_EXPIRED,
 * BAD_SERVER_NAME, TIME_UNKNOWN, LIMIT_EXCEEDED; NOT_TRUSTED for all else). code is HTTPSC_OK where
 * none was. Lives until the close; stands until the next chain. */
const httpsc_error *httpsc_bearssl_x509_error(const httpsc_bearssl_x509 *x509);

/* Frees it. The connection that used it must be over. NULL is fine. */
void httpsc_bearssl_x509_close(httpsc_bearssl_x509 *x509);
#endif

/* ==== Client ================================================================================= */

#define HTTPSC_NO_TIMEOUT (-1)

/* Milliseconds a stage may take; 0 means the default named here, HTTPSC_NO_TIMEOUT none. All are
 * measured on one monotonic clock. */
typedef struct httpsc_timeouts {
    int resolve_ms;     /* looking up the name; default 10,000 */
    int connect_ms;     /* all connection attempts together; default 30,000 */
    int proxy_ms;       /* from the connection to a proxy to the one that it opens: TLS to an https
                           proxy, CONNECT or SOCKS; default 30,000 */
    int tls_ms;         /* the TLS handshake; default 15,000 */
    int first_byte_ms;  /* from the end of the request to the first response byte, and from there to
                           the end of the head (anew for each 1xx); default 30,000 */
    int idle_ms;        /* silence while sending, and in the body; default 30,000 */
    int low_speed_bytes_per_s; /* a request that goes out, or a body that comes in, more slowly than
                                  this for low_speed_ms is given up; default 0: at any speed */
    int low_speed_ms;   /* time waited for the peer alone; default 30,000 */
    int total_ms;       /* the whole transfer; default 300,000 for httpsc_get and httpsc_send, none
                           for httpsc_begin */
} httpsc_timeouts;

/* Bounds on what is taken from the caller and from the peer. 0 means the default named here. At a
 * limit all is well; one past it is the HTTPSC_ERR_LIMIT_... of that name. */
typedef struct httpsc_limits {
    size_t max_url_bytes;           /* default 16 KiB */
    size_t max_request_head_bytes;  /* default 64 KiB */
    size_t max_status_line_bytes;   /* without its CRLF; default 1 KiB */
    size_t max_field_line_bytes;    /* one field line, folded lines joined; default 16 KiB */
    size_t max_fields_bytes;        /* all heads of one exchange together; default 64 KiB */
    size_t max_fields;              /* field lines of one head; default 200 */
    size_t max_interim;             /* 1xx responses before the final one; default 8 */
    size_t max_chunk_line_bytes;    /* size and extensions of one chunk; default 512 */
    size_t max_chunk_ext_bytes;     /* extensions of all chunks of a body; default 16 KiB */
    size_t max_trailer_bytes;       /* default 8 KiB */
    size_t max_trailers;            /* default 32 */
    size_t max_body_bytes;          /* buffered bodies: httpsc_get, httpsc_send; default 16 MiB */
    size_t max_ratio;               /* decoded bytes for one that came, asked after the first MiB;
                                       default 100 */
    size_t max_redirects;           /* followed for one request; default 10 */
    size_t max_idle_connections;    /* kept for reuse; default 8 */
    size_t max_connections;         /* in use at once; default 1000. No error: who is over it, or
                                       over the next, waits until it is his turn, for as long as
                                       total_ms allows */
    size_t max_connections_per_host; /* the same of one scheme, host, port and proxy; default 100 */
    size_t max_proxy_head_bytes;    /* all heads of a proxy's answer to CONNECT; default 16 KiB */
    size_t max_record_bytes;        /* of plaintext in a TLS record, either way: from 512 to 16384,
                                       all else is HTTPSC_ERR_ARGUMENT. Servers are asked to keep to
                                       it (RFC 8449; RFC 6066, 4), and buffers are as small; of one
                                       that cannot, a longer record is HTTPSC_ERR_TLS_PROTOCOL;
                                       default 16384 */
    size_t max_sent_record_bytes;   /* the same of records that are sent, and at most that: from 512
                                       to 16384; default 16384 */
} httpsc_limits;

/* How the client says who its user is (RFC 9110, 11). */
#define HTTPSC_AUTH_NONE 0   /* not at all; with user information in the URL: BASIC */
#define HTTPSC_AUTH_BASIC 1  /* at once (RFC 7617); over http:// too where that is allowed */
#define HTTPSC_AUTH_DIGEST 2 /* when asked (RFC 7616) */
#define HTTPSC_AUTH_ANY 3    /* when asked: Digest where it is offered, else Basic */
#define HTTPSC_AUTH_BEARER 4 /* at once (RFC 6750) */

/*
 * A client's settings. Zeroed: verified HTTPS with the system's roots, no proxy, no cookies, and
 * nothing read from the environment. They hold for all of the client's requests; what is a single
 * request's is in httpsc_request.
 */
typedef struct httpsc_options {
    httpsc_tls_config *tls_config; /* a shared configuration; default NULL: one is made from tls */
    httpsc_tls_options tls;        /* used when tls_config is NULL */
    int allow_http;                /* 1: http:// URLs are allowed too; default 0 */
    const char *user_agent;        /* default "httpsc/" and the version; "" sends none */
    const char *connect_to;        /* "HOST:PORT" or "[ADDR]:PORT": every connection goes there,
                                      while URL, Host, SNI and the verified name stay; default:
                                      the URL's host and port */
    const char *verify_as;         /* the name or IP address that certificates must be for, also
                                      sent as SNI; default: the URL's host */
    const char *const *resolve_to; /* "HOST:PORT:ADDR": connections to that host and port (a
                                      proxy's, too) go to that IP address, and nothing is looked
                                      up; several of one host are all tried; default: none */
    size_t num_resolve_to;
    const char *unix_socket;       /* path of a Unix socket: every connection goes there, and
                                      nothing is looked up; default: none */
    const char *proxy;             /* "http://[USER:PASSWORD@]HOST[:PORT]", or https:// (TLS to the
                                      proxy, too), or socks5h:// (SOCKS 5, which looks names up
                                      itself; socks5:// is the same); user and password
                                      percent-encoded; port 80, 443, 1080 by default. https:// goes
                                      through a tunnel (CONNECT), http:// is handed to an http or
                                      https proxy as it is. Default, and "": none */
    const char *no_proxy;          /* hosts that are connected to directly, with commas between
                                      them: "example.com" (and all names below it), addresses,
                                      ranges ("10.0.0.0/8"), each of the first two also with
                                      ":PORT"; "*": all. Default: none */
    const char *proxy_user;        /* in place of those in the URL; default: none */
    const char *proxy_password;
    int proxy_auth;                /* HTTPSC_AUTH_BASIC, DIGEST, ANY; default NONE, which with a
                                      user is BASIC. Goes to the proxy alone. SOCKS: not used */
    int tunnel_http;               /* 1: CONNECT for http:// as well; default 0 */
    httpsc_tls_config *proxy_tls;  /* how an https proxy is verified, and with its identities who
                                      the client is there; default: as servers are, pins and
                                      insecure switches included. The identities for servers are
                                      never shown to a proxy, nor are these to a server: with the
                                      same configuration for both a proxy sees none */
    int cookies;                   /* 1: keep cookies and send them back (RFC 6265bis): one jar for
                                      the client; default 0: none are kept */
    int (*is_public_suffix)(void *user, const char *domain); /* 1 for a domain under which anybody
                                      has a name ("co.uk"), in lower case: no cookie is set for it.
                                      The client is locked meanwhile: it must not be used. Default:
                                      every name without a dot is one, and no other */
    void *public_suffix_user;
    int no_decode;                 /* 1: bodies are given as they came, and no Accept-Encoding is
                                      sent; default 0: gzip and deflate are asked for and undone
                                      where the build has HTTPSC_USE_ZLIB */
    int allow_downgrade;           /* 1: redirects from https:// to http:// are followed, where
                                      allow_http is set too; default 0: ERR_REDIRECT_DOWNGRADE */
    int use_environment;           /* 1: heed SSL_CERT_FILE and SSL_CERT_DIR as
                                      httpsc_tls_options tells; append the secrets of each
                                      connection to the file that SSLKEYLOGFILE names, as for
                                      the keylog hook (a file that cannot be written is told to
                                      the trace hook alone); where proxy is NULL, heed http_proxy
                                      (in lower case alone, and not where REQUEST_METHOD tells of
                                      a CGI program), https_proxy, HTTPS_PROXY, all_proxy,
                                      ALL_PROXY, and, where no_proxy is NULL, no_proxy and
                                      NO_PROXY. Never in a set-uid program; default 0: nothing is
                                      read from the environment */
    httpsc_timeouts timeouts;
    httpsc_limits limits;
    httpsc_hooks hooks;
} httpsc_options;

/*
 * Opens a client. options may be NULL: all defaults. Strings are copied. The client uses no
 * connection again that was idle for over 60 seconds, or is older than an hour.
 * Errors: ARGUMENT, MEMORY, SYSTEM, PROXY_URL, and those of httpsc_tls_config_open.
 */
int httpsc_client_open(const httpsc_options *options, httpsc_client **out, httpsc_error *error);

/* Closes a client and its idle connections. Open transfers go on, and hold what they need. */
void httpsc_client_close(httpsc_client *client);

/* The TLS configuration that the client uses; the client's hold, not the caller's. */
const httpsc_tls_config *httpsc_client_tls_config(const httpsc_client *client);

/*
 * Hands the client's TLS sessions to `save`, as one run of bytes that lives during the call, so
 * that a later client can resume them: a handshake without certificates, in less time. A session
 * serves once, so they leave this client, unless save fails. Those that are over (by their
 * server's word after 7 days at most, a day after the server was verified, or with its
 * certificate) are left out, and so are those that a fork left here. Sessions of a client with a
 * verify callback are not given away. There may be none: the bytes say so.
 *
 * THE BYTES ARE SECRET: whoever reads them can read those connections, and whoever can change
 * them can pose as the servers. Keep them where the program's own settings are.
 *
 * save gives HTTPSC_OK, or an error code that ends the call. Errors: ARGUMENT, MEMORY, CLOCK_UNSET,
 * TRUST_UNREADABLE (the file of roots, which sessions are bound to, cannot be read any more), that
 * of save.
 */
int httpsc_client_export_sessions(httpsc_client *client,
                                  int (*save)(void *user, const void *bytes, size_t len),
                                  void *user, httpsc_error *error);

/*
 * Takes such bytes; they are copied. Do so once: sessions that serve twice can be linked. They
 * count where all is the same that they depend on: roots, CRLs, pins, versions, insecure_ switches,
 * max_record_bytes, verify_as, client certificates, proxies and wherever else connections go, and
 * the version of this library. Otherwise nothing is taken, and that is no error; nor is it for
 * sessions that are over, or where a verify callback is to see every server. *num_sessions (may be
 * NULL) tells how many were taken.
 * Errors: ARGUMENT (bytes that were not made by httpsc_client_export_sessions, were cut or were
 * changed: nothing is taken), MEMORY, CLOCK_UNSET, TRUST_UNREADABLE.
 */
int httpsc_client_import_sessions(httpsc_client *client, const void *bytes, size_t len,
                                  size_t *num_sessions, httpsc_error *error);

/*
 * The client's cookies, where options.cookies is set (else HTTPSC_ERR_ARGUMENT), as text in
 * Netscape's format: a line a cookie, as curl reads and writes it.
 *
 * load and put add the cookies of a file or a text, and take all of it or, with
 * HTTPSC_ERR_COOKIE_FILE for a line that is no cookie or a file that cannot be read, none. save
 * writes a file anew, at once and whole, that its owner alone may read (on Windows: whoever may
 * read what the directory has): HTTPSC_ERR_COOKIE_FILE leaves the old one. get fills buf like
 * snprintf: *len is the length of the whole, what does not fit with a NUL is cut. All:
 * HTTPSC_ERR_MEMORY too.
 */
int httpsc_client_load_cookies(httpsc_client *client, const char *path, httpsc_error *error);
int httpsc_client_save_cookies(httpsc_client *client, const char *path, httpsc_error *error);
int httpsc_client_put_cookies(httpsc_client *client, httpsc_bytes text, httpsc_error *error);
int httpsc_client_get_cookies(httpsc_client *client, char *buf, size_t size, size_t *len,
                              httpsc_error *error);

/* ==== Request ================================================================================ */

/* One field line of a request or response: name and value, neither with CR, LF or NUL. */
typedef struct httpsc_field {
    const char *name;
    const char *value;
} httpsc_field;

/*
 * A body that a callback gives. Both get `user`.
 *
 * read    fills buf with up to len bytes: HTTPSC_OK with *num_read, where 0 is the end;
 *         HTTPSC_WANT when there are none yet (it is asked again at the next step; the blocking
 *         calls ask every few milliseconds); or an error code, with which the transfer fails:
 *         HTTPSC_ERR_REQUEST_BODY is the usual one. With a source_len it is asked once more behind
 *         the last byte, which is not sent before: 0 or HTTPSC_WANT, for who cannot tell, is fine.
 * rewind  goes back to the start, for a redirect, a challenge or a connection that died:
 *         HTTPSC_OK or an error code. May be NULL: then a body of which something was read is
 *         never sent twice.
 */
typedef struct httpsc_source {
    void *user;
    int (*read)(void *user, unsigned char *buf, size_t len, size_t *num_read);
    int (*rewind)(void *user);
} httpsc_source;

#define HTTPSC_LENGTH_UNKNOWN (-1)

/* One part of a multipart/form-data body (RFC 7578): a value, or a file from disk. Its texts are
 * copied. */
typedef struct httpsc_part {
    const char *name;            /* of the form's field; required */
    httpsc_bytes value;          /* borrowed like a body; not used where there is a file */
    const char *file;            /* path of a regular file, read as it is sent; default: none */
    const char *filename;        /* told to the server; default: the last segment of `file` */
    const char *content_type;    /* default: none for a value, application/octet-stream for a
                                    file */
} httpsc_part;

/* Where a response's body is pushed to. write takes all of the bytes with HTTPSC_OK; with
 * HTTPSC_WANT none of them, and is offered the same again at the next step; with any other code
 * the transfer fails (HTTPSC_ERR_BODY_SINK is the usual one). */
typedef struct httpsc_sink {
    void *user;
    int (*write)(void *user, const unsigned char *bytes, size_t len);
} httpsc_sink;

/* How far a transfer is. Bodies alone are counted, of the exchange under way; as they travel, so
 * before decoding. */
typedef struct httpsc_progress {
    uint64_t num_sent;
    int64_t num_to_send;         /* in all, or HTTPSC_LENGTH_UNKNOWN */
    uint64_t num_received;
    int64_t num_to_receive;      /* the same */
} httpsc_progress;

/* Who the user is, for the origin of the request's URL. Each scheme is tried once, Digest once more
 * when the server calls its nonce stale; then the 401 is the answer. */
typedef struct httpsc_auth {
    int kind;                    /* HTTPSC_AUTH_...; default NONE, with which a text below is
                                    HTTPSC_ERR_ARGUMENT */
    const char *user;            /* without ":" for Basic; default: that of the URL */
    const char *password;        /* default: that of the URL, or with a user "" */
    const char *bearer;          /* the token */
} httpsc_auth;

/*
 * A request (RFC 9110, RFC 9112). Zeroed but for url: a GET.
 *
 * FIELDS are sent in the order given. One named like a default of the library (User-Agent,
 * Accept, Accept-Encoding) replaces it; with value NULL it removes it. Host may be given, and then
 * replaces the URL's in the field line alone, for the URL's origin. Content-Length,
 * Transfer-Encoding, Connection, Keep-Alive, Proxy-Connection, TE, Trailer, Upgrade and Expect are
 * the library's to write: HTTPSC_ERR_REQUEST_FRAMING. The method CONNECT is refused. A Cookie
 * field is sent in front of what the jar has, in one field; an Authorization field stands in place
 * of auth.
 *
 * THE BODY is one of body, source, body_file, parts, form and json: more than one is
 * HTTPSC_ERR_ARGUMENT. It has a Content-Length, and so has a POST, PUT or PATCH without a body; or
 * it is chunked. A source or a file that gives less or more than was said is
 * HTTPSC_ERR_REQUEST_BODY_LENGTH, and the server never sees a whole request. An answer of 300 and
 * above that comes before all is sent ends the sending, and costs the connection.
 *
 * REDIRECTS are followed: 303 (and 301 and 302 of a POST) with a GET that has no body (a HEAD
 * stays one), the others as they are. Across an origin (scheme, host, port), and for good,
 * credentials stay behind: auth, the URL's user information, the fields that are secrets, Host, and
 * the client's certificate. A body goes to another origin only with resend_cross_origin. What
 * cannot be sent again is HTTPSC_ERR_REQUEST_BODY_REPLAY. A 3xx without Location is an answer like
 * any other.
 *
 * FIELDS ARE SECRETS whose name has one of these in it, in any case of letters: "authorization",
 * "authentication", "cookie", "token", "session", "secret", "credential", "password",
 * "passphrase", "jwt", "apikey", "api-key", "auth-key", "access-key", "subscription-key"; and those
 * in secret_names. The trace does not show what they hold, either.
 *
 * CALLBACKS (these, the hooks but the allocator, and the transport) may begin, run and close other
 * transfers, and may call httpsc_cancel and httpsc_close for their own: it then ends when the call
 * that the callback came from returns, which says HTTPSC_ERR_CANCELLED. Stepping, reading or
 * waiting for their own transfer is HTTPSC_ERR_ARGUMENT.
 */
typedef struct httpsc_request {
    const char *url;             /* absolute, https:// (http:// with allow_http); user information
                                    counts as auth; required */
    const char *method;          /* a token, case-sensitive; default "GET", "POST" with a body */
    const httpsc_field *fields;
    size_t num_fields;
    httpsc_bytes body;           /* borrowed until the transfer is closed; default: none */
    const char *content_type;    /* sent with a body; default: none, or what the body is. With parts
                                    not used, and a Content-Type among fields would go out without
                                    the boundary: leave both to the library */
    httpsc_timeouts timeouts;    /* each 0: the client's */

    const httpsc_field *query;   /* appended to the URL's query, encoded like a form (a space is
                                    "+"); default: none */
    size_t num_query;
    httpsc_source source;        /* a body by callback; default: none */
    int64_t source_len;          /* how long it is, exactly; HTTPSC_LENGTH_UNKNOWN: chunked */
    const char *body_file;       /* path of a regular file: the body, read as it is sent */
    const httpsc_part *parts;    /* a multipart/form-data body */
    size_t num_parts;
    const httpsc_field *form;    /* an application/x-www-form-urlencoded body */
    size_t num_form;
    const char *json;            /* a body of application/json; borrowed like body */
    int chunked;                 /* 1: send the body chunked, whatever it is; default 0 */
    int expect_continue;         /* 1: send Expect: 100-continue with a body that is not empty, and
                                    wait for the server's word up to a second (RFC 9110,
                                    10.1.1); default 0 */

    httpsc_auth auth;
    const char *const *secret_names; /* further fields that are credentials: left behind across
                                    origins, redacted in the trace; default: none */
    size_t num_secret_names;
    int no_redirects;            /* 1: a 3xx is the answer; default 0: redirects are followed */
    int max_redirects;           /* more is HTTPSC_ERR_LIMIT_REDIRECTS; default 0: the client's
                                    limit; -1: none at all */
    int resend_cross_origin;     /* 1: a redirect with 307 or 308 takes the body to another origin
                                    too; default 0: HTTPSC_ERR_REQUEST_BODY_REPLAY */

    uint64_t resume_from;        /* ask for the bytes from here on (Range; RFC 9110, 14.2), and
                                    check that these come: 206 with that Content-Range (else
                                    HTTPSC_ERR_RESPONSE_FIELD), or 200 with the whole; of GET
                                    alone; default 0: the whole */
    const char *resume_validator; /* a strong ETag in quotes, or a Last-Modified, of what is there
                                    already (If-Range: where it changed, the whole comes); default:
                                    none, and then the two ends may not fit */

    httpsc_sink sink;            /* the body is pushed here: httpsc_send does not buffer it, and
                                    httpsc_step says HTTPSC_OK at its verified end. Answers that
                                    are followed or asked again are not pushed. Default: none */
    int (*progress)(void *user, const httpsc_progress *progress); /* told when bytes of a body
                                    moved; other than HTTPSC_OK cancels; default: none */
    void *progress_user;
} httpsc_request;

/* ==== Response =============================================================================== */

/* Microseconds from the start of the transfer until the stage was done, of the exchange that gave
 * the response; 0 where there was none (a reused connection has no look-up, connection or
 * handshake). */
typedef struct httpsc_timings {
    int64_t redirected_us;       /* the exchanges before (redirects, challenges) were done */
    int64_t resolved_us;
    int64_t connected_us;
    int64_t proxied_us;          /* the proxy's tunnel stood */
    int64_t tls_us;
    int64_t sent_us;
    int64_t first_byte_us;
    int64_t head_us;
    int64_t done_us;
} httpsc_timings;

/* What TLS agreed on. All zero and NULL for http://. */
typedef struct httpsc_tls_facts {
    const char *version;         /* "TLSv1.3" or "TLSv1.2" */
    const char *cipher_suite;    /* the IANA name */
    const char *group;           /* "x25519", "secp256r1" ...; NULL: a session of TLS 1.2 was
                                    resumed, which exchanges no keys anew */
    const char *alpn;            /* "http/1.1", or NULL when the server chose none */
    int verified;                /* 1: chain, name and dates were verified; 0: verification off */
    int resumed;                 /* 1: no certificate was sent, a session was resumed */
    const char *signature_scheme; /* of the server, as RFC 8446, 4.2.3 names it; NULL: resumed */
    int client_certificate_requested; /* 1: the server asked who the client is */
    int client_certificate_sent; /* 1: an identity was shown, and its key signed; both are 0 where a
                                    session was resumed: the server then knows from before */
    size_t num_round_trips;      /* of the handshake, before the request could be sent */
    size_t num_bytes_in;         /* of the handshake */
    size_t num_bytes_out;
} httpsc_tls_facts;

/*
 * A response. Strings and fields live as long as it does. Fields keep their order and number; a
 * name that comes several times is there several times. A folded value (obs-fold) is joined with
 * one space. Trailers are never merged into fields.
 */
typedef struct httpsc_response {
    int status;                  /* 200 to 999; interim responses are not shown */
    int http_minor;              /* 1 for HTTP/1.1, 0 for HTTP/1.0 */
    const char *reason;          /* may be "" */
    const char *url;             /* that answered; without fragment and user information */
    const httpsc_field *fields;
    size_t num_fields;
    const httpsc_field *trailers; /* known at the end of the body */
    size_t num_trailers;
    httpsc_bytes body;           /* whole, of httpsc_get and httpsc_send, with a NUL behind it that
                                    len does not count; empty in httpsc_head */
    httpsc_timings timings;
    httpsc_tls_facts tls;
    int reused;                  /* 1: came over a connection that was open before */
    int proxied;                 /* 1: came by way of a proxy */
    httpsc_address address;      /* connected to, the proxy's where there is one; len 0 for a
                                    transport or a Unix socket */
    const char *const *redirects; /* the URLs that were left behind, in order */
    size_t num_redirects;
    int decoded;                 /* 1: a gzip or deflate coding was undone; Content-Encoding and
                                    Content-Length are still what they were on the way */
} httpsc_response;

/* The value of the first field of that name (ASCII case ignored), or NULL. */
const char *httpsc_header(const httpsc_response *response, const char *name);

/* The next field of that name after `after`, or the first when after is NULL; NULL at the end.
 * With name NULL every field comes. */
const httpsc_field *httpsc_header_next(const httpsc_response *response, const char *name,
                                       const httpsc_field *after);

/* Turns 4xx into HTTPSC_ERR_STATUS_CLIENT, 5xx and above into HTTPSC_ERR_STATUS_SERVER, else OK. */
int httpsc_check_status(const httpsc_response *response, httpsc_error *error);

/* Frees a response that httpsc_get or httpsc_send gave. It may outlive its client. */
void httpsc_response_close(httpsc_response *response);

/* ==== Blocking transfers ===================================================================== */

/*
 * Gets a URL, and returns when the whole body is there. client may be NULL: one with all defaults
 * is opened for this call. *out is the caller's to close.
 * Any status is success: see httpsc_check_status. A body that was cut is an error.
 */
int httpsc_get(httpsc_client *client, const char *url, httpsc_response **out, httpsc_error *error);

/* The same for any request. With a sink in it the body goes there, and (*out)->body is empty. */
int httpsc_send(httpsc_client *client, const httpsc_request *request, httpsc_response **out,
                httpsc_error *error);

/* ==== Transfers in steps ===================================================================== */

/*
 * A transfer never blocks. Begin it; call httpsc_step until it says HTTPSC_OK (the response's
 * head is there) or an error; then httpsc_read until it says HTTPSC_OK with 0 bytes, which is the
 * verified end of the body. Whenever a call says HTTPSC_WANT, wait: with httpsc_wait, or with an
 * event loop of the caller's own on the sockets and the deadline in httpsc_wants.
 *
 *     while ((code = httpsc_read(transfer, buf, sizeof buf, &num, &error)) == HTTPSC_WANT ||
 *            (code == HTTPSC_OK && num > 0)) {
 *         if (code == HTTPSC_OK) {
 *             use(buf, num);
 *         } else {
 *             httpsc_step(transfer, &wants, NULL); (for the wants alone)
 *             wait_for(wants.sockets, wants.num_sockets, wants.timeout_ms);
 *         }
 *     }
 *
 * After an error every further call gives the same error. Closing a transfer before its end is
 * allowed, and costs the connection.
 */

/* Begins a transfer; nothing is sent yet. The request is copied, its body borrowed. client may
 * not be NULL. Errors: ARGUMENT, MEMORY, SYSTEM, those of the URL and of the request, UNSUPPORTED
 * (a method with resume_from that is not GET). */
int httpsc_begin(httpsc_client *client, const httpsc_request *request, httpsc_transfer **out,
                 httpsc_error *error);

/* Goes on until the head is there (with a sink, until the body has gone there): HTTPSC_OK,
 * HTTPSC_WANT, or an error for good. After HTTPSC_OK it stays HTTPSC_OK. wants may be NULL; it is
 * filled in at every return with what the transfer waits for now, so that it also serves
 * httpsc_read's HTTPSC_WANT. */
int httpsc_step(httpsc_transfer *transfer, httpsc_wants *wants, httpsc_error *error);

/* The next bytes of the body, at most len (> 0). HTTPSC_OK with *num_read > 0; HTTPSC_OK with 0 at
 * the verified end; HTTPSC_WANT (httpsc_wait, or httpsc_step for the wants); or an error for good.
 * Asked before the head is there, it steps towards it. */
int httpsc_read(httpsc_transfer *transfer, void *buf, size_t len, size_t *num_read,
                httpsc_error *error);

/* Waits until one of the transfers can go on, or timeout_ms is over (-1: no limit of its own).
 * NULL entries are passed over; there must be one that is not NULL. A transfer that has ended can
 * always go on: leave it out. Returns HTTPSC_OK when a transfer can go on or a signal came,
 * HTTPSC_WANT when the time is over, or HTTPSC_ERR_SYSTEM, _MEMORY, _ARGUMENT or, where a callback
 * has closed one of them meanwhile, _CANCELLED. */
int httpsc_wait(httpsc_transfer *const *transfers, size_t num_transfers, int timeout_ms);

/* The head of the response, or NULL before it is there. Lives until the transfer is closed, also
 * where the body fails. */
const httpsc_response *httpsc_head(const httpsc_transfer *transfer);

/* Makes the transfer end with HTTPSC_ERR_CANCELLED at its next step, and wakes whoever waits for
 * it. From any thread. The transfer must not be closed by another thread before this has returned,
 * whatever its calls say: join the thread that might cancel, or share a lock with it. */
void httpsc_cancel(httpsc_transfer *transfer);

/* Ends a transfer and frees it. A connection that can carry another request is kept. */
void httpsc_close(httpsc_transfer *transfer);

/* ==== Version ================================================================================ */

/* "0.1.0": the version of the implementation that was linked. */
const char *httpsc_version(void);

/* One line: version, "hosted" or "bare", "threads" or "nothreads", BearSSL's generation, the date
 * of the embedded roots, "zlib" where it is used, and the switches that leave features out or make
 * it small. */
const char *httpsc_build_info(void);

/*
 * The link stamp: every file that includes the header refers to a symbol whose name carries the
 * version, and whether there are threads and a system, so that two copies that do not fit fail at
 * link.
 */
#define HTTPSC_PASTE_(a, b, c, d, e) httpsc_stamp_##a##_##b##_##c##_##d##_##e
#define HTTPSC_PASTE(a, b, c, d, e) HTTPSC_PASTE_(a, b, c, d, e)
#ifdef HTTPSC_NO_THREADS
#define HTTPSC_STAMP_THREADS nothreads
#else
#define HTTPSC_STAMP_THREADS threads
#endif
#ifdef HTTPSC_BARE
#define HTTPSC_STAMP_SYSTEM bare
#else
#define HTTPSC_STAMP_SYSTEM hosted
#endif
#define HTTPSC_STAMP                                                                            \
    HTTPSC_PASTE(HTTPSC_VERSION_MAJOR, HTTPSC_VERSION_MINOR, HTTPSC_VERSION_PATCH,              \
                 HTTPSC_STAMP_THREADS, HTTPSC_STAMP_SYSTEM)

extern const char HTTPSC_STAMP;
#if defined(__GNUC__)
__attribute__((used))
#endif
static const char *const httpsc_stamp_reference = &HTTPSC_STAMP;

#ifdef __cplusplus
}
#endif

#endif /* HTTPSC_H */
