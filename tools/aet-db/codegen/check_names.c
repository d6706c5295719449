/* SPDX-License-Identifier: MIT */
/* No two things of a package may have one name in C. */
#include <stdio.h>
#include <string.h>

#include "check_names.h"
#include "emit.h"

static void
take(codegen_scope *scope, codegen_messages *messages, const char *file, const char *name,
    const char *owner)
{
	const char *other = codegen_scope_take(scope, name, owner);

	if (other != NULL)
		codegen_say(messages, file,
		    "give a table another \"row\" name, or the query another name",
		    "%s and %s would both be called \"%s\" in C", other, owner, name);
}

static void
take_type(codegen_scope *scope, const codegen_model *model, const char *c,
    const char *owner, const char *const *tails, size_t count)
{
	for (size_t i = 0; i < count; i++)
		take(scope, model->messages, model->config->schema,
		    codegen_format(model->memory, "%s%s", c, tails[i]), owner);
}

static void
take_noun(codegen_scope *scope, const codegen_model *model, const codegen_noun *noun)
{
	static const char *const tails[] = { "", "_list", "_changes", "_page",
		"_cursor" };
	const char *owner = codegen_format(model->memory, "table \"%s\"", noun->sql_name);

	take_type(scope, model, noun->c, owner, tails, sizeof(tails) / sizeof(tails[0]));
	take(scope, model->messages, model->config->schema,
	    codegen_format(model->memory, "%s_new_%s", model->config->prefix, noun->name),
	    owner);
}

static void
take_types(codegen_scope *scope, const codegen_model *model)
{
	for (size_t i = 0; i < model->noun_count; i++)
		take_noun(scope, model, model->nouns[i]);
	for (size_t i = 0; i < model->id_count; i++) {
		const codegen_type *type = &model->ids[i]->type;
		const char *owner = codegen_format(
		    model->memory, "the key of \"%s\"", model->ids[i]->noun->sql_name);
		const char *names[] = { type->c, type->opt, type->field, type->set,
			codegen_format(model->memory, "%s_equal", type->c) };

		for (size_t j = 0; j < sizeof(names) / sizeof(names[0]); j++)
			take(scope, model->messages, model->config->schema, names[j],
			    owner);
	}
	for (size_t i = 0; i < model->made_count; i++) {
		const codegen_type *type = &model->made[i]->type;
		const char *owner =
		    codegen_format(model->memory, "type %s", model->made[i]->text);

		take(scope, model->messages, model->config->schema, type->c, owner);
		take(scope, model->messages, model->config->schema, type->field, owner);
	}
	for (size_t i = 0; i < model->enum_count; i++) {
		static const char *const tails[] = { "", "_to_text", "_from_text",
			"_array" };
		const codegen_enum *values = model->enums[i];
		const char *owner =
		    codegen_format(model->memory, "enum \"%s\"", values->name);

		/* An array of PostgreSQL's own enum is a made type. */
		take_type(scope, model, values->c, owner, tails,
		    sizeof(tails) / sizeof(tails[0]) - (values->native != NULL));
		take(scope, model->messages, model->config->schema, values->type.field,
		    owner);
		take(scope, model->messages, model->config->schema, values->type.set,
		    owner);
	}
}

/* Whether the name is free. */
static bool
take_query_name(codegen_scope *scope, const codegen_model *model,
    const codegen_query *query, const char *tail)
{
	const char *owner = codegen_format(model->memory, "query \"%s\"", query->name);
	const char *c = codegen_format(
	    model->memory, "%s_%s%s", model->config->prefix, query->name, tail);
	const char *other = codegen_scope_take(scope, c, owner);

	if (other != NULL)
		codegen_say_at(model->messages, query->source, query->at,
		    "give the query another name",
		    "%s and %s would both be called \"%s\" in C", other, owner, c);
	return other == NULL;
}

static void
take_query(codegen_scope *scope, const codegen_model *model, const codegen_query *query)
{
	static const char *const tails[] = { "", "_params", "_row", "_row_list" };

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		if (!take_query_name(scope, model, query, tails[i]))
			return;
	if (query->kind == CODEGEN_EACH && !take_query_name(scope, model, query, "_each"))
		return;
	if (query->sort != NULL)
		(void)take_query_name(scope, model, query,
		    codegen_format(model->memory, "_%s",
			codegen_name(model->memory, query->sort->sql_name)));
}

static void
take_functions(codegen_scope *scope, const codegen_model *model, const codegen_unit *unit)
{
	const char *owner =
	    codegen_format(model->memory, "a function of \"%s\"", unit->name);

	for (size_t i = 0; i < unit->function_count; i++)
		if (unit->functions[i].query == NULL)
			take(scope, model->messages, model->config->schema,
			    unit->functions[i].name, owner);
}

/* Queries last: where they meet something, it is their name that is told. */
void
codegen_check_names(const codegen_model *model, const codegen_plan *plan)
{
	codegen_scope scope = { .memory = model->memory };

	take(&scope, model->messages, model->config->schema, codegen_set_function(model),
	    "the package's set of statements");
	take_types(&scope, model);
	for (size_t i = 0; i < plan->unit_count; i++)
		take_functions(&scope, model, &plan->units[i]);
	for (size_t i = 0; i < model->query_count; i++)
		take_query(&scope, model, &model->queries[i]);
}
