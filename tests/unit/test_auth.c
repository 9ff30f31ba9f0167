/* Challenges, and what answers them: RFC 9110, 7616, 7617, 2069; DEFENCES L4, L5. */
#include "unit.h"

#define BOTH (HC_AUTH_BASIC | HC_AUTH_DIGEST)

static unit_memory auth_memory;
static httpsc_error auth_error;
static hc_challenge challenge;
static const unsigned char zeros[HC_CNONCE_BYTES];

static void auth_open(void)
{
    unit_memory_init(&auth_memory);
    memset(&auth_error, 0, sizeof auth_error);
    memset(&challenge, 0, sizeof challenge);
}

static void auth_close(void)
{
    hc_challenge_free(&challenge);
    CHECK_INT(auth_memory.live_blocks, 0);
    CHECK(!auth_memory.misuse);
}

/* Chooses of up to three fields. */
static void choose_of(const char *a, const char *b, const char *c, unsigned allowed)
{
    httpsc_field fields[5] = {{"Date", "x"}, {"WWW-Authenticate", ""}, {"www-authenticate", ""},
                              {"WWW-AUTHENTICATE", ""}, {"Proxy-Authenticate", "Basic"}};

    fields[1].value = a;
    fields[2].value = b == NULL ? "" : b;
    fields[3].value = c == NULL ? "" : c;
    auth_open();
    CHECK_INT(hc_challenge_choose(&challenge, &auth_memory.allocator, fields, 4,
                                  "WWW-Authenticate", allowed, &auth_error),
              HTTPSC_OK);
}

static void choose(const char *value)
{
    choose_of(value, NULL, NULL, BOTH);
}

static int text_is(const hc_buffer *buffer, const char *text)
{
    return buffer->len == strlen(text) && (buffer->len == 0 ||
           memcmp(buffer->ptr, text, buffer->len) == 0);
}

/* ---- challenges --------------------------------------------------------------------------- */

static void challenge_parts(void)
{
    choose("Digest realm=\"a \\\"b\\\" \\\\c\", nonce=\"n/=,\", opaque=\"\", "
           "qop=\"auth-int , auth\", algorithm=sha-256-SESS, stale=TRUE, userhash=true, "
           "charset=utf-8, domain=\"/x /y\"");
    CHECK_INT(challenge.kind, HC_AUTH_DIGEST);
    CHECK(text_is(&challenge.realm, "a \"b\" \\c"));
    CHECK(text_is(&challenge.nonce, "n/=,"));
    CHECK(text_is(&challenge.opaque, ""));
    CHECK_INT(challenge.has_opaque, 1);
    CHECK_INT(challenge.has_qop, 1);
    CHECK_INT(challenge.hash, HC_HASH_SHA256);
    CHECK_INT(challenge.is_session, 1);
    CHECK_INT(challenge.names_algorithm, 1);
    CHECK_INT(challenge.stale, 1);
    CHECK_INT(challenge.userhash, 1);
    CHECK_INT(challenge.is_utf8, 1);
    auth_close();
    choose("Digest nonce=n");
    CHECK_INT(challenge.kind, HC_AUTH_DIGEST);
    CHECK_INT(challenge.hash, HC_HASH_MD5);
    CHECK(challenge.names_algorithm == 0 && challenge.has_qop == 0 && challenge.stale == 0);
    CHECK(challenge.has_opaque == 0 && challenge.userhash == 0 && challenge.is_utf8 == 0);
    auth_close();
    choose("dIGEST\t nonce = \"n\" , realm =r ,, ,stale=\"true\" , ");
    CHECK_INT(challenge.kind, HC_AUTH_DIGEST);
    CHECK(text_is(&challenge.realm, "r"));
    CHECK_INT(challenge.stale, 1);
    auth_close();
    choose("Basic realm=\"simple\", charset=\"UTF-8\"");
    CHECK_INT(challenge.kind, HC_AUTH_BASIC);
    CHECK(text_is(&challenge.realm, "simple"));
    CHECK_INT(challenge.is_utf8, 1);
    auth_close();
}

