/* Times as certificates and CRLs carry them (RFC 5280, 4.1.2.5). */
#ifndef HC_ASN1_TIME_H
#define HC_ASN1_TIME_H

#include "../base/text.h"
#include "der.h"

#define HC_ASN1_UTC_TIME 0x17
#define HC_ASN1_GENERALIZED_TIME 0x18

/*
 * Reads a UTCTime or GeneralizedTime element into seconds since 1970 (negative before). 1 when it
 * is exactly YYMMDDHHMMSSZ (1950 to 2049) or YYYYMMDDHHMMSSZ (year 1 and later), with a date that
 * the calendar has; a leap second (60) is none. Every other form is 0. *is_misplaced is set to 1
 * for a GeneralizedTime before 2050, which has to be a UTCTime; otherwise it is left alone.
 */
HC_FN int hc_asn1_time_parse(const hc_der *element, int64_t *out, int *is_misplaced);

/* Appends such a time as "2024-02-29 12:00:00 UTC". */
HC_FN void hc_asn1_time_describe(int64_t seconds, hc_text *text);

#endif
