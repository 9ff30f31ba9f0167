#include "hooks.h"

#include "../http/request.h"
#include "../syntax/asn1_time.h"
#include "../x509/anchors.h"

#define HOOKS_DAY 86400

HC_FN int64_t hc_clock_us(const httpsc_hooks *hooks)
{
    return hooks->monotonic_us != NULL ? hooks->monotonic_us(hooks->user) : hc_monotonic_us();
}

HC_FN int64_t hc_wait_clock_us(const httpsc_hooks *hooks)
{
    int64_t now_us = hc_monotonic_us();

    return now_us != 0 ? now_us : hc_clock_us(hooks);
}

HC_FN int hc_now(const httpsc_hooks *hooks, int64_t *unix_seconds)
{
    return hooks->now != NULL ? hooks->now(hooks->user, unix_seconds) : hc_wall_clock(unix_seconds);
}

HC_FN int hc_judging_time(const httpsc_hooks *hooks, int ignore_dates, int64_t *unix_time,
                          httpsc_error *error)
{
    char place[48];
    hc_text says = hc_text_in(place, sizeof place);
    int code = hc_now(hooks, unix_time);

    if (ignore_dates) {
        *unix_time = code == HTTPSC_OK ? *unix_time : 0;
        return HTTPSC_OK;
    }
    if (code == HTTPSC_OK && *unix_time > hc_embedded_anchors_time() - HOOKS_DAY) {
        return HTTPSC_OK;
    }
    if (code == HTTPSC_OK) {
        hc_asn1_time_describe(*unix_time, &says);
    } else {
        hc_text_add(&says, "nothing");
    }
    return hc_fail(error, HTTPSC_ERR_CLOCK_UNSET, 0,
                   "it says %s, and this program is of %s or later; set it, or give the time with "
                   "the now hook",
                   place, hc_embedded_anchors_date());
}

HC_FN int hc_hook_random(const httpsc_hooks *hooks, unsigned char *buf, size_t len, int *native)
{
    *native = 0;
    return hooks->entropy != NULL ? hooks->entropy(hooks->user, buf, len)
                                  : hc_entropy(buf, len, native);
}

static void hooks_tell(const hc_tracer *tracer, httpsc_trace_kind kind, const char *text)
{
    httpsc_trace_event event;

    event.kind = kind;
    event.text = text;
    event.time_us = hc_clock_us(tracer->hooks) - tracer->start_us;
    tracer->hooks->trace(tracer->hooks->user, &event);
}

HC_FN void (hc_trace)(const hc_tracer *tracer, httpsc_trace_kind kind, const char *format, ...)
{
    char place[512];
    hc_text text;
    va_list args;

    if (tracer->hooks->trace == NULL) {
        return;
    }
    text = hc_text_in(place, sizeof place);
    va_start(args, format);
    hc_text_add_format(&text, format, args);
    va_end(args);
    hooks_tell(tracer, kind, place);
}

/* A value is shown longer than an error would show it: in pieces, each escaped. */
static void hooks_add_long(hc_text *text, hc_cursor bytes)
{
    while (hc_cursor_left(&bytes) > 0 && !text->cut) {
        hc_cursor piece = hc_take_bytes(&bytes, hc_min(hc_cursor_left(&bytes), 64));

        hc_text_add_escaped(text, piece.at, hc_cursor_left(&piece));
    }
}

/* The same for a field's value: of URLs in it (Location, Link ...) user and password, which stand
 * before the "@" of an authority (RFC 3986, 3.2), are not shown. */
static void hooks_add_value(hc_text *text, hc_cursor value)
{
    while (hc_cursor_left(&value) > 0) {
        hc_cursor part = hc_take_until(&value, '/');
        hc_cursor authority;
        size_t len = 0;
        size_t hidden = 0; /* bytes up to the last "@" */

        hooks_add_long(text, part);
        if (hc_take_char(&value, '/')) {
            hc_text_add(text, "/");
        }
        if (!hc_take_char(&value, '/')) {
            continue;
        }
        hc_text_add(text, "/");
        for (authority = value; len < hc_cursor_left(&authority); len++) {
            if (memchr("/?#", authority.at[len], 3) != NULL) {
                break;
            }
            hidden = authority.at[len] == '@' ? len : hidden;
        }
        if (hidden > 0) {
            (void)hc_take_bytes(&value, hidden);
            hc_text_add(text, "[redacted]");
        }
    }
}

static void hooks_tell_field(const hc_tracer *tracer, httpsc_trace_kind kind, hc_cursor name,
                             hc_cursor value)
{
    char place[1024];
    hc_text text = hc_text_in(place, sizeof place);

    hooks_add_long(&text, name);
    hc_text_add(&text, ": ");
    if (hc_field_is_secret(name) ||
        hc_name_is_among(name, tracer->secret_names, tracer->num_secret_names)) {
        hc_text_add(&text, "[redacted]");
    } else {
        hooks_add_value(&text, value);
    }
    hooks_tell(tracer, kind, place);
}

HC_FN void hc_trace_field(const hc_tracer *tracer, httpsc_trace_kind kind,
                          const httpsc_field *field)
{
    if (HC_HAS_TRACE && tracer->hooks->trace != NULL) {
        hooks_tell_field(tracer, kind, hc_cursor_over(field->name, strlen(field->name)),
                         hc_cursor_over(field->value, strlen(field->value)));
    }
}

HC_FN void hc_trace_request(const hc_tracer *tracer, hc_cursor head)
{
    int first = 1;

    if (!HC_HAS_TRACE || tracer->hooks->trace == NULL) {
        return;
    }
    while (hc_cursor_left(&head) > 0) {
        hc_cursor line = hc_take_until(&head, '\r');
        hc_cursor name;

        (void)hc_take_text(&head, "\r\n");
        if (first) {
            char place[1024];
            hc_text text = hc_text_in(place, sizeof place);

            hooks_add_long(&text, line);
            hooks_tell(tracer, HTTPSC_TRACE_REQUEST_LINE, place);
            first = 0;
        } else if (hc_cursor_left(&line) > 0) {
            name = hc_take_until(&line, ':');
            (void)hc_take_text(&line, ": ");
            hooks_tell_field(tracer, HTTPSC_TRACE_REQUEST_LINE, name, line);
        }
    }
}
