#include "set_cookie.h"

#include "../syntax/cookie_date.h"
#include "field.h"

/* What the attributes said of the time; Max-Age counts before Expires. */
typedef struct set_cookie_times {
    int has_max_age;
    int64_t max_age; /* the time that it leads to */
    int has_expires;
    int64_t expires;
} set_cookie_times;

static int set_cookie_is(hc_cursor text, const char *word)
{
    return hc_equal_nocase(text.at, hc_cursor_left(&text), word, strlen(word));
}

/* The latest time that a cookie may live to. */
static int64_t set_cookie_latest(int64_t now)
{
    return now > INT64_MAX - HC_COOKIE_AGE_MAX ? INT64_MAX : now + HC_COOKIE_AGE_MAX;
}

/* Digits, perhaps behind a "-"; anything else is passed over. */
static void set_cookie_read_max_age(set_cookie_times *times, hc_cursor value, int64_t now)
{
    int is_negative = hc_take_char(&value, '-');
    int64_t seconds = 0;

    if (hc_cursor_left(&value) == 0) {
        return;
    }
    while (hc_cursor_left(&value) > 0) {
        int digit = hc_take_u8(&value) - '0';

        if (digit < 0 || digit > 9) {
            return;
        }
        if (seconds < HC_COOKIE_AGE_MAX) {
            seconds = seconds * 10 + digit;
        }
    }
    times->has_max_age = 1;
    if (is_negative || seconds == 0) {
        times->max_age = INT64_MIN;
    } else {
        times->max_age = seconds < HC_COOKIE_AGE_MAX && now <= INT64_MAX - seconds
                             ? now + seconds
                             : set_cookie_latest(now);
    }
}

static void set_cookie_read_attribute(hc_set_cookie *set, set_cookie_times *times, hc_cursor name,
                                      hc_cursor value, int64_t now)
{
    if (hc_cursor_left(&value) > HC_COOKIE_ATTRIBUTE_MAX) {
        return;
    }
    if (set_cookie_is(name, "Expires")) {
        int64_t expires;

        if (hc_cookie_date_parse(value, &expires)) {
            times->has_expires = 1;
            times->expires = expires < set_cookie_latest(now) ? expires : set_cookie_latest(now);
        }
    } else if (set_cookie_is(name, "Max-Age")) {
        set_cookie_read_max_age(times, value, now);
    } else if (set_cookie_is(name, "Domain")) {
        hc_take_char(&value, '.');
        set->domain = value;
    } else if (set_cookie_is(name, "Path")) {
        set->path = value;
        if (hc_peek(&value) != '/') {
            set->path.end = set->path.at;
        }
    } else if (set_cookie_is(name, "Secure")) {
        set->secure = 1;
    } else if (set_cookie_is(name, "HttpOnly")) {
        set->http_only = 1;
    } else if (set_cookie_is(name, "SameSite")) {
        set->same_site = set_cookie_is(value, "None")     ? HC_SAME_SITE_NONE
                         : set_cookie_is(value, "Strict") ? HC_SAME_SITE_STRICT
                         : set_cookie_is(value, "Lax")    ? HC_SAME_SITE_LAX
                                                          : HC_SAME_SITE_DEFAULT;
    }
}

/* "name=value", each without outer blanks. Without a "=" the value is empty, and 0 is returned. */
static int set_cookie_split(hc_cursor pair, hc_cursor *name, hc_cursor *value)
{
    int has_equals;

    *name = hc_take_until(&pair, '=');
    has_equals = hc_take_char(&pair, '=');
    *value = pair;
    hc_trim_blanks(name);
    hc_trim_blanks(value);
    return has_equals;
}

HC_FN int hc_set_cookie_parse(hc_set_cookie *set, hc_cursor text, int64_t now)
{
    set_cookie_times times = {0, 0, 0, 0};
    size_t pair_len;

    memset(set, 0, sizeof *set);
    set->domain = hc_cursor_over(NULL, 0);
    set->path = hc_cursor_over(NULL, 0);
    set->same_site = HC_SAME_SITE_DEFAULT;
    if (!hc_is_field_text(text)) {
        return 0;
    }
    if (!set_cookie_split(hc_take_until(&text, ';'), &set->name, &set->value)) {
        set->value = set->name;
        set->name = hc_cursor_over(NULL, 0);
    }
    if (!hc_add(hc_cursor_left(&set->name), hc_cursor_left(&set->value), &pair_len) ||
        pair_len == 0 || pair_len > HC_COOKIE_PAIR_MAX) {
        return 0;
    }
    while (hc_take_char(&text, ';')) {
        hc_cursor name;
        hc_cursor value;

        set_cookie_split(hc_take_until(&text, ';'), &name, &value);
        set_cookie_read_attribute(set, &times, name, value, now);
    }
    set->persistent = times.has_max_age || times.has_expires;
    set->expires = times.has_max_age ? times.max_age : times.expires;
    return 1;
}

static int set_cookie_begins(hc_cursor text, const char *prefix)
{
    size_t len = strlen(prefix);

    return hc_cursor_left(&text) >= len && hc_equal_nocase(text.at, len, prefix, len);
}

HC_FN int hc_set_cookie_prefix_holds(const hc_set_cookie *set)
{
    if (hc_cursor_left(&set->name) == 0) {
        return !set_cookie_begins(set->value, "__Secure-") &&
               !set_cookie_begins(set->value, "__Host-");
    }
    if (set_cookie_begins(set->name, "__Secure-")) {
        return set->secure;
    }
    if (set_cookie_begins(set->name, "__Host-")) {
        return set->secure && hc_cursor_left(&set->domain) == 0 && set_cookie_is(set->path, "/");
    }
    return 1;
}
