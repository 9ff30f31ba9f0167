/*
 * Lesson 14: send a form, and upload a file.
 *
 *     cc -I. examples/14_forms.c -o 14_forms -lbearssl -pthread
 *     ./14_forms https://example.com/search https://example.com/upload FILE [CA-FILE]
 *
 * Names and values are given as they are: the library encodes them, chooses the boundary and writes
 * the Content-Type. The file is read from disk as it is sent, so it may be of any size.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#include <string.h>

static int send_and_print(httpsc_client *client, const httpsc_request *request,
                          httpsc_error *error)
{
    httpsc_response *response = NULL;
    int code = httpsc_send(client, request, &response, error);

    if (code == HTTPSC_OK && (code = httpsc_check_status(response, error)) == HTTPSC_OK) {
        fwrite(response->body.ptr, 1, response->body.len, stdout);
    }
    httpsc_response_close(response);
    return code;
}

int main(int argc, char **argv)
{
    static const httpsc_field query[] = {{"lang", "en"}};
    static const httpsc_field form[] = {{"q", "salt & vinegar"}, {"page", "1"}};
    static const char title[] = "holiday";
    httpsc_part parts[2];
    httpsc_options options = {0};
    httpsc_request search = {0}, upload = {0};
    httpsc_client *client = NULL;
    httpsc_error error = {0};
    int code;

    if (argc < 4) {
        fprintf(stderr, "usage: 14_forms SEARCH-URL UPLOAD-URL FILE [CA-FILE]\n");
        return 2;
    }
    options.tls.ca_file = argc > 4 ? argv[4] : NULL;
    search.url = argv[1];
    search.query = query; /* ?lang=en is put behind the URL */
    search.num_query = 1;
    search.form = form; /* q=salt+%26+vinegar&page=1 */
    search.num_form = 2;

    memset(parts, 0, sizeof parts);
    parts[0].name = "title";
    parts[0].value.ptr = (const unsigned char *)title;
    parts[0].value.len = strlen(title);
    parts[1].name = "picture";
    parts[1].file = argv[3]; /* its last segment is told as the filename */
    parts[1].content_type = "image/jpeg";
    upload.url = argv[2];
    upload.parts = parts;
    upload.num_parts = 2;

    if ((code = httpsc_client_open(&options, &client, &error)) == HTTPSC_OK &&
        (code = send_and_print(client, &search, &error)) == HTTPSC_OK) {
        code = send_and_print(client, &upload, &error);
    }
    if (code != HTTPSC_OK) {
        fprintf(stderr, "%s\n", error.text);
    }
    httpsc_client_close(client);
    return code == HTTPSC_OK ? 0 : 1;
}
