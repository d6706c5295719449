/* SPDX-License-Identifier: MIT */
/* Begin, commit, roll back, savepoints, retries. */
#include "support/game.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/statement.h>

#include "core/deadline.h"

static test_game game;
static aet_db *db;

static void
setup(void)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;

	game = test_game_create();
	options.url = game.app;
	ck_assert_int_eq(aet_db_open(&options, &db, NULL), AET_OK);
	test_sql(game.owner, "CREATE TABLE t (n int CONSTRAINT t_key UNIQUE DEFERRABLE)");
}

static void
teardown(void)
{
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_game_free(&game);
}

static const aet_parameter number[] = { { "n", { 23, NULL }, NULL } };
static const aet_statement insert = { .size = sizeof(aet_statement),
	.name = "insert",
	.writes = true,
	.sql = "INSERT INTO t VALUES ($1)",
	.parameters = number,
	.parameter_count = 1 };
static const aet_statement bump = { .size = sizeof(aet_statement),
	.name = "bump",
	.writes = true,
	.sql = "UPDATE t SET n = n + $1",
	.parameters = number,
	.parameter_count = 1 };
static const aet_statement defer = { .size = sizeof(aet_statement),
	.name = "defer",
	.sql = "SET CONSTRAINTS ALL DEFERRED" };
static const aet_statement sum = { .size = sizeof(aet_statement),
	.name = "sum",
	.sql = "SELECT sum(n) FROM t" };

static aet_status
run(aet_db *on, const aet_statement *statement, int32_t n, aet_error *err)
{
	aet_args args = { 0 };

	if (statement->parameter_count > 0)
		aet_args_int32(&args, n);
	return aet_statement_exec(on, statement, &args, NULL, err);
}

START_TEST(a_commit_keeps_and_a_rollback_drops)
{
	aet_db *tx = NULL;

	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, 1, NULL), AET_OK);
	ck_assert_int_eq(aet_db_commit(&tx, NULL), AET_OK);
	ck_assert_ptr_null(tx);
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, 2, NULL), AET_OK);
	aet_db_rollback(&tx);
	ck_assert_ptr_null(tx);
	aet_db_rollback(&tx);
	ck_assert_int_eq(aet_db_commit(&tx, NULL), AET_EINVAL);
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, 3, NULL), AET_OK);
	ck_assert_int_eq(aet_db_close(&tx), AET_OK);
	test_value_is(game.owner, "SELECT sum(n) FROM t", "1");
}
END_TEST

START_TEST(a_failed_transaction_does_not_pretend_to_commit)
{
	aet_db *tx = NULL;
	aet_error err = { 0 };

	test_sql(game.owner, "INSERT INTO t VALUES (1)");
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, 2, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, 1, &err), AET_ECONFLICT);
	ck_assert_int_eq(run(tx, &insert, 3, &err), AET_EDB);
	ck_assert_str_eq(err.sqlstate, "25P02");
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_ECONFLICT);
	ck_assert_str_eq(err.constraint, "t_key");
	ck_assert_str_eq(err.sqlstate, "23505");
	ck_assert_ptr_null(tx);
	test_value_is(game.owner, "SELECT sum(n) FROM t", "1");
}
END_TEST

START_TEST(a_deferred_constraint_fails_the_commit)
{
	aet_db *tx = NULL;
	aet_error err = { 0 };

	test_sql(game.owner, "INSERT INTO t VALUES (1)");
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &defer, 0, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, 1, NULL), AET_OK);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_ECONFLICT);
	ck_assert_str_eq(err.constraint, "t_key");
	ck_assert_int_eq(aet_db_ping(db, NULL), AET_OK);
}
END_TEST

