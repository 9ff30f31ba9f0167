/*
 * Scenarios of tests/corpus: whole transfers at the public face, over a network in memory. The
 * README there has the words of the files. Include httpsc.h before it.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "corpus.h"
#include "memory_net.h"

#define SCENARIO_LINE 16384
#define SCENARIO_ARENA 4000000

#define SCENARIO_REQUESTS 12
#define SCENARIO_LISTS 8 /* fields, query, form and parts of a request */
#define SCENARIO_CONNECTIONS 16
#define SCENARIO_STEPS 48
#define SCENARIO_TEXT 65536

typedef struct scenario_request {
    httpsc_request request; /* source.user is the player's to set */
    httpsc_field fields[SCENARIO_LISTS];
    httpsc_field query[SCENARIO_LISTS];
    httpsc_field form[SCENARIO_LISTS];
    httpsc_part parts[SCENARIO_LISTS];
    const char *secret_names[SCENARIO_LISTS];
    httpsc_bytes source;
    int has_source;
    int no_rewind;
    int sink;          /* the body goes to a sink */
    int stop;          /* closed once the head is there */
    long pause_s;      /* passes before it begins */
} scenario_request;

typedef struct scenario {
    char name[512];
    httpsc_options options;
    scenario_request requests[SCENARIO_REQUESTS];
    size_t num_requests;
    peer_config configs[SCENARIO_CONNECTIONS];
    peer_step steps[SCENARIO_CONNECTIONS][SCENARIO_STEPS];
    peer_config inners[SCENARIO_CONNECTIONS];
    peer_step inner_steps[SCENARIO_CONNECTIONS][SCENARIO_STEPS];
    const char *places[SCENARIO_CONNECTIONS]; /* "host:port", or NULL: wherever */
    size_t num_connections;
    size_t num_said;   /* bytes of the server, without TLS's own */
    size_t mark;       /* the error comes when so many bytes were given; SIZE_MAX: all of them */
    int has_tls;
    int is_response;   /* of tests/corpus/response: what comes out is told line by line */
    char expected[SCENARIO_TEXT];
    /* the reader's own */
    size_t num_steps;
    int in_tunnel;
    int in_head;
    int ending;        /* these for a response: the server's last step */
    int is_kept;
    int in_interim;
    int has_left;      /* bytes come behind the first response */
    char *arena;
    size_t arena_len;
} scenario;

/* ---- memory of a scenario ---- */

static inline char *scenario_keep(scenario *one, const char *text)
{
    size_t len = strlen(text) + 1;
    char *at = one->arena + one->arena_len;

    if (SCENARIO_ARENA - one->arena_len < len) {
        CHECK(!"a scenario's arena is full");
        exit(3);
    }
    memcpy(at, text, len);
    one->arena_len += len;
    return at;
}

/* Escapes undone; a NUL stands behind. */
static inline httpsc_bytes scenario_bytes(scenario *one, const char *text, size_t len)
{
    unsigned char *at = (unsigned char *)one->arena + one->arena_len;
    httpsc_bytes bytes;

    bytes.ptr = at;
    bytes.len = corpus_unescape(text, len, at, SCENARIO_ARENA - one->arena_len - 1);
    at[bytes.len] = '\0';
    one->arena_len += bytes.len + 1;
    return bytes;
}

static inline const char *scenario_unescaped(scenario *one, const char *text)
{
    return (const char *)scenario_bytes(one, text, strlen(text)).ptr;
}

/* "N: V" or "N=V"; "N:" alone has no value, and "N: " an empty one. */
static inline void scenario_pair(scenario *one, const char *text, char separator, httpsc_field *out)
{
    char *copy = scenario_keep(one, text);
    char *at = strchr(copy, separator);

    CHECK(at != NULL);
    if (at == NULL) {
        return;
    }
    *at++ = '\0';
    out->name = scenario_unescaped(one, copy);
    out->value = NULL;
    if (separator != ':') {
        out->value = scenario_unescaped(one, at);
    } else if (*at == ' ') {
        out->value = scenario_unescaped(one, at + 1);
    }
}

