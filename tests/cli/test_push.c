/* SPDX-License-Identifier: MIT */
/* aet-db push: what it shows, what it wants consent to, and what rows come to. */
/* As superuser: push changes schemas. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cli.h"
#include "support/server.h"

static test_cli cli;
static char *url;
static char shadow[512];

static void
setup(void)
{
	char *scratch = test_database_create();

	test_cli_begin(&cli);
	url = test_database_create();
	snprintf(shadow, sizeof(shadow), "--shadow=%s", scratch);
	free(scratch);
}

static void
teardown(void)
{
	test_cli_end(&cli);
	free(url);
}

static void
schema(const char *sql)
{
	test_cli_write(&cli, "schema/game.sql", sql);
}

#define PUSH(...) CLI(&cli, "push", "--url", url, shadow, __VA_ARGS__)

START_TEST(it_wants_consent)
{
	schema("CREATE TABLE hero (id integer);");
	PUSH("--no-color");
	CLI_EXITS(&cli, 5);
	ck_assert_str_eq(cli.out, "CREATE TABLE public.hero (\n\tid integer\n);\n");
	CLI_SAYS(cli.err, "--yes");
	test_value_is(url, "SELECT to_regclass('hero') IS NULL", "t");
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err, "aet-db generate");
	CLI_SAYS(cli.err, "aet-db baseline");
	test_value_is(url, "SELECT to_regclass('hero')", "hero");
	test_value_is(
	    url, "SELECT count(*) FROM pg_namespace WHERE nspname = 'aeturnis'", "0");
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "");
	CLI_SAYS(cli.err, "no difference");
}
END_TEST

START_TEST(what_was_pushed_becomes_a_migration)
{
	schema("CREATE TABLE hero (id integer PRIMARY KEY);");
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "generate", shadow);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "baseline", "1", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "check", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 0);
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "");
	schema("CREATE TABLE hero (id integer PRIMARY KEY, name text);");
	PUSH("--dry-run");
	CLI_SAYS(cli.err, "this database has a journal");
}
END_TEST

/* The same with migrations before it, by the commands that push prints: the
 * migration is applied elsewhere, and the journal here goes on behind it. */
START_TEST(what_was_pushed_follows_migrations)
{
	char *other = test_database_create();

	schema("CREATE TABLE hero (id integer PRIMARY KEY, age integer);");
	CLI(&cli, "generate", "first", shadow);
	CLI(&cli, "migrate", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 0);
	test_sql(url, "INSERT INTO hero VALUES (1, 7)");
	schema("CREATE TABLE hero (id integer PRIMARY KEY, age integer CHECK (age > 0),"
	       " name text);");
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err, "\n  next: aet-db generate\n"
			  "        aet-db baseline VERSION --dir migrations --url URL\n");
	CLI(&cli, "generate");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "migrations/0002_change_hero.sql\n"
				  "migrations/0003_change_hero_live.sql\n");
	CLI(&cli, "baseline", "3", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "done: 2 recorded, none run\n");
	CLI(&cli, "status", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "check", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "migrate", "--dir", "migrations", "--url", other);
	CLI_EXITS(&cli, 0);
	schema("CREATE TABLE hero (id integer PRIMARY KEY, age integer CHECK (age > 0),"
	       " name text, clan text);");
	CLI(&cli, "generate", "clan", shadow);
	CLI(&cli, "migrate", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 0);
	test_value_is(url, "SELECT age FROM hero WHERE clan IS NULL", "7");
	free(other);
}
END_TEST

START_TEST(a_baseline_behind_others_is_proven)
{
	schema("CREATE TABLE hero (id integer);");
	CLI(&cli, "generate", "first", shadow);
	CLI(&cli, "migrate", "--dir", "migrations", "--url", url);
	schema("CREATE TABLE hero (id integer, name text);");
	CLI(&cli, "generate", "second", shadow);
	CLI(&cli, "baseline", "2", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 4);
	ck_assert_str_eq(cli.out, "column public.hero.name is missing\n");
	CLI_SAYS(cli.err, "the files up to number 2 do not make what is there: nothing "
			  "is recorded");
	test_value_is(url, "SELECT count(*) FROM aeturnis.schema_migrations", "1");
	CLI(&cli, "baseline", "1", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "the journal has every file up to number 1 already");
	test_cli_write(
	    &cli, "migrations/0001_first.sql", "CREATE TABLE hero (id integer );");
	test_sql(url, "ALTER TABLE hero ADD name text");
	CLI(&cli, "baseline", "2", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "a baseline goes on from what was applied as it stands");
	test_value_is(url, "SELECT count(*) FROM aeturnis.schema_migrations", "1");
}
END_TEST

