/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "diff/decide.h"

bool
diff_goes(const diff_object *object)
{
	return object->action == DIFF_DROP || object->action == DIFF_REMAKE;
}

bool
diff_comes(const diff_object *object)
{
	return object->action == DIFF_CREATE || object->action == DIFF_REMAKE;
}

/* A foreign key to a table that goes, too: the two may refer to each other. */
static bool
refers_to_what_goes(const diff_object *key)
{
	for (size_t i = 0; i < key->need_count; i++) {
		const diff_object *on = key->needs[i].on;

		if (!key->needs[i].owned && diff_goes(on) && on != key->parent &&
		    on->parent != key->parent)
			return true;
	}
	return false;
}

/* A sequence that stays must be let go of before its column is dropped. */
static bool
outlives(const diff_object *owner)
{
	for (size_t i = 0; i < owner->need_count; i++)
		if (!owner->needs[i].weak && !diff_goes(owner->needs[i].on))
			return true;
	return false;
}

/* Whether it is dropped by itself, although something takes it along. */
static bool
lets_go(const diff_object *object)
{
	if (diff_is(object, "sequence owner"))
		return outlives(object);
	/* Foreign keys to the whole table hold its partitions. */
	if (diff_is(object, "partition"))
		return object->detail[0] == 'f' && outlives(object);
	/* A column in its expressions or its WHERE holds it, and does not take it. */
	if (diff_is(object, "constraint") && object->detail[0] == 'x')
		return object->parent != NULL && !diff_goes(object->parent);
	return diff_is(object, "constraint") && object->detail[0] == 'f' &&
	       refers_to_what_goes(object);
}

/* An index of a partition is made by itself, and then becomes a part. */
static bool
is_index(const diff_object *object)
{
	return diff_is(object, "index") ||
	       (diff_is(object, "constraint") && object->detail[0] != 'c');
}

bool
diff_is_inherited(const diff_object *object)
{
	if (is_index(object))
		return false;
	for (size_t i = 0; i < object->link_count; i++)
		if (object->links[i] != NULL && object->links[i]->action == DIFF_KEEP)
			return true;
	return false;
}

/* Whether its table stays and inherits no longer: the index, say, of a whole
 * table does not take along that of what was its partition. */
static bool
is_detached(const diff_object *object)
{
	for (size_t i = 0; i < object->link_count; i++)
		if (object->links[i] != NULL && diff_goes(object->links[i]) &&
		    !diff_goes(object->links[i]->parent))
			return true;
	return false;
}

diff_object *
diff_taken_by(const diff_object *object)
{
	bool detached = is_detached(object);

	if (lets_go(object))
		return NULL;
	for (size_t i = 0; i < object->need_count; i++) {
		diff_object *on = object->needs[i].on;

		if (object->needs[i].owned && diff_goes(on) &&
		    (!detached || on->parent == object->parent || on == object->parent))
			return on;
	}
	return NULL;
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static diff_action
compare(diff_plan *plan, const diff_object *older, const diff_object *newer)
{
	if (same(older->shape, newer->shape) &&
	    same(older->definition, newer->definition))
		return DIFF_KEEP;
	return diff_can_change(plan->memory, older, newer) ? DIFF_CHANGE : DIFF_REMAKE;
}

void
diff_put(diff_work *todo, diff_object *object, diff_action action)
{
	object->action = action;
	if (object->other != NULL)
		object->other->action = action;
	todo->items = codegen_append(
	    todo->plan->memory, todo->items, &todo->count, sizeof(*todo->items));
	todo->items[todo->count - 1] = object;
}

/* What an earlier plan has left. */
static void
forget(const diff_schema *schema)
{
	for (size_t i = 0; i < schema->count; i++) {
		diff_object *object = schema->objects[i];

		object->other = NULL;
		object->action = DIFF_KEEP;
		object->step = NULL;
		object->aside = NULL;
		object->rows = NULL;
		object->seen = NULL;
	}
}

static void
match(diff_work *todo)
{
	diff_plan *plan = todo->plan;

	forget(plan->from);
	forget(plan->to);
	for (size_t i = 0; i < plan->to->count; i++)
		plan->to->objects[i]->action = DIFF_CREATE;
	for (size_t i = 0; i < plan->from->count; i++) {
		diff_object *object = plan->from->objects[i];
		diff_action action = DIFF_DROP;

		object->other = diff_schema_find(plan->to, object->kind, object->name);
		if (object->other != NULL) {
			object->other->other = object;
			action = compare(plan, object, object->other);
			object->other->action = action;
		}
		object->action = DIFF_KEEP;
		if (action != DIFF_KEEP)
			diff_put(todo, object, action);
	}
}

/* What PostgreSQL would not let a column's type change under, and what would
 * have to be converted with it. */
static bool
is_in_the_way(const diff_object *user)
{
	static const char *const kinds[] = { "view", "materialized view", "rule",
		"trigger", "policy", "function", "procedure", "default",
		"published table", "partition key", NULL };

	for (size_t i = 0; kinds[i] != NULL; i++)
		if (diff_is(user, kinds[i]))
			return true;
	if (diff_is(user, "constraint"))
		return user->detail[0] == 'f';
	return diff_is(user, "column") && user->shape != NULL;
}

static bool
leans_on(const diff_object *user, const diff_object *object)
{
	for (size_t i = 0; i < user->need_count; i++)
		if (user->needs[i].on == object)
			return !user->needs[i].weak;
	return false;
}

/* Whether user, changed in place, no longer stands on what is dropped for good.
 * A configuration's mappings are objects of their own. */
static bool
leaves(const diff_object *user, const diff_object *object)
{
	return object->action == DIFF_DROP &&
	       (user->action == DIFF_CHANGE ||
		   diff_is(user, "text search configuration"));
}

/* What stands on something that goes goes, too, and comes back. */
static void
spread(diff_work *todo, const diff_object *object)
{
	diff_bring_along(todo, object);
	for (size_t i = 0; i < object->user_count; i++) {
		diff_object *user = object->users[i];

		if (diff_goes(user) || !leans_on(user, object))
			continue;
		if (object->action == DIFF_CHANGE) {
			if (diff_is(object, "column") && is_in_the_way(user)) {
				diff_put(todo, user, DIFF_REMAKE);
				diff_bring_user_along(todo, user, object);
			}
		} else if (object->action == DIFF_REMAKE && diff_retypes(user, object)) {
			if (user->action != DIFF_CHANGE)
				diff_put(todo, user, DIFF_CHANGE);
		} else if (user->other != NULL && !leaves(user, object)) {
			diff_put(todo, user, DIFF_REMAKE);
			diff_bring_user_along(todo, user, object);
		}
	}
}

void
diff_plan_decide(diff_plan *plan)
{
	diff_work todo = { .plan = plan };

	match(&todo);
	do {
		while (todo.done < todo.count)
			spread(&todo, todo.items[todo.done++]);
		diff_settle_inheritance(&todo);
	} while (todo.done < todo.count);
}
