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
			   "{{migrate}}"
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
    "\taet_status status = {{first}};\n"
    "\n"
    "{{library}}"
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
		codegen_emit_call(out, model, function);
		aet__text_addf(calls, "\tcall(db, call_%s);\n", function->query->name);
	}
}

/* What runs the calls, where there are any: no function is there for nothing. */
static void
finish(aet__text *out, codegen_unit *test, size_t at, const char *calls)
{
	const codegen_model *model = test->model;
	bool library = model->library_count > 0;
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
	aet__text_add(out, codegen_fill(model->memory, tail, "calls", calls, "call",
			       any ? call : "", "first",
			       library ? "aet_db_migrate(db, NULL, NULL, err)"
				       : "run_all(db, schema, true, err)",
			       "library",
			       library ? "\tif (status == AET_OK)\n"
					 "\t\tstatus = run_all(db, schema, true, err);\n"
				       : ""));
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
	aet__text_add(
	    &out, codegen_fill(model->memory, head, "values",
		      model->beyond ? "#include <aeturnis/codec.h>\n" : "", "migrate",
		      model->library_count > 0 ? "#include <aeturnis/migrate.h>\n" : ""));
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
