/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "diff/plan.h"

static void
warn(diff_plan *plan, const char *code, const diff_object *object, const char *what)
{
	plan->hazards = codegen_append(
	    plan->memory, plan->hazards, &plan->hazard_count, sizeof(*plan->hazards));
	plan->hazards[plan->hazard_count - 1] =
	    (diff_hazard){ code, codegen_format(plan->memory, "%s %s %s", object->kind,
				     object->name, what) };
}

/* A column that existing rows would have no value for. */
static bool
needs_rows_to_have_none(const diff_object *column)
{
	return strstr(column->create, " NOT NULL") != NULL &&
	       strstr(column->create, " DEFAULT ") == NULL &&
	       strstr(column->create, " GENERATED ") == NULL;
}

static void
look_at_drop(diff_plan *plan, const diff_object *object)
{
	bool again = object->action == DIFF_REMAKE;

	if (diff_is(object, "table") && object->detail[0] != 'f')
		warn(plan, "data-loss", object,
		    again ? "is dropped and made again: its rows are lost"
			  : "is dropped with its rows");
	else if (diff_is(object, "column") && !(again && object->other->shape != NULL))
		warn(plan, "data-loss", object,
		    again ? "is dropped and made again: its values are lost"
			  : "is dropped with its values");
	else if (diff_is(object, "enum") && again)
		warn(plan, "enum-rewrite", object,
		    "is made anew: every table with such a column is rewritten, and a "
		    "row with a label that is gone fails");
}

static bool
comes_with_table(const diff_object *object)
{
	const diff_object *table = object->parent;

	while (table != NULL && !diff_is(table, "table"))
		table = table->parent;
	return table != NULL && diff_comes(table);
}

static void
look_at_make(diff_plan *plan, const diff_object *object)
{
	if (comes_with_table(object) || object->step == NULL)
		return;
	if (diff_is(object, "column") && object->action == DIFF_CHANGE)
		warn(plan, "table-rewrite", object,
		    "changes its type: the table may be rewritten under a lock that "
		    "stops everybody");
	else if (diff_is(object, "column") && needs_rows_to_have_none(object))
		warn(plan, "existing-rows", object,
		    "is NOT NULL without a default: this fails on a table that has rows");
	else if (diff_is(object, "not null"))
		warn(plan, "existing-rows", object, "fails where rows have no value");
	else if (diff_is(object, "constraint") && object->action != DIFF_CHANGE)
		warn(plan, "existing-rows", object,
		    "is checked on the rows that are there, under a lock, and fails "
		    "where one does not hold it");
	else if (diff_is(object, "index") && object->detail != NULL)
		warn(plan, "existing-rows", object,
		    "is unique: fails where rows are alike");
}

void
diff_plan_find_hazards(diff_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->steps[i]->drops)
			look_at_drop(plan, plan->steps[i]->object);
	for (size_t i = 0; i < plan->to->count; i++)
		if (plan->to->objects[i]->action != DIFF_KEEP)
			look_at_make(plan, plan->to->objects[i]);
}
