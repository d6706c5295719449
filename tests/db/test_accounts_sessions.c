/* SPDX-License-Identifier: MIT */
/* Sessions: rotation and reuse of tokens, expiry, revoking. */
#include "support/accounts.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SESSIONS "SELECT count(*) FROM user_sessions"

/* ---- rotation --------------------------------------------------------------- */

START_TEST(a_token_is_exchanged)
{
	aet_login first;
	aet_login second = AET_LOGIN_INIT;

	accounts_register("ada");
	first = accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	test_sql(accounts_game.admin, "INSERT INTO told SELECT id FROM audit_log");
	accounts_fine(accounts_refresh(first.refresh_token, &second));
	ck_assert(aet_session_id_equal(first.session_id, second.session_id));
	ck_assert(aet_user_id_equal(first.user_id, second.user_id));
	ck_assert_int_eq(first.expires_at.us, second.expires_at.us);
	ck_assert_str_ne(first.refresh_token, second.refresh_token);
	accounts_entries_are("session.refresh ada session session");
	accounts_fine(accounts_refresh(second.refresh_token, &second));
	accounts_entries_are("session.refresh ada session session");
}
END_TEST

START_TEST(an_old_token_ends_the_session)
{
	aet_login first;
	aet_login second = AET_LOGIN_INIT;
	aet_login third = AET_LOGIN_INIT;

	accounts_register("ada");
	first = accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	accounts_fine(accounts_refresh(first.refresh_token, &second));
	accounts_fine(accounts_refresh(second.refresh_token, &third));
	test_sql(accounts_game.admin, "INSERT INTO told SELECT id FROM audit_log");
	second = (aet_login)AET_LOGIN_INIT;
	ck_assert_int_eq(accounts_refresh(first.refresh_token, &second), AET_EREUSED);
	ck_assert_str_eq(second.refresh_token, "");
	accounts_entries_are("session.revoke - session session");
	test_value_is(accounts_game.admin,
	    "SELECT payload->>'reason' FROM audit_log ORDER BY created_at DESC LIMIT 1",
	    "reuse");
	/* With it go its newest token, and the memory of the old ones. */
	ck_assert_int_eq(accounts_refresh(third.refresh_token, &second), AET_ENOTFOUND);
	ck_assert_int_eq(accounts_refresh(first.refresh_token, &second), AET_ENOTFOUND);
	test_value_is(accounts_game.admin, SESSIONS, "1");
	test_value_is(
	    accounts_game.admin, "SELECT count(*) FROM aeturnis.retired_tokens", "0");
	accounts_entries_are("");
}
END_TEST

START_TEST(a_grace_forgives)
{
	aet_refresh refresh = AET_REFRESH_INIT;
	aet_login first;
	aet_login second = AET_LOGIN_INIT;

	accounts_register("ada");
	first = accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	accounts_fine(accounts_refresh(first.refresh_token, &second));
	refresh.token = first.refresh_token;
	refresh.grace_ms = 60000;
	ck_assert_int_eq(
	    aet_session_refresh(accounts_db, &refresh, NULL, &first, NULL), AET_EREUSED);
	test_value_is(accounts_game.admin, SESSIONS, "1");
	test_sql(accounts_game.admin, "UPDATE aeturnis.retired_tokens SET retired_at ="
				      " retired_at - interval '2 minutes'");
	ck_assert_int_eq(
	    aet_session_refresh(accounts_db, &refresh, NULL, &first, NULL), AET_EREUSED);
	test_value_is(accounts_game.admin, SESSIONS, "0");
}
END_TEST

START_TEST(ones_own_token_ids)
{
	aet_credentials credentials = accounts_credentials("ada", GOOD_PASSWORD);
	aet_refresh refresh = AET_REFRESH_INIT;
	aet_login login = AET_LOGIN_INIT;

	accounts_register("ada");
	credentials.jti = "jti-1";
	accounts_fine(aet_account_authenticate(
	    accounts_db, &credentials, NULL, &login, &accounts_err));
	ck_assert_str_eq(login.refresh_token, "");
	test_value_is(
	    accounts_game.admin, "SELECT refresh_token_jti FROM user_sessions", "jti-1");
	ck_assert_int_eq(aet_account_authenticate(
			     accounts_db, &credentials, NULL, &login, &accounts_err),
	    AET_ECONFLICT);
	ck_assert_str_eq(
	    accounts_err.constraint, "user_sessions_refresh_token_jti_unique");
	refresh.jti = "jti-1";
	ck_assert_int_eq(
	    aet_session_refresh(accounts_db, &refresh, NULL, &login, NULL), AET_EINVAL);
	refresh.new_jti = "jti-2";
	accounts_fine(
	    aet_session_refresh(accounts_db, &refresh, NULL, &login, &accounts_err));
	ck_assert_str_eq(login.refresh_token, "");
	test_value_is(
	    accounts_game.admin, "SELECT refresh_token_jti FROM user_sessions", "jti-2");
	refresh.token = "x";
	ck_assert_int_eq(
	    aet_session_refresh(accounts_db, &refresh, NULL, &login, NULL), AET_EINVAL);
	refresh.token = NULL;
	ck_assert_int_eq(
	    aet_session_refresh(accounts_db, &refresh, NULL, &login, NULL), AET_EREUSED);
}
END_TEST

