/* SPDX-License-Identifier: MIT */
/*
 * The rules of migrations 0002 to 0009 on databases that were there before: rows
 * that break them stay, are told of, and their users log in.
 */
/* As superuser: migrating is not the game's; who logs in does it as the game. */
#include "support/game.h"
#include "support/migrating.h"

#include <stdlib.h>
#include <string.h>

#include <aeturnis/accounts.h>
#include <aeturnis/user.h>

static aet_error err;
static aet_db *game_db; /* as the game's role, once the migrations are there */

static void
open_as_the_game(void)
{
	char *url = test_game_url(test_url, "aeturnis_app");

	test_game_roles(test_url);
	game_db = migrating_open(url);
	free(url);
}

static aet_status
log_in(const char *login, const char *password)
{
	aet_credentials credentials = AET_CREDENTIALS_INIT;
	aet_login made = AET_LOGIN_INIT;

	credentials.login = login;
	credentials.password = password;
	return aet_account_authenticate(game_db, &credentials, NULL, &made, &err);
}

/* What a foreign client's statement comes to. */
static void
refused(const char *sql, const char *sqlstate, const char *constraint)
{
	PGconn *connection = test_connect(test_url);
	PGresult *result = PQexec(connection, sql);

	ck_assert_msg(PQresultStatus(result) == PGRES_FATAL_ERROR, "%s", sql);
	ck_assert_str_eq(PQresultErrorField(result, PG_DIAG_SQLSTATE), sqlstate);
	ck_assert_str_eq(PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME), constraint);
	PQclear(result);
	PQfinish(connection);
}

/* One row for each way to break a rule. The hash is test@example.com's. */
#define ODD_ROWS                                                                         \
	"CREATE FUNCTION pg_temp.add(email text, name text) RETURNS void LANGUAGE sql"   \
	" AS $$INSERT INTO users (email, username, password_hash, created_at) SELECT"    \
	" $1, $2, password_hash, now() FROM users WHERE username = 'testuser'$$;"        \
	"SELECT pg_temp.add('status@x', 'status'), pg_temp.add('roles@x', 'roles'),"     \
	" pg_temp.add('twice@x', 'twice'), pg_temp.add('none@x', 'none'),"               \
	" pg_temp.add('array@x', 'array'), pg_temp.add('TEST@example.com', 'clash'),"    \
	" pg_temp.add('name@x', 'TestUser'), pg_temp.add('fine@x', 'fine'),"             \
	" pg_temp.add('null@x', 'null');"                                                \
	"UPDATE users SET status = 'bogus' WHERE username = 'status';"                   \
	"UPDATE users SET roles = '{root,NULL}' WHERE username = 'roles';"               \
	"UPDATE users SET roles = '{user,user}' WHERE username = 'twice';"               \
	"UPDATE users SET roles = '{}' WHERE username = 'none';"                         \
	"UPDATE users SET metadata = '[1]' WHERE username = 'array';"                    \
	"UPDATE users SET metadata = NULL WHERE username = 'null';"                      \
	"INSERT INTO user_sessions (user_id, refresh_token_jti, ip_address, expires_at)" \
	" SELECT id, 'odd', 'not-an-ip', 'infinity' FROM users WHERE username = "        \
	"'roles';"                                                                       \
	"INSERT INTO audit_log (actor_id, event_type, payload) SELECT id, 'x', '\"s\"'"  \
	" FROM users WHERE username = 'roles';"                                          \
	"INSERT INTO audit_log (actor_id, event_type, ip_address) SELECT id, 'x',"       \
	" '1.2.3.4/8' FROM users WHERE username = 'roles'"

START_TEST(odd_rows_are_no_obstacle)
{
	migrating_psql(test_url, "drizzle-database.sql");
	test_sql(test_url, ODD_ROWS);
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS - 1);
	ck_assert_int_eq(test_report.adopted, 1);
	test_value_is(test_url,
	    "SELECT string_agg(coalesce(username || ' ', '') || rule, ', ' ORDER BY rule,"
	    " username) FROM aeturnis.rows_in_the_way() AS r LEFT JOIN users AS u ON"
	    " u.id = r.id",
	    "audit_log_ip_address_check, audit_log_payload_check,"
	    " user_sessions_ip_address_check, clash users_email_folded_unique,"
	    " array users_metadata_check, none users_roles_check, roles "
	    "users_roles_check,"
	    " twice users_roles_check, status users_status_check, TestUser"
	    " users_username_folded_unique");
	test_value_is(
	    test_url, "SELECT count(*) FROM pg_constraint WHERE NOT convalidated", "0");
}
END_TEST

