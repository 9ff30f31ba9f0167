#include "cookies.h"

#include "field.h"

static hc_cookie *cookies_at(const hc_cookie_jar *jar, size_t i)
{
    return (hc_cookie *)(void *)jar->entries.ptr + i;
}

HC_FN void hc_cookie_jar_init(hc_cookie_jar *jar, const httpsc_allocator *allocator)
{
    memset(jar, 0, sizeof *jar);
    jar->allocator = allocator;
    hc_buffer_init(&jar->entries, allocator, HC_COOKIES_MAX * sizeof(hc_cookie));
}

static void cookies_drop(hc_cookie_jar *jar, hc_cookie *cookie)
{
    hc_free_secret(jar->allocator, cookie->block, cookie->block_size);
    *cookie = *cookies_at(jar, --jar->num_cookies);
    jar->entries.len -= sizeof *cookie;
}

HC_FN void hc_cookie_jar_free(hc_cookie_jar *jar)
{
    while (jar->num_cookies > 0) {
        cookies_drop(jar, cookies_at(jar, jar->num_cookies - 1));
    }
    hc_buffer_free(&jar->entries);
}

HC_FN const hc_cookie *hc_cookie_jar_at(const hc_cookie_jar *jar, size_t i)
{
    return cookies_at(jar, i);
}

/* ---- matching ----------------------------------------------------------------------------- */

/* domain-match (RFC 6265bis, 5.1.3): the same, or below it; both are normalised. */
static int cookies_domain_matches(const char *host, const char *domain)
{
    size_t host_len = strlen(host);
    size_t domain_len = strlen(domain);

    if (host_len <= domain_len) {
        return strcmp(host, domain) == 0;
    }
    return host[host_len - domain_len - 1] == '.' &&
           strcmp(host + host_len - domain_len, domain) == 0;
}

/* path-match (5.1.4). */
static int cookies_path_matches(hc_cursor path, hc_cursor cookie_path)
{
    size_t len = hc_cursor_left(&cookie_path);

    if (hc_cursor_left(&path) < len || memcmp(path.at, cookie_path.at, len) != 0) {
        return 0;
    }
    return hc_cursor_left(&path) == len || path.at[len] == '/' ||
           (len > 0 && cookie_path.at[len - 1] == '/');
}

static hc_cursor cookies_over(const char *text)
{
    return hc_cursor_over(text, strlen(text));
}

static hc_cursor cookies_path_of(const hc_url *url)
{
    hc_cursor target = hc_cursor_over(url->target.ptr, url->target.len);

    return hc_take_until(&target, '?');
}

/* default-path (5.1.4): what is before the last "/", or "/". */
static hc_cursor cookies_default_path(const hc_url *url)
{
    hc_cursor path = cookies_path_of(url);

    while (hc_cursor_left(&path) > 0 && *--path.end != '/') {
    }
    return hc_cursor_left(&path) == 0 ? hc_cursor_over("/", 1) : path;
}

static int cookies_has_expired(const hc_cookie *cookie, int64_t now)
{
    return cookie->persistent && cookie->expires <= now;
}

static int cookies_serves(const hc_cookie *cookie, const hc_url *url, int64_t now)
{
    if (cookies_has_expired(cookie, now) || (cookie->secure && !url->secure)) {
        return 0;
    }
    if (cookie->host_only ? strcmp(url->host.text, cookie->domain) != 0
                          : !cookies_domain_matches(url->host.text, cookie->domain)) {
        return 0;
    }
    return cookies_path_matches(cookies_path_of(url), cookies_over(cookie->path));
}

/* ---- keeping ------------------------------------------------------------------------------ */

static int cookies_same_text(const char *text, hc_cursor other)
{
    return strlen(text) == hc_cursor_left(&other) &&
           memcmp(text, other.at, hc_cursor_left(&other)) == 0;
}

static void cookies_drop_expired(hc_cookie_jar *jar, int64_t now)
{
    for (size_t i = jar->num_cookies; i > 0; i--) {
        if (cookies_has_expired(cookies_at(jar, i - 1), now)) {
            cookies_drop(jar, cookies_at(jar, i - 1));
        }
    }
}

/* Drops what was not used for longest: of a domain, where those that are not Secure go first, or
 * with NULL of all. */
static void cookies_evict(hc_cookie_jar *jar, const char *domain)
{
    hc_cookie *victim = NULL;

    for (size_t i = 0; i < jar->num_cookies; i++) {
        hc_cookie *cookie = cookies_at(jar, i);
        int goes_by_secure;

        if (domain != NULL && strcmp(cookie->domain, domain) != 0) {
            continue;
        }
        goes_by_secure = victim != NULL && domain != NULL && cookie->secure != victim->secure;
        if (victim == NULL || (goes_by_secure ? victim->secure : cookie->used < victim->used)) {
            victim = cookie;
        }
    }
    if (victim != NULL) {
        cookies_drop(jar, victim);
    }
}

