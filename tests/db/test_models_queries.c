/* SPDX-License-Identifier: MIT */
/* The library's own models: enumerations and the named queries. */
#include "support/migrating.h"
#include "support/models.h"

START_TEST(an_open_enum_wants_one_of_two)
{
	aet_new_audit_entry fresh = { 0 };
	aet_audit_entry_changes changes = { 0 };
	aet_audit_entry *entry = NULL;
	aet_audit_entry *after = NULL;
	aet_db *owner;

	ck_assert_int_eq(aet_audit_entry_insert(db, &fresh, &entry, &err), AET_EINVAL);
	ck_assert_str_eq(err.column, "event_type");
	fresh.event_type = AET_AUDIT_EVENT_TYPE_USER_LOGIN;
	fresh.event_type_text = "gm.kick";
	ck_assert_int_eq(aet_audit_entry_insert(db, &fresh, &entry, &err), AET_EINVAL);
	fresh.event_type = AET_AUDIT_EVENT_TYPE_INVALID;
	fine(aet_audit_entry_insert(db, &fresh, &entry, &err));
	ck_assert_str_eq(entry->event_type_text, "gm.kick");
	changes.event_type = aet_set_audit_event_type(AET_AUDIT_EVENT_TYPE_USER_DELETE);
	ck_assert_int_eq(
	    aet_audit_entry_update(db, entry->id, &changes, NULL, &err), AET_EDB);
	ck_assert_str_eq(err.sqlstate, "42501");
	/* As the owner: no role of the game's may change an entry. */
	owner = migrating_open(models_game.owner);
	fine(aet_audit_entry_update(owner, entry->id, &changes, &after, &err));
	ck_assert_str_eq(after->event_type_text, "user.delete");
	aet_audit_entry_free(after);
	changes.event_type_text = aet_set_text("gm.ban");
	ck_assert_int_eq(
	    aet_audit_entry_update(owner, entry->id, &changes, NULL, &err), AET_EINVAL);
	changes.event_type.state = AET_UNSET;
	fine(aet_audit_entry_update(owner, entry->id, &changes, &after, &err));
	ck_assert_str_eq(after->event_type_text, "gm.ban");
	ck_assert_int_eq(aet_db_close(&owner), AET_OK);
	aet_audit_entry_free(after);
	aet_audit_entry_free(entry);
}
END_TEST

START_TEST(credentials_have_a_query_of_their_own)
{
	aet_user *user = add_user("a@x.org", "anna");
	aet_user_credentials_by_email_row *by_email = NULL;
	aet_user_credentials_by_username_row *by_name = NULL;
	int64_t rows = 0;

	fine(aet_user_credentials_by_email(db, "a@x.org", &by_email, &err));
	ck_assert(aet_user_id_equal(by_email->id, user->id));
	ck_assert_int_eq(by_email->status, AET_USER_STATUS_ACTIVE);
	ck_assert_str_eq(by_email->password_hash, "$argon2id$hash");
	aet_user_credentials_by_email_row_free(by_email);
	fine(aet_user_credentials_by_username(db, "anna", &by_name, &err));
	ck_assert_str_eq(by_name->password_hash, "$argon2id$hash");
	aet_user_credentials_by_username_row_free(by_name);
	by_name = NULL;
	ck_assert_int_eq(aet_user_credentials_by_username(db, "nobody", &by_name, &err),
	    AET_ENOTFOUND);
	ck_assert_ptr_null(by_name);
	fine(aet_user_touch_login(db, user->id, &rows, &err));
	ck_assert_int_eq(rows, 1);
	test_value_is(models_game.owner, "SELECT last_login IS NOT NULL FROM users", "t");
	aet_user_free(user);
}
END_TEST

START_TEST(sessions_expire)
{
	aet_user *user = add_user("a@x.org", "anna");
	aet_session *kept = add_session(user->id, "kept", "2026-01-01 00:00:00Z");
	aet_session *old = add_session(user->id, "old", "2026-01-01 00:00:00Z");
	aet_session_list *list = NULL;
	int64_t rows = 0;

	test_sql(models_game.owner,
	    "UPDATE user_sessions SET expires_at = now() - interval '1s' WHERE "
	    "refresh_token_jti = 'old'");
	fine(aet_session_list_active_by_user(db, user->id, &list, &err));
	ck_assert_uint_eq(list->len, 1);
	ck_assert_str_eq(list->items[0].refresh_token_jti, "kept");
	aet_session_list_free(list);
	fine(aet_session_touch(db, old->id, &rows, &err));
	ck_assert_int_eq(rows, 0);
	fine(aet_session_touch(db, kept->id, &rows, &err));
	ck_assert_int_eq(rows, 1);
	test_sql(models_game.owner,
	    "UPDATE user_sessions SET idle_timeout_ms = 1000, last_active_at ="
	    " now() - interval '2s' WHERE refresh_token_jti = 'kept'");
	fine(aet_session_touch(db, kept->id, &rows, &err));
	ck_assert_int_eq(rows, 0);
	fine(aet_session_list_active_by_user(db, user->id, &list, &err));
	ck_assert_uint_eq(list->len, 0);
	aet_session_list_free(list);
	fine(aet_session_delete_expired(db, &rows, &err));
	ck_assert_int_eq(rows, 1);
	fine(aet_session_delete_by_user(db, user->id, &rows, &err));
	ck_assert_int_eq(rows, 1);
	aet_session_free(kept);
	aet_session_free(old);
	aet_user_free(user);
}
END_TEST

START_TEST(the_audit_log_is_searched)
{
	aet_audit_entry_list *list = NULL;

	test_sql(models_game.owner,
	    "INSERT INTO audit_log (event_type, resource_type, resource_id) VALUES "
	    "('user.login', 'user', '1'), ('user.login', 'user', '2'), ('x', 'user', "
	    "'1')");
	fine(aet_audit_entry_list_by_resource(db, "user", "1", 10, &list, &err));
	ck_assert_uint_eq(list->len, 2);
	aet_audit_entry_list_free(list);
	fine(aet_audit_entry_list_by_event_type(db, "user.login",
	    (aet_timestamp){ AET_TIMESTAMP_MINUS_INFINITY }, 1, &list, &err));
	ck_assert_uint_eq(list->len, 1);
	aet_audit_entry_list_free(list);
}
END_TEST

static void
add(TCase *tcase)
{
	tcase_add_test(tcase, an_open_enum_wants_one_of_two);
	tcase_add_test(tcase, credentials_have_a_query_of_their_own);
	tcase_add_test(tcase, sessions_expire);
	tcase_add_test(tcase, the_audit_log_is_searched);
}

static Suite *
make_suite(void)
{
	return test_models_suite("models_queries", add);
}

int
main(void)
{
	return test_main(make_suite);
}
