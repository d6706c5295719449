/* SPDX-License-Identifier: MIT */
/* aet-db generate: what it writes, what it refuses, and what rows come to. */
#include <check.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cli.h"
#include "support/server.h"

static test_cli cli;
static char *url;
static char shadow[512];
static char *text;

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
	free(text);
	text = NULL;
}

/* A file of the scratch directory, until the next is read. */
static const char *
content(const char *name)
{
	char path[512];
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", cli.directory, name);
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "there is no %s", path);
	free(text);
	text = NULL;
	ck_assert_int_ge(getdelim(&text, &size, '\0', file), 0);
	fclose(file);
	return text;
}

/* The statements of a file, without its comments. */
static const char *
statements(const char *name)
{
	const char *line = content(name);
	char *kept = text;
	bool inside = false;

	for (size_t len; *line != '\0'; line += len) {
		len = strcspn(line, "\n") + 1;

		inside = inside || (line[0] != '-' && line[0] != '\n');
		if (inside) {
			memmove(kept, line, len);
			kept += len;
		}
	}
	*kept = '\0';
	return text;
}

static int
file_count(void)
{
	char path[512];
	DIR *folder;
	int count = 0;
	struct dirent *entry;

	snprintf(path, sizeof(path), "%s/migrations", cli.directory);
	folder = opendir(path);
	if (folder == NULL)
		return 0;
	while ((entry = readdir(folder)) != NULL)
		count +=
		    strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(folder);
	return count;
}

static void
schema(const char *sql)
{
	test_cli_write(&cli, "schema/game.sql", sql);
}

/* Writes the first migration, and applies it to the database. */
static void
begin_with(const char *sql)
{
	schema(sql);
	CLI(&cli, "generate", "first", shadow);
	CLI_EXITS(&cli, 0);
}

static void
migrate(void)
{
	CLI(&cli, "migrate", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 0);
}

/* ---- files --------------------------------------------------------------- */

START_TEST(the_first_migration_is_the_schema)
{
	schema("CREATE TABLE hero (id integer PRIMARY KEY, name text NOT NULL);");
	CLI(&cli, "generate", shadow);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "migrations/0001_create_hero.sql\n");
	ck_assert_str_eq(content("migrations/0001_create_hero.sql"),
	    "-- 0001_create_hero.sql: written by aet-db generate, to be read before it "
	    "is run.\n\n"
	    "CREATE TABLE public.hero (\n\tid integer NOT NULL,\n\tname text NOT NULL\n"
	    ");\n"
	    "ALTER TABLE public.hero ADD CONSTRAINT hero_pkey PRIMARY KEY (id);\n");
	CLI(&cli, "generate", shadow);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "");
	CLI_SAYS(cli.err, "no difference");
	ck_assert_int_eq(file_count(), 1);
}
END_TEST

START_TEST(check_writes_nothing)
{
	begin_with("CREATE TABLE hero (id integer);");
	CLI(&cli, "generate", "--check", shadow);
	CLI_EXITS(&cli, 0);
	schema("CREATE TABLE hero (id integer, age integer);");
	CLI(&cli, "generate", "--check", shadow);
	CLI_EXITS(&cli, 4);
	ck_assert_str_eq(cli.out, "ALTER TABLE public.hero ADD COLUMN age integer;\n");
	ck_assert_int_eq(file_count(), 1);
}
END_TEST

START_TEST(numbers_go_on_as_the_folder_has_them)
{
	test_cli_write(&cli, "migrations/007_one.sql", "CREATE TABLE hero ();");
	schema("CREATE TABLE hero (id integer);");
	CLI(&cli, "generate", "Add the Id!", shadow);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "migrations/008_add_the_id.sql\n");
}
END_TEST

