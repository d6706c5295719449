/* SPDX-License-Identifier: MIT */
/* How values of a made type are read and written: static functions, each after
 * those of the types that it is made of. */
#include <string.h>

#include "emit.h"
#include "plan.h"
#include "template.h"

/* C that reads a value of type, which is not NULL, from place in row. */
static const char *
read_value(
    codegen_unit *unit, const codegen_type *type, const char *row, const char *place)
{
	if (type->made != NULL)
		return codegen_format(unit->memory, "%s(%s, %s)",
		    codegen_made_reader(unit, type->made), row, place);
	if (type->values != NULL)
		return codegen_format(unit->memory, "%s_from_text(aet_row_text(%s, %s))",
		    type->c, row, place);
	if (type->read != NULL)
		return codegen_format(unit->memory, "%s(%s, %s)", type->read, row, place);
	return codegen_format(
	    unit->memory, "aet_row_%s(%s, %s)", type->codec, row, place);
}

/* The same of one that may be NULL: a composite's member. */
static const char *
read_member(
    codegen_unit *unit, const codegen_type *type, const char *row, const char *place)
{
	if (type->made != NULL)
		return read_value(unit, type, row, place);
	if (type->values != NULL)
		return codegen_format(unit->memory,
		    "%s_from_text(aet_row_text_or_null(%s, %s))", type->c, row, place);
	if (type->read != NULL)
		return codegen_format(unit->memory, "%s(%s, %s)",
		    codegen_custom_reader(unit, type), row, place);
	if (type->shape == CODEGEN_VALUE)
		return codegen_format(
		    unit->memory, "aet_row_opt_%s(%s, %s)", type->codec, row, place);
	return codegen_format(
	    unit->memory, "aet_row_%s_or_null(%s, %s)", type->codec, row, place);
}

static const char read_array[] =
    "static {{c}}\n"
    "{{name}}(aet_row *row, size_t column)\n"
    "{\n"
    "\t{{c}} array = { 0 };\n"
    "\taet_row *inside = aet_row_array(\n"
    "\t    row, column, &array.len, &array.dimensions, &array.dimension_count);\n"
    "\t{{element}}{{space}}*items = aet_row_room(row, array.len, sizeof(*items));\n"
    "\tbool *nulls = aet_row_room(row, array.len, sizeof(*nulls));\n"
    "\n"
    "\tarray.is_null = aet_row_is_null(row, column);\n"
    "\tif (items == NULL || nulls == NULL)\n"
    "\t\tarray.len = 0;\n"
    "\tfor (size_t i = 0; i < array.len; i++) {\n"
    "\t\tnulls[i] = aet_row_is_null(inside, i);\n"
    "\t\tif (!nulls[i])\n"
    "\t\t\titems[i] = {{read}};\n"
    "\t}\n"
    "\tarray.items = items;\n"
    "\tarray.nulls = nulls;\n"
    "\treturn array;\n"
    "}\n";

static const char read_multirange[] =
    "static {{c}}\n"
    "{{name}}(aet_row *row, size_t column)\n"
    "{\n"
    "\t{{c}} ranges = { 0 };\n"
    "\taet_row *inside = aet_row_multirange(row, column, &ranges.len);\n"
    "\t{{element}}{{space}}*items = aet_row_room(row, ranges.len, sizeof(*items));\n"
    "\n"
    "\tranges.is_null = aet_row_is_null(row, column);\n"
    "\tif (items == NULL)\n"
    "\t\tranges.len = 0;\n"
    "\tfor (size_t i = 0; i < ranges.len; i++)\n"
    "\t\titems[i] = {{read}};\n"
    "\tranges.items = items;\n"
    "\treturn ranges;\n"
    "}\n";

static const char read_range[] =
    "static {{c}}\n"
    "{{name}}(aet_row *row, size_t column)\n"
    "{\n"
    "\t{{c}} range = { 0 };\n"
    "\taet_row *inside = aet_row_range(row, column, &range.flags);\n"
    "\n"
    "\trange.is_null = inside == NULL;\n"
    "\tif (inside != NULL && !aet_row_is_null(inside, 0))\n"
    "\t\trange.lower = {{lower}};\n"
    "\tif (inside != NULL && !aet_row_is_null(inside, 1))\n"
    "\t\trange.upper = {{upper}};\n"
    "\treturn range;\n"
    "}\n";

