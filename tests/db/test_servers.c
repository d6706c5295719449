/* SPDX-License-Identifier: MIT */
/* Servers that are announced: their signs of life, their end, their roles. */
#include "support/rolling.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <aeturnis/release.h>

#include "support/proxy.h"

/* ---- being there ------------------------------------------------------ */

/* Who was killed long ago is forgotten. */
START_TEST(a_server_beats_and_comes_back)
{
	aet_migrate_options options = rolling_new();
	aet_migrate_options files = migrating_options();

	migrating_run_with(&files, AET_OK, 3);
	test_sql(test_url,
	    "INSERT INTO aeturnis.schema_servers SELECT gen_random_uuid(), 'app',"
	    " '0.' || days, 'h', 1, '{}', now(), now(), now() - days * interval '1 day'"
	    " + interval '1 minute' FROM generate_series(1, 2) AS days");
	files.release = "2.0";
	files.beat_ms = ROLLING_BEAT_MS;
	migrating_run_with(&files, AET_OK, 0);
	rolling_wait_until("SELECT string_agg(release, ' ' ORDER BY release) = '0.1 2.0'"
			   " FROM aeturnis.schema_servers");
	test_sql(test_url, "DELETE FROM aeturnis.schema_servers WHERE release = '0.1'");
	migrating_run_with(&options, AET_OK, 0);
	rolling_servers_are("2.0");
	test_sql(test_url, "CREATE TABLE seen AS SELECT * FROM aeturnis.schema_servers");
	rolling_wait_until("SELECT s.beat_at > seen.beat_at + interval '200 ms' AND"
			   " s.expires_at - s.beat_at >= interval '600 ms'"
			   " FROM aeturnis.schema_servers AS s, seen");
	test_sql(test_url, "UPDATE aeturnis.schema_servers SET expires_at = now()"
			   " - interval '1 minute'");
	rolling_wait_until("SELECT expires_at > now() FROM aeturnis.schema_servers");
	test_sql(test_url, "DELETE FROM aeturnis.schema_servers");
	rolling_wait_until("SELECT count(*) = 1 FROM aeturnis.schema_servers");
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
	aet_migrate_options old = rolling_old();
	aet_migrate_options options = rolling_new();
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
	rolling_wait_until(
	    "SELECT count(*) = 0 FROM aeturnis.schema_servers WHERE expires_at >"
	    " now()");
	migrating_run_with(&options, AET_OK, 2);
	rolling_has_title(false);
	test_sql(test_url, "DROP TRIGGER away ON aeturnis.schema_servers");
	rolling_wait_until(
	    "SELECT count(*) = 2 FROM aeturnis.schema_servers WHERE expires_at >"
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
	aet_migrate_options options = rolling_new();

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
	rolling_wait_until(
	    "SELECT count(*) = 1 FROM pg_stat_activity WHERE state = 'active' AND"
	    " query LIKE 'SELECT pg_sleep(1.5)%'");
	ck_assert_int_eq(aet_db_close(&db), AET_EBUSY);
	ck_assert_int_eq(pthread_join(thread, &status), 0);
	ck_assert_int_eq(*(aet_status *)status, AET_OK);
	rolling_has_title(false);
	rolling_wait_until(
	    "SELECT count(*) = 0 FROM aeturnis.schema_servers WHERE expires_at >"
	    " clock_timestamp()");
}
END_TEST

/* The library's own files and a folder's: one server, which knows both. */
START_TEST(a_server_is_one_on_two_sources)
{
	aet_migrate_options game = rolling_new();
	aet_migrate_options own = AET_MIGRATE_OPTIONS_INIT;
	aet_server_list *list = NULL;

	own.release = "2.0";
	own.beat_ms = 7 * ROLLING_BEAT_MS; /* which the pool's first call decides */
	migrating_run_with(&own, AET_OK, OWN_MIGRATIONS);
	migrating_run_with(&game, AET_OK, 3);
	test_value_is(test_url,
	    "SELECT string_agg(source || ' ' || cardinality(knows), '; ' ORDER BY source)"
	    " || ' ' || count(DISTINCT server)"
	    " || ' ' || date_trunc('milliseconds', min(expires_at - beat_at))"
	    " FROM aeturnis.schema_servers",
	    "aeturnis " OWN_MIGRATIONS_TEXT "; app 3 1 00:00:04.2");
	ck_assert_int_eq(aet_db_servers(test_db, &game, &list, NULL), AET_OK);
	ck_assert_uint_eq(list->len, 1);
	ck_assert_str_eq(list->items[0].release, "2.0");
	ck_assert_str_eq(list->items[0].source, "app");
	ck_assert_int_eq(list->items[0].pid, getpid());
	ck_assert(list->items[0].alive);
	ck_assert_int_lt(list->items[0].silent_us, 60000000);
	aet_server_list_free(list);
	ck_assert_int_eq(aet_db_close(&test_db), AET_OK);
	test_value_is(test_url, "SELECT count(*) FROM aeturnis.schema_servers", "0");
	test_db = migrating_open(test_url);
	game.journal = "nowhere";
	ck_assert_int_eq(aet_db_servers(test_db, &game, &list, NULL), AET_OK);
	ck_assert_uint_eq(list->len, 0);
	aet_server_list_free(list);
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
	aet_migrate_options announced = rolling_new();
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
	aet_migrate_options options = rolling_new();
	aet_migrate_options announced = rolling_new();
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
	rolling_servers_are("2.0");
	ck_assert_int_eq(aet_db_close(&game), AET_OK);
	test_value_is(test_url, "SELECT count(*) FROM aeturnis.schema_servers", "0");
}
END_TEST

START_TEST(a_role_that_owns_one_schema_has_its_servers_there)
{
	aet_migrate_options options = rolling_new();
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
	aet_migrate_options options = rolling_new();
	char long_name[102];

	memset(long_name, 'x', 101);
	long_name[101] = '\0';
	options.release = long_name;
	migrating_run_with(&options, AET_EINVAL, 0);
	options.release = "";
	migrating_run_with(&options, AET_EINVAL, 0);
	options = rolling_new();
	options.beat_ms = 49;
	migrating_run_with(&options, AET_EINVAL, 0);
	options = rolling_new();
	options.hold_wait_ms = -2;
	migrating_run_with(&options, AET_EINVAL, 0);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("servers");
	TCase *tcase = tcase_create("servers");

	tcase_add_checked_fixture(tcase, rolling_setup, rolling_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_server_beats_and_comes_back);
	tcase_add_test(tcase, a_server_that_was_passed_by_is_told);
	tcase_add_test(tcase, the_pool_may_close_under_a_call_that_announces);
	tcase_add_test(tcase, nothing_to_do_is_two_round_trips_and_one_without_a_release);
	tcase_add_test(tcase, a_server_is_one_on_two_sources);
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
