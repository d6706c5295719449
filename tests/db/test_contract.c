/* SPDX-License-Identifier: MIT */
/* As superuser: migrating is not the game's. */
/* Contract migrations, and the servers of older releases that hold them. Servers are
 * processes: they live, leave, and are killed. */
#include "support/migrating.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <aeturnis/statement.h>

#include "core/deadline.h"
#include "support/proxy.h"

#define BEAT_MS 100
#define GONE_MS 10000

static char *old_folder; /* of release 1: a player has a title */

#define FIRST "CREATE TABLE players (id bigint PRIMARY KEY, title text);"

static void
write_old(const char *name, const char *text)
{
	char *folder = test_folder;

	test_folder = old_folder;
	migrating_write(name, text);
	test_folder = folder;
}

/* Release 2 has no use for the title. */
static void
setup(void)
{
	migrating_setup();
	old_folder = test_scratch_make();
	write_old("1_players.sql", FIRST);
	migrating_write("1_players.sql", FIRST);
	migrating_write("2_level.sql", "ALTER TABLE players ADD level int;");
	migrating_write("3_title.sql",
	    "-- aet: phase contract\nALTER TABLE players DROP COLUMN title;");
}

static void
teardown(void)
{
	test_scratch_remove(old_folder);
	migrating_teardown();
}

static aet_migrate_options
new_release(void)
{
	aet_migrate_options options = migrating_options();

	options.release = "2.0";
	options.beat_ms = BEAT_MS;
	return options;
}

static const aet_statement titles = {
	.size = sizeof(aet_statement),
	.name = "titles",
	.sql = "SELECT title FROM players",
};
static const aet_statement *const title_reader[] = { &titles };
static const aet_statement_set old_statements = { title_reader, 1, NULL, 0 };

static aet_migrate_options
old_release(void)
{
	aet_migrate_options options = new_release();

	options.dir = old_folder;
	options.release = "1.0";
	options.statements = &old_statements;
	return options;
}

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

static void
has_title(bool expected)
{
	test_value_is(test_url,
	    "SELECT count(*) FROM pg_attribute WHERE attrelid = 'players'::regclass"
	    " AND attname = 'title'",
	    expected ? "1" : "0");
}

static void
servers_are(const char *expected)
{
	test_value_is(test_url,
	    "SELECT COALESCE(string_agg(release, ' ' ORDER BY release), '')"
	    " FROM aeturnis.schema_servers"
	    " WHERE expires_at > clock_timestamp()",
	    expected);
}

static aet_migration_state
state_of(const char *name, char held_by[AET_MESSAGE_SIZE])
{
	aet_migrate_options options = new_release();
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
	aet_migrate_options options = new_release();
	server old = start_server(old_release());
	char held_by[AET_MESSAGE_SIZE];
	char who[64];

	snprintf(who, sizeof(who), "(process %d, last heard of 0 s ago)", (int)old.pid);
	servers_are("1.0");
	migrating_run_with(&options, AET_OK, 1);
	ck_assert_int_eq(test_report.held, 1);
	ck_assert_int_eq(test_report.remaining, 1);
	ck_assert_str_eq(test_report.held_file, "3_title.sql");
	ck_assert_ptr_eq(strstr(test_report.held_by, "1.0 on "), test_report.held_by);
	ck_assert_ptr_nonnull(strstr(test_report.held_by, who));
	has_title(true);
	servers_are("1.0 2.0");
	ck_assert_int_eq(state_of("3_title.sql", held_by), AET_MIGRATION_HELD);
	ck_assert_ptr_nonnull(strstr(held_by, "1.0 on "));
	migrating_health_is(&options, AET_HEALTH_OK, AET_OK);
	end_server(&old, false);
	servers_are("2.0");
	ck_assert_int_eq(state_of("3_title.sql", held_by), AET_MIGRATION_PENDING);
	ck_assert_str_eq(held_by, "");
	migrating_health_is(&options, AET_HEALTH_OK, AET_OK);
	migrating_run_with(&options, AET_OK, 1);
	ck_assert_int_eq(test_report.held, 0);
	ck_assert_int_eq(test_report.remaining, 0);
	has_title(false);
}
END_TEST

