/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <string.h>

#include "registry.h"

static void
add_once(codegen_unit *unit, const char ***items, size_t *count, const char *text)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp((*items)[i], text) == 0)
			return;
	*items = codegen_append(unit->memory, *items, count, sizeof(**items));
	(*items)[*count - 1] = text;
}

void
codegen_unit_forward(codegen_unit *unit, const char *c)
{
	add_once(unit, &unit->forwards, &unit->forward_count, c);
}

void
codegen_unit_include(codegen_unit *unit, const char *header)
{
	if (strcmp(header, unit->name) != 0)
		add_once(unit, &unit->includes, &unit->include_count, header);
}

void
codegen_unit_helper(codegen_unit *unit, const char *text)
{
	add_once(unit, &unit->helpers, &unit->helper_count, text);
}

void
codegen_unit_type(codegen_unit *unit, const char *text)
{
	add_once(unit, &unit->types, &unit->type_count, text);
}

void
codegen_unit_binder(codegen_unit *unit, const char *text)
{
	add_once(unit, &unit->binders, &unit->binder_count, text);
}

void
codegen_unit_row(codegen_unit *unit, const codegen_row *row)
{
	for (size_t i = 0; i < unit->row_count; i++)
		if (unit->rows[i] == row)
			return;
	unit->rows = codegen_append(
	    unit->memory, unit->rows, &unit->row_count, sizeof(const codegen_row *));
	unit->rows[unit->row_count - 1] = row;
}

codegen_statement *
codegen_unit_statement(
    codegen_unit *unit, const char *name, const char *sql, const codegen_row *row)
{
	codegen_statement *made;

	unit->statements = codegen_append(
	    unit->memory, unit->statements, &unit->statement_count, sizeof(*made));
	made = &unit->statements[unit->statement_count - 1];
	memset(made, 0, sizeof(*made));
	codegen_scope_take(&unit->statics, name, "");
	made->name = name;
	made->sql = sql;
	made->row = row;
	if (row != NULL)
		codegen_unit_row(unit, row);
	return made;
}

void
codegen_statement_parameter(codegen_unit *unit, codegen_statement *statement,
    const char *name, const codegen_type *type)
{
	codegen_parameter *made;

	statement->parameters = codegen_append(unit->memory, statement->parameters,
	    &statement->parameter_count, sizeof(*made));
	made = &statement->parameters[statement->parameter_count - 1];
	memset(made, 0, sizeof(*made));
	made->name = name;
	made->type = type;
}

codegen_function *
codegen_unit_function(codegen_unit *unit, const char *name)
{
	codegen_function *made;

	unit->functions = codegen_append(
	    unit->memory, unit->functions, &unit->function_count, sizeof(*made));
	made = &unit->functions[unit->function_count - 1];
	memset(made, 0, sizeof(*made));
	made->name = name;
	made->about = "";
	made->fails = "";
	return made;
}

void
codegen_function_argument(codegen_unit *unit, codegen_function *function, const char *c,
    const char *name, const char *about)
{
	codegen_function_special(unit, function, CODEGEN_GIVEN, c, name, about);
}

void
codegen_function_special(codegen_unit *unit, codegen_function *function,
    codegen_role role, const char *c, const char *name, const char *about)
{
	codegen_argument *made;

	function->arguments = codegen_append(
	    unit->memory, function->arguments, &function->argument_count, sizeof(*made));
	made = &function->arguments[function->argument_count - 1];
	*made = (codegen_argument){ c, name, about, role };
}

void
codegen_function_out(codegen_unit *unit, codegen_function *function, const char *c,
    bool list, bool may_be_null)
{
	const char *tail = list ? "_list" : "";

	codegen_function_special(unit, function, CODEGEN_OUT,
	    codegen_format(unit->memory, "%s%s **", c, tail), "out",
	    codegen_format(unit->memory, "owned: %s%s_free()%s. Untouched on failure", c,
		tail, may_be_null ? "; NULL: not wanted" : ""));
}

static void
begin_unit(codegen_unit *unit, const codegen_model *model, const codegen_noun *noun)
{
	unit->model = model;
	unit->memory = model->memory;
	unit->statics.memory = model->memory;
	unit->noun = noun;
	unit->name = noun != NULL ? noun->file : "queries";
}

static void
plan_noun(codegen_unit *unit, const codegen_noun *noun)
{
	const char *comment = noun->table->comment;

	unit->about = codegen_format(unit->memory, "The rows of table \"%s\"%s%s",
	    noun->sql_name, comment != NULL ? ": " : ".", comment != NULL ? comment : "");
	codegen_plan_row(unit);
	codegen_plan_writes(unit);
	codegen_plan_reads(unit);
	codegen_plan_pages(unit);
	codegen_plan_relations(unit);
}

/* Functions of tables are called after what somebody wrote. */
static void
claim_functions(const codegen_unit *unit)
{
	const char *owner =
	    codegen_format(unit->memory, "a function of \"%s\"", unit->noun->name);
	size_t prefix = strlen(unit->model->config->prefix) + 1;

	for (size_t i = 0; i < unit->function_count; i++)
		codegen_registry_claim(unit->model, unit->functions[i].name + prefix,
		    codegen_one_form, owner);
}

static void
plan_queries(codegen_unit *unit, const codegen_model *model)
{
	codegen_query **own =
	    codegen_room(unit->memory, model->query_count, sizeof(codegen_query *));
	size_t count = 0;

	for (size_t i = 0; i < model->query_count; i++)
		if (model->queries[i].home == unit->noun)
			own[count++] = &model->queries[i];
	codegen_plan_names(unit, own, count);
	for (size_t i = 0; i < count; i++)
		codegen_plan_query(unit, own[i]);
}

codegen_plan
codegen_plan_make(const codegen_model *model)
{
	size_t count = model->noun_count + 1;
	codegen_plan plan = { codegen_room(model->memory, count, sizeof(*plan.units)),
		0 };
	codegen_unit *last;

	for (size_t i = 0; i < model->noun_count; i++) {
		codegen_unit *unit = &plan.units[plan.unit_count++];

		begin_unit(unit, model, model->nouns[i]);
		plan_noun(unit, model->nouns[i]);
		claim_functions(unit);
	}
	for (size_t i = 0; i < model->noun_count; i++)
		plan_queries(&plan.units[i], model);
	last = &plan.units[plan.unit_count];
	begin_unit(last, model, NULL);
	last->about = "Queries that belong to no one table.";
	plan_queries(last, model);
	plan.unit_count += last->function_count > 0;
	return plan;
}
