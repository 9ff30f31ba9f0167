/*
 * libFuzzer: what httpsc_client_import_sessions takes. The first byte says whether the input is
 * made to be of this client, and whether its digest is made right: what a fuzzer does not hit upon.
 * What was taken goes out again, and then comes in just so.
 */
#include "fuzz.h"

#define SETTINGS_AT 4 /* of the form in src/client/saved.c */
#define DIGEST_LEN 32

static httpsc_client *fuzz_client(void)
{
    static httpsc_client *client;
    httpsc_options options;
    httpsc_error error = {0};

    if (client == NULL) {
        memset(&options, 0, sizeof options);
        options.tls.trust = HTTPSC_TRUST_EMBEDDED;
        FUZZ_CHECK(httpsc_client_open(&options, &client, &error) == HTTPSC_OK);
    }
    return client;
}

static size_t fuzz_count(const hc_sessions *sessions)
{
    size_t num = 0;

    for (const hc_kept_session *kept = sessions->first; kept != NULL; kept = kept->next) {
        num++;
    }
    return num;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const httpsc_client *client = fuzz_client();
    hc_sessions sessions = {NULL};
    hc_sessions again = {NULL};
    httpsc_error error = {0};
    unsigned char digest[HC_HASH_MAX];
    unsigned char *bytes;
    hc_buffer out;
    int64_t now = 1700000000;

    if (size == 0) {
        return 0;
    }
    bytes = malloc(size);
    FUZZ_CHECK(bytes != NULL);
    memcpy(bytes, data + 1, --size);
    if ((data[0] & 1) != 0 && size >= SETTINGS_AT + DIGEST_LEN) {
        FUZZ_CHECK(saved_settings(client, bytes + SETTINGS_AT));
    }
    if ((data[0] & 2) != 0 && size >= DIGEST_LEN) {
        hc_hash(HC_HASH_SHA256, bytes, size - DIGEST_LEN, digest);
        memcpy(bytes + size - DIGEST_LEN, digest, DIGEST_LEN);
    }
    if (hc_saved_read(client, hc_cursor_over(bytes, size), now, &sessions, &error) == HTTPSC_OK) {
        size_t num = fuzz_count(&sessions);

        FUZZ_CHECK(num <= HC_SESSIONS_MAX);
        FUZZ_CHECK(hc_saved_write(client, &sessions, now, &out, &error) == HTTPSC_OK);
        FUZZ_CHECK(hc_saved_read(client, hc_cursor_over(out.ptr, out.len), now, &again, &error) ==
                   HTTPSC_OK);
        FUZZ_CHECK(fuzz_count(&again) == num);
        hc_sessions_drop(&again, &client->allocator, NULL);
        hc_buffer_free(&out);
    } else {
        FUZZ_CHECK(error.code == HTTPSC_ERR_ARGUMENT && sessions.first == NULL);
        FUZZ_CHECK(error.text[0] != '\0');
    }
    hc_sessions_drop(&sessions, &client->allocator, NULL);
    free(bytes);
    return 0;
}
