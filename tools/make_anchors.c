/*
 * Makes src/x509/embedded_anchors.h of a PEM file: subject and SubjectPublicKeyInfo of each
 * certificate in it, and an index sorted by the hash of the subject. The same input and arguments
 * give the same bytes. tools/make_anchors.sh compiles and calls it.
 *
 *     make_anchors INPUT YYYY-MM-DD|newest SOURCE
 *
 * The date is the clock floor: a day on which the input surely existed, and not a later one. For
 * "newest" it is the day on which the youngest certificate began to be valid.
 */
#include "../src/base/memory.h"
#include "../src/syntax/asn1_time.h"
#include "../src/syntax/pem.h"
#include "../src/x509/anchors.h"

#include <stdio.h>
#include <stdlib.h>

/* A string literal of C99 has at most 4095 characters. No entry crosses from one to the next. */
#define ROW_LEN 4095
#define NUM_ENTRIES_MAX 2000
#define NUM_ROWS_MAX 1000
#define LINE_LEN 100

/* what every file that includes httpsc.h refers to; src/api has it otherwise */
const char HTTPSC_STAMP = 0;

typedef struct entry {
    hc_certificate certificate;
    uint32_t hash;
    size_t subject_len;
    size_t key_len;
    size_t row;
    size_t column;
} entry;

typedef struct row {
    unsigned char bytes[ROW_LEN];
    size_t len;
} row;

static entry entries[NUM_ENTRIES_MAX];
static size_t num_entries;
static row rows[NUM_ROWS_MAX];
static size_t num_rows;
static int64_t newest = INT64_MIN;

static void die(const char *what)
{
    fprintf(stderr, "make_anchors: %s\n", what);
    exit(1);
}

static unsigned char *read_all(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    size_t capacity = 1 << 22;
    unsigned char *bytes = malloc(capacity);

    if (file == NULL || bytes == NULL) {
        die("cannot read the input");
    }
    *len = fread(bytes, 1, capacity, file);
    if (*len == capacity || ferror(file)) {
        die("cannot read the input, or it is over 4 MiB");
    }
    fclose(file);
    return bytes;
}

/* notBefore stands between issuer and subject. */
static int64_t begin_of(const hc_certificate *certificate)
{
    hc_cursor at = certificate->issuer;
    hc_der validity;
    hc_der not_before;
    int is_misplaced = 0;
    int64_t begin = 0;

    at.at = at.end;
    at.end = certificate->subject.at;
    if (!hc_der_take(&at, HC_DER_SEQUENCE, &validity) ||
        !hc_der_next(&validity.content, &not_before) ||
        !hc_asn1_time_parse(&not_before, &begin, &is_misplaced)) {
        die("a certificate of the input has no time of validity");
    }
    return begin;
}

static void add_certificate(const hc_pem_block *block)
{
    size_t max = hc_cursor_left(&block->body);
    unsigned char *der = malloc(max + 1);
    entry *added = &entries[num_entries];
    size_t len;

    if (der == NULL || num_entries == NUM_ENTRIES_MAX) {
        die("out of memory, or too many certificates");
    }
    if (!block->complete || !hc_base64_decode(block->body, der, max, 0, &len) ||
        !hc_certificate_skim(&added->certificate, der, len)) {
        die("a certificate of the input is malformed");
    }
    if (begin_of(&added->certificate) > newest) {
        newest = begin_of(&added->certificate);
    }
    added->hash = hc_subject_hash(added->certificate.subject);
    added->subject_len = hc_cursor_left(&added->certificate.subject);
    added->key_len = hc_cursor_left(&added->certificate.public_key);
    if (added->subject_len + added->key_len > ROW_LEN) {
        die("a certificate of the input has an enormous name or key");
    }
    num_entries++;
}

