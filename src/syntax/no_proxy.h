/* Which hosts no proxy stands before: the list that NO_PROXY holds. */
#ifndef HC_NO_PROXY_H
#define HC_NO_PROXY_H

#include "url.h"

/*
 * 1 when host and port are in a list of entries with commas or blanks between them:
 *
 *     *                        every host
 *     example.com              that name and those below it; ".example.com" and "*.example.com"
 *                              say the same
 *     192.0.2.7, [2001:db8::1] an address, compared as an address
 *     10.0.0.0/8, 2001:db8::/32  a range of addresses
 *
 * each but the first and the last also with ":PORT". ASCII case is ignored, as is a name's last
 * dot. A name is never looked up to be held against an address. An entry that is none of these
 * matches nothing.
 */
HC_FN int hc_no_proxy_has(const char *list, const hc_host *host, int port);

#endif
