/* SPDX-License-Identifier: MIT */
/* By which columns a row is found: the primary key, unique constraints, and
 * unique indexes over plain columns of all rows; each set of columns once. */
#include <string.h>

#include "overrides.h"

static bool
has_columns(const codegen_key *key, codegen_field **fields, size_t count)
{
	if (key->count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		bool found = false;

		for (size_t j = 0; j < count; j++)
			found = found || key->fields[j] == fields[i];
		if (!found)
			return false;
	}
	return true;
}

static const char *
find_name(codegen_model *model, const codegen_key *key)
{
	aet__text name = { 0 };

	if (key->primary)
		return "find";
	aet__text_add(&name, "find_by");
	for (size_t i = 0; i < key->count; i++) {
		aet__text_add(&name, i == 0 ? "_" : "_and_");
		aet__text_add(
		    &name, codegen_name(model->memory, key->fields[i]->column->name));
	}
	return codegen_keep(model->memory, &name);
}

static void
add_key(codegen_model *model, codegen_noun *noun, const char *constraint, bool primary,
    codegen_field **fields, size_t count)
{
	codegen_key *key;

	for (size_t i = 0; i < noun->key_count; i++)
		if (has_columns(&noun->keys[i], fields, count))
			return;
	noun->keys = codegen_append(
	    model->memory, noun->keys, &noun->key_count, sizeof(*noun->keys));
	key = &noun->keys[noun->key_count - 1];
	memset(key, 0, sizeof(*key));
	key->constraint = constraint;
	key->primary = primary;
	key->fields = fields;
	key->count = count;
	key->find = find_name(model, key);
	for (size_t i = 0; i < count && primary; i++)
		fields[i]->primary = true;
}

static void
add_constraint(codegen_model *model, codegen_noun *noun, const aet__constraint *from)
{
	codegen_field **fields =
	    codegen_room(model->memory, from->column_count, sizeof(codegen_field *));

	for (size_t i = 0; i < from->column_count; i++)
		fields[i] = codegen_noun_field(noun, from->columns[i]);
	add_key(model, noun, from->name, from->kind == AET__CONSTRAINT_PRIMARY_KEY,
	    fields, from->column_count);
}

static void
add_index(codegen_model *model, codegen_noun *noun, const aet__index *from)
{
	codegen_field **fields =
	    codegen_room(model->memory, from->key_count, sizeof(codegen_field *));
	size_t count = 0;

	if (!from->unique || !from->valid || from->predicate != NULL)
		return;
	for (size_t i = 0; i < from->key_count; i++) {
		if (from->keys[i].included)
			continue;
		if (from->keys[i].column == NULL)
			return;
		fields[count++] = codegen_noun_field(noun, from->keys[i].column);
	}
	add_key(model, noun, from->name, false, fields, count);
}

static void
add_keys(codegen_model *model, codegen_noun *noun)
{
	const aet__table *table = noun->table;
	const aet__constraint *primary = aet__table_primary_key(table);

	if (primary != NULL)
		add_constraint(model, noun, primary);
	for (size_t i = 0; i < table->constraint_count; i++)
		if (table->constraints[i].kind == AET__CONSTRAINT_UNIQUE)
			add_constraint(model, noun, &table->constraints[i]);
	for (size_t i = 0; i < table->index_count; i++)
		add_index(model, noun, &table->indexes[i]);
}

/* ---- pages ---------------------------------------------------------------- */

static codegen_field *
newest(codegen_model *model, const codegen_noun *noun)
{
	codegen_field *field = codegen_noun_field(noun, noun->config->newest);

	if (field == NULL)
		codegen_config_wrong(model->messages, model->config->file,
		    noun->config->path, "newest",
		    codegen_column_names(model->memory, noun->table),
		    "table \"%s\" has no column \"%s\"", noun->sql_name,
		    noun->config->newest);
	else if (!field->column->not_null)
		codegen_config_wrong(model->messages, model->config->file,
		    noun->config->path, "newest",
		    "a page cannot go on after a row without a place: make it NOT NULL",
		    "column \"%s.%s\" may be NULL, so \"newest\" cannot name it",
		    noun->sql_name, field->column->name);
	return field;
}

/* The newest first where the configuration says which column tells, and the
 * primary key to tell rows of one moment apart; else by primary key. */
static void
set_order(codegen_model *model, codegen_noun *noun)
{
	const codegen_key *key = noun->keys;
	codegen_field *first = NULL;

	if (noun->key_count == 0 || !key->primary)
		return;
	noun->order =
	    codegen_room(model->memory, key->count + 1, sizeof(codegen_field *));
	if (noun->config != NULL && noun->config->newest != NULL) {
		noun->descending = true;
		first = newest(model, noun);
	}
	if (first != NULL)
		noun->order[noun->order_count++] = first;
	for (size_t i = 0; i < key->count; i++)
		if (key->fields[i] != first)
			noun->order[noun->order_count++] = key->fields[i];
}

void
codegen_model_keys(codegen_model *model)
{
	for (size_t i = 0; i < model->noun_count; i++) {
		add_keys(model, model->nouns[i]);
		set_order(model, model->nouns[i]);
	}
	for (size_t i = 0; i < model->external_count; i++)
		add_keys(model, model->externals[i]);
}
