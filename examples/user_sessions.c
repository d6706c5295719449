/* SPDX-License-Identifier: MIT */
/*
 * Which sessions does a user have? One user's, newest first; and those of many
 * users in one round trip.
 *
 *	user_sessions EMAIL
 */
#include "example.h"

#define MONTH_US (INT64_C(30) * 24 * 3600 * 1000000)

/* What is there from an earlier run stays: a refresh token's id is unique. */
static void
add_session(aet_db *db, aet_user_id user, const char *token_id)
{
	aet_new_session session = {
		.user_id = user,
		.refresh_token_jti = token_id,
		.expires_at = { aet_timestamp_now().us + MONTH_US },
	};
	aet_error err = { 0 };
	aet_status status = aet_session_insert(db, &session, NULL, &err);

	if (status != AET_OK && status != AET_ECONFLICT)
		die("insert a session", &err);
}

static void
show_one_users(aet_db *db, const aet_user *user)
{
	char expires[AET_TIMESTAMP_TEXT_SIZE];
	aet_session_list *sessions = NULL;
	aet_error err = { 0 };

	if (aet_user_sessions(db, user, NULL, &sessions, &err) != AET_OK)
		die("list sessions", &err);
	printf("%s:\n", user->username);
	for (size_t i = 0; i < sessions->len; i++) {
		aet_timestamp_format(sessions->items[i].expires_at, expires);
		printf("  %s, until %s\n", sessions->items[i].refresh_token_jti, expires);
	}
	aet_session_list_free(sessions);
}

/* Two round trips, however many users there are: not one for each. */
static void
count_everyones(aet_db *db)
{
	const aet_user_page page = { .limit = 50 };
	aet_user_list *users = NULL;
	aet_session_list *sessions = NULL;
	const aet_session *newest;
	aet_user_id ids[50];
	aet_error err = { 0 };

	if (aet_user_list_newest(db, &page, &users, &err) != AET_OK)
		die("list users", &err);
	for (size_t i = 0; i < users->len; i++)
		ids[i] = users->items[i].id;
	if (aet_session_list_by_users(db, ids, users->len, 10, &sessions, &err) != AET_OK)
		die("list their sessions", &err);
	for (size_t i = 0; i < users->len; i++) {
		size_t count = aet_session_list_of_user(sessions, ids[i], &newest);

		printf("%s: %zu sessions\n", users->items[i].username, count);
		if (count > 0)
			printf("  the newest: %s\n", newest->refresh_token_jti);
	}
	aet_session_list_free(sessions);
	aet_user_list_free(users);
}

int
main(int argc, char **argv)
{
	aet_error err = { 0 };
	aet_user *user = NULL;
	aet_db *db;

	if (argc != 2) {
		fprintf(stderr, "usage: user_sessions EMAIL\n");
		return 2;
	}
	db = open_database();
	if (aet_user_find_by_email(db, argv[1], &user, &err) != AET_OK)
		die("find the user", &err);
	add_session(db, user->id, "example-phone");
	add_session(db, user->id, "example-desktop");
	show_one_users(db, user);
	count_everyones(db);
	aet_user_free(user);
	aet_db_close(&db);
	return EXIT_SUCCESS;
}
