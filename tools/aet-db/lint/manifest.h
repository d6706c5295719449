/* SPDX-License-Identifier: MIT */
/* What the release that runs sends to the database, by the manifest that codegen
 * wrote for it. */
#ifndef AET_DB_LINT_MANIFEST_H
#define AET_DB_LINT_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/error.h>

#include "codegen/memory.h"

struct lint_state;
struct lint_statement;

typedef struct lint_query {
	const char *name;
	const char *sql;
	const char *types;  /* of what it takes and answers, at the start of the file */
	const char *oids;   /* the same, each between commas */
	const char *writes; /* ids of the relations it writes to, each with a blank */
	bool inserts;
	bool works;          /* it did at the start of the file */
	const char *trouble; /* NULL: none now */
	const struct lint_statement *broken_by;
} lint_query;

typedef struct lint_manifest {
	bool given;
	lint_query *queries;
	size_t count;
} lint_manifest;

aet_status lint_manifest_read(
    codegen_memory *memory, const char *path, lint_manifest *out, aet_error *err);

/* Tries each query. statement NULL: the file begins. */
aet_status lint_manifest_try(
    struct lint_state *state, const struct lint_statement *statement, aet_error *err);

/* Says which queries do not work any more. */
void lint_manifest_judge(struct lint_state *state);

/* The name of a query that inserts into the relation and does not name the
 * column; NULL: there is none. */
const char *lint_manifest_inserts(
    const lint_manifest *manifest, const char *relation, const char *column);

/* The name of a query that takes or answers the type, by its oid; NULL: none. */
const char *lint_manifest_uses_type(const lint_manifest *manifest, const char *type);

#endif
