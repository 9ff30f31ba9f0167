/*
 * Who may be the server: pins, the verify callback, the insecure switches, names and addresses, the
 * clock, and what is said when it may not.
 */
#include "httpsc.h"

#include "../support/verification.h"

static void verification_pin(const char *file, unsigned char out[32])
{
    httpsc_bytes bytes = verification_read(file);

    CHECK_INT(bytes.len, 32);
    memcpy(out, bytes.ptr, 32);
}

/* ---- pins ----------------------------------------------------------------------------------- */

static void pins(void)
{
    httpsc_options options = verification_options();
    unsigned char pin[3][32];

    options.tls.pins = (const unsigned char (*)[32])pin;
    options.tls.num_pins = 1;
    verification_pin("good.pin", pin[0]);
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);
    CHECK_INT(verification_code(&options, "good-rsa"), HTTPSC_ERR_CERT_PIN_MISMATCH);
    pin[0][31] ^= 1;
    CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CERT_PIN_MISMATCH);
    pin[0][31] ^= 1;
    pin[0][0] ^= 0x80;
    CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CERT_PIN_MISMATCH);
    verification_pin("intermediate.pin", pin[0]);
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);
    CHECK_INT(verification_code(&options, "good-rsa"), HTTPSC_OK);
    verification_pin("ca.pin", pin[0]); /* never sent, but where the path ends */
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);
    CHECK_INT(verification_code(&options, "good-rsa"), HTTPSC_OK);
    verification_pin("ca2.pin", pin[0]); /* sent, but no part of the path */
    CHECK_INT(verification_code(&options, "padded"), HTTPSC_ERR_CERT_PIN_MISMATCH);

    memset(pin, 0xA5, sizeof pin);
    options.tls.num_pins = 3;
    CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CERT_PIN_MISMATCH);
    for (size_t i = 0; i < 3; i++) {
        memset(pin, 0xA5, sizeof pin);
        verification_pin("good.pin", pin[i]);
        CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);
    }
    /* a path that ends in no other certificate has no other key, not one that hashes to zeros */
    memset(pin, 0, sizeof pin);
    options.tls.ca_file = "good.pem";
    CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CERT_PIN_MISMATCH);
    verification_pin("good.pin", pin[2]);
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);
    options.tls.pins = NULL;
    verification_refused(&options.tls, HTTPSC_ERR_ARGUMENT, "pins");
}

/* A pin takes nothing away from verification, and stays when that is turned off. */
static void pins_and_the_rest(void)
{
    static const char *const others[] = {"intermediate.pin", "ca2.pin", "ca.pin"};
    httpsc_options options = verification_options();
    unsigned char pin[1][32];

    options.tls.pins = (const unsigned char (*)[32])pin;
    options.tls.num_pins = 1;
    verification_pin("selfsigned.pin", pin[0]);
    CHECK_INT(verification_code(&options, "selfsigned"), HTTPSC_ERR_CERT_SELF_SIGNED);
    options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER;
    CHECK_INT(verification_code(&options, "selfsigned"), HTTPSC_OK);
    CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CERT_PIN_MISMATCH);
    verification_pin("good.pin", pin[0]);
    CHECK_INT(verification_code(&options, "padded"), HTTPSC_OK);
    for (size_t i = 0; i < 3; i++) { /* anybody can send those along */
        verification_pin(others[i], pin[0]);
        CHECK_INT(verification_code(&options, "padded"), HTTPSC_ERR_CERT_PIN_MISMATCH);
    }
    options.tls.insecure_peer = 0;
    options.tls.insecure_name = HTTPSC_INSECURE_ANY_NAME;
    options.tls.insecure_dates = HTTPSC_INSECURE_ANY_DATE;
    verification_pin("intermediate.pin", pin[0]); /* the path was found all the same */
    CHECK_INT(verification_code(&options, "padded"), HTTPSC_OK);
}

/* ---- the verify callback -------------------------------------------------------------------- */

typedef struct verification_seen {
    int num_calls;
    int answer;
    char host[64];
    size_t num_certs;
    size_t num_sent;
    size_t last_place; /* of the path's last among those sent */
    int verified;
    unsigned char leaf[4096];
    size_t leaf_len;
    unsigned char last[4096];
    size_t last_len;
} verification_seen;

