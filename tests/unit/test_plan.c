/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/plan.h"

#define MOST 8

/*
 * Both sides as one text each, "1 2 3": versions, each named "<n>.sql" with its
 * own checksum; after a number, ' is another text, ~ another name, + (in the
 * journal) half-done.
 */
static aet__migration_file files[MOST];
static aet__journal_row rows[MOST];
static char names[2][MOST][16];
static char sums[2][MOST][16];
static aet__plan plan;

static size_t
read_side(int side, const char *text, int64_t versions[MOST], bool half[MOST])
{
	size_t count = 0;

	while (*text != '\0') {
		char *end;
		long version = strtol(text, &end, 10);
		bool renamed = *end == '~';
		bool changed;

		end += renamed;
		changed = *end == '\'';
		end += changed;
		half[count] = *end == '+';
		end += half[count];
		snprintf(
		    names[side][count], 16, "%ld%s.sql", version, renamed ? "b" : "");
		snprintf(sums[side][count], 16, "%ld%s", version, changed ? "'" : "");
		versions[count++] = version;
		text = *end == ' ' ? end + 1 : end;
	}
	return count;
}

static aet_status
make_plan(const char *known, const char *applied, aet__plan_policy policy)
{
	aet__source source = { .files = files };
	aet__journal journal = { .rows = rows };
	int64_t versions[MOST];
	bool half[MOST];

	source.count = read_side(0, known, versions, half);
	for (size_t i = 0; i < source.count; i++) {
		files[i] =
		    (aet__migration_file){ .version = versions[i], .name = names[0][i] };
		strcpy(files[i].checksum, sums[0][i]);
	}
	journal.count = read_side(1, applied, versions, half);
	for (size_t i = 0; i < journal.count; i++)
		rows[i] = (aet__journal_row){ .version = versions[i],
			.name = names[1][i],
			.checksum = sums[1][i],
			.finished = !half[i],
			.statements_done = half[i] ? 2 : 0 };
	aet__plan_free(&plan);
	ck_assert_int_eq(aet__plan_make(&source, &journal, policy, &plan, NULL), AET_OK);
	return plan.verdict;
}

/* One letter an entry, in upper case where it runs. */
static void
assert_states(const char *want)
{
	static const char letters[] = "?apocmuh";
	char got[2 * MOST + 1];

	for (size_t i = 0; i < plan.count; i++) {
		got[i] = letters[plan.entries[i].state];
		if (plan.entries[i].runs)
			got[i] = (char)(got[i] - 'a' + 'A');
	}
	got[plan.count] = '\0';
	ck_assert_str_eq(got, want);
}

static const aet__plan_policy strict = { 0 };
static const aet__plan_policy resume = { .resume = true };

START_TEST(up_to_date)
{
	ck_assert_int_eq(make_plan("1 2 3", "1 2 3", strict), AET_OK);
	assert_states("aaa");
	ck_assert_int_eq(plan.applied, 3);
	ck_assert_int_eq(plan.pending, 0);
	ck_assert_int_eq(aet__plan_check(&plan, NULL), AET_OK);
	ck_assert_int_eq(make_plan("", "", strict), AET_OK);
	assert_states("");
}
END_TEST

START_TEST(a_new_name_is_the_same_migration)
{
	ck_assert_int_eq(make_plan("1~ 2", "1 2", strict), AET_OK);
	assert_states("aa");
}
END_TEST

START_TEST(behind)
{
	aet_error err;

	ck_assert_int_eq(make_plan("0 1 2", "", strict), AET_OK);
	assert_states("PPP");
	ck_assert_int_eq(make_plan("1 2 3 4", "1 2", strict), AET_OK);
	assert_states("aaPP");
	ck_assert_int_eq(plan.pending, 2);
	ck_assert_int_eq(aet__plan_check(&plan, &err), AET_EBEHIND);
	ck_assert_str_eq(
	    err.message, "\"3.sql\" (and 1 more) is not applied: migrate the database");
}
END_TEST

START_TEST(ahead)
{
	ck_assert_int_eq(make_plan("1 2", "1 2 3", strict), AET_EAHEAD);
	assert_states("aau");
	ck_assert_str_eq(plan.error.message,
	    "the database has \"3.sql\", newer than all migrations known here: a newer "
	    "release has migrated it; update this one, or accept it (accept_unknown)");
	ck_assert_int_eq(aet__plan_check(&plan, NULL), AET_EAHEAD);
	ck_assert_int_eq(
	    make_plan("1 2", "1 2 3 4+", (aet__plan_policy){ .accept_unknown = true }),
	    AET_OK);
	assert_states("aauh");
	ck_assert_int_eq(make_plan("", "1", strict), AET_EAHEAD);
}
END_TEST

