/* floor PORT N: what of a small GET is the kernel's. The least that a client on a kept connection
 * can do without TLS or HTTP: send, poll, receive, N times over plain TCP to the same nginx, with
 * about the same bytes; CPU and wall time of one, in microseconds. */
#include "usage.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* With the 22 bytes that a record adds, as X. */
static const char request[] = "GET /small HTTP/1.1\r\nHost: localhost:65536\r\n"
                              "User-Agent: httpsc/0.1.0 XXXXXXXXXXXXXXXXXXXXXX\r\n"
                              "Accept: */*\r\n\r\n";

/* The body's last byte comes with the head: nginx sends both at once. */
static int one(struct pollfd *peer)
{
    char buf[16384];
    ssize_t len;

    if (send(peer->fd, request, sizeof request - 1, MSG_NOSIGNAL) != sizeof request - 1 ||
        poll(peer, 1, 30000) != 1) {
        return 0;
    }
    len = recv(peer->fd, buf, sizeof buf - 1, MSG_DONTWAIT);
    if (len <= 0) {
        return 0;
    }
    buf[len] = '\0';
    return strncmp(buf, "HTTP/1.1 200", 12) == 0 && strstr(buf, "from the bench\n") != NULL;
}

int main(int argc, char **argv)
{
    int num = argc == 3 ? atoi(argv[2]) : 0;
    struct sockaddr_in address = {0};
    struct pollfd peer = {-1, POLLIN, 0};
    int on = 1;
    double cpu = 0;
    double wall = 0;

    if (num <= 0) {
        return 2;
    }
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)atoi(argv[1]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer.fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(peer.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(peer.fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("floor");
        return 1;
    }
    for (int i = 0; i <= num; i++) {
        if (i == 1) {
            cpu = usage_cpu_us();
            wall = usage_wall_us();
        }
        if (!one(&peer)) {
            fprintf(stderr, "floor: no whole answer\n");
            return 1;
        }
    }
    printf("%.1f %.1f\n", (usage_cpu_us() - cpu) / num, (usage_wall_us() - wall) / num);
    return 0;
}
