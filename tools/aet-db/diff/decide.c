/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "diff/plan.h"

typedef struct work {
	diff_plan *plan;
	diff_object **items;
	size_t count;
	size_t done;
} work;

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

static void
put(work *todo, diff_object *object, diff_action action)
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
match(work *todo)
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
			put(todo, object, action);
	}
}

/* What PostgreSQL would not let a column's type change under, and what would
 * have to be converted with it. */
static bool
is_in_the_way(const diff_object *user)
{
	static const char *const kinds[] = { "view", "materialized view", "rule",
		"trigger", "policy", "function", "procedure", "default",
		"published table", NULL };

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

/* An index cannot be let go of by the whole table's index, which then is made
 * anew with all its parts; unless the partition itself is detached. */
static void
part_index(work *todo, const diff_object *part)
{
	for (size_t i = 0; i < part->need_count; i++)
		if (diff_goes(part->needs[i].on))
			return;
	for (size_t i = 0; i < part->need_count; i++) {
		diff_object *whole = part->needs[i].on;

		if (!part->needs[i].weak && whole != part->parent && whole->other != NULL)
			put(todo, whole, DIFF_REMAKE);
	}
}

/* Whether both have the same attributes, whatever their types. */
static bool
same_attributes(const diff_object *type)
{
	for (size_t i = 0; i < type->user_count; i++)
		if (diff_is(type->users[i], "attribute") &&
		    type->users[i]->parent == type && type->users[i]->other == NULL)
			return false;
	for (size_t i = 0; i < type->other->user_count; i++)
		if (diff_is(type->other->users[i], "attribute") &&
		    type->other->users[i]->parent == type->other &&
		    type->other->users[i]->other == NULL)
			return false;
	return true;
}

/* An attribute's type cannot change under a column: then the whole type is made
 * anew, and the column converted. */
static void
change_attribute(work *todo, const diff_object *attribute)
{
	diff_object *type = attribute->parent;

	for (size_t i = 0; i < type->user_count; i++)
		if (diff_is(type->users[i], "column") && !diff_goes(type) &&
		    diff_retypes(type->users[i], type) && same_attributes(type)) {
			put(todo, type, DIFF_REMAKE);
			return;
		}
}

/* An attribute that is dropped and added has no values then: the whole type is
 * made anew instead, and columns are converted. */
static void
remake_composite(work *todo, const diff_object *attribute, const diff_object *type)
{
	diff_object *composite = attribute->parent;

	if (diff_is(attribute, "attribute") && type != composite && diff_is_type(type) &&
	    composite->other != NULL && !diff_goes(composite) &&
	    same_attributes(composite))
		put(todo, composite, DIFF_REMAKE);
}

/* Where other rows belong to a partition, what it has goes by way of the whole. */
static void
reroute(work *todo, const diff_object *link)
{
	diff_object *table = link->parent;

	if (diff_is(link, "partition") && link->action == DIFF_REMAKE &&
	    strcmp(link->definition, link->other->definition) != 0 && table != NULL &&
	    diff_holds_rows(table) && !diff_goes(table))
		put(todo, table, DIFF_REMAKE);
}

/* With its key, where a row of a partitioned table belongs changes. */
static void
remake_partitions(work *todo, const diff_object *whole)
{
	if (whole->action != DIFF_REMAKE || !diff_is(whole, "table") ||
	    whole->detail[0] != 'p' || whole->other->detail[0] != 'p')
		return;
	for (size_t i = 0; i < whole->user_count; i++) {
		const diff_object *link = whole->users[i];

		if (diff_is(link, "partition") && link->parent != whole &&
		    link->other != NULL && !diff_goes(link->parent))
			put(todo, link->parent, DIFF_REMAKE);
	}
}

/* What stands on something that goes goes, too, and comes back. */
static void
spread(work *todo, const diff_object *object)
{
	if (diff_is(object, "attribute") && object->action == DIFF_CHANGE)
		change_attribute(todo, object);
	if (diff_is(object, "index partition") && object->action == DIFF_DROP)
		part_index(todo, object);
	remake_partitions(todo, object);
	reroute(todo, object);
	for (size_t i = 0; i < object->user_count; i++) {
		diff_object *user = object->users[i];

		if (diff_goes(user) || !leans_on(user, object))
			continue;
		if (object->action == DIFF_CHANGE) {
			if (diff_is(object, "column") && is_in_the_way(user))
				put(todo, user, DIFF_REMAKE);
		} else if (object->action == DIFF_REMAKE && diff_retypes(user, object)) {
			if (user->action != DIFF_CHANGE)
				put(todo, user, DIFF_CHANGE);
		} else if (user->other != NULL && !leaves(user, object)) {
			put(todo, user, DIFF_REMAKE);
			remake_composite(todo, user, object);
		}
	}
}

/* ---- what is inherited, and what is a table's own ------------------------ */

/* Whether what is said to be inherited, of a table that stays, comes to be so with
 * an inheritance that stays. */
static bool
comes_with_link(const diff_object *part)
{
	return diff_is_inherited(part->parent) && diff_comes(part->parent);
}

/* No statement makes one's own column another's: the table is made again with it. A
 * constraint is made anew with the other's. */
static void
make_inherited(work *todo, const diff_object *part)
{
	diff_object *own = part->parent;
	bool inherits = diff_is_inherited(own);

	if (diff_comes(own->parent) || comes_with_link(part) ||
	    (part->action == DIFF_KEEP && inherits))
		return;
	if (!inherits || !diff_is(own, "constraint")) {
		put(todo, own->parent->other, DIFF_REMAKE);
		return;
	}
	for (size_t i = 0; i < own->need_count; i++)
		if (diff_is(own->needs[i].on, "constraint") &&
		    !diff_comes(own->needs[i].on))
			put(todo, own->needs[i].on->other, DIFF_REMAKE);
	if (!diff_comes(own))
		put(todo, own->other, DIFF_REMAKE);
}

/* What is inherited becomes a table's own with the end of all inheritance. */
static void
make_own(work *todo, const diff_object *part)
{
	if (part->action != DIFF_DROP || diff_goes(part->parent) ||
	    diff_goes(part->parent->parent))
		return;
	for (size_t i = 0; i < part->link_count; i++)
		if (part->links[i] != NULL && part->links[i]->action == DIFF_KEEP)
			put(todo, part->links[i], DIFF_REMAKE);
}

static bool
is_inheritance(const diff_object *object)
{
	return (diff_is(object, "inherited column") ||
		   diff_is(object, "inherited constraint")) &&
	       object->parent != NULL && object->parent->parent != NULL;
}

static void
settle_inheritance(work *todo)
{
	for (size_t i = 0; i < todo->plan->from->count; i++)
		if (is_inheritance(todo->plan->from->objects[i]))
			make_own(todo, todo->plan->from->objects[i]);
	for (size_t i = 0; i < todo->plan->to->count; i++)
		if (is_inheritance(todo->plan->to->objects[i]))
			make_inherited(todo, todo->plan->to->objects[i]);
}

void
diff_plan_decide(diff_plan *plan)
{
	work todo = { .plan = plan };

	match(&todo);
	do {
		while (todo.done < todo.count)
			spread(&todo, todo.items[todo.done++]);
		settle_inheritance(&todo);
	} while (todo.done < todo.count);
}
