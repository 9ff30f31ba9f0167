#include "profile.h"

#include "names.h"

/* Critical extensions whose meaning is carried out. For certificatePolicies and inhibitAnyPolicy
 * that is nothing: no policy is ever required, as policyConstraints is refused. */
#define PROFILE_PROCESSED \
    (HC_EXT_BASIC_CONSTRAINTS | HC_EXT_KEY_USAGE | HC_EXT_SUBJECT_ALT_NAME | \
     HC_EXT_NAME_CONSTRAINTS | HC_EXT_EXT_KEY_USAGE | HC_EXT_CERTIFICATE_POLICIES | \
     HC_EXT_INHIBIT_ANY_POLICY)

static int profile_fail(hc_finding *finding, int code, const char *why)
{
    finding->code = code;
    finding->why = why;
    return 0;
}

#if !HC_HAS_ERROR_TEXT
#define profile_fail(finding, code, why) profile_fail(finding, code, HC_SAY(why))
#endif

/* RFC 5280, 4.2.1.1. The key identifier of a self-issued anchor is its own. */
static int profile_check_key_ids(const hc_cert *cert, hc_role role, hc_finding *finding)
{
    hc_cursor issuer = cert->authority_issuer;
    hc_cursor serial = cert->authority_serial;
    hc_der name;

    if ((cert->extensions & HC_EXT_AUTHORITY_KEY_ID) == 0) {
        return 1;
    }
    if ((hc_cursor_left(&issuer) > 0) != (hc_cursor_left(&serial) > 0)) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                            "its authorityKeyIdentifier has one of issuer and serial number");
    }
    if (hc_cursor_left(&issuer) == 0 && hc_cursor_left(&cert->authority_key_id) == 0) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                            "its authorityKeyIdentifier is empty");
    }
    if (role != HC_ROLE_ANCHOR || !hc_cert_is_self_issued(cert)) {
        return 1;
    }
    if (hc_cursor_left(&cert->authority_key_id) > 0 && hc_cursor_left(&cert->subject_key_id) > 0 &&
        !hc_der_same(cert->authority_key_id, cert->subject_key_id)) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                            "it names itself as issuer, but another key");
    }
    (void)hc_take_char(&serial, '\0');
    if (hc_cursor_left(&issuer) > 0 &&
        (!hc_der_next(&issuer, &name) || !hc_der_same(name.content, cert->issuer) ||
         !hc_der_same(serial, cert->serial))) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                            "it names itself as issuer, but another certificate");
    }
    return 1;
}

static int profile_check_extensions(const hc_cert *cert, hc_finding *finding)
{
    if (cert->unknown_critical) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                            "it has a critical extension that is not known");
    }
    if ((cert->extensions & HC_EXT_POLICY_CONSTRAINTS) != 0) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                            "it has policyConstraints, which are not carried out");
    }
    if ((cert->critical & ~PROFILE_PROCESSED) != 0) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                            "an extension is marked critical that must not be");
    }
    if ((cert->extensions & HC_EXT_NAME_CONSTRAINTS) != 0 && !cert->is_ca) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                            "it has nameConstraints, but is no CA");
    }
    return 1;
}

static int profile_check_usage(const hc_cert *cert, hc_role role, hc_finding *finding)
{
    int has_usage = (cert->extensions & HC_EXT_KEY_USAGE) != 0;
    int signs = (cert->key_usage & HC_USAGE_KEY_CERT_SIGN) != 0;
    int has_purposes = (cert->extensions & HC_EXT_EXT_KEY_USAGE) != 0;
    int is_leaf = role == HC_ROLE_LEAF || role == HC_ROLE_TRUSTED;
    unsigned wanted = HC_PURPOSE_SERVER_AUTH | (is_leaf ? 0 : HC_PURPOSE_ANY);

    if (!is_leaf && !cert->is_ca) {
        return profile_fail(finding, HTTPSC_ERR_CERT_KEY_USAGE,
                            "it issued another one, but is no CA");
    }
    if (has_usage && signs != cert->is_ca && role != HC_ROLE_TRUSTED) {
        return profile_fail(finding, HTTPSC_ERR_CERT_KEY_USAGE,
                            cert->is_ca ? "it is a CA, but its keyUsage is without keyCertSign"
                                        : "its keyUsage has keyCertSign, but it is no CA");
    }
    if (has_purposes && (cert->purposes & wanted) == 0) {
        return profile_fail(finding, HTTPSC_ERR_CERT_KEY_USAGE,
                            "its extKeyUsage is without serverAuth");
    }
    if (role == HC_ROLE_LEAF && (cert->purposes & HC_PURPOSE_ANY) != 0) {
        return profile_fail(finding, HTTPSC_ERR_CERT_KEY_USAGE,
                            "its extKeyUsage has anyExtendedKeyUsage");
    }
    return 1;
}

static int profile_check_names(const hc_cert *cert, hc_role role, hc_finding *finding)
{
    if (hc_decode_name_is_empty(cert->issuer)) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID, "its issuer is empty");
    }
    if (!hc_decode_name_is_empty(cert->subject)) {
        return 1;
    }
    if (role == HC_ROLE_ISSUER || role == HC_ROLE_ANCHOR || cert->is_ca) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID, "a CA with an empty subject");
    }
    if ((cert->critical & HC_EXT_SUBJECT_ALT_NAME) == 0) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                            "its subject is empty, and its subjectAltName not critical");
    }
    return 1;
}

