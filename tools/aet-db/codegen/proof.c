/* SPDX-License-Identifier: MIT */
#include "proof.h"

#include <stdlib.h>
#include <string.h>

#include "proof_scope.h"

/* Queries within queries, expressions within expressions: enough for any that
 * people write, and an end to those that lead back to themselves. */
#define MOST_DEPTH 400

static bool prove(
    codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *expression);
static bool prove_column(codegen_proof *proof, const codegen_node *query,
    const codegen_scope_of *outer, size_t column);

static bool
prove_all(codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *list)
{
	for (size_t i = 0; i < codegen_node_count(list); i++)
		if (!prove(proof, scope, codegen_node_item(list, i)))
			return false;
	return true;
}

static bool
prove_any(codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *list)
{
	for (size_t i = 0; i < codegen_node_count(list); i++)
		if (prove(proof, scope, codegen_node_item(list, i)))
			return true;
	return false;
}

/* ---- columns ---------------------------------------------------------------- */

static bool
prove_attribute(const codegen_proof *proof, const codegen_node *entry, long column)
{
	uint32_t relation = (uint32_t)codegen_node_number(entry, "relid");
	const codegen_pg_attribute *attribute =
	    codegen_pg_attribute_find(proof->model->pg_types, relation, (int)column);

	if (column <= 0)
		return true; /* the row itself, and system columns */
	if (attribute == NULL)
		return false;
	return attribute->not_null ||
	       codegen_pg_type_refuses_null(proof->model->pg_types, attribute->type);
}

static bool
prove_values(codegen_proof *proof, const codegen_scope_of *scope,
    const codegen_node *entry, long column)
{
	const codegen_node *lists = codegen_node_field(entry, "values_lists");

	for (size_t i = 0; i < codegen_node_count(lists); i++)
		if (!prove(proof, scope,
			codegen_node_item(
			    codegen_node_item(lists, i), (size_t)column - 1)))
			return false;
	return codegen_node_count(lists) > 0;
}

/* The number that WITH ORDINALITY adds comes last. */
static bool
prove_function(codegen_proof *proof, const codegen_scope_of *scope,
    const codegen_node *entry, long column)
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
		return column == 1 && prove(proof, scope, call);
	fact = codegen_function_fact_of(
	    proof->facts, (uint32_t)codegen_node_number(call, "funcid"));
	if (fact.class == CODEGEN_ROWS)
		return true;
	if (fact.class == CODEGEN_ROWS_FIRST)
		return column == 1;
	return column == 1 && codegen_node_number(first, "funccolcount") == 1 &&
	       !codegen_node_flag(call, "funcretset") && prove(proof, scope, call);
}

/* A recursive query's own rows: what holds for those it begins with, and for
 * those that follow if it holds for the ones before, holds for all. */
static bool
prove_cte(codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *entry,
    long column)
{
	const codegen_scope_of *at =
	    codegen_scope_up(scope, codegen_node_number(entry, "ctelevelsup"));
	const codegen_node *cte =
	    codegen_scope_cte(at, codegen_node_text(entry, "ctename"));
	const codegen_node *query = codegen_node_field(cte, "ctequery");
	const codegen_node *before = proof->assumed;
	long column_before = proof->assumed_column;
	bool proven;

	if (query == NULL || codegen_node_field(cte, "search_clause") != NULL ||
	    codegen_node_field(cte, "cycle_clause") != NULL)
		return false;
	if (codegen_node_flag(entry, "self_reference"))
		return proof->assumed == query && proof->assumed_column == column;
	proof->assumed = query;
	proof->assumed_column = column;
	proven = prove_column(proof, query, at, (size_t)column);
	proof->assumed = before;
	proof->assumed_column = column_before;
	return proven;
}

