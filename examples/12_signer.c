/*
 * Lesson 12: a key that this program never sees, and a signature that takes its time.
 *
 *     cc -I. examples/12_signer.c -o 12_signer -lbearssl -pthread
 *     ./12_signer CERTIFICATE.pem KEY.pem URL [CA-FILE]
 *
 * Keys in tokens and security modules do not come out: they sign. Here the openssl command plays
 * the token, for a key on P-256. The handshake does not wait for it: the signer says HTTPSC_WANT
 * until the signature is there, and the transfer asks again with each of its steps.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

typedef struct token {
    const char *key;
    int reader; /* of what openssl says; 0 before it was started */
    size_t len;
    unsigned char signature[512];
} token;

static int start(token *one, const unsigned char *digest, size_t digest_len)
{
    int in[2], out[2];

    if (pipe(in) != 0 || pipe(out) != 0 || write(in[1], digest, digest_len) != (long)digest_len) {
        return HTTPSC_ERR_SYSTEM;
    }
    if (fork() == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        execlp("openssl", "openssl", "pkeyutl", "-sign", "-inkey", one->key, (char *)NULL);
        _exit(1);
    }
    close(in[0]);
    close(in[1]);
    close(out[1]);
    one->reader = out[0];
    return fcntl(one->reader, F_SETFL, O_NONBLOCK) == 0 ? HTTPSC_WANT : HTTPSC_ERR_SYSTEM;
}

static int sign(void *user, int scheme, const unsigned char *digest, size_t digest_len,
                unsigned char *signature, size_t *signature_len)
{
    token *one = user;
    ssize_t num;

    if (scheme != 0x0403) { /* ecdsa_secp256r1_sha256 */
        return HTTPSC_ERR_UNSUPPORTED;
    }
    if (one->reader == 0) {
        return start(one, digest, digest_len);
    }
    num = read(one->reader, one->signature + one->len, sizeof one->signature - one->len);
    one->len += num > 0 ? (size_t)num : 0;
    if (num != 0) {
        return HTTPSC_WANT; /* more may come */
    }
    close(one->reader);
    one->reader = 0;
    memcpy(signature, one->signature, *signature_len = one->len);
    return one->len > 0 ? HTTPSC_OK : HTTPSC_ERR_SYSTEM;
}

int main(int argc, char **argv)
{
    token one = {0};
    httpsc_options options = {0};
    httpsc_identity me = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};

    if (argc < 4) {
        return fprintf(stderr, "usage: 12_signer CERTIFICATE KEY URL [CA-FILE]\n"), 2;
    }
    one.key = argv[2];
    me.cert_file = argv[1];
    me.sign = sign;
    me.user = &one;
    options.tls.identities = &me;
    options.tls.num_identities = 1;
    options.tls.ca_file = argc > 4 ? argv[4] : NULL;
    if (httpsc_client_open(&options, &client, &error) == HTTPSC_OK &&
        httpsc_get(client, argv[3], &response, &error) == HTTPSC_OK) {
        printf("%d, %s\n", response->status,
               response->tls.client_certificate_sent ? "signed" : "nobody asked");
    } else {
        fprintf(stderr, "%s\n", error.text);
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    return error.code != HTTPSC_OK;
}
