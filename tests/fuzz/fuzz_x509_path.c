/*
 * libFuzzer: a chain against a store. Two bytes of length and a certificate, again and again; the
 * first one is the store, the others are the chain. Names and constraints are checked before
 * signatures are, so that they are reached by what is not signed. Seeds: such chains.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_cursor input = hc_cursor_over(data, size);
    hc_cursor certs[16];
    size_t num_certs = 0;
    hc_x509_params params;
    hc_x509_verdict verdict;
    httpsc_error error = {0};
    hc_anchors anchors;
    hc_buffer bundle;
    hc_host host;
    int code;

    while (hc_cursor_left(&input) > 2 && num_certs < HC_ARRAY_LEN(certs)) {
        size_t len = (size_t)hc_take_u8(&input) << 8;

        len |= hc_take_u8(&input);
        certs[num_certs++] = hc_take_bytes(&input, hc_min(len, hc_cursor_left(&input)));
    }
    if (num_certs < 2 || !hc_host_parse(&host, "example.com", 11)) {
        return 0;
    }
    hc_anchors_init(&anchors, &fuzz_allocator);
    hc_buffer_init(&bundle, &fuzz_allocator, 65536);
    FUZZ_CHECK(hc_buffer_add(&bundle, certs[0].at, hc_cursor_left(&certs[0])) == HC_BUFFER_OK);
    FUZZ_CHECK(hc_anchors_take_bundle(&anchors, &bundle) == HTTPSC_OK);
    memset(&params, 0, sizeof params);
    hc_x509_default_bounds(&params.bounds);
    params.bounds.max_certs = HC_ARRAY_LEN(certs);
    params.allocator = &fuzz_allocator;
    params.chain = certs + 1;
    params.num_certs = num_certs - 1;
    params.anchors = &anchors;
    params.unix_time = 1750000000;
    params.host = &host;
    code = hc_x509_verify(&params, &verdict, &error);
    FUZZ_CHECK((code == HTTPSC_OK) == (verdict.proof == HC_X509_VERIFIED));
    FUZZ_CHECK(code == HTTPSC_OK || (error.code == code && error.text[0] != '\0'));
    FUZZ_CHECK(verdict.work.num_signatures <= params.bounds.path.max_signatures);
    FUZZ_CHECK(verdict.work.num_steps <= params.bounds.path.max_steps);
    FUZZ_CHECK(verdict.work.num_compares <= params.bounds.path.max_compares);
    hc_anchors_free(&anchors);
    return 0;
}
