/* SPDX-License-Identifier: MIT */
#include "registry.h"

#include <string.h>

#include "emit.h"

#define FORMS(name, ...)                                            \
	static const codegen_form name##_items[] = { __VA_ARGS__ }; \
	const codegen_forms name = { name##_items,                  \
		sizeof(name##_items) / sizeof(name##_items[0]) }

FORMS(codegen_enum_forms, { "", "" }, { "field_", "" }, { "set_", "" },
    { "", "_to_text" }, { "", "_from_text" });
FORMS(codegen_value_forms, { "", "" }, { "field_", "" }, { "set_", "" },
    { "", "_to_text" }, { "", "_from_text" }, { "", "_array" }, { "field_", "_array" });
FORMS(codegen_noun_forms, { "", "" }, { "", "_list" }, { "", "_changes" },
    { "", "_page" }, { "", "_cursor" }, { "new_", "" });
FORMS(codegen_id_forms, { "", "" }, { "opt_", "" }, { "field_", "" }, { "set_", "" },
    { "", "_equal" });
FORMS(codegen_custom_forms, { "opt_", "" }, { "field_", "" }, { "set_", "" });
FORMS(codegen_made_forms, { "", "" }, { "field_", "" });
FORMS(codegen_row_forms, { "", "" }, { "", "_list" }, { "", "_free" },
    { "", "_list_free" });
FORMS(codegen_one_form, { "", "" });

static const char *
c_name(const codegen_model *model, const char *stem, const codegen_form *form)
{
	return codegen_format(model->memory, "%s_%s%s%s", model->config->prefix,
	    form->before, stem, form->behind);
}

static const char *
owner_of(codegen_model *model, const codegen_query *query)
{
	size_t line = 1;

	for (size_t i = 0; i < query->at; i++)
		line += query->source->text[i] == '\n';
	return codegen_format(model->memory, "query \"%s\" (%s:%zu)", query->name,
	    query->source->path, line);
}

/* What is written twice was told when it was read. */
void
codegen_registry_begin(codegen_model *model)
{
	static const char *const headers[] = { "models", "model_types", "queries" };

	model->names = codegen_room(model->memory, 1, sizeof(*model->names));
	model->names->memory = model->memory;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		codegen_scope_take(
		    model->names, codegen_emit_guard(model, headers[i]), "a header");
	for (size_t i = 0; i < model->query_count; i++)
		codegen_scope_take(model->names,
		    c_name(model, model->queries[i].name, codegen_one_form.items),
		    owner_of(model, &model->queries[i]));
	model->set_stem = codegen_registry_unique(
	    model, "statements", codegen_one_form, "the package's set of statements");
}

bool
codegen_registry_is_free(
    const codegen_model *model, const char *stem, codegen_forms forms)
{
	for (size_t i = 0; i < forms.count; i++)
		if (codegen_scope_owner(
			model->names, c_name(model, stem, &forms.items[i])) != NULL)
			return false;
	return true;
}

static const codegen_query *
query_called(const codegen_model *model, const char *c)
{
	size_t prefix = strlen(model->config->prefix);

	for (size_t i = 0; i < model->query_count; i++)
		if (strcmp(model->queries[i].name, c + prefix + 1) == 0)
			return &model->queries[i];
	return NULL;
}

static void
say_clash(const codegen_model *model, const char *c, const char *owner, const char *other)
{
	const codegen_query *query = query_called(model, c);

	if (query != NULL)
		codegen_say_at(model->messages, query->source, query->at,
		    "give the query another name, or the table another \"row\" name",
		    "%s and query \"%s\" would both be called \"%s\" in C", owner,
		    query->name, c);
	else
		codegen_say(model->messages, model->config->schema,
		    "give a table another \"row\" name in the configuration",
		    "%s and %s would both be called \"%s\" in C", other, owner, c);
}

void
codegen_registry_claim(
    const codegen_model *model, const char *stem, codegen_forms forms, const char *owner)
{
	for (size_t i = 0; i < forms.count; i++) {
		const char *c = c_name(model, stem, &forms.items[i]);
		const char *other = codegen_scope_take(model->names, c, owner);

		if (other == NULL)
			continue;
		say_clash(model, c, owner, other);
		return;
	}
}

const char *
codegen_registry_unique(
    const codegen_model *model, const char *stem, codegen_forms forms, const char *owner)
{
	const char *made = stem;

	for (size_t i = 2; !codegen_registry_is_free(model, made, forms); i++)
		made = codegen_format(model->memory, "%s_%zu", stem, i);
	for (size_t i = 0; i < forms.count; i++)
		codegen_scope_take(
		    model->names, c_name(model, made, &forms.items[i]), owner);
	return made;
}

const char *
codegen_registry_constant(const codegen_model *model, const char *c, const char *owner)
{
	const char *made = c;

	for (size_t i = 2; codegen_scope_take(model->names, made, owner) != NULL; i++)
		made = codegen_format(model->memory, "%s_%zu", c, i);
	return made;
}
