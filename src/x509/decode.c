#include "decode.h"

#include "../syntax/asn1_time.h"
#include "extensions.h"

/* More than any certificate has that was not made to be a burden. */
#define DECODE_EXTENSIONS_MAX 64
#define DECODE_ATTRIBUTES_MAX 4096

/* ---- pieces --------------------------------------------------------------------------------- */

HC_FN int hc_decode_number(hc_cursor *from, size_t max_len, hc_cursor *out)
{
    hc_der integer;
    size_t len;

    if (!hc_der_take(from, HC_DER_INTEGER, &integer)) {
        return 0;
    }
    len = hc_cursor_left(&integer.content);
    if (len == 0 || integer.content.at[0] >= 0x80 ||
        (len > 1 && integer.content.at[0] == 0 && integer.content.at[1] < 0x80)) {
        return 0;
    }
    (void)hc_take_char(&integer.content, '\0');
    *out = integer.content;
    return hc_cursor_left(out) <= max_len;
}

HC_FN int hc_decode_octets(hc_cursor *from, hc_cursor *out)
{
    hc_der bits;

    if (!hc_der_take(from, HC_DER_BIT_STRING, &bits) || !hc_take_char(&bits.content, '\0')) {
        return 0;
    }
    *out = bits.content;
    return hc_cursor_left(out) > 0;
}

HC_FN int hc_decode_time(hc_cursor *from, int64_t *out, int *is_misplaced)
{
    hc_der element;

    return hc_der_next(from, &element) && hc_asn1_time_parse(&element, out, is_misplaced);
}

HC_FN int hc_decode_name(hc_cursor *from, hc_cursor *out)
{
    hc_der name;
    hc_der rdn;
    hc_der attribute;
    hc_der type;
    hc_der value;
    size_t num_attributes = 0;

    if (!hc_der_take(from, HC_DER_SEQUENCE, &name)) {
        return 0;
    }
    *out = name.whole;
    while (hc_der_take(&name.content, HC_DER_SET, &rdn)) {
        if (hc_cursor_left(&rdn.content) == 0) {
            return 0;
        }
        while (hc_der_take(&rdn.content, HC_DER_SEQUENCE, &attribute)) {
            if (!hc_der_take(&attribute.content, HC_DER_OID, &type) ||
                !hc_der_next(&attribute.content, &value) ||
                hc_cursor_left(&attribute.content) > 0 ||
                ++num_attributes > DECODE_ATTRIBUTES_MAX) {
                return 0;
            }
        }
        if (hc_cursor_failed(&rdn.content) || hc_cursor_left(&rdn.content) > 0) {
            return 0;
        }
    }
    return !hc_cursor_failed(&name.content) && hc_cursor_left(&name.content) == 0;
}

HC_FN int hc_decode_name_is_empty(hc_cursor name)
{
    hc_der element;

    return !hc_der_take(&name, HC_DER_SEQUENCE, &element) ||
           hc_cursor_left(&element.content) == 0;
}

static int decode_quoted_string(hc_cursor local)
{
    while (hc_cursor_left(&local) > 0) {
        int character = hc_take_u8(&local);

        if (character == '"') {
            return hc_cursor_left(&local) == 0;
        }
        if (character == '\\') {
            character = hc_take_u8(&local);
        }
        if (character < 0x20 || character >= 0x7f) {
            return 0;
        }
    }
    return 0;
}

static int decode_dot_string(hc_cursor local)
{
    int last = '.';

    while (hc_cursor_left(&local) > 0) {
        int character = hc_take_u8(&local);

        if (character <= 0x20 || character >= 0x7f || (character == '.' && last == '.') ||
            strchr("\"(),:;<>@[\\]", character) != NULL) {
            return 0;
        }
        last = character;
    }
    return last != '.';
}