/* ---- the server ---- */

static inline peer_step *scenario_step(scenario *one, peer_step_kind kind)
{
    static const peer_step none;
    size_t i = one->num_connections - 1;
    peer_step *steps = one->in_tunnel ? one->inner_steps[i] : one->steps[i];

    if (one->num_connections == 0 || one->num_steps + 2 > SCENARIO_STEPS) {
        CHECK(!"no connection, or too many steps in it");
        exit(3);
    }
    steps[one->num_steps] = none;
    steps[one->num_steps].kind = kind;
    steps[one->num_steps + 1] = none;
    steps[one->num_steps + 1].kind = PEER_KIND_HOLD;
    return &steps[one->num_steps++];
}

static inline void scenario_want(scenario *one, const char *text)
{
    httpsc_bytes bytes = scenario_bytes(one, text, strlen(text));
    peer_step *step = scenario_step(one, PEER_KIND_AWAIT_TEXT);

    step->bytes = (const char *)bytes.ptr;
    step->len = bytes.len;
}

/* A head that `want` began ends with the first other word. */
static inline void scenario_end_head(scenario *one)
{
    if (one->in_head) {
        one->in_head = 0;
        scenario_want(one, "\\r\\n");
    }
}

static inline void scenario_say(scenario *one, const char *text)
{
    const char *mark = strstr(text, "\\!");
    size_t before = mark == NULL ? strlen(text) : (size_t)(mark - text);
    httpsc_bytes bytes = scenario_bytes(one, text, before);
    peer_step *step;

    if (mark != NULL) {
        one->mark = one->num_said + bytes.len;
        one->arena_len--; /* the rest goes right behind */
        bytes.len += scenario_bytes(one, mark + 2, strlen(mark + 2)).len;
    }
    step = scenario_step(one, PEER_KIND_SEND);
    step->bytes = (const char *)bytes.ptr;
    step->len = bytes.len;
    one->num_said += bytes.len;
}

/* "[PLACE] [tls]" */
static inline void scenario_connection(scenario *one, const char *text)
{
    static const peer_config none;
    size_t i = one->num_connections++;
    const char *tls = strstr(text, "tls");

    CHECK(one->num_connections <= SCENARIO_CONNECTIONS);
    one->configs[i] = none;
    one->configs[i].script = one->steps[i];
    one->in_tunnel = 0;
    one->num_steps = 0;
    if (tls != NULL) {
        one->configs[i].tls = "good";
        one->has_tls = 1;
    }
    one->places[i] = NULL;
    if (strchr(text, ':') != NULL) {
        char *place = scenario_keep(one, text);

        place[strcspn(place, " ")] = '\0';
        one->places[i] = place;
    }
    one->steps[i][0].kind = PEER_KIND_HOLD;
}

static inline void scenario_tunnel(scenario *one, int is_tls)
{
    static const peer_config none;
    size_t i = one->num_connections - 1;

    scenario_step(one, PEER_KIND_INNER)->bytes = (const char *)(const void *)&one->inners[i];
    one->inners[i] = none;
    one->inners[i].script = one->inner_steps[i];
    one->inners[i].tls = is_tls ? "good" : NULL;
    one->has_tls |= is_tls;
    one->in_tunnel = 1;
    one->num_steps = 0;
    one->inner_steps[i][0].kind = PEER_KIND_HOLD;
}

