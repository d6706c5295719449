/* SPDX-License-Identifier: MIT */
/* The library's own models: many rows at once. */
#include "support/models.h"

#include <stdio.h>
#include <string.h>

START_TEST(many_by_key_in_the_order_asked)
{
	aet_user *anna = add_user("a@x.org", "anna");
	aet_user *bert = add_user("b@x.org", "bert");
	aet_user_id ids[] = { bert->id, { { { 0 } } }, anna->id };
	aet_user_list *list = NULL;

	fine(aet_user_list_by_ids(db, ids, 3, &list, &err));
	ck_assert_uint_eq(list->len, 2);
	ck_assert_str_eq(list->items[0].username, "bert");
	ck_assert_str_eq(list->items[1].username, "anna");
	aet_user_list_free(list);
	fine(aet_user_list_by_ids(db, NULL, 0, &list, &err));
	ck_assert_uint_eq(list->len, 0);
	aet_user_list_free(list);
	aet_user_free(anna);
	aet_user_free(bert);
}
END_TEST

/* ---- pages ------------------------------------------------------------------- */

/* Seven sessions, five of them of one moment: a page that ends among those
 * must go on among them. */
START_TEST(pages_go_on_among_ties)
{
	aet_user *user = add_user("a@x.org", "anna");
	aet_session_cursor cursor;
	aet_session_page page = { .limit = 3 };
	char token[16];
	size_t seen = 0;
	aet_session_list *list = NULL;
	aet_session *previous = NULL;

	for (int i = 0; i < 7; i++) {
		snprintf(token, sizeof(token), "t%d", i);
		aet_session_free(add_session(user->id, token,
		    i == 0   ? "2026-01-01 00:00:00Z"
		    : i == 6 ? "2026-01-03 00:00:00Z"
			     : "2026-01-02 00:00:00Z"));
	}
	for (;;) {
		fine(aet_session_list_by_user(db, user->id, &page, &list, &err));
		if (list->len == 0)
			break;
		seen += list->len;
		ck_assert_uint_le(list->len, 3);
		cursor = aet_session_cursor_of(&list->items[list->len - 1]);
		page.after = &cursor;
		aet_session_list_free(list);
	}
	aet_session_list_free(list);
	ck_assert_uint_eq(seen, 7);
	page.after = NULL;
	page.limit = 0;
	fine(aet_session_list_newest(db, &page, &list, &err));
	ck_assert_uint_eq(list->len, 7);
	ck_assert_str_eq(list->items[0].refresh_token_jti, "t6");
	ck_assert_str_eq(list->items[6].refresh_token_jti, "t0");
	for (size_t i = 1; i < list->len; i++) {
		previous = &list->items[i - 1];
		ck_assert(
		    previous->created_at.us > list->items[i].created_at.us ||
		    memcmp(&previous->id, &list->items[i].id, sizeof(previous->id)) > 0);
	}
	aet_session_list_free(list);
	aet_user_free(user);
}
END_TEST

START_TEST(limits_have_bounds)
{
	aet_audit_entry_page page = { .limit = 1001 };
	aet_audit_entry_list *list = NULL;
	aet_session_list *sessions = NULL;

	ck_assert_int_eq(aet_audit_entry_list_newest(db, &page, &list, &err), AET_EINVAL);
	page.limit = -1;
	ck_assert_int_eq(aet_audit_entry_list_newest(db, &page, &list, &err), AET_EINVAL);
	ck_assert_int_eq(
	    aet_session_list_by_users(db, NULL, 0, 1001, &sessions, &err), AET_EINVAL);
	ck_assert_ptr_null(list);
	test_sql(models_game.owner,
	    "INSERT INTO audit_log (event_type) SELECT 'user.login' FROM "
	    "generate_series(1, 60)");
	fine(aet_audit_entry_list_newest(db, NULL, &list, &err));
	ck_assert_uint_eq(list->len, 50);
	aet_audit_entry_list_free(list);
	page.limit = 1000;
	fine(aet_audit_entry_list_newest(db, &page, &list, &err));
	ck_assert_uint_eq(list->len, 60);
	aet_audit_entry_list_free(list);
}
END_TEST

/* ---- relations ----------------------------------------------------------------- */

