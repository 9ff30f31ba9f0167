/*
 * Reads private keys from files: one line a try on standard input, "FILE TAB PASSWORD" with "-" for
 * no password at all, and prints "FILE TAB PASSWORD TAB CODE TAB WHAT TAB TEXT": WHAT is the kind
 * of key and the SHA-256 of its public numbers, so that the same key in two forms can be told.
 *
 *     key_forms           as above
 *     key_forms mutate STRIDE    each file truncated at every STRIDE-th byte, and with every
 *                         STRIDE-th byte changed in three ways: an error or the same key, or exit 1
 */
#ifdef UNIT_HEADER
#define HTTPSC_IMPLEMENTATION
#include "../../httpsc.h"
#else
#include "../../src/httpsc.c"
#endif

#include <stdio.h>

#include <stdlib.h>

#define LINE_MAX_BYTES 1024

static unsigned char file_bytes[1 << 20];

static size_t load(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t len;

    if (file == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(2);
    }
    len = fread(file_bytes, 1, sizeof file_bytes, file);
    fclose(file);
    return len;
}

/* "RSA 2048 0123abcd", or "" */
static void tell(const hc_private_key_file *file, char *out, size_t size)
{
    const hc_public_key *key = &file->public_key;
    hc_cursor numbers = key->kind == HC_KEY_RSA ? key->modulus : key->point;
    unsigned char digest[HC_HASH_MAX];

    hc_hash(HC_HASH_SHA256, numbers.at, hc_cursor_left(&numbers), digest);
    snprintf(out, size, "%s %d %02x%02x%02x%02x", key->kind == HC_KEY_RSA ? "RSA" : "EC",
             (int)key->bits, digest[0], digest[1], digest[2], digest[3]);
}

/* The bytes lie at the end of a place of their own, so that a read past them is seen. */
static int try_bytes(const unsigned char *bytes, size_t len, const char *password, char *what,
                     size_t size, httpsc_error *error)
{
    httpsc_allocator allocator = hc_system_allocator();
    unsigned char *exact = malloc(len > 0 ? len : 1);
    hc_private_key_file file;
    hc_password source = {NULL, NULL, NULL};
    int code;

    memcpy(exact, bytes, len);
    source.text = strcmp(password, "-") == 0 ? NULL : password;
    memset(error, 0, sizeof *error);
    what[0] = '\0';
    code = hc_private_key_file_read(&file, &allocator, hc_cursor_over(exact, len), &source, "key",
                                    error);
    if (code == HTTPSC_OK) {
        tell(&file, what, size);
    }
    hc_private_key_file_wipe(&file);
    free(exact);
    return code;
}

/* 0 when a changed file gave another key. */
static int same_or_error(size_t len, const char *password, const char *expected,
                         const char *path, size_t at)
{
    char what[64];
    httpsc_error error;
    int code = try_bytes(file_bytes, len, password, what, sizeof what, &error);

    if (code != error.code || (code == HTTPSC_OK && strcmp(what, expected) != 0)) {
        printf("%s changed at %lu: %s, %s\n", path, (unsigned long)at, httpsc_code_name(code),
               what);
        return 0;
    }
    return 1;
}

static unsigned long mutate(const char *path, const char *password, size_t stride)
{
    static const unsigned char flips[] = {0x01, 0x80, 0xFF};
    size_t len = load(path);
    char expected[64];
    httpsc_error error;
    unsigned long num = 0;

    if (try_bytes(file_bytes, len, password, expected, sizeof expected, &error) != HTTPSC_OK) {
        printf("%s: %s\n", path, error.text);
        exit(1);
    }
    for (size_t at = 0; at < len; at += stride) {
        unsigned char kept = file_bytes[at];

        for (size_t i = 0; i < sizeof flips; i++, num++) {
            file_bytes[at] = kept ^ flips[i];
            if (!same_or_error(len, password, expected, path, at)) {
                exit(1);
            }
        }
        file_bytes[at] = kept;
        if (!same_or_error(at, password, expected, path, at)) {
            exit(1);
        }
        num++;
    }
    return num;
}

int main(int argc, char **argv)
{
    char line[LINE_MAX_BYTES];
    unsigned long num = 0;

    while (fgets(line, sizeof line, stdin) != NULL) {
        char *password = strchr(line, '\t');
        char what[64];
        httpsc_error error;
        int code;

        line[strcspn(line, "\n")] = '\0';
        if (password == NULL) {
            return 2;
        }
        *password++ = '\0';
        if (argc == 3) {
            num += mutate(line, password, (size_t)strtoul(argv[2], NULL, 10));
            continue;
        }
        code = try_bytes(file_bytes, load(line), password, what, sizeof what, &error);
        printf("%s\t%s\t%s\t%s\t%s\n", line, password, httpsc_code_name(code), what,
               code == HTTPSC_OK ? "" : error.text);
    }
    if (argc == 3) {
        printf("%lu\n", num);
    }
    return 0;
}
