/* SPDX-License-Identifier: MIT */
/* The library's own models, as generated, on the tables that the migrations
 * make: one row at a time. */
#include "support/models.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- insert ------------------------------------------------------------------ */

START_TEST(insert_takes_defaults)
{
	aet_user *user = add_user("a@x.org", "anna");

	ck_assert_str_eq(user->email, "a@x.org");
	ck_assert_str_eq(user->username, "anna");
	ck_assert_int_eq(user->status, AET_USER_STATUS_ACTIVE);
	ck_assert_str_eq(user->status_text, "active");
	ck_assert_uint_eq(user->roles.len, 1);
	ck_assert_int_eq(user->roles.items[0], AET_USER_ROLE_USER);
	ck_assert_str_eq(user->roles_text.items[0], "user");
	ck_assert(!user->email_verified);
	ck_assert(!user->last_login.has_value);
	ck_assert_str_eq(user->metadata.text, "{}");
	ck_assert_int_eq(user->created_at.us, user->updated_at.us);
	aet_user_free(user);
	test_value_is(
	    models_game.owner, "SELECT password_hash FROM users", "$argon2id$hash");
}
END_TEST

START_TEST(insert_takes_every_field)
{
	static const aet_user_role roles[] = { AET_USER_ROLE_ADMIN,
		AET_USER_ROLE_MODERATOR };
	static const char big[] = "{\"n\": 12345678901234567890.12345678901234567890}";
	aet_new_user fresh = new_user("a@x.org", "anna");
	aet_user *user = NULL;
	aet_user_id id;

	fine(aet_uuid_random(&id.uuid, &err));
	fresh.id = aet_set_user_id(id);
	fresh.roles = aet_set_user_roles(roles, 2);
	fresh.email_verified = aet_set_bool(true);
	fresh.status = aet_set_user_status(AET_USER_STATUS_BANNED);
	fresh.created_at = aet_set_timestamp(at("0044-03-15 12:00:00.000001+00 BC"));
	fresh.updated_at =
	    aet_set_timestamp((aet_timestamp){ AET_TIMESTAMP_MINUS_INFINITY });
	fresh.last_login = aet_set_timestamp((aet_timestamp){ AET_TIMESTAMP_INFINITY });
	fresh.metadata = aet_set_json(big);
	fine(aet_user_insert(db, &fresh, &user, &err));
	ck_assert(aet_user_id_equal(user->id, id));
	ck_assert_uint_eq(user->roles.len, 2);
	ck_assert_int_eq(user->roles.items[0], AET_USER_ROLE_ADMIN);
	ck_assert_int_eq(user->roles.items[1], AET_USER_ROLE_MODERATOR);
	ck_assert_int_eq(user->status, AET_USER_STATUS_BANNED);
	ck_assert(user->email_verified);
	ck_assert_int_eq(user->created_at.us, at("0044-03-15 12:00:00.000001+00 BC").us);
	ck_assert_int_eq(user->updated_at.us, AET_TIMESTAMP_MINUS_INFINITY);
	ck_assert(user->last_login.has_value);
	ck_assert_int_eq(user->last_login.value.us, AET_TIMESTAMP_INFINITY);
	ck_assert_str_eq(user->metadata.text, big);
	aet_user_free(user);
	test_value_is(models_game.owner, "SELECT roles FROM users", "{admin,moderator}");
	test_value_is(models_game.owner, "SELECT metadata ->> 'n' FROM users",
	    "12345678901234567890.12345678901234567890");
}
END_TEST

START_TEST(insert_takes_null)
{
	aet_new_user fresh = new_user("a@x.org", "anna");
	aet_user *user = NULL;

	fresh.metadata = aet_set_json(NULL);
	fine(aet_user_insert(db, &fresh, &user, &err));
	ck_assert_ptr_null(user->metadata.text);
	aet_user_free(user);
	fresh = new_user("b@x.org", "bert");
	fresh.roles.state = AET_SET_NULL;
	ck_assert_int_eq(aet_user_insert(db, &fresh, NULL, &err), AET_ECONSTRAINT);
	ck_assert_str_eq(err.sqlstate, "23502");
	ck_assert_str_eq(err.column, "roles");
}
END_TEST

