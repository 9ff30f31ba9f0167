/*
 * Lesson 16: upload what a callback gives, of a length that nobody knows before.
 *
 *     cc -I. examples/16_upload_callback.c -o 16_upload_callback -lbearssl -pthread
 *     some-program | ./16_upload_callback https://example.com/log [CA-FILE]
 *
 * Without a length the body goes in chunks, and an error of the callback ends it so that the server
 * never takes the half for the whole. rewind lets a body be sent again, after a redirect or a
 * challenge; a pipe cannot go back, so here it says so.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>

typedef struct counted_file {
    FILE *file;
    unsigned long long num_bytes;
} counted_file;

/* May not block in a program that drives several transfers: there it says HTTPSC_WANT. */
static int give(void *user, unsigned char *buf, size_t len, size_t *num_read)
{
    counted_file *from = user;

    *num_read = fread(buf, 1, len, from->file); /* 0: the end */
    from->num_bytes += *num_read;
    return ferror(from->file) ? HTTPSC_ERR_REQUEST_BODY : HTTPSC_OK;
}

static int go_back(void *user)
{
    counted_file *from = user;

    if (fseek(from->file, 0, SEEK_SET) != 0) {
        return HTTPSC_ERR_REQUEST_BODY_REPLAY;
    }
    from->num_bytes = 0;
    return HTTPSC_OK;
}

int main(int argc, char **argv)
{
    counted_file from = {NULL, 0};
    httpsc_options options = {0};
    httpsc_request request = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    int code;

    if (argc < 2) {
        fprintf(stderr, "usage: 16_upload_callback URL [CA-FILE] <FILE\n");
        return 2;
    }
    from.file = stdin;
    options.tls.ca_file = argc > 2 ? argv[2] : NULL;
    request.url = argv[1];
    request.method = "PUT";
    request.source.user = &from;
    request.source.read = give;
    request.source.rewind = go_back;
    request.source_len = HTTPSC_LENGTH_UNKNOWN; /* 0 would be a promise of no bytes */
    if ((code = httpsc_client_open(&options, &client, &error)) == HTTPSC_OK &&
        (code = httpsc_send(client, &request, &response, &error)) == HTTPSC_OK &&
        (code = httpsc_check_status(response, &error)) == HTTPSC_OK) {
        printf("%llu bytes sent; the server says: %s", from.num_bytes,
               (const char *)response->body.ptr);
    } else {
        fprintf(stderr, "%s\n", error.text);
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    return code == HTTPSC_OK ? 0 : 1;
}
