/* SPDX-License-Identifier: MIT */
/*
 * A value of each shape on its way into a statement's arguments. A function
 * has them as args of its own, a binder has a pointer of that name.
 */
#include <stdio.h>
#include <string.h>

#include "plan.h"
#include "template.h"

static const char *
stem(codegen_unit *unit, const char *c)
{
	size_t len = strlen(unit->model->config->prefix);

	if (strncmp(c, unit->model->config->prefix, len) == 0 && c[len] == '_')
		return c + len + 1;
	return c;
}

/* An element of an enum's array, for aet_args_text_array_of. */
static const char *
text_of(codegen_unit *unit, const codegen_enum *values)
{
	codegen_unit_helper(unit, codegen_fill(unit->memory,
				      "static const char *\n"
				      "text_of_{{name}}(const void *item)\n"
				      "{\n"
				      "\treturn {{c}}_to_text(*(const {{c}} *)item);\n"
				      "}\n",
				      "name", values->name, "c", values->c));
	return codegen_format(unit->memory, "text_of_%s", values->name);
}

static void
bind_enum_array(codegen_unit *unit, aet__text *out, const codegen_type *type,
    const char *value, const char *args)
{
	aet__text_addf(out,
	    "\taet_args_text_array_of(%s, %s.items, %s.len, sizeof(*%s.items), %s);\n",
	    args, value, value, value, text_of(unit, type->values));
}

void
codegen_bind_value(codegen_unit *unit, aet__text *out, const codegen_type *type,
    const char *value, const char *args)
{
	if (type->shape == CODEGEN_MADE)
		aet__text_addf(out, "\t%s(%s, %s);\n",
		    codegen_made_binder(unit, type->made), args, value);
	else if (type->values != NULL && type->values->open)
		aet__text_addf(out, "\taet_args_%s(%s, %s);\n", type->codec, args, value);
	else if (type->shape == CODEGEN_ENUM)
		aet__text_addf(
		    out, "\taet_args_text(%s, %s_to_text(%s));\n", args, type->c, value);
	else if (type->shape == CODEGEN_ENUM_ARRAY)
		bind_enum_array(unit, out, type, value, args);
	else if (type->shape == CODEGEN_CUSTOM)
		aet__text_addf(out, "\t%s(%s, %s);\n", type->write, args, value);
	else if (type->shape == CODEGEN_ID)
		aet__text_addf(out, "\taet_args_%s(%s, %s.%s);\n", type->codec, args,
		    value, type->inner);
	else
		aet__text_addf(out, "\taet_args_%s(%s, %s);\n", type->codec, args, value);
}

void
codegen_bind_argument(
    codegen_unit *unit, aet__text *out, const codegen_type *type, const char *value)
{
	codegen_bind_value(unit, out, type, value, "&args");
}

void
codegen_bind_nullable(codegen_unit *unit, aet__text *out, const codegen_type *type,
    const char *value, const char *args)
{
	const char *of = "";

	if (type->shape == CODEGEN_TEXTS || type->shape == CODEGEN_MADE) {
		codegen_bind_value(unit, out, type, value, args);
		return;
	}
	if (type->shape == CODEGEN_TEXT || (type->values != NULL && type->values->open)) {
		aet__text_addf(out, "\taet_args_text_or_null(%s, %s);\n", args, value);
		return;
	}
	if (type->shape == CODEGEN_JSON)
		aet__text_addf(out, "\tif (%s.text != NULL)\n\t", value);
	else if (type->shape == CODEGEN_ENUM)
		aet__text_addf(out, "\tif (%s != %s)\n\t", value, type->values->invalid);
	else if (type->shape == CODEGEN_ENUM_ARRAY)
		aet__text_addf(out, "\tif (%s.items != NULL)\n\t", value);
	else
		aet__text_addf(out, "\tif (%s.has_value)\n\t", value);
	if (codegen_type_has_opt(type))
		of = ".value";
	codegen_bind_value(
	    unit, out, type, codegen_format(unit->memory, "%s%s", value, of), args);
	aet__text_addf(out, "\telse\n\t\taet_args_null(%s);\n", args);
}

/* ---- members of inserts and changes --------------------------------------- */

static const char *
one_of_two(codegen_unit *unit, const codegen_enum *values)
{
	codegen_unit_helper(
	    unit, codegen_fill(unit->memory,
		      "/* The one of the two that is given; NULL, which is refused, for "
		      "neither "
		      "or both. */\n"
		      "static const char *\n"
		      "one_{{name}}({{c}} value, const char *text)\n"
		      "{\n"
		      "\tif (value == {{invalid}})\n"
		      "\t\treturn text;\n"
		      "\treturn text == NULL ? {{c}}_to_text(value) : NULL;\n"
		      "}\n",
		      "name", values->name, "c", values->c, "invalid", values->invalid));
	return codegen_format(unit->memory, "one_%s", values->name);
}

