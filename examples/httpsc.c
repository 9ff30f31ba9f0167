/*
 * httpsc: a command-line client, and the longest of the lessons.
 *
 *     cc -I. examples/httpsc.c -o httpsc -lbearssl -pthread
 *     ./httpsc --help
 *
 * docs/manual/command-line.md tells of every option.
 *
 * The body goes to stdout or to a file as it comes, never whole into memory. A file is written as
 * FILE.part, which becomes FILE at the verified end of the body; after an error it is left there,
 * and -C - goes on with it.
 *
 * Exit codes: 0 the exchange was complete and valid; 1 it was not, or the output failed; 2 wrong
 * usage; 22 with --fail the status was 4xx or 5xx, or with -C none that can be gone on with; 77
 * with --machine the option is not there.
 *
 * --machine, which must come first, is for programs that drive this one. Any number of URLs is
 * fetched in order by one client, up to the first failure; of the last response are printed
 * "status N", one line "H: NAME: VALUE" a field, an empty line, and the body.
 *
 * The rooms, in the order in which they are included: values (what options take), identity (who
 * the client is), output (files, the progress bar), timing (the waterfall), inspect (--inspect),
 * fetch (one URL: the request, the response, further tries).
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h" /* before the system's headers */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#define isatty _isatty
#define strcasecmp _stricmp
#define strncasecmp _strnicmp
#else
#include <strings.h>
#include <unistd.h>
#endif

#define CLI_OK 0
#define CLI_FAILED 1
#define CLI_USAGE 2
#define CLI_BAD_STATUS 22
#define CLI_MISSING 77
#define CLI_GO_ON (-1) /* no exit code yet */

/* ---- Settings ------------------------------------------------------------------------------- */

/* The command line. Strings are argv's own. */
typedef struct cli_settings {
    int machine, fail, head, help, include, insecure, inspect, remote_name, timing, verbose;
    int version, chunked, decode, expect, follow, resume;
    int public_only;
    int max_redirects; /* as of httpsc_request */
    int num_retries;
    httpsc_auth auth;
    const char *auth_kind; /* basic, digest, any; NULL: basic */
    char *inspect_file;
    const char *output; /* NULL or "-": stdout */
    const char *method;
    const char *tls_min, *tls_max;
    httpsc_identity identity;
    const char *pass_file;
    httpsc_field *fields; /* room for argc + 2, and so have all that follow */
    size_t num_fields;
    httpsc_part *parts;
    size_t num_parts;
    char **owned; /* memory of parts */
    size_t num_owned;
    const char **overrides;
    const char **urls;
    size_t num_urls;
    char *body; /* NULL: none */
    size_t body_len;
    const char *content_type; /* of body */
    const char *cookies_from, *cookies_to;
    httpsc_options options;
} cli_settings;

static const char cli_help[] =
    "usage: httpsc [options] URL       (docs/manual/command-line.md tells all of it)\n"
    " -o, --output FILE  by way of FILE.part  -u, --user USER:PASSWORD\n"
    " -O, --remote-name  FILE from the URL    --auth basic|digest|any\n"
    " -C -, --continue  go on with FILE.part  -b, --cookie 'N=V; ..' or a jar's FILE\n"
    " -X, --method METHOD  (-I, --head: HEAD) -c, --cookie-jar FILE   save them there\n"
    " -H, --header 'N: V'  'N:' drops it      --cookies  keep them in memory\n"
    " -d, --data DATA|@FILE  a form, or bytes --cacert FILE, --capath DIR  to trust\n"
    " --data-file FILE  bytes as they are     --cert FILE, --key FILE  who you are\n"
    " --json DATA|@FILE  send and take JSON   --pass WORD, --pass-file FILE  of --key\n"
    " -F, --form N=V|N=@FILE  multipart       -k, --insecure  DANGER: believe anybody\n"
    " --chunked-upload, --expect100           --tls-min V, --tls-max V     1.2 or 1.3\n"
    " -L, --location  follow redirects        --verify-as NAME  for certificates\n"
    " --follow N      the same, at most N     -x, --proxy URL  http, https, socks5h\n"
    " --retry N  if lost, on 429 and 503      --proxy-user U:P, --proxy-auth --tunnel\n"
    " --timeout SECONDS, --low-speed BYTES/S  --noproxy HOST,..  no proxy for these\n"
    " -f, --fail      4xx and 5xx fail        --connect-to ADDR:PORT    go there\n"
    " -i, --include   show the head, too      --resolve HOST:PORT:ADDR  the host's\n"
    " -v, --verbose   every stage and line    --unix-socket PATH        go there\n"
    " --timing        stages as a waterfall   --allow-http  take http:// URLs, too\n"
    " --decode        undo gzip, deflate      --machine  first: talk to a program\n"
    " --inspect       show the certificates   --inspect-file FILE  those of a file\n"
    " -h, --help;  -V, --version: what it has --public-only  no private addresses\n"
    "Exit: 0 complete, 1 failed, 2 usage, 22 -f, or -C and not 200/206, 77 --machine";

