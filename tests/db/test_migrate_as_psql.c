/* SPDX-License-Identifier: MIT */
/*
 * What real projects' files do beyond plain tables: each history is run by psql,
 * a session a file, and by the migrator, and the two databases are dumped.
 * As superuser: files of others make extensions and roles.
 */
#include "support/migrating.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES 3

typedef struct history {
	const char *files[FILES];
	bool alone; /* without a transaction: psql's way unless told otherwise */
} history;

/* ---- the two ways ------------------------------------------------------- */

/* Through the shell; the output, which the caller free()s. */
static char *
output_of(const char *command)
{
	FILE *pipe = popen(command, "r");
	char *text = NULL;
	size_t size = 0;
	ssize_t len;

	ck_assert_ptr_nonnull(pipe);
	len = getdelim(&text, &size, '\0', pipe);
	ck_assert_msg(pclose(pipe) == 0, "%s", command);
	ck_assert_int_gt(len, 0);
	return text;
}

static char *
dump(const char *url)
{
	char *command = NULL;
	char *text;

	ck_assert_int_gt(asprintf(&command,
			     "'%s/pg_dump' -N aeturnis '%s' | sed "
			     "'/^\\\\restrict/d;/^\\\\unrestrict/d'",
			     test_server_bindir(), url),
	    0);
	text = output_of(command);
	free(command);
	return text;
}

static void
run_psql(const char *url, const char *name, const char *single)
{
	char *command = NULL;

	ck_assert_int_gt(asprintf(&command,
			     "PGOPTIONS='-c client_min_messages=error' '%s/psql' -X -q "
			     "-v ON_ERROR_STOP=1 "
			     "%s -o /dev/null -f '%s/%s' '%s'",
			     test_server_bindir(), single, test_folder, name, url),
	    0);
	ck_assert_msg(system(command) == 0, "%s", command);
	free(command);
}

static void
is_the_same(const history *h)
{
	char *by_psql = test_database_create();
	char *expected;
	char *got;
	int count = 0;

	for (; count < FILES && h->files[count] != NULL; count++) {
		char name[] = "0_file.sql";
		char *text = NULL;

		name[0] = (char)('1' + count);
		migrating_write(name, h->files[count]);
		run_psql(by_psql, name, h->alone ? "" : "-1");
		if (!h->alone)
			continue;
		ck_assert_int_gt(
		    asprintf(&text, "-- aet: no-transaction\n%s", h->files[count]), 0);
		migrating_write(name, text);
		free(text);
	}
	migrating_run(AET_OK, count);
	expected = dump(by_psql);
	got = dump(test_url);
	ck_assert_msg(strcmp(expected, got) == 0, "%s\n=== psql\n%s=== migrator\n%s",
	    h->files[0], expected, got);
	free(expected);
	free(got);
	free(by_psql);
}

/* ---- the histories ------------------------------------------------------ */

#define BASELINE                                                                     \
	"\\restrict Fx0\nSET statement_timeout = 0;\nSET lock_timeout = 0;\n"        \
	"SET standard_conforming_strings = on;\n"                                    \
	"SELECT pg_catalog.set_config('search_path', '', false);\n"                  \
	"SET check_function_bodies = false;\nSET default_tablespace = '';\n"         \
	"CREATE FUNCTION public.later() RETURNS integer LANGUAGE sql AS $_$ SELECT " \
	"i FROM public.t $_$;\nCREATE TABLE public.t (i integer);\n"                 \
	"ALTER TABLE public.t OWNER TO CURRENT_USER;\n\\unrestrict Fx0\n"

