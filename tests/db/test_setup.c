/* SPDX-License-Identifier: MIT */
/* Seeding and resetting: what they make, what they leave alone, what they refuse. */
/* As superuser: seeding and resetting is a developer's, who owns the database. */
#include "support/migrating.h"
#include "support/process.h"
#include "support/server.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/db.h>

#include "core/deadline.h"

static char *url;
static char *name; /* the database's */
static aet_db *db;

static void
setup(void)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;

	url = test_database_create();
	name = test_value(url, "SELECT current_database()");
	options.url = url;
	ck_assert_int_eq(aet_db_open(&options, &db, NULL), AET_OK);
	ck_assert_int_eq(aet_db_migrate(db, NULL, NULL, NULL), AET_OK);
}

static void
teardown(void)
{
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	free(name);
	free(url);
}

/* ---- seed ------------------------------------------------------------- */

static aet_status
seed(const char *admin, const char *test, aet_seed_report *report, aet_error *err)
{
	aet_seed_options options = AET_SEED_OPTIONS_INIT;

	options.admin_password = admin;
	options.test_password = test;
	return aet_db_seed(db, &options, report, err);
}

static void
ck_password(const char *email, const char *password)
{
	aet_user_credentials_by_email_row *row = NULL;

	ck_assert_int_eq(aet_user_credentials_by_email(db, email, &row, NULL), AET_OK);
	ck_assert_int_eq(
	    aet_password_verify(NULL, row->password_hash, password, NULL, NULL), AET_OK);
	aet_user_credentials_by_email_row_free(row);
}

#define ENTRIES                                                              \
	"SELECT string_agg(u.username || ' ' || a.event_type || ' ' || "     \
	"(a.payload->>'email') "                                             \
	"|| ' ' || (a.resource_id = u.id::text), ', ' ORDER BY u.username) " \
	"FROM audit_log a JOIN users u ON u.id = a.actor_id"

START_TEST(seeding_makes_two_users_and_their_entries)
{
	aet_seed_report report = AET_SEED_REPORT_INIT;

	ck_assert_int_eq(seed("correct horse", NULL, &report, NULL), AET_OK);
	ck_assert(report.admin_created && report.test_created);
	ck_assert(!report.admin_generated && report.test_generated);
	ck_assert_str_eq(report.admin_password, "");
	ck_assert_uint_eq(strlen(report.test_password), 24);
	ck_password("admin@aeturnis.com", "correct horse");
	ck_password("test@example.com", report.test_password);
	test_value_is(url,
	    "SELECT string_agg(concat_ws(' ', email, username, roles, email_verified, "
	    "status), "
	    "', ' ORDER BY username) FROM users",
	    "admin@aeturnis.com admin {admin,user} t active, "
	    "test@example.com testuser {user} f active");
	test_value_is(url, ENTRIES,
	    "admin user.register admin@aeturnis.com true, "
	    "testuser user.register test@example.com true");
}
END_TEST

START_TEST(seeding_twice_changes_nothing)
{
	aet_seed_report report = AET_SEED_REPORT_INIT;

	ck_assert_int_eq(seed("first password", "first password", NULL, NULL), AET_OK);
	ck_assert_int_eq(seed("second password", NULL, &report, NULL), AET_OK);
	ck_assert(!report.admin_created && !report.test_created);
	ck_assert(!report.test_generated);
	ck_assert_str_eq(report.test_password, "");
	ck_password("admin@aeturnis.com", "first password");
	test_value_is(url, "SELECT count(*) FROM audit_log", "2");
}
END_TEST

START_TEST(a_taken_username_leaves_nothing_half_done)
{
	aet_error err = { 0 };

	test_sql(url, "INSERT INTO users (email, username, password_hash) "
		      "VALUES ('else@example.com', 'testuser', 'x')");
	ck_assert_int_eq(seed("a password", "a password", NULL, &err), AET_ECONFLICT);
	ck_assert_str_eq(err.constraint, "users_username_unique");
	test_value_is(
	    url, "SELECT string_agg(email, ' ') FROM users", "else@example.com");
	test_value_is(url, "SELECT count(*) FROM audit_log", "0");
}
END_TEST

static void *
seed_in_a_thread(void *status)
{
	*(aet_status *)status = seed("a password", "a password", NULL, NULL);
	return NULL;
}

START_TEST(seeding_at_the_same_time_makes_each_user_once)
{
	aet_status statuses[3];
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, seed_in_a_thread, &statuses[i]);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(statuses[i], AET_OK);
	test_value_is(url, "SELECT count(*) FROM users", "2");
	test_value_is(url, "SELECT count(*) FROM audit_log", "2");
}
END_TEST

