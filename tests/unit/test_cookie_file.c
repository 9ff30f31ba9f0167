/* The jar as a text, and back (DEFENCES M8). */
#include "unit.h"

#define NOW ((int64_t)1750000000)
#define HEAD "# Netscape HTTP Cookie File\n"

static unit_memory file_memory;
static hc_cookie_jar jar;
static httpsc_error file_error;

static void file_open(void)
{
    unit_memory_init(&file_memory);
    memset(&file_error, 0, sizeof file_error);
    hc_cookie_jar_init(&jar, &file_memory.allocator);
}

static void file_close(void)
{
    hc_cookie_jar_free(&jar);
    CHECK_INT(file_memory.live_blocks, 0);
    CHECK(!file_memory.misuse);
}

static void file_set(const char *url_text, const char *value)
{
    httpsc_field field = {"Set-Cookie", NULL};
    unit_memory memory;
    hc_url url;

    unit_memory_init(&memory);
    field.value = value;
    CHECK_INT(hc_url_parse(&url, &memory.allocator, url_text, 4096, &file_error), HTTPSC_OK);
    CHECK_INT(hc_cookie_jar_take(&jar, &url, &field, 1, NOW, &file_error), HTTPSC_OK);
    hc_url_free(&url);
}

static int file_load(const char *text)
{
    httpsc_bytes bytes;

    bytes.ptr = (const unsigned char *)text;
    bytes.len = strlen(text);
    return hc_cookie_jar_load(&jar, bytes, NOW, &file_error);
}

static const char *file_save_at(int64_t now)
{
    static char text[8192];
    hc_buffer out;

    hc_buffer_init(&out, &file_memory.allocator, sizeof text - 1);
    CHECK_INT(hc_cookie_jar_save(&jar, now, &out, &file_error), HTTPSC_OK);
    memcpy(text, out.ptr, out.len);
    text[out.len] = '\0';
    hc_buffer_free(&out);
    return text;
}

static const char *file_save(void)
{
    return file_save_at(NOW);
}

static void file_lines(void)
{
    static const char expected[] =
        HEAD "#HttpOnly_.example.org\tTRUE\t/p\tTRUE\t1750000060\tsid\ta b\"c\"\n"
             "a.example.org\tFALSE\t/\tFALSE\t0\tsession\t\n"
             "a.example.org\tFALSE\t/\tFALSE\t0\t\tnameless\n"
             "::1\tFALSE\t/\tFALSE\t0\tv\tx\ty=z\n";

    file_open();
    CHECK_TEXT(file_save(), HEAD);
    file_set("https://a.example.org/",
             "sid=a b\"c\"; Domain=example.org; Path=/p; Secure; HttpOnly; Max-Age=60");
    file_set("http://a.example.org/", "session=");
    file_set("http://a.example.org/", "nameless");
    file_set("http://a.example.org/", "gone=1; Max-Age=10");
    file_set("http://a.example.org/", "ta\tb=1");
    file_set("http://a.example.org/", "tab=1; Path=/a\tb");
    file_set("http://[::1]/", "v=x\ty=z");
    CHECK_TEXT(file_save_at(NOW + 10), expected);
    hc_cookie_jar_free(&jar);
    CHECK_INT(file_load(expected), HTTPSC_OK);
    CHECK_INT(jar.num_cookies, 4);
    CHECK_TEXT(file_save(), expected);
    CHECK_INT(file_load(expected), HTTPSC_OK); /* again: the same ones */
    CHECK_TEXT(file_save(), expected);
    file_close();
}

static void file_leniencies(void)
{
    static const char lines[] = "H.Example\tfalse\t/\tFalse\t0\ta\tb\r\n"
                                ".h.example\tTRUE\t/\tFALSE\t0\tc\n"
                                "h.example\tTRUE\t/\tFALSE\t99999999999999999999\td\te";

    file_open();
    CHECK_INT(file_load(""), HTTPSC_OK);
    CHECK_INT(file_load("\n\n# a comment\n#\n#HttpOnly\n\r\n"), HTTPSC_OK);
    CHECK_INT(jar.num_cookies, 0);
    CHECK_INT(file_load(lines), HTTPSC_OK);
    CHECK_TEXT(file_save(), HEAD "h.example\tFALSE\t/\tFALSE\t0\ta\tb\n"
                                 ".h.example\tTRUE\t/\tFALSE\t0\tc\t\n"
                                 ".h.example\tTRUE\t/\tFALSE\t1784560000\td\te\n");
    file_close();
}

