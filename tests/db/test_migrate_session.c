/* SPDX-License-Identifier: MIT */
/* Each file as if it had a session of its own, as psql -f gives it one. */
/* As superuser: migrating is not the game's. */
#include "support/migrating.h"

#include <stdlib.h>
#include <string.h>

#define NO_TRANSACTION "-- aet: no-transaction\n"

START_TEST(settings_end_with_the_file)
{
	migrating_write(
	    "1_a.sql", "CREATE SCHEMA s; SET search_path = s; CREATE TABLE a ();");
	migrating_write("2_b.sql",
	    "CREATE TABLE b ();\n"
	    "SELECT pg_catalog.set_config('search_path', '', false);\n"
	    "CREATE TABLE s.c ();");
	migrating_write("3_d.sql", "CREATE TABLE d ();");
	migrating_run(AET_OK, 3);
	test_value_is(test_url,
	    "SELECT string_agg(schemaname || '.' || tablename, ' ' ORDER BY tablename)"
	    " FROM pg_tables WHERE schemaname IN ('s', 'public')",
	    "s.a public.b s.c public.d");
}
END_TEST

/* ALTER DATABASE and ALTER ROLE speak to sessions that begin later. */
START_TEST(settings_of_the_database_begin_with_the_next_file)
{
	migrating_write("1_a.sql",
	    "CREATE SCHEMA s;\nDO $$ BEGIN\n"
	    "  EXECUTE format('ALTER DATABASE %I SET search_path = s, public',"
	    " current_database());\n"
	    "  EXECUTE format('ALTER DATABASE %I SET \"game.season\" = ''two; = three''',"
	    " current_database());\n"
	    "  EXECUTE format('ALTER DATABASE %I SET session_preload_libraries = "
	    "plpgsql',"
	    " current_database());\n"
	    "END $$;\nCREATE TABLE a ();");
	migrating_write("2_b.sql",
	    "CREATE TABLE b (season text DEFAULT current_setting('game.season'));\n"
	    "INSERT INTO b DEFAULT VALUES;\n"
	    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET search_path',"
	    " current_database()); END $$;\nCREATE TABLE c ();");
	migrating_write("3_d.sql", NO_TRANSACTION "CREATE TABLE d ();");
	migrating_run(AET_OK, 3);
	test_value_is(test_url,
	    "SELECT string_agg(schemaname || '.' || tablename, ' ' ORDER BY tablename)"
	    " FROM pg_tables WHERE schemaname IN ('s', 'public')",
	    "public.a s.b s.c public.d");
	test_value_is(test_url, "SELECT season FROM s.b", "two; = three");
}
END_TEST

/* The journal is the migrator's role's, whatever role a file takes on. */
START_TEST(roles_end_with_the_file)
{
	test_sql(test_url, "CREATE ROLE session_app;"
			   "GRANT ALL ON SCHEMA public TO session_app");
	migrating_write("1_a.sql", "SET ROLE session_app; CREATE TABLE a ();");
	migrating_write("2_b.sql", NO_TRANSACTION
	    "SET SESSION AUTHORIZATION session_app;\n"
	    "CREATE TABLE b (i int);\n"
	    "CREATE INDEX CONCURRENTLY bi ON b (i);\nINSERT INTO b VALUES (1);\n");
	migrating_write("3_c.sql",
	    NO_TRANSACTION "SET ROLE session_app;\nBEGIN;\n"
			   "CREATE TABLE c ();\nCOMMIT;\nVACUUM c;\n");
	migrating_write("4_d.sql", "CREATE TABLE d ();");
	migrating_run(AET_OK, 4);
	test_value_is(test_url,
	    "SELECT string_agg(tablename || ' ' || tableowner, ',' ORDER BY tablename)"
	    " FROM pg_tables WHERE schemaname = 'public'",
	    "a session_app,b session_app,c session_app,d postgres");
	test_sql(test_url, "DROP OWNED BY session_app; DROP ROLE session_app");
}
END_TEST

