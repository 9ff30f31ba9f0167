#include "alert.h"

HC_FN const char *hc_alert_name(int alert)
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
        {109, "missing_extension"}, {110, "unsupported_extension"},
        {111, "certificate_unobtainable"}, {112, "unrecognized_name"},
        {113, "bad_certificate_status_response"}, {114, "bad_certificate_hash_value"},
        {115, "unknown_psk_identity"}, {116, "certificate_required"},
        {120, "no_application_protocol"}, {121, "ech_required"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(names); i++) {
        if (names[i].alert == alert) {
            return names[i].name;
        }
    }
    return "unknown alert";
}

HC_FN int hc_alert_for(int code)
{
    switch (code) {
    case HTTPSC_ERR_CERT_EXPIRED:
    case HTTPSC_ERR_CERT_NOT_YET_VALID:
        return HC_ALERT_CERTIFICATE_EXPIRED;
    case HTTPSC_ERR_CERT_UNKNOWN_ISSUER:
    case HTTPSC_ERR_CERT_INCOMPLETE_CHAIN:
    case HTTPSC_ERR_CERT_SELF_SIGNED:
        return HC_ALERT_UNKNOWN_CA;
    case HTTPSC_ERR_CERT_REVOKED:
        return HC_ALERT_CERTIFICATE_REVOKED;
    case HTTPSC_ERR_CERT_KEY_USAGE:
        return HC_ALERT_UNSUPPORTED_CERTIFICATE;
    case HTTPSC_ERR_CERT_PIN_MISMATCH:
        return HC_ALERT_CERTIFICATE_UNKNOWN;
    case HTTPSC_ERR_MEMORY:
    case HTTPSC_ERR_ARGUMENT:
    case HTTPSC_ERR_TRUST_UNREADABLE:
        return HC_ALERT_INTERNAL_ERROR;
    default:
        return HC_ALERT_BAD_CERTIFICATE;
    }
}
