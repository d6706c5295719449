/* SPDX-License-Identifier: MIT */
/* What is rare: time that is over, a cache that is full in a failed
 * transaction, a handle that is closed under a call, too much of everything. */
#include "support/proxy.h"
#include "support/game.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/statement.h>

#include "core/deadline.h"

enum { BYTEA = 17, INT4 = 23, TEXT = 25 };

static test_game game;
static aet_db *db;

static aet_db *
open_with(aet_db_options options)
{
	aet_error err = { 0 };
	aet_db *opened = NULL;

	options.size = sizeof(options);
	if (options.url == NULL)
		options.url = game.app;
	ck_assert_msg(aet_db_open(&options, &opened, &err) == AET_OK, "%s", err.message);
	return opened;
}

static void
setup(void)
{
	game = test_game_create();
	test_sql(game.owner, "CREATE TABLE t (a int, b int, c int, d int, e int)");
	db = open_with((aet_db_options){ .statement_cache = 4 });
}

static void
teardown(void)
{
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_game_free(&game);
}

#define STATEMENT(text)                                                   \
	{                                                                 \
		.size = sizeof(aet_statement), .name = "s", .sql = (text) \
	}

static const aet_statement insert = { .size = sizeof(aet_statement),
	.name = "insert",
	.writes = true,
	.sql = "INSERT INTO t VALUES (1)" };
static const aet_statement wrong = STATEMENT("SELECT 1 / 0");

static aet_status
run(aet_db *on, const aet_statement *statement, aet_error *err)
{
	aet_args args = { 0 };

	return aet_statement_exec(on, statement, &args, NULL, err);
}

static void
nothing_is_in_use(void)
{
	aet_db_stats stats = { .size = sizeof(stats) };

	ck_assert_int_eq(aet_db_get_stats(db, &stats, NULL), AET_OK);
	ck_assert_int_eq(stats.open, stats.idle);
}

/* ---- time that is over ------------------------------------------------- */

START_TEST(a_commit_that_comes_too_late_rolls_back)
{
	aet_begin_options options = AET_BEGIN_OPTIONS_INIT;
	aet_error err = { 0 };
	aet_db *tx = NULL;

	options.timeout_ms = test_ms(200);
	ck_assert_int_eq(aet_db_begin(db, &options, &tx, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, NULL), AET_OK);
	aet__sleep_ms(test_ms(200) + 10, AET__NEVER);
	ck_assert_int_eq(run(tx, &insert, &err), AET_ETIMEOUT);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_ETIMEOUT);
	ck_assert_ptr_null(tx);
	test_value_is(game.owner, "SELECT count(*) FROM t", "0");
	nothing_is_in_use();
}
END_TEST

static void
bind_number(aet_args *args, const void *item)
{
	aet_args_int32(args, *(const int32_t *)item);
}

static const aet_parameter number_parameter[] = { { "a", { INT4, NULL }, NULL } };
static const aet_statement insert_number = { .size = sizeof(aet_statement),
	.name = "insert_number",
	.writes = true,
	.sql = "INSERT INTO t VALUES ($1)",
	.parameters = number_parameter,
	.parameter_count = 1 };

#define MANY 1000

/* The Sync is what commits: before it is sent, nothing can have been written. */
START_TEST(many_inserts_that_stop_before_their_end_are_none)
{
	static const int32_t numbers[MANY];
	test_proxy *proxy = test_proxy_start(game.app);
	aet_error err = { 0 };
	aet_db *other = open_with((aet_db_options){
	    .url = test_proxy_url(proxy), .call_timeout_ms = test_ms(400) });

	ck_assert_int_eq(aet_statement_insert_all(other, &insert_number, bind_number,
			     numbers, 1, sizeof(numbers[0]), NULL, &err),
	    AET_OK);
	test_proxy_set(proxy, TEST_PROXY_SILENT, 0);
	ck_assert_int_eq(aet_statement_insert_all(other, &insert_number, bind_number,
			     numbers, MANY, sizeof(numbers[0]), NULL, &err),
	    AET_ETIMEOUT);
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(aet_db_ping(other, NULL), AET_OK);
	test_value_is(game.owner, "SELECT count(*) FROM t", "1");
	ck_assert_int_eq(aet_db_close(&other), AET_OK);
	test_proxy_stop(proxy);
}
END_TEST

/* ---- callbacks -------------------------------------------------------- */

static aet_status
leave_a_savepoint(aet_db *tx, void *ctx, aet_error *err)
{
	(void)err;
	return aet_db_begin(tx, NULL, ctx, NULL);
}

START_TEST(a_savepoint_left_open_fails_the_transaction)
{
	aet_error err = { 0 };
	aet_db *left = NULL;

	ck_assert_int_eq(
	    aet_db_transaction(db, NULL, leave_a_savepoint, &left, &err), AET_EINVAL);
	ck_assert_str_eq(
	    err.message, "a savepoint is still open inside this transaction");
	nothing_is_in_use();
}
END_TEST

