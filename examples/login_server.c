/* SPDX-License-Identifier: MIT */
/*
 * How does a game server let players register, log in and stay logged in? A
 * line is a request, its answer is a line; no SQL, no hashing, no audit entry
 * is the server's own business.
 *
 *	register EMAIL USERNAME PASSWORD
 *	login USERNAME|EMAIL PASSWORD       (answers with a refresh token)
 *	refresh [TOKEN]                     (the last one, if none is given)
 *	logout | delete                     (who logged in last)
 *	events                              (the audit log)
 */
#include <string.h>

#include "example.h"

typedef struct server {
	aet_db *db;
	aet_request request; /* a real server fills it from each connection */
	aet_login login;     /* the last one */
} server;

static aet_status
on_register(server *s, const char *const *word, aet_error *err)
{
	aet_registration registration = AET_REGISTRATION_INIT;

	registration.email = word[1];
	registration.username = word[2];
	registration.password = word[3];
	return aet_account_register(s->db, &registration, &s->request, NULL, err);
}

static aet_status
on_login(server *s, const char *const *word, aet_error *err)
{
	aet_credentials credentials = AET_CREDENTIALS_INIT;
	aet_throttle throttle = AET_THROTTLE_INIT;

	credentials.login = word[1];
	credentials.password = word[2];
	credentials.throttle = &throttle;
	return aet_account_authenticate(s->db, &credentials, &s->request, &s->login, err);
}

static aet_status
on_refresh(server *s, const char *const *word, aet_error *err)
{
	aet_refresh refresh = AET_REFRESH_INIT;

	refresh.token = word[1][0] != '\0' ? word[1] : s->login.refresh_token;
	return aet_session_refresh(s->db, &refresh, &s->request, &s->login, err);
}

static aet_status
on_logout(server *s, const char *const *word, aet_error *err)
{
	(void)word;
	return aet_account_log_out(s->db, s->login.session_id, &s->request, err);
}

static aet_status
on_delete(server *s, const char *const *word, aet_error *err)
{
	(void)word;
	return aet_account_delete(s->db, s->login.user_id, &s->request, err);
}

static aet_status
on_events(server *s, const char *const *word, aet_error *err)
{
	aet_audit_entry_list *list = NULL;
	aet_status status = aet_audit_entry_list_newest(s->db, NULL, &list, err);

	(void)word;
	for (size_t i = status == AET_OK ? list->len : 0; i-- > 0;)
		printf("%s ", list->items[i].event_type_text);
	aet_audit_entry_list_free(list);
	return status;
}

static const struct command {
	const char *name;
	aet_status (*run)(server *s, const char *const *word, aet_error *err);
} commands[] = { { "register", on_register }, { "login", on_login },
	{ "refresh", on_refresh }, { "logout", on_logout }, { "delete", on_delete },
	{ "events", on_events } };

/* Splits the line into words and answers. */
static void
serve(server *s, char *line)
{
	const char *word[4] = { "", "", "", "" };
	aet_error err = { 0 };

	for (size_t i = 0; i < 4 && (line = strtok(i == 0 ? line : NULL, " \n")); i++)
		word[i] = line;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(word[0], commands[i].name) != 0)
			continue;
		if (commands[i].run(s, word, &err) == AET_OK)
			printf("ok %s\n", i == 1 || i == 2 ? s->login.refresh_token : "");
		else
			printf("%s: %s\n", aet_status_name(err.status), err.message);
	}
}

int
main(void)
{
	server s = { .request = AET_REQUEST_INIT, .login = AET_LOGIN_INIT };
	char line[2048];
	aet_error err = { 0 };

	s.db = open_database();
	if (aet_db_migrate(s.db, NULL, NULL, &err) != AET_OK)
		die("migrate", &err);
	s.request.ip_address = "192.0.2.7";
	s.request.user_agent = "login_server";
	while (fgets(line, sizeof(line), stdin) != NULL)
		serve(&s, line);
	aet_db_close(&s.db);
	return EXIT_SUCCESS;
}
