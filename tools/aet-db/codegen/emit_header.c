/* SPDX-License-Identifier: MIT */
/* The header of a noun: structs, then functions, each explained. */
#include <stdio.h>
#include <string.h>

#include "emit.h"
#include "layout.h"

static const char thread_rule[] =
    "\n\nThread rule of this header: a handle as <aeturnis/database.h> says; rows and "
    "lists are plain values. Functions that take an aet_db block for at most its "
    "call_timeout_ms and fail, besides what is said of each, as every call may: "
    "<aeturnis/statement.h>. What they take is borrowed for the call; text that must "
    "be given and is NULL is AET_EINVAL. Outputs are written on success only.";

static void
emit_includes(aet__text *out, const codegen_unit *unit)
{
	const char *values = unit->model->beyond ? "values.h" : "types.h";
	bool beside = unit->model->config->include_as[0] == '\0'; /* "model_types.h" */

	aet__text_add(out, "#include <stdbool.h>\n"
			   "#include <stddef.h>\n"
			   "#include <stdint.h>\n"
			   "\n"
			   "#include <aeturnis/database.h>\n");
	if (beside)
		aet__text_addf(out, "#include <aeturnis/%s>\n\n", values);
	codegen_emit_include(out, unit->model, "model_types");
	if (!beside)
		aet__text_addf(out, "#include <aeturnis/%s>\n", values);
}

static void
emit_types(aet__text *out, const codegen_unit *unit)
{
	for (size_t i = 0; i < unit->forward_count; i++)
		aet__text_addf(
		    out, "typedef struct %s %s;\n", unit->forwards[i], unit->forwards[i]);
	if (unit->forward_count > 0)
		aet__text_add_char(out, '\n');
	for (size_t i = 0; i < unit->type_count; i++)
		aet__text_addf(out, "%s\n", unit->types[i]);
}

/* "  out   owned: ...": the arguments of which there is something to say. */
static void
emit_arguments(aet__text *comment, const codegen_function *function)
{
	size_t widest = 0;

	for (size_t i = 0; i < function->argument_count; i++) {
		const codegen_argument *argument = &function->arguments[i];

		if (argument->about != NULL && strlen(argument->name) > widest)
			widest = strlen(argument->name);
	}
	if (widest > 0)
		aet__text_add(comment, "\n");
	for (size_t i = 0; i < function->argument_count && widest > 0; i++) {
		const codegen_argument *argument = &function->arguments[i];

		if (argument->about != NULL)
			aet__text_addf(comment, "\n  %-*s  %s", (int)widest,
			    argument->name, argument->about);
	}
}

static void
emit_function(aet__text *out, const codegen_unit *unit, const codegen_function *function)
{
	aet__text comment = { 0 };

	aet__text_add(&comment, function->about);
	emit_arguments(&comment, function);
	if (function->fails[0] != '\0')
		aet__text_addf(&comment, "\n\n%s", function->fails);
	codegen_layout_comment(out, "", codegen_keep(unit->memory, &comment));
	codegen_emit_head(out, function, true);
	aet__text_add_char(out, '\n');
}

const char *
codegen_emit_header(const codegen_unit *unit)
{
	const char *guard = codegen_emit_guard(unit->model, unit->name);
	aet__text out = { 0 };

	codegen_emit_banner(&out, unit->model,
	    codegen_format(unit->memory, "%s%s", unit->about, thread_rule));
	aet__text_addf(&out, "#ifndef %s\n#define %s\n\n", guard, guard);
	emit_includes(&out, unit);
	aet__text_add(&out, "\nAET_BEGIN_DECLS\n\n");
	emit_types(&out, unit);
	for (size_t i = 0; i < unit->function_count; i++)
		emit_function(&out, unit, &unit->functions[i]);
	aet__text_add(&out, "AET_END_DECLS\n\n#endif\n");
	return codegen_keep(unit->memory, &out);
}
