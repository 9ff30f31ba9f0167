#include "extensions.h"

typedef int extensions_reader(hc_cert *cert, hc_cursor value);

/* Steps into the one element of that tag that the value consists of. */
static int extensions_enter(hc_cursor *value, uint8_t tag)
{
    hc_der element;

    if (!hc_der_take(value, tag, &element) || hc_cursor_left(value) > 0) {
        return 0;
    }
    *value = element.content;
    return 1;
}

static int extensions_subject_key_id(hc_cert *cert, hc_cursor value)
{
    if (!extensions_enter(&value, HC_DER_OCTET_STRING)) {
        return 0;
    }
    cert->subject_key_id = value;
    return hc_cursor_left(&value) > 0;
}

/* A BIT STRING of nine bits at most, at least one of them set. */
static int extensions_key_usage(hc_cert *cert, hc_cursor value)
{
    unsigned unused;
    unsigned bits;

    if (!extensions_enter(&value, HC_DER_BIT_STRING)) {
        return 0;
    }
    unused = hc_take_u8(&value);
    if (hc_cursor_failed(&value) || unused > 7 || hc_cursor_left(&value) < 1 ||
        hc_cursor_left(&value) > 2 || (value.end[-1] & ((1u << unused) - 1)) != 0) {
        return 0;
    }
    bits = value.at[0];
    for (unsigned i = 0; i < 8; i++) {
        cert->key_usage |= (bits >> (7 - i) & 1u) << i;
    }
    if (hc_cursor_left(&value) == 2) {
        cert->key_usage |= (value.at[1] & 0x80u) << 1;
    }
    return cert->key_usage != 0;
}

static int extensions_subject_alt_name(hc_cert *cert, hc_cursor value)
{
    cert->alt_names = value;
    return extensions_enter(&cert->alt_names, HC_DER_SEQUENCE) &&
           hc_decode_general_names(cert->alt_names, &cert->num_alt_names);
}

static int extensions_issuer_alt_name(hc_cert *cert, hc_cursor value)
{
    size_t num_names;

    (void)cert;
    return extensions_enter(&value, HC_DER_SEQUENCE) &&
           hc_decode_general_names(value, &num_names);
}

/* cA is never written FALSE in DER, and pathLenConstraint is a CA's alone. */
static int extensions_basic_constraints(hc_cert *cert, hc_cursor value)
{
    hc_der element;

    if (!extensions_enter(&value, HC_DER_SEQUENCE)) {
        return 0;
    }
    if (hc_der_take(&value, HC_DER_BOOLEAN, &element)) {
        if (hc_cursor_left(&element.content) != 1 || element.content.at[0] != 0xff) {
            return 0;
        }
        if (hc_peek(&value) == HC_DER_INTEGER) {
            hc_cursor number;

            if (!hc_decode_number(&value, 2, &number)) {
                return 0;
            }
            cert->has_path_len = 1;
            while (hc_cursor_left(&number) > 0) {
                cert->path_len = cert->path_len << 8 | hc_take_u8(&number);
            }
        }
        cert->is_ca = hc_cursor_left(&value) == 0 && !hc_cursor_failed(&value);
        return cert->is_ca;
    }
    return hc_cursor_left(&value) == 0 && !hc_cursor_failed(&value);
}

/* An address and a mask whose ones come first (RFC 4632). */
static int extensions_address_range(hc_cursor range)
{
    size_t len = hc_cursor_left(&range);
    int ended = 0;

    if (len != 8 && len != 32) {
        return 0;
    }
    for (size_t i = 0; i < len * 4; i++) {
        int bit = range.at[len / 2 + i / 8] >> (7 - i % 8) & 1;

        if (bit && ended) {
            return 0;
        }
        ended = !bit;
    }
    return 1;
}

/* Host name letters and dots; no label is empty but one in front. */
static int extensions_domain(hc_cursor name)
{
    int label_len = 1;

    while (hc_cursor_left(&name) > 0) {
        int character = hc_take_u8(&name);

        if (character == '.' ? label_len == 0
                             : !hc_is_alpha(character) && !hc_is_digit(character) &&
                                   character != '-' && character != '_') {
            return 0;
        }
        label_len = character != '.';
    }
    return label_len;
}

/* RFC 5280, 4.2.1.10: a host, hosts below a domain, or one mailbox; nothing stands for all. */
static int extensions_mail_base(hc_cursor base)
{
    hc_cursor host = base;
    hc_cursor local;

    (void)hc_take_until(&host, '@');
    if (hc_cursor_left(&host) == 0) {
        return extensions_domain(base);
    }
    return hc_decode_mailbox(base, &local, &host) && hc_cursor_left(&host) > 0 &&
           hc_peek(&host) != '.' && extensions_domain(host);
}

/* A host, or hosts below a domain: names, whose last label begins with no digit. */
static int extensions_uri_base(hc_cursor base)
{
    const unsigned char *label = base.end;

    while (label > base.at && label[-1] != '.') {
        label--;
    }
    return extensions_domain(base) && (label == base.end || !hc_is_digit(*label));
}

