/* SPDX-License-Identifier: MIT */
/* Find by each key, many by primary key, count. */
#include <string.h>

#include "plan.h"
#include "template.h"

static void
add_where(aet__text *sql, const codegen_key *key)
{
	for (size_t i = 0; i < key->count; i++) {
		aet__text_add(sql, i == 0 ? " WHERE " : " AND ");
		codegen_add_sql_name(sql, key->fields[i]->column->name);
		aet__text_addf(sql, " = $%zu", i + 1);
	}
}

static const char *
find_about(codegen_unit *unit, const codegen_key *key)
{
	if (key->primary)
		return "Finds a row by its primary key.";
	return codegen_format(
	    unit->memory, "Finds a row by a unique key: %s.", key->constraint);
}

static void
plan_find(codegen_unit *unit, const codegen_key *key)
{
	const codegen_noun *noun = unit->noun;
	const char *name = codegen_format(unit->memory, "%s_%s", noun->name, key->find);
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_%s", noun->c, key->find));
	codegen_statement *statement;
	aet__text binds = { 0 };
	aet__text sql = { 0 };

	aet__text_addf(&sql, "SELECT %s FROM %s", unit->row->select, noun->sql_name);
	add_where(&sql, key);
	statement = codegen_unit_statement(
	    unit, name, codegen_keep(unit->memory, &sql), unit->row);
	for (size_t i = 0; i < key->count; i++) {
		const codegen_field *field = key->fields[i];

		codegen_statement_parameter(
		    unit, statement, field->column->name, field->type);
		codegen_function_argument(unit, function,
		    codegen_value_argument(field->type), field->parameter, NULL);
		codegen_bind_argument(unit, &binds, field->type, field->parameter);
	}
	codegen_function_out(unit, function, noun->c, false, false);
	function->about = find_about(unit, key);
	function->fails = "AET_ENOTFOUND: there is no such row.";
	function->body = codegen_fill(unit->memory,
	    "\taet_args args = { 0 };\n"
	    "\n"
	    "{{binds}}"
	    "\treturn aet_statement_find_one(db, &{{statement}}, &args, out, err);\n",
	    "binds", codegen_keep(unit->memory, &binds), "statement", name);
}

/* Columns of the answer and of unnest stand side by side, so the latter's have
 * names that no column has by chance. */
static const char *
by_keys_sql(codegen_unit *unit, const codegen_field *field)
{
	aet__text column = { 0 };

	codegen_add_sql_name(&column, field->column->name);
	return codegen_fill(unit->memory,
	    "SELECT {{select}} FROM unnest($1::{{type}}[]) WITH ORDINALITY AS wanted "
	    "(aet_key, aet_place) JOIN {{table}} ON {{column}} = aet_key ORDER BY "
	    "aet_place",
	    "select", unit->row->select, "type", field->type->sql, "table",
	    unit->noun->sql_name, "column", codegen_keep(unit->memory, &column));
}

static void
plan_by_keys(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	const codegen_field *field = noun->keys[0].fields[0];
	const char *plural =
	    codegen_plural(unit->memory, codegen_name(unit->memory, field->column->name));
	const char *name =
	    codegen_format(unit->memory, "%s_list_by_%s", noun->name, plural);
	const char *items = codegen_parameter_name(unit->memory, plural);
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_list_by_%s", noun->c, plural));
	codegen_statement *statement =
	    codegen_unit_statement(unit, name, by_keys_sql(unit, field), unit->row);

	codegen_statement_parameter(unit, statement, plural, field->type);
	statement->parameters[0].array = true;
	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "const %s *", field->type->c), items,
	    "count of them");
	codegen_function_argument(unit, function, "size_t", "count", NULL);
	codegen_function_out(unit, function, noun->c, true, false);
	function->about =
	    "Lists rows by many primary keys in one round trip, in the order "
	    "of the keys. What is not there is left out.";
	function->body = codegen_fill(unit->memory,
	    "\taet_args args = { 0 };\n"
	    "\n"
	    "\taet_args_{{codec}}_array(&args, {{items}}, count, sizeof(*{{items}}));\n"
	    "\treturn aet_statement_list(db, &{{statement}}, &args, out, err);\n",
	    "codec", field->type->codec, "items", items, "statement", name);
}

static const codegen_row *
count_row(codegen_unit *unit)
{
	codegen_row *row = codegen_room(unit->memory, 1, sizeof(*row));
	codegen_column *column = codegen_room(unit->memory, 1, sizeof(*column));

	column->sql_name = "count";
	column->type = codegen_type_by_oid(20);
	row->c = "int64_t";
	row->stem = codegen_format(unit->memory, "%s_count", unit->noun->name);
	row->variable = "count";
	row->columns = column;
	row->column_count = 1;
	return row;
}

static void
plan_count(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	const char *name = codegen_format(unit->memory, "%s_count", noun->name);
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_count", noun->c));

	codegen_unit_statement(unit, name,
	    codegen_format(unit->memory, "SELECT count(*) FROM %s", noun->sql_name),
	    count_row(unit));
	codegen_function_argument(
	    unit, function, "int64_t *", "out", "untouched on failure");
	function->about = "Counts the rows.";
	function->body = codegen_fill(unit->memory,
	    "\taet_args args = { 0 };\n"
	    "\n"
	    "\treturn aet_statement_read_one(db, &{{statement}}, &args, out, err);\n",
	    "statement", name);
}

void
codegen_plan_reads(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;

	for (size_t i = 0; i < noun->key_count; i++)
		plan_find(unit, &noun->keys[i]);
	if (noun->key_count > 0 && noun->keys[0].primary && noun->keys[0].count == 1 &&
	    noun->keys[0].fields[0]->type->arrays)
		plan_by_keys(unit);
	plan_count(unit);
}