static int verification_is_file(const unsigned char *bytes, size_t len, const char *file)
{
    httpsc_bytes der = verification_read(file);

    return der.len == len && memcmp(der.ptr, bytes, len) == 0;
}

static int verification_see(void *user, const httpsc_peer *peer)
{
    verification_seen *seen = user;
    const httpsc_bytes *last = &peer->chain[peer->num_certs - 1];

    seen->num_calls++;
    snprintf(seen->host, sizeof seen->host, "%s", peer->host);
    seen->num_certs = peer->num_certs;
    seen->num_sent = peer->num_sent;
    for (size_t i = 0; i < peer->num_sent; i++) {
        if (peer->sent[i].len == last->len &&
            memcmp(peer->sent[i].ptr, last->ptr, last->len) == 0) {
            seen->last_place = i;
        }
    }
    seen->verified = peer->verified;
    seen->leaf_len = peer->chain[0].len;
    seen->last_len = last->len;
    memcpy(seen->leaf, peer->chain[0].ptr, seen->leaf_len);
    memcpy(seen->last, last->ptr, seen->last_len);
    return seen->answer;
}

static void the_callback_sees(void)
{
    httpsc_options options = verification_options();
    verification_seen seen;

    memset(&seen, 0, sizeof seen);
    options.tls.verify = verification_see;
    options.tls.verify_user = &seen;
    CHECK_INT(verification_code(&options, "padded"), HTTPSC_OK);
    CHECK_INT(seen.num_calls, 1);
    CHECK_TEXT(seen.host, "localhost");
    CHECK_INT(seen.verified, 1);
    CHECK_INT(seen.num_certs, 2); /* of the path: without the stranger, and without the root */
    CHECK_INT(seen.num_sent, 3); /* with it */
    CHECK_INT(seen.last_place, 2);
    CHECK(verification_is_file(seen.leaf, seen.leaf_len, "good.der"));
    CHECK(verification_is_file(seen.last, seen.last_len, "intermediate.der"));

    options.verify_as = "127.0.0.1";
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);
    CHECK_TEXT(seen.host, "127.0.0.1");

    options.verify_as = NULL;
    options.tls.insecure_dates = HTTPSC_INSECURE_ANY_DATE;
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);
    CHECK_INT(seen.verified, 0);
    options.tls.insecure_dates = 0;
    options.tls.insecure_name = HTTPSC_INSECURE_ANY_NAME;
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);
    CHECK_INT(seen.verified, 0);
    options.tls.insecure_chain = HTTPSC_INSECURE_ANY_ISSUER;
    CHECK_INT(verification_code(&options, "padded"), HTTPSC_OK);
    CHECK_INT(seen.num_certs, 3); /* as sent: there is no path */
    CHECK_INT(seen.num_calls, 5);
}

static void the_callback_refuses(void)
{
    static const int answers[] = {HTTPSC_ERR_CERT_REFUSED, HTTPSC_ERR_MEMORY, HTTPSC_WANT, -1, 1};
    httpsc_options options = verification_options();
    verification_seen seen;

    memset(&seen, 0, sizeof seen);
    options.tls.verify = verification_see;
    options.tls.verify_user = &seen;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        seen.answer = answers[i];
        CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CERT_REFUSED);
    }
    options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER; /* and still does */
    CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CERT_REFUSED);
    CHECK_INT(seen.num_calls, 6);
}

static void the_callback_cannot_accept(void)
{
    static const struct {
        const char *certificate;
        int code;
    } cases[] = {{"expired", HTTPSC_ERR_CERT_EXPIRED},
                 {"notyet", HTTPSC_ERR_CERT_NOT_YET_VALID},
                 {"wrongname", HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"selfsigned", HTTPSC_ERR_CERT_SELF_SIGNED},
                 {"nochain", HTTPSC_ERR_CERT_INCOMPLETE_CHAIN},
                 {"weak-rsa1024", HTTPSC_ERR_CERT_WEAK},
                 {"sha1", HTTPSC_ERR_CERT_WEAK}};
    httpsc_options options = verification_options();
    unsigned char pin[1][32];
    verification_seen seen;

    memset(&seen, 0, sizeof seen);
    options.tls.verify = verification_see;
    options.tls.verify_user = &seen;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_INT(verification_code(&options, cases[i].certificate), cases[i].code);
    }
    memset(pin, 0, sizeof pin);
    options.tls.pins = (const unsigned char (*)[32])pin;
    options.tls.num_pins = 1;
    CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CERT_PIN_MISMATCH);
    CHECK_INT(seen.num_calls, 0);
}

