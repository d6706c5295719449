/* SPDX-License-Identifier: MIT */
/*
 * What `aet-db roles --apply` has given in a database is no part of a schema: a plan
 * that took it back would lock the game out. It is left alone where it was applied,
 * as the owner of schema public tells.
 */
#include <string.h>

#include "change/change.h"

static const char *const roles[] = { "aeturnis_owner", "aeturnis_migrator",
	"aeturnis_app", "aeturnis_maintenance", "aeturnis_reader" };

static bool
is_role(const char *word, size_t len)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (len == strlen(roles[i]) && memcmp(word, roles[i], len) == 0)
			return true;
	return false;
}

static bool
names_role(const char *name)
{
	while (*name != '\0') {
		size_t len = strcspn(name, " ");

		if (is_role(name, len))
			return true;
		name += len + (name[len] == ' ');
	}
	return false;
}

/* What everybody has of old in the schemas that roles.sql is about. */
static bool
is_closed_to_public(const char *name)
{
	const char *who = strrchr(name, ' ');

	return who != NULL && strcmp(who, " PUBLIC") == 0 &&
	       (strncmp(name, "SCHEMA public ", 14) == 0 ||
		   strstr(name, " aeturnis.") != NULL ||
		   strncmp(name, "SCHEMA aeturnis ", 16) == 0);
}

bool
change_is_right_of_roles(const diff_object *object)
{
	if (diff_is(object, "grant") || diff_is(object, "default grant"))
		return names_role(object->name);
	if (diff_is(object, "withheld grant"))
		return is_closed_to_public(object->name) || names_role(object->name);
	return diff_is(object, "owner") &&
	       (strcmp(object->name, "SCHEMA public") == 0 ||
		   (object->detail != NULL &&
		       is_role(object->detail, strlen(object->detail))));
}

aet_status
change_leave_roles(change *work, aet__connection *connection, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(connection,
	    "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'public'"
	    " AND pg_catalog.pg_get_userbyid(nspowner) = 'aeturnis_owner')",
	    NULL, 0, work->deadline, &result, err);

	if (status != AET_OK)
		return status;
	work->leaves_roles = work->leaves_roles || aet__result_bool(result, 0, 0);
	aet__result_free(result);
	return AET_OK;
}
