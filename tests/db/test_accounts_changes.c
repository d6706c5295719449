/* SPDX-License-Identifier: MIT */
/* Changing and deleting users: old and new values in the entries, sessions that
 * go along, and all eight events of a user's life. */
#include "support/accounts.h"

#include <stdlib.h>
#include <string.h>

static aet_user_id ada;

static void
setup(void)
{
	accounts_setup();
	ada = accounts_register("ada");
	accounts_entries_are("user.register ada user ada");
}

static void
tell_all(void)
{
	test_sql(accounts_game.admin, "INSERT INTO told SELECT id FROM audit_log");
}

START_TEST(a_password)
{
	aet_password_change change = AET_PASSWORD_CHANGE_INIT;
	aet_login kept = accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	aet_user_id nobody = { { { 9 } } };

	accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	tell_all();
	change.old_password = "wrong horse";
	change.new_password = "battery staple";
	change.keep = &kept.session_id;
	change.hashing = &accounts_hashing;
	ck_assert_int_eq(aet_account_password_change(
			     accounts_db, ada, &change, &accounts_request, &accounts_err),
	    AET_EMISMATCH);
	accounts_entries_are("user.login_failed - user ada");
	change.old_password = GOOD_PASSWORD;
	accounts_fine(aet_account_password_change(
	    accounts_db, ada, &change, &accounts_request, &accounts_err));
	accounts_entries_are(
	    "user.update ada user ada, session.revoke ada session session");
	test_value_is(accounts_game.admin, "SELECT count(*) FROM user_sessions", "1");
	accounts_log_in("ada", GOOD_PASSWORD, AET_EMISMATCH);
	accounts_log_in("ada", "battery staple", AET_OK);
	tell_all();
	change.old_password = NULL;
	change.keep = NULL;
	accounts_request.actor_kind = AET_ACTOR_SYSTEM;
	accounts_fine(aet_account_password_change(
	    accounts_db, ada, &change, &accounts_request, &accounts_err));
	accounts_entries_are("user.update - user ada, session.revoke - session session,"
			     " session.revoke - session session");
	ck_assert_int_eq(aet_account_password_change(
			     accounts_db, nobody, &change, NULL, &accounts_err),
	    AET_ENOTFOUND);
	change.new_password = "short";
	ck_assert_int_eq(
	    aet_account_password_change(accounts_db, ada, &change, NULL, &accounts_err),
	    AET_EINVAL);
	ck_assert_str_eq(accounts_err.column, "password");
	accounts_entries_are("");
	test_value_is(accounts_game.admin,
	    "SELECT count(*) FROM audit_log WHERE payload::text ~ 'staple|horse|argon'",
	    "0");
}
END_TEST

START_TEST(an_email)
{
	aet_user_id nobody = { { { 9 } } };

	accounts_register("bo");
	tell_all();
	accounts_fine(aet_account_email_verify(
	    accounts_db, ada, "ada@example.org", NULL, &accounts_err));
	accounts_payload_is("{\"email_verified\": {\"new\": true, \"old\": false}}");
	accounts_fine(aet_account_email_change(
	    accounts_db, ada, "new@example.org", NULL, &accounts_err));
	accounts_payload_is("{\"email\": {\"new\": \"new@example.org\", \"old\":"
			    " \"ada@example.org\"}, \"email_verified\": {\"new\": false,"
			    " \"old\": true}}");
	accounts_entries_are("user.update ada user ada, user.update ada user ada");
	/* The same again changes nothing; the old one is free; spellings count. */
	accounts_fine(aet_account_email_change(
	    accounts_db, ada, "new@example.org", NULL, &accounts_err));
	accounts_entries_are("");
	accounts_fine(aet_account_email_change(
	    accounts_db, ada, "New@example.org", NULL, &accounts_err));
	ck_assert_int_eq(aet_account_email_change(
			     accounts_db, ada, "BO@example.org", NULL, &accounts_err),
	    AET_ECONFLICT);
	ck_assert_str_eq(accounts_err.constraint, "users_email_folded_unique");
	ck_assert_str_eq(accounts_err.column, "email");
	ck_assert_int_eq(
	    aet_account_email_change(accounts_db, nobody, "x@example.org", NULL, NULL),
	    AET_ENOTFOUND);
	ck_assert_int_eq(
	    aet_account_email_verify(accounts_db, ada, "ada@example.org", NULL, NULL),
	    AET_ENOTFOUND);
	ck_assert_int_eq(
	    aet_account_email_change(accounts_db, ada, "x", NULL, NULL), AET_EINVAL);
	accounts_entries_are("user.update ada user ada");
	accounts_log_in("NEW@example.org", GOOD_PASSWORD, AET_OK);
}
END_TEST

