/* SPDX-License-Identifier: MIT */
/* Files that say "-- aet: no-transaction". */
/* As superuser: migrating is not the game's. */
#include "support/migrating.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_TRANSACTION "-- aet: no-transaction\n"

static int retries;
static char told[256];

static void
see(void *ctx, const aet_migrate_event *event)
{
	int *statements = ctx;

	if (event->kind == AET_MIGRATE_STATEMENT)
		(*statements)++;
	if (event->kind != AET_MIGRATE_RETRY)
		return;
	retries++;
	snprintf(told, sizeof(told), "%s", event->detail);
}

START_TEST(statements_run_one_by_one)
{
	aet_migrate_options options = migrating_options();
	int statements = 0;

	migrating_write("1_t.sql", NO_TRANSACTION
	    "CREATE TABLE t (i int);\nINSERT INTO t VALUES (1), (2);\n"
	    "CREATE INDEX CONCURRENTLY ti ON t (i);\nVACUUM t;\n"
	    "SET search_path = pg_catalog, public;\nBEGIN;\nINSERT INTO t VALUES (3);\n"
	    "COMMIT;\nCREATE TABLE public.u ();");
	options.progress = see;
	options.progress_ctx = &statements;
	migrating_run_with(&options, AET_OK, 1);
	ck_assert_int_eq(statements, 8);
	test_value_is(test_url, "SELECT count(*) FROM t", "3");
	test_value_is(test_url,
	    "SELECT concat_ws('|', finished, statements_done, statement_begun)"
	    " FROM aeturnis.schema_migrations",
	    "t|9|0");
	test_value_is(test_url,
	    "SELECT string_agg(identity, ',' ORDER BY identity)"
	    " FROM aeturnis.schema_objects",
	    "public.t,public.u");
	migrating_run_with(&options, AET_OK, 0);
}
END_TEST

START_TEST(a_failure_stays_half_done)
{
	aet_migrate_options options = migrating_options();

	migrating_write("1_t.sql",
	    NO_TRANSACTION "CREATE TABLE t (i int);\nSET search_path = nowhere;\n"
			   "INSERT INTO t VALUES (1);\nVACUUM public.t;\n");
	migrating_run(AET_EMIGRATION, 0);
	ck_assert_int_eq(test_report.failure.line, 4);
	ck_assert_int_eq(test_report.failure.statement, 3);
	ck_assert_str_eq(test_report.failure.sqlstate, "42P01");
	migrating_health_is(&options, AET_HEALTH_HALF_DONE, AET_EHALFDONE);
	/* The session's setting is back when it goes on. */
	migrating_run(AET_EMIGRATION, 0);
	ck_assert_str_eq(test_report.failure.sqlstate, "42P01");
	test_sql(test_url, "CREATE SCHEMA nowhere CREATE TABLE t (i int)");
	migrating_run(AET_OK, 1);
	test_value_is(test_url, "SELECT count(*) FROM nowhere.t", "1");
	migrating_health_is(&options, AET_HEALTH_OK, AET_OK);
}
END_TEST

START_TEST(a_half_done_file_must_not_change)
{
	aet_migrate_options options = migrating_options();
	aet_migration_list *list = NULL;

	migrating_write("1_t.sql", NO_TRANSACTION "CREATE TABLE t (i int);\nSELECT 1/0;");
	migrating_run(AET_EMIGRATION, 0);
	migrating_write("1_t.sql", NO_TRANSACTION "CREATE TABLE t (i int);\nSELECT 1/1;");
	migrating_run(AET_EHALFDONE, 0);
	ck_assert_int_eq(aet_db_migrations(test_db, &options, &list, NULL), AET_OK);
	ck_assert_int_eq(list->items[0]->state, AET_MIGRATION_HALF_DONE);
	ck_assert_int_eq(list->items[0]->statements_done, 1);
	aet_migration_list_free(list);
}
END_TEST

