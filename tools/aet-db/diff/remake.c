/* SPDX-License-Identifier: MIT */
/* What must be made again although it does not stand on what is. */
#include <string.h>

#include "diff/decide.h"

/* An index cannot be let go of by the whole table's index, which then is made
 * anew with all its parts; unless the partition itself is detached. */
static void
part_index(diff_work *todo, const diff_object *part)
{
	for (size_t i = 0; i < part->need_count; i++)
		if (diff_goes(part->needs[i].on))
			return;
	for (size_t i = 0; i < part->need_count; i++) {
		diff_object *whole = part->needs[i].on;

		if (!part->needs[i].weak && whole != part->parent && whole->other != NULL)
			diff_put(todo, whole, DIFF_REMAKE);
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
change_attribute(diff_work *todo, const diff_object *attribute)
{
	diff_object *type = attribute->parent;

	for (size_t i = 0; i < type->user_count; i++)
		if (diff_is(type->users[i], "column") && !diff_goes(type) &&
		    diff_retypes(type->users[i], type) && same_attributes(type)) {
			diff_put(todo, type, DIFF_REMAKE);
			return;
		}
}

/* An attribute that is dropped and added has no values then: the whole type is
 * made anew instead, and columns are converted. */
static void
remake_composite(diff_work *todo, const diff_object *attribute, const diff_object *type)
{
	diff_object *composite = attribute->parent;

	if (diff_is(attribute, "attribute") && type != composite && diff_is_type(type) &&
	    composite->other != NULL && !diff_goes(composite) &&
	    same_attributes(composite))
		diff_put(todo, composite, DIFF_REMAKE);
}

/* Where other rows belong to a partition, what it has goes by way of the whole. */
static void
reroute(diff_work *todo, const diff_object *link)
{
	diff_object *table = link->parent;

	if (diff_is(link, "partition") && link->action == DIFF_REMAKE &&
	    strcmp(link->definition, link->other->definition) != 0 && table != NULL &&
	    diff_holds_rows(table) && !diff_goes(table))
		diff_put(todo, table, DIFF_REMAKE);
}

/* What a table that is made again keeps, where a column alone would lose it: the
 * values of a type that no other can take the place of, a table's rows say. */
static void
remake_with_rows(diff_work *todo, const diff_object *user, const diff_object *on)
{
	diff_object *table = user->parent;

	if (diff_is(user, "partition key") ||
	    (diff_is(user, "column") && user->shape == NULL && on != table &&
		!diff_is(on, "column") && !diff_is(on, "inheritance")))
		if (table != NULL && table->other != NULL && !diff_goes(table) &&
		    diff_holds_rows(table))
			diff_put(todo, table, DIFF_REMAKE);
}

/* A type goes with what its own functions stand on. */
static void
remake_shell(diff_work *todo, const diff_object *type)
{
	if (diff_is(type, "base type") && diff_goes(type) && type->parent != NULL &&
	    type->parent->other != NULL && !diff_goes(type->parent))
		diff_put(todo, type->parent, DIFF_REMAKE);
}

/* Nor do the columns of a table change while others hold rows of it. */
static void
remake_holders(diff_work *todo, const diff_object *column)
{
	if (!diff_is(column, "column") || column->action != DIFF_CHANGE ||
	    column->parent == NULL)
		return;
	for (size_t i = 0; i < column->parent->user_count; i++) {
		diff_object *user = column->parent->users[i];

		if (!diff_is(user, "column") || user->parent == column->parent ||
		    user->other == NULL || diff_goes(user))
			continue;
		diff_put(todo, user, DIFF_REMAKE);
		remake_with_rows(todo, user, column->parent);
	}
}

/* With its key, where a row of a partitioned table belongs changes. */
static void
remake_partitions(diff_work *todo, const diff_object *whole)
{
	if (whole->action != DIFF_REMAKE || !diff_is(whole, "table") ||
	    whole->detail[0] != 'p' || whole->other->detail[0] != 'p')
		return;
	for (size_t i = 0; i < whole->user_count; i++) {
		const diff_object *link = whole->users[i];

		if (diff_is(link, "partition") && link->parent != whole &&
		    link->other != NULL && !diff_goes(link->parent))
			diff_put(todo, link->parent, DIFF_REMAKE);
	}
}

void
diff_bring_along(diff_work *todo, const diff_object *object)
{
	if (diff_is(object, "attribute") && object->action == DIFF_CHANGE)
		change_attribute(todo, object);
	if (diff_is(object, "index partition") && object->action == DIFF_DROP)
		part_index(todo, object);
	remake_partitions(todo, object);
	reroute(todo, object);
	remake_holders(todo, object);
	remake_shell(todo, object);
}

void
diff_bring_user_along(diff_work *todo, const diff_object *user, const diff_object *object)
{
	remake_composite(todo, user, object);
	remake_with_rows(todo, user, object);
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
make_inherited(diff_work *todo, const diff_object *part)
{
	diff_object *own = part->parent;
	bool inherits = diff_is_inherited(own);

	if (diff_comes(own->parent) || comes_with_link(part) ||
	    (part->action == DIFF_KEEP && inherits))
		return;
	if (!inherits || !diff_is(own, "constraint")) {
		diff_put(todo, own->parent->other, DIFF_REMAKE);
		return;
	}
	for (size_t i = 0; i < own->need_count; i++)
		if (diff_is(own->needs[i].on, "constraint") &&
		    !diff_comes(own->needs[i].on))
			diff_put(todo, own->needs[i].on->other, DIFF_REMAKE);
	if (!diff_comes(own))
		diff_put(todo, own->other, DIFF_REMAKE);
}

/* What is inherited becomes a table's own with the end of all inheritance. */
static void
make_own(diff_work *todo, const diff_object *part)
{
	if (part->action != DIFF_DROP || diff_goes(part->parent) ||
	    diff_goes(part->parent->parent))
		return;
	for (size_t i = 0; i < part->link_count; i++)
		if (part->links[i] != NULL && part->links[i]->action == DIFF_KEEP)
			diff_put(todo, part->links[i], DIFF_REMAKE);
}

static bool
is_inheritance(const diff_object *object)
{
	return (diff_is(object, "inherited column") ||
		   diff_is(object, "inherited constraint")) &&
	       object->parent != NULL && object->parent->parent != NULL;
}

void
diff_settle_inheritance(diff_work *todo)
{
	for (size_t i = 0; i < todo->plan->from->count; i++)
		if (is_inheritance(todo->plan->from->objects[i]))
			make_own(todo, todo->plan->from->objects[i]);
	for (size_t i = 0; i < todo->plan->to->count; i++)
		if (is_inheritance(todo->plan->to->objects[i]))
			make_inherited(todo, todo->plan->to->objects[i]);
}
