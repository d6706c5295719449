/* SPDX-License-Identifier: MIT */
#include "proof.h"

#include <stdlib.h>
#include <string.h>

#include "proof_scope.h"

/* Queries within queries, expressions within expressions: enough for any that
 * people write, and an end to those that lead back to themselves. */
#define MOST_DEPTH 400

static bool prove_column_of(const codegen_scope_of *outer, const codegen_node *query,
    size_t column, const codegen_scope_of *known_in, long known);

/* ---- tables ----------------------------------------------------------------- */

static bool
prove_attribute(const codegen_proof *proof, const codegen_node *entry, long column)
{
	uint32_t relation = (uint32_t)codegen_node_number(entry, "relid");
	const codegen_pg_attribute *attribute =
	    codegen_pg_attribute_find(proof->model->pg_types, relation, (int)column);

	if (column <= 0)
		return true; /* the row itself, and system columns */
	return attribute != NULL && attribute->never_null;
}

static bool
prove_values(const codegen_scope_of *scope, const codegen_node *entry, long column)
{
	const codegen_node *lists = codegen_node_field(entry, "values_lists");

	for (size_t i = 0; i < codegen_node_count(lists); i++)
		if (!codegen_prove_expression(
			scope, codegen_node_item(
				   codegen_node_item(lists, i), (size_t)column - 1)))
			return false;
	return codegen_node_count(lists) > 0;
}

/* The number that WITH ORDINALITY adds comes last. */
static bool
prove_function(const codegen_scope_of *scope, const codegen_node *entry, long column)
{
	const codegen_node *functions = codegen_node_field(entry, "functions");
	const codegen_node *first = codegen_node_item(functions, 0);
	const codegen_node *call = codegen_node_field(first, "funcexpr");
	codegen_function_fact fact;

	if (codegen_node_count(functions) != 1)
		return false;
	if (codegen_node_flag(entry, "funcordinality") &&
	    column == codegen_node_number(first, "funccolcount") + 1)
		return true;
	if (!codegen_node_is(call, "FUNCEXPR"))
		return column == 1 && codegen_prove_expression(scope, call);
	fact = codegen_function_fact_of(
	    scope->proof->facts, (uint32_t)codegen_node_number(call, "funcid"));
	if (column > 0 && codegen_prove_body(scope, call, "funcid", (size_t)column))
		return true;
	if (fact.class == CODEGEN_ROWS)
		return true;
	if (fact.class == CODEGEN_ROWS_FIRST)
		return column == 1;
	if (fact.class == CODEGEN_ROWS_ITEMS)
		return column == 1 &&
		       codegen_prove_items(
			   scope, codegen_node_item(codegen_node_field(call, "args"), 0));
	return column == 1 && codegen_node_number(first, "funccolcount") == 1 &&
	       !codegen_node_flag(call, "funcretset") &&
	       codegen_prove_expression(scope, call);
}

/* ---- WITH ------------------------------------------------------------------- */

static bool
is_assumed(const codegen_proof *proof, const codegen_node *query, long column)
{
	for (const codegen_assumption *a = proof->assumed; a != NULL; a = a->next)
		if (a->query == query && a->column == column)
			return true;
	return false;
}

/* A recursive query's own rows: what holds for those it begins with, and for
 * those that follow if it holds for the ones before, holds for all. */
static bool
prove_recursive(const codegen_scope_of *at, const codegen_node *query, long column)
{
	codegen_proof *proof = at->proof;
	const codegen_assumption assumption = { query, column, proof->assumed };
	bool proven;

	if (is_assumed(proof, query, column))
		return true;
	proof->assumed = &assumption;
	proven = prove_column_of(at, query, (size_t)column, NULL, 0);
	proof->assumed = assumption.next;
	return proven;
}