static aet_status
retry_once(aet_db *tx, void *ctx, aet_error *err)
{
	int *calls = ctx;

	(void)tx;
	return ++*calls == 1 ? aet_error_set(err, AET_ERETRY, "again") : AET_OK;
}

START_TEST(success_leaves_the_error_alone)
{
	aet_error err = { .message = "mine" };
	int calls = 0;

	ck_assert_int_eq(aet_db_transaction(db, NULL, retry_once, &calls, &err), AET_OK);
	ck_assert_int_eq(calls, 2);
	ck_assert_str_eq(err.message, "mine");
	ck_assert_int_eq(run(db, &insert, &err), AET_OK);
	test_sql(game.owner, "ALTER TABLE t ADD f int");
	ck_assert_int_eq(run(db, &insert, &err), AET_OK);
	ck_assert_int_eq(err.status, AET_OK);
	ck_assert_str_eq(err.message, "mine");
}
END_TEST

/* ---- the cache -------------------------------------------------------- */

START_TEST(a_failed_transaction_evicts_nothing)
{
	static const aet_statement others[] = { STATEMENT("SELECT 1"),
		STATEMENT("SELECT 2"), STATEMENT("SELECT 3"), STATEMENT("SELECT 4"),
		STATEMENT("SELECT 5"), STATEMENT("SELECT 6") };
	static const aet_statement count =
	    STATEMENT("INSERT INTO t SELECT count(*) FROM pg_prepared_statements");
	aet_error err = { 0 };
	aet_db *tx = NULL;

	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(run(tx, &others[i], NULL), AET_OK);
	ck_assert_int_eq(run(tx, &wrong, NULL), AET_EDB);
	for (int i = 3; i < 6; i++) {
		ck_assert_int_eq(run(tx, &others[i], &err), AET_EDB);
		ck_assert_str_eq(err.sqlstate, "25P02");
	}
	aet_db_rollback(&tx);
	ck_assert_int_eq(run(db, &count, NULL), AET_OK);
	test_value_is(game.owner, "SELECT a FROM t", "4");
	nothing_is_in_use();
}
END_TEST

static const aet_parameter columns[] = {
	{ "a", { INT4, NULL }, NULL },
	{ "b", { INT4, NULL }, NULL },
	{ "c", { INT4, NULL }, NULL },
	{ "d", { INT4, NULL }, NULL },
	{ "e", { INT4, NULL }, NULL },
};
static const aet_statement insert_some = { .size = sizeof(aet_statement),
	.name = "insert_some",
	.kind = AET_STATEMENT_INSERT,
	.writes = true,
	.sql = "INSERT INTO t",
	.tail = "",
	.parameters = columns,
	.parameter_count = 5 };

/* Sets the one column that the item names. */
static void
bind_one_column(aet_args *args, const void *item)
{
	for (int i = 0; i < 5; i++) {
		if (i == *(const int *)item)
			aet_args_int32(args, i);
		else
			aet_args_unset(args);
	}
}

/* One set of columns is in the cache before, so that four more are prepared. */
START_TEST(more_sets_of_columns_than_the_cache_holds_are_refused)
{
	static const int items[] = { 0, 1, 2, 3, 4 };
	aet_error err = { 0 };

	ck_assert_int_eq(aet_statement_insert_all(db, &insert_some, bind_one_column,
			     items, 4, sizeof(items[0]), NULL, &err),
	    AET_OK);
	ck_assert_int_eq(aet_statement_insert_all(db, &insert_some, bind_one_column,
			     items, 5, sizeof(items[0]), NULL, &err),
	    AET_EINVAL);
	test_value_is(game.owner, "SELECT count(*) FROM t", "4");
	nothing_is_in_use();
}
END_TEST

/* A type that is made anew has another oid, under the same name. */
START_TEST(a_type_made_anew_is_found_again)
{
	static const aet_parameter mood[] = { { "m", { 0, "public.mood" }, NULL } };
	static const aet_statement feel = { .size = sizeof(aet_statement),
		.name = "feel",
		.writes = true,
		.sql = "INSERT INTO moods VALUES ($1)",
		.parameters = mood,
		.parameter_count = 1 };
	aet_args args = { 0 };
	aet_error err = { 0 };

	for (int i = 0; i < 2; i++) {
		test_sql(game.owner,
		    "SET client_min_messages = error; "
		    "DROP TABLE IF EXISTS moods; DROP TYPE IF EXISTS mood; "
		    "CREATE TYPE mood AS ENUM ('glad'); "
		    "CREATE TABLE moods (m mood)");
		aet_args_text(&args, "glad");
		ck_assert_msg(aet_statement_exec(db, &feel, &args, NULL, &err) == AET_OK,
		    "%s %s", err.sqlstate, err.message);
	}
}
END_TEST

