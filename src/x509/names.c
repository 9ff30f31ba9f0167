#include "names.h"

#define NAMES_SHOWN 5
#define NAMES_LABEL_MAX 63

/* ---- dNSName -------------------------------------------------------------------------------- */

/* A dNSName taken apart: "*.example.com" is a wildcard over the base "example.com". */
typedef struct names_dns {
    int is_wildcard;
    hc_cursor base;
    size_t num_labels; /* of the base */
} names_dns;

/* 1 when it is a name in the preferred syntax (RFC 1034, 3.5, and underscores), or a wildcard. */
static int names_dns_parse(hc_cursor name, names_dns *out)
{
    hc_cursor rest;
    size_t label_len = 0;

    if (hc_cursor_left(&name) > HC_HOST_MAX) {
        return 0;
    }
    out->is_wildcard = hc_take_text(&name, "*.");
    out->base = name;
    out->num_labels = 1;
    for (rest = name; hc_cursor_left(&rest) > 0;) {
        int character = hc_take_u8(&rest);

        if (character == '.') {
            if (label_len == 0) {
                return 0;
            }
            label_len = 0;
            out->num_labels++;
        } else if (!hc_is_alpha(character) && !hc_is_digit(character) && character != '-' &&
                   character != '_') {
            return 0;
        } else if (++label_len > NAMES_LABEL_MAX) {
            return 0;
        }
    }
    return label_len > 0;
}

static int names_equal(hc_cursor a, hc_cursor b)
{
    return hc_equal_nocase(a.at, hc_cursor_left(&a), b.at, hc_cursor_left(&b));
}

/* A country's "co", "com" and the like, under which everybody has a name of their own. The whole
 * Public Suffix List is not carried. */
static int names_is_public_suffix(const names_dns *dns)
{
    static const char *const shared[] = {"ac", "co", "com", "edu", "gov", "net", "org"};
    hc_cursor country = dns->base;
    hc_cursor label = hc_take_until(&country, '.');

    if (dns->num_labels < 2) {
        return 1;
    }
    if (dns->num_labels > 2 || hc_cursor_left(&country) != 3) { /* with its dot */
        return 0;
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(shared); i++) {
        if (hc_equal_nocase(label.at, hc_cursor_left(&label), shared[i], strlen(shared[i]))) {
            return 1;
        }
    }
    return 0;
}

HC_FN int hc_names_dns_match(hc_cursor pattern, hc_cursor name)
{
    names_dns dns;
    hc_cursor first_label;

    if (!names_dns_parse(pattern, &dns)) {
        return 0;
    }
    if (dns.is_wildcard) {
        first_label = hc_take_until(&name, '.');
        if (names_is_public_suffix(&dns) || hc_cursor_left(&first_label) == 0 ||
            !hc_take_char(&name, '.')) {
            return 0;
        }
    }
    return names_equal(dns.base, name);
}

HC_FN int hc_names_match(const hc_cert *cert, const hc_host *host)
{
    uint8_t wanted_tag = host->kind == HC_HOST_NAME ? HC_NAME_DNS : HC_NAME_IP;
    hc_cursor wanted = host->kind == HC_HOST_NAME
                           ? hc_cursor_over(host->text, strlen(host->text))
                           : hc_cursor_over(host->address.bytes, host->address.len);
    hc_cursor names = cert->alt_names;
    hc_der name;

    if (hc_cursor_left(&wanted) == 0) {
        return 0;
    }
    while (hc_der_next(&names, &name)) {
        if (name.tag == wanted_tag &&
            (host->kind == HC_HOST_NAME ? hc_names_dns_match(name.content, wanted)
                                        : hc_der_same(name.content, wanted))) {
            return 1;
        }
    }
    return 0;
}

/* ---- constraints ---------------------------------------------------------------------------- */

/* How a name lies to a subtree. A wildcard may lie in part of it. */
typedef enum names_relation {
    NAMES_OUTSIDE = 1,
    NAMES_PARTLY,
    NAMES_INSIDE,
    NAMES_UNKNOWN /* cannot be told: outside what is permitted, inside what is excluded */
} names_relation;

