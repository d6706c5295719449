/* SPDX-License-Identifier: MIT */
/* What a plan may do besides what it is for. */
#include <string.h>

#include "diff/plan.h"

#define DEEP 8 /* types of types */
#define IN_STEPS "let aet-db generate write it in steps (without --transactional)"

diff_hazard *
diff_plan_warn(diff_plan *plan, hazard_id id, const char *text)
{
	plan->hazards = codegen_append(
	    plan->memory, plan->hazards, &plan->hazard_count, sizeof(*plan->hazards));
	plan->hazards[plan->hazard_count - 1] =
	    (diff_hazard){ .code = hazard_kinds[id].code,
		    .text = text,
		    .instead = hazard_kinds[id].safe };
	return &plan->hazards[plan->hazard_count - 1];
}

const diff_object *
diff_table_of(const diff_object *object)
{
	while (object != NULL && !diff_is(object, "table") &&
	       !diff_is(object, "materialized view"))
		object = object->parent;
	return object;
}

static diff_hazard *
warn(diff_plan *plan, hazard_id id, const diff_object *object, const char *what,
    const char *instead)
{
	const diff_object *table = diff_table_of(object);
	diff_hazard *hazard = diff_plan_warn(plan, id,
	    codegen_format(plan->memory, "%s %s %s", object->kind, object->name, what));

	hazard->object = object->name;
	hazard->table = table != NULL ? table->name : NULL;
	if (instead != NULL)
		hazard->instead = instead;
	return hazard;
}

bool
diff_comes_with_table(const diff_object *object)
{
	const diff_object *table = diff_table_of(object);

	return table != NULL && diff_comes(table);
}

/* ---- what goes ----------------------------------------------------------- */

static void
lose_column(diff_plan *plan, const diff_object *column)
{
	bool again = column->action == DIFF_REMAKE;
	diff_hazard *hazard;

	if (column->shape != NULL || (again && column->other->shape != NULL))
		return;
	hazard = warn(plan, HAZARD_DATA_LOSS, column,
	    again ? "is dropped and made again: its values are lost"
		  : "is dropped with its values",
	    "drop it in a release of its own, once no release that runs reads it");
	hazard->lost = diff_last_name(column->name);
}

/* What becomes of the values of a column whose type changes. */
static void
look_at_values(diff_plan *plan, const diff_object *column)
{
	diff_hazard *hazard;

	switch (diff_retype_risk(column->other, column)) {
	case DIFF_RISK_NONE:
		return;
	case DIFF_RISK_FAILS:
		warn(plan, HAZARD_EXISTING_ROWS, column,
		    "changes its type: fails where a value does not fit",
		    "look for such rows, and correct them first");
		return;
	case DIFF_RISK_SHIFTS:
		warn(plan, HAZARD_EXISTING_ROWS, column,
		    "changes its type: its times are read in the session's time zone",
		    "SET TimeZone in the file to the zone that they are meant in");
		return;
	case DIFF_RISK_LOSES:
		hazard = warn(plan, HAZARD_DATA_LOSS, column,
		    "changes its type: values are rounded or cut without a word",
		    "add a column of the new type beside it, and compare before the old "
		    "one goes");
		hazard->lost = diff_last_name(column->name);
		return;
	}
}

static void
move_column(diff_plan *plan, const diff_object *column)
{
	if (column->action == DIFF_DROP)
		lose_column(plan, column);
	else if (column->shape == NULL && column->other->shape == NULL &&
		 strcmp(column->definition, column->other->definition) != 0)
		look_at_values(plan, column->other);
}

static void
move_rows(diff_plan *plan, const diff_object *table)
{
	warn(plan, HAZARD_TABLE_REWRITE, table,
	    "is made again, and its rows are copied twice: they are not to be had the "
	    "while",
	    NULL);
	warn(plan, HAZARD_EXISTING_ROWS, table,
	    table->other->detail[0] == 'p'
		? "is made again: fails where a row fits no partition, type or "
		  "constraint of the new one"
		: "is made again: fails where a row does not fit a type or constraint of "
		  "the new one",
	    "look for such rows, and correct them first");
	for (size_t i = 0; i < table->user_count; i++)
		if (diff_is(table->users[i], "column") &&
		    table->users[i]->parent == table)
			move_column(plan, table->users[i]);
}

