/* SPDX-License-Identifier: MIT */
/*
 * Rows that break a rule must not come in between two files of one change. So
 * what guards a table (a constraint, an index, a NOT NULL) stays until what comes
 * instead is there; a constraint that changes goes and comes in one transaction,
 * and what takes its time is done before that or after.
 */
#include <string.h>

#include "change/phase.h"

/* ---- what leads to what --------------------------------------------------- */

static bool
leads(diff_step *from, const diff_step *to, size_t search)
{
	if (from == to)
		return true;
	if (from->seen == search)
		return false;
	from->seen = search;
	for (size_t i = 0; i < from->after_count; i++)
		if (leads(from->after[i], to, search))
			return true;
	return false;
}

bool
change_is_between(change *work, diff_step *first, const diff_step *then)
{
	work->search_count++;
	for (size_t i = 0; i < first->after_count; i++)
		if (first->after[i] != then &&
		    leads(first->after[i], then, work->search_count))
			return true;
	return false;
}

static void
wait(change *work, diff_step *first, diff_step *then)
{
	first->after = codegen_append(
	    work->memory, first->after, &first->after_count, sizeof(*first->after));
	first->after[first->after_count - 1] = then;
}

/* The same, where it makes no circle. */
static void
wait_if_possible(change *work, diff_step *first, diff_step *then)
{
	if (!leads(then, first, ++work->search_count))
		wait(work, first, then);
}

/* ---- what takes another's place -------------------------------------------- */

/* The step that drops an object, or what takes it along; NULL: none. */
static diff_step *
drop_of(const diff_object *older)
{
	while (older != NULL && older->step == NULL)
		older = diff_taken_by(older);
	return older != NULL && older->step->drops ? older->step : NULL;
}

static bool
is_primary_key(const diff_object *object)
{
	return diff_is(object, "constraint") && object->detail[0] == 'p';
}

/* Whether an index makes its rows unlike each other, by itself or a constraint's. */
static bool
is_unique(const diff_object *object)
{
	if (diff_is(object, "index"))
		return object->detail != NULL;
	return diff_is(object, "constraint") && strchr("pu", object->detail[0]) != NULL;
}

/* Constraints stand behind their table's name in the facts. */
static const char *
short_name(const diff_object *object)
{
	return diff_is(object, "constraint")
		   ? object->name + strlen(object->parent->name) + 1
		   : diff_last_name(object->name);
}

static bool
is_of_same_table(const diff_object *newer, const diff_object *older)
{
	const diff_object *table = diff_table_of(newer);
	const diff_object *was = diff_table_of(older);

	return table != NULL && was != NULL && table->other == was;
}

/* Whether the two cannot be there at once: of a table's primary keys, and of the
 * indexes of one name. */
static bool
exclude_each_other(const diff_object *newer, const diff_object *older)
{
	return is_of_same_table(newer, older) &&
	       ((is_primary_key(newer) && is_primary_key(older)) ||
		   strcmp(short_name(newer), short_name(older)) == 0);
}

const diff_object *
change_replaced(const change *work, const diff_object *object)
{
	if (diff_is(object, "constraint") && object->action == DIFF_REMAKE)
		return object->other;
	if (object->action != DIFF_CREATE || !is_unique(object))
		return NULL;
	for (size_t i = 0; i < work->from->count; i++) {
		const diff_object *older = work->from->objects[i];

		if (older->action == DIFF_DROP && is_unique(older) &&
		    exclude_each_other(object, older))
			return older;
	}
	return NULL;
}

/* A statement more about the object, by itself. */
static diff_step *
add_node(change *work, change_phases *p, const diff_object *object, const char *text)
{
	diff_step *step = codegen_room(work->memory, 1, sizeof(*step));

	step->object = object;
	step->text = text;
	return change_add_node(work, p, (change_node){ step, CHANGE_ALONE, text, false });
}

