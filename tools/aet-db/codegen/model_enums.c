/* SPDX-License-Identifier: MIT */
/* PostgreSQL's own enums, and text columns that the configuration says to hold
 * a fixed set of values: the same thing in C. */
#include <stdio.h>
#include <string.h>

#include "library.h"
#include "registry.h"

static codegen_enum *
add_enum(codegen_model *model, const char *name, size_t value_count)
{
	codegen_enum *made = codegen_room(model->memory, 1, sizeof(*made));

	model->enums = codegen_append(
	    model->memory, model->enums, &model->enum_count, sizeof(codegen_enum *));
	model->enums[model->enum_count - 1] = made;
	made->name = codegen_name(model->memory, name);
	made->c =
	    codegen_format(model->memory, "%s_%s", model->config->prefix, made->name);
	made->comment = "";
	made->values = codegen_room(model->memory, value_count, sizeof(*made->values));
	return made;
}

/* Values whose names come out the same get numbers: "a-b" and "a b"; so do those
 * that meet another enum's: "b_c" of a, "c" of a_b. */
static void
add_values(codegen_model *model, codegen_enum *to, const char *const *texts, size_t count)
{
	const char *upper = codegen_upper(model->memory, to->c);

	to->invalid = codegen_registry_constant(
	    model, codegen_format(model->memory, "%s_INVALID", upper), to->name);
	for (size_t i = 0; i < count; i++) {
		const char *name =
		    codegen_upper(model->memory, codegen_name(model->memory, texts[i]));

		name = codegen_format(model->memory, "%s_%s", upper, name);
		to->values[i].text = texts[i];
		to->values[i].c = codegen_registry_constant(model, name, to->name);
	}
	to->value_count = count;
}

static codegen_type
make_type(codegen_model *model, const codegen_enum *values, bool array)
{
	const char *prefix = model->config->prefix;
	const char *stem = array ? codegen_format(model->memory, "%s_array", values->name)
				 : values->name;
	codegen_type type = { .shape = array ? CODEGEN_ENUM_ARRAY : CODEGEN_ENUM };

	type.c = codegen_format(model->memory, "%s_%s", prefix, stem);
	type.field = codegen_format(model->memory, "%s_field_%s", prefix, stem);
	type.set = codegen_format(model->memory, "%s_set_%s", prefix,
	    array ? codegen_plural(model->memory, values->name) : stem);
	type.opt = type.c;
	type.codec = array ? "text_array" : "text";
	type.values = values;
	return type;
}

/* The name in lib/pg's sense: looked up when a statement is prepared. */
static const char *
qualified(codegen_model *model, const aet__enum_type *type)
{
	aet__text name = { 0 };

	codegen_add_sql_name(&name, type->schema);
	aet__text_add_char(&name, '.');
	codegen_add_sql_name(&name, type->name);
	return codegen_keep(model->memory, &name);
}

/* Two of a name are told apart by their schemas; one that is called like something
 * else gives way. */
static const char *
native_name(codegen_model *model, const aet__enum_type *native)
{
	const char *owner =
	    codegen_format(model->memory, "enum \"%s.%s\"", native->schema, native->name);
	const char *name = codegen_name(model->memory, native->name);
	bool public = strcmp(native->schema, "public") == 0;
	const char *other = codegen_format(model->memory, "%s_enum", name);

	if (!public)
		other = codegen_format(model->memory, "%s_%s",
		    codegen_name(model->memory, native->schema), name);
	if (!codegen_registry_is_free(model, name, codegen_enum_forms))
		name = other;
	return codegen_registry_unique(model, name, codegen_enum_forms, owner);
}

static void
add_native(codegen_model *model, const aet__enum_type *native)
{
	codegen_enum *made =
	    add_enum(model, native_name(model, native), native->label_count);

	made->native = native;
	if (native->comment != NULL)
		made->comment = native->comment;
	add_values(model, made, native->labels, native->label_count);
	made->type = make_type(model, made, false);
	made->type.type_name = qualified(model, native);
	made->type.sql = made->type.type_name;
}

static void
add_configured(codegen_model *model, const codegen_enum_config *config)
{
	codegen_enum *made = add_enum(model, config->name, config->values.count);
	const char *owner = codegen_format(
	    model->memory, "the configuration's enum \"%s\"", config->name);

	codegen_registry_claim(model, made->name, codegen_value_forms, owner);
	codegen_registry_claim(model,
	    codegen_format(
		model->memory, "set_%s", codegen_plural(model->memory, made->name)),
	    codegen_one_form, owner);
	made->open = config->open;
	add_values(model, made, config->values.items, config->values.count);
	made->type = make_type(model, made, false);
	made->array_type = make_type(model, made, true);
}

static bool
is_wanted(const codegen_model *model, const aet__enum_type *native)
{
	return !codegen_library_has(model, native->oid);
}

void
codegen_model_enums(codegen_model *model)
{
	for (size_t i = 0; i < model->config->enum_count; i++)
		add_configured(model, &model->config->enums[i]);
	for (size_t i = 0; i < model->catalog->enum_count; i++)
		if (is_wanted(model, &model->catalog->enums[i]) &&
		    strcmp(model->catalog->enums[i].schema, "public") == 0)
			add_native(model, &model->catalog->enums[i]);
	for (size_t i = 0; i < model->catalog->enum_count; i++)
		if (is_wanted(model, &model->catalog->enums[i]) &&
		    strcmp(model->catalog->enums[i].schema, "public") != 0)
			add_native(model, &model->catalog->enums[i]);
}