/* 1 when a name ends in a dot and the suffix, or is the suffix itself where that counts. */
static int names_is_under(hc_cursor name, hc_cursor suffix, int or_equal)
{
    size_t name_len = hc_cursor_left(&name);
    size_t suffix_len = hc_cursor_left(&suffix);

    if (suffix_len == 0 || name_len <= suffix_len) {
        return suffix_len == 0 || (or_equal && names_equal(name, suffix));
    }
    (void)hc_take_bytes(&name, name_len - suffix_len - 1);
    return hc_take_char(&name, '.') && names_equal(name, suffix);
}

static names_relation names_relate_dns(hc_cursor content, hc_cursor base)
{
    names_dns dns;
    int below_only = hc_take_char(&base, '.');
    hc_cursor rest = base;

    if (!names_dns_parse(content, &dns)) {
        return NAMES_UNKNOWN;
    }
    /* each name that a wildcard covers is below its base */
    if (names_is_under(dns.base, base, dns.is_wildcard || !below_only)) {
        return NAMES_INSIDE;
    }
    (void)hc_take_until(&rest, '.');
    return dns.is_wildcard && !below_only && hc_take_char(&rest, '.') &&
                   names_equal(rest, dns.base)
               ? NAMES_PARTLY
               : NAMES_OUTSIDE;
}

static names_relation names_relate_ip(hc_cursor content, hc_cursor base)
{
    size_t len = hc_cursor_left(&content);

    if (len != 4 && len != 16) {
        return NAMES_UNKNOWN;
    }
    if (hc_cursor_left(&base) != 2 * len) {
        return NAMES_OUTSIDE;
    }
    for (size_t i = 0; i < len; i++) {
        if (((content.at[i] ^ base.at[i]) & base.at[len + i]) != 0) {
            return NAMES_OUTSIDE;
        }
    }
    return NAMES_INSIDE;
}

/* A host against the base of a rfc822Name or uniformResourceIdentifier: the host itself, with a dot
 * in front the hosts below it, or with nothing any host. */
static names_relation names_relate_host(hc_cursor host, hc_cursor base)
{
    names_dns dns;
    int below_only = hc_take_char(&base, '.');

    if (!names_dns_parse(host, &dns) || dns.is_wildcard) {
        return NAMES_UNKNOWN;
    }
    return (below_only || hc_cursor_left(&base) == 0 ? names_is_under(host, base, 0)
                                                     : names_equal(host, base))
               ? NAMES_INSIDE
               : NAMES_OUTSIDE;
}

/* Local parts are compared as they are (RFC 5280, 7.5), but many a server ignores their case, and
 * what is quoted may stand for the same. */
static names_relation names_relate_mailbox(hc_cursor content, hc_cursor base)
{
    names_relation relation;
    hc_cursor local;
    hc_cursor host;
    hc_cursor base_local;
    hc_cursor base_host;

    if (!hc_decode_mailbox(content, &local, &host)) {
        return NAMES_UNKNOWN;
    }
    if (!hc_decode_mailbox(base, &base_local, &base_host)) {
        return names_relate_host(host, base);
    }
    relation = names_relate_host(host, base_host);
    if (relation != NAMES_INSIDE || hc_der_same(local, base_local)) {
        return relation;
    }
    return names_equal(local, base_local) || hc_peek(&local) == '"' || hc_peek(&base_local) == '"'
               ? NAMES_PARTLY
               : NAMES_OUTSIDE;
}

/* 1 when each character may stand in a URI (RFC 3986, 2). */
static int names_is_uri(hc_cursor uri)
{
    while (hc_cursor_left(&uri) > 0) {
        int character = hc_take_u8(&uri);

        if (character <= 0x20 || character >= 0x7f || strchr("\"<>\\^`{|}", character) != NULL) {
            return 0;
        }
    }
    return 1;
}

/* Takes "https://" or its like (RFC 3986, 3.1). */
static int names_take_scheme(hc_cursor *uri)
{
    hc_cursor scheme = hc_take_until(uri, ':');

    if (!hc_is_alpha(hc_peek(&scheme))) {
        return 0;
    }
    while (hc_cursor_left(&scheme) > 0) {
        int character = hc_take_u8(&scheme);

        if (!hc_is_alpha(character) && !hc_is_digit(character) && character != '+' &&
            character != '-' && character != '.') {
            return 0;
        }
    }
    return hc_take_text(uri, "://");
}

