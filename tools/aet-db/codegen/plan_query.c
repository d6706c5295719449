/* SPDX-License-Identifier: MIT */
/* A named query: its parameters, its row, its function. */
#include <stdio.h>
#include <string.h>

#include "plan.h"
#include "template.h"

/* More inputs than this come in a struct, where each has its name. */
#define MOST_ARGUMENTS 4

static const codegen_row *
noun_row(codegen_unit *unit, const codegen_noun *noun)
{
	for (size_t i = 0; i < unit->row_count; i++)
		if (strcmp(unit->rows[i]->c, noun->c) == 0)
			return unit->rows[i];
	return codegen_noun_row(unit, noun);
}

static const codegen_row *
own_row(codegen_unit *unit, const codegen_query *query)
{
	codegen_row *row = codegen_room(unit->memory, 1, sizeof(*row));
	codegen_column *columns =
	    codegen_room(unit->memory, query->column_count, sizeof(*columns));

	row->c = query->row_c;
	row->stem = query->stem;
	row->variable = "item";
	row->columns = columns;
	row->column_count = query->column_count;
	for (size_t i = 0; i < query->column_count; i++) {
		const codegen_query_column *from = &query->columns[i];
		columns[i] = (codegen_column){ from->sql_name, from->name,
			from->text_name, from->comment, from->type, from->nullable };
	}
	return row;
}

static const codegen_row *
plan_row(codegen_unit *unit, const codegen_query *query)
{
	bool list = query->kind == CODEGEN_MANY || query->kind == CODEGEN_BATCHMANY;
	const codegen_row *row;

	if (!codegen_kind_has_rows(query->kind))
		return NULL;
	if (query->row != NULL) {
		row = noun_row(unit, query->row);
		if (query->row != unit->noun) {
			codegen_unit_forward(unit, row->c);
			if (list)
				codegen_unit_forward(unit,
				    codegen_format(unit->memory, "%s_list", row->c));
			codegen_unit_include(unit, query->row->file);
		}
		return row;
	}
	row = own_row(unit, query);
	codegen_plan_struct(unit, row, list);
	if (query->kind == CODEGEN_EACH)
		return row;
	if (list)
		codegen_plan_free(unit, codegen_format(unit->memory, "%s_list", row->c),
		    "a list and every row in it", "list");
	else
		codegen_plan_free(unit, row->c, "a row and everything in it", "row");
	return row;
}

static void
plan_params(codegen_unit *unit, const codegen_query *query, const char *sort,
    codegen_function *function)
{
	bool batch = codegen_kind_is_batch(query->kind);
	const char *c = query->params_c;
	aet__text out = { 0 };

	aet__text_addf(&out, "typedef struct %s {\n", c);
	for (size_t i = 0; i < query->parameter_count; i++) {
		const char *member =
		    codegen_parameter_c(unit->memory, &query->parameters[i]);

		aet__text_addf(&out, "\t%s%s%s;\n", member, codegen_type_space(member),
		    query->parameters[i].name);
	}
	if (sort != NULL)
		aet__text_addf(&out, "\t%s %s;\n", sort, query->sort->name);
	aet__text_addf(&out, "} %s;\n", c);
	codegen_unit_type(unit, codegen_keep(unit->memory, &out));
	codegen_function_special(unit, function, batch ? CODEGEN_ITEMS : CODEGEN_PARAMS,
	    codegen_format(unit->memory, "const %s *", c), batch ? "items" : "params",
	    codegen_format(unit->memory, "borrowed for the call%s%s",
		batch ? "; count of them" : "",
		codegen_query_has_options(query)
		    ? ". A member that is left {0} drops its clause"
		    : ""));
	if (batch)
		codegen_function_special(
		    unit, function, CODEGEN_COUNT, "size_t", "count", NULL);
}

