#include "path.h"

#include "names.h"
#include "profile.h"

/* Where the search stands at one certificate of the path: which of its issuers come next. */
typedef enum path_phase {
    PATH_ANCHORS = 1,   /* those in the store */
    PATH_MATCHING_SENT, /* those sent whose key identifier is the one it names */
    PATH_OTHER_SENT,    /* the others sent */
    PATH_DONE
} path_phase;

typedef struct path_level {
    size_t cert;
    path_phase phase;
    size_t next;       /* position in the store, or index of those sent */
    int has_grown;     /* 1: one of them did sign it */
    int has_bad_signer; /* 1: one of them has the name, but did not */
} path_level;

/* What is found out once about each that was sent: names are long and compared often, and that an
 * EC point is on its curve takes long to see. */
typedef struct path_node {
    size_t subject_id; /* the first of those sent that has the same subject */
    size_t issuer_id;  /* the first whose subject is this one's issuer; PATH_NOBODY: none */
    int is_parsed;     /* the key: 1 good, -1 not */
    hc_public_key key;
    hc_finding finding;
} path_node;

#define PATH_NOBODY SIZE_MAX

typedef enum path_memo {
    PATH_MEMO_NONE = 0,
    PATH_MEMO_VALID,
    PATH_MEMO_INVALID
} path_memo;

typedef struct path_search {
    const hc_path_params *params;
    hc_path *path;
    path_level *levels;
    size_t num_levels;
    path_node *nodes;
    unsigned char *memos; /* of each certificate and each that may have issued it */
    hc_buffer scratch;    /* the anchor that is looked at */
    hc_finding rejection; /* why the last issuer was passed over */
    const char *limit;    /* the bound that was passed */
} path_search;

/* An issuer that is looked at: one that was sent, or an anchor. */
typedef struct path_candidate {
    const hc_cert *cert; /* NULL for an anchor that is name and key alone */
    hc_cursor public_key;
    hc_role role;
    size_t index; /* of one that was sent */
} path_candidate;

/* ---- findings ------------------------------------------------------------------------------- */

/* The higher it is, the more it says about why the path failed that came nearest. */
static int path_rank(int code)
{
    switch (code) {
    case HTTPSC_ERR_CERT_REVOKED:
        return 8;
    case HTTPSC_ERR_CERT_CONSTRAINT:
        return 7;
    case HTTPSC_ERR_CERT_KEY_USAGE:
        return 6;
    case HTTPSC_ERR_CERT_WEAK:
        return 5;
    case HTTPSC_ERR_CERT_INVALID:
        return 4;
    case HTTPSC_ERR_LIMIT_CERT:
        return 3;
    case HTTPSC_ERR_CERT_EXPIRED:
    case HTTPSC_ERR_CERT_NOT_YET_VALID:
        return 2;
    default:
        return 0;
    }
}

static int path_is_about_dates(int code)
{
    return code == HTTPSC_ERR_CERT_EXPIRED || code == HTTPSC_ERR_CERT_NOT_YET_VALID;
}

/* Notes why an issuer was passed over. Always 0. */
static int path_reject(path_search *search, const path_candidate *candidate,
                       const hc_finding *finding)
{
    hc_finding *best = path_is_about_dates(finding->code) ? &search->path->dates
                                                          : &search->path->finding;
    hc_finding *last = &search->rejection;

    *last = *finding;
    last->is_anchor = 0;
    last->certificate = candidate->index;
    if (candidate->role == HC_ROLE_ANCHOR) {
        last->is_anchor = 1;
        last->certificate = search->levels[search->num_levels - 1].cert;
        last->name = hc_cursor_over(NULL, 0);
    }
    if (path_rank(finding->code) > path_rank(best->code)) {
        *best = *last;
    }
    return 0;
}

/* The same for what is wrong with a certificate of the path. */
static int path_reject_cert(path_search *search, size_t cert, const hc_finding *finding)
{
    path_candidate candidate;

    memset(&candidate, 0, sizeof candidate);
    candidate.index = cert;
    candidate.role = HC_ROLE_ISSUER;
    return path_reject(search, &candidate, finding);
}

/* Tells whoever listens that the candidate, over the path's top, is passed over. Always 0. */
static int path_pass_over(const path_search *search, const path_candidate *candidate)
{
    const hc_path_params *params = search->params;
    hc_path_rejection rejection;

    if (params->tell != NULL && search->limit == NULL) {
        rejection.certificate = search->levels[search->num_levels - 1].cert;
        rejection.issuer = candidate->index;
        rejection.is_anchor = candidate->role == HC_ROLE_ANCHOR;
        rejection.finding = &search->rejection;
        params->tell(params->tell_user, &rejection);
    }
    return 0;
}

