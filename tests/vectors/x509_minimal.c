/*
 * The same cases judged by BearSSL's br_x509_minimal, an oracle by another hand: PEM, anchors and
 * verdict are all BearSSL's, and nothing of httpsc is in here.
 *
 *     x509_minimal DIR < index.txt
 *
 * prints id TAB expected TAB accept|reject TAB BearSSL's error code, a line each.
 */
#include "cases.h"

#include <bearssl.h>
#include <stdlib.h>
#include <time.h>

#define MINIMAL_CERTS_MAX 256

typedef struct minimal_bytes {
    unsigned char *ptr;
    size_t len;
    size_t capacity;
} minimal_bytes;

static void minimal_add(void *user, const void *bytes, size_t len)
{
    minimal_bytes *to = user;

    if (to->capacity - to->len < len) {
        to->capacity = 2 * (to->capacity + len);
        to->ptr = realloc(to->ptr, to->capacity);
        if (to->ptr == NULL) {
            abort();
        }
    }
    if (len > 0) {
        memcpy(to->ptr + to->len, bytes, len);
        to->len += len;
    }
}

typedef struct minimal_certs {
    minimal_bytes certs[MINIMAL_CERTS_MAX];
    size_t num;
} minimal_certs;

static void minimal_free(minimal_certs *certs)
{
    while (certs->num > 0) {
        free(certs->certs[--certs->num].ptr);
    }
}

/* Adds the certificates of a PEM file; none where there is no file. 0 when there are too many. */
static int minimal_read(const char *dir, const char *name, const char *file, minimal_certs *out)
{
    static br_pem_decoder_context pem;
    char path[1024];
    char place[4096];
    int is_open = 0;
    size_t len;
    FILE *in;

    cases_path(path, sizeof path, dir, name, file);
    in = fopen(path, "rb");
    br_pem_decoder_init(&pem);
    while (in != NULL && (len = fread(place, 1, sizeof place, in)) > 0) {
        for (size_t done = 0; done < len;) {
            done += br_pem_decoder_push(&pem, place + done, len - done);
            switch (br_pem_decoder_event(&pem)) {
            case BR_PEM_BEGIN_OBJ:
                is_open = strcmp(br_pem_decoder_name(&pem), "CERTIFICATE") == 0;
                if (is_open && out->num == MINIMAL_CERTS_MAX) {
                    fclose(in);
                    return 0;
                }
                if (is_open) {
                    memset(&out->certs[out->num], 0, sizeof out->certs[0]);
                    br_pem_decoder_setdest(&pem, minimal_add, &out->certs[out->num++]);
                } else {
                    br_pem_decoder_setdest(&pem, NULL, NULL);
                }
                break;
            case BR_PEM_ERROR: /* what came of it is no certificate */
                if (is_open) {
                    out->certs[out->num - 1].len = 0;
                }
                is_open = 0;
                break;
            case BR_PEM_END_OBJ:
                is_open = 0;
                break;
            default:
                break;
            }
        }
    }
    if (in != NULL) {
        fclose(in);
    }
    return 1;
}

typedef struct minimal_anchors {
    br_x509_trust_anchor anchors[MINIMAL_CERTS_MAX];
    br_x509_decoder_context decoders[MINIMAL_CERTS_MAX]; /* the keys point into them */
    minimal_bytes names[MINIMAL_CERTS_MAX];
    size_t num;
} minimal_anchors;

/* Decodes a root as far as BearSSL can; one that it cannot read is left out. */
static void minimal_add_anchor(minimal_anchors *to, const minimal_bytes *cert)
{
    br_x509_decoder_context *decoder = &to->decoders[to->num];
    br_x509_trust_anchor *anchor = &to->anchors[to->num];
    minimal_bytes *name = &to->names[to->num];
    const br_x509_pkey *key;

    memset(name, 0, sizeof *name);
    br_x509_decoder_init(decoder, minimal_add, name);
    br_x509_decoder_push(decoder, cert->ptr, cert->len);
    key = br_x509_decoder_get_pkey(decoder);
    if (key == NULL) {
        free(name->ptr);
        return;
    }
    anchor->dn.data = name->ptr;
    anchor->dn.len = name->len;
    anchor->flags = br_x509_decoder_isCA(decoder) ? BR_X509_TA_CA : 0;
    anchor->pkey = *key;
    to->num++;
}

/* BearSSL's error code; 0: accepted. */
static unsigned minimal_verify(const minimal_anchors *anchors, const minimal_certs *chain,
                               const char *peer, long long unix_time)
{
    static br_x509_minimal_context minimal;
    const br_x509_class **context = &minimal.vtable;
    long long days = unix_time / 86400 + 719528; /* since the year 0 */

    br_x509_minimal_init_full(&minimal, anchors->anchors, anchors->num);
    br_x509_minimal_set_time(&minimal, (uint32_t)days, (uint32_t)(unix_time % 86400));
    (*context)->start_chain(context, peer[0] == '\0' ? NULL : peer);
    for (size_t i = 0; i < chain->num; i++) {
        (*context)->start_cert(context, (uint32_t)chain->certs[i].len);
        (*context)->append(context, chain->certs[i].ptr, chain->certs[i].len);
        (*context)->end_cert(context);
    }
    return (*context)->end_chain(context);
}

/* -1 when there are more certificates than there is room for. */
static long minimal_judge(const char *dir, const char *name, const cases_settings *settings)
{
    static minimal_certs roots;
    static minimal_certs chain;
    static minimal_anchors anchors;
    long long unix_time = strcmp(settings->time, "now") == 0 ? (long long)time(NULL)
                                                             : strtoll(settings->time, NULL, 10);
    long result = -1;

    anchors.num = 0;
    if (minimal_read(dir, name, "roots.pem", &roots) &&
        minimal_read(dir, name, "leaf.pem", &chain) &&
        minimal_read(dir, name, "intermediates.pem", &chain)) {
        for (size_t i = 0; i < roots.num; i++) {
            minimal_add_anchor(&anchors, &roots.certs[i]);
        }
        result = (long)minimal_verify(&anchors, &chain, settings->peer, unix_time);
        while (anchors.num > 0) {
            free(anchors.names[--anchors.num].ptr);
        }
    }
    minimal_free(&roots);
    minimal_free(&chain);
    return result;
}

int main(int argc, char **argv)
{
    static cases_settings settings;
    char name[512];
    char path[1024];

    if (argc != 2) {
        fprintf(stderr, "usage: x509_minimal DIR < index.txt\n");
        return 2;
    }
    while (fgets(name, sizeof name, stdin) != NULL) {
        long result;

        name[strcspn(name, "\r\n")] = '\0';
        if (name[0] == '\0') {
            continue;
        }
        cases_path(path, sizeof path, argv[1], name, "case.txt");
        if (!cases_read_settings(path, &settings)) {
            fprintf(stderr, "no %s\n", path);
            return 1;
        }
        result = minimal_judge(argv[1], name, &settings);
        if (result < 0) {
            fprintf(stderr, "%s has too many certificates\n", name);
            return 1;
        }
        printf("%s\t%s\t%s\t%ld\n", settings.id[0] == '\0' ? name : settings.id, settings.expected,
               result == 0 ? "accept" : "reject", result);
    }
    return 0;
}
