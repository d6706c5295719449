/* SPDX-License-Identifier: MIT */
/* The plan's steps in an order that keeps those of one mode together, so that
 * they make few files. */
#include <string.h>

#include "change/change.h"

typedef struct node {
	diff_step *step;
	change_mode mode;
	bool done;
} node;

typedef struct phases {
	node *nodes;
	size_t count;
	size_t left;
} phases;

static bool
is_ready(const node *n)
{
	return !n->done && n->step->waits == 0;
}

/* What must be committed first is first, then what may share a transaction. */
static change_mode
next_mode(const phases *p)
{
	static const change_mode order[] = { CHANGE_BEFORE, CHANGE_TOGETHER };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		for (size_t n = 0; n < p->count; n++)
			if (is_ready(&p->nodes[n]) && p->nodes[n].mode == order[i])
				return order[i];
	return CHANGE_ALONE;
}

/* The nodes stand in an order that works, so that one pass meets all of them
 * that wait for nothing of another mode. */
static void
add_mode(change *work, phases *p, change_mode mode)
{
	for (size_t n = 0; n < p->count; n++) {
		node *at = &p->nodes[n];

		if (at->mode != mode || !is_ready(at))
			continue;
		at->done = true;
		p->left--;
		change_add_step(work, at->step, mode);
		for (size_t i = 0; i < at->step->after_count; i++)
			at->step->after[i]->waits--;
	}
}

void
change_add_plan(change *work, diff_plan *plan)
{
	phases p = { codegen_room(work->memory, plan->count, sizeof(*p.nodes)),
		plan->count, plan->count };

	for (size_t i = 0; i < plan->count; i++)
		for (size_t j = 0; j < plan->steps[i]->after_count; j++)
			plan->steps[i]->after[j]->waits++;
	for (size_t i = 0; i < plan->count; i++)
		p.nodes[i] = (node){ plan->steps[i],
			change_step_mode(work, plan->steps[i]), false };
	while (p.left > 0)
		add_mode(work, &p, next_mode(&p));
}

/* Whether text may be said in the part that is under way. */
static bool
fits(const change *work, change_mode mode)
{
	return work->part_count > 0 && work->parts[work->part_count - 1].mode == mode;
}

void
change_add(change *work, change_mode mode, const char *text)
{
	change_part *part;

	/* What came before new labels may be committed with them. */
	if (mode == CHANGE_BEFORE && fits(work, CHANGE_TOGETHER))
		work->parts[work->part_count - 1].mode = CHANGE_BEFORE;
	if (!fits(work, mode)) {
		work->parts = codegen_append(
		    work->memory, work->parts, &work->part_count, sizeof(*work->parts));
		work->parts[work->part_count - 1] = (change_part){ .mode = mode };
	}
	part = &work->parts[work->part_count - 1];
	part->statements = codegen_append(
	    work->memory, part->statements, &part->count, sizeof(*part->statements));
	part->statements[part->count - 1] = text;
}
