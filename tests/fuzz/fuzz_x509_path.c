/*
 * libFuzzer: a chain against a store. Two bytes of length and a certificate, again and again; the
 * first one is the store, the others are the chain. Names and constraints are checked before
 * signatures are, so that they are reached by what is not signed. Of the first length the highest
 * bit asks for small bounds, and the next for a listener; of the second the highest asks for the
 * dates to be ignored.
 */
#include "fuzz.h"

#define PATH_CERTS_MAX 16

typedef struct fuzz_chain {
    hc_cursor certs[PATH_CERTS_MAX];
    size_t num_certs;
    unsigned flags[PATH_CERTS_MAX];
} fuzz_chain;

static void fuzz_take_chain(hc_cursor input, fuzz_chain *out)
{
    while (hc_cursor_left(&input) > 2 && out->num_certs < PATH_CERTS_MAX) {
        unsigned len = hc_take_u16(&input);

        out->flags[out->num_certs] = len >> 14;
        out->certs[out->num_certs++] =
            hc_take_bytes(&input, hc_min(len & 0x3fff, hc_cursor_left(&input)));
    }
}

/* What is told is about certificates that are there, and has a text. */
static void fuzz_hear(void *user, const httpsc_passed_over *what)
{
    const fuzz_chain *chain = user;

    FUZZ_CHECK(what->certificate < chain->num_certs - 1);
    FUZZ_CHECK(what->issuer == HTTPSC_TRUSTED_ROOT || what->issuer < chain->num_certs - 1);
    FUZZ_CHECK(what->issuer != what->certificate);
    FUZZ_CHECK(what->code != HTTPSC_OK && what->text[0] != '\0');
    FUZZ_CHECK(memchr(what->text, '\0', sizeof what->text) != NULL);
}

static void fuzz_params(const fuzz_chain *chain, hc_x509_params *params)
{
    params->allocator = &fuzz_allocator;
    params->chain = chain->certs + 1;
    params->num_certs = chain->num_certs - 1;
    params->unix_time = 1750000000;
    params->ignore_dates = (chain->flags[1] & 2) != 0;
    hc_x509_default_bounds(&params->bounds);
    params->bounds.max_certs = PATH_CERTS_MAX;
    if ((chain->flags[0] & 2) != 0) {
        params->bounds.path.max_intermediates = 2;
        params->bounds.path.max_signatures = 2;
        params->bounds.path.max_steps = 4;
        params->bounds.path.max_compares = 6;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static fuzz_chain chain;
    const hc_x509_listener listener = {fuzz_hear, &chain};
    hc_x509_params params;
    hc_x509_verdict verdict;
    httpsc_error error = {0};
    hc_anchors anchors;
    hc_buffer bundle;
    hc_host host;
    int code;

    memset(&chain, 0, sizeof chain);
    memset(&params, 0, sizeof params);
    fuzz_take_chain(hc_cursor_over(data, size), &chain);
    if (chain.num_certs < 2 || !hc_host_parse(&host, "example.com", 11)) {
        return 0;
    }
    hc_anchors_init(&anchors, &fuzz_allocator);
    hc_buffer_init(&bundle, &fuzz_allocator, 65536);
    FUZZ_CHECK(hc_buffer_add(&bundle, chain.certs[0].at, hc_cursor_left(&chain.certs[0])) ==
               HC_BUFFER_OK);
    FUZZ_CHECK(hc_anchors_take_bundle(&anchors, &bundle) == HTTPSC_OK);
    fuzz_params(&chain, &params);
    params.anchors = &anchors;
    params.host = &host;
    params.listener = (chain.flags[0] & 1) != 0 ? &listener : NULL;
    code = hc_x509_verify(&params, &verdict, &error);
    FUZZ_CHECK((code == HTTPSC_OK) == (verdict.proof != HC_X509_NONE));
    FUZZ_CHECK(code != HTTPSC_OK || (verdict.proof == HC_X509_RELAXED) == params.ignore_dates);
    FUZZ_CHECK(code == HTTPSC_OK || (error.code == code && error.text[0] != '\0'));
    FUZZ_CHECK(verdict.work.num_signatures <= params.bounds.path.max_signatures);
    FUZZ_CHECK(verdict.work.num_steps <= params.bounds.path.max_steps);
    FUZZ_CHECK(verdict.work.num_compares <= params.bounds.path.max_compares);
    hc_anchors_free(&anchors);
    return 0;
}