/* 1 when the word was one of the server's. */
static inline int scenario_server_word(scenario *one, const char *word, const char *text)
{
    char line[SCENARIO_LINE + 100];
    char method[64];
    char target[4096];
    char host[512];

    if (strcmp(word, "+") == 0 && one->in_head) {
        snprintf(line, sizeof line, "%s\\r\\n", text);
        scenario_want(one, line);
        return 1;
    }
    scenario_end_head(one);
    if (strcmp(word, "connection") == 0) {
        scenario_connection(one, text);
    } else if (strcmp(word, "tunnel") == 0) {
        scenario_tunnel(one, strcmp(text, "tls") == 0);
    } else if (strcmp(word, "want") == 0 &&
               sscanf(text, "%63s %4095s %511s", method, target, host) == 3) {
        snprintf(line, sizeof line, "%s %s HTTP/1.1\\r\\nHost: %s\\r\\n", method, target, host);
        scenario_want(one, line);
        one->in_head = 1;
    } else if (strcmp(word, "|") == 0) {
        scenario_want(one, text);
    } else if (strcmp(word, "say") == 0) {
        scenario_say(one, text);
    } else if (strcmp(word, "ok") == 0) {
        scenario_say(one, "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok");
    } else if (strcmp(word, "answer") == 0) {
        snprintf(line, sizeof line, "HTTP/1.1 %.3s Go\\r\\n%s%sContent-Length: 0\\r\\n\\r\\n", text,
                 text[3] == ' ' ? text + 4 : "", text[3] == ' ' ? "\\r\\n" : "");
        scenario_say(one, line);
    } else if (strcmp(word, "close") == 0) {
        scenario_step(one, strcmp(text, "cut") == 0 ? PEER_KIND_CUT : PEER_KIND_END);
    } else if (strcmp(word, "reset") == 0) {
        scenario_step(one, PEER_KIND_RESET);
    } else {
        return 0;
    }
    return 1;
}

/* ---- the client ---- */

static inline int scenario_auth_kind(const char *text)
{
    static const char *const kinds[] = {"none", "basic", "digest", "any", "bearer"};

    for (int i = 0; i < 5; i++) {
        if (strcmp(text, kinds[i]) == 0) {
            return i;
        }
    }
    unit_check(0, text, __FILE__, __LINE__);
    return 0;
}

static inline void scenario_set(scenario *one, const char *name, const char *text)
{
    httpsc_options *options = &one->options;
    const struct {
        const char *name;
        const char **text;
        int *flag;
    } names[] = {
        {"proxy", &options->proxy, NULL},
        {"proxy_user", &options->proxy_user, NULL},
        {"proxy_password", &options->proxy_password, NULL},
        {"no_proxy", &options->no_proxy, NULL},
        {"user_agent", &options->user_agent, NULL},
        {"connect_to", &options->connect_to, NULL},
        {"cookies", NULL, &options->cookies},
        {"allow_downgrade", NULL, &options->allow_downgrade},
        {"allow_http", NULL, &options->allow_http},
        {"tunnel_http", NULL, &options->tunnel_http},
        {"no_decode", NULL, &options->no_decode},
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i].name) == 0) {
            if (names[i].text != NULL) {
                *names[i].text = scenario_keep(one, text);
            } else {
                *names[i].flag = (int)strtol(text, NULL, 10);
            }
            return;
        }
    }
    if (strcmp(name, "proxy_auth") == 0) {
        options->proxy_auth = scenario_auth_kind(text);
    } else if (strcmp(name, "limit") == 0) {
        corpus_set_limit(&options->limits, text);
    } else {
        unit_check(0, name, __FILE__, __LINE__);
    }
}

static inline void scenario_begin_request(scenario *one, const char *text)
{
    static const scenario_request none;
    scenario_request *fresh = &one->requests[one->num_requests++];
    char method[128] = "";
    int behind = 0;

    CHECK(one->num_requests <= SCENARIO_REQUESTS);
    *fresh = none;
    sscanf(text, "%127s %n", method, &behind);
    fresh->request.method = scenario_unescaped(one, method);
    fresh->request.url = scenario_unescaped(one, text + behind);
    fresh->request.fields = fresh->fields;
    fresh->fields[0].name = "Accept"; /* is not sent */
    fresh->request.num_fields = 1;
    fresh->request.query = fresh->query;
    fresh->request.form = fresh->form;
    fresh->request.parts = fresh->parts;
    fresh->request.secret_names = fresh->secret_names;
}

