/*
 * Content codings (RFC 9110, 8.4.1): gzip and deflate, by zlib. There is nothing of it without
 * HTTPSC_USE_ZLIB.
 */
#ifndef HC_CODING_H
#define HC_CODING_H

#include "../base/cursor.h"
#include "../base/error.h"

#ifdef HTTPSC_USE_ZLIB

#include "../base/memory.h"

#include <zlib.h>

#define HC_ACCEPT_ENCODING "gzip, deflate"
#define HC_RATIO_FREE_BYTES ((uint64_t)1 << 20) /* decoded bytes before the ratio counts */

typedef enum hc_coding {
    HC_CODING_IDENTITY = 1, /* nothing to undo: no field, "identity", or "none" */
    HC_CODING_GZIP,         /* also "x-gzip" */
    HC_CODING_DEFLATE,      /* with zlib's wrapping, as it should be, or without, as it is met */
    HC_CODING_UNKNOWN,      /* one that was not asked for: the body can be had as it is */
    HC_CODING_LAYERS        /* more than one: ERR_BODY_CODING */
} hc_coding;

/* The coding that all Content-Encoding fields together name. */
HC_FN hc_coding hc_coding_find(const httpsc_field *fields, size_t num_fields);

/* It does not move: zlib keeps its address. Zeroed it may be freed. */
typedef struct hc_decoder {
    const httpsc_allocator *allocator;
    z_stream stream;
    uint64_t max_out;       /* decoded bytes */
    uint64_t max_ratio;
    uint64_t num_in;
    uint64_t num_out;
    hc_coding coding;
    int is_open;            /* the stream has to be ended */
    int state;
    unsigned char first[2]; /* of deflate, which tell its wrapping */
    size_t num_first;
    size_t num_first_taken; /* by zlib */
    httpsc_error failure;
} hc_decoder;

/*
 * Begins to undo gzip or deflate. At most max_out bytes come out, and after the first MiB at most
 * max_ratio (> 0) for each that went in. OK or ERR_MEMORY; close it in any case.
 */
HC_FN int hc_decoder_open(hc_decoder *decoder, const httpsc_allocator *allocator,
                          hc_coding coding, uint64_t max_out, uint64_t max_ratio,
                          httpsc_error *error);
HC_FN void hc_decoder_close(hc_decoder *decoder);

/*
 * Decodes into out (len > 0) as much as fits, moving *in past what was taken. *num_out 0: more
 * input is needed, and *in is empty. After an input was taken whole there may be more to come out:
 * call until *num_out is 0. ERR_BODY_CODING (malformed, a wrong check, bytes behind the end),
 * ERR_LIMIT_BODY, ERR_LIMIT_RATIO, ERR_MEMORY: for good.
 */
HC_FN int hc_decoder_read(hc_decoder *decoder, hc_cursor *in, unsigned char *out, size_t len,
                          size_t *num_out, httpsc_error *error);

/* The input is over, and hc_decoder_read has given all. ERR_BODY_CODING unless the coding ended
 * too. No byte at all, as in the answer to HEAD, is no coding, and fine. */
HC_FN int hc_decoder_end(hc_decoder *decoder, httpsc_error *error);

#endif
#endif
