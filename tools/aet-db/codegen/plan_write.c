/* SPDX-License-Identifier: MIT */
/* Insert, update and delete. */
#include <string.h>

#include "plan.h"
#include "template.h"

static const char *
returning(codegen_unit *unit)
{
	return codegen_format(unit->memory, " RETURNING %s", unit->row->select);
}

static void
plan_insert_binder(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	aet__text lines = { 0 };
	bool empty;

	for (size_t i = 0; i < noun->field_count; i++) {
		if (noun->fields[i].required)
			codegen_bind_member(
			    unit, &lines, &noun->fields[i], noun->variable);
		else if (noun->fields[i].insertable)
			codegen_bind_field(
			    unit, &lines, &noun->fields[i], noun->variable);
	}
	empty = lines.len == 0;
	codegen_unit_binder(
	    unit, codegen_fill(unit->memory,
		      !empty ? "static void\n"
			       "bind_new_{{name}}(aet_args *args, const void *item)\n"
			       "{\n"
			       "\tconst {{prefix}}_new_{{name}} *{{variable}} = item;\n"
			       "\n"
			       "\tif ({{variable}} == NULL) {\n"
			       "\t\taet_args_refuse(args);\n"
			       "\t\treturn;\n"
			       "\t}\n"
			       "{{lines}}"
			       "}\n"
			     : "static void\n"
			       "bind_new_{{name}}(aet_args *args, const void *item)\n"
			       "{\n"
			       "\t(void)args;\n"
			       "\t(void)item;\n"
			       "}\n",
		      "name", noun->name, "variable", noun->variable, "prefix",
		      unit->model->config->prefix, "lines",
		      codegen_keep(unit->memory, &lines)));
}

static const char *
plan_insert_statement(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	const char *name = codegen_format(unit->memory, "%s_insert", noun->name);
	codegen_statement *statement = codegen_unit_statement(unit, name,
	    codegen_format(unit->memory, "INSERT INTO %s", noun->sql_name), unit->row);

	statement->kind = AET_STATEMENT_INSERT;
	statement->writes = true;
	statement->tail = returning(unit);
	for (size_t i = 0; i < noun->field_count; i++)
		if (noun->fields[i].insertable)
			codegen_statement_parameter(unit, statement,
			    noun->fields[i].column->name, noun->fields[i].type);
	return name;
}

/* "AET_ECONFLICT: ..." with the names that error.constraint may have. */
static const char *
conflicts(codegen_unit *unit, const char *before)
{
	const codegen_noun *noun = unit->noun;
	aet__text out = { 0 };

	aet__text_add(&out, before);
	for (size_t i = 0; i < noun->key_count; i++)
		aet__text_addf(&out, "%s%s",
		    i == 0
			? "\nAET_ECONFLICT: another row has its key; error.constraint is "
		    : i + 1 < noun->key_count ? ", "
					      : " or ",
		    noun->keys[i].constraint);
	aet__text_add(&out, noun->key_count > 0 ? "." : "");
	return codegen_keep(unit->memory, &out);
}

static void
plan_insert(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	const char *name = plan_insert_statement(unit);
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_insert", noun->c));

	plan_insert_binder(unit);
	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "const %s_new_%s *", unit->model->config->prefix,
		noun->name),
	    noun->variable, "borrowed for the call");
	codegen_function_out(unit, function, noun->c, false, true);
	function->about = "Inserts a row, and gives it back as the database has it.";
	function->fails =
	    conflicts(unit, "AET_EINVAL: error.column must be given, and was not.");
	function->body = codegen_fill(unit->memory,
	    "\taet_args args = { 0 };\n"
	    "\n"
	    "\tbind_new_{{name}}(&args, {{variable}});\n"
	    "\treturn aet_statement_find_one(db, &{{statement}}, &args, out, err);\n",
	    "name", noun->name, "variable", noun->variable, "statement", name);
}

static void
plan_insert_all(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	const char *items = codegen_parameter_name(unit->memory, noun->plural);
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_insert_all", noun->c));

	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "const %s_new_%s *", unit->model->config->prefix,
		noun->name),
	    items, "borrowed for the call; count of them");
	codegen_function_argument(unit, function, "size_t", "count", NULL);
	codegen_function_out(unit, function, noun->c, true, true);
	function->about =
	    "Inserts many rows in one round trip, all or none, and gives them "
	    "back in the same order. None at all is an empty list.";
	function->fails =
	    conflicts(unit, "AET_EINVAL: error.column must be given, and was not.");
	function->body = codegen_fill(unit->memory,
	    "\treturn aet_statement_insert_all(db, &{{name}}_insert, bind_new_{{name}}, "
	    "{{items}}, count, sizeof(*{{items}}), out, err);\n",
	    "name", noun->name, "items", items);
}

/* ---- by primary key ---------------------------------------------------------- */

static const char *
where_key(codegen_unit *unit)
{
	const codegen_key *key = &unit->noun->keys[0];
	aet__text where = { 0 };

	for (size_t i = 0; i < key->count; i++) {
		aet__text_add(&where, i == 0 ? " WHERE " : " AND ");
		codegen_add_sql_name(&where, key->fields[i]->column->name);
		aet__text_addf(&where, " = $%zu", i + 1);
	}
	return codegen_keep(unit->memory, &where);
}

