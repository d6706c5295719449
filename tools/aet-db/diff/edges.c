/* SPDX-License-Identifier: MIT */
#include "diff/plan.h"

/* Depths beyond any chain of parents that a schema can have. */
#define DEEP 32

static void
wait(diff_plan *plan, diff_step *first, diff_step *then)
{
	if (first == NULL || then == NULL || first == then)
		return;
	for (size_t i = 0; i < first->after_count; i++)
		if (first->after[i] == then)
			return;
	first->after = codegen_append(
	    plan->memory, first->after, &first->after_count, sizeof(*first->after));
	first->after[first->after_count - 1] = then;
	then->waits++;
}

/* The step that drops an object of the older schema, or what takes it along. */
static diff_step *
drop_of(const diff_object *object)
{
	for (int depth = 0; object != NULL && depth < DEEP; depth++) {
		if (object->step != NULL && diff_goes(object))
			return object->step;
		object = diff_taken_by(object);
	}
	return NULL;
}

/* The step that makes or changes an object of the newer schema. */
static diff_step *
make_of(const diff_object *object)
{
	for (int depth = 0; object != NULL && depth < DEEP; depth++) {
		if (object->step != NULL)
			return object->step;
		if (!diff_comes(object))
			return NULL;
		object = object->parent;
	}
	return NULL;
}

static diff_step *
change_of(const diff_object *older)
{
	return older->action == DIFF_CHANGE ? older->other->step : NULL;
}

/* What holds rows of a table goes before its columns change. */
static void
connect_columns(diff_plan *plan, diff_step *drop, const diff_object *table)
{
	for (size_t i = 0; i < table->user_count; i++)
		if (diff_is(table->users[i], "column") &&
		    table->users[i]->parent == table)
			wait(plan, drop, change_of(table->users[i]));
}

/* Before what it stands on is dropped or changed, an object is dropped. */
static void
connect_drop(diff_plan *plan, const diff_object *object)
{
	diff_step *drop = drop_of(object);

	for (size_t i = 0; i < object->need_count; i++) {
		const diff_object *on = object->needs[i].on;

		/* What is taken along with another need not go before this. */
		if (object->needs[i].weak && object->step == NULL)
			continue;
		wait(plan, drop, diff_goes(on) ? drop_of(on) : change_of(on));
		wait(plan, object->aside, on->aside);
		if (diff_is(object, "column") && diff_is(on, "table") &&
		    on != object->parent)
			connect_columns(plan, drop, on);
	}
	if (object->other != NULL)
		wait(plan, drop, make_of(object->other));
	for (size_t i = 0; i < object->link_count; i++)
		if (object->links[i] != NULL && diff_goes(object->links[i]))
			wait(plan, drop_of(object->links[i]), object->step);
}

/* What stood on something that goes, and no longer does. */
static void
connect_change(diff_plan *plan, const diff_object *object)
{
	diff_step *change = change_of(object);

	for (size_t i = 0; i < object->need_count; i++) {
		const diff_object *on = object->needs[i].on;

		if (on->aside != NULL)
			wait(plan, change, on->aside);
		else if (diff_goes(on))
			wait(plan, change, drop_of(on));
	}
}

/* A table has what the other has before it inherits from it. */
static void
connect_link(diff_plan *plan, const diff_object *object, const diff_object *link)
{
	if (link->step == NULL)
		return;
	wait(plan, make_of(object), make_of(link));
	for (size_t i = 0; i < object->need_count; i++)
		if (diff_is(object->needs[i].on, object->kind))
			wait(plan, make_of(object->needs[i].on), make_of(link));
	if (link->other != NULL && link->other->step != NULL)
		wait(plan, link->other->step, make_of(object));
}

/* And comes back once they have changed. */
static void
connect_changed(diff_plan *plan, diff_step *make, const diff_object *table)
{
	for (size_t i = 0; i < table->user_count; i++)
		if (diff_is(table->users[i], "column") &&
		    table->users[i]->parent == table)
			wait(plan, table->users[i]->step, make);
}

static void
connect_make(diff_plan *plan, const diff_object *object)
{
	diff_step *make = make_of(object);

	for (size_t i = 0; i < object->need_count; i++) {
		const diff_object *on = object->needs[i].on;

		wait(plan, make_of(on), make);
		if (diff_is(object, "column") && diff_is(on, "table") &&
		    on != object->parent)
			connect_changed(plan, make, on);
	}
	for (size_t i = 0; i < object->link_count; i++)
		if (object->links[i] != NULL && diff_comes(object->links[i]))
			connect_link(plan, object, object->links[i]);
}

/* ---- rows that are kept -------------------------------------------------- */

/* Rows are laid aside before their table goes, or a partition with a part of them. */
static void
connect_keeping(diff_plan *plan, const diff_object *object)
{
	const diff_object *table = diff_is(object, "partition") ? object->parent : object;

	for (int depth = 0; table != NULL && depth < DEEP; depth++) {
		wait(plan, table->rows, drop_of(object));
		table = diff_whole_of(table);
	}
}

/* What would act upon rows that are put back, or be checked or filled without. */
static bool
follows_rows(const diff_object *object)
{
	static const char *const kinds[] = { "trigger", "rule", "row security",
		"forced row security", "policy", "materialized view", "sequence owner",
		NULL };

	for (size_t i = 0; kinds[i] != NULL; i++)
		if (diff_is(object, kinds[i]))
			return true;
	return diff_is(object, "constraint") && object->detail[0] == 'f';
}

static void
connect_followers(diff_plan *plan, diff_step *rows, const diff_object *object)
{
	for (size_t i = 0; i < object->user_count; i++) {
		diff_object *user = object->users[i];

		if (user->seen == rows || !diff_comes(user) || diff_is(user, "partition"))
			continue;
		user->seen = rows;
		if (follows_rows(user))
			wait(plan, rows, user->step);
		connect_followers(plan, rows, user);
	}
}

/* Rows are put back once their table has its partitions. */
static void
connect_restoring(diff_plan *plan, diff_step *rows, const diff_object *table, int depth)
{
	wait(plan, make_of(table), rows);
	connect_followers(plan, rows, table);
	for (size_t i = 0; i < table->user_count; i++) {
		const diff_object *link = table->users[i];

		if (!diff_is(link, "partition") || link->parent == table)
			continue;
		wait(plan, make_of(link), rows);
		if (depth < DEEP)
			connect_restoring(plan, rows, link->parent, depth + 1);
	}
}

static void
connect_going(diff_plan *plan, const diff_object *object)
{
	connect_drop(plan, object);
	if (diff_is(object, "table") || diff_is(object, "partition"))
		connect_keeping(plan, object);
}

static void
connect_coming(diff_plan *plan, const diff_object *object)
{
	connect_make(plan, object);
	if (object->rows != NULL)
		connect_restoring(plan, object->rows, diff_way_in(object), 0);
}

void
diff_plan_connect(diff_plan *plan)
{
	for (size_t i = 0; i < plan->from->count; i++) {
		const diff_object *object = plan->from->objects[i];

		if (diff_goes(object))
			connect_going(plan, object);
		else if (object->action == DIFF_CHANGE)
			connect_change(plan, object);
	}
	for (size_t i = 0; i < plan->to->count; i++)
		if (plan->to->objects[i]->action != DIFF_KEEP)
			connect_coming(plan, plan->to->objects[i]);
}
