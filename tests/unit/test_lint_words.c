/* SPDX-License-Identifier: MIT */
/* What lint reads instead of observing: comments that allow, the words of an
 * UPDATE; and that docs/lint.md explains each hazard there is. */
#include <check.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hazard/hazard.h"
#include "lint/allow.h"
#include "lint/words.h"

static codegen_memory memory;

static void
setup(void)
{
	memory.arena = aet__arena_open();
	ck_assert_ptr_nonnull(memory.arena);
	ck_assert_int_eq(setjmp(memory.out), 0);
}

static void
teardown(void)
{
	aet__arena_free(memory.arena);
}

/* ---- hazards ------------------------------------------------------------------ */

START_TEST(every_hazard_has_a_heading_and_no_heading_is_left_over)
{
	char path[1024];
	char line[1024];
	size_t next = 0;
	FILE *file;

	snprintf(
	    path, sizeof(path), "%s/../../docs/lint.md", getenv("AET_TEST_FIXTURES"));
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		char heading[64];

		if (strncmp(line, "### ", 4) != 0)
			continue;
		ck_assert_uint_lt(next, HAZARD_COUNT);
		snprintf(heading, sizeof(heading), "### `%s`\n", hazard_kinds[next].code);
		ck_assert_str_eq(line, heading);
		next++;
	}
	fclose(file);
	ck_assert_uint_eq(next, HAZARD_COUNT);
}
END_TEST

START_TEST(a_code_is_found_by_its_whole_name)
{
	for (size_t i = 0; i < HAZARD_COUNT; i++) {
		const char *code = hazard_kinds[i].code;

		ck_assert_uint_eq(hazard_find(code, strlen(code)), i);
		ck_assert_uint_eq(hazard_find(code, strlen(code) - 1), HAZARD_COUNT);
		ck_assert_ptr_nonnull(hazard_kinds[i].harm);
		ck_assert_ptr_nonnull(hazard_kinds[i].safe);
	}
	ck_assert_uint_eq(hazard_find("", 0), HAZARD_COUNT);
}
END_TEST

/* ---- allowing ----------------------------------------------------------------- */

static lint_allows
read_allows(const char *text)
{
	lint_allows allows;
	aet_error err = { 0 };

	ck_assert_msg(lint_allows_read(
			  &memory, "f.sql", text, strlen(text), &allows, &err) == AET_OK,
	    "%s", err.message);
	return allows;
}

START_TEST(a_comment_before_a_statement_allows_there_only)
{
	const char *text = "SELECT 1;\n"
			   "-- aet: allow data-loss nobody plays yet\n"
			   "SELECT 2; SELECT 3;";
	size_t second = (size_t)(strstr(text, "SELECT 2") - text);
	lint_allows allows = read_allows(text);
	const lint_allow *found;

	ck_assert_uint_eq(allows.count, 1);
	ck_assert_int_eq(allows.items[0].at.line, 2);
	ck_assert_ptr_null(lint_allows_find(&allows, HAZARD_DATA_LOSS, 0));
	ck_assert_ptr_null(lint_allows_find(&allows, HAZARD_LONG_LOCK, second));
	ck_assert(!allows.items[0].used);
	found = lint_allows_find(&allows, HAZARD_DATA_LOSS, second);
	ck_assert_ptr_nonnull(found);
	ck_assert_str_eq(found->reason, "nobody plays yet");
	ck_assert(found->used);
}
END_TEST

START_TEST(one_in_the_head_allows_everywhere)
{
	lint_allows allows = read_allows("-- about\n--aet:allow  long-lock\ttiny  \n"
					 "-- aet: allow long-lock again\nSELECT 1; "
					 "SELECT 2");

	ck_assert_uint_eq(allows.count, 2);
	ck_assert_str_eq(allows.items[0].reason, "tiny");
	ck_assert_ptr_eq(
	    lint_allows_find(&allows, HAZARD_LONG_LOCK, 77), &allows.items[0]);
}
END_TEST

START_TEST(one_inside_a_statement_is_that_ones)
{
	const char *text = "SELECT 0;\nALTER TABLE t -- aet: allow long-lock tiny\n"
			   "ADD COLUMN a int;\nSELECT 1";
	lint_allows allows = read_allows(text);

	ck_assert_ptr_nonnull(lint_allows_find(
	    &allows, HAZARD_LONG_LOCK, (size_t)(strstr(text, "ALTER") - text)));
	ck_assert_ptr_null(lint_allows_find(
	    &allows, HAZARD_LONG_LOCK, (size_t)(strstr(text, "SELECT 1") - text)));
}
END_TEST

