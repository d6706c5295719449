/* SPDX-License-Identifier: MIT */
/* What the game waits for: locks, and how much is done under them. */
#include <string.h>

#include "lint/cause.h"

bool
lint_is_used(const lint_state *state, const char *relation)
{
	const lint_fact *fact = lint_find(state->base, LINT_RELATION, relation);

	return fact != NULL && strchr("rpm", *fact->texts[RELATION_KIND]) != NULL &&
	       lint_find(state->after, LINT_RELATION, relation) != NULL;
}

static bool
is_written_anew(const lint_state *state, const lint_fact *used)
{
	const lint_fact *then = lint_then(state->before, used);
	const lint_fact *now = lint_then(state->after, used);

	return then != NULL && now != NULL && strchr("rm", *used->texts[RELATION_KIND]) &&
	       !lint_same(then, now, RELATION_FILE);
}

static bool
is_scanned(const lint_state *state, const char *relation)
{
	return lint_work(state->before, state->after, relation, WORK_SCANS) > 0;
}

/* A partition of a table that the same statement has locked alike: its parent
 * stands for it. */
static const char *
head_of(const lint_state *state, const lint_fact *relation, const char *mode)
{
	const char *family = relation->texts[RELATION_FAMILY];

	return lint_is_used(state, family) && lint_holds(state->after, family, mode)
		   ? family
		   : relation->id;
}

/* ---- one table ----------------------------------------------------------------- */

/* What the statement did there, in words: "to build index users_mail". */
static const char *
done_for(lint_state *state, lint_cause cause)
{
	switch (cause.kind) {
	case LINT_CAUSE_CONSTRAINT:
		return codegen_format(state->memory, "constraint %s is %s",
		    cause.fact->name,
		    strchr("upx", *cause.fact->texts[CONSTRAINT_KIND]) != NULL
			? "built"
			: "checked on every row");
	case LINT_CAUSE_VALIDATE:
		return codegen_format(state->memory,
		    "constraint %s is checked on every row", cause.fact->name);
	case LINT_CAUSE_NOT_NULL:
		return codegen_format(state->memory,
		    "every row is read to see that %s has a value", cause.fact->name);
	case LINT_CAUSE_PARTITION:
		return "every row is read to see that it is within the partition's "
		       "bounds";
	case LINT_CAUSE_INDEX:
		return codegen_format(
		    state->memory, "index %s is built", cause.fact->name);
	case LINT_CAUSE_REINDEX:
		return codegen_format(
		    state->memory, "index %s is built anew", cause.fact->name);
	default:
		return "every row is read";
	}
}

static void
say_rewrite(
    lint_state *state, lint_statement *statement, const char *relation, lint_cause cause)
{
	const char *table = lint_name(state, relation);
	const char *rows = lint_rows_text(state, relation);
	hazard_id hazard = HAZARD_TABLE_REWRITE;
	const char *why = "";

	if (cause.kind == LINT_CAUSE_ENUM || cause.kind == LINT_CAUSE_TYPE) {
		const lint_fact *then = lint_then(state->before, cause.fact);

		hazard = cause.kind == LINT_CAUSE_ENUM ? HAZARD_ENUM_REWRITE : hazard;
		why = codegen_format(state->memory, ", since %s changes from %s to %s",
		    cause.fact->name, then->texts[COLUMN_TYPE_TEXT],
		    cause.fact->texts[COLUMN_TYPE_TEXT]);
	} else if (cause.kind == LINT_CAUSE_VOLATILE) {
		hazard = HAZARD_VOLATILE_DEFAULT;
		why = codegen_format(state->memory,
		    ", since the default of %s is computed for each row",
		    cause.fact->name);
	} else if (cause.kind == LINT_CAUSE_COLUMN) {
		why = codegen_format(
		    state->memory, ", since each gets a value in %s", cause.fact->name);
	}
	lint_say(state, hazard, statement, table, relation,
	    codegen_format(state->memory,
		"readers and writers of %s%s wait until every row is written anew%s",
		table, rows, why),
	    lint_advice(state, relation, cause));
}

