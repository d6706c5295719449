/* SPDX-License-Identifier: MIT */
/* A program that loads the schema into a private PostgreSQL, plants rows, and
 * calls every query, each in a transaction that is rolled back. */
#include <stdio.h>
#include <string.h>

#include "emit.h"
#include "layout.h"
#include "template.h"

static const char head[] = "#include <stdio.h>\n"
			   "#include <stdlib.h>\n"
			   "#include <string.h>\n"
			   "\n"
			   "{{values}}"
			   "#include <aeturnis/database.h>\n"
			   "#include <aeturnis/ephemeral.h>\n"
			   "#include <aeturnis/statement.h>\n"
			   "\n";

static const char frame[] =
    "static int failures;\n"
    "\n"
    "/* What the server refuses or cuts short is no fault of the code's. */\n"
    "static void\n"
    "expect(const char *what, aet_status status, const aet_error *err)\n"
    "{\n"
    "\tswitch (status) {\n"
    "\tcase AET_OK:\n"
    "\tcase AET_ENOTFOUND:\n"
    "\tcase AET_ECONFLICT:\n"
    "\tcase AET_ECONSTRAINT:\n"
    "\tcase AET_EDB:\n"
    "\tcase AET_ETIMEOUT:\n"
    "\t\treturn;\n"
    "\tdefault:\n"
    "\t\tfprintf(stderr, \"%s: %s\\n\", what, err->message);\n"
    "\t\tfailures++;\n"
    "\t}\n"
    "}\n"
    "\n";

static const char call[] = "static void\n"
			   "call(aet_db *db, void (*one)(aet_db *))\n"
			   "{\n"
			   "\taet_db *tx = NULL;\n"
			   "\taet_error err;\n"
			   "\n"
			   "\tif (aet_db_begin(db, NULL, &tx, &err) != AET_OK) {\n"
			   "\t\tfprintf(stderr, \"BEGIN: %s\\n\", err.message);\n"
			   "\t\tfailures++;\n"
			   "\t\treturn;\n"
			   "\t}\n"
			   "\tone(tx);\n"
			   "\taet_db_rollback(&tx);\n"
			   "}\n"
			   "\n";

static const char tail[] =
    "/* Statements that must all succeed, or as many as can. */\n"
    "static aet_status\n"
    "run_all(aet_db *db, const char *const *texts, bool must, aet_error *err)\n"
    "{\n"
    "\tfor (size_t i = 0; texts[i] != NULL; i++) {\n"
    "\t\taet_statement *one = calloc(1, sizeof(*one));\n"
    "\t\taet_args args = { 0 };\n"
    "\t\taet_status status;\n"
    "\n"
    "\t\tif (one == NULL)\n"
    "\t\t\treturn aet_error_set(err, AET_ENOMEM, \"out of memory\");\n"
    "\t\tstatements[statement_count++] = one;\n"
    "\t\tone->size = sizeof(*one);\n"
    "\t\tone->name = \"schema\";\n"
    "\t\tone->writes = true;\n"
    "\t\tone->sql = texts[i];\n"
    "\t\tstatus = aet_statement_exec(db, one, &args, NULL, err);\n"
    "\t\tif (status != AET_OK && must)\n"
    "\t\t\treturn status;\n"
    "\t}\n"
    "\treturn AET_OK;\n"
    "}\n"
    "\n"
    "{{call}}"
    "static aet_status\n"
    "run(aet_db *db, aet_error *err)\n"
    "{\n"
    "\taet_status status = run_all(db, schema, true, err);\n"
    "\n"
    "\tif (status == AET_OK)\n"
    "\t\tstatus = run_all(db, plants, false, err);\n"
    "\tif (status != AET_OK)\n"
    "\t\treturn status;\n"
    "{{calls}}"
    "\treturn AET_OK;\n"
    "}\n"
    "\n"
    "int\n"
    "main(void)\n"
    "{\n"
    "\taet_db_options options = AET_DB_OPTIONS_INIT;\n"
    "\taet_ephemeral *server = NULL;\n"
    "\taet_db *db = NULL;\n"
    "\taet_error err;\n"
    "\taet_status status = aet_ephemeral_start(NULL, &server, &err);\n"
    "\n"
    "\tif (status == AET_OK) {\n"
    "\t\toptions.url = aet_ephemeral_url(server);\n"
    "\t\toptions.max_connections = 1;\n"
    "\t\tstatus = aet_db_open(&options, &db, &err);\n"
    "\t}\n"
    "\tif (status == AET_OK)\n"
    "\t\tstatus = run(db, &err);\n"
    "\tif (status != AET_OK)\n"
    "\t\tfprintf(stderr, \"%s\\n\", err.message);\n"
    "\taet_db_close(&db);\n"
    "\taet_ephemeral_stop(&server);\n"
    "\twhile (statement_count > 0)\n"
    "\t\tfree(statements[--statement_count]);\n"
    "\treturn status != AET_OK || failures > 0;\n"
    "}\n";

