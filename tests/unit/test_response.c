/* What the corpus cannot say: texts, memory, places, and the reader's manners. */
#include "unit.h"
#include "default_limits.h"

static unit_memory response_memory;
static hc_response response;
static httpsc_error response_error;
static size_t response_peak;

static void response_begin(const httpsc_limits *limits, int head_request)
{
    unit_memory_init(&response_memory);
    memset(&response_error, 0, sizeof response_error);
    hc_response_init(&response, &response_memory.allocator, limits, head_request);
    response_peak = 0;
}

/* Feeds len bytes until the reader wants more, ends or fails; body bytes are dropped. */
static hc_response_event response_feed(const void *input, size_t len)
{
    hc_cursor bytes = hc_cursor_over(input, len);
    hc_cursor body;
    hc_response_event event;

    do {
        event = hc_response_read(&response, &bytes, &body, &response_error);
        if (response_memory.live_bytes > response_peak) {
            response_peak = response_memory.live_bytes;
        }
    } while (event == HC_RESPONSE_BODY || event == HC_RESPONSE_HEAD ||
             event == HC_RESPONSE_INTERIM);
    return event;
}

static hc_response_event response_feed_text(const char *text)
{
    return response_feed(text, strlen(text));
}

static void response_finish(void)
{
    hc_response_free(&response);
    CHECK(response_memory.live_blocks == 0 && !response_memory.misuse);
}

/* The error's text has the limit, or the bytes that were wrong, escaped. */
static void response_says(const char *input, int code, const char *words)
{
    response_begin(&default_limits, 0);
    CHECK_INT(response_feed_text(input), HC_RESPONSE_FAILED);
    CHECK_INT(response_error.code, code);
    CHECK(response_error.stage == HTTPSC_STAGE_RESPONSE ||
          response_error.stage == HTTPSC_STAGE_BODY);
    if (strstr(response_error.text, words) == NULL) {
        CHECK_TEXT(response_error.text, words);
    }
    response_finish();
}

static void response_error_texts(void)
{
    static char line[20000];

    response_says("HTTP/1.1 20\x1b OK\r\n", HTTPSC_ERR_RESPONSE_STATUS_LINE,
                  "\"HTTP/1.1 20\\x1b OK\"");
    response_says("SSH-2.0", HTTPSC_ERR_RESPONSE_STATUS_LINE, "not HTTP/1: \"SSH-2.0\"");
    response_says("HTTP/1.1 200 OK\r\nA\x07: 1\r\n", HTTPSC_ERR_RESPONSE_FIELD, "\"A\\x07\"");
    response_says("HTTP/1.1 200 OK\r\nA: \x07\r\n", HTTPSC_ERR_RESPONSE_FIELD, "\"A: \\x07\"");
    response_says("HTTP/1.1 200 OK\r\nA: 1\n", HTTPSC_ERR_RESPONSE_FIELD,
                  "an LF without CR before it: \"A: 1\"");
    response_says("HTTP/1.1 200 OK\r\nA: 1\r2", HTTPSC_ERR_RESPONSE_FIELD,
                  "a CR without LF behind: \"A: 1\"");
    response_says("HTTP/1.1 200 OK\r\nContent-Length: 1,1\r\n\r\n", HTTPSC_ERR_RESPONSE_FRAMING,
                  "Content-Length is not a length: \"1,1\"");
    response_says("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                  HTTPSC_ERR_RESPONSE_FRAMING, "\"gzip\"");
    response_says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
                  HTTPSC_ERR_BODY_CHUNK, "\"-1\"");
    response_says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy",
                  HTTPSC_ERR_BODY_CHUNK, "\"y\"");
    response_says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA\r\n",
                  HTTPSC_ERR_BODY_TRAILER, "\"A\"");
    strcpy(line, "HTTP/1.1 200 ");
    memset(line + 13, 'x', 1100);
    response_says(line, HTTPSC_ERR_LIMIT_STATUS_LINE, "the limit is 1024");
    strcpy(line, "HTTP/1.1 200 OK\r\nA:");
    memset(line + 19, 'x', 16400);
    response_says(line, HTTPSC_ERR_LIMIT_FIELD_LINE, "the limit is 16384");
}

