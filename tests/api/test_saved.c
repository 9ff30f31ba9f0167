/*
 * Sessions that outlive their client, and the file that SSLKEYLOGFILE names; against OpenSSL's own
 * server.
 */
#include "httpsc.h"

#include "../support/verification.h"

#include <bearssl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

/* ---- the server ------------------------------------------------------------------------------ */

static pid_t saved_server;
static char saved_address[64];

static void saved_pause(void)
{
    struct timespec some = {0, 20000000};

    nanosleep(&some, NULL);
}

/* Waits for what s_server says when it listens: "ACCEPT 127.0.0.1:PORT". */
static int saved_await_port(void)
{
    for (int i = 0; i < 1000; i++) {
        FILE *log = fopen("server.log", "r");
        char line[256];
        int port = 0;

        while (log != NULL && port == 0 && fgets(line, sizeof line, log) != NULL) {
            (void)sscanf(line, "ACCEPT 127.0.0.1:%d", &port);
        }
        if (log != NULL) {
            fclose(log);
        }
        if (port != 0) {
            return port;
        }
        saved_pause();
    }
    return 0;
}

/* A server of one version, "-tls1_3" or "-tls1_2". */
static void saved_start(const char *version)
{
    static int is_ready;
    FILE *page;
    int port;

    if (!is_ready) {
        is_ready = 1;
        certificates_are_made();
        verification_run("cat ca.pem ca2.pem >ca-both.pem\n");
    }
    page = fopen("page", "w");
    CHECK(page != NULL && fputs("the page", page) >= 0 && fclose(page) == 0);
    (void)remove("server.log");
    fflush(stdout);
    saved_server = fork();
    if (saved_server == 0) {
        if (freopen("server.log", "w", stdout) != NULL &&
            freopen("/dev/null", "r", stdin) != NULL) {
            dup2(1, 2);
            execlp("openssl", "openssl", "s_server", "-WWW", "-accept", "127.0.0.1:0", version,
                   "-cert", "good.pem", "-cert_chain", "intermediate.pem", "-key", "good.key",
                   "-keylogfile", "theirs", (char *)NULL);
        }
        _exit(127);
    }
    port = saved_await_port();
    CHECK(port != 0);
    snprintf(saved_address, sizeof saved_address, "127.0.0.1:%d", port);
}

static void saved_stop(void)
{
    int status;

    kill(saved_server, SIGTERM);
    waitpid(saved_server, &status, 0);
}

/* ---- clients --------------------------------------------------------------------------------- */

static httpsc_options saved_options(void)
{
    httpsc_options options = verification_options();

    options.connect_to = saved_address;
    return options;
}

/* 1 when the page came by a session that was resumed, 0 by a full handshake; -1: an error. */
static int saved_get(httpsc_client *client)
{
    httpsc_error error = drive_no_error;
    httpsc_response *response = NULL;
    int resumed = -1;

    if (httpsc_get(client, "https://localhost/page", &response, &error) == HTTPSC_OK) {
        CHECK(response->body.len == 8 && memcmp(response->body.ptr, "the page", 8) == 0);
        resumed = response->tls.resumed;
        CHECK_INT(response->tls.verified, 1);
        if (resumed) { /* RFC 8446, 4.2.9: psk_dhe_ke; RFC 5077: no key exchange */
            CHECK((response->tls.group == NULL) == (strcmp(response->tls.version, "TLSv1.2") == 0));
        }
    }
    CHECK_TEXT(error.text, "");
    httpsc_response_close(response);
    return resumed;
}

typedef struct saved_place {
    unsigned char bytes[40000];
    size_t len;
    int num_calls;
    int code; /* what save gives */
} saved_place;

static int saved_take_bytes(void *user, const void *bytes, size_t len)
{
    saved_place *place = user;

    place->num_calls++;
    CHECK(len <= sizeof place->bytes);
    if (len <= sizeof place->bytes) {
        memcpy(place->bytes, bytes, len);
        place->len = len;
    }
    return place->code;
}

