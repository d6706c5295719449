/* SPDX-License-Identifier: MIT */
#include "proof_scope.h"

#include <string.h>

static void
add_missing(codegen_scope_of *scope, long table)
{
	scope->missing = codegen_append(scope->proof->model->memory, scope->missing,
	    &scope->missing_count, sizeof(*scope->missing));
	scope->missing[scope->missing_count - 1] = table;
}

/* ---- conditions ------------------------------------------------------------- */

static void
add_given(codegen_scope_of *scope, const codegen_node *var)
{
	if (codegen_node_number(var, "varlevelsup") != 0)
		return;
	scope->given = codegen_append(scope->proof->model->memory, scope->given,
	    &scope->given_count, sizeof(*scope->given));
	scope->given[scope->given_count - 1] =
	    (codegen_given){ codegen_node_number(var, "varno"),
		    codegen_node_number(var, "varattno") };
}

static bool
is_strict(const codegen_scope_of *scope, const codegen_node *call, const char *oid)
{
	return codegen_function_fact_of(
	    scope->proof->facts, (uint32_t)codegen_node_number(call, oid))
	    .strict;
}

/* What must not be NULL for expression not to be. */
static void
add_strict(codegen_scope_of *scope, const codegen_node *expression)
{
	const codegen_node *args = codegen_node_field(expression, "args");

	if (codegen_node_is(expression, "VAR"))
		add_given(scope, expression);
	else if (codegen_node_is(expression, "RELABELTYPE"))
		add_strict(scope, codegen_node_field(expression, "arg"));
	else if ((codegen_node_is(expression, "FUNCEXPR") &&
		     is_strict(scope, expression, "funcid")) ||
		 (codegen_node_is(expression, "OPEXPR") &&
		     is_strict(scope, expression, "opfuncid")))
		for (size_t i = 0; i < codegen_node_count(args); i++)
			add_strict(scope, codegen_node_item(args, i));
}

/* What must not be NULL for condition to be true. */
static void
add_condition(codegen_scope_of *scope, const codegen_node *condition)
{
	const codegen_node *args = codegen_node_field(condition, "args");

	if (codegen_node_is(condition, "BOOLEXPR")) {
		if (strcmp(codegen_node_text(condition, "boolop"), "and") == 0)
			for (size_t i = 0; i < codegen_node_count(args); i++)
				add_condition(scope, codegen_node_item(args, i));
		else if (strcmp(codegen_node_text(condition, "boolop"), "not") == 0)
			add_strict(scope, codegen_node_item(args, 0));
	} else if (codegen_node_is(condition, "NULLTEST")) {
		const codegen_node *arg = codegen_node_field(condition, "arg");

		if (codegen_node_number(condition, "nulltesttype") == 1 &&
		    !codegen_node_flag(condition, "argisrow"))
			add_strict(scope, arg);
	} else if (codegen_node_is(condition, "SCALARARRAYOPEXPR")) {
		if (codegen_node_flag(condition, "useOr") &&
		    is_strict(scope, condition, "opfuncid"))
			add_strict(scope, codegen_node_item(args, 0));
	} else {
		add_strict(scope, condition);
	}
}

/* ---- joins ------------------------------------------------------------------ */

/* JoinType's numbers; any other makes all of both sides missing. */
enum { INNER = 0, LEFT = 1, RIGHT = 3 };

/* missing: what is below may be left out of a row. Conditions count where it
 * may not: below an outer join they only say what is joined. */
static void
add_tables(codegen_scope_of *scope, const codegen_node *from, bool missing)
{
	if (codegen_node_is(from, "RANGETBLREF")) {
		if (missing)
			add_missing(scope, codegen_node_number(from, "rtindex"));
	} else if (codegen_node_is(from, "FROMEXPR")) {
		const codegen_node *list = codegen_node_field(from, "fromlist");

		for (size_t i = 0; i < codegen_node_count(list); i++)
			add_tables(scope, codegen_node_item(list, i), missing);
		if (!missing)
			add_condition(scope, codegen_node_field(from, "quals"));
	} else if (codegen_node_is(from, "JOINEXPR")) {
		long type = codegen_node_number(from, "jointype");

		add_tables(scope, codegen_node_field(from, "larg"),
		    missing || (type != INNER && type != LEFT));
		add_tables(scope, codegen_node_field(from, "rarg"),
		    missing || (type != INNER && type != RIGHT));
		if (missing && codegen_node_number(from, "rtindex") > 0)
			add_missing(scope, codegen_node_number(from, "rtindex"));
		if (!missing && type == INNER)
			add_condition(scope, codegen_node_field(from, "quals"));
	}
}

