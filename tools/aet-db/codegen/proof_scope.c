/* SPDX-License-Identifier: MIT */
#include "proof_scope.h"

#include <string.h>

/* JoinType's numbers. */
enum { INNER = 0, LEFT = 1, FULL = 2, RIGHT = 3 };

/* Each round may find one more table that is there, which says more. */
#define MOST_ROUNDS 16

static void
add_missing(codegen_scope_of *scope, long table)
{
	codegen_missing *missing =
	    codegen_room(scope->proof->model->memory, 1, sizeof(*missing));

	*missing = (codegen_missing){ table, scope->missing };
	scope->missing = missing;
}

static void
add_full(codegen_scope_of *scope, const codegen_node *join)
{
	codegen_sides *sides =
	    codegen_room(scope->proof->model->memory, 1, sizeof(*sides));

	*sides = (codegen_sides){ codegen_node_field(join, "larg"),
		codegen_node_field(join, "rarg"), scope->full };
	scope->full = sides;
}

/* Whether the row has this side of an outer join: a column of it is not NULL. */
static bool
is_there(const codegen_scope_of *scope, const codegen_node *from)
{
	const codegen_node *list = codegen_node_field(from, "fromlist");

	if (from == scope->assumed_there && from != NULL)
		return true;
	if (codegen_node_is(from, "RANGETBLREF"))
		return codegen_fact_is_of(
		    scope->facts, codegen_node_number(from, "rtindex"));
	for (size_t i = 0; i < codegen_node_count(list); i++)
		if (is_there(scope, codegen_node_item(list, i)))
			return true;
	return codegen_node_is(from, "JOINEXPR") &&
	       (is_there(scope, codegen_node_field(from, "larg")) ||
		   is_there(scope, codegen_node_field(from, "rarg")));
}

static void read_tables(codegen_scope_of *scope, const codegen_node *from, bool there);

/* LEFT JOIN LATERAL (SELECT count(*) ...) ON true: a side that has a row whatever
 * the other is, and nothing to choose it by. */
static bool
always_matches(
    const codegen_scope_of *scope, const codegen_node *join, const codegen_node *side)
{
	const codegen_node *condition = codegen_node_field(join, "quals");

	return (condition == NULL || codegen_node_is_true(condition)) &&
	       codegen_from_has_row(scope, side);
}

/* Where both sides are there, the condition held. */
static void
read_join(codegen_scope_of *scope, const codegen_node *join, bool there)
{
	const codegen_node *left = codegen_node_field(join, "larg");
	const codegen_node *right = codegen_node_field(join, "rarg");
	long type = codegen_node_number(join, "jointype");
	bool left_there =
	    there && (type == INNER || type == LEFT || is_there(scope, left) ||
			 (type == RIGHT && always_matches(scope, join, left)));
	bool right_there =
	    there && (type == INNER || type == RIGHT || is_there(scope, right) ||
			 (type == LEFT && always_matches(scope, join, right)));

	read_tables(scope, left, left_there);
	read_tables(scope, right, right_there);
	if (!there && codegen_node_number(join, "rtindex") > 0)
		add_missing(scope, codegen_node_number(join, "rtindex"));
	if (there && type == FULL)
		add_full(scope, join);
	if (left_there && right_there)
		codegen_fact_true(
		    scope->proof, &scope->facts, codegen_node_field(join, "quals"));
}

/* there: what is below is in every row. Conditions count where it is. */
static void
read_tables(codegen_scope_of *scope, const codegen_node *from, bool there)
{
	const codegen_node *list = codegen_node_field(from, "fromlist");

	if (codegen_node_is(from, "RANGETBLREF") && !there)
		add_missing(scope, codegen_node_number(from, "rtindex"));
	for (size_t i = 0; i < codegen_node_count(list); i++)
		read_tables(scope, codegen_node_item(list, i), there);
	if (codegen_node_is(from, "FROMEXPR") && there)
		codegen_fact_true(
		    scope->proof, &scope->facts, codegen_node_field(from, "quals"));
	if (codegen_node_is(from, "JOINEXPR"))
		read_join(scope, from, there);
}

static void
read_conditions(codegen_scope_of *scope)
{
	const codegen_fact *before;
	size_t rounds = 0;

	do {
		before = scope->facts;
		scope->missing = NULL;
		scope->full = NULL;
		read_tables(scope, codegen_node_field(scope->query, "jointree"), true);
	} while (scope->facts != before && ++rounds < MOST_ROUNDS);
}

/* How many functions give rows, without those of queries within. */
static size_t
count_row_functions(const codegen_node *node)
{
	size_t count = 0;

	if (node == NULL || codegen_node_is(node, "QUERY"))
		return 0;
	count +=
	    codegen_node_flag(node, "funcretset") || codegen_node_flag(node, "opretset");
	for (size_t i = 0; i < codegen_node_children(node); i++)
		count += count_row_functions(codegen_node_child(node, i));
	return count;
}

void
codegen_scope_open(codegen_scope_of *scope, codegen_proof *proof,
    const codegen_node *query, const codegen_scope_of *outer)
{
	*scope = (codegen_scope_of){ .proof = proof, .query = query, .outer = outer };
	scope->grouped = codegen_node_count(codegen_node_field(query, "groupClause")) > 0;
	scope->grouping_sets = codegen_node_field(query, "groupingSets") != NULL;
	scope->one_of_rows =
	    codegen_node_flag(query, "hasTargetSRFs") &&
	    count_row_functions(codegen_node_field(query, "targetList")) == 1;
	codegen_learn_written(scope);
	read_conditions(scope);
	codegen_fact_true(proof, &scope->facts, codegen_node_field(query, "havingQual"));
}

void
codegen_scope_assume(codegen_scope_of *scope, const codegen_node *side)
{
	scope->assumed_there = side;
	read_conditions(scope);
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

const codegen_node *
codegen_scope_entry(const codegen_scope_of *scope, long table)
{
	return table > 0 ? codegen_node_item(codegen_node_field(scope->query, "rtable"),
			       (size_t)table - 1)
			 : NULL;
}

/* A table one of whose columns is not NULL is there. */
bool
codegen_scope_may_be_missing(const codegen_scope_of *scope, long table)
{
	if (codegen_fact_is_of(scope->facts, table) ||
	    codegen_fact_is_of(scope->row_facts, table))
		return false;
	for (const codegen_missing *m = scope->missing; m != NULL; m = m->next)
		if (m->table == table)
			return true;
	return false;
}

bool
codegen_scope_is_written(const codegen_scope_of *scope, long table)
{
	long command = codegen_node_number(scope->query, "commandType");

	return !scope->before && table > 0 && command != CODEGEN_SELECT &&
	       command != CODEGEN_DELETE &&
	       table == codegen_node_number(scope->query, "resultRelation");
}

/* What an UPDATE's conditions say is of the row before. */
bool
codegen_scope_holds(const codegen_scope_of *scope, const codegen_node *expression)
{
	long command = codegen_node_number(scope->query, "commandType");

	if (scope->grouping_sets)
		return false;
	if (codegen_fact_is_known(scope->row_facts, expression))
		return true;
	return (scope->before || command == CODEGEN_SELECT) &&
	       codegen_fact_is_known(scope->facts, expression);
}

bool
codegen_scope_holds_column(const codegen_scope_of *scope, long table, long column)
{
	if (codegen_fact_is_column(scope->row_facts, table, column))
		return true;
	if (scope->named_in != NULL)
		return codegen_scope_holds_column(scope->named_in, scope->named, column);
	return !codegen_scope_is_written(scope, table) &&
	       codegen_fact_is_column(scope->facts, table, column);
}
