/* SPDX-License-Identifier: MIT */
/* aet-db diff: from one schema to another, and what it says on the way. */
/* As superuser: whole schemas are made and compared, with their owners and grants. */
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

/* Prints the plan from the database to the schema. */
static void
plan(const char *to)
{
	test_cli_write(&cli, "to.sql", to);
	CLI(&cli, "diff", "--from", url, "--to", "to.sql", shadow);
}

/* Runs what was printed, statement by statement. */
static void
apply(void)
{
	char command[1024];

	test_cli_write(&cli, "plan.sql", cli.out);
	snprintf(command, sizeof(command),
	    "%s/psql -X -q -v ON_ERROR_STOP=1 -d '%s' -f %s/plan.sql",
	    test_server_bindir(), url, cli.directory);
	ck_assert_msg(system(command) == 0, "this does not run:\n%s", cli.out);
}

/* To the schema, and then there is nothing left to do. */
static void
go(const char *to)
{
	plan(to);
	CLI_EXITS(&cli, 0);
	apply();
	plan(to);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "");
}

/* There and back again. Each kind stands beside another that it depends on. */
static const struct {
	const char *from;
	const char *to;
} ways[] = {
	{ "CREATE TABLE hero (id integer)",
	    "CREATE TABLE hero (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
	    " name text COLLATE \"C\" DEFAULT 'nobody' NOT NULL UNIQUE,"
	    " power integer CHECK (power > 0));"
	    "CREATE INDEX by_power ON hero (power DESC) WHERE power > 5;"
	    "COMMENT ON COLUMN hero.power IS 'it''s over';" },
	{ "CREATE TABLE item (id integer)",
	    "CREATE SEQUENCE item_id AS integer;"
	    "CREATE TABLE item (id integer DEFAULT nextval('item_id') NOT NULL);"
	    "ALTER SEQUENCE item_id OWNED BY item.id;" },
	{ "CREATE TABLE clan (id integer PRIMARY KEY);"
	  "CREATE TABLE hero (clan integer REFERENCES clan);"
	  "CREATE VIEW grouped AS SELECT clan FROM hero;",
	    "CREATE TABLE clan (id bigint PRIMARY KEY);"
	    "CREATE TABLE hero (clan bigint REFERENCES clan);"
	    "CREATE VIEW grouped AS SELECT clan FROM hero;"
	    "COMMENT ON VIEW grouped IS 'who is where';" },
	{ "CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE"
	  " AS 'SELECT $1 * 2'; CREATE TABLE a (x integer);",
	    "CREATE FUNCTION twice(integer) RETURNS bigint LANGUAGE sql IMMUTABLE"
	    " AS 'SELECT $1 * 2';"
	    "CREATE TABLE a (x integer DEFAULT twice(1),"
	    " y bigint GENERATED ALWAYS AS (twice(3)) STORED);"
	    "CREATE INDEX doubled ON a (twice(x));" },
	{ "CREATE TABLE log (at date NOT NULL) PARTITION BY RANGE (at);",
	    "CREATE TABLE log (at date NOT NULL, what text) PARTITION BY RANGE (at);"
	    "CREATE TABLE log_1 PARTITION OF log"
	    " FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"
	    "CREATE INDEX log_what ON log (what);" },
	{ "CREATE TABLE other ()", "CREATE TABLE other ();"
				   "CREATE TABLE a (x integer PRIMARY KEY);"
				   "CREATE TABLE b (x integer PRIMARY KEY REFERENCES a);"
				   "ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b;" },
	{ "CREATE TABLE p (a integer); CREATE TABLE c () INHERITS (p);",
	    "CREATE TABLE p (a bigint NOT NULL); CREATE TABLE c (b text) INHERITS (p);"
	    "ALTER TABLE p ENABLE ROW LEVEL SECURITY;"
	    "CREATE POLICY own ON p FOR SELECT USING (a > 0);" },
	{ "CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);"
	  "COMMENT ON TEXT SEARCH CONFIGURATION plain IS 'as it is';",
	    "CREATE TEXT SEARCH DICTIONARY stem (TEMPLATE = snowball,"
	    " Language = english);"
	    "CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);"
	    "ALTER TEXT SEARCH CONFIGURATION plain ALTER MAPPING FOR asciiword"
	    " WITH stem;" },
	{ "CREATE TYPE pair AS (a integer, b text);",
	    "CREATE TYPE pair AS (a bigint, c text);"
	    "CREATE DOMAIN small AS integer CHECK (VALUE < 9);"
	    "CREATE TYPE span AS RANGE (SUBTYPE = float8);"
	    "CREATE TABLE t (s small, p pair, r span);" },
	{ "CREATE TABLE t (a integer);"
	  "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';",
	    "CREATE TABLE t (a integer);"
	    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql"
	    " AS 'BEGIN RETURN NULL; END';"
	    "CREATE TRIGGER g AFTER UPDATE OF a ON t EXECUTE FUNCTION f();"
	    "ALTER TABLE t DISABLE TRIGGER g;"
	    "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;"
	    "CREATE STATISTICS s ON a, (a + 1) FROM t;"
	    "CREATE PUBLICATION news FOR TABLE t WHERE (a > 1);"
	    "GRANT SELECT (a) ON t TO PUBLIC; REVOKE ALL ON FUNCTION f() FROM PUBLIC;" },
};

