/* The body of a response on its way in: as it comes or decoded, and from there to a sink. */
#ifndef HC_DOWNLOAD_H
#define HC_DOWNLOAD_H

#include "exchange.h"
#include "../http/coding.h"

#define HC_DOWNLOAD_PIECE 16384

/* Zeroed but for allocator it gives bytes as they come. */
typedef struct hc_download {
    const httpsc_allocator *allocator;
    unsigned char *raw;     /* HC_DOWNLOAD_PIECE bytes as they came, where they are decoded */
    hc_cursor raw_left;
    unsigned char *piece;   /* the same on the way to a sink */
    hc_cursor piece_left;
    int ended;              /* the verified end: no byte comes behind it */
    int sink_waits;
#ifdef HTTPSC_USE_ZLIB
    hc_decoder *decoder;    /* or NULL */
#endif
} hc_download;

/*
 * Looks at the fields of an answer that has a body, and begins to decode where they name gzip or
 * deflate: 1 in *decoded. At most max_out bytes come out, and max_ratio for each that came.
 * ERR_BODY_CODING for several codings, ERR_MEMORY. Without HTTPSC_USE_ZLIB nothing is decoded.
 */
HC_FN int hc_download_decode(hc_download *download, const httpsc_response *response,
                             uint64_t max_out, size_t max_ratio, int *decoded,
                             httpsc_error *error);

HC_FN void hc_download_free(hc_download *download);

/* The next bytes, as hc_exchange_read has them; 0 of them: `ended`. */
HC_FN int hc_download_read(hc_download *download, hc_exchange *exchange, hc_connection *connection,
                           unsigned char *buf, size_t len, size_t *num_read, httpsc_error *error);

/* Moves one piece of the body into a sink. HTTPSC_OK: go on, or `ended`; HTTPSC_WANT; an error. */
HC_FN int hc_download_push(hc_download *download, const httpsc_sink *sink, hc_exchange *exchange,
                           hc_connection *connection, httpsc_error *error);

#endif