/* What is chosen: "B", "D" and the hash, or "-". */
static const char *chosen(void)
{
    static char text[64];

    snprintf(text, sizeof text, "%s%.*s",
             challenge.kind == HC_AUTH_DIGEST  ? challenge.hash == HC_HASH_MD5      ? "D1:"
                                                 : challenge.hash == HC_HASH_SHA256 ? "D2:"
                                                                                    : "D3:"
             : challenge.kind == HC_AUTH_BASIC ? "B:"
                                               : "-",
             (int)challenge.realm.len,
             challenge.realm.len == 0 ? "" : (const char *)challenge.realm.ptr);
    auth_close();
    return text;
}

static void challenge_lists(void)
{
    static const char *const cases[][2] = {
        {"Basic", "B:"},
        {"basic realm=x", "B:x"},
        {"Basic realm=", "B:"},
        {"Basic abc==", "B:"},
        {"", "-"},
        {" , ,", "-"},
        {"Bearer realm=x", "-"},
        {"Negotiate", "-"},
        {"Negotiate abc/+def==, Basic realm=x", "B:x"},
        {"Negotiate, Basic realm=x", "B:x"},
        {"Negotiate,NTLM,Basic realm=x", "B:x"},
        {"Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"",
         "B:simple"},
        {"Basic realm=\"a\", Digest realm=\"b\", nonce=\"n\"", "D1:b"},
        {"Digest realm=\"b\", nonce=\"n\", Basic realm=\"a\"", "D1:b"},
        {"Basic realm=\"Digest nonce=x, realm=evil\"", "B:Digest nonce=x, realm=evil"},
        {"Digest realm=1, nonce=n, algorithm=MD5, Digest realm=2, nonce=n, algorithm=SHA-256",
         "D2:2"},
        {"Digest realm=1, nonce=n, algorithm=SHA-512-256, Digest realm=2, nonce=n, "
         "algorithm=SHA-256, Basic", "D3:1"},
        {"Digest realm=1, nonce=n, Digest realm=2, nonce=n", "D1:1"},
        {"Digest realm=1, nonce=n, algorithm=SHA-512, Basic realm=a", "B:a"},
        {"Digest realm=1, nonce=n, algorithm=\"SHA-512-256\"", "D3:1"},
        {"Digest realm=1, nonce=n, algorithm=, Basic realm=a", "-"},
        {"Digest realm=1, nonce=n, qop=auth-int, Basic realm=a", "B:a"},
        {"Digest realm=1, nonce=n, qop=\"\", Basic realm=a", "B:a"},
        {"Digest realm=1, nonce=n, qop=\"AUTH\"", "D1:1"},
        {"Digest realm=1, nonce=n, qop=auth", "D1:1"},
        {"Digest realm=1, Basic realm=a", "B:a"},
        {"Digest realm=1, nonce=n, nonce=m, Basic realm=a", "B:a"},
        {"Digest realm=1, nonce=n, REALM=2, Basic realm=a", "B:a"},
        {"Digest realm=1, nonce=n, x=1, x=2", "D1:1"},
        {"Basic realm=a, Digest realm=1, nonce=\"n", "B:a"},
        {"Basic realm=a, Digest realm=1, nonce=\"n\\", "B:a"},
        {"Basic realm=a, Digest realm=1 nonce=n", "B:a"},
        {"Digest realm=\"1\"nonce=n, Basic realm=a", "-"},
        {"Digest realm=1, nonce=n; Basic realm=a", "-"},
        {"Digest (realm=1)", "-"},
        {"Digest/nonce=n", "-"},
        {"=, Basic", "-"},
        {"\"Basic\"", "-"},
        {"Basic realm=a, =b", "B:a"},
        {"Basic realm=a,", "B:a"},
        {"nonce=n, Digest realm=1", "-"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        choose(cases[i][0]);
        CHECK_TEXT(chosen(), cases[i][1]);
    }
}

static void challenge_fields(void)
{
    choose_of("Basic realm=a", "Digest realm=b, nonce=n", "Digest realm=c, nonce=n", BOTH);
    CHECK_TEXT(chosen(), "D1:b");
    choose_of("Digest realm=a, nonce=\"", "Basic realm=b", NULL, BOTH);
    CHECK_TEXT(chosen(), "B:b");
    choose_of("Basic realm=a", "Digest realm=b, nonce=n", NULL, HC_AUTH_BASIC);
    CHECK_TEXT(chosen(), "B:a");
    choose_of("Basic realm=a", "Digest realm=b, nonce=n", NULL, HC_AUTH_DIGEST);
    CHECK_TEXT(chosen(), "D1:b");
    choose_of("Basic realm=a", "Digest realm=b", NULL, HC_AUTH_DIGEST);
    CHECK_TEXT(chosen(), "-");
    choose_of("Basic realm=a", "Digest realm=b, nonce=n", NULL, 0);
    CHECK_TEXT(chosen(), "-");
}

/* DEFENCES L4: at each limit, and one past it. */
static void challenge_limits(void)
{
    static char text[HC_AUTH_PARAM_MAX * 3];

    for (size_t extra = 0; extra < 2; extra++) {
        size_t len;

        for (size_t which = 0; which < 3; which++) {
            static const char *const begins[] = {"Digest nonce=n, realm=\"", "Digest nonce=\"",
                                                 "Digest nonce=n, opaque=\""};

            strcpy(text, begins[which]);
            len = strlen(text);
            memset(text + len, 'x', HC_AUTH_PARAM_MAX + extra);
            strcpy(text + len + HC_AUTH_PARAM_MAX + extra, "\"");
            choose_of("Basic realm=a", text, NULL, BOTH);
            CHECK_INT(challenge.kind, extra ? HC_AUTH_BASIC : HC_AUTH_DIGEST);
            auth_close();
        }
        strcpy(text, "Digest nonce=n");
        for (size_t i = 1; i < HC_AUTH_PARAMS_MAX + extra; i++) {
            snprintf(text + strlen(text), 16, ", p%zu=v", i);
        }
        choose(text);
        CHECK_INT(challenge.kind, extra ? 0 : HC_AUTH_DIGEST);
        auth_close();
        text[0] = '\0';
        for (size_t i = 1; i < HC_AUTH_CHALLENGES_MAX + extra; i++) {
            snprintf(text + strlen(text), 16, "X%zu a=b,", i);
        }
        strcat(text, "Basic realm=a");
        choose(text);
        CHECK_INT(challenge.kind, extra ? 0 : HC_AUTH_BASIC);
        auth_close();
    }
}

/* Cut at every byte: read within its bytes, never stronger than what came whole. */
static void challenge_cut_anywhere(void)
{
    static const char text[] = "Negotiate a==, Basic realm=\"x\\\"y\", Digest realm=\"r\", "
                               "nonce=\"abc\", qop=\"auth,auth-int\", algorithm=SHA-256";

    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + 1);

        CHECK(copy != NULL);
        memcpy(copy, text, len);
        copy[len] = '\0';
        choose(copy);
        CHECK(challenge.kind != HC_AUTH_DIGEST || len > 62);
        CHECK(challenge.kind != 0 || len < 20 || (len > 26 && len < 34));
        auth_close();
        free(copy);
    }
}

