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

static aet_status
log_in(
    aet_db *db, const char *email, const char *password, aet_user **out, aet_error *err)
{
	aet_user_credentials_by_email_row *credentials = NULL;
	aet_user_id id;
	aet_status status;

	status = aet_user_credentials_by_email(db, email, &credentials, err);
	if (status == AET_ENOTFOUND)
		return aet_password_verify_nobody(NULL, password, err);
	if (status != AET_OK)
		return status;
	status =
	    aet_password_verify(NULL, credentials->password_hash, password, NULL, err);
	id = credentials->id;
	aet_user_credentials_by_email_row_free(credentials);
	if (status != AET_OK)
		return status;
	return aet_user_find(db, id, out, err);
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
		printf("welcome, %s\n", player->username);
	aet_user_free(player);
	aet_db_close(&db);
	return status == AET_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