static bool
prove_entry(codegen_proof *proof, const codegen_scope_of *scope,
    const codegen_node *entry, long column)
{
	switch (codegen_node_number(entry, "rtekind")) {
	case CODEGEN_RTE_RELATION:
		return prove_attribute(proof, entry, column);
	case CODEGEN_RTE_SUBQUERY:
		return column > 0 &&
		       prove_column(proof, codegen_node_field(entry, "subquery"), scope,
			   (size_t)column);
	case CODEGEN_RTE_JOIN:
		return column > 0 &&
		       prove(proof, scope,
			   codegen_node_item(codegen_node_field(entry, "joinaliasvars"),
			       (size_t)column - 1));
	case CODEGEN_RTE_FUNCTION:
		return column > 0 && prove_function(proof, scope, entry, column);
	case CODEGEN_RTE_VALUES:
		return column > 0 && prove_values(proof, scope, entry, column);
	case CODEGEN_RTE_CTE:
		return column > 0 && prove_cte(proof, scope, entry, column);
	default:
		return false;
	}
}

static bool
prove_var(codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *var)
{
	const codegen_scope_of *at =
	    codegen_scope_up(scope, codegen_node_number(var, "varlevelsup"));
	long table = codegen_node_number(var, "varno");
	long column = codegen_node_number(var, "varattno");
	const codegen_node *entry;

	if (at == NULL || at->grouping_sets)
		return false;
	if (codegen_scope_is_given(at, table, column))
		return true;
	entry =
	    codegen_node_item(codegen_node_field(at->query, "rtable"), (size_t)table - 1);
	if (entry == NULL || codegen_scope_may_be_missing(at, table))
		return false;
	return prove_entry(proof, at, entry, column);
}

/* ---- expressions ------------------------------------------------------------ */

static bool
prove_call(codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *call,
    const char *oid)
{
	codegen_function_fact fact = codegen_function_fact_of(
	    proof->facts, (uint32_t)codegen_node_number(call, oid));

	if (codegen_node_flag(call, "funcretset") || codegen_node_flag(call, "opretset"))
		return false;
	if (fact.class == CODEGEN_NEVER_NULL)
		return true;
	return fact.class == CODEGEN_AS_ARGUMENTS &&
	       prove_all(proof, scope, codegen_node_field(call, "args"));
}

/* Arguments of an aggregate are entries of a target list. */
static bool
prove_aggregate(
    codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *call)
{
	const codegen_node *args = codegen_node_field(call, "args");
	codegen_function_fact fact = codegen_function_fact_of(
	    proof->facts, (uint32_t)codegen_node_number(call, "aggfnoid"));

	if (fact.class == CODEGEN_NEVER_NULL)
		return true;
	if (!scope->grouped || scope->grouping_sets ||
	    codegen_node_number(call, "agglevelsup") != 0 ||
	    codegen_node_field(call, "aggfilter") != NULL)
		return false;
	if (fact.class == CODEGEN_GROUP_ALWAYS)
		return true;
	return fact.class == CODEGEN_GROUP_VALUE && codegen_node_count(args) > 0 &&
	       prove(
		   proof, scope, codegen_node_field(codegen_node_item(args, 0), "expr"));
}

static bool
prove_window(
    codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *call)
{
	codegen_function_fact fact = codegen_function_fact_of(
	    proof->facts, (uint32_t)codegen_node_number(call, "winfnoid"));

	if (fact.class == CODEGEN_NEVER_NULL)
		return true;
	return fact.class == CODEGEN_AS_ARGUMENTS &&
	       prove_all(proof, scope, codegen_node_field(call, "args"));
}

static bool
prove_case(
    codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *expression)
{
	const codegen_node *whens = codegen_node_field(expression, "args");

	for (size_t i = 0; i < codegen_node_count(whens); i++)
		if (!prove(proof, scope,
			codegen_node_field(codegen_node_item(whens, i), "result")))
			return false;
	return prove(proof, scope, codegen_node_field(expression, "defresult"));
}