/* ---- Text ----------------------------------------------------------------------------------- */

/* One line to stderr; hands exit_code back. */
static int cli_say(int exit_code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("httpsc: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return exit_code;
}

/* Digits to a number of at most max, or -1. */
static long cli_number(const char *text, size_t len, long max)
{
    long number = 0;
    size_t i;

    for (i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9' || number > (max - (text[i] - '0')) / 10) {
            return -1;
        }
        number = number * 10 + (text[i] - '0');
    }
    return len > 0 ? number : -1;
}

/* The last segment of a URL's path as a name for a file, in memory of its own. NULL where it is
 * none: the server must not choose a directory. */
static char *cli_url_name(const char *url)
{
    const char *start = strstr(url, "://");
    const char *end, *slash;
    size_t len;
    char *name;

    if (start == NULL) {
        return NULL;
    }
    start += 3;
    end = start + strcspn(start, "?#");
    for (slash = end; slash > start && slash[-1] != '/'; slash--) {
        continue;
    }
    len = (size_t)(end - slash);
    if (slash == start || len == 0 || len > 200 || (name = calloc(1, len + 1)) == NULL) {
        return NULL;
    }
    memcpy(name, slash, len);
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strpbrk(name, "\\:") != NULL) {
        free(name);
        return NULL;
    }
    return name;
}

#include "httpsc_values.inc"

#include "httpsc_identity.inc"

/* ---- The command line ----------------------------------------------------------------------- */

static void cli_trace(void *user, const httpsc_trace_event *event)
{
    int is_request = event->kind == HTTPSC_TRACE_REQUEST_LINE;
    int is_response = event->kind == HTTPSC_TRACE_RESPONSE_LINE;

    (void)user;
    fprintf(stderr, "%c %s\n", is_request ? '>' : is_response ? '<' : '*', event->text);
}

static int cli_may_connect(void *user, const char *host, int port, const httpsc_address *address)
{
    (void)user;
    (void)host;
    (void)port;
    return httpsc_address_is_public(address);
}

#define CLI_PEOPLE 1 /* not with --machine */
#define CLI_VALUE 2  /* has a value */

/* Sets a flag, or with a value a text, at this offset of the settings; or calls set. */
typedef struct cli_option {
    const char *name;
    char letter; /* 0: none */
    int traits;
    size_t offset;
    int (*set)(cli_settings *settings, char *value);
} cli_option;

#define CLI_AT(member) offsetof(cli_settings, member), NULL

