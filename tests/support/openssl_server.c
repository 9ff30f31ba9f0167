#include "openssl_server.h"

#include "peer.h"
#include "server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct openssl_server {
    pid_t pid;
    int port;
};

static void openssl_server_exec(const char *name, const char *const *options, int port)
{
    const char *args[OPENSSL_SERVER_ARGS_MAX + 16];
    size_t num = 0;
    char file[64];
    char accept[32];
    int null = open("/dev/null", O_RDWR);

    snprintf(accept, sizeof accept, "127.0.0.1:%d", port);
    args[num++] = "openssl";
    args[num++] = "s_server";
    args[num++] = "-www";
    args[num++] = "-accept";
    args[num++] = accept;
    args[num++] = "-cert_chain";
    args[num++] = peer_path("intermediate.pem");
    args[num++] = "-cert";
    snprintf(file, sizeof file, "%s.pem", name);
    args[num++] = peer_path(file);
    args[num++] = "-key";
    snprintf(file, sizeof file, "%s.key", name);
    args[num++] = peer_path(file);
    for (size_t i = 0; options[i] != NULL && i < OPENSSL_SERVER_ARGS_MAX; i++) {
        args[num++] = strcmp(options[i], "ca") == 0 ? peer_path("ca.pem") : options[i];
    }
    args[num] = NULL;
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    execvp(args[0], (char *const *)(size_t)args);
    _exit(127);
}

static int openssl_server_listens(int port)
{
    struct sockaddr_in there;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int connected;

    memset(&there, 0, sizeof there);
    there.sin_family = AF_INET;
    there.sin_port = htons((unsigned short)port);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected = connect(fd, (struct sockaddr *)&there, sizeof there) == 0;
    close(fd);
    return connected;
}

openssl_server *openssl_server_start(const char *name, const char *const *options)
{
    openssl_server *one = calloc(1, sizeof *one);

    one->port = server_free_port();
    fflush(stdout);
    one->pid = fork();
    if (one->pid == 0) {
        openssl_server_exec(name, options, one->port);
    }
    for (int i = 0; one->pid > 0 && i < 500; i++) {
        if (openssl_server_listens(one->port)) {
            return one;
        }
        poll(NULL, 0, 20);
    }
    printf("FAIL openssl s_server does not start\n");
    exit(1);
}

int openssl_server_port(const openssl_server *one)
{
    return one->port;
}

void openssl_server_stop(openssl_server *one)
{
    kill(one->pid, SIGKILL);
    waitpid(one->pid, NULL, 0);
    free(one);
}
