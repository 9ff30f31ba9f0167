/* The form of the x509 suites' cases, for the programs that play them: a folder of DIR/cases has a
 * case.txt of key=value lines. */
#ifndef CASES_H
#define CASES_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef struct cases_settings {
    char id[300];
    char expected[16];
    char peer_kind[16];
    char peer[300];
    char time[32];
    char max_depth[16];
    char eku[100];
    char key_usage[100];
    char sigalgs[100];
    char kind[16];
} cases_settings;

static void cases_path(char *out, size_t size, const char *dir, const char *name, const char *file)
{
    if (snprintf(out, size, "%s/cases/%s/%s", dir, name, file) >= (int)size) {
        out[0] = '\0';
    }
}

static void cases_set(cases_settings *settings, const char *key, const char *value)
{
    static const struct {
        const char *key;
        size_t offset;
        size_t size;
    } fields[] = {
#define CASES_FIELD(name) \
    {#name, offsetof(cases_settings, name), sizeof(((cases_settings *)0)->name)}
        CASES_FIELD(id),   CASES_FIELD(expected),  CASES_FIELD(peer_kind), CASES_FIELD(peer),
        CASES_FIELD(time), CASES_FIELD(max_depth), CASES_FIELD(eku),       CASES_FIELD(key_usage),
        CASES_FIELD(kind), CASES_FIELD(sigalgs),
#undef CASES_FIELD
    };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(fields[i].key, key) == 0) {
            snprintf((char *)settings + fields[i].offset, fields[i].size, "%s", value);
        }
    }
}

static int cases_read_settings(const char *path, cases_settings *settings)
{
    FILE *file = fopen(path, "r");
    static char line[65536];

    memset(settings, 0, sizeof *settings);
    if (file == NULL) {
        return 0;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        char *equals = strchr(line, '=');

        line[strcspn(line, "\r\n")] = '\0';
        if (equals != NULL) {
            *equals = '\0';
            cases_set(settings, line, equals + 1);
        }
    }
    fclose(file);
    return 1;
}

#endif
