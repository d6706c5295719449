/* SPDX-License-Identifier: MIT */
/* What a broken network does: an error within the deadline, the right one, and
 * a handle that works again afterwards. */
#include "support/proxy.h"
#include "support/game.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/statement.h>

#include "core/deadline.h"

static test_game game;
static test_proxy *proxy;
static aet_db *db;

static void
setup(void)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_error err = { 0 };

	game = test_game_create();
	test_sql(game.owner, "CREATE TABLE t (n int)");
	proxy = test_proxy_start(game.app);
	options.url = test_proxy_url(proxy);
	options.call_timeout_ms = test_ms(400);
	options.connect_timeout_ms = test_ms(300);
	ck_assert_msg(aet_db_open(&options, &db, &err) == AET_OK, "%s", err.message);
}

static void
teardown(void)
{
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_proxy_stop(proxy);
	test_game_free(&game);
}

static const aet_statement insert = { .size = sizeof(aet_statement),
	.name = "insert",
	.writes = true,
	.sql = "INSERT INTO t VALUES (1)" };
static const aet_statement look = { .size = sizeof(aet_statement),
	.name = "look",
	.sql = "SELECT n FROM t" };

static aet_status
run(aet_db *on, const aet_statement *statement, aet_error *err)
{
	aet_args args = { 0 };

	return aet_statement_exec(on, statement, &args, NULL, err);
}

/* Runs, and asserts that it ended within its time, whatever it said. */
static aet_status
run_within_its_time(aet_db *on, const aet_statement *statement, aet_error *err)
{
	int64_t start = aet__clock_ms();
	aet_status status = run(on, statement, err);

	ck_assert_int_le(aet__clock_ms() - start, test_ms(600));
	return status;
}

START_TEST(a_silent_server_is_a_timeout)
{
	aet_error err = { 0 };

	ck_assert_int_eq(run(db, &look, NULL), AET_OK);
	test_proxy_set(proxy, TEST_PROXY_SILENT, 0);
	ck_assert_int_eq(run_within_its_time(db, &look, &err), AET_ETIMEOUT);
	/* Dialling anew meets the same silence. */
	ck_assert_int_eq(run_within_its_time(db, &look, &err), AET_ETIMEOUT);
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(run(db, &look, &err), AET_OK);
}
END_TEST

START_TEST(a_write_that_is_not_answered_is_unknown)
{
	aet_error err = { 0 };

	ck_assert_int_eq(run(db, &insert, NULL), AET_OK);
	test_proxy_set(proxy, TEST_PROXY_SILENT, 0);
	ck_assert_int_eq(run_within_its_time(db, &insert, &err), AET_EUNKNOWN);
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(run(db, &insert, &err), AET_OK);
	/* It had happened: just what the status says one cannot know. */
	test_value_is(game.owner, "SELECT count(*) FROM t", "3");
}
END_TEST

START_TEST(a_write_in_a_transaction_is_not_unknown)
{
	aet_error err = { 0 };
	aet_db *tx = NULL;

	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, NULL), AET_OK);
	test_proxy_set(proxy, TEST_PROXY_SILENT, 0);
	ck_assert_int_eq(run_within_its_time(tx, &insert, &err), AET_ETIMEOUT);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_ECONNECT);
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(run(db, &look, &err), AET_OK);
	test_value_is(game.owner, "SELECT count(*) FROM t", "0");
}
END_TEST

START_TEST(a_commit_that_is_not_answered_is_unknown)
{
	aet_error err = { 0 };
	aet_db *tx = NULL;

	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, NULL), AET_OK);
	test_proxy_set(proxy, TEST_PROXY_CUT, 3);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_EUNKNOWN);
	ck_assert_ptr_null(tx);
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
	test_value_is(game.owner, "SELECT count(*) FROM t", "1");
	ck_assert_int_eq(run(db, &look, &err), AET_OK);
}
END_TEST

/* The answer to a prepared look at 200 rows is some 3,000 bytes; the second
 * run, already prepared, is cut at each of several places. */
