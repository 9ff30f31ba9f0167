/* Names: which host a certificate is for, and what name constraints let through. */
#include "unit.h"

#include "x509_maker.h"

static int dns_matches(const char *pattern, const char *name)
{
    return hc_names_dns_match(hc_cursor_over(pattern, strlen(pattern)),
                              hc_cursor_over(name, strlen(name)));
}

static void names_match_dns(void)
{
    static const char label63[] =
        "a23456789012345678901234567890123456789012345678901234567890123";
    char pattern[300];

    CHECK(dns_matches("a.example", "a.example"));
    CHECK(dns_matches("A.eXample", "a.example"));
    CHECK(dns_matches("a_b.example", "a_b.example"));
    CHECK(dns_matches("localhost", "localhost"));
    CHECK(dns_matches("*.example.com", "a.example.com"));
    CHECK(dns_matches("*.EXAMPLE.com", "xn--a.example.com"));

    CHECK(!dns_matches("a.example", "b.example"));
    CHECK(!dns_matches("a.example", "x.a.example"));
    CHECK(!dns_matches("a.example.", "a.example"));
    CHECK(!dns_matches(".a.example", "a.example"));
    CHECK(!dns_matches("", ""));
    CHECK(!dns_matches("a..example", "a..example"));
    /* the wildcard: whole, left-most, one label, with two behind it */
    CHECK(!dns_matches("*.example.com", "a.b.example.com"));
    CHECK(!dns_matches("*.example.com", "example.com"));
    CHECK(!dns_matches("*.example.com", ".example.com"));
    CHECK(!dns_matches("*.com", "example.com"));
    CHECK(!dns_matches("*", "com"));
    CHECK(!dns_matches("*.co.uk", "example.co.uk"));
    CHECK(!dns_matches("*.COM.br", "example.com.br"));
    CHECK(dns_matches("*.a.co.uk", "b.a.co.uk"));
    CHECK(dns_matches("*.co.example", "a.co.example"));
    CHECK(dns_matches("*.example.uk", "a.example.uk"));
    CHECK(!dns_matches("*.", "com"));
    CHECK(!dns_matches("*.*.com", "a.b.com"));
    CHECK(!dns_matches("a*.example.com", "ab.example.com"));
    CHECK(!dns_matches("*a.example.com", "ba.example.com"));
    CHECK(!dns_matches("xn--*.example.com", "xn--a.example.com"));
    CHECK(!dns_matches("a.*.example.com", "a.b.example.com"));
    CHECK(!dns_matches("**.example.com", "a.example.com"));
    CHECK(!dns_matches("a.example\x7f", "a.example\x7f"));
    CHECK(!dns_matches("a b.example", "a b.example"));

    snprintf(pattern, sizeof pattern, "%s.example", label63);
    CHECK(dns_matches(pattern, pattern));
    snprintf(pattern, sizeof pattern, "%s4.example", label63);
    CHECK(!dns_matches(pattern, pattern));
    snprintf(pattern, sizeof pattern, "%s.%s.%s.%s.example", label63, label63, label63, label63);
    CHECK(!dns_matches(pattern, pattern));
    CHECK(!hc_names_dns_match(hc_cursor_over("a.example\0.b", 12), hc_cursor_over("a.example", 9)));
}

/* A certificate with a subjectAltName and nothing else. */
static hc_cert cert_of(const char *names, bytes subject)
{
    hc_cert cert;
    bytes value = b_der(0x30, maker_general_names(names, 0));

    memset(&cert, 0, sizeof cert);
    cert.subject = b_cursor(subject);
    CHECK(names[0] == '\0' ||
          hc_extension_read(&cert, b_cursor(b_hex("551d11")), 0, b_cursor(value)) == NULL);
    return cert;
}

static int host_matches(const char *names, const char *text)
{
    hc_cert cert = cert_of(names, maker_name("c.example"));
    hc_host host;

    CHECK(hc_host_parse(&host, text, strlen(text)));
    return hc_names_match(&cert, &host);
}

