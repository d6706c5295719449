/* SPDX-License-Identifier: MIT */
/* Many migrators at once, migrators that are killed, tables that are busy. */
/* As superuser: migrating is not the game's. */
#include "support/migrating.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/deadline.h"
#include "migrate/embedded.h"
#include "migrate/lock.h"

#define CROWD 16

/* ---- sixteen at once -------------------------------------------------- */

static void
child_migrates(const aet_migrate_options *options)
{
	aet_db_options db_options = AET_DB_OPTIONS_INIT;
	aet_error err = { 0 };
	aet_db *db = NULL;
	aet_status status;

	db_options.url = test_url;
	db_options.connect_timeout_ms = 20000;
	status = aet_db_open(&db_options, &db, &err);
	if (status == AET_OK)
		status = aet_db_migrate(db, options, NULL, &err);
	if (status != AET_OK)
		fprintf(stderr, "%s: %s\n", aet_status_name(status), err.message);
	_exit(status == AET_OK ? 0 : 1);
}

/* All of them start from one gun: the end of a pipe that closes. */
static void
crowd_migrates(const aet_migrate_options *options)
{
	pid_t pids[CROWD];
	int gun[2];
	char shot;

	ck_assert_int_eq(pipe(gun), 0);
	for (int i = 0; i < CROWD; i++) {
		pids[i] = fork();
		ck_assert_int_ge(pids[i], 0);
		if (pids[i] == 0) {
			close(gun[1]);
			if (read(gun[0], &shot, 1) == 0)
				child_migrates(options);
			_exit(1);
		}
	}
	close(gun[1]);
	close(gun[0]);
	for (int i = 0; i < CROWD; i++) {
		int status = -1;

		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
}

START_TEST(sixteen_on_an_empty_database)
{
	char count[16];

	crowd_migrates(NULL);
	snprintf(count, sizeof(count), "%zu", aet__embedded_migration_count);
	test_value_is(test_url, "SELECT count(*) FROM aeturnis.schema_migrations", count);
	migrating_health_is(NULL, AET_HEALTH_OK, AET_OK);
}
END_TEST

START_TEST(sixteen_with_an_index_built_concurrently)
{
	aet_migrate_options options = migrating_options();

	migrating_write(
	    "1_t.sql", "CREATE TABLE t AS SELECT i FROM generate_series(1, 20000) i;");
	migrating_write("2_i.sql",
	    "-- aet: no-transaction\nCREATE INDEX CONCURRENTLY ti ON t (i);\n"
	    "INSERT INTO t VALUES (-1);\n");
	migrating_write("3_n.sql", "CREATE TABLE n AS SELECT 1 AS one;");
	crowd_migrates(&options);
	test_value_is(test_url,
	    "SELECT string_agg(version || ':' || finished, ',' ORDER BY version)"
	    " FROM aeturnis.schema_migrations",
	    "1:true,2:true,3:true");
	test_value_is(test_url, "SELECT count(*) FROM t WHERE i = -1", "1");
	test_value_is(test_url,
	    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ti'::regclass", "t");
}
END_TEST

/* A file that gives the lock away, as a pooler would: the fence holds. */
START_TEST(sixteen_without_the_lock)
{
	aet_migrate_options options = migrating_options();

	migrating_write("1_t.sql",
	    "CREATE TABLE t (i int); SELECT pg_advisory_unlock_all();"
	    " SELECT pg_sleep(0.1);");
	migrating_write("2_i.sql", "INSERT INTO t VALUES (1); SELECT pg_sleep(0.1);");
	migrating_write("3_i.sql", "INSERT INTO t VALUES (2); CREATE TABLE u ();");
	crowd_migrates(&options);
	test_value_is(test_url, "SELECT string_agg(i::text, ',') FROM t", "1,2");
	test_value_is(test_url, "SELECT count(*) FROM aeturnis.schema_migrations", "3");
}
END_TEST

/* ---- killed ----------------------------------------------------------- */

/* Each leaves a trace that a second run would double. */
static void
write_killable(void)
{
	migrating_write("1_trace.sql", "CREATE TABLE trace (v int);");
	migrating_write("2_two.sql",
	    "INSERT INTO trace VALUES (2); SELECT pg_sleep(0.05);"
	    " INSERT INTO trace VALUES (20);");
	migrating_write("3_three.sql",
	    "-- aet: no-transaction\nINSERT INTO trace VALUES (3);\n"
	    "SELECT pg_sleep(0.05);\nCREATE INDEX CONCURRENTLY by_v ON trace (v);\n"
	    "BEGIN;\nINSERT INTO trace VALUES (30);\nSELECT pg_sleep(0.05);\n"
	    "INSERT INTO trace VALUES (31);\nCOMMIT;\n"
	    "ALTER SYSTEM RESET work_mem;\nINSERT INTO trace VALUES (32);\n"
	    "DROP INDEX CONCURRENTLY by_v;\nINSERT INTO trace VALUES (33);\n");
	migrating_write("4_four.sql",
	    "BEGIN;\nINSERT INTO trace VALUES (4);\nSELECT pg_sleep(0.05);\n"
	    "INSERT INTO trace VALUES (40);\nCOMMIT;\n");
}

static int
kill_after(int64_t ms)
{
	aet_migrate_options options = migrating_options();
	pid_t pid = fork();
	int status = -1;

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		child_migrates(&options);
	aet__sleep_ms(ms, AET__NEVER);
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

START_TEST(killed_and_finished)
{
	aet_migrate_options options = migrating_options();
	aet_migrate_report report = AET_MIGRATE_REPORT_INIT;
	aet_error err = { 0 };
	int killed = 0;

	write_killable();
	for (int64_t ms = 15 + 11 * (int64_t)_i; ms < 250; ms += 45)
		killed += WIFSIGNALED(kill_after(ms));
	ck_assert_int_gt(killed, 0);
	ck_assert_msg(aet_db_migrate(test_db, &options, &report, &err) == AET_OK, "%s",
	    err.message);
	ck_assert_int_eq(report.applied + report.already, 4);
	test_value_is(test_url, "SELECT string_agg(v::text, ',' ORDER BY v) FROM trace",
	    "2,3,4,20,30,31,32,33,40");
	test_value_is(test_url, "SELECT to_regclass('by_v') IS NULL", "t");
	test_value_is(test_url,
	    "SELECT bool_and(finished) AND count(*) = 4 FROM aeturnis.schema_migrations",
	    "t");
}
END_TEST

/* ---- another migrator ------------------------------------------------- */

static aet__connection *
hold_lock(void)
{
	const aet__connection_options options = {
		.url = test_url, .statement_cache = 4, .application_name = "the-other"
	};
	const aet__lock_wait now = { .wait_ms = 0 };
	aet__connection *connection = NULL;
	int64_t waited = -1;

	ck_assert_int_eq(
	    aet__connection_open(&options, aet__deadline_in(10000), &connection, NULL),
	    AET_OK);
	ck_assert_int_eq(aet__migrate_lock(connection, &now, &waited, NULL), AET_OK);
	ck_assert_int_eq(waited, 0);
	return connection;
}

typedef struct seen_events {
	int count[16];
	char detail[1024];
	aet__connection *release; /* closed at the first WAITING */
} seen_events;

static void
see(void *ctx, const aet_migrate_event *event)
{
	seen_events *seen = ctx;

	ck_assert_uint_eq(event->size, sizeof(*event));
	ck_assert_str_eq(event->source, "app");
	seen->count[event->kind]++;
	if (event->detail != NULL)
		snprintf(seen->detail, sizeof(seen->detail), "%s", event->detail);
	if (event->kind == AET_MIGRATE_WAITING) {
		aet__connection_close(seen->release);
		seen->release = NULL;
	}
}

START_TEST(a_held_lock_is_waited_for)
{
	aet_migrate_options options = migrating_options();
	seen_events seen = { .release = hold_lock() };

	migrating_write("1_t.sql", "CREATE TABLE t ();");
	options.progress = see;
	options.progress_ctx = &seen;
	migrating_run_with(&options, AET_OK, 1);
	ck_assert_int_eq(seen.count[AET_MIGRATE_WAITING], 1);
	ck_assert_int_eq(seen.count[AET_MIGRATE_PLANNED], 1);
	ck_assert_int_eq(seen.count[AET_MIGRATE_STARTED], 1);
	ck_assert_int_eq(seen.count[AET_MIGRATE_APPLIED], 1);
	ck_assert_ptr_eq(strstr(seen.detail, "the-other"), seen.detail);
	ck_assert_int_gt(test_report.waited_us, 0);
}
END_TEST

START_TEST(a_held_lock_is_waited_for_so_long)
{
	aet_migrate_options options = migrating_options();
	aet__connection *other = hold_lock();
	int64_t started = aet__clock_ms();
	aet_error err;
	bool held = false;

	migrating_write("1_t.sql", "CREATE TABLE t ();");
	options.lock_wait_ms = 300;
	err = migrating_run_with(&options, AET_ELOCKED, 0);
	ck_assert_int_ge(aet__clock_ms() - started, 300);
	ck_assert_int_lt(aet__clock_ms() - started, 3000);
	ck_assert_ptr_nonnull(strstr(err.message, "the-other"));
	options.lock_wait_ms = -1;
	migrating_run_with(&options, AET_ELOCKED, 0);
	ck_assert_int_eq(aet__migrate_unlock(other, &held, NULL), AET_OK);
	ck_assert(held);
	ck_assert_int_eq(aet__migrate_unlock(other, &held, NULL), AET_OK);
	ck_assert(!held);
	migrating_run_with(&options, AET_OK, 1);
	aet__connection_close(other);
}
END_TEST

/* Another server's long history: each second one more row, and its end after the
 * third. */
typedef struct other_migrator {
	aet__connection *connection;
	int seconds;
} other_migrator;

static void
let_it_get_on(void *ctx, const char *who, int64_t waited_us)
{
	other_migrator *other = ctx;

	ck_assert_ptr_nonnull(strstr(who, "the-other"));
	ck_assert_int_ge(waited_us, other->seconds * 1000000);
	test_sql(test_url, "UPDATE aeturnis.schema_migrations SET statements_done = "
			   "statements_done + 1");
	if (++other->seconds < 4)
		return;
	aet__connection_close(other->connection);
	other->connection = NULL;
}

START_TEST(a_migrator_that_gets_on_is_waited_for)
{
	const aet__connection_options open = { .url = test_url };
	aet__connection *connection = NULL;
	other_migrator other = { 0 };
	aet__lock_wait wait = { .wait_ms = 1500,
		.journal = "aeturnis",
		.waiting = let_it_get_on,
		.ctx = &other };
	int64_t waited = 0;

	migrating_write("1_t.sql", "CREATE TABLE t ();");
	migrating_run(AET_OK, 1);
	other.connection = hold_lock();
	ck_assert_int_eq(
	    aet__connection_open(&open, aet__deadline_in(10000), &connection, NULL),
	    AET_OK);
	ck_assert_int_eq(aet__migrate_lock(connection, &wait, &waited, NULL), AET_OK);
	ck_assert_int_eq(other.seconds, 4);
	ck_assert_int_ge(waited, 3000000);
	aet__connection_close(connection);
}
END_TEST

/* ---- a busy table ----------------------------------------------------- */

START_TEST(a_busy_table_ends_in_elocked)
{
	aet_migrate_options options = migrating_options();
	seen_events seen = { 0 };
	PGconn *holder = test_connect(test_url);
	char holding[64];
	int64_t started;
	aet_error err;

	test_sql(test_url, "CREATE TABLE busy (i int)");
	PQclear(PQexec(holder, "BEGIN; INSERT INTO busy VALUES (1)"));
	migrating_write("1_t.sql", "CREATE TABLE t ();");
	migrating_write(
	    "2_b.sql", "CREATE TABLE u ();\nALTER TABLE busy ADD COLUMN j int;");
	options.lock_timeout_ms = 50;
	options.progress = see;
	options.progress_ctx = &seen;
	started = aet__clock_ms();
	err = migrating_run_with(&options, AET_ELOCKED, 1);
	ck_assert_int_lt(aet__clock_ms() - started, 20000);
	ck_assert_str_eq(err.sqlstate, "55P03");
	ck_assert_ptr_nonnull(strstr(err.message, "2_b.sql:2:1"));
	ck_assert_int_eq(test_report.failure.line, 2);
	ck_assert_int_eq(seen.count[AET_MIGRATE_RETRY], 9);
	/* Told in the event, and in the end. */
	snprintf(
	    holding, sizeof(holding), "; held by process %d (", PQbackendPID(holder));
	ck_assert_ptr_nonnull(strstr(seen.detail, holding));
	ck_assert_ptr_nonnull(strstr(err.message, holding));
	test_value_is(test_url, "SELECT to_regclass('u') IS NULL", "t");
	PQclear(PQexec(holder, "COMMIT"));
	PQfinish(holder);
	migrating_run_with(&options, AET_OK, 1);
	ck_assert_int_eq(test_report.failure.line, 0);
}
END_TEST

/* A writer on the table, behind a reader that stays: how long is its longest
 * write while a migration tries to get in? Told whenever there is a longer. */
static _Noreturn void
write_until_killed(int report)
{
	PGconn *connection = PQconnectdb(test_url);
	int64_t longest = -1;

	for (;;) {
		int64_t started = aet__clock_ms();
		int64_t took;

		PQclear(PQexec(connection, "INSERT INTO busy VALUES (2)"));
		took = aet__clock_ms() - started;
		if (took <= longest)
			continue;
		longest = took;
		if (write(report, &longest, sizeof(longest)) < 0)
			_exit(1);
	}
}

START_TEST(the_game_waits_no_longer_than_lock_timeout)
{
	aet_migrate_options options = migrating_options();
	PGconn *reader = test_connect(test_url);
	int64_t longest = -1;
	int64_t next = -1;
	int results[2];
	pid_t writer;

	test_sql(test_url, "CREATE TABLE busy (i int)");
	PQclear(PQexec(reader, "BEGIN; SELECT * FROM busy"));
	ck_assert_int_eq(pipe(results), 0);
	writer = fork();
	ck_assert_int_ge(writer, 0);
	if (writer == 0)
		write_until_killed(results[1]);
	close(results[1]);
	ck_assert_int_eq(read(results[0], &next, sizeof(next)), sizeof(next));
	migrating_write("1_b.sql", "ALTER TABLE busy ADD COLUMN j int;");
	options.lock_timeout_ms = 200;
	migrating_run_with(&options, AET_ELOCKED, 0);
	kill(writer, SIGKILL);
	ck_assert_int_eq(waitpid(writer, NULL, 0), writer);
	while (read(results[0], &next, sizeof(next)) == sizeof(next))
		longest = next;
	close(results[0]);
	ck_assert_int_ge(longest, 100);
	ck_assert_int_lt(longest, 700);
	PQfinish(reader);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("migrate_lock");
	TCase *tcase = tcase_create("lock");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, sixteen_on_an_empty_database);
	tcase_add_test(tcase, sixteen_with_an_index_built_concurrently);
	tcase_add_test(tcase, sixteen_without_the_lock);
	tcase_add_loop_test(tcase, killed_and_finished, 0, 4);
	tcase_add_test(tcase, a_held_lock_is_waited_for);
	tcase_add_test(tcase, a_held_lock_is_waited_for_so_long);
	tcase_add_test(tcase, a_migrator_that_gets_on_is_waited_for);
	tcase_add_test(tcase, a_busy_table_ends_in_elocked);
	tcase_add_test(tcase, the_game_waits_no_longer_than_lock_timeout);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
