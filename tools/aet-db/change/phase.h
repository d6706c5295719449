/* SPDX-License-Identifier: MIT */
/* A plan's steps while they are sorted into parts. */
#ifndef AET_DB_CHANGE_PHASE_H
#define AET_DB_CHANGE_PHASE_H

#include "change/change.h"

typedef struct change_node {
	diff_step *step;
	change_mode mode;
	const char *text; /* NULL: change_add_step says it */
	bool done;
} change_node;

typedef struct change_phases {
	change_node *nodes;
	size_t count;
	size_t left;
} change_phases;

/* How something that takes another's place is made, and what is done before that
 * or after, each by itself; NULL: nothing. */
typedef struct change_split {
	const char *before;
	const char *text;
	const char *after;
} change_split;

/* Appends; returns its step. */
diff_step *change_add_node(change *work, change_phases *p, change_node node);

/*
 * Lets what guards a table go only where what takes its place is there or comes
 * in the same transaction: adds nodes, and edges to the steps. Modes are set.
 */
void change_guard(change *work, change_phases *p);

/* Whether something must be done after first and before then. */
bool change_is_between(change *work, diff_step *first, const diff_step *then);

/* The older constraint, or unique index, that this one takes the place of; NULL:
 * none. An index that stays one has forms of its own. */
const diff_object *change_replaced(const change *work, const diff_object *object);

/* Notes the indexes that serve until their successors are there. */
void change_find_swaps(change *work, const diff_plan *plan);

/* Of a step whose object takes another's place; built: a new index can be made
 * while the old one is there. */
change_split change_split_step(change *work, const diff_step *step, bool built);

#endif
