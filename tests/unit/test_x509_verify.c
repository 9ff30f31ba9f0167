/* Whole verifications: every reason to refuse a path, and the bounds on work. */
#include "unit.h"

#include "x509_world.h"

#include <time.h>

static bytes expired_issuer(const char *subject, int key, const char *issuer, int signer)
{
    maker_spec spec = {subject, issuer, key, signer, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

    spec.extensions = maker_ca(-1);
    spec.to = "210101000000Z";
    return maker_cert(&spec);
}

/* What happened when AddTrust's root expired in 2020; and every rule broken on one of two ways. */
static void verify_takes_the_other_way(void)
{
    bytes bad[5];
    world w;

    bad[0] = expired_issuer("middle", 2, "root", 1);
    bad[1] = maker_issuer("middle", 2, "root", 1, maker_constraints("DNS:other", NULL));
    bad[2] = maker_issuer("middle", 2, "root", 1, maker_purpose(MAKER_CODE_SIGNING));
    bad[3] = maker_issuer("middle", 2, "root", 1, maker_extension("2a0304", 1, b_none()));
    bad[4] = maker_issuer("middle", 2, "root", 9, b_none()); /* not signed by root */
    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        world_init(&w);
        world_add(&w, maker_leaf("DNS:a.example", 3, "middle", 2));
        world_add(&w, bad[i]);
        CHECK(world_verify(&w) != HTTPSC_OK);
        world_add(&w, maker_issuer("middle", 2, "root", 1, b_none()));
        CHECK_CODE(&w, OK);
        CHECK_INT(w.verdict.path[1], 2);
    }
    maker_reset();
}

static void verify_trusts_a_leaf_that_is_in_the_store(void)
{
    bytes leaf = maker_leaf("DNS:a.example", 3, "leaf", 3);
    world w;

    world_init(&w);
    world_add(&w, leaf);
    w.roots = maker_pem("CERTIFICATE", leaf);
    CHECK_CODE(&w, OK);
    CHECK(w.verdict.is_leaf_trusted);
    CHECK_INT(w.verdict.path_len, 1);
    /* its name and dates still count */
    w.host = "b.example";
    CHECK_CODE(&w, ERR_CERT_NAME_MISMATCH);
    w.host = "a.example";
    w.params.unix_time = 2500000000;
    CHECK_CODE(&w, ERR_CERT_EXPIRED);
    CHECK_INT(w.verdict.path_len, 0);
    w.params.ignore_dates = 1;
    CHECK_CODE(&w, OK);
    w.params.ignore_dates = 0;
    /* and another one of the same name and key is not it */
    w.params.unix_time = MAKER_NOW;
    w.chain[0] = maker_leaf("DNS:b.example,DNS:a.example", 3, "leaf", 3);
    CHECK(world_verify(&w) != HTTPSC_OK);
    maker_reset();
}

/* As `openssl req -x509 -addext keyUsage=digitalSignature` makes one. */
static void verify_lets_a_trusted_leaf_be_careless(void)
{
    maker_spec spec = {"leaf", "leaf", 3, 3, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};
    bytes names = maker_alt_names("DNS:a.example");
    world w;

    world_init(&w);
    spec.extensions = b_cat3(maker_ca(-1), maker_usage("0780"), names);
    spec.serial_hex = "00";
    world_add(&w, maker_cert(&spec));
    CHECK(world_verify(&w) != HTTPSC_OK);
    w.roots = maker_pem("CERTIFICATE", w.chain[0]);
    CHECK_CODE(&w, OK);
    spec.extensions = b_cat(
        names, maker_extension("551d25", 0,
                               b_der(0x30, b_cat(b_der(6, b_hex(MAKER_SERVER_AUTH)),
                                                 b_der(6, b_hex(MAKER_ANY_PURPOSE))))));
    w.chain[0] = maker_cert(&spec);
    w.roots = maker_pem("CERTIFICATE", w.chain[0]);
    CHECK_CODE(&w, OK);
    /* but not in what it is for, nor with what is not known */
    spec.extensions = b_cat(names, maker_purpose(MAKER_CODE_SIGNING));
    w.chain[0] = maker_cert(&spec);
    w.roots = maker_pem("CERTIFICATE", w.chain[0]);
    CHECK_CODE(&w, ERR_CERT_KEY_USAGE);
    spec.extensions = b_cat(names, maker_extension("2a0304", 1, b_none()));
    w.chain[0] = maker_cert(&spec);
    w.roots = maker_pem("CERTIFICATE", w.chain[0]);
    CHECK_CODE(&w, ERR_CERT_INVALID);
    maker_reset();
}

