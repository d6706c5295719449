/* SPDX-License-Identifier: MIT */
/* The plan's steps in an order that keeps those of one mode together, so that
 * they make few files. */
#include "change/phase.h"

static bool
is_ready(const change_node *n)
{
	return !n->done && n->step->waits == 0;
}

/* What must be committed first is first, then what may share a transaction. */
static change_mode
next_mode(const change_phases *p)
{
	static const change_mode order[] = { CHANGE_BEFORE, CHANGE_TOGETHER };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		for (size_t n = 0; n < p->count; n++)
			if (is_ready(&p->nodes[n]) && p->nodes[n].mode == order[i])
				return order[i];
	return CHANGE_ALONE;
}

static void
add_one(change *work, change_phases *p, change_node *at)
{
	at->done = true;
	p->left--;
	if (at->text != NULL)
		change_add(work, at->mode, at->text);
	else
		change_add_step(work, at->step, at->mode);
	for (size_t i = 0; i < at->step->after_count; i++)
		at->step->after[i]->waits--;
}

/* All that wait for nothing of another mode, in the order in which they stand. */
static void
add_mode(change *work, change_phases *p, change_mode mode)
{
	size_t left;

	do {
		left = p->left;
		for (size_t n = 0; n < p->count; n++)
			if (p->nodes[n].mode == mode && is_ready(&p->nodes[n]))
				add_one(work, p, &p->nodes[n]);
	} while (p->left < left);
}

diff_step *
change_add_node(change *work, change_phases *p, change_node node)
{
	p->nodes = codegen_append(work->memory, p->nodes, &p->count, sizeof(*p->nodes));
	p->nodes[p->count - 1] = node;
	return node.step;
}

void
change_add_plan(change *work, diff_plan *plan)
{
	change_phases p = { 0 };

	change_find_swaps(work, plan);
	for (size_t i = 0; i < plan->count; i++)
		change_add_node(work, &p,
		    (change_node){ .step = plan->steps[i],
			.mode = change_step_mode(work, plan->steps[i]) });
	change_guard(work, &p);
	for (size_t i = 0; i < p.count; i++)
		for (size_t j = 0; j < p.nodes[i].step->after_count; j++)
			p.nodes[i].step->after[j]->waits++;
	for (p.left = p.count; p.left > 0;)
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
