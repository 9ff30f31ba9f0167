/* Alerts (RFC 5246, 7.2; RFC 8446, 6): their names, and what an alert from the server means. */
#ifndef HC_ALERT_H
#define HC_ALERT_H

#include "../base/error.h"

/* The RFC's name of an alert, "unknown alert" for a number that has none. */
static inline const char *hc_alert_name(int alert)
{
    static const struct {
        int alert;
        const char *name;
    } names[] = {
        {0, "close_notify"}, {10, "unexpected_message"}, {20, "bad_record_mac"},
        {21, "decryption_failed"}, {22, "record_overflow"}, {30, "decompression_failure"},
        {40, "handshake_failure"}, {42, "bad_certificate"}, {43, "unsupported_certificate"},
        {44, "certificate_revoked"}, {45, "certificate_expired"}, {46, "certificate_unknown"},
        {47, "illegal_parameter"}, {48, "unknown_ca"}, {49, "access_denied"},
        {50, "decode_error"}, {51, "decrypt_error"}, {60, "export_restriction"},
        {70, "protocol_version"}, {71, "insufficient_security"}, {80, "internal_error"},
        {86, "inappropriate_fallback"}, {90, "user_canceled"}, {100, "no_renegotiation"},
        {109, "missing_extension"}, {110, "unsupported_extension"}, {112, "unrecognized_name"},
        {113, "bad_certificate_status_response"}, {115, "unknown_psk_identity"},
        {116, "certificate_required"}, {120, "no_application_protocol"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(names); i++) {
        if (names[i].alert == alert) {
            return names[i].name;
        }
    }
    return "unknown alert";
}

/* Writes the error for a fatal alert of the server; native is its number. */
static inline int hc_alert_fail(int alert, httpsc_error *error)
{
    int code = HTTPSC_ERR_TLS_ALERT;
    const char *hint = "";

    if (alert == 70) {
        code = HTTPSC_ERR_TLS_VERSION;
        hint = "; TLS 1.2 was offered";
    } else if (alert == 40 || alert == 71) {
        code = HTTPSC_ERR_TLS_HANDSHAKE;
        hint = "; TLS 1.2 with ECDHE and AES-GCM or ChaCha20-Poly1305 was offered";
    }
    return hc_fail(error, code, alert, "alert %s (%d)%s", hc_alert_name(alert), alert, hint);
}

#define HC_ALERT_RECORD_LEN 7

/* Writes the record with the fatal alert that answers a certificate refused with this code, for a
 * handshake in which no keys are in use yet. */
static inline void hc_alert_write(int code, unsigned char record[HC_ALERT_RECORD_LEN])
{
    static const unsigned char fatal[HC_ALERT_RECORD_LEN] = {21, 3, 3, 0, 2, 2, 42};

    memcpy(record, fatal, sizeof fatal); /* bad_certificate */
    if (code == HTTPSC_ERR_CERT_UNKNOWN_ISSUER) {
        record[6] = 48;
    } else if (code == HTTPSC_ERR_CERT_EXPIRED) {
        record[6] = 45;
    }
}

#endif
