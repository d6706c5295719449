/* SPDX-License-Identifier: MIT */
/* What conditions say: where one is true, what it stands on is not NULL. */
#include <string.h>

#include "proof_scope.h"

/* NullTestType's and BoolTestType's numbers (nodes/primnodes.h). */
enum { IS_NULL = 0, IS_NOT_NULL = 1 };

enum {
	IS_TRUE = 0,
	IS_NOT_TRUE = 1,
	IS_FALSE = 2,
	IS_NOT_FALSE = 3,
	IS_UNKNOWN = 4,
	IS_NOT_UNKNOWN = 5
};

/* SubLinkType's. */
enum { ANY_SUBLINK = 2 };

static codegen_function_fact
function_of(const codegen_function_facts *facts, const codegen_node *call)
{
	static const char *const fields[] = { "funcid", "opfuncid", "aggfnoid",
		"winfnoid" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (codegen_node_field(call, fields[i]) != NULL)
			return codegen_function_fact_of(
			    facts, (uint32_t)codegen_node_number(call, fields[i]));
	return (codegen_function_fact){ .class = CODEGEN_UNKNOWN };
}

static bool
is_steady(const codegen_function_facts *facts, const codegen_node *node)
{
	codegen_function_fact fact = function_of(facts, node);

	if (node == NULL)
		return true;
	if (fact.varies || (codegen_node_flag(node, "funcretset") && !fact.fixed) ||
	    codegen_node_is(node, "NEXTVALUEEXPR"))
		return false;
	for (size_t i = 0; i < codegen_node_children(node); i++)
		if (!is_steady(facts, codegen_node_child(node, i)))
			return false;
	return true;
}

bool
codegen_is_repeatable(const codegen_function_facts *facts, const codegen_node *query)
{
	return codegen_node_number(query, "commandType") == CODEGEN_SELECT &&
	       !codegen_node_flag(query, "hasModifyingCTE") && is_steady(facts, query);
}

/* Whether it gives the same wherever the query asks for it: no random(). */
static bool
is_repeatable(const codegen_proof *proof, const codegen_node *node)
{
	if (node == NULL)
		return true;
	if (codegen_node_is(node, "SUBLINK") || codegen_node_is(node, "NEXTVALUEEXPR") ||
	    function_of(proof->facts, node).varies ||
	    (codegen_node_is(node, "PARAM") &&
		codegen_node_number(node, "paramkind") != 0))
		return false;
	for (size_t i = 0; i < codegen_node_children(node); i++)
		if (!is_repeatable(proof, codegen_node_child(node, i)))
			return false;
	return true;
}

static void
add(const codegen_proof *proof, const codegen_fact **list, const codegen_node *expression)
{
	codegen_fact *fact;

	if (expression == NULL || codegen_fact_is_known(*list, expression))
		return;
	fact = codegen_room(proof->model->memory, 1, sizeof(*fact));
	*fact = (codegen_fact){ expression, *list };
	*list = fact;
}

/* Those whose "arg" must not be NULL for them not to be. */
static bool
is_as_argument(const codegen_node *expression)
{
	static const char *const nodes[] = { "RELABELTYPE", "COERCEVIAIO",
		"ARRAYCOERCEEXPR", "COERCETODOMAIN", "COLLATEEXPR", "COLLATE",
		"FIELDSELECT" };

	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		if (codegen_node_is(expression, nodes[i]))
			return true;
	return false;
}

/* A function that is not called for a NULL; the comparison of an array's items
 * with something gives NULL for a NULL array. */
static void
add_arguments(
    const codegen_proof *proof, const codegen_fact **list, const codegen_node *expression)
{
	const codegen_node *args = codegen_node_field(expression, "args");

	if (codegen_node_is(expression, "SCALARARRAYOPEXPR")) {
		if (function_of(proof->facts, expression).strict)
			codegen_fact_not_null(proof, list, codegen_node_item(args, 1));
		return;
	}
	if (codegen_node_is(expression, "NULLIFEXPR")) {
		codegen_fact_not_null(proof, list, codegen_node_item(args, 0));
		return;
	}
	if ((codegen_node_is(expression, "FUNCEXPR") ||
		codegen_node_is(expression, "OPEXPR")) &&
	    function_of(proof->facts, expression).strict)
		for (size_t i = 0; i < codegen_node_count(args); i++)
			codegen_fact_not_null(proof, list, codegen_node_item(args, i));
}

void
codegen_fact_not_null(
    const codegen_proof *proof, const codegen_fact **list, const codegen_node *expression)
{
	if (codegen_node_is(expression, "VAR")) {
		if (codegen_node_number(expression, "varlevelsup") == 0)
			add(proof, list, expression);
		return;
	}
	if (codegen_node_is(expression, "CONST") || codegen_node_is(expression, "PARAM"))
		return;
	if (is_repeatable(proof, expression))
		add(proof, list, expression);
	if (is_as_argument(expression))
		codegen_fact_not_null(proof, list, codegen_node_field(expression, "arg"));
	else if (codegen_node_is(expression, "SUBSCRIPTINGREF") &&
		 codegen_node_field(expression, "refassgnexpr") == NULL)
		codegen_fact_not_null(
		    proof, list, codegen_node_field(expression, "refexpr"));
	else
		add_arguments(proof, list, expression);
}

/* ---- AND, OR, NOT -------------------------------------------------------------- */

typedef void reading(
    const codegen_proof *proof, const codegen_fact **list, const codegen_node *condition);

static void
add_each(const codegen_proof *proof, const codegen_fact **list, const codegen_node *args,
    reading *read)
{
	for (size_t i = 0; i < codegen_node_count(args); i++)
		read(proof, list, codegen_node_item(args, i));
}

/* What all of them say, where only one of them need be so. */
static void
add_common(const codegen_proof *proof, const codegen_fact **list,
    const codegen_node *args, reading *read)
{
	const codegen_fact *first = NULL;

	if (codegen_node_count(args) > 0)
		read(proof, &first, codegen_node_item(args, 0));
	for (; first != NULL; first = first->next) {
		bool common = true;

		for (size_t i = 1; i < codegen_node_count(args) && common; i++) {
			const codegen_fact *other = NULL;

			read(proof, &other, codegen_node_item(args, i));
			common = codegen_fact_is_known(other, first->expression);
		}
		if (common)
			add(proof, list, first->expression);
	}
}

static bool
is_operator(const codegen_node *condition, const char *operator)
{
	return codegen_node_is(condition, "BOOLEXPR") &&
	       strcmp(codegen_node_text(condition, "boolop"), operator) == 0;
}

static bool
is_null_test(const codegen_node *condition, long type)
{
	return codegen_node_is(condition, "NULLTEST") &&
	       !codegen_node_flag(condition, "argisrow") &&
	       codegen_node_number(condition, "nulltesttype") == type;
}

static bool
is_boolean_test(const codegen_node *condition, long type)
{
	return codegen_node_is(condition, "BOOLEANTEST") &&
	       codegen_node_number(condition, "booltesttype") == type;
}

/* x = ANY (...) that is true had an x; x = ALL (...) may have met no item. */
static void
add_comparison(
    const codegen_proof *proof, const codegen_fact **list, const codegen_node *condition)
{
	const codegen_node *args = codegen_node_field(condition, "args");

	codegen_fact_not_null(proof, list, condition);
	if (codegen_node_is(condition, "SCALARARRAYOPEXPR") &&
	    codegen_node_flag(condition, "useOr") &&
	    function_of(proof->facts, condition).strict)
		codegen_fact_not_null(proof, list, codegen_node_item(args, 0));
	if (codegen_node_is(condition, "SUBLINK") &&
	    codegen_node_number(condition, "subLinkType") == ANY_SUBLINK)
		codegen_fact_true(proof, list, codegen_node_field(condition, "testexpr"));
}

/* (a, b) < (c, d): b and d may not have mattered. */
static void
add_rows(
    const codegen_proof *proof, const codegen_fact **list, const codegen_node *condition)
{
	codegen_fact_not_null(
	    proof, list, codegen_node_item(codegen_node_field(condition, "largs"), 0));
	codegen_fact_not_null(
	    proof, list, codegen_node_item(codegen_node_field(condition, "rargs"), 0));
}

void
codegen_fact_true(
    const codegen_proof *proof, const codegen_fact **list, const codegen_node *condition)
{
	const codegen_node *args = codegen_node_field(condition, "args");
	const codegen_node *arg = codegen_node_field(condition, "arg");

	if (is_operator(condition, "and"))
		add_each(proof, list, args, codegen_fact_true);
	else if (is_operator(condition, "or"))
		add_common(proof, list, args, codegen_fact_true);
	else if (is_operator(condition, "not"))
		codegen_fact_false(proof, list, codegen_node_item(args, 0));
	else if (is_null_test(condition, IS_NOT_NULL) ||
		 is_boolean_test(condition, IS_NOT_UNKNOWN))
		codegen_fact_not_null(proof, list, arg);
	else if (is_boolean_test(condition, IS_TRUE))
		codegen_fact_true(proof, list, arg);
	else if (is_boolean_test(condition, IS_FALSE))
		codegen_fact_false(proof, list, arg);
	else if (codegen_node_is(condition, "ROWCOMPARE") ||
		 codegen_node_is(condition, "ROWCOMPAREEXPR"))
		add_rows(proof, list, condition);
	else
		add_comparison(proof, list, condition);
}

/* NOT (a IS DISTINCT FROM 1): a is 1. */
static void
add_equal(
    const codegen_proof *proof, const codegen_fact **list, const codegen_node *condition)
{
	const codegen_node *args = codegen_node_field(condition, "args");

	for (size_t i = 0; i < 2; i++) {
		const codegen_node *one = codegen_node_item(args, i);

		if (codegen_node_is(one, "CONST") &&
		    !codegen_node_flag(one, "constisnull"))
			codegen_fact_not_null(
			    proof, list, codegen_node_item(args, 1 - i));
	}
}

void
codegen_fact_false(
    const codegen_proof *proof, const codegen_fact **list, const codegen_node *condition)
{
	const codegen_node *args = codegen_node_field(condition, "args");
	const codegen_node *arg = codegen_node_field(condition, "arg");

	if (is_operator(condition, "and"))
		add_common(proof, list, args, codegen_fact_false);
	else if (is_operator(condition, "or"))
		add_each(proof, list, args, codegen_fact_false);
	else if (is_operator(condition, "not"))
		codegen_fact_true(proof, list, codegen_node_item(args, 0));
	else if (is_null_test(condition, IS_NULL) ||
		 is_boolean_test(condition, IS_UNKNOWN))
		codegen_fact_not_null(proof, list, arg);
	else if (is_boolean_test(condition, IS_NOT_TRUE))
		codegen_fact_true(proof, list, arg);
	else if (is_boolean_test(condition, IS_NOT_FALSE))
		codegen_fact_false(proof, list, arg);
	else if (codegen_node_is(condition, "DISTINCTEXPR"))
		add_equal(proof, list, condition);
	else if (!codegen_node_is(condition, "NULLTEST") &&
		 !codegen_node_is(condition, "BOOLEANTEST"))
		codegen_fact_not_null(proof, list, condition);
}

/* A test for NULL is never NULL itself: not true is false. */
void
codegen_fact_not_true(
    const codegen_proof *proof, const codegen_fact **list, const codegen_node *condition)
{
	const codegen_node *args = codegen_node_field(condition, "args");

	if (is_operator(condition, "or"))
		add_each(proof, list, args, codegen_fact_not_true);
	else if (is_operator(condition, "and"))
		add_common(proof, list, args, codegen_fact_not_true);
	else if (codegen_node_is(condition, "NULLTEST") ||
		 codegen_node_is(condition, "BOOLEANTEST") ||
		 codegen_node_is(condition, "DISTINCTEXPR"))
		codegen_fact_false(proof, list, condition);
}

/* ---- lookups --------------------------------------------------------------------- */

bool
codegen_fact_is_known(const codegen_fact *list, const codegen_node *expression)
{
	for (; list != NULL; list = list->next)
		if (codegen_node_same(list->expression, expression))
			return true;
	return false;
}

bool
codegen_fact_is_column(const codegen_fact *list, long table, long column)
{
	for (; list != NULL; list = list->next)
		if (codegen_node_is(list->expression, "VAR") &&
		    codegen_node_number(list->expression, "varno") == table &&
		    codegen_node_number(list->expression, "varattno") == column)
			return true;
	return false;
}

bool
codegen_fact_is_of(const codegen_fact *list, long table)
{
	for (; list != NULL; list = list->next)
		if (codegen_node_is(list->expression, "VAR") &&
		    codegen_node_number(list->expression, "varno") == table)
			return true;
	return false;
}
