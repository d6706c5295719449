/* SPDX-License-Identifier: MIT */
/* As superuser: only a superuser makes event triggers. */
/* A database whose event triggers watch every command, and refuse some. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/cli.h"
#include "support/server.h"

#define DIR "--dir=migrations"

static test_cli cli;
static char *url;
static char setting[512];

/* One of each kind, which write down what they see, and one that refuses tables
 * that are called forbidden. */
static const char triggers[] =
    "CREATE SCHEMA watch;"
    "CREATE TABLE watch.seen (event text, what text);"
    "CREATE FUNCTION watch.starts() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO watch.seen VALUES (tg_event, tg_tag); END $$;"
    "CREATE FUNCTION watch.ends() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO watch.seen SELECT tg_event, command_tag || ' ' || object_identity FROM "
    "pg_event_trigger_ddl_commands(); END $$;"
    "CREATE FUNCTION watch.drops() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO watch.seen SELECT tg_event, object_type || ' ' || object_identity FROM "
    "pg_event_trigger_dropped_objects(); END $$;"
    "CREATE FUNCTION watch.rewrites() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO watch.seen VALUES (tg_event, "
    "pg_event_trigger_table_rewrite_oid()::regclass::text); END $$;"
    "CREATE FUNCTION watch.refuses() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF "
    "EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity LIKE "
    "'%forbidden%') THEN RAISE 'not in this database'; END IF; END $$;"
    "CREATE EVENT TRIGGER a ON ddl_command_start EXECUTE FUNCTION watch.starts();"
    "CREATE EVENT TRIGGER b ON ddl_command_end EXECUTE FUNCTION watch.ends();"
    "CREATE EVENT TRIGGER c ON sql_drop EXECUTE FUNCTION watch.drops();"
    "CREATE EVENT TRIGGER d ON table_rewrite EXECUTE FUNCTION watch.rewrites();"
    "CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'CREATE "
    "INDEX') EXECUTE FUNCTION watch.refuses();";

static void
setup(void)
{
	test_cli_begin(&cli);
	url = test_database_create();
	snprintf(setting, sizeof(setting), "DATABASE_URL=%s", url);
	test_cli_set(&cli, setting);
	test_sql(url, triggers);
}

static void
teardown(void)
{
	test_cli_end(&cli);
	free(url);
}

static void
write_history(void)
{
	test_cli_write(&cli, "migrations/0001_hero.sql",
	    "CREATE TABLE hero (id integer PRIMARY KEY, level integer);\n"
	    "CREATE TEMP TABLE scratch AS SELECT 1 AS i;\n"
	    "INSERT INTO hero SELECT i, i FROM scratch;\n");
	test_cli_write(&cli, "migrations/0002_live.sql",
	    "-- aet: no-transaction\n"
	    "CREATE INDEX CONCURRENTLY hero_level ON hero (level);\n"
	    "SELECT pg_sleep(0.2);\n"
	    "INSERT INTO hero VALUES (2, 2);\n");
	test_cli_write(&cli, "migrations/0003_wide.sql",
	    "ALTER TABLE hero ALTER COLUMN level TYPE bigint;\n"
	    "CREATE TABLE old (i integer);\nDROP TABLE old;\n");
}

static void
history_is_there(void)
{
	test_value_is(url,
	    "SELECT string_agg(id || ' ' || level, ',' ORDER BY id) FROM hero",
	    "1 1,2 2");
	test_value_is(url,
	    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'hero_level'::regclass",
	    "t");
	test_value_is(url,
	    "SELECT count(*) || ' ' || bool_and(finished) FROM "
	    "aeturnis.schema_migrations WHERE source = 'app'",
	    "3 true");
	test_value_is(url,
	    "SELECT string_agg(identity, ',') FROM aeturnis.schema_objects WHERE source "
	    "= "
	    "'app'",
	    "public.hero");
}

/* How often the triggers were told of it. */
static void
is_seen(const char *event, const char *what, const char *times)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM watch.seen WHERE event = '%s' AND what = '%s'", event,
	    what);
	test_value_is(url, sql, times);
}

