/* The extensions of hello messages, by their numbers (RFC 8446, 4.2, and the RFCs it lists). */
#ifndef HC_HELLO_EXTENSIONS_H
#define HC_HELLO_EXTENSIONS_H

#include "writer.h"

typedef enum hc_extension_index {
    HC_HELLO_SERVER_NAME = 0,
    HC_HELLO_MAX_FRAGMENT_LENGTH,
    HC_HELLO_SUPPORTED_GROUPS,
    HC_HELLO_EC_POINT_FORMATS,
    HC_HELLO_SIGNATURE_ALGORITHMS,
    HC_HELLO_ALPN,
    HC_HELLO_EXTENDED_MASTER_SECRET,
    HC_HELLO_RECORD_SIZE_LIMIT,
    HC_HELLO_SESSION_TICKET,
    HC_HELLO_PRE_SHARED_KEY,
    HC_HELLO_EARLY_DATA,
    HC_HELLO_SUPPORTED_VERSIONS,
    HC_HELLO_COOKIE,
    HC_HELLO_PSK_KEY_EXCHANGE_MODES,
    HC_HELLO_CERTIFICATE_AUTHORITIES,
    HC_HELLO_OID_FILTERS,
    HC_HELLO_SIGNATURE_ALGORITHMS_CERT,
    HC_HELLO_KEY_SHARE,
    HC_HELLO_RENEGOTIATION_INFO,
    HC_NUM_HELLO_EXTENSIONS
} hc_extension_index;

#define HC_HELLO_BIT(index) ((uint32_t)1 << (index))

/* What a list held: bodies by index, and which are there, as bits. */
typedef struct hc_extensions {
    uint32_t present;
    hc_cursor body[HC_NUM_HELLO_EXTENSIONS];
} hc_extensions;

typedef enum hc_extensions_result {
    HC_EXTENSIONS_OK = 1,
    HC_EXTENSIONS_MALFORMED,
    HC_EXTENSIONS_DUPLICATE,
    HC_EXTENSIONS_UNKNOWN /* one whose number is not of those above */
} hc_extensions_result;

#define HC_EXTENSIONS_MAX 64 /* in one list */

/* The number of an extension. */
HC_FN unsigned hc_extension_number(hc_extension_index index);

/* Reads the content of a list, whole: what is malformed is told before a duplicate, and that before
 * an unknown one. With ignore_unknown unknown ones are passed over, but not twice the same. */
HC_FN hc_extensions_result hc_extensions_read(hc_cursor list, int ignore_unknown,
                                              hc_extensions *out);

#endif
