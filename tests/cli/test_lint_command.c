/* SPDX-License-Identifier: MIT */
/* aet-db lint as a command: which files it judges, on what; comments that allow;
 * sizes; the manifest; and what it answers with. */
/* As superuser: migrations are looked at, in databases of the command's own. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cli.h"
#include "support/server.h"

#define HERO                                                            \
	"CREATE TYPE rank AS ENUM ('low', 'high');\n"                   \
	"CREATE TABLE hero (id bigint PRIMARY KEY, name text NOT NULL," \
	" power integer, rank rank, old text);\n"

static test_cli cli;
static char *url;

static void
setup(void)
{
	test_cli_begin(&cli);
	url = test_database_create();
	test_cli_write(&cli, "migrations/0001_hero.sql", HERO);
}

static void
teardown(void)
{
	test_cli_end(&cli);
	free(url);
}

/* Writes migrations/0002_next.sql and judges it. */
static void
judge(const char *text)
{
	test_cli_write(&cli, "migrations/0002_next.sql", text);
	CLI(&cli, "lint", "migrations/0002_next.sql");
}

/* Of the one hazard that the document has. */
static void
only_hazard_is(const char *code, const char *object, const char *what)
{
	json_t *document = test_cli_document(&cli);
	json_t *hazards = json_object_get(document, "hazards");
	json_t *hazard = json_array_get(hazards, 0);

	ck_assert_msg(json_array_size(hazards) == 1, "%s", cli.out);
	ck_assert_str_eq(json_string_value(json_object_get(hazard, "code")), code);
	ck_assert_str_eq(json_string_value(json_object_get(hazard, "object")), object);
	CLI_SAYS(json_string_value(json_object_get(hazard, "what")), what);
	json_decref(document);
}

/* ---- what is said ------------------------------------------------------------ */

START_TEST(a_hazard_has_its_place_and_the_safe_way)
{
	judge("-- one more\n\n  CREATE INDEX hero_name ON hero (name);\n");
	CLI_EXITS(&cli, 4);
	ck_assert_str_eq(cli.out,
	    "migrations/0002_next.sql:3:3: blocks-writes: writers of hero wait until "
	    "index hero_name is built\n"
	    "    instead: in a file of its own that begins with \"-- aet: "
	    "no-transaction\": CREATE INDEX CONCURRENTLY hero_name ON public.hero USING "
	    "btree (name)\n");
	ck_assert_str_eq(cli.err, "1 hazard in 1 file, 0 allowed\n");
}
END_TEST

START_TEST(no_hazard_is_no_output)
{
	judge("ALTER TABLE hero ADD COLUMN clan text;");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "");
	ck_assert_str_eq(cli.err, "0 hazards in 1 file, 0 allowed\n");
}
END_TEST

/* What each hazard is to be replaced with: SQL for this very table. */
static const struct {
	const char *file;
	const char *instead;
} ways[] = {
	{ "ALTER TABLE hero ADD COLUMN t uuid DEFAULT gen_random_uuid();",
	    "instead: ALTER TABLE hero ADD COLUMN t uuid; ALTER TABLE hero ALTER COLUMN "
	    "t "
	    "SET DEFAULT gen_random_uuid(); and in batches, outside of this transaction: "
	    "UPDATE hero SET t = gen_random_uuid() WHERE t IS NULL\n" },
	{ "ALTER TABLE hero ADD CONSTRAINT strong CHECK (power > 0);",
	    "instead: ALTER TABLE hero ADD CONSTRAINT strong CHECK ((power > 0)) NOT "
	    "VALID; and in the next migration: ALTER TABLE hero VALIDATE CONSTRAINT "
	    "strong\n" },
	{ "ALTER TABLE hero ADD CONSTRAINT one UNIQUE (name);",
	    "CREATE UNIQUE INDEX CONCURRENTLY one ON public.hero USING btree (name); "
	    "then "
	    "ALTER TABLE hero ADD CONSTRAINT one UNIQUE USING INDEX one\n" },
	{ "ALTER TABLE hero ALTER COLUMN power SET NOT NULL;",
	    "instead: ALTER TABLE hero ADD CONSTRAINT power_present CHECK (power IS NOT "
	    "NULL) NOT VALID; fill the rows" },
	{ "ALTER TABLE hero ALTER COLUMN power TYPE bigint;",
	    "instead: ALTER TABLE hero ADD COLUMN new_power bigint; have the game" },
	{ "ALTER TABLE hero RENAME TO champion;",
	    "instead: in the same migration: CREATE VIEW hero AS TABLE champion, for as "
	    "long as the old release runs\n" },
	{ "ALTER TABLE hero DROP COLUMN power;",
	    "instead: first a release that does not name hero.power; then DROP COLUMN a "
	    "release later\n" },
	{ "ALTER TABLE hero DROP COLUMN name;",
	    "instead: first a release that does not name hero.name; then ALTER TABLE "
	    "hero "
	    "ALTER COLUMN name DROP NOT NULL, so that its inserts succeed; and DROP "
	    "COLUMN a release later\n" },
};

