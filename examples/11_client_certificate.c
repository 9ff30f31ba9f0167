/*
 * Lesson 11: a client certificate, from a file that has a password.
 *
 *     cc -I. examples/11_client_certificate.c -o 11_client_certificate -lbearssl -pthread
 *     ./11_client_certificate CERTIFICATE-AND-KEY.pem URL [CA-FILE]
 *
 * Certificate and key may be in one file or in two, in PEM or DER, in files or in memory; that they
 * belong together is looked at when the client opens. The password is asked for only where the key
 * is encrypted. Nothing of it is kept: what is decrypted is wiped when the client closes.
 *
 * A key in a form that is not read says so; this makes one of it that is:
 *
 *     openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.key -out NEW.key
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#include <string.h>

/* A line from the terminal (a real program would turn its echo off). */
static int ask_password(void *user, char *buf, size_t size, size_t *len)
{
    (void)user;
    fprintf(stderr, "Password of the key: ");
    if (fgets(buf, (int)size, stdin) == NULL) {
        return HTTPSC_ERR_KEY_PASSWORD_NEEDED;
    }
    *len = strcspn(buf, "\r\n");
    return HTTPSC_OK;
}

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_identity me = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};

    if (argc < 3) {
        fprintf(stderr, "usage: 11_client_certificate CERTIFICATE-AND-KEY.pem URL [CA-FILE]\n");
        return 2;
    }
    me.cert_file = argv[1]; /* and the key, where key_file does not name another file */
    me.ask_password = ask_password;
    options.tls.identities = &me;
    options.tls.num_identities = 1;
    options.tls.ca_file = argc > 3 ? argv[3] : NULL; /* whom we trust is another question */
    if (httpsc_client_open(&options, &client, &error) != HTTPSC_OK ||
        httpsc_get(client, argv[2], &response, &error) != HTTPSC_OK) {
        fprintf(stderr, "%s\n", error.text);
        httpsc_client_close(client);
        return 1;
    }
    printf("%d, the server %s\n", response->status,
           !response->tls.client_certificate_requested ? "did not ask who we are"
           : response->tls.client_certificate_sent     ? "knows who we are"
                                                       : "asked, and got no answer");
    httpsc_response_close(response);
    httpsc_client_close(client);
    return 0;
}