START_TEST(a_killed_server_holds_it_until_it_counts_as_gone)
{
	aet_migrate_options options = new_release();
	server old = start_server(old_release());

	end_server(&old, true);
	migrating_run_with(&options, AET_OK, 1);
	ck_assert_int_eq(test_report.held, 1);
	options.hold_wait_ms = GONE_MS;
	migrating_run_with(&options, AET_OK, 1);
	ck_assert_int_eq(test_report.held, 0);
	ck_assert_int_eq(test_report.already, 2);
	has_title(false);
	servers_are("2.0");
}
END_TEST

START_TEST(a_server_that_lives_is_not_waited_for_for_ever)
{
	aet_migrate_options options = new_release();
	server old = start_server(old_release());
	int64_t started = aet__clock_ms();
	aet_error err;

	options.hold_wait_ms = 12 * BEAT_MS; /* twice what a dead one has */
	err = migrating_run_with(&options, AET_EHELD, 1);
	ck_assert_int_ge(aet__clock_ms() - started, 12 * BEAT_MS);
	ck_assert_ptr_eq(
	    strstr(err.message, "\"3_title.sql\" still waits after 1200 ms "),
	    err.message);
	has_title(true);
	end_server(&old, false);
}
END_TEST

/* Nobody has said that an older release lives. */
START_TEST(it_runs_where_nobody_is_announced)
{
	aet_migrate_options options = migrating_options();
	server same;

	migrating_run_with(&options, AET_OK, 3);
	has_title(false);
	servers_are("");
	same = start_server(new_release());
	migrating_write(
	    "4_level.sql", "-- aet: phase contract\nALTER TABLE players DROP level;");
	migrating_run_with(&options, AET_OK, 0);
	ck_assert_int_eq(test_report.held, 1);
	end_server(&same, false);
}
END_TEST

START_TEST(force_runs_it_at_once)
{
	aet_migrate_options options = new_release();
	server old = start_server(old_release());

	options.force_contract = true;
	migrating_run_with(&options, AET_OK, 2);
	has_title(false);
	end_server(&old, false);
}
END_TEST

/* ---- what comes after it ---------------------------------------------- */

START_TEST(what_is_needed_at_once_may_not_come_after_it)
{
	aet_migrate_options options = new_release();
	server old = start_server(old_release());
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
	servers_are("1.0"); /* who could not start does not live */
	migrating_health_is(&options, AET_HEALTH_BEHIND, AET_EBEHIND);
	ck_assert_int_eq(state_of("4_needed.sql", held_by), AET_MIGRATION_HELD);
	ck_assert_str_eq(held_by, "behind \"3_title.sql\"");
	end_server(&old, false);
	migrating_run_with(&options, AET_OK, 2);
}
END_TEST

START_TEST(other_contracts_and_repeatable_files_may)
{
	aet_migrate_options options = new_release();
	server old = start_server(old_release());

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
	aet_migrate_options options = new_release();
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
	old = begin_server(old_release(), NULL);
	ck_assert_int_eq(answer_of(&old), AET_EAHEAD);
	ck_assert_int_eq(answer_of(&new), AET_OK);
	has_title(false);
	end_server(&old, false);
	servers_are("2.0");
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
	aet_migrate_options old_files = old_release();

	if (_i >= 3) { /* not the first deploy */
		old_files.release = NULL;
		migrating_run_with(&old_files, AET_OK, 1);
	}
	ck_assert_int_eq(pipe(gun), 0);
	for (int i = 0; i < 8; i++)
		servers[i] =
		    begin_server((i + _i) % 2 == 0 ? old_release() : new_release(), gun);
	close(gun[0]);
	close(gun[1]);
	for (int i = 0; i < 8; i++) {
		bool old = (i + _i) % 2 == 0;
		aet_status status = answer_of(&servers[i]);

		ck_assert_msg(status == AET_OK || (old && status == AET_EAHEAD), "%s",
		    aet_status_name(status));
		started += old && status == AET_OK;
	}
	has_title(started > 0);
	for (int i = 0; i < 8; i++)
		end_server(&servers[i], false);
	servers_are("");
	test_value_is(test_url,
	    "SELECT string_agg(version::text, ' ' ORDER BY version)"
	    " FROM aeturnis.schema_migrations",
	    started > 0 ? "1 2" : "1 2 3");
}
END_TEST

