/* SPDX-License-Identifier: MIT */
/* As superuser: a database is changed behind its migrations. */
/* aet-db check between three: the database, the migrations, the schema's files. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cli.h"
#include "support/server.h"

#define DIR "--dir=migrations"
#define TABLE "CREATE TABLE hero (id integer PRIMARY KEY, name text);\n"

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
	test_cli_write(&cli, "migrations/0001_hero.sql", TABLE);
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
}

static void
teardown(void)
{
	test_cli_end(&cli);
	free(url);
}

static void
checks(const char *schema, int code)
{
	if (schema != NULL)
		CLI(&cli, "check", DIR, "--schema", schema);
	else
		CLI(&cli, "check", DIR);
	CLI_EXITS(&cli, code);
}

START_TEST(migrations_against_the_schema)
{
	json_t *document;
	json_t *one;

	checks(NULL, 0);
	ck_assert_str_eq(cli.out, "no difference\n");
	test_cli_write(&cli, "schema/hero.sql", TABLE);
	checks(NULL, 0);
	test_cli_write(&cli, "schema/hero.sql",
	    "CREATE TABLE hero (id integer PRIMARY KEY, name text, score bigint);\n");
	checks(NULL, 4);
	ck_assert_str_eq(cli.out,
	    "the migrations against schema: column public.hero.score is missing\n"
	    "    next: aet-db generate --dir migrations --schema schema\n");
	CLI_SAYS(cli.err, "1 difference between the migrations and schema");
	/* What is named goes before what is usual. */
	test_cli_write(&cli, "other.sql", TABLE "CREATE TABLE extra (id integer);\n");
	CLI(&cli, "check", DIR, "--schema", "other.sql", "--json");
	CLI_EXITS(&cli, 4);
	document = test_cli_document(&cli);
	ck_assert_uint_eq(json_array_size(json_object_get(document, "differences")), 1);
	one = json_array_get(json_object_get(document, "differences"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(one, "sentence")),
	    "the migrations against other.sql: table public.extra is missing");
	ck_assert_str_eq(json_string_value(json_object_get(one, "next")),
	    "aet-db generate --dir migrations --schema other.sql");
	json_decref(document);
}
END_TEST

START_TEST(the_configuration_names_the_schema)
{
	test_cli_write(&cli, "sql/hero.sql", "CREATE TABLE hero (id integer);\n");
	test_cli_write(&cli, "aet-db.json",
	    "{\"version\": 1, \"packages\": [{\"name\": \"hero\", \"prefix\": \"hero\", "
	    "\"schema\": \"sql\", \"include\": \"i\", \"source\": \"s\"}]}");
	checks(NULL, 4);
	CLI_SAYS(cli.out,
	    "the migrations against sql: column public.hero.name is not "
	    "expected\n    next: aet-db generate --dir migrations --schema sql");
}
END_TEST

START_TEST(what_the_database_lacks_is_told_besides)
{
	test_cli_write(&cli, "schema/hero.sql", "CREATE TABLE hero (id integer);\n");
	test_sql(url, "ALTER TABLE hero DROP COLUMN name");
	checks(NULL, 4);
	CLI_SAYS(cli.out, "column \"name\" of table \"public.hero\" is missing");
	CLI_SAYS(cli.out, "the migrations against schema: ");
	CLI_SAYS(cli.err, "1 difference\n");
}
END_TEST

START_TEST(a_schema_that_fails_is_told)
{
	test_cli_write(&cli, "schema/hero.sql", "CREATE TABEL hero ();\n");
	checks(NULL, 1);
	CLI_SAYS(cli.err, "schema/hero.sql:1");
}
END_TEST

/* What another folder's migrations made is no surprise, what nobody made is. */
START_TEST(others_are_expected)
{
	test_cli_write(&cli, "second/0001_x.sql",
	    "CREATE SCHEMA s; CREATE TYPE s.e AS ENUM ('a'); CREATE TABLE s.\"A b\" (id "
	    "serial, e s.e); CREATE FUNCTION s.f(integer, text) RETURNS int LANGUAGE sql "
	    "AS 'SELECT 1'; CREATE VIEW v AS SELECT 1;");
	CLI(&cli, "migrate", "--dir=second", "--source=second");
	CLI_EXITS(&cli, 0);
	checks(NULL, 0);
	ck_assert_str_eq(cli.out, "no difference\n");
	test_sql(url, "CREATE TABLE s.mine (id integer)");
	checks(NULL, 0);
	ck_assert_str_eq(
	    cli.out, "note: table \"s.mine\" is not expected\nno difference\n");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("check");
	TCase *tcase = tcase_create("check");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_test(tcase, migrations_against_the_schema);
	tcase_add_test(tcase, the_configuration_names_the_schema);
	tcase_add_test(tcase, what_the_database_lacks_is_told_besides);
	tcase_add_test(tcase, a_schema_that_fails_is_told);
	tcase_add_test(tcase, others_are_expected);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
