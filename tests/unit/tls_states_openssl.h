/* The scripted server against `openssl s_client`: what it says is TLS to somebody else, too. */
#ifndef TLS_STATES_OPENSSL_H
#define TLS_STATES_OPENSSL_H

#ifndef _WIN32

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tls_states_pair.h"

#define OS_SECONDS 20 /* bounds every wait */

typedef struct os_session {
    pid_t child;
    int listener;
    int socket;
    int to_child;   /* its standard input */
    int from_child; /* its standard output */
    char out[4096];
    size_t out_len;
} os_session;

static inline int os_is_there(void)
{
    return system("openssl version >/dev/null 2>&1") == 0;
}

static inline void os_bound(int fd)
{
    struct timeval time = {OS_SECONDS, 0};

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

/* The client's process; more are its further arguments. */
static inline void os_run_client(const os_session *session, int port, int version,
                                 const char *const *more, int in, int out)
{
    const char *dir = getenv("HTTPSC_TEST_CERTS");
    const char *args[24] = {"openssl", "s_client", "-quiet", "-servername", "localhost",
                            "-verify_return_error", "-alpn", "http/1.1", "-CAfile"};
    char ca[512];
    char address[32];
    size_t n = 9;

    snprintf(ca, sizeof ca, "%s/selfsigned.pem", dir == NULL ? "build/test/certs" : dir);
    snprintf(address, sizeof address, "127.0.0.1:%d", port);
    args[n++] = ca;
    args[n++] = "-connect";
    args[n++] = address;
    args[n++] = version == 13 ? "-tls1_3" : "-tls1_2";
    while (*more != NULL) {
        args[n++] = *more++;
    }
    dup2(in, 0);
    dup2(out, 1);
    close(session->to_child);
    close(session->from_child);
    close(session->listener);
    alarm(OS_SECONDS);
    execvp("openssl", (char *const *)(uintptr_t)args);
    _exit(127);
}

static inline int os_begin(os_session *session, int version, const char *const *more)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    int in[2];
    int out[2];

    memset(session, 0, sizeof *session);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    session->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (session->listener < 0 ||
        bind(session->listener, (struct sockaddr *)(void *)&address, sizeof address) != 0 ||
        listen(session->listener, 1) != 0 ||
        getsockname(session->listener, (struct sockaddr *)(void *)&address, &len) != 0 ||
        pipe(in) != 0 || pipe(out) != 0) {
        return 0;
    }
    os_bound(session->listener);
    session->to_child = in[1];
    session->from_child = out[0];
    fflush(stdout);
    session->child = fork();
    if (session->child == 0) {
        os_run_client(session, ntohs(address.sin_port), version, more, in[0], out[1]);
    }
    close(in[0]);
    close(out[1]);
    session->socket = accept(session->listener, NULL, NULL);
    if (session->socket >= 0) {
        os_bound(session->socket);
    }
    return session->child > 0 && session->socket >= 0;
}

/* Ends the conversation, and reads what the client printed. */
static inline void os_end(os_session *session)
{
    ssize_t len;

    close(session->to_child);
    close(session->socket);
    close(session->listener);
    while (session->out_len < sizeof session->out - 1 &&
           (len = read(session->from_child, session->out + session->out_len,
                       sizeof session->out - 1 - session->out_len)) > 0) {
        session->out_len += (size_t)len;
    }
    close(session->from_child);
    if (session->child > 0) {
        waitpid(session->child, NULL, 0);
    }
}

static inline int os_read(os_session *session, mx_pair *pair)
{
    unsigned char bytes[4096];
    ssize_t len = recv(session->socket, bytes, sizeof bytes, 0);

    if (len <= 0) {
        return 0;
    }
    ss_take(&pair->server, bytes, (size_t)len);
    return pair->server.bad == NULL && pair->server.num_fatal == 0;
}

static inline int os_write(os_session *session, const ss_bytes *out)
{
    return send(session->socket, out->at, out->len, MSG_NOSIGNAL) == (ssize_t)out->len;
}

/* 1 when the client said what has to come before that step. */
static inline int os_is_ready(const mx_pair *pair, ss_message step)
{
    const ss_server *server = &pair->server;

    switch (step) {
    case M_SERVER_HELLO_13:
        return server->num_hellos == 1 + server->script.hrr;
    case M_SERVER_HELLO_12:
    case M_HELLO_RETRY:
        return server->num_hellos == 1;
    case M_TICKET_12:
    case M_CCS:
        return server->got_finished || server->script.resume;
    default:
        return 1;
    }
}

