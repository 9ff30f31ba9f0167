#include "url.h"

#include "../base/cursor.h"

#define URL_LABEL_MAX 63 /* RFC 1035, 2.3.4 */
#define URL_IPV6_GROUPS 8

/* ---- hosts -------------------------------------------------------------------------------- */

static int url_label_is_valid(hc_cursor label)
{
    size_t len = hc_cursor_left(&label);

    for (size_t i = 0; i < len; i++) {
        int character = label.at[i];

        if (!hc_is_alpha(character) && !hc_is_digit(character) && character != '-' &&
            character != '_') {
            return 0;
        }
    }
    return len >= 1 && len <= URL_LABEL_MAX;
}

/* A number as inet_aton reads one: decimal, octal, or hexadecimal behind 0x. */
static int url_label_is_number(hc_cursor label)
{
    int is_hex = hc_take_text(&label, "0x") || hc_take_text(&label, "0X");

    while (hc_cursor_left(&label) > 0) {
        int character = hc_take_u8(&label);

        if (is_hex ? hc_hex_value(character) < 0 : !hc_is_digit(character)) {
            return 0;
        }
    }
    return 1;
}

/* Dotted decimal as RFC 3986, 3.2.2 has it: four numbers up to 255 without leading zeros. */
static int url_parse_ipv4(unsigned char bytes[4], hc_cursor text)
{
    for (size_t i = 0; i < 4; i++) {
        unsigned value = 0;
        size_t num_digits = 0;

        if (i > 0 && !hc_take_char(&text, '.')) {
            return 0;
        }
        while (hc_is_digit(hc_peek(&text)) && num_digits < 3) {
            if (num_digits > 0 && value == 0) {
                return 0;
            }
            value = value * 10 + (unsigned)(hc_take_u8(&text) - '0');
            num_digits++;
        }
        if (num_digits == 0 || value > 255) {
            return 0;
        }
        bytes[i] = (unsigned char)value;
    }
    return hc_cursor_left(&text) == 0;
}

static int url_take_group(hc_cursor *text, unsigned *group)
{
    size_t num_digits = 0;

    *group = 0;
    while (hc_hex_value(hc_peek(text)) >= 0 && num_digits < 4) {
        *group = *group << 4 | (unsigned)hc_hex_value(hc_take_u8(text));
        num_digits++;
    }
    return num_digits > 0;
}

/* The groups of an IPv6 address as they are written; *gap is where "::" stands, or -1. */
static int url_take_groups(hc_cursor *text, unsigned groups[URL_IPV6_GROUPS], size_t *num_groups,
                           int *gap)
{
    size_t num = 0;

    *gap = hc_take_text(text, "::") ? 0 : -1;
    while (hc_cursor_left(text) > 0) {
        hc_cursor rest = *text;
        hc_cursor part = hc_take_until(&rest, ':');

        if (memchr(part.at, '.', hc_cursor_left(&part)) != NULL) {
            unsigned char ipv4[4];

            if (num > URL_IPV6_GROUPS - 2 || hc_cursor_left(&rest) > 0 ||
                !url_parse_ipv4(ipv4, part)) {
                return 0;
            }
            groups[num++] = (unsigned)ipv4[0] << 8 | ipv4[1];
            groups[num++] = (unsigned)ipv4[2] << 8 | ipv4[3];
            break;
        }
        if (num == URL_IPV6_GROUPS || !url_take_group(text, &groups[num])) {
            return 0;
        }
        num++;
        if (hc_cursor_left(text) == 0) {
            break;
        }
        if (hc_take_text(text, "::")) {
            if (*gap >= 0) {
                return 0;
            }
            *gap = (int)num;
        } else if (!hc_take_char(text, ':') || hc_cursor_left(text) == 0) {
            return 0;
        }
    }
    *num_groups = num;
    return *gap < 0 ? num == URL_IPV6_GROUPS : num < URL_IPV6_GROUPS;
}

static void url_add_hex(hc_text *text, unsigned group)
{
    static const char digits[] = "0123456789abcdef";
    int shift = 12;

    while (shift > 0 && group >> shift == 0) {
        shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
        hc_text_add_bytes(text, &digits[group >> shift & 15], 1);
    }
}