/* ---- the insecure switches ------------------------------------------------------------------ */

#define VERIFICATION_CHAIN 1
#define VERIFICATION_NAME 2
#define VERIFICATION_DATES 4

static void verification_ignore(httpsc_tls_options *tls, int what)
{
    tls->insecure_chain = (what & VERIFICATION_CHAIN) != 0 ? HTTPSC_INSECURE_ANY_ISSUER : 0;
    tls->insecure_name = (what & VERIFICATION_NAME) != 0 ? HTTPSC_INSECURE_ANY_NAME : 0;
    tls->insecure_dates = (what & VERIFICATION_DATES) != 0 ? HTTPSC_INSECURE_ANY_DATE : 0;
}

/* Every switch forgives its own fault alone, whichever others are on. */
static void the_insecure_switches(void)
{
    static const struct {
        const char *certificate;
        const char *host;
        int faults;
        int chain_code;
        int date_code;
    } cases[] = {{"good", "localhost", 0, 0, 0},
                 {"selfsigned", "localhost", VERIFICATION_CHAIN, HTTPSC_ERR_CERT_SELF_SIGNED, 0},
                 {"nochain", "localhost", VERIFICATION_CHAIN, HTTPSC_ERR_CERT_INCOMPLETE_CHAIN, 0},
                 {"wrongname", "localhost", VERIFICATION_NAME, 0, 0},
                 {"expired", "localhost", VERIFICATION_DATES, 0, HTTPSC_ERR_CERT_EXPIRED},
                 {"notyet", "localhost", VERIFICATION_DATES, 0, HTTPSC_ERR_CERT_NOT_YET_VALID},
                 {"selfsigned", "other.example", VERIFICATION_CHAIN | VERIFICATION_NAME,
                  HTTPSC_ERR_CERT_SELF_SIGNED, 0},
                 {"expired", "other.example", VERIFICATION_NAME | VERIFICATION_DATES, 0,
                  HTTPSC_ERR_CERT_EXPIRED}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int ignored = 0; ignored < 8; ignored++) {
            httpsc_options options = verification_options();
            int left = cases[i].faults & ~ignored;
            int code = (left & VERIFICATION_CHAIN) != 0   ? cases[i].chain_code
                       : (left & VERIFICATION_DATES) != 0 ? cases[i].date_code
                       : (left & VERIFICATION_NAME) != 0  ? HTTPSC_ERR_CERT_NAME_MISMATCH
                                                          : HTTPSC_OK;
            httpsc_response *response = NULL;

            verification_ignore(&options.tls, ignored);
            CHECK_INT(verification_get(&options, cases[i].certificate, cases[i].host, NULL,
                                       &response),
                      code);
            if (response != NULL) {
                CHECK_INT(response->tls.verified, ignored == 0);
            }
            httpsc_response_close(response);
        }
    }
}

static void any_peer(void)
{
    static const char *const certificates[] = {"good",    "selfsigned", "nochain",
                                               "expired", "notyet",     "wrongname"};
    httpsc_options options = verification_no_options;

    options.tls.insecure_peer = HTTPSC_INSECURE_ANY_PEER; /* and needs no roots */
    for (size_t i = 0; i < sizeof certificates / sizeof certificates[0]; i++) {
        httpsc_response *response = NULL;

        CHECK_INT(verification_get(&options, certificates[i], "nobody.example", NULL, &response),
                  HTTPSC_OK);
        CHECK(response != NULL && response->tls.verified == 0);
        httpsc_response_close(response);
    }
    /* a key that anybody can have broken proves nothing, not even who it is that we talk to */
    CHECK_INT(verification_code(&options, "weak-rsa1024"), HTTPSC_ERR_CERT_WEAK);
}

