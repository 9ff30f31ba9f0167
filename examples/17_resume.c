/*
 * Lesson 17: go on with a download that broke, without ever joining two versions of a file.
 *
 *     cc -I. examples/17_resume.c -o 17_resume -lbearssl -pthread
 *     ./17_resume https://example.com/big.iso FILE ETAG [CA-FILE]
 *
 * FILE is what came before, ETAG (with its quotes) what the server called it then. If that is still
 * its version it sends the rest, with 206, or says with 416 that there is none; otherwise the
 * whole, with 200. The library checks that a 206 begins where it was asked to. The body comes by a
 * sink: pushed, never whole in memory.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#include <string.h>

typedef struct growing_file {
    const char *path;
    FILE *file; /* opened at the first byte, when the status is known */
    httpsc_transfer *transfer;
} growing_file;

/* The file, to go on with or anew; NULL for an answer that is neither, and keeps it as it is. */
static FILE *file_of_answer(growing_file *to)
{
    int status = httpsc_head(to->transfer)->status;

    if (to->file == NULL && (status == 206 || status == 200)) {
        to->file = fopen(to->path, status == 206 ? "ab" : "wb");
    }
    return to->file;
}

static int take(void *user, const unsigned char *bytes, size_t len)
{
    FILE *file = file_of_answer(user);

    return file != NULL && fwrite(bytes, 1, len, file) == len ? HTTPSC_OK : HTTPSC_ERR_BODY_SINK;
}

/* 416 where the server has no byte more than we do (RFC 9110, 15.5.17). */
static int is_whole(const httpsc_response *head, unsigned long long size)
{
    const char *range = httpsc_header(head, "Content-Range");
    char expected[40];

    snprintf(expected, sizeof expected, "bytes */%llu", size);
    return head->status == 416 && range != NULL && strcmp(range, expected) == 0;
}

/* The transfer ended with this code: 1 when the file is whole now, and says how. */
static int end(growing_file *to, int code, unsigned long long size, httpsc_error *error)
{
    const httpsc_response *head = httpsc_head(to->transfer);
    int saved;

    if (head != NULL && is_whole(head, size)) {
        printf("whole already\n");
        return 1;
    }
    if (head != NULL && httpsc_check_status(head, error) != HTTPSC_OK) {
        fprintf(stderr, "%s\n", error->text);
        return 0;
    }
    saved = code == HTTPSC_OK && file_of_answer(to) != NULL; /* which may have had no byte */
    saved = (to->file == NULL || fclose(to->file) == 0) && saved;
    if (saved) {
        printf("%s\n", head->status == 206 ? "continued" : "fetched anew");
    } else {
        fprintf(stderr, "%s\n", code != HTTPSC_OK ? error->text : "the file is not written");
    }
    return saved;
}

int main(int argc, char **argv)
{
    growing_file to = {NULL, NULL, NULL};
    httpsc_options options = {0};
    httpsc_request request = {0};
    httpsc_client *client = NULL;
    httpsc_error error = {0};
    FILE *old = argc > 3 ? fopen(argv[2], "rb") : NULL;
    int code;
    int saved;

    if (old == NULL || fseek(old, 0, SEEK_END) != 0) {
        fprintf(stderr, "usage: 17_resume URL FILE ETAG [CA-FILE]; FILE must be there\n");
        return 2;
    }
    request.resume_from = (uint64_t)ftell(old);
    fclose(old);
    options.tls.ca_file = argc > 4 ? argv[4] : NULL;
    request.url = argv[1];
    request.resume_validator = argv[3];
    to.path = argv[2];
    request.sink.user = &to;
    request.sink.write = take;
    if ((code = httpsc_client_open(&options, &client, &error)) == HTTPSC_OK &&
        (code = httpsc_begin(client, &request, &to.transfer, &error)) == HTTPSC_OK) {
        while ((code = httpsc_step(to.transfer, NULL, &error)) == HTTPSC_WANT) {
            httpsc_wait(&to.transfer, 1, -1);
        }
    }
    saved = end(&to, code, request.resume_from, &error);
    httpsc_close(to.transfer);
    httpsc_client_close(client);
    return saved ? 0 : 1;
}
