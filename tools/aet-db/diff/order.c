/* SPDX-License-Identifier: MIT */
#include <aeturnis/error.h>

#include "diff/plan.h"

/* Kahn's algorithm; what could come next is a binary heap by rank. */
typedef struct heap {
	diff_step **items;
	size_t count;
} heap;

static void
swap(heap *ready, size_t a, size_t b)
{
	diff_step *kept = ready->items[a];

	ready->items[a] = ready->items[b];
	ready->items[b] = kept;
}

static bool
before(const heap *ready, size_t a, size_t b)
{
	return ready->items[a]->rank < ready->items[b]->rank;
}

static void
push(heap *ready, diff_step *step)
{
	size_t at = ready->count++;

	ready->items[at] = step;
	while (at > 0 && before(ready, at, (at - 1) / 2)) {
		swap(ready, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

static diff_step *
pop(heap *ready)
{
	diff_step *top = ready->items[0];
	size_t at = 0;

	ready->items[0] = ready->items[--ready->count];
	for (;;) {
		size_t low = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
			if (child < ready->count && before(ready, child, low))
				low = child;
		if (low == at)
			return top;
		swap(ready, at, low);
		at = low;
	}
}

static aet_status
refuse_circle(const diff_plan *plan, aet_error *err)
{
	for (size_t i = 0; i < plan->count; i++) {
		const diff_object *object = plan->steps[i]->object;

		if (plan->steps[i]->waits > 0)
			return aet_error_set(err, AET_EDATA,
			    "%s %s and others need each other in a circle, which no "
			    "order of statements makes",
			    object->kind, object->name);
	}
	return AET_OK;
}

aet_status
diff_plan_order(diff_plan *plan, aet_error *err)
{
	heap ready = { codegen_room(plan->memory, plan->count, sizeof(*ready.items)), 0 };
	diff_step **sorted = codegen_room(plan->memory, plan->count, sizeof(*sorted));
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->steps[i]->waits == 0)
			push(&ready, plan->steps[i]);
	while (ready.count > 0) {
		diff_step *step = pop(&ready);

		sorted[count++] = step;
		for (size_t i = 0; i < step->after_count; i++)
			if (--step->after[i]->waits == 0)
				push(&ready, step->after[i]);
	}
	if (count < plan->count)
		return refuse_circle(plan, err);
	plan->steps = sorted;
	return AET_OK;
}
