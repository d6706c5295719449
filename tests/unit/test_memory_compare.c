/* SPDX-License-Identifier: MIT */
/* Comparing while memory runs out, at each allocation in turn: an error, and
 * never "no difference". */
#include "support/allocation.h"
#include "support/comparing.h"

#include <stdlib.h>

/* A definition that is another print of the other's, and one that is not. */
static void
write_differences(void)
{
	expected.constraint.kind = actual.constraint.kind = AET__CONSTRAINT_CHECK;
	expected.constraint.definition = "CHECK ((((a) AND (b)) AND (c)))";
	actual.constraint.definition = "CHECK (((a) AND (b) AND (d)))";
}

START_TEST(memory_that_runs_out_is_no_likeness)
{
	aet__differences *differences = NULL;
	unsigned long nth = 0;
	bool failed = true;
	aet_status status;
	aet_error err;

	write_differences();
	while (failed) {
		ck_assert_uint_lt(nth, 1000);
		test_allocation_fail(TEST_ALLOCATION_LIBRARY, ++nth);
		status = aet__catalog_compare(
		    &expected.catalog, &actual.catalog, &policy, &differences, &err);
		failed = test_allocation_end();
		ck_assert_int_eq(status, failed ? AET_ENOMEM : AET_OK);
	}
	ck_assert_uint_gt(nth, 3);
	ck_assert_uint_eq(differences->len, 1);
	aet__differences_free(differences);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("memory_compare");
	TCase *tcase = tcase_create("memory");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, test_compare_setup, test_compare_teardown);
	tcase_add_test(tcase, memory_that_runs_out_is_no_likeness);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
