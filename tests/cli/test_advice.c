/* SPDX-License-Identifier: MIT */
/* As superuser: roles are made that lack a right. */
/* What is said when something is in the way: a next step that leads out. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cli.h"
#include "support/server.h"

#define DIR "--dir=migrations"

static test_cli cli;
static char *url;
static char setting[512];

static void
setup(void)
{
	test_cli_begin(&cli);
	url = test_database_create();
	snprintf(setting, sizeof(setting), "DATABASE_URL=%s", url);
	test_cli_set(&cli, setting);
}

static void
teardown(void)
{
	test_cli_end(&cli);
	free(url);
}

/* ---- somebody else's tables ------------------------------------------------ */

#define WAY_OUT                                                                        \
	"rename what is there (ALTER TABLE ... RENAME TO ...), or give the library a " \
	"database of its own; your own migrations need neither: aet-db migrate --dir " \
	"FOLDER"

START_TEST(a_users_table_of_somebody_elses)
{
	static const char *const commands[] = { "migrate", "check", "status", "doctor" };

	test_sql(url, "CREATE TABLE users (id serial, name text)");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		CLI(&cli, commands[i]);
		CLI_EXITS(&cli, i < 3 ? 4 : 1);
		CLI_SAYS(i % 2 == 0 ? cli.err : cli.out, WAY_OUT);
		CLI_SAYS_NOT(cli.out, "next: aet-db migrate");
	}
	CLI(&cli, "check");
	ck_assert_str_eq(cli.out,
	    "public.users: there already, and not the library's, whose first migration "
	    "makes public.users, public.user_sessions and public.audit_log\n"
	    "    next: " WAY_OUT "\n");
	/* The folder's own are not concerned; and once it is renamed, all is well. */
	test_cli_write(&cli, "migrations/0001_a.sql", "CREATE TABLE a ();");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	test_sql(url, "ALTER TABLE users RENAME TO old_users");
	CLI(&cli, "migrate");
	CLI_EXITS(&cli, 0);
}
END_TEST

START_TEST(tables_of_the_names_that_differ)
{
	test_sql(url, "CREATE TABLE users (id serial); CREATE TABLE user_sessions ();"
		      "CREATE TABLE audit_log ()");
	CLI(&cli, "migrate");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.err, "next:      aet-db check");
	CLI(&cli, "check");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "next: make it what is expected, or rename the table; then: "
			  "aet-db migrate, which takes over what is the same");
}
END_TEST

/* ---- rights ---------------------------------------------------------------- */

/* The same database as a role that may connect. */
static const char *
as_nobody(void)
{
	static char text[512];
	const char *user = strstr(url, "user=");

	test_sql(url, "DO $$ BEGIN CREATE ROLE lowly LOGIN; EXCEPTION WHEN "
		      "duplicate_object THEN NULL; END $$");
	ck_assert_ptr_nonnull(user);
	snprintf(text, sizeof(text), "%.*suser=lowly", (int)(user - url), url);
	return text;
}

START_TEST(a_role_without_rights)
{
	char *name = test_value(url, "SELECT current_database()");

	test_cli_write(&cli, "migrations/0001_a.sql", "CREATE TABLE a ();");
	CLI(&cli, "migrate", DIR, "--url", as_nobody());
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "--journal SCHEMA");
	CLI_SAYS(cli.err, "next:      aet-db roles");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "status", DIR, "--url", as_nobody());
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "next:      aet-db roles");
	test_sql(url, "GRANT USAGE ON SCHEMA aeturnis TO lowly;"
		      "GRANT ALL ON ALL TABLES IN SCHEMA aeturnis TO lowly");
	test_cli_write(&cli, "migrations/0002_b.sql", "ALTER TABLE a ADD i int;");
	CLI(&cli, "migrate", DIR, "--url", as_nobody());
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "with the role that owns what is changed");
	CLI(&cli, "reset", DIR, "--url", as_nobody(), "--confirm", name);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "next:      aet-db reset --url URL, as the role that owns");
	test_value_is(url, "SELECT to_regclass('a')", "a");
	free(name);
}
END_TEST

START_TEST(a_busy_table_of_a_reset)
{
	PGconn *holder = test_connect(url);
	char *name = test_value(url, "SELECT current_database()");

	test_cli_write(&cli, "migrations/0001_a.sql", "CREATE TABLE a ();");
	CLI(&cli, "migrate", DIR);
	PQclear(PQexec(holder, "BEGIN; LOCK TABLE a"));
	CLI(&cli, "reset", DIR, "--lock-timeout=50ms", "--confirm", name);
	CLI_EXITS(&cli, 6);
	CLI_SAYS(cli.err, "aet-db reset --dir migrations --wait=5m --lock-timeout=10s");
	PQfinish(holder);
	free(name);
}
END_TEST