START_TEST(a_table_in_use_is_not_stopped)
{
	begin_with(
	    "CREATE TABLE clan (id integer PRIMARY KEY);"
	    "CREATE TABLE hero (id integer, name text, clan integer, age integer);"
	    "CREATE INDEX hero_age ON hero (age); CREATE INDEX hero_old ON hero (id);");
	schema("CREATE TABLE clan (id integer PRIMARY KEY);"
	       "CREATE TABLE hero (id integer PRIMARY KEY, name text NOT NULL,"
	       " clan integer REFERENCES clan, age integer CHECK (age > 0), UNIQUE (name)"
	       " DEFERRABLE INITIALLY DEFERRED);"
	       "CREATE INDEX hero_age ON hero (age DESC);");
	CLI(&cli, "generate", "safe", shadow);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "migrations/0002_safe.sql\n");
	ck_assert_str_eq(statements("migrations/0002_safe.sql"),
	    "ALTER INDEX public.hero_age RENAME TO aet_old_1;\n"
	    "DROP INDEX CONCURRENTLY public.hero_old;\n"
	    "ALTER TABLE public.hero ADD CONSTRAINT aet_not_null"
	    " CHECK (id IS NOT NULL) NOT VALID;\n"
	    "ALTER TABLE public.hero VALIDATE CONSTRAINT aet_not_null;\n"
	    "ALTER TABLE public.hero ALTER COLUMN id SET NOT NULL;\n"
	    "ALTER TABLE public.hero DROP CONSTRAINT aet_not_null;\n"
	    "ALTER TABLE public.hero ADD CONSTRAINT aet_not_null"
	    " CHECK (name IS NOT NULL) NOT VALID;\n"
	    "ALTER TABLE public.hero VALIDATE CONSTRAINT aet_not_null;\n"
	    "ALTER TABLE public.hero ALTER COLUMN name SET NOT NULL;\n"
	    "ALTER TABLE public.hero DROP CONSTRAINT aet_not_null;\n"
	    "ALTER TABLE public.hero ADD CONSTRAINT hero_age_check"
	    " CHECK ((age > 0)) NOT VALID;\n"
	    "ALTER TABLE public.hero VALIDATE CONSTRAINT hero_age_check;\n"
	    "ALTER TABLE public.hero ADD CONSTRAINT hero_clan_fkey"
	    " FOREIGN KEY (clan) REFERENCES public.clan(id) NOT VALID;\n"
	    "ALTER TABLE public.hero VALIDATE CONSTRAINT hero_clan_fkey;\n"
	    "CREATE UNIQUE INDEX CONCURRENTLY hero_name_key ON public.hero"
	    " USING btree (name);\n"
	    "ALTER TABLE public.hero ADD CONSTRAINT hero_name_key UNIQUE"
	    " USING INDEX hero_name_key DEFERRABLE INITIALLY DEFERRED;\n"
	    "CREATE UNIQUE INDEX CONCURRENTLY hero_pkey ON public.hero"
	    " USING btree (id);\n"
	    "ALTER TABLE public.hero ADD CONSTRAINT hero_pkey PRIMARY KEY"
	    " USING INDEX hero_pkey;\n"
	    "CREATE INDEX CONCURRENTLY hero_age ON public.hero USING btree (age DESC);\n"
	    "DROP INDEX CONCURRENTLY public.aet_old_1;\n");
	CLI_SAYS(content("migrations/0002_safe.sql"), "-- aet: no-transaction\n");
	migrate();
	CLI(&cli, "generate", shadow);
	CLI_SAYS(cli.err, "no difference");
}
END_TEST

START_TEST(one_plain_file_is_to_be_had)
{
	begin_with("CREATE TABLE hero (id integer, name text);");
	schema("CREATE TABLE hero (id integer, name text UNIQUE, age integer);"
	       "CREATE INDEX by_id ON hero (id);");
	CLI(&cli, "generate", "plain", "--transactional", shadow);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(statements("migrations/0002_plain.sql"),
	    "ALTER TABLE public.hero ADD COLUMN age integer;\n"
	    "ALTER TABLE public.hero ADD CONSTRAINT hero_name_key UNIQUE (name);\n"
	    "CREATE INDEX by_id ON public.hero USING btree (id);\n");
	CLI_SAYS(content("migrations/0002_plain.sql"),
	    "-- hazard blocks-writes: index public.by_id is built under a lock");
	ck_assert_int_eq(file_count(), 2);
}
END_TEST

START_TEST(a_label_is_committed_before_its_use)
{
	begin_with("CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE hero (mood mood);"
		   "CREATE INDEX by_mood ON hero (mood);");
	schema("CREATE TYPE mood AS ENUM ('sad', 'ok');"
	       "CREATE TABLE hero (mood mood DEFAULT 'sad', id integer);"
	       "CREATE INDEX by_mood ON hero (mood) WHERE mood = 'sad';");
	CLI(&cli, "generate", "mood", shadow);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "migrations/0002_mood_labels.sql\n"
				  "migrations/0003_mood.sql\n"
				  "migrations/0004_mood_live.sql\n");
	ck_assert_str_eq(statements("migrations/0002_mood_labels.sql"),
	    "ALTER TYPE public.mood ADD VALUE 'sad' BEFORE 'ok';\n");
	ck_assert_str_eq(statements("migrations/0003_mood.sql"),
	    "ALTER TABLE public.hero ADD COLUMN id integer;\n"
	    "ALTER TABLE ONLY public.hero ALTER COLUMN mood SET DEFAULT"
	    " 'sad'::public.mood;\n");
	migrate();
}
END_TEST

