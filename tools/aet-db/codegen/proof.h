/* SPDX-License-Identifier: MIT */
/*
 * Which columns of an answer cannot be NULL, and what each parameter is for:
 * read off the server's own analysed tree of the query. Whatever is not known
 * here may be NULL.
 */
#ifndef AET_DB_CODEGEN_PROOF_H
#define AET_DB_CODEGEN_PROOF_H

#include "functions.h"
#include "model.h"
#include "tree.h"

/* The query among those that the server rewrote it into whose answer it gives;
 * NULL where the text is no tree of one. */
const codegen_node *codegen_tree_query(const codegen_node *rewritten);

/* Which of the query's parameters a call must give, none of them NULL. */
typedef struct codegen_required {
	const bool *items;
	size_t count;
} codegen_required;

/* Fills not_null for count columns of the answer; false: nothing is known. */
bool codegen_prove(const codegen_model *model, const codegen_function_facts *facts,
    const codegen_node *query, codegen_required required, bool *not_null, size_t count);

/* The same for EXPLAIN and SHOW. */
bool codegen_prove_utility(const char *sql, bool *not_null, size_t count);

/* Whether the query only reads, and gives the same when it is asked again in its
 * transaction: nothing of what it calls varies, or tells of the server's state. */
bool codegen_is_repeatable(
    const codegen_function_facts *facts, const codegen_node *query);

typedef struct codegen_fed {
	const char *name;  /* of the column that it feeds or is compared with; NULL */
	bool nullable;     /* it is stored in a column that may be NULL */
	uint32_t relation; /* that column's; 0: not known */
	int number;
} codegen_fed;

/* What $1 to $count are for (params.c). */
void codegen_feed(const codegen_model *model, const codegen_node *query, codegen_fed *fed,
    size_t count);

/* An expression without the coercions around it. */
const codegen_node *codegen_node_strip(const codegen_node *expression);

#endif