/* ---- a call ---------------------------------------------------------------- */

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

static bool
is_output(const codegen_argument *argument)
{
	size_t len = strlen(argument->c);

	return len > 2 && strcmp(argument->c + len - 2, "**") == 0;
}

static const char *
passed(codegen_memory *memory, const codegen_argument *argument, const char *name,
    bool batch)
{
	if (strcmp(argument->name, "params") == 0 || strcmp(argument->name, "items") == 0)
		return "&params";
	if (batch && strcmp(argument->name, "count") == 0)
		return "1";
	if (strcmp(argument->c, "aet_status *") == 0)
		return "&item";
	if (strcmp(argument->name, "each") == 0)
		return codegen_format(memory, "take_%s", name);
	if (strcmp(argument->c, "void *") == 0)
		return "&taken";
	if (is_output(argument) || strcmp(argument->c, "int64_t *") == 0)
		return codegen_format(memory, "&%s", argument->name);
	return argument->name;
}

static const codegen_argument *
argument_of(const codegen_function *function, const char *name)
{
	for (size_t i = 0; i < function->argument_count; i++)
		if (strcmp(function->arguments[i].name, name) == 0)
			return &function->arguments[i];
	return NULL;
}

static void
add_outputs(aet__text *out, const codegen_model *model, const codegen_function *function)
{
	const codegen_argument *row = argument_of(function, "out");

	if (argument_of(function, "rows") != NULL)
		aet__text_add(out, "\tint64_t rows = 0;\n");
	if (argument_of(function, "statuses") != NULL)
		aet__text_add(out, "\taet_status item = AET_OK;\n");
	if (argument_of(function, "each") != NULL)
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
		    passed(model->memory, &function->arguments[i], query->name, false));
	aet__text_add(out, many ? "&out->items[item]);\n" : "out);\n");
}

static void
add_run(aet__text *out, const codegen_model *model, const codegen_function *function)
{
	const codegen_query *query = function->query;
	const codegen_argument *row = argument_of(function, "out");

	aet__text_addf(out, "\tstatus = %s(db, ", function->name);
	for (size_t i = 0; i < function->argument_count; i++)
		aet__text_addf(out, "%s, ",
		    passed(model->memory, &function->arguments[i], query->name,
			codegen_kind_is_batch(query->kind)));
	aet__text_addf(out, "&err);\n\texpect(\"%s\", status, &err);\n", query->title);
	if (codegen_is_same_wanted(model, query))
		add_search(out, model, function);
	if (row != NULL)
		aet__text_addf(out, "\t%s_free(out);\n", pointed(model->memory, row->c));
}

