#include "cookies.h"

#include "field.h"

/* ---- writing ------------------------------------------------------------------------------ */

static hc_buffer_result cookie_file_add_line(hc_buffer *out, const hc_cookie *cookie)
{
    char place[24];
    hc_text expires = hc_text_in(place, sizeof place);
    const char *pieces[15];
    size_t num = 0;
    hc_buffer_result result = HC_BUFFER_OK;

    hc_text_add_int(&expires, cookie->persistent ? cookie->expires : 0);
    pieces[num++] = cookie->http_only ? "#HttpOnly_" : "";
    pieces[num++] = cookie->host_only ? "" : ".";
    pieces[num++] = cookie->domain;
    pieces[num++] = cookie->host_only ? "\tFALSE\t" : "\tTRUE\t";
    pieces[num++] = cookie->path;
    pieces[num++] = cookie->secure ? "\tTRUE\t" : "\tFALSE\t";
    pieces[num++] = expires.ptr;
    pieces[num++] = "\t";
    pieces[num++] = cookie->name;
    pieces[num++] = "\t";
    pieces[num++] = cookie->value;
    pieces[num++] = "\n";
    for (size_t i = 0; i < num && result == HC_BUFFER_OK; i++) {
        result = hc_buffer_add_text(out, pieces[i]);
    }
    return result;
}

/* The cookie that was created first after the one given; NULL behind the last. */
static const hc_cookie *cookie_file_next(const hc_cookie_jar *jar, const hc_cookie *after)
{
    const hc_cookie *next = NULL;

    for (size_t i = 0; i < jar->num_cookies; i++) {
        const hc_cookie *cookie = hc_cookie_jar_at(jar, i);

        if ((after == NULL || cookie->created > after->created) &&
            (next == NULL || cookie->created < next->created)) {
            next = cookie;
        }
    }
    return next;
}