static void
add_key(codegen_unit *unit, codegen_statement *statement, codegen_function *function,
    aet__text *binds)
{
	const codegen_key *key = &unit->noun->keys[0];

	for (size_t i = 0; i < key->count; i++) {
		const codegen_field *field = key->fields[i];

		codegen_statement_parameter(
		    unit, statement, field->column->name, field->type);
		codegen_function_argument(unit, function,
		    codegen_value_argument(field->type), field->parameter, NULL);
		codegen_bind_argument(unit, binds, field->type, field->parameter);
	}
}

static void
plan_update_statement(codegen_unit *unit, codegen_statement *statement)
{
	const codegen_noun *noun = unit->noun;
	const char *where = where_key(unit);

	statement->kind = AET_STATEMENT_UPDATE;
	statement->writes = true;
	statement->tail = codegen_format(unit->memory, "%s%s", where, returning(unit));
	statement->otherwise = codegen_format(unit->memory, "SELECT %s FROM %s%s",
	    unit->row->select, noun->sql_name, where);
	statement->keys = noun->keys[0].count;
}

static void
plan_update(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	const char *name = codegen_format(unit->memory, "%s_update", noun->name);
	codegen_statement *statement = codegen_unit_statement(unit, name,
	    codegen_format(unit->memory, "UPDATE %s SET", noun->sql_name), unit->row);
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_update", noun->c));
	aet__text binds = { 0 };
	size_t changes = 0;

	plan_update_statement(unit, statement);
	add_key(unit, statement, function, &binds);
	for (size_t i = 0; i < noun->field_count; i++) {
		const codegen_field *field = &noun->fields[i];

		if (!field->updatable)
			continue;
		codegen_statement_parameter(
		    unit, statement, field->column->name, field->type);
		statement->parameters[statement->parameter_count - 1].when_unset =
		    field->touch;
		changes++;
	}
	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "const %s_changes *", noun->c), "changes",
	    "borrowed for the call");
	codegen_function_out(unit, function, noun->c, false, true);
	function->about =
	    "Writes the fields that are set, and gives the row as it is then. If none is "
	    "set, nothing is touched and the row is read.";
	function->fails = conflicts(unit, "AET_ENOTFOUND: there is no such row.");
	aet__text_add(
	    &binds, changes > 0 ? codegen_format(unit->memory,
				      "\tbind_%s_changes(&args, changes);\n", noun->name)
				: "\t(void)changes;\n");
	function->body = codegen_fill(unit->memory,
	    "\taet_args args = { 0 };\n"
	    "\n"
	    "{{binds}}"
	    "\treturn aet_statement_find_one(db, &{{statement}}, &args, out, err);\n",
	    "binds", codegen_keep(unit->memory, &binds), "statement", name);
}

static void
plan_update_binder(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	aet__text lines = { 0 };

	for (size_t i = 0; i < noun->field_count; i++)
		if (noun->fields[i].updatable)
			codegen_bind_field(unit, &lines, &noun->fields[i], "changes");
	if (lines.len == 0)
		return;
	codegen_unit_binder(unit,
	    codegen_fill(unit->memory,
		"static void\n"
		"bind_{{name}}_changes(aet_args *args, const {{c}}_changes *changes)\n"
		"{\n"
		"\tif (changes == NULL) {\n"
		"\t\taet_args_refuse(args);\n"
		"\t\treturn;\n"
		"\t}\n"
		"{{lines}}"
		"}\n",
		"name", noun->name, "c", noun->c, "lines",
		codegen_keep(unit->memory, &lines)));
}

static void
plan_delete(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	const char *name = codegen_format(unit->memory, "%s_delete", noun->name);
	codegen_statement *statement = codegen_unit_statement(unit, name,
	    codegen_format(
		unit->memory, "DELETE FROM %s%s", noun->sql_name, where_key(unit)),
	    NULL);
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_delete", noun->c));
	aet__text binds = { 0 };

	statement->writes = true;
	add_key(unit, statement, function, &binds);
	function->about = "Deletes a row.";
	function->fails = "AET_ENOTFOUND: there is no such row.";
	function->body = codegen_fill(unit->memory,
	    "\taet_args args = { 0 };\n"
	    "\taet_status status;\n"
	    "\tint64_t rows = 0;\n"
	    "\n"
	    "{{binds}}"
	    "\tstatus = aet_statement_exec(db, &{{statement}}, &args, &rows, err);\n"
	    "\tif (status == AET_OK && rows == 0)\n"
	    "\t\treturn aet_error_set(err, AET_ENOTFOUND, \"{{statement}}: no row\");\n"
	    "\treturn status;\n",
	    "binds", codegen_keep(unit->memory, &binds), "statement", name);
}

void
codegen_plan_writes(codegen_unit *unit)
{
	plan_insert(unit);
	plan_insert_all(unit);
	if (unit->noun->key_count == 0 || !unit->noun->keys[0].primary)
		return;
	plan_update_binder(unit);
	plan_update(unit);
	plan_delete(unit);
}