/* RFC 5952, 4: lower case, no leading zeros, the first longest run of zeros (two at least) as
 * "::". */
static void url_write_ipv6(const unsigned char bytes[16], hc_text *text)
{
    unsigned groups[URL_IPV6_GROUPS];
    size_t run_at = 0;
    size_t run_len = 0;

    for (size_t i = 0; i < URL_IPV6_GROUPS; i++) {
        groups[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
    }
    for (size_t i = 0; i < URL_IPV6_GROUPS; i++) {
        size_t len = 0;

        while (i + len < URL_IPV6_GROUPS && groups[i + len] == 0) {
            len++;
        }
        if (len > run_len) {
            run_at = i;
            run_len = len;
        }
    }
    for (size_t i = 0; i < URL_IPV6_GROUPS;) {
        if (run_len >= 2 && i == run_at) {
            hc_text_add(text, "::");
            i += run_len;
            continue;
        }
        if (i > 0 && !(run_len >= 2 && i == run_at + run_len)) {
            hc_text_add(text, ":");
        }
        url_add_hex(text, groups[i]);
        i++;
    }
}

HC_FN void hc_address_describe(const httpsc_address *address, hc_text *text)
{
    if (address->len == 16) {
        url_write_ipv6(address->bytes, text);
        return;
    }
    for (size_t i = 0; i < address->len; i++) {
        hc_text_add(text, i == 0 ? "" : ".");
        hc_text_add_int(text, address->bytes[i]);
    }
}

static int url_parse_ipv6(hc_host *host, hc_cursor text)
{
    unsigned groups[URL_IPV6_GROUPS] = {0};
    size_t num_groups = 0;
    size_t num_before_gap;
    int gap = -1;
    hc_text out;

    if (!url_take_groups(&text, groups, &num_groups, &gap)) {
        return 0;
    }
    num_before_gap = gap < 0 ? num_groups : (size_t)gap;
    for (size_t i = 0; i < num_groups; i++) {
        size_t at = i < num_before_gap ? i : URL_IPV6_GROUPS - num_groups + i;

        host->address.bytes[2 * at] = (unsigned char)(groups[i] >> 8);
        host->address.bytes[2 * at + 1] = (unsigned char)(groups[i] & 255);
    }
    host->kind = HC_HOST_IPV6;
    host->address.len = 16;
    out = hc_text_in(host->text, sizeof host->text);
    url_write_ipv6(host->address.bytes, &out);
    return 1;
}

/*
 * What inet_aton would take for an address in another notation than dotted decimal (127.1,
 * 0x7f.0.0.1, 010.0.0.1) is refused, so that every check sees the address that is dialled. Other
 * names may end in a number.
 */
static int url_parse_name(hc_host *host, hc_cursor text)
{
    hc_cursor rest;
    size_t len = hc_cursor_left(&text);
    size_t num_labels = 0;
    size_t num_numbers = 0;

    host->kind = HC_HOST_NAME;
    if (len == 1 && text.at[0] == '.') { /* the root itself */
        host->text[0] = '.';
        return 1;
    }
    if (len > 0 && text.at[len - 1] == '.') {
        len--;
    }
    if (len > HC_HOST_MAX) {
        return 0;
    }
    rest = hc_cursor_over(text.at, len);
    do {
        hc_cursor label = hc_take_until(&rest, '.');

        if (!url_label_is_valid(label)) {
            return 0;
        }
        num_labels++;
        num_numbers += (size_t)url_label_is_number(label);
    } while (hc_take_char(&rest, '.'));
    for (size_t i = 0; i < len; i++) {
        host->text[i] = (char)hc_lower(text.at[i]);
    }
    if (num_numbers == num_labels && num_labels <= 4) {
        host->kind = HC_HOST_IPV4;
        host->address.len = 4;
        return url_parse_ipv4(host->address.bytes, hc_cursor_over(text.at, len));
    }
    return 1;
}

HC_FN int hc_host_parse(hc_host *host, const char *text, size_t len)
{
    hc_cursor cursor = hc_cursor_over(text, len);
    int ok;

    memset(host, 0, sizeof *host);
    if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
        ok = url_parse_ipv6(host, hc_cursor_over(text + 1, len - 2));
    } else if (len > 0 && memchr(text, ':', len) != NULL) {
        ok = url_parse_ipv6(host, cursor);
    } else {
        ok = url_parse_name(host, cursor);
    }
    if (!ok) {
        memset(host, 0, sizeof *host);
    }
    return ok;
}

