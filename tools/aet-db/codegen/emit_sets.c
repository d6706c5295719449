/* SPDX-License-Identifier: MIT */
/*
 * The set of all that a package runs, for the migrator to ask whether it works on a
 * newer database. Statements are static: each unit has a set of its own, and the
 * package's is made of those.
 */
#include <string.h>

#include "emit.h"
#include "layout.h"

/* Two underscores come of no name that a user can give. */
static const char *
set_name(const codegen_model *model, const char *of)
{
	return codegen_format(
	    model->memory, "%s__%s_statements", model->config->prefix, of);
}

/* Whose members are given; behind a declaration, since no header has one. */
static void
emit_set(aet__text *out, const char *name, const char *members)
{
	bool wide =
	    strlen("extern const aet_statement_set ;") + strlen(name) > CODEGEN_COLUMNS;

	aet__text_addf(out,
	    "%sextern const aet_statement_set %s;\n"
	    "const aet_statement_set %s = {\n%s};\n%s\n",
	    wide ? CODEGEN_FORMAT_OFF : "", name, name, members,
	    wide ? CODEGEN_FORMAT_ON : "");
}

void
codegen_emit_set(aet__text *out, const codegen_unit *unit)
{
	if (unit->statement_count == 0)
		return;
	aet__text_add(out, "static const aet_statement *const every__statement[] = {\n");
	for (size_t i = 0; i < unit->statement_count; i++)
		aet__text_addf(out, "\t&%s,\n", unit->statements[i].name);
	aet__text_add(out, "};\n\n/* For models.c. */\n");
	emit_set(out, set_name(unit->model, unit->name),
	    "\t.items = every__statement,\n"
	    "\t.count = sizeof(every__statement) / sizeof(every__statement[0]),\n");
}

const char *
codegen_set_function(const codegen_model *model)
{
	return codegen_format(
	    model->memory, "%s_%s", model->config->prefix, model->set_stem);
}

/* Those units that run anything. */
static size_t
emit_parts(aet__text *out, const codegen_model *model, const codegen_plan *plan)
{
	aet__text parts = { 0 };
	const char *list;
	size_t count = 0;

	for (size_t i = 0; i < plan->unit_count; i++) {
		const char *name = set_name(model, plan->units[i].name);

		if (plan->units[i].statement_count == 0)
			continue;
		aet__text_addf(out, "extern const aet_statement_set %s;\n", name);
		aet__text_addf(&parts, "\t&%s,\n", name);
		count++;
	}
	list = codegen_keep(model->memory, &parts);
	if (count > 0)
		aet__text_addf(out,
		    "\nstatic const aet_statement_set *const parts[] = {\n%s};\n\n",
		    list);
	return count;
}

const char *
codegen_emit_models_source(const codegen_model *model, const codegen_plan *plan)
{
	const char *name = set_name(model, "package");
	aet__text out = { 0 };

	codegen_emit_banner(&out, model, "");
	codegen_emit_include(&out, model, "models");
	aet__text_add(&out, "\n#include <aeturnis/statement.h>\n\n");
	emit_set(&out, name,
	    emit_parts(&out, model, plan) > 0
		? "\t.parts = parts,\n"
		  "\t.part_count = sizeof(parts) / sizeof(parts[0]),\n"
		: "\t.count = 0,\n");
	aet__text_addf(&out, "const aet_statement_set *\n%s(void)\n{\n\treturn &%s;\n}\n",
	    codegen_set_function(model), name);
	return codegen_keep(model->memory, &out);
}
