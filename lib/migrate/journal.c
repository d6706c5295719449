/* SPDX-License-Identifier: MIT */
#include "migrate/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <aeturnis/version.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/text.h"
#include "migrate/journal_sql.h"
#include "migrate/servers.h"

/* ---- making it -------------------------------------------------------- */

/* to_regnamespace and to_regclass would read a name that is not quoted. */
static const char look_for_parts[] =
    "SELECT n.oid IS NULL, m.oid IS NULL, o.oid IS NULL, s.oid IS NULL"
    " FROM (SELECT) AS one"
    " LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = $1"
    " LEFT JOIN pg_catalog.pg_class AS m ON m.relnamespace = n.oid"
    " AND m.relname = 'schema_migrations'"
    " LEFT JOIN pg_catalog.pg_class AS o ON o.relnamespace = n.oid"
    " AND o.relname = 'schema_objects'"
    " LEFT JOIN pg_catalog.pg_class AS s ON s.relnamespace = n.oid"
    " AND s.relname = 'schema_servers'";

/* In the order of what look_for_parts asks. What a migration made is kept so
 * that starting over can drop just that. */
static const char *const parts[] = {
	"CREATE SCHEMA {journal}; ",
	"CREATE TABLE {journal}.schema_migrations ("
	" source text NOT NULL, version bigint NOT NULL,"
	" name text NOT NULL, checksum text NOT NULL,"
	" applied_at timestamp with time zone NOT NULL DEFAULT pg_catalog.now(),"
	" duration_us bigint NOT NULL, library_version text NOT NULL,"
	" applied_by text NOT NULL, adopted boolean NOT NULL, finished boolean NOT NULL,"
	" statements_done integer NOT NULL, statement_begun integer NOT NULL DEFAULT 0,"
	" PRIMARY KEY (source, version)); ",
	"CREATE TABLE {journal}.schema_objects ("
	" kind text NOT NULL, identity text NOT NULL,"
	" source text NOT NULL, version bigint NOT NULL, PRIMARY KEY (kind, identity)); ",
	aet__servers_table,
};

aet_status
aet__journal_ensure(aet__connection *connection, const char *journal,
    aet__deadline deadline, aet_error *err)
{
	aet__text sql = { 0 };
	aet__result *result = NULL;
	aet_error failed = { 0 };
	aet_status status = aet__connection_query(
	    connection, look_for_parts, &journal, 1, deadline, &result, err);

	if (status != AET_OK)
		return status;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (aet__result_bool(result, 0, i))
			aet__journal_sql_add(&sql, parts[i], journal);
	aet__result_free(result);
	if (!aet__text_ok(&sql))
		status = aet__error_memory(&failed);
	else if (sql.len > 0)
		status = aet__connection_command(
		    connection, aet__text_view(&sql), false, deadline, &failed);
	aet__text_free(&sql);
	if (status == AET_EDB && strcmp(failed.sqlstate, "42501") == 0)
		return aet__error_sql(err, AET_EDB, failed.sqlstate,
		    "this role may not make what the journal lacks in \"%s\": migrate "
		    "once as a role that may (%s)",
		    journal, failed.message);
	if (status != AET_OK && err != NULL)
		*err = failed;
	return status;
}

/* ---- reading ---------------------------------------------------------- */

/* aet_timestamp counts from 2000-01-01. A row of NULLs where there is none, so
 * that the first column is always told. */
