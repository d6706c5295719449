/* SPDX-License-Identifier: MIT */
/* Databases whose tables somebody else has made. */
/* As superuser: migrating is not the game's. */
#include "support/migrating.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/password.h>

#define IS_ADOPTED                                                        \
	"SELECT adopted AND finished AND version = 1 AND duration_us = 0" \
	" FROM aeturnis.schema_migrations WHERE version = 1"

static void
password_is(const char *email, const char *password)
{
	char sql[200];
	char *hash;

	snprintf(sql, sizeof(sql), "SELECT password_hash FROM users WHERE email = '%s'",
	    email);
	hash = test_value(test_url, sql);
	ck_assert_ptr_nonnull(hash);
	ck_assert_int_eq(aet_password_verify(NULL, hash, password, NULL, NULL), AET_OK);
	free(hash);
}

/* What a row could lose or have changed, in all tables. */
#define CONTENTS                                                                     \
	"SELECT md5(string_agg(t, '' ORDER BY t)) FROM (SELECT u::text AS t"         \
	" FROM users u UNION ALL SELECT a::text FROM audit_log a UNION ALL"          \
	" SELECT d::text FROM drizzle.__drizzle_migrations d UNION ALL SELECT"       \
	" attrelid::regclass || attname || attnum || coalesce(pg_get_expr(adbin, "   \
	"adrelid), '')"                                                              \
	" FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = " \
	"attnum"                                                                     \
	" WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN"         \
	" ('public'::regnamespace, 'drizzle'::regnamespace))) AS everything"

START_TEST(a_drizzle_database)
{
	aet_migrate_options baseline = AET_MIGRATE_OPTIONS_INIT;
	const int64_t first = 1;
	char *before;
	char *after;

	migrating_psql(test_url, "drizzle-database.sql");
	before = test_value(test_url, CONTENTS);
	baseline.to = &first;
	migrating_run_with(&baseline, AET_OK, 0);
	ck_assert_int_eq(test_report.adopted, 1);
	ck_assert_int_eq(test_report.remaining, 0);
	after = test_value(test_url, CONTENTS);
	ck_assert_str_eq(after, before);
	test_value_is(test_url, IS_ADOPTED, "t");
	test_value_is(test_url,
	    "SELECT string_agg(kind || ' ' || identity, ',' ORDER BY identity)"
	    " FROM aeturnis.schema_objects",
	    "table public.audit_log,table public.user_sessions,table public.users");
	password_is("admin@aeturnis.com", "Admin123!@#");
	password_is("test@example.com", "Test123!@#");
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS - 1);
	password_is("admin@aeturnis.com", "Admin123!@#");
	migrating_run_with(NULL, AET_OK, 0);
	ck_assert_int_eq(test_report.already, OWN_MIGRATIONS);
	migrating_health_is(NULL, AET_HEALTH_OK, AET_OK);
	free(before);
	free(after);
}
END_TEST

/* What other versions and other hands make of the same tables. */
static const char *const alike[] = {
	"ALTER TABLE users RENAME CONSTRAINT users_email_unique TO users_email_key;"
	"ALTER TABLE audit_log RENAME CONSTRAINT audit_log_actor_id_users_id_fk TO"
	" audit_log_actor_id_users_id_fkey",
	"ALTER INDEX idx_users_email RENAME TO other",
	("ALTER TABLE users ALTER created_at SET DEFAULT CURRENT_TIMESTAMP,"
	 " ALTER roles SET DEFAULT ARRAY['user'], ALTER status SET DEFAULT "
	 "'active'::text"),
	"ALTER TABLE users DROP last_login; ALTER TABLE users ADD last_login timestamptz",
	"DROP SCHEMA drizzle CASCADE",
	"CREATE TABLE guilds (id int PRIMARY KEY); CREATE INDEX ON users (last_login)",
	"COMMENT ON TABLE users IS 'of the game'",
};

