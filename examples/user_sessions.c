/* SPDX-License-Identifier: MIT */
/*
 * Which sessions does a user have? One user's, newest first; and those of many
 * users in one round trip.
 *
 *	user_sessions EMAIL
 */
#include "example.h"

static void
add_session(aet_db *db, aet_user_id user, const char *jti)
{
	aet_new_session session = { .user_id = user, .refresh_token_jti = jti };
	aet_error err = { 0 };

	session.expires_at = aet_timestamp_now();
	session.expires_at.us += INT64_C(30) * 86400 * 1000000;
	if (aet_session_insert(db, &session, NULL, &err) != AET_OK &&
	    err.status != AET_ECONFLICT)
		die("insert a session", &err);
}

static void
show(const aet_session *session)
{
	char expires[AET_TIMESTAMP_TEXT_SIZE];

	aet_timestamp_format(session->expires_at, expires);
	printf("  %s, until %s\n", session->refresh_token_jti, expires);
}

static void
show_everybodys(aet_db *db)
{
	aet_user_list *users = NULL;
	aet_session_list *sessions = NULL;
	aet_user_id ids[50];
	aet_error err = { 0 };

	if (aet_user_list_newest(db, NULL, &users, &err) != AET_OK)
		die("list users", &err);
	for (size_t i = 0; i < users->len; i++)
		ids[i] = users->items[i].id;
	if (aet_session_list_by_users(db, ids, users->len, 10, &sessions, &err) != AET_OK)
		die("list their sessions", &err);
	for (size_t i = 0; i < users->len; i++) {
		const aet_session *first = NULL;
		size_t count = aet_session_list_of_user(sessions, ids[i], &first);

		printf("%s: %zu sessions\n", users->items[i].username, count);
	}
	aet_session_list_free(sessions);
	aet_user_list_free(users);
}

int
main(int argc, char **argv)
{
	aet_db *db = open_database();
	aet_error err = { 0 };
	aet_user *user = NULL;
	aet_session_list *sessions = NULL;

	if (argc != 2) {
		fprintf(stderr, "usage: user_sessions EMAIL\n");
		return 2;
	}
	if (aet_user_find_by_email(db, argv[1], &user, &err) != AET_OK)
		die("find the user", &err);
	add_session(db, user->id, "example-phone");
	add_session(db, user->id, "example-desktop");

	if (aet_user_sessions(db, user, NULL, &sessions, &err) != AET_OK)
		die("list sessions", &err);
	printf("%s:\n", user->username);
	for (size_t i = 0; i < sessions->len; i++)
		show(&sessions->items[i]);
	aet_session_list_free(sessions);
	aet_user_free(user);

	show_everybodys(db);
	aet_db_close(&db);
	return EXIT_SUCCESS;
}
