/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/arena.h"

START_TEST(test_arena)
{
	aet__arena *arena = aet__arena_open();
	unsigned char *large = aet__arena_array(arena, 300, 1000);
	const char *text = aet__arena_text(arena, "text");
	long double *aligned = aet__arena_array(arena, 3, sizeof(*aligned));

	ck_assert_ptr_nonnull(large);
	memset(large, 1, 300000);
	aligned[2] = 1;
	ck_assert_str_eq(text, "text");
	ck_assert_uint_eq((uintptr_t)aligned % _Alignof(max_align_t), 0);
	ck_assert_ptr_nonnull(aet__arena_array(arena, 0, 8));
	ck_assert_ptr_null(aet__arena_text(arena, NULL));
	ck_assert(aet__arena_ok(arena));
	ck_assert_ptr_null(aet__arena_array(arena, SIZE_MAX / 2, 3));
	ck_assert(!aet__arena_ok(arena));
	aet__arena_free(arena);
	aet__arena_free(NULL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("arena");
	TCase *tcase = tcase_create("arena");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_arena);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