START_TEST(seeding_refuses_what_it_should)
{
	aet_seed_options options = AET_SEED_OPTIONS_INIT;
	aet_error err = { 0 };

	ck_assert_int_eq(aet_db_seed(db, &options, NULL, &err), AET_EINVAL);
	options.demo_passwords = true;
	options.production = true;
	ck_assert_int_eq(aet_db_seed(db, &options, NULL, &err), AET_EREFUSED);
	options.size = 0;
	ck_assert_int_eq(aet_db_seed(db, &options, NULL, &err), AET_EINVAL);
	test_value_is(url, "SELECT count(*) FROM users", "0");
}
END_TEST

/* ---- reset ------------------------------------------------------------ */

static aet_status
reset(aet_reset_options options, aet_reset_report *report, aet_error *err)
{
	options.size = sizeof(options);
	return aet_db_reset(db, &options, report, err);
}

static int
applied_files(void)
{
	char *count = test_value(url, "SELECT count(*) FROM aeturnis.schema_migrations");
	int applied = atoi(count);

	free(count);
	return applied;
}

#define EVERYTHING                                                                   \
	"SELECT concat_ws(' ', (SELECT count(*) FROM users), (SELECT count(*) FROM " \
	"foreign_table), "                                                           \
	"(SELECT nspacl::text FROM pg_namespace WHERE nspname = 'public'), "         \
	"(SELECT count(*) FROM aeturnis.schema_migrations))"

START_TEST(a_reset_drops_only_what_the_migrations_made)
{
	aet_seed_options seeds = AET_SEED_OPTIONS_INIT;
	aet_reset_report report = AET_RESET_REPORT_INIT;
	aet_error err = { 0 };
	char *owned = test_value(url, "SELECT count(*) FROM aeturnis.schema_objects");
	char *acl = test_value(
	    url, "SELECT nspacl::text FROM pg_namespace WHERE nspname = 'public'");
	char expected[256];
	aet_status status;

	test_sql(url,
	    "CREATE TABLE foreign_table (v int); INSERT INTO foreign_table VALUES (7);"
	    "INSERT INTO users (email, username, password_hash) "
	    "SELECT i, i, 'x' FROM generate_series(1, 5) i");
	seeds.demo_passwords = true;
	status =
	    reset((aet_reset_options){ .confirm = name, .seed = &seeds }, &report, &err);
	ck_assert_msg(status == AET_OK, "%s", err.message);
	ck_assert_uint_eq(report.dropped, strtoul(owned, NULL, 10));
	ck_assert_int_eq(report.migrated.applied, OWN_MIGRATIONS);
	ck_assert(report.seeded.admin_created && report.seeded.test_created);
	snprintf(expected, sizeof(expected), "2 1 %s %d", acl, OWN_MIGRATIONS);
	test_value_is(url, EVERYTHING, expected);
	ck_password("admin@aeturnis.com", "Admin123!@#");
	/* The handle goes on; the migrator's lock is free again. */
	ck_assert_int_eq(aet_db_migrate(db, NULL, NULL, NULL), AET_OK);
	free(acl);
	free(owned);
}
END_TEST

START_TEST(a_reset_needs_consent)
{
	aet_error err = { 0 };

	test_sql(url,
	    "INSERT INTO users (email, username, password_hash) VALUES ('e', 'u', 'x')");
	ck_assert_int_eq(reset((aet_reset_options){ 0 }, NULL, &err), AET_EREFUSED);
	ck_assert_int_eq(
	    reset((aet_reset_options){ .confirm = "another" }, NULL, &err), AET_EREFUSED);
	ck_assert_ptr_nonnull(strstr(err.message, name));
	ck_assert_int_eq(
	    reset((aet_reset_options){ .confirm = name, .production = true }, NULL, &err),
	    AET_EREFUSED);
	ck_assert_int_eq(aet_db_reset(db, NULL, NULL, &err), AET_EINVAL);
	test_value_is(url, "SELECT count(*) FROM users", "1");
}
END_TEST

START_TEST(what_hangs_on_the_tables_stops_a_reset)
{
	aet_error err = { 0 };

	test_sql(url,
	    "INSERT INTO users (email, username, password_hash) VALUES ('e', 'u', 'x');"
	    "CREATE VIEW somebodys AS SELECT email FROM users");
	ck_assert_int_eq(
	    reset((aet_reset_options){ .confirm = name }, NULL, &err), AET_EREFUSED);
	ck_assert_str_eq(err.sqlstate, "2BP01");
	ck_assert_msg(
	    strstr(err.message, "view somebodys depends on table users") != NULL, "%s",
	    err.message);
	test_value_is(url, "SELECT email FROM somebodys", "e");
}
END_TEST

