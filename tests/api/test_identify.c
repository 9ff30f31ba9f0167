/* Who the user is: Basic, Bearer and Digest, and the cookies of a client. */
#include "httpsc.h"

#include "../support/hops.h"

#include <sys/stat.h>
#include <unistd.h>

#define IDENTIFY_401(fields) \
    "HTTP/1.1 401 No\r\n" fields "Content-Length: 0\r\nConnection: close\r\n\r\n"
#define IDENTIFY_DIGEST(nonce, more) \
    "WWW-Authenticate: Digest realm=\"r\", nonce=\"" nonce "\", qop=\"auth\", algorithm=SHA-256" \
    more "\r\n"
#define IDENTIFY_BASIC "WWW-Authenticate: Basic realm=\"r\"\r\n"

static httpsc_request identify_request(const char *url, int kind)
{
    httpsc_request request = drive_request(NULL, url, NULL);

    request.auth.kind = kind;
    request.auth.user = kind == HTTPSC_AUTH_NONE ? NULL : "user";
    request.auth.password = kind == HTTPSC_AUTH_NONE ? NULL : "secret";
    request.auth.bearer = kind == HTTPSC_AUTH_BEARER ? "t0ken" : NULL;
    return request;
}

/* ---- what is sent at once ---- */

static void at_once(void)
{
    static const char *const answers[] = {HOPS_OK};
    static const httpsc_field own[] = {{"Authorization", "Own x"}};
    static const struct {
        const char *url;
        int kind;
        int has_own;
        const char *heard;
    } cases[] = {
        {"http://a.test/", HTTPSC_AUTH_NONE, 0, NULL},
        {"http://a.test/", HTTPSC_AUTH_BASIC, 0, "Basic dXNlcjpzZWNyZXQ="},
        {"http://a.test/", HTTPSC_AUTH_BEARER, 0, "Bearer t0ken"},
        {"http://a.test/", HTTPSC_AUTH_DIGEST, 0, NULL},
        {"http://a.test/", HTTPSC_AUTH_ANY, 0, NULL},
        {"http://a.test/", HTTPSC_AUTH_BASIC, 1, "Own x"},
        {"http://me:p%40ss@a.test/", HTTPSC_AUTH_NONE, 0, "Basic bWU6cEBzcw=="},
        {"http://me@a.test/", HTTPSC_AUTH_NONE, 0, "Basic bWU6"},
        {"http://@a.test/", HTTPSC_AUTH_NONE, 0, NULL},
        {"http://me:p@a.test/", HTTPSC_AUTH_BASIC, 0, "Basic dXNlcjpzZWNyZXQ="},
        {"http://me:p@a.test/", HTTPSC_AUTH_BEARER, 0, "Bearer t0ken"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        httpsc_request request = identify_request(cases[i].url, cases[i].kind);
        char line[100];
        hops run;

        request.fields = own;
        request.num_fields = (size_t)cases[i].has_own;
        snprintf(line, sizeof line, "\r\nAuthorization: %s\r\n",
                 cases[i].heard == NULL ? "" : cases[i].heard);
        hops_serve(&run, answers, 1);
        hops_send(&run, NULL, &request);
        CHECK_INT(run.code, HTTPSC_OK);
        CHECK_INT(server_count(run.there, 0, "Authorization"), cases[i].heard != NULL);
        CHECK(cases[i].heard == NULL || hops_heard(&run, 0, line));
        hops_close(&run);
    }
}

/* The password alone, for the user of the URL; and a user alone, who has not the URL's password. */
static void halves_of_credentials(void)
{
    static const char *const answers[] = {HOPS_OK, HOPS_OK};
    httpsc_request request = identify_request("http://me@a.test/", HTTPSC_AUTH_BASIC);
    hops run;

    hops_serve(&run, answers, 2);
    request.auth.user = NULL;
    hops_send(&run, NULL, &request);
    CHECK(hops_heard(&run, 0, "\r\nAuthorization: Basic bWU6c2VjcmV0\r\n"));
    request = identify_request("http://me:p@a.test/", HTTPSC_AUTH_BASIC);
    request.auth.password = NULL;
    hops_send(&run, NULL, &request);
    CHECK(hops_heard(&run, 1, "\r\nAuthorization: Basic dXNlcjo=\r\n"));
    hops_close(&run);
}

static void what_is_no_credential(void)
{
    httpsc_client *client = drive_client(NULL);
    httpsc_transfer *transfer = NULL;
    httpsc_request request = identify_request("http://a.test/", HTTPSC_AUTH_BASIC);

    request.auth.user = "us:er"; /* DEFENCES L5 */
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_ERR_ARGUMENT);
    request.auth.user = "us\r\ner";
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_ERR_ARGUMENT);
    request.auth.user = NULL;
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_ERR_ARGUMENT);
    request.auth.kind = HTTPSC_AUTH_BEARER;
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_ERR_ARGUMENT);
    request.auth.bearer = "a b";
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_ERR_ARGUMENT);
    request.auth.kind = 5;
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_ERR_ARGUMENT);
    for (int i = 0; i < 3; i++) { /* given, and not to be used: the kind was forgotten */
        request = identify_request("http://me:p@a.test/", HTTPSC_AUTH_NONE);
        request.auth.user = i == 0 ? "user" : NULL;
        request.auth.password = i == 1 ? "secret" : NULL;
        request.auth.bearer = i == 2 ? "t0ken" : NULL;
        CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_ERR_ARGUMENT);
    }
    request = identify_request("http://us%0aer:p@a.test/", HTTPSC_AUTH_NONE);
    CHECK_INT(httpsc_begin(client, &request, &transfer, NULL), HTTPSC_ERR_URL_SYNTAX);
    CHECK(transfer == NULL);
    httpsc_client_close(client);
}

