/* SPDX-License-Identifier: MIT */
/*
 * Forms of a step that a table in use bears (PostgreSQL manual, "ALTER TABLE",
 * "CREATE INDEX", "Building Indexes Concurrently"): what would read the whole
 * table under a lock that stops the game is done in steps that do not. Tables
 * that the plan makes itself are left alone: nobody uses them yet.
 */
#include <stdint.h>
#include <string.h>

#include "change/phase.h"

#define CONCURRENTLY "CONCURRENTLY "
#define HELPER "aet_not_null"

/* What a table is, by its kind in pg_class; 0: it is none, or not in use. */
static char
table_in_use(const diff_object *object)
{
	const diff_object *table = diff_table_of(object);

	if (table == NULL || diff_comes(table) || table->action == DIFF_DROP)
		return 0;
	return diff_is(table, "table") ? table->detail[0] : 'm';
}

/* ---- which mode ---------------------------------------------------------- */

/* Until the new one is there the old one serves, unless it is in the way of what
 * the new one needs. */
void
change_find_swaps(change *work, const diff_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		diff_step *step = plan->steps[i];
		const diff_object *index = step->object;

		if (step->drops && diff_is(index, "index") &&
		    index->action == DIFF_REMAKE && index->other->step != NULL &&
		    !change_is_between(work, step, index->other->step))
			diff_lookup_add(work->memory, &work->swapped, index->name,
			    codegen_format(
				work->memory, "aet_old_%zu", ++work->swap_count));
	}
}

/* One of a partitioned table is a frame, without anything to build. */
static bool
is_frame(const diff_object *object)
{
	return strstr(object->create, " ONLY ") != NULL && table_in_use(object) == 'p';
}

static bool
is_built(const diff_object *constraint)
{
	return constraint->detail[0] == 'p' || constraint->detail[0] == 'u';
}

/* Adding it reads the table, unless it is added NOT VALID, as a partitioned
 * table's foreign key cannot be. */
static bool
is_checked(const diff_object *constraint, char table)
{
	if (strstr(constraint->definition, " NOT VALID") != NULL)
		return false;
	return constraint->detail[0] == 'c' ||
	       (constraint->detail[0] == 'f' && table != 'p');
}

static change_mode
constraint_mode(change *work, const diff_object *constraint)
{
	char table = table_in_use(constraint);

	if (table != 'r' && table != 'p')
		return CHANGE_TOGETHER;
	if (constraint->action == DIFF_CHANGE)
		return CHANGE_ALONE; /* VALIDATE */
	if (change_replaced(work, constraint) != NULL)
		return CHANGE_TOGETHER; /* see change/guard.c */
	if (is_built(constraint))
		return !is_frame(constraint) &&
			       diff_lookup_find(&work->unique, constraint->name) != NULL
			   ? CHANGE_ALONE
			   : CHANGE_TOGETHER;
	return is_checked(constraint, table) ? CHANGE_ALONE : CHANGE_TOGETHER;
}

/* A unique index that is in the way of its successor goes and comes with it. */
static bool
goes_together(change *work, const diff_step *step)
{
	const diff_object *index = step->object;
	const diff_object *older = step->drops ? index : index->other;

	return index->action == DIFF_REMAKE && older->detail != NULL &&
	       diff_lookup_find(&work->swapped, index->name) == NULL;
}

/* Whether it goes in the transaction in which another takes its place. */
static bool
gives_way(const change *work, const diff_object *older)
{
	if (older->action != DIFF_DROP || older->detail == NULL)
		return false;
	for (size_t i = 0; i < work->to->count; i++)
		if (diff_is(work->to->objects[i], "constraint") &&
		    change_replaced(work, work->to->objects[i]) == older)
			return true;
	return false;
}

static change_mode
index_mode(change *work, const diff_step *step)
{
	if (table_in_use(step->object) == 0 || is_frame(step->object) ||
	    goes_together(work, step))
		return CHANGE_TOGETHER;
	if (step->drops ? gives_way(work, step->object)
			: change_replaced(work, step->object) != NULL)
		return CHANGE_TOGETHER; /* see change/guard.c */
	return CHANGE_ALONE;
}