START_TEST(tables_of_no_journal_are_not_dropped)
{
	aet_error err = { 0 };

	test_sql(url,
	    "DROP SCHEMA aeturnis CASCADE;"
	    "INSERT INTO users (email, username, password_hash) VALUES ('e', 'u', 'x')");
	ck_assert_int_eq(
	    reset((aet_reset_options){ .confirm = name }, NULL, &err), AET_EREFUSED);
	test_value_is(url, "SELECT count(*) FROM users", "1");
	test_value_is(url, "SELECT to_regnamespace('aeturnis') IS NULL", "t");
}
END_TEST

START_TEST(a_busy_table_ends_a_reset_in_time)
{
	aet_migrate_options migrate = AET_MIGRATE_OPTIONS_INIT;
	aet_reset_options options = { .confirm = name, .migrate = &migrate };
	PGconn *game = test_connect(url);
	aet_error err = { 0 };
	int64_t start;

	PQclear(PQexec(game, "BEGIN; LOCK TABLE users IN ACCESS SHARE MODE"));
	migrate.lock_timeout_ms = 100;
	start = aet__clock_ms();
	ck_assert_int_eq(reset(options, NULL, &err), AET_ELOCKED);
	ck_assert_int_le(aet__clock_ms() - start, 3000);
	PQfinish(game);
	ck_assert_int_eq(reset(options, NULL, &err), AET_OK);
}
END_TEST

START_TEST(a_reset_that_fails_leaves_everything)
{
	aet_seed_options seeds = AET_SEED_OPTIONS_INIT;
	aet_error err = { 0 };

	test_sql(url,
	    "INSERT INTO users (email, username, password_hash) VALUES ('e', 'u', 'x');"
	    "CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS "
	    "$$BEGIN RAISE EXCEPTION 'no table today'; END$$;"
	    "CREATE EVENT TRIGGER no ON ddl_command_end WHEN TAG IN ('CREATE TABLE') "
	    "EXECUTE FUNCTION no()");
	seeds.demo_passwords = true;
	ck_assert_int_eq(
	    reset((aet_reset_options){ .confirm = name, .seed = &seeds }, NULL, &err),
	    AET_EMIGRATION);
	test_value_is(url, "SELECT email FROM users", "e");
	ck_assert_int_eq(applied_files(), OWN_MIGRATIONS);
}
END_TEST

static char *
game_folder(void)
{
	char *scratch = test_scratch_make();
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/0001_players.sql", scratch);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs("CREATE TABLE players (id uuid PRIMARY KEY REFERENCES users (id));", file);
	fclose(file);
	return scratch;
}

/* ---- files that the transaction cannot hold ------------------------------ */