static bool
is_there(const codegen_scope_of *scope, const codegen_node *from)
{
	const codegen_node *list = codegen_node_field(from, "fromlist");

	if (codegen_node_is(from, "RANGETBLREF"))
		for (size_t i = 0; i < scope->given_count; i++)
			if (scope->given[i].table == codegen_node_number(from, "rtindex"))
				return true;
	for (size_t i = 0; i < codegen_node_count(list); i++)
		if (is_there(scope, codegen_node_item(list, i)))
			return true;
	return codegen_node_is(from, "JOINEXPR") &&
	       (is_there(scope, codegen_node_field(from, "larg")) ||
		   is_there(scope, codegen_node_field(from, "rarg")));
}

/* Where something of the side that a LEFT or RIGHT join may leave out is there,
 * its condition held. */
static void
add_matched(codegen_scope_of *scope, const codegen_node *from)
{
	const codegen_node *list = codegen_node_field(from, "fromlist");
	long type = codegen_node_number(from, "jointype");

	for (size_t i = 0; i < codegen_node_count(list); i++)
		add_matched(scope, codegen_node_item(list, i));
	if (!codegen_node_is(from, "JOINEXPR"))
		return;
	if ((type == LEFT && is_there(scope, codegen_node_field(from, "rarg"))) ||
	    (type == RIGHT && is_there(scope, codegen_node_field(from, "larg"))))
		add_condition(scope, codegen_node_field(from, "quals"));
	add_matched(scope, codegen_node_field(from, "larg"));
	add_matched(scope, codegen_node_field(from, "rarg"));
}

/* What an UPDATE's condition says is of the row before. */
static void
forget_changed(codegen_scope_of *scope)
{
	long changed = codegen_node_number(scope->query, "resultRelation");
	size_t kept = 0;

	if (codegen_node_number(scope->query, "commandType") != CODEGEN_UPDATE)
		return;
	for (size_t i = 0; i < scope->given_count; i++)
		if (scope->given[i].table != changed)
			scope->given[kept++] = scope->given[i];
	scope->given_count = kept;
}

void
codegen_scope_open(codegen_scope_of *scope, codegen_proof *proof,
    const codegen_node *query, const codegen_scope_of *outer)
{
	*scope = (codegen_scope_of){ .proof = proof, .query = query, .outer = outer };
	scope->grouped = codegen_node_count(codegen_node_field(query, "groupClause")) > 0;
	scope->grouping_sets = codegen_node_field(query, "groupingSets") != NULL;
	add_tables(scope, codegen_node_field(query, "jointree"), false);
	add_matched(scope, codegen_node_field(query, "jointree"));
	forget_changed(scope);
}

const codegen_scope_of *
codegen_scope_up(const codegen_scope_of *scope, long levels)
{
	for (; levels > 0 && scope != NULL; levels--)
		scope = scope->outer;
	return scope;
}

const codegen_node *
codegen_scope_cte(const codegen_scope_of *scope, const char *name)
{
	const codegen_node *list =
	    scope != NULL ? codegen_node_field(scope->query, "cteList") : NULL;

	for (size_t i = 0; i < codegen_node_count(list); i++)
		if (strcmp(codegen_node_text(codegen_node_item(list, i), "ctename"),
			name) == 0)
			return codegen_node_item(list, i);
	return NULL;
}

/* A table one of whose columns is not NULL is there. */
bool
codegen_scope_may_be_missing(const codegen_scope_of *scope, long table)
{
	for (size_t i = 0; i < scope->given_count; i++)
		if (scope->given[i].table == table)
			return false;
	for (size_t i = 0; i < scope->missing_count; i++)
		if (scope->missing[i] == table)
			return true;
	return false;
}

bool
codegen_scope_is_given(const codegen_scope_of *scope, long table, long column)
{
	for (size_t i = 0; i < scope->given_count; i++)
		if (scope->given[i].table == table && scope->given[i].column == column)
			return true;
	return false;
}