change_mode
change_step_mode(change *work, const diff_step *step)
{
	const diff_object *object = step->object;
	char table = table_in_use(object);

	if (diff_is(object, "enum") && object->action == DIFF_CHANGE &&
	    (!work->transactional || step->after_count > 0))
		return CHANGE_BEFORE;
	if (work->transactional)
		return CHANGE_TOGETHER;
	if (diff_is(object, "index"))
		return index_mode(work, step);
	if (step->drops)
		return CHANGE_TOGETHER;
	if (diff_is(object, "constraint"))
		return constraint_mode(work, object);
	if (diff_is(object, "not null") && (table == 'r' || table == 'p'))
		return CHANGE_ALONE;
	return CHANGE_TOGETHER;
}

/* ---- in which words ------------------------------------------------------ */

/* "CREATE [UNIQUE] INDEX name ..." with the word behind INDEX. */
static const char *
concurrently(change *work, const char *create)
{
	const char *name = strstr(create, "INDEX ") + strlen("INDEX ");

	return codegen_format(
	    work->memory, "%.*s" CONCURRENTLY "%s", (int)(name - create), create, name);
}

static void
drop_index(change *work, const diff_object *index)
{
	const char *aside = diff_lookup_find(&work->swapped, index->name);

	change_add(work, CHANGE_ALONE,
	    aside != NULL ? codegen_format(work->memory, "ALTER INDEX %s RENAME TO %s",
				index->name, aside)
			  : codegen_format(work->memory, "DROP INDEX " CONCURRENTLY "%s",
				index->name));
}

static void
make_index(change *work, const diff_object *index)
{
	const char *aside = diff_lookup_find(&work->swapped, index->name);
	const char *last = diff_last_name(index->name);

	change_add(work, CHANGE_ALONE, concurrently(work, index->create));
	if (aside != NULL)
		change_add(work, CHANGE_ALONE,
		    codegen_format(work->memory, "DROP INDEX " CONCURRENTLY "%.*s%s",
			(int)(last - index->name), index->name, aside));
}

/* The name of a constraint, which facts have behind its table's. */
static const char *
constraint_name(const diff_object *constraint)
{
	return constraint->name + strlen(constraint->parent->name) + 1;
}

/* " DEFERRABLE INITIALLY DEFERRED", or nothing. */
static const char *
deferral(const diff_object *constraint)
{
	const char *at = strstr(constraint->definition, ") DEFERRABLE");

	return at != NULL ? at + 1 : "";
}

/* Of an index that is there under the name. */
static const char *
unique_text(change *work, const diff_object *constraint, const char *index)
{
	return codegen_format(work->memory,
	    "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s",
	    constraint->parent->name, constraint_name(constraint),
	    constraint->detail[0] == 'p' ? "PRIMARY KEY" : "UNIQUE", index,
	    deferral(constraint));
}

static const char *
validate_text(change *work, const diff_object *constraint)
{
	return codegen_format(work->memory, "ALTER TABLE %s VALIDATE CONSTRAINT %s",
	    constraint->parent->name, constraint_name(constraint));
}

static void
make_constraint(change *work, const diff_step *step)
{
	const diff_object *constraint = step->object;

	if (constraint->action == DIFF_CHANGE) {
		change_add(work, CHANGE_ALONE, step->text);
	} else if (is_built(constraint)) {
		change_add(work, CHANGE_ALONE,
		    concurrently(
			work, diff_lookup_find(&work->unique, constraint->name)));
		change_add(work, CHANGE_ALONE,
		    unique_text(work, constraint, constraint_name(constraint)));
	} else {
		change_add(work, CHANGE_ALONE,
		    codegen_format(work->memory, "%s NOT VALID", step->text));
		change_add(work, CHANGE_ALONE, validate_text(work, constraint));
	}
}

/* "CREATE UNIQUE INDEX CONCURRENTLY aside ON ..." of the one with the name. */
static const char *
build_aside(change *work, const char *create, const char *name, const char *aside)
{
	const char *text = concurrently(work, create);
	const char *at = strstr(text, CONCURRENTLY) + strlen(CONCURRENTLY);

	return codegen_format(
	    work->memory, "%.*s%s%s", (int)(at - text), text, aside, at + strlen(name));
}

