/* What the tests of operations of several hops share: a server that gives every connection its own
 * answer, to which all hosts lead. Include httpsc.h before it. */
#ifndef HOPS_H
#define HOPS_H

#include "drive.h"

#define HOPS_MAX 16

typedef struct hops {
    server *there;
    httpsc_client *client;
    httpsc_response *response;
    httpsc_error error;
    int code;
    peer_config configs[HOPS_MAX];
    peer_step scripts[HOPS_MAX][3];
} hops;

/* The i-th connection is answered with answers[i], behind a whole request, and closed. */
static inline void hops_serve(hops *run, const char *const *answers, size_t num)
{
    memset(run, 0, sizeof *run);
    for (size_t i = 0; i < num; i++) {
        static const peer_step request = PEER_REQUEST;
        static const peer_step end = PEER_END;

        run->scripts[i][0] = request;
        run->scripts[i][1].kind = PEER_KIND_SEND;
        run->scripts[i][1].bytes = answers[i];
        run->scripts[i][1].len = strlen(answers[i]);
        run->scripts[i][2] = end;
        run->configs[i].script = run->scripts[i];
    }
    run->there = server_open(run->configs, num);
}

static inline httpsc_options hops_options(hops *run)
{
    httpsc_options options = drive_options();

    options.connect_to = server_address(run->there);
    return options;
}

/* Sends one request; with options NULL by a client of the usual ones. */
static inline void hops_send(hops *run, const httpsc_options *options,
                             const httpsc_request *request)
{
    httpsc_options own = hops_options(run);

    if (run->client == NULL) {
        run->client = drive_client(options == NULL ? &own : options);
    }
    httpsc_response_close(run->response);
    run->response = NULL;
    run->code = httpsc_send(run->client, request, &run->response, &run->error);
    CHECK_INT(run->error.code, run->code);
}

static inline void hops_close(hops *run)
{
    httpsc_response_close(run->response);
    httpsc_client_close(run->client);
    server_close(run->there);
}

/* 1 when the i-th connection said text. */
static inline int hops_heard(hops *run, size_t i, const char *text)
{
    return server_count(run->there, i, text) > 0;
}

#define HOPS_OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
#define HOPS_TO(status, location) \
    "HTTP/1.1 " status " Go\r\nLocation: " location \
    "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

#endif
