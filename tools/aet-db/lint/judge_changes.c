/* SPDX-License-Identifier: MIT */
/* What is lost, and what existing rows may not be fit for, by the catalogue. */
#include <stdlib.h>
#include <string.h>

#include "lint/cause.h"
#include "lint/queries.h"

static bool
is_table(const lint_fact *relation)
{
	return relation != NULL && strchr("rp", *relation->texts[RELATION_KIND]) != NULL;
}

/* ---- loss ------------------------------------------------------------------------ */

static void
lose_table(lint_state *state, lint_statement *statement, const lint_fact *used)
{
	lint_say(state, HAZARD_DATA_LOSS, statement, used->name, used->id,
	    codegen_format(state->memory,
		"table %s%s is dropped with its rows, and what of the game still uses it "
		"fails",
		used->name, lint_rows_text(state, used->id)),
	    codegen_format(state->memory,
		"first a release that does not use %s; then ALTER TABLE %s RENAME TO "
		"old_%s, which can be taken back; and DROP TABLE a release later, with "
		"the rows in a backup",
		used->name, used->name, lint_short(used)));
}

/* An insert that does not name the column fails only where it must have a value
 * and has none of its own. */
static const char *
step_before_the_drop(lint_state *state, const lint_fact *column, const char *table)
{
	const lint_fact *then = lint_then(state->before, column);

	if (!lint_says(then, COLUMN_NOT_NULL, "true") ||
	    strpbrk(then->texts[COLUMN_DEFAULT], "di") != NULL)
		return "";
	return codegen_format(state->memory,
	    "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL, so "
	    "that its inserts succeed; and ",
	    table, lint_short(column));
}

static void
lose_column(lint_state *state, lint_statement *statement, const lint_fact *column)
{
	const char *table = lint_name(state, column->belongs);

	lint_say(state, HAZARD_DATA_LOSS, statement, column->name, column->belongs,
	    codegen_format(state->memory,
		"column %s is dropped with its value in every row%s, and what of the "
		"game still names it fails",
		column->name, lint_rows_text(state, column->belongs)),
	    codegen_format(state->memory,
		"first a release that does not name %s; then %sDROP COLUMN a release "
		"later",
		column->name, step_before_the_drop(state, column, table)));
}

/* A column of a partition goes with its parent's. */
static bool
follows_parent(const lint_state *state, const lint_fact *column)
{
	const lint_fact *relation =
	    lint_find(state->base, LINT_RELATION, column->belongs);

	return relation != NULL && !lint_says(relation, RELATION_FAMILY, relation->id) &&
	       lint_is_used(state, relation->texts[RELATION_FAMILY]);
}

static void
judge_losses(lint_state *state, lint_statement *statement, const lint_fact *used)
{
	const lint_fact *relation;

	if (lint_then(state->before, used) == NULL ||
	    lint_then(state->after, used) != NULL)
		return;
	relation = lint_find(state->base, LINT_RELATION, used->belongs);
	if (!is_table(relation))
		return;
	if (used->kind == LINT_RELATION)
		lose_table(state, statement, used);
	else if (used->kind == LINT_COLUMN &&
		 lint_find(state->after, LINT_RELATION, used->belongs) != NULL &&
		 strchr(used->texts[COLUMN_DEFAULT], 'g') == NULL &&
		 !follows_parent(state, used))
		lose_column(state, statement, used);
}

/* ---- existing rows ---------------------------------------------------------------- */

/* Whether the migrations have seen to the rows; what failed is told already. */
static bool
is_mended(const lint_state *state, const char *relation)
{
	return diff_lookup_find(&state->mended, relation) != NULL;
}

static void
say_rows(lint_state *state, lint_statement *statement, const char *object,
    const char *relation, const char *what, const char *instead)
{
	if (!statement->failed_on_rows && !is_mended(state, relation))
		lint_say(state, HAZARD_EXISTING_ROWS, statement, object, relation, what,
		    instead);
}

/* Whether a list of column numbers names one that the game's rows have. */
static bool
names_used_column(const lint_state *state, const char *relation, const char *list)
{
	for (const char *c = list; *c != '\0';) {
		char *end;
		long number = strtol(c, &end, 10);

		if (end == c) {
			c++;
			continue;
		}
		if (number > 0 && lint_find(state->base, LINT_COLUMN,
				      codegen_format(state->memory, "%s/%ld", relation,
					  number)) != NULL)
			return true;
		c = end;
	}
	return list[0] == '\0' || strcmp(list, "0") == 0; /* of expressions, or of none */
}

