/* SPDX-License-Identifier: MIT */
/* Every type of the database, and what its columns are made of, as pg_type and
 * pg_attribute have them: asked once, looked up by oid. */
#ifndef AET_DB_CODEGEN_PG_TYPES_H
#define AET_DB_CODEGEN_PG_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/deadline.h"
#include "memory.h"
#include "pg/connection.h"

struct codegen_type;

typedef struct codegen_pg_type {
	uint32_t oid;
	const char *schema;
	const char *name;
	const char *text;  /* format_type: "public.mood[]" */
	char kind;         /* typtype: b, c, d, e, m, p, r */
	uint32_t base;     /* what a domain is directly over */
	uint32_t element;  /* of an array */
	uint32_t relation; /* of a composite */
	uint32_t subtype;  /* of a range; of a multirange, the range */
	bool not_null;     /* a domain's */
	const char *send;  /* the C function that writes it; "" if none */
	const struct codegen_type *resolved; /* the model's; NULL: not asked for yet */
	bool resolving;
} codegen_pg_type;

typedef struct codegen_pg_attribute {
	uint32_t relation;
	int number;
	const char *name;
	uint32_t type;
	bool not_null;    /* it says so */
	bool never_null;  /* no row of it or of what inherits from it has NULL there */
	bool insert_kept; /* what an INSERT gives is what is stored: no trigger sees it */
	bool update_kept;
} codegen_pg_attribute;

typedef struct codegen_pg_types {
	codegen_pg_type *items; /* by oid */
	size_t count;
	codegen_pg_attribute *attributes; /* by relation and number */
	size_t attribute_count;
} codegen_pg_types;

aet_status codegen_pg_types_read(codegen_memory *memory, aet__connection *connection,
    aet__deadline deadline, codegen_pg_types **out, aet_error *err);

/* NULL where there is none. */
codegen_pg_type *codegen_pg_type_find(const codegen_pg_types *types, uint32_t oid);
const codegen_pg_attribute *codegen_pg_attribute_find(
    const codegen_pg_types *types, uint32_t relation, int number);

/* The first attribute of a relation, and how many there are. */
const codegen_pg_attribute *codegen_pg_attributes_of(
    const codegen_pg_types *types, uint32_t relation, size_t *count);

/* Whether NULL is no value of the type: a domain that says so. */
bool codegen_pg_type_refuses_null(const codegen_pg_types *types, uint32_t oid);

#endif