static void values_that_are_not_magic(void)
{
    static const long magic[4] = {HTTPSC_INSECURE_ANY_PEER, HTTPSC_INSECURE_ANY_ISSUER,
                                  HTTPSC_INSECURE_ANY_NAME, HTTPSC_INSECURE_ANY_DATE};
    static const char *const names[4] = {"insecure_peer", "insecure_chain", "insecure_name",
                                         "insecure_dates"};

    for (int field = 0; field < 4; field++) {
        const long values[] = {1,         -1,       2,        magic[field] + 1, ~magic[field],
                               magic[(field + 1) % 4], magic[(field + 2) % 4],
                               magic[(field + 3) % 4]};

        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            httpsc_options options = verification_options();
            long *fields[4];

            fields[0] = &options.tls.insecure_peer;
            fields[1] = &options.tls.insecure_chain;
            fields[2] = &options.tls.insecure_name;
            fields[3] = &options.tls.insecure_dates;
            *fields[field] = values[i];
            verification_refused(&options.tls, HTTPSC_ERR_ARGUMENT, names[field]);
            options.tls.insecure_peer |= field == 0 ? 0 : magic[0]; /* nor beside a good one */
            verification_refused(&options.tls, HTTPSC_ERR_ARGUMENT, names[field]);
        }
    }
}

/* ---- names and addresses -------------------------------------------------------------------- */

static void the_host(void)
{
    static const struct {
        const char *certificate;
        const char *host;
        int code;
    } cases[] = {{"good", "localhost", HTTPSC_OK},
                 {"good", "LocalHost", HTTPSC_OK},
                 {"good", "localhost.", HTTPSC_OK},
                 {"good", "a.wild.test", HTTPSC_OK},
                 {"good", "a.b.wild.test", HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"good", "wild.test", HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"good", "alocalhost", HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"good", "127.0.0.1", HTTPSC_OK},
                 {"good", "[::1]", HTTPSC_OK},
                 {"good", "[0:0:0:0:0:0:0:1]", HTTPSC_OK},
                 {"good", "127.0.0.2", HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"good", "[::2]", HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"good", "[::ffff:127.0.0.1]", HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"wrongname", "other.example", HTTPSC_OK},
                 {"wrongname", "127.0.0.1", HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"wrongname", "[::1]", HTTPSC_ERR_CERT_NAME_MISMATCH}};
    httpsc_options options = verification_options();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_INT(verification_get(&options, cases[i].certificate, cases[i].host, NULL, NULL),
                  cases[i].code);
    }
}

/* Where the connection goes, what the URL says and whom the certificate must name are three. */
static void verify_as(void)
{
    static const struct {
        const char *certificate;
        const char *host;
        const char *verify_as;
        int code;
    } cases[] = {{"wrongname", "localhost", "other.example", HTTPSC_OK},
                 {"wrongname", "localhost", "OTHER.example.", HTTPSC_OK},
                 {"good", "localhost", "other.example", HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"good", "other.example", "localhost", HTTPSC_OK},
                 {"good", "other.example", "127.0.0.1", HTTPSC_OK},
                 {"good", "other.example", "::1", HTTPSC_OK},
                 {"good", "other.example", "[::1]", HTTPSC_OK},
                 {"good", "localhost", "127.0.0.2", HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"good", "127.0.0.1", "other.example", HTTPSC_ERR_CERT_NAME_MISMATCH},
                 {"wrongname", "127.0.0.1", "other.example", HTTPSC_OK}};
    static const char *const bad[] = {"", ".", "a b", "*.wild.test", "host:443", "a..b"};
    httpsc_options options = verification_options();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        options.verify_as = cases[i].verify_as;
        CHECK_INT(verification_get(&options, cases[i].certificate, cases[i].host, NULL, NULL),
                  cases[i].code);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        httpsc_client *client = NULL;

        options.verify_as = bad[i];
        CHECK_INT(httpsc_client_open(&options, &client, NULL), HTTPSC_ERR_ARGUMENT);
        httpsc_client_close(client);
    }
}

