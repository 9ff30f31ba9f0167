/* Replays tests/corpus/response: see the README there. */
#include "unit.h"
#include "default_limits.h"

#include "../support/corpus.h"

#define CORPUS_INPUT_MAX 400000
#define CORPUS_TEXT_MAX 65536
#define CORPUS_SPLITS_MAX 700 /* inputs longer than this are cut at as many places */

typedef struct corpus_case {
    char name[8192];
    int head;
    int close; /* 0 no, 1 clean, 2 cut */
    httpsc_limits limits;
    unsigned char input[CORPUS_INPUT_MAX];
    size_t input_len;
    char expected[CORPUS_TEXT_MAX];
} corpus_case;

typedef struct corpus_run {
    const corpus_case *scenario;
    hc_response response;
    httpsc_error error;
    unsigned char body[CORPUS_INPUT_MAX];
    size_t body_len;
    char actual[CORPUS_TEXT_MAX];
    corpus_text out; /* in actual */
    size_t num_taken;
    int over;    /* an end or a failure was reported */
    int mistake; /* the reader broke its contract */
} corpus_run;

static corpus_case corpus_current;
static corpus_run corpus_play;
static int corpus_num_cases;

/* ---- what comes out ----------------------------------------------------------------------- */

static void corpus_put_head(const char *word)
{
    const hc_response *response = &corpus_play.response;

    corpus_put_status(&corpus_play.out, word, response->http_minor, response->status,
                      (const char *)response->text.ptr + response->reason);
    for (size_t i = 0; i < response->num_fields; i++) {
        corpus_put_field(&corpus_play.out, "field ", hc_response_field(response, i));
    }
}

static void corpus_put_framing(void)
{
    static const char *const words[] = {"?", "none", "length", "chunked", "until-close"};

    corpus_put(&corpus_play.out, words[corpus_play.response.framing]);
    corpus_put(&corpus_play.out, corpus_play.response.keep_alive ? " keep\n" : "\n");
}

static void corpus_put_body(void)
{
    const hc_response *response = &corpus_play.response;

    if (corpus_play.body_len > 0) {
        corpus_put(&corpus_play.out, "body ");
        corpus_put_bytes(&corpus_play.out, corpus_play.body, corpus_play.body_len);
        corpus_put(&corpus_play.out, "\n");
    }
    for (size_t i = 0; i < response->num_trailers; i++) {
        corpus_put_field(&corpus_play.out, "trailer ", hc_response_trailer(response, i));
    }
}

/* ---- replaying ---------------------------------------------------------------------------- */

static void corpus_event(hc_response_event event, hc_cursor body)
{
    switch (event) {
    case HC_RESPONSE_INTERIM:
        corpus_put_head("interim");
        break;
    case HC_RESPONSE_HEAD:
        corpus_put_head("head");
        corpus_put_framing();
        break;
    case HC_RESPONSE_BODY:
        corpus_play.mistake |= hc_cursor_left(&body) == 0;
        memcpy(corpus_play.body + corpus_play.body_len, body.at, hc_cursor_left(&body));
        corpus_play.body_len += hc_cursor_left(&body);
        break;
    case HC_RESPONSE_END:
        corpus_put_body();
        corpus_put(&corpus_play.out, "end\n");
        corpus_play.over = 1;
        break;
    case HC_RESPONSE_FAILED:
        corpus_put_body();
        corpus_put(&corpus_play.out, "error ");
        corpus_put(&corpus_play.out, httpsc_code_name(corpus_play.error.code));
        corpus_put(&corpus_play.out, "\n");
        corpus_play.over = 1;
        break;
    case HC_RESPONSE_MORE:
        break;
    }
}

/* A failure and an end stay what they are, and take nothing more. */
static void corpus_check_over(int failed)
{
    unsigned char more[] = "HTTP/1.1 200 OK\r\n\r\n";
    hc_cursor bytes = hc_cursor_over(more, sizeof more - 1);
    hc_cursor body;
    httpsc_error error = {0, 0, 0, {0}};
    hc_response_event event = failed ? HC_RESPONSE_FAILED : HC_RESPONSE_END;

    corpus_play.mistake |=
        hc_response_read(&corpus_play.response, &bytes, &body, &error) != event ||
        bytes.at != more || error.code != corpus_play.error.code ||
        strcmp(error.text, corpus_play.error.text) != 0;
    memset(&error, 0, sizeof error);
    corpus_play.mistake |= hc_response_end(&corpus_play.response, 1, &error) != event ||
                           error.code != corpus_play.error.code ||
                           (failed && corpus_play.response.keep_alive);
}

