#include "verify.h"

#include "../syntax/asn1_time.h"
#include "names.h"
#include "profile.h"

HC_FN void hc_x509_default_bounds(hc_x509_bounds *bounds)
{
    bounds->max_certs = 10;
    bounds->max_cert_bytes = 16384;
    bounds->max_names = 1000;
    bounds->path.max_intermediates = 6;
    bounds->path.max_signatures = 50;
    bounds->path.max_steps = 10000;
    bounds->path.max_compares = 250000;
}

/* One verification on its way. */
typedef struct verdict_maker {
    const hc_x509_params *params;
    hc_x509_verdict *verdict;
    hc_cert *certs;
    hc_path path;
    httpsc_error *error;
} verdict_maker;

#define VERDICT_TEXT(size) (HC_HAS_ERROR_TEXT ? (size) : 1) /* room for a sentence */

/* ---- error texts ---------------------------------------------------------------------------- */

/* "the server's certificate", "certificate 2 of the chain, "CN"," or the anchor over it */
static void verdict_add_certificate(const verdict_maker *maker, hc_text *text, size_t index,
                                    int is_anchor)
{
    const hc_cert *cert = &maker->certs[index];

    if (is_anchor) {
        hc_text_add(text, "trusted root ");
        hc_names_describe_name(cert->issuer, text);
    } else if (index == 0) {
        hc_text_add(text, "the server's certificate ");
        hc_names_describe_name(cert->subject, text);
    } else {
        hc_text_add(text, "certificate ");
        hc_text_add_int(text, (int64_t)index + 1);
        hc_text_add(text, " of the chain, ");
        hc_names_describe_name(cert->subject, text);
    }
}

static void verdict_add_dates(const verdict_maker *maker, hc_text *text, const hc_finding *finding)
{
    const hc_cert *cert = &maker->certs[finding->certificate];

    if (finding->is_anchor) {
        hc_text_add(text, finding->code == HTTPSC_ERR_CERT_EXPIRED ? " has expired"
                                                                   : " is not yet valid");
    } else if (finding->code == HTTPSC_ERR_CERT_EXPIRED) {
        hc_text_add(text, " was valid until ");
        hc_asn1_time_describe(cert->not_after, text);
    } else {
        hc_text_add(text, " is valid from ");
        hc_asn1_time_describe(cert->not_before, text);
    }
    hc_text_add(text, ", and the clock says ");
    hc_asn1_time_describe(maker->params->unix_time, text);
}

static int verdict_is_about_dates(const hc_finding *finding)
{
    return finding->code == HTTPSC_ERR_CERT_EXPIRED ||
           finding->code == HTTPSC_ERR_CERT_NOT_YET_VALID;
}

/* Which certificate, and what is the matter with it. */
static void verdict_add_finding(const verdict_maker *maker, hc_text *text,
                                const hc_finding *finding)
{
    verdict_add_certificate(maker, text, finding->certificate, finding->is_anchor);
    if (verdict_is_about_dates(finding)) {
        verdict_add_dates(maker, text, finding);
    } else {
        hc_text_add(text, ": ");
        hc_text_add(text, finding->why);
    }
    if (hc_cursor_left(&finding->name) > 0) {
        hc_text_add(text, ": ");
        hc_names_describe_general(finding->name_tag, finding->name, text);
    }
}

/* Ends with a finding, and the remedy. */
static int verdict_fail(verdict_maker *maker, const hc_finding *finding)
{
    char place[VERDICT_TEXT(400)];
    hc_text text = hc_text_in(place, sizeof place);

    maker->verdict->certificate = finding->certificate;
    if (!HC_HAS_ERROR_TEXT || finding->code == HTTPSC_ERR_LIMIT_CERT) {
        return hc_fail(maker->error, finding->code, 0, "%s", finding->why);
    }
    verdict_add_finding(maker, &text, finding);
    if (verdict_is_about_dates(finding)) {
        hc_text_add(&text, "; unless the clock is wrong, the server needs a new one");
    } else if (finding->code == HTTPSC_ERR_CERT_REVOKED) {
        hc_text_add(&text, "; the server needs a new one");
    }
    return hc_fail(maker->error, finding->code, 0, "%s", place);
}

