/* SPDX-License-Identifier: MIT */
#include "pg_types.h"

#include <stdlib.h>

static const char types_sql[] =
    "SELECT t.oid, n.nspname, t.typname, pg_catalog.format_type(t.oid, NULL), t.typtype,"
    " t.typbasetype, CASE WHEN t.typsubscript ="
    " 'pg_catalog.array_subscript_handler'::pg_catalog.regproc THEN t.typelem ELSE 0 END,"
    " t.typrelid, COALESCE(r.rngsubtype, m.rngtypid, 0), t.typnotnull,"
    " COALESCE(p.prosrc, '')"
    " FROM pg_catalog.pg_type AS t"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace"
    " LEFT JOIN pg_catalog.pg_range AS r ON r.rngtypid = t.oid"
    " LEFT JOIN pg_catalog.pg_range AS m ON m.rngmultitypid = t.oid"
    " LEFT JOIN pg_catalog.pg_proc AS p ON p.oid = t.typsend"
    " ORDER BY t.oid";

static const char attributes_sql[] =
    "SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.attnotnull"
    " FROM pg_catalog.pg_attribute AS a"
    " JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid"
    " WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p', 'c') AND a.attnum > 0"
    " AND NOT a.attisdropped"
    " ORDER BY a.attrelid, a.attnum";

static uint32_t
oid_at(const aet__result *result, size_t row, size_t column)
{
	return (uint32_t)aet__result_int64(result, row, column);
}

static const char *
text_at(codegen_memory *memory, const aet__result *result, size_t row, size_t column)
{
	return codegen_copy(memory, aet__result_text(result, row, column));
}

static void
store_types(codegen_memory *memory, const aet__result *result, codegen_pg_types *types)
{
	types->count = aet__result_rows(result);
	types->items = codegen_room(memory, types->count, sizeof(*types->items));
	for (size_t i = 0; i < types->count; i++) {
		codegen_pg_type *type = &types->items[i];

		type->oid = oid_at(result, i, 0);
		type->schema = text_at(memory, result, i, 1);
		type->name = text_at(memory, result, i, 2);
		type->text = text_at(memory, result, i, 3);
		type->kind = aet__result_text(result, i, 4)[0];
		type->base = oid_at(result, i, 5);
		type->element = oid_at(result, i, 6);
		type->relation = oid_at(result, i, 7);
		type->subtype = oid_at(result, i, 8);
		type->not_null = aet__result_bool(result, i, 9);
		type->send = text_at(memory, result, i, 10);
	}
}

static void
store_attributes(
    codegen_memory *memory, const aet__result *result, codegen_pg_types *types)
{
	types->attribute_count = aet__result_rows(result);
	types->attributes =
	    codegen_room(memory, types->attribute_count, sizeof(*types->attributes));
	for (size_t i = 0; i < types->attribute_count; i++) {
		codegen_pg_attribute *attribute = &types->attributes[i];

		attribute->relation = oid_at(result, i, 0);
		attribute->number = (int)aet__result_int64(result, i, 1);
		attribute->name = text_at(memory, result, i, 2);
		attribute->type = oid_at(result, i, 3);
		attribute->not_null = aet__result_bool(result, i, 4);
	}
}

/* Memory running out leaves by longjmp; the process is about to end then, and
 * a result with it: memory.h. */
aet_status
codegen_pg_types_read(codegen_memory *memory, aet__connection *connection,
    aet__deadline deadline, codegen_pg_types **out, aet_error *err)
{
	codegen_pg_types *types = codegen_room(memory, 1, sizeof(*types));
	aet__result *result = NULL;
	aet_status status =
	    aet__connection_query(connection, types_sql, NULL, 0, deadline, &result, err);

	if (status != AET_OK)
		return status;
	store_types(memory, result, types);
	aet__result_free(result);
	result = NULL;
	status = aet__connection_query(
	    connection, attributes_sql, NULL, 0, deadline, &result, err);
	if (status != AET_OK)
		return status;
	store_attributes(memory, result, types);
	aet__result_free(result);
	*out = types;
	return AET_OK;
}

codegen_pg_type *
codegen_pg_type_find(const codegen_pg_types *types, uint32_t oid)
{
	size_t low = 0;
	size_t high = types->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (types->items[middle].oid == oid)
			return &types->items[middle];
		if (types->items[middle].oid < oid)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const codegen_pg_attribute *
codegen_pg_attributes_of(const codegen_pg_types *types, uint32_t relation, size_t *count)
{
	const codegen_pg_attribute *all = types->attributes;
	size_t low = 0;
	size_t high = types->attribute_count;
	size_t end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (all[middle].relation < relation)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < types->attribute_count && all[end].relation == relation;)
		end++;
	*count = end - low;
	return *count > 0 ? &all[low] : NULL;
}

const codegen_pg_attribute *
codegen_pg_attribute_find(const codegen_pg_types *types, uint32_t relation, int number)
{
	size_t count;
	const codegen_pg_attribute *first =
	    codegen_pg_attributes_of(types, relation, &count);

	for (size_t i = 0; i < count; i++)
		if (first[i].number == number)
			return &first[i];
	return NULL;
}

bool
codegen_pg_type_refuses_null(const codegen_pg_types *types, uint32_t oid)
{
	const codegen_pg_type *type = codegen_pg_type_find(types, oid);

	while (type != NULL && type->kind == 'd') {
		if (type->not_null)
			return true;
		type = codegen_pg_type_find(types, type->base);
	}
	return false;
}