/* REFRESH MATERIALIZED VIEW. */
static void
say_refresh(lint_state *state, lint_statement *statement, const char *relation)
{
	const char *view = lint_name(state, relation);

	lint_say(state, HAZARD_LONG_LOCK, statement, view, relation,
	    codegen_format(state->memory,
		"readers of %s%s wait until its query has run and the result is written",
		view, lint_rows_text(state, relation)),
	    codegen_format(state->memory,
		"REFRESH MATERIALIZED VIEW CONCURRENTLY %s, for which it needs a unique "
		"index",
		view));
}

static void
say_wait(lint_state *state, lint_statement *statement, const char *relation,
    lint_cause cause, bool readers)
{
	const char *table = lint_name(state, relation);
	const lint_fact *other = NULL;

	if (cause.kind == LINT_CAUSE_CONSTRAINT && !readers &&
	    lint_is_used(state, cause.fact->texts[CONSTRAINT_REFERS]))
		other = lint_find(
		    state->base, LINT_RELATION, cause.fact->texts[CONSTRAINT_REFERS]);
	lint_say(state, readers ? HAZARD_LONG_LOCK : HAZARD_BLOCKS_WRITES, statement,
	    table, relation,
	    codegen_format(state->memory, "%s of %s%s%s%s wait until %s",
		readers ? "readers and writers" : "writers", table,
		lint_rows_text(state, relation),
		other != NULL && strcmp(other->id, relation) != 0 ? " and of " : "",
		other != NULL && strcmp(other->id, relation) != 0 ? other->name : "",
		done_for(state, cause)),
	    lint_advice(state, relation, cause));
}

/* A foreign key is checked by a query, whose plan for few rows may take an index. */
static bool
is_checked(lint_cause cause)
{
	return cause.kind == LINT_CAUSE_VALIDATE ||
	       (cause.kind == LINT_CAUSE_CONSTRAINT &&
		   lint_says(cause.fact, CONSTRAINT_KIND, "f"));
}

static void
judge_rewrite(
    lint_state *state, lint_statement *statement, const lint_fact *used, const char *head)
{
	if (lint_says(used, RELATION_KIND, "m"))
		say_refresh(state, statement, used->id);
	else if (!lint_is_emptied(state, statement, used))
		say_rewrite(state, statement, head, lint_cause_of(state, used->id));
}

/* Indexes and constraints are read from the partition, the parent is named. */
static void
judge_table(lint_state *state, lint_statement *statement, const lint_fact *used)
{
	bool readers = lint_holds(state->after, used->id, LINT_READERS_WAIT);
	bool writers = lint_holds(state->after, used->id, "ShareLock") ||
		       lint_holds(state->after, used->id, "ShareRowExclusiveLock");
	const char *head = head_of(state, used,
	    readers ? LINT_READERS_WAIT
		    : (lint_holds(state->after, used->id, "ShareLock")
			      ? "ShareLock"
			      : "ShareRowExclusiveLock"));
	lint_cause cause;
	bool built;

	if (is_written_anew(state, used)) {
		judge_rewrite(state, statement, used, head);
		return;
	}
	if (!readers && !writers)
		return;
	built = lint_built_index(state, used->id);
	cause = lint_cause_of(state, used->id);
	if (!built && !is_scanned(state, used->id) && !is_checked(cause))
		return;
	/* An UPDATE reads the table, and locks it against nobody. */
	if (cause.kind == LINT_CAUSE_NONE && statement->words.reads_rows)
		return;
	if (readers)
		say_wait(state, statement, head, cause, true);
	else if (built || cause.kind == LINT_CAUSE_CONSTRAINT ||
		 cause.kind == LINT_CAUSE_VALIDATE)
		say_wait(state, statement, head, cause, false);
}

/* ---- what was locked before --------------------------------------------------- */

static bool
has_long_work(const lint_state *state, const char **where)
{
	for (size_t i = 0; i < state->base->count; i++) {
		const lint_fact *used = &state->base->facts[i];

		if (used->kind != LINT_RELATION || !lint_is_used(state, used->id))
			continue;
		*where = used->id;
		if (is_scanned(state, used->id) || is_written_anew(state, used) ||
		    ((lint_holds(state->after, used->id, "ShareLock") ||
			 lint_holds(state->after, used->id, LINT_READERS_WAIT)) &&
			lint_built_index(state, used->id)))
			return true;
	}
	return false;
}