HC_FN int hc_decode_mailbox(hc_cursor mailbox, hc_cursor *local, hc_cursor *host)
{
    const unsigned char *at = mailbox.end;

    while (at > mailbox.at && at[-1] != '@') {
        at--;
    }
    if (at == mailbox.at) {
        return 0;
    }
    *local = hc_cursor_over(mailbox.at, (size_t)(at - mailbox.at) - 1);
    *host = hc_cursor_over(at, (size_t)(mailbox.end - at));
    mailbox = *local;
    return hc_take_char(&mailbox, '"') ? decode_quoted_string(mailbox)
                                       : decode_dot_string(mailbox);
}

static int decode_general_name(const hc_der *name)
{
    hc_cursor content = name->content;
    size_t len = hc_cursor_left(&content);
    hc_cursor directory;

    switch (name->tag) {
    case HC_NAME_IP:
        return len == 4 || len == 16;
    case HC_NAME_DIRECTORY:
        return hc_decode_name(&content, &directory) && hc_cursor_left(&content) == 0;
    case HC_NAME_DNS:
    case HC_NAME_RFC822:
    case HC_NAME_URI:
        while (hc_cursor_left(&content) > 0) {
            if (hc_take_u8(&content) >= 0x80) { /* IA5String */
                return 0;
            }
        }
        return 1;
    case HC_NAME_OTHER:
    case HC_NAME_X400:
    case HC_NAME_EDI_PARTY:
    case HC_NAME_REGISTERED_ID:
        return 1;
    default:
        return 0;
    }
}

HC_FN int hc_decode_general_names(hc_cursor names, size_t *num_names)
{
    hc_der name;

    *num_names = 0;
    while (hc_der_next(&names, &name)) {
        if (!decode_general_name(&name)) {
            return 0;
        }
        ++*num_names;
    }
    return !hc_cursor_failed(&names) && *num_names > 0;
}

HC_FN int hc_decode_extension(hc_cursor *from, hc_extension *out)
{
    hc_der extension;
    hc_der element;

    if (!hc_der_take(from, HC_DER_SEQUENCE, &extension) ||
        !hc_der_take(&extension.content, HC_DER_OID, &element)) {
        return 0;
    }
    out->oid = element.content;
    out->critical = 0;
    if (hc_der_take(&extension.content, HC_DER_BOOLEAN, &element)) {
        /* FALSE is not DER here, but old software writes it, and it says nothing */
        int value = hc_take_u8(&element.content);

        if (hc_cursor_failed(&element.content) || hc_cursor_left(&element.content) > 0 ||
            (value != 0 && value != 0xff)) {
            return 0;
        }
        out->critical = value != 0;
    }
    if (!hc_der_take(&extension.content, HC_DER_OCTET_STRING, &element)) {
        return 0;
    }
    out->value = element.content;
    return hc_cursor_left(&extension.content) == 0;
}

HC_FN const char *hc_decode_enter_extensions(hc_cursor *extensions)
{
    hc_cursor seen[DECODE_EXTENSIONS_MAX];
    size_t num_seen = 0;
    hc_extension extension;
    hc_der list;
    hc_cursor rest;

    if (!hc_der_take(extensions, HC_DER_SEQUENCE, &list) || hc_cursor_left(extensions) > 0 ||
        hc_cursor_left(&list.content) == 0) {
        return "malformed extensions";
    }
    rest = list.content;
    while (hc_cursor_left(&rest) > 0) {
        if (!hc_decode_extension(&rest, &extension)) {
            return "malformed extension";
        }
        for (size_t i = 0; i < num_seen; i++) {
            if (hc_der_same(seen[i], extension.oid)) {
                return "an extension comes twice";
            }
        }
        if (num_seen == DECODE_EXTENSIONS_MAX) {
            return "more than 64 extensions";
        }
        seen[num_seen++] = extension.oid;
    }
    *extensions = list.content;
    return NULL;
}

/* ---- signatures ----------------------------------------------------------------------------- */

#define DECODE_PARAMETERS_NONE 0
#define DECODE_PARAMETERS_NULL 1

