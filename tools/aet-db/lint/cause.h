/* SPDX-License-Identifier: MIT */
/* Why a statement had work to do on a table, by what the catalogue says after it. */
#ifndef AET_DB_LINT_CAUSE_H
#define AET_DB_LINT_CAUSE_H

#include "lint/work.h"

/* The first that applies is the cause. */
typedef enum lint_cause_kind {
	LINT_CAUSE_ENUM,       /* a column's type: an enum made anew */
	LINT_CAUSE_TYPE,       /* a column's type */
	LINT_CAUSE_VOLATILE,   /* a new column's default */
	LINT_CAUSE_COLUMN,     /* a new column: generated, or an identity */
	LINT_CAUSE_CONSTRAINT, /* new, and checked or built */
	LINT_CAUSE_VALIDATE,
	LINT_CAUSE_NOT_NULL,
	LINT_CAUSE_PARTITION, /* it became one */
	LINT_CAUSE_INDEX,
	LINT_CAUSE_REINDEX,
	LINT_CAUSE_NONE
} lint_cause_kind;

typedef struct lint_cause {
	lint_cause_kind kind;
	const lint_fact *fact; /* the column, constraint or index; NULL: none */
} lint_cause;

/* Between state->before and state->after. */
lint_cause lint_cause_of(const lint_state *state, const char *relation);

/* Whether an index of the relation was built, whose fact is then the cause's or
 * stands behind a constraint. */
bool lint_built_index(const lint_state *state, const char *relation);

/* How it is done without the harm, as SQL for this very thing. */
const char *lint_advice(lint_state *state, const char *relation, lint_cause cause);

/* "int4(x) NOT VALID": pg_get_constraintdef, pg_get_indexdef, a column's default. */
const char *lint_definition(lint_state *state, const lint_fact *fact);

/* The last part of a column's name. */
const char *lint_short(const lint_fact *column);

#endif