#define CROWD 100

static char crowd_token[AET_REFRESH_TOKEN_SIZE];
static atomic_int crowd_won;
static atomic_int crowd_lost;

static void *
rotate(void *argument)
{
	aet_refresh refresh = AET_REFRESH_INIT;
	aet_login login = AET_LOGIN_INIT;
	aet_status status;

	(void)argument;
	refresh.token = crowd_token;
	status = aet_session_refresh(accounts_db, &refresh, NULL, &login, NULL);
	if (status == AET_OK)
		crowd_won++;
	else if (status == AET_EREUSED || status == AET_ENOTFOUND)
		crowd_lost++;
	return NULL;
}

START_TEST(of_a_hundred_one_wins)
{
	pthread_t threads[CROWD];

	accounts_register("ada");
	memcpy(crowd_token, accounts_log_in("ada", GOOD_PASSWORD, AET_OK).refresh_token,
	    sizeof(crowd_token));
	for (int i = 0; i < CROWD; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, rotate, NULL), 0);
	for (int i = 0; i < CROWD; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(crowd_won, 1);
	ck_assert_int_eq(crowd_lost, CROWD - 1);
	test_value_is(accounts_game.admin,
	    "SELECT count(*) FILTER (WHERE event_type = 'session.refresh') || ' ' ||"
	    " count(*) FILTER (WHERE payload->>'reason' = 'reuse') FROM audit_log",
	    "1 1");
	test_value_is(accounts_game.admin, SESSIONS, "0");
}
END_TEST

/* ---- expiry ------------------------------------------------------------------- */

START_TEST(sessions_expire_by_the_databases_clock)
{
	aet_credentials credentials = accounts_credentials("ada", GOOD_PASSWORD);
	aet_login login = AET_LOGIN_INIT;
	aet_user_id id = accounts_register("ada");
	int64_t rows = -1;

	credentials.lifetime_ms = 60000;
	credentials.idle_timeout_ms = -1;
	accounts_fine(aet_account_authenticate(
	    accounts_db, &credentials, NULL, &login, &accounts_err));
	test_value_is(accounts_game.admin,
	    "SELECT idle_timeout_ms IS NULL AND expires_at = created_at + interval '60s'"
	    " FROM user_sessions",
	    "t");
	test_sql(accounts_game.admin, "UPDATE user_sessions SET expires_at = now()");
	ck_assert_int_eq(accounts_refresh(login.refresh_token, &login), AET_ENOTFOUND);
	login = accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	test_sql(accounts_game.admin, "UPDATE user_sessions SET last_active_at = now() -"
				      " idle_timeout_ms * interval '1 millisecond' WHERE"
				      " idle_timeout_ms IS NOT NULL");
	ck_assert_int_eq(accounts_refresh(login.refresh_token, &login), AET_ENOTFOUND);
	accounts_fine(
	    aet_session_touch(accounts_db, login.session_id, &rows, &accounts_err));
	ck_assert_int_eq(rows, 0);
	login = accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	test_sql(accounts_game.admin, "UPDATE users SET status = 'suspended'");
	ck_assert_int_eq(accounts_refresh(login.refresh_token, &login), AET_ENOTFOUND);
	accounts_fine(
	    aet_session_touch(accounts_db, login.session_id, &rows, &accounts_err));
	ck_assert_int_eq(rows, 0);
	test_sql(accounts_game.admin, "INSERT INTO told SELECT id FROM audit_log");
	/* Two have expired; a batch of one leaves none behind. */
	accounts_fine(
	    aet_session_purge(accounts_maintenance_db, 1, NULL, &rows, &accounts_err));
	ck_assert_int_eq(rows, 2);
	accounts_entries_are("session.purge - session -, session.purge - session -");
	accounts_payload_is("{\"sessions\": 1}");
	test_value_is(accounts_game.admin, SESSIONS, "1");
	accounts_fine(
	    aet_session_revoke_all(accounts_db, id, NULL, &rows, &accounts_err));
	ck_assert_int_eq(rows, 1);
}
END_TEST