typedef struct decode_algorithm {
    unsigned char oid[9];
    unsigned char oid_len;
    unsigned char parameters;
    hc_scheme scheme;
    hc_hash_id hash;
} decode_algorithm;

static const decode_algorithm decode_algorithms[] = {
    /* ecdsa-with-SHA256, -384, -512 (RFC 5758, 3.2) */
    {{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02}, 8, DECODE_PARAMETERS_NONE,
     HC_SCHEME_ECDSA, HC_HASH_SHA256},
    {{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03}, 8, DECODE_PARAMETERS_NONE,
     HC_SCHEME_ECDSA, HC_HASH_SHA384},
    {{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04}, 8, DECODE_PARAMETERS_NONE,
     HC_SCHEME_ECDSA, HC_HASH_SHA512},
    /* sha256-, sha384-, sha512WithRSAEncryption (RFC 4055, 5) */
    {{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b}, 9, DECODE_PARAMETERS_NULL,
     HC_SCHEME_RSA_PKCS1, HC_HASH_SHA256},
    {{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c}, 9, DECODE_PARAMETERS_NULL,
     HC_SCHEME_RSA_PKCS1, HC_HASH_SHA384},
    {{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d}, 9, DECODE_PARAMETERS_NULL,
     HC_SCHEME_RSA_PKCS1, HC_HASH_SHA512},
    /* md2-, md5-, sha1WithRSAEncryption, ecdsa-with-SHA1 */
    {{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x02}, 9, DECODE_PARAMETERS_NULL,
     HC_SCHEME_WEAK, HC_HASH_MD5},
    {{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04}, 9, DECODE_PARAMETERS_NULL,
     HC_SCHEME_WEAK, HC_HASH_MD5},
    {{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05}, 9, DECODE_PARAMETERS_NULL,
     HC_SCHEME_WEAK, HC_HASH_SHA1},
    {{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01}, 7, DECODE_PARAMETERS_NONE, HC_SCHEME_WEAK,
     HC_HASH_SHA1},
};

/* RSASSA-PSS-params (RFC 4055, 3.1) in the three forms that TLS knows: one hash for message and
 * mask, and a salt as long as it. These are all of what the AlgorithmIdentifier holds. */
static const unsigned char decode_pss_head[] = {
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a, /* id-RSASSA-PSS */
    0x30, 0x34, 0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, /* hashAlgorithm */
    0x01, 0x65, 0x03, 0x04, 0x02};
static const unsigned char decode_pss_middle[] = {
    0x05, 0x00, 0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
    0x01, 0x08, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, /* MGF1 */
    0x03, 0x04, 0x02};
static const unsigned char decode_pss_tail[] = {0x05, 0x00, 0xa2, 0x03, 0x02, 0x01};

static int decode_take_same(hc_cursor *from, const unsigned char *bytes, size_t len)
{
    hc_cursor taken = hc_take_bytes(from, len);

    return hc_der_same(taken, hc_cursor_over(bytes, len));
}

static int decode_pss(hc_cursor content, hc_signature_algorithm *out)
{
    static const unsigned char last_arcs[] = {1, 2, 3};
    static const hc_hash_id hashes[] = {HC_HASH_SHA256, HC_HASH_SHA384, HC_HASH_SHA512};

    for (size_t i = 0; i < HC_ARRAY_LEN(hashes); i++) {
        hc_cursor at = content;

        if (decode_take_same(&at, decode_pss_head, sizeof decode_pss_head) &&
            hc_take_u8(&at) == last_arcs[i] &&
            decode_take_same(&at, decode_pss_middle, sizeof decode_pss_middle) &&
            hc_take_u8(&at) == last_arcs[i] &&
            decode_take_same(&at, decode_pss_tail, sizeof decode_pss_tail) &&
            hc_take_u8(&at) == hc_hash_len(hashes[i]) && !hc_cursor_failed(&at) &&
            hc_cursor_left(&at) == 0) {
            out->scheme = HC_SCHEME_RSA_PSS;
            out->hash = hashes[i];
            return 1;
        }
    }
    return 0;
}

