/* Whole verifications: the path that is found, what each switch turns off, and memory that runs
 * out. test_x509_verify.c has the reasons to refuse one. */
#include "unit.h"

#include "x509_world.h"

static void verify_accepts_a_good_chain(void)
{
    world w;

    world_usual(&w, b_none());
    CHECK_CODE(&w, OK);
    CHECK_INT(w.verdict.proof, HC_X509_VERIFIED);
    CHECK_INT(w.verdict.path_len, 2);
    CHECK_INT(w.verdict.path[0], 0);
    CHECK_INT(w.verdict.path[1], 1);
    CHECK_INT(w.verdict.work.num_signatures, 2);
    CHECK_INT(w.verdict.key.kind, HC_KEY_EC);
    /* one store in DER */
    w.roots = maker_issuer("root", 1, "root", 1, b_none());
    CHECK_CODE(&w, OK);
    maker_reset();
}

static void verify_finds_paths_in_any_order(void)
{
    world w;

    world_init(&w);
    world_add(&w, maker_leaf("DNS:a.example", 5, "low", 4));
    world_add(&w, b_text("no certificate"));
    world_add(&w, maker_issuer("middle", 9, "nobody", 8, b_none())); /* another of that name */
    world_add(&w, maker_issuer("root", 1, "root", 1, b_none()));
    world_add(&w, maker_issuer("low", 4, "middle", 2, b_none()));
    world_add(&w, maker_issuer("low", 4, "middle", 2, b_none())); /* twice */
    world_add(&w, maker_issuer("middle", 2, "root", 1, b_none()));
    world_add(&w, maker_issuer("unrelated", 7, "root", 1, b_none()));
    CHECK_CODE(&w, OK);
    CHECK_INT(w.verdict.path_len, 3);
    CHECK_INT(w.verdict.path[1], 4);
    CHECK_INT(w.verdict.path[2], 6);
    maker_reset();
}

static void verify_takes_any_of_two_roots_of_one_name(void)
{
    world w;

    world_usual(&w, b_none());
    w.roots = b_cat3(maker_pem("CERTIFICATE", maker_issuer("root", 8, "root", 8, b_none())),
                     maker_pem("CERTIFICATE", maker_issuer("root", 1, "root", 1, b_none())),
                     b_none());
    CHECK_CODE(&w, OK);
    w.roots = maker_pem("CERTIFICATE", maker_issuer("root", 8, "root", 8, b_none()));
    CHECK_CODE(&w, ERR_CERT_INVALID);
    CHECK_SAYS(&w, "signature");
    maker_reset();
}

static void verify_reports_missing_issuers(void)
{
    world w;

    world_init(&w);
    world_add(&w, maker_leaf("DNS:a.example", 3, "middle", 2));
    CHECK_CODE(&w, ERR_CERT_INCOMPLETE_CHAIN);
    CHECK_SAYS(&w, "\"middle\"");
    CHECK_SAYS(&w, "1 trusted root");

    world_init(&w);
    world_add(&w, maker_leaf("DNS:a.example", 3, "middle", 2));
    world_add(&w, maker_issuer("middle", 2, "foreign", 7, b_none()));
    CHECK_CODE(&w, ERR_CERT_UNKNOWN_ISSUER);
    CHECK_SAYS(&w, "\"foreign\"");
    CHECK_INT(w.verdict.certificate, 1);
    world_add(&w, maker_issuer("foreign", 7, "foreign", 7, b_none()));
    CHECK_CODE(&w, ERR_CERT_UNKNOWN_ISSUER);
    CHECK_INT(w.verdict.certificate, 2);

    world_init(&w);
    world_add(&w, maker_leaf("DNS:a.example", 3, "leaf", 3));
    CHECK_CODE(&w, ERR_CERT_SELF_SIGNED);
    maker_reset();
}

static void verify_trusts_an_intermediate_in_the_store(void)
{
    world w;

    world_usual(&w, b_none());
    w.roots = maker_pem("CERTIFICATE", w.chain[1]);
    w.num_certs = 1;
    CHECK_CODE(&w, OK);
    maker_reset();
}

static void verify_judges_names(void)
{
    world w;

    world_usual(&w, b_none());
    w.host = "b.example";
    CHECK_CODE(&w, ERR_CERT_NAME_MISMATCH);
    CHECK_SAYS(&w, "a.example; you asked for b.example");
    w.params.ignore_name = 1;
    CHECK_CODE(&w, OK);
    CHECK_INT(w.verdict.proof, HC_X509_RELAXED);
    /* a wrong name is not what is told of a chain that is not trusted */
    w.params.ignore_name = 0;
    w.num_certs = 1;
    CHECK_CODE(&w, ERR_CERT_INCOMPLETE_CHAIN);
    maker_reset();
}

