/* Bodies that are made of fields: urlencoded and multipart. */
#include "unit.h"

static unit_memory form_memory;
static httpsc_error form_error;
static const unsigned char form_random[HC_BOUNDARY_RANDOM_BYTES] = {0x01, 0xab, 0xff};

#define B "httpsc-01abff00000000000000000000000000"

static const char *form_text(hc_buffer *out)
{
    static char text[4096];

    snprintf(text, sizeof text, "%.*s", (int)out->len, out->len == 0 ? "" : (char *)out->ptr);
    hc_buffer_free(out);
    return text;
}

static void form_open(hc_buffer *out)
{
    unit_memory_init(&form_memory);
    memset(&form_error, 0, sizeof form_error);
    hc_buffer_init(out, &form_memory.allocator, 4096);
}

/* ---- urlencoded --------------------------------------------------------------------------- */

static void form_fields(void)
{
    static const httpsc_field fields[] = {
        {"a b", "c&d=e"}, {"", ""}, {"flag", NULL}, {"\xC3\xA4", "~*-._+%/?#\r\n\t"}};
    hc_buffer out;

    form_open(&out);
    CHECK_INT(hc_form_add(fields, HC_ARRAY_LEN(fields), &out), HC_BUFFER_OK);
    CHECK_TEXT(form_text(&out), "a+b=c%26d%3De&=&flag&%C3%A4=%7E*-._%2B%25%2F%3F%23%0D%0A%09");
    CHECK_INT(hc_form_add(fields, 0, &out), HC_BUFFER_OK);
    CHECK_TEXT(form_text(&out), "");
    CHECK_INT(form_memory.live_blocks, 0);
}

/* Every byte: what a form may hold as it is, and nothing else (WHATWG URL, 5.2). */
static void form_bytes(void)
{
    for (int byte = 1; byte < 256; byte++) {
        int is_plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                       (byte >= 'A' && byte <= 'Z') || strchr("*-._", byte) != NULL;
        char value[2] = {(char)byte, '\0'};
        char expected[8];
        httpsc_field field = {"n", NULL};
        hc_buffer out;

        field.value = value;
        snprintf(expected, sizeof expected, is_plain ? "n=%c" : byte == ' ' ? "n=+" : "n=%%%02X",
                 (unsigned)byte);
        form_open(&out);
        CHECK_INT(hc_form_add(&field, 1, &out), HC_BUFFER_OK);
        CHECK_TEXT(form_text(&out), expected);
    }
}

static void form_queries(void)
{
    static const httpsc_field fields[] = {{"a", "1"}, {"b", "x y"}};
    static const char *const cases[][2] = {
        {"https://h", "https://h?a=1&b=x+y"},
        {"https://h/p", "https://h/p?a=1&b=x+y"},
        {"https://h/p?", "https://h/p?a=1&b=x+y"},
        {"https://h/p?q", "https://h/p?q&a=1&b=x+y"},
        {"https://h/p?q&", "https://h/p?q&a=1&b=x+y"},
        {"https://h/p?q#f", "https://h/p?q&a=1&b=x+y#f"},
        {"https://h/p#f?x", "https://h/p?a=1&b=x+y#f?x"},
        {"https://h/p?#", "https://h/p?a=1&b=x+y#"},
        {"", "?a=1&b=x+y"},
    };
    hc_buffer out;

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        form_open(&out);
        CHECK_INT(hc_form_add_url(cases[i][0], fields, 2, &out), HC_BUFFER_OK);
        CHECK_TEXT(form_text(&out), cases[i][1]);
        CHECK_INT(hc_form_add_url(cases[i][0], fields, 0, &out), HC_BUFFER_OK);
        CHECK_TEXT(form_text(&out), cases[i][0]);
    }
    for (size_t max = 0; max < 26; max++) { /* full anywhere: nothing stays */
        form_open(&out);
        out.max = max;
        CHECK_INT(hc_form_add_url("https://h/p?q#f", fields, 2, &out),
                  max < 25 ? HC_BUFFER_FULL : HC_BUFFER_OK);
        CHECK_INT(out.len, max < 25 ? 0 : 25);
        hc_buffer_free(&out);
        form_open(&out);
        out.max = max;
        CHECK_INT(hc_form_add(fields, 2, &out), max < 9 ? HC_BUFFER_FULL : HC_BUFFER_OK);
        CHECK_INT(out.len, max < 9 ? 0 : 9);
        hc_buffer_free(&out);
    }
    form_open(&out);
    form_memory.fail_at = 1;
    CHECK_INT(hc_form_add(fields, 2, &out), HC_BUFFER_MEMORY);
    hc_buffer_free(&out);
}