/* Nothing at all, or NULL with RSA: both have to be accepted (RFC 4055, 5). */
static int decode_parameters(hc_cursor parameters, unsigned char allowed)
{
    return hc_cursor_left(&parameters) == 0 ||
           (allowed == DECODE_PARAMETERS_NULL && hc_take_char(&parameters, '\x05') &&
            hc_take_char(&parameters, '\0') && hc_cursor_left(&parameters) == 0);
}

HC_FN int hc_decode_algorithm(hc_cursor *from, hc_signature_algorithm *out, hc_cursor *whole)
{
    hc_der identifier;
    hc_der oid;
    hc_der parameters;
    hc_cursor rest;

    memset(out, 0, sizeof *out);
    out->scheme = HC_SCHEME_UNSUPPORTED;
    if (!hc_der_take(from, HC_DER_SEQUENCE, &identifier)) {
        return 0;
    }
    *whole = identifier.whole;
    if (decode_pss(identifier.content, out)) {
        return 1;
    }
    if (!hc_der_take(&identifier.content, HC_DER_OID, &oid)) {
        return 0;
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(decode_algorithms); i++) {
        const decode_algorithm *known = &decode_algorithms[i];

        if (hc_der_same(oid.content, hc_cursor_over(known->oid, known->oid_len))) {
            out->scheme = known->scheme;
            out->hash = known->hash;
            return decode_parameters(identifier.content, known->parameters);
        }
    }
    rest = identifier.content;
    return hc_cursor_left(&rest) == 0 ||
           (hc_der_next(&rest, &parameters) && hc_cursor_left(&rest) == 0);
}

HC_FN hc_signature_result hc_check_signature(const hc_signature_algorithm *algorithm,
                                             hc_cursor signed_bytes, hc_cursor signature,
                                             const hc_public_key *key)
{
    unsigned char digest[HC_HASH_MAX];
    hc_key_kind wanted = algorithm->scheme == HC_SCHEME_ECDSA ? HC_KEY_EC : HC_KEY_RSA;

    if (algorithm->scheme == HC_SCHEME_WEAK || algorithm->scheme == HC_SCHEME_UNSUPPORTED ||
        key->kind != wanted) {
        return HC_SIGNATURE_INVALID;
    }
    hc_hash(algorithm->hash, signed_bytes.at, hc_cursor_left(&signed_bytes), digest);
    switch (algorithm->scheme) {
    case HC_SCHEME_RSA_PKCS1:
        return hc_rsa_pkcs1_verify(key, algorithm->hash, digest, signature);
    case HC_SCHEME_RSA_PSS:
        return hc_rsa_pss_verify(key, algorithm->hash, hc_hash_len(algorithm->hash), digest,
                                 signature);
    case HC_SCHEME_ECDSA:
        return hc_ecdsa_verify(key, digest, hc_hash_len(algorithm->hash), signature);
    default:
        return HC_SIGNATURE_INVALID;
    }
}

/* ---- the certificate ------------------------------------------------------------------------ */

static const char *decode_version(hc_cert *out, hc_cursor *tbs)
{
    hc_der explicit_tag;
    hc_cursor number;

    out->version = 1;
    if (hc_peek(tbs) != HC_DER_CONTEXT_0) {
        return NULL;
    }
    if (!hc_der_next(tbs, &explicit_tag) || !hc_decode_number(&explicit_tag.content, 1, &number) ||
        hc_cursor_left(&explicit_tag.content) > 0) {
        return "malformed version";
    }
    /* v1 is the default, and so never written in DER */
    out->version = hc_take_u8(&number) + 1;
    return out->version == 2 || out->version == 3 ? NULL : "version is not 2 or 3";
}

