/*
 * Path validation cases in the form of the x509 suites' README:
 *
 *     build/x509_cases DIR < index.txt
 *
 * Each line of the index names a folder of DIR/cases. For each is printed
 *
 *     id TAB expected TAB accept|reject|skip TAB reason
 *
 * and a count on stderr. What it judges with is chosen by the build, as for a unit test (see
 * tests/unit/unit.h).
 */
#if defined(UNIT_HEADER)
#define HTTPSC_IMPLEMENTATION
#include <httpsc.h>
#elif defined(UNIT_PARTS)
#include "../../src/syntax/pem.h"
#include "../../src/x509/verify.h"
#else
#include "../../src/httpsc.c"
#endif

#include "cases.h"

#include <stdlib.h>
#include <time.h>

#define CASES_FILE_MAX ((size_t)4 * 1024 * 1024)

static void *cases_alloc(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

static void cases_free(void *user, void *ptr, size_t size)
{
    (void)user;
    (void)size;
    free(ptr);
}

static const httpsc_allocator cases_allocator = {NULL, cases_alloc, cases_free};

/* Reads a file; nothing where there is none. */
static int cases_read(const char *path, hc_buffer *out)
{
    FILE *file = fopen(path, "rb");
    size_t len;

    hc_buffer_init(out, &cases_allocator, CASES_FILE_MAX);
    if (file == NULL) {
        return 0;
    }
    while (hc_buffer_reserve(out, 4096) == HC_BUFFER_OK &&
           (len = fread(out->ptr + out->len, 1, 4096, file)) > 0) {
        out->len += len;
    }
    fclose(file);
    return 1;
}

/* Decodes the certificates of a PEM file behind the others; ends says where each ends. 0 when
 * there are too many. */
static int cases_add_certs(hc_cursor text, hc_buffer *der, size_t *ends, size_t *num)
{
    hc_pem_block block;

    while (hc_pem_next(&text, &block)) {
        size_t max = hc_cursor_left(&block.body);
        size_t len;

        if (*num == HC_X509_CERTS_MAX || hc_buffer_reserve(der, max) != HC_BUFFER_OK) {
            return 0;
        }
        if (hc_base64_decode(block.body, der->ptr + der->len, max, 0, &len)) {
            der->len += len;
            ends[(*num)++] = der->len;
        }
    }
    return 1;
}

typedef struct cases_inputs {
    hc_anchors anchors;
    hc_crls crls;
    hc_buffer der;
    size_t ends[HC_X509_CERTS_MAX];
    size_t num_certs;
    hc_cursor chain[HC_X509_CERTS_MAX];
} cases_inputs;

static const char *cases_load(const char *dir, const char *name, cases_inputs *in)
{
    static const char *const chain_files[] = {"leaf.pem", "intermediates.pem"};
    const char *problem = NULL;
    hc_buffer file;
    char path[1024];

    memset(in, 0, sizeof *in);
    hc_anchors_init(&in->anchors, &cases_allocator);
    hc_crls_init(&in->crls, &cases_allocator, CASES_FILE_MAX);
    hc_buffer_init(&in->der, &cases_allocator, CASES_FILE_MAX);
    cases_path(path, sizeof path, dir, name, "roots.pem");
    (void)cases_read(path, &file);
    if (hc_anchors_take_bundle(&in->anchors, &file) != HTTPSC_OK) {
        problem = "the anchors cannot be loaded";
    }
    cases_path(path, sizeof path, dir, name, "crls.pem");
    if (cases_read(path, &file) &&
        hc_crls_add(&in->crls, hc_cursor_over(file.ptr, file.len), &problem) != HTTPSC_OK) {
        problem = "the CRLs cannot be loaded";
    }
    hc_buffer_free(&file);
    for (size_t i = 0; i < 2; i++) {
        cases_path(path, sizeof path, dir, name, chain_files[i]);
        if (cases_read(path, &file) &&
            !cases_add_certs(hc_cursor_over(file.ptr, file.len), &in->der, in->ends,
                             &in->num_certs)) {
            problem = "more than 128 certificates";
        }
        hc_buffer_free(&file);
    }
    for (size_t i = 0; i < in->num_certs; i++) {
        size_t begin = i == 0 ? 0 : in->ends[i - 1];

        in->chain[i] = hc_cursor_over(in->der.ptr + begin, in->ends[i] - begin);
    }
    return problem;
}

/* What the caller demands, in our words; a reason to skip the case where we have none. */
static const char *cases_params(const cases_settings *settings, hc_x509_params *params,
                                hc_host *host, int *peer_is_bad)
{
    *peer_is_bad = 0;
    hc_x509_default_bounds(&params->bounds);
    params->bounds.max_certs = HC_X509_CERTS_MAX;
    params->bounds.max_cert_bytes = CASES_FILE_MAX;
    params->bounds.path.max_intermediates = HC_X509_CERTS_MAX;
    if (settings->max_depth[0] != '\0') {
        params->bounds.path.max_intermediates = (size_t)strtoul(settings->max_depth, NULL, 10);
    }
    params->unix_time = strcmp(settings->time, "now") == 0 ? (int64_t)time(NULL)
                                                           : strtoll(settings->time, NULL, 10);
    if (strcmp(settings->key_usage, "digitalSignature") == 0) {
        params->key_usage = HC_USAGE_DIGITAL_SIGNATURE;
    } else if (settings->key_usage[0] != '\0') {
        return "demands another keyUsage than digitalSignature";
    }
    if (settings->eku[0] != '\0' && strcmp(settings->eku, "serverAuth") != 0) {
        return "demands another extKeyUsage than serverAuth";
    }
    if (settings->sigalgs[0] != '\0') {
        return "demands signature algorithms";
    }
    if (settings->kind[0] != '\0' && strcmp(settings->kind, "server") != 0) {
        return "verifies a client";
    }
    if (settings->peer[0] == '\0') {
        params->ignore_name = 1;
    } else if (hc_host_parse(host, settings->peer, strlen(settings->peer))) {
        params->host = host;
    } else {
        *peer_is_bad = 1;
    }
    return NULL;
}

/* 1 accept, 0 reject, -1 skip */
static int cases_judge(const char *dir, const char *name, const cases_settings *settings,
                       httpsc_error *error, const char **skipped)
{
    static cases_inputs in;
    hc_x509_verdict verdict;
    hc_x509_params params;
    hc_host host;
    int peer_is_bad;
    int result = -1;

    memset(&params, 0, sizeof params);
    *skipped = cases_params(settings, &params, &host, &peer_is_bad);
    if (*skipped == NULL) {
        *skipped = cases_load(dir, name, &in);
        if (*skipped != NULL) {
            /* a client does not open with trust that cannot be loaded */
            hc_fail(error, HTTPSC_ERR_TRUST_UNREADABLE, 0, "%s", *skipped);
            result = 0;
        } else if (peer_is_bad) {
            hc_fail(error, HTTPSC_ERR_URL_HOST, 0, NULL);
            result = 0;
        } else {
            params.allocator = &cases_allocator;
            params.chain = in.chain;
            params.num_certs = in.num_certs;
            params.anchors = &in.anchors;
            params.crls = in.crls.num_crls > 0 ? &in.crls : NULL;
            result = hc_x509_verify(&params, &verdict, error) == HTTPSC_OK;
            result = result && verdict.proof != HC_X509_NONE;
        }
        hc_anchors_free(&in.anchors);
        hc_crls_free(&in.crls);
        hc_buffer_free(&in.der);
    }
    return result;
}

typedef struct cases_counts {
    size_t num;
    size_t num_skipped;
    size_t num_wrong_accepts;
    size_t num_wrong_rejects;
} cases_counts;

/* Judges the cases that the index names, and prints a line each to out. */
static void cases_run(const char *dir, FILE *index, FILE *out, cases_counts *counts)
{
    static cases_settings settings;
    char name[512];
    char path[1024];

    while (fgets(name, sizeof name, index) != NULL) {
        const char *skipped = "no case.txt";
        httpsc_error error = {0};
        int result = -1;

        name[strcspn(name, "\r\n")] = '\0';
        if (name[0] == '\0') {
            continue;
        }
        cases_path(path, sizeof path, dir, name, "case.txt");
        if (cases_read_settings(path, &settings)) {
            result = cases_judge(dir, name, &settings, &error, &skipped);
        }
        counts->num++;
        counts->num_skipped += result < 0;
        counts->num_wrong_accepts += result > 0 && strcmp(settings.expected, "accept") != 0;
        counts->num_wrong_rejects += result == 0 && strcmp(settings.expected, "accept") == 0;
        fprintf(out, "%s\t%s\t%s\t%s\n", settings.id[0] == '\0' ? name : settings.id,
                settings.expected,
                result < 0   ? "skip"
                : result > 0 ? "accept"
                             : "reject",
                result < 0 ? skipped : error.text);
    }
}

int main(int argc, char **argv)
{
    cases_counts counts = {0, 0, 0, 0};

    if (argc != 2) {
        fprintf(stderr, "usage: x509_cases DIR < index.txt\n");
        return 2;
    }
    cases_run(argv[1], stdin, stdout, &counts);
    fprintf(stderr,
            "%lu cases: %lu skipped, %lu accepted that must be rejected, "
            "%lu rejected that must be accepted\n",
            (unsigned long)counts.num, (unsigned long)counts.num_skipped,
            (unsigned long)counts.num_wrong_accepts, (unsigned long)counts.num_wrong_rejects);
    return 0;
}
