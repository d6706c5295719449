/* SPDX-License-Identifier: MIT */
/* In the generated test: each row that a query gave is looked for once more, by the
 * values that C has of it, in what PostgreSQL itself shows as text. */
#include <stdio.h>
#include <string.h>

#include "emit.h"
#include "template.h"

static const char same[] =
    "/* What was read, and sent back, is what PostgreSQL shows as text. */\n"
    "static void\n"
    "expect_found(const char *what, aet_status status, int64_t found, const aet_error "
    "*err)\n"
    "{\n"
    "\tif (status == AET_OK && found > 0)\n"
    "\t\treturn;\n"
    "\tfprintf(stderr, \"%s: %s\\n\", what,\n"
    "\t    status == AET_OK ? \"a value is not what is there\" : err->message);\n"
    "\tfailures++;\n"
    "}\n"
    "\n";

static const char function[] =
    "static void\n"
    "find_{{name}}(aet_db *db, {{parameters}}const {{row}} *row)\n"
    "{\n"
    "\taet_args args = { 0 };\n"
    "\tint64_t rows = 0;\n"
    "\taet_status status;\n"
    "\taet_error err;\n"
    "\n"
    "{{binds}}"
    "\tstatus = aet_statement_exec(db, &{{statement}}, &args, &rows, &err);\n"
    "\texpect_found(\"{{title}}\", status, rows, &err);\n"
    "}\n"
    "\n";

/* One whose values the server can be given back, and show as text: of pseudo-types
 * there is no value, an empty vector is refused, and the others are never taken from
 * a client. */
static bool
can_be_asked(const codegen_model *model, const codegen_query_column *column)
{
	static const char *const never[] = { "int2vector", "oidvector", "pg_node_tree",
		"pg_ndistinct", "pg_dependencies", "pg_mcv_list", "pg_brin_bloom_summary",
		"pg_brin_minmax_multi_summary" };
	const codegen_pg_type *type =
	    codegen_pg_type_find(model->pg_types, column->type_oid);

	if (type == NULL || type->kind == 'p')
		return false;
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strcmp(type->name, never[i]) == 0)
			return false;
	return true;
}

bool
codegen_is_same_wanted(const codegen_model *model, const codegen_query *query)
{
	bool row = query->kind == CODEGEN_ONE || query->kind == CODEGEN_OPT ||
		   query->kind == CODEGEN_MANY;

	if (!row || !query->repeatable || query->piece_count > 0)
		return false;
	for (size_t i = 0; i < query->column_count; i++)
		if (can_be_asked(model, &query->columns[i]))
			return true;
	return false;
}

/* ---- the statement ------------------------------------------------------------ */

/* The query's own parameters come first, as its SQL numbers them. */
static const char *
statement_sql(const codegen_model *model, const codegen_query *query)
{
	size_t number = query->parameter_count;
	aet__text values = { 0 };
	aet__text sql = { 0 };

	aet__text_addf(&sql, "SELECT FROM (%s\n) AS q (", query->sql);
	for (size_t i = 0; i < query->column_count; i++)
		aet__text_addf(&sql, "%sc%zu", i > 0 ? ", " : "", i + 1);
	aet__text_add(&sql, ") WHERE ROW(");
	for (size_t i = 0; i < query->column_count; i++) {
		const char *comma = values.len > 0 ? ", " : "";

		if (!can_be_asked(model, &query->columns[i]))
			continue;
		aet__text_addf(&sql, "%sc%zu::text", comma, i + 1);
		aet__text_addf(&values, "%s$%zu::text", comma, ++number);
	}
	aet__text_addf(&sql, ") IS NOT DISTINCT FROM ROW(%s)", aet__text_view(&values));
	aet__text_free(&values);
	return codegen_keep(model->memory, &sql);
}

/* found_x_parameters belongs to x, and to x_parameters. */
static const char *
statement_name(codegen_unit *unit, const codegen_query *query)
{
	const char *stem = codegen_format(unit->memory, "found_%s", query->name);
	const char *name = codegen_scope_unique(&unit->statics, stem);

	codegen_scope_take(
	    &unit->statics, codegen_format(unit->memory, "%s_parameters", name), "");
	return name;
}