static const char *decode_validity(hc_cert *out, hc_cursor *tbs)
{
    hc_der validity;

    if (!hc_der_take(tbs, HC_DER_SEQUENCE, &validity) ||
        !hc_decode_time(&validity.content, &out->not_before, &out->has_misplaced_time) ||
        !hc_decode_time(&validity.content, &out->not_after, &out->has_misplaced_time) ||
        hc_cursor_left(&validity.content) > 0) {
        return "malformed dates";
    }
    return out->not_before <= out->not_after ? NULL : "it ends before it begins";
}

/* issuerUniqueID, subjectUniqueID and extensions */
static const char *decode_optional(hc_cert *out, hc_cursor *tbs)
{
    hc_der element;
    hc_extension extension;
    const char *why = NULL;

    for (uint8_t tag = 0x81; tag <= 0x82; tag++) {
        if (hc_der_take(tbs, tag, &element) && out->version == 1) {
            return "unique identifier in version 1";
        }
    }
    if (hc_der_take(tbs, HC_DER_CONTEXT_3, &element)) {
        if (out->version != 3) {
            return "extensions, but not version 3";
        }
        why = hc_decode_enter_extensions(&element.content);
        while (why == NULL && hc_decode_extension(&element.content, &extension)) {
            why = hc_extension_read(out, extension.oid, extension.critical, extension.value);
        }
    }
    if (why == NULL && (hc_cursor_failed(tbs) || hc_cursor_left(tbs) > 0)) {
        why = "malformed behind the key";
    }
    return why;
}

static const char *decode_tbs(hc_cert *out, hc_cursor tbs, hc_cursor *inner_algorithm)
{
    hc_signature_algorithm ignored;
    const char *why = decode_version(out, &tbs);
    hc_der key;

    if (why != NULL) {
        return why;
    }
    if (!hc_decode_number(&tbs, HC_SERIAL_MAX, &out->serial)) {
        return "malformed serial number";
    }
    if (!hc_decode_algorithm(&tbs, &ignored, inner_algorithm)) {
        return "malformed signature algorithm";
    }
    if (!hc_decode_name(&tbs, &out->issuer)) {
        return "malformed issuer";
    }
    why = decode_validity(out, &tbs);
    if (why != NULL) {
        return why;
    }
    if (!hc_decode_name(&tbs, &out->subject)) {
        return "malformed subject";
    }
    if (!hc_der_take(&tbs, HC_DER_SEQUENCE, &key)) {
        return "malformed public key";
    }
    out->public_key = key.whole;
    return decode_optional(out, &tbs);
}

static const char *decode_whole(hc_cert *out, hc_cursor der)
{
    hc_cursor inner_algorithm;
    hc_cursor outer_algorithm;
    hc_der certificate;
    hc_der tbs;
    const char *why;

    if (!hc_der_take(&der, HC_DER_SEQUENCE, &certificate) || hc_cursor_left(&der) > 0 ||
        !hc_der_take(&certificate.content, HC_DER_SEQUENCE, &tbs)) {
        return "not a certificate in DER";
    }
    out->tbs = tbs.whole;
    why = decode_tbs(out, tbs.content, &inner_algorithm);
    if (why != NULL) {
        return why;
    }
    if (!hc_decode_algorithm(&certificate.content, &out->algorithm, &outer_algorithm)) {
        return "malformed signature algorithm";
    }
    if (!hc_der_same(inner_algorithm, outer_algorithm)) {
        return "its two signature algorithms differ";
    }
    if (!hc_decode_octets(&certificate.content, &out->signature) ||
        hc_cursor_left(&certificate.content) > 0) {
        return "malformed signature";
    }
    return NULL;
}

HC_FN int hc_cert_decode(hc_cert *out, hc_cursor der)
{
    memset(out, 0, sizeof *out);
    out->whole = der;
    out->why = decode_whole(out, der);
    return out->why == NULL;
}

HC_FN int hc_cert_is_self_issued(const hc_cert *cert)
{
    return hc_der_same(cert->subject, cert->issuer);
}
