/* The dates of Expires (RFC 6265bis, 5.1.1): read leniently, by one algorithm for every form. */
#ifndef HC_COOKIE_DATE_H
#define HC_COOKIE_DATE_H

#include "../base/cursor.h"

/* Seconds since 1970 (negative before) of a cookie-date. 0 when a part is missing, or is none that
 * the calendar has: years are 1601 and later, two digits mean 1970 to 2069. */
HC_FN int hc_cookie_date_parse(hc_cursor text, int64_t *out);

#endif