static void verify_judges_dates(void)
{
    world w;

    world_usual(&w, b_none());
    w.params.unix_time = 1577836800;
    CHECK_CODE(&w, OK);
    w.params.unix_time = 1577836799;
    CHECK_CODE(&w, ERR_CERT_NOT_YET_VALID);
    CHECK_SAYS(&w, "2020-01-01 00:00:00 UTC");
    w.params.unix_time = 2208988800;
    CHECK_CODE(&w, OK);
    w.params.unix_time = 2208988801;
    CHECK_CODE(&w, ERR_CERT_EXPIRED);
    CHECK_SAYS(&w, "2040-01-01 00:00:00 UTC");
    w.params.ignore_dates = 1;
    CHECK_CODE(&w, OK);
    CHECK_INT(w.verdict.proof, HC_X509_RELAXED);

    /* an intermediate */
    world_init(&w);
    world_add(&w, maker_leaf("DNS:a.example", 3, "middle", 2));
    world_add(&w, expired_issuer("middle", 2, "root", 1));
    CHECK_CODE(&w, ERR_CERT_EXPIRED);
    CHECK_INT(w.verdict.certificate, 1);
    /* but where the issuer is unknown, that is the matter */
    w.chain[1] = expired_issuer("middle", 2, "foreign", 1);
    CHECK_CODE(&w, ERR_CERT_UNKNOWN_ISSUER);

    /* the root itself */
    world_usual(&w, b_none());
    w.roots = maker_pem("CERTIFICATE", expired_issuer("root", 1, "root", 1));
    CHECK_CODE(&w, ERR_CERT_EXPIRED);
    CHECK_SAYS(&w, "trusted root \"root\"");
    maker_reset();
}

static void verify_needs_something_to_verify(void)
{
    hc_x509_verdict verdict;
    httpsc_error error = {0};
    hc_x509_params params;
    world w;

    world_usual(&w, b_none());
    CHECK_CODE(&w, OK);
    params = w.params;
    params.host = NULL;
    CHECK_INT(hc_x509_verify(&params, &verdict, &error), HTTPSC_ERR_ARGUMENT);
    CHECK_INT(verdict.proof, HC_X509_NONE);
    memset(&error, 0, sizeof error);
    params = w.params;
    params.num_certs = 0;
    CHECK_INT(hc_x509_verify(&params, &verdict, &error), HTTPSC_ERR_ARGUMENT);
    memset(&error, 0, sizeof error);
    params = w.params;
    params.anchors = NULL;
    CHECK_INT(hc_x509_verify(&params, &verdict, &error), HTTPSC_ERR_ARGUMENT);
    maker_reset();
}

