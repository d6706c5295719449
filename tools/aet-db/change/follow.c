/* SPDX-License-Identifier: MIT */
/*
 * What is renamed before anything else is planned: what somebody declared, and
 * what differs by its name alone, for which dropping and making again would
 * cost time (an index, a constraint) or the place that it had come to (a
 * sequence). No rows hang on the latter: nothing is guessed of data.
 */
#include <stdint.h>
#include <string.h>

#include "change/change.h"
#include "diff/source.h"

/* Runs it on the working copy, and takes it over where it does. */
static aet_status
run(change *work, const char *text, aet_error *err)
{
	aet_status status = diff_source_run(
	    work->memory, work->copy, "rename", text, strlen(text), work->deadline, err);

	if (status == AET_OK)
		change_add(work, CHANGE_TOGETHER, text);
	return status;
}

const char *
change_old_name(const change *work, const char *table)
{
	const char *old = diff_lookup_find(&work->renamed, table);

	return old != NULL ? old : table;
}

static aet_status
run_declared(change *work, bool *again, aet_error *err)
{
	for (size_t i = 0; i < work->renames.count; i++) {
		const change_rename *rename = &work->renames.items[i];
		change_renaming renaming;
		aet_status status = change_rename_text(
		    work->memory, rename, work->from, work->to, &renaming, err);

		if (status == AET_OK && renaming.text != NULL) {
			*again = true;
			status = run(work, renaming.text, err);
		}
		if (status != AET_OK)
			return status;
		if (renaming.wrong != NULL)
			change_warn(work, HAZARD_LIKELY_RENAME, renaming.wrong);
		if (renaming.text == NULL)
			continue;
		if (renaming.table != NULL)
			diff_lookup_add(work->memory, &work->renamed, renaming.becomes,
			    (void *)(uintptr_t)change_old_name(work, renaming.table));
		/* The next one may name what this one has made. */
		status = diff_schema_read(work->memory, work->copy, work->working_loaded,
		    work->deadline, &work->from, err);
		if (status != AET_OK)
			return status;
	}
	return AET_OK;
}

/* ---- what follows -------------------------------------------------------- */

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* What an index says behind its name. */
static const char *
index_body(const diff_object *index)
{
	const char *on = strstr(index->definition, " ON ");
	const char *name = diff_last_name(index->name);
	const char *at = strstr(index->definition, "INDEX ");

	if (at == NULL)
		return on;
	at += strlen("INDEX ");
	return strncmp(at, name, strlen(name)) == 0 ? at + strlen(name) : on;
}

static bool
alike(const diff_object *gone, const diff_object *come)
{
	if (come->parent == NULL || gone->parent == NULL ||
	    !same(gone->kind, come->kind) ||
	    !same(gone->parent->name, come->parent->name))
		return false;
	if (diff_is(gone, "index"))
		return same(gone->detail, come->detail) &&
		       same(index_body(gone), index_body(come));
	return same(gone->shape, come->shape) && same(gone->definition, come->definition);
}

/* The one of the other schema that only its name tells apart; NULL: none. */
static diff_object *
find_alike(const change *work, const diff_object *gone, diff_lookup *taken)
{
	diff_object *table =
	    diff_schema_find(work->to, gone->parent->kind, gone->parent->name);

	for (size_t i = 0; table != NULL && i < table->user_count; i++) {
		diff_object *come = table->users[i];

		if (alike(gone, come) &&
		    diff_schema_find(work->from, come->kind, come->name) == NULL &&
		    diff_lookup_find(taken, come->name) == NULL)
			return come;
	}
	return NULL;
}

static const char *
rename_text(change *work, const diff_object *gone, const diff_object *come)
{
	if (diff_is(gone, "index"))
		return codegen_format(work->memory, "ALTER INDEX %s RENAME TO %s",
		    gone->name, diff_last_name(come->name));
	return codegen_format(work->memory, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s",
	    gone->parent->name, gone->name + strlen(gone->parent->name) + 1,
	    come->name + strlen(come->parent->name) + 1);
}

/* Where it does not run, an inherited constraint say, the plan sees to it. */
static void
try_rename(change *work, const char *text, bool *again)
{
	if (run(work, text, NULL) == AET_OK)
		*again = true;
}

static void
follow_names(change *work, bool *again)
{
	diff_lookup taken = { 0 };

	for (size_t i = 0; i < work->from->count; i++) {
		diff_object *gone = work->from->objects[i];
		diff_object *come;

		if ((!diff_is(gone, "index") && !diff_is(gone, "constraint")) ||
		    gone->parent == NULL ||
		    diff_schema_find(work->to, gone->kind, gone->name) != NULL)
			continue;
		come = find_alike(work, gone, &taken);
		if (come == NULL)
			continue;
		diff_lookup_add(work->memory, &taken, come->name, come);
		try_rename(work, rename_text(work, gone, come), again);
	}
}

/* The sequence of a column that has another one in the new schema. */
static void
follow_sequence(change *work, const char *was, const char *is, bool *again)
{
	size_t schema = (size_t)(diff_last_name(was) - was);

	if (strcmp(was, is) == 0 || schema != (size_t)(diff_last_name(is) - is) ||
	    strncmp(was, is, schema) != 0)
		return;
	try_rename(work,
	    codegen_format(
		work->memory, "ALTER SEQUENCE %s RENAME TO %s", was, diff_last_name(is)),
	    again);
}

/* "sequence owner" is named by the sequence, and says whose it is. */
static diff_object *
find_owned(const diff_schema *schema, const char *column)
{
	for (size_t i = 0; i < schema->count; i++)
		if (diff_is(schema->objects[i], "sequence owner") &&
		    strcmp(schema->objects[i]->definition, column) == 0)
			return schema->objects[i];
	return NULL;
}

static void
follow_sequences(change *work, bool *again)
{
	for (size_t i = 0; i < work->from->count; i++) {
		const diff_object *object = work->from->objects[i];
		const diff_object *other;

		if (diff_is(object, "identity")) {
			other = diff_schema_find(work->to, object->kind, object->name);
			if (other != NULL)
				follow_sequence(work, object->shape, other->shape, again);
		} else if (diff_is(object, "sequence owner") &&
			   diff_schema_find(work->to, "sequence", object->name) == NULL) {
			other = find_owned(work->to, object->definition);
			if (other != NULL)
				follow_sequence(work, object->name, other->name, again);
		}
	}
}

aet_status
change_follow(change *work, bool *again, aet_error *err)
{
	aet_status status = run_declared(work, again, err);

	if (status != AET_OK)
		return status;
	follow_sequences(work, again);
	follow_names(work, again);
	return AET_OK;
}
