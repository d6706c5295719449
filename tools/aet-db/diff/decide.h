/* SPDX-License-Identifier: MIT */
/* Deciding what happens to each object: what one action brings about elsewhere. */
#ifndef AET_DB_DIFF_DECIDE_H
#define AET_DB_DIFF_DECIDE_H

#include "diff/plan.h"

/* Objects of the older schema whose action is new: what that brings about is to
 * be seen yet, from the first that is not done. */
typedef struct diff_work {
	diff_plan *plan;
	diff_object **items;
	size_t count;
	size_t done;
} diff_work;

/* Gives an object of the older schema, and its like, their action. */
void diff_put(diff_work *todo, diff_object *object, diff_action action);

/* What must be made again because of what happens to object, without standing on it. */
void diff_bring_along(diff_work *todo, const diff_object *object);

/* The same, because user, that stands on object, is made again. */
void diff_bring_user_along(
    diff_work *todo, const diff_object *user, const diff_object *object);

/* What is inherited, and is to be a table's own, or the other way round. */
void diff_settle_inheritance(diff_work *todo);

#endif
