/* SPDX-License-Identifier: MIT */
/* Which expressions are never NULL. */
#include <stdlib.h>
#include <string.h>

#include "proof_scope.h"

/* Expressions within expressions, and work in all: what people write needs a
 * small part of it, and what would take for ever ends. */
#define MOST_DEPTH 400
#define MOST_STEPS 200000

bool
codegen_prove_all(const codegen_scope_of *scope, const codegen_node *list)
{
	for (size_t i = 0; i < codegen_node_count(list); i++)
		if (!codegen_prove_expression(scope, codegen_node_item(list, i)))
			return false;
	return true;
}

bool
codegen_prove_any(const codegen_scope_of *scope, const codegen_node *list)
{
	for (size_t i = 0; i < codegen_node_count(list); i++)
		if (codegen_prove_expression(scope, codegen_node_item(list, i)))
			return true;
	return false;
}

static codegen_function_fact
fact_of(const codegen_scope_of *scope, const codegen_node *call, const char *oid)
{
	return codegen_function_fact_of(
	    scope->proof->facts, (uint32_t)codegen_node_number(call, oid));
}

/* The expression without what only makes it look like another type. */
static const codegen_node *
without_labels(const codegen_node *expression)
{
	while (codegen_node_is(expression, "RELABELTYPE"))
		expression = codegen_node_field(expression, "arg");
	return expression;
}

/* ---- aggregates and windows ---------------------------------------------------- */

/* Arguments of an aggregate are entries of a target list. */
static bool
prove_group_value(const codegen_scope_of *scope, const codegen_node *call)
{
	const codegen_node *args = codegen_node_field(call, "args");

	return codegen_node_count(args) > 0 &&
	       codegen_prove_expression(
		   scope, codegen_node_field(codegen_node_item(args, 0), "expr")) &&
	       codegen_prove_all(scope, codegen_node_field(call, "aggdirectargs"));
}

static bool
prove_aggregate(const codegen_scope_of *scope, const codegen_node *call)
{
	codegen_function_fact fact = fact_of(scope, call, "aggfnoid");

	if (fact.class == CODEGEN_NEVER_NULL)
		return true;
	if (!scope->grouped || scope->grouping_sets ||
	    codegen_node_number(call, "agglevelsup") != 0 ||
	    codegen_node_field(call, "aggfilter") != NULL)
		return false;
	return fact.class == CODEGEN_GROUP_ALWAYS ||
	       (fact.class == CODEGEN_GROUP_VALUE && prove_group_value(scope, call));
}

/* FRAMEOPTION_... of nodes/parsenodes.h: frames that begin after their row, end
 * before it, leave it out, or reach as far as a value says. */
#define FRAME_RANGE 0x00002
#define FRAME_OFFSETS (0x00800 | 0x01000 | 0x02000 | 0x04000)
#define FRAME_ELSEWHERE \
	(0x00040 | 0x00080 | 0x01000 | 0x02000 | 0x08000 | 0x10000 | 0x20000)

/* Whether the row itself is in the frame of its window. */
static bool
frame_has_row(const codegen_scope_of *scope, long window)
{
	const codegen_node *list = codegen_node_field(scope->query, "windowClause");

	for (size_t i = 0; i < codegen_node_count(list); i++) {
		const codegen_node *clause = codegen_node_item(list, i);
		long options = codegen_node_number(clause, "frameOptions");

		if (codegen_node_number(clause, "winref") == window)
			return (options & FRAME_ELSEWHERE) == 0 &&
			       ((options & FRAME_RANGE) == 0 ||
				   (options & FRAME_OFFSETS) == 0);
	}
	return false;
}

static bool
prove_window(const codegen_scope_of *scope, const codegen_node *call)
{
	const codegen_node *args = codegen_node_field(call, "args");
	codegen_function_fact fact = fact_of(scope, call, "winfnoid");
	codegen_scope_of any_row = *scope;

	any_row.row_facts = NULL;
	switch (fact.class) {
	case CODEGEN_NEVER_NULL:
		return true;
	case CODEGEN_AS_ARGUMENTS:
	case CODEGEN_SHIFTED:
		return codegen_prove_all(&any_row, args);
	case CODEGEN_GROUP_ALWAYS:
	case CODEGEN_GROUP_VALUE:
	case CODEGEN_FRAME_VALUE:
		return codegen_node_field(call, "aggfilter") == NULL &&
		       frame_has_row(scope, codegen_node_number(call, "winref")) &&
		       (fact.class == CODEGEN_GROUP_ALWAYS ||
			   codegen_prove_expression(
			       &any_row, codegen_node_item(args, 0)));
	default:
		return false;
	}
}

/* ---- CASE and COALESCE --------------------------------------------------------- */

/* Each result under its condition, and under the failure of those before. CASE x
 * WHEN has conditions on a value that is not in them. */
