#include "no_proxy.h"

#include "../base/cursor.h"
#include "../base/memory.h"

/* Digits alone, worth at most max; -1 for anything else. */
static int no_proxy_number(hc_cursor text, int max)
{
    int value = 0;

    if (hc_cursor_left(&text) == 0) {
        return -1;
    }
    while (hc_cursor_left(&text) > 0) {
        int digit = hc_take_u8(&text);

        if (!hc_is_digit(digit) || value > (max - (digit - '0')) / 10) {
            return -1;
        }
        value = value * 10 + (digit - '0');
    }
    return value;
}

/* Takes ":PORT" off the end of an entry. -1 for a port that is none, 0 where there was none. */
static int no_proxy_take_port(hc_cursor *entry)
{
    hc_cursor rest = *entry;
    hc_cursor name = hc_take_until(&rest, hc_peek(entry) == '[' ? ']' : ':');
    int port;

    if (hc_take_char(&rest, ']')) {
        name.end = rest.at;
    }
    if (hc_cursor_left(&rest) == 0) {
        return 0;
    }
    /* a second colon: an IPv6 address without brackets, which no port goes with */
    if (!hc_take_char(&rest, ':') || memchr(rest.at, ':', hc_cursor_left(&rest)) != NULL) {
        return hc_peek(entry) == '[' ? -1 : 0;
    }
    port = no_proxy_number(rest, 65535);
    *entry = name;
    return port > 0 ? port : -1;
}

static int no_proxy_range_has(hc_cursor base, hc_cursor bits, const hc_host *host)
{
    hc_host first;
    int num_bits = no_proxy_number(bits, 128);

    return num_bits >= 0 && hc_host_parse(&first, (const char *)base.at, hc_cursor_left(&base)) &&
           first.address.len > 0 && first.address.len == host->address.len &&
           num_bits <= first.address.len * 8 &&
           hc_bits_same(first.address.bytes, host->address.bytes, (size_t)num_bits);
}

/* The host itself, or the end of its name behind a dot. */
static int no_proxy_name_has(hc_cursor name, const hc_host *host)
{
    hc_host suffix;
    size_t len = strlen(host->text);
    size_t suffix_len;

    if (hc_take_char(&name, '*') && hc_peek(&name) != '.') { /* "*example.com" is no name */
        return 0;
    }
    (void)hc_take_char(&name, '.');
    if (!hc_host_parse(&suffix, (const char *)name.at, hc_cursor_left(&name))) {
        return 0;
    }
    if (suffix.address.len > 0 || host->address.len > 0) {
        return suffix.address.len == host->address.len &&
               memcmp(suffix.address.bytes, host->address.bytes, suffix.address.len) == 0;
    }
    suffix_len = strlen(suffix.text);
    return len >= suffix_len &&
           memcmp(host->text + len - suffix_len, suffix.text, suffix_len) == 0 &&
           (len == suffix_len || host->text[len - suffix_len - 1] == '.');
}

static int no_proxy_entry_has(hc_cursor entry, const hc_host *host, int port)
{
    hc_cursor rest = entry;
    hc_cursor base = hc_take_until(&rest, '/');
    int entry_port;

    if (hc_cursor_left(&entry) == 1 && hc_peek(&entry) == '*') {
        return 1;
    }
    if (hc_take_char(&rest, '/')) {
        return no_proxy_range_has(base, rest, host);
    }
    entry_port = no_proxy_take_port(&entry);
    return entry_port >= 0 && (entry_port == 0 || entry_port == port) &&
           hc_cursor_left(&entry) > 0 && no_proxy_name_has(entry, host);
}

HC_FN int hc_no_proxy_has(const char *list, const hc_host *host, int port)
{
    while (*list != '\0') {
        size_t len = strcspn(list, ", \t");

        if (len > 0 && no_proxy_entry_has(hc_cursor_over(list, len), host, port)) {
            return 1;
        }
        list += len;
        list += *list != '\0';
    }
    return 0;
}
