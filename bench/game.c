/* SPDX-License-Identifier: MIT */
#include "game.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

/* ROLES: tools/aet-db/roles/roles.sql, from meson. */
static char *
read_roles(void)
{
	char *text = calloc(1, 65536);
	FILE *file = fopen(ROLES, "r");

	if (text == NULL || file == NULL || fread(text, 1, 65535, file) == 0) {
		free(text);
		text = NULL;
	}
	if (file != NULL)
		fclose(file);
	return text;
}

char *
bench_game_url(const aet_ephemeral *server, const char *role)
{
	const char *url = aet_ephemeral_url(server);
	PGconn *connection = PQconnectdb(url);
	char *sql = read_roles();
	PGresult *result = sql != NULL ? PQexec(connection, sql) : NULL;
	size_t size = strlen(url) + strlen(role) + sizeof("&user=");
	char *made = malloc(size);

	if (PQresultStatus(result) != PGRES_COMMAND_OK || made == NULL) {
		fprintf(stderr, "the roles: %s\n", PQerrorMessage(connection));
		free(made);
		made = NULL;
	} else {
		snprintf(made, size, "%s&user=%s", url, role);
	}
	PQclear(result);
	PQfinish(connection);
	free(sql);
	return made;
}