static void
lose_table(diff_plan *plan, const diff_object *table)
{
	diff_hazard *hazard;

	if (table->detail[0] == 'f' || diff_rows_are_kept_by_whole(table))
		return;
	if (diff_keeps_rows(table)) {
		move_rows(plan, table);
		return;
	}
	hazard = warn(plan, HAZARD_DATA_LOSS, table,
	    table->action == DIFF_REMAKE ? "is dropped and made again: its rows are lost"
					 : "is dropped with its rows",
	    "drop it in a release of its own, once nothing reads it and its rows are "
	    "kept elsewhere");
	hazard->lost = "*";
}

/* Whether the column that a sequence is there for goes, too. */
static bool
goes_with_column(const diff_object *sequence)
{
	for (size_t i = 0; i < sequence->user_count; i++)
		if (diff_is(sequence->users[i], "sequence owner") &&
		    sequence->users[i]->parent != NULL &&
		    (diff_goes(sequence->users[i]->parent) ||
			diff_taken_by(sequence->users[i]->parent) != NULL))
			return true;
	return false;
}

/* Where a counter stands is in no schema file, and is not to be had again. */
static void
lose_position(diff_plan *plan, const diff_object *sequence)
{
	if (sequence->action == DIFF_DROP &&
	    (diff_is(sequence, "identity") || goes_with_column(sequence)))
		return;
	warn(plan, HAZARD_DATA_LOSS, sequence,
	    diff_is(sequence, "identity")
		? "is made again: it begins anew, with numbers that rows have"
		: "is dropped with the number that it had come to",
	    "set the new one with setval() behind the highest number in use");
}

/* Whether a column that stays is of the type, or of one that is made of it. */
static bool
is_stored(const diff_object *type, int depth)
{
	for (size_t i = 0; type != NULL && i < type->user_count; i++) {
		const diff_object *user = type->users[i];

		if (diff_is(user, "column") && user->other != NULL)
			return true;
		if (diff_is(user, "attribute") && user->parent != type)
			user = user->parent;
		if (depth < DEEP && diff_is_type(user) && is_stored(user, depth + 1))
			return true;
	}
	return false;
}

static void
look_at_drop(diff_plan *plan, const diff_object *object)
{
	if (diff_is(object, "table"))
		lose_table(plan, object);
	else if (diff_is(object, "column"))
		lose_column(plan, object);
	else if (diff_is(object, "attribute") && is_stored(object->parent, 0))
		warn(plan, HAZARD_DATA_LOSS, object,
		    "is dropped with its values in the columns of its type",
		    "drop it in a release of its own, once no release that runs reads "
		    "it");
	else if (diff_is(object, "sequence") || diff_is(object, "identity"))
		lose_position(plan, object);
	else if (diff_is(object, "extension"))
		warn(plan, HAZARD_DATA_LOSS, object, "is dropped with all that it holds",
		    NULL);
	else if (diff_is(object, "enum") && object->action == DIFF_REMAKE)
		warn(plan, HAZARD_ENUM_REWRITE, object,
		    "is made anew: every table with such a column is rewritten, and a "
		    "row with a label that is gone fails",
		    "leave the label in the type, and forbid it with a CHECK");
	else if (diff_is(object, "grant") && object->action == DIFF_DROP)
		warn(plan, HAZARD_PRIVILEGES_LOST, object, "is taken back",
		    "write the GRANT into the schema, if it is to stay");
	else if (object->action == DIFF_DROP &&
		 (diff_is(object, "row security") ||
		     diff_is(object, "forced row security") || diff_is(object, "policy")))
		warn(plan, HAZARD_ROW_SECURITY, object,
		    "goes: rows may be seen that were hidden", NULL);
}

/* ---- what comes ---------------------------------------------------------- */

/* A column that existing rows would have no value for. */
static bool
needs_rows_to_have_none(const diff_object *column)
{
	return strstr(column->create, " NOT NULL") != NULL &&
	       strstr(column->create, " DEFAULT ") == NULL &&
	       strstr(column->create, " GENERATED ") == NULL;
}

static void
look_at_type(diff_plan *plan, const diff_object *column, diff_form form)
{
	/* It may be no more than the end of an expression. */
	if (strcmp(column->definition, column->other->definition) == 0)
		return;
	/* Whether the live form rewrites, its trial tells (change/trial.c). */
	if (form == DIFF_PLAIN)
		warn(plan, HAZARD_TABLE_REWRITE, column,
		    "changes its type: the table may be rewritten under a lock that "
		    "stops everybody",
		    NULL);
	look_at_values(plan, column);
}