static const cli_option cli_options[] = {
    {"allow-http", 0, 0, CLI_AT(options.allow_http)},
    {"auth", 0, CLI_VALUE, CLI_AT(auth_kind)},
    {"cacert", 0, CLI_VALUE, CLI_AT(options.tls.ca_file)},
    {"capath", 0, CLI_VALUE, CLI_AT(options.tls.ca_dir)},
    {"cert", 0, CLI_VALUE, CLI_AT(identity.cert_file)},
    {"chunked-upload", 0, 0, CLI_AT(chunked)},
    {"connect-to", 0, CLI_VALUE, CLI_AT(options.connect_to)},
    {"continue", 0, CLI_PEOPLE, CLI_AT(resume)},
    {"continue-at", 'C', CLI_PEOPLE | CLI_VALUE, 0, cli_set_continue},
    {"cookie", 'b', CLI_PEOPLE | CLI_VALUE, 0, cli_set_cookies},
    {"cookie-jar", 'c', CLI_PEOPLE | CLI_VALUE, 0, cli_set_jar},
    {"cookies", 0, 0, CLI_AT(options.cookies)},
    {"data", 'd', CLI_PEOPLE | CLI_VALUE, 0, cli_set_data},
    {"data-file", 0, CLI_VALUE, 0, cli_add_file},
    {"decode", 0, 0, CLI_AT(decode)},
    {"expect100", 0, 0, CLI_AT(expect)},
    {"fail", 'f', CLI_PEOPLE, CLI_AT(fail)},
    {"follow", 0, CLI_VALUE, 0, cli_set_follow},
    {"form", 'F', CLI_PEOPLE | CLI_VALUE, 0, cli_add_part},
    {"head", 'I', CLI_PEOPLE, CLI_AT(head)},
    {"header", 'H', CLI_VALUE, 0, cli_add_field},
    {"help", 'h', CLI_PEOPLE, CLI_AT(help)},
    {"include", 'i', CLI_PEOPLE, CLI_AT(include)},
    {"insecure", 'k', 0, CLI_AT(insecure)},
    {"inspect", 0, CLI_PEOPLE, CLI_AT(inspect)},
    {"inspect-file", 0, CLI_PEOPLE | CLI_VALUE, CLI_AT(inspect_file)},
    {"json", 0, CLI_PEOPLE | CLI_VALUE, 0, cli_set_json},
    {"key", 0, CLI_VALUE, CLI_AT(identity.key_file)},
    {"location", 'L', CLI_PEOPLE, CLI_AT(follow)},
    {"low-speed", 0, CLI_VALUE, 0, cli_set_low_speed},
    {"method", 'X', CLI_VALUE, CLI_AT(method)},
    {"noproxy", 0, CLI_VALUE, CLI_AT(options.no_proxy)},
    {"output", 'o', CLI_PEOPLE | CLI_VALUE, CLI_AT(output)},
    {"pass", 0, CLI_VALUE, CLI_AT(identity.password)},
    {"pass-file", 0, CLI_VALUE, CLI_AT(pass_file)},
    {"proxy", 'x', CLI_VALUE, CLI_AT(options.proxy)},
    {"proxy-auth", 0, CLI_VALUE, 0, cli_set_proxy_auth},
    {"proxy-user", 0, CLI_VALUE, 0, cli_set_proxy_user},
    {"public-only", 0, CLI_PEOPLE, CLI_AT(public_only)},
    {"remote-name", 'O', CLI_PEOPLE, CLI_AT(remote_name)},
    {"resolve", 0, CLI_VALUE, 0, cli_add_override},
    {"retry", 0, CLI_PEOPLE | CLI_VALUE, 0, cli_set_retry},
    {"timeout", 0, CLI_VALUE, 0, cli_set_timeout},
    {"timing", 0, CLI_PEOPLE, CLI_AT(timing)},
    {"tls-max", 0, CLI_VALUE, CLI_AT(tls_max)},
    {"tls-min", 0, CLI_VALUE, CLI_AT(tls_min)},
    {"tunnel", 0, 0, CLI_AT(options.tunnel_http)},
    {"unix-socket", 0, CLI_VALUE, CLI_AT(options.unix_socket)},
    {"user", 'u', CLI_VALUE, 0, cli_set_user},
    {"verbose", 'v', 0, CLI_AT(verbose)},
    {"verify-as", 0, CLI_PEOPLE | CLI_VALUE, CLI_AT(options.verify_as)},
    {"version", 'V', CLI_PEOPLE, CLI_AT(version)},
};

/* Carries out one option. CLI_GO_ON, or the exit code. */
static int cli_apply(cli_settings *settings, const cli_option *option, char *value)
{
    void *place = (char *)settings + option->offset;

    if (settings->machine && (option->traits & CLI_PEOPLE)) {
        return cli_say(CLI_MISSING, "not with --machine: --%s", option->name);
    }
    if (option->set != NULL) {
        return option->set(settings, value);
    }
    if (option->traits & CLI_VALUE) {
        *(const char **)place = value;
    } else {
        *(int *)place = 1;
    }
    return CLI_GO_ON;
}

static const cli_option *cli_find(const char *name, size_t len, char letter)
{
    size_t i;

    for (i = 0; i < sizeof cli_options / sizeof cli_options[0]; i++) {
        const cli_option *option = &cli_options[i];
        if (letter != 0 ? option->letter == letter
                        : strlen(option->name) == len && memcmp(option->name, name, len) == 0) {
            return option;
        }
    }
    return NULL;
}

