/* SPDX-License-Identifier: MIT */
/* What each column is in C, and what may be done with it. */
#include <string.h>

#include "overrides.h"

static void
set_rules(const codegen_model *model, codegen_field *field)
{
	const codegen_override *says =
	    codegen_override_of(model, field->noun->table->oid, field->column->number);
	const aet__table_column *column = field->column;
	bool made = column->generated != '\0' || column->identity == 'a';

	field->nullable = !column->not_null && !column->domain_not_null;
	if (says != NULL && says->nullable_is_set)
		field->nullable = says->nullable;
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

static const char *
columns_of(const codegen_model *model, const codegen_noun *noun)
{
	return codegen_column_names(model->memory, noun->table);
}

/* Columns that are in no row must be there, and not be needed there. */
static void
check_left_out(codegen_model *model, const codegen_noun *noun,
    const codegen_texts *columns, const char *key)
{
	for (size_t i = 0; i < columns->count; i++) {
		const codegen_field *field = codegen_noun_field(noun, columns->items[i]);

		if (field == NULL)
			codegen_config_wrong(model->messages, model->config->file,
			    noun->config->path, key, columns_of(model, noun),
			    "table \"%s\" has no column \"%s\"", noun->sql_name,
			    columns->items[i]);
		else if (is_in_order(noun, field))
			codegen_config_wrong(model->messages, model->config->file,
			    noun->config->path, key, NULL,
			    "column \"%s.%s\" cannot be %s: lists are ordered by it",
			    noun->sql_name, field->column->name, key);
		else if (field->required && !field->insertable)
			codegen_config_wrong(model->messages, model->config->file,
			    noun->config->path, key, NULL,
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
			codegen_config_wrong(model->messages, model->config->file,
			    config->path, "touch", columns_of(model, noun),
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
	codegen_config_wrong(model->messages, model->config->file,
	    noun->config != NULL ? noun->config->path : "", "secret", NULL,
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
		const codegen_override *says =
		    codegen_override_of(model, noun->table->oid, field->column->number);
		const char *name = field->column->name;

		if (says != NULL && says->name != NULL)
			name = says->name;
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

void
codegen_model_fields(codegen_model *model)
{
	for (size_t i = 0; i < model->noun_count; i++) {
		codegen_noun *noun = model->nouns[i];

		for (size_t j = 0; j < noun->field_count; j++) {
			codegen_field *field = &noun->fields[j];

			if (field->type == NULL)
				field->type = codegen_model_column(
				    model, noun->table, field->column);
			if (field->type == NULL)
				codegen_say(model->messages, model->config->schema, NULL,
				    "column \"%s.%s\" has type %s, for which there is no "
				    "C type",
				    noun->sql_name, field->column->name,
				    field->column->type_text);
			set_rules(model, field);
			set_config(noun, field);
		}
		set_names(model, noun);
		check_config(model, noun);
		check_row(model, noun);
	}
}