static void names_match_hosts(void)
{
    CHECK(host_matches("DNS:a.example,DNS:b.example", "b.example"));
    CHECK(host_matches("DNS:a.example", "A.EXAMPLE."));
    CHECK(host_matches("IP:7f000001", "127.0.0.1"));
    CHECK(host_matches("IP:00000000000000000000000000000001", "::1"));
    CHECK(host_matches("IP:00000000000000000000000000000001", "[::1]"));

    /* never the commonName, an address only as an address, and the right kind of it */
    CHECK(!host_matches("DNS:a.example", "c.example"));
    CHECK(!host_matches("", "c.example"));
    CHECK(!host_matches("DNS:127.0.0.1,DNS:*.0.0.1", "127.0.0.1"));
    CHECK(!host_matches("IP:7f000002", "127.0.0.1"));
    CHECK(!host_matches("IP:00000000000000000000ffff7f000001", "127.0.0.1"));
    CHECK(!host_matches("IP:7f000001", "::ffff:127.0.0.1"));
    CHECK(!host_matches("URI:https://a.example/,MAIL:a.example,DIR:a.example", "a.example"));
    maker_reset();
}

static hc_constraint_result constrain(const char *permitted, const char *excluded,
                                            const hc_cert *cert, size_t *compares)
{
    bytes extension = maker_constraints(permitted, excluded);
    hc_cursor cursor = b_cursor(extension);
    hc_extension parts;
    hc_der violating;
    hc_cert issuer;

    memset(&issuer, 0, sizeof issuer);
    memset(&parts, 0, sizeof parts);
    CHECK(hc_decode_extension(&cursor, &parts));
    CHECK(hc_extension_read(&issuer, parts.oid, 1, parts.value) == NULL);
    return hc_names_check(&issuer, cert, compares, &violating);
}

static int allowed(const char *permitted, const char *excluded, const char *names)
{
    hc_cert cert = cert_of(names, maker_name(NULL));
    size_t compares = 1000;

    return constrain(permitted, excluded, &cert, &compares) == HC_CONSTRAINT_MET;
}

static void names_constrain_dns(void)
{
    CHECK(allowed("DNS:example.com", NULL, "DNS:example.com"));
    CHECK(allowed("DNS:example.com", NULL, "DNS:a.b.EXAMPLE.com"));
    CHECK(allowed("DNS:a.test,DNS:example.com", NULL, "DNS:example.com"));
    CHECK(allowed("DNS:example.com", NULL, "IP:7f000001"));
    CHECK(allowed("DNS:", NULL, "DNS:example.com"));
    CHECK(!allowed("DNS:example.com", NULL, "DNS:badexample.com"));
    CHECK(!allowed("DNS:example.com", NULL, "DNS:com"));
    CHECK(!allowed("DNS:example.com", NULL, "DNS:example.com,DNS:other.com"));

    CHECK(!allowed(NULL, "DNS:example.com", "DNS:a.Example.com"));
    CHECK(!allowed(NULL, "DNS:", "DNS:a.Example.com"));
    CHECK(!allowed("DNS:example.com", "DNS:a.example.com", "DNS:a.example.com"));
    CHECK(allowed("DNS:example.com", "DNS:a.example.com", "DNS:b.example.com"));

    /* a dot in front: only what is below */
    CHECK(allowed("DNS:.example.com", NULL, "DNS:a.example.com"));
    CHECK(!allowed("DNS:.example.com", NULL, "DNS:example.com"));
    CHECK(allowed(NULL, "DNS:.example.com", "DNS:example.com"));
    CHECK(!allowed(NULL, "DNS:.example.com", "DNS:a.example.com"));

    /* a wildcard stands for all that it covers */
    CHECK(allowed("DNS:example.com", NULL, "DNS:*.example.com"));
    CHECK(allowed("DNS:.example.com", NULL, "DNS:*.example.com"));
    CHECK(!allowed("DNS:a.example.com", NULL, "DNS:*.example.com"));
    CHECK(!allowed(NULL, "DNS:a.example.com", "DNS:*.example.com"));
    CHECK(!allowed(NULL, "DNS:example.com", "DNS:*.example.com"));
    CHECK(!allowed(NULL, "DNS:.example.com", "DNS:*.example.com"));
    CHECK(allowed(NULL, "DNS:b.a.example.com", "DNS:*.example.com"));
    CHECK(allowed(NULL, "DNS:a.example.org", "DNS:*.example.com"));

    /* what is no name at all is within nothing, and may be within everything */
    CHECK(!allowed("DNS:example.com", NULL, "DNS:.example.com"));
    CHECK(!allowed(NULL, "DNS:other.com", "DNS:a*.example.com"));
    maker_reset();
}

