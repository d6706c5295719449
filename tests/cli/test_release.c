/* SPDX-License-Identifier: MIT */
/* What breaks the release that runs, as generate and push tell by its manifest. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/generating.h"

#define TYPES "CREATE TYPE mood AS ENUM ('sad', 'it''s, well', 'glad');"
#define TABLES "CREATE TABLE clan (id integer PRIMARY KEY);"
#define COLUMNS "id integer PRIMARY KEY, name varchar(20), title text, mood mood"
#define SCHEMA TYPES TABLES "CREATE TABLE hero (" COLUMNS ");"

static const char queries[] =
    "-- name: FindHero :one\nSELECT name, title FROM hero WHERE id = @id;\n"
    "-- name: PutHero :exec\n"
    "INSERT INTO hero (id, name) VALUES (@id, @name);\n"
    "-- name: CheerUp :exec\nUPDATE hero SET mood = @mood WHERE id = @id;\n"
    "-- name: Sad :many\nSELECT id FROM hero WHERE mood = 'sad';\n"
    "-- name: CountClans :one\nSELECT count(*) FROM clan;\n";

static void
begin(void)
{
	begin_with(SCHEMA);
	test_cli_write(&cli, "queries.sql", queries);
	CLI(&cli, "codegen", "--url", url, "--schema", "schema/game.sql", "--queries",
	    "queries.sql", "--prefix", "old", "--out-include", "out", "--out-source",
	    "out", "--manifest", "old.json");
	CLI_EXITS(&cli, 0);
}

static const struct {
	const char *schema;
	const char *says[3]; /* each a hazard, and there are no more */
} breaks[] = {
	{ SCHEMA "CREATE INDEX i ON hero (name); COMMENT ON TABLE hero IS 'of old';",
	    { NULL } },
	{ TYPES TABLES "CREATE TABLE hero (" COLUMNS
		       ", age integer, level integer NOT NULL"
		       " DEFAULT 1);",
	    { NULL } },
	{ TYPES TABLES "CREATE TABLE hero (id integer PRIMARY KEY, name varchar(20), mood"
		       " mood);",
	    { "query \"FindHero\": column \"title\" does not exist (SQLSTATE 42703)" } },
	{ TYPES TABLES "CREATE TABLE hero (id bigint PRIMARY KEY, name varchar(20), title"
		       " text, mood mood);",
	    { "query \"Sad\": column \"id\" is bigint, not integer" } },
	{ TYPES TABLES
	    "CREATE TABLE hero (id integer PRIMARY KEY, name varchar(20) NOT NULL,"
	    " title text, mood mood);",
	    { "query \"PutHero\" may give column name of hero a NULL, and it cannot be "
	      "one"
	      " (SQLSTATE 23502)" } },
	{ TYPES TABLES
	    "CREATE TABLE hero (id integer PRIMARY KEY, name varchar(20), title"
	    " text NOT NULL, mood mood);",
	    { "query \"PutHero\" gives column title of hero no value, and it cannot be "
	      "NULL"
	      " (SQLSTATE 23502)" } },
	{ TYPES TABLES "CREATE TABLE hero (" COLUMNS ", age integer NOT NULL);",
	    { "query \"PutHero\" gives column age of hero no value, and it cannot be NULL"
	      " (SQLSTATE 23502)" } },
	{ TYPES TABLES "CREATE TABLE hero (" COLUMNS
		       ", CONSTRAINT c CHECK (name <> 'x'));",
	    { "query \"PutHero\" writes rows of hero, which fail where they do not hold "
	      "c:"
	      " CHECK (((name)::text <> 'x'::text)) (SQLSTATE 23514)" } },
	{ TYPES TABLES "CREATE TABLE hero (" COLUMNS ", CONSTRAINT u UNIQUE (name));",
	    { "query \"PutHero\" writes rows of hero, which fail where they do not hold "
	      "u:"
	      " UNIQUE (name) (SQLSTATE 23505)" } },
	{ SCHEMA "CREATE UNIQUE INDEX u ON hero (name);",
	    { "query \"PutHero\" writes rows of hero, which fail where they do not hold "
	      "u:"
	      " CREATE UNIQUE INDEX u ON public.hero USING btree (name) (SQLSTATE "
	      "23505)" } },
	{ SCHEMA "ALTER TABLE hero ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES clan;",
	    { "query \"PutHero\" writes rows of hero, which fail where they do not hold "
	      "f:"
	      " FOREIGN KEY (id) REFERENCES clan(id) (SQLSTATE 23503)" } },
	{ TYPES TABLES
	    "CREATE TABLE hero (id integer PRIMARY KEY, name varchar(10), title"
	    " text, mood mood);",
	    { "query \"PutHero\" writes column name of hero, which is character "
	      "varying(10)"
	      " now, and was character varying(20) (SQLSTATE 22001)" } },
	{ TYPES TABLES
	    "CREATE TABLE hero (id integer PRIMARY KEY, name varchar(30), title"
	    " text, mood mood);",
	    { NULL } },
	{ "CREATE TYPE mood AS ENUM ('glad', 'mad');" TABLES "CREATE TABLE hero (" COLUMNS
	  ");",
	    { "query \"Sad\": invalid input value for enum mood: \"sad\" (SQLSTATE "
	      "22P02)",
		"query \"CheerUp\" may send 'sad', which mood has no longer (SQLSTATE "
		"22P02)",
		"query \"CheerUp\" may send 'it''s, well', which mood has no longer"
		" (SQLSTATE 22P02)" } },
	{ "CREATE TYPE mood AS ENUM ('sad', 'it''s, well', 'glad', 'mad');" TABLES
	  "CREATE TABLE hero (" COLUMNS ");",
	    { NULL } },
};
#define BREAKS ((int)(sizeof(breaks) / sizeof(breaks[0])))

