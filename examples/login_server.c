/* SPDX-License-Identifier: MIT */
/*
 * How does a game server let players register, log in and stay logged in? A
 * line is a request, its answer is a line; no SQL, no hashing, no audit entry
 * is the server's own business.
 *
 *	register EMAIL USERNAME PASSWORD
 *	login USERNAME|EMAIL PASSWORD       (answers with a refresh token)
 *	refresh TOKEN                       (answers with the next one)
 *	logout | delete                     (who logged in last)
 *	events                              (answers with the audit log)
 */
#include <string.h>

#include "example.h"

/* What a server has for each connection. */
typedef struct client {
	aet_request request;
	aet_login login;
} client;

/* The oldest first: a page of the newest, read backwards. */
static aet_status
print_events(aet_db *db, aet_error *err)
{
	aet_audit_entry_list *list = NULL;
	aet_status status = aet_audit_entry_list_newest(db, NULL, &list, err);

	for (size_t i = status == AET_OK ? list->len : 0; i-- > 0;)
		printf("%s ", list->items[i].event_type_text);
	aet_audit_entry_list_free(list);
	return status;
}

/* Does what the words ask for; *token is to be told to the client. */
static aet_status
serve(
    aet_db *db, client *c, const char *const word[4], const char **token, aet_error *err)
{
	aet_registration registration = AET_REGISTRATION_INIT;
	aet_credentials credentials = AET_CREDENTIALS_INIT;
	aet_throttle throttle = AET_THROTTLE_INIT; /* 10 failures in 15 minutes */
	aet_refresh refresh = AET_REFRESH_INIT;

	if (strcmp(word[0], "register") == 0) {
		registration.email = word[1];
		registration.username = word[2];
		registration.password = word[3];
		return aet_account_register(db, &registration, &c->request, NULL, err);
	}
	if (strcmp(word[0], "login") == 0) {
		credentials.login = word[1];
		credentials.password = word[2];
		credentials.throttle = &throttle;
		*token = c->login.refresh_token;
		return aet_account_authenticate(
		    db, &credentials, &c->request, &c->login, err);
	}
	if (strcmp(word[0], "refresh") == 0) {
		refresh.token = word[1];
		*token = c->login.refresh_token;
		return aet_session_refresh(db, &refresh, &c->request, &c->login, err);
	}
	if (strcmp(word[0], "logout") == 0)
		return aet_account_log_out(db, c->login.session_id, &c->request, err);
	if (strcmp(word[0], "delete") == 0)
		return aet_account_delete(db, c->login.user_id, &c->request, err);
	if (strcmp(word[0], "events") == 0)
		return print_events(db, err);
	return aet_error_set(err, AET_EINVAL, "no request is called so");
}

int
main(void)
{
	client c = { AET_REQUEST_INIT, AET_LOGIN_INIT };
	aet_error err = { 0 };
	aet_db *db = open_database();
	char line[2048];

	if (aet_db_migrate(db, NULL, NULL, &err) != AET_OK)
		die("migrate", &err);
	c.request.ip_address = "192.0.2.7";
	c.request.user_agent = "login_server";
	while (fgets(line, sizeof(line), stdin) != NULL) {
		const char *word[4] = { "", "", "", "" };
		const char *token = "";
		char *next = strtok(line, " \n");

		for (int i = 0; i < 4 && next != NULL; i++, next = strtok(NULL, " \n"))
			word[i] = next;
		if (serve(db, &c, word, &token, &err) == AET_OK)
			printf("ok %s\n", token);
		else
			printf("%s: %s\n", aet_status_name(err.status), err.message);
		fflush(stdout);
	}
	aet_db_close(&db);
	return EXIT_SUCCESS;
}