static int compare_bytes(const unsigned char *a, size_t a_len, const unsigned char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int compare_entries(const void *left, const void *right)
{
    const entry *a = left;
    const entry *b = right;
    int order = (a->hash > b->hash) - (a->hash < b->hash);

    if (order == 0) {
        order = compare_bytes(a->certificate.subject.at, a->subject_len,
                              b->certificate.subject.at, b->subject_len);
    }
    if (order == 0) {
        order = compare_bytes(a->certificate.public_key.at, a->key_len,
                              b->certificate.public_key.at, b->key_len);
    }
    return order;
}

/* Sorts, drops what is there twice, and gives each entry the first row with room for it. */
static void arrange(void)
{
    size_t kept = 0;

    qsort(entries, num_entries, sizeof entries[0], compare_entries);
    for (size_t i = 0; i < num_entries; i++) {
        entry *at = &entries[kept];
        size_t len;

        if (kept > 0 && compare_entries(&entries[i], &entries[kept - 1]) == 0) {
            continue;
        }
        *at = entries[i];
        kept++;
        len = at->subject_len + at->key_len;
        at->row = 0;
        while (rows[at->row].len + len > ROW_LEN) {
            if (++at->row == NUM_ROWS_MAX) {
                die("the input is too large");
            }
        }
        num_rows = at->row + 1 > num_rows ? at->row + 1 : num_rows;
        at->column = rows[at->row].len;
        memcpy(rows[at->row].bytes + at->column, at->certificate.subject.at, at->subject_len);
        memcpy(rows[at->row].bytes + at->column + at->subject_len, at->certificate.public_key.at,
               at->key_len);
        rows[at->row].len += len;
    }
    num_entries = kept;
}

/* One byte of a string literal. '?' is escaped because of trigraphs. Returns its width. */
static int escape_byte(char *out, size_t size, unsigned char byte, int digit_follows)
{
    if (byte == '"' || byte == '\\' || byte == '?') {
        return snprintf(out, size, "\\%c", byte);
    }
    if (byte >= 0x20 && byte <= 0x7e) {
        return snprintf(out, size, "%c", byte);
    }
    return snprintf(out, size, digit_follows ? "\\%03o" : "\\%o", byte);
}

static void print_row(const row *from)
{
    int width = LINE_LEN;

    for (size_t i = 0; i < from->len; i++) {
        char text[8];
        int digit_follows = i + 1 < from->len && hc_is_digit(from->bytes[i + 1]);
        int len = escape_byte(text, sizeof text, from->bytes[i], digit_follows);

        if (width + len > LINE_LEN - 2) {
            printf("%s\"", i == 0 ? "" : "\"\n");
            width = 1;
        }
        fputs(text, stdout);
        width += len;
    }
    printf("\",\n");
}

static void print_index(void)
{
    printf("static const embedded_anchor embedded_anchors_index[] = {\n");
    for (size_t i = 0; i < num_entries; i++) {
        printf("{0x%08lxu, %lu, %lu, %lu},%s", (unsigned long)entries[i].hash,
               (unsigned long)(entries[i].row * (ROW_LEN + 1) + entries[i].column),
               (unsigned long)entries[i].subject_len, (unsigned long)entries[i].key_len,
               i % 3 == 2 || i + 1 == num_entries ? "\n" : " ");
    }
    printf("};\n");
}

/* Seconds since 1970 of a day of the Gregorian calendar. */
static long long seconds_of(const char *date)
{
    int year = 0;
    int month = 0;
    int day = 0;
    long long days;

    if (strlen(date) != 10 || sscanf(date, "%4d-%2d-%2d", &year, &month, &day) != 3 ||
        year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) {
        die("the date is not YYYY-MM-DD");
    }
    /* years that begin in March end with the leap day */
    year -= month <= 2;
    month += month <= 2 ? 12 : 0;
    days = 365LL * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day;
    return (days - 719469) * 86400;
}

/* The day of the youngest certificate, as YYYY-MM-DD. */
static const char *newest_date(void)
{
    static char date[32];
    hc_text text = hc_text_in(date, sizeof date);

    hc_asn1_time_describe(newest, &text);
    date[10] = '\0';
    return date;
}

int main(int argc, char **argv)
{
    const char *date;
    size_t len;
    unsigned char *bytes;
    hc_cursor text;
    hc_pem_block block;

    if (argc != 4) {
        die("usage: make_anchors INPUT YYYY-MM-DD SOURCE");
    }
    bytes = read_all(argv[1], &len);
    text = hc_cursor_over(bytes, len);
    while (hc_pem_next(&text, &block)) {
        if (hc_pem_is(&block, "CERTIFICATE")) {
            add_certificate(&block);
        }
    }
    if (num_entries == 0) {
        die("no certificate in the input");
    }
    arrange();
    date = strcmp(argv[2], "newest") == 0 ? newest_date() : argv[2];
    printf("/*\n * Root certificates: subject and SubjectPublicKeyInfo of each.\n"
           " * Generated by tools/make_anchors.sh; do not edit.\n *\n"
           " * Source: %s\n * Date: %s\n *\n"
           " * This Source Code Form is subject to the terms of the Mozilla Public License,\n"
           " * v. 2.0. If a copy of the MPL was not distributed with this file, You can obtain\n"
           " * one at https://mozilla.org/MPL/2.0/.\n */\n", argv[3], date);
    printf("#ifndef HC_EMBEDDED_ANCHORS_H\n#define HC_EMBEDDED_ANCHORS_H\n\n"
           "#define EMBEDDED_ANCHORS_DATE \"%s\"\n#define EMBEDDED_ANCHORS_TIME %lld\n\n"
           "/* Where subject and key lie, one behind the other; sorted by the hash. */\n"
           "typedef struct embedded_anchor {\n    uint32_t subject_hash;\n    uint32_t offset;\n"
           "    uint16_t subject_len;\n    uint16_t key_len;\n} embedded_anchor;\n\n",
           date, seconds_of(date));
    print_index();
    /* one row that is not full needs no room behind it */
    printf("\nstatic const unsigned char embedded_anchors[][%lu] = {\n",
           num_rows == 1 ? (unsigned long)rows[0].len + 1 : (unsigned long)ROW_LEN + 1);
    for (size_t i = 0; i < num_rows; i++) {
        print_row(&rows[i]);
    }
    printf("};\n\n#endif\n");
    return ferror(stdout) ? 1 : 0;
}