START_TEST(another_history)
{
	static const char *const sentence =
	    "the database has \"2.sql\", which is not known here, and lacks \"3.sql\": "
	    "it was "
	    "migrated from another history; bring the two together";

	ck_assert_int_eq(make_plan("1 3", "1 2", strict), AET_EDIVERGED);
	assert_states("amP");
	ck_assert_str_eq(plan.error.message, sentence);
	ck_assert_int_eq(make_plan("1 2", "1 3", strict), AET_EDIVERGED);
	assert_states("aou");
	ck_assert_int_eq(
	    make_plan("1 2", "1 3", (aet__plan_policy){ .accept_unknown = true }),
	    AET_EORDER);
	ck_assert_int_eq(
	    make_plan("1 2", "1 3",
		(aet__plan_policy){ .accept_unknown = true, .out_of_order = true }),
	    AET_OK);
	assert_states("aOu");
}
END_TEST

START_TEST(changed)
{
	ck_assert_int_eq(make_plan("1 2' 3'", "1 2 3", strict), AET_ECHECKSUM);
	assert_states("acc");
	ck_assert_str_eq(plan.error.message, "\"2.sql\" (and 1 more) has changed since "
					     "it was applied: put its text back, and "
					     "make the change in a new migration");
	ck_assert_int_eq(make_plan("1 2~'", "1 2", strict), AET_ECHECKSUM);
	ck_assert_str_eq(plan.error.message, "number 2 was applied as \"2.sql\", and is "
					     "\"2b.sql\" here, with another text: "
					     "give the new file a number of its own");
}
END_TEST

START_TEST(missing)
{
	ck_assert_int_eq(make_plan("1 3", "1 2 3", strict), AET_EMISSING);
	assert_states("ama");
	ck_assert_str_eq(plan.error.message,
	    "the database has \"2.sql\", which is missing here: put the file back");
	ck_assert_int_eq(
	    make_plan("1 3", "1 2 3", (aet__plan_policy){ .accept_unknown = true }),
	    AET_EMISSING);
}
END_TEST

START_TEST(late)
{
	ck_assert_int_eq(make_plan("1 2 3", "1 3", strict), AET_EORDER);
	assert_states("aoa");
	ck_assert_str_eq(plan.error.message, "\"2.sql\" is not applied, but a newer "
					     "migration is: give it a new number, or "
					     "allow it (out_of_order)");
	ck_assert_int_eq(
	    make_plan("1 2 3 4", "1 3", (aet__plan_policy){ .out_of_order = true }),
	    AET_OK);
	assert_states("aOaP");
	ck_assert_int_eq(aet__plan_check(&plan, NULL), AET_EBEHIND);
}
END_TEST

START_TEST(half_done)
{
	ck_assert_int_eq(make_plan("1 2 3", "1 2+", resume), AET_OK);
	assert_states("aHP");
	ck_assert_int_eq(plan.applied, 1);
	ck_assert_int_eq(plan.pending, 2);
	ck_assert_int_eq(make_plan("1 2", "1 2+", strict), AET_EHALFDONE);
	ck_assert_str_eq(plan.error.message,
	    "\"2.sql\" stopped after statement 2: migrate again to finish it");
	ck_assert_int_eq(make_plan("1 2'", "1 2+", resume), AET_EHALFDONE);
	ck_assert_str_eq(plan.error.message, "\"2.sql\" stopped after statement 2, and "
					     "was changed since: put its text back, "
					     "or repair it if just what follows that "
					     "statement is new, and migrate again");
	ck_assert_int_eq(make_plan("1", "1 2+", resume), AET_EHALFDONE);
	ck_assert_str_eq(plan.error.message, "\"2.sql\" stopped after statement 2, and "
					     "is missing here: put the file back, and "
					     "migrate again");
}
END_TEST

/* Each case holds the trouble of all that follow it, too. */
START_TEST(precedence)
{
	ck_assert_int_eq(make_plan("1' 3 5 6", "1 2 4 5'+ 7", strict), AET_EHALFDONE);
	ck_assert_int_eq(make_plan("1' 3 6", "1 2 4 7", strict), AET_ECHECKSUM);
	ck_assert_int_eq(make_plan("1 3 6", "1 2 4 7", strict), AET_EDIVERGED);
	ck_assert_int_eq(make_plan("1 3", "1 2 3 7", strict), AET_EMISSING);
	ck_assert_int_eq(make_plan("1 3", "1 3 7", strict), AET_EAHEAD);
}
END_TEST

static void
free_plan(void)
{
	aet__plan_free(&plan);
}

int
main(void)
{
	Suite *suite = suite_create("plan");
	TCase *tcase = tcase_create("plan");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, NULL, free_plan);
	tcase_add_test(tcase, up_to_date);
	tcase_add_test(tcase, a_new_name_is_the_same_migration);
	tcase_add_test(tcase, behind);
	tcase_add_test(tcase, ahead);
	tcase_add_test(tcase, another_history);
	tcase_add_test(tcase, changed);
	tcase_add_test(tcase, missing);
	tcase_add_test(tcase, late);
	tcase_add_test(tcase, half_done);
	tcase_add_test(tcase, precedence);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
