/* SPDX-License-Identifier: MIT */
/* The commands that work on a database, on one of the test's own. */
/* As superuser: the commands are those of who keeps a database, not of a game. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/deadline.h"
#include "support/cli.h"
#include "support/process.h"
#include "support/server.h"

#define ADMIN_PASSWORD "correct horse battery staple"
#define TEST_PASSWORD "tr0ub4dor and three"

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

static void
migrate(void)
{
	CLI(&cli, "migrate");
	CLI_EXITS(&cli, 0);
}

START_TEST(a_database_that_is_not_there)
{
	const char *parameters = strchr(url, '?');
	char absent[512];

	snprintf(absent, sizeof(absent), "postgresql:///not%%20there%s", parameters);
	CLI(&cli, "migrate", "--url", absent);
	CLI_EXITS(&cli, 3);
	CLI_SAYS(cli.err, "SQLSTATE 3D000");
	CLI_SAYS(cli.err, "next:      createdb -h /");
	CLI_SAYS(cli.err, "'not there'\n");
}
END_TEST

START_TEST(a_role_that_is_refused)
{
	const char *parameters = strchr(url, '?');
	char other[512];

	snprintf(other, sizeof(other), "postgresql:///x%.*s&user=nobody_of_that_name",
	    (int)(strstr(parameters, "&user=") - parameters), parameters);
	CLI(&cli, "status", "--url", other);
	CLI_EXITS(&cli, 3);
	CLI_SAYS(cli.err, "SQLSTATE 28000");
	CLI_SAYS(cli.err, "refuses this role");
}
END_TEST

START_TEST(status_before_and_after)
{
	json_t *document;

	CLI(&cli, "status");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "pending       0001_");
	CLI_SAYS(cli.err, "next: aet-db migrate");
	migrate();
	CLI_SAYS(cli.out, "applied 0001_");
	CLI(&cli, "status", "--json");
	CLI_EXITS(&cli, 0);
	document = test_cli_document(&cli);
	ck_assert_int_eq(json_integer_value(json_object_get(document, "pending")), 0);
	ck_assert_str_eq(
	    json_string_value(json_object_get(
		json_array_get(json_object_get(document, "migrations"), 0), "state")),
	    "applied");
	json_decref(document);
	test_value_is(url, "SELECT count(*) FROM users", "0");
}
END_TEST

START_TEST(migrating_twice_is_up_to_date)
{
	json_t *document;

	CLI(&cli, "migrate", "--json");
	CLI_EXITS(&cli, 0);
	document = test_cli_document(&cli);
	ck_assert_int_gt(json_integer_value(json_object_get(document, "applied")), 0);
	ck_assert_str_eq(
	    json_string_value(json_object_get(
		json_array_get(json_object_get(document, "migrations"), 0), "outcome")),
	    "applied");
	json_decref(document);
	migrate();
	CLI_SAYS(cli.out, "up to date: ");
}
END_TEST

START_TEST(a_dry_run_changes_nothing)
{
	CLI(&cli, "migrate", "--dry-run");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "would apply 0001_");
	test_value_is(url, "SELECT to_regclass('public.users') IS NULL", "t");
}
END_TEST

START_TEST(a_failure_has_its_place)
{
	json_t *document, *error;

	test_cli_write(&cli, "migrations/0001_good.sql", "CREATE TABLE good (id int);\n");
	test_cli_write(&cli, "migrations/0002_bad.sql",
	    "CREATE TABLE bad (id int);\n\nINSERT INTO absent VALUES (1);\n");
	CLI(&cli, "migrate", "--dir=migrations");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.out, "applied 0001_good.sql");
	CLI_SAYS(cli.err, "0002_bad.sql:3:13: relation \"absent\" does not exist "
			  "(SQLSTATE 42P01)");
	CLI_SAYS(cli.err, "next:      correct the file, then: aet-db migrate");
	test_value_is(url, "SELECT to_regclass('public.bad') IS NULL", "t");
	CLI(&cli, "migrate", "--dir=migrations", "--json");
	CLI_EXITS(&cli, 1);
	document = test_cli_document(&cli);
	error = json_object_get(document, "error");
	ck_assert_str_eq(
	    json_string_value(json_object_get(error, "status")), "AET_EMIGRATION");
	ck_assert_str_eq(json_string_value(json_object_get(error, "sqlstate")), "42P01");
	ck_assert_int_eq(json_integer_value(json_object_get(error, "line")), 3);
	ck_assert_int_eq(json_integer_value(json_object_get(error, "column")), 13);
	json_decref(document);
}
END_TEST

START_TEST(an_edited_file_is_drift)
{
	test_cli_write(&cli, "migrations/0001_t.sql", "CREATE TABLE t (id int);\n");
	CLI(&cli, "migrate", "--dir=migrations");
	CLI_EXITS(&cli, 0);
	test_cli_write(&cli, "migrations/0001_t.sql", "CREATE TABLE t (id bigint);\n");
	CLI(&cli, "migrate", "--dir=migrations");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.err, "hint:      an applied migration is never edited");
	CLI(&cli, "status", "--dir=migrations");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "changed       0001_t.sql");
}
END_TEST

START_TEST(out_of_order_wants_its_flag)
{
	test_cli_write(&cli, "migrations/0002_b.sql", "CREATE TABLE b (id int);\n");
	CLI(&cli, "migrate", "--dir=migrations");
	CLI_EXITS(&cli, 0);
	test_cli_write(&cli, "migrations/0001_a.sql", "CREATE TABLE a (id int);\n");
	CLI(&cli, "migrate", "--dir=migrations");
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.err, "--out-of-order");
	CLI(&cli, "migrate", "--dir=migrations", "--out-of-order");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "applied 0001_a.sql");
}
END_TEST

START_TEST(a_newer_database_wants_its_flag)
{
	char gone[512];

	test_cli_write(&cli, "migrations/0001_a.sql", "CREATE TABLE a (id int);\n");
	test_cli_write(&cli, "migrations/0002_b.sql", "CREATE TABLE b (id int);\n");
	CLI(&cli, "migrate", "--dir=migrations");
	CLI_EXITS(&cli, 0);
	snprintf(gone, sizeof(gone), "%s/migrations/0002_b.sql", cli.directory);
	ck_assert_int_eq(unlink(gone), 0);
	CLI(&cli, "migrate", "--dir=migrations");
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.err, "--accept-unknown");
	CLI(&cli, "migrate", "--dir=migrations", "--accept-unknown");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "status", "--dir=migrations");
	CLI_EXITS(&cli, 4);
	CLI(&cli, "status", "--dir=migrations", "--accept-unknown");
	CLI_EXITS(&cli, 0);
}
END_TEST

START_TEST(a_busy_table_is_a_lock_timeout)
{
	PGconn *holder = test_connect(url);

	test_sql(url, "CREATE TABLE busy (id int)");
	PQclear(PQexec(holder, "BEGIN; LOCK TABLE busy"));
	test_cli_write(
	    &cli, "migrations/0001_busy.sql", "ALTER TABLE busy ADD COLUMN x int;\n");
	CLI(&cli, "migrate", "--dir=migrations", "--lock-timeout=10ms");
	CLI_EXITS(&cli, 6);
	CLI_SAYS(cli.err, "next:      try again when");
	PQfinish(holder);
}
END_TEST

START_TEST(a_role_that_may_not_connect_is_told_so)
{
	char *strangers = NULL;

	test_sql(url,
	    "CREATE ROLE stranger LOGIN; DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON"
	    " DATABASE %I FROM PUBLIC', current_database()); END $$");
	ck_assert_int_gt(asprintf(&strangers, "%s&user=stranger", url), 0);
	CLI(&cli, "status", "--url", strangers);
	CLI_EXITS(&cli, 3);
	CLI_SAYS(cli.err, "(SQLSTATE 42501)");
	CLI_SAYS(cli.err, "lacks CONNECT on the database");
	test_sql(url, "DROP ROLE stranger");
	free(strangers);
}
END_TEST

static const int ending_signals[] = { SIGINT, SIGTERM, SIGHUP };

START_TEST(interrupted_is_rolled_back)
{
	int signal = ending_signals[_i];
	static const char *const args[] = { "migrate", "--dir=migrations", "--json",
		NULL };
	aet__deadline deadline = aet__deadline_in(20000);
	json_t *document;
	pid_t pid;

	test_cli_write(&cli, "migrations/0001_slow.sql",
	    "CREATE TABLE slow (id int);\nSELECT pg_sleep(600);\n");
	pid = test_cli_start(&cli, args);
	for (;;) {
		char *sleeping =
		    test_value(url, "SELECT count(*) FROM pg_stat_activity WHERE "
				    "wait_event = 'PgSleep' AND datname = "
				    "current_database()");
		bool there = strcmp(sleeping, "1") == 0;

		free(sleeping);
		if (there)
			break;
		ck_assert(!aet__deadline_passed(deadline));
		aet__sleep_ms(20, deadline);
	}
	ck_assert_int_eq(kill(pid, signal), 0);
	test_cli_wait(&cli, pid);
	CLI_EXITS(&cli, 128 + signal);
	CLI_SAYS(cli.err, "aet-db: interrupted: what was not committed is rolled back");
	document = test_cli_document(&cli);
	json_decref(document);
	test_value_is(url, "SELECT to_regclass('public.slow') IS NULL", "t");
}
END_TEST

START_TEST(seeding_twice_is_harmless)
{
	test_cli_set(&cli, "AETURNIS_SEED_ADMIN_PASSWORD=" ADMIN_PASSWORD);
	test_cli_set(&cli, "AETURNIS_SEED_TEST_PASSWORD=" TEST_PASSWORD);
	migrate();
	CLI(&cli, "seed", "--verbose");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(
	    cli.out, "created admin@aeturnis.com\ncreated test@example.com\n");
	CLI_SAYS_NOT(cli.err, ADMIN_PASSWORD);
	CLI_SAYS_NOT(cli.err, TEST_PASSWORD);
	CLI_SAYS_NOT(cli.err, "argon2id");
	CLI(&cli, "seed");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(
	    cli.out, "kept    admin@aeturnis.com\nkept    test@example.com\n");
	test_value_is(url, "SELECT count(*) FROM users", "2");
	test_value_is(url, "SELECT count(*) FROM audit_log", "2");
}
END_TEST

START_TEST(generated_passwords_are_shown_once)
{
	json_t *document, *user;

	migrate();
	CLI(&cli, "seed", "--json");
	CLI_EXITS(&cli, 0);
	document = test_cli_document(&cli);
	user = json_array_get(json_object_get(document, "users"), 0);
	ck_assert(json_is_true(json_object_get(user, "created")));
	ck_assert_uint_ge(json_string_length(json_object_get(user, "password")), 12);
	CLI_SAYS_NOT(cli.err, json_string_value(json_object_get(user, "password")));
	json_decref(document);
	CLI(&cli, "seed", "--json");
	CLI_SAYS(cli.out, "\"password\":null");
}
END_TEST

START_TEST(seeding_wants_tables)
{
	CLI(&cli, "seed");
	CLI_EXITS(&cli, 4);
	ck_assert_str_eq(cli.out, "");
	CLI_SAYS(cli.err, "next:      aet-db migrate");
}
END_TEST

START_TEST(demonstration_passwords_are_not_for_production)
{
	migrate();
	test_cli_set(&cli, "AETURNIS_ENV=Production");
	CLI(&cli, "seed", "--demo-passwords");
	CLI_EXITS(&cli, 5);
	ck_assert_str_eq(cli.out, "");
	test_value_is(url, "SELECT count(*) FROM users", "0");
}
END_TEST

START_TEST(reset_wants_the_name)
{
	char *name = test_value(url, "SELECT current_database()");
	char consent[128];

	migrate();
	test_sql(url, "CREATE TABLE mine (id int); INSERT INTO audit_log (event_type) "
		      "VALUES ('user.login')");
	cli.input = name;
	CLI(&cli, "reset", "--yes");
	CLI_EXITS(&cli, 5);
	snprintf(consent, sizeof(consent), "--confirm=%s", name);
	CLI_SAYS(cli.err, consent);
	CLI(&cli, "reset", "--confirm=other");
	CLI_EXITS(&cli, 5);
	test_value_is(url, "SELECT count(*) FROM audit_log", "1");
	CLI(&cli, "reset", consent);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "dropped ");
	CLI_SAYS(cli.out, "created admin@aeturnis.com");
	test_value_is(url, "SELECT count(*) FROM audit_log", "2");
	test_value_is(url, "SELECT count(*) FROM mine", "0");
	free(name);
}
END_TEST

START_TEST(reset_is_not_for_production)
{
	char *name = test_value(url, "SELECT current_database()");
	char consent[128];

	migrate();
	test_cli_set(&cli, "AETURNIS_ENV=production");
	snprintf(consent, sizeof(consent), "--confirm=%s", name);
	CLI(&cli, "reset", consent, "--allow-remote", "--yes");
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.err, "always refused");
	free(name);
}
END_TEST

START_TEST(check_finds_drift)
{
	migrate();
	CLI(&cli, "check");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "no difference\n");
	test_sql(url, "ALTER TABLE users DROP COLUMN last_login; "
		      "DROP INDEX idx_audit_actor; CREATE TABLE mine (id int)");
	CLI(&cli, "check");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "last_login");
	CLI_SAYS(cli.out, "idx_audit_actor");
	CLI_SAYS(cli.out, "note: ");
	CLI(&cli, "check", "--json");
	CLI_EXITS(&cli, 4);
	json_decref(test_cli_document(&cli));
}
END_TEST

START_TEST(check_takes_other_names_and_comments_as_notes)
{
	migrate();
	test_sql(url,
	    "ALTER TABLE users RENAME CONSTRAINT users_email_unique TO users_email_key;"
	    "ALTER INDEX idx_users_status RENAME TO users_status_idx;"
	    "ALTER TABLE users ALTER created_at TYPE timestamptz(6);"
	    "COMMENT ON TABLE users IS 'who plays'");
	CLI(&cli, "check");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "note: constraint \"users_email_key\" of table "
			  "\"public.users\" is named so here; the migrations call it "
			  "\"users_email_unique\"\n");
	CLI_SAYS(cli.out, "note: index \"users_status_idx\" of table \"public.users\" ");
	CLI_SAYS(cli.out, "note: column \"created_at\" of table \"public.users\" is "
			  "timestamp(6) with time zone here; ");
	CLI_SAYS(cli.out, "note: table public.users has a comment, expected none\n");
	CLI_SAYS(cli.out, "no difference\n");
}
END_TEST

START_TEST(check_counts_differences)
{
	migrate();
	test_sql(url, "ALTER TABLE audit_log SET UNLOGGED");
	CLI(&cli, "check");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "table \"public.audit_log\" is unlogged");
	CLI_SAYS(cli.err, "1 difference\n");
	test_sql(url, "ALTER TABLE users ENABLE ROW LEVEL SECURITY");
	CLI(&cli, "check");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "table \"public.users\" has row-level security");
	CLI_SAYS(cli.err, "2 differences\n");
}
END_TEST

START_TEST(doctor_is_content)
{
	json_t *document;

	CLI(&cli, "doctor");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "warn  journal");
	migrate();
	CLI(&cli, "doctor", "--json");
	CLI_EXITS(&cli, 0);
	document = test_cli_document(&cli);
	ck_assert_int_eq(json_integer_value(json_object_get(document, "failed")), 0);
	json_decref(document);
}
END_TEST

START_TEST(dev_ends_as_its_program_does)
{
	CLI(&cli, "dev", "--", "sh", "-c", "echo $DATABASE_URL; exit 7");
	CLI_EXITS(&cli, 7);
	CLI_SAYS(cli.out, "postgresql://");
	CLI(&cli, "dev", "--quiet", "--", "sh", "-c", "kill -KILL $$");
	CLI_EXITS(&cli, 137);
	ck_assert_str_eq(cli.err, "");
	CLI(&cli, "dev", "--", "no-program-of-that-name");
	CLI_EXITS(&cli, 127);
	CLI_SAYS(cli.err, "cannot run \"no-program-of-that-name\"");
}
END_TEST

START_TEST(dev_hands_signals_on)
{
	static const char *const args[] = { "dev", "--", "sh", "-c",
		"trap 'echo told; exit 3' TERM; echo > ready; while :; do sleep 0.05; "
		"done",
		NULL };
	aet__deadline deadline = aet__deadline_in(20000);
	char ready[512];
	pid_t pid = test_cli_start(&cli, args);

	snprintf(ready, sizeof(ready), "%s/ready", cli.directory);
	while (access(ready, F_OK) != 0) {
		ck_assert(!aet__deadline_passed(deadline));
		aet__sleep_ms(20, deadline);
	}
	ck_assert_int_eq(kill(pid, SIGTERM), 0);
	test_cli_wait(&cli, pid);
	CLI_EXITS(&cli, 3);
	ck_assert_str_eq(cli.out, "told\n");
}
END_TEST

/* SIGKILL leaves nobody time to clean up. */
START_TEST(devs_program_ends_with_it)
{
	static const char *const args[] = { "dev", "--", "sh", "-c",
		"echo $$ > pid.new; mv pid.new pid; exec sleep 600", NULL };
	aet__deadline deadline = aet__deadline_in(20000);
	char path[512];
	pid_t pid = test_cli_start(&cli, args);
	int program = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/pid", cli.directory);
	while ((file = fopen(path, "r")) == NULL) {
		ck_assert(!aet__deadline_passed(deadline));
		aet__sleep_ms(20, deadline);
	}
	ck_assert_int_eq(fscanf(file, "%d", &program), 1);
	fclose(file);
	ck_assert_int_eq(kill(program, 0), 0);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	test_cli_wait(&cli, pid);
	CLI_EXITS(&cli, 128 + SIGKILL);
	test_wait_ended(program);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("cli_database");
	TCase *tcase = tcase_create("cli_database");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_role_that_may_not_connect_is_told_so);
	tcase_add_test(tcase, a_database_that_is_not_there);
	tcase_add_test(tcase, a_role_that_is_refused);
	tcase_add_test(tcase, status_before_and_after);
	tcase_add_test(tcase, migrating_twice_is_up_to_date);
	tcase_add_test(tcase, a_dry_run_changes_nothing);
	tcase_add_test(tcase, a_failure_has_its_place);
	tcase_add_test(tcase, an_edited_file_is_drift);
	tcase_add_test(tcase, out_of_order_wants_its_flag);
	tcase_add_test(tcase, a_newer_database_wants_its_flag);
	tcase_add_test(tcase, a_busy_table_is_a_lock_timeout);
	tcase_add_loop_test(tcase, interrupted_is_rolled_back, 0, 3);
	tcase_add_test(tcase, seeding_twice_is_harmless);
	tcase_add_test(tcase, generated_passwords_are_shown_once);
	tcase_add_test(tcase, seeding_wants_tables);
	tcase_add_test(tcase, demonstration_passwords_are_not_for_production);
	tcase_add_test(tcase, reset_wants_the_name);
	tcase_add_test(tcase, reset_is_not_for_production);
	tcase_add_test(tcase, check_finds_drift);
	tcase_add_test(tcase, check_takes_other_names_and_comments_as_notes);
	tcase_add_test(tcase, check_counts_differences);
	tcase_add_test(tcase, doctor_is_content);
	tcase_add_test(tcase, dev_ends_as_its_program_does);
	tcase_add_test(tcase, dev_hands_signals_on);
	tcase_add_test(tcase, devs_program_ends_with_it);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