START_TEST(a_block_is_all_or_nothing)
{
	migrating_write("1_t.sql",
	    NO_TRANSACTION "CREATE TABLE t (i int PRIMARY KEY);\nBEGIN;\n"
			   "INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2), (2);\n");
	migrating_run(AET_EMIGRATION, 0);
	ck_assert_int_eq(test_report.failure.line, 5);
	test_value_is(test_url, "SELECT count(*) FROM t", "0");
	test_value_is(
	    test_url, "SELECT statements_done FROM aeturnis.schema_migrations", "1");
}
END_TEST

START_TEST(an_invalid_index_is_dropped)
{
	aet_migrate_options options = migrating_options();
	int statements = 0;

	test_sql(test_url, "CREATE SCHEMA \"S t\" CREATE TABLE \"T\" (i int);"
			   "INSERT INTO \"S t\".\"T\" VALUES (1), (1)");
	migrating_write("1_i.sql",
	    NO_TRANSACTION "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"By i\"\n"
			   "  ON ONLY \"S t\" /* so */ . \"T\" (i);");
	migrating_run(AET_EMIGRATION, 0);
	ck_assert_str_eq(test_report.failure.sqlstate, "23505");
	test_value_is(test_url,
	    "SELECT indisvalid FROM pg_index WHERE indrelid = '\"S t\".\"T\"'::regclass",
	    "f");
	test_sql(test_url, "DELETE FROM \"S t\".\"T\"");
	options.progress = see;
	options.progress_ctx = &statements;
	migrating_run_with(&options, AET_OK, 1);
	ck_assert_int_eq(retries, 1);
	ck_assert_str_eq(told, "dropping the invalid index \"S t\".\"By i\"");
	test_value_is(test_url,
	    "SELECT string_agg(indisvalid::text, ',') FROM pg_index"
	    " WHERE indrelid = '\"S t\".\"T\"'::regclass",
	    "true");
	test_value_is(test_url,
	    "SELECT kind || ' ' || identity FROM aeturnis.schema_objects",
	    "index \"S t\".\"By i\"");
}
END_TEST

/* The server names it, so that another attempt would make another. */
START_TEST(an_index_without_a_name_is_made_once)
{
	static const char *const names =
	    "SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ','"
	    " ORDER BY indexrelid) FROM pg_index WHERE indrelid = 't'::regclass";

	test_sql(test_url, "CREATE TABLE t (i int); INSERT INTO t VALUES (1), (1);"
			   "CREATE INDEX ON t (i)");
	migrating_write("1_i.sql",
	    NO_TRANSACTION "SELECT 1;\nCREATE UNIQUE INDEX CONCURRENTLY ON t (i);");
	migrating_run(AET_EMIGRATION, 0);
	ck_assert_str_eq(test_report.failure.sqlstate, "23505");
	test_value_is(test_url, names, "t_i_idx true");
	/* Sent, half-way, and killed. */
	test_sql(test_url, "UPDATE aeturnis.schema_migrations SET statement_begun = 2");
	test_sql(test_url, "CREATE INDEX ON t (i)");
	test_sql(test_url, "UPDATE pg_index SET indisvalid = false"
			   " WHERE indexrelid = 't_i_idx1'::regclass;"
			   "DELETE FROM t");
	migrating_run(AET_OK, 1);
	test_value_is(test_url, names, "t_i_idx true,t_i_idx1 true");
	test_value_is(test_url,
	    "SELECT indisunique FROM pg_index WHERE indexrelid = 't_i_idx1'::regclass",
	    "t");
	/* Sent, done, and killed. */
	test_sql(test_url, "DROP INDEX t_i_idx1;"
			   "UPDATE aeturnis.schema_migrations SET finished = false,"
			   " statements_done = 1, statement_begun = 2");
	test_sql(test_url, "CREATE UNIQUE INDEX ON t (i)");
	migrating_run(AET_OK, 1);
	test_value_is(test_url, names, "t_i_idx true,t_i_idx1 true");
}
END_TEST

