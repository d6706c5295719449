/* SPDX-License-Identifier: MIT */
/* aet-db generate: the files that it writes. */
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "support/generating.h"

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
	    "DROP INDEX CONCURRENTLY public.aet_old_1;\n"
	    "DROP INDEX CONCURRENTLY public.hero_old;\n");
	CLI_SAYS(content("migrations/0002_safe.sql"), "-- aet: no-transaction\n");
	migrate();
	CLI(&cli, "generate", shadow);
	CLI_SAYS(cli.err, "no difference");
}
END_TEST

/* Rows that break a rule must not come in between two files: what takes the rule's
 * place is there first, or comes in the same transaction. */
static const struct {
	const char *from;
	const char *to;
	const char *files[3];
} guards[] = {
	{ "CREATE TABLE t (n integer CONSTRAINT c CHECK (n > 0));",
	    "CREATE TABLE t (n integer CONSTRAINT c CHECK (n > 1));",
	    { "ALTER TABLE public.t DROP CONSTRAINT c;\n"
	      "ALTER TABLE public.t ADD CONSTRAINT c CHECK ((n > 1)) NOT VALID;\n",
		"ALTER TABLE public.t VALIDATE CONSTRAINT c;\n" } },
	{ "CREATE TABLE t (n integer CONSTRAINT b CHECK (n > 0));",
	    "CREATE TABLE t (n integer CONSTRAINT c CHECK (n > 1));",
	    { "ALTER TABLE public.t ADD CONSTRAINT c CHECK ((n > 1)) NOT VALID;\n"
	      "ALTER TABLE public.t VALIDATE CONSTRAINT c;\n",
		"ALTER TABLE public.t DROP CONSTRAINT b;\n" } },
	{ "CREATE TABLE t (n integer, CONSTRAINT u UNIQUE (n));",
	    "CREATE TABLE t (n integer, m integer, CONSTRAINT u UNIQUE (n, m));",
	    { "ALTER TABLE public.t ADD COLUMN m integer;\n",
		"CREATE UNIQUE INDEX CONCURRENTLY aet_new_1 ON public.t USING btree (n, "
		"m);\n",
		"ALTER TABLE public.t DROP CONSTRAINT u;\n"
		"ALTER TABLE public.t ADD CONSTRAINT u UNIQUE USING INDEX "
		"aet_new_1;\n" } },
	{ "CREATE TABLE t (n integer NOT NULL, m integer NOT NULL,"
	  " CONSTRAINT one PRIMARY KEY (n));",
	    "CREATE TABLE t (n integer NOT NULL, m integer NOT NULL,"
	    " CONSTRAINT two PRIMARY KEY (n, m));",
	    { "CREATE UNIQUE INDEX CONCURRENTLY aet_new_1 ON public.t USING btree (n, "
	      "m);\n",
		"ALTER TABLE public.t DROP CONSTRAINT one;\n"
		"ALTER TABLE public.t ADD CONSTRAINT two PRIMARY KEY USING INDEX "
		"aet_new_1;\n" } },
	{ "CREATE TABLE t (n integer); CREATE UNIQUE INDEX u ON t (n);",
	    "CREATE TABLE t (n integer, CONSTRAINT u UNIQUE (n));",
	    { "CREATE UNIQUE INDEX CONCURRENTLY aet_new_1 ON public.t USING btree (n);\n",
		"DROP INDEX public.u;\n"
		"ALTER TABLE public.t ADD CONSTRAINT u UNIQUE USING INDEX "
		"aet_new_1;\n" } },
	{ "CREATE TABLE t (n integer, CONSTRAINT u UNIQUE (n));",
	    "CREATE TABLE t (n integer); CREATE UNIQUE INDEX u ON t (n);",
	    { "CREATE UNIQUE INDEX CONCURRENTLY aet_new_1 ON public.t USING btree (n);\n",
		"ALTER TABLE public.t DROP CONSTRAINT u;\n"
		"ALTER INDEX public.aet_new_1 RENAME TO u;\n" } },
	{ "CREATE TABLE t (n integer); CREATE UNIQUE INDEX u ON t (n);",
	    "CREATE TABLE t (n integer, m integer); CREATE UNIQUE INDEX u ON t (n, m);",
	    { "ALTER TABLE public.t ADD COLUMN m integer;\n",
		"ALTER INDEX public.u RENAME TO aet_old_1;\n"
		"CREATE UNIQUE INDEX CONCURRENTLY u ON public.t USING btree (n, m);\n"
		"DROP INDEX CONCURRENTLY public.aet_old_1;\n" } },
	{ "CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (x m CONSTRAINT c CHECK (x = "
	  "'a'));",
	    "CREATE TYPE m AS ENUM ('a', 'b');"
	    "CREATE TABLE t (x m CONSTRAINT c CHECK (x = 'b'));",
	    { "ALTER TYPE public.m ADD VALUE 'b';\n",
		"ALTER TABLE public.t DROP CONSTRAINT c;\n"
		"ALTER TABLE public.t ADD CONSTRAINT c CHECK ((x = 'b'::public.m)) NOT "
		"VALID;\n",
		"ALTER TABLE public.t VALIDATE CONSTRAINT c;\n" } },
	{ "CREATE TABLE k (a integer UNIQUE, b integer UNIQUE);"
	  "CREATE TABLE t (n integer CONSTRAINT f REFERENCES k (a));",
	    "CREATE TABLE k (a integer UNIQUE, b integer UNIQUE);"
	    "CREATE TABLE t (n integer CONSTRAINT f REFERENCES k (b));",
	    { "ALTER TABLE public.t DROP CONSTRAINT f;\n"
	      "ALTER TABLE public.t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES "
	      "public.k(b) NOT VALID;\n",
		"ALTER TABLE public.t VALIDATE CONSTRAINT f;\n" } },
};

