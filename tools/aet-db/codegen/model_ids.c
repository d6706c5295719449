/* SPDX-License-Identifier: MIT */
/*
 * Wrapped ids: a primary key of one uuid column has a type of its own, and a
 * foreign key to it has the same, so that a session's id is no user's. A
 * primary key that is a foreign key as well is of the type it refers to.
 */
#include <string.h>

#include "registry.h"

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
has_uuid_key(const codegen_noun *noun)
{
	return noun->key_count > 0 && noun->keys[0].primary && noun->keys[0].count == 1 &&
	       noun->keys[0].fields[0]->column->base_type == UUID;
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
	if (parent != NULL && depth < model->noun_count && parent != noun) {
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
	const char *prefix = model->config->prefix;
	codegen_id *id = codegen_room(model->memory, 1, sizeof(*id));

	model->ids = codegen_append(
	    model->memory, model->ids, &model->id_count, sizeof(codegen_id *));
	model->ids[model->id_count - 1] = id;
	id->noun = noun;
	id->name = codegen_registry_unique(model,
	    codegen_format(model->memory, "%s_id", noun->name), codegen_id_forms,
	    codegen_format(model->memory, "the key of \"%s\"", noun->sql_name));
	id->c = codegen_format(model->memory, "%s_%s", prefix, id->name);
	id->type = *codegen_type_by_oid(UUID);
	id->type.shape = CODEGEN_ID;
	id->type.c = id->c;
	id->type.opt = codegen_format(model->memory, "%s_opt_%s", prefix, id->name);
	id->type.field = codegen_format(model->memory, "%s_field_%s", prefix, id->name);
	id->type.set = codegen_format(model->memory, "%s_set_%s", prefix, id->name);
	id->type.arrays = true;
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
	return parent != NULL && parent != noun && has_uuid_key(parent) &&
	       strcmp(key->referenced_columns[0],
		   parent->keys[0].fields[0]->column->name) == 0;
}

void
codegen_model_ids(codegen_model *model)
{
	for (size_t i = 0; i < model->noun_count; i++)
		if (has_uuid_key(model->nouns[i]) &&
		    !borrows_its_key(model, model->nouns[i]))
			add_id(model, model->nouns[i]);
	for (size_t i = 0; i < model->noun_count; i++) {
		codegen_noun *noun = model->nouns[i];

		for (size_t j = 0; j < noun->field_count; j++) {
			codegen_field *field = &noun->fields[j];
			const codegen_id *id = NULL;

			if (field->column->base_type == UUID)
				id = id_of(model, noun, field->column->name, 0);
			if (id != NULL)
				field->type = &id->type;
		}
	}
}
