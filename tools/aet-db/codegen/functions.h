/* SPDX-License-Identifier: MIT */
/* What is known of the server's functions: which give NULL for no other reason
 * than a NULL argument, and which never do. What is not known may always. */
#ifndef AET_DB_CODEGEN_FUNCTIONS_H
#define AET_DB_CODEGEN_FUNCTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/deadline.h"
#include "memory.h"
#include "pg/connection.h"

typedef enum codegen_function_class {
	CODEGEN_UNKNOWN,
	CODEGEN_NEVER_NULL,   /* whatever its arguments are */
	CODEGEN_AS_ARGUMENTS, /* not NULL where none of its arguments is */
	CODEGEN_AS_FIRST,     /* not NULL where the first of them is not */
	CODEGEN_AS_ANY,       /* not NULL where one of them is not */
	CODEGEN_AS_FIELD,     /* as its arguments, for some first arguments: epoch */
	CODEGEN_GROUP_VALUE,  /* an aggregate: not NULL for a value that is not */
	CODEGEN_GROUP_ALWAYS, /* an aggregate: not NULL for a group that is not empty */
	CODEGEN_FRAME_VALUE,  /* of a window's frame: not NULL if no value in it is */
	CODEGEN_SHIFTED,      /* another row's, or a default */
	CODEGEN_ROWS,         /* rows none of whose columns is NULL */
	CODEGEN_ROWS_FIRST,   /* rows whose first column is not NULL */
	CODEGEN_ROWS_ITEMS    /* the items of arrays */
} codegen_function_class;

typedef struct codegen_function_fact {
	uint32_t oid;
	bool strict; /* a NULL argument makes its result NULL */
	bool varies; /* what it gives may differ from call to call */
	bool fixed;  /* it depends on its arguments alone */
	codegen_function_class class;
} codegen_function_fact;

typedef struct codegen_function_facts {
	codegen_function_fact *items; /* by oid */
	size_t count;
	struct codegen_bodies *bodies; /* of those in LANGUAGE sql (bodies.h) */
} codegen_function_facts;

aet_status codegen_functions_read(codegen_memory *memory, aet__connection *connection,
    aet__deadline deadline, codegen_function_facts **out, aet_error *err);

/* Of a function that is not there, nothing is known. */
codegen_function_fact codegen_function_fact_of(
    const codegen_function_facts *facts, uint32_t oid);

#endif
