/*
 * libFuzzer: a chain against a store. Two bytes of length and a certificate, again and again; the
 * first one is the store, the others are the chain. Names and constraints are checked before
 * signatures are, so that they are reached by what is not signed. Seeds: such chains.
 */
#include "../../src/httpsc.c"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *fuzz_alloc(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

static void fuzz_free(void *user, void *ptr, size_t size)
{
    (void)user;
    (void)size;
    free(ptr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const httpsc_allocator allocator = {NULL, fuzz_alloc, fuzz_free};
    hc_cursor input = hc_cursor_over(data, size);
    hc_cursor certs[16];
    size_t num_certs = 0;
    hc_x509_params params;
    hc_x509_verdict verdict;
    httpsc_error error = {0};
    hc_anchors anchors;
    hc_buffer bundle;
    hc_host host;

    while (hc_cursor_left(&input) > 2 && num_certs < HC_ARRAY_LEN(certs)) {
        size_t len = (size_t)hc_take_u8(&input) << 8;

        len |= hc_take_u8(&input);
        certs[num_certs++] = hc_take_bytes(&input, hc_min(len, hc_cursor_left(&input)));
    }
    if (num_certs < 2 || !hc_host_parse(&host, "example.com", 11)) {
        return 0;
    }
    hc_anchors_init(&anchors, &allocator);
    hc_buffer_init(&bundle, &allocator, 65536);
    if (hc_buffer_add(&bundle, certs[0].at, hc_cursor_left(&certs[0])) != HC_BUFFER_OK ||
        hc_anchors_take_bundle(&anchors, &bundle) != HTTPSC_OK) {
        abort();
    }
    memset(&params, 0, sizeof params);
    hc_x509_default_bounds(&params.bounds);
    params.bounds.max_certs = HC_ARRAY_LEN(certs);
    params.allocator = &allocator;
    params.chain = certs + 1;
    params.num_certs = num_certs - 1;
    params.anchors = &anchors;
    params.unix_time = 1750000000;
    params.host = &host;
    if ((hc_x509_verify(&params, &verdict, &error) == HTTPSC_OK) !=
            (verdict.proof == HC_X509_VERIFIED) ||
        verdict.work.num_signatures > params.bounds.path.max_signatures ||
        verdict.work.num_steps > params.bounds.path.max_steps ||
        verdict.work.num_compares > params.bounds.path.max_compares) {
        abort();
    }
    hc_anchors_free(&anchors);
    return 0;
}