static int saved_export(httpsc_client *client, saved_place *place)
{
    httpsc_error error = drive_no_error;
    int code;

    place->num_calls = 0;
    place->len = 0;
    code = httpsc_client_export_sessions(client, saved_take_bytes, place, &error);
    CHECK_INT(error.code, code);
    return code;
}

/* How many were taken, or minus the code. */
static int saved_import(httpsc_client *client, const void *bytes, size_t len)
{
    httpsc_error error = drive_no_error;
    size_t num = 77;
    int code = httpsc_client_import_sessions(client, bytes, len, &num, &error);

    CHECK_INT(error.code, code);
    CHECK((num == 77) == (code != HTTPSC_OK));
    return code == HTTPSC_OK ? (int)num : -code;
}

/* Sessions of a client with plain options; it made one connection. */
static void saved_make(saved_place *place)
{
    httpsc_options options = saved_options();
    httpsc_client *client = drive_client(&options);

    memset(place, 0, sizeof *place);
    CHECK_INT(saved_get(client), 0);
    CHECK_INT(saved_export(client, place), HTTPSC_OK);
    CHECK_INT(place->num_calls, 1);
    httpsc_client_close(client);
}

/* ---- to and fro ------------------------------------------------------------------------------ */

static void saved_sessions_are_resumed(void)
{
    static const char *const versions[] = {"-tls1_3", "-tls1_2"};
    static saved_place place;
    static saved_place rest;

    for (size_t i = 0; i < 2; i++) {
        httpsc_options options;
        httpsc_client *one;
        httpsc_client *other;
        int num;

        saved_start(versions[i]);
        options = saved_options();
        one = drive_client(&options);
        other = drive_client(&options);
        memset(&place, 0, sizeof place);
        memset(&rest, 0, sizeof rest);
        CHECK_INT(saved_get(one), 0);
        CHECK_INT(saved_export(one, &place), HTTPSC_OK);
        CHECK_INT(saved_export(one, &rest), HTTPSC_OK); /* they have left */
        CHECK_INT(saved_import(other, rest.bytes, rest.len), 0);
        CHECK_INT(saved_get(one), 0);
        CHECK_INT(saved_get(one), 1);
        num = saved_import(other, place.bytes, place.len);
        CHECK(num >= 1 && num <= 4);
        CHECK_INT(saved_get(other), 1);
        httpsc_client_close(one);
        httpsc_client_close(other);
        saved_stop();
    }
}

