/* SPDX-License-Identifier: MIT */
/* What a file leaves behind: names that are gone, grants that are lost. What comes
 * back before its end was never away. */
#include <string.h>

#include "lint/cause.h"

/* ---- following ----------------------------------------------------------------- */

static void
note(lint_state *state, lint_events *events, const lint_statement *statement,
    const char *id)
{
	events->items = codegen_append(
	    state->memory, events->items, &events->count, sizeof(*events->items));
	events->items[events->count - 1] =
	    (lint_event){ .statement = statement, .id = codegen_copy(state->memory, id) };
}

/* Whether an INSERT that does not name the column fails. */
static bool
is_required(const lint_fact *column)
{
	return column != NULL && lint_says(column, COLUMN_NOT_NULL, "true") &&
	       strpbrk(column->texts[COLUMN_DEFAULT], "dig") == NULL;
}

void
lint_follow(lint_state *state, const lint_statement *statement)
{
	for (size_t i = 0; i < state->start->count; i++) {
		const lint_fact *fact = &state->start->facts[i];

		if (lint_find_name(state->before, fact->kind, fact->name) != NULL &&
		    lint_find_name(state->after, fact->kind, fact->name) == NULL)
			state->vanished[i] = statement;
	}
	for (size_t i = 0; i < state->after->count; i++) {
		const lint_fact *now = &state->after->facts[i];
		const lint_fact *then = lint_then(state->before, now);

		if (now->kind == LINT_COLUMN && lint_is_used(state, now->belongs) &&
		    is_required(now) && !is_required(then))
			note(state, &state->required, statement, now->id);
		else if (now->kind == LINT_RELATION && then != NULL &&
			 lint_is_used(state, now->id) &&
			 !lint_same(then, now, RELATION_SECURED))
			note(state, &state->secured, statement, now->id);
		else if (now->kind == LINT_LABEL && then == NULL)
			state->labels_added = true;
	}
}

/* ---- names ----------------------------------------------------------------------- */

static bool
is_there(const lint_state *state, lint_kind kind, const char *name)
{
	return lint_find_name(state->after, kind, name) != NULL;
}

/* The table, type or other thing that a fact of start is a part of. */
static const lint_fact *
whole_of(const lint_state *state, const lint_fact *fact)
{
	return lint_find(state->start,
	    fact->kind == LINT_LABEL ? LINT_TYPE : LINT_RELATION, fact->belongs);
}

static void
say_renamed(lint_state *state, const lint_statement *statement, const lint_fact *fact,
    const lint_fact *now, const char *word)
{
	bool table = fact->kind == LINT_RELATION;

	lint_say(state, HAZARD_BREAKS_RELEASE, statement, fact->name, fact->belongs,
	    codegen_format(state->memory,
		"%s %s is now called %s: what the release that still runs sends fails, "
		"until its last server is gone",
		word, fact->name, lint_short(now)),
	    table ? codegen_format(state->memory,
			"in the same migration: CREATE VIEW %s AS TABLE %s, for as long "
			"as the old release runs",
			fact->name, now->name)
		  : "keep the name; or add the new one beside it, have the game write "
		    "both and read the new one, and drop the old one a release later");
}

static void
say_gone(lint_state *state, const lint_statement *statement, const lint_fact *fact,
    const char *word)
{
	lint_say(state, HAZARD_BREAKS_RELEASE, statement, fact->name, NULL,
	    codegen_format(state->memory,
		"%s %s is gone: what the release that still runs sends fails, until "
		"its last server is gone",
		word, fact->name),
	    "first a release that does not use it; this migration comes with the one "
	    "after it");
}

static const char *
word_for(const lint_fact *fact)
{
	if (fact->kind == LINT_COLUMN)
		return "column";
	if (fact->kind == LINT_LABEL)
		return "enum label";
	if (fact->kind == LINT_TYPE)
		return "type";
	if (fact->kind == LINT_FUNCTION)
		return "function";
	switch (*fact->texts[RELATION_KIND]) {
	case 'v':
		return "view";
	case 'm':
		return "materialized view";
	default:
		return "table";
	}
}

/* The game uses it by its name. */
static bool
is_named(const lint_state *state, const lint_fact *fact)
{
	if (lint_then(state->base, fact) == NULL)
		return false;
	switch (fact->kind) {
	case LINT_RELATION:
		return !lint_says(fact, RELATION_KIND, "S");
	case LINT_COLUMN:
	case LINT_LABEL: {
		const lint_fact *whole = whole_of(state, fact);

		return whole != NULL && is_there(state, whole->kind, whole->name);
	}
	case LINT_TYPE:
	case LINT_FUNCTION:
		return true;
	default:
		return false;
	}
}

