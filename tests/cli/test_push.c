/* SPDX-License-Identifier: MIT */
/* aet-db push: what it shows, what it wants consent to, and what rows come to. */
/* As superuser: push changes schemas. */
#include <check.h>
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

/* What other tools do not see. */
static const struct {
	const char *live;
	const char *schema;
	const char *undo; /* of what the schema has in its place */
	const char *says;
	const char *sentence;
} drifts[] = {
	{ "CREATE INDEX i ON t (a) WHERE a > 0", "CREATE INDEX i ON t (a)",
	    "DROP INDEX i", "DROP INDEX", "index public.i is \"CREATE INDEX i" },
	{ "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID",
	    "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)",
	    "ALTER TABLE t DROP CONSTRAINT k", "VALIDATE CONSTRAINT k",
	    "constraint public.t k is \"CHECK ((a > 0)) NOT VALID\"" },
	{ "ALTER TABLE t ALTER b SET DATA TYPE text COLLATE \"C\"", "SELECT 1",
	    "SELECT 1", "SET DATA TYPE text", "column public.t.b is \"text COLLATE" },
	{ "COMMENT ON COLUMN t.a IS 'x'", "COMMENT ON COLUMN t.a IS 'y'", "SELECT 1",
	    "IS 'y'", "comment COLUMN public.t.a is \"x\", expected \"y\"" },
	{ "GRANT SELECT ON t TO PUBLIC", "SELECT 1", "SELECT 1", "REVOKE SELECT",
	    "grant TABLE public.t SELECT PUBLIC is not expected" },
	{ "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';"
	  "CREATE TRIGGER g AFTER UPDATE ON t EXECUTE FUNCTION f()",
	    "SELECT 1", "SELECT 1", "DROP TRIGGER g",
	    "trigger public.t g is not expected" },
	{ "ALTER TABLE t ENABLE ROW LEVEL SECURITY", "SELECT 1", "SELECT 1",
	    "DISABLE ROW LEVEL", "row security public.t is not expected" },
	{ "CREATE SCHEMA other", "SELECT 1", "SELECT 1", "DROP SCHEMA other",
	    "schema other is not expected" },
	{ "CREATE VIEW v AS SELECT 1", "SELECT 1", "SELECT 1", "DROP VIEW public.v",
	    "view public.v is not expected" },
};

START_TEST(drift_is_seen)
{
	char sql[512];

	snprintf(
	    sql, sizeof(sql), "CREATE TABLE t (a integer, b text); %s", drifts[_i].live);
	test_sql(url, sql);
	snprintf(sql, sizeof(sql), "CREATE TABLE t (a integer, b text); %s;",
	    drifts[_i].schema);
	schema(sql);
	PUSH("--dry-run");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, drifts[_i].says);
}
END_TEST

/* check tells the same of schema files. */
START_TEST(check_names_what_push_would_change)
{
	char sql[512];

	snprintf(sql, sizeof(sql), "CREATE TABLE t (a integer, b text); %s;",
	    drifts[_i].schema);
	schema(sql);
	test_sql(url, sql);
	CLI(&cli, "check", "--schema", "schema", "--url", url);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "no difference\n");
	test_sql(url, drifts[_i].undo);
	test_sql(url, drifts[_i].live);
	CLI(&cli, "check", "--schema", "schema", "--url", url);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, drifts[_i].sentence);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("push");
	TCase *tcase = tcase_create("push");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
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
	tcase_add_test(tcase, what_other_migrations_made_stays);
	tcase_add_test(tcase, a_rename_keeps_what_is_there);
	tcase_add_test(tcase, the_live_form_is_to_be_had);
	tcase_add_loop_test(
	    tcase, drift_is_seen, 0, (int)(sizeof(drifts) / sizeof(drifts[0])));
	tcase_add_loop_test(tcase, check_names_what_push_would_change, 0,
	    (int)(sizeof(drifts) / sizeof(drifts[0])));
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