START_TEST(insert_takes_no_roles)
{
	aet_new_user fresh = new_user("a@x.org", "anna");
	aet_user *user = NULL;

	fresh.roles = aet_set_user_roles(NULL, 0);
	ck_assert_int_eq(aet_user_insert(db, &fresh, &user, &err), AET_ECONSTRAINT);
	ck_assert_str_eq(err.sqlstate, "23514");
	ck_assert_str_eq(err.constraint, "users_roles_check");
	/* A row that is older than the rule. */
	test_sql(models_game.owner,
	    "INSERT INTO users (email, username, password_hash, roles, grandfathered)"
	    " VALUES ('a@x.org', 'anna', '!', '{}', true)");
	fine(aet_user_find_by_email(db, "a@x.org", &user, &err));
	ck_assert_uint_eq(user->roles.len, 0);
	ck_assert_uint_eq(user->roles_text.len, 0);
	ck_assert(!user->roles_text.is_null);
	aet_user_free(user);
}
END_TEST

START_TEST(insert_without_reading_back)
{
	aet_new_user fresh = new_user("a@x.org", "anna");
	int64_t count = -1;

	fine(aet_user_insert(db, &fresh, NULL, &err));
	fine(aet_user_count(db, &count, &err));
	ck_assert_int_eq(count, 1);
}
END_TEST

START_TEST(insert_refuses_what_is_missing)
{
	static const aet_user_role roles[] = { AET_USER_ROLE_USER,
		AET_USER_ROLE_INVALID };
	aet_new_user fresh = new_user(NULL, "anna");
	aet_user *user = NULL;

	ck_assert_int_eq(aet_user_insert(db, &fresh, &user, &err), AET_EINVAL);
	ck_assert_str_eq(err.column, "email");
	fresh = new_user("a@x.org", "anna");
	fresh.status.state = AET_SET;
	ck_assert_int_eq(aet_user_insert(db, &fresh, &user, &err), AET_EINVAL);
	ck_assert_str_eq(err.column, "status");
	fresh = new_user("a@x.org", "anna");
	fresh.roles = aet_set_user_roles(roles, 2);
	ck_assert_int_eq(aet_user_insert(db, &fresh, &user, &err), AET_EINVAL);
	ck_assert_str_eq(err.column, "roles");
	ck_assert_ptr_null(user);
	test_value_is(models_game.owner, "SELECT count(*) FROM users", "0");
}
END_TEST

START_TEST(a_taken_key_is_a_conflict)
{
	aet_new_user fresh = new_user("a@x.org", "other");
	aet_user *user = add_user("a@x.org", "anna");
	aet_user_free(user);

	user = NULL;
	ck_assert_int_eq(aet_user_insert(db, &fresh, &user, &err), AET_ECONFLICT);
	ck_assert_str_eq(err.sqlstate, "23505");
	ck_assert_str_eq(err.constraint, "users_email_unique");
	ck_assert_str_eq(err.table, "users");
	ck_assert_ptr_null(strstr(err.message, "a@x.org"));
	ck_assert_ptr_null(user);
	fresh = new_user("b@x.org", "anna");
	ck_assert_int_eq(aet_user_insert(db, &fresh, &user, &err), AET_ECONFLICT);
	ck_assert_str_eq(err.constraint, "users_username_unique");
}
END_TEST

START_TEST(insert_all_none_and_many)
{
	static char names[1000][32];
	static aet_new_user users[1000];
	aet_user_list *list = NULL;

	fine(aet_user_insert_all(db, NULL, 0, &list, &err));
	ck_assert_uint_eq(list->len, 0);
	aet_user_list_free(list);
	for (int i = 0; i < 1000; i++) {
		snprintf(names[i], sizeof(names[i]), "name%d", i);
		users[i] = new_user(names[i], names[i]);
		if (i % 2 == 1)
			users[i].email_verified = aet_set_bool(true);
	}
	fine(aet_user_insert_all(db, users, 1000, &list, &err));
	ck_assert_uint_eq(list->len, 1000);
	ck_assert_str_eq(list->items[0].username, "name0");
	ck_assert_str_eq(list->items[999].username, "name999");
	ck_assert(list->items[999].email_verified && !list->items[998].email_verified);
	aet_user_list_free(list);
	test_value_is(models_game.owner, "SELECT count(*) FROM users", "1000");
}
END_TEST

