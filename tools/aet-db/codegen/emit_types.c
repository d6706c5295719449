/* SPDX-License-Identifier: MIT */
/* What a package's headers share: wrapped ids and enums. */
#include <string.h>

#include "emit.h"
#include "layout.h"
#include "template.h"

static const char id_types[] = "typedef struct {{c}} {\n"
			       "\t{{inner_c}} {{inner}};\n"
			       "} {{c}};\n"
			       "\n"
			       "typedef struct {{opt}} {\n"
			       "\tbool has_value;\n"
			       "\t{{c}} value;\n"
			       "} {{opt}};\n"
			       "\n"
			       "typedef struct {{field}} {\n"
			       "\taet_field_state state;\n"
			       "\t{{c}} value;\n"
			       "} {{field}};\n"
			       "\n"
			       "/* Thread-safe; do not block. */\n"
			       "AET_API {{field}} {{set}}({{c}} value);\n"
			       "AET_API bool {{c}}_equal({{c}} a, {{c}} b);\n"
			       "\n";

static const char id_functions[] = "{{field}}\n"
				   "{{set}}({{c}} value)\n"
				   "{\n"
				   "\treturn ({{field}}){ AET_SET, value };\n"
				   "}\n"
				   "\n"
				   "bool\n"
				   "{{c}}_equal({{c}} a, {{c}} b)\n"
				   "{\n"
				   "\treturn {{equal}};\n"
				   "}\n"
				   "\n";

static const char custom_types[] = "/* Of {{c}}, which is somebody else's. */\n"
				   "typedef struct {{opt}} {\n"
				   "\tbool has_value;\n"
				   "\t{{c}} value;\n"
				   "} {{opt}};\n"
				   "\n"
				   "typedef struct {{field}} {\n"
				   "\taet_field_state state;\n"
				   "\t{{c}} value;\n"
				   "} {{field}};\n"
				   "\n"
				   "/* Thread-safe; does not block. */\n"
				   "AET_API {{field}} {{set}}({{c}} value);\n"
				   "\n";

static const char custom_functions[] = "{{field}}\n"
				       "{{set}}({{c}} value)\n"
				       "{\n"
				       "\treturn ({{field}}){ AET_SET, value };\n"
				       "}\n"
				       "\n";

static const char enum_types[] =
    "typedef struct {{field}} {\n"
    "\taet_field_state state;\n"
    "\t{{c}} value;\n"
    "} {{field}};\n"
    "\n"
    "/* The text in the database: static storage; NULL for what is no value. "
    "Thread-safe. */\n"
    "AET_API const char *{{c}}_to_text({{c}} value);\n"
    "\n"
    "/* {{invalid}} for NULL and for text that is no value. Thread-safe. */\n"
    "AET_API {{c}} {{c}}_from_text(const char *text);\n"
    "\n"
    "/* Thread-safe; does not block. */\n"
    "AET_API {{field}} {{set}}({{c}} value);\n"
    "\n";

static const char array_types[] =
    "typedef struct {{array}} {\n"
    "\tconst {{c}} *items;\n"
    "\tsize_t len;\n"
    "} {{array}};\n"
    "\n"
    "typedef struct {{field}} {\n"
    "\taet_field_state state;\n"
    "\t{{array}} value;\n"
    "} {{field}};\n"
    "\n"
    "/* The items are borrowed. Thread-safe; does not block. */\n"
    "AET_API {{field}} {{set}}(const {{c}} *items, size_t len);\n"
    "\n";

static const char enum_functions[] =
    "static const char *const {{name}}_texts[] = {\n"
    "\tNULL,\n"
    "{{texts}}"
    "\tNULL,\n"
    "};\n"
    "\n"
    "const char *\n"
    "{{c}}_to_text({{c}} value)\n"
    "{\n"
    "\treturn (size_t)value <= {{count}} ? {{name}}_texts[value] : NULL;\n"
    "}\n"
    "\n"
    "{{c}}\n"
    "{{c}}_from_text(const char *text)\n"
    "{\n"
    "\tif (text == NULL)\n"
    "\t\treturn {{invalid}};\n"
    "\tfor (size_t i = 1; {{name}}_texts[i] != NULL; i++)\n"
    "\t\tif (strcmp({{name}}_texts[i], text) == 0)\n"
    "\t\t\treturn ({{c}})i;\n"
    "\treturn {{invalid}};\n"
    "}\n"
    "\n"
    "{{field}}\n"
    "{{set}}({{c}} value)\n"
    "{\n"
    "\treturn ({{field}}){ AET_SET, value };\n"
    "}\n"
    "\n";

static const char array_functions[] = "{{field}}\n"
				      "{{set}}(const {{c}} *items, size_t len)\n"
				      "{\n"
				      "\treturn ({{field}}){ AET_SET, { items, len } };\n"
				      "}\n"
				      "\n";

static void
emit_id(aet__text *out, const codegen_model *model, const codegen_id *id,
    const char *template)
{
	aet__text_add(out,
	    codegen_fill(model->memory, template, "c", id->c, "opt", id->type.opt,
		"field", id->type.field, "set", id->type.set, "inner", id->type.inner,
		"inner_c", id->inner_c, "equal",
		strcmp(id->type.inner, "uuid") == 0 ? "aet_uuid_equal(a.uuid, b.uuid)"
						    : "a.value == b.value"));
}

