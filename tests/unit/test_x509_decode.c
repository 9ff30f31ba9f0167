/* The decoder: what a certificate is, and the many things that are none. */
#include "unit.h"

#include "x509_maker.h"

static maker_spec decode_spec(bytes extensions)
{
    maker_spec spec = {"leaf", "root", 1, 2, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

    spec.extensions = extensions;
    return spec;
}

/* NULL when it decodes, else why not. */
static const char *decode_why(bytes der)
{
    static hc_cert cert;

    return hc_cert_decode(&cert, b_cursor(der)) ? NULL : cert.why;
}

static const char *decode_why_extensions(bytes extensions)
{
    maker_spec spec = decode_spec(extensions);

    return decode_why(maker_cert(&spec));
}

#define CHECK_GOOD(der) CHECK(decode_why(der) == NULL)
#define CHECK_EXTENSION_GOOD(extensions) CHECK(decode_why_extensions(extensions) == NULL)
#define CHECK_EXTENSION_BAD(extensions, why) CHECK_TEXT(decode_why_extensions(extensions), why)

static void decode_reads_all_fields(void)
{
    bytes extensions = b_cat3(
        maker_ca(3), maker_usage("0106"),
        b_cat3(maker_alt_names("DNS:a.example,IP:7f000001"), maker_purpose(MAKER_ANY_PURPOSE),
               b_cat3(maker_constraints("DNS:a.example", "DNS:b.example"),
                      maker_extension("551d0e", 0, b_der(4, b_hex("0102"))),
                      maker_extension("551d23", 0, b_der(0x30, b_der(0x80, b_hex("0304")))))));
    maker_spec spec = decode_spec(extensions);
    bytes der = maker_cert(&spec);
    hc_cert cert;

    CHECK(hc_cert_decode(&cert, b_cursor(der)));
    CHECK_INT(cert.version, 3);
    CHECK_INT(hc_cursor_left(&cert.serial), 1);
    CHECK(hc_der_same(cert.subject, b_cursor(maker_name("leaf"))));
    CHECK(hc_der_same(cert.issuer, b_cursor(maker_name("root"))));
    CHECK_INT(cert.not_before, 1577836800);
    CHECK_INT(cert.not_after, 2208988800);
    CHECK(hc_der_same(cert.public_key, b_cursor(maker_public_key(1))));
    CHECK_INT(cert.algorithm.scheme, HC_SCHEME_ECDSA);
    CHECK(cert.is_ca && cert.has_path_len);
    CHECK_INT(cert.path_len, 3);
    CHECK_INT(cert.key_usage, HC_USAGE_KEY_CERT_SIGN | HC_USAGE_CRL_SIGN);
    CHECK_INT(cert.purposes, HC_PURPOSE_ANY);
    CHECK_INT(cert.num_alt_names, 2);
    CHECK(hc_der_same(cert.subject_key_id, b_cursor(b_hex("0102"))));
    CHECK(hc_der_same(cert.authority_key_id, b_cursor(b_hex("0304"))));
    CHECK(hc_cursor_left(&cert.permitted) > 0 && hc_cursor_left(&cert.excluded) > 0);
    CHECK_INT(cert.critical, HC_EXT_BASIC_CONSTRAINTS | HC_EXT_KEY_USAGE | HC_EXT_NAME_CONSTRAINTS);
    CHECK(!cert.unknown_critical);
    maker_reset();
}

static void decode_refuses_what_is_not_der(void)
{
    maker_spec spec = decode_spec(maker_alt_names("DNS:a.example"));
    bytes der = maker_cert(&spec);
    bytes content = b_raw(der.ptr + 4, der.len - 4);
    bytes longer;

    CHECK_GOOD(der);
    CHECK(decode_why(b_cat(der, b_hex("00"))) != NULL);
    CHECK(decode_why(b_raw(der.ptr, der.len - 1)) != NULL);
    /* indefinite length; a length that is not minimal; one byte more in the SEQUENCE */
    CHECK(decode_why(b_cat3(b_hex("3080"), content, b_hex("0000"))) != NULL);
    longer = b_cat3(b_hex("308300"), b_raw(der.ptr + 2, 2), content);
    CHECK(decode_why(longer) != NULL);
    CHECK(decode_why(b_der(0x30, b_cat(content, b_hex("0500")))) != NULL);
    maker_reset();
}

static void decode_refuses_bad_fields(void)
{
    static const struct {
        const char *version_hex;
        const char *serial_hex;
        const char *algorithm_hex;
        const char *from;
        const char *to;
        const char *why;
    } table[] = {
        {"a003020100", NULL, NULL, NULL, NULL, "version is not 2 or 3"},
        {"a003020103", NULL, NULL, NULL, NULL, "version is not 2 or 3"},
        {"a003020101", NULL, NULL, NULL, NULL, "extensions, but not version 3"},
        {"", NULL, NULL, NULL, NULL, "extensions, but not version 3"},
        {NULL, "", NULL, NULL, NULL, "malformed serial number"},
        {NULL, "80", NULL, NULL, NULL, "malformed serial number"},
        {NULL, "0005", NULL, NULL, NULL, "malformed serial number"},
        {NULL, "7f1122334455667788990011223344556677889900", NULL, NULL, NULL,
         "malformed serial number"},
        {NULL, "00ff22334455667788990011223344556677889900", NULL, NULL, NULL, NULL},
        {NULL, "00", NULL, NULL, NULL, NULL}, /* of some roots; the profile judges it */
        {NULL, NULL, "300a06082a8648ce3d040303", NULL, NULL, "its two signature algorithms differ"},
        {NULL, NULL, "300c06082a8648ce3d0403020500", NULL, NULL, "malformed signature algorithm"},
        {NULL, NULL, "300f06092a864886f70d01010b05000500", NULL, NULL,
         "malformed signature algorithm"},
        {NULL, NULL, "300e06092a864886f70d01010b020100", NULL, NULL,
         "malformed signature algorithm"},
        {NULL, NULL, NULL, "400101000000Z", "200101000000Z", "it ends before it begins"},
        {NULL, NULL, NULL, "2001010000Z", NULL, "malformed dates"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(table); i++) {
        maker_spec spec = decode_spec(maker_alt_names("DNS:a.example"));
        const char *why;

        spec.version_hex = table[i].version_hex;
        spec.serial_hex = table[i].serial_hex;
        spec.inner_algorithm_hex = table[i].algorithm_hex;
        spec.from = table[i].from;
        spec.to = table[i].to;
        why = decode_why(maker_cert(&spec));
        CHECK_TEXT(why == NULL ? "good" : why, table[i].why == NULL ? "good" : table[i].why);
    }
    maker_reset();
}

static void decode_refuses_repeated_extensions(void)
{
    bytes names = maker_alt_names("DNS:a.example");
    bytes unknown = maker_extension("2a0304", 0, b_hex("0500"));
    bytes many = b_none();

    CHECK_EXTENSION_BAD(b_cat(names, maker_alt_names("DNS:b.example")), "an extension comes twice");
    CHECK_EXTENSION_BAD(b_cat3(unknown, names, unknown), "an extension comes twice");
    CHECK_EXTENSION_BAD(b_hex("0500"), "malformed extension");
    for (int i = 0; i < 65; i++) {
        char oid[16];

        snprintf(oid, sizeof oid, "2a03%02x", i);
        many = b_cat(many, maker_extension(oid, 0, b_hex("0500")));
    }
    CHECK_EXTENSION_BAD(many, "more than 64 extensions");
    maker_reset();
}

static void decode_basic_constraints(void)
{
    static const char *const bad[] = {
        "3003010100",           /* FALSE is the default */
        "3003010101",           /* neither 00 nor FF */
        "30030101ff00",         /* something behind it */
        "30060101ff020180",     /* a negative length */
        "30080101ff02030fffff", /* a huge one */
        "30070101ff0202007f",   /* not minimal */
        "3003020103",           /* a length without a CA */
        "30060101ff030103",     /* wrong tag */
        "300201ff",             "0101ff", "",
        "30090101ff0201030500", /* a third member */
    };
    static const char *const good[] = {"3000", "30030101ff", "30060101ff020100",
                                       "30070101ff02020080"};

    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        CHECK_EXTENSION_BAD(maker_extension("551d13", 1, b_hex(bad[i])),
                            "malformed basicConstraints");
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(good); i++) {
        CHECK_EXTENSION_GOOD(maker_extension("551d13", 1, b_hex(good[i])));
    }
    maker_reset();
}

static void decode_other_extensions(void)
{
    static const struct {
        const char *oid;
        const char *value;
        const char *why;
    } bad[] = {
        {"551d0f", "030100", "malformed keyUsage"},       /* no bit */
        {"551d0f", "03020800", "malformed keyUsage"},     /* eight unused */
        {"551d0f", "03020107", "malformed keyUsage"},     /* an unused one is set */
        {"551d0f", "03020700", "malformed keyUsage"},     /* none set */
        {"551d0f", "030400800000", "malformed keyUsage"}, /* too many */
        {"551d25", "3000", "malformed extKeyUsage"},
        {"551d25", "30020500", "malformed extKeyUsage"},
        {"551d11", "3000", "malformed subjectAltName"},
        {"551d11", "61", "malformed subjectAltName"},
        {"551d11", "3007870500000000ff", "malformed subjectAltName"}, /* an address of five */
        {"551d11", "30038201ff", "malformed subjectAltName"},         /* not IA5 */
        {"551d11", "3003890161", "malformed subjectAltName"},         /* an unknown form */
        {"551d11", "3003800161", "malformed subjectAltName"},
        {"551d0e", "0400", "malformed subjectKeyIdentifier"},
        {"551d0e", "0201ff", "malformed subjectKeyIdentifier"},
        {"551d23", "3003890161", "malformed authorityKeyIdentifier"},
        {"551d23", "30028000", "malformed authorityKeyIdentifier"},
        {"551d1e", "3000", "malformed nameConstraints"},
        {"551d1e", "3002a000", "malformed nameConstraints"},
        {"551d1e", "300aa0083006820161800100", "malformed nameConstraints"}, /* a minimum */
        {"551d1e", "30020500", "malformed nameConstraints"},
        {"551d1e", "3009a0073005" "82032a2e61", "malformed nameConstraints"},  /* "*.a" */
        {"551d1e", "300aa0083006" "8204612e2e61", "malformed nameConstraints"}, /* "a..a" */
        {"551d1e", "300ca00a3008" "87060a0000ff0000", "malformed nameConstraints"},
        {"551d1e", "300ea00c300a" "87080a000000ff00ff00", "malformed nameConstraints"},
        {"2b06010505070101", "3000", "malformed authorityInfoAccess"},
        {"2b06010505070101", "30053003060129", "malformed authorityInfoAccess"},
        {"551d20", "3000", "malformed certificatePolicies"},
        {"551d36", "0500", "malformed inhibitAnyPolicy"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        CHECK_EXTENSION_BAD(maker_extension(bad[i].oid, 0, b_hex(bad[i].value)), bad[i].why);
    }
    CHECK_EXTENSION_GOOD(maker_extension("551d0f", 0, b_hex("0303070080")));
    CHECK_EXTENSION_GOOD(maker_alt_names("DNS:a,IP:7f000001,MAIL:a@b,URI:http://a/,DIR:x,OTHER:"));
    CHECK_EXTENSION_GOOD(b_cat(maker_ca(-1), maker_constraints("IP:0a000000ff000000", "DNS:.x")));
    /* FALSE is written out by old software, and means nothing */
    CHECK_EXTENSION_GOOD(
        b_der(0x30, b_cat3(b_der(6, b_hex("2a0304")), b_hex("010100"), b_der(4, b_none()))));
    CHECK_EXTENSION_BAD(
        b_der(0x30, b_cat3(b_der(6, b_hex("2a0304")), b_hex("010101"), b_der(4, b_none()))),
        "malformed extension");
    maker_reset();
}

static int decode_time(unsigned tag, const char *text, int64_t *out, int *is_misplaced)
{
    bytes der = b_der(tag, b_text(text));
    hc_cursor cursor = b_cursor(der);
    hc_der element;

    return hc_der_next(&cursor, &element) && hc_asn1_time_parse(&element, out, is_misplaced);
}

static void decode_times(void)
{
    static const struct {
        unsigned tag;
        const char *text;
        int64_t seconds;
    } good[] = {
        {0x17, "700101000000Z", 0},           {0x17, "500101000000Z", -631152000},
        {0x17, "491231235959Z", 2524607999},  {0x17, "000229120000Z", 951825600},
        {0x18, "20500101000000Z", 2524608000}, {0x18, "99991231235959Z", 253402300799},
        {0x18, "24000229000000Z", 13574563200}, {0x18, "20491231235959Z", 2524607999},
        {0x18, "00010101000000Z", -62135596800},
    };
    static const struct {
        unsigned tag;
        const char *text;
    } bad[] = {
        {0x17, "7001010000Z"},      {0x17, "700101000000"},     {0x17, "700101000000+0000"},
        {0x17, "701301000000Z"},    {0x17, "700001000000Z"},    {0x17, "700230000000Z"},
        {0x17, "700229000000Z"},    {0x17, "700100000000Z"},    {0x17, "700101240000Z"},
        {0x17, "700101006000Z"},    {0x17, "700101000060Z"},    {0x17, "70010100000aZ"},
        {0x17, "700101000000Z0"},   {0x17, " 70101000000Z"},    {0x17, ""},
        {0x18, "00000101000000Z"},  {0x18, "2049123123595Z"},   {0x18, "20500101000000.5Z"},
        {0x18, "205001010000Z"},    {0x18, "21000229000000Z"},  {0x17, "20500101000000Z"},
        {0x16, "700101000000Z"},    {0x17, "-10101000000Z"},
    };
    int is_misplaced;
    int64_t seconds;

    for (size_t i = 0; i < HC_ARRAY_LEN(good); i++) {
        is_misplaced = 0;
        CHECK(decode_time(good[i].tag, good[i].text, &seconds, &is_misplaced));
        CHECK_INT(seconds, good[i].seconds);
        CHECK_INT(is_misplaced, good[i].tag == 0x18 && good[i].seconds < 2524608000);
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        if (decode_time(bad[i].tag, bad[i].text, &seconds, &is_misplaced)) {
            CHECK_TEXT(bad[i].text, "refused");
        }
    }
    maker_reset();
}

static void decode_describes_times(void)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } table[] = {
        {0, "1970-01-01 00:00:00 UTC"},          {951825600, "2000-02-29 12:00:00 UTC"},
        {1735689599, "2024-12-31 23:59:59 UTC"}, {253402300799, "9999-12-31 23:59:59 UTC"},
        {-631152000, "1950-01-01 00:00:00 UTC"}, {INT64_MIN, "1-01-01 00:00:00 UTC"},
        {-1, "1969-12-31 23:59:59 UTC"},
        {INT64_MAX, "9999-12-31 23:59:59 UTC"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(table); i++) {
        char place[64];
        hc_text text = hc_text_in(place, sizeof place);

        hc_asn1_time_describe(table[i].seconds, &text);
        CHECK_TEXT(place, table[i].text);
    }
}

static void decode_algorithms_of_signatures(void)
{
    static const struct {
        const char *hex;
        hc_scheme scheme;
    } table[] = {
        {"300d06092a864886f70d01010b0500", HC_SCHEME_RSA_PKCS1},
        {"300b06092a864886f70d01010b", HC_SCHEME_RSA_PKCS1}, /* RFC 4055, 5: or absent */
        {"300d06092a864886f70d0101050500", HC_SCHEME_WEAK},
        {"300d06092a864886f70d0101040500", HC_SCHEME_WEAK},
        {"300906072a8648ce3d0401", HC_SCHEME_WEAK},
        {"300506032b6570", HC_SCHEME_UNSUPPORTED}, /* Ed25519 */
        {"304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d"
         "010108300d06096086480165030402010500a203020120",
         HC_SCHEME_RSA_PSS},
        /* a salt of another length */
        {"304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d"
         "010108300d06096086480165030402010500a203020114",
         HC_SCHEME_UNSUPPORTED},
        /* the mask made with another hash */
        {"304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d"
         "010108300d06096086480165030402020500a203020120",
         HC_SCHEME_UNSUPPORTED},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(table); i++) {
        hc_cursor cursor = b_cursor(b_hex(table[i].hex));
        hc_signature_algorithm algorithm;
        hc_cursor whole;

        CHECK(hc_decode_algorithm(&cursor, &algorithm, &whole));
        CHECK_INT(algorithm.scheme, table[i].scheme);
    }
    maker_reset();
}

/* Every prefix, and every byte changed in four ways: well formed or not, but never a crash. */
static void decode_survives_changes(void)
{
    bytes extensions = b_cat3(
        b_cat(maker_ca(3), maker_usage("0106")),
        b_cat(maker_alt_names("DNS:a.example,IP:7f000001,DIR:x,OTHER:"),
              maker_constraints("DNS:a.example,DIR:x", "IP:0a000000ff000000")),
        b_cat(maker_purpose(MAKER_SERVER_AUTH),
              maker_extension("551d23", 0, b_der(0x30, b_der(0x80, b_hex("0304"))))));
    maker_spec spec = decode_spec(extensions);
    bytes der = maker_cert(&spec);
    size_t num_good = 0;
    hc_cert cert;

    for (size_t len = 0; len < der.len; len++) {
        unsigned char *exact = malloc(len + (len == 0));

        memcpy(exact, der.ptr, len);
        CHECK(!hc_cert_decode(&cert, hc_cursor_over(exact, len)));
        free(exact);
    }
    for (size_t at = 0; at < der.len; at++) {
        static const unsigned char changes[] = {0x01, 0x20, 0x80, 0xff};

        for (size_t i = 0; i < sizeof changes; i++) {
            der.ptr[at] ^= changes[i];
            num_good += (size_t)hc_cert_decode(&cert, b_cursor(der));
            der.ptr[at] ^= changes[i];
        }
    }
    CHECK(num_good > 0 && num_good < der.len * 4);
    CHECK(hc_cert_decode(&cert, b_cursor(der)));
    maker_reset();
}

UNIT_MAIN(UNIT(decode_reads_all_fields), UNIT(decode_refuses_what_is_not_der),
          UNIT(decode_refuses_bad_fields), UNIT(decode_refuses_repeated_extensions),
          UNIT(decode_basic_constraints), UNIT(decode_other_extensions), UNIT(decode_times),
          UNIT(decode_describes_times), UNIT(decode_algorithms_of_signatures),
          UNIT(decode_survives_changes))
