/* SPDX-License-Identifier: MIT */
/* What a query with optional clauses or orders takes. */
#include <string.h>

#include "plan.h"

bool
codegen_query_has_options(const codegen_query *query)
{
	for (size_t i = 0; i < query->parameter_count; i++)
		if (query->parameters[i].optional)
			return true;
	return false;
}

/* {0} is absent, of each: arrays and structs, of which it is a value, are
 * pointed to. */
static const char *
optional_c(codegen_memory *memory, const codegen_type *type)
{
	if (type->shape == CODEGEN_TEXTS || type->shape == CODEGEN_MADE)
		return codegen_format(memory, "const %s *", type->c);
	if (codegen_type_has_opt(type))
		return type->opt;
	return codegen_value_argument(type);
}

const char *
codegen_parameter_c(codegen_memory *memory, const codegen_query_parameter *parameter)
{
	const codegen_type *type = parameter->type;

	if (parameter->optional)
		return optional_c(memory, type);
	if (parameter->nullable && codegen_type_has_opt(type))
		return type->opt;
	return codegen_value_argument(type);
}

/* Whether it is there, as C says it. */
static const char *
is_there(codegen_unit *unit, const codegen_type *type, const char *value)
{
	bool open = type->values != NULL && type->values->open;

	if (codegen_type_has_opt(type))
		return codegen_format(unit->memory, "%s.has_value", value);
	if (type->shape == CODEGEN_JSON)
		return codegen_format(unit->memory, "%s.text != NULL", value);
	if (type->shape == CODEGEN_ENUM && !open)
		return codegen_format(
		    unit->memory, "%s != %s", value, type->values->invalid);
	if (type->shape == CODEGEN_ENUM_ARRAY && !open)
		return codegen_format(unit->memory, "%s.items != NULL", value);
	return codegen_format(unit->memory, "%s != NULL", value);
}

void
codegen_bind_optional(codegen_unit *unit, aet__text *out, const codegen_type *type,
    const char *value, const char *args)
{
	const char *inside = value;

	if (type->shape == CODEGEN_TEXTS || type->shape == CODEGEN_MADE)
		inside = codegen_format(unit->memory, "*%s", value);
	if (codegen_type_has_opt(type))
		inside = codegen_format(unit->memory, "%s.value", value);
	aet__text_addf(out, "\tif (%s)\n\t", is_there(unit, type, value));
	codegen_bind_value(unit, out, type, inside, args);
	aet__text_addf(out, "\telse\n\t\taet_args_unset(%s);\n", args);
}

const char *
codegen_plan_sort(codegen_unit *unit, const codegen_query *query)
{
	const codegen_sort *sort = query->sort;
	aet__text out = { 0 };

	aet__text_addf(&out, "/* What %s is ordered by. */\ntypedef enum %s {\n",
	    query->name, sort->c);
	for (size_t i = 0; i < sort->count; i++)
		aet__text_addf(&out, "\t%s = %zu,\n", sort->constants[i], i);
	aet__text_addf(&out, "} %s;\n", sort->c);
	codegen_unit_type(unit, codegen_keep(unit->memory, &out));
	return sort->c;
}
