/* DER (X.690): one element at a time, definite minimal lengths only. */
#ifndef HC_DER_H
#define HC_DER_H

#include "../base/cursor.h"

#define HC_DER_BOOLEAN 0x01
#define HC_DER_INTEGER 0x02
#define HC_DER_BIT_STRING 0x03
#define HC_DER_OCTET_STRING 0x04
#define HC_DER_OID 0x06
#define HC_DER_SEQUENCE 0x30
#define HC_DER_SET 0x31
#define HC_DER_CONTEXT_0 0xA0
#define HC_DER_CONTEXT_1 0xA1
#define HC_DER_CONTEXT_3 0xA3

/* One element: its tag byte, what it holds, and the whole of it with tag and length. */
typedef struct hc_der {
    uint8_t tag;
    hc_cursor content;
    hc_cursor whole;
} hc_der;

/* Takes the next element whatever its tag. 0 at the end, and for anything that is not DER: tags
 * of several bytes, indefinite or non-minimal lengths, lengths past the end or over 4 bytes; then
 * the cursor has failed. from may be &out->content. */
HC_FN int hc_der_next(hc_cursor *from, hc_der *out);

/* Takes the next element if it has the tag; else 0, and nothing is taken. */
HC_FN int hc_der_take(hc_cursor *from, uint8_t tag, hc_der *out);

/* Takes an INTEGER over 0 in minimal form: *magnitude is its bytes without the zero that only keeps
 * the sign. */
HC_FN int hc_der_take_positive(hc_cursor *from, hc_cursor *magnitude);

/* 1 when both hold the same bytes; 0 also when one of them has failed. */
HC_FN int hc_der_same(hc_cursor a, hc_cursor b);

#endif
