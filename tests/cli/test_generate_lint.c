/* SPDX-License-Identifier: MIT */
/* What generate writes is clean to lint, in either form: each hazard that is left is
 * named in its file's head, and allowed there. */
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "support/generating.h"

#define MOST 12

static const struct {
	const char *from;
	const char *to;
} changes[] = {
	{ "CREATE TABLE a (id integer); CREATE TABLE b (id integer);",
	    "CREATE TABLE a (id integer, x integer); CREATE TABLE b (id integer, x "
	    "text);" },
	{ "CREATE TABLE a (id integer); CREATE TABLE b (id integer);",
	    "CREATE TABLE a (id integer, x uuid DEFAULT gen_random_uuid());"
	    "CREATE TABLE b (id bigint, y integer);" },
	{ "CREATE TABLE a (id integer, old text); CREATE TABLE b (id integer);",
	    "CREATE TABLE a (id integer); CREATE TABLE c (id integer);" },
	{ "CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (id integer, a "
	  "integer);",
	    "CREATE TABLE a (id integer PRIMARY KEY);"
	    "CREATE TABLE b (id integer NOT NULL UNIQUE, a integer REFERENCES a,"
	    " CHECK (id > 0)); CREATE INDEX by_a ON b (a);" },
	{ "CREATE TABLE a (id integer PRIMARY KEY);"
	  "CREATE TABLE b (a integer CONSTRAINT f REFERENCES a, n integer CONSTRAINT c"
	  " CHECK (n > 0), CONSTRAINT u UNIQUE (n));",
	    "CREATE TABLE a (id integer PRIMARY KEY);"
	    "CREATE TABLE b (a integer CONSTRAINT f REFERENCES a ON DELETE CASCADE,"
	    " n integer CONSTRAINT c CHECK (n > 1), m integer,"
	    " CONSTRAINT u UNIQUE (n, m));" },
	{ "CREATE TABLE a (id integer); CREATE INDEX i ON a (id);"
	  "CREATE UNIQUE INDEX u ON a (id);",
	    "CREATE TABLE a (id integer, m text); CREATE INDEX i ON a (id DESC);"
	    "CREATE UNIQUE INDEX u ON a (id, m);" },
	{ "CREATE TABLE a (id integer, n numeric(9,2), s text, t timestamp);",
	    "CREATE TABLE a (id bigint, n numeric(9,1), s varchar(3), t timestamptz);" },
	{ "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE a (m mood);",
	    "CREATE TYPE mood AS ENUM ('sad', 'mad'); CREATE TABLE a (m mood);" },
	{ "CREATE TYPE mood AS ENUM ('sad', 'glad');"
	  "CREATE TABLE a (m mood CONSTRAINT c CHECK (m <> 'sad'));",
	    "CREATE TYPE mood AS ENUM ('sad', 'mad', 'glad');"
	    "CREATE TABLE a (m mood DEFAULT 'mad' CONSTRAINT c CHECK (m <> 'mad'));" },
	{ "CREATE TABLE a (id integer);",
	    "CREATE TABLE a (id integer NOT NULL, n integer NOT NULL);" },
	{ "CREATE TABLE a (id integer);",
	    "CREATE TABLE a (id integer GENERATED ALWAYS AS IDENTITY, g integer GENERATED"
	    " ALWAYS AS (7) STORED);" },
	{ "CREATE TABLE a (r int4range);", "CREATE TABLE a (r int4range, CONSTRAINT x "
					   "EXCLUDE USING gist (r WITH &&));" },
	{ "CREATE TABLE p (at date NOT NULL, id integer) PARTITION BY RANGE (at);"
	  "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO "
	  "('2021-01-01');"
	  "CREATE TABLE a (id integer PRIMARY KEY);",
	    "CREATE TABLE a (id integer PRIMARY KEY);"
	    "CREATE TABLE p (at date NOT NULL, id integer REFERENCES a,"
	    " PRIMARY KEY (at)) PARTITION BY RANGE (at);"
	    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO "
	    "('2021-01-01');"
	    "CREATE INDEX pi ON p (id);" },
	{ "CREATE TABLE p (at date NOT NULL, id integer NOT NULL, PRIMARY KEY (at))"
	  " PARTITION BY RANGE (at);"
	  "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO "
	  "('2021-01-01');",
	    "CREATE TABLE p (at date NOT NULL, id integer NOT NULL, PRIMARY KEY (at, id))"
	    " PARTITION BY RANGE (at);"
	    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO "
	    "('2021-01-01');" },
	{ "CREATE TABLE a (id integer); CREATE VIEW v AS SELECT id FROM a;"
	  "CREATE MATERIALIZED VIEW mv AS SELECT id FROM a; CREATE UNIQUE INDEX mi ON mv "
	  "(id);",
	    "CREATE TABLE a (id bigint); CREATE VIEW v AS SELECT id, 1 AS one FROM a;"
	    "CREATE MATERIALIZED VIEW mv AS SELECT id, 2 AS two FROM a;"
	    "CREATE UNIQUE INDEX mi ON mv (id);" },
	{ "CREATE TABLE a (id integer); GRANT SELECT ON a TO PUBLIC;"
	  "ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON a USING (true);",
	    "CREATE TABLE a (id integer); CREATE TABLE b (id integer);"
	    "ALTER TABLE b ENABLE ROW LEVEL SECURITY;" },
	{ "CREATE DOMAIN d AS integer; CREATE TABLE a (x d);",
	    "CREATE DOMAIN d AS integer NOT NULL CHECK (VALUE > 0); CREATE TABLE a (x "
	    "d);" },
	{ "CREATE TABLE a (id integer CONSTRAINT one PRIMARY KEY, b integer NOT NULL);",
	    "CREATE TABLE a (id integer, b integer NOT NULL, CONSTRAINT two PRIMARY KEY"
	    " (id, b));" },
	{ "CREATE TABLE a (id serial PRIMARY KEY, n integer);",
	    "CREATE TABLE a (id integer PRIMARY KEY, n integer);" },
	{ "CREATE TABLE a (id integer); CREATE TABLE b (id integer);",
	    "CREATE UNLOGGED TABLE a (id integer); CREATE TABLE b (id integer) INHERITS "
	    "(a);" },
};
#define CHANGES ((int)(sizeof(changes) / sizeof(changes[0])))