HC_SELDOM HC_FN int hc_cookie_jar_save(const hc_cookie_jar *jar, int64_t now, hc_buffer *out,
                                       httpsc_error *error)
{
    size_t len = out->len;
    const hc_cookie *cookie = cookie_file_next(jar, NULL);
    hc_buffer_result result = hc_buffer_add_text(out, "# Netscape HTTP Cookie File\n");

    for (; cookie != NULL && result == HC_BUFFER_OK; cookie = cookie_file_next(jar, cookie)) {
        if ((!cookie->persistent || cookie->expires > now) &&
            strchr(cookie->name, '\t') == NULL && strchr(cookie->path, '\t') == NULL) {
            result = cookie_file_add_line(out, cookie);
        }
    }
    if (result != HC_BUFFER_OK) {
        out->len = len;
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    return HTTPSC_OK;
}

/* ---- reading ------------------------------------------------------------------------------ */

typedef struct cookie_file_line {
    hc_set_cookie set;
    hc_host host;
    int host_only;
} cookie_file_line;

static hc_cursor cookie_file_take_field(hc_cursor *line)
{
    hc_cursor field = hc_take_until(line, '\t');

    if (!hc_take_char(line, '\t')) {
        line->at = NULL; /* fails: another field has to come */
    }
    return field;
}

static int cookie_file_read_flag(hc_cursor field, int *flag)
{
    *flag = hc_equal_nocase(field.at, hc_cursor_left(&field), "TRUE", 4);
    return *flag || hc_equal_nocase(field.at, hc_cursor_left(&field), "FALSE", 5);
}

static int cookie_file_read_time(hc_cursor field, int64_t *seconds)
{
    *seconds = 0;
    if (hc_cursor_left(&field) == 0) {
        return 0;
    }
    while (hc_cursor_left(&field) > 0) {
        int digit = hc_take_u8(&field) - '0';

        if (digit < 0 || digit > 9) {
            return 0;
        }
        *seconds = *seconds > (INT64_MAX - digit) / 10 ? INT64_MAX : *seconds * 10 + digit;
    }
    return 1;
}

static int cookie_file_read_host(hc_cursor field, cookie_file_line *line, int has_subdomains)
{
    if (hc_cursor_left(&field) > 1) { /* "." alone is the root */
        hc_take_char(&field, '.');
    }
    if (!hc_host_parse(&line->host, (const char *)field.at, hc_cursor_left(&field))) {
        return 0;
    }
    line->host_only = !has_subdomains || line->host.kind != HC_HOST_NAME;
    if (!line->host_only) {
        line->set.domain = hc_cursor_over(line->host.text, strlen(line->host.text));
    }
    return 1;
}

/* The seven fields. 0 where they are none. */
static int cookie_file_read_line(cookie_file_line *line, hc_cursor text)
{
    hc_set_cookie *set = &line->set;
    hc_cursor domain;
    hc_cursor subdomains;
    hc_cursor secure;
    hc_cursor expires;
    int has_subdomains;
    size_t pair_len;

    memset(line, 0, sizeof *line);
    set->same_site = HC_SAME_SITE_DEFAULT;
    set->domain = hc_cursor_over(NULL, 0);
    if (hc_cursor_left(&text) > HC_COOKIE_LINE_MAX || !hc_is_field_text(text)) {
        return 0;
    }
    set->http_only = hc_take_text(&text, "#HttpOnly_");
    domain = cookie_file_take_field(&text);
    subdomains = cookie_file_take_field(&text);
    set->path = cookie_file_take_field(&text);
    secure = cookie_file_take_field(&text);
    expires = cookie_file_take_field(&text);
    if (hc_cursor_failed(&text)) {
        return 0;
    }
    set->name = hc_take_until(&text, '\t');
    hc_take_char(&text, '\t');
    set->value = text;
    pair_len = hc_cursor_left(&set->name) + hc_cursor_left(&set->value);
    set->persistent = 1;
    return pair_len > 0 && pair_len <= HC_COOKIE_PAIR_MAX && hc_peek(&set->path) == '/' &&
           cookie_file_read_flag(subdomains, &has_subdomains) &&
           cookie_file_read_flag(secure, &set->secure) &&
           cookie_file_read_time(expires, &set->expires) &&
           cookie_file_read_host(domain, line, has_subdomains);
}

/* 1 when a rule of the jar forbids what the line says. */
static int cookie_file_is_refused(const hc_cookie_jar *jar, const cookie_file_line *line)
{
    int is_suffix = jar->is_public_suffix != NULL
                        ? jar->is_public_suffix(jar->user, line->host.text)
                        : strchr(line->host.text, '.') == NULL;

    return !hc_set_cookie_prefix_holds(&line->set) || (!line->host_only && is_suffix);
}

static int cookie_file_keep(hc_cookie_jar *jar, cookie_file_line *line, int64_t now,
                            httpsc_error *error)
{
    hc_set_cookie *set = &line->set;

    if (set->expires == 0) {
        set->persistent = 0;
    } else if (set->expires <= now) {
        return HTTPSC_OK;
    } else if (now <= INT64_MAX - HC_COOKIE_AGE_MAX && set->expires > now + HC_COOKIE_AGE_MAX) {
        set->expires = now + HC_COOKIE_AGE_MAX;
    }
    if (cookie_file_is_refused(jar, line)) {
        return HTTPSC_OK;
    }
    return hc_cookie_jar_keep(jar, set, line->host.text, line->host_only, set->path, now, error);
}

/* Goes through the text once: with a jar it keeps, with NULL it looks. */
static int cookie_file_read(hc_cookie_jar *jar, hc_cursor text, int64_t now, httpsc_error *error)
{
    size_t num_lines = 0;
    int code = HTTPSC_OK;

    while (hc_cursor_left(&text) > 0 && code == HTTPSC_OK) {
        hc_cursor line_text = hc_take_until(&text, '\n');
        cookie_file_line line;

        hc_take_char(&text, '\n');
        num_lines++;
        if (line_text.end > line_text.at && line_text.end[-1] == '\r') {
            line_text.end--;
        }
        if (hc_cursor_left(&line_text) == 0 ||
            (hc_peek(&line_text) == '#' &&
             (hc_cursor_left(&line_text) < 10 || memcmp(line_text.at, "#HttpOnly_", 10) != 0))) {
            continue;
        }
        if (!cookie_file_read_line(&line, line_text)) {
            return hc_fail(error, HTTPSC_ERR_COOKIE_FILE, 0, "line %z is no cookie", num_lines);
        }
        if (jar != NULL) {
            code = cookie_file_keep(jar, &line, now, error);
        }
    }
    return code;
}

HC_SELDOM HC_FN int hc_cookie_jar_load(hc_cookie_jar *jar, httpsc_bytes text, int64_t now,
                                       httpsc_error *error)
{
    int code;

    if (text.len > HC_COOKIE_FILE_MAX) {
        return hc_fail(error, HTTPSC_ERR_COOKIE_FILE, 0, "%z bytes, and %z are allowed", text.len,
                       HC_COOKIE_FILE_MAX);
    }
    code = cookie_file_read(NULL, hc_cursor_over(text.ptr, text.len), now, error);
    return code == HTTPSC_OK
               ? cookie_file_read(jar, hc_cursor_over(text.ptr, text.len), now, error)
               : code;
}
