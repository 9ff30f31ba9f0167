#include "crl.h"

#include "../syntax/asn1_time.h"
#include "../syntax/pem.h"
#include "profile.h"

/* ---- decoding ------------------------------------------------------------------------------- */

#define CRL_MALFORMED HC_SAY("it is malformed")

/* What an entry of revokedCertificates holds. 0 when it is malformed. */
static int crl_take_entry(hc_cursor *entries, hc_cursor *serial, int *has_critical)
{
    hc_der entry;
    hc_extension extension;
    int is_misplaced = 0;
    int64_t date;

    *has_critical = 0;
    if (!hc_der_take(entries, HC_DER_SEQUENCE, &entry) ||
        !hc_decode_number(&entry.content, HC_SERIAL_MAX, serial) ||
        !hc_decode_time(&entry.content, &date, &is_misplaced) || is_misplaced) {
        return 0;
    }
    if (hc_cursor_left(&entry.content) == 0) {
        return 1;
    }
    if (hc_decode_enter_extensions(&entry.content) != NULL) {
        return 0;
    }
    while (hc_decode_extension(&entry.content, &extension)) {
        *has_critical |= extension.critical;
    }
    return 1;
}

static const char *crl_check_entries(hc_cursor entries)
{
    hc_cursor serial;
    int has_critical;

    while (hc_cursor_left(&entries) > 0) {
        if (!crl_take_entry(&entries, &serial, &has_critical)) {
            return CRL_MALFORMED;
        }
        if (has_critical) {
            return HC_SAY("it has a critical entry extension");
        }
    }
    return NULL;
}

/* RFC 5280, 5.2: cRLNumber must be there, and nothing critical is carried out. */
static const char *crl_read_extensions(hc_crl *out, hc_cursor extensions)
{
    static const unsigned char crl_number[] = {0x55, 0x1d, 0x14};
    static const unsigned char authority_key_id[] = {0x55, 0x1d, 0x23};
    hc_extension extension;
    int has_number = 0;

    if (hc_decode_enter_extensions(&extensions) != NULL) {
        return CRL_MALFORMED;
    }
    while (hc_decode_extension(&extensions, &extension)) {
        if (extension.critical) {
            return HC_SAY("it has a critical extension");
        }
        if (hc_der_same(extension.oid, hc_cursor_over(crl_number, sizeof crl_number))) {
            hc_cursor number;

            has_number = hc_decode_number(&extension.value, HC_SERIAL_MAX, &number) &&
                         hc_cursor_left(&extension.value) == 0;
        } else if (hc_der_same(extension.oid,
                               hc_cursor_over(authority_key_id, sizeof authority_key_id))) {
            hc_der ids;
            hc_der id;

            if (!hc_der_take(&extension.value, HC_DER_SEQUENCE, &ids)) {
                return CRL_MALFORMED;
            }
            if (hc_der_take(&ids.content, 0x80, &id)) {
                out->authority_key_id = id.content;
            }
        }
    }
    if (!has_number) {
        return HC_SAY("it has no cRLNumber");
    }
    return NULL;
}

static const char *crl_decode_tbs(hc_crl *out, hc_cursor tbs, hc_cursor *inner_algorithm)
{
    hc_signature_algorithm ignored;
    hc_cursor extensions = hc_cursor_over(NULL, 0);
    const char *why;
    int is_misplaced = 0;
    hc_cursor version;
    hc_der element;

    if (hc_peek(&tbs) == HC_DER_INTEGER &&
        (!hc_decode_number(&tbs, 1, &version) || hc_take_u8(&version) != 1)) {
        return CRL_MALFORMED;
    }
    /* nextUpdate has to be there (RFC 5280, 5.1.2.5) */
    if (!hc_decode_algorithm(&tbs, &ignored, inner_algorithm) ||
        !hc_decode_name(&tbs, &out->issuer) ||
        !hc_decode_time(&tbs, &out->this_update, &is_misplaced) ||
        (hc_peek(&tbs) != HC_ASN1_UTC_TIME && hc_peek(&tbs) != HC_ASN1_GENERALIZED_TIME) ||
        !hc_decode_time(&tbs, &out->next_update, &is_misplaced) || is_misplaced) {
        return CRL_MALFORMED;
    }
    if (hc_der_take(&tbs, HC_DER_SEQUENCE, &element)) {
        out->revoked = element.content;
    }
    if (hc_der_take(&tbs, HC_DER_CONTEXT_0, &element)) {
        extensions = element.content;
    }
    if (hc_cursor_failed(&tbs) || hc_cursor_left(&tbs) > 0) {
        return CRL_MALFORMED;
    }
    why = crl_read_extensions(out, extensions);
    return why != NULL ? why : crl_check_entries(out->revoked);
}

HC_FN const char *hc_crl_decode(hc_crl *out, hc_cursor der)
{
    hc_cursor inner_algorithm;
    hc_cursor outer_algorithm;
    const char *why;
    hc_der list;
    hc_der tbs;

    memset(out, 0, sizeof *out);
    if (!hc_der_take(&der, HC_DER_SEQUENCE, &list) || hc_cursor_left(&der) > 0 ||
        !hc_der_take(&list.content, HC_DER_SEQUENCE, &tbs)) {
        return CRL_MALFORMED;
    }
    why = crl_decode_tbs(out, tbs.content, &inner_algorithm);
    if (why != NULL) {
        return why;
    }
    out->tbs = tbs.whole;
    return hc_decode_algorithm(&list.content, &out->algorithm, &outer_algorithm) &&
                   hc_der_same(inner_algorithm, outer_algorithm) &&
                   hc_decode_octets(&list.content, &out->signature) &&
                   hc_cursor_left(&list.content) == 0
               ? NULL
               : CRL_MALFORMED;
}