START_TEST(insert_all_is_all_or_none)
{
	aet_new_user users[] = { new_user("a@x.org", "anna"), new_user("b@x.org", "bert"),
		new_user("a@x.org", "carl") };
	aet_user_list *list = NULL;

	ck_assert_int_eq(aet_user_insert_all(db, users, 3, &list, &err), AET_ECONFLICT);
	ck_assert_str_eq(err.constraint, "users_email_unique");
	ck_assert_ptr_null(list);
	test_value_is(models_game.owner, "SELECT count(*) FROM users", "0");
}
END_TEST

/* ---- find -------------------------------------------------------------------- */

START_TEST(find_by_each_key)
{
	aet_user *user = add_user("a@x.org", "anna");
	aet_session *session = add_session(user->id, "token", "2026-01-01 00:00:00Z");
	aet_session *found_session = NULL;
	aet_user *found = NULL;

	fine(aet_user_find(db, user->id, &found, &err));
	ck_assert(aet_user_id_equal(found->id, user->id));
	aet_user_free(found);
	fine(aet_user_find_by_email(db, "a@x.org", &found, &err));
	aet_user_free(found);
	fine(aet_user_find_by_username(db, "anna", &found, &err));
	aet_user_free(found);
	fine(aet_session_find_by_refresh_token_jti(db, "token", &found_session, &err));
	ck_assert(aet_session_id_equal(found_session->id, session->id));
	aet_session_free(found_session);
	found = NULL;
	ck_assert_int_eq(
	    aet_user_find_by_email(db, "A@x.org", &found, &err), AET_ENOTFOUND);
	ck_assert_int_eq(aet_user_find_by_email(db, NULL, &found, &err), AET_EINVAL);
	ck_assert_str_eq(err.column, "email");
	ck_assert_ptr_null(found);
	aet_session_free(session);
	aet_user_free(user);
}
END_TEST

START_TEST(an_unknown_value_is_kept_as_text)
{
	aet_user *user = add_user("a@x.org", "anna");
	aet_user *found = NULL;

	test_sql(models_game.owner,
	    "UPDATE users SET status = 'asleep', roles = '{user,NULL,wizard}',"
	    " grandfathered = true");
	fine(aet_user_find(db, user->id, &found, &err));
	ck_assert_int_eq(found->status, AET_USER_STATUS_INVALID);
	ck_assert_str_eq(found->status_text, "asleep");
	ck_assert_uint_eq(found->roles.len, 3);
	ck_assert_int_eq(found->roles.items[0], AET_USER_ROLE_USER);
	ck_assert_int_eq(found->roles.items[1], AET_USER_ROLE_INVALID);
	ck_assert_int_eq(found->roles.items[2], AET_USER_ROLE_INVALID);
	ck_assert_ptr_null(found->roles_text.items[1]);
	ck_assert_str_eq(found->roles_text.items[2], "wizard");
	aet_user_free(found);
	aet_user_free(user);
}
END_TEST

START_TEST(enums_go_to_text_and_back)
{
	ck_assert_str_eq(aet_user_status_to_text(AET_USER_STATUS_SUSPENDED), "suspended");
	ck_assert_ptr_null(aet_user_status_to_text(AET_USER_STATUS_INVALID));
	ck_assert_ptr_null(aet_user_status_to_text((aet_user_status)99));
	ck_assert_int_eq(aet_user_role_from_text("admin"), AET_USER_ROLE_ADMIN);
	ck_assert_int_eq(aet_user_role_from_text("Admin"), AET_USER_ROLE_INVALID);
	ck_assert_int_eq(aet_user_role_from_text(NULL), AET_USER_ROLE_INVALID);
	for (int i = 1; i <= 8; i++) {
		aet_audit_event_type type = (aet_audit_event_type)i;

		ck_assert_int_eq(
		    aet_audit_event_type_from_text(aet_audit_event_type_to_text(type)),
		    type);
	}
}
END_TEST