static const char read_rows[] =
    "SELECT pg_catalog.current_setting('transaction_read_only')::boolean,"
    " m.version, m.name, m.checksum, m.library_version, m.applied_by,"
    " (extract(epoch FROM m.applied_at) * 1000000)::bigint - 946684800000000,"
    " m.duration_us, m.finished, m.adopted, m.statements_done, m.statement_begun,"
    " lost.identity,"
    " NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n"
    "  ON n.oid = c.relnamespace WHERE n.nspname = $2::text AND c.relname = "
    "'schema_servers')"
    " AND pg_catalog.has_schema_privilege($2::text, 'CREATE')"
    " FROM (SELECT) AS one"
    " LEFT JOIN {journal}.schema_migrations AS m ON m.source = $1"
    " LEFT JOIN (SELECT o.version, pg_catalog.min(o.identity) AS identity"
    "  FROM {journal}.schema_objects AS o WHERE o.source = $1 AND o.kind = 'table'"
    "  AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c"
    "   JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    "   WHERE pg_catalog.format('%I.%I', n.nspname, c.relname) = o.identity)"
    "  GROUP BY o.version) AS lost ON lost.version = m.version"
    " ORDER BY m.version";

enum {
	COLUMN_READ_ONLY,
	COLUMN_VERSION,
	COLUMN_NAME,
	COLUMN_CHECKSUM,
	COLUMN_LIBRARY,
	COLUMN_APPLIED_BY,
	COLUMN_APPLIED_AT,
	COLUMN_DURATION,
	COLUMN_FINISHED,
	COLUMN_ADOPTED,
	COLUMN_DONE,
	COLUMN_BEGUN,
	COLUMN_GONE,
	COLUMN_OUTDATED
};

static bool
parameter_is_on(const aet__connection *connection, const char *name)
{
	const char *value = aet__connection_parameter(connection, name);

	return value != NULL && strcmp(value, "on") == 0;
}

/* The query failed because there is no journal; the server told the rest of
 * what it asks when the session began, and whenever it changed. */
static void
take_absence(const aet__connection *connection, aet__journal_copy *out)
{
	*out = (aet__journal_copy){ .absent = true };
	out->read_only = parameter_is_on(connection, "in_hot_standby") ||
			 parameter_is_on(connection, "default_transaction_read_only");
}

static aet__journal_row
take_row(const aet__result *result, size_t at)
{
	return (aet__journal_row){
		.version = aet__result_int64(result, at, COLUMN_VERSION),
		.name = aet__result_text(result, at, COLUMN_NAME),
		.checksum = aet__result_text(result, at, COLUMN_CHECKSUM),
		.library_version = aet__result_text(result, at, COLUMN_LIBRARY),
		.applied_by = aet__result_text(result, at, COLUMN_APPLIED_BY),
		.applied_at = { aet__result_int64(result, at, COLUMN_APPLIED_AT) },
		.duration_us = aet__result_int64(result, at, COLUMN_DURATION),
		.finished = aet__result_bool(result, at, COLUMN_FINISHED),
		.adopted = aet__result_bool(result, at, COLUMN_ADOPTED),
		.statements_done = (int)aet__result_int64(result, at, COLUMN_DONE),
		.statement_begun = (int)aet__result_int64(result, at, COLUMN_BEGUN),
		.gone = aet__result_text(result, at, COLUMN_GONE),
	};
}

static aet_status
take_rows(aet__result *result, aet__journal_copy *out, aet_error *err)
{
	aet__journal_copy copy = { .result = result };
	size_t count = aet__result_rows(result);

	copy.read_only = aet__result_bool(result, 0, COLUMN_READ_ONLY);
	copy.outdated = !copy.read_only && aet__result_bool(result, 0, COLUMN_OUTDATED);
	if (aet__result_text(result, 0, COLUMN_VERSION) == NULL)
		count = 0;
	copy.rows = aet__memory_array(count, sizeof(*copy.rows));
	if (copy.rows == NULL) {
		aet__journal_free(&copy);
		return aet__error_memory(err);
	}
	for (size_t i = 0; i < count; i++) {
		copy.rows[i] = take_row(result, i);
		if (copy.gone != NULL)
			continue;
		copy.gone = copy.rows[i].gone;
		copy.gone_by = copy.rows[i].name;
	}
	copy.journal = (aet__journal){ copy.rows, count };
	*out = copy;
	return AET_OK;
}

