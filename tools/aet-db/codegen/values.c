/* SPDX-License-Identifier: MIT */
/* A value of each shape in a row: declared, read, handed on. */
#include <stdio.h>
#include <string.h>

#include "plan.h"
#include "template.h"

void
codegen_value_members(aet__text *out, const codegen_type *type, bool nullable,
    const char *name, const char *text_name)
{
	const char *c = nullable ? type->opt : type->c;

	aet__text_addf(out, "\t%s%s%s;\n", c, codegen_type_space(c), name);
	if (type->shape == CODEGEN_ENUM)
		aet__text_addf(out, "\tconst char *%s;\n", text_name);
	if (type->shape == CODEGEN_ENUM_ARRAY)
		aet__text_addf(out, "\taet_text_array %s;\n", text_name);
}

/* Without the package's prefix: static names need none. */
static const char *
stem(codegen_unit *unit, const char *c)
{
	size_t len = strlen(unit->model->config->prefix);

	if (strncmp(c, unit->model->config->prefix, len) == 0 && c[len] == '_')
		return c + len + 1;
	return c;
}

static const char *
read_opt_id(codegen_unit *unit, const codegen_type *type)
{
	const char *name = codegen_format(unit->memory, "read_%s", stem(unit, type->opt));

	codegen_unit_helper(
	    unit, codegen_fill(unit->memory,
		      "static {{opt}}\n"
		      "{{name}}(aet_row *row, size_t column)\n"
		      "{\n"
		      "\taet_opt_{{codec}} value = aet_row_opt_{{codec}}(row, column);\n"
		      "\n"
		      "\treturn ({{opt}}){ value.has_value, { value.value } };\n"
		      "}\n",
		      "opt", type->opt, "name", name, "codec", type->codec));
	return name;
}

const char *
codegen_custom_reader(codegen_unit *unit, const codegen_type *type)
{
	const char *name = codegen_format(unit->memory, "read_opt_%s", type->codec);

	codegen_unit_helper(
	    unit, codegen_fill(unit->memory,
		      "static {{opt}}\n"
		      "{{name}}(aet_row *row, size_t column)\n"
		      "{\n"
		      "\t{{opt}} value = { 0 };\n"
		      "\n"
		      "\tvalue.has_value = !aet_row_is_null(row, column);\n"
		      "\tif (value.has_value)\n"
		      "\t\tvalue.value = {{read}}(row, column);\n"
		      "\treturn value;\n"
		      "}\n",
		      "opt", type->opt, "name", name, "read", type->read));
	return name;
}

static const char *
read_enum_array(codegen_unit *unit, const codegen_type *type)
{
	const char *name = codegen_format(unit->memory, "read_%s", stem(unit, type->c));

	codegen_unit_helper(unit,
	    codegen_fill(unit->memory,
		"static {{c}}\n"
		"{{name}}(aet_row *row, aet_text_array texts)\n"
		"{\n"
		"\t{{enum}} *items = aet_row_room(row, texts.len, sizeof(*items));\n"
		"\n"
		"\tif (items == NULL)\n"
		"\t\treturn ({{c}}){ NULL, 0 };\n"
		"\tfor (size_t i = 0; i < texts.len; i++)\n"
		"\t\titems[i] = {{enum}}_from_text(texts.items[i]);\n"
		"\treturn ({{c}}){ items, texts.len };\n"
		"}\n",
		"c", type->c, "name", name, "enum", type->values->c));
	return name;
}

static void
read_enum(codegen_unit *unit, aet__text *out, const char *variable,
    const codegen_column *column)
{
	const codegen_type *type = column->type;

	if (type->shape == CODEGEN_ENUM)
		aet__text_addf(out, "\t%s->%s = %s_from_text(%s->%s);\n", variable,
		    column->name, type->c, variable, column->text_name);
	else
		aet__text_addf(out, "\t%s->%s = %s(row, %s->%s);\n", variable,
		    column->name, read_enum_array(unit, type), variable,
		    column->text_name);
}

