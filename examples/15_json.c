/*
 * Lesson 15: send JSON, and read the answer with cJSON (Debian: libcjson-dev).
 *
 *     cc -I. examples/15_json.c -o 15_json -lcjson -lbearssl -pthread
 *     ./15_json https://example.com/api NAME [CA-FILE]
 *
 * The library sends the text with the type application/json. What comes back is bytes with a NUL
 * behind them, up to max_body_bytes; whether they are JSON is for the parser to say.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <cjson/cJSON.h>
#include <stdio.h>

/* The answer has the name that was sent at .body.name: prints it, and says whether it is there. */
static int print_name(const httpsc_response *response)
{
    cJSON *answer = cJSON_ParseWithLength((const char *)response->body.ptr, response->body.len);
    const cJSON *body = cJSON_GetObjectItemCaseSensitive(answer, "body");
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(body, "name");
    int is_there = cJSON_IsString(name);

    if (is_there) {
        printf("the server knows %s now\n", name->valuestring);
    } else {
        fprintf(stderr, "%s\n", answer != NULL ? "no name in the answer" : "that is no JSON");
    }
    cJSON_Delete(answer);
    return is_there;
}

int main(int argc, char **argv)
{
    static const httpsc_field fields[] = {{"Accept", "application/json"}};
    httpsc_options options = {0};
    httpsc_request request = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    cJSON *object = cJSON_CreateObject();
    char *text = NULL;
    int done = 0;

    if (argc < 3 || cJSON_AddStringToObject(object, "name", argv[2]) == NULL ||
        (text = cJSON_PrintUnformatted(object)) == NULL) {
        fprintf(stderr, "usage: 15_json URL NAME [CA-FILE]\n");
        return 2;
    }
    options.tls.ca_file = argc > 3 ? argv[3] : NULL;
    request.url = argv[1];
    request.json = text; /* borrowed until the transfer is over; makes it a POST */
    request.fields = fields;
    request.num_fields = 1;
    if (httpsc_client_open(&options, &client, &error) != HTTPSC_OK ||
        httpsc_send(client, &request, &response, &error) != HTTPSC_OK ||
        httpsc_check_status(response, &error) != HTTPSC_OK) {
        fprintf(stderr, "%s\n", error.text);
    } else {
        done = print_name(response);
    }
    httpsc_response_close(response);
    httpsc_client_close(client);
    cJSON_free(text);
    cJSON_Delete(object);
    return done ? 0 : 1;
}
