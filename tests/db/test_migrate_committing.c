/* SPDX-License-Identifier: MIT */
/* As superuser: migrating is not the game's. */
/* CALL and DO that commit what they do in parts: once, or not without being told. */
#include "support/migrating.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/deadline.h"

#define NO_TRANSACTION "-- aet: no-transaction\n"
#define FIVE_PARTS                                                               \
	"CREATE TABLE t (i int);\nDO $$ BEGIN FOR i IN 1..5 LOOP INSERT INTO t " \
	"VALUES (i); COMMIT; PERFORM pg_sleep(0.02); END LOOP; END $$;\n"        \
	"INSERT INTO t VALUES (6);\n"
#define ROWS "SELECT string_agg(i::text, ',' ORDER BY i) FROM t"
#define PROGRESS                                                            \
	"SELECT concat_ws('|', finished, statements_done, statement_begun)" \
	" FROM aeturnis.schema_migrations ORDER BY version DESC LIMIT 1"

static aet_error
resolve(const char *name, bool done, aet_status expected)
{
	aet_migrate_options options = migrating_options();
	aet_error err = { 0 };

	ck_assert_int_eq(
	    aet_db_migrate_resolve(test_db, &options, name, done, &err), expected);
	return err;
}

static int
in_doubt(void)
{
	aet_migrate_options options = migrating_options();
	aet_migration_list *list = NULL;
	int statement;

	ck_assert_int_eq(aet_db_migrations(test_db, &options, &list, NULL), AET_OK);
	ck_assert_int_eq(list->items[0]->state, AET_MIGRATION_HALF_DONE);
	statement = list->items[0]->statement_in_doubt;
	aet_migration_list_free(list);
	return statement;
}

START_TEST(it_runs)
{
	migrating_write("1_t.sql", NO_TRANSACTION FIVE_PARTS);
	migrating_run(AET_OK, 1);
	test_value_is(test_url, ROWS, "1,2,3,4,5,6");
	test_value_is(test_url, PROGRESS, "t|3|0");
	test_value_is(
	    test_url, "SELECT duration_us > 100000 FROM aeturnis.schema_migrations", "t");
}
END_TEST

/* What it makes is the migrations'; and the role that it runs as need not reach the
 * journal. */
START_TEST(as_another_role)
{
	migrating_write("1_t.sql", NO_TRANSACTION
	    "CREATE SCHEMA s AUTHORIZATION pg_monitor;\nSET ROLE pg_monitor;\n"
	    "DO $$ BEGIN CREATE TABLE s.a (); COMMIT; CREATE TABLE s.b (); END $$;\n"
	    "CREATE TABLE s.c ();");
	migrating_run(AET_OK, 1);
	test_value_is(test_url,
	    "SELECT string_agg(tablename || ' ' || tableowner, ',' ORDER BY 1)"
	    " FROM pg_tables WHERE schemaname = 's'",
	    "a pg_monitor,b pg_monitor,c pg_monitor");
	test_value_is(test_url,
	    "SELECT string_agg(identity, ',' ORDER BY identity)"
	    " FROM aeturnis.schema_objects WHERE kind = 'table'",
	    "s.a,s.b,s.c");
}
END_TEST

static void
child_migrates(void)
{
	aet_migrate_options options = migrating_options();
	aet_db *db = migrating_open(test_url);

	_exit(aet_db_migrate(db, &options, NULL, NULL) == AET_OK ? 0 : 1);
}

/* The server brings to its end what it has begun, and writes so in the journal. A
 * client that dies just before it sends leaves a doubt. */
START_TEST(a_killed_client)
{
	aet_migrate_options options = migrating_options();
	aet_error err = { 0 };
	aet_status status;
	pid_t pid;

	migrating_write("1_t.sql", NO_TRANSACTION FIVE_PARTS);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		child_migrates();
	aet__sleep_ms(10 + 13 * (int64_t)_i, AET__NEVER);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	status = aet_db_migrate(test_db, &options, NULL, &err);
	if (status == AET_EHALFDONE) {
		ck_assert_int_eq(in_doubt(), 2);
		test_value_is(test_url, "SELECT count(*) FROM t", "0");
		resolve("1_t.sql", false, AET_OK);
		status = aet_db_migrate(test_db, &options, NULL, &err);
	}
	ck_assert_msg(status == AET_OK, "%s", err.message);
	test_value_is(test_url, ROWS, "1,2,3,4,5,6");
}
END_TEST

/* Ends its own session in the midst of it. */
#define CUT                                                                      \
	"CREATE TABLE t (i int);\nDO $$ BEGIN INSERT INTO t VALUES (1); COMMIT;" \
	" INSERT INTO t VALUES (2); PERFORM pg_terminate_backend("               \
	"pg_backend_pid()); PERFORM pg_sleep(10); END $$;\n"                     \
	"INSERT INTO t VALUES (3);\n"

