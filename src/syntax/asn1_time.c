#include "asn1_time.h"

#include "calendar.h"

#define ASN1_TIME_FIRST_GENERALIZED_YEAR 2050

/* Two decimal digits, in a range; else the cursor fails. */
static int asn1_time_take_two(hc_cursor *text, int min, int max)
{
    int tens = hc_take_u8(text);
    int ones = hc_take_u8(text);
    int value = (tens - '0') * 10 + (ones - '0');

    if (hc_cursor_failed(text) || !hc_is_digit(tens) || !hc_is_digit(ones) || value < min ||
        value > max) {
        text->at = NULL;
        return min;
    }
    return value;
}

HC_FN int hc_asn1_time_parse(const hc_der *element, int64_t *out, int *is_misplaced)
{
    hc_cursor text = element->content;
    int year;
    int month;
    int day;
    int hour;
    int minute;
    int second;

    if (element->tag == HC_ASN1_UTC_TIME) {
        year = asn1_time_take_two(&text, 0, 99);
        year += year >= 50 ? 1900 : 2000;
    } else if (element->tag == HC_ASN1_GENERALIZED_TIME) {
        year = asn1_time_take_two(&text, 0, 99) * 100;
        year += asn1_time_take_two(&text, 0, 99);
        if (year == 0) {
            return 0;
        }
        *is_misplaced |= year < ASN1_TIME_FIRST_GENERALIZED_YEAR;
    } else {
        return 0;
    }
    month = asn1_time_take_two(&text, 1, 12);
    day = asn1_time_take_two(&text, 1, hc_month_days(year, month));
    hour = asn1_time_take_two(&text, 0, 23);
    minute = asn1_time_take_two(&text, 0, 59);
    second = asn1_time_take_two(&text, 0, 59);
    if (!hc_take_char(&text, 'Z') || hc_cursor_left(&text) > 0) {
        return 0;
    }
    *out = hc_calendar_seconds(year, month, day, hour, minute, second);
    return 1;
}

static void asn1_time_add_two(hc_text *text, const char *before, int64_t value)
{
    hc_text_add(text, before);
    hc_text_add(text, value < 10 ? "0" : "");
    hc_text_add_int(text, value);
}

HC_FN void hc_asn1_time_describe(int64_t seconds, hc_text *text)
{
    int64_t first = hc_year_days(1) * 86400;
    int64_t last = hc_year_days(10000) * 86400 - 1;
    int64_t days;
    int year;
    int month = 1;

    /* no certificate carries a time outside of these, and no clock should */
    seconds = seconds < first ? first : seconds > last ? last : seconds;
    seconds -= first;
    days = seconds / 86400;
    year = 1 + (int)(days / 366);
    days += hc_year_days(1);
    seconds %= 86400;
    while (hc_year_days(year + 1) <= days) {
        year++;
    }
    days -= hc_year_days(year);
    while (days >= hc_month_days(year, month)) {
        days -= hc_month_days(year, month++);
    }
    hc_text_add_int(text, year);
    asn1_time_add_two(text, "-", month);
    asn1_time_add_two(text, "-", days + 1);
    asn1_time_add_two(text, " ", seconds / 3600);
    asn1_time_add_two(text, ":", seconds / 60 % 60);
    asn1_time_add_two(text, ":", seconds % 60);
    hc_text_add(text, " UTC");
}
