/* What requests and responses have in common: names and values of fields (RFC 9110, 5). */
#ifndef HC_FIELD_H
#define HC_FIELD_H

#include "../base/cursor.h"

/* 1 for a token (5.6.2): a method, or a field's name. */
HC_FN int hc_is_token(hc_cursor text);

/* 1 when only HTAB, SP, VCHAR and obs-text are in it (5.5): no CR, LF, NUL or other control. */
HC_FN int hc_is_field_text(hc_cursor text);

/* Takes blanks, SP and HTAB, off both ends. */
HC_FN void hc_trim_blanks(hc_cursor *text);

#endif
