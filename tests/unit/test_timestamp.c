/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/types.h>

#include "core/calendar.h"

#define FIRST INT64_C(-211813488000000000)
#define LAST INT64_C(9223371331199999999)

/* As extract(epoch from T) and T::text of PostgreSQL 15 in UTC have them. */
static const struct {
	int64_t us;
	const char *text;
} known[] = {
	{ 0, "2000-01-01 00:00:00+00" },
	{ 1, "2000-01-01 00:00:00.000001+00" },
	{ -1, "1999-12-31 23:59:59.999999+00" },
	{ INT64_C(-946684800000000), "1970-01-01 00:00:00+00" },
	{ INT64_C(820724645500000), "2026-01-03 03:04:05.5+00" },
	{ INT64_C(820638245678901), "2026-01-02 03:04:05.678901+00" },
	{ INT64_C(-63082281600000000), "0001-01-01 00:00:00+00" },
	{ INT64_C(-63108806400000000), "0001-02-29 00:00:00+00 BC" },
	{ INT64_C(-63082281600000001), "0001-12-31 23:59:59.999999+00 BC" },
	{ INT64_C(252455616000000000), "10000-01-01 00:00:00+00" },
	{ FIRST, "4714-11-24 00:00:00+00 BC" },
	{ LAST, "294276-12-31 23:59:59.999999+00" },
	{ INT64_MAX, "infinity" },
	{ INT64_MIN, "-infinity" },
};

static aet_timestamp
read_good(const char *text)
{
	aet_timestamp value = { 42 };
	aet_error err = { 0 };

	ck_assert_msg(aet_timestamp_parse(text, &value, &err) == AET_OK, "%s: %s", text,
	    err.message);
	return value;
}

static void
check_round_trip(int64_t us)
{
	char text[AET_TIMESTAMP_TEXT_SIZE];

	aet_timestamp_format((aet_timestamp){ us }, text);
	ck_assert_msg(read_good(text).us == us, "%s", text);
}

START_TEST(known_pairs)
{
	char text[AET_TIMESTAMP_TEXT_SIZE];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		aet_timestamp_format((aet_timestamp){ known[i].us }, text);
		ck_assert_str_eq(text, known[i].text);
		ck_assert_int_eq(read_good(known[i].text).us, known[i].us);
	}
}
END_TEST

/* Every day from 4714 BC to 294276 AD would take minutes under valgrind: each
 * month's end of every 97th year, and of all years near the changes. */
START_TEST(month_ends_round_trip)
{
	aet__date date;
	aet__date again;
	int64_t days;

	for (int64_t year = -4712; year <= 294276;
	     year += year >= -5 && year <= 2105 ? 1 : 97) {
		for (int month = 1; month <= 12; month++) {
			date = (aet__date){ year, month,
				aet__calendar_month_days(year, month) };
			days = aet__calendar_days(date);
			again = aet__calendar_date(days);
			ck_assert(again.year == year && again.month == month &&
				  again.day == date.day);
			again = aet__calendar_date(days + 1);
			ck_assert(again.year == year + (month == 12) &&
				  again.month == month % 12 + 1 && again.day == 1);
			check_round_trip(days * INT64_C(86400000000) + 86399999999);
		}
	}
}
END_TEST

START_TEST(leap_years)
{
	ck_assert_int_eq(aet__calendar_month_days(2000, 2), 29);
	ck_assert_int_eq(aet__calendar_month_days(1900, 2), 28);
	ck_assert_int_eq(aet__calendar_month_days(2024, 2), 29);
	ck_assert_int_eq(aet__calendar_month_days(0, 2), 29);
	ck_assert_int_eq(aet__calendar_month_days(-1, 2), 28);
	ck_assert_int_eq(aet__calendar_month_days(-4, 2), 29);
	ck_assert_int_eq(aet__calendar_month_days(-100, 2), 28);
}
END_TEST

START_TEST(random_values_round_trip)
{
	uint64_t bits = UINT64_C(0x2545F4914F6CDD1D);
	uint64_t span = (uint64_t)LAST - (uint64_t)FIRST + 1;

	for (int i = 0; i < 20000; i++) {
		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		check_round_trip((int64_t)((uint64_t)FIRST + bits % span));
	}
}
END_TEST

