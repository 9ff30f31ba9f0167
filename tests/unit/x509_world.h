/* For test_x509_*.c: a chain, a store and a question, verified at one go. */
#ifndef X509_WORLD_H
#define X509_WORLD_H

#include "x509_maker.h"

#define CHAIN_MAX 128

/* A chain, a store and a question. */
typedef struct world {
    bytes chain[CHAIN_MAX];
    size_t num_certs;
    bytes roots; /* PEM */
    bytes crls;  /* PEM; none: no revocation */
    const char *host;
    hc_x509_params params;
    hc_x509_verdict verdict;
    httpsc_error error;
    unit_memory memory;
} world;

/* root (key 1, in the store) */
static inline void world_init(world *w)
{
    memset(w, 0, sizeof *w);
    w->roots = maker_pem("CERTIFICATE", maker_issuer("root", 1, "root", 1, b_none()));
    w->host = "a.example";
    w->params.unix_time = MAKER_NOW;
    hc_x509_default_bounds(&w->params.bounds);
    unit_memory_init(&w->memory);
}

static inline void world_add(world *w, bytes cert)
{
    w->chain[w->num_certs++] = cert;
}

static inline int world_verify(world *w)
{
    hc_cursor chain[CHAIN_MAX];
    hc_anchors anchors;
    hc_crls crls;
    hc_host host;
    const char *why;
    int code;

    for (size_t i = 0; i < w->num_certs; i++) {
        chain[i] = b_cursor(w->chain[i]);
    }
    CHECK(hc_host_parse(&host, w->host, strlen(w->host)));
    memset(&w->error, 0, sizeof w->error);
    memset(&w->verdict, 0xff, sizeof w->verdict);
    w->params.allocator = &w->memory.allocator;
    w->params.chain = chain;
    w->params.num_certs = w->num_certs;
    w->params.anchors = &anchors;
    w->params.host = &host;
    hc_crls_init(&crls, &w->memory.allocator, 1000000);
    code = maker_store(&anchors, &w->memory.allocator, w->roots);
    if (code == HTTPSC_OK) {
        code = hc_crls_add(&crls, b_cursor(w->crls), &why);
    }
    w->params.crls = w->crls.len > 0 ? &crls : NULL;
    if (code == HTTPSC_OK) {
        code = hc_x509_verify(&w->params, &w->verdict, &w->error);
        CHECK_INT(code, w->error.code);
        CHECK((code == HTTPSC_OK) == (w->verdict.proof != HC_X509_NONE));
    }
    hc_anchors_free(&anchors);
    hc_crls_free(&crls);
    CHECK_INT(w->memory.live_blocks, 0);
    CHECK(!w->memory.misuse);
    return code;
}

#define CHECK_CODE(w, name) \
    do { \
        (void)world_verify(w); \
        CHECK_TEXT(httpsc_code_name((w)->error.code), #name); \
    } while (0)

#define CHECK_SAYS(w, part) \
    do { \
        if (strstr((w)->error.text, part) == NULL) { \
            CHECK_TEXT((w)->error.text, part); \
        } \
    } while (0)

/* leaf (key 3) <- middle (key 2) <- root, with changes */
static inline void world_usual(world *w, bytes middle_more)
{
    world_init(w);
    world_add(w, maker_leaf("DNS:a.example", 3, "middle", 2));
    world_add(w, maker_issuer("middle", 2, "root", 1, middle_more));
}

static inline bytes leaf_with(bytes extensions, const char *from, const char *to)
{
    maker_spec spec = {"leaf", "root", 3, 1, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

    spec.extensions = extensions;
    spec.from = from;
    spec.to = to;
    return maker_cert(&spec);
}

static inline bytes crl_of(const char *issuer, int signer, const char *serial_hex, const char *next,
                    bytes extensions)
{
    bytes entry = b_der(0x30, b_cat(b_der(2, b_hex(serial_hex)),
                                    b_der(0x17, b_text("210101000000Z"))));
    bytes head = b_cat3(b_hex("020101"), b_hex("300a06082a8648ce3d040302"), maker_name(issuer));
    bytes dates = b_cat(maker_time("210101000000Z"), maker_time(next));
    bytes tail = b_cat(b_der(0x30, entry),
                       extensions.len == 0 ? b_none()
                                           : b_der(0xA0, b_der(0x30, extensions)));

    return maker_pem("X509 CRL", maker_sign(b_der(0x30, b_cat3(head, dates, tail)), signer));
}

#endif
