/*
 * Lesson 4: download a file of any size with constant memory.
 *
 *     cc -I. examples/04_download.c -o 04_download -lbearssl -pthread
 *     ./04_download https://example.com/big.iso big.iso [CA-FILE]
 *
 * A transfer goes in steps: begin, step until the head is there, read until the end. None blocks:
 * each may say HTTPSC_WANT, and httpsc_wait waits. Only at the verified end does FILE.part become
 * FILE, so that a cut download is never taken for a whole one.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>

static int download(httpsc_transfer *transfer, FILE *file, httpsc_error *error)
{
    unsigned char buf[16384];
    size_t num_read = 1;
    int code;

    while ((code = httpsc_step(transfer, NULL, error)) == HTTPSC_WANT &&
           httpsc_wait(&transfer, 1, -1) == HTTPSC_OK) {
        continue;
    }
    if (code == HTTPSC_OK) {
        code = httpsc_check_status(httpsc_head(transfer), error);
    }
    while (code == HTTPSC_OK && num_read > 0) { /* 0: the verified end */
        code = httpsc_read(transfer, buf, sizeof buf, &num_read, error);
        if (code == HTTPSC_OK) {
            fwrite(buf, 1, num_read, file); /* a failure stays in ferror */
        } else if (code == HTTPSC_WANT) {
            code = httpsc_wait(&transfer, 1, -1);
        }
    }
    return code;
}

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_request request = {0};
    httpsc_client *client = NULL;
    httpsc_transfer *transfer = NULL;
    httpsc_error error = {0};
    char part[1024];
    FILE *file = NULL;
    int code, saved = 0;

    if (argc < 3 || snprintf(part, sizeof part, "%s.part", argv[2]) >= (int)sizeof part ||
        (file = fopen(part, "wb")) == NULL) {
        fprintf(stderr, "usage: 04_download URL FILE [CA-FILE]; FILE.part must be writable\n");
        return 2;
    }
    options.tls.ca_file = argc > 3 ? argv[3] : NULL;
    request.url = argv[1];
    if ((code = httpsc_client_open(&options, &client, &error)) == HTTPSC_OK &&
        (code = httpsc_begin(client, &request, &transfer, &error)) == HTTPSC_OK) {
        code = download(transfer, file, &error);
    }
    saved = !ferror(file);
    saved = fclose(file) == 0 && saved && code == HTTPSC_OK && rename(part, argv[2]) == 0;
    if (!saved) {
        fprintf(stderr, "%s\n", error.code != HTTPSC_OK ? error.text : "the file is not whole");
    }
    httpsc_close(transfer); /* before its end: allowed, and costs the connection */
    httpsc_client_close(client);
    return saved ? 0 : 1;
}
