/* SPDX-License-Identifier: MIT */
/* Repeatable files, migrating up to a number, and setting the journal right. */
/* As superuser: migrating is not the game's. */
#include "support/migrating.h"

#include <stdlib.h>
#include <string.h>

#define NAMES                                                                            \
	"SELECT string_agg(name || CASE WHEN adopted THEN '*' ELSE '' END, ' ' ORDER BY" \
	" version) FROM aeturnis.schema_migrations WHERE version >= 0"

/* ---- repeatable ------------------------------------------------------- */

START_TEST(a_repeatable_file_runs_when_it_changed)
{
	migrating_write("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT i FROM t;");
	migrating_write("1_t.sql", "CREATE TABLE t (i int);");
	migrating_run(AET_OK, 2);
	migrating_run(AET_OK, 0);
	ck_assert_int_eq(test_report.already, 2);
	migrating_write(
	    "R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT i, 7 AS n FROM t;");
	{
		aet_migrate_options options = migrating_options();

		migrating_health_is(&options, AET_HEALTH_BEHIND, AET_EBEHIND);
	}
	migrating_run(AET_OK, 1);
	migrating_run(AET_OK, 0);
	test_value_is(test_url,
	    "SELECT count(*) FROM pg_attribute WHERE attrelid = 'v'::regclass", "2");
	test_value_is(test_url, "SELECT count(*) FROM aeturnis.schema_migrations", "2");
	test_value_is(test_url,
	    "SELECT string_agg(kind || ' ' || identity, ',' ORDER BY kind)"
	    " FROM aeturnis.schema_objects",
	    "table public.t,view public.v");
	/* What it made is for a migration to drop. */
	migrating_remove("R__v.sql");
	migrating_run(AET_OK, 0);
	test_value_is(test_url, "SELECT to_regclass('v') IS NULL", "f");
}
END_TEST

/* In a rolling deploy the two releases would take turns otherwise. */
START_TEST(a_newer_release_has_the_say)
{
	aet_migrate_options options = migrating_options();

	migrating_write("1_t.sql", "CREATE TABLE t (i int);");
	migrating_write("2_t.sql", "ALTER TABLE t ADD j int;");
	migrating_write("R__v.sql", "CREATE VIEW v AS SELECT i, j FROM t;");
	migrating_run(AET_OK, 3);
	migrating_remove("2_t.sql");
	migrating_write("R__v.sql", "CREATE VIEW v AS SELECT i FROM t;");
	migrating_run(AET_EAHEAD, 0);
	options.accept_unknown = true;
	migrating_run_with(&options, AET_OK, 0);
	migrating_health_is(&options, AET_HEALTH_OK, AET_OK);
}
END_TEST

START_TEST(a_repeatable_file_that_fails)
{
	migrating_write("R__v.sql", "CREATE VIEW v AS\n  SELECT nowhere;");
	migrating_run(AET_EMIGRATION, 0);
	ck_assert_int_eq(test_report.failure.line, 2);
	test_value_is(test_url, "SELECT count(*) FROM aeturnis.schema_migrations", "0");
	migrating_write("R__v.sql", "-- aet: no-transaction\nVACUUM;");
	migrating_run(AET_EINVAL, 0);
}
END_TEST

/* ---- up to a number --------------------------------------------------- */

START_TEST(up_to_a_number)
{
	aet_migrate_options options = migrating_options();
	int64_t to = 0;

	options.to = &to;
	migrating_write("0_a.sql", "CREATE TABLE a ();");
	migrating_write("1_b.sql", "CREATE TABLE b ();");
	migrating_write("3_c.sql", "CREATE TABLE c ();");
	migrating_write("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT FROM c;");
	migrating_run_with(&options, AET_OK, 1);
	to = 2;
	migrating_run_with(&options, AET_EINVAL, 0);
	to = 1;
	migrating_run_with(&options, AET_OK, 1);
	migrating_run_with(&options, AET_OK, 0);
	test_value_is(test_url, NAMES, "0_a.sql 1_b.sql");
	migrating_run(AET_OK, 2);
}
END_TEST

/* ---- baseline --------------------------------------------------------- */

static aet_error
baseline(int64_t version, aet_status expected)
{
	aet_migrate_options options = migrating_options();
	aet_error err = { 0 };

	test_report = (aet_migrate_report)AET_MIGRATE_REPORT_INIT;
	ck_assert_int_eq(
	    aet_db_migrate_baseline(test_db, &options, version, &test_report, &err),
	    expected);
	return err;
}

START_TEST(a_baseline_is_recorded)
{
	aet_error err;

	migrating_write("1_a.sql", "CREATE TABLE a ();");
	migrating_write("2_b.sql", "CREATE TABLE b ();");
	migrating_write("3_c.sql", "CREATE TABLE c ();");
	migrating_write("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT FROM c;");
	test_sql(test_url, "CREATE TABLE a (); CREATE TABLE b ()");
	baseline(-1, AET_EINVAL);
	err = baseline(4, AET_EINVAL);
	ck_assert_str_eq(
	    err.message, "no migration here has the number 4: name one that is there");
	baseline(2, AET_OK);
	ck_assert_int_eq(test_report.adopted, 2);
	test_value_is(test_url, NAMES, "1_a.sql* 2_b.sql*");
	migrating_run(AET_OK, 2);
	err = baseline(3, AET_EINVAL);
	ck_assert_ptr_nonnull(strstr(err.message, "a baseline is for a database whose"));
}
END_TEST

