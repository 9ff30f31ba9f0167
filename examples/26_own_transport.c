/*
 * Lesson 26: a transport of one's own in place of sockets: here a command's stdin and stdout.
 *
 *     cc -I. examples/26_own_transport.c -o 26_own_transport -lbearssl -pthread
 *     ./26_own_transport 'ssh gateway nc www.example 443' https://www.example/ [CA-FILE]
 *
 * Four functions carry bytes: over a serial line, another stack, a test's memory. TLS and HTTP run
 * over them unchanged, so whoever carries the bytes can neither read nor change them. No function
 * may block; `wants` says what the stream waits for (without it, httpsc asks every few ms).
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct pipe_stream {
    int fd;
} pipe_stream;

static pipe_stream the_stream = {-1}; /* one at a time */

static int open_stream(void *user, const char *host, int port, void **stream)
{
    int ends[2];

    (void)host, (void)port; /* the command knows */
    if (the_stream.fd >= 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        return HTTPSC_ERR_CONNECT_FAILED;
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    if (fork() == 0) {
        dup2(ends[1], 0);
        dup2(ends[1], 1);
        execl("/bin/sh", "sh", "-c", (const char *)user, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    the_stream.fd = ends[0];
    *stream = &the_stream;
    return HTTPSC_OK;
}

static int send_bytes(void *stream, const unsigned char *data, size_t len, size_t *num_sent)
{
    ssize_t sent = send(((pipe_stream *)stream)->fd, data, len, MSG_NOSIGNAL);

    *num_sent = sent > 0 ? (size_t)sent : 0;
    return sent > 0 ? HTTPSC_OK : errno == EAGAIN ? HTTPSC_WANT : HTTPSC_ERR_CONNECTION_LOST;
}

static int receive_bytes(void *stream, unsigned char *buf, size_t len, size_t *num_received)
{
    ssize_t received = recv(((pipe_stream *)stream)->fd, buf, len, 0);

    *num_received = received > 0 ? (size_t)received : 0; /* 0: the peer's end */
    return received >= 0 ? HTTPSC_OK : errno == EAGAIN ? HTTPSC_WANT : HTTPSC_ERR_CONNECTION_LOST;
}

static void add_wants(void *stream, int events, httpsc_wants *wants)
{
    wants->sockets[wants->num_sockets].socket = ((pipe_stream *)stream)->fd;
    wants->sockets[wants->num_sockets++].events = events;
}

static void close_stream(void *stream)
{
    close(((pipe_stream *)stream)->fd);
    ((pipe_stream *)stream)->fd = -1;
}

int main(int argc, char **argv)
{
    const httpsc_transport transport = {argc > 1 ? argv[1] : NULL, open_stream, send_bytes,
                                        receive_bytes, add_wants, close_stream};
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    int code;

    if (argc < 3) {
        fprintf(stderr, "usage: 26_own_transport COMMAND URL [CA-FILE]\n");
        return 2;
    }
    options.hooks.transport = transport;
    options.tls.ca_file = argc > 3 ? argv[3] : NULL;
    if ((code = httpsc_client_open(&options, &client, &error)) == HTTPSC_OK &&
        (code = httpsc_get(client, argv[2], &response, &error)) == HTTPSC_OK) {
        fwrite(response->body.ptr, 1, response->body.len, stdout);
    } else {
        fprintf(stderr, "%s\n", error.text);
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    return code == HTTPSC_OK ? 0 : 1;
}
