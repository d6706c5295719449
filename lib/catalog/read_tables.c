/* SPDX-License-Identifier: MIT */
/* Tables and views, and their columns. */
#include "catalog/reader.h"

/* clang-format off */
static const char tables_query[] =
    "SELECT c.oid, " AET__SCHEMA_NAME("n") ", c.relname, c.relkind,"
    " " AET__COMMENT("c.oid", "pg_class") ","
    " CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END,"
    " c.relpersistence, c.relrowsecurity, c.relforcerowsecurity"
    " FROM pg_catalog.pg_class AS c"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE " AET__IN_SCOPE("n.oid") " AND c.relkind IN ('r', 'p', 'v', 'm')"
    " AND " AET__NOT_IN_EXTENSION("c.oid", "pg_class")
    " AND NOT (n.nspname = 'aeturnis'"
    " AND c.relname IN ('schema_migrations', 'schema_objects'))"
    " ORDER BY c.oid";

/* An array has a subscript handler of its own; int2vector and the like, which
 * have an element type too, are told apart by it (PostgreSQL 14). */
static const char columns_query[] =
    "WITH RECURSIVE " AET__DOMAIN_BASES
    " SELECT a.attrelid, a.attnum, a.attname, a.atttypid,"
    " pg_catalog.format_type(a.atttypid, a.atttypmod),"
    " pg_catalog.format_type(a.atttypid, NULL),"
    " " AET__SCHEMA_NAME("n") ", t.typname, t.typtype, a.atttypmod,"
    " b.oid, COALESCE(db.modifier, a.atttypmod),"
    " COALESCE(e.oid, 0), COALESCE(de.base, e.oid, 0),"
    " a.attnotnull, COALESCE(db.not_null, false),"
    " a.attgenerated = '' AND a.attidentity = ''"
    " AND (a.atthasdef OR t.typtype = 'd' AND t.typdefault IS NOT NULL),"
    " pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,"
    " CASE WHEN co.oid <> t.typcollation THEN " AET__COLLATION_NAME("co") " END,"
    " " AET__COLUMN_COMMENT("a.attrelid", "pg_class", "a.attnum")
    " FROM pg_catalog.pg_class AS c"
    " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid"
    " JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace"
    " LEFT JOIN domain_base AS db ON db.domain = t.oid"
    " JOIN pg_catalog.pg_type AS b ON b.oid = COALESCE(db.base, t.oid)"
    " LEFT JOIN pg_catalog.pg_type AS e ON e.oid = b.typelem"
    " AND b.typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc"
    " LEFT JOIN domain_base AS de ON de.domain = e.oid"
    " LEFT JOIN pg_catalog.pg_attrdef AS d"
    " ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = a.attcollation"
    " WHERE " AET__IN_SCOPE("c.relnamespace") " AND c.relkind IN ('r', 'p', 'v', 'm')"
    " AND a.attnum > 0 AND NOT a.attisdropped"
    " ORDER BY a.attrelid, a.attnum";
/* clang-format on */

aet_status
aet__read_tables(aet__reader *reader)
{
	aet__result *result = NULL;
	aet_status status = aet__reader_query(reader, tables_query, &result);
	size_t rows;

	if (status != AET_OK)
		return status;
	rows = aet__result_rows(result);
	reader->tables = aet__arena_array(reader->arena, rows, sizeof(*reader->tables));
	for (size_t row = 0; reader->tables != NULL && row < rows; row++) {
		aet__table *table = &reader->tables[row];

		table->oid = aet__reader_oid(result, row, 0);
		table->schema = aet__reader_text(reader, result, row, 1);
		table->name = aet__reader_text(reader, result, row, 2);
		table->kind = (aet__table_kind)aet__reader_char(result, row, 3);
		table->comment = aet__reader_text(reader, result, row, 4);
		table->definition = aet__reader_text(reader, result, row, 5);
		table->persistence = aet__reader_char(result, row, 6);
		table->row_security = aet__result_bool(result, row, 7);
		table->force_row_security = aet__result_bool(result, row, 8);
	}
	reader->catalog->tables = reader->tables;
	reader->catalog->table_count = rows;
	return aet__reader_done(reader, result);
}

static void
store_column(const aet__reader *reader, const aet__result *result, size_t row,
    aet__table_column *column)
{
	column->number = (int16_t)aet__result_int64(result, row, 1);
	column->name = aet__reader_text(reader, result, row, 2);
	column->type = aet__reader_oid(result, row, 3);
	column->type_text = aet__reader_text(reader, result, row, 4);
	column->type_plain = aet__reader_text(reader, result, row, 5);
	column->type_schema = aet__reader_text(reader, result, row, 6);
	column->type_name = aet__reader_text(reader, result, row, 7);
	column->type_kind = aet__reader_char(result, row, 8);
	column->type_modifier = (int32_t)aet__result_int64(result, row, 9);
	column->base_type = aet__reader_oid(result, row, 10);
	column->base_type_modifier = (int32_t)aet__result_int64(result, row, 11);
	column->element_type = aet__reader_oid(result, row, 12);
	column->element_base_type = aet__reader_oid(result, row, 13);
	column->not_null = aet__result_bool(result, row, 14);
	column->domain_not_null = aet__result_bool(result, row, 15);
	column->has_default = aet__result_bool(result, row, 16);
	column->default_text = aet__reader_text(reader, result, row, 17);
	column->identity = aet__reader_char(result, row, 18);
	column->generated = aet__reader_char(result, row, 19);
	column->collation = aet__reader_text(reader, result, row, 20);
	column->comment = aet__reader_text(reader, result, row, 21);
}

aet_status
aet__read_columns(aet__reader *reader)
{
	aet__result *result = NULL;
	aet_status status = aet__reader_query(reader, columns_query, &result);
	aet__table_column *columns;
	size_t place = 0;
	size_t rows;

	if (status != AET_OK)
		return status;
	rows = aet__result_rows(result);
	columns = aet__arena_array(reader->arena, rows, sizeof(*columns));
	for (size_t row = 0, end; columns != NULL && row < rows; row = end) {
		uint32_t oid = aet__reader_oid(result, row, 0);
		aet__table *table = aet__reader_table(reader, oid, &place);

		end = aet__reader_next(result, row, 0);
		if (table == NULL)
			continue;
		for (size_t i = row; i < end; i++)
			store_column(reader, result, i, &columns[i]);
		table->columns = &columns[row];
		table->column_count = end - row;
	}
	return aet__reader_done(reader, result);
}
