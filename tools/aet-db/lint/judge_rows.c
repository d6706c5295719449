/* SPDX-License-Identifier: MIT */
/* What happens to rows: those that a statement failed on, and those that it
 * empties, overwrites or mends. */
#include <string.h>

#include "lint/cause.h"

/* ---- observed: it fails with rows, and not without --------------------------------- */

/* What the statement was about, where the server does not say. */
static lint_cause
find_cause(lint_state *state, const char **relation)
{
	for (size_t i = 0; i < state->base->count; i++) {
		const lint_fact *used = &state->base->facts[i];
		lint_cause cause;

		if (used->kind != LINT_RELATION || !lint_is_used(state, used->id))
			continue;
		cause = lint_cause_of(state, used->id);
		*relation = used->id;
		if (cause.kind != LINT_CAUSE_NONE)
			return cause;
	}
	*relation = NULL;
	return (lint_cause){ LINT_CAUSE_NONE, NULL };
}

static const char *
mend(lint_state *state, const lint_statement *statement, const char *relation,
    lint_cause cause)
{
	const char *column = statement->failure.column;
	const char *table = relation != NULL ? lint_name(state, relation) : "";

	if (cause.kind == LINT_CAUSE_TYPE || cause.kind == LINT_CAUSE_ENUM)
		return lint_advice(state, relation, cause);
	if (strcmp(statement->failure.sqlstate, "23502") == 0 && relation != NULL)
		return codegen_format(state->memory,
		    "give %s a value first: with the new column a constant DEFAULT, in "
		    "an "
		    "old one UPDATE %s SET %s = ... WHERE %s IS NULL",
		    column, table, column, column);
	if (cause.fact != NULL)
		return codegen_format(state->memory,
		    "in the same migration, before it: an UPDATE or DELETE of the rows "
		    "of %s "
		    "that do not hold %s, by a WHERE that finds just them",
		    table, cause.fact->name);
	return NULL;
}

/* The table as the game calls it, by the server's words; NULL: it says none. */
static const lint_fact *
named_table(lint_state *state, const aet_error *failure)
{
	aet__text name = { 0 };
	const char *id;

	if (failure->table[0] == '\0')
		return NULL;
	aet__text_add_identifier(&name, failure->schema);
	aet__text_add_char(&name, '.');
	aet__text_add_identifier(&name, failure->table);
	id = lint_ask(state, "SELECT to_regclass($1)::oid",
	    codegen_keep(state->memory, &name), NULL);
	return lint_find(state->base, LINT_RELATION, id);
}

void
lint_judge_failure(lint_state *state, lint_statement *statement)
{
	const aet_error *failure = &statement->failure;
	const lint_fact *table;
	const char *relation = NULL;
	const char *object = "?";
	lint_cause cause;

	/* Planted rows are no reason for an INSERT or UPDATE to work. */
	if (statement->words.reads_rows && !lint_differs(state->before, state->after))
		statement->failed_on_rows = false;
	if (!statement->failed_on_rows)
		return;
	table = named_table(state, failure);
	cause = table != NULL ? lint_cause_of(state, table->id)
			      : find_cause(state, &relation);
	if (table != NULL)
		relation = table->id;
	if (cause.fact != NULL)
		object = codegen_format(state->memory, "%s.%s",
		    lint_name(state, relation), lint_short(cause.fact));
	else if (table != NULL)
		object = codegen_format(state->memory, "%s.%s", table->name,
		    failure->constraint[0] != '\0' ? failure->constraint
						   : failure->column);
	lint_say(state, HAZARD_EXISTING_ROWS, statement, object, relation,
	    codegen_format(state->memory,
		"tried on a table with rows%s it fails: %s (SQLSTATE %s)",
		relation != NULL ? lint_rows_text(state, relation) : "", statement->said,
		failure->sqlstate),
	    mend(state, statement, relation, cause));
}

/* ---- whole tables -------------------------------------------------------------------- */

static bool
writes_rows(const lint_state *state, const lint_fact *used)
{
	return (lint_holds(state->after, used->id, "RowExclusiveLock") &&
		   !lint_holds(state->before, used->id, "RowExclusiveLock")) ||
	       lint_work(state->before, state->after, used->id, WORK_UPDATED) > 0 ||
	       lint_work(state->before, state->after, used->id, WORK_DELETED) > 0;
}

