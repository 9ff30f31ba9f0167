/* PEM (RFC 7468, lax where old files are): blocks of base64 in text. */
#ifndef HC_PEM_H
#define HC_PEM_H

#include "../base/cursor.h"

/* One block: its label ("CERTIFICATE") and the text between its BEGIN and END lines. */
typedef struct hc_pem_block {
    hc_cursor label;
    hc_cursor body;
    int complete; /* 0: the END line is missing, or carries another label */
} hc_pem_block;

/* Finds the next block in text; anything between blocks is passed over; LF, CRLF and a missing
 * last newline are fine. 1 when a block was found, also an incomplete one. */
HC_FN int hc_pem_next(hc_cursor *text, hc_pem_block *block);

/* 1 when the label of the block is this one. */
HC_FN int hc_pem_is(const hc_pem_block *block, const char *label);

/*
 * Decodes base64 with white space anywhere into out, at most max bytes. Returns 1 and the count in
 * *len; 0 for a character outside the alphabet or bad padding. With prefix_only, it stops when out
 * is full, and that is success: to look at the beginning of a block without decoding it whole.
 */
HC_FN int hc_base64_decode(hc_cursor body, unsigned char *out, size_t max, int prefix_only,
                           size_t *len);

#endif