/* Gives bytes in a block of their size, so that a read past them is seen. */
static void corpus_feed(const unsigned char *input, size_t len)
{
    unsigned char *block = malloc(len == 0 ? 1 : len);
    hc_cursor bytes;
    hc_response_event event;

    if (block == NULL) {
        corpus_play.mistake = 1;
        return;
    }
    if (len > 0) {
        memcpy(block, input, len);
    }
    bytes = hc_cursor_over(block, len);
    do {
        hc_cursor body = {NULL, NULL};

        event = hc_response_read(&corpus_play.response, &bytes, &body, &corpus_play.error);
        corpus_event(event, body);
    } while (event != HC_RESPONSE_MORE && !corpus_play.over);
    corpus_play.mistake |= event == HC_RESPONSE_MORE && hc_cursor_left(&bytes) > 0;
    corpus_play.num_taken += len - hc_cursor_left(&bytes);
    free(block);
}

/* first bytes, then step bytes at a time. */
static void corpus_replay(const corpus_case *scenario, const httpsc_allocator *allocator,
                          size_t first, size_t step)
{
    size_t at = 0;

    corpus_play.scenario = scenario;
    corpus_play.body_len = 0;
    corpus_play.out.ptr = corpus_play.actual;
    corpus_play.out.size = CORPUS_TEXT_MAX;
    corpus_play.out.len = 0;
    corpus_play.actual[0] = '\0';
    corpus_play.num_taken = 0;
    corpus_play.over = 0;
    corpus_play.mistake = 0;
    memset(&corpus_play.error, 0, sizeof corpus_play.error);
    hc_response_init(&corpus_play.response, allocator, &scenario->limits, scenario->head);
    while (at < scenario->input_len && !corpus_play.over) {
        size_t len = hc_min(at == 0 ? first : step, scenario->input_len - at);

        corpus_feed(scenario->input + at, len);
        at += len;
    }
    if (!corpus_play.over) {
        corpus_feed(NULL, 0);
    }
    if (!corpus_play.over && scenario->close != 0) {
        hc_cursor none = {NULL, NULL};

        corpus_event(hc_response_end(&corpus_play.response, scenario->close == 1,
                                     &corpus_play.error),
                     none);
    }
    if (!corpus_play.over) {
        corpus_put_body();
        corpus_put(&corpus_play.out, "more\n");
    } else {
        int failed = corpus_play.error.code != HTTPSC_OK;

        if (!failed && corpus_play.num_taken < scenario->input_len) {
            char text[40];

            snprintf(text, sizeof text, "left %lu\n",
                     (unsigned long)(scenario->input_len - corpus_play.num_taken));
            corpus_put(&corpus_play.out, text);
        }
        corpus_check_over(failed);
    }
    hc_response_free(&corpus_play.response);
}

static void corpus_compare(const char *way, size_t cut, const unit_memory *memory)
{
    const corpus_case *scenario = corpus_play.scenario;
    char text[8300];

    if (strcmp(corpus_play.actual, scenario->expected) != 0 || corpus_play.mistake ||
        memory->live_blocks != 0 || memory->misuse) {
        if (!unit_failed) {
            printf("# %s, %s %lu\n# expected\n%s# actual (%s)\n%s", scenario->name, way,
                   (unsigned long)cut, scenario->expected, corpus_play.error.text,
                   corpus_play.actual);
        }
        snprintf(text, sizeof text, "%s, %s %lu%s", scenario->name, way, (unsigned long)cut,
                 corpus_play.mistake ? ", contract broken" : "");
        unit_check(0, text, __FILE__, __LINE__);
    }
}

/* Every allocation fails once in its turn: that is told, or nothing had come of it. */
static void corpus_starve(const corpus_case *scenario)
{
    for (size_t nth = 1; nth < 200; nth++) {
        unit_memory memory;

        unit_memory_init(&memory);
        memory.fail_at = nth;
        memory.fail_once = 1;
        corpus_replay(scenario, &memory.allocator, scenario->input_len, 1);
        if (memory.num_allocs < nth) {
            return;
        }
        CHECK_INT(corpus_play.error.code, HTTPSC_ERR_MEMORY);
        CHECK(!corpus_play.mistake && memory.live_blocks == 0 && !memory.misuse);
    }
}

