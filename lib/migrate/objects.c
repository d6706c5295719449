/* SPDX-License-Identifier: MIT */
#include "migrate/objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "migrate/journal_sql.h"

#define NUMBER_SIZE 24

/* on_table: of an index, its table. pg_depend (PostgreSQL manual): 'i' goes
 * with what it is part of, 'e' with its extension, 'P' and 'S' with the whole
 * partition tree's, 'a' with the column or the parent that it depends on. */
#define OBJECTS                                                                    \
	"SELECT o.classid, o.objid, o.on_table, i.type AS kind, i.identity FROM (" \
	"SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid AS classid,"       \
	" c.oid AS objid, c.relnamespace AS home, x.indrelid AS on_table"          \
	" FROM pg_catalog.pg_class AS c"                                           \
	" LEFT JOIN pg_catalog.pg_index AS x ON x.indexrelid = c.oid"              \
	" WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')"             \
	" UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass,"             \
	" oid, typnamespace, NULL FROM pg_catalog.pg_type"                         \
	" UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass,"             \
	" oid, pronamespace, NULL FROM pg_catalog.pg_proc"                         \
	" UNION ALL SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass,"        \
	" oid, oid, NULL FROM pg_catalog.pg_namespace"                             \
	" UNION ALL SELECT 'pg_catalog.pg_extension'::pg_catalog.regclass,"        \
	" oid, 0, NULL FROM pg_catalog.pg_extension"                               \
	") AS o LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = o.home"          \
	" CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.classid, o.objid, 0)" \
	" AS i WHERE (n.nspname IS NULL OR (n.nspname !~ '^pg_'"                   \
	" AND n.nspname <> 'information_schema'))"                                 \
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d"                   \
	" WHERE d.classid = o.classid AND d.objid = o.objid AND d.objsubid = 0"    \
	" AND (d.deptype IN ('i', 'e', 'P', 'S') OR (d.deptype = 'a'"              \
	" AND o.on_table IS NULL)))"

#define BEFORE                                                                           \
	"before AS MATERIALIZED (SELECT * FROM pg_catalog.jsonb_to_recordset($1::jsonb)" \
	" AS b(classid oid, objid oid, on_table oid, kind text, identity text))"

static const char list[] =
    "SELECT COALESCE(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(o)), '[]')"
    " FROM (" OBJECTS ") AS o";

/* Takes out what is gone or was renamed. In one row: what that is called now, what
 * is new, and all there is. EXCEPT hashes, however many rows are expected of a
 * recordset; a join might compare each with each. */
static const char take_out[] =
    "WITH " BEFORE ", after AS MATERIALIZED (" OBJECTS "),"
    " changed AS (SELECT b.classid, b.objid, b.kind, b.identity FROM before AS b"
    " EXCEPT SELECT a.classid, a.objid, a.kind, a.identity FROM after AS a),"
    " fresh AS (SELECT a.classid, a.objid FROM after AS a"
    " EXCEPT SELECT b.classid, b.objid FROM before AS b),"
    " taken AS (DELETE FROM {journal}.schema_objects AS s USING changed AS c"
    " WHERE s.kind = c.kind AND s.identity = c.identity"
    " RETURNING s.source, s.version, c.classid, c.objid)"
    " SELECT (SELECT COALESCE(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object("
    "'source', t.source, 'version', t.version, 'kind', a.kind, 'identity', a.identity)),"
    " '[]') FROM taken AS t JOIN after AS a USING (classid, objid)),"
    " (SELECT COALESCE(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(a)), '[]')"
    " FROM fresh AS f JOIN after AS a USING (classid, objid)),"
    " (SELECT COALESCE(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(a)), '[]')"
    " FROM after AS a)";

/* An index is told of only where its table will not take it along: a table that
 * was there before ($5), and that no migration made. */
static const char put_in[] =
    "WITH before AS (SELECT * FROM pg_catalog.jsonb_to_recordset($5::jsonb)"
    " AS b(objid oid, kind text, identity text))"
    " INSERT INTO {journal}.schema_objects (source, version, kind, identity)"
    " SELECT r.source, r.version, r.kind, r.identity"
    " FROM pg_catalog.jsonb_to_recordset($1::jsonb)"
    " AS r(source text, version bigint, kind text, identity text)"
    " UNION ALL SELECT $3, $4::bigint, a.kind, a.identity"
    " FROM pg_catalog.jsonb_to_recordset($2::jsonb)"
    " AS a(on_table oid, kind text, identity text)"
    " WHERE a.on_table IS NULL OR EXISTS (SELECT FROM before AS b"
    " WHERE b.objid = a.on_table AND b.kind IN ('table', 'materialized view')"
    " AND NOT EXISTS (SELECT FROM {journal}.schema_objects AS s"
    " WHERE s.kind = b.kind AND s.identity = b.identity))";

aet_status
aet__objects_list(aet__connection *connection, char **out, aet_error *err)
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
aet__objects_record(aet__connection *connection, const char *journal, const char *source,
    int64_t version, const char *before, char **after, aet_error *err)
{
	char version_text[NUMBER_SIZE];
	const char *parameters[] = { NULL, NULL, source, version_text, before };
	aet__result *changes = NULL;
	aet__result *result = NULL;
	char *now = NULL;
	aet_status status = aet__journal_query(
	    connection, journal, take_out, &before, 1, AET__NEVER, &changes, err);

	if (status != AET_OK)
		return status;
	snprintf(version_text, sizeof(version_text), "%lld", (long long)version);
	parameters[0] = aet__result_text(changes, 0, 0);
	parameters[1] = aet__result_text(changes, 0, 1);
	now = aet__memory_text(aet__result_text(changes, 0, 2));
	if (now == NULL)
		status = aet__error_memory(err);
	else if (strcmp(parameters[0], "[]") != 0 || strcmp(parameters[1], "[]") != 0)
		status = aet__journal_query(
		    connection, journal, put_in, parameters, 5, AET__NEVER, &result, err);
	aet__result_free(changes);
	aet__result_free(result);
	if (status == AET_OK)
		*after = now;
	else
		free(now);
	return status;
}

aet_status
aet__objects_add_table(aet__connection *connection, const char *journal,
    const char *source, int64_t version, const char *schema, const char *table,
    aet_error *err)
{
	char version_text[NUMBER_SIZE];
	const char *const parameters[] = { schema, table, source, version_text };
	aet__result *result = NULL;
	aet_status status;

	snprintf(version_text, sizeof(version_text), "%lld", (long long)version);
	status = aet__journal_query(connection, journal,
	    "INSERT INTO {journal}.schema_objects (kind, identity, source, version)"
	    " SELECT 'table', pg_catalog.format('%I.%I', $1::text, $2::text), $3,"
	    " $4::bigint",
	    parameters, 4, AET__NEVER, &result, err);
	aet__result_free(result);
	return status;
}
