/* SPDX-License-Identifier: MIT */
#include "describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bodies.h"
#include "copyfrom.h"
#include "describing.h"
#include "proof_scope.h"
#include "stored.h"

#define UUID 2950

/* ---- types ---------------------------------------------------------------------- */

typedef codegen_asking asking;

static const char *
ask_type_text(asking *ask, uint32_t oid, int32_t modifier)
{
	char number[16];
	char second[16];
	const char *parameters[] = { number, second };
	aet__result *result = NULL;
	const char *text;

	snprintf(number, sizeof(number), "%" PRIu32, oid);
	snprintf(second, sizeof(second), "%" PRId32, modifier);
	if (aet__connection_query(ask->connection,
		"SELECT pg_catalog.format_type($1::oid, $2::int4)", parameters, 2,
		ask->deadline, &result, NULL) != AET_OK)
		return "?";
	text = codegen_copy(ask->model->memory, aet__result_text(result, 0, 0));
	aet__result_free(result);
	return text;
}

static const char *
text_of_type(asking *ask, uint32_t oid, int32_t modifier)
{
	for (size_t i = 0; i < ask->text_count; i++)
		if (ask->texts[i].oid == oid && ask->texts[i].modifier == modifier)
			return ask->texts[i].text;
	ask->texts = codegen_append(
	    ask->model->memory, ask->texts, &ask->text_count, sizeof(*ask->texts));
	ask->texts[ask->text_count - 1] =
	    (codegen_type_text){ oid, modifier, ask_type_text(ask, oid, modifier) };
	return ask->texts[ask->text_count - 1].text;
}

/* A uuid that is called like the key of a noun is that key: user_id. */
static const codegen_type *
parameter_type(codegen_model *model, uint32_t oid, const char *name)
{
	if (oid == UUID)
		for (size_t i = 0; i < model->id_count; i++)
			if (strcmp(model->ids[i]->name, name) == 0)
				return &model->ids[i]->type;
	return codegen_model_type(model, oid);
}

static const codegen_field *
column_field(const codegen_model *model, const aet__described_column *column)
{
	for (size_t i = 0; i < model->noun_count && column->table != 0; i++) {
		const codegen_noun *noun = model->nouns[i];

		if (noun->table->oid != column->table)
			continue;
		for (size_t j = 0; j < noun->field_count; j++)
			if (noun->fields[j].column->number == column->table_column)
				return &noun->fields[j];
	}
	return NULL;
}

static const char *
column_comment(const codegen_model *model, const aet__described_column *from)
{
	const aet__table *table = aet__catalog_table_by_oid(model->catalog, from->table);
	const aet__table_column *column = NULL;

	if (from->table != 0 && table != NULL)
		column = aet__table_column_numbered(table, from->table_column);
	return column != NULL && column->comment != NULL ? column->comment : "";
}

/*
 * Whether a column of the answer may be NULL: not if it is a table's own
 * NOT NULL column, unless the query could have made NULLs of it. The server's
 * description says no more; what it leaves open counts as nullable.
 */
static bool
may_be_null(const codegen_model *model, const codegen_query *query,
    const aet__described_column *from)
{
	const codegen_pg_attribute *attribute =
	    codegen_pg_attribute_find(model->pg_types, from->table, from->table_column);

	if (from->table == 0 || query->outer_join || attribute == NULL)
		return true;
	return !attribute->never_null;
}

/* ---- one query ------------------------------------------------------------------- */

void
codegen_say_no_type(asking *ask, const codegen_query *query, const char *what,
    const char *name, uint32_t oid)
{
	codegen_say_at(ask->model->messages, query->source, query->at,
	    "cast it in the query, to text if nothing else will do",
	    "%s \"%s\" has type %s, which PostgreSQL cannot send in binary form", what,
	    name, text_of_type(ask, oid, -1));
}

static const char *
parameter_name(
    asking *ask, const codegen_query_parameter *parameter, const char *fed, size_t place)
{
	if (parameter->sql_name != NULL && parameter->sql_name[0] != '$')
		return parameter->sql_name;
	if (fed != NULL)
		return fed;
	return codegen_format(ask->model->memory, "arg_%zu", place + 1);
}

static void
fill_parameters(asking *ask, codegen_query *query, const aet__description *described,
    const codegen_fed *fed)
{
	codegen_model *model = ask->model;
	codegen_scope scope = { .memory = model->memory };
	size_t named = query->parameter_count;
	codegen_query_parameter *parameters =
	    codegen_room(model->memory, described->parameter_count, sizeof(*parameters));

	for (size_t i = 0; i < described->parameter_count; i++) {
		codegen_query_parameter *parameter = &parameters[i];
		uint32_t oid = described->parameters[i];
		const char *name;

		if (i < named)
			*parameter = query->parameters[i];
		name = parameter_name(ask, parameter, fed[i].name, i);
		parameter->sql_name = name;
		parameter->nullable =
		    parameter->nullable ||
		    (fed[i].nullable && (parameter->plain || !parameter->cast));
		parameter->name = codegen_scope_unique(
		    &scope, codegen_parameter_name(model->memory, name));
		parameter->type = parameter_type(model, oid, name);
		parameter->type_text = text_of_type(ask, oid, -1);
		if (parameter->type == NULL)
			codegen_say_no_type(ask, query, "parameter", name, oid);
	}
	query->parameters = parameters;
	query->parameter_count = described->parameter_count;
	if (query->sort != NULL)
		query->sort->name = codegen_scope_unique(
		    &scope, codegen_parameter_name(model->memory, query->sort->sql_name));
}

