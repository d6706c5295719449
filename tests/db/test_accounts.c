/* SPDX-License-Identifier: MIT */
/* Registering, logging in and changing users: the rows, the entries, and what
 * is refused. */
#include "support/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- registering ---------------------------------------------------------- */

static aet_status
register_as(const char *email, const char *username, const char *password)
{
	aet_registration registration = AET_REGISTRATION_INIT;

	registration.email = email;
	registration.username = username;
	registration.password = password;
	registration.hashing = &accounts_hashing;
	memset(&accounts_err, 0, sizeof(accounts_err));
	return aet_account_register(
	    accounts_db, &registration, &accounts_request, NULL, &accounts_err);
}

START_TEST(a_user_and_the_entry)
{
	aet_user_id id = accounts_register("ada");
	aet_user *user = NULL;

	accounts_fine(aet_user_find(accounts_db, id, &user, &accounts_err));
	ck_assert_str_eq(user->email, "ada@example.org");
	ck_assert_str_eq(user->username, "ada");
	ck_assert_int_eq(user->status, AET_USER_STATUS_ACTIVE);
	ck_assert_uint_eq(user->roles.len, 1);
	ck_assert_int_eq(user->roles.items[0], AET_USER_ROLE_USER);
	ck_assert(!user->email_verified);
	aet_user_free(user);
	test_value_is(accounts_game.admin,
	    "SELECT password_hash ~ '^\\$argon2id\\$v=19\\$m=8,t=1,p=1\\$' FROM users",
	    "t");
	accounts_entries_are("user.register ada user ada");
	accounts_payload_is("{\"email\": \"ada@example.org\", \"roles\": [\"user\"], "
			    "\"username\": \"ada\"}");
	test_value_is(accounts_game.admin,
	    "SELECT concat_ws(' ', ip_address, user_agent, actor_id = actor_uuid)"
	    " FROM audit_log",
	    "192.0.2.7 test t");
}
END_TEST

START_TEST(a_moderator_registers)
{
	static const aet_user_role roles[] = { AET_USER_ROLE_USER, AET_USER_ROLE_ADMIN };
	aet_registration registration = AET_REGISTRATION_INIT;

	accounts_request.actor = accounts_register("mo");
	accounts_entries_are("user.register mo user mo");
	accounts_request.actor_kind = AET_ACTOR_USER;
	registration.email = "bo@example.org";
	registration.username = "bo";
	registration.password = GOOD_PASSWORD;
	registration.roles = roles;
	registration.role_count = 2;
	registration.email_verified = true;
	registration.hashing = &accounts_hashing;
	accounts_fine(aet_account_register(
	    accounts_db, &registration, &accounts_request, NULL, &accounts_err));
	accounts_entries_are("user.register mo user bo");
	test_value_is(accounts_game.admin,
	    "SELECT roles::text || email_verified FROM users WHERE username = 'bo'",
	    "{user,admin}true");
	memset(&accounts_request.actor, 7, sizeof(accounts_request.actor));
	registration.email = "cy@example.org";
	registration.username = "cy";
	ck_assert_int_eq(aet_account_register(accounts_db, &registration,
			     &accounts_request, NULL, &accounts_err),
	    AET_ECONSTRAINT);
	ck_assert_str_eq(accounts_err.constraint, "audit_log_actor_id_users_id_fk");
	test_value_is(accounts_game.admin, "SELECT count(*) FROM users", "2");
	accounts_entries_are("");
}
END_TEST

typedef struct refusal {
	const char *email;
	const char *username;
	const char *password;
	aet_status status;
	const char *column;
	const char *constraint;
} refusal;

#define EMAIL "new@example.org"
#define FULL_WIDTH_ADA "\xEF\xBC\xA1\xEF\xBC\xA4\xEF\xBC\xA1"

