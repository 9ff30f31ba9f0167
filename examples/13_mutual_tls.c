/*
 * Lesson 13: mutual TLS in development: one CA of our own for both sides.
 *
 *     cc -I. examples/13_mutual_tls.c -o 13_mutual_tls -lbearssl -pthread
 *     ./13_mutual_tls CA-FILE URL [IDENTITY.pem ...]
 *
 * A CA, and what it says of a server and of a client, take three commands each (the server's is the
 * same with "subjectAltName=DNS:localhost" and a file of its own):
 *
 *     openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
 *         -subj "/CN=Development CA" -keyout ca.key -out ca.pem
 *     openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=alice \
 *         -keyout alice.key -out alice.csr
 *     echo extendedKeyUsage=clientAuth >alice.ext
 *     openssl x509 -req -in alice.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \
 *         -extfile alice.ext -out alice.pem && cat alice.key >>alice.pem
 *
 * Of several identities the server gets the first that one of the authorities it names has issued.
 * With none, this program tells what a server says to that.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>

#define IDENTITIES_MAX 4

int main(int argc, char **argv)
{
    httpsc_identity identities[IDENTITIES_MAX] = {{0}};
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    int i;

    if (argc < 3 || argc > 3 + IDENTITIES_MAX) {
        fprintf(stderr, "usage: 13_mutual_tls CA-FILE URL [IDENTITY.pem ...]\n");
        return 2;
    }
    options.tls.ca_file = argv[1]; /* in place of the public CAs: we trust nobody else */
    for (i = 3; i < argc; i++) {
        identities[options.tls.num_identities++].cert_file = argv[i];
    }
    options.tls.identities = identities;
    if (httpsc_client_open(&options, &client, &error) == HTTPSC_OK) {
        (void)httpsc_get(client, argv[2], &response, &error);
    }
    switch (error.code) {
    case HTTPSC_OK:
        printf("%d; they are verified: %s, we are: %s\n", response->status,
               response->tls.verified ? "yes" : "no",
               response->tls.client_certificate_sent ? "yes" : "no");
        break;
    case HTTPSC_ERR_CLIENT_CERT_REQUIRED: /* in 1.3 it comes when the handshake is over already */
        printf("they want to know who we are: %s\n", error.text);
        break;
    case HTTPSC_ERR_CLIENT_CERT_REFUSED:
        printf("they know who we are, and do not want us: %s\n", error.text);
        break;
    default:
        printf("%s\n", error.text);
        break;
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    return error.code != HTTPSC_OK;
}