/* See change/live.c. */
static bool
has_no_live_form(const diff_object *constraint)
{
	return constraint->detail[0] == 'x' ||
	       (constraint->detail[0] == 'f' && constraint->parent != NULL &&
		   constraint->parent->detail[0] == 'p');
}

static void
look_at_constraint(diff_plan *plan, const diff_object *constraint, diff_form form)
{
	bool key = constraint->detail[0] == 'f';
	bool unproven = strstr(constraint->definition, " NOT VALID") != NULL;
	bool plain = form != DIFF_LIVE || has_no_live_form(constraint);

	if (!unproven)
		warn(plan, HAZARD_EXISTING_ROWS, constraint,
		    plain ? "is checked on the rows that are there, under a lock, and "
			    "fails where one does not hold it"
			  : "fails where a row does not hold it",
		    "look for such rows, and correct them first");
	if (!unproven && plain)
		warn(plan, key ? HAZARD_BLOCKS_WRITES : HAZARD_LONG_LOCK, constraint,
		    key ? "is checked under a lock that stops whoever writes"
			: "is checked under a lock that stops everybody",
		    has_no_live_form(constraint) ? NULL : IN_STEPS);
}

/* A table that is there becomes a partition. */
static void
look_at_partition(diff_plan *plan, const diff_object *link)
{
	warn(plan, HAZARD_EXISTING_ROWS, link,
	    "is checked on the rows that are there, and fails where one belongs "
	    "elsewhere",
	    "look for such rows, and move them first");
	warn(plan, HAZARD_LONG_LOCK, link, "is checked under a lock that stops everybody",
	    "give the table a CHECK that says the same, NOT VALID, and validate it "
	    "first");
}

static void
look_at_index(diff_plan *plan, const diff_object *index, diff_form form)
{
	if (index->detail != NULL)
		warn(plan, HAZARD_EXISTING_ROWS, index,
		    "is unique: fails where rows are alike",
		    "look for such rows, and correct them first");
	if (form != DIFF_LIVE)
		warn(plan, HAZARD_BLOCKS_WRITES, index,
		    "is built under a lock that stops whoever writes",
		    "let aet-db generate write it CONCURRENTLY (without "
		    "--transactional)");
}

static void
look_at_not_null(diff_plan *plan, const diff_object *fact, diff_form form)
{
	warn(plan, HAZARD_EXISTING_ROWS, fact, "fails where rows have no value",
	    "fill the rows that have none first");
	if (form != DIFF_LIVE)
		warn(plan, HAZARD_LONG_LOCK, fact,
		    "is checked under a lock that stops everybody", IN_STEPS);
}

static void
look_at_make(diff_plan *plan, const diff_object *object, diff_form form)
{
	if (diff_comes_with_table(object) || object->step == NULL)
		return;
	if (diff_is(object, "column") && object->action == DIFF_CHANGE)
		look_at_type(plan, object, form);
	else if (diff_is(object, "column") && needs_rows_to_have_none(object))
		warn(plan, HAZARD_EXISTING_ROWS, object,
		    "is NOT NULL without a default: this fails on a table that has rows",
		    "give it a DEFAULT, or add it without NOT NULL, fill it, and set NOT "
		    "NULL then");
	else if (diff_is(object, "not null"))
		look_at_not_null(plan, object, form);
	else if (diff_is(object, "constraint") && object->action != DIFF_CHANGE)
		look_at_constraint(plan, object, form);
	else if (diff_is(object, "partition"))
		look_at_partition(plan, object);
	else if (diff_is(object, "index"))
		look_at_index(plan, object, form);
	else if (diff_is(object, "domain constraint") ||
		 diff_is(object, "domain not null"))
		warn(plan, HAZARD_EXISTING_ROWS, object,
		    "fails where a value of the domain does not hold it", NULL);
	else if (diff_is(object, "row security"))
		warn(plan, HAZARD_ROW_SECURITY, object,
		    "comes: who is not the owner sees what policies show, and no more",
		    NULL);
}

void
diff_plan_find_hazards(diff_plan *plan, diff_form form)
{
	plan->hazards = NULL;
	plan->hazard_count = 0;
	diff_plan_find_renames(plan);
	for (size_t i = 0; i < plan->count; i++)
		if (plan->steps[i]->drops)
			look_at_drop(plan, plan->steps[i]->object);
	for (size_t i = 0; i < plan->to->count; i++)
		if (plan->to->objects[i]->action != DIFF_KEEP)
			look_at_make(plan, plan->to->objects[i], form);
}
