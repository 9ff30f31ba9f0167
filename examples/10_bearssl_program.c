/*
 * Lesson 10: a program on BearSSL's own TLS engine, with this library's validator in it.
 *
 *     cc -I. examples/10_bearssl_program.c -o 10_bearssl_program -lbearssl -pthread
 *     ./10_bearssl_program HOST PORT [CA-FILE]
 *
 * Such a program has br_x509_minimal, which knows no IP addresses and no system roots, and takes a
 * certificate for code signing. Under HTTPSC_BEARSSL_X509 the validator is a br_x509_class, and
 * comes in with one call. Everything else stays BearSSL: its engine, TLS 1.2, its I/O.
 */
#define HTTPSC_BEARSSL_X509
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int sock_read(void *context, unsigned char *buf, size_t len)
{
    ssize_t num = recv(*(int *)context, buf, len, 0);
    return num > 0 ? (int)num : -1;
}

static int sock_write(void *context, const unsigned char *buf, size_t len)
{
    ssize_t num = send(*(int *)context, buf, len, 0);
    return num > 0 ? (int)num : -1;
}

int main(int argc, char **argv)
{
    static unsigned char records[BR_SSL_BUFSIZE_BIDI];
    static br_ssl_client_context client;
    static br_x509_minimal_context minimal; /* init_full wants one; it is replaced below */
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *address = NULL;
    httpsc_tls_options tls = {0};
    httpsc_tls_config *config = NULL;
    httpsc_bearssl_x509 *x509 = NULL;
    httpsc_error error = {0};
    br_sslio_context io;
    char buf[1024];
    int s, len;

    tls.ca_file = argc > 3 ? argv[3] : NULL;
    if (argc < 3 || httpsc_tls_config_open(&tls, &config, &error) != HTTPSC_OK ||
        httpsc_bearssl_x509_open(config, NULL, NULL, &x509, &error) != HTTPSC_OK ||
        getaddrinfo(argv[1], argv[2], &hints, &address) != 0 ||
        (s = socket(address->ai_family, SOCK_STREAM, 0)) < 0 ||
        connect(s, address->ai_addr, address->ai_addrlen) != 0) {
        fprintf(stderr, "usage: 10_bearssl_program HOST PORT [CA-FILE]. %s\n", error.text);
        return 2;
    }
    br_ssl_client_init_full(&client, &minimal, NULL, 0);
    br_ssl_engine_set_x509(&client.eng, httpsc_bearssl_x509_engine(x509)); /* this is all */
    br_ssl_engine_set_buffer(&client.eng, records, sizeof records, 1);
    br_ssl_client_reset(&client, argv[1], 0);
    br_sslio_init(&io, &client.eng, sock_read, &s, sock_write, &s);
    len = snprintf(buf, sizeof buf, "GET / HTTP/1.0\r\nHost: %s\r\n\r\n", argv[1]);
    if (br_sslio_write_all(&io, buf, (size_t)len) != 0 || br_sslio_flush(&io) != 0) {
        fprintf(stderr, "BearSSL: error %d. %s\n", br_ssl_engine_last_error(&client.eng),
                httpsc_bearssl_x509_error(x509)->text);
        return 1; /* the exit frees what is open */
    }
    while ((len = br_sslio_read(&io, buf, sizeof buf)) > 0) {
        fwrite(buf, 1, (size_t)len, stdout);
    }
    return br_ssl_engine_last_error(&client.eng) == BR_ERR_OK ? 0 : 1; /* 0: close_notify came */
}