aet_status
aet__journal_read(aet__connection *connection, const char *journal, const char *source,
    aet__deadline deadline, aet__journal_copy *out, aet_error *err)
{
	const char *const parameters[] = { source, journal };
	aet__result *result = NULL;
	aet_error failed;
	aet_status status = aet__journal_query(
	    connection, journal, read_rows, parameters, 2, deadline, &result, &failed);

	if (status == AET_OK)
		return take_rows(result, out, err);
	if (status == AET_EDB && (strcmp(failed.sqlstate, "42P01") == 0 ||
				     strcmp(failed.sqlstate, "3F000") == 0)) {
		take_absence(connection, out);
		return AET_OK;
	}
	if (status == AET_EDB && strcmp(failed.sqlstate, "42703") == 0)
		return aet_error_set(err, AET_EDATA,
		    "the table \"%s\".schema_migrations is somebody else's, not a "
		    "journal "
		    "of this migrator: name another schema for it (journal)",
		    journal);
	if (err != NULL)
		*err = failed;
	return status;
}

aet_status
aet__journal_check_tables(const aet__journal_copy *copy, aet_error *err)
{
	if (copy->gone == NULL)
		return AET_OK;
	return aet_error_set(err, AET_EDATA,
	    "table %s is gone, which \"%s\" made, though no migration has dropped it: "
	    "restore it, or start over with aet-db reset",
	    copy->gone, copy->gone_by);
}

void
aet__journal_free(aet__journal_copy *copy)
{
	free(copy->rows);
	aet__result_free(copy->result);
	*copy = (aet__journal_copy){ 0 };
}

/* ---- writing ---------------------------------------------------------- */

#define NUMBER_SIZE 24

static const char *
number(char text[NUMBER_SIZE], int64_t value)
{
	snprintf(text, NUMBER_SIZE, "%lld", (long long)value);
	return text;
}

/* Runs one command with parameters and gives how many rows it found. */
static aet_status
run(aet__connection *connection, const char *journal, const char *sql,
    const char *const *parameters, size_t count, int64_t *affected, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__journal_query(
	    connection, journal, sql, parameters, count, AET__NEVER, &result, err);

	if (status == AET_OK)
		*affected = aet__result_affected(result);
	aet__result_free(result);
	return status;
}

aet_status
aet__journal_has(aet__connection *connection, const char *journal, const char *source,
    const aet__migration_file *file, bool *out, aet_error *err)
{
	char version_text[NUMBER_SIZE];
	const char *const parameters[] = { source, number(version_text, file->version),
		file->checksum };
	int64_t found = 0;
	aet_status status = run(connection, journal,
	    "SELECT FROM {journal}.schema_migrations WHERE source = $1 AND version = $2"
	    " AND (version >= 0 OR checksum = $3)",
	    parameters, 3, &found, err);

	if (status == AET_OK)
		*out = found > 0;
	return status;
}

#define INSERT_ROW                                                                  \
	"INSERT INTO {journal}.schema_migrations (source, version, name, checksum," \
	" duration_us, library_version, applied_by, adopted, finished,"             \
	" statements_done) VALUES ($1, $2, $3, $4, $5, $6,"                         \
	" session_user::text || '@' || $7::text, $8, $9, $10)"
#define REPLACE_ROW                                                          \
	" ON CONFLICT (source, version) DO UPDATE SET name = excluded.name," \
	" checksum = excluded.checksum, duration_us = excluded.duration_us," \
	" library_version = excluded.library_version,"                       \
	" applied_by = excluded.applied_by, applied_at = pg_catalog.now(),"  \
	" adopted = excluded.adopted, statements_done = excluded.statements_done"

aet_status
aet__journal_insert(
    aet__connection *connection, const aet__journal_entry *entry, aet_error *err)
{
	char version[NUMBER_SIZE];
	char duration[NUMBER_SIZE];
	char done[NUMBER_SIZE];
	char host[256] = "";
	const char *const parameters[] = { entry->source,
		number(version, entry->file->version), entry->file->name,
		entry->file->checksum, number(duration, entry->duration_us),
		aet_version(), host, entry->adopted ? "t" : "f",
		entry->finished ? "t" : "f", number(done, entry->statements_done) };
	int64_t affected;

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	return run(connection, entry->journal,
	    entry->file->version < 0 ? INSERT_ROW REPLACE_ROW : INSERT_ROW, parameters,
	    sizeof(parameters) / sizeof(parameters[0]), &affected, err);
}