/* One row for sure: aggregates without groups that could be none. */
static bool
has_one_row(const codegen_node *query)
{
	return codegen_node_number(query, "commandType") == CODEGEN_SELECT &&
	       codegen_node_field(query, "setOperations") == NULL &&
	       codegen_node_field(query, "groupClause") == NULL &&
	       codegen_node_field(query, "groupingSets") == NULL &&
	       codegen_node_field(query, "havingQual") == NULL &&
	       codegen_node_field(query, "limitCount") == NULL &&
	       codegen_node_field(query, "limitOffset") == NULL &&
	       !codegen_node_flag(query, "hasTargetSRFs") &&
	       codegen_node_flag(query, "hasAggs");
}

/* EXISTS, an expression and ARRAY; the numbers are SubLinkType's. */
static bool
prove_sublink(
    codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *link)
{
	const codegen_node *query = codegen_node_field(link, "subselect");

	switch (codegen_node_number(link, "subLinkType")) {
	case 0: /* EXISTS */
	case 6: /* ARRAY */
		return true;
	case 4: /* a value */
		return has_one_row(query) && prove_column(proof, query, scope, 1);
	default:
		return false;
	}
}

/* x = ANY (ARRAY[...]), of which none is NULL. */
static bool
prove_array_test(
    codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *test)
{
	const codegen_node *args = codegen_node_field(test, "args");
	const codegen_node *array = codegen_node_item(args, 1);
	codegen_function_fact fact = codegen_function_fact_of(
	    proof->facts, (uint32_t)codegen_node_number(test, "opfuncid"));

	if (fact.class != CODEGEN_AS_ARGUMENTS ||
	    !prove(proof, scope, codegen_node_item(args, 0)))
		return false;
	return (codegen_node_is(array, "ARRAYEXPR") || codegen_node_is(array, "ARRAY")) &&
	       prove_all(proof, scope, codegen_node_field(array, "elements"));
}

typedef enum rule {
	RULE_NEVER_NULL,
	RULE_ARGUMENT,  /* as "arg" */
	RULE_ARGUMENTS, /* if all of "args" are not */
	RULE_ANY        /* if any of "args" is not */
} rule;

/* outfuncs.c called some by shorter names up to PostgreSQL 15. */
static const struct {
	const char *node;
	rule rule;
} rules[] = {
	{ "NULLTEST", RULE_NEVER_NULL },
	{ "BOOLEANTEST", RULE_NEVER_NULL },
	{ "DISTINCTEXPR", RULE_NEVER_NULL },
	{ "GROUPINGFUNC", RULE_NEVER_NULL },
	{ "ARRAYEXPR", RULE_NEVER_NULL },
	{ "ARRAY", RULE_NEVER_NULL },
	{ "ROWEXPR", RULE_NEVER_NULL },
	{ "ROW", RULE_NEVER_NULL },
	{ "NEXTVALUEEXPR", RULE_NEVER_NULL },
	{ "RELABELTYPE", RULE_ARGUMENT },
	{ "COERCEVIAIO", RULE_ARGUMENT },
	{ "ARRAYCOERCEEXPR", RULE_ARGUMENT },
	{ "COERCETODOMAIN", RULE_ARGUMENT },
	{ "COLLATEEXPR", RULE_ARGUMENT },
	{ "COLLATE", RULE_ARGUMENT },
	{ "BOOLEXPR", RULE_ARGUMENTS },
	{ "COALESCEEXPR", RULE_ANY },
	{ "COALESCE", RULE_ANY },
	{ "MINMAXEXPR", RULE_ANY },
	{ "MINMAX", RULE_ANY },
};

static bool
prove_by_rule(
    codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *expression)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (!codegen_node_is(expression, rules[i].node))
			continue;
		switch (rules[i].rule) {
		case RULE_NEVER_NULL:
			return true;
		case RULE_ARGUMENT:
			return prove(proof, scope, codegen_node_field(expression, "arg"));
		case RULE_ARGUMENTS:
			return prove_all(
			    proof, scope, codegen_node_field(expression, "args"));
		case RULE_ANY:
			return prove_any(
			    proof, scope, codegen_node_field(expression, "args"));
		}
	}
	return false;
}

