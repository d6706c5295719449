/* SPDX-License-Identifier: MIT */
/* In the generated test: a call of each query's function, with samples for what it
 * takes, and once more without what may be absent. */
#include <string.h>

#include "emit.h"
#include "template.h"

static void
add_params(aet__text *out, const codegen_query *query)
{
	aet__text_addf(out, "\t%s params = { 0 };\n", query->params_c);
}

static void
set_param(
    aet__text *out, const codegen_model *model, const codegen_query_parameter *parameter)
{
	const codegen_type *type = parameter->type;
	const char *c = codegen_parameter_c(model->memory, parameter);
	bool pointed = parameter->optional &&
		       (type->shape == CODEGEN_TEXTS || type->shape == CODEGEN_MADE);

	if (pointed)
		c = codegen_format(model->memory, "static const %s", type->c);
	aet__text_addf(out, "\t{\n\t\t%s%svalue = %s;\n\n\t\tparams.%s = %svalue;\n\t}\n",
	    c, codegen_type_space(c),
	    codegen_sample(
		model->memory, type, parameter->nullable || parameter->optional),
	    parameter->name, pointed ? "&" : "");
}

static void
set_params(aet__text *out, const codegen_model *model, const codegen_query *query)
{
	for (size_t i = 0; i < query->parameter_count; i++)
		set_param(out, model, &query->parameters[i]);
}

/* Nothing that may be absent, and the last order. */
static void
set_other_params(aet__text *out, const codegen_query *query, bool params)
{
	const char *in = params ? "params." : "";

	for (size_t i = 0; i < query->parameter_count; i++)
		if (query->parameters[i].optional)
			aet__text_addf(out,
			    "\tmemset(&params.%s, 0, sizeof(params.%s));\n",
			    query->parameters[i].name, query->parameters[i].name);
	if (query->sort != NULL)
		aet__text_addf(out, "\t%s%s = %s;\n", in, query->sort->name,
		    query->sort->constants[query->sort->count - 1]);
}

static void
add_variables(aet__text *out, const codegen_model *model, const codegen_query *query)
{
	for (size_t i = 0; i < query->parameter_count; i++) {
		const codegen_query_parameter *parameter = &query->parameters[i];
		const char *c = codegen_parameter_c(model->memory, parameter);

		aet__text_addf(out, "\t%s%s%s = %s;\n", c, codegen_type_space(c),
		    parameter->name,
		    codegen_sample(model->memory, parameter->type, parameter->nullable));
	}
}

/* The row or list type of "p_row **". */
static const char *
pointed(codegen_memory *memory, const char *c)
{
	return codegen_copy_n(memory, c, strlen(c) - 3);
}

static const char *
passed(codegen_memory *memory, const codegen_argument *argument, const char *name)
{
	switch (argument->role) {
	case CODEGEN_PARAMS:
	case CODEGEN_ITEMS:
		return "&params";
	case CODEGEN_COUNT:
		return "1";
	case CODEGEN_STATUSES:
		return "&item";
	case CODEGEN_TAKER:
		return codegen_format(memory, "take_%s", name);
	case CODEGEN_TAKER_CTX:
		return "&taken";
	case CODEGEN_OUT:
	case CODEGEN_CHANGED:
		return codegen_format(memory, "&%s", argument->name);
	case CODEGEN_GIVEN:
		break;
	}
	return argument->name;
}

static const codegen_argument *
argument_of(const codegen_function *function, codegen_role role)
{
	for (size_t i = 0; i < function->argument_count; i++)
		if (function->arguments[i].role == role)
			return &function->arguments[i];
	return NULL;
}

