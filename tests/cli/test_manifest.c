/* SPDX-License-Identifier: MIT */
/* aet-db check --manifest: a release's statements on another schema. */
/* As superuser: one schema is put in place of another. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cli.h"
#include "support/server.h"

static test_cli cli;
static char *url;

#define SCHEMA                                                                     \
	"CREATE TYPE mood AS ENUM ('sad', 'happy');\n"                             \
	"CREATE TABLE players (id integer PRIMARY KEY, name varchar(20) NOT NULL," \
	" level integer NOT NULL, title text, mood mood, scores bigint[]);\n"

static const char queries[] =
    "-- name: FindPlayer :one\n"
    "SELECT name, level, title FROM players WHERE id = @id;\n"
    "-- name: ListTitled :many\n"
    "SELECT id, title FROM players WHERE title IS NOT NULL;\n"
    "-- name: CheerUp :exec\n"
    "UPDATE players SET mood = @mood, scores = @scores WHERE id = @id;\n"
    "-- name: PutPlayers :copyfrom\n"
    "INSERT INTO players (id, name, level) VALUES (@id, @name, @level);\n"
    "-- name: Search :many\n"
    "SELECT id FROM players WHERE true [[ AND level = @level ]] "
    "ORDER BY sqlc.sort(by, id: id, name: name);\n"
    "-- name: Everything :many\n"
    "SELECT * FROM players;\n";

static void
setup(void)
{
	test_cli_begin(&cli);
	url = test_database_create();
	test_cli_write(&cli, "old.sql", SCHEMA);
	test_cli_write(&cli, "queries.sql", queries);
	CLI(&cli, "codegen", "--url", url, "--schema", "old.sql", "--queries",
	    "queries.sql", "--prefix", "old", "--out-include", "out", "--out-source",
	    "out", "--manifest", "old.json");
	CLI_EXITS(&cli, 0);
}

static void
teardown(void)
{
	test_cli_end(&cli);
	free(url);
}

static void
check(const char *schema, int code)
{
	char *dropped = test_value(url,
	    "SELECT string_agg(format('DROP TABLE %I CASCADE', tablename), ';') FROM "
	    "pg_tables WHERE schemaname = 'public'");

	if (dropped != NULL)
		test_sql(url, dropped);
	free(dropped);
	test_sql(url, "DROP TYPE IF EXISTS mood CASCADE");
	test_sql(url, schema);
	CLI(&cli, "check", "--manifest", "old.json", "--url", url);
	CLI_EXITS(&cli, code);
}

START_TEST(what_is_the_same_or_more_works)
{
	check(SCHEMA, 0);
	ck_assert_str_eq(cli.out, "every statement works: 9\n");
	check(SCHEMA "ALTER TABLE players ALTER name TYPE text, ALTER title SET NOT NULL;"
		     "CREATE TABLE more (); ALTER TYPE mood ADD VALUE 'angry'",
	    0);
}
END_TEST

START_TEST(what_is_gone_is_named)
{
	check(SCHEMA "ALTER TABLE players DROP title, DROP scores", 4);
	ck_assert_str_eq(cli.out,
	    "query \"FindPlayer\": column \"title\" does not exist (SQLSTATE 42703)\n"
	    "query \"ListTitled\": column \"title\" does not exist (SQLSTATE 42703)\n"
	    "query \"CheerUp\": column \"scores\" of relation \"players\" does not exist "
	    "(SQLSTATE 42703)\n"
	    "query \"Everything\" answers with 4 columns, not 6\n");
	check("CREATE TABLE players (id integer PRIMARY KEY, name text NOT NULL, level "
	      "integer NOT NULL, title text, scores bigint[])",
	    4);
	CLI_SAYS(cli.out, "query \"CheerUp\": the type mood of parameter \"mood\" is "
			  "gone\n");
}
END_TEST

START_TEST(what_has_changed_is_named)
{
	check("CREATE TYPE mood AS ENUM ('sad');"
	      "CREATE TABLE players (id uuid PRIMARY KEY, label varchar(20) NOT NULL, "
	      "name varchar(20), level integer NOT NULL, title text, mood mood, scores "
	      "bigint[])",
	    4);
	CLI_SAYS(
	    cli.out, "query \"FindPlayer\": parameter \"id\" is uuid, not integer\n");
	CLI_SAYS(cli.out, "query \"ListTitled\": column \"id\" is uuid, not integer\n");
	CLI_SAYS(
	    cli.out, "query \"PutPlayers\": parameter \"id\" is uuid, not integer\n");
	check(SCHEMA "ALTER TABLE players ALTER name DROP NOT NULL, ALTER level TYPE "
		     "bigint",
	    4);
	ck_assert_str_eq(cli.out,
	    "query \"FindPlayer\": column \"name\" may be NULL\n"
	    "query \"FindPlayer\": column \"level\" is bigint, not integer\n"
	    "query \"Everything\": column \"name\" may be NULL\n"
	    "query \"Everything\": column \"level\" is bigint, not integer\n");
	check(SCHEMA "ALTER TABLE players RENAME name TO label", 4);
	CLI_SAYS(cli.out, "query \"Everything\": column 2 is \"label\", not \"name\"\n");
	/* One of its texts. */
	CLI_SAYS(cli.out,
	    "query \"Search\": column \"name\" does not exist (SQLSTATE 42703)\n");
}
END_TEST