static void
add_call(aet__text *out, const codegen_model *model, const codegen_function *function)
{
	const codegen_query *query = function->query;
	const codegen_argument *row = argument_of(function, "out");
	bool params = argument_of(function, "params") != NULL ||
		      argument_of(function, "items") != NULL;

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

static bool
is_count(const codegen_unit *unit, const codegen_function *function)
{
	return unit->noun != NULL &&
	       strcmp(function->name,
		   codegen_format(unit->memory, "%s_count", unit->noun->c)) == 0;
}

/* Of a table: that its rows can be counted. */
static void
add_count(aet__text *out, const codegen_unit *unit, const codegen_function *function)
{
	aet__text_add(
	    out, codegen_fill(unit->memory,
		     "static void\n"
		     "call_{{name}}_count(aet_db *db)\n"
		     "{\n"
		     "\tint64_t rows = 0;\n"
		     "\taet_error err;\n"
		     "\n"
		     "\texpect(\"{{function}}\", {{function}}(db, &rows, &err), &err);\n"
		     "}\n"
		     "\n",
		     "name", unit->noun->name, "function", function->name));
}

/* ---- the file -------------------------------------------------------------- */

static void
add_script(aet__text *out, const char *name, const codegen_script *script)
{
	aet__text_addf(out, "static const char *const %s[] = {\n", name);
	for (size_t i = 0; i < script->count; i++)
		codegen_emit_sql(out, "\t", script->items[i], NULL, NULL);
	aet__text_add(out, "\tNULL,\n};\n\n");
}

static bool
is_long(const codegen_script *script)
{
	for (size_t i = 0; i < script->count; i++)
		if (strlen(script->items[i]) > CODEGEN_STRING_LIMIT)
			return true;
	return false;
}

static void
add_calls(aet__text *out, aet__text *calls, codegen_unit *test, const codegen_unit *unit)
{
	const codegen_model *model = test->model;

	for (size_t i = 0; i < unit->function_count; i++) {
		const codegen_function *function = &unit->functions[i];

		if (function->query == NULL && is_count(unit, function)) {
			add_count(out, unit, function);
			aet__text_addf(
			    calls, "\tcall(db, call_%s_count);\n", unit->noun->name);
		}
		if (function->query == NULL || !codegen_sample_is_there(function->query))
			continue;
		if (codegen_is_same_wanted(model, function->query))
			codegen_emit_same(test, out, function);
		add_call(out, model, function);
		aet__text_addf(calls, "\tcall(db, call_%s);\n", function->query->name);
	}
}

/* What runs the calls, where there are any: no function is there for nothing. */
static void
finish(aet__text *out, codegen_unit *test, size_t at, const char *calls)
{
	const codegen_model *model = test->model;
	bool any = calls[0] != '\0';
	const char *functions = codegen_copy(model->memory, aet__text_view(out) + at);

	out->data[at] = '\0';
	out->len = at;
	if (any)
		aet__text_add(out, frame);
	else
		aet__text_add(out, "static int failures;\n\n");
	codegen_emit_same_head(out, test);
	aet__text_add(out, functions);
	aet__text_add(out,
	    codegen_fill(model->memory, tail, "calls", calls, "call", any ? call : ""));
}

void
codegen_emit_test(
    codegen_outputs *outputs, const codegen_model *model, const codegen_plan *plan)
{
	codegen_unit test = { .model = model,
		.memory = model->memory,
		.statics = { .memory = model->memory },
		.name = "test" };
	codegen_script plants = { 0 };
	aet__text calls = { 0 };
	aet__text laid = { 0 };
	aet__text out = { 0 };
	size_t at;

	if (model->config->test == NULL)
		return;
	codegen_plant(model, &plants);
	codegen_emit_banner(&out, model, "");
	aet__text_add(&out, codegen_fill(model->memory, head, "values",
				model->beyond ? "#include <aeturnis/codec.h>\n" : ""));
	codegen_emit_include(&out, model, "models");
	aet__text_add_char(&out, '\n');
	if (is_long(&model->script) || is_long(&plants))
		aet__text_add(&out, CODEGEN_LONG_STRINGS);
	add_script(&out, "schema", &model->script);
	add_script(&out, "plants", &plants);
	aet__text_addf(&out,
	    "static aet_statement *statements[%zu];\nstatic size_t statement_count;\n",
	    model->script.count + plants.count + 1);
	at = out.len;
	if (codegen_sample_needs_point(model))
		aet__text_add(&out, "static const aet_point point = { 1, 2 };\n\n");
	for (size_t i = 0; i < plan->unit_count; i++)
		add_calls(&out, &calls, &test, &plan->units[i]);
	finish(&out, &test, at, codegen_keep(model->memory, &calls));
	codegen_layout(&laid, codegen_keep(model->memory, &out));
	codegen_output_add(
	    outputs, model->config->test, codegen_keep(model->memory, &laid));
}