/* One argument that begins with a dash, and its value, which may be the next one. */
static int cli_parse_option(cli_settings *settings, char **argv, int *index)
{
    char *arg = argv[*index];
    size_t at = 1; /* what follows was not looked at */
    int result = CLI_GO_ON;

    while (result == CLI_GO_ON && arg[at] != '\0') {
        const cli_option *option;
        char *value = NULL;
        int wants_value;

        if (arg[1] == '-') { /* --name, --name value, --name=value */
            size_t name_len = strcspn(arg + 2, "=");
            option = cli_find(arg + 2, name_len, 0);
            at = 2 + name_len;
            value = arg[at] == '=' ? arg + at + 1 : NULL;
            at += strlen(arg + at);
        } else { /* -a, -ab, -a value, -avalue */
            option = cli_find(NULL, 0, arg[at++]);
        }
        if (option == NULL) {
            return cli_say(settings->machine ? CLI_MISSING : CLI_USAGE, "no such option: %s", arg);
        }
        wants_value = (option->traits & CLI_VALUE) != 0;
        if (wants_value && value == NULL && arg[at] != '\0') {
            value = arg + at;
            at += strlen(value);
        } else if (wants_value && value == NULL && argv[*index + 1] != NULL) {
            value = argv[++*index];
        }
        if (wants_value != (value != NULL)) {
            return cli_say(CLI_USAGE, wants_value ? "no value after %s" : "no value goes with %s",
                           arg);
        }
        result = cli_apply(settings, option, value);
    }
    return result;
}

/* -1 where there is no such kind. */
static int cli_auth_kind(const cli_settings *settings)
{
    const char *kind = settings->auth_kind;

    if (kind == NULL || strcmp(kind, "basic") == 0) {
        return settings->auth.user != NULL ? HTTPSC_AUTH_BASIC : HTTPSC_AUTH_NONE;
    }
    return strcmp(kind, "digest") == 0 ? HTTPSC_AUTH_DIGEST
           : strcmp(kind, "any") == 0  ? HTTPSC_AUTH_ANY
                                       : -1;
}

/* What can be said of the request as a whole. CLI_GO_ON, or the exit code. */
static int cli_check(const cli_settings *settings)
{
    int has_output = settings->remote_name ||
                     (settings->output != NULL && strcmp(settings->output, "-") != 0);

    if (settings->remote_name && settings->output != NULL) {
        return cli_say(CLI_USAGE, "-o and -O exclude each other");
    }
    if (settings->resume && !has_output) {
        return cli_say(CLI_USAGE, "-C - goes with -o FILE or -O");
    }
    if (settings->resume && (settings->body != NULL || settings->num_parts > 0)) {
        return cli_say(CLI_USAGE, "-C - is for downloads: it goes with no body");
    }
    if (settings->body != NULL && settings->num_parts > 0) {
        return cli_say(CLI_USAGE, "-F goes with no other body");
    }
    return CLI_GO_ON;
}

static int cli_tls_version(const char *text)
{
    const int version = strcmp(text, "1.2") == 0 ? HTTPSC_TLS_1_2 : HTTPSC_TLS_1_3;

    return version == HTTPSC_TLS_1_3 && strcmp(text, "1.3") != 0 ? -1 : version;
}

/* The whole command line. CLI_GO_ON, or the exit code. */
static int cli_parse(cli_settings *settings, int argc, char **argv)
{
    httpsc_tls_options *tls = &settings->options.tls;
    int i, only_urls = 0, result = CLI_GO_ON;

    settings->tls_min = "1.2";
    settings->tls_max = "1.3";
    settings->machine = argc > 1 && strcmp(argv[1], "--machine") == 0;
    for (i = settings->machine ? 2 : 1; i < argc && result == CLI_GO_ON; i++) {
        if (!only_urls && strcmp(argv[i], "--") == 0) {
            only_urls = 1;
        } else if (!only_urls && argv[i][0] == '-' && argv[i][1] != '\0') {
            result = cli_parse_option(settings, argv, &i);
        } else {
            settings->urls[settings->num_urls++] = argv[i];
        }
    }
    if (result != CLI_GO_ON) {
        return result;
    }
    if (settings->help || settings->version) {
        puts(settings->help ? cli_help : httpsc_build_info());
        return CLI_OK;
    }
    if ((settings->num_urls == 0) != (settings->inspect_file != NULL) ||
        (settings->num_urls > 1 && !settings->machine)) {
        return cli_say(CLI_USAGE, "give one URL; see httpsc --help");
    }
    tls->min_version = cli_tls_version(settings->tls_min);
    tls->max_version = cli_tls_version(settings->tls_max);
    if (tls->min_version < 0 || tls->max_version < 0) {
        return cli_say(settings->machine ? CLI_MISSING : CLI_USAGE,
                       "TLS 1.2 and 1.3 are what there is");
    }
    settings->auth.kind = cli_auth_kind(settings);
    if (settings->auth.kind < 0) {
        return cli_say(settings->machine ? CLI_MISSING : CLI_USAGE, "basic, digest or any, not %s",
                       settings->auth_kind);
    }
#ifndef HTTPSC_USE_ZLIB
    if (settings->decode) {
        return cli_say(settings->machine ? CLI_MISSING : CLI_USAGE,
                       "--decode: this one was built without zlib");
    }
#endif
    settings->options.no_decode = !settings->decode;
    result = cli_check(settings);
    return result == CLI_GO_ON ? cli_set_identity(settings) : result;
}

