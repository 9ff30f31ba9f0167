/*
 * probe: requests by several clients of one process, in the order given, and what TLS agreed on
 * for each: a line of JSON a request. For the scripts beside it.
 *
 *     probe WORD...
 *
 * client              one more client; behind it, each with its value, what it is opened with:
 *                     --cacert --crl --cert --key --min --max (1.2, 1.3) --max-record --unix
 *                     --connect-to
 * get NUMBER URL      a GET by that client, the first is 0
 * carry FROM TO       sessions of one client are exported, and imported by another
 *
 * Exit 0 whatever becomes of the requests, 2 for a word that is none of these, or a client that
 * does not open.
 */
#include "httpsc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROBE_CLIENTS_MAX 8

typedef struct probe {
    httpsc_options options[PROBE_CLIENTS_MAX];
    httpsc_identity identities[PROBE_CLIENTS_MAX];
    httpsc_client *clients[PROBE_CLIENTS_MAX];
    size_t num_clients;
} probe;

static void probe_print_text(const char *name, const char *bytes, size_t len)
{
    printf("\"%s\": \"", name);
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        if (byte < 0x20 || byte > 0x7E || byte == '"' || byte == '\\') {
            printf("\\u%04x", byte);
        } else {
            putchar(byte);
        }
    }
    printf("\", ");
}

static void probe_print(const char *name, const char *text)
{
    probe_print_text(name, text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
}

static void probe_print_response(const httpsc_response *response)
{
    const httpsc_tls_facts *tls = &response->tls;

    probe_print("version", tls->version);
    probe_print("suite", tls->cipher_suite);
    probe_print("group", tls->group);
    probe_print("scheme", tls->signature_scheme);
    probe_print_text("body", (const char *)response->body.ptr, response->body.len);
    printf("\"verified\": %d, \"resumed\": %d, \"requested\": %d, \"sent\": %d, "
           "\"round_trips\": %lu, \"reused\": %d, \"status\": %d, ",
           tls->verified, tls->resumed, tls->client_certificate_requested,
           tls->client_certificate_sent, (unsigned long)tls->num_round_trips, response->reused,
           response->status);
}

static void probe_get(httpsc_client *client, const char *url)
{
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    int code = httpsc_get(client, url, &response, &error);

    putchar('{');
    probe_print("text", error.text);
    if (code == HTTPSC_OK) {
        probe_print_response(response);
    }
    printf("\"alert\": %d, \"code\": \"%s\"}\n", error.native, httpsc_code_name(code));
    fflush(stdout);
    httpsc_response_close(response);
}

static int probe_import(void *user, const void *bytes, size_t len)
{
    size_t num = 0;
    int code = httpsc_client_import_sessions(user, bytes, len, &num, NULL);

    printf("{\"carried\": %lu, \"code\": \"%s\"}\n", (unsigned long)num, httpsc_code_name(code));
    return code;
}

static int probe_version(const char *value)
{
    return strcmp(value, "1.3") == 0 ? HTTPSC_TLS_1_3 : HTTPSC_TLS_1_2;
}

static int probe_option(httpsc_options *options, httpsc_identity *identity, const char *name,
                        const char *value)
{
    if (strcmp(name, "--cacert") == 0) {
        options->tls.ca_file = value;
    } else if (strcmp(name, "--crl") == 0) {
        options->tls.crl_file = value;
    } else if (strcmp(name, "--cert") == 0) {
        identity->cert_file = value;
        options->tls.identities = identity;
        options->tls.num_identities = 1;
    } else if (strcmp(name, "--key") == 0) {
        identity->key_file = value;
    } else if (strcmp(name, "--min") == 0) {
        options->tls.min_version = probe_version(value);
    } else if (strcmp(name, "--max") == 0) {
        options->tls.max_version = probe_version(value);
    } else if (strcmp(name, "--max-record") == 0) {
        options->limits.max_record_bytes = (size_t)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--unix") == 0) {
        options->unix_socket = value;
    } else if (strcmp(name, "--connect-to") == 0) {
        options->connect_to = value;
    } else {
        return 0;
    }
    return 1;
}

/* The client of that number, opened when it is first asked for; NULL where it cannot be. */
static httpsc_client *probe_client(probe *one, const char *number)
{
    size_t i = (size_t)strtoul(number, NULL, 10);
    httpsc_error error = {0};

    if (i >= one->num_clients) {
        return NULL;
    }
    if (one->clients[i] == NULL &&
        httpsc_client_open(&one->options[i], &one->clients[i], &error) != HTTPSC_OK) {
        fprintf(stderr, "probe: %s\n", error.text);
    }
    return one->clients[i];
}

/* How many words it took, 0: it is none. */
static int probe_word(probe *one, char **words, int num)
{
    httpsc_client *from;
    httpsc_client *to;

    if (strcmp(words[0], "client") == 0) {
        return one->num_clients < PROBE_CLIENTS_MAX ? (one->num_clients++, 1) : 0;
    }
    if (words[0][0] == '-' && num >= 2 && one->num_clients > 0) {
        size_t i = one->num_clients - 1;

        return probe_option(&one->options[i], &one->identities[i], words[0], words[1]) ? 2 : 0;
    }
    from = num >= 3 ? probe_client(one, words[1]) : NULL;
    if (from != NULL && strcmp(words[0], "get") == 0) {
        probe_get(from, words[2]);
        return 3;
    }
    to = from != NULL ? probe_client(one, words[2]) : NULL;
    if (to != NULL && strcmp(words[0], "carry") == 0) {
        return httpsc_client_export_sessions(from, probe_import, to, NULL) == HTTPSC_OK ? 3 : 0;
    }
    return 0;
}

int main(int argc, char **argv)
{
    static probe one;
    int at = 1;

    while (at < argc) {
        int num = probe_word(&one, argv + at, argc - at);

        if (num == 0) {
            fprintf(stderr, "probe: not understood, or not possible: %s\n", argv[at]);
            break;
        }
        at += num;
    }
    for (size_t i = 0; i < one.num_clients; i++) {
        httpsc_client_close(one.clients[i]);
    }
    return at < argc ? 2 : 0;
}