START_TEST(their_users_log_in)
{
	static const char *const logins[] = { "testuser", "test@example.com",
		"TEST@example.com", "TestUser", "roles", "twice", "none", "array", "null",
		"fine", "FINE", "CLASH" };
	aet_user *user = NULL;

	migrating_psql(test_url, "drizzle-database.sql");
	test_sql(test_url, ODD_ROWS);
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS - 1);
	open_as_the_game();
	ck_assert_int_eq(log_in("admin@aeturnis.com", "Admin123!@#"), AET_OK);
	ck_assert_int_eq(log_in("ADMIN", "Admin123!@#"), AET_OK);
	for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++)
		ck_assert_msg(log_in(logins[i], "Test123!@#") == AET_OK, "%s: %s",
		    logins[i], err.message);
	/* m,p,t became m,t,p on the way. */
	test_value_is(test_url,
	    "SELECT password_hash LIKE '%m=65536,t=3,p=4%' FROM users WHERE username ="
	    " 'array'",
	    "t");
	ck_assert_int_eq(log_in("status", "Test123!@#"), AET_EMISMATCH);
	/* Each was who it wrote: TEST@example.com is clash. */
	test_value_is(test_url,
	    "SELECT count(*) FROM user_sessions AS s JOIN users AS u ON u.id = s.user_id"
	    " WHERE u.username = 'clash'",
	    "2");
	/* Deleting sets actor_id of entries that break a rule to NULL. */
	ck_assert_int_eq(
	    aet_user_find_by_username(game_db, "roles", &user, &err), AET_OK);
	ck_assert_int_eq(aet_account_delete(game_db, user->id, NULL, &err), AET_OK);
	aet_user_free(user);
	test_value_is(test_url,
	    "SELECT count(*) FROM audit_log WHERE event_type = 'x' AND actor_id IS NULL"
	    " AND actor_uuid IS NOT NULL",
	    "2");
	ck_assert_int_eq(aet_db_close(&game_db), AET_OK);
}
END_TEST

START_TEST(new_rows_keep_the_rules)
{
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS);
	test_sql(test_url, "INSERT INTO users (email, username, password_hash) VALUES"
			   " ('ada@x', 'ada', '!')");
	refused("UPDATE users SET status = 'bogus'", "23514", "users_status_check");
	refused("UPDATE users SET roles = '{root}'", "23514", "users_roles_check");
	refused("UPDATE users SET roles = '{}'", "23514", "users_roles_check");
	refused("UPDATE users SET roles = '{NULL}'", "23514", "users_roles_check");
	refused("UPDATE users SET roles = '{user,user}'", "23514", "users_roles_check");
	refused("UPDATE users SET metadata = '[1]'", "23514", "users_metadata_check");
	refused("INSERT INTO users (email, username, password_hash) VALUES ('ADA@x', 'b',"
		" '!')",
	    "23505", "users_email_folded_unique");
	refused("INSERT INTO users (email, username, password_hash) VALUES ('b@x',"
		" U&'\\FF21DA', '!')",
	    "23505", "users_username_folded_unique");
	test_sql(test_url, "INSERT INTO users (email, username, password_hash) VALUES"
			   " ('b@x', 'b', '!')");
	refused("UPDATE users SET username = 'B', email = 'Ada@X' WHERE username = 'b'",
	    "23505", "users_email_folded_unique");
	refused("INSERT INTO user_sessions (user_id, refresh_token_jti, expires_at,"
		" ip_address) SELECT id, 'j', now(), '300.1.1.1' FROM users LIMIT 1",
	    "23514", "user_sessions_ip_address_check");
	refused("INSERT INTO audit_log (event_type, ip_address) VALUES ('x', '::1/64')",
	    "23514", "audit_log_ip_address_check");
	refused("INSERT INTO audit_log (event_type, payload) VALUES ('x', '7')", "23514",
	    "audit_log_payload_check");
	test_sql(test_url,
	    "INSERT INTO audit_log (event_type, payload, ip_address) VALUES"
	    " ('x', NULL, NULL), ('x', '{}', '2001:db8::1'), ('x', '{}',"
	    " '::ffff:192.0.2.1')");
	test_value_is(test_url, "SELECT count(*) FROM aeturnis.rows_in_the_way()", "0");
}
END_TEST

START_TEST(other_clients_move_updated_at)
{
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS);
	test_sql(test_url,
	    "INSERT INTO users (email, username, password_hash, updated_at)"
	    " VALUES ('ada@x', 'ada', '!', '2000-01-01')");
	test_sql(test_url, "UPDATE users SET last_login = now(), email = email");
	test_value_is(test_url, "SELECT updated_at = '2000-01-01' FROM users", "t");
	test_sql(test_url, "UPDATE users SET metadata = '{\"a\": 1}'");
	test_value_is(
	    test_url, "SELECT updated_at > now() - interval '1 hour' FROM users", "t");
	test_sql(
	    test_url, "UPDATE users SET status = 'banned', updated_at = '2001-01-01'");
	test_value_is(test_url, "SELECT updated_at = '2001-01-01' FROM users", "t");
}
END_TEST

/* A name that is given up is free, and a clash that is resolved is taken in. */
START_TEST(names_come_and_go)
{
	migrating_psql(test_url, "drizzle-database.sql");
	test_sql(test_url, ODD_ROWS);
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS - 1);
	test_sql(test_url,
	    "UPDATE users SET email = 'clash@x' WHERE username = 'clash';"
	    "DELETE FROM users WHERE username = 'TestUser';"
	    "UPDATE users SET username = 'other' WHERE username = 'testuser';"
	    "INSERT INTO users (email, username, password_hash) VALUES ('t@x', "
	    "'TESTUSER',"
	    " '!');"
	    "UPDATE users SET roles = '{user}', metadata = '{}', status = 'active';"
	    "UPDATE user_sessions SET ip_address = NULL");
	test_value_is(test_url,
	    "SELECT string_agg(rule, ',' ORDER BY rule) FROM aeturnis.rows_in_the_way()",
	    "audit_log_ip_address_check,audit_log_payload_check");
	refused("UPDATE users SET email = 'CLASH@x' WHERE username = 'fine'", "23505",
	    "users_email_folded_unique");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("hardening");
	TCase *tcase = tcase_create("hardening");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, odd_rows_are_no_obstacle);
	tcase_add_test(tcase, their_users_log_in);
	tcase_add_test(tcase, new_rows_keep_the_rules);
	tcase_add_test(tcase, other_clients_move_updated_at);
	tcase_add_test(tcase, names_come_and_go);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