/* ---- ports -------------------------------------------------------------------------------- */

/* Digits alone, of any number, worth 1 to 65535. */
static int url_parse_port(hc_cursor text, int *port)
{
    int value = 0;

    while (hc_cursor_left(&text) > 0) {
        int digit = hc_take_u8(&text) - '0';

        if (digit < 0 || digit > 9) {
            return 0;
        }
        value = value * 10 + digit;
        if (value > 65535) {
            return 0;
        }
    }
    if (value == 0) {
        return 0;
    }
    *port = value;
    return 1;
}

/* Splits "host", "host:port" or "[ipv6]:port"; *port is all that is behind the colon. */
static void url_split_host(hc_cursor text, hc_cursor *host, hc_cursor *port, int *has_port)
{
    *host = text;
    if (hc_peek(&text) == '[') {
        hc_take_until(&text, ']');
        hc_take_char(&text, ']');
    }
    hc_take_until(&text, ':');
    host->end = text.at;
    *has_port = hc_take_char(&text, ':');
    *port = text;
}

HC_FN int hc_host_port_parse(hc_host *host, int *port, const char *text)
{
    hc_cursor host_text;
    hc_cursor port_text;
    int has_port;

    url_split_host(hc_cursor_over(text, strlen(text)), &host_text, &port_text, &has_port);
    return has_port && url_parse_port(port_text, port) &&
           hc_host_parse(host, (const char *)host_text.at, hc_cursor_left(&host_text));
}

/* ---- the URL's pieces --------------------------------------------------------------------- */

static int url_check_bytes(hc_cursor text, httpsc_error *error)
{
    size_t len = hc_cursor_left(&text);

    for (size_t i = 0; i < len; i++) {
        int character = text.at[i];

        if (character < 0x20 || character == 0x7f || character == '\\' ||
            (character == ' ' && (i == 0 || i == len - 1))) {
            return hc_fail(error, HTTPSC_ERR_URL_SYNTAX, 0, "\"%q\" at offset %z", &text.at[i],
                           (size_t)1, i);
        }
    }
    return HTTPSC_OK;
}

static int url_take_scheme(hc_url *url, hc_cursor *text, httpsc_error *error)
{
    const unsigned char *start = text->at;
    size_t len = 0;
    int has_slashes;

    while (hc_is_alpha(hc_peek(text)) ||
           (len > 0 && (hc_is_digit(hc_peek(text)) || hc_peek(text) == '+' ||
                        hc_peek(text) == '-' || hc_peek(text) == '.'))) {
        text->at++;
        len++;
    }
    if (len == 0 || !hc_take_char(text, ':')) {
        return hc_fail(error, HTTPSC_ERR_URL_SYNTAX, 0, "it does not begin with https://");
    }
    has_slashes = hc_take_text(text, "//");
    url->secure = hc_equal_nocase(start, len, "https", 5);
    if (!url->secure && !hc_equal_nocase(start, len, "http", 4)) {
        /* without "//" this may be user information, which an error never shows */
        return has_slashes
                   ? hc_fail(error, HTTPSC_ERR_URL_SCHEME, 0, "\"%q\"", start, len)
                   : hc_fail(error, HTTPSC_ERR_URL_SCHEME, 0, "it does not begin with https://");
    }
    if (!has_slashes) {
        return hc_fail(error, HTTPSC_ERR_URL_SYNTAX, 0, "\"//\" is missing behind the scheme");
    }
    return HTTPSC_OK;
}

