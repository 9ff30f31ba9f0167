#include "certificate.h"

/* Steps into a SEQUENCE of which only the beginning may be there. */
static int certificate_enter_prefix(hc_cursor *at)
{
    uint8_t tag = hc_take_u8(at);
    uint8_t first = hc_take_u8(at);

    if (tag != HC_DER_SEQUENCE || first == 0x80 || first > 0x84) {
        return 0;
    }
    (void)hc_take_bytes(at, first > 0x80 ? first & 0x7fu : 0);
    return !hc_cursor_failed(at);
}

/* version, serialNumber, signature, issuer, validity, subject */
static int certificate_walk_names(hc_certificate *out, hc_cursor *tbs)
{
    hc_der element;

    if (hc_peek(tbs) == HC_DER_CONTEXT_0 && !hc_der_next(tbs, &element)) {
        return 0;
    }
    if (!hc_der_take(tbs, HC_DER_INTEGER, &element) ||
        !hc_der_take(tbs, HC_DER_SEQUENCE, &element) ||
        !hc_der_take(tbs, HC_DER_SEQUENCE, &element)) {
        return 0;
    }
    out->issuer = element.whole;
    if (!hc_der_take(tbs, HC_DER_SEQUENCE, &element) ||
        !hc_der_take(tbs, HC_DER_SEQUENCE, &element)) {
        return 0;
    }
    out->subject = element.whole;
    return 1;
}

HC_FN int hc_certificate_skim(hc_certificate *out, const void *der, size_t len)
{
    hc_cursor at = hc_cursor_over(der, len);
    hc_der certificate;
    hc_der tbs;
    hc_der element;

    memset(out, 0, sizeof *out);
    if (!hc_der_take(&at, HC_DER_SEQUENCE, &certificate) || hc_cursor_left(&at) > 0 ||
        !hc_der_take(&certificate.content, HC_DER_SEQUENCE, &tbs) ||
        !certificate_walk_names(out, &tbs.content) ||
        !hc_der_take(&tbs.content, HC_DER_SEQUENCE, &element)) {
        return 0;
    }
    out->public_key = element.whole;
    while (hc_der_next(&tbs.content, &element)) {
        if (element.tag == HC_DER_CONTEXT_3 &&
            hc_der_take(&element.content, HC_DER_SEQUENCE, &element)) {
            out->extensions = element.content;
        }
    }
    return !hc_cursor_failed(&tbs.content);
}

HC_FN int hc_certificate_skim_prefix(hc_certificate *out, const void *der, size_t len)
{
    hc_cursor at = hc_cursor_over(der, len);

    memset(out, 0, sizeof *out);
    return certificate_enter_prefix(&at) && certificate_enter_prefix(&at) &&
           certificate_walk_names(out, &at);
}