/* Sent, done, and killed before its progress was written. */
START_TEST(a_finished_index_is_recognised)
{
	migrating_write("1_t.sql",
	    NO_TRANSACTION "CREATE TABLE t (i int);\n"
			   "CREATE INDEX CONCURRENTLY ti ON t (i);\n"
			   "DROP INDEX CONCURRENTLY ti;\n"
			   "INSERT INTO t VALUES (1);\n");
	migrating_run(AET_OK, 1);
	test_sql(test_url, "UPDATE aeturnis.schema_migrations SET finished = false,"
			   " statements_done = 1, statement_begun = 2;"
			   " TRUNCATE t; CREATE INDEX ti ON t (i)");
	migrating_run(AET_OK, 1);
	test_sql(test_url, "UPDATE aeturnis.schema_migrations SET finished = false,"
			   " statements_done = 2, statement_begun = 3; TRUNCATE t");
	migrating_run(AET_OK, 1);
	test_value_is(test_url, "SELECT count(*) FROM t", "1");
	/* What was not sent before is no excuse. */
	test_sql(test_url, "UPDATE aeturnis.schema_migrations SET finished = false,"
			   " statements_done = 2, statement_begun = 0");
	migrating_run(AET_EMIGRATION, 0);
	ck_assert_str_eq(test_report.failure.sqlstate, "42704");
	migrating_run(AET_EMIGRATION, 0);
	ck_assert_str_eq(test_report.failure.sqlstate, "42704");
}
END_TEST

static int warnings;

static void
see_warning(void *ctx, const aet_migrate_event *event)
{
	(void)ctx;
	if (event->kind != AET_MIGRATE_WARNING)
		return;
	warnings++;
	snprintf(
	    told, sizeof(told), "%d:%d %s", event->statement, event->line, event->detail);
}

/* As psql does; never in silence. */
START_TEST(an_unfinished_block_is_rolled_back)
{
	aet_migrate_options options = migrating_options();

	migrating_write("1_t.sql",
	    NO_TRANSACTION "CREATE TABLE t (i int);\nCOMMIT;\n  BEGIN;\n"
			   "INSERT INTO t VALUES (1);\nCREATE TABLE u ();\n");
	migrating_write(
	    "2_t.sql", NO_TRANSACTION "COMMIT;\nINSERT INTO t VALUES (7);\nBEGIN;\n");
	options.progress = see_warning;
	warnings = 0;
	migrating_run_with(&options, AET_OK, 2);
	ck_assert_int_eq(warnings, 1);
	ck_assert_ptr_nonnull(strstr(told, "3:4 "));
	ck_assert_ptr_nonnull(strstr(told, "1_t.sql:4: the transaction that begins here "
					   "is never committed: its 2 statements were "
					   "rolled back"));
	test_value_is(test_url, "SELECT string_agg(i::text, ',') FROM t", "7");
	test_value_is(test_url, "SELECT to_regclass('u') IS NULL", "t");
	test_value_is(test_url,
	    "SELECT string_agg(finished || ' ' || statements_done, ',' ORDER BY version)"
	    " FROM aeturnis.schema_migrations",
	    "true 5,true 3");
	test_value_is(test_url,
	    "SELECT string_agg(identity, ',') FROM aeturnis.schema_objects", "public.t");
	migrating_run_with(&options, AET_OK, 0);
}
END_TEST

START_TEST(a_block_is_rolled_back_as_written)
{
	migrating_write("1_t.sql", NO_TRANSACTION
	    "CREATE TABLE t (i int);\nBEGIN;\nINSERT INTO t VALUES (1);\nCREATE TABLE u "
	    "();\nROLLBACK;\nINSERT INTO t VALUES (2);\nROLLBACK;");
	migrating_run(AET_OK, 1);
	test_value_is(test_url, "SELECT string_agg(i::text, ',') FROM t", "2");
	test_value_is(test_url, "SELECT to_regclass('u') IS NULL", "t");
	test_value_is(test_url,
	    "SELECT finished || ' ' || statements_done FROM aeturnis.schema_migrations",
	    "true 7");
	test_value_is(test_url,
	    "SELECT string_agg(identity, ',') FROM aeturnis.schema_objects", "public.t");
}
END_TEST