/* What may be wrong with the server's own certificate, one by one. */
static void verify_judges_the_leaf(void)
{
    bytes names = maker_alt_names("DNS:a.example");
    bytes server = maker_purpose(MAKER_SERVER_AUTH);
    bytes server_auth = b_der(6, b_hex(MAKER_SERVER_AUTH));
    bytes both = b_der(0x30, b_cat(server_auth, b_der(6, b_hex(MAKER_ANY_PURPOSE))));
    bytes alt_names = b_der(0x30, maker_general_names("DNS:a.example", 0));
    const struct {
        bytes extensions;
        int code;
    } table[] = {
        {names, HTTPSC_OK}, /* no extKeyUsage is any use */
        {b_cat(names, maker_purpose(MAKER_CODE_SIGNING)), HTTPSC_ERR_CERT_KEY_USAGE},
        {b_cat(names, maker_purpose(MAKER_ANY_PURPOSE)), HTTPSC_ERR_CERT_KEY_USAGE},
        {b_cat(names, maker_extension("551d25", 0, both)), HTTPSC_ERR_CERT_KEY_USAGE},
        {b_cat(names, maker_extension("551d25", 1, b_der(0x30, server_auth))), HTTPSC_OK},
        {maker_extension("551d11", 1, alt_names), HTTPSC_OK}, /* as trustme writes it */
        {b_cat3(names, server, maker_usage("0780")), HTTPSC_OK},
        {b_cat3(names, server, maker_usage("0204")), HTTPSC_ERR_CERT_KEY_USAGE},
        {b_cat3(names, maker_ca(-1), maker_usage("0780")), HTTPSC_ERR_CERT_KEY_USAGE},
        {b_cat3(names, maker_ca(-1), maker_usage("0204")), HTTPSC_OK},
        {b_cat(names, maker_extension("2a0304", 1, b_none())), HTTPSC_ERR_CERT_INVALID},
        {b_cat(names, maker_extension("2a0304", 0, b_none())), HTTPSC_OK},
        {b_cat(names, maker_extension("551d0e", 1, b_der(4, b_hex("01")))),
         HTTPSC_ERR_CERT_INVALID},
        {b_cat(names, maker_extension("551d24", 0, b_der(0x30, b_der(0x80, b_hex("00"))))),
         HTTPSC_ERR_CERT_INVALID},
        {b_cat(names, maker_constraints("DNS:a.example", NULL)), HTTPSC_ERR_CERT_INVALID},
        {b_cat(names, maker_extension("551d23", 0, b_der(0x30, b_none()))),
         HTTPSC_ERR_CERT_INVALID},
        {server, HTTPSC_ERR_CERT_NAME_MISMATCH},
    };
    world w;

    for (size_t i = 0; i < HC_ARRAY_LEN(table); i++) {
        world_init(&w);
        world_add(&w, leaf_with(table[i].extensions, NULL, NULL));
        CHECK_INT(world_verify(&w), table[i].code);
    }
    world_init(&w);
    world_add(&w, leaf_with(b_cat(names, maker_usage("0520")), NULL, NULL)); /* encipherment */
    CHECK_CODE(&w, OK);
    CHECK_INT(w.verdict.key_usage & HC_USAGE_DIGITAL_SIGNATURE, 0);
    w.params.key_usage = HC_USAGE_DIGITAL_SIGNATURE;
    CHECK_CODE(&w, ERR_CERT_KEY_USAGE);
    maker_reset();
}

static void verify_judges_other_fields_of_the_leaf(void)
{
    bytes names = maker_alt_names("DNS:a.example");
    maker_spec spec = {"leaf", "root", 3, 1, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};
    world w;

    world_init(&w);
    world_add(&w, b_none());
    spec.extensions = names;
    spec.serial_hex = "00";
    w.chain[0] = maker_cert(&spec);
    CHECK_CODE(&w, ERR_CERT_INVALID);
    CHECK_SAYS(&w, "serial");
    spec.serial_hex = NULL;
    spec.subject = NULL; /* empty, and then the subjectAltName has to be critical */
    w.chain[0] = maker_cert(&spec);
    CHECK_CODE(&w, ERR_CERT_INVALID);
    spec.extensions = maker_extension(
        "551d11", 1, b_der(0x30, maker_general_names("DNS:a.example", 0)));
    w.chain[0] = maker_cert(&spec);
    CHECK_CODE(&w, OK);
    spec.subject = "leaf";
    spec.extensions = b_none();
    spec.version_hex = "";
    w.chain[0] = maker_cert(&spec);
    CHECK_CODE(&w, ERR_CERT_INVALID);
    CHECK_SAYS(&w, "version");
    maker_reset();
}