/* The rules of the jar hold for what is loaded too. */
static void file_rules(void)
{
    static const char refused[] = "h.example\tFALSE\t/\tFALSE\t1750000000\tover\t1\n"
                                  "h.example\tFALSE\t/\tFALSE\t1\told\t1\n"
                                  "h.example\tFALSE\t/\tFALSE\t0\t__Secure-a\t1\n"
                                  "h.example\tFALSE\t/x\tTRUE\t0\t__Host-a\t1\n"
                                  ".h.example\tTRUE\t/\tTRUE\t0\t__Host-a\t1\n"
                                  "org\tTRUE\t/\tFALSE\t0\tsuffix\t1\n";
    static const char kept[] = "127.0.0.1\tTRUE\t/\tFALSE\t0\ta\t1\n"
                               "localhost\tFALSE\t/\tFALSE\t0\tb\t1\n"
                               ".\tFALSE\t/\tFALSE\t0\troot\t1\n"
                               "h.example\tFALSE\t/\tTRUE\t0\t__Host-a\t1\n"
                               "h.example\tFALSE\t/\tFALSE\t1750000001\tc\t1\n";

    file_open();
    CHECK_INT(file_load(refused), HTTPSC_OK);
    CHECK_INT(jar.num_cookies, 0);
    CHECK_INT(file_load(kept), HTTPSC_OK);
    CHECK_TEXT(file_save(), HEAD "127.0.0.1\tFALSE\t/\tFALSE\t0\ta\t1\n"
                                 "localhost\tFALSE\t/\tFALSE\t0\tb\t1\n"
                                 ".\tFALSE\t/\tFALSE\t0\troot\t1\n"
                                 "h.example\tFALSE\t/\tTRUE\t0\t__Host-a\t1\n"
                                 "h.example\tFALSE\t/\tFALSE\t1750000001\tc\t1\n");
    file_close();
}

static void file_refusals(void)
{
    static const char *const bad[] = {
        "h.example",
        "h.example\tFALSE\t/\tFALSE\t0",
        "h.example\tFALSE\t/\tFALSE\t0\t",
        "h.example\tFALSE\t/\tFALSE\t0\t\t",
        "h.example FALSE / FALSE 0 a b",
        "h.example\tMAYBE\t/\tFALSE\t0\ta\tb",
        "h.example\t\t/\tFALSE\t0\ta\tb",
        "h.example\tFALSE\t/\t1\t0\ta\tb",
        "h.example\tFALSE\tpath\tFALSE\t0\ta\tb",
        "h.example\tFALSE\t\tFALSE\t0\ta\tb",
        "h.example\tFALSE\t/\tFALSE\t-1\ta\tb",
        "h.example\tFALSE\t/\tFALSE\t\ta\tb",
        "h.example\tFALSE\t/\tFALSE\t1.5\ta\tb",
        "h.example\tFALSE\t/\tFALSE\t0\ta\tb\x01",
        "h.example\tFALSE\t/\tFALSE\t0\ta\tb\rc",
        "h.example\tFALSE\t/\x7f\tFALSE\t0\ta\tb",
        "..h.example\tFALSE\t/\tFALSE\t0\ta\tb",
        "h example\tFALSE\t/\tFALSE\t0\ta\tb",
        "127.1\tFALSE\t/\tFALSE\t0\ta\tb",
        "\tFALSE\t/\tFALSE\t0\ta\tb",
        "#HttpOnly_\tFALSE\t/\tFALSE\t0\ta\tb",
        "#HttpOnly_#h.example\tFALSE\t/\tFALSE\t0\ta\tb",
        "Set-Cookie: a=b",
        "{\"cookies\": []}",
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        char text[160];

        file_open();
        snprintf(text, sizeof text, "# first\nh.example\tFALSE\t/\tFALSE\t0\tgood\t1\n%s\n",
                 bad[i]);
        if (file_load(text) != HTTPSC_ERR_COOKIE_FILE) {
            printf("# %s\n", bad[i]);
        }
        CHECK_INT(file_error.code, HTTPSC_ERR_COOKIE_FILE);
        CHECK(strstr(file_error.text, "line 3 ") != NULL);
        CHECK_INT(jar.num_cookies, 0); /* all or nothing */
        file_close();
    }
}