static const refusal refusals[] = {
	{ "ada@example.org", "new", GOOD_PASSWORD, AET_ECONFLICT, "email",
	    "users_email_unique" },
	{ "ADA@Example.org", "new", GOOD_PASSWORD, AET_ECONFLICT, "email",
	    "users_email_folded_unique" },
	{ EMAIL, "ada", GOOD_PASSWORD, AET_ECONFLICT, "username",
	    "users_username_unique" },
	{ EMAIL, "aDa", GOOD_PASSWORD, AET_ECONFLICT, "username",
	    "users_username_folded_unique" },
	{ EMAIL, FULL_WIDTH_ADA, GOOD_PASSWORD, AET_ECONFLICT, "username",
	    "users_username_folded_unique" },
	{ NULL, "new", GOOD_PASSWORD, AET_EINVAL, "email", "" },
	{ "", "new", GOOD_PASSWORD, AET_EINVAL, "email", "" },
	{ "new", "new", GOOD_PASSWORD, AET_EINVAL, "email", "" },
	{ "@example.org", "new", GOOD_PASSWORD, AET_EINVAL, "email", "" },
	{ "new@", "new", GOOD_PASSWORD, AET_EINVAL, "email", "" },
	{ "n w@example.org", "new", GOOD_PASSWORD, AET_EINVAL, "email", "" },
	{ "n\xFFw@example.org", "new", GOOD_PASSWORD, AET_EINVAL, "email", "" },
	{ "n\nw@example.org", "new", GOOD_PASSWORD, AET_EINVAL, "email", "" },
	{ EMAIL, NULL, GOOD_PASSWORD, AET_EINVAL, "username", "" },
	{ EMAIL, "", GOOD_PASSWORD, AET_EINVAL, "username", "" },
	{ EMAIL, "a@b", GOOD_PASSWORD, AET_EINVAL, "username", "" },
	{ EMAIL, " ada", GOOD_PASSWORD, AET_EINVAL, "username", "" },
	{ EMAIL, "ada ", GOOD_PASSWORD, AET_EINVAL, "username", "" },
	{ EMAIL, "a  b", GOOD_PASSWORD, AET_EINVAL, "username", "" },
	/* A zero width space, a right-to-left override, a no-break space. */
	{ EMAIL,
	    "ad\xE2\x80\x8B"
	    "a",
	    GOOD_PASSWORD, AET_EINVAL, "username", "" },
	{ EMAIL,
	    "ad\xE2\x80\xAE"
	    "a",
	    GOOD_PASSWORD, AET_EINVAL, "username", "" },
	{ EMAIL,
	    "ad\xC2\xA0"
	    "a",
	    GOOD_PASSWORD, AET_EINVAL, "username", "" },
	{ EMAIL, "123456789 123456789 123456789 123456789 123456789 1", GOOD_PASSWORD,
	    AET_EINVAL, "username", "" },
	{ EMAIL, "new", NULL, AET_EINVAL, "password", "" },
	{ EMAIL, "new", "1234567", AET_EINVAL, "password", "" },
	/* Seven characters, eight bytes. */
	{ EMAIL, "new", "123456\xC3\xA9", AET_EINVAL, "password", "" },
};

START_TEST(what_registering_refuses)
{
	const refusal *r = &refusals[_i];
	aet_status status;

	accounts_register("ada");
	accounts_entries_are("user.register ada user ada");
	status = register_as(r->email, r->username, r->password);
	ck_assert_msg(
	    status == r->status, "%s: %s", aet_status_name(status), accounts_err.message);
	ck_assert_str_eq(accounts_err.column, r->column);
	ck_assert_str_eq(accounts_err.constraint, r->constraint);
	if (r->password != NULL)
		ck_assert_ptr_null(strstr(accounts_err.message, r->password));
	test_value_is(accounts_game.admin, "SELECT count(*) FROM users", "1");
	accounts_entries_are("");
}
END_TEST