START_TEST(values_out_of_range_are_printed_anyhow)
{
	char text[AET_TIMESTAMP_TEXT_SIZE];
	aet_timestamp value;

	aet_timestamp_format((aet_timestamp){ INT64_MAX - 1 }, text);
	ck_assert_str_eq(text, "294277-01-09 04:00:54.775806+00");
	ck_assert_int_eq(aet_timestamp_parse(text, &value, NULL), AET_EINVAL);
	aet_timestamp_format((aet_timestamp){ INT64_MIN + 1 }, text);
	ck_assert_str_eq(text, "290279-12-22 19:59:05.224193+00 BC");
	ck_assert_int_eq(aet_timestamp_parse(text, &value, NULL), AET_EINVAL);
}
END_TEST

START_TEST(forms_of_one_moment)
{
	static const char *const same[] = {
		"2026-01-02 03:04:05.5+00",
		"2026-01-02T03:04:05.5Z",
		"2026-01-02T03:04:05.500000+00:00",
		"2026-01-02 03:04:05.5-0000",
		"2026-01-02 08:34:05.5+05:30",
		"2026-01-02 08:34:05.5+0530",
		"2026-01-01 11:04:05.5-16:00",
		"2026-01-01 15:04:05.5-12",
		"2026-01-02 19:03:05.5+1559",
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		aet_timestamp value;

		if (strstr(same[i], "-16:00") != NULL)
			ck_assert_int_eq(
			    aet_timestamp_parse(same[i], &value, NULL), AET_EINVAL);
		else
			ck_assert_int_eq(read_good(same[i]).us, INT64_C(820638245500000));
	}
}
END_TEST

START_TEST(the_24th_hour_and_the_60th_second)
{
	int64_t day_end = read_good("2026-01-01 00:00:00+00").us;
	aet_timestamp value;

	ck_assert_int_eq(read_good("2025-12-31 24:00:00+00").us, day_end);
	ck_assert_int_eq(read_good("2025-12-31 23:59:60+00").us, day_end);
	ck_assert_int_eq(read_good("2025-12-31 22:59:60.5+00").us,
	    read_good("2025-12-31 23:00:00.5+00").us);
	ck_assert_int_eq(
	    aet_timestamp_parse("2025-12-31 23:59:60.5+00", &value, NULL), AET_EINVAL);
	ck_assert_int_eq(
	    aet_timestamp_parse("2025-12-31 24:00:01+00", &value, NULL), AET_EINVAL);
	ck_assert_int_eq(
	    aet_timestamp_parse("2025-12-31 24:00:00.1+00", &value, NULL), AET_EINVAL);
}
END_TEST

START_TEST(malformed_texts)
{
	static const char *const wrong[] = {
		NULL,
		"",
		"2026-01-02",
		"2026-01-02 03:04:05",
		"2026-01-02 03:04+00",
		"2026-01-02  03:04:05+00",
		"2026-1-2 03:04:05+00",
		"2026-13-01 00:00:00+00",
		"2026-00-01 00:00:00+00",
		"2026-02-29 00:00:00+00",
		"2026-01-00 00:00:00+00",
		"2026-01-32 00:00:00+00",
		"0000-01-01 00:00:00+00",
		"-2026-01-01 00:00:00+00",
		"26-01-01 00:00:00+00",
		"1234567-01-01 00:00:00+00",
		"2026-01-02 25:00:00+00",
		"2026-01-02 03:60:05+00",
		"2026-01-02 03:04:61+00",
		"2026-01-02 03:04:05.+00",
		"2026-01-02 03:04:05.1234567+00",
		"2026-01-02 03:04:05,5+00",
		"2026-01-02 03:04:05+0",
		"2026-01-02 03:04:05+000",
		"2026-01-02 03:04:05+00:6",
		"2026-01-02 03:04:05+00:60",
		"2026-01-02 03:04:05+00 AD",
		"2026-01-02 03:04:05+00 BC ",
		"2026-01-02 03:04:05+00BC",
		"2026-01-02 03:04:05ZZ",
		"2026-01-02 03:04:05 Europe/Berlin",
		"0002-02-29 00:00:00+00 BC",
		"Infinity",
		"infinity ",
		"now",
	};
	aet_timestamp value = { 42 };
	aet_error err;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ck_assert_msg(aet_timestamp_parse(wrong[i], &value, &err) == AET_EINVAL,
		    "%s", wrong[i] != NULL ? wrong[i] : "NULL");
		ck_assert_str_eq(err.message,
		    "not a timestamp: expected the form 2026-01-02 03:04:05.678901+00");
		ck_assert_int_eq(value.us, 42);
	}
}
END_TEST

