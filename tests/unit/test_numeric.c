/* SPDX-License-Identifier: MIT */
/* Exact numbers as doubles and back: the nearest, with the fewest digits. */
#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/numeric_double.h"

static double
as_double(const char *text)
{
	uint16_t room[512];
	aet_numeric numeric;

	ck_assert_int_eq(aet_numeric_parse(text, room, 512, &numeric, NULL), AET_OK);
	return aet__numeric_to_double(numeric);
}

static const char *
as_text(double value)
{
	static char text[512];
	uint16_t room[AET__NUMERIC_DOUBLE_DIGITS];

	aet_numeric_format(aet__numeric_from_double(value, room), text, sizeof(text));
	return text;
}

START_TEST(the_nearest_double_is_read)
{
	static const char *const texts[] = { "0", "1", "-1", "0.1", "-123.456", "10000",
		"99999999", "123456789012345678901234567890", "0.00000000000000000001",
		"179769313486231570000000000000000000000", "9007199254740993", "4.35",
		"0.30000000000000004", "1000000000000000000000" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_double_eq(as_double(texts[i]), strtod(texts[i], NULL));
	ck_assert(isnan(as_double("NaN")));
	ck_assert_double_eq(as_double("Infinity"), (double)INFINITY);
	ck_assert_double_eq(as_double("-Infinity"), (double)-INFINITY);
}
END_TEST

/* A digit far behind decides which of two is nearer. */
START_TEST(no_digit_is_overlooked)
{
	char text[1200];

	memset(text, '0', sizeof(text));
	memcpy(text, "9007199254740993.", 17);
	text[1100] = '\0';
	ck_assert_double_eq(as_double(text), 9007199254740992.0);
	text[1099] = '1';
	ck_assert_double_eq(as_double(text), 9007199254740994.0);
}
END_TEST

START_TEST(the_shortest_number_is_written)
{
	static const struct {
		double value;
		const char *text;
	} numbers[] = { { 0, "0" }, { -0.0, "0" }, { 1, "1" }, { -1, "-1" },
		{ 0.1, "0.1" }, { 0.1 + 0.2, "0.30000000000000004" }, { 1e4, "10000" },
		{ 123456.789, "123456.789" }, { -0.0625, "-0.0625" },
		{ 1e22, "10000000000000000000000" }, { 1e-7, "0.0000001" },
		{ 9007199254740991.0, "9007199254740991" } };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		ck_assert_str_eq(as_text(numbers[i].value), numbers[i].text);
	ck_assert_str_eq(as_text((double)NAN), "NaN");
	ck_assert_str_eq(as_text((double)-INFINITY), "-Infinity");
}
END_TEST

START_TEST(what_is_written_is_read_again)
{
	static const double extremes[] = { DBL_MAX, -DBL_MAX, DBL_MIN, DBL_EPSILON,
		5e-324, 3.141592653589793, 1e100, 1e101, 1e102, 1e103, 1.7e-300 };
	uint64_t seed = 88172645463325252u;

	for (size_t i = 0; i < sizeof(extremes) / sizeof(extremes[0]); i++)
		ck_assert_double_eq(as_double(as_text(extremes[i])), extremes[i]);
	for (int i = 0; i < 20000; i++) {
		double value;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		memcpy(&value, &seed, sizeof(value));
		if (isfinite(value)) {
			uint16_t room[AET__NUMERIC_DOUBLE_DIGITS];

			ck_assert_double_eq(
			    aet__numeric_to_double(aet__numeric_from_double(value, room)),
			    value);
		}
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("numeric");
	TCase *tcase = tcase_create("doubles");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, the_nearest_double_is_read);
	tcase_add_test(tcase, no_digit_is_overlooked);
	tcase_add_test(tcase, the_shortest_number_is_written);
	tcase_add_test(tcase, what_is_written_is_read_again);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