/* The host of a URI with an authority; an IP address is none (RFC 5280, 4.2.1.10). */
static int names_uri_host(hc_cursor uri, hc_cursor *host)
{
    hc_cursor authority;
    hc_cursor port;
    size_t len;
    const unsigned char *last_label;

    if (!names_is_uri(uri) || !names_take_scheme(&uri)) {
        return 0;
    }
    authority = uri;
    for (len = 0; len < hc_cursor_left(&uri) && strchr("/?#", uri.at[len]) == NULL; len++) {
        continue;
    }
    authority.end = authority.at + len;
    port = authority;
    (void)hc_take_until(&port, '@');
    if (!hc_take_char(&port, '@')) {
        port = authority;
    }
    *host = hc_take_until(&port, ':');
    (void)hc_take_char(&port, ':');
    while (hc_cursor_left(&port) > 0) {
        if (!hc_is_digit(hc_take_u8(&port))) {
            return 0;
        }
    }
    len = hc_cursor_left(host);
    if (len == 0) {
        return 0;
    }
    for (last_label = host->end; last_label > host->at && last_label[-1] != '.'; last_label--) {
        continue;
    }
    return last_label < host->end && !hc_is_digit(*last_label);
}

static names_relation names_relate_uri(hc_cursor content, hc_cursor base)
{
    hc_cursor host;

    return names_uri_host(content, &host) ? names_relate_host(host, base) : NAMES_UNKNOWN;
}

/* The values of one type of attribute in a Name, in its order. */
typedef struct names_values {
    hc_cursor rdns;
    hc_cursor attributes; /* of the RDN under way */
    hc_cursor type;
} names_values;

static names_values names_values_of(hc_cursor name, const unsigned char *oid, size_t oid_len)
{
    names_values values;
    hc_der list;

    values.rdns = hc_cursor_over(NULL, 0);
    values.attributes = values.rdns;
    values.type = hc_cursor_over(oid, oid_len);
    if (hc_der_take(&name, HC_DER_SEQUENCE, &list)) {
        values.rdns = list.content;
    }
    return values;
}

static int names_next_value(names_values *values, hc_der *value)
{
    hc_der attribute;
    hc_der rdn;
    hc_der type;

    for (;;) {
        while (hc_der_take(&values->attributes, HC_DER_SEQUENCE, &attribute)) {
            if (hc_der_take(&attribute.content, HC_DER_OID, &type) &&
                hc_der_same(type.content, values->type) &&
                hc_der_next(&attribute.content, value)) {
                return 1;
            }
        }
        if (!hc_der_take(&values->rdns, HC_DER_SET, &rdn)) {
            return 0;
        }
        values->attributes = rdn.content;
    }
}

/* The next character of an attribute value with case and runs of spaces folded (RFC 5280, 7.1);
 * -1 at the end, where trailing spaces are passed over too. */
static int names_next_folded(hc_cursor *value)
{
    if (hc_take_char(value, ' ')) {
        while (hc_take_char(value, ' ')) {
            continue;
        }
        return hc_cursor_left(value) == 0 ? -1 : ' ';
    }
    return hc_cursor_left(value) == 0 ? -1 : hc_lower(hc_take_u8(value));
}

static int names_is_string(const hc_der *value)
{
    /* UTF8String, PrintableString, IA5String */
    return value->tag == 0x0c || value->tag == 0x13 || value->tag == 0x16;
}

/* Values of kinds that are not converted into each other may be the same or not. */
static names_relation names_relate_value(const hc_der *a, const hc_der *b)
{
    hc_cursor left = a->content;
    hc_cursor right = b->content;
    int character;

    if (!names_is_string(a) || !names_is_string(b)) {
        if (a->tag != b->tag) {
            return NAMES_UNKNOWN;
        }
        return hc_der_same(a->whole, b->whole) ? NAMES_INSIDE : NAMES_OUTSIDE;
    }
    while (hc_take_char(&left, ' ')) {
        continue;
    }
    while (hc_take_char(&right, ' ')) {
        continue;
    }
    do {
        character = names_next_folded(&left);
        if (character != names_next_folded(&right)) {
            return NAMES_OUTSIDE;
        }
    } while (character >= 0);
    return NAMES_INSIDE;
}