/* connect_to alone changes no name: the server there must be the URL's. */
static void connect_to_is_no_name(void)
{
    server *there = server_run("good", verification_answer);
    httpsc_options options = verification_options();
    char address[32];

    snprintf(address, sizeof address, "localhost:%d", server_port(there));
    options.connect_to = address;
    CHECK_INT(verification_get(&options, "good", "other.example", NULL, NULL),
              HTTPSC_ERR_CERT_NAME_MISMATCH);
    server_wait_accepted(there, 1);
    server_close(there);
}

/* ---- the clock ------------------------------------------------------------------------------ */

typedef struct verification_clock {
    int code;
    int64_t now;
    int num_calls;
} verification_clock;

static int verification_now(void *user, int64_t *unix_seconds)
{
    verification_clock *clock = user;

    clock->num_calls++;
    *unix_seconds = clock->now;
    return clock->code;
}

#define VERIFICATION_2030 INT64_C(1893456000)
#define VERIFICATION_2060 INT64_C(2840140800)
#define VERIFICATION_2092 INT64_C(3849984000)

static void the_clock(void)
{
    static const struct {
        int code;
        int64_t now;
        const char *certificate;
        int result;
    } cases[] = {{HTTPSC_OK, VERIFICATION_2030, "good", HTTPSC_OK},
                 {HTTPSC_OK, VERIFICATION_2060, "good", HTTPSC_ERR_CERT_EXPIRED},
                 {HTTPSC_OK, VERIFICATION_2030, "notyet", HTTPSC_ERR_CERT_NOT_YET_VALID},
                 {HTTPSC_OK, 0, "good", HTTPSC_ERR_CLOCK_UNSET},
                 {HTTPSC_OK, -1, "good", HTTPSC_ERR_CLOCK_UNSET},
                 {HTTPSC_OK, INT64_C(1704067200), "good", HTTPSC_ERR_CLOCK_UNSET},
                 {HTTPSC_ERR_CLOCK_UNSET, VERIFICATION_2030, "good", HTTPSC_ERR_CLOCK_UNSET}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        httpsc_options options = verification_options();
        verification_clock clock = {cases[i].code, cases[i].now, 0};

        options.hooks.now = verification_now;
        options.hooks.user = &clock;
        CHECK_INT(verification_code(&options, cases[i].certificate), cases[i].result);
        CHECK(clock.num_calls > 0);
        options.tls.insecure_dates = HTTPSC_INSECURE_ANY_DATE; /* then there need be none */
        CHECK_INT(verification_code(&options, cases[i].certificate), HTTPSC_OK);
    }
}

/* Without a chain the dates are those of the one certificate that is looked at. */
static void the_clock_and_any_issuer(void)
{
    httpsc_options options = verification_options();
    verification_clock clock = {HTTPSC_OK, VERIFICATION_2092, 0};

    options.hooks.now = verification_now;
    options.hooks.user = &clock;
    CHECK_INT(verification_code(&options, "notyet"), HTTPSC_ERR_CERT_EXPIRED); /* its issuer */
    options.tls.insecure_chain = HTTPSC_INSECURE_ANY_ISSUER;
    CHECK_INT(verification_code(&options, "notyet"), HTTPSC_OK);
    CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CERT_EXPIRED);
    clock.now = 0;
    CHECK_INT(verification_code(&options, "notyet"), HTTPSC_ERR_CLOCK_UNSET);
}

/* In seconds since 1970, of the Gregorian calendar. */
static int64_t verification_midnight(int year, int month, int day)
{
    static const int before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int64_t last = year - 1;
    int64_t days = last * 365 + last / 4 - last / 100 + last / 400 - INT64_C(719162);

    return (days + before[month - 1] + (month > 2 && is_leap) + day - 1) * 86400;
}

/* The floor is the day before the embedded roots were made, which httpsc_build_info tells. */
static void the_clock_before_the_roots(void)
{
    const char *date = strstr(httpsc_build_info(), "roots of ");
    httpsc_options options = verification_options();
    verification_clock clock = {HTTPSC_OK, 0, 0};
    int year, month, day;
    int64_t made;

    if (date == NULL || sscanf(date, "roots of %d-%d-%d", &year, &month, &day) != 3) {
        SKIP("this build has no embedded roots");
    }
    made = verification_midnight(year, month, day);
    options.hooks.now = verification_now;
    options.hooks.user = &clock;
    clock.now = made;
    CHECK_INT(verification_code(&options, "good"), HTTPSC_OK);
    clock.now = made - 86400 - 1;
    CHECK_INT(verification_code(&options, "good"), HTTPSC_ERR_CLOCK_UNSET);
}