START_TEST(roles_and_status)
{
	static const aet_user_role both[] = { AET_USER_ROLE_USER, AET_USER_ROLE_ADMIN };
	static const aet_user_role twice[] = { AET_USER_ROLE_USER, AET_USER_ROLE_USER };
	aet_user_id mo = accounts_register("mo");

	accounts_request.actor_kind = AET_ACTOR_USER;
	accounts_request.actor = mo;
	tell_all();
	accounts_fine(aet_account_roles_change(
	    accounts_db, ada, both, 2, &accounts_request, &accounts_err));
	accounts_payload_is("{\"roles\": {\"new\": [\"user\", \"admin\"], \"old\":"
			    " [\"user\"]}}");
	accounts_fine(aet_account_roles_change(
	    accounts_db, ada, both, 2, &accounts_request, &accounts_err));
	accounts_entries_are("user.update mo user ada");
	test_value_is(accounts_game.admin,
	    "SELECT updated_at > created_at FROM users WHERE username = 'ada'", "t");
	ck_assert_int_eq(
	    aet_account_roles_change(accounts_db, ada, twice, 2, NULL, &accounts_err),
	    AET_EINVAL);
	ck_assert_str_eq(accounts_err.column, "roles");
	ck_assert_int_eq(
	    aet_account_roles_change(accounts_db, ada, both, 0, NULL, NULL), AET_EINVAL);
	accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	tell_all();
	accounts_fine(aet_account_status_set(accounts_db, ada, AET_USER_STATUS_SUSPENDED,
	    &accounts_request, &accounts_err));
	accounts_entries_are("user.update mo user ada, session.revoke mo session session,"
			     " session.revoke mo session session");
	test_value_is(accounts_game.admin, "SELECT count(*) FROM user_sessions", "0");
	accounts_log_in("ada", GOOD_PASSWORD, AET_EMISMATCH);
	tell_all();
	accounts_fine(aet_account_status_set(
	    accounts_db, ada, AET_USER_STATUS_ACTIVE, &accounts_request, &accounts_err));
	accounts_payload_is(
	    "{\"status\": {\"new\": \"active\", \"old\": \"suspended\"}}");
	accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	ck_assert_int_eq(
	    aet_account_status_set(accounts_db, ada, AET_USER_STATUS_INVALID, NULL, NULL),
	    AET_EINVAL);
}
END_TEST

START_TEST(deleting)
{
	aet_user_id mo = accounts_register("mo");

	accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	tell_all();
	accounts_request.actor_kind = AET_ACTOR_USER;
	accounts_request.actor = mo;
	accounts_fine(
	    aet_account_delete(accounts_db, ada, &accounts_request, &accounts_err));
	accounts_entries_are(
	    "session.revoke mo session session, user.delete mo user gone");
	accounts_payload_is("{\"email\": \"ada@example.org\", \"roles\": [\"user\"],"
			    " \"status\": \"active\", \"username\": \"ada\"}");
	ck_assert_int_eq(
	    aet_account_delete(accounts_db, ada, &accounts_request, NULL), AET_ENOTFOUND);
	/* By oneself: the entry cannot refer to who is gone, and still names them. */
	accounts_fine(aet_account_delete(accounts_db, mo, NULL, &accounts_err));
	accounts_entries_are("user.delete gone user gone");
	test_value_is(accounts_game.admin,
	    "SELECT count(*) FROM audit_log WHERE actor_id IS NOT NULL", "0");
	test_value_is(accounts_game.admin,
	    "SELECT actor_uuid::text = resource_id FROM audit_log ORDER BY created_at"
	    " DESC LIMIT 1",
	    "t");
	test_value_is(
	    accounts_game.admin, "SELECT count(*) FROM aeturnis.user_folds", "0");
}
END_TEST

