/* SPDX-License-Identifier: MIT */
#include "migrate/foreign.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"

const char *
aet_journal_kind_text(aet_journal_kind kind)
{
	static const char *const texts[] = { "?", "drizzle", "golang-migrate", "goose",
		"dbmate", "flyway", "sqlx", "prisma" };

	return kind >= AET_JOURNAL_DRIZZLE && kind <= AET_JOURNAL_PRISMA ? texts[kind]
									 : "?";
}

/* ---- which one -------------------------------------------------------- */

/* By its columns; by its name, too, where none is given. The order matters: what
 * has more columns comes first. */
static const char find_tables[] =
    "SELECT t.name, t.kind, t.columns FROM (SELECT"
    " pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, n.nspname, c.relname,"
    " a.columns, CASE"
    " WHEN a.columns @> '{installed_rank,version,type,script,checksum,success}' THEN 5"
    " WHEN a.columns @> '{migration_name,checksum,finished_at,rolled_back_at}' THEN 7"
    " WHEN a.columns @> '{version,description,success,checksum,execution_time}' THEN 6"
    " WHEN a.columns @> '{id,version_id,is_applied}' THEN 3"
    " WHEN a.columns @> '{id,hash,created_at}' THEN 1"
    " WHEN a.columns @> '{version,dirty}' THEN 2"
    " WHEN a.columns = '{version}' THEN 4 END AS kind"
    " FROM pg_catalog.pg_class AS c"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " CROSS JOIN LATERAL (SELECT pg_catalog.array_agg(attname::text ORDER BY attname)"
    " AS columns FROM pg_catalog.pg_attribute WHERE attrelid = c.oid AND attnum > 0"
    " AND NOT attisdropped) AS a"
    " WHERE c.relkind IN ('r', 'p') AND n.nspname <> $1) AS t"
    " WHERE t.kind IS NOT NULL AND CASE WHEN $2::text IS NULL THEN t.relname IN ("
    "'__drizzle_migrations', 'schema_migrations', 'goose_db_version',"
    " 'flyway_schema_history', '_sqlx_migrations', '_prisma_migrations')"
    " ELSE $2::text IN (t.name, t.nspname || '.' || t.relname) END ORDER BY t.name";

static aet_status
refuse_count(const aet__result *found, const char *table, aet_error *err)
{
	if (table != NULL)
		return aet_error_set(err, AET_EADOPT,
		    "there is no table %s, or it is no journal of a migrator that is "
		    "known here",
		    table);
	if (aet__result_rows(found) == 0)
		return aet_error_set(err, AET_EADOPT,
		    "no journal of another migrator is there: name its table, or record "
		    "a baseline");
	return aet_error_set(err, AET_EADOPT,
	    "there is more than one journal, %s (%s) and %s (%s): name the table",
	    aet__result_text(found, 0, 0),
	    aet_journal_kind_text((aet_journal_kind)aet__result_int64(found, 0, 1)),
	    aet__result_text(found, 1, 0),
	    aet_journal_kind_text((aet_journal_kind)aet__result_int64(found, 1, 1)));
}

/* ---- what it says ----------------------------------------------------- */

#define NUMBER(column) \
	"CASE WHEN " column " ~ '^[0-9]{1,18}$' THEN (" column ")::bigint END"