START_TEST(savepoints_nest)
{
	aet_db *tx = NULL, *inner = NULL, *innermost = NULL;
	aet_error err = { 0 };

	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, 1, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(tx, NULL, &inner, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, 99, &err), AET_EINVAL);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_EINVAL);
	ck_assert_ptr_nonnull(tx);
	ck_assert_int_eq(run(inner, &insert, 10, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(inner, NULL, &innermost, NULL), AET_OK);
	ck_assert_int_eq(run(innermost, &insert, 1, &err), AET_ECONFLICT);
	ck_assert_int_eq(aet_db_commit(&innermost, &err), AET_ECONFLICT);
	ck_assert_int_eq(run(inner, &insert, 20, NULL), AET_OK);
	ck_assert_int_eq(aet_db_commit(&inner, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(tx, NULL, &inner, NULL), AET_OK);
	ck_assert_int_eq(run(inner, &insert, 1000, NULL), AET_OK);
	aet_db_rollback(&inner);
	ck_assert_int_eq(aet_db_commit(&tx, NULL), AET_OK);
	test_value_is(
	    game.owner, "SELECT string_agg(n::text, ' ' ORDER BY n) FROM t", "1 10 20");
}
END_TEST

START_TEST(modes_are_the_outermosts)
{
	aet_begin_options opts = AET_BEGIN_OPTIONS_INIT;
	aet_db *tx = NULL, *inner = NULL;
	aet_error err = { 0 };

	opts.isolation = AET_SERIALIZABLE;
	opts.read_only = true;
	opts.deferrable = true;
	ck_assert_int_eq(aet_db_begin(db, &opts, &tx, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(tx, &opts, &inner, &err), AET_EINVAL);
	ck_assert_int_eq(run(tx, &insert, 1, &err), AET_EDB);
	ck_assert_str_eq(err.sqlstate, "25006");
	aet_db_rollback(&tx);
	opts.size = 0;
	ck_assert_int_eq(aet_db_begin(db, &opts, &tx, &err), AET_EINVAL);
}
END_TEST

/* What is run on the handle would be committed one by one. */
START_TEST(a_transaction_ended_by_hand_runs_nothing_more)
{
	static const aet_statement end[] = {
		{ .size = sizeof(aet_statement), .name = "commit", .sql = "COMMIT" },
		{ .size = sizeof(aet_statement), .name = "rollback", .sql = "ROLLBACK" },
	};
	aet_error err = { 0 };
	aet_db *inner = NULL;
	aet_db *tx = NULL;

	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
		ck_assert_int_eq(run(tx, &end[i], 0, NULL), AET_OK);
		ck_assert_int_eq(run(tx, &insert, 5, &err), AET_EINVAL);
		ck_assert_str_eq(err.message,
		    "this transaction was ended by a COMMIT or ROLLBACK among its "
		    "statements: use aet_db_commit or aet_db_rollback");
		ck_assert_int_eq(aet_db_begin(tx, NULL, &inner, &err), AET_EINVAL);
		ck_assert_int_eq(aet_db_commit(&tx, &err), AET_EINVAL);
		ck_assert_ptr_null(tx);
	}
	test_value_is(game.owner, "SELECT count(*) FROM t", "0");
	ck_assert_int_eq(aet_db_ping(db, NULL), AET_OK);
}
END_TEST

START_TEST(a_transactions_time_is_limited)
{
	aet_begin_options opts = AET_BEGIN_OPTIONS_INIT;
	static const aet_statement nap = {
		.size = sizeof(aet_statement), .name = "nap", .sql = "SELECT pg_sleep(60)"
	};
	aet_db *tx = NULL;
	aet_error err = { 0 };

	opts.timeout_ms = test_ms(200);
	ck_assert_int_eq(aet_db_begin(db, &opts, &tx, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, 5, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &nap, 0, &err), AET_ETIMEOUT);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_ECONNECT);
	test_value_is(game.owner, "SELECT count(*) FROM t", "0");
	ck_assert_int_eq(aet_db_ping(db, NULL), AET_OK);
}
END_TEST