START_TEST(statements_that_cannot_be_run_are_refused)
{
	static const aet_statement no_size = { .name = "no_size", .sql = "SELECT 1" };
	static const aet_statement no_reader = STATEMENT("SELECT");
	aet_args args = { 0 };
	aet_error err = { 0 };
	void *out = &args;

	ck_assert_int_eq(run(db, &no_size, &err), AET_EINVAL);
	ck_assert_int_eq(
	    aet_statement_find_one(db, &no_reader, &args, &out, &err), AET_EINVAL);
	ck_assert_str_eq(
	    err.message, "s: has no columns to read: run it with aet_statement_exec");
	ck_assert_int_eq(
	    aet_statement_list(db, &no_reader, &args, &out, &err), AET_EINVAL);
	ck_assert_ptr_eq(out, &args);
	ck_assert_int_eq(run(db, &no_reader, &err), AET_OK);
}
END_TEST

START_TEST(a_call_without_a_statement_is_refused)
{
	static const aet_statement fine = STATEMENT("SELECT");
	aet_args args = { 0 };
	aet_error err = { 0 };
	int32_t row = 0;
	void *out = NULL;

	ck_assert_int_eq(aet_statement_exec(db, NULL, &args, NULL, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "no statement to run, or no arguments");
	ck_assert_int_eq(aet_statement_exec(db, &fine, NULL, NULL, &err), AET_EINVAL);
	ck_assert_int_eq(aet_statement_find_one(db, NULL, &args, &out, &err), AET_EINVAL);
	ck_assert_int_eq(aet_statement_find_one(db, &fine, NULL, &out, &err), AET_EINVAL);
	ck_assert_int_eq(aet_statement_list(db, NULL, &args, NULL, &err), AET_EINVAL);
	ck_assert_int_eq(aet_statement_list(db, NULL, &args, &out, &err), AET_EINVAL);
	ck_assert_int_eq(aet_statement_read_one(db, NULL, &args, &row, &err), AET_EINVAL);
	ck_assert_int_eq(
	    aet_statement_insert_all(db, NULL, NULL, &row, 1, 4, NULL, &err), AET_EINVAL);
	ck_assert_int_eq(
	    aet_statement_each(db, NULL, &args, NULL, NULL, &err), AET_EINVAL);
	ck_assert_int_eq(
	    aet_statement_each(db, &fine, NULL, NULL, NULL, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "no statement to run, or no arguments");
}
END_TEST

/* ---- too much --------------------------------------------------------- */

#define TOO_MANY 65536

START_TEST(more_parameters_than_the_protocol_counts_are_refused)
{
	aet_parameter *parameters = calloc(TOO_MANY, sizeof(*parameters));
	aet_statement statement = STATEMENT("SELECT 1");
	aet_args args = { 0 };
	aet_error err = { 0 };

	ck_assert_ptr_nonnull(parameters);
	for (int i = 0; i < TOO_MANY; i++) {
		parameters[i] = number_parameter[0];
		aet_args_int32(&args, i);
	}
	statement.parameters = parameters;
	statement.parameter_count = TOO_MANY;
	ck_assert_int_eq(
	    aet_statement_exec(db, &statement, &args, NULL, &err), AET_EINVAL);
	ck_assert_str_eq(
	    err.message, "s: PostgreSQL takes no more than 65535 parameters");
	free(parameters);
}
END_TEST

/* Each is short enough for itself; the server would end the session. */
START_TEST(arguments_longer_than_a_message_are_refused)
{
	static const aet_parameter parameters[] = { { "a", { BYTEA, NULL }, NULL },
		{ "b", { BYTEA, NULL }, NULL } };
	aet_statement statement = STATEMENT("INSERT INTO t SELECT WHERE $1 = $2");
	aet_bytes half = { calloc(1, 600 << 20), 600 << 20 };
	aet_args args = { 0 };
	aet_error err = { 0 };

	ck_assert_ptr_nonnull(half.data);
	aet_args_bytes(&args, half);
	aet_args_bytes(&args, half);
	statement.writes = true;
	statement.parameters = parameters;
	statement.parameter_count = 2;
	ck_assert_int_eq(
	    aet_statement_exec(db, &statement, &args, NULL, &err), AET_EINVAL);
	ck_assert_str_eq(
	    err.message, "s: the arguments together are longer than PostgreSQL takes");
	free((void *)(uintptr_t)half.data);
}
END_TEST

static const aet_parameter text_parameter[] = { { "name", { TEXT, NULL }, NULL } };

START_TEST(a_name_that_was_a_value_is_not_repeated)
{
	static const aet_statement cast = { .size = sizeof(aet_statement),
		.name = "cast",
		.sql = "SELECT $1::regclass",
		.parameters = text_parameter,
		.parameter_count = 1 };
	static const aet_statement missing = STATEMENT("SELECT * FROM no_such_table");
	aet_args args = { 0 };
	aet_error err = { 0 };

	aet_args_text(&args, "a_secret");
	ck_assert_int_eq(aet_statement_exec(db, &cast, &args, NULL, &err), AET_EDATA);
	ck_assert_str_eq(err.sqlstate, "42P01");
	ck_assert_str_eq(err.message, "cast: the database refused a value");
	ck_assert_int_eq(run(db, &missing, &err), AET_EDATA);
	ck_assert_str_eq(err.message, "s: relation \"no_such_table\" does not exist");
}
END_TEST

/* An error of a class that a lost session has too, in one that lives on. */
START_TEST(an_error_of_class_08_alone_ends_no_session)
{
	static const aet_statement raise = STATEMENT("SELECT 1 FROM raise_08()");
	aet_error err = { 0 };
	aet_db *tx = NULL;
	aet_db *inner = NULL;

	test_sql(game.owner,
	    "CREATE FUNCTION raise_08() RETURNS int LANGUAGE plpgsql AS $$BEGIN "
	    "RAISE EXCEPTION 'far away' USING ERRCODE = '08006'; END$$");
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(tx, NULL, &inner, NULL), AET_OK);
	ck_assert_int_eq(run(inner, &raise, &err), AET_EDB);
	ck_assert_str_eq(err.sqlstate, "08006");
	aet_db_rollback(&inner);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_OK);
}
END_TEST