START_TEST(the_safe_way_names_this_table)
{
	judge(ways[_i].file);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, ways[_i].instead);
}
END_TEST

/* ---- allowing ------------------------------------------------------------------ */

START_TEST(a_reason_allows)
{
	judge("-- aet: allow data-loss nobody has played yet\n"
	      "DROP TABLE hero;\nDROP TYPE rank;\n");
	CLI_EXITS(&cli, 4);
	CLI_SAYS_NOT(cli.out, "data-loss: table");
	judge("ALTER TABLE hero ADD COLUMN a text;\n"
	      "-- aet: allow data-loss nobody has played yet\n"
	      "ALTER TABLE hero DROP COLUMN old;\n");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "");
	CLI_SAYS(cli.err, "0 hazards in 1 file, 1 allowed");
	CLI(&cli, "lint", "migrations/0002_next.sql", "--verbose");
	CLI_SAYS(cli.err, "0002_next.sql:3:1: data-loss: column hero.old is dropped");
	CLI_SAYS(cli.err, "(allowed: nobody has played yet)");
	CLI(&cli, "migrate", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 0);
}
END_TEST

START_TEST(one_that_allows_nothing_is_told)
{
	json_t *document;
	json_t *note;

	judge("-- aet: allow long-lock tiny\nALTER TABLE hero ADD COLUMN a text;\n");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err,
	    "0002_next.sql:1:1: this allows nothing: there is no long-lock here");
	CLI(&cli, "lint", "migrations/0002_next.sql", "--json");
	document = test_cli_document(&cli);
	note = json_array_get(json_object_get(document, "notes"), 0);
	ck_assert_int_eq(json_integer_value(json_object_get(note, "line")), 1);
	ck_assert_str_eq(json_string_value(json_object_get(note, "text")),
	    "this allows nothing: there is no long-lock here");
	json_decref(document);
}
END_TEST

START_TEST(one_without_a_reason_is_an_error)
{
	judge("SELECT 1;\n-- aet: allow data-loss\nALTER TABLE hero DROP COLUMN old;\n");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "migrations/0002_next.sql:2:1: why is data-loss allowed here?");
	ck_assert_str_eq(cli.out, "");
}
END_TEST

/* ---- which files, on what -------------------------------------------------------- */

START_TEST(named_files_are_one_set)
{
	test_cli_write(&cli, "migrations/0002_clan.sql", "CREATE TABLE clan (id int);");
	test_cli_write(&cli, "migrations/0003_more.sql",
	    "CREATE INDEX ON clan (id);\nCREATE INDEX hero_old ON hero (old);");
	CLI(&cli, "lint", "migrations/0003_more.sql", "migrations/0002_clan.sql");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.err, "1 hazard in 2 files");
	CLI_SAYS(cli.out, "0003_more.sql:2:1: blocks-writes: writers of hero wait");
	CLI(&cli, "lint", "migrations/0003_more.sql", "--json");
	CLI_SAYS(cli.out, "\"object\":\"clan\"");
}
END_TEST

START_TEST(a_draft_comes_after_the_folder)
{
	test_cli_write(&cli, "draft.sql", "DROP TABLE hero;\n");
	CLI(&cli, "lint", "draft.sql", "--dir", "migrations", "--json");
	CLI_EXITS(&cli, 4);
	only_hazard_is("data-loss", "hero", "table hero is dropped with its rows");
	CLI(&cli, "lint", "draft.sql");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(
	    cli.err, "draft.sql:1:1: table \"hero\" does not exist (SQLSTATE 42P01)");
}
END_TEST

