/*
 * What passes by on its way to the engine: record headers (RFC 5246, 6.2), with the counts and
 * bounds that BearSSL's engine does not keep. It sees no plaintext, and needs no key.
 */
#ifndef HC_RECORD_GUARD_H
#define HC_RECORD_GUARD_H

#include "../base/error.h"
#include "../base/cursor.h"

#define HC_RECORD_HEADER_LEN 5
#define HC_RECORD_CCS 20
#define HC_RECORD_ALERT 21
#define HC_RECORD_HANDSHAKE 22
#define HC_RECORD_DATA 23

#define HC_GUARD_HANDSHAKE_BYTES_MAX ((size_t)128 * 1024)
#define HC_GUARD_EMPTY_RECORDS_MAX 32 /* one after the other */
#define HC_GUARD_WARNINGS_MAX 4
#define HC_GUARD_HELLO_REQUESTS_MAX 1

typedef struct hc_record_guard {
    unsigned char header[HC_RECORD_HEADER_LEN];
    size_t header_len;
    size_t record_left; /* of the payload */
    size_t num_records; /* complete ones, up to 1 */
    size_t num_handshake_bytes;
    int num_empty;
    int num_warnings;
    int num_hello_requests;
    int encrypted; /* the peer's ChangeCipherSpec was seen */
    int open;      /* set by the engine: the handshake is over */
} hc_record_guard;

/* Bytes that are no TLS record, at the very beginning. */
static inline int hc_guard_fail_not_tls(const hc_record_guard *guard, httpsc_error *error)
{
    int http = guard->header_len == 5 && memcmp(guard->header, "HTTP/", 5) == 0;

    return hc_fail(error, HTTPSC_ERR_TLS_NOT_TLS, 0, "it sent \"%q\"%s", guard->header,
                   guard->header_len, http ? ": it speaks plain HTTP on this port" : "");
}

/* The error for an end in the handshake. */
static inline int hc_guard_fail_cut(const hc_record_guard *guard, httpsc_error *error)
{
    if (guard->num_records == 0 && guard->header_len > 0 &&
        (guard->header[0] < HC_RECORD_CCS || guard->header[0] > HC_RECORD_DATA)) {
        return hc_guard_fail_not_tls(guard, error);
    }
    return hc_fail(error, HTTPSC_ERR_TLS_TRUNCATED, 0, "it had sent %z bytes",
                   guard->num_handshake_bytes);
}

static inline int hc_guard_check_header(hc_record_guard *guard, httpsc_error *error)
{
    unsigned type = guard->header[0];
    size_t len = (size_t)guard->header[3] << 8 | guard->header[4];
    const char *broken = NULL;

    guard->record_left = len;
    if (type < HC_RECORD_CCS || type > HC_RECORD_DATA || guard->header[1] != 3) {
        if (guard->num_records == 0) {
            return hc_guard_fail_not_tls(guard, error);
        }
        broken = "bytes that are no record";
    } else if (len > (guard->encrypted ? 16384 + 2048 : 16384)) {
        broken = "a record over the maximum length";
    } else if (type == HC_RECORD_DATA && !guard->open) {
        broken = "application data in the handshake";
    } else if (type == HC_RECORD_HANDSHAKE && len == 0) {
        broken = "an empty handshake record";
    } else if (type == HC_RECORD_ALERT && len != 2 &&
               !(guard->encrypted && (len == 2 + 16 || len == 2 + 24))) {
        broken = "an alert that is not 2 bytes";
    } else if (type == HC_RECORD_HANDSHAKE && guard->open &&
               ++guard->num_hello_requests > HC_GUARD_HELLO_REQUESTS_MAX) {
        broken = "requests for renegotiation";
    }
    return broken == NULL ? HTTPSC_OK : hc_fail(error, HTTPSC_ERR_TLS_PROTOCOL, 0, "%s", broken);
}

/* Looks at bytes before the engine gets them: none beyond a header, or none beyond a payload. */
static inline int hc_guard_watch(hc_record_guard *guard, const unsigned char *bytes, size_t len,
                                 httpsc_error *error)
{
    size_t taken = hc_min(len, HC_RECORD_HEADER_LEN - guard->header_len);

    if (!guard->open && (guard->num_handshake_bytes += len) > HC_GUARD_HANDSHAKE_BYTES_MAX) {
        return hc_fail(error, HTTPSC_ERR_TLS_PROTOCOL, 0, "its handshake is over %z bytes",
                       HC_GUARD_HANDSHAKE_BYTES_MAX);
    }
    if (taken == 0) {
        guard->record_left -= hc_min(len, guard->record_left);
        return HTTPSC_OK;
    }
    memcpy(guard->header + guard->header_len, bytes, taken);
    guard->header_len += taken;
    return guard->header_len < HC_RECORD_HEADER_LEN ? HTTPSC_OK
                                                    : hc_guard_check_header(guard, error);
}

/* The type of the record that ended with the bytes watched last, and then it is forgotten; 0 while
 * one is under way. */
static inline unsigned hc_guard_finished(hc_record_guard *guard)
{
    unsigned type = guard->header[0];

    if (guard->header_len < HC_RECORD_HEADER_LEN || guard->record_left > 0) {
        return 0;
    }
    guard->header_len = 0;
    guard->num_records = 1;
    guard->encrypted |= type == HC_RECORD_CCS;
    return type;
}

/* Counts a record of application data by whether there was any in it. */
static inline int hc_guard_count_data(hc_record_guard *guard, int empty, httpsc_error *error)
{
    guard->num_empty = empty ? guard->num_empty + 1 : 0;
    return guard->num_empty <= HC_GUARD_EMPTY_RECORDS_MAX
               ? HTTPSC_OK
               : hc_fail(error, HTTPSC_ERR_TLS_PROTOCOL, 0, "a flood of empty records");
}

/* Counts an alert after which the connection goes on. */
static inline int hc_guard_count_warning(hc_record_guard *guard, httpsc_error *error)
{
    return ++guard->num_warnings <= HC_GUARD_WARNINGS_MAX
               ? HTTPSC_OK
               : hc_fail(error, HTTPSC_ERR_TLS_PROTOCOL, 0, "a flood of warning alerts");
}

#endif
