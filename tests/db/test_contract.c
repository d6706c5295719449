/* SPDX-License-Identifier: MIT */
/* As superuser: migrating is not the game's. */
/* Contract migrations, and the servers of older releases that hold them. Servers are
 * processes: they live, leave, and are killed. */
#include "support/rolling.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/deadline.h"

#define GONE_MS 10000

/* ---- servers ---------------------------------------------------------- */

typedef struct server {
	pid_t pid;
	int orders;  /* a byte, or its end: close the pool, and exit */
	int answers; /* what aet_db_migrate said */
} server;

static _Noreturn void
serve(const aet_migrate_options *options, int orders, int answers, int gun)
{
	aet_db_options opts = AET_DB_OPTIONS_INIT;
	aet_error err = { 0 };
	aet_db *db = NULL;
	aet_status status;
	char byte;

	opts.url = test_url;
	opts.connect_timeout_ms = 20000;
	if (gun >= 0 && read(gun, &byte, 1) != 0)
		_exit(1);
	status = aet_db_open(&opts, &db, &err);
	if (status == AET_OK)
		status = aet_db_migrate(db, options, NULL, &err);
	if (write(answers, &status, sizeof(status)) != sizeof(status) ||
	    read(orders, &byte, 1) < 0)
		_exit(1);
	(void)aet_db_close(&db);
	_exit(0);
}

/* Starts to serve at once, or, with a gun, when its other end is closed. */
static server
begin_server(aet_migrate_options options, const int gun[2])
{
	int orders[2];
	int answers[2];
	server made;

	ck_assert_int_eq(pipe(orders), 0);
	ck_assert_int_eq(pipe(answers), 0);
	made.pid = fork();
	ck_assert_int_ge(made.pid, 0);
	if (made.pid == 0) {
		close(orders[1]);
		if (gun != NULL)
			close(gun[1]);
		serve(&options, orders[0], answers[1], gun != NULL ? gun[0] : -1);
	}
	close(orders[0]);
	close(answers[1]);
	made.orders = orders[1];
	made.answers = answers[0];
	return made;
}

static aet_status
answer_of(const server *of)
{
	aet_status status = AET_EINVAL;

	ck_assert_int_eq(read(of->answers, &status, sizeof(status)), sizeof(status));
	return status;
}

static server
start_server(aet_migrate_options options)
{
	server made = begin_server(options, NULL);

	ck_assert_int_eq(answer_of(&made), AET_OK);
	return made;
}

static void
end_server(server *of, bool by_force)
{
	int status = -1;

	if (by_force)
		kill(of->pid, SIGKILL);
	else
		ck_assert_int_eq(write(of->orders, "", 1), 1);
	close(of->orders);
	close(of->answers);
	ck_assert_int_eq(waitpid(of->pid, &status, 0), of->pid);
	ck_assert(by_force ? WIFSIGNALED(status) : status == 0);
}

static aet_migration_state
state_of(const char *name, char held_by[AET_MESSAGE_SIZE])
{
	aet_migrate_options options = rolling_new();
	aet_migration_state state = 0;
	aet_migration_list *list = NULL;

	ck_assert_int_eq(aet_db_migrations(test_db, &options, &list, NULL), AET_OK);
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i]->name, name) != 0)
			continue;
		state = list->items[i]->state;
		snprintf(held_by, AET_MESSAGE_SIZE, "%s",
		    list->items[i]->held_by != NULL ? list->items[i]->held_by : "");
	}
	aet_migration_list_free(list);
	return state;
}

/* ---- held, and not ---------------------------------------------------- */

START_TEST(it_waits_for_the_older_server_and_runs_when_it_has_left)
{
	aet_migrate_options options = rolling_new();
	server old = start_server(rolling_old());
	char held_by[AET_MESSAGE_SIZE];
	char who[64];

	snprintf(who, sizeof(who), "(process %d, last heard of 0 s ago)", (int)old.pid);
	rolling_servers_are("1.0");
	migrating_run_with(&options, AET_OK, 1);
	ck_assert_int_eq(test_report.held, 1);
	ck_assert_int_eq(test_report.remaining, 1);
	ck_assert_str_eq(test_report.held_file, "3_title.sql");
	ck_assert_ptr_eq(strstr(test_report.held_by, "1.0 on "), test_report.held_by);
	ck_assert_ptr_nonnull(strstr(test_report.held_by, who));
	rolling_has_title(true);
	rolling_servers_are("1.0 2.0");
	ck_assert_int_eq(state_of("3_title.sql", held_by), AET_MIGRATION_HELD);
	ck_assert_ptr_nonnull(strstr(held_by, "1.0 on "));
	migrating_health_is(&options, AET_HEALTH_OK, AET_OK);
	end_server(&old, false);
	rolling_servers_are("2.0");
	ck_assert_int_eq(state_of("3_title.sql", held_by), AET_MIGRATION_PENDING);
	ck_assert_str_eq(held_by, "");
	migrating_health_is(&options, AET_HEALTH_OK, AET_OK);
	migrating_run_with(&options, AET_OK, 1);
	ck_assert_int_eq(test_report.held, 0);
	ck_assert_int_eq(test_report.remaining, 0);
	rolling_has_title(false);
}
END_TEST