static bool
prove_case(const codegen_scope_of *scope, const codegen_node *expression)
{
	const codegen_node *whens = codegen_node_field(expression, "args");
	bool plain = codegen_node_field(expression, "arg") == NULL;
	codegen_scope_of otherwise = *scope;

	for (size_t i = 0; i < codegen_node_count(whens); i++) {
		const codegen_node *when = codegen_node_item(whens, i);
		const codegen_node *condition = codegen_node_field(when, "expr");
		codegen_scope_of then = otherwise;

		if (plain)
			codegen_fact_true(scope->proof, &then.row_facts, condition);
		if (!codegen_prove_expression(&then, codegen_node_field(when, "result")))
			return false;
		if (plain)
			codegen_fact_not_true(
			    scope->proof, &otherwise.row_facts, condition);
	}
	return codegen_prove_expression(
	    &otherwise, codegen_node_field(expression, "defresult"));
}

/* One of its arguments is not NULL; or one is where the left side of a full join
 * is there, and one where the right side is. */
static bool
prove_coalesce(const codegen_scope_of *scope, const codegen_node *expression)
{
	const codegen_node *args = codegen_node_field(expression, "args");

	if (codegen_prove_any(scope, args))
		return true;
	for (const codegen_sides *full = scope->full; full != NULL; full = full->next) {
		codegen_scope_of left = *scope;
		codegen_scope_of right = *scope;

		codegen_scope_assume(&left, full->left);
		codegen_scope_assume(&right, full->right);
		left.full = right.full = NULL;
		if (codegen_prove_any(&left, args) && codegen_prove_any(&right, args))
			return true;
	}
	return false;
}

/* ---- queries within ------------------------------------------------------------- */

/* x IN (SELECT ...): neither x nor any of the values is NULL. */
static bool
prove_membership(const codegen_scope_of *scope, const codegen_node *link)
{
	const codegen_node *test = codegen_node_field(link, "testexpr");

	return codegen_node_is(test, "OPEXPR") &&
	       fact_of(scope, test, "opfuncid").class == CODEGEN_AS_ARGUMENTS &&
	       codegen_prove_expression(
		   scope, codegen_node_item(codegen_node_field(test, "args"), 0)) &&
	       codegen_prove_column(scope, codegen_node_field(link, "subselect"), 1);
}

/* The numbers are SubLinkType's. */
static bool
prove_sublink(const codegen_scope_of *scope, const codegen_node *link)
{
	const codegen_node *query = codegen_node_field(link, "subselect");

	switch (codegen_node_number(link, "subLinkType")) {
	case 0: /* EXISTS */
	case 6: /* ARRAY */
		return true;
	case 1: /* ALL */
	case 2: /* ANY */
		return prove_membership(scope, link);
	case 4: /* a value */
		return codegen_has_row(scope, query) &&
		       codegen_prove_column(scope, query, 1);
	default:
		return false;
	}
}

/* ---- arrays ---------------------------------------------------------------------- */

bool
codegen_prove_items(const codegen_scope_of *scope, const codegen_node *array)
{
	const codegen_node *elements;

	array = without_labels(array);
	elements = codegen_node_field(array, "elements");
	if (codegen_node_is(array, "SUBLINK"))
		return codegen_node_number(array, "subLinkType") == 6 &&
		       codegen_prove_column(
			   scope, codegen_node_field(array, "subselect"), 1);
	if (!codegen_node_is(array, "ARRAYEXPR") && !codegen_node_is(array, "ARRAY"))
		return false;
	if (!codegen_node_flag(array, "multidims"))
		return codegen_prove_all(scope, elements);
	for (size_t i = 0; i < codegen_node_count(elements); i++)
		if (!codegen_prove_items(scope, codegen_node_item(elements, i)))
			return false;
	return true;
}

/* x = ANY (ARRAY[...]), of which none is NULL. */
static bool
prove_array_test(const codegen_scope_of *scope, const codegen_node *test)
{
	const codegen_node *args = codegen_node_field(test, "args");

	return fact_of(scope, test, "opfuncid").class == CODEGEN_AS_ARGUMENTS &&
	       codegen_prove_expression(scope, codegen_node_item(args, 0)) &&
	       codegen_prove_items(scope, codegen_node_item(args, 1));
}

/* ---- XML ------------------------------------------------------------------------- */

/* XmlExprOp's numbers. The rest are NULL where their first argument is. */
enum { XML_CONCAT = 0, XML_ELEMENT = 1, XML_FOREST = 2 };

static bool
prove_xml(const codegen_scope_of *scope, const codegen_node *xml)
{
	const codegen_node *args = codegen_node_field(xml, "args");

	switch (codegen_node_number(xml, "op")) {
	case XML_ELEMENT:
		return true;
	case XML_CONCAT:
		return codegen_prove_any(scope, args);
	case XML_FOREST:
		return codegen_prove_any(scope, codegen_node_field(xml, "named_args"));
	default:
		return codegen_node_count(args) > 0 &&
		       codegen_prove_expression(scope, codegen_node_item(args, 0));
	}
}

