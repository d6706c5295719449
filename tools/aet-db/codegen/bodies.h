/* SPDX-License-Identifier: MIT */
/*
 * What functions in LANGUAGE sql do, as the server's own trees of their bodies:
 * a definition is as much of the schema as a view's is. They are asked for when a
 * query calls them, of functions whose types and settings do not depend on the call.
 */
#ifndef AET_DB_CODEGEN_BODIES_H
#define AET_DB_CODEGEN_BODIES_H

#include "describe.h"
#include "functions.h"
#include "tree.h"

typedef struct codegen_body {
	uint32_t function;
	bool returns_set;
	size_t argument_count;        /* those that it is given */
	const codegen_node *defaults; /* of the last of them; NULL: none */
	uint32_t result;
	const uint32_t *columns; /* the types of what it gives: one, or its row's */
	size_t column_count;
	bool asked;
	const codegen_node *query; /* its last statement; NULL: not known */
} codegen_body;

typedef struct codegen_bodies {
	codegen_body *items; /* by function */
	size_t count;
} codegen_bodies;

/* Who asks, and where what the server prints goes to. */
typedef struct codegen_bodies_asking {
	codegen_memory *memory;
	aet__connection *connection;
	codegen_printed *printed; /* overwritten */
	aet__deadline deadline;
} codegen_bodies_asking;

/* Fills facts->bodies with the functions that there are. */
aet_status codegen_bodies_read(
    const codegen_bodies_asking *ask, codegen_function_facts *facts, aet_error *err);

/* Asks for the bodies of what node calls, and of what they call. One that the
 * server does not tell stays unknown; settings are those of codegen_describe_settings. */
void codegen_bodies_learn(const codegen_bodies_asking *ask,
    const codegen_function_facts *facts, const codegen_node *node);

/* NULL where the function's body is not known. */
const codegen_body *codegen_body_of(const codegen_function_facts *facts, uint32_t oid);

#endif