aet_status
aet__journal_advance(aet__connection *connection, const aet__journal_entry *entry,
    int done, aet_error *err)
{
	char version[NUMBER_SIZE];
	char duration[NUMBER_SIZE];
	char from[NUMBER_SIZE];
	char to[NUMBER_SIZE];
	const char *const parameters[] = { entry->source,
		number(version, entry->file->version), number(from, done),
		number(to, entry->statements_done), number(duration, entry->duration_us),
		entry->finished ? "t" : "f" };
	int64_t affected = 0;
	aet_status status = run(connection, entry->journal,
	    "UPDATE {journal}.schema_migrations SET statements_done = $4,"
	    " statement_begun = 0, duration_us = duration_us + $5, finished = $6,"
	    " applied_at = pg_catalog.now()"
	    " WHERE source = $1 AND version = $2 AND statements_done = $3"
	    " AND NOT finished",
	    parameters, sizeof(parameters) / sizeof(parameters[0]), &affected, err);

	if (status == AET_OK && affected != 1)
		status = aet_error_set(err, AET_ELOCKED,
		    "another migrator runs \"%s\" at the same time: let it finish, and "
		    "call again",
		    entry->file->name);
	return status;
}

aet_status
aet__journal_begin_statement(aet__connection *connection, const aet__journal_entry *entry,
    int statement, aet_error *err)
{
	char version[NUMBER_SIZE];
	char begun[NUMBER_SIZE];
	const char *const parameters[] = { entry->source,
		number(version, entry->file->version), number(begun, statement) };
	int64_t affected;

	return run(connection, entry->journal,
	    "UPDATE {journal}.schema_migrations SET statement_begun = $3"
	    " WHERE source = $1 AND version = $2 AND NOT finished",
	    parameters, sizeof(parameters) / sizeof(parameters[0]), &affected, err);
}

aet_status
aet__journal_accept(aet__connection *connection, const char *journal, const char *source,
    const aet__migration_file *file, aet_error *err)
{
	char version[NUMBER_SIZE];
	const char *const parameters[] = { source, number(version, file->version),
		file->name, file->checksum };
	int64_t affected;

	return run(connection, journal,
	    "UPDATE {journal}.schema_migrations SET name = $3, checksum = $4"
	    " WHERE source = $1 AND version = $2",
	    parameters, 4, &affected, err);
}

aet_status
aet__journal_resolve(aet__connection *connection, const char *journal, const char *source,
    const aet__migration_file *file, bool done, aet_error *err)
{
	char version[NUMBER_SIZE];
	const char *const parameters[] = { source, number(version, file->version),
		done ? "t" : "f" };
	int64_t affected = 0;
	aet_status status = run(connection, journal,
	    "UPDATE {journal}.schema_migrations SET statement_begun = 0,"
	    " statements_done = CASE WHEN $3::boolean THEN -statement_begun"
	    " ELSE statements_done END"
	    " WHERE source = $1 AND version = $2 AND statement_begun < 0 AND NOT "
	    "finished",
	    parameters, 3, &affected, err);

	if (status == AET_OK && affected != 1)
		status = aet_error_set(err, AET_EINVAL,
		    "no statement of \"%s\" is in doubt: there is nothing to resolve",
		    file->name);
	return status;
}

aet_status
aet__journal_delete(aet__connection *connection, const char *journal, const char *source,
    int64_t version, aet_error *err)
{
	char version_text[NUMBER_SIZE];
	const char *const parameters[] = { source, number(version_text, version) };
	int64_t affected;

	return run(connection, journal,
	    "DELETE FROM {journal}.schema_migrations WHERE source = $1 AND version = $2",
	    parameters, 2, &affected, err);
}
