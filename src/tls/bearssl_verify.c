#include "bearssl_verify.h"

#define VERIFY_CERT_MAX 16384
#define VERIFY_CHAIN_MAX 65536

/* Judges the chain by the anchors found for it; 0 when it is good. */
static unsigned verify_run_minimal(hc_verifier *verifier, const hc_chain_anchors *found)
{
    const br_x509_class **engine = &verifier->minimal.vtable;
    int64_t time = verifier->unix_time < 0 ? 0 : verifier->unix_time;
    br_x509_trust_anchor anchors[HC_CHAIN_ANCHORS_MAX];
    size_t num_anchors = 0;
    size_t path[HC_CHAIN_CERTS_MAX];
    size_t num_path = hc_chain_path(&verifier->chain, path);

    for (size_t i = 0; i < found->num_anchors; i++) {
        br_x509_trust_anchor *anchor = &anchors[num_anchors];

        anchor->dn.data = (unsigned char *)found->anchors[i].subject.at;
        anchor->dn.len = hc_cursor_left(&found->anchors[i].subject);
        anchor->flags = i < found->num_leaf ? 0 : BR_X509_TA_CA;
        num_anchors += hc_public_key_read(&anchor->pkey, found->anchors[i].public_key) != 0;
    }
    br_x509_minimal_init(&verifier->minimal, &br_sha256_vtable, anchors, num_anchors);
    hc_set_minimal_algorithms(&verifier->minimal, &verifier->ec);
    /* its day 0 is the first of January of the year 0 */
    br_x509_minimal_set_time(&verifier->minimal, (uint32_t)(719528 + time / 86400),
                             (uint32_t)(time % 86400));
    (*engine)->start_chain(engine, verifier->server_name);
    for (size_t i = 0; i < num_path; i++) {
        hc_cursor der = hc_chain_at(&verifier->chain, path[i]);

        (*engine)->start_cert(engine, (uint32_t)hc_cursor_left(&der));
        (*engine)->append(engine, der.at, hc_cursor_left(&der));
        (*engine)->end_cert(engine);
    }
    return (*engine)->end_chain(engine);
}

static void verify_fail(const hc_verifier *verifier, unsigned verdict)
{
    const char *host = verifier->server_name;

    switch (verdict) {
    case BR_ERR_X509_BAD_SERVER_NAME:
        hc_chain_fail_name(&verifier->chain, host, verifier->error);
        break;
    case BR_ERR_X509_NOT_TRUSTED:
        hc_chain_fail_issuer(&verifier->chain, host, verifier->error);
        break;
    case BR_ERR_X509_EXPIRED:
        hc_fail(verifier->error, HTTPSC_ERR_CERT_EXPIRED, 0,
                "that of %e, or one that it needs; or the clock of this machine is wrong", host);
        break;
    default:
        hc_fail(verifier->error, HTTPSC_ERR_CERT_INVALID, 0, "that of %e: %s", host,
                hc_bearssl_reason((int)verdict));
        break;
    }
}

static void verify_judge(hc_verifier *verifier)
{
    hc_chain_anchors found;
    unsigned verdict;

    if (hc_anchors_for_chain(verifier->anchors, &verifier->chain, &found) != HTTPSC_OK) {
        hc_fail(verifier->error, HTTPSC_ERR_MEMORY, 0, NULL);
    } else if ((verdict = verify_run_minimal(verifier, &found)) != 0) {
        verify_fail(verifier, verdict);
    } else {
        verifier->leaf_key = *br_x509_minimal_vtable.get_pkey(&verifier->minimal.vtable,
                                                              &verifier->leaf_usages);
        verifier->verdict = HC_VERDICT_VERIFIED;
    }
    hc_chain_anchors_free(&found);
}

static void verify_start_chain(const br_x509_class **engine, const char *server_name)
{
    hc_verifier *verifier = (hc_verifier *)(void *)engine;

    verifier->server_name = server_name;
    verifier->verdict = HC_VERDICT_NONE;
    hc_chain_free(&verifier->chain);
}

static void verify_start_cert(const br_x509_class **engine, uint32_t len)
{
    hc_verifier *verifier = (hc_verifier *)(void *)engine;

    (void)hc_chain_begin(&verifier->chain, len, verifier->error);
}

static void verify_append(const br_x509_class **engine, const unsigned char *bytes, size_t len)
{
    hc_verifier *verifier = (hc_verifier *)(void *)engine;

    (void)hc_chain_append(&verifier->chain, bytes, len, verifier->error);
}

static void verify_end_cert(const br_x509_class **engine)
{
    (void)engine;
}

static unsigned verify_end_chain(const br_x509_class **engine)
{
    hc_verifier *verifier = (hc_verifier *)(void *)engine;
    hc_certificate leaf;

    if (verifier->error->code != HTTPSC_OK) {
        return BR_ERR_X509_LIMIT_EXCEEDED;
    }
    if (!hc_chain_skim(&verifier->chain, 0, &leaf)) {
        hc_fail(verifier->error, HTTPSC_ERR_CERT_INVALID, 0, "none was sent, or it is malformed");
    } else if (!hc_public_key_read(&verifier->leaf_key, leaf.public_key)) {
        hc_fail(verifier->error, HTTPSC_ERR_CERT_INVALID, 0,
                "its key is none of RSA with 2048 to 4096 bits, P-256, P-384, P-521");
    } else if (verifier->any_peer) {
        verifier->leaf_usages = BR_KEYTYPE_SIGN;
        verifier->verdict = HC_VERDICT_ANY_PEER;
    } else if (verifier->server_name != NULL && verifier->server_name[0] != '\0') {
        verify_judge(verifier);
    }
    return verifier->verdict == HC_VERDICT_NONE ? BR_ERR_X509_NOT_TRUSTED : 0;
}

static const br_x509_pkey *verify_get_pkey(const br_x509_class *const *engine, unsigned *usages)
{
    const hc_verifier *verifier = (const hc_verifier *)(const void *)engine;

    if (usages != NULL) {
        *usages = verifier->leaf_usages;
    }
    return verifier->verdict == HC_VERDICT_NONE ? NULL : &verifier->leaf_key;
}

HC_FN void hc_verifier_init(hc_verifier *verifier, const hc_tls_params *params,
                            httpsc_error *error)
{
    static const br_x509_class verify_class = {
        sizeof(hc_verifier), verify_start_chain, verify_start_cert, verify_append,
        verify_end_cert,     verify_end_chain,   verify_get_pkey};

    verifier->vtable = &verify_class;
    verifier->anchors = params->anchors;
    verifier->any_peer = params->any_peer;
    verifier->unix_time = params->unix_time;
    verifier->error = error;
    verifier->ec = hc_ec_checked();
    hc_chain_init(&verifier->chain, params->allocator, VERIFY_CHAIN_MAX, VERIFY_CERT_MAX);
}

HC_FN void hc_verifier_free(hc_verifier *verifier)
{
    hc_chain_free(&verifier->chain);
}