START_TEST(a_killed_server_holds_it_until_it_counts_as_gone)
{
	aet_migrate_options options = rolling_new();
	server old = start_server(rolling_old());

	end_server(&old, true);
	migrating_run_with(&options, AET_OK, 1);
	ck_assert_int_eq(test_report.held, 1);
	options.hold_wait_ms = GONE_MS;
	migrating_run_with(&options, AET_OK, 1);
	ck_assert_int_eq(test_report.held, 0);
	ck_assert_int_eq(test_report.already, 2);
	rolling_has_title(false);
	rolling_servers_are("2.0");
}
END_TEST

START_TEST(a_server_that_lives_is_not_waited_for_for_ever)
{
	aet_migrate_options options = rolling_new();
	server old = start_server(rolling_old());
	int64_t started = aet__clock_ms();
	aet_error err;

	options.hold_wait_ms = 12 * ROLLING_BEAT_MS; /* twice what a dead one has */
	err = migrating_run_with(&options, AET_EHELD, 1);
	ck_assert_int_ge(aet__clock_ms() - started, 12 * ROLLING_BEAT_MS);
	ck_assert_ptr_eq(
	    strstr(err.message, "\"3_title.sql\" still waits after 1200 ms "),
	    err.message);
	rolling_has_title(true);
	end_server(&old, false);
}
END_TEST

/* Nobody has said that an older release lives. */
START_TEST(it_runs_where_nobody_is_announced)
{
	aet_migrate_options options = migrating_options();
	server same;

	migrating_run_with(&options, AET_OK, 3);
	rolling_has_title(false);
	rolling_servers_are("");
	same = start_server(rolling_new());
	migrating_write(
	    "4_level.sql", "-- aet: phase contract\nALTER TABLE players DROP level;");
	migrating_run_with(&options, AET_OK, 0);
	ck_assert_int_eq(test_report.held, 1);
	end_server(&same, false);
}
END_TEST

START_TEST(force_runs_it_at_once)
{
	aet_migrate_options options = rolling_new();
	server old = start_server(rolling_old());

	options.force_contract = true;
	migrating_run_with(&options, AET_OK, 2);
	rolling_has_title(false);
	end_server(&old, false);
}
END_TEST

/* ---- what comes after it ---------------------------------------------- */

START_TEST(what_is_needed_at_once_may_not_come_after_it)
{
	aet_migrate_options options = rolling_new();
	server old = start_server(rolling_old());
	char held_by[AET_MESSAGE_SIZE];
	aet_error err;

	migrating_write("4_needed.sql", "CREATE TABLE needed ();");
	err = migrating_run_with(&options, AET_EHELD, 1);
	ck_assert_int_eq(test_report.held, 2);
	ck_assert_ptr_eq(strstr(err.message,
			     "\"4_needed.sql\" comes after \"3_title.sql\", which waits "
			     "for an older release to leave: 1.0 on "),
	    err.message);
	test_value_is(test_url, "SELECT to_regclass('needed') IS NULL", "t");
	rolling_servers_are("1.0"); /* who could not start does not live */
	migrating_health_is(&options, AET_HEALTH_BEHIND, AET_EBEHIND);
	ck_assert_int_eq(state_of("4_needed.sql", held_by), AET_MIGRATION_HELD);
	ck_assert_str_eq(held_by, "behind \"3_title.sql\"");
	end_server(&old, false);
	migrating_run_with(&options, AET_OK, 2);
}
END_TEST

START_TEST(other_contracts_and_repeatable_files_may)
{
	aet_migrate_options options = rolling_new();
	server old = start_server(rolling_old());

	migrating_write(
	    "4_more.sql", "-- aet: phase contract\nALTER TABLE players DROP level;");
	migrating_write("R__names.sql", "CREATE OR REPLACE VIEW ids AS SELECT id FROM"
					" players;");
	migrating_run_with(&options, AET_OK, 2);
	ck_assert_int_eq(test_report.held, 2);
	test_value_is(test_url, "SELECT to_regclass('ids') IS NULL", "f");
	migrating_run_with(&options, AET_OK, 0);
	ck_assert_int_eq(test_report.held, 2);
	end_server(&old, false);
	migrating_run_with(&options, AET_OK, 2);
}
END_TEST