START_TEST(relations_both_ways)
{
	aet_user *user = add_user("a@x.org", "anna");
	aet_session *session = add_session(user->id, "t", "2026-01-01 00:00:00Z");
	aet_new_audit_entry fresh = { .actor_id = aet_set_user_id(user->id),
		.event_type = AET_AUDIT_EVENT_TYPE_SESSION_CREATE };
	aet_session_list *sessions = NULL;
	aet_audit_entry_list *entries = NULL;
	aet_user *owner = NULL;

	fine(aet_audit_entry_insert(db, &fresh, NULL, &err));
	fine(aet_session_user(db, session, &owner, &err));
	ck_assert_str_eq(owner->username, "anna");
	aet_user_free(owner);
	fine(aet_user_sessions(db, user, NULL, &sessions, &err));
	ck_assert_uint_eq(sessions->len, 1);
	ck_assert_str_eq(sessions->items[0].refresh_token_jti, "t");
	aet_session_list_free(sessions);
	fine(aet_user_audit_entries(db, user, NULL, &entries, &err));
	ck_assert_uint_eq(entries->len, 1);
	ck_assert_int_eq(
	    entries->items[0].event_type, AET_AUDIT_EVENT_TYPE_SESSION_CREATE);
	aet_audit_entry_list_free(entries);
	aet_session_free(session);
	aet_user_free(user);
}
END_TEST

START_TEST(children_of_many_parents)
{
	aet_user *anna = add_user("a@x.org", "anna");
	aet_user *bert = add_user("b@x.org", "bert");
	aet_user *carl = add_user("c@x.org", "carl");
	aet_user_id ids[] = { carl->id, bert->id, anna->id };
	aet_session_list *list = NULL;
	const aet_session *first = NULL;

	aet_session_free(add_session(anna->id, "a1", "2026-01-01 00:00:00Z"));
	aet_session_free(add_session(anna->id, "a2", "2026-01-02 00:00:00Z"));
	aet_session_free(add_session(anna->id, "a3", "2026-01-03 00:00:00Z"));
	aet_session_free(add_session(carl->id, "c1", "2026-01-01 00:00:00Z"));
	fine(aet_session_list_by_users(db, ids, 3, 2, &list, &err));
	ck_assert_uint_eq(list->len, 3);
	ck_assert_uint_eq(aet_session_list_of_user(list, carl->id, &first), 1);
	ck_assert_str_eq(first->refresh_token_jti, "c1");
	ck_assert_uint_eq(aet_session_list_of_user(list, bert->id, &first), 0);
	ck_assert_ptr_null(first);
	ck_assert_uint_eq(aet_session_list_of_user(list, anna->id, &first), 2);
	ck_assert_str_eq(first[0].refresh_token_jti, "a3");
	ck_assert_str_eq(first[1].refresh_token_jti, "a2");
	aet_session_list_free(list);
	aet_user_free(anna);
	aet_user_free(bert);
	aet_user_free(carl);
}
END_TEST

START_TEST(entries_of_many_actors)
{
	aet_user *anna = add_user("a@x.org", "anna");
	aet_new_audit_entry entries[] = { { .event_type =
						  AET_AUDIT_EVENT_TYPE_USER_LOGIN },
		{ .event_type_text = "gm.teleport",
		    .actor_id = aet_set_user_id(anna->id) } };
	aet_audit_entry_list *list = NULL;
	const aet_audit_entry *first = NULL;

	fine(aet_audit_entry_insert_all(db, entries, 2, &list, &err));
	ck_assert(!list->items[0].actor_id.has_value);
	ck_assert_int_eq(list->items[1].event_type, AET_AUDIT_EVENT_TYPE_INVALID);
	ck_assert_str_eq(list->items[1].event_type_text, "gm.teleport");
	aet_audit_entry_list_free(list);
	fine(aet_audit_entry_list_by_actors(db, &anna->id, 1, 0, &list, &err));
	ck_assert_uint_eq(list->len, 1);
	ck_assert_uint_eq(aet_audit_entry_list_of_actor(list, anna->id, &first), 1);
	ck_assert_str_eq(first->event_type_text, "gm.teleport");
	aet_audit_entry_list_free(list);
	aet_user_free(anna);
}
END_TEST

static void
add(TCase *tcase)
{
	tcase_add_test(tcase, many_by_key_in_the_order_asked);
	tcase_add_test(tcase, pages_go_on_among_ties);
	tcase_add_test(tcase, limits_have_bounds);
	tcase_add_test(tcase, relations_both_ways);
	tcase_add_test(tcase, children_of_many_parents);
	tcase_add_test(tcase, entries_of_many_actors);
}

static Suite *
make_suite(void)
{
	return test_models_suite("models_lists", add);
}

int
main(void)
{
	return test_main(make_suite);
}