START_TEST(a_terminal_is_asked)
{
	schema("CREATE TABLE hero (id integer);");
	cli.typed = "\n";
	PUSH("--no-color");
	CLI_EXITS(&cli, 5);
	test_value_is(url, "SELECT to_regclass('hero') IS NULL", "t");
	cli.typed = "y\n";
	PUSH("--no-color");
	CLI_EXITS(&cli, 0);
	test_value_is(url, "SELECT to_regclass('hero')", "hero");
}
END_TEST

START_TEST(yes_never_loses_data)
{
	test_sql(url, "CREATE TABLE hero (id integer, age integer); CREATE TABLE old ();"
		      "CREATE TABLE empty (); INSERT INTO old DEFAULT VALUES;"
		      "INSERT INTO hero VALUES (1, 5), (2, NULL), (3, 7);");
	schema("CREATE TABLE hero (id integer);");
	PUSH("--yes");
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.err, "lost: 1 row of public.old\n");
	CLI_SAYS(cli.err, "lost: 0 rows of public.empty\n");
	CLI_SAYS(cli.err, "lost: 2 values of public.hero.age\n");
	CLI_SAYS(cli.err, "wants the consent of --accept-data-loss");
	test_value_is(url, "SELECT sum(age) FROM hero", "12");
	test_value_is(url, "SELECT count(*) FROM old", "1");
	test_value_is(url, "SELECT to_regclass('empty')", "empty");
	PUSH("--accept-data-loss");
	CLI_EXITS(&cli, 0);
	test_value_is(
	    url, "SELECT string_agg(id::text, ',' ORDER BY id) FROM hero", "1,2,3");
	test_value_is(url, "SELECT to_regclass('old') IS NULL", "t");
}
END_TEST

/* Whether somebody waits for a lock on the table, within ten seconds. */
static void
wait_for_waiter(const char *table)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "DO $$ BEGIN FOR i IN 1..1000 LOOP IF EXISTS (SELECT FROM pg_locks WHERE"
	    " NOT granted AND relation = '%s'::regclass) THEN RETURN; END IF;"
	    " PERFORM pg_sleep(0.01); END LOOP; RAISE 'nobody waits'; END $$",
	    table);
	test_sql(url, sql);
}

/* What came between the showing and the dropping was never consented to. */
START_TEST(rows_that_come_meanwhile_stop_it)
{
	PGconn *busy;
	pid_t pid;

	test_sql(url, "CREATE TABLE old (id integer); INSERT INTO old VALUES (1);");
	schema("");
	busy = test_connect(url);
	PQclear(PQexec(busy, "BEGIN; INSERT INTO old VALUES (2)"));
	pid =
	    test_cli_start(&cli, (const char *const[]){ "push", "--url", url, shadow,
				     "--accept-data-loss", "--lock-timeout=60s", NULL });
	wait_for_waiter("old");
	PQclear(PQexec(busy, "COMMIT"));
	test_cli_wait(&cli, pid);
	PQfinish(busy);
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.err, "lost: 1 row of public.old\n");
	CLI_SAYS(
	    cli.err, "public.old has got more rows meanwhile: 2 would be lost, not 1");
	test_value_is(url, "SELECT count(*) FROM old", "2");
}
END_TEST

START_TEST(what_is_empty_is_no_loss)
{
	test_sql(url, "CREATE TABLE empty (id integer);");
	schema("CREATE TABLE hero ();");
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
	test_value_is(url, "SELECT to_regclass('empty') IS NULL", "t");
}
END_TEST

START_TEST(a_terminal_alone_loses_nothing)
{
	test_sql(url, "CREATE TABLE old (id integer); INSERT INTO old VALUES (1);");
	schema("");
	cli.typed = "y\n";
	PUSH("--no-color");
	CLI_EXITS(&cli, 5);
	test_value_is(url, "SELECT count(*) FROM old", "1");
}
END_TEST

START_TEST(what_fails_leaves_all_as_it_was)
{
	test_sql(url, "CREATE TABLE hero (id integer); INSERT INTO hero VALUES (1);");
	schema(
	    "CREATE TABLE aaa (); CREATE TABLE hero (id integer, name text NOT NULL);");
	PUSH("--yes");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "hazard existing-rows: column public.hero.name is NOT NULL");
	CLI_SAYS(cli.err, "23502");
	CLI_SAYS(cli.err, "rolled back");
	test_value_is(url, "SELECT count(*) FROM hero", "1");
	test_value_is(url, "SELECT to_regclass('aaa') IS NULL", "t");
}
END_TEST