/* ---- challenges: DEFENCES L4, L6 ---- */

typedef struct identify_case {
    int kind;
    const char *answers[4]; /* NULL behind the last */
    const char *heard[4];   /* in the Authorization of each hop; NULL: there is none */
    int status;
} identify_case;

static const identify_case identify_cases[] = {
    {HTTPSC_AUTH_DIGEST,
     {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), HOPS_OK},
     {NULL, "Digest username=\"user\", "},
     200},
    /* the wrong password: once */
    {HTTPSC_AUTH_DIGEST,
     {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), IDENTIFY_401(IDENTIFY_DIGEST("n2", ""))},
     {NULL, "nonce=\"n1\""},
     401},
    /* a stale nonce: once more */
    {HTTPSC_AUTH_DIGEST,
     {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), IDENTIFY_401(IDENTIFY_DIGEST("n2", ", stale=true")),
      HOPS_OK},
     {NULL, "nonce=\"n1\"", "nonce=\"n2\""},
     200},
    {HTTPSC_AUTH_DIGEST,
     {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), IDENTIFY_401(IDENTIFY_DIGEST("n2", ", stale=true")),
      IDENTIFY_401(IDENTIFY_DIGEST("n3", ", stale=true"))},
     {NULL, "nonce=\"n1\"", "nonce=\"n2\""},
     401},
    {HTTPSC_AUTH_DIGEST, {IDENTIFY_401(IDENTIFY_BASIC)}, {NULL}, 401},
    {HTTPSC_AUTH_ANY,
     {IDENTIFY_401(IDENTIFY_BASIC), HOPS_OK},
     {NULL, "Basic dXNlcjpzZWNyZXQ=\r\n"},
     200},
    {HTTPSC_AUTH_ANY,
     {IDENTIFY_401(IDENTIFY_BASIC), IDENTIFY_401(IDENTIFY_BASIC)},
     {NULL, "Basic dXNlcjpzZWNyZXQ=\r\n"},
     401},
    {HTTPSC_AUTH_ANY,
     {IDENTIFY_401(IDENTIFY_BASIC IDENTIFY_DIGEST("n1", "")), HOPS_OK},
     {NULL, "Digest username=\"user\", "},
     200},
    /* never the weaker one after the stronger */
    {HTTPSC_AUTH_ANY,
     {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), IDENTIFY_401(IDENTIFY_BASIC)},
     {NULL, "nonce=\"n1\""},
     401},
    {HTTPSC_AUTH_ANY,
     {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), HOPS_TO("302", "/b"), IDENTIFY_401(IDENTIFY_BASIC)},
     {NULL, "nonce=\"n1\"", "nonce=\"n1\""},
     401},
    {HTTPSC_AUTH_BASIC, {IDENTIFY_401(IDENTIFY_BASIC)}, {"Basic dXNlcjpzZWNyZXQ=\r\n"}, 401},
    {HTTPSC_AUTH_BEARER, {IDENTIFY_401(IDENTIFY_BASIC)}, {"Bearer t0ken\r\n"}, 401},
    {HTTPSC_AUTH_ANY, {IDENTIFY_401("")}, {NULL}, 401},
    {HTTPSC_AUTH_ANY,
     {"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n"},
     {NULL},
     407},
    /* the next URL of the same origin: the nonce goes on, and may be refused once there too */
    {HTTPSC_AUTH_DIGEST,
     {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), HOPS_TO("302", "/b"), HOPS_OK},
     {NULL, "nc=00000001", "nc=00000002"},
     200},
    {HTTPSC_AUTH_DIGEST,
     {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), HOPS_TO("302", "/b"),
      IDENTIFY_401(IDENTIFY_DIGEST("n2", "")), HOPS_OK},
     {NULL, "uri=\"/a\"", "uri=\"/b\"", "nonce=\"n2\""},
     200},
    /* the same nonce once more: the count goes on */
    {HTTPSC_AUTH_DIGEST,
     {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), HOPS_TO("302", "/b"),
      IDENTIFY_401(IDENTIFY_DIGEST("n1", ", stale=true")), HOPS_OK},
     {NULL, "nc=00000001", "nc=00000002", "nc=00000003"},
     200},
    /* another origin gets none, even where it asks: DEFENCES L1, L3 */
    {HTTPSC_AUTH_DIGEST,
     {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), HOPS_TO("302", "http://b.test/"),
      IDENTIFY_401(IDENTIFY_DIGEST("n1", ""))},
     {NULL, "nonce=\"n1\"", NULL},
     401}};

