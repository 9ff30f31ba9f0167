/* Certificates to be looked at, and chains to be verified, without a connection. */
#include "../client/client.h"
#include "../x509/names.h"
#include "defaults.h"

/* A Name by what people call it, without the quotes that an error's text has around it. */
static void inspect_name(hc_cursor name, char *out, size_t size)
{
    char place[HTTPSC_CERTIFICATE_TEXT_MAX + 2];
    hc_text quoted = hc_text_in(place, sizeof place);
    hc_text text = hc_text_in(out, size);

    hc_names_describe_name(name, &quoted);
    if (quoted.len > 2) {
        hc_text_add_bytes(&text, place + 1, quoted.len - (quoted.cut ? 1 : 2));
    }
}

static void inspect_key(hc_cursor spki, httpsc_certificate_info *out)
{
    hc_text text = hc_text_in(out->key, sizeof out->key);
    unsigned char digest[HC_HASH_MAX];
    hc_public_key key;

    hc_hash(HC_HASH_SHA256, spki.at, hc_cursor_left(&spki), digest);
    memcpy(out->pin, digest, sizeof out->pin);
    switch (hc_public_key_parse(&key, spki)) {
    case HC_KEY_OK:
        hc_text_add(&text, key.kind == HC_KEY_RSA ? "RSA " : "EC P-");
        hc_text_add_int(&text, (int64_t)key.bits);
        break;
    case HC_KEY_WEAK:
        hc_text_add(&text, "RSA, too weak or too large");
        break;
    default:
        hc_text_add(&text, "not supported");
        break;
    }
}

static void inspect_names(const hc_cert *cert, httpsc_certificate_info *out)
{
    hc_cursor names = cert->alt_names;
    hc_der name;

    while (hc_der_next(&names, &name)) {
        if (name.tag == HC_NAME_DNS || name.tag == HC_NAME_IP) {
            if (out->num_names < HTTPSC_CERTIFICATE_NAMES_MAX) {
                hc_text text = hc_text_in(out->names[out->num_names], sizeof out->names[0]);

                hc_names_describe_general(name.tag, name.content, &text);
            }
            out->num_names++;
        }
    }
}

HC_SELDOM int httpsc_certificate_describe(httpsc_bytes der, httpsc_certificate_info *out)
{
    hc_cert cert;

    if (out == NULL || (der.ptr == NULL && der.len > 0)) {
        return HTTPSC_ERR_ARGUMENT;
    }
    if (!hc_cert_decode(&cert, hc_cursor_over(der.ptr, der.len))) {
        return HTTPSC_ERR_CERT_INVALID;
    }
    memset(out, 0, sizeof *out);
    inspect_name(cert.subject, out->subject, sizeof out->subject);
    inspect_name(cert.issuer, out->issuer, sizeof out->issuer);
    inspect_key(cert.public_key, out);
    inspect_names(&cert, out);
    out->not_before = cert.not_before;
    out->not_after = cert.not_after;
    out->is_ca = cert.is_ca;
    out->is_self_issued = hc_cert_is_self_issued(&cert);
    return HTTPSC_OK;
}

/* Notes what the search tells, in an explanation. */
static void inspect_hear(void *user, const httpsc_passed_over *what)
{
    httpsc_explanation *out = user;
    size_t num_noted = hc_min(out->num_passed_over, HC_ARRAY_LEN(out->passed_over));

    for (size_t i = 0; i < num_noted; i++) {
        const httpsc_passed_over *noted = &out->passed_over[i];

        if (noted->certificate == what->certificate && noted->issuer == what->issuer &&
            strcmp(noted->text, what->text) == 0) {
            return;
        }
    }
    if (num_noted < HC_ARRAY_LEN(out->passed_over)) {
        out->passed_over[num_noted] = *what;
    }
    out->num_passed_over++;
}

HC_SELDOM int httpsc_explain_chain(const httpsc_tls_config *config, const httpsc_bytes *chain,
                                   size_t num_certs, const char *host, int64_t unix_time,
                                   httpsc_explanation *out, httpsc_error *error)
{
    const hc_x509_listener listener = {inspect_hear, out};
    hc_cursor certs[HC_X509_CERTS_MAX];
    hc_x509_verdict verdict;
    httpsc_error own;
    hc_host parsed;

    error = hc_error_or(error, &own);
    if (out != NULL) {
        memset(out, 0, sizeof *out);
    }
    if (config == NULL || chain == NULL || num_certs == 0) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "there is no configuration or no chain");
    }
    if (num_certs > HC_ARRAY_LEN(certs)) {
        return hc_fail(error, HTTPSC_ERR_LIMIT_CERT, 0, "a chain of %z certificates", num_certs);
    }
    for (size_t i = 0; i < num_certs; i++) {
        if (chain[i].ptr == NULL && chain[i].len > 0) {
            return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "chain[%z].ptr is NULL", i);
        }
        certs[i] = hc_cursor_over(chain[i].ptr, chain[i].len);
    }
    memset(&parsed, 0, sizeof parsed);
    if (host == NULL ? !config->judge.ignore_name
                     : !hc_host_parse(&parsed, host, strlen(host)) || strcmp(host, ".") == 0) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       "host is neither a host name nor an IP address: %e",
                       host == NULL ? "NULL" : host);
    }
    return hc_judge_chain(&config->judge, &config->allocator, certs, num_certs, &parsed, unix_time,
                          HC_USAGE_DIGITAL_SIGNATURE, out == NULL ? NULL : &listener, &verdict,
                          error);
}

HC_SELDOM int httpsc_verify_chain(const httpsc_tls_config *config, const httpsc_bytes *chain,
                                  size_t num_certs, const char *host, int64_t unix_time,
                                  httpsc_error *error)
{
    return httpsc_explain_chain(config, chain, num_certs, host, unix_time, NULL, error);
}