static const char read_composite[] =
    "static {{c}}\n"
    "{{name}}(aet_row *row, size_t column)\n"
    "{\n"
    "\t{{c}} value = { 0 };\n"
    "\taet_row *inside = aet_row_record(row, column, {{count}});\n"
    "\n"
    "\tvalue.is_null = inside == NULL;\n"
    "\tif (inside == NULL)\n"
    "\t\treturn value;\n"
    "{{members}}"
    "\treturn value;\n"
    "}\n";

static const char *
member_reads(codegen_unit *unit, const codegen_made *made)
{
	aet__text out = { 0 };

	for (size_t i = 0; i < made->member_count; i++)
		aet__text_addf(&out, "\tvalue.%s = %s;\n", made->members[i].name,
		    read_member(unit, made->members[i].type, "inside",
			codegen_format(unit->memory, "%zu", i)));
	return codegen_keep(unit->memory, &out);
}

static const char *
reader_text(codegen_unit *unit, const codegen_made *made, const char *name)
{
	codegen_memory *memory = unit->memory;
	const codegen_type *element = made->element;

	switch (made->kind) {
	case CODEGEN_COMPOSITE:
		return codegen_fill(memory, read_composite, "c", made->type.c, "name",
		    name, "count", codegen_format(memory, "%zu", made->member_count),
		    "members", member_reads(unit, made));
	case CODEGEN_RANGE:
		return codegen_fill(memory, read_range, "c", made->type.c, "name", name,
		    "lower", read_value(unit, element, "inside", "0"), "upper",
		    read_value(unit, element, "inside", "1"));
	case CODEGEN_ARRAY:
	case CODEGEN_MULTIRANGE:
		break;
	}
	return codegen_fill(memory,
	    made->kind == CODEGEN_ARRAY ? read_array : read_multirange, "c", made->type.c,
	    "name", name, "element", element->c, "space", codegen_type_space(element->c),
	    "read", read_value(unit, element, "inside", "i"));
}

const char *
codegen_made_reader(codegen_unit *unit, const codegen_made *made)
{
	const char *name = codegen_format(unit->memory, "read_%s", made->stem);

	codegen_unit_helper(unit, reader_text(unit, made, name));
	return name;
}

/* ---- writing -------------------------------------------------------------- */

static const char bind_array[] =
    "static void\n"
    "{{name}}(aet_args *args, {{c}} value)\n"
    "{\n"
    "\taet_args inside = { 0 };\n"
    "\n"
    "\tif (value.is_null) {\n"
    "\t\taet_args_null(args);\n"
    "\t\treturn;\n"
    "\t}\n"
    "\tfor (size_t i = 0; i < value.len; i++) {\n"
    "\t\tif (value.nulls != NULL && value.nulls[i])\n"
    "\t\t\taet_args_null(&inside);\n"
    "\t\telse\n"
    "\t\t{{bind}}"
    "\t}\n"
    "\taet_args_array(args, &inside, (aet_type){ {{type}} }, value.dimensions, "
    "value.dimension_count);\n"
    "}\n";

static const char bind_multirange[] = "static void\n"
				      "{{name}}(aet_args *args, {{c}} value)\n"
				      "{\n"
				      "\taet_args inside = { 0 };\n"
				      "\n"
				      "\tif (value.is_null) {\n"
				      "\t\taet_args_null(args);\n"
				      "\t\treturn;\n"
				      "\t}\n"
				      "\tfor (size_t i = 0; i < value.len; i++)\n"
				      "\t{{bind}}"
				      "\taet_args_multirange(args, &inside);\n"
				      "}\n";

