/* SPDX-License-Identifier: MIT */
#include "pg_types.h"

#include <stdlib.h>
#include <string.h>

#include "tree.h"

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

/*
 * A table's rows are those of all that inherits from it, which may have dropped
 * its NOT NULL; that of a foreign table is a promise that nobody keeps, and one that is
 * NOT VALID has yet to be. A domain's is none: docs, CREATE DOMAIN, "Notes". An
 * UPDATE that moves a row to another partition inserts it there. The bits of tgtype are ROW 1, BEFORE 2, INSERT 4, UPDATE 16.
 */
static const char attributes_sql[] =
    "WITH RECURSIVE below (top, oid) AS ("
    " SELECT c.oid, c.oid FROM pg_catalog.pg_class AS c WHERE c.relkind IN ('r', 'p', "
    "'f')"
    " UNION SELECT b.top, i.inhrelid FROM below AS b"
    " JOIN pg_catalog.pg_inherits AS i ON i.inhparent = b.oid),"
    " kin AS (SELECT b.top, pg_catalog.count(*) > 1 AS many,"
    " pg_catalog.bool_or(c.relkind = 'f') AS strange,"
    " COALESCE(pg_catalog.bool_or(t.kinds & 4 <> 0), false) AS on_insert,"
    " COALESCE(pg_catalog.bool_or(t.kinds & 16 <> 0), false) AS on_update"
    " FROM below AS b JOIN pg_catalog.pg_class AS c ON c.oid = b.oid"
    " LEFT JOIN (SELECT tgrelid, pg_catalog.bit_or(tgtype) FROM pg_catalog.pg_trigger"
    " WHERE tgtype & 3 = 3 GROUP BY tgrelid) AS t (relation, kinds) ON t.relation = b.oid"
    " GROUP BY b.top),"
    " open AS (SELECT b.top, a.attname FROM below AS b"
    " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = b.oid"
    " LEFT JOIN pg_catalog.pg_constraint AS k ON k.conrelid = b.oid AND k.contype = 'n'"
    " AND a.attnum = ANY (k.conkey)"
    " WHERE a.attnum > 0 AND NOT (a.attnotnull AND COALESCE(k.convalidated, true))"
    " GROUP BY b.top, a.attname)"
    " SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.attnotnull,"
    " a.attnotnull AND NOT k.strange AND o.top IS NULL,"
    " NOT k.strange AND NOT k.on_insert AND a.attgenerated = '',"
    " NOT k.strange AND NOT k.on_insert AND NOT k.on_update AND a.attgenerated = ''"
    " FROM pg_catalog.pg_attribute AS a"
    " JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid"
    " LEFT JOIN kin AS k ON k.top = c.oid"
    " LEFT JOIN open AS o ON o.top = c.oid AND o.attname = a.attname"
    " WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p', 'c') AND a.attnum > 0"
    " AND NOT a.attisdropped"
    " ORDER BY a.attrelid, a.attnum";

/* A CHECK holds for what inherits, too, unless it says NO INHERIT. */
static const char checks_sql[] =
    "SELECT k.conrelid, k.conbin FROM pg_catalog.pg_constraint AS k"
    " JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid"
    " WHERE k.contype = 'c' AND k.convalidated AND NOT k.connoinherit"
    " AND c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS f"
    " JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = f.oid WHERE f.relkind = 'f')"
    " ORDER BY k.oid";

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
		attribute->never_null = aet__result_bool(result, i, 5);
		attribute->insert_kept = aet__result_bool(result, i, 6);
		attribute->update_kept = aet__result_bool(result, i, 7);
	}
}

/* CHECK (x IS NOT NULL), or that AND something; nulltesttype 1 is IS NOT NULL. */
static void
note_check(codegen_pg_types *types, uint32_t relation, const codegen_node *check)
{
	const codegen_node *args = codegen_node_field(check, "args");
	const codegen_node *var = codegen_node_field(check, "arg");

	if (codegen_node_is(check, "BOOLEXPR") &&
	    strcmp(codegen_node_text(check, "boolop"), "and") == 0)
		for (size_t i = 0; i < codegen_node_count(args); i++)
			note_check(types, relation, codegen_node_item(args, i));
	if (!codegen_node_is(check, "NULLTEST") || !codegen_node_is(var, "VAR") ||
	    codegen_node_number(check, "nulltesttype") != 1 ||
	    codegen_node_flag(check, "argisrow"))
		return;
	for (size_t i = 0; i < types->attribute_count; i++)
		if (types->attributes[i].relation == relation &&
		    types->attributes[i].number == codegen_node_number(var, "varattno"))
			types->attributes[i].never_null = true;
}

static void
store_checks(codegen_memory *memory, const aet__result *result, codegen_pg_types *types)
{
	for (size_t i = 0; i < aet__result_rows(result); i++)
		note_check(types, oid_at(result, i, 0),
		    codegen_tree_parse(memory, aet__result_text(result, i, 1)));
}

typedef void storing(
    codegen_memory *memory, const aet__result *result, codegen_pg_types *types);

/* Memory running out leaves by longjmp; the process is about to end then, and
 * a result with it: memory.h. */
aet_status
codegen_pg_types_read(codegen_memory *memory, aet__connection *connection,
    aet__deadline deadline, codegen_pg_types **out, aet_error *err)
{
	static const struct {
		const char *sql;
		storing *store;
	} steps[] = { { types_sql, store_types }, { attributes_sql, store_attributes },
		{ checks_sql, store_checks } };
	codegen_pg_types *types = codegen_room(memory, 1, sizeof(*types));

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		aet__result *result = NULL;
		aet_status status = aet__connection_query(
		    connection, steps[i].sql, NULL, 0, deadline, &result, err);

		if (status != AET_OK)
			return status;
		steps[i].store(memory, result, types);
		aet__result_free(result);
	}
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
