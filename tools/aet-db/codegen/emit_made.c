/* SPDX-License-Identifier: MIT */
/* The structs of made types, and of the fields that take them. */
#include <string.h>

#include "emit.h"
#include "layout.h"
#include "template.h"

static const char array_struct[] =
    "typedef struct {{c}} {\n"
    "\t{{const}}{{element}}{{space}}{{star}}items;\n"
    "\tconst bool *nulls; /* which items are NULL; NULL: none is */\n"
    "\tsize_t len;        /* of all dimensions together */\n"
    "\tconst aet_dimension *dimensions;\n"
    "\tsize_t dimension_count; /* 0: one dimension, from 1 */\n"
    "\tbool is_null;\n"
    "} {{c}};\n"
    "\n";

static const char range_struct[] = "typedef struct {{c}} {\n"
				   "\tunsigned flags; /* AET_RANGE_... added up */\n"
				   "\t{{element}}{{space}}lower;\n"
				   "\t{{element}}{{space}}upper;\n"
				   "\tbool is_null;\n"
				   "} {{c}};\n"
				   "\n";

static const char multirange_struct[] = "typedef struct {{c}} {\n"
					"\tconst {{element}} *items;\n"
					"\tsize_t len;\n"
					"\tbool is_null;\n"
					"} {{c}};\n"
					"\n";

static const char field_struct[] = "typedef struct {{field}} {\n"
				   "\taet_field_state state;\n"
				   "\t{{c}} value;\n"
				   "} {{field}};\n"
				   "\n";

static void
emit_composite(aet__text *out, const codegen_made *made)
{
	aet__text_addf(out, "typedef struct %s {\n", made->type.c);
	for (size_t i = 0; i < made->member_count; i++) {
		const codegen_type *type = made->members[i].type;

		aet__text_addf(out, "\t%s%s%s;\n", type->opt,
		    codegen_type_space(type->opt), made->members[i].name);
	}
	aet__text_addf(out, "\tbool is_null;\n} %s;\n\n", made->type.c);
}

static void
emit_one(aet__text *out, const codegen_model *model, const codegen_made *made)
{
	const codegen_type *element = made->element;
	bool pointer = element != NULL && element->c[strlen(element->c) - 1] == '*';
	const char *text = made->kind == CODEGEN_ARRAY   ? array_struct
			   : made->kind == CODEGEN_RANGE ? range_struct
							 : multirange_struct;

	codegen_layout_comment(
	    out, "", codegen_format(model->memory, "SQL's %s.", made->text));
	if (made->kind == CODEGEN_COMPOSITE)
		emit_composite(out, made);
	else
		aet__text_add(
		    out, codegen_fill(model->memory, text, "c", made->type.c, "element",
			     element->c, "space", codegen_type_space(element->c), "const",
			     pointer ? "" : "const ", "star", pointer ? "const *" : "*"));
	aet__text_add(out, codegen_fill(model->memory, field_struct, "c", made->type.c,
			       "field", made->type.field));
}

void
codegen_emit_made(aet__text *out, const codegen_model *model)
{
	for (size_t i = 0; i < model->made_count; i++)
		emit_one(out, model, model->made[i]);
}
