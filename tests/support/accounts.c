/* SPDX-License-Identifier: MIT */
#include "support/accounts.h"

#include <stdio.h>

test_game accounts_game;
aet_db *accounts_db;
aet_db *accounts_maintenance_db;
aet_error accounts_err;
aet_request accounts_request = AET_REQUEST_INIT;

const aet_password_options accounts_hashing = { sizeof(aet_password_options), 8, 1, 1,
	60000 };

aet_db *
accounts_open(const char *url)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_db *db = NULL;

	options.url = url;
	options.connect_timeout_ms = 30000;
	ck_assert_msg(aet_db_open(&options, &db, &accounts_err) == AET_OK, "%s",
	    accounts_err.message);
	return db;
}

void
accounts_setup(void)
{
	accounts_game = test_game_create();
	test_game_migrate(&accounts_game);
	accounts_db = accounts_open(accounts_game.app);
	accounts_maintenance_db = accounts_open(accounts_game.maintenance);
	test_sql(accounts_game.admin, "CREATE TABLE public.told (id uuid)");
	accounts_request.ip_address = "192.0.2.7";
	accounts_request.user_agent = "test";
	accounts_request.actor_kind = AET_ACTOR_SELF;
}

void
accounts_teardown(void)
{
	ck_assert_int_eq(aet_db_close(&accounts_db), AET_OK);
	ck_assert_int_eq(aet_db_close(&accounts_maintenance_db), AET_OK);
	test_game_free(&accounts_game);
}

void
accounts_fine(aet_status status)
{
	ck_assert_msg(
	    status == AET_OK, "%s: %s", aet_status_name(status), accounts_err.message);
}

aet_user_id
accounts_register(const char *name)
{
	aet_registration registration = AET_REGISTRATION_INIT;
	char email[300];
	aet_user_id id;

	snprintf(email, sizeof(email), "%s@example.org", name);
	registration.email = email;
	registration.username = name;
	registration.password = GOOD_PASSWORD;
	registration.hashing = &accounts_hashing;
	accounts_fine(aet_account_register(
	    accounts_db, &registration, &accounts_request, &id, &accounts_err));
	return id;
}

aet_credentials
accounts_credentials(const char *login, const char *password)
{
	aet_credentials credentials = AET_CREDENTIALS_INIT;

	credentials.login = login;
	credentials.password = password;
	credentials.hashing = &accounts_hashing;
	return credentials;
}

aet_login
accounts_log_in(const char *login, const char *password, aet_status expected)
{
	aet_credentials credentials = accounts_credentials(login, password);
	aet_login made = AET_LOGIN_INIT;
	aet_status status = aet_account_authenticate(
	    accounts_db, &credentials, &accounts_request, &made, &accounts_err);

	ck_assert_msg(status == expected, "%s: %s: %s", login, aet_status_name(status),
	    accounts_err.message);
	return made;
}

aet_status
accounts_refresh(const char *token, aet_login *login)
{
	aet_refresh refresh = AET_REFRESH_INIT;

	refresh.token = token;
	return aet_session_refresh(
	    accounts_db, &refresh, &accounts_request, login, &accounts_err);
}

#define NAME_OF(id)                                                                \
	"CASE WHEN " id " IS NULL THEN '-' ELSE coalesce((SELECT username FROM"    \
	" users AS u WHERE u.id::text = " id "::text), CASE WHEN resource_type = " \
	"'session' THEN 'session' ELSE 'gone' END) END"

void
accounts_entries_are(const char *expected)
{
	test_value_is(accounts_game.admin,
	    "WITH fresh AS (INSERT INTO told SELECT id FROM audit_log"
	    " WHERE id NOT IN (SELECT id FROM told) RETURNING id)"
	    " SELECT coalesce(string_agg(concat_ws(' ', event_type, " NAME_OF(
		"actor_uuid") ", resource_type, " NAME_OF("resource_id") "), ', '"
									 " ORDER BY "
									 "created_at), "
									 "'')"
									 " FROM "
									 "audit_log JOIN "
									 "fresh USING "
									 "(id)",
	    expected);
}

void
accounts_payload_is(const char *expected)
{
	test_value_is(accounts_game.admin,
	    "SELECT payload::text FROM audit_log ORDER BY created_at DESC LIMIT 1",
	    expected);
}
