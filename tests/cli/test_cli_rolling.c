/* SPDX-License-Identifier: MIT */
/* As superuser: migrating is not the game's. */
/* aet-db in a rolling deploy: who lives, what is held, and the ways around. */
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

/* Release 2 drops what release 1 reads; the expansion is applied. */
static void
setup(void)
{
	test_cli_begin(&cli);
	url = test_database_create();
	snprintf(setting, sizeof(setting), "DATABASE_URL=%s", url);
	test_cli_set(&cli, setting);
	test_cli_write(
	    &cli, "migrations/0001_a.sql", "CREATE TABLE a (id int, old int);");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	test_cli_write(&cli, "migrations/0002_drop.sql",
	    "-- aet: phase contract\nALTER TABLE a DROP COLUMN old;");
}

static void
teardown(void)
{
	test_cli_end(&cli);
	free(url);
}

/* A server of a release that knows the first file, which says nothing more. */
static void
live(const char *for_so_long)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO aeturnis.schema_servers (server, source, release, host, pid,"
	    " knows, beat_at, expires_at) VALUES (gen_random_uuid(), 'app', '1.4.1',"
	    " 'alpha', 12, '{1}', now(), now() + interval '%s')",
	    for_so_long);
	test_sql(url, sql);
}

static const char *
member(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

static json_int_t
number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

START_TEST(a_held_migration_is_no_failure)
{
	json_t *document;

	live("1 hour");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	ck_assert_ptr_eq(
	    strstr(cli.out, "held: 0002_drop.sql waits for an older release to leave: "
			    "1.4.1 on alpha (process 12, last heard of "),
	    cli.out);
	CLI(&cli, "migrate", DIR, "--json");
	CLI_EXITS(&cli, 0);
	document = test_cli_document(&cli);
	ck_assert_int_eq(number(document, "held"), 1);
	ck_assert_int_eq(number(document, "remaining"), 1);
	ck_assert_int_eq(number(document, "applied"), 0);
	ck_assert_str_eq(member(document, "held_file"), "0002_drop.sql");
	ck_assert_ptr_nonnull(strstr(member(document, "held_by"), "1.4.1 on alpha"));
	json_decref(document);
}
END_TEST

START_TEST(status_tells_who_lives_and_what_waits)
{
	const json_t *migration;
	const json_t *server;
	json_t *document;

	live("1 hour");
	live("-1 hour"); /* gone without having left */
	CLI(&cli, "status", DIR, "--json");
	CLI_EXITS(&cli, 4);
	document = test_cli_document(&cli);
	ck_assert_str_eq(member(document, "outcome"), "held");
	ck_assert_str_eq(member(document, "status"), "AET_EHELD");
	ck_assert_int_eq(number(document, "held"), 1);
	ck_assert_int_eq(number(document, "pending"), 1);
	migration = json_array_get(json_object_get(document, "migrations"), 1);
	ck_assert_str_eq(member(migration, "name"), "0002_drop.sql");
	ck_assert_str_eq(member(migration, "state"), "held");
	ck_assert(json_is_true(json_object_get(migration, "contract")));
	ck_assert_ptr_nonnull(strstr(member(migration, "held_by"), "1.4.1 on alpha"));
	ck_assert_uint_eq(json_array_size(json_object_get(document, "servers")), 2);
	server = json_array_get(json_object_get(document, "servers"), 0);
	ck_assert_str_eq(member(server, "release"), "1.4.1");
	ck_assert_str_eq(member(server, "host"), "alpha");
	ck_assert_int_eq(number(server, "pid"), 12);
	ck_assert(json_is_true(json_object_get(server, "alive")));
	server = json_array_get(json_object_get(document, "servers"), 1);
	ck_assert(json_is_false(json_object_get(server, "alive")));
	json_decref(document);
	CLI(&cli, "status", DIR);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "held          0002_drop.sql  (1.4.1 on alpha (process 12");
	CLI_SAYS(cli.out, "server        1.4.1 on alpha (process 12, last heard of ");
	CLI_SAYS(cli.err, "next: aet-db migrate --dir migrations, when they have");
}
END_TEST

START_TEST(status_without_anybody)
{
	CLI(&cli, "status", DIR, "--json");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "\"outcome\":\"behind\"");
	CLI_SAYS(cli.out, "\"servers\":[]");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "status", DIR);
	CLI_EXITS(&cli, 0);
}
END_TEST

START_TEST(a_dry_run_says_what_would_be_held)
{
	live("1 hour");
	CLI(&cli, "migrate", DIR, "--dry-run", "--json");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out,
	    "\"would_hold\":[{\"name\":\"0002_drop.sql\",\"held_by\":\"1.4.1 "
	    "on alpha");
	CLI_SAYS_NOT(cli.out, "would_apply");
	CLI(&cli, "migrate", DIR, "--dry-run", "--force-contract", "--json");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "\"would_apply\":[\"0002_drop.sql\"]");
	CLI_SAYS(cli.out, "\"rehearsed\":true");
}
END_TEST

START_TEST(waiting_ends_when_they_are_gone_or_time_is_over)
{
	live("1 hour");
	CLI(&cli, "migrate", DIR, "--wait-older=1s");
	CLI_EXITS(&cli, 6);
	CLI_SAYS(cli.err, "\"0002_drop.sql\" still waits after 1000 ms for an older "
			  "release to leave: 1.4.1 on alpha");
	CLI_SAYS(cli.err, "--force-contract breaks them");
	test_sql(url, "UPDATE aeturnis.schema_servers SET expires_at = clock_timestamp()"
		      " + interval '1 s'");
	CLI(&cli, "migrate", DIR, "--wait-older=30s");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "applied 0002_drop.sql");
}
END_TEST

START_TEST(force_does_not_wait)
{
	live("1 hour");
	CLI(&cli, "migrate", DIR, "--force-contract");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err, "\"0002_drop.sql\" runs by force, though an older release "
			  "lives: 1.4.1 on alpha");
	CLI_SAYS(cli.out, "applied 0002_drop.sql");
}
END_TEST

/* A file that the new release needs must not stand behind. */
START_TEST(what_is_needed_behind_it_is_told)
{
	live("1 hour");
	test_cli_write(&cli, "migrations/0003_b.sql", "CREATE TABLE b ();");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 6);
	CLI_SAYS(cli.err, "\"0003_b.sql\" comes after \"0002_drop.sql\", which waits for "
			  "an older release to leave: 1.4.1 on alpha");
	CLI(&cli, "status", DIR, "--json");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "\"outcome\":\"held\"");
	CLI_SAYS(cli.out, "\"held\":2");
}
END_TEST

START_TEST(check_says_that_it_waits)
{
	live("1 hour");
	CLI(&cli, "check", DIR);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "migration \"0002_drop.sql\" is held\n    next: aet-db migrate "
			  "--dir migrations, when the servers of the older release have "
			  "left\n");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("cli_rolling");
	TCase *tcase = tcase_create("rolling");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_held_migration_is_no_failure);
	tcase_add_test(tcase, status_tells_who_lives_and_what_waits);
	tcase_add_test(tcase, status_without_anybody);
	tcase_add_test(tcase, a_dry_run_says_what_would_be_held);
	tcase_add_test(tcase, waiting_ends_when_they_are_gone_or_time_is_over);
	tcase_add_test(tcase, force_does_not_wait);
	tcase_add_test(tcase, what_is_needed_behind_it_is_told);
	tcase_add_test(tcase, check_says_that_it_waits);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
