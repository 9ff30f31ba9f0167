/* The one place where an error is written. */
#ifndef HC_ERROR_H
#define HC_ERROR_H

#include "text.h"

/*
 * Writes an error: its code, the stage that the code names, native, and the code's sentence,
 * followed by ": " and the particulars of the format (hc_text_add_format) unless it is NULL.
 * The first error wins: one that is already there is left alone. Returns the code that stands.
 */
HC_FN int hc_fail(httpsc_error *error, int code, int native, const char *format, ...);

/* What a callback of the caller's said: OK, WANT and the errors of the list as they are, `fallback`
 * for any other number. */
HC_FN int hc_callback_code(int code, int fallback);

/* Puts the stage that the caller is in where the code left it open. */
HC_FN void hc_fail_stage(httpsc_error *error, httpsc_stage stage);

/* Puts "; " and a hint behind the text of an error. */
HC_FN void hc_fail_hint(httpsc_error *error, const char *hint);

/* Empties an error. error may be NULL. */
HC_FN void hc_error_clear(httpsc_error *error);

#endif