static int extensions_base(const hc_der *base)
{
    hc_cursor content = base->content;
    hc_cursor name;

    switch (base->tag) {
    case HC_NAME_IP:
        return extensions_address_range(content);
    case HC_NAME_DNS:
        return extensions_domain(content);
    case HC_NAME_DIRECTORY:
        return hc_decode_name(&content, &name) && hc_cursor_left(&content) == 0;
    case HC_NAME_RFC822:
        return extensions_mail_base(content);
    case HC_NAME_URI:
        return extensions_uri_base(content);
    case HC_NAME_OTHER:
    case HC_NAME_X400:
    case HC_NAME_EDI_PARTY:
    case HC_NAME_REGISTERED_ID:
        return 1;
    default:
        return 0;
    }
}

/* The content of a GeneralSubtrees: each a base alone (minimum is 0, maximum absent). */
static int extensions_subtrees(hc_cursor subtrees)
{
    hc_der subtree;
    hc_der base;

    if (hc_cursor_left(&subtrees) == 0) {
        return 0;
    }
    while (hc_der_take(&subtrees, HC_DER_SEQUENCE, &subtree)) {
        if (!hc_der_next(&subtree.content, &base) || hc_cursor_left(&subtree.content) > 0 ||
            !extensions_base(&base)) {
            return 0;
        }
    }
    return hc_cursor_left(&subtrees) == 0 && !hc_cursor_failed(&subtrees);
}

static int extensions_name_constraints(hc_cert *cert, hc_cursor value)
{
    hc_der permitted;
    hc_der excluded;
    int has_permitted;
    int has_excluded;

    if (!extensions_enter(&value, HC_DER_SEQUENCE)) {
        return 0;
    }
    has_permitted = hc_der_take(&value, HC_DER_CONTEXT_0, &permitted);
    has_excluded = hc_der_take(&value, HC_DER_CONTEXT_0 + 1, &excluded);
    if (hc_cursor_failed(&value) || hc_cursor_left(&value) > 0) {
        return 0;
    }
    if (has_permitted) {
        cert->permitted = permitted.content;
    }
    if (has_excluded) {
        cert->excluded = excluded.content;
    }
    return (has_permitted || has_excluded) &&
           (!has_permitted || extensions_subtrees(cert->permitted)) &&
           (!has_excluded || extensions_subtrees(cert->excluded));
}

static int extensions_authority_key_id(hc_cert *cert, hc_cursor value)
{
    hc_der element;
    size_t num_names;

    if (!extensions_enter(&value, HC_DER_SEQUENCE)) {
        return 0;
    }
    if (hc_der_take(&value, 0x80, &element)) {
        cert->authority_key_id = element.content;
        if (hc_cursor_left(&element.content) == 0) {
            return 0;
        }
    }
    if (hc_der_take(&value, 0xA1, &element)) {
        cert->authority_issuer = element.content;
        if (!hc_decode_general_names(element.content, &num_names)) {
            return 0;
        }
    }
    if (hc_der_take(&value, 0x82, &element)) {
        cert->authority_serial = element.content;
        if (hc_cursor_left(&element.content) == 0) {
            return 0;
        }
    }
    return hc_cursor_left(&value) == 0 && !hc_cursor_failed(&value);
}

static int extensions_ext_key_usage(hc_cert *cert, hc_cursor value)
{
    static const unsigned char server_auth[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01};
    static const unsigned char any[] = {0x55, 0x1d, 0x25, 0x00};
    hc_der oid;

    if (!extensions_enter(&value, HC_DER_SEQUENCE) || hc_cursor_left(&value) == 0) {
        return 0;
    }
    while (hc_der_take(&value, HC_DER_OID, &oid)) {
        if (hc_der_same(oid.content, hc_cursor_over(server_auth, sizeof server_auth))) {
            cert->purposes |= HC_PURPOSE_SERVER_AUTH;
        } else if (hc_der_same(oid.content, hc_cursor_over(any, sizeof any))) {
            cert->purposes |= HC_PURPOSE_ANY;
        } else {
            cert->purposes |= HC_PURPOSE_OTHER;
        }
    }
    return hc_cursor_left(&value) == 0 && !hc_cursor_failed(&value);
}

/* AccessDescriptions: a method and one GeneralName each. */
static int extensions_access(hc_cert *cert, hc_cursor value)
{
    hc_der description;
    hc_der method;
    size_t num_names;

    (void)cert;
    if (!extensions_enter(&value, HC_DER_SEQUENCE) || hc_cursor_left(&value) == 0) {
        return 0;
    }
    while (hc_der_take(&value, HC_DER_SEQUENCE, &description)) {
        if (!hc_der_take(&description.content, HC_DER_OID, &method) ||
            !hc_decode_general_names(description.content, &num_names) || num_names != 1) {
            return 0;
        }
    }
    return hc_cursor_left(&value) == 0 && !hc_cursor_failed(&value);
}

