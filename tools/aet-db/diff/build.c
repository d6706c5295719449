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

static diff_step *
add(diff_plan *plan, const diff_object *object, const char *text, size_t rank)
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

/* A column becomes its table's own with the end of the inheritance only, and
 * another's only where it is made through it. */
static void
refuse_inheritance(diff_plan *plan, const diff_object *object)
{
	if (diff_comes(object) ? diff_comes(object->parent) : !diff_is_inherited(object))
		return;
	refuse(plan, diff_comes(object) ? "created" : "dropped", object);
}

/* Whether kept columns change from this type, or from one that is made of it, to
 * the one that takes its name. */
static bool
has_retyped(const diff_object *type, int depth)
{
	for (size_t i = 0; i < type->user_count; i++)
		if ((diff_retypes(type->users[i], type) &&
			type->users[i]->action == DIFF_CHANGE) ||
		    (depth < DEEP && type->users[i]->action == DIFF_REMAKE &&
			diff_is_type(type->users[i]) &&
			has_retyped(type->users[i], depth + 1)))
			return true;
	return false;
}

static void
build_drop(diff_plan *plan, diff_object *object, size_t number)
{
	if (diff_taken_by(object) != NULL)
		return;
	if (diff_is(object, "inherited column")) {
		refuse_inheritance(plan, object);
		return;
	}
	if (diff_is_inherited(object))
		return;
	if (object->drop == NULL) {
		refuse(plan, "dropped", object);
		return;
	}
	if (object->drop[0] == '\0')
		return;
	if (object->action == DIFF_REMAKE && has_retyped(object, 0)) {
		object->step =
		    add(plan, object, diff_aside_text(plan->memory, object), number);
		object->aside = add(plan, object, diff_aside_drop(plan->memory, object),
		    plan->from->count + plan->to->count + number);
		object->aside->drops = true;
		return;
	}
	object->step = add(plan, object, object->drop,
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
	if (!fresh || owner->detail == NULL || diff_comes(owner->parent) ||
	    diff_comes(owner->parent->parent))
		return owner->create;
	return codegen_format(memory, "%s;\n%s", owner->create, owner->detail);
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
	if (diff_is(object, "inherited column")) {
		refuse_inheritance(plan, object);
		return;
	}
	if (diff_is_inherited(object) &&
	    (diff_comes(object) || diff_is(object, "column")))
		return;
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
		object->step = add(plan, object, text, rank);
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
