/*
 * Lesson 2: send a body and fields, and treat a bad status as an error.
 *
 *     cc -I. examples/02_post.c -o 02_post -lbearssl -pthread
 *     ./02_post https://example.com/api '{"name":"value"}' [CA-FILE]
 *
 * A request is a struct of which only the URL is required: zero means the default everywhere. A
 * client is opened once and serves many requests, over connections that it keeps. The library
 * writes Host and Content-Length itself.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    static const httpsc_field fields[] = {
        {"Accept", "application/json"}, /* in place of the library's own */
        {"X-Request-Id", "1234"},
    };
    httpsc_options options = {0};
    httpsc_request request = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    const char *type = NULL;
    int result = 1;

    if (argc != 3 && argc != 4) {
        fprintf(stderr, "usage: 02_post URL JSON [CA-FILE]\n");
        return 2;
    }
    options.tls.ca_file = argc == 4 ? argv[3] : NULL; /* NULL: the system's roots */
    if (httpsc_client_open(&options, &client, &error) != HTTPSC_OK) {
        goto done;
    }
    request.url = argv[1];
    request.method = "POST"; /* also what a body makes of it by itself */
    request.fields = fields;
    request.num_fields = sizeof fields / sizeof fields[0];
    request.body.ptr = (const unsigned char *)argv[2];
    request.body.len = strlen(argv[2]);
    request.content_type = "application/json";
    request.timeouts.total_ms = 20000;
    if (httpsc_send(client, &request, &response, &error) != HTTPSC_OK ||
        httpsc_check_status(response, &error) != HTTPSC_OK) {
        goto done;
    }
    type = httpsc_header(response, "content-type"); /* NULL when there is none */
    printf("%d, %s\n", response->status, type != NULL ? type : "no content type");
    fwrite(response->body.ptr, 1, response->body.len, stdout);
    result = 0;

done:
    if (result != 0) {
        fprintf(stderr, "%s\n", error.text);
    }
    httpsc_response_close(response); /* close(NULL) does nothing */
    httpsc_client_close(client);
    return result;
}