static void
fill_column(asking *ask, codegen_query *query, codegen_query_column *column,
    const aet__described_column *from)
{
	codegen_model *model = ask->model;

	column->sql_name = codegen_copy(model->memory, from->name);
	column->field = column_field(model, from);
	column->comment = column_comment(model, from);
	column->nullable = may_be_null(model, query, from);
	column->type_text = text_of_type(ask, from->type, from->type_modifier);
	column->type_oid = from->type;
	column->type = column->field != NULL ? column->field->type
					     : codegen_model_type(model, from->type);
}

/* "x!" is not NULL and "x?" may be, whatever is known. */
static void
override_column(codegen_model *model, codegen_query_column *column)
{
	size_t len = strlen(column->sql_name);
	char last = len > 1 ? column->sql_name[len - 1] : '\0';

	column->member = column->sql_name;
	if (last != '!' && (last != '?' || strcmp(column->sql_name, "?column?") == 0))
		return;
	column->member = codegen_copy_n(model->memory, column->sql_name, len - 1);
	column->nullable = last == '?';
}

static void
name_columns(codegen_model *model, codegen_query *query)
{
	codegen_scope scope = { .memory = model->memory };

	for (size_t i = 0; i < query->column_count; i++) {
		codegen_query_column *column = &query->columns[i];
		const char *name = column->member;

		if (strcmp(name, "?column?") == 0 || name[0] == '\0')
			name = codegen_format(model->memory, "column_%zu", i + 1);
		column->name =
		    codegen_scope_unique(&scope, codegen_member(model->memory, name));
	}
	for (size_t i = 0; i < query->column_count; i++) {
		codegen_query_column *column = &query->columns[i];

		if (column->type != NULL && column->type->values != NULL)
			column->text_name = codegen_scope_unique(&scope,
			    codegen_format(model->memory, "%s_text", column->name));
	}
}

/* What C's argument cannot say is no value: made types and text[] can. */
codegen_required
codegen_required_of(codegen_model *model, const codegen_query *query)
{
	bool *items = codegen_room(model->memory, query->parameter_count, sizeof(*items));

	for (size_t i = 0; i < query->parameter_count; i++) {
		const codegen_query_parameter *parameter = &query->parameters[i];

		items[i] = !parameter->nullable && parameter->type != NULL &&
			   parameter->type->shape != CODEGEN_MADE &&
			   parameter->type->shape != CODEGEN_TEXTS;
	}
	return (codegen_required){ items, query->parameter_count };
}

static void
fill_columns(asking *ask, codegen_query *query, const aet__description *described,
    const codegen_node *tree)
{
	bool *not_null =
	    codegen_room(ask->model->memory, described->column_count, sizeof(*not_null));
	bool known = codegen_prove(ask->model, ask->facts, tree,
	    codegen_required_of(ask->model, query), not_null, described->column_count);

	known =
	    known || codegen_prove_utility(query->sql, not_null, described->column_count);
	query->column_count = described->column_count;
	query->columns = codegen_room(
	    ask->model->memory, query->column_count, sizeof(*query->columns));
	for (size_t i = 0; i < query->column_count; i++)
		fill_column(ask, query, &query->columns[i], &described->columns[i]);
	for (size_t i = 0; i < query->column_count && known; i++)
		query->columns[i].nullable = !not_null[i];
	for (size_t i = 0; i < query->column_count; i++)
		override_column(ask->model, &query->columns[i]);
	name_columns(ask->model, query);
}

/* Whether the columns are those of noun's row, in its order: one that is proven
 * not to be NULL here fits a member that may be. */
static bool
is_row_of(const codegen_query *query, const codegen_noun *noun)
{
	size_t at = 0;

	for (size_t i = 0; i < noun->field_count; i++) {
		const codegen_field *field = &noun->fields[i];

		if (field->secret)
			continue;
		if (at >= query->column_count || query->columns[at].field != field ||
		    (query->columns[at].nullable && !field->nullable) ||
		    strcmp(query->columns[at].sql_name, field->column->name) != 0)
			return false;
		at++;
	}
	return at == query->column_count;
}

static void
place_query(const codegen_model *model, codegen_query *query)
{
	size_t best = 0;

	for (size_t i = 0; i < model->noun_count; i++) {
		const codegen_noun *noun = model->nouns[i];
		size_t len = strlen(noun->name);

		if (len > best && strncmp(query->name, noun->name, len) == 0 &&
		    query->name[len] == '_') {
			query->home = noun;
			best = len;
		}
		if (is_row_of(query, noun))
			query->row = noun;
	}
}