/* An address is written in one way; other numbers are none. */
static void verify_judges_the_common_name(void)
{
    static const char *const good[] = {
        "192.0.2.1", "2001:db8::1", "0:11:22:33:44:55:66:77", "a.example", "0123456789", "0098",
        "00", "001122334455", "0x1f", "0x1122334455", "1.2.3.400", "2024.06.01.2", "1.2.3",
        "1.2.3.4.5", "256.0.0.1", "0400.0.0.1", "0x100.0.0.1", "1..2.3", "0x.0.0.1", "4294967296",
        "00:11:22:33:44:55:66:77", "AA:BB:CC:DD:EE:FF:00:11", "00:11:22:33:44:55"};
    static const char *const bad[] = {
        "192.000.002.001", "192.0.2.01", "0300.0.2.1", "0377.0.0.1", "0xC0.0x00.0x02.0x01",
        "0XFF.1.1.1", "0xC0000201", "0XC0000201", "2001:0DB8::1", "2001:DB8::1",
        "00:11:22:33:44:55:66:077", "::0"};
    maker_spec spec = {"leaf", "root", 3, 1, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};
    world w;

    world_init(&w);
    world_add(&w, b_none());
    spec.extensions = maker_alt_names("DNS:a.example");
    for (size_t i = 0; i < HC_ARRAY_LEN(good); i++) {
        spec.subject = good[i];
        w.chain[0] = maker_cert(&spec);
        CHECK_CODE(&w, OK);
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        spec.subject = bad[i];
        w.chain[0] = maker_cert(&spec);
        CHECK_CODE(&w, ERR_CERT_INVALID);
        CHECK_SAYS(&w, "commonName");
    }
    maker_reset();
}

static void verify_judges_issuers(void)
{
    maker_spec spec = {"middle", "root", 2, 1, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};
    bytes two_byte_ski = maker_extension("551d0e", 1, b_der(4, b_hex("01")));
    const struct {
        bytes extensions;
        int code;
    } table[] = {
        {maker_ca(-1), HTTPSC_OK},
        {b_cat(maker_ca(-1), maker_purpose(MAKER_SERVER_AUTH)), HTTPSC_OK},
        {b_cat(maker_ca(-1), maker_purpose(MAKER_ANY_PURPOSE)), HTTPSC_OK},
        {b_cat(maker_ca(-1), maker_purpose(MAKER_CODE_SIGNING)), HTTPSC_ERR_CERT_KEY_USAGE},
        {b_cat(maker_ca(-1), maker_usage("0780")), HTTPSC_ERR_CERT_KEY_USAGE},
        {maker_usage("0204"), HTTPSC_ERR_CERT_KEY_USAGE},
        {maker_extension("551d13", 1, b_hex("3000")), HTTPSC_ERR_CERT_KEY_USAGE},
        {b_cat(maker_ca(-1), maker_extension("2a0304", 1, b_none())), HTTPSC_ERR_CERT_INVALID},
        {b_cat(maker_ca(-1), two_byte_ski), HTTPSC_ERR_CERT_INVALID},
        {b_cat(maker_ca(-1), maker_extension("551d21", 1, b_hex("30023000"))),
         HTTPSC_ERR_CERT_INVALID},
        {b_cat(maker_ca(-1), maker_constraints("DNS:other", NULL)), HTTPSC_ERR_CERT_CONSTRAINT},
        {b_cat(maker_ca(-1), maker_constraints(NULL, "DNS:a.example")),
         HTTPSC_ERR_CERT_CONSTRAINT},
        {b_cat(maker_ca(-1), maker_constraints("DNS:a.example", NULL)), HTTPSC_OK},
        {maker_ca(0), HTTPSC_OK},
        {b_hex("30050603551d13"), HTTPSC_ERR_CERT_INVALID},
    };
    world w;

    for (size_t i = 0; i < HC_ARRAY_LEN(table); i++) {
        world_init(&w);
        world_add(&w, maker_leaf("DNS:a.example", 3, "middle", 2));
        spec.extensions = table[i].extensions;
        world_add(&w, maker_cert(&spec));
        CHECK_INT(world_verify(&w), table[i].code);
        CHECK(table[i].code == HTTPSC_OK || table[i].code == HTTPSC_ERR_CERT_CONSTRAINT ||
              w.verdict.certificate == 1);
    }
    /* version 1 */
    world_init(&w);
    world_add(&w, maker_leaf("DNS:a.example", 3, "middle", 2));
    spec.extensions = b_none();
    spec.version_hex = "";
    world_add(&w, maker_cert(&spec));
    CHECK_CODE(&w, ERR_CERT_INVALID);
    /* a leaf as issuer: the attack of 2002 */
    world_init(&w);
    world_add(&w, maker_leaf("DNS:a.example", 3, "leaf", 2));
    world_add(&w, maker_leaf("DNS:evil.example", 2, "root", 1));
    CHECK_CODE(&w, ERR_CERT_KEY_USAGE);
    maker_reset();
}

