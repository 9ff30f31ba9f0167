/* The one place where an error is written. */
#ifndef HC_ERROR_H
#define HC_ERROR_H

#include "text.h"

/*
 * Writes an error: its code, the stage that the code names, native, and the code's sentence,
 * followed by ": " and the particulars of the format (hc_text_add_format) unless it is NULL.
 * The first error wins: one that is already there is left alone. Returns the code that stands. With
 * error NULL nothing is written, and the code is returned.
 */
HC_FN int (hc_fail)(httpsc_error *error, int code, int native, const char *format, ...);

/* The same without particulars. */
HC_FACE int hc_fail_bare(httpsc_error *error, int code, int native);

#if !HC_HAS_ERROR_TEXT
/* The particulars are looked at by the compiler alone. */
#define hc_fail(error, code, native, ...) \
    (HC_HAS_ERROR_TEXT ? hc_fail(error, code, native, __VA_ARGS__) \
                       : hc_fail_bare(error, code, native))
#endif

/* ERR_UNSUPPORTED: the switch that left it out of this build. */
HC_FN int hc_left_out(httpsc_error *error, const char *name);

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
