/* SPDX-License-Identifier: MIT */
#include "catalog/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "catalog/arena.h"
#include "catalog/reader.h"
#include "core/error.h"
#include "core/text.h"

/* ---- which schemas ---------------------------------------------------- */

static void
add_named(aet__text *sql, size_t count)
{
	aet__text_add(sql, "n.nspname IN (");
	for (size_t i = 1; i <= count; i++)
		aet__text_addf(sql, "%s$%zu", i > 1 ? ", " : "", i);
	aet__text_add_char(sql, ')');
}

static void
add_schemas_query(aet__text *sql, const aet__catalog_scope *scope)
{
	aet__text_add(sql, "SELECT n.oid, " AET__SCHEMA_NAME("n") ", " AET__COMMENT(
			       "n.oid", "pg_namespace"));
	aet__text_add(sql, " FROM pg_catalog.pg_namespace AS n WHERE ");
	if (scope->temporary)
		aet__text_add(sql, "n.oid = pg_catalog.pg_my_temp_schema()");
	else if (scope->schemas != NULL && scope->schema_count > 0)
		add_named(sql, scope->schema_count);
	else if (scope->schemas != NULL)
		aet__text_add(sql, "false");
	else
		aet__text_addf(sql,
		    "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema'%s)"
		    " AND " AET__NOT_IN_EXTENSION("n.oid", "pg_namespace"),
		    scope->library ? "" : ", 'aeturnis'");
	aet__text_add(sql, " ORDER BY n.nspname");
}

static void
store_schemas(aet__reader *reader, const aet__result *result)
{
	size_t rows = aet__result_rows(result);
	aet__schema *schemas = aet__arena_array(reader->arena, rows, sizeof(*schemas));
	aet__text oids = { 0 };

	if (schemas == NULL)
		return;
	aet__text_add_char(&oids, '{');
	for (size_t row = 0; row < rows; row++) {
		schemas[row].oid = aet__reader_oid(result, row, 0);
		schemas[row].name = aet__reader_text(reader, result, row, 1);
		schemas[row].comment = aet__reader_text(reader, result, row, 2);
		aet__text_addf(&oids, "%s%u", row > 0 ? "," : "", schemas[row].oid);
	}
	aet__text_add_char(&oids, '}');
	reader->catalog->schemas = schemas;
	reader->catalog->schema_count = rows;
	if (aet__text_ok(&oids))
		reader->schemas = aet__arena_text(reader->arena, aet__text_view(&oids));
	aet__text_free(&oids);
}

static aet_status
read_schemas(aet__reader *reader, const aet__catalog_scope *scope)
{
	bool named = !scope->temporary && scope->schemas != NULL;
	aet__text sql = { 0 };
	aet__result *result = NULL;
	aet_status status;

	add_schemas_query(&sql, scope);
	if (!aet__text_ok(&sql)) {
		aet__text_free(&sql);
		return aet__error_memory(reader->err);
	}
	status = aet__connection_query(reader->connection, aet__text_view(&sql),
	    named ? scope->schemas : NULL, named ? scope->schema_count : 0,
	    reader->deadline, &result, reader->err);
	aet__text_free(&sql);
	if (status != AET_OK)
		return status;
	store_schemas(reader, result);
	status = aet__reader_done(reader, result);
	if (status == AET_OK && reader->schemas == NULL)
		status = aet__error_memory(reader->err);
	return status;
}

/* ---- one after the other ---------------------------------------------- */

static int
by_name(const void *left, const void *right)
{
	const aet__table *a = left;
	const aet__table *b = right;
	int order = strcmp(a->schema, b->schema);

	return order != 0 ? order : strcmp(a->name, b->name);
}

static aet_status
read_all(aet__reader *reader, const aet__catalog_scope *scope)
{
	static aet_status (*const kinds[])(aet__reader *) = { aet__read_tables,
		aet__read_columns, aet__read_constraints, aet__read_indexes,
		aet__read_enums, aet__read_domains, aet__read_sequences,
		aet__read_objects };
	aet_status status = read_schemas(reader, scope);

	for (size_t i = 0; status == AET_OK && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		status = kinds[i](reader);
	if (status == AET_OK)
		qsort(reader->tables, reader->catalog->table_count,
		    sizeof(*reader->tables), by_name);
	return status;
}

/* ---- leaving the session as it was ------------------------------------ */

/* Compiling queries that run once takes longer than running them. */
#define SETTINGS                                                   \
	"; SELECT pg_catalog.set_config('search_path', '', true)," \
	" pg_catalog.set_config('jit', 'off', true)"

static const char begin_alone[] =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" SETTINGS;
static const char end_alone[] = "ROLLBACK";

/* Going back to a savepoint takes the setting back as well. */
static const char begin_inside[] = "SAVEPOINT aet_catalog" SETTINGS;
static const char end_inside[] =
    "ROLLBACK TO SAVEPOINT aet_catalog; RELEASE SAVEPOINT aet_catalog";

static aet_status
read_in_transaction(aet__reader *reader, const aet__catalog_scope *scope)
{
	bool alone =
	    aet__connection_transaction(reader->connection) == AET__TRANSACTION_NONE;
	const char *begin = alone ? begin_alone : begin_inside;
	const char *end = alone ? end_alone : end_inside;
	aet_status status = aet__connection_command(
	    reader->connection, begin, false, reader->deadline, reader->err);

	if (status != AET_OK)
		return status;
	status = read_all(reader, scope);
	if (status == AET_OK)
		return aet__connection_command(
		    reader->connection, end, false, reader->deadline, reader->err);
	if (!aet__connection_is_broken(reader->connection))
		(void)aet__connection_command(
		    reader->connection, end, false, reader->deadline, NULL);
	return status;
}

aet_status
aet__catalog_read(aet__connection *connection, const aet__catalog_scope *scope,
    aet__deadline deadline, aet__catalog **out, aet_error *err)
{
	aet__catalog_scope all = { 0 };
	aet__reader reader = {
		.connection = connection, .deadline = deadline, .err = err
	};
	aet_status status;

	reader.arena = aet__arena_open();
	if (reader.arena == NULL)
		return aet__error_memory(err);
	reader.catalog = aet__arena_array(reader.arena, 1, sizeof(*reader.catalog));
	if (reader.catalog == NULL) {
		aet__arena_free(reader.arena);
		return aet__error_memory(err);
	}
	reader.catalog->memory = reader.arena;
	reader.catalog->server_version = aet__connection_server_version(connection);
	status = read_in_transaction(&reader, scope != NULL ? scope : &all);
	if (status != AET_OK) {
		aet__arena_free(reader.arena);
		return status;
	}
	*out = reader.catalog;
	return AET_OK;
}