static bool
prove_cte(
    const codegen_scope_of *scope, const codegen_node *entry, long column, long table)
{
	const codegen_scope_of *at =
	    codegen_scope_up(scope, codegen_node_number(entry, "ctelevelsup"));
	const codegen_node *cte =
	    codegen_scope_cte(at, codegen_node_text(entry, "ctename"));
	const codegen_node *query = codegen_node_field(cte, "ctequery");

	if (query == NULL)
		return false;
	if (codegen_node_flag(cte, "cterecursive"))
		return prove_recursive(at, query, column);
	return prove_column_of(at, query, (size_t)column, scope, table);
}

/* ---- columns ---------------------------------------------------------------- */

static bool
prove_table(const codegen_scope_of *scope, long table, long column)
{
	const codegen_node *entry = codegen_scope_entry(scope, table);

	switch (codegen_node_number(entry, "rtekind")) {
	case CODEGEN_RTE_RELATION:
		return prove_attribute(scope->proof, entry, column);
	case CODEGEN_RTE_SUBQUERY:
		return column > 0 &&
		       prove_column_of(scope, codegen_node_field(entry, "subquery"),
			   (size_t)column, scope, table);
	case CODEGEN_RTE_JOIN:
		return column > 0 &&
		       codegen_prove_expression(scope,
			   codegen_node_item(codegen_node_field(entry, "joinaliasvars"),
			       (size_t)column - 1));
	case CODEGEN_RTE_FUNCTION:
		return column > 0 && prove_function(scope, entry, column);
	case CODEGEN_RTE_VALUES:
		return column > 0 && prove_values(scope, entry, column);
	case CODEGEN_RTE_CTE:
		return column > 0 && prove_cte(scope, entry, column, table);
	default:
		return false;
	}
}

/* EXCLUDED of ON CONFLICT. */
static bool
is_excluded(const codegen_scope_of *scope, long table)
{
	return table > 0 &&
	       codegen_node_number(codegen_node_field(scope->query, "onConflict"),
		   "exclRelIndex") == table;
}

/* RETURNING of MERGE, from PostgreSQL 17 on: WHEN NOT MATCHED BY SOURCE has none. */
static bool
is_source_of_merge(const codegen_scope_of *scope, long table)
{
	return codegen_node_number(scope->query, "commandType") == CODEGEN_MERGE &&
	       codegen_node_number(scope->query, "resultRelation") != table;
}

bool
codegen_prove_var(const codegen_scope_of *scope, const codegen_node *var)
{
	const codegen_scope_of *at =
	    codegen_scope_up(scope, codegen_node_number(var, "varlevelsup"));
	long table = codegen_node_number(var, "varno");
	long column = codegen_node_number(var, "varattno");

	/* RETURNING old.x, from PostgreSQL 18 on, is of a row that may not be. */
	if (at == NULL || at->grouping_sets ||
	    codegen_node_number(var, "varreturningtype") != 0)
		return false;
	if (is_source_of_merge(at, table))
		return false;
	if (codegen_scope_holds_column(at, table, column))
		return true;
	if (codegen_scope_entry(at, table) == NULL ||
	    codegen_scope_may_be_missing(at, table))
		return false;
	if (codegen_scope_is_written(at, table))
		return codegen_prove_written(at, column);
	if (is_excluded(at, table))
		return codegen_prove_excluded(at, column);
	return prove_table(at, table, column);
}

/* ---- queries ---------------------------------------------------------------- */

/* The numbers are SetOperation's: UNION, INTERSECT, EXCEPT. */
static bool
prove_set(const codegen_scope_of *scope, const codegen_node *set, size_t column)
{
	const codegen_node *left = codegen_node_field(set, "larg");
	const codegen_node *right = codegen_node_field(set, "rarg");

	if (codegen_node_is(set, "RANGETBLREF"))
		return prove_table(
		    scope, codegen_node_number(set, "rtindex"), (long)column);
	if (!codegen_node_is(set, "SETOPERATIONSTMT"))
		return false;
	switch (codegen_node_number(set, "op")) {
	case 1:
		return prove_set(scope, left, column) && prove_set(scope, right, column);
	case 2:
		return prove_set(scope, left, column) || prove_set(scope, right, column);
	case 3:
		return prove_set(scope, left, column);
	default:
		return false;
	}
}