static void challenges(void)
{
    for (size_t i = 0; i < sizeof identify_cases / sizeof identify_cases[0]; i++) {
        const identify_case *one = &identify_cases[i];
        httpsc_request request = identify_request("http://a.test/a", one->kind);
        size_t num = 0;
        hops run;

        while (num < 4 && one->answers[num] != NULL) {
            num++;
        }
        hops_serve(&run, one->answers, num);
        hops_send(&run, NULL, &request);
        CHECK_INT(run.code, HTTPSC_OK);
        CHECK_INT(run.response == NULL ? 0 : run.response->status, one->status);
        CHECK_INT(server_num_accepted(run.there), num);
        for (size_t j = 0; j < num; j++) {
            CHECK_INT(server_count(run.there, j, "\r\nAuthorization: "), one->heard[j] != NULL);
            CHECK(one->heard[j] == NULL || hops_heard(&run, j, one->heard[j]));
        }
        if (unit_failed) {
            printf("    case %d\n", (int)i);
        }
        hops_close(&run);
    }
}

/* DEFENCES L4: nor is a request that died with its connection sent again with the same count. */
static void a_retry_is_counted(void)
{
    static const char first[] = "HTTP/1.1 401 No\r\n" IDENTIFY_DIGEST("n1", "")
                                "Content-Length: 0\r\n\r\n";
    static const peer_step dies[] = {PEER_REQUEST, PEER_SEND(first, sizeof first - 1),
                                     PEER_REQUEST, PEER_END};
    static const peer_step answers[] = {PEER_REQUEST, PEER_TEXT(HOPS_OK), PEER_END};
    static const peer_config configs[] = {PEER_CONFIG(dies, NULL), PEER_CONFIG(answers, NULL)};
    server *there = server_open(configs, 2);
    httpsc_request request = identify_request(server_url(there, "/"), HTTPSC_AUTH_DIGEST);
    httpsc_client *client = drive_client(NULL);
    httpsc_response *response = NULL;

    CHECK_INT(httpsc_send(client, &request, &response, NULL), HTTPSC_OK);
    CHECK_INT(response == NULL ? 0 : response->status, 200);
    httpsc_response_close(response);
    CHECK_INT(server_count(there, 0, "nc=00000001"), 1);
    CHECK_INT(server_count(there, 1, "nc=00000002"), 1);
    httpsc_client_close(client);
    server_close(there);
}

/* DEFENCES L2, L3: a client knows nothing of the credentials of the transfer before. */
static void nothing_is_left_for_the_next_transfer(void)
{
    static const char *const answers[] = {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), HOPS_OK,
                                          HOPS_OK};
    httpsc_request request = identify_request("http://a.test/a", HTTPSC_AUTH_DIGEST);
    hops run;

    hops_serve(&run, answers, 3);
    hops_send(&run, NULL, &request);
    CHECK_INT(run.response->status, 200);
    hops_send(&run, NULL, &request);
    CHECK(!hops_heard(&run, 2, "Authorization"));
    hops_close(&run);
}