/* Two RelativeDistinguishedNames, attribute by attribute in the order that DER gives them. */
static names_relation names_relate_rdn(hc_cursor a, hc_cursor b)
{
    names_relation nearest = NAMES_INSIDE;
    hc_der left;
    hc_der right;
    hc_der left_type;
    hc_der right_type;

    while (hc_der_take(&a, HC_DER_SEQUENCE, &left)) {
        names_relation relation = NAMES_OUTSIDE;

        if (hc_der_take(&b, HC_DER_SEQUENCE, &right) &&
            hc_der_take(&left.content, HC_DER_OID, &left_type) &&
            hc_der_take(&right.content, HC_DER_OID, &right_type) &&
            hc_der_same(left_type.content, right_type.content) &&
            hc_der_next(&left.content, &left) && hc_der_next(&right.content, &right)) {
            relation = names_relate_value(&left, &right);
        }
        if (relation == NAMES_OUTSIDE) {
            return NAMES_OUTSIDE;
        }
        nearest = relation > nearest ? relation : nearest;
    }
    return hc_cursor_left(&b) == 0 ? nearest : NAMES_OUTSIDE;
}

/* A Name is within a base that its beginning equals. */
static names_relation names_relate_directory(hc_cursor content, hc_cursor base)
{
    names_relation nearest = NAMES_INSIDE;
    hc_der name;
    hc_der wanted;
    hc_der rdn;
    hc_der base_rdn;

    if (!hc_der_take(&content, HC_DER_SEQUENCE, &name) ||
        !hc_der_take(&base, HC_DER_SEQUENCE, &wanted)) {
        return NAMES_UNKNOWN;
    }
    while (hc_der_take(&wanted.content, HC_DER_SET, &base_rdn)) {
        names_relation relation = NAMES_OUTSIDE;

        if (hc_der_take(&name.content, HC_DER_SET, &rdn)) {
            relation = names_relate_rdn(rdn.content, base_rdn.content);
        }
        if (relation == NAMES_OUTSIDE) {
            return NAMES_OUTSIDE;
        }
        nearest = relation > nearest ? relation : nearest;
    }
    return nearest;
}

static names_relation names_relate(const hc_der *name, hc_cursor base)
{
    switch (name->tag) {
    case HC_NAME_DNS:
        return names_relate_dns(name->content, base);
    case HC_NAME_IP:
        return names_relate_ip(name->content, base);
    case HC_NAME_RFC822:
        return names_relate_mailbox(name->content, base);
    case HC_NAME_URI:
        return names_relate_uri(name->content, base);
    case HC_NAME_DIRECTORY:
        return names_relate_directory(name->content, base);
    default:
        return NAMES_UNKNOWN;
    }
}

/* A check of all names of a certificate against one issuer. */
typedef struct names_check {
    const hc_cert *issuer;
    size_t *compares_left;
    hc_der *violating;
} names_check;

/* Holds a name against each subtree of its form; *relation is the nearest that was found, and
 * *num_subtrees how many there were. 0 when the compares are used up. */
HC_SELDOM static int names_nearest(const names_check *check, hc_cursor subtrees, const hc_der *name,
                                   names_relation *relation, size_t *num_subtrees)
{
    hc_der subtree;
    hc_der base;

    *relation = NAMES_OUTSIDE;
    *num_subtrees = 0;
    while (hc_der_take(&subtrees, HC_DER_SEQUENCE, &subtree)) {
        if (*check->compares_left == 0) {
            return 0;
        }
        --*check->compares_left;
        if (hc_der_next(&subtree.content, &base) && base.tag == name->tag) {
            names_relation found = names_relate(name, base.content);

            ++*num_subtrees;
            *relation = found > *relation ? found : *relation;
        }
    }
    return 1;
}

static hc_constraint_result names_check_one(const names_check *check, const hc_der *name)
{
    names_relation relation;
    size_t num_subtrees;

    *check->violating = *name;
    if (!names_nearest(check, check->issuer->excluded, name, &relation, &num_subtrees)) {
        return HC_CONSTRAINT_TOO_COMPLEX;
    }
    if (relation != NAMES_OUTSIDE) {
        return HC_CONSTRAINT_VIOLATED;
    }
    if (!names_nearest(check, check->issuer->permitted, name, &relation, &num_subtrees)) {
        return HC_CONSTRAINT_TOO_COMPLEX;
    }
    return num_subtrees == 0 || relation == NAMES_INSIDE ? HC_CONSTRAINT_MET
                                                         : HC_CONSTRAINT_VIOLATED;
}

