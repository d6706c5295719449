/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "diff/plan.h"

#define DEEP 8 /* types of types */

static void
refuse(diff_plan *plan, const char *what, const diff_object *object)
{
	plan->refusals = codegen_append(
	    plan->memory, plan->refusals, &plan->refusal_count, sizeof(*plan->refusals));
	plan->refusals[plan->refusal_count - 1] = codegen_format(
	    plan->memory, "%s %s cannot be %s", object->kind, object->name, what);
}

diff_step *
diff_plan_add_step(
    diff_plan *plan, const diff_object *object, const char *text, size_t rank)
{
	diff_step *step = codegen_room(plan->memory, 1, sizeof(*step));

	step->text = text;
	step->rank = rank;
	step->object = object;
	plan->steps =
	    codegen_append(plan->memory, plan->steps, &plan->count, sizeof(*plan->steps));
	plan->steps[plan->count - 1] = step;
	return step;
}

/* That something is inherited has no statement: see decide.c. */
static bool
is_said_elsewhere(const diff_object *object)
{
	return diff_is(object, "inherited column") ||
	       diff_is(object, "inherited constraint");
}

/* Whether kept columns change from this type, or from one that is made of it, to
 * the one that takes its name. */
static bool
has_retyped(const diff_object *type, int depth)
{
	for (size_t i = 0; i < type->user_count; i++) {
		const diff_object *user = type->users[i];

		if (diff_is(user, "attribute") && user->parent != type)
			user = user->parent;
		if ((diff_retypes(user, type) && user->action == DIFF_CHANGE) ||
		    (depth < DEEP && user->action == DIFF_REMAKE && diff_is_type(user) &&
			has_retyped(user, depth + 1)))
			return true;
	}
	return false;
}

/* They are put back when what would refuse them stands. */
static void
keep_rows(diff_plan *plan, diff_object *table, size_t number)
{
	table->rows =
	    diff_plan_add_step(plan, table, diff_keep_text(plan->memory, table), number);
	table->other->rows =
	    diff_plan_add_step(plan, table, diff_restore_text(plan->memory, table),
		plan->from->count + 2 * plan->to->count + number);
}

static void
build_drop(diff_plan *plan, diff_object *object, size_t number)
{
	if (diff_taken_by(object) != NULL || is_said_elsewhere(object) ||
	    diff_is_inherited(object))
		return;
	if (object->drop == NULL) {
		refuse(plan, "dropped", object);
		return;
	}
	if (object->drop[0] == '\0')
		return;
	if (object->action == DIFF_REMAKE && has_retyped(object, 0)) {
		object->step = diff_plan_add_step(
		    plan, object, diff_aside_text(plan->memory, object), number);
		object->aside = diff_plan_add_step(plan, object,
		    diff_aside_drop(plan->memory, object),
		    plan->from->count + plan->to->count + number);
		object->aside->drops = true;
		return;
	}
	if (diff_is(object, "table") && diff_keeps_rows(object))
		keep_rows(plan, object, number);
	object->step = diff_plan_add_step(plan, object, object->drop,
	    diff_is(object, "event trigger") ? 0 : number + 1);
	object->step->drops = true;
}

static bool
calls(const diff_object *object)
{
	for (size_t i = 0; i < object->need_count; i++)
		if (diff_is(object->needs[i].on, "function"))
			return true;
	return false;
}

/* Whether making it runs a function, whose text may call what no catalogue
 * knows that it needs: such things are made last. */
static bool
evaluates(const diff_object *object)
{
	if (diff_is(object, "materialized view"))
		return true;
	if (diff_is(object, "column")) {
		for (size_t i = 0; i < object->user_count; i++)
			if (diff_is(object->users[i], "default") &&
			    calls(object->users[i]))
				return true;
		return calls(object);
	}
	return (diff_is(object, "constraint") || diff_is(object, "index")) &&
	       calls(object);
}

/* A sequence that is new beside a column with numbers goes on where they end. */
static const char *
owner_text(codegen_memory *memory, const diff_object *owner)
{
	bool fresh = false;

	for (size_t i = 0; i < owner->need_count; i++)
		if (diff_is(owner->needs[i].on, "sequence"))
			fresh = owner->needs[i].on->action == DIFF_CREATE;
	if (!fresh || owner->detail == NULL || owner->parent->action == DIFF_CREATE ||
	    (diff_comes(owner->parent->parent) && owner->parent->parent->rows == NULL))
		return owner->create;
	return codegen_format(memory, "%s;\n%s", owner->create, owner->detail);
}

/* After the rows that belong there. */
static const char *
attach_text(codegen_memory *memory, const diff_object *link)
{
	const char *room = diff_make_room_text(memory, link);

	return room != NULL ? codegen_format(memory, "%s;\n%s", room, link->create)
			    : link->create;
}

static void
build_make(diff_plan *plan, diff_object *object, size_t number)
{
	const char *text = object->create;
	size_t rank = plan->from->count + 1 + number;

	if (evaluates(object))
		rank += plan->to->count;
	/* It may refuse what follows. */
	if (diff_is(object, "event trigger"))
		rank += 2 * plan->to->count;
	if (is_said_elsewhere(object))
		return;
	if (diff_is_inherited(object) &&
	    (diff_comes(object) || diff_is(object, "column")))
		return;
	if (diff_is(object, "partition"))
		text = attach_text(plan->memory, object);
	if (diff_is(object, "sequence owner"))
		text = owner_text(plan->memory, object);
	if (object->action == DIFF_CHANGE)
		text = diff_change_text(plan->memory, object->other, object);
	else if (object->inlined && object->parent != NULL && diff_comes(object->parent))
		return;
	if (text == NULL)
		refuse(
		    plan, object->action == DIFF_CHANGE ? "changed" : "created", object);
	else if (text[0] != '\0')
		object->step = diff_plan_add_step(plan, object, text, rank);
}

void
diff_plan_build(diff_plan *plan)
{
	for (size_t i = 0; i < plan->from->count; i++)
		if (diff_goes(plan->from->objects[i]))
			build_drop(plan, plan->from->objects[i], i);
	for (size_t i = 0; i < plan->to->count; i++)
		if (plan->to->objects[i]->action != DIFF_KEEP)
			build_make(plan, plan->to->objects[i], i);
}

aet_status
diff_plan_make(codegen_memory *memory, diff_schema *from, diff_schema *to,
    diff_plan **out, aet_error *err)
{
	diff_plan *plan = codegen_room(memory, 1, sizeof(*plan));
	aet_status status;

	plan->memory = memory;
	plan->from = from;
	plan->to = to;
	diff_plan_decide(plan);
	diff_plan_build(plan);
	diff_plan_connect(plan);
	status = diff_plan_order(plan, err);
	if (status != AET_OK)
		return status;
	diff_plan_find_hazards(plan, DIFF_PLAIN);
	*out = plan;
	return AET_OK;
}