/* ---- repair ----------------------------------------------------------- */

static aet_error
repair(const char *name, aet_status expected)
{
	aet_migrate_options options = migrating_options();
	aet_error err = { 0 };

	ck_assert_int_eq(aet_db_migrate_repair(test_db, &options, name, &err), expected);
	return err;
}

START_TEST(a_half_done_file_can_be_corrected)
{
	migrating_write("1_a.sql", "-- aet: no-transaction\n"
				   "CREATE TABLE a (n int);\n"
				   "CREATE INDEX CONCURRENTLY a_n ON a (nosuch);\n");
	migrating_run(AET_EMIGRATION, 0);
	repair("1_a.sql", AET_EINVAL);
	migrating_write("1_a.sql", "-- aet: no-transaction\n"
				   "CREATE TABLE a (n int);\n"
				   "CREATE INDEX CONCURRENTLY a_n ON a (n);\n");
	migrating_run(AET_EHALFDONE, 0);
	repair("1_a.sql", AET_OK);
	migrating_run(AET_OK, 1);
	test_value_is(test_url,
	    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_n'::regclass", "t");
}
END_TEST

START_TEST(a_changed_text_is_accepted)
{
	aet_error err;

	migrating_write("1_a.sql", "CREATE TABLE a ();");
	migrating_write("2_b.sql", "CREATE TABLE b ();");
	migrating_run(AET_OK, 2);
	err = repair("1_a.sql", AET_EINVAL);
	ck_assert_str_eq(err.message,
	    "\"1_a.sql\" is applied, not changed: there is nothing to repair");
	migrating_write("1_a.sql", "CREATE TABLE a (); -- better");
	migrating_write("2_b.sql", "CREATE TABLE b (); -- better");
	migrating_run(AET_ECHECKSUM, 0);
	err = repair("a.sql", AET_EINVAL);
	ck_assert_ptr_nonnull(strstr(err.message, "there is no file \"a.sql\""));
	repair("", AET_EINVAL);
	repair("1_a.sql", AET_OK);
	err = migrating_run(AET_ECHECKSUM, 0);
	ck_assert_ptr_nonnull(strstr(err.message, "\"2_b.sql\""));
	repair("2_b.sql", AET_OK);
	migrating_run(AET_OK, 0);
}
END_TEST

/* ---- rollback --------------------------------------------------------- */

static aet_error
take_back(aet_status expected)
{
	aet_migrate_options options = migrating_options();
	aet_error err = { 0 };
	aet_status status;

	test_report = (aet_migrate_report)AET_MIGRATE_REPORT_INIT;
	status = aet_db_migrate_rollback(test_db, &options, &test_report, &err);
	ck_assert_msg(status == expected, "%s", err.message);
	return err;
}

START_TEST(one_step_back)
{
	aet_error err;

	migrating_write("1_a.sql", "CREATE TABLE a ();");
	migrating_write("2_b.up.sql", "CREATE TABLE b ();");
	migrating_write("2_b.down.sql", "BEGIN;\nDROP TABLE b;\nCOMMIT;\n");
	err = take_back(AET_EINVAL);
	ck_assert_str_eq(err.message, "nothing is applied that could be taken back");
	migrating_run(AET_OK, 2);
	take_back(AET_OK);
	ck_assert_int_eq(test_report.applied, 1);
	test_value_is(test_url, NAMES, "1_a.sql");
	test_value_is(test_url,
	    "SELECT string_agg(identity, ',') FROM aeturnis.schema_objects", "public.a");
	err = take_back(AET_EINVAL);
	ck_assert_ptr_nonnull(
	    strstr(err.message, "1_a.sql\" has no .down.sql beside it"));
	migrating_run(AET_OK, 1);
}
END_TEST

START_TEST(a_step_back_that_fails)
{
	migrating_write("1_a.sql", "CREATE TABLE a ();");
	migrating_write("1_a.down.sql", "DROP TABLE a;\n  DROP TABLE b;\n");
	migrating_run(AET_OK, 1);
	take_back(AET_EMIGRATION);
	ck_assert_int_eq(test_report.failure.line, 2);
	ck_assert_ptr_nonnull(strstr(test_report.failure.file, "1_a.down.sql"));
	test_value_is(test_url, "SELECT to_regclass('a') IS NULL", "f");
	test_value_is(test_url, NAMES, "1_a.sql");
	migrating_write("1_a.down.sql", "-- aet: no-transaction\nDROP TABLE a;\n");
	take_back(AET_EINVAL);
	migrating_write("1_a.sql", "CREATE TABLE a (i int);");
	take_back(AET_ECHECKSUM);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("migrate_repeat");
	TCase *tcase = tcase_create("repeat");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_repeatable_file_runs_when_it_changed);
	tcase_add_test(tcase, a_newer_release_has_the_say);
	tcase_add_test(tcase, a_repeatable_file_that_fails);
	tcase_add_test(tcase, up_to_a_number);
	tcase_add_test(tcase, a_baseline_is_recorded);
	tcase_add_test(tcase, a_half_done_file_can_be_corrected);
	tcase_add_test(tcase, a_changed_text_is_accepted);
	tcase_add_test(tcase, one_step_back);
	tcase_add_test(tcase, a_step_back_that_fails);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