static void
write_file(const char *scratch, const char *file_name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", scratch, file_name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

#define GAME                                                                  \
	"SELECT string_agg(version || ' ' || finished, ',' ORDER BY version)" \
	" FROM aeturnis.schema_migrations WHERE source = 'app'"
#define GAME_INDEX \
	"SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('by_level')"

START_TEST(what_no_transaction_holds_comes_after_it)
{
	char *scratch = game_folder();
	aet_migrate_options migrate = AET_MIGRATE_OPTIONS_INIT;
	aet_reset_report report = AET_RESET_REPORT_INIT;
	aet_reset_options options = { .confirm = name, .migrate = &migrate };
	aet_error err = { 0 };

	migrate.dir = scratch;
	write_file(scratch, "0002_level.sql", "ALTER TABLE players ADD level int;");
	write_file(scratch, "0003_index.sql",
	    "-- aet: no-transaction\n"
	    "CREATE INDEX CONCURRENTLY by_level ON players (level);");
	write_file(scratch, "0004_last.sql", "ALTER TABLE players ADD last int;");
	ck_assert_int_eq(aet_db_migrate(db, &migrate, NULL, &err), AET_OK);
	ck_assert_msg(reset(options, &report, &err) == AET_OK, "%s", err.message);
	ck_assert(report.committed && report.has_users);
	ck_assert_int_eq(report.migrated.applied, OWN_MIGRATIONS + 4);
	ck_assert_int_eq(report.migrated.remaining, 0);
	test_value_is(url, GAME, "1 true,2 true,3 true,4 true");
	test_value_is(url, GAME_INDEX, "t");
	/* What fails behind the transaction is pending, and can be gone on with. */
	write_file(scratch, "0004_last.sql", "ALTER TABLE players ADD level int;");
	ck_assert_int_eq(reset(options, &report, &err), AET_EMIGRATION);
	ck_assert_str_eq(err.sqlstate, "42701");
	ck_assert(report.committed);
	ck_assert_int_eq(report.migrated.remaining, 1);
	test_value_is(url, GAME, "1 true,2 true,3 true");
	write_file(scratch, "0004_last.sql", "ALTER TABLE players ADD last int;");
	ck_assert_int_eq(aet_db_migrate(db, &migrate, NULL, &err), AET_OK);
	/* What fails before leaves all as it was. */
	write_file(scratch, "0002_level.sql", "ALTER TABLE players ADD id int;");
	ck_assert_int_eq(reset(options, &report, &err), AET_EMIGRATION);
	ck_assert(!report.committed);
	test_value_is(url, GAME, "1 true,2 true,3 true,4 true");
	test_value_is(url, GAME_INDEX, "t");
	test_scratch_remove(scratch);
}
END_TEST

START_TEST(a_label_is_used_behind_the_transaction)
{
	char *scratch = game_folder();
	aet_migrate_options migrate = AET_MIGRATE_OPTIONS_INIT;
	aet_reset_report report = AET_RESET_REPORT_INIT;
	aet_error err = { 0 };

	migrate.dir = scratch;
	write_file(scratch, "0002_mood.sql", "CREATE TYPE mood AS ENUM ('calm');");
	write_file(scratch, "0003_wild.sql", "ALTER TYPE mood ADD VALUE 'wild';");
	write_file(scratch, "0004_use.sql",
	    "ALTER TABLE players ADD mood mood NOT NULL DEFAULT 'wild';");
	write_file(scratch, "0005_more.sql", "ALTER TABLE players ADD more int;");
	ck_assert_int_eq(aet_db_migrate(db, &migrate, NULL, &err), AET_OK);
	ck_assert_msg(reset((aet_reset_options){ .confirm = name, .migrate = &migrate },
			  &report, &err) == AET_OK,
	    "%s", err.message);
	ck_assert_int_eq(report.migrated.applied, OWN_MIGRATIONS + 5);
	test_value_is(url, GAME, "1 true,2 true,3 true,4 true,5 true");
	test_value_is(url,
	    "SELECT count(*) FROM pg_attribute WHERE attrelid = 'players'::regclass"
	    " AND attname IN ('mood', 'more')",
	    "2");
	test_scratch_remove(scratch);
}
END_TEST

START_TEST(sources_go_and_come_back_together)
{
	aet_migrate_options game = AET_MIGRATE_OPTIONS_INIT;
	aet_seed_options seeds = AET_SEED_OPTIONS_INIT;
	aet_reset_options options = { .confirm = name, .seed = &seeds };
	aet_reset_report report = AET_RESET_REPORT_INIT;
	char *folder = game_folder();
	aet_error err = { 0 };
	char *owned;

	seeds.demo_passwords = true;
	game.dir = folder;
	ck_assert_int_eq(aet_db_migrate(db, &game, NULL, &err), AET_OK);
	ck_assert_int_eq(reset(options, &report, &err), AET_EREFUSED);
	ck_assert_msg(strstr(err.message, "source \"app\"") != NULL, "%s", err.message);
	options.migrate = &game;
	owned = test_value(url, "SELECT count(*) FROM aeturnis.schema_objects");
	ck_assert_msg(reset(options, &report, &err) == AET_OK, "%s", err.message);
	ck_assert_uint_eq(report.dropped, strtoul(owned, NULL, 10));
	ck_assert_int_eq(report.migrated.applied, OWN_MIGRATIONS + 1);
	test_value_is(url, "SELECT count(*) FROM users", "2");
	test_value_is(url, "SELECT count(*) FROM players", "0");
	ck_assert_int_eq(applied_files(), OWN_MIGRATIONS + 1);
	free(owned);
	test_scratch_remove(folder);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("setup");
	TCase *tcase = tcase_create("setup");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, seeding_makes_two_users_and_their_entries);
	tcase_add_test(tcase, seeding_twice_changes_nothing);
	tcase_add_test(tcase, a_taken_username_leaves_nothing_half_done);
	tcase_add_test(tcase, seeding_at_the_same_time_makes_each_user_once);
	tcase_add_test(tcase, seeding_refuses_what_it_should);
	tcase_add_test(tcase, a_reset_drops_only_what_the_migrations_made);
	tcase_add_test(tcase, a_reset_needs_consent);
	tcase_add_test(tcase, what_hangs_on_the_tables_stops_a_reset);
	tcase_add_test(tcase, tables_of_no_journal_are_not_dropped);
	tcase_add_test(tcase, a_busy_table_ends_a_reset_in_time);
	tcase_add_test(tcase, a_reset_that_fails_leaves_everything);
	tcase_add_test(tcase, what_no_transaction_holds_comes_after_it);
	tcase_add_test(tcase, a_label_is_used_behind_the_transaction);
	tcase_add_test(tcase, sources_go_and_come_back_together);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
