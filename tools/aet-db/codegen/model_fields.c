/* SPDX-License-Identifier: MIT */
/* What each column is in C, and what may be done with it. */
#include <string.h>

#include "model.h"

static bool
is_text(const codegen_type *type)
{
	return type != NULL && type->shape == CODEGEN_TEXT;
}

/* A configured enum lies over a text column, and is sent as that type. */
static const codegen_type *
configured_type(codegen_model *model, codegen_enum *values, const codegen_type *under)
{
	codegen_type *type = codegen_room(model->memory, 1, sizeof(*type));

	*type = is_text(under) ? values->type : values->array_type;
	type->oid = under->oid;
	type->parameter_oid = under->parameter_oid;
	type->sql = under->sql;
	values->arrays = values->arrays || !is_text(under);
	return type;
}

static const codegen_type *
field_type(codegen_model *model, const codegen_noun *noun, codegen_field *field)
{
	const codegen_type *type = codegen_model_type(model, field->column->base_type);
	codegen_enum *values = codegen_model_enum_of(model, noun->table, field->column);

	if (values == NULL)
		return type;
	if (values->native != NULL)
		return &values->type;
	if (is_text(type) || (type != NULL && type->shape == CODEGEN_TEXTS))
		return configured_type(model, values, type);
	codegen_say(model->messages, model->config->schema, NULL,
	    "column \"%s.%s\" is %s, which cannot hold the values of enum \"%s\": text "
	    "or text[] can",
	    noun->sql_name, field->column->name, field->column->type_text, values->name);
	return type;
}

static void
set_rules(codegen_field *field)
{
	const aet__table_column *column = field->column;
	bool made = column->generated != '\0' || column->identity == 'a';

	field->nullable = !column->not_null && !column->domain_not_null;
	field->insertable = !made;
	field->required = field->insertable && !field->nullable && !column->has_default &&
			  column->identity == '\0';
	field->updatable = !made && !field->primary;
}

static void
set_config(const codegen_noun *noun, codegen_field *field)
{
	const codegen_table_config *config = noun->config;

	if (config == NULL)
		return;
	field->secret = codegen_texts_have(&config->secret, field->column->name);
	if (codegen_texts_have(&config->hidden, field->column->name)) {
		field->secret = true;
		field->insertable = false;
		field->updatable = false;
	}
	for (size_t i = 0; i < config->touch_count && field->updatable; i++)
		if (strcmp(config->touches[i].column, field->column->name) == 0)
			field->touch = config->touches[i].sql;
}

static bool
is_in_order(const codegen_noun *noun, const codegen_field *field)
{
	for (size_t i = 0; i < noun->order_count; i++)
		if (noun->order[i] == field)
			return true;
	return false;
}

/* Columns that are in no row must be there, and not be needed there. */
static void
check_left_out(codegen_model *model, const codegen_noun *noun,
    const codegen_texts *columns, const char *key)
{
	for (size_t i = 0; i < columns->count; i++) {
		const codegen_field *field = codegen_noun_field(noun, columns->items[i]);

		if (field == NULL)
			codegen_say(model->messages, model->config->schema, NULL,
			    "table \"%s\" has no column \"%s\", which \"%s\" names",
			    noun->sql_name, columns->items[i], key);
		else if (is_in_order(noun, field))
			codegen_say(model->messages, model->config->schema, NULL,
			    "column \"%s.%s\" cannot be %s: lists are ordered by it",
			    noun->sql_name, field->column->name, key);
		else if (field->required && !field->insertable)
			codegen_say(model->messages, model->config->schema, NULL,
			    "column \"%s.%s\" cannot be %s: every insert must give it",
			    noun->sql_name, field->column->name, key);
	}
}

static void
check_touches(codegen_model *model, const codegen_noun *noun)
{
	const codegen_table_config *config = noun->config;

	for (size_t i = 0; i < config->touch_count; i++) {
		const codegen_field *field =
		    codegen_noun_field(noun, config->touches[i].column);

		if (field == NULL || !field->updatable)
			codegen_say(model->messages, model->config->schema, NULL,
			    "table \"%s\" has no column \"%s\" that \"touch\" could set",
			    noun->sql_name, config->touches[i].column);
	}
}

/* Columns that the configuration names must be there, and do what it says. */
static void
check_config(codegen_model *model, const codegen_noun *noun)
{
	if (noun->config == NULL)
		return;
	check_left_out(model, noun, &noun->config->secret, "secret");
	check_left_out(model, noun, &noun->config->hidden, "hidden");
	check_touches(model, noun);
}

static void
check_row(codegen_model *model, const codegen_noun *noun)
{
	for (size_t i = 0; i < noun->field_count; i++)
		if (!noun->fields[i].secret)
			return;
	codegen_say(model->messages, model->config->schema, NULL,
	    "every column of table \"%s\" is secret: nothing is left for a row",
	    noun->sql_name);
}

static void
set_names(codegen_model *model, codegen_noun *noun)
{
	codegen_scope members = { .memory = model->memory };
	codegen_scope parameters = { .memory = model->memory };

	for (size_t i = 0; i < noun->field_count; i++) {
		codegen_field *field = &noun->fields[i];
		const char *name = field->column->name;

		field->name =
		    codegen_scope_unique(&members, codegen_member(model->memory, name));
		field->parameter = codegen_scope_unique(
		    &parameters, codegen_parameter_name(model->memory, name));
	}
	for (size_t i = 0; i < noun->field_count; i++) {
		codegen_field *field = &noun->fields[i];

		if (field->type != NULL && field->type->values != NULL)
			field->text_name = codegen_scope_unique(&members,
			    codegen_format(model->memory, "%s_text", field->name));
	}
}

static void
check_enum_columns(codegen_model *model, const codegen_enum_config *config)
{
	for (size_t i = 0; i < config->columns.count; i++) {
		const char *path = config->columns.items[i];
		bool found = false;

		for (size_t j = 0; j < model->noun_count && !found; j++) {
			const aet__table *table = model->nouns[j]->table;

			for (size_t k = 0; k < table->column_count && !found; k++)
				found =
				    strcmp(path, codegen_format(model->memory, "%s.%s.%s",
						     table->schema, table->name,
						     table->columns[k].name)) == 0;
		}
		if (!found)
			codegen_say(model->messages, model->config->schema,
			    "names are \"schema.table.column\"",
			    "enum \"%s\" names column \"%s\", which is not there",
			    config->name, path);
	}
}

void
codegen_model_fields(codegen_model *model)
{
	for (size_t i = 0; i < model->config->enum_count; i++)
		check_enum_columns(model, &model->config->enums[i]);
	for (size_t i = 0; i < model->noun_count; i++) {
		codegen_noun *noun = model->nouns[i];

		for (size_t j = 0; j < noun->field_count; j++) {
			codegen_field *field = &noun->fields[j];

			if (field->type == NULL)
				field->type = field_type(model, noun, field);
			if (field->type == NULL)
				codegen_say(model->messages, model->config->schema, NULL,
				    "column \"%s.%s\" has type %s, for which there is no "
				    "C type",
				    noun->sql_name, field->column->name,
				    field->column->type_text);
			set_rules(field);
			set_config(noun, field);
		}
		set_names(model, noun);
		check_config(model, noun);
		check_row(model, noun);
	}
}