START_TEST(an_answer_that_is_cut_short_is_an_error)
{
	static const size_t places[] = { 1, 5, 6, 40, 500, 1500 };
	aet_error err = { 0 };

	test_sql(game.owner, "INSERT INTO t SELECT generate_series(1, 200)");
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		ck_assert_int_eq(run(db, &look, &err), AET_OK);
		test_proxy_set(proxy, TEST_PROXY_CUT, places[i]);
		ck_assert_int_eq(run_within_its_time(db, &look, &err), AET_ECONNECT);
		ck_assert_str_eq(err.sqlstate, "08006");
		test_proxy_set(proxy, TEST_PROXY_PASS, 0);
		ck_assert_int_eq(run(db, &look, &err), AET_OK);
	}
}
END_TEST

START_TEST(a_point_select_is_one_round_trip)
{
	ck_assert_int_eq(run(db, &look, NULL), AET_OK);
	test_proxy_round_trips(proxy);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(run(db, &look, NULL), AET_OK);
	ck_assert_int_eq(test_proxy_round_trips(proxy), 5);
}
END_TEST

/* A server that takes the connection and says nothing at all. */
/* ---- what is large ------------------------------------------------------ */

#define LARGE (16 << 20)

static const aet_parameter one_text[] = { { .name = "value", .type = { 25, NULL } } };
static const aet_statement measure = { .size = sizeof(aet_statement),
	.name = "measure",
	.sql = "SELECT 1 FROM t WHERE n = length($1)",
	.parameters = one_text,
	.parameter_count = 1 };
static const aet_statement write_large = { .size = sizeof(aet_statement),
	.name = "write_large",
	.writes = true,
	.sql = "INSERT INTO t VALUES (length($1))",
	.parameters = one_text,
	.parameter_count = 1 };

static aet_status
send_large(aet_db *on, const aet_statement *statement, int64_t *rows, aet_error *err)
{
	char *text = malloc(LARGE + 1);
	aet_args args = { 0 };
	aet_status status;

	ck_assert_ptr_nonnull(text);
	memset(text, 'a', LARGE);
	text[LARGE] = '\0';
	aet_args_text(&args, text);
	status = aet_statement_exec(on, statement, &args, rows, err);
	free(text);
	return status;
}

static aet_db *
open_directly(int timeout_ms)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_db *direct = NULL;

	options.url = game.app;
	options.application_name = "direct";
	options.max_connections = 1;
	options.call_timeout_ms = timeout_ms;
	ck_assert_int_eq(aet_db_open(&options, &direct, NULL), AET_OK);
	return direct;
}

/* Stops the process that serves the one connection to this database. */
static pid_t
stop_backend(const char *application)
{
	char sql[200];
	char *text;
	pid_t pid;

	snprintf(sql, sizeof(sql),
	    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
	    "AND application_name = '%s'",
	    application);
	text = test_value(game.admin, sql);
	ck_assert_ptr_nonnull(text);
	pid = atoi(text);
	free(text);
	ck_assert_int_eq(kill(pid, SIGSTOP), 0);
	return pid;
}

