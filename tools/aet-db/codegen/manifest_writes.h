/* SPDX-License-Identifier: MIT */
/* What the statements of a manifest write, by the server's own tree of each. */
#ifndef AET_DB_CODEGEN_MANIFEST_WRITES_H
#define AET_DB_CODEGEN_MANIFEST_WRITES_H

#include <jansson.h>

#include "core/deadline.h"
#include "memory.h"
#include "pg/connection.h"

/* An INSERT or an UPDATE of one table, which may be a part of a statement. */
typedef struct codegen_write {
	const char *query; /* its name in the manifest */
	long relation;     /* oid */
	bool inserts;
	const char *columns;  /* that it gives a value: "{1,3}", defaults included */
	const char *nullable; /* of these, those whose value is NULL or a parameter that
	                         may be: likewise */
} codegen_write;

typedef struct codegen_writes {
	codegen_write *items;
	size_t count;
} codegen_writes;

/*
 * Prepares each statement of the manifest, and runs none. One that cannot be
 * prepared writes nothing. A connection of its own to url is opened.
 */
aet_status codegen_manifest_writes(codegen_memory *memory, const json_t *manifest,
    const char *url, aet__deadline deadline, codegen_writes *out, aet_error *err);

#endif
