/* SPDX-License-Identifier: MIT */
#include "moment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Nothing is older than a thousand years. */
#define LONGEST_US (INT64_C(366000) * 86400 * 1000000)

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool
read_age(const char *text, aet_timestamp *out)
{
	static const struct {
		char unit;
		int64_t us;
	} units[] = { { 'd', INT64_C(86400000000) }, { 'h', INT64_C(3600000000) },
		{ 'm', INT64_C(60000000) } };
	size_t digits = strspn(text, "0123456789");
	int64_t number;

	if (digits == 0 || digits > 9 || text[digits] == '\0' || text[digits + 1] != '\0')
		return false;
	number = strtoll(text, NULL, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].unit == text[digits])
			return number <= LONGEST_US / units[i].us &&
			       aet_timestamp_from_unix(
				   now_us() - number * units[i].us, out, NULL) == AET_OK;
	return false;
}

/* "2026-01-31" has a time and an offset yet to come. */
static bool
read_day(const char *text, aet_timestamp *out)
{
	char whole[64];

	if (strlen(text) != 10 || strspn(text, "0123456789-") != 10)
		return false;
	snprintf(whole, sizeof(whole), "%sT00:00:00Z", text);
	return aet_timestamp_parse(whole, out, NULL) == AET_OK;
}

bool
moment_read(const char *text, aet_timestamp *out)
{
	return read_age(text, out) || read_day(text, out) ||
	       aet_timestamp_parse(text, out, NULL) == AET_OK;
}