/* ---- multipart ---------------------------------------------------------------------------- */

/* All pieces together; a streamed content is shown as its bytes. */
static const char *multipart_whole(hc_multipart *multipart, const char *streamed)
{
    hc_buffer out;
    hc_cursor bytes;
    size_t part = 999;
    hc_multipart_event event;

    hc_buffer_init(&out, &form_memory.allocator, 4095);
    while ((event = hc_multipart_next(multipart, &bytes, &part)) != HC_MULTIPART_END) {
        CHECK(event != HC_MULTIPART_MEMORY);
        if (event == HC_MULTIPART_STREAM) {
            CHECK(multipart->parts[part].is_streamed);
            CHECK_INT(hc_buffer_add_text(&out, streamed), HC_BUFFER_OK);
        } else {
            CHECK(hc_cursor_left(&bytes) > 0);
            CHECK_INT(hc_buffer_add(&out, bytes.at, hc_cursor_left(&bytes)), HC_BUFFER_OK);
        }
    }
    CHECK_INT(hc_multipart_next(multipart, &bytes, &part), HC_MULTIPART_END);
    return form_text(&out);
}

static const char multipart_expected[] =
    "--" B "\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhello\r\n"
    "--" B "\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
    "--" B "\r\nContent-Disposition: form-data; name=\"j\"\r\nContent-Type: application/json"
    "\r\n\r\n{}\r\n"
    "--" B "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\nContent-Type: "
    "application/octet-stream\r\n\r\nSTREAM\r\n"
    "--" B "--\r\n";

static void multipart_pieces(void)
{
    hc_part parts[] = {
        {"text", NULL, NULL, 0, 0, {(const unsigned char *)"hello", 5}},
        {"empty", NULL, NULL, 0, 0, {NULL, 0}},
        {"j", NULL, "application/json", 0, 0, {(const unsigned char *)"{}", 2}},
        {"f", "a.txt", NULL, 1, 6, {NULL, 0}},
    };
    hc_multipart multipart;
    hc_buffer out;
    uint64_t len;

    form_open(&out);
    CHECK_INT(hc_multipart_init(&multipart, &form_memory.allocator, parts, HC_ARRAY_LEN(parts),
                                form_random, &form_error),
              HTTPSC_OK);
    CHECK_INT(hc_multipart_add_type(&multipart, &out), HC_BUFFER_OK);
    CHECK_TEXT(form_text(&out), "multipart/form-data; boundary=" B);
    CHECK(hc_multipart_length(&multipart, &len));
    CHECK_INT(len, strlen(multipart_expected));
    CHECK_TEXT(multipart_whole(&multipart, "STREAM"), multipart_expected);
    hc_multipart_rewind(&multipart);
    CHECK_TEXT(multipart_whole(&multipart, "STREAM"), multipart_expected);
    parts[3].len = -1;
    CHECK(!hc_multipart_length(&multipart, &len));
    parts[3].len = INT64_MAX - 400;
    CHECK(!hc_multipart_length(&multipart, &len));
    parts[3].len = INT64_MAX - (int64_t)strlen(multipart_expected) + 6;
    CHECK(hc_multipart_length(&multipart, &len));
    CHECK(len == INT64_MAX);
    parts[3].len++;
    CHECK(!hc_multipart_length(&multipart, &len));
    hc_multipart_free(&multipart);
    CHECK_INT(hc_multipart_init(&multipart, &form_memory.allocator, NULL, 0, form_random,
                                &form_error),
              HTTPSC_OK);
    CHECK(hc_multipart_length(&multipart, &len));
    CHECK_TEXT(multipart_whole(&multipart, ""), "--" B "--\r\n");
    CHECK_INT(len, strlen("--" B "--\r\n"));
    hc_multipart_free(&multipart);
    CHECK_INT(form_memory.live_blocks, 0);
}