static void file_limits(void)
{
    static char text[HC_COOKIE_FILE_MAX + 2];
    static const char line[] = "h.example\tFALSE\t/\tFALSE\t0\ta\t";
    size_t len = strlen(line);

    for (size_t extra = 0; extra < 2; extra++) {
        file_open();
        memcpy(text, line, len);
        memset(text + len, 'x', HC_COOKIE_PAIR_MAX - 1 + extra);
        text[len + HC_COOKIE_PAIR_MAX - 1 + extra] = '\0';
        CHECK_INT(file_load(text), extra == 0 ? HTTPSC_OK : HTTPSC_ERR_COOKIE_FILE);
        file_close();
        file_open();
        memcpy(text, "h.example\tFALSE\t/", 17);
        memset(text + 17, 'p', HC_COOKIE_LINE_MAX - 17 - 12 + extra);
        strcpy(text + HC_COOKIE_LINE_MAX - 12 + extra, "\tFALSE\t0\ta\tb");
        CHECK_INT(file_load(text), extra == 0 ? HTTPSC_OK : HTTPSC_ERR_COOKIE_FILE);
        file_close();
        file_open();
        memset(text, '\n', HC_COOKIE_FILE_MAX + extra);
        text[HC_COOKIE_FILE_MAX + extra] = '\0';
        CHECK_INT(file_load(text), extra == 0 ? HTTPSC_OK : HTTPSC_ERR_COOKIE_FILE);
        file_close();
    }
}

/* A file that was cut is read within its bytes; what came whole of the last line counts. */
static void file_cut_anywhere(void)
{
    static const char begin[] = "#HttpOnly_.h.example\tTRUE\t/\tTRUE\t1750000060\t";
    static const char text[] = "#HttpOnly_.h.example\tTRUE\t/\tTRUE\t1750000060\tname\tvalue\n";

    for (size_t len = 0; len < sizeof text; len++) {
        unsigned char *copy = malloc(len + 1);
        httpsc_bytes bytes;
        int code;

        CHECK(copy != NULL);
        memcpy(copy, text, len);
        file_open();
        bytes.ptr = copy;
        bytes.len = len;
        code = hc_cookie_jar_load(&jar, bytes, NOW, &file_error);
        CHECK_INT(code, len < 10 || len > strlen(begin) ? HTTPSC_OK : HTTPSC_ERR_COOKIE_FILE);
        file_close();
        free(copy);
    }
}

static void file_out_of_memory(void)
{
    static const char text[] = "h.example\tFALSE\t/\tFALSE\t0\ta\t1\n"
                               "h.example\tFALSE\t/\tFALSE\t0\tb\t1\n";
    size_t num_failures = 0;

    for (size_t n = 1;; n++) {
        hc_buffer out;
        int code;

        file_open();
        file_memory.fail_at = n;
        file_memory.fail_once = 1;
        hc_buffer_init(&out, &file_memory.allocator, 4096);
        code = file_load(text);
        if (code == HTTPSC_OK) {
            code = hc_cookie_jar_save(&jar, NOW, &out, &file_error);
            CHECK(code == HTTPSC_OK || out.len == 0);
        }
        CHECK(code == HTTPSC_OK || code == HTTPSC_ERR_MEMORY);
        CHECK_INT(file_error.code, code);
        num_failures += code != HTTPSC_OK;
        hc_buffer_free(&out);
        file_close();
        if (code == HTTPSC_OK) {
            break;
        }
    }
    CHECK(num_failures >= 4);
    file_open();
    {
        hc_buffer out;

        CHECK_INT(file_load(text), HTTPSC_OK);
        hc_buffer_init(&out, &file_memory.allocator, 60);
        CHECK_INT(hc_cookie_jar_save(&jar, NOW, &out, &file_error), HTTPSC_ERR_MEMORY);
        CHECK_INT(out.len, 0);
        hc_buffer_free(&out);
    }
    file_close();
}

UNIT_MAIN(UNIT(file_lines), UNIT(file_leniencies), UNIT(file_rules), UNIT(file_refusals),
          UNIT(file_limits), UNIT(file_cut_anywhere), UNIT(file_out_of_memory))