static int path_limit(path_search *search, const char *why)
{
    search->limit = why;
    return 0;
}

/* ---- one issuer over the path --------------------------------------------------------------- */

static const hc_cert *path_top(const path_search *search)
{
    return &search->params->certs[search->levels[search->num_levels - 1].cert];
}

/* How many intermediates the path has, but for the self-issued ones (RFC 5280, 4.2.1.9). */
static size_t path_count_intermediates(const path_search *search)
{
    size_t num = 0;

    for (size_t i = 1; i < search->num_levels; i++) {
        num += !hc_cert_is_self_issued(&search->params->certs[search->levels[i].cert]);
    }
    return num;
}

static int path_check_lengths(path_search *search, const path_candidate *candidate)
{
    size_t num_below = path_count_intermediates(search);
    size_t num_intermediates = num_below + (candidate->role == HC_ROLE_ISSUER &&
                                            !hc_cert_is_self_issued(candidate->cert));
    hc_finding finding;

    memset(&finding, 0, sizeof finding);

    if (num_intermediates > search->params->bounds.max_intermediates) {
        finding.code = HTTPSC_ERR_LIMIT_CERT;
        finding.why = HC_SAY("more intermediate certificates than allowed");
        return path_reject(search, candidate, &finding);
    }
    if (candidate->cert != NULL && candidate->cert->has_path_len &&
        num_below > candidate->cert->path_len) {
        finding.code = HTTPSC_ERR_CERT_CONSTRAINT;
        finding.why = HC_SAY("its pathLenConstraint allows fewer certificates below it");
        return path_reject(search, candidate, &finding);
    }
    return 1;
}

/* RFC 5280, 6.1.3 (b, c): self-issued certificates are let pass, but for the last of the path. */
static int path_check_names(path_search *search, const path_candidate *candidate)
{
    hc_path_work *work = &search->path->work;
    size_t left = search->params->bounds.max_compares - work->num_compares;
    size_t before = left;
    hc_constraint_result result = HC_CONSTRAINT_MET;
    hc_finding finding;
    hc_der violating;

    if (candidate->cert == NULL) {
        return 1;
    }
    memset(&finding, 0, sizeof finding);
    for (size_t i = 0; i < search->num_levels && result == HC_CONSTRAINT_MET; i++) {
        const hc_cert *cert = &search->params->certs[search->levels[i].cert];

        if (i == 0 || !hc_cert_is_self_issued(cert)) {
            result = hc_names_check(candidate->cert, cert, &left, &violating);
            finding.certificate = search->levels[i].cert;
        }
    }
    work->num_compares += before - left;
    if (result == HC_CONSTRAINT_TOO_COMPLEX) {
        return path_limit(search, "too many names under too many name constraints");
    }
    if (result == HC_CONSTRAINT_VIOLATED) {
        finding.code = HTTPSC_ERR_CERT_CONSTRAINT;
        finding.why = HC_SAY("it has a name that an issuer above it does not allow");
        finding.name_tag = violating.tag;
        finding.name = violating.content;
        return path_reject_cert(search, finding.certificate, &finding);
    }
    return 1;
}

/* The key of one that was sent, parsed at its first use; NULL and a finding where it is bad. */
static const hc_public_key *path_sent_key(path_search *search, size_t index, hc_finding *finding)
{
    path_node *entry = &search->nodes[index];

    if (entry->is_parsed == 0) {
        entry->is_parsed = hc_profile_check_key(search->params->certs[index].public_key,
                                                &entry->key, &entry->finding)
                               ? 1
                               : -1;
    }
    *finding = entry->finding;
    return entry->is_parsed > 0 ? &entry->key : NULL;
}

/* Checks the signature of the path's top with a key, as far as the bound allows. */
static int path_verify(path_search *search, const hc_public_key *key)
{
    const hc_cert *top = path_top(search);

    if (search->path->work.num_signatures >= search->params->bounds.max_signatures) {
        return path_limit(search, "too many signatures to check");
    }
    search->path->work.num_signatures++;
    return hc_check_signature(&top->algorithm, top->tbs, top->signature, key) ==
           HC_SIGNATURE_VALID;
}

