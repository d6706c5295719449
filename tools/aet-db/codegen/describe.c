/* SPDX-License-Identifier: MIT */
#include "describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bodies.h"
#include "copyfrom.h"
#include "describing.h"
#include "overrides.h"
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

const char *
codegen_text_of_type(asking *ask, uint32_t oid, int32_t modifier)
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

/* What the configuration says of the column that it feeds, and keys that are stored
 * there; and a value that is called like the key of a noun is that key: user_id. */
static const codegen_type *
parameter_type(
    codegen_model *model, uint32_t oid, const char *name, const codegen_fed *fed)
{
	const codegen_type *said =
	    codegen_override_fed(model, fed->relation, fed->number, oid);

	const codegen_field *field =
	    codegen_model_field(model, fed->relation, fed->number);

	if (said != NULL)
		return said;
	if (field != NULL && field->type != NULL && field->type->shape == CODEGEN_ID &&
	    field->type->oid == oid)
		return field->type;
	for (size_t i = 0; i < model->id_count; i++)
		if (model->ids[i]->type.oid == oid &&
		    strcmp(model->ids[i]->name, name) == 0)
			return &model->ids[i]->type;
	return codegen_model_type(model, oid);
}

/* ---- one query ------------------------------------------------------------------- */

void
codegen_say_no_type(asking *ask, const codegen_query *query, const char *what,
    const char *name, uint32_t oid)
{
	codegen_say_at(ask->model->messages, query->source, query->at,
	    "cast it in the query, to text if nothing else will do",
	    "%s \"%s\" has type %s, which PostgreSQL cannot send in binary form", what,
	    name, codegen_text_of_type(ask, oid, -1));
}

static const char *
parameter_name(asking *ask, const codegen_query_parameter *parameter,
    const codegen_fed *fed, size_t place)
{
	if (parameter->sql_name != NULL && parameter->sql_name[0] != '$')
		return parameter->sql_name;
	if (fed->name != NULL) {
		const codegen_override *by =
		    codegen_override_of(ask->model, fed->relation, fed->number);

		return by != NULL && by->name != NULL ? by->name : fed->name;
	}
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
		name = parameter_name(ask, parameter, &fed[i], i);
		parameter->sql_name = name;
		parameter->nullable =
		    parameter->nullable ||
		    (fed[i].nullable && (parameter->plain || !parameter->cast));
		parameter->name = codegen_scope_unique(
		    &scope, codegen_parameter_name(model->memory, name));
		parameter->type = parameter_type(model, oid, name, &fed[i]);
		parameter->type_text = codegen_text_of_type(ask, oid, -1);
		if (parameter->type == NULL)
			codegen_say_no_type(ask, query, "parameter", name, oid);
	}
	query->parameters = parameters;
	query->parameter_count = described->parameter_count;
	if (query->sort != NULL)
		query->sort->name = codegen_scope_unique(
		    &scope, codegen_parameter_name(model->memory, query->sort->sql_name));
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
	codegen_describe_columns(ask, query, &described, tree);
	codegen_describe_text(ask, query, tree);
	query->repeatable = codegen_is_repeatable(ask->facts, tree) &&
			    !codegen_node_has(tree, "TABLESAMPLECLAUSE");
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