#include "httpsc_output.inc"
#include "httpsc_timing.inc"

#include "httpsc_inspect.inc"

#include "httpsc_fetch.inc"

/* Everything after the command line. */
static int cli_run(cli_settings *settings)
{
    httpsc_client *client = NULL;
    httpsc_error error = {0};
    const char *path = settings->output;
    char *name = NULL;
    size_t i;
    int exit_code = CLI_OK;

    if (settings->remote_name) {
        path = name = cli_url_name(settings->urls[0]);
        if (name == NULL) {
            return cli_say(CLI_USAGE, "-O: the URL's path ends in no name for a file");
        }
    } else if (path != NULL && strcmp(path, "-") == 0) {
        path = NULL;
    }
    settings->options.hooks.user = settings;
    settings->options.hooks.trace = settings->verbose ? cli_trace : NULL;
    settings->options.hooks.may_connect = settings->public_only ? cli_may_connect : NULL;
    settings->options.tls.insecure_peer = settings->insecure ? HTTPSC_INSECURE_ANY_PEER : 0;
    if (settings->inspect || settings->inspect_file != NULL) {
        return cli_inspect(settings);
    }
    if (httpsc_client_open(&settings->options, &client, &error) != HTTPSC_OK) {
        exit_code = cli_say(error.code == HTTPSC_ERR_ARGUMENT || error.code == HTTPSC_ERR_PROXY_URL
                                ? CLI_USAGE
                                : CLI_FAILED,
                            "%s", error.text);
    }
    if (exit_code == CLI_OK) {
        exit_code = cli_load_cookies(settings, client);
    }
    for (i = 0; i < settings->num_urls && exit_code == CLI_OK; i++) {
        exit_code =
            cli_fetch(settings, client, settings->urls[i], path, i + 1 == settings->num_urls);
    }
    exit_code = cli_save_cookies(settings, client, exit_code);
    httpsc_client_close(client);
    free(name);
    return exit_code;
}

int main(int argc, char **argv)
{
    cli_settings settings = {0};
    size_t room = (size_t)argc + 2;
    int exit_code;
#ifdef _WIN32
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
#endif
    settings.fields = calloc(room, sizeof *settings.fields);
    settings.parts = calloc(room, sizeof *settings.parts);
    settings.owned = calloc(room, sizeof *settings.owned);
    settings.overrides = calloc(room, sizeof *settings.overrides);
    settings.urls = calloc(room, sizeof *settings.urls);
    if (settings.fields == NULL || settings.parts == NULL || settings.owned == NULL ||
        settings.overrides == NULL || settings.urls == NULL) {
        exit_code = cli_say(CLI_FAILED, "out of memory");
    } else {
        exit_code = cli_parse(&settings, argc, argv);
    }
    if (exit_code == CLI_GO_ON) {
        exit_code = cli_run(&settings);
    }
    if (fflush(stdout) != 0 && exit_code == CLI_OK) {
        exit_code = cli_say(CLI_FAILED, "cannot write to stdout");
    }
    while (settings.num_owned > 0) {
        free(settings.owned[--settings.num_owned]);
    }
    free(settings.owned);
    free(settings.parts);
    free(settings.fields);
    free(settings.overrides);
    free(settings.urls);
    free(settings.body);
    return exit_code;
}