static int path_verify_memo(path_search *search, size_t issuer, const hc_public_key *key)
{
    size_t top = search->levels[search->num_levels - 1].cert;
    unsigned char *memo = &search->memos[top * search->params->num_certs + issuer];

    if (*memo == PATH_MEMO_NONE) {
        int valid = path_verify(search, key);

        if (search->limit != NULL) {
            return 0;
        }
        *memo = valid ? PATH_MEMO_VALID : PATH_MEMO_INVALID;
    }
    return *memo == PATH_MEMO_VALID;
}

static const hc_finding path_bad_signature = {
    HTTPSC_ERR_CERT_INVALID,
    "its signature is not that of the issuer it names",
    0,
    0,
    0,
    {NULL, NULL}};

/* Whether the candidate signed the top; *key is its key, in a place of the search or the given. */
static int path_check_signature(path_search *search, const path_candidate *candidate,
                                hc_public_key *anchor_key, const hc_public_key **key)
{
    path_level *level = &search->levels[search->num_levels - 1];
    size_t top = level->cert;
    hc_finding finding;
    int valid;

    memset(&finding, 0, sizeof finding);
    if (!hc_profile_check_algorithm(&search->params->certs[top].algorithm, &finding)) {
        return path_reject_cert(search, top, &finding);
    }
    if (candidate->role == HC_ROLE_ANCHOR) {
        *key = hc_profile_check_key(candidate->public_key, anchor_key, &finding) ? anchor_key
                                                                                 : NULL;
    } else {
        *key = path_sent_key(search, candidate->index, &finding);
    }
    if (*key == NULL) {
        return path_reject(search, candidate, &finding);
    }
    valid = candidate->role == HC_ROLE_ANCHOR ? path_verify(search, *key)
                                              : path_verify_memo(search, candidate->index, *key);
    level->has_grown |= valid;
    level->has_bad_signer |= !valid;
    if (!valid) { /* that alone fails nothing: another issuer of the name may have signed it */
        search->rejection = path_bad_signature;
        search->rejection.certificate = top;
    }
    return valid;
}

/* Leaves a certificate whose issuers were all looked at. */
static void path_pop(path_search *search)
{
    const path_level *level = &search->levels[--search->num_levels];

    if (level->has_bad_signer && !level->has_grown) {
        (void)path_reject_cert(search, level->cert, &path_bad_signature);
    }
}

/* Everything but the signature, the cheap first. */
static int path_check_rules(path_search *search, const path_candidate *candidate)
{
    hc_finding finding;

    memset(&finding, 0, sizeof finding);
    if (candidate->cert != NULL) {
        if (!hc_profile_check(candidate->cert, candidate->role, &finding)) {
            return path_reject(search, candidate, &finding);
        }
        if (!search->params->ignore_dates &&
            !hc_profile_check_dates(candidate->cert, search->params->unix_time, &finding)) {
            return path_reject(search, candidate, &finding);
        }
    }
    return path_check_lengths(search, candidate) && path_check_names(search, candidate);
}

static int path_take_step(path_search *search)
{
    if (search->path->work.num_steps >= search->params->bounds.max_steps) {
        return path_limit(search, "too many ways to order the certificates");
    }
    search->path->work.num_steps++;
    return 1;
}

/* ---- a whole path --------------------------------------------------------------------------- */

static int path_signs_crls(const hc_cert *cert)
{
    return cert == NULL || (cert->extensions & HC_EXT_KEY_USAGE) == 0 ||
           (cert->key_usage & HC_USAGE_CRL_SIGN) != 0;
}

/* Asks the caller's CRLs about each certificate of the path below the anchor. */
static int path_check_revocation(path_search *search, const path_candidate *anchor,
                                 const hc_public_key *anchor_key)
{
    const hc_path_params *params = search->params;
    hc_path_work *work = &search->path->work;

    for (size_t i = 0; HC_HAS_CRLS && params->crls != NULL && i < search->num_levels; i++) {
        size_t left = params->bounds.max_signatures - work->num_signatures;
        size_t before = left;
        hc_crl_question question;
        hc_crl_result result;
        hc_finding finding;

        memset(&finding, 0, sizeof finding);
        memset(&question, 0, sizeof question);
        question.cert = &params->certs[search->levels[i].cert];
        question.unix_time = params->unix_time;
        question.ignore_dates = params->ignore_dates;
        if (i + 1 < search->num_levels) {
            size_t issuer = search->levels[i + 1].cert;

            question.issuer_key = path_sent_key(search, issuer, &finding);
            question.issuer_signs_crls = path_signs_crls(&params->certs[issuer]);
        } else {
            question.issuer_key = anchor_key;
            question.issuer_signs_crls = path_signs_crls(anchor->cert);
        }
        result = hc_crl_check(params->crls, &question, &left, &finding);
        work->num_signatures += before - left;
        if (result == HC_CRL_TOO_COMPLEX) {
            return path_limit(search, "too many signatures to check");
        }
        if (result == HC_CRL_FAILED) {
            return path_reject_cert(search, search->levels[i].cert, &finding);
        }
    }
    return 1;
}