static inline void scenario_with_flag(scenario_request *last, const char *name)
{
    const struct {
        const char *name;
        int *flag;
    } flags[] = {
        {"chunked", &last->request.chunked},       {"expect", &last->request.expect_continue},
        {"resend", &last->request.resend_cross_origin},
        {"no_redirects", &last->request.no_redirects},
        {"no_rewind", &last->no_rewind},           {"sink", &last->sink},
        {"stop", &last->stop},
    };

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (strcmp(name, flags[i].name) == 0) {
            *flags[i].flag = 1;
            return;
        }
    }
    unit_check(0, name, __FILE__, __LINE__);
}

/* What a request has several of: 1 when it was that. */
static inline int scenario_with_list(scenario *one, scenario_request *last, const char *name,
                              const char *text)
{
    httpsc_request *request = &last->request;
    httpsc_field pair;

    CHECK(request->num_fields < SCENARIO_LISTS && request->num_query < SCENARIO_LISTS);
    CHECK(request->num_form < SCENARIO_LISTS && request->num_parts < SCENARIO_LISTS);
    if (strcmp(name, "field") == 0) {
        scenario_pair(one, text, ':', &last->fields[request->num_fields++]);
    } else if (strcmp(name, "query") == 0) {
        scenario_pair(one, text, '=', &last->query[request->num_query++]);
    } else if (strcmp(name, "form") == 0) {
        scenario_pair(one, text, '=', &last->form[request->num_form++]);
    } else if (strcmp(name, "part") == 0) {
        scenario_pair(one, text, '=', &pair);
        last->parts[request->num_parts].name = pair.name;
        last->parts[request->num_parts].value.ptr = (const unsigned char *)pair.value;
        last->parts[request->num_parts++].value.len = strlen(pair.value);
    } else if (strcmp(name, "secret") == 0) {
        last->secret_names[request->num_secret_names++] = scenario_keep(one, text);
    } else {
        return 0;
    }
    return 1;
}

static inline void scenario_with(scenario *one, const char *name, const char *text)
{
    scenario_request *last = &one->requests[one->num_requests - 1];
    httpsc_request *request = &last->request;

    if (one->num_requests == 0 || scenario_with_list(one, last, name, text)) {
        CHECK(one->num_requests > 0);
    } else if (strcmp(name, "body") == 0) {
        request->body = scenario_bytes(one, text, strlen(text));
    } else if (strcmp(name, "source") == 0) {
        last->source = scenario_bytes(one, text, strlen(text));
        last->has_source = 1;
        request->source_len = HTTPSC_LENGTH_UNKNOWN;
    } else if (strcmp(name, "source_len") == 0) {
        request->source_len = strtol(text, NULL, 10);
    } else if (strcmp(name, "json") == 0) {
        request->json = scenario_keep(one, text);
    } else if (strcmp(name, "type") == 0) {
        request->content_type = scenario_keep(one, text);
    } else if (strcmp(name, "auth") == 0) {
        request->auth.kind = scenario_auth_kind(text);
    } else if (strcmp(name, "user") == 0) {
        request->auth.user = scenario_unescaped(one, text);
    } else if (strcmp(name, "password") == 0) {
        request->auth.password = scenario_unescaped(one, text);
    } else if (strcmp(name, "token") == 0) {
        request->auth.bearer = scenario_unescaped(one, text);
    } else if (strcmp(name, "max_redirects") == 0) {
        request->max_redirects = (int)strtol(text, NULL, 10);
    } else if (strcmp(name, "resume") == 0) {
        request->resume_from = strtoul(text, NULL, 10);
    } else if (strcmp(name, "validator") == 0) {
        request->resume_validator = scenario_keep(one, text);
    } else if (strcmp(name, "pause") == 0) {
        last->pause_s = strtol(text, NULL, 10);
    } else {
        scenario_with_flag(last, name);
    }
}

