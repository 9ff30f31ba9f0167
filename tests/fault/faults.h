/* What the tests of faults share: one request over a network in memory. */
#ifndef FAULTS_H
#define FAULTS_H

#include "../support/drive.h"

static const char *const faults_tls[] = {NULL, "good"};
static const char *const faults_urls[] = {"http://localhost/", "https://localhost/"};

typedef struct faults_result {
    int code;
    int stage;
    size_t num_read;
    int is_prefix; /* all that was read is how the body begins */
} faults_result;

/* With any_peer the server is not verified, which saves most of a handshake's time where many are
 * made for what comes behind them. */
static inline httpsc_client *faults_client(memory_net *net, unit_memory *memory, int any_peer)
{
    httpsc_options options = drive_options();

    if (any_peer) {
        options.tls.ca_file = NULL;
        options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
    }
    options.hooks.transport = net->transport;
    if (memory != NULL) {
        options.hooks.allocator = memory->allocator;
    }
    return drive_client(&options);
}

static inline faults_result faults_get(httpsc_client *client, const char *url, const char *body)
{
    httpsc_request request = drive_request("POST", url, "a body"); /* never sent twice */
    httpsc_transfer *transfer = drive_begin(client, &request);
    httpsc_error error = drive_no_error;
    faults_result result = {0, 0, 0, 1};
    char buf[97];
    size_t num = 1;

    do {
        result.code = httpsc_read(transfer, buf, sizeof buf, &num, &error);
        if (result.code == HTTPSC_WANT) {
            CHECK_INT(httpsc_wait(&transfer, 1, -1), HTTPSC_OK);
        } else if (result.code == HTTPSC_OK) {
            result.is_prefix = result.is_prefix && result.num_read + num <= strlen(body) &&
                               memcmp(body + result.num_read, buf, num) == 0;
            result.num_read += num;
        }
    } while (result.code == HTTPSC_WANT || (result.code == HTTPSC_OK && num > 0));
    CHECK_INT(error.code, result.code);
    if (result.code != HTTPSC_OK) {
        CHECK(strncmp(error.text, httpsc_code_sentence(error.code),
                      strlen(httpsc_code_sentence(error.code))) == 0);
    }
    result.stage = error.stage;
    httpsc_close(transfer);
    return result;
}

#endif