/* tree is NULL where it is not known. */
static void
check_kind(codegen_model *model, const codegen_query *query, const codegen_node *tree)
{
	bool inserts =
	    tree == NULL || codegen_node_number(tree, "commandType") == CODEGEN_INSERT;

	if (query->kind == CODEGEN_COPYFROM && (!inserts || query->column_count > 0)) {
		codegen_say_at(model->messages, query->source, query->at,
		    "use one of: :batchexec, :batchone, :batchmany",
		    "query \"%s\" is no INSERT without RETURNING, which a :copyfrom is",
		    query->name);
		return;
	}
	if (codegen_kind_is_batch(query->kind) && query->parameter_count == 0)
		codegen_say_at(model->messages, query->source, query->at,
		    "use one of: :exec, :execrows, :one, :many",
		    "query \"%s\" takes no parameters, of which there could be many",
		    query->name);
	if (codegen_kind_has_rows(query->kind) && query->column_count == 0)
		codegen_say_at(model->messages, query->source, query->at,
		    "use one of: :exec, :execrows; or add RETURNING",
		    "query \"%s\" answers with no columns", query->name);
}

void
codegen_printed_take(void *ctx, const char *message, const char *detail)
{
	codegen_printed *printed = ctx;

	if (!printed->wanted || strncmp(message, "rewritten parse tree", 20) != 0)
		return;
	aet__text_clear(&printed->text);
	aet__text_add(&printed->text, detail);
	printed->count++;
}

/* NULL where the server's messages are not English, or it has no tree. */
const codegen_node *
codegen_printed_tree(asking *ask)
{
	const char *text = aet__text_view(&ask->printed->text);

	if (text[0] == '\0' || !aet__text_ok(&ask->printed->text))
		return NULL;
	return codegen_tree_parse(ask->model->memory, text);
}

void
codegen_learn_bodies(asking *ask, const codegen_node *tree)
{
	codegen_bodies_learn(&(codegen_bodies_asking){ ask->model->memory,
				 ask->connection, ask->printed, ask->deadline },
	    ask->facts, tree);
}

static aet_status
describe_query(asking *ask, codegen_query *query, aet_error *err)
{
	codegen_model *model = ask->model;
	aet__description described = { 0 };
	const codegen_node *rewritten;
	const codegen_node *tree;
	codegen_fed *fed;
	aet_error failure;
	aet_status status;

	aet__text_clear(&ask->printed->text);
	ask->printed->wanted = true;
	status = aet__connection_describe(
	    ask->connection, query->sql, ask->deadline, &described, &failure);
	ask->printed->wanted = false;
	if (status != AET_OK && aet__connection_is_broken(ask->connection)) {
		if (err != NULL)
			*err = failure;
		return status;
	}
	if (status != AET_OK) {
		codegen_say_failure(model, query, NULL,
		    aet__connection_failure(ask->connection), &failure);
		return AET_OK;
	}
	rewritten = codegen_printed_tree(ask);
	tree = codegen_tree_query(rewritten);
	codegen_learn_bodies(ask, tree);
	fed = codegen_room(model->memory, described.parameter_count, sizeof(*fed));
	codegen_feed(model, tree, fed, described.parameter_count);
	fill_parameters(ask, query, &described, fed);
	fill_columns(ask, query, &described, tree);
	codegen_describe_text(ask, query, tree);
	query->repeatable = codegen_is_repeatable(ask->facts, tree);
	if (query->kind == CODEGEN_COPYFROM)
		codegen_copyfrom(model, query, rewritten, ask->connection, ask->deadline);
	check_kind(model, query, tree);
	status = codegen_describe_variants(ask, query, &described, err);
	aet__description_free(&described);
	place_query(model, query);
	return status;
}

/* Left on: databases of the generator's own, or connections of its own, go. */
static const char settings[] = "SET debug_pretty_print = off;"
			       "SET check_function_bodies = on;"
			       "SET debug_print_rewritten = on;"
			       "SET client_min_messages = log;";

aet_status
codegen_describe_settings(aet__connection *connection, codegen_printed *printed,
    aet__deadline deadline, aet_error *err)
{
	printed->wanted = true;
	return aet__connection_command(connection, settings, false, deadline, err);
}

aet_status
codegen_describe(codegen_model *model, aet__connection *connection,
    codegen_printed *printed, aet__deadline deadline, aet_error *err)
{
	asking ask = { .model = model,
		.connection = connection,
		.deadline = deadline,
		.printed = printed };
	codegen_function_facts *facts = NULL;
	aet_status status = AET_OK;

	if (model->query_count == 0)
		return AET_OK;
	status = codegen_functions_read(model->memory, connection, deadline, &facts, err);
	if (status == AET_OK)
		status = codegen_bodies_read(&(codegen_bodies_asking){ model->memory,
						 connection, printed, deadline },
		    facts, err);
	if (status == AET_OK)
		status = codegen_stored_read(model, facts, connection, deadline, err);
	if (status == AET_OK)
		status =
		    aet__connection_command(connection, settings, false, deadline, err);
	ask.facts = facts;
	for (size_t i = 0; i < model->query_count && status == AET_OK; i++)
		if (model->queries[i].sql != NULL)
			status = describe_query(&ask, &model->queries[i], err);
	return status;
}