static void a_body_goes_with_the_answer(void)
{
    static const char *const answers[] = {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), HOPS_OK};
    httpsc_request request = identify_request("http://a.test/a", HTTPSC_AUTH_DIGEST);
    hops run;

    request.json = "{\"a\":1}";
    hops_serve(&run, answers, 2);
    hops_send(&run, NULL, &request);
    CHECK_INT(run.code, HTTPSC_OK);
    CHECK(hops_heard(&run, 1, "POST /a "));
    CHECK(hops_heard(&run, 1, "Content-Type: application/json\r\n"));
    CHECK(hops_heard(&run, 1, "\r\n\r\n{\"a\":1}"));
    hops_close(&run);
}

static char identify_told[4000];

static void identify_trace(void *user, const httpsc_trace_event *event)
{
    size_t len = strlen(identify_told);

    (void)user;
    snprintf(identify_told + len, sizeof identify_told - len, "%s\n", event->text);
}

/* DEFENCES L7: by their names, and by the names that the caller adds. */
static void the_trace_keeps_named_secrets(void)
{
    static const char *const answers[] = {IDENTIFY_401(IDENTIFY_DIGEST("n1", "")), HOPS_OK};
    static const httpsc_field fields[] = {{"My-Token", "hunter2"}, {"Cookie", "a=hunter2"}};
    static const char *const names[] = {"my-token"};
    httpsc_request request = identify_request("http://a.test/a", HTTPSC_AUTH_DIGEST);
    httpsc_options options;
    hops run;

    identify_told[0] = '\0';
    request.fields = fields;
    request.num_fields = 2;
    request.secret_names = names;
    request.num_secret_names = 1;
    hops_serve(&run, answers, 2);
    options = hops_options(&run);
    options.hooks.trace = identify_trace;
    hops_send(&run, &options, &request);
    CHECK_INT(run.code, HTTPSC_OK);
    CHECK(strstr(identify_told, "My-Token: [redacted]") != NULL);
    CHECK(strstr(identify_told, "Authorization: [redacted]") != NULL);
    CHECK(strstr(identify_told, "hunter2") == NULL && strstr(identify_told, "response=") == NULL);
    hops_close(&run);
}

/* ---- cookies ---- */

#define IDENTIFY_SETS(cookie, rest) \
    "HTTP/1.1 302 Go\r\nSet-Cookie: " cookie "\r\nLocation: " rest \
    "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

static void cookies_of_every_hop(void)
{
    static const char *const answers[] = {
        IDENTIFY_SETS("a=1", "/two"), IDENTIFY_SETS("b=2; Domain=a.test", "http://b.test/"),
        IDENTIFY_SETS("c=3", "http://sub.a.test/"), HOPS_OK};
    static const httpsc_field fields[] = {{"Cookie", "mine=0"}};
    httpsc_request request = drive_request(NULL, "http://a.test/one", NULL);
    httpsc_options options;
    hops run;

    for (int on = 0; on < 2; on++) {
        request.fields = fields;
        request.num_fields = 1;
        hops_serve(&run, answers, 4);
        options = hops_options(&run);
        options.cookies = on;
        hops_send(&run, &options, &request);
        CHECK_INT(run.code, HTTPSC_OK);
        CHECK(hops_heard(&run, 0, "\r\nCookie: mine=0\r\n"));
        CHECK(hops_heard(&run, 1, on ? "\r\nCookie: mine=0; a=1\r\n" : "\r\nCookie: mine=0\r\n"));
        CHECK_INT(server_count(run.there, 1, "Cookie:"), 1);
        CHECK(!hops_heard(&run, 2, "Cookie:"));
        CHECK_INT(server_count(run.there, 3, "Cookie:"), (size_t)on);
        CHECK_INT(hops_heard(&run, 3, "\r\nCookie: b=2\r\n"), on);
        hops_close(&run);
    }
}

static const httpsc_field identify_no_cookie[] = {{"Cookie", NULL}};

/* Who wants no cookies at all gets none behind a redirect either. */
static void no_cookies_at_all(void)
{
    static const char *const answers[] = {IDENTIFY_SETS("b=2", "http://b.test/"),
                                          IDENTIFY_SETS("b=2", "/again"), HOPS_OK};
    httpsc_request request = drive_request(NULL, "http://a.test/", NULL);
    httpsc_options options;
    hops run;

    request.fields = identify_no_cookie;
    request.num_fields = 1;
    hops_serve(&run, answers, 3);
    options = hops_options(&run);
    options.cookies = 1;
    hops_send(&run, &options, &request);
    CHECK_INT(run.code, HTTPSC_OK);
    CHECK(hops_heard(&run, 2, "GET /again "));
    CHECK(!hops_heard(&run, 2, "Cookie"));
    hops_close(&run);
}