START_TEST(what_registering_takes)
{
	char longest[AET_PASSWORD_MAX + 2];

	memset(longest, 'x', sizeof(longest));
	longest[AET_PASSWORD_MAX + 1] = '\0';
	ck_assert_int_eq(register_as("a@x", "a", longest), AET_EINVAL);
	longest[AET_PASSWORD_MAX] = '\0';
	accounts_fine(register_as("a@x", "a", longest));
	/* Eight characters, whatever they are; they are not changed. */
	accounts_fine(register_as("b@x", "Ada Lovelace",
	    "  \xC3\xA9\xF0\x9F\x94\x92\xEF\xBC\xA1"
	    " e\xCC\x81"));
	accounts_log_in("b@x",
	    "  \xC3\xA9\xF0\x9F\x94\x92\xEF\xBC\xA1"
	    " e\xCC\x81",
	    AET_OK);
	accounts_log_in("b@x",
	    "  \xC3\xA9\xF0\x9F\x94\x92"
	    "A e\xCC\x81",
	    AET_EMISMATCH);
	accounts_log_in("a@x", longest, AET_OK);
}
END_TEST

/* ---- logging in -------------------------------------------------------------- */

START_TEST(a_login_and_its_session)
{
	aet_user_id id = accounts_register("ada");
	aet_login login = accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	aet_session *session = NULL;

	ck_assert(aet_user_id_equal(login.user_id, id));
	ck_assert_uint_eq(strlen(login.refresh_token), AET_REFRESH_TOKEN_SIZE - 1);
	accounts_fine(
	    aet_session_find(accounts_db, login.session_id, &session, &accounts_err));
	ck_assert(aet_user_id_equal(session->user_id, id));
	ck_assert_str_eq(session->ip_address, "192.0.2.7");
	ck_assert_str_eq(session->user_agent, "test");
	ck_assert_int_eq(session->expires_at.us, login.expires_at.us);
	ck_assert_int_eq(session->expires_at.us - session->created_at.us,
	    INT64_C(30) * 86400 * 1000000);
	ck_assert_int_eq(session->idle_timeout_ms.value, INT64_C(7) * 86400000);
	ck_assert_ptr_null(strstr(session->refresh_token_jti, login.refresh_token));
	aet_session_free(session);
	/* What is stored is the token's SHA-256. */
	test_value_is(accounts_game.admin,
	    "SELECT length(refresh_token_jti) FROM user_sessions", "43");
	test_value_is(accounts_game.admin,
	    "SELECT last_login = (SELECT created_at FROM "
	    "user_sessions) FROM users",
	    "t");
	accounts_entries_are("user.register ada user ada, user.login ada user ada, "
			     "session.create ada session session");
}
END_TEST

START_TEST(every_spelling_logs_in)
{
	static const char *const spellings[] = { "ada", "ADA", FULL_WIDTH_ADA,
		"ada@example.org", "Ada@EXAMPLE.org" };

	accounts_register("ada");
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
		accounts_log_in(spellings[i], GOOD_PASSWORD, AET_OK);
}
END_TEST

/* The caller cannot tell them apart; the entries can. */
START_TEST(failures_read_the_same)
{
	aet_user_id id;
	aet_error first;

	accounts_register("ada");
	id = accounts_register("bad");
	accounts_fine(aet_account_status_set(
	    accounts_db, id, AET_USER_STATUS_BANNED, &accounts_request, &accounts_err));
	accounts_register("odd");
	test_sql(accounts_game.admin,
	    "UPDATE users SET password_hash = '!' WHERE username = 'odd'");
	test_sql(accounts_game.admin, "INSERT INTO told SELECT id FROM audit_log");

	accounts_log_in("nobody", GOOD_PASSWORD, AET_EMISMATCH);
	first = accounts_err;
	accounts_entries_are("user.login_failed - user -");
	accounts_payload_is("{\"reason\": \"unknown\"}");
	accounts_log_in("ada", "wrong horse", AET_EMISMATCH);
	ck_assert_mem_eq(&accounts_err, &first, sizeof(first));
	accounts_entries_are("user.login_failed - user ada");
	accounts_payload_is("{\"reason\": \"password\"}");
	accounts_log_in("bad", GOOD_PASSWORD, AET_EMISMATCH);
	ck_assert_mem_eq(&accounts_err, &first, sizeof(first));
	accounts_entries_are("user.login_failed - user bad");
	accounts_payload_is("{\"reason\": \"status\"}");
	accounts_log_in("odd", GOOD_PASSWORD, AET_EMISMATCH);
	ck_assert_mem_eq(&accounts_err, &first, sizeof(first));
	accounts_entries_are("user.login_failed - user odd");
	accounts_payload_is("{\"reason\": \"malformed\"}");
	test_value_is(accounts_game.admin, "SELECT count(*) FROM user_sessions", "0");
}
END_TEST

