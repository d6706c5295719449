/* SPDX-License-Identifier: MIT */
#include "describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pg/describe.h"

#define UUID 2950

/* ---- where an error is --------------------------------------------------------- */

static size_t
byte_of_character(const char *sql, int position)
{
	size_t at = 0;

	for (int i = 1; i < position && sql[at] != '\0'; i++) {
		at++;
		while (((unsigned char)sql[at] & 0xc0) == 0x80)
			at++;
	}
	return at;
}

/* From a byte of the SQL that was sent to one of the file. */
static size_t
file_offset(const codegen_query *query, size_t at)
{
	size_t offset = query->at;

	for (size_t i = 0; i < query->mark_count && query->marks[i].sql <= at; i++)
		offset = query->marks[i].file + (at - query->marks[i].sql);
	return offset;
}

static void
say_failure(codegen_model *model, const codegen_query *query, const aet__failure *failure,
    const aet_error *err)
{
	size_t at = query->at;

	if (failure->position > 0)
		at = file_offset(query, byte_of_character(query->sql, failure->position));
	codegen_say_at(model->messages, query->source, at, failure->hint, "%s%s%s%s",
	    failure->message[0] != '\0' ? failure->message : err->message,
	    failure->detail[0] != '\0' ? ": " : "", failure->detail,
	    err->sqlstate[0] != '\0'
		? codegen_format(model->memory, " (SQLSTATE %s)", err->sqlstate)
		: "");
}

/* ---- types ---------------------------------------------------------------------- */

static const char *
type_text(codegen_model *model, aet__connection *connection, uint32_t oid,
    aet__deadline deadline)
{
	char number[16];
	const char *parameters[] = { number };
	aet__result *result = NULL;
	const char *text;

	snprintf(number, sizeof(number), "%" PRIu32, oid);
	if (aet__connection_query(connection,
		"SELECT pg_catalog.format_type($1::oid, -1)", parameters, 1, deadline,
		&result, NULL) != AET_OK)
		return "?";
	text = codegen_copy(model->memory, aet__result_text(result, 0, 0));
	aet__result_free(result);
	return text;
}

/* A uuid that is called like the key of a noun is that key: user_id. */
static const codegen_type *
parameter_type(const codegen_model *model, uint32_t oid, const char *name)
{
	const char *sql_name;

	if (oid == UUID)
		for (size_t i = 0; i < model->id_count; i++)
			if (strcmp(model->ids[i]->name, name) == 0)
				return &model->ids[i]->type;
	return codegen_model_type(model, oid, &sql_name);
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

/*
 * Whether a column of the answer may be NULL: not if it is a table's own
 * NOT NULL column, unless the query could have made NULLs of it. The server's
 * description says no more; what it leaves open counts as nullable.
 */
static bool
may_be_null(const codegen_query *query, const codegen_field *field)
{
	return field == NULL || query->outer_join || field->nullable;
}

/* ---- one query ------------------------------------------------------------------- */

static void
fill_parameters(codegen_model *model, codegen_query *query,
    const aet__description *described, aet__connection *connection,
    aet__deadline deadline)
{
	codegen_scope scope = { .memory = model->memory };
	size_t named = query->parameter_count;
	codegen_query_parameter *parameters =
	    codegen_room(model->memory, described->parameter_count, sizeof(*parameters));

	for (size_t i = 0; i < described->parameter_count; i++) {
		codegen_query_parameter *parameter = &parameters[i];
		uint32_t oid = described->parameters[i];

		if (i < named)
			*parameter = query->parameters[i];
		else
			parameter->sql_name =
			    codegen_format(model->memory, "arg_%zu", i + 1);
		parameter->name = codegen_scope_unique(
		    &scope, codegen_parameter_name(model->memory, parameter->sql_name));
		parameter->type = parameter_type(model, oid, parameter->sql_name);
		if (parameter->type == NULL)
			codegen_say_at(model->messages, query->source, query->at,
			    "cast it in the query to a type that has one",
			    "parameter \"%s\" has type %s, for which there is no C type",
			    parameter->sql_name,
			    type_text(model, connection, oid, deadline));
	}
	query->parameters = parameters;
	query->parameter_count = described->parameter_count;
}

static void
fill_column(codegen_model *model, codegen_query *query, codegen_query_column *column,
    const aet__described_column *from)
{
	const char *sql_name;

	column->sql_name = codegen_copy(model->memory, from->name);
	column->field = column_field(model, from);
	column->nullable = may_be_null(query, column->field);
	if (column->field != NULL)
		column->type = column->field->type;
	else
		column->type = codegen_model_type(model, from->type, &sql_name);
}

static void
name_columns(codegen_model *model, codegen_query *query)
{
	codegen_scope scope = { .memory = model->memory };

	for (size_t i = 0; i < query->column_count; i++) {
		codegen_query_column *column = &query->columns[i];
		const char *name = column->sql_name;

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

static void
fill_columns(codegen_model *model, codegen_query *query,
    const aet__description *described, aet__connection *connection,
    aet__deadline deadline)
{
	query->column_count = described->column_count;
	query->columns =
	    codegen_room(model->memory, query->column_count, sizeof(*query->columns));
	for (size_t i = 0; i < query->column_count; i++) {
		const aet__described_column *from = &described->columns[i];

		fill_column(model, query, &query->columns[i], from);
		if (query->columns[i].type == NULL)
			codegen_say_at(model->messages, query->source, query->at,
			    "cast it in the query to a type that has one",
			    "column \"%s\" has type %s, for which there is no C type",
			    from->name,
			    type_text(model, connection, from->type, deadline));
	}
	name_columns(model, query);
}

/* Whether the columns are those of noun's row, in its order. */
static bool
is_row_of(const codegen_query *query, const codegen_noun *noun)
{
	size_t at = 0;

	for (size_t i = 0; i < noun->field_count; i++) {
		const codegen_field *field = &noun->fields[i];

		if (field->secret)
			continue;
		if (at >= query->column_count || query->columns[at].field != field ||
		    query->columns[at].nullable != field->nullable ||
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

static void
check_kind(codegen_model *model, const codegen_query *query)
{
	bool rows = query->kind == CODEGEN_ONE || query->kind == CODEGEN_OPT ||
		    query->kind == CODEGEN_MANY;

	if (rows && query->column_count == 0)
		codegen_say_at(model->messages, query->source, query->at,
		    "use one of: :exec, :execrows; or add RETURNING",
		    "query \"%s\" answers with no columns", query->name);
}

static aet_status
describe_query(codegen_model *model, codegen_query *query, aet__connection *connection,
    aet__deadline deadline, aet_error *err)
{
	aet__description described = { 0 };
	aet_error failure;
	aet_status status = aet__connection_describe(
	    connection, query->sql, deadline, &described, &failure);

	if (status != AET_OK && aet__connection_is_broken(connection)) {
		if (err != NULL)
			*err = failure;
		return status;
	}
	if (status != AET_OK) {
		say_failure(model, query, aet__connection_failure(connection), &failure);
		return AET_OK;
	}
	fill_parameters(model, query, &described, connection, deadline);
	fill_columns(model, query, &described, connection, deadline);
	aet__description_free(&described);
	check_kind(model, query);
	place_query(model, query);
	return AET_OK;
}

aet_status
codegen_describe(codegen_model *model, aet__connection *connection,
    aet__deadline deadline, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; i < model->query_count && status == AET_OK; i++)
		if (model->queries[i].sql != NULL)
			status = describe_query(
			    model, &model->queries[i], connection, deadline, err);
	return status;
}