/* Dropped tables and columns are data-loss, which says as much. */
static bool
is_told_as_loss(const lint_state *state, const lint_fact *fact)
{
	if (lint_then(state->after, fact) != NULL)
		return false;
	for (size_t i = 0; i < state->report->finding_count; i++) {
		const lint_finding *said = &state->report->findings[i];

		if (said->hazard == HAZARD_DATA_LOSS && said->file == state->file &&
		    strcmp(said->object, fact->name) == 0)
			return true;
	}
	return false;
}

static void
judge_name(lint_state *state, const lint_statement *statement, const lint_fact *fact)
{
	const lint_fact *now = lint_then(state->after, fact);
	const char *word = word_for(fact);

	if (!is_named(state, fact) || is_there(state, fact->kind, fact->name) ||
	    is_told_as_loss(state, fact))
		return;
	if (fact->kind == LINT_LABEL && now == NULL)
		lint_say(state, HAZARD_DATA_LOSS, statement, fact->name, NULL,
		    codegen_format(state->memory,
			"enum label %s is gone: a row that has it must take another, and "
			"nothing tells then what it was",
			fact->name),
		    "leave the label where it is, unused");
	/* A query of the manifest that names it is told by lint_manifest_judge. */
	if (state->manifest.given) {
		const char *query =
		    fact->kind == LINT_LABEL
			? lint_manifest_uses_type(&state->manifest, fact->belongs)
			: NULL;

		if (query == NULL)
			return;
		word = codegen_format(
		    state->memory, "query %s may send or get it: enum label", query);
	}
	if (now != NULL)
		say_renamed(state, statement, fact, now, word);
	else
		say_gone(state, statement, fact, word);
}

/* ---- columns that an older INSERT does not name ----------------------------------- */

static void
judge_required(lint_state *state, const lint_event *event)
{
	const lint_fact *column = lint_find(state->after, LINT_COLUMN, event->id);
	const char *table;
	const char *query = NULL;

	if (!is_required(column) || is_required(lint_then(state->start, column)))
		return;
	/* NULL was written before: by whom, no default tells. */
	if (lint_then(state->base, column) != NULL &&
	    strpbrk(lint_then(state->base, column)->texts[COLUMN_DEFAULT], "di") == NULL)
		return;
	table = lint_name(state, column->belongs);
	if (state->manifest.given) {
		query = lint_manifest_inserts(
		    &state->manifest, column->belongs, lint_short(column));
		if (query == NULL)
			return;
	}
	lint_say(state, HAZARD_BREAKS_RELEASE, event->statement, column->name,
	    column->belongs,
	    codegen_format(state->memory,
		"%s is NOT NULL and has no default: %s%s of the release that still runs, "
		"which does not know it, fails",
		column->name, query != NULL ? "query " : "every INSERT into ",
		query != NULL ? query : table),
	    codegen_format(state->memory,
		"ALTER TABLE %s ALTER COLUMN %s SET DEFAULT ...; drop the default a "
		"release later",
		table, lint_short(column)));
}

/* ---- privileges --------------------------------------------------------------------- */

static bool
stands(const lint_state *state, const lint_fact *granted)
{
	const char *what = granted->texts[GRANT_WHAT];
	const char *name = strchr(what, ' ') + 1;

	if (strncmp(what, "relation ", 9) == 0)
		return is_there(state, LINT_RELATION, name);
	if (strncmp(what, "column ", 7) == 0)
		return is_there(state, LINT_COLUMN, name);
	if (strncmp(what, "function ", 9) == 0)
		return is_there(state, LINT_FUNCTION, name);
	if (strncmp(what, "type ", 5) == 0)
		return is_there(state, LINT_TYPE, name);
	return is_there(state, LINT_SCHEMA, name);
}

static bool
is_lost(const lint_state *state, size_t i)
{
	const lint_fact *fact = &state->start->facts[i];

	return fact->kind == LINT_GRANT && state->vanished[i] != NULL &&
	       lint_then(state->base, fact) != NULL &&
	       !is_there(state, LINT_GRANT, fact->name) && stands(state, fact);
}

