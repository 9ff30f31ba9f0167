/* Revocation: which lists are loaded, which are believed, and what they say. */
#include "unit.h"

#include "x509_world.h"

static void crls_are_asked(void)
{
    bytes number = maker_extension("551d14", 0, b_hex("020101"));
    bytes good = crl_of("root", 1, "09", "390101000000Z", number);
    const struct {
        bytes crls;
        int code;
    } table[] = {
        {good, HTTPSC_OK},
        {crl_of("root", 1, "05", "390101000000Z", number), HTTPSC_ERR_CERT_REVOKED},
        /* one that cannot be relied on is no all-clear, and no verdict */
        {crl_of("root", 1, "09", "220101000000Z", number), HTTPSC_ERR_CERT_INVALID},
        {crl_of("root", 2, "09", "390101000000Z", number), HTTPSC_ERR_CERT_INVALID},
        /* one that can be relied on for nothing is not loaded */
        {crl_of("root", 1, "09", "390101000000Z", b_none()), HTTPSC_ERR_TRUST_UNREADABLE},
        {crl_of("root", 1, "09", "390101000000Z", maker_extension("2a0304", 0, b_none())),
         HTTPSC_ERR_TRUST_UNREADABLE},
        {crl_of("root", 1, "09", "390101000000Z",
                b_cat(number, maker_extension("551d1c", 1, b_hex("3000")))),
         HTTPSC_ERR_TRUST_UNREADABLE},
        /* another issuer's says nothing */
        {crl_of("other", 1, "05", "390101000000Z", number), HTTPSC_OK},
        /* a good one beside an old one */
        {b_cat(crl_of("root", 1, "09", "220101000000Z", number), good), HTTPSC_OK},
        {b_cat(good, crl_of("root", 1, "05", "390101000000Z", number)), HTTPSC_ERR_CERT_REVOKED},
    };
    world w;

    for (size_t i = 0; i < HC_ARRAY_LEN(table); i++) {
        world_init(&w);
        world_add(&w, leaf_with(maker_alt_names("DNS:a.example"), NULL, NULL));
        w.crls = table[i].crls;
        CHECK_INT(world_verify(&w), table[i].code);
    }
    /* an issuer that may not sign CRLs */
    world_init(&w);
    world_add(&w, leaf_with(maker_alt_names("DNS:a.example"), NULL, NULL));
    w.crls = good;
    {
        maker_spec spec = {"root", "root", 1, 1, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

        spec.extensions = b_cat(maker_ca(-1), maker_usage("0204"));
        w.roots = maker_pem("CERTIFICATE", maker_cert(&spec));
    }
    CHECK_CODE(&w, ERR_CERT_INVALID);
    CHECK_SAYS(&w, "cRLSign");
    /* a revoked intermediate */
    world_usual(&w, b_none());
    w.crls = crl_of("root", 1, "05", "390101000000Z", number);
    CHECK_CODE(&w, ERR_CERT_REVOKED);
    CHECK_INT(w.verdict.certificate, 1);
    maker_reset();
}

static bytes key_id(const char *hex)
{
    return maker_extension("551d23", 0, b_der(0x30, b_der(0x80, b_hex(hex))));
}

/* A key identifier says which key is meant, and proves nothing: the signature does. */
static void crls_are_asked_whatever_key_they_name(void)
{
    bytes number = maker_extension("551d14", 0, b_hex("020101"));
    bytes named = b_cat(number, key_id("02"));
    const struct {
        bytes crls;
        int code;
    } table[] = {
        {crl_of("root", 1, "05", "390101000000Z", named), HTTPSC_ERR_CERT_REVOKED},
        {crl_of("root", 1, "09", "390101000000Z", named), HTTPSC_OK},
        {crl_of("root", 1, "09", "220101000000Z", named), HTTPSC_ERR_CERT_INVALID},
        /* what the other key signed is not about this certificate */
        {crl_of("root", 2, "05", "390101000000Z", named), HTTPSC_OK},
        {crl_of("root", 2, "05", "220101000000Z", named), HTTPSC_OK},
        /* but with no identifier, or the same one, it should be */
        {crl_of("root", 2, "09", "390101000000Z", number), HTTPSC_ERR_CERT_INVALID},
        {crl_of("root", 2, "09", "390101000000Z", b_cat(number, key_id("01"))),
         HTTPSC_ERR_CERT_INVALID},
    };
    world w;

    for (size_t i = 0; i < HC_ARRAY_LEN(table); i++) {
        world_init(&w);
        world_add(&w, leaf_with(b_cat(maker_alt_names("DNS:a.example"), key_id("01")), NULL,
                                NULL));
        w.crls = table[i].crls;
        CHECK_INT(world_verify(&w), table[i].code);
    }
    w.crls = b_cat(table[3].crls, table[4].crls); /* each costs a check of a signature */
    w.params.bounds.path.max_signatures = 3;
    CHECK_CODE(&w, OK);
    w.params.bounds.path.max_signatures = 2;
    CHECK_CODE(&w, ERR_LIMIT_CERT);
    maker_reset();
}

/* What is in a list that cannot be read would pass: the file is refused. */
static void crls_that_cannot_be_read(void)
{
    bytes number = maker_extension("551d14", 0, b_hex("020101"));
    bytes good = crl_of("root", 1, "09", "390101000000Z", number);
    bytes cut = good;
    bytes files[8];
    unit_memory memory;
    hc_crls crls;

    cut.len -= 20;
    files[0] = cut; /* no END */
    files[1] = maker_pem("X509 CRL", b_text("none"));
    files[2] = b_text("not even PEM");
    files[3] = crl_of("root", 1, "89", "390101000000Z", number); /* a negative serial number */
    files[4] = crl_of("root", 1, "09", "20390101000000Z", number);
    files[5] = crl_of("root", 1, "09", "390101000000Z", b_cat(number, number));
    files[6] = crl_of("root", 1, "09", "390101000000Z", b_none());
    files[7] = b_text("-----BEGIN X509 CRL-----\nA\n-----END X509 CRL-----\n");
    for (size_t i = 0; i < HC_ARRAY_LEN(files); i++) {
        for (int beside_a_good_one = 0; beside_a_good_one < 2; beside_a_good_one++) {
            bytes file = beside_a_good_one ? b_cat(good, files[i]) : files[i];
            const char *why = NULL;

            if (beside_a_good_one && i == 2) {
                continue; /* text between blocks is no list */
            }
            unit_memory_init(&memory);
            hc_crls_init(&crls, &memory.allocator, 100000);
            CHECK_INT(hc_crls_add(&crls, b_cursor(file), &why), HTTPSC_ERR_TRUST_UNREADABLE);
            CHECK(why != NULL);
            CHECK_INT(crls.num_crls, beside_a_good_one);
            hc_crls_free(&crls);
            CHECK_INT(memory.live_blocks, 0);
        }
    }
    maker_reset();
}

UNIT_MAIN(UNIT(crls_are_asked), UNIT(crls_are_asked_whatever_key_they_name),
          UNIT(crls_that_cannot_be_read))