static void
emit_custom(aet__text *out, const codegen_model *model, const codegen_custom *custom,
    const char *template)
{
	aet__text_add(out, codegen_fill(model->memory, template, "c", custom->c, "opt",
			       custom->opt, "field", custom->field, "set", custom->set));
}

/* Of the caller's own types: each once, after the library's. */
static void
emit_headers(aet__text *out, const codegen_model *model)
{
	codegen_scope seen = { .memory = model->memory };

	for (size_t i = 0; i < model->custom_count; i++) {
		const char *include = model->customs[i]->include;

		if (codegen_scope_take(&seen, include, "") != NULL)
			continue;
		aet__text_addf(out,
		    include[0] == '<' ? "\n#include %s" : "\n#include \"%s\"", include);
	}
	if (model->custom_count > 0)
		aet__text_add_char(out, '\n');
}

static void
emit_enum(aet__text *out, const codegen_model *model, const codegen_enum *values,
    const char *template, const char *texts)
{
	aet__text_add(
	    out, codegen_fill(model->memory, template, "c", values->c, "name",
		     values->name, "field", values->type.field, "set", values->type.set,
		     "invalid", values->invalid, "texts", texts, "count",
		     codegen_format(model->memory, "%zu", values->value_count)));
}

static void
emit_array(aet__text *out, const codegen_model *model, const codegen_enum *values,
    const char *template)
{
	const codegen_type *type = &values->array_type;

	if (values->arrays)
		aet__text_add(
		    out, codegen_fill(model->memory, template, "c", values->c, "array",
			     type->c, "field", type->field, "set", type->set));
}

static void
emit_values(aet__text *out, const codegen_enum *values)
{
	if (values->comment[0] != '\0')
		codegen_layout_comment(out, "", values->comment);
	else if (values->open)
		aet__text_add(out,
		    "/* Other values may be there, too: they are written as text. */\n");
	aet__text_addf(out, "typedef enum %s {\n\t%s = 0,\n", values->c, values->invalid);
	for (size_t i = 0; i < values->value_count; i++)
		aet__text_addf(out, "\t%s = %zu,\n", values->values[i].c, i + 1);
	aet__text_addf(out, "} %s;\n\n", values->c);
}

const char *
codegen_emit_types_header(const codegen_model *model)
{
	const char *guard = codegen_emit_guard(model, "model_types");
	aet__text out = { 0 };

	codegen_emit_banner(&out, model,
	    "Types that the models share: ids, so that one noun's is not taken for "
	    "another's, and enumerated values. A value that an enum does not know is 0, "
	    "and the row keeps its text.");
	aet__text_addf(&out, "#ifndef %s\n#define %s\n\n", guard, guard);
	aet__text_addf(&out,
	    "#include <stdbool.h>\n#include <stddef.h>\n\n"
	    "#include <aeturnis/%s>\n",
	    model->beyond ? "values.h" : "types.h");
	if (model->external_count > 0)
		aet__text_add(&out, "#include <aeturnis/model_types.h>\n");
	emit_headers(&out, model);
	aet__text_add(&out, "\nAET_BEGIN_DECLS\n\n");
	for (size_t i = 0; i < model->custom_count; i++)
		emit_custom(&out, model, model->customs[i], custom_types);
	for (size_t i = 0; i < model->id_count; i++)
		if (!model->ids[i]->noun->external)
			emit_id(&out, model, model->ids[i], id_types);
	for (size_t i = 0; i < model->enum_count; i++) {
		emit_values(&out, model->enums[i]);
		emit_enum(&out, model, model->enums[i], enum_types, "");
		emit_array(&out, model, model->enums[i], array_types);
	}
	codegen_emit_made(&out, model);
	aet__text_add(&out, "AET_END_DECLS\n\n#endif\n");
	return codegen_keep(model->memory, &out);
}

static const char *
enum_texts(const codegen_model *model, const codegen_enum *values)
{
	aet__text out = { 0 };

	for (size_t i = 0; i < values->value_count; i++) {
		aet__text_add_char(&out, '\t');
		codegen_emit_string(
		    &out, values->values[i].text, strlen(values->values[i].text));
		aet__text_add(&out, ",\n");
	}
	return codegen_keep(model->memory, &out);
}

static bool
has_own_ids(const codegen_model *model)
{
	for (size_t i = 0; i < model->id_count; i++)
		if (!model->ids[i]->noun->external)
			return true;
	return false;
}

/* "" where there is nothing to define. */
const char *
codegen_emit_types_source(const codegen_model *model)
{
	aet__text out = { 0 };

	if (!has_own_ids(model) && model->enum_count == 0 && model->custom_count == 0)
		return "";
	codegen_emit_banner(&out, model, "");
	codegen_emit_include(&out, model, "model_types");
	if (model->enum_count > 0)
		aet__text_add(&out, "\n#include <string.h>\n");
	aet__text_add_char(&out, '\n');
	for (size_t i = 0; i < model->custom_count; i++)
		emit_custom(&out, model, model->customs[i], custom_functions);
	for (size_t i = 0; i < model->id_count; i++)
		if (!model->ids[i]->noun->external)
			emit_id(&out, model, model->ids[i], id_functions);
	for (size_t i = 0; i < model->enum_count; i++) {
		const codegen_enum *values = model->enums[i];

		emit_enum(&out, model, values, enum_functions, enum_texts(model, values));
		emit_array(&out, model, values, array_functions);
	}
	while (out.len > 1 && out.data[out.len - 2] == '\n')
		out.data[--out.len] = '\0';
	return codegen_keep(model->memory, &out);
}