void
codegen_value_read(codegen_unit *unit, aet__text *out, const char *variable, size_t place,
    const codegen_column *column)
{
	const codegen_type *type = column->type;
	const char *member = type->values != NULL ? column->text_name : column->name;
	const char *or_null = column->nullable ? "_or_null" : "";

	if (type->shape == CODEGEN_MADE && !column->nullable)
		aet__text_addf(out, "\taet_row_require(row, %zu);\n", place);
	if (type->shape == CODEGEN_MADE)
		aet__text_addf(out, "\t%s->%s = %s(row, %zu);\n", variable, member,
		    codegen_made_reader(unit, type->made), place);
	else if (type->shape == CODEGEN_ID && column->nullable)
		aet__text_addf(out, "\t%s->%s = %s(row, %zu);\n", variable, member,
		    read_opt_id(unit, type), place);
	else if (type->shape == CODEGEN_ID)
		aet__text_addf(out, "\t%s->%s.%s = aet_row_%s(row, %zu);\n", variable,
		    member, type->inner, type->codec, place);
	else if (type->shape == CODEGEN_CUSTOM && !column->nullable)
		aet__text_addf(out,
		    "\taet_row_require(row, %zu);\n\t%s->%s = %s(row, %zu);\n", place,
		    variable, member, type->read, place);
	else if (type->shape == CODEGEN_CUSTOM)
		aet__text_addf(out, "\t%s->%s = %s(row, %zu);\n", variable, member,
		    codegen_custom_reader(unit, type), place);
	else if (type->shape == CODEGEN_VALUE)
		aet__text_addf(out, "\t%s->%s = aet_row_%s%s(row, %zu);\n", variable,
		    member, column->nullable ? "opt_" : "", type->codec, place);
	else
		aet__text_addf(out, "\t%s->%s = aet_row_%s%s(row, %zu);\n", variable,
		    member, type->codec, or_null, place);
	if (type->values != NULL)
		read_enum(unit, out, variable, column);
}

const char *
codegen_value_argument(const codegen_type *type)
{
	if (type->shape == CODEGEN_ENUM && type->values->open)
		return "const char *";
	if (type->shape == CODEGEN_ENUM_ARRAY && type->values->open)
		return "aet_text_array";
	return type->c;
}

const char *
codegen_value_of_row(codegen_unit *unit, const codegen_field *field, const char *variable)
{
	const codegen_type *type = field->type;

	if (codegen_type_has_opt(type) && field->nullable)
		return codegen_format(
		    unit->memory, "%s->%s.value", variable, field->name);
	if (type->values != NULL && type->values->open)
		return codegen_format(unit->memory, "%s->%s", variable, field->text_name);
	return codegen_format(unit->memory, "%s->%s", variable, field->name);
}

const char *
codegen_value_is_null(
    codegen_unit *unit, const codegen_field *field, const char *variable)
{
	codegen_memory *memory = unit->memory;

	switch (field->type->shape) {
	case CODEGEN_VALUE:
	case CODEGEN_ID:
	case CODEGEN_CUSTOM:
		return codegen_format(memory, "!%s->%s.has_value", variable, field->name);
	case CODEGEN_TEXT:
		return codegen_format(memory, "%s->%s == NULL", variable, field->name);
	case CODEGEN_JSON:
		return codegen_format(
		    memory, "%s->%s.text == NULL", variable, field->name);
	case CODEGEN_TEXTS:
	case CODEGEN_MADE:
		return codegen_format(memory, "%s->%s.is_null", variable, field->name);
	case CODEGEN_ENUM:
		return codegen_format(
		    memory, "%s->%s == NULL", variable, field->text_name);
	case CODEGEN_ENUM_ARRAY:
		break;
	}
	return codegen_format(memory, "%s->%s.is_null", variable, field->text_name);
}