START_TEST(what_takes_a_migration_back_comes_after_it)
{
	test_cli_write(&cli, "migrations/0001_hero.down.sql", "DROP TABLE hero;\n");
	test_cli_write(&cli, "migrations/0002_gone.sql", "DROP TABLE hero;\n");
	CLI(&cli, "lint", "migrations/0001_hero.down.sql", "--json");
	CLI_EXITS(&cli, 4);
	only_hazard_is("data-loss", "hero", "is dropped");
}
END_TEST

START_TEST(a_game_stands_on_the_library)
{
	test_cli_write(&cli, "migrations/0002_next.sql",
	    "CREATE TABLE friend (of uuid REFERENCES users);\n"
	    "ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();");
	CLI(&cli, "lint", "migrations/0002_next.sql", "--json");
	CLI_EXITS(&cli, 4);
	only_hazard_is("volatile-default", "users", "the default of users.token is");
	test_cli_write(&cli, "migrations/0002_next.sql",
	    "CREATE TABLE friend (of uuid REFERENCES users);\n"
	    "ALTER TABLE users DROP COLUMN none;");
	CLI(&cli, "lint", "migrations/0002_next.sql");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err,
	    "0002_next.sql:2:1: column \"none\" of relation \"users\" does not "
	    "exist");
}
END_TEST

START_TEST(a_migration_that_fails_is_shown)
{
	judge("ALTER TABLE hero ADD COLUMN a text;\nALTER TABLE hero ADD COLUMN a text;");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err,
	    "migrations/0002_next.sql:2:1: column \"a\" of relation \"hero\" "
	    "already exists (SQLSTATE 42701)");
}
END_TEST

START_TEST(the_command_line_is_checked)
{
	CLI(&cli, "lint", "--all", "migrations/0001_hero.sql");
	CLI_EXITS(&cli, 2);
	CLI(&cli, "lint");
	CLI_EXITS(&cli, 2);
	CLI_SAYS(cli.err, "DATABASE_URL");
	CLI(&cli, "lint", "migrations/0009_none.sql");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "0009_none.sql");
	CLI(&cli, "lint", "--all", "--manifest", "none.json");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "the manifest \"none.json\" cannot be read");
}
END_TEST

/* ---- a live database --------------------------------------------------------------- */

START_TEST(the_pending_are_judged_on_a_copy)
{
	char setting[512];
	json_t *document;
	json_t *hazard;

	CLI(&cli, "migrate", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 0);
	test_sql(url,
	    "INSERT INTO hero SELECT i, 'x' FROM generate_series(1, 1234) AS i;"
	    "ANALYZE hero; CREATE ROLE lint_live; GRANT SELECT ON hero TO lint_live;");
	snprintf(setting, sizeof(setting), "DATABASE_URL=%s", url);
	test_cli_set(&cli, setting);
	CLI(&cli, "lint");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err, "0 hazards in 0 files");
	test_cli_write(&cli, "migrations/0002_next.sql",
	    "CREATE INDEX hero_old ON hero (old);\nREVOKE SELECT ON hero FROM "
	    "lint_live;");
	CLI(&cli, "lint");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "writers of hero (about 1,234 rows) wait until index hero_old");
	CLI_SAYS(cli.out, "role lint_live loses SELECT on hero");
	CLI(&cli, "lint", "--json");
	document = test_cli_document(&cli);
	hazard = json_array_get(json_object_get(document, "hazards"), 0);
	ck_assert_int_eq(json_integer_value(json_object_get(hazard, "rows")), 1234);
	json_decref(document);
	test_value_is(url, "SELECT count(*) FROM hero", "1234");
	test_value_is(
	    url, "SELECT count(*) FROM pg_class WHERE relname = 'hero_old'", "0");
	test_value_is(
	    url, "SELECT count(*) FROM pg_namespace WHERE nspname = 'aet_lint'", "0");
	test_sql(url, "DROP OWNED BY lint_live; DROP ROLE lint_live;");
}
END_TEST

START_TEST(sizes_come_from_the_named_database)
{
	CLI(&cli, "migrate", "--dir", "migrations", "--url", url);
	test_sql(url, "INSERT INTO hero SELECT i, 'x' FROM generate_series(1, 50) AS i;"
		      "ANALYZE hero;");
	test_cli_write(&cli, "migrations/0002_next.sql", "DROP TABLE hero;");
	CLI(&cli, "lint", "--all", "--url", url);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "table hero (about 50 rows) is dropped with its rows");
}
END_TEST

/* ---- the manifest -------------------------------------------------------------------- */

