/* The cookie jar: RFC 6265bis, and DEFENCES M. */
#include "unit.h"

#define NOW ((int64_t)1750000000)

static unit_memory jar_memory;
static hc_cookie_jar jar;
static httpsc_error jar_error;

static void jar_open(void)
{
    unit_memory_init(&jar_memory);
    memset(&jar_error, 0, sizeof jar_error);
    hc_cookie_jar_init(&jar, &jar_memory.allocator);
}

static void jar_close(void)
{
    hc_cookie_jar_free(&jar);
    CHECK_INT(jar.num_cookies, 0);
    CHECK_INT(jar_memory.live_blocks, 0);
    CHECK(!jar_memory.misuse);
}

static hc_url jar_url(const char *text)
{
    static unit_memory memory;
    hc_url url;

    unit_memory_init(&memory);
    CHECK_INT(hc_url_parse(&url, &memory.allocator, text, 4096, &jar_error), HTTPSC_OK);
    return url;
}

static int jar_set_at(const char *url_text, const char *value, int64_t now)
{
    hc_url url = jar_url(url_text);
    httpsc_field field = {"set-COOKIE", NULL};
    int code;

    field.value = value;
    code = hc_cookie_jar_take(&jar, &url, &field, 1, now, &jar_error);
    hc_url_free(&url);
    return code;
}

static void jar_set(const char *url, const char *value)
{
    CHECK_INT(jar_set_at(url, value, NOW), HTTPSC_OK);
}

/* What Cookie would be; "" for none. */
static const char *jar_get_at(const char *url_text, int64_t now)
{
    static char text[HC_COOKIE_HEADER_MAX + 1];
    hc_url url = jar_url(url_text);
    hc_buffer out;

    hc_buffer_init(&out, &jar_memory.allocator, sizeof text - 1);
    CHECK_INT(hc_cookie_jar_header(&jar, &url, now, &out, &jar_error), HTTPSC_OK);
    if (out.len > 0) {
        memcpy(text, out.ptr, out.len);
    }
    text[out.len] = '\0';
    hc_buffer_free(&out);
    hc_url_free(&url);
    return text;
}

static const char *jar_get(const char *url)
{
    return jar_get_at(url, NOW);
}

/* One response, its fields between "|", and what goes back to another URL. */
static void jar_case(const char *set_url, const char *fields, const char *get_url,
                     const char *expected)
{
    char place[1024];
    char *at = place;

    jar_open();
    snprintf(place, sizeof place, "%s", fields);
    while (at != NULL) {
        char *end = strchr(at, '|');

        if (end != NULL) {
            *end++ = '\0';
        }
        jar_set(set_url, at);
        at = end;
    }
    if (strcmp(jar_get(get_url), expected) != 0) {
        printf("# %s, %s, %s\n", set_url, fields, get_url);
    }
    CHECK_TEXT(jar_get(get_url), expected);
    jar_close();
}

/* ---- what a field says -------------------------------------------------------------------- */

