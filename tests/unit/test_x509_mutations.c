/*
 * The certificates of the shared cases, cut at every byte and with every byte changed: an error or
 * a verdict, and never a crash (which the sanitizers see). A part of them, unless HTTPSC_TEST_FULL
 * is set: then all.
 */
#include "unit.h"

#include "x509_maker.h"

#define MUTATIONS_EVERY 16
#define MUTATIONS_FILE_MAX ((size_t)4 * 1024 * 1024)

/* Many cases share a root: each certificate is taken once. */
#define MUTATIONS_SEEN_MAX 8192

typedef struct counts {
    uint32_t seen[MUTATIONS_SEEN_MAX];
    size_t num_certs;
    size_t num_decoded;
    size_t num_malformed;
    size_t num_verified;
} counts;

static int mutations_read(const char *folder, const char *name, const char *file, hc_buffer *out,
                          const httpsc_allocator *allocator)
{
    char path[1200];
    FILE *in;
    size_t len;

    snprintf(path, sizeof path, "%s/x509/cases/%s/%s", folder, name, file);
    hc_buffer_init(out, allocator, MUTATIONS_FILE_MAX);
    in = fopen(path, "rb");
    if (in == NULL) {
        return 0;
    }
    while (hc_buffer_reserve(out, 4096) == HC_BUFFER_OK &&
           (len = fread(out->ptr + out->len, 1, 4096, in)) > 0) {
        out->len += len;
    }
    fclose(in);
    return 1;
}

/* Runs everything but signatures over what may be a certificate. */
static void mutations_judge(const hc_anchors *anchors, hc_cursor der, counts *count)
{
    hc_x509_params params;
    hc_x509_verdict verdict;
    httpsc_error error = {0};
    hc_finding finding;
    hc_host host;
    hc_cert cert;
    int code;

    if (!hc_cert_decode(&cert, der)) {
        count->num_malformed++;
        return;
    }
    count->num_decoded++;
    (void)hc_profile_check(&cert, HC_ROLE_ISSUER, &finding);
    (void)hc_profile_check(&cert, HC_ROLE_ANCHOR, &finding);
    memset(&params, 0, sizeof params);
    hc_x509_default_bounds(&params.bounds);
    CHECK(hc_host_parse(&host, "a.example", 9));
    params.allocator = anchors->allocator;
    params.chain = &der;
    params.num_certs = 1;
    params.anchors = anchors;
    params.unix_time = MAKER_NOW;
    params.host = &host;
    params.bounds.path.max_signatures = 0;
    params.ignore_chain = hc_cursor_left(&cert.public_key) % 2 != 0;
    code = hc_x509_verify(&params, &verdict, &error);
    CHECK(code != HTTPSC_OK && error.code == code && error.text[0] != '\0');
    CHECK_INT(verdict.proof, HC_X509_NONE);
    count->num_verified++;
}

static int mutations_is_new(counts *count, hc_cursor der)
{
    uint32_t hash = hc_subject_hash(der);

    for (size_t i = 0; i < count->num_certs; i++) {
        if (count->seen[i] == hash) {
            return 0;
        }
    }
    if (count->num_certs == MUTATIONS_SEEN_MAX) {
        abort();
    }
    count->seen[count->num_certs++] = hash;
    return 1;
}

static void mutations_of(const hc_anchors *anchors, const unsigned char *der, size_t len,
                         int is_full, counts *count)
{
    static const unsigned char changes[] = {0xff, 0x01};
    size_t num_changes = is_full ? HC_ARRAY_LEN(changes) : 1;
    unsigned char *copy = malloc(len);

    if (copy == NULL) {
        abort();
    }
    for (size_t cut = 0; cut < len; cut++) {
        unsigned char *exact = malloc(cut + (cut == 0)); /* so that a byte past it is seen */

        memcpy(exact, der, cut);
        mutations_judge(anchors, hc_cursor_over(exact, cut), count);
        free(exact);
    }
    memcpy(copy, der, len);
    for (size_t at = 0; at < len; at++) {
        for (size_t i = 0; i < num_changes; i++) {
            copy[at] = der[at] ^ changes[i];
            mutations_judge(anchors, hc_cursor_over(copy, len), count);
        }
        copy[at] = der[at];
    }
    free(copy);
}

static void mutations_of_file(const char *folder, const char *name, const char *file,
                              const hc_anchors *anchors, int is_full, counts *count)
{
    hc_buffer text;
    hc_pem_block block;
    hc_cursor at;

    if (!mutations_read(folder, name, file, &text, anchors->allocator)) {
        return;
    }
    at = hc_cursor_over(text.ptr, text.len);
    while (hc_pem_next(&at, &block)) {
        size_t max = hc_cursor_left(&block.body);
        unsigned char *der = malloc(max + 1);
        size_t len;

        /* the few of hundreds of kilobytes are made of one kind of thing */
        if (hc_base64_decode(block.body, der, max, 0, &len) && len < 5000 &&
            mutations_is_new(count, hc_cursor_over(der, len))) {
            mutations_of(anchors, der, len, is_full, count);
        }
        free(der);
        if (!is_full) {
            break;
        }
    }
    hc_buffer_free(&text);
}

static void mutations_never_crash(void)
{
    static const char *const files[] = {"leaf.pem", "intermediates.pem", "roots.pem"};
    const char *folder = getenv("HTTPSC_SHARED");
    int is_full = getenv("HTTPSC_TEST_FULL") != NULL;
    size_t num_lines = 0;
    static counts count;
    unit_memory memory;
    hc_anchors anchors;
    hc_buffer roots;
    char path[1200];
    char name[512];
    FILE *index;

    snprintf(path, sizeof path, "%s/x509/index.txt", folder == NULL ? "" : folder);
    index = fopen(path, "r");
    if (index == NULL) {
        SKIP("no shared x509 cases");
    }
    unit_memory_init(&memory);
    while (fgets(name, sizeof name, index) != NULL) {
        int wanted = num_lines++ % MUTATIONS_EVERY == 0;

        name[strcspn(name, "\r\n")] = '\0';
        if (!is_full && !wanted) {
            continue;
        }
        hc_anchors_init(&anchors, &memory.allocator);
        if (mutations_read(folder, name, "roots.pem", &roots, &memory.allocator) &&
            hc_anchors_take_bundle(&anchors, &roots) == HTTPSC_OK) {
            for (size_t i = 0; i < HC_ARRAY_LEN(files); i++) {
                mutations_of_file(folder, name, files[i], &anchors, is_full, &count);
            }
        }
        hc_anchors_free(&anchors);
    }
    fclose(index);
    CHECK_INT(memory.live_blocks, 0);
    CHECK(count.num_certs >= 60);
    CHECK(count.num_decoded > 100 * count.num_certs);
    CHECK(count.num_malformed > 100 * count.num_certs);
    printf("    %lu certificates: %lu mutations decoded, %lu malformed\n",
           (unsigned long)count.num_certs, (unsigned long)count.num_decoded,
           (unsigned long)count.num_malformed);
}

UNIT_MAIN(UNIT(mutations_never_crash))