/* Old certificates carry e-mail addresses as attributes of the subject. */
static hc_constraint_result names_check_mailboxes(const names_check *check, hc_cursor subject)
{
    static const unsigned char email[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01};
    names_values mailboxes = names_values_of(subject, email, sizeof email);
    hc_constraint_result result = HC_CONSTRAINT_MET;
    hc_der mailbox;

    while (result == HC_CONSTRAINT_MET && names_next_value(&mailboxes, &mailbox)) {
        mailbox.tag = HC_NAME_RFC822;
        result = names_check_one(check, &mailbox);
    }
    return result;
}

HC_FN hc_constraint_result hc_names_check(const hc_cert *issuer, const hc_cert *cert,
                                          size_t *compares_left, hc_der *violating)
{
    names_check check = {NULL, NULL, NULL};
    hc_constraint_result result = HC_CONSTRAINT_MET;
    hc_cursor names = cert->alt_names;
    hc_der name;

    check.issuer = issuer;
    check.compares_left = compares_left;
    check.violating = violating;
    if ((issuer->extensions & HC_EXT_NAME_CONSTRAINTS) == 0) {
        return HC_CONSTRAINT_MET;
    }
    while (result == HC_CONSTRAINT_MET && hc_der_next(&names, &name)) {
        result = names_check_one(&check, &name);
    }
    if (result == HC_CONSTRAINT_MET && !hc_decode_name_is_empty(cert->subject)) {
        name.tag = HC_NAME_DIRECTORY;
        name.content = cert->subject;
        name.whole = cert->subject;
        result = names_check_one(&check, &name);
    }
    if (result == HC_CONSTRAINT_MET) {
        result = names_check_mailboxes(&check, cert->subject);
    }
    return result;
}

/* ---- for error texts ------------------------------------------------------------------------ */

HC_FN hc_cursor hc_names_common_name(hc_cursor name)
{
    static const unsigned char id_at_common_name[] = {0x55, 0x04, 0x03};
    names_values values = names_values_of(name, id_at_common_name, sizeof id_at_common_name);
    hc_cursor found = hc_cursor_over(NULL, 0);
    hc_der value;

    while (names_next_value(&values, &value)) {
        found = value.content; /* the last is the most specific */
    }
    return found;
}

HC_FN void hc_names_describe_name(hc_cursor name, hc_text *text)
{
    hc_cursor shown = hc_names_common_name(name);
    int has_common_name = hc_cursor_left(&shown) > 0;
    hc_der list;
    hc_der attribute;
    hc_der value;

    if (!has_common_name && hc_der_take(&name, HC_DER_SEQUENCE, &list)) {
        while (hc_der_take(&list.content, HC_DER_SET, &attribute)) {
            if (hc_der_take(&attribute.content, HC_DER_SEQUENCE, &attribute) &&
                hc_der_next(&attribute.content, &value) &&
                hc_der_next(&attribute.content, &value)) {
                shown = value.content;
            }
        }
    }
    hc_text_add(text, "\"");
    hc_text_add_escaped(text, shown.at, hc_cursor_left(&shown));
    hc_text_add(text, "\"");
}

HC_FN void hc_names_describe_general(uint8_t tag, hc_cursor content, hc_text *text)
{
    size_t len = hc_cursor_left(&content);

    if (tag == HC_NAME_IP && (len == 4 || len == 16)) {
        httpsc_address address;

        memset(&address, 0, sizeof address);
        memcpy(address.bytes, content.at, len);
        address.len = (unsigned char)len;
        hc_address_describe(&address, text);
    } else if (tag == HC_NAME_DIRECTORY) {
        hc_names_describe_name(content, text);
    } else {
        hc_text_add_escaped(text, content.at, len);
    }
}

HC_FN void hc_names_describe(const hc_cert *cert, hc_text *text)
{
    hc_cursor names = cert->alt_names;
    size_t num_names = 0;
    hc_der name;

    while (hc_der_next(&names, &name)) {
        if ((name.tag != HC_NAME_DNS && name.tag != HC_NAME_IP) || ++num_names > NAMES_SHOWN) {
            continue;
        }
        hc_text_add(text, num_names == 1 ? "" : ", ");
        hc_names_describe_general(name.tag, name.content, text);
    }
    if (num_names == 0) {
        hc_text_add(text, "no name");
    } else if (num_names > NAMES_SHOWN) {
        hc_text_add(text, " and ");
        hc_text_add_int(text, (int64_t)(num_names - NAMES_SHOWN));
        hc_text_add(text, " more");
    }
}
