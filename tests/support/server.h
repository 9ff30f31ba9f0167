/*
 * A scripted server on a loopback port, in a thread of the test's process: peer.h behind real
 * sockets. What fails in the server itself ends the program.
 */
#ifndef SERVER_H
#define SERVER_H

#include "peer.h"

typedef struct server server;

/* The i-th connection gets configs[i], those past the last get the last one. The configurations
 * and scripts are borrowed until the close. */
server *server_open(const peer_config *configs, size_t num_configs);

/* The usual case: one script for every connection, tls NULL for plain. Borrows the script. */
server *server_run(const char *tls, const peer_step *script);

void server_close(server *one);
int server_port(const server *one);

/* "http://127.0.0.1:PORT" or "https://localhost:PORT", and the path; in a place of the server's
 * that the next call overwrites. */
const char *server_url(server *one, const char *path);

/* "127.0.0.1:PORT", for connect_to. */
const char *server_address(server *one);

/* Lets every connection that is at its PEER_HOLD go on; waits until at least one is. */
void server_release(server *one);

/* Waits until that many connections were accepted, are at a PEER_HOLD, or are over. */
void server_wait_accepted(server *one, size_t num);
void server_wait_holding(server *one, size_t num);
void server_wait_closed(server *one, size_t num);

size_t server_num_accepted(server *one);

/* 1 when a connection is at a PEER_HOLD. */
int server_is_holding(server *one);

/* What the i-th connection said so far, decrypted; the caller frees it. */
char *server_heard(server *one, size_t i);

/* How many times text is in that. */
size_t server_count(server *one, size_t i, const char *text);

/* 1 when the i-th connection was ended in order by the client (close_notify under TLS). */
int server_saw_end(server *one, size_t i);

/* How much the i-th connection got before application data could flow. */
size_t server_handshake_out(server *one, size_t i);

/* A loopback port on which nothing listens. */
int server_free_port(void);

#endif