START_TEST(the_ends_of_the_range)
{
	static const char *const outside[] = {
		"4714-11-23 23:59:59.999999+00 BC",
		"4714-11-24 00:59:59+01 BC",
		"294277-01-01 00:00:00+00",
		"294276-12-31 24:00:00+00",
		"294276-12-31 23:00:00-01",
		"999999-12-31 23:59:59+00",
		"999999-12-31 23:59:59+00 BC",
	};
	aet_timestamp value = { 42 };
	aet_error err;

	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		ck_assert_int_eq(
		    aet_timestamp_parse(outside[i], &value, &err), AET_EINVAL);
		ck_assert_str_eq(err.message,
		    "the timestamp is outside PostgreSQL's range, 4714-11-24 BC to "
		    "294276-12-31 AD");
		ck_assert_int_eq(value.us, 42);
	}
	ck_assert_int_eq(read_good("4714-11-23 23:00:00-01 BC").us, FIRST);
	ck_assert_int_eq(read_good("294277-01-01 00:59:59.999999+01").us, LAST);
}
END_TEST

START_TEST(unix_time)
{
	const int64_t shift = INT64_C(946684800000000);
	aet_timestamp value = { 42 };
	int64_t unix_us = 42;

	ck_assert_int_eq(aet_timestamp_from_unix(0, &value, NULL), AET_OK);
	ck_assert_int_eq(value.us, -shift);
	ck_assert_int_eq(aet_timestamp_to_unix(value, &unix_us, NULL), AET_OK);
	ck_assert_int_eq(unix_us, 0);
	ck_assert_int_eq(aet_timestamp_from_unix(INT64_MAX, &value, NULL), AET_OK);
	ck_assert_int_eq(value.us, INT64_MAX - shift);
	ck_assert_int_eq(
	    aet_timestamp_from_unix(INT64_MIN + shift + 1, &value, NULL), AET_OK);
	ck_assert_int_eq(value.us, INT64_MIN + 1);

	unix_us = 42;
	ck_assert_int_eq(
	    aet_timestamp_from_unix(INT64_MIN + shift, &value, NULL), AET_EINVAL);
	ck_assert_int_eq(aet_timestamp_from_unix(INT64_MIN, &value, NULL), AET_EINVAL);
	ck_assert_int_eq(value.us, INT64_MIN + 1);
	ck_assert_int_eq(
	    aet_timestamp_to_unix((aet_timestamp){ LAST }, &unix_us, NULL), AET_EINVAL);
	value.us = AET_TIMESTAMP_INFINITY;
	ck_assert_int_eq(aet_timestamp_to_unix(value, &unix_us, NULL), AET_EINVAL);
	value.us = AET_TIMESTAMP_MINUS_INFINITY;
	ck_assert_int_eq(aet_timestamp_to_unix(value, &unix_us, NULL), AET_EINVAL);
	ck_assert_int_eq(unix_us, 42);
}
END_TEST

START_TEST(now_is_finite_and_does_not_run_backwards)
{
	aet_timestamp first = aet_timestamp_now();
	aet_timestamp second = aet_timestamp_now();

	ck_assert(aet_timestamp_is_finite(first));
	ck_assert_int_gt(first.us, read_good("2024-01-01 00:00:00+00").us);
	ck_assert_int_ge(second.us, first.us);
	ck_assert(!aet_timestamp_is_finite((aet_timestamp){ INT64_MAX }));
	ck_assert(!aet_timestamp_is_finite((aet_timestamp){ INT64_MIN }));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("timestamp");
	TCase *tcase = tcase_create("timestamp");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, known_pairs);
	tcase_add_test(tcase, month_ends_round_trip);
	tcase_add_test(tcase, leap_years);
	tcase_add_test(tcase, random_values_round_trip);
	tcase_add_test(tcase, values_out_of_range_are_printed_anyhow);
	tcase_add_test(tcase, forms_of_one_moment);
	tcase_add_test(tcase, the_24th_hour_and_the_60th_second);
	tcase_add_test(tcase, malformed_texts);
	tcase_add_test(tcase, the_ends_of_the_range);
	tcase_add_test(tcase, unix_time);
	tcase_add_test(tcase, now_is_finite_and_does_not_run_backwards);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