static void names_constrain_addresses(void)
{
    CHECK(allowed("IP:0a000000ff000000", NULL, "IP:0a010203"));
    CHECK(!allowed("IP:0a000000ff000000", NULL, "IP:0b010203"));
    CHECK(!allowed("IP:0a000000ff000000", NULL,
                         "IP:0a000000000000000000000000000000"));
    /* all of IPv6 holds nothing of IPv4 */
    CHECK(!allowed("IP:0000000000000000000000000000000000000000000000000000000000000000", NULL,
                   "IP:0a010203"));
    CHECK(allowed(NULL, "IP:0000000000000000000000000000000000000000000000000000000000000000",
                  "IP:0a010203"));
    CHECK(!allowed(NULL, "IP:0a000000ff000000", "IP:0a010203"));
    CHECK(!allowed(NULL, "IP:0000000000000000", "IP:0a010203"));
    CHECK(allowed(NULL, "IP:0a000000ff000000", "IP:0b010203"));
    CHECK(allowed(NULL, "IP:0a000000ff000000", "DNS:a.example"));
    CHECK(allowed("IP:20010db8000000000000000000000000ffffffff000000000000000000000000", NULL,
                        "IP:20010db8000000000000000000000001"));
    CHECK(!allowed("IP:20010db8000000000000000000000000ffffffff000000000000000000000000",
                         NULL, "IP:20010db9000000000000000000000001"));
    maker_reset();
}

static void names_constrain_mail_and_uris(void)
{
    CHECK(allowed("MAIL:example.com", NULL, "MAIL:a@example.com"));
    CHECK(!allowed("MAIL:example.com", NULL, "MAIL:a@b.example.com"));
    CHECK(allowed("MAIL:.example.com", NULL, "MAIL:a@b.example.com"));
    CHECK(!allowed("MAIL:.example.com", NULL, "MAIL:a@example.com"));
    CHECK(allowed("MAIL:a@example.com", NULL, "MAIL:a@example.com"));
    CHECK(!allowed("MAIL:a@example.com", NULL, "MAIL:b@example.com"));
    CHECK(!allowed(NULL, "MAIL:example.com", "MAIL:a@Example.com"));
    CHECK(!allowed("MAIL:example.com", NULL, "MAIL:example.com"));
    CHECK(!allowed(NULL, "MAIL:other.com", "MAIL:nothing"));
    /* nothing: every one */
    CHECK(allowed("MAIL:", NULL, "MAIL:a@example.com"));
    CHECK(!allowed(NULL, "MAIL:", "MAIL:a@example.com"));
    CHECK(allowed(NULL, "MAIL:,URI:", "DNS:a.example"));
    CHECK(allowed("URI:", NULL, "URI:https://example.com/"));
    CHECK(!allowed(NULL, "URI:", "URI:https://example.com/"));
    /* another case is another mailbox, or the same one */
    CHECK(!allowed("MAIL:Foo@example.com", NULL, "MAIL:foo@example.com"));
    CHECK(!allowed(NULL, "MAIL:Foo@example.com", "MAIL:foo@EXAMPLE.com"));
    CHECK(allowed(NULL, "MAIL:Foo@example.com", "MAIL:foo@b.example.com"));
    CHECK(allowed("MAIL:Foo@example.com", NULL, "MAIL:Foo@EXAMPLE.com"));
    /* and so is one in quotes */
    CHECK(!allowed("MAIL:foo@example.com", NULL, "MAIL:\"foo\"@example.com"));
    CHECK(!allowed(NULL, "MAIL:foo@example.com", "MAIL:\"foo\"@example.com"));
    CHECK(allowed(NULL, "MAIL:foo@example.com", "MAIL:bar@example.com"));
    CHECK(!allowed(NULL, "MAIL:foo@example.com", "MAIL:bar@exa mple.com"));

    CHECK(allowed("URI:example.com", NULL, "URI:https://u:p@example.com:443/x"));
    CHECK(allowed("URI:.example.com", NULL, "URI:ldap://a.example.com?x"));
    CHECK(!allowed("URI:.example.com", NULL, "URI:https://example.com/"));
    CHECK(!allowed("URI:example.com", NULL, "URI:https://other.com/example.com"));
    CHECK(!allowed("URI:example.com", NULL, "URI:https://other.com/@example.com"));
    CHECK(!allowed("URI:example.com", NULL, "URI:urn:example.com"));
    CHECK(!allowed(NULL, "URI:other.com", "URI:https://10.1.2.3/"));
    maker_reset();
}