/* The numbers count from 1; kind 0 is a parameter of the query's own. */
static bool
prove_parameter(const codegen_proof *proof, const codegen_node *parameter)
{
	size_t number = (size_t)codegen_node_number(parameter, "paramid");

	return codegen_node_number(parameter, "paramkind") == 0 && number >= 1 &&
	       number <= proof->required_count && proof->required[number - 1];
}

static bool
prove_expression(
    codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *expression)
{
	if (codegen_node_is(expression, "VAR"))
		return prove_var(proof, scope, expression);
	if (codegen_node_is(expression, "CONST"))
		return !codegen_node_flag(expression, "constisnull");
	if (codegen_node_is(expression, "PARAM"))
		return prove_parameter(proof, expression);
	if (codegen_node_is(expression, "FUNCEXPR"))
		return prove_call(proof, scope, expression, "funcid");
	if (codegen_node_is(expression, "OPEXPR"))
		return prove_call(proof, scope, expression, "opfuncid");
	if (codegen_node_is(expression, "AGGREF"))
		return prove_aggregate(proof, scope, expression);
	if (codegen_node_is(expression, "WINDOWFUNC"))
		return prove_window(proof, scope, expression);
	if (codegen_node_is(expression, "CASEEXPR") ||
	    codegen_node_is(expression, "CASE"))
		return prove_case(proof, scope, expression);
	if (codegen_node_is(expression, "SUBLINK"))
		return prove_sublink(proof, scope, expression);
	if (codegen_node_is(expression, "SCALARARRAYOPEXPR"))
		return prove_array_test(proof, scope, expression);
	if (codegen_node_is(expression, "SQLVALUEFUNCTION"))
		return codegen_node_number(expression, "op") < 14; /* current_schema */
	return prove_by_rule(proof, scope, expression);
}

static bool
prove(codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *expression)
{
	bool proven;

	if (expression == NULL || proof->depth >= MOST_DEPTH)
		return false;
	proof->depth++;
	proven = prove_expression(proof, scope, expression);
	proof->depth--;
	return proven;
}

/* ---- queries ---------------------------------------------------------------- */

/* The numbers are SetOperation's: UNION, INTERSECT, EXCEPT. */
static bool
prove_set(codegen_proof *proof, const codegen_scope_of *scope, const codegen_node *set,
    size_t column)
{
	const codegen_node *left = codegen_node_field(set, "larg");
	const codegen_node *right = codegen_node_field(set, "rarg");

	if (codegen_node_is(set, "RANGETBLREF"))
		return prove_entry(proof, scope,
		    codegen_node_item(codegen_node_field(scope->query, "rtable"),
			(size_t)codegen_node_number(set, "rtindex") - 1),
		    (long)column);
	if (!codegen_node_is(set, "SETOPERATIONSTMT"))
		return false;
	switch (codegen_node_number(set, "op")) {
	case 1:
		return prove_set(proof, scope, left, column) &&
		       prove_set(proof, scope, right, column);
	case 2:
		return prove_set(proof, scope, left, column) ||
		       prove_set(proof, scope, right, column);
	case 3:
		return prove_set(proof, scope, left, column);
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

static bool
prove_column(codegen_proof *proof, const codegen_node *query,
    const codegen_scope_of *outer, size_t column)
{
	const codegen_node *set = codegen_node_field(query, "setOperations");
	const codegen_node *entry = answer_entry(query, column);
	codegen_scope_of scope;
	bool proven = false;

	if (!codegen_node_is(query, "QUERY") || proof->depth >= MOST_DEPTH)
		return false;
	proof->depth++;
	codegen_scope_open(&scope, proof, query, outer);
	if (set != NULL)
		proven = prove_set(proof, &scope, set, column);
	else if (!scope.grouping_sets ||
		 codegen_node_number(entry, "ressortgroupref") == 0)
		proven = prove(proof, &scope, codegen_node_field(entry, "expr"));
	proof->depth--;
	return proven;
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

	if (query == NULL || (count > 0 && answer_entry(query, count) == NULL))
		return false;
	for (size_t i = 0; i < count; i++)
		not_null[i] = prove_column(&proof, query, NULL, i + 1);
	return true;
}
