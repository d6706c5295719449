/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"

START_TEST(every_status_has_a_name)
{
	ck_assert_str_eq(aet_status_name(AET_OK), "AET_OK");
	ck_assert_str_eq(aet_status_name(AET_ETOOCOSTLY), "AET_ETOOCOSTLY");
	ck_assert_str_eq(aet_status_name(AET_ETHROTTLED), "AET_ETHROTTLED");
	ck_assert_str_eq(aet_status_name(AET_EREUSED), "AET_EREUSED");
	ck_assert_str_eq(aet_status_name(AET_ETAMPERED), "AET_ETAMPERED");
	ck_assert_str_eq(aet_status_name((aet_status)-99), "AET_?");
	ck_assert_str_eq(aet_status_text(AET_ENOTFOUND), "no such row");
}
END_TEST

START_TEST(set_fills_and_returns_the_status)
{
	aet_error err = { .sqlstate = "23505", .constraint = "stale" };

	ck_assert_int_eq(aet_error_set(&err, AET_EINVAL, "no %s", "name"), AET_EINVAL);
	ck_assert_int_eq(err.status, AET_EINVAL);
	ck_assert_str_eq(err.message, "no name");
	ck_assert_str_eq(err.sqlstate, "");
	ck_assert_str_eq(err.constraint, "");
	ck_assert_int_eq(aet_error_set(NULL, AET_EDB, "x"), AET_EDB);
}
END_TEST

START_TEST(a_cut_falls_between_characters)
{
	char field[6];

	aet__error_copy(field, sizeof(field), "abc\xC3\xA9");
	ck_assert_str_eq(field, "abc\xC3\xA9");
	aet__error_copy(field, sizeof(field), "abcd\xC3\xA9");
	ck_assert_str_eq(field, "abcd");
	aet__error_copy(field, sizeof(field), "ab\xF0\x9F\x94\x92");
	ck_assert_str_eq(field, "ab");
	aet__error_copy(field, sizeof(field), NULL);
	ck_assert_str_eq(field, "");
}
END_TEST

START_TEST(a_message_may_be_made_of_the_one_before)
{
	aet_error err;

	aet_error_set(&err, AET_EDB, "the inner one");
	ck_assert_int_eq(
	    aet_error_set(&err, AET_ERETRY, "wrapped: %s", err.message), AET_ERETRY);
	ck_assert_int_eq(err.status, AET_ERETRY);
	ck_assert_str_eq(err.message, "wrapped: the inner one");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("error");
	TCase *tcase = tcase_create("error");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, every_status_has_a_name);
	tcase_add_test(tcase, set_fills_and_returns_the_status);
	tcase_add_test(tcase, a_cut_falls_between_characters);
	tcase_add_test(tcase, a_message_may_be_made_of_the_one_before);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
