/* SPDX-License-Identifier: MIT */
#include "catalog/reader.h"

/* clang-format off */

/* One row for each column of each constraint, one for a constraint without
 * any. A foreign key to a partitioned table has, beside its own row, one for
 * each partition that it names nowhere. NOT NULL as a constraint (PostgreSQL
 * 18) is the column's. */
static const char constraints_query[] =
    "SELECT k.conrelid, k.oid, k.conname, k.contype, a.attname,"
    " " AET__SCHEMA_NAME("rn") ", r.relname, ra.attname,"
    " k.confupdtype, k.confdeltype, k.confmatchtype, k.condeferrable,"
    " k.condeferred, k.convalidated, k.connoinherit, " AET__NULLS_NOT_DISTINCT("i") ", k.conindid,"
    " pg_catalog.pg_get_constraintdef(k.oid), " AET__COMMENT("k.oid", "pg_constraint")
    " FROM pg_catalog.pg_constraint AS k"
    " JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid"
    " LEFT JOIN pg_catalog.pg_index AS i"
    " ON i.indexrelid = k.conindid AND i.indrelid = k.conrelid"
    " LEFT JOIN LATERAL ROWS FROM ("
    "pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey))"
    " WITH ORDINALITY AS key (number, referenced, place) ON true"
    " LEFT JOIN pg_catalog.pg_attribute AS a"
    " ON a.attrelid = k.conrelid AND a.attnum = key.number"
    " LEFT JOIN pg_catalog.pg_class AS r ON r.oid = k.confrelid"
    " LEFT JOIN pg_catalog.pg_namespace AS rn ON rn.oid = r.relnamespace"
    " LEFT JOIN pg_catalog.pg_attribute AS ra"
    " ON ra.attrelid = k.confrelid AND ra.attnum = key.referenced"
    " WHERE " AET__IN_SCOPE("c.relnamespace") " AND c.relkind IN ('r', 'p', 'v', 'm')"
    " AND k.contype IN ('c', 'f', 'p', 't', 'u', 'x')"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS whole"
    " WHERE whole.oid = k.conparentid AND whole.conrelid = k.conrelid)"
    " ORDER BY k.conrelid, k.conname, k.oid, key.place";
/* clang-format on */

enum {
	TABLE,
	OID,
	NAME,
	KIND,
	COLUMN,
	REFERENCED_SCHEMA,
	REFERENCED_TABLE,
	REFERENCED_COLUMN,
	ON_UPDATE,
	ON_DELETE,
	MATCH,
	DEFERRABLE,
	DEFERRED,
	VALIDATED,
	NO_INHERIT,
	NULLS_NOT_DISTINCT,
	INDEX,
	DEFINITION,
	COMMENT
};

static void
store_reference(const aet__reader *reader, const aet__result *result, size_t row,
    size_t end, aet__constraint *constraint)
{
	size_t count;

	constraint->referenced_schema =
	    aet__reader_text(reader, result, row, REFERENCED_SCHEMA);
	constraint->referenced_table =
	    aet__reader_text(reader, result, row, REFERENCED_TABLE);
	constraint->referenced_columns =
	    aet__reader_texts(reader, result, row, end, REFERENCED_COLUMN, &count);
	constraint->on_update = aet__reader_char(result, row, ON_UPDATE);
	constraint->on_delete = aet__reader_char(result, row, ON_DELETE);
	constraint->match = aet__reader_char(result, row, MATCH);
}

/* Of rows from row to before end. */
static void
store_constraint(const aet__reader *reader, const aet__result *result, size_t row,
    size_t end, aet__constraint *constraint)
{
	constraint->oid = aet__reader_oid(result, row, OID);
	constraint->name = aet__reader_text(reader, result, row, NAME);
	constraint->kind = (aet__constraint_kind)aet__reader_char(result, row, KIND);
	constraint->columns = aet__reader_texts(
	    reader, result, row, end, COLUMN, &constraint->column_count);
	if (constraint->kind == AET__CONSTRAINT_FOREIGN_KEY)
		store_reference(reader, result, row, end, constraint);
	constraint->deferrable = aet__result_bool(result, row, DEFERRABLE);
	constraint->initially_deferred = aet__result_bool(result, row, DEFERRED);
	constraint->validated = aet__result_bool(result, row, VALIDATED);
	constraint->no_inherit = aet__result_bool(result, row, NO_INHERIT);
	constraint->nulls_not_distinct =
	    aet__result_bool(result, row, NULLS_NOT_DISTINCT);
	constraint->index = aet__reader_oid(result, row, INDEX);
	constraint->definition = aet__reader_text(reader, result, row, DEFINITION);
	constraint->comment = aet__reader_text(reader, result, row, COMMENT);
}

aet_status
aet__read_constraints(aet__reader *reader)
{
	aet__result *result = NULL;
	aet_status status = aet__reader_query(reader, constraints_query, &result);
	aet__constraint *next;
	size_t place = 0;
	size_t rows;

	if (status != AET_OK)
		return status;
	rows = aet__result_rows(result);
	next = aet__arena_array(reader->arena, rows, sizeof(*next));
	for (size_t row = 0, end; next != NULL && row < rows; row = end) {
		uint32_t oid = aet__reader_oid(result, row, TABLE);
		aet__table *table = aet__reader_table(reader, oid, &place);

		end = aet__reader_next(result, row, OID);
		if (table == NULL)
			continue;
		if (table->constraint_count == 0)
			table->constraints = next;
		table->constraint_count++;
		store_constraint(reader, result, row, end, next++);
	}
	return aet__reader_done(reader, result);
}