static void cookie_pairs(void)
{
    static const char *const cases[][2] = {
        {"foo=bar", "foo=bar"},
        {"foo = bar", "foo=bar"},
        {"  foo=bar  ", "foo=bar"},
        {"\tfoo\t=\tbar\t", "foo=bar"},
        {"foo=\"bar\"", "foo=\"bar\""},
        {"foo=  \" a b \" ; Path=/", "foo=\" a b \""},
        {"foo=a=b==", "foo=a=b=="},
        {"foo=a,b", "foo=a,b"},
        {"foo=", "foo="},
        {"foo", "foo"},
        {"=bar", "bar"},
        {" = bar", "bar"},
        {"==bar", "=bar"},
        {"", ""},
        {"=", ""},
        {" ; foo=bar", ""},
        {";", ""},
        {"domain=value;path=/", "domain=value"},
        {"Secure", "Secure"},
        {"foo=bar;", "foo=bar"},
        {"foo=bar;;;", "foo=bar"},
        {"foo=bar; ;=;==;a;a=b", "foo=bar"},
        {"foo=\xE5\x8C\x97", "foo=\xE5\x8C\x97"},
        {"f\too=b\tar", "f\too=b\tar"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        jar_case("http://example.org/", cases[i][0], "http://example.org/", cases[i][1]);
    }
    jar_case("http://h.example/", "a=1|b=2|a=3", "http://h.example/", "a=3; b=2");
    jar_case("http://h.example/", "A=1|a=2", "http://h.example/", "A=1; a=2");
    jar_case("http://h.example/", "one|two", "http://h.example/", "two");
}

/* DEFENCES M4. */
static void cookie_controls(void)
{
    for (int byte = 1; byte < 256; byte++) {
        static const char *const places[] = {"a?b=c", "a=b?c", "a=b; Path=/?", "a=b; x?=y"};
        int is_control = (byte < 0x20 && byte != '\t') || byte == 0x7f;

        for (size_t i = 0; i < HC_ARRAY_LEN(places); i++) {
            char text[32];

            jar_open();
            strcpy(text, places[i]);
            *strchr(text, '?') = (char)byte;
            jar_set("http://h.example/", text);
            CHECK_INT(jar.num_cookies, !is_control);
            jar_close();
        }
    }
}

/* DEFENCES M5: at the limit, and one past it. */
static void cookie_lengths(void)
{
    static char text[HC_COOKIE_PAIR_MAX + 2 + HC_COOKIE_ATTRIBUTE_MAX + 32];

    for (size_t extra = 0; extra < 2; extra++) {
        jar_open();
        memset(text, 'a', sizeof text);
        text[100] = '=';
        text[HC_COOKIE_PAIR_MAX + 1 + extra] = '\0';
        jar_set("http://h.example/", text);
        CHECK_INT(jar.num_cookies, extra == 0);
        jar_close();
        jar_open();
        memset(text, 'a', sizeof text);
        text[HC_COOKIE_PAIR_MAX + extra] = '\0'; /* no name */
        jar_set("http://h.example/", text);
        CHECK_INT(jar.num_cookies, extra == 0);
        jar_close();
        jar_open();
        memset(text, 'a', sizeof text);
        memcpy(text, "a=b; path=/", 11);
        text[10 + HC_COOKIE_ATTRIBUTE_MAX + extra] = '\0';
        jar_set("http://h.example/x/y", text);
        CHECK_INT(jar.num_cookies, 1);
        CHECK_INT(strlen(hc_cookie_jar_at(&jar, 0)->path), extra ? 2 : HC_COOKIE_ATTRIBUTE_MAX);
        jar_close();
    }
}

static void cookie_attributes(void)
{
    jar_open();
    jar_set("https://h.example/",
            "a=b; SECURE ; httpOnly=x; samesite=STRICT; Version=1; Comment; Path=/p");
    CHECK_INT(hc_cookie_jar_at(&jar, 0)->secure, 1);
    CHECK_INT(hc_cookie_jar_at(&jar, 0)->http_only, 1);
    CHECK_INT(hc_cookie_jar_at(&jar, 0)->same_site, HC_SAME_SITE_STRICT);
    CHECK_INT(hc_cookie_jar_at(&jar, 0)->persistent, 0);
    CHECK_TEXT(hc_cookie_jar_at(&jar, 0)->path, "/p");
    CHECK_TEXT(hc_cookie_jar_at(&jar, 0)->domain, "h.example");
    CHECK_INT(hc_cookie_jar_at(&jar, 0)->host_only, 1);
    jar_set("https://h.example/", "c=d; SameSite=Lax; SameSite=None");
    CHECK_INT(hc_cookie_jar_at(&jar, 1)->same_site, HC_SAME_SITE_NONE);
    jar_set("https://h.example/", "c=d; SameSite=Lax");
    CHECK_INT(hc_cookie_jar_at(&jar, 1)->same_site, HC_SAME_SITE_LAX);
    jar_set("https://h.example/", "c=d; SameSite=Lax; SameSite=what");
    CHECK_INT(hc_cookie_jar_at(&jar, 1)->same_site, HC_SAME_SITE_DEFAULT);
    CHECK_INT(jar.num_cookies, 2);
    jar_close();
}

/* ---- time --------------------------------------------------------------------------------- */

static void cookie_dates(void)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } good[] = {
        {"Wed, 09 Jun 2021 10:18:14 GMT", 1623233894},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"Mon, 10-Dec-2007 17:02:24 GMT", 1197306144},
        {"Wed, 09 Dec 2009 16:27:23 GMT", 1260376043},
        {"Thursday, 01-Jan-1970 00:00:00 GMT", 0},
        {"Mon Dec 24 16:32:39 1977 GMT", 251829159},
        {"Tue, 1 Jan 2008 00:00:00 GMT", 1199145600},
        {"1 jan 1970 0:0:0", 0},
        {"1994 Nov 6 8:49:37", 784111777},
        {"00:00:00 1 january-ish 1970", 0},
        {"1st Jan 1970 00:00:00Z", 0},
        {"01 Jan 70 00:00:00", 0},
        {"31 Dec 69 23:59:59", 3155759999},
        {"31/dec/00/23:59:59", 978307199},
        {"29 feb 2000 00:00:00", 951782400},
        {"1 Jan 1601 00:00:00", -11644473600},
        {"31 Dec 9999 23:59:59", 253402300799},
        {"Fri Feb 13 11:56:27 GMT 2525", 17517902187},
        {"Thu, 01 Jan 1970 00:00:00.123 GMT", 0},
        {"{Thu}~01`Jan[1970]00:00:00^", 0},
        {"1 Jan 1970x 00:00:00", 0},
        {"12:00:00 13:00:00 02 03 Jan 2000", 1010923200}, /* the second time is a day */
    };
    static const char *const bad[] = {
        "",
        "Thu, 01 Jan 1970",
        "Thu, 01 Jan 00:00:00",
        "Thu, Jan 1970 00:00:00",
        "Thu, 01 1970 00:00:00",
        "Thu, 32 Jan 1970 00:00:00",
        "Thu, 0 Jan 1970 00:00:00",
        "Thu, 30 Feb 2000 00:00:00",
        "Thu, 29 Feb 1900 00:00:00",
        "Thu, 29 Feb 2023 00:00:00",
        "Thu, 31 Apr 2023 00:00:00",
        "Thu, 01 Jan 1600 00:00:00",
        "Thu, 01 Jan 19700 00:00:00",
        "Thu, 001 Jan 1970 00:00:00",
        "Thu, 01 Ja 1970 00:00:00",
        "Thu, 01 Jan 1970 24:00:00",
        "Thu, 01 Jan 1970 00:60:00",
        "Thu, 01 Jan 1970 00:00:60",
        "Thu, 01 Jan 1970 00:00:000",
        "Thu, 01 Jan 1970 000:00:00",
        "Thu, 01 Jan 1970 00:00",
        "Thu, 01 Jan 1970 00 00 00",
        "01 01 1970 00:00:00",
    };
    int64_t seconds;

    for (size_t i = 0; i < HC_ARRAY_LEN(good); i++) {
        seconds = -1;
        if (!hc_cookie_date_parse(hc_cursor_over(good[i].text, strlen(good[i].text)), &seconds) ||
            seconds != good[i].seconds) {
            printf("# %s\n", good[i].text);
        }
        CHECK_INT(seconds, good[i].seconds);
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        if (hc_cookie_date_parse(hc_cursor_over(bad[i], strlen(bad[i])), &seconds)) {
            printf("# %s\n", bad[i]);
            CHECK(!"a date that is none");
        }
    }
}