START_TEST(a_weak_hash_is_made_a_better_one)
{
	aet_credentials credentials = accounts_credentials("ada", GOOD_PASSWORD);
	aet_password_options better = accounts_hashing;
	aet_login login = AET_LOGIN_INIT;

	better.memory_kib = 16;
	credentials.hashing = &better;
	accounts_register("ada");
	accounts_fine(aet_account_authenticate(
	    accounts_db, &credentials, NULL, &login, &accounts_err));
	test_value_is(
	    accounts_game.admin, "SELECT password_hash ~ 'm=16,t=1,p=1' FROM users", "t");
	accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	test_value_is(accounts_game.admin,
	    "SELECT string_agg((payload - 'session_id')::text, ' ' ORDER BY created_at)"
	    " FROM audit_log WHERE event_type = 'user.login'",
	    "{\"password\": \"hashed anew\"} {}");
}
END_TEST

START_TEST(what_logging_in_refuses)
{
	aet_credentials credentials = accounts_credentials("ada", GOOD_PASSWORD);
	aet_login login = AET_LOGIN_INIT;
	aet_login none = { 0 };

	accounts_register("ada");
	ck_assert_int_eq(
	    aet_account_authenticate(accounts_db, NULL, NULL, &login, NULL), AET_EINVAL);
	ck_assert_int_eq(
	    aet_account_authenticate(accounts_db, &credentials, NULL, &none, NULL),
	    AET_EINVAL);
	accounts_request.ip_address = "192.0.2.7/24";
	accounts_log_in("ada", GOOD_PASSWORD, AET_EINVAL);
	accounts_request.ip_address = "nowhere";
	accounts_log_in("ada", GOOD_PASSWORD, AET_EINVAL);
	accounts_request.ip_address = "2001:db8::1";
	accounts_log_in("a\xFF", GOOD_PASSWORD, AET_EINVAL);
	credentials.jti = "";
	ck_assert_int_eq(
	    aet_account_authenticate(accounts_db, &credentials, NULL, &login, NULL),
	    AET_EINVAL);
	credentials.jti = NULL;
	credentials.lifetime_ms = -1;
	ck_assert_int_eq(
	    aet_account_authenticate(accounts_db, &credentials, NULL, &login, NULL),
	    AET_EINVAL);
	test_value_is(accounts_game.admin, "SELECT count(*) FROM user_sessions", "0");
	/* A client's header fails nothing. */
	accounts_request.user_agent = "a\xFFg\xC3\xA9nt\x80";
	accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	test_value_is(accounts_game.admin,
	    "SELECT concat_ws(' ', user_agent, ip_address) FROM "
	    "user_sessions",
	    "a?g\xC3\xA9nt? 2001:db8::1");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("accounts");
	TCase *tcase = tcase_create("accounts");

	tcase_add_checked_fixture(tcase, accounts_setup, accounts_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_user_and_the_entry);
	tcase_add_test(tcase, a_moderator_registers);
	tcase_add_loop_test(
	    tcase, what_registering_refuses, 0, sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_test(tcase, what_registering_takes);
	tcase_add_test(tcase, a_login_and_its_session);
	tcase_add_test(tcase, every_spelling_logs_in);
	tcase_add_test(tcase, failures_read_the_same);
	tcase_add_test(tcase, a_weak_hash_is_made_a_better_one);
	tcase_add_test(tcase, what_logging_in_refuses);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
