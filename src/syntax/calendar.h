/* The Gregorian calendar, without leap seconds, as far as years of four digits go. */
#ifndef HC_CALENDAR_H
#define HC_CALENDAR_H

#include "../base/base.h"

/* 28 to 31. month: 1 to 12. */
HC_FN int hc_month_days(int year, int month);

/* Days from 1970-01-01 to the first of January of a year, 1 to 10000; negative before 1970. */
HC_FN int64_t hc_year_days(int year);

/* Seconds from 1970-01-01 00:00:00 to a time that the calendar has: the caller has checked. */
HC_FN int64_t hc_calendar_seconds(int year, int month, int day, int hour, int minute, int second);

#endif