/* ---- update and delete ---------------------------------------------------------- */

START_TEST(update_writes_what_is_set)
{
	aet_user *before = add_user("a@x.org", "anna");
	aet_user_changes changes = { .status =
					 aet_set_user_status(AET_USER_STATUS_BANNED),
		.password_hash = aet_set_text("$argon2id$new") };
	aet_user *after = NULL;

	fine(aet_user_update(db, before->id, &changes, &after, &err));
	ck_assert_int_eq(after->status, AET_USER_STATUS_BANNED);
	ck_assert_str_eq(after->email, "a@x.org");
	ck_assert_int_eq(after->created_at.us, before->created_at.us);
	ck_assert_int_gt(after->updated_at.us, before->updated_at.us);
	aet_user_free(after);
	test_value_is(
	    models_game.owner, "SELECT password_hash FROM users", "$argon2id$new");
	changes = (aet_user_changes){ .metadata = { .state = AET_SET_NULL },
		.updated_at = aet_set_timestamp(at("2020-01-01 00:00:00Z")) };
	fine(aet_user_update(db, before->id, &changes, &after, &err));
	ck_assert_ptr_null(after->metadata.text);
	ck_assert_int_eq(after->updated_at.us, at("2020-01-01 00:00:00Z").us);
	aet_user_free(after);
	aet_user_free(before);
}
END_TEST

/* ctid moves when a row is written, even with the same values. */
START_TEST(update_of_nothing_touches_nothing)
{
	aet_user *before = add_user("a@x.org", "anna");
	aet_user_changes changes = { 0 };
	aet_user *after = NULL;
	char *place = test_value(models_game.owner, "SELECT ctid FROM users");

	fine(aet_user_update(db, before->id, &changes, &after, &err));
	ck_assert_int_eq(after->updated_at.us, before->updated_at.us);
	ck_assert_str_eq(after->email, "a@x.org");
	test_value_is(models_game.owner, "SELECT ctid FROM users", place);
	aet_user_free(after);
	aet_user_free(before);
	free(place);
}
END_TEST

START_TEST(update_refuses)
{
	aet_user *anna = add_user("a@x.org", "anna");
	aet_user *bert = add_user("b@x.org", "bert");
	aet_user_changes changes = { .email = aet_set_text("a@x.org") };
	aet_user_changes empty = { 0 };
	aet_user_id nobody = { { { 0 } } };

	ck_assert_int_eq(
	    aet_user_update(db, bert->id, &changes, NULL, &err), AET_ECONFLICT);
	ck_assert_str_eq(err.constraint, "users_email_unique");
	changes.email = aet_set_text("c@x.org");
	ck_assert_int_eq(
	    aet_user_update(db, nobody, &changes, NULL, &err), AET_ENOTFOUND);
	ck_assert_int_eq(aet_user_update(db, nobody, &empty, NULL, &err), AET_ENOTFOUND);
	changes.email = (aet_field_text){ AET_SET, NULL };
	ck_assert_int_eq(aet_user_update(db, bert->id, &changes, NULL, &err), AET_EINVAL);
	ck_assert_str_eq(err.column, "email");
	aet_user_free(anna);
	aet_user_free(bert);
}
END_TEST