static const char bind_range[] =
    "static void\n"
    "{{name}}(aet_args *args, {{c}} value)\n"
    "{\n"
    "\tbool empty = (value.flags & AET_RANGE_EMPTY) != 0;\n"
    "\taet_args inside = { 0 };\n"
    "\n"
    "\tif (value.is_null) {\n"
    "\t\taet_args_null(args);\n"
    "\t\treturn;\n"
    "\t}\n"
    "\tif (!empty && (value.flags & AET_RANGE_LOWER_INFINITE) == 0)\n"
    "\t{{lower}}"
    "\tif (!empty && (value.flags & AET_RANGE_UPPER_INFINITE) == 0)\n"
    "\t{{upper}}"
    "\taet_args_range(args, &inside, value.flags);\n"
    "}\n";

static const char bind_composite[] =
    "static void\n"
    "{{name}}(aet_args *args, {{c}} value)\n"
    "{\n"
    "\tstatic const aet_type types[] = {\n"
    "{{types}}"
    "\t};\n"
    "\taet_args inside = { 0 };\n"
    "\n"
    "\tif (value.is_null) {\n"
    "\t\taet_args_null(args);\n"
    "\t\treturn;\n"
    "\t}\n"
    "{{members}}"
    "\taet_args_record(args, &inside, types, {{count}});\n"
    "}\n";

static const char *
type_init(codegen_unit *unit, const codegen_type *type)
{
	aet__text init = { 0 };

	if (type->oid != 0)
		return codegen_format(unit->memory, ".oid = %u", type->oid);
	aet__text_add(&init, ".name = ");
	codegen_emit_string(&init, type->type_name, strlen(type->type_name));
	return codegen_keep(unit->memory, &init);
}

static const char *
member_types(codegen_unit *unit, const codegen_made *made)
{
	aet__text out = { 0 };

	for (size_t i = 0; i < made->member_count; i++)
		aet__text_addf(
		    &out, "\t\t{ %s },\n", type_init(unit, made->members[i].type));
	return codegen_keep(unit->memory, &out);
}

static const char *
member_binds(codegen_unit *unit, const codegen_made *made)
{
	aet__text out = { 0 };

	for (size_t i = 0; i < made->member_count; i++)
		codegen_bind_nullable(unit, &out, made->members[i].type,
		    codegen_format(unit->memory, "value.%s", made->members[i].name),
		    "&inside");
	return codegen_keep(unit->memory, &out);
}

static const char *
bind_line(codegen_unit *unit, const codegen_type *type, const char *value)
{
	aet__text out = { 0 };

	codegen_bind_value(unit, &out, type, value, "&inside");
	return codegen_keep(unit->memory, &out);
}

static const char *
binder_text(codegen_unit *unit, const codegen_made *made, const char *name)
{
	codegen_memory *memory = unit->memory;

	switch (made->kind) {
	case CODEGEN_COMPOSITE:
		return codegen_fill(memory, bind_composite, "c", made->type.c, "name",
		    name, "count", codegen_format(memory, "%zu", made->member_count),
		    "types", member_types(unit, made), "members",
		    member_binds(unit, made));
	case CODEGEN_RANGE:
		return codegen_fill(memory, bind_range, "c", made->type.c, "name", name,
		    "lower", bind_line(unit, made->element, "value.lower"), "upper",
		    bind_line(unit, made->element, "value.upper"));
	case CODEGEN_MULTIRANGE:
		return codegen_fill(memory, bind_multirange, "c", made->type.c, "name",
		    name, "bind", bind_line(unit, made->element, "value.items[i]"));
	case CODEGEN_ARRAY:
		break;
	}
	return codegen_fill(memory, bind_array, "c", made->type.c, "name", name, "type",
	    type_init(unit, made->element), "bind",
	    bind_line(unit, made->element, "value.items[i]"));
}

const char *
codegen_made_binder(codegen_unit *unit, const codegen_made *made)
{
	const char *name = codegen_format(unit->memory, "bind_%s", made->stem);

	codegen_unit_helper(unit, binder_text(unit, made, name));
	return name;
}

const char *
codegen_made_field_binder(codegen_unit *unit, const codegen_made *made)
{
	const char *name = codegen_format(unit->memory, "bind_field_%s", made->stem);
	const char *value = codegen_made_binder(unit, made);

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
		      "\t\t{{bind}}(args, field.value);\n"
		      "}\n",
		      "name", name, "field", made->type.field, "bind", value));
	return name;
}
