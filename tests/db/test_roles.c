/* SPDX-License-Identifier: MIT */
/* The roles of `aet-db roles`: what each may, and what it may not. */
#include "support/accounts.h"

#include <stdlib.h>
#include <string.h>

/* The SQLSTATE of a statement as a role; "00000": it worked. */
static void
state_is(const char *role, const char *sql, const char *expected)
{
	char *url = test_game_url(accounts_game.admin, role);
	PGconn *connection = test_connect(url);
	PGresult *result = PQexec(connection, sql);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	ck_assert_msg(strcmp(state != NULL ? state : "00000", expected) == 0,
	    "%s: %s: %s", role, sql, PQerrorMessage(connection));
	PQclear(result);
	PQfinish(connection);
	free(url);
}

typedef struct trial {
	const char *role;
	const char *sql;
	const char *state;
} trial;

#define APP "aeturnis_app"
#define READER "aeturnis_reader"
#define MAINTENANCE "aeturnis_maintenance"
#define DENIED "42501"
#define FINE "00000"

static const trial trials[] = {
	{ APP, "UPDATE audit_log SET payload = '{}'", DENIED },
	{ APP, "DELETE FROM audit_log", DENIED },
	{ APP, "TRUNCATE audit_log", DENIED },
	{ APP, "INSERT INTO audit_log (event_type) VALUES ('mine')", FINE },
	{ APP, "INSERT INTO audit_log (event_type, grandfathered) VALUES ('x', true)",
	    DENIED },
	{ APP, "UPDATE users SET grandfathered = true", DENIED },
	{ APP, "UPDATE users SET metadata = '{\"a\": 1}'", FINE },
	{ APP, "ALTER TABLE users ADD x int", DENIED },
	{ APP, "ALTER TABLE audit_log DISABLE TRIGGER ALL", DENIED },
	{ APP, "CREATE TABLE mine ()", DENIED },
	{ APP, "CREATE SCHEMA mine", DENIED },
	{ APP, "UPDATE aeturnis.user_folds SET email = 'x'", DENIED },
	{ APP, "DELETE FROM aeturnis.audit_pending", DENIED },
	{ APP, "SELECT FROM aeturnis.audit_chain", DENIED },
	{ APP, "UPDATE aeturnis.schema_migrations SET version = 9", DENIED },
	{ APP, "SELECT aeturnis.mark_rows_in_the_way()", DENIED },
	{ APP, "SET ROLE aeturnis_owner", DENIED },
	{ READER, "SELECT password_hash FROM users", DENIED },
	{ READER, "SELECT * FROM users", DENIED },
	{ READER, "SELECT refresh_token_jti FROM user_sessions", DENIED },
	{ READER, "SELECT jti FROM aeturnis.retired_tokens", DENIED },
	{ READER, "SELECT email, roles, status FROM users", FINE },
	{ READER, "SELECT user_id, expires_at FROM user_sessions", FINE },
	{ READER, "SELECT * FROM audit_log", FINE },
	{ READER, "SELECT * FROM aeturnis.rows_in_the_way()", FINE },
	{ READER, "DELETE FROM users", DENIED },
	{ READER, "INSERT INTO audit_log (event_type) VALUES ('x')", DENIED },
	{ MAINTENANCE, "UPDATE audit_log SET payload = '{}'", DENIED },
	{ MAINTENANCE, "SELECT password_hash FROM users", DENIED },
	{ MAINTENANCE, "UPDATE aeturnis.audit_chain SET hash = ''", DENIED },
	{ "aeturnis_migrator", "CREATE TABLE made (i int)", FINE },
};

START_TEST(each_may_what_it_needs)
{
	accounts_register("ada");
	state_is(trials[_i].role, trials[_i].sql, trials[_i].state);
}
END_TEST

START_TEST(sessions_begin_as_they_should)
{
	char *url = test_game_url(accounts_game.admin, "aeturnis_migrator");

	test_value_is(url,
	    "SELECT session_user || ' ' || current_user || ' ' ||"
	    " current_setting('search_path')",
	    "aeturnis_migrator aeturnis_owner public");
	free(url);
	test_value_is(
	    accounts_game.app, "SELECT current_setting('search_path')", "public");
	test_value_is(accounts_game.admin,
	    "SELECT rolcanlogin FROM pg_roles WHERE rolname ="
	    " 'aeturnis_owner'",
	    "f");
	test_value_is(accounts_game.admin,
	    "SELECT has_schema_privilege('public', 'public', 'USAGE') OR"
	    " has_database_privilege('public', current_database(), 'CONNECT') OR"
	    " has_function_privilege('public', 'aeturnis.mark_rows_in_the_way()',"
	    " 'EXECUTE')",
	    "f");
	test_value_is(accounts_game.admin,
	    "SELECT string_agg(DISTINCT tableowner::text, ',') FROM pg_tables WHERE"
	    " schemaname IN ('public', 'aeturnis') AND tablename <> 'told'",
	    "aeturnis_owner");
}
END_TEST

/* Roles first, on an empty database; then migrations, and the game's own. */
START_TEST(a_migrator_that_is_no_superuser)
{
	aet_health health = AET_HEALTH_INIT;
	const test_game kept = accounts_game;
	aet_db *db;

	accounts_game = test_game_create();
	test_game_migrate(&accounts_game);
	test_sql(accounts_game.owner, "CREATE TABLE guilds (id serial PRIMARY KEY,"
				      " name text)");
	test_game_roles(accounts_game.admin);
	state_is(APP, "INSERT INTO guilds (name) VALUES ('x')", FINE);
	state_is(READER, "SELECT * FROM guilds", FINE);
	state_is(APP, "UPDATE audit_log SET payload = '{}'", DENIED);
	db = accounts_open(accounts_game.app);
	accounts_fine(aet_db_health(db, NULL, &health, &accounts_err));
	ck_assert_int_eq(health.kind, AET_HEALTH_OK);
	accounts_fine(aet_db_migrate(db, NULL, NULL, &accounts_err));
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_game_free(&accounts_game);
	accounts_game = kept;
}
END_TEST

/* A row that is older than its rule can still be deleted, and its user's
 * entries lose the actor without a right to UPDATE. */
START_TEST(deleting_needs_no_right_to_update_entries)
{
	aet_user_id id = accounts_register("ada");

	accounts_fine(aet_account_delete(accounts_db, id, NULL, &accounts_err));
	test_value_is(accounts_game.admin,
	    "SELECT count(*) FROM audit_log WHERE actor_id IS NULL AND actor_uuid IS"
	    " NOT NULL",
	    "2");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("roles");
	TCase *tcase = tcase_create("roles");

	tcase_add_checked_fixture(tcase, accounts_setup, accounts_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(
	    tcase, each_may_what_it_needs, 0, sizeof(trials) / sizeof(trials[0]));
	tcase_add_test(tcase, sessions_begin_as_they_should);
	tcase_add_test(tcase, a_migrator_that_is_no_superuser);
	tcase_add_test(tcase, deleting_needs_no_right_to_update_entries);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