/* ---- being there ------------------------------------------------------ */

static void
wait_until(const char *condition)
{
	for (int tries = 0;; tries++) {
		char *value = test_value(test_url, condition);
		bool holds = value != NULL && strcmp(value, "t") == 0;

		free(value);
		if (holds)
			return;
		ck_assert_msg(tries < 500, "%s", condition);
		aet__sleep_ms(20, AET__NEVER);
	}
}

/* Who was killed long ago is forgotten. */
START_TEST(a_server_beats_and_comes_back)
{
	aet_migrate_options options = new_release();
	aet_migrate_options files = migrating_options();

	migrating_run_with(&files, AET_OK, 3);
	test_sql(test_url,
	    "INSERT INTO aeturnis.schema_servers SELECT gen_random_uuid(), 'app',"
	    " '0.' || days, 'h', 1, '{}', now(), now(), now() - days * interval '1 day'"
	    " + interval '1 minute' FROM generate_series(1, 2) AS days");
	files.release = "2.0";
	files.beat_ms = BEAT_MS;
	migrating_run_with(&files, AET_OK, 0);
	wait_until("SELECT string_agg(release, ' ' ORDER BY release) = '0.1 2.0'"
		   " FROM aeturnis.schema_servers");
	test_sql(test_url, "DELETE FROM aeturnis.schema_servers WHERE release = '0.1'");
	migrating_run_with(&options, AET_OK, 0);
	servers_are("2.0");
	test_sql(test_url, "CREATE TABLE seen AS SELECT * FROM aeturnis.schema_servers");
	wait_until("SELECT s.beat_at > seen.beat_at + interval '200 ms' AND"
		   " s.expires_at - s.beat_at >= interval '600 ms'"
		   " FROM aeturnis.schema_servers AS s, seen");
	test_sql(test_url, "UPDATE aeturnis.schema_servers SET expires_at = now()"
			   " - interval '1 minute'");
	wait_until("SELECT expires_at > now() FROM aeturnis.schema_servers");
	test_sql(test_url, "DELETE FROM aeturnis.schema_servers");
	wait_until("SELECT count(*) = 1 FROM aeturnis.schema_servers");
	ck_assert_int_eq(aet_db_close(&test_db), AET_OK);
	test_value_is(test_url, "SELECT count(*) FROM aeturnis.schema_servers", "0");
	test_db = migrating_open(test_url);
}
END_TEST

/* A server that was away too long is told when it was left behind. */
static char heard[4096];

static void
hear(void *ctx, aet_log_level level, const char *message)
{
	(void)ctx;
	if (level == AET_LOG_ERROR)
		snprintf(heard, sizeof(heard), "%s", message);
}

START_TEST(a_server_that_was_passed_by_is_told)
{
	aet_db_options opts = AET_DB_OPTIONS_INIT;
	aet_migrate_options old = old_release();
	aet_migrate_options options = new_release();
	aet_db *db = NULL;

	opts.url = test_url;
	opts.log = hear;
	ck_assert_int_eq(aet_db_open(&opts, &db, NULL), AET_OK);
	ck_assert_int_eq(aet_db_migrate(db, &old, NULL, NULL), AET_OK);
	/* As if nothing had been heard of it. */
	test_sql(test_url,
	    "CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS"
	    " 'BEGIN IF NEW.release = ''1.0'' THEN NEW.expires_at = now() -"
	    " interval ''1 s''; END IF; RETURN NEW; END';"
	    " CREATE TRIGGER away BEFORE UPDATE ON aeturnis.schema_servers"
	    " FOR EACH ROW EXECUTE FUNCTION away()");
	wait_until("SELECT count(*) = 0 FROM aeturnis.schema_servers WHERE expires_at >"
		   " now()");
	migrating_run_with(&options, AET_OK, 2);
	has_title(false);
	test_sql(test_url, "DROP TRIGGER away ON aeturnis.schema_servers");
	wait_until("SELECT count(*) = 2 FROM aeturnis.schema_servers WHERE expires_at >"
		   " now()");
	ck_assert_int_eq(aet_db_close(&db), AET_OK); /* the thread has ended */
	ck_assert_ptr_nonnull(
	    strstr(heard, "has been migrated past its release (1.0): it"
			  " has \"2_level.sql\"; update and restart it"));
}
END_TEST

