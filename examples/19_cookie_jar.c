/*
 * Lesson 19: cookies that outlive the program.
 *
 *     cc -I. examples/19_cookie_jar.c -o 19_cookie_jar -lbearssl -pthread
 *     ./19_cookie_jar JAR-FILE CA-FILE URL [URL ...]
 *
 * A client keeps no cookies unless it is asked to. The file has the format that curl reads and
 * writes; it is replaced whole or not at all, and its owner alone may read it.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    FILE *jar;
    int i, code;

    if (argc < 4) {
        fprintf(stderr, "usage: 19_cookie_jar JAR-FILE CA-FILE URL [URL ...]\n");
        return 2;
    }
    options.tls.ca_file = argv[2];
    options.cookies = 1;
    code = httpsc_client_open(&options, &client, &error);
    jar = fopen(argv[1], "rb"); /* the first time there is none */
    if (code == HTTPSC_OK && jar != NULL) {
        code = httpsc_client_load_cookies(client, argv[1], &error);
    }
    if (jar != NULL) {
        fclose(jar);
    }
    for (i = 3; i < argc && code == HTTPSC_OK; i++) {
        code = httpsc_get(client, argv[i], &response, &error);
        if (code == HTTPSC_OK) {
            printf("%d %s", response->status, (const char *)response->body.ptr);
            httpsc_response_close(response);
        }
    }
    if (code == HTTPSC_OK) {
        code = httpsc_client_save_cookies(client, argv[1], &error);
    }
    if (code != HTTPSC_OK) {
        fprintf(stderr, "%s\n", error.text);
    }
    httpsc_client_close(client);
    return code == HTTPSC_OK ? 0 : 1;
}
