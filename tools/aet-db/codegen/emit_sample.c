/* SPDX-License-Identifier: MIT */
/* In the generated test, what a query's parameters are given: where it can be, what
 * the first planted row has. */
#include <string.h>

#include "emit.h"

/* {0} is a value of most: an empty array, a row of NULLs. A range has bounds, which
 * not every type has at zero. */
static const char *
sample_made(codegen_memory *memory, const codegen_made *made)
{
	aet__text out = { 0 };

	if (made->kind == CODEGEN_RANGE)
		return "{ .flags = AET_RANGE_EMPTY }";
	for (size_t i = 0; i < made->member_count; i++) {
		const codegen_made *of = made->members[i].type->made;
		const char *sample = of != NULL ? sample_made(memory, of) : "{ 0 }";

		if (strcmp(sample, "{ 0 }") != 0)
			aet__text_addf(&out, "%s.%s = %s", out.len > 0 ? ", " : "",
			    made->members[i].name, sample);
	}
	if (out.len == 0)
		return "{ 0 }";
	return codegen_format(memory, "{ %s }", codegen_keep(memory, &out));
}

/* A value that PostgreSQL takes, as C's initialiser of a variable. */
const char *
codegen_sample(codegen_memory *memory, const codegen_type *type, bool nullable)
{
	const char *plain = "{ 0 }";

	if (type->shape == CODEGEN_TEXT)
		return "\"sample 1\"";
	if (type->shape == CODEGEN_JSON)
		return strcmp(type->codec, "jsonb") == 0 && type->oid == 0
			   ? "{ \"$.a\", 3 }"
			   : "{ \"{}\", 2 }";
	if (type->shape == CODEGEN_ENUM && type->values->value_count == 0)
		return type->values->invalid;
	if (type->shape == CODEGEN_ENUM)
		return type->values->open ? "\"sample\"" : type->values->values[0].c;
	if (type->sample != NULL)
		plain = type->sample;
	else if (type->shape == CODEGEN_ID && strcmp(type->inner, "uuid") != 0)
		plain = "{ 1 }";
	if (type->made != NULL)
		return sample_made(memory, type->made);
	if (type->shape == CODEGEN_VALUE && strcmp(type->c, "bool") == 0)
		plain = "true";
	else if (type->shape == CODEGEN_VALUE && strcmp(type->c, "char") == 0)
		plain = "'x'";
	else if (type->shape == CODEGEN_VALUE && strncmp(type->c, "aet_", 4) != 0)
		plain = "1";
	else if (type->shape == CODEGEN_VALUE && strcmp(type->c, "aet_uuid") == 0)
		plain = "{ { [6] = 0x40, [8] = 0x80, [15] = 1 } }";
	else if (strcmp(type->c, "aet_line") == 0)
		plain = "{ 1, 1, 1 }";
	else if (strcmp(type->c, "aet_path") == 0)
		plain = "{ &point, 1, true }";
	else if (strcmp(type->c, "aet_polygon") == 0)
		plain = "{ &point, 1 }";
	if (nullable && codegen_type_has_opt(type))
		return strcmp(plain, "{ 0 }") == 0
			   ? "{ .has_value = true }"
			   : codegen_format(memory, "{ true, %s }", plain);
	return plain;
}

/* Of an enum without values there is none. */
bool
codegen_sample_is_there(const codegen_query *query)
{
	for (size_t i = 0; i < query->parameter_count; i++) {
		const codegen_query_parameter *parameter = &query->parameters[i];
		const codegen_type *type = parameter->type;

		if (type->shape == CODEGEN_ENUM && type->values->value_count == 0 &&
		    !type->values->open && !parameter->nullable)
			return false;
	}
	return true;
}

/* A path and a polygon point at it. */
bool
codegen_sample_needs_point(const codegen_model *model)
{
	for (size_t i = 0; i < model->query_count; i++)
		for (size_t j = 0; j < model->queries[i].parameter_count; j++) {
			const char *c = model->queries[i].parameters[j].type->c;

			if (strcmp(c, "aet_path") == 0 || strcmp(c, "aet_polygon") == 0)
				return true;
		}
	return false;
}
