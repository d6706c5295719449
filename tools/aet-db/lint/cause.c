/* SPDX-License-Identifier: MIT */
#include "lint/cause.h"

#include <string.h>

static lint_cause_kind
of_column(const lint_state *state, const lint_fact *now)
{
	const lint_fact *then = lint_then(state->before, now);
	const char *has = now->texts[COLUMN_DEFAULT];

	if (then == NULL && strpbrk(has, "ig") != NULL)
		return LINT_CAUSE_COLUMN;
	if (then == NULL && has[0] == '\0' && lint_says(now, COLUMN_NOT_NULL, "true"))
		return LINT_CAUSE_NOT_NULL;
	if (then == NULL)
		return strchr(has, 'd') != NULL && strchr(has, 'm') == NULL
			   ? LINT_CAUSE_VOLATILE
			   : LINT_CAUSE_NONE;
	if (!lint_same(then, now, COLUMN_TYPE))
		return lint_says(then, COLUMN_TYPE_KIND, "e") &&
			       lint_says(now, COLUMN_TYPE_KIND, "e")
			   ? LINT_CAUSE_ENUM
			   : LINT_CAUSE_TYPE;
	if (lint_says(then, COLUMN_NOT_NULL, "false") &&
	    lint_says(now, COLUMN_NOT_NULL, "true"))
		return LINT_CAUSE_NOT_NULL;
	return LINT_CAUSE_NONE;
}

static lint_cause_kind
of_constraint(const lint_state *state, const lint_fact *now)
{
	const lint_fact *then = lint_then(state->before, now);

	if (lint_says(now, CONSTRAINT_VALID, "false"))
		return LINT_CAUSE_NONE;
	if (then == NULL)
		return LINT_CAUSE_CONSTRAINT;
	return lint_same(then, now, CONSTRAINT_VALID) ? LINT_CAUSE_NONE
						      : LINT_CAUSE_VALIDATE;
}

static lint_cause_kind
of_index(const lint_state *state, const lint_fact *now)
{
	const lint_fact *then = lint_then(state->before, now);

	if (then == NULL)
		return LINT_CAUSE_INDEX;
	return lint_same(then, now, INDEX_FILE) ? LINT_CAUSE_NONE : LINT_CAUSE_REINDEX;
}

static lint_cause_kind
of_relation(const lint_state *state, const lint_fact *now)
{
	const lint_fact *then = lint_then(state->before, now);

	return then != NULL && lint_says(then, RELATION_PARTITION, "false") &&
		       lint_says(now, RELATION_PARTITION, "true")
		   ? LINT_CAUSE_PARTITION
		   : LINT_CAUSE_NONE;
}

static lint_cause_kind
kind_of(const lint_state *state, const lint_fact *now)
{
	switch (now->kind) {
	case LINT_RELATION:
		return of_relation(state, now);
	case LINT_COLUMN:
		return of_column(state, now);
	case LINT_CONSTRAINT:
		return of_constraint(state, now);
	case LINT_INDEX:
		return of_index(state, now);
	default:
		return LINT_CAUSE_NONE;
	}
}

lint_cause
lint_cause_of(const lint_state *state, const char *relation)
{
	lint_cause cause = { LINT_CAUSE_NONE, NULL };

	for (size_t i = 0; i < state->after->count; i++) {
		const lint_fact *now = &state->after->facts[i];
		lint_cause_kind kind;

		if (strcmp(now->belongs, relation) != 0)
			continue;
		kind = kind_of(state, now);
		if (kind < cause.kind)
			cause = (lint_cause){ kind, now };
	}
	return cause;
}

bool
lint_built_index(const lint_state *state, const char *relation)
{
	for (size_t i = 0; i < state->after->count; i++) {
		const lint_fact *now = &state->after->facts[i];

		if (now->kind == LINT_INDEX && strcmp(now->belongs, relation) == 0 &&
		    of_index(state, now) != LINT_CAUSE_NONE)
			return true;
	}
	return false;
}