/* Whether the path ends well in this anchor. */
static int path_try_anchor(path_search *search, const hc_anchor *anchor)
{
    path_candidate candidate;
    hc_cert cert;
    hc_public_key anchor_key;
    const hc_public_key *key;

    if (!path_take_step(search)) {
        return 0;
    }
    memset(&candidate, 0, sizeof candidate);
    candidate.role = HC_ROLE_ANCHOR;
    candidate.public_key = anchor->public_key;
    if (hc_cursor_left(&anchor->certificate) > 0) {
        (void)hc_cert_decode(&cert, anchor->certificate);
        candidate.cert = &cert;
    }
    if (!path_check_rules(search, &candidate) ||
        !path_check_signature(search, &candidate, &anchor_key, &key) ||
        !path_check_revocation(search, &candidate, key)) {
        return path_pass_over(search, &candidate);
    }
    hc_hash(HC_HASH_SHA256, anchor->public_key.at, hc_cursor_left(&anchor->public_key),
            search->path->anchor_key_hash);
    return 1;
}

/* A path that held the same name and key twice would only go in a circle (RFC 4158, 2.4.2). */
static int path_holds(const path_search *search, size_t index)
{
    const hc_cert *certs = search->params->certs;

    for (size_t i = 0; i < search->num_levels; i++) {
        size_t held = search->levels[i].cert;

        if (search->nodes[held].subject_id == search->nodes[index].subject_id &&
            hc_der_same(certs[held].public_key, certs[index].public_key)) {
            return 1;
        }
    }
    return 0;
}

/* Whether one that was sent goes on top of the path. */
static int path_try_sent(path_search *search, size_t index)
{
    const hc_cert *cert = &search->params->certs[index];
    const hc_public_key *key;
    path_candidate candidate;

    size_t top = search->levels[search->num_levels - 1].cert;

    if (search->nodes[index].subject_id != search->nodes[top].issuer_id ||
        path_holds(search, index) || !path_take_step(search)) {
        return 0;
    }
    memset(&candidate, 0, sizeof candidate);
    candidate.role = HC_ROLE_ISSUER;
    candidate.cert = cert;
    candidate.public_key = cert->public_key;
    candidate.index = index;
    return (path_check_rules(search, &candidate) &&
            path_check_signature(search, &candidate, NULL, &key)) ||
           path_pass_over(search, &candidate);
}

/* ---- the search ----------------------------------------------------------------------------- */

static void path_push(path_search *search, size_t cert)
{
    path_level *level = &search->levels[search->num_levels++];

    memset(level, 0, sizeof *level);
    level->cert = cert;
    level->phase = PATH_ANCHORS;
    if (search->num_levels == 1 || search->num_levels - 1 > search->path->top_depth) {
        search->path->top = cert;
        search->path->top_depth = search->num_levels - 1;
    }
}

static int path_key_id_matches(const hc_cert *issuer, const hc_cert *cert)
{
    return hc_cursor_left(&cert->authority_key_id) > 0 &&
           hc_der_same(cert->authority_key_id, issuer->subject_key_id);
}

/* Takes the next issuer of those sent. 1 when the path grew. */
static int path_step_sent(path_search *search, path_level *level)
{
    const hc_cert *certs = search->params->certs;
    int wanted = level->phase == PATH_MATCHING_SENT;

    while (level->next < search->params->num_certs && search->limit == NULL) {
        size_t index = level->next++;

        if (path_key_id_matches(&certs[index], &certs[level->cert]) == wanted &&
            path_try_sent(search, index)) {
            path_push(search, index);
            return 1;
        }
    }
    level->phase = level->phase == PATH_MATCHING_SENT ? PATH_OTHER_SENT : PATH_DONE;
    level->next = 0;
    return 0;
}

