#include "certificate.h"

#define CERTIFICATE_NAMES_SHOWN 5

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

HC_FN void hc_chain_init(hc_chain *chain, const httpsc_allocator *allocator, size_t max_bytes,
                         size_t max_cert_bytes)
{
    memset(chain, 0, sizeof *chain);
    hc_buffer_init(&chain->bytes, allocator, max_bytes);
    chain->max_cert_bytes = max_cert_bytes;
}

HC_FN void hc_chain_free(hc_chain *chain)
{
    hc_buffer_free(&chain->bytes);
    chain->num_certs = 0;
}

HC_FN int hc_chain_begin(hc_chain *chain, size_t len, httpsc_error *error)
{
    hc_buffer_result result;

    if (len == 0 || len > chain->max_cert_bytes) {
        return hc_fail(error, HTTPSC_ERR_CERT_INVALID, 0,
                       "one of the certificates sent is empty or over %z bytes",
                       chain->max_cert_bytes);
    }
    if (chain->num_certs == HC_CHAIN_CERTS_MAX) {
        return hc_fail(error, HTTPSC_ERR_CERT_INVALID, 0, "the server sent more than %d of them",
                       HC_CHAIN_CERTS_MAX);
    }
    result = hc_buffer_reserve(&chain->bytes, len);
    if (result == HC_BUFFER_MEMORY) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    if (result != HC_BUFFER_OK) {
        return hc_fail(error, HTTPSC_ERR_CERT_INVALID, 0, "the server's chain is over %z bytes",
                       chain->bytes.max);
    }
    chain->ends[chain->num_certs++] = chain->bytes.len;
    return HTTPSC_OK;
}