/* Whether the statement itself keeps the table's readers waiting, as was said. */
static bool
has_told(const lint_state *state, const lint_statement *statement, const char *table)
{
	static const hazard_id waits[] = { HAZARD_LONG_LOCK, HAZARD_TABLE_REWRITE,
		HAZARD_ENUM_REWRITE, HAZARD_VOLATILE_DEFAULT };

	for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++)
		if (lint_said(state, waits[i], statement, table))
			return true;
	return false;
}

/* Tables stay locked until the end of the transaction, whatever it does: told once
 * of each, at the first statement that takes its time. */
static void
judge_held(lint_state *state, lint_statement *statement)
{
	const char *where = NULL;

	if (state->locks.count == 0 || statement->words.verb == LINT_VERB_TRUNCATE ||
	    !has_long_work(state, &where))
		return;
	for (size_t i = 0; i < state->locks.count; i++) {
		lint_event *lock = &state->locks.items[i];
		const char *table = lint_name(state, lock->id);
		const char *at = lint_name(state, where);

		if (lock->told || !lint_is_used(state, lock->id) ||
		    !lint_is_used(state, where))
			continue;
		lock->told = true;
		if (has_told(state, statement, table))
			continue;
		lint_say(state, HAZARD_LONG_LOCK, statement, table, lock->id,
		    codegen_format(state->memory,
			"line %d has locked %s%s, whose readers and writers now wait "
			"until this has gone through the rows of %s, too",
			lock->statement->place.at.line, table,
			lint_rows_text(state, lock->id), at),
		    "a migration of its own for this statement, after the one that "
		    "locks: a lock is held until its transaction ends");
		return;
	}
}

static bool
are_apart(const lint_state *state, const char *one, const char *other)
{
	const lint_fact *a = lint_find(state->base, LINT_RELATION, one);
	const lint_fact *b = lint_find(state->base, LINT_RELATION, other);

	return a != NULL && b != NULL && !lint_same(a, b, RELATION_FAMILY);
}

static void
judge_order(lint_state *state, lint_statement *statement, const char *relation)
{
	const char *table = lint_name(state, relation);

	if (state->order_told || state->locks.count == 0 ||
	    state->locks.items[0].statement == statement ||
	    !are_apart(state, state->locks.items[0].id, relation))
		return;
	state->order_told = true;
	lint_say(state, HAZARD_LOCK_ORDER, statement, table, relation,
	    codegen_format(state->memory,
		"line %d has locked %s, and this waits for %s: a transaction of the "
		"game's that uses them the other way round is a deadlock, and one of the "
		"two is rolled back",
		state->locks.items[0].statement->place.at.line,
		lint_name(state, state->locks.items[0].id), table),
	    codegen_format(state->memory, "a migration for %s, and another for %s",
		lint_name(state, state->locks.items[0].id), table));
}

/* Takes the new locks down, for the statements that follow. */
static void
note_locks(lint_state *state, lint_statement *statement)
{
	for (size_t i = 0; i < state->base->count; i++) {
		const lint_fact *used = &state->base->facts[i];
		lint_events *locks = &state->locks;

		if (used->kind != LINT_RELATION ||
		    strchr("rpm", *used->texts[RELATION_KIND]) == NULL ||
		    !lint_holds(state->after, used->id, LINT_READERS_WAIT) ||
		    lint_holds(state->before, used->id, LINT_READERS_WAIT))
			continue;
		judge_order(state, statement, used->id);
		locks->items = codegen_append(
		    state->memory, locks->items, &locks->count, sizeof(*locks->items));
		locks->items[locks->count - 1] =
		    (lint_event){ .statement = statement, .id = used->id };
	}
}

static void
note_busy(const lint_state *state, lint_statement *statement)
{
	for (size_t i = 0; i < state->after->count; i++) {
		const lint_fact *lock = &state->after->facts[i];

		if (lock->kind == LINT_LOCK && lint_is_used(state, lock->belongs) &&
		    strcmp(lock->name, "RowExclusiveLock") != 0)
			statement->locks = true;
	}
}

void
lint_judge_locks(lint_state *state, lint_statement *statement)
{
	note_busy(state, statement);
	for (size_t i = 0; i < state->base->count; i++) {
		const lint_fact *used = &state->base->facts[i];

		if (used->kind == LINT_RELATION && lint_is_used(state, used->id))
			judge_table(state, statement, used);
	}
	judge_held(state, statement);
	note_locks(state, statement);
}
