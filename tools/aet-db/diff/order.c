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

/* One of those that step waits for, and that waits itself; NULL: none. */
static diff_step *
waited_for(const diff_plan *plan, const diff_step *step)
{
	for (size_t i = 0; i < plan->count; i++)
		for (size_t j = 0; j < plan->steps[i]->after_count; j++)
			if (plan->steps[i]->after[j] == step && plan->steps[i]->waits > 0)
				return plan->steps[i];
	return NULL;
}

static void
add_step(aet__text *text, const diff_step *step)
{
	aet__text_addf(text, "%s%s %s is %s", text->len > 0 ? ", before which " : "",
	    step->object->kind, step->object->name, step->drops ? "dropped" : "made");
}

static aet_status
refuse_circle(const diff_plan *plan, aet_error *err)
{
	const diff_step *step = NULL;
	const diff_step *first;
	aet__text text = { 0 };

	for (size_t i = 0; i < plan->count && step == NULL; i++)
		if (plan->steps[i]->waits > 0)
			step = plan->steps[i];
	/* After as many steps back as there are, one is in the circle. */
	for (size_t i = 0; i < plan->count; i++)
		step = waited_for(plan, step);
	first = step;
	do {
		add_step(&text, step);
		step = waited_for(plan, step);
	} while (step != first);
	add_step(&text, step);
	return aet_error_set(err, AET_EDATA,
	    "there is no order of statements, because of a circle: %s",
	    codegen_keep(plan->memory, &text));
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