START_TEST(a_schema_of_files_is_loaded)
{
	json_t *document;
	json_t *first;

	test_cli_write(&cli, "new.sql", SCHEMA "ALTER TABLE players DROP mood;");
	CLI(&cli, "check", "--manifest", "old.json", "--schema", "new.sql", "--json");
	CLI_EXITS(&cli, 4);
	document = test_cli_document(&cli);
	ck_assert_int_eq(json_integer_value(json_object_get(document, "checked")), 9);
	ck_assert_uint_eq(json_array_size(json_object_get(document, "breaks")), 2);
	first = json_array_get(json_object_get(document, "breaks"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(first, "query")), "CheerUp");
	ck_assert_str_eq(json_string_value(json_object_get(first, "sentence")),
	    "query \"CheerUp\": column \"mood\" of relation \"players\" does not exist "
	    "(SQLSTATE 42703)");
	json_decref(document);
	test_cli_write(&cli, "migrations/0001_all.sql", SCHEMA);
	CLI(&cli, "check", "--manifest", "old.json", "--migrations", "migrations");
	CLI_EXITS(&cli, 0);
}
END_TEST

START_TEST(a_schema_may_stand_on_the_librarys)
{
	test_cli_write(&cli, "game.sql",
	    "CREATE TABLE heroes (id uuid PRIMARY KEY REFERENCES users, name text);\n");
	test_cli_write(&cli, "names.sql",
	    "-- name: Names :many\nSELECT name, username FROM heroes JOIN users USING "
	    "(id);\n");
	CLI(&cli, "codegen", "--url", url, "--schema", "game.sql", "--queries",
	    "names.sql", "--prefix", "game", "--out-include", "out", "--out-source",
	    "out", "--manifest", "game.json");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "check", "--manifest", "game.json", "--schema", "game.sql");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "every statement works: 1\n");
	test_cli_write(
	    &cli, "game.sql", "CREATE TABLE heroes (id uuid REFERENCES none);");
	CLI(&cli, "check", "--manifest", "game.json", "--schema", "game.sql");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "game.sql:1:1: relation \"none\" does not exist");
}
END_TEST

/* Tables' own functions, with their types and all that they may set. */
START_TEST(statements_of_tables_are_in_it)
{
	CLI(&cli, "codegen", "--url", url, "--schema", "old.sql", "--prefix", "old",
	    "--out-include", "out", "--out-source", "out", "--manifest", "tables.json");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "check", "--manifest", "tables.json", "--schema", "old.sql");
	CLI_EXITS(&cli, 0);
	test_cli_write(&cli, "new.sql",
	    SCHEMA "ALTER TABLE players DROP scores, ALTER name DROP NOT NULL;");
	CLI(&cli, "check", "--manifest", "tables.json", "--schema", "new.sql");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out,
	    "query \"player_insert\": column \"scores\" of relation \"players\" "
	    "does not exist (SQLSTATE 42703)\n");
	CLI_SAYS(cli.out, "query \"player_find\": column \"scores\" does not exist "
			  "(SQLSTATE 42703)\n");
}
END_TEST

START_TEST(what_is_no_manifest_is_refused)
{
	CLI(&cli, "check", "--manifest", "none.json", "--url", url);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "none.json");
	test_cli_write(&cli, "bad.json", "{\"queries\": [{\"name\": \"x\"}]}");
	CLI(&cli, "check", "--manifest", "bad.json", "--url", url);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "query 1 lacks name, sql, params or columns");
	CLI(&cli, "check", "--migrations", "migrations", "--url", url);
	CLI_EXITS(&cli, 2);
	CLI_SAYS(cli.err, "--migrations is for --manifest");
	CLI(&cli, "check", "--manifest", "old.json", "--schema", "a", "--migrations",
	    "b");
	CLI_EXITS(&cli, 2);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("manifest");
	TCase *tcase = tcase_create("check --manifest");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, what_is_the_same_or_more_works);
	tcase_add_test(tcase, what_is_gone_is_named);
	tcase_add_test(tcase, what_has_changed_is_named);
	tcase_add_test(tcase, a_schema_of_files_is_loaded);
	tcase_add_test(tcase, a_schema_may_stand_on_the_librarys);
	tcase_add_test(tcase, statements_of_tables_are_in_it);
	tcase_add_test(tcase, what_is_no_manifest_is_refused);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