/* ---- configurations ------------------------------------------------------------------------- */

static void a_configuration_is_shared(void)
{
    server *there = server_run("good", verification_answer);
    httpsc_options options = verification_no_options;
    httpsc_tls_options tls = verification_no_tls;
    httpsc_tls_config *config = NULL;
    httpsc_client *clients[2];
    unit_memory memory;

    unit_memory_init(&memory);
    tls.ca_file = "ca.pem";
    tls.allocator = memory.allocator;
    CHECK_INT(httpsc_tls_config_open(&tls, &config, NULL), HTTPSC_OK);
    options.tls_config = config;
    options.tls.ca_file = "nonexistent"; /* not looked at beside tls_config */
    clients[0] = drive_client(&options);
    clients[1] = drive_client(&options);
    CHECK(httpsc_client_tls_config(clients[0]) == config);
    httpsc_tls_config_close(config); /* early: the clients hold it */
    CHECK_INT(drive_get(clients[0], server_url(there, "/")), 0);
    httpsc_client_close(clients[0]);
    CHECK(memory.live_blocks > 0);
    CHECK_INT(drive_get(clients[1], server_url(there, "/")), 0); /* no connection is shared */
    CHECK_INT(server_num_accepted(there), 2);
    httpsc_client_close(clients[1]);
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(memory.misuse, 0);
    server_close(there);
}

/* New trust is a new configuration, and that knows nothing of the connections of the old one. */
static void new_trust_starts_anew(void)
{
    server *there = server_run("good", verification_answer);
    httpsc_options options = verification_options();
    httpsc_client *before = drive_client(&options);
    httpsc_client *same;
    httpsc_client *after;
    httpsc_response *response = NULL;

    CHECK_INT(drive_get(before, server_url(there, "/")), 0);
    CHECK_INT(drive_get(before, server_url(there, "/")), 1);
    options.tls.ca_file = "ca2.pem";
    after = drive_client(&options);
    CHECK_INT(drive_send(after, "GET", server_url(there, "/"), NULL, NULL),
              HTTPSC_ERR_CERT_UNKNOWN_ISSUER);
    options.tls.ca_file = "ca.pem";
    same = drive_client(&options);
    CHECK_INT(drive_send(same, "GET", server_url(there, "/"), NULL, &response), HTTPSC_OK);
    CHECK(response != NULL && !response->reused && !response->tls.resumed);
    httpsc_response_close(response);
    CHECK_INT(server_num_accepted(there), 3);
    httpsc_client_close(before);
    httpsc_client_close(same);
    httpsc_client_close(after);
    server_close(there);
}

/* ---- what is said --------------------------------------------------------------------------- */

/* Which certificate, what was wanted, what it has, and what may help. */
static void the_texts(void)
{
    static const struct {
        const char *certificate;
        const char *host;
        int code;
        const char *texts[5];
    } cases[] = {
        {"expired", "localhost", HTTPSC_ERR_CERT_EXPIRED,
         {"the server's certificate \"localhost\"", "was valid until 2020-01-01 00:00:00 UTC",
          "the clock says 20", "the server needs a new one", NULL}},
        {"notyet", "localhost", HTTPSC_ERR_CERT_NOT_YET_VALID,
         {"the server's certificate \"localhost\"", "is valid from 2090-01-01 00:00:00 UTC",
          "the clock says 20", NULL, NULL}},
        {"wrongname", "localhost", HTTPSC_ERR_CERT_NAME_MISMATCH,
         {"it is for other.example;", "you asked for localhost", NULL, NULL, NULL}},
        {"good", "nobody.example", HTTPSC_ERR_CERT_NAME_MISMATCH,
         {"it is for localhost, *.wild.test, 127.0.0.1", "you asked for nobody.example", NULL, NULL,
          NULL}},
        {"selfsigned", "localhost", HTTPSC_ERR_CERT_SELF_SIGNED,
         {"the server's certificate \"localhost\"", "its own issuer", "1 trusted root (ca.pem)",
          "give it as CA file", NULL}},
        {"nochain", "localhost", HTTPSC_ERR_CERT_INCOMPLETE_CHAIN,
         {"the server's certificate \"localhost\"", "issued by \"httpsc test intermediate\"",
          "did not send", "1 trusted root (ca.pem)", "the server must send its intermediate"}},
        {"weak-rsa1024", "localhost", HTTPSC_ERR_CERT_WEAK,
         {"the server's certificate \"localhost\"", "RSA", NULL, NULL, NULL}},
        {"sha1", "localhost", HTTPSC_ERR_CERT_WEAK,
         {"the server's certificate \"localhost\"", "SHA-1", NULL, NULL, NULL}}};
    httpsc_options options = verification_options();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        httpsc_error error;

        CHECK_INT(verification_get(&options, cases[i].certificate, cases[i].host, &error, NULL),
                  cases[i].code);
        CHECK_INT(error.stage, HTTPSC_STAGE_CERTIFICATE);
        CHECK(httpsc_code_is_certificate(error.code));
        for (size_t j = 0; j < 5 && cases[i].texts[j] != NULL; j++) {
            if (strstr(error.text, cases[i].texts[j]) == NULL) {
                CHECK_TEXT(error.text, cases[i].texts[j]);
            }
        }
    }
}

