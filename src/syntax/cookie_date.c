#include "cookie_date.h"

#include "calendar.h"

typedef struct cookie_date_fields {
    int has_time;
    int hour;
    int minute;
    int second;
    int day;   /* -1: not found yet */
    int month;
    int year;
} cookie_date_fields;

static int cookie_date_is_delimiter(int character)
{
    return character == 0x09 || (character >= 0x20 && character <= 0x2f) ||
           (character >= 0x3b && character <= 0x40) || (character >= 0x5b && character <= 0x60) ||
           (character >= 0x7b && character <= 0x7e);
}

/* min to max digits with no other digit behind them, as a number; -1 where they do not stand. */
static int cookie_date_take_number(hc_cursor *text, int min, int max)
{
    int value = 0;
    int num_digits = 0;

    while (hc_is_digit(hc_peek(text)) && num_digits < max) {
        value = value * 10 + (hc_take_u8(text) - '0');
        num_digits++;
    }
    return num_digits < min || hc_is_digit(hc_peek(text)) ? -1 : value;
}

static int cookie_date_read_time(cookie_date_fields *date, hc_cursor token)
{
    int hour = cookie_date_take_number(&token, 1, 2);
    int minute = hc_take_char(&token, ':') ? cookie_date_take_number(&token, 1, 2) : -1;
    int second = hc_take_char(&token, ':') ? cookie_date_take_number(&token, 1, 2) : -1;

    if (hour < 0 || minute < 0 || second < 0) {
        return 0;
    }
    date->has_time = 1;
    date->hour = hour;
    date->minute = minute;
    date->second = second;
    return 1;
}

/* 1 to 12, or -1: the first three letters count. */
static int cookie_date_month(hc_cursor token)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    if (hc_cursor_left(&token) < 3) {
        return -1;
    }
    for (int i = 0; i < 12; i++) {
        if (hc_equal_nocase(token.at, 3, names + (size_t)i * 3, 3)) {
            return i + 1;
        }
    }
    return -1;
}

/* Each token goes to the first field that it fits and that is still open. */
static void cookie_date_read_token(cookie_date_fields *date, hc_cursor token)
{
    hc_cursor digits = token;

    if (!date->has_time && cookie_date_read_time(date, token)) {
        return;
    }
    if (date->day < 0 && (date->day = cookie_date_take_number(&digits, 1, 2)) >= 0) {
        return;
    }
    if (date->month < 0 && (date->month = cookie_date_month(token)) >= 0) {
        return;
    }
    digits = token;
    if (date->year < 0) {
        date->year = cookie_date_take_number(&digits, 2, 4);
    }
}

HC_FN int hc_cookie_date_parse(hc_cursor text, int64_t *out)
{
    cookie_date_fields date = {0, 0, 0, 0, -1, -1, -1};

    while (hc_cursor_left(&text) > 0) {
        hc_cursor token;

        while (cookie_date_is_delimiter(hc_peek(&text))) {
            text.at++;
        }
        token = text;
        while (hc_cursor_left(&text) > 0 && !cookie_date_is_delimiter(hc_peek(&text))) {
            text.at++;
        }
        token.end = text.at;
        cookie_date_read_token(&date, token);
    }
    if (date.year >= 0 && date.year <= 99) {
        date.year += date.year >= 70 ? 1900 : 2000;
    }
    if (!date.has_time || date.month < 0 || date.year < 1601 || date.day < 1 ||
        date.day > hc_month_days(date.year, date.month) || date.hour > 23 || date.minute > 59 ||
        date.second > 59) {
        return 0;
    }
    *out = hc_calendar_seconds(date.year, date.month, date.day, date.hour, date.minute,
                               date.second);
    return 1;
}