/* What the path search tells, put into words for the listener. */
static void verdict_tell(void *user, const hc_path_rejection *rejection)
{
    const verdict_maker *maker = user;
    const hc_x509_listener *listener = maker->params->listener;
    httpsc_passed_over what;
    hc_text text;

    memset(&what, 0, sizeof what);
    what.certificate = rejection->certificate;
    what.issuer = rejection->is_anchor ? HTTPSC_TRUSTED_ROOT : rejection->issuer;
    what.code = rejection->finding->code;
    text = hc_text_in(what.text, sizeof what.text);
    if (HC_HAS_ERROR_TEXT) {
        verdict_add_finding(maker, &text, rejection->finding);
    }
    listener->tell(listener->user, &what);
}

static int verdict_fail_names(verdict_maker *maker)
{
    char place[VERDICT_TEXT(400)];
    hc_text text = hc_text_in(place, sizeof place);

    if (HC_HAS_ERROR_TEXT) {
        hc_text_add(&text, "it is for ");
        hc_names_describe(&maker->certs[0], &text);
    }
    return hc_fail(maker->error, HTTPSC_ERR_CERT_NAME_MISMATCH, 0, "%s; you asked for %e", place,
                   maker->params->host->text);
}

/* "the 144 trusted roots (/etc/ssl/cert.pem)" */
static void verdict_add_store(const verdict_maker *maker, hc_text *text)
{
    const hc_anchors *anchors = maker->params->anchors;

    hc_text_add(text, "the ");
    hc_text_add_int(text, (int64_t)anchors->num_anchors);
    hc_text_add(text, anchors->num_anchors == 1 ? " trusted root" : " trusted roots");
    if (anchors->store != NULL) {
        hc_text_add(text, " (");
        hc_text_add(text, anchors->store);
        hc_text_add(text, ")");
    }
}

/* Not the server's fault: the anchors are not to be had. */
static int verdict_fail_store(verdict_maker *maker, int code)
{
    char place[VERDICT_TEXT(160)];
    hc_text text = hc_text_in(place, sizeof place);

    if (code == HTTPSC_ERR_MEMORY) {
        return hc_fail(maker->error, code, 0, NULL);
    }
    if (HC_HAS_ERROR_TEXT) {
        verdict_add_store(maker, &text);
    }
    return hc_fail(maker->error, code, 0,
                   "the file of %s was changed in place since it was opened, or its descriptor was "
                   "closed; open the configuration anew",
                   place);
}

/* No path, and no rule that was broken: the issuer is missing. */
static int verdict_fail_issuer(verdict_maker *maker)
{
    const hc_cert *top = &maker->certs[maker->path.top];
    char top_place[VERDICT_TEXT(200)];
    char issuer_place[VERDICT_TEXT(200)];
    char store_place[VERDICT_TEXT(160)];
    hc_text store = hc_text_in(store_place, sizeof store_place);
    hc_text top_text = hc_text_in(top_place, sizeof top_place);
    hc_text issuer = hc_text_in(issuer_place, sizeof issuer_place);

    maker->verdict->certificate = maker->path.top;
    if (HC_HAS_ERROR_TEXT) {
        verdict_add_certificate(maker, &top_text, maker->path.top, 0);
        hc_names_describe_name(top->issuer, &issuer);
        verdict_add_store(maker, &store);
    }
    if (hc_cert_is_self_issued(top) && maker->path.top_depth == 0) {
        return hc_fail(maker->error, HTTPSC_ERR_CERT_SELF_SIGNED, 0,
                       "%s is its own issuer, and not among %s; give it as CA file if it is to be "
                       "trusted",
                       top_place, store_place);
    }
    if (maker->path.top_depth == 0) {
        return hc_fail(maker->error, HTTPSC_ERR_CERT_INCOMPLETE_CHAIN, 0,
                       "%s is issued by %s, which it did not send and which is none of %s; the "
                       "server must send its intermediate certificates, or a private CA be given "
                       "as CA file",
                       top_place, issuer_place, store_place);
    }
    return hc_fail(maker->error, HTTPSC_ERR_CERT_UNKNOWN_ISSUER, 0,
                   "%s is issued by %s, which is none of %s; give its CA file if it is to be "
                   "trusted",
                   top_place, issuer_place, store_place);
}

/* ---- the checks ----------------------------------------------------------------------------- */

