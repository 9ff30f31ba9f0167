/* libFuzzer: one certificate, decoded, judged in every role, matched, described; and the same bytes
 * as a CRL. Seeds: DER certificates and CRLs. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const hc_role roles[] = {HC_ROLE_LEAF, HC_ROLE_TRUSTED, HC_ROLE_ISSUER, HC_ROLE_ANCHOR};
    hc_cursor der = hc_cursor_over(data, size);
    char place[400];
    hc_text text = hc_text_in(place, sizeof place);
    hc_finding finding;
    hc_public_key key;
    hc_host host;
    hc_cert cert;
    hc_crl crl;

    (void)hc_crl_decode(&crl, der);
    if (!hc_cert_decode(&cert, der)) {
        return 0;
    }
    memset(&finding, 0, sizeof finding);
    for (size_t i = 0; i < HC_ARRAY_LEN(roles); i++) {
        (void)hc_profile_check(&cert, roles[i], &finding);
    }
    (void)hc_profile_check_key(cert.public_key, &key, &finding);
    if (hc_host_parse(&host, "a.example", 9)) {
        (void)hc_names_match(&cert, &host);
    }
    hc_names_describe(&cert, &text);
    hc_names_describe_name(cert.issuer, &text);
    hc_asn1_time_describe(cert.not_after, &text);
    return 0;
}