/* After a failure every call says the same, and the caller's error is not overwritten. */
static void response_stays_failed(void)
{
    httpsc_error error = {HTTPSC_ERR_CANCELLED, 0, 0, "mine"};
    hc_cursor bytes = hc_cursor_over("x", 1);
    hc_cursor body;

    response_begin(&default_limits, 0);
    CHECK_INT(response_feed_text("x"), HC_RESPONSE_FAILED);
    CHECK_INT(hc_response_read(&response, &bytes, &body, &error), HC_RESPONSE_FAILED);
    CHECK_INT(error.code, HTTPSC_ERR_CANCELLED);
    CHECK_TEXT(error.text, "mine");
    CHECK_INT(hc_cursor_left(&bytes), 1);
    memset(&error, 0, sizeof error);
    CHECK_INT(hc_response_end(&response, 1, &error), HC_RESPONSE_FAILED);
    CHECK_INT(error.code, HTTPSC_ERR_RESPONSE_STATUS_LINE);
    CHECK(strcmp(error.text, response_error.text) == 0);
    response_finish();

    /* an end that was too early is for good as well */
    response_begin(&default_limits, 0);
    CHECK_INT(hc_response_end(&response, 1, &response_error), HC_RESPONSE_FAILED);
    CHECK_INT(response_error.code, HTTPSC_ERR_RESPONSE_EMPTY);
    CHECK_INT(response_feed_text("HTTP/1.1 204 No\r\n\r\n"), HC_RESPONSE_FAILED);
    CHECK_INT(response.status, 0);
    response_finish();
}

static void response_started(void)
{
    hc_cursor body;
    hc_cursor none = hc_cursor_over(NULL, 0);

    response_begin(&default_limits, 0);
    CHECK(!hc_response_started(&response));
    CHECK_INT(hc_response_read(&response, &none, &body, &response_error), HC_RESPONSE_MORE);
    CHECK(!hc_response_started(&response));
    CHECK_INT(response_feed_text("\r"), HC_RESPONSE_MORE);
    CHECK(hc_response_started(&response));
    response_finish();
}

/* Events come one a call; the body is inside the caller's bytes. */
static void response_events(void)
{
    static const char input[] = "HTTP/1.1 100 C\r\nA: 1\r\n\r\nHTTP/1.1 200 OK\r\n"
                                "Content-Length: 5\r\n\r\nhelloX";
    hc_cursor bytes = hc_cursor_over(input, sizeof input - 1);
    hc_cursor body = {NULL, NULL};

    response_begin(&default_limits, 0);
    CHECK_INT(hc_response_read(&response, &bytes, &body, &response_error), HC_RESPONSE_INTERIM);
    CHECK_INT(response.status, 100);
    CHECK_INT(response.num_fields, 1);
    CHECK_TEXT(hc_response_field(&response, 0).value, "1");
    CHECK_INT(hc_response_read(&response, &bytes, &body, &response_error), HC_RESPONSE_HEAD);
    CHECK_INT(response.status, 200);
    CHECK_INT(response.num_fields, 1);
    CHECK_TEXT(hc_response_field(&response, 0).name, "Content-Length");
    CHECK(body.at == NULL);
    CHECK_INT(hc_response_read(&response, &bytes, &body, &response_error), HC_RESPONSE_BODY);
    CHECK(body.at == (const unsigned char *)input + sizeof input - 7);
    CHECK_INT(hc_cursor_left(&body), 5);
    CHECK_INT(hc_response_read(&response, &bytes, &body, &response_error), HC_RESPONSE_END);
    CHECK_INT(hc_cursor_left(&bytes), 1);
    CHECK_INT(hc_response_read(&response, &bytes, &body, &response_error), HC_RESPONSE_END);
    CHECK_INT(hc_cursor_left(&bytes), 1);
    response_finish();

    /* a body of no bytes ends without another byte */
    response_begin(&default_limits, 1);
    bytes = hc_cursor_over("HTTP/1.1 200 OK\r\n\r\n", 19);
    CHECK_INT(hc_response_read(&response, &bytes, &body, &response_error), HC_RESPONSE_HEAD);
    CHECK_INT(hc_cursor_left(&bytes), 0);
    CHECK_INT(hc_response_read(&response, &bytes, &body, &response_error), HC_RESPONSE_END);
    response_finish();
}