/* A handshake by the script, a ticket, data both ways, the close. NULL or what is wrong. */
static inline const char *os_talk(os_session *session, mx_pair *pair)
{
    static ss_bytes out;
    static ss_bytes content;
    ss_message path[SS_PATH_MAX];
    size_t path_len = ss_path(&pair->server.script, path);

    while (pair->step < path_len) {
        while (!os_is_ready(pair, path[pair->step])) {
            if (!os_read(session, pair)) {
                return "the client stopped in the handshake";
            }
        }
        out.len = 0;
        mx_next_record(pair, &out);
        if (!os_write(session, &out)) {
            return "the client went away";
        }
    }
    while (!pair->server.got_finished) {
        if (!os_read(session, pair)) {
            return "no Finished";
        }
    }
    ss_remember(&pair->server);
    out.len = 0;
    if (pair->server.script.version == 13) {
        content.len = 0;
        mx_say(pair, M_TICKET_13, &content);
        ss_record(&pair->server, SS_HANDSHAKE, content.at, content.len, &out);
        content.len = 0;
        mx_say(pair, M_KEY_UPDATE_REQUEST, &content);
        ss_record(&pair->server, SS_HANDSHAKE, content.at, content.len, &out);
        ss_switch(&pair->server);
    }
    ss_record(&pair->server, SS_DATA, "from the script\n", 16, &out);
    if (!os_write(session, &out) || write(session->to_child, "from openssl\n", 13) != 13) {
        return "no data to the client";
    }
    while (pair->server.data_len < 13) {
        if (!os_read(session, pair)) {
            return "no data of the client";
        }
    }
    out.len = 0;
    ss_record(&pair->server, SS_ALERT, "\1\0", 2, &out);
    return os_write(session, &out) ? NULL : "no close";
}

/* One conversation; more: s_client's further arguments. */
static inline void os_try(mx_pair *pair, ss_memory *memory, const ss_script *script,
                          const char *const *more, const char *name)
{
    static os_session session;
    const char *why = "no connection";

    memset(pair, 0, sizeof *pair);
    ss_init(&pair->server, &mx.crypto, &mx.identity, memory, script);
    if (os_begin(&session, script->version, more)) {
        why = os_talk(&session, pair);
    }
    os_end(&session);
    if (why == NULL) {
        why = pair->server.bad;
    }
    if (why == NULL && (memcmp(pair->server.data, "from openssl\n", 13) != 0 ||
                        strstr(session.out, "from the script\n") == NULL)) {
        why = "other data";
    }
    if (why == NULL && pair->server.num_key_updates != (script->version == 13)) {
        why = "no KeyUpdate in answer";
    }
    if (why != NULL) {
        printf("FAIL %s: %s (%s, alert %d)\n", name, why,
               pair->server.bad == NULL ? "" : pair->server.bad, pair->server.alert);
        unit_failed = 1;
    } else {
        printf("ok openssl s_client: %s\n", name);
    }
}

static inline void os_try_all(mx_pair *pair, const char *dir)
{
    static ss_memory memory;
    static const ss_script full_13 = {13, 0, 0, 0, 0, 0};
    static const ss_script retry = {13, 1, 0, 0, 0, 0};
    static const ss_script auth_13 = {13, 0, 0, 1, 0, 0};
    static const ss_script psk = {13, 0, 1, 0, 0, 0};
    static const ss_script full_12 = {12, 0, 0, 0, 1, 0};
    static const ss_script auth_12 = {12, 0, 0, 1, 0, 0};
    static const ss_script resumed = {12, 0, 1, 0, 0, 0};
    static const ss_script resumed_ticket = {12, 0, 1, 0, 1, 0};
    static const char *const no_more[] = {NULL};
    char file[256];
    const char *save[] = {"-sess_out", file, NULL};
    const char *resume[] = {"-sess_in", file, NULL};

    snprintf(file, sizeof file, "%s/session", dir);
    os_try(pair, &memory, &retry, no_more, "1.3 with a HelloRetryRequest");
    os_try(pair, &memory, &auth_13, no_more, "1.3 with a CertificateRequest");
    os_try(pair, &memory, &full_13, save, "1.3");
    os_try(pair, &memory, &psk, resume, "1.3 with a PSK");
    os_try(pair, &memory, &auth_12, no_more, "1.2 with a CertificateRequest");
    os_try(pair, &memory, &full_12, save, "1.2 with a ticket");
    os_try(pair, &memory, &resumed, resume, "1.2 resumed");
    os_try(pair, &memory, &resumed_ticket, resume, "1.2 resumed with a new ticket");
    unlink(file);
}

#endif

#endif