START_TEST(the_isolation_level_is_the_files)
{
	static const char note[] = "CREATE TABLE level%d AS SELECT "
				   "current_setting('transaction_isolation') AS i;";
	char text[512];
	static const char *const forms[] = {
		"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;",
		"BEGIN;\nSET TRANSACTION ISOLATION LEVEL SERIALIZABLE;",
		"START TRANSACTION ISOLATION LEVEL SERIALIZABLE;",
		NO_TRANSACTION "BEGIN;\nSET TRANSACTION ISOLATION LEVEL SERIALIZABLE;"
	};

	for (int i = 0; i < 4; i++) {
		char name[] = "1_level.sql";

		name[0] = (char)('1' + i);
		snprintf(text, sizeof(text), "%s\n", forms[i]);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), note, i);
		if (i > 0)
			strcat(text, "\nCOMMIT;");
		migrating_write(name, text);
	}
	migrating_run(AET_OK, 4);
	test_value_is(test_url,
	    "SELECT string_agg(i, ',') FROM (TABLE level0 UNION ALL TABLE level1"
	    " UNION ALL TABLE level2 UNION ALL TABLE level3) AS l",
	    "serializable,serializable,serializable,serializable");
}
END_TEST

/* Also where a function has set it, and the file goes on in a new session. */
START_TEST(what_a_half_done_file_has_set_is_set_again)
{
	migrating_write("1_a.sql",
	    NO_TRANSACTION "CREATE SCHEMA s;\n"
			   "SELECT pg_catalog.set_config('search_path', 's', false);\n"
			   "CREATE TABLE a (i int);\nINSERT INTO b VALUES (1);\n");
	migrating_run(AET_EMIGRATION, 0);
	test_sql(test_url, "CREATE TABLE s.b (i int); CREATE TABLE public.b (i int)");
	migrating_run(AET_OK, 1);
	test_value_is(test_url, "SELECT count(*) FROM s.b", "1");
}
END_TEST

START_TEST(strings_with_backslashes)
{
	migrating_write("1_a.sql",
	    "SET standard_conforming_strings = off;\nSET escape_string_warning = off;\n"
	    "CREATE TABLE a (t text);\nINSERT INTO a VALUES ('it\\'s; so');\n");
	migrating_write("2_b.sql", "INSERT INTO a VALUES ('\\');\n");
	migrating_run(AET_OK, 2);
	test_value_is(
	    test_url, "SELECT string_agg(t, '|' ORDER BY t DESC) FROM a", "it's; so|\\");
}
END_TEST

/* The place is in the report's fields, and once in the error's message. */
START_TEST(a_refusal_has_its_place_once)
{
	aet_error err;

	migrating_write("1_a.sql", "CREATE TABLE a ();\n  \\set x 1\n");
	err = migrating_run(AET_EINVAL, 0);
	ck_assert_int_eq(test_report.failure.line, 2);
	ck_assert_int_eq(test_report.failure.column, 3);
	ck_assert_str_eq(test_report.failure.message,
	    "a backslash outside quotes: psql's commands are not SQL, leave them out");
	ck_assert_ptr_nonnull(strstr(err.message, "1_a.sql:2:3: a backslash"));
	migrating_write("1_a.sql", "CREATE TABLE a ();\n-- \xFF\n");
	migrating_run(AET_EINVAL, 0);
}
END_TEST

/* What the server leaves open is what to do next. */
START_TEST(a_failure_has_a_hint)
{
	aet_migrate_options options = migrating_options();

	test_sql(test_url, "CREATE ROLE session_poor; CREATE TABLE mine ()");
	migrating_write("1_a.sql", "SET ROLE session_poor; ALTER TABLE mine ADD i int;");
	migrating_run(AET_EMIGRATION, 0);
	ck_assert_str_eq(test_report.failure.sqlstate, "42501");
	ck_assert_ptr_nonnull(strstr(test_report.failure.hint, "migrate as the owner"));
	test_sql(test_url, "DROP ROLE session_poor");
	migrating_write("1_a.sql", "SELECT pg_sleep(60);");
	options.statement_timeout_ms = 50;
	migrating_run_with(&options, AET_EMIGRATION, 0);
	ck_assert_str_eq(test_report.failure.sqlstate, "57014");
	ck_assert_ptr_nonnull(strstr(test_report.failure.hint, "allow it more time"));
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("migrate_session");
	TCase *tcase = tcase_create("session");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, settings_end_with_the_file);
	tcase_add_test(tcase, settings_of_the_database_begin_with_the_next_file);
	tcase_add_test(tcase, roles_end_with_the_file);
	tcase_add_test(tcase, the_isolation_level_is_the_files);
	tcase_add_test(tcase, what_a_half_done_file_has_set_is_set_again);
	tcase_add_test(tcase, strings_with_backslashes);
	tcase_add_test(tcase, a_refusal_has_its_place_once);
	tcase_add_test(tcase, a_failure_has_a_hint);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
