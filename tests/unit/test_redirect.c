/* Redirects, decided: statuses, origins, and fields that go with a body. */
#include "unit.h"

static void redirect_kinds(void)
{
    static const struct {
        int status;
        const char *method;
        hc_redirect kind;
    } cases[] = {
        {200, "GET", HC_REDIRECT_NONE},  {201, "POST", HC_REDIRECT_NONE},
        {300, "GET", HC_REDIRECT_NONE},  {301, "GET", HC_REDIRECT_SAME},
        {301, "POST", HC_REDIRECT_GET},  {302, "POST", HC_REDIRECT_GET},
        {301, "PUT", HC_REDIRECT_SAME},  {302, "post", HC_REDIRECT_SAME},
        {303, "GET", HC_REDIRECT_GET},   {303, "PUT", HC_REDIRECT_GET},
        {303, "HEAD", HC_REDIRECT_SAME}, {304, "GET", HC_REDIRECT_NONE},
        {305, "GET", HC_REDIRECT_NONE},  {306, "GET", HC_REDIRECT_NONE},
        {307, "POST", HC_REDIRECT_SAME}, {308, "POST", HC_REDIRECT_SAME},
        {309, "GET", HC_REDIRECT_NONE},  {399, "GET", HC_REDIRECT_NONE},
        {401, "GET", HC_REDIRECT_NONE},  {999, "GET", HC_REDIRECT_NONE}};

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        CHECK_INT(hc_redirect_of(cases[i].status, cases[i].method), cases[i].kind);
    }
}

static void redirect_origins(void)
{
    static const struct {
        const char *a;
        const char *b;
        int same;
    } cases[] = {{"http://a/", "http://a:80/x", 1},        {"http://a/", "http://A./", 1},
                 {"http://a/", "http://a:81/", 0},         {"http://a/", "https://a/", 0},
                 {"http://a:443/", "https://a/", 0},       {"http://a/", "http://b/", 0},
                 {"http://a.b/", "http://b/", 0},          {"http://b/", "http://a.b/", 0},
                 {"http://[::1]/", "http://[0:0::1]/", 1}, {"http://[::1]/", "http://[::2]/", 0}};
    unit_memory memory;

    unit_memory_init(&memory);
    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        httpsc_error error;
        hc_url a;
        hc_url b;

        hc_error_clear(&error);
        CHECK_INT(hc_url_parse(&a, &memory.allocator, cases[i].a, 100, &error), HTTPSC_OK);
        CHECK_INT(hc_url_parse(&b, &memory.allocator, cases[i].b, 100, &error), HTTPSC_OK);
        CHECK_INT(hc_same_origin(&a, &b), cases[i].same);
        CHECK_INT(hc_same_origin(&b, &a), cases[i].same);
        hc_url_free(&a);
        hc_url_free(&b);
    }
    CHECK_INT(memory.live_blocks, 0);
}

static void redirect_fields(void)
{
    static const char *const of_body[] = {"Content-Type", "content-encoding", "CONTENT-MD5",
                                          "Digest", "repr-digest", "Last-Modified"};
    static const char *const others[] = {"Content", "Contents", "Accept", "X-Content", "Diges"};

    for (size_t i = 0; i < HC_ARRAY_LEN(of_body); i++) {
        CHECK_INT(hc_field_is_of_body(hc_cursor_over(of_body[i], strlen(of_body[i]))), 1);
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(others); i++) {
        CHECK_INT(hc_field_is_of_body(hc_cursor_over(others[i], strlen(others[i]))), 0);
    }
}

UNIT_MAIN(UNIT(redirect_kinds), UNIT(redirect_origins), UNIT(redirect_fields))
