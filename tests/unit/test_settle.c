/* SPDX-License-Identifier: MIT */
/* The form of an expression that stays, and the text that is read as it was. */
#include <check.h>
#include <stdlib.h>

#include "catalog/settle.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static aet__arena *arena;

static void
setup(void)
{
	arena = aet__arena_open();
}

static void
teardown(void)
{
	ck_assert(aet__arena_ok(arena));
	aet__arena_free(arena);
}

typedef struct form {
	const char *text;
	const char *becomes;
} form;

static const form settled[] = {
	{ NULL, NULL },
	{ "x > 0", "x > 0" },
	{ "((s)::text = ANY ((ARRAY['a'::character varying, 'b,]('::character "
	  "varying])::text[]))",
	    "((s)::text = ANY (ARRAY[('a'::character varying)::text, ('b,]('::character "
	    "varying)::text]))" },
	{ "(ARRAY[f(1, 2), NULL::citext])::\"my type\"[] = x",
	    "ARRAY[(f(1, 2))::\"my type\", (NULL::citext)::\"my type\"] = x" },
	{ "(((a > 1) AND (b > 2)) AND (c > 3))", "((a > 1) AND (b > 2) AND (c > 3))" },
	{ "((((a) OR (b)) OR (c)) OR (d))", "((a) OR (b) OR (c) OR (d))" },
	/* These say something, or are printed so for good. */
	{ "(((a) OR (b)) AND (c))", "(((a) OR (b)) AND (c))" },
	{ "((a) AND ((b) AND (c)))", "((a) AND ((b) AND (c)))" },
	{ "((NOT ((a) AND (b))) AND (c))", "((NOT ((a) AND (b))) AND (c))" },
	{ "('((a) AND (b)) AND (ARRAY[1])::x[]'::text)",
	    "('((a) AND (b)) AND (ARRAY[1])::x[]'::text)" },
	{ "(ARRAY[ARRAY[1]])::bigint[]", "(ARRAY[ARRAY[1]])::bigint[]" },
	{ "(ARRAY[1])::numeric(4,2)[] ) AND (", "(ARRAY[1])::numeric(4,2)[] ) AND (" },
	{ "(ARRAY[", "(ARRAY[" },
};

START_TEST(the_form_that_stays)
{
	const char *got = aet__expression_settled(arena, settled[_i].text);

	if (settled[_i].becomes == NULL)
		ck_assert_ptr_null(got);
	else
		ck_assert_str_eq(got, settled[_i].becomes);
}
END_TEST

static const form replayable[] = {
	{ NULL, NULL },
	{ "CHECK ((ARRAY['a'::character varying, 'b'::character varying])::text[])",
	    "CHECK ((ARRAY['a'::character varying, 'b'::character varying]::character "
	    "varying[])::text[])" },
	/* Of types that differ, or that are not told. */
	{ "(ARRAY['a'::x, 'b'::y])::z[]", "(ARRAY['a'::x, 'b'::y])::z[]" },
	{ "(ARRAY[a, 'b'::y])::z[]", "(ARRAY[a, 'b'::y])::z[]" },
	{ "(((a) AND (b)) AND (c))", "(((a) AND (b)) AND (c))" },
};

START_TEST(the_text_that_is_read_as_it_was)
{
	const char *got = aet__expression_replayable(arena, replayable[_i].text);

	if (replayable[_i].becomes == NULL)
		ck_assert_ptr_null(got);
	else
		ck_assert_str_eq(got, replayable[_i].becomes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("settle");
	TCase *tcase = tcase_create("settle");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, the_form_that_stays, 0, COUNT(settled));
	tcase_add_loop_test(tcase, the_text_that_is_read_as_it_was, 0, COUNT(replayable));
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
