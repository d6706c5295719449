/* SPDX-License-Identifier: MIT */
/* Columns that PostgreSQL cannot send in binary form (aclitem): where a query only
 * reads, they are asked for as text. */
#include <string.h>

#include "describing.h"
#include "proof_scope.h"

#define TEXT 25

/* The query within another that shows some of its columns as text. */
static const char *
shown_as_text(codegen_model *model, const codegen_query *query, const bool *shown)
{
	aet__text names = { 0 };
	aet__text sql = { 0 };

	aet__text_add(&sql, "SELECT ");
	for (size_t i = 0; i < query->column_count; i++) {
		const codegen_query_column *column = &query->columns[i];
		const char *comma = i > 0 ? ", " : "";

		aet__text_addf(&names, "%sc%zu", comma, i + 1);
		aet__text_addf(
		    &sql, "%sc%zu%s AS ", comma, i + 1, shown[i] ? "::text" : "");
		codegen_add_sql_name(&sql, column->sql_name);
	}
	aet__text_addf(
	    &sql, " FROM (%s\n) AS q (%s)", query->sql, aet__text_view(&names));
	aet__text_free(&names);
	return codegen_keep(model->memory, &sql);
}

static bool
can_be_text(const codegen_asking *ask, const codegen_query *query,
    const codegen_node *tree, uint32_t oid)
{
	const codegen_pg_type *type = codegen_pg_type_find(ask->model->pg_types, oid);

	return codegen_node_number(tree, "commandType") == CODEGEN_SELECT &&
	       !codegen_node_flag(tree, "hasModifyingCTE") && query->piece_count == 0 &&
	       type != NULL && type->kind != 'p';
}

void
codegen_describe_text(codegen_asking *ask, codegen_query *query, const codegen_node *tree)
{
	bool *shown =
	    codegen_room(ask->model->memory, query->column_count, sizeof(*shown));
	bool any = false;

	for (size_t i = 0; i < query->column_count; i++) {
		codegen_query_column *column = &query->columns[i];

		if (column->type != NULL)
			continue;
		if (!can_be_text(ask, query, tree, column->type_oid)) {
			codegen_say_no_type(
			    ask, query, "column", column->sql_name, column->type_oid);
			continue;
		}
		column->type = codegen_type_by_oid(TEXT);
		column->type_oid = TEXT;
		any = shown[i] = true;
	}
	if (any)
		query->sql = shown_as_text(ask->model, query, shown);
}
