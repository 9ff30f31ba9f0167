/* Makers of test_errors.c for what redirects, cookies and bodies run into. */
#ifndef ERRORS_FLOW_H
#define ERRORS_FLOW_H

static void make_resumed_post(const error_case *one)
{
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request("POST", "https://localhost/", NULL);

    request.resume_from = 1;
    errors_run(one, &options, &request);
}

/* text is the file. */
static void make_body_file(const error_case *one)
{
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request("POST", "https://localhost/", NULL);

    request.body_file = one->text;
    errors_run(one, &options, &request);
}

static int errors_read(void *user, unsigned char *buf, size_t len, size_t *num_read)
{
    int *left = user;

    *num_read = *left > 0 && len > 0 ? 1 : 0;
    if (*num_read > 0) {
        *left -= 1;
        buf[0] = 'x';
    }
    return HTTPSC_OK;
}

/* A source of 3 bytes, said to be as long as the limit tells; text is what the server answers. */
static void make_source(const error_case *one)
{
    peer_step script[] = {PEER_REQUEST, PEER_SEND(NULL, 0), PEER_END};
    httpsc_options options = drive_options();
    httpsc_request request = drive_request("POST", NULL, NULL);
    int left = 3;
    server *there;

    script[1].bytes = one->text;
    script[1].len = strlen(one->text);
    there = server_run(NULL, script);
    request.url = server_url(there, "/");
    request.source.user = &left;
    request.source.read = errors_read;
    request.source_len = one->limit;
    errors_run(one, &options, &request);
    server_close(there);
}

/* text is what a server on https answers. */
static void make_secure_response(const error_case *one)
{
    peer_step script[] = {PEER_REQUEST, PEER_SEND(NULL, 0), PEER_REPEAT};
    httpsc_options options = errors_options(one);

    script[1].bytes = one->text;
    script[1].len = strlen(one->text);
    errors_serve(one, "good", script, "https", &options);
}

static void make_cookie_file(const error_case *one)
{
    httpsc_options options = errors_options(one);
    httpsc_error error = drive_no_error;
    httpsc_client *client;

    options.cookies = 1;
    client = drive_client(&options);
    errors_look(one, httpsc_client_load_cookies(client, one->text, &error), &error);
    httpsc_client_close(client);
}

static int errors_refuse_body(void *user, const unsigned char *bytes, size_t len)
{
    (void)user;
    (void)bytes;
    (void)len;
    return -1;
}

static void make_sink(const error_case *one)
{
    server *there = server_run(NULL, errors_answer);
    httpsc_options options = errors_options(one);
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);

    request.sink.write = errors_refuse_body;
    errors_run(one, &options, &request);
    server_close(there);
}

/* Four million zeros, deflated: a head that says so, a block of one byte repeated. */
static void make_bomb(const error_case *one)
{
    static const unsigned char zeros[4000000];
    unsigned char packed[8000];
    char head[200];
    uLongf len = sizeof packed;
    peer_step script[] = {PEER_REQUEST, PEER_SEND(NULL, 0), PEER_SEND(NULL, 0), PEER_END};
    httpsc_options options = errors_options(one);

    CHECK_INT(compress2(packed, &len, zeros, sizeof zeros, 9), Z_OK);
    snprintf(head, sizeof head,
             "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: %d\r\n\r\n",
             (int)len);
    script[1].bytes = head;
    script[1].len = strlen(head);
    script[2].bytes = (const char *)packed;
    script[2].len = len;
    errors_serve(one, NULL, script, "http", &options);
}

#endif