static void *
migrate_slowly(void *arg)
{
	static aet_status status;
	aet_migrate_options options = new_release();

	status = aet_db_migrate(arg, &options, NULL, NULL);
	return &status;
}

/* The call outlives its handle, and is announced when it ends. */
START_TEST(the_pool_may_close_under_a_call_that_announces)
{
	aet_db_options opts = AET_DB_OPTIONS_INIT;
	aet_db *db = NULL;
	pthread_t thread;
	void *status;

	migrating_write("2_level.sql", "SELECT pg_sleep(1.5);");
	opts.url = test_url;
	opts.drain_timeout_ms = 50;
	ck_assert_int_eq(aet_db_open(&opts, &db, NULL), AET_OK);
	ck_assert_int_eq(pthread_create(&thread, NULL, migrate_slowly, db), 0);
	wait_until("SELECT count(*) = 1 FROM pg_stat_activity WHERE state = 'active' AND"
		   " query LIKE 'SELECT pg_sleep(1.5)%'");
	ck_assert_int_eq(aet_db_close(&db), AET_EBUSY);
	ck_assert_int_eq(pthread_join(thread, &status), 0);
	ck_assert_int_eq(*(aet_status *)status, AET_OK);
	has_title(false);
	wait_until("SELECT count(*) = 0 FROM aeturnis.schema_servers WHERE expires_at >"
		   " clock_timestamp()");
}
END_TEST

START_TEST(nothing_to_do_is_two_round_trips_and_one_without_a_release)
{
	test_proxy *proxy = test_proxy_start(test_url);
	aet_migrate_options options = migrating_options();
	aet_db *db = migrating_open(test_proxy_url(proxy));

	ck_assert_int_eq(aet_db_migrate(db, &options, NULL, NULL), AET_OK);
	ck_assert_int_eq(aet_db_ping(db, NULL), AET_OK);
	(void)test_proxy_round_trips(proxy);
	ck_assert_int_eq(aet_db_migrate(db, &options, NULL, NULL), AET_OK);
	ck_assert_int_eq(test_proxy_round_trips(proxy), 1);
	options.release = "2.0";
	ck_assert_int_eq(aet_db_migrate(db, &options, NULL, NULL), AET_OK);
	ck_assert_int_eq(test_proxy_round_trips(proxy), 2);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_proxy_stop(proxy);
}
END_TEST

/* ---- an earlier library's journal, and roles that may little ----------- */

/* As role, which may log in. */
static aet_db *
open_as(const char *role)
{
	char *other = NULL;
	aet_db *db;

	ck_assert_int_gt(asprintf(&other, "%s%suser=%s", test_url,
			     strchr(test_url, '?') ? "&" : "?", role),
	    0);
	db = migrating_open(other);
	free(other);
	return db;
}

#define MAKE_GAME                                                                \
	"DO $$ BEGIN IF to_regrole('game') IS NULL THEN CREATE ROLE game LOGIN;" \
	" END IF; END $$; GRANT USAGE ON SCHEMA aeturnis TO game;"               \
	" GRANT SELECT ON ALL TABLES IN SCHEMA aeturnis TO game;"

START_TEST(an_earlier_librarys_journal_is_completed_in_place)
{
	aet_migrate_options options = migrating_options();
	aet_migrate_options announced = new_release();
	aet_db *game;
	aet_error err;

	migrating_run_with(&options, AET_OK, 3);
	test_sql(test_url, "DROP TABLE aeturnis.schema_servers;" MAKE_GAME);
	game = open_as("game");
	/* Who may not make it has nothing to do; who may, does. */
	ck_assert_int_eq(aet_db_migrate(game, &options, NULL, &err), AET_OK);
	test_value_is(
	    test_url, "SELECT to_regclass('aeturnis.schema_servers') IS NULL", "t");
	ck_assert_int_eq(aet_db_migrate(game, &announced, NULL, &err), AET_EDB);
	ck_assert_str_eq(err.sqlstate, "42501");
	migrating_run_with(&options, AET_OK, 0);
	test_value_is(
	    test_url, "SELECT to_regclass('aeturnis.schema_servers') IS NULL", "f");
	ck_assert_int_eq(aet_db_close(&game), AET_OK);
}
END_TEST