START_TEST(a_busy_table_is_not_waited_for)
{
	PGconn *busy;

	test_sql(url, "CREATE TABLE hero (id integer);");
	schema("CREATE TABLE hero (id integer, name text);");
	busy = test_connect(url);
	PQclear(PQexec(busy, "BEGIN; LOCK TABLE hero IN ROW EXCLUSIVE MODE"));
	PUSH("--yes", "--lock-timeout=200ms");
	CLI_EXITS(&cli, 6);
	PQfinish(busy);
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
}
END_TEST

/* The migrator's lock: "aeturnis" in ASCII. */
#define LOCK "pg_advisory_lock(7018143642106620275)"

/* Until push asks for that lock, within ten seconds. */
static void
wait_for_push(void)
{
	test_sql(url,
	    "DO $$ BEGIN FOR i IN 1..1000 LOOP PERFORM pg_stat_clear_snapshot();"
	    " IF EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
	    " AND application_name = 'aet-db' AND query LIKE '%advisory%') THEN RETURN;"
	    " END IF; PERFORM pg_sleep(0.01); END LOOP; RAISE 'nobody asks'; END $$");
}

START_TEST(one_pushes_at_a_time)
{
	PGconn *busy;

	schema("CREATE TABLE hero (id integer);");
	busy = test_connect(url);
	PQclear(PQexec(busy, "SELECT " LOCK));
	PUSH("--yes", "--lock-timeout=200ms");
	CLI_EXITS(&cli, 6);
	CLI_SAYS(cli.err, "nothing was changed");
	test_value_is(url, "SELECT to_regclass('hero') IS NULL", "t");
	PQfinish(busy);
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
}
END_TEST

static const char *const meanwhile[][2] = {
	{ "ALTER TABLE hero ADD COLUMN other text",
	    "column public.hero.other was changed meanwhile" },
	{ "CREATE TABLE clan ()", "table public.clan was changed meanwhile" },
	{ "DROP TABLE hero", "table public.hero was changed meanwhile" },
	{ "CREATE TABLE hero_2 (); DROP TABLE hero_2; ANALYZE", NULL },
};

/* Of what another changes while the plan is looked at, nothing is undone. */
START_TEST(what_changes_meanwhile_stops_it)
{
	const char *const forms[] = { NULL, "--live" };
	PGconn *busy;
	pid_t pid;

	test_sql(url, "CREATE TABLE hero (id integer);");
	schema("CREATE TABLE hero (id integer); CREATE INDEX i ON hero (id);");
	busy = test_connect(url);
	PQclear(PQexec(busy, "SELECT " LOCK));
	pid = test_cli_start(
	    &cli, (const char *const[]){ "push", "--url", url, shadow, "--yes",
		      "--lock-timeout=60s", forms[_i % 2], NULL });
	wait_for_push();
	test_sql(url, meanwhile[_i / 2][0]);
	PQfinish(busy);
	test_cli_wait(&cli, pid);
	if (meanwhile[_i / 2][1] == NULL) {
		CLI_EXITS(&cli, 0);
		test_value_is(url, "SELECT to_regclass('i')", "i");
		return;
	}
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.err, meanwhile[_i / 2][1]);
	CLI_SAYS(cli.err, "next:      aet-db push\n");
	test_value_is(url, "SELECT to_regclass('i') IS NULL", "t");
}
END_TEST

START_TEST(an_interrupt_leaves_all_as_it_was)
{
	PGconn *busy;
	pid_t pid;

	test_sql(url, "CREATE TABLE hero (id integer);");
	schema("CREATE TABLE aaa (); CREATE TABLE hero (id integer, name text);");
	busy = test_connect(url);
	PQclear(PQexec(busy, "BEGIN; LOCK TABLE hero IN ROW EXCLUSIVE MODE"));
	pid = test_cli_start(&cli, (const char *const[]){ "push", "--url", url, shadow,
				       "--yes", "--lock-timeout=60s", NULL });
	wait_for_waiter("hero");
	ck_assert_int_eq(kill(pid, SIGINT), 0);
	test_cli_wait(&cli, pid);
	CLI_EXITS(&cli, 130);
	CLI_SAYS(cli.err, "interrupted: the transaction under way is rolled back");
	PQfinish(busy);
	test_value_is(url, "SELECT to_regclass('aaa') IS NULL", "t");
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
	test_value_is(url, "SELECT to_regclass('aaa')", "aaa");
}
END_TEST

