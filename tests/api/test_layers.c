/* TLS in TLS, by way of an https proxy: large bodies, slow sockets, and what a kept one costs. */
#include "httpsc.h"

#include "../support/drive.h"

#define LAYERS_TUNNEL "HTTP/1.1 200 Connected\r\n\r\n"

static const peer_step layers_answer[] = {PEER_REQUEST, PEER_TEXT(DRIVE_OK), PEER_REPEAT};
static const peer_config layers_origin = PEER_CONFIG(layers_answer, "good");

/* The server is the proxy. */
static httpsc_options layers_options(server *there)
{
    static char url[64];
    httpsc_options options = drive_options();

    snprintf(url, sizeof url, "https://localhost:%d", server_port(there));
    options.proxy = url;
    return options;
}

/* A body larger than any buffer, both ways, through both layers. */
static void large_bodies(void)
{
    static char body[300000];
    static char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n";
    static const peer_step answer[] = {PEER_REQUEST, PEER_SEND(head, sizeof head - 1),
                                       {PEER_KIND_SEND, body, sizeof body, 7000, 0}, PEER_REPEAT};
    static const peer_config origin = PEER_CONFIG(answer, "good");
    static const peer_step script[] = {PEER_HEAD, PEER_TEXT(LAYERS_TUNNEL), PEER_INNER(&origin)};
    server *there = server_run("good", script);
    httpsc_options options = layers_options(there);
    httpsc_client *client = drive_client(&options);
    httpsc_request request = drive_request("PUT", "https://localhost/", NULL);
    httpsc_response *response = NULL;

    memset(body, 'x', sizeof body);
    request.body.ptr = (const unsigned char *)body;
    request.body.len = sizeof body;
    CHECK_INT(httpsc_send(client, &request, &response, NULL), HTTPSC_OK);
    CHECK(response != NULL && response->body.len == sizeof body &&
          memcmp(response->body.ptr, body, sizeof body) == 0);
    httpsc_response_close(response);
    httpsc_client_close(client);
    server_close(there);
}

/* A socket that takes nothing, and is free again when it is asked the next time. */
static void a_slow_socket(void)
{
    static char body[100000];
    static const peer_step script[] = {PEER_HEAD, PEER_TEXT(LAYERS_TUNNEL),
                                       PEER_INNER(&layers_origin)};
    const peer_config config = PEER_CONFIG(script, "good");
    httpsc_options options = drive_options();
    httpsc_request request = drive_request("PUT", "https://localhost/", NULL);
    httpsc_response *response = NULL;
    httpsc_error error = drive_no_error;
    httpsc_client *client;
    memory_net net;

    memory_net_init(&net, &config, 1);
    net.want_between = 1;
    net.max_send = 10000;
    options.hooks.transport = net.transport;
    options.proxy = "https://localhost";
    client = drive_client(&options);
    memset(body, 'x', sizeof body);
    request.body.ptr = (const unsigned char *)body;
    request.body.len = sizeof body;
    CHECK_INT(httpsc_send(client, &request, &response, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    CHECK_INT(response == NULL ? 0 : response->status, 200);
    httpsc_response_close(response);
    httpsc_client_close(client);
}

static void *layers_alloc(void *user, size_t size)
{
    *(size_t *)user += size;
    return malloc(size);
}

static void layers_free(void *user, void *ptr, size_t size)
{
    *(size_t *)user -= size;
    free(ptr);
}

/* Both layers of a connection that waits for its next use let their buffers go. */
static void a_kept_tunnel_is_small(void)
{
    static const peer_step script[] = {PEER_HEAD, PEER_TEXT(LAYERS_TUNNEL),
                                       PEER_INNER(&layers_origin)};
    server *there = server_run("good", script);
    httpsc_options options = layers_options(there);
    size_t num_live = 0;
    size_t num_before;
    httpsc_client *client;

    options.hooks.allocator.user = &num_live;
    options.hooks.allocator.alloc = layers_alloc;
    options.hooks.allocator.free = layers_free;
    client = drive_client(&options);
    num_before = num_live;
    CHECK_INT(drive_get(client, "https://localhost/"), 0);
    CHECK(num_live - num_before < 12000); /* a record's place alone is larger */
    CHECK_INT(drive_get(client, "https://localhost/"), 1);
    httpsc_client_close(client);
    CHECK_INT(num_live, 0);
    server_close(there);
}

UNIT_MAIN(UNIT(large_bodies), UNIT(a_slow_socket), UNIT(a_kept_tunnel_is_small))