/* ---- what is named and not there ------------------------------------------- */

START_TEST(things_that_are_not_there)
{
	CLI(&cli, "generate");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "next:      mkdir schema, and write schema/tables.sql");
	CLI(&cli, "push", "--schema", "nowhere.sql");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "next:      name a file or folder that is there");
	CLI(&cli, "lint", DIR);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "next:      aet-db new NAME");
	CLI(&cli, "status", "--url", "postgresql://[bad");
	CLI_EXITS(&cli, 2);
	CLI_SAYS(cli.err, "postgresql://user:password@host:5432/database");
	CLI(&cli, "status", "--env-file", "none.env");
	CLI_EXITS(&cli, 2);
	CLI_SAYS(
	    cli.err, "next:      name a file that is there, or leave --env-file out");
}
END_TEST

START_TEST(consent_keeps_the_words)
{
	test_cli_write(&cli, "schema/a.sql", "CREATE TABLE a ();");
	test_cli_write(&cli, "migrations/0001_a.sql", "CREATE TABLE a (i int);");
	CLI(&cli, "generate", "drop i", DIR);
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.err,
	    "next:      aet-db generate 'drop i' --dir migrations --accept-data-loss\n");
}
END_TEST

/* ---- repair ---------------------------------------------------------------- */

START_TEST(repair_takes_a_name_a_number_or_a_path)
{
	static const char *const names[] = { "0001_a.sql", "1", "0001",
		"migrations/0001_a.sql" };

	test_cli_write(&cli, "migrations/0001_a.sql", "CREATE TABLE a ();");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		test_cli_write(&cli, "migrations/0001_a.sql",
		    i % 2 == 0 ? "CREATE TABLE a (); -- x" : "CREATE TABLE a ();");
		CLI(&cli, "status", DIR);
		CLI_EXITS(&cli, 4);
		CLI(&cli, "repair", DIR, names[i]);
		CLI_EXITS(&cli, 0);
		CLI(&cli, "status", DIR);
		CLI_EXITS(&cli, 0);
	}
	test_cli_write(&cli, "elsewhere/0001_a.sql", "CREATE TABLE a ();");
	CLI(&cli, "repair", DIR, "elsewhere/0001_a.sql");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "give the name, number or path of one");
	CLI(&cli, "repair", DIR, "2");
	CLI_EXITS(&cli, 1);
}
END_TEST

START_TEST(a_statement_in_doubt_is_resolved)
{
	json_t *document;
	json_t *one;

	test_cli_write(&cli, "migrations/0001_a.sql",
	    "-- aet: no-transaction\nCREATE TABLE a (i int);\n"
	    "DO $$ BEGIN INSERT INTO a VALUES (1); COMMIT; PERFORM 1 / 0; END $$;");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "aet-db repair 0001_a.sql --again, or --done");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.err, "aet-db repair 0001_a.sql --again, or --done");
	CLI(&cli, "status", DIR);
	CLI_SAYS(cli.out, "half-done     0001_a.sql");
	CLI_SAYS(cli.out, "(statement 2 in doubt)");
	CLI(&cli, "status", DIR, "--json");
	document = test_cli_document(&cli);
	one = json_array_get(json_object_get(document, "migrations"), 0);
	ck_assert_int_eq(
	    json_integer_value(json_object_get(one, "statement_in_doubt")), 2);
	json_decref(document);
	CLI(&cli, "repair", DIR, "1", "--done", "--again");
	CLI_EXITS(&cli, 2);
	CLI(&cli, "repair", DIR, "1", "--done");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "goes on behind the statement");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	test_value_is(url, "SELECT count(*) FROM a", "1");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("advice");
	TCase *tcase = tcase_create("advice");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_test(tcase, a_users_table_of_somebody_elses);
	tcase_add_test(tcase, tables_of_the_names_that_differ);
	tcase_add_test(tcase, a_role_without_rights);
	tcase_add_test(tcase, a_busy_table_of_a_reset);
	tcase_add_test(tcase, things_that_are_not_there);
	tcase_add_test(tcase, consent_keeps_the_words);
	tcase_add_test(tcase, repair_takes_a_name_a_number_or_a_path);
	tcase_add_test(tcase, a_statement_in_doubt_is_resolved);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
