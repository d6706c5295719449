/* SPDX-License-Identifier: MIT */
/* Arguments that say how much there is, and not where. */
#include <check.h>
#include <stdlib.h>

#include <aeturnis/codec.h>

#include "pg/args.h"

static const aet_parameter parameter = { .name = "p" };
static const aet_statement statement = { .size = sizeof(aet_statement),
	.name = "s",
	.parameters = &parameter,
	.parameter_count = 1 };

/* Empties args. */
static aet_status
checked(aet_args *args)
{
	aet_error err;
	aet_status status = aet__args_check(args, &statement, &err);

	if (status == AET_EINVAL)
		ck_assert_str_eq(err.column, "p");
	aet_args_clear(args);
	return status;
}

START_TEST(a_length_without_data_is_refused)
{
	aet_args args = { 0 };

	aet_args_bytes(&args, (aet_bytes){ NULL, 1 });
	ck_assert_int_eq(checked(&args), AET_EINVAL);
	aet_args_text_array(&args, (aet_text_array){ .len = 1 });
	ck_assert_int_eq(checked(&args), AET_EINVAL);
	aet_args_bits(&args, (aet_bits){ NULL, 1 });
	ck_assert_int_eq(checked(&args), AET_EINVAL);
	aet_args_numeric(&args, (aet_numeric){ .digit_count = 1 });
	ck_assert_int_eq(checked(&args), AET_EINVAL);
	aet_args_path(&args, (aet_path){ NULL, 1, false });
	ck_assert_int_eq(checked(&args), AET_EINVAL);
	aet_args_polygon(&args, (aet_polygon){ NULL, 1 });
	ck_assert_int_eq(checked(&args), AET_EINVAL);
	aet_args_uuid_array(&args, NULL, 1, sizeof(aet_uuid));
	ck_assert_int_eq(checked(&args), AET_EINVAL);
}
END_TEST

START_TEST(nothing_at_all_needs_no_data)
{
	aet_args args = { 0 };

	aet_args_bytes(&args, (aet_bytes){ NULL, 0 });
	ck_assert_int_eq(checked(&args), AET_OK);
	aet_args_text_array(&args, (aet_text_array){ 0 });
	ck_assert_int_eq(checked(&args), AET_OK);
	/* NULL is NULL, whatever else is said. */
	aet_args_text_array(&args, (aet_text_array){ .len = 7, .is_null = true });
	ck_assert_int_eq(checked(&args), AET_OK);
	aet_args_bits(&args, (aet_bits){ NULL, 0 });
	ck_assert_int_eq(checked(&args), AET_OK);
	aet_args_numeric(&args, (aet_numeric){ 0 });
	ck_assert_int_eq(checked(&args), AET_OK);
	aet_args_polygon(&args, (aet_polygon){ NULL, 0 });
	ck_assert_int_eq(checked(&args), AET_OK);
	aet_args_uuid_array(&args, NULL, 0, sizeof(aet_uuid));
	ck_assert_int_eq(checked(&args), AET_OK);
}
END_TEST

/* A size in bytes that does not fit into a size_t must not become a small one. */
START_TEST(a_length_beyond_all_memory_is_refused)
{
	const aet_point point = { 1, 2 };
	aet_args args = { 0 };

	aet_args_path(&args, (aet_path){ &point, SIZE_MAX / 16 + 1, false });
	ck_assert_int_eq(checked(&args), AET_EINVAL);
	aet_args_polygon(&args, (aet_polygon){ &point, SIZE_MAX / 16 + 1 });
	ck_assert_int_eq(checked(&args), AET_EINVAL);
	aet_args_bytes(&args, (aet_bytes){ (const uint8_t *)&point, SIZE_MAX });
	ck_assert_int_eq(checked(&args), AET_EINVAL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("args");
	TCase *tcase = tcase_create("args");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, a_length_without_data_is_refused);
	tcase_add_test(tcase, nothing_at_all_needs_no_data);
	tcase_add_test(tcase, a_length_beyond_all_memory_is_refused);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
