/* Text made in a place of fixed size: the bounded appender. */
#ifndef HC_TEXT_H
#define HC_TEXT_H

#include "base.h"

#include <stdarg.h>

/* ptr[0..len) is the text, always followed by a NUL; what does not fit is cut and remembered. */
typedef struct hc_text {
    char *ptr;
    size_t size; /* of the place, at least 1 */
    size_t len;
    int cut;
} hc_text;

/* An empty text in the place given. */
HC_FN hc_text hc_text_in(char *place, size_t size);

HC_FN void hc_text_add(hc_text *text, const char *string);
HC_FN void hc_text_add_bytes(hc_text *text, const void *bytes, size_t len);

/* Bytes of a peer for a person's eye: printable ASCII as it is, the rest as \xHH. At most 80 bytes
 * are shown, then "...". */
HC_FN void hc_text_add_escaped(hc_text *text, const void *bytes, size_t len);

HC_FN void hc_text_add_int(hc_text *text, int64_t value);

/*
 * Appends a format. It knows
 *     %s  const char *, taken as it is
 *     %q  const void *, size_t: bytes of a peer, escaped
 *     %e  const char *: text of the caller or a peer, escaped
 *     %d  int
 *     %z  size_t
 *     %%  a per cent sign
 */
HC_FN void hc_text_add_format(hc_text *text, const char *format, va_list args);

#endif