/* All that one role has lost on one thing by one statement. */
static void
judge_grant(lint_state *state, size_t first)
{
	const lint_fact *grant = &state->start->facts[first];
	const lint_statement *statement = state->vanished[first];
	const char *thing = strncmp(grant->texts[GRANT_WHAT], "relation ", 9) == 0
				? grant->texts[GRANT_WHAT] + 9
				: grant->texts[GRANT_WHAT];
	aet__text privileges = { 0 };
	const char *list;

	for (size_t i = first; i < state->start->count; i++) {
		const lint_fact *other = &state->start->facts[i];

		if (!is_lost(state, i) || state->vanished[i] != statement ||
		    !lint_same(grant, other, GRANT_WHAT) ||
		    !lint_same(grant, other, GRANT_ROLE))
			continue;
		if (privileges.len > 0)
			aet__text_add(&privileges, ", ");
		aet__text_add(&privileges, other->texts[GRANT_PRIVILEGE]);
	}
	list = codegen_keep(state->memory, &privileges);
	lint_say(state, HAZARD_PRIVILEGES_LOST, statement,
	    codegen_format(state->memory, "%s for %s", thing, grant->texts[GRANT_ROLE]),
	    NULL,
	    codegen_format(state->memory,
		"role %s loses %s on %s: the game's statements that need it fail with "
		"SQLSTATE 42501",
		grant->texts[GRANT_ROLE], list, thing),
	    codegen_format(state->memory, "in the same migration: GRANT %s ON %s TO %s",
		list, thing, grant->texts[GRANT_ROLE]));
}

/* ---- row security -------------------------------------------------------------------- */

static bool
has_policy(const lint_state *state, const char *relation)
{
	for (size_t i = 0; i < state->after->count; i++)
		if (state->after->facts[i].kind == LINT_POLICY &&
		    strcmp(state->after->facts[i].belongs, relation) == 0)
			return true;
	return false;
}

static void
judge_secured(lint_state *state, const lint_event *event)
{
	const lint_fact *now = lint_find(state->after, LINT_RELATION, event->id);
	const lint_fact *then = lint_find(state->start, LINT_RELATION, event->id);

	if (now == NULL || then == NULL || lint_same(then, now, RELATION_SECURED))
		return;
	if (lint_says(now, RELATION_SECURED, "false"))
		lint_say(state, HAZARD_ROW_SECURITY, event->statement, now->name, now->id,
		    codegen_format(state->memory,
			"row security of %s is off: every role that may SELECT sees the "
			"rows that policies hid",
			now->name),
		    "keep it on, and write a policy for what must be seen");
	else if (!has_policy(state, event->id))
		lint_say(state, HAZARD_ROW_SECURITY, event->statement, now->name, now->id,
		    codegen_format(state->memory,
			"row security of %s is on without a policy: every role but its "
			"owner sees no row, and writes none",
			now->name),
		    codegen_format(state->memory,
			"in the same migration, before it: CREATE POLICY ... ON %s TO "
			"... USING (...)",
			now->name));
}

/* ---- the file ------------------------------------------------------------------------- */

/* Statements that lock what the game uses: two may be apart on purpose. */
static size_t
count_locking(const lint_state *state)
{
	size_t count = 0;

	for (size_t i = 0; i < state->statement_count; i++)
		count +=
		    state->statements[i]->locks || state->statements[i]->words.reads_rows;
	return count;
}

static void
judge_directive(lint_state *state)
{
	if (state->own_transactions || state->labels_added ||
	    state->statement_count == 0 || count_locking(state) > 1)
		return;
	for (size_t i = 0; i < state->statement_count; i++)
		if (state->statements[i]->alone)
			return;
	lint_say(state, HAZARD_NEEDLESS_NO_TRANSACTION, state->statements[0], "file",
	    NULL,
	    "nothing in this file needs to run outside a transaction: when it fails or "
	    "is "
	    "killed on its way, it stays half-done for no gain",
	    NULL);
}

void
lint_judge_file(lint_state *state, bool no_transaction)
{
	for (size_t i = 0; i < state->start->count; i++) {
		if (state->vanished[i] == NULL)
			continue;
		judge_name(state, state->vanished[i], &state->start->facts[i]);
		if (is_lost(state, i))
			judge_grant(state, i);
	}
	for (size_t i = 0; i < state->required.count; i++)
		judge_required(state, &state->required.items[i]);
	for (size_t i = 0; i < state->secured.count; i++)
		judge_secured(state, &state->secured.items[i]);
	if (state->manifest.given)
		lint_manifest_judge(state);
	if (no_transaction)
		judge_directive(state);
}