START_TEST(delete_cascades_and_sets_null)
{
	aet_user *user = add_user("a@x.org", "anna");
	aet_new_audit_entry fresh = { .actor_id = aet_set_user_id(user->id),
		.event_type = AET_AUDIT_EVENT_TYPE_USER_LOGIN };
	aet_audit_entry *entry = NULL;
	aet_audit_entry *found = NULL;
	aet_user *actor = NULL;

	aet_session_free(add_session(user->id, "t", "2026-01-01 00:00:00Z"));
	fine(aet_audit_entry_insert(db, &fresh, &entry, &err));
	fine(aet_audit_entry_actor(db, entry, &actor, &err));
	ck_assert(aet_user_id_equal(actor->id, user->id));
	aet_user_free(actor);
	fine(aet_user_delete(db, user->id, &err));
	test_value_is(models_game.owner, "SELECT count(*) FROM user_sessions", "0");
	fine(aet_audit_entry_find(db, entry->id, &found, &err));
	ck_assert(!found->actor_id.has_value);
	ck_assert_int_eq(aet_audit_entry_actor(db, found, &actor, &err), AET_ENOTFOUND);
	ck_assert_int_eq(aet_audit_entry_actor(db, entry, &actor, &err), AET_ENOTFOUND);
	ck_assert_int_eq(aet_user_delete(db, user->id, &err), AET_ENOTFOUND);
	aet_audit_entry_free(found);
	aet_audit_entry_free(entry);
	aet_user_free(user);
}
END_TEST

START_TEST(models_work_inside_a_transaction)
{
	aet_db *tx = NULL;
	aet_new_user fresh = new_user("a@x.org", "anna");
	aet_user *user = NULL;

	fine(aet_db_begin(db, NULL, &tx, &err));
	fine(aet_user_insert(tx, &fresh, &user, &err));
	aet_user_free(user);
	aet_db_rollback(&tx);
	test_value_is(models_game.owner, "SELECT count(*) FROM users", "0");
}
END_TEST

START_TEST(null_pointers_are_refused)
{
	aet_user_id id = { { { 1 } } };
	aet_session_list *sessions = NULL;
	aet_user_list *users = NULL;
	aet_user *user = NULL;

	ck_assert_int_eq(aet_user_insert(db, NULL, &user, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "user_insert: what is to be written is NULL");
	ck_assert_int_eq(aet_user_update(db, id, NULL, &user, &err), AET_EINVAL);
	ck_assert_int_eq(aet_user_list_by_ids(db, NULL, 3, &users, &err), AET_EINVAL);
	ck_assert_int_eq(aet_user_list_newest(db, NULL, NULL, &err), AET_EINVAL);
	ck_assert_int_eq(aet_user_count(db, NULL, &err), AET_EINVAL);
	ck_assert_int_eq(aet_user_sessions(db, NULL, NULL, &sessions, &err), AET_EINVAL);
	ck_assert_int_eq(aet_session_user(db, NULL, &user, &err), AET_EINVAL);
	ck_assert_int_eq(aet_audit_entry_actor(db, NULL, &user, &err), AET_EINVAL);
	ck_assert_ptr_null(user);
}
END_TEST

static void
add(TCase *tcase)
{
	tcase_add_test(tcase, insert_takes_defaults);
	tcase_add_test(tcase, insert_takes_every_field);
	tcase_add_test(tcase, insert_takes_null);
	tcase_add_test(tcase, insert_takes_no_roles);
	tcase_add_test(tcase, insert_without_reading_back);
	tcase_add_test(tcase, insert_refuses_what_is_missing);
	tcase_add_test(tcase, a_taken_key_is_a_conflict);
	tcase_add_test(tcase, insert_all_none_and_many);
	tcase_add_test(tcase, insert_all_is_all_or_none);
	tcase_add_test(tcase, find_by_each_key);
	tcase_add_test(tcase, an_unknown_value_is_kept_as_text);
	tcase_add_test(tcase, enums_go_to_text_and_back);
	tcase_add_test(tcase, update_writes_what_is_set);
	tcase_add_test(tcase, update_of_nothing_touches_nothing);
	tcase_add_test(tcase, update_refuses);
	tcase_add_test(tcase, delete_cascades_and_sets_null);
	tcase_add_test(tcase, models_work_inside_a_transaction);
	tcase_add_test(tcase, null_pointers_are_refused);
}

static Suite *
make_suite(void)
{
	return test_models_suite("models", add);
}

int
main(void)
{
	return test_main(make_suite);
}