/* ---- the files ---- */

static inline void scenario_init(scenario *one)
{
    static const httpsc_options none;
    char *arena = one->arena;

    one->arena = arena != NULL ? arena : malloc(SCENARIO_ARENA);
    if (one->arena == NULL) {
        exit(3);
    }
    one->arena_len = 0;
    one->name[0] = '\0';
    one->options = none;
    one->options.allow_http = 1;
    one->options.user_agent = "";
    one->options.no_decode = 1;
    one->num_requests = 0;
    one->num_connections = 0;
    one->num_said = 0;
    one->mark = SIZE_MAX;
    one->has_tls = 0;
    one->is_response = 0;
    one->expected[0] = '\0';
    one->in_head = 0;
    one->ending = PEER_KIND_HOLD;
    one->is_kept = 0;
    one->in_interim = 0;
    one->has_left = 0;
    one->in_tunnel = 0;
    one->num_steps = 0;
}

static inline void scenario_expect(scenario *one, const char *text)
{
    size_t len = strlen(one->expected);

    snprintf(one->expected + len, SCENARIO_TEXT - len, "%s\n", text);
}

static inline void scenario_line(scenario *one, const char *line)
{
    char word[32] = "";
    char name[32] = "";
    int behind = 0;
    int behind_name = 0;

    sscanf(line, "%31s%n", word, &behind);
    line += behind + (line[behind] == ' ');
    sscanf(line, "%31s%n", name, &behind_name);
    behind_name += line[behind_name] == ' ';
    if (strcmp(word, "#") == 0) {
        return;
    }
    if (scenario_server_word(one, word, line)) {
        return;
    }
    if (strcmp(word, "name") == 0) {
        snprintf(one->name, sizeof one->name, "%.500s", line);
    } else if (strcmp(word, "set") == 0) {
        scenario_set(one, name, line + behind_name);
    } else if (strcmp(word, "request") == 0) {
        scenario_begin_request(one, line);
    } else if (strcmp(word, "with") == 0) {
        scenario_with(one, name, line + behind_name);
    } else if (strcmp(word, "left") == 0) {
        one->has_left = 1;
    } else if (strcmp(word, "<") == 0) {
        scenario_expect(one, line);
    } else {
        unit_check(0, word, __FILE__, __LINE__);
    }
}

/* What comes out of the reader of responses, as far as a program sees it: no interim responses, no
 * framing, trailers only of a whole body. A connection that may be kept is, where nothing came
 * behind the response. */
static inline void scenario_response_expect(scenario *one, const char *line)
{
    static const char *const framings[] = {"none", "length", "chunked", "until-close"};
    int is_interim = strncmp(line, "interim", 7) == 0;

    for (size_t i = 0; i < sizeof framings / sizeof framings[0]; i++) {
        if (strncmp(line, framings[i], strlen(framings[i])) == 0) {
            one->is_kept = strstr(line, " keep") != NULL;
            return;
        }
    }
    one->in_interim = is_interim || (one->in_interim && strncmp(line, "field", 5) == 0);
    if (strncmp(line, "left", 4) == 0) {
        one->is_kept = 0;
        one->has_left = 1;
    } else if (strcmp(line, "more") == 0) {
        one->is_kept = 0;
        scenario_expect(one, strncmp(one->expected, "head", 4) == 0
                                 ? "error ERR_TIMEOUT_IDLE"
                                 : "error ERR_TIMEOUT_FIRST_BYTE");
    } else if (!one->in_interim) {
        char *trailer = strstr(one->expected, "\ntrailer ");

        if (strncmp(line, "error", 5) == 0) {
            one->is_kept = 0;
            if (trailer != NULL) {
                trailer[1] = '\0';
            }
        }
        scenario_expect(one, line);
    }
}

