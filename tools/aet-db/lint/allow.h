/* SPDX-License-Identifier: MIT */
/*
 * `-- aet: allow CODE reason`: before a file's first SQL it holds for the whole
 * file, before another statement for that one.
 */
#ifndef AET_DB_LINT_ALLOW_H
#define AET_DB_LINT_ALLOW_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/error.h>

#include "codegen/memory.h"
#include "hazard/hazard.h"
#include "migrate/position.h"

typedef struct lint_allow {
	hazard_id hazard;
	const char *reason;
	size_t before; /* the offset of the statement's first byte; 0: the whole file */
	aet__position at;
	bool used;
} lint_allow;

typedef struct lint_allows {
	lint_allow *items;
	size_t count;
} lint_allows;

/*
 * Reads all of a file's. Fails with AET_EINVAL ("file:line:column: ...") on one
 * without a reason, of no known code, or before nothing.
 */
aet_status lint_allows_read(codegen_memory *memory, const char *file, const char *text,
    size_t len, lint_allows *out, aet_error *err);

/* The one that allows hazard in the statement that starts there, which is
 * marked as used; NULL: none does. The statement's own comes first. */
const lint_allow *lint_allows_find(
    lint_allows *allows, hazard_id hazard, size_t statement);

#endif