/* With a failure of save they stay. */
static void sessions_stay_when_they_are_not_saved(void)
{
    static saved_place place;
    httpsc_options options;
    httpsc_client *client;

    saved_start("-tls1_3");
    options = saved_options();
    client = drive_client(&options);
    CHECK_INT(saved_get(client), 0);
    place.code = HTTPSC_ERR_CANCELLED;
    CHECK_INT(saved_export(client, &place), HTTPSC_ERR_CANCELLED);
    place.code = HTTPSC_WANT;
    CHECK_INT(saved_export(client, &place), HTTPSC_ERR_SYSTEM);
    place.code = -5;
    CHECK_INT(saved_export(client, &place), HTTPSC_ERR_SYSTEM);
    CHECK_INT(saved_get(client), 1);
    CHECK_INT(httpsc_client_export_sessions(NULL, saved_take_bytes, &place, NULL),
              HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_client_export_sessions(client, NULL, NULL, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_client_import_sessions(NULL, "", 0, NULL, NULL), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(httpsc_client_import_sessions(client, NULL, 1, NULL, NULL), HTTPSC_ERR_ARGUMENT);
    httpsc_client_close(client);
    saved_stop();
}

static int saved_any(void *user, const httpsc_peer *peer)
{
    (void)user;
    (void)peer;
    return 0;
}

/* What may differ between two clients, and must not: 0 is nothing. */
#define NUM_CHANGES 21

/* Who the client is: itself. */
static void saved_identify(httpsc_options *options)
{
    static httpsc_identity identity;
    static char *cert;

    cert = cert != NULL ? cert : peer_path("clientauth-locked.pem");
    identity.cert_file = cert;
    identity.password = "correct horse";
    options->tls.identities = &identity;
    options->tls.num_identities = 1;
}

static void saved_change(httpsc_options *options, int change)
{
    static const char *const hosts[] = {"other.test"};
    static const char *const overrides[] = {"localhost:1:127.0.0.1"};
    static unsigned char pins[1][32];
    static char other_address[64];

    switch (change) {
    case 1:
        options->tls.ca_file = "ca-both.pem"; /* it trusts more */
        break;
    case 2:
        options->tls.ca_dir = "hashed";
        break;
    case 3:
        options->tls.ca_add = 1;
        options->tls.trust = HTTPSC_TRUST_EMBEDDED;
        break;
    case 4:
        memcpy(pins[0], verification_read("good.pin").ptr, 32);
        options->tls.pins = (const unsigned char(*)[32])pins;
        options->tls.num_pins = 1;
        break;
    case 5:
        options->verify_as = "localhost";
        break;
    case 6:
        snprintf(other_address, sizeof other_address, "localhost%s", strchr(saved_address, ':'));
        options->connect_to = other_address;
        break;
    case 7:
        options->tls.min_version = HTTPSC_TLS_1_3;
        break;
    case 8:
        options->tls.crl_file = "none-revoked.crl";
        break;
    case 9:
        options->tls.verify = saved_any;
        break;
    case 10:
        options->tls.insecure_name = HTTPSC_INSECURE_ANY_NAME;
        break;
    case 11:
        options->tls.insecure_dates = HTTPSC_INSECURE_ANY_DATE;
        break;
    case 12:
        options->tls.insecure_chain = HTTPSC_INSECURE_ANY_ISSUER;
        break;
    case 13:
        options->tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
        break;
    case 14:
        options->proxy = "http://localhost:1";
        break;
    case 15:
        options->no_proxy = "localhost";
        break;
    case 16:
        saved_identify(options);
        break;
    case 17:
        options->tls.identity_hosts = hosts;
        options->tls.num_identity_hosts = 1;
        break;
    case 18:
        options->resolve_to = overrides;
        options->num_resolve_to = 1;
        break;
    case 19:
        options->unix_socket = "socket";
        break;
    case 20:
        options->limits.max_record_bytes = 4096;
        break;
    default:
        break;
    }
}

static void sessions_are_for_the_same_settings(void)
{
    static saved_place place;

    saved_start("-tls1_3");
    for (int change = 0; change < NUM_CHANGES; change++) {
        httpsc_options options = saved_options();
        httpsc_client *client;

        saved_make(&place);
        saved_change(&options, change);
        client = drive_client(&options);
        CHECK_INT(saved_import(client, place.bytes, place.len) > 0, change == 0);
        if (change < 10) {
            CHECK_INT(saved_get(client), change == 0);
            CHECK_INT(saved_export(client, &place), HTTPSC_OK);
            httpsc_client_close(client);
            options = saved_options();
            client = drive_client(&options); /* and the other way round */
            CHECK_INT(saved_import(client, place.bytes, place.len) > 0, change == 0);
        }
        httpsc_client_close(client);
    }
    saved_stop();
}

/* What a redirect left the client's certificate out of is no session for those who show it. */
static void sessions_of_a_redirect(void)
{
    static saved_place place;
    char answer[160];
    peer_step script[] = {PEER_REQUEST, PEER_SEND(answer, 0), PEER_REPEAT};

    saved_start("-tls1_3");
    snprintf(answer, sizeof answer,
             "HTTP/1.1 302 Go\r\nLocation: https://localhost%s/page\r\n"
             "Content-Length: 0\r\n\r\n",
             strchr(saved_address, ':'));
    script[1].bytes = answer;
    script[1].len = strlen(answer);
    for (int is_shown = 0; is_shown < 2; is_shown++) {
        server *elsewhere = server_run(NULL, script);
        httpsc_options options = verification_options();
        httpsc_client *one;
        httpsc_client *other;

        if (is_shown) {
            saved_identify(&options);
        }
        options.allow_http = 1;
        one = drive_client(&options);
        other = drive_client(&options);
        CHECK_INT(drive_send(one, "GET", server_url(elsewhere, "/"), NULL, NULL), HTTPSC_OK);
        CHECK_INT(saved_export(one, &place), HTTPSC_OK);
        CHECK_INT(saved_import(other, place.bytes, place.len) > 0, !is_shown);
        httpsc_client_close(one);
        httpsc_client_close(other);
        server_close(elsewhere);
    }
    saved_stop();
}

/* Sessions are bound to the roots themselves, so these have to be there still. */
static void the_roots_are_gone(void)
{
    static saved_place place;
    httpsc_options options;
    httpsc_client *client;

    saved_start("-tls1_3");
    saved_make(&place);
    verification_run("cp ca.pem roots.pem\n");
    options = saved_options();
    options.tls.ca_file = "roots.pem";
    client = drive_client(&options);
    CHECK_INT(saved_get(client), 0);
    verification_run(": >roots.pem\n");
    CHECK_INT(saved_import(client, place.bytes, place.len), -HTTPSC_ERR_TRUST_UNREADABLE);
    CHECK_INT(saved_export(client, &place), HTTPSC_ERR_TRUST_UNREADABLE);
    CHECK_INT(saved_get(client), 1);
    httpsc_client_close(client);
    saved_stop();
}

/* ---- bytes that are no sessions -------------------------------------------------------------- */

static void saved_seal(unsigned char *bytes, size_t len)
{
    br_sha256_context hash;

    br_sha256_init(&hash);
    br_sha256_update(&hash, bytes, len - 32);
    br_sha256_out(&hash, bytes + len - 32);
}

static void damaged_bytes_are_refused(void)
{
    static saved_place place;
    static unsigned char changed[40001];
    unit_memory memory;
    httpsc_options options;
    httpsc_client *client;

    unit_memory_init(&memory);
    saved_start("-tls1_3");
    saved_make(&place);
    options = saved_options();
    options.hooks.allocator = memory.allocator;
    client = drive_client(&options);
    for (size_t len = 0; len < place.len; len++) {
        CHECK_INT(saved_import(client, place.bytes, len), -HTTPSC_ERR_ARGUMENT);
    }
    memcpy(changed, place.bytes, place.len);
    CHECK_INT(saved_import(client, changed, place.len + 1), -HTTPSC_ERR_ARGUMENT);
    for (size_t at = 0; at < place.len; at++) {
        int result;

        changed[at] ^= 1;
        CHECK_INT(saved_import(client, changed, place.len), -HTTPSC_ERR_ARGUMENT);
        saved_seal(changed, place.len); /* by somebody who knows the form */
        result = saved_import(client, changed, place.len);
        CHECK(result >= 0 || result == -HTTPSC_ERR_ARGUMENT);
        CHECK(at >= 4 || result == -HTTPSC_ERR_ARGUMENT); /* another form */
        CHECK(at < 4 || at >= 36 || result == 0);         /* another client */
        memcpy(changed, place.bytes, place.len);
    }
    for (size_t len = 68; len < place.len; len++) { /* a cut that was sealed */
        memcpy(changed, place.bytes, len - 32);
        saved_seal(changed, len);
        CHECK_INT(saved_import(client, changed, len) <= 0 || len > 100, 1);
    }
    httpsc_client_close(client);
    CHECK_INT(memory.live_blocks, 0);
    CHECK(!memory.misuse);
    saved_stop();
}

/* ---- time, and other processes --------------------------------------------------------------- */

static int64_t saved_shift;

static int saved_now(void *user, int64_t *unix_seconds)
{
    (void)user;
    *unix_seconds = (int64_t)time(NULL) + saved_shift;
    return saved_shift == 1 ? HTTPSC_ERR_CLOCK_UNSET : HTTPSC_OK;
}

static void sessions_end(void)
{
    static const int64_t shifts[] = {0, 3 * 86400, -86400};
    static saved_place place;

    saved_start("-tls1_3");
    for (size_t i = 0; i < 3; i++) {
        httpsc_options options = saved_options();
        httpsc_client *client;
        httpsc_client *plain;

        options.hooks.now = saved_now;
        saved_shift = 0;
        client = drive_client(&options);
        plain = drive_client(&options);
        CHECK_INT(saved_get(client), 0);
        CHECK_INT(saved_export(client, &place), HTTPSC_OK);
        saved_shift = shifts[i];
        CHECK_INT(saved_import(plain, place.bytes, place.len) > 0, i == 0);
        saved_shift = 0;
        CHECK_INT(saved_get(client), 0);
        saved_shift = shifts[i]; /* the same at the export */
        CHECK_INT(saved_export(client, &place), HTTPSC_OK);
        saved_shift = 0;
        CHECK_INT(saved_import(plain, place.bytes, place.len) > 0, i == 0);
        saved_shift = 1;
        CHECK_INT(saved_export(client, &place), HTTPSC_ERR_CLOCK_UNSET);
        CHECK_INT(saved_import(plain, place.bytes, place.len), -HTTPSC_ERR_CLOCK_UNSET);
        httpsc_client_close(client);
        httpsc_client_close(plain);
    }
    saved_shift = 0;
    saved_stop();
}

/* A child gives nothing of its parent's away, and takes for itself. */
static void sessions_are_not_of_the_parent(void)
{
    static saved_place place;
    static saved_place own;
    httpsc_options options;
    httpsc_client *client;
    int status = 0;
    pid_t child;

    saved_start("-tls1_3");
    saved_make(&place);
    options = saved_options();
    client = drive_client(&options);
    CHECK_INT(saved_get(client), 0);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        httpsc_client *fresh = drive_client(&options);
        int bad = saved_export(client, &own) != HTTPSC_OK;

        bad |= saved_import(fresh, own.bytes, own.len) != 0;
        bad |= saved_import(client, place.bytes, place.len) < 1;
        bad |= saved_get(client) != 1;
        fflush(stdout);
        _exit(bad || unit_failed);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_INT(status, 0);
    CHECK_INT(saved_get(client), 1);
    httpsc_client_close(client);
    saved_stop();
}

/* ---- memory ---------------------------------------------------------------------------------- */

static unsigned char saved_secret[32];
static int saved_secret_is_known;
static int saved_num_seen;

static void saved_searching_free(void *user, void *ptr, size_t size)
{
    for (size_t at = 0; saved_secret_is_known && at + sizeof saved_secret <= size; at++) {
        saved_num_seen +=
            memcmp((unsigned char *)ptr + at, saved_secret, sizeof saved_secret) == 0;
    }
    unit_memory_free(user, ptr, size);
}

/* Each allocation fails in turn, and no block that is freed has the secret of a session in it. */
static void memory_runs_out(void)
{
    static saved_place place;
    static saved_place again;
    int did_export = 0;
    int did_import = 0;

    saved_start("-tls1_3");
    saved_num_seen = 0;
    for (size_t fail_at = 1; fail_at < 200 && !(did_export && did_import); fail_at++) {
        unit_memory memory;
        httpsc_options options = saved_options();
        httpsc_client *client;
        int result;

        saved_secret_is_known = 0;
        unit_memory_init(&memory);
        memory.allocator.free = saved_searching_free;
        saved_make(&place);
        /* behind magic and settings, port, "localhost", length; and in it all that is fixed */
        memcpy(saved_secret, place.bytes + 4 + 32 + 2 + 10 + 2 + 4 + 12 + 24 + 32 + 1,
               sizeof saved_secret);
        saved_secret_is_known = 1;
        options.hooks.allocator = memory.allocator;
        client = drive_client(&options);
        memory.fail_at = memory.num_allocs + fail_at;
        result = saved_import(client, place.bytes, place.len);
        did_import |= memory.num_allocs < memory.fail_at;
        memory.fail_at = 0;
        CHECK(result == -HTTPSC_ERR_MEMORY || result >= 0);
        if (result > 0) {
            memory.fail_at = memory.num_allocs + fail_at;
            result = saved_export(client, &again);
            did_export |= memory.num_allocs < memory.fail_at;
            memory.fail_at = 0;
            CHECK(result == HTTPSC_OK || result == HTTPSC_ERR_MEMORY);
            CHECK(result != HTTPSC_OK || (again.len > 68 && again.len <= place.len));
            CHECK_INT(saved_get(client), result != HTTPSC_OK); /* or it kept them */
        }
        httpsc_client_close(client);
        CHECK_INT(memory.live_blocks, 0);
        CHECK(!memory.misuse);
    }
    CHECK(did_import && did_export);
    CHECK_INT(saved_num_seen, 0);
    saved_secret_is_known = 0;
    saved_stop();
}

/* ---- the key log ----------------------------------------------------------------------------- */

/* How many lines of `ours` there are; each must be one of `theirs`. */
static int saved_lines(const char *ours, const char *theirs)
{
    httpsc_bytes all = verification_read(theirs);
    FILE *file = fopen(ours, "r");
    char *text = malloc(all.len + 2);
    char line[600];
    int num = 0;

    text[0] = '\n';
    memcpy(text + 1, all.ptr, all.len);
    text[all.len + 1] = '\0';
    while (file != NULL && fgets(line + 1, sizeof line - 1, file) != NULL) {
        line[0] = '\n';
        CHECK(strstr(text, line) != NULL && strchr(line + 1, '\n') != NULL);
        num++;
    }
    if (file != NULL) {
        fclose(file);
    }
    free(text);
    return num;
}

static char saved_told[2000];

static void saved_trace(void *user, const httpsc_trace_event *event)
{
    size_t len = strlen(saved_told);

    (void)user;
    snprintf(saved_told + len, sizeof saved_told - len, "%s\n", event->text);
}

static void saved_get_once(int use_environment, int num_gets)
{
    httpsc_options options = saved_options();
    httpsc_client *client;

    options.use_environment = use_environment;
    options.hooks.trace = saved_trace;
    saved_told[0] = '\0';
    client = drive_client(&options);
    for (int i = 0; i < num_gets; i++) {
        CHECK_INT(saved_get(client), i > 0);
    }
    httpsc_client_close(client);
}

static void the_key_log(void)
{
    static const struct {
        const char *version;
        int num_lines; /* of a connection */
    } kinds[] = {{"-tls1_3", 5}, {"-tls1_2", 1}};
    struct stat status;

    for (size_t i = 0; i < 2; i++) {
        (void)remove("ours");
        (void)remove("theirs");
        saved_start(kinds[i].version);
        setenv("SSLKEYLOGFILE", "ours", 1);
        saved_get_once(0, 1); /* nobody asked for it */
        CHECK(stat("ours", &status) != 0);
        saved_get_once(1, 2);
        CHECK_INT(saved_lines("ours", "theirs"), 2 * kinds[i].num_lines);
        CHECK(stat("ours", &status) == 0 && (status.st_mode & 0777) == 0600);
        saved_get_once(1, 1); /* and it goes on */
        CHECK_INT(saved_lines("ours", "theirs"), 3 * kinds[i].num_lines);
        setenv("SSLKEYLOGFILE", "", 1);
        saved_get_once(1, 1);
        CHECK_INT(saved_lines("ours", "theirs"), 3 * kinds[i].num_lines);
        setenv("SSLKEYLOGFILE", "files", 1); /* a directory: told, and no harm */
        saved_get_once(1, 1);
        CHECK(strstr(saved_told, "the key log files cannot be written") != NULL);
        (void)remove("fifo");
        CHECK(mkfifo("fifo", 0600) == 0);
        setenv("SSLKEYLOGFILE", "fifo", 1);
        saved_get_once(1, 1);
        CHECK(strstr(saved_told, "the key log fifo cannot be written") != NULL);
        unsetenv("SSLKEYLOGFILE");
        saved_stop();
    }
}

UNIT_MAIN(UNIT(saved_sessions_are_resumed), UNIT(sessions_stay_when_they_are_not_saved),
          UNIT(sessions_are_for_the_same_settings), UNIT(sessions_of_a_redirect),
          UNIT(the_roots_are_gone), UNIT(damaged_bytes_are_refused), UNIT(sessions_end),
          UNIT(sessions_are_not_of_the_parent), UNIT(memory_runs_out), UNIT(the_key_log))