/* ---- Basic and Bearer --------------------------------------------------------------------- */

static const char *basic(const char *user, const char *password)
{
    static char text[256];
    hc_buffer out;

    auth_open();
    hc_buffer_init(&out, &auth_memory.allocator, sizeof text - 1);
    if (hc_basic_add(user, password, &out, &auth_error) != HTTPSC_OK) {
        CHECK_INT(out.len, 0);
    }
    snprintf(text, sizeof text, "%.*s", (int)out.len, out.len == 0 ? "" : (char *)out.ptr);
    hc_buffer_free(&out);
    auth_close();
    return text;
}

static void basic_answers(void)
{
    CHECK_TEXT(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    CHECK_TEXT(basic("test", "123\xC2\xA3"), "Basic dGVzdDoxMjPCow==");
    CHECK_TEXT(basic("", ""), "Basic Og==");
    CHECK_TEXT(basic("a", ""), "Basic YTo=");
    CHECK_TEXT(basic("a", "b"), "Basic YTpi");
    CHECK_TEXT(basic("a", "b:c"), "Basic YTpiOmM=");
    CHECK_TEXT(basic("\xff\xfe", "\xfb"), "Basic //46+w==");
    CHECK_TEXT(basic("a:b", "c"), "");
    CHECK_INT(auth_error.code, HTTPSC_ERR_ARGUMENT);
    CHECK_TEXT(basic("a\r\nX: y", "c"), "");
    CHECK_INT(auth_error.code, HTTPSC_ERR_ARGUMENT);
    CHECK_TEXT(basic("a", "hunter2\x7f"), "");
    CHECK_INT(auth_error.code, HTTPSC_ERR_ARGUMENT);
    CHECK(strstr(auth_error.text, "hunter2") == NULL);
}

static void bearer_answers(void)
{
    hc_buffer out;

    auth_open();
    hc_buffer_init(&out, &auth_memory.allocator, 64);
    CHECK_INT(hc_bearer_add("mF_9.B5f-4.1JqM==", &out, &auth_error), HTTPSC_OK);
    CHECK(text_is(&out, "Bearer mF_9.B5f-4.1JqM=="));
    out.len = 0;
    CHECK_INT(hc_bearer_add("", &out, &auth_error), HTTPSC_ERR_ARGUMENT);
    hc_error_clear(&auth_error);
    CHECK_INT(hc_bearer_add("a b", &out, &auth_error), HTTPSC_ERR_ARGUMENT);
    hc_error_clear(&auth_error);
    CHECK_INT(hc_bearer_add("hunter2\r\nX: y", &out, &auth_error), HTTPSC_ERR_ARGUMENT);
    CHECK(strstr(auth_error.text, "hunter2") == NULL);
    hc_error_clear(&auth_error);
    CHECK_INT(hc_bearer_add("\xC3\xA4", &out, &auth_error), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(out.len, 0);
    hc_buffer_free(&out);
    auth_close();
}

/* ---- Digest ------------------------------------------------------------------------------- */

static const char *digest(const char *user, const char *password, const char *method,
                          const char *target)
{
    static char text[4096];
    hc_buffer out;

    hc_buffer_init(&out, &auth_memory.allocator, sizeof text - 1);
    if (hc_digest_add(&challenge, user, password, hc_cursor_over(method, strlen(method)),
                      hc_cursor_over(target, strlen(target)), zeros, &out,
                      &auth_error) != HTTPSC_OK) {
        CHECK_INT(out.len, 0);
    }
    snprintf(text, sizeof text, "%.*s", (int)out.len, out.len == 0 ? "" : (char *)out.ptr);
    hc_buffer_free(&out);
    return text;
}

static int answers(const char *text, const char *response)
{
    const char *at = strstr(text, ", response=\"");

    return at != NULL && strncmp(at + 12, response, strlen(response)) == 0 &&
           strcmp(at + 12 + strlen(response), "\"") == 0;
}

/* RFC 2069 and 2617, 3.5; RFC 7616, 3.9. */
static void digest_of_the_rfcs(void)
{
    choose("Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
           "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
    CHECK_TEXT(digest("Mufasa", "CircleOfLife", "GET", "/dir/index.html"),
               "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
               "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", "
               "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\", "
               "response=\"1949323746fe6a43ef61f9606e7febea\"");
    auth_close();
    choose("Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
           "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"");
    strcpy(challenge.cnonce, "0a4f113b");
    CHECK(answers(digest("Mufasa", "Circle Of Life", "GET", "/dir/index.html"),
                  "6629fae49393a05397450978507c4ef1"));
    auth_close();
    choose("Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, "
           "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
           "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
    strcpy(challenge.cnonce, "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
    CHECK_TEXT(digest("Mufasa", "Circle of Life", "GET", "/dir/index.html"),
               "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", "
               "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", uri=\"/dir/index.html\", "
               "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", algorithm=SHA-256, "
               "qop=auth, nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", "
               "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\"");
    auth_close();
    choose("Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, "
           "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"");
    strcpy(challenge.cnonce, "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
    CHECK(answers(digest("Mufasa", "Circle of Life", "GET", "/dir/index.html"),
                  "8ca523f5e9506fed4657c9700eebdbec"));
    auth_close();
    /* with the real SHA-512/256: the RFC's own numbers are cut SHA-512 (erratum 4897) */
    choose("Digest realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, "
           "nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", charset=UTF-8, userhash=true");
    strcpy(challenge.cnonce, "NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm");
    {
        const char *text = digest("J\xC3\xA4s\xC3\xB8n Doe", "Secret, or not?", "GET",
                                  "/doe.json");

        CHECK(strstr(text, " username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06"
                           "ece9b0b\"") != NULL);
        CHECK(strstr(text, ", userhash=true, ") != NULL);
        CHECK(answers(text, "7a4e1192babbba02e91182d2895bfdbf7adafc6e48d4e517ca301974843d840c"));
    }
    auth_close();
}

static void digest_sessions(void)
{
    static const struct {
        const char *algorithm;
        const char *responses[2];
    } cases[] = {
        {"MD5-sess", {"b0807f4f0ae2d9d16a4a43892ba9a80b", "ac383a61acf0c1cbdf6cbda264bc3b6f"}},
        {"SHA-256-sess",
         {"db84bfa0d9210692c7afc2a3cbcf39f625237929a4a2ace2ba66f96593e9934e",
          "3ab2d352f178a31cfc705d654a3d7dc621f6fed08b61b93ec37586a5af541c42"}},
        {"SHA-512-256-sess",
         {"51db34b50e9ae51500623be27174c15ed34e5de160116c6c48b729ea8bb349bf",
          "7fc33c1ac17ddf903560ba4e29a1f3f47236451aeec6dec330b80b52d2637e44"}},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        char text[128];
        char algorithm[64];

        snprintf(text, sizeof text, "Digest realm=r, nonce=N, qop=auth, algorithm=%s",
                 cases[i].algorithm);
        snprintf(algorithm, sizeof algorithm, ", algorithm=%s, qop=auth, nc=00000002",
                 cases[i].algorithm);
        choose(text);
        CHECK(answers(digest("u", "p", "POST", "/x?y"), cases[i].responses[0]));
        CHECK(answers(digest("u", "p", "POST", "/x?y"), cases[i].responses[1]));
        challenge.nonce_count = 1;
        CHECK(strstr(digest("u", "p", "POST", "/x?y"), algorithm) != NULL);
        auth_close();
    }
    choose("Digest realm=r, nonce=N, algorithm=MD5-sess");
    CHECK(answers(digest("u", "p", "POST", "/x?y"), "928389e05c4641b0a9b5bd2795f0e871"));
    CHECK(strstr(digest("u", "p", "POST", "/x?y"), ", cnonce=\"0000") != NULL);
    CHECK(strstr(digest("u", "p", "POST", "/x?y"), "qop=") == NULL);
    auth_close();
}

/* The count goes up with each answer to one nonce; the client's nonce is made once. */
static void digest_counts(void)
{
    static const unsigned char other[HC_CNONCE_BYTES] = {0xff, 0xee};
    char first[HC_CNONCE_BYTES * 2 + 1];
    hc_buffer out;

    choose("Digest realm=r, nonce=N, qop=auth");
    hc_buffer_init(&out, &auth_memory.allocator, 4096);
    CHECK_INT(hc_digest_add(&challenge, "u", "p", hc_cursor_over("GET", 3), hc_cursor_over("/", 1),
                            other, &out, &auth_error),
              HTTPSC_OK);
    strcpy(first, challenge.cnonce);
    CHECK(strncmp(first, "ffee0000", 8) == 0 && strlen(first) == 2 * HC_CNONCE_BYTES);
    challenge.nonce_count = 0xfffe;
    CHECK(strstr(digest("u", "p", "GET", "/"), ", nc=0000ffff, ") != NULL);
    CHECK(strstr(digest("u", "p", "GET", "/"), ", nc=00010000, ") != NULL);
    CHECK_TEXT(challenge.cnonce, first);
    hc_buffer_free(&out);
    auth_close();
}

static void digest_quoting(void)
{
    choose("Digest realm=\"r\\\"s\", nonce=\"n\\\\n\"");
    {
        const char *text = digest("a\"b\\c", "p", "GET", "/");

        CHECK(strstr(text, "username=\"a\\\"b\\\\c\", realm=\"r\\\"s\", nonce=\"n\\\\n\"") != NULL);
        CHECK(answers(text, "043a0b8384c4beed9e26d1c0c1cdea90"));
    }
    CHECK(strstr(digest("\xC3\xA4", "p", "GET", "/"), "username=\"\xC3\xA4\"") != NULL);
    CHECK_TEXT(digest("a\r\nX: y", "p", "GET", "/"), "");
    CHECK_INT(auth_error.code, HTTPSC_ERR_ARGUMENT);
    auth_close();
    choose("Digest realm=r, nonce=n, charset=UTF-8");
    CHECK(strstr(digest("\xC3\xA4 %b", "p", "GET", "/"),
                 "Digest username*=UTF-8''%c3%a4%20%25b, realm") != NULL);
    CHECK(strstr(digest("plain", "p", "GET", "/"), "username=\"plain\"") != NULL);
    auth_close();
}

/* ---- memory ------------------------------------------------------------------------------- */

static void auth_out_of_memory(void)
{
    static const httpsc_field fields[] = {
        {"A", "Basic realm=a, Digest realm=b, nonce=n, opaque=o, qop=auth, algorithm=SHA-256"}};
    size_t num_failures = 0;

    for (size_t n = 1;; n++) {
        hc_buffer out;
        int code;

        auth_open();
        auth_memory.fail_at = n;
        auth_memory.fail_once = 1;
        hc_buffer_init(&out, &auth_memory.allocator, 4096);
        code = hc_challenge_choose(&challenge, &auth_memory.allocator, fields, 1, "A", BOTH,
                                   &auth_error);
        CHECK((code == HTTPSC_OK) == (challenge.kind != 0));
        if (code == HTTPSC_OK) {
            code = hc_digest_add(&challenge, "u", "p", hc_cursor_over("GET", 3),
                                 hc_cursor_over("/", 1), zeros, &out, &auth_error);
        }
        if (code == HTTPSC_OK) {
            out.len = 0;
            code = hc_basic_add("user", "password", &out, &auth_error);
        }
        CHECK(code == HTTPSC_OK || code == HTTPSC_ERR_MEMORY);
        CHECK_INT(auth_error.code, code);
        num_failures += code != HTTPSC_OK;
        hc_buffer_free(&out);
        auth_close();
        if (code == HTTPSC_OK) {
            break;
        }
    }
    CHECK(num_failures >= 5);
    for (size_t max = 0; max < 200; max += 7) { /* full anywhere: nothing stays */
        hc_buffer out;

        choose("Digest realm=b, nonce=n, opaque=o, qop=auth, algorithm=SHA-256");
        hc_buffer_init(&out, &auth_memory.allocator, max);
        CHECK_INT(hc_digest_add(&challenge, "u", "p", hc_cursor_over("GET", 3),
                                hc_cursor_over("/", 1), zeros, &out, &auth_error),
                  HTTPSC_ERR_MEMORY);
        hc_error_clear(&auth_error);
        CHECK_INT(hc_basic_add("u", "p", &out, &auth_error),
                  max < 12 ? HTTPSC_ERR_MEMORY : HTTPSC_OK);
        CHECK_INT(out.len, max < 12 ? 0 : 10);
        hc_buffer_free(&out);
        auth_close();
    }
}

UNIT_MAIN(UNIT(challenge_parts), UNIT(challenge_lists), UNIT(challenge_fields),
          UNIT(challenge_limits), UNIT(challenge_cut_anywhere), UNIT(basic_answers),
          UNIT(bearer_answers), UNIT(digest_of_the_rfcs), UNIT(digest_sessions),
          UNIT(digest_counts), UNIT(digest_quoting), UNIT(auth_out_of_memory))
