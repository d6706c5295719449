/* SPDX-License-Identifier: MIT */
/* What is known by its name and definition only: one query for all of it. */
#include "catalog/reader.h"

#include "core/error.h"
#include "core/text.h"

/* clang-format off */

/* Each gives kind, schema, table, name and definition. */
static const char *const kinds[] = {
    "SELECT CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure'"
    " ELSE 'function' END, " AET__SCHEMA_NAME("n") ", NULL, p.proname || '('"
    " || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',"
    " CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END"
    " FROM pg_catalog.pg_proc AS p"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace"
    " WHERE " AET__IN_SCOPE("n.oid") " AND " AET__NOT_IN_EXTENSION("p.oid", "pg_proc")
    /* The constructors of a range type belong to it. */
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS part"
    " WHERE part.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass"
    " AND part.objid = p.oid AND part.deptype = 'i')",

    "SELECT 'trigger', " AET__SCHEMA_NAME("n") ", c.relname, t.tgname,"
    " pg_catalog.pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'D' THEN ' DISABLED'"
    " WHEN 'R' THEN ' ON REPLICA' WHEN 'A' THEN ' ALWAYS' ELSE '' END"
    " FROM pg_catalog.pg_trigger AS t"
    " JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE " AET__IN_SCOPE("n.oid") " AND NOT t.tgisinternal",

    "SELECT 'policy', " AET__SCHEMA_NAME("n") ", c.relname, p.polname,"
    " pg_catalog.format('AS %s FOR %s TO %s USING (%s) WITH CHECK (%s)',"
    " CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,"
    " CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'"
    " WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,"
    " (SELECT pg_catalog.string_agg(CASE WHEN r.role = 0 THEN 'PUBLIC'"
    " ELSE pg_catalog.pg_get_userbyid(r.role)::text END, ', ' ORDER BY r.role)"
    " FROM pg_catalog.unnest(p.polroles) AS r (role)),"
    " pg_catalog.pg_get_expr(p.polqual, p.polrelid),"
    " pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))"
    " FROM pg_catalog.pg_policy AS p"
    " JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE " AET__IN_SCOPE("n.oid"),

    /* A view's query is its definition already. */
    "SELECT 'rule', " AET__SCHEMA_NAME("n") ", c.relname, r.rulename,"
    " pg_catalog.pg_get_ruledef(r.oid)"
    " FROM pg_catalog.pg_rewrite AS r"
    " JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE " AET__IN_SCOPE("n.oid") " AND r.rulename <> '_RETURN'",

    "SELECT 'extension', NULL, NULL, e.extname, NULL"
    " FROM pg_catalog.pg_extension AS e WHERE " AET__IN_SCOPE("e.extnamespace"),

    "SELECT CASE c.relkind WHEN 'c' THEN 'composite type' ELSE 'foreign table' END,"
    " " AET__SCHEMA_NAME("n") ", NULL, c.relname,"
    " (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s', a.attname,"
    " pg_catalog.format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)"
    " FROM pg_catalog.pg_attribute AS a"
    " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)"
    " FROM pg_catalog.pg_class AS c"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE " AET__IN_SCOPE("n.oid") " AND c.relkind IN ('c', 'f')"
    " AND " AET__NOT_IN_EXTENSION("c.oid", "pg_class"),

    "SELECT 'range type', " AET__SCHEMA_NAME("n") ", NULL, t.typname,"
    " pg_catalog.format_type(r.rngsubtype, NULL)"
    " FROM pg_catalog.pg_range AS r"
    " JOIN pg_catalog.pg_type AS t ON t.oid = r.rngtypid"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace"
    " WHERE " AET__IN_SCOPE("n.oid") " AND " AET__NOT_IN_EXTENSION("t.oid", "pg_type"),

    "SELECT 'statistics', " AET__SCHEMA_NAME("n") ", NULL, s.stxname,"
    " pg_catalog.pg_get_statisticsobjdef(s.oid)"
    " FROM pg_catalog.pg_statistic_ext AS s"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = s.stxnamespace"
    " WHERE " AET__IN_SCOPE("n.oid"),
};
/* clang-format on */

static void
add_query(aet__text *sql)
{
	aet__text_add(sql, "SELECT kind, home, place, name, definition FROM (");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		aet__text_add(sql, i > 0 ? " UNION ALL " : "");
		aet__text_add(sql, kinds[i]);
	}
	aet__text_add(sql, ") AS object (kind, home, place, name, definition)"
			   " ORDER BY kind COLLATE \"C\", home, place NULLS FIRST,"
			   " name COLLATE \"C\"");
}

static aet_status
run_query(aet__reader *reader, aet__result **out)
{
	aet__text sql = { 0 };
	aet_status status;

	add_query(&sql);
	if (aet__text_ok(&sql))
		status = aet__reader_query(reader, aet__text_view(&sql), out);
	else
		status = aet__error_memory(reader->err);
	aet__text_free(&sql);
	return status;
}

aet_status
aet__read_objects(aet__reader *reader)
{
	aet__result *result = NULL;
	aet_status status = run_query(reader, &result);
	aet__object *objects;
	size_t rows;

	if (status != AET_OK)
		return status;
	rows = aet__result_rows(result);
	objects = aet__arena_array(reader->arena, rows, sizeof(*objects));
	for (size_t row = 0; objects != NULL && row < rows; row++) {
		objects[row].kind = aet__reader_text(reader, result, row, 0);
		objects[row].schema = aet__reader_text(reader, result, row, 1);
		objects[row].table = aet__reader_text(reader, result, row, 2);
		objects[row].name = aet__reader_text(reader, result, row, 3);
		objects[row].definition = aet__reader_text(reader, result, row, 4);
	}
	reader->catalog->objects = objects;
	reader->catalog->object_count = rows;
	return aet__reader_done(reader, result);
}
