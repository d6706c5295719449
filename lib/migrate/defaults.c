/* SPDX-License-Identifier: MIT */
#include "migrate/defaults.h"

#include "core/error.h"
#include "core/memory.h"

/* The most special one counts (PostgreSQL manual, "Setting Parameters"): role and
 * database, role, database, all. */
#define SETTINGS                                                                 \
	"(SELECT DISTINCT ON (s.name) s.name, s.value FROM (SELECT"              \
	" pg_catalog.split_part(c, '=', 1) AS name,"                             \
	" pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1) AS value,"         \
	" (d.setrole <> 0)::integer * 2 + (d.setdatabase <> 0)::integer AS rank" \
	" FROM pg_catalog.pg_db_role_setting AS d,"                              \
	" LATERAL pg_catalog.unnest(d.setconfig) AS c"                           \
	" WHERE d.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database"    \
	" WHERE datname = pg_catalog.current_database()))"                       \
	" AND d.setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles"             \
	" WHERE rolname = session_user))) AS s ORDER BY s.name, s.rank DESC) AS n"

static const char list[] =
    "SELECT COALESCE(pg_catalog.jsonb_object_agg(n.name, n.value), '{}') FROM " SETTINGS;

/* A name that the server does not know is a custom one, "game.season". */
static const char apply[] =
    "SELECT pg_catalog.count(pg_catalog.set_config(n.name, n.value, false))"
    " FROM " SETTINGS " LEFT JOIN pg_catalog.pg_settings AS p"
    " ON pg_catalog.lower(p.name) = pg_catalog.lower(n.name)"
    " WHERE ($1::jsonb ->> n.name) IS DISTINCT FROM n.value"
    " AND (p.context = 'user' OR (p.name IS NULL AND pg_catalog.strpos(n.name, '.') > 0)"
    " OR (p.context = 'superuser' AND (SELECT rolsuper FROM pg_catalog.pg_roles"
    " WHERE rolname = session_user)))";

aet_status
aet__defaults_read(aet__connection *connection, char **out, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status =
	    aet__connection_query(connection, list, NULL, 0, AET__NEVER, &result, err);
	char *text;

	if (status != AET_OK)
		return status;
	text = aet__memory_text(aet__result_text(result, 0, 0));
	aet__result_free(result);
	if (text == NULL)
		return aet__error_memory(err);
	*out = text;
	return AET_OK;
}

aet_status
aet__defaults_apply(aet__connection *connection, const char *began, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status =
	    aet__connection_query(connection, apply, &began, 1, AET__NEVER, &result, err);

	aet__result_free(result);
	return status;
}