START_TEST(some_files_cannot_be_of_the_phase)
{
	aet_error err;

	migrating_write("R__names.sql", "-- aet: phase contract\nSELECT 1;");
	err = migrating_run(AET_EINVAL, 0);
	ck_assert_ptr_nonnull(strstr(err.message, "is of the phase contract, which a "
						  "repeatable migration cannot be"));
	migrating_remove("R__names.sql");
	migrating_write(
	    "3_title.sql", "-- aet: phase contract\n-- aet: no-transaction\nSELECT 1;");
	migrating_run(AET_EINVAL, 0);
}
END_TEST

/* ---- starting at the same time ---------------------------------------- */

/* The migration is under way when the older server starts: it must not get in
 * before the end, and then must not get in. */
START_TEST(an_older_server_that_starts_meanwhile_is_kept_out)
{
	aet_migrate_options options = rolling_new();
	server old;
	server new;

	migrating_write("3_title.sql", "-- aet: phase contract\nSELECT pg_sleep(1.5);"
				       " ALTER TABLE players DROP COLUMN title;");
	new = begin_server(options, NULL);
	for (int tries = 0;; tries++) {
		char *sleeping = test_value(test_url,
		    "SELECT count(*) FROM pg_locks WHERE mode = "
		    "'ShareUpdateExclusiveLock' AND granted AND relation ="
		    " to_regclass('aeturnis.schema_servers')");
		bool there = strcmp(sleeping, "1") == 0;

		free(sleeping);
		if (there)
			break;
		ck_assert_int_lt(tries, 500);
		aet__sleep_ms(10, AET__NEVER);
	}
	old = begin_server(rolling_old(), NULL);
	ck_assert_int_eq(answer_of(&old), AET_EAHEAD);
	ck_assert_int_eq(answer_of(&new), AET_OK);
	rolling_has_title(false);
	end_server(&old, false);
	rolling_servers_are("2.0");
	end_server(&new, false);
}
END_TEST

/* Eight at once, of two releases, again and again: never is the title gone under
 * an older server that has started. */
START_TEST(two_releases_start_at_once)
{
	server servers[8];
	int gun[2];
	int started = 0;
	aet_migrate_options old_files = rolling_old();

	if (_i >= 3) { /* not the first deploy */
		old_files.release = NULL;
		migrating_run_with(&old_files, AET_OK, 1);
	}
	ck_assert_int_eq(pipe(gun), 0);
	for (int i = 0; i < 8; i++)
		servers[i] =
		    begin_server((i + _i) % 2 == 0 ? rolling_old() : rolling_new(), gun);
	close(gun[0]);
	close(gun[1]);
	for (int i = 0; i < 8; i++) {
		bool old = (i + _i) % 2 == 0;
		aet_status status = answer_of(&servers[i]);

		ck_assert_msg(status == AET_OK || (old && status == AET_EAHEAD), "%s",
		    aet_status_name(status));
		started += old && status == AET_OK;
	}
	rolling_has_title(started > 0);
	for (int i = 0; i < 8; i++)
		end_server(&servers[i], false);
	rolling_servers_are("");
	test_value_is(test_url,
	    "SELECT string_agg(version::text, ' ' ORDER BY version)"
	    " FROM aeturnis.schema_migrations",
	    started > 0 ? "1 2" : "1 2 3");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("contract");
	TCase *tcase = tcase_create("contract");

	tcase_add_checked_fixture(tcase, rolling_setup, rolling_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, it_waits_for_the_older_server_and_runs_when_it_has_left);
	tcase_add_test(tcase, a_killed_server_holds_it_until_it_counts_as_gone);
	tcase_add_test(tcase, a_server_that_lives_is_not_waited_for_for_ever);
	tcase_add_test(tcase, it_runs_where_nobody_is_announced);
	tcase_add_test(tcase, force_runs_it_at_once);
	tcase_add_test(tcase, what_is_needed_at_once_may_not_come_after_it);
	tcase_add_test(tcase, other_contracts_and_repeatable_files_may);
	tcase_add_test(tcase, some_files_cannot_be_of_the_phase);
	tcase_add_test(tcase, an_older_server_that_starts_meanwhile_is_kept_out);
	tcase_add_loop_test(tcase, two_releases_start_at_once, 0, 6);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