static void verdict_path_params(verdict_maker *maker, hc_path_params *out)
{
    memset(out, 0, sizeof *out);
    out->allocator = maker->params->allocator;
    out->certs = maker->certs;
    out->num_certs = maker->params->num_certs;
    out->anchors = maker->params->anchors;
    out->crls = maker->params->crls;
    out->unix_time = maker->params->unix_time;
    out->ignore_dates = maker->params->ignore_dates;
    out->bounds = maker->params->bounds.path;
    out->tell = maker->params->listener == NULL ? NULL : verdict_tell;
    out->tell_user = maker;
}

static int verdict_store_code(hc_path_result result)
{
    return result == HC_PATH_UNREADABLE ? HTTPSC_ERR_TRUST_UNREADABLE : HTTPSC_ERR_MEMORY;
}

/* No path was found. Would there be one if dates did not count? That is then the matter. */
static int verdict_fail_path(verdict_maker *maker, hc_path_params *params,
                             const hc_finding *leaf_dates)
{
    hc_finding finding = maker->path.finding;
    hc_finding dates = leaf_dates->code != HTTPSC_OK ? *leaf_dates : maker->path.dates;
    hc_path_result result = HC_PATH_NONE;

    if (dates.code != HTTPSC_OK) {
        params->ignore_dates = 1;
        result = hc_path_search(params, &maker->path);
        if (result == HC_PATH_MEMORY || result == HC_PATH_UNREADABLE) {
            return verdict_fail_store(maker, verdict_store_code(result));
        }
        if (result == HC_PATH_FOUND || (result == HC_PATH_LIMIT && finding.code == HTTPSC_OK)) {
            return verdict_fail(maker, &dates);
        }
        if (result == HC_PATH_NONE) {
            finding = maker->path.finding;
        }
    }
    return finding.code == HTTPSC_OK ? verdict_fail_issuer(maker) : verdict_fail(maker, &finding);
}

static int verdict_check_path(verdict_maker *maker)
{
    hc_path_result result = HC_PATH_NONE;
    hc_path_params params;
    hc_finding leaf_dates;

    verdict_path_params(maker, &params);
    memset(&leaf_dates, 0, sizeof leaf_dates);
    if (params.ignore_dates ||
        hc_profile_check_dates(&maker->certs[0], params.unix_time, &leaf_dates)) {
        result = hc_path_search(&params, &maker->path);
    }
    switch (result) {
    case HC_PATH_FOUND:
        maker->verdict->path_len = maker->path.len;
        memcpy(maker->verdict->anchor_key_hash, maker->path.anchor_key_hash,
               sizeof maker->verdict->anchor_key_hash);
        memcpy(maker->verdict->path, maker->path.indexes,
               maker->path.len * sizeof *maker->path.indexes);
        return HTTPSC_OK;
    case HC_PATH_NONE:
        return verdict_fail_path(maker, &params, &leaf_dates);
    case HC_PATH_LIMIT:
        return verdict_fail(maker, &maker->path.finding);
    default:
        return verdict_fail_store(maker, verdict_store_code(result));
    }
}

/* Whether the store holds the server's certificate itself, and then whether it may be used so: that
 * whoever put it there trusts it replaces all that an issuer would stand for. */
static int verdict_check_trust(verdict_maker *maker, hc_finding *finding)
{
    const hc_cert *leaf = &maker->certs[0];
    size_t position = 0;
    hc_anchor anchor;
    hc_buffer scratch;
    int found;

    hc_buffer_init(&scratch, maker->params->allocator, HC_ANCHOR_SCRATCH_MAX);
    do {
        found = hc_anchors_find(maker->params->anchors, leaf->subject, &position, &scratch,
                                &anchor);
    } while (found > 0 && !hc_der_same(anchor.certificate, leaf->whole));
    hc_buffer_free(&scratch);
    if (found < 0) {
        finding->code = found == HC_ANCHORS_UNREADABLE ? HTTPSC_ERR_TRUST_UNREADABLE
                                                       : HTTPSC_ERR_MEMORY;
        return 0;
    }
    if (found > 0) {
        maker->verdict->is_leaf_trusted = 1;
        maker->verdict->path_len = 1; /* the path is the certificate, index 0 */
    }
    return hc_profile_check(leaf, found > 0 ? HC_ROLE_TRUSTED : HC_ROLE_LEAF, finding);
}

