/* SPDX-License-Identifier: MIT */
/* Opening, sharing and closing a pool. */
#include "support/game.h"
#include "support/process.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <aeturnis/database.h>
#include <aeturnis/migrate.h>

#include "core/deadline.h"
#include "support/proxy.h"

static test_game game;
static aet_db *db;

static void
setup(void)
{
	game = test_game_create();
}

static void
teardown(void)
{
	aet_db_close(&db);
	test_game_free(&game);
}

static aet_status
open_with(aet_db_options options, aet_error *err)
{
	options.size = sizeof(options);
	options.url = game.app;
	return aet_db_open(&options, &db, err);
}

static aet_db_stats
stats(void)
{
	aet_db_stats now = { .size = sizeof(now) };

	ck_assert_int_eq(aet_db_get_stats(db, &now, NULL), AET_OK);
	return now;
}

static void
wait_for_open(int open)
{
	aet__deadline deadline = aet__deadline_in(10000);

	while (stats().open != open) {
		ck_assert_msg(
		    !aet__deadline_passed(deadline), "%d connections", stats().open);
		aet__sleep_ms(5, deadline);
	}
}

START_TEST(wrong_options_are_refused)
{
	aet_db_options options = { .url = game.app };
	aet_error err = { 0 };

	ck_assert_int_eq(aet_db_open(&options, &db, &err), AET_EINVAL);
	ck_assert_int_eq(
	    open_with((aet_db_options){ .max_connections = -1 }, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "the option max_connections is negative");
	ck_assert_int_eq(
	    open_with((aet_db_options){ .min_connections = 30 }, &err), AET_EINVAL);
	options.size = sizeof(options);
	options.url = "postgresql://user:secret@[::1/db";
	ck_assert_int_eq(aet_db_open(&options, &db, &err), AET_EINVAL);
	ck_assert_ptr_null(strstr(err.message, "secret"));
	options.url = " \t\n";
	ck_assert_int_eq(aet_db_open(&options, &db, &err), AET_EINVAL);
	options.url = "";
	ck_assert_int_eq(aet_db_open(&options, &db, &err), AET_EINVAL);
	ck_assert_str_eq(err.message,
	    "the url is empty: name a database, or give NULL for DATABASE_URL's");
	ck_assert_ptr_null(db);
}
END_TEST

/* To the server it would be a database's name, which its words repeat. */
START_TEST(a_url_inside_a_url_is_refused)
{
	static const char *const nested[] = { "postgresql://u:secret@h/d",
		"host%3Dh%20password%3Dsecret" };
	aet_db_options options = AET_DB_OPTIONS_INIT;
	char *other = malloc(strlen(game.app) + 64);
	aet_error err = { 0 };

	options.url = other;
	for (size_t i = 0; i < 2; i++) {
		sprintf(other, "%s&dbname=%s", game.app, nested[i]);
		ck_assert_int_eq(aet_db_open(&options, &db, &err), AET_EINVAL);
		ck_assert_str_eq(err.message,
		    "the database url's dbname is a connection string of its own: give "
		    "that one as the url");
	}
	sprintf(other, "%s&dbname=a%%3Db", game.app); /* a name as good as any */
	ck_assert_int_eq(aet_db_open(&options, &db, &err), AET_ECONNECT);
	ck_assert_str_eq(err.sqlstate, "3D000");
	free(other);
}
END_TEST

START_TEST(refusals_say_why)
{
	char *other = malloc(strlen(game.app) + 64);
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_error err = { 0 };

	options.url = other;
	sprintf(other, "%s&dbname=no_such_database", game.app);
	ck_assert_int_eq(aet_db_open(&options, &db, &err), AET_ECONNECT);
	ck_assert_str_eq(err.sqlstate, "3D000");
	sprintf(other, "%s&user=no_such_role", game.app);
	ck_assert_int_eq(aet_db_open(&options, &db, &err), AET_ECONNECT);
	ck_assert_str_eq(err.sqlstate, "28000");
	options.url = "host=/nonexistent";
	ck_assert_int_eq(aet_db_open(&options, &db, &err), AET_ECONNECT);
	ck_assert_str_eq(err.sqlstate, "");
	options.url = "host=no-such-host.invalid";
	ck_assert_int_eq(aet_db_open(&options, &db, &err), AET_ECONNECT);
	ck_assert_msg(
	    strstr(err.message, "no-such-host.invalid") != NULL, "%s", err.message);
	free(other);
}
END_TEST

/* What the process's environment says is not looked for in files. */
START_TEST(the_environments_url_needs_no_readable_file)
{
	char *folder = test_scratch_make();
	aet_error err = { 0 };

	ck_assert_int_eq(chdir(folder), 0);
	ck_assert_int_eq(mkdir(".env", 0700), 0); /* nobody can read it */
	setenv("DATABASE_URL", game.app, 1);
	ck_assert_msg(aet_db_open(NULL, &db, &err) == AET_OK, "%s", err.message);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	unsetenv("DATABASE_URL");
	ck_assert_int_eq(aet_db_open(NULL, &db, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "\".env\" is not a regular file");
	ck_assert_int_eq(rmdir(".env"), 0);
	ck_assert_int_eq(aet_db_open(NULL, &db, &err), AET_EINVAL);
	ck_assert_str_eq(
	    err.message, "no database is named: set DATABASE_URL, or the url option");
	setenv("DATABASE_URL", " \n", 1);
	ck_assert_int_eq(aet_db_open(NULL, &db, &err), AET_EINVAL);
	ck_assert_str_eq(
	    err.message, "no database is named: set DATABASE_URL, or the url option");
	unsetenv("DATABASE_URL");
	ck_assert_int_eq(chdir("/"), 0);
	test_scratch_remove(folder);
}
END_TEST

START_TEST(closing_twice_is_harmless)
{
	ck_assert_int_eq(open_with((aet_db_options){ 0 }, NULL), AET_OK);
	ck_assert_int_eq(aet_db_ping(db, NULL), AET_OK);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	ck_assert_ptr_null(db);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	ck_assert_int_eq(aet_db_close(NULL), AET_OK);
	ck_assert_int_eq(aet_db_ping(db, NULL), AET_EINVAL);
}
END_TEST

START_TEST(a_full_pool_is_busy_and_then_works)
{
	aet_db *first = NULL, *second = NULL, *third = NULL;
	aet_error err = { 0 };
	int64_t start;

	ck_assert_int_eq(open_with((aet_db_options){ .max_connections = 2,
				       .connect_timeout_ms = test_ms(200) },
			     NULL),
	    AET_OK);
	ck_assert_int_eq(aet_db_begin(db, NULL, &first, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(db, NULL, &second, NULL), AET_OK);
	start = aet__clock_ms();
	ck_assert_int_eq(aet_db_begin(db, NULL, &third, &err), AET_EBUSY);
	ck_assert_str_eq(err.message, "all 2 connections of the pool are in use");
	ck_assert_int_ge(aet__clock_ms() - start, test_ms(200) - 5);
	ck_assert_ptr_null(third);
	ck_assert_uint_eq(stats().timeouts, 1);
	aet_db_rollback(&first);
	ck_assert_int_eq(aet_db_ping(db, NULL), AET_OK);
	aet_db_rollback(&second);
	ck_assert_int_eq(stats().open, 2);
}
END_TEST

/* ---- threads ---------------------------------------------------------- */

#define THREADS 24
#define CALLS 50

static void *
ping_often(void *failures)
{
	for (int i = 0; i < CALLS; i++)
		if (aet_db_ping(db, NULL) != AET_OK)
			__atomic_add_fetch((int *)failures, 1, __ATOMIC_RELAXED);
	return NULL;
}

START_TEST(many_threads_share_few_connections)
{
	pthread_t threads[THREADS];
	int failures = 0;

	ck_assert_int_eq(
	    open_with((aet_db_options){ .max_connections = 3 }, NULL), AET_OK);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, ping_often, &failures);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(failures, 0);
	ck_assert_int_le(stats().open, 3);
	ck_assert_int_eq(stats().waiting, 0);
	ck_assert_int_eq(stats().idle, stats().open);
}
END_TEST

typedef struct turn {
	pthread_t thread;
	int number;
} turn;

static int turns_taken[4];
static int turns_count;

static void *
take_a_turn(void *argument)
{
	const turn *t = argument;
	aet_db *tx = NULL;

	if (aet_db_begin(db, NULL, &tx, NULL) != AET_OK)
		return NULL;
	turns_taken[__atomic_fetch_add(&turns_count, 1, __ATOMIC_SEQ_CST)] = t->number;
	aet_db_rollback(&tx);
	return NULL;
}

START_TEST(waiting_calls_are_served_in_their_order)
{
	turn turns[4];
	aet_db *tx = NULL;

	ck_assert_int_eq(
	    open_with((aet_db_options){ .max_connections = 1 }, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	for (int i = 0; i < 4; i++) {
		turns[i].number = i;
		pthread_create(&turns[i].thread, NULL, take_a_turn, &turns[i]);
		while (stats().waiting != i + 1)
			aet__sleep_ms(1, AET__NEVER);
	}
	aet_db_rollback(&tx);
	for (int i = 0; i < 4; i++)
		pthread_join(turns[i].thread, NULL);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(turns_taken[i], i);
}
END_TEST

static void *
close_the_pool(void *status)
{
	*(aet_status *)status = aet_db_close(&db);
	return NULL;
}

static void *
ping_once(void *argument)
{
	aet_status *status = argument;

	*status = aet_db_ping(db, NULL);
	return NULL;
}

static void
wait_for_waiting(int waiting)
{
	aet__deadline deadline = aet__deadline_in(test_ms(10000));

	while (stats().waiting != waiting) {
		ck_assert_msg(
		    !aet__deadline_passed(deadline), "%d waiting", stats().waiting);
		aet__sleep_ms(1, deadline);
	}
}

START_TEST(what_is_handed_over_is_not_asked_first)
{
	test_proxy *proxy = test_proxy_start(game.app);
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_status status = AET_EDB;
	aet_db *tx = NULL;
	pthread_t thread;

	options.url = test_proxy_url(proxy);
	options.max_connections = 1;
	options.connect_timeout_ms = test_ms(10000);
	ck_assert_int_eq(aet_db_open(&options, &db, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(pthread_create(&thread, NULL, ping_once, &status), 0);
	wait_for_waiting(1);
	test_proxy_round_trips(proxy);
	aet_db_rollback(&tx);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_int_eq(status, AET_OK);
	ck_assert_int_eq(test_proxy_round_trips(proxy), 2); /* ROLLBACK, SELECT 1 */
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_proxy_stop(proxy);
}
END_TEST

START_TEST(close_waits_for_what_is_in_use)
{
	aet_status status = AET_EINVAL;
	pthread_t closer;
	aet_db *tx = NULL;
	aet_db *pool;

	ck_assert_int_eq(
	    open_with((aet_db_options){ .max_connections = 1 }, NULL), AET_OK);
	pool = db;
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	pthread_create(&closer, NULL, close_the_pool, &status);
	while (aet_db_ping(pool, NULL) != AET_EINVAL)
		aet__sleep_ms(1, AET__NEVER);
	ck_assert_int_eq(aet_db_commit(&tx, NULL), AET_OK);
	pthread_join(closer, NULL);
	ck_assert_int_eq(status, AET_OK);
}
END_TEST

START_TEST(what_outlives_the_drain_ends_on_its_return)
{
	aet_db *tx = NULL;

	ck_assert_int_eq(
	    open_with((aet_db_options){ .drain_timeout_ms = 50 }, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(aet_db_close(&db), AET_EBUSY);
	ck_assert_ptr_null(db);
	ck_assert_int_eq(aet_db_commit(&tx, NULL), AET_OK);
}
END_TEST

/* ---- upkeep ----------------------------------------------------------- */

START_TEST(idle_connections_are_closed_down_to_the_minimum)
{
	aet_db *held[4] = { 0 };

	ck_assert_int_eq(
	    open_with(
		(aet_db_options){ .min_connections = 1, .idle_timeout_ms = 100 }, NULL),
	    AET_OK);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(aet_db_begin(db, NULL, &held[i], NULL), AET_OK);
	for (int i = 0; i < 4; i++)
		aet_db_rollback(&held[i]);
	wait_for_open(1);
	ck_assert_int_eq(aet_db_ping(db, NULL), AET_OK);
}
END_TEST

START_TEST(an_old_connection_is_replaced)
{
	ck_assert_int_eq(open_with((aet_db_options){ .lifetime_ms = 100 }, NULL), AET_OK);
	wait_for_open(0);
	ck_assert_int_eq(aet_db_ping(db, NULL), AET_OK);
	ck_assert_uint_eq(stats().opened, 2);
}
END_TEST

static char logged[AET_MESSAGE_SIZE];

static void
keep_log(void *ctx, aet_log_level level, const char *message)
{
	if (level == AET_LOG_WARNING) {
		snprintf(logged, sizeof(logged), "%s", message);
		__atomic_store_n((int *)ctx, 1, __ATOMIC_SEQ_CST);
	}
}

START_TEST(a_leak_is_told)
{
	aet__deadline deadline = aet__deadline_in(10000);
	aet_db *tx = NULL;
	int told = 0;

	ck_assert_int_eq(open_with((aet_db_options){ .leak_warning_ms = 50,
				       .log = keep_log,
				       .log_ctx = &told },
			     NULL),
	    AET_OK);
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	while (!__atomic_load_n(&told, __ATOMIC_SEQ_CST)) {
		ck_assert(!aet__deadline_passed(deadline));
		aet__sleep_ms(5, deadline);
	}
	ck_assert_msg(
	    strstr(logged, "1 connection has been in use") != NULL, "%s", logged);
	aet_db_rollback(&tx);
}
END_TEST

/* It takes as long as its statements do. */
START_TEST(a_long_migration_is_no_leak)
{
	char *folder = test_scratch_make();
	aet_migrate_options migrate = AET_MIGRATE_OPTIONS_INIT;
	char path[128];
	FILE *file;
	int told = 0;

	snprintf(path, sizeof(path), "%s/0001_long.sql", folder);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs("SELECT pg_sleep(0.3);\n", file), 0);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(open_with((aet_db_options){ .leak_warning_ms = 50,
				       .log = keep_log,
				       .log_ctx = &told },
			     NULL),
	    AET_OK);
	migrate.dir = folder;
	ck_assert_int_eq(aet_db_migrate(db, &migrate, NULL, NULL), AET_OK);
	ck_assert_msg(!told, "%s", logged);
	test_scratch_remove(folder);
}
END_TEST

#define TERMINATE                                                       \
	"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity " \
	"WHERE datname = current_database() AND pid <> pg_backend_pid()"

START_TEST(terminated_idle_connections_are_replaced_unseen)
{
	ck_assert_int_eq(open_with((aet_db_options){ 0 }, NULL), AET_OK);
	test_sql(game.admin, TERMINATE);
	wait_for_open(0);
	ck_assert_int_eq(aet_db_ping(db, NULL), AET_OK);
}
END_TEST

START_TEST(a_terminated_transaction_says_so_and_the_next_works)
{
	aet_db *tx = NULL;
	aet_error err = { 0 };

	ck_assert_int_eq(open_with((aet_db_options){ 0 }, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	test_sql(game.admin, TERMINATE);
	ck_assert_int_eq(aet_db_ping(tx, &err), AET_ECONNECT);
	ck_assert_str_eq(err.sqlstate, "57P01");
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_ECONNECT);
	ck_assert_ptr_null(tx);
	ck_assert_int_eq(aet_db_ping(db, NULL), AET_OK);
}
END_TEST

START_TEST(a_limited_handle_borrows)
{
	aet_db *limited = NULL;
	aet_db *tx = NULL;

	ck_assert_int_eq(open_with((aet_db_options){ 0 }, NULL), AET_OK);
	ck_assert_int_eq(aet_db_limit(db, 0, &limited, NULL), AET_EINVAL);
	ck_assert_int_eq(aet_db_limit(db, 1000, &limited, NULL), AET_OK);
	ck_assert_int_eq(aet_db_ping(limited, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(limited, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(aet_db_commit(&tx, NULL), AET_OK);
	ck_assert_int_eq(aet_db_close(&limited), AET_OK);
	ck_assert_int_eq(aet_db_ping(db, NULL), AET_OK);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("pool");
	TCase *tcase = tcase_create("pool");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, wrong_options_are_refused);
	tcase_add_test(tcase, a_url_inside_a_url_is_refused);
	tcase_add_test(tcase, refusals_say_why);
	tcase_add_test(tcase, the_environments_url_needs_no_readable_file);
	tcase_add_test(tcase, closing_twice_is_harmless);
	tcase_add_test(tcase, a_full_pool_is_busy_and_then_works);
	tcase_add_test(tcase, many_threads_share_few_connections);
	tcase_add_test(tcase, waiting_calls_are_served_in_their_order);
	tcase_add_test(tcase, what_is_handed_over_is_not_asked_first);
	tcase_add_test(tcase, close_waits_for_what_is_in_use);
	tcase_add_test(tcase, what_outlives_the_drain_ends_on_its_return);
	tcase_add_test(tcase, idle_connections_are_closed_down_to_the_minimum);
	tcase_add_test(tcase, an_old_connection_is_replaced);
	tcase_add_test(tcase, a_leak_is_told);
	tcase_add_test(tcase, a_long_migration_is_no_leak);
	tcase_add_test(tcase, terminated_idle_connections_are_replaced_unseen);
	tcase_add_test(tcase, a_terminated_transaction_says_so_and_the_next_works);
	tcase_add_test(tcase, a_limited_handle_borrows);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