static void cookies_of_one_client(void)
{
    static const char *const answers[] = {
        ("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: s=1; Secure\r\n"
         "Content-Length: 0\r\nConnection: close\r\n\r\n"),
        HOPS_OK, HOPS_OK, HOPS_OK};
    static const httpsc_field other[] = {{"Host", "other.test"}};
    httpsc_request request = drive_request(NULL, "http://a.test/", NULL);
    httpsc_options options;
    hops run;

    hops_serve(&run, answers, 4);
    options = hops_options(&run);
    options.cookies = 1;
    request.fields = other; /* DEFENCES M2: cookies are the URL's, whatever Host says */
    request.num_fields = 1;
    hops_send(&run, &options, &request);
    request.num_fields = 0;
    hops_send(&run, NULL, &request);
    CHECK(hops_heard(&run, 1, "\r\nCookie: a=1\r\n"));
    request.fields = identify_no_cookie;
    request.num_fields = 1;
    hops_send(&run, NULL, &request);
    CHECK(!hops_heard(&run, 2, "Cookie"));
    request = drive_request(NULL, "http://other.test/", NULL);
    hops_send(&run, NULL, &request);
    CHECK(!hops_heard(&run, 3, "Cookie"));
    hops_close(&run);
}

/* What makes a head too long has no other name because it lies in the jar, or is a credential. */
static void heads_that_are_too_long(void)
{
    static const char text[] = "a.test\tFALSE\t/\tFALSE\t0\tkept\t";
    char jar[sizeof text + 1500];
    char *word = malloc(70001);
    const httpsc_field field = {"Cookie", word};
    httpsc_bytes all = {(const unsigned char *)jar, sizeof jar};
    httpsc_options options = drive_options();
    httpsc_client *client;

    memset(word, 'x', 70000);
    word[70000] = '\0';
    memset(jar, 'x', sizeof jar);
    memcpy(jar, text, sizeof text - 1);
    jar[sizeof jar - 1] = '\n';
    options.cookies = 1;
    client = drive_client(&options);
    for (int i = 0; i < 4; i++) {
        httpsc_request request = identify_request("http://a.test/", i == 1   ? HTTPSC_AUTH_BEARER
                                                                    : i == 2 ? HTTPSC_AUTH_BASIC
                                                                             : HTTPSC_AUTH_NONE);
        httpsc_error error = drive_no_error;
        httpsc_transfer *transfer = NULL;

        request.fields = &field;
        request.num_fields = i == 0;
        request.auth.bearer = i == 1 ? word : NULL;
        request.auth.password = i == 2 ? word : NULL;
        if (i == 3) {
            httpsc_client_close(client);
            options.limits.max_request_head_bytes = 1024;
            client = drive_client(&options);
        }
        if (i == 0 || i == 3) {
            CHECK_INT(httpsc_client_put_cookies(client, all, NULL), HTTPSC_OK);
        }
        CHECK_TEXT(httpsc_code_name(httpsc_begin(client, &request, &transfer, &error)),
                   "ERR_LIMIT_REQUEST_HEAD");
        CHECK_TEXT(httpsc_code_name(error.code), "ERR_LIMIT_REQUEST_HEAD");
    }
    httpsc_client_close(client);
    free(word);
}

static int identify_is_suffix(void *user, const char *domain)
{
    *(int *)user += 1;
    return strcmp(domain, "co.test") == 0;
}

/* DEFENCES M1: the caller's public suffixes. */
static void public_suffixes_of_the_caller(void)
{
    static const char *const answers[] = {IDENTIFY_SETS("a=1; Domain=co.test", "/two"),
                                          IDENTIFY_SETS("b=2; Domain=a.co.test", "/three"),
                                          HOPS_OK};
    httpsc_request request = drive_request(NULL, "http://a.co.test/one", NULL);

    for (int given = 0; given < 2; given++) {
        httpsc_options options;
        int num_asked = 0;
        hops run;

        hops_serve(&run, answers, 3);
        options = hops_options(&run);
        options.cookies = 1;
        options.is_public_suffix = given ? identify_is_suffix : NULL;
        options.public_suffix_user = &num_asked;
        hops_send(&run, &options, &request);
        CHECK_INT(run.code, HTTPSC_OK);
        CHECK_INT(hops_heard(&run, 1, "Cookie: a=1\r\n"), !given);
        CHECK(hops_heard(&run, 2, given ? "Cookie: b=2\r\n" : "Cookie: a=1; b=2\r\n"));
        CHECK_INT(num_asked > 0, given);
        hops_close(&run);
    }
}