static void
plan_statement(codegen_unit *unit, const codegen_query *query, const char *name)
{
	codegen_statement *statement =
	    codegen_unit_statement(unit, name, statement_sql(unit->model, query), NULL);

	for (size_t i = 0; i < query->parameter_count; i++)
		codegen_statement_parameter(unit, statement, query->parameters[i].name,
		    query->parameters[i].type);
	for (size_t i = 0; i < query->column_count; i++)
		if (can_be_asked(unit->model, &query->columns[i]))
			codegen_statement_parameter(unit, statement,
			    query->columns[i].name, query->columns[i].type);
}

/* ---- the function --------------------------------------------------------------- */

static void
bind(codegen_unit *unit, aet__text *out, const codegen_type *type, bool nullable,
    const char *value)
{
	if (nullable)
		codegen_bind_nullable(unit, out, type, value, "&args");
	else
		codegen_bind_value(unit, out, type, value, "&args");
}

static const char *
binds_of(codegen_unit *unit, const codegen_query *query, const codegen_column *columns,
    bool params)
{
	aet__text out = { 0 };

	for (size_t i = 0; i < query->parameter_count; i++) {
		const codegen_query_parameter *parameter = &query->parameters[i];

		bind(unit, &out, parameter->type, parameter->nullable,
		    codegen_format(
			unit->memory, "%s%s", params ? "params->" : "", parameter->name));
	}
	for (size_t i = 0; i < query->column_count; i++) {
		const codegen_column *column = &columns[i];
		bool open = column->type->values != NULL && column->type->values->open;

		if (can_be_asked(unit->model, &query->columns[i]))
			bind(unit, &out, column->type, column->nullable,
			    codegen_format(unit->memory, "row->%s",
				open ? column->text_name : column->name));
	}
	return codegen_keep(unit->memory, &out);
}

/* The arguments of the query's function up to its output, as they are declared. */
static const char *
parameters_of(codegen_unit *unit, const codegen_function *of)
{
	aet__text out = { 0 };

	for (size_t i = 0; i + 1 < of->argument_count; i++)
		aet__text_addf(&out, "%s%s%s, ", of->arguments[i].c,
		    codegen_type_space(of->arguments[i].c), of->arguments[i].name);
	return codegen_keep(unit->memory, &out);
}

/* The row that the query has in its unit's plan, by its columns. */
static const codegen_column *
columns_of(codegen_unit *unit, const codegen_query *query)
{
	codegen_column *columns;

	if (query->row != NULL)
		return codegen_noun_row(unit, query->row)->columns;
	columns = codegen_room(unit->memory, query->column_count, sizeof(*columns));
	for (size_t i = 0; i < query->column_count; i++)
		columns[i] = (codegen_column){ .name = query->columns[i].name,
			.text_name = query->columns[i].text_name,
			.type = query->columns[i].type,
			.nullable = query->columns[i].nullable };
	return columns;
}

void
codegen_emit_same(codegen_unit *unit, aet__text *out, const codegen_function *of)
{
	const codegen_query *query = of->query;
	const char *row = query->row != NULL ? query->row->c : query->row_c;
	const char *statement = statement_name(unit, query);
	bool params = of->argument_count > 0 && of->arguments[0].role == CODEGEN_PARAMS;

	plan_statement(unit, query, statement);
	aet__text_add(out, codegen_fill(unit->memory, function, "name", query->name,
			       "parameters", parameters_of(unit, of), "row", row, "binds",
			       binds_of(unit, query, columns_of(unit, query), params),
			       "statement", statement, "title", query->title));
}

/* What those functions stand on, once all of them are there. */
void
codegen_emit_same_head(aet__text *out, codegen_unit *unit)
{
	bool too_long = false;

	if (unit->statement_count == 0)
		return;
	for (size_t i = 0; i < unit->statement_count; i++)
		too_long =
		    too_long || strlen(unit->statements[i].sql) > CODEGEN_STRING_LIMIT;
	if (too_long)
		aet__text_add(out, CODEGEN_LONG_STRINGS);
	for (size_t i = 0; i < unit->helper_count; i++)
		aet__text_addf(out, "%s\n", unit->helpers[i]);
	for (size_t i = 0; i < unit->statement_count; i++)
		codegen_emit_statement(out, unit, &unit->statements[i]);
	for (size_t i = 0; i < unit->binder_count; i++)
		aet__text_addf(out, "%s\n", unit->binders[i]);
	aet__text_add(out, same);
}
