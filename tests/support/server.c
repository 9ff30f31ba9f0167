#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SERVER_CONNECTIONS_MAX 256

/* A wait for what never comes ends the program, so that the runner shows where. */
#define SERVER_PATIENCE_S 30

typedef struct server_connection {
    int socket; /* -1 when it is over */
    int wants_write;
    int heard_end;
    peer *peer;
} server_connection;

struct server {
    pthread_t thread;
    pthread_mutex_t lock;   /* guards what stands below it */
    pthread_cond_t changed;
    const peer_config *configs;
    size_t num_configs;
    peer_config own_config;
    int listener;
    int wake[2];
    int port;
    int stopped;
    char url[256];
    char address[32];
    server_connection connections[SERVER_CONNECTIONS_MAX];
    size_t num_accepted;
    size_t num_closed;
};

static void server_check(int ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "server: %s: %s\n", what, strerror(errno));
        exit(3);
    }
}

static int server_listen(int *port)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    int small = 4096;
    int on = 1;
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    server_check(s >= 0, "socket");
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    /* so that a deaf one is full soon */
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server_check(bind(s, (struct sockaddr *)&address, sizeof address) == 0, "bind");
    server_check(listen(s, 64) == 0, "listen");
    server_check(getsockname(s, (struct sockaddr *)&address, &len) == 0, "getsockname");
    *port = ntohs(address.sin_port);
    return s;
}

int server_free_port(void)
{
    int port = 0;

    close(server_listen(&port));
    return port;
}

/* ---- one connection, under the lock ---- */

static void server_accept(server *one)
{
    int s = accept(one->listener, NULL, NULL);
    size_t i = one->num_accepted;
    int on = 1;

    if (s < 0) {
        return; /* it went away again */
    }
    server_check(i < SERVER_CONNECTIONS_MAX, "too many connections");
    fcntl(s, F_SETFD, FD_CLOEXEC);
    fcntl(s, F_SETFL, O_NONBLOCK);
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    one->connections[i].socket = s;
    one->connections[i].peer =
        peer_open(&one->configs[i < one->num_configs ? i : one->num_configs - 1]);
    one->num_accepted++;
}

