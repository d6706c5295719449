/* SPDX-License-Identifier: MIT */
/* Many threads on few connections, while the server ends some of these. */
#include "support/game.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/statement.h>

#include "core/deadline.h"

#define THREADS 16
#define ROUNDS 40
#define CALL_MS 2000

/* What a loaded machine may add to a deadline. */
#define SLACK_MS 2000

static test_game game;
static aet_db *db;

static void
setup(void)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_error err = { 0 };

	game = test_game_create();
	test_sql(game.owner, "CREATE TABLE t (n int)");
	options.url = game.app;
	options.max_connections = 4;
	options.call_timeout_ms = CALL_MS;
	options.idle_timeout_ms = 80;
	options.lifetime_ms = 300;
	options.statement_cache = 2;
	ck_assert_msg(aet_db_open(&options, &db, &err) == AET_OK, "%s", err.message);
}

static void
teardown(void)
{
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_game_free(&game);
}

static const aet_parameter number[] = { { "n", { 23, NULL }, NULL } };

#define STATEMENT(text, does_write)                                                 \
	{                                                                           \
		.size = sizeof(aet_statement), .name = "s", .writes = (does_write), \
		.sql = (text), .parameters = number, .parameter_count = 1           \
	}

static const aet_statement insert = STATEMENT("INSERT INTO t VALUES ($1)", true);
static const aet_statement look = STATEMENT("SELECT n FROM t WHERE n = $1", false);
static const aet_statement count = STATEMENT("SELECT count(*) - $1 FROM t", false);

static aet_status
run(aet_db *on, const aet_statement *statement, int32_t n)
{
	aet_args args = { 0 };

	aet_args_int32(&args, n);
	return aet_statement_exec(on, statement, &args, NULL, NULL);
}

static aet_status
insert_twice(aet_db *tx, void *ctx, aet_error *err)
{
	aet_db *inner = NULL;
	aet_status status = run(tx, &insert, *(const int *)ctx);

	if (status != AET_OK)
		return status;
	status = aet_db_begin(tx, NULL, &inner, err);
	if (status != AET_OK)
		return status;
	status = run(inner, &insert, *(const int *)ctx);
	if (status == AET_OK)
		return aet_db_commit(&inner, err);
	aet_db_rollback(&inner);
	return status;
}

static void
bind_number(aet_args *args, const void *item)
{
	aet_args_int32(args, *(const int32_t *)item);
}

static aet_status
call(int kind)
{
	const int32_t numbers[3] = { kind, kind, kind };
	aet_db *limited = NULL;
	aet_status status;

	switch (kind) {
	case 0:
		return run(db, &insert, 0);
	case 1:
		return run(db, &look, 1);
	case 2:
		return run(db, &count, 2);
	case 3:
		return aet_db_transaction(db, NULL, insert_twice, &kind, NULL);
	case 4:
		return aet_statement_insert_all(
		    db, &insert, bind_number, numbers, 3, sizeof(numbers[0]), NULL, NULL);
	default:
		status = aet_db_limit(db, 1000, &limited, NULL);
		if (status == AET_OK)
			status = aet_db_ping(limited, NULL);
		aet_db_close(&limited);
		return status;
	}
}

/* What a call may say when its backend is ended, or the pool is full. */
static bool
is_expected(aet_status status)
{
	return status == AET_OK || status == AET_ECONNECT || status == AET_EUNKNOWN ||
	       status == AET_EBUSY || status == AET_ETIMEOUT;
}

typedef struct worker {
	pthread_t thread;
	int number;
	aet_status unexpected;
	int64_t longest_ms;
	int done;
} worker;

static void *
work(void *argument)
{
	worker *self = argument;
	aet_status status;
	int64_t start;

	for (int i = 0; i < ROUNDS; i++) {
		start = aet__clock_ms();
		status = call((self->number + i) % 6);
		if (aet__clock_ms() - start > self->longest_ms)
			self->longest_ms = aet__clock_ms() - start;
		if (!is_expected(status))
			self->unexpected = status;
		self->done += status == AET_OK;
	}
	return NULL;
}

#define TERMINATE                                                                       \
	"SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM "                \
	"pg_stat_activity WHERE datname = current_database() AND pid <> "               \
	"pg_backend_pid() AND backend_type = 'client backend' ORDER BY random() LIMIT " \
	"2) p"

static void
wait_for_none_open(void)
{
	aet_db_stats stats = { .size = sizeof(stats), .open = -1 };
	aet__deadline deadline = aet__deadline_in(10000);

	while (stats.open != 0) {
		ck_assert_msg(!aet__deadline_passed(deadline), "%d open", stats.open);
		aet__sleep_ms(5, deadline);
		ck_assert_int_eq(aet_db_get_stats(db, &stats, NULL), AET_OK);
	}
}

START_TEST(calls_end_in_time_and_leave_nothing_behind)
{
	aet_db_stats stats = { .size = sizeof(stats) };
	worker workers[THREADS] = { 0 };
	int done = 0;

	for (int i = 0; i < THREADS; i++) {
		workers[i].number = i;
		ck_assert_int_eq(
		    pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (int i = 0; i < 10; i++)
		test_sql(game.admin, TERMINATE);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		ck_assert_msg(workers[i].unexpected == AET_OK, "%s",
		    aet_status_name(workers[i].unexpected));
		/* A transaction is five calls, each with a deadline of its own. */
		ck_assert_int_le(workers[i].longest_ms, 5 * CALL_MS + SLACK_MS);
		done += workers[i].done;
	}
	ck_assert_int_ge(done, THREADS * ROUNDS / 2);
	/* Idle ones that were ended must not be met by what follows. */
	wait_for_none_open();
	for (int kind = 0; kind < 6; kind++)
		ck_assert_int_eq(call(kind), AET_OK);
	ck_assert_int_eq(aet_db_get_stats(db, &stats, NULL), AET_OK);
	ck_assert_int_eq(stats.open, stats.idle);
	ck_assert_int_eq(stats.waiting, 0);
	ck_assert_int_le(stats.open, 4);
	/* Two or three rows at a time, or none. */
	test_value_is(game.owner, "SELECT count(*) % 2 FROM t WHERE n = 3", "0");
	test_value_is(game.owner, "SELECT count(*) % 3 FROM t WHERE n = 4", "0");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("threads");
	TCase *tcase = tcase_create("threads");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 100);
	tcase_add_test(tcase, calls_end_in_time_and_leave_nothing_behind);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