static inline void scenario_response_server(scenario *one)
{
    if (one->num_connections == 0) {
        scenario_connection(one, "");
        scenario_step(one, PEER_KIND_AWAIT_HEAD);
    }
}

static inline void scenario_response_end(scenario *one)
{
    scenario_response_server(one);
    if (one->ending != PEER_KIND_HOLD) {
        scenario_step(one, (peer_step_kind)one->ending);
    }
    if (one->ending == PEER_KIND_CUT) { /* only TLS can tell a cut from an end */
        one->requests[0].request.url = "https://a.test/";
        one->configs[0].tls = "good";
        one->has_tls = 1;
    }
    if (one->is_kept) {
        scenario_expect(one, "kept");
    }
    if (one->has_left) { /* what came behind is no answer to anything */
        scenario_begin_request(one, "GET http://a.test/");
        scenario_connection(one, "");
        scenario_step(one, PEER_KIND_AWAIT_HEAD);
        scenario_say(one, "HTTP/1.1 200 Else\\r\\nContent-Length: 0\\r\\n\\r\\n");
        scenario_expect(one, "head 200 Else\nfield Content-Length: 0\nend\nkept");
    }
}

/* A line of tests/corpus/response: the same exchange for a whole client. */
static inline void scenario_response_line(scenario *one, const char *line)
{
    if (strncmp(line, "name ", 5) == 0) {
        snprintf(one->name, sizeof one->name, "%.500s", line + 5);
        scenario_begin_request(one, "GET http://a.test/");
        one->requests[0].request.no_redirects = 1;
        one->is_response = 1;
        one->options.limits.max_body_bytes = 1 << 20;
    } else if (strcmp(line, "head") == 0) {
        one->requests[0].request.method = "HEAD";
    } else if (strncmp(line, "limit ", 6) == 0) {
        corpus_set_limit(&one->options.limits, line + 6);
    } else if (strcmp(line, "close clean") == 0) {
        one->ending = PEER_KIND_END;
    } else if (strcmp(line, "close cut") == 0) {
        one->ending = PEER_KIND_CUT;
    } else if (strncmp(line, "> ", 2) == 0) {
        scenario_response_server(one);
        scenario_say(one, line + 2);
    } else if (strncmp(line, "< ", 2) == 0) {
        scenario_response_expect(one, line + 2);
    } else {
        unit_check(line[0] == '#', line, __FILE__, __LINE__);
    }
}

/* Reads DIRECTORY/NAME.txt of the corpus and plays each scenario. The number of them; 0 where there
 * is no such file. */
static inline int scenario_each(const char *directory, const char *name,
                                void (*play)(const scenario *one))
{
    static char line[SCENARIO_LINE];
    static scenario one;
    const char *dir = getenv("HTTPSC_TEST_CORPUS");
    char path[1024];
    FILE *file;
    int num = 0;
    int more = 1;

    snprintf(path, sizeof path, "%s/%s/%s.txt", dir == NULL ? "tests/corpus" : dir, directory,
             name);
    file = fopen(path, "r");
    if (file == NULL) {
        return 0;
    }
    scenario_init(&one);
    while (more) {
        more = fgets(line, sizeof line, file) != NULL;
        line[more ? strcspn(line, "\n") : 0] = '\0';
        if (line[0] == '\0') {
            scenario_end_head(&one);
            if (one.name[0] != '\0') {
                if (one.is_response) {
                    scenario_response_end(&one);
                }
                play(&one);
                num++;
            }
            scenario_init(&one);
        } else if (strcmp(directory, "response") == 0) {
            scenario_response_line(&one, line);
        } else {
            scenario_line(&one, line);
        }
    }
    fclose(file);
    free(one.arena);
    one.arena = NULL;
    return num;
}

#endif