/* DEFENCES J1: nothing that the caller names can end its line. */
static void multipart_names(void)
{
    hc_part part = {"a\"b\r\nX: y\xC3\xA4%22\\", "c\"d\n", "text/plain", 0, 0, {NULL, 0}};
    hc_multipart multipart;
    hc_buffer out;
    uint64_t len;

    form_open(&out);
    CHECK_INT(hc_multipart_init(&multipart, &form_memory.allocator, &part, 1, form_random,
                                &form_error),
              HTTPSC_OK);
    CHECK(hc_multipart_length(&multipart, &len));
    CHECK_INT(len, strlen(multipart_whole(&multipart, "")));
    hc_multipart_rewind(&multipart);
    CHECK_TEXT(multipart_whole(&multipart, ""),
               "--" B "\r\nContent-Disposition: form-data; "
               "name=\"a%22b%0D%0AX: y\xC3\xA4%22\\\"; filename=\"c%22d%0A\"\r\n"
               "Content-Type: text/plain\r\n\r\n\r\n--" B "--\r\n");
    hc_multipart_free(&multipart);
    for (int byte = 1; byte < 256; byte++) {
        int is_control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
        char text[4] = {'a', (char)byte, 'b', '\0'};

        for (int where = 0; where < 3; where++) {
            int is_bad = is_control && (where == 2 || (byte != '\r' && byte != '\n'));

            memset(&part, 0, sizeof part);
            part.name = where == 0 ? text : "n";
            part.filename = where == 1 ? text : NULL;
            part.content_type = where == 2 ? text : NULL;
            memset(&form_error, 0, sizeof form_error);
            CHECK_INT(hc_multipart_init(&multipart, &form_memory.allocator, &part, 1, form_random,
                                        &form_error),
                      is_bad ? HTTPSC_ERR_REQUEST_HEADER : HTTPSC_OK);
            hc_multipart_free(&multipart);
        }
    }
    memset(&part, 0, sizeof part);
    memset(&form_error, 0, sizeof form_error);
    CHECK_INT(hc_multipart_init(&multipart, &form_memory.allocator, &part, 1, form_random,
                                &form_error),
              HTTPSC_ERR_ARGUMENT);
    hc_multipart_free(&multipart);
}

static void multipart_limits(void)
{
    static hc_part parts[HC_MULTIPART_PARTS_MAX + 1];
    static char name[(1 << 17) + 2];
    hc_multipart multipart;
    hc_cursor bytes;
    size_t at;

    for (size_t extra = 0; extra < 2; extra++) {
        unit_memory_init(&form_memory);
        memset(&form_error, 0, sizeof form_error);
        for (size_t i = 0; i < HC_ARRAY_LEN(parts); i++) {
            parts[i].name = "n";
        }
        CHECK_INT(hc_multipart_init(&multipart, &form_memory.allocator, parts,
                                    HC_MULTIPART_PARTS_MAX + extra, form_random, &form_error),
                  extra ? HTTPSC_ERR_ARGUMENT : HTTPSC_OK);
        hc_multipart_free(&multipart);
        memset(&form_error, 0, sizeof form_error);
        memset(name, '"', sizeof name); /* each becomes three */
        name[(1 << 17) + extra] = '\0';
        parts[0].name = parts[0].filename = name;
        CHECK_INT(hc_multipart_init(&multipart, &form_memory.allocator, parts, 1, form_random,
                                    &form_error),
                  extra ? HTTPSC_ERR_REQUEST_HEADER : HTTPSC_OK);
        if (!extra) {
            CHECK_INT(hc_multipart_next(&multipart, &bytes, &at), HC_MULTIPART_BYTES);
        }
        parts[0].filename = NULL;
        hc_multipart_free(&multipart);
        CHECK_INT(form_memory.live_blocks, 0);
    }
}

/* A piece that failed for want of memory comes whole when it is asked for again. */
static void multipart_out_of_memory(void)
{
    static const hc_part part = {"n", NULL, NULL, 0, 0, {(const unsigned char *)"x", 1}};
    hc_multipart multipart;
    hc_cursor bytes;
    hc_buffer out;
    size_t at;

    form_open(&out);
    CHECK_INT(hc_multipart_init(&multipart, &form_memory.allocator, &part, 1, form_random,
                                &form_error),
              HTTPSC_OK);
    form_memory.fail_at = 1;
    form_memory.fail_once = 1;
    CHECK_INT(hc_multipart_next(&multipart, &bytes, &at), HC_MULTIPART_MEMORY);
    CHECK_TEXT(multipart_whole(&multipart, ""),
               "--" B "\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nx\r\n--" B "--\r\n");
    hc_multipart_free(&multipart);
    CHECK_INT(form_memory.live_blocks, 0);
}

UNIT_MAIN(UNIT(form_fields), UNIT(form_bytes), UNIT(form_queries), UNIT(multipart_pieces),
          UNIT(multipart_names), UNIT(multipart_limits), UNIT(multipart_out_of_memory))