/* 0 when a domain is full of Secure cookies, none of which goes for one that is not. */
static int cookies_make_room(hc_cookie_jar *jar, const char *domain, int secure, int64_t now)
{
    size_t num_of_domain = 0;
    size_t num_secure = 0;

    cookies_drop_expired(jar, now);
    for (size_t i = 0; i < jar->num_cookies; i++) {
        const hc_cookie *cookie = cookies_at(jar, i);
        int is_of_domain = strcmp(cookie->domain, domain) == 0;

        num_of_domain += (size_t)is_of_domain;
        num_secure += (size_t)(is_of_domain && cookie->secure);
    }
    if (num_secure >= HC_COOKIES_PER_DOMAIN && !secure) {
        return 0;
    }
    if (num_of_domain >= HC_COOKIES_PER_DOMAIN) {
        cookies_evict(jar, domain);
    } else if (jar->num_cookies >= HC_COOKIES_MAX) {
        cookies_evict(jar, NULL);
    }
    return 1;
}

static const char *cookies_put(hc_text *block, hc_cursor text)
{
    const char *at = block->ptr + block->len;

    hc_text_add_bytes(block, text.at, hc_cursor_left(&text));
    hc_text_add_bytes(block, "", 1);
    return at;
}

/* The cookie with its texts in a block of its own. 0 without memory. */
static int cookies_make(const hc_cookie_jar *jar, hc_cookie *cookie, const hc_set_cookie *set,
                        const char *domain, hc_cursor path)
{
    size_t size = 5; /* four NULs, and the one that hc_text keeps behind the last */
    hc_text block;

    memset(cookie, 0, sizeof *cookie);
    if (!hc_add(size, hc_cursor_left(&set->name), &size) ||
        !hc_add(size, hc_cursor_left(&set->value), &size) ||
        !hc_add(size, strlen(domain), &size) || !hc_add(size, hc_cursor_left(&path), &size)) {
        return 0;
    }
    cookie->block = hc_alloc(jar->allocator, size);
    if (cookie->block == NULL) {
        return 0;
    }
    cookie->block_size = size;
    block = hc_text_in(cookie->block, size);
    cookie->name = cookies_put(&block, set->name);
    cookie->value = cookies_put(&block, set->value);
    cookie->domain = cookies_put(&block, cookies_over(domain));
    cookie->path = cookies_put(&block, path);
    cookie->secure = set->secure;
    cookie->http_only = set->http_only;
    cookie->same_site = set->same_site;
    cookie->persistent = set->persistent;
    cookie->expires = set->expires;
    return 1;
}