static const char manifest[] =
    "{\"schema_hash\": \"0\", \"queries\": ["
    "{\"name\": \"HeroFind\", \"kind\": \"one\", \"sql\":"
    " \"SELECT id, name, power FROM hero WHERE id = $1\", \"params\": [], \"columns\": "
    "[]},"
    "{\"name\": \"HeroInsert\", \"kind\": \"one\", \"sql\":"
    " \"INSERT INTO hero (id, name) VALUES ($1, $2)\", \"params\": [], \"columns\": []},"
    "{\"name\": \"HeroRank\", \"kind\": \"exec\", \"sql\":"
    " \"UPDATE hero SET rank = $1 WHERE name = $2\", \"params\": [], \"columns\": []},"
    "{\"name\": \"Gone\", \"kind\": \"exec\", \"sql\":"
    " \"SELECT 1 FROM gone\", \"params\": [], \"columns\": []}]}";

static const struct {
	const char *file;
	const char *object; /* of the breaks-release; NULL: none */
	const char *what;
} releases[] = {
	{ "ALTER TABLE hero RENAME COLUMN old TO older;", NULL, NULL },
	{ "ALTER TABLE hero RENAME COLUMN power TO might;", "HeroFind",
	    "query HeroFind of the release that still runs stops working: column "
	    "\"power\" does not exist" },
	{ "ALTER TABLE hero RENAME TO champion;\nCREATE VIEW hero AS TABLE champion;",
	    NULL, NULL },
	{ "ALTER TABLE hero ADD COLUMN clan text DEFAULT '' NOT NULL;\n"
	  "ALTER TABLE hero ALTER COLUMN clan DROP DEFAULT;",
	    "hero.clan", "query HeroInsert" },
	{ "ALTER TYPE rank RENAME VALUE 'low' TO 'least';", "rank.'low'",
	    "query HeroRank may send or get it" },
	{ "-- aet: allow table-rewrite tiny\nALTER TABLE hero ALTER COLUMN power TYPE "
	  "bigint;",
	    "HeroFind", "bigint, text, bigint" },
	{ "ALTER TABLE hero ADD COLUMN clan text;", NULL, NULL },
	{ "-- aet: phase contract\nALTER TABLE hero RENAME COLUMN power TO might;", NULL,
	    NULL },
};

START_TEST(the_release_that_runs_says_what_it_uses)
{
	test_cli_write(&cli, "release.json", manifest);
	test_cli_write(&cli, "migrations/0002_next.sql", releases[_i].file);
	CLI(&cli, "lint", "migrations/0002_next.sql", "--manifest", "release.json",
	    "--json");
	CLI_EXITS(&cli, releases[_i].object != NULL ? 4 : 0);
	if (releases[_i].object != NULL)
		only_hazard_is("breaks-release", releases[_i].object, releases[_i].what);
}
END_TEST

START_TEST(the_librarys_own_migrations_are_harmless)
{
	CLI(&cli, "lint", "--all");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err, "0 hazards in ");
	CLI_SAYS(cli.err, " 0 allowed\n");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("lint_command");
	TCase *tcase = tcase_create("lint_command");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_hazard_has_its_place_and_the_safe_way);
	tcase_add_test(tcase, no_hazard_is_no_output);
	tcase_add_loop_test(
	    tcase, the_safe_way_names_this_table, 0, sizeof(ways) / sizeof(*ways));
	tcase_add_test(tcase, a_reason_allows);
	tcase_add_test(tcase, one_that_allows_nothing_is_told);
	tcase_add_test(tcase, one_without_a_reason_is_an_error);
	tcase_add_test(tcase, named_files_are_one_set);
	tcase_add_test(tcase, a_draft_comes_after_the_folder);
	tcase_add_test(tcase, what_takes_a_migration_back_comes_after_it);
	tcase_add_test(tcase, a_game_stands_on_the_library);
	tcase_add_test(tcase, a_migration_that_fails_is_shown);
	tcase_add_test(tcase, the_command_line_is_checked);
	tcase_add_test(tcase, the_pending_are_judged_on_a_copy);
	tcase_add_test(tcase, sizes_come_from_the_named_database);
	tcase_add_loop_test(tcase, the_release_that_runs_says_what_it_uses, 0,
	    sizeof(releases) / sizeof(*releases));
	tcase_add_test(tcase, the_librarys_own_migrations_are_harmless);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
