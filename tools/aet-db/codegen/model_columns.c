/* SPDX-License-Identifier: MIT */
/* What a column is in C: by the configuration's overrides and enums, or by its type. */
#include <string.h>

#include "overrides.h"

static bool
names_column(codegen_model *model, const codegen_enum_config *config,
    const aet__table *table, const aet__table_column *column)
{
	const char *path = codegen_format(
	    model->memory, "%s.%s.%s", table->schema, table->name, column->name);
	const char *type = codegen_format(
	    model->memory, "%s.%s", column->type_schema, column->type_name);

	return codegen_texts_have(&config->columns, path) ||
	       (column->type_kind == 'd' && codegen_texts_have(&config->types, type));
}

static codegen_enum *
enum_of(codegen_model *model, const aet__table *table, const aet__table_column *column)
{
	for (size_t i = 0; i < model->config->enum_count; i++)
		if (names_column(model, &model->config->enums[i], table, column))
			return model->enums[i];
	return NULL;
}

/* A configured enum lies over a text column, and is sent as that type. */
static const codegen_type *
configured_type(codegen_model *model, codegen_enum *values, const codegen_type *under)
{
	codegen_type *type = codegen_room(model->memory, 1, sizeof(*type));
	bool text = under->shape == CODEGEN_TEXT;

	*type = text ? values->type : values->array_type;
	type->oid = under->oid;
	type->type_name = under->type_name;
	type->parameter_oid = under->parameter_oid;
	type->sql = under->sql;
	values->arrays = values->arrays || !text;
	return type;
}

const codegen_type *
codegen_model_column(
    codegen_model *model, const aet__table *table, const aet__table_column *column)
{
	const codegen_type *type =
	    codegen_override_column(model, table->oid, column->number);
	codegen_enum *values = enum_of(model, table, column);

	if (values != NULL && type != NULL &&
	    (type->shape == CODEGEN_TEXT || type->shape == CODEGEN_TEXTS))
		return configured_type(model, values, type);
	return type;
}

/* ---- what the configuration says of them ------------------------------------------- */

static void
check_column(codegen_model *model, const codegen_enum_config *config, const char *path)
{
	for (size_t i = 0; i < model->catalog->table_count; i++) {
		const aet__table *table = &model->catalog->tables[i];

		for (size_t j = 0; j < table->column_count; j++) {
			const aet__table_column *column = &table->columns[j];
			const codegen_type *type;

			if (strcmp(path, codegen_format(model->memory, "%s.%s.%s",
					     table->schema, table->name, column->name)) !=
			    0)
				continue;
			type = codegen_model_column(model, table, column);
			if (type != NULL && type->values == NULL)
				codegen_config_wrong(model->messages, model->config->file,
				    config->path, "columns", NULL,
				    "column \"%s\" is %s, which cannot hold the values "
				    "of "
				    "enum \"%s\": text or text[] can",
				    path, column->type_text, config->name);
			return;
		}
	}
	codegen_config_wrong(model->messages, model->config->file, config->path,
	    "columns", "names are \"schema.table.column\"",
	    "enum \"%s\" names column \"%s\", which is not there", config->name, path);
}

static void
check_type(codegen_model *model, const codegen_enum_config *config, const char *name)
{
	for (size_t i = 0; i < model->pg_types->count; i++) {
		const codegen_pg_type *type = &model->pg_types->items[i];
		const codegen_type *in_c;

		if (type->kind != 'd' ||
		    strcmp(name, codegen_format(model->memory, "%s.%s", type->schema,
				     type->name)) != 0)
			continue;
		in_c = codegen_model_type(model, type->oid);
		if (in_c != NULL && in_c->shape != CODEGEN_TEXT &&
		    in_c->shape != CODEGEN_TEXTS)
			codegen_config_wrong(model->messages, model->config->file,
			    config->path, "types", NULL,
			    "domain \"%s\" cannot hold the values of enum \"%s\": one "
			    "over "
			    "text or text[] can",
			    name, config->name);
		return;
	}
	codegen_config_wrong(model->messages, model->config->file, config->path, "types",
	    "names are \"schema.domain\"",
	    "enum \"%s\" names domain \"%s\", which is not there", config->name, name);
}

void
codegen_model_check_enums(codegen_model *model)
{
	for (size_t i = 0; i < model->config->enum_count; i++) {
		const codegen_enum_config *config = &model->config->enums[i];

		for (size_t j = 0; j < config->columns.count; j++)
			check_column(model, config, config->columns.items[j]);
		for (size_t j = 0; j < config->types.count; j++)
			check_type(model, config, config->types.items[j]);
	}
}