/* 1 when the path is complete, 0 to go on, or HC_ANCHORS_... */
static int path_step_anchors(path_search *search, path_level *level)
{
    hc_anchor anchor;
    int found = hc_anchors_find(search->params->anchors, search->params->certs[level->cert].issuer,
                                &level->next, &search->scratch, &anchor);

    if (found > 0) {
        return path_try_anchor(search, &anchor);
    }
    level->phase = PATH_MATCHING_SENT;
    level->next = 0;
    return found;
}

static size_t path_first_of_subject(const hc_path_params *params, hc_cursor subject)
{
    for (size_t i = 0; i < params->num_certs; i++) {
        if (hc_der_same(params->certs[i].subject, subject)) {
            return i;
        }
    }
    return PATH_NOBODY;
}

static void path_find_ids(path_search *search)
{
    for (size_t i = 0; i < search->params->num_certs; i++) {
        const hc_cert *cert = &search->params->certs[i];

        /* what could not be decoded as far as its subject is nobody's issuer */
        search->nodes[i].subject_id = path_first_of_subject(search->params, cert->subject);
        if (search->nodes[i].subject_id == PATH_NOBODY) {
            search->nodes[i].subject_id = i;
        }
        search->nodes[i].issuer_id = path_first_of_subject(search->params, cert->issuer);
    }
}

static hc_path_result path_run(path_search *search)
{
    path_push(search, 0);
    while (search->num_levels > 0) {
        path_level *level = &search->levels[search->num_levels - 1];
        int done = 0;

        if (level->phase == PATH_ANCHORS) {
            done = path_step_anchors(search, level);
        } else if (level->phase == PATH_DONE) {
            path_pop(search);
        } else {
            (void)path_step_sent(search, level);
        }
        if (done < 0) {
            return done == HC_ANCHORS_UNREADABLE ? HC_PATH_UNREADABLE : HC_PATH_MEMORY;
        }
        if (done > 0) {
            return HC_PATH_FOUND;
        }
        if (search->limit != NULL) {
            return HC_PATH_LIMIT;
        }
    }
    return HC_PATH_NONE;
}

static hc_path_result path_run_whole(path_search *search)
{
    hc_path *path = search->path;
    hc_path_result result;

    path_find_ids(search);
    result = path_run(search);
    if (result == HC_PATH_FOUND) {
        for (size_t i = 0; i < search->num_levels; i++) {
            path->indexes[i] = search->levels[i].cert;
        }
        path->len = search->num_levels;
    } else if (result == HC_PATH_LIMIT) {
        path->finding.code = HTTPSC_ERR_LIMIT_CERT;
        path->finding.why = search->limit;
        path->finding.certificate = 0;
        path->finding.is_anchor = 0;
    }
    return result;
}

HC_FN hc_path_result hc_path_search(const hc_path_params *params, hc_path *path)
{
    hc_path_result result = HC_PATH_MEMORY;
    size_t num = params->num_certs;
    path_search search;
    size_t levels_size;
    size_t nodes_size;
    size_t memos_size;
    size_t indexes_size;

    memset(&search, 0, sizeof search);
    memset(&path->finding, 0, sizeof path->finding);
    memset(&path->dates, 0, sizeof path->dates);
    path->top = 0;
    path->top_depth = 0;
    path->len = 0;
    if (!hc_mul(num, sizeof *search.levels, &levels_size) ||
        !hc_mul(num, sizeof *search.nodes, &nodes_size) || !hc_mul(num, num, &memos_size) ||
        !hc_mul(num, sizeof *path->indexes, &indexes_size)) {
        return HC_PATH_MEMORY;
    }
    search.params = params;
    search.path = path;
    hc_buffer_init(&search.scratch, params->allocator, HC_ANCHOR_SCRATCH_MAX);
    search.levels = hc_alloc(params->allocator, levels_size);
    search.nodes = hc_alloc(params->allocator, nodes_size);
    search.memos = hc_alloc(params->allocator, memos_size);
    if (path->indexes == NULL) {
        path->indexes = hc_alloc(params->allocator, indexes_size);
    }
    if (search.levels != NULL && search.nodes != NULL && search.memos != NULL &&
        path->indexes != NULL) {
        result = path_run_whole(&search);
    }
    hc_free(params->allocator, search.levels, levels_size);
    hc_free(params->allocator, search.nodes, nodes_size);
    hc_free(params->allocator, search.memos, memos_size);
    hc_buffer_free(&search.scratch);
    return result;
}

HC_FN void hc_path_free(hc_path *path, const hc_path_params *params)
{
    hc_free(params->allocator, path->indexes, params->num_certs * sizeof *path->indexes);
    path->indexes = NULL;
}