/* DEFENCES I20: 2^40 bytes are counted, here with the reader's own counter moved on. */
static void response_counts_64_bits(void)
{
    response_begin(&default_limits, 0);
    CHECK_INT(response_feed_text("HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\nxyz"),
              HC_RESPONSE_MORE);
    CHECK(response.body_left == UINT64_C(1099511627773));
    response.body_left = 2;
    CHECK_INT(response_feed_text("xy"), HC_RESPONSE_END);
    response_finish();
}

/* Whatever comes, memory stays within what the limits say. */
static void response_memory_is_bounded(void)
{
    static const char *const floods[] = {
        "A: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n",
        "A:\r\n", "A: 1\r\n 2\r\n", "xxxxxxxxxxxxxxxx", "A: 1\r\n\r\nHTTP/1.1 100 C\r\n"};
    httpsc_limits limits = default_limits;
    size_t bound;

    limits.max_fields = 1000;
    limits.max_interim = SIZE_MAX;
    bound = 2 * (limits.max_fields_bytes + limits.max_trailer_bytes +
                 limits.max_fields * sizeof(hc_field_place) + limits.max_field_line_bytes);
    for (size_t i = 0; i < HC_ARRAY_LEN(floods); i++) {
        hc_response_event event = HC_RESPONSE_MORE;
        size_t num_bytes = 0;

        response_begin(&limits, 0);
        CHECK_INT(response_feed_text("HTTP/1.1 100 C\r\n"), HC_RESPONSE_MORE);
        while (event == HC_RESPONSE_MORE && num_bytes < 1000000) {
            event = response_feed_text(floods[i]);
            num_bytes += strlen(floods[i]);
        }
        CHECK_INT(event, HC_RESPONSE_FAILED);
        CHECK(num_bytes <= 2 * limits.max_fields_bytes); /* empty lines are free */
        CHECK(response_peak <= bound);
        response_finish();
    }

    /* a body leaves nothing behind */
    response_begin(&limits, 0);
    CHECK_INT(response_feed_text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
              HC_RESPONSE_MORE);
    response_peak = 0;
    for (int i = 0; i < 20000; i++) {
        CHECK_INT(response_feed_text("0000000000000010\r\n0123456789abcdef\r\n"),
                  HC_RESPONSE_MORE);
    }
    CHECK(response_peak <= 2000);
    response_finish();
}

/* Places are 32 bits wide: with limits beyond that the text ends where they do. */
static void response_places_fit(void)
{
    httpsc_limits limits = default_limits;

    limits.max_fields_bytes = SIZE_MAX;
    limits.max_trailer_bytes = SIZE_MAX;
    limits.max_fields = SIZE_MAX;
    limits.max_trailers = SIZE_MAX;
    response_begin(&limits, 0);
    CHECK(response.text.max <= UINT32_MAX);
    CHECK(response.text.max >= 65536);
    CHECK(response.fields.max >= 65536);
    CHECK(response.trailers.max >= 65536);
    response_finish();
    limits.max_trailer_bytes = 2; /* the sum would wrap to 1 */
    response_begin(&limits, 0);
    CHECK(response.text.max >= 65536);
    response_finish();
}

UNIT_MAIN(UNIT(response_error_texts), UNIT(response_stays_failed), UNIT(response_started),
          UNIT(response_events), UNIT(response_counts_64_bits), UNIT(response_memory_is_bounded),
          UNIT(response_places_fit))
