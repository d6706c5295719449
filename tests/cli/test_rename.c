/* SPDX-License-Identifier: MIT */
/* Renames, declared and not: what generate writes, and what it refuses. */
#include <stdio.h>
#include <string.h>

#include "support/generating.h"

/* ---- renames ------------------------------------------------------------- */

START_TEST(what_is_declared_is_renamed)
{
	begin_with(
	    "CREATE TYPE mood AS ENUM ('glad');"
	    "CREATE TABLE player (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
	    " mail text UNIQUE, mood mood);");
	migrate();
	test_sql(url, "INSERT INTO player (mail, mood) VALUES ('a@b', 'glad')");
	schema("CREATE TYPE mood AS ENUM ('happy' -- aet: renamed from glad\n);\n"
	       "-- Who plays.\n"
	       "-- aet: renamed from player\n"
	       "CREATE TABLE \"Hero\" (\n"
	       "  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
	       "  email text, -- aet: renamed from mail\n"
	       "  mood mood, UNIQUE (email)\n"
	       ");");
	CLI(&cli, "generate", "names", shadow);
	CLI_EXITS(&cli, 0);
	/* Nothing is lost; but the release that runs knows the old names. */
	CLI_SAYS(cli.err, "hazard breaks-release: mood.'glad': ");
	CLI_SAYS(cli.err, "hazard breaks-release: player: ");
	CLI_SAYS_NOT(cli.err, "data-loss");
	ck_assert_str_eq(statements("migrations/0002_names.sql"),
	    "ALTER TYPE public.mood RENAME VALUE 'glad' TO 'happy';\n"
	    "ALTER TABLE public.player RENAME TO \"Hero\";\n"
	    "ALTER TABLE public.\"Hero\" RENAME COLUMN mail TO email;\n"
	    "ALTER SEQUENCE public.player_id_seq RENAME TO \"Hero_id_seq\";\n"
	    "ALTER TABLE public.\"Hero\" RENAME CONSTRAINT player_mail_key TO"
	    " \"Hero_email_key\";\n"
	    "ALTER TABLE public.\"Hero\" RENAME CONSTRAINT player_pkey TO"
	    " \"Hero_pkey\";\n");
	migrate();
	test_sql(url, "INSERT INTO \"Hero\" (email) VALUES ('c@d')");
	test_value_is(url,
	    "SELECT string_agg(concat_ws(' ', id, email, mood), ',' ORDER BY id)"
	    " FROM \"Hero\"",
	    "1 a@b happy,2 c@d");
	/* What is done stays said, and is not done again. */
	CLI(&cli, "generate", shadow);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err, "no difference");
}
END_TEST

START_TEST(a_flag_declares_a_rename)
{
	begin_with("CREATE TABLE hero (mail text); CREATE TABLE old (id integer);");
	schema("CREATE TABLE hero (email text); CREATE TABLE fresh (id integer);");
	CLI(&cli, "generate", "names", "--rename", "hero.mail=hero.email", "--rename",
	    "old=public.fresh", shadow);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(statements("migrations/0002_names.sql"),
	    "ALTER TABLE public.hero RENAME COLUMN mail TO email;\n"
	    "ALTER TABLE public.old RENAME TO fresh;\n");
}
END_TEST

START_TEST(a_rename_is_never_guessed)
{
	begin_with("CREATE TABLE hero (mail text);");
	schema("CREATE TABLE hero (email text);");
	CLI(&cli, "generate", "names", "--yes", shadow);
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.err, "hazard likely-rename: column public.hero.mail goes");
	CLI_SAYS(cli.err, "--rename 'public.hero.mail=public.hero.email'");
	CLI_SAYS(cli.err, "hazard data-loss: column public.hero.mail is dropped");
	CLI_SAYS(cli.err, "--accept-data-loss");
	ck_assert_int_eq(file_count(), 1);
	CLI(&cli, "generate", "names", "--dry-run", shadow);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "ALTER TABLE public.hero DROP COLUMN mail;");
	ck_assert_int_eq(file_count(), 1);
	CLI(&cli, "generate", "names", "--accept-data-loss", shadow);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(statements("migrations/0002_names.sql"),
	    "ALTER TABLE public.hero DROP COLUMN mail;\n"
	    "ALTER TABLE public.hero ADD COLUMN email text;\n");
	CLI_SAYS(content("migrations/0002_names.sql"),
	    "-- hazard data-loss: column public.hero.mail is dropped with its values\n");
}
END_TEST

START_TEST(a_terminal_is_asked)
{
	begin_with("CREATE TABLE hero (mail text);");
	schema("CREATE TABLE hero (email text);");
	cli.typed = "\n";
	CLI(&cli, "generate", "names", shadow);
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.err, "Is it renamed (public.hero.mail=public.hero.email)?");
	ck_assert_int_eq(file_count(), 1);
	cli.typed = "d\nn\n";
	CLI(&cli, "generate", "names", shadow);
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.err, "Write a migration that loses this?");
	ck_assert_int_eq(file_count(), 1);
	cli.typed = "r\n";
	CLI(&cli, "generate", "names", shadow);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(statements("migrations/0002_names.sql"),
	    "ALTER TABLE public.hero RENAME COLUMN mail TO email;\n");
}
END_TEST

