/* application/x-www-form-urlencoded (WHATWG URL, 5.2): bodies and queries. */
#ifndef HC_FORM_H
#define HC_FORM_H

#include "../base/buffer.h"
#include "../base/error.h"

/* Appends "name=value&name=value": letters, digits and "*-._" as they are, a space as "+", every
 * other byte as %XX. A value of NULL leaves out the "=" too. Nothing is appended unless OK. */
HC_FN hc_buffer_result hc_form_add(const httpsc_field *fields, size_t num_fields, hc_buffer *out);

/* Appends a URL with fields added to its query, before the fragment: behind "?", or behind "&"
 * where it has a query. Nothing is appended unless OK. */
HC_FN hc_buffer_result hc_form_add_url(const char *url, const httpsc_field *fields,
                                       size_t num_fields, hc_buffer *out);

#endif
