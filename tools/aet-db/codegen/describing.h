/* SPDX-License-Identifier: MIT */
/* What describe.c, which asks for a query, shares with describe_variants.c, which
 * asks for its other texts. */
#ifndef AET_DB_CODEGEN_DESCRIBING_H
#define AET_DB_CODEGEN_DESCRIBING_H

#include "describe.h"
#include "pg/describe.h"
#include "proof.h"

typedef struct codegen_type_text {
	uint32_t oid;
	int32_t modifier;
	const char *text;
} codegen_type_text;

typedef struct codegen_asking {
	codegen_model *model;
	aet__connection *connection;
	aet__deadline deadline;
	codegen_type_text *texts; /* what format_type said so far */
	size_t text_count;
	codegen_printed *printed;
	const codegen_function_facts *facts;
} codegen_asking;

/* ---- describe_failure.c ---------------------------------------------------- */

/* What is wrong with a query by the server's words; more may be NULL. */
void codegen_say_failure(codegen_model *model, const codegen_query *query,
    const char *more, const aet__failure *failure, const aet_error *err);

/* ---- describe.c ------------------------------------------------------------ */

/* That there is no C type for a parameter's or a column's type. */
void codegen_say_no_type(codegen_asking *ask, const codegen_query *query,
    const char *what, const char *name, uint32_t oid);

/* What the server rewrote the last description's query into; NULL: not known. */
const codegen_node *codegen_printed_tree(codegen_asking *ask);

/* Asks for the bodies of the functions that it calls. */
void codegen_learn_bodies(codegen_asking *ask, const codegen_node *tree);

/* What format_type says, asked once each. */
const char *codegen_text_of_type(codegen_asking *ask, uint32_t oid, int32_t modifier);

/* ---- describe_columns.c ---------------------------------------------------- */

void codegen_describe_columns(codegen_asking *ask, codegen_query *query,
    const aet__description *described, const codegen_node *tree);

codegen_required codegen_required_of(codegen_model *model, const codegen_query *query);

/* ---- describe_text.c ------------------------------------------------------- */

/* Has columns without a C type shown as text, or says that it cannot be. */
void codegen_describe_text(
    codegen_asking *ask, codegen_query *query, const codegen_node *tree);

/* ---- describe_variants.c --------------------------------------------------- */

/*
 * Has every other text of a query with pieces prepared, with the parameters'
 * types of the first, full. A column that one of them may make NULL may be
 * NULL. What is wrong with one is a message.
 */
aet_status codegen_describe_variants(codegen_asking *ask, codegen_query *query,
    const aet__description *full, aet_error *err);

#endif