HC_FN int hc_cookie_jar_keep(hc_cookie_jar *jar, const hc_set_cookie *set, const char *domain,
                             int host_only, hc_cursor path, int64_t now, httpsc_error *error)
{
    hc_cookie *old = NULL;
    hc_cookie cookie;

    for (size_t i = 0; i < jar->num_cookies && old == NULL; i++) {
        hc_cookie *other = cookies_at(jar, i);

        if (cookies_same_text(other->name, set->name) && strcmp(other->domain, domain) == 0 &&
            other->host_only == host_only && cookies_same_text(other->path, path)) {
            old = other;
        }
    }
    if (set->persistent && set->expires <= now) {
        if (old != NULL) {
            cookies_drop(jar, old);
        }
        return HTTPSC_OK;
    }
    if (!cookies_make(jar, &cookie, set, domain, path)) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    cookie.host_only = host_only;
    cookie.created = old != NULL ? old->created : ++jar->clock;
    cookie.used = ++jar->clock;
    if (old != NULL) {
        hc_free_secret(jar->allocator, old->block, old->block_size);
        *old = cookie;
        return HTTPSC_OK;
    }
    if (!cookies_make_room(jar, domain, set->secure, now)) {
        hc_free_secret(jar->allocator, cookie.block, cookie.block_size);
        return HTTPSC_OK;
    }
    if (hc_buffer_add(&jar->entries, &cookie, sizeof cookie) != HC_BUFFER_OK) {
        hc_free_secret(jar->allocator, cookie.block, cookie.block_size);
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    jar->num_cookies++;
    return HTTPSC_OK;
}

/* ---- Set-Cookie --------------------------------------------------------------------------- */

/* Whom the cookie is for (5.7, steps on the domain); 0 when this host may not set it. */
static int cookies_find_domain(const hc_cookie_jar *jar, const hc_set_cookie *set,
                               const hc_url *url, char domain[HC_HOST_MAX + 1], int *host_only)
{
    size_t len = hc_cursor_left(&set->domain);
    int is_suffix;

    *host_only = 1;
    if (len == 0) {
        memcpy(domain, url->host.text, HC_HOST_MAX + 1);
        return 1;
    }
    if (len > HC_HOST_MAX) {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        domain[i] = (char)hc_lower(set->domain.at[i]);
    }
    domain[len] = '\0';
    if (url->host.kind != HC_HOST_NAME) {
        return strcmp(domain, url->host.text) == 0;
    }
    is_suffix = jar->is_public_suffix != NULL ? jar->is_public_suffix(jar->user, domain)
                                              : strchr(domain, '.') == NULL;
    if (is_suffix) {
        return strcmp(domain, url->host.text) == 0;
    }
    *host_only = 0;
    return cookies_domain_matches(url->host.text, domain);
}

/* A cookie from http:// may not hide or replace a Secure one of the same name (5.7, 16). */
static int cookies_would_overlay(const hc_cookie_jar *jar, const hc_set_cookie *set,
                                 const char *domain, hc_cursor path)
{
    for (size_t i = 0; i < jar->num_cookies; i++) {
        const hc_cookie *cookie = cookies_at(jar, i);

        if (cookie->secure && cookies_same_text(cookie->name, set->name) &&
            (cookies_domain_matches(domain, cookie->domain) ||
             cookies_domain_matches(cookie->domain, domain)) &&
            cookies_path_matches(path, cookies_over(cookie->path))) {
            return 1;
        }
    }
    return 0;
}

static int cookies_take_one(hc_cookie_jar *jar, const hc_url *url, hc_cursor text, int64_t now,
                            httpsc_error *error)
{
    char domain[HC_HOST_MAX + 1];
    hc_set_cookie set;
    hc_cursor path;
    int host_only;

    if (!hc_set_cookie_parse(&set, text, now) || (set.secure && !url->secure) ||
        !hc_set_cookie_prefix_holds(&set) ||
        !cookies_find_domain(jar, &set, url, domain, &host_only)) {
        return HTTPSC_OK;
    }
    path = hc_cursor_left(&set.path) > 0 ? set.path : cookies_default_path(url);
    if (!url->secure && cookies_would_overlay(jar, &set, domain, path)) {
        return HTTPSC_OK;
    }
    return hc_cookie_jar_keep(jar, &set, domain, host_only, path, now, error);
}

HC_FN int hc_cookie_jar_take(hc_cookie_jar *jar, const hc_url *url, const httpsc_field *fields,
                             size_t num_fields, int64_t now, httpsc_error *error)
{
    size_t num_cookies = 0;
    int code = HTTPSC_OK;

    for (size_t i = 0; i < num_fields && code == HTTPSC_OK; i++) {
        if (hc_text_equal_nocase(fields[i].name, "Set-Cookie") &&
            num_cookies++ < HC_COOKIES_PER_RESPONSE) {
            code = cookies_take_one(jar, url, cookies_over(fields[i].value), now, error);
        }
    }
    return code;
}

/* ---- Cookie ------------------------------------------------------------------------------- */

/* Which of two comes first in Cookie (5.8.3). */
static int cookies_precedes(const hc_cookie *a, const hc_cookie *b)
{
    size_t a_len = strlen(a->path);
    size_t b_len = strlen(b->path);

    return a_len != b_len ? a_len > b_len : a->created < b->created;
}

static hc_buffer_result cookies_add_pair(hc_buffer *out, const hc_cookie *cookie, int is_first)
{
    hc_buffer_result result = is_first ? HC_BUFFER_OK : hc_buffer_add_text(out, "; ");

    if (result == HC_BUFFER_OK && cookie->name[0] != '\0') {
        result = hc_buffer_add_text(out, cookie->name);
        if (result == HC_BUFFER_OK) {
            result = hc_buffer_add_text(out, "=");
        }
    }
    return result == HC_BUFFER_OK ? hc_buffer_add_text(out, cookie->value) : result;
}

HC_FN int hc_cookie_jar_header(hc_cookie_jar *jar, const hc_url *url, int64_t now, hc_buffer *out,
                               httpsc_error *error)
{
    hc_cookie *sent[HC_COOKIES_MAX];
    size_t num_sent = 0;
    size_t len = out->len;
    size_t left = HC_COOKIE_HEADER_MAX;

    for (size_t i = 0; i < jar->num_cookies; i++) {
        hc_cookie *cookie = cookies_at(jar, i);
        size_t at;

        if (!cookies_serves(cookie, url, now)) {
            continue;
        }
        for (at = num_sent++; at > 0 && cookies_precedes(cookie, sent[at - 1]); at--) {
            sent[at] = sent[at - 1];
        }
        sent[at] = cookie;
    }
    for (size_t i = 0; i < num_sent; i++) {
        size_t name_len = strlen(sent[i]->name);
        size_t size = name_len + (name_len > 0) + strlen(sent[i]->value) + (i > 0 ? 2 : 0);

        if (size > left) {
            break;
        }
        left -= size;
        if (cookies_add_pair(out, sent[i], i == 0) != HC_BUFFER_OK) {
            out->len = len;
            return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
        }
        sent[i]->used = ++jar->clock;
    }
    return HTTPSC_OK;
}