START_TEST(other_comments_and_strings_are_none)
{
	ck_assert_uint_eq(read_allows("/* -- aet: allow x */ SELECT 1").count, 0);
	ck_assert_uint_eq(read_allows("SELECT '\n-- aet: allow x\n'").count, 0);
	ck_assert_uint_eq(read_allows("-- we allow data-loss\nSELECT 1").count, 0);
	ck_assert_uint_eq(read_allows("-- aet: allowed\nSELECT 1").count, 0);
	ck_assert_uint_eq(read_allows("").count, 0);
}
END_TEST

static void
refused(const char *text, const char *message)
{
	lint_allows allows;
	aet_error err;

	ck_assert_int_eq(
	    lint_allows_read(&memory, "f.sql", text, strlen(text), &allows, &err),
	    AET_EINVAL);
	ck_assert_str_eq(err.message, message);
}

START_TEST(what_is_incomplete_is_refused)
{
	refused("SELECT 1;\n  -- aet: allow data-loss \nSELECT 2",
	    "f.sql:2:3: why is data-loss allowed here? Give the reason behind the code");
	refused("-- aet: allow data-lost typing\nSELECT 1",
	    "f.sql:1:1: no hazard is called \"data-lost\"");
	refused("-- aet: allow\nSELECT 1",
	    "f.sql:1:1: what is allowed? Say: -- aet: allow CODE reason");
	refused("SELECT 1; -- aet: allow data-loss late",
	    "f.sql:1:11: no statement follows that this could allow anything to");
}
END_TEST

/* ---- words -------------------------------------------------------------------- */

static void
reads(const char *statement, lint_verb verb, const char *target, bool has_condition,
    const char *set)
{
	lint_words words = lint_words_read(&memory, statement, strlen(statement));
	char names[256] = "";

	for (size_t i = 0; i < words.set_count; i++) {
		strcat(names, words.set[i]);
		strcat(names, " ");
	}
	ck_assert_int_eq(words.verb, verb);
	ck_assert_pstr_eq(words.target, target);
	ck_assert_msg(words.has_condition == has_condition, "%s", statement);
	ck_assert_str_eq(names, set);
}

START_TEST(an_update_is_read)
{
	reads("UPDATE hero SET power = 1", LINT_VERB_UPDATE, "hero", false, "power ");
	reads("update only game . \"He\"\"ro\" as h set (\"A\", b) = (SELECT 1, 2 WHERE "
	      "true), c = f(1, d = 2) RETURNING e = 1",
	    LINT_VERB_UPDATE, "game.\"He\"\"ro\"", false, "A b c ");
	reads("UPDATE a SET b = x.c FROM x WHERE x.d = 1, e = 2", LINT_VERB_UPDATE, "a",
	    true, "b ");
	reads("WITH w AS (SELECT 1 WHERE true) UPDATE a SET b = 1", LINT_VERB_UPDATE, "a",
	    false, "b ");
}
END_TEST

START_TEST(a_delete_is_read)
{
	reads("DELETE FROM hero", LINT_VERB_DELETE, "hero", false, "");
	reads("DELETE FROM ONLY hero USING x WHERE x.a = 1", LINT_VERB_DELETE, "hero",
	    true, "");
	reads(
	    "/* where */ DELETE FROM hero -- WHERE", LINT_VERB_DELETE, "hero", false, "");
	reads("TRUNCATE hero", LINT_VERB_TRUNCATE, NULL, false, "");
}
END_TEST

START_TEST(others_are_neither)
{
	reads("INSERT INTO a SELECT 1 ON CONFLICT DO UPDATE SET b = 1", LINT_VERB_OTHER,
	    NULL, false, "");
	reads("WITH w AS (DELETE FROM a) SELECT * FROM w FOR UPDATE", LINT_VERB_OTHER,
	    NULL, false, "");
	reads("GRANT UPDATE ON a TO b", LINT_VERB_OTHER, NULL, false, "");
	reads("CREATE INDEX i ON a (b) WHERE c", LINT_VERB_OTHER, NULL, true, "");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("lint_words");
	TCase *tcase = tcase_create("lint_words");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, every_hazard_has_a_heading_and_no_heading_is_left_over);
	tcase_add_test(tcase, a_code_is_found_by_its_whole_name);
	tcase_add_test(tcase, a_comment_before_a_statement_allows_there_only);
	tcase_add_test(tcase, one_in_the_head_allows_everywhere);
	tcase_add_test(tcase, one_inside_a_statement_is_that_ones);
	tcase_add_test(tcase, other_comments_and_strings_are_none);
	tcase_add_test(tcase, what_is_incomplete_is_refused);
	tcase_add_test(tcase, an_update_is_read);
	tcase_add_test(tcase, a_delete_is_read);
	tcase_add_test(tcase, others_are_neither);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