START_TEST(partitions_get_their_indexes_one_by_one)
{
	const char *tables = "CREATE TABLE log (at date NOT NULL, id integer NOT NULL)"
			     " PARTITION BY RANGE (at);"
			     "CREATE TABLE log_1 PARTITION OF log"
			     " FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');";
	char wanted[1024];

	begin_with(tables);
	snprintf(wanted, sizeof(wanted),
	    "%s CREATE INDEX log_id ON log (id); ALTER TABLE log ADD PRIMARY KEY (at, "
	    "id);",
	    tables);
	schema(wanted);
	CLI(&cli, "generate", "parts", shadow);
	CLI_EXITS(&cli, 0);
	ck_assert_int_eq(file_count(), 4);
	CLI_SAYS(content("migrations/0002_parts.sql"),
	    "CREATE INDEX log_id ON ONLY public.log USING btree (id);");
	CLI_SAYS(content("migrations/0003_parts_live.sql"),
	    "CREATE INDEX CONCURRENTLY log_1_id_idx ON public.log_1 USING btree (id);");
	CLI_SAYS(content("migrations/0003_parts_live.sql"),
	    "CREATE UNIQUE INDEX CONCURRENTLY log_1_pkey ON public.log_1");
	CLI_SAYS(content("migrations/0004_parts.sql"),
	    "ALTER INDEX public.log_id ATTACH PARTITION public.log_1_id_idx;");
	migrate();
	CLI(&cli, "generate", shadow);
	CLI_SAYS(cli.err, "no difference");
}
END_TEST

START_TEST(the_librarys_tables_are_there)
{
	begin_with(
	    "CREATE TABLE hero (id integer PRIMARY KEY, owner uuid REFERENCES users);");
	CLI(&cli, "migrate", "--url", url);
	CLI_EXITS(&cli, 0);
	migrate();
	CLI_SAYS_NOT(content("migrations/0001_first.sql"), "CREATE TABLE public.users");
	CLI_SAYS(content("migrations/0001_first.sql"), "REFERENCES public.users(id)");
}
END_TEST

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
	ck_assert_str_eq(cli.err, "");
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
	    "schema/game.sql:1: \"-- aet: renamed from\" stands beside nothing" },
	{ NULL,
	    "CREATE TABLE hero (\n id integer,\n UNIQUE (id) -- aet: renamed from x\n);",
	    1, "schema/game.sql:3: \"-- aet: renamed from\" stands beside nothing" },
	{ NULL, "CREATE TABLE hero (id intege);", 1, "schema/game.sql:1:1: type" },
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

/* ---- hazards ------------------------------------------------------------- */

static const struct {
	const char *from;
	const char *to;
	const char *says; /* NULL: no hazard at all */
} hazards[] = {
	{ "name varchar(50)", "name text", NULL },
	{ "name varchar(50)", "name varchar(60)", NULL },
	{ "name text", "name varchar(3)", "existing-rows: column public.t.name changes" },
	{ "n integer", "n bigint", "table-rewrite: table public.t is rewritten" },
	{ "n bigint", "n integer", "existing-rows: column public.t.n changes its type" },
	{ "n numeric(9,2)", "n numeric(9,1)", "data-loss: column public.t.n changes" },
	{ "n double precision", "n integer", "data-loss: column public.t.n changes" },
	{ "n integer[]", "n integer", "data-loss: column public.t.n changes" },
	{ "n timestamptz", "n date", "data-loss: column public.t.n changes" },
	{ "n timestamp", "n timestamptz", "read in the session's time zone" },
	{ "n text", "n integer", "existing-rows: column public.t.n changes" },
	{ "n json", "n jsonb", "data-loss: column public.t.n changes" },
	{ "n integer", "n integer, m uuid DEFAULT gen_random_uuid()",
	    "volatile-default: table public.t is rewritten" },
	{ "n integer", "n integer, m integer DEFAULT 7", NULL },
	{ "n integer", "n integer, m integer NOT NULL", "existing-rows: column" },
	{ "n integer", "n integer NOT NULL", "existing-rows: not null public.t.n" },
	{ "n integer", "n integer UNIQUE", "existing-rows: constraint public.t t_n_key" },
	{ "n serial", "n integer", "data-loss: sequence public.t_n_seq is dropped" },
	{ "n integer, m serial", "n integer", "data-loss: column public.t.m is dropped" },
};