START_TEST(other_endings_are_refused)
{
	aet_error err;

	migrating_write(
	    "1_t.sql", NO_TRANSACTION "BEGIN;\nSELECT 1;\n  COMMIT AND CHAIN;\n");
	err = migrating_run(AET_EINVAL, 0);
	ck_assert_ptr_nonnull(strstr(err.message, "1_t.sql:4:3: "));
	ck_assert_int_eq(test_report.failure.line, 4);
	migrating_write("1_t.sql", "-- aet: no-transactions\nSELECT 1;\n");
	err = migrating_run(AET_EINVAL, 0);
	ck_assert_ptr_nonnull(strstr(err.message, "unknown directive"));
}
END_TEST

/* A reader whose snapshot is waited for: REINDEX and DETACH give up half-way. */
static PGconn *
read_table(const char *table)
{
	PGconn *reader = test_connect(test_url);
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM %s", table);
	PQclear(PQexec(reader, sql));
	return reader;
}

#define INVALID "SELECT count(*) FROM pg_index WHERE NOT indisvalid"

START_TEST(a_reindex_leaves_no_copies)
{
	aet_migrate_options options = migrating_options();
	PGconn *reader;

	test_sql(test_url, "CREATE TABLE t (i int PRIMARY KEY)");
	reader = read_table("t");
	migrating_write("1_r.sql", NO_TRANSACTION "REINDEX TABLE CONCURRENTLY t;");
	options.lock_timeout_ms = 30;
	migrating_run_with(&options, AET_ELOCKED, 0);
	test_value_is(test_url, "SELECT count(*) > 0 FROM pg_index WHERE NOT indisvalid",
	    "t"); /* the reader is in the way of dropping them, too */
	PQfinish(reader);
	migrating_run(AET_OK, 1);
	test_value_is(test_url, INVALID, "0");
}
END_TEST

#define PENDING "SELECT string_agg(inhdetachpending::text, ',') FROM pg_inherits"

START_TEST(a_detached_partition_is_brought_out)
{
	aet_migrate_options options = migrating_options();
	PGconn *reader;

	test_sql(test_url, "CREATE TABLE t (i int) PARTITION BY RANGE (i);"
			   "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (1)");
	reader = read_table("t");
	migrating_write(
	    "1_d.sql", NO_TRANSACTION "ALTER TABLE t DETACH PARTITION t1 CONCURRENTLY;");
	options.lock_timeout_ms = 30;
	migrating_run_with(&options, AET_ELOCKED, 0);
	test_value_is(test_url, PENDING, "true");
	PQfinish(reader);
	migrating_run(AET_OK, 1);
	test_value_is(test_url, "SELECT count(*) FROM pg_inherits", "0");
}
END_TEST

START_TEST(a_procedure_that_commits)
{
	migrating_write("1_p.sql",
	    "CREATE TABLE t (i int); CREATE PROCEDURE p() LANGUAGE plpgsql AS"
	    " $$ BEGIN INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2); END "
	    "$$;");
	migrating_write("2_c.sql", NO_TRANSACTION "CALL p();");
	migrating_run(AET_OK, 2);
	test_value_is(test_url, "SELECT count(*) FROM t", "2");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("migrate_script");
	TCase *tcase = tcase_create("script");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, statements_run_one_by_one);
	tcase_add_test(tcase, a_failure_stays_half_done);
	tcase_add_test(tcase, a_half_done_file_must_not_change);
	tcase_add_test(tcase, a_block_is_all_or_nothing);
	tcase_add_test(tcase, an_invalid_index_is_dropped);
	tcase_add_test(tcase, an_index_without_a_name_is_made_once);
	tcase_add_test(tcase, a_finished_index_is_recognised);
	tcase_add_test(tcase, an_unfinished_block_is_rolled_back);
	tcase_add_test(tcase, a_block_is_rolled_back_as_written);
	tcase_add_test(tcase, other_endings_are_refused);
	tcase_add_test(tcase, a_reindex_leaves_no_copies);
	tcase_add_test(tcase, a_detached_partition_is_brought_out);
	tcase_add_test(tcase, a_procedure_that_commits);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
