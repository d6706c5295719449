/* SPDX-License-Identifier: MIT */
#include <aeturnis/types.h>

#include <string.h>
#include <time.h>

#include "core/calendar.h"

#define SECOND INT64_C(1000000)
#define DAY_SECONDS INT64_C(86400)
#define DAY (DAY_SECONDS * SECOND)
#define UNIX_TO_2000 (INT64_C(946684800) * SECOND)

/*
 * What PostgreSQL takes, in seconds: from Julian day 0, which is 4714-11-24 BC
 * in this calendar and 4713-01-01 BC in the Julian one that the manual means,
 * up to the end of 294276 AD.
 */
#define FIRST_SECOND INT64_C(-211813488000)
#define END_SECOND INT64_C(9223371331200)

bool
aet_timestamp_is_finite(aet_timestamp value)
{
	return value.us != AET_TIMESTAMP_INFINITY &&
	       value.us != AET_TIMESTAMP_MINUS_INFINITY;
}

aet_timestamp
aet_timestamp_now(void)
{
	struct timespec now;
	aet_timestamp value;

	clock_gettime(CLOCK_REALTIME, &now);
	value.us = (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000 - UNIX_TO_2000;
	return value;
}

aet_status
aet_timestamp_from_unix(int64_t unix_us, aet_timestamp *out, aet_error *err)
{
	aet_timestamp value;

	if (__builtin_sub_overflow(unix_us, UNIX_TO_2000, &value.us) ||
	    !aet_timestamp_is_finite(value))
		return aet_error_set(
		    err, AET_EINVAL, "the Unix time is too early for a timestamp");
	*out = value;
	return AET_OK;
}

aet_status
aet_timestamp_to_unix(aet_timestamp value, int64_t *unix_us, aet_error *err)
{
	int64_t sum;

	if (!aet_timestamp_is_finite(value))
		return aet_error_set(
		    err, AET_EINVAL, "an infinite timestamp has no Unix time");
	if (__builtin_add_overflow(value.us, UNIX_TO_2000, &sum))
		return aet_error_set(err, AET_EINVAL,
		    "the timestamp is beyond 64 bits of Unix microseconds");
	*unix_us = sum;
	return AET_OK;
}

/* Appends a number of at least that many digits. */
static void
put(char **at, int64_t value, int digits)
{
	if (digits > 1 || value > 9)
		put(at, value / 10, digits - 1);
	*(*at)++ = (char)('0' + value % 10);
}

/* ".5" for 500000, nothing for 0: psql leaves out zeros at the end. */
static void
put_fraction(char **at, int us)
{
	if (us == 0)
		return;
	*(*at)++ = '.';
	put(at, us, 6);
	while ((*at)[-1] == '0')
		(*at)--;
}

static void
put_date(char **at, aet__date date)
{
	put(at, date.year > 0 ? date.year : 1 - date.year, 4);
	*(*at)++ = '-';
	put(at, date.month, 2);
	*(*at)++ = '-';
	put(at, date.day, 2);
}

static void
put_time(char **at, int of_day)
{
	put(at, of_day / 3600, 2);
	*(*at)++ = ':';
	put(at, of_day / 60 % 60, 2);
	*(*at)++ = ':';
	put(at, of_day % 60, 2);
}

void
aet_timestamp_format(aet_timestamp value, char text[AET_TIMESTAMP_TEXT_SIZE])
{
	int64_t days = value.us / DAY - (value.us % DAY < 0);
	int64_t of_day = value.us % DAY + (value.us % DAY < 0 ? DAY : 0);
	aet__date date = aet__calendar_date(days);

	if (!aet_timestamp_is_finite(value)) {
		strcpy(text, value.us > 0 ? "infinity" : "-infinity");
		return;
	}
	put_date(&text, date);
	*text++ = ' ';
	put_time(&text, (int)(of_day / SECOND));
	put_fraction(&text, (int)(of_day % SECOND));
	strcpy(text, date.year > 0 ? "+00" : "+00 BC");
}

/* Steps over c if it is there. */
static bool
take(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* Between min and max digits (six at most, so that an int holds them). Returns
 * how many there were, 0 for too few. */
static int
take_digits(const char **at, int min, int max, int *value)
{
	int count = 0;
	int sum = 0;

	for (; count < max && (*at)[count] >= '0' && (*at)[count] <= '9'; count++)
		sum = sum * 10 + ((*at)[count] - '0');
	if (count < min)
		return 0;
	*at += count;
	*value = sum;
	return count;
}

static bool
take_two(const char **at, int max, int *value)
{
	return take_digits(at, 2, 2, value) && *value <= max;
}

/* The day is checked later, once " BC" has been seen or not. */
static bool
take_date(const char **at, aet__date *date)
{
	int year;

	if (!take_digits(at, 4, 6, &year) || year == 0)
		return false;
	date->year = year;
	return take(at, '-') && take_two(at, 12, &date->month) && date->month > 0 &&
	       take(at, '-') && take_two(at, 31, &date->day) && date->day > 0;
}

static bool
take_fraction(const char **at, int *us)
{
	int count;

	*us = 0;
	if (!take(at, '.'))
		return true;
	count = take_digits(at, 1, 6, us);
	if (count == 0)
		return false;
	for (; count < 6; count++)
		*us *= 10;
	return true;
}

/* Like PostgreSQL, takes a 60th second in any minute and the hour 24, as long
 * as the sum is not beyond the day's end. */
static bool
take_time(const char **at, int64_t *seconds, int *us)
{
	int hour;
	int minute;
	int second;

	if (!take_two(at, 24, &hour) || !take(at, ':') || !take_two(at, 59, &minute) ||
	    !take(at, ':') || !take_two(at, 60, &second) || !take_fraction(at, us))
		return false;
	*seconds = (int64_t)hour * 3600 + minute * 60 + second;
	return *seconds < DAY_SECONDS || (*seconds == DAY_SECONDS && *us == 0);
}

/* PostgreSQL's offsets end at 15:59. */
static bool
take_offset(const char **at, int64_t *seconds)
{
	bool east = **at == '+';
	int hour;
	int minute = 0;

	*seconds = 0;
	if (take(at, 'Z'))
		return true;
	if ((!take(at, '+') && !take(at, '-')) || !take_two(at, 15, &hour))
		return false;
	if ((take(at, ':') || (**at >= '0' && **at <= '9')) && !take_two(at, 59, &minute))
		return false;
	*seconds = (int64_t)hour * 3600 + minute * 60;
	if (!east)
		*seconds = -*seconds;
	return true;
}

/* Reads the finite form into seconds since 2000 and the microseconds after. */
static bool
take_timestamp(const char *at, int64_t *seconds, int *us)
{
	aet__date date;
	int64_t offset;

	if (!take_date(&at, &date) || (!take(&at, 'T') && !take(&at, ' ')) ||
	    !take_time(&at, seconds, us) || !take_offset(&at, &offset))
		return false;
	if (strcmp(at, " BC") == 0)
		date.year = 1 - date.year;
	else if (*at != '\0')
		return false;
	if (date.day > aet__calendar_month_days(date.year, date.month))
		return false;
	*seconds += aet__calendar_days(date) * DAY_SECONDS - offset;
	return true;
}

aet_status
aet_timestamp_parse(const char *text, aet_timestamp *out, aet_error *err)
{
	int64_t seconds;
	int us;

	if (text != NULL && strcmp(text, "infinity") == 0) {
		out->us = AET_TIMESTAMP_INFINITY;
		return AET_OK;
	}
	if (text != NULL && strcmp(text, "-infinity") == 0) {
		out->us = AET_TIMESTAMP_MINUS_INFINITY;
		return AET_OK;
	}
	if (text == NULL || !take_timestamp(text, &seconds, &us))
		return aet_error_set(err, AET_EINVAL,
		    "not a timestamp: expected the form 2026-01-02 03:04:05.678901+00");
	if (seconds < FIRST_SECOND || seconds >= END_SECOND)
		return aet_error_set(err, AET_EINVAL,
		    "the timestamp is outside PostgreSQL's range, 4714-11-24 BC to "
		    "294276-12-31 AD");
	out->us = seconds * SECOND + us;
	return AET_OK;
}