/* How many hazards of that code there are in the document. */
static size_t
count_breaks(const json_t *document)
{
	json_t *hazards = json_object_get(document, "hazards");
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(hazards); i++)
		count += strcmp(json_string_value(
				    json_object_get(json_array_get(hazards, i), "code")),
			     "breaks-release") == 0;
	return count;
}

static bool
has_break(const json_t *document, const char *sentence)
{
	json_t *hazards = json_object_get(document, "hazards");
	char text[512];

	snprintf(text, sizeof(text), "the release that runs: %s", sentence);
	for (size_t i = 0; i < json_array_size(hazards); i++)
		if (strcmp(json_string_value(
			       json_object_get(json_array_get(hazards, i), "text")),
			text) == 0)
			return true;
	return false;
}

static void
assert_breaks(const char *const says[3])
{
	json_t *document = test_cli_document(&cli);
	size_t count = 0;

	for (; count < 3 && says[count] != NULL; count++)
		ck_assert_msg(has_break(document, says[count]), "no %s in: %s",
		    says[count], cli.out);
	ck_assert_msg(count_breaks(document) == count, "%s", cli.out);
	json_decref(document);
}

START_TEST(generate_tells)
{
	begin();
	schema(breaks[_i].schema);
	CLI(&cli, "generate", "next", "--json", "--check", "--manifest", "old.json",
	    shadow);
	CLI_EXITS(&cli, 4);
	assert_breaks(breaks[_i].says);
}
END_TEST

START_TEST(push_tells)
{
	begin();
	migrate();
	schema(breaks[_i].schema);
	CLI(&cli, "push", "--url", url, "--json", "--dry-run", "--manifest", "old.json",
	    shadow);
	CLI_EXITS(&cli, 0);
	assert_breaks(breaks[_i].says);
}
END_TEST

START_TEST(what_is_broken_already_is_nobodys_news)
{
	begin();
	schema(TYPES TABLES "CREATE TABLE hero (" COLUMNS ", age integer NOT NULL);");
	CLI(&cli, "generate", "age", shadow);
	CLI_EXITS(&cli, 0);
	schema(TYPES TABLES "CREATE TABLE hero (" COLUMNS
			    ", age integer NOT NULL, more text);");
	CLI(&cli, "generate", "more", "--json", "--manifest", "old.json", shadow);
	CLI_EXITS(&cli, 0);
	assert_breaks((const char *const[3]){ NULL });
}
END_TEST

START_TEST(a_manifest_is_one_of_codegens)
{
	begin();
	schema(TYPES);
	CLI(&cli, "generate", "next", "--manifest", "none.json", shadow);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "\"none.json\" cannot be read: No such file or directory");
	test_cli_write(&cli, "empty.json", "{}");
	CLI(&cli, "generate", "next", "--manifest", "empty.json", shadow);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "empty.json: no manifest of aet-db codegen");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("release");
	TCase *tcase = tcase_create("release");

	tcase_add_checked_fixture(tcase, generating_setup, generating_teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_loop_test(tcase, generate_tells, 0, BREAKS);
	tcase_add_loop_test(tcase, push_tells, 0, BREAKS);
	tcase_add_test(tcase, what_is_broken_already_is_nobodys_news);
	tcase_add_test(tcase, a_manifest_is_one_of_codegens);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