/* ---- closing under a call --------------------------------------------- */

typedef struct call {
	pthread_t thread;
	aet_db *on;
	const aet_statement *statement;
	aet_status status;
} call;

static void *
make_call(void *argument)
{
	call *made = argument;

	made->status = run(made->on, made->statement, NULL);
	return NULL;
}

static void
wait_until(const char *sql)
{
	aet__deadline deadline = aet__deadline_in(10000);
	char *value = test_value(game.admin, sql);

	while (strcmp(value, "t") != 0) {
		ck_assert_msg(!aet__deadline_passed(deadline), "%s", sql);
		aet__sleep_ms(5, deadline);
		free(value);
		value = test_value(game.admin, sql);
	}
	free(value);
}

static const aet_statement sleeping = STATEMENT("SELECT pg_sleep(0.5)");

/* One call has the connection, the other waits for it, when the handle goes. */
START_TEST(calls_outlive_a_handle_that_is_closed)
{
	aet_db *closing =
	    open_with((aet_db_options){ .max_connections = 1, .drain_timeout_ms = 50 });
	call running = { .on = closing, .statement = &sleeping };
	call waiting = { .on = closing, .statement = &insert };
	aet_db_stats stats = { .size = sizeof(stats) };

	pthread_create(&running.thread, NULL, make_call, &running);
	wait_until("SELECT count(*) > 0 FROM pg_stat_activity "
		   "WHERE query = 'SELECT pg_sleep(0.5)' AND state = 'active'");
	pthread_create(&waiting.thread, NULL, make_call, &waiting);
	while (stats.waiting == 0)
		ck_assert_int_eq(aet_db_get_stats(closing, &stats, NULL), AET_OK);
	ck_assert_int_eq(aet_db_close(&closing), AET_EBUSY);
	pthread_join(waiting.thread, NULL);
	ck_assert_int_eq(waiting.status, AET_EINVAL);
	pthread_join(running.thread, NULL);
	ck_assert_int_eq(running.status, AET_OK);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("edges");
	TCase *tcase = tcase_create("edges");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_commit_that_comes_too_late_rolls_back);
	tcase_add_test(tcase, many_inserts_that_stop_before_their_end_are_none);
	tcase_add_test(tcase, a_savepoint_left_open_fails_the_transaction);
	tcase_add_test(tcase, success_leaves_the_error_alone);
	tcase_add_test(tcase, a_failed_transaction_evicts_nothing);
	tcase_add_test(tcase, more_sets_of_columns_than_the_cache_holds_are_refused);
	tcase_add_test(tcase, a_type_made_anew_is_found_again);
	tcase_add_test(tcase, statements_that_cannot_be_run_are_refused);
	tcase_add_test(tcase, a_call_without_a_statement_is_refused);
	tcase_add_test(tcase, more_parameters_than_the_protocol_counts_are_refused);
	tcase_add_test(tcase, arguments_longer_than_a_message_are_refused);
	tcase_add_test(tcase, a_name_that_was_a_value_is_not_repeated);
	tcase_add_test(tcase, an_error_of_class_08_alone_ends_no_session);
	tcase_add_test(tcase, calls_outlive_a_handle_that_is_closed);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