static void verify_judges_anchors(void)
{
    maker_spec spec = {"root", "root", 1, 1, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};
    bytes self = b_der(0xA1, maker_general_names("DIR:root", 0));
    bytes other = b_der(0xA1, maker_general_names("DIR:other", 0));
    bytes serial = b_der(0x82, b_hex("05"));
    const struct {
        bytes extensions;
        int code;
    } table[] = {
        {maker_ca(-1), HTTPSC_OK},
        {maker_ca(0), HTTPSC_ERR_CERT_CONSTRAINT},
        {maker_ca(1), HTTPSC_OK},
        {b_cat(maker_ca(-1), maker_constraints("DNS:other", NULL)), HTTPSC_ERR_CERT_CONSTRAINT},
        {b_cat(maker_ca(-1), maker_extension("2a0304", 1, b_none())), HTTPSC_ERR_CERT_INVALID},
        {b_cat(maker_ca(-1), maker_usage("0780")), HTTPSC_ERR_CERT_KEY_USAGE},
        {b_cat(maker_ca(-1), maker_purpose(MAKER_SERVER_AUTH)), HTTPSC_OK},
        {b_cat(maker_ca(-1), maker_purpose(MAKER_CODE_SIGNING)), HTTPSC_ERR_CERT_KEY_USAGE},
        {maker_usage("0204"), HTTPSC_ERR_CERT_KEY_USAGE},
        {b_cat(maker_ca(-1), maker_extension("551d23", 0, b_der(0x30, b_cat(self, serial)))),
         HTTPSC_OK},
        {b_cat(maker_ca(-1), maker_extension("551d23", 0, b_der(0x30, b_cat(other, serial)))),
         HTTPSC_ERR_CERT_INVALID},
        {b_cat(maker_ca(-1), maker_extension("551d23", 0, b_der(0x30, self))),
         HTTPSC_ERR_CERT_INVALID},
        {b_cat3(maker_ca(-1), maker_extension("551d0e", 0, b_der(4, b_hex("01"))),
                maker_extension("551d23", 0, b_der(0x30, b_der(0x80, b_hex("02"))))),
         HTTPSC_ERR_CERT_INVALID},
    };
    world w;

    for (size_t i = 0; i < HC_ARRAY_LEN(table); i++) {
        world_usual(&w, b_none());
        spec.extensions = table[i].extensions;
        w.roots = maker_pem("CERTIFICATE", maker_cert(&spec));
        CHECK_INT(world_verify(&w), table[i].code);
    }
    /* some roots have the serial number 0, and some are of version 1 */
    world_usual(&w, b_none());
    spec.extensions = maker_ca(-1);
    spec.serial_hex = "00";
    w.roots = maker_pem("CERTIFICATE", maker_cert(&spec));
    CHECK_CODE(&w, OK);
    spec.extensions = b_none();
    spec.version_hex = "";
    w.roots = maker_pem("CERTIFICATE", maker_cert(&spec));
    CHECK_CODE(&w, OK);
    /* one has GeneralizedTime before 2050; that is for roots alone */
    spec.from = "20200101000000Z";
    w.roots = maker_pem("CERTIFICATE", maker_cert(&spec));
    CHECK_CODE(&w, OK);
    spec.subject = "middle";
    spec.key = 2;
    spec.extensions = maker_ca(-1);
    spec.version_hex = NULL;
    spec.serial_hex = NULL;
    w.chain[1] = maker_cert(&spec);
    CHECK_CODE(&w, ERR_CERT_INVALID);
    CHECK_SAYS(&w, "UTCTime");
    spec.from = NULL;
    spec.to = "20510101000000Z";
    w.chain[1] = maker_cert(&spec);
    CHECK_CODE(&w, OK);
    maker_reset();
}

