/* SPDX-License-Identifier: MIT */
/* Queries that have a row for sure: without one, (SELECT ...) is NULL, and so is
 * what a function gives. */
#include <string.h>

#include "proof_scope.h"

/* JoinType's, SetOperation's and OnConflictAction's numbers. */
enum { INNER = 0, LEFT = 1, FULL = 2, RIGHT = 3 };
enum { UNION = 1 };
enum { CONFLICT_NONE = 0 };

/* LIMIT 1, or more; a negative one is an error. The number may be an integer that
 * is made a bigint. */
static bool
lets_one_through(const codegen_node *query)
{
	const codegen_node *limit = codegen_node_field(query, "limitCount");

	if (codegen_node_is(limit, "FUNCEXPR") &&
	    codegen_node_number(limit, "funcformat") != 0)
		limit = codegen_node_item(codegen_node_field(limit, "args"), 0);
	return codegen_node_field(query, "limitOffset") == NULL &&
	       (codegen_node_field(query, "limitCount") == NULL ||
		   codegen_node_is_not_zero(limit));
}

static bool
cte_has_row(const codegen_scope_of *scope, const codegen_node *entry)
{
	const codegen_scope_of *at =
	    codegen_scope_up(scope, codegen_node_number(entry, "ctelevelsup"));
	const codegen_node *cte =
	    codegen_scope_cte(at, codegen_node_text(entry, "ctename"));

	return cte != NULL && !codegen_node_flag(cte, "cterecursive") &&
	       codegen_has_row(at, codegen_node_field(cte, "ctequery"));
}

static bool
table_has_row(const codegen_scope_of *scope, long table)
{
	const codegen_node *entry = codegen_node_item(
	    codegen_node_field(scope->query, "rtable"), (size_t)table - 1);

	switch (codegen_node_number(entry, "rtekind")) {
	case CODEGEN_RTE_SUBQUERY:
		return codegen_has_row(scope, codegen_node_field(entry, "subquery"));
	case CODEGEN_RTE_VALUES:
		return true;
	case CODEGEN_RTE_CTE:
		return cte_has_row(scope, entry);
	default:
		return false;
	}
}

static bool
join_has_row(const codegen_scope_of *scope, const codegen_node *join)
{
	const codegen_node *left = codegen_node_field(join, "larg");
	const codegen_node *right = codegen_node_field(join, "rarg");

	switch (codegen_node_number(join, "jointype")) {
	case LEFT:
		return codegen_from_has_row(scope, left);
	case RIGHT:
		return codegen_from_has_row(scope, right);
	case FULL:
		return codegen_from_has_row(scope, left) ||
		       codegen_from_has_row(scope, right);
	case INNER:
		return codegen_node_field(join, "quals") == NULL &&
		       codegen_from_has_row(scope, left) &&
		       codegen_from_has_row(scope, right);
	default:
		return false;
	}
}

bool
codegen_from_has_row(const codegen_scope_of *scope, const codegen_node *from)
{
	const codegen_node *list = codegen_node_field(from, "fromlist");

	if (codegen_node_is(from, "RANGETBLREF"))
		return table_has_row(scope, codegen_node_number(from, "rtindex"));
	if (codegen_node_is(from, "JOINEXPR"))
		return join_has_row(scope, from);
	if (!codegen_node_is(from, "FROMEXPR") ||
	    codegen_node_field(from, "quals") != NULL)
		return false;
	for (size_t i = 0; i < codegen_node_count(list); i++)
		if (!codegen_from_has_row(scope, codegen_node_item(list, i)))
			return false;
	return true;
}

static bool
set_has_row(const codegen_scope_of *scope, const codegen_node *set)
{
	if (codegen_node_is(set, "RANGETBLREF"))
		return table_has_row(scope, codegen_node_number(set, "rtindex"));
	return codegen_node_is(set, "SETOPERATIONSTMT") &&
	       codegen_node_number(set, "op") == UNION &&
	       (set_has_row(scope, codegen_node_field(set, "larg")) ||
		   set_has_row(scope, codegen_node_field(set, "rarg")));
}

static bool
select_has_row(const codegen_scope_of *scope)
{
	const codegen_node *query = scope->query;
	const codegen_node *set = codegen_node_field(query, "setOperations");

	if (!lets_one_through(query) || codegen_node_flag(query, "hasTargetSRFs") ||
	    codegen_node_field(query, "groupingSets") != NULL ||
	    codegen_node_field(query, "havingQual") != NULL)
		return false;
	if (set != NULL)
		return set_has_row(scope, set);
	if (codegen_node_flag(query, "hasAggs") &&
	    codegen_node_field(query, "groupClause") == NULL)
		return true;
	return codegen_from_has_row(scope, codegen_node_field(query, "jointree"));
}

/* A trigger may leave a row out, and ON CONFLICT may. */
static bool
insert_has_row(const codegen_scope_of *scope)
{
	const codegen_node *query = scope->query;
	long table = codegen_node_number(query, "resultRelation");
	const codegen_node *entry = codegen_node_item(
	    codegen_node_field(scope->query, "rtable"), (size_t)table - 1);
	size_t count;
	const codegen_pg_attribute *attributes =
	    codegen_pg_attributes_of(scope->proof->model->pg_types,
		(uint32_t)codegen_node_number(entry, "relid"), &count);

	for (size_t i = 0; i < count; i++)
		if (attributes[i].insert_kept)
			return codegen_node_number(
				   codegen_node_field(query, "onConflict"), "action") ==
				   CONFLICT_NONE &&
			       codegen_from_has_row(
				   scope, codegen_node_field(query, "jointree"));
	return false;
}

bool
codegen_has_row(const codegen_scope_of *outer, const codegen_node *query)
{
	const codegen_scope_of scope = { .proof = outer->proof,
		.query = query,
		.outer = outer->query != NULL ? outer : NULL };

	switch (codegen_node_number(query, "commandType")) {
	case CODEGEN_SELECT:
		return select_has_row(&scope);
	case CODEGEN_INSERT:
		return insert_has_row(&scope);
	default:
		return false;
	}
}
