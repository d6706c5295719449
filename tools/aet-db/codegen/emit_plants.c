/* SPDX-License-Identifier: MIT */
/* Rows to read: for each table one of sample values, and one of NULLs wherever
 * a column allows them. What a constraint refuses is left out when it runs. */
#include <string.h>

#include "emit.h"

/* By pg_type.typname. %d is the row's number, so that keys differ. */
static const struct {
	const char *type;
	const char *sample;
} samples[] = {
	{ "bit", "1" },
	{ "bool", "true" },
	{ "box", "(3,4),(1,2)" },
	{ "bytea", "\\x00ff" },
	{ "char", "x" },
	{ "cid", "7" },
	{ "cidr", "192.0.2.0/24" },
	{ "circle", "<(1,2),3>" },
	{ "citext", "sample %d" },
	{ "date", "2024-02-29" },
	{ "float4", "%d.5" },
	{ "float8", "%d.25" },
	{ "hstore", "a=>%d" },
	{ "inet", "192.0.2.%d" },
	{ "int2", "%d" },
	{ "int2vector", "%d 2" },
	{ "int4", "%d" },
	{ "int8", "%d" },
	{ "interval", "1 mon %d days 03:04:05.678" },
	{ "json", "{\"a\": %d}" },
	{ "jsonb", "{\"a\": %d}" },
	{ "jsonpath", "$.a" },
	{ "line", "{1,-1,0}" },
	{ "lseg", "[(1,2),(3,4)]" },
	{ "ltree", "a.b" },
	{ "macaddr", "08:00:2b:01:02:03" },
	{ "macaddr8", "08:00:2b:01:02:03:04:05" },
	{ "money", "%d.00" },
	{ "name", "sample%d" },
	{ "numeric", "0.%d" },
	{ "oid", "%d" },
	{ "oidvector", "%d 2" },
	{ "path", "[(1,2),(3,4)]" },
	{ "pg_lsn", "0/%d" },
	{ "point", "(1,2)" },
	{ "polygon", "((1,2),(3,4),(5,0))" },
	{ "text", "sample %d" },
	{ "tid", "(0,%d)" },
	{ "time", "12:34:56.789" },
	{ "timestamp", "2024-02-29 12:34:56.789" },
	{ "timestamptz", "2024-02-29 12:34:56.789+00" },
	{ "timetz", "12:34:56.789+02" },
	{ "tsquery", "a" },
	{ "tsvector", "a:1" },
	{ "uuid", "00000000-0000-4000-8000-00000000000%d" },
	{ "varbit", "1" },
	{ "varchar", "sample %d" },
	{ "bpchar", "s%d" },
	{ "xid", "%d" },
	{ "xid8", "%d" },
	{ "xml", "<a/>" },
};

static bool add_sample(
    aet__text *sql, const codegen_model *model, uint32_t oid, int number, int depth);

static const char *
sample_of(const char *type)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		if (strcmp(samples[i].type, type) == 0)
			return samples[i].sample;
	return NULL;
}

static bool
add_literal(aet__text *sql, const char *sample, int number)
{
	aet__text text = { 0 };

	if (sample == NULL)
		return false;
	for (; *sample != '\0'; sample++) {
		if (sample[0] == '%' && sample[1] == 'd') {
			aet__text_addf(&text, "%d", number);
			sample++;
		} else {
			aet__text_add_char(&text, *sample);
		}
	}
	aet__text_add_literal(sql, aet__text_view(&text));
	aet__text_free(&text);
	return true;
}

static bool
add_label(aet__text *sql, const codegen_model *model, uint32_t oid, int number)
{
	const aet__enum_type *type = aet__catalog_enum(model->catalog, oid);

	if (type == NULL || type->label_count == 0)
		return false;
	aet__text_add_literal(sql, type->labels[(size_t)number % type->label_count]);
	return true;
}

static bool
add_members(aet__text *sql, const codegen_model *model, const codegen_pg_type *type,
    int number, int depth)
{
	size_t count;
	const codegen_pg_attribute *first =
	    codegen_pg_attributes_of(model->pg_types, type->relation, &count);

	aet__text_add(sql, "ROW(");
	for (size_t i = 0; i < count; i++) {
		aet__text_add(sql, i > 0 ? ", " : "");
		if (!add_sample(sql, model, first[i].type, number, depth + 1))
			return false;
	}
	aet__text_add_char(sql, ')');
	return true;
}

static bool
add_range(aet__text *sql, const codegen_model *model, const codegen_pg_type *type,
    int number, int depth)
{
	codegen_add_sql_name(sql, type->schema);
	aet__text_add_char(sql, '.');
	codegen_add_sql_name(sql, type->name);
	aet__text_add_char(sql, '(');
	if (!add_sample(sql, model, type->subtype, number, depth + 1))
		return false;
	aet__text_add(sql, type->kind == 'r' ? ", NULL)" : ")");
	return true;
}