/* ---- by kind --------------------------------------------------------------------- */

/* The numbers count from 1; kind 0 is a parameter of the query's own. */
static bool
prove_parameter(const codegen_scope_of *scope, const codegen_node *parameter)
{
	const codegen_proof *proof = scope->proof;
	size_t number = (size_t)codegen_node_number(parameter, "paramid");

	return codegen_node_number(parameter, "paramkind") == 0 && number >= 1 &&
	       number <= proof->required_count && proof->required[number - 1];
}

/* CURRENT_SCHEMA is NULL where the search path is empty. */
static bool
prove_sql_value(const codegen_scope_of *scope, const codegen_node *value)
{
	(void)scope;
	return codegen_node_number(value, "op") < 14;
}

static bool
prove_constant(const codegen_scope_of *scope, const codegen_node *constant)
{
	(void)scope;
	return !codegen_node_flag(constant, "constisnull");
}

static bool
prove_function_call(const codegen_scope_of *scope, const codegen_node *call)
{
	return codegen_prove_call(scope, call, "funcid");
}

static bool
prove_operator(const codegen_scope_of *scope, const codegen_node *call)
{
	return codegen_prove_call(scope, call, "opfuncid");
}

static bool
prove_always(const codegen_scope_of *scope, const codegen_node *expression)
{
	(void)scope;
	(void)expression;
	return true;
}

static bool
prove_argument(const codegen_scope_of *scope, const codegen_node *expression)
{
	return codegen_prove_expression(scope, codegen_node_field(expression, "arg"));
}

/* A cast to a domain that is NOT NULL fails rather than give one. */
static bool
prove_domain(const codegen_scope_of *scope, const codegen_node *expression)
{
	uint32_t type = (uint32_t)codegen_node_number(expression, "resulttype");

	return codegen_pg_type_refuses_null(scope->proof->model->pg_types, type) ||
	       prove_argument(scope, expression);
}

static bool
prove_arguments(const codegen_scope_of *scope, const codegen_node *expression)
{
	return codegen_prove_all(scope, codegen_node_field(expression, "args"));
}

static bool
prove_one_argument(const codegen_scope_of *scope, const codegen_node *expression)
{
	return codegen_prove_any(scope, codegen_node_field(expression, "args"));
}

/* outfuncs.c called some by shorter names up to PostgreSQL 15. */
static const struct {
	const char *node;
	bool (*prove_it)(const codegen_scope_of *scope, const codegen_node *expression);
} rules[] = {
	{ "VAR", codegen_prove_var },
	{ "CONST", prove_constant },
	{ "PARAM", prove_parameter },
	{ "FUNCEXPR", prove_function_call },
	{ "OPEXPR", prove_operator },
	{ "AGGREF", prove_aggregate },
	{ "WINDOWFUNC", prove_window },
	{ "CASEEXPR", prove_case },
	{ "CASE", prove_case },
	{ "SUBLINK", prove_sublink },
	{ "XMLEXPR", prove_xml },
	{ "SCALARARRAYOPEXPR", prove_array_test },
	{ "SQLVALUEFUNCTION", prove_sql_value },
	{ "NULLTEST", prove_always },
	{ "BOOLEANTEST", prove_always },
	{ "DISTINCTEXPR", prove_always },
	{ "GROUPINGFUNC", prove_always },
	{ "ARRAYEXPR", prove_always },
	{ "ARRAY", prove_always },
	{ "ROWEXPR", prove_always },
	{ "ROW", prove_always },
	{ "NEXTVALUEEXPR", prove_always },
	{ "RELABELTYPE", prove_argument },
	{ "COERCEVIAIO", prove_argument },
	{ "ARRAYCOERCEEXPR", prove_argument },
	{ "CONVERTROWTYPEEXPR", prove_argument },
	{ "COERCETODOMAIN", prove_domain },
	{ "COLLATEEXPR", prove_argument },
	{ "COLLATE", prove_argument },
	{ "NAMEDARGEXPR", prove_argument },
	{ "BOOLEXPR", prove_arguments },
	{ "COALESCEEXPR", prove_coalesce },
	{ "COALESCE", prove_coalesce },
	{ "MINMAXEXPR", prove_one_argument },
	{ "MINMAX", prove_one_argument },
};

static bool
prove_by_rule(const codegen_scope_of *scope, const codegen_node *expression)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (codegen_node_is(expression, rules[i].node))
			return rules[i].prove_it(scope, expression);
	return false;
}

bool
codegen_prove_expression(const codegen_scope_of *scope, const codegen_node *expression)
{
	codegen_proof *proof = scope->proof;
	bool proven;

	if (expression == NULL || proof->depth >= MOST_DEPTH ||
	    proof->steps++ >= MOST_STEPS)
		return false;
	proof->depth++;
	proven = prove_by_rule(scope, expression) ||
		 (!codegen_node_is(expression, "VAR") &&
		     codegen_scope_holds(scope, expression));
	proof->depth--;
	return proven;
}
