/*
 * The main of a fuzz target without libFuzzer: replay NAME DIRECTORY gives it each file of the
 * directory, in a block of just that size, and prints one line "ok NAME" or "FAIL NAME". A file
 * that crashes it is the last one named on stderr.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* 1 for a file that was given to the target, 0 for what is none, -1 for what cannot be read. */
static int replay_file(const char *path)
{
    struct stat about;
    uint8_t *data;
    size_t size;
    FILE *in;
    int ok;

    if (stat(path, &about) != 0 || (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode))) {
        return -1;
    }
    if (S_ISDIR(about.st_mode)) {
        return 0;
    }
    size = (size_t)about.st_size;
    data = malloc(size);
    in = fopen(path, "rb");
    ok = (data != NULL || size == 0) && in != NULL &&
         (size == 0 || fread(data, 1, size, in) == size);
    if (in != NULL) {
        fclose(in);
    }
    if (ok) {
        fprintf(stderr, "%s\n", path);
        LLVMFuzzerTestOneInput(data, size);
    }
    free(data);
    return ok ? 1 : -1;
}

int main(int argc, char **argv)
{
    unsigned long num_files = 0;
    const struct dirent *entry;
    DIR *directory;

    if (argc != 3) {
        fprintf(stderr, "usage: replay NAME DIRECTORY\n");
        return 2;
    }
    directory = opendir(argv[2]);
    if (directory == NULL) {
        printf("FAIL %s: no corpus in %s\n", argv[1], argv[2]);
        return 1;
    }
    while ((entry = readdir(directory)) != NULL) {
        char path[4096];
        int len = snprintf(path, sizeof path, "%s/%s", argv[2], entry->d_name);
        int result = len > 0 && (size_t)len < sizeof path ? replay_file(path) : -1;

        if (result < 0) {
            printf("FAIL %s: cannot read %s\n", argv[1], entry->d_name);
            closedir(directory);
            return 1;
        }
        num_files += result > 0;
    }
    closedir(directory);
    if (num_files == 0) {
        printf("FAIL %s: no corpus in %s\n", argv[1], argv[2]);
        return 1;
    }
    printf("ok %s: %lu inputs\n", argv[1], num_files);
    return 0;
}