START_TEST(a_large_value_arrives)
{
	aet_db *direct = open_directly(test_ms(20000));
	aet_db *tx = NULL;
	int64_t rows = -1;

	ck_assert_int_eq(send_large(direct, &write_large, &rows, NULL), AET_OK);
	ck_assert_int_eq(rows, 1);
	ck_assert_int_eq(aet_db_begin(direct, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(send_large(tx, &write_large, NULL, NULL), AET_OK);
	ck_assert_int_eq(send_large(tx, &measure, &rows, NULL), AET_OK);
	ck_assert_int_eq(rows, 2);
	ck_assert_int_eq(aet_db_commit(&tx, NULL), AET_OK);
	ck_assert_int_eq(aet_db_close(&direct), AET_OK);
	test_value_is(
	    game.owner, "SELECT string_agg(n::text, ' ') FROM t", "16777216 16777216");
}
END_TEST

/* A server that reads nothing holds up what is being sent. */
START_TEST(a_large_value_that_nobody_reads_is_a_timeout)
{
	aet_db *direct = open_directly(test_ms(400));
	aet_error err = { 0 };
	aet_db *tx = NULL;
	int64_t start;
	pid_t pid;

	ck_assert_int_eq(run(direct, &look, NULL), AET_OK);
	pid = stop_backend("direct");
	start = aet__clock_ms();
	ck_assert_int_eq(send_large(direct, &measure, NULL, &err), AET_ETIMEOUT);
	ck_assert_int_le(aet__clock_ms() - start, test_ms(1000));
	ck_assert_int_eq(kill(pid, SIGCONT), 0);
	ck_assert_int_eq(run(direct, &look, &err), AET_OK);

	ck_assert_int_eq(aet_db_begin(direct, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(run(tx, &insert, NULL), AET_OK);
	pid = stop_backend("direct");
	start = aet__clock_ms();
	ck_assert_int_eq(send_large(tx, &write_large, NULL, &err), AET_ETIMEOUT);
	ck_assert_int_le(aet__clock_ms() - start, test_ms(1000));
	ck_assert_int_eq(kill(pid, SIGCONT), 0);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_ECONNECT);
	ck_assert_int_eq(run(direct, &look, &err), AET_OK);
	ck_assert_int_eq(aet_db_close(&direct), AET_OK);
	test_value_is(game.owner, "SELECT count(*) FROM t", "0");
}
END_TEST

START_TEST(opening_ends_at_its_deadline)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_error err = { 0 };
	aet_db *other = NULL;
	int64_t start = aet__clock_ms();

	test_proxy_set(proxy, TEST_PROXY_SILENT, 0);
	options.url = test_proxy_url(proxy);
	options.connect_timeout_ms = test_ms(250);
	ck_assert_int_eq(aet_db_open(&options, &other, &err), AET_ETIMEOUT);
	ck_assert_ptr_null(other);
	ck_assert_int_le(aet__clock_ms() - start, test_ms(450));
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
}
END_TEST

/* A server that lets in, and then answers no statement. */
START_TEST(opening_ends_at_its_deadline_once_let_in)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_error err = { 0 };
	aet_db *before = NULL; /* open to the end: its farewell would be counted */
	aet_db *other = NULL;
	int64_t start;
	int trips;

	options.url = test_proxy_url(proxy);
	test_proxy_round_trips(proxy);
	ck_assert_int_eq(aet_db_open(&options, &before, &err), AET_OK);
	trips = test_proxy_round_trips(proxy);
	options.connect_timeout_ms = test_ms(250);
	test_proxy_set(proxy, TEST_PROXY_TIRED, (size_t)trips - 1);
	start = aet__clock_ms();
	ck_assert_int_eq(aet_db_open(&options, &other, &err), AET_ETIMEOUT);
	ck_assert_ptr_null(other);
	ck_assert_int_le(aet__clock_ms() - start, test_ms(450));
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(aet_db_close(&before), AET_OK);
}
END_TEST

/* The first of two addresses never answers: the second gets its share of the
 * time. */
START_TEST(a_silent_host_does_not_hide_the_next)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	test_proxy *other = test_proxy_start(game.app);
	aet_error err = { 0 };
	aet_db *both = NULL;
	char text[256];
	int ports[2];

	ck_assert_int_eq(
	    sscanf(test_proxy_url(other), "host=127.0.0.1 port=%d", &ports[0]), 1);
	ck_assert_int_eq(
	    sscanf(test_proxy_url(proxy), "host=127.0.0.1 port=%d", &ports[1]), 1);
	snprintf(text, sizeof(text), "host=127.0.0.1,localhost port=%d,%d %s", ports[0],
	    ports[1], strstr(test_proxy_url(proxy), "dbname="));
	test_proxy_set(other, TEST_PROXY_SILENT, 0);
	options.url = text;
	options.connect_timeout_ms = test_ms(1000);
	ck_assert_msg(aet_db_open(&options, &both, &err) == AET_OK, "%s", err.message);
	ck_assert_int_eq(run(both, &look, &err), AET_OK);
	ck_assert_int_eq(aet_db_close(&both), AET_OK);
	test_proxy_stop(other);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("failure");
	TCase *tcase = tcase_create("failure");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_silent_server_is_a_timeout);
	tcase_add_test(tcase, a_write_that_is_not_answered_is_unknown);
	tcase_add_test(tcase, a_write_in_a_transaction_is_not_unknown);
	tcase_add_test(tcase, a_commit_that_is_not_answered_is_unknown);
	tcase_add_test(tcase, an_answer_that_is_cut_short_is_an_error);
	tcase_add_test(tcase, a_point_select_is_one_round_trip);
	tcase_add_test(tcase, a_large_value_arrives);
	tcase_add_test(tcase, a_large_value_that_nobody_reads_is_a_timeout);
	tcase_add_test(tcase, opening_ends_at_its_deadline);
	tcase_add_test(tcase, opening_ends_at_its_deadline_once_let_in);
	tcase_add_test(tcase, a_silent_host_does_not_hide_the_next);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
