/*
 * The client of transfers.sh. Each way prints one line, and exits with 0 when all went well.
 *
 *     transfers CA [-xPROXY] [-aUSER:PASSWORD] get URL FILE       the body must be what FILE is
 *     transfers CA put URL FILE [chunked]          prints what the server answers
 *     transfers CA many URL N                      N requests: prints how many came over a
 *                                                  connection that was open before
 *     transfers CA paused URL N MAX_MS             the same with random pauses between them
 *     transfers CA post URL N                      two requests N times, the second a POST: prints
 *                                                  how many of those were lost
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static httpsc_options options;
static httpsc_request request;
static char password[256];

/* ---- a body held against a file ---- */

static int same_as_file(void *user, const unsigned char *bytes, size_t len)
{
    static unsigned char there[65536];
    FILE *file = user;

    while (len > 0) {
        size_t num = len < sizeof there ? len : sizeof there;

        if (fread(there, 1, num, file) != num || memcmp(there, bytes, num) != 0) {
            return HTTPSC_ERR_BODY_SINK;
        }
        bytes += num;
        len -= num;
    }
    return HTTPSC_OK;
}

static int send_one(httpsc_client *client, httpsc_response **response)
{
    httpsc_error error = {0};
    int code = httpsc_send(client, &request, response, &error);

    if (code != HTTPSC_OK) {
        printf("%s\n", error.text);
    }
    return code;
}

static int get(httpsc_client *client, const char *name)
{
    httpsc_response *response = NULL;
    FILE *file = fopen(name, "rb");
    int code;
    int whole;

    if (file == NULL) {
        return 2;
    }
    request.sink.user = file;
    request.sink.write = same_as_file;
    code = send_one(client, &response);
    whole = code == HTTPSC_OK && fgetc(file) == EOF;
    fclose(file);
    if (code == HTTPSC_OK) {
        printf("%d %s\n", response->status, whole ? "same" : "shorter");
    }
    httpsc_response_close(response);
    return whole ? 0 : 1;
}

static int put(httpsc_client *client, const char *name, int chunked)
{
    httpsc_response *response = NULL;
    int code;

    request.method = "PUT";
    request.body_file = name;
    request.chunked = chunked;
    code = send_one(client, &response);
    if (code == HTTPSC_OK) {
        printf("%d %s\n", response->status, (const char *)response->body.ptr);
    }
    httpsc_response_close(response);
    return code == HTTPSC_OK ? 0 : 1;
}

/* ---- many requests ---- */

static void pause_up_to(int max_ms, unsigned *seed)
{
    struct timespec time = {0, 0};

    *seed = *seed * 1103515245u + 12345u;
    time.tv_nsec = (long)(*seed / 65536 % (unsigned)(max_ms * 10 + 1)) * 100000;
    nanosleep(&time, NULL);
}

static int many(httpsc_client *client, int num, int max_ms)
{
    int num_reused = 0;
    unsigned seed = 1;

    for (int i = 0; i < num; i++) {
        httpsc_response *response = NULL;

        if (max_ms > 0) {
            pause_up_to(max_ms, &seed);
        }
        if (send_one(client, &response) != HTTPSC_OK || response->status != 200) {
            printf("request %d failed\n", i);
            httpsc_response_close(response);
            return 1;
        }
        num_reused += response->reused;
        httpsc_response_close(response);
    }
    printf("%d of %d reused\n", num_reused, num);
    return 0;
}

static int post(httpsc_client *client, int num)
{
    int num_lost = 0;

    for (int i = 0; i < num; i++) {
        httpsc_response *response = NULL;
        httpsc_error error = {0};
        int code;

        request.method = "GET";
        request.body.len = 0;
        if (send_one(client, &response) != HTTPSC_OK) {
            return 1;
        }
        httpsc_response_close(response);
        response = NULL;
        request.method = "POST";
        request.body.ptr = (const unsigned char *)"x";
        request.body.len = 1;
        code = httpsc_send(client, &request, &response, &error);
        httpsc_response_close(response);
        if (code != HTTPSC_OK && code != HTTPSC_ERR_RESPONSE_EMPTY &&
            code != HTTPSC_ERR_CONNECTION_LOST) {
            printf("%s\n", error.text);
            return 1;
        }
        num_lost += code != HTTPSC_OK;
    }
    printf("%d of %d lost\n", num_lost, num);
    return 0;
}

static int run(httpsc_client *client, int argc, char **argv)
{
    request.url = argv[1];
    request.timeouts.total_ms = HTTPSC_NO_TIMEOUT;
    if (argc == 3 && strcmp(argv[0], "get") == 0) {
        return get(client, argv[2]);
    }
    if (argc >= 3 && strcmp(argv[0], "put") == 0) {
        return put(client, argv[2], argc > 3);
    }
    if (argc == 3 && strcmp(argv[0], "many") == 0) {
        return many(client, atoi(argv[2]), 0);
    }
    if (argc == 4 && strcmp(argv[0], "paused") == 0) {
        return many(client, atoi(argv[2]), atoi(argv[3]));
    }
    if (argc == 3 && strcmp(argv[0], "post") == 0) {
        return post(client, atoi(argv[2]));
    }
    return 2;
}

int main(int argc, char **argv)
{
    httpsc_client *client = NULL;
    httpsc_error error = {0};
    int code;

    if (argc < 4) {
        return 2;
    }
    options.tls.ca_file = argv[1];
    options.allow_http = 1;
    for (argv += 2, argc -= 2; argc > 0 && argv[0][0] == '-'; argv++, argc--) {
        if (argv[0][1] == 'x') {
            options.proxy = argv[0] + 2;
            options.proxy_auth = HTTPSC_AUTH_ANY;
            options.tunnel_http = 1;
        } else {
            snprintf(password, sizeof password, "%s", argv[0] + 2);
            password[strcspn(password, ":")] = '\0';
            request.auth.kind = HTTPSC_AUTH_DIGEST;
            request.auth.user = password;
            request.auth.password = password + strlen(password) + 1;
        }
    }
    if (argc < 2 || httpsc_client_open(&options, &client, &error) != HTTPSC_OK) {
        printf("%s\n", error.text);
        return 2;
    }
    code = run(client, argc, argv);
    httpsc_client_close(client);
    return code;
}