START_TEST(a_name_that_never_was_is_told)
{
	begin_with("CREATE TABLE hero (mail text);");
	schema("CREATE TABLE hero (\n mail text,\n title text -- aet: renamed from "
	       "mial\n);");
	CLI(&cli, "generate", "names", shadow);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err,
	    "hazard likely-rename: schema/game.sql:3 says that "
	    "public.hero.title was mial, which is not there: it is made new");
}
END_TEST

/* Each line is a place that a comment may have. */
static const struct {
	const char *sql;
	const char *renames; /* NULL: what the place says is refused */
} places[] = {
	{ "CREATE TABLE b (x integer, y integer); -- aet: renamed from a",
	    "a RENAME TO b" },
	{ "-- aet: renamed from a\nCREATE TABLE b (x integer, y integer);",
	    "a RENAME TO b" },
	{ "CREATE TABLE b -- aet: renamed from a\n(x integer, y integer);",
	    "a RENAME TO b" },
	{ "CREATE TABLE a (\n z integer, -- aet: renamed from x\n y integer);",
	    "RENAME COLUMN x TO z" },
	{ "CREATE TABLE a (\n x integer\n, z integer -- aet: renamed from y\n);",
	    "RENAME COLUMN y TO z" },
	{ "CREATE TABLE a (\n x integer,\n -- aet: renamed from y\n z integer\n);",
	    "RENAME COLUMN y TO z" },
	{ "CREATE TABLE a (x integer, y integer); SELECT 1; -- aet: renamed from b",
	    NULL },
	{ "CREATE TABLE a (\n z numeric(1,\n 0), -- aet: renamed from x\n y integer);",
	    "RENAME COLUMN x TO z" },
	{ "CREATE TABLE a (y integer);\n"
	  "ALTER TABLE a ADD COLUMN z integer; -- aet: renamed from x",
	    "RENAME COLUMN x TO z" },
};

START_TEST(a_comment_has_its_place)
{
	begin_with("CREATE TABLE a (x integer, y integer);");
	schema(places[_i].sql);
	CLI(&cli, "generate", "names", "--dry-run", shadow);
	CLI_EXITS(&cli, places[_i].renames != NULL ? 0 : 1);
	CLI_SAYS(places[_i].renames != NULL ? cli.out : cli.err,
	    places[_i].renames != NULL ? places[_i].renames : "stands beside nothing");
}
END_TEST

static const struct {
	const char *flag; /* NULL: none */
	const char *schema;
	int exit;
	const char *says;
} mistakes[] = {
	{ "hero.mail", "CREATE TABLE hero (email text);", 2, "is no rename: write" },
	{ "hero.no=hero.email", "CREATE TABLE hero (email text);", 1,
	    "there is no table or column hero.no" },
	{ "hero.mail=hero.no", "CREATE TABLE hero (email text);", 1,
	    "there is no column public.hero.no in the new schema" },
	{ "hero.mail=hero.id", "CREATE TABLE hero (id integer);", 1, "are both there" },
	{ NULL, "-- aet: renamed from x\nCREATE SEQUENCE s;", 1,
	    "schema/game.sql:1:1: \"-- aet: renamed from\" stands beside nothing" },
	{ NULL,
	    "CREATE TABLE hero (\n id integer,\n UNIQUE (id) -- aet: renamed from x\n);",
	    1, "schema/game.sql:3:14: \"-- aet: renamed from\" stands beside nothing" },
	{ NULL, "CREATE TABLE hero (id intege);", 1, "schema/game.sql:1:23: type" },
};

START_TEST(a_rename_that_cannot_be_is_refused)
{
	char flag[128];

	begin_with("CREATE TABLE hero (id integer, mail text);");
	schema(mistakes[_i].schema);
	snprintf(flag, sizeof(flag), "--rename=%s", mistakes[_i].flag);
	if (mistakes[_i].flag != NULL)
		CLI(&cli, "generate", flag, shadow);
	else
		CLI(&cli, "generate", shadow);
	CLI_EXITS(&cli, mistakes[_i].exit);
	CLI_SAYS(cli.err, mistakes[_i].says);
	ck_assert_int_eq(file_count(), 1);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("rename");
	TCase *tcase = tcase_create("rename");

	tcase_add_checked_fixture(tcase, generating_setup, generating_teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_test(tcase, what_is_declared_is_renamed);
	tcase_add_test(tcase, a_flag_declares_a_rename);
	tcase_add_test(tcase, a_rename_is_never_guessed);
	tcase_add_test(tcase, a_terminal_is_asked);
	tcase_add_test(tcase, a_name_that_never_was_is_told);
	tcase_add_loop_test(
	    tcase, a_comment_has_its_place, 0, (int)(sizeof(places) / sizeof(places[0])));
	tcase_add_loop_test(tcase, a_rename_that_cannot_be_is_refused, 0,
	    (int)(sizeof(mistakes) / sizeof(mistakes[0])));
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