HC_FN int hc_chain_append(hc_chain *chain, const void *bytes, size_t len, httpsc_error *error)
{
    if (error->code != HTTPSC_OK) {
        return error->code;
    }
    if (chain->num_certs == 0 || hc_buffer_add(&chain->bytes, bytes, len) != HC_BUFFER_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    chain->ends[chain->num_certs - 1] = chain->bytes.len;
    return HTTPSC_OK;
}

HC_FN hc_cursor hc_chain_at(const hc_chain *chain, size_t index)
{
    size_t begin = index == 0 ? 0 : chain->ends[index - 1];

    if (index >= chain->num_certs || chain->bytes.len == 0) {
        return hc_cursor_over(NULL, 0);
    }
    return hc_cursor_over(chain->bytes.ptr + begin, chain->ends[index] - begin);
}

HC_FN int hc_chain_skim(const hc_chain *chain, size_t index, hc_certificate *out)
{
    hc_cursor der = hc_chain_at(chain, index);

    return hc_certificate_skim(out, der.at, hc_cursor_left(&der));
}

/* The first certificate outside the path whose subject is this name; num_certs if there is none. */
static size_t certificate_issued_by(const hc_chain *chain, hc_cursor name, const size_t *path,
                                    size_t num_path)
{
    hc_certificate certificate;

    for (size_t i = 0; i < chain->num_certs; i++) {
        int used = 0;

        for (size_t j = 0; j < num_path; j++) {
            used |= path[j] == i;
        }
        if (!used && hc_chain_skim(chain, i, &certificate) &&
            hc_der_same(certificate.subject, name)) {
            return i;
        }
    }
    return chain->num_certs;
}

HC_FN size_t hc_chain_path(const hc_chain *chain, size_t path[HC_CHAIN_CERTS_MAX])
{
    size_t num_path = 0;
    size_t next = 0;
    hc_certificate certificate;

    while (next < chain->num_certs) {
        path[num_path++] = next;
        if (!hc_chain_skim(chain, next, &certificate) ||
            hc_der_same(certificate.subject, certificate.issuer)) {
            break;
        }
        next = certificate_issued_by(chain, certificate.issuer, path, num_path);
    }
    return num_path;
}

/* The last commonName of a Name; nothing where there is none. */
static hc_cursor certificate_common_name(hc_cursor name)
{
    static const unsigned char id_at_common_name[] = {0x55, 0x04, 0x03};
    hc_cursor found = hc_cursor_over(NULL, 0);
    hc_der rdns;
    hc_der element;
    hc_der oid;

    if (!hc_der_take(&name, HC_DER_SEQUENCE, &rdns)) {
        return found;
    }
    while (hc_der_take(&rdns.content, HC_DER_SET, &element)) {
        if (hc_der_take(&element.content, HC_DER_SEQUENCE, &element) &&
            hc_der_take(&element.content, HC_DER_OID, &oid) &&
            hc_der_same(oid.content,
                        hc_cursor_over(id_at_common_name, sizeof id_at_common_name)) &&
            hc_der_next(&element.content, &element)) {
            found = element.content;
        }
    }
    return found;
}

/* What the GeneralNames of subjectAltName hold. */
static hc_cursor certificate_alt_names(const hc_certificate *certificate)
{
    static const unsigned char id_ce_subject_alt_name[] = {0x55, 0x1d, 0x11};
    hc_cursor extensions = certificate->extensions;
    hc_der extension;
    hc_der element;

    while (hc_der_take(&extensions, HC_DER_SEQUENCE, &extension)) {
        if (!hc_der_take(&extension.content, HC_DER_OID, &element) ||
            !hc_der_same(element.content, hc_cursor_over(id_ce_subject_alt_name,
                                                         sizeof id_ce_subject_alt_name))) {
            continue;
        }
        (void)hc_der_take(&extension.content, HC_DER_BOOLEAN, &element);
        if (hc_der_take(&extension.content, HC_DER_OCTET_STRING, &element) &&
            hc_der_take(&element.content, HC_DER_SEQUENCE, &element)) {
            return element.content;
        }
    }
    return hc_cursor_over(NULL, 0);
}

/* Some dNSNames of a certificate, with commas between them. */
static void certificate_list_names(const hc_certificate *certificate, hc_text *out)
{
    const uint8_t dns_name = 0x82;
    hc_cursor names = certificate_alt_names(certificate);
    size_t num_names = 0;
    hc_der name;

    while (hc_der_next(&names, &name)) {
        if (name.tag != dns_name) {
            continue;
        }
        if (num_names == CERTIFICATE_NAMES_SHOWN) {
            hc_text_add(out, ", ...");
            return;
        }
        hc_text_add(out, num_names++ == 0 ? "" : ", ");
        hc_text_add_escaped(out, name.content.at, hc_cursor_left(&name.content));
    }
}

HC_FN void hc_chain_fail_name(const hc_chain *chain, const char *host, httpsc_error *error)
{
    char place[256];
    hc_text names = hc_text_in(place, sizeof place);
    hc_certificate leaf;

    if (hc_chain_skim(chain, 0, &leaf)) {
        certificate_list_names(&leaf, &names);
    }
    hc_fail(error, HTTPSC_ERR_CERT_NAME_MISMATCH, 0, "%e was asked for, it is for %s", host,
            names.len == 0 ? "no DNS name" : place);
}

HC_FN void hc_chain_fail_issuer(const hc_chain *chain, const char *host, httpsc_error *error)
{
    size_t path[HC_CHAIN_CERTS_MAX];
    size_t num_path = hc_chain_path(chain, path);
    hc_cursor issuer = hc_cursor_over(NULL, 0);
    hc_certificate last;

    if (num_path > 0 && hc_chain_skim(chain, path[num_path - 1], &last)) {
        issuer = certificate_common_name(last.issuer);
    }
    hc_fail(error, HTTPSC_ERR_CERT_UNKNOWN_ISSUER, 0,
            "the chain of %e ends at \"%q\", no trusted root; the server may have left out an "
            "intermediate certificate, or that CA has to be given with ca_file", host, issuer.at,
            hc_cursor_left(&issuer));
}