START_TEST(a_like_database)
{
	migrating_psql(test_url, "drizzle-database.sql");
	test_sql(test_url, alike[_i]);
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS - 1);
	ck_assert_int_eq(test_report.adopted, 1);
	test_value_is(test_url, IS_ADOPTED, "t");
}
END_TEST

typedef struct deviation {
	const char *sql;
	const char *says; /* part of the error's message */
} deviation;

static const deviation unlike[] = {
	{ "ALTER TABLE users ALTER email TYPE varchar(100)", "character varying(100)" },
	{ "ALTER TABLE users ALTER password_hash DROP NOT NULL", "password_hash" },
	{ "ALTER TABLE users ALTER status SET DEFAULT 'banned'", "banned" },
	{ "ALTER TABLE users DROP metadata", "metadata" },
	{ "ALTER TABLE users ADD nickname text", "nickname" },
	{ "ALTER TABLE users DROP CONSTRAINT users_email_unique", "UNIQUE" },
	{ "ALTER TABLE user_sessions DROP CONSTRAINT user_sessions_user_id_users_id_fk;"
	  "ALTER TABLE user_sessions ADD FOREIGN KEY (user_id) REFERENCES users",
	    "user_id" },
	{ "DROP INDEX idx_audit_actor", "actor_id" },
	{ "ALTER TABLE users ADD CHECK (length(username) > 2)", "length" },
	{ "DROP TABLE audit_log",
	    "table \"user_sessions\" is there and \"audit_log\" is not" },
};

START_TEST(an_unlike_database)
{
	aet_error err;

	migrating_psql(test_url, "drizzle-database.sql");
	test_sql(test_url, unlike[_i].sql);
	err = migrating_run_with(NULL, AET_EADOPT, 0);
	ck_assert_int_eq(test_report.adopted, 0);
	ck_assert_msg(strstr(err.message, unlike[_i].says) != NULL, "%s", err.message);
	test_value_is(test_url, "SELECT count(*) FROM users", "2");
	test_value_is(test_url, "SELECT count(*) FROM aeturnis.schema_migrations", "0");
	test_value_is(
	    test_url, "SELECT count(*) FROM pg_class WHERE relpersistence = 't'", "0");
}
END_TEST

START_TEST(a_journal_without_its_tables)
{
	migrating_psql(test_url, "drizzle-database.sql");
	test_sql(test_url, "DROP TABLE audit_log, user_sessions, users");
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS);
	ck_assert_int_eq(test_report.adopted, 0);
	test_value_is(test_url, "SELECT count(*) FROM drizzle.__drizzle_migrations", "1");
}
END_TEST

START_TEST(other_tables_are_no_obstacle)
{
	test_sql(test_url, "CREATE TABLE guilds (id int)");
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS);
	test_value_is(test_url, "SELECT to_regclass('users') IS NOT NULL", "t");
}
END_TEST

START_TEST(a_busy_table_is_waited_for_and_then_told)
{
	aet_migrate_options options = AET_MIGRATE_OPTIONS_INIT;
	PGconn *game;

	migrating_psql(test_url, "drizzle-database.sql");
	game = test_connect(test_url);
	PQclear(PQexec(game, "BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE"));
	options.lock_timeout_ms = 20;
	migrating_run_with(&options, AET_ELOCKED, 0);
	PQfinish(game);
	migrating_run_with(&options, AET_OK, OWN_MIGRATIONS - 1);
	ck_assert_int_eq(test_report.adopted, 1);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("migrate_adopt");
	TCase *tcase = tcase_create("adopt");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_drizzle_database);
	tcase_add_loop_test(tcase, a_like_database, 0, sizeof(alike) / sizeof(alike[0]));
	tcase_add_loop_test(
	    tcase, an_unlike_database, 0, sizeof(unlike) / sizeof(unlike[0]));
	tcase_add_test(tcase, a_journal_without_its_tables);
	tcase_add_test(tcase, other_tables_are_no_obstacle);
	tcase_add_test(tcase, a_busy_table_is_waited_for_and_then_told);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