static const char *
plan_arguments(codegen_unit *unit, const codegen_query *query, codegen_function *function)
{
	bool batch = codegen_kind_is_batch(query->kind);
	const char *sort = query->sort != NULL ? codegen_plan_sort(unit, query) : NULL;
	bool many = batch || codegen_query_has_options(query) ||
		    query->parameter_count + (sort != NULL) > MOST_ARGUMENTS;
	const char *args = batch ? "args" : "&args";
	aet__text binds = { 0 };

	if (many)
		plan_params(unit, query, sort, function);
	for (size_t i = 0; i < query->parameter_count; i++) {
		const codegen_query_parameter *parameter = &query->parameters[i];
		const char *value = parameter->name;

		if (many)
			value = codegen_format(unit->memory, "params->%s", value);
		else
			codegen_function_argument(unit, function,
			    codegen_parameter_c(unit->memory, parameter), value,
			    parameter->nullable ? "may be NULL" : NULL);
		if (parameter->optional)
			codegen_bind_optional(unit, &binds, parameter->type, value, args);
		else if (parameter->nullable)
			codegen_bind_nullable(unit, &binds, parameter->type, value, args);
		else
			codegen_bind_value(unit, &binds, parameter->type, value, args);
	}
	if (sort != NULL && !many)
		codegen_function_argument(unit, function, sort, query->sort->name, NULL);
	if (sort != NULL)
		aet__text_addf(&binds, "\taet_args_choose(%s, (uint32_t)%s%s);\n", args,
		    many ? "params->" : "", query->sort->name);
	return codegen_keep(unit->memory, &binds);
}

/* How an item of a batch becomes arguments. */
static void
plan_binder(codegen_unit *unit, const codegen_query *query, const char *binds)
{
	codegen_unit_binder(
	    unit, codegen_fill(unit->memory,
		      "static void\n"
		      "bind_{{stem}}(aet_args *args, const void *item)\n"
		      "{\n"
		      "\tconst {{params}} *params = item;\n"
		      "\n"
		      "{{binds}}"
		      "}\n",
		      "stem", query->stem, "params", query->params_c, "binds", binds));
}

static const char body_one[] =
    "\taet_args args = { 0 };\n"
    "\n"
    "{{binds}}"
    "\treturn aet_statement_find_one(db, &{{stem}}, &args, out, err);\n";

/* No row is no failure: err stays as it was. */
static const char body_opt[] =
    "\taet_args args = { 0 };\n"
    "\taet_error failure;\n"
    "\taet_status status;\n"
    "\n"
    "{{binds}}"
    "\tstatus = aet_statement_find_one(db, &{{stem}}, &args, out, &failure);\n"
    "\tif (status == AET_ENOTFOUND) {\n"
    "\t\t*out = NULL;\n"
    "\t\treturn AET_OK;\n"
    "\t}\n"
    "\tif (status != AET_OK && err != NULL)\n"
    "\t\t*err = failure;\n"
    "\treturn status;\n";

static const char body_many[] =
    "\taet_args args = { 0 };\n"
    "\n"
    "{{binds}}"
    "\treturn aet_statement_list(db, &{{stem}}, &args, out, err);\n";

static const char body_exec[] =
    "\taet_args args = { 0 };\n"
    "\n"
    "{{binds}}"
    "\treturn aet_statement_exec(db, &{{stem}}, &args, NULL, err);\n";

static const char body_execrows[] =
    "\taet_args args = { 0 };\n"
    "\n"
    "{{binds}}"
    "\treturn aet_statement_exec(db, &{{stem}}, &args, rows, err);\n";

static const char batch_fails[] =
    "The status is that of the first item that failed; the others are done all the "
    "same, but in a transaction, which fails with it.";

static const char body_copy[] =
    "\treturn aet_statement_copy(db, &{{stem}}, bind_{{stem}}, items, count, "
    "sizeof(*items), err);\n";

static const char body_copyfrom[] =
    "\treturn aet_statement_insert_all(db, &{{stem}}, bind_{{stem}}, items, "
    "count, sizeof(*items), NULL, err);\n";

static const char body_batch[] =
    "\treturn aet_statement_batch(db, &{{stem}}, bind_{{stem}}, items, count, "
    "sizeof(*items), {{batch}}, statuses, {{out}}, err);\n";

