/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <string.h>

void
codegen_model_build(codegen_model *model)
{
	codegen_model_enums(model);
	codegen_model_nouns(model);
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
	return NULL;
}

codegen_field *
codegen_noun_field(const codegen_noun *noun, const char *column)
{
	for (size_t i = 0; i < noun->field_count; i++)
		if (strcmp(noun->fields[i].column->name, column) == 0)
			return &noun->fields[i];
	return NULL;
}

const codegen_type *
codegen_model_type(const codegen_model *model, uint32_t oid, const char **sql_name)
{
	const codegen_type *type = codegen_type_by_oid(oid);

	*sql_name = type != NULL ? type->sql : NULL;
	for (size_t i = 0; i < model->enum_count && type == NULL; i++)
		if (model->enums[i]->native != NULL &&
		    model->enums[i]->native->oid == oid)
			type = &model->enums[i]->type;
	return type;
}