/* The server's certificate by itself. */
static int verdict_check_leaf(verdict_maker *maker)
{
    const hc_x509_params *params = maker->params;
    const hc_cert *leaf = &maker->certs[0];
    unsigned usage = (leaf->extensions & HC_EXT_KEY_USAGE) != 0 ? leaf->key_usage : ~0u;
    hc_finding finding;

    memset(&finding, 0, sizeof finding);
    if (leaf->why != NULL) {
        finding.code = HTTPSC_ERR_CERT_INVALID;
        finding.why = leaf->why;
        return verdict_fail(maker, &finding);
    }
    if (leaf->num_alt_names > params->bounds.max_names) {
        finding.code = HTTPSC_ERR_LIMIT_CERT;
        finding.why = HC_SAY("too many names in the server's certificate");
        return verdict_fail(maker, &finding);
    }
    if (!hc_profile_check_key(leaf->public_key, &maker->verdict->key, &finding)) {
        return verdict_fail(maker, &finding);
    }
    maker->verdict->key_usage = usage;
    if ((usage & params->key_usage) != params->key_usage) {
        finding.code = HTTPSC_ERR_CERT_KEY_USAGE;
        finding.why = HC_SAY("its keyUsage does not allow what it is used for");
        return verdict_fail(maker, &finding);
    }
    if (!params->ignore_chain && !verdict_check_trust(maker, &finding)) {
        return finding.code == HTTPSC_ERR_MEMORY || finding.code == HTTPSC_ERR_TRUST_UNREADABLE
                   ? verdict_fail_store(maker, finding.code)
                   : verdict_fail(maker, &finding);
    }
    if ((params->ignore_chain || maker->verdict->is_leaf_trusted) && !params->ignore_dates &&
        !hc_profile_check_dates(leaf, params->unix_time, &finding)) {
        return verdict_fail(maker, &finding);
    }
    return HTTPSC_OK;
}

static int verdict_check_all(verdict_maker *maker)
{
    const hc_x509_params *params = maker->params;
    int code;

    for (size_t i = 0; i < params->num_certs; i++) {
        hc_cursor der = params->chain[i];

        if (hc_cursor_left(&der) <= params->bounds.max_cert_bytes) {
            (void)hc_cert_decode(&maker->certs[i], der);
        } else if (i > 0) {
            maker->certs[i].why = HC_SAY("it is larger than allowed");
        } else {
            return hc_fail(maker->error, HTTPSC_ERR_LIMIT_CERT, 0,
                           "the server's certificate is of %z bytes", hc_cursor_left(&der));
        }
    }
    code = verdict_check_leaf(maker);
    if (code == HTTPSC_OK && !params->ignore_chain && !maker->verdict->is_leaf_trusted) {
        code = verdict_check_path(maker);
    }
    if (code == HTTPSC_OK && !params->ignore_name &&
        !hc_names_match(&maker->certs[0], params->host)) {
        code = verdict_fail_names(maker);
    }
    return code;
}

HC_FN int hc_x509_verify(const hc_x509_params *params, hc_x509_verdict *verdict,
                         httpsc_error *error)
{
    verdict_maker maker;
    hc_path_params path_params;
    size_t size;
    int code;

    memset(verdict, 0, sizeof *verdict);
    if (params->num_certs == 0 || (!params->ignore_name && params->host == NULL) ||
        (!params->ignore_chain && params->anchors == NULL)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "nothing to verify a certificate by");
    }
    if (params->num_certs > params->bounds.max_certs || params->num_certs > HC_X509_CERTS_MAX ||
        !hc_mul(params->num_certs, sizeof *maker.certs, &size)) {
        return hc_fail(error, HTTPSC_ERR_LIMIT_CERT, 0, "a chain of %z certificates",
                       params->num_certs);
    }
    memset(&maker, 0, sizeof maker);
    maker.params = params;
    maker.verdict = verdict;
    maker.error = error;
    maker.certs = hc_alloc(params->allocator, size);
    if (maker.certs == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    code = verdict_check_all(&maker);
    verdict->work = maker.path.work;
    verdict_path_params(&maker, &path_params);
    hc_path_free(&maker.path, &path_params);
    hc_free(params->allocator, maker.certs, size);
    if (code != HTTPSC_OK) {
        verdict->path_len = 0;
        verdict->is_leaf_trusted = 0;
        return code;
    }
    verdict->proof = params->ignore_chain || params->ignore_name || params->ignore_dates
                         ? HC_X509_RELAXED
                         : HC_X509_VERIFIED;
    return HTTPSC_OK;
}
