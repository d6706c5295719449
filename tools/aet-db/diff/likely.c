/* SPDX-License-Identifier: MIT */
/*
 * Renames that nobody declared. None is ever made of them: they are named, with
 * the flag that would make one.
 */
#include <string.h>

#include "diff/plan.h"

static bool
is_claimed(const diff_plan *plan, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < plan->hazard_count; i++) {
		const char *rename = plan->hazards[i].rename;
		size_t size = rename != NULL ? strlen(rename) : 0;

		if (size > len && rename[size - len - 1] == '=' &&
		    strcmp(rename + size - len, name) == 0)
			return true;
	}
	return false;
}

static void
tell(diff_plan *plan, const diff_object *gone, const diff_object *come, const char *why)
{
	const diff_object *table = diff_table_of(gone);
	diff_hazard *hazard = diff_plan_warn(plan, HAZARD_LIKELY_RENAME,
	    codegen_format(plan->memory,
		"%s %s goes and %s comes, %s: if it is renamed, say so, for its values "
		"are lost otherwise",
		gone->kind, gone->name, come->name, why));

	hazard->table = table != NULL ? table->name : NULL;
	hazard->rename = codegen_format(plan->memory, "%s=%s", gone->name, come->name);
	hazard->instead = codegen_format(plan->memory,
	    "--rename '%s', or \"-- aet: renamed from %s\" beside it in the schema",
	    hazard->rename, diff_last_name(gone->name));
}

/* The new column of the same table and type that nobody else may have been. */
static void
look_at_column(diff_plan *plan, const diff_object *gone)
{
	const diff_object *table = gone->parent != NULL ? gone->parent->other : NULL;

	if (table == NULL || gone->shape != NULL || !diff_is(table, "table"))
		return;
	for (size_t i = 0; i < table->user_count; i++) {
		const diff_object *come = table->users[i];

		if (come->action == DIFF_CREATE && diff_is(come, "column") &&
		    come->parent == table && come->shape == NULL &&
		    strcmp(come->definition, gone->definition) == 0 &&
		    !is_claimed(plan, come->name)) {
			tell(plan, gone, come, "of the same type");
			return;
		}
	}
}

static const diff_object *
column_of(const diff_object *table, const char *name)
{
	for (size_t i = 0; i < table->user_count; i++)
		if (diff_is(table->users[i], "column") &&
		    table->users[i]->parent == table &&
		    strcmp(diff_last_name(table->users[i]->name), name) == 0)
			return table->users[i];
	return NULL;
}

/* Of a hundred columns of both, so many are alike in name and type. */
static size_t
likeness(const diff_object *gone, const diff_object *come)
{
	size_t alike = 0;
	size_t all = 0;

	for (size_t i = 0; i < gone->user_count; i++) {
		const diff_object *mine = gone->users[i];
		const diff_object *theirs;

		if (!diff_is(mine, "column") || mine->parent != gone)
			continue;
		theirs = column_of(come, diff_last_name(mine->name));
		if (theirs != NULL && strcmp(theirs->definition, mine->definition) == 0)
			alike++;
		all++;
	}
	for (size_t i = 0; i < come->user_count; i++)
		all +=
		    diff_is(come->users[i], "column") && come->users[i]->parent == come;
	return all > 0 ? 200 * alike / all : 0;
}

static void
look_at_table(diff_plan *plan, const diff_object *gone)
{
	const diff_object *best = NULL;
	size_t most = 59;

	for (size_t i = 0; i < plan->to->count; i++) {
		const diff_object *come = plan->to->objects[i];

		if (come->action != DIFF_CREATE || !diff_is(come, "table") ||
		    come->detail[0] != gone->detail[0] || is_claimed(plan, come->name) ||
		    likeness(gone, come) <= most)
			continue;
		best = come;
		most = likeness(gone, come);
	}
	if (best != NULL)
		tell(plan, gone, best, "with much the same columns");
}

/* ---- labels of enums ------------------------------------------------------ */

#define LABELS_END '\x01'

static bool
has_label(const char *labels, const char *label, size_t len)
{
	for (const char *at = labels; at != NULL && *at != '\0';) {
		const char *end = strchr(at, LABELS_END);
		size_t size = end != NULL ? (size_t)(end - at) : strlen(at);

		if (size == len && memcmp(at, label, len) == 0)
			return true;
		at = end != NULL ? end + 1 : NULL;
	}
	return false;
}

/* How many of labels are not among others, and one of them. */
static size_t
count_missing(
    codegen_memory *memory, const char *labels, const char *others, const char **one)
{
	size_t count = 0;

	for (const char *at = labels; at != NULL && *at != '\0';) {
		const char *end = strchr(at, LABELS_END);
		size_t size = end != NULL ? (size_t)(end - at) : strlen(at);

		if (!has_label(others, at, size)) {
			*one = codegen_copy_n(memory, at, size);
			count++;
		}
		at = end != NULL ? end + 1 : NULL;
	}
	return count;
}

static void
look_at_enum(diff_plan *plan, const diff_object *older)
{
	const char *gone = NULL;
	const char *come = NULL;
	diff_hazard *hazard;

	if (older->other == NULL ||
	    count_missing(plan->memory, older->detail, older->other->detail, &gone) !=
		1 ||
	    count_missing(plan->memory, older->other->detail, older->detail, &come) != 1)
		return;
	hazard = diff_plan_warn(plan, HAZARD_LIKELY_RENAME,
	    codegen_format(plan->memory,
		"enum %s has %s no longer, and %s instead: rows that have the old label "
		"fail, if it is not renamed",
		older->name, gone, come));
	hazard->object = older->name;
	hazard->instead = codegen_format(
	    plan->memory, "\"-- aet: renamed from %s\" beside it in the schema", gone);
}

void
diff_plan_find_renames(diff_plan *plan)
{
	for (size_t i = 0; i < plan->from->count; i++) {
		const diff_object *gone = plan->from->objects[i];

		if (gone->action == DIFF_REMAKE && diff_is(gone, "enum"))
			look_at_enum(plan, gone);
		if (gone->action != DIFF_DROP)
			continue;
		if (diff_is(gone, "table"))
			look_at_table(plan, gone);
		else if (diff_is(gone, "column"))
			look_at_column(plan, gone);
	}
}
