/* SPDX-License-Identifier: MIT */
/*
 * Wrapped ids: a primary key of one uuid column has a type of its own, and a
 * foreign key to it has the same, so that a session's id is no user's; so has one
 * of integers where the configuration says it. A primary key that is a foreign key
 * as well is of the type it refers to.
 */
#include <string.h>

#include "overrides.h"
#include "registry.h"

#define INT8 20
#define INT2 21
#define INT4 23
#define UUID 2950

static const aet__constraint *
foreign_key_of(const aet__table *table, const char *column)
{
	for (size_t i = 0; i < table->constraint_count; i++) {
		const aet__constraint *key = &table->constraints[i];

		if (key->kind == AET__CONSTRAINT_FOREIGN_KEY && key->column_count == 1 &&
		    strcmp(key->columns[0], column) == 0)
			return key;
	}
	return NULL;
}

static bool
can_be_wrapped(uint32_t type)
{
	return type == UUID || type == INT2 || type == INT4 || type == INT8;
}

static bool
has_wrapped_key(const codegen_model *model, const codegen_noun *noun)
{
	const aet__table_column *column;

	if (noun->key_count == 0 || !noun->keys[0].primary || noun->keys[0].count != 1)
		return false;
	column = noun->keys[0].fields[0]->column;
	return column->base_type == UUID ||
	       (can_be_wrapped(column->base_type) &&
		   codegen_override_is_id(
		       model, noun->table->oid, column->number, column->type));
}

/* Follows foreign keys as far as they lead; depth ends a circle of them. */
static const codegen_id *
id_of(const codegen_model *model, const codegen_noun *noun, const char *column,
    size_t depth)
{
	const aet__constraint *key = foreign_key_of(noun->table, column);
	const codegen_noun *parent = NULL;

	if (key != NULL)
		parent = codegen_model_noun(
		    model, key->referenced_schema, key->referenced_table);
	if (parent != NULL && depth < model->noun_count + model->external_count &&
	    parent != noun) {
		const codegen_id *id =
		    id_of(model, parent, key->referenced_columns[0], depth + 1);

		if (id != NULL)
			return id;
	}
	if (parent != NULL && parent == noun && noun->id != NULL &&
	    strcmp(key->referenced_columns[0], noun->keys[0].fields[0]->column->name) ==
		0)
		return noun->id;
	if (noun->id != NULL &&
	    strcmp(noun->keys[0].fields[0]->column->name, column) == 0)
		return noun->id;
	return NULL;
}

static void
add_id(codegen_model *model, codegen_noun *noun)
{
	const char *prefix = noun->external ? "aet" : model->config->prefix;
	codegen_id *id = codegen_room(model->memory, 1, sizeof(*id));

	model->ids = codegen_append(
	    model->memory, model->ids, &model->id_count, sizeof(codegen_id *));
	model->ids[model->id_count - 1] = id;
	id->noun = noun;
	id->name = codegen_format(model->memory, "%s_id", noun->name);
	if (!noun->external)
		id->name = codegen_registry_unique(model, id->name, codegen_id_forms,
		    codegen_format(model->memory, "the key of \"%s\"", noun->sql_name));
	id->c = codegen_format(model->memory, "%s_%s", prefix, id->name);
	id->type = *codegen_type_by_oid(noun->keys[0].fields[0]->column->base_type);
	id->inner_c = id->type.c;
	id->type.inner = id->type.oid == UUID ? "uuid" : "value";
	id->type.shape = CODEGEN_ID;
	id->type.c = id->c;
	id->type.opt = codegen_format(model->memory, "%s_opt_%s", prefix, id->name);
	id->type.field = codegen_format(model->memory, "%s_field_%s", prefix, id->name);
	id->type.set = codegen_format(model->memory, "%s_set_%s", prefix, id->name);
	id->type.arrays = id->type.oid == UUID;
	noun->id = id;
}

static bool
borrows_its_key(const codegen_model *model, const codegen_noun *noun)
{
	const char *column = noun->keys[0].fields[0]->column->name;
	const aet__constraint *key = foreign_key_of(noun->table, column);
	const codegen_noun *parent = NULL;

	if (key != NULL)
		parent = codegen_model_noun(
		    model, key->referenced_schema, key->referenced_table);
	return parent != NULL && parent != noun && has_wrapped_key(model, parent) &&
	       strcmp(key->referenced_columns[0],
		   parent->keys[0].fields[0]->column->name) == 0;
}

static bool
is_somebodys_key(const codegen_model *model, const codegen_overridden *found)
{
	for (size_t i = 0; i < model->noun_count; i++) {
		const codegen_noun *noun = model->nouns[i];

		if (noun->id != NULL && noun->table->oid == found->relation &&
		    noun->keys[0].fields[0]->column->number == found->number)
			return true;
	}
	return found->relation == 0 && can_be_wrapped(found->type);
}

static void
check_overrides(codegen_model *model)
{
	for (size_t i = 0; i < model->overridden_count; i++) {
		const codegen_overridden *found = &model->overridden[i];

		if (found->says->id && found->type != 0 &&
		    !is_somebodys_key(model, found))
			codegen_config_wrong(model->messages, model->config->file,
			    found->says->path, "id", NULL,
			    "a primary key of one column that is uuid, bigint, integer "
			    "or "
			    "smallint can have a type of its own");
	}
}

static void
set_types(codegen_model *model, codegen_noun *noun)
{
	for (size_t i = 0; i < noun->field_count; i++) {
		codegen_field *field = &noun->fields[i];
		const codegen_id *id = NULL;

		if (can_be_wrapped(field->column->base_type))
			id = id_of(model, noun, field->column->name, 0);
		if (id != NULL && id->type.oid == field->column->base_type)
			field->type = &id->type;
	}
}

void
codegen_model_ids(codegen_model *model)
{
	for (size_t i = 0; i < model->noun_count; i++)
		if (has_wrapped_key(model, model->nouns[i]) &&
		    !borrows_its_key(model, model->nouns[i]))
			add_id(model, model->nouns[i]);
	for (size_t i = 0; i < model->external_count; i++)
		if (has_wrapped_key(model, model->externals[i]))
			add_id(model, model->externals[i]);
	for (size_t i = 0; i < model->noun_count; i++)
		set_types(model, model->nouns[i]);
	for (size_t i = 0; i < model->external_count; i++)
		set_types(model, model->externals[i]);
	check_overrides(model);
}