static bool
add_value(aet__text *sql, const codegen_model *model, const codegen_pg_type *type,
    int number, int depth)
{
	if (type->kind == 'e')
		return add_label(sql, model, type->oid, number);
	if (type->kind == 'd')
		return add_sample(sql, model, type->base, number, depth + 1);
	if (type->kind == 'c')
		return add_members(sql, model, type, number, depth);
	if (type->kind == 'r' || type->kind == 'm')
		return add_range(sql, model, type, number, depth);
	if (type->element == 0 || sample_of(type->name) != NULL)
		return add_literal(sql, sample_of(type->name), number);
	aet__text_add(sql, "ARRAY[");
	if (!add_sample(sql, model, type->element, number, depth + 1))
		return false;
	aet__text_add_char(sql, ']');
	return true;
}

static bool
add_sample(
    aet__text *sql, const codegen_model *model, uint32_t oid, int number, int depth)
{
	const codegen_pg_type *type = codegen_pg_type_find(model->pg_types, oid);

	if (type == NULL || depth > 8)
		return false;
	aet__text_add(sql, "CAST(");
	if (!add_value(sql, model, type, number, depth))
		return false;
	aet__text_addf(sql, " AS %s)", type->text);
	return true;
}

static const char *
value_of(const codegen_model *model, const aet__table_column *column, int number)
{
	bool nullable = !column->not_null && !column->domain_not_null;
	aet__text sql = { 0 };

	if (number == 2 && nullable)
		return "NULL";
	if (!add_sample(&sql, model, column->type, number, 0)) {
		aet__text_free(&sql);
		return nullable ? "NULL" : "DEFAULT";
	}
	if (strcmp(column->type_text, column->type_plain) == 0)
		return codegen_keep(model->memory, &sql);
	return codegen_format(model->memory, "CAST(%s AS %s)",
	    codegen_keep(model->memory, &sql), column->type_text);
}

static void
add_statement(const codegen_model *model, codegen_script *script, aet__text *sql)
{
	script->items = codegen_append(
	    model->memory, script->items, &script->count, sizeof(const char *));
	script->items[script->count - 1] = codegen_keep(model->memory, sql);
}

static void
add_name(aet__text *sql, const aet__table *table)
{
	codegen_add_sql_name(sql, table->schema);
	aet__text_add_char(sql, '.');
	codegen_add_sql_name(sql, table->name);
}

static void
plant(const codegen_model *model, codegen_script *script, const aet__table *table,
    int number)
{
	aet__text values = { 0 };
	aet__text sql = { 0 };

	aet__text_add(&sql, "INSERT INTO ");
	add_name(&sql, table);
	for (size_t i = 0; i < table->column_count; i++) {
		const aet__table_column *column = &table->columns[i];

		if (column->generated != '\0')
			continue;
		aet__text_add(&sql, values.len == 0 ? " (" : ", ");
		codegen_add_sql_name(&sql, column->name);
		aet__text_add(&values, values.len == 0 ? "" : ", ");
		aet__text_add(&values, value_of(model, column, number));
	}
	if (values.len == 0)
		aet__text_add(&sql, " DEFAULT VALUES");
	else
		aet__text_addf(&sql, ") OVERRIDING SYSTEM VALUE VALUES (%s)",
		    aet__text_view(&values));
	aet__text_free(&values);
	add_statement(model, script, &sql);
}

static void
add_setting(const codegen_model *model, codegen_script *script, const char *setting)
{
	aet__text sql = { 0 };

	aet__text_add(&sql, setting);
	add_statement(model, script, &sql);
}

/* The schema's own settings go first. Rows of one table need none of another's, and fire no triggers; a query that
 * sample rows send round in circles ends. */
void
codegen_plant(const codegen_model *model, codegen_script *script)
{
	const aet__catalog *catalog = model->catalog;

	add_setting(model, script, "RESET SESSION AUTHORIZATION");
	add_setting(model, script, "RESET ROLE");
	add_setting(model, script, "RESET ALL");
	add_setting(model, script, "SET session_replication_role = replica");
	for (size_t i = 0; i < catalog->table_count; i++) {
		const aet__table *table = &catalog->tables[i];

		if (table->kind != AET__TABLE_ORDINARY &&
		    table->kind != AET__TABLE_PARTITIONED)
			continue;
		if (model->library_count > 0 && strcmp(table->schema, "aeturnis") == 0)
			continue;
		plant(model, script, table, 1);
		plant(model, script, table, 2);
	}
	add_setting(model, script, "SET session_replication_role = origin");
	add_setting(model, script, "SET statement_timeout = '2s'");
	for (size_t i = 0; i < catalog->table_count; i++) {
		aet__text sql = { 0 };

		if (catalog->tables[i].kind != AET__TABLE_MATERIALIZED_VIEW)
			continue;
		aet__text_add(&sql, "REFRESH MATERIALIZED VIEW ");
		add_name(&sql, &catalog->tables[i]);
		add_statement(model, script, &sql);
	}
}
