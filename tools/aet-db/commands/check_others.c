/* SPDX-License-Identifier: MIT */
/* What migrations of other sources made is expected, whatever is compared with. */
#include <stdlib.h>
#include <string.h>

#include "commands/checking.h"
#include "core/deadline.h"
#include "core/error.h"
#include "core/memory.h"
#include "migrate/journal_sql.h"
#include "pg/connection.h"

#define ANSWER_MS 30000

/* A table's own sequences go with it, and are not in the journal. Function's
 * arguments are written in one way here and in another there. */
static const char list[] =
    "SELECT pg_catalog.replace(pg_catalog.split_part(o.identity, '(', 1), '\"', '')"
    " FROM {journal}.schema_objects AS o WHERE o.source <> $1"
    " UNION SELECT pg_catalog.concat(n.nspname, '.', s.relname)"
    " FROM {journal}.schema_objects AS o"
    " JOIN pg_catalog.pg_depend AS d ON d.refobjid = pg_catalog.to_regclass(o.identity)"
    " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    " AND d.classid = d.refclassid AND d.deptype IN ('a', 'i')"
    " JOIN pg_catalog.pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = s.relnamespace"
    " WHERE o.source <> $1 AND o.kind = 'table'";

static aet_status
take(const aet__result *result, checking_others *out, aet_error *err)
{
	size_t count = aet__result_rows(result);

	out->names = aet__memory_array(count, sizeof(*out->names));
	if (out->names == NULL)
		return aet__error_memory(err);
	for (; out->count < count; out->count++) {
		out->names[out->count] =
		    aet__memory_text(aet__result_text(result, out->count, 0));
		if (out->names[out->count] == NULL)
			return aet__error_memory(err);
	}
	return AET_OK;
}

aet_status
checking_others_read(const char *url, const char *journal, const char *source,
    checking_others *out, aet_error *err)
{
	aet__deadline deadline = aet__deadline_in(ANSWER_MS);
	aet__connection_options opts = { .url = url, .application_name = "aet-db" };
	aet__connection *connection = NULL;
	aet__result *result = NULL;
	aet_error failed = { 0 };
	aet_status status = aet__connection_open(&opts, deadline, &connection, &failed);

	if (status == AET_OK)
		status = aet__journal_query(
		    connection, journal, list, &source, 1, deadline, &result, &failed);
	if (status == AET_OK)
		status = take(result, out, &failed);
	else if (strcmp(failed.sqlstate, "42P01") == 0 ||
		 strcmp(failed.sqlstate, "3F000") == 0)
		status = AET_OK; /* no journal: nobody made anything */
	aet__result_free(result);
	aet__connection_close(connection);
	if (status != AET_OK && err != NULL)
		*err = failed;
	return status;
}

/* Behind "table", "materialized view", ... */
static bool
names(const char *object, const char *name)
{
	size_t len = strcspn(object, "(");
	size_t name_len = strlen(name);

	return len > name_len && object[len - name_len - 1] == ' ' &&
	       memcmp(object + len - name_len, name, name_len) == 0;
}

bool
checking_others_made(const checking_others *others, const char *object)
{
	if (strstr(object, " on ") != NULL) /* it is on something that was compared */
		return false;
	for (size_t i = 0; i < others->count; i++)
		if (names(object, others->names[i]))
			return true;
	return false;
}

void
checking_others_free(checking_others *others)
{
	for (size_t i = 0; i < others->count; i++)
		free(others->names[i]);
	free(others->names);
	*others = (checking_others){ 0 };
}