/* Each gives number, name, checksum, trouble, up to; {table} is filled in. */
static const char *const queries[] = {
	[AET_JOURNAL_DRIZZLE] =
	    "SELECT DISTINCT NULL::bigint, pg_catalog.to_jsonb(t) ->> 'name'"
	    " || '/migration.sql', t.hash::text, NULL, false FROM {table} AS t",
	[AET_JOURNAL_GOLANG_MIGRATE] =
	    "SELECT t.version::bigint, NULL, NULL, CASE WHEN t.dirty THEN"
	    " 'is dirty: it failed half-way, and nobody has said what of it is there' "
	    "END,"
	    " true FROM {table} AS t",
	[AET_JOURNAL_GOOSE] =
	    "SELECT t.version_id::bigint, NULL, NULL, NULL, false FROM ("
	    "SELECT DISTINCT ON (version_id) version_id, is_applied FROM {table}"
	    " ORDER BY version_id, id DESC) AS t WHERE t.is_applied AND t.version_id > 0"
	    " ORDER BY t.version_id",
	[AET_JOURNAL_DBMATE] = "SELECT " NUMBER(
	    "t.version::text") ", t.version::text, NULL,"
			       " CASE WHEN t.version::text !~ '^[0-9]{1,18}$' THEN 'is "
			       "no number' END, false"
			       " FROM {table} AS t ORDER BY 1",
	[AET_JOURNAL_FLYWAY] = "SELECT " NUMBER(
	    "t.version") ", t.script::text, t.checksum::text,"
			 " CASE WHEN NOT t.success THEN 'failed'"
			 " WHEN t.type NOT IN ('SQL', 'BASELINE', 'SQL_BASELINE') THEN"
			 " 'is of the type ' || t.type || ', which has no file of SQL'"
			 " WHEN t.version !~ '^[0-9]{1,18}$' THEN 'has no whole number' "
			 "END,"
			 " t.type = 'BASELINE' FROM (SELECT DISTINCT ON "
			 "(COALESCE(version, script))"
			 " version::text, script, checksum, success, type::text FROM "
			 "{table}"
			 " WHERE type <> 'SCHEMA'"
			 " ORDER BY COALESCE(version, script), installed_rank DESC) AS t"
			 " WHERE t.type <> 'DELETE' AND t.type !~ '^UNDO' ORDER BY 1",
	[AET_JOURNAL_SQLX] =
	    "SELECT t.version::bigint, NULL, pg_catalog.encode(t.checksum, 'hex'),"
	    " CASE WHEN NOT t.success THEN 'failed' END, false"
	    " FROM {table} AS t ORDER BY t.version",
	[AET_JOURNAL_PRISMA] =
	    "SELECT NULL::bigint, t.migration_name || '/migration.sql', t.checksum::text,"
	    " CASE WHEN t.finished_at IS NULL THEN 'is unfinished: it failed, or runs' "
	    "END,"
	    " false FROM {table} AS t WHERE t.rolled_back_at IS NULL"
	    " ORDER BY t.migration_name",
};

static aet_status
query_rows(aet__connection *connection, aet__foreign *foreign, aet__deadline deadline,
    aet_error *err)
{
	static const char place[] = "{table}";
	const char *query = queries[foreign->kind];
	const char *at = strstr(query, place);
	aet__text sql = { 0 };
	aet_status status;

	aet__text_add_n(&sql, query, (size_t)(at - query));
	aet__text_add(&sql, foreign->table);
	aet__text_add(&sql, at + strlen(place));
	if (aet__text_ok(&sql))
		status = aet__connection_query(connection, aet__text_view(&sql), NULL, 0,
		    deadline, &foreign->result, err);
	else
		status = aet__error_memory(err);
	aet__text_free(&sql);
	return status;
}

static aet_status
take_rows(aet__foreign *foreign, aet_error *err)
{
	const aet__result *result = foreign->result;

	foreign->count = aet__result_rows(result);
	foreign->rows = aet__memory_array(foreign->count, sizeof(*foreign->rows));
	if (foreign->rows == NULL)
		return aet__error_memory(err);
	for (size_t i = 0; i < foreign->count; i++)
		foreign->rows[i] = (aet__foreign_row){
			.numbered = aet__result_text(result, i, 0) != NULL,
			.version = aet__result_int64(result, i, 0),
			.name = aet__result_text(result, i, 1),
			.checksum = aet__result_text(result, i, 2),
			.trouble = aet__result_text(result, i, 3),
			.up_to = aet__result_bool(result, i, 4),
		};
	return AET_OK;
}

aet_status
aet__foreign_read(aet__connection *connection, const char *table, const char *journal,
    aet__deadline deadline, aet__foreign *out, aet_error *err)
{
	const char *const parameters[] = { journal, table };
	aet__foreign foreign = { 0 };
	aet__result *found = NULL;
	aet_status status = aet__connection_query(
	    connection, find_tables, parameters, 2, deadline, &found, err);

	if (status == AET_OK && aet__result_rows(found) != 1)
		status = refuse_count(found, table, err);
	if (status == AET_OK) {
		foreign.kind = (aet_journal_kind)aet__result_int64(found, 0, 1);
		aet__error_copy(
		    foreign.table, sizeof(foreign.table), aet__result_text(found, 0, 0));
		status = query_rows(connection, &foreign, deadline, err);
	}
	if (status == AET_OK)
		status = take_rows(&foreign, err);
	aet__result_free(found);
	if (status == AET_OK)
		*out = foreign;
	else
		aet__foreign_free(&foreign);
	return status;
}

void
aet__foreign_free(aet__foreign *foreign)
{
	free(foreign->rows);
	aet__result_free(foreign->result);
	*foreign = (aet__foreign){ 0 };
}