static void
add_outputs(aet__text *out, const codegen_model *model, const codegen_function *function)
{
	const codegen_argument *row = argument_of(function, CODEGEN_OUT);

	if (argument_of(function, CODEGEN_CHANGED) != NULL)
		aet__text_add(out, "\tint64_t rows = 0;\n");
	if (argument_of(function, CODEGEN_STATUSES) != NULL)
		aet__text_add(out, "\taet_status item = AET_OK;\n");
	if (argument_of(function, CODEGEN_TAKER) != NULL)
		aet__text_add(out, "\tsize_t taken = 0;\n");
	if (row != NULL)
		aet__text_addf(
		    out, "\t%s *out = NULL;\n", pointed(model->memory, row->c));
}

/* Of a query whose rows come one by one: what takes them. */
static void
add_taker(aet__text *out, const codegen_model *model, const codegen_function *function)
{
	const codegen_query *query = function->query;
	const char *row = query->row != NULL ? query->row->c : query->row_c;

	aet__text_add(
	    out, codegen_fill(model->memory,
		     "static aet_status\n"
		     "take_{{name}}(const {{row}} *row, void *ctx, aet_error *err)\n"
		     "{\n"
		     "\tsize_t *taken = ctx;\n"
		     "\n"
		     "\tif (row == NULL)\n"
		     "\t\treturn aet_error_set(err, AET_EDATA, \"no row\");\n"
		     "\t++*taken;\n"
		     "\treturn AET_OK;\n"
		     "}\n"
		     "\n",
		     "name", query->name, "row", row));
}

/* Each row that came is looked for again. */
static void
add_search(aet__text *out, const codegen_model *model, const codegen_function *function)
{
	const codegen_query *query = function->query;
	bool many = query->kind == CODEGEN_MANY;

	if (many)
		aet__text_add(out, "\tfor (size_t item = 0; out != NULL && item < "
				   "out->len; item++)\n\t");
	else
		aet__text_add(out, "\tif (out != NULL)\n\t");
	aet__text_addf(out, "\tfind_%s(db, ", query->name);
	for (size_t i = 0; i + 1 < function->argument_count; i++)
		aet__text_addf(out, "%s, ",
		    passed(model->memory, &function->arguments[i], query->name));
	aet__text_add(out, many ? "&out->items[item]);\n" : "out);\n");
}

static void
add_run(aet__text *out, const codegen_model *model, const codegen_function *function)
{
	const codegen_query *query = function->query;
	const codegen_argument *row = argument_of(function, CODEGEN_OUT);

	aet__text_addf(out, "\tstatus = %s(db, ", function->name);
	for (size_t i = 0; i < function->argument_count; i++)
		aet__text_addf(out, "%s, ",
		    passed(model->memory, &function->arguments[i], query->name));
	aet__text_addf(out, "&err);\n\texpect(\"%s\", status, &err);\n", query->title);
	if (codegen_is_same_wanted(model, query))
		add_search(out, model, function);
	if (row != NULL)
		aet__text_addf(out, "\t%s_free(out);\n", pointed(model->memory, row->c));
}

void
codegen_emit_call(
    aet__text *out, const codegen_model *model, const codegen_function *function)
{
	const codegen_query *query = function->query;
	const codegen_argument *row = argument_of(function, CODEGEN_OUT);
	bool params = argument_of(function, CODEGEN_PARAMS) != NULL ||
		      argument_of(function, CODEGEN_ITEMS) != NULL;

	if (query->kind == CODEGEN_EACH)
		add_taker(out, model, function);
	aet__text_addf(out, "static void\ncall_%s(aet_db *db)\n{\n", query->name);
	if (params)
		add_params(out, query);
	else
		add_variables(out, model, query);
	if (query->sort != NULL && !params)
		aet__text_addf(out, "\t%s %s = 0;\n", query->sort->c, query->sort->name);
	add_outputs(out, model, function);
	aet__text_add(out, "\taet_status status;\n\taet_error err;\n\n");
	if (params)
		set_params(out, model, query);
	add_run(out, model, function);
	if (query->piece_count > 0) {
		set_other_params(out, query, params);
		if (row != NULL)
			aet__text_add(out, "\tout = NULL;\n");
		add_run(out, model, function);
	}
	aet__text_add(out, "}\n\n");
}