START_TEST(a_transactions_time_counts_the_wait_for_a_connection)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_begin_options opts = AET_BEGIN_OPTIONS_INIT;
	aet_db *one = NULL;
	aet_db *held = NULL;
	aet_db *tx = NULL;
	int64_t start;

	options.url = game.app;
	options.max_connections = 1;
	options.connect_timeout_ms = test_ms(20000);
	opts.timeout_ms = test_ms(100);
	ck_assert_int_eq(aet_db_open(&options, &one, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(one, NULL, &held, NULL), AET_OK);
	start = aet__clock_ms();
	ck_assert_int_eq(aet_db_begin(one, &opts, &tx, NULL), AET_EBUSY);
	ck_assert_int_le(aet__clock_ms() - start, test_ms(2000));
	aet_db_rollback(&held);
	ck_assert_int_eq(aet_db_begin(one, &opts, &tx, NULL), AET_OK);
	ck_assert_int_eq(aet_db_commit(&tx, NULL), AET_OK);
	ck_assert_int_eq(aet_db_close(&one), AET_OK);
}
END_TEST

/* ---- aet_db_transaction ----------------------------------------------- */

#define THREADS 4
#define ROUNDS 10

static aet_status
read_and_bump(aet_db *tx, void *ctx, aet_error *err)
{
	aet_status status = run(tx, &sum, 0, err);

	__atomic_add_fetch((int *)ctx, 1, __ATOMIC_RELAXED);
	return status == AET_OK ? run(tx, &bump, 1, err) : status;
}

static int attempts_made;

static void *
bump_often(void *failures)
{
	aet_begin_options opts = AET_BEGIN_OPTIONS_INIT;

	opts.isolation = AET_SERIALIZABLE;
	opts.max_attempts = 100;
	for (int i = 0; i < ROUNDS; i++)
		if (aet_db_transaction(db, &opts, read_and_bump, &attempts_made, NULL) !=
		    AET_OK)
			__atomic_add_fetch((int *)failures, 1, __ATOMIC_RELAXED);
	return NULL;
}

START_TEST(conflicting_transactions_are_run_again)
{
	pthread_t threads[THREADS];
	int failures = 0;

	test_sql(game.owner, "INSERT INTO t VALUES (0)");
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, bump_often, &failures);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(failures, 0);
	ck_assert_int_gt(attempts_made, THREADS * ROUNDS);
	test_value_is(game.owner, "SELECT n FROM t", "40");
}
END_TEST

static aet_status
always_again(aet_db *tx, void *ctx, aet_error *err)
{
	aet_status status = run(tx, &insert, ++*(int *)ctx, err);

	return status == AET_OK ? aet_error_set(err, AET_ERETRY, "again") : status;
}

static aet_status
nested(aet_db *tx, void *ctx, aet_error *err)
{
	return aet_db_transaction(tx, NULL, always_again, ctx, err) == AET_ERETRY
		   ? AET_OK
		   : AET_EINVAL;
}

START_TEST(attempts_are_bounded_and_savepoints_are_not_retried)
{
	aet_begin_options opts = AET_BEGIN_OPTIONS_INIT;
	aet_error err = { 0 };
	int attempts = 0;

	opts.max_attempts = 3;
	ck_assert_int_eq(
	    aet_db_transaction(db, &opts, always_again, &attempts, &err), AET_ERETRY);
	ck_assert_int_eq(attempts, 3);
	ck_assert_str_eq(err.message, "again");
	attempts = 0;
	ck_assert_int_eq(aet_db_transaction(db, &opts, nested, &attempts, &err), AET_OK);
	ck_assert_int_eq(attempts, 1);
	test_value_is(game.owner, "SELECT count(*) FROM t", "0");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("transaction");
	TCase *tcase = tcase_create("transaction");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_commit_keeps_and_a_rollback_drops);
	tcase_add_test(tcase, a_failed_transaction_does_not_pretend_to_commit);
	tcase_add_test(tcase, a_deferred_constraint_fails_the_commit);
	tcase_add_test(tcase, savepoints_nest);
	tcase_add_test(tcase, modes_are_the_outermosts);
	tcase_add_test(tcase, a_transaction_ended_by_hand_runs_nothing_more);
	tcase_add_test(tcase, a_transactions_time_is_limited);
	tcase_add_test(tcase, a_transactions_time_counts_the_wait_for_a_connection);
	tcase_add_test(tcase, conflicting_transactions_are_run_again);
	tcase_add_test(tcase, attempts_are_bounded_and_savepoints_are_not_retried);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
