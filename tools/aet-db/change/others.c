/* SPDX-License-Identifier: MIT */
/* What is nobody's business here: other migrators' tables, and what they made. */
#include <stdint.h>

#include "change/change.h"

void
change_leave(change *work, const char *name)
{
	diff_lookup_add(work->memory, &work->left_alone, name, (void *)(uintptr_t)name);
}

void
change_leave_journal(change *work, const char *journal)
{
	static const char *const tables[] = { "schema_migrations", "schema_objects",
		"schema_servers", NULL };
	aet__text quoted = { 0 };
	const char *schema;

	/* Facts quote only what must be. */
	aet__text_add_identifier(&quoted, journal);
	schema = codegen_keep(work->memory, &quoted);
	for (size_t i = 0; tables[i] != NULL; i++) {
		change_leave(
		    work, codegen_format(work->memory, "%s.%s", schema, tables[i]));
		change_leave(
		    work, codegen_format(work->memory, "%s.%s", journal, tables[i]));
	}
	change_leave(work, "drizzle.__drizzle_migrations");
	change_leave(work, "drizzle.__drizzle_migrations_id_seq");
}

static aet_status
has_table(change *work, aet__connection *connection, const char *journal,
    const char *table, bool *has, aet_error *err)
{
	const char *const parameters[] = { journal, table };
	aet__result *result = NULL;
	aet_status status = aet__connection_query(connection,
	    "SELECT EXISTS (SELECT FROM pg_catalog.pg_class AS c"
	    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
	    " WHERE n.nspname = $1 AND c.relname = $2)",
	    parameters, 2, work->deadline, &result, err);

	if (status != AET_OK)
		return status;
	*has = aet__result_bool(result, 0, 0);
	aet__result_free(result);
	return AET_OK;
}

static aet_status
ask(change *work, aet__connection *connection, const char *begin, const char *journal,
    const char *end, const char *source, aet__result **out, aet_error *err)
{
	aet__text sql = { 0 };

	aet__text_add(&sql, begin);
	aet__text_add_identifier(&sql, journal);
	aet__text_add(&sql, end);
	return aet__connection_query(connection, codegen_keep(work->memory, &sql),
	    &source, 1, work->deadline, out, err);
}

aet_status
change_has_history(change *work, aet__connection *connection, const char *journal,
    const char *source, bool *has, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status =
	    has_table(work, connection, journal, "schema_migrations", has, err);

	if (status != AET_OK || !*has)
		return status;
	status = ask(work, connection, "SELECT EXISTS (SELECT FROM ", journal,
	    ".schema_migrations WHERE source = $1)", source, &result, err);
	if (status != AET_OK)
		return status;
	*has = aet__result_bool(result, 0, 0);
	aet__result_free(result);
	return AET_OK;
}

aet_status
change_leave_others(change *work, aet__connection *connection, const char *journal,
    const char *source, aet_error *err)
{
	aet__result *result = NULL;
	bool has = false;
	aet_status status =
	    has_table(work, connection, journal, "schema_objects", &has, err);

	if (status == AET_OK && has)
		status = ask(work, connection, "SELECT identity FROM ", journal,
		    ".schema_objects WHERE source <> $1", source, &result, err);
	if (!has || status != AET_OK)
		return status;
	for (size_t row = 0; row < aet__result_rows(result); row++)
		change_leave(
		    work, codegen_copy(work->memory, aet__result_text(result, row, 0)));
	aet__result_free(result);
	return AET_OK;
}
