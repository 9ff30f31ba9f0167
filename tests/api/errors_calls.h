/* Of test_errors.c: makers without a transfer of their own. */

static void make_argument(const error_case *one)
{
    httpsc_error error = drive_no_error;
    httpsc_error again = drive_no_error;
    httpsc_response *response = NULL;
    int code = httpsc_send(NULL, NULL, &response, &error);

    errors_look(one, code, &error);
    CHECK_INT(httpsc_send(NULL, NULL, &response, &again), code);
    errors_look_same(&error, &again);
    CHECK(response == NULL);
}

static void make_buffered_limit(const error_case *one)
{
    httpsc_error error = drive_no_error;
    httpsc_options options = errors_options(one);
    server *there = server_run(NULL, errors_answer);
    httpsc_response *response = NULL;
    httpsc_client *client = drive_client(&options);
    int code;

    code = httpsc_get(client, server_url(there, "/"), &response, &error);
    errors_look(one, code, &error);
    CHECK(response == NULL);
    httpsc_client_close(client);
    server_close(there);
}

static void make_status(const error_case *one)
{
    peer_step script[] = {PEER_HEAD, PEER_SEND(NULL, 0), PEER_END};
    httpsc_error error = drive_no_error;
    httpsc_options options = errors_options(one);
    httpsc_response *response = NULL;
    httpsc_client *client = NULL;
    server *there;
    int code;

    script[1].bytes = one->text;
    script[1].len = strlen(one->text);
    there = server_run(NULL, script);
    CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_OK);
    CHECK_INT(httpsc_get(client, server_url(there, "/"), &response, NULL), HTTPSC_OK);
    code = httpsc_check_status(response, &error);
    errors_look(one, code, &error);
    httpsc_response_close(response);
    httpsc_client_close(client);
    server_close(there);
}

/* HTTPSC_WANT, then HTTPSC_OK: the two codes that are no errors. */
static void make_success(const error_case *one)
{
    httpsc_error error = drive_no_error;
    httpsc_options options = errors_options(one);
    server *there = server_run("good", errors_answer);
    httpsc_request request = drive_request(NULL, server_url(there, "/"), NULL);
    httpsc_client *client = NULL;
    httpsc_transfer *transfer = NULL;

    CHECK_INT(httpsc_client_open(&options, &client, &error), HTTPSC_OK);
    CHECK_INT(httpsc_begin(client, &request, &transfer, &error), HTTPSC_OK);
    if (one->code == HTTPSC_WANT) {
        CHECK_INT(httpsc_step(transfer, NULL, &error), HTTPSC_WANT);
        CHECK_INT(error.code, HTTPSC_OK);
    } else {
        CHECK_INT(errors_drive(transfer, &error), HTTPSC_OK);
        CHECK_TEXT(error.text, "");
    }
    httpsc_close(transfer);
    httpsc_client_close(client);
    server_close(there);
}