/* Whether an UPDATE sets a column that the game has values in. */
static bool
overwrites(const lint_state *state, const lint_statement *statement,
    const lint_fact *used, const char **column)
{
	for (size_t i = 0; i < state->base->count; i++) {
		const lint_fact *fact = &state->base->facts[i];

		if (fact->kind != LINT_COLUMN || strcmp(fact->belongs, used->id) != 0)
			continue;
		for (size_t j = 0; j < statement->words.set_count; j++) {
			aet__text quoted = { 0 };
			bool is_it;

			aet__text_add_identifier(&quoted, statement->words.set[j]);
			is_it = strcmp(lint_short(fact), statement->words.set[j]) == 0 ||
				strcmp(lint_short(fact), aet__text_view(&quoted)) == 0;
			aet__text_free(&quoted);
			*column = fact->name;
			if (is_it)
				return true;
		}
	}
	return false;
}

static void
judge_update(lint_state *state, lint_statement *statement, const lint_fact *used)
{
	const char *rows = lint_rows_text(state, used->id);
	const char *column;

	if (overwrites(state, statement, used, &column)) {
		lint_say(state, HAZARD_DATA_LOSS, statement, column, used->id,
		    codegen_format(state->memory,
			"UPDATE without WHERE writes over %s in every row of %s%s: what "
			"was there is gone",
			column, used->name, rows),
		    codegen_format(state->memory,
			"a new column for the new value; or a WHERE that finds just the "
			"rows which need it, in batches by %s's key",
			used->name));
		return;
	}
	if (lint_said(state, HAZARD_LONG_LOCK, statement, NULL))
		return;
	lint_say(state, HAZARD_BLOCKS_WRITES, statement, used->name, used->id,
	    codegen_format(state->memory,
		"UPDATE without WHERE locks every row of %s%s until the migration's "
		"end: whoever changes one waits",
		used->name, rows),
	    codegen_format(state->memory,
		"batches of some thousand rows by %s's key, each committed: in a file "
		"that begins with \"-- aet: no-transaction\", or by the game itself",
		used->name));
}

static void
judge_emptied(lint_state *state, lint_statement *statement, const lint_fact *used)
{
	lint_say(state, HAZARD_DATA_LOSS, statement, used->name, used->id,
	    codegen_format(state->memory, "every row of %s%s is deleted", used->name,
		lint_rows_text(state, used->id)),
	    codegen_format(state->memory,
		"DELETE FROM %s with a WHERE that finds just those which must go",
		used->name));
}

bool
lint_is_emptied(lint_state *state, const lint_statement *statement, const lint_fact *used)
{
	const lint_fact *then = lint_then(state->before, used);
	const lint_fact *now = lint_then(state->after, used);

	if (then == NULL || now == NULL || lint_same(then, now, RELATION_FILE))
		return false;
	return statement->words.verb == LINT_VERB_TRUNCATE ||
	       (statement->words.reads_rows &&
		   lint_ask(state, "SELECT pg_relation_size($1::oid)", used->id,
		       NULL)[0] == '0');
}

static void
judge_table(lint_state *state, lint_statement *statement, const lint_fact *used,
    const char *target)
{
	if (lint_is_emptied(state, statement, used)) {
		judge_emptied(state, statement, used);
		return;
	}
	if (statement->words.has_condition || strcmp(target, used->id) != 0)
		return;
	if (statement->words.verb == LINT_VERB_DELETE)
		judge_emptied(state, statement, used);
	else if (statement->words.verb == LINT_VERB_UPDATE)
		judge_update(state, statement, used);
}

/* A table whose rows the migration has changed is taken to be mended: what it
 * fails on from here on is what its rows fail on. */
static void
note_mended(lint_state *state, const lint_fact *used)
{
	diff_lookup_add(
	    state->memory, &state->mended, codegen_copy(state->memory, used->id), state);
}

void
lint_judge_rows(lint_state *state, lint_statement *statement)
{
	const char *target = "";

	if (!statement->words.reads_rows && statement->words.verb != LINT_VERB_TRUNCATE)
		return;
	if (statement->words.target != NULL)
		target = lint_ask(
		    state, "SELECT to_regclass($1)::oid", statement->words.target, NULL);
	for (size_t i = 0; i < state->base->count; i++) {
		const lint_fact *used = &state->base->facts[i];

		if (used->kind != LINT_RELATION || !lint_is_used(state, used->id) ||
		    lint_then(state->before, used) == NULL)
			continue;
		judge_table(state, statement, used, target);
		if (!aet__statement_begins(&statement->place, "insert") &&
		    (writes_rows(state, used) || lint_is_emptied(state, statement, used)))
			note_mended(state, used);
	}
}
