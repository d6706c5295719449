/* SPDX-License-Identifier: MIT */
/*
 * What a change of schema may do to a game that runs: one vocabulary, which
 * lint, diff, generate and push speak. The codes are stable, since comments in
 * migrations name them; docs/lint.md explains each.
 */
#ifndef AET_DB_HAZARD_HAZARD_H
#define AET_DB_HAZARD_HAZARD_H

#include <stddef.h>

typedef enum hazard_id {
	HAZARD_DATA_LOSS,
	HAZARD_TABLE_REWRITE,
	HAZARD_ENUM_REWRITE,
	HAZARD_VOLATILE_DEFAULT,
	HAZARD_LONG_LOCK,
	HAZARD_BLOCKS_WRITES,
	HAZARD_LOCK_ORDER,
	HAZARD_EXISTING_ROWS,
	HAZARD_BREAKS_RELEASE,
	HAZARD_LIKELY_RENAME,
	HAZARD_PRIVILEGES_LOST,
	HAZARD_ROW_SECURITY,
	HAZARD_NEEDS_NO_TRANSACTION,
	HAZARD_NEEDLESS_NO_TRANSACTION,
	HAZARD_COUNT
} hazard_id;

typedef struct hazard_kind {
	const char *code;
	const char *harm; /* what the game feels: a sentence without its full stop */
	const char *safe; /* how it is done instead, likewise */
} hazard_kind;

extern const hazard_kind hazard_kinds[HAZARD_COUNT];

/* HAZARD_COUNT where there is no such code; it need not end in NUL. */
hazard_id hazard_find(const char *code, size_t len);

#endif
