/* Alerts (RFC 5246, 7.2; RFC 8446, 6): their numbers and names. */
#ifndef HC_ALERT_H
#define HC_ALERT_H

#include "../base/error.h"

#define HC_ALERT_CLOSE_NOTIFY 0
#define HC_ALERT_UNEXPECTED_MESSAGE 10
#define HC_ALERT_BAD_RECORD_MAC 20
#define HC_ALERT_RECORD_OVERFLOW 22
#define HC_ALERT_HANDSHAKE_FAILURE 40
#define HC_ALERT_BAD_CERTIFICATE 42
#define HC_ALERT_UNSUPPORTED_CERTIFICATE 43
#define HC_ALERT_CERTIFICATE_REVOKED 44
#define HC_ALERT_CERTIFICATE_EXPIRED 45
#define HC_ALERT_CERTIFICATE_UNKNOWN 46
#define HC_ALERT_ILLEGAL_PARAMETER 47
#define HC_ALERT_UNKNOWN_CA 48
#define HC_ALERT_ACCESS_DENIED 49
#define HC_ALERT_DECODE_ERROR 50
#define HC_ALERT_DECRYPT_ERROR 51
#define HC_ALERT_PROTOCOL_VERSION 70
#define HC_ALERT_INSUFFICIENT_SECURITY 71
#define HC_ALERT_INTERNAL_ERROR 80
#define HC_ALERT_USER_CANCELED 90
#define HC_ALERT_NO_RENEGOTIATION 100
#define HC_ALERT_MISSING_EXTENSION 109
#define HC_ALERT_UNSUPPORTED_EXTENSION 110
#define HC_ALERT_CERTIFICATE_REQUIRED 116

/* The RFC's name of an alert, "unknown alert" for a number that has none. */
HC_FN const char *hc_alert_name(int alert);

/* The alert that answers a certificate refused with this code. */
HC_FN int hc_alert_for(int code);

#endif
