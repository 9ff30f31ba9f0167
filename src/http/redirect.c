#include "redirect.h"

HC_FN hc_redirect hc_redirect_of(int status, const char *method)
{
    int is_head = strcmp(method, "HEAD") == 0;

    switch (status) {
    case 301:
    case 302:
        return strcmp(method, "POST") == 0 ? HC_REDIRECT_GET : HC_REDIRECT_SAME;
    case 303:
        return is_head ? HC_REDIRECT_SAME : HC_REDIRECT_GET;
    case 307:
    case 308:
        return HC_REDIRECT_SAME;
    default:
        return HC_REDIRECT_NONE;
    }
}

HC_FN int hc_same_origin(const hc_url *a, const hc_url *b)
{
    return a->secure == b->secure && a->port == b->port && a->host.kind == b->host.kind &&
           strcmp(a->host.text, b->host.text) == 0;
}

HC_FN int hc_field_is_of_body(hc_cursor name)
{
    static const char *const others[] = {"Digest", "Repr-Digest", "Last-Modified"};
    size_t len = hc_cursor_left(&name);

    if (len >= 8 && hc_equal_nocase(name.at, 8, "Content-", 8)) {
        return 1;
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(others); i++) {
        if (hc_equal_nocase(name.at, len, others[i], strlen(others[i]))) {
            return 1;
        }
    }
    return 0;
}