static const history histories[] = {
	/* Settings that must not reach the next file. */
	{ { BASELINE, "CREATE TABLE u (i int);" }, false },
	{ { BASELINE, "CREATE TABLE u (i int);" }, true },
	{ { "SET ROLE pg_monitor;", "CREATE TABLE t (i int);" }, false },
	{ { "SET SESSION AUTHORIZATION pg_monitor; SELECT 1;", "CREATE TABLE t ();" },
	    true },
	{ { "CREATE TABLE t (); SET default_transaction_read_only = on;",
	      "CREATE TABLE u (i int);" },
	    false },
	{ { "CREATE TABLE t (); SET default_transaction_read_only = on; SELECT 1;",
	      "CREATE TABLE u (i int);" },
	    true },
	{ { "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE;",
	      "CREATE TABLE t (); SET statement_timeout = 1; SET lock_timeout = 1;",
	      "CREATE TABLE u (); SELECT pg_sleep(0.02);" },
	    false },
	{ { "CREATE SCHEMA s; SET search_path = s; CREATE TABLE t ();",
	      "CREATE TABLE u ();" },
	    true },
	{ { "SET client_encoding = latin1; CREATE TABLE t AS SELECT '\xC3\xA4' AS x;",
	      "CREATE TABLE u AS SELECT '\xC3\xA4' AS x;" },
	    false },
	{ { "SET standard_conforming_strings = off;\nSET escape_string_warning = off;\n"
	    "CREATE TABLE t AS SELECT 'a\\'b;' AS x;\n",
	      "CREATE TABLE u AS SELECT 'a\\' AS x;" },
	    false },
	/* What a session has beside settings. */
	{ { "CREATE TEMP TABLE x AS SELECT 1 AS i; CREATE TABLE t AS TABLE x;"
	    "PREPARE p AS SELECT 1; DECLARE c CURSOR WITH HOLD FOR SELECT 1; LISTEN x;",
	      "CREATE TEMP TABLE x AS SELECT 2 AS i; INSERT INTO t TABLE x;"
	      "PREPARE p AS SELECT 1; DECLARE c CURSOR WITH HOLD FOR SELECT 1;" },
	    true },
	{ { "CREATE TABLE t (); DISCARD ALL; CREATE TABLE u ();", "CREATE TABLE v ();" },
	    true },
	{ { "CREATE TABLE t (); SELECT pg_advisory_unlock_all();", "CREATE TABLE u ();" },
	    false },
	/* Transactions of the file's own. */
	{ { "BEGIN; CREATE TABLE t (); COMMIT; BEGIN; CREATE TABLE u (); END;" }, true },
	{ { "BEGIN; CREATE TABLE t (); ROLLBACK; CREATE TABLE u (); ABORT;" }, true },
	{ { "BEGIN; CREATE TABLE t (); SAVEPOINT s; CREATE TABLE u (); ROLLBACK TO s;"
	    "COMMIT; COMMIT; ROLLBACK;" },
	    true },
	{ { "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; CREATE TABLE t ();" }, false },
	/* What cannot run in a transaction, or makes what later statements use. */
	{ { "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (e e); ALTER TYPE e ADD VALUE "
	    "'b';"
	    "INSERT INTO t VALUES ('b'); CREATE INDEX CONCURRENTLY i ON t (e);"
	    "REINDEX TABLE CONCURRENTLY t; VACUUM t; DROP INDEX CONCURRENTLY i;" },
	    true },
	{ { "CREATE TABLE p (i int) PARTITION BY RANGE (i); CREATE TABLE p1 PARTITION OF "
	    "p "
	    "FOR VALUES FROM (0) TO (1); ALTER TABLE p DETACH PARTITION p1 "
	    "CONCURRENTLY;" },
	    true },
	{ { "CREATE TABLE t (i int); DO $do$ BEGIN FOR i IN 1..3 LOOP INSERT INTO t "
	    "VALUES "
	    "(i); COMMIT; END LOOP; END $do$;" },
	    true },
	{ { "CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE SCHEMA x;",
	      "ALTER EXTENSION hstore SET SCHEMA x; CREATE TABLE t (c citext, h "
	      "x.hstore);",
	      "DROP EXTENSION citext CASCADE;" },
	    false },
	{ { "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
	    "INSERT "
	    "INTO public.log VALUES (tg_tag); END $$; CREATE TABLE log (x text);"
	    "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();",
	      "CREATE TABLE t (); CREATE TEMP TABLE tt ();", "DROP TABLE t;" },
	    false },
	{ { "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t ();" },
	    false },
	/* Where a statement ends. */
	{ { ";;\n/* a /* ; */ ' */CREATE TABLE t (s text DEFAULT E'\\';'\n'x' || "
	    "$a$;$b$;$a$,"
	    " \"a;\" text DEFAULT U&'!003b' UESCAPE '!');--;\n",
	      "", "-- nothing; at all" },
	    false },
	{ { "CREATE TABLE t (i int); CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE "
	    "FROM t "
	    "WHERE i < 0; NOTIFY t); CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC "
	    "DELETE "
	    "FROM t WHERE i = CASE WHEN true THEN 1 END; DELETE FROM t; END; CALL p()" },
	    false },
	{ { "\\set ON_ERROR_STOP on\n\\echo one; two\nCREATE TABLE t ();\n" }, false },
};

