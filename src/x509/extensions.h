/* The extensions of a certificate (RFC 5280, 4.2). */
#ifndef HC_EXTENSIONS_H
#define HC_EXTENSIONS_H

#include "decode.h"

/* Reads one extension into a certificate. NULL when it is well formed or not known; else what is
 * wrong with it. */
HC_FN const char *hc_extension_read(hc_cert *cert, hc_cursor oid, int critical, hc_cursor value);

#endif