START_TEST(hazards_are_named)
{
	char sql[256];

	snprintf(sql, sizeof(sql), "CREATE TABLE t (%s);", hazards[_i].from);
	begin_with(sql);
	snprintf(sql, sizeof(sql), "CREATE TABLE t (%s);", hazards[_i].to);
	schema(sql);
	CLI(&cli, "generate", "next", "--accept-data-loss", shadow);
	CLI_EXITS(&cli, 0);
	if (hazards[_i].says == NULL) {
		ck_assert_str_eq(cli.err, "");
		return;
	}
	CLI_SAYS(cli.err, hazards[_i].says);
	CLI_SAYS(content(file_count() > 2 ? "migrations/0003_next_live.sql"
					  : "migrations/0002_next.sql"),
	    "-- hazard ");
}
END_TEST

START_TEST(rows_are_estimated)
{
	json_t *document;
	json_t *hazard;

	begin_with("CREATE TABLE hero (id integer, old text);");
	migrate();
	test_sql(url, "INSERT INTO hero SELECT generate_series(1, 500); ANALYZE hero;");
	schema("CREATE TABLE hero (id integer);");
	CLI(&cli, "generate", "next", "--json", "--accept-data-loss", "--url", url,
	    shadow);
	CLI_EXITS(&cli, 0);
	document = test_cli_document(&cli);
	hazard = json_array_get(json_object_get(document, "hazards"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(hazard, "code")), "data-loss");
	ck_assert_str_eq(
	    json_string_value(json_object_get(hazard, "table")), "public.hero");
	ck_assert_str_eq(
	    json_string_value(json_object_get(hazard, "rows")), "about 500 rows");
	ck_assert_uint_eq(json_array_size(json_object_get(document, "files")), 1);
	json_decref(document);
}
END_TEST

START_TEST(the_release_that_runs_is_thought_of)
{
	begin_with("CREATE TABLE hero (id integer, name text);");
	test_cli_write(&cli, "manifest.json",
	    "{\"schema_hash\": \"0\", \"queries\": ["
	    "{\"name\": \"FindHero\", \"sql\": \"SELECT name FROM hero WHERE id = $1\"},"
	    "{\"name\": \"CountHeroes\", \"sql\": \"SELECT count(*) FROM hero\"}]}");
	schema("CREATE TABLE hero (id integer);");
	CLI(&cli, "generate", "next", "--accept-data-loss", "--manifest", "manifest.json",
	    shadow);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err, "hazard breaks-release: the release that runs uses query "
			  "FindHero, which fails afterwards: column \"name\" does not "
			  "exist");
	CLI_SAYS_NOT(cli.err, "CountHeroes");
}
END_TEST

START_TEST(privileges_that_go_are_named)
{
	test_cli_write(&cli, "migrations/0001_one.sql",
	    "CREATE TABLE hero (id integer); GRANT SELECT ON hero TO PUBLIC;"
	    "ALTER TABLE hero ENABLE ROW LEVEL SECURITY;");
	schema("CREATE TABLE hero (id integer);");
	CLI(&cli, "generate", "next", shadow);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(
	    cli.err, "hazard privileges-lost: grant TABLE public.hero SELECT PUBLIC");
	CLI_SAYS(cli.err, "hazard row-security: row security public.hero goes");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("generate");
	TCase *tcase = tcase_create("generate");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, the_first_migration_is_the_schema);
	tcase_add_test(tcase, check_writes_nothing);
	tcase_add_test(tcase, numbers_go_on_as_the_folder_has_them);
	tcase_add_test(tcase, a_table_in_use_is_not_stopped);
	tcase_add_test(tcase, one_plain_file_is_to_be_had);
	tcase_add_test(tcase, a_label_is_committed_before_its_use);
	tcase_add_test(tcase, partitions_get_their_indexes_one_by_one);
	tcase_add_test(tcase, the_librarys_tables_are_there);
	tcase_add_test(tcase, what_is_declared_is_renamed);
	tcase_add_test(tcase, a_flag_declares_a_rename);
	tcase_add_test(tcase, a_rename_is_never_guessed);
	tcase_add_test(tcase, a_terminal_is_asked);
	tcase_add_loop_test(tcase, a_rename_that_cannot_be_is_refused, 0,
	    (int)(sizeof(mistakes) / sizeof(mistakes[0])));
	tcase_add_loop_test(
	    tcase, hazards_are_named, 0, (int)(sizeof(hazards) / sizeof(hazards[0])));
	tcase_add_test(tcase, rows_are_estimated);
	tcase_add_test(tcase, the_release_that_runs_is_thought_of);
	tcase_add_test(tcase, privileges_that_go_are_named);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