static void
lint(const char *const args[])
{
	test_cli_run(&cli, args);
	ck_assert_msg(cli.exit == 0, "%s%s", cli.out, cli.err);
}

/* Its paths, from "migrations/" on. */
static size_t
next_files(const char *paths[MOST], glob_t *found)
{
	char pattern[512];

	snprintf(pattern, sizeof(pattern), "%s/migrations/*_next*", cli.directory);
	ck_assert_int_eq(glob(pattern, 0, NULL, found), 0);
	ck_assert_uint_lt(found->gl_pathc, MOST);
	for (size_t i = 0; i < found->gl_pathc; i++)
		paths[i] = found->gl_pathv[i] + strlen(cli.directory) + 1;
	return found->gl_pathc;
}

/* Together, as they are applied; and each by itself, which meets what those before
 * it have made. */
static void
lint_files(void)
{
	const char *args[MOST + 2] = { "lint" };
	glob_t found;
	size_t count = next_files(args + 1, &found);

	lint(args);
	CLI_SAYS_NOT(cli.err, "this allows nothing");
	for (size_t i = 0; count > 1 && i < count; i++)
		lint((const char *const[]){ "lint", args[1 + i], NULL });
	globfree(&found);
}

static void
change(int number, const char *form)
{
	begin_with(changes[number].from);
	schema(changes[number].to);
	CLI(&cli, "generate", "next", "--accept-data-loss", shadow, form);
	CLI_EXITS(&cli, 0);
	lint_files();
}

START_TEST(in_the_live_form)
{
	change(_i, NULL);
}
END_TEST

START_TEST(in_the_plain_form)
{
	change(_i, "--transactional");
}
END_TEST

START_TEST(the_reason_stands_in_the_head)
{
	begin_with("CREATE TABLE a (id integer); CREATE TABLE b (id integer);");
	schema("CREATE TABLE a (id integer, x integer);"
	       "CREATE TABLE b (id integer, x integer);");
	CLI(&cli, "generate", "next", shadow);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err, "hazard lock-order: b: one table stays locked");
	ck_assert_str_eq(content("migrations/0002_next.sql"),
	    "-- 0002_next.sql: written by aet-db generate, to be read before it is run.\n"
	    "--\n"
	    "-- hazard lock-order: b: one table stays locked while another is waited "
	    "for: "
	    "a transaction of the game's that takes them the other way round is a "
	    "deadlock\n"
	    "--   instead: a migration for a, and another for b\n"
	    "--\n"
	    "-- aet: allow lock-order one transaction, so that all of it is there or "
	    "nothing\n\n"
	    "ALTER TABLE public.a ADD COLUMN x integer;\n"
	    "ALTER TABLE public.b ADD COLUMN x integer;\n");
	migrate();
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("generate_lint");
	TCase *tcase = tcase_create("generate_lint");

	tcase_add_checked_fixture(tcase, generating_setup, generating_teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_loop_test(tcase, in_the_live_form, 0, CHANGES);
	tcase_add_loop_test(tcase, in_the_plain_form, 0, CHANGES);
	tcase_add_test(tcase, the_reason_stands_in_the_head);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
