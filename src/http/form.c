#include "form.h"

#include "../base/cursor.h"

static hc_buffer_result form_add_encoded(hc_buffer *out, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    hc_buffer_result result = HC_BUFFER_OK;

    for (; *text != '\0' && result == HC_BUFFER_OK; text++) {
        unsigned char byte = (unsigned char)*text;
        char escape[3] = {'%', '0', '0'};

        if (hc_is_alpha(byte) || hc_is_digit(byte) || strchr("*-._", byte) != NULL) {
            result = hc_buffer_add(out, &byte, 1);
        } else if (byte == ' ') {
            result = hc_buffer_add(out, "+", 1);
        } else {
            escape[1] = hex[byte >> 4];
            escape[2] = hex[byte & 15];
            result = hc_buffer_add(out, escape, sizeof escape);
        }
    }
    return result;
}

HC_FN hc_buffer_result hc_form_add(const httpsc_field *fields, size_t num_fields, hc_buffer *out)
{
    size_t len = out->len;
    hc_buffer_result result = HC_BUFFER_OK;

    for (size_t i = 0; i < num_fields && result == HC_BUFFER_OK; i++) {
        result = i == 0 ? HC_BUFFER_OK : hc_buffer_add(out, "&", 1);
        if (result == HC_BUFFER_OK) {
            result = form_add_encoded(out, fields[i].name);
        }
        if (result == HC_BUFFER_OK && fields[i].value != NULL) {
            result = hc_buffer_add(out, "=", 1);
            if (result == HC_BUFFER_OK) {
                result = form_add_encoded(out, fields[i].value);
            }
        }
    }
    if (result != HC_BUFFER_OK) {
        out->len = len;
    }
    return result;
}

HC_FN hc_buffer_result hc_form_add_url(const char *url, const httpsc_field *fields,
                                       size_t num_fields, hc_buffer *out)
{
    size_t len = out->len;
    size_t before_fragment = strcspn(url, "#");
    const char *query = memchr(url, '?', before_fragment);
    char last = before_fragment == 0 ? '\0' : url[before_fragment - 1];
    hc_buffer_result result = hc_buffer_add(out, url, before_fragment);

    if (result == HC_BUFFER_OK && num_fields > 0) {
        if (query == NULL) {
            result = hc_buffer_add(out, "?", 1);
        } else if (last != '?' && last != '&') {
            result = hc_buffer_add(out, "&", 1);
        }
        if (result == HC_BUFFER_OK) {
            result = hc_form_add(fields, num_fields, out);
        }
    }
    if (result == HC_BUFFER_OK) {
        result = hc_buffer_add_text(out, url + before_fragment);
    }
    if (result != HC_BUFFER_OK) {
        out->len = len;
    }
    return result;
}