/* After all that the new one waits for, but that the old one goes. */
static void
put_before(
    change *work, change_phases *p, diff_step *first, diff_step *make, diff_step *drop)
{
	for (size_t i = 0; i < p->count; i++) {
		diff_step *step = p->nodes[i].step;

		for (size_t j = 0; step != drop && j < step->after_count; j++)
			if (step->after[j] == make) {
				wait(work, step, first);
				break;
			}
	}
	wait(work, first, make);
	if (drop != NULL)
		wait(work, first, drop);
}

static void
split(change *work, change_phases *p, size_t number)
{
	diff_step *make = p->nodes[number].step;
	const diff_object *older =
	    make->drops ? NULL : change_replaced(work, make->object);
	diff_step *drop = older != NULL ? drop_of(older) : NULL;
	change_split parts;

	if (older == NULL || p->nodes[number].mode != CHANGE_TOGETHER)
		return;
	parts = change_split_step(
	    work, make, drop == NULL || !change_is_between(work, drop, make));
	p->nodes[number].text = parts.text;
	if (parts.before != NULL)
		put_before(
		    work, p, add_node(work, p, make->object, parts.before), make, drop);
	if (parts.after != NULL)
		wait(work, make, add_node(work, p, make->object, parts.after));
	if (drop != NULL)
		wait(work, drop, make);
}

/* ---- what goes later -------------------------------------------------------- */

static bool
is_guard(const diff_object *object)
{
	return diff_is(object, "constraint") || diff_is(object, "index") ||
	       diff_is(object, "not null");
}

/* Whether the one is to come before the other goes. */
static bool
comes_instead(const diff_object *comes, const diff_object *goes)
{
	return is_guard(comes) && is_of_same_table(comes, goes) &&
	       !exclude_each_other(comes, goes);
}

/* A guard that goes for good waits for those that come to its table. */
static void
hold_guard(change *work, change_phases *p, diff_step *drop)
{
	for (size_t i = 0; i < p->count; i++) {
		diff_step *step = p->nodes[i].step;

		if (!step->drops && comes_instead(step->object, drop->object))
			wait_if_possible(work, step, drop);
	}
}

/* What goes and comes back waits for what must be done by itself meanwhile. */
static void
hold_remade(change *work, change_phases *p, diff_step *drop, diff_step *make)
{
	for (size_t i = 0; i < p->count; i++) {
		diff_step *step = p->nodes[i].step;

		if (p->nodes[i].mode == CHANGE_ALONE && step != drop && step != make &&
		    leads(step, make, ++work->search_count))
			wait_if_possible(work, step, drop);
	}
}

static bool
has_mode(const change_phases *p, change_mode mode)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->nodes[i].mode == mode)
			return true;
	return false;
}

static void
hold_all(change *work, change_phases *p)
{
	for (size_t i = 0; i < p->count; i++) {
		diff_step *step = p->nodes[i].step;
		const diff_object *object = step->object;

		if (!step->drops)
			continue;
		if (object->action == DIFF_DROP && is_guard(object))
			hold_guard(work, p, step);
		else if (object->action == DIFF_REMAKE && object->other->step != NULL &&
			 p->nodes[i].mode == CHANGE_TOGETHER)
			hold_remade(work, p, step, object->other->step);
	}
}

/* What uses an enum need not go before its new labels come. */
static void
free_labels(const change_phases *p, const diff_step *labels)
{
	for (size_t i = 0; i < p->count; i++) {
		diff_step *step = p->nodes[i].step;
		size_t kept = 0;

		for (size_t j = 0; j < step->after_count; j++)
			if (!step->drops || step->after[j] != labels)
				step->after[kept++] = step->after[j];
		step->after_count = kept;
	}
}

void
change_guard(change *work, change_phases *p)
{
	size_t count = p->count;

	for (size_t i = 0; i < count; i++)
		if (p->nodes[i].mode == CHANGE_BEFORE)
			free_labels(p, p->nodes[i].step);
	for (size_t i = 0; i < count && !work->transactional; i++)
		split(work, p, i);
	if (has_mode(p, CHANGE_ALONE))
		hold_all(work, p);
}