/* Cut anywhere, a date is read within its bytes (the sanitizers look), and only whole seconds
 * make it one. */
static void cookie_dates_cut(void)
{
    static const char text[] = "Sun, 06 Nov 1994 08:49:37";
    int64_t seconds;

    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + 1);

        CHECK(copy != NULL);
        memcpy(copy, text, len);
        CHECK_INT(hc_cookie_date_parse(hc_cursor_over(copy, len), &seconds),
                  len >= sizeof text - 2);
        free(copy);
    }
}

/* DEFENCES M7. */
static void cookie_max_age(void)
{
    static const struct {
        const char *attributes;
        int64_t lives; /* seconds; -1: for the session; 0: not at all */
    } cases[] = {
        {"Max-Age=10", 10},
        {"Max-Age=1", 1},
        {"Max-Age=010", 10},
        {"Max-Age=0", 0},
        {"Max-Age=-0", 0},
        {"Max-Age=-1", 0},
        {"Max-Age=-99999999999999999999999999", 0},
        {"Max-Age=34560000", 34560000},
        {"Max-Age=34560001", 34560000},
        {"Max-Age=9223372036854775807", 34560000},
        {"Max-Age=9223372036854775808", 34560000},
        {"Max-Age=18446744073709551617", 34560000},
        {"Max-Age=99999999999999999999999999999999", 34560000},
        {"Max-Age=", -1},
        {"Max-Age", -1},
        {"Max-Age=-", -1},
        {"Max-Age=+10", -1},
        {"Max-Age=10.5", -1},
        {"Max-Age=1 0", -1},
        {"Max-Age=0x10", -1},
        {"Max-Age=\"10\"", -1},
        {"Max-Age=10; Max-Age=20", 20},
        {"Max-Age=20; Max-Age=x", 20},
        {"Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 10},
        {"Expires=Fri, 20 Jun 2025 00:00:00 GMT; Max-Age=0", 0},
        {"Expires=Sun, 15 Jun 2025 15:06:41 GMT", 1},
        {"Expires=Sun, 15 Jun 2025 15:06:40 GMT", 0},
        {"Expires=Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Expires=Mon, 01 Jan 1601 00:00:00 GMT", 0},
        {"Expires=Fri, 31 Dec 9999 23:59:59 GMT", 34560000},
        {"Expires=never", -1},
        {"Expires", -1},
        {"Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=Sun, 15 Jun 2025 15:06:42 GMT", 2},
        {"Expires=Sun, 15 Jun 2025 15:06:42 GMT; Expires=x", 2},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        char text[160];

        jar_open();
        snprintf(text, sizeof text, "a=b; %s", cases[i].attributes);
        jar_set("http://h.example/", text);
        if (jar.num_cookies != (cases[i].lives != 0)) {
            printf("# %s\n", text);
        }
        CHECK_INT(jar.num_cookies, cases[i].lives != 0);
        if (cases[i].lives > 0) {
            CHECK_TEXT(jar_get_at("http://h.example/", NOW + cases[i].lives - 1), "a=b");
            CHECK_TEXT(jar_get_at("http://h.example/", NOW + cases[i].lives), "");
        } else if (cases[i].lives < 0) {
            CHECK_TEXT(jar_get_at("http://h.example/", INT64_MAX), "a=b");
        }
        jar_close();
    }
    jar_open(); /* no clock makes the sum overflow */
    CHECK_INT(jar_set_at("http://h.example/", "a=b; Max-Age=99", INT64_MAX - 1), HTTPSC_OK);
    CHECK_INT(jar_set_at("http://h.example/", "c=d; Expires=1 Jan 1970 0:0:0", INT64_MIN),
              HTTPSC_OK);
    CHECK_INT(jar.num_cookies, 2);
    jar_close();
}

static void cookie_deletion(void)
{
    jar_open();
    jar_set("http://h.example/", "a=b; Path=/");
    jar_set("http://h.example/", "a=x; Max-Age=0; Path=/other");
    CHECK_TEXT(jar_get("http://h.example/"), "a=b");
    jar_set("http://h.example/", "a=x; Max-Age=0; Path=/; Domain=h.example");
    CHECK_TEXT(jar_get("http://h.example/"), "a=b");
    jar_set("http://h.example/", "a=x; Max-Age=0; Path=/");
    CHECK_TEXT(jar_get("http://h.example/"), "");
    CHECK_INT(jar.num_cookies, 0);
    jar_close();
}

/* ---- whom it is for ----------------------------------------------------------------------- */

/* DEFENCES M1. */
static void cookie_domains(void)
{
    static const char *const cases[][4] = {
        {"http://a.example.org/", "n=v", "http://a.example.org/", "n=v"},
        {"http://a.example.org/", "n=v", "http://b.a.example.org/", ""},
        {"http://a.example.org/", "n=v", "http://example.org/", ""},
        {"http://a.example.org/", "n=v; domain=a.example.org", "http://b.a.example.org/", "n=v"},
        {"http://a.example.org/", "n=v; domain=.a.example.org", "http://a.example.org/", "n=v"},
        {"http://a.example.org/", "n=v; domain=example.org", "http://example.org/", "n=v"},
        {"http://a.example.org/", "n=v; domain=EXAMPLE.Org", "http://c.b.example.org/", "n=v"},
        {"http://a.example.org/", "n=v; domain=example.org", "http://badexample.org/", ""},
        {"http://a.example.org/", "n=v; domain=b.example.org", "http://b.example.org/", ""},
        {"http://a.example.org/", "n=v; domain=b.a.example.org", "http://a.example.org/", ""},
        {"http://a.example.org/", "n=v; domain=xample.org", "http://a.example.org/", ""},
        {"http://a.example.org/", "n=v; domain=a.example.or", "http://a.example.org/", ""},
        {"http://a.example.org/", "n=v; domain=org", "http://a.example.org/", ""},
        {"http://a.example.org/", "n=v; domain=.org", "http://a.example.org/", ""},
        {"http://a.example.org/", "n=v; domain=..org", "http://a.example.org/", ""},
        {"http://a.example.org/", "n=v; domain=..example.org", "http://a.example.org/", ""},
        {"http://a.example.org/", "n=v; domain=example.org.", "http://a.example.org/", ""},
        {"http://a.example.org/", "n=v; domain=example.org:80", "http://a.example.org/", ""},
        {"http://a.example.org/", "n=v; domain=\xC3\xA4.org", "http://a.example.org/", ""},
        {"http://a.example.org/", "n=v; domain=", "http://b.a.example.org/", ""},
        {"http://a.example.org/", "n=v; domain=", "http://a.example.org/", "n=v"},
        {"http://a.example.org/", "n=v; domain", "http://a.example.org/", "n=v"},
        {"http://a.example.org/", "n=v; domain=.", "http://a.example.org/", "n=v"},
        {"http://a.example.org/", "n=v; domain=example.org; domain=", "http://example.org/", ""},
        {"http://a.example.org/", "n=v; domain=x.com; domain=example.org", "http://example.org/",
         "n=v"},
        {"http://a.example.org/", "n=v; domain=example.org; domain=x.com", "http://a.example.org/",
         ""},
        {"http://a.example.org./", "n=v", "http://a.example.org/", "n=v"},
        {"http://A.EXAMPLE.org/", "n=v", "http://a.example.org:8080/", "n=v"},
        {"http://localhost/", "n=v; domain=localhost", "http://localhost/", "n=v"},
        {"http://localhost/", "n=v; domain=localhost", "http://a.localhost/", ""},
        {"http://a.localhost/", "n=v; domain=localhost", "http://a.localhost/", ""},
        {"http://127.0.0.1/", "n=v; domain=127.0.0.1", "http://127.0.0.1/", "n=v"},
        {"http://127.0.0.1/", "n=v; domain=0.0.1", "http://127.0.0.1/", ""},
        {"http://127.0.0.1/", "n=v; domain=1", "http://127.0.0.1/", ""},
        {"http://127.0.0.1/", "n=v; domain=.127.0.0.1", "http://127.0.0.1/", "n=v"},
        {"http://127.0.0.1/", "n=v", "http://1.127.0.0.1.org/", ""},
        {"http://[::1]/", "n=v; domain=::1", "http://[::1]/", "n=v"},
        {"http://[::1]/", "n=v", "http://[0:0::1]/", "n=v"},
        {"http://[::1]/", "n=v; domain=::2", "http://[::1]/", ""},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        jar_case(cases[i][0], cases[i][1], cases[i][2], cases[i][3]);
    }
}

static int jar_suffix(void *user, const char *domain)
{
    ++*(int *)user;
    return strcmp(domain, "co.uk") == 0 || strcmp(domain, "uk") == 0;
}

static void cookie_public_suffixes(void)
{
    int num_calls = 0;

    jar_open();
    jar.is_public_suffix = jar_suffix;
    jar.user = &num_calls;
    jar_set("http://a.co.uk/", "a=b; Domain=CO.UK");
    jar_set("http://a.co.uk/", "a=b; Domain=uk");
    CHECK_INT(num_calls, 2);
    CHECK_INT(jar.num_cookies, 0);
    jar_set("http://co.uk/", "c=d; Domain=co.uk");
    CHECK_TEXT(jar_get("http://co.uk/"), "c=d");
    CHECK_TEXT(jar_get("http://a.co.uk/"), "");
    jar_set("http://b.intranet/", "e=f; Domain=intranet");
    CHECK_TEXT(jar_get("http://c.intranet/"), "e=f");
    jar_close();
}

/* DEFENCES M6. */
static void cookie_paths(void)
{
    static const char *const cases[][4] = {
        {"http://h.example/a/b", "n=v", "http://h.example/a/c", "n=v"},
        {"http://h.example/a/b", "n=v", "http://h.example/a", "n=v"},
        {"http://h.example/a/b", "n=v", "http://h.example/a?q", "n=v"},
        {"http://h.example/a/b", "n=v", "http://h.example/ab", ""},
        {"http://h.example/a/b", "n=v", "http://h.example/", ""},
        {"http://h.example/a/b?x/y/z", "n=v", "http://h.example/a/", "n=v"},
        {"http://h.example/a/", "n=v", "http://h.example/a", "n=v"},
        {"http://h.example/a", "n=v", "http://h.example/", "n=v"},
        {"http://h.example", "n=v", "http://h.example/z", "n=v"},
        {"http://h.example/a/b", "n=v; path=/", "http://h.example/z", "n=v"},
        {"http://h.example/", "n=v; path=/foo", "http://h.example/foo", "n=v"},
        {"http://h.example/", "n=v; path=/foo", "http://h.example/foo/bar", "n=v"},
        {"http://h.example/", "n=v; path=/foo", "http://h.example/foobar", ""},
        {"http://h.example/", "n=v; path=/foo/", "http://h.example/foo", ""},
        {"http://h.example/", "n=v; path=/foo/", "http://h.example/foo/bar", "n=v"},
        {"http://h.example/", "n=v; path=/FOO", "http://h.example/foo", ""},
        {"http://h.example/a/b", "n=v; path=", "http://h.example/a/", "n=v"},
        {"http://h.example/a/b", "n=v; path", "http://h.example/z", ""},
        {"http://h.example/a/b", "n=v; path=foo", "http://h.example/a/", "n=v"},
        {"http://h.example/a/b", "n=v; path=/z; path=", "http://h.example/a/", "n=v"},
        {"http://h.example/a/b", "n=v; path=/z; path=/y", "http://h.example/y", "n=v"},
        {"http://h.example/a/b", "n=v; path=/z; path=/y", "http://h.example/z", ""},
        {"http://h.example/", "n=v; path=//", "http://h.example//x", "n=v"},
        {"http://h.example/", "n=v; path=/a;b", "http://h.example/a", "n=v"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        jar_case(cases[i][0], cases[i][1], cases[i][2], cases[i][3]);
    }
}

static void cookie_order(void)
{
    jar_case("http://h.example/a/b/c", "p=0; path=/|q=1; path=/a|r=2; path=/a/b|s=3; path=/",
             "http://h.example/a/b/c", "r=2; q=1; p=0; s=3");
    /* a new value keeps the place of the old one */
    jar_case("http://h.example/", "a=1|b=2|c=3|a=4", "http://h.example/", "a=4; b=2; c=3");
}

/* DEFENCES M3. */
static void cookie_secure(void)
{
    static const char *const cases[][4] = {
        {"http://h.example/", "n=v; secure", "https://h.example/", ""},
        {"https://h.example/", "n=v; secure", "https://h.example/", "n=v"},
        {"https://h.example/", "n=v; secure", "http://h.example/", ""},
        {"https://h.example/", "n=v; secure=false", "http://h.example/", ""},
        {"https://h.example/", "n=v", "http://h.example/", "n=v"},
        {"http://h.example/", "__Secure-n=v", "https://h.example/", ""},
        {"https://h.example/", "__Secure-n=v", "https://h.example/", ""},
        {"https://h.example/", "__sEcuRe-n=v; secure", "https://h.example/", "__sEcuRe-n=v"},
        {"https://h.example/", "__SECURE-n=v", "https://h.example/", ""},
        {"https://h.example/", "__Host-n=v; secure; path=/", "https://h.example/", "__Host-n=v"},
        {"https://h.example/", "__Host-n=v; secure", "https://h.example/", ""},
        {"https://h.example/", "__Host-n=v; path=/", "https://h.example/", ""},
        {"https://h.example/", "__HOST-n=v; secure; path=/x", "https://h.example/x", ""},
        {"https://h.example/", "__Host-n=v; secure; path=/; domain=h.example",
         "https://h.example/", ""},
        {"https://h.example/", "__host-n=v; secure; path=/; domain=", "https://h.example/",
         "__host-n=v"},
        {"https://h.example/", "=__Host-n=v", "https://h.example/", ""},
        {"https://h.example/", "__secure-n", "https://h.example/", ""},
        {"https://h.example/", "=__Secure-n; secure", "https://h.example/", ""},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        jar_case(cases[i][0], cases[i][1], cases[i][2], cases[i][3]);
    }
    jar_open();
    jar_set("https://a.h.example/p/q", "n=good; Secure; Path=/p; Domain=h.example");
    jar_set("http://a.h.example/p/q", "n=evil; Path=/p; Domain=h.example");
    jar_set("http://b.h.example/p/q", "n=evil; Domain=h.example; Path=/p");
    jar_set("http://a.h.example/p/q", "n=evil; Path=/p");
    jar_set("http://a.h.example/p/q", "n=evil; Path=/p/q");
    jar_set("http://h.example/p/q", "n=evil; Path=/p; Max-Age=0; Domain=h.example");
    CHECK_TEXT(jar_get("https://a.h.example/p/q"), "n=good");
    CHECK_INT(jar.num_cookies, 1);
    /* neither hides the other: another path, another name */
    jar_set("http://a.h.example/", "n=other; Path=/");
    jar_set("http://a.h.example/", "m=x; Path=/p");
    CHECK_TEXT(jar_get("https://a.h.example/p/q"), "n=good; m=x; n=other");
    jar_set("https://a.h.example/", "n=new; Path=/p; Domain=h.example");
    CHECK_TEXT(jar_get("http://a.h.example/p"), "n=new; m=x; n=other");
    jar_close();
}

/* What names no host that it could be sent to is not even kept. */
static void cookie_of_addresses(void)
{
    jar_open();
    jar_set("http://127.0.0.1/", "n=v; domain=0.0.1");
    jar_set("http://127.0.0.1/", "n=v; domain=1");
    jar_set("http://[::1]/", "n=v; domain=:1");
    CHECK_INT(jar.num_cookies, 0);
    jar_set("http://127.0.0.1/", "n=v; domain=127.0.0.1");
    CHECK_INT(jar.num_cookies, 1);
    CHECK_INT(hc_cookie_jar_at(&jar, 0)->host_only, 1);
    jar_close();
}

/* ---- how many ----------------------------------------------------------------------------- */

static void cookie_per_response(void)
{
    httpsc_field fields[HC_COOKIES_PER_RESPONSE + 2];
    char values[HC_COOKIES_PER_RESPONSE + 2][16];
    hc_url url = jar_url("http://h.example/");

    jar_open();
    for (size_t i = 0; i < HC_ARRAY_LEN(fields); i++) {
        snprintf(values[i], sizeof values[i], "c%zu=v", i);
        fields[i].name = "Set-Cookie";
        fields[i].value = values[i];
    }
    fields[3].name = "Set-Cookie2";
    CHECK_INT(hc_cookie_jar_take(&jar, &url, fields, HC_ARRAY_LEN(fields), NOW, &jar_error),
              HTTPSC_OK);
    CHECK_INT(jar.num_cookies, HC_COOKIES_PER_RESPONSE);
    CHECK(strstr(jar_get("http://h.example/"), "c50=v") != NULL);
    CHECK(strstr(jar_get("http://h.example/"), "c51=v") == NULL);
    hc_url_free(&url);
    jar_close();
}

static void jar_fill(const char *url, const char *prefix, size_t num, const char *attributes)
{
    for (size_t i = 0; i < num; i++) {
        char text[64];

        snprintf(text, sizeof text, "%s%zu=v%s", prefix, i, attributes);
        jar_set(url, text);
    }
}

static void cookie_per_domain(void)
{
    jar_open();
    jar_fill("https://h.example/", "c", 25, "; Secure; Path=/s");
    jar_fill("https://h.example/", "d", 25, "; Path=/d");
    CHECK_INT(jar.num_cookies, HC_COOKIES_PER_DOMAIN);
    CHECK(strstr(jar_get("https://h.example/d"), "d0=") != NULL);
    jar_set("https://h.example/", "new=1");
    CHECK_INT(jar.num_cookies, HC_COOKIES_PER_DOMAIN);
    CHECK(strstr(jar_get("https://h.example/d"), "d0=") == NULL); /* not Secure, and the oldest */
    CHECK(strstr(jar_get("https://h.example/d"), "d1=") != NULL);
    CHECK(strstr(jar_get("https://h.example/s"), "c0=") != NULL);
    jar_fill("https://h.example/", "e", 60, "; Path=/d");
    CHECK_INT(jar.num_cookies, HC_COOKIES_PER_DOMAIN);
    CHECK(strstr(jar_get("https://h.example/s"), "c0=") != NULL);
    jar_fill("https://h.example/", "f", 26, "; Secure; Path=/f");
    CHECK_INT(jar.num_cookies, HC_COOKIES_PER_DOMAIN);
    jar_set("https://other.example/", "x=y");
    CHECK_INT(jar.num_cookies, HC_COOKIES_PER_DOMAIN + 1);
    jar_close();
    jar_open(); /* none that is Secure goes for one that is not */
    jar_fill("https://h.example/", "c", HC_COOKIES_PER_DOMAIN, "; Secure; Path=/s");
    jar_set("http://h.example/", "new=1");
    CHECK_INT(jar.num_cookies, HC_COOKIES_PER_DOMAIN);
    CHECK(strstr(jar_get("https://h.example/s"), "c0=") != NULL);
    CHECK_TEXT(jar_get("http://h.example/"), "");
    jar_set("https://h.example/", "new=1; Secure; Path=/s");
    CHECK(strstr(jar_get("https://h.example/s"), "c0=") == NULL);
    jar_close();
    jar_open(); /* the expired go before all */
    jar_set("http://h.example/", "old=1; Max-Age=5");
    jar_fill("http://h.example/", "c", 49, "");
    CHECK_INT(jar_set_at("http://h.example/", "new=1", NOW + 5), HTTPSC_OK);
    CHECK_INT(jar.num_cookies, HC_COOKIES_PER_DOMAIN);
    CHECK(strstr(jar_get("http://h.example/"), "c0=") != NULL);
    jar_close();
}

static void cookie_in_all(void)
{
    char url[64];

    jar_open();
    for (size_t i = 0; i < HC_COOKIES_MAX; i++) {
        snprintf(url, sizeof url, "http://h%zu.example/", i);
        jar_set(url, "a=b");
    }
    CHECK_INT(jar.num_cookies, HC_COOKIES_MAX);
    CHECK_TEXT(jar_get("http://h0.example/"), "a=b"); /* used: h1 is now the oldest */
    jar_set("http://new.example/", "a=b");
    CHECK_INT(jar.num_cookies, HC_COOKIES_MAX);
    CHECK_TEXT(jar_get("http://h0.example/"), "a=b");
    CHECK_TEXT(jar_get("http://h1.example/"), "");
    CHECK_TEXT(jar_get("http://h2.example/"), "a=b");
    CHECK_TEXT(jar_get("http://new.example/"), "a=b");
    jar_close();
}

static void cookie_header_length(void)
{
    char text[HC_COOKIE_PAIR_MAX + 16];

    for (size_t extra = 0; extra < 2; extra++) {
        jar_open();
        memset(text, 'x', sizeof text);
        memcpy(text, "a=", 2);
        text[HC_COOKIE_PAIR_MAX + 1] = '\0'; /* 4097 with its "=" */
        jar_set("http://h.example/", text);
        memcpy(text, "b=", 2);
        text[HC_COOKIE_HEADER_MAX - (HC_COOKIE_PAIR_MAX + 1) - 2 + extra] = '\0';
        jar_set("http://h.example/", text);
        CHECK_INT(jar.num_cookies, 2);
        CHECK_INT(strlen(jar_get("http://h.example/")),
                  extra == 0 ? HC_COOKIE_HEADER_MAX : HC_COOKIE_PAIR_MAX + 1);
        jar_close();
    }
}

/* ---- memory ------------------------------------------------------------------------------- */

static void cookie_out_of_memory(void)
{
    size_t num_failures = 0;

    for (size_t n = 1;; n++) {
        hc_url url = jar_url("http://h.example/");
        static const httpsc_field fields[] = {{"Set-Cookie", "a=b"}, {"Set-Cookie", "c=d"},
                                              {"Set-Cookie", "e=f"}, {"Set-Cookie", "a=g"}};
        hc_buffer out;
        int code;

        jar_open();
        jar_memory.fail_at = n;
        jar_memory.fail_once = 1;
        hc_buffer_init(&out, &jar_memory.allocator, 4096);
        code = hc_cookie_jar_take(&jar, &url, fields, HC_ARRAY_LEN(fields), NOW, &jar_error);
        if (code == HTTPSC_OK) {
            code = hc_cookie_jar_header(&jar, &url, NOW, &out, &jar_error);
            CHECK(code == HTTPSC_OK || out.len == 0);
        }
        CHECK_INT(jar_error.code, code);
        CHECK(code == HTTPSC_OK || code == HTTPSC_ERR_MEMORY);
        num_failures += code != HTTPSC_OK;
        hc_buffer_free(&out);
        hc_url_free(&url);
        jar_close();
        if (code == HTTPSC_OK) {
            break;
        }
    }
    CHECK(num_failures >= 6);
    jar_open(); /* a buffer that is full is left as it was */
    {
        hc_url url = jar_url("http://h.example/");
        hc_buffer out;

        jar_set("http://h.example/", "a=b");
        jar_set("http://h.example/", "c=d");
        hc_buffer_init(&out, &jar_memory.allocator, 7);
        CHECK_INT(hc_buffer_add_text(&out, "x"), HC_BUFFER_OK);
        CHECK_INT(hc_cookie_jar_header(&jar, &url, NOW, &out, &jar_error), HTTPSC_ERR_MEMORY);
        CHECK_INT(out.len, 1);
        hc_buffer_free(&out);
        hc_url_free(&url);
    }
    jar_close();
}

/* A field cut anywhere is read within its bytes, and makes at most one cookie. */
static void cookie_cut_anywhere(void)
{
    static const char text[] = "__Host-n=\"v\"; Expires=Wed, 09 Jun 2027 10:18:14 GMT; Max-Age=10; "
                               "Domain=.h.example; Path=/a; Secure; HttpOnly; SameSite=Lax";

    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + 1);
        hc_set_cookie set;

        CHECK(copy != NULL);
        memcpy(copy, text, len);
        CHECK_INT(hc_set_cookie_parse(&set, hc_cursor_over(copy, len), NOW), len > 0);
        free(copy);
    }
}

UNIT_MAIN(UNIT(cookie_pairs), UNIT(cookie_controls), UNIT(cookie_lengths),
          UNIT(cookie_attributes), UNIT(cookie_dates), UNIT(cookie_dates_cut),
          UNIT(cookie_max_age), UNIT(cookie_deletion), UNIT(cookie_domains),
          UNIT(cookie_public_suffixes), UNIT(cookie_of_addresses), UNIT(cookie_paths),
          UNIT(cookie_order),
          UNIT(cookie_secure), UNIT(cookie_per_response), UNIT(cookie_per_domain),
          UNIT(cookie_in_all), UNIT(cookie_header_length), UNIT(cookie_out_of_memory),
          UNIT(cookie_cut_anywhere))
