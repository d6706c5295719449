/* SPDX-License-Identifier: MIT */
#include "core/calendar.h"

#include <stdbool.h>

/*
 * Both ways count from a first of March: then the leap day ends its year, the
 * lengths of months repeat 31-30-31-30-31 (153 days in five), and 400 years
 * (146097 days) begin with the one that follows a leap day.
 */
#define CYCLE_YEARS 400
#define CYCLE_DAYS 146097
#define YEAR_0_MARCH_1 (-730425) /* in days since 2000-01-01 */

static int64_t
floor_div(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
aet__calendar_month_days(int64_t year, int month)
{
	if (month == 2)
		return is_leap(year) ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int64_t
aet__calendar_days(aet__date date)
{
	int64_t year = date.month > 2 ? date.year : date.year - 1;
	int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
	int64_t cycle = floor_div(year, CYCLE_YEARS);
	int64_t in_cycle = year - cycle * CYCLE_YEARS;
	int64_t day = in_cycle * 365 + in_cycle / 4 - in_cycle / 100;

	day += (153 * month + 2) / 5 + date.day - 1;
	return cycle * CYCLE_DAYS + day + YEAR_0_MARCH_1;
}

aet__date
aet__calendar_date(int64_t days)
{
	int64_t cycle = floor_div(days - YEAR_0_MARCH_1, CYCLE_DAYS);
	int64_t day = days - YEAR_0_MARCH_1 - cycle * CYCLE_DAYS;
	int64_t year = (day - day / 1460 + day / 36524 - day / (CYCLE_DAYS - 1)) / 365;
	int64_t month;
	aet__date date;

	day -= year * 365 + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	date.day = (int)(day - (153 * month + 2) / 5 + 1);
	date.month = (int)(month < 10 ? month + 3 : month - 9);
	date.year = cycle * CYCLE_YEARS + year + (date.month <= 2);
	return date;
}