START_TEST(a_session_that_ends_leaves_a_doubt)
{
	aet_error err;

	migrating_write("1_t.sql", NO_TRANSACTION CUT);
	migrating_run(AET_EUNKNOWN, 0);
	ck_assert_int_eq(in_doubt(), 2);
	for (int i = 0; i < 2; i++) {
		err = migrating_run(AET_EHALFDONE, 0);
		ck_assert_str_eq(err.message,
		    "statement 2 of \"1_t.sql\", which commits what it does in parts, "
		    "was "
		    "begun and is not known to have ended: see what it has done, and say "
		    "whether to run it again or to go on behind it: aet-db repair "
		    "1_t.sql "
		    "--again, or --done");
	}
	test_value_is(test_url, ROWS, "1");
	resolve("1", true, AET_OK);
	migrating_run(AET_OK, 1);
	test_value_is(test_url, ROWS, "1,3");
	err = resolve("1_t.sql", true, AET_EINVAL);
	ck_assert_str_eq(err.message,
	    "no statement of \"1_t.sql\" is in doubt: there is nothing to resolve");
}
END_TEST

START_TEST(a_failure_behind_a_commit_is_a_doubt)
{
	migrating_write("1_t.sql", NO_TRANSACTION
	    "CREATE TABLE t (i int PRIMARY KEY);\n"
	    "DO $$ BEGIN INSERT INTO t VALUES (1); COMMIT;\n"
	    "  INSERT INTO t SELECT 2; INSERT INTO t SELECT 2 FROM gone; END $$;");
	migrating_run(AET_EMIGRATION, 0);
	ck_assert_str_eq(test_report.failure.sqlstate, "42P01");
	ck_assert_int_eq(test_report.failure.line, 3);
	ck_assert_ptr_nonnull(strstr(test_report.failure.hint, "had committed a part"));
	ck_assert_int_eq(in_doubt(), 2);
	migrating_run(AET_EHALFDONE, 0);
	test_value_is(test_url, ROWS, "1");
	test_sql(test_url, "CREATE TABLE gone (); TRUNCATE t");
	resolve("1_t.sql", false, AET_OK);
	migrating_run(AET_OK, 1);
	test_value_is(test_url, ROWS, "1,2");
}
END_TEST

/* The attempt in a transaction is refused at COMMIT; outside, it fails before. */
START_TEST(a_failure_before_any_commit_is_none)
{
	migrating_write("1_t.sql", NO_TRANSACTION
	    "CREATE TABLE t (i int);\nCREATE SEQUENCE tries;\n"
	    "DO $$ BEGIN INSERT INTO t VALUES (1); IF nextval('tries') = 2 THEN RAISE "
	    "'not yet'; END IF; COMMIT; INSERT INTO t VALUES (2); END $$;");
	migrating_run(AET_EMIGRATION, 0);
	ck_assert_str_eq(test_report.failure.sqlstate, "P0001");
	ck_assert_str_eq(test_report.failure.hint, "");
	ck_assert_int_eq(in_doubt(), 0);
	test_value_is(test_url, PROGRESS, "f|2|0");
	migrating_run(AET_OK, 1);
	test_value_is(test_url, ROWS, "1,2");
}
END_TEST

/* A lock that is not to be had is tried for again, but not once a part is there. */
START_TEST(a_busy_table_behind_a_commit)
{
	aet_migrate_options options = migrating_options();
	PGconn *holder = test_connect(test_url);

	test_sql(test_url, "CREATE TABLE busy ()");
	PQclear(PQexec(holder, "BEGIN; LOCK TABLE busy"));
	migrating_write("1_t.sql", NO_TRANSACTION
	    "CREATE TABLE t (i int);\nDO $$ BEGIN INSERT INTO t VALUES (1); COMMIT; "
	    "PERFORM FROM busy; END $$;");
	options.lock_timeout_ms = 20;
	migrating_run_with(&options, AET_EMIGRATION, 0);
	ck_assert_str_eq(test_report.failure.sqlstate, "55P03");
	test_value_is(test_url, ROWS, "1");
	ck_assert_int_eq(in_doubt(), 2);
	PQfinish(holder);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("migrate_committing");
	TCase *tcase = tcase_create("committing");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, it_runs);
	tcase_add_test(tcase, as_another_role);
	tcase_add_loop_test(tcase, a_killed_client, 0, 12);
	tcase_add_test(tcase, a_session_that_ends_leaves_a_doubt);
	tcase_add_test(tcase, a_failure_behind_a_commit_is_a_doubt);
	tcase_add_test(tcase, a_failure_before_any_commit_is_none);
	tcase_add_test(tcase, a_busy_table_behind_a_commit);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
