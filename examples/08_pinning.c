/*
 * Lesson 8: pin the keys that a server may have.
 *
 *     cc -I. examples/08_pinning.c -o 08_pinning -lbearssl -pthread
 *     httpsc --inspect https://example.com/      (prints each certificate's pin)
 *     ./08_pinning https://example.com/ CA-FILE PIN [PIN ...]
 *
 * A pin is the SHA-256 of a SubjectPublicKeyInfo; one of them must be in the path that was found.
 * It comes on top of verification, and so a CA that errs is not enough any more to play the server.
 * But keys change: pin two, one of them a spare in a safe, or an issuer's, or the program is cut
 * off one day. A pin also proves a self-signed server, with insecure_peer: then it is all there is.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>

#define MAX_PINS 8

/* 64 hexadecimal digits to 32 bytes: 1, or 0. */
static int read_pin(const char *text, unsigned char pin[32])
{
    unsigned value;
    int i, used = 0;

    for (i = 0; i < 32; i++) {
        if (sscanf(text + 2 * i, "%2x%n", &value, &used) != 1 || used != 2) {
            return 0;
        }
        pin[i] = (unsigned char)value;
    }
    return text[64] == '\0';
}

int main(int argc, char **argv)
{
    unsigned char pins[MAX_PINS][32];
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    int i, code;

    for (i = 3; i < argc && i < MAX_PINS + 3 && read_pin(argv[i], pins[i - 3]); i++) {
        continue;
    }
    if (argc < 4 || i < argc) {
        fprintf(stderr, "usage: 08_pinning URL CA-FILE PIN [PIN ...]; a PIN is 64 hex digits\n");
        return 2;
    }
    options.tls.ca_file = argv[2];
    options.tls.pins = (const unsigned char (*)[32])pins; /* copied when the client opens */
    options.tls.num_pins = (size_t)argc - 3;
    if ((code = httpsc_client_open(&options, &client, &error)) == HTTPSC_OK) {
        code = httpsc_get(client, argv[1], &response, &error);
    }
    if (code == HTTPSC_OK) {
        printf("%d, and one of the pinned keys\n", response->status);
    } else if (code == HTTPSC_ERR_CERT_PIN_MISMATCH) {
        fprintf(stderr, "verified, but by no pinned key: %s\n", error.text);
    } else {
        fprintf(stderr, "%s\n", error.text);
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    return code == HTTPSC_OK ? 0 : 1;
}