/* An octet as inet_aton reads one: decimal, octal or hexadecimal. */
static int profile_is_octet(hc_cursor label)
{
    int is_hex = hc_take_text(&label, "0x") || hc_take_text(&label, "0X");
    int base = is_hex ? 16 : 10;
    int max = !is_hex && hc_peek(&label) == '0' ? 377 : 255; /* octal 377 is 255 */
    int value = 0;

    if (hc_cursor_left(&label) == 0) {
        return 0;
    }
    while (hc_cursor_left(&label) > 0) {
        int digit = hc_hex_value(hc_take_u8(&label));

        if (digit < 0 || digit >= base) {
            return 0;
        }
        value = value * base + digit;
        if (value > max) {
            return 0;
        }
    }
    return 1;
}

static int profile_is_hex(hc_cursor digits, size_t len)
{
    if (hc_cursor_left(&digits) != len) {
        return 0;
    }
    while (hc_cursor_left(&digits) > 0) {
        if (hc_hex_value(hc_take_u8(&digits)) < 0) {
            return 0;
        }
    }
    return 1;
}

/* An IPv4 address in any spelling that is in use: four octets, or eight hexadecimal digits. Other
 * numbers are serial numbers and versions. */
static int profile_is_ipv4(hc_cursor text)
{
    hc_cursor digits = text;
    int num_octets = 0;

    if ((hc_take_text(&digits, "0x") || hc_take_text(&digits, "0X")) &&
        profile_is_hex(digits, 8)) {
        return 1;
    }
    do {
        if (!profile_is_octet(hc_take_until(&text, '.'))) {
            return 0;
        }
        num_octets++;
    } while (hc_take_char(&text, '.'));
    return num_octets == 4;
}

/* "00:11:22:33:44:55:66:77", which could be read as an IPv6 address, but is an EUI-64. */
static int profile_is_eui64(hc_cursor text)
{
    int num_octets = 0;

    do {
        if (!profile_is_hex(hc_take_until(&text, ':'), 2)) {
            return 0;
        }
        num_octets++;
    } while (hc_take_char(&text, ':'));
    return num_octets == 8;
}

/* The baseline requirements, 7.1.4.3: an address in commonName is written in its one form (RFC
 * 5952, 4). Nothing here reads commonName, but others do, and must not see another address. */
static int profile_check_common_name(const hc_cert *cert, hc_finding *finding)
{
    hc_cursor name = hc_names_common_name(cert->subject);
    size_t len = hc_cursor_left(&name);
    hc_host host;

    if (len == 0 || len > HC_HOST_MAX) {
        return 1;
    }
    if (hc_host_parse(&host, (const char *)name.at, len)) {
        if (host.kind == HC_HOST_NAME || profile_is_eui64(name) ||
            (strlen(host.text) == len && memcmp(host.text, name.at, len) == 0)) {
            return 1;
        }
    } else if (!profile_is_ipv4(name)) {
        return 1;
    }
    return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                        "its commonName is an IP address that is not in its canonical form");
}

HC_FN int hc_profile_check(const hc_cert *cert, hc_role role, hc_finding *finding)
{
    if (cert->why != NULL) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID, cert->why);
    }
    if (cert->version != 3) {
        /* roots of version 1 are still in use, trusted by name and key alone */
        return (role == HC_ROLE_ANCHOR && hc_cert_is_self_issued(cert)) ||
               profile_fail(finding, HTTPSC_ERR_CERT_INVALID, "its version is not 3");
    }
    if ((role == HC_ROLE_LEAF || role == HC_ROLE_ISSUER) && hc_cursor_left(&cert->serial) == 0) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID, "its serial number is 0");
    }
    if (role != HC_ROLE_ANCHOR && cert->has_misplaced_time) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                            "a date before 2050 is not a UTCTime");
    }
    return profile_check_names(cert, role, finding) && profile_check_extensions(cert, finding) &&
           profile_check_key_ids(cert, role, finding) &&
           profile_check_usage(cert, role, finding) &&
           (role != HC_ROLE_LEAF || profile_check_common_name(cert, finding));
}

HC_FN int hc_profile_check_dates(const hc_cert *cert, int64_t unix_time, hc_finding *finding)
{
    if (unix_time < cert->not_before) {
        return profile_fail(finding, HTTPSC_ERR_CERT_NOT_YET_VALID, "it is not yet valid");
    }
    if (unix_time > cert->not_after) {
        return profile_fail(finding, HTTPSC_ERR_CERT_EXPIRED, "it has expired");
    }
    return 1;
}

HC_FN int hc_profile_check_key(hc_cursor spki, hc_public_key *key, hc_finding *finding)
{
    switch (hc_public_key_parse(key, spki)) {
    case HC_KEY_OK:
        break;
    case HC_KEY_WEAK:
        return profile_fail(finding, HTTPSC_ERR_CERT_WEAK,
                            "its key is RSA and not between 2048 and 4096 bits, or has a bad "
                            "exponent");
    case HC_KEY_UNSUPPORTED:
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                            "its key is of a kind that is not supported");
    default:
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID, "its key is malformed");
    }
    if (key->kind == HC_KEY_RSA && key->bits % 8 != 0) {
        return profile_fail(finding, HTTPSC_ERR_CERT_WEAK,
                            "its RSA key is not of a whole number of octets");
    }
    return 1;
}

HC_FN int hc_profile_check_algorithm(const hc_signature_algorithm *algorithm,
                                     hc_finding *finding)
{
    if (algorithm->scheme == HC_SCHEME_WEAK) {
        return profile_fail(finding, HTTPSC_ERR_CERT_WEAK, "it is signed with SHA-1 or MD5");
    }
    if (algorithm->scheme == HC_SCHEME_UNSUPPORTED) {
        return profile_fail(finding, HTTPSC_ERR_CERT_INVALID,
                            "it is signed in a way that is not supported");
    }
    return 1;
}