void
codegen_bind_member(
    codegen_unit *unit, aet__text *out, const codegen_field *field, const char *variable)
{
	const codegen_type *type = field->type;
	const char *value = codegen_format(unit->memory, "%s->%s", variable, field->name);

	if (type->shape == CODEGEN_ENUM && type->values->open) {
		aet__text_addf(out, "\taet_args_text(args, %s(%s, %s->%s));\n",
		    one_of_two(unit, type->values), value, variable, field->text_name);
	} else if (type->shape == CODEGEN_ENUM_ARRAY && type->values->open) {
		aet__text_addf(out, "\tif (%s.items != NULL)\n\t", value);
		bind_enum_array(unit, out, type, value, "args");
		aet__text_addf(out, "\telse\n\t\taet_args_text_array(args, %s->%s);\n",
		    variable, field->text_name);
	} else {
		codegen_bind_value(unit, out, type, value, "args");
	}
}

static const char *
bind_enum_field(codegen_unit *unit, const codegen_type *type)
{
	const char *name = codegen_format(unit->memory, "bind_%s", stem(unit, type->c));
	aet__text value = { 0 };

	if (type->shape == CODEGEN_ENUM)
		aet__text_addf(
		    &value, "\taet_args_text(args, %s_to_text(field.value));\n", type->c);
	else
		bind_enum_array(unit, &value, type, "field.value", "args");
	codegen_unit_helper(unit, codegen_fill(unit->memory,
				      "static void\n"
				      "{{name}}(aet_args *args, {{field}} field)\n"
				      "{\n"
				      "\tif (field.state == AET_UNSET)\n"
				      "\t\taet_args_unset(args);\n"
				      "\telse if (field.state == AET_SET_NULL)\n"
				      "\t\taet_args_null(args);\n"
				      "\telse\n"
				      "\t{{value}}"
				      "}\n",
				      "name", name, "field", type->field, "value",
				      codegen_keep(unit->memory, &value)));
	return name;
}

static const char *
bind_open_field(codegen_unit *unit, const codegen_type *type)
{
	const char *name =
	    codegen_format(unit->memory, "bind_open_%s", stem(unit, type->c));
	bool array = type->shape == CODEGEN_ENUM_ARRAY;

	codegen_unit_helper(unit,
	    codegen_fill(unit->memory,
		"/* The one of the two that is set; both are refused. */\n"
		"static void\n"
		"{{name}}(aet_args *args, {{field}} field, {{text_field}} text)\n"
		"{\n"
		"\tif (text.state == AET_UNSET)\n"
		"\t\t{{bind}}(args, field);\n"
		"\telse if (field.state == AET_UNSET)\n"
		"\t\taet_args_field_{{codec}}(args, text);\n"
		"\telse\n"
		"\t\taet_args_text(args, NULL);\n"
		"}\n",
		"name", name, "field", type->field, "text_field",
		array ? "aet_field_text_array" : "aet_field_text", "codec",
		array ? "text_array" : "text", "bind", bind_enum_field(unit, type)));
	return name;
}

static const char *
bind_id_field(codegen_unit *unit, const codegen_type *type)
{
	const char *name = codegen_format(unit->memory, "bind_%s", stem(unit, type->c));

	codegen_unit_helper(unit, codegen_fill(unit->memory,
				      "static void\n"
				      "{{name}}(aet_args *args, {{field}} field)\n"
				      "{\n"
				      "\taet_args_field_{{codec}}(args, "
				      "(aet_field_{{codec}}){ field.state, "
				      "field.value.{{inner}} });\n"
				      "}\n",
				      "name", name, "field", type->field, "codec",
				      type->codec, "inner", type->inner));
	return name;
}

static const char *
bind_custom_field(codegen_unit *unit, const codegen_type *type)
{
	const char *name = codegen_format(unit->memory, "bind_%s", type->codec);

	codegen_unit_helper(
	    unit, codegen_fill(unit->memory,
		      "static void\n"
		      "{{name}}(aet_args *args, {{field}} field)\n"
		      "{\n"
		      "\tif (field.state == AET_UNSET)\n"
		      "\t\taet_args_unset(args);\n"
		      "\telse if (field.state == AET_SET_NULL)\n"
		      "\t\taet_args_null(args);\n"
		      "\telse\n"
		      "\t\t{{write}}(args, field.value);\n"
		      "}\n",
		      "name", name, "field", type->field, "write", type->write));
	return name;
}

void
codegen_bind_field(
    codegen_unit *unit, aet__text *out, const codegen_field *field, const char *variable)
{
	const codegen_type *type = field->type;
	const char *value = codegen_format(unit->memory, "%s->%s", variable, field->name);

	if (type->shape == CODEGEN_MADE)
		aet__text_addf(out, "\t%s(args, %s);\n",
		    codegen_made_field_binder(unit, type->made), value);
	else if (type->values != NULL && type->values->open)
		aet__text_addf(out, "\t%s(args, %s, %s->%s);\n",
		    bind_open_field(unit, type), value, variable, field->text_name);
	else if (type->values != NULL)
		aet__text_addf(
		    out, "\t%s(args, %s);\n", bind_enum_field(unit, type), value);
	else if (type->shape == CODEGEN_ID)
		aet__text_addf(
		    out, "\t%s(args, %s);\n", bind_id_field(unit, type), value);
	else if (type->shape == CODEGEN_CUSTOM)
		aet__text_addf(
		    out, "\t%s(args, %s);\n", bind_custom_field(unit, type), value);
	else
		aet__text_addf(
		    out, "\taet_args_field_%s(args, %s);\n", type->codec, value);
}