static int identify_time(void *user, int64_t *unix_seconds)
{
    (void)user;
    *unix_seconds = 1900000000;
    return HTTPSC_OK;
}

/* DEFENCES M8: a file is replaced at once, for its owner alone; one that is bad adds nothing. */
static void cookies_in_files(void)
{
    static const char text[] = "# Netscape HTTP Cookie File\n"
                               "a.test\tFALSE\t/\tFALSE\t1900001000\tkept\tyes\n"
                               "a.test\tFALSE\t/\tFALSE\t1800000000\tover\tyes\n";
    static const httpsc_bytes all = {(const unsigned char *)text, sizeof text - 1};
    static const char *const answers[] = {HOPS_OK, HOPS_OK};
    char path[] = "/tmp/httpsc-cookies-XXXXXX";
    httpsc_request request = drive_request(NULL, "http://a.test/", NULL);
    httpsc_bytes bad = {(const unsigned char *)"no cookie\n", 10};
    httpsc_error error = drive_no_error;
    httpsc_options options;
    struct stat status;
    char got[300];
    size_t len = 0;
    hops run;
    int fd = mkstemp(path);

    CHECK(fd >= 0 && fchmod(fd, 0644) == 0);
    close(fd);
    hops_serve(&run, answers, 2);
    options = hops_options(&run);
    options.hooks.now = identify_time;
    run.client = drive_client(&options);
    CHECK_INT(httpsc_client_put_cookies(run.client, all, &error), HTTPSC_ERR_ARGUMENT);
    httpsc_client_close(run.client);
    options.cookies = 1;
    run.client = drive_client(&options);
    CHECK_INT(httpsc_client_put_cookies(run.client, bad, &error), HTTPSC_ERR_COOKIE_FILE);
    CHECK_INT(httpsc_client_load_cookies(run.client, "/nowhere/at/all", &error),
              HTTPSC_ERR_COOKIE_FILE);
    CHECK_INT(httpsc_client_put_cookies(run.client, all, &error), HTTPSC_OK);
    CHECK_INT(httpsc_client_save_cookies(run.client, path, &error), HTTPSC_OK);
    CHECK_TEXT(error.text, "");
    CHECK(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
    CHECK_INT(httpsc_client_save_cookies(run.client, "/nowhere/at/all", &error),
              HTTPSC_ERR_COOKIE_FILE);
    hops_send(&run, NULL, &request);
    CHECK(hops_heard(&run, 0, "\r\nCookie: kept=yes\r\n"));
    httpsc_client_close(run.client);
    run.client = drive_client(&options);
    CHECK_INT(httpsc_client_load_cookies(run.client, path, &error), HTTPSC_OK);
    CHECK_INT(httpsc_client_get_cookies(run.client, NULL, 0, &len, &error), HTTPSC_OK);
    CHECK(len > 30 && len < sizeof got);
    CHECK_INT(httpsc_client_get_cookies(run.client, got, len + 1, &len, &error), HTTPSC_OK);
    CHECK(strlen(got) == len && strstr(got, "kept\tyes") != NULL && strstr(got, "over") == NULL);
    hops_send(&run, NULL, &request);
    CHECK(hops_heard(&run, 1, "\r\nCookie: kept=yes\r\n"));
    hops_close(&run);
    unlink(path);
}

UNIT_MAIN(UNIT(at_once), UNIT(halves_of_credentials), UNIT(what_is_no_credential),
          UNIT(challenges), UNIT(a_retry_is_counted), UNIT(heads_that_are_too_long),
          UNIT(public_suffixes_of_the_caller),
          UNIT(nothing_is_left_for_the_next_transfer), UNIT(a_body_goes_with_the_answer),
          UNIT(the_trace_keeps_named_secrets), UNIT(cookies_of_every_hop),
          UNIT(no_cookies_at_all), UNIT(cookies_of_one_client), UNIT(cookies_in_files))
