/*
 * Lesson 9: a device that has two root certificates, no file system, and no clock at boot.
 *
 *     cc -I. examples/09_two_roots_no_clock.c -o 09_two_roots_no_clock -lbearssl -pthread
 *     ./09_two_roots_no_clock URL CA-FILE CA-FILE
 *
 * The roots come from memory: here two files stand for two arrays in flash, PEM behind PEM. Two,
 * so that the servers can change their CA. The time comes from a hook. Until it is known nothing is
 * verified, and nothing is let through either: that is HTTPSC_ERR_CLOCK_UNSET.
 */
#define HTTPSC_NO_EMBEDDED_ANCHORS /* saves the room of Mozilla's roots */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"

#include <stdio.h>
#include <time.h>

typedef struct device {
    int64_t time_at_boot; /* 0 while it is not known */
} device;

static int device_now(void *user, int64_t *unix_seconds)
{
    const device *self = user;

    *unix_seconds = self->time_at_boot; /* a real one adds the seconds since then */
    return self->time_at_boot != 0 ? HTTPSC_OK : HTTPSC_ERR_CLOCK_UNSET;
}

int main(int argc, char **argv)
{
    static unsigned char flash[65536];
    size_t flash_len = 0;
    device self = {0};
    httpsc_options options = {0};
    httpsc_client *client = NULL;
    httpsc_response *response = NULL;
    httpsc_error error = {0};
    int i, code;

    for (i = 2; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        flash_len += file != NULL ? fread(flash + flash_len, 1, sizeof flash - flash_len, file) : 0;
        if (file != NULL) {
            fclose(file);
        }
    }
    options.tls.ca_memory.ptr = flash; /* a device's own allocator, transport and entropy are */
    options.tls.ca_memory.len = flash_len; /* hooks as well: see HTTPSC_BARE */
    options.hooks.now = device_now;
    options.hooks.user = &self;
    if (argc != 4 || httpsc_client_open(&options, &client, &error) != HTTPSC_OK) {
        fprintf(stderr, "usage: 09_two_roots_no_clock URL CA-FILE CA-FILE. %s\n", error.text);
        return 2;
    }
    code = httpsc_get(client, argv[1], &response, &error);
    if (code == HTTPSC_ERR_CLOCK_UNSET) {
        printf("no time yet: %s\n", error.text);
        self.time_at_boot = (int64_t)time(NULL); /* from a GPS, the cell network, a person */
        code = httpsc_get(client, argv[1], &response, &error);
    }
    printf("%s\n", code == HTTPSC_OK ? "verified" : error.text);
    httpsc_response_close(response);
    httpsc_client_close(client);
    return code == HTTPSC_OK ? 0 : 1;
}
