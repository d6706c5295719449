/* SPDX-License-Identifier: MIT */
/*
 * Foreign keys as relations with a name at either end. A child that refers to
 * one parent twice is told apart by the child's column, at the parent's end.
 */
#include <string.h>

#include "model.h"

/* The parent's key that the foreign key refers to, and the child's columns in
 * that key's order. */
static const codegen_key *
match_key(codegen_model *model, const codegen_noun *parent, codegen_noun *child,
    const aet__constraint *from, codegen_field ***fields)
{
	for (size_t i = 0; i < parent->key_count; i++) {
		const codegen_key *key = &parent->keys[i];
		size_t matched = 0;

		if (key->count != from->column_count)
			continue;
		*fields =
		    codegen_room(model->memory, key->count, sizeof(codegen_field *));
		for (size_t j = 0; j < key->count; j++)
			for (size_t k = 0; k < key->count; k++)
				if (strcmp(key->fields[j]->column->name,
					from->referenced_columns[k]) == 0) {
					(*fields)[j] =
					    codegen_noun_field(child, from->columns[k]);
					matched++;
				}
		if (matched == key->count)
			return key;
	}
	return NULL;
}

/* A key that is itself a foreign key says nothing by "id". */
static const char *
relation_name(
    codegen_model *model, const codegen_noun *parent, const aet__constraint *from)
{
	aet__text name = { 0 };

	if (from->column_count == 1 && strcmp(from->columns[0], "id") == 0)
		return parent->name;
	for (size_t i = 0; i < from->column_count; i++) {
		aet__text_add(&name, i == 0 ? "" : "_and_");
		aet__text_add(
		    &name, codegen_relation_name(model->memory, from->columns[i]));
	}
	return codegen_keep(model->memory, &name);
}

/* Two foreign keys over the same columns to the same key are one relation. */
static bool
is_known(const codegen_noun *child, const codegen_relation *relation)
{
	for (size_t i = 0; i < child->parent_count; i++) {
		const codegen_relation *other = child->parents[i];

		if (other->key == relation->key &&
		    memcmp(other->fields, relation->fields,
			other->key->count * sizeof(codegen_field *)) == 0)
			return true;
	}
	return false;
}

static void
add_relation(codegen_model *model, codegen_noun *child, const aet__constraint *from)
{
	codegen_noun *parent =
	    codegen_model_noun(model, from->referenced_schema, from->referenced_table);
	codegen_relation *relation = codegen_room(model->memory, 1, sizeof(*relation));

	if (parent == NULL)
		return;
	relation->key = match_key(model, parent, child, from, &relation->fields);
	if (relation->key == NULL || is_known(child, relation))
		return;
	relation->constraint = from->name;
	relation->name = relation_name(model, parent, from);
	relation->child = child;
	relation->parent = parent;
	child->parents = codegen_append(model->memory, child->parents,
	    &child->parent_count, sizeof(codegen_relation *));
	child->parents[child->parent_count - 1] = relation;
	parent->children = codegen_append(model->memory, parent->children,
	    &parent->child_count, sizeof(codegen_relation *));
	parent->children[parent->child_count - 1] = relation;
}

static void
name_reverse(codegen_model *model, codegen_noun *parent)
{
	for (size_t i = 0; i < parent->child_count; i++) {
		codegen_relation *relation = parent->children[i];
		size_t same = 0;

		for (size_t j = 0; j < parent->child_count; j++)
			same += parent->children[j]->child == relation->child;
		relation->reverse = relation->child->plural;
		if (same > 1 || relation->child == parent)
			relation->reverse = codegen_format(model->memory, "%s_by_%s",
			    relation->child->plural, relation->name);
	}
}

void
codegen_model_relations(codegen_model *model)
{
	for (size_t i = 0; i < model->noun_count; i++) {
		const aet__table *table = model->nouns[i]->table;

		for (size_t j = 0; j < table->constraint_count; j++)
			if (table->constraints[j].kind == AET__CONSTRAINT_FOREIGN_KEY)
				add_relation(
				    model, model->nouns[i], &table->constraints[j]);
	}
	for (size_t i = 0; i < model->noun_count; i++)
		name_reverse(model, model->nouns[i]);
}
