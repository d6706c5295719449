/* SPDX-License-Identifier: MIT */
/*
 * What does a tool of one's own look like? It includes <aeturnis/db.h>, links
 * with pkg-config's aeturnis-db, and reads typed rows:
 *
 *	cc list_users.c $(pkg-config --cflags --libs aeturnis-db)
 */
#include <stdio.h>
#include <stdlib.h>

#include <aeturnis/db.h>

static void
show(const aet_user *user)
{
	char id[AET_UUID_TEXT_SIZE];
	char since[AET_TIMESTAMP_TEXT_SIZE];

	aet_uuid_format(user->id.uuid, id);
	aet_timestamp_format(user->created_at, since);
	printf(
	    "%s  %-10s %-20s %-8s", id, user->username, user->email, user->status_text);
	for (size_t i = 0; i < user->roles_text.len; i++)
		printf("%s%s", i == 0 ? " " : ",", user->roles_text.items[i]);
	printf("  since %s\n", since);
}

int
main(void)
{
	aet_user_list *users = NULL;
	aet_error err = { 0 };
	aet_db *db = NULL;

	if (aet_db_open(NULL, &db, &err) != AET_OK ||
	    aet_user_list_newest(db, NULL, &users, &err) != AET_OK) {
		fprintf(stderr, "list_users: %s\n", err.message);
		aet_db_close(&db);
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < users->len; i++)
		show(&users->items[i]);
	aet_user_list_free(users);
	aet_db_close(&db);
	return EXIT_SUCCESS;
}