/* What no mail server or browser would take is inside nothing, and may be inside everything. */
static void names_refuse_malformed_mail_and_uris(void)
{
    static const char *const good[] = {
        "MAIL:a.b@example.com", "MAIL:\"a@b \\\" c\"@example.com",
        "MAIL:!#$%&'*+-/=?^_`{|}~@example.com", "URI:a+b-c.1://example.com:/",
        "URI:https://a%20b@example.com?x#y"};
    static const char *const bad[] = {
        "MAIL:a@b@example.com", "MAIL:a b@example.com", "MAIL:a..b@example.com",
        "MAIL:.a@example.com", "MAIL:a.@example.com", "MAIL:@example.com", "MAIL:a<b@example.com",
        "MAIL:x@evil.com> <y@example.com", "MAIL:\001a@example.com", "MAIL:\"a\"b@example.com",
        "MAIL:\"a@example.com", "MAIL:\"\\\"@example.com", "MAIL:\"a\tb\"@example.com",
        "MAIL:a\\b@example.com", "URI:https://evil.com\\@example.com/",
        "URI:https://example.com:x@evil.com:y/", "URI:https://example.com:4x/",
        "URI:https://example.com/a b", "URI:https://example.com/\177", "URI:1http://example.com/",
        "URI:ht_tp://example.com/", "URI:://example.com/"};

    for (size_t i = 0; i < HC_ARRAY_LEN(good); i++) {
        CHECK(allowed("MAIL:example.com,URI:example.com", NULL, good[i]));
        CHECK(allowed(NULL, "MAIL:other.com,URI:other.com", good[i]));
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        CHECK(!allowed("MAIL:example.com,URI:example.com", NULL, bad[i]));
        CHECK(!allowed("MAIL:,URI:", NULL, bad[i]));
        CHECK(!allowed(NULL, "MAIL:other.com,URI:other.com", bad[i]));
        CHECK(allowed("DNS:a.example", NULL, bad[i])); /* nobody asks */
    }
    maker_reset();
}

static int is_constraint(const char *base)
{
    bytes extension = maker_constraints(NULL, base);
    hc_cursor cursor = b_cursor(extension);
    hc_extension parts;
    hc_cert cert;

    memset(&cert, 0, sizeof cert);
    memset(&parts, 0, sizeof parts);
    CHECK(hc_decode_extension(&cursor, &parts));
    return hc_extension_read(&cert, parts.oid, 1, parts.value) == NULL;
}

/* A constraint that holds nobody back is none: the certificate is refused. */
static void names_refuse_malformed_constraints(void)
{
    static const char *const good[] = {
        "MAIL:", "MAIL:example.com", "MAIL:.example.com", "MAIL:a.b@example.com", "MAIL:10.1.2.3",
        "MAIL:\"a@b\"@example.com", "URI:", "URI:example.com", "URI:.example.com", "URI:localhost"};
    static const char *const bad[] = {
        "MAIL:*.example.com", "MAIL:a@b@example.com", "MAIL:@example.com", "MAIL:a@",
        "MAIL:a@.example.com", "MAIL:a@*.example.com", "MAIL:example.com.", "MAIL:.", "MAIL:..",
        "MAIL:https://x/", "MAIL:a b", "MAIL:\"a@example.com", "URI:https://example.com",
        "URI:*.example.com", "URI:example.com/", "URI:example.com:443", "URI:10.1.2.3", "URI:.10",
        "URI:example.com.", "URI:a@example.com"};

    for (size_t i = 0; i < HC_ARRAY_LEN(good); i++) {
        CHECK(is_constraint(good[i]));
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(bad); i++) {
        CHECK(!is_constraint(bad[i]));
    }
    maker_reset();
}

static void names_constrain_forms_not_carried(void)
{
    CHECK(!allowed(NULL, "OTHER:", "OTHER:"));
    CHECK(!allowed("OTHER:", NULL, "OTHER:"));
    CHECK(allowed("OTHER:", NULL, "DNS:a.example"));
    CHECK(allowed("DNS:a.example", NULL, "OTHER:"));
    maker_reset();
}

static int subject_allowed(const char *permitted, const char *excluded, bytes subject)
{
    hc_cert cert = cert_of("", subject);
    size_t compares = 100;

    return constrain(permitted, excluded, &cert, &compares) == HC_CONSTRAINT_MET;
}