static const char *
as_object(lint_state *state, const char *relation, const lint_fact *part)
{
	return codegen_format(
	    state->memory, "%s.%s", lint_name(state, relation), lint_short(part));
}

/* Whether the rows hold it already: a type's change makes constraints anew, and what
 * is dropped and added with another name or action says no more than before. */
static bool
is_held(const lint_state *state, const lint_fact *now)
{
	bool says_all = !lint_says(now, CONSTRAINT_KIND, "c") &&
			!lint_says(now, CONSTRAINT_KIND, "x");
	const lint_look *looks[] = { state->base, state->before };

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < looks[i]->count; j++) {
			const lint_fact *old = &looks[i]->facts[j];

			if (old->kind == LINT_CONSTRAINT &&
			    strcmp(old->belongs, now->belongs) == 0 &&
			    lint_says(old, CONSTRAINT_VALID, "true") &&
			    lint_same(old, now, CONSTRAINT_KIND) &&
			    lint_same(old, now, CONSTRAINT_COLUMNS) &&
			    lint_same(old, now, CONSTRAINT_REFERS) &&
			    (says_all || (looks[i] == state->before &&
					     strcmp(old->name, now->name) == 0)))
				return true;
		}
	return false;
}

static void
judge_constraint(lint_state *state, lint_statement *statement, const lint_fact *now)
{
	const char *table = lint_name(state, now->belongs);
	const char *kind = now->texts[CONSTRAINT_KIND];
	const lint_fact *index =
	    lint_find(state->after, LINT_INDEX, now->texts[CONSTRAINT_INDEX]);
	const char *mend = "rows that do not hold it";

	if (lint_says(now, CONSTRAINT_VALID, "false") ||
	    !names_used_column(state, now->belongs, now->texts[CONSTRAINT_COLUMNS]) ||
	    is_held(state, now))
		return;
	if (strchr("upx", *kind) != NULL && index != NULL &&
	    lint_then(state->before, index) != NULL)
		return; /* USING INDEX: was it unique, it is */
	if (*kind == 'f')
		mend = "rows that refer to nothing";
	else if (strchr("upx", *kind) != NULL)
		mend = "rows that are alike";
	say_rows(state, statement, as_object(state, now->belongs, now), now->belongs,
	    codegen_format(state->memory,
		"constraint %s fails where one row of %s%s does not hold it: the "
		"migration stops, and the server that runs it does not start",
		now->name, table, lint_rows_text(state, now->belongs)),
	    codegen_format(state->memory,
		"in the same migration, before it: an UPDATE or DELETE of %s in %s, by a "
		"WHERE that finds just them",
		mend, table));
}

/* judge_constraint has the say. */
static bool
is_of_constraint(const lint_state *state, const lint_fact *index)
{
	for (size_t i = 0; i < state->after->count; i++)
		if (state->after->facts[i].kind == LINT_CONSTRAINT &&
		    lint_says(&state->after->facts[i], CONSTRAINT_INDEX, index->id) &&
		    strcmp(state->after->facts[i].belongs, index->belongs) == 0)
			return true;
	return false;
}

static void
judge_index(lint_state *state, lint_statement *statement, const lint_fact *now)
{
	const lint_fact *old = lint_find_name(state->before, LINT_INDEX, now->name);

	if (lint_says(now, INDEX_UNIQUE, "false") ||
	    (old != NULL && lint_same(old, now, INDEX_COLUMNS)) ||
	    is_of_constraint(state, now) ||
	    !names_used_column(state, now->belongs, now->texts[INDEX_COLUMNS]) ||
	    lint_said(state, HAZARD_EXISTING_ROWS, statement, NULL))
		return;
	say_rows(state, statement, now->name, now->belongs,
	    codegen_format(state->memory,
		"unique index %s fails where two rows of %s%s are alike", now->name,
		lint_name(state, now->belongs), lint_rows_text(state, now->belongs)),
	    codegen_format(state->memory,
		"in a migration before it: a DELETE or UPDATE of rows that are alike in "
		"%s",
		lint_name(state, now->belongs)));
}