/* Not judged by its content: a SEQUENCE of at least one SEQUENCE. */
static int extensions_sequences(hc_cert *cert, hc_cursor value)
{
    hc_der element;

    (void)cert;
    if (!extensions_enter(&value, HC_DER_SEQUENCE) || hc_cursor_left(&value) == 0) {
        return 0;
    }
    while (hc_der_take(&value, HC_DER_SEQUENCE, &element)) {
        continue;
    }
    return hc_cursor_left(&value) == 0 && !hc_cursor_failed(&value);
}

static int extensions_certificate_policies(hc_cert *cert, hc_cursor value)
{
    hc_cursor policies = value;
    hc_der policy;
    hc_der oid;

    if (!extensions_sequences(cert, value) || !extensions_enter(&policies, HC_DER_SEQUENCE)) {
        return 0;
    }
    while (hc_der_take(&policies, HC_DER_SEQUENCE, &policy)) {
        if (!hc_der_take(&policy.content, HC_DER_OID, &oid)) {
            return 0;
        }
    }
    return 1;
}

static int extensions_policy_constraints(hc_cert *cert, hc_cursor value)
{
    (void)cert;
    return extensions_enter(&value, HC_DER_SEQUENCE) && hc_cursor_left(&value) > 0;
}

static int extensions_inhibit_any_policy(hc_cert *cert, hc_cursor value)
{
    hc_cursor number;

    (void)cert;
    return hc_decode_number(&value, 2, &number) && hc_cursor_left(&value) == 0;
}

typedef struct extensions_entry {
    unsigned char oid[8];
    unsigned char oid_len;
    unsigned bit;
    extensions_reader *read;
    const char *why;
} extensions_entry;

static const extensions_entry extensions_known[] = {
    {{0x55, 0x1d, 0x0e}, 3, HC_EXT_SUBJECT_KEY_ID, extensions_subject_key_id,
     HC_SAY("malformed subjectKeyIdentifier")},
    {{0x55, 0x1d, 0x0f}, 3, HC_EXT_KEY_USAGE, extensions_key_usage, HC_SAY("malformed keyUsage")},
    {{0x55, 0x1d, 0x11}, 3, HC_EXT_SUBJECT_ALT_NAME, extensions_subject_alt_name,
     HC_SAY("malformed subjectAltName")},
    {{0x55, 0x1d, 0x12}, 3, HC_EXT_ISSUER_ALT_NAME, extensions_issuer_alt_name,
     HC_SAY("malformed issuerAltName")},
    {{0x55, 0x1d, 0x13}, 3, HC_EXT_BASIC_CONSTRAINTS, extensions_basic_constraints,
     HC_SAY("malformed basicConstraints")},
    {{0x55, 0x1d, 0x1e}, 3, HC_EXT_NAME_CONSTRAINTS, extensions_name_constraints,
     HC_SAY("malformed nameConstraints")},
    {{0x55, 0x1d, 0x1f}, 3, HC_EXT_CRL_DISTRIBUTION_POINTS, extensions_sequences,
     HC_SAY("malformed cRLDistributionPoints")},
    {{0x55, 0x1d, 0x20}, 3, HC_EXT_CERTIFICATE_POLICIES, extensions_certificate_policies,
     HC_SAY("malformed certificatePolicies")},
    {{0x55, 0x1d, 0x21}, 3, HC_EXT_POLICY_MAPPINGS, extensions_sequences,
     HC_SAY("malformed policyMappings")},
    {{0x55, 0x1d, 0x23}, 3, HC_EXT_AUTHORITY_KEY_ID, extensions_authority_key_id,
     HC_SAY("malformed authorityKeyIdentifier")},
    {{0x55, 0x1d, 0x24}, 3, HC_EXT_POLICY_CONSTRAINTS, extensions_policy_constraints,
     HC_SAY("malformed policyConstraints")},
    {{0x55, 0x1d, 0x25}, 3, HC_EXT_EXT_KEY_USAGE, extensions_ext_key_usage,
     HC_SAY("malformed extKeyUsage")},
    {{0x55, 0x1d, 0x2e}, 3, HC_EXT_FRESHEST_CRL, extensions_sequences,
     HC_SAY("malformed freshestCRL")},
    {{0x55, 0x1d, 0x36}, 3, HC_EXT_INHIBIT_ANY_POLICY, extensions_inhibit_any_policy,
     HC_SAY("malformed inhibitAnyPolicy")},
    {{0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01}, 8, HC_EXT_AUTHORITY_INFO_ACCESS,
     extensions_access, HC_SAY("malformed authorityInfoAccess")},
    {{0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x0b}, 8, HC_EXT_SUBJECT_INFO_ACCESS,
     extensions_access, HC_SAY("malformed subjectInfoAccess")},
};

HC_FN const char *hc_extension_read(hc_cert *cert, hc_cursor oid, int critical, hc_cursor value)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(extensions_known); i++) {
        const extensions_entry *entry = &extensions_known[i];

        if (!hc_der_same(oid, hc_cursor_over(entry->oid, entry->oid_len))) {
            continue;
        }
        cert->extensions |= entry->bit;
        cert->critical |= critical ? entry->bit : 0;
        return entry->read(cert, value) ? NULL : entry->why;
    }
    cert->unknown_critical |= critical;
    return NULL;
}