/* ---- the caller's CRLs ---------------------------------------------------------------------- */

HC_FN void hc_crls_init(hc_crls *crls, const httpsc_allocator *allocator, size_t max_bytes)
{
    memset(crls, 0, sizeof *crls);
    hc_buffer_init(&crls->bytes, allocator, max_bytes);
}

HC_FN void hc_crls_free(hc_crls *crls)
{
    hc_buffer_free(&crls->bytes);
    crls->num_crls = 0;
}

/* Keeps what was put behind the content of bytes when it is a CRL that can be relied on; else says
 * why not. */
static const char *crl_keep(hc_crls *crls, size_t len)
{
    hc_crl crl;
    const char *why = hc_crl_decode(&crl, hc_cursor_over(crls->bytes.ptr + crls->bytes.len, len));

    if (why == NULL) {
        crls->bytes.len += len;
        crls->num_crls++;
    }
    return why;
}

HC_FN int hc_crls_add(hc_crls *crls, hc_cursor file, const char **why)
{
    hc_cursor text = file;
    hc_pem_block block;
    int is_pem = 0;

    *why = NULL;
    while (*why == NULL && hc_pem_next(&text, &block)) {
        size_t max = hc_cursor_left(&block.body);
        size_t len;

        is_pem = 1;
        if (!hc_pem_is(&block, "X509 CRL")) {
            continue;
        }
        if (hc_buffer_reserve(&crls->bytes, max) != HC_BUFFER_OK) {
            return HTTPSC_ERR_MEMORY;
        }
        *why = block.complete && hc_base64_decode(block.body, crls->bytes.ptr + crls->bytes.len,
                                                  max, 0, &len)
                   ? crl_keep(crls, len)
                   : CRL_MALFORMED;
    }
    if (!is_pem && hc_cursor_left(&file) > 0) {
        size_t len = hc_cursor_left(&file);

        if (hc_buffer_reserve(&crls->bytes, len) != HC_BUFFER_OK) {
            return HTTPSC_ERR_MEMORY;
        }
        memcpy(crls->bytes.ptr + crls->bytes.len, file.at, len);
        *why = crl_keep(crls, len);
    }
    return *why == NULL ? HTTPSC_OK : HTTPSC_ERR_TRUST_UNREADABLE;
}

/* ---- looking up ----------------------------------------------------------------------------- */

static int crl_lists(const hc_crl *crl, hc_cursor wanted)
{
    hc_cursor entries = crl->revoked;
    hc_cursor serial;
    int has_critical;

    while (hc_cursor_left(&entries) > 0 && crl_take_entry(&entries, &serial, &has_critical)) {
        if (hc_der_same(serial, wanted)) {
            return 1;
        }
    }
    return 0;
}

/* NULL when the CRL can be relied on for the question, but for its signature. */
static const char *crl_unusable(const hc_crl *crl, const hc_crl_question *question)
{
    hc_finding finding;

    if (!question->issuer_signs_crls) {
        return "its issuer has a CRL, but a keyUsage without cRLSign";
    }
    if (!question->ignore_dates && question->unix_time < crl->this_update) {
        return "its issuer's CRL is not yet valid";
    }
    if (!question->ignore_dates && question->unix_time > crl->next_update) {
        return "its issuer's CRL is out of date";
    }
    return hc_profile_check_algorithm(&crl->algorithm, &finding)
               ? NULL
               : "its issuer's CRL is signed in a way that is weak or not supported";
}

/* 1 when a CRL says that it is signed with another key than the certificate. */
static int crl_names_another_key(const hc_crl *crl, const hc_cert *cert)
{
    return hc_cursor_left(&crl->authority_key_id) > 0 &&
           hc_cursor_left(&cert->authority_key_id) > 0 &&
           !hc_der_same(crl->authority_key_id, cert->authority_key_id);
}

HC_FN hc_crl_result hc_crl_check(const hc_crls *crls, const hc_crl_question *question,
                                 size_t *signatures_left, hc_finding *finding)
{
    hc_cursor rest = hc_cursor_over(crls->bytes.ptr, crls->bytes.len);
    hc_crl_result result = HC_CRL_NONE;
    hc_der element;
    hc_crl crl;

    while (hc_der_next(&rest, &element)) {
        const char *why;
        int is_signed;
        int names_another_key;

        if (hc_crl_decode(&crl, element.whole) != NULL ||
            !hc_der_same(crl.issuer, question->cert->issuer)) {
            continue;
        }
        why = crl_unusable(&crl, question);
        names_another_key = crl_names_another_key(&crl, question->cert);
        if (why == NULL || names_another_key) {
            if (*signatures_left == 0) {
                return HC_CRL_TOO_COMPLEX;
            }
            --*signatures_left;
            is_signed = hc_check_signature(&crl.algorithm, crl.tbs, crl.signature,
                                           question->issuer_key) == HC_SIGNATURE_VALID;
            if (!is_signed && names_another_key) {
                continue; /* of an issuer's other key: key identifiers alone prove nothing */
            }
            if (!is_signed) {
                why = "its issuer's CRL has an invalid signature";
            }
        }
        if (why != NULL) {
            if (result == HC_CRL_NONE) {
                result = HC_CRL_FAILED;
                finding->code = HTTPSC_ERR_CERT_INVALID;
                finding->why = why;
            }
            continue;
        }
        if (crl_lists(&crl, question->cert->serial)) {
            finding->code = HTTPSC_ERR_CERT_REVOKED;
            finding->why = "its issuer's CRL lists it";
            return HC_CRL_FAILED;
        }
        result = HC_CRL_GOOD;
    }
    return result;
}