START_TEST(a_touch_writes_once_a_minute)
{
	aet_login login;
	int64_t rows = 0;
	char *before;

	accounts_register("ada");
	login = accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	before = test_value(accounts_game.admin, "SELECT xmin::text FROM user_sessions");
	accounts_fine(
	    aet_session_touch(accounts_db, login.session_id, &rows, &accounts_err));
	ck_assert_int_eq(rows, 1);
	test_value_is(
	    accounts_game.admin, "SELECT xmin::text FROM user_sessions", before);
	free(before);
	test_sql(accounts_game.admin, "UPDATE user_sessions SET last_active_at ="
				      " last_active_at - interval '61s'");
	accounts_fine(
	    aet_session_touch(accounts_db, login.session_id, &rows, &accounts_err));
	ck_assert_int_eq(rows, 1);
	test_value_is(accounts_game.admin,
	    "SELECT last_active_at > now() - interval '30s' FROM user_sessions", "t");
}
END_TEST

START_TEST(a_purge_waits_for_nobody)
{
	PGconn *holder;
	int64_t rows = -1;

	accounts_register("ada");
	accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	test_sql(accounts_game.admin, "UPDATE user_sessions SET expires_at = now()");
	holder = test_connect(accounts_game.admin);
	PQclear(PQexec(holder, "BEGIN; SELECT FROM user_sessions LIMIT 1 FOR UPDATE"));
	accounts_fine(
	    aet_session_purge(accounts_maintenance_db, 0, NULL, &rows, &accounts_err));
	ck_assert_int_eq(rows, 1);
	PQclear(PQexec(holder, "ROLLBACK"));
	PQfinish(holder);
	accounts_fine(
	    aet_session_purge(accounts_maintenance_db, 0, NULL, &rows, &accounts_err));
	ck_assert_int_eq(rows, 1);
	ck_assert_int_eq(
	    aet_session_purge(accounts_maintenance_db, -1, NULL, &rows, NULL),
	    AET_EINVAL);
}
END_TEST

/* ---- revoking ------------------------------------------------------------------ */

START_TEST(sessions_are_revoked)
{
	aet_user_id id = accounts_register("ada");
	aet_login logins[4];
	aet_session_list *list = NULL;
	int64_t ended = -1;

	for (int i = 0; i < 4; i++)
		logins[i] = accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	test_sql(accounts_game.admin, "INSERT INTO told SELECT id FROM audit_log");
	accounts_fine(aet_account_log_out(
	    accounts_db, logins[0].session_id, &accounts_request, &accounts_err));
	accounts_entries_are(
	    "user.logout ada user ada, session.revoke ada session session");
	ck_assert_int_eq(
	    aet_account_log_out(accounts_db, logins[0].session_id, NULL, NULL),
	    AET_ENOTFOUND);
	accounts_request.actor_kind = AET_ACTOR_SYSTEM;
	accounts_fine(aet_session_revoke(
	    accounts_db, logins[1].session_id, &accounts_request, &accounts_err));
	accounts_entries_are("session.revoke - session session");
	ck_assert_int_eq(
	    aet_session_revoke(accounts_db, logins[1].session_id, NULL, NULL),
	    AET_ENOTFOUND);
	accounts_fine(aet_session_revoke_others(
	    accounts_db, id, logins[2].session_id, NULL, &ended, &accounts_err));
	ck_assert_int_eq(ended, 1);
	accounts_entries_are("session.revoke ada session session");
	accounts_fine(
	    aet_session_list_active_by_user(accounts_db, id, &list, &accounts_err));
	ck_assert_uint_eq(list->len, 1);
	ck_assert(aet_session_id_equal(list->items[0].id, logins[2].session_id));
	aet_session_list_free(list);
	accounts_fine(
	    aet_session_revoke_all(accounts_db, id, NULL, &ended, &accounts_err));
	ck_assert_int_eq(ended, 1);
	accounts_fine(
	    aet_session_revoke_all(accounts_db, id, NULL, &ended, &accounts_err));
	ck_assert_int_eq(ended, 0);
	accounts_entries_are("session.revoke ada session session");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("accounts_sessions");
	TCase *tcase = tcase_create("sessions");

	tcase_add_checked_fixture(tcase, accounts_setup, accounts_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_token_is_exchanged);
	tcase_add_test(tcase, an_old_token_ends_the_session);
	tcase_add_test(tcase, a_grace_forgives);
	tcase_add_test(tcase, ones_own_token_ids);
	tcase_add_test(tcase, of_a_hundred_one_wins);
	tcase_add_test(tcase, sessions_expire_by_the_databases_clock);
	tcase_add_test(tcase, a_touch_writes_once_a_minute);
	tcase_add_test(tcase, a_purge_waits_for_nobody);
	tcase_add_test(tcase, sessions_are_revoked);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