START_TEST(a_role_with_rows_only_may_announce_itself)
{
	aet_migrate_options options = new_release();
	aet_migrate_options announced = new_release();
	aet_db *game;
	aet_error err;

	options.release = NULL;
	migrating_run_with(&options, AET_OK, 3);
	test_sql(test_url, MAKE_GAME);
	game = open_as("game");
	ck_assert_int_eq(aet_db_migrate(game, &announced, NULL, &err), AET_EDB);
	ck_assert_str_eq(err.sqlstate, "42501");
	ck_assert_str_eq(err.message,
	    "this role may not announce the server: it needs SELECT, INSERT, UPDATE and "
	    "DELETE on \"aeturnis\".schema_servers (aet-db roles grants them)");
	test_sql(test_url,
	    "GRANT SELECT, INSERT, UPDATE, DELETE ON aeturnis.schema_servers TO game");
	ck_assert_msg(
	    aet_db_migrate(game, &announced, NULL, &err) == AET_OK, "%s", err.message);
	servers_are("2.0");
	ck_assert_int_eq(aet_db_close(&game), AET_OK);
	test_value_is(test_url, "SELECT count(*) FROM aeturnis.schema_servers", "0");
}
END_TEST

START_TEST(a_role_that_owns_one_schema_has_its_servers_there)
{
	aet_migrate_options options = new_release();
	aet_db *tenant;

	test_sql(test_url, "DO $$ BEGIN IF to_regrole('tenant') IS NULL THEN CREATE ROLE"
			   " tenant LOGIN; END IF; END $$;"
			   "REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
			   "CREATE SCHEMA tenant AUTHORIZATION tenant");
	migrating_write("1_players.sql", "CREATE TABLE tenant.players (title text);");
	migrating_write("2_level.sql", "ALTER TABLE tenant.players ADD level int;");
	migrating_write("3_title.sql",
	    "-- aet: phase contract\nALTER TABLE tenant.players DROP COLUMN title;");
	options.journal = "tenant";
	tenant = open_as("tenant");
	ck_assert_int_eq(aet_db_migrate(tenant, &options, NULL, NULL), AET_OK);
	test_value_is(test_url, "SELECT release FROM tenant.schema_servers", "2.0");
	ck_assert_int_eq(aet_db_close(&tenant), AET_OK);
	test_value_is(test_url, "SELECT count(*) FROM tenant.schema_servers", "0");
}
END_TEST

START_TEST(options_are_looked_at)
{
	aet_migrate_options options = new_release();
	char long_name[102];

	memset(long_name, 'x', 101);
	long_name[101] = '\0';
	options.release = long_name;
	migrating_run_with(&options, AET_EINVAL, 0);
	options.release = "";
	migrating_run_with(&options, AET_EINVAL, 0);
	options = new_release();
	options.beat_ms = 49;
	migrating_run_with(&options, AET_EINVAL, 0);
	options = new_release();
	options.hold_wait_ms = -2;
	migrating_run_with(&options, AET_EINVAL, 0);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("contract");
	TCase *tcase = tcase_create("contract");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 20);
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
	tcase_add_test(tcase, a_server_beats_and_comes_back);
	tcase_add_test(tcase, a_server_that_was_passed_by_is_told);
	tcase_add_test(tcase, nothing_to_do_is_two_round_trips_and_one_without_a_release);
	tcase_add_test(tcase, the_pool_may_close_under_a_call_that_announces);
	tcase_add_test(tcase, an_earlier_librarys_journal_is_completed_in_place);
	tcase_add_test(tcase, a_role_with_rows_only_may_announce_itself);
	tcase_add_test(tcase, a_role_that_owns_one_schema_has_its_servers_there);
	tcase_add_test(tcase, options_are_looked_at);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
