/* The guard alone, in front of no engine: what BearSSL's would refuse as well, or not. */
#include "unit.h"

#ifdef UNIT_PARTS
#include "../../src/tls/record_guard.h"
#endif

static hc_record_guard guard;
static httpsc_error guard_error;

static void guard_begin(int encrypted, int open)
{
    memset(&guard, 0, sizeof guard);
    memset(&guard_error, 0, sizeof guard_error);
    guard.num_records = 1;
    guard.encrypted = encrypted;
    guard.open = open;
}

/* A header, and a payload that is passed over in one piece. */
static int guard_record(unsigned type, size_t len)
{
    unsigned char header[5] = {0, 3, 3, 0, 0};
    int code;

    header[0] = (unsigned char)type;
    header[3] = (unsigned char)(len >> 8);
    header[4] = (unsigned char)(len & 255);
    code = hc_guard_watch(&guard, header, sizeof header, &guard_error);
    if (code == HTTPSC_OK) {
        code = hc_guard_watch(&guard, header, len, &guard_error);
        CHECK_INT(hc_guard_finished(&guard), type);
    }
    return code;
}

static int guard_one(int encrypted, int open, unsigned type, size_t len)
{
    guard_begin(encrypted, open);
    return guard_record(type, len);
}

#define GUARD_REFUSES(encrypted, open, type, len, words) \
    do { \
        CHECK_INT(guard_one(encrypted, open, type, len), HTTPSC_ERR_TLS_PROTOCOL); \
        CHECK(strstr(guard_error.text, words) != NULL); \
    } while (0)

/* DEFENCES B1. */
static void guard_record_lengths(void)
{
    CHECK_INT(guard_one(0, 0, HC_RECORD_HANDSHAKE, 16384), HTTPSC_OK);
    GUARD_REFUSES(0, 0, HC_RECORD_HANDSHAKE, 16385, "over the maximum length");
    CHECK_INT(guard_one(1, 1, HC_RECORD_DATA, 16384 + 2048), HTTPSC_OK);
    GUARD_REFUSES(1, 1, HC_RECORD_DATA, 16384 + 2049, "over the maximum length");
}

/* DEFENCES B12. */
static void guard_data_before_the_end_of_the_handshake(void)
{
    GUARD_REFUSES(0, 0, HC_RECORD_DATA, 1, "application data in the handshake");
    GUARD_REFUSES(1, 0, HC_RECORD_DATA, 40, "application data in the handshake");
    CHECK_INT(guard_one(1, 1, HC_RECORD_DATA, 40), HTTPSC_OK);
}

/* DEFENCES B10, B11. */
static void guard_lengths_of_small_records(void)
{
    GUARD_REFUSES(0, 0, HC_RECORD_HANDSHAKE, 0, "empty handshake record");
    for (size_t len = 0; len < 40; len++) {
        if (len == 2) {
            CHECK_INT(guard_one(0, 0, HC_RECORD_ALERT, len), HTTPSC_OK);
        } else {
            GUARD_REFUSES(0, 0, HC_RECORD_ALERT, len, "an alert that is not 2 bytes");
        }
        if (len == 2 || len == 18 || len == 26) { /* ChaCha20-Poly1305; GCM with its nonce */
            CHECK_INT(guard_one(1, 1, HC_RECORD_ALERT, len), HTTPSC_OK);
        } else {
            GUARD_REFUSES(1, 1, HC_RECORD_ALERT, len, "an alert that is not 2 bytes");
        }
    }
}

static void guard_counts(void)
{
    guard_begin(1, 1);
    for (int i = 0; i < 32; i++) {
        CHECK_INT(hc_guard_count_data(&guard, 1, &guard_error), HTTPSC_OK);
    }
    CHECK_INT(hc_guard_count_data(&guard, 0, &guard_error), HTTPSC_OK);
    for (int i = 0; i < 32; i++) {
        CHECK_INT(hc_guard_count_data(&guard, 1, &guard_error), HTTPSC_OK);
    }
    CHECK_INT(hc_guard_count_data(&guard, 1, &guard_error), HTTPSC_ERR_TLS_PROTOCOL);
    guard_begin(0, 0);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(hc_guard_count_warning(&guard, &guard_error), HTTPSC_OK);
    }
    CHECK_INT(hc_guard_count_warning(&guard, &guard_error), HTTPSC_ERR_TLS_PROTOCOL);
    /* DEFENCES A13 */
    guard_begin(1, 1);
    CHECK_INT(guard_record(HC_RECORD_HANDSHAKE, 28), HTTPSC_OK);
    CHECK_INT(guard_record(HC_RECORD_DATA, 28), HTTPSC_OK);
    CHECK_INT(guard_record(HC_RECORD_HANDSHAKE, 28), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK(strstr(guard_error.text, "renegotiation") != NULL);
}

/* DEFENCES C23: the bytes of the handshake are counted, headers too; those behind it are not. */
static void guard_bytes_of_the_handshake(void)
{
    guard_begin(0, 0);
    for (int i = 0; i < 7; i++) {
        CHECK_INT(guard_record(HC_RECORD_HANDSHAKE, 16384), HTTPSC_OK);
    }
    CHECK_INT(guard_record(HC_RECORD_HANDSHAKE, 131072 - 7 * 16389 - 5), HTTPSC_OK);
    CHECK_INT(guard_record(HC_RECORD_HANDSHAKE, 1), HTTPSC_ERR_TLS_PROTOCOL);
    CHECK(strstr(guard_error.text, "131072") != NULL);
    guard_begin(1, 1);
    for (int i = 0; i < 20; i++) {
        CHECK_INT(guard_record(HC_RECORD_DATA, 16384), HTTPSC_OK);
    }
}

/* DEFENCES B15: at the first header, and by what it says. */
static void guard_other_protocols(void)
{
    static const char *const others[] = {"HTTP/", "SSH-2", "220 x", "\x16\x02\x00\x00\x01",
                                         "\x80\x2e\x01\x03\x03", "\x13\x03\x03\x00\x01"};

    for (size_t i = 0; i < HC_ARRAY_LEN(others); i++) {
        guard_begin(0, 0);
        guard.num_records = 0;
        for (size_t at = 0; at < 5; at++) { /* byte by byte */
            CHECK_INT(hc_guard_watch(&guard, (const unsigned char *)others[i] + at, 1,
                                     &guard_error),
                      at < 4 ? HTTPSC_OK : HTTPSC_ERR_TLS_NOT_TLS);
        }
    }
}

UNIT_MAIN(UNIT(guard_record_lengths), UNIT(guard_data_before_the_end_of_the_handshake),
          UNIT(guard_lengths_of_small_records), UNIT(guard_counts),
          UNIT(guard_bytes_of_the_handshake), UNIT(guard_other_protocols))