/* In the middle of its last statement, the server goes. */
START_TEST(a_server_that_goes_is_a_failure)
{
	PGconn *busy;
	pid_t pid;

	schema("CREATE TABLE hero (id integer);");
	CLI(&cli, "push", "--yes", "--url", "postgresql://127.0.0.1:1/none");
	CLI_EXITS(&cli, 3);
	test_sql(url, "CREATE TABLE hero (id integer);");
	schema("CREATE TABLE hero (id integer, name text);");
	busy = test_connect(url);
	PQclear(PQexec(busy, "BEGIN; LOCK TABLE hero IN ROW EXCLUSIVE MODE"));
	pid = test_cli_start(&cli, (const char *const[]){ "push", "--url", url, shadow,
				       "--yes", "--lock-timeout=60s", NULL });
	wait_for_waiter("hero");
	test_sql(url, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted"
		      " AND relation = 'hero'::regclass");
	test_cli_wait(&cli, pid);
	CLI_EXITS(&cli, 3);
	PQfinish(busy);
	test_value_is(url,
	    "SELECT count(*) FROM pg_attribute WHERE attname = 'name' AND"
	    " attrelid = 'hero'::regclass",
	    "0");
}
END_TEST

START_TEST(what_other_migrations_made_stays)
{
	CLI(&cli, "migrate", "--url", url);
	CLI_EXITS(&cli, 0);
	test_sql(url, "CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations"
		      " (id serial PRIMARY KEY, hash text)");
	schema("CREATE TABLE hero (id integer, owner uuid REFERENCES users);");
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out,
	    "CREATE TABLE public.hero (\n\tid integer,\n\towner uuid\n);\n"
	    "ALTER TABLE public.hero ADD CONSTRAINT hero_owner_fkey FOREIGN KEY (owner)"
	    " REFERENCES public.users(id);\n");
	schema("");
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "DROP TABLE public.hero;\n");
	test_value_is(url, "SELECT count(*) > 0 FROM aeturnis.schema_migrations", "t");
	test_value_is(url, "SELECT to_regclass('audit_log')", "audit_log");
	test_value_is(url, "SELECT to_regclass('drizzle.__drizzle_migrations')",
	    "drizzle.__drizzle_migrations");
}
END_TEST

START_TEST(a_rename_keeps_what_is_there)
{
	test_sql(url, "CREATE TABLE player (id serial PRIMARY KEY, mail text);"
		      "INSERT INTO player (mail) VALUES ('a@b'), ('c@d');");
	schema("CREATE TABLE hero ( -- aet: renamed from player\n"
	       " id serial PRIMARY KEY, -- the number\n"
	       " email text -- aet: renamed from mail\n);");
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
	test_sql(url, "INSERT INTO hero (email) VALUES ('e@f')");
	test_value_is(url, "SELECT string_agg(id || email, ',' ORDER BY id) FROM hero",
	    "1a@b,2c@d,3e@f");
	PUSH("--yes");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err, "no difference");
}
END_TEST

START_TEST(the_live_form_is_to_be_had)
{
	test_sql(url, "CREATE TABLE hero (id integer); INSERT INTO hero VALUES (1);");
	schema("CREATE TABLE hero (id integer PRIMARY KEY);");
	PUSH("--yes", "--live");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "CREATE UNIQUE INDEX CONCURRENTLY hero_pkey");
	test_value_is(url, "SELECT id FROM hero", "1");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("push");
	TCase *tcase = tcase_create("push");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_test(tcase, it_wants_consent);
	tcase_add_test(tcase, what_was_pushed_becomes_a_migration);
	tcase_add_test(tcase, what_was_pushed_follows_migrations);
	tcase_add_test(tcase, a_baseline_behind_others_is_proven);
	tcase_add_test(tcase, a_terminal_is_asked);
	tcase_add_test(tcase, yes_never_loses_data);
	tcase_add_test(tcase, rows_that_come_meanwhile_stop_it);
	tcase_add_test(tcase, what_is_empty_is_no_loss);
	tcase_add_test(tcase, a_terminal_alone_loses_nothing);
	tcase_add_test(tcase, what_fails_leaves_all_as_it_was);
	tcase_add_test(tcase, a_busy_table_is_not_waited_for);
	tcase_add_test(tcase, one_pushes_at_a_time);
	tcase_add_loop_test(tcase, what_changes_meanwhile_stops_it, 0,
	    2 * (int)(sizeof(meanwhile) / sizeof(meanwhile[0])));
	tcase_add_test(tcase, an_interrupt_leaves_all_as_it_was);
	tcase_add_test(tcase, a_server_that_goes_is_a_failure);
	tcase_add_test(tcase, what_other_migrations_made_stays);
	tcase_add_test(tcase, a_rename_keeps_what_is_there);
	tcase_add_test(tcase, the_live_form_is_to_be_had);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
