/* SPDX-License-Identifier: MIT */
/*
 * The proleptic Gregorian calendar, as PostgreSQL counts it: days since
 * 2000-01-01, years astronomical (0 is 1 BC). No table, no loop, no time_t,
 * whose functions end long before PostgreSQL's range does.
 */
#ifndef AET_CORE_CALENDAR_H
#define AET_CORE_CALENDAR_H

#include <stdint.h>

typedef struct aet__date {
	int64_t year;
	int month; /* 1 to 12 */
	int day;   /* 1 to 31 */
} aet__date;

/* 28 to 31; month is 1 to 12. */
int aet__calendar_month_days(int64_t year, int month);

int64_t aet__calendar_days(aet__date date);
aet__date aet__calendar_date(int64_t days);

#endif