/* What is refused is not shown where it may be user information. */
static int url_take_authority(hc_url *url, hc_cursor *text, httpsc_error *error)
{
    hc_cursor authority = *text;
    hc_cursor host;
    hc_cursor port;
    int has_port;

    while (hc_cursor_left(text) > 0 && hc_peek(text) != '/' && hc_peek(text) != '?' &&
           hc_peek(text) != '#') {
        text->at++;
    }
    authority.end = text->at;
    host = authority;
    hc_take_until(&host, '@');
    if (hc_take_char(&host, '@')) {
        if (memchr(host.at, '@', hc_cursor_left(&host)) != NULL) {
            return hc_fail(error, HTTPSC_ERR_URL_SYNTAX, 0,
                           "two \"@\" in the authority; write the one in the user information "
                           "as %%40");
        }
        for (const unsigned char *at = authority.at; at < host.at; at++) {
            if (*at == ' ' || *at >= 0x80) {
                return hc_fail(error, HTTPSC_ERR_URL_SYNTAX, 0,
                               "the user information holds what must be percent-encoded");
            }
        }
        url->has_userinfo = 1;
        authority = host;
    }
    url_split_host(authority, &host, &port, &has_port);
    if (hc_peek(&host) != '[' && has_port &&
        memchr(port.at, ':', hc_cursor_left(&port)) != NULL) {
        return hc_fail(error, HTTPSC_ERR_URL_HOST, 0, "an IPv6 address is written in brackets");
    }
    if (!hc_host_parse(&url->host, (const char *)host.at, hc_cursor_left(&host))) {
        return hc_fail(error, HTTPSC_ERR_URL_HOST, 0, "\"%q\"", host.at, hc_cursor_left(&host));
    }
    url->port = url->secure ? 443 : 80;
    if (hc_cursor_left(&port) > 0 && !url_parse_port(port, &url->port)) {
        return hc_fail(error, HTTPSC_ERR_URL_PORT, 0, "it is a number from 1 to 65535");
    }
    url->default_port = url->port == (url->secure ? 443 : 80);
    return HTTPSC_OK;
}

/* Bytes that no URI may hold raw are percent-encoded where browsers do it, and passed where they
 * pass them. */
static hc_buffer_result url_add_encoded(hc_buffer *out, hc_cursor text, const char *encoded)
{
    static const char hex[] = "0123456789ABCDEF";
    hc_buffer_result result = HC_BUFFER_OK;

    while (hc_cursor_left(&text) > 0 && result == HC_BUFFER_OK) {
        unsigned char byte = hc_take_u8(&text);

        if (byte >= 0x80 || strchr(encoded, byte) != NULL) {
            char escape[3] = {'%', '0', '0'};

            escape[1] = hex[byte >> 4];
            escape[2] = hex[byte & 15];
            result = hc_buffer_add(out, escape, sizeof escape);
        } else {
            result = hc_buffer_add(out, &byte, 1);
        }
    }
    return result;
}

/* 1 for ".", 2 for "..", each dot also as %2e (RFC 3986, 6.2.2.2); else 0. */
static int url_count_dots(hc_cursor segment)
{
    int num_dots = 0;

    while (hc_take_char(&segment, '.') || hc_take_text(&segment, "%2e") ||
           hc_take_text(&segment, "%2E")) {
        num_dots++;
    }
    return hc_cursor_left(&segment) == 0 && num_dots <= 2 ? num_dots : 0;
}

/* Every segment is appended behind a "/", and ".." takes the last one off again: each byte is
 * written once and taken off once. */
static hc_buffer_result url_add_path(hc_buffer *out, hc_cursor path)
{
    hc_buffer_result result = HC_BUFFER_OK;
    int is_last;

    hc_take_char(&path, '/');
    do {
        hc_cursor segment = hc_take_until(&path, '/');
        int num_dots = url_count_dots(segment);

        is_last = !hc_take_char(&path, '/');
        if (num_dots == 2) {
            while (out->len > 0 && out->ptr[--out->len] != '/') {
            }
        }
        if (num_dots == 0 || is_last) {
            result = hc_buffer_add_text(out, "/");
        }
        if (num_dots == 0 && result == HC_BUFFER_OK) {
            result = url_add_encoded(out, segment, " \"<>`{}");
        }
    } while (!is_last && result == HC_BUFFER_OK);
    return result;
}

/* Path and query of a URL; text begins behind the authority. */
static hc_buffer_result url_add_target(hc_url *url, hc_cursor text)
{
    hc_cursor query = hc_take_until(&text, '#');
    hc_cursor path = hc_take_until(&query, '?');
    hc_buffer_result result = url_add_path(&url->target, path);

    return result == HC_BUFFER_OK ? url_add_encoded(&url->target, query, " \"<>") : result;
}