static void names_constrain_directory_names(void)
{
    bytes printable = b_der(
        0x30, b_der(0x31, b_der(0x30, b_cat(b_der(6, b_hex("550403")),
                                            b_der(0x13, b_text(" The  NAME "))))));
    bytes teletex = b_der(
        0x30, b_der(0x31, b_der(0x30, b_cat(b_der(6, b_hex("550403")),
                                            b_der(0x14, b_text("the name"))))));
    bytes two = b_der(0x30, b_cat(maker_attribute("550403", "the name"),
                                  maker_attribute("55040b", "unit")));
    bytes other_type = b_der(0x30, maker_attribute("55040b", "the name"));
    bytes mail = b_der(0x30, maker_attribute("2a864886f70d010901", "a@example.com"));

    CHECK(allowed("DIR:the name", NULL, "DIR:the name"));
    CHECK(!allowed("DIR:the name", NULL, "DIR:the names"));
    CHECK(subject_allowed("DIR:the name", NULL, maker_name("the name")));
    CHECK(!subject_allowed("DIR:the name", NULL, maker_name("thename")));
    CHECK(!subject_allowed(NULL, "DIR:the name", maker_name("the name")));
    /* case, spaces and kind of string do not count (RFC 5280, 7.1) */
    CHECK(subject_allowed("DIR:the name", NULL, printable));
    CHECK(!subject_allowed(NULL, "DIR:the name", printable));
    /* a kind that is not converted may be the same, or not */
    CHECK(!subject_allowed("DIR:the name", NULL, teletex));
    CHECK(!subject_allowed(NULL, "DIR:the name", teletex));
    CHECK(!subject_allowed(NULL, "DIR:the name", b_der(0x30, b_cat(b_raw(teletex.ptr + 2,
                                                                       teletex.len - 2),
                                                                 maker_attribute("55040b", "x")))));
    CHECK(subject_allowed(NULL, "DIR:the name",
                          b_der(0x30, b_cat(maker_attribute("55040b", "unit"),
                                            b_raw(teletex.ptr + 2, teletex.len - 2)))));
    /* longer names are below; shorter ones, and other attributes, are not */
    CHECK(subject_allowed("DIR:the name", NULL, two));
    CHECK(!subject_allowed("DIR:the name", NULL, other_type));
    /* an empty subject is none */
    CHECK(subject_allowed("DIR:the name", NULL, maker_name(NULL)));
    /* addresses in the subject count as rfc822Name */
    CHECK(!subject_allowed(NULL, "MAIL:example.com", mail));
    CHECK(subject_allowed("MAIL:example.com", NULL, mail));
    maker_reset();
}

static void names_compares_are_bounded(void)
{
    hc_cert cert = cert_of("DNS:a.x,DNS:b.x,DNS:c.x", maker_name(NULL));
    size_t compares = 9;

    /* three names, one subtree excluded and one permitted, and the other permitted */
    CHECK_INT(constrain("DNS:y,DNS:x", "DNS:z", &cert, &compares), HC_CONSTRAINT_MET);
    CHECK_INT(compares, 0);
    compares = 8;
    CHECK_INT(constrain("DNS:y,DNS:x", "DNS:z", &cert, &compares),
              HC_CONSTRAINT_TOO_COMPLEX);
    maker_reset();
}

static void names_are_described(void)
{
    char place[300];
    hc_text text = hc_text_in(place, sizeof place);
    hc_cert cert = cert_of("DNS:a.example,IP:7f000001,MAIL:a@b", maker_name(NULL));

    hc_names_describe(&cert, &text);
    CHECK_TEXT(place, "a.example, 127.0.0.1");
    text = hc_text_in(place, sizeof place);
    cert = cert_of("DNS:a,DNS:b,DNS:\x01,DNS:d,DNS:e,DNS:f,DNS:g", maker_name(NULL));
    hc_names_describe(&cert, &text);
    CHECK_TEXT(place, "a, b, \\x01, d, e and 2 more");
    text = hc_text_in(place, sizeof place);
    cert = cert_of("MAIL:a@b", maker_name(NULL));
    hc_names_describe(&cert, &text);
    CHECK_TEXT(place, "no name");
    maker_reset();
}

UNIT_MAIN(UNIT(names_match_dns), UNIT(names_match_hosts), UNIT(names_constrain_dns),
          UNIT(names_constrain_addresses), UNIT(names_constrain_mail_and_uris),
          UNIT(names_refuse_malformed_mail_and_uris), UNIT(names_refuse_malformed_constraints),
          UNIT(names_constrain_forms_not_carried), UNIT(names_constrain_directory_names),
          UNIT(names_compares_are_bounded), UNIT(names_are_described))
