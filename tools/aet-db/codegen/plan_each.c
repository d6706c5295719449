/* SPDX-License-Identifier: MIT */
/* A query whose rows are given to a function. Functions of different types must
 * not be called as one another, so that one in between knows the row's type. */
#include "plan.h"
#include "template.h"

const char codegen_body_each[] =
    "\tstruct {{stem}}_call call = { each, ctx };\n"
    "\taet_args args = { 0 };\n"
    "\n"
    "{{binds}}"
    "\treturn aet_statement_each(db, &{{stem}}, &args, each != NULL ? "
    "give_{{stem}} : NULL, &call, err);\n";

static const char giver[] = "struct {{stem}}_call {\n"
			    "\t{{type}} each;\n"
			    "\tvoid *ctx;\n"
			    "};\n"
			    "\n"
			    "static aet_status\n"
			    "give_{{stem}}(const void *row, void *ctx, aet_error *err)\n"
			    "{\n"
			    "\tconst struct {{stem}}_call *call = ctx;\n"
			    "\n"
			    "\treturn call->each(row, call->ctx, err);\n"
			    "}\n";

void
codegen_plan_each(codegen_unit *unit, const codegen_query *query, const codegen_row *row,
    codegen_function *function)
{
	const char *type = query->each_c;

	codegen_unit_type(unit,
	    codegen_format(unit->memory,
		"typedef aet_status (*%s)(const %s *row, void *ctx, aet_error *err);\n",
		type, row->c));
	codegen_function_special(
	    unit, function, CODEGEN_TAKER, type, "each", "takes each row");
	codegen_function_special(
	    unit, function, CODEGEN_TAKER_CTX, "void *", "ctx", "given to it");
	codegen_unit_binder(
	    unit, codegen_fill(unit->memory, giver, "stem", query->stem, "type", type));
}