static int url_target_code(hc_buffer_result result, size_t max_bytes, httpsc_error *error)
{
    switch (result) {
    case HC_BUFFER_OK:
        return HTTPSC_OK;
    case HC_BUFFER_FULL:
        return hc_fail(error, HTTPSC_ERR_LIMIT_URL, 0, "%z bytes are allowed", max_bytes);
    default:
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
}

/* ---- the URL ------------------------------------------------------------------------------ */

/* An empty URL whose target may become as long as max_bytes of text can make it. */
static int url_begin(hc_url *url, const httpsc_allocator *allocator, hc_cursor text,
                     size_t max_bytes, httpsc_error *error)
{
    size_t len = hc_cursor_left(&text);
    size_t max_target;

    memset(url, 0, sizeof *url);
    if (len > max_bytes) {
        return hc_fail(error, HTTPSC_ERR_LIMIT_URL, 0, "%z bytes, and %z are allowed", len,
                       max_bytes);
    }
    if (!hc_mul(max_bytes, 3, &max_target) || !hc_add(max_target, 1, &max_target)) {
        max_target = SIZE_MAX;
    }
    hc_buffer_init(&url->target, allocator, max_target);
    return url_check_bytes(text, error);
}

HC_FN int hc_url_parse(hc_url *url, const httpsc_allocator *allocator, const char *text,
                       size_t max_bytes, httpsc_error *error)
{
    hc_cursor rest = hc_cursor_over(text, strlen(text));
    int code = url_begin(url, allocator, rest, max_bytes, error);

    if (code == HTTPSC_OK) {
        code = url_take_scheme(url, &rest, error);
    }
    if (code == HTTPSC_OK) {
        code = url_take_authority(url, &rest, error);
    }
    if (code == HTTPSC_OK) {
        code = url_target_code(url_add_target(url, rest), max_bytes, error);
    }
    if (code != HTTPSC_OK) {
        hc_url_free(url);
    }
    return code;
}

/* A scheme with its colon (RFC 3986, 4.1): what does not begin so is a relative reference. */
static int url_has_scheme(hc_cursor text)
{
    if (!hc_is_alpha(hc_peek(&text))) {
        return 0;
    }
    while (hc_is_alpha(hc_peek(&text)) || hc_is_digit(hc_peek(&text)) || hc_peek(&text) == '+' ||
           hc_peek(&text) == '-' || hc_peek(&text) == '.') {
        text.at++;
    }
    return hc_peek(&text) == ':';
}

/* A reference without authority: the path is the reference's, or the base's with the reference's
 * merged in, or the base's with the query too (RFC 3986, 5.2.2 and 5.2.3). */
static hc_buffer_result url_add_relative(hc_url *url, const hc_url *base, hc_cursor text)
{
    hc_cursor base_query = hc_cursor_over(base->target.ptr, base->target.len);
    hc_cursor base_path = hc_take_until(&base_query, '?');
    hc_buffer_result result;

    if (hc_peek(&text) == '/') {
        return url_add_target(url, text);
    }
    if (hc_peek(&text) == '?' || hc_peek(&text) == '#' || hc_peek(&text) == -1) {
        hc_cursor query = hc_take_until(&text, '#');

        result = hc_buffer_add(&url->target, base_path.at, hc_cursor_left(&base_path));
        return result != HC_BUFFER_OK         ? result
               : hc_cursor_left(&query) > 0 ? url_add_encoded(&url->target, query, " \"<>")
                                            : hc_buffer_add(&url->target, base_query.at,
                                                            hc_cursor_left(&base_query));
    }
    while (hc_cursor_left(&base_path) > 0 && *--base_path.end != '/') {
    }
    result = hc_buffer_add(&url->target, base_path.at, hc_cursor_left(&base_path));
    return result == HC_BUFFER_OK ? url_add_target(url, text) : result;
}

HC_FN int hc_url_resolve(hc_url *url, const hc_url *base, const httpsc_allocator *allocator,
                         const char *reference, size_t max_bytes, httpsc_error *error)
{
    hc_cursor rest = hc_cursor_over(reference, strlen(reference));
    int code;

    if (url_has_scheme(rest)) {
        return hc_url_parse(url, allocator, reference, max_bytes, error);
    }
    code = url_begin(url, allocator, rest, max_bytes, error);
    if (code == HTTPSC_OK) {
        url->secure = base->secure;
        if (hc_take_text(&rest, "//")) {
            code = url_take_authority(url, &rest, error);
            if (code == HTTPSC_OK) {
                code = url_target_code(url_add_target(url, rest), max_bytes, error);
            }
        } else {
            url->host = base->host;
            url->port = base->port;
            url->default_port = base->default_port;
            code = url_target_code(url_add_relative(url, base, rest), max_bytes, error);
        }
    }
    if (code != HTTPSC_OK) {
        hc_url_free(url);
    }
    return code;
}

/* Percent-decodes, and puts a NUL behind it that len does not count. */
static int url_decode(hc_cursor text, hc_buffer *out, httpsc_error *error)
{
    hc_buffer_result result = hc_buffer_reserve(out, hc_cursor_left(&text) + 1);

    if (result != HC_BUFFER_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    while (hc_cursor_left(&text) > 0) {
        int character = hc_take_u8(&text);

        if (character == '%' && hc_cursor_left(&text) >= 2 && hc_hex_value(text.at[0]) >= 0 &&
            hc_hex_value(text.at[1]) >= 0) {
            character = hc_hex_value(text.at[0]) << 4 | hc_hex_value(text.at[1]);
            text.at += 2;
        }
        if (character < 0x20 || character == 0x7f) {
            return hc_fail(error, HTTPSC_ERR_URL_SYNTAX, 0,
                           "a control character in the user information");
        }
        out->ptr[out->len++] = (unsigned char)character;
    }
    out->ptr[out->len] = '\0';
    return HTTPSC_OK;
}

HC_FN int hc_url_credentials(const char *text, hc_buffer *user, hc_buffer *password,
                             httpsc_error *error)
{
    hc_cursor rest = hc_cursor_over(text, strlen(text));
    hc_cursor user_text;
    int code;

    hc_take_until(&rest, ':');
    if (!hc_take_text(&rest, "://")) {
        rest = hc_cursor_over(NULL, 0);
    }
    rest.end = rest.at + strcspn(hc_cursor_left(&rest) == 0 ? "" : (const char *)rest.at, "/?#");
    user_text = hc_take_until(&rest, '@');
    if (hc_cursor_left(&rest) == 0) {
        user_text = rest;
    }
    rest = user_text;
    user_text = hc_take_until(&rest, ':');
    hc_take_char(&rest, ':');
    code = url_decode(user_text, user, error);
    if (code == HTTPSC_OK) {
        code = url_decode(rest, password, error);
    }
    if (code != HTTPSC_OK) {
        hc_buffer_free(user);
        hc_buffer_free(password);
    }
    return code;
}

HC_FN void hc_url_free(hc_url *url)
{
    hc_buffer_free(&url->target);
    memset(url, 0, sizeof *url);
}

HC_FN hc_buffer_result hc_url_add_authority(const hc_url *url, hc_buffer *out)
{
    char place[HC_HOST_MAX + sizeof "[]:65535"];
    hc_text text = hc_text_in(place, sizeof place);
    int is_ipv6 = url->host.kind == HC_HOST_IPV6;

    hc_text_add(&text, is_ipv6 ? "[" : "");
    hc_text_add(&text, url->host.text);
    hc_text_add(&text, is_ipv6 ? "]" : "");
    if (!url->default_port) {
        hc_text_add(&text, ":");
        hc_text_add_int(&text, url->port);
    }
    return hc_buffer_add(out, text.ptr, text.len);
}

HC_FN hc_buffer_result hc_url_add(const hc_url *url, hc_buffer *out)
{
    size_t len = out->len;
    hc_buffer_result result = hc_buffer_add_text(out, url->secure ? "https://" : "http://");

    if (result == HC_BUFFER_OK) {
        result = hc_url_add_authority(url, out);
    }
    if (result == HC_BUFFER_OK) {
        result = hc_buffer_add(out, url->target.ptr, url->target.len);
    }
    if (result != HC_BUFFER_OK) {
        out->len = len;
    }
    return result;
}
