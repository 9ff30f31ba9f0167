/* httpsc_explain_chain: which issuers the search passed over, and why; and what a caller who did
 * not ask has of it: the same verdict. */
#include "unit.h"

#include "x509_maker.h"

#define EXPLAIN_MAX 10

typedef struct explain_case {
    bytes chain[EXPLAIN_MAX];
    size_t num_certs;
    bytes roots; /* PEM */
    httpsc_explanation explanation;
    httpsc_error error;
} explain_case;

static void explain_init(explain_case *c)
{
    memset(c, 0, sizeof *c);
    c->roots = maker_pem("CERTIFICATE", maker_issuer("root", 1, "root", 1, b_none()));
}

static void explain_add(explain_case *c, bytes cert)
{
    c->chain[c->num_certs++] = cert;
}

static bytes explain_issuer(const char *subject, int key, const char *issuer, int signer,
                            const char *to)
{
    maker_spec spec = {NULL, NULL, 0, 0, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

    spec.subject = subject;
    spec.key = key;
    spec.issuer = issuer;
    spec.signer = signer;
    spec.to = to;
    spec.extensions = maker_ca(-1);
    return maker_cert(&spec);
}

/* Explains, and sees that a caller who only verifies is told the same, from as much memory. */
static int explain_run(explain_case *c)
{
    httpsc_tls_options options = {0};
    httpsc_bytes chain[EXPLAIN_MAX];
    httpsc_tls_config *config = NULL;
    httpsc_error plain = {0};
    unit_memory memory;
    size_t num_before;
    size_t num_allocs;
    int code;

    unit_memory_init(&memory);
    options.ca_memory.ptr = c->roots.ptr;
    options.ca_memory.len = c->roots.len;
    options.allocator = memory.allocator;
    CHECK_INT(httpsc_tls_config_open(&options, &config, NULL), HTTPSC_OK);
    for (size_t i = 0; i < c->num_certs; i++) {
        chain[i].ptr = c->chain[i].ptr;
        chain[i].len = c->chain[i].len;
    }
    memset(&c->error, 0, sizeof c->error);
    memset(&c->explanation, 0xA5, sizeof c->explanation);
    num_before = memory.num_allocs;
    code = httpsc_verify_chain(config, chain, c->num_certs, "a.example", MAKER_NOW, &plain);
    CHECK_INT(code, plain.code);
    num_allocs = memory.num_allocs - num_before;
    num_before = memory.num_allocs;
    code = httpsc_explain_chain(config, chain, c->num_certs, "a.example", MAKER_NOW,
                                &c->explanation, &c->error);
    CHECK_INT(memory.num_allocs - num_before, num_allocs);
    CHECK_INT(code, plain.code);
    CHECK_TEXT(c->error.text, plain.text);
    httpsc_tls_config_close(config);
    CHECK_INT(memory.live_blocks, 0);
    return code;
}

static void explain_is(const explain_case *c, size_t index, size_t certificate, size_t issuer,
                       int code, const char *text)
{
    const httpsc_passed_over *passed = &c->explanation.passed_over[index];

    CHECK(index < c->explanation.num_passed_over);
    CHECK_INT(passed->certificate, certificate);
    CHECK_INT(passed->issuer, issuer);
    CHECK_TEXT(httpsc_code_name(passed->code), httpsc_code_name(code));
    if (strstr(passed->text, text) == NULL) {
        CHECK_TEXT(passed->text, text);
    }
}

static void nothing_is_passed_over_on_a_straight_way(void)
{
    explain_case c;

    explain_init(&c);
    explain_add(&c, maker_leaf("DNS:a.example", 3, "middle", 2));
    explain_add(&c, maker_issuer("middle", 2, "root", 1, b_none()));
    CHECK_INT(explain_run(&c), HTTPSC_OK);
    CHECK_INT(c.explanation.num_passed_over, 0);
    maker_reset();
}

/* One issuer of each kind that is passed over, before the one that is good. */
static void each_reason_is_told(void)
{
    explain_case c;

    explain_init(&c);
    explain_add(&c, maker_leaf("DNS:a.example", 3, "middle", 2));
    explain_add(&c, explain_issuer("middle", 2, "root", 1, "210101000000Z"));
    explain_add(&c, maker_issuer("middle", 9, "root", 1, b_none()));
    explain_add(&c, maker_issuer("middle", 2, "root", 1, maker_constraints("DNS:b.example", NULL)));
    explain_add(&c, maker_issuer("middle", 2, "nobody", 1, b_none()));
    explain_add(&c, maker_issuer("middle", 2, "high", 4, b_none()));
    explain_add(&c, maker_issuer("high", 4, "root", 8, b_none())); /* the root did not sign it */
    explain_add(&c, maker_issuer("middle", 2, "root", 1, b_none()));
    CHECK_INT(explain_run(&c), HTTPSC_OK);
    CHECK_INT(c.explanation.num_passed_over, 4);
    explain_is(&c, 0, 0, 1, HTTPSC_ERR_CERT_EXPIRED,
               "certificate 2 of the chain, \"middle\" was valid until 2021-01-01");
    explain_is(&c, 1, 0, 2, HTTPSC_ERR_CERT_INVALID,
               "the server's certificate \"leaf\": its signature is not that of the issuer");
    explain_is(&c, 2, 0, 3, HTTPSC_ERR_CERT_CONSTRAINT,
               "it has a name that an issuer above it does not allow: a.example");
    explain_is(&c, 3, 6, HTTPSC_TRUSTED_ROOT, HTTPSC_ERR_CERT_INVALID,
               "certificate 7 of the chain, \"high\": its signature is not that of the issuer");
    maker_reset();
}

static void roots_are_told_of(void)
{
    explain_case c;

    explain_init(&c);
    c.roots = b_cat(maker_pem("CERTIFICATE",
                              explain_issuer("root", 8, "root", 8, "210101000000Z")),
                    c.roots);
    explain_add(&c, maker_leaf("DNS:a.example", 3, "root", 1));
    CHECK_INT(explain_run(&c), HTTPSC_OK);
    CHECK_INT(c.explanation.num_passed_over, 1);
    explain_is(&c, 0, 0, HTTPSC_TRUSTED_ROOT, HTTPSC_ERR_CERT_EXPIRED,
               "trusted root \"root\" has expired");
    maker_reset();
}

/* Where dates alone are wrong there are two searches, and each way is told of once. */
static void no_way_leads_to_a_root(void)
{
    explain_case c;

    explain_init(&c);
    explain_add(&c, maker_leaf("DNS:a.example", 3, "middle", 2));
    explain_add(&c, maker_issuer("middle", 9, "root", 1, b_none()));
    explain_add(&c, explain_issuer("middle", 2, "root", 1, "210101000000Z"));
    CHECK_INT(explain_run(&c), HTTPSC_ERR_CERT_EXPIRED);
    CHECK_INT(c.explanation.num_passed_over, 2);
    explain_is(&c, 0, 0, 1, HTTPSC_ERR_CERT_INVALID, "its signature");
    explain_is(&c, 1, 0, 2, HTTPSC_ERR_CERT_EXPIRED, "certificate 3 of the chain");
    maker_reset();
}

/* Five ways up to "low", from each of them four that have expired. */
static void more_than_there_is_room_for(void)
{
    explain_case c;

    explain_init(&c);
    explain_add(&c, maker_leaf("DNS:a.example", 3, "low", 2));
    for (int i = 0; i < 5; i++) { /* another serial number: each is one of its own */
        maker_spec spec = {"low", "high", 2, 4, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};
        char serial[3] = {'1', (char)('0' + i), '\0'};

        spec.extensions = maker_ca(-1);
        spec.serial_hex = serial;
        explain_add(&c, maker_cert(&spec));
    }
    for (int i = 0; i < 4; i++) {
        explain_add(&c, explain_issuer("high", 4, "root", 1, "210101000000Z"));
    }
    CHECK_INT(explain_run(&c), HTTPSC_ERR_CERT_EXPIRED);
    CHECK_INT(c.explanation.num_passed_over, 20);
    for (size_t i = 0; i < HTTPSC_PASSED_OVER_MAX; i++) {
        explain_is(&c, i, 1 + i / 4, 6 + i % 4, HTTPSC_ERR_CERT_EXPIRED,
                   "\"high\" was valid until");
    }
    maker_reset();
}

static void nothing_to_explain(void)
{
    httpsc_explanation explanation;

    memset(&explanation, 0xA5, sizeof explanation);
    CHECK_INT(httpsc_explain_chain(NULL, NULL, 0, "a.example", MAKER_NOW, &explanation, NULL),
              HTTPSC_ERR_ARGUMENT);
    CHECK_INT(explanation.num_passed_over, 0);
}

UNIT_MAIN(UNIT(nothing_is_passed_over_on_a_straight_way), UNIT(each_reason_is_told),
          UNIT(roots_are_told_of), UNIT(no_way_leads_to_a_root), UNIT(more_than_there_is_room_for),
          UNIT(nothing_to_explain))