START_TEST(as_psql)
{
	is_the_same(&histories[_i]);
}
END_TEST

/* ---- what psql would do, and the migrator must not ---------------------- */

START_TEST(a_transaction_that_is_read_only)
{
	aet_error err;

	migrating_write("1_t.sql", "SELECT 1; SET TRANSACTION READ ONLY;");
	err = migrating_run(AET_EMIGRATION, 0);
	ck_assert_str_eq(err.sqlstate, "25006");
	ck_assert_ptr_nonnull(
	    strstr(err.message, "1_t.sql: it makes its transaction read only"));
}
END_TEST

START_TEST(what_takes_back_never_runs)
{
	static const char *const marked[] = {
		"-- +goose Up\nCREATE TABLE u ();\n-- +goose Down\nDROP TABLE t;",
		"-- migrate:up\nCREATE TABLE u ()\n-- migrate:down\nDROP TABLE t;",
		"-- +migrate Down\nDROP TABLE t;\n-- +migrate Up\nCREATE TABLE u ();",
		"CREATE TABLE u ();\n-- //@UNDO\nDROP TABLE t;",
		"CREATE TABLE u ();\n---- create above / drop below ----\nDROP TABLE t;",
		"-- rambler up\nCREATE TABLE u ();\n-- rambler down\nDROP TABLE t;",
	};
	char name[] = "0_file.sql";

	migrating_write("0_t.sql", "CREATE TABLE t ();");
	migrating_run(AET_OK, 1);
	for (size_t i = 0; i < sizeof(marked) / sizeof(marked[0]); i++) {
		name[0] = (char)('1' + i);
		migrating_write(name, marked[i]);
		migrating_run(AET_OK, 1);
		test_sql(test_url, "DROP TABLE u");
		test_sql(test_url, "DELETE FROM aeturnis.schema_objects"
				   " WHERE identity = 'public.u'");
		test_value_is(test_url, "SELECT to_regclass('t')", "t");
	}
}
END_TEST

START_TEST(a_file_that_only_takes_back)
{
	aet_migrate_options options = migrating_options();
	aet_error err;

	migrating_write("1_t.sql", "CREATE TABLE t ();");
	migrating_write("1_t.down.sql", "-- migrate:down\nDROP TABLE t;");
	migrating_run(AET_OK, 1);
	ck_assert_int_eq(
	    aet_db_migrate_rollback(test_db, &options, NULL, &err), AET_EINVAL);
	ck_assert_ptr_nonnull(
	    strstr(err.message, "1_t.down.sql: all of it stands below"));
	migrating_write("2_u.sql", "-- +goose Down\nDROP TABLE t;");
	err = migrating_run(AET_EINVAL, 0);
	ck_assert_ptr_nonnull(strstr(err.message, "2_u.sql: all of it stands below"));
	migrating_write("2_u.sql", "-- +goose Up\n-- +goose Down\nDROP TABLE t;");
	migrating_run(AET_OK, 1);
	test_value_is(test_url, "SELECT to_regclass('t')", "t");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("migrate_as_psql");
	TCase *tcase = tcase_create("as psql");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, as_psql, 0, sizeof(histories) / sizeof(histories[0]));
	tcase_add_test(tcase, a_transaction_that_is_read_only);
	tcase_add_test(tcase, what_takes_back_never_runs);
	tcase_add_test(tcase, a_file_that_only_takes_back);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