/* By codegen_query_kind. */
static const struct {
	const char *body;
	const char *about;
	const char *fails;
} kinds[] = {
	{ body_one, "reads its row.", "AET_ENOTFOUND: there is no row." },
	{ body_opt, "reads its row, if there is one.", "" },
	{ body_many, "reads its rows.", "" },
	{ body_exec, "has no answer.", "" },
	{ body_execrows, "counts the rows it changed.", "" },
	{ body_execrows, "counts the rows it changed.", "" },
	{ body_copyfrom, "inserts many rows, all or none.", "" },
	{ body_batch, "runs once for each item.", batch_fails },
	{ body_batch, "reads a row for each item.", batch_fails },
	{ body_batch, "reads rows for each item.", batch_fails },
	{ codegen_body_each, "gives its rows to a function, one by one.",
	    "A row lives until the function returns. Anything but AET_OK that it returns "
	    "ends the reading, and is the status. See aet_statement_each of "
	    "<aeturnis/statement.h>, also for what the time is." },
};

static void
plan_batch_out(
    codegen_unit *unit, const codegen_row *row, bool list, codegen_function *function)
{
	codegen_function_special(unit, function, CODEGEN_STATUSES, "aet_status *",
	    "statuses", "count of them, one for each item; may be NULL");
	if (row == NULL)
		return;
	codegen_function_special(unit, function, CODEGEN_OUT,
	    codegen_format(unit->memory, "%s%s **", row->c, list ? "_list" : ""), "out",
	    codegen_format(unit->memory,
		"count pointers, each owned: %s%s_free(); NULL where the item failed",
		row->c, list ? "_list" : ""));
}

static void
plan_out(codegen_unit *unit, const codegen_query *query, const codegen_row *row,
    codegen_function *function)
{
	if (query->kind == CODEGEN_EXEC || query->kind == CODEGEN_COPYFROM)
		return;
	if (query->kind == CODEGEN_EACH) {
		codegen_plan_each(unit, query, row, function);
		return;
	}
	if (codegen_kind_is_batch(query->kind)) {
		plan_batch_out(unit, row, query->kind == CODEGEN_BATCHMANY, function);
		return;
	}
	if (query->kind == CODEGEN_EXECROWS || query->kind == CODEGEN_EXECRESULT)
		codegen_function_special(
		    unit, function, CODEGEN_CHANGED, "int64_t *", "rows", "may be NULL");
	else
		codegen_function_out(
		    unit, function, row->c, query->kind == CODEGEN_MANY, false);
	if (query->kind == CODEGEN_OPT)
		function->arguments[function->argument_count - 1].about =
		    codegen_format(unit->memory,
			"owned: %s_free(); NULL if there is no row. Untouched on failure",
			row->c);
}

static void
plan_statement(codegen_unit *unit, const codegen_query *query, const codegen_row *row)
{
	codegen_statement *statement =
	    codegen_unit_statement(unit, query->stem, query->sql, row);

	statement->named = true;
	statement->writes = query->writes;
	if (query->piece_count > 0) {
		statement->kind = AET_STATEMENT_PIECES;
		statement->query = query;
	}
	if (query->copy != NULL) {
		statement->kind = AET_STATEMENT_COPY;
		statement->sql = query->copy;
	}
	for (size_t i = 0; i < query->parameter_count; i++)
		codegen_statement_parameter(unit, statement,
		    query->copy != NULL ? query->copy_columns[i]
					: query->parameters[i].name,
		    query->parameters[i].type);
}

void
codegen_plan_query(codegen_unit *unit, const codegen_query *query)
{
	const codegen_row *row = plan_row(unit, query);
	codegen_function *function =
	    codegen_unit_function(unit, codegen_format(unit->memory, "%s_%s",
					    unit->model->config->prefix, query->name));
	const char *binds;

	function->query = query;
	plan_statement(unit, query, row);
	binds = plan_arguments(unit, query, function);
	if (codegen_kind_is_batch(query->kind))
		plan_binder(unit, query, binds);
	plan_out(unit, query, row, function);
	function->about = query->comment;
	if (query->comment[0] == '\0')
		function->about = codegen_format(unit->memory, "Query %s of %s: %s",
		    query->name, query->source->path, kinds[query->kind].about);
	function->fails = kinds[query->kind].fails;
	function->body = codegen_fill(unit->memory,
	    query->copy != NULL ? body_copy : kinds[query->kind].body, "binds", binds,
	    "stem", query->stem, "out", row != NULL ? "out" : "NULL", "batch",
	    query->kind == CODEGEN_BATCHMANY  ? "AET_BATCH_LISTS"
	    : query->kind == CODEGEN_BATCHONE ? "AET_BATCH_ROWS"
					      : "AET_BATCH_NOTHING");
}
