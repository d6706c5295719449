/* SPDX-License-Identifier: MIT */
/* As superuser: a schema is made to be read. */
/* aet-db codegen of a database as it is: its test makes the schema anew. */
#include "support/cli.h"
#include "support/server.h"

#include <stdlib.h>

static test_cli cli;
static char *url;

static const char schema[] =
    "CREATE TYPE mood AS ENUM ('sad', 'ok');"
    "CREATE TABLE heroes (id uuid PRIMARY KEY, name text NOT NULL, mood mood);"
    "CREATE FUNCTION half(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN n / 2; "
    "END; $$;"
    "COMMENT ON TABLE heroes IS 'a; b';";

static void
setup(void)
{
	test_cli_begin(&cli);
	url = test_database_create();
	test_cli_write(&cli, "q.sql",
	    "-- name: heroes :many\nSELECT *, half(3) FROM heroes WHERE mood = @mood;\n");
}

static void
teardown(void)
{
	test_cli_end(&cli);
	free(url);
}

static void
run(const char *command)
{
	char line[4096];

	snprintf(line, sizeof(line), "cd '%s' && %s", cli.directory, command);
	ck_assert_msg(system(line) == 0, "failed: %s", line);
}

static void
build_and_run(void)
{
	run("cc -std=c17 -Wall -Werror -I \"$AET_TEST_INCLUDE\" -I out test.c out/*.c "
	    "\"$AET_TEST_LIBRARY\" -Wl,-rpath,\"$(dirname \"$AET_TEST_LIBRARY\")\" -o "
	    "test && ./test");
}

START_TEST(a_database_is_dumped_for_its_test)
{
	test_sql(url, schema);
	CLI(&cli, "codegen", "--url", url, "--queries", "q.sql", "--prefix", "p",
	    "--out-include", "out", "--out-source", "out", "--test", "test.c");
	CLI_EXITS(&cli, 0);
	build_and_run();
	CLI(&cli, "codegen", "--url", url, "--queries", "q.sql", "--prefix", "p",
	    "--out-include", "out", "--out-source", "out", "--test", "test.c", "--check");
	CLI_EXITS(&cli, 0);
}
END_TEST

START_TEST(what_stands_on_the_library_is_dumped_without_it)
{
	CLI(&cli, "migrate", "--url", url);
	CLI_EXITS(&cli, 0);
	test_sql(url, "CREATE TABLE heroes (id uuid PRIMARY KEY REFERENCES users, mood "
		      "text); CREATE FUNCTION half(n int) RETURNS int LANGUAGE sql AS "
		      "'SELECT n / 2';");
	test_cli_write(&cli, "aet-db.json",
	    "{\"version\": 1, \"packages\": [{\"name\": \"p\", \"prefix\": \"p\", "
	    "\"library\": true, \"queries\": \"q.sql\", \"include\": \"out\", "
	    "\"source\": "
	    "\"out\", \"test\": \"test.c\"}]}");
	CLI(&cli, "codegen", "--url", url);
	CLI_EXITS(&cli, 0);
	run("test ! -e out/user.h");
	build_and_run();
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("codegen_url");
	TCase *all = tcase_create("url");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_set_timeout(all, 120);
	tcase_add_test(all, a_database_is_dumped_for_its_test);
	tcase_add_test(all, what_stands_on_the_library_is_dumped_without_it);
	suite_add_tcase(suite, all);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