static const codegen_node *
answer_entry(const codegen_node *query, size_t column)
{
	bool selects = codegen_node_number(query, "commandType") == CODEGEN_SELECT;
	const codegen_node *list =
	    codegen_node_field(query, selects ? "targetList" : "returningList");
	size_t at = 0;

	for (size_t i = 0; i < codegen_node_count(list); i++) {
		const codegen_node *entry = codegen_node_item(list, i);

		if (!codegen_node_flag(entry, "resjunk") && ++at == column)
			return entry;
	}
	return NULL;
}

size_t
codegen_query_width(const codegen_node *query)
{
	size_t width = 0;

	while (answer_entry(query, width + 1) != NULL)
		width++;
	return width;
}

uint32_t
codegen_query_type(const codegen_node *query, size_t column)
{
	return codegen_node_type(codegen_node_field(answer_entry(query, column), "expr"));
}

/* The row in question is one of which another query knows that columns of it, as
 * its table "known", are not NULL. */
static void
learn(codegen_scope_of *scope, const codegen_scope_of *known_in, long known)
{
	const codegen_node *entry;

	for (size_t i = 1; (entry = answer_entry(scope->query, i)) != NULL; i++)
		if (codegen_scope_holds_column(known_in, known, (long)i))
			codegen_fact_not_null(scope->proof, &scope->row_facts,
			    codegen_node_field(entry, "expr"));
}

/* In a scope of its own: whether the row that known_in sees as its table
 * "known" has something in that column. */
static bool
prove_column_of(const codegen_scope_of *outer, const codegen_node *query, size_t column,
    const codegen_scope_of *known_in, long known)
{
	codegen_proof *proof = outer->proof;
	const codegen_node *set = codegen_node_field(query, "setOperations");
	const codegen_node *entry = answer_entry(query, column);
	codegen_scope_of scope;
	bool proven = false;

	if (!codegen_node_is(query, "QUERY") || proof->depth >= MOST_DEPTH)
		return false;
	proof->depth++;
	codegen_scope_open(&scope, proof, query, outer->query != NULL ? outer : NULL);
	if (set != NULL) {
		scope.named_in = known_in;
		scope.named = known;
		proven = prove_set(&scope, set, column);
	} else if (!scope.grouping_sets ||
		   codegen_node_number(entry, "ressortgroupref") == 0) {
		if (known_in != NULL)
			learn(&scope, known_in, known);
		proven =
		    codegen_prove_expression(&scope, codegen_node_field(entry, "expr"));
	}
	proof->depth--;
	return proven;
}

bool
codegen_prove_column(
    const codegen_scope_of *outer, const codegen_node *query, size_t column)
{
	return prove_column_of(outer, query, column, NULL, 0);
}

const codegen_node *
codegen_tree_query(const codegen_node *rewritten)
{
	for (size_t i = 0; i < codegen_node_count(rewritten); i++) {
		const codegen_node *query = codegen_node_item(rewritten, i);

		if (codegen_node_is(query, "QUERY") &&
		    codegen_node_flag(query, "canSetTag"))
			return query;
	}
	return NULL;
}

bool
codegen_prove(const codegen_model *model, const codegen_function_facts *facts,
    const codegen_node *query, codegen_required required, bool *not_null, size_t count)
{
	codegen_proof proof = { .model = model,
		.facts = facts,
		.required = required.items,
		.required_count = required.count };
	const codegen_scope_of nothing = { .proof = &proof };

	if (query == NULL || (count > 0 && answer_entry(query, count) == NULL))
		return false;
	for (size_t i = 0; i < count; i++) {
		proof.steps = 0;
		not_null[i] = codegen_prove_column(&nothing, query, i + 1);
	}
	return true;
}
