/* SPDX-License-Identifier: MIT */
/* One query's tables as its expressions see them: which of them may be missing
 * from a row (an outer join), and what its conditions rule NULL out of. */
#ifndef AET_DB_CODEGEN_PROOF_SCOPE_H
#define AET_DB_CODEGEN_PROOF_SCOPE_H

#include "proof.h"

/* CmdType's and RTEKind's numbers (nodes/nodes.h, nodes/parsenodes.h). */
enum {
	CODEGEN_SELECT = 1,
	CODEGEN_UPDATE = 2,
	CODEGEN_INSERT = 3,
	CODEGEN_DELETE = 4,
	CODEGEN_MERGE = 5,
	CODEGEN_UTILITY = 6
};

enum {
	CODEGEN_RTE_RELATION = 0,
	CODEGEN_RTE_SUBQUERY = 1,
	CODEGEN_RTE_JOIN = 2,
	CODEGEN_RTE_FUNCTION = 3,
	CODEGEN_RTE_VALUES = 5,
	CODEGEN_RTE_CTE = 6
};

/* A column of a recursive query that is taken not to be NULL in its own rows. */
typedef struct codegen_assumption {
	const codegen_node *query;
	long column;
	const struct codegen_assumption *next;
} codegen_assumption;

/* A function whose body is looked at. */
typedef struct codegen_call {
	const struct codegen_body *body;
	const struct codegen_call *next;
} codegen_call;

typedef struct codegen_proof {
	const codegen_model *model;
	const codegen_function_facts *facts;
	const bool *required; /* which parameters cannot be NULL */
	size_t required_count;
	size_t depth;
	size_t steps;
	const codegen_assumption *assumed;
	const codegen_call *calls;
} codegen_proof;

/* An expression that is not NULL. Lists grow at their head, so that a copy of a
 * scope can learn more without the original. */
typedef struct codegen_fact {
	const codegen_node *expression;
	const struct codegen_fact *next;
} codegen_fact;

/* The two sides of a FULL join: of each row, one of them is there. */
typedef struct codegen_sides {
	const codegen_node *left;
	const codegen_node *right;
	const struct codegen_sides *next;
} codegen_sides;

typedef struct codegen_missing {
	long table;
	const struct codegen_missing *next;
} codegen_missing;

typedef struct codegen_scope_of {
	codegen_proof *proof;
	const codegen_node *query;
	const struct codegen_scope_of *outer;
	bool grouped;
	bool grouping_sets;
	bool one_of_rows; /* one function of the target list gives rows, no more */
	bool before;      /* what an UPDATE sets is seen as it was before */
	const codegen_fact *facts;      /* of every row that the conditions let through */
	const codegen_fact *row_facts;  /* of the row in question */
	const codegen_missing *missing; /* tables that an outer join may leave out */
	const codegen_sides *full;      /* the full joins */
	const codegen_node *assumed_there; /* a side of one of them */
	/* A UNION's tables have the columns that this table of that scope has. */
	const struct codegen_scope_of *named_in;
	long named;
} codegen_scope_of;

void codegen_scope_open(codegen_scope_of *scope, codegen_proof *proof,
    const codegen_node *query, const codegen_scope_of *outer);

/* Makes of a copy one in which a side of a full join is there. */
void codegen_scope_assume(codegen_scope_of *scope, const codegen_node *side);

/* NULL where there are not so many levels. */
const codegen_scope_of *codegen_scope_up(const codegen_scope_of *scope, long levels);

const codegen_node *codegen_scope_cte(const codegen_scope_of *scope, const char *name);

/* The number-th table; NULL if there is none. */
const codegen_node *codegen_scope_entry(const codegen_scope_of *scope, long table);

bool codegen_scope_may_be_missing(const codegen_scope_of *scope, long table);

/* Whether a condition says so. */
bool codegen_scope_holds(const codegen_scope_of *scope, const codegen_node *expression);
bool codegen_scope_holds_column(const codegen_scope_of *scope, long table, long column);

/* Whether table is what the query writes, and seen as it is afterwards. */
bool codegen_scope_is_written(const codegen_scope_of *scope, long table);

/* ---- what a condition says (proof_facts.c) ----------------------------------- */

/* Adds to list what follows from expression not being NULL, from condition
 * being true, from its being false, and from its not being true. */
void codegen_fact_not_null(const codegen_proof *proof, const codegen_fact **list,
    const codegen_node *expression);
void codegen_fact_true(
    const codegen_proof *proof, const codegen_fact **list, const codegen_node *condition);
void codegen_fact_false(
    const codegen_proof *proof, const codegen_fact **list, const codegen_node *condition);
void codegen_fact_not_true(
    const codegen_proof *proof, const codegen_fact **list, const codegen_node *condition);

bool codegen_fact_is_known(const codegen_fact *list, const codegen_node *expression);
bool codegen_fact_is_column(const codegen_fact *list, long table, long column);
/* Whether a column of the table is among them. */
bool codegen_fact_is_of(const codegen_fact *list, long table);

/* ---- expressions and queries -------------------------------------------------- */

/* Whether expression is never NULL (proof_expression.c). */
bool codegen_prove_expression(
    const codegen_scope_of *scope, const codegen_node *expression);
bool codegen_prove_all(const codegen_scope_of *scope, const codegen_node *list);
bool codegen_prove_any(const codegen_scope_of *scope, const codegen_node *list);

/* What a function gives whose number is call's field oid, as a value, and as a
 * column of its rows if it is one in LANGUAGE sql (proof_calls.c). */
bool codegen_prove_call(
    const codegen_scope_of *scope, const codegen_node *call, const char *oid);
bool codegen_prove_body(const codegen_scope_of *scope, const codegen_node *call,
    const char *oid, size_t column);

/* Whether a VAR is, or a column of a query (proof.c). */
bool codegen_prove_var(const codegen_scope_of *scope, const codegen_node *var);
bool codegen_prove_column(
    const codegen_scope_of *outer, const codegen_node *query, size_t column);

/* How many columns a query answers with, and the type of one; 0: not known. */
size_t codegen_query_width(const codegen_node *query);
uint32_t codegen_query_type(const codegen_node *query, size_t column);

/* Whether a query has a row for sure (proof_rows.c). */
bool codegen_has_row(const codegen_scope_of *outer, const codegen_node *query);
/* Whether a part of a query's FROM has one, for each row of what stands before it. */
bool codegen_from_has_row(const codegen_scope_of *scope, const codegen_node *from);

/* Whether the items of an array are (proof_expression.c). */
bool codegen_prove_items(const codegen_scope_of *scope, const codegen_node *array);

/* A column as an INSERT or UPDATE leaves it, and as EXCLUDED has it
 * (proof_written.c). */
bool codegen_prove_written(const codegen_scope_of *scope, long column);
bool codegen_prove_excluded(const codegen_scope_of *scope, long column);
void codegen_learn_written(codegen_scope_of *scope);

#endif
