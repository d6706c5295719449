/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <string.h>

#include "library.h"
#include "overrides.h"
#include "registry.h"

void
codegen_model_build(codegen_model *model)
{
	codegen_registry_begin(model);
	if (!model->config->queries_only) {
		codegen_model_nouns(model);
		codegen_model_library(model);
	}
	codegen_overrides_resolve(model);
	codegen_model_enums(model);
	codegen_model_check_enums(model);
	if (model->config->queries_only)
		return;
	codegen_model_keys(model);
	codegen_model_ids(model);
	codegen_model_fields(model);
	codegen_model_relations(model);
}

codegen_noun *
codegen_model_noun(const codegen_model *model, const char *schema, const char *table)
{
	for (size_t i = 0; i < model->noun_count; i++)
		if (strcmp(model->nouns[i]->table->schema, schema) == 0 &&
		    strcmp(model->nouns[i]->table->name, table) == 0)
			return model->nouns[i];
	for (size_t i = 0; i < model->external_count; i++)
		if (strcmp(model->externals[i]->table->schema, schema) == 0 &&
		    strcmp(model->externals[i]->table->name, table) == 0)
			return model->externals[i];
	return NULL;
}

static codegen_field *
find_field(codegen_noun *const *nouns, size_t count, uint32_t relation, int number)
{
	for (size_t i = 0; i < count; i++) {
		if (nouns[i]->table->oid != relation)
			continue;
		for (size_t j = 0; j < nouns[i]->field_count; j++)
			if (nouns[i]->fields[j].column->number == number)
				return &nouns[i]->fields[j];
	}
	return NULL;
}

codegen_field *
codegen_model_field(const codegen_model *model, uint32_t relation, int number)
{
	codegen_field *field =
	    find_field(model->nouns, model->noun_count, relation, number);

	if (field == NULL)
		field =
		    find_field(model->externals, model->external_count, relation, number);
	return relation != 0 ? field : NULL;
}

codegen_field *
codegen_noun_field(const codegen_noun *noun, const char *column)
{
	for (size_t i = 0; i < noun->field_count; i++)
		if (strcmp(noun->fields[i].column->name, column) == 0)
			return &noun->fields[i];
	return NULL;
}

bool
codegen_kind_has_rows(codegen_query_kind kind)
{
	switch (kind) {
	case CODEGEN_ONE:
	case CODEGEN_OPT:
	case CODEGEN_MANY:
	case CODEGEN_BATCHONE:
	case CODEGEN_BATCHMANY:
	case CODEGEN_EACH:
		return true;
	case CODEGEN_EXEC:
	case CODEGEN_EXECROWS:
	case CODEGEN_EXECRESULT:
	case CODEGEN_COPYFROM:
	case CODEGEN_BATCHEXEC:
		break;
	}
	return false;
}

bool
codegen_kind_is_batch(codegen_query_kind kind)
{
	return kind == CODEGEN_COPYFROM || kind == CODEGEN_BATCHEXEC ||
	       kind == CODEGEN_BATCHONE || kind == CODEGEN_BATCHMANY;
}
