#include "calendar.h"

static int calendar_is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

HC_FN int hc_month_days(int year, int month)
{
    static const unsigned char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && calendar_is_leap(year));
}

HC_FN int64_t hc_year_days(int year)
{
    int64_t before = year - 1;
    int64_t days = before * 365 + before / 4 - before / 100 + before / 400;

    return days - 719162; /* the same sum for 1969 */
}

HC_FN int64_t hc_calendar_seconds(int year, int month, int day, int hour, int minute, int second)
{
    int64_t days = hc_year_days(year) + day - 1;

    for (int i = 1; i < month; i++) {
        days += hc_month_days(year, i);
    }
    return ((days * 24 + hour) * 60 + minute) * 60 + second;
}