static void the_texts_of_what_the_caller_set(void)
{
    httpsc_options options = verification_options();
    verification_clock clock = {HTTPSC_OK, 0, 0};
    unsigned char pin[1][32];
    verification_seen seen;
    httpsc_error error;

    options.tls.ca_file = "ca2.pem";
    (void)verification_get(&options, "good", NULL, &error, NULL);
    CHECK(strstr(error.text, "certificate 2 of the chain, \"httpsc test intermediate\"") != NULL);
    CHECK(strstr(error.text, "issued by \"httpsc test root\"") != NULL);
    CHECK(strstr(error.text, "CA file") != NULL);

    options = verification_options();
    options.tls.crl_file = "good-revoked.crl";
    (void)verification_get(&options, "good", NULL, &error, NULL);
    CHECK(strstr(error.text, "the server's certificate \"localhost\"") != NULL);
    options.tls.crl_file = "intermediate-revoked.crl";
    (void)verification_get(&options, "good", NULL, &error, NULL);
    CHECK(strstr(error.text, "certificate 2 of the chain, \"httpsc test intermediate\"") != NULL);

    options = verification_options();
    memset(pin, 0, sizeof pin);
    options.tls.pins = (const unsigned char (*)[32])pin;
    options.tls.num_pins = 1;
    (void)verification_get(&options, "good", NULL, &error, NULL);
    CHECK(strstr(error.text, "localhost") != NULL);
    CHECK(strstr(error.text, "pin that") != NULL);

    options = verification_options();
    memset(&seen, 0, sizeof seen);
    seen.answer = 4711;
    options.tls.verify = verification_see;
    options.tls.verify_user = &seen;
    (void)verification_get(&options, "good", NULL, &error, NULL);
    CHECK(strstr(error.text, "localhost") != NULL);
    CHECK(strstr(error.text, "4711") != NULL);
    CHECK_INT(error.native, 4711);

    options = verification_options();
    options.hooks.now = verification_now;
    options.hooks.user = &clock;
    (void)verification_get(&options, "good", NULL, &error, NULL);
    CHECK(strstr(error.text, "1970-01-01") != NULL);
    CHECK(strstr(error.text, "now hook") != NULL);
}

UNIT_MAIN(UNIT(certificates_are_made), UNIT(pins), UNIT(pins_and_the_rest), UNIT(the_callback_sees),
          UNIT(the_callback_refuses), UNIT(the_callback_cannot_accept), UNIT(the_insecure_switches),
          UNIT(any_peer), UNIT(values_that_are_not_magic), UNIT(the_host), UNIT(verify_as),
          UNIT(connect_to_is_no_name), UNIT(the_clock), UNIT(the_clock_and_any_issuer),
          UNIT(the_clock_before_the_roots), UNIT(a_configuration_is_shared),
          UNIT(new_trust_starts_anew), UNIT(the_texts), UNIT(the_texts_of_what_the_caller_set))