START_TEST(all_is_seen_once)
{
	write_history();
	CLI(&cli, "migrate");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	history_is_there();
	is_seen("ddl_command_end", "CREATE TABLE public.hero", "1");
	is_seen("ddl_command_end", "CREATE INDEX public.hero_level", "1");
	is_seen("ddl_command_end", "CREATE TABLE public.users", "1");
	is_seen("sql_drop", "table public.old", "1");
	is_seen("table_rewrite", "hero", "1");
	test_sql(url, "TRUNCATE watch.seen");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "status", DIR);
	CLI_EXITS(&cli, 0);
	test_value_is(url, "SELECT count(*) FROM watch.seen", "0");
	CLI(&cli, "check", DIR);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "check");
	CLI_EXITS(&cli, 0);
}
END_TEST

START_TEST(killed_and_finished)
{
	const struct timespec pause = { 0, 20000000 + 40000000 * (long)_i };
	pid_t pid;

	write_history();
	pid = test_cli_start(&cli, (const char *const[]){ "migrate", DIR, NULL });
	nanosleep(&pause, NULL);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	test_cli_wait(&cli, pid);
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	history_is_there();
}
END_TEST

START_TEST(what_is_refused_has_its_place)
{
	write_history();
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	test_cli_write(&cli, "migrations/0004_no.sql",
	    "CREATE TABLE fine ();\nCREATE TABLE forbidden ();\n");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "migrations/0004_no.sql:2:1: not in this database (SQLSTATE "
			  "P0001)");
	test_value_is(url, "SELECT to_regclass('fine') IS NULL", "t");
	CLI(&cli, "status", DIR);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "pending       0004_no.sql");
	/* Statement by statement, what stands before it stays. */
	test_cli_write(&cli, "migrations/0004_no.sql",
	    "-- aet: no-transaction\nCREATE TABLE fine (i integer);\n"
	    "CREATE INDEX CONCURRENTLY forbidden ON fine (i);\n");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "migrations/0004_no.sql:3:1: not in this database");
	CLI(&cli, "status", DIR);
	CLI_SAYS(cli.out, "half-done     0004_no.sql");
	test_sql(url, "DROP EVENT TRIGGER e");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	test_value_is(url,
	    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'forbidden'::regclass",
	    "t");
}
END_TEST

/* On a copy of the database its triggers refuse the same. */
START_TEST(rehearsed_and_judged)
{
	write_history();
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	test_sql(url, "TRUNCATE watch.seen");
	test_cli_write(&cli, "migrations/0004_more.sql",
	    "ALTER TABLE hero ADD COLUMN name text;\nALTER TABLE hero DROP COLUMN "
	    "level;");
	CLI(&cli, "migrate", DIR, "--dry-run");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "rehearsed 0004_more.sql");
	CLI(&cli, "lint", DIR);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "migrations/0004_more.sql:2:1");
	CLI_SAYS(cli.out, "data-loss");
	test_value_is(url, "SELECT count(*) FROM watch.seen", "0");
	test_cli_write(&cli, "migrations/0004_more.sql", "CREATE TABLE forbidden ();");
	CLI(&cli, "migrate", DIR, "--dry-run");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "0004_more.sql:1:1: not in this database");
}
END_TEST

START_TEST(reset_and_rollback)
{
	char *name = test_value(url, "SELECT current_database()");

	test_cli_write(&cli, "migrations/0001_hero.sql", "CREATE TABLE hero ();");
	test_cli_write(&cli, "migrations/0001_hero.down.sql", "DROP TABLE hero;");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "rollback", DIR);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "reset", DIR, "--confirm", name);
	CLI_EXITS(&cli, 0);
	is_seen("sql_drop", "table public.hero", "2");
	test_value_is(url, "SELECT to_regclass('hero')", "hero");
	free(name);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("event_triggers");
	TCase *tcase = tcase_create("event triggers");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_test(tcase, all_is_seen_once);
	tcase_add_loop_test(tcase, killed_and_finished, 0, 6);
	tcase_add_test(tcase, what_is_refused_has_its_place);
	tcase_add_test(tcase, rehearsed_and_judged);
	tcase_add_test(tcase, reset_and_rollback);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
