#include "judge.h"

/* The path that the verdict found; without one the server's own certificate alone is proved. */
static size_t judge_path(const hc_x509_verdict *verdict, const hc_cursor *chain, hc_cursor *out)
{
    if (verdict->path_len == 0) {
        out[0] = chain[0];
        return 1;
    }
    for (size_t i = 0; i < verdict->path_len; i++) {
        out[i] = chain[verdict->path[i]];
    }
    return verdict->path_len;
}

static int judge_is_pinned(const hc_judge *judge, const unsigned char *digest)
{
    for (size_t i = 0; i < judge->num_pins; i++) {
        if (memcmp(digest, judge->pins + i * HC_PIN_LEN, HC_PIN_LEN) == 0) {
            return 1;
        }
    }
    return 0;
}

static int judge_pins(const hc_judge *judge, const hc_x509_verdict *verdict,
                      const hc_cursor *path, size_t len, const char *host, httpsc_error *error)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char digest[HC_HASH_MAX];
        hc_certificate certificate;

        if (hc_certificate_skim(&certificate, path[i].at, hc_cursor_left(&path[i]))) {
            hc_hash(HC_HASH_SHA256, certificate.public_key.at,
                    hc_cursor_left(&certificate.public_key), digest);
            if (judge_is_pinned(judge, digest)) {
                return HTTPSC_OK;
            }
        }
    }
    if (verdict->path_len > 0 && !verdict->is_leaf_trusted &&
        judge_is_pinned(judge, verdict->anchor_key_hash)) {
        return HTTPSC_OK;
    }
    return hc_fail(error, HTTPSC_ERR_CERT_PIN_MISMATCH, 0,
                   "none of the %z pinned keys is in the path of %s; if it has a new key, pin that",
                   judge->num_pins, host);
}

static void judge_as_bytes(const hc_cursor *certs, size_t num_certs, httpsc_bytes *out)
{
    for (size_t i = 0; i < num_certs; i++) {
        out[i].ptr = certs[i].at;
        out[i].len = hc_cursor_left(&certs[i]);
    }
}

HC_APART static int judge_ask(const hc_judge *judge, const httpsc_peer *asked,
                              const hc_cursor *path, const hc_cursor *sent, httpsc_error *error)
{
    httpsc_bytes path_bytes[HC_X509_CERTS_MAX];
    httpsc_bytes sent_bytes[HC_X509_CERTS_MAX];
    httpsc_peer peer = *asked;
    int code;

    judge_as_bytes(path, peer.num_certs, path_bytes);
    judge_as_bytes(sent, peer.num_sent, sent_bytes);
    peer.chain = path_bytes;
    peer.sent = sent_bytes;
    code = judge->verify(judge->verify_user, &peer);
    return code == HTTPSC_OK
               ? HTTPSC_OK
               : hc_fail(error, HTTPSC_ERR_CERT_REFUSED, code, "%s; it said %d", peer.host, code);
}

HC_FN int hc_judge_chain(const hc_judge *judge, const httpsc_allocator *allocator,
                         const hc_cursor *chain, size_t num_certs, const hc_host *host,
                         int64_t unix_time, unsigned key_usage, const hc_x509_listener *listener,
                         hc_x509_verdict *verdict, httpsc_error *error)
{
    hc_x509_params params;
    hc_cursor path[HC_X509_CERTS_MAX];
    size_t len;
    int code;

    memset(&params, 0, sizeof params);
    params.allocator = allocator;
    params.chain = chain;
    params.num_certs = num_certs;
    params.anchors = &judge->anchors;
    params.crls = judge->crls.num_crls > 0 ? &judge->crls : NULL;
    params.unix_time = unix_time;
    params.host = host;
    params.key_usage = key_usage;
    params.listener = listener;
    params.ignore_chain = judge->ignore_chain;
    params.ignore_name = judge->ignore_name;
    params.ignore_dates = judge->ignore_dates;
    hc_x509_default_bounds(&params.bounds);
    code = hc_x509_verify(&params, verdict, error);
    if (code != HTTPSC_OK) {
        return code;
    }
    len = judge_path(verdict, chain, path);
    if (judge->num_pins > 0) {
        code = judge_pins(judge, verdict, path, len, host->text, error);
    }
    if (code == HTTPSC_OK && judge->verify != NULL) {
        int found = verdict->path_len > 0;
        httpsc_peer peer;

        memset(&peer, 0, sizeof peer);
        peer.host = host->text;
        peer.num_certs = found ? len : num_certs;
        peer.num_sent = num_certs;
        peer.verified = verdict->proof == HC_X509_VERIFIED;
        code = judge_ask(judge, &peer, found ? path : chain, chain, error);
    }
    if (code != HTTPSC_OK) {
        memset(verdict, 0, sizeof *verdict);
    }
    return code;
}
