/* `openssl s_server` as a child of the test's process, for what no server of ours does: TLS 1.3,
 * and asking who the client is. */
#ifndef OPENSSL_SERVER_H
#define OPENSSL_SERVER_H

#define OPENSSL_SERVER_ARGS_MAX 24

typedef struct openssl_server openssl_server;

/* Starts one with the certificate NAME of $HTTPSC_TEST_CERTS and these options (NULL behind the
 * last), and waits until it listens; exits the program where it does not. In options "ca" stands
 * for the path of ca.pem. It answers every request with a page about the connection (-www). */
openssl_server *openssl_server_start(const char *name, const char *const *options);

int openssl_server_port(const openssl_server *one);

void openssl_server_stop(openssl_server *one);

#endif