static void verify_counts_path_lengths(void)
{
    world w;

    /* root <- high (pathlen) <- low <- leaf */
    for (int path_len = 0; path_len < 2; path_len++) {
        world_init(&w);
        world_add(&w, maker_leaf("DNS:a.example", 5, "low", 4));
        world_add(&w, maker_issuer("low", 4, "high", 2, b_none()));
        {
            maker_spec spec = {"high", "root", 2, 1, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

            spec.extensions = maker_ca(path_len);
            world_add(&w, maker_cert(&spec));
        }
        CHECK_INT(world_verify(&w), path_len == 0 ? HTTPSC_ERR_CERT_CONSTRAINT : HTTPSC_OK);
    }
    /* high with a new key, issued by itself, does not count (RFC 5280, 4.2.1.9) */
    world_init(&w);
    world_add(&w, maker_leaf("DNS:a.example", 5, "high", 4));
    world_add(&w, maker_issuer("high", 4, "high", 2, b_none()));
    {
        maker_spec spec = {"high", "root", 2, 1, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

        spec.extensions = maker_ca(0);
        world_add(&w, maker_cert(&spec));
    }
    CHECK_CODE(&w, OK);
    /* nor does it under the caller's own bound */
    w.params.bounds.path.max_intermediates = 1;
    CHECK_CODE(&w, OK);
    w.params.bounds.path.max_intermediates = 0;
    CHECK_CODE(&w, ERR_LIMIT_CERT);
    CHECK_SAYS(&w, "intermediate");
    w.num_certs = 0;
    world_add(&w, maker_leaf("DNS:a.example", 5, "root", 1));
    CHECK_CODE(&w, OK);
    maker_reset();
}

static void verify_constrains_every_certificate(void)
{
    world w;

    /* an intermediate's own name, but not where it is self-issued; a leaf's always */
    for (int self_issued = 0; self_issued < 2; self_issued++) {
        const char *low = self_issued ? "high" : "low";

        world_init(&w);
        world_add(&w, maker_leaf("DNS:a.example", 5, low, 4));
        world_add(&w, maker_issuer(low, 4, "high", 2, maker_alt_names("DNS:bad.example")));
        world_add(&w, maker_issuer("high", 2, "root", 1,
                                   maker_constraints(NULL, "DNS:bad.example")));
        CHECK_INT(world_verify(&w), self_issued ? HTTPSC_OK : HTTPSC_ERR_CERT_CONSTRAINT);
    }
    CHECK_INT(w.verdict.path_len, 3);
    world_init(&w);
    {
        maker_spec spec = {"high", "high", 5, 2, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

        spec.extensions = maker_alt_names("DNS:a.example,DNS:bad.example");
        world_add(&w, maker_cert(&spec));
    }
    world_add(&w, maker_issuer("high", 2, "root", 1, maker_constraints(NULL, "DNS:bad.example")));
    CHECK_CODE(&w, ERR_CERT_CONSTRAINT);
    CHECK_SAYS(&w, "bad.example");
    maker_reset();
}

static void verify_judges_how_it_is_signed(void)
{
    static const struct {
        const char *algorithm_hex;
        int code;
    } table[] = {
        {"300906072a8648ce3d0401", HTTPSC_ERR_CERT_WEAK},            /* ecdsa-with-SHA1 */
        {"300d06092a864886f70d0101050500", HTTPSC_ERR_CERT_WEAK},    /* sha1WithRSAEncryption */
        {"300506032b6570", HTTPSC_ERR_CERT_INVALID},                 /* Ed25519 */
        {"300d06092a864886f70d01010b0500", HTTPSC_ERR_CERT_INVALID}, /* RSA, but an EC key */
        {"300a06082a8648ce3d040303", HTTPSC_ERR_CERT_INVALID},       /* another hash than signed */
    };
    world w;

    for (size_t i = 0; i < HC_ARRAY_LEN(table); i++) {
        maker_spec spec = {"middle", "root", 2, 1, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

        world_usual(&w, b_none());
        spec.extensions = maker_ca(-1);
        spec.inner_algorithm_hex = table[i].algorithm_hex;
        w.chain[1] = maker_sign_as(maker_tbs(&spec), 1, table[i].algorithm_hex);
        CHECK_INT(world_verify(&w), table[i].code);
        CHECK_INT(w.verdict.certificate, 1);
        /* nobody asks how a root signed itself */
        w.roots = maker_pem("CERTIFICATE", w.chain[1]);
        CHECK_CODE(&w, OK);
    }
    maker_reset();
}

/* ---- bounds --------------------------------------------------------------------------------- */

static bytes many_names(const char *format, int count, int as_subtrees)
{
    size_t max = (size_t)count * 40;
    char *text = malloc(max + 1);
    size_t len = 0;
    bytes out;

    for (int i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, max - len, format, i);
        text[len++] = ',';
    }
    text[len - 1] = '\0';
    out = b_none();
    /* piece by piece would copy everything each time */
    for (char *at = text; *at != '\0';) {
        size_t chunk = strlen(at) < 4000 ? strlen(at) : 4000;
        char part[4100];

        while (at[chunk] != '\0' && at[chunk] != ',') {
            chunk--;
        }
        memcpy(part, at, chunk);
        part[chunk] = '\0';
        out = b_cat(out, maker_general_names(part, as_subtrees));
        at += chunk + (at[chunk] == ',');
    }
    free(text);
    return out;
}

/* How long the hostile chain took: printed, and never tested. */
static void print_time(const char *what, clock_t begin)
{
    printf("    %s: %.1f ms\n", what, (double)(clock() - begin) * 1000.0 / CLOCKS_PER_SEC);
}

static void verify_bounds_names(void)
{
    clock_t begin;
    world w;

    world_init(&w);
    w.params.bounds.max_cert_bytes = 1000000;
    world_add(&w, leaf_with(maker_extension("551d11", 0,
                                            b_der(0x30, many_names("DNS:n%d.example", 10000, 0))),
                            NULL, NULL));
    begin = clock();
    CHECK_CODE(&w, ERR_LIMIT_CERT);
    print_time("10,000 names", begin);
    CHECK_SAYS(&w, "names");
    /* with a higher bound they are read, and the error shows five */
    w.params.bounds.max_names = 10000;
    CHECK_CODE(&w, ERR_CERT_NAME_MISMATCH);
    CHECK_SAYS(&w, "n4.example and 9995 more");
    w.host = "n9999.example";
    CHECK_CODE(&w, OK);
    /* two constraints over 10,000 names and a subject are 20,002 compares */
    {
        maker_spec spec = {"root", "root", 1, 1, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

        spec.extensions = b_cat(maker_ca(-1), maker_constraints("DNS:example", "DNS:test"));
        w.roots = maker_pem("CERTIFICATE", maker_cert(&spec));
    }
    CHECK_CODE(&w, OK);
    CHECK_INT(w.verdict.work.num_compares, 20002);
    w.params.bounds.path.max_compares = 20002;
    CHECK_CODE(&w, OK);
    w.params.bounds.path.max_compares = 20001;
    CHECK_CODE(&w, ERR_LIMIT_CERT);
    CHECK_SAYS(&w, "constraints");
    CHECK_INT(w.verdict.work.num_compares, 20001);
    maker_reset();
}

static void verify_bounds_constraints(void)
{
    bytes constraints = maker_extension(
        "551d1e", 1,
        b_der(0x30, b_der(0xA1, many_names("DNS:x%d.example", 1000, 1))));
    char subject[16];
    char issuer[16];
    clock_t begin;
    world w;

    /* ten issuers with a thousand constraints each over a hundred names */
    world_init(&w);
    w.params.bounds.max_certs = 11;
    w.params.bounds.max_cert_bytes = 100000;
    w.params.bounds.path.max_intermediates = 10;
    world_add(&w, maker_leaf("DNS:a.example", 50, "ca0", 10));
    {
        maker_spec spec = {"leaf", "ca0", 50, 10, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

        spec.extensions = maker_extension(
            "551d11", 0, b_der(0x30, many_names("DNS:n%d.example", 100, 0)));
        w.chain[0] = maker_cert(&spec);
    }
    for (int i = 0; i < 10; i++) {
        snprintf(subject, sizeof subject, "ca%d", i);
        snprintf(issuer, sizeof issuer, "ca%d", i + 1);
        world_add(&w, maker_issuer(subject, 10 + i, i == 9 ? "root" : issuer,
                                   i == 9 ? 1 : 11 + i, constraints));
    }
    w.host = "n1.example";
    begin = clock();
    CHECK_CODE(&w, ERR_LIMIT_CERT);
    print_time("10 issuers with 1,000 constraints each", begin);
    CHECK_INT(w.verdict.work.num_compares, 250000);
    CHECK(w.verdict.work.num_signatures <= 3);
    w.params.bounds.path.max_compares = 2000000;
    CHECK_CODE(&w, OK);
    maker_reset();
}

/* Layers of two CAs each, each of which is issued by both of the next layer; nobody knows the
 * last. There are 2^12 ways up. */
static void world_exponential(world *w, int num_layers)
{
    char subject[16];
    char issuer[16];

    world_init(w);
    world_add(w, maker_leaf("DNS:a.example", 100, "layer0", 10));
    for (int layer = 0; layer < num_layers; layer++) {
        snprintf(subject, sizeof subject, "layer%d", layer);
        snprintf(issuer, sizeof issuer, "layer%d", layer + 1);
        for (int i = 0; i < 4; i++) {
            world_add(w, maker_issuer(subject, 10 + 2 * layer + i % 2, issuer,
                                      12 + 2 * layer + i / 2, b_none()));
        }
    }
    w->params.bounds.max_certs = 128;
    w->params.bounds.path.max_intermediates = 128;
}

static void verify_bounds_exponential_cross_signing(void)
{
    clock_t begin;
    world w;

    world_exponential(&w, 12);
    begin = clock();
    CHECK_CODE(&w, ERR_LIMIT_CERT);
    print_time("exponential cross-signing", begin);
    CHECK_SAYS(&w, "signatures");
    CHECK_INT(w.verdict.work.num_signatures, 50);
    /* no signature is checked twice: there are 2 + 11 * 16 pairs of names that fit */
    w.params.bounds.path.max_signatures = 1000;
    CHECK_CODE(&w, ERR_LIMIT_CERT);
    CHECK_SAYS(&w, "ways");
    CHECK_INT(w.verdict.work.num_steps, 10000);
    CHECK(w.verdict.work.num_signatures <= 4 + 11 * 16);
    CHECK_INT(w.verdict.proof, HC_X509_NONE);
    maker_reset();
}

static void verify_bounds_certificates(void)
{
    world w;

    world_init(&w);
    world_add(&w, leaf_with(maker_alt_names("DNS:a.example"), NULL, NULL));
    while (w.num_certs < 10) {
        world_add(&w, b_none());
    }
    CHECK_CODE(&w, OK);
    world_add(&w, b_none());
    CHECK_CODE(&w, ERR_LIMIT_CERT);
    w.num_certs = 1;
    w.params.bounds.max_cert_bytes = w.chain[0].len;
    CHECK_CODE(&w, OK);
    w.params.bounds.max_cert_bytes--;
    CHECK_CODE(&w, ERR_LIMIT_CERT);
    maker_reset();
}

UNIT_MAIN(UNIT(verify_takes_the_other_way), UNIT(verify_trusts_a_leaf_that_is_in_the_store),
          UNIT(verify_lets_a_trusted_leaf_be_careless), UNIT(verify_judges_dates),
          UNIT(verify_needs_something_to_verify), UNIT(verify_judges_the_leaf),
          UNIT(verify_judges_other_fields_of_the_leaf),
          UNIT(verify_judges_the_common_name), UNIT(verify_judges_issuers),
          UNIT(verify_judges_anchors), UNIT(verify_counts_path_lengths),
          UNIT(verify_constrains_every_certificate), UNIT(verify_judges_how_it_is_signed),
          UNIT(verify_bounds_names),
          UNIT(verify_bounds_constraints), UNIT(verify_bounds_exponential_cross_signing),
          UNIT(verify_bounds_certificates))
