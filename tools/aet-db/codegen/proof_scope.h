/* SPDX-License-Identifier: MIT */
/* One query's tables as its expressions see them: which of them may be missing
 * from a row (an outer join), and which columns its conditions rule NULL out of. */
#ifndef AET_DB_CODEGEN_PROOF_SCOPE_H
#define AET_DB_CODEGEN_PROOF_SCOPE_H

#include "proof.h"

/* CmdType's and RTEKind's numbers (nodes/nodes.h, nodes/parsenodes.h). */
enum { CODEGEN_SELECT = 1, CODEGEN_UPDATE = 2 };

enum {
	CODEGEN_RTE_RELATION = 0,
	CODEGEN_RTE_SUBQUERY = 1,
	CODEGEN_RTE_JOIN = 2,
	CODEGEN_RTE_FUNCTION = 3,
	CODEGEN_RTE_VALUES = 5,
	CODEGEN_RTE_CTE = 6
};

typedef struct codegen_proof {
	const codegen_model *model;
	const codegen_function_facts *facts;
	const bool *required; /* which parameters cannot be NULL */
	size_t required_count;
	size_t depth;
	const codegen_node *assumed; /* a recursive query, of whose own rows */
	long assumed_column;         /* this column is taken not to be NULL */
} codegen_proof;

typedef struct codegen_given {
	long table;
	long column;
} codegen_given;

typedef struct codegen_scope_of {
	codegen_proof *proof;
	const codegen_node *query;
	const struct codegen_scope_of *outer;
	bool grouped;
	bool grouping_sets;
	long *missing; /* tables that an outer join may leave out */
	size_t missing_count;
	codegen_given *given; /* columns that a condition lets through */
	size_t given_count;
} codegen_scope_of;

void codegen_scope_open(codegen_scope_of *scope, codegen_proof *proof,
    const codegen_node *query, const codegen_scope_of *outer);

/* NULL where there are not so many levels. */
const codegen_scope_of *codegen_scope_up(const codegen_scope_of *scope, long levels);

const codegen_node *codegen_scope_cte(const codegen_scope_of *scope, const char *name);

bool codegen_scope_may_be_missing(const codegen_scope_of *scope, long table);
bool codegen_scope_is_given(const codegen_scope_of *scope, long table, long column);

#endif
