/* SPDX-License-Identifier: MIT */
/* The texts that a query with optional clauses or orders may have. */
#ifndef AET_DB_CODEGEN_VARIANTS_H
#define AET_DB_CODEGEN_VARIANTS_H

#include "model.h"

/* Takes the rewritten text for the one of all pieces; sql becomes the text with
 * every clause and the first order. */
void codegen_variants_begin(codegen_model *model, codegen_query *query);

/*
 * One text of a query, as a copy of it with its own sql and marks; without says
 * which parameters are not given, "" if all are.
 */
typedef struct codegen_variant {
	codegen_query query;
	const char *without;
} codegen_variant;

/* All texts but sql; too many are a message, and none. */
codegen_variant *codegen_variants_of(
    codegen_model *model, const codegen_query *query, size_t *count);

#endif