START_TEST(there_and_back)
{
	test_sql(url, ways[_i].from);
	go(ways[_i].to);
	go(ways[_i].from);
}
END_TEST

START_TEST(no_difference_is_no_statement)
{
	test_sql(url, ways[_i].to);
	plan(ways[_i].to);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "");
	ck_assert_str_eq(cli.err, "");
}
END_TEST

START_TEST(rows_survive_a_change_of_type)
{
	test_sql(url,
	    "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');"
	    "CREATE TABLE hero (id integer, mood mood DEFAULT 'ok', moods mood[]);"
	    "CREATE VIEW moods AS SELECT mood FROM hero;"
	    "INSERT INTO hero VALUES (1, 'happy', '{ok,happy}');");
	go("CREATE TYPE mood AS ENUM ('happy', 'ok');"
	   "CREATE TABLE hero (id text, mood mood DEFAULT 'happy', moods mood[]);"
	   "CREATE VIEW moods AS SELECT mood FROM hero;");
	test_value_is(
	    url, "SELECT id || mood || moods::text FROM hero", "1happy{ok,happy}");
}
END_TEST

START_TEST(rows_survive_the_end_of_their_type)
{
	test_sql(url, "CREATE TYPE mood AS ENUM ('sad', 'ok');"
		      "CREATE TABLE hero (mood mood DEFAULT 'ok' NOT NULL);"
		      "INSERT INTO hero VALUES ('sad');");
	go("CREATE TABLE hero (mood text DEFAULT 'ok' NOT NULL);");
	test_value_is(url, "SELECT mood FROM hero", "sad");
	go("CREATE TYPE mood AS ENUM ('ok', 'sad');"
	   "CREATE TABLE hero (mood mood DEFAULT 'ok' NOT NULL);");
	test_value_is(url, "SELECT mood FROM hero", "sad");
}
END_TEST

START_TEST(labels_are_added_where_they_belong)
{
	test_sql(url, "CREATE TYPE mood AS ENUM ('b', 'd');");
	plan("CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd', 'e');");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "ADD VALUE 'a' BEFORE 'b'");
	CLI_SAYS(cli.out, "ADD VALUE 'c' AFTER 'b'");
	CLI_SAYS(cli.out, "ADD VALUE 'e';");
	CLI_SAYS_NOT(cli.out, "DROP");
}
END_TEST

START_TEST(what_is_lost_is_named)
{
	test_sql(url, "CREATE TABLE hero (id integer, name text); CREATE TABLE old ();");
	plan("CREATE TABLE hero (id integer, title text NOT NULL);");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err, "hazard data-loss: column public.hero.name is dropped");
	CLI_SAYS(cli.err, "hazard data-loss: table public.old is dropped");
	CLI_SAYS(cli.err, "hazard existing-rows: column public.hero.title is NOT NULL");
	CLI_SAYS(cli.out, "-- hazard data-loss: table public.old is dropped");
}
END_TEST

/* What a role may not read, nothing drops. */
START_TEST(what_is_not_known_is_refused)
{
	char *from;

	test_sql(url,
	    "DO $$ BEGIN CREATE ROLE aet_reader LOGIN;"
	    " EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
	    "CREATE SUBSCRIPTION far CONNECTION 'host=/nowhere' PUBLICATION news"
	    " WITH (connect = false, slot_name = NONE);");
	ck_assert_int_gt(asprintf(&from, "%s&user=aet_reader", url), 0);
	test_cli_write(&cli, "to.sql", "SELECT");
	CLI(&cli, "diff", "--from", from, "--to", "to.sql", shadow);
	CLI_EXITS(&cli, 1);
	ck_assert_str_eq(cli.out, "");
	CLI_SAYS(cli.err, "subscription far cannot be dropped");
	test_sql(url, "DROP SUBSCRIPTION far");
	free(from);
}
END_TEST

START_TEST(a_mistake_in_a_file_has_a_place)
{
	plan("CREATE TABLE a (x integer);\n  CREATE TABLE b (x intege);\n");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "to.sql:2:21: type \"intege\" does not exist");
}
END_TEST

START_TEST(both_sides_are_wanted)
{
	CLI(&cli, "diff", "--from", url);
	CLI_EXITS(&cli, 2);
	CLI_SAYS(cli.err, "diff wants --from and --to");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("diff");
	TCase *tcase = tcase_create("diff");
	const int count = (int)(sizeof(ways) / sizeof(ways[0]));

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, there_and_back, 0, count);
	tcase_add_loop_test(tcase, no_difference_is_no_statement, 0, count);
	tcase_add_test(tcase, rows_survive_a_change_of_type);
	tcase_add_test(tcase, rows_survive_the_end_of_their_type);
	tcase_add_test(tcase, labels_are_added_where_they_belong);
	tcase_add_test(tcase, what_is_lost_is_named);
	tcase_add_test(tcase, what_is_not_known_is_refused);
	tcase_add_test(tcase, a_mistake_in_a_file_has_a_place);
	tcase_add_test(tcase, both_sides_are_wanted);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
