/* SPDX-License-Identifier: MIT */
/*
 * How does a player register, and how log in? Hash, insert, and tell a taken
 * name from any other failure; then find the hash by its own query, verify,
 * and let an unknown user cost as much as a wrong password.
 *
 *	register_login EMAIL USERNAME   (the password is read from stdin)
 */
#include <string.h>

#include "example.h"

/* The hash is made before a connection is taken: it costs a quarter of a second. */
static aet_status
register_player(aet_db *db, const char *email, const char *username, const char *password,
    aet_error *err)
{
	char hash[AET_PASSWORD_HASH_SIZE];
	aet_new_user player = {
		.email = email, .username = username, .password_hash = hash
	};
	aet_status status = aet_password_hash(NULL, password, hash, err);

	if (status != AET_OK)
		return status;
	return aet_user_insert(db, &player, NULL, err);
}

/* AET_EMISMATCH for a wrong password and for an unknown e-mail alike. */
static aet_status
log_in(
    aet_db *db, const char *email, const char *password, aet_user **out, aet_error *err)
{
	aet_user_credentials_by_email_row *credentials = NULL;
	aet_status status = aet_user_credentials_by_email(db, email, &credentials, err);

	if (status == AET_ENOTFOUND)
		return aet_password_verify_nobody(NULL, password, err);
	if (status != AET_OK)
		return status;
	status =
	    aet_password_verify(NULL, credentials->password_hash, password, NULL, err);
	if (status == AET_OK)
		status = aet_user_find(db, credentials->id, out, err);
	aet_user_credentials_by_email_row_free(credentials);
	return status;
}

static void
greet(const aet_user *player)
{
	if (player->status == AET_USER_STATUS_ACTIVE)
		printf("welcome, %s\n", player->username);
	else
		printf("%s is %s\n", player->username, player->status_text);
}

int
main(int argc, char **argv)
{
	char password[AET_PASSWORD_MAX + 2];
	aet_error err = { 0 };
	aet_user *player = NULL;
	aet_status status;
	aet_db *db;

	if (argc != 3 || fgets(password, sizeof(password), stdin) == NULL) {
		fprintf(stderr, "usage: register_login EMAIL USERNAME < password\n");
		return 2;
	}
	password[strcspn(password, "\n")] = '\0';
	db = open_database();

	/* Whose the name is already may still know the password: no reason to stop. */
	status = register_player(db, argv[1], argv[2], password, &err);
	if (status == AET_ECONFLICT)
		printf("%s is taken\n", strcmp(err.constraint, "users_email_unique") == 0
					    ? argv[1]
					    : argv[2]);
	else if (status != AET_OK)
		die("register", &err);

	status = log_in(db, argv[1], password, &player, &err);
	if (status == AET_EMISMATCH)
		printf("wrong e-mail or password\n");
	else if (status != AET_OK)
		die("log in", &err);
	else
		greet(player);
	aet_user_free(player);
	aet_db_close(&db);
	return status == AET_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
