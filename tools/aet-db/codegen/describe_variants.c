/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "describing.h"
#include "variants.h"

static const char *
more_about(codegen_model *model, const codegen_variant *variant)
{
	if (variant->without[0] == '\0')
		return NULL;
	return codegen_format(model->memory, "without %s", variant->without);
}

static bool
same_columns(const aet__description *full, const aet__description *described)
{
	if (full->column_count != described->column_count)
		return false;
	for (size_t i = 0; i < full->column_count; i++)
		if (full->columns[i].type != described->columns[i].type ||
		    strcmp(full->columns[i].name, described->columns[i].name) != 0)
			return false;
	return true;
}

/* "x!" and "x?" stand whatever the texts say. */
static void
widen_columns(codegen_asking *ask, codegen_query *query, const codegen_query *variant)
{
	codegen_model *model = ask->model;
	bool *not_null =
	    codegen_room(model->memory, query->column_count, sizeof(*not_null));
	const codegen_node *tree = codegen_tree_query(codegen_printed_tree(ask));
	bool known;

	codegen_learn_bodies(ask, tree);
	known = codegen_prove(model, ask->facts, tree,
	    codegen_required_of(model, variant), not_null, query->column_count);

	for (size_t i = 0; i < query->column_count; i++)
		if (query->columns[i].member == query->columns[i].sql_name)
			query->columns[i].nullable =
			    query->columns[i].nullable || (known && !not_null[i]);
}

static aet_status
describe_variant(codegen_asking *ask, codegen_query *query,
    const codegen_variant *variant, const aet__description *full, bool *good,
    aet_error *err)
{
	codegen_model *model = ask->model;
	aet__description described = { 0 };
	aet_error failure;
	aet_status status;

	aet__text_clear(&ask->printed->text);
	ask->printed->wanted = true;
	status = aet__connection_describe_as(ask->connection, variant->query.sql,
	    full->parameters, full->parameter_count, ask->deadline, &described, &failure);
	ask->printed->wanted = false;
	*good = status == AET_OK;
	if (status != AET_OK && aet__connection_is_broken(ask->connection)) {
		if (err != NULL)
			*err = failure;
		return status;
	}
	if (status != AET_OK) {
		codegen_say_failure(model, &variant->query, more_about(model, variant),
		    aet__connection_failure(ask->connection), &failure);
		return AET_OK;
	}
	*good = same_columns(full, &described);
	if (*good)
		widen_columns(ask, query, &variant->query);
	else
		codegen_say_at(model->messages, query->source, query->at, NULL,
		    "query \"%s\" answers with other columns without %s", query->name,
		    variant->without);
	aet__description_free(&described);
	return AET_OK;
}

aet_status
codegen_describe_variants(codegen_asking *ask, codegen_query *query,
    const aet__description *full, aet_error *err)
{
	codegen_memory *memory = ask->model->memory;
	codegen_variant *variants;
	aet_status status = AET_OK;
	bool good = true;
	size_t count;

	if (query->piece_count == 0)
		return AET_OK;
	variants = codegen_variants_of(ask->model, query, &count);
	query->texts = codegen_room(memory, count, sizeof(*query->texts));
	for (size_t i = 0; i < count && status == AET_OK && good; i++) {
		query->texts[query->text_count++] = variants[i].query.sql;
		status = describe_variant(ask, query, &variants[i], full, &good, err);
	}
	return status;
}