START_TEST(what_guards_a_table_is_never_away)
{
	glob_t found;
	char pattern[512];

	begin_with(guards[_i].from);
	schema(guards[_i].to);
	CLI(&cli, "generate", "next", shadow);
	CLI_EXITS(&cli, 0);
	snprintf(pattern, sizeof(pattern), "%s/migrations/*_next*", cli.directory);
	ck_assert_int_eq(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i] + strlen(cli.directory) + 1;

		ck_assert_ptr_nonnull(guards[_i].files[i]);
		ck_assert_str_eq(statements(path), guards[_i].files[i]);
	}
	ck_assert(found.gl_pathc == 3 || guards[_i].files[found.gl_pathc] == NULL);
	globfree(&found);
	migrate();
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

/* Without --shadow: a private server has no roles of anybody's. */
START_TEST(roles_are_nobodys)
{
	test_cli_write(&cli, "migrations/0001_one.sql",
	    "CREATE TABLE hero (id integer); GRANT SELECT ON hero TO reader;");
	schema("CREATE TABLE hero (id integer); GRANT SELECT ON hero TO reader;"
	       "GRANT INSERT ON hero TO \"The Writer\";");
	CLI(&cli, "generate", "roles");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(statements("migrations/0002_roles.sql"),
	    "GRANT INSERT ON TABLE public.hero TO \"The Writer\";\n");
	CLI(&cli, "generate", shadow);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "role \"reader\" does not exist");
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
	schema(
	    "CREATE TABLE hero (id integer PRIMARY KEY, owner uuid REFERENCES users);\n"
	    "CREATE INDEX ON hero (nothing);");
	CLI(&cli, "generate", "--check");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, ":2:1: column \"nothing\" does not exist (SQLSTATE 42703)");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("generate");
	TCase *tcase = tcase_create("generate");

	tcase_add_checked_fixture(tcase, generating_setup, generating_teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_test(tcase, the_first_migration_is_the_schema);
	tcase_add_test(tcase, check_writes_nothing);
	tcase_add_test(tcase, numbers_go_on_as_the_folder_has_them);
	tcase_add_test(tcase, a_table_in_use_is_not_stopped);
	tcase_add_loop_test(tcase, what_guards_a_table_is_never_away, 0,
	    (int)(sizeof(guards) / sizeof(guards[0])));
	tcase_add_test(tcase, one_plain_file_is_to_be_had);
	tcase_add_test(tcase, a_label_is_committed_before_its_use);
	tcase_add_test(tcase, partitions_get_their_indexes_one_by_one);
	tcase_add_test(tcase, roles_are_nobodys);
	tcase_add_test(tcase, the_librarys_tables_are_there);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