/* With nothing but the public headers: eight events, actor and resource. */
START_TEST(a_life_in_eight_events)
{
	static const aet_audit_event_type expected[] = {
		AET_AUDIT_EVENT_TYPE_USER_REGISTER, AET_AUDIT_EVENT_TYPE_USER_LOGIN,
		AET_AUDIT_EVENT_TYPE_SESSION_CREATE, AET_AUDIT_EVENT_TYPE_SESSION_REFRESH,
		AET_AUDIT_EVENT_TYPE_USER_UPDATE, AET_AUDIT_EVENT_TYPE_SESSION_REVOKE,
		AET_AUDIT_EVENT_TYPE_USER_LOGIN, AET_AUDIT_EVENT_TYPE_SESSION_CREATE,
		AET_AUDIT_EVENT_TYPE_USER_LOGOUT, AET_AUDIT_EVENT_TYPE_SESSION_REVOKE,
		AET_AUDIT_EVENT_TYPE_USER_DELETE
	};
	const size_t count = sizeof(expected) / sizeof(expected[0]);
	aet_login first = accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	aet_audit_entry_list *list = NULL;
	aet_login second;

	accounts_fine(accounts_refresh(first.refresh_token, &first));
	accounts_fine(aet_account_email_change(
	    accounts_db, ada, "new@example.org", NULL, &accounts_err));
	accounts_fine(
	    aet_session_revoke(accounts_db, first.session_id, NULL, &accounts_err));
	second = accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	accounts_fine(
	    aet_account_log_out(accounts_db, second.session_id, NULL, &accounts_err));
	accounts_fine(aet_account_delete(accounts_db, ada, NULL, &accounts_err));
	accounts_fine(
	    aet_audit_entry_list_newest(accounts_db, NULL, &list, &accounts_err));
	ck_assert_uint_eq(list->len, count);
	for (size_t i = 0; i < count; i++) {
		const aet_audit_entry *entry = &list->items[count - 1 - i];
		bool of_session = strcmp(entry->resource_type, "session") == 0;
		aet_uuid resource;

		ck_assert_int_eq(entry->event_type, expected[i]);
		ck_assert(!entry->actor_id.has_value);
		ck_assert(aet_uuid_equal(entry->actor_uuid.value, ada.uuid));
		accounts_fine(
		    aet_uuid_parse(entry->resource_id, &resource, &accounts_err));
		ck_assert(aet_uuid_equal(resource, !of_session ? ada.uuid
						   : i < 6     ? first.session_id.uuid
							       : second.session_id.uuid));
	}
	aet_audit_entry_list_free(list);
}
END_TEST

/* In words, without the names of statements. */
START_TEST(who_is_not_there_is_told)
{
	static const char no_user[] = "no user has this id";
	static const char no_session[] =
	    "no session has this id: it has ended, or never was";
	const aet_user_role role = AET_USER_ROLE_USER;
	aet_password_change change = AET_PASSWORD_CHANGE_INIT;
	const aet_user_id user = { { { 1 } } };
	const aet_session_id session = { { { 1 } } };

	change.new_password = GOOD_PASSWORD;
	change.hashing = &accounts_hashing;
#define ABSENT(call, text)                                    \
	do {                                                  \
		ck_assert_int_eq((call), AET_ENOTFOUND);      \
		ck_assert_str_eq(accounts_err.message, text); \
	} while (0)
	ABSENT(
	    aet_account_password_change(accounts_db, user, &change, NULL, &accounts_err),
	    no_user);
	change.old_password = GOOD_PASSWORD;
	ABSENT(
	    aet_account_password_change(accounts_db, user, &change, NULL, &accounts_err),
	    no_user);
	ABSENT(aet_account_email_change(accounts_db, user, "a@x", NULL, &accounts_err),
	    no_user);
	ABSENT(aet_account_email_verify(accounts_db, user, "a@x", NULL, &accounts_err),
	    "no user has this id, or it has another e-mail by now");
	ABSENT(aet_account_roles_change(accounts_db, user, &role, 1, NULL, &accounts_err),
	    no_user);
	ABSENT(aet_account_status_set(
		   accounts_db, user, AET_USER_STATUS_ACTIVE, NULL, &accounts_err),
	    no_user);
	ABSENT(aet_account_delete(accounts_db, user, NULL, &accounts_err), no_user);
	ABSENT(
	    aet_account_log_out(accounts_db, session, NULL, &accounts_err), no_session);
	ABSENT(aet_session_revoke(accounts_db, session, NULL, &accounts_err), no_session);
#undef ABSENT
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("accounts_changes");
	TCase *tcase = tcase_create("changes");

	tcase_add_checked_fixture(tcase, setup, accounts_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_password);
	tcase_add_test(tcase, an_email);
	tcase_add_test(tcase, roles_and_status);
	tcase_add_test(tcase, deleting);
	tcase_add_test(tcase, a_life_in_eight_events);
	tcase_add_test(tcase, who_is_not_there_is_told);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