static void server_end(server *one, server_connection *connection, int reset)
{
    struct linger hard = {1, 0};

    if (reset) {
        setsockopt(connection->socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    } else {
        /* what the client still says must not turn the end into a reset */
        unsigned char rest[4096];

        shutdown(connection->socket, SHUT_WR);
        while (recv(connection->socket, rest, sizeof rest, 0) > 0) {
        }
    }
    close(connection->socket);
    connection->socket = -1;
    one->num_closed++;
}

/* 0 when the connection is over. */
static int server_receive(server *one, server_connection *connection)
{
    unsigned char buf[16384];
    ssize_t len;

    if (connection->heard_end || peer_is_deaf(connection->peer)) {
        return 1;
    }
    len = recv(connection->socket, buf, sizeof buf, 0);
    if (len > 0) {
        peer_feed(connection->peer, buf, (size_t)len);
        return 1;
    }
    if (len == 0) {
        connection->heard_end = 1;
        peer_feed_end(connection->peer);
        server_end(one, connection, 0);
        return 0;
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        server_end(one, connection, 0);
        return 0;
    }
    return 1;
}

static void server_serve(server *one, server_connection *connection)
{
    connection->wants_write = 0;
    if (!server_receive(one, connection)) {
        return;
    }
    for (;;) {
        size_t len = 0;
        const unsigned char *bytes = peer_output(connection->peer, &len);
        ssize_t sent;

        if (len == 0) {
            break;
        }
        sent = send(connection->socket, bytes, len, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            connection->wants_write = 1;
            return;
        }
        if (sent < 0) {
            server_end(one, connection, 0);
            return;
        }
        peer_output_done(connection->peer, (size_t)sent);
    }
    if (peer_state_of(connection->peer) != PEER_OPEN) {
        server_end(one, connection, peer_state_of(connection->peer) == PEER_BROKEN);
    }
}

/* ---- the thread ---- */

static size_t server_polled(server *one, struct pollfd *polled)
{
    size_t num = 2;

    polled[0].fd = one->wake[0];
    polled[1].fd = one->listener;
    polled[0].events = polled[1].events = POLLIN;
    for (size_t i = 0; i < one->num_accepted; i++) {
        const server_connection *connection = &one->connections[i];

        polled[num].fd = connection->socket;
        polled[num].events = connection->wants_write ? POLLOUT : 0;
        if (connection->socket >= 0 && !peer_is_deaf(connection->peer)) {
            polled[num].events |= POLLIN;
        } else if (!connection->wants_write) {
            polled[num].fd = -1;
        }
        num++;
    }
    return num;
}

static void *server_thread(void *argument)
{
    struct pollfd polled[SERVER_CONNECTIONS_MAX + 2];
    server *one = argument;

    pthread_mutex_lock(&one->lock);
    while (!one->stopped) {
        size_t num = server_polled(one, polled);
        char buf[16];

        pthread_mutex_unlock(&one->lock);
        poll(polled, (nfds_t)num, -1);
        pthread_mutex_lock(&one->lock);
        if (polled[0].revents != 0) {
            server_check(read(one->wake[0], buf, sizeof buf) > 0, "read");
        }
        if (polled[1].revents != 0) {
            server_accept(one);
        }
        for (size_t i = 0; i < one->num_accepted; i++) {
            if (one->connections[i].socket >= 0) {
                server_serve(one, &one->connections[i]);
            }
        }
        pthread_cond_broadcast(&one->changed);
    }
    pthread_mutex_unlock(&one->lock);
    return NULL;
}

static void server_kick(server *one)
{
    server_check(write(one->wake[1], "", 1) == 1, "write");
}

server *server_open(const peer_config *configs, size_t num_configs)
{
    server *one = calloc(1, sizeof *one);

    server_check(one != NULL, "calloc");
    for (size_t i = 0; i < num_configs; i++) {
        if (configs[i].tls != NULL) {
            peer_identity_of(configs[i].tls); /* read here, and not in the thread */
        }
    }
    one->configs = configs;
    one->num_configs = num_configs;
    one->listener = server_listen(&one->port);
    server_check(pipe(one->wake) == 0, "pipe");
    pthread_mutex_init(&one->lock, NULL);
    pthread_cond_init(&one->changed, NULL);
    server_check(pthread_create(&one->thread, NULL, server_thread, one) == 0, "thread");
    return one;
}

server *server_run(const char *tls, const peer_step *script)
{
    static const peer_config none;
    peer_config *config = calloc(1, sizeof *config);
    server *one;

    server_check(config != NULL, "calloc");
    *config = none;
    config->tls = tls;
    config->script = script;
    one = server_open(config, 1);
    pthread_mutex_lock(&one->lock);
    one->own_config = *config;
    one->configs = &one->own_config;
    pthread_mutex_unlock(&one->lock);
    free(config);
    return one;
}

void server_close(server *one)
{
    pthread_mutex_lock(&one->lock);
    one->stopped = 1;
    server_kick(one);
    pthread_mutex_unlock(&one->lock);
    pthread_join(one->thread, NULL);
    for (size_t i = 0; i < one->num_accepted; i++) {
        if (one->connections[i].socket >= 0) {
            close(one->connections[i].socket);
        }
        peer_close(one->connections[i].peer);
    }
    close(one->listener);
    close(one->wake[0]);
    close(one->wake[1]);
    pthread_mutex_destroy(&one->lock);
    pthread_cond_destroy(&one->changed);
    free(one);
}

/* ---- what the test asks ---- */

int server_port(const server *one)
{
    return one->port;
}

const char *server_url(server *one, const char *path)
{
    snprintf(one->url, sizeof one->url, "%s:%d%s",
             one->configs[0].tls == NULL ? "http://127.0.0.1" : "https://localhost", one->port,
             path);
    return one->url;
}

const char *server_address(server *one)
{
    snprintf(one->address, sizeof one->address, "127.0.0.1:%d", one->port);
    return one->address;
}

static size_t server_num_holding(const server *one)
{
    size_t num = 0;

    for (size_t i = 0; i < one->num_accepted; i++) {
        num += one->connections[i].socket >= 0 && peer_is_holding(one->connections[i].peer);
    }
    return num;
}

int server_is_holding(server *one)
{
    size_t num;

    pthread_mutex_lock(&one->lock);
    num = server_num_holding(one);
    pthread_mutex_unlock(&one->lock);
    return num > 0;
}

void server_release(server *one)
{
    server_wait_holding(one, 1);
    pthread_mutex_lock(&one->lock);
    for (size_t i = 0; i < one->num_accepted; i++) {
        peer_release(one->connections[i].peer);
    }
    server_kick(one);
    pthread_mutex_unlock(&one->lock);
}

typedef size_t (*server_number)(const server *one);

static size_t server_accepted(const server *one)
{
    return one->num_accepted;
}

static size_t server_closed(const server *one)
{
    return one->num_closed;
}

static void server_wait(server *one, server_number number, size_t num, const char *what)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += SERVER_PATIENCE_S;
    pthread_mutex_lock(&one->lock);
    while (number(one) < num) {
        errno = pthread_cond_timedwait(&one->changed, &one->lock, &until);
        server_check(errno != ETIMEDOUT, what);
    }
    pthread_mutex_unlock(&one->lock);
}

void server_wait_accepted(server *one, size_t num)
{
    server_wait(one, server_accepted, num, "no connection came");
}

void server_wait_holding(server *one, size_t num)
{
    server_wait(one, server_num_holding, num, "no connection got as far as its hold");
}

void server_wait_closed(server *one, size_t num)
{
    server_wait(one, server_closed, num, "a connection was not closed");
}

size_t server_num_accepted(server *one)
{
    size_t num;

    pthread_mutex_lock(&one->lock);
    num = one->num_accepted;
    pthread_mutex_unlock(&one->lock);
    return num;
}

char *server_heard(server *one, size_t i)
{
    char *text = calloc(1, 1);
    size_t len = 0;

    pthread_mutex_lock(&one->lock);
    if (i < one->num_accepted) {
        const char *heard = peer_heard(one->connections[i].peer, &len);

        free(text);
        text = malloc(len + 1);
        server_check(text != NULL, "malloc");
        memcpy(text, heard, len);
        text[len] = '\0';
    }
    pthread_mutex_unlock(&one->lock);
    return text;
}

size_t server_count(server *one, size_t i, const char *text)
{
    char *heard = server_heard(one, i);
    size_t num = 0;

    for (const char *at = heard; (at = strstr(at, text)) != NULL; at++) {
        num++;
    }
    free(heard);
    return num;
}

int server_saw_end(server *one, size_t i)
{
    int saw;

    pthread_mutex_lock(&one->lock);
    saw = i < one->num_accepted && peer_saw_end(one->connections[i].peer);
    pthread_mutex_unlock(&one->lock);
    return saw;
}

size_t server_handshake_out(server *one, size_t i)
{
    size_t len;

    pthread_mutex_lock(&one->lock);
    len = i < one->num_accepted ? peer_handshake_out(one->connections[i].peer) : 0;
    pthread_mutex_unlock(&one->lock);
    return len;
}