static void
judge_type(lint_state *state, lint_statement *statement, const lint_fact *then,
    const lint_fact *now)
{
	const char *fate = lint_ask(
	    state, lint_query_types, then->texts[COLUMN_TYPE], now->texts[COLUMN_TYPE]);
	const char *change = codegen_format(state->memory, "%s changes from %s to %s",
	    now->name, then->texts[COLUMN_TYPE_TEXT], now->texts[COLUMN_TYPE_TEXT]);
	const char *advice =
	    lint_advice(state, now->belongs, (lint_cause){ LINT_CAUSE_TYPE, now });

	if (strcmp(fate, "rounds") == 0)
		lint_say(state, HAZARD_DATA_LOSS, statement, now->name, now->belongs,
		    codegen_format(state->memory,
			"%s: what does not fit is rounded or cut off in every row%s, "
			"and nothing says so",
			change, lint_rows_text(state, now->belongs)),
		    advice);
	else if (strcmp(fate, "fails") == 0)
		say_rows(state, statement, now->name, now->belongs,
		    codegen_format(state->memory,
			"%s: one value%s that does not fit stops the migration", change,
			lint_rows_text(state, now->belongs)),
		    advice);
}

static void
judge_new_column(lint_state *state, lint_statement *statement, const lint_fact *now)
{
	const char *table = lint_name(state, now->belongs);

	if (lint_says(now, COLUMN_NOT_NULL, "false") ||
	    now->texts[COLUMN_DEFAULT][0] != '\0')
		return;
	say_rows(state, statement, now->name, now->belongs,
	    codegen_format(state->memory,
		"new column %s is NOT NULL without a default: this fails where %s%s has "
		"a row",
		now->name, table, lint_rows_text(state, now->belongs)),
	    codegen_format(state->memory,
		"ALTER TABLE %s ADD COLUMN %s %s DEFAULT ... NOT NULL: a constant "
		"default "
		"costs nothing",
		table, lint_short(now), now->texts[COLUMN_TYPE_TEXT]));
}

static void
judge_column(lint_state *state, lint_statement *statement, const lint_fact *now)
{
	const lint_fact *then = lint_then(state->before, now);

	if (follows_parent(state, now))
		return;
	if (then == NULL)
		judge_new_column(state, statement, now);
	if (then == NULL || lint_then(state->base, now) == NULL)
		return;
	if (!lint_same(then, now, COLUMN_TYPE))
		judge_type(state, statement, then, now);
	else if (lint_says(then, COLUMN_NOT_NULL, "false") &&
		 lint_says(now, COLUMN_NOT_NULL, "true") &&
		 lint_work(state->before, state->after, now->belongs, WORK_SCANS) > 0 &&
		 !lint_said(state, HAZARD_EXISTING_ROWS, statement, NULL))
		say_rows(state, statement, now->name, now->belongs,
		    codegen_format(state->memory,
			"SET NOT NULL fails where one row of %s%s has no %s",
			lint_name(state, now->belongs),
			lint_rows_text(state, now->belongs), lint_short(now)),
		    codegen_format(state->memory,
			"in the same migration, before it: UPDATE %s SET %s = ... WHERE "
			"%s IS NULL",
			lint_name(state, now->belongs), lint_short(now),
			lint_short(now)));
}

static bool
is_new(const lint_state *state, const lint_fact *now)
{
	return lint_then(state->before, now) == NULL;
}

void
lint_judge_changes(lint_state *state, lint_statement *statement)
{
	for (size_t i = 0; i < state->base->count; i++)
		judge_losses(state, statement, &state->base->facts[i]);
	for (size_t i = 0; i < state->after->count; i++) {
		const lint_fact *now = &state->after->facts[i];

		if (now->kind == LINT_CONSTRAINT && is_new(state, now) &&
		    lint_is_used(state, now->belongs))
			judge_constraint(state, statement, now);
	}
	for (size_t i = 0; i < state->after->count; i++) {
		const lint_fact *now = &state->after->facts[i];

		if (now->kind == LINT_INDEX && is_new(state, now) &&
		    lint_is_used(state, now->belongs))
			judge_index(state, statement, now);
		else if (now->kind == LINT_COLUMN && lint_is_used(state, now->belongs))
			judge_column(state, statement, now);
	}
}
