/* SPDX-License-Identifier: MIT */
/* The columns that a query answers with: types, names, and what may be NULL. */
#include <string.h>

#include "describing.h"
#include "overrides.h"

typedef codegen_asking asking;

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

static const codegen_type *
column_type(codegen_model *model, const codegen_query_column *column,
    const aet__described_column *from)
{
	const aet__table *table = aet__catalog_table_by_oid(model->catalog, from->table);
	const codegen_type *type = NULL;

	if (column->field != NULL && column->field->type != NULL)
		return column->field->type;
	if (from->table != 0 && table != NULL &&
	    aet__table_column_numbered(table, from->table_column) != NULL)
		type = codegen_model_column(
		    model, table, aet__table_column_numbered(table, from->table_column));
	return type != NULL ? type : codegen_model_type(model, from->type);
}

static void
fill_column(asking *ask, codegen_query *query, codegen_query_column *column,
    const aet__described_column *from)
{
	codegen_model *model = ask->model;

	column->sql_name = codegen_copy(model->memory, from->name);
	column->field = codegen_model_field(model, from->table, from->table_column);
	column->comment = column_comment(model, from);
	column->nullable = may_be_null(model, query, from);
	column->type_text = codegen_text_of_type(ask, from->type, from->type_modifier);
	column->type_oid = from->type;
	column->type = column_type(model, column, from);
}

/* Of a table's column the proof knows what is said of it; of a view's it sees what is
 * behind that. */
static void
follow_configuration(codegen_model *model, const codegen_query *query,
    codegen_query_column *column, const aet__described_column *from)
{
	const codegen_override *says =
	    codegen_override_of(model, from->table, from->table_column);
	const codegen_pg_attribute *attribute =
	    codegen_pg_attribute_find(model->pg_types, from->table, from->table_column);

	column->member = column->sql_name;
	if (says == NULL || attribute == NULL)
		return;
	if (says->nullable_is_set && (says->nullable || !query->outer_join))
		column->nullable = says->nullable;
	if (says->name != NULL && strcmp(column->sql_name, attribute->name) == 0)
		column->member = says->name;
}

/* "x!" is not NULL and "x?" may be, whatever is known. */
static void
follow_mark(codegen_model *model, codegen_query_column *column)
{
	size_t len = strlen(column->sql_name);
	char last = len > 1 ? column->sql_name[len - 1] : '\0';

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

void
codegen_describe_columns(asking *ask, codegen_query *query,
    const aet__description *described, const codegen_node *tree)
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
	for (size_t i = 0; i < query->column_count; i++) {
		follow_configuration(
		    ask->model, query, &query->columns[i], &described->columns[i]);
		follow_mark(ask->model, &query->columns[i]);
	}
	name_columns(ask->model, query);
}
