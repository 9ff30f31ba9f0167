/* What the tests of the public face share: options, requests, and running a transfer. Include
 * httpsc.h before it. */
#ifndef DRIVE_H
#define DRIVE_H

#include "check.h"
#include "memory_net.h"
#include "peer.h"
#include "server.h"

static const httpsc_error drive_no_error;

/* Verified by the root of the tests, with http:// allowed. */
static inline httpsc_options drive_options(void)
{
    static const httpsc_options none;
    static char *ca_file;
    httpsc_options options = none;

    if (ca_file == NULL) {
        ca_file = peer_path("ca.pem");
    }
    options.allow_http = 1;
    options.tls.ca_file = ca_file;
    return options;
}

static inline httpsc_client *drive_client(const httpsc_options *options)
{
    httpsc_options own = drive_options();
    httpsc_error error = drive_no_error;
    httpsc_client *client = NULL;

    CHECK_INT(httpsc_client_open(options == NULL ? &own : options, &client, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    return client;
}

static inline httpsc_request drive_request(const char *method, const char *url, const char *body)
{
    static const httpsc_request none;
    httpsc_request request = none;

    request.method = method;
    request.url = url;
    if (body != NULL) {
        request.body.ptr = (const unsigned char *)body;
        request.body.len = strlen(body);
    }
    return request;
}

static inline httpsc_transfer *drive_begin(httpsc_client *client, const httpsc_request *request)
{
    httpsc_error error = drive_no_error;
    httpsc_transfer *transfer = NULL;

    CHECK_INT(httpsc_begin(client, request, &transfer, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    return transfer;
}

/* Steps until the head is there, or an error. */
static inline int drive_head(httpsc_transfer *transfer, httpsc_error *error)
{
    int code;

    while ((code = httpsc_step(transfer, NULL, error)) == HTTPSC_WANT) {
        CHECK_INT(httpsc_wait(&transfer, 1, -1), HTTPSC_OK);
    }
    return code;
}

/* Reads to the end with a buffer of `piece` bytes; body gets it all, cut, with a NUL. */
static inline int drive_body(httpsc_transfer *transfer, size_t piece, char *body, size_t size,
                             httpsc_error *error)
{
    char buf[4096];
    size_t len = 0;
    size_t num = 1;
    int code;

    do {
        code = httpsc_read(transfer, buf, piece < sizeof buf ? piece : sizeof buf, &num, error);
        if (code == HTTPSC_WANT) {
            CHECK_INT(httpsc_wait(&transfer, 1, -1), HTTPSC_OK);
        } else if (code == HTTPSC_OK) {
            CHECK(num <= piece);
            if (num <= sizeof buf && len + num < size) {
                memcpy(body + len, buf, num);
                len += num;
            }
        }
    } while (code == HTTPSC_WANT || (code == HTTPSC_OK && num > 0));
    if (size > 0) {
        body[len] = '\0';
    }
    return code;
}

/* A blocking request: its code. What it answers is closed when out is NULL. */
static inline int drive_send(httpsc_client *client, const char *method, const char *url,
                             const char *body, httpsc_response **out)
{
    httpsc_request request = drive_request(method, url, body);
    httpsc_response *response = NULL;
    httpsc_error error = drive_no_error;
    int code = httpsc_send(client, &request, &response, &error);

    CHECK_INT(error.code, code);
    CHECK((code == HTTPSC_OK) == (response != NULL));
    if (out != NULL) {
        *out = response;
    } else {
        httpsc_response_close(response);
    }
    return code;
}

/* A blocking GET that must go well: 1 when it came over a kept connection, 0 when not. */
static inline int drive_get(httpsc_client *client, const char *url)
{
    httpsc_response *response = NULL;
    int reused = -1;

    CHECK_INT(drive_send(client, "GET", url, NULL, &response), HTTPSC_OK);
    if (response != NULL) {
        reused = response->reused;
    }
    httpsc_response_close(response);
    return reused;
}

#define DRIVE_OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

#endif
