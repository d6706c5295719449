/* SPDX-License-Identifier: MIT */
/*
 * Forms of a step that a table in use bears (PostgreSQL manual, "ALTER TABLE",
 * "CREATE INDEX", "Building Indexes Concurrently"): what would read the whole
 * table under a lock that stops the game is done in steps that do not. Tables
 * that the plan makes itself are left alone: nobody uses them yet.
 */
#include <string.h>

#include "change/change.h"

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

/* Whether all that an index stands on stays as it is, so that the old one can
 * serve until the new one is there. */
static bool
can_swap(const diff_object *index)
{
	if (index->action != DIFF_REMAKE)
		return false;
	for (size_t i = 0; i < index->need_count; i++)
		if (index->needs[i].on->action != DIFF_KEEP)
			return false;
	return true;
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
	if (is_built(constraint))
		return !is_frame(constraint) &&
			       diff_lookup_find(&work->unique, constraint->name) != NULL
			   ? CHANGE_ALONE
			   : CHANGE_TOGETHER;
	return is_checked(constraint, table) ? CHANGE_ALONE : CHANGE_TOGETHER;
}

static change_mode
drop_mode(const diff_object *object)
{
	if (!diff_is(object, "index") || table_in_use(object) == 0 || is_frame(object))
		return CHANGE_TOGETHER;
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
	if (step->drops)
		return drop_mode(object);
	if (diff_is(object, "index"))
		return table != 0 && !is_frame(object) ? CHANGE_ALONE : CHANGE_TOGETHER;
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
	const char *last = diff_last_name(index->name);
	const char *aside;

	if (!can_swap(index)) {
		change_add(work, CHANGE_ALONE,
		    codegen_format(
			work->memory, "DROP INDEX " CONCURRENTLY "%s", index->name));
		return;
	}
	aside = codegen_format(work->memory, "aet_old_%zu", ++work->swap_count);
	change_add(work, CHANGE_ALONE,
	    codegen_format(
		work->memory, "ALTER INDEX %s RENAME TO %s", index->name, aside));
	diff_lookup_add(work->memory, &work->swapped, index->name,
	    codegen_format(
		work->memory, "%.*s%s", (int)(last - index->name), index->name, aside));
}

static void
make_index(change *work, const diff_object *index)
{
	const char *aside = diff_lookup_find(&work->swapped, index->name);

	change_add(work, CHANGE_ALONE, concurrently(work, index->create));
	if (aside != NULL)
		change_add(work, CHANGE_ALONE,
		    codegen_format(work->memory, "DROP INDEX " CONCURRENTLY "%s", aside));
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

static void
make_unique(change *work, const diff_object *constraint)
{
	const char *name = constraint_name(constraint);

	change_add(work, CHANGE_ALONE,
	    concurrently(work, diff_lookup_find(&work->unique, constraint->name)));
	change_add(work, CHANGE_ALONE,
	    codegen_format(work->memory,
		"ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s",
		constraint->parent->name, name,
		constraint->detail[0] == 'p' ? "PRIMARY KEY" : "UNIQUE", name,
		deferral(constraint)));
}

static void
make_constraint(change *work, const diff_step *step)
{
	const diff_object *constraint = step->object;

	if (constraint->action == DIFF_CHANGE) {
		change_add(work, CHANGE_ALONE, step->text);
	} else if (is_built(constraint)) {
		make_unique(work, constraint);
	} else {
		change_add(work, CHANGE_ALONE,
		    codegen_format(work->memory, "%s NOT VALID", step->text));
		change_add(work, CHANGE_ALONE,
		    codegen_format(work->memory, "ALTER TABLE %s VALIDATE CONSTRAINT %s",
			constraint->parent->name, constraint_name(constraint)));
	}
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