static const char *
aside_name(change *work, const diff_object *object)
{
	const char *aside =
	    codegen_format(work->memory, "aet_new_%zu", ++work->swap_count);

	diff_lookup_add(
	    work->memory, &work->aside, object->name, (void *)(uintptr_t)aside);
	return aside;
}

/* A constraint's index becomes one by itself. */
static change_split
split_index(change *work, const diff_object *index)
{
	const char *last = diff_last_name(index->name);
	const char *aside = aside_name(work, index);

	return (change_split){ .before = build_aside(work, index->create, last, aside),
		.text = codegen_format(work->memory, "ALTER INDEX %.*s%s RENAME TO %s",
		    (int)(last - index->name), index->name, aside, last) };
}

static change_split
split_unique(change *work, const diff_object *constraint)
{
	const char *create = diff_lookup_find(&work->unique, constraint->name);
	const char *aside = aside_name(work, constraint);

	return (change_split){ .before = build_aside(
				   work, create, constraint_name(constraint), aside),
		.text = unique_text(work, constraint, aside) };
}

change_split
change_split_step(change *work, const diff_step *step, bool built)
{
	const diff_object *object = step->object;
	char table = table_in_use(object);

	if (table != 'r' && table != 'p' && table != 'm')
		return (change_split){ .text = step->text };
	if (diff_is(object, "constraint") && is_checked(object, table))
		return (change_split){ .text = codegen_format(
					   work->memory, "%s NOT VALID", step->text),
			.after = validate_text(work, object) };
	if (!built || is_frame(object))
		return (change_split){ .text = step->text };
	if (diff_is(object, "index"))
		return split_index(work, object);
	if (is_built(object) && diff_lookup_find(&work->unique, object->name) != NULL)
		return split_unique(work, object);
	return (change_split){ .text = step->text };
}

/* SET NOT NULL reads the table, unless a constraint that holds says it already. */
static void
make_not_null(change *work, const diff_step *step)
{
	const char *table = diff_table_of(step->object)->name;

	change_add(work, CHANGE_ALONE,
	    codegen_format(work->memory,
		"ALTER TABLE %s ADD CONSTRAINT " HELPER
		" CHECK (%s IS NOT NULL) NOT VALID",
		table, diff_last_name(step->object->name)));
	change_add(work, CHANGE_ALONE,
	    codegen_format(
		work->memory, "ALTER TABLE %s VALIDATE CONSTRAINT " HELPER, table));
	change_add(work, CHANGE_ALONE, step->text);
	change_add(work, CHANGE_ALONE,
	    codegen_format(
		work->memory, "ALTER TABLE %s DROP CONSTRAINT " HELPER, table));
}

void
change_add_step(change *work, const diff_step *step, change_mode mode)
{
	const diff_object *object = step->object;

	if (mode == CHANGE_ALONE && step->drops)
		drop_index(work, object);
	else if (mode == CHANGE_ALONE && diff_is(object, "index"))
		make_index(work, object);
	else if (mode == CHANGE_ALONE && diff_is(object, "constraint"))
		make_constraint(work, step);
	else if (mode == CHANGE_ALONE && diff_is(object, "not null"))
		make_not_null(work, step);
	else
		change_add(work, mode, step->text);
}

aet_status
change_read_unique(change *work, aet__connection *connection, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(connection,
	    "SELECT pg_catalog.quote_ident(n.nspname) || '.'"
	    " || pg_catalog.quote_ident(c.relname) || ' '"
	    " || pg_catalog.quote_ident(k.conname),"
	    " pg_catalog.pg_get_indexdef(k.conindid)"
	    " FROM pg_catalog.pg_constraint AS k"
	    " JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid"
	    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
	    " WHERE k.contype IN ('p', 'u') AND c.oid >= 16384",
	    NULL, 0, work->deadline, &result, err);

	if (status != AET_OK)
		return status;
	for (size_t row = 0; row < aet__result_rows(result); row++)
		diff_lookup_add(work->memory, &work->unique,
		    codegen_copy(work->memory, aet__result_text(result, row, 0)),
		    codegen_copy(work->memory, aet__result_text(result, row, 1)));
	aet__result_free(result);
	return AET_OK;
}