static void corpus_run_case(const corpus_case *scenario)
{
    size_t len = scenario->input_len;
    size_t stride = len <= CORPUS_SPLITS_MAX ? 1 : len / CORPUS_SPLITS_MAX + 1;
    unit_memory memory;

    corpus_num_cases++;
    unit_memory_init(&memory);
    corpus_replay(scenario, &memory.allocator, len, len == 0 ? 1 : len);
    corpus_compare("whole", 0, &memory);
    corpus_replay(scenario, &memory.allocator, 1, 1);
    corpus_compare("bytes", 0, &memory);
    for (size_t cut = 1; cut < len; cut += stride) {
        corpus_replay(scenario, &memory.allocator, cut, len);
        corpus_compare("cut at", cut, &memory);
    }
    corpus_starve(scenario);
}

/* ---- reading the files -------------------------------------------------------------------- */

static void corpus_begin(corpus_case *scenario)
{
    scenario->name[0] = '\0';
    scenario->head = 0;
    scenario->close = 0;
    scenario->limits = default_limits;
    scenario->input_len = 0;
    scenario->expected[0] = '\0';
}

static void corpus_read_line(corpus_case *scenario, const char *line)
{
    if (strncmp(line, "name ", 5) == 0) {
        strcpy(scenario->name, line + 5); /* a line is not longer than a name */
    } else if (strcmp(line, "head") == 0) {
        scenario->head = 1;
    } else if (strncmp(line, "limit ", 6) == 0) {
        corpus_set_limit(&scenario->limits, line + 6);
    } else if (strcmp(line, "close clean") == 0) {
        scenario->close = 1;
    } else if (strcmp(line, "close cut") == 0) {
        scenario->close = 2;
    } else if (strncmp(line, "> ", 2) == 0) {
        scenario->input_len +=
            corpus_unescape(line + 2, strlen(line + 2), scenario->input + scenario->input_len,
                            CORPUS_INPUT_MAX - scenario->input_len);
    } else if (strncmp(line, "< ", 2) == 0) {
        size_t len = strlen(scenario->expected);

        snprintf(scenario->expected + len, CORPUS_TEXT_MAX - len, "%s\n", line + 2);
    } else {
        unit_check(line[0] == '#', line, __FILE__, __LINE__);
    }
}

/* Runs the scenarios of one file; 0 when it is not there. */
static int corpus_run_file(const char *name)
{
    static char line[8192];
    const char *dir = getenv("HTTPSC_TEST_CORPUS");
    char path[1024];
    FILE *file;

    snprintf(path, sizeof path, "%s/response/%s.txt", dir == NULL ? "tests/corpus" : dir, name);
    file = fopen(path, "r");
    if (file == NULL) {
        return 0;
    }
    corpus_begin(&corpus_current);
    corpus_num_cases = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0') {
            corpus_read_line(&corpus_current, line);
            continue;
        }
        if (corpus_current.name[0] != '\0') {
            corpus_run_case(&corpus_current);
        }
        corpus_begin(&corpus_current);
    }
    if (corpus_current.name[0] != '\0') {
        corpus_run_case(&corpus_current);
    }
    fclose(file);
    CHECK(corpus_num_cases >= 10);
    return 1;
}

#define CORPUS_TEST(test, name) \
    static void test(void) \
    { \
        if (!corpus_run_file(name)) { \
            SKIP("no corpus; set HTTPSC_TEST_CORPUS"); \
        } \
    }

CORPUS_TEST(corpus_status_line, "status_line")
CORPUS_TEST(corpus_fields, "fields")
CORPUS_TEST(corpus_interim, "interim")
CORPUS_TEST(corpus_framing, "framing")
CORPUS_TEST(corpus_chunked, "chunked")
CORPUS_TEST(corpus_truncation, "truncation")
CORPUS_TEST(corpus_connection, "connection")
CORPUS_TEST(corpus_limits, "limits")

UNIT_MAIN(UNIT(corpus_status_line), UNIT(corpus_fields), UNIT(corpus_interim),
          UNIT(corpus_framing), UNIT(corpus_chunked), UNIT(corpus_truncation),
          UNIT(corpus_connection), UNIT(corpus_limits))