static void verify_switches_stand_alone(void)
{
    world w;

    /* no issuer, another name, out of date: each has to be ignored */
    for (int bits = 0; bits < 8; bits++) {
        world_init(&w);
        world_add(&w, maker_leaf("DNS:b.example", 3, "foreign", 7));
        w.params.unix_time = 2500000000;
        w.params.ignore_chain = bits & 1;
        w.params.ignore_name = bits >> 1 & 1;
        w.params.ignore_dates = bits >> 2 & 1;
        CHECK((world_verify(&w) == HTTPSC_OK) == (bits == 7));
        if (bits == 6) {
            CHECK_INT(w.error.code, HTTPSC_ERR_CERT_INCOMPLETE_CHAIN);
        } else if (bits == 5) {
            CHECK_INT(w.error.code, HTTPSC_ERR_CERT_NAME_MISMATCH);
        } else if (bits == 3) {
            CHECK_INT(w.error.code, HTTPSC_ERR_CERT_EXPIRED);
        }
    }
    CHECK_INT(w.verdict.proof, HC_X509_RELAXED);
    CHECK_INT(w.verdict.path_len, 0);
    maker_reset();
}

static void verify_checks_every_signature(void)
{
    world w;

    for (size_t i = 0; i < 2; i++) {
        world_usual(&w, b_none());
        w.chain[i].ptr[w.chain[i].len - 1] ^= 1;
        CHECK_CODE(&w, ERR_CERT_INVALID);
        CHECK_SAYS(&w, "signature");
        CHECK_INT(w.verdict.certificate, i);
    }
    maker_reset();
}

/* The rules must not shut out roots that the world relies on. */
static void verify_lets_the_systems_roots_be(void)
{
    FILE *file = fopen("/etc/ssl/certs/ca-certificates.crt", "rb");
    static unsigned char text[2000000];
    static unsigned char der[20000];
    size_t num_good = 0;
    size_t num = 0;
    hc_finding finding;
    hc_pem_block block;
    hc_public_key key;
    hc_cursor at;
    hc_cert cert;
    size_t len;

    if (file == NULL) {
        SKIP("no bundle of the system's roots");
    }
    at = hc_cursor_over(text, fread(text, 1, sizeof text, file));
    fclose(file);
    while (hc_pem_next(&at, &block)) {
        if (hc_base64_decode(block.body, der, sizeof der, 0, &len)) {
            num++;
            num_good += hc_cert_decode(&cert, hc_cursor_over(der, len)) &&
                        hc_profile_check(&cert, HC_ROLE_ANCHOR, &finding) &&
                        hc_profile_check_key(cert.public_key, &key, &finding);
        }
    }
    if (num < 50) {
        SKIP("not Mozilla's roots");
    }
    CHECK(num_good * 100 >= num * 98); /* the administrator may have added some */
}

static void verify_survives_without_memory(void)
{
    bytes number = maker_extension("551d14", 0, b_hex("020101"));
    size_t num_allocs;
    world w;

    for (int once = 0; once < 2; once++) {
        world_usual(&w, b_none());
        w.crls = crl_of("root", 1, "09", "390101000000Z", number);
        CHECK_CODE(&w, OK);
        num_allocs = w.memory.num_allocs;
        CHECK(num_allocs >= 8);
        for (size_t n = 1; n <= num_allocs; n++) {
            unit_memory_init(&w.memory);
            w.memory.fail_at = n;
            w.memory.fail_once = once;
            CHECK_INT(world_verify(&w), HTTPSC_ERR_MEMORY);
        }
        unit_memory_init(&w.memory);
        w.memory.fail_at = num_allocs + 1;
        CHECK_INT(world_verify(&w), HTTPSC_OK);
    }
    maker_reset();
}

UNIT_MAIN(UNIT(verify_accepts_a_good_chain), UNIT(verify_finds_paths_in_any_order),
          UNIT(verify_takes_any_of_two_roots_of_one_name), UNIT(verify_reports_missing_issuers),
          UNIT(verify_trusts_an_intermediate_in_the_store), UNIT(verify_judges_names),
          UNIT(verify_switches_stand_alone), UNIT(verify_checks_every_signature),
          UNIT(verify_lets_the_systems_roots_be), UNIT(verify_survives_without_memory))
