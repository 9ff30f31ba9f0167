/*
 * The client of credentials.py: commands on stdin, an answer on stdout for each.
 *
 *     client NAME KEY=VALUE...            opens a client of that name (one letter)
 *     get NAME URL KEY=VALUE...           "CODE STATUS REUSED", as httpsc_code_name has the code
 *
 * Values have no spaces; "_" in a field's value stands for one.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CLIENTS 26
#define MAX_HOSTS 8

typedef struct given {
    httpsc_options options;
    httpsc_request request;
    httpsc_identity identity;
    httpsc_field field;
    const char *secret;
    const char *hosts[MAX_HOSTS];
    char host_texts[MAX_HOSTS][128];
} given;

static httpsc_client *clients[MAX_CLIENTS];
static const char *resolve_to; /* "HOST:PORT:ADDR,..." of the command line */

static int auth_kind(const char *text)
{
    static const char *const kinds[] = {"none", "basic", "digest", "any", "bearer"};

    for (int i = 0; i < 5; i++) {
        if (strcmp(text, kinds[i]) == 0) {
            return i;
        }
    }
    fprintf(stderr, "no such kind: %s\n", text);
    exit(2);
}

static void take_field(given *to, char *text)
{
    char *colon = strchr(text, ':');

    *colon = '\0';
    to->field.name = text;
    to->field.value = colon + 1;
    for (char *at = colon + 1; *at != '\0'; at++) {
        *at = *at == '_' ? ' ' : *at;
    }
    to->request.fields = &to->field;
    to->request.num_fields = 1;
}

static void take(given *to, const char *key, char *value)
{
    const struct {
        const char *key;
        const char **text;
        int *number;
    } keys[] = {
        {"ca", &to->options.tls.ca_file, NULL},
        {"proxy", &to->options.proxy, NULL},
        {"no_proxy", &to->options.no_proxy, NULL},
        {"proxy_user", &to->options.proxy_user, NULL},
        {"proxy_password", &to->options.proxy_password, NULL},
        {"tunnel", NULL, &to->options.tunnel_http},
        {"cookies", NULL, &to->options.cookies},
        {"downgrade", NULL, &to->options.allow_downgrade},
        {"cert", &to->identity.cert_file, NULL},
        {"key", &to->identity.key_file, NULL},
        {"user", &to->request.auth.user, NULL},
        {"password", &to->request.auth.password, NULL},
        {"token", &to->request.auth.bearer, NULL},
        {"method", &to->request.method, NULL},
        {"secret", &to->secret, NULL},
    };

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(key, keys[i].key) == 0) {
            if (keys[i].text != NULL) {
                *keys[i].text = value;
            } else {
                *keys[i].number = atoi(value);
            }
            return;
        }
    }
    if (strcmp(key, "auth") == 0) {
        to->request.auth.kind = auth_kind(value);
    } else if (strcmp(key, "proxy_auth") == 0) {
        to->options.proxy_auth = auth_kind(value);
    } else if (strcmp(key, "insecure") == 0) {
        to->options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
    } else if (strcmp(key, "max_tls") == 0) {
        to->options.tls.max_version = HTTPSC_TLS_1_2;
    } else if (strcmp(key, "field") == 0) {
        take_field(to, value);
    } else {
        fprintf(stderr, "no such key: %s\n", key);
        exit(2);
    }
}

/* The rest of a command. */
static void take_all(given *to)
{
    char *word;

    memset(to, 0, sizeof *to);
    while ((word = strtok(NULL, " \n")) != NULL) {
        char *value = strchr(word, '=');

        *value = '\0';
        take(to, word, value + 1);
    }
}

static void open_client(given *to, httpsc_client **out)
{
    httpsc_error error = {0};
    const char *at = resolve_to;
    size_t num = 0;

    while (num < MAX_HOSTS && *at != '\0') {
        size_t len = strcspn(at, ",");

        snprintf(to->host_texts[num], sizeof to->host_texts[num], "%.*s", (int)len, at);
        to->hosts[num] = to->host_texts[num];
        num++;
        at += len + (at[len] == ',');
    }
    to->options.allow_http = 1;
    to->options.resolve_to = to->hosts;
    to->options.num_resolve_to = num;
    if (to->identity.cert_file != NULL) {
        to->options.tls.identities = &to->identity;
        to->options.tls.num_identities = 1;
    }
    if (httpsc_client_open(&to->options, out, &error) != HTTPSC_OK) {
        fprintf(stderr, "%s\n", error.text);
        exit(2);
    }
    printf("OK 0 0\n");
}

static void get(given *to, httpsc_client *client, const char *url)
{
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    int code;

    to->request.url = url;
    if (to->secret != NULL) {
        to->request.secret_names = &to->secret;
        to->request.num_secret_names = 1;
    }
    code = httpsc_send(client, &to->request, &response, &error);
    printf("%s %d %d\n", httpsc_code_name(code), response == NULL ? 0 : response->status,
           response == NULL ? 0 : response->reused);
    httpsc_response_close(response);
}

int main(int argc, char **argv)
{
    char line[4096];
    given to;

    resolve_to = argc > 1 ? argv[1] : "";
    while (fgets(line, sizeof line, stdin) != NULL) {
        const char *command = strtok(line, " \n");
        const char *name = strtok(NULL, " \n");
        httpsc_client **client = &clients[(name[0] - 'A') % MAX_CLIENTS];

        if (strcmp(command, "client") == 0) {
            httpsc_client_close(*client);
            take_all(&to);
            open_client(&to, client);
        } else {
            const char *url = strtok(NULL, " \n");

            take_all(&to);
            get(&to, *client, url);
        }
        fflush(stdout);
    }
    for (size_t i = 0; i < MAX_CLIENTS; i++) {
        httpsc_client_close(clients[i]);
    }
    return 0;
}
