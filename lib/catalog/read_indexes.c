/* SPDX-License-Identifier: MIT */
#include "catalog/reader.h"

/* clang-format off */

/* One row for each key of each index. An int2vector counts from 0. */
static const char indexes_query[] =
    "SELECT i.indrelid, i.indexrelid, x.relname, m.amname, i.indisunique,"
    " i.indisprimary, i.indisvalid, " AET__NULLS_NOT_DISTINCT("i") ","
    " pg_catalog.pg_get_expr(i.indpred, i.indrelid), k.conname,"
    " CASE WHEN key.place = 1 THEN pg_catalog.pg_get_indexdef(i.indexrelid) END, " AET__COMMENT("x.oid", "pg_class") ","
    " a.attname, CASE WHEN a.attname IS NULL"
    " THEN pg_catalog.pg_get_indexdef(i.indexrelid, key.place, false)"
    " ELSE pg_catalog.quote_ident(a.attname) END,"
    " pg_catalog.quote_ident(opn.nspname) || '.' || pg_catalog.quote_ident(op.opcname),"
    " " AET__COLLATION_NAME("co") ","
    " (i.indoption[key.place - 1] & 1) <> 0, (i.indoption[key.place - 1] & 2) <> 0,"
    " key.place > i.indnkeyatts"
    " FROM pg_catalog.pg_index AS i"
    " JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid"
    " JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid"
    " JOIN pg_catalog.pg_am AS m ON m.oid = x.relam"
    " CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnatts) AS key (place)"
    " LEFT JOIN pg_catalog.pg_attribute AS a"
    " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[key.place - 1]"
    " AND a.attnum <> 0"
    " LEFT JOIN pg_catalog.pg_opclass AS op"
    " ON op.oid = i.indclass[key.place - 1] AND NOT op.opcdefault"
    " LEFT JOIN pg_catalog.pg_namespace AS opn ON opn.oid = op.opcnamespace"
    " LEFT JOIN pg_catalog.pg_collation AS co"
    " ON co.oid = i.indcollation[key.place - 1] AND co.oid <>"
    " COALESCE(a.attcollation, 'pg_catalog.\"default\"'::pg_catalog.regcollation)"
    " LEFT JOIN pg_catalog.pg_constraint AS k"
    " ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')"
    " WHERE " AET__IN_SCOPE("c.relnamespace") " AND c.relkind IN ('r', 'p', 'm')"
    " ORDER BY i.indrelid, x.relname, x.oid, key.place";
/* clang-format on */

enum {
	TABLE,
	OID,
	NAME,
	METHOD,
	UNIQUE,
	PRIMARY,
	VALID,
	NULLS_NOT_DISTINCT,
	PREDICATE,
	CONSTRAINT,
	DEFINITION,
	COMMENT,
	KEY_COLUMN,
	KEY_TEXT,
	KEY_OPCLASS,
	KEY_COLLATION,
	KEY_DESCENDING,
	KEY_NULLS_FIRST,
	KEY_INCLUDED
};

static void
store_key(
    const aet__reader *reader, const aet__result *result, size_t row, aet__index_key *key)
{
	key->column = aet__reader_text(reader, result, row, KEY_COLUMN);
	key->text = aet__reader_text(reader, result, row, KEY_TEXT);
	key->opclass = aet__reader_text(reader, result, row, KEY_OPCLASS);
	key->collation = aet__reader_text(reader, result, row, KEY_COLLATION);
	key->descending = aet__result_bool(result, row, KEY_DESCENDING);
	key->nulls_first = aet__result_bool(result, row, KEY_NULLS_FIRST);
	key->included = aet__result_bool(result, row, KEY_INCLUDED);
}

static void
store_index(
    const aet__reader *reader, const aet__result *result, size_t row, aet__index *index)
{
	index->oid = aet__reader_oid(result, row, OID);
	index->name = aet__reader_text(reader, result, row, NAME);
	index->method = aet__reader_text(reader, result, row, METHOD);
	index->unique = aet__result_bool(result, row, UNIQUE);
	index->primary = aet__result_bool(result, row, PRIMARY);
	index->valid = aet__result_bool(result, row, VALID);
	index->nulls_not_distinct = aet__result_bool(result, row, NULLS_NOT_DISTINCT);
	index->predicate = aet__reader_text(reader, result, row, PREDICATE);
	index->constraint = aet__reader_text(reader, result, row, CONSTRAINT);
	index->definition = aet__reader_text(reader, result, row, DEFINITION);
	index->comment = aet__reader_text(reader, result, row, COMMENT);
}

static void
store_indexes(aet__reader *reader, const aet__result *result)
{
	size_t rows = aet__result_rows(result);
	aet__index *next = aet__arena_array(reader->arena, rows, sizeof(*next));
	aet__index_key *keys = aet__arena_array(reader->arena, rows, sizeof(*keys));
	size_t place = 0;

	if (next == NULL || keys == NULL)
		return;
	for (size_t row = 0, end; row < rows; row = end) {
		uint32_t oid = aet__reader_oid(result, row, TABLE);
		aet__table *table = aet__reader_table(reader, oid, &place);

		end = aet__reader_next(result, row, OID);
		if (table == NULL)
			continue;
		if (table->index_count == 0)
			table->indexes = next;
		table->index_count++;
		store_index(reader, result, row, next);
		for (size_t i = row; i < end; i++)
			store_key(reader, result, i, &keys[i]);
		next->keys = &keys[row];
		next->key_count = end - row;
		next++;
	}
}

aet_status
aet__read_indexes(aet__reader *reader)
{
	aet__result *result = NULL;
	aet_status status = aet__reader_query(reader, indexes_query, &result);

	if (status != AET_OK)
		return status;
	store_indexes(reader, result);
	return aet__reader_done(reader, result);
}
